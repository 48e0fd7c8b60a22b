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

# Module: BuildCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Onto(a, b):
        hresult_: Trees.Guards = Trees.Guards.default()()
        d_0_rest_: Trees.Guards
        d_0_rest_ = a
        d_1_out_: Trees.Guards
        d_1_out_ = b
        while not((d_0_rest_).is_NoGuards):
            d_1_out_ = Trees.Guards_More((d_0_rest_).guard, d_1_out_)
            d_0_rest_ = (d_0_rest_).rest
        hresult_ = d_1_out_
        return hresult_
        return hresult_

    @staticmethod
    def Merge(a, b):
        if (a).is_Nil:
            return b
        elif (b).is_Nil:
            return a
        elif ((a).is_Cell) and ((b).is_Cell):
            return Trees.Tree_Cell(default__.Onto((a).guards, (b).guards))
        elif ((a).is_Pick) and ((b).is_Pick):
            return Trees.Tree_Pick(default__.MergeKids(a, b), default__.Merge((a).any_, (b).any_))
        elif ((a).is_Node) and ((b).is_Node):
            return Trees.Tree_Node(default__.MergeKids(a, b), ((a).plain) and ((b).plain), default__.Merge((a).one, (b).one), default__.Merge((a).rest, (b).rest), default__.Merge((a).end, (b).end))
        elif True:
            return Trees.Tree_Nil()

    @staticmethod
    def MergeKids(a, b):
        d_0_both_ = (((a).kids).keys) | (((b).kids).keys)
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in (d_0_both_).Elements:
                d_1_k_: Names.Name = compr_0_
                if (d_1_k_) in (d_0_both_):
                    coll0_[d_1_k_] = (((b).kids)[d_1_k_] if not((d_1_k_) in ((a).kids)) else (((a).kids)[d_1_k_] if not((d_1_k_) in ((b).kids)) else default__.Merge(((a).kids)[d_1_k_], ((b).kids)[d_1_k_])))
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def Path(p, pos, sub):
        if (pos) == (len((p).syms)):
            if (p).open_:
                return Trees.Tree_Node(_dafny.Map({}), False, Trees.Tree_Nil(), sub, Trees.Tree_Nil())
            elif True:
                return Trees.Tree_Node(_dafny.Map({}), True, Trees.Tree_Nil(), Trees.Tree_Nil(), sub)
        elif (((p).syms)[pos]).is_One:
            return Trees.Tree_Node(_dafny.Map({}), False, default__.Path(p, (pos) + (1), sub), Trees.Tree_Nil(), Trees.Tree_Nil())
        elif True:
            return Trees.Tree_Node(_dafny.Map({(((p).syms)[pos]).name: default__.Path(p, (pos) + (1), sub)}), True, Trees.Tree_Nil(), Trees.Tree_Nil(), Trees.Tree_Nil())

    @staticmethod
    def Paths(ps, lo, hi, sub):
        if (lo) == (hi):
            return Trees.Tree_Nil()
        elif ((lo) + (1)) == (hi):
            return default__.Path((ps)[lo], 0, sub)
        elif True:
            return default__.Merge(default__.Paths(ps, lo, _dafny.euclidian_division((lo) + (hi), 2), sub), default__.Paths(ps, _dafny.euclidian_division((lo) + (hi), 2), hi, sub))

    @staticmethod
    def RangeList(rs, pos):
        if (pos) == (len(rs)):
            return Trees.Ranges_NoRange()
        elif ((rs)[pos]).is_Between:
            return Trees.Ranges_Span(((rs)[pos]).lo, ((rs)[pos]).hi, default__.RangeList(rs, (pos) + (1)))
        elif ((rs)[pos]).is_AtMost:
            return Trees.Ranges_High(((rs)[pos]).hi, default__.RangeList(rs, (pos) + (1)))
        elif True:
            return Trees.Ranges_Low(((rs)[pos]).lo, default__.RangeList(rs, (pos) + (1)))

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
        if (pos) == (len(ts)):
            return Trees.Checks_Pass()
        elif default__.Indexed(ts, pos, axes):
            return default__.CompileAll(ts, (pos) + (1), axes)
        elif True:
            return default__.Compile((ts)[pos], default__.CompileAll(ts, (pos) + (1), axes))

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
        while (d_0_i_) < (len(ts)):
            if default__.Indexable((ts)[d_0_i_], axis, place):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def Indexed(ts, pos, axes):
        return (not((axes).is_NoAxes)) and (((default__.First(ts, 0, (axes).name, (axes).is_PlaceAxis)) == (pos)) or (default__.Indexed(ts, pos, (axes).more)))

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
    def One(p, pos):
        d_0_r_ = ((p).rules)[pos]
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in ((d_0_r_).verbs).Elements:
                d_1_verb_: Names.Name = compr_0_
                if ((d_1_verb_) in ((d_0_r_).verbs)) and ((d_1_verb_) in ((p).axes)):
                    coll0_[d_1_verb_] = default__.Grow((d_0_r_).tests, default__.AxisList(((p).axes)[d_1_verb_], 0), default__.Compiled(p, d_0_r_, default__.AxisList(((p).axes)[d_1_verb_], 0)))
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def Forest(p, lo, hi):
        if (lo) == (hi):
            return _dafny.Map({})
        elif ((lo) + (1)) == (hi):
            return default__.One(p, lo)
        elif True:
            d_0_a_ = default__.Forest(p, lo, _dafny.euclidian_division((lo) + (hi), 2))
            d_1_b_ = default__.Forest(p, _dafny.euclidian_division((lo) + (hi), 2), hi)
            d_2_both_ = ((d_0_a_).keys) | ((d_1_b_).keys)
            def iife0_():
                coll0_ = _dafny.Map()
                compr_0_: Names.Name
                for compr_0_ in (d_2_both_).Elements:
                    d_3_k_: Names.Name = compr_0_
                    if (d_3_k_) in (d_2_both_):
                        coll0_[d_3_k_] = ((d_1_b_)[d_3_k_] if not((d_3_k_) in (d_0_a_)) else ((d_0_a_)[d_3_k_] if not((d_3_k_) in (d_1_b_)) else default__.Merge((d_0_a_)[d_3_k_], (d_1_b_)[d_3_k_])))
                return _dafny.Map(coll0_)
            return iife0_()
            

    @staticmethod
    def Of(forest, verb):
        if (verb) in (forest):
            return (forest)[verb]
        elif True:
            return Trees.Tree_Nil()

