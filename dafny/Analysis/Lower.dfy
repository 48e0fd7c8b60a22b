include "Coords.dfy"
// Tests, rules, policies and questions as formulas over coordinates.
module Lower {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Moments
  import opened Grid
  import opened Coords

  // ---- connectives that leave out what is constant ----
  function Both(l: F, r: F): F { if l.T? then r else if r.T? then l else if l.E? then l else if r.E? then r else And(l, r) }
  function Either(l: F, r: F): F { if l.E? then r else if r.E? then l else if l.T? then l else if r.T? then r else Or(l, r) }
  function Neg(f: F): F { if f.T? then E else if f.E? then T else Not(f) }
  lemma BothHolds(l: F, r: F, v: Point)
    ensures Holds(Both(l, r), v) <==> Holds(l, v) && Holds(r, v)
  {}
  lemma EitherHolds(l: F, r: F, v: Point)
    ensures Holds(Either(l, r), v) <==> Holds(l, v) || Holds(r, v)
  {}
  lemma NegHolds(f: F, v: Point)
    ensures Holds(Neg(f), v) <==> !Holds(f, v)
  {}
  function OrOf(fs: seq<F>, i: nat, j: nat): F
    requires i <= j <= |fs|
    decreases j - i
  {
    if i == j then E else if i + 1 == j then fs[i] else
    var m := (i + j) / 2;
    Either(OrOf(fs, i, m), OrOf(fs, m, j))
  }
  function AndOf(fs: seq<F>, i: nat, j: nat): F
    requires i <= j <= |fs|
    decreases j - i
  {
    if i == j then T else if i + 1 == j then fs[i] else
    var m := (i + j) / 2;
    Both(AndOf(fs, i, m), AndOf(fs, m, j))
  }
  function Disj(fs: seq<F>): F { OrOf(fs, 0, |fs|) }
  function Conj(fs: seq<F>): F { AndOf(fs, 0, |fs|) }

  // ---- leaves ----
  function Nr(t: Table, k: Coord): nat { if k in t.where then t.where[k] else |t.coords| }
  function On(t: Table, k: Coord): F { In(Nr(t, k), 1, 2) }
  function There(t: Table, k: Coord, hi: int): F { In(Nr(t, k), 0, hi) }
  function Spans(t: Table, names: set<Name>): seq<Iv> { if names in t.spans then t.spans[names] else [] }
  function InOf(c: nat, vs: seq<Iv>): F { Disj(seq(|vs|, i requires 0 <= i < |vs| => In(c, vs[i].lo, vs[i].hi))) }
  function Among(t: Table, k: Coord, names: set<Name>): F { InOf(Nr(t, k), Spans(t, names)) }

  function HasName(t: Table, axis: Name): F { if axis in t.names then T else There(t, CName(axis), |t.lits| + 1) }
  function HasPlace(t: Table, axis: Name): F { if axis in t.places then T else There(t, CLen(axis), Depth(t, axis) + 2) }
  function HasMeasure(t: Table, axis: Name): F {
    if axis in t.ints then T else
    var v := Bounds(t, CInt(axis));
    In(Nr(t, CInt(axis)), v.lo, v.hi)
  }
  function HasScope(t: Table, s: Name): F { if s in t.given then T else There(t, CScope(s), |t.lits| + 1) }
  function GivenF(t: Table, s: Name): F { Either(HasScope(t, s), HasName(t, s)) }
  function AllGivenF(t: Table, per: Per): F {
    Both(Both(GivenF(t, per.0), GivenF(t, per.1)), Both(GivenF(t, per.2), GivenF(t, per.3)))
  }

  // ---- places ----
  function SymF(t: Table, axis: Name, syms: seq<Sym>, i: nat): F
    requires i < |syms|
  {
    if syms[i].One? || syms[i].name !in t.index then T else
    var k := t.index[syms[i].name];
    In(Nr(t, CSeg(axis, i)), k, k + 1)
  }
  function PatternF(t: Table, axis: Name, p: Pattern): F {
    var n := |p.syms|;
    Both(In(Nr(t, CLen(axis)), n, if p.open then Depth(t, axis) + 2 else n + 1),
         Conj(seq(n, i requires 0 <= i < n => SymF(t, axis, p.syms, i))))
  }
  predicate PatternOk(t: Table, axis: Name, p: Pattern) {
    |p.syms| <= Depth(t, axis) &&
    forall i | 0 <= i < |p.syms| :: p.syms[i].One? || (p.syms[i].name in t.index && CSeg(axis, i) in t.where)
  }
  function PatternsF(t: Table, axis: Name, ps: seq<Pattern>): F { Disj(seq(|ps|, i requires 0 <= i < |ps| => PatternF(t, axis, ps[i]))) }
  function SegmentF(t: Table, axis: Name, names: set<Name>, i: nat): F {
    Both(In(Nr(t, CLen(axis)), i + 1, Depth(t, axis) + 2), Among(t, CSeg(axis, i), names))
  }
  function HoldingF(t: Table, axis: Name, names: set<Name>): F {
    var d := Depth(t, axis);
    Either(Both(In(Nr(t, CLen(axis)), d + 1, d + 2), On(t, CTail(axis, names))),
           Disj(seq(d, i requires 0 <= i < d => SegmentF(t, axis, names, i))))
  }

  // ---- integers ----
  function RangeF(c: nat, v: Iv, r: Range): F {
    if r.AtLeast? then In(c, r.lo, v.hi) else if r.AtMost? then In(c, v.lo, r.hi + 1) else In(c, r.lo, r.hi + 1)
  }
  predicate RangeOk(v: Iv, r: Range) {
    (r.AtMost? || v.lo < r.lo < v.hi) && (r.AtLeast? || v.lo <= r.hi < v.hi - 1)
  }
  function RangesF(t: Table, k: Coord, rs: seq<Range>): F {
    Disj(seq(|rs|, i requires 0 <= i < |rs| => RangeF(Nr(t, k), Bounds(t, k), rs[i])))
  }
  predicate RangesOk(t: Table, k: Coord, rs: seq<Range>) { k in t.where && forall i | 0 <= i < |rs| :: RangeOk(Bounds(t, k), rs[i]) }

  // ---- what is remembered ----
  function KeptOf(ref: Ref): Coord { CKept(ref.record, ref.run, ref.under, ref.lasts) }
  function HasNamesF(t: Table, ref: Ref): F {
    Both(On(t, KeptOf(ref)), if (ref.record, ref.field) in t.wholes then T else On(t, CHasNames(ref)))
  }
  function HasIntF(t: Table, ref: Ref): F {
    Both(On(t, KeptOf(ref)), if (ref.record, ref.field) in t.wholeInts then T else On(t, CHasInt(ref)))
  }

  // ---- a test: where it is known, and where its contents hold if it is ----
  function KnownF(t: Table, s: Test): F {
    match s
    case Named(axis, _, _) => HasName(t, axis)
    case Placed(axis, _, _) => HasPlace(t, axis)
    case Holding(axis, _, _) => HasPlace(t, axis)
    case Ranged(axis, _, _) => HasMeasure(t, axis)
    case Scoped(_, _, _) => T
    case Scoping(_, _) => T
    case Stands(mark, _, _) => AllGivenF(t, mark.per)
    case Since(done, reset, _, _) => Both(AllGivenF(t, done.per), AllGivenF(t, reset.per))
    case Listed(axis, ref, _) => Both(HasName(t, axis), HasNamesF(t, ref))
    case Held(ref, _, _) => HasNamesF(t, ref)
    case HeldIn(ref, _, _) => HasIntF(t, ref)
    case Compared(axis, ref, _, _) => Both(HasMeasure(t, axis), HasIntF(t, ref))
    case Kept(ref, _) => if ref.under.ByAxis? then HasName(t, ref.under.axis) else T
  }
  function CoreF(t: Table, s: Test): F {
    match s
    case Named(axis, names, _) => Among(t, CName(axis), names)
    case Placed(axis, patterns, _) => PatternsF(t, axis, patterns)
    case Holding(axis, names, _) => HoldingF(t, axis, names)
    case Ranged(axis, ranges, _) => RangesF(t, CInt(axis), ranges)
    case Scoped(scope, names, _) => Among(t, CScope(scope), names)
    case Scoping(scope, _) => HasScope(t, scope)
    case Stands(mark, lasts, _) => On(t, CMark(mark, lasts))
    case Since(done, reset, lasts, _) => On(t, CSince(done, reset, lasts))
    case Listed(axis, ref, _) => On(t, CListed(axis, ref))
    case Held(ref, names, _) => if (ref.record, ref.field) in t.ones then Among(t, COne(ref), names) else On(t, CHeld(ref, names))
    case HeldIn(ref, ranges, _) => RangesF(t, CRecorded(ref), ranges)
    case Compared(axis, ref, exact, _) => On(t, CCompared(axis, ref, exact))
    case Kept(ref, _) => On(t, KeptOf(ref))
  }
  function MetF(t: Table, s: Test): F { if s.want then CoreF(t, s) else Neg(CoreF(t, s)) }
  function SureF(t: Table, s: Test): F { Both(KnownF(t, s), MetF(t, s)) }
  function MayF(t: Table, s: Test): F { Either(Neg(KnownF(t, s)), MetF(t, s)) }

  // ---- that the table has all that a test needs ----
  predicate NameOk(t: Table, axis: Name) { axis in t.names || CName(axis) in t.where }
  predicate PlaceOk(t: Table, axis: Name) { axis in t.places || CLen(axis) in t.where }
  predicate MeasureOk(t: Table, axis: Name) { axis in t.ints || CInt(axis) in t.where }
  predicate ScopeOk(t: Table, s: Name) { s in t.given || CScope(s) in t.where }
  predicate PerOk(t: Table, per: Per) { GivenOk(t, per.0) && GivenOk(t, per.1) && GivenOk(t, per.2) && GivenOk(t, per.3) }
  predicate GivenOk(t: Table, s: Name) { ScopeOk(t, s) && NameOk(t, s) }
  predicate NamesOk(t: Table, ref: Ref) { KeptOf(ref) in t.where && ((ref.record, ref.field) in t.wholes || CHasNames(ref) in t.where) }
  predicate IntOk(t: Table, ref: Ref) { KeptOf(ref) in t.where && ((ref.record, ref.field) in t.wholeInts || CHasInt(ref) in t.where) }
  predicate TestOk(t: Table, s: Test) {
    match s
    case Named(axis, names, _) => CName(axis) in t.where && names in t.spans
    case Placed(axis, patterns, _) => CLen(axis) in t.where && forall i | 0 <= i < |patterns| :: PatternOk(t, axis, patterns[i])
    case Holding(axis, names, _) =>
      CLen(axis) in t.where && CTail(axis, names) in t.where && names in t.spans &&
      forall i | 0 <= i < Depth(t, axis) :: CSeg(axis, i) in t.where
    case Ranged(axis, ranges, _) => RangesOk(t, CInt(axis), ranges)
    case Scoped(scope, names, _) => CScope(scope) in t.where && names in t.spans
    case Scoping(scope, _) => ScopeOk(t, scope)
    case Stands(mark, lasts, _) => PerOk(t, mark.per) && CMark(mark, lasts) in t.where
    case Since(done, reset, lasts, _) => PerOk(t, done.per) && PerOk(t, reset.per) && CSince(done, reset, lasts) in t.where
    case Listed(axis, ref, _) => NameOk(t, axis) && NamesOk(t, ref) && CListed(axis, ref) in t.where
    case Held(ref, names, _) =>
      NamesOk(t, ref) && names in t.spans && (if (ref.record, ref.field) in t.ones then COne(ref) in t.where else CHeld(ref, names) in t.where)
    case HeldIn(ref, ranges, _) => IntOk(t, ref) && RangesOk(t, CRecorded(ref), ranges)
    case Compared(axis, ref, exact, _) => MeasureOk(t, axis) && IntOk(t, ref) && CCompared(axis, ref, exact) in t.where
    case Kept(ref, _) => KeptOf(ref) in t.where && (ref.under.ByAxis? ==> NameOk(t, ref.under.axis))
  }
  predicate AllOk(t: Table, ts: seq<Test>) { forall i | 0 <= i < |ts| :: TestOk(t, ts[i]) }
  predicate UnlessOk(t: Table, us: seq<seq<Test>>) { forall i | 0 <= i < |us| :: AllOk(t, us[i]) }

  // ---- conjunctions, excuses ----
  function AllSureF(t: Table, ts: seq<Test>): F { Conj(seq(|ts|, i requires 0 <= i < |ts| => SureF(t, ts[i]))) }
  function AllMayF(t: Table, ts: seq<Test>): F { Conj(seq(|ts|, i requires 0 <= i < |ts| => MayF(t, ts[i]))) }
  function ExcuseF(t: Table, us: seq<seq<Test>>): F { Disj(seq(|us|, i requires 0 <= i < |us| => AllSureF(t, us[i]))) }
  function LiftF(t: Table, us: seq<seq<Test>>): F {
    Disj(seq(|us|, i requires 0 <= i < |us| => if |us[i]| == 0 then E else AllSureF(t, us[i])))
  }

  // ---- rules ----
  predicate Grants(r: Rule) { r.effect.Permit? || r.effect.Ask? }
  predicate Needing(r: Rule) { r.effect.Ask? || r.effect.Require? }
  predicate Judging(r: Rule) { Grants(r) || Needing(r) || r.effect.Forbid? }
  function SpeaksF(t: Table, r: Rule): F { if Grants(r) then On(t, CGroup(r.group)) else T }
  function YesF(t: Table, r: Rule): F {
    if t.verb !in r.verbs then E else Both(SpeaksF(t, r), Both(AllSureF(t, r.tests), Neg(LiftF(t, r.unless))))
  }
  function MaybeF(t: Table, r: Rule): F {
    if t.verb !in r.verbs then E else Both(SpeaksF(t, r), Both(AllMayF(t, r.tests), Neg(LiftF(t, r.unless))))
  }
  predicate RuleOk(t: Table, r: Rule) {
    t.verb !in r.verbs || !Judging(r) || ((Grants(r) ==> CGroup(r.group) in t.where) && AllOk(t, r.tests) && UnlessOk(t, r.unless))
  }
  predicate RulesOk(t: Table, rs: seq<Rule>) { forall i | 0 <= i < |rs| :: RuleOk(t, rs[i]) }

  // ---- policies ----
  function GrantF(t: Table, rs: seq<Rule>): F { Disj(seq(|rs|, i requires 0 <= i < |rs| => if Grants(rs[i]) then YesF(t, rs[i]) else E)) }
  function ForbidF(t: Table, rs: seq<Rule>): F { Disj(seq(|rs|, i requires 0 <= i < |rs| => if rs[i].effect.Forbid? then MaybeF(t, rs[i]) else E)) }
  predicate Wants(r: Rule, n: Name) { Needing(r) && r.effect.needs == n }
  function NeedF(t: Table, rs: seq<Rule>, n: Name): F { Disj(seq(|rs|, i requires 0 <= i < |rs| => if Wants(rs[i], n) then MaybeF(t, rs[i]) else E)) }
  function AnyNeedF(t: Table, rs: seq<Rule>): F { Disj(seq(|rs|, i requires 0 <= i < |rs| => if Needing(rs[i]) then MaybeF(t, rs[i]) else E)) }
  function NeedsF(t: Table, rs: seq<Rule>, ns: seq<Name>): F { Disj(seq(|ns|, i requires 0 <= i < |ns| => NeedF(t, rs, ns[i]))) }
  function AxisF(t: Table, a: Axis): F { if a.place then HasPlace(t, a.name) else HasName(t, a.name) }
  function CompleteF(t: Table, p: Policy): F {
    if t.verb !in p.axes then E else
    var axes := p.axes[t.verb];
    Conj(seq(|axes|, i requires 0 <= i < |axes| => AxisF(t, axes[i])))
  }
  predicate AxesOk(t: Table, p: Policy) {
    t.verb in p.axes ==>
      forall i | 0 <= i < |p.axes[t.verb]| :: var a := p.axes[t.verb][i]; if a.place then PlaceOk(t, a.name) else NameOk(t, a.name)
  }
  function PassF(t: Table, p: Policy): F { Both(CompleteF(t, p), Both(GrantF(t, p.rules), Neg(ForbidF(t, p.rules)))) }
  predicate PolicyOk(t: Table, p: Policy) { AxesOk(t, p) && RulesOk(t, p.rules) }

  // ---- who may act ----
  function CrewF(t: Table, c: Crew): F {
    if c.kind !in t.index then E else
    var k := t.index[c.kind];
    Both(In(Nr(t, CScope(t.kind)), k, k + 1),
         Conj(seq(|t.groups|, i requires 0 <= i < |t.groups| =>
                var g := t.groups[i];
                Both(if g in c.must then On(t, CGroup(g)) else T, if g in c.may then T else In(Nr(t, CGroup(g)), 0, 1)))))
  }
  function CrewsF(t: Table): F { Disj(seq(|t.crews|, i requires 0 <= i < |t.crews| => CrewF(t, t.crews[i]))) }
  predicate CrewsOk(t: Table) {
    CScope(t.kind) in t.where && (forall i | 0 <= i < |t.crews| :: t.crews[i].kind in t.index) &&
    forall i | 0 <= i < |t.groups| :: CGroup(t.groups[i]) in t.where
  }

  // ---- closed lists; all that is assumed ----
  function EnumF(t: Table, e: (Name, set<Name>)): F { Either(Neg(HasName(t, e.0)), Among(t, CName(e.0), e.1)) }
  function EnumsF(t: Table): F { Conj(seq(|t.enums|, i requires 0 <= i < |t.enums| => EnumF(t, t.enums[i]))) }
  predicate EnumsOk(t: Table) { forall i | 0 <= i < |t.enums| :: CName(t.enums[i].0) in t.where && t.enums[i].1 in t.spans }
  function AssumedF(t: Table): F { Both(CrewsF(t), EnumsF(t)) }
  // ---- relations among coordinates ----
  function If(f: F, g: F): F { Either(Neg(f), g) }
  function OneF(t: Table, k: Coord, n: Name): F { if n in t.index then In(Nr(t, k), t.index[n], t.index[n] + 1) else E }
  function Least_(t: Table, axis: Name): int { if axis in t.lows then t.lows[axis] else 0 }
  function Most(t: Table, axis: Name): int { if axis in t.highs then t.highs[axis] else 0 }
  function FactF(t: Table, f: Fact): F {
    match f
    case Undone(done, reset, lasts) =>
      If(Both(AllGivenF(t, done.per), Both(AllGivenF(t, reset.per), On(t, CSince(done, reset, lasts)))), On(t, CMark(done, lasts)))
    case Unreset(done, reset) =>
      If(Both(AllGivenF(t, done.per), Both(AllGivenF(t, reset.per), Both(On(t, CMark(done, 0)), Neg(On(t, CMark(reset, 0)))))),
         On(t, CSince(done, reset, 0)))
    case Lasts(mark, short, long) => If(On(t, CMark(mark, short)), On(t, CMark(mark, long)))
    case Exact(axis, ref) => If(On(t, CCompared(axis, ref, true)), On(t, CCompared(axis, ref, false)))
    case Same(axis, ref, names) =>
      If(On(t, CListed(axis, ref)),
         Both(If(Among(t, CName(axis), names), Among(t, COne(ref), names)), If(Among(t, COne(ref), names), Among(t, CName(axis), names))))
    case Only(axis, ref, n) => If(Both(HasNamesF(t, ref), Both(OneF(t, CName(axis), n), OneF(t, COne(ref), n))), On(t, CListed(axis, ref)))
    case Member(axis, ref, names) =>
      If(Both(On(t, CListed(axis, ref)), Among(t, CName(axis), names)), On(t, CHeld(ref, names)))
    case Low(axis) => If(HasMeasure(t, axis), In(Nr(t, CInt(axis)), Least_(t, axis), Bounds(t, CInt(axis)).hi))
    case High(axis) => If(HasMeasure(t, axis), In(Nr(t, CInt(axis)), Bounds(t, CInt(axis)).lo, Most(t, axis) + 1))
    case Number(ref) => If(HasIntF(t, ref), In(Nr(t, CRecorded(ref)), Bounds(t, CRecorded(ref)).lo, Bounds(t, CRecorded(ref)).hi))
    case Called(ref) => If(HasNamesF(t, ref), There(t, COne(ref), |t.lits| + 1))
  }
  predicate FactOk(t: Table, f: Fact) {
    match f
    case Undone(done, reset, lasts) =>
      PerOk(t, done.per) && PerOk(t, reset.per) && CSince(done, reset, lasts) in t.where && CMark(done, lasts) in t.where
    case Unreset(done, reset) =>
      done.kind != 2 && PerOk(t, done.per) && PerOk(t, reset.per) &&
      CMark(done, 0) in t.where && CMark(reset, 0) in t.where && CSince(done, reset, 0) in t.where
    case Lasts(mark, short, long) =>
      short != 0 && (long == 0 || short <= long) && CMark(mark, short) in t.where && CMark(mark, long) in t.where
    case Exact(axis, ref) => CCompared(axis, ref, true) in t.where && CCompared(axis, ref, false) in t.where
    case Same(axis, ref, names) =>
      (ref.record, ref.field) in t.ones && CListed(axis, ref) in t.where && CName(axis) in t.where && COne(ref) in t.where && names in t.spans
    case Only(axis, ref, n) =>
      (ref.record, ref.field) in t.ones && NamesOk(t, ref) && CListed(axis, ref) in t.where && CName(axis) in t.where && COne(ref) in t.where &&
      n in t.index
    case Member(axis, ref, names) => CListed(axis, ref) in t.where && CName(axis) in t.where && CHeld(ref, names) in t.where && names in t.spans
    case Low(axis) =>
      axis in t.lows && CInt(axis) in t.where && Bounds(t, CInt(axis)).lo < t.lows[axis] < Bounds(t, CInt(axis)).hi
    case High(axis) =>
      axis in t.highs && CInt(axis) in t.where && Bounds(t, CInt(axis)).lo <= t.highs[axis] < Bounds(t, CInt(axis)).hi - 1
    case Number(ref) => IntOk(t, ref) && CRecorded(ref) in t.where
    case Called(ref) => (ref.record, ref.field) in t.ones && NamesOk(t, ref) && COne(ref) in t.where
  }
  function FactsF(t: Table): F { Conj(seq(|t.facts|, i requires 0 <= i < |t.facts| => FactF(t, t.facts[i]))) }
  predicate FactsOk(t: Table) { forall i | 0 <= i < |t.facts| :: FactOk(t, t.facts[i]) }
  predicate TableOk(t: Table) { Valid(t) && CrewsOk(t) && EnumsOk(t) && FactsOk(t) }

  // ---- questions ----
  predicate QuestionOk(t: Table, q: Question) { AllOk(t, q.region) && UnlessOk(t, q.unless) }
  function AskedF(t: Table, q: Question): F { Both(AssumedF(t), Both(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless)))) }
  function WrongF(t: Table, p: Policy, q: Question): F { Both(ClaimF(t, p, q), FactsF(t)) }
  function ClaimF(t: Table, p: Policy, q: Question): F {
    if q.claim.Always? then Both(AskedF(t, q), Either(AnyNeedF(t, p.rules), Neg(PassF(t, p))))
    else Both(AskedF(t, q), Both(PassF(t, p), Neg(NeedsF(t, p.rules, q.approved))))
  }

  // ---- two policies; ns: all approvals that the old one asks for ----
  function NamesNeeded(t: Table, rs: seq<Rule>, i: nat): seq<Name>
    requires i <= |rs|
    decreases i
  {
    if i == 0 then [] else
    var more := NamesNeeded(t, rs, i - 1);
    if t.verb in rs[i - 1].verbs && Needing(rs[i - 1]) && rs[i - 1].effect.needs !in more then more + [rs[i - 1].effect.needs] else more
  } by method {
    var out: seq<Name> := [];
    var k := 0;
    while k < i
      invariant 0 <= k <= i && out == NamesNeeded(t, rs, k)
    {
      if t.verb in rs[k].verbs && Needing(rs[k]) && rs[k].effect.needs !in out { out := out + [rs[k].effect.needs]; }
      k := k + 1;
    }
    return out;
  }
  function DroppedF(t: Table, a: seq<Rule>, b: seq<Rule>, ns: seq<Name>): F {
    Disj(seq(|ns|, i requires 0 <= i < |ns| => Both(NeedF(t, b, ns[i]), Neg(NeedF(t, a, ns[i])))))
  }
  // A rule speaks that only one of the two has: the cost of a comparison is that of the edit.
  function ChangedF(t: Table, a: Policy, b: Policy): F {
    var gone := NotIn(b.rules, a.rules);
    Either(GrantF(t, NotIn(a.rules, b.rules)), Either(ForbidF(t, gone), Either(AnyNeedF(t, gone), Neg(CompleteF(t, b)))))
  }
  function WiderF(t: Table, a: Policy, b: Policy): F { Both(BeyondF(t, a, b), FactsF(t)) }
  function BeyondF(t: Table, a: Policy, b: Policy): F {
    var f := ChangedF(t, a, b);
    if f.E? then E else
    Both(Both(AssumedF(t), f),
         Both(PassF(t, a), Either(Neg(PassF(t, b)), DroppedF(t, a.rules, b.rules, NamesNeeded(t, b.rules, |b.rules|)))))
  }
}
