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

# Module: Grid

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Start(f, b, t, e):
        source0_ = f
        if True:
            if source0_.is_In:
                d_0_c_ = source0_.c
                d_1_lo_ = source0_.lo
                d_2_hi_ = source0_.hi
                if (d_0_c_) >= (len(b)):
                    return e
                elif True:
                    d_3_v_ = (b)[d_0_c_]
                    if ((d_1_lo_) <= ((d_3_v_).lo)) and (((d_3_v_).hi) <= (d_2_hi_)):
                        return t
                    elif ((((d_3_v_).hi) <= (d_1_lo_)) or ((d_2_hi_) <= ((d_3_v_).lo))) or ((d_2_hi_) <= (d_1_lo_)):
                        return e
                    elif True:
                        return f
        if True:
            if source0_.is_And:
                d_4_l_ = source0_.l
                d_5_r_ = source0_.r
                d_6_l_k_ = default__.Start(d_4_l_, b, t, e)
                if (d_6_l_k_).is_E:
                    return e
                elif True:
                    d_7_r_k_ = default__.Start(d_5_r_, b, t, e)
                    if (d_7_r_k_).is_E:
                        return e
                    elif (d_6_l_k_).is_T:
                        return d_7_r_k_
                    elif (d_7_r_k_).is_T:
                        return d_6_l_k_
                    elif True:
                        return F_And(d_6_l_k_, d_7_r_k_)
        if True:
            if source0_.is_Or:
                d_8_l_ = source0_.l
                d_9_r_ = source0_.r
                d_10_l_k_ = default__.Start(d_8_l_, b, t, e)
                if (d_10_l_k_).is_T:
                    return t
                elif True:
                    d_11_r_k_ = default__.Start(d_9_r_, b, t, e)
                    if (d_11_r_k_).is_T:
                        return t
                    elif (d_10_l_k_).is_E:
                        return d_11_r_k_
                    elif (d_11_r_k_).is_E:
                        return d_10_l_k_
                    elif True:
                        return F_Or(d_10_l_k_, d_11_r_k_)
        if True:
            if source0_.is_Not:
                d_12_g_ = source0_.f
                d_13_g_k_ = default__.Start(d_12_g_, b, t, e)
                if (d_13_g_k_).is_T:
                    return e
                elif (d_13_g_k_).is_E:
                    return t
                elif True:
                    return F_Not(d_13_g_k_)
        if True:
            if source0_.is_T:
                return t
        if True:
            return e

    @staticmethod
    def Narrow(f, c, lo, hi, t, e):
        source0_ = f
        if True:
            if source0_.is_In:
                d_0_d_ = source0_.c
                d_1_a_ = source0_.lo
                d_2_b_ = source0_.hi
                if (d_0_d_) != (c):
                    return f
                elif ((d_1_a_) <= (lo)) and ((hi) <= (d_2_b_)):
                    return t
                elif ((d_2_b_) <= (lo)) or ((hi) <= (d_1_a_)):
                    return e
                elif True:
                    return f
        if True:
            if source0_.is_And:
                d_3_l_ = source0_.l
                d_4_r_ = source0_.r
                d_5_l_k_ = default__.Narrow(d_3_l_, c, lo, hi, t, e)
                if (d_5_l_k_).is_E:
                    return e
                elif True:
                    d_6_r_k_ = default__.Narrow(d_4_r_, c, lo, hi, t, e)
                    if (d_6_r_k_).is_E:
                        return e
                    elif (d_5_l_k_).is_T:
                        return d_6_r_k_
                    elif (d_6_r_k_).is_T:
                        return d_5_l_k_
                    elif True:
                        return F_And(d_5_l_k_, d_6_r_k_)
        if True:
            if source0_.is_Or:
                d_7_l_ = source0_.l
                d_8_r_ = source0_.r
                d_9_l_k_ = default__.Narrow(d_7_l_, c, lo, hi, t, e)
                if (d_9_l_k_).is_T:
                    return t
                elif True:
                    d_10_r_k_ = default__.Narrow(d_8_r_, c, lo, hi, t, e)
                    if (d_10_r_k_).is_T:
                        return t
                    elif (d_9_l_k_).is_E:
                        return d_10_r_k_
                    elif (d_10_r_k_).is_E:
                        return d_9_l_k_
                    elif True:
                        return F_Or(d_9_l_k_, d_10_r_k_)
        if True:
            if source0_.is_Not:
                d_11_g_ = source0_.f
                d_12_g_k_ = default__.Narrow(d_11_g_, c, lo, hi, t, e)
                if (d_12_g_k_).is_T:
                    return e
                elif (d_12_g_k_).is_E:
                    return t
                elif True:
                    return F_Not(d_12_g_k_)
        if True:
            if source0_.is_T:
                return t
        if True:
            return e

    @staticmethod
    def Pick(f):
        source0_ = f
        if True:
            if source0_.is_T:
                return f
        if True:
            if source0_.is_E:
                return f
        if True:
            if source0_.is_In:
                return f
        if True:
            if source0_.is_And:
                d_0_l_ = source0_.l
                d_1_r_ = source0_.r
                return default__.Pick(d_0_l_)
        if True:
            if source0_.is_Or:
                d_2_l_ = source0_.l
                d_3_r_ = source0_.r
                return default__.First(d_3_r_)
        if True:
            d_4_g_ = source0_.f
            return default__.Pick(d_4_g_)

    @staticmethod
    def First(f):
        source0_ = f
        if True:
            if source0_.is_T:
                return f
        if True:
            if source0_.is_E:
                return f
        if True:
            if source0_.is_In:
                return f
        if True:
            if source0_.is_And:
                d_0_l_ = source0_.l
                d_1_r_ = source0_.r
                return default__.First(d_0_l_)
        if True:
            if source0_.is_Or:
                d_2_l_ = source0_.l
                d_3_r_ = source0_.r
                return default__.First(d_2_l_)
        if True:
            d_4_g_ = source0_.f
            return default__.First(d_4_g_)

    @staticmethod
    def Squeeze(f, b):
        source0_ = f
        if True:
            if source0_.is_In:
                d_0_c_ = source0_.c
                d_1_lo_ = source0_.lo
                d_2_hi_ = source0_.hi
                if (d_0_c_) >= (len(b)):
                    return Cramp_Void()
                elif True:
                    d_3_l_ = (((b)[d_0_c_]).lo if (d_1_lo_) < (((b)[d_0_c_]).lo) else d_1_lo_)
                    d_4_h_ = (((b)[d_0_c_]).hi if (((b)[d_0_c_]).hi) < (d_2_hi_) else d_2_hi_)
                    if (d_3_l_) >= (d_4_h_):
                        return Cramp_Void()
                    elif ((d_3_l_) == (((b)[d_0_c_]).lo)) and ((d_4_h_) == (((b)[d_0_c_]).hi)):
                        return Cramp_Room(b)
                    elif True:
                        return Cramp_Room((b).set(d_0_c_, Iv_Iv(d_3_l_, d_4_h_)))
        if True:
            if source0_.is_And:
                d_5_l_ = source0_.l
                d_6_r_ = source0_.r
                d_7_q_ = default__.Squeeze(d_5_l_, b)
                if (d_7_q_).is_Void:
                    return d_7_q_
                elif True:
                    return default__.Squeeze(d_6_r_, (d_7_q_).b)
        if True:
            if source0_.is_E:
                return Cramp_Void()
        if True:
            return Cramp_Room(b)

    @staticmethod
    def HasUnit(f):
        if (f).is_And:
            return (default__.HasUnit((f).l)) or (default__.HasUnit((f).r))
        elif True:
            return (f).is_In

    @staticmethod
    def Rest(g, b, t, e):
        if (g).is_E:
            return Item_Gone()
        elif default__.HasUnit(g):
            d_0_q_ = default__.Squeeze(g, b)
            if (d_0_q_).is_Void:
                return Item_Gone()
            elif True:
                d_1_h_ = default__.Start(g, (d_0_q_).b, t, e)
                if (d_1_h_).is_E:
                    return Item_Gone()
                elif True:
                    return Item_Item(d_1_h_, (d_0_q_).b)
        elif True:
            return Item_Item(g, b)

    @staticmethod
    def Part(f, b, c, lo, hi, t, e):
        return default__.Rest(default__.Narrow(f, c, lo, hi, t, e), (b).set(c, Iv_Iv(lo, hi)), t, e)

    @staticmethod
    def Middle(leaf, lo):
        if (lo) < ((leaf).lo):
            return (leaf).lo
        elif True:
            return (leaf).hi

    @staticmethod
    def First0(f, b, t, e):
        d_0_q_ = default__.Squeeze(f, b)
        if (d_0_q_).is_Void:
            return Item_Gone()
        elif True:
            d_1_h_ = default__.Start(f, (d_0_q_).b, t, e)
            if (d_1_h_).is_E:
                return Item_Gone()
            elif True:
                return Item_Item(d_1_h_, (d_0_q_).b)

    @staticmethod
    def Add(i, w):
        if (i).is_Gone:
            return w
        elif True:
            return Work_Push((i).f, (i).b, w)

    @staticmethod
    def Cut(w, t, e):
        d_0_leaf_ = default__.Pick((w).f)
        d_1_lo_ = (((w).b)[(d_0_leaf_).c]).lo
        d_2_hi_ = (((w).b)[(d_0_leaf_).c]).hi
        d_3_k_ = default__.Middle(d_0_leaf_, d_1_lo_)
        d_4_below_ = default__.Part((w).f, (w).b, (d_0_leaf_).c, d_1_lo_, d_3_k_, t, e)
        d_5_above_ = default__.Part((w).f, (w).b, (d_0_leaf_).c, d_3_k_, d_2_hi_, t, e)
        if (d_3_k_) == ((d_0_leaf_).lo):
            return default__.Add(d_5_above_, default__.Add(d_4_below_, (w).rest))
        elif True:
            return default__.Add(d_4_below_, default__.Add(d_5_above_, (w).rest))

    @staticmethod
    def Begin(f, b):
        return default__.Add(default__.First0(f, b, F_T(), F_E()), Work_Nil())

    @staticmethod
    def Next(w0, budget):
        a: Answer = Answer.default()()
        w: Work = Work.default()()
        left: int = int(0)
        d_0_t_: F
        d_1_e_: F
        rhs0_ = F_T()
        rhs1_ = F_E()
        d_0_t_ = rhs0_
        d_1_e_ = rhs1_
        left = budget
        w = w0
        while ((w).is_Push) and ((left) > (0)):
            left = (left) - (1)
            if ((w).f).is_T:
                d_2_b_: _dafny.Seq
                d_2_b_ = (w).b
                w = (w).rest
                rhs2_ = Answer_Everywhere(d_2_b_)
                rhs3_ = w
                rhs4_ = left
                a = rhs2_
                w = rhs3_
                left = rhs4_
                return a, w, left
            if ((w).f).is_E:
                w = (w).rest
            elif True:
                w = default__.Cut(w, d_0_t_, d_1_e_)
        if (w).is_Nil:
            a = Answer_NoPoint()
        elif True:
            a = Answer_TooLong()
        return a, w, left


class F:
    @classmethod
    def default(cls, ):
        return lambda: F_T()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_T(self) -> bool:
        return isinstance(self, F_T)
    @property
    def is_E(self) -> bool:
        return isinstance(self, F_E)
    @property
    def is_In(self) -> bool:
        return isinstance(self, F_In)
    @property
    def is_And(self) -> bool:
        return isinstance(self, F_And)
    @property
    def is_Or(self) -> bool:
        return isinstance(self, F_Or)
    @property
    def is_Not(self) -> bool:
        return isinstance(self, F_Not)

class F_T(F, NamedTuple('T', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.T'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_T)
    def __hash__(self) -> int:
        return super().__hash__()

class F_E(F, NamedTuple('E', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.E'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_E)
    def __hash__(self) -> int:
        return super().__hash__()

class F_In(F, NamedTuple('In', [('c', Any), ('lo', Any), ('hi', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.In({_dafny.string_of(self.c)}, {_dafny.string_of(self.lo)}, {_dafny.string_of(self.hi)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_In) and self.c == __o.c and self.lo == __o.lo and self.hi == __o.hi
    def __hash__(self) -> int:
        return super().__hash__()

class F_And(F, NamedTuple('And', [('l', Any), ('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.And({_dafny.string_of(self.l)}, {_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_And) and self.l == __o.l and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()

class F_Or(F, NamedTuple('Or', [('l', Any), ('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.Or({_dafny.string_of(self.l)}, {_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_Or) and self.l == __o.l and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()

class F_Not(F, NamedTuple('Not', [('f', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.F.Not({_dafny.string_of(self.f)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, F_Not) and self.f == __o.f
    def __hash__(self) -> int:
        return super().__hash__()


class Iv:
    @classmethod
    def default(cls, ):
        return lambda: Iv_Iv(int(0), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Iv(self) -> bool:
        return isinstance(self, Iv_Iv)

class Iv_Iv(Iv, NamedTuple('Iv', [('lo', Any), ('hi', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.Iv.Iv({_dafny.string_of(self.lo)}, {_dafny.string_of(self.hi)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Iv_Iv) and self.lo == __o.lo and self.hi == __o.hi
    def __hash__(self) -> int:
        return super().__hash__()


class Cramp:
    @classmethod
    def default(cls, ):
        return lambda: Cramp_Void()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Void(self) -> bool:
        return isinstance(self, Cramp_Void)
    @property
    def is_Room(self) -> bool:
        return isinstance(self, Cramp_Room)

class Cramp_Void(Cramp, NamedTuple('Void', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.Cramp.Void'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cramp_Void)
    def __hash__(self) -> int:
        return super().__hash__()

class Cramp_Room(Cramp, NamedTuple('Room', [('b', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.Cramp.Room({_dafny.string_of(self.b)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Cramp_Room) and self.b == __o.b
    def __hash__(self) -> int:
        return super().__hash__()


class Item:
    @classmethod
    def default(cls, ):
        return lambda: Item_Gone()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Gone(self) -> bool:
        return isinstance(self, Item_Gone)
    @property
    def is_Item(self) -> bool:
        return isinstance(self, Item_Item)

class Item_Gone(Item, NamedTuple('Gone', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.Item.Gone'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Item_Gone)
    def __hash__(self) -> int:
        return super().__hash__()

class Item_Item(Item, NamedTuple('Item', [('f', Any), ('b', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.Item.Item({_dafny.string_of(self.f)}, {_dafny.string_of(self.b)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Item_Item) and self.f == __o.f and self.b == __o.b
    def __hash__(self) -> int:
        return super().__hash__()


class Work:
    @classmethod
    def default(cls, ):
        return lambda: Work_Nil()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Nil(self) -> bool:
        return isinstance(self, Work_Nil)
    @property
    def is_Push(self) -> bool:
        return isinstance(self, Work_Push)

class Work_Nil(Work, NamedTuple('Nil', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.Work.Nil'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Work_Nil)
    def __hash__(self) -> int:
        return super().__hash__()

class Work_Push(Work, NamedTuple('Push', [('f', Any), ('b', Any), ('rest', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.Work.Push({_dafny.string_of(self.f)}, {_dafny.string_of(self.b)}, {_dafny.string_of(self.rest)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Work_Push) and self.f == __o.f and self.b == __o.b and self.rest == __o.rest
    def __hash__(self) -> int:
        return super().__hash__()


class Answer:
    @classmethod
    def default(cls, ):
        return lambda: Answer_NoPoint()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoPoint(self) -> bool:
        return isinstance(self, Answer_NoPoint)
    @property
    def is_Everywhere(self) -> bool:
        return isinstance(self, Answer_Everywhere)
    @property
    def is_TooLong(self) -> bool:
        return isinstance(self, Answer_TooLong)

class Answer_NoPoint(Answer, NamedTuple('NoPoint', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.Answer.NoPoint'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Answer_NoPoint)
    def __hash__(self) -> int:
        return super().__hash__()

class Answer_Everywhere(Answer, NamedTuple('Everywhere', [('b', Any)])):
    def __dafnystr__(self) -> str:
        return f'Grid.Answer.Everywhere({_dafny.string_of(self.b)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Answer_Everywhere) and self.b == __o.b
    def __hash__(self) -> int:
        return super().__hash__()

class Answer_TooLong(Answer, NamedTuple('TooLong', [])):
    def __dafnystr__(self) -> str:
        return f'Grid.Answer.TooLong'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Answer_TooLong)
    def __hash__(self) -> int:
        return super().__hash__()

