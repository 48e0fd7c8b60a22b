import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names
import havocproof.kernel.generated.Requests as Requests
import havocproof.kernel.generated.Policies as Policies
import havocproof.kernel.generated.Cells as Cells
import havocproof.kernel.generated.Scenes as Scenes
import havocproof.kernel.generated.Moments as Moments
import havocproof.kernel.generated.Grid as Grid
import havocproof.kernel.generated.Reading as Reading
import havocproof.kernel.generated.Coords as Coords
import havocproof.kernel.generated.Lower as Lower
import havocproof.kernel.generated.Zones as Zones
import havocproof.kernel.generated.Trees as Trees
import havocproof.kernel.generated.JoinCode as JoinCode
import havocproof.kernel.generated.BuildCode as BuildCode
import havocproof.kernel.generated.MemoryCode as MemoryCode
import havocproof.kernel.generated.CheckCode as CheckCode
import havocproof.kernel.generated.Reads as Reads
import havocproof.kernel.generated.Verdicts as Verdicts
import havocproof.kernel.generated.Judging as Judging
import havocproof.kernel.generated.ApprovalCode as ApprovalCode
import havocproof.kernel.generated.AgentCode as AgentCode
import havocproof.kernel.generated.RecordCode as RecordCode
import havocproof.kernel.generated.Kernel as Kernel
import havocproof.kernel.generated.Confirm as Confirm

# Module: Prover

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Ready(t, p, q):
        return ((Lower.default__.TableOk(t)) and (Lower.default__.PolicyOk(t, p))) and (Lower.default__.QuestionOk(t, q))

    @staticmethod
    def Prove(t, p, plan, q, budget, tries, build):
        r: Result = Result.default()()
        left: int = int(0)
        left = budget
        d_0_ok_: bool
        d_0_ok_ = default__.Ready(t, p, q)
        if not(d_0_ok_):
            rhs0_ = Result_Malformed()
            rhs1_ = left
            r = rhs0_
            left = rhs1_
            return r, left
        d_1_f_: Grid.F
        d_2_b_: _dafny.Seq
        rhs2_ = Lower.default__.WrongF(t, p, q)
        rhs3_ = Coords.default__.Dom(t)
        d_1_f_ = rhs2_
        d_2_b_ = rhs3_
        d_3_w_: Grid.Work
        d_3_w_ = Grid.default__.Begin(d_1_f_, d_2_b_)
        d_4_doubts_: _dafny.Seq
        d_4_doubts_ = _dafny.SeqWithoutIsStrInference([])
        while (len(d_4_doubts_)) <= (tries):
            d_5_a_: Grid.Answer = Grid.Answer.default()()
            d_6_rest_: int = int(0)
            out0_: Grid.Answer
            out1_: Grid.Work
            out2_: int
            out0_, out1_, out2_ = Grid.default__.Next(d_3_w_, left)
            d_5_a_ = out0_
            d_3_w_ = out1_
            d_6_rest_ = out2_
            left = d_6_rest_
            if (d_5_a_).is_TooLong:
                rhs4_ = Result_TooLong__()
                rhs5_ = left
                r = rhs4_
                left = rhs5_
                return r, left
            if (d_5_a_).is_NoPoint:
                if (len(d_4_doubts_)) == (0):
                    rhs6_ = Result_Holds__()
                    rhs7_ = left
                    r = rhs6_
                    left = rhs7_
                    return r, left
                rhs8_ = Result_Doubtful(d_4_doubts_)
                rhs9_ = left
                r = rhs8_
                left = rhs9_
                return r, left
            d_7_made_: Made
            d_7_made_ = build((d_5_a_).b)
            if (d_7_made_).is_Made:
                d_8_x_: Moments.Moment
                d_8_x_ = Confirm.default__.Single((d_7_made_).x)
                if Confirm.default__.IsWrong(p, plan, q, d_8_x_):
                    rhs10_ = Result_Broken(d_8_x_, (d_5_a_).b)
                    rhs11_ = left
                    r = rhs10_
                    left = rhs11_
                    return r, left
            d_4_doubts_ = (d_4_doubts_) + (_dafny.SeqWithoutIsStrInference([(d_5_a_).b]))
        rhs12_ = Result_Doubtful(d_4_doubts_)
        rhs13_ = left
        r = rhs12_
        left = rhs13_
        return r, left
        return r, left

    @staticmethod
    def CauseF(t, a, b, granted, c):
        if (c).is_Unforbidden:
            if (((c).old__) < (len((b).rules))) and (((((b).rules)[(c).old__]).effect).is_Forbid):
                return Lower.default__.MaybeF(t, ((b).rules)[(c).old__])
            elif True:
                return Grid.F_E()
        elif (c).is_Unasked:
            if (((c).old__) < (len((b).rules))) and (Lower.default__.Needing(((b).rules)[(c).old__])):
                return Lower.default__.MaybeF(t, ((b).rules)[(c).old__])
            elif True:
                return Grid.F_E()
        elif (c).is_Opened:
            if (((c).new__) < (len((a).rules))) and (Lower.default__.Grants(((a).rules)[(c).new__])):
                return Lower.default__.Both(Lower.default__.YesF(t, ((a).rules)[(c).new__]), Lower.default__.Neg(granted))
            elif True:
                return Grid.F_E()
        elif True:
            return Grid.F_E()

    @staticmethod
    def GrantedF(t, b):
        return Lower.default__.Both(Lower.default__.CompleteF(t, b), Lower.default__.GrantF(t, (b).rules))

    @staticmethod
    def BoxF(b):
        return Lower.default__.Conj(_dafny.SeqWithoutIsStrInference([Grid.F_In(d_0_i_, ((b)[d_0_i_]).lo, ((b)[d_0_i_]).hi) for d_0_i_ in range(len(b))]))

    @staticmethod
    def ReadyBoth(t, a, b):
        return ((Lower.default__.TableOk(t)) and (Lower.default__.PolicyOk(t, a))) and (Lower.default__.PolicyOk(t, b))

    @staticmethod
    def Widened(t, a, plan, b, budget, most, build):
        found: _dafny.Seq = _dafny.Seq({})
        whole: bool = False
        left: int = int(0)
        left = budget
        found = _dafny.SeqWithoutIsStrInference([])
        d_0_doubts_: int
        d_0_doubts_ = 0
        d_1_ok_: bool
        d_1_ok_ = default__.ReadyBoth(t, a, b)
        if not(d_1_ok_):
            rhs0_ = _dafny.SeqWithoutIsStrInference([])
            rhs1_ = False
            rhs2_ = left
            found = rhs0_
            whole = rhs1_
            left = rhs2_
            return found, whole, left
        d_2_f_: Grid.F
        d_3_d_: _dafny.Seq
        d_4_granted_: Grid.F
        rhs3_ = Lower.default__.WiderF(t, a, b)
        rhs4_ = Coords.default__.Dom(t)
        rhs5_ = default__.GrantedF(t, b)
        d_2_f_ = rhs3_
        d_3_d_ = rhs4_
        d_4_granted_ = rhs5_
        d_5_seen_: Grid.F
        d_5_seen_ = Grid.F_E()
        while ((len(found)) + (d_0_doubts_)) < (most):
            d_6_g_: Grid.F
            d_6_g_ = Lower.default__.Both(d_2_f_, Lower.default__.Neg(d_5_seen_))
            d_7_w_: Grid.Work
            d_7_w_ = Grid.default__.Begin(d_6_g_, d_3_d_)
            d_8_answer_: Grid.Answer
            d_9_rest_: Grid.Work
            d_10_more_: int
            out0_: Grid.Answer
            out1_: Grid.Work
            out2_: int
            out0_, out1_, out2_ = Grid.default__.Next(d_7_w_, left)
            d_8_answer_ = out0_
            d_9_rest_ = out1_
            d_10_more_ = out2_
            left = d_10_more_
            if (d_8_answer_).is_NoPoint:
                rhs6_ = found
                rhs7_ = (d_0_doubts_) == (0)
                rhs8_ = left
                found = rhs6_
                whole = rhs7_
                left = rhs8_
                return found, whole, left
            if (d_8_answer_).is_TooLong:
                rhs9_ = found
                rhs10_ = False
                rhs11_ = left
                found = rhs9_
                whole = rhs10_
                left = rhs11_
                return found, whole, left
            d_11_made_: Made
            d_11_made_ = build((d_8_answer_).b)
            d_12_cause_: Confirm.Cause
            d_12_cause_ = Confirm.Cause_NotWider()
            d_13_shown_: _dafny.Seq
            d_13_shown_ = _dafny.SeqWithoutIsStrInference([])
            if (d_11_made_).is_Made:
                d_13_shown_ = _dafny.SeqWithoutIsStrInference([Confirm.default__.Single((d_11_made_).x)])
                d_12_cause_ = Confirm.default__.CauseOf(a, plan, b, (d_13_shown_)[0])
            if (d_12_cause_).is_NotWider:
                d_0_doubts_ = (d_0_doubts_) + (1)
                d_5_seen_ = Lower.default__.Either(d_5_seen_, default__.BoxF((d_8_answer_).b))
            elif True:
                d_14_region_: Region
                d_14_region_ = Region_Region(d_12_cause_, (d_13_shown_)[0], (d_8_answer_).b)
                found = (found) + (_dafny.SeqWithoutIsStrInference([d_14_region_]))
                d_5_seen_ = Lower.default__.Either(d_5_seen_, default__.CauseF(t, a, b, d_4_granted_, d_12_cause_))
        rhs12_ = found
        rhs13_ = False
        rhs14_ = left
        found = rhs12_
        whole = rhs13_
        left = rhs14_
        return found, whole, left
        return found, whole, left


class Made:
    @classmethod
    def default(cls, ):
        return lambda: Made_Nothing()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Nothing(self) -> bool:
        return isinstance(self, Made_Nothing)
    @property
    def is_Made(self) -> bool:
        return isinstance(self, Made_Made)

class Made_Nothing(Made, NamedTuple('Nothing', [])):
    def __dafnystr__(self) -> str:
        return f'Prover.Made.Nothing'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Made_Nothing)
    def __hash__(self) -> int:
        return super().__hash__()

class Made_Made(Made, NamedTuple('Made', [('x', Any)])):
    def __dafnystr__(self) -> str:
        return f'Prover.Made.Made({_dafny.string_of(self.x)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Made_Made) and self.x == __o.x
    def __hash__(self) -> int:
        return super().__hash__()


class Result:
    @classmethod
    def default(cls, ):
        return lambda: Result_Holds__()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Holds__(self) -> bool:
        return isinstance(self, Result_Holds__)
    @property
    def is_Broken(self) -> bool:
        return isinstance(self, Result_Broken)
    @property
    def is_Doubtful(self) -> bool:
        return isinstance(self, Result_Doubtful)
    @property
    def is_TooLong__(self) -> bool:
        return isinstance(self, Result_TooLong__)
    @property
    def is_Malformed(self) -> bool:
        return isinstance(self, Result_Malformed)

class Result_Holds__(Result, NamedTuple('Holds__', [])):
    def __dafnystr__(self) -> str:
        return f'Prover.Result.Holds_'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Result_Holds__)
    def __hash__(self) -> int:
        return super().__hash__()

class Result_Broken(Result, NamedTuple('Broken', [('x', Any), ('box', Any)])):
    def __dafnystr__(self) -> str:
        return f'Prover.Result.Broken({_dafny.string_of(self.x)}, {_dafny.string_of(self.box)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Result_Broken) and self.x == __o.x and self.box == __o.box
    def __hash__(self) -> int:
        return super().__hash__()

class Result_Doubtful(Result, NamedTuple('Doubtful', [('boxes', Any)])):
    def __dafnystr__(self) -> str:
        return f'Prover.Result.Doubtful({_dafny.string_of(self.boxes)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Result_Doubtful) and self.boxes == __o.boxes
    def __hash__(self) -> int:
        return super().__hash__()

class Result_TooLong__(Result, NamedTuple('TooLong__', [])):
    def __dafnystr__(self) -> str:
        return f'Prover.Result.TooLong_'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Result_TooLong__)
    def __hash__(self) -> int:
        return super().__hash__()

class Result_Malformed(Result, NamedTuple('Malformed', [])):
    def __dafnystr__(self) -> str:
        return f'Prover.Result.Malformed'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Result_Malformed)
    def __hash__(self) -> int:
        return super().__hash__()


class Region:
    @classmethod
    def default(cls, ):
        return lambda: Region_Region(Confirm.Cause.default()(), Moments.Moment.default()(), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Region(self) -> bool:
        return isinstance(self, Region_Region)

class Region_Region(Region, NamedTuple('Region', [('cause', Any), ('x', Any), ('box', Any)])):
    def __dafnystr__(self) -> str:
        return f'Prover.Region.Region({_dafny.string_of(self.cause)}, {_dafny.string_of(self.x)}, {_dafny.string_of(self.box)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Region_Region) and self.cause == __o.cause and self.x == __o.x and self.box == __o.box
    def __hash__(self) -> int:
        return super().__hash__()

