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

# Module: Confirm

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Single(x):
        pat_let_tv0_ = x
        def iife0_(_pat_let5_0):
            def iife1_(d_1_dt__update__tmp_h0_):
                def iife2_(_pat_let6_0):
                    def iife3_(d_2_dt__update_hatoms_h0_):
                        return Requests.Part_Part((d_1_dt__update__tmp_h0_).verb, (d_1_dt__update__tmp_h0_).ints, d_2_dt__update_hatoms_h0_)
                    return iife3_(_pat_let6_0)
                return iife2_(_dafny.SeqWithoutIsStrInference([(pat_let_tv0_).atom]))
            return iife1_(_pat_let5_0)
        d_0_part_ = iife0_((x).part)
        def iife4_(_pat_let7_0):
            def iife5_(d_3_dt__update__tmp_h1_):
                def iife6_(_pat_let8_0):
                    def iife7_(d_4_dt__update_hparts_h0_):
                        return Requests.Request_Request(d_4_dt__update_hparts_h0_, (d_3_dt__update__tmp_h1_).scopes, (d_3_dt__update__tmp_h1_).digest, (d_3_dt__update__tmp_h1_).month)
                    return iife7_(_pat_let8_0)
                return iife6_(_dafny.SeqWithoutIsStrInference([d_0_part_]))
            return iife5_(_pat_let7_0)
        return Moments.Moment_Moment(Scenes.Scene_Scene(iife4_(((x).sc).q), ((x).sc).groups, ((x).sc).now, ((x).sc).view, _dafny.Set({})), d_0_part_, (x).atom)

    @staticmethod
    def Judges(plan, x):
        d_0_j_ = Kernel.default__.Judge(plan, (x).sc)
        return ((d_0_j_).is_Clear) and (not(Kernel.default__.Fresh(Verdicts.default__.Total(d_0_j_), (((x).sc).view).nums)))

    @staticmethod
    def IsWrong(p, plan, q, x):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len((q).approved)))) or (not(Reads.default__.IsNeeded((p).rules, x, ((q).approved)[d_0_i_])))

        return (Reads.default__.IsAsked(q, x)) and (((not(Reads.default__.IsPassing(p, x))) or ((Reads.default__.FirstNeed((p).rules, _dafny.SeqWithoutIsStrInference([]), x, 0)) < (len((p).rules))) if ((q).claim).is_Always else (default__.Judges(plan, x)) and (_dafny.quantifier(_dafny.IntegerRange(0, len((q).approved)), True, lambda0_))))

    @staticmethod
    def CauseOf(a, plan, b, x):
        if not(default__.Judges(plan, x)):
            return Cause_NotWider()
        elif True:
            d_0_f_ = Reads.default__.FirstForbid((b).rules, x, 0)
            if (d_0_f_) < (len((b).rules)):
                return Cause_Unforbidden(d_0_f_)
            elif True:
                d_1_g_ = Reads.default__.FirstGrant((a).rules, x, 0)
                if not(Reads.default__.Grants__(b, x)):
                    if (d_1_g_) < (len((a).rules)):
                        return Cause_Opened(d_1_g_)
                    elif True:
                        return Cause_NotWider()
                elif True:
                    d_2_n_ = Reads.default__.FirstNeed((b).rules, (a).rules, x, 0)
                    if (d_2_n_) < (len((b).rules)):
                        return Cause_Unasked(d_2_n_)
                    elif True:
                        return Cause_NotWider()


class Cause:
    @classmethod
    def default(cls, ):
        return lambda: Cause_Unforbidden(int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Unforbidden(self) -> bool:
        return isinstance(self, Cause_Unforbidden)
    @property
    def is_Unasked(self) -> bool:
        return isinstance(self, Cause_Unasked)
    @property
    def is_Opened(self) -> bool:
        return isinstance(self, Cause_Opened)
    @property
    def is_NotWider(self) -> bool:
        return isinstance(self, Cause_NotWider)

class Cause_Unforbidden(Cause, NamedTuple('Unforbidden', [('old__', Any)])):
    def __dafnystr__(self) -> str:
        return f'Confirm.Cause.Unforbidden({_dafny.string_of(self.old__)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cause_Unforbidden) and self.old__ == __o.old__
    def __hash__(self) -> int:
        return super().__hash__()

class Cause_Unasked(Cause, NamedTuple('Unasked', [('old__', Any)])):
    def __dafnystr__(self) -> str:
        return f'Confirm.Cause.Unasked({_dafny.string_of(self.old__)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cause_Unasked) and self.old__ == __o.old__
    def __hash__(self) -> int:
        return super().__hash__()

class Cause_Opened(Cause, NamedTuple('Opened', [('new__', Any)])):
    def __dafnystr__(self) -> str:
        return f'Confirm.Cause.Opened({_dafny.string_of(self.new__)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cause_Opened) and self.new__ == __o.new__
    def __hash__(self) -> int:
        return super().__hash__()

class Cause_NotWider(Cause, NamedTuple('NotWider', [])):
    def __dafnystr__(self) -> str:
        return f'Confirm.Cause.NotWider'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cause_NotWider)
    def __hash__(self) -> int:
        return super().__hash__()

