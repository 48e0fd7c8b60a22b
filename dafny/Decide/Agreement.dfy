include "Wholes.dfy"
// The judgement over an index agrees with the specification, for every policy and every request (B9).
module Agreement {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened Totals
  import opened Atoms
  import opened Parts
  import opened Wholes
  import Kernel
  import P = Permission

  // ---- loading ----
  ghost predicate Fine(p: Policy, r: Rule) {
    (r.effect.Permit? ==> r.unless == []) && (r.effect.Charge? ==> r.effect.budget in p.budgets)
  }
  lemma BadIs(p: Policy, pos: nat)
    requires pos <= |p.rules|
    ensures Kernel.Bad(p, pos) == |p.rules| <==> forall i | pos <= i < |p.rules| :: Fine(p, p.rules[i])
    decreases |p.rules| - pos
  { if pos < |p.rules| && Fine(p, p.rules[pos]) { BadIs(p, pos + 1); } }
  // Exactly the well-formed policies load.
  lemma LoadsIsSound(p: Policy)
    ensures Kernel.Load(p).Loaded? <==> Sound(p)
  {
    hide Kernel.RootOf, Kernel.Bad;
    BadIs(p, 0);
    if forall i | 0 <= i < |p.rules| :: Fine(p, p.rules[i]) {
      forall r | r in p.rules ensures Fine(p, r) { var i :| 0 <= i < |p.rules| && p.rules[i] == r; }
    }
    if Sound(p) { forall i | 0 <= i < |p.rules| ensures Fine(p, p.rules[i]) { assert p.rules[i] in p.rules; } }
  }
  lemma LoadedPlan(p: Policy)
    requires Kernel.Load(p).Loaded?
    ensures Kernel.Load(p).plan == Kernel.Plan(Verbs(p), Kernel.Start(), NoWrites)
  { hide Kernel.RootOf; }

  // ---- the specification, part by part ----
  lemma ClearIs(p: Policy, q: Request)
    ensures P.Clear(p, q) <==> q.parts != [] && forall i | 0 <= i < |q.parts| :: PartPasses(p, q.parts[i])
  {
    hide Complete, Granted, Forbidden;
    if P.Clear(p, q) {
      forall i | 0 <= i < |q.parts| ensures PartPasses(p, q.parts[i]) { assert q.parts[i] in q.parts; }
    }
    if q.parts != [] && forall i | 0 <= i < |q.parts| :: PartPasses(p, q.parts[i]) {
      forall part | part in q.parts ensures PartPasses(p, part) { var i :| 0 <= i < |q.parts| && q.parts[i] == part; }
      forall part, atom | part in q.parts && atom in part.atoms ensures Passes(p, part, atom) { assert PartPasses(p, part); }
    }
  }
  // Somebody's approval is missing.
  ghost predicate Wanted(p: Policy, q: Request, n: Name) {
    exists part, atom | part in q.parts && atom in part.atoms :: Needed(p, part, atom, n)
  }
  lemma WantedIs(p: Policy, q: Request, n: Name)
    ensures Wanted(p, q, n) <==> exists i | 0 <= i < |q.parts| :: PartNeeds(p, q.parts[i], n)
  {
    hide Needed;
    if Wanted(p, q, n) {
      var part, atom :| part in q.parts && atom in part.atoms && Needed(p, part, atom, n);
      var i :| 0 <= i < |q.parts| && q.parts[i] == part;
      assert PartNeeds(p, q.parts[i], n);
    }
    if i :| 0 <= i < |q.parts| && PartNeeds(p, q.parts[i], n) {
      var atom :| atom in q.parts[i].atoms && Needed(p, q.parts[i], atom, n);
      assert q.parts[i] in q.parts;
    }
  }
  lemma PayableIs(p: Policy, q: Request)
    ensures P.Payable(p, q) <==> !exists i | 0 <= i < |q.parts| :: PartUnpaid(p, q, q.parts[i])
  {
    hide Maybe, P.Counted;
    if i :| 0 <= i < |q.parts| && PartUnpaid(p, q, q.parts[i]) {
      var atom :| atom in q.parts[i].atoms && Unpaid(p, q, q.parts[i], atom);
      assert q.parts[i] in q.parts;
    } else {
      forall part, atom, r | part in q.parts && atom in part.atoms && r in p.rules && P.Charges(r, part, atom)
        ensures r.effect.budget in p.budgets && P.Counted(p.budgets[r.effect.budget], q, part, atom)
      {
        var i :| 0 <= i < |q.parts| && q.parts[i] == part;
        assert !PartUnpaid(p, q, q.parts[i]);
        assert !Unpaid(p, q, part, atom);
      }
    }
  }
  lemma TouchedIs(p: Policy, q: Request, now: int, k: Key)
    ensures P.Touched(p, q, now, k) <==> TouchedBy(p, q, |q.parts|, now, k)
  {
    hide P.Touches;
    if part :| part in q.parts && P.Touches(p, q, part, now, k) {
      var i :| 0 <= i < |q.parts| && q.parts[i] == part;
      assert P.Touches(p, q, q.parts[i], now, k);
    }
  }

  // ---- the judgement ----
  opaque ghost function Judgement(p: Policy, q: Request, now: int): Verdict
    requires Kernel.Load(p).Loaded?
  { Kernel.Judge(Kernel.Load(p).plan, q, now) }
  // All parts judged, from the start.
  ghost function Whole(p: Policy, q: Request, now: int): Verdict { FromPart(p, q, 0, now, Kernel.Start()) }
  lemma JudgementIs(p: Policy, q: Request, now: int)
    requires Kernel.Load(p).Loaded?
    ensures Judgement(p, q, now).Clear? <==> q.parts != [] && Whole(p, q, now).Clear? && Whole(p, q, now).short.NoGuards?
    ensures Judgement(p, q, now).Clear? ==> Judgement(p, q, now) == Whole(p, q, now)
  {
    hide Verbs, JudgeParts, Kernel.Load;
    reveal Judgement;
    LoadedPlan(p);
  }

  // It is clear exactly where the policy's rules let the request pass and its budgets can count it.
  lemma JudgesClear(p: Policy, q: Request, now: int)
    requires Kernel.Load(p).Loaded?
    ensures Judgement(p, q, now).Clear? <==> P.Clear(p, q) && P.Payable(p, q)
    ensures Judgement(p, q, now).Clear? ==> Judgement(p, q, now).grant.More?
  {
    hide FromPart, PartPasses, PartUnpaid, P.Clear, P.Payable;
    JudgementIs(p, q, now);
    ClearIs(p, q);
    PayableIs(p, q);
    PartsClear(p, q, 0, now, Kernel.Start());
    if P.Clear(p, q) { PartsAdd(p, q, 0, now, Kernel.Start(), q.parts[0].verb); }
  }
  // Then it names those who must approve, ...
  lemma JudgesNeeds(p: Policy, q: Request, now: int, n: Name)
    requires Kernel.Load(p).Loaded? && Judgement(p, q, now).Clear?
    ensures HasNeed(Judgement(p, q, now).needs, n) <==> Wanted(p, q, n)
  {
    hide FromPart, PartPasses, PartNeeds, P.Clear, P.Payable, Wanted;
    JudgementIs(p, q, now);
    JudgesClear(p, q, now);
    ClearIs(p, q);
    WantedIs(p, q, n);
    PartsAdd(p, q, 0, now, Kernel.Start(), n);
  }
  lemma JudgesFree(p: Policy, q: Request, now: int)
    requires Kernel.Load(p).Loaded? && Judgement(p, q, now).Clear?
    ensures Judgement(p, q, now).needs.NoNeeds? <==> P.Free(p, q)
  {
    hide Needed;
    var j := Judgement(p, q, now);
    if j.needs.NoNeeds? {
      forall part, atom, n | part in q.parts && atom in part.atoms ensures !Needed(p, part, atom, n) {
        JudgesNeeds(p, q, now, n);
        assert !Wanted(p, q, n);
      }
    } else { JudgesNeeds(p, q, now, j.needs.name); }
  }
  // ... and what it would spend.
  lemma JudgesKey(p: Policy, q: Request, now: int, k: Key)
    requires Kernel.Load(p).Loaded? && Judgement(p, q, now).Clear?
    ensures Booked(p, q, |q.parts|, now, Total(Judgement(p, q, now)), k)
  {
    hide FromPart, PartPasses, P.Clear, P.Payable;
    JudgementIs(p, q, now);
    JudgesClear(p, q, now);
    ClearIs(p, q);
    assert Booked(p, q, 0, now, Total(Kernel.Start()), k);
    PartsBook(p, q, 0, now, Kernel.Start(), k);
  }
  lemma JudgesSpends(p: Policy, q: Request, now: int)
    requires Kernel.Load(p).Loaded? && Judgement(p, q, now).Clear?
    ensures Distinct(Total(Judgement(p, q, now))) && P.Spends(p, q, now, AsMap(Total(Judgement(p, q, now))))
    ensures forall k | k in AsMap(Total(Judgement(p, q, now))) :: 0 <= AmountAt(Total(Judgement(p, q, now)), k)
  {
    hide P.Touched, P.Amount, TouchedBy, AmountAt, Distinct, AsMap, Total;
    var c := Total(Judgement(p, q, now));
    assert q.parts[..|q.parts|] == q.parts;
    forall k: Key ensures k in AsMap(c) <==> P.Touched(p, q, now, k) { JudgesKey(p, q, now, k); TouchedIs(p, q, now, k); }
    forall k: Key | k in AsMap(c)
      ensures k.1 in p.budgets && AsMap(c)[k] == Spend(p.budgets[k.1].limit, P.Amount(p, q, q.parts, now, k), p.budgets[k.1].measure)
      ensures 0 <= AmountAt(c, k)
    { JudgesKey(p, q, now, k); }
    assert Distinct(c) by {
      JudgesClear(p, q, now);
      var n := q.parts[0].verb;
      JudgesKey(p, q, now, (0, n, n, n, n, n, 0));
    }
  }

  // ---- B9 ----
  lemma Agrees(p: Policy, q: Request, now: int)
    requires Kernel.Load(p).Loaded?
    ensures var j := Kernel.Judge(Kernel.Load(p).plan, q, now);
            (j.Clear? <==> P.Clear(p, q) && P.Payable(p, q)) &&
            (j.Clear? ==>
               && j.grant.More? && (j.needs.NoNeeds? <==> P.Free(p, q)) && (forall n :: HasNeed(j.needs, n) <==> Wanted(p, q, n))
               && Distinct(Total(j)) && P.Spends(p, q, now, AsMap(Total(j))))
  {
    hide P.Clear, P.Payable, P.Free, P.Spends, Wanted, Kernel.Load, Kernel.Judge;
    reveal Judgement;
    JudgesClear(p, q, now);
    if Judgement(p, q, now).Clear? {
      JudgesFree(p, q, now);
      forall n ensures HasNeed(Judgement(p, q, now).needs, n) <==> Wanted(p, q, n) { JudgesNeeds(p, q, now, n); }
      JudgesSpends(p, q, now);
    }
  }
}
