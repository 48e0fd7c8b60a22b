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
import havocproof.kernel.generated.BuildCode as BuildCode

# Module: Kernel

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Start():
        return Verdicts.Verdict_Clear(Trees.Guards_NoGuards(), Trees.Guards_NoGuards(), Verdicts.Needs_NoNeeds(), Verdicts.Charges_NoCharges(), Verdicts.Charges_NoCharges())

    @staticmethod
    def Fine(p, r):
        return ((not((((r).effect).is_Permit) and ((len((r).unless)) != (0)))) and (not((((r).effect).is_Charge) and (not((((r).effect).budget) in ((p).budgets)))))) and (not((((r).effect).is_Leave) and (((((((r).effect).mark).kind) < (2)) or (((((r).effect).mark).kind) == (5))) or (((((r).effect).mark).kind) > (6)))))

    @staticmethod
    def Bad(p, pos):
        hresult_: int = int(0)
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len((p).rules)):
            if not(default__.Fine(p, ((p).rules)[d_0_i_])):
                hresult_ = d_0_i_
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = d_0_i_
        return hresult_
        return hresult_

    @staticmethod
    def FineBudget(b):
        return ((((b).kind) == (0)) or (((b).kind) == (5))) or ((((b).kind) == (1)) and ((0) < ((b).period)))

    @staticmethod
    def FineBudgets(p):
        def lambda0_(forall_var_0_):
            d_0_n_: Names.Name = forall_var_0_
            return not ((d_0_n_) in ((p).budgets)) or (default__.FineBudget(((p).budgets)[d_0_n_]))

        return _dafny.quantifier(((p).budgets).keys.Elements, True, lambda0_)

    @staticmethod
    def FineRoles(q, pos):
        return ((pos) == (len((q).roles))) or (((1) <= ((((q).roles)[pos])[1])) and (default__.FineRoles(q, (pos) + (1))))

    @staticmethod
    def FineQuorums(p):
        def lambda0_(forall_var_0_):
            d_0_n_: Names.Name = forall_var_0_
            return not ((d_0_n_) in ((p).quorums)) or (((1) <= (len((((p).quorums)[d_0_n_]).roles))) and (default__.FineRoles(((p).quorums)[d_0_n_], 0)))

        return _dafny.quantifier(((p).quorums).keys.Elements, True, lambda0_)

    @staticmethod
    def FineAgents(p):
        def lambda0_(forall_var_0_):
            def lambda1_(forall_var_1_):
                d_1_c_: Names.Name = forall_var_1_
                return not ((d_1_c_) in ((((p).agents)[d_0_a_]).starts)) or (not ((d_1_c_) in ((p).agents)) or ((((((p).agents)[d_1_c_]).uses) | ((((p).agents)[d_1_c_]).passes)).issubset(((((p).agents)[d_0_a_]).uses) | ((((p).agents)[d_0_a_]).passes))))

            d_0_a_: Names.Name = forall_var_0_
            return not ((d_0_a_) in ((p).agents)) or (_dafny.quantifier(((((p).agents)[d_0_a_]).starts).Elements, True, lambda1_))

        return _dafny.quantifier(((p).agents).keys.Elements, True, lambda0_)

    @staticmethod
    def IsSoft(p):
        def lambda0_(exists_var_0_):
            d_0_n_: Names.Name = exists_var_0_
            return ((d_0_n_) in ((p).budgets)) and (((((p).budgets)[d_0_n_]).kind) == (5))

        return _dafny.quantifier(((p).budgets).keys.Elements, False, lambda0_)

    @staticmethod
    def Roots(p):
        hresult_: _dafny.Map = _dafny.Map({})
        d_0_axes_: _dafny.Map
        d_0_axes_ = BuildCode.default__.Lists(p)
        d_1_forest_: _dafny.Map
        d_1_forest_ = BuildCode.default__.Forest(p, d_0_axes_, 0, len((p).rules))
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in ((p).axes).keys.Elements:
                d_2_verb_: Names.Name = compr_0_
                if (d_2_verb_) in ((p).axes):
                    coll0_[d_2_verb_] = Judging.Root_Root((d_0_axes_)[d_2_verb_], BuildCode.default__.Of(d_1_forest_, d_2_verb_))
            return _dafny.Map(coll0_)
        hresult_ = iife0_()
        
        return hresult_
        return hresult_

    @staticmethod
    def Load(p):
        d_0_bad_ = default__.Bad(p, 0)
        if (d_0_bad_) < (len((p).rules)):
            return Loaded_Invalid((((p).rules)[d_0_bad_]).id_)
        elif ((not(default__.FineBudgets(p))) or (not(default__.FineQuorums(p)))) or (not(default__.FineAgents(p))):
            return Loaded_Invalid((p).id_)
        elif True:
            return Loaded_Loaded(Plan_Plan(default__.Roots(p), default__.Start(), Verdicts.Writes_NoWrites(), default__.IsSoft(p), (p).quorums, (p).agents, (p).id_, (p).session, (p).user, (p).self))

    @staticmethod
    def Judge(plan, sc):
        if ((len(((sc).q).parts)) == (0)) or (not(((plan).start).is_Clear)):
            return Verdicts.Verdict_Unpermitted(0, 0)
        elif True:
            d_0_v_ = Judging.default__.JudgeParts((plan).verbs, sc, 0, (plan).start)
            if ((d_0_v_).is_Clear) and (((d_0_v_).short).is_More):
                return Verdicts.Verdict_Unpayable((((((d_0_v_).short).guard).due).name if ((((d_0_v_).short).guard).due).is_Under else ((((d_0_v_).short).guard).rule).id_))
            elif True:
                return d_0_v_

    @staticmethod
    def Fresh(c, nums):
        hresult_: bool = False
        d_0_rest_: Verdicts.Charges
        d_0_rest_ = c
        while not((d_0_rest_).is_NoCharges):
            d_1_key_: tuple
            d_1_key_ = (d_0_rest_).key
            if ((d_1_key_)[0]) == (2):
                if not((d_1_key_) in (nums)):
                    hresult_ = True
                    return hresult_
                if ((nums)[d_1_key_]) <= (0):
                    hresult_ = True
                    return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def Brought(c, nums):
        d_0___accumulator_ = _dafny.Set({})
        while True:
            with _dafny.label():
                if (c).is_NoCharges:
                    return (_dafny.Set({})) | (d_0___accumulator_)
                elif True:
                    d_0___accumulator_ = (d_0___accumulator_) | ((_dafny.Set({(c).key}) if ((((c).key)[0]) == (2)) and ((Cells.default__.Get(nums, (c).key)) <= (0)) else _dafny.Set({})))
                    in0_ = (c).more
                    in1_ = nums
                    c = in0_
                    nums = in1_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def SpendAll(c, rule, all_, now, nums, w):
        hresult_: Verdicts.Verdict = None
        d_0_rest_: Verdicts.Charges
        d_0_rest_ = c
        d_1_out_: Verdicts.Writes
        d_1_out_ = w
        while not((d_0_rest_).is_NoCharges):
            d_2_key_: tuple
            d_2_key_ = (d_0_rest_).key
            d_3_amount_: int
            d_3_amount_ = (d_0_rest_).amount
            d_4_n_: int
            d_4_n_ = 0
            if (d_2_key_) in (nums):
                d_4_n_ = (nums)[d_2_key_]
            if (d_3_amount_) < (0):
                hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_4_n_))
                return hresult_
            d_5_kind_: int
            d_5_kind_ = (d_2_key_)[0]
            if (d_5_kind_) == (0):
                d_6_sum_: int
                d_6_sum_ = (d_4_n_) + (d_3_amount_)
                d_7_end_: int
                d_7_end_ = (d_2_key_)[6]
                if ((d_6_sum_) > ((d_0_rest_).limit)) or (((d_7_end_) != (0)) and ((d_7_end_) <= (now))):
                    hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_4_n_))
                    return hresult_
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, d_6_sum_, d_1_out_)
            elif (d_5_kind_) == (1):
                if ((d_3_amount_) > ((d_0_rest_).limit)) or (((d_4_n_) + (d_3_amount_)) > ((now) + ((d_0_rest_).limit))):
                    hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_4_n_))
                    return hresult_
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, ((now if (d_4_n_) < (now) else d_4_n_)) + (d_3_amount_), d_1_out_)
            elif ((d_5_kind_) == (2)) or ((d_5_kind_) == (3)):
                if (now) <= (0):
                    hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_4_n_))
                    return hresult_
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, now, d_1_out_)
            elif (d_5_kind_) == (5):
                d_8_end_: int
                d_8_end_ = (d_2_key_)[6]
                if ((d_8_end_) != (0)) and ((d_8_end_) <= (now)):
                    hresult_ = Verdicts.Verdict_Exhausted((d_2_key_)[1], d_2_key_, ((d_0_rest_).limit) - (d_4_n_))
                    return hresult_
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, (d_4_n_) + (d_3_amount_), d_1_out_)
            elif ((d_5_kind_) != (4)) and ((d_5_kind_) != (6)):
                d_1_out_ = Verdicts.Writes_Write(d_2_key_, d_4_n_, d_1_out_)
            d_0_rest_ = (d_0_rest_).more
        hresult_ = Verdicts.Verdict_Permitted(rule, all_, d_1_out_, False)
        return hresult_
        return hresult_

    @staticmethod
    def Softly(c, nums, needs):
        while True:
            with _dafny.label():
                if (c).is_NoCharges:
                    return needs
                elif True:
                    in0_ = (c).more
                    in1_ = nums
                    in2_ = (Verdicts.Needs_Need(((c).key)[1], needs) if (((((c).key)[0]) == (5)) and (((Cells.default__.Get(nums, (c).key)) + ((c).amount)) > ((c).limit))) and (not(Verdicts.default__.HasNeed(needs, ((c).key)[1]))) else needs)
                    c = in0_
                    nums = in1_
                    needs = in2_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def GrantKey(plan, q):
        return (7, (plan).id_, ((q).scopes)[(plan).session], (q).digest, (q).digest, (q).digest, 0)

    @staticmethod
    def Enough(quorums, needs, g):
        return ((needs).is_NoNeeds) or (((((needs).name) in (quorums)) and (ApprovalCode.default__.Filled((quorums)[(needs).name], g, 0))) and (default__.Enough(quorums, (needs).more, g)))

    @staticmethod
    def Approved(plan, needs, sc):
        return (((((plan).session) in (((sc).q).scopes)) and ((default__.GrantKey(plan, (sc).q)) in (((sc).view).grants))) and (ApprovalCode.default__.Live((((sc).view).grants)[default__.GrantKey(plan, (sc).q)], (sc).now))) and (default__.Enough((plan).quorums, needs, (((sc).view).grants)[default__.GrantKey(plan, (sc).q)]))

    @staticmethod
    def Within(quorums, needs, most):
        while True:
            with _dafny.label():
                if (needs).is_NoNeeds:
                    return most
                elif True:
                    d_0_w_ = (((quorums)[(needs).name]).within if ((needs).name) in (quorums) else 0)
                    in0_ = quorums
                    in1_ = (needs).more
                    in2_ = (d_0_w_ if (d_0_w_) < (most) else most)
                    quorums = in0_
                    needs = in1_
                    most = in2_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def Reserve(plan, v, sc):
        if not((v).is_Clear):
            return v
        elif ((v).grant).is_NoGuards:
            return Verdicts.Verdict_Unpermitted(0, 0)
        elif True:
            d_0_all_ = Verdicts.default__.Total(v)
            d_1_w_ = default__.SpendAll(d_0_all_, ((((v).grant).guard).rule).id_, d_0_all_, (sc).now, ((sc).view).nums, (plan).none)
            if not((d_1_w_).is_Permitted):
                return d_1_w_
            elif True:
                d_2_needs_ = (default__.Softly(d_0_all_, ((sc).view).nums, (v).needs) if (plan).soft else (v).needs)
                if (d_2_needs_).is_NoNeeds:
                    return d_1_w_
                elif default__.Approved(plan, d_2_needs_, sc):
                    return Verdicts.Verdict_Permitted((d_1_w_).rule, (d_1_w_).charges, (d_1_w_).writes, True)
                elif True:
                    return Verdicts.Verdict_Asked((d_1_w_).rule, d_2_needs_)

    @staticmethod
    def Decide(plan, sc, seen):
        pat_let_tv0_ = sc
        if ((sc).now) < (seen):
            return Verdicts.Verdict_Late(seen)
        elif True:
            d_0_j_ = default__.Judge(plan, sc)
            if not((d_0_j_).is_Clear):
                return d_0_j_
            elif default__.Fresh(Verdicts.default__.Total(d_0_j_), ((sc).view).nums):
                def iife0_(_pat_let0_0):
                    def iife1_(d_1_dt__update__tmp_h0_):
                        def iife2_(_pat_let1_0):
                            def iife3_(d_2_dt__update_hown_h0_):
                                return Scenes.Scene_Scene((d_1_dt__update__tmp_h0_).q, (d_1_dt__update__tmp_h0_).groups, (d_1_dt__update__tmp_h0_).now, (d_1_dt__update__tmp_h0_).view, d_2_dt__update_hown_h0_)
                            return iife3_(_pat_let1_0)
                        return iife2_(default__.Brought(Verdicts.default__.Total(d_0_j_), ((pat_let_tv0_).view).nums))
                    return iife1_(_pat_let0_0)
                return default__.Reserve(plan, default__.Judge(plan, iife0_(sc)), sc)
            elif True:
                return default__.Reserve(plan, d_0_j_, sc)

    @staticmethod
    def Stays(used, measure, amount):
        if (not((measure) in (used))) or ((amount) <= ((used)[measure])):
            return amount
        elif ((used)[measure]) < (0):
            return 0
        elif True:
            return (used)[measure]

    @staticmethod
    def Settle(c, used, ok, since, now, nums, w):
        hresult_: Verdicts.Writes = Verdicts.Writes.default()()
        d_0_rest_: Verdicts.Charges
        d_0_rest_ = c
        d_1_out_: Verdicts.Writes
        d_1_out_ = w
        while not((d_0_rest_).is_NoCharges):
            d_2_key_: tuple
            d_2_key_ = (d_0_rest_).key
            d_3_n_: int
            d_3_n_ = 0
            if (d_2_key_) in (nums):
                d_3_n_ = (nums)[d_2_key_]
            if Cells.default__.Counting(d_2_key_):
                if Cells.default__.Open(d_2_key_, now):
                    d_1_out_ = Verdicts.Writes_Write(d_2_key_, (d_3_n_) - (((d_0_rest_).amount) - (default__.Stays(used, (d_0_rest_).measure, (d_0_rest_).amount))), d_1_out_)
            elif ((d_2_key_)[0]) == (4):
                if (ok) and ((d_3_n_) < (since)):
                    d_1_out_ = Verdicts.Writes_Write(d_2_key_, since, d_1_out_)
            d_0_rest_ = (d_0_rest_).more
        hresult_ = d_1_out_
        return hresult_
        return hresult_

    @staticmethod
    def Tell(k, now, nums, none):
        if Cells.default__.Marking(k):
            if (0) < (now):
                return Verdicts.Writes_Write(k, now, none)
            elif True:
                return none
        elif ((k)[0]) == (4):
            if (Cells.default__.Get(nums, k)) < (now):
                return Verdicts.Writes_Write(k, now, none)
            elif True:
                return none
        elif True:
            return none

    @staticmethod
    def Dead(k, now):
        return (Cells.default__.Counting(k)) and (not(Cells.default__.Open(k, now)))


class Plan:
    @classmethod
    def default(cls, ):
        return lambda: Plan_Plan(_dafny.Map({}), Verdicts.Verdict.default()(), Verdicts.Writes.default()(), False, _dafny.Map({}), _dafny.Map({}), default_Name, default_Name, default_Name, default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Plan(self) -> bool:
        return isinstance(self, Plan_Plan)

class Plan_Plan(Plan, NamedTuple('Plan', [('verbs', Any), ('start', Any), ('none', Any), ('soft', Any), ('quorums', Any), ('agents', Any), ('id_', Any), ('session', Any), ('user', Any), ('self', Any)])):
    def __dafnystr__(self) -> str:
        return f'Kernel.Plan.Plan({_dafny.string_of(self.verbs)}, {_dafny.string_of(self.start)}, {_dafny.string_of(self.none)}, {_dafny.string_of(self.soft)}, {_dafny.string_of(self.quorums)}, {_dafny.string_of(self.agents)}, {_dafny.string_of(self.id_)}, {_dafny.string_of(self.session)}, {_dafny.string_of(self.user)}, {_dafny.string_of(self.self)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Plan_Plan) and self.verbs == __o.verbs and self.start == __o.start and self.none == __o.none and self.soft == __o.soft and self.quorums == __o.quorums and self.agents == __o.agents and self.id_ == __o.id_ and self.session == __o.session and self.user == __o.user and self.self == __o.self
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

