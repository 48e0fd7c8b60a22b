include "Parts.dfy"
// Judging all parts of a request: all must pass, and what they count adds up.
module Wholes {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened Totals
  import opened Walks
  import opened Atoms
  import opened Parts
  import Kernel
  import P = Permission

  // ---- the parts from one on: whether they pass ----
  ghost function FromPart(p: Policy, q: Request, pos: nat, now: int, v: Verdict): Verdict
    requires v.Clear? && pos <= |q.parts|
  { JudgeParts(Verbs(p), q, pos, now, v) }
  lemma FromPartMore(p: Policy, q: Request, pos: nat, now: int, v: Verdict)
    requires v.Clear? && pos < |q.parts|
    ensures var w := JudgePart(Verbs(p), q, pos, now, v);
            FromPart(p, q, pos, now, v) == if !w.Clear? then w else FromPart(p, q, pos + 1, now, w)
  { hide JudgePart, Verbs; }
  lemma PartsClear(p: Policy, q: Request, pos: nat, now: int, v: Verdict)
    requires v.Clear? && pos <= |q.parts|
    ensures var w := FromPart(p, q, pos, now, v);
            (w.Clear? <==> forall i | pos <= i < |q.parts| :: PartPasses(p, q.parts[i])) &&
            (w.Clear? && (pos < |q.parts| || v.grant.More?) ==> w.grant.More?)
    decreases |q.parts| - pos
  {
    hide PartPasses, JudgePart, FromPart;
    if pos == |q.parts| { reveal FromPart; } else {
      FromPartMore(p, q, pos, now, v);
      PartClear(p, q, pos, now, v);
      var w := JudgePart(Verbs(p), q, pos, now, v);
      if w.Clear? { PartsClear(p, q, pos + 1, now, w); }
    }
  }

  // ---- the parts up to one: what is booked under a key is what they come to ----
  ghost predicate TouchedBy(p: Policy, q: Request, hi: nat, now: int, k: Key)
    requires hi <= |q.parts|
  { exists i | 0 <= i < hi :: P.Touches(p, q, q.parts[i], now, k) }
  ghost predicate Booked(p: Policy, q: Request, hi: nat, now: int, c: Charges, k: Key)
    requires hi <= |q.parts|
  {
    && Distinct(c) && (k in AsMap(c) <==> TouchedBy(p, q, hi, now, k))
    && AmountAt(c, k) == P.Amount(p, q, q.parts[..hi], now, k) && 0 <= AmountAt(c, k)
    && (k in AsMap(c) ==> k.1 in p.budgets && AsMap(c)[k] == Spend(p.budgets[k.1].limit, AmountAt(c, k), p.budgets[k.1].measure))
  }
  lemma TotalIs(p: Policy, part: Part, w: Verdict, k: Key)
    requires w.Clear? && Right(p, part, w.dues) && Distinct(w.charges)
    ensures var t := Total(w);
            && Distinct(t) && (k in AsMap(t) <==> k in AsMap(w.dues) || k in AsMap(w.charges))
            && if k in AsMap(w.dues) then
                 && k.1 in p.budgets && p.budgets[k.1].measure in part.ints && 0 <= part.ints[p.budgets[k.1].measure]
                 && AsMap(t)[k] == Spend(p.budgets[k.1].limit, AmountAt(w.charges, k) + part.ints[p.budgets[k.1].measure], p.budgets[k.1].measure)
               else k in AsMap(t) ==> AsMap(t)[k] == AsMap(w.charges)[k]
  {
    hide Right, AddAll;
    RightIs(p, part, w.dues, k);
    if w.charges.Owed? { AddAllDistinct(w.dues, w.charges); AddAllIs(w.dues, w.charges, k); }
  }
  lemma AmountMore(p: Policy, q: Request, pos: nat, now: int, k: Key)
    requires pos < |q.parts|
    ensures P.Amount(p, q, q.parts[..pos + 1], now, k) == P.Amount(p, q, q.parts[..pos], now, k) + P.Due(p, q, q.parts[pos], now, k)
  { assert q.parts[..pos + 1][..pos] == q.parts[..pos]; }
  lemma PartBooks(p: Policy, q: Request, pos: nat, now: int, v: Verdict, k: Key)
    requires v.Clear? && pos < |q.parts| && PartPasses(p, q.parts[pos]) && Booked(p, q, pos, now, Total(v), k)
    ensures var w := JudgePart(Verbs(p), q, pos, now, v); w.Clear? && Booked(p, q, pos + 1, now, Total(w), k)
  {
    hide PartPasses, JudgePart, Total, Right, P.Touches, P.Amount, Distinct, AsMap;
    var w := JudgePart(Verbs(p), q, pos, now, v);
    PartAdds(p, q, pos, now, v, k.1, k);
    TotalIs(p, q.parts[pos], w, k);
    AmountMore(p, q, pos, now, k);
  }
  lemma PartsBook(p: Policy, q: Request, pos: nat, now: int, v: Verdict, k: Key)
    requires v.Clear? && pos <= |q.parts| && Booked(p, q, pos, now, Total(v), k)
    requires forall i | pos <= i < |q.parts| :: PartPasses(p, q.parts[i])
    ensures var w := FromPart(p, q, pos, now, v); w.Clear? && Booked(p, q, |q.parts|, now, Total(w), k)
    decreases |q.parts| - pos
  {
    hide PartPasses, JudgePart, Total, FromPart, Booked;
    if pos == |q.parts| { reveal FromPart; } else {
      PartBooks(p, q, pos, now, v, k);
      FromPartMore(p, q, pos, now, v);
      PartsBook(p, q, pos + 1, now, JudgePart(Verbs(p), q, pos, now, v), k);
    }
  }

  // ---- approvals, and charges that cannot be counted ----
  lemma PartsAdd(p: Policy, q: Request, pos: nat, now: int, v: Verdict, n: Name)
    requires v.Clear? && pos <= |q.parts| && forall i | pos <= i < |q.parts| :: PartPasses(p, q.parts[i])
    ensures var w := FromPart(p, q, pos, now, v);
            && w.Clear?
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || exists i | pos <= i < |q.parts| :: PartNeeds(p, q.parts[i], n))
            && (w.short.More? <==> v.short.More? || exists i | pos <= i < |q.parts| :: PartUnpaid(p, q, q.parts[i]))
    decreases |q.parts| - pos
  {
    hide PartPasses, JudgePart, Total, FromPart, PartNeeds, PartUnpaid, HasNeed;
    if pos == |q.parts| { reveal FromPart; } else {
      FromPartMore(p, q, pos, now, v);
      PartAdds(p, q, pos, now, v, n, (0, n, n, n, n, n, 0));
      PartsAdd(p, q, pos + 1, now, JudgePart(Verbs(p), q, pos, now, v), n);
    }
  }
}
