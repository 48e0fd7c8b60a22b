include "Traces.dfy"
// What permits hold of a budget, and what policies allow: the two sides of B4.
module SpendingSpec {
  import opened Names
  import opened Policies
  import opened Cells
  import opened Boundary

  // What a permit holds of one cell: all that it reserved until it is settled, then what stayed spent.
  ghost function Held(p: Permit, k: Key): int {
    if k !in p.ops || !p.ops[k].Spend? then 0
    else if p.status.Settled? then Kept(p.status.used, p.ops[k].measure, p.ops[k].amount)
    else p.ops[k].amount
  }
  // Settled and reserved together, over all permits ever given.
  ghost function Spent(ps: seq<Permit>, k: Key): int {
    if ps == [] then 0 else Spent(ps[..|ps| - 1], k) + Held(ps[|ps| - 1], k)
  }
  // The highest limit that any of the policies sets for a budget, and 0 if none sets one above that.
  ghost function Highest(ps: seq<Policy>, name: Name): int {
    if ps == [] then 0 else
    var before := Highest(ps[..|ps| - 1], name);
    var p := ps[|ps| - 1];
    if name in p.budgets && before < p.budgets[name].limit then p.budgets[name].limit else before
  }
}

// What permits hold is what the ledgers total, in every run.
module Spending {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import T = Traces
  import M = Machine
  import BudgetSpec

  // A batch adds to the total of a cell what it does there.
  lemma LogTotal(log: M.Log, b: M.Batch, k: Key)
    ensures BudgetSpec.Total(M.Ledger(log + [b], k)) == BudgetSpec.Total(M.Ledger(log, k)) + if k in b.ops then BudgetSpec.Delta(b.ops[k]) else 0
  {
    M.LedgerOne(log, b, k);
    if k in b.ops {
      var l := M.Ledger(log, k);
      assert (l + [Entry(b.ops[k], b.now)])[..|l|] == l;
    } else { assert M.Ledger(log, k) + [] == M.Ledger(log, k); }
  }
  // Changing one permit changes the sum by what that permit holds more or less.
  lemma SpentUpdate(ps: seq<Permit>, t: nat, p: Permit, k: Key)
    requires t < |ps|
    ensures Spent(ps[t := p], k) == Spent(ps, k) - Held(ps[t], k) + Held(p, k)
  {
    hide Held;
    var n := |ps| - 1;
    if t == n { assert ps[t := p][..n] == ps[..n]; }
    else {
      assert ps[t := p][..n] == ps[..n][t := p];
      SpentUpdate(ps[..n], t, p, k);
    }
  }
  lemma SpentOne(ps: seq<Permit>, p: Permit, k: Key)
    ensures Spent(ps + [p], k) == Spent(ps, k) + Held(p, k)
  { assert (ps + [p])[..|ps|] == ps; }

  // ---- the invariant: the two books agree ----
  ghost predicate Balanced(w: World, k: Key) { BudgetSpec.Total(M.Ledger(w.log, k)) == Spent(w.permits, k) }

  lemma AnswerBalanced(w: World, q: Request, now: int, k: Key)
    requires w.policies != [] && Balanced(w, k)
    ensures Balanced(Answer(w, q, now), k)
  {
    hide OpsOf, BudgetSpec.Allowed, Spends;
    if M.Ready(w.log, now) && Permitted(Current(w), w.log, q, now) {
      var ops := OpsOf(w, q, now);
      T.OpsOfHolds(w, q, now);
      LogTotal(w.log, M.Batch(ops, now), k);
      SpentOne(w.permits, Permit.Permit(q, now, Version(w), w.steps, ops, Issued), k);
    }
  }
  lemma CloseBalanced(w: World, t: nat, used: map<Name, int>, now: int, k: Key)
    requires t < |w.permits| && !w.permits[t].status.Settled? && Balanced(w, k)
    ensures Balanced(Close(w, t, used, now), k)
  {
    hide M.AllOk;
    var p := w.permits[t];
    LogTotal(w.log, M.Batch(Refunds(p.ops, used), now), k);
    SpentUpdate(w.permits, t, p.(status := Settled(used)), k);
  }
  lemma StepBalanced(w: World, i: Input, k: Key)
    requires w.policies != [] && Balanced(w, k)
    ensures Balanced(Step(w, i), k)
  {
    hide Answer, Close;
    match i
    case Decide(q, now) => AnswerBalanced(w, q, now, k);
    case Perform(t) => if t < |w.permits| { SpentUpdate(w.permits, t, w.permits[t].(status := Performed), k); }
    case Settle(t, used, now) => if t < |w.permits| && w.permits[t].status.Performed? { CloseBalanced(w, t, used, now, k); }
    case Release(t, now) => if t < |w.permits| && w.permits[t].status.Issued? { CloseBalanced(w, t, Nothing(w.permits[t].ops), now, k); }
    case Replace(policy) =>
  }
  lemma RunBalanced(p: Policy, trace: seq<Input>, k: Key)
    ensures Balanced(Run(p, trace), k)
  {
    hide Step;
    if trace != [] {
      RunBalanced(p, trace[..|trace| - 1], k);
      StepBalanced(Run(p, trace[..|trace| - 1]), trace[|trace| - 1], k);
    } else { assert Balanced(Start(p), k); }
  }
}
