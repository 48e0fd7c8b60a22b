include "Replacing.dfy"
include "ApprovalsWitnesses.dfy"
// A run whose policy is replaced between a permit and its effect, and what must not happen there.
module ReplacingWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SmallRuns
  import opened ApprovalsSpec
  import opened ApprovalWitnesses
  import R = Replacing
  import Reading
  import H = History
  import M = Machine

  // The policies of ApprovalWitnesses: they differ in their ids alone. `id` is replaced by `id2`.
  ghost function Swapped(c: Cast, id: Name, d: Name, id2: Name): seq<Input> { Given4(c, id, d) + [Replace(Pol(c, id2))] }
  lemma SwappedIs(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c)
    ensures var w := Run(Pol(c, id), Swapped(c, id, d, id2));
            w == W4(c, id, d).(policies := [Pol(c, id), Pol(c, id2)], steps := 5) && Version(w) == 1
  {
    hide Run, Pol, Req;
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), Given4(c, id, d), Replace(Pol(c, id2)));
    assert [Pol(c, id)] + [Pol(c, id2)] == [Pol(c, id), Pol(c, id2)];
  }
  // W: a permit that was given and not performed yet is of an older version after a replacement, even by the very same policy.
  lemma W_B11_StalePermit(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c)
    ensures var w := Run(Pol(c, id), Swapped(c, id, d, id2)); |w.permits| == 1 && w.permits[0].status.Issued? && w.permits[0].version != Version(w)
  { hide Run, Pol, Req; SwappedIs(c, id, d, id2); }
  // X: it is performed all the same.
  lemma X_StalePermit(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Swapped(c, id, d, id2) + [Perform(0)]).effects == []
  {
    hide Run, Pol, Req;
    SwappedIs(c, id, d, id2);
    R.B11_StalePermit(Pol(c, id), Swapped(c, id, d, id2), 0);
  }
  // The grant is open and voted on when the policy is replaced.
  ghost function Turned(c: Cast, id: Name, d: Name, id2: Name): seq<Input> { Voted3(c, id, d) + [Replace(Pol(c, id2))] }
  lemma TurnedIs(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Turned(c, id, d, id2)) == W3(c, id, d).(policies := [Pol(c, id), Pol(c, id2)], steps := 4)
  {
    hide Run, Pol, Req;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Replace(Pol(c, id2)));
    assert [Pol(c, id)] + [Pol(c, id2)] == [Pol(c, id), Pol(c, id2)];
  }
  // W: it stands in the world, and is not the request's own any more.
  lemma W_B11_StaleGrant(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c) && id2 != id
    ensures var w := Run(Pol(c, id), Turned(c, id, d, id2));
            KeyIn(c, id, d) in w.grants && w.grants[KeyIn(c, id, d)].open && !IsFor(w, Req(c, d), KeyIn(c, id, d))
  {
    hide Run;
    TurnedIs(c, id, d, id2);
  }
  // X: what people approved under the old policy runs under the new one.
  lemma X_StaleGrant(c: Cast, id: Name, d: Name, id2: Name)
    requires Different(c) && id2 != id
    ensures Run(Pol(c, id), Turned(c, id, d, id2) + [Decide(c.agent, Req(c, d), 3)]).permits == []
  {
    hide Run, Step;
    TurnedIs(c, id, d, id2);
    H.RunOne(Pol(c, id), Turned(c, id, d, id2), Decide(c.agent, Req(c, d), 3));
    NotGiven(c, Run(Pol(c, id), Turned(c, id, d, id2)), id2, d, 3);
  }
  // W: effects after a replacement, by permits of the new policy, which permits the verb.
  ghost function Plain(c: Cast, id: Name): Policy { Pol(c, id).(rules := [Rule(c.verb, c.group, Policies.Effect.Permit, {c.verb}, [], [])]) }
  lemma PlainLets(c: Cast, id: Name, d: Name, sc: Scene)
    requires Sees(c, sc, d)
    ensures Lets(Plain(c, id), [], sc)
  {
    var p, part := Plain(c, id), PartOf(c);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Reading.Yes(p.rules[0], sc, part, atom);
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert Clear(p, sc);
    QuietLets(p, [], sc);
  }
  ghost function W0(c: Cast, id: Name): World {
    Begin(Pol(c, id)).(policies := [Pol(c, id), Plain(c, id)], agents := map[c.agent := Agent(c.kind, {c.group}, {})], steps := 2)
  }
  ghost function Renewed(c: Cast, id: Name, d: Name): seq<Input> { [Replace(Plain(c, id)), Hire(c.agent, c.kind), Decide(c.agent, Req(c, d), 1)] }
  lemma RenewedIs(c: Cast, id: Name, d: Name)
    ensures Run(Pol(c, id), Renewed(c, id, d)) == Answered(W0(c, id), c.agent, Req(c, d), 1)
  {
    hide Lets, OpsOf;
    var p, a, b, e := Pol(c, id), Replace(Plain(c, id)), Hire(c.agent, c.kind), Decide(c.agent, Req(c, d), 1);
    assert Run(p, []) == Begin(p);
    assert [] + [a] == [a] && [a] + [b] == [a, b] && [a, b] + [e] == [a, b, e];
    hide Run;
    H.RunOne(p, [], a);
    H.RunOne(p, [a], b);
    assert Step(Step(Begin(p), a), b) == W0(c, id) by { assert [p] + [Plain(c, id)] == [p, Plain(c, id)]; }
    hide Step;
    H.RunOne(p, [a, b], e);
    PlainLets(c, id, d, SceneOf(W0(c, id), c.agent, Req(c, d), 1));
    Decides(W0(c, id), c.agent, Req(c, d), 1);
  }
  lemma W_B11_Effects(c: Cast, id: Name, d: Name)
    ensures var t := Renewed(c, id, d) + [Perform(0)];
            t[0].Replace? && Run(Pol(c, id), t).effects == [Boundary.Effect.Effect(0, 3)]
  {
    hide Run, Step, Pol, Plain, Req, OpsOf;
    RenewedIs(c, id, d);
    var w := Answered(W0(c, id), c.agent, Req(c, d), 1);
    H.RunOne(Pol(c, id), Renewed(c, id, d), Perform(0));
    Performs(w, 0);
  }
  // W: the premise of B11_EffectsAsked is met by the run of W_B7_Approved.
  lemma W_B11_EffectsAsked(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures var w := Run(Pol(c, id), Given4(c, id, d) + [Perform(0)]);
            |w.effects| == 1 && w.effects[0].token < |w.permits| && w.permits[w.effects[0].token].asked
  { hide Run, Pol, Req; W_B7_Approved(c, id, d); }
}
