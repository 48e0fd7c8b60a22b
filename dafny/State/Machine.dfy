include "Cells.dfy"
// All-or-nothing batches of operations on cells. Knows no rule kind: `Ok` and `Then` stay closed in here.
module Machine {
  import opened Cells

  opaque predicate Ok(k: Key, op: Op, n: int, now: int) { Admits(k, op, n, now) }
  opaque function Then(k: Key, op: Op, n: int, now: int): int { Next(k, op, n, now) }

  // At most one operation a cell: a map, so no order and no repetition to speak of.
  datatype Batch = Batch(ops: map<Key, Op>, now: int)
  type Log = seq<Batch>

  ghost predicate AllOk(ops: map<Key, Op>, s: State, now: int) { forall k | k in ops :: Ok(k, ops[k], Get(s, k), now) }
  ghost function Apply(ops: map<Key, Op>, s: State, now: int): State {
    map k | k in s.Keys + ops.Keys :: if k in ops then Then(k, ops[k], Get(s, k), now) else s[k]
  }
  ghost function StateOf(log: Log): State {
    if log == [] then map[] else
    var b := log[|log| - 1];
    Apply(b.ops, StateOf(log[..|log| - 1]), b.now)
  }

  // What one cell saw.
  ghost function Ledger(log: Log, k: Key): seq<Entry> {
    if log == [] then [] else
    var b := log[|log| - 1];
    Ledger(log[..|log| - 1], k) + if k in b.ops then [Entry(b.ops[k], b.now)] else []
  }
  ghost function Fold(l: seq<Entry>, k: Key): int {
    if l == [] then 0 else
    var e := l[|l| - 1];
    Then(k, e.op, Fold(l[..|l| - 1], k), e.now)
  }

  // Each entry of the ledger was admitted by what stood before it, and time did not run back.
  opaque ghost predicate Admissible(l: seq<Entry>, k: Key) {
    forall j | 0 <= j < |l| :: Ok(k, l[j].op, Fold(l[..j], k), l[j].now)
  }
  ghost predicate Ordered(l: seq<Entry>) { forall i, j | 0 <= i < j < |l| :: l[i].now <= l[j].now }
  // The time of the last batch; time begins at 0.
  ghost function Latest(log: Log): int { if log == [] then 0 else log[|log| - 1].now }
  ghost predicate Ready(log: Log, now: int) { Latest(log) <= now }

  // Batch number i was admitted where it stands.
  ghost predicate Taken(log: Log, i: nat)
    requires i < |log|
  { AllOk(log[i].ops, StateOf(log[..i]), log[i].now) }
  opaque ghost predicate Sound(log: Log) {
    && (forall i: nat | i < |log| :: Taken(log, i))
    && (forall i, j | 0 <= i < j < |log| :: log[i].now <= log[j].now)
    && (forall i | 0 <= i < |log| :: 0 <= log[i].now)
  }

  // ---- theorems, once for all kinds ----
  lemma SoundEmpty()
    ensures Sound([])
  { reveal Sound(); }

  lemma SoundPrefix(log: Log, n: int)
    requires Sound(log) && 0 <= n <= |log|
    ensures Sound(log[..n])
  {
    hide Taken;
    reveal Sound();
    forall i: nat | i < n ensures Taken(log[..n], i) { TakenPrefix(log, n, i); }
  }
  lemma TakenPrefix(log: Log, n: nat, i: nat)
    requires i < n <= |log| && Taken(log, i)
    ensures Taken(log[..n], i)
  {
    hide AllOk;
    assert log[..n][..i] == log[..i];
  }

  lemma SoundOne(log: Log, b: Batch)
    requires Sound(log) && AllOk(b.ops, StateOf(log), b.now) && Ready(log, b.now)
    ensures Sound(log + [b])
  {
    hide Taken, AllOk;
    reveal Sound();
    var m := log + [b];
    forall i: nat | i < |m| ensures Taken(m, i) { TakenOne(log, b, i); }
  }
  lemma TakenOne(log: Log, b: Batch, i: nat)
    requires i <= |log| && if i < |log| then Taken(log, i) else AllOk(b.ops, StateOf(log), b.now)
    ensures Taken(log + [b], i)
  {
    hide AllOk;
    assert (log + [b])[..i] == if i < |log| then log[..i] else log;
  }

  lemma StateOfOne(log: Log, b: Batch)
    ensures StateOf(log + [b]) == Apply(b.ops, StateOf(log), b.now)
  { assert (log + [b])[..|log|] == log; }

  lemma LedgerOne(log: Log, b: Batch, k: Key)
    ensures Ledger(log + [b], k) == Ledger(log, k) + if k in b.ops then [Entry(b.ops[k], b.now)] else []
  { assert (log + [b])[..|log|] == log; }

  lemma FoldOne(l: seq<Entry>, e: Entry, k: Key)
    ensures Fold(l + [e], k) == Then(k, e.op, Fold(l, k), e.now)
  { assert (l + [e])[..|l|] == l; }

  // A cell is the fold of its own ledger: nothing else ever mattered to it.
  lemma CellIsFold(log: Log, k: Key)
    ensures Get(StateOf(log), k) == Fold(Ledger(log, k), k)
  {
    if log != [] {
      var n := |log| - 1;
      CellIsFold(log[..n], k);
      if k in log[n].ops { FoldOne(Ledger(log[..n], k), Entry(log[n].ops[k], log[n].now), k); }
      else { assert Ledger(log, k) == Ledger(log[..n], k); }
    }
  }

  lemma LedgerTimes(log: Log, k: Key, t: int)
    requires Sound(log) && Ready(log, t)
    ensures forall j | 0 <= j < |Ledger(log, k)| :: Ledger(log, k)[j].now <= t
  {
    if log != [] {
      var n := |log| - 1;
      SoundPrefix(log, n);
      assert Ready(log[..n], t) by { reveal Sound(); }
      LedgerTimes(log[..n], k, t);
    }
  }

  lemma LedgerNatural(log: Log, k: Key)
    requires Sound(log)
    ensures forall j | 0 <= j < |Ledger(log, k)| :: 0 <= Ledger(log, k)[j].now
  {
    if log != [] {
      var n := |log| - 1;
      SoundPrefix(log, n);
      assert 0 <= log[n].now by { reveal Sound(); }
      LedgerNatural(log[..n], k);
    }
  }

  // All interleavings at once: whatever the batches, each cell's ledger is admissible.
  lemma LedgerAdmissible(log: Log, k: Key)
    requires Sound(log)
    ensures Admissible(Ledger(log, k), k)
  {
    if log == [] { reveal Admissible(); } else {
      var n := |log| - 1;
      var l := Ledger(log[..n], k);
      SoundPrefix(log, n);
      LedgerAdmissible(log[..n], k);
      CellIsFold(log[..n], k);
      if k in log[n].ops {
        assert Taken(log, n) by { reveal Sound(); }
        AdmissibleOne(l, Entry(log[n].ops[k], log[n].now), k);
      } else { assert Ledger(log, k) == l; }
    }
  }
  lemma LedgerOrdered(log: Log, k: Key)
    requires Sound(log)
    ensures Ordered(Ledger(log, k))
  {
    if log != [] {
      var n := |log| - 1;
      SoundPrefix(log, n);
      LedgerOrdered(log[..n], k);
      assert Ready(log[..n], log[n].now) by { reveal Sound(); }
      LedgerTimes(log[..n], k, log[n].now);
    }
  }
  lemma AdmissibleOne(l: seq<Entry>, e: Entry, k: Key)
    requires Admissible(l, k) && Ok(k, e.op, Fold(l, k), e.now)
    ensures Admissible(l + [e], k)
  {
    reveal Admissible();
    var m := l + [e];
    forall j | 0 <= j < |m| ensures Ok(k, m[j].op, Fold(m[..j], k), m[j].now) {
      assert m[..j] == if j < |l| then l[..j] else l;
    }
  }
  lemma AdmissiblePrefix(l: seq<Entry>, k: Key)
    requires l != [] && Admissible(l, k) && Ordered(l)
    ensures Admissible(l[..|l| - 1], k) && Ordered(l[..|l| - 1])
    ensures Ok(k, l[|l| - 1].op, Fold(l[..|l| - 1], k), l[|l| - 1].now)
  {
    reveal Admissible();
    var n := |l| - 1;
    forall j | 0 <= j < n ensures Ok(k, l[..n][j].op, Fold(l[..n][..j], k), l[..n][j].now) {
      assert l[..n][..j] == l[..j];
    }
  }
}
