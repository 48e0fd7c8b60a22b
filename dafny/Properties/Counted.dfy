include "Small.dfy"
include "../Boundary/InFull.dfy"
// Effects of verbs that the policy counts under one budget.
module Counted {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened TotalsSpec
  import D = Decided
  import CountedInFull
  import M = Machine

  ghost predicate Does(q: Request, verbs: set<Name>) { exists part | part in q.parts :: part.verb in verbs }
  // Where the budget of b is kept by scopes that the request has, its account holds a reservation for all that the request is about.
  ghost predicate Reserved(v: Policy, pm: Permit, verbs: set<Name>, m: Name, b: Name) {
    Does(pm.q, verbs) && b in v.budgets && Scopes(v.budgets[b].per, pm.q) ==> InFull(v, pm.q, pm.now, pm.ops, verbs, m, b)
  }
  lemma JudgedCounted(v: Policy, log: M.Log, sc: Scene, verbs: set<Name>, m: Name, b: Name)
    requires CountsAll(v, verbs, m, b, {}) && Judged(v, log, sc) && Does(sc.q, verbs) && Scopes(v.budgets[b].per, sc.q)
    ensures InFull(v, sc.q, sc.now, Batch(v, Carrying(v, sc)), verbs, m, b)
  {
    hide CountsAll, InFull, Batch, Clear, Payable, Brings, Scopes;
    CountedInFull.BatchInFull(v, Carrying(v, sc), verbs, m, b, {});
  }
  lemma Effects(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, m: Name, b: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: CountsAll(v, verbs, m, b, {})
    ensures var pm := Doing(p, trace, n); Reserved(Current(Then(p, trace, pm)), pm, verbs, m, b)
  {
    hide Run, Permitted, OpsOf, Batch, Carrying, CountsAll, InFull, Judged, Does, Scopes;
    D.Permitted1(p, trace, n);
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var v, sc := Current(Then(p, trace, pm)), SceneThen(p, trace, pm);
    assert pm.ops == Batch(v, Carrying(v, sc)) by { reveal OpsOf; }
    if Does(pm.q, verbs) && b in v.budgets && Scopes(v.budgets[b].per, pm.q) { JudgedCounted(v, Then(p, trace, pm).log, sc, verbs, m, b); }
  }
}
