include "Agreement.dfy"
include "Reserving.dfy"
// The decision as it runs, against the specification: judging and reserving together.
module Deciding {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened Cells
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened Views
  import Agreement
  import Batches
  import Reserving
  import Totals
  import Parts
  import K = Kernel
  import P = Permission
  import M = Machine

  // ---- judging refuses or is clear; granting is left to reserving ----
  ghost predicate Refuses(v: Verdict) { v.Denied? || v.Unpermitted? || v.Unpayable? }
  ghost predicate Judged(v: Verdict) { v.Clear? || Refuses(v) }
  lemma WeighJudged(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires gs.More? && Judged(v)
    ensures Judged(Weigh(gs, q, part, atom, now, v))
  {}
  lemma WeighSeqJudged(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires Judged(v)
    ensures Judged(WeighSeq(s, q, part, atom, now, v))
    decreases |s|
  {
    hide Weigh, Judged;
    if s != [] {
      if s[0].More? { WeighJudged(s[0], q, part, atom, now, v); }
      WeighSeqJudged(s[1..], q, part, atom, now, if s[0].More? then Weigh(s[0], q, part, atom, now, v) else v);
    }
  }
  lemma AtomsJudged(e: Root, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict)
    requires v.Clear? && pos <= |part.atoms|
    ensures Judged(JudgeAtoms(e, q, i, part, pos, now, v))
    decreases |part.atoms| - pos
  {
    hide WeighSeq, Entering;
    if pos < |part.atoms| {
      var start := Clear(NoGuards, v.short, v.needs, v.dues, v.charges);
      WeighSeqJudged(Entering(e.tree, e.axes, part.atoms[pos]), q, part, part.atoms[pos], now, start);
      var w := Enter(e.tree, e.axes, q, part, part.atoms[pos], now, start);
      if w.Clear? && !w.grant.NoGuards? { AtomsJudged(e, q, i, part, pos + 1, now, w); }
    }
  }
  lemma PartsJudged(verbs: map<Name, Root>, q: Request, pos: nat, now: int, v: Verdict)
    requires v.Clear? && pos <= |q.parts|
    ensures Judged(JudgeParts(verbs, q, pos, now, v))
    decreases |q.parts| - pos
  {
    hide JudgeAtoms;
    if pos < |q.parts| {
      var part := q.parts[pos];
      if part.verb in verbs && |part.atoms| != 0 { AtomsJudged(verbs[part.verb], q, pos, part, 0, now, Judging.Next(v)); }
      var w := JudgePart(verbs, q, pos, now, v);
      if w.Clear? { PartsJudged(verbs, q, pos + 1, now, w); }
    }
  }
  lemma JudgeJudged(p: Policy, q: Request, now: int)
    requires K.Load(p).Loaded?
    ensures Judged(K.Judge(K.Load(p).plan, q, now))
  {
    hide JudgeParts, Parts.Verbs, K.Load;
    Agreement.LoadedPlan(p);
    PartsJudged(K.Load(p).plan.verbs, q, 0, now, K.Start());
  }

  // ---- the two halves together ----
  // The view shows every cell that the request touches; elsewhere it may hold anything.
  ghost predicate ShowsTouched(p: Policy, q: Request, now: int, cells: map<Key, int>, s: State) {
    forall k: Key | P.Touched(p, q, now, k) :: Get(cells, k) == Get(s, k)
  }
  lemma NoneNegativeIs(c: Charges)
    requires Distinct(c) && forall k | k in AsMap(c) :: 0 <= Totals.AmountAt(c, k)
    ensures NoneNegative(c)
  {
    if c.Owed? {
      assert Totals.AmountAt(c, c.key) == c.amount by { assert c.key in AsMap(c); }
      forall k | k in AsMap(c.more) ensures 0 <= Totals.AmountAt(c.more, k) {
        assert k in AsMap(c);
        assert Totals.AmountAt(c, k) == Totals.AmountAt(c.more, k);
      }
      NoneNegativeIs(c.more);
    }
  }
  lemma Owes(p: Policy, q: Request, now: int, cells: map<Key, int>, s: State)
    requires K.Load(p).Loaded? && K.Judge(K.Load(p).plan, q, now).Clear? && ShowsTouched(p, q, now, cells, s)
    ensures var c := Total(K.Judge(K.Load(p).plan, q, now));
            Distinct(c) && NoneNegative(c) && P.Spends(p, q, now, AsMap(c)) && Shows(cells, s, AsMap(c).Keys)
  {
    hide K.Load, K.Judge, AsMap, Distinct, NoneNegative, Total, P.Touched, P.Amount, Totals.AmountAt;
    var c := Total(K.Judge(K.Load(p).plan, q, now));
    Agreement.Agrees(p, q, now);
    reveal Agreement.Judgement();
    Agreement.JudgesSpends(p, q, now);
    NoneNegativeIs(c);
    forall k | k in AsMap(c).Keys ensures Get(cells, k) == Get(s, k) { assert P.Touched(p, q, now, k); }
  }

  lemma DecideRight(p: Policy, q: Request, now: int, cells: map<Key, int>, log: M.Log)
    requires K.Load(p).Loaded? && M.Sound(log) && M.Ready(log, now) && ShowsTouched(p, q, now, cells, M.StateOf(log))
    ensures K.Decide(K.Load(p).plan, q, now, cells).Permitted? <==> P.Permitted(p, log, q, now)
    ensures K.Decide(K.Load(p).plan, q, now, cells).Asked? <==> P.Askable(p, log, q, now)
  {
    hide K.Load, K.Judge, K.Reserve, P.Clear, P.Free, P.Payable, P.Spends, P.Room, AsMap, Distinct, NoneNegative, Total, Shows, ShowsTouched;
    var j := K.Judge(K.Load(p).plan, q, now);
    JudgeJudged(p, q, now);
    Agreement.Agrees(p, q, now);
    assert K.Load(p).plan.none == NoWrites by { Agreement.LoadedPlan(p); }
    if j.Clear? {
      Owes(p, q, now, cells, M.StateOf(log));
      Reserving.ReserveIsRoom(j, log, now, cells);
      Batches.PermittedIs(p, log, q, now, AsMap(Total(j)));
    } else {
      assert K.Reserve(j, now, cells, NoWrites) == j by { reveal K.Reserve; }
      Batches.BatchExists(p, q, now);
      Batches.PermittedIs(p, log, q, now, Batches.TheBatch(p, q, now));
    }
  }

  // What a permitted decision writes is what its batch leaves, under the touched cells and nowhere else.
  lemma DecideWrites(p: Policy, q: Request, now: int, cells: map<Key, int>, s: State, k: Key)
    requires K.Load(p).Loaded? && ShowsTouched(p, q, now, cells, s) && K.Decide(K.Load(p).plan, q, now, cells).Permitted?
    ensures var v := K.Decide(K.Load(p).plan, q, now, cells);
            P.Spends(p, q, now, AsMap(v.charges)) && Distinct(v.charges) && Reserving.Leaves(v.writes, AsMap(v.charges), s, now, k)
  {
    hide K.Load, K.Judge, K.Reserve, P.Clear, P.Free, P.Payable, P.Spends, P.Room, AsMap, Distinct, NoneNegative, Total, Shows, ShowsTouched, Reserving.Leaves;
    var j := K.Judge(K.Load(p).plan, q, now);
    JudgeJudged(p, q, now);
    assert K.Load(p).plan.none == NoWrites by { Agreement.LoadedPlan(p); }
    assert j.Clear? by { reveal K.Reserve; }
    Owes(p, q, now, cells, s);
    Reserving.ReserveIsApply(j, s, now, cells, k);
  }
}
