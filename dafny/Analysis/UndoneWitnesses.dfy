include "UndoneApplied.dfy"
// A run that meets the premises of H3: somebody works, then asks to send; a person approves, and it is sent.
module AnalysisUndoneWitnesses {
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
  import opened AnalysisHistories
  import opened AnalysisPresumed
  import opened AnalysisUndone
  import opened AnalysisUndoneApplied
  import X = AnalysisExamples
  import A = ApprovalCode
  import E = Effects
  import H = History
  import M = Machine
  import N = Noted

  // Names that are different enough for people to vote.
  ghost predicate Voting(c: Cast) { Apart(c) && c.asks && c.person != c.asker && c.role != c.work && c.user != c.work }
  ghost function PartOf(verb: Name): Part { Part(verb, map[], [X.One()]) }
  ghost function Req(c: Cast, verb: Name): Request { Request([PartOf(verb)], map[c.work := c.work, c.user := c.asker], c.work, 0) }
  ghost function ResetKey(c: Cast): Key { (3, c.work, c.work, c.work, c.work, c.work, 0) }
  ghost function DoneKey(c: Cast): Key { (4, c.work, c.work, c.work, c.work, c.work, 0) }
  ghost function PeopleKey(c: Cast): Key { (7, c.work, c.work, c.work, c.work, c.work, 0) }

  // ---- what the rules say ----
  ghost predicate Sees(c: Cast, sc: Scene, verb: Name) { Voting(c) && sc.q == Req(c, verb) && c.work in sc.groups && sc.own == {} }
  lemma WorkClear(c: Cast, sc: Scene)
    requires Sees(c, sc, c.work)
    ensures Clear(Pol(c), sc) && (forall n :: !Wanted(Pol(c), sc, n)) && Single(Pol(c), sc, PartOf(c.work), X.One(), Pol(c).rules[1])
  {
    var p, part, atom := Pol(c), PartOf(c.work), X.One();
    assert sc.q.parts[0] == part && part.atoms[0] == atom;
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
  }
  lemma WorkLets(c: Cast)
    requires Voting(c)
    ensures var w := Hired(Pol(c), c.work, c.work); LetsNow(w, c.work, Req(c, c.work), 1) && OpsOf(w, c.work, Req(c, c.work), 1).Keys == {ResetKey(c)}
  {
    hide Wanted, Clear, Amount, Single;
    var p := Pol(c);
    var sc := Scene1(p, c.work, Req(c, c.work), 1);
    WorkClear(c, sc);
    SingleIs(p, sc, PartOf(c.work), X.One(), p.rules[1]);
    assert Keys(p, sc) == {ResetKey(c)} && Brings(p, sc) == {};
    assert Carrying(p, sc) == sc;
    assert Permission.Room(Batch(p, sc), [], 1);
    assert forall n :: !Passed(Batch(p, sc), [], n);
  }
  lemma SendClear(c: Cast, sc: Scene)
    requires Sees(c, sc, c.send) && Get(sc.view.nums, DoneKey(c)) <= 0
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && Keys(Pol(c), sc) == {}
    ensures forall n :: Wanted(Pol(c), sc, n) <==> n == c.need
  {
    var p, part, atom := Pol(c), PartOf(c.send), X.One();
    assert sc.q.parts[0] == part && part.atoms[0] == atom;
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert MarkKey(FactOf(c).done, sc.q, atom) == DoneKey(c);
    assert p.rules[3] in p.rules && Maybe(p.rules[3], sc, part, atom);
    assert Needed(p, sc, part, atom, c.need);
  }

  // ---- worlds in which sending is asked for ----
  ghost predicate Waits(c: Cast, w: World, now: int) {
    Voting(c) && w.policies == [Pol(c)] && c.work in Groups(w, c.work) && M.Ready(w.log, now) && N.At(w, DoneKey(c)) <= 0
  }
  ghost predicate Enough(c: Cast, w: World, now: int) {
    PeopleKey(c) in w.grants && A.Live(w.grants[PeopleKey(c)], now) && w.grants[PeopleKey(c)].votes == map[c.person := c.role]
  }
  lemma SendJudged(c: Cast, w: World, now: int)
    requires Waits(c, w, now)
    ensures var sc := SceneOf(w, c.work, Req(c, c.send), now);
            Carrying(Pol(c), sc) == sc && Batch(Pol(c), sc) == map[] && Judged(Pol(c), w.log, sc) && forall n :: Missing(Pol(c), sc, map[], w.log, n) <==> n == c.need
  {
    hide Clear, Payable, Wanted, Pol;
    var sc := SceneOf(w, c.work, Req(c, c.send), now);
    SendClear(c, sc);
    assert Brings(Pol(c), sc) == {};
    assert Carrying(Pol(c), sc) == sc && Batch(Pol(c), sc) == map[];
  }
  lemma Asked(c: Cast, w: World, now: int)
    requires Waits(c, w, now) && w.grants == map[]
    ensures Step(w, Input.Ask(c.work, Req(c, c.send), now + 5, now)) == Tick(w, now).(grants := map[PeopleKey(c) := A.Opened(now + 5, c.asker)], steps := w.steps + 1)
  {
    hide Judged, Missing, Batch, Carrying, Tick;
    var sc := SceneOf(w, c.work, Req(c, c.send), now);
    SendJudged(c, w, now);
    assert Missing(Pol(c), sc, map[], w.log, c.need);
    assert GrantKey(Pol(c), Req(c, c.send)) == PeopleKey(c);
    assert Askable(Pol(c), w.log, sc) by { reveal Askable(); }
    assert Asks(w, c.work, Req(c, c.send), now + 5, now);
    reveal Tick;
  }
  lemma VotedFor(c: Cast, w: World, now: int)
    requires Waits(c, w, now) && w.grants == map[PeopleKey(c) := A.Opened(now + 4, c.asker)]
    ensures Step(w, Vote(PeopleKey(c), c.person, c.role, now)) ==
            Tick(w, now).(grants := map[PeopleKey(c) := A.Voted(A.Opened(now + 4, c.asker), c.person, c.role)], steps := w.steps + 1)
  { hide Rules; assert Votes(w, PeopleKey(c), c.person, c.role, now); }
  lemma Sent(c: Cast, w: World, now: int)
    requires Waits(c, w, now) && Enough(c, w, now)
    ensures Permits(w, c.work, Req(c, c.send), now)
  {
    hide Judged, Missing, Batch, Carrying, Permission.Filled;
    var sc := SceneOf(w, c.work, Req(c, c.send), now);
    SendJudged(c, w, now);
    assert GrantKey(Pol(c), Req(c, c.send)) == PeopleKey(c);
    assert Permission.Filled(Pol(c).quorums[c.need], w.grants[PeopleKey(c)]) by { FilledByOne(c, w.grants[PeopleKey(c)]); }
    assert Approved(Pol(c), sc, map[], w.log);
    reveal Permitted();
  }
  lemma FilledByOne(c: Cast, g: Grant)
    requires g.votes == map[c.person := c.role]
    ensures Permission.Filled(Pol(c).quorums[c.need], g)
  {
    assert forall role, people :: (role, people) in [(c.role, 1)] ==> role == c.role && people == 1;
    assert (set p | p in g.votes && g.votes[p] == c.role) == {c.person};
  }
  lemma StillWaits(c: Cast, w: World, now: int, grants: map<Key, Grant>, steps: nat)
    requires Waits(c, w, now)
    ensures Waits(c, Tick(w, now).(grants := grants, steps := steps), now + 1)
  { hide Pol; N.TickAt(w, now, DoneKey(c)); }

  // ---- the run ----
  ghost function Asking(c: Cast): Input { Input.Ask(c.work, Req(c, c.send), 7, 2) }
  ghost function Approving(c: Cast): Input { Vote(PeopleKey(c), c.person, c.role, 3) }
  ghost function Sending1(c: Cast): Input { Decide(c.work, Req(c, c.send), 4) }
  ghost function Worked(c: Cast): seq<Input> { Done(c.work, c.work, Req(c, c.work), 1) }
  ghost function Trace(c: Cast): seq<Input> { Worked(c) + [Asking(c)] + [Approving(c)] + [Sending1(c)] + [Perform(1)] }

  lemma WorkedIs(c: Cast)
    requires Voting(c)
    ensures var w := Run(Pol(c), Worked(c));
            && Waits(c, w, 2) && w.grants == map[] && w.records == map[] && w.effects == [Boundary.Effect.Effect(0, 2)]
            && |w.permits| == 1 && w.permits[0].born == 1 && w.permits[0].version == 0 && w.permits[0].q == Req(c, c.work)
            && N.Given(Pol(c), Worked(c), 1) && Run(Pol(c), Worked(c)[..1]) == Hired(Pol(c), c.work, c.work)
  {
    hide Run, Step, OpsOf, LetsNow, Pol;
    var p, q := Pol(c), Req(c, c.work);
    assert c.work in p.agents && p.agents[c.work].uses == {c.work} by { reveal Pol; }
    WorkLets(c);
    RunDone(p, c.work, c.work, q, 1);
    RunHire(p, c.work, c.work);
    assert Worked(c)[..1] == [Hire(c.work, c.work)];
    var w := Hired(p, c.work, c.work);
    assert Permits(w, c.work, q, 1) by { hide Judged, Free, SceneOf; reveal LetsNow, Permitted(); }
    reveal N.Given();
    N.BatchAt(w, M.Batch(OpsOf(w, c.work, q, 1), 1), DoneKey(c));
  }
  lemma TraceIs(c: Cast)
    requires Voting(c)
    ensures var w := Run(Pol(c), Trace(c));
            && w.policies == [Pol(c)] && |w.permits| == 2 && |w.effects| == 2 && w.effects[0].token == 0 && w.effects[1].token == 1
            && w.permits[0].born == 1 && w.permits[1].born == 5 && w.permits[0].q == Req(c, c.work) && w.permits[1].q == Req(c, c.send)
    ensures var w := Run(Pol(c), Trace(c)[..5]); Waits(c, w, 4) && w.records == map[]
  {
    hide Run, Step, OpsOf, Uses, GrantsAfter, Pol, Permits, PeopleKey, Req, M.StateOf, Groups;
    var p, t := Pol(c), Worked(c);
    WorkedIs(c);
    var w0 := Run(p, t);
    H.RunOne(p, t, Asking(c));
    Asked(c, w0, 2);
    var g := A.Opened(7, c.asker);
    StillWaits(c, w0, 2, map[PeopleKey(c) := g], w0.steps + 1);
    var w1 := Run(p, t + [Asking(c)]);
    H.RunOne(p, t + [Asking(c)], Approving(c));
    VotedFor(c, w1, 3);
    StillWaits(c, w1, 3, map[PeopleKey(c) := A.Voted(g, c.person, c.role)], w1.steps + 1);
    var w2 := Run(p, t + [Asking(c)] + [Approving(c)]);
    H.RunOne(p, t + [Asking(c)] + [Approving(c)], Sending1(c));
    assert Trace(c)[..5] == t + [Asking(c)] + [Approving(c)];
    Sent(c, w2, 4);
    SentIs(c, w2);
    var w3 := Run(p, t + [Asking(c)] + [Approving(c)] + [Sending1(c)]);
    H.RunOne(p, t + [Asking(c)] + [Approving(c)] + [Sending1(c)], Perform(1));
    Performs(w3, 1);
  }
  lemma SentIs(c: Cast, w: World)
    requires w.policies == [Pol(c)] && Permits(w, c.work, Req(c, c.send), 4)
    ensures var v := Step(w, Sending1(c));
            && v.policies == w.policies && v.effects == w.effects && |v.permits| == |w.permits| + 1 && v.permits[..|w.permits|] == w.permits
            && v.permits[|w.permits|] == H.Fresh(w, c.work, Req(c, c.send), 4)
  { hide Permits, OpsOf, Uses, GrantsAfter, Pol, Req; }

  // ---- it meets the premises ----
  lemma TypedAt(c: Cast, j: nat, verb: Name)
    requires Voting(c) && AskedAt(Trace(c), j, PartOf(verb), X.One()) && Trace(c)[j].q == Req(c, verb) && Trace(c)[j].agent == c.work
    requires var w := Run(Pol(c), Trace(c)[..j]); c.work in Groups(w, c.work) && w.records == map[]
    ensures Typed(X.Tab(c.work).(verb := verb), MomentAt(Pol(c), Trace(c), j, PartOf(verb), X.One()))
  {
    hide Run, Keys, Trace, Groups;
    var x, t := MomentAt(Pol(c), Trace(c), j, PartOf(verb), X.One()), X.Tab(c.work);
    reveal MomentAt();
    assert x.sc.q == Req(c, verb) && c.work in x.sc.groups && x.sc.view.records == map[];
    assert t.crews[0] in t.crews && OfCrew(t, t.crews[0], x.sc);
  }
  lemma SameTyped(t: Table, coords: seq<Coord>, where: map<Coord, nat>, x: Moment)
    requires Typed(t, x)
    ensures Typed(t.(coords := coords, where := where), x)
  {
    var k :| k in t.crews && OfCrew(t, k, x.sc);
    assert OfCrew(t.(coords := coords, where := where), k, x.sc);
  }
  lemma WorkBegins(c: Cast)
    requires Voting(c) && N.Given(Pol(c), Trace(c), 1)
    ensures Begins(CaseOf(c), Pol(c), Trace(c), 1, PartOf(c.work), X.One(), [])
  {
    hide Run, Pol, Typed;
    var k, t := CaseOf(c), Trace(c);
    WorkedIs(c);
    assert t[..1] == Worked(c)[..1] && t[1] == Worked(c)[1];
    assert PartOf(c.work).atoms[0] == X.One() && Req(c, c.work).parts[0] == PartOf(c.work);
    assert Pol(c).agents == map[c.work := AgentKind({c.work}, {}, {})] by { reveal Pol; }
    TypedAt(c, 1, c.work);
    assert X.Tab(c.work).(verb := c.work) == X.Tab(c.work);
    assert Ends(k, c.work) == [] && k.first == {FormOf(c)};
    reveal Begins(), Real();
  }
  // W: what H3 wants of a run. What it wants of answers: W_H3_Shown, SendNever.
  lemma W_H3_Undone(c: Cast)
    requires Voting(c)
    ensures var p, t, k := Pol(c), Trace(c), CaseOf(c);
            && |Run(p, t).effects| == 2 && OnePolicy(k, p, t)
            && Meanwhile(k, p, t, 0, PartOf(c.work), X.One(), 1, PartOf(c.send), X.One(), [], PerOf(c.work))
            && Typed(SendTab(c), Decided_(p, t, 1, PartOf(c.send), X.One()))
  {
    hide Run, Pol, Typed, Trace, SendTab, Sending, SceneOf, Carrying;
    var p, t, k := Pol(c), Trace(c), CaseOf(c);
    TraceIs(c);
    assert PartOf(c.work).atoms[0] == X.One() == PartOf(c.send).atoms[0];
    assert Req(c, c.work).parts[0] == PartOf(c.work) && Req(c, c.send).parts[0] == PartOf(c.send);
    assert Doing(p, t, 0) == Run(p, t).permits[0] && Doing(p, t, 1) == Run(p, t).permits[1];
    DoneGiven(p, t, 0, PartOf(c.work), X.One());
    DoneGiven(p, t, 1, PartOf(c.send), X.One());
    WorkBegins(c);
    GoingOn(c);
    assert OnePolicy(k, p, t) by { reveal OnePolicy(); }
    assert Agrees(k.per, Req(c, c.work), X.One(), PerOf(c.work)) by { reveal Agrees(); }
    assert Keeps(k.per, Req(c, c.send), X.One(), PerOf(c.work)) by { reveal Keeps(); }
    assert t[5] == Sending1(c) by { reveal Trace; }
    TypedAt(c, 5, c.send);
    SameTyped(X.Tab(c.work).(verb := c.send), SendTab(c).coords, SendTab(c).where, Decided_(p, t, 1, PartOf(c.send), X.One()));
    reveal SendTab;
  }
  lemma GoingOn(c: Cast)
    ensures Going(CaseOf(c), Pol(c), Trace(c), 1, 5, PerOf(c.work))
  {
    hide Run, Pol, KeyWith;
    var k, p, t := CaseOf(c), Pol(c), Trace(c);
    assert AllReal(k, p, t, 1, 5) by { reveal AllReal(); }
    assert t[2] == Perform(0) && t[3] == Asking(c) && t[4] == Approving(c);
    forall i: nat, j: nat | 1 < j < i < 5 ensures !N.Succeeds(p, t, i, j) { reveal N.Succeeds(); }
    assert Unended(k, p, t, 1, 5) by { reveal Unended(); }
    forall f | f in k.facts ensures N.Untold(t, 1, 5, KeyWith(f.done, PerOf(c.work))) { reveal N.Untold(); }
    reveal Going();
  }
}
