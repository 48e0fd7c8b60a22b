include "Labels.dfy"
// B6, proved.
module Labels {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened LabelsSpec
  import opened DecidedSpec
  import D = Decided
  import E = Effects
  import H = History
  import T = Traces
  import M = Machine

  // ---- what is set stays set: no operation that a cell admits clears a mark ----
  lemma OpKeeps(k: Key, op: Op, n: int, now: int)
    requires Marking(k) && M.Ok(k, op, n, now) && 0 < n
    ensures 0 < M.Then(k, op, n, now)
  { reveal M.Ok(), M.Then(); }
  lemma OpSets(k: Key, op: Op, n: int, now: int)
    requires Marking(k) && M.Ok(k, op, n, now) && op.Touch?
    ensures 0 < M.Then(k, op, n, now)
  { reveal M.Ok(), M.Then(); }
  lemma LogKeeps(log: M.Log, n: nat, k: Key)
    requires M.Sound(log) && Marking(k) && n <= |log| && 0 < Get(M.StateOf(log[..n]), k)
    ensures 0 < Get(M.StateOf(log), k)
  {
    if n < |log| {
      var m := |log| - 1;
      assert log[..m][..n] == log[..n];
      M.SoundPrefix(log, m);
      LogKeeps(log[..m], n, k);
      assert M.Taken(log, m) by { reveal M.Sound(); }
      if k in log[m].ops { OpKeeps(k, log[m].ops[k], Get(M.StateOf(log[..m]), k), log[m].now); }
    } else { assert log[..n] == log; }
  }
  lemma BatchSets(log: M.Log, b: M.Batch, k: Key)
    requires M.AllOk(b.ops, M.StateOf(log), b.now) && Marking(k) && k in b.ops && b.ops[k].Touch?
    ensures 0 < Get(M.StateOf(log + [b]), k)
  {
    M.StateOfOne(log, b);
    OpSets(k, b.ops[k], Get(M.StateOf(log), k), b.now);
  }

  // ---- the log only grows ----
  lemma StepLog(w: World, i: Input)
    requires w.policies != []
    ensures |w.log| <= |Step(w, i).log| && Step(w, i).log[..|w.log|] == w.log
  {
    hide Answer, Close, Book, Tick, Asks, Votes;
    match i
    case Decide(agent, q, now) => AnswerLog(w, agent, q, now);
    case Settle(t, used, ok, now) => if t < |w.permits| { CloseLog(w, t, used, ok, now); }
    case Release(t, now) => if t < |w.permits| { CloseLog(w, t, Nothing(w.permits[t].ops), false, now); }
    case Ask(_, _, _, now) => TickLog(w, now);
    case Vote(_, _, _, now) => TickLog(w, now);
    case Refuse(_, _, _, now) => TickLog(w, now);
    case Learn(_, _, _, now) => TickLog(w, now);
    case Tell(key, now) => BookLog(w, map[key := Touch(0, 0, key.1)], now); BookLog(w, map[key := Note(now)], now);
    case Forget(key, now) => BookLog(w, map[key := Op.Forget], now);
    case _ =>
  }
  ghost predicate Begins(a: M.Log, b: M.Log) { |a| <= |b| && b[..|a|] == a }
  lemma AnswerLog(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
    ensures Begins(w.log, Answer(w, agent, q, now).log)
  { hide OpsOf, Permits, Uses, GrantsAfter; }
  lemma CloseLog(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires t < |w.permits|
    ensures Begins(w.log, Close(w, t, used, ok, now).log)
  { hide Takes, Boundary.Closing; }
  lemma BookLog(w: World, ops: map<Key, Op>, now: int)
    ensures Begins(w.log, Book(w, ops, now).log)
  { hide Takes; }
  lemma TickLog(w: World, now: int)
    ensures Begins(w.log, Tick(w, now).log)
  {}
  lemma RunLog(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures |Run(p, trace[..n]).log| <= |Run(p, trace).log| && Run(p, trace).log[..|Run(p, trace[..n]).log|] == Run(p, trace[..n]).log
  {
    hide Step;
    if n < |trace| {
      var m := |trace| - 1;
      assert trace[..m][..n] == trace[..n];
      RunLog(p, trace[..m], n);
      StepLog(Run(p, trace[..m]), trace[m]);
      var a, b, c := Run(p, trace[..n]).log, Run(p, trace[..m]).log, Run(p, trace).log;
      assert c[..|b|][..|a|] == c[..|a|];
    } else { assert trace[..n] == trace; }
  }

  // B6. What is set at some time in a run is set ever after.
  lemma B6_OnlyGrow(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n <= |trace| && Marking(k) && Carried(Run(p, trace[..n]), k)
    ensures Carried(Run(p, trace), k)
  {
    hide Run;
    RunLog(p, trace, n);
    T.RunGood(p, trace);
    LogKeeps(Run(p, trace).log, |Run(p, trace[..n]).log|, k);
  }
  // A permitted request sets each label that it takes on, and so does the host that tells of one.
  lemma TakenOn(w: World, i: Input, k: Key)
    requires w.policies != [] && T.Good(w) && Marking(k) && TakesOn(w, i, k)
    ensures Carried(Step(w, i), k)
  {
    hide Permits, OpsOf, Uses, GrantsAfter;
    var ops := OpsOf(w, i.agent, i.q, i.now);
    T.PermittedOk(w, i.agent, i.q, i.now);
    OpsTouch(w, i.agent, i.q, i.now);
    BatchSets(w.log, M.Batch(ops, i.now), k);
  }
  lemma OpsTouch(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
    ensures forall k | k in OpsOf(w, agent, q, now) :: OpsOf(w, agent, q, now)[k].Touch?
  { hide Carrying, SceneOf; T.BatchTouches(Current(w), Carrying(Current(w), SceneOf(w, agent, q, now))); }
  lemma ToldOf(w: World, i: Input, k: Key)
    requires w.policies != [] && Marking(k) && Told(w, i, k)
    ensures Carried(Step(w, i), k)
  { BatchSets(w.log, M.Batch(map[k := Touch(0, 0, k.1)], i.now), k); }
  lemma B6_Sets(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n <= |trace| && Marking(k) && SetBefore(p, trace, n, k)
    ensures Carried(Run(p, trace[..n]), k)
  {
    hide Run, Step, TakesOn, Told, Carried;
    var j: nat :| j < n && j < |trace| && (TakesOn(Run(p, trace[..j]), trace[j], k) || Told(Run(p, trace[..j]), trace[j], k));
    var w := Run(p, trace[..j]);
    T.RunGood(p, trace[..j]);
    if TakesOn(w, trace[j], k) { TakenOn(w, trace[j], k); } else { ToldOf(w, trace[j], k); }
    assert trace[..j + 1] == trace[..j] + [trace[j]];
    H.RunOne(p, trace[..j], trace[j]);
    assert trace[..n][..j + 1] == trace[..j + 1];
    B6_OnlyGrow(p, trace[..n], j + 1, k);
  }

  // ---- a rule that guards against a label that is held matches ----
  lemma GuardMatches(r: Rule, mark: Mark, k: Key, sc: Scene, part: Part, atom: Atom)
    requires Guards(r, mark, k, sc, part, atom) && Holds(sc, k) && (r.effect.Forbid? || r.effect.Require?)
    ensures Maybe(r, sc, part, atom)
  {
    hide Lifted, AllGiven, MarkKey;
    forall t | t in r.tests ensures May(t, sc, part, atom) {
      if t == Stands(mark, 0, true) { assert IsSet(mark, 0, sc, atom); }
    }
  }
  lemma BarredUnclear(p: Policy, sc: Scene, k: Key)
    requires Barred(p, sc, k) && Holds(sc, k)
    ensures !Clear(p, sc)
  {
    hide Guards, Maybe, Holds;
    var r, mark, part, atom :| r in p.rules && r.effect.Forbid? && Guards(r, mark, k, sc, part, atom);
    GuardMatches(r, mark, k, sc, part, atom);
    assert part in sc.q.parts && atom in part.atoms by { reveal Guards; }
    assert Forbidden(p, sc, part, atom);
    assert !Passes(p, sc, part, atom);
  }
  lemma WatchedWanted(p: Policy, sc: Scene, k: Key, n: Name) returns (part: Part, atom: Atom)
    requires Watched(p, sc, k, n) && Holds(sc, k)
    ensures part in sc.q.parts && atom in part.atoms && Needed(p, sc, part, atom, n) && Wanted(p, sc, n)
  {
    hide Guards, Maybe, Holds;
    var r, mark, part', atom' :| r in p.rules && r.effect.Require? && r.effect.needs == n && Guards(r, mark, k, sc, part', atom');
    part, atom := part', atom';
    GuardMatches(r, mark, k, sc, part, atom);
    assert part in sc.q.parts && atom in part.atoms by { reveal Guards; }
  }
  // A request is judged as the session stands, and as if it carried the labels that the request itself brings.
  ghost predicate JudgedAs(p: Policy, sc: Scene, seen: Scene) { seen == sc || seen == Carrying(p, sc) }
  lemma CarriedHolds(p: Policy, w: World, agent: Name, q: Request, now: int, seen: Scene, k: Key)
    requires Carried(w, k) && JudgedAs(p, SceneOf(w, agent, q, now), seen)
    ensures Holds(seen, k)
  { hide Brings; }
  lemma BroughtHolds(p: Policy, sc: Scene, k: Key)
    requires k in Keys(p, sc) && k.0 == 2
    ensures Holds(Carrying(p, sc), k)
  { hide Keys; }

  // What reaches a barred sink with the label held is neither permitted nor asked of people: no approval opens it.
  lemma Refused(w: World, agent: Name, q: Request, now: int, seen: Scene, k: Key)
    requires w.policies != [] && JudgedAs(Current(w), SceneOf(w, agent, q, now), seen)
    requires Barred(Current(w), seen, k) && Holds(seen, k)
    ensures !Permits(w, agent, q, now) && !Askable(Current(w), w.log, SceneOf(w, agent, q, now))
  {
    hide Barred, Holds, Clear, Payable, Free, Consented, Batch, Carrying, SceneOf;
    BarredUnclear(Current(w), seen, k);
    reveal Permitted(), Askable();
  }
  // B6. After a permitted request, or the host, has set label k, whatever happened since: no request passes a rule that forbids
  // where the label is set.
  lemma B6_Forbidden(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, seen: Scene, k: Key)
    requires Marking(k) && SetBefore(p, trace, |trace|, k)
    requires JudgedAs(Current(Run(p, trace)), SceneOf(Run(p, trace), agent, q, now), seen) && Barred(Current(Run(p, trace)), seen, k)
    ensures !Permits(Run(p, trace), agent, q, now) && !Askable(Current(Run(p, trace)), Run(p, trace).log, SceneOf(Run(p, trace), agent, q, now))
  {
    hide Run, SetBefore, Barred, Carried, SceneOf, Permits;
    assert trace[..|trace|] == trace;
    B6_Sets(p, trace, |trace|, k);
    CarriedHolds(Current(Run(p, trace)), Run(p, trace), agent, q, now, seen, k);
    Refused(Run(p, trace), agent, q, now, seen, k);
  }
  // Nor does a request that brings the label itself.
  lemma B6_Brought(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, k: Key)
    requires var v, sc := Current(Run(p, trace)), SceneOf(Run(p, trace), agent, q, now);
             k.0 == 2 && k in Keys(v, sc) && Barred(v, Carrying(v, sc), k)
    ensures !Permits(Run(p, trace), agent, q, now) && !Askable(Current(Run(p, trace)), Run(p, trace).log, SceneOf(Run(p, trace), agent, q, now))
  {
    hide Run, Barred, SceneOf, Permits, Keys, Holds, Carrying;
    var v, sc := Current(Run(p, trace)), SceneOf(Run(p, trace), agent, q, now);
    BroughtHolds(v, sc, k);
    Refused(Run(p, trace), agent, q, now, Carrying(v, sc), k);
  }
  // Where the rule requires an approval instead, that approval is missing: without it there is no permit.
  ghost predicate Needs(w: World, agent: Name, q: Request, now: int, n: Name)
    requires w.policies != []
  {
    var v, sc := Current(w), SceneOf(w, agent, q, now);
    && Missing(v, Carrying(v, sc), Batch(v, Carrying(v, sc)), w.log, n)
    && (Permits(w, agent, q, now) ==> Uses(w, agent, q, now) && Consented(v, w.log, sc))
  }
  lemma WatchedNeeds(w: World, agent: Name, q: Request, now: int, k: Key, n: Name)
    requires w.policies != []
    requires var v, sc := Current(w), SceneOf(w, agent, q, now); Watched(v, Carrying(v, sc), k, n) && Holds(Carrying(v, sc), k)
    ensures Needs(w, agent, q, now, n)
  {
    hide Watched, Holds, Wanted, Judged, Consented, Batch, Carrying, SceneOf;
    var v, sc := Current(w), SceneOf(w, agent, q, now);
    var part, atom := WatchedWanted(v, Carrying(v, sc), k, n);
    assert Missing(v, Carrying(v, sc), Batch(v, Carrying(v, sc)), w.log, n);
    reveal Permitted();
  }
  lemma B6_Required(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, k: Key, n: Name)
    requires var v, sc := Current(Run(p, trace)), SceneOf(Run(p, trace), agent, q, now);
             Watched(v, Carrying(v, sc), k, n) && ((Marking(k) && SetBefore(p, trace, |trace|, k)) || (k.0 == 2 && k in Keys(v, sc)))
    ensures Needs(Run(p, trace), agent, q, now, n)
  {
    hide Run, SetBefore, Watched, Carried, SceneOf, Keys, Carrying, Needs, Holds;
    var v, sc := Current(Run(p, trace)), SceneOf(Run(p, trace), agent, q, now);
    if Marking(k) && SetBefore(p, trace, |trace|, k) {
      assert trace[..|trace|] == trace;
      B6_Sets(p, trace, |trace|, k);
      CarriedHolds(v, Run(p, trace), agent, q, now, Carrying(v, sc), k);
    } else { BroughtHolds(v, sc, k); }
    WatchedNeeds(Run(p, trace), agent, q, now, k, n);
  }

  // ---- effects ----
  // B6. When an effect was decided, each label set before then, or brought by the request itself, was cleared for it: no rule
  // of the policy then in force forbade where the label is set, and whoever must approve there had approved.
  ghost predicate HeldThen(p: Policy, trace: seq<Input>, pm: Permit, k: Key)
    requires pm.born <= |trace|
  { (Marking(k) && SetBefore(p, trace, pm.born, k)) || (k.0 == 2 && k in Keys(Current(Then(p, trace, pm)), SceneThen(p, trace, pm))) }
  ghost predicate Cleared(p: Policy, trace: seq<Input>, pm: Permit, k: Key)
    requires pm.born <= |trace|
  {
    var v, sc := Current(Then(p, trace, pm)), SceneThen(p, trace, pm);
    && !Barred(v, Carrying(v, sc), k) && (Carried(Then(p, trace, pm), k) ==> !Barred(v, sc, k))
    && forall n | Watched(v, Carrying(v, sc), k, n) :: ApprovedThen(p, trace, pm, n)
  }
  lemma B6_Effects(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n < |Run(p, trace).effects| && HeldThen(p, trace, Doing(p, trace, n), k)
    ensures Cleared(p, trace, Doing(p, trace, n), k)
  {
    hide Run, SetBefore, Watched, Barred, Carried, SceneOf, Keys, Carrying, Holds, ApprovedThen, Needed, Wanted, Payable, Clear, Batch;
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var w := Then(p, trace, pm);
    var v, sc := Current(w), SceneThen(p, trace, pm);
    var c := Carrying(v, sc);
    if Marking(k) && SetBefore(p, trace, pm.born, k) {
      B6_Sets(p, trace, pm.born, k);
      CarriedHolds(v, w, pm.agent, pm.q, pm.now, c, k);
    } else { BroughtHolds(v, sc, k); }
    if Barred(v, c, k) { BarredUnclear(v, c, k); }
    if Carried(w, k) && Barred(v, sc, k) {
      CarriedHolds(v, w, pm.agent, pm.q, pm.now, sc, k);
      BarredUnclear(v, sc, k);
    }
    forall m | Watched(v, c, k, m) ensures ApprovedThen(p, trace, pm, m) {
      var part, atom := WatchedWanted(v, c, k, m);
      assert c.q == pm.q by { reveal Carrying, SceneOf; }
      D.NeededApproved(p, trace, n, part, atom, m);
    }
  }
}
