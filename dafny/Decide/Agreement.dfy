include "Wholes.dfy"
include "../Boundary/Batch.dfy"
// The judgement over an index agrees with the specification, for every policy and every request (B9).
module Agreement {
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
  import opened Totals
  import opened Atoms
  import opened Parts
  import opened Wholes
  import Batches
  import Kernel
  import P = Permission

  // ---- loading ----
  lemma BadIs(p: Policy, pos: nat)
    requires pos <= |p.rules|
    ensures Kernel.Bad(p, pos) == |p.rules| <==> forall i | pos <= i < |p.rules| :: SoundRule(p, p.rules[i])
    decreases |p.rules| - pos
  { if pos < |p.rules| && SoundRule(p, p.rules[pos]) { BadIs(p, pos + 1); } }
  lemma RolesAre(q: Quorum, pos: nat)
    requires pos <= |q.roles|
    ensures Kernel.FineRoles(q, pos) <==> forall i | pos <= i < |q.roles| :: 1 <= q.roles[i].1
    decreases |q.roles| - pos
  { if pos < |q.roles| { RolesAre(q, pos + 1); } }
  lemma QuorumIs(q: Quorum)
    ensures 1 <= |q.roles| && Kernel.FineRoles(q, 0) <==> SoundQuorum(q)
  {
    RolesAre(q, 0);
    if forall i | 0 <= i < |q.roles| :: 1 <= q.roles[i].1 {
      forall role, people | (role, people) in q.roles ensures 1 <= people { var i :| 0 <= i < |q.roles| && q.roles[i] == (role, people); }
    }
    if SoundQuorum(q) { forall i | 0 <= i < |q.roles| ensures 1 <= q.roles[i].1 { assert (q.roles[i].0, q.roles[i].1) in q.roles; } }
  }
  // Exactly the well-formed policies load.
  lemma LoadsIsSound(p: Policy)
    ensures Kernel.Load(p).Loaded? <==> Sound(p)
  {
    hide Kernel.Roots, Kernel.Bad, Kernel.IsSoft, Kernel.FineRoles, SoundQuorum, SoundRule, SoundBudget;
    BadIs(p, 0);
    RulesAre(p);
    assert Kernel.FineQuorums(p) <==> forall n | n in p.quorums :: SoundQuorum(p.quorums[n]) by {
      forall n | n in p.quorums ensures 1 <= |p.quorums[n].roles| && Kernel.FineRoles(p.quorums[n], 0) <==> SoundQuorum(p.quorums[n]) { QuorumIs(p.quorums[n]); }
    }
    assert Kernel.FineBudgets(p) <==> forall n | n in p.budgets :: SoundBudget(p.budgets[n]) by { reveal SoundBudget; }
  }
  lemma RulesAre(p: Policy)
    ensures (forall i | 0 <= i < |p.rules| :: SoundRule(p, p.rules[i])) <==> forall r | r in p.rules :: SoundRule(p, r)
  {
    hide SoundRule;
    if forall i | 0 <= i < |p.rules| :: SoundRule(p, p.rules[i]) {
      forall r | r in p.rules ensures SoundRule(p, r) { var i :| 0 <= i < |p.rules| && p.rules[i] == r; }
    }
    if forall r | r in p.rules :: SoundRule(p, r) {
      forall i | 0 <= i < |p.rules| ensures SoundRule(p, p.rules[i]) { assert p.rules[i] in p.rules; }
    }
  }
  lemma LoadedPlan(p: Policy)
    requires Kernel.Load(p).Loaded?
    ensures Kernel.Load(p).plan == Kernel.Plan(Verbs(p), Kernel.Start(), NoWrites, Kernel.IsSoft(p), p.quorums, p.agents, p.id, p.session, p.user, p.self)
  { hide Kernel.RootOf; }

  // ---- the specification, part by part ----
  lemma ClearIs(p: Policy, sc: Scene)
    ensures P.Clear(p, sc) <==> sc.q.parts != [] && forall i | 0 <= i < |sc.q.parts| :: PartPasses(p, sc, sc.q.parts[i])
  {
    hide Complete, Granted, Forbidden;
    if P.Clear(p, sc) {
      forall i | 0 <= i < |sc.q.parts| ensures PartPasses(p, sc, sc.q.parts[i]) { assert sc.q.parts[i] in sc.q.parts; }
    }
    if sc.q.parts != [] && forall i | 0 <= i < |sc.q.parts| :: PartPasses(p, sc, sc.q.parts[i]) {
      forall part | part in sc.q.parts ensures PartPasses(p, sc, part) { var i :| 0 <= i < |sc.q.parts| && sc.q.parts[i] == part; }
      forall part, atom | part in sc.q.parts && atom in part.atoms ensures Passes(p, sc, part, atom) { assert PartPasses(p, sc, part); }
    }
  }
  // Somebody must approve.
  lemma WantedIs(p: Policy, sc: Scene, n: Name)
    ensures P.Wanted(p, sc, n) <==> exists i | 0 <= i < |sc.q.parts| :: PartNeeds(p, sc, sc.q.parts[i], n)
  {
    hide Needed;
    if P.Wanted(p, sc, n) {
      var part, atom :| part in sc.q.parts && atom in part.atoms && Needed(p, sc, part, atom, n);
      var i :| 0 <= i < |sc.q.parts| && sc.q.parts[i] == part;
      assert PartNeeds(p, sc, sc.q.parts[i], n);
    }
    if i :| 0 <= i < |sc.q.parts| && PartNeeds(p, sc, sc.q.parts[i], n) {
      var atom :| atom in sc.q.parts[i].atoms && Needed(p, sc, sc.q.parts[i], atom, n);
      assert sc.q.parts[i] in sc.q.parts;
    }
  }
  lemma PayableIs(p: Policy, sc: Scene)
    ensures P.Payable(p, sc) <==> !exists i | 0 <= i < |sc.q.parts| :: PartUnpaid(p, sc, sc.q.parts[i])
  {
    hide P.Charges, P.Counts;
    if i :| 0 <= i < |sc.q.parts| && PartUnpaid(p, sc, sc.q.parts[i]) {
      var atom :| atom in sc.q.parts[i].atoms && Unpaid(p, sc, sc.q.parts[i], atom);
      assert sc.q.parts[i] in sc.q.parts;
    } else {
      forall part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules && P.Charges(r, sc, part, atom)
        ensures P.Counts(p, sc, part, atom, r)
      {
        var i :| 0 <= i < |sc.q.parts| && sc.q.parts[i] == part;
        assert !PartUnpaid(p, sc, sc.q.parts[i]);
        assert !Unpaid(p, sc, part, atom);
      }
    }
  }
  lemma TouchedIs(p: Policy, sc: Scene, k: Key)
    ensures P.Touched(p, sc, k) <==> TouchedBy(p, sc, |sc.q.parts|, k)
  {
    hide P.Touches;
    if part :| part in sc.q.parts && P.Touches(p, sc, part, k) {
      var i :| 0 <= i < |sc.q.parts| && sc.q.parts[i] == part;
      assert P.Touches(p, sc, sc.q.parts[i], k);
    }
  }

  // ---- the judgement ----
  opaque ghost function Judgement(p: Policy, sc: Scene): Verdict
    requires Kernel.Load(p).Loaded?
  { Kernel.Judge(Kernel.Load(p).plan, sc) }
  // All parts judged, from the start.
  ghost function Whole(p: Policy, sc: Scene): Verdict { FromPart(p, sc, 0, Kernel.Start()) }
  lemma JudgementIs(p: Policy, sc: Scene)
    requires Kernel.Load(p).Loaded?
    ensures Judgement(p, sc).Clear? <==> sc.q.parts != [] && Whole(p, sc).Clear? && Whole(p, sc).short.NoGuards?
    ensures Judgement(p, sc).Clear? ==> Judgement(p, sc) == Whole(p, sc)
  {
    hide Verbs, JudgeParts, Kernel.Load;
    reveal Judgement;
    LoadedPlan(p);
  }

  // It is clear exactly where the policy's rules let the request pass and its budgets can count it.
  lemma JudgesClear(p: Policy, sc: Scene)
    requires Kernel.Load(p).Loaded?
    ensures Judgement(p, sc).Clear? <==> P.Clear(p, sc) && P.Payable(p, sc)
    ensures Judgement(p, sc).Clear? ==> Judgement(p, sc).grant.More?
  {
    hide Sound, FromPart, PartPasses, PartUnpaid, P.Clear, P.Payable;
    LoadsIsSound(p);
    JudgementIs(p, sc);
    ClearIs(p, sc);
    PayableIs(p, sc);
    PartsClear(p, sc, 0, Kernel.Start());
    if P.Clear(p, sc) { PartsAdd(p, sc, 0, Kernel.Start(), sc.q.parts[0].verb); }
  }
  // Then it names those who must approve, ...
  lemma JudgesNeeds(p: Policy, sc: Scene, n: Name)
    requires Kernel.Load(p).Loaded? && Judgement(p, sc).Clear?
    ensures HasNeed(Judgement(p, sc).needs, n) <==> P.Wanted(p, sc, n)
  {
    hide Sound, FromPart, PartPasses, PartNeeds, P.Clear, P.Payable, P.Wanted;
    LoadsIsSound(p);
    JudgementIs(p, sc);
    JudgesClear(p, sc);
    ClearIs(p, sc);
    WantedIs(p, sc, n);
    PartsAdd(p, sc, 0, Kernel.Start(), n);
  }
  // ... and what it would spend.
  lemma JudgesKey(p: Policy, sc: Scene, k: Key)
    requires Kernel.Load(p).Loaded? && Judgement(p, sc).Clear?
    ensures Booked(p, sc, |sc.q.parts|, Total(Judgement(p, sc)), k)
  {
    hide Sound, FromPart, PartPasses, P.Clear, P.Payable;
    LoadsIsSound(p);
    JudgementIs(p, sc);
    JudgesClear(p, sc);
    ClearIs(p, sc);
    assert Booked(p, sc, 0, Total(Kernel.Start()), k);
    PartsBook(p, sc, 0, Kernel.Start(), k);
  }
  lemma JudgesBatch(p: Policy, sc: Scene)
    requires Kernel.Load(p).Loaded? && Judgement(p, sc).Clear?
    ensures Distinct(Total(Judgement(p, sc))) && AsMap(Total(Judgement(p, sc))) == P.Batch(p, sc)
  {
    hide P.Touched, P.Amount, TouchedBy, AmountAt, Distinct, AsMap, Total, P.Keys;
    var c := Total(Judgement(p, sc));
    assert sc.q.parts[..|sc.q.parts|] == sc.q.parts;
    forall k: Key ensures (k in AsMap(c) <==> k in P.Keys(p, sc)) && (k in AsMap(c) ==> AsMap(c)[k] == P.OpAt(p, k, P.Amount(p, sc, sc.q.parts, k))) {
      JudgesKey(p, sc, k);
      TouchedIs(p, sc, k);
      Batches.KeysTouched(p, sc, k);
    }
    assert Distinct(c) by {
      JudgesClear(p, sc);
      var n := sc.q.parts[0].verb;
      JudgesKey(p, sc, (0, n, n, n, n, n, 0));
    }
  }

  // ---- B9 ----
  lemma Agrees(p: Policy, sc: Scene)
    requires Kernel.Load(p).Loaded?
    ensures var j := Kernel.Judge(Kernel.Load(p).plan, sc);
            (j.Clear? <==> P.Clear(p, sc) && P.Payable(p, sc)) &&
            (j.Clear? ==>
               && j.grant.More? && (forall n :: HasNeed(j.needs, n) <==> P.Wanted(p, sc, n))
               && Distinct(Total(j)) && AsMap(Total(j)) == P.Batch(p, sc))
  {
    hide P.Clear, P.Payable, P.Batch, P.Wanted, Kernel.Load, Kernel.Judge, AsMap, Distinct, Total, HasNeed;
    reveal Judgement;
    JudgesClear(p, sc);
    if Judgement(p, sc).Clear? {
      forall n ensures HasNeed(Judgement(p, sc).needs, n) <==> P.Wanted(p, sc, n) { JudgesNeeds(p, sc, n); }
      JudgesBatch(p, sc);
    }
  }
}
