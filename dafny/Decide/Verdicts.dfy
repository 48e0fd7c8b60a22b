include "../Index/Tree.dfy"
include "../State/Cells.dfy"
// What the kernel answers, and what it gathers on the way.
module Verdicts {
  import opened Names
  import opened Cells
  import opened Trees

  datatype Needs = NoNeeds | Need(name: Name, more: Needs)
  // What a request counts under each key, once a key.
  datatype Charges = NoCharges | Owed(key: Key, amount: int, limit: int, measure: Name, more: Charges)
  datatype Writes = NoWrites | Write(key: Key, n: int, more: Writes)

  datatype Verdict =
    | Denied(rule: Name)                 // a forbid
    | Unpermitted(part: int, atom: int)  // nothing grants this atom
    | Unpayable(budget: Name)            // what a budget counts by is missing or negative
    | Exhausted(budget: Name, key: Key, left: int)
    | Late(seen: int)                    // the clock stands before what was decided already
    | Asked(rule: Name, needs: Needs)    // granted, once these approve
    | Permitted(rule: Name, charges: Charges, writes: Writes, used: bool)   // used: under a grant, which it closes
      // Judged so far: what grants the atom, a charge that cannot be counted, approvals; the part's charges, all others'.
    | Clear(grant: Guards, short: Guards, needs: Needs, dues: Charges, charges: Charges)

  function Has(c: Charges, key: Key): bool
    decreases c
  {
    !c.NoCharges? && (c.key == key || Has(c.more, key))
  } by method {
    var rest := c;
    while !rest.NoCharges?
      invariant Has(c, key) == Has(rest, key)
      decreases rest
    {
      if rest.key == key { return true; }
      rest := rest.more;
    }
    return false;
  }
  function HasNeed(n: Needs, name: Name): bool
    decreases n
  {
    !n.NoNeeds? && (n.name == name || HasNeed(n.more, name))
  } by method {
    var rest := n;
    while !rest.NoNeeds?
      invariant HasNeed(n, name) == HasNeed(rest, name)
      decreases rest
    {
      if rest.name == name { return true; }
      rest := rest.more;
    }
    return false;
  }

  // Adding one charge to the others: on a key that is there, amounts add up.
  function Add(rest: Charges, c: Charges, out: Charges, done: bool): Charges
    requires c.Owed?
    decreases rest
  {
    if rest.NoCharges? then if done then out else Owed(c.key, c.amount, c.limit, c.measure, out)
    else if rest.key == c.key then Add(rest.more, c, Owed(c.key, rest.amount + c.amount, c.limit, c.measure, out), true)
    else Add(rest.more, c, Owed(rest.key, rest.amount, rest.limit, rest.measure, out), done)
  } by method {
    var r := rest;
    var o := out;
    var d := done;
    while !r.NoCharges?
      invariant Add(rest, c, out, done) == Add(r, c, o, d)
      decreases r
    {
      if r.key == c.key { o := Owed(c.key, r.amount + c.amount, c.limit, c.measure, o); d := true; }
      else { o := Owed(r.key, r.amount, r.limit, r.measure, o); }
      r := r.more;
    }
    if d { return o; }
    return Owed(c.key, c.amount, c.limit, c.measure, o);
  }
  function AddAll(dues: Charges, total: Charges): Charges
    decreases dues
  {
    if dues.NoCharges? then total else AddAll(dues.more, Add(total, dues, NoCharges, false))
  } by method {
    var rest := dues;
    var out := total;
    while !rest.NoCharges?
      invariant AddAll(dues, total) == AddAll(rest, out)
      decreases rest
    {
      out := Add(out, rest, NoCharges, false);
      rest := rest.more;
    }
    return out;
  }

  // All charges of a judged request.
  function Total(v: Verdict): Charges
    requires v.Clear?
  { if v.charges.NoCharges? then v.dues else AddAll(v.dues, v.charges) }
}
