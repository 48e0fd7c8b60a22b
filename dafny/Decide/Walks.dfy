include "Weighing.dfy"
// What weighing all guards that a walk reaches comes to: each conclusion over the set of guards.
module Walks {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened TreeProofs
  import opened Weighing
  import P = Permission

  // What is left after the first guard of the walk.
  ghost function After(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    requires s != []
  { if s[0].More? then Weigh(s[0], q, part, atom, now, v) else v }

  ghost predicate AnyStops(s: seq<Guards>, part: Part, atom: Atom) { exists g :: Among(s, g) && Stops(g, part, atom) }
  lemma AllStop(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear?
    ensures WeighSeq(s, q, part, atom, now, v).Clear? <==> !AnyStops(s, part, atom)
    decreases |s|
  {
    hide Weigh, Stops;
    if s != [] {
      var w := After(s, q, part, atom, now, v);
      if s[0].More? { OneStops(s[0], q, part, atom, now, v); assert Among(s, s[0].guard); }
      if w.Clear? { AllStop(s[1..], q, part, atom, now, w); } else { WeighStop(s[1..], q, part, atom, now, w); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }
  // Whatever stops the walk at its first guard stops it whole.
  lemma FirstClear(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && s != [] && WeighSeq(s, q, part, atom, now, v).Clear?
    ensures After(s, q, part, atom, now, v).Clear?
  {
    hide Weigh;
    var w := After(s, q, part, atom, now, v);
    if !w.Clear? { WeighStop(s[1..], q, part, atom, now, w); }
  }

  ghost predicate AnyGrants(s: seq<Guards>, part: Part, atom: Atom) { exists g :: Among(s, g) && Grants(g, part, atom) }
  lemma AllGrant(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && WeighSeq(s, q, part, atom, now, v).Clear?
    ensures WeighSeq(s, q, part, atom, now, v).grant.More? <==> v.grant.More? || AnyGrants(s, part, atom)
    decreases |s|
  {
    hide Weigh, Grants;
    if s != [] {
      FirstClear(s, q, part, atom, now, v);
      AllGrant(s[1..], q, part, atom, now, After(s, q, part, atom, now, v));
      if s[0].More? { OneGrants(s[0], q, part, atom, now, v); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyAsks(s: seq<Guards>, part: Part, atom: Atom, n: Name) { exists g :: Among(s, g) && Asks(g, part, atom, n) }
  lemma AllAsk(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict, n: Name)
    requires v.Clear? && WeighSeq(s, q, part, atom, now, v).Clear?
    ensures HasNeed(WeighSeq(s, q, part, atom, now, v).needs, n) <==> HasNeed(v.needs, n) || AnyAsks(s, part, atom, n)
    decreases |s|
  {
    hide Weigh, Asks, HasNeed;
    if s != [] {
      FirstClear(s, q, part, atom, now, v);
      AllAsk(s[1..], q, part, atom, now, After(s, q, part, atom, now, v), n);
      if s[0].More? { OneAsks(s[0], q, part, atom, now, v, n); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyLacks(s: seq<Guards>, q: Request, part: Part, atom: Atom) { exists g :: Among(s, g) && Lacks(g, q, part, atom) }
  lemma AllLack(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && WeighSeq(s, q, part, atom, now, v).Clear?
    ensures WeighSeq(s, q, part, atom, now, v).short.More? <==> v.short.More? || AnyLacks(s, q, part, atom)
    decreases |s|
  {
    hide Weigh, Lacks;
    if s != [] {
      FirstClear(s, q, part, atom, now, v);
      AllLack(s[1..], q, part, atom, now, After(s, q, part, atom, now, v));
      if s[0].More? { OneLacks(s[0], q, part, atom, now, v); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyOwes(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, k: Key) {
    exists g :: Among(s, g) && Owes(g, q, part, atom, now, k)
  }
  lemma AllOwe(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict, k: Key)
    requires v.Clear? && WeighSeq(s, q, part, atom, now, v).Clear?
    ensures k in AsMap(WeighSeq(s, q, part, atom, now, v).dues) <==> k in AsMap(v.dues) || AnyOwes(s, q, part, atom, now, k)
    decreases |s|
  {
    hide Weigh, Owes, AsMap;
    if s != [] {
      FirstClear(s, q, part, atom, now, v);
      AllOwe(s[1..], q, part, atom, now, After(s, q, part, atom, now, v), k);
      if s[0].More? { OneOwes(s[0], q, part, atom, now, v, k); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  // ---- what the dues of a part look like: under each key the part's measure, and the budget's limit ----
  // The guard's budget is the policy's.
  ghost predicate Funded(p: Policy, g: Guard) {
    g.due.Under? ==> g.due.name in p.budgets && g.due.budget == p.budgets[g.due.name]
  }
  ghost predicate Right(p: Policy, part: Part, c: Charges) {
    c.Owed? ==>
      && c.key !in AsMap(c.more) && c.key.1 in p.budgets
      && c.limit == p.budgets[c.key.1].limit && c.measure == p.budgets[c.key.1].measure
      && c.measure in part.ints && c.amount == part.ints[c.measure] && 0 <= c.amount
      && Right(p, part, c.more)
  }
  lemma OneRight(p: Policy, gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && gs.More? && Weigh(gs, q, part, atom, now, v).Clear? && Funded(p, gs.guard) && Right(p, part, v.dues)
    ensures var w := Weigh(gs, q, part, atom, now, v); Right(p, part, w.dues) && w.charges == v.charges
  {
    hide Owe, P.KeyOf, AsMap;
    var g := gs.guard;
    if g.due.Under? {
      if P.Counted(g.due.budget, q, part, atom) {
        OweKey(gs, q, part, atom, now, v);
        var k := P.KeyOf(g.due.name, g.due.budget, q, part, atom, now);
        HasIs(v.dues, k);
        assert k.1 == g.due.name by { reveal P.KeyOf; }
      } else { OweShort(gs, q, part, atom, now, v); }
    }
  }
  lemma AllRight(p: Policy, s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires v.Clear? && WeighSeq(s, q, part, atom, now, v).Clear? && Right(p, part, v.dues)
    requires forall g :: Among(s, g) ==> Funded(p, g)
    ensures var w := WeighSeq(s, q, part, atom, now, v); Right(p, part, w.dues) && w.charges == v.charges
    decreases |s|
  {
    hide Weigh, Right, Funded;
    if s != [] {
      FirstClear(s, q, part, atom, now, v);
      if s[0].More? { assert Among(s, s[0].guard); OneRight(p, s[0], q, part, atom, now, v); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
      AllRight(p, s[1..], q, part, atom, now, After(s, q, part, atom, now, v));
    }
  }
  lemma RightIs(p: Policy, part: Part, c: Charges, k: Key)
    requires Right(p, part, c)
    ensures Distinct(c)
    ensures k in AsMap(c) ==>
              && k.1 in p.budgets && p.budgets[k.1].measure in part.ints && 0 <= part.ints[p.budgets[k.1].measure]
              && AsMap(c)[k] == Spend(p.budgets[k.1].limit, part.ints[p.budgets[k.1].measure], p.budgets[k.1].measure)
  {}
}
