include "Spending.dfy"
// Every limit that was ever spent under is a limit of some policy of the run.
module Limits {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import T = Traces
  import M = Machine
  import BudgetSpec

  // No spend on a budget called `name` has a limit above `top`.
  ghost predicate Within(ops: map<Key, Op>, name: Name, top: int) { forall k | k in ops && k.1 == name && ops[k].Touch? :: ops[k].limit <= top }
  ghost predicate LogWithin(log: M.Log, name: Name, top: int) { forall i | 0 <= i < |log| :: Within(log[i].ops, name, top) }

  // The highest limit grows with the policies, and covers the last of them.
  lemma HighestOne(ps: seq<Policy>, p: Policy, name: Name)
    ensures Highest(ps, name) <= Highest(ps + [p], name)
    ensures Limit(p, name) <= Highest(ps + [p], name)
  { assert (ps + [p])[..|ps|] == ps; }
  lemma HighestNatural(ps: seq<Policy>, name: Name)
    ensures 0 <= Highest(ps, name)
  {}
  lemma LogWithinMore(log: M.Log, name: Name, low: int, high: int)
    requires LogWithin(log, name, low) && low <= high
    ensures LogWithin(log, name, high)
  {}

  lemma OpsWithin(w: World, agent: Name, q: Request, now: int, name: Name)
    requires w.policies != []
    ensures Within(OpsOf(w, agent, q, now), name, Highest(w.policies, name))
  {
    var p, ps := Current(w), w.policies;
    assert ps == ps[..|ps| - 1] + [p];
    HighestOne(ps[..|ps| - 1], p, name);
    HighestNatural(ps, name);
  }
  lemma AnswerWithin(w: World, agent: Name, q: Request, now: int, name: Name)
    requires w.policies != [] && LogWithin(w.log, name, Highest(w.policies, name))
    ensures LogWithin(Answer(w, agent, q, now).log, name, Highest(w.policies, name))
  {
    hide OpsOf, Permits, Uses, GrantsAfter;
    OpsWithin(w, agent, q, now, name);
  }
  // Settling, and what else is booked, spends nothing.
  lemma CloseWithin(w: World, t: nat, used: map<Name, int>, ok: bool, now: int, name: Name, top: int)
    requires t < |w.permits| && LogWithin(w.log, name, top)
    ensures LogWithin(Close(w, t, used, ok, now).log, name, top)
  { hide Takes; }
  lemma BookWithin(w: World, ops: map<Key, Op>, now: int, name: Name, top: int)
    requires LogWithin(w.log, name, top) && Within(ops, name, top)
    ensures LogWithin(Book(w, ops, now).log, name, top)
  { hide Takes; }
  lemma StepWithin(w: World, i: Input, name: Name)
    requires w.policies != [] && LogWithin(w.log, name, Highest(w.policies, name))
    ensures LogWithin(Step(w, i).log, name, Highest(Step(w, i).policies, name))
  {
    hide Answer, Close, Book, Asks, Votes, Highest;
    var top := Highest(w.policies, name);
    HighestNatural(w.policies, name);
    match i
    case Decide(agent, q, now) => AnswerWithin(w, agent, q, now, name); AnswerPolicies(w, agent, q, now);
    case Settle(t, used, ok, now) => if t < |w.permits| { CloseWithin(w, t, used, ok, now, name, top); ClosePolicies(w, t, used, ok, now); }
    case Release(t, now) =>
      if t < |w.permits| {
        CloseWithin(w, t, Nothing(w.permits[t].ops), false, now, name, top);
        ClosePolicies(w, t, Nothing(w.permits[t].ops), false, now);
      }
    case Replace(policy) =>
      HighestOne(w.policies, policy, name);
      LogWithinMore(w.log, name, top, Highest(w.policies + [policy], name));
    case Tell(key, now) =>
      BookWithin(w, map[key := Touch(0, 0, key.1)], now, name, top);
      BookWithin(w, map[key := Note(now)], now, name, top);
      BookPolicies(w, map[key := Touch(0, 0, key.1)], now);
      BookPolicies(w, map[key := Note(now)], now);
    case Forget(key, now) => BookWithin(w, map[key := Op.Forget], now, name, top); BookPolicies(w, map[key := Op.Forget], now);
    case _ =>
  }
  lemma AnswerPolicies(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
    ensures Answer(w, agent, q, now).policies == w.policies
  { hide OpsOf, Permits, Uses, GrantsAfter; }
  lemma ClosePolicies(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires t < |w.permits|
    ensures Close(w, t, used, ok, now).policies == w.policies
  { hide Takes, Closing; }
  lemma BookPolicies(w: World, ops: map<Key, Op>, now: int)
    ensures Book(w, ops, now).policies == w.policies
  { hide Takes; }
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
