include "Batch.dfy"
include "Closing.dfy"
include "Effects.dfy"
include "Limits.dfy"
// A policy that counts all of some verbs under one budget: then each request of these verbs is counted in full, and all that was
// performed stays within the budget.
module TotalsSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec

  // `m` of each of the verbs is counted under the budget b, wherever the tests `when` are met.
  ghost predicate CountsAll(v: Policy, verbs: set<Name>, m: Name, b: Name, when: set<Test>) {
    && Sound(v)
    && b in v.budgets && v.budgets[b].kind == 0 && v.budgets[b].measure == m
    && forall verb | verb in verbs :: exists r | r in v.rules :: CountsHere(r, verb, b, when)
  }
  ghost predicate CountsHere(r: Rule, verb: Name, b: Name, when: set<Test>) {
    r.effect == Charge(b) && verb in r.verbs && r.unless == [] && forall t | t in r.tests :: t in when
  }
  // What the budget is kept by are scopes of the request.
  ghost predicate Scopes(per: Per, q: Request) { per.0 in q.scopes && per.1 in q.scopes && per.2 in q.scopes && per.3 in q.scopes }
  ghost function AccountOf(b: Name, budget: Budget, q: Request, now: int): Key
    requires Scopes(budget.per, q)
  {
    var per := budget.per;
    (budget.kind, b, q.scopes[per.0], q.scopes[per.1], q.scopes[per.2], q.scopes[per.3], Permission.Window(budget, q, now))
  }

  // What the request is about, in all: the measure of its parts of these verbs.
  ghost function Measured(part: Part, verbs: set<Name>, m: Name): int { if part.verb in verbs && m in part.ints then part.ints[m] else 0 }
  ghost function Sum(parts: seq<Part>, verbs: set<Name>, m: Name): int {
    if parts == [] then 0 else Sum(parts[..|parts| - 1], verbs, m) + Measured(parts[|parts| - 1], verbs, m)
  }

  // What the effects of a run hold of a counting cell: all that was reserved until it is settled, then what stayed spent.
  ghost predicate HasEffect(es: seq<Boundary.Effect>, t: nat) { exists e | e in es :: e.token == t }
  ghost function Outlay(ps: seq<Permit>, es: seq<Boundary.Effect>, k: Key): int {
    if ps == [] then 0 else
    Outlay(ps[..|ps| - 1], es, k) + if HasEffect(es, |ps| - 1) then HeldBy(ps[|ps| - 1], k) else 0
  }

  // The request's batch holds a reservation that covers all of it.
  ghost predicate InFull(v: Policy, q: Request, now: int, ops: map<Key, Op>, verbs: set<Name>, m: Name, b: Name) {
    && b in v.budgets && Scopes(v.budgets[b].per, q)
    && var k := AccountOf(b, v.budgets[b], q, now);
    && k in ops && ops[k].Touch? && ops[k].measure == m && ops[k].limit == v.budgets[b].limit && Sum(q.parts, verbs, m) <= ops[k].amount
  }
  ghost predicate LimitsAtMost(ps: seq<Policy>, b: Name, top: int) { forall v | v in ps :: Limit(v, b) <= top }
}
module CountedInFull {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import opened TotalsSpec
  import B = Batches
  import C = Closing
  import E = Effects
  import H = History
  import L = Limits
  import S = Spending
  import T = Traces
  import M = Machine
  import BudgetProofs

  // ---- one request is counted in full ----
  ghost predicate Meant(sc: Scene, verbs: set<Name>, when: set<Test>) {
    forall part, atom, t | part in sc.q.parts && part.verb in verbs && atom in part.atoms && t in when :: May(t, sc, part, atom)
  }
  lemma OneCounted(v: Policy, sc: Scene, part: Part, verbs: set<Name>, m: Name, b: Name, when: set<Test>)
    requires CountsAll(v, verbs, m, b, when) && Payable(v, sc) && Meant(sc, verbs, when) && Scopes(v.budgets[b].per, sc.q)
    requires part in sc.q.parts && part.verb in verbs && part.atoms != []
    ensures Touches(v, sc, part, AccountOf(b, v.budgets[b], sc.q, sc.now))
    ensures m in part.ints && Due(v, sc, part, AccountOf(b, v.budgets[b], sc.q, sc.now)) == part.ints[m]
  {
    hide Sound, May, End;
    var r :| r in v.rules && CountsHere(r, part.verb, b, when);
    var atom := part.atoms[0];
    assert atom in part.atoms;
    assert Charges(r, sc, part, atom);
    assert Counts(v, sc, part, atom, r);
    assert Counter(v, sc, part, atom, r) == AccountOf(b, v.budgets[b], sc.q, sc.now);
  }
  lemma SumCounted(v: Policy, sc: Scene, parts: seq<Part>, verbs: set<Name>, m: Name, b: Name, when: set<Test>)
    requires CountsAll(v, verbs, m, b, when) && Payable(v, sc) && Meant(sc, verbs, when) && Scopes(v.budgets[b].per, sc.q)
    requires forall part | part in parts :: part in sc.q.parts && part.atoms != []
    ensures Sum(parts, verbs, m) <= Amount(v, sc, parts, AccountOf(b, v.budgets[b], sc.q, sc.now))
  {
    hide CountsAll, Payable, Meant, Due, AccountOf, Scopes;
    if parts != [] {
      var k, part := AccountOf(b, v.budgets[b], sc.q, sc.now), parts[|parts| - 1];
      SumCounted(v, sc, parts[..|parts| - 1], verbs, m, b, when);
      if part.verb in verbs { OneCounted(v, sc, part, verbs, m, b, when); }
      B.DueNatural(v, sc, part, k) by { reveal CountsAll; }
    }
  }
  lemma BatchInFull(v: Policy, sc: Scene, verbs: set<Name>, m: Name, b: Name, when: set<Test>)
    requires CountsAll(v, verbs, m, b, when) && Clear(v, sc) && Payable(v, sc) && Meant(sc, verbs, when) && Scopes(v.budgets[b].per, sc.q)
    requires exists part | part in sc.q.parts :: part.verb in verbs
    ensures InFull(v, sc.q, sc.now, Batch(v, sc), verbs, m, b)
  {
    hide Meant, Payable, Sum, Amount, Touches, Passes, Keys;
    var k := AccountOf(b, v.budgets[b], sc.q, sc.now);
    SumCounted(v, sc, sc.q.parts, verbs, m, b, when);
    var part :| part in sc.q.parts && part.verb in verbs;
    OneCounted(v, sc, part, verbs, m, b, when);
    assert Touched(v, sc, k);
    B.KeysTouched(v, sc, k);
  }

  // ---- all that was performed stays within ----
  lemma OutlayWithin(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n <= |Run(p, trace).permits|
    ensures 0 <= Outlay(Run(p, trace).permits[..n], Run(p, trace).effects, k) <= Spent(Run(p, trace).permits[..n], k)
  {
    hide Run, HeldBy;
    if n != 0 {
      var w := Run(p, trace);
      assert w.permits[..n][..n - 1] == w.permits[..n - 1];
      OutlayWithin(p, trace, n - 1, k);
      C.HeldWithin(p, trace, n - 1, k);
    }
  }
  lemma HighestAtMost(ps: seq<Policy>, b: Name, top: int)
    requires LimitsAtMost(ps, b, top) && 0 <= top
    ensures Highest(ps, b) <= top
  {
    hide Limit;
    if ps != [] {
      assert ps[|ps| - 1] in ps;
      HighestAtMost(ps[..|ps| - 1], b, top);
    }
  }
  // B4 for effects.
  lemma Within(p: Policy, trace: seq<Input>, k: Key, top: int)
    requires k.0 == 0 && 0 <= top && LimitsAtMost(Run(p, trace).policies, k.1, top)
    ensures Outlay(Run(p, trace).permits, Run(p, trace).effects, k) <= Spent(Run(p, trace).permits, k) <= top
  {
    hide Step, Run, Outlay, Spent, LimitsAtMost, Highest;
    var w := Run(p, trace);
    T.RunGood(p, trace);
    S.RunBalanced(p, trace, k);
    L.RunWithin(p, trace, k.1);
    L.LedgerWithin(w.log, k, Highest(w.policies, k.1));
    L.HighestNatural(w.policies, k.1);
    M.LedgerAdmissible(w.log, k);
    M.LedgerOrdered(w.log, k);
    BudgetProofs.Bounded(M.Ledger(w.log, k), k, Highest(w.policies, k.1));
    HighestAtMost(w.policies, k.1, top);
    OutlayWithin(p, trace, |w.permits|, k);
    assert w.permits[..|w.permits|] == w.permits;
  }
}
