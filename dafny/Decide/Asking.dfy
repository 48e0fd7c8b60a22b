include "Reserving.dfy"
include "../Boundary/Batch.dfy"
// Approvals, as the code finds them: soft budgets that would be passed, and grants with enough votes.
module Asking {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import A = ApprovalCode
  import Batches
  import BudgetSpec
  import BudgetProofs
  import K = Kernel
  import P = Permission
  import M = Machine

  // ---- soft budgets ----
  ghost predicate Over(c: Charges, nums: map<Key, int>, n: Name) {
    exists k: Key | k in AsMap(c) && k.0 == 5 && k.1 == n :: AsMap(c)[k].Touch? && Get(nums, k) + AsMap(c)[k].amount > AsMap(c)[k].limit
  }
  lemma SoftlyIs(c: Charges, nums: map<Key, int>, needs: Needs, n: Name)
    requires Distinct(c)
    ensures HasNeed(K.Softly(c, nums, needs), n) <==> HasNeed(needs, n) || Over(c, nums, n)
    decreases c
  {
    if c.Owed? {
      var over := c.key.0 == 5 && Get(nums, c.key) + c.amount > c.limit && !HasNeed(needs, c.key.1);
      SoftlyIs(c.more, nums, if over then Need(c.key.1, needs) else needs, n);
      OverMore(c, nums, n);
    }
  }
  lemma OverMore(c: Charges, nums: map<Key, int>, n: Name)
    requires c.Owed? && Distinct(c)
    ensures Over(c, nums, n) <==> (c.key.0 == 5 && c.key.1 == n && Get(nums, c.key) + c.amount > c.limit) || Over(c.more, nums, n)
  {
    assert AsMap(c)[c.key] == Touch(c.limit, c.amount, c.measure);
    forall k | k in AsMap(c.more) ensures k in AsMap(c) && AsMap(c)[k] == AsMap(c.more)[k] {}
    if Over(c.more, nums, n) {
      var k: Key :| k in AsMap(c.more) && k.0 == 5 && k.1 == n && AsMap(c.more)[k].Touch? && Get(nums, k) + AsMap(c.more)[k].amount > AsMap(c.more)[k].limit;
      assert k in AsMap(c);
    }
  }
  // While its window lasts, a soft budget's cell is what its history comes to.
  lemma SoftTotal(log: M.Log, k: Key, now: int)
    requires M.Sound(log) && M.Ready(log, now) && k.0 == 5 && Open(k, now)
    ensures Get(M.StateOf(log), k) == BudgetSpec.Total(M.Ledger(log, k))
  {
    M.CellIsFold(log, k);
    M.LedgerAdmissible(log, k);
    M.LedgerOrdered(log, k);
    M.LedgerTimes(log, k, now);
    BudgetProofs.CounterIsTotal(M.Ledger(log, k), k);
  }
  lemma OverIsPassed(c: Charges, nums: map<Key, int>, log: M.Log, now: int, n: Name)
    requires M.Sound(log) && M.Ready(log, now) && Shows(nums, M.StateOf(log), AsMap(c).Keys) && P.Room(AsMap(c), log, now)
    ensures Over(c, nums, n) <==> P.Passed(AsMap(c), log, n)
  {
    forall k: Key | k in AsMap(c) && k.0 == 5 ensures Get(nums, k) == BudgetSpec.Total(M.Ledger(log, k)) {
      assert k in AsMap(c).Keys && P.Allowed(k, AsMap(c)[k], M.Ledger(log, k), now);
      SoftTotal(log, k, now);
    }
    if Over(c, nums, n) {
      var k: Key :| k in AsMap(c) && k.0 == 5 && k.1 == n && AsMap(c)[k].Touch? && Get(nums, k) + AsMap(c)[k].amount > AsMap(c)[k].limit;
      assert BudgetSpec.Total(M.Ledger(log, k)) + AsMap(c)[k].amount > AsMap(c)[k].limit;
    }
    if P.Passed(AsMap(c), log, n) {
      var k: Key :| k in AsMap(c) && k.0 == 5 && k.1 == n && AsMap(c)[k].Touch? && BudgetSpec.Total(M.Ledger(log, k)) + AsMap(c)[k].amount > AsMap(c)[k].limit;
      assert Get(nums, k) + AsMap(c)[k].amount > AsMap(c)[k].limit;
    }
  }
  // A policy without soft budgets has none that could be passed.
  lemma NotSoft(p: Policy, sc: Scene, log: M.Log, n: Name)
    requires Reading.Sound(p) && !K.IsSoft(p)
    ensures !P.Passed(P.Batch(p, sc), log, n)
  {
    hide Reading.Sound;
    forall k | k in P.Batch(p, sc) && k.0 == 5 ensures false {
      Batches.KeysTouched(p, sc, k);
      Batches.TouchedNamed(p, sc, k);
      assert k.1 in p.budgets && p.budgets[k.1].kind == 5;
    }
  }
  import Reading

  // ---- grants ----
  lemma FilledIs(q: Quorum, g: Grant, pos: nat)
    requires pos <= |q.roles|
    ensures A.Filled(q, g, pos) <==> forall i | pos <= i < |q.roles| :: q.roles[i].1 <= |A.Voters(g, q.roles[i].0)|
    decreases |q.roles| - pos
  { hide A.Voters; if pos < |q.roles| { FilledIs(q, g, pos + 1); } }
  lemma FilledSame(q: Quorum, g: Grant)
    ensures A.Filled(q, g, 0) <==> P.Filled(q, g)
  {
    FilledIs(q, g, 0);
    forall role ensures A.Voters(g, role) == set p | p in g.votes && g.votes[p] == role {}
    if A.Filled(q, g, 0) {
      forall role, people | (role, people) in q.roles ensures people <= |A.Voters(g, role)| {
        var i :| 0 <= i < |q.roles| && q.roles[i] == (role, people);
      }
    }
    if P.Filled(q, g) {
      forall i | 0 <= i < |q.roles| ensures q.roles[i].1 <= |A.Voters(g, q.roles[i].0)| {
        assert (q.roles[i].0, q.roles[i].1) in q.roles;
      }
    }
  }
  lemma EnoughIs(quorums: map<Name, Quorum>, needs: Needs, g: Grant)
    ensures K.Enough(quorums, needs, g) <==> forall n | HasNeed(needs, n) :: n in quorums && P.Filled(quorums[n], g)
    decreases needs
  {
    hide P.Filled, A.Filled;
    if needs.Need? {
      if needs.name in quorums { FilledSame(quorums[needs.name], g); }
      EnoughIs(quorums, needs.more, g);
      assert HasNeed(needs, needs.name);
      forall n ensures HasNeed(needs, n) <==> n == needs.name || HasNeed(needs.more, n) {}
    }
  }
}
