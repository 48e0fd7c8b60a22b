include "../Action/Names.dfy"
// What a store holds: cells under keys. What may be done to a cell, and what it leaves.
module Cells {
  import opened Names

  // (kind, name, four scopes, end of the window or 0). Kind 0: budgets.
  type Key = (int, Name, Name, Name, Name, Name, int)

  datatype Op =
    | Spend(limit: int, amount: int, measure: Name)
    | Refund(back: int)

  datatype Entry = Entry(op: Op, now: int)
  type State = map<Key, int>
  function Get(s: State, k: Key): int { if k in s then s[k] else 0 }

  // The window that the key counts for has not ended.
  predicate Open(k: Key, now: int) { k.6 == 0 || now < k.6 }

  predicate Admits(k: Key, op: Op, n: int, now: int) {
    match op
    case Spend(limit, amount, _) => 0 <= amount && Open(k, now) && n + amount <= limit
    case Refund(back) => 0 <= back
  }
  function Next(k: Key, op: Op, n: int, now: int): int {
    match op
    case Spend(_, amount, _) => n + amount
    case Refund(back) => if Open(k, now) then n - back else n
  }
}
