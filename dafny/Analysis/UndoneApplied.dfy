include "Undone.dfy"
include "Examples.dfy"
// H3 used once: under a small policy that was asked about, no run sends what may only be sent once the work has ended.
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
  import opened SmallRuns
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Grid
  import opened Lower
  import opened AnalysisHistories
  import opened AnalysisPresumed
  import opened AnalysisUndone
  import X = AnalysisExamples
  import H = History
  import K = Kernel
  import M = Machine
  import N = Noted
  import Pr = Prover

  // ---- three verbs that are permitted: work resets a fact, the end sets it, and sending is forbidden where it is not done ----
  ghost function PerOf(c: Name): Per { (c, c, c, c) }
  ghost function FactOf(c: Name): Undoable { Undoable(Mark(4, c, PerOf(c)), Mark(3, c, PerOf(c)), 0) }
  ghost function RuleOf(c: Name, e: Policies.Effect, verbs: set<Name>, tests: seq<Test>): Rule { Rule(c, c, e, verbs, tests, []) }
  ghost function Rules(work: Name, end: Name, send: Name): seq<Rule> {
    [RuleOf(work, Policies.Effect.Permit, {work, end, send}, []), RuleOf(work, Leave(FactOf(work).reset), {work}, []),
     RuleOf(work, Leave(FactOf(work).done), {end}, []), RuleOf(work, Policies.Effect.Forbid, {send}, [NotDone(FactOf(work))])]
  }
  ghost function Pol(work: Name, end: Name, send: Name): Policy {
    Policy(map[work := [], end := [], send := []], Rules(work, end, send), map[], map[], map[work := AgentKind({work}, {}, {})], work, work, work, work)
  }
  ghost function FormOf(c: Name): Form { Form(X.Tab(c), [], []) }
  ghost function CaseOf(work: Name, end: Name, send: Name, plan: K.Plan): Case {
    Case(Pol(work, end, send), plan, PerOf(work), {FactOf(work)}, {}, map[end := [[]]], {FormOf(work)}, {})
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
  lemma W_H3_Shown(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures Shown(CaseOf(work, end, send, plan), work, [])
  {
    assert Fit(CaseOf(work, end, send, plan)) by { reveal Fit(); }
    WorkLeaves(work, end, send, plan);
    EndGuarded(work, end, send, plan);
    reveal Shown();
  }
  lemma WorkLeaves(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures Leaves(CaseOf(work, end, send, plan), FactOf(work).reset, work, [])
  {
    hide TableOk, Typed, Dom;
    var c, f, q := CaseOf(work, end, send, plan), FactOf(work), Question(Never, [], [[]], []);
    X.TableIsOk(work);
    AllExcused(X.Tab(work), c.v, plan, []);
    assert LeftBy(c.v, f.reset, work, []) by { reveal LeftBy(); assert c.v.rules[1] in c.v.rules; }
    assert LeavesBy(c, f.reset, FormOf(work), [], q, 0) by { reveal LeavesBy(); }
    assert FormOf(work) in c.first && FormOf(work).t.verb == work;
    reveal Leaves();
  }
  lemma EndGuarded(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures OnlyAtEnd(CaseOf(work, end, send, plan), FactOf(work))
  {
    var c := CaseOf(work, end, send, plan);
    assert Ends(c, end)[0] == [];
    assert Guarded(c, c.v.rules[2], end) by { reveal Guarded(); }
    reveal OnlyAtEnd();
  }
  // X: a rule that notes the fact, of which nothing was asked and which ends nothing.
  lemma X_H3_Unasked(work: Name, end: Name, send: Name, plan: K.Plan, verb: Name, that: seq<Test>)
    ensures !Shown(CaseOf(work, end, send, plan).(ends := map[]), verb, that)
  {
    var c, f := CaseOf(work, end, send, plan).(ends := map[]), FactOf(work);
    assert c.v.rules[2] in c.v.rules && c.v.rules[2].effect == Leave(f.done);
    assert !Guarded(c, c.v.rules[2], end) by { reveal Guarded(); }
    assert !OnlyAtEnd(c, f) by { reveal OnlyAtEnd(); }
    reveal Shown();
  }

  // ---- a run ----
  ghost function Work1(c: Name): Request { Request([Part(c, map[], [X.One()])], map[c := c], c, 0) }
  ghost function KeyIn(c: Name): Key { (3, c, c, c, c, c, 0) }
  lemma WorkLets(work: Name, end: Name, send: Name)
    requires work != end && work != send && end != send
    ensures LetsNow(Hired(Pol(work, end, send), work, work), work, Work1(work), 1)
  {
    hide Wanted, Clear, Amount;
    var p := Pol(work, end, send);
    var sc := Scene1(p, work, Work1(work), 1);
    WorkClear(work, end, send, sc);
    SingleIs(p, sc, sc.q.parts[0], X.One(), p.rules[1]);
    assert Keys(p, sc) == {KeyIn(work)} && Brings(p, sc) == {};
    assert Carrying(p, sc) == sc;
    assert Permission.Room(Batch(p, sc), [], 1);
    assert forall n :: !Passed(Batch(p, sc), [], n);
  }
  lemma WorkClear(work: Name, end: Name, send: Name, sc: Scene)
    requires work != end && work != send && end != send && sc.q == Work1(work) && work in sc.groups
    ensures var p := Pol(work, end, send); Clear(p, sc) && (forall n :: !Wanted(p, sc, n)) && Single(p, sc, sc.q.parts[0], X.One(), p.rules[1])
  {
    var p, part, atom := Pol(work, end, send), sc.q.parts[0], X.One();
    assert part.atoms[0] == atom;
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
  }
  // Somebody works: nothing has ended it since, and the fact is not done.
  lemma W_H3(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures var c, t := CaseOf(work, end, send, plan), Done(work, work, Work1(work), 1);
            && OnePolicy(c, c.v, t) && Begins(c, c.v, t, 1, Work1(work).parts[0], X.One(), [])
            && Going(c, c.v, t, 1, 3, PerOf(work)) && Standing(c, c.v, t, 3, PerOf(work)) && |Run(c.v, t).effects| == 1
  {
    hide LetsNow, Hired, Run, Pol, ValuesOf, AllGiven, N.Given;
    var c, t := CaseOf(work, end, send, plan), Done(work, work, Work1(work), 1);
    WorkRun(work, end, send);
    assert Ends(c, work) == [];
    WorkBegins(work, end, send, plan);
    assert Going(c, c.v, t, 1, 3, PerOf(work)) by { hide KeyWith, MomentAt; reveal Going(), AllReal(), Unended(), N.Untold(); }
    assert OnePolicy(c, c.v, t) by { reveal OnePolicy(); }
    W_H3_Shown(work, end, send, plan);
    assert AskedAt(t, 1, Work1(work).parts[0], X.One()) by { assert Work1(work).parts[0].atoms[0] == X.One(); }
    assert Agrees(c.per, t[1].q, X.One(), PerOf(work)) by { reveal Agrees(), ValuesOf; }
    BeginsAll(c, c.v, t, 1, Work1(work).parts[0], X.One(), [], PerOf(work));
    reveal Shown();
    assert t[..3] == t;
    HoldsOn(c, c.v, t, 1, 3, PerOf(work));
  }
  lemma WorkRun(work: Name, end: Name, send: Name)
    requires work != end && work != send && end != send
    ensures var p, t := Pol(work, end, send), Done(work, work, Work1(work), 1);
            && Run(p, t).policies == [p] && |Run(p, t).effects| == 1 && N.Given(p, t, 1) && Run(p, t[..1]) == Hired(p, work, work)
  {
    hide Run, Step, OpsOf, LetsNow, Pol;
    var p, q := Pol(work, end, send), Work1(work);
    var t := Done(work, work, q, 1);
    assert work in p.agents by { reveal Pol; }
    WorkLets(work, end, send);
    RunDone(p, work, work, q, 1);
    RunHire(p, work, work);
    assert t[..1] == [Hire(work, work)];
    assert Permits(Hired(p, work, work), work, q, 1) by { hide Judged, Free, SceneOf; reveal LetsNow, Permitted(); }
    reveal N.Given();
  }
  lemma WorkBegins(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures Begins(CaseOf(work, end, send, plan), Pol(work, end, send), Done(work, work, Work1(work), 1), 1, Work1(work).parts[0], X.One(), [])
  {
    hide Run, Keys;
    var c, t, part, atom := CaseOf(work, end, send, plan), Done(work, work, Work1(work), 1), Work1(work).parts[0], X.One();
    WorkRun(work, end, send);
    assert part.atoms[0] == atom && AskedAt(t, 1, part, atom);
    var x := MomentAt(c.v, t, 1, part, atom);
    assert Ends(c, work) == [];
    reveal MomentAt();
    assert x.sc.q == Work1(work) && x.sc.groups == {work} && x.sc.view.records == map[];
    assert Typed(X.Tab(work), x) by { assert X.Tab(work).crews[0] in X.Tab(work).crews && OfCrew(X.Tab(work), X.Tab(work).crews[0], x.sc); }
    reveal Begins(), Real();
  }

  // ---- what follows ----
  ghost function SendTab(work: Name, send: Name): Table {
    var f := FactOf(work);
    X.Tab(work).(verb := send, coords := [CScope(work), CGroup(work), CName(work), CSince(f.done, f.reset, 0)],
    where := map[CScope(work) := 0, CGroup(work) := 1, CName(work) := 2, CSince(f.done, f.reset, 0) := 3])
  }
  ghost function Sending(work: Name): Question { Question(Never, [NotDone(FactOf(work))], [], []) }
  lemma SendReady(work: Name, end: Name, send: Name)
    requires work != end && work != send && end != send
    ensures Pr.Ready(SendTab(work, send), Pol(work, end, send), Sending(work))
  {
    hide TableOk, PolicyOk, QuestionOk;
    SendTable(work, send);
    SendPolicy(work, end, send);
    assert QuestionOk(SendTab(work, send), Sending(work)) by { hide KnownF; reveal QuestionOk; }
  }
  lemma SendTable(work: Name, send: Name)
    ensures TableOk(SendTab(work, send))
  {}
  lemma SendPolicy(work: Name, end: Name, send: Name)
    requires work != end && work != send && end != send
    ensures PolicyOk(SendTab(work, send), Pol(work, end, send))
  { hide CrewsOk, FactsOk, EnumsOk, Valid; }
  lemma SendForbidden(work: Name, end: Name, send: Name, p: Point)
    requires work != end && work != send && end != send
    requires Grid.Holds(SureF(SendTab(work, send), NotDone(FactOf(work))), p)
    ensures Grid.Holds(ForbidF(SendTab(work, send), Rules(work, end, send)), p)
  {
    var t, s, rs := SendTab(work, send), NotDone(FactOf(work)), Rules(work, end, send);
    var k, m := KnownF(t, s), MetF(t, s);
    assert MaybeF(t, rs[3]) == MayF(t, s) by {
      hide KnownF, MetF;
      assert seq(1, i requires 0 <= i < 1 => MayF(t, rs[3].tests[i])) == [MayF(t, s)];
    }
    hide KnownF, MetF, MaybeF;
    BothHolds(k, m, p);
    NegHolds(k, p);
    EitherHolds(Neg(k), m, p);
    var fs := seq(4, i requires 0 <= i < 4 => if rs[i].effect.Forbid? then MaybeF(t, rs[i]) else E);
    assert fs == [E, E, E, MaybeF(t, rs[3])];
    assert OrOf(fs, 2, 4) == Either(OrOf(fs, 2, 3), OrOf(fs, 3, 4)) && OrOf(fs, 0, 2) == Either(OrOf(fs, 0, 1), OrOf(fs, 1, 2));
    assert OrOf(fs, 0, 4) == MaybeF(t, rs[3]);
  }
  lemma SendNever(work: Name, end: Name, send: Name, plan: K.Plan)
    requires work != end && work != send && end != send
    ensures Never_(SendTab(work, send), Pol(work, end, send), plan, Sending(work), 0)
  {
    hide AssumedF, SureF, ForbidF, GrantF, CompleteF, NeedsF, ExcuseF, FactsF, Both, Neg, Dom, TableOk, PolicyOk, QuestionOk;
    var t, v, q := SendTab(work, send), Pol(work, end, send), Sending(work);
    SendReady(work, end, send);
    assert AllSureF(t, q.region) == SureF(t, q.region[0]) by { assert seq(1, i requires 0 <= i < 1 => SureF(t, q.region[i])) == [SureF(t, q.region[0])]; }
    forall p | Within(p, Dom(t)) ensures !Grid.Holds(WrongF(t, v, q), p) {
      BothHolds(ClaimF(t, v, q), FactsF(t), p);
      BothHolds(AskedF(t, q), Both(PassF(t, v), Neg(NeedsF(t, v.rules, q.approved))), p);
      BothHolds(AssumedF(t), Both(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless))), p);
      BothHolds(AllSureF(t, q.region), Neg(ExcuseF(t, q.unless)), p);
      BothHolds(PassF(t, v), Neg(NeedsF(t, v.rules, q.approved)), p);
      BothHolds(CompleteF(t, v), Both(GrantF(t, v.rules), Neg(ForbidF(t, v.rules))), p);
      BothHolds(GrantF(t, v.rules), Neg(ForbidF(t, v.rules)), p);
      NegHolds(ForbidF(t, v.rules), p);
      if Grid.Holds(SureF(t, q.region[0]), p) { SendForbidden(work, end, send, p); }
    }
    reveal Never_;
  }
  // X: sending after work, in any run, while what was begun after the work has not ended it.
  lemma X_H3_SentMeanwhile(
    work: Name, end: Name, send: Name, plan: K.Plan, p: Policy, trace: seq<Input>, s: Per,
    a: nat, part1: Part, atom1: Atom, n: nat, part2: Part, atom2: Atom)
    requires work != end && work != send && end != send && a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires OnePolicy(CaseOf(work, end, send, plan), p, trace) && part1.verb == work
    requires Meanwhile(CaseOf(work, end, send, plan), p, trace, a, part1, atom1, n, part2, atom2, [], s)
    ensures !Typed(SendTab(work, send), Decided_(p, trace, n, part2, atom2))
  {
    hide *;
    reveal Sending, CaseOf;
    var c := CaseOf(work, end, send, plan);
    assert Presumed(c, NotDone(FactOf(work))) by { reveal Presumed; }
    assert !Excused([], Decided_(p, trace, n, part2, atom2)) by { reveal Excused; }
    W_H3_Shown(work, end, send, plan);
    SendNever(work, end, send, plan);
    if Typed(SendTab(work, send), Decided_(p, trace, n, part2, atom2)) {
      H3_Undone(c, p, trace, s, a, part1, atom1, [], n, part2, atom2, SendTab(work, send), Sending(work), 0);
    }
  }
}
