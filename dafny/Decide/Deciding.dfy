include "Agreement.dfy"
include "Asking.dfy"
include "Frame.dfy"
// The decision as it runs, against the specification: judging, labels that a request brings, reserving, approvals.
module Deciding {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Trees
  import opened Cells
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened Views
  import Agreement
  import Asking
  import Batches
  import Frame
  import Reading
  import Reserving
  import Parts
  import A = ApprovalCode
  import K = Kernel
  import P = Permission
  import M = Machine

  // ---- judging refuses or is clear; granting is left to reserving ----
  ghost predicate Refuses(v: Verdict) { v.Denied? || v.Unpermitted? || v.Unpayable? }
  ghost predicate IsJudged(v: Verdict) { v.Clear? || Refuses(v) }
  lemma WeighJudged(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires gs.More? && IsJudged(v)
    ensures IsJudged(Weigh(gs, sc, part, atom, v))
  {}
  lemma WeighSeqJudged(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires IsJudged(v)
    ensures IsJudged(WeighSeq(s, sc, part, atom, v))
    decreases |s|
  {
    hide Weigh, IsJudged;
    if s != [] {
      if s[0].More? { WeighJudged(s[0], sc, part, atom, v); }
      WeighSeqJudged(s[1..], sc, part, atom, if s[0].More? then Weigh(s[0], sc, part, atom, v) else v);
    }
  }
  lemma AtomsJudged(e: Root, sc: Scene, i: int, part: Part, pos: nat, v: Verdict)
    requires v.Clear? && pos <= |part.atoms|
    ensures IsJudged(JudgeAtoms(e, sc, i, part, pos, v))
    decreases |part.atoms| - pos
  {
    hide WeighSeq, Entering;
    if pos < |part.atoms| {
      var start := Clear(NoGuards, v.short, v.needs, v.dues, v.charges);
      WeighSeqJudged(Entering(e.tree, e.axes, part.atoms[pos]), sc, part, part.atoms[pos], start);
      var w := Enter(e.tree, e.axes, sc, part, part.atoms[pos], start);
      if w.Clear? && !w.grant.NoGuards? { AtomsJudged(e, sc, i, part, pos + 1, w); }
    }
  }
  lemma PartsJudged(verbs: map<Name, Root>, sc: Scene, pos: nat, v: Verdict)
    requires v.Clear? && pos <= |sc.q.parts|
    ensures IsJudged(JudgeParts(verbs, sc, pos, v))
    decreases |sc.q.parts| - pos
  {
    hide JudgeAtoms;
    if pos < |sc.q.parts| {
      var part := sc.q.parts[pos];
      if part.verb in verbs && |part.atoms| != 0 { AtomsJudged(verbs[part.verb], sc, pos, part, 0, Judging.Next(v)); }
      var w := JudgePart(verbs, sc, pos, v);
      if w.Clear? { PartsJudged(verbs, sc, pos + 1, w); }
    }
  }
  lemma JudgeJudged(plan: K.Plan, sc: Scene)
    ensures IsJudged(K.Judge(plan, sc))
  {
    hide JudgeParts;
    if |sc.q.parts| != 0 && plan.start.Clear? { PartsJudged(plan.verbs, sc, 0, plan.start); }
  }

  // ---- what a clear judgement owes is the batch ----
  lemma NoneNegativeIs(c: Charges)
    requires Distinct(c) && forall k | k in AsMap(c) :: AsMap(c)[k].Touch? && 0 <= AsMap(c)[k].amount
    ensures NoneNegative(c)
  {
    if c.Owed? {
      assert AsMap(c)[c.key] == Touch(c.limit, c.amount, c.measure);
      forall k | k in AsMap(c.more) ensures AsMap(c.more)[k].Touch? && 0 <= AsMap(c.more)[k].amount { assert AsMap(c)[k] == AsMap(c.more)[k]; }
      NoneNegativeIs(c.more);
    }
  }

  // ---- labels that the request brings ----
  lemma FreshIs(c: Charges, nums: map<Key, int>)
    ensures K.Fresh(c, nums) <==> K.Brought(c, nums) != {}
    decreases c
  {}
  lemma BroughtIs(c: Charges, nums: map<Key, int>, k: Key)
    ensures k in K.Brought(c, nums) <==> k in AsMap(c) && k.0 == 2 && Get(nums, k) <= 0
    decreases c
  {}
  lemma BringsIs(p: Policy, sc: Scene, c: Charges)
    requires AsMap(c) == P.Batch(p, sc)
    ensures K.Brought(c, sc.view.nums) == P.Brings(p, sc)
  {
    hide P.Keys, P.Amount;
    forall k: Key ensures k in K.Brought(c, sc.view.nums) <==> k in P.Brings(p, sc) { BroughtIs(c, sc.view.nums, k); assert k in P.Batch(p, sc) <==> k in P.Keys(p, sc); }
  }

  // ---- approvals ----
  ghost predicate Shown(p: Policy, sc: Scene, log: M.Log) {
    forall k: Key | k in P.Keys(p, sc) :: Get(sc.view.nums, k) == Get(M.StateOf(log), k)
  }
  // The needs that the code ends up with.
  ghost function NeedsOf(plan: K.Plan, v: Verdict, sc: Scene): Needs
    requires v.Clear?
  { if plan.soft then K.Softly(Total(v), sc.view.nums, v.needs) else v.needs }
  lemma NeedsAre(p: Policy, v: Verdict, sc: Scene, log: M.Log, n: Name)
    requires K.Load(p).Loaded? && v.Clear? && M.Sound(log) && M.Ready(log, sc.now) && Shown(p, sc, log)
    requires Distinct(Total(v)) && AsMap(Total(v)) == P.Batch(p, sc) && P.Room(P.Batch(p, sc), log, sc.now)
    requires HasNeed(v.needs, n) <==> P.Wanted(p, sc, n)
    ensures HasNeed(NeedsOf(K.Load(p).plan, v, sc), n) <==> P.Missing(p, sc, P.Batch(p, sc), log, n)
  {
    hide K.Load, P.Wanted, P.Batch, P.Keys, P.Passed, Total, Reading.Sound, P.Room;
    Agreement.LoadsIsSound(p);
    assert K.Load(p).plan.soft == K.IsSoft(p) by { reveal K.Load; }
    if K.IsSoft(p) {
      Asking.SoftlyIs(Total(v), sc.view.nums, v.needs, n);
      assert Shows(sc.view.nums, M.StateOf(log), AsMap(Total(v)).Keys) by { reveal P.Batch; }
      Asking.OverIsPassed(Total(v), sc.view.nums, log, sc.now, n);
    } else { Asking.NotSoft(p, sc, log, n); }
  }
  lemma ApprovedIs(p: Policy, needs: Needs, sc: Scene, ops: map<Key, Op>, log: M.Log)
    requires K.Load(p).Loaded? && forall n :: HasNeed(needs, n) <==> P.Missing(p, sc, ops, log, n)
    ensures K.Approved(K.Load(p).plan, needs, sc) <==> P.Approved(p, sc, ops, log)
  {
    hide P.Missing, P.Filled, K.Enough, HasNeed, K.Roots;
    if p.session in sc.q.scopes && P.GrantKey(p, sc.q) in sc.view.grants {
      Asking.EnoughIs(p.quorums, needs, sc.view.grants[P.GrantKey(p, sc.q)]);
    }
  }

  // ---- reserving what was judged ----
  ghost predicate NoMissing(p: Policy, sc: Scene, log: M.Log) { forall n :: !P.Missing(p, sc, P.Batch(p, sc), log, n) }
  lemma ReserveRight(p: Policy, v: Verdict, sc: Scene, log: M.Log)
    requires K.Load(p).Loaded? && M.Sound(log) && M.Ready(log, sc.now) && Shown(p, sc, log)
    requires v.Clear? && v.grant.More? && Distinct(Total(v)) && AsMap(Total(v)) == P.Batch(p, sc)
    requires forall n :: HasNeed(v.needs, n) <==> P.Wanted(p, sc, n)
    ensures var r := K.Reserve(K.Load(p).plan, v, sc);
            && (r.Permitted? <==> P.Room(P.Batch(p, sc), log, sc.now) && (NoMissing(p, sc, log) || P.Approved(p, sc, P.Batch(p, sc), log)))
            && (r.Asked? <==> P.Room(P.Batch(p, sc), log, sc.now) && !NoMissing(p, sc, log) && !P.Approved(p, sc, P.Batch(p, sc), log))
            && (r.Permitted? ==> r.charges == Total(v) && (r.used <==> !NoMissing(p, sc, log)))
  {
    hide K.Load, P.Batch, P.Keys, P.Approved, P.Missing, P.Wanted, P.Room, Total, HasNeed, K.Approved;
    var plan := K.Load(p).plan;
    Agreement.LoadedPlan(p);
    assert Shows(sc.view.nums, M.StateOf(log), AsMap(Total(v)).Keys) by { reveal P.Batch; }
    Reserving.SpendIsRoom(Total(v), v.grant.guard.rule.id, log, sc.now, sc.view.nums, NoWrites);
    Reserving.SpendOk(Total(v), v.grant.guard.rule.id, Total(v), sc.now, sc.view.nums, NoWrites);
    if P.Room(P.Batch(p, sc), log, sc.now) {
      var needs := NeedsOf(plan, v, sc);
      forall n ensures HasNeed(needs, n) <==> P.Missing(p, sc, P.Batch(p, sc), log, n) { NeedsAre(p, v, sc, log, n); }
      ApprovedIs(p, needs, sc, P.Batch(p, sc), log);
      NoneNeeded(needs);
    }
  }
  lemma NoneNeeded(needs: Needs)
    ensures needs.Need? ==> HasNeed(needs, needs.name)
    ensures needs.NoNeeds? ==> forall n :: !HasNeed(needs, n)
  {}

  // ---- the decision, on a view that shows what the policy names for the request ----
  ghost predicate Showing(p: Policy, sc: Scene, log: M.Log) {
    forall k: Key | Frame.Named(p, sc.q, sc.now, k) :: Get(sc.view.nums, k) == Get(M.StateOf(log), k)
  }
  lemma ShowingShown(p: Policy, sc: Scene, log: M.Log)
    requires Showing(p, sc, log)
    ensures Shown(p, sc, log)
  {
    hide Frame.Named, P.Keys;
    forall k: Key | k in P.Keys(p, sc) ensures Get(sc.view.nums, k) == Get(M.StateOf(log), k) { Frame.KeysNamed(p, sc, k); }
  }
  // The scene that is reserved on: with the labels that the request brings.
  lemma DecideIs(p: Policy, sc: Scene, seen: int)
    requires K.Load(p).Loaded? && sc.own == {} && seen <= sc.now
    ensures var plan := K.Load(p).plan;
            K.Decide(plan, sc, seen) ==
            if K.Judge(plan, sc).Clear? then K.Reserve(plan, K.Judge(plan, P.Carrying(p, sc)), sc) else K.Judge(plan, sc)
  {
    hide K.Load, K.Judge, K.Reserve, P.Batch, P.Brings, Total, P.Clear, P.Payable;
    var plan := K.Load(p).plan;
    Agreement.LoadsIsSound(p);
    Agreement.Agrees(p, sc);
    if K.Judge(plan, sc).Clear? {
      var c := Total(K.Judge(plan, sc));
      BringsIs(p, sc, c);
      FreshIs(c, sc.view.nums);
      assert sc.(own := {}) == sc;
    }
  }
  // Reserving looks at no label: the same with the labels or without.
  lemma ReserveSame(plan: K.Plan, v: Verdict, sc: Scene, own: set<Key>)
    ensures K.Reserve(plan, v, sc.(own := own)) == K.Reserve(plan, v, sc)
  { hide Total, K.Softly, K.SpendAll, K.Enough; }

  lemma DecideRight(p: Policy, sc: Scene, seen: int, log: M.Log)
    requires K.Load(p).Loaded? && sc.own == {} && M.Sound(log) && seen == M.Latest(log) && Showing(p, sc, log)
    ensures K.Decide(K.Load(p).plan, sc, seen).Permitted? <==> M.Ready(log, sc.now) && P.Permitted(p, log, sc)
    ensures K.Decide(K.Load(p).plan, sc, seen).Asked? <==> M.Ready(log, sc.now) && P.Askable(p, log, sc)
    ensures var v := K.Decide(K.Load(p).plan, sc, seen);
            v.Permitted? ==> Distinct(v.charges) && AsMap(v.charges) == P.Batch(p, P.Carrying(p, sc)) && (v.used <==> !P.Free(p, log, sc))
  {
    hide K.Load, K.Judge, K.Reserve, P.Clear, P.Payable, P.Room, P.Batch, P.Keys, P.Carrying, AsMap, Distinct, Total, Shown, Showing, P.Approved, P.Missing, P.Wanted, HasNeed;
    reveal P.Permitted, P.Askable;
    if seen <= sc.now {
      var plan, sc2 := K.Load(p).plan, P.Carrying(p, sc);
      DecideIs(p, sc, seen);
      Agreement.LoadsIsSound(p);
      Agreement.Agrees(p, sc);
      Agreement.Agrees(p, sc2);
      JudgeJudged(plan, sc);
      JudgeJudged(plan, sc2);
      var v := K.Judge(plan, sc2);
      assert sc2 == sc.(own := sc2.own) by { reveal P.Carrying; }
      ReserveSame(plan, v, sc, sc2.own);
      if v.Clear? {
        assert Showing(p, sc2, log) by { reveal Showing; }
        ShowingShown(p, sc2, log);
        ReserveRight(p, v, sc2, log);
      } else { assert K.Reserve(plan, v, sc) == v by { reveal K.Reserve; } }
    }
  }

  // What a permitted decision writes is what its batch leaves, under the touched cells and nowhere else.
  lemma DecideWrites(p: Policy, sc: Scene, seen: int, log: M.Log, k: Key)
    requires K.Load(p).Loaded? && sc.own == {} && Showing(p, sc, log) && K.Decide(K.Load(p).plan, sc, seen).Permitted?
    ensures var v := K.Decide(K.Load(p).plan, sc, seen);
            Reserving.Leaves(v.writes, P.Batch(p, P.Carrying(p, sc)), M.StateOf(log), sc.view.nums, sc.now, k)
  {
    hide K.Load, K.Judge, P.Clear, P.Payable, P.Batch, P.Keys, P.Carrying, AsMap, Distinct, Total, Shown, Showing, HasNeed, K.Softly, K.SpendAll, K.Approved, Reserving.Leaves;
    var plan, sc2 := K.Load(p).plan, P.Carrying(p, sc);
    Agreement.LoadedPlan(p);
    Agreement.LoadsIsSound(p);
    DecideIs(p, sc, seen);
    JudgeJudged(plan, sc);
    JudgeJudged(plan, sc2);
    var v := K.Judge(plan, sc2);
    Agreement.Agrees(p, sc2);
    assert Showing(p, sc2, log) by { reveal P.Carrying, Showing; }
    ShowingShown(p, sc2, log);
    assert v.Clear?;
    assert sc2.view == sc.view && sc2.now == sc.now by { reveal P.Carrying; }
    assert Shows(sc.view.nums, M.StateOf(log), AsMap(Total(v)).Keys) by { reveal P.Batch, Shown; }
    var w := K.SpendAll(Total(v), v.grant.guard.rule.id, Total(v), sc.now, sc.view.nums, NoWrites);
    Reserving.SpendIsApply(Total(v), v.grant.guard.rule.id, M.StateOf(log), sc.now, sc.view.nums, k);
  }
}
