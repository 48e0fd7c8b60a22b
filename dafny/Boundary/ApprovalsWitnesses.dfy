include "ApprovalsProofs.dfy"
// Runs in which approvals matter: B7 says something about each, and named bad behaviours that it excludes.
module ApprovalWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SmallRuns
  import opened ApprovalsSpec
  import A = ApprovalCode
  import Approvals
  import H = History
  import M = Machine

  // One verb that is asked for: one person in one role approves, within 10 milliseconds. `asker` is the session's user.
  datatype Cast = Cast(verb: Name, need: Name, role: Name, self: Name, person: Name, asker: Name, session: Name, user: Name, sid: Name,
                       agent: Name, kind: Name, group: Name)
  ghost function Pol(c: Cast, id: Name): Policy {
    Policy(map[c.verb := []], [Rule(c.verb, c.group, Policies.Effect.Ask(c.need), {c.verb}, [], [])], map[],
           map[c.need := Quorum([(c.role, 1)], 10)], map[c.kind := AgentKind({c.group}, {}, {})], id, c.session, c.user, c.self)
  }
  ghost function PartOf(c: Cast): Part { Part(c.verb, map[], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, digest: Name): Request { Request([PartOf(c)], map[c.session := c.sid, c.user := c.asker], digest, 0) }
  ghost function KeyIn(c: Cast, id: Name, digest: Name): Key { GrantKey(Pol(c, id), Req(c, digest)) }

  ghost predicate Sees(c: Cast, sc: Scene, d: Name) { sc.q == Req(c, d) && c.group in sc.groups && sc.own == {} }
  lemma Says(c: Cast, id: Name, sc: Scene, d: Name)
    requires Sees(c, sc, d)
    ensures Clear(Pol(c, id), sc) && Payable(Pol(c, id), sc) && Keys(Pol(c, id), sc) == {}
    ensures forall n :: Wanted(Pol(c, id), sc, n) <==> n == c.need
  {
    var p, part := Pol(c, id), PartOf(c);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom) && Maybe(p.rules[0], sc, part, atom);
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert Needed(p, sc, part, atom, c.need);
  }
  lemma Judges(c: Cast, id: Name, log: M.Log, sc: Scene, d: Name)
    requires Sees(c, sc, d)
    ensures var p := Pol(c, id);
            Carrying(p, sc) == sc && Batch(p, sc) == map[] && Judged(p, log, sc) && forall n :: Missing(p, sc, map[], log, n) <==> n == c.need
  {
    hide Clear, Payable, Wanted, Pol;
    Says(c, id, sc, d);
    assert Brings(Pol(c, id), sc) == {};
    assert Carrying(Pol(c, id), sc) == sc && Batch(Pol(c, id), sc) == map[];
  }
  // A grant that is open, in time, and has somebody's vote in the role.
  ghost predicate Enough(c: Cast, w: World, k: Key, now: int) {
    k in w.grants && A.Live(w.grants[k], now) && 1 <= |set x | x in w.grants[k].votes && w.grants[k].votes[x] == c.role|
  }
  ghost predicate Works(c: Cast, w: World, id: Name, now: int) {
    w.policies != [] && Current(w) == Pol(c, id) && c.group in Groups(w, c.agent) && M.Ready(w.log, now)
  }
  lemma Decided(c: Cast, w: World, id: Name, d: Name, now: int)
    requires Works(c, w, id, now)
    ensures Uses(w, c.agent, Req(c, d), now) && OpsOf(w, c.agent, Req(c, d), now) == map[]
    ensures Permits(w, c.agent, Req(c, d), now) <==> Enough(c, w, KeyIn(c, id, d), now)
    ensures Askable(Current(w), w.log, SceneOf(w, c.agent, Req(c, d), now)) <==> !Enough(c, w, KeyIn(c, id, d), now)
    ensures forall n :: Missing(Current(w), Carrying(Current(w), SceneOf(w, c.agent, Req(c, d), now)), OpsOf(w, c.agent, Req(c, d), now), w.log, n) <==> n == c.need
  {
    hide Judged, Missing, Batch, Carrying, Filled;
    var sc := SceneOf(w, c.agent, Req(c, d), now);
    Judges(c, id, w.log, sc, d);
    assert Missing(Pol(c, id), sc, map[], w.log, c.need);
    var k := KeyIn(c, id, d);
    if k in w.grants {
      assert Filled(Pol(c, id).quorums[c.need], w.grants[k]) <==> 1 <= |set x | x in w.grants[k].votes && w.grants[k].votes[x] == c.role| by { reveal Filled; RolesOf(c); }
    }
    reveal Permitted(), Askable();
  }
  lemma RolesOf(c: Cast)
    ensures forall role, people :: (role, people) in [(c.role, 1)] <==> role == c.role && people == 1
  { assert [(c.role, 1)][0] == (c.role, 1); }

  // ---- worlds: the agent is hired; it has asked; the person has voted; the request was permitted ----
  ghost function Ask1(c: Cast, d: Name): Input { Input.Ask(c.agent, Req(c, d), 5, 1) }
  ghost function Vote1(c: Cast, id: Name, d: Name): Input { Vote(KeyIn(c, id, d), c.person, c.role, 2) }
  ghost function W1(c: Cast, id: Name): World { Hired(Pol(c, id), c.agent, c.kind) }
  ghost function W2(c: Cast, id: Name, d: Name): World
  { W1(c, id).(log := [M.Batch(map[], 1)], grants := map[KeyIn(c, id, d) := A.Opened(5, c.asker)], steps := 2) }
  ghost function Grant3(c: Cast): Grant { Grant(5, c.asker, map[c.person := c.role], true) }
  ghost function W3(c: Cast, id: Name, d: Name): World
  { W1(c, id).(log := [M.Batch(map[], 1), M.Batch(map[], 2)], grants := map[KeyIn(c, id, d) := Grant3(c)], steps := 3) }
  ghost predicate Different(c: Cast) { c.person != c.asker && c.role != c.self && c.session != c.user }
  lemma Raised(c: Cast, id: Name, d: Name)
    ensures Run(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)]) == W2(c, id, d)
    ensures Raises(W1(c, id), Ask1(c, d), KeyIn(c, id, d))
  {
    hide Askable, Missing, Batch, Carrying, Step, Run;
    RunHire(Pol(c, id), c.agent, c.kind);
    assert [Hire(c.agent, c.kind)] + [Ask1(c, d)] == [Hire(c.agent, c.kind), Ask1(c, d)];
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind)], Ask1(c, d));
    Decided(c, W1(c, id), id, d, 1);
    assert Asks(W1(c, id), c.agent, Req(c, d), 5, 1);
    reveal Step;
    assert [] + [M.Batch(map[], 1)] == [M.Batch(map[], 1)];
  }
  ghost function Voted3(c: Cast, id: Name, d: Name): seq<Input> { [Hire(c.agent, c.kind), Ask1(c, d), Vote1(c, id, d)] }
  lemma VotedIs(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Voted3(c, id, d)) == W3(c, id, d)
    ensures Casts(W2(c, id, d), Vote1(c, id, d), KeyIn(c, id, d))
  {
    hide Askable, Missing, Step, Run, KeyIn;
    Raised(c, id, d);
    assert [Hire(c.agent, c.kind), Ask1(c, d)] + [Vote1(c, id, d)] == Voted3(c, id, d);
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)], Vote1(c, id, d));
    reveal Step;
    assert [M.Batch(map[], 1)] + [M.Batch(map[], 2)] == [M.Batch(map[], 1), M.Batch(map[], 2)];
  }
  lemma OneVoter(c: Cast)
    ensures |set x | x in Grant3(c).votes && Grant3(c).votes[x] == c.role| == 1
  { assert (set x | x in Grant3(c).votes && Grant3(c).votes[x] == c.role) == {c.person}; }
  ghost function Pm(c: Cast, d: Name): Permit { Permit.Permit(Req(c, d), c.agent, 3, 0, 3, map[], true, Issued) }
  ghost function Given4(c: Cast, id: Name, d: Name): seq<Input> { Voted3(c, id, d) + [Decide(c.agent, Req(c, d), 3)] }
  ghost function W4(c: Cast, id: Name, d: Name): World
  {
    W3(c, id, d).(log := W3(c, id, d).log + [M.Batch(map[], 3)], grants := map[KeyIn(c, id, d) := A.Closed(Grant3(c))], permits := [Pm(c, d)], steps := 4)
  }
  lemma GivenIs(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Given4(c, id, d)) == W4(c, id, d)
  {
    hide Step, Run, Permits, Uses, OpsOf;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d), 3));
    Decided(c, W3(c, id, d), id, d, 3);
    OneVoter(c);
    reveal Step;
  }
  // W: what was asked for and approved by the person is permitted for the sake of the grant, and performed.
  lemma W_B7_Approved(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures var w := Run(Pol(c, id), Given4(c, id, d) + [Perform(0)]);
            w.effects == [Boundary.Effect.Effect(0, 4)] && w.permits == [Pm(c, d).(status := Performed)] && w.permits[0].asked
    ensures forall n :: Lacks(Met(Pol(c, id), Given4(c, id, d), 3), c.agent, Req(c, d), 3, n) <==> n == c.need
  {
    hide Step, Run, Missing, Carrying;
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), Given4(c, id, d), Perform(0));
    Performs(W4(c, id, d), 0);
    VotedIs(c, id, d);
    assert Given4(c, id, d)[..3] == Voted3(c, id, d);
    Decided(c, W3(c, id, d), id, d, 3);
  }
  // W: a second Ask after the first was used gives a second permit.
  ghost function Ask5(c: Cast, d: Name): Input { Input.Ask(c.agent, Req(c, d), 9, 4) }
  ghost function Vote6(c: Cast, id: Name, d: Name): Input { Vote(KeyIn(c, id, d), c.person, c.role, 4) }
  ghost function W5(c: Cast, id: Name, d: Name): World {
    W4(c, id, d).(log := W4(c, id, d).log + [M.Batch(map[], 4)], grants := map[KeyIn(c, id, d) := A.Opened(9, c.asker)], steps := 5)
  }
  ghost function W6(c: Cast, id: Name, d: Name): World {
    W5(c, id, d).(log := W5(c, id, d).log + [M.Batch(map[], 4)], grants := map[KeyIn(c, id, d) := Grant3(c).(until := 9)], steps := 6)
  }
  lemma AskedAgain(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Step(W4(c, id, d), Ask5(c, d)) == W5(c, id, d)
  {
    hide Askable, Missing, Batch, Carrying, KeyIn;
    Decided(c, W4(c, id, d), id, d, 4);
    assert Asks(W4(c, id, d), c.agent, Req(c, d), 9, 4) by { reveal KeyIn; }
    assert GrantKey(Pol(c, id), Req(c, d)) == KeyIn(c, id, d) by { reveal KeyIn; }
  }
  lemma VotedAgain(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Step(W5(c, id, d), Vote6(c, id, d)) == W6(c, id, d)
  { hide KeyIn, Pol; assert Current(W5(c, id, d)).self == c.self && Current(W5(c, id, d)).id == id by { reveal Pol; } assert KeyIn(c, id, d).1 == id by { reveal KeyIn; } }
  lemma W_B7_Once(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures var ps := Run(Pol(c, id), Given4(c, id, d) + [Ask5(c, d)] + [Vote6(c, id, d)] + [Decide(c.agent, Req(c, d), 5)]).permits;
            |ps| == 2 && ps[0].asked && ps[1].asked
  {
    hide Step, Run, Permits, Uses, OpsOf, KeyIn;
    var t := Given4(c, id, d);
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), t, Ask5(c, d));
    AskedAgain(c, id, d);
    H.RunOne(Pol(c, id), t + [Ask5(c, d)], Vote6(c, id, d));
    VotedAgain(c, id, d);
    H.RunOne(Pol(c, id), t + [Ask5(c, d)] + [Vote6(c, id, d)], Decide(c.agent, Req(c, d), 5));
    GivenAgain(c, id, d);
  }
  lemma GivenAgain(c: Cast, id: Name, d: Name)
    ensures var ps := Step(W6(c, id, d), Decide(c.agent, Req(c, d), 5)).permits; |ps| == 2 && ps[0].asked && ps[1].asked
  {
    hide Permits, Uses, OpsOf, KeyIn;
    Decided(c, W6(c, id, d), id, d, 5);
    assert (set x | x in W6(c, id, d).grants[KeyIn(c, id, d)].votes && W6(c, id, d).grants[KeyIn(c, id, d)].votes[x] == c.role) == {c.person};
  }
  // W: approval is missing, and nobody has asked.
  lemma W_B7_Unasked(c: Cast, id: Name, d: Name)
    ensures var t := [Hire(c.agent, c.kind)];
            Uses(Run(Pol(c, id), t), c.agent, Req(c, d), 1) && forall a: nat, k | a < |t| :: !Asked(Pol(c, id), t, k, a)
  {
    hide Run, Uses;
    RunHire(Pol(c, id), c.agent, c.kind);
    Decided(c, W1(c, id), id, d, 1);
  }
  // ---- bad behaviours: none of these gives a permit ----
  lemma NotGiven(c: Cast, w: World, id: Name, d: Name, now: int)
    requires Works(c, w, id, now) && !Enough(c, w, KeyIn(c, id, d), now)
    ensures Step(w, Decide(c.agent, Req(c, d), now)).permits == w.permits
  { hide Permits, Uses, OpsOf, Enough; Decided(c, w, id, d, now); }
  // X: running before anybody has approved.
  lemma X_BeforeApproval(c: Cast, id: Name, d: Name)
    ensures Run(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d), Decide(c.agent, Req(c, d), 3)]).permits == []
  {
    hide Step, Run;
    Raised(c, id, d);
    assert [Hire(c.agent, c.kind), Ask1(c, d)] + [Decide(c.agent, Req(c, d), 3)] == [Hire(c.agent, c.kind), Ask1(c, d), Decide(c.agent, Req(c, d), 3)];
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)], Decide(c.agent, Req(c, d), 3));
    var none := set x | x in A.Opened(5, c.asker).votes && A.Opened(5, c.asker).votes[x] == c.role;
    assert none == {};
    NotGiven(c, W2(c, id, d), id, d, 3);
  }
  // X: another action than the one that was approved.
  lemma X_AnotherAction(c: Cast, id: Name, d: Name, d': Name)
    requires Different(c) && d' != d
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Decide(c.agent, Req(c, d'), 3)]).permits == []
  {
    hide Step, Run;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d'), 3));
    NotGiven(c, W3(c, id, d), id, d', 3);
  }
  // X: after its time.
  lemma X_TooLate(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Decide(c.agent, Req(c, d), 5)]).permits == []
  {
    hide Step, Run;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d), 5));
    NotGiven(c, W3(c, id, d), id, d, 5);
  }
  // X: a second time under one approval.
  lemma X_Twice(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Given4(c, id, d) + [Decide(c.agent, Req(c, d), 3)]).permits == [Pm(c, d)]
  {
    hide Step, Run;
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), Given4(c, id, d), Decide(c.agent, Req(c, d), 3));
    NotGiven(c, W4(c, id, d), id, d, 3);
  }
  // X: after somebody refused.
  lemma X_Refused(c: Cast, id: Name, d: Name, other: Name)
    requires Different(c) && other != c.asker && other != c.person
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Refuse(KeyIn(c, id, d), other, c.role, 2)] + [Decide(c.agent, Req(c, d), 3)]).permits == []
  {
    hide Step, Run, KeyIn;
    var no := Refuse(KeyIn(c, id, d), other, c.role, 2);
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), no);
    H.RunOne(Pol(c, id), Voted3(c, id, d) + [no], Decide(c.agent, Req(c, d), 3));
    RefusedIs(c, id, d, other);
    NotGiven(c, RefusedW(c, id, d), id, d, 3);
  }
  ghost function RefusedW(c: Cast, id: Name, d: Name): World
  { W3(c, id, d).(log := W3(c, id, d).log + [M.Batch(map[], 2)], steps := 4, grants := map[KeyIn(c, id, d) := A.Closed(Grant3(c))]) }
  lemma RefusedIs(c: Cast, id: Name, d: Name, other: Name)
    requires Different(c) && other != c.asker && other != c.person
    ensures Step(W3(c, id, d), Refuse(KeyIn(c, id, d), other, c.role, 2)) == RefusedW(c, id, d)
  { hide KeyIn, Pol; assert Current(W3(c, id, d)).self == c.self && Current(W3(c, id, d)).id == id by { reveal Pol; } assert KeyIn(c, id, d).1 == id by { reveal KeyIn; } }
  // X: the asker approves its own request in another role than `self`; and somebody votes twice. Neither vote is taken.
  lemma X_AskerApproves(c: Cast, id: Name, d: Name)
    requires c.role != c.self
    ensures !Casts(W2(c, id, d), Vote(KeyIn(c, id, d), c.asker, c.role, 2), KeyIn(c, id, d))
  {}
  lemma X_VotesTwice(c: Cast, id: Name, d: Name, role: Name)
    ensures !Casts(W3(c, id, d), Vote(KeyIn(c, id, d), c.person, role, 2), KeyIn(c, id, d))
  {}
}
