include "Traces.dfy"
// Where permits come from, and how the policies of a run follow one another.
module History {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import T = Traces
  import M = Machine
  import BudgetSpec

  // The same permit, but for how far it has come.
  ghost predicate Same(a: Permit, b: Permit) { a.(status := b.status) == b }

  lemma RunOne(p: Policy, trace: seq<Input>, i: Input)
    ensures Run(p, trace + [i]) == Step(Run(p, trace), i)
  { hide Step; assert (trace + [i])[..|trace|] == trace; }

  // ---- one step ----
  // Permits stay, but for their status, and no permit goes back to being issued; at most one is added.
  lemma StepPermits(w: World, i: Input)
    requires w.policies != []
    ensures |w.permits| <= |Step(w, i).permits| <= |w.permits| + 1
    ensures forall t | 0 <= t < |w.permits| :: Same(w.permits[t], Step(w, i).permits[t])
  {
    hide Answer, Close, Book, Asks, Votes;
    match i
    case Decide(agent, q, now) => AnswerPermits(w, agent, q, now);
    case Settle(t, used, ok, now) => if t < |w.permits| { ClosePermits(w, t, used, ok, now); }
    case Release(t, now) => if t < |w.permits| { ClosePermits(w, t, Nothing(w.permits[t].ops), false, now); }
    case Tell(key, now) => BookPermits(w, map[key := Touch(0, 0, key.1)], now); BookPermits(w, map[key := Note(now)], now);
    case Forget(key, now) => BookPermits(w, map[key := Op.Forget], now);
    case Perform(t) => assert forall u | 0 <= u < |w.permits| && u != t :: Step(w, i).permits[u] == w.permits[u];
    case _ => assert Step(w, i).permits == w.permits;
  }
  lemma AnswerPermits(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
    ensures var ps := Answer(w, agent, q, now).permits; |w.permits| <= |ps| <= |w.permits| + 1 && ps[..|w.permits|] == w.permits
  { hide Permits, OpsOf, Uses, GrantsAfter; }
  lemma ClosePermits(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires t < |w.permits|
    ensures var ps := Close(w, t, used, ok, now).permits; ps == w.permits || ps == w.permits[t := w.permits[t].(status := Settled(used))]
  { hide Takes, Closing; }
  lemma BookPermits(w: World, ops: map<Key, Op>, now: int)
    ensures Book(w, ops, now).permits == w.permits
  { hide Takes; }
  lemma StepIssued(w: World, i: Input, t: nat)
    requires w.policies != [] && t < |w.permits| && !w.permits[t].status.Issued?
    ensures t < |Step(w, i).permits| && !Step(w, i).permits[t].status.Issued?
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing; }
  // A permit is added only by a Decide that is permitted there and then.
  lemma StepNew(w: World, i: Input)
    requires w.policies != [] && |Step(w, i).permits| > |w.permits|
    ensures i.Decide? && Permits(w, i.agent, i.q, i.now)
    ensures Step(w, i).permits == w.permits + [Fresh(w, i.agent, i.q, i.now)]
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing; }
  // The permit that a Decide gives.
  ghost function Fresh(w: World, agent: Name, q: Request, now: int): Permit
    requires w.policies != []
  { Permit.Permit(q, agent, now, Version(w), w.steps, OpsOf(w, agent, q, now), Uses(w, agent, q, now), Issued) }
  // Policies are only ever added.
  lemma StepPolicies(w: World, i: Input)
    requires w.policies != []
    ensures |w.policies| <= |Step(w, i).policies| && Step(w, i).policies[..|w.policies|] == w.policies
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing; }

  // ---- births ----
  // The permit was given by the policy then in force, on the history so far.
  opaque ghost predicate Born(p: Policy, trace: seq<Input>, pm: Permit) {
    && pm.born < |trace|
    && trace[pm.born] == Decide(pm.agent, pm.q, pm.now)
    && var w := Run(p, trace[..pm.born]);
    && Permits(w, pm.agent, pm.q, pm.now)
    && Same(Fresh(w, pm.agent, pm.q, pm.now), pm)
  }
  lemma BornLater(p: Policy, trace: seq<Input>, i: Input, pm: Permit)
    requires Born(p, trace, pm)
    ensures Born(p, trace + [i], pm)
  {
    hide Step, Permits, OpsOf, Uses;
    reveal Born();
    assert (trace + [i])[..pm.born] == trace[..pm.born];
  }
  lemma BornSame(p: Policy, trace: seq<Input>, a: Permit, b: Permit)
    requires Born(p, trace, a) && Same(a, b)
    ensures Born(p, trace, b)
  { hide Step, Permits, OpsOf, Uses; reveal Born(); }
  lemma BornNow(p: Policy, trace: seq<Input>, i: Input)
    requires |Run(p, trace + [i]).permits| > |Run(p, trace).permits|
    ensures Born(p, trace + [i], Run(p, trace + [i]).permits[|Run(p, trace).permits|])
  {
    hide Step, Permits, OpsOf, Uses;
    RunOne(p, trace, i);
    assert (trace + [i])[..|trace|] == trace;
    StepNew(Run(p, trace), i);
    reveal Born();
  }
  // Every permit of a run was born in it.
  lemma AllBorn(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits|
    ensures Born(p, trace, Run(p, trace).permits[t])
  {
    hide Step;
    if trace != [] {
      var n := |trace| - 1;
      var w := Run(p, trace[..n]);
      StepPermits(w, trace[n]);
      assert trace == trace[..n] + [trace[n]];
      if t < |w.permits| {
        AllBorn(p, trace[..n], t);
        BornLater(p, trace[..n], trace[n], w.permits[t]);
        BornSame(p, trace, w.permits[t], Run(p, trace).permits[t]);
      } else {
        BornNow(p, trace[..n], trace[n]);
      }
    }
  }
  // So it holds the batch of its request: nothing negative, all with room when it was born.
  lemma BornSpends(p: Policy, trace: seq<Input>, pm: Permit)
    requires Born(p, trace, pm)
    ensures pm.born < |trace|
    ensures var w := Run(p, trace[..pm.born]); pm.ops == OpsOf(w, pm.agent, pm.q, pm.now) && Room(pm.ops, w.log, pm.now)
  {
    hide Step, Permitted, OpsOf, Uses, Allowed;
    reveal Born();
    T.PermittedRoom(Run(p, trace[..pm.born]), pm.agent, pm.q, pm.now);
  }
  ghost predicate TouchesOnly(ops: map<Key, Op>) { forall k | k in ops :: ops[k].Touch? && 0 <= ops[k].amount }
  lemma AllTouch(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits|
    ensures TouchesOnly(Run(p, trace).permits[t].ops)
  {
    hide Step, OpsOf;
    var pm := Run(p, trace).permits[t];
    AllBorn(p, trace, t);
    BornSpends(p, trace, pm);
  }

  // ---- whole runs ----
  // An earlier world's policies and permits are a beginning of the later one's.
  lemma RunPolicies(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures |Run(p, trace[..n]).policies| <= |Run(p, trace).policies|
    ensures Run(p, trace).policies[..|Run(p, trace[..n]).policies|] == Run(p, trace[..n]).policies
  {
    hide Step;
    if n < |trace| {
      var m := |trace| - 1;
      assert trace[..m][..n] == trace[..n];
      RunPolicies(p, trace[..m], n);
      StepPolicies(Run(p, trace[..m]), trace[m]);
      var a, b, c := Run(p, trace[..n]).policies, Run(p, trace[..m]).policies, Run(p, trace).policies;
      assert c[..|b|][..|a|] == c[..|a|];
    } else { assert trace[..n] == trace; }
  }
  // One version is one policy.
  lemma SameVersion(p: Policy, trace: seq<Input>, a: nat, b: nat)
    requires a <= b <= |trace| && Version(Run(p, trace[..a])) == Version(Run(p, trace[..b]))
    ensures Current(Run(p, trace[..a])) == Current(Run(p, trace[..b]))
  {
    hide Step;
    assert trace[..b][..a] == trace[..a];
    RunPolicies(p, trace[..b], a);
  }
}
