include "Spec.dfy"
// The log of every run is sound, so all that was proved about one cell holds at every prefix of every interleaving.
module Traces {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import M = Machine
  import BudgetSpec
  import BudgetProofs

  // The machine's test on a cell is the specification's test on the cell's ledger.
  lemma OkIsAllowed(log: M.Log, k: Key, op: Op, now: int)
    requires M.Sound(log) && M.Ready(log, now) && op.Spend?
    ensures M.Ok(k, op, Get(M.StateOf(log), k), now) <==> BudgetSpec.Allowed(M.Ledger(log, k), k, op.limit, op.amount, now)
  {
    M.CellIsFold(log, k);
    M.LedgerAdmissible(log, k);
    M.LedgerOrdered(log, k);
    M.LedgerTimes(log, k, now);
    BudgetProofs.Exact(M.Ledger(log, k), k, op, now);
  }

  // The same for a batch of spends: the machine takes it if and only if every budget has room in its own history.
  lemma OkIsRoom(log: M.Log, ops: map<Key, Op>, now: int)
    requires M.Sound(log) && M.Ready(log, now) && forall k | k in ops :: ops[k].Spend?
    ensures M.AllOk(ops, M.StateOf(log), now) <==> Room(ops, log, now)
  {
    hide BudgetSpec.Allowed;
    forall k | k in ops
      ensures M.Ok(k, ops[k], Get(M.StateOf(log), k), now) <==> BudgetSpec.Allowed(M.Ledger(log, k), k, ops[k].limit, ops[k].amount, now)
    { OkIsAllowed(log, k, ops[k], now); }
  }

  // A Decide input that is answered leaves the batch of its request, and the machine takes that batch.
  lemma OpsOfHolds(w: World, q: Request, now: int)
    requires w.policies != [] && Permitted(Current(w), w.log, q, now)
    ensures Spends(Current(w), q, now, OpsOf(w, q, now)) && Room(OpsOf(w, q, now), w.log, now)
  {}
  lemma PermittedOk(w: World, q: Request, now: int)
    requires w.policies != [] && Good(w) && M.Ready(w.log, now) && Permitted(Current(w), w.log, q, now)
    ensures M.AllOk(OpsOf(w, q, now), M.StateOf(w.log), now)
  {
    hide Spends, BudgetSpec.Allowed;
    OpsOfHolds(w, q, now);
    OkIsRoom(w.log, OpsOf(w, q, now), now);
  }

  // ---- the invariant ----
  ghost predicate Good(w: World) { M.Sound(w.log) }

  lemma AnswerGood(w: World, q: Request, now: int)
    requires w.policies != [] && Good(w)
    ensures Good(Answer(w, q, now))
  {
    hide OpsOf, M.AllOk;
    if M.Ready(w.log, now) && Permitted(Current(w), w.log, q, now) {
      PermittedOk(w, q, now);
      M.SoundOne(w.log, M.Batch(OpsOf(w, q, now), now));
    }
  }
  lemma CloseGood(w: World, token: nat, used: map<Name, int>, now: int)
    requires token < |w.permits| && Good(w)
    ensures Good(Close(w, token, used, now))
  {
    hide M.AllOk, Refunds;
    if Close(w, token, used, now) != w { M.SoundOne(w.log, M.Batch(Refunds(w.permits[token].ops, used), now)); }
  }
  lemma StepGood(w: World, i: Input)
    requires w.policies != [] && Good(w)
    ensures Good(Step(w, i))
  {
    hide Answer, Close;
    match i
    case Decide(q, now) => AnswerGood(w, q, now);
    case Perform(t) =>
    case Settle(t, used, now) => if t < |w.permits| { CloseGood(w, t, used, now); }
    case Release(t, now) => if t < |w.permits| { CloseGood(w, t, Nothing(w.permits[t].ops), now); }
    case Replace(policy) =>
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
