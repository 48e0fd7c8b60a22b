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
  function CauseF(t: Table, a: Policy, b: Policy, c: Cause): F {
    if c.Unforbidden? then if c.old_ < |b.rules| then MaybeF(t, b.rules[c.old_]) else E
    else if c.Unasked? then if c.old_ < |b.rules| then MaybeF(t, b.rules[c.old_]) else E
    else if c.Opened? then if c.new_ < |a.rules| then YesF(t, a.rules[c.new_]) else E
    else E
  }
  function BoxF(b: Box, pos: nat): F
    requires pos <= |b|
    decreases |b| - pos
  { if pos == |b| then T else Both(In(pos, b[pos].lo, b[pos].hi), BoxF(b, pos + 1)) }

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
  function Mine(rs: seq<Rule>, id: Name): seq<Rule> {
    if rs == [] then [] else Mine(rs[..|rs| - 1], id) + (if rs[|rs| - 1].id == id then [rs[|rs| - 1]] else [])
  } by method {
    var out: seq<Rule> := [];
    var i := 0;
    while i < |rs|
      invariant 0 <= i <= |rs| && out == Mine(rs[..i], id)
    {
      assert rs[..i + 1][..i] == rs[..i];
      if rs[i].id == id { out := out + [rs[i]]; }
      i := i + 1;
    }
    assert rs[..i] == rs;
    return out;
  }
  function MattersF(t: Table, p: Policy, id: Name): F {
    var mine, rest := Mine(p.rules, id), Others(p.rules, id);
    var ns := NamesNeeded(t, mine, |mine|);
    var fm, gr := ForbidF(t, mine), GrantF(t, rest);
    Both(Both(AssumedF(t), CompleteF(t, p)),
         Both(Neg(ForbidF(t, rest)),
              Either(Both(GrantF(t, mine), Both(Neg(gr), Neg(fm))), Both(gr, Either(fm, DroppedF(t, rest, mine, ns))))))
  }
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
