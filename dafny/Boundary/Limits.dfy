include "Spending.dfy"
// Every limit that was ever spent under is a limit of some policy of the run.
module Limits {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import T = Traces
  import M = Machine
  import BudgetSpec

  // No spend on a budget called `name` has a limit above `top`.
  ghost predicate Within(ops: map<Key, Op>, name: Name, top: int) { forall k | k in ops && k.1 == name && ops[k].Spend? :: ops[k].limit <= top }
  ghost predicate LogWithin(log: M.Log, name: Name, top: int) { forall i | 0 <= i < |log| :: Within(log[i].ops, name, top) }

  // The highest limit grows with the policies, and covers the last of them.
  lemma HighestOne(ps: seq<Policy>, p: Policy, name: Name)
    ensures Highest(ps, name) <= Highest(ps + [p], name)
    ensures name in p.budgets ==> p.budgets[name].limit <= Highest(ps + [p], name)
  { assert (ps + [p])[..|ps|] == ps; }
  lemma HighestNatural(ps: seq<Policy>, name: Name)
    ensures 0 <= Highest(ps, name)
  {}
  lemma LogWithinMore(log: M.Log, name: Name, low: int, high: int)
    requires LogWithin(log, name, low) && low <= high
    ensures LogWithin(log, name, high)
  {}

  lemma AnswerWithin(w: World, q: Request, now: int, name: Name)
    requires w.policies != [] && LogWithin(w.log, name, Highest(w.policies, name))
    ensures LogWithin(Answer(w, q, now).log, name, Highest(w.policies, name))
  {
    hide OpsOf, Room;
    if M.Ready(w.log, now) && Permitted(Current(w), w.log, q, now) {
      T.OpsOfHolds(w, q, now);
      assert w.policies == w.policies[..|w.policies| - 1] + [Current(w)];
      HighestOne(w.policies[..|w.policies| - 1], Current(w), name);
      assert Within(OpsOf(w, q, now), name, Highest(w.policies, name));
    }
  }
  // Refunds spend nothing.
  lemma CloseWithin(w: World, t: nat, used: map<Name, int>, now: int, name: Name, top: int)
    requires t < |w.permits| && LogWithin(w.log, name, top)
    ensures LogWithin(Close(w, t, used, now).log, name, top)
  {}
  lemma StepWithin(w: World, i: Input, name: Name)
    requires w.policies != [] && LogWithin(w.log, name, Highest(w.policies, name))
    ensures LogWithin(Step(w, i).log, name, Highest(Step(w, i).policies, name))
  {
    hide Answer, Close;
    match i
    case Decide(q, now) => AnswerWithin(w, q, now, name); AnswerPolicies(w, q, now);
    case Perform(t) =>
    case Settle(t, used, now) => if t < |w.permits| { CloseWithin(w, t, used, now, name, Highest(w.policies, name)); ClosePolicies(w, t, used, now); }
    case Release(t, now) =>
      if t < |w.permits| {
        CloseWithin(w, t, Nothing(w.permits[t].ops), now, name, Highest(w.policies, name));
        ClosePolicies(w, t, Nothing(w.permits[t].ops), now);
      }
    case Replace(policy) =>
      HighestOne(w.policies, policy, name);
      LogWithinMore(w.log, name, Highest(w.policies, name), Highest(w.policies + [policy], name));
  }
  lemma AnswerPolicies(w: World, q: Request, now: int)
    requires w.policies != []
    ensures Answer(w, q, now).policies == w.policies
  {}
  lemma ClosePolicies(w: World, t: nat, used: map<Name, int>, now: int)
    requires t < |w.permits|
    ensures Close(w, t, used, now).policies == w.policies
  {}
  lemma RunWithin(p: Policy, trace: seq<Input>, name: Name)
    ensures LogWithin(Run(p, trace).log, name, Highest(Run(p, trace).policies, name))
  {
    hide Step;
    if trace != [] {
      RunWithin(p, trace[..|trace| - 1], name);
      StepWithin(Run(p, trace[..|trace| - 1]), trace[|trace| - 1], name);
    }
  }

  // So a cell's ledger knows no limit above the highest.
  lemma LedgerWithin(log: M.Log, k: Key, top: int)
    requires LogWithin(log, k.1, top)
    ensures BudgetSpec.LimitsBelow(M.Ledger(log, k), top)
  {
    if log != [] {
      var n := |log| - 1;
      assert Within(log[n].ops, k.1, top);
      assert LogWithin(log[..n], k.1, top);
      LedgerWithin(log[..n], k, top);
    }
  }
}
