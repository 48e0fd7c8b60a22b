include "Spec.dfy"
// The batch of a request: there is one, and only one. So `Permitted` never fails for want of a batch, and what a
// Decide leaves behind is not a matter of choice.
module Batches {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import M = Machine

  // All keys that a request touches: finitely many, one at most for each part, atom and rule.
  ghost function Keys(p: Policy, q: Request, now: int): set<Key> {
    set part, atom, r | part in q.parts && atom in part.atoms && r in p.rules && Counts(p, q, part, atom, r) :: Counter(p, q, part, atom, r, now)
  }
  lemma KeysTouched(p: Policy, q: Request, now: int, k: Key)
    ensures k in Keys(p, q, now) <==> Touched(p, q, now, k)
    ensures k in Keys(p, q, now) ==> k.1 in p.budgets
  {
    hide Counted, Maybe;
    if k in Keys(p, q, now) {
      var part, atom, r :| part in q.parts && atom in part.atoms && r in p.rules && Counts(p, q, part, atom, r) && k == Counter(p, q, part, atom, r, now);
      assert Touches(p, q, part, now, k);
    }
    if Touched(p, q, now, k) {
      var part :| part in q.parts && Touches(p, q, part, now, k);
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, q, part, atom, r) && Counter(p, q, part, atom, r, now) == k;
    }
  }

  ghost function TheBatch(p: Policy, q: Request, now: int): map<Key, Op> {
    map k | k in Keys(p, q, now) && k.1 in p.budgets :: Spend(p.budgets[k.1].limit, Amount(p, q, q.parts, now, k), p.budgets[k.1].measure)
  }
  lemma BatchExists(p: Policy, q: Request, now: int)
    ensures Spends(p, q, now, TheBatch(p, q, now))
  {
    hide Keys, Touched, Amount;
    forall k: Key ensures k in TheBatch(p, q, now) <==> Touched(p, q, now, k) { KeysTouched(p, q, now, k); }
  }
  lemma OneBatch(p: Policy, q: Request, now: int, a: map<Key, Op>, b: map<Key, Op>)
    requires Spends(p, q, now, a) && Spends(p, q, now, b)
    ensures a == b
  {
    hide Touched, Amount;
    assert forall k: Key :: k in a <==> k in b;
    assert a.Keys == b.Keys;
  }
  // So permission is a question about that one batch, and that one batch is what a permitted Decide leaves.
  lemma PermittedIs(p: Policy, log: M.Log, q: Request, now: int, ops: map<Key, Op>)
    requires Spends(p, q, now, ops)
    ensures Permitted(p, log, q, now) <==> Clear(p, q) && Free(p, q) && Payable(p, q) && Room(ops, log, now)
    ensures Askable(p, log, q, now) <==> Clear(p, q) && !Free(p, q) && Payable(p, q) && Room(ops, log, now)
  {
    hide Spends, Room, Clear, Free, Payable;
    reveal Permitted(), Askable();
    forall other | Spends(p, q, now, other) ensures other == ops { OneBatch(p, q, now, other, ops); }
  }
  lemma OpsOfIs(w: World, q: Request, now: int, ops: map<Key, Op>)
    requires w.policies != [] && Permitted(Current(w), w.log, q, now) && Spends(Current(w), q, now, ops)
    ensures OpsOf(w, q, now) == ops
  {
    hide Spends, Room;
    OneBatch(Current(w), q, now, OpsOf(w, q, now), ops);
  }

  // Nothing in it is negative.
  lemma DueNatural(p: Policy, q: Request, part: Part, now: int, k: Key)
    ensures 0 <= Due(p, q, part, now, k)
  {
    if Touches(p, q, part, now, k) {
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, q, part, atom, r) && Counter(p, q, part, atom, r, now) == k;
    }
  }
  lemma AmountNatural(p: Policy, q: Request, parts: seq<Part>, now: int, k: Key)
    ensures 0 <= Amount(p, q, parts, now, k)
  {
    hide Due;
    if parts != [] {
      AmountNatural(p, q, parts[..|parts| - 1], now, k);
      DueNatural(p, q, parts[|parts| - 1], now, k);
    }
  }

  // A window of fixed length holds the present: it ends after now, and began no later.
  lemma WindowHolds(period: int, month: int, now: int)
    requires 0 < period
    ensures now < End(period, month, now) <= now + period
  { assert End(period, month, now) == (now / period) * period + period && now == (now / period) * period + now % period; }
}
