include "Deciding.dfy"
// What a verdict names is so: the rule that forbids, the atom that nothing grants, the charge that cannot be counted, the
// cell that is full. People and tools act on these names, so they are proved like the decision itself.
module ReasonsSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import P = Permission

  // A forbid, or what grants, of this id: it speaks about some atom of the request.
  ghost predicate Forbids(p: Policy, sc: Scene, id: Name) {
    exists part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules ::
      r.id == id && r.effect.Forbid? && Maybe(r, sc, part, atom)
  }
  ghost predicate Grants(p: Policy, sc: Scene, id: Name) {
    exists part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules ::
      r.id == id && (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom)
  }
  // There is no such part or atom, or nothing grants it.
  ghost predicate NotGranted(p: Policy, sc: Scene, i: int, j: int) {
    sc.q.parts == [] || (0 <= i < |sc.q.parts| && NonePasses(p, sc, sc.q.parts[i], j))
  }
  ghost predicate NonePasses(p: Policy, sc: Scene, part: Part, j: int) {
    part.atoms == [] || (0 <= j < |part.atoms| && !(Complete(p, part, part.atoms[j]) && Granted(p, sc, part, part.atoms[j])))
  }
  // Something is to be charged to this budget, or left by the rule of this id, and cannot be counted.
  ghost predicate Uncounted(p: Policy, sc: Scene, n: Name) {
    exists part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules ::
      P.Charges(r, sc, part, atom) && !P.Counts(p, sc, part, atom, r) && n == if r.effect.Charge? then r.effect.budget else r.id
  }
  // The request would count under this cell, which has so much left and does not admit it.
  ghost predicate Full(p: Policy, sc: Scene, n: Name, k: Key, left: int) {
    && k in P.Batch(p, sc) && k.1 == n
    && !Admits(k, P.Batch(p, sc)[k], Get(sc.view.nums, k), sc.now) && left == P.Batch(p, sc)[k].limit - Get(sc.view.nums, k)
  }
  ghost predicate Explained(p: Policy, sc: Scene, v: Verdict) {
    match v
    case Denied(id) => Forbids(p, sc, id)
    case Unpermitted(i, j) => NotGranted(p, sc, i, j)
    case Unpayable(n) => Uncounted(p, sc, n)
    case Exhausted(n, k, left) => Full(p, sc, n, k, left)
    case Asked(id, _) => Grants(p, sc, id)
    case Permitted(id, _, _, _) => Grants(p, sc, id)
    case Late(_) => false
    case Clear(_, _, _, _, _) => false
  }
  // As the session stands, or as if it carried the labels that the request brings; or the clock stands before what was seen.
  ghost predicate Told(p: Policy, sc: Scene, seen: int, v: Verdict) {
    if v.Late? then v.seen == seen && sc.now < seen else Explained(p, sc, v) || Explained(p, P.Carrying(p, sc), v)
  }
}
module Reasons {
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
  import opened TreeProofs
  import opened RuleProofs
  import opened Weighing
  import opened Walks
  import opened Atoms
  import opened Parts
  import opened Wholes
  import opened ReasonsSpec
  import Agreement
  import BuildCode
  import Deciding
  import K = Kernel
  import P = Permission

  // ---- what judging has gathered so far is so ----
  ghost function NameOf(g: Guard): Name { if g.due.Under? then g.due.name else g.rule.id }
  ghost predicate Keeps(p: Policy, sc: Scene, v: Verdict) {
    if v.Clear? then (v.grant.More? ==> ReasonsSpec.Grants(p, sc, v.grant.guard.rule.id)) && (v.short.More? ==> Uncounted(p, sc, NameOf(v.short.guard)))
    else Explained(p, sc, v)
  }
  ghost predicate Reached(p: Policy, sc: Scene, part: Part, atom: Atom) { part in sc.q.parts && atom in part.atoms && part.verb in p.axes }

  lemma ForbidKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires Reached(p, sc, part, atom) && Among(Walk(p, part, atom), g) && Stops(g, sc, part, atom)
    ensures Forbids(p, sc, g.rule.id)
  {
    hide Fires, Maybe, Among;
    var r := FiredMatches(p, sc, part, atom, g, true);
  }
  lemma GrantKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires Reached(p, sc, part, atom) && Among(Walk(p, part, atom), g) && Weighing.Grants(g, sc, part, atom)
    ensures ReasonsSpec.Grants(p, sc, g.rule.id)
  {
    hide Fires, Yes, Among;
    var r := FiredMatches(p, sc, part, atom, g, false);
  }
  lemma ShortKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires Sound(p) && Reached(p, sc, part, atom) && Among(Walk(p, part, atom), g) && Lacks(g, sc, part, atom)
    ensures Uncounted(p, sc, NameOf(g))
  {
    hide Fires, Maybe, Among, P.Counted;
    var r := FiredMatches(p, sc, part, atom, g, true);
    assert SoundRule(p, r);
    assert P.Charges(r, sc, part, atom) && !P.Counts(p, sc, part, atom, r);
  }
  lemma OneKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, gs: Guards, v: Verdict)
    requires Sound(p) && Reached(p, sc, part, atom) && gs.More? && Among(Walk(p, part, atom), gs.guard) && v.Clear? && Keeps(p, sc, v)
    ensures Keeps(p, sc, Weigh(gs, sc, part, atom, v))
  {
    hide Sound, Fires, Reached, Among, Walk, Weighing.Payable, Weighing.KeyFor, Weighing.Sum, Weighing.Counting, Weigh, HasNeed, Has;
    hide ReasonsSpec.Grants, Uncounted, Forbids;
    var g := gs.guard;
    WeighIs(gs, sc, part, atom, v);
    if g.kind == 4 || g.kind == 5 { CountingIs(gs, sc, part, atom, v); }
    if Stops(g, sc, part, atom) { ForbidKeeps(p, sc, part, atom, g); }
    if Weighing.Grants(g, sc, part, atom) { GrantKeeps(p, sc, part, atom, g); }
    if Lacks(g, sc, part, atom) { ShortKeeps(p, sc, part, atom, g); }
  }
  lemma WalkKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, s: seq<Guards>, v: Verdict)
    requires Sound(p) && Reached(p, sc, part, atom) && Keeps(p, sc, v)
    requires forall g :: Among(s, g) ==> Among(Walk(p, part, atom), g)
    ensures Keeps(p, sc, WeighSeq(s, sc, part, atom, v))
    decreases |s|
  {
    hide Sound, Reached, Keeps, Weigh, Walk;
    if s != [] {
      var w := After(s, sc, part, atom, v);
      if !v.Clear? { WeighStop(s, sc, part, atom, v); } else {
        if s[0].More? { assert Among(s, s[0].guard); OneKeeps(p, sc, part, atom, s[0], v); }
        assert forall g :: Among(s[1..], g) ==> Among(s, g);
        WalkKeeps(p, sc, part, atom, s[1..], w);
      }
    }
  }

  // ---- atoms and parts ----
  lemma AtomKeeps(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires Sound(p) && Reached(p, sc, part, atom) && Keeps(p, sc, v)
    ensures Keeps(p, sc, Atoms.Judged(p, sc, part, atom, v))
  {
    hide Sound, Keeps, WeighSeq, Among, Atoms.Judged;
    JudgedIsWalk(p, sc, part, atom, v);
    WalkKeeps(p, sc, part, atom, Walk(p, part, atom), v);
  }
  // What is left without anything that grants it is not granted.
  lemma AtomUngranted(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires part.verb in p.axes && v.Clear? && v.grant.NoGuards?
    requires var w := Atoms.Judged(p, sc, part, atom, v); w.Clear? && w.grant.NoGuards?
    ensures !(Complete(p, part, atom) && Granted(p, sc, part, atom))
  {
    hide Complete, Granted, Forbidden, Atoms.Judged, WeighSeq, AnyStops;
    JudgedIsWalk(p, sc, part, atom, v);
    AtomPasses(p, sc, part, atom, v);
    AllStop(Walk(p, part, atom), sc, part, atom, v);
    if Complete(p, part, atom) { StopsIsForbidden(p, sc, part, atom); }
  }
  lemma FromKeeps(p: Policy, sc: Scene, i: nat, part: Part, pos: nat, v: Verdict)
    requires Sound(p) && i < |sc.q.parts| && part == sc.q.parts[i] && part.verb in p.axes && pos <= |part.atoms|
    requires v.Clear? && Keeps(p, sc, v)
    ensures Keeps(p, sc, From(p, sc, i, part, pos, v))
    decreases |part.atoms| - pos
  {
    hide Sound, Atoms.Judged, From, Complete, Granted, ReasonsSpec.Grants, Uncounted;
    if pos == |part.atoms| { reveal From; } else {
      var a := part.atoms[pos];
      FromMore(p, sc, i, part, pos, v);
      AtomKeeps(p, sc, part, a, Ungranted(v));
      var w := Atoms.Judged(p, sc, part, a, Ungranted(v));
      if w.Clear? && w.grant.NoGuards? { AtomUngranted(p, sc, part, a, Ungranted(v)); }
      if w.Clear? && w.grant.More? { FromKeeps(p, sc, i, part, pos + 1, w); }
    }
  }
  lemma PartKeeps(p: Policy, sc: Scene, i: nat, v: Verdict)
    requires Sound(p) && i < |sc.q.parts| && v.Clear? && Keeps(p, sc, v)
    ensures Keeps(p, sc, JudgePart(Verbs(p), sc, i, v))
  {
    hide Sound, JudgePart, From, Granted, ReasonsSpec.Grants, Uncounted, Judging.Next, Verbs;
    var part := sc.q.parts[i];
    PartIsFrom(p, sc, i, v);
    NextIs(v);
    if part.verb in p.axes && part.atoms != [] { FromKeeps(p, sc, i, part, 0, Judging.Next(v)); }
  }
  lemma PartsKeep(p: Policy, sc: Scene, pos: nat, v: Verdict)
    requires Sound(p) && pos <= |sc.q.parts| && v.Clear? && Keeps(p, sc, v)
    ensures Keeps(p, sc, FromPart(p, sc, pos, v))
    decreases |sc.q.parts| - pos
  {
    hide Sound, JudgePart, FromPart, Keeps, Verbs;
    if pos == |sc.q.parts| { reveal FromPart; } else {
      FromPartMore(p, sc, pos, v);
      PartKeeps(p, sc, pos, v);
      var w := JudgePart(Verbs(p), sc, pos, v);
      if w.Clear? { PartsKeep(p, sc, pos + 1, w); }
    }
  }
  lemma JudgeKeeps(p: Policy, sc: Scene)
    requires K.Load(p).Loaded?
    ensures Keeps(p, sc, K.Judge(K.Load(p).plan, sc))
  {
    hide K.Load, Sound, FromPart, ReasonsSpec.Grants, Uncounted, Verbs;
    Agreement.LoadsIsSound(p);
    Agreement.LoadedPlan(p);
    PartsKeep(p, sc, 0, K.Start());
    assert JudgeParts(Verbs(p), sc, 0, K.Start()) == FromPart(p, sc, 0, K.Start()) by { reveal FromPart; }
  }

  // ---- reserving ----
  lemma SpendExplains(c: Charges, rule: Name, all: Charges, now: int, nums: map<Key, int>, w: Writes)
    requires Distinct(c)
    ensures var v := K.SpendAll(c, rule, all, now, nums, w);
            && (v.Permitted? || v.Exhausted?) && (v.Permitted? ==> v.rule == rule)
            && (v.Exhausted? ==> v.key in AsMap(c) && v.budget == v.key.1 && AsMap(c)[v.key].Touch?
                                 && !Admits(v.key, AsMap(c)[v.key], Get(nums, v.key), now) && v.left == AsMap(c)[v.key].limit - Get(nums, v.key))
    decreases c
  {
    hide Admits, Cells.Next;
    if c.Owed? {
      SpendExplains(c.more, rule, all, now, nums, w);
      var op := Touch(c.limit, c.amount, c.measure);
      var x := Write(c.key, Cells.Next(c.key, op, Get(nums, c.key), now), w);
      SpendExplains(c.more, rule, all, now, nums, x);
    }
  }
  lemma ReserveExplains(p: Policy, sc: Scene, v: Verdict)
    requires K.Load(p).Loaded? && v == K.Judge(K.Load(p).plan, sc)
    ensures var r := K.Reserve(K.Load(p).plan, v, sc); Explained(p, sc, r)
  {
    hide K.Load, K.Judge, K.SpendAll, P.Batch, AsMap, Distinct, Total, ReasonsSpec.Grants, Uncounted, NotGranted, Forbids, K.Softly, K.Approved, P.Clear, P.Payable;
    JudgeKeeps(p, sc);
    Agreement.Agrees(p, sc);
    if v.Clear? {
      var c := Total(v);
      SpendExplains(c, v.grant.guard.rule.id, c, sc.now, sc.view.nums, K.Load(p).plan.none);
    }
  }
  lemma DecideExplains(p: Policy, sc: Scene, seen: int)
    requires K.Load(p).Loaded? && sc.own == {}
    ensures Told(p, sc, seen, K.Decide(K.Load(p).plan, sc, seen))
  {
    hide K.Load, K.Judge, K.Reserve, P.Carrying, ReasonsSpec.Grants, Uncounted, NotGranted, Forbids, Full;
    if seen <= sc.now {
      var plan, sc2 := K.Load(p).plan, P.Carrying(p, sc);
      Deciding.DecideIs(p, sc, seen);
      if K.Judge(plan, sc).Clear? {
        ReserveExplains(p, sc2, K.Judge(plan, sc2));
        assert sc2 == sc.(own := sc2.own) by { reveal P.Carrying; }
        Deciding.ReserveSame(plan, K.Judge(plan, sc2), sc, sc2.own);
        Deciding.JudgeJudged(plan, sc2);
      } else {
        JudgeKeeps(p, sc);
        Deciding.JudgeJudged(plan, sc);
      }
    }
  }
}
