include "Judge.dfy"
include "ChargeMaps.dfy"
include "../Index/RuleProofs.dfy"
include "../Boundary/Permission.dfy"
// What weighing a list of guards comes to. The order of the guards plays no part in it, nor does a guard that comes twice.
module Weighing {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened TreeProofs
  import opened RuleProofs
  import CheckCode
  import P = Permission

  // ---- what one guard does ----
  ghost predicate Stops(g: Guard, part: Part, atom: Atom) {
    g.kind != 0 && g.kind != 1 && g.kind != 3 && g.kind != 4 && Fires(g, part, atom, true)
  }
  ghost predicate Grants(g: Guard, part: Part, atom: Atom) { (g.kind == 0 || g.kind == 1) && Fires(g, part, atom, false) }
  ghost predicate Asks(g: Guard, part: Part, atom: Atom, n: Name) {
    && (g.kind == 1 || g.kind == 3) && Fires(g, part, atom, true)
    && n == if g.kind == 1 && g.rule.effect.Ask? then g.rule.effect.needs else
            if g.kind == 3 && g.rule.effect.Require? then g.rule.effect.needs else g.rule.id
  }
  ghost predicate Lacks(g: Guard, q: Request, part: Part, atom: Atom) {
    g.kind == 4 && Fires(g, part, atom, true) && !(g.due.Under? && P.Counted(g.due.budget, q, part, atom))
  }
  ghost predicate Owes(g: Guard, q: Request, part: Part, atom: Atom, now: int, k: Key) {
    g.kind == 4 && Fires(g, part, atom, true) && g.due.Under? && P.Counted(g.due.budget, q, part, atom) &&
    P.KeyOf(g.due.name, g.due.budget, q, part, atom, now) == k
  }

  // What is surely met may be met.
  lemma SureIsMaybe(c: Checks, part: Part, atom: Atom)
    requires CheckCode.Holds(c, part, atom, false)
    ensures CheckCode.Holds(c, part, atom, true)
    decreases c
  { if !c.Pass? { SureIsMaybe(c.more, part, atom); } }

  // ---- a charge: it is owed under its key, once, or it cannot be counted ----
  lemma OweShort(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.due.Under? && !P.Counted(gs.guard.due.budget, q, part, atom)
    ensures Owe(gs, q, part, atom, now, v) == Short(v, gs)
  {}
  lemma OweKey(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More? && gs.guard.due.Under? && P.Counted(gs.guard.due.budget, q, part, atom)
    ensures var b := gs.guard.due.budget;
            var k := P.KeyOf(gs.guard.due.name, b, q, part, atom, now);
            Owe(gs, q, part, atom, now, v) == if Has(v.dues, k) then v else v.(dues := Owed(k, part.ints[b.measure], b.limit, b.measure, v.dues))
  {}

  // ---- one guard ----
  lemma OneStops(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More?
    ensures Weigh(gs, q, part, atom, now, v).Clear? <==> !Stops(gs.guard, part, atom)
  { hide CheckCode.Holds, Owe; OweClear(gs, q, part, atom, now, v); }
  lemma OweClear(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More?
    ensures gs.guard.due.Under? ==>
              var w := Owe(gs, q, part, atom, now, v);
              w.Clear? && w.grant == v.grant && w.needs == v.needs && w.charges == v.charges
  {}
  lemma OneGrants(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, q, part, atom, now, v).Clear?
    ensures Weigh(gs, q, part, atom, now, v).grant.More? <==> v.grant.More? || Grants(gs.guard, part, atom)
  {
    hide CheckCode.Holds, Owe;
    OweClear(gs, q, part, atom, now, v);
    if CheckCode.Holds(gs.guard.tests, part, atom, false) { SureIsMaybe(gs.guard.tests, part, atom); }
  }
  lemma OneAsks(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict, n: Name)
    requires v.Clear? && gs.More? && Weigh(gs, q, part, atom, now, v).Clear?
    ensures HasNeed(Weigh(gs, q, part, atom, now, v).needs, n) <==> HasNeed(v.needs, n) || Asks(gs.guard, part, atom, n)
  {
    hide CheckCode.Holds, Owe;
    OweClear(gs, q, part, atom, now, v);
  }
  lemma OneLacks(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, q, part, atom, now, v).Clear?
    ensures Weigh(gs, q, part, atom, now, v).short.More? <==> v.short.More? || Lacks(gs.guard, q, part, atom)
  {
    hide CheckCode.Holds, Owe, P.Counted;
    var g := gs.guard;
    if g.due.Under? { if P.Counted(g.due.budget, q, part, atom) { OweKey(gs, q, part, atom, now, v); } else { OweShort(gs, q, part, atom, now, v); } }
  }
  lemma OneOwes(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict, k: Key)
    requires v.Clear? && gs.More? && Weigh(gs, q, part, atom, now, v).Clear?
    ensures k in AsMap(Weigh(gs, q, part, atom, now, v).dues) <==> k in AsMap(v.dues) || Owes(gs.guard, q, part, atom, now, k)
  {
    hide CheckCode.Holds, Owe, P.Counted, P.KeyOf;
    var g := gs.guard;
    if g.due.Under? {
      if P.Counted(g.due.budget, q, part, atom) {
        OweKey(gs, q, part, atom, now, v);
        HasIs(v.dues, P.KeyOf(g.due.name, g.due.budget, q, part, atom, now));
      } else { OweShort(gs, q, part, atom, now, v); }
    }
  }
}
