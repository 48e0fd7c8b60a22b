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

  lemma StaysWithin(used: map<Name, int>, measure: Name, amount: int)
    requires 0 <= amount
    ensures 0 <= Stays(used, measure, amount) <= amount
  {}
  // What a permit holds is never negative, and never more than it reserved.
  lemma HeldWithin(p: Policy, trace: seq<Input>, t: nat, k: Key)
    requires t < |Run(p, trace).permits|
    ensures var pm := Run(p, trace).permits[t]; 0 <= HeldBy(pm, k) <= HeldBy(pm.(status := Issued), k)
  {
    hide Step;
    H.AllTouch(p, trace, t);
  }
  // What closes a permit is always taken: only the clock can hold a settlement back.
  lemma ClosingOk(ops: map<Key, Op>, used: map<Name, int>, ok: bool, since: int, s: State, now: int)
    requires H.TouchesOnly(ops)
    ensures M.AllOk(Boundary.Closing(ops, used, ok, since), s, now)
  {
    var r := Boundary.Closing(ops, used, ok, since);
    forall k | k in r ensures M.Ok(k, r[k], Get(s, k), now) {
      StaysWithin(used, ops[k].measure, ops[k].amount);
      reveal M.Ok();
    }
  }
  ghost predicate Closed(w: World, w': World, t: nat, used: map<Name, int>, ok: bool, now: int) {
    && t < |w.permits| == |w'.permits|
    && w'.permits[t] == w.permits[t].(status := Settled(used))
    && w'.log == w.log + [M.Batch(Boundary.Closing(w.permits[t].ops, used, ok, w.permits[t].now), now)]
  }
  lemma SettleCloses(p: Policy, trace: seq<Input>, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Performed? && M.Ready(Run(p, trace).log, now)
    ensures Closed(Run(p, trace), Run(p, trace + [Settle(t, used, ok, now)]), t, used, ok, now)
  {
    hide Run;
    var w := Run(p, trace);
    H.AllTouch(p, trace, t);
    ClosingOk(w.permits[t].ops, used, ok, w.permits[t].now, M.StateOf(w.log), now);
    H.RunOne(p, trace, Settle(t, used, ok, now));
  }
  lemma ReleaseCloses(p: Policy, trace: seq<Input>, t: nat, now: int)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Issued? && M.Ready(Run(p, trace).log, now)
    ensures Closed(Run(p, trace), Run(p, trace + [Release(t, now)]), t, Nothing(Run(p, trace).permits[t].ops), false, now)
  {
    hide Run;
    var w := Run(p, trace);
    H.AllTouch(p, trace, t);
    ClosingOk(w.permits[t].ops, Nothing(w.permits[t].ops), false, w.permits[t].now, M.StateOf(w.log), now);
    H.RunOne(p, trace, Release(t, now));
  }

  // Releasing is settling with 0 for every measure: everything that was counted comes back, and nothing is noted.
  ghost predicate Zero(ops: map<Key, Op>, used: map<Name, int>) {
    forall k | k in ops && ops[k].Touch? :: ops[k].measure in used && used[ops[k].measure] == 0
  }
  lemma ZeroIsNothing(ops: map<Key, Op>, used: map<Name, int>, since: int)
    requires Zero(ops, used)
    ensures Boundary.Closing(ops, used, false, since) == Boundary.Closing(ops, Nothing(ops), false, since)
  {}
  lemma NothingGivesAll(ops: map<Key, Op>, since: int, k: Key)
    requires H.TouchesOnly(ops) && k in ops && Counting(k)
    ensures var r := Boundary.Closing(ops, Nothing(ops), false, since); k in r && r[k] == Refund(ops[k].amount)
  {}
}
