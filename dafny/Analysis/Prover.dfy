include "Lower.dfy"
include "Confirm.dfy"
// Questions answered: by search over boxes, with moments that somebody else makes and the kernel looks at. What the answers
// promise is said of points here, and of moments in Theorems.dfy.
module Prover {
  import opened Names
  import opened Policies
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Confirm
  import Kernel

  predicate Ready(t: Table, p: Policy, q: Question) { TableOk(t) && PolicyOk(t, p) && QuestionOk(t, q) }
  lemma DomSolid(t: Table)
    requires Valid(t)
    ensures Solid(Dom(t))
  { hide DomOf, SpansOk; }
  // No point of the table's box fulfils the formula.
  ghost predicate Nowhere(t: Table, f: F) { forall v :: Within(v, Dom(t)) ==> !Holds(f, v) }

  // ---- one question ----
  datatype Made = Nothing | Made(x: Moment)
  // Doubtful: nothing was found for these boxes, and no other is left, or too many were tried.
  datatype Result = Holds_ | Broken(x: Moment, box: Box) | Doubtful(boxes: seq<Box>) | TooLong_ | Malformed

  ghost predicate Honest(t: Table, p: Policy, plan: Kernel.Plan, q: Question, budget: nat, r: Result) {
    match r
    case Holds_ => Ready(t, p, q) && Nowhere(t, WrongF(t, p, q))
    case Broken(x, box) => Ready(t, p, q) && IsSingle(x) && IsWrong(p, plan, q, x) && Full(box, WrongF(t, p, q), Dom(t))
    case Doubtful(boxes) => Ready(t, p, q) && boxes != [] && forall i | 0 <= i < |boxes| :: Full(boxes[i], WrongF(t, p, q), Dom(t))
    case TooLong_ => Ready(t, p, q) && budget < FullBill(WrongF(t, p, q), Dom(t))
    case Malformed => !Ready(t, p, q)
  }
  // What was made for a box is a moment that the claim excludes.
  ghost predicate Convinces(p: Policy, plan: Kernel.Plan, q: Question, m: Made) { m.Made? && IsWrong(p, plan, q, Single(m.x)) }
  // `build` makes a moment for a box, if it can. Nothing is held back: what is left in doubt has no example that convinces,
  // and the search is given up when the budget is at its end.
  method Prove(t: Table, p: Policy, plan: Kernel.Plan, q: Question, budget: nat, tries: nat, build: Box -> Made)
    returns (r: Result, left: nat)
    ensures left <= budget && Honest(t, p, plan, q, budget, r) && (r.TooLong_? ==> left == 0)
    ensures r.Doubtful? ==> forall b | b in r.boxes :: !Convinces(p, plan, q, build(b))
  {
    hide Valid, WrongF, Dom, IsWrong, CrewsOk, EnumsOk, FactsOk, PolicyOk, QuestionOk, Full;
    left := budget;
    var ok := Ready(t, p, q);
    if !ok { return Malformed, left; }
    DomSolid(t);
    var f, b := WrongF(t, p, q), Dom(t);
    BeginKeeps(f, b);
    var w := Begin(f, b);
    var doubts: seq<Box> := [];
    while |doubts| <= tries
      invariant left <= budget && Fine(w, f, b) && BillAll(w, f, b) + (budget - left) <= FullBill(f, b)
      invariant forall i | 0 <= i < |doubts| :: Full(doubts[i], f, b)
      invariant forall d | d in doubts :: !Convinces(p, plan, q, build(d))
      invariant doubts == [] ==> forall v :: Within(v, b) && Holds(f, v) ==> Has(w, v)
      decreases tries + 1 - |doubts|
    {
      var a: Answer, rest: nat;
      a, w, rest := Next(w, left, f, b);
      left := rest;
      if a.TooLong? { return TooLong_, left; }
      if a.NoPoint? { if |doubts| == 0 { return Holds_, left; } return Doubtful(doubts), left; }
      var made := build(a.b);
      if made.Made? {
        var x := Single(made.x);
        if IsWrong(p, plan, q, x) { return Broken(x, a.b), left; }
      }
      doubts := doubts + [a.b];
    }
    return Doubtful(doubts), left;
  }

  // ---- what one policy permits beyond another ----
  // A region: what made the difference, a moment there, and the box that it was found in.
  datatype Region = Region(cause: Cause, x: Moment, box: Box)
  // granted: where the old policy grants.
  function CauseF(t: Table, a: Policy, b: Policy, granted: F, c: Cause): F {
    if c.Unforbidden? then if c.old_ < |b.rules| && b.rules[c.old_].effect.Forbid? then MaybeF(t, b.rules[c.old_]) else E
    else if c.Unasked? then if c.old_ < |b.rules| && Needing(b.rules[c.old_]) then MaybeF(t, b.rules[c.old_]) else E
    else if c.Opened? then if c.new_ < |a.rules| && Lower.Grants(a.rules[c.new_]) then Both(YesF(t, a.rules[c.new_]), Neg(granted)) else E
    else E
  }
  function GrantedF(t: Table, b: Policy): F { Both(CompleteF(t, b), GrantF(t, b.rules)) }
  function BoxF(b: Box): F { Conj(seq(|b|, i requires 0 <= i < |b| => In(i, b[i].lo, b[i].hi))) }
  lemma BoxHolds(b: Box, i: nat, j: nat, v: Point)
    requires Within(v, b) && i <= j <= |b|
    ensures Holds(AndOf(seq(|b|, c requires 0 <= c < |b| => In(c, b[c].lo, b[c].hi)), i, j), v)
    decreases j - i
  {
    if i + 1 < j {
      var fs, m := seq(|b|, c requires 0 <= c < |b| => In(c, b[c].lo, b[c].hi)), (i + j) / 2;
      BoxHolds(b, i, m, v);
      BoxHolds(b, m, j, v);
      BothHolds(AndOf(fs, i, m), AndOf(fs, m, j), v);
    }
  }
  // A box in which the formula does not hold is not this one.
  lemma Elsewhere(b: Box, f: F, d: Box, seen: F, old_: Box)
    requires Full(b, Both(f, Neg(seen)), d) && forall v | Within(v, old_) :: Holds(seen, v)
    ensures b != old_
  {
    var corner := seq(|b|, c requires 0 <= c < |b| => b[c].lo);
    assert Within(corner, b);
    BothHolds(f, Neg(seen), corner);
    NegHolds(seen, corner);
  }
  predicate ReadyBoth(t: Table, a: Policy, b: Policy) { TableOk(t) && PolicyOk(t, a) && PolicyOk(t, b) }

  ghost predicate Shown(a: Policy, plan: Kernel.Plan, b: Policy, g: Region) {
    !g.cause.NotWider? && IsSingle(g.x) && CauseOf(a, plan, b, g.x) == g.cause
  }
  // The point lies in a region that is listed.
  ghost predicate Listed(t: Table, a: Policy, b: Policy, found: seq<Region>, v: Point) {
    exists i | 0 <= i < |found| :: Holds(CauseF(t, a, b, GrantedF(t, b), found[i].cause), v)
  }
  // Each region is told once: the box that it was found in lies outside of those told before it.
  ghost predicate ToldOnce(t: Table, a: Policy, b: Policy, found: seq<Region>) {
    forall i, j, v | 0 <= i < j < |found| && Within(v, found[j].box) :: !Holds(CauseF(t, a, b, GrantedF(t, b), found[i].cause), v)
  }
  lemma ToldOnceGrows(t: Table, a: Policy, b: Policy, found: seq<Region>, g: Region)
    requires ToldOnce(t, a, b, found) && forall v | Within(v, g.box) :: !Listed(t, a, b, found, v)
    ensures ToldOnce(t, a, b, found + [g])
  {
    hide CauseF, GrantedF, Holds;
    var more := found + [g];
    forall i, j, v | 0 <= i < j < |more| && Within(v, more[j].box) ensures !Holds(CauseF(t, a, b, GrantedF(t, b), more[i].cause), v) {
      assert more[i] == found[i];
      if j < |found| { assert more[j] == found[j]; } else { assert more[j] == g && !Listed(t, a, b, found, v); }
    }
  }
  // whole: every such point lies in a region that is listed.
  ghost predicate HonestBoth(t: Table, a: Policy, plan: Kernel.Plan, b: Policy, found: seq<Region>, whole: bool) {
    && (forall i | 0 <= i < |found| :: Shown(a, plan, b, found[i]) && ReadyBoth(t, a, b))
    && (whole ==> ReadyBoth(t, a, b) && forall v :: Within(v, Dom(t)) && Holds(WiderF(t, a, b), v) ==> Listed(t, a, b, found, v))
  }
  lemma ListedGrows(t: Table, a: Policy, b: Policy, found: seq<Region>, g: Region, v: Point)
    ensures Listed(t, a, b, found + [g], v) <==> Listed(t, a, b, found, v) || Holds(CauseF(t, a, b, GrantedF(t, b), g.cause), v)
  {
    hide CauseF, GrantedF, Holds;
    var more := found + [g];
    assert more[|found|] == g;
    if i :| 0 <= i < |found| && Holds(CauseF(t, a, b, GrantedF(t, b), found[i].cause), v) { assert more[i] == found[i]; }
  }
  ghost predicate Widens(a: Policy, plan: Kernel.Plan, b: Policy, m: Made) { m.Made? && !CauseOf(a, plan, b, Single(m.x)).NotWider? }
  // Nothing is held back: it is whole unless `most` regions and doubts were found, the budget is at its end, or a box is left
  // in doubt; and what is left in doubt has no example that shows a difference.
  method Widened(t: Table, a: Policy, plan: Kernel.Plan, b: Policy, budget: nat, most: nat, build: Box -> Made)
    returns (found: seq<Region>, whole: bool, left: nat, ghost unsure: seq<Box>)
    ensures left <= budget && HonestBoth(t, a, plan, b, found, whole)
    ensures |found| + |unsure| <= most && ToldOnce(t, a, b, found)
    ensures ReadyBoth(t, a, b) ==> whole || left == 0 || unsure != [] || |found| == most
    ensures forall i | i in unsure :: !Widens(a, plan, b, build(i))
    ensures forall i, j | 0 <= i < j < |unsure| :: unsure[i] != unsure[j]
  {
    hide Valid, WiderF, Dom, Both, Either, Neg, CrewsOk, EnumsOk, FactsOk, PolicyOk, CauseF, GrantedF, Full, CauseOf, Fine, Has, Bill, BillAll, Single, FullBill;
    left := budget;
    found := [];
    unsure := [];
    var doubts := 0;
    var ok := ReadyBoth(t, a, b);
    if !ok { return [], false, left, []; }
    DomSolid(t);
    var f, d, granted := WiderF(t, a, b), Dom(t), GrantedF(t, b);
    var seen := E;
    while |found| + doubts < most
      invariant left <= budget && doubts == |unsure| && |found| + doubts <= most
      invariant forall i | i in unsure :: !Widens(a, plan, b, build(i)) && forall v | Within(v, i) :: Holds(seen, v)
      invariant forall i, j | 0 <= i < j < |unsure| :: unsure[i] != unsure[j]
      invariant forall i | 0 <= i < |found| :: Shown(a, plan, b, found[i])
      invariant doubts == 0 ==> forall v :: Holds(seen, v) ==> Listed(t, a, b, found, v)
      invariant ToldOnce(t, a, b, found) && forall v :: Listed(t, a, b, found, v) ==> Holds(seen, v)
      decreases most - |found| - doubts
    {
      var g := Both(f, Neg(seen));
      BeginKeeps(g, d);
      var w := Begin(g, d);
      var answer, rest, more := Next(w, left, g, d);
      left := more;
      if answer.NoPoint? {
        forall v | Within(v, d) && Holds(f, v) && doubts == 0 ensures Listed(t, a, b, found, v) {
          NegHolds(seen, v);
          BothHolds(f, Neg(seen), v);
        }
        return found, doubts == 0, left, unsure;
      }
      if answer.TooLong? { return found, false, left, unsure; }
      var made := build(answer.b);
      var cause := NotWider;
      var shown: seq<Moment> := [];
      if made.Made? { shown := [Single(made.x)]; cause := CauseOf(a, plan, b, shown[0]); }
      if cause.NotWider? {
        doubts := doubts + 1;
        forall i | i in unsure ensures i != answer.b { Elsewhere(answer.b, f, d, seen, i); }
        forall v | Within(v, answer.b) ensures Holds(BoxF(answer.b), v) { BoxHolds(answer.b, 0, |answer.b|, v); }
        forall v ensures Holds(Either(seen, BoxF(answer.b)), v) <==> Holds(seen, v) || Holds(BoxF(answer.b), v) {
          EitherHolds(seen, BoxF(answer.b), v);
        }
        unsure := unsure + [answer.b];
        seen := Either(seen, BoxF(answer.b));
      } else {
        var region := Region(cause, shown[0], answer.b);
        assert IsSingle(region.x) by { reveal Single; }
        forall v | Within(v, region.box) ensures !Listed(t, a, b, found, v) {
          assert Holds(g, v) by { reveal Full; }
          BothHolds(f, Neg(seen), v);
          NegHolds(seen, v);
        }
        ToldOnceGrows(t, a, b, found, region);
        forall v ensures Listed(t, a, b, found + [region], v) <==> Listed(t, a, b, found, v) || Holds(CauseF(t, a, b, granted, cause), v) {
          ListedGrows(t, a, b, found, region, v);
        }
        forall v | Holds(Either(seen, CauseF(t, a, b, granted, cause)), v) && doubts == 0 ensures Listed(t, a, b, found + [region], v) {
          EitherHolds(seen, CauseF(t, a, b, granted, cause), v);
          ListedGrows(t, a, b, found, region, v);
        }
        forall v ensures Holds(Either(seen, CauseF(t, a, b, granted, cause)), v) <==> Holds(seen, v) || Holds(CauseF(t, a, b, granted, cause), v) {
          EitherHolds(seen, CauseF(t, a, b, granted, cause), v);
        }
        found := found + [region];
        seen := Either(seen, CauseF(t, a, b, granted, cause));
      }
    }
    return found, false, left, unsure;
  }
}
