include "Points.dfy"
// What the formula of a test says of a moment is what the test says.
module TestsTold {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Points

  // ---- what is there ----
  lemma NameTold(t: Table, axis: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && NameOk(t, axis)
    ensures Told(t, HasName(t, axis), x) <==> axis in x.atom.names
  {
    hide Told, Valid;
    if axis in t.names { reveal Told; }
    else {
      InTold(t, CName(axis), 0, |t.lits| + 1, x);
      if axis in x.atom.names { ClassLies(t, x.atom.names[axis]); }
    }
  }
  lemma PlaceTold(t: Table, axis: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && PlaceOk(t, axis)
    ensures Told(t, HasPlace(t, axis), x) <==> axis in x.atom.places
  {
    hide Told, Valid;
    if axis in t.places { reveal Told; } else { InTold(t, CLen(axis), 0, Depth(t, axis) + 2, x); }
  }
  lemma MeasureTold(t: Table, axis: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && MeasureOk(t, axis)
    ensures Told(t, HasMeasure(t, axis), x) <==> axis in x.part.ints
  {
    hide Told, Valid, Bounds;
    if axis in t.ints { reveal Told; }
    else {
      var v := Bounds(t, CInt(axis));
      BoundsLie(t, CInt(axis));
      InTold(t, CInt(axis), v.lo, v.hi, x);
    }
  }
  lemma ScopeTold(t: Table, s: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && ScopeOk(t, s)
    ensures Told(t, HasScope(t, s), x) <==> s in x.sc.q.scopes
  {
    hide Told, Valid;
    if s in t.given { reveal Told; }
    else {
      InTold(t, CScope(s), 0, |t.lits| + 1, x);
      if s in x.sc.q.scopes { ClassLies(t, x.sc.q.scopes[s]); }
    }
  }
  lemma GivenTold(t: Table, s: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && GivenOk(t, s)
    ensures Told(t, GivenF(t, s), x) <==> Given(s, x.sc.q, x.atom)
  {
    hide Told, Valid, Typed, HasScope, HasName;
    ScopeTold(t, s, x);
    NameTold(t, s, x);
    EitherTold(t, HasScope(t, s), HasName(t, s), x);
  }
  lemma PerTold(t: Table, per: Per, x: Moment)
    requires Valid(t) && Typed(t, x) && PerOk(t, per)
    ensures Told(t, AllGivenF(t, per), x) <==> AllGiven(per, x.sc.q, x.atom)
  {
    hide Told, Valid, Typed, GivenF, GivenOk, Given, Both;
    GivenTold(t, per.0, x);
    GivenTold(t, per.1, x);
    GivenTold(t, per.2, x);
    GivenTold(t, per.3, x);
    var a, b := Both(GivenF(t, per.0), GivenF(t, per.1)), Both(GivenF(t, per.2), GivenF(t, per.3));
    BothTold(t, GivenF(t, per.0), GivenF(t, per.1), x);
    BothTold(t, GivenF(t, per.2), GivenF(t, per.3), x);
    BothTold(t, a, b, x);
  }

  // ---- places ----
  lemma SymTold(t: Table, axis: Name, syms: seq<Sym>, i: nat, x: Moment)
    requires Valid(t) && i < |syms| && axis in x.atom.places && i < |x.atom.places[axis]|
    requires syms[i].One? || (syms[i].name in t.index && CSeg(axis, i) in t.where)
    ensures Told(t, SymF(t, axis, syms, i), x) <==> syms[i].One? || syms[i].name == x.atom.places[axis][i]
  {
    hide Told, SpansOk, DomOf;
    if syms[i].One? { reveal Told; }
    else {
      var k := t.index[syms[i].name];
      InTold(t, CSeg(axis, i), k, k + 1, x);
      assert Val(t, CSeg(axis, i), x) == Class(t, x.atom.places[axis][i]);
    }
  }
  lemma PatternTold(t: Table, axis: Name, p: Pattern, x: Moment)
    requires Valid(t) && axis in x.atom.places && CLen(axis) in t.where && PatternOk(t, axis, p)
    ensures Told(t, PatternF(t, axis, p), x) <==> Fits(p, x.atom.places[axis])
  {
    hide Told, Valid, SymF, Both;
    var n, place := |p.syms|, x.atom.places[axis];
    var fs := seq(n, i requires 0 <= i < n => SymF(t, axis, p.syms, i));
    var hi := if p.open then Depth(t, axis) + 2 else n + 1;
    InTold(t, CLen(axis), n, hi, x);
    ConjTold(t, fs, x);
    BothTold(t, In(Nr(t, CLen(axis)), n, hi), Conj(fs), x);
    assert n <= Val(t, CLen(axis), x) < hi <==> (if p.open then n <= |place| else n == |place|);
    if n <= |place| {
      forall i | 0 <= i < n ensures Told(t, fs[i], x) <==> p.syms[i].One? || p.syms[i].name == place[i] { SymTold(t, axis, p.syms, i, x); }
    }
  }
  lemma PatternsTold(t: Table, axis: Name, ps: seq<Pattern>, x: Moment)
    requires Valid(t) && axis in x.atom.places && CLen(axis) in t.where
    requires forall i | 0 <= i < |ps| :: PatternOk(t, axis, ps[i])
    ensures Told(t, PatternsF(t, axis, ps), x) <==> exists p | p in ps :: Fits(p, x.atom.places[axis])
  {
    hide Told, Valid, PatternF, PatternOk, Fits;
    var fs := seq(|ps|, i requires 0 <= i < |ps| => PatternF(t, axis, ps[i]));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |ps| ensures Told(t, fs[i], x) <==> Fits(ps[i], x.atom.places[axis]) { PatternTold(t, axis, ps[i], x); }
    if p :| p in ps && Fits(p, x.atom.places[axis]) {
      var i :| 0 <= i < |ps| && ps[i] == p;
      assert Told(t, fs[i], x);
    }
  }
  lemma SegmentTold(t: Table, axis: Name, names: set<Name>, i: nat, x: Moment)
    requires Valid(t) && axis in x.atom.places && CLen(axis) in t.where && i < Depth(t, axis) && CSeg(axis, i) in t.where && names in t.spans
    ensures Told(t, SegmentF(t, axis, names, i), x) <==> i < |x.atom.places[axis]| && x.atom.places[axis][i] in names
  {
    hide Told, Valid, Among, Both, Class;
    var place := x.atom.places[axis];
    var l := In(Nr(t, CLen(axis)), i + 1, Depth(t, axis) + 2);
    InTold(t, CLen(axis), i + 1, Depth(t, axis) + 2, x);
    BothTold(t, l, Among(t, CSeg(axis, i), names), x);
    if i < |place| { AmongTold(t, CSeg(axis, i), names, true, place[i], x); }
  }
  lemma HoldingTold(t: Table, axis: Name, names: set<Name>, x: Moment)
    requires Valid(t) && axis in x.atom.places && TestOk(t, Holding(axis, names, true))
    ensures Told(t, HoldingF(t, axis, names), x) <==> exists s | s in x.atom.places[axis] :: s in names
  {
    hide Told, Valid, SegmentF, Both, Either;
    var d, place := Depth(t, axis), x.atom.places[axis];
    var fs := seq(d, i requires 0 <= i < d => SegmentF(t, axis, names, i));
    var l, tail := In(Nr(t, CLen(axis)), d + 1, d + 2), On(t, CTail(axis, names));
    InTold(t, CLen(axis), d + 1, d + 2, x);
    OnTold(t, CTail(axis, names), x);
    BothTold(t, l, tail, x);
    DisjTold(t, fs, x);
    EitherTold(t, Both(l, tail), Disj(fs), x);
    forall i | 0 <= i < d ensures Told(t, fs[i], x) <==> i < |place| && place[i] in names { SegmentTold(t, axis, names, i, x); }
    if s :| s in place && s in names {
      var i :| 0 <= i < |place| && place[i] == s;
      if i < d { assert Told(t, fs[i], x); } else { assert Val(t, CTail(axis, names), x) == 1; }
    }
  }

  // ---- integers ----
  lemma RangesTold(t: Table, k: Coord, rs: seq<Range>, n: int, x: Moment)
    requires Valid(t) && RangesOk(t, k, rs) && Val(t, k, x) == Clamp(Bounds(t, k), n)
    ensures Told(t, RangesF(t, k, rs), x) <==> exists r | r in rs :: Lies(r, n)
  {
    hide Told, Valid, Val, Bounds, Lies, RangeF, RangeOk, Clamp;
    var v := Bounds(t, k);
    var fs := seq(|rs|, i requires 0 <= i < |rs| => RangeF(Nr(t, k), v, rs[i]));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |rs| ensures Told(t, fs[i], x) <==> Lies(rs[i], n) { RangeTold(t, k, rs[i], n, x); }
    if r :| r in rs && Lies(r, n) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Told(t, fs[i], x);
    }
  }
  lemma RangeTold(t: Table, k: Coord, r: Range, n: int, x: Moment)
    requires Valid(t) && k in t.where && RangeOk(Bounds(t, k), r) && Val(t, k, x) == Clamp(Bounds(t, k), n)
    ensures Told(t, RangeF(Nr(t, k), Bounds(t, k), r), x) <==> Lies(r, n)
  {
    hide Told, Valid, Val, Bounds;
    var v := Bounds(t, k);
    match r
    case AtLeast(lo) => InTold(t, k, lo, v.hi, x);
    case AtMost(hi) => InTold(t, k, v.lo, hi + 1, x);
    case Between(lo, hi) => InTold(t, k, lo, hi + 1, x);
  }

  // ---- what is remembered ----
  lemma KeptTold(t: Table, ref: Ref, x: Moment)
    requires Valid(t) && KeptOf(ref) in t.where
    ensures Told(t, On(t, KeptOf(ref)), x) <==> Recalled(ref, x.sc, x.atom)
  {
    hide Told, Valid;
    OnTold(t, KeptOf(ref), x);
    assert Recalled(RefOf(KeptOf(ref)), x.sc, x.atom) <==> Recalled(ref, x.sc, x.atom);
  }
  lemma RecallRegular(t: Table, ref: Ref, x: Moment)
    requires Typed(t, x) && Recalled(ref, x.sc, x.atom)
    ensures Regular(t, ref.record, Recall(ref, x.sc, x.atom))
  {
    hide Regular, OfCrew;
    var k := Slot(ref, x.sc, x.atom);
    assert k in x.sc.view.records && k.1 == ref.record;
  }
  lemma HasNamesTold(t: Table, ref: Ref, x: Moment)
    requires Valid(t) && Typed(t, x) && NamesOk(t, ref)
    ensures Told(t, HasNamesF(t, ref), x) <==> HasNames(ref, x.sc, x.atom)
  {
    hide Told, Valid, Typed, Both, Recalled, Recall;
    KeptTold(t, ref, x);
    if (ref.record, ref.field) in t.wholes {
      if Recalled(ref, x.sc, x.atom) { RecallRegular(t, ref, x); }
    } else {
      OnTold(t, CHasNames(ref), x);
      BothTold(t, On(t, KeptOf(ref)), On(t, CHasNames(ref)), x);
    }
    assert Both(On(t, KeptOf(ref)), T) == On(t, KeptOf(ref)) by { reveal Both; }
  }
  lemma HasIntTold(t: Table, ref: Ref, x: Moment)
    requires Valid(t) && Typed(t, x) && IntOk(t, ref)
    ensures Told(t, HasIntF(t, ref), x) <==> HasInt(ref, x.sc, x.atom)
  {
    hide Told, Valid, Typed, Both, Recalled, Recall;
    KeptTold(t, ref, x);
    if (ref.record, ref.field) in t.wholeInts {
      if Recalled(ref, x.sc, x.atom) { RecallRegular(t, ref, x); }
    } else {
      OnTold(t, CHasInt(ref), x);
      BothTold(t, On(t, KeptOf(ref)), On(t, CHasInt(ref)), x);
    }
    assert Both(On(t, KeptOf(ref)), T) == On(t, KeptOf(ref)) by { reveal Both; }
  }
  lemma OneTold(t: Table, ref: Ref, names: set<Name>, x: Moment)
    requires Valid(t) && Typed(t, x) && HasNames(ref, x.sc, x.atom)
    requires (ref.record, ref.field) in t.ones && COne(ref) in t.where && names in t.spans
    ensures Told(t, Among(t, COne(ref), names), x) <==> exists n | n in names :: n in Recall(ref, x.sc, x.atom).names[ref.field]
  {
    hide Told, Valid, Typed, Recall, Recalled, Class, Among;
    RecallRegular(t, ref, x);
    var one := Recall(ref, x.sc, x.atom).ones[ref.field];
    assert Recall(ref, x.sc, x.atom).names[ref.field] == {one};
    AmongTold(t, COne(ref), names, true, one, x);
  }

  // ---- a test ----
  lemma KnownTold(t: Table, s: Test, x: Moment)
    requires Valid(t) && Typed(t, x) && TestOk(t, s)
    ensures Told(t, KnownF(t, s), x) <==> Known(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, HasName, HasPlace, HasMeasure, AllGivenF, HasNamesF, HasIntF, Both, AllGiven, HasNames, HasInt,
      NamesOk, IntOk, PerOk, RangesOk, PatternOk, Nr;
    match s
    case Named(axis, _, _) => NameTold(t, axis, x);
    case Placed(axis, _, _) => PlaceTold(t, axis, x);
    case Holding(axis, _, _) => PlaceTold(t, axis, x);
    case Ranged(axis, ranges, _) => reveal RangesOk; MeasureTold(t, axis, x);
    case Scoped(_, _, _) => reveal Told;
    case Scoping(_, _) => reveal Told;
    case Stands(mark, _, _) => PerTold(t, mark.per, x);
    case Since(done, reset, _, _) =>
      PerTold(t, done.per, x);
      PerTold(t, reset.per, x);
      BothTold(t, AllGivenF(t, done.per), AllGivenF(t, reset.per), x);
    case Listed(axis, ref, _) =>
      NameTold(t, axis, x);
      HasNamesTold(t, ref, x);
      BothTold(t, HasName(t, axis), HasNamesF(t, ref), x);
    case Held(ref, _, _) => HasNamesTold(t, ref, x);
    case HeldIn(ref, _, _) => HasIntTold(t, ref, x);
    case Compared(axis, ref, _, _) =>
      MeasureTold(t, axis, x);
      HasIntTold(t, ref, x);
      BothTold(t, HasMeasure(t, axis), HasIntF(t, ref), x);
    case Kept(ref, _) => if ref.under.ByAxis? { NameTold(t, ref.under.axis, x); } else { reveal Told; }
  }
  // Tests on the action and on scopes.
  lemma ActionTold(t: Table, s: Test, x: Moment)
    requires Valid(t) && Typed(t, x) && TestOk(t, s) && Known(s, x.sc, x.part, x.atom)
    requires s.Named? || s.Placed? || s.Holding? || s.Ranged? || s.Scoped? || s.Scoping?
    ensures Told(t, CoreF(t, s), x) == s.want <==> Meets(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, Among, PatternsF, HoldingF, RangesF, HasScope, Class, Fits, Lies, PatternOk, RangeOk, Nr;
    match s
    case Named(axis, names, _) => AmongTold(t, CName(axis), names, true, x.atom.names[axis], x);
    case Placed(axis, patterns, _) => PatternsTold(t, axis, patterns, x);
    case Holding(axis, names, _) => HoldingTold(t, axis, names, x);
    case Ranged(axis, ranges, _) => RangesTold(t, CInt(axis), ranges, x.part.ints[axis], x);
    case Scoped(scope, names, _) =>
      AmongTold(t, CScope(scope), names, scope in x.sc.q.scopes, if scope in x.sc.q.scopes then x.sc.q.scopes[scope] else scope, x);
    case Scoping(scope, _) => ScopeTold(t, scope, x);
  }
  // Tests on what is remembered.
  lemma StateTold(t: Table, s: Test, x: Moment)
    requires Valid(t) && Typed(t, x) && TestOk(t, s) && Known(s, x.sc, x.part, x.atom)
    requires s.Stands? || s.Since? || s.Listed? || s.Held? || s.HeldIn? || s.Compared? || s.Kept?
    ensures Told(t, CoreF(t, s), x) == s.want <==> Meets(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, Among, RangesF, Class, Lies, RangeOk, Nr, IsSet, IsSince, AllGiven, Recalled, Recall, PerOk, NameOk, MeasureOk, On;
    match s
    case Stands(mark, lasts, _) => OnTold(t, CMark(mark, lasts), x);
    case Since(done, reset, lasts, _) => OnTold(t, CSince(done, reset, lasts), x);
    case Listed(axis, ref, _) => OnTold(t, CListed(axis, ref), x);
    case Held(ref, names, _) =>
      if (ref.record, ref.field) in t.ones { OneTold(t, ref, names, x); } else { OnTold(t, CHeld(ref, names), x); }
    case HeldIn(ref, ranges, _) => RangesTold(t, CRecorded(ref), ranges, Recall(ref, x.sc, x.atom).ints[ref.field], x);
    case Compared(axis, ref, exact, _) => OnTold(t, CCompared(axis, ref, exact), x);
    case Kept(ref, _) => KeptTold(t, ref, x);
  }
  lemma MetTold(t: Table, s: Test, x: Moment)
    requires Valid(t) && Typed(t, x) && TestOk(t, s) && Known(s, x.sc, x.part, x.atom)
    ensures Told(t, MetF(t, s), x) <==> Meets(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, TestOk, Known, Meets, CoreF, Neg;
    if s.Named? || s.Placed? || s.Holding? || s.Ranged? || s.Scoped? || s.Scoping? { ActionTold(t, s, x); } else { StateTold(t, s, x); }
    NegTold(t, CoreF(t, s), x);
  }
  lemma TestTold(t: Table, s: Test, x: Moment)
    requires Valid(t) && Typed(t, x) && TestOk(t, s)
    ensures Told(t, SureF(t, s), x) <==> Sure(s, x.sc, x.part, x.atom)
    ensures Told(t, MayF(t, s), x) <==> May(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, TestOk, Known, Meets, KnownF, MetF, Both, Either, Neg;
    KnownTold(t, s, x);
    if Known(s, x.sc, x.part, x.atom) { MetTold(t, s, x); }
    BothTold(t, KnownF(t, s), MetF(t, s), x);
    NegTold(t, KnownF(t, s), x);
    EitherTold(t, Neg(KnownF(t, s)), MetF(t, s), x);
  }
}
