include "Undone.dfy"
include "Examples.dfy"
// H3 used once: under a small policy that was asked about, no run sends after work, before the end.
module AnalysisUndoneApplied {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Grid
  import opened Lower
  import opened AnalysisHistories
  import opened AnalysisPresumed
  import opened AnalysisPresumedProofs
  import opened AnalysisUndone
  import X = AnalysisExamples
  import K = Kernel
  import N = Noted
  import Pr = Prover

  // Three verbs are permitted: work resets a fact, and the end sets it. Where it is not done, sending is forbidden, or `asks` for
  // approval: of one person in one role. `work` names the group, the kind, the agent, and the session's scope and value as well.
  datatype Cast = Cast(work: Name, end: Name, send: Name, asks: bool, need: Name, role: Name, person: Name, user: Name, asker: Name)
  ghost predicate Apart(c: Cast) { c.work != c.end && c.work != c.send && c.end != c.send }
  ghost function PerOf(n: Name): Per { (n, n, n, n) }
  ghost function FactOf(c: Cast): Undoable { Undoable(Mark(4, c.work, PerOf(c.work)), Mark(3, c.work, PerOf(c.work)), 0) }
  ghost function RuleOf(c: Cast, e: Policies.Effect, verbs: set<Name>, tests: seq<Test>): Rule { Rule(c.work, c.work, e, verbs, tests, []) }
  ghost function Held_(c: Cast): Policies.Effect { if c.asks then Require(c.need) else Policies.Effect.Forbid }
  ghost function Rules(c: Cast): seq<Rule> {
    [RuleOf(c, Policies.Effect.Permit, {c.work, c.end, c.send}, []), RuleOf(c, Leave(FactOf(c).reset), {c.work}, []),
     RuleOf(c, Leave(FactOf(c).done), {c.end}, []), RuleOf(c, Held_(c), {c.send}, [NotDone(FactOf(c))])]
  }
  ghost function Pol(c: Cast): Policy {
    Policy(map[c.work := [], c.end := [], c.send := []], Rules(c), map[], map[c.need := Quorum([(c.role, 1)], 10)],
           map[c.work := AgentKind({c.work}, {}, {})], c.work, c.work, c.user, c.work)
  }
  ghost function FormOf(c: Cast): Form { Form(X.Tab(c.work), [], []) }
  ghost function CaseOf(c: Cast): Case {
    Case(Pol(c), PerOf(c.work), {FactOf(c)}, {}, map[c.end := [[]]], {FormOf(c)}, {})
  }

  // ---- what was shown ----
  // Where all is excused, nothing is permitted beside it.
  lemma AllExcused(t: Table, v: Policy, plan: K.Plan, region: seq<Test>)
    requires Pr.Ready(t, v, Question(Never, region, [[]], []))
    ensures Never_(t, v, plan, Question(Never, region, [[]], []), 0)
  {
    hide AssumedF, AllSureF, PassF, NeedsF, FactsF, Both, Neg, Dom, TableOk, PolicyOk, QuestionOk;
    var q := Question(Never, region, [[]], []);
    assert ExcuseF(t, q.unless) == T by {
      assert AllSureF(t, []) == T by { reveal AllSureF; }
      assert seq(1, i requires 0 <= i < 1 => AllSureF(t, q.unless[i])) == [T];
    }
    forall p | Within(p, Dom(t)) ensures !Grid.Holds(WrongF(t, v, q), p) {
      BothHolds(ClaimF(t, v, q), FactsF(t), p);
      BothHolds(AskedF(t, q), Both(PassF(t, v), Neg(NeedsF(t, v.rules, q.approved))), p);
      BothHolds(AssumedF(t), Both(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless))), p);
      BothHolds(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless)), p);
      NegHolds(ExcuseF(t, q.unless), p);
    }
    reveal Never_;
  }
  lemma W_H3_Shown(c: Cast, plan: K.Plan)
    requires Apart(c)
    ensures Shown(CaseOf(c), c.work, [])
  {
    assert Fit(CaseOf(c)) by { reveal Fit(); }
    WorkLeaves(c, plan);
    EndGuarded(c);
    reveal Shown();
  }
  lemma WorkReady(c: Cast)
    requires Apart(c)
    ensures Pr.Ready(X.Tab(c.work), Pol(c), Question(Never, [], [[]], []))
  {
    hide TableOk, Typed, Dom;
    X.TableIsOk(c.work);
  }
  lemma WorkSaid(c: Cast, plan: K.Plan)
    requires Apart(c)
    ensures Said(Pol(c), X.Tab(c.work), Question(Never, [], [[]], []))
  {
    hide *;
    WorkReady(c);
    AllExcused(X.Tab(c.work), Pol(c), plan, []);
    H3_Said(X.Tab(c.work), Pol(c), plan, Question(Never, [], [[]], []), 0);
  }
  lemma WorkLeaves(c: Cast, plan: K.Plan)
    requires Apart(c)
    ensures Leaves(CaseOf(c), FactOf(c).reset, c.work, [])
  {
    var k, f := CaseOf(c), FactOf(c);
    WorkSaid(c, plan);
    assert LeftBy(k.v, f.reset, c.work, []) by { reveal LeftBy(); assert k.v.rules[1] in k.v.rules; }
    assert LeavesBy(k, f.reset, FormOf(c), [], Question(Never, [], [[]], [])) by { reveal LeavesBy(); }
    assert FormOf(c) in k.first && FormOf(c).t.verb == c.work;
    reveal Leaves();
  }
  lemma EndGuarded(c: Cast)
    requires Apart(c)
    ensures OnlyAtEnd(CaseOf(c), FactOf(c))
  {
    var k := CaseOf(c);
    assert Ends(k, c.end)[0] == [];
    assert Guarded(k, k.v.rules[2], c.end) by { reveal Guarded(); }
    reveal OnlyAtEnd();
  }
  // W: the end may be told by tests, too: then it is an answer that guards the rule.
  ghost function Telling(c: Cast): Case {
    CaseOf(c).(ends := map[c.end := [[NotDone(FactOf(c))]]], after := {Form(X.Tab(c.work).(verb := c.end), [], [])})
  }
  lemma W_H3_Guarded(c: Cast)
    requires Apart(c)
    ensures OnlyAtEnd(Telling(c), FactOf(c)) && [] !in Ends(Telling(c), c.end)
  {
    hide Typed, Claims.Passes, Sure;
    var k, t, s := Telling(c), X.Tab(c.work).(verb := c.end), [NotDone(FactOf(c))];
    var q := Question(Never, s, [s], []);
    assert Said(k.v, t, q) by {
      assert s in q.unless;
      reveal Said();
    }
    assert NotDone(FactOf(c)) in s && Presumed(k, NotDone(FactOf(c)));
    assert forall u | u in q.unless :: u in Ends(k, c.end) by { assert Ends(k, c.end)[0] == s; }
    assert Form(t, [], []) in k.after && GuardedBy(k, k.v.rules[2], Form(t, [], []), q) by { reveal GuardedBy(); }
    assert Guarded(k, k.v.rules[2], c.end) by { reveal Guarded(); }
    reveal OnlyAtEnd();
  }
  // X: a rule that notes the fact, of which nothing was asked and which ends nothing.
  lemma X_H3_Unasked(c: Cast, verb: Name, that: seq<Test>)
    ensures !Shown(CaseOf(c).(ends := map[]), verb, that)
  {
    var k, f := CaseOf(c).(ends := map[]), FactOf(c);
    assert k.v.rules[2] in k.v.rules && k.v.rules[2].effect == Leave(f.done);
    assert !Guarded(k, k.v.rules[2], c.end) by { reveal Guarded(); }
    assert !OnlyAtEnd(k, f) by { reveal OnlyAtEnd(); }
    reveal Shown();
  }
  // Nothing is sent where the fact is not done, but what was approved if the policy asks for that.
  ghost function SendTab(c: Cast): Table {
    var f := FactOf(c);
    X.Tab(c.work).(verb := c.send, coords := [CScope(c.work), CGroup(c.work), CName(c.work), CSince(f.done, f.reset, 0)],
    where := map[CScope(c.work) := 0, CGroup(c.work) := 1, CName(c.work) := 2, CSince(f.done, f.reset, 0) := 3])
  }
  ghost function Sending(c: Cast): Question { Question(Never, [NotDone(FactOf(c))], [], if c.asks then [c.need] else []) }
  lemma SendReady(c: Cast)
    requires Apart(c)
    ensures Pr.Ready(SendTab(c), Pol(c), Sending(c))
  {
    hide TableOk, PolicyOk, QuestionOk;
    SendTable(c);
    SendPolicy(c);
    assert QuestionOk(SendTab(c), Sending(c)) by { hide KnownF; reveal QuestionOk; }
  }
  lemma SendTable(c: Cast)
    ensures TableOk(SendTab(c))
  {
    hide Valid;
    SendValid(c);
  }
  lemma SendValid(c: Cast)
    ensures Valid(SendTab(c))
  {
    hide SpansOk;
    var t, f := SendTab(c), FactOf(c);
    assert t.lits == [c.work] && t.index == map[c.work := 0] && t.clamps == map[] && t.spans == map[];
    assert |t.coords| == 4 && t.coords[0] == CScope(c.work) && t.coords[1] == CGroup(c.work);
    assert t.coords[2] == CName(c.work) && t.coords[3] == CSince(f.done, f.reset, 0);
    assert DomOf(t, t.coords[0]).lo < DomOf(t, t.coords[0]).hi && DomOf(t, t.coords[1]) == Iv(0, 2);
    assert DomOf(t, t.coords[2]).lo < DomOf(t, t.coords[2]).hi && DomOf(t, t.coords[3]) == Iv(0, 2);
  }
  lemma SendPolicy(c: Cast)
    requires Apart(c)
    ensures PolicyOk(SendTab(c), Pol(c))
  { hide CrewsOk, FactsOk, EnumsOk, Valid; }
  lemma SendHeld(c: Cast, p: Point)
    requires Apart(c) && Grid.Holds(SureF(SendTab(c), NotDone(FactOf(c))), p)
    ensures Grid.Holds(MaybeF(SendTab(c), Rules(c)[3]), p)
  {
    var t, s, r := SendTab(c), NotDone(FactOf(c)), Rules(c)[3];
    var k, m := KnownF(t, s), MetF(t, s);
    assert MaybeF(t, r) == MayF(t, s) by {
      hide KnownF, MetF;
      assert seq(1, i requires 0 <= i < 1 => MayF(t, r.tests[i])) == [MayF(t, s)];
    }
    hide KnownF, MetF, MaybeF;
    BothHolds(k, m, p);
    NegHolds(k, p);
    EitherHolds(Neg(k), m, p);
  }
  lemma LastOf4(fs: seq<F>)
    requires |fs| == 4 && fs[0] == E && fs[1] == E && fs[2] == E
    ensures Disj(fs) == fs[3]
  {
    assert OrOf(fs, 2, 4) == Either(OrOf(fs, 2, 3), OrOf(fs, 3, 4)) && OrOf(fs, 0, 2) == Either(OrOf(fs, 0, 1), OrOf(fs, 1, 2));
    assert OrOf(fs, 0, 4) == Either(OrOf(fs, 0, 2), OrOf(fs, 2, 4));
  }
  lemma SendIs(c: Cast)
    requires Apart(c)
    ensures var t, rs, m := SendTab(c), Rules(c), MaybeF(SendTab(c), Rules(c)[3]);
            if c.asks then NeedsF(t, rs, [c.need]) == m else ForbidF(t, rs) == m
  {
    hide MaybeF, Disj;
    var t, rs := SendTab(c), Rules(c);
    if c.asks {
      LastOf4(seq(4, i requires 0 <= i < 4 => if Wants(rs[i], c.need) then MaybeF(t, rs[i]) else E));
      assert seq(1, i requires 0 <= i < 1 => NeedF(t, rs, [c.need][i])) == [NeedF(t, rs, c.need)];
      assert Disj([NeedF(t, rs, c.need)]) == NeedF(t, rs, c.need) by { reveal Disj; }
    } else { LastOf4(seq(4, i requires 0 <= i < 4 => if rs[i].effect.Forbid? then MaybeF(t, rs[i]) else E)); }
  }
  lemma SendNever(c: Cast, plan: K.Plan)
    requires Apart(c)
    ensures Never_(SendTab(c), Pol(c), plan, Sending(c), 0)
  {
    hide AssumedF, SureF, MaybeF, ForbidF, GrantF, CompleteF, NeedsF, ExcuseF, FactsF, Both, Neg, Dom, TableOk, PolicyOk, QuestionOk;
    var t, v, q := SendTab(c), Pol(c), Sending(c);
    SendReady(c);
    SendIs(c);
    assert AllSureF(t, q.region) == SureF(t, q.region[0]) by { assert seq(1, i requires 0 <= i < 1 => SureF(t, q.region[i])) == [SureF(t, q.region[0])]; }
    forall p | Within(p, Dom(t)) ensures !Grid.Holds(WrongF(t, v, q), p) {
      BothHolds(ClaimF(t, v, q), FactsF(t), p);
      BothHolds(AskedF(t, q), Both(PassF(t, v), Neg(NeedsF(t, v.rules, q.approved))), p);
      BothHolds(AssumedF(t), Both(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless))), p);
      BothHolds(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless)), p);
      BothHolds(PassF(t, v), Neg(NeedsF(t, v.rules, q.approved)), p);
      NegHolds(NeedsF(t, v.rules, q.approved), p);
      BothHolds(CompleteF(t, v), Both(GrantF(t, v.rules), Neg(ForbidF(t, v.rules))), p);
      BothHolds(GrantF(t, v.rules), Neg(ForbidF(t, v.rules)), p);
      NegHolds(ForbidF(t, v.rules), p);
      if Grid.Holds(SureF(t, q.region[0]), p) { SendHeld(c, p); }
    }
    reveal Never_;
  }

  // ---- what follows ----
  // Whatever is sent after work, while nothing that was begun since has ended it, was approved;
  lemma On_H3_Undone(
    c: Cast, plan: K.Plan, p: Policy, trace: seq<Input>, s: Per, a: nat, part1: Part, atom1: Atom, n: nat, part2: Part, atom2: Atom)
    requires Apart(c) && a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires OnePolicy(CaseOf(c), p, trace) && part1.verb == c.work
    requires Meanwhile(CaseOf(c), p, trace, a, part1, atom1, n, part2, atom2, [], s)
    requires Typed(SendTab(c), Decided_(p, trace, n, part2, atom2))
    ensures c.asks && ApprovedThen(p, trace, Doing(p, trace, n), c.need)
  {
    hide *;
    reveal Sending, CaseOf;
    var k := CaseOf(c);
    assert Presumed(k, NotDone(FactOf(c))) by { reveal Presumed; }
    assert !Excused([], Decided_(p, trace, n, part2, atom2)) by { reveal Excused; }
    W_H3_Shown(c, plan);
    SendNever(c, plan);
    H3_Said(SendTab(c), k.v, plan, Sending(c), 0);
    reveal Pol;
    H3_Undone(k, p, trace, s, a, part1, atom1, [], n, part2, atom2, SendTab(c), Sending(c));
  }
  // X: so where the policy forbids, no run sends then.
  lemma X_H3_SentMeanwhile(
    c: Cast, plan: K.Plan, p: Policy, trace: seq<Input>, s: Per, a: nat, part1: Part, atom1: Atom, n: nat, part2: Part, atom2: Atom)
    requires Apart(c) && !c.asks && a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires OnePolicy(CaseOf(c), p, trace) && part1.verb == c.work && Typed(SendTab(c), Decided_(p, trace, n, part2, atom2))
    ensures !Meanwhile(CaseOf(c), p, trace, a, part1, atom1, n, part2, atom2, [], s)
  {
    hide *;
    if Meanwhile(CaseOf(c), p, trace, a, part1, atom1, n, part2, atom2, [], s) {
      On_H3_Undone(c, plan, p, trace, s, a, part1, atom1, n, part2, atom2);
    }
  }
  // X: nor does it stay undone when something succeeds that was decided after the last reset and is noted: that would be the end.
  lemma X_H3_Ended(k: Case, p: Policy, trace: seq<Input>, i: nat, j: nat, f: Undoable, s: Per)
    requires f in k.facts && f.done.kind == 4 && N.Succeeds(p, trace, i, j) && N.Touches(p, trace, j, KeyWith(f.done, s))
    requires i < |trace| && j < |trace| && trace[j].Decide? && N.Before(p, trace, i + 1, KeyWith(f.reset, s)) < trace[j].now
    ensures !Standing(k, p, trace, i + 1, s)
  {
    N.DoneBy(p, trace, i, j, KeyWith(f.done, s));
    reveal Standing();
  }
}
