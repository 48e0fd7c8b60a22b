include "Effects.dfy"
// What a run's effects were permitted by: the policy in force when they were decided, and the scene of then.
module DecidedSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened ApprovalCode
  import E = Effects

  // The permit under which effect n of the run was performed.
  ghost function Doing(p: Policy, trace: seq<Input>, n: nat): (pm: Permit)
    requires n < |Run(p, trace).effects|
    ensures pm.born < |trace|
  {
    E.AllLawful(p, trace, n);
    Run(p, trace).permits[Run(p, trace).effects[n].token]
  }
  // The world in which a permit was decided.
  ghost function Then(p: Policy, trace: seq<Input>, pm: Permit): (w: World)
    requires pm.born <= |trace|
    ensures w.policies != []
  { Run(p, trace[..pm.born]) }
  ghost function SceneThen(p: Policy, trace: seq<Input>, pm: Permit): Scene
    requires pm.born <= |trace|
  { SceneOf(Then(p, trace, pm), pm.agent, pm.q, pm.now) }
  // Approved as the policy then said: the grant for exactly this request was open and in time, and those whom `n` asks for had voted.
  ghost predicate ApprovedThen(p: Policy, trace: seq<Input>, pm: Permit, n: Name)
    requires pm.born <= |trace|
  {
    var w := Then(p, trace, pm);
    var v := Current(w);
    && v.session in pm.q.scopes && GrantKey(v, pm.q) in w.grants
    && var g := w.grants[GrantKey(v, pm.q)];
    && Live(g, pm.now) && n in v.quorums && Permission.Filled(v.quorums[n], g)
  }
}
module Decided {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import E = Effects
  import H = History
  import M = Machine

  // The effect's permit was born in the run; the policy that decided is one of the run's, and permitted it there and then.
  lemma Permitted1(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures var pm := Doing(p, trace, n);
            && pm.born < |trace| && Current(Then(p, trace, pm)) in Run(p, trace).policies
            && pm in Run(p, trace).permits && H.Born(p, trace, pm)
            && M.Ready(Then(p, trace, pm).log, pm.now) && Permitted(Current(Then(p, trace, pm)), Then(p, trace, pm).log, SceneThen(p, trace, pm))
            && pm.ops == OpsOf(Then(p, trace, pm), pm.agent, pm.q, pm.now)
  {
    hide Step, Run, Permitted, OpsOf, SceneOf, Uses;
    E.AllLawful(p, trace, n);
    var pm := Doing(p, trace, n);
    H.AllBorn(p, trace, Run(p, trace).effects[n].token);
    H.BornSpends(p, trace, pm);
    PolicyThen(p, trace, pm.born);
  }
  lemma PolicyThen(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures Current(Run(p, trace[..n])) in Run(p, trace).policies
  {
    hide Step, Run;
    H.RunPolicies(p, trace, n);
    var a, b := Run(p, trace[..n]).policies, Run(p, trace).policies;
    assert b[..|a|][|a| - 1] == b[|a| - 1];
  }
  lemma Judged1(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures var pm := Doing(p, trace, n);
            && Current(Then(p, trace, pm)) in Run(p, trace).policies
            && Judged(Current(Then(p, trace, pm)), Then(p, trace, pm).log, SceneThen(p, trace, pm))
  {
    hide Run, SceneOf, Judged, OpsOf, Free, Consented;
    Permitted1(p, trace, n);
    reveal Permitted();
  }
  // Whoever must approve has approved.
  lemma NeededApproved(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom, name: Name)
    requires n < |Run(p, trace).effects|
    requires var pm := Doing(p, trace, n); var v, sc := Current(Then(p, trace, pm)), SceneThen(p, trace, pm);
                                           part in pm.q.parts && atom in part.atoms && Needed(v, Carrying(v, sc), part, atom, name)
    ensures ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, Batch, Carrying, Needed, Judged, OpsOf, Permission.Filled;
    Permitted1(p, trace, n);
    var pm := Doing(p, trace, n);
    var w := Then(p, trace, pm);
    var v, sc := Current(w), SceneThen(p, trace, pm);
    var cs := Carrying(v, sc);
    assert cs == sc.(own := Brings(v, sc)) by { reveal Carrying; }
    assert Wanted(v, cs, name);
    assert Missing(v, cs, Batch(v, cs), w.log, name);
    assert !Free(v, w.log, sc);
    assert Consented(v, w.log, sc) by { reveal Permitted(); }
    assert Approved(v, cs, Batch(v, cs), w.log);
  }
}
