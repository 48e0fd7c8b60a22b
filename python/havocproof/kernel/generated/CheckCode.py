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
import havocproof.kernel.generated.MemoryCode as MemoryCode

# Module: CheckCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def InRange(r, n):
        hresult_: bool = False
        d_0_rest_: Trees.Ranges
        d_0_rest_ = r
        while not((d_0_rest_).is_NoRange):
            if (d_0_rest_).is_High:
                if (n) <= ((d_0_rest_).hi):
                    hresult_ = True
                    return hresult_
            elif (d_0_rest_).is_Span:
                if (((d_0_rest_).lo) <= (n)) and ((n) <= ((d_0_rest_).hi)):
                    hresult_ = True
                    return hresult_
            elif ((d_0_rest_).lo) <= (n):
                hresult_ = True
                return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def SomeIn(place, pos, names):
        hresult_: bool = False
        d_0_i_: int
        d_0_i_ = pos
        d_1_len_: int
        d_1_len_ = len(place)
        while (d_0_i_) < (d_1_len_):
            if ((place)[d_0_i_]) in (names):
                hresult_ = True
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def Holds(c, sc, part, atom, unknown):
        hresult_: bool = False
        d_0_rest_: Trees.Checks
        d_0_rest_ = c
        while not((d_0_rest_).is_Pass):
            if (d_0_rest_).is_InNames:
                d_1_axis_: Names.Name
                d_1_axis_ = (d_0_rest_).axis
                if (d_1_axis_) in ((atom).names):
                    d_2_s_: Names.Name
                    d_2_s_ = ((atom).names)[d_1_axis_]
                    if ((d_2_s_) in ((d_0_rest_).names)) != ((d_0_rest_).want):
                        hresult_ = False
                        return hresult_
                elif not(unknown):
                    hresult_ = False
                    return hresult_
            elif (d_0_rest_).is_InRanges:
                d_3_axis_: Names.Name
                d_3_axis_ = (d_0_rest_).axis
                if (d_3_axis_) in ((part).ints):
                    d_4_n_: int
                    d_4_n_ = ((part).ints)[d_3_axis_]
                    if (default__.InRange((d_0_rest_).ranges, d_4_n_)) != ((d_0_rest_).want):
                        hresult_ = False
                        return hresult_
                elif not(unknown):
                    hresult_ = False
                    return hresult_
            elif (d_0_rest_).is_IsMarked:
                if not(MemoryCode.default__.Marked((d_0_rest_).mark, (d_0_rest_).lasts, (d_0_rest_).want, sc, atom, unknown)):
                    hresult_ = False
                    return hresult_
            elif (d_0_rest_).is_InZone:
                d_5_axis_: Names.Name
                d_5_axis_ = (d_0_rest_).axis
                if (d_5_axis_) in ((atom).places):
                    if (Zones.default__.In((d_0_rest_).zone, ((atom).places)[d_5_axis_], 0)) != ((d_0_rest_).want):
                        hresult_ = False
                        return hresult_
                elif not(unknown):
                    hresult_ = False
                    return hresult_
            elif (d_0_rest_).is_InSegments:
                d_6_axis_: Names.Name
                d_6_axis_ = (d_0_rest_).axis
                if (d_6_axis_) in ((atom).places):
                    if (default__.SomeIn(((atom).places)[d_6_axis_], 0, (d_0_rest_).names)) != ((d_0_rest_).want):
                        hresult_ = False
                        return hresult_
                elif not(unknown):
                    hresult_ = False
                    return hresult_
            elif True:
                if not(MemoryCode.default__.Answers((d_0_rest_).test, sc, part, atom, unknown)):
                    hresult_ = False
                    return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = True
        return hresult_
        return hresult_

    @staticmethod
    def Lifted(l, sc, part, atom):
        hresult_: bool = False
        d_0_rest_: Trees.Lifts
        d_0_rest_ = l
        while (d_0_rest_).is_Lift:
            if (not(((d_0_rest_).checks).is_Pass)) and (default__.Holds((d_0_rest_).checks, sc, part, atom, False)):
                hresult_ = True
                return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

