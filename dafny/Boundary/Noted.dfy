include "LabelsProofs.dfy"
// What is noted as done, and when: after a decision that resets it, only the success of a later decision, or the host, makes
// it done again.
module Noted {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import H = History
  import L = Labels
  import T = Traces
  import M = Machine

  // ---- what happens to a run, by the number of the input ----
  // Input number j asks, and is permitted;
  opaque ghost predicate Given(p: Policy, trace: seq<Input>, j: nat) {
    j < |trace| && trace[j].Decide? && Permits(Run(p, trace[..j]), trace[j].agent, trace[j].q, trace[j].now)
  }
  // and its batch has an operation under the key.
  opaque ghost predicate Touches(p: Policy, trace: seq<Input>, j: nat, k: Key) {
    Given(p, trace, j) && (reveal Given(); k in OpsOf(Run(p, trace[..j]), trace[j].agent, trace[j].q, trace[j].now))
  }
  // The input says that what a permit allowed has succeeded, and this is taken down.
  ghost predicate Settles(w: World, i: Input) {
    && i.Settle? && i.ok && i.token < |w.permits| && w.permits[i.token].status.Performed?
    && var pm := w.permits[i.token]; Takes(w, Closing(pm.ops, i.used, true, pm.now), i.now)
  }
  // Input number i says so of what input number j was permitted.
  opaque ghost predicate Succeeds(p: Policy, trace: seq<Input>, i: nat, j: nat) {
    i < |trace| && Settles(Run(p, trace[..i]), trace[i]) && Run(p, trace[..i]).permits[trace[i].token].born == j
  }
  // Between inputs number `from` and m: the host does not tell that it is done,
  opaque ghost predicate Untold(trace: seq<Input>, from: nat, m: nat, k: Key) {
    forall i: nat | from < i < m && i < |trace| && trace[i].Tell? :: trace[i].key != k
  }
  // and nothing that is noted under the key succeeds, if it was permitted after `from`.
  opaque ghost predicate Unnoted(p: Policy, trace: seq<Input>, from: nat, m: nat, k: Key) {
    forall i: nat, j: nat | from < j < i < m && Succeeds(p, trace, i, j) :: !Touches(p, trace, j, k)
  }
  // What stands under the key before input number j.
  opaque ghost function Before(p: Policy, trace: seq<Input>, j: nat, k: Key): int
    requires j <= |trace|
  { At(Run(p, trace[..j]), k) }

  // ---- one step ----
  ghost function At(w: World, k: Key): int { Get(M.StateOf(w.log), k) }
  ghost predicate Notes(w: World, i: Input, k: Key) { (Settles(w, i) && k in w.permits[i.token].ops) || (i.Tell? && i.key == k) }
  ghost function Since(w: World, i: Input, k: Key): int
    requires Notes(w, i, k)
  { if i.Tell? then i.now else w.permits[i.token].now }

  lemma BatchAt(w: World, b: M.Batch, k: Key)
    ensures Get(M.StateOf(w.log + [b]), k) == if k in b.ops then M.Then(k, b.ops[k], At(w, k), b.now) else At(w, k)
  { M.StateOfOne(w.log, b); }
  lemma AnswerAt(w: World, agent: Name, q: Request, now: int, k: Key)
    requires w.policies != [] && k.0 == 4
    ensures At(Answer(w, agent, q, now), k) == At(w, k)
  {
    hide OpsOf, Permits, Uses, GrantsAfter;
    BatchAt(w, M.Batch(OpsOf(w, agent, q, now), now), k);
    L.OpsTouch(w, agent, q, now);
    reveal M.Then();
  }
  lemma CloseAt(w: World, t: nat, used: map<Name, int>, ok: bool, now: int, k: Key)
    requires t < |w.permits| && k.0 == 4
    ensures var pm, n := w.permits[t], At(Close(w, t, used, ok, now), k);
            n == At(w, k) || (ok && k in pm.ops && Takes(w, Closing(pm.ops, used, true, pm.now), now) && n == pm.now)
  {
    hide Takes, At;
    var pm := w.permits[t];
    var ops := Closing(pm.ops, used, ok, pm.now);
    reveal At;
    BatchAt(w, M.Batch(ops, now), k);
    reveal M.Then();
  }
  lemma BookAt(w: World, ops: map<Key, Op>, now: int, k: Key)
    requires k.0 == 4 && forall o | o in ops :: ops[o] == Op.Forget || (Marking(o) && ops[o].Touch?) || ops[o] == Note(now)
    ensures var v := Book(w, ops, now); At(v, k) == At(w, k) || (k in ops && ops[k].Note? && At(v, k) == now && M.Latest(v.log) == now)
  {
    BatchAt(w, M.Batch(ops, now), k);
    reveal M.Then(), M.Ok();
  }
  lemma TickAt(w: World, now: int, k: Key)
    ensures At(Tick(w, now), k) == At(w, k)
  { BatchAt(w, M.Batch(map[], now), k); }
  // A step leaves what was done, or notes it: as of the decision, or of now if the host tells.
  lemma StepAt(w: World, i: Input, k: Key)
    requires w.policies != [] && k.0 == 4
    ensures var v := Step(w, i); At(v, k) == At(w, k) || (Notes(w, i, k) && At(v, k) == Since(w, i, k) && (i.Tell? ==> M.Latest(v.log) == i.now))
  {
    hide Answer, Close, Book, Tick, Asks, Votes, Takes, Closing, M.StateOf, M.Latest;
    match i
    case Decide(agent, q, now) => AnswerAt(w, agent, q, now, k);
    case Settle(t, used, ok, now) => if t < |w.permits| { CloseAt(w, t, used, ok, now, k); }
    case Release(t, now) => if t < |w.permits| { CloseAt(w, t, Nothing(w.permits[t].ops), false, now, k); }
    case Ask(_, _, _, now) => TickAt(w, now, k);
    case Vote(_, _, _, now) => TickAt(w, now, k);
    case Refuse(_, _, _, now) => TickAt(w, now, k);
    case Learn(_, _, _, now) => TickAt(w, now, k);
    case Tell(key, now) =>
      if Marking(key) { BookAt(w, map[key := Touch(0, 0, key.1)], now, k); } else if key.0 == 4 { BookAt(w, map[key := Note(now)], now, k); }
    case Forget(key, now) => BookAt(w, map[key := Op.Forget], now, k);
    case _ =>
  }

  // ---- time ----
  lemma LatestGrows(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures M.Latest(Run(p, trace[..n]).log) <= M.Latest(Run(p, trace).log)
  {
    hide Run;
    L.RunLog(p, trace, n);
    T.RunGood(p, trace);
    var a, b := Run(p, trace[..n]).log, Run(p, trace).log;
    LatestPrefix(b, |a|);
  }
  lemma LatestPrefix(log: M.Log, n: nat)
    requires M.Sound(log) && n <= |log|
    ensures M.Latest(log[..n]) <= M.Latest(log)
  { reveal M.Sound(); }
  lemma StepOf(p: Policy, trace: seq<Input>, j: nat)
    requires j < |trace|
    ensures Run(p, trace[..j + 1]) == Step(Run(p, trace[..j]), trace[j])
  {
    hide Run, Step;
    assert trace[..j + 1] == trace[..j] + [trace[j]];
    H.RunOne(p, trace[..j], trace[j]);
  }
  // A decision that was permitted is the last that happened by then.
  lemma GivenNow(p: Policy, trace: seq<Input>, j: nat)
    requires Given(p, trace, j)
    ensures j < |trace| && trace[j].Decide? && M.Latest(Run(p, trace[..j]).log) <= trace[j].now == M.Latest(Run(p, trace[..j + 1]).log)
  {
    hide Run, Permitted, OpsOf, Uses, GrantsAfter;
    reveal Given();
    StepOf(p, trace, j);
  }
  lemma GivenLater(p: Policy, trace: seq<Input>, i: nat, j: nat)
    requires i < j <= |trace| && Given(p, trace, i)
    ensures trace[i].Decide? && trace[i].now <= M.Latest(Run(p, trace[..j]).log)
  {
    hide Run;
    GivenNow(p, trace, i);
    assert trace[..j][..i + 1] == trace[..i + 1];
    LatestGrows(p, trace[..j], i + 1);
  }
  // A permit of a run is what one of its inputs was permitted.
  lemma PermitGiven(p: Policy, trace: seq<Input>, m: nat, t: nat)
    requires m <= |trace| && t < |Run(p, trace[..m]).permits|
    ensures var pm := Run(p, trace[..m]).permits[t];
            && pm.born < m && Given(p, trace, pm.born) && trace[pm.born] == Decide(pm.agent, pm.q, pm.now)
            && forall k :: k in pm.ops <==> Touches(p, trace, pm.born, k)
  {
    hide Run, Permits, OpsOf, Uses;
    var pm := Run(p, trace[..m]).permits[t];
    H.AllBorn(p, trace[..m], t);
    H.BornSpends(p, trace[..m], pm);
    reveal H.Born(), Given(), Touches();
    assert trace[..m][..pm.born] == trace[..pm.born];
  }
  // Nothing is done later than the last that happened.
  lemma DoneBefore(p: Policy, trace: seq<Input>, m: nat, k: Key)
    requires m <= |trace| && k.0 == 4
    ensures At(Run(p, trace[..m]), k) <= M.Latest(Run(p, trace[..m]).log)
  {
    hide Run, Step, Takes, Closing;
    if m == 0 { assert trace[..0] == []; reveal Run; } else {
      var w, i := Run(p, trace[..m - 1]), trace[m - 1];
      DoneBefore(p, trace, m - 1, k);
      StepOf(p, trace, m - 1);
      StepAt(w, i, k);
      assert trace[..m][..m - 1] == trace[..m - 1];
      LatestGrows(p, trace[..m], m - 1);
      if Notes(w, i, k) && i.Settle? {
        PermitGiven(p, trace, m - 1, i.token);
        GivenLater(p, trace, w.permits[i.token].born, m - 1);
      }
    }
  }

  // ---- what stays undone ----
  // What is done, is done by decisions no later than input number `from`.
  lemma StaysUndone(p: Policy, trace: seq<Input>, from: nat, m: nat, k: Key)
    requires from < m <= |trace| && k.0 == 4 && Given(p, trace, from) && Untold(trace, from, m, k) && Unnoted(p, trace, from, m, k)
    ensures trace[from].Decide? && Before(p, trace, m, k) <= trace[from].now
  {
    hide Run, Step, Takes, Closing, At;
    reveal Before();
    var w, i := Run(p, trace[..m - 1]), trace[m - 1];
    StepOf(p, trace, m - 1);
    StepAt(w, i, k);
    GivenNow(p, trace, from);
    if m == from + 1 { DoneBefore(p, trace, from, k); } else {
      assert Untold(trace, from, m - 1, k) by { reveal Untold(); }
      assert Unnoted(p, trace, from, m - 1, k) by { reveal Unnoted(); }
      StaysUndone(p, trace, from, m - 1, k);
      if Notes(w, i, k) { NotedEarly(p, trace, from, m, k); }
    }
  }
  lemma NotedEarly(p: Policy, trace: seq<Input>, from: nat, m: nat, k: Key)
    requires from + 1 < m <= |trace| && k.0 == 4 && Given(p, trace, from) && Untold(trace, from, m, k) && Unnoted(p, trace, from, m, k)
    requires Notes(Run(p, trace[..m - 1]), trace[m - 1], k)
    ensures trace[from].Decide? && Since(Run(p, trace[..m - 1]), trace[m - 1], k) <= trace[from].now
  {
    hide Run, Takes, Closing;
    var w, i := Run(p, trace[..m - 1]), trace[m - 1];
    assert !(i.Tell? && i.key == k) by { reveal Untold(); }
    var pm := w.permits[i.token];
    PermitGiven(p, trace, m - 1, i.token);
    GivenNow(p, trace, from);
    if from < pm.born {
      assert Succeeds(p, trace, m - 1, pm.born) by { reveal Succeeds(); }
      reveal Unnoted();
    } else if pm.born < from { GivenLater(p, trace, pm.born, from); }
  }
  // What a decision sets is not set earlier, ever after.
  lemma StaysReset(p: Policy, trace: seq<Input>, from: nat, m: nat, k: Key)
    requires from < m <= |trace| && Marking(k) && Touches(p, trace, from, k)
    ensures trace[from].Decide? && 0 < trace[from].now <= Before(p, trace, m, k)
  {
    hide Run, Permits, OpsOf;
    TouchedNow(p, trace, from, k);
    var log := Run(p, trace[..from + 1]).log;
    T.RunGood(p, trace[..m]);
    assert trace[..m][..from + 1] == trace[..from + 1];
    L.RunLog(p, trace[..m], from + 1);
    LogAtLeast(Run(p, trace[..m]).log, |log|, k, trace[from].now);
    reveal Before();
  }
  lemma TouchedNow(p: Policy, trace: seq<Input>, from: nat, k: Key)
    requires Marking(k) && Touches(p, trace, from, k)
    ensures from < |trace| && trace[from].Decide?
    ensures 0 < trace[from].now == At(Run(p, trace[..from + 1]), k) == M.Latest(Run(p, trace[..from + 1]).log)
  {
    hide Run, Permits, OpsOf, Uses, GrantsAfter;
    reveal Touches(), Given();
    var w, i := Run(p, trace[..from]), trace[from];
    var b := M.Batch(OpsOf(w, i.agent, i.q, i.now), i.now);
    StepOf(p, trace, from);
    BatchAt(w, b, k);
    L.OpsTouch(w, i.agent, i.q, i.now);
    T.RunGood(p, trace[..from]);
    T.PermittedOk(w, i.agent, i.q, i.now);
    assert M.Ok(k, b.ops[k], At(w, k), i.now);
    reveal M.Then(), M.Ok();
  }
  lemma LogAtLeast(log: M.Log, n: nat, k: Key, least: int)
    requires M.Sound(log) && Marking(k) && n <= |log| && least <= M.Latest(log[..n]) && least <= Get(M.StateOf(log[..n]), k)
    ensures least <= Get(M.StateOf(log), k)
  {
    if n < |log| {
      var m := |log| - 1;
      assert log[..m][..n] == log[..n];
      M.SoundPrefix(log, m);
      LogAtLeast(log[..m], n, k, least);
      assert M.Taken(log, m) && M.Latest(log[..n]) <= log[m].now by { LatestPrefix(log, n); reveal M.Sound(); }
      if k in log[m].ops { OpAtLeast(k, log[m].ops[k], Get(M.StateOf(log[..m]), k), log[m].now, least); }
    } else { assert log[..n] == log; }
  }
  lemma OpAtLeast(k: Key, op: Op, n: int, now: int, least: int)
    requires Marking(k) && M.Ok(k, op, n, now) && least <= n && least <= now
    ensures least <= M.Then(k, op, n, now)
  { reveal M.Ok(), M.Then(); }

  // What a decision resets is not done since, until something succeeds that was permitted after it, or the host says so.
  lemma Undone(p: Policy, trace: seq<Input>, from: nat, m: nat, done: Key, reset: Key)
    requires from < m <= |trace| && done.0 == 4 && Marking(reset) && Touches(p, trace, from, reset)
    requires Untold(trace, from, m, done) && Unnoted(p, trace, from, m, done)
    ensures Before(p, trace, m, done) <= Before(p, trace, m, reset)
  {
    assert Given(p, trace, from) by { reveal Touches(); }
    StaysUndone(p, trace, from, m, done);
    StaysReset(p, trace, from, m, reset);
  }
  // And then it is done: by what succeeded, as of its decision.
  lemma DoneBy(p: Policy, trace: seq<Input>, i: nat, j: nat, k: Key)
    requires k.0 == 4 && Succeeds(p, trace, i, j) && Touches(p, trace, j, k)
    ensures i < |trace| && j < |trace| && trace[j].Decide? && trace[j].now <= Before(p, trace, i + 1, k)
  {
    hide Run, Takes, M.StateOf;
    reveal Succeeds();
    var w, t := Run(p, trace[..i]), trace[i].token;
    PermitGiven(p, trace, i, t);
    GivenNow(p, trace, j);
    H.AllTouch(p, trace[..i], t);
    var pm := w.permits[t];
    var b := M.Batch(Closing(pm.ops, trace[i].used, true, pm.now), trace[i].now);
    StepOf(p, trace, i);
    assert Run(p, trace[..i + 1]).log == w.log + [b];
    BatchAt(w, b, k);
    assert k in b.ops && b.ops[k] == Note(pm.now);
    reveal M.Then(), Before();
  }
  // What is set stays set.
  lemma StaysSet(p: Policy, trace: seq<Input>, from: nat, m: nat, k: Key)
    requires from < m <= |trace| && Marking(k) && (Touches(p, trace, from, k) || 0 < Before(p, trace, from, k))
    ensures 0 < Before(p, trace, m, k)
  {
    hide Run, At;
    if Touches(p, trace, from, k) { StaysReset(p, trace, from, m, k); } else {
      reveal Before(), At;
      assert trace[..m][..from] == trace[..from];
      L.B6_OnlyGrow(p, trace[..m], from, k);
    }
  }
}
