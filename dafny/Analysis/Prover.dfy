include "Lower.dfy"
include "Confirm.dfy"
// Questions answered: by search over boxes, with moments made by somebody else and confirmed.
module Prover {
  import opened Names
  import opened Policies
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Confirm
  import Kernel

  datatype Made = Nothing | Made(x: Moment)
  // Doubtful: boxes that no moment was found for are all that is left.
  datatype Result = Holds_ | Broken(x: Moment, box: Box) | Doubtful(boxes: seq<Box>) | TooLong_ | Malformed

  method Prove(t: Table, p: Policy, plan: Kernel.Plan, q: Question, budget: nat, tries: nat, build: Box -> Made) returns (r: Result, left: nat) {
    left := budget;
    var ok := TableOk(t) && PolicyOk(t, p) && QuestionOk(t, q);
    if !ok { return Malformed, left; }
    var f, b := WrongF(t, p, q), Dom(t);
    var w := Begin(f, b);
    var doubts: seq<Box> := [];
    var a: Answer := NoPoint;
    while |doubts| <= tries {
      a, w, left := Next(w, left);
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

  datatype Region = Region(cause: Cause, x: Moment, box: Box)
  // What `a` permits beyond `b`. whole: every such moment lies in a region that is listed.
  method Widened(t: Table, a: Policy, plan: Kernel.Plan, b: Policy, budget: nat, most: nat, build: Box -> Made)
    returns (found: seq<Region>, whole: bool, left: nat)
  {
    left := budget;
    found := [];
    var doubts := 0;
    var ok := TableOk(t) && PolicyOk(t, a) && PolicyOk(t, b);
    if !ok { return [], false, left; }
    var f, d := WiderF(t, a, b), Dom(t);
    var seen := E;
    var answer: Answer := NoPoint;
    while |found| + doubts < most {
      var w := Begin(Both(f, Neg(seen)), d);
      answer, w, left := Next(w, left);
      if answer.NoPoint? { return found, doubts == 0, left; }
      if answer.TooLong? { return found, false, left; }
      var made := build(answer.b);
      var cause := NotWider;
      var shown: seq<Moment> := [];
      if made.Made? { shown := [Single(made.x)]; cause := CauseOf(a, plan, b, shown[0]); }
      if cause.NotWider? {
        doubts := doubts + 1;
        seen := Either(seen, BoxF(answer.b, 0));
      } else {
        found := found + [Region(cause, shown[0], answer.b)];
        seen := Either(seen, CauseF(t, a, b, cause));
      }
    }
    return found, false, left;
  }

  // ---- rules that never matter ----
  datatype Life = Dead | Alive(box: Box) | Unclear
  method Lives(t: Table, p: Policy, id: Name, budget: nat) returns (r: Life, left: nat) {
    left := budget;
    var ok := TableOk(t) && PolicyOk(t, p);
    if !ok { return Unclear, left; }
    var w := Begin(MattersF(t, p, id), Dom(t));
    var a: Answer := NoPoint;
    a, w, left := Next(w, left);
    if a.NoPoint? { r := Dead; } else if a.TooLong? { r := Unclear; } else { r := Alive(a.b); }
  }
}
