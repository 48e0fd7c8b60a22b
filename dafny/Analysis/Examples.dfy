include "Theorems.dfy"
// The smallest policies, table and moment on which each theorem of Theorems.dfy has something to say.
module AnalysisExamples {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Confirm
  import opened ConfirmProofs
  import opened Grid
  import opened Lower
  import Agreement
  import B = Batches
  import K = Kernel
  import P = Permission

  // ---- one name does for everything ----
  ghost function OneRule(c: Name, e: Effect): Rule { Rule(c, c, e, {c}, [], []) }
  ghost function Pol(c: Name, rs: seq<Rule>): Policy { Policy(map[c := []], rs, map[], map[c := Quorum([(c, 1)], 1)], map[], c, c, c, c) }
  ghost function Tab(c: Name): Table {
    Table(c, [c], map[c := 0], [CScope(c), CGroup(c)], map[CScope(c) := 0, CGroup(c) := 1], map[], map[], map[],
          {}, {}, {}, {}, {c}, {}, map[], map[], {}, {}, {}, [], [c], [Crew(c, {c}, {c})], c, [])
  }
  ghost function One(): Atom { Atom(map[], map[]) }
  ghost function Here(c: Name): Moment {
    var part := Part(c, map[], [One()]);
    Moment(Scene(Request([part], map[c := c], c, 0), {c}, 1, View(map[], map[], map[]), {}), part, One())
  }
  ghost function Of(claim: Claim, approved: seq<Name>): Question { Question(claim, [], [], approved) }
  ghost function Speaking(c: Name): F { In(1, 1, 2) }
  ghost function Around(): Box { [Iv(0, 1), Iv(1, 2)] }

  lemma TableIsOk(c: Name)
    ensures TableOk(Tab(c)) && Typed(Tab(c), Here(c)) && Dom(Tab(c)) == [Iv(0, 2), Iv(0, 2)]
  {
    var t := Tab(c);
    assert t.crews[0] in t.crews && OfCrew(t, t.crews[0], Here(c).sc);
  }
  lemma PolicyIsOk(c: Name, e: Effect)
    ensures PolicyOk(Tab(c), Pol(c, [OneRule(c, e)])) && PolicyOk(Tab(c), Pol(c, []))
  {}
  lemma QuestionIsOk(c: Name, q: Question)
    requires q.region == [] && q.unless == []
    ensures QuestionOk(Tab(c), q)
  {}

  // ---- its formulas ----
  lemma RuleIs(c: Name, r: Rule)
    requires r.group == c && r.verbs == {c} && r.tests == [] && r.unless == []
    ensures Grants(r) ==> YesF(Tab(c), r) == Speaking(c) && MaybeF(Tab(c), r) == Speaking(c)
  {
    var t := Tab(c);
    assert AllSureF(t, []) == T && AllMayF(t, []) == T && LiftF(t, []) == E;
  }
  lemma CompleteIs(c: Name, rs: seq<Rule>)
    ensures CompleteF(Tab(c), Pol(c, rs)) == T
  {}
  lemma GrantIs(c: Name, r: Rule)
    requires r.group == c && r.verbs == {c} && r.tests == [] && r.unless == [] && Grants(r)
    ensures GrantF(Tab(c), [r]) == Speaking(c) && ForbidF(Tab(c), [r]) == E
    ensures r.effect.Ask? ==> NeedsF(Tab(c), [r], [r.effect.needs]) == Speaking(c)
  {
    var t := Tab(c);
    RuleIs(c, r);
    assert OrOf([Speaking(c)], 0, 1) == Speaking(c) && OrOf([E], 0, 1) == E;
    assert seq(1, i requires 0 <= i < 1 => if Grants([r][i]) then YesF(t, [r][i]) else E) == [Speaking(c)];
    assert seq(1, i requires 0 <= i < 1 => if [r][i].effect.Forbid? then MaybeF(t, [r][i]) else E) == [E];
    if r.effect.Ask? {
      var n := r.effect.needs;
      assert seq(1, i requires 0 <= i < 1 => if Wants([r][i], n) then MaybeF(t, [r][i]) else E) == [Speaking(c)];
      assert NeedF(t, [r], n) == Speaking(c);
      assert seq(1, i requires 0 <= i < 1 => NeedF(t, [r], [n][i])) == [Speaking(c)];
    }
  }
  lemma PassIs(c: Name, r: Rule)
    requires r.group == c && r.verbs == {c} && r.tests == [] && r.unless == [] && Grants(r)
    ensures PassF(Tab(c), Pol(c, [r])) == Speaking(c)
  { hide CompleteF, GrantF, ForbidF; CompleteIs(c, [r]); GrantIs(c, r); }
  lemma AssumedIs(c: Name)
    ensures AssumedF(Tab(c)) == And(In(0, 0, 1), Speaking(c))
  {
    var t := Tab(c);
    var crew := t.crews[0];
    assert seq(1, i requires 0 <= i < 1 =>
        var g := t.groups[i];
        Both(if g in crew.must then On(t, CGroup(g)) else T, if g in crew.may then T else In(Nr(t, CGroup(g)), 0, 1))) == [Speaking(c)];
    assert AndOf([Speaking(c)], 0, 1) == Speaking(c);
    assert CrewF(t, crew) == And(In(0, 0, 1), Speaking(c));
    assert seq(1, i requires 0 <= i < 1 => CrewF(t, t.crews[i])) == [And(In(0, 0, 1), Speaking(c))];
    assert CrewsF(t) == And(In(0, 0, 1), Speaking(c));
    assert EnumsF(t) == T;
  }
  lemma WrongIs(c: Name, p: Policy, q: Question)
    ensures WrongF(Tab(c), p, q) == ClaimF(Tab(c), p, q)
  { hide ClaimF; assert FactsF(Tab(c)) == T; }
  lemma WiderIs(c: Name, a: Policy, b: Policy)
    ensures WiderF(Tab(c), a, b) == BeyondF(Tab(c), a, b)
  { hide BeyondF; assert FactsF(Tab(c)) == T; }
  lemma AskedIs(c: Name, q: Question)
    requires q.region == [] && q.unless == []
    ensures AskedF(Tab(c), q) == And(In(0, 0, 1), Speaking(c))
  {
    hide AssumedF;
    AssumedIs(c);
    assert AllSureF(Tab(c), []) == T && ExcuseF(Tab(c), []) == E;
  }

  // ---- what the policies say here ----
  lemma OneSpeaks(c: Name, e: Effect)
    ensures var r, x := OneRule(c, e), Here(c); Yes(r, x.sc, x.part, x.atom) && Maybe(r, x.sc, x.part, x.atom)
  {}
  lemma PermitPasses(c: Name)
    ensures Passes(Pol(c, [OneRule(c, Permit)]), Here(c)) && !NeedsSome(Pol(c, [OneRule(c, Permit)]), Here(c))
    ensures !Passes(Pol(c, []), Here(c))
  {
    hide Yes, Maybe;
    OneSpeaks(c, Permit);
    var p := Pol(c, [OneRule(c, Permit)]);
    assert p.rules[0] in p.rules;
    assert forall r | r in p.rules :: r == OneRule(c, Permit);
  }
  lemma AskPasses(c: Name)
    ensures Passes(Pol(c, [OneRule(c, Effect.Ask(c))]), Here(c))
  {
    hide Yes, Maybe;
    OneSpeaks(c, Effect.Ask(c));
    var p := Pol(c, [OneRule(c, Effect.Ask(c))]);
    assert p.rules[0] in p.rules;
    assert forall r | r in p.rules :: r == OneRule(c, Effect.Ask(c));
  }
  // The kernel loads the policy that permits, and clears the request.
  lemma PermitClears(c: Name)
    ensures var p := Pol(c, [OneRule(c, Permit)]); K.Load(p).Loaded? && IsSingle(Here(c)) && Clears(p, Here(c))
    ensures Judges(K.Load(Pol(c, [OneRule(c, Permit)])).plan, Here(c))
  {
    hide Yes, Maybe, K.Load, Judges;
    var p, x := Pol(c, [OneRule(c, Permit)]), Here(c);
    assert forall r | r in p.rules :: r == OneRule(c, Permit);
    Agreement.LoadsIsSound(p);
    PermitPasses(c);
    assert P.Clear(p, x.sc) && P.Payable(p, x.sc);
    forall k ensures k !in P.Keys(p, x.sc) { B.KeysTouched(p, x.sc, k); }
    assert P.Brings(p, x.sc) == {};
    JudgesIs(p, x);
  }
}
