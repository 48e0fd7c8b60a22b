include "Weighing.dfy"
// What weighing all guards that a walk reaches comes to: each conclusion over the set of guards.
module Walks {
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
  import opened Weighing
  import opened Reading
  import P = Permission

  // What is left after the first guard of the walk.
  ghost function After(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires s != []
  { if s[0].More? then Weigh(s[0], sc, part, atom, v) else v }

  ghost predicate AnyStops(s: seq<Guards>, sc: Scene, part: Part, atom: Atom) { exists g :: Among(s, g) && Stops(g, sc, part, atom) }
  lemma AllStop(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear?
    ensures WeighSeq(s, sc, part, atom, v).Clear? <==> !AnyStops(s, sc, part, atom)
    decreases |s|
  {
    hide Weigh, Stops;
    if s != [] {
      var w := After(s, sc, part, atom, v);
      if s[0].More? { OneStops(s[0], sc, part, atom, v); assert Among(s, s[0].guard); }
      if w.Clear? { AllStop(s[1..], sc, part, atom, w); } else { WeighStop(s[1..], sc, part, atom, w); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }
  // Whatever stops the walk at its first guard stops it whole.
  lemma FirstClear(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && s != [] && WeighSeq(s, sc, part, atom, v).Clear?
    ensures After(s, sc, part, atom, v).Clear?
  {
    hide Weigh;
    var w := After(s, sc, part, atom, v);
    if !w.Clear? { WeighStop(s[1..], sc, part, atom, w); }
  }

  ghost predicate AnyGrants(s: seq<Guards>, sc: Scene, part: Part, atom: Atom) { exists g :: Among(s, g) && Grants(g, sc, part, atom) }
  lemma AllGrant(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && WeighSeq(s, sc, part, atom, v).Clear?
    ensures WeighSeq(s, sc, part, atom, v).grant.More? <==> v.grant.More? || AnyGrants(s, sc, part, atom)
    decreases |s|
  {
    hide Weigh, Grants;
    if s != [] {
      FirstClear(s, sc, part, atom, v);
      AllGrant(s[1..], sc, part, atom, After(s, sc, part, atom, v));
      if s[0].More? { OneGrants(s[0], sc, part, atom, v); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyAsks(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, n: Name) { exists g :: Among(s, g) && Asks(g, sc, part, atom, n) }
  lemma AllAsk(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict, n: Name)
    requires v.Clear? && WeighSeq(s, sc, part, atom, v).Clear?
    ensures HasNeed(WeighSeq(s, sc, part, atom, v).needs, n) <==> HasNeed(v.needs, n) || AnyAsks(s, sc, part, atom, n)
    decreases |s|
  {
    hide Weigh, Asks, HasNeed;
    if s != [] {
      FirstClear(s, sc, part, atom, v);
      AllAsk(s[1..], sc, part, atom, After(s, sc, part, atom, v), n);
      if s[0].More? { OneAsks(s[0], sc, part, atom, v, n); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyLacks(s: seq<Guards>, sc: Scene, part: Part, atom: Atom) { exists g :: Among(s, g) && Lacks(g, sc, part, atom) }
  lemma AllLack(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires v.Clear? && WeighSeq(s, sc, part, atom, v).Clear?
    ensures WeighSeq(s, sc, part, atom, v).short.More? <==> v.short.More? || AnyLacks(s, sc, part, atom)
    decreases |s|
  {
    hide Weigh, Lacks;
    if s != [] {
      FirstClear(s, sc, part, atom, v);
      AllLack(s[1..], sc, part, atom, After(s, sc, part, atom, v));
      if s[0].More? { OneLacks(s[0], sc, part, atom, v); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  ghost predicate AnyOwes(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, k: Key) {
    exists g :: Among(s, g) && Owes(g, sc, part, atom, k)
  }
  lemma AllOwe(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict, k: Key)
    requires v.Clear? && WeighSeq(s, sc, part, atom, v).Clear?
    ensures k in AsMap(WeighSeq(s, sc, part, atom, v).dues) <==> k in AsMap(v.dues) || AnyOwes(s, sc, part, atom, k)
    decreases |s|
  {
    hide Weigh, Owes, AsMap;
    if s != [] {
      FirstClear(s, sc, part, atom, v);
      AllOwe(s[1..], sc, part, atom, After(s, sc, part, atom, v), k);
      if s[0].More? { OneOwes(s[0], sc, part, atom, v, k); assert Among(s, s[0].guard); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
    }
  }

  // ---- what the dues of a part look like: under each key what the policy says ----
  // The guard counts under the policy's own budget, of its key's kind, or sets a mark.
  ghost predicate Funded(p: Policy, g: Guard) {
    && (g.due.Under? ==> g.due.name in p.budgets && g.due.budget == p.budgets[g.due.name])
    && (g.due.Setting? ==> !P.Budgeted((g.due.mark.kind, g.due.mark.name, g.due.mark.name, g.due.mark.name, g.due.mark.name, g.due.mark.name, 0)))
  }
  // What a part owes under a key.
  ghost predicate Adds(p: Policy, part: Part, k: Key, amount: int, limit: int, measure: Name) {
    if P.Budgeted(k) then
      && k.1 in p.budgets && measure == p.budgets[k.1].measure && measure in part.ints
      && limit == p.budgets[k.1].limit * P.Unit(p.budgets[k.1]) && amount == part.ints[measure] * P.Unit(p.budgets[k.1])
    else limit == 0 && amount == 0 && measure == k.1
  }
  ghost predicate Right(p: Policy, part: Part, c: Charges) {
    c.Owed? ==> c.key !in AsMap(c.more) && Adds(p, part, c.key, c.amount, c.limit, c.measure) && Right(p, part, c.more)
  }
  lemma SumFits(p: Policy, g: Guard, sc: Scene, part: Part, atom: Atom, more: Charges)
    requires Sound(p) && Payable(g, sc, part, atom) && Funded(p, g)
    ensures var c := Sum(g, sc, part, atom, more); c.key == KeyFor(g, sc, part, atom) && c.more == more && Adds(p, part, c.key, c.amount, c.limit, c.measure)
  {
    hide AllGiven;
    if g.kind == 4 { assert SoundBudget(p.budgets[g.due.name]); }
  }
  lemma OneRight(p: Policy, gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires Sound(p) && v.Clear? && gs.More? && Weigh(gs, sc, part, atom, v).Clear? && Funded(p, gs.guard) && Right(p, part, v.dues)
    ensures var w := Weigh(gs, sc, part, atom, v); Right(p, part, w.dues) && w.charges == v.charges
  {
    hide Weigh, Payable, KeyFor, Sum, Adds, Funded, Sound, Has;
    OneDues(gs, sc, part, atom, v);
    if Weigh(gs, sc, part, atom, v).dues != v.dues {
      SumFits(p, gs.guard, sc, part, atom, v.dues);
      HasIs(v.dues, KeyFor(gs.guard, sc, part, atom));
      assert Sum(gs.guard, sc, part, atom, v.dues).Owed? by { reveal Sum; }
    }
  }
  lemma AllRight(p: Policy, s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires Sound(p) && v.Clear? && WeighSeq(s, sc, part, atom, v).Clear? && Right(p, part, v.dues)
    requires forall g :: Among(s, g) ==> Funded(p, g)
    ensures var w := WeighSeq(s, sc, part, atom, v); Right(p, part, w.dues) && w.charges == v.charges
    decreases |s|
  {
    hide Weigh, Right, Funded, Sound;
    if s != [] {
      FirstClear(s, sc, part, atom, v);
      if s[0].More? { assert Among(s, s[0].guard); OneRight(p, s[0], sc, part, atom, v); }
      assert forall g :: Among(s[1..], g) ==> Among(s, g);
      AllRight(p, s[1..], sc, part, atom, After(s, sc, part, atom, v));
    }
  }
  lemma RightIs(p: Policy, part: Part, c: Charges, k: Key)
    requires Right(p, part, c)
    ensures Distinct(c)
    ensures k in AsMap(c) ==> AsMap(c)[k].Touch? && Adds(p, part, k, AsMap(c)[k].amount, AsMap(c)[k].limit, AsMap(c)[k].measure)
  { hide Adds; }
}
