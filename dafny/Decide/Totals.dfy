include "ChargeMaps.dfy"
// Adding up charges: on a key that both have, amounts add up; all other keys stay as they are.
module Totals {
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps

  ghost function AmountAt(c: Charges, k: Key): int { if k in AsMap(c) && AsMap(c)[k].Touch? then AsMap(c)[k].amount else 0 }
  lemma Touches(c: Charges, k: Key)
    requires k in AsMap(c)
    ensures AsMap(c)[k].Touch?
  {}
  ghost predicate Apart(a: Charges, b: Charges) { forall k | k in AsMap(a) :: k !in AsMap(b) }

  // ---- one charge ----
  ghost predicate Adding(rest: Charges, c: Charges, out: Charges, done: bool) {
    && c.Owed? && Distinct(rest) && Distinct(out) && Apart(rest, out)
    && (if done then c.key in AsMap(out) && c.key !in AsMap(rest) else c.key !in AsMap(out))
  }
  // The same, one charge later.
  ghost function Out(rest: Charges, c: Charges, out: Charges): Charges
    requires rest.Owed? && c.Owed?
  {
    if rest.key == c.key then Owed(c.key, rest.amount + c.amount, c.limit, c.measure, out)
    else Owed(rest.key, rest.amount, rest.limit, rest.measure, out)
  }
  lemma AddingMore(rest: Charges, c: Charges, out: Charges, done: bool)
    requires Adding(rest, c, out, done) && rest.Owed?
    ensures Adding(rest.more, c, Out(rest, c, out), done || rest.key == c.key)
  {
    assert rest.key in AsMap(rest);
    forall k | k in AsMap(rest.more) ensures k !in AsMap(Out(rest, c, out)) { assert k in AsMap(rest); }
  }
  lemma AddDistinct(rest: Charges, c: Charges, out: Charges, done: bool)
    requires Adding(rest, c, out, done)
    ensures Distinct(Add(rest, c, out, done))
    decreases rest
  {
    if rest.Owed? {
      AddingMore(rest, c, out, done);
      AddDistinct(rest.more, c, Out(rest, c, out), done || rest.key == c.key);
    }
  }
  // Under another key nothing changes.
  lemma AddOther(rest: Charges, c: Charges, out: Charges, done: bool, k: Key)
    requires Adding(rest, c, out, done) && k != c.key
    ensures var m := AsMap(Add(rest, c, out, done));
            (k in m <==> k in AsMap(rest) || k in AsMap(out)) &&
            (k in m ==> m[k] == if k in AsMap(rest) then AsMap(rest)[k] else AsMap(out)[k])
    decreases rest
  {
    if rest.Owed? {
      AddingMore(rest, c, out, done);
      AddOther(rest.more, c, Out(rest, c, out), done || rest.key == c.key, k);
    }
  }
  // Under its own key, what was there before (in `rest` still, or in `out` with the charge already) and the charge.
  lemma AddSame(rest: Charges, c: Charges, out: Charges, done: bool)
    requires Adding(rest, c, out, done)
    ensures var m := AsMap(Add(rest, c, out, done));
            c.key in m && if done then m[c.key] == AsMap(out)[c.key] else m[c.key] == Touch(c.limit, AmountAt(rest, c.key) + c.amount, c.measure)
    decreases rest
  {
    if rest.Owed? {
      AddingMore(rest, c, out, done);
      AddSame(rest.more, c, Out(rest, c, out), done || rest.key == c.key);
      Touches(rest, rest.key);
    }
  }
  lemma AddOne(total: Charges, c: Charges, k: Key)
    requires Distinct(total) && c.Owed?
    ensures var out := Add(total, c, NoCharges, false);
            Distinct(out) && (k in AsMap(out) <==> k in AsMap(total) || k == c.key) &&
            (k in AsMap(out) ==> AsMap(out)[k] == if k == c.key then Touch(c.limit, AmountAt(total, k) + c.amount, c.measure) else AsMap(total)[k])
  {
    AddDistinct(total, c, NoCharges, false);
    if k == c.key { AddSame(total, c, NoCharges, false); } else { AddOther(total, c, NoCharges, false, k); }
  }

  // ---- all charges of a part onto all others ----
  lemma AddAllDistinct(dues: Charges, total: Charges)
    requires Distinct(total)
    ensures Distinct(AddAll(dues, total))
    decreases dues
  {
    if dues.Owed? {
      AddOne(total, dues, dues.key);
      AddAllDistinct(dues.more, Add(total, dues, NoCharges, false));
    }
  }
  lemma AddAllIs(dues: Charges, total: Charges, k: Key)
    requires Distinct(dues) && Distinct(total)
    ensures var m := AsMap(AddAll(dues, total));
            (k in m <==> k in AsMap(dues) || k in AsMap(total)) &&
            if k in AsMap(dues) then var d := AsMap(dues)[k]; d.Touch? && m[k] == Touch(d.limit, AmountAt(total, k) + d.amount, d.measure)
            else k in m ==> m[k] == AsMap(total)[k]
    decreases dues
  {
    if dues.Owed? {
      AddOne(total, dues, k);
      AddAllIs(dues.more, Add(total, dues, NoCharges, false), k);
    }
  }
}
