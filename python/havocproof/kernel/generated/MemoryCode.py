import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names
import havocproof.kernel.generated.Requests as Requests
import havocproof.kernel.generated.Cells as Cells
import havocproof.kernel.generated.Scenes as Scenes
import havocproof.kernel.generated.Policies as Policies
import havocproof.kernel.generated.Zones as Zones
import havocproof.kernel.generated.Trees as Trees
import havocproof.kernel.generated.Verdicts as Verdicts

# Module: MemoryCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Scope(x, q, atom):
        if (x) in ((q).scopes):
            return Found_Found(((q).scopes)[x])
        elif (x) in ((atom).names):
            return Found_Found(((atom).names)[x])
        elif True:
            return Found_Lost()

    @staticmethod
    def MarkKey(m, q, atom):
        d_0_s0_ = default__.Scope(((m).per)[0], q, atom)
        d_1_s1_ = default__.Scope(((m).per)[1], q, atom)
        d_2_s2_ = default__.Scope(((m).per)[2], q, atom)
        d_3_s3_ = default__.Scope(((m).per)[3], q, atom)
        if ((((d_0_s0_).is_Lost) or ((d_1_s1_).is_Lost)) or ((d_2_s2_).is_Lost)) or ((d_3_s3_).is_Lost):
            return Found_Lost()
        elif True:
            return Found_Found(((m).kind, (m).name, (d_0_s0_).value, (d_1_s1_).value, (d_2_s2_).value, (d_3_s3_).value, 0))

    @staticmethod
    def Lasting(t, lasts, now):
        return ((lasts) == (0)) or (((now) - (t)) < (lasts))

    @staticmethod
    def Marked(m, lasts, want, sc, atom, unknown):
        hresult_: bool = False
        d_0_scopes_: _dafny.Map
        d_0_scopes_ = ((sc).q).scopes
        d_1_per_: tuple
        d_1_per_ = (m).per
        d_2_s0_: Names.Name
        d_2_s0_ = (d_1_per_)[0]
        if (d_2_s0_) in (d_0_scopes_):
            d_2_s0_ = (d_0_scopes_)[d_2_s0_]
        elif (d_2_s0_) in ((atom).names):
            d_2_s0_ = ((atom).names)[d_2_s0_]
        elif True:
            hresult_ = unknown
            return hresult_
        d_3_s1_: Names.Name
        d_3_s1_ = (d_1_per_)[1]
        if (d_3_s1_) in (d_0_scopes_):
            d_3_s1_ = (d_0_scopes_)[d_3_s1_]
        elif (d_3_s1_) in ((atom).names):
            d_3_s1_ = ((atom).names)[d_3_s1_]
        elif True:
            hresult_ = unknown
            return hresult_
        d_4_s2_: Names.Name
        d_4_s2_ = (d_1_per_)[2]
        if (d_4_s2_) in (d_0_scopes_):
            d_4_s2_ = (d_0_scopes_)[d_4_s2_]
        elif (d_4_s2_) in ((atom).names):
            d_4_s2_ = ((atom).names)[d_4_s2_]
        elif True:
            hresult_ = unknown
            return hresult_
        d_5_s3_: Names.Name
        d_5_s3_ = (d_1_per_)[3]
        if (d_5_s3_) in (d_0_scopes_):
            d_5_s3_ = (d_0_scopes_)[d_5_s3_]
        elif (d_5_s3_) in ((atom).names):
            d_5_s3_ = ((atom).names)[d_5_s3_]
        elif True:
            hresult_ = unknown
            return hresult_
        d_6_key_: tuple
        d_6_key_ = ((m).kind, (m).name, d_2_s0_, d_3_s1_, d_4_s2_, d_5_s3_, 0)
        d_7_nums_: _dafny.Map
        d_7_nums_ = ((sc).view).nums
        d_8_n_: int
        d_8_n_ = 0
        if (d_6_key_) in (d_7_nums_):
            d_8_n_ = (d_7_nums_)[d_6_key_]
        if ((0) < (d_8_n_)) and (((lasts) == (0)) or ((((sc).now) - (d_8_n_)) < (lasts))):
            hresult_ = want
            return hresult_
        d_9_own_: _dafny.Set
        d_9_own_ = (sc).own
        hresult_ = ((d_6_key_) in (d_9_own_)) == (want)
        return hresult_
        return hresult_

    @staticmethod
    def RecordKey(record, run, of):
        return (8, record, run, of, run, run, 0)

    @staticmethod
    def Fetch(k, lasts, sc):
        if not((k) in (((sc).view).records)):
            return Found_Lost()
        elif True:
            d_0_r_ = (((sc).view).records)[k]
            if default__.Lasting((d_0_r_).at, lasts, (sc).now):
                return Found_Found(d_0_r_)
            elif True:
                return Found_Lost()

    @staticmethod
    def KeyOf(ref, run, sc, atom):
        if ((ref).under).is_Alone:
            return Found_Found(run)
        elif ((ref).under).is_ByAxis:
            if (((ref).under).axis) in ((atom).names):
                return Found_Found(((atom).names)[((ref).under).axis])
            elif True:
                return Found_Lost()
        elif True:
            d_0_r_ = default__.Fetch(default__.RecordKey(((ref).under).record, run, run), ((ref).under).lasts, sc)
            if ((d_0_r_).is_Found) and ((((ref).under).field) in (((d_0_r_).value).ones)):
                return Found_Found((((d_0_r_).value).ones)[((ref).under).field])
            elif True:
                return Found_Lost()

    @staticmethod
    def Recall(ref, sc, atom):
        if not(((ref).run) in (((sc).q).scopes)):
            return Found_Lost()
        elif True:
            d_0_run_ = (((sc).q).scopes)[(ref).run]
            d_1_of_ = default__.KeyOf(ref, d_0_run_, sc, atom)
            if (d_1_of_).is_Lost:
                return Found_Lost()
            elif True:
                return default__.Fetch(default__.RecordKey((ref).record, d_0_run_, (d_1_of_).value), (ref).lasts, sc)

    @staticmethod
    def InSome(rs, pos, n):
        if (pos) == (len(rs)):
            return False
        elif True:
            d_0_r_ = (rs)[pos]
            return (((((d_0_r_).lo) <= (n)) and ((n) <= ((d_0_r_).hi)) if (d_0_r_).is_Between else ((n) <= ((d_0_r_).hi) if (d_0_r_).is_AtMost else ((d_0_r_).lo) <= (n)))) or (default__.InSome(rs, (pos) + (1), n))

    @staticmethod
    def IsSince(done, reset, lasts, want, sc, atom, unknown):
        d_0_d_ = default__.MarkKey(done, (sc).q, atom)
        d_1_r_ = default__.MarkKey(reset, (sc).q, atom)
        if ((d_0_d_).is_Lost) or ((d_1_r_).is_Lost):
            return unknown
        elif True:
            d_2_at_ = Cells.default__.Get(((sc).view).nums, (d_0_d_).value)
            return ((((0) < (d_2_at_)) and ((Cells.default__.Get(((sc).view).nums, (d_1_r_).value)) < (d_2_at_))) and (default__.Lasting(d_2_at_, lasts, (sc).now))) == (want)

    @staticmethod
    def Answers(t, sc, part, atom, unknown):
        if (t).is_Since:
            return default__.IsSince((t).done, (t).reset, (t).lasts, (t).want, sc, atom, unknown)
        elif (t).is_Scoped:
            return ((((t).scope) in (((sc).q).scopes)) and (((((sc).q).scopes)[(t).scope]) in ((t).names))) == ((t).want)
        elif (t).is_Scoping:
            return (((t).scope) in (((sc).q).scopes)) == ((t).want)
        elif (t).is_Kept:
            if ((((t).ref).under).is_ByAxis) and (not(((((t).ref).under).axis) in ((atom).names))):
                return unknown
            elif True:
                return ((default__.Recall((t).ref, sc, atom)).is_Found) == ((t).want)
        elif (t).is_Listed:
            if not(((t).axis) in ((atom).names)):
                return unknown
            elif True:
                d_0_r_ = default__.Recall((t).ref, sc, atom)
                if ((d_0_r_).is_Lost) or (not((((t).ref).field) in (((d_0_r_).value).names))):
                    return unknown
                elif True:
                    return ((((atom).names)[(t).axis]) in ((((d_0_r_).value).names)[((t).ref).field])) == ((t).want)
        elif (t).is_Held:
            d_1_r_ = default__.Recall((t).ref, sc, atom)
            if ((d_1_r_).is_Lost) or (not((((t).ref).field) in (((d_1_r_).value).names))):
                return unknown
            elif True:
                return (not(((t).names).isdisjoint((((d_1_r_).value).names)[((t).ref).field]))) == ((t).want)
        elif (t).is_HeldIn:
            d_2_r_ = default__.Recall((t).ref, sc, atom)
            if ((d_2_r_).is_Lost) or (not((((t).ref).field) in (((d_2_r_).value).ints))):
                return unknown
            elif True:
                return (default__.InSome((t).ranges, 0, (((d_2_r_).value).ints)[((t).ref).field])) == ((t).want)
        elif (t).is_Compared:
            if not(((t).axis) in ((part).ints)):
                return unknown
            elif True:
                d_3_r_ = default__.Recall((t).ref, sc, atom)
                if ((d_3_r_).is_Lost) or (not((((t).ref).field) in (((d_3_r_).value).ints))):
                    return unknown
                elif True:
                    return (((((part).ints)[(t).axis]) == ((((d_3_r_).value).ints)[((t).ref).field]) if (t).exact else (((part).ints)[(t).axis]) <= ((((d_3_r_).value).ints)[((t).ref).field]))) == ((t).want)
        elif True:
            return unknown


class Found:
    @classmethod
    def default(cls, ):
        return lambda: Found_Lost()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Lost(self) -> bool:
        return isinstance(self, Found_Lost)
    @property
    def is_Found(self) -> bool:
        return isinstance(self, Found_Found)

class Found_Lost(Found, NamedTuple('Lost', [])):
    def __dafnystr__(self) -> str:
        return f'MemoryCode.Found.Lost'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Found_Lost)
    def __hash__(self) -> int:
        return super().__hash__()

class Found_Found(Found, NamedTuple('Found', [('value', Any)])):
    def __dafnystr__(self) -> str:
        return f'MemoryCode.Found.Found({_dafny.string_of(self.value)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Found_Found) and self.value == __o.value
    def __hash__(self) -> int:
        return super().__hash__()

