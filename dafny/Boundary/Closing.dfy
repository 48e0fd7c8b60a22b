include "Spending.dfy"
include "History.dfy"
// Settling and releasing: what stays is between nothing and the reservation, and nothing stands in the way of either.
module Closing {
  import opened Names
  import opened Policies
  import opened Cells
  import opened Boundary
  import opened SpendingSpec
  import H = History
  import M = Machine

  lemma KeptWithin(used: map<Name, int>, measure: Name, amount: int)
    requires 0 <= amount
    ensures 0 <= Kept(used, measure, amount) <= amount
  {}
  // What a permit holds is never negative, and never more than it reserved.
  lemma HeldWithin(p: Policy, trace: seq<Input>, t: nat, k: Key)
    requires t < |Run(p, trace).permits|
    ensures var pm := Run(p, trace).permits[t]; 0 <= Held(pm, k) <= Held(pm.(status := Issued), k)
  {
    hide Step;
    H.AllSpend(p, trace, t);
  }
  // The refunds of a permit's batch are always taken: only the clock can hold a settlement back.
  lemma RefundsOk(ops: map<Key, Op>, used: map<Name, int>, s: State, now: int)
    requires H.SpendsOnly(ops)
    ensures M.AllOk(Refunds(ops, used), s, now)
  {
    var r := Refunds(ops, used);
    forall k | k in r ensures M.Ok(k, r[k], Get(s, k), now) {
      KeptWithin(used, ops[k].measure, ops[k].amount);
      reveal M.Ok();
    }
  }
  ghost predicate Closed(w: World, w': World, t: nat, used: map<Name, int>, now: int) {
    && t < |w.permits| == |w'.permits|
    && w'.permits[t] == w.permits[t].(status := Settled(used))
    && w'.log == w.log + [M.Batch(Refunds(w.permits[t].ops, used), now)]
  }
  lemma SettleCloses(p: Policy, trace: seq<Input>, t: nat, used: map<Name, int>, now: int)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Performed? && M.Ready(Run(p, trace).log, now)
    ensures Closed(Run(p, trace), Run(p, trace + [Settle(t, used, now)]), t, used, now)
  {
    var w := Run(p, trace);
    H.AllSpend(p, trace, t);
    RefundsOk(w.permits[t].ops, used, M.StateOf(w.log), now);
    H.RunOne(p, trace, Settle(t, used, now));
  }
  lemma ReleaseCloses(p: Policy, trace: seq<Input>, t: nat, now: int)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Issued? && M.Ready(Run(p, trace).log, now)
    ensures Closed(Run(p, trace), Run(p, trace + [Release(t, now)]), t, Nothing(Run(p, trace).permits[t].ops), now)
  {
    var w := Run(p, trace);
    H.AllSpend(p, trace, t);
    RefundsOk(w.permits[t].ops, Nothing(w.permits[t].ops), M.StateOf(w.log), now);
    H.RunOne(p, trace, Release(t, now));
  }

  // Releasing is settling with 0 for every measure: everything comes back.
  ghost predicate Zero(ops: map<Key, Op>, used: map<Name, int>) {
    forall k | k in ops && ops[k].Spend? :: ops[k].measure in used && used[ops[k].measure] == 0
  }
  lemma ZeroIsNothing(ops: map<Key, Op>, used: map<Name, int>)
    requires Zero(ops, used)
    ensures Refunds(ops, used) == Refunds(ops, Nothing(ops))
  {}
  lemma NothingGivesAll(ops: map<Key, Op>, k: Key)
    requires H.SpendsOnly(ops) && k in ops
    ensures k in Refunds(ops, Nothing(ops)) && Refunds(ops, Nothing(ops))[k] == Refund(ops[k].amount)
  {}
}
