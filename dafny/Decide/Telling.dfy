include "Worlds.dfy"
include "../Boundary/Approvals.dfy"
include "../Boundary/History.dfy"
// What the code tells the host beside its verdict: whose approval is missing and how long an ask for it may stay open, what
// the host's own word writes, and which cells a store may drop.
module Telling {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import opened Worlds
  import A = ApprovalCode
  import Agreement
  import B = Boundary
  import D = Deciding
  import F = Frame
  import H = History
  import K = Kernel
  import M = Machine
  import P = Permission
  import PS = ApprovalsSpec
  import Reading
  import Reserving
  import T = Traces

  // ---- whose approval is missing ----
  // A decision that asks has judged, found room, and names its needs.
  lemma DecideAsks(p: Policy, sc: Scene, seen: int, log: M.Log, n: Name)
    requires K.Load(p).Loaded? && sc.own == {} && M.Sound(log) && seen == M.Latest(log) && D.Showing(p, sc, log)
    requires K.Decide(K.Load(p).plan, sc, seen).Asked?
    ensures var sc2 := P.Carrying(p, sc);
            HasNeed(K.Decide(K.Load(p).plan, sc, seen).needs, n) <==> P.Missing(p, sc2, P.Batch(p, sc2), log, n)
  {
    hide K.Load, K.Judge, P.Clear, P.Payable, P.Room, P.Batch, P.Keys, P.Carrying, P.Missing, P.Wanted, AsMap, Distinct, Total, HasNeed,
      D.Shown, D.Showing, K.Softly, K.SpendAll, K.Approved;
    var plan, sc2 := K.Load(p).plan, P.Carrying(p, sc);
    Agreement.LoadedPlan(p);
    Agreement.LoadsIsSound(p);
    D.DecideIs(p, sc, seen);
    D.JudgeJudged(plan, sc);
    D.JudgeJudged(plan, sc2);
    var v := K.Judge(plan, sc2);
    Agreement.Agrees(p, sc2);
    assert D.Showing(p, sc2, log) by { reveal P.Carrying, D.Showing; }
    D.ShowingShown(p, sc2, log);
    assert v.Clear?;
    assert sc2.view == sc.view && sc2.now == sc.now by { reveal P.Carrying; }
    assert Shows(sc.view.nums, M.StateOf(log), AsMap(Total(v)).Keys) by { reveal P.Batch, D.Shown; }
    Reserving.SpendIsRoom(Total(v), v.grant.guard.rule.id, log, sc.now, sc.view.nums, NoWrites);
    Reserving.SpendOk(Total(v), v.grant.guard.rule.id, Total(v), sc.now, sc.view.nums, NoWrites);
    D.NeedsAre(p, v, sc2, log, n);
  }
  lemma AskNames(w: B.World, agent: Name, sc: Scene, n: Name)
    requires Faithful(w, agent, sc) && T.Good(w) && Says(w, sc).Asked?
    ensures HasNeed(Says(w, sc).needs, n) <==> PS.Lacks(w, agent, sc.q, sc.now, n)
  {
    hide K.Load, K.Decide, P.Batch, P.Carrying, P.Missing, B.SceneOf, F.Alike, D.Showing, HasNeed;
    var p, there := B.Current(w), B.SceneOf(w, agent, sc.q, sc.now);
    Agreement.LoadsIsSound(p);
    DecideAsks(p, sc, M.Latest(w.log), w.log, n);
    FaithfulAlike(w, agent, sc);
    F.CarryingAlike(p, sc, there);
    MissingSame(p, P.Carrying(p, sc), P.Carrying(p, there), w.log, n);
  }

  // ---- how long it may stay open ----
  ghost function Patience(quorums: map<Name, Quorum>, n: Name): int { if n in quorums then quorums[n].within else 0 }
  lemma WithinIs(quorums: map<Name, Quorum>, needs: Needs, most: int, t: int)
    ensures t <= K.Within(quorums, needs, most) <==> t <= most && forall n | HasNeed(needs, n) :: t <= Patience(quorums, n)
    decreases needs
  {
    if needs.Need? {
      var here := Patience(quorums, needs.name);
      WithinIs(quorums, needs.more, if here < most then here else most, t);
      assert HasNeed(needs, needs.name);
      forall n ensures HasNeed(needs, n) <==> n == needs.name || HasNeed(needs.more, n) {}
    }
  }
  // The request says whose it is, and people are not at it already.
  ghost predicate Unasked(w: B.World, q: Request, now: int)
    requires w.policies != []
  {
    && B.Current(w).session in q.scopes && B.Current(w).user in q.scopes
    && (P.GrantKey(B.Current(w), q) in w.grants ==> !A.Live(w.grants[P.GrantKey(B.Current(w), q)], now))
  }
  // The boundary takes the ask, put for a time that is not longer than `most`, if and only if it is not longer than this.
  lemma AskWithin(w: B.World, agent: Name, sc: Scene, until: int, most: int)
    requires Faithful(w, agent, sc) && T.Good(w) && Says(w, sc).Asked?
    requires Unasked(w, sc.q, sc.now) && forall n | HasNeed(Says(w, sc).needs, n) :: n in B.Current(w).quorums
    ensures until - sc.now <= K.Within(B.Current(w).quorums, Says(w, sc).needs, most) <==>
            until - sc.now <= most && B.Asks(w, agent, sc.q, until, sc.now)
  {
    hide Says, Faithful, Askable, B.Asks, PS.Lacks, HasNeed, K.Within;
    var needs := Says(w, sc).needs;
    assert Reading.Sound(B.Current(w)) by { reveal Faithful; }
    SaysRight(w, agent, sc);
    AsksIs(w, agent, sc.q, until, sc.now);
    WithinIs(B.Current(w).quorums, needs, most, until - sc.now);
    forall n ensures HasNeed(needs, n) <==> PS.Lacks(w, agent, sc.q, sc.now, n) { AskNames(w, agent, sc, n); }
    forall n | HasNeed(needs, n) && Patient(w, agent, sc.q, sc.now, until)
      ensures until - sc.now <= Patience(B.Current(w).quorums, n) { assert PS.Lacks(w, agent, sc.q, sc.now, n); }
    if forall n | HasNeed(needs, n) :: until - sc.now <= Patience(B.Current(w).quorums, n) {
      forall n | PS.Lacks(w, agent, sc.q, sc.now, n)
        ensures n in B.Current(w).quorums && until <= sc.now + B.Current(w).quorums[n].within { assert HasNeed(needs, n); }
    }
  }
  // All whose approval is missing give so much time.
  ghost predicate Patient(w: B.World, agent: Name, q: Request, now: int, until: int)
    requires w.policies != []
  { forall n | PS.Lacks(w, agent, q, now, n) :: n in B.Current(w).quorums && until <= now + B.Current(w).quorums[n].within }
  lemma AsksIs(w: B.World, agent: Name, q: Request, until: int, now: int)
    requires w.policies != [] && Askable(w, agent, q, now) && Unasked(w, q, now)
    ensures B.Asks(w, agent, q, until, now) <==> Patient(w, agent, q, now, until)
  {
    hide P.Batch, P.Carrying, P.Missing, P.Askable;
    if Patient(w, agent, q, now, until) {
      var p, sc := B.Current(w), B.SceneOf(w, agent, q, now);
      forall n | P.Missing(p, P.Carrying(p, sc), P.Batch(p, P.Carrying(p, sc)), w.log, n)
        ensures n in p.quorums && until <= now + p.quorums[n].within { assert PS.Lacks(w, agent, q, now, n); }
    }
    if B.Asks(w, agent, q, until, now) {
      forall n | PS.Lacks(w, agent, q, now, n) ensures n in B.Current(w).quorums && until <= now + B.Current(w).quorums[n].within {}
    }
  }

  // ---- what the host's word writes ----
  lemma TellIsStep(p: Policy, trace: seq<B.Input>, key: Key, now: int, nums: map<Key, int>, k: Key)
    requires M.Ready(B.Run(p, trace).log, now) && Shows(nums, M.StateOf(B.Run(p, trace).log), {key})
    ensures var out := K.Tell(key, now, nums, NoWrites);
            if k == key then Left(out, nums, k) == Get(M.StateOf(B.Run(p, trace + [B.Tell(key, now)]).log), k)
            else k !in Written(out) && Get(M.StateOf(B.Run(p, trace + [B.Tell(key, now)]).log), k) == Get(M.StateOf(B.Run(p, trace).log), k)
  {
    hide B.Run, B.Step;
    var w := B.Run(p, trace);
    H.RunOne(p, trace, B.Tell(key, now));
    TellOne(w, key, now, nums, k);
  }
  lemma TellOne(w: B.World, key: Key, now: int, nums: map<Key, int>, k: Key)
    requires w.policies != [] && M.Ready(w.log, now) && Shows(nums, M.StateOf(w.log), {key})
    ensures var out, s' := K.Tell(key, now, nums, NoWrites), M.StateOf(B.Step(w, B.Tell(key, now)).log);
            if k == key then Left(out, nums, k) == Get(s', k) else k !in Written(out) && Get(s', k) == Get(M.StateOf(w.log), k)
  {
    hide B.Answer, B.Close, B.Asks, B.Votes, B.Book, M.StateOf, M.AllOk;
    assert key in {key};
    if Marking(key) { BookOne(w, key, Touch(0, 0, key.1), now); } else { BookOne(w, key, Note(now), now); }
  }
  // A batch of one operation.
  lemma BookOne(w: B.World, key: Key, op: Op, now: int)
    requires M.Ready(w.log, now)
    ensures B.Book(w, map[key := op], now).log ==
            if Admits(key, op, Get(M.StateOf(w.log), key), now) then w.log + [M.Batch(map[key := op], now)] else w.log
    ensures forall k :: Get(M.StateOf(w.log + [M.Batch(map[key := op], now)]), k) ==
                        if k == key then Cells.Next(key, op, Get(M.StateOf(w.log), key), now) else Get(M.StateOf(w.log), k)
  {
    hide Admits, Cells.Next;
    reveal M.Ok(), M.Then();
    M.StateOfOne(w.log, M.Batch(map[key := op], now));
    assert map[key := op][key] == op;
  }

  // ---- what a store may drop ----
  lemma DeadIsForget(p: Policy, trace: seq<B.Input>, key: Key, now: int)
    requires M.Ready(B.Run(p, trace).log, now)
    ensures K.Dead(key, now) <==> B.Run(p, trace + [B.Forget(key, now)]).log == B.Run(p, trace).log + [M.Batch(map[key := Op.Forget], now)]
  {
    hide B.Run, B.Book;
    var w := B.Run(p, trace);
    H.RunOne(p, trace, B.Forget(key, now));
    BookOne(w, key, Op.Forget, now);
    assert |w.log + [M.Batch(map[key := Op.Forget], now)]| == |w.log| + 1;
  }
  // No operation of a later time can tell what a dropped cell held: it is admitted, or not, whatever that was.
  lemma DeadIsUnseen(key: Key, now: int, later: int, op: Op, m: int, n: int)
    requires K.Dead(key, now) && now <= later
    ensures Admits(key, op, m, later) <==> Admits(key, op, n, later)
  {}
}
