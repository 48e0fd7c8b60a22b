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
import havocproof.kernel.generated.Zones as Zones
import havocproof.kernel.generated.Trees as Trees
import havocproof.kernel.generated.Cells as Cells
import havocproof.kernel.generated.Verdicts as Verdicts
import havocproof.kernel.generated.CheckCode as CheckCode
import havocproof.kernel.generated.Judging as Judging
import havocproof.kernel.generated.BuildCode as BuildCode

# Module: Kernel

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Start():
        return Verdicts.Verdict_Clear(Trees.Guards_NoGuards(), Trees.Guards_NoGuards(), Verdicts.Needs_NoNeeds(), Verdicts.Charges_NoCharges(), Verdicts.Charges_NoCharges())

    @staticmethod
    def Bad(p, pos):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len((p).rules)):
            d_1_r_: Policies.Rule
            d_1_r_ = ((p).rules)[d_0_i_]
            if (((d_1_r_).effect).is_Permit) and ((len((d_1_r_).unless)) != (0)):
                hresult_ = d_0_i_
                return hresult_
            if (((d_1_r_).effect).is_Charge) and (not((((d_1_r_).effect).budget) in ((p).budgets))):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def Roots(p):
        hresult_: _dafny.Map = _dafny.Map({})
        d_0_forest_: _dafny.Map
        d_0_forest_ = BuildCode.default__.Forest(p, 0, len((p).rules))
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in ((p).axes).keys.Elements:
                d_1_verb_: Names.Name = compr_0_
                if (d_1_verb_) in ((p).axes):
                    coll0_[d_1_verb_] = Judging.Root_Root(BuildCode.default__.AxisList(((p).axes)[d_1_verb_], 0), BuildCode.default__.Of(d_0_forest_, d_1_verb_))
            return _dafny.Map(coll0_)
        hresult_ = iife0_()
        
        return hresult_
        return hresult_

    @staticmethod
    def Load(p):
        d_0_bad_ = default__.Bad(p, 0)
        if (d_0_bad_) < (len((p).rules)):
            return Loaded_Invalid((((p).rules)[d_0_bad_]).id_)
        elif True:
            return Loaded_Loaded(Plan_Plan(default__.Roots(p), default__.Start(), Verdicts.Writes_NoWrites()))

    @staticmethod
    def Judge(plan, q, now):
        if ((len((q).parts)) == (0)) or (not(((plan).start).is_Clear)):
            return Verdicts.Verdict_Unpermitted(0, 0)
        elif True:
            d_0_v_ = Judging.default__.JudgeParts((plan).verbs, q, 0, now, (plan).start)
            if ((d_0_v_).is_Clear) and (((d_0_v_).short).is_More):
                return Verdicts.Verdict_Unpayable((((((d_0_v_).short).guard).due).name if ((((d_0_v_).short).guard).due).is_Under else ((((d_0_v_).short).guard).rule).id_))
            elif True:
                return d_0_v_

    @staticmethod
    def SpendAll(c, rule, all_, now, cells, w):
        hresult_: Verdicts.Verdict = None
        d_0_rest_: Verdicts.Charges
        d_0_rest_ = c
        d_1_out_: Verdicts.Writes
        d_1_out_ = w
        while not((d_0_rest_).is_NoCharges):
            d_2_key_: tuple
            d_2_key_ = (d_0_rest_).key
            d_3_n_: int
            d_3_n_ = 0
            if (d_2_key_) in (cells):
                d_3_n_ = (cells)[d_2_key_]
            d_4_sum_: int
            d_4_sum_ = (d_3_n_) + ((d_0_rest_).amount)
            d_5_end_: int
            d_5_end_ = (d_2_key_)[6]
            if ((d_4_sum_) > ((d_0_rest_).limit)) or (((d_5_end_) != (0)) and ((d_5_end_) <= (now))):
                hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_3_n_))
                return hresult_
            d_1_out_ = Verdicts.Writes_Write(d_2_key_, d_4_sum_, d_1_out_)
            d_0_rest_ = (d_0_rest_).more
        hresult_ = Verdicts.Verdict_Permitted(rule, all_, d_1_out_)
        return hresult_
        return hresult_

    @staticmethod
    def Reserve(v, now, cells, none):
        if not((v).is_Clear):
            return v
        elif ((v).grant).is_NoGuards:
            return Verdicts.Verdict_Unpermitted(0, 0)
        elif True:
            d_0_all_ = Verdicts.default__.Total(v)
            d_1_w_ = default__.SpendAll(d_0_all_, ((((v).grant).guard).rule).id_, d_0_all_, now, cells, none)
            if ((d_1_w_).is_Permitted) and (((v).needs).is_Need):
                return Verdicts.Verdict_Asked((d_1_w_).rule, (v).needs)
            elif True:
                return d_1_w_

    @staticmethod
    def Decide(plan, q, now, cells):
        return default__.Reserve(default__.Judge(plan, q, now), now, cells, (plan).none)

    @staticmethod
    def Kept(used, measure, amount):
        if (not((measure) in (used))) or ((amount) <= ((used)[measure])):
            return amount
        elif ((used)[measure]) < (0):
            return 0
        elif True:
            return (used)[measure]

    @staticmethod
    def Settle(c, used, now, cells, w):
        hresult_: Verdicts.Writes = Verdicts.Writes.default()()
        d_0_rest_: Verdicts.Charges
        d_0_rest_ = c
        d_1_out_: Verdicts.Writes
        d_1_out_ = w
        while not((d_0_rest_).is_NoCharges):
            d_2_key_: tuple
            d_2_key_ = (d_0_rest_).key
            if Cells.default__.Open(d_2_key_, now):
                d_3_n_: int
                d_3_n_ = 0
                if (d_2_key_) in (cells):
                    d_3_n_ = (cells)[d_2_key_]
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, (d_3_n_) - (((d_0_rest_).amount) - (default__.Kept(used, (d_0_rest_).measure, (d_0_rest_).amount))), d_1_out_)
            d_0_rest_ = (d_0_rest_).more
        hresult_ = d_1_out_
        return hresult_
        return hresult_


class Plan:
    @classmethod
    def default(cls, ):
        return lambda: Plan_Plan(_dafny.Map({}), Verdicts.Verdict.default()(), Verdicts.Writes.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Plan(self) -> bool:
        return isinstance(self, Plan_Plan)

class Plan_Plan(Plan, NamedTuple('Plan', [('verbs', Any), ('start', Any), ('none', Any)])):
    def __dafnystr__(self) -> str:
        return f'Kernel.Plan.Plan({_dafny.string_of(self.verbs)}, {_dafny.string_of(self.start)}, {_dafny.string_of(self.none)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Plan_Plan) and self.verbs == __o.verbs and self.start == __o.start and self.none == __o.none
    def __hash__(self) -> int:
        return super().__hash__()


class Loaded:
    @classmethod
    def default(cls, ):
        return lambda: Loaded_Invalid(default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Invalid(self) -> bool:
        return isinstance(self, Loaded_Invalid)
    @property
    def is_Loaded(self) -> bool:
        return isinstance(self, Loaded_Loaded)

class Loaded_Invalid(Loaded, NamedTuple('Invalid', [('rule', Any)])):
    def __dafnystr__(self) -> str:
        return f'Kernel.Loaded.Invalid({_dafny.string_of(self.rule)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Loaded_Invalid) and self.rule == __o.rule
    def __hash__(self) -> int:
        return super().__hash__()

class Loaded_Loaded(Loaded, NamedTuple('Loaded', [('plan', Any)])):
    def __dafnystr__(self) -> str:
        return f'Kernel.Loaded.Loaded({_dafny.string_of(self.plan)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Loaded_Loaded) and self.plan == __o.plan
    def __hash__(self) -> int:
        return super().__hash__()

