include "Decided.dfy"
include "Runs.dfy"
// B6: labels only grow, and no effect reaches a sink that has not cleared every label its session carries.
module LabelsSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import M = Machine

  // A label or mark is set: some session, or whatever the key is kept by, carries it.
  ghost predicate Carried(w: World, k: Key) { 0 < Get(M.StateOf(w.log), k) }
  // The request is permitted, and its batch has an operation under the key.
  ghost predicate TakesOn(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Decide? && Permits(w, i.agent, i.q, i.now) && k in OpsOf(w, i.agent, i.q, i.now) }
  // The host tells that it is set.
  ghost predicate Told(w: World, i: Input, k: Key) { i.Tell? && i.key == k && Takes(w, map[k := Touch(0, 0, k.1)], i.now) }
  // In a run, some input before number n set it.
  ghost predicate SetBefore(p: Policy, trace: seq<Input>, n: nat, k: Key) {
    exists j: nat :: j < n && j < |trace| && (TakesOn(Run(p, trace[..j]), trace[j], k) || Told(Run(p, trace[..j]), trace[j], k))
  }

  // The scene holds the label: the session carries it, or the request itself brings it.
  ghost predicate Holds(sc: Scene, k: Key) { k in sc.own || 0 < Get(sc.view.nums, k) }
  // A rule stands guard against a label at one atom: it asks whether the label is set, for ever, and but for that answer it
  // matches the atom, yes or unknown, and is not lifted. The label is kept under this key.
  ghost predicate Guards(r: Rule, mark: Mark, k: Key, sc: Scene, part: Part, atom: Atom) {
    && part in sc.q.parts && atom in part.atoms && part.verb in r.verbs
    && Stands(mark, 0, true) in r.tests && AllGiven(mark.per, sc.q, atom) && k == MarkKey(mark, sc.q, atom)
    && (forall t | t in r.tests && t != Stands(mark, 0, true) :: May(t, sc, part, atom))
    && !Lifted(r, sc, part, atom)
  }
  // Some atom of the request would reach a sink that has not cleared the label: a rule forbids it.
  ghost predicate Barred(p: Policy, sc: Scene, k: Key) {
    exists r, mark, part, atom | r in p.rules && r.effect.Forbid? :: Guards(r, mark, k, sc, part, atom)
  }
  // Or a rule lets it pass only if `n` approve.
  ghost predicate Watched(p: Policy, sc: Scene, k: Key, n: Name) {
    exists r, mark, part, atom | r in p.rules && r.effect.Require? && r.effect.needs == n :: Guards(r, mark, k, sc, part, atom)
  }
}

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

module LabelWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SmallRuns
  import opened LabelsSpec
  import opened Labels
  import opened DecidedSpec
  import E = Effects
  import H = History
  import T = Traces
  import M = Machine

  // Two verbs that are permitted. Reading sets a label on the session; where it is set, sending is forbidden, or `asks` for approval.
  datatype Cast = Cast(read: Name, send: Name, tag: Name, scope: Name, session: Name, agent: Name, kind: Name, group: Name, needs: Name, asks: bool)
  ghost function MarkOf(c: Cast): Mark { Mark(2, c.tag, (c.scope, c.scope, c.scope, c.scope)) }
  ghost function RuleOf(c: Cast, e: Policies.Effect, verbs: set<Name>, tests: seq<Test>): Rule { Rule(c.tag, c.group, e, verbs, tests, []) }
  ghost function Rules(c: Cast): seq<Rule> {
    [RuleOf(c, Policies.Effect.Permit, {c.read, c.send}, []), RuleOf(c, Leave(MarkOf(c)), {c.read}, []),
     RuleOf(c, if c.asks then Require(c.needs) else Forbid, {c.send}, [Stands(MarkOf(c), 0, true)])]
  }
  ghost function Pol(c: Cast): Policy {
    Policy(map[c.read := [], c.send := []], Rules(c), map[], map[], map[c.kind := AgentKind({c.group}, {}, {})], c.tag, c.scope, c.scope, c.scope)
  }
  ghost function PartOf(verb: Name): Part { Part(verb, map[], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, verbs: seq<Name>): Request { Request(seq(|verbs|, i requires 0 <= i < |verbs| => PartOf(verbs[i])), map[c.scope := c.session], c.tag, 0) }
  ghost function KeyIn(c: Cast): Key { (2, c.tag, c.session, c.session, c.session, c.session, 0) }
  ghost function Read1(c: Cast): Input { Decide(c.agent, Req(c, [c.read]), 1) }
  ghost function Send1(c: Cast, now: int): Input { Decide(c.agent, Req(c, [c.send]), now) }

  ghost predicate Sees(c: Cast, sc: Scene, verb: Name) {
    c.read != c.send && sc.q == Req(c, [verb]) && c.group in sc.groups
  }
  lemma Parts1(c: Cast, verb: Name)
    ensures Req(c, [verb]).parts == [PartOf(verb)]
  {}
  // Reading is clear, and sets the label.
  lemma Reads(c: Cast, sc: Scene)
    requires Sees(c, sc, c.read)
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && Keys(Pol(c), sc) == {KeyIn(c)} && forall n :: !Wanted(Pol(c), sc, n)
  {
    var p, part := Pol(c), PartOf(c.read);
    var atom := part.atoms[0];
    Parts1(c, c.read);
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
    assert sc.q.parts[0] == part && atom in part.atoms;
  }
  // Sending is clear where the label is not set, and sets nothing.
  lemma Sends(c: Cast, sc: Scene)
    requires Sees(c, sc, c.send) && !Holds(sc, KeyIn(c))
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && Keys(Pol(c), sc) == {} && forall n :: !Wanted(Pol(c), sc, n)
  {
    var p, part := Pol(c), PartOf(c.send);
    var atom := part.atoms[0];
    Parts1(c, c.send);
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert MarkKey(MarkOf(c), sc.q, atom) == KeyIn(c);
    assert p.rules[2] in p.rules && p.rules[2].tests[0] in p.rules[2].tests;
    assert !May(p.rules[2].tests[0], sc, part, atom);
    assert sc.q.parts[0] == part && atom in part.atoms;
  }
  // The rule guards every request that sends.
  lemma Bars(c: Cast, sc: Scene, verbs: seq<Name>)
    requires sc.q == Req(c, verbs) && c.send in verbs
    ensures if c.asks then Watched(Pol(c), sc, KeyIn(c), c.needs) else Barred(Pol(c), sc, KeyIn(c))
  {
    var p, part := Pol(c), PartOf(c.send);
    var atom := part.atoms[0];
    var i :| 0 <= i < |verbs| && verbs[i] == c.send;
    assert sc.q.parts[i] == part && atom in part.atoms;
    assert p.rules[2] in p.rules && p.rules[2].tests[0] in p.rules[2].tests;
    assert Guards(p.rules[2], MarkOf(c), KeyIn(c), sc, part, atom);
  }
  ghost function W1(c: Cast): World { Hired(Pol(c), c.agent, c.kind) }
  lemma ReadLets(c: Cast)
    requires c.read != c.send
    ensures LetsNow(W1(c), c.agent, Req(c, [c.read]), 1)
    ensures TakesOn(W1(c), Read1(c), KeyIn(c))
  {
    hide Judged, Wanted, Pol, Req, Batch, Carrying, SceneOf;
    var w := W1(c);
    var p, sc := Pol(c), SceneOf(w, c.agent, Req(c, [c.read]), 1);
    assert Current(w) == p && Sees(c, sc, c.read) && sc.now == 1 by { reveal Pol, SceneOf; }
    ReadJudged(c, sc);
    reveal Permitted();
  }
  lemma ReadJudged(c: Cast, sc: Scene)
    requires Sees(c, sc, c.read) && sc.now == 1
    ensures var p := Pol(c); Judged(p, [], sc) && Free(p, [], sc) && KeyIn(c) in Batch(p, Carrying(p, sc))
  {
    hide Clear, Payable, Wanted, Pol, Req, Amount, Keys;
    var p := Pol(c);
    Reads(c, sc);
    Reads(c, Carrying(p, sc));
    var ops := Batch(p, Carrying(p, sc));
    assert ops[KeyIn(c)] == Touch(0, 0, c.tag) by { AmountNone(p, Carrying(p, sc), sc.q.parts, KeyIn(c)); }
    assert Room(ops, [], 1);
  }
  lemma AmountNone(p: Policy, sc: Scene, parts: seq<Part>, k: Key)
    requires !Budgeted(k)
    ensures Amount(p, sc, parts, k) == 0
  {}
  ghost function ReadTrace(c: Cast): seq<Input> { Tried(c.agent, c.kind, Req(c, [c.read]), 1) }
  lemma ReadIs(c: Cast)
    requires c.read != c.send
    ensures var w := Run(Pol(c), ReadTrace(c)); w.policies == [Pol(c)] && |w.permits| == 1 && M.Ready(w.log, 2)
    ensures SetBefore(Pol(c), ReadTrace(c), 2, KeyIn(c))
  {
    hide Step, LetsNow, OpsOf, TakesOn, Told, Req;
    ReadLets(c);
    RunTried(Pol(c), c.agent, c.kind, Req(c, [c.read]), 1);
    Decides(W1(c), c.agent, Req(c, [c.read]), 1);
    RunHire(Pol(c), c.agent, c.kind);
    assert ReadTrace(c)[..1] == [Hire(c.agent, c.kind)];
  }
  // W: a session that has read carries the label, and the premises of B6_Forbidden are met for what it sends.
  lemma W_B6_Forbidden(c: Cast)
    requires !c.asks && c.read != c.send
    ensures var t := ReadTrace(c); var w := Run(Pol(c), t); var sc := SceneOf(w, c.agent, Req(c, [c.send]), 2);
                                                            Marking(KeyIn(c)) && SetBefore(Pol(c), t, |t|, KeyIn(c)) && Carried(w, KeyIn(c)) && Barred(Current(w), sc, KeyIn(c))
  {
    hide Run, SetBefore, Barred, Carried, Req;
    var t := ReadTrace(c);
    ReadIs(c);
    assert t[..2] == t;
    B6_Sets(Pol(c), t, 2, KeyIn(c));
    Bars(c, SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2), [c.send]);
  }
  // W: the same of B6_Required.
  lemma W_B6_Required(c: Cast)
    requires c.asks && c.read != c.send
    ensures var t := ReadTrace(c); var v, sc := Current(Run(Pol(c), t)), SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2);
                                   Marking(KeyIn(c)) && SetBefore(Pol(c), t, |t|, KeyIn(c)) && Watched(v, Carrying(v, sc), KeyIn(c), c.needs)
  {
    hide Run, SetBefore, Watched, Brings, Req;
    var t := ReadTrace(c);
    ReadIs(c);
    var sc := SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2);
    Bars(c, Carrying(Pol(c), sc), [c.send]);
  }
  // W: what was read was read with the label held, brought by the reading itself: nothing stands guard there, so it is done.
  lemma W_B6_Effects(c: Cast)
    requires c.read != c.send
    ensures var t := Done(c.agent, c.kind, Req(c, [c.read]), 1);
            |Run(Pol(c), t).effects| == 1 && HeldThen(Pol(c), t, Doing(Pol(c), t, 0), KeyIn(c))
  {
    hide Step, LetsNow, OpsOf, Req, Keys, SetBefore, Run;
    var t := Done(c.agent, c.kind, Req(c, [c.read]), 1);
    ReadLets(c);
    RunDone(Pol(c), c.agent, c.kind, Req(c, [c.read]), 1);
    RunHire(Pol(c), c.agent, c.kind);
    assert t[..1] == [Hire(c.agent, c.kind)];
    E.AllLawful(Pol(c), t, 0);
    var pm := Doing(Pol(c), t, 0);
    assert pm.born == 1;
    Reads(c, SceneThen(Pol(c), t, pm));
  }
  // W: one that has read nothing sends, and its effect is performed: the rule refuses only where the label is set.
  lemma W_B6_Clean(c: Cast)
    requires c.read != c.send
    ensures var w := Run(Pol(c), Done(c.agent, c.kind, Req(c, [c.send]), 1));
            w.effects == [Boundary.Effect.Effect(0, 2)] && |w.permits| == 1 && w.permits[0].q == Req(c, [c.send])
  {
    hide Clear, Payable, Wanted, Pol, Req, Step, Holds, Run;
    var w := W1(c);
    var p, sc := Pol(c), SceneOf(w, c.agent, Req(c, [c.send]), 1);
    assert Current(w) == p && Sees(c, sc, c.send) by { reveal Pol; }
    assert !Holds(sc, KeyIn(c)) by { reveal Holds; }
    Sends(c, sc);
    assert Brings(p, sc) == {};
    assert Carrying(p, sc) == sc && Batch(p, sc) == map[];
    assert LetsNow(w, c.agent, Req(c, [c.send]), 1);
    RunDone(p, c.agent, c.kind, Req(c, [c.send]), 1);
  }
  lemma NoPermit(w: World, i: Input)
    requires w.policies != [] && i.Decide? && !Permits(w, i.agent, i.q, i.now)
    ensures Step(w, i).permits == w.permits
  { hide Permits, OpsOf, Uses; }
  // X: reading, then sending: whatever the time, and whatever happened between that left the policy in force.
  lemma X_Exfiltrate(c: Cast, more: seq<Input>, now: int)
    requires !c.asks && c.read != c.send && Current(Run(Pol(c), ReadTrace(c) + more)) == Pol(c)
    ensures Run(Pol(c), ReadTrace(c) + more + [Send1(c, now)]).permits == Run(Pol(c), ReadTrace(c) + more).permits
  {
    hide Run, Barred, Req, Permits, Step, Pol, TakesOn, Told;
    var t := ReadTrace(c) + more;
    ReadIs(c);
    var j: nat :| j < 2 && j < |ReadTrace(c)| && (TakesOn(Run(Pol(c), ReadTrace(c)[..j]), ReadTrace(c)[j], KeyIn(c)) || Told(Run(Pol(c), ReadTrace(c)[..j]), ReadTrace(c)[j], KeyIn(c)));
    assert t[..j] == ReadTrace(c)[..j] && t[j] == ReadTrace(c)[j];
    assert SetBefore(Pol(c), t, |t|, KeyIn(c));
    var w := Run(Pol(c), t);
    var sc := SceneOf(w, c.agent, Req(c, [c.send]), now);
    Bars(c, sc, [c.send]);
    B6_Forbidden(Pol(c), t, c.agent, Req(c, [c.send]), now, sc, KeyIn(c));
    H.RunOne(Pol(c), t, Send1(c, now));
    NoPermit(w, Send1(c, now));
  }
  // X: reading and sending in one request, so that the label would come too late.
  lemma X_InOneRequest(c: Cast, w: World, now: int)
    requires !c.asks && c.read != c.send && w.policies != [] && Current(w) == Pol(c)
    ensures !Permits(w, c.agent, Req(c, [c.read, c.send]), now)
  {
    hide Barred, Permits, Holds, Keys;
    var q := Req(c, [c.read, c.send]);
    var p, sc := Pol(c), SceneOf(w, c.agent, q, now);
    Bars(c, Carrying(p, sc), [c.read, c.send]);
    BothTouch(c, sc);
    BroughtHolds(p, sc, KeyIn(c));
    Refused(w, c.agent, q, now, Carrying(p, sc), KeyIn(c));
  }
  lemma BothTouch(c: Cast, sc: Scene)
    requires c.read != c.send && sc.q == Req(c, [c.read, c.send])
    ensures KeyIn(c) in Keys(Pol(c), sc)
  {
    var p, part := Pol(c), PartOf(c.read);
    var atom := part.atoms[0];
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
  }
  // X: a store that drops a label. It is not taken.
  lemma X_Forgotten(w: World, k: Key, now: int)
    requires w.policies != [] && Marking(k)
    ensures Step(w, Input.Forget(k, now)).log == w.log
  {
    reveal M.Ok();
    assert k in map[k := Op.Forget];
    assert !M.Ok(k, Op.Forget, Get(M.StateOf(w.log), k), now);
  }
}
