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
import havocproof.kernel.generated.CheckCode as CheckCode
import havocproof.kernel.generated.Judging as Judging
import havocproof.kernel.generated.ApprovalCode as ApprovalCode
import havocproof.kernel.generated.AgentCode as AgentCode
import havocproof.kernel.generated.RecordCode as RecordCode
import havocproof.kernel.generated.JoinCode as JoinCode

# Module: BuildCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Path(p, pos, sub):
        hresult_: Trees.Tree = Trees.Tree.default()()
        d_0_nothing_: Trees.Tree
        d_1_none_: _dafny.Map
        rhs0_ = Trees.Tree_Nil()
        rhs1_ = _dafny.Map({})
        d_0_nothing_ = rhs0_
        d_1_none_ = rhs1_
        d_2_i_: int
        d_2_i_ = len((p).syms)
        d_3_out_: Trees.Tree
        if (p).open_:
            d_3_out_ = Trees.Tree_Node(d_1_none_, False, d_0_nothing_, sub, d_0_nothing_)
        elif True:
            d_3_out_ = Trees.Tree_Node(d_1_none_, True, d_0_nothing_, d_0_nothing_, sub)
        while (pos) < (d_2_i_):
            d_2_i_ = (d_2_i_) - (1)
            d_4_sym_: Policies.Sym
            d_4_sym_ = ((p).syms)[d_2_i_]
            if (d_4_sym_).is_One:
                d_3_out_ = Trees.Tree_Node(d_1_none_, False, d_3_out_, d_0_nothing_, d_0_nothing_)
            elif True:
                d_3_out_ = Trees.Tree_Node(_dafny.Map({(d_4_sym_).name: d_3_out_}), True, d_0_nothing_, d_0_nothing_, d_0_nothing_)
        hresult_ = d_3_out_
        return hresult_
        return hresult_

    @staticmethod
    def Paths(ps, lo, hi, sub):
        hresult_: Trees.Tree = Trees.Tree.default()()
        if ((lo) + (1)) == (hi):
            hresult_ = default__.Path((ps)[lo], 0, sub)
            return hresult_
        d_0_held_: _dafny.Map
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in _dafny.IntegerRange(0, (hi) - (lo)):
                d_1_i_: int = compr_0_
                if ((0) <= (d_1_i_)) and ((d_1_i_) < ((hi) - (lo))):
                    coll0_[d_1_i_] = default__.PathOf(ps, lo, d_1_i_, sub)
            return _dafny.Map(coll0_)
        d_0_held_ = iife0_()
        
        hresult_ = JoinCode.default__.Join(d_0_held_, 0, (hi) - (lo), default__.TRIES)
        return hresult_
        return hresult_

    @staticmethod
    def PathOf(ps, lo, i, sub):
        return default__.Path((ps)[(lo) + (i)], 0, sub)

    @staticmethod
    def RangeList(rs, pos):
        hresult_: Trees.Ranges = Trees.Ranges.default()()
        d_0_out_: Trees.Ranges
        d_1_i_: int
        rhs0_ = Trees.Ranges_NoRange()
        rhs1_ = len(rs)
        d_0_out_ = rhs0_
        d_1_i_ = rhs1_
        while (pos) < (d_1_i_):
            d_1_i_ = (d_1_i_) - (1)
            d_2_r_: Policies.Range
            d_2_r_ = (rs)[d_1_i_]
            if (d_2_r_).is_AtMost:
                d_0_out_ = Trees.Ranges_High((d_2_r_).hi, d_0_out_)
            elif (d_2_r_).is_Between:
                d_0_out_ = Trees.Ranges_Span((d_2_r_).lo, (d_2_r_).hi, d_0_out_)
            elif True:
                d_0_out_ = Trees.Ranges_Low((d_2_r_).lo, d_0_out_)
        hresult_ = d_0_out_
        return hresult_
        return hresult_

    @staticmethod
    def Compile(t, more):
        if (t).is_Named:
            return Trees.Checks_InNames((t).axis, (t).names, (t).want, more)
        elif (t).is_Placed:
            return Trees.Checks_InZone((t).axis, Zones.default__.Paths((t).patterns, 0, len((t).patterns)), (t).want, more)
        elif (t).is_Holding:
            return Trees.Checks_InSegments((t).axis, (t).names, (t).want, more)
        elif (t).is_Ranged:
            return Trees.Checks_InRanges((t).axis, default__.RangeList((t).ranges, 0), (t).want, more)
        elif (t).is_Stands:
            return Trees.Checks_IsMarked((t).mark, (t).lasts, (t).want, more)
        elif True:
            return Trees.Checks_Asking(t, more)

    @staticmethod
    def CompileAll(ts, pos, axes):
        hresult_: Trees.Checks = Trees.Checks.default()()
        d_0_out_: Trees.Checks
        d_1_i_: int
        rhs0_ = Trees.Checks_Pass()
        rhs1_ = len(ts)
        d_0_out_ = rhs0_
        d_1_i_ = rhs1_
        while (pos) < (d_1_i_):
            d_1_i_ = (d_1_i_) - (1)
            d_2_t_: Policies.Test
            d_2_t_ = (ts)[d_1_i_]
            if (d_2_t_).is_Ranged:
                d_0_out_ = Trees.Checks_InRanges((d_2_t_).axis, default__.RangeList((d_2_t_).ranges, 0), (d_2_t_).want, d_0_out_)
            elif not(default__.Decided(ts, d_1_i_, axes)):
                d_0_out_ = default__.Compile(d_2_t_, d_0_out_)
        hresult_ = d_0_out_
        return hresult_
        return hresult_

    @staticmethod
    def Lifting(us, pos):
        if (pos) == (len(us)):
            return Trees.Lifts_NoLift()
        elif True:
            return Trees.Lifts_Lift(default__.CompileAll((us)[pos], 0, Trees.Axes_NoAxes()), default__.Lifting(us, (pos) + (1)))

    @staticmethod
    def Indexable(t, axis, place):
        if place:
            return (((t).is_Placed) and ((t).want)) and (((t).axis) == (axis))
        elif True:
            return (((t).is_Named) and ((t).want)) and (((t).axis) == (axis))

    @staticmethod
    def First(ts, pos, axis, place):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        d_1_n_: int
        d_1_n_ = len(ts)
        while (d_0_i_) < (d_1_n_):
            d_2_t_: Policies.Test
            d_2_t_ = (ts)[d_0_i_]
            if place:
                if (d_2_t_).is_Placed:
                    if (((d_2_t_).axis) == (axis)) and ((d_2_t_).want):
                        hresult_ = d_0_i_
                        return hresult_
            elif (d_2_t_).is_Named:
                if (((d_2_t_).axis) == (axis)) and ((d_2_t_).want):
                    hresult_ = d_0_i_
                    return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def Decided(ts, pos, axes):
        hresult_: bool = False
        d_0_t_: Policies.Test
        d_0_t_ = (ts)[pos]
        if (not((d_0_t_).is_Named)) and (not((d_0_t_).is_Placed)):
            hresult_ = False
            return hresult_
        d_1_rest_: Trees.Axes
        d_1_rest_ = axes
        while not((d_1_rest_).is_NoAxes):
            d_2_name_: Names.Name
            d_2_name_ = (d_1_rest_).name
            if (((d_0_t_).axis) == (d_2_name_)) and ((default__.First(ts, 0, d_2_name_, (d_1_rest_).is_PlaceAxis)) == (pos)):
                hresult_ = True
                return hresult_
            d_1_rest_ = (d_1_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def Grow(ts, axes, guard):
        if (axes).is_NoAxes:
            return Trees.Tree_Cell(Trees.Guards_More(guard, Trees.Guards_NoGuards()))
        elif True:
            d_0_sub_ = default__.Grow(ts, (axes).more, guard)
            d_1_i_ = default__.First(ts, 0, (axes).name, (axes).is_PlaceAxis)
            if (axes).is_NameAxis:
                if ((d_1_i_) < (len(ts))) and (((ts)[d_1_i_]).is_Named):
                    def iife0_():
                        coll0_ = _dafny.Map()
                        compr_0_: Names.Name
                        for compr_0_ in (((ts)[d_1_i_]).names).Elements:
                            d_2_n_: Names.Name = compr_0_
                            if (d_2_n_) in (((ts)[d_1_i_]).names):
                                coll0_[d_2_n_] = d_0_sub_
                        return _dafny.Map(coll0_)
                    return Trees.Tree_Pick(iife0_()
, Trees.Tree_Nil())
                elif True:
                    return Trees.Tree_Pick(_dafny.Map({}), d_0_sub_)
            elif ((d_1_i_) < (len(ts))) and (((ts)[d_1_i_]).is_Placed):
                return default__.Paths(((ts)[d_1_i_]).patterns, 0, len(((ts)[d_1_i_]).patterns), d_0_sub_)
            elif True:
                return Trees.Tree_Node(_dafny.Map({}), False, Trees.Tree_Nil(), d_0_sub_, Trees.Tree_Nil())

    @staticmethod
    def Kind(e):
        if (e).is_Permit:
            return 0
        elif (e).is_Ask:
            return 1
        elif (e).is_Forbid:
            return 2
        elif (e).is_Require:
            return 3
        elif (e).is_Charge:
            return 4
        elif True:
            return 5

    @staticmethod
    def Compiled(p, r, axes):
        d_0_due_ = (Trees.Due_Under(((r).effect).budget, ((p).budgets)[((r).effect).budget]) if (((r).effect).is_Charge) and ((((r).effect).budget) in ((p).budgets)) else (Trees.Due_Setting(((r).effect).mark) if ((r).effect).is_Leave else Trees.Due_NoDue()))
        return Trees.Guard_Guard(r, default__.Kind((r).effect), default__.CompileAll((r).tests, 0, axes), default__.Lifting((r).unless, 0), d_0_due_)

    @staticmethod
    def AxisList(axes, pos):
        if (pos) == (len(axes)):
            return Trees.Axes_NoAxes()
        elif ((axes)[pos]).place:
            return Trees.Axes_PlaceAxis(((axes)[pos]).name, default__.AxisList(axes, (pos) + (1)))
        elif True:
            return Trees.Axes_NameAxis(((axes)[pos]).name, default__.AxisList(axes, (pos) + (1)))

    @staticmethod
    def Grown(p, axes, lo, hi):
        hresult_: Trees.Tree = Trees.Tree.default()()
        d_0_held_: _dafny.Map
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in _dafny.IntegerRange(0, (hi) - (lo)):
                d_1_i_: int = compr_0_
                if ((0) <= (d_1_i_)) and ((d_1_i_) < ((hi) - (lo))):
                    coll0_[d_1_i_] = default__.OfRuleAt(p, lo, d_1_i_, axes)
            return _dafny.Map(coll0_)
        d_0_held_ = iife0_()
        
        hresult_ = JoinCode.default__.Join(d_0_held_, 0, (hi) - (lo), default__.TRIES)
        return hresult_
        return hresult_

    @staticmethod
    def OfRuleAt(p, lo, i, axes):
        return default__.OfRule(p, ((p).rules)[(lo) + (i)], axes)

    @staticmethod
    def OfRule(p, r, axes):
        return default__.Grow((r).tests, axes, default__.Compiled(p, r, axes))

    @staticmethod
    def Lists(p):
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in ((p).axes).keys.Elements:
                d_0_verb_: Names.Name = compr_0_
                if (d_0_verb_) in ((p).axes):
                    coll0_[d_0_verb_] = default__.AxisList(((p).axes)[d_0_verb_], 0)
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def Alike(p, lo, hi):
        hresult_: bool = False
        d_0_verbs_: _dafny.Set
        d_0_verbs_ = (((p).rules)[lo]).verbs
        if ((((p).rules)[(hi) - (1)]).verbs) != (d_0_verbs_):
            hresult_ = False
            return hresult_
        d_1_i_: int
        d_1_i_ = lo
        while (d_1_i_) < (hi):
            if ((((p).rules)[d_1_i_]).verbs) != (d_0_verbs_):
                hresult_ = False
                return hresult_
            d_1_i_ = (d_1_i_) + (1)
        hresult_ = True
        return hresult_
        return hresult_

    @staticmethod
    def Forest(p, axes, lo, hi):
        if (lo) == (hi):
            return _dafny.Map({})
        elif default__.Alike(p, lo, hi):
            def iife0_():
                coll0_ = _dafny.Map()
                compr_0_: Names.Name
                for compr_0_ in ((((p).rules)[lo]).verbs).Elements:
                    d_0_verb_: Names.Name = compr_0_
                    if ((d_0_verb_) in ((((p).rules)[lo]).verbs)) and ((d_0_verb_) in (axes)):
                        coll0_[d_0_verb_] = default__.Grown(p, (axes)[d_0_verb_], lo, hi)
                return _dafny.Map(coll0_)
            return iife0_()
            
        elif True:
            d_1_a_ = default__.Forest(p, axes, lo, _dafny.euclidian_division((lo) + (hi), 2))
            d_2_b_ = default__.Forest(p, axes, _dafny.euclidian_division((lo) + (hi), 2), hi)
            d_3_both_ = ((d_1_a_).keys) | ((d_2_b_).keys)
            def iife1_():
                coll1_ = _dafny.Map()
                compr_1_: Names.Name
                for compr_1_ in (d_3_both_).Elements:
                    d_4_k_: Names.Name = compr_1_
                    if (d_4_k_) in (d_3_both_):
                        coll1_[d_4_k_] = ((d_2_b_)[d_4_k_] if not((d_4_k_) in (d_1_a_)) else ((d_1_a_)[d_4_k_] if not((d_4_k_) in (d_2_b_)) else JoinCode.default__.Merge((d_1_a_)[d_4_k_], (d_2_b_)[d_4_k_])))
                return _dafny.Map(coll1_)
            return iife1_()
            

    @staticmethod
    def Of(forest, verb):
        if (verb) in (forest):
            return (forest)[verb]
        elif True:
            return Trees.Tree_Nil()

    @_dafny.classproperty
    def TRIES(instance):
        return 64
