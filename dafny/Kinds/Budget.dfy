include "../State/Machine.dfy"
// Budgets as a statement about the ledger of one cell.
module BudgetSpec {
  import opened Cells
  // What a ledger has cost: what was spent minus what came back.
  ghost function Delta(op: Op): int { if op.Touch? then op.amount else if op.Refund? then -op.back else 0 }
  ghost function Total(l: seq<Entry>): int {
    if l == [] then 0 else Total(l[..|l| - 1]) + Delta(l[|l| - 1].op)
  }
  ghost predicate Allowed(l: seq<Entry>, k: Key, limit: int, amount: int, now: int) {
    0 <= amount && Open(k, now) && Total(l) + amount <= limit
  }
  ghost predicate LimitsBelow(l: seq<Entry>, top: int) { forall i | 0 <= i < |l| && l[i].op.Touch? :: l[i].op.limit <= top }
}
module BudgetProofs {
  import opened Cells
  import opened BudgetSpec
  import M = Machine

  // While its window lasts, the counter is the total.
  lemma CounterIsTotal(l: seq<Entry>, k: Key)
    requires M.Admissible(l, k) && M.Ordered(l) && Counting(k) && (l == [] || Open(k, l[|l| - 1].now))
    ensures M.Fold(l, k) == Total(l)
  {
    if l != [] {
      M.AdmissiblePrefix(l, k);
      CounterIsTotal(l[..|l| - 1], k);
      reveal M.Ok(), M.Then();
    }
  }

  // The test on the counter is the test on the history.
  lemma Exact(l: seq<Entry>, k: Key, op: Op, now: int)
    requires M.Admissible(l, k) && M.Ordered(l) && op.Touch? && k.0 == 0
    requires l != [] ==> l[|l| - 1].now <= now
    ensures M.Ok(k, op, M.Fold(l, k), now) <==> Allowed(l, k, op.limit, op.amount, now)
  {
    reveal M.Ok();
    if Open(k, now) { CounterIsTotal(l, k); }
  }

  // B4 on one cell: the total never exceeds the highest limit that it was spent under.
  lemma Bounded(l: seq<Entry>, k: Key, top: int)
    requires M.Admissible(l, k) && M.Ordered(l) && LimitsBelow(l, top) && 0 <= top && k.0 == 0
    ensures Total(l) <= top
  {
    if l != [] {
      M.AdmissiblePrefix(l, k);
      var r := l[..|l| - 1];
      var e := l[|l| - 1];
      Bounded(r, k, top);
      reveal M.Ok();
      if e.op.Touch? { Exact(r, k, e.op, e.now); assert l[|l| - 1].op.limit <= top; }
    }
  }
}
