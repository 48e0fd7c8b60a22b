include "Atoms.dfy"
include "Totals.dfy"
// Judging one part: all of its atoms must pass, and the part counts once under every key that one of them touches.
module Parts {
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
  import opened Walks
  import opened Atoms
  import Kernel
  import P = Permission

  // ---- the atoms from one on ----
  ghost predicate AtomsPass(p: Policy, sc: Scene, part: Part, pos: nat) { forall j | pos <= j < |part.atoms| :: Passes(p, sc, part, part.atoms[j]) }
  ghost predicate AtomsNeed(p: Policy, sc: Scene, part: Part, pos: nat, n: Name) {
    exists j | pos <= j < |part.atoms| :: Needed(p, sc, part, part.atoms[j], n)
  }
  ghost predicate AtomsUnpaid(p: Policy, sc: Scene, part: Part, pos: nat) {
    exists j | pos <= j < |part.atoms| :: Unpaid(p, sc, part, part.atoms[j])
  }
  ghost predicate AtomsCost(p: Policy, sc: Scene, part: Part, pos: nat, k: Key) {
    exists j | pos <= j < |part.atoms| :: Costs(p, sc, part, part.atoms[j], k)
  }
  ghost function From(p: Policy, sc: Scene, i: int, part: Part, pos: nat, v: Verdict): Verdict
    requires part.verb in p.axes && v.Clear? && pos <= |part.atoms|
  { JudgeAtoms(Kernel.RootOf(p, part.verb), sc, i, part, pos, v) }
  // Every atom begins with nothing that grants it.
  ghost function Ungranted(v: Verdict): Verdict
    requires v.Clear?
  { Clear(NoGuards, v.short, v.needs, v.dues, v.charges) }
  lemma FromMore(p: Policy, sc: Scene, i: int, part: Part, pos: nat, v: Verdict)
    requires part.verb in p.axes && v.Clear? && pos < |part.atoms|
    ensures var w := Judged(p, sc, part, part.atoms[pos], Ungranted(v));
            From(p, sc, i, part, pos, v) ==
            if !w.Clear? then w else if w.grant.NoGuards? then Unpermitted(i, pos) else From(p, sc, i, part, pos + 1, w)
  { hide Enter, Kernel.RootOf; }

  lemma FromClear(p: Policy, sc: Scene, i: int, part: Part, pos: nat, v: Verdict)
    requires part.verb in p.axes && v.Clear? && pos <= |part.atoms|
    ensures var w := From(p, sc, i, part, pos, v);
            (w.Clear? <==> AtomsPass(p, sc, part, pos)) && (w.Clear? && (pos < |part.atoms| || v.grant.More?) ==> w.grant.More?)
    decreases |part.atoms| - pos
  {
    hide Passes, Judged, From;
    if pos == |part.atoms| { reveal From; } else {
      FromMore(p, sc, i, part, pos, v);
      AtomPasses(p, sc, part, part.atoms[pos], Ungranted(v));
      var w := Judged(p, sc, part, part.atoms[pos], Ungranted(v));
      if w.Clear? && w.grant.More? { FromClear(p, sc, i, part, pos + 1, w); }
    }
  }
  lemma FromAdds(p: Policy, sc: Scene, i: int, part: Part, pos: nat, v: Verdict, n: Name, k: Key)
    requires Sound(p) && part.verb in p.axes && v.Clear? && pos <= |part.atoms| && AtomsPass(p, sc, part, pos) && Right(p, part, v.dues)
    ensures var w := From(p, sc, i, part, pos, v);
            && w.Clear? && Right(p, part, w.dues) && w.charges == v.charges
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || AtomsNeed(p, sc, part, pos, n))
            && (w.short.More? <==> v.short.More? || AtomsUnpaid(p, sc, part, pos))
            && (k in AsMap(w.dues) <==> k in AsMap(v.dues) || AtomsCost(p, sc, part, pos, k))
    decreases |part.atoms| - pos
  {
    hide Sound, Passes, Judged, From, Right, Needed, Unpaid, Costs, HasNeed, AsMap;
    if pos == |part.atoms| { reveal From; } else {
      var a := part.atoms[pos];
      FromMore(p, sc, i, part, pos, v);
      AtomPasses(p, sc, part, a, Ungranted(v));
      AtomAdds(p, sc, part, a, Ungranted(v), n, k);
      FromAdds(p, sc, i, part, pos + 1, Judged(p, sc, part, a, Ungranted(v)), n, k);
      assert AtomsNeed(p, sc, part, pos, n) <==> Needed(p, sc, part, a, n) || AtomsNeed(p, sc, part, pos + 1, n);
      assert AtomsUnpaid(p, sc, part, pos) <==> Unpaid(p, sc, part, a) || AtomsUnpaid(p, sc, part, pos + 1);
      assert AtomsCost(p, sc, part, pos, k) <==> Costs(p, sc, part, a, k) || AtomsCost(p, sc, part, pos + 1, k);
    }
  }

  // ---- the whole part ----
  ghost predicate PartPasses(p: Policy, sc: Scene, part: Part) { part.atoms != [] && forall atom | atom in part.atoms :: Passes(p, sc, part, atom) }
  ghost predicate PartNeeds(p: Policy, sc: Scene, part: Part, n: Name) { exists atom | atom in part.atoms :: Needed(p, sc, part, atom, n) }
  ghost predicate PartUnpaid(p: Policy, sc: Scene, part: Part) { exists atom | atom in part.atoms :: Unpaid(p, sc, part, atom) }

  lemma PassIs(p: Policy, sc: Scene, part: Part)
    ensures AtomsPass(p, sc, part, 0) <==> forall atom | atom in part.atoms :: Passes(p, sc, part, atom)
  {
    hide Passes;
    if AtomsPass(p, sc, part, 0) {
      forall atom | atom in part.atoms ensures Passes(p, sc, part, atom) { var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom; }
    }
  }
  lemma NeedIs(p: Policy, sc: Scene, part: Part, n: Name)
    ensures AtomsNeed(p, sc, part, 0, n) <==> PartNeeds(p, sc, part, n)
  {
    hide Needed;
    if atom :| atom in part.atoms && Needed(p, sc, part, atom, n) {
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Needed(p, sc, part, part.atoms[j], n);
    }
  }
  lemma UnpaidIs(p: Policy, sc: Scene, part: Part)
    ensures AtomsUnpaid(p, sc, part, 0) <==> PartUnpaid(p, sc, part)
  {
    hide Unpaid;
    if atom :| atom in part.atoms && Unpaid(p, sc, part, atom) {
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Unpaid(p, sc, part, part.atoms[j]);
    }
  }
  lemma CostIs(p: Policy, sc: Scene, part: Part, k: Key)
    ensures AtomsCost(p, sc, part, 0, k) <==> P.Touches(p, sc, part, k)
  {
    hide P.Charges, P.Counted, P.Counter;
    if AtomsCost(p, sc, part, 0, k) {
      var j :| 0 <= j < |part.atoms| && Costs(p, sc, part, part.atoms[j], k);
      assert part.atoms[j] in part.atoms;
    }
    if P.Touches(p, sc, part, k) {
      var atom, r :| atom in part.atoms && r in p.rules && P.Counts(p, sc, part, atom, r) && P.Counter(p, sc, part, atom, r) == k;
      assert Costs(p, sc, part, atom, k);
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Costs(p, sc, part, part.atoms[j], k);
    }
  }

  // The roots of a loaded policy.
  ghost function Verbs(p: Policy): map<Name, Root> { map verb | verb in p.axes :: Kernel.RootOf(p, verb) }
  lemma NextIs(v: Verdict)
    requires v.Clear?
    ensures Judging.Next(v) == Clear(v.grant, v.short, v.needs, NoCharges, Total(v))
  {}
  lemma PartIsFrom(p: Policy, sc: Scene, i: nat, v: Verdict)
    requires v.Clear? && i < |sc.q.parts|
    ensures var part := sc.q.parts[i];
            JudgePart(Verbs(p), sc, i, v) ==
            if part.verb !in p.axes || part.atoms == [] then Unpermitted(i, 0) else From(p, sc, i, part, 0, Judging.Next(v))
  { hide JudgeAtoms, Kernel.RootOf, Judging.Next; }

  lemma PartClear(p: Policy, sc: Scene, i: nat, v: Verdict)
    requires v.Clear? && i < |sc.q.parts|
    ensures var w := JudgePart(Verbs(p), sc, i, v); (w.Clear? <==> PartPasses(p, sc, sc.q.parts[i])) && (w.Clear? ==> w.grant.More?)
  {
    hide JudgePart, From, Judging.Next, Granted, Forbidden;
    var part := sc.q.parts[i];
    PartIsFrom(p, sc, i, v);
    NextIs(v);
    PassIs(p, sc, part);
    if part.verb !in p.axes && part.atoms != [] { assert part.atoms[0] in part.atoms && !Complete(p, part, part.atoms[0]); }
    hide Passes;
    if part.verb in p.axes && part.atoms != [] { FromClear(p, sc, i, part, 0, Judging.Next(v)); }
  }
  lemma PartAdds(p: Policy, sc: Scene, i: nat, v: Verdict, n: Name, k: Key)
    requires Sound(p) && v.Clear? && i < |sc.q.parts| && PartPasses(p, sc, sc.q.parts[i])
    ensures var w := JudgePart(Verbs(p), sc, i, v);
            && w.Clear? && Right(p, sc.q.parts[i], w.dues) && w.charges == Total(v)
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || PartNeeds(p, sc, sc.q.parts[i], n))
            && (w.short.More? <==> v.short.More? || PartUnpaid(p, sc, sc.q.parts[i]))
            && (k in AsMap(w.dues) <==> P.Touches(p, sc, sc.q.parts[i], k))
  {
    hide Sound, JudgePart, From, Judging.Next, Granted, Forbidden, Needed, Unpaid, Total, HasNeed;
    hide P.Touches, AtomsPass, AtomsCost, AtomsNeed, AtomsUnpaid, PartNeeds, PartUnpaid;
    var part := sc.q.parts[i];
    PartIsFrom(p, sc, i, v);
    NextIs(v);
    PassIs(p, sc, part);
    assert Passes(p, sc, part, part.atoms[0]);
    assert part.verb in p.axes;
    assert Right(p, part, Judging.Next(v).dues);
    assert AsMap(Judging.Next(v).dues) == map[];
    FromAdds(p, sc, i, part, 0, Judging.Next(v), n, k);
    NeedIs(p, sc, part, n);
    UnpaidIs(p, sc, part);
    CostIs(p, sc, part, k);
  }
}
