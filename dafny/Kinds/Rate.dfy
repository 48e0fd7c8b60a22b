include "../State/Machine.dfy"
// Rates as a statement about the ledger of one cell. Costs, depth and times are all in milliseconds: what one action takes,
// what may come at once.
module RateSpec {
  import opened Cells
  ghost function Cost(op: Op): int { if op.Touch? then op.amount else 0 }
  // All that was admitted from entry i on.
  ghost function Since(l: seq<Entry>, i: nat): int
    requires i <= |l|
    decreases |l|
  { if i == |l| then 0 else Since(l[..|l| - 1], i) + Cost(l[|l| - 1].op) }

  // No interval that ends now would hold more than `depth` plus its own length.
  ghost predicate Allowed(l: seq<Entry>, cost: int, depth: int, now: int) {
    0 <= cost <= depth && forall i: nat | i < |l| :: Since(l, i) + cost <= depth + (now - l[i].now)
  }
  // What was admitted at times a to b.
  ghost function Window(l: seq<Entry>, a: int, b: int): int {
    if l == [] then 0 else
    var e := l[|l| - 1];
    Window(l[..|l| - 1], a, b) + (if a <= e.now <= b then Cost(e.op) else 0)
  }
  ghost predicate DepthsBelow(l: seq<Entry>, d: int) { forall i | 0 <= i < |l| && l[i].op.Touch? :: l[i].op.limit <= d }
}
module RateProofs {
  import opened Cells
  import opened RateSpec
  import M = Machine

  ghost function Horizon(l: seq<Entry>, k: Key): int {
    if l == [] || l[|l| - 1].now < M.Fold(l, k) then M.Fold(l, k) else l[|l| - 1].now
  }

  // Each interval is covered: what it began at, and all that it holds, lie before the cell or before the last entry.
  lemma Covers(l: seq<Entry>, k: Key, i: nat)
    requires M.Admissible(l, k) && M.Ordered(l) && k.0 == 1 && i < |l|
    ensures l[i].now + Since(l, i) <= Horizon(l, k)
    decreases |l|
  {
    M.AdmissiblePrefix(l, k);
    var n := |l| - 1;
    reveal M.Ok();
    reveal M.Then();
    if i < n { Covers(l[..n], k, i); assert l[..n][n - 1] == l[n - 1]; assert l[n - 1].now <= l[n].now; }
    else { assert Since(l[..n], n) == 0; }
  }
  // And some interval attains the cell, if the cell lies ahead.
  lemma Attained(l: seq<Entry>, k: Key) returns (i: nat)
    requires M.Admissible(l, k) && M.Ordered(l) && k.0 == 1 && l != []
    requires l[|l| - 1].now < M.Fold(l, k) && 0 <= l[0].now
    ensures i < |l| && l[i].now + Since(l, i) == M.Fold(l, k)
    decreases |l|
  {
    M.AdmissiblePrefix(l, k);
    var n := |l| - 1;
    reveal M.Ok();
    reveal M.Then();
    var v := M.Fold(l[..n], k);
    if v <= l[n].now {
      i := n;
      assert Since(l[..n], n) == 0;
    } else {
      assert n > 0 by { if n == 0 { assert l[..n] == []; } }
      assert l[..n][n - 1] == l[n - 1];
      assert l[n - 1].now <= l[n].now;
      i := Attained(l[..n], k);
    }
  }

  // The test on the cell is the test on the history.
  lemma Exact(l: seq<Entry>, k: Key, op: Op, now: int)
    requires M.Admissible(l, k) && M.Ordered(l) && k.0 == 1 && op.Touch? && 0 <= now
    requires l != [] ==> 0 <= l[0].now && l[|l| - 1].now <= now
    ensures M.Ok(k, op, M.Fold(l, k), now) <==> Allowed(l, op.amount, op.limit, now)
  {
    reveal M.Ok();
    forall i: nat | i < |l| ensures l[i].now + Since(l, i) <= Horizon(l, k) { Covers(l, k, i); }
    if l != [] && now < M.Fold(l, k) { var i := Attained(l, k); }
  }

  lemma Tail(l: seq<Entry>, a: int, b: int, i: nat)
    requires M.Ordered(l) && i <= |l|
    requires forall j | 0 <= j < |l| :: l[j].now <= b && (a <= l[j].now <==> i <= j)
    ensures Window(l, a, b) == Since(l, i)
    decreases |l|
  {
    if l != [] {
      var n := |l| - 1;
      assert forall j | 0 <= j < n :: l[..n][j] == l[j];
      if i <= n { Tail(l[..n], a, b, i); } else { Tail(l[..n], a, b, n); assert Since(l[..n], n) == 0; assert Since(l, i) == 0; }
    }
  }
  lemma First(l: seq<Entry>, a: int) returns (i: nat)
    requires M.Ordered(l)
    ensures i <= |l| && forall j | 0 <= j < |l| :: a <= l[j].now <==> i <= j
  {
    i := 0;
    while i < |l| && l[i].now < a
      invariant i <= |l| && forall j | 0 <= j < i :: l[j].now < a
    { i := i + 1; }
  }

  // B5 on one cell: any interval admits at most what may come at once, plus its own length.
  lemma Bounded(l: seq<Entry>, k: Key, d: int, a: int, b: int)
    requires M.Admissible(l, k) && M.Ordered(l) && k.0 == 1 && (l == [] || 0 <= l[0].now)
    requires DepthsBelow(l, d) && 0 <= d && a <= b
    ensures Window(l, a, b) <= d + (b - a)
  {
    if l != [] {
      M.AdmissiblePrefix(l, k);
      var n := |l| - 1;
      var e := l[n];
      var r := l[..n];
      assert 0 <= e.now && (r != [] ==> r[0] == l[0]);
      if a <= e.now <= b && e.op.Touch? {
        var i := First(r, a);
        Tail(r, a, b, i);
        Exact(r, k, e.op, e.now);
        assert e.op.limit <= d;
        if i < n { assert a <= r[i].now; } else { assert Since(r, i) == 0; }
      } else {
        assert forall i | 0 <= i < n :: r[i] == l[i];
        Bounded(r, k, d, a, b);
      }
    }
  }
}
