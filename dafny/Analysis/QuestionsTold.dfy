include "RulesTold.dfy"
include "FactsTold.dfy"
// What the formulas of questions say of a moment is what the questions say.
module QuestionsTold {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Points
  import opened TestsTold
  import opened RulesTold
  import FactsTold

  // ---- what is assumed ----
  function GroupF(t: Table, c: Crew, g: Name): F {
    Both(if g in c.must then On(t, CGroup(g)) else T, if g in c.may then T else In(Nr(t, CGroup(g)), 0, 1))
  }
  lemma CrewTold(t: Table, c: Crew, x: Moment)
    requires Valid(t) && CrewsOk(t) && c in t.crews && OfCrew(t, c, x.sc)
    ensures Told(t, CrewF(t, c), x)
  {
    hide Told, Valid, Both, Nr;
    var k := t.index[c.kind];
    var fs := seq(|t.groups|, i requires 0 <= i < |t.groups| =>
      var g := t.groups[i];
      Both(if g in c.must then On(t, CGroup(g)) else T, if g in c.may then T else In(Nr(t, CGroup(g)), 0, 1)));
    var l := In(Nr(t, CScope(t.kind)), k, k + 1);
    InTold(t, CScope(t.kind), k, k + 1, x);
    ConjTold(t, fs, x);
    BothTold(t, l, Conj(fs), x);
    forall i | 0 <= i < |t.groups| ensures Told(t, fs[i], x) { GroupTold(t, c, t.groups[i], x); }
  }
  lemma GroupTold(t: Table, c: Crew, g: Name, x: Moment)
    requires Valid(t) && CGroup(g) in t.where && g in t.groups && OfCrew(t, c, x.sc)
    ensures Told(t, GroupF(t, c, g), x)
  {
    hide Told, Valid, Both, Nr;
    ConstTold(t, x);
    OnTold(t, CGroup(g), x);
    InTold(t, CGroup(g), 0, 1, x);
    BothTold(t, if g in c.must then On(t, CGroup(g)) else T, if g in c.may then T else In(Nr(t, CGroup(g)), 0, 1), x);
  }
  lemma EnumTold(t: Table, e: (Name, set<Name>), x: Moment)
    requires Valid(t) && Typed(t, x) && e in t.enums && CName(e.0) in t.where && e.1 in t.spans
    ensures Told(t, EnumF(t, e), x)
  {
    hide Told, Valid, HasName, Among, Either, Neg, Regular, OfCrew;
    NameTold(t, e.0, x);
    NegTold(t, HasName(t, e.0), x);
    EitherTold(t, Neg(HasName(t, e.0)), Among(t, CName(e.0), e.1), x);
    if e.0 in x.atom.names { AmongTold(t, CName(e.0), e.1, true, x.atom.names[e.0], x); }
  }
  lemma AssumedTold(t: Table, x: Moment)
    requires TableOk(t) && Typed(t, x)
    ensures Told(t, AssumedF(t), x)
  {
    hide Told, Valid, CrewF, EnumF, Both, OfCrew, Regular;
    var cs := seq(|t.crews|, i requires 0 <= i < |t.crews| => CrewF(t, t.crews[i]));
    var es := seq(|t.enums|, i requires 0 <= i < |t.enums| => EnumF(t, t.enums[i]));
    DisjTold(t, cs, x);
    ConjTold(t, es, x);
    BothTold(t, CrewsF(t), EnumsF(t), x);
    var c :| c in t.crews && OfCrew(t, c, x.sc);
    var i :| 0 <= i < |t.crews| && t.crews[i] == c;
    CrewTold(t, c, x);
    assert Told(t, cs[i], x);
    forall i | 0 <= i < |t.enums| ensures Told(t, es[i], x) { EnumTold(t, t.enums[i], x); }
  }

  // ---- questions ----
  lemma AskedTold(t: Table, q: Question, x: Moment)
    requires TableOk(t) && Typed(t, x) && QuestionOk(t, q)
    ensures Told(t, AskedF(t, q), x) <==> Concerns(q, x)
  {
    hide Told, Valid, Typed, AllOk, UnlessOk, CrewsOk, EnumsOk, FactsOk, AssumedF, AllSureF, ExcuseF, Both, Neg, Surely, Excused;
    AssumedTold(t, x);
    SurelyTold(t, q.region, x);
    ExcuseTold(t, q.unless, x);
    NegTold(t, ExcuseF(t, q.unless), x);
    BothTold(t, AllSureF(t, q.region), Neg(ExcuseF(t, q.unless)), x);
    BothTold(t, AssumedF(t), Both(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless))), x);
  }
  lemma WrongTold(t: Table, p: Policy, q: Question, x: Moment)
    requires TableOk(t) && Typed(t, x) && PolicyOk(t, p) && QuestionOk(t, q)
    ensures Told(t, WrongF(t, p, q), x) <==> Wrong(p, q, x)
  {
    hide Told, TableOk, Typed, PolicyOk, QuestionOk, ClaimF, FactsF, Both, Wrong;
    FactsTold.AllTold(t, x);
    ClaimTold(t, p, q, x);
    BothTold(t, ClaimF(t, p, q), FactsF(t), x);
  }
  lemma ClaimTold(t: Table, p: Policy, q: Question, x: Moment)
    requires TableOk(t) && Typed(t, x) && PolicyOk(t, p) && QuestionOk(t, q)
    ensures Told(t, ClaimF(t, p, q), x) <==> Wrong(p, q, x)
  {
    hide Told, Valid, Typed, QuestionOk, CrewsOk, EnumsOk, FactsOk, RulesOk, AxesOk, AskedF, PassF, AnyNeedF, NeedsF, Both, Either, Neg, Concerns, Passes,
      Needs, SomeNeed;
    AskedTold(t, q, x);
    PassTold(t, p, x);
    AnyNeedTold(t, p.rules, x);
    NeedsTold(t, p.rules, q.approved, x);
    forall n ensures Needs(p, x, n) <==> SomeNeed(p.rules, n, x) { NeedsIs(p, n, x); }
    var a, s, any, ns := AskedF(t, q), PassF(t, p), AnyNeedF(t, p.rules), NeedsF(t, p.rules, q.approved);
    NegTold(t, s, x);
    NegTold(t, ns, x);
    EitherTold(t, any, Neg(s), x);
    BothTold(t, a, Either(any, Neg(s)), x);
    BothTold(t, s, Neg(ns), x);
    BothTold(t, a, Both(s, Neg(ns)), x);
  }

  // ---- two policies ----
  lemma NamesNeededAre(t: Table, rs: seq<Rule>, i: nat, j: nat)
    requires j < i <= |rs| && t.verb in rs[j].verbs && Needing(rs[j])
    ensures rs[j].effect.needs in NamesNeeded(t, rs, i)
    decreases i
  { if j < i - 1 { NamesNeededAre(t, rs, i - 1, j); } }
  lemma NeededNamed(t: Table, rs: seq<Rule>, n: Name, x: Moment)
    requires Typed(t, x) && SomeNeed(rs, n, x)
    ensures n in NamesNeeded(t, rs, |rs|)
  {
    assert x.part.verb == t.verb;
    hide Typed, Lifted, May;
    var r :| r in rs && Wants(r, n) && Maybe(r, x.sc, x.part, x.atom);
    var j :| 0 <= j < |rs| && rs[j] == r;
    NamesNeededAre(t, rs, |rs|, j);
  }
  lemma DroppedTold(t: Table, a: seq<Rule>, b: seq<Rule>, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, a) && RulesOk(t, b)
    ensures Told(t, DroppedF(t, a, b, NamesNeeded(t, b, |b|)), x) <==> exists n :: SomeNeed(b, n, x) && !SomeNeed(a, n, x)
  {
    hide Told, Valid, Typed, RulesOk, NeedF, SomeNeed, NamesNeeded, Both, Neg;
    var ns := NamesNeeded(t, b, |b|);
    var fs := seq(|ns|, i requires 0 <= i < |ns| => Both(NeedF(t, b, ns[i]), Neg(NeedF(t, a, ns[i]))));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |ns| ensures Told(t, fs[i], x) <==> SomeNeed(b, ns[i], x) && !SomeNeed(a, ns[i], x) {
      NeedTold(t, b, ns[i], x);
      NeedTold(t, a, ns[i], x);
      NegTold(t, NeedF(t, a, ns[i]), x);
      BothTold(t, NeedF(t, b, ns[i]), Neg(NeedF(t, a, ns[i])), x);
    }
    if n :| SomeNeed(b, n, x) && !SomeNeed(a, n, x) {
      NeededNamed(t, b, n, x);
      var i :| 0 <= i < |ns| && ns[i] == n;
      assert Told(t, fs[i], x);
    }
  }
  lemma NotInAre(rs: seq<Rule>, others: seq<Rule>, r: Rule)
    ensures r in NotIn(rs, others) <==> r in rs && r !in others
  { if rs != [] { NotInAre(rs[..|rs| - 1], others, r); assert rs == rs[..|rs| - 1] + [rs[|rs| - 1]]; } }
  lemma NotInOk(t: Table, rs: seq<Rule>, others: seq<Rule>)
    requires RulesOk(t, rs)
    ensures RulesOk(t, NotIn(rs, others))
  {
    hide RuleOk;
    var ns := NotIn(rs, others);
    forall i | 0 <= i < |ns| ensures RuleOk(t, ns[i]) {
      NotInAre(rs, others, ns[i]);
      var j :| 0 <= j < |rs| && rs[j] == ns[i];
    }
  }
  ghost predicate Changed(a: Policy, b: Policy, x: Moment) {
    || SomeGrant(NotIn(a.rules, b.rules), x) || SomeForbid(NotIn(b.rules, a.rules), x)
    || (exists n :: SomeNeed(NotIn(b.rules, a.rules), n, x)) || !Complete(b, x.part, x.atom)
  }
  lemma ChangedTold(t: Table, a: Policy, b: Policy, x: Moment)
    requires Valid(t) && Typed(t, x) && PolicyOk(t, a) && PolicyOk(t, b)
    ensures Told(t, ChangedF(t, a, b), x) <==> Changed(a, b, x)
  {
    hide Told, Valid, Typed, RulesOk, AxesOk, GrantF, ForbidF, AnyNeedF, CompleteF, Either, Neg, NotIn, SomeGrant, SomeForbid, SomeNeed, Complete;
    var more, gone := NotIn(a.rules, b.rules), NotIn(b.rules, a.rules);
    NotInOk(t, a.rules, b.rules);
    NotInOk(t, b.rules, a.rules);
    GrantTold(t, more, x);
    ForbidTold(t, gone, x);
    AnyNeedTold(t, gone, x);
    CompleteTold(t, b, x);
    var g, f, n, c := GrantF(t, more), ForbidF(t, gone), AnyNeedF(t, gone), CompleteF(t, b);
    NegTold(t, c, x);
    EitherTold(t, n, Neg(c), x);
    EitherTold(t, f, Either(n, Neg(c)), x);
    EitherTold(t, g, Either(f, Either(n, Neg(c))), x);
  }
  // What is newly permitted, a rule that changed has to do with.
  lemma WiderIsChanged(a: Policy, b: Policy, x: Moment)
    requires Wider(a, b, x)
    ensures Changed(a, b, x)
  {
    hide Yes, Maybe, Complete, NotIn, Passes, Needs;
    PassesIs(a, x);
    PassesIs(b, x);
    var more, gone := NotIn(a.rules, b.rules), NotIn(b.rules, a.rules);
    var g :| g in a.rules && Grants(g) && Yes(g, x.sc, x.part, x.atom);
    NotInAre(a.rules, b.rules, g);
    if f :| f in b.rules && f.effect.Forbid? && Maybe(f, x.sc, x.part, x.atom) { NotInAre(b.rules, a.rules, f); }
    if n :| Needs(b, x, n) && !Needs(a, x, n) {
      NeedsIs(a, n, x);
      NeedsIs(b, n, x);
      var r :| r in b.rules && Wants(r, n) && Maybe(r, x.sc, x.part, x.atom);
      NotInAre(b.rules, a.rules, r);
      assert SomeNeed(gone, n, x);
    }
  }
  lemma WiderTold(t: Table, a: Policy, b: Policy, x: Moment)
    requires TableOk(t) && Typed(t, x) && PolicyOk(t, a) && PolicyOk(t, b) && Wider(a, b, x)
    ensures Told(t, WiderF(t, a, b), x)
  {
    hide Told, TableOk, Typed, PolicyOk, BeyondF, FactsF, Both, Wider;
    FactsTold.AllTold(t, x);
    BeyondTold(t, a, b, x);
    BothTold(t, BeyondF(t, a, b), FactsF(t), x);
  }
  lemma BeyondTold(t: Table, a: Policy, b: Policy, x: Moment)
    requires TableOk(t) && Typed(t, x) && PolicyOk(t, a) && PolicyOk(t, b)
    ensures Told(t, BeyondF(t, a, b), x) <==> Wider(a, b, x)
  {
    hide Told, Valid, Typed, CrewsOk, EnumsOk, FactsOk, RulesOk, AxesOk, AssumedF, PassF, DroppedF, ChangedF, Changed, Both, Either, Neg,
      Passes, Needs, SomeNeed;
    AssumedTold(t, x);
    PassTold(t, a, x);
    PassTold(t, b, x);
    DroppedTold(t, a.rules, b.rules, x);
    forall n ensures Needs(a, x, n) <==> SomeNeed(a.rules, n, x) { NeedsIs(a, n, x); }
    forall n ensures Needs(b, x, n) <==> SomeNeed(b.rules, n, x) { NeedsIs(b, n, x); }
    var d, pa, pb := DroppedF(t, a.rules, b.rules, NamesNeeded(t, b.rules, |b.rules|)), PassF(t, a), PassF(t, b);
    var f := ChangedF(t, a, b);
    ChangedTold(t, a, b, x);
    if Wider(a, b, x) { WiderIsChanged(a, b, x); }
    ConstTold(t, x);
    BothTold(t, AssumedF(t), f, x);
    NegTold(t, pb, x);
    EitherTold(t, Neg(pb), d, x);
    BothTold(t, pa, Either(Neg(pb), d), x);
    BothTold(t, Both(AssumedF(t), f), Both(pa, Either(Neg(pb), d)), x);
  }
}
