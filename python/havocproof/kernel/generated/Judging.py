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

# Module: Judging

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def End(period, month, now):
        if (period) > (0):
            return ((_dafny.euclidian_division(now, period)) + (1)) * (period)
        elif (period) == (0):
            return 0
        elif True:
            return month

    @staticmethod
    def Short(v, gs):
        return Verdicts.Verdict_Clear((v).grant, gs, (v).needs, (v).dues, (v).charges)

    @staticmethod
    def Owe(gs, sc, part, atom, v):
        hresult_: Verdicts.Verdict = None
        d_0_due_: Trees.Due
        d_0_due_ = ((gs).guard).due
        d_1_b_: Policies.Budget
        d_1_b_ = (d_0_due_).budget
        d_2_ints_: _dafny.Map
        d_2_ints_ = (part).ints
        d_3_measure_: Names.Name
        d_3_measure_ = (d_1_b_).measure
        if not((d_3_measure_) in (d_2_ints_)):
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_4_amount_: int
        d_4_amount_ = (d_2_ints_)[d_3_measure_]
        if (d_4_amount_) < (0):
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_5_q_: Requests.Request
        d_5_q_ = (sc).q
        d_6_scopes_: _dafny.Map
        d_6_scopes_ = (d_5_q_).scopes
        d_7_per_: tuple
        d_7_per_ = (d_1_b_).per
        d_8_s0_: Names.Name
        d_8_s0_ = (d_7_per_)[0]
        if (d_8_s0_) in (d_6_scopes_):
            d_8_s0_ = (d_6_scopes_)[d_8_s0_]
        elif (d_8_s0_) in ((atom).names):
            d_8_s0_ = ((atom).names)[d_8_s0_]
        elif True:
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_9_s1_: Names.Name
        d_9_s1_ = (d_7_per_)[1]
        if (d_9_s1_) in (d_6_scopes_):
            d_9_s1_ = (d_6_scopes_)[d_9_s1_]
        elif (d_9_s1_) in ((atom).names):
            d_9_s1_ = ((atom).names)[d_9_s1_]
        elif True:
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_10_s2_: Names.Name
        d_10_s2_ = (d_7_per_)[2]
        if (d_10_s2_) in (d_6_scopes_):
            d_10_s2_ = (d_6_scopes_)[d_10_s2_]
        elif (d_10_s2_) in ((atom).names):
            d_10_s2_ = ((atom).names)[d_10_s2_]
        elif True:
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_11_s3_: Names.Name
        d_11_s3_ = (d_7_per_)[3]
        if (d_11_s3_) in (d_6_scopes_):
            d_11_s3_ = (d_6_scopes_)[d_11_s3_]
        elif (d_11_s3_) in ((atom).names):
            d_11_s3_ = ((atom).names)[d_11_s3_]
        elif True:
            hresult_ = default__.Short(v, gs)
            return hresult_
        d_12_period_: int
        d_12_period_ = (d_1_b_).period
        d_13_kind_: int
        d_13_kind_ = (d_1_b_).kind
        d_14_limit_: int
        d_14_limit_ = (d_1_b_).limit
        d_15_end_: int
        d_15_end_ = 0
        if (d_13_kind_) == (1):
            d_4_amount_ = (d_4_amount_) * (d_12_period_)
            d_14_limit_ = (d_14_limit_) * (d_12_period_)
        elif (d_12_period_) != (0):
            d_15_end_ = default__.End(d_12_period_, (d_5_q_).month, (sc).now)
        d_16_key_: tuple
        d_16_key_ = (d_13_kind_, (d_0_due_).name, d_8_s0_, d_9_s1_, d_10_s2_, d_11_s3_, d_15_end_)
        d_17_dues_: Verdicts.Charges
        d_17_dues_ = (v).dues
        if not((d_17_dues_).is_NoCharges):
            if Verdicts.default__.Has(d_17_dues_, d_16_key_):
                hresult_ = v
                return hresult_
        hresult_ = Verdicts.Verdict_Clear((v).grant, (v).short, (v).needs, Verdicts.Charges_Owed(d_16_key_, d_4_amount_, d_14_limit_, d_3_measure_, d_17_dues_), (v).charges)
        return hresult_
        return hresult_

    @staticmethod
    def Leave(gs, sc, atom, v):
        d_0_m_ = (((gs).guard).due).mark
        d_1_key_ = MemoryCode.default__.MarkKey(d_0_m_, (sc).q, atom)
        if (d_1_key_).is_Lost:
            return default__.Short(v, gs)
        elif Verdicts.default__.Has((v).dues, (d_1_key_).value):
            return v
        elif True:
            return Verdicts.Verdict_Clear((v).grant, (v).short, (v).needs, Verdicts.Charges_Owed((d_1_key_).value, 0, 0, (d_0_m_).name, (v).dues), (v).charges)

    @staticmethod
    def WithNeed(v, grant, name):
        return Verdicts.Verdict_Clear(grant, (v).short, ((v).needs if Verdicts.default__.HasNeed((v).needs, name) else Verdicts.Needs_Need(name, (v).needs)), (v).dues, (v).charges)

    @staticmethod
    def Weigh(gs, sc, part, atom, v):
        if not((v).is_Clear):
            return v
        elif True:
            d_0_g_ = (gs).guard
            if (((d_0_g_).kind) < (2)) and (not((((d_0_g_).rule).group) in ((sc).groups))):
                return v
            elif not(CheckCode.default__.Holds((d_0_g_).tests, sc, part, atom, ((d_0_g_).kind) != (0))):
                return v
            elif (not(((d_0_g_).unless).is_NoLift)) and (CheckCode.default__.Lifted((d_0_g_).unless, sc, part, atom)):
                return v
            elif ((d_0_g_).kind) == (0):
                return Verdicts.Verdict_Clear(gs, (v).short, (v).needs, (v).dues, (v).charges)
            elif ((d_0_g_).kind) == (4):
                if ((d_0_g_).due).is_Under:
                    return default__.Owe(gs, sc, part, atom, v)
                elif True:
                    return default__.Short(v, gs)
            elif ((d_0_g_).kind) == (5):
                if ((d_0_g_).due).is_Setting:
                    return default__.Leave(gs, sc, atom, v)
                elif True:
                    return default__.Short(v, gs)
            elif ((d_0_g_).kind) == (1):
                return default__.WithNeed(v, (gs if CheckCode.default__.Holds((d_0_g_).tests, sc, part, atom, False) else (v).grant), ((((d_0_g_).rule).effect).needs if (((d_0_g_).rule).effect).is_Ask else ((d_0_g_).rule).id_))
            elif ((d_0_g_).kind) == (3):
                return default__.WithNeed(v, (v).grant, ((((d_0_g_).rule).effect).needs if (((d_0_g_).rule).effect).is_Require else ((d_0_g_).rule).id_))
            elif True:
                return Verdicts.Verdict_Denied(((d_0_g_).rule).id_)

    @staticmethod
    def WeighCell(gs, sc, part, atom, v):
        hresult_: Verdicts.Verdict = None
        d_0_rest_: Trees.Guards
        d_0_rest_ = gs
        d_1_w_: Verdicts.Verdict
        d_1_w_ = v
        while not((d_0_rest_).is_NoGuards):
            d_1_w_ = default__.Weigh(d_0_rest_, sc, part, atom, d_1_w_)
            d_0_rest_ = (d_0_rest_).rest
        hresult_ = d_1_w_
        return hresult_
        return hresult_

    @staticmethod
    def Enter(t, axes, sc, part, atom, v):
        hresult_: Verdicts.Verdict = None
        if (t).is_Nil:
            hresult_ = v
            return hresult_
        if (axes).is_PlaceAxis:
            d_0_axis_: Names.Name
            d_0_axis_ = (axes).name
            if not((d_0_axis_) in ((atom).places)):
                hresult_ = v
                return hresult_
            hresult_ = default__.Find(t, ((atom).places)[d_0_axis_], 0, (axes).more, sc, part, atom, v)
            return hresult_
        if (axes).is_NameAxis:
            d_1_axis_: Names.Name
            d_1_axis_ = (axes).name
            if not(((t).is_Pick) and ((d_1_axis_) in ((atom).names))):
                hresult_ = v
                return hresult_
            d_2_w_: Verdicts.Verdict
            d_2_w_ = v
            d_3_more_: Trees.Axes
            d_3_more_ = (axes).more
            d_4_any_: Trees.Tree
            d_4_any_ = (t).any_
            if not((d_4_any_).is_Nil):
                d_2_w_ = default__.Enter(d_4_any_, d_3_more_, sc, part, atom, v)
            d_5_name_: Names.Name
            d_5_name_ = ((atom).names)[d_1_axis_]
            d_6_kids_: _dafny.Map
            d_6_kids_ = (t).kids
            if not((d_5_name_) in (d_6_kids_)):
                hresult_ = d_2_w_
                return hresult_
            hresult_ = default__.Enter((d_6_kids_)[d_5_name_], d_3_more_, sc, part, atom, d_2_w_)
            return hresult_
        if (t).is_Cell:
            hresult_ = default__.WeighCell((t).guards, sc, part, atom, v)
            return hresult_
        hresult_ = v
        return hresult_
        return hresult_

    @staticmethod
    def Find(t, place, pos, axes, sc, part, atom, v):
        hresult_: Verdicts.Verdict = None
        d_0_n_: Trees.Tree
        d_0_n_ = t
        d_1_i_: int
        d_1_i_ = pos
        d_2_w_: Verdicts.Verdict
        d_2_w_ = v
        d_3_len_: int
        d_3_len_ = len(place)
        while ((d_1_i_) < (d_3_len_)) and ((d_0_n_).is_Node):
            d_4_s_: Names.Name
            d_4_s_ = (place)[d_1_i_]
            d_5_kids_: _dafny.Map
            d_5_kids_ = (d_0_n_).kids
            if not((d_0_n_).plain):
                d_2_w_ = default__.Enter((d_0_n_).rest, axes, sc, part, atom, d_2_w_)
                if not(((d_0_n_).one).is_Nil):
                    d_2_w_ = default__.Find((d_0_n_).one, place, (d_1_i_) + (1), axes, sc, part, atom, d_2_w_)
            if not((d_4_s_) in (d_5_kids_)):
                hresult_ = d_2_w_
                return hresult_
            d_0_n_ = (d_5_kids_)[d_4_s_]
            d_1_i_ = (d_1_i_) + (1)
        if not((d_0_n_).is_Node):
            hresult_ = d_2_w_
            return hresult_
        if not((d_0_n_).plain):
            d_2_w_ = default__.Enter((d_0_n_).rest, axes, sc, part, atom, d_2_w_)
        hresult_ = default__.Enter((d_0_n_).end, axes, sc, part, atom, d_2_w_)
        return hresult_
        return hresult_

    @staticmethod
    def JudgeAtoms(e, sc, i, part, pos, v):
        hresult_: Verdicts.Verdict = None
        d_0_j_: int
        d_0_j_ = pos
        d_1_w_: Verdicts.Verdict
        d_1_w_ = v
        while (d_0_j_) < (len((part).atoms)):
            if not(((d_1_w_).grant).is_NoGuards):
                d_1_w_ = Verdicts.Verdict_Clear(Trees.Guards_NoGuards(), (d_1_w_).short, (d_1_w_).needs, (d_1_w_).dues, (d_1_w_).charges)
            d_1_w_ = default__.Enter((e).tree, (e).axes, sc, part, ((part).atoms)[d_0_j_], d_1_w_)
            if not((d_1_w_).is_Clear):
                hresult_ = d_1_w_
                return hresult_
            if ((d_1_w_).grant).is_NoGuards:
                hresult_ = Verdicts.Verdict_Unpermitted(i, d_0_j_)
                return hresult_
            d_0_j_ = (d_0_j_) + (1)
        hresult_ = d_1_w_
        return hresult_
        return hresult_

    @staticmethod
    def Next(v):
        if ((v).dues).is_NoCharges:
            return v
        elif True:
            return Verdicts.Verdict_Clear((v).grant, (v).short, (v).needs, Verdicts.Charges_NoCharges(), Verdicts.default__.Total(v))

    @staticmethod
    def JudgePart(verbs, sc, i, v):
        d_0_part_ = (((sc).q).parts)[i]
        if (not(((d_0_part_).verb) in (verbs))) or ((len((d_0_part_).atoms)) == (0)):
            return Verdicts.Verdict_Unpermitted(i, 0)
        elif True:
            return default__.JudgeAtoms((verbs)[(d_0_part_).verb], sc, i, d_0_part_, 0, default__.Next(v))

    @staticmethod
    def JudgeParts(verbs, sc, pos, v):
        hresult_: Verdicts.Verdict = None
        d_0_i_: int
        d_0_i_ = pos
        d_1_w_: Verdicts.Verdict
        d_1_w_ = v
        while (d_0_i_) < (len(((sc).q).parts)):
            d_1_w_ = default__.JudgePart(verbs, sc, d_0_i_, d_1_w_)
            if not((d_1_w_).is_Clear):
                hresult_ = d_1_w_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_1_w_
        return hresult_
        return hresult_


class Root:
    @classmethod
    def default(cls, ):
        return lambda: Root_Root(Trees.Axes.default()(), Trees.Tree.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Root(self) -> bool:
        return isinstance(self, Root_Root)

class Root_Root(Root, NamedTuple('Root', [('axes', Any), ('tree', Any)])):
    def __dafnystr__(self) -> str:
        return f'Judging.Root.Root({_dafny.string_of(self.axes)}, {_dafny.string_of(self.tree)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Root_Root) and self.axes == __o.axes and self.tree == __o.tree
    def __hash__(self) -> int:
        return super().__hash__()

