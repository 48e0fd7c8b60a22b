include "Spec.dfy"
// The log of every run is sound, so all that was proved about one cell holds at every prefix of every interleaving.
module Traces {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import M = Machine
  import BudgetSpec
  import BudgetProofs
  import RateSpec
  import RateProofs

  // The machine's test on a cell is the specification's test on the cell's ledger.
  lemma OkIsAllowed(log: M.Log, k: Key, op: Op, now: int)
    requires M.Sound(log) && M.Ready(log, now) && op.Touch? && (k.0 == 0 || k.0 == 1)
    ensures M.Ok(k, op, Get(M.StateOf(log), k), now) <==> Allowed(k, op, M.Ledger(log, k), now)
  {
    M.CellIsFold(log, k);
    M.LedgerAdmissible(log, k);
    M.LedgerOrdered(log, k);
    M.LedgerTimes(log, k, now);
    M.LedgerNatural(log, k);
    if k.0 == 0 { BudgetProofs.Exact(M.Ledger(log, k), k, op, now); }
    else { assert 0 <= now by { ReadyNatural(log, now); } RateProofs.Exact(M.Ledger(log, k), k, op, now); reveal M.Ok(); }
  }
  lemma ReadyNatural(log: M.Log, now: int)
    requires M.Sound(log) && M.Ready(log, now)
    ensures 0 <= now
  { reveal M.Sound(); }
  lemma OtherOk(k: Key, op: Op, l: seq<Entry>, n: int, now: int)
    requires op.Touch? && k.0 != 0 && k.0 != 1
    ensures M.Ok(k, op, n, now) <==> Allowed(k, op, l, now)
  { reveal M.Ok(); }

  // The same for a batch: the machine takes it if and only if every cell has room in its own history.
  lemma OkIsRoom(log: M.Log, ops: map<Key, Op>, now: int)
    requires M.Sound(log) && M.Ready(log, now) && forall k | k in ops :: ops[k].Touch?
    ensures M.AllOk(ops, M.StateOf(log), now) <==> Room(ops, log, now)
  {
    hide Allowed;
    forall k | k in ops
      ensures M.Ok(k, ops[k], Get(M.StateOf(log), k), now) <==> Allowed(k, ops[k], M.Ledger(log, k), now)
    {
      if k.0 == 0 || k.0 == 1 { OkIsAllowed(log, k, ops[k], now); }
      else { OtherOk(k, ops[k], M.Ledger(log, k), Get(M.StateOf(log), k), now); }
    }
  }

  // What a request leaves touches cells, and does nothing else to them.
  lemma BatchTouches(p: Policy, sc: Scene)
    ensures forall k | k in Batch(p, sc) :: Batch(p, sc)[k].Touch?
  {}
  // A Decide that is answered finds room for its batch, and the machine takes that batch.
  lemma PermittedRoom(w: World, agent: Name, q: Request, now: int)
    requires w.policies != [] && Permits(w, agent, q, now)
    ensures Room(OpsOf(w, agent, q, now), w.log, now)
  { hide Clear, Payable, Batch, Room, Free, Consented; reveal Permitted(); }
  lemma PermittedOk(w: World, agent: Name, q: Request, now: int)
    requires w.policies != [] && Good(w) && Permits(w, agent, q, now)
    ensures M.AllOk(OpsOf(w, agent, q, now), M.StateOf(w.log), now)
  {
    hide Batch, Room, Carrying;
    PermittedRoom(w, agent, q, now);
    BatchTouches(Current(w), Carrying(Current(w), SceneOf(w, agent, q, now)));
    OkIsRoom(w.log, OpsOf(w, agent, q, now), now);
  }

  // ---- the invariant ----
  ghost predicate Good(w: World) { M.Sound(w.log) }

  lemma AnswerGood(w: World, agent: Name, q: Request, now: int)
    requires w.policies != [] && Good(w)
    ensures Good(Answer(w, agent, q, now))
  {
    hide OpsOf, M.AllOk, Permitted, SceneOf, Uses, GrantsAfter;
    if Permits(w, agent, q, now) {
      PermittedOk(w, agent, q, now);
      M.SoundOne(w.log, M.Batch(OpsOf(w, agent, q, now), now));
    }
  }
  lemma CloseGood(w: World, token: nat, used: map<Name, int>, ok: bool, now: int)
    requires token < |w.permits| && Good(w)
    ensures Good(Close(w, token, used, ok, now))
  {
    hide M.AllOk, Closing;
    if Close(w, token, used, ok, now) != w {
      M.SoundOne(w.log, M.Batch(Closing(w.permits[token].ops, used, ok, w.permits[token].now), now));
    }
  }
  lemma BookGood(w: World, ops: map<Key, Op>, now: int)
    requires Good(w)
    ensures Good(Book(w, ops, now))
  {
    hide M.AllOk;
    if Book(w, ops, now) != w { M.SoundOne(w.log, M.Batch(ops, now)); }
  }
  lemma TickGood(w: World, now: int)
    requires Good(w) && M.Ready(w.log, now)
    ensures Good(Tick(w, now))
  { M.SoundOne(w.log, M.Batch(map[], now)); }
  lemma StepGood(w: World, i: Input)
    requires w.policies != [] && Good(w)
    ensures Good(Step(w, i))
  {
    hide Answer, Close, Book, Tick, Askable, Missing, Permitted;
    match i
    case Decide(agent, q, now) => AnswerGood(w, agent, q, now);
    case Settle(t, used, ok, now) => if t < |w.permits| { CloseGood(w, t, used, ok, now); }
    case Release(t, now) => if t < |w.permits| { CloseGood(w, t, Nothing(w.permits[t].ops), false, now); }
    case Ask(agent, q, until, now) => if Asks(w, agent, q, until, now) { TickGood(w, now); }
    case Vote(key, person, role, now) => if Votes(w, key, person, role, now) { TickGood(w, now); }
    case Refuse(key, person, role, now) => if Votes(w, key, person, role, now) { TickGood(w, now); }
    case Learn(key, said, mode, now) => if M.Ready(w.log, now) { TickGood(w, now); }
    case Tell(key, now) => BookGood(w, map[key := Touch(0, 0, key.1)], now); BookGood(w, map[key := Note(now)], now);
    case Forget(key, now) => BookGood(w, map[key := Op.Forget], now);
    case _ =>
  }
  lemma RunGood(p: Policy, trace: seq<Input>)
    ensures Good(Run(p, trace))
  {
    hide Step;
    M.SoundEmpty();
    if trace != [] {
      RunGood(p, trace[..|trace| - 1]);
      StepGood(Run(p, trace[..|trace| - 1]), trace[|trace| - 1]);
    }
  }
}
