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

# Module: Reads

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def AllAre(ts, x, unknown):
        return CheckCode.default__.Holds(BuildCode.default__.CompileAll(ts, 0, Trees.Axes_NoAxes()), (x).sc, (x).part, (x).atom, unknown)

    @staticmethod
    def IsExcused(us, x):
        def lambda0_(exists_var_0_):
            d_0_i_: int = exists_var_0_
            return (((0) <= (d_0_i_)) and ((d_0_i_) < (len(us)))) and (default__.AllAre((us)[d_0_i_], x, False))

        return _dafny.quantifier(_dafny.IntegerRange(0, len(us)), False, lambda0_)

    @staticmethod
    def IsAsked(q, x):
        return (default__.AllAre((q).region, x, False)) and (not(default__.IsExcused((q).unless, x)))

    @staticmethod
    def IsGrant(r):
        return (((r).effect).is_Permit) or (((r).effect).is_Ask)

    @staticmethod
    def IsNeed(r):
        return (((r).effect).is_Ask) or (((r).effect).is_Require)

    @staticmethod
    def Reads__(r, x, unknown):
        return ((((((x).part).verb) in ((r).verbs)) and ((not(default__.IsGrant(r))) or (((r).group) in (((x).sc).groups)))) and (default__.AllAre((r).tests, x, unknown))) and (not(CheckCode.default__.Lifted(BuildCode.default__.Lifting((r).unless, 0), (x).sc, (x).part, (x).atom)))

    @staticmethod
    def IsYes(r, x):
        return default__.Reads__(r, x, False)

    @staticmethod
    def IsMaybe(r, x):
        return default__.Reads__(r, x, True)

    @staticmethod
    def FirstForbid(rs, x, pos):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len(rs)):
            if ((((rs)[d_0_i_]).effect).is_Forbid) and (default__.IsMaybe((rs)[d_0_i_], x)):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def FirstGrant(rs, x, pos):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len(rs)):
            if (default__.IsGrant((rs)[d_0_i_])) and (default__.IsYes((rs)[d_0_i_], x)):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def FirstNeed(rs, but, x, pos):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len(rs)):
            if ((default__.IsNeed((rs)[d_0_i_])) and (default__.IsMaybe((rs)[d_0_i_], x))) and (not(default__.IsNeeded(but, x, (((rs)[d_0_i_]).effect).needs))):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def IsNeeded(rs, x, n):
        def lambda0_(exists_var_0_):
            d_0_i_: int = exists_var_0_
            return (((0) <= (d_0_i_)) and ((d_0_i_) < (len(rs)))) and (((default__.IsNeed((rs)[d_0_i_])) and (((((rs)[d_0_i_]).effect).needs) == (n))) and (default__.IsMaybe((rs)[d_0_i_], x)))

        return _dafny.quantifier(_dafny.IntegerRange(0, len(rs)), False, lambda0_)

    @staticmethod
    def IsComplete(p, x):
        pat_let_tv0_ = x
        pat_let_tv1_ = x
        def iife0_(_pat_let2_0):
            def iife1_(d_0_axes_):
                def lambda0_(forall_var_0_):
                    d_1_i_: int = forall_var_0_
                    return not (((0) <= (d_1_i_)) and ((d_1_i_) < (len(d_0_axes_)))) or (((((d_0_axes_)[d_1_i_]).name) in (((pat_let_tv0_).atom).places) if ((d_0_axes_)[d_1_i_]).place else (((d_0_axes_)[d_1_i_]).name) in (((pat_let_tv1_).atom).names)))

                return _dafny.quantifier(_dafny.IntegerRange(0, len(d_0_axes_)), True, lambda0_)
            return iife1_(_pat_let2_0)
        return ((((x).part).verb) in ((p).axes)) and (iife0_(((p).axes)[((x).part).verb]))

    @staticmethod
    def Grants__(p, x):
        return (default__.IsComplete(p, x)) and ((default__.FirstGrant((p).rules, x, 0)) < (len((p).rules)))

    @staticmethod
    def IsPassing(p, x):
        return (default__.Grants__(p, x)) and ((default__.FirstForbid((p).rules, x, 0)) == (len((p).rules)))

