include "../Boundary/Permission.dfy"
// Whoever touches fewer cells has room wherever there was room before.
module Fewer {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import M = Machine
  import BudgetSpec

  // Everything in `a` stands in `b` as well, with the same value.
  ghost predicate Within<K(!new), V>(a: map<K, V>, b: map<K, V>) { forall x | x in a :: x in b && b[x] == a[x] }

  // Part by part, what the second policy charges the second request for, the first charges the first one for.
  ghost predicate SameInts(q: Request, q': Request) {
    |q'.parts| == |q.parts| && forall i | 0 <= i < |q.parts| :: Within(q.parts[i].ints, q'.parts[i].ints)
  }
  ghost predicate Over(p: Policy, q: Request, p': Policy, q': Request, now: int, i: nat)
    requires i < |q.parts| && i < |q'.parts|
  { forall k: Key :: Touches(p', q', q'.parts[i], now, k) ==> Touches(p, q, q.parts[i], now, k) }
  ghost predicate NoMore(p: Policy, q: Request, p': Policy, q': Request, now: int) {
    p'.budgets == p.budgets && SameInts(q, q') && forall i: nat | i < |q.parts| :: Over(p, q, p', q', now, i)
  }

  lemma TouchCounts(p: Policy, q: Request, part: Part, now: int, k: Key)
    requires Touches(p, q, part, now, k)
    ensures k.1 in p.budgets && p.budgets[k.1].measure in part.ints && 0 <= part.ints[p.budgets[k.1].measure]
  { hide Charges; }
  lemma DueLess(p: Policy, q: Request, p': Policy, q': Request, now: int, i: nat, k: Key)
    requires NoMore(p, q, p', q', now) && i < |q.parts|
    ensures 0 <= Due(p', q', q'.parts[i], now, k) <= Due(p, q, q.parts[i], now, k)
  {
    hide Touches;
    assert Over(p, q, p', q', now, i);
    if Touches(p, q, q.parts[i], now, k) { TouchCounts(p, q, q.parts[i], now, k); }
  }
  lemma AmountLess(p: Policy, q: Request, p': Policy, q': Request, now: int, hi: nat, k: Key)
    requires NoMore(p, q, p', q', now) && hi <= |q.parts|
    ensures 0 <= Amount(p', q', q'.parts[..hi], now, k) <= Amount(p, q, q.parts[..hi], now, k)
  {
    hide Due, NoMore;
    assert SameInts(q, q') by { reveal NoMore; }
    if hi > 0 {
      assert q.parts[..hi][..hi - 1] == q.parts[..hi - 1] && q'.parts[..hi][..hi - 1] == q'.parts[..hi - 1];
      AmountLess(p, q, p', q', now, hi - 1, k);
      DueLess(p, q, p', q', now, hi - 1, k);
    }
  }
  lemma TouchedLess(p: Policy, q: Request, p': Policy, q': Request, now: int, k: Key)
    requires NoMore(p, q, p', q', now) && Touched(p', q', now, k)
    ensures Touched(p, q, now, k) && k.1 in p.budgets
  {
    hide Touches;
    var part :| part in q'.parts && Touches(p', q', part, now, k);
    var i :| 0 <= i < |q'.parts| && q'.parts[i] == part;
    assert Over(p, q, p', q', now, i);
    assert q.parts[i] in q.parts;
    TouchCounts(p, q, q.parts[i], now, k);
  }

  lemma OpsLess(p: Policy, q: Request, p': Policy, q': Request, now: int, ops: map<Key, Op>, log: M.Log)
    returns (ops': map<Key, Op>)
    requires NoMore(p, q, p', q', now) && Spends(p, q, now, ops) && Room(ops, log, now)
    ensures Spends(p', q', now, ops') && Room(ops', log, now)
  {
    hide NoMore, Touched, Amount, M.Ledger, BudgetSpec.Total;
    ops' := map k | k in ops && Touched(p', q', now, k) :: Spend(p.budgets[k.1].limit, Amount(p', q', q'.parts, now, k), p.budgets[k.1].measure);
    assert p'.budgets == p.budgets && |q'.parts| == |q.parts| by { reveal NoMore; }
    forall k: Key ensures k in ops' <==> Touched(p', q', now, k) {
      if Touched(p', q', now, k) { TouchedLess(p, q, p', q', now, k); }
    }
    forall k | k in ops' ensures BudgetSpec.Allowed(M.Ledger(log, k), k, ops'[k].limit, ops'[k].amount, now) {
      AmountLess(p, q, p', q', now, |q.parts|, k);
      assert q.parts[..|q.parts|] == q.parts && q'.parts[..|q.parts|] == q'.parts;
      assert BudgetSpec.Allowed(M.Ledger(log, k), k, ops[k].limit, ops[k].amount, now);
    }
  }

  // There is room for all that the request spends.
  ghost predicate Affordable(p: Policy, log: M.Log, q: Request, now: int) { exists ops :: Spends(p, q, now, ops) && Room(ops, log, now) }
  lemma RoomLess(p: Policy, q: Request, p': Policy, q': Request, now: int, log: M.Log)
    requires NoMore(p, q, p', q', now) && Affordable(p, log, q, now)
    ensures Affordable(p', log, q', now)
  {
    hide NoMore, Spends, Room;
    var ops: map<Key, Op> :| Spends(p, q, now, ops) && Room(ops, log, now);
    var ops' := OpsLess(p, q, p', q', now, ops, log);
  }

  lemma SaysIs(p: Policy, log: M.Log, q: Request, now: int)
    ensures Permitted(p, log, q, now) <==> Clear(p, q) && Free(p, q) && Payable(p, q) && Affordable(p, log, q, now)
    ensures Askable(p, log, q, now) <==> Clear(p, q) && !Free(p, q) && Payable(p, q) && Affordable(p, log, q, now)
  {
    hide Clear, Free, Payable, Spends, Room;
    reveal Permitted(), Askable();
  }
}
