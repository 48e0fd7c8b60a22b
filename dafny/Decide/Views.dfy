include "ChargeMaps.dfy"
include "../State/Machine.dfy"
// How the code's lists are read, charges that are not negative, writes as cells; and what it means that a view shows cells.
module Views {
  import opened Names
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps

  ghost predicate NoneNegative(c: Charges) { c.Owed? ==> 0 <= c.amount && NoneNegative(c.more) }

  // A view is any part of the state that has the right content under these keys; what it has elsewhere is open.
  ghost predicate Shows(cells: map<Key, int>, s: State, keys: set<Key>) { forall k | k in keys :: Get(cells, k) == Get(s, k) }

  // The cells that writes leave behind. No key is written twice, so the order in which a store writes them is its own affair.
  ghost function Written(w: Writes): map<Key, int> { if w.NoWrites? then map[] else Written(w.more)[w.key := w.n] }
  ghost predicate Once(w: Writes) { w.Write? ==> w.key !in Written(w.more) && Once(w.more) }
  // What is under a key once the writes are done.
  ghost function Left(w: Writes, cells: map<Key, int>, k: Key): int { if k in Written(w) then Written(w)[k] else Get(cells, k) }

  lemma AsMapTouches(c: Charges)
    ensures forall k | k in AsMap(c) :: AsMap(c)[k].Touch?
    ensures NoneNegative(c) ==> forall k | k in AsMap(c) :: 0 <= AsMap(c)[k].amount
  {}
}
