include "Traces.dfy"
// What permits hold of a budget, and what policies allow: the two sides of B4.
module SpendingSpec {
  import opened Names
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary

  // What a permit holds of one counting cell: all that it reserved until it is settled, then what stayed spent.
  ghost function HeldBy(p: Permit, k: Key): int {
    if k !in p.ops || !p.ops[k].Touch? then 0
    else if p.status.Settled? then Stays(p.status.used, p.ops[k].measure, p.ops[k].amount)
    else p.ops[k].amount
  }
  // Settled and reserved together, over all permits ever given.
  ghost function Spent(ps: seq<Permit>, k: Key): int {
    if ps == [] then 0 else Spent(ps[..|ps| - 1], k) + HeldBy(ps[|ps| - 1], k)
  }
  // The highest limit that any of the policies sets for a budget (for a rate: in milliseconds), and 0 if none is above that.
  ghost function Limit(p: Policy, name: Name): int { if name in p.budgets then p.budgets[name].limit * Unit(p.budgets[name]) else 0 }
  ghost function Highest(ps: seq<Policy>, name: Name): int {
    if ps == [] then 0 else
    var before := Highest(ps[..|ps| - 1], name);
    var here := Limit(ps[|ps| - 1], name);
    if before < here then here else before
  }
}

// What permits hold is what the ledgers total, in every run.
module Spending {
  import opened Names
  import opened Requests
  import opened Scenes
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
    ensures Spent(ps[t := p], k) == Spent(ps, k) - HeldBy(ps[t], k) + HeldBy(p, k)
  {
    hide HeldBy;
    var n := |ps| - 1;
    if t == n { assert ps[t := p][..n] == ps[..n]; }
    else {
      assert ps[t := p][..n] == ps[..n][t := p];
      SpentUpdate(ps[..n], t, p, k);
    }
  }
  lemma SpentOne(ps: seq<Permit>, p: Permit, k: Key)
    ensures Spent(ps + [p], k) == Spent(ps, k) + HeldBy(p, k)
  { assert (ps + [p])[..|ps|] == ps; }

  // ---- the invariant: on every counting cell the two books agree ----
  ghost predicate Balanced(w: World, k: Key) { BudgetSpec.Total(M.Ledger(w.log, k)) == Spent(w.permits, k) }

  lemma AnswerBalanced(w: World, agent: Name, q: Request, now: int, k: Key)
    requires w.policies != [] && Balanced(w, k)
    ensures Balanced(Answer(w, agent, q, now), k)
  {
    hide OpsOf, BudgetSpec.Allowed, Permits, Uses, GrantsAfter;
    if Permits(w, agent, q, now) {
      var ops := OpsOf(w, agent, q, now);
      OpsTouch(w, agent, q, now);
      LogTotal(w.log, M.Batch(ops, now), k);
      SpentOne(w.permits, Permit.Permit(q, agent, now, Version(w), w.steps, ops, Uses(w, agent, q, now), Issued), k);
    }
  }
  lemma OpsTouch(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
    ensures forall k | k in OpsOf(w, agent, q, now) :: OpsOf(w, agent, q, now)[k].Touch?
  { hide Carrying, SceneOf; T.BatchTouches(Current(w), Carrying(Current(w), SceneOf(w, agent, q, now))); }
  lemma CloseBalanced(w: World, t: nat, used: map<Name, int>, ok: bool, now: int, k: Key)
    requires t < |w.permits| && !w.permits[t].status.Settled? && Balanced(w, k) && Counting(k)
    ensures Balanced(Close(w, t, used, ok, now), k)
  {
    hide M.AllOk;
    var p := w.permits[t];
    LogTotal(w.log, M.Batch(Closing(p.ops, used, ok, p.now), now), k);
    SpentUpdate(w.permits, t, p.(status := Settled(used)), k);
  }
  // What does not touch the cell, or forgets it, moves no amount.
  lemma BookBalanced(w: World, ops: map<Key, Op>, now: int, k: Key)
    requires Balanced(w, k) && (k in ops ==> BudgetSpec.Delta(ops[k]) == 0)
    ensures Balanced(Book(w, ops, now), k)
  {
    hide M.AllOk;
    LogTotal(w.log, M.Batch(ops, now), k);
  }
  lemma TickBalanced(w: World, now: int, k: Key)
    requires Balanced(w, k)
    ensures Balanced(Tick(w, now), k)
  { LogTotal(w.log, M.Batch(map[], now), k); }
  lemma PerformBalanced(w: World, t: nat, k: Key)
    requires t < |w.permits| && Balanced(w, k) && w.permits[t].status.Issued?
    ensures Spent(w.permits[t := w.permits[t].(status := Performed)], k) == Spent(w.permits, k)
  { SpentUpdate(w.permits, t, w.permits[t].(status := Performed), k); }
  lemma StepBalanced(w: World, i: Input, k: Key)
    requires w.policies != [] && Balanced(w, k) && Counting(k)
    ensures Balanced(Step(w, i), k)
  {
    hide Answer, Close, Book, Tick, Asks, Votes, Spent, BudgetSpec.Total;
    match i
    case Decide(agent, q, now) => AnswerBalanced(w, agent, q, now, k);
    case Perform(t) => if t < |w.permits| && w.permits[t].status.Issued? { PerformBalanced(w, t, k); }
    case Settle(t, used, ok, now) => if t < |w.permits| && w.permits[t].status.Performed? { CloseBalanced(w, t, used, ok, now, k); }
    case Release(t, now) => if t < |w.permits| && w.permits[t].status.Issued? { CloseBalanced(w, t, Nothing(w.permits[t].ops), false, now, k); }
    case Ask(agent, q, until, now) => TickBalanced(w, now, k);
    case Vote(key, person, role, now) => TickBalanced(w, now, k);
    case Refuse(key, person, role, now) => TickBalanced(w, now, k);
    case Learn(key, said, mode, now) => TickBalanced(w, now, k);
    case Tell(key, now) =>
      BookBalanced(w, map[key := Touch(0, 0, key.1)], now, k);
      BookBalanced(w, map[key := Note(now)], now, k);
    case Forget(key, now) => BookBalanced(w, map[key := Op.Forget], now, k);
    case _ =>
  }
  lemma RunBalanced(p: Policy, trace: seq<Input>, k: Key)
    requires Counting(k)
    ensures Balanced(Run(p, trace), k)
  {
    hide Step;
    if trace != [] {
      RunBalanced(p, trace[..|trace| - 1], k);
      StepBalanced(Run(p, trace[..|trace| - 1]), trace[|trace| - 1], k);
    } else { assert Balanced(Begin(p), k); }
  }
}
