include "TestsTold.dfy"
include "Claims.dfy"
// What the formulas of rules and policies say of a moment is what the rules and policies say.
module RulesTold {
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

  // ---- conjunctions ----
  lemma SurelyTold(t: Table, ts: seq<Test>, x: Moment)
    requires Valid(t) && Typed(t, x) && AllOk(t, ts)
    ensures Told(t, AllSureF(t, ts), x) <==> Surely(ts, x)
  {
    hide Told, Valid, Typed, TestOk, SureF, Sure;
    var fs := seq(|ts|, i requires 0 <= i < |ts| => SureF(t, ts[i]));
    ConjTold(t, fs, x);
    forall i | 0 <= i < |ts| ensures Told(t, fs[i], x) <==> Sure(ts[i], x.sc, x.part, x.atom) { TestTold(t, ts[i], x); }
    if forall i | 0 <= i < |ts| :: Told(t, fs[i], x) {
      forall s | s in ts ensures Sure(s, x.sc, x.part, x.atom) {
        var i :| 0 <= i < |ts| && ts[i] == s;
        assert Told(t, fs[i], x);
      }
    }
  }
  lemma MayTold(t: Table, ts: seq<Test>, x: Moment)
    requires Valid(t) && Typed(t, x) && AllOk(t, ts)
    ensures Told(t, AllMayF(t, ts), x) <==> forall s | s in ts :: May(s, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, TestOk, MayF, May;
    var fs := seq(|ts|, i requires 0 <= i < |ts| => MayF(t, ts[i]));
    ConjTold(t, fs, x);
    forall i | 0 <= i < |ts| ensures Told(t, fs[i], x) <==> May(ts[i], x.sc, x.part, x.atom) { TestTold(t, ts[i], x); }
    if forall i | 0 <= i < |ts| :: Told(t, fs[i], x) {
      forall s | s in ts ensures May(s, x.sc, x.part, x.atom) {
        var i :| 0 <= i < |ts| && ts[i] == s;
        assert Told(t, fs[i], x);
      }
    }
  }
  lemma ExcuseTold(t: Table, us: seq<seq<Test>>, x: Moment)
    requires Valid(t) && Typed(t, x) && UnlessOk(t, us)
    ensures Told(t, ExcuseF(t, us), x) <==> Excused(us, x)
  {
    hide Told, Valid, Typed, AllOk, AllSureF, Surely;
    var fs := seq(|us|, i requires 0 <= i < |us| => AllSureF(t, us[i]));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |us| ensures Told(t, fs[i], x) <==> Surely(us[i], x) { SurelyTold(t, us[i], x); }
    if c :| c in us && Surely(c, x) {
      var i :| 0 <= i < |us| && us[i] == c;
      assert Told(t, fs[i], x);
    }
  }
  lemma LiftTold(t: Table, r: Rule, x: Moment)
    requires Valid(t) && Typed(t, x) && UnlessOk(t, r.unless)
    ensures Told(t, LiftF(t, r.unless), x) <==> Lifted(r, x.sc, x.part, x.atom)
  {
    hide Told, Valid, Typed, AllOk, AllSureF, Sure;
    var us := r.unless;
    var fs := seq(|us|, i requires 0 <= i < |us| => if |us[i]| == 0 then E else AllSureF(t, us[i]));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |us| ensures Told(t, fs[i], x) <==> us[i] != [] && Surely(us[i], x) {
      if us[i] == [] { ConstTold(t, x); } else { SurelyTold(t, us[i], x); }
    }
    if c :| c in us && c != [] && Surely(c, x) {
      var i :| 0 <= i < |us| && us[i] == c;
      assert Told(t, fs[i], x);
    }
  }

  // ---- rules ----
  lemma SpeaksTold(t: Table, r: Rule, x: Moment)
    requires Valid(t) && (Grants(r) ==> CGroup(r.group) in t.where)
    ensures Told(t, SpeaksF(t, r), x) <==> Speaks(r, x.sc)
  {
    hide Told, Valid;
    if Grants(r) { OnTold(t, CGroup(r.group), x); } else { reveal Told; }
  }
  lemma RuleTold(t: Table, r: Rule, x: Moment)
    requires Valid(t) && Typed(t, x) && RuleOk(t, r) && Judging(r)
    ensures Told(t, YesF(t, r), x) <==> Yes(r, x.sc, x.part, x.atom)
    ensures Told(t, MaybeF(t, r), x) <==> Maybe(r, x.sc, x.part, x.atom)
  {
    hide Told, Valid, TestOk, AllSureF, AllMayF, LiftF, SpeaksF, Both, Neg, Sure, May, Lifted, Speaks;
    assert x.part.verb == t.verb;
    hide Typed;
    if t.verb !in r.verbs { reveal Told; }
    else {
      SpeaksTold(t, r, x);
      SurelyTold(t, r.tests, x);
      MayTold(t, r.tests, x);
      LiftTold(t, r, x);
      var s, a, m, l := SpeaksF(t, r), AllSureF(t, r.tests), AllMayF(t, r.tests), LiftF(t, r.unless);
      NegTold(t, l, x);
      BothTold(t, a, Neg(l), x);
      BothTold(t, s, Both(a, Neg(l)), x);
      BothTold(t, m, Neg(l), x);
      BothTold(t, s, Both(m, Neg(l)), x);
    }
  }

  // ---- what a policy's rules say together ----
  ghost predicate SomeGrant(rs: seq<Rule>, x: Moment) { exists r | r in rs :: Grants(r) && Yes(r, x.sc, x.part, x.atom) }
  ghost predicate SomeForbid(rs: seq<Rule>, x: Moment) { exists r | r in rs :: r.effect.Forbid? && Maybe(r, x.sc, x.part, x.atom) }
  ghost predicate SomeNeed(rs: seq<Rule>, n: Name, x: Moment) { exists r | r in rs :: Wants(r, n) && Maybe(r, x.sc, x.part, x.atom) }

  lemma GrantTold(t: Table, rs: seq<Rule>, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, rs)
    ensures Told(t, GrantF(t, rs), x) <==> SomeGrant(rs, x)
  {
    hide Told, Valid, Typed, RuleOk, YesF, Yes;
    var fs := seq(|rs|, i requires 0 <= i < |rs| => if Grants(rs[i]) then YesF(t, rs[i]) else E);
    DisjTold(t, fs, x);
    forall i | 0 <= i < |rs| ensures Told(t, fs[i], x) <==> Grants(rs[i]) && Yes(rs[i], x.sc, x.part, x.atom) {
      if Grants(rs[i]) { RuleTold(t, rs[i], x); } else { ConstTold(t, x); }
    }
    if r :| r in rs && Grants(r) && Yes(r, x.sc, x.part, x.atom) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Told(t, fs[i], x);
    }
  }
  lemma ForbidTold(t: Table, rs: seq<Rule>, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, rs)
    ensures Told(t, ForbidF(t, rs), x) <==> SomeForbid(rs, x)
  {
    hide Told, Valid, Typed, RuleOk, MaybeF, Maybe;
    var fs := seq(|rs|, i requires 0 <= i < |rs| => if rs[i].effect.Forbid? then MaybeF(t, rs[i]) else E);
    DisjTold(t, fs, x);
    forall i | 0 <= i < |rs| ensures Told(t, fs[i], x) <==> rs[i].effect.Forbid? && Maybe(rs[i], x.sc, x.part, x.atom) {
      if rs[i].effect.Forbid? { RuleTold(t, rs[i], x); } else { ConstTold(t, x); }
    }
    if r :| r in rs && r.effect.Forbid? && Maybe(r, x.sc, x.part, x.atom) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Told(t, fs[i], x);
    }
  }
  lemma NeedTold(t: Table, rs: seq<Rule>, n: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, rs)
    ensures Told(t, NeedF(t, rs, n), x) <==> SomeNeed(rs, n, x)
  {
    hide Told, Valid, Typed, RuleOk, MaybeF, Maybe;
    var fs := seq(|rs|, i requires 0 <= i < |rs| => if Wants(rs[i], n) then MaybeF(t, rs[i]) else E);
    DisjTold(t, fs, x);
    forall i | 0 <= i < |rs| ensures Told(t, fs[i], x) <==> Wants(rs[i], n) && Maybe(rs[i], x.sc, x.part, x.atom) {
      if Wants(rs[i], n) { RuleTold(t, rs[i], x); } else { ConstTold(t, x); }
    }
    if r :| r in rs && Wants(r, n) && Maybe(r, x.sc, x.part, x.atom) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Told(t, fs[i], x);
    }
  }
  lemma AnyNeedTold(t: Table, rs: seq<Rule>, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, rs)
    ensures Told(t, AnyNeedF(t, rs), x) <==> exists n :: SomeNeed(rs, n, x)
  {
    hide Told, Valid, Typed, RuleOk, MaybeF, Maybe;
    var fs := seq(|rs|, i requires 0 <= i < |rs| => if Needing(rs[i]) then MaybeF(t, rs[i]) else E);
    DisjTold(t, fs, x);
    forall i | 0 <= i < |rs| ensures Told(t, fs[i], x) <==> Needing(rs[i]) && Maybe(rs[i], x.sc, x.part, x.atom) {
      if Needing(rs[i]) { RuleTold(t, rs[i], x); } else { ConstTold(t, x); }
    }
    if i :| 0 <= i < |rs| && Told(t, fs[i], x) {
      assert rs[i] in rs;
      assert SomeNeed(rs, rs[i].effect.needs, x);
    }
    if n :| SomeNeed(rs, n, x) {
      var r :| r in rs && Wants(r, n) && Maybe(r, x.sc, x.part, x.atom);
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Told(t, fs[i], x);
    }
  }
  lemma NeedsTold(t: Table, rs: seq<Rule>, ns: seq<Name>, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, rs)
    ensures Told(t, NeedsF(t, rs, ns), x) <==> exists n | n in ns :: SomeNeed(rs, n, x)
  {
    hide Told, Valid, Typed, RulesOk, NeedF, SomeNeed;
    var fs := seq(|ns|, i requires 0 <= i < |ns| => NeedF(t, rs, ns[i]));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |ns| ensures Told(t, fs[i], x) <==> SomeNeed(rs, ns[i], x) { NeedTold(t, rs, ns[i], x); }
    if n :| n in ns && SomeNeed(rs, n, x) {
      var i :| 0 <= i < |ns| && ns[i] == n;
      assert Told(t, fs[i], x);
    }
  }

  // ---- a policy ----
  lemma AxisTold(t: Table, a: Axis, x: Moment)
    requires Valid(t) && Typed(t, x) && (if a.place then PlaceOk(t, a.name) else NameOk(t, a.name))
    ensures Told(t, AxisF(t, a), x) <==> if a.place then a.name in x.atom.places else a.name in x.atom.names
  {
    hide Told, Valid, Typed;
    if a.place { PlaceTold(t, a.name, x); } else { NameTold(t, a.name, x); }
  }
  lemma CompleteTold(t: Table, p: Policy, x: Moment)
    requires Valid(t) && Typed(t, x) && AxesOk(t, p)
    ensures Told(t, CompleteF(t, p), x) <==> Complete(p, x.part, x.atom)
  {
    hide Told, Valid, AxisF, NameOk, PlaceOk;
    assert x.part.verb == t.verb;
    hide Typed;
    if t.verb !in p.axes { reveal Told; }
    else {
      var axes := p.axes[t.verb];
      var fs := seq(|axes|, i requires 0 <= i < |axes| => AxisF(t, axes[i]));
      ConjTold(t, fs, x);
      forall i | 0 <= i < |axes|
        ensures Told(t, fs[i], x) <==> if axes[i].place then axes[i].name in x.atom.places else axes[i].name in x.atom.names
      { AxisTold(t, axes[i], x); }
      if forall i | 0 <= i < |axes| :: Told(t, fs[i], x) {
        forall a | a in axes ensures if a.place then a.name in x.atom.places else a.name in x.atom.names {
          var i :| 0 <= i < |axes| && axes[i] == a;
          assert Told(t, fs[i], x);
        }
      }
    }
  }
  lemma PassTold(t: Table, p: Policy, x: Moment)
    requires Valid(t) && Typed(t, x) && PolicyOk(t, p)
    ensures Told(t, PassF(t, p), x) <==> Passes(p, x)
  {
    hide Told, Valid, Typed, AxesOk, RulesOk, CompleteF, GrantF, ForbidF, Both, Neg, Complete, Yes, Maybe;
    CompleteTold(t, p, x);
    GrantTold(t, p.rules, x);
    ForbidTold(t, p.rules, x);
    var c, g, f := CompleteF(t, p), GrantF(t, p.rules), ForbidF(t, p.rules);
    NegTold(t, f, x);
    BothTold(t, g, Neg(f), x);
    BothTold(t, c, Both(g, Neg(f)), x);
    PassesIs(p, x);
  }
  lemma PassesIs(p: Policy, x: Moment)
    ensures Passes(p, x) <==> Complete(p, x.part, x.atom) && SomeGrant(p.rules, x) && !SomeForbid(p.rules, x)
  { hide Yes, Maybe, Complete; }
  lemma NeedsIs(p: Policy, n: Name, x: Moment)
    ensures Needs(p, x, n) <==> SomeNeed(p.rules, n, x)
  { hide Maybe; }
}
