include "Atoms.dfy"
include "Totals.dfy"
// Judging one part: all of its atoms must pass, and the part counts once under every key that one of them touches.
module Parts {
  import opened Names
  import opened Requests
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
  ghost predicate AtomsPass(p: Policy, part: Part, pos: nat) { forall j | pos <= j < |part.atoms| :: Passes(p, part, part.atoms[j]) }
  ghost predicate AtomsNeed(p: Policy, part: Part, pos: nat, n: Name) {
    exists j | pos <= j < |part.atoms| :: Needed(p, part, part.atoms[j], n)
  }
  ghost predicate AtomsUnpaid(p: Policy, q: Request, part: Part, pos: nat) {
    exists j | pos <= j < |part.atoms| :: Unpaid(p, q, part, part.atoms[j])
  }
  ghost predicate AtomsCost(p: Policy, q: Request, part: Part, pos: nat, now: int, k: Key) {
    exists j | pos <= j < |part.atoms| :: Costs(p, q, part, part.atoms[j], now, k)
  }
  ghost function From(p: Policy, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict): Verdict
    requires part.verb in p.axes && v.Clear? && pos <= |part.atoms|
  { JudgeAtoms(Kernel.RootOf(p, part.verb), q, i, part, pos, now, v) }
  // Every atom begins with nothing that grants it.
  ghost function Ungranted(v: Verdict): Verdict
    requires v.Clear?
  { Clear(NoGuards, v.short, v.needs, v.dues, v.charges) }
  lemma FromMore(p: Policy, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict)
    requires part.verb in p.axes && v.Clear? && pos < |part.atoms|
    ensures var w := Judged(p, q, part, part.atoms[pos], now, Ungranted(v));
            From(p, q, i, part, pos, now, v) ==
            if !w.Clear? then w else if w.grant.NoGuards? then Unpermitted(i, pos) else From(p, q, i, part, pos + 1, now, w)
  { hide Enter, Kernel.RootOf; }

  lemma FromClear(p: Policy, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict)
    requires part.verb in p.axes && v.Clear? && pos <= |part.atoms|
    ensures var w := From(p, q, i, part, pos, now, v);
            (w.Clear? <==> AtomsPass(p, part, pos)) && (w.Clear? && (pos < |part.atoms| || v.grant.More?) ==> w.grant.More?)
    decreases |part.atoms| - pos
  {
    hide Passes, Judged, From;
    if pos == |part.atoms| { reveal From; } else {
      FromMore(p, q, i, part, pos, now, v);
      AtomPasses(p, q, part, part.atoms[pos], now, Ungranted(v));
      var w := Judged(p, q, part, part.atoms[pos], now, Ungranted(v));
      if w.Clear? && w.grant.More? { FromClear(p, q, i, part, pos + 1, now, w); }
    }
  }
  lemma FromAdds(p: Policy, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict, n: Name, k: Key)
    requires part.verb in p.axes && v.Clear? && pos <= |part.atoms| && AtomsPass(p, part, pos) && Right(p, part, v.dues)
    ensures var w := From(p, q, i, part, pos, now, v);
            && w.Clear? && Right(p, part, w.dues) && w.charges == v.charges
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || AtomsNeed(p, part, pos, n))
            && (w.short.More? <==> v.short.More? || AtomsUnpaid(p, q, part, pos))
            && (k in AsMap(w.dues) <==> k in AsMap(v.dues) || AtomsCost(p, q, part, pos, now, k))
    decreases |part.atoms| - pos
  {
    hide Passes, Judged, From, Right, Needed, Unpaid, Costs, HasNeed, AsMap;
    if pos == |part.atoms| { reveal From; } else {
      var a := part.atoms[pos];
      FromMore(p, q, i, part, pos, now, v);
      AtomPasses(p, q, part, a, now, Ungranted(v));
      AtomAdds(p, q, part, a, now, Ungranted(v), n, k);
      FromAdds(p, q, i, part, pos + 1, now, Judged(p, q, part, a, now, Ungranted(v)), n, k);
      assert AtomsNeed(p, part, pos, n) <==> Needed(p, part, a, n) || AtomsNeed(p, part, pos + 1, n);
      assert AtomsUnpaid(p, q, part, pos) <==> Unpaid(p, q, part, a) || AtomsUnpaid(p, q, part, pos + 1);
      assert AtomsCost(p, q, part, pos, now, k) <==> Costs(p, q, part, a, now, k) || AtomsCost(p, q, part, pos + 1, now, k);
    }
  }

  // ---- the whole part ----
  ghost predicate PartPasses(p: Policy, part: Part) { part.atoms != [] && forall atom | atom in part.atoms :: Passes(p, part, atom) }
  ghost predicate PartNeeds(p: Policy, part: Part, n: Name) { exists atom | atom in part.atoms :: Needed(p, part, atom, n) }
  ghost predicate PartUnpaid(p: Policy, q: Request, part: Part) { exists atom | atom in part.atoms :: Unpaid(p, q, part, atom) }

  lemma PassIs(p: Policy, part: Part)
    ensures AtomsPass(p, part, 0) <==> forall atom | atom in part.atoms :: Passes(p, part, atom)
  {
    hide Passes;
    if AtomsPass(p, part, 0) {
      forall atom | atom in part.atoms ensures Passes(p, part, atom) { var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom; }
    }
  }
  lemma NeedIs(p: Policy, part: Part, n: Name)
    ensures AtomsNeed(p, part, 0, n) <==> PartNeeds(p, part, n)
  {
    hide Needed;
    if atom :| atom in part.atoms && Needed(p, part, atom, n) {
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Needed(p, part, part.atoms[j], n);
    }
  }
  lemma UnpaidIs(p: Policy, q: Request, part: Part)
    ensures AtomsUnpaid(p, q, part, 0) <==> PartUnpaid(p, q, part)
  {
    hide Unpaid;
    if atom :| atom in part.atoms && Unpaid(p, q, part, atom) {
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Unpaid(p, q, part, part.atoms[j]);
    }
  }
  lemma CostIs(p: Policy, q: Request, part: Part, now: int, k: Key)
    ensures AtomsCost(p, q, part, 0, now, k) <==> P.Touches(p, q, part, now, k)
  {
    hide P.Charges, P.Counted, P.Counter;
    if AtomsCost(p, q, part, 0, now, k) {
      var j :| 0 <= j < |part.atoms| && Costs(p, q, part, part.atoms[j], now, k);
      assert part.atoms[j] in part.atoms;
    }
    if P.Touches(p, q, part, now, k) {
      var atom, r :| atom in part.atoms && r in p.rules && P.Counts(p, q, part, atom, r) && P.Counter(p, q, part, atom, r, now) == k;
      assert Costs(p, q, part, atom, now, k);
      var j :| 0 <= j < |part.atoms| && part.atoms[j] == atom;
      assert Costs(p, q, part, part.atoms[j], now, k);
    }
  }

  // The roots of a loaded policy.
  ghost function Verbs(p: Policy): map<Name, Root> { map verb | verb in p.axes :: Kernel.RootOf(p, verb) }
  lemma NextIs(v: Verdict)
    requires v.Clear?
    ensures Judging.Next(v) == Clear(v.grant, v.short, v.needs, NoCharges, Total(v))
  {}
  lemma PartIsFrom(p: Policy, q: Request, i: nat, now: int, v: Verdict)
    requires v.Clear? && i < |q.parts|
    ensures var part := q.parts[i];
            JudgePart(Verbs(p), q, i, now, v) ==
            if part.verb !in p.axes || part.atoms == [] then Unpermitted(i, 0) else From(p, q, i, part, 0, now, Judging.Next(v))
  { hide JudgeAtoms, Kernel.RootOf, Judging.Next; }

  lemma PartClear(p: Policy, q: Request, i: nat, now: int, v: Verdict)
    requires v.Clear? && i < |q.parts|
    ensures var w := JudgePart(Verbs(p), q, i, now, v); (w.Clear? <==> PartPasses(p, q.parts[i])) && (w.Clear? ==> w.grant.More?)
  {
    hide JudgePart, From, Judging.Next, Granted, Forbidden;
    var part := q.parts[i];
    PartIsFrom(p, q, i, now, v);
    NextIs(v);
    PassIs(p, part);
    if part.verb !in p.axes && part.atoms != [] { assert part.atoms[0] in part.atoms && !Complete(p, part, part.atoms[0]); }
    hide Passes;
    if part.verb in p.axes && part.atoms != [] { FromClear(p, q, i, part, 0, now, Judging.Next(v)); }
  }
  lemma PartAdds(p: Policy, q: Request, i: nat, now: int, v: Verdict, n: Name, k: Key)
    requires v.Clear? && i < |q.parts| && PartPasses(p, q.parts[i])
    ensures var w := JudgePart(Verbs(p), q, i, now, v);
            && w.Clear? && Right(p, q.parts[i], w.dues) && w.charges == Total(v)
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || PartNeeds(p, q.parts[i], n))
            && (w.short.More? <==> v.short.More? || PartUnpaid(p, q, q.parts[i]))
            && (k in AsMap(w.dues) <==> P.Touches(p, q, q.parts[i], now, k))
  {
    hide JudgePart, From, Judging.Next, Granted, Forbidden, Needed, Unpaid, Total, HasNeed;
    hide P.Touches, AtomsPass, AtomsCost, AtomsNeed, AtomsUnpaid, PartNeeds, PartUnpaid;
    var part := q.parts[i];
    PartIsFrom(p, q, i, now, v);
    NextIs(v);
    PassIs(p, part);
    assert Passes(p, part, part.atoms[0]);
    assert part.verb in p.axes;
    assert Right(p, part, Judging.Next(v).dues);
    assert AsMap(Judging.Next(v).dues) == map[];
    FromAdds(p, q, i, part, 0, now, Judging.Next(v), n, k);
    NeedIs(p, part, n);
    UnpaidIs(p, q, part);
    CostIs(p, q, part, now, k);
  }
}
