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

# Module: JoinCode

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
        hresult_: _dafny.Map = _dafny.Map({})
        d_0_of_: _dafny.Map
        d_1_more_: _dafny.Map
        rhs0_ = (a).kids
        rhs1_ = (b).kids
        d_0_of_ = rhs0_
        d_1_more_ = rhs1_
        if (len(d_0_of_)) == (0):
            hresult_ = d_1_more_
            return hresult_
        if (len(d_1_more_)) == (0):
            hresult_ = d_0_of_
            return hresult_
        d_2_keys_: _dafny.Set
        d_3_others_: _dafny.Set
        rhs2_ = (d_0_of_).keys
        rhs3_ = (d_1_more_).keys
        d_2_keys_ = rhs2_
        d_3_others_ = rhs3_
        if (d_2_keys_) == (d_3_others_):
            def iife0_():
                coll0_ = _dafny.Map()
                compr_0_: Names.Name
                for compr_0_ in (d_2_keys_).Elements:
                    d_4_k_: Names.Name = compr_0_
                    if (d_4_k_) in (d_2_keys_):
                        coll0_[d_4_k_] = default__.Merge((d_0_of_)[d_4_k_], (d_1_more_)[d_4_k_])
                return _dafny.Map(coll0_)
            hresult_ = iife0_()
            
            return hresult_
        d_5_both_: _dafny.Set
        d_5_both_ = (d_2_keys_) | (d_3_others_)
        def iife1_():
            coll1_ = _dafny.Map()
            compr_1_: Names.Name
            for compr_1_ in (d_5_both_).Elements:
                d_6_k_: Names.Name = compr_1_
                if (d_6_k_) in (d_5_both_):
                    coll1_[d_6_k_] = ((d_1_more_)[d_6_k_] if (d_6_k_) not in (d_0_of_) else ((d_0_of_)[d_6_k_] if (d_6_k_) not in (d_1_more_) else default__.Merge((d_0_of_)[d_6_k_], (d_1_more_)[d_6_k_])))
            return _dafny.Map(coll1_)
        hresult_ = iife1_()
        
        return hresult_
        return hresult_

    @staticmethod
    def Bare(t):
        if (t).is_Pick:
            return ((t).any_).is_Nil
        elif True:
            return (((((t).is_Node) and ((t).plain)) and (((t).one).is_Nil)) and (((t).rest).is_Nil)) and (((t).end).is_Nil)

    @staticmethod
    def Asking(pick, kids):
        if pick:
            return Trees.Tree_Pick(kids, Trees.Tree_Nil())
        elif True:
            return Trees.Tree_Node(kids, True, Trees.Tree_Nil(), Trees.Tree_Nil(), Trees.Tree_Nil())

    @staticmethod
    def KidOf(m, lo, i, k):
        return (((m)[(lo) + (i)]).kids)[k]

    @staticmethod
    def HeldBelow(m, lo, hi, k):
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in _dafny.IntegerRange(0, (hi) - (lo)):
                d_0_i_: int = compr_0_
                if ((0) <= (d_0_i_)) and ((d_0_i_) < ((hi) - (lo))):
                    coll0_[d_0_i_] = default__.KidOf(m, lo, d_0_i_, k)
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def HeldAsked(m, lo, hi):
        asked: _dafny.Map = _dafny.Map({})
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in _dafny.IntegerRange(lo, hi):
                d_0_i_: int = compr_0_
                if ((lo) <= (d_0_i_)) and ((d_0_i_) < (hi)):
                    compr_1_: Names.Name
                    for compr_1_ in (((m)[d_0_i_]).kids).keys.Elements:
                        d_1_k_: Names.Name = compr_1_
                        if (d_1_k_) in (((m)[d_0_i_]).kids):
                            coll0_[d_1_k_] = True
            return _dafny.Map(coll0_)
        asked = iife0_()
        
        return asked

    @staticmethod
    def HeldKids(m, lo, hi):
        kids: _dafny.Map = _dafny.Map({})
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in _dafny.IntegerRange(lo, hi):
                d_0_i_: int = compr_0_
                if ((lo) <= (d_0_i_)) and ((d_0_i_) < (hi)):
                    compr_1_: Names.Name
                    for compr_1_ in (((m)[d_0_i_]).kids).keys.Elements:
                        d_1_k_: Names.Name = compr_1_
                        if (d_1_k_) in (((m)[d_0_i_]).kids):
                            coll0_[d_1_k_] = (((m)[d_0_i_]).kids)[d_1_k_]
            return _dafny.Map(coll0_)
        kids = iife0_()
        
        return kids

    @staticmethod
    def Join(m, lo, hi, tries):
        hresult_: Trees.Tree = Trees.Tree.default()()
        if (lo) == (hi):
            hresult_ = Trees.Tree_Nil()
            return hresult_
        if ((lo) + (1)) == (hi):
            hresult_ = (m)[lo]
            return hresult_
        d_0_left_: int
        d_0_left_ = tries
        if (((lo) + (3)) < (hi)) and ((0) < (tries)):
            d_1_first_: Trees.Tree
            d_1_first_ = (m)[lo]
            if default__.Bare(d_1_first_):
                d_2_pick_: bool
                d_3_keys_: _dafny.Set
                rhs0_ = (d_1_first_).is_Pick
                rhs1_ = ((d_1_first_).kids).keys
                d_2_pick_ = rhs0_
                d_3_keys_ = rhs1_
                d_4_before_: _dafny.Set
                d_5_count_: int
                d_6_i_: int
                rhs2_ = d_3_keys_
                rhs3_ = len((d_1_first_).kids)
                rhs4_ = (lo) + (1)
                d_4_before_ = rhs2_
                d_5_count_ = rhs3_
                d_6_i_ = rhs4_
                d_7_same_: bool
                d_8_twice_: bool
                d_9_kin_: bool
                rhs5_ = True
                rhs6_ = False
                rhs7_ = True
                d_7_same_ = rhs5_
                d_8_twice_ = rhs6_
                d_9_kin_ = rhs7_
                while (((d_6_i_) < (hi)) and (d_9_kin_)) and ((d_7_same_) or (not(d_8_twice_))):
                    d_10_t_: Trees.Tree
                    d_10_t_ = (m)[d_6_i_]
                    if (not(default__.Bare(d_10_t_))) or (((d_10_t_).is_Pick) != (d_2_pick_)):
                        d_9_kin_ = False
                    elif True:
                        d_11_asks_: _dafny.Set
                        d_11_asks_ = ((d_10_t_).kids).keys
                        if (d_11_asks_) == (d_4_before_):
                            d_8_twice_ = True
                        if (d_11_asks_) != (d_3_keys_):
                            d_7_same_ = False
                        d_4_before_ = d_11_asks_
                        d_5_count_ = (d_5_count_) + (len((d_10_t_).kids))
                        d_6_i_ = (d_6_i_) + (1)
                if (d_9_kin_) and (d_7_same_):
                    d_12_kids_: _dafny.Map
                    def iife0_():
                        coll0_ = _dafny.Map()
                        compr_0_: Names.Name
                        for compr_0_ in (d_3_keys_).Elements:
                            d_13_k_: Names.Name = compr_0_
                            if (d_13_k_) in (d_3_keys_):
                                coll0_[d_13_k_] = default__.Join(default__.HeldBelow(m, lo, hi, d_13_k_), 0, (hi) - (lo), (tries) - (1))
                        return _dafny.Map(coll0_)
                    d_12_kids_ = iife0_()
                    
                    hresult_ = default__.Asking(d_2_pick_, d_12_kids_)
                    return hresult_
                if (d_9_kin_) and (not(d_8_twice_)):
                    d_14_asked_: _dafny.Map
                    out0_: _dafny.Map
                    out0_ = default__.HeldAsked(m, lo, hi)
                    d_14_asked_ = out0_
                    if (len(d_14_asked_)) == (d_5_count_):
                        d_15_kids_: _dafny.Map
                        out1_: _dafny.Map
                        out1_ = default__.HeldKids(m, lo, hi)
                        d_15_kids_ = out1_
                        hresult_ = default__.Asking(d_2_pick_, d_15_kids_)
                        return hresult_
                    d_0_left_ = _dafny.euclidian_division(tries, 4)
        hresult_ = default__.Merge(default__.Join(m, lo, _dafny.euclidian_division((lo) + (hi), 2), d_0_left_), default__.Join(m, _dafny.euclidian_division((lo) + (hi), 2), hi, d_0_left_))
        return hresult_
        return hresult_

