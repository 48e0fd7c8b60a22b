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

# Module: Lower

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Both(l, r):
        if (l).is_T:
            return r
        elif (r).is_T:
            return l
        elif (l).is_E:
            return l
        elif (r).is_E:
            return r
        elif True:
            return Grid.F_And(l, r)

    @staticmethod
    def Either(l, r):
        if (l).is_E:
            return r
        elif (r).is_E:
            return l
        elif (l).is_T:
            return l
        elif (r).is_T:
            return r
        elif True:
            return Grid.F_Or(l, r)

    @staticmethod
    def Neg(f):
        if (f).is_T:
            return Grid.F_E()
        elif (f).is_E:
            return Grid.F_T()
        elif True:
            return Grid.F_Not(f)

    @staticmethod
    def OrOf(fs, i, j):
        if (i) == (j):
            return Grid.F_E()
        elif ((i) + (1)) == (j):
            return (fs)[i]
        elif True:
            d_0_m_ = _dafny.euclidian_division((i) + (j), 2)
            return default__.Either(default__.OrOf(fs, i, d_0_m_), default__.OrOf(fs, d_0_m_, j))

    @staticmethod
    def AndOf(fs, i, j):
        if (i) == (j):
            return Grid.F_T()
        elif ((i) + (1)) == (j):
            return (fs)[i]
        elif True:
            d_0_m_ = _dafny.euclidian_division((i) + (j), 2)
            return default__.Both(default__.AndOf(fs, i, d_0_m_), default__.AndOf(fs, d_0_m_, j))

    @staticmethod
    def Disj(fs):
        return default__.OrOf(fs, 0, len(fs))

    @staticmethod
    def Conj(fs):
        return default__.AndOf(fs, 0, len(fs))

    @staticmethod
    def Nr(t, k):
        if (k) in ((t).where):
            return ((t).where)[k]
        elif True:
            return len((t).coords)

    @staticmethod
    def On(t, k):
        return Grid.F_In(default__.Nr(t, k), 1, 2)

    @staticmethod
    def There(t, k, hi):
        return Grid.F_In(default__.Nr(t, k), 0, hi)

    @staticmethod
    def Spans(t, names):
        if (names) in ((t).spans):
            return ((t).spans)[names]
        elif True:
            return _dafny.SeqWithoutIsStrInference([])

    @staticmethod
    def InOf(c, vs):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([Grid.F_In(c, ((vs)[d_0_i_]).lo, ((vs)[d_0_i_]).hi) for d_0_i_ in range(len(vs))]))

    @staticmethod
    def Among(t, k, names):
        return default__.InOf(default__.Nr(t, k), default__.Spans(t, names))

    @staticmethod
    def HasName(t, axis):
        if (axis) in ((t).names):
            return Grid.F_T()
        elif True:
            return default__.There(t, Coords.Coord_CName(axis), (len((t).lits)) + (1))

    @staticmethod
    def HasPlace(t, axis):
        if (axis) in ((t).places):
            return Grid.F_T()
        elif True:
            return default__.There(t, Coords.Coord_CLen(axis), (Coords.default__.Depth(t, axis)) + (2))

    @staticmethod
    def HasMeasure(t, axis):
        if (axis) in ((t).ints):
            return Grid.F_T()
        elif True:
            d_0_v_ = Coords.default__.Bounds(t, Coords.Coord_CInt(axis))
            return Grid.F_In(default__.Nr(t, Coords.Coord_CInt(axis)), (d_0_v_).lo, (d_0_v_).hi)

    @staticmethod
    def HasScope(t, s):
        if (s) in ((t).given):
            return Grid.F_T()
        elif True:
            return default__.There(t, Coords.Coord_CScope(s), (len((t).lits)) + (1))

    @staticmethod
    def GivenF(t, s):
        return default__.Either(default__.HasScope(t, s), default__.HasName(t, s))

    @staticmethod
    def AllGivenF(t, per):
        return default__.Both(default__.Both(default__.GivenF(t, (per)[0]), default__.GivenF(t, (per)[1])), default__.Both(default__.GivenF(t, (per)[2]), default__.GivenF(t, (per)[3])))

    @staticmethod
    def SymF(t, axis, syms, i):
        if (((syms)[i]).is_One) or ((((syms)[i]).name) not in ((t).index)):
            return Grid.F_T()
        elif True:
            d_0_k_ = ((t).index)[((syms)[i]).name]
            return Grid.F_In(default__.Nr(t, Coords.Coord_CSeg(axis, i)), d_0_k_, (d_0_k_) + (1))

    @staticmethod
    def PatternF(t, axis, p):
        d_0_n_ = len((p).syms)
        return default__.Both(Grid.F_In(default__.Nr(t, Coords.Coord_CLen(axis)), d_0_n_, ((Coords.default__.Depth(t, axis)) + (2) if (p).open_ else (d_0_n_) + (1))), default__.Conj(_dafny.SeqWithoutIsStrInference([default__.SymF(t, axis, (p).syms, d_1_i_) for d_1_i_ in range(d_0_n_)])))

    @staticmethod
    def PatternOk(t, axis, p):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len((p).syms)))) or (((((p).syms)[d_0_i_]).is_One) or ((((((p).syms)[d_0_i_]).name) in ((t).index)) and ((Coords.Coord_CSeg(axis, d_0_i_)) in ((t).where))))

        return ((len((p).syms)) <= (Coords.default__.Depth(t, axis))) and (_dafny.quantifier(_dafny.IntegerRange(0, len((p).syms)), True, lambda0_))

    @staticmethod
    def PatternsF(t, axis, ps):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.PatternF(t, axis, (ps)[d_0_i_]) for d_0_i_ in range(len(ps))]))

    @staticmethod
    def SegmentF(t, axis, names, i):
        return default__.Both(Grid.F_In(default__.Nr(t, Coords.Coord_CLen(axis)), (i) + (1), (Coords.default__.Depth(t, axis)) + (2)), default__.Among(t, Coords.Coord_CSeg(axis, i), names))

    @staticmethod
    def HoldingF(t, axis, names):
        d_0_d_ = Coords.default__.Depth(t, axis)
        return default__.Either(default__.Both(Grid.F_In(default__.Nr(t, Coords.Coord_CLen(axis)), (d_0_d_) + (1), (d_0_d_) + (2)), default__.On(t, Coords.Coord_CTail(axis, names))), default__.Disj(_dafny.SeqWithoutIsStrInference([default__.SegmentF(t, axis, names, d_1_i_) for d_1_i_ in range(d_0_d_)])))

    @staticmethod
    def RangeF(c, v, r):
        if (r).is_AtLeast:
            return Grid.F_In(c, (r).lo, (v).hi)
        elif (r).is_AtMost:
            return Grid.F_In(c, (v).lo, ((r).hi) + (1))
        elif True:
            return Grid.F_In(c, (r).lo, ((r).hi) + (1))

    @staticmethod
    def RangeOk(v, r):
        return (((r).is_AtMost) or ((((v).lo) < ((r).lo)) and (((r).lo) < ((v).hi)))) and (((r).is_AtLeast) or ((((v).lo) <= ((r).hi)) and (((r).hi) < (((v).hi) - (1)))))

    @staticmethod
    def RangesF(t, k, rs):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.RangeF(default__.Nr(t, k), Coords.default__.Bounds(t, k), (rs)[d_0_i_]) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def RangesOk(t, k, rs):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(rs)))) or (default__.RangeOk(Coords.default__.Bounds(t, k), (rs)[d_0_i_]))

        return ((k) in ((t).where)) and (_dafny.quantifier(_dafny.IntegerRange(0, len(rs)), True, lambda0_))

    @staticmethod
    def KeptOf(ref):
        return Coords.Coord_CKept((ref).record, (ref).run, (ref).under, (ref).lasts)

    @staticmethod
    def HasNamesF(t, ref):
        return default__.Both(default__.On(t, default__.KeptOf(ref)), (Grid.F_T() if (((ref).record, (ref).field)) in ((t).wholes) else default__.On(t, Coords.Coord_CHasNames(ref))))

    @staticmethod
    def HasIntF(t, ref):
        return default__.Both(default__.On(t, default__.KeptOf(ref)), (Grid.F_T() if (((ref).record, (ref).field)) in ((t).wholeInts) else default__.On(t, Coords.Coord_CHasInt(ref))))

    @staticmethod
    def KnownF(t, s):
        source0_ = s
        if True:
            if source0_.is_Named:
                d_0_axis_ = source0_.axis
                return default__.HasName(t, d_0_axis_)
        if True:
            if source0_.is_Placed:
                d_1_axis_ = source0_.axis
                return default__.HasPlace(t, d_1_axis_)
        if True:
            if source0_.is_Holding:
                d_2_axis_ = source0_.axis
                return default__.HasPlace(t, d_2_axis_)
        if True:
            if source0_.is_Ranged:
                d_3_axis_ = source0_.axis
                return default__.HasMeasure(t, d_3_axis_)
        if True:
            if source0_.is_Scoped:
                return Grid.F_T()
        if True:
            if source0_.is_Scoping:
                return Grid.F_T()
        if True:
            if source0_.is_Stands:
                d_4_mark_ = source0_.mark
                return default__.AllGivenF(t, (d_4_mark_).per)
        if True:
            if source0_.is_Since:
                d_5_done_ = source0_.done
                d_6_reset_ = source0_.reset
                return default__.Both(default__.AllGivenF(t, (d_5_done_).per), default__.AllGivenF(t, (d_6_reset_).per))
        if True:
            if source0_.is_Listed:
                d_7_axis_ = source0_.axis
                d_8_ref_ = source0_.ref
                return default__.Both(default__.HasName(t, d_7_axis_), default__.HasNamesF(t, d_8_ref_))
        if True:
            if source0_.is_Held:
                d_9_ref_ = source0_.ref
                return default__.HasNamesF(t, d_9_ref_)
        if True:
            if source0_.is_HeldIn:
                d_10_ref_ = source0_.ref
                return default__.HasIntF(t, d_10_ref_)
        if True:
            if source0_.is_Compared:
                d_11_axis_ = source0_.axis
                d_12_ref_ = source0_.ref
                return default__.Both(default__.HasMeasure(t, d_11_axis_), default__.HasIntF(t, d_12_ref_))
        if True:
            d_13_ref_ = source0_.ref
            if ((d_13_ref_).under).is_ByAxis:
                return default__.HasName(t, ((d_13_ref_).under).axis)
            elif True:
                return Grid.F_T()

    @staticmethod
    def CoreF(t, s):
        source0_ = s
        if True:
            if source0_.is_Named:
                d_0_axis_ = source0_.axis
                d_1_names_ = source0_.names
                return default__.Among(t, Coords.Coord_CName(d_0_axis_), d_1_names_)
        if True:
            if source0_.is_Placed:
                d_2_axis_ = source0_.axis
                d_3_patterns_ = source0_.patterns
                return default__.PatternsF(t, d_2_axis_, d_3_patterns_)
        if True:
            if source0_.is_Holding:
                d_4_axis_ = source0_.axis
                d_5_names_ = source0_.names
                return default__.HoldingF(t, d_4_axis_, d_5_names_)
        if True:
            if source0_.is_Ranged:
                d_6_axis_ = source0_.axis
                d_7_ranges_ = source0_.ranges
                return default__.RangesF(t, Coords.Coord_CInt(d_6_axis_), d_7_ranges_)
        if True:
            if source0_.is_Scoped:
                d_8_scope_ = source0_.scope
                d_9_names_ = source0_.names
                return default__.Among(t, Coords.Coord_CScope(d_8_scope_), d_9_names_)
        if True:
            if source0_.is_Scoping:
                d_10_scope_ = source0_.scope
                return default__.HasScope(t, d_10_scope_)
        if True:
            if source0_.is_Stands:
                d_11_mark_ = source0_.mark
                d_12_lasts_ = source0_.lasts
                return default__.On(t, Coords.Coord_CMark(d_11_mark_, d_12_lasts_))
        if True:
            if source0_.is_Since:
                d_13_done_ = source0_.done
                d_14_reset_ = source0_.reset
                d_15_lasts_ = source0_.lasts
                return default__.On(t, Coords.Coord_CSince(d_13_done_, d_14_reset_, d_15_lasts_))
        if True:
            if source0_.is_Listed:
                d_16_axis_ = source0_.axis
                d_17_ref_ = source0_.ref
                return default__.On(t, Coords.Coord_CListed(d_16_axis_, d_17_ref_))
        if True:
            if source0_.is_Held:
                d_18_ref_ = source0_.ref
                d_19_names_ = source0_.names
                if (((d_18_ref_).record, (d_18_ref_).field)) in ((t).ones):
                    return default__.Among(t, Coords.Coord_COne(d_18_ref_), d_19_names_)
                elif True:
                    return default__.On(t, Coords.Coord_CHeld(d_18_ref_, d_19_names_))
        if True:
            if source0_.is_HeldIn:
                d_20_ref_ = source0_.ref
                d_21_ranges_ = source0_.ranges
                return default__.RangesF(t, Coords.Coord_CRecorded(d_20_ref_), d_21_ranges_)
        if True:
            if source0_.is_Compared:
                d_22_axis_ = source0_.axis
                d_23_ref_ = source0_.ref
                d_24_exact_ = source0_.exact
                return default__.On(t, Coords.Coord_CCompared(d_22_axis_, d_23_ref_, d_24_exact_))
        if True:
            d_25_ref_ = source0_.ref
            return default__.On(t, default__.KeptOf(d_25_ref_))

    @staticmethod
    def MetF(t, s):
        if (s).want:
            return default__.CoreF(t, s)
        elif True:
            return default__.Neg(default__.CoreF(t, s))

    @staticmethod
    def SureF(t, s):
        return default__.Both(default__.KnownF(t, s), default__.MetF(t, s))

    @staticmethod
    def MayF(t, s):
        return default__.Either(default__.Neg(default__.KnownF(t, s)), default__.MetF(t, s))

    @staticmethod
    def NameOk(t, axis):
        return ((axis) in ((t).names)) or ((Coords.Coord_CName(axis)) in ((t).where))

    @staticmethod
    def PlaceOk(t, axis):
        return ((axis) in ((t).places)) or ((Coords.Coord_CLen(axis)) in ((t).where))

    @staticmethod
    def MeasureOk(t, axis):
        return ((axis) in ((t).ints)) or ((Coords.Coord_CInt(axis)) in ((t).where))

    @staticmethod
    def ScopeOk(t, s):
        return ((s) in ((t).given)) or ((Coords.Coord_CScope(s)) in ((t).where))

    @staticmethod
    def PerOk(t, per):
        return (((default__.GivenOk(t, (per)[0])) and (default__.GivenOk(t, (per)[1]))) and (default__.GivenOk(t, (per)[2]))) and (default__.GivenOk(t, (per)[3]))

    @staticmethod
    def GivenOk(t, s):
        return (default__.ScopeOk(t, s)) and (default__.NameOk(t, s))

    @staticmethod
    def NamesOk(t, ref):
        return ((default__.KeptOf(ref)) in ((t).where)) and (((((ref).record, (ref).field)) in ((t).wholes)) or ((Coords.Coord_CHasNames(ref)) in ((t).where)))

    @staticmethod
    def IntOk(t, ref):
        return ((default__.KeptOf(ref)) in ((t).where)) and (((((ref).record, (ref).field)) in ((t).wholeInts)) or ((Coords.Coord_CHasInt(ref)) in ((t).where)))

    @staticmethod
    def TestOk(t, s):
        source0_ = s
        if True:
            if source0_.is_Named:
                d_0_axis_ = source0_.axis
                d_1_names_ = source0_.names
                return ((Coords.Coord_CName(d_0_axis_)) in ((t).where)) and ((d_1_names_) in ((t).spans))
        if True:
            if source0_.is_Placed:
                d_2_axis_ = source0_.axis
                d_3_patterns_ = source0_.patterns
                def lambda0_(forall_var_0_):
                    d_4_i_: int = forall_var_0_
                    return not (((0) <= (d_4_i_)) and ((d_4_i_) < (len(d_3_patterns_)))) or (default__.PatternOk(t, d_2_axis_, (d_3_patterns_)[d_4_i_]))

                return ((Coords.Coord_CLen(d_2_axis_)) in ((t).where)) and (_dafny.quantifier(_dafny.IntegerRange(0, len(d_3_patterns_)), True, lambda0_))
        if True:
            if source0_.is_Holding:
                d_5_axis_ = source0_.axis
                d_6_names_ = source0_.names
                def lambda1_(forall_var_1_):
                    d_7_i_: int = forall_var_1_
                    return not (((0) <= (d_7_i_)) and ((d_7_i_) < (Coords.default__.Depth(t, d_5_axis_)))) or ((Coords.Coord_CSeg(d_5_axis_, d_7_i_)) in ((t).where))

                return ((((Coords.Coord_CLen(d_5_axis_)) in ((t).where)) and ((Coords.Coord_CTail(d_5_axis_, d_6_names_)) in ((t).where))) and ((d_6_names_) in ((t).spans))) and (_dafny.quantifier(_dafny.IntegerRange(0, Coords.default__.Depth(t, d_5_axis_)), True, lambda1_))
        if True:
            if source0_.is_Ranged:
                d_8_axis_ = source0_.axis
                d_9_ranges_ = source0_.ranges
                return default__.RangesOk(t, Coords.Coord_CInt(d_8_axis_), d_9_ranges_)
        if True:
            if source0_.is_Scoped:
                d_10_scope_ = source0_.scope
                d_11_names_ = source0_.names
                return ((Coords.Coord_CScope(d_10_scope_)) in ((t).where)) and ((d_11_names_) in ((t).spans))
        if True:
            if source0_.is_Scoping:
                d_12_scope_ = source0_.scope
                return default__.ScopeOk(t, d_12_scope_)
        if True:
            if source0_.is_Stands:
                d_13_mark_ = source0_.mark
                d_14_lasts_ = source0_.lasts
                return (default__.PerOk(t, (d_13_mark_).per)) and ((Coords.Coord_CMark(d_13_mark_, d_14_lasts_)) in ((t).where))
        if True:
            if source0_.is_Since:
                d_15_done_ = source0_.done
                d_16_reset_ = source0_.reset
                d_17_lasts_ = source0_.lasts
                return ((default__.PerOk(t, (d_15_done_).per)) and (default__.PerOk(t, (d_16_reset_).per))) and ((Coords.Coord_CSince(d_15_done_, d_16_reset_, d_17_lasts_)) in ((t).where))
        if True:
            if source0_.is_Listed:
                d_18_axis_ = source0_.axis
                d_19_ref_ = source0_.ref
                return ((default__.NameOk(t, d_18_axis_)) and (default__.NamesOk(t, d_19_ref_))) and ((Coords.Coord_CListed(d_18_axis_, d_19_ref_)) in ((t).where))
        if True:
            if source0_.is_Held:
                d_20_ref_ = source0_.ref
                d_21_names_ = source0_.names
                return ((default__.NamesOk(t, d_20_ref_)) and ((d_21_names_) in ((t).spans))) and (((Coords.Coord_COne(d_20_ref_)) in ((t).where) if (((d_20_ref_).record, (d_20_ref_).field)) in ((t).ones) else (Coords.Coord_CHeld(d_20_ref_, d_21_names_)) in ((t).where)))
        if True:
            if source0_.is_HeldIn:
                d_22_ref_ = source0_.ref
                d_23_ranges_ = source0_.ranges
                return (default__.IntOk(t, d_22_ref_)) and (default__.RangesOk(t, Coords.Coord_CRecorded(d_22_ref_), d_23_ranges_))
        if True:
            if source0_.is_Compared:
                d_24_axis_ = source0_.axis
                d_25_ref_ = source0_.ref
                d_26_exact_ = source0_.exact
                return ((default__.MeasureOk(t, d_24_axis_)) and (default__.IntOk(t, d_25_ref_))) and ((Coords.Coord_CCompared(d_24_axis_, d_25_ref_, d_26_exact_)) in ((t).where))
        if True:
            d_27_ref_ = source0_.ref
            return ((default__.KeptOf(d_27_ref_)) in ((t).where)) and (not (((d_27_ref_).under).is_ByAxis) or (default__.NameOk(t, ((d_27_ref_).under).axis)))

    @staticmethod
    def AllOk(t, ts):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(ts)))) or (default__.TestOk(t, (ts)[d_0_i_]))

        return _dafny.quantifier(_dafny.IntegerRange(0, len(ts)), True, lambda0_)

    @staticmethod
    def UnlessOk(t, us):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(us)))) or (default__.AllOk(t, (us)[d_0_i_]))

        return _dafny.quantifier(_dafny.IntegerRange(0, len(us)), True, lambda0_)

    @staticmethod
    def AllSureF(t, ts):
        return default__.Conj(_dafny.SeqWithoutIsStrInference([default__.SureF(t, (ts)[d_0_i_]) for d_0_i_ in range(len(ts))]))

    @staticmethod
    def AllMayF(t, ts):
        return default__.Conj(_dafny.SeqWithoutIsStrInference([default__.MayF(t, (ts)[d_0_i_]) for d_0_i_ in range(len(ts))]))

    @staticmethod
    def ExcuseF(t, us):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.AllSureF(t, (us)[d_0_i_]) for d_0_i_ in range(len(us))]))

    @staticmethod
    def LiftF(t, us):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([(Grid.F_E() if (len((us)[d_0_i_])) == (0) else default__.AllSureF(t, (us)[d_0_i_])) for d_0_i_ in range(len(us))]))

    @staticmethod
    def Grants(r):
        return (((r).effect).is_Permit) or (((r).effect).is_Ask)

    @staticmethod
    def Needing(r):
        return (((r).effect).is_Ask) or (((r).effect).is_Require)

    @staticmethod
    def Judging(r):
        return ((default__.Grants(r)) or (default__.Needing(r))) or (((r).effect).is_Forbid)

    @staticmethod
    def SpeaksF(t, r):
        if default__.Grants(r):
            return default__.On(t, Coords.Coord_CGroup((r).group))
        elif True:
            return Grid.F_T()

    @staticmethod
    def YesF(t, r):
        if ((t).verb) not in ((r).verbs):
            return Grid.F_E()
        elif True:
            return default__.Both(default__.SpeaksF(t, r), default__.Both(default__.AllSureF(t, (r).tests), default__.Neg(default__.LiftF(t, (r).unless))))

    @staticmethod
    def MaybeF(t, r):
        if ((t).verb) not in ((r).verbs):
            return Grid.F_E()
        elif True:
            return default__.Both(default__.SpeaksF(t, r), default__.Both(default__.AllMayF(t, (r).tests), default__.Neg(default__.LiftF(t, (r).unless))))

    @staticmethod
    def RuleOk(t, r):
        return ((((t).verb) not in ((r).verbs)) or (not(default__.Judging(r)))) or (((not (default__.Grants(r)) or ((Coords.Coord_CGroup((r).group)) in ((t).where))) and (default__.AllOk(t, (r).tests))) and (default__.UnlessOk(t, (r).unless)))

    @staticmethod
    def RulesOk(t, rs):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(rs)))) or (default__.RuleOk(t, (rs)[d_0_i_]))

        return _dafny.quantifier(_dafny.IntegerRange(0, len(rs)), True, lambda0_)

    @staticmethod
    def GrantF(t, rs):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([(default__.YesF(t, (rs)[d_0_i_]) if default__.Grants((rs)[d_0_i_]) else Grid.F_E()) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def ForbidF(t, rs):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([(default__.MaybeF(t, (rs)[d_0_i_]) if (((rs)[d_0_i_]).effect).is_Forbid else Grid.F_E()) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def Wants(r, n):
        return (default__.Needing(r)) and ((((r).effect).needs) == (n))

    @staticmethod
    def NeedF(t, rs, n):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([(default__.MaybeF(t, (rs)[d_0_i_]) if default__.Wants((rs)[d_0_i_], n) else Grid.F_E()) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def AnyNeedF(t, rs):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([(default__.MaybeF(t, (rs)[d_0_i_]) if default__.Needing((rs)[d_0_i_]) else Grid.F_E()) for d_0_i_ in range(len(rs))]))

    @staticmethod
    def NeedsF(t, rs, ns):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.NeedF(t, rs, (ns)[d_0_i_]) for d_0_i_ in range(len(ns))]))

    @staticmethod
    def AxisF(t, a):
        if (a).place:
            return default__.HasPlace(t, (a).name)
        elif True:
            return default__.HasName(t, (a).name)

    @staticmethod
    def CompleteF(t, p):
        if ((t).verb) not in ((p).axes):
            return Grid.F_E()
        elif True:
            d_0_axes_ = ((p).axes)[(t).verb]
            return default__.Conj(_dafny.SeqWithoutIsStrInference([default__.AxisF(t, (d_0_axes_)[d_1_i_]) for d_1_i_ in range(len(d_0_axes_))]))

    @staticmethod
    def AxesOk(t, p):
        pat_let_tv0_ = t
        pat_let_tv1_ = t
        def lambda0_(forall_var_0_):
            def iife0_(_pat_let0_0):
                def iife1_(d_1_a_):
                    return (default__.PlaceOk(pat_let_tv0_, (d_1_a_).name) if (d_1_a_).place else default__.NameOk(pat_let_tv1_, (d_1_a_).name))
                return iife1_(_pat_let0_0)
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len(((p).axes)[(t).verb])))) or (iife0_((((p).axes)[(t).verb])[d_0_i_]))

        return not (((t).verb) in ((p).axes)) or (_dafny.quantifier(_dafny.IntegerRange(0, len(((p).axes)[(t).verb])), True, lambda0_))

    @staticmethod
    def PassF(t, p):
        return default__.Both(default__.CompleteF(t, p), default__.Both(default__.GrantF(t, (p).rules), default__.Neg(default__.ForbidF(t, (p).rules))))

    @staticmethod
    def PolicyOk(t, p):
        return (default__.AxesOk(t, p)) and (default__.RulesOk(t, (p).rules))

    @staticmethod
    def CrewF(t, c):
        pat_let_tv0_ = t
        pat_let_tv1_ = c
        pat_let_tv2_ = c
        pat_let_tv3_ = t
        if ((c).kind) not in ((t).index):
            return Grid.F_E()
        elif True:
            d_0_k_ = ((t).index)[(c).kind]
            def iife0_(_pat_let1_0):
                def iife1_(d_2_g_):
                    return default__.Both((default__.On(pat_let_tv0_, Coords.Coord_CGroup(d_2_g_)) if (d_2_g_) in ((pat_let_tv1_).must) else Grid.F_T()), (Grid.F_T() if (d_2_g_) in ((pat_let_tv2_).may) else Grid.F_In(default__.Nr(pat_let_tv3_, Coords.Coord_CGroup(d_2_g_)), 0, 1)))
                return iife1_(_pat_let1_0)
            return default__.Both(Grid.F_In(default__.Nr(t, Coords.Coord_CScope((t).kind)), d_0_k_, (d_0_k_) + (1)), default__.Conj(_dafny.SeqWithoutIsStrInference([iife0_(((t).groups)[d_1_i_]) for d_1_i_ in range(len((t).groups))])))

    @staticmethod
    def CrewsF(t):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.CrewF(t, ((t).crews)[d_0_i_]) for d_0_i_ in range(len((t).crews))]))

    @staticmethod
    def CrewsOk(t):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len((t).crews)))) or (((((t).crews)[d_0_i_]).kind) in ((t).index))

        def lambda1_(forall_var_1_):
            d_1_i_: int = forall_var_1_
            return not (((0) <= (d_1_i_)) and ((d_1_i_) < (len((t).groups)))) or ((Coords.Coord_CGroup(((t).groups)[d_1_i_])) in ((t).where))

        return (((Coords.Coord_CScope((t).kind)) in ((t).where)) and (_dafny.quantifier(_dafny.IntegerRange(0, len((t).crews)), True, lambda0_))) and (_dafny.quantifier(_dafny.IntegerRange(0, len((t).groups)), True, lambda1_))

    @staticmethod
    def EnumF(t, e):
        return default__.Either(default__.Neg(default__.HasName(t, (e)[0])), default__.Among(t, Coords.Coord_CName((e)[0]), (e)[1]))

    @staticmethod
    def EnumsF(t):
        return default__.Conj(_dafny.SeqWithoutIsStrInference([default__.EnumF(t, ((t).enums)[d_0_i_]) for d_0_i_ in range(len((t).enums))]))

    @staticmethod
    def EnumsOk(t):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len((t).enums)))) or (((Coords.Coord_CName((((t).enums)[d_0_i_])[0])) in ((t).where)) and (((((t).enums)[d_0_i_])[1]) in ((t).spans)))

        return _dafny.quantifier(_dafny.IntegerRange(0, len((t).enums)), True, lambda0_)

    @staticmethod
    def AssumedF(t):
        return default__.Both(default__.CrewsF(t), default__.EnumsF(t))

    @staticmethod
    def If(f, g):
        return default__.Either(default__.Neg(f), g)

    @staticmethod
    def OneF(t, k, n):
        if (n) in ((t).index):
            return Grid.F_In(default__.Nr(t, k), ((t).index)[n], (((t).index)[n]) + (1))
        elif True:
            return Grid.F_E()

    @staticmethod
    def Least__(t, axis):
        if (axis) in ((t).lows):
            return ((t).lows)[axis]
        elif True:
            return 0

    @staticmethod
    def Most(t, axis):
        if (axis) in ((t).highs):
            return ((t).highs)[axis]
        elif True:
            return 0

    @staticmethod
    def FactF(t, f):
        source0_ = f
        if True:
            if source0_.is_Undone:
                d_0_done_ = source0_.done
                d_1_reset_ = source0_.reset
                d_2_lasts_ = source0_.lasts
                return default__.If(default__.Both(default__.AllGivenF(t, (d_0_done_).per), default__.Both(default__.AllGivenF(t, (d_1_reset_).per), default__.On(t, Coords.Coord_CSince(d_0_done_, d_1_reset_, d_2_lasts_)))), default__.On(t, Coords.Coord_CMark(d_0_done_, d_2_lasts_)))
        if True:
            if source0_.is_Unreset:
                d_3_done_ = source0_.done
                d_4_reset_ = source0_.reset
                return default__.If(default__.Both(default__.AllGivenF(t, (d_3_done_).per), default__.Both(default__.AllGivenF(t, (d_4_reset_).per), default__.Both(default__.On(t, Coords.Coord_CMark(d_3_done_, 0)), default__.Neg(default__.On(t, Coords.Coord_CMark(d_4_reset_, 0)))))), default__.On(t, Coords.Coord_CSince(d_3_done_, d_4_reset_, 0)))
        if True:
            if source0_.is_Lasts:
                d_5_mark_ = source0_.mark
                d_6_short_ = source0_.short
                d_7_long_ = source0_.long
                return default__.If(default__.On(t, Coords.Coord_CMark(d_5_mark_, d_6_short_)), default__.On(t, Coords.Coord_CMark(d_5_mark_, d_7_long_)))
        if True:
            if source0_.is_Exact:
                d_8_axis_ = source0_.axis
                d_9_ref_ = source0_.ref
                return default__.If(default__.On(t, Coords.Coord_CCompared(d_8_axis_, d_9_ref_, True)), default__.On(t, Coords.Coord_CCompared(d_8_axis_, d_9_ref_, False)))
        if True:
            if source0_.is_Same:
                d_10_axis_ = source0_.axis
                d_11_ref_ = source0_.ref
                d_12_names_ = source0_.names
                return default__.If(default__.On(t, Coords.Coord_CListed(d_10_axis_, d_11_ref_)), default__.Both(default__.If(default__.Among(t, Coords.Coord_CName(d_10_axis_), d_12_names_), default__.Among(t, Coords.Coord_COne(d_11_ref_), d_12_names_)), default__.If(default__.Among(t, Coords.Coord_COne(d_11_ref_), d_12_names_), default__.Among(t, Coords.Coord_CName(d_10_axis_), d_12_names_))))
        if True:
            if source0_.is_Only:
                d_13_axis_ = source0_.axis
                d_14_ref_ = source0_.ref
                d_15_n_ = source0_.name
                return default__.If(default__.Both(default__.HasNamesF(t, d_14_ref_), default__.Both(default__.OneF(t, Coords.Coord_CName(d_13_axis_), d_15_n_), default__.OneF(t, Coords.Coord_COne(d_14_ref_), d_15_n_))), default__.On(t, Coords.Coord_CListed(d_13_axis_, d_14_ref_)))
        if True:
            if source0_.is_Member:
                d_16_axis_ = source0_.axis
                d_17_ref_ = source0_.ref
                d_18_names_ = source0_.names
                return default__.If(default__.Both(default__.On(t, Coords.Coord_CListed(d_16_axis_, d_17_ref_)), default__.Among(t, Coords.Coord_CName(d_16_axis_), d_18_names_)), default__.On(t, Coords.Coord_CHeld(d_17_ref_, d_18_names_)))
        if True:
            if source0_.is_Low:
                d_19_axis_ = source0_.axis
                return default__.If(default__.HasMeasure(t, d_19_axis_), Grid.F_In(default__.Nr(t, Coords.Coord_CInt(d_19_axis_)), default__.Least__(t, d_19_axis_), (Coords.default__.Bounds(t, Coords.Coord_CInt(d_19_axis_))).hi))
        if True:
            if source0_.is_High:
                d_20_axis_ = source0_.axis
                return default__.If(default__.HasMeasure(t, d_20_axis_), Grid.F_In(default__.Nr(t, Coords.Coord_CInt(d_20_axis_)), (Coords.default__.Bounds(t, Coords.Coord_CInt(d_20_axis_))).lo, (default__.Most(t, d_20_axis_)) + (1)))
        if True:
            if source0_.is_Number:
                d_21_ref_ = source0_.ref
                return default__.If(default__.HasIntF(t, d_21_ref_), Grid.F_In(default__.Nr(t, Coords.Coord_CRecorded(d_21_ref_)), (Coords.default__.Bounds(t, Coords.Coord_CRecorded(d_21_ref_))).lo, (Coords.default__.Bounds(t, Coords.Coord_CRecorded(d_21_ref_))).hi))
        if True:
            d_22_ref_ = source0_.ref
            return default__.If(default__.HasNamesF(t, d_22_ref_), default__.There(t, Coords.Coord_COne(d_22_ref_), (len((t).lits)) + (1)))

    @staticmethod
    def FactOk(t, f):
        source0_ = f
        if True:
            if source0_.is_Undone:
                d_0_done_ = source0_.done
                d_1_reset_ = source0_.reset
                d_2_lasts_ = source0_.lasts
                return (((default__.PerOk(t, (d_0_done_).per)) and (default__.PerOk(t, (d_1_reset_).per))) and ((Coords.Coord_CSince(d_0_done_, d_1_reset_, d_2_lasts_)) in ((t).where))) and ((Coords.Coord_CMark(d_0_done_, d_2_lasts_)) in ((t).where))
        if True:
            if source0_.is_Unreset:
                d_3_done_ = source0_.done
                d_4_reset_ = source0_.reset
                return (((((((d_3_done_).kind) != (2)) and (default__.PerOk(t, (d_3_done_).per))) and (default__.PerOk(t, (d_4_reset_).per))) and ((Coords.Coord_CMark(d_3_done_, 0)) in ((t).where))) and ((Coords.Coord_CMark(d_4_reset_, 0)) in ((t).where))) and ((Coords.Coord_CSince(d_3_done_, d_4_reset_, 0)) in ((t).where))
        if True:
            if source0_.is_Lasts:
                d_5_mark_ = source0_.mark
                d_6_short_ = source0_.short
                d_7_long_ = source0_.long
                return ((((d_6_short_) != (0)) and (((d_7_long_) == (0)) or ((d_6_short_) <= (d_7_long_)))) and ((Coords.Coord_CMark(d_5_mark_, d_6_short_)) in ((t).where))) and ((Coords.Coord_CMark(d_5_mark_, d_7_long_)) in ((t).where))
        if True:
            if source0_.is_Exact:
                d_8_axis_ = source0_.axis
                d_9_ref_ = source0_.ref
                return ((Coords.Coord_CCompared(d_8_axis_, d_9_ref_, True)) in ((t).where)) and ((Coords.Coord_CCompared(d_8_axis_, d_9_ref_, False)) in ((t).where))
        if True:
            if source0_.is_Same:
                d_10_axis_ = source0_.axis
                d_11_ref_ = source0_.ref
                d_12_names_ = source0_.names
                return (((((((d_11_ref_).record, (d_11_ref_).field)) in ((t).ones)) and ((Coords.Coord_CListed(d_10_axis_, d_11_ref_)) in ((t).where))) and ((Coords.Coord_CName(d_10_axis_)) in ((t).where))) and ((Coords.Coord_COne(d_11_ref_)) in ((t).where))) and ((d_12_names_) in ((t).spans))
        if True:
            if source0_.is_Only:
                d_13_axis_ = source0_.axis
                d_14_ref_ = source0_.ref
                d_15_n_ = source0_.name
                return ((((((((d_14_ref_).record, (d_14_ref_).field)) in ((t).ones)) and (default__.NamesOk(t, d_14_ref_))) and ((Coords.Coord_CListed(d_13_axis_, d_14_ref_)) in ((t).where))) and ((Coords.Coord_CName(d_13_axis_)) in ((t).where))) and ((Coords.Coord_COne(d_14_ref_)) in ((t).where))) and ((d_15_n_) in ((t).index))
        if True:
            if source0_.is_Member:
                d_16_axis_ = source0_.axis
                d_17_ref_ = source0_.ref
                d_18_names_ = source0_.names
                return ((((Coords.Coord_CListed(d_16_axis_, d_17_ref_)) in ((t).where)) and ((Coords.Coord_CName(d_16_axis_)) in ((t).where))) and ((Coords.Coord_CHeld(d_17_ref_, d_18_names_)) in ((t).where))) and ((d_18_names_) in ((t).spans))
        if True:
            if source0_.is_Low:
                d_19_axis_ = source0_.axis
                return (((d_19_axis_) in ((t).lows)) and ((Coords.Coord_CInt(d_19_axis_)) in ((t).where))) and ((((Coords.default__.Bounds(t, Coords.Coord_CInt(d_19_axis_))).lo) < (((t).lows)[d_19_axis_])) and ((((t).lows)[d_19_axis_]) < ((Coords.default__.Bounds(t, Coords.Coord_CInt(d_19_axis_))).hi)))
        if True:
            if source0_.is_High:
                d_20_axis_ = source0_.axis
                return (((d_20_axis_) in ((t).highs)) and ((Coords.Coord_CInt(d_20_axis_)) in ((t).where))) and ((((Coords.default__.Bounds(t, Coords.Coord_CInt(d_20_axis_))).lo) <= (((t).highs)[d_20_axis_])) and ((((t).highs)[d_20_axis_]) < (((Coords.default__.Bounds(t, Coords.Coord_CInt(d_20_axis_))).hi) - (1))))
        if True:
            if source0_.is_Number:
                d_21_ref_ = source0_.ref
                return (default__.IntOk(t, d_21_ref_)) and ((Coords.Coord_CRecorded(d_21_ref_)) in ((t).where))
        if True:
            d_22_ref_ = source0_.ref
            return (((((d_22_ref_).record, (d_22_ref_).field)) in ((t).ones)) and (default__.NamesOk(t, d_22_ref_))) and ((Coords.Coord_COne(d_22_ref_)) in ((t).where))

    @staticmethod
    def FactsF(t):
        return default__.Conj(_dafny.SeqWithoutIsStrInference([default__.FactF(t, ((t).facts)[d_0_i_]) for d_0_i_ in range(len((t).facts))]))

    @staticmethod
    def FactsOk(t):
        def lambda0_(forall_var_0_):
            d_0_i_: int = forall_var_0_
            return not (((0) <= (d_0_i_)) and ((d_0_i_) < (len((t).facts)))) or (default__.FactOk(t, ((t).facts)[d_0_i_]))

        return _dafny.quantifier(_dafny.IntegerRange(0, len((t).facts)), True, lambda0_)

    @staticmethod
    def TableOk(t):
        return (((Coords.default__.Valid(t)) and (default__.CrewsOk(t))) and (default__.EnumsOk(t))) and (default__.FactsOk(t))

    @staticmethod
    def QuestionOk(t, q):
        return (default__.AllOk(t, (q).region)) and (default__.UnlessOk(t, (q).unless))

    @staticmethod
    def AskedF(t, q):
        return default__.Both(default__.AssumedF(t), default__.Both(default__.AllSureF(t, (q).region), default__.Neg(default__.ExcuseF(t, (q).unless))))

    @staticmethod
    def WrongF(t, p, q):
        return default__.Both(default__.ClaimF(t, p, q), default__.FactsF(t))

    @staticmethod
    def ClaimF(t, p, q):
        if ((q).claim).is_Always:
            return default__.Both(default__.AskedF(t, q), default__.Either(default__.AnyNeedF(t, (p).rules), default__.Neg(default__.PassF(t, p))))
        elif True:
            return default__.Both(default__.AskedF(t, q), default__.Both(default__.PassF(t, p), default__.Neg(default__.NeedsF(t, (p).rules, (q).approved))))

    @staticmethod
    def NamesNeeded(t, rs, i):
        hresult_: _dafny.Seq = _dafny.Seq({})
        d_0_out_: _dafny.Seq
        d_0_out_ = _dafny.SeqWithoutIsStrInference([])
        d_1_k_: int
        d_1_k_ = 0
        while (d_1_k_) < (i):
            if ((((t).verb) in (((rs)[d_1_k_]).verbs)) and (default__.Needing((rs)[d_1_k_]))) and (((((rs)[d_1_k_]).effect).needs) not in (d_0_out_)):
                d_0_out_ = (d_0_out_) + (_dafny.SeqWithoutIsStrInference([(((rs)[d_1_k_]).effect).needs]))
            d_1_k_ = (d_1_k_) + (1)
        hresult_ = d_0_out_
        return hresult_
        return hresult_

    @staticmethod
    def DroppedF(t, a, b, ns):
        return default__.Disj(_dafny.SeqWithoutIsStrInference([default__.Both(default__.NeedF(t, b, (ns)[d_0_i_]), default__.Neg(default__.NeedF(t, a, (ns)[d_0_i_]))) for d_0_i_ in range(len(ns))]))

    @staticmethod
    def ChangedF(t, a, b):
        d_0_gone_ = Moments.default__.NotIn((b).rules, (a).rules)
        return default__.Either(default__.GrantF(t, Moments.default__.NotIn((a).rules, (b).rules)), default__.Either(default__.ForbidF(t, d_0_gone_), default__.Either(default__.AnyNeedF(t, d_0_gone_), default__.Neg(default__.CompleteF(t, b)))))

    @staticmethod
    def WiderF(t, a, b):
        return default__.Both(default__.BeyondF(t, a, b), default__.FactsF(t))

    @staticmethod
    def BeyondF(t, a, b):
        d_0_f_ = default__.ChangedF(t, a, b)
        if (d_0_f_).is_E:
            return Grid.F_E()
        elif True:
            return default__.Both(default__.Both(default__.AssumedF(t), d_0_f_), default__.Both(default__.PassF(t, a), default__.Either(default__.Neg(default__.PassF(t, b)), default__.DroppedF(t, (a).rules, (b).rules, default__.NamesNeeded(t, (b).rules, len((b).rules))))))

