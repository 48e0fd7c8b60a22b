include "Parts.dfy"
include "../Boundary/Batch.dfy"
// Judging all parts of a request: all must pass, and what they count adds up.
module Wholes {
  import opened Names
  import opened Requests
  import opened Scenes
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
  import Batches
  import Kernel
  import P = Permission

  // ---- the parts from one on: whether they pass ----
  ghost function FromPart(p: Policy, sc: Scene, pos: nat, v: Verdict): Verdict
    requires v.Clear? && pos <= |sc.q.parts|
  { JudgeParts(Verbs(p), sc, pos, v) }
  lemma FromPartMore(p: Policy, sc: Scene, pos: nat, v: Verdict)
    requires v.Clear? && pos < |sc.q.parts|
    ensures var w := JudgePart(Verbs(p), sc, pos, v);
            FromPart(p, sc, pos, v) == if !w.Clear? then w else FromPart(p, sc, pos + 1, w)
  { hide JudgePart, Verbs; }
  lemma PartsClear(p: Policy, sc: Scene, pos: nat, v: Verdict)
    requires v.Clear? && pos <= |sc.q.parts|
    ensures var w := FromPart(p, sc, pos, v);
            (w.Clear? <==> forall i | pos <= i < |sc.q.parts| :: PartPasses(p, sc, sc.q.parts[i])) &&
            (w.Clear? && (pos < |sc.q.parts| || v.grant.More?) ==> w.grant.More?)
    decreases |sc.q.parts| - pos
  {
    hide PartPasses, JudgePart, FromPart;
    if pos == |sc.q.parts| { reveal FromPart; } else {
      FromPartMore(p, sc, pos, v);
      PartClear(p, sc, pos, v);
      var w := JudgePart(Verbs(p), sc, pos, v);
      if w.Clear? { PartsClear(p, sc, pos + 1, w); }
    }
  }

  // ---- the parts up to one: what is booked under a key is what they come to ----
  ghost predicate TouchedBy(p: Policy, sc: Scene, hi: nat, k: Key)
    requires hi <= |sc.q.parts|
  { exists i | 0 <= i < hi :: P.Touches(p, sc, sc.q.parts[i], k) }
  ghost predicate Booked(p: Policy, sc: Scene, hi: nat, c: Charges, k: Key)
    requires hi <= |sc.q.parts|
  {
    && Distinct(c) && (k in AsMap(c) <==> TouchedBy(p, sc, hi, k))
    && AmountAt(c, k) == P.Amount(p, sc, sc.q.parts[..hi], k) && 0 <= AmountAt(c, k)
    && (k in AsMap(c) ==> AsMap(c)[k] == P.OpAt(p, k, AmountAt(c, k)))
  }
  lemma TotalIs(p: Policy, part: Part, w: Verdict, k: Key)
    requires w.Clear? && Right(p, part, w.dues) && Distinct(w.charges)
    ensures var t := Total(w);
            && Distinct(t) && (k in AsMap(t) <==> k in AsMap(w.dues) || k in AsMap(w.charges))
            && if k in AsMap(w.dues) then
                 var d := AsMap(w.dues)[k];
                 && d.Touch? && Adds(p, part, k, d.amount, d.limit, d.measure)
                 && AsMap(t)[k] == Touch(d.limit, AmountAt(w.charges, k) + d.amount, d.measure)
               else k in AsMap(t) ==> AsMap(t)[k] == AsMap(w.charges)[k]
  {
    hide Right, AddAll, Adds;
    RightIs(p, part, w.dues, k);
    if w.charges.Owed? { AddAllDistinct(w.dues, w.charges); AddAllIs(w.dues, w.charges, k); }
  }
  lemma AmountMore(p: Policy, sc: Scene, pos: nat, k: Key)
    requires pos < |sc.q.parts|
    ensures P.Amount(p, sc, sc.q.parts[..pos + 1], k) == P.Amount(p, sc, sc.q.parts[..pos], k) + P.Due(p, sc, sc.q.parts[pos], k)
  { assert sc.q.parts[..pos + 1][..pos] == sc.q.parts[..pos]; }
  lemma PartBooks(p: Policy, sc: Scene, pos: nat, v: Verdict, k: Key)
    requires Sound(p) && v.Clear? && pos < |sc.q.parts| && PartPasses(p, sc, sc.q.parts[pos]) && Booked(p, sc, pos, Total(v), k)
    ensures var w := JudgePart(Verbs(p), sc, pos, v); w.Clear? && Booked(p, sc, pos + 1, Total(w), k)
  {
    hide Sound, PartPasses, JudgePart, Total, Right, P.Touches, P.Amount, Distinct, AsMap;
    var w := JudgePart(Verbs(p), sc, pos, v);
    PartAdds(p, sc, pos, v, k.1, k);
    TotalIs(p, sc.q.parts[pos], w, k);
    AmountMore(p, sc, pos, k);
    Batches.AmountNatural(p, sc, sc.q.parts[..pos + 1], k);
  }
  lemma PartsBook(p: Policy, sc: Scene, pos: nat, v: Verdict, k: Key)
    requires Sound(p) && v.Clear? && pos <= |sc.q.parts| && Booked(p, sc, pos, Total(v), k)
    requires forall i | pos <= i < |sc.q.parts| :: PartPasses(p, sc, sc.q.parts[i])
    ensures var w := FromPart(p, sc, pos, v); w.Clear? && Booked(p, sc, |sc.q.parts|, Total(w), k)
    decreases |sc.q.parts| - pos
  {
    hide Sound, PartPasses, JudgePart, Total, FromPart, Booked;
    if pos == |sc.q.parts| { reveal FromPart; } else {
      PartBooks(p, sc, pos, v, k);
      FromPartMore(p, sc, pos, v);
      PartsBook(p, sc, pos + 1, JudgePart(Verbs(p), sc, pos, v), k);
    }
  }

  // ---- approvals, and charges that cannot be counted ----
  lemma PartsAdd(p: Policy, sc: Scene, pos: nat, v: Verdict, n: Name)
    requires Sound(p) && v.Clear? && pos <= |sc.q.parts| && forall i | pos <= i < |sc.q.parts| :: PartPasses(p, sc, sc.q.parts[i])
    ensures var w := FromPart(p, sc, pos, v);
            && w.Clear?
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || exists i | pos <= i < |sc.q.parts| :: PartNeeds(p, sc, sc.q.parts[i], n))
            && (w.short.More? <==> v.short.More? || exists i | pos <= i < |sc.q.parts| :: PartUnpaid(p, sc, sc.q.parts[i]))
    decreases |sc.q.parts| - pos
  {
    hide Sound, PartPasses, JudgePart, Total, FromPart, PartNeeds, PartUnpaid, HasNeed;
    if pos == |sc.q.parts| { reveal FromPart; } else {
      FromPartMore(p, sc, pos, v);
      PartAdds(p, sc, pos, v, n, (0, n, n, n, n, n, 0));
      PartsAdd(p, sc, pos + 1, JudgePart(Verbs(p), sc, pos, v), n);
    }
  }
}
