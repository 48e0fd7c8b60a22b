include "Examples.dfy"
// What the checks of a table accept, and what is typed at the very bounds. A check that refuses more than it must, or an
// assumption that says more, verifies everything else: it is noticed here.
module TableWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Moments
  import opened Coords
  import opened Grid
  import opened Lower
  import opened AnalysisExamples
  import I = Idle

  // ---- moments at the bounds ----
  // An integer may be the least and the greatest that it can be, and no less or more.
  ghost function Bounded(c: Name): Table { Tab(c).(lows := map[c := 3], highs := map[c := 3]) }
  ghost function With(x: Moment, n: int): Moment { x.(part := x.part.(ints := map[x.part.verb := n])) }
  lemma W_AtTheBounds(c: Name, n: int)
    ensures Typed(Bounded(c), With(Here(c), n)) <==> n == 3
  {
    TableIsOk(c);
    var x := With(Here(c), n);
    assert x.part.ints[c] == n;
    if n == 3 { assert OfCrew(Bounded(c), Bounded(c).crews[0], x.sc); }
  }
  // What records of another name always hold, this one need not; its own fields it must hold, each with the right kind of value.
  ghost function Bare(): Record { Record(0, map[], map[], map[]) }
  lemma W_OfAnotherRecord(c: Name, other: Name, f: Name)
    requires c != other
    ensures var t := Tab(c).(wholes := {(other, f)}, wholeInts := {(other, f)}, ones := {(other, f)});
            Regular(t, c, Bare()) && Regular(t, c, Bare().(names := map[f := {}])) && !Regular(t, other, Bare().(names := map[f := {}]))
  {}
  lemma X_FieldsMissing(c: Name, f: Name)
    ensures !Regular(Tab(c).(wholes := {(c, f)}), c, Bare()) && !Regular(Tab(c).(wholeInts := {(c, f)}), c, Bare())
    ensures !Regular(Tab(c).(ones := {(c, f)}), c, Bare().(names := map[f := {}], ones := map[f := c]))
  {
    assert (c, f) in {(c, f)};
  }
  // Groups that the table does not tell apart are no matter of a kind of agent; those that it does are.
  lemma W_OtherGroups(c: Name, g: Name, x: Name)
    requires g != x
    ensures OfCrew(Tab(c).(groups := [g]), Crew(c, {x}, {}), Here(c).sc.(groups := {}))
    ensures OfCrew(Tab(c).(groups := [g]), Crew(c, {}, {}), Here(c).sc.(groups := {x}))
  {}
  lemma X_WrongCrew(c: Name, g: Name, x: Name)
    requires c != x
    ensures !OfCrew(Tab(c), Crew(x, {}, {c}), Here(c).sc)
    ensures !OfCrew(Tab(c).(groups := [g]), Crew(c, {g}, {}), Here(c).sc.(groups := {}))
    ensures !OfCrew(Tab(c).(groups := [g]), Crew(c, {}, {}), Here(c).sc.(groups := {g}))
  { assert g in [g]; }

  // ---- what a table must have: the axis is always there, or there is a coordinate for whether it is ----
  ghost function Without_(c: Name): Table { Tab(c).(where := map[], given := {}) }
  lemma W_Axes(c: Name, a: Name)
    ensures NameOk(Without_(c).(names := {a}), a) && NameOk(Without_(c).(where := map[CName(a) := 0]), a) && !NameOk(Without_(c), a)
    ensures PlaceOk(Without_(c).(places := {a}), a) && PlaceOk(Without_(c).(where := map[CLen(a) := 0]), a) && !PlaceOk(Without_(c), a)
    ensures MeasureOk(Without_(c).(ints := {a}), a) && MeasureOk(Without_(c).(where := map[CInt(a) := 0]), a) && !MeasureOk(Without_(c), a)
    ensures ScopeOk(Without_(c).(given := {a}), a) && ScopeOk(Without_(c).(where := map[CScope(a) := 0]), a) && !ScopeOk(Without_(c), a)
  {}
  lemma W_Fields(c: Name, ref: Ref)
    ensures var t := Without_(c).(where := map[KeptOf(ref) := 0]);
            var f := (ref.record, ref.field);
            && NamesOk(t.(wholes := {f}), ref) && NamesOk(t.(where := map[KeptOf(ref) := 0, CHasNames(ref) := 1]), ref) && !NamesOk(t, ref)
            && IntOk(t.(wholeInts := {f}), ref) && IntOk(t.(where := map[KeptOf(ref) := 0, CHasInt(ref) := 1]), ref) && !IntOk(t, ref)
  {}
  // An integer's ranges may begin and end wherever it is told apart.
  lemma W_Ranges()
    ensures RangeOk(Iv(0, 10), AtMost(0)) && RangeOk(Iv(0, 10), AtMost(8)) && !RangeOk(Iv(0, 10), AtMost(9)) && !RangeOk(Iv(0, 10), AtMost(-1))
    ensures RangeOk(Iv(0, 10), AtLeast(1)) && RangeOk(Iv(0, 10), AtLeast(9)) && !RangeOk(Iv(0, 10), AtLeast(0)) && !RangeOk(Iv(0, 10), AtLeast(10))
    ensures RangeOk(Iv(0, 10), Between(1, 8))
  {}
  // A pattern may be as long as places are told apart, and may leave segments open.
  lemma W_Patterns(c: Name, a: Name, open: bool)
    ensures var t := Without_(c).(depths := map[a := 1], where := map[CSeg(a, 0) := 0]);
            PatternOk(t, a, Pattern([Lit(c)], open)) && PatternOk(t.(where := map[]), a, Pattern([One], open)) &&
            !PatternOk(t, a, Pattern([One, One], open)) && !PatternOk(t.(where := map[]), a, Pattern([Lit(c)], open))
  { assert [Lit(c)][0] == Lit(c) && [One][0] == One; }
  lemma W_Holding(c: Name, a: Name, names: set<Name>)
    ensures TestOk(Without_(c).(depths := map[a := 1], spans := map[names := []], where := map[CLen(a) := 0, CTail(a, names) := 1, CSeg(a, 0) := 2]),
                   Holding(a, names, true))
  {}
  // Nothing is asked of rules that say nothing here, nor groups of rules that grant nothing.
  lemma W_Rules(c: Name, other: Name, r: Rule, s: Name)
    requires other != c
    ensures RuleOk(Without_(c), OneRule(c, Permit).(verbs := {other}, tests := [Scoping(s, true)]))
    ensures RuleOk(Without_(c), OneRule(c, Charge(s)).(tests := [Scoping(s, true)]))
    ensures RuleOk(Without_(c), OneRule(c, Forbid)) && !RuleOk(Without_(c), OneRule(c, Permit))
    ensures !RuleOk(Without_(c), OneRule(c, Forbid).(tests := [Scoping(s, true)]))
  { assert [Scoping(s, true)][0] == Scoping(s, true); }
  // What lasts for ever lasts longer than anything, and as long as itself.
  lemma W_Lasting(c: Name, m: Mark)
    ensures var t := Without_(c).(where := map[CMark(m, 5) := 0, CMark(m, 6) := 1, CMark(m, 0) := 2]);
            FactOk(t, Lasts(m, 5, 0)) && FactOk(t, Lasts(m, 5, 6)) && FactOk(t, Lasts(m, 5, 5)) && !FactOk(t, Lasts(m, 6, 5)) && !FactOk(t, Lasts(m, 0, 5))
  {}
  lemma W_LowAndHigh(c: Name)
    ensures var t := Without_(c).(where := map[CInt(c) := 0], clamps := map[CInt(c) := Iv(0, 10)]);
            && FactOk(t.(lows := map[c := 1]), Low(c)) && FactOk(t.(lows := map[c := 9]), Low(c)) && !FactOk(t.(lows := map[c := 0]), Low(c))
            && FactOk(t.(highs := map[c := 0]), High(c)) && FactOk(t.(highs := map[c := 8]), High(c)) && !FactOk(t.(highs := map[c := 9]), High(c))
  {}
  // An alphabet of one letter, which is a set's only span, is an alphabet; its letters have one place each.
  lemma W_OneLetter(c: Name)
    ensures Valid(Tab(c).(spans := map[{c} := [Iv(0, 1)]]))
  {
    TableIsOk(c);
    var t := Tab(c).(spans := map[{c} := [Iv(0, 1)]]);
    assert InSpans([Iv(0, 1)], 0, 0);
    assert SpansOk(t, {c}, [Iv(0, 1)]);
    assert forall s :: DomOf(t, s) == DomOf(Tab(c), s);
  }
  lemma X_WrongAlphabet(c: Name)
    ensures !Valid(Tab(c).(index := map[])) && !Valid(Tab(c).(index := map[c := 1])) && !Valid(Tab(c).(lits := []))
  {
    assert Tab(c).lits[0] == c;
    assert c in Tab(c).index;
  }
  lemma X_TwiceInTheAlphabet(c: Name)
    ensures !Valid(Tab(c).(lits := [c, c]))
  {
    var t := Tab(c).(lits := [c, c]);
    assert t.lits[1] == c && t.index[c] == 0;
  }
  lemma X_WrongSpans(c: Name)
    ensures !Valid(Tab(c).(spans := map[{c} := []])) && !Valid(Tab(c).(spans := map[{} := [Iv(0, 1)]]))
  {
    var t, u := Tab(c).(spans := map[{c} := []]), Tab(c).(spans := map[{} := [Iv(0, 1)]]);
    assert !InSpans([], 0, 0) && c in {c} && {c} in t.spans;
    assert !SpansOk(t, {c}, []);
    assert {} in u.spans && u.spans[{}][0] == Iv(0, 1) && u.lits[0] == c;
    assert !SpansOk(u, {}, [Iv(0, 1)]);
  }
  // ---- formulas that are as small as they can be: the search is paid by the leaf ----
  lemma W_Simplified(f: F)
    ensures Both(T, f) == f == Both(f, T) && Both(E, f) == E == Both(f, E)
    ensures Either(E, f) == f == Either(f, E) && Either(T, f) == T == Either(f, T)
    ensures Neg(T) == E && Neg(E) == T
  {}
  // What no moment can be, or no table says, is nowhere; where a table says nothing, nothing is told apart.
  lemma W_Nowhere(c: Name, other: Name, r: Rule, k: Coord)
    requires other != c
    ensures MaybeF(Tab(c), OneRule(c, Forbid).(verbs := {})) == E && CrewF(Tab(c), Crew(other, {}, {})) == E && OneF(Tab(c), k, other) == E
    ensures Depth(Tab(c), c) == 0 && Least_(Tab(c), c) == 0 && Most(Tab(c), c) == 0 && I.FullOf(Tab(c), 2) == Iv(0, 0)
  {}
  // Between which values of a coordinate a formula can hold: as close as its leaves say.
  lemma W_Hulls(f: F)
    ensures I.Meet(Iv(0, 5), Iv(2, 9)) == Iv(2, 5) == I.Meet(Iv(2, 9), Iv(0, 5)) && I.Join(Iv(0, 5), Iv(2, 9)) == Iv(0, 9) == I.Join(Iv(2, 9), Iv(0, 5))
    ensures I.Guarded(f, 0, Iv(0, 9), Iv(0, 9)) == f && I.Guarded(f, 0, Iv(1, 9), Iv(0, 9)) == Both(In(0, 1, 9), f)
    ensures I.Guarded(f, 0, Iv(0, 8), Iv(0, 9)) == Both(In(0, 0, 8), f) && I.Plant([], 0, 0, 0, Iv(0, 9)).hull == Iv(9, 0)
  {}
  // ---- which rules want a place among those that may be dead ----
  lemma W_Placed(c: Name, other: Name)
    requires other != c
    ensures I.Placed_(Tab(c), OneRule(c, Permit).(verbs := {other}), [], map[]) && I.Placed_(Tab(c), OneRule(c, Charge(c)), [], map[])
    ensures I.Placed_(Tab(c), OneRule(c, Permit), [c], map[c := 0]) && !I.Placed_(Tab(c), OneRule(c, Permit), [], map[])
    ensures !I.Placed_(Tab(c), OneRule(c, Permit), [other], map[c := 0])
  {}
}
