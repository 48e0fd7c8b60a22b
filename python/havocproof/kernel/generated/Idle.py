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
import havocproof.kernel.generated.Reads as Reads
import havocproof.kernel.generated.Verdicts as Verdicts
import havocproof.kernel.generated.Judging as Judging
import havocproof.kernel.generated.ApprovalCode as ApprovalCode
import havocproof.kernel.generated.AgentCode as AgentCode
import havocproof.kernel.generated.RecordCode as RecordCode
import havocproof.kernel.generated.Kernel as Kernel
import havocproof.kernel.generated.Confirm as Confirm
import havocproof.kernel.generated.Prover as Prover

# Module: Idle

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Hull(f, key, full):
        source0_ = f
        if True:
            if source0_.is_E:
                return Grid.Iv_Iv((full).hi, (full).lo)
        if True:
            if source0_.is_In:
                d_0_c_ = source0_.c
                d_1_lo_ = source0_.lo
                d_2_hi_ = source0_.hi
                if (d_0_c_) == (key):
                    return Grid.Iv_Iv(d_1_lo_, d_2_hi_)
                elif True:
                    return full
        if True:
            if source0_.is_And:
                d_3_l_ = source0_.l
                d_4_r_ = source0_.r
                return default__.Meet(default__.Hull(d_3_l_, key, full), default__.Hull(d_4_r_, key, full))
        if True:
            if source0_.is_Or:
                d_5_l_ = source0_.l
                d_6_r_ = source0_.r
                return default__.Join(default__.Hull(d_5_l_, key, full), default__.Hull(d_6_r_, key, full))
        if True:
            if source0_.is_T:
                return full
        if True:
            return full

    @staticmethod
    def Meet(a, b):
        return Grid.Iv_Iv(((b).lo if ((a).lo) < ((b).lo) else (a).lo), ((a).hi if ((a).hi) < ((b).hi) else (b).hi))

    @staticmethod
    def Join(a, b):
        return Grid.Iv_Iv(((a).lo if ((a).lo) < ((b).lo) else (b).lo), ((b).hi if ((a).hi) < ((b).hi) else (a).hi))

    @staticmethod
    def Guarded(f, key, hull, full):
        if (((full).hi) <= ((full).lo)) or ((((hull).lo) <= ((full).lo)) and (((full).hi) <= ((hull).hi))):
            return f
        elif True:
            return Lower.default__.Both(Grid.F_In(key, (hull).lo, (hull).hi), f)

    @staticmethod
    def Plant(fs, i, j, key, full):
        if (i) == (j):
            return Tree_Leaf(Grid.F_E(), default__.Hull(Grid.F_E(), key, full))
        elif ((i) + (1)) == (j):
            return Tree_Leaf((fs)[i], default__.Hull((fs)[i], key, full))
        elif True:
            d_0_m_ = _dafny.euclidian_division((i) + (j), 2)
            d_1_l_ = default__.Plant(fs, i, d_0_m_, key, full)
            d_2_r_ = default__.Plant(fs, d_0_m_, j, key, full)
            d_3_hull_ = default__.Join((d_1_l_).hull, (d_2_r_).hull)
            return Tree_Node(default__.Guarded(Lower.default__.Either((d_1_l_).f, (d_2_r_).f), key, d_3_hull_, full), d_3_hull_, d_0_m_, d_1_l_, d_2_r_)

    @staticmethod
    def But(w, k):
        if (w).is_Leaf:
            return Grid.F_E()
        elif (k) < ((w).at):
            return Lower.default__.Either(default__.But((w).l, k), ((w).r).f)
        elif True:
            return Lower.default__.Either(((w).l).f, default__.But((w).r, k))

    @staticmethod
    def Groups(p, ids):
        return _dafny.SeqWithoutIsStrInference([Moments.default__.Mine((p).rules, (ids)[d_0_i_]) for d_0_i_ in range(len(ids))])

    @staticmethod
    def MayF(t, rs):
        return Lower.default__.Disj(_dafny.SeqWithoutIsStrInference([(Lower.default__.MaybeF(t, (rs)[d_0_i_]) if Lower.default__.Judging((rs)[d_0_i_]) else Grid.F_E()) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def MaysOf(t, groups):
        return _dafny.SeqWithoutIsStrInference([default__.MayF(t, (groups)[d_0_i_]) for d_0_i_ in range(len(groups))])

    @staticmethod
    def GrantsOf(t, groups):
        return _dafny.SeqWithoutIsStrInference([Lower.default__.GrantF(t, (groups)[d_0_i_]) for d_0_i_ in range(len(groups))])

    @staticmethod
    def ForbidsOf(t, groups):
        return _dafny.SeqWithoutIsStrInference([Lower.default__.ForbidF(t, (groups)[d_0_i_]) for d_0_i_ in range(len(groups))])

    @staticmethod
    def NeedsOf(t, groups, n):
        return _dafny.SeqWithoutIsStrInference([Lower.default__.NeedF(t, (groups)[d_0_i_], n) for d_0_i_ in range(len(groups))])

    @staticmethod
    def FullOf(t, key):
        if (key) < (len((t).coords)):
            return Coords.default__.DomOf(t, ((t).coords)[key])
        elif True:
            return Grid.Iv_Iv(0, 0)

    @staticmethod
    def Rooted(t, fs, key):
        return default__.Plant(fs, 0, len(fs), key, default__.FullOf(t, key))

    @staticmethod
    def Grown(t, p, ids, key):
        d_0_groups_ = default__.Groups(p, ids)
        d_1_ns_ = Lower.default__.NamesNeeded(t, (p).rules, len((p).rules))
        d_2_gs_ = default__.GrantsOf(t, d_0_groups_)
        d_3_fs_ = default__.ForbidsOf(t, d_0_groups_)
        d_4_needs_ = _dafny.SeqWithoutIsStrInference([default__.NeedsOf(t, d_0_groups_, (d_1_ns_)[d_5_i_]) for d_5_i_ in range(len(d_1_ns_))])
        return Grove_Grove(Lower.default__.Both(Lower.default__.AssumedF(t), Lower.default__.CompleteF(t, p)), Lower.default__.FactsF(t), d_1_ns_, default__.MaysOf(t, d_0_groups_), d_2_gs_, d_3_fs_, d_4_needs_, default__.Rooted(t, d_2_gs_, key), default__.Rooted(t, d_3_fs_, key), _dafny.SeqWithoutIsStrInference([default__.Rooted(t, (d_4_needs_)[d_6_i_], key) for d_6_i_ in range(len(d_4_needs_))]))

    @staticmethod
    def AloneF(g, k):
        return Lower.default__.Disj(_dafny.SeqWithoutIsStrInference([(Grid.F_E() if ((((g).needs)[d_0_i_])[k]).is_E else Lower.default__.Both((((g).needs)[d_0_i_])[k], Lower.default__.Neg(default__.But(((g).needTrees)[d_0_i_], k)))) for d_0_i_ in range(len((g).needs))]))

    @staticmethod
    def MattersF(g, k):
        d_0_gm_ = ((g).grants)[k]
        d_1_fm_ = ((g).forbids)[k]
        d_2_gr_ = default__.But((g).grantTree, k)
        d_3_does_ = Lower.default__.Either(Lower.default__.Both(d_0_gm_, Lower.default__.Both(Lower.default__.Neg(d_2_gr_), Lower.default__.Neg(d_1_fm_))), Lower.default__.Both(Lower.default__.Either(d_1_fm_, default__.AloneF(g, k)), d_2_gr_))
        if (d_3_does_).is_E:
            return Grid.F_E()
        elif True:
            return Lower.default__.Both(Lower.default__.Both(Lower.default__.Both((g).complete, ((g).mays)[k]), Lower.default__.Both(d_3_does_, Lower.default__.Neg(default__.But((g).forbidTree, k)))), (g).facts)

    @staticmethod
    def Parted(t, p, ids, places):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(ids)))) or ((((ids)[d_0_i_]) in (places)) and (((places)[(ids)[d_0_i_]]) == (d_0_i_)))

        def lambda1_(forall_var_1_):
            d_1_i_: int = forall_var_1_
            return not (((0) <= (d_1_i_)) and ((d_1_i_) < (len((p).rules)))) or (default__.Placed__(t, ((p).rules)[d_1_i_], ids, places))

        return (_dafny.quantifier(_dafny.IntegerRange(0, len(ids)), True, lambda0_)) and (_dafny.quantifier(_dafny.IntegerRange(0, len((p).rules)), True, lambda1_))

    @staticmethod
    def Placed__(t, r, ids, places):
        return ((((t).verb) not in ((r).verbs)) or (not(Lower.default__.Judging(r)))) or (((((r).id_) in (places)) and (((places)[(r).id_]) < (len(ids)))) and (((ids)[(places)[(r).id_]]) == ((r).id_)))

    @staticmethod
    def Ready(t, p, ids, places):
        return ((Lower.default__.TableOk(t)) and (Lower.default__.PolicyOk(t, p))) and (default__.Parted(t, p, ids, places))

    @staticmethod
    def Lives(t, p, ids, places, key, budget):
        lives: _dafny.Seq = _dafny.Seq({})
        lives = _dafny.SeqWithoutIsStrInference([])
        d_0_ok_: bool
        d_0_ok_ = default__.Ready(t, p, ids, places)
        if not(d_0_ok_):
            lives = _dafny.SeqWithoutIsStrInference([])
            return lives
        d_1_g_: Grove
        d_2_d_: _dafny.Seq
        rhs0_ = default__.Grown(t, p, ids, key)
        rhs1_ = Coords.default__.Dom(t)
        d_1_g_ = rhs0_
        d_2_d_ = rhs1_
        while (len(lives)) < (len(ids)):
            d_3_f_: Grid.F
            d_3_f_ = default__.MattersF(d_1_g_, len(lives))
            d_4_a_: Grid.Answer
            d_5_rest_: Grid.Work
            d_6_left_: int
            out0_: Grid.Answer
            out1_: Grid.Work
            out2_: int
            out0_, out1_, out2_ = Grid.default__.Next(Grid.default__.Begin(d_3_f_, d_2_d_), budget)
            d_4_a_ = out0_
            d_5_rest_ = out1_
            d_6_left_ = out2_
            if (d_4_a_).is_NoPoint:
                lives = (lives) + (_dafny.SeqWithoutIsStrInference([Life_Dead()]))
            elif (d_4_a_).is_TooLong:
                lives = (lives) + (_dafny.SeqWithoutIsStrInference([Life_Unclear()]))
            elif True:
                lives = (lives) + (_dafny.SeqWithoutIsStrInference([Life_Alive((d_4_a_).b)]))
        return lives


class Tree:
    @classmethod
    def default(cls, ):
        return lambda: Tree_Leaf(Grid.F.default()(), Grid.Iv.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Leaf(self) -> bool:
        return isinstance(self, Tree_Leaf)
    @property
    def is_Node(self) -> bool:
        return isinstance(self, Tree_Node)

class Tree_Leaf(Tree, NamedTuple('Leaf', [('f', Any), ('hull', Any)])):
    def __dafnystr__(self) -> str:
        return f'Idle.Tree.Leaf({_dafny.string_of(self.f)}, {_dafny.string_of(self.hull)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Leaf) and self.f == __o.f and self.hull == __o.hull
    def __hash__(self) -> int:
        return super().__hash__()

class Tree_Node(Tree, NamedTuple('Node', [('f', Any), ('hull', Any), ('at', Any), ('l', Any), ('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'Idle.Tree.Node({_dafny.string_of(self.f)}, {_dafny.string_of(self.hull)}, {_dafny.string_of(self.at)}, {_dafny.string_of(self.l)}, {_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Node) and self.f == __o.f and self.hull == __o.hull and self.at == __o.at and self.l == __o.l and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()


class Grove:
    @classmethod
    def default(cls, ):
        return lambda: Grove_Grove(Grid.F.default()(), Grid.F.default()(), _dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}), Tree.default()(), Tree.default()(), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Grove(self) -> bool:
        return isinstance(self, Grove_Grove)

class Grove_Grove(Grove, NamedTuple('Grove', [('complete', Any), ('facts', Any), ('ns', Any), ('mays', Any), ('grants', Any), ('forbids', Any), ('needs', Any), ('grantTree', Any), ('forbidTree', Any), ('needTrees', Any)])):
    def __dafnystr__(self) -> str:
        return f'Idle.Grove.Grove({_dafny.string_of(self.complete)}, {_dafny.string_of(self.facts)}, {_dafny.string_of(self.ns)}, {_dafny.string_of(self.mays)}, {_dafny.string_of(self.grants)}, {_dafny.string_of(self.forbids)}, {_dafny.string_of(self.needs)}, {_dafny.string_of(self.grantTree)}, {_dafny.string_of(self.forbidTree)}, {_dafny.string_of(self.needTrees)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Grove_Grove) and self.complete == __o.complete and self.facts == __o.facts and self.ns == __o.ns and self.mays == __o.mays and self.grants == __o.grants and self.forbids == __o.forbids and self.needs == __o.needs and self.grantTree == __o.grantTree and self.forbidTree == __o.forbidTree and self.needTrees == __o.needTrees
    def __hash__(self) -> int:
        return super().__hash__()


class Life:
    @classmethod
    def default(cls, ):
        return lambda: Life_Dead()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Dead(self) -> bool:
        return isinstance(self, Life_Dead)
    @property
    def is_Alive(self) -> bool:
        return isinstance(self, Life_Alive)
    @property
    def is_Unclear(self) -> bool:
        return isinstance(self, Life_Unclear)

class Life_Dead(Life, NamedTuple('Dead', [])):
    def __dafnystr__(self) -> str:
        return f'Idle.Life.Dead'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Life_Dead)
    def __hash__(self) -> int:
        return super().__hash__()

class Life_Alive(Life, NamedTuple('Alive', [('box', Any)])):
    def __dafnystr__(self) -> str:
        return f'Idle.Life.Alive({_dafny.string_of(self.box)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Life_Alive) and self.box == __o.box
    def __hash__(self) -> int:
        return super().__hash__()

class Life_Unclear(Life, NamedTuple('Unclear', [])):
    def __dafnystr__(self) -> str:
        return f'Idle.Life.Unclear'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Life_Unclear)
    def __hash__(self) -> int:
        return super().__hash__()

