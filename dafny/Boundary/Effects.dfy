include "History.dfy"
// Where effects come from.
module Effects {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import H = History
  import M = Machine

  // One step: an effect is added only by a Perform of a permit that is issued and of the version in force, and takes it.
  lemma StepEffects(w: World, i: Input)
    requires w.policies != []
    ensures Step(w, i).effects == w.effects
            || (i.Perform? && i.token < |w.permits| && w.permits[i.token].status.Issued? && w.permits[i.token].version == Version(w)
                && Step(w, i).effects == w.effects + [Boundary.Effect.Effect(i.token, w.steps)] && !Step(w, i).permits[i.token].status.Issued?)
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing; }

  // The effect has its Perform input; its permit was there by then, of the version then in force, and is used up since.
  ghost predicate Done(p: Policy, trace: seq<Input>, e: Boundary.Effect) {
    && e.when < |trace| && trace[e.when] == Perform(e.token)
    && e.token < |Run(p, trace).permits| && !Run(p, trace).permits[e.token].status.Issued?
    && var w := Run(p, trace[..e.when]);
    && e.token < |w.permits| && w.permits[e.token].status.Issued?
    && w.permits[e.token].version == Version(w)
    && H.Same(w.permits[e.token], Run(p, trace).permits[e.token])
  }
  lemma DoneLater(p: Policy, trace: seq<Input>, i: Input, e: Boundary.Effect)
    requires Done(p, trace, e)
    ensures Done(p, trace + [i], e)
  {
    hide Step;
    var w := Run(p, trace);
    H.RunOne(p, trace, i);
    H.StepPermits(w, i);
    H.StepIssued(w, i, e.token);
    assert H.Same(w.permits[e.token], Step(w, i).permits[e.token]);
    assert (trace + [i])[..e.when] == trace[..e.when];
  }
  lemma DoneNow(p: Policy, trace: seq<Input>, i: Input)
    requires Run(p, trace + [i]).effects != Run(p, trace).effects
    ensures i.Perform? && Run(p, trace + [i]).effects == Run(p, trace).effects + [Boundary.Effect.Effect(i.token, |trace|)]
    ensures Done(p, trace + [i], Boundary.Effect.Effect(i.token, |trace|))
  {
    hide Step;
    var w := Run(p, trace);
    H.RunOne(p, trace, i);
    StepEffects(w, i);
    H.StepPermits(w, i);
    assert H.Same(w.permits[i.token], Step(w, i).permits[i.token]);
    assert (trace + [i])[..|trace|] == trace;
  }
  lemma AllDone(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures Done(p, trace, Run(p, trace).effects[n])
  {
    hide Step, Done;
    if trace != [] {
      var m := |trace| - 1;
      var i := trace[m];
      assert trace == trace[..m] + [i];
      if Run(p, trace).effects != Run(p, trace[..m]).effects { DoneNow(p, trace[..m], i); }
      if n < |Run(p, trace[..m]).effects| {
        AllDone(p, trace[..m], n);
        DoneLater(p, trace[..m], i, Run(p, trace[..m]).effects[n]);
      }
    }
  }

  // No two effects have one permit: the first took it.
  lemma Once(p: Policy, trace: seq<Input>, a: nat, b: nat)
    requires a < b < |Run(p, trace).effects|
    ensures Run(p, trace).effects[a].token != Run(p, trace).effects[b].token
  {
    hide Step;
    if trace != [] {
      var m := |trace| - 1;
      var w := Run(p, trace[..m]);
      StepEffects(w, trace[m]);
      if b < |w.effects| { Once(p, trace[..m], a, b); } else { AllDone(p, trace[..m], a); }
    }
  }

  // What B2 says of one effect: some earlier Decide was permitted by the policy then in force on the history of then,
  // and that same policy was in force when the effect was performed.
  ghost predicate Lawful(p: Policy, trace: seq<Input>, e: Boundary.Effect) {
    && e.when < |trace| && trace[e.when] == Perform(e.token)
    && e.token < |Run(p, trace).permits|
    && var pm := Run(p, trace).permits[e.token];
    && pm.born < e.when && trace[pm.born] == Decide(pm.agent, pm.q, pm.now)
    && var before := Run(p, trace[..pm.born]);
    && var current := Run(p, trace[..e.when]);
    && Permits(before, pm.agent, pm.q, pm.now)
    && Version(before) == pm.version == Version(current) && Current(before) == Current(current)
  }
  // The permit of an effect was born before the effect.
  lemma DoneBorn(p: Policy, trace: seq<Input>, e: Boundary.Effect)
    requires Done(p, trace, e)
    ensures H.Born(p, trace[..e.when], Run(p, trace).permits[e.token])
  {
    hide Step;
    var before := trace[..e.when];
    H.AllBorn(p, before, e.token);
    H.BornSame(p, before, Run(p, before).permits[e.token], Run(p, trace).permits[e.token]);
  }
  lemma BornLawful(p: Policy, trace: seq<Input>, e: Boundary.Effect)
    requires Done(p, trace, e) && H.Born(p, trace[..e.when], Run(p, trace).permits[e.token])
    ensures Lawful(p, trace, e)
  {
    hide Step, OpsOf, Permits, Uses;
    var pm := Run(p, trace).permits[e.token];
    assert pm.born < e.when && trace[..e.when][..pm.born] == trace[..pm.born] by { reveal H.Born(); }
    reveal H.Born();
    H.SameVersion(p, trace, pm.born, e.when);
  }
  lemma AllLawful(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures Lawful(p, trace, Run(p, trace).effects[n])
  {
    hide Step, Done, Lawful;
    AllDone(p, trace, n);
    DoneBorn(p, trace, Run(p, trace).effects[n]);
    BornLawful(p, trace, Run(p, trace).effects[n]);
  }
}
