include "../Action/Names.dfy"
// What a store counts: cells under keys. What may be done to a cell, and what it leaves.
module Cells {
  import opened Names

  // (kind, name, four scopes, end of the window or 0). Kinds:
  //   0 budget   what was spent
  //   1 rate     when the last of what was admitted is due (the virtual time of a leaky bucket)
  //   2 label    when the session took it on last; 0 never
  //   3 mark     when it was permitted last; 0 never
  //   4 done     when what succeeded last had been decided; 0 never
  //   5 soft     what was spent, beside a budget that somebody may let pass
  //   6 duty     nothing: an obligation of the request
  // Requests to people are kept under keys of kind 7, records under keys of kind 8; neither is a cell.
  type Key = (int, Name, Name, Name, Name, Name, int)

  datatype Op =
    | Touch(limit: int, amount: int, measure: Name)   // what a decision does
    | Refund(back: int)                               // what settling gives back
    | Note(since: int)                                // what settling with success says of a decision at `since`
    | Forget                                          // what a store may drop

  datatype Entry = Entry(op: Op, now: int)
  type State = map<Key, int>
  function Get(s: State, k: Key): int { if k in s then s[k] else 0 }

  // The window that the key counts for has not ended.
  predicate Open(k: Key, now: int) { k.6 == 0 || now < k.6 }
  predicate Counting(k: Key) { k.0 == 0 || k.0 == 5 }
  predicate Marking(k: Key) { k.0 == 2 || k.0 == 3 }

  predicate Admits(k: Key, op: Op, n: int, now: int) {
    match op
    case Touch(limit, amount, _) =>
      0 <= amount &&
      if k.0 == 0 then Open(k, now) && n + amount <= limit
      else if k.0 == 5 then Open(k, now)
      else if k.0 == 1 then amount <= limit && n + amount <= now + limit
      else Marking(k) ==> 0 < now
    case Refund(back) => 0 <= back && Counting(k)
    case Note(since) => k.0 == 4
    case Forget => Counting(k) && !Open(k, now)
  }
  function Next(k: Key, op: Op, n: int, now: int): int {
    match op
    case Touch(_, amount, _) =>
      if Counting(k) then n + amount
      else if k.0 == 1 then (if n < now then now else n) + amount
      else if Marking(k) then now
      else n
    case Refund(back) => if Open(k, now) then n - back else n
    case Note(since) => if n < since then since else n
    case Forget => 0
  }
}
