include "../Boundary/Permission.dfy"
// Whoever touches fewer cells, and counts no more on them, has room wherever there was room before.
module Fewer {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import M = Machine
  import BudgetSpec
  import RateSpec

  // Everything in `a` stands in `b` as well, with the same value.
  ghost predicate Within<K(!new), V>(a: map<K, V>, b: map<K, V>) { forall x | x in a :: x in b && b[x] == a[x] }

  // Part by part, what the second policy charges the second request for, the first charges the first one for.
  ghost predicate SameInts(q: Request, q': Request) {
    |q'.parts| == |q.parts| && forall i | 0 <= i < |q.parts| :: Within(q.parts[i].ints, q'.parts[i].ints)
  }
  ghost predicate Over(p: Policy, sc: Scene, p': Policy, sc': Scene, i: nat)
    requires i < |sc.q.parts| && i < |sc'.q.parts|
  { forall k: Key :: Touches(p', sc', sc'.q.parts[i], k) ==> Touches(p, sc, sc.q.parts[i], k) }
  ghost predicate NoMore(p: Policy, sc: Scene, p': Policy, sc': Scene) {
    && p'.budgets == p.budgets && sc'.now == sc.now && SameInts(sc.q, sc'.q)
    && (forall i: nat | i < |sc.q.parts| :: Over(p, sc, p', sc', i))
    && (forall i: nat, k: Key | i < |sc.q.parts| && Touches(p, sc, sc.q.parts[i], k) && Budgeted(k) :: Costs(p, sc.q.parts[i], k))
  }
  // What is counted under a budget's key is there, and not negative.
  ghost predicate Costs(p: Policy, part: Part, k: Key) {
    k.1 in p.budgets && p.budgets[k.1].measure in part.ints && 0 <= part.ints[p.budgets[k.1].measure] * Unit(p.budgets[k.1])
  }

  lemma DueLess(p: Policy, sc: Scene, p': Policy, sc': Scene, i: nat, k: Key)
    requires NoMore(p, sc, p', sc') && i < |sc.q.parts|
    ensures 0 <= Due(p', sc', sc'.q.parts[i], k) <= Due(p, sc, sc.q.parts[i], k)
  {
    hide Touches;
    assert Over(p, sc, p', sc', i);
    if Touches(p, sc, sc.q.parts[i], k) && Budgeted(k) { assert Costs(p, sc.q.parts[i], k); }
  }
  lemma AmountLess(p: Policy, sc: Scene, p': Policy, sc': Scene, hi: nat, k: Key)
    requires NoMore(p, sc, p', sc') && hi <= |sc.q.parts|
    ensures hi <= |sc'.q.parts| && 0 <= Amount(p', sc', sc'.q.parts[..hi], k) <= Amount(p, sc, sc.q.parts[..hi], k)
  {
    hide Due, NoMore;
    assert SameInts(sc.q, sc'.q) by { reveal NoMore; }
    if hi > 0 {
      assert sc.q.parts[..hi][..hi - 1] == sc.q.parts[..hi - 1] && sc'.q.parts[..hi][..hi - 1] == sc'.q.parts[..hi - 1];
      AmountLess(p, sc, p', sc', hi - 1, k);
      DueLess(p, sc, p', sc', hi - 1, k);
    }
  }
  lemma TouchedLess(p: Policy, sc: Scene, p': Policy, sc': Scene, k: Key)
    requires NoMore(p, sc, p', sc') && Touched(p', sc', k)
    ensures Touched(p, sc, k)
  {
    hide Touches;
    var part :| part in sc'.q.parts && Touches(p', sc', part, k);
    var i :| 0 <= i < |sc'.q.parts| && sc'.q.parts[i] == part;
    assert Over(p, sc, p', sc', i);
    assert sc.q.parts[i] in sc.q.parts;
  }

  // ---- less on a cell has room where more had ----
  lemma AllowedLess(k: Key, limit: int, low: int, high: int, measure: Name, l: seq<Entry>, now: int)
    requires 0 <= low <= high && Allowed(k, Touch(limit, high, measure), l, now)
    ensures Allowed(k, Touch(limit, low, measure), l, now)
  { hide RateSpec.Since, BudgetSpec.Total; }
  lemma RoomLess(p: Policy, sc: Scene, p': Policy, sc': Scene, log: M.Log)
    requires NoMore(p, sc, p', sc') && Room(Batch(p, sc), log, sc.now)
    ensures Room(Batch(p', sc'), log, sc'.now)
  {
    hide Amount, Allowed, Keys, NoMore;
    assert sc'.now == sc.now && p'.budgets == p.budgets && SameInts(sc.q, sc'.q) by { reveal NoMore; }
    forall k | k in Batch(p', sc') ensures Allowed(k, Batch(p', sc')[k], M.Ledger(log, k), sc'.now) {
      KeyTouched(p', sc', k);
      TouchedLess(p, sc, p', sc', k);
      KeyTouched(p, sc, k);
      AmountLess(p, sc, p', sc', |sc.q.parts|, k);
      assert sc.q.parts[..|sc.q.parts|] == sc.q.parts && sc'.q.parts[..|sc.q.parts|] == sc'.q.parts;
      assert k in Batch(p, sc);
      var low, high := Batch(p', sc')[k], Batch(p, sc)[k];
      AllowedLess(k, high.limit, low.amount, high.amount, high.measure, M.Ledger(log, k), sc.now);
    }
  }
  lemma KeyTouched(p: Policy, sc: Scene, k: Key)
    ensures k in Keys(p, sc) <==> Touched(p, sc, k)
  {
    hide Counts, Counter;
    if k in Keys(p, sc) {
      var part, atom, r :| part in sc.q.parts && atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && k == Counter(p, sc, part, atom, r);
      assert Touches(p, sc, part, k);
    }
    if Touched(p, sc, k) {
      var part :| part in sc.q.parts && Touches(p, sc, part, k);
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
    }
  }
  // And no soft budget is passed that was not passed before.
  lemma PassedLess(p: Policy, sc: Scene, p': Policy, sc': Scene, log: M.Log, n: Name)
    requires NoMore(p, sc, p', sc') && Passed(Batch(p', sc'), log, n)
    ensures Passed(Batch(p, sc), log, n)
  {
    hide Amount, Keys, NoMore;
    assert sc'.now == sc.now && p'.budgets == p.budgets && SameInts(sc.q, sc'.q) by { reveal NoMore; }
    var ops' := Batch(p', sc');
    var k: Key :| k in ops' && k.0 == 5 && k.1 == n && ops'[k].Touch? && BudgetSpec.Total(M.Ledger(log, k)) + ops'[k].amount > ops'[k].limit;
    KeyTouched(p', sc', k);
    TouchedLess(p, sc, p', sc', k);
    KeyTouched(p, sc, k);
    AmountLess(p, sc, p', sc', |sc.q.parts|, k);
    assert sc.q.parts[..|sc.q.parts|] == sc.q.parts && sc'.q.parts[..|sc.q.parts|] == sc'.q.parts;
    assert k in Batch(p, sc) && BudgetSpec.Total(M.Ledger(log, k)) + Batch(p, sc)[k].amount > Batch(p, sc)[k].limit;
  }
}
