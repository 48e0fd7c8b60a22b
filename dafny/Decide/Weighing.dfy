include "Judge.dfy"
include "ChargeMaps.dfy"
include "../Index/RuleProofs.dfy"
include "../Boundary/Permission.dfy"
// What weighing a list of guards comes to. The order of the guards plays no part in it, nor does a guard that comes twice.
module Weighing {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened TreeProofs
  import opened RuleProofs
  import CheckCode
  import CheckProofs
  import J = Judging
  import MP = MemoryProofs
  import R = Reading
  import P = Permission

  // ---- what one guard does ----
  ghost predicate Stops(g: Guard, sc: Scene, part: Part, atom: Atom) {
    g.kind != 0 && g.kind != 1 && g.kind != 3 && g.kind != 4 && g.kind != 5 && Fires(g, sc, part, atom, true)
  }
  ghost predicate Grants(g: Guard, sc: Scene, part: Part, atom: Atom) { (g.kind == 0 || g.kind == 1) && Fires(g, sc, part, atom, false) }
  ghost predicate Asks(g: Guard, sc: Scene, part: Part, atom: Atom, n: Name) {
    && (g.kind == 1 || g.kind == 3) && Fires(g, sc, part, atom, true)
    && n == if g.kind == 1 && g.rule.effect.Ask? then g.rule.effect.needs else
            if g.kind == 3 && g.rule.effect.Require? then g.rule.effect.needs else g.rule.id
  }
  // What the guard counts under can be told: a budget's key, or a mark's.
  ghost predicate Payable(g: Guard, sc: Scene, part: Part, atom: Atom) {
    || (g.kind == 4 && g.due.Under? && P.Counted(g.due.budget, sc.q, part, atom))
    || (g.kind == 5 && g.due.Setting? && R.AllGiven(g.due.mark.per, sc.q, atom))
  }
  ghost function KeyFor(g: Guard, sc: Scene, part: Part, atom: Atom): Key
    requires Payable(g, sc, part, atom)
  {
    if g.kind == 4 then P.KeyOf(g.due.name, g.due.budget, sc, atom) else R.MarkKey(g.due.mark, sc.q, atom)
  }
  ghost predicate Lacks(g: Guard, sc: Scene, part: Part, atom: Atom) {
    (g.kind == 4 || g.kind == 5) && Fires(g, sc, part, atom, true) && !Payable(g, sc, part, atom)
  }
  ghost predicate Owes(g: Guard, sc: Scene, part: Part, atom: Atom, k: Key) {
    (g.kind == 4 || g.kind == 5) && Fires(g, sc, part, atom, true) && Payable(g, sc, part, atom) && KeyFor(g, sc, part, atom) == k
  }
  // What is owed under the key.
  ghost function Sum(g: Guard, sc: Scene, part: Part, atom: Atom, more: Charges): Charges
    requires Payable(g, sc, part, atom)
  {
    var k := KeyFor(g, sc, part, atom);
    if g.kind == 4 then
      var b := g.due.budget;
      Owed(k, part.ints[b.measure] * P.Unit(b), b.limit * P.Unit(b), b.measure, more)
    else Owed(k, 0, 0, g.due.mark.name, more)
  }

  // ---- a charge: it is owed under its key, once, or it cannot be counted ----
  ghost function Counting(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires v.Clear? && gs.More?
  {
    var g := gs.guard;
    if g.kind == 4 then if g.due.Under? then Owe(gs, sc, part, atom, v) else Short(v, gs)
    else if g.due.Setting? then J.Leave(gs, sc, atom, v) else Short(v, gs)
  }
  lemma OweShort(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.due.Under? && !P.Counted(gs.guard.due.budget, sc.q, part, atom)
    ensures Owe(gs, sc, part, atom, v) == Short(v, gs)
  {
    hide MP.C.Scope, R.AllGiven, End, Has;
    MP.ScopesFound(gs.guard.due.budget.per, sc.q, atom);
  }
  lemma OweKey(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.kind == 4 && gs.guard.due.Under? && P.Counted(gs.guard.due.budget, sc.q, part, atom)
    ensures var k := KeyFor(gs.guard, sc, part, atom);
            Owe(gs, sc, part, atom, v) == if Has(v.dues, k) then v else v.(dues := Sum(gs.guard, sc, part, atom, v.dues))
  {
    hide MP.C.Scope, R.AllGiven, R.KeyAt, Has;
    var b := gs.guard.due.budget;
    MP.ScopesFound(b.per, sc.q, atom);
    MP.KeyAtIs(b.kind, gs.guard.due.name, b.per, sc.q, atom, P.Window(b, sc.q, sc.now));
  }
  lemma LeaveShort(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.due.Setting? && !R.AllGiven(gs.guard.due.mark.per, sc.q, atom)
    ensures J.Leave(gs, sc, atom, v) == Short(v, gs)
  {
    hide MP.C.MarkKey, R.AllGiven, R.MarkKey, Has;
    MP.MarkKeyIs(gs.guard.due.mark, sc.q, atom);
  }
  lemma LeaveKey(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.kind == 5 && gs.guard.due.Setting? && R.AllGiven(gs.guard.due.mark.per, sc.q, atom)
    ensures var k := KeyFor(gs.guard, sc, part, atom);
            J.Leave(gs, sc, atom, v) == if Has(v.dues, k) then v else v.(dues := Sum(gs.guard, sc, part, atom, v.dues))
  {
    hide MP.C.MarkKey, R.AllGiven, R.MarkKey, Has;
    MP.MarkKeyIs(gs.guard.due.mark, sc.q, atom);
  }
  lemma CountingIs(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && (gs.guard.kind == 4 || gs.guard.kind == 5)
    ensures Counting(gs, sc, part, atom, v) ==
            if !Payable(gs.guard, sc, part, atom) then Short(v, gs)
            else if Has(v.dues, KeyFor(gs.guard, sc, part, atom)) then v
            else v.(dues := Sum(gs.guard, sc, part, atom, v.dues))
  {
    hide Owe, J.Leave, R.AllGiven, KeyFor, Sum, Has, P.Counted;
    var g := gs.guard;
    if g.kind == 4 && g.due.Under? {
      if P.Counted(g.due.budget, sc.q, part, atom) { OweKey(gs, sc, part, atom, v); } else { OweShort(gs, sc, part, atom, v); }
    }
    if g.kind == 5 && g.due.Setting? {
      if R.AllGiven(g.due.mark.per, sc.q, atom) { LeaveKey(gs, sc, part, atom, v); } else { LeaveShort(gs, sc, part, atom, v); }
    }
  }

  // ---- one guard, weighed ----
  lemma WeighIs(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More?
    ensures var g, w := gs.guard, Weigh(gs, sc, part, atom, v);
            w == if !Fires(g, sc, part, atom, g.kind != 0) then v
            else if g.kind == 0 then Clear(gs, v.short, v.needs, v.dues, v.charges)
            else if g.kind == 4 || g.kind == 5 then Counting(gs, sc, part, atom, v)
            else if g.kind == 1 then
              WithNeed(v, if Fires(g, sc, part, atom, false) then gs else v.grant, if g.rule.effect.Ask? then g.rule.effect.needs else g.rule.id)
            else if g.kind == 3 then WithNeed(v, v.grant, if g.rule.effect.Require? then g.rule.effect.needs else g.rule.id)
            else Denied(g.rule.id)
  { hide CheckCode.Holds, Owe, J.Leave, WithNeed; }

  lemma OneStops(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More?
    ensures Weigh(gs, sc, part, atom, v).Clear? <==> !Stops(gs.guard, sc, part, atom)
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, Sum;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 { CountingIs(gs, sc, part, atom, v); }
  }
  // What fires surely fires.
  lemma SureFires(g: Guard, sc: Scene, part: Part, atom: Atom)
    requires Fires(g, sc, part, atom, false)
    ensures Fires(g, sc, part, atom, true)
  { hide CheckCode.Holds, CheckCode.Lifted; CheckProofs.SureIsMaybe(g.tests, sc, part, atom); }
  lemma OneGrants(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear?
    ensures Weigh(gs, sc, part, atom, v).grant.More? <==> v.grant.More? || Grants(gs.guard, sc, part, atom)
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, Sum, HasNeed;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 { CountingIs(gs, sc, part, atom, v); }
    if Fires(gs.guard, sc, part, atom, false) { SureFires(gs.guard, sc, part, atom); }
  }
  lemma OneAsks(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict, n: Name)
    requires v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear?
    ensures HasNeed(Weigh(gs, sc, part, atom, v).needs, n) <==> HasNeed(v.needs, n) || Asks(gs.guard, sc, part, atom, n)
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, Sum;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 { CountingIs(gs, sc, part, atom, v); }
  }
  lemma OneLacks(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear?
    ensures Weigh(gs, sc, part, atom, v).short.More? <==> v.short.More? || Lacks(gs.guard, sc, part, atom)
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, Sum, HasNeed;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 { CountingIs(gs, sc, part, atom, v); }
  }
  lemma OneOwes(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict, k: Key)
    requires v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear?
    ensures k in AsMap(Weigh(gs, sc, part, atom, v).dues) <==> k in AsMap(v.dues) || Owes(gs.guard, sc, part, atom, k)
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, HasNeed;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 {
      CountingIs(gs, sc, part, atom, v);
      if Payable(gs.guard, sc, part, atom) { HasIs(v.dues, KeyFor(gs.guard, sc, part, atom)); }
    }
  }
  // What weighing leaves alone, and what it may add to the dues.
  lemma OneDues(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear?
    ensures var w := Weigh(gs, sc, part, atom, v);
            w.charges == v.charges &&
            (w.dues == v.dues ||
             ((gs.guard.kind == 4 || gs.guard.kind == 5) && Payable(gs.guard, sc, part, atom) && !Has(v.dues, KeyFor(gs.guard, sc, part, atom)) &&
              w.dues == Sum(gs.guard, sc, part, atom, v.dues)))
  {
    hide Weigh, Fires, Counting, Payable, KeyFor, Sum, HasNeed, Has;
    WeighIs(gs, sc, part, atom, v);
    if gs.guard.kind == 4 || gs.guard.kind == 5 { CountingIs(gs, sc, part, atom, v); }
  }
}
