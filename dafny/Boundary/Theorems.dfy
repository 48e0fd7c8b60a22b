include "Closing.dfy"
include "Effects.dfy"
include "Limits.dfy"
include "Batch.dfy"
// What holds of every run of the boundary. A trace is any sequence of inputs: any interleaving of any number of callers, the
// clock and the policy's owner; and every prefix of a trace is a trace.
module BoundaryTheorems {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import C = Closing
  import E = Effects
  import H = History
  import L = Limits
  import S = Spending
  import T = Traces
  import M = Machine
  import BudgetProofs

  // B2: each effect was performed under a permit that some earlier Decide was given, where the policy then in force
  // permitted it on the history of then; and that policy was in force when it was performed.
  lemma B2_PermittedWhenDecided(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures E.Lawful(p, trace, Run(p, trace).effects[n])
  { E.AllLawful(p, trace, n); }

  // B2: a permit is good for one effect.
  lemma B2_Once(p: Policy, trace: seq<Input>, a: nat, b: nat)
    requires a < b < |Run(p, trace).effects|
    ensures Run(p, trace).effects[a].token != Run(p, trace).effects[b].token
  { E.Once(p, trace, a, b); }

  // B2: once the policy is replaced, a permit of before performs nothing.
  lemma B2_StalePermit(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].version != Version(Run(p, trace))
    ensures Run(p, trace + [Perform(t)]).effects == Run(p, trace).effects
  { H.RunOne(p, trace, Perform(t)); }

  // B2, the other way: a Decide gives a permit if and only if it is permitted (and the clock has not run back);
  lemma B2_Decides(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int)
    requires M.Ready(Run(p, trace).log, now)
    ensures |Run(p, trace + [Decide(agent, q, now)]).permits| == |Run(p, trace).permits| + 1 <==>
            Permitted(Current(Run(p, trace)), Run(p, trace).log, SceneOf(Run(p, trace), agent, q, now))
  { hide Permitted, OpsOf, Uses, GrantsAfter; H.RunOne(p, trace, Decide(agent, q, now)); }
  // and an unused permit of the policy in force does perform.
  lemma B2_Performs(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Issued? && Run(p, trace).permits[t].version == Version(Run(p, trace))
    ensures Run(p, trace + [Perform(t)]).effects == Run(p, trace).effects + [Boundary.Effect.Effect(t, |trace|)]
  { H.RunOne(p, trace, Perform(t)); }

  // B4: under every key, settled and reserved together never exceed the highest limit that any policy of the run sets for that budget.
  lemma B4_Budget(p: Policy, trace: seq<Input>, k: Key)
    requires k.0 == 0
    ensures Spent(Run(p, trace).permits, k) <= Highest(Run(p, trace).policies, k.1)
  {
    hide Step, Run;
    var w := Run(p, trace);
    T.RunGood(p, trace);
    S.RunBalanced(p, trace, k);
    L.RunWithin(p, trace, k.1);
    L.LedgerWithin(w.log, k, Highest(w.policies, k.1));
    L.HighestNatural(w.policies, k.1);
    M.LedgerAdmissible(w.log, k);
    M.LedgerOrdered(w.log, k);
    BudgetProofs.Bounded(M.Ledger(w.log, k), k, Highest(w.policies, k.1));
  }
  // B4: no settlement refills a budget: what a permit holds is never negative, and never more than it reserved.
  lemma B4_HeldBy(p: Policy, trace: seq<Input>, t: nat, k: Key)
    requires t < |Run(p, trace).permits|
    ensures 0 <= HeldBy(Run(p, trace).permits[t], k) <= HeldBy(Run(p, trace).permits[t].(status := Issued), k)
  { C.HeldWithin(p, trace, t, k); }
}
