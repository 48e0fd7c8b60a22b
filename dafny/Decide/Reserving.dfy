include "Views.dfy"
include "Kernel.dfy"
include "../Boundary/Batch.dfy"
include "../Boundary/History.dfy"
// The code that reserves, against the specification: it permits if and only if every budget has room in its own history,
// and it writes exactly what the batch leaves.
module Reserving {
  import opened Names
  import opened Cells
  import opened Verdicts
  import K = Kernel
  import opened ChargeMaps
  import opened Views
  import opened Requests
  import opened Policies
  import B = Boundary
  import Batches
  import H = History
  import P = Permission
  import T = Traces
  import M = Machine

  // One charge: the code's comparison is the machine's test, and its sum is the machine's result.
  lemma One(key: Key, amount: int, limit: int, measure: Name, n: int, now: int)
    requires 0 <= amount
    ensures M.Ok(key, Spend(limit, amount, measure), n, now) <==> !(n + amount > limit || !Open(key, now))
    ensures M.Then(key, Spend(limit, amount, measure), n, now) == n + amount
  { reveal M.Ok(), M.Then(); }

  // The loop permits if and only if the machine takes the batch on what the view shows.
  lemma SpendOk(c: Charges, rule: Name, all: Charges, now: int, cells: map<Key, int>, w: Writes)
    requires Distinct(c) && NoneNegative(c)
    ensures var v := K.SpendAll(c, rule, all, now, cells, w);
            (v.Permitted? <==> M.AllOk(AsMap(c), cells, now)) && (v.Permitted? || v.Exhausted?) && (v.Permitted? ==> v.rule == rule && v.charges == all)
    decreases c
  {
    if c.Owed? {
      One(c.key, c.amount, c.limit, c.measure, Get(cells, c.key), now);
      SpendOk(c.more, rule, all, now, cells, Write(c.key, Get(cells, c.key) + c.amount, w));
      MoreOk(c, cells, now);
    }
  }
  lemma MoreOk(c: Charges, cells: map<Key, int>, now: int)
    requires c.Owed? && Distinct(c)
    ensures M.AllOk(AsMap(c), cells, now) <==>
            M.Ok(c.key, Spend(c.limit, c.amount, c.measure), Get(cells, c.key), now) && M.AllOk(AsMap(c.more), cells, now)
  {
    assert AsMap(c)[c.key] == Spend(c.limit, c.amount, c.measure);
    forall k | k in AsMap(c.more) ensures k in AsMap(c) && AsMap(c)[k] == AsMap(c.more)[k] {}
  }
  // A refusal names a budget of the batch that has no room for it.
  lemma SpendExhausted(c: Charges, rule: Name, all: Charges, now: int, cells: map<Key, int>, w: Writes)
    requires Distinct(c) && NoneNegative(c) && K.SpendAll(c, rule, all, now, cells, w).Exhausted?
    ensures var v := K.SpendAll(c, rule, all, now, cells, w);
            v.key in AsMap(c) && AsMap(c)[v.key].Spend? && v.budget == v.key.1 && v.left == AsMap(c)[v.key].limit - Get(cells, v.key) &&
            !M.Ok(v.key, AsMap(c)[v.key], Get(cells, v.key), now)
    decreases c
  {
    One(c.key, c.amount, c.limit, c.measure, Get(cells, c.key), now);
    if M.Ok(c.key, Spend(c.limit, c.amount, c.measure), Get(cells, c.key), now) {
      SpendExhausted(c.more, rule, all, now, cells, Write(c.key, Get(cells, c.key) + c.amount, w));
    }
  }

  // The writes: what was written before, and under each key of the batch what the machine leaves there.
  lemma SpendWritten(c: Charges, rule: Name, all: Charges, now: int, cells: map<Key, int>, w: Writes, k: Key)
    requires Distinct(c) && NoneNegative(c) && K.SpendAll(c, rule, all, now, cells, w).Permitted?
    ensures var out := Written(K.SpendAll(c, rule, all, now, cells, w).writes);
            (k in out <==> k in AsMap(c) || k in Written(w)) &&
            (k in out ==> out[k] == if k in AsMap(c) then M.Then(k, AsMap(c)[k], Get(cells, k), now) else Written(w)[k])
    decreases c
  {
    if c.Owed? {
      One(c.key, c.amount, c.limit, c.measure, Get(cells, c.key), now);
      SpendWritten(c.more, rule, all, now, cells, Write(c.key, Get(cells, c.key) + c.amount, w), k);
    }
  }
  lemma SpendOnce(c: Charges, rule: Name, all: Charges, now: int, cells: map<Key, int>, w: Writes)
    requires Distinct(c) && K.SpendAll(c, rule, all, now, cells, w).Permitted?
    requires Once(w) && forall k | k in AsMap(c) :: k !in Written(w)
    ensures Once(K.SpendAll(c, rule, all, now, cells, w).writes)
    decreases c
  {
    if c.Owed? {
      var x := Write(c.key, Get(cells, c.key) + c.amount, w);
      assert c.key in AsMap(c);
      forall k | k in AsMap(c.more) ensures k !in Written(x) { assert k in AsMap(c); }
      SpendOnce(c.more, rule, all, now, cells, x);
    }
  }

  // ---- the two theorems ----
  // On any view that shows the touched cells, the code permits if and only if there is room in the history.
  lemma SpendIsRoom(c: Charges, rule: Name, log: M.Log, now: int, cells: map<Key, int>)
    requires M.Sound(log) && M.Ready(log, now)
    requires Distinct(c) && NoneNegative(c) && Shows(cells, M.StateOf(log), AsMap(c).Keys)
    ensures K.SpendAll(c, rule, c, now, cells, NoWrites).Permitted? <==> P.Room(AsMap(c), log, now)
  {
    SpendOk(c, rule, c, now, cells, NoWrites);
    AsMapSpends(c);
    T.OkIsRoom(log, AsMap(c), now);
    SameOk(AsMap(c), cells, M.StateOf(log), now);
  }
  lemma SameOk(ops: map<Key, Op>, cells: map<Key, int>, s: State, now: int)
    requires Shows(cells, s, ops.Keys)
    ensures M.AllOk(ops, cells, now) <==> M.AllOk(ops, s, now)
  {
    if M.AllOk(ops, cells, now) {
      forall k | k in ops ensures M.Ok(k, ops[k], Get(s, k), now) { assert k in ops.Keys; }
    }
    if M.AllOk(ops, s, now) {
      forall k | k in ops ensures M.Ok(k, ops[k], Get(cells, k), now) { assert k in ops.Keys; }
    }
  }
  // Writes and a batch of spends do the same to a cell: written once if it is touched, and not at all otherwise.
  ghost predicate Leaves(w: Writes, ops: map<Key, Op>, s: State, now: int, k: Key) {
    Once(w) && (k in Written(w) <==> k in ops) && (k in ops ==> Written(w)[k] == Get(M.Apply(ops, s, now), k))
  }
  // What it writes is what the batch leaves, under the touched keys and nowhere else.
  lemma SpendIsApply(c: Charges, rule: Name, s: State, now: int, cells: map<Key, int>, k: Key)
    requires Distinct(c) && NoneNegative(c) && Shows(cells, s, AsMap(c).Keys)
    requires K.SpendAll(c, rule, c, now, cells, NoWrites).Permitted?
    ensures Leaves(K.SpendAll(c, rule, c, now, cells, NoWrites).writes, AsMap(c), s, now, k)
  {
    SpendOnce(c, rule, c, now, cells, NoWrites);
    SpendWritten(c, rule, c, now, cells, NoWrites, k);
    if k in AsMap(c) { assert k in AsMap(c).Keys; }
  }

  // ---- Reserve: what the judgement says, and then the cells ----
  lemma ReserveIsRoom(v: Verdict, log: M.Log, now: int, cells: map<Key, int>)
    requires M.Sound(log) && M.Ready(log, now) && v.Clear?
    requires Distinct(Total(v)) && NoneNegative(Total(v)) && Shows(cells, M.StateOf(log), AsMap(Total(v)).Keys)
    ensures K.Reserve(v, now, cells, NoWrites).Permitted? <==> v.grant.More? && v.needs.NoNeeds? && P.Room(AsMap(Total(v)), log, now)
    ensures K.Reserve(v, now, cells, NoWrites).Asked? <==> v.grant.More? && v.needs.Need? && P.Room(AsMap(Total(v)), log, now)
  {
    if v.grant.More? {
      SpendIsRoom(Total(v), v.grant.guard.rule.id, log, now, cells);
      SpendOk(Total(v), v.grant.guard.rule.id, Total(v), now, cells, NoWrites);
    }
  }
  // A permitted verdict carries the charges that were judged, and writes what their batch leaves.
  lemma ReserveIsApply(v: Verdict, s: State, now: int, cells: map<Key, int>, k: Key)
    requires v.Clear? && Distinct(Total(v)) && NoneNegative(Total(v)) && Shows(cells, s, AsMap(Total(v)).Keys)
    requires K.Reserve(v, now, cells, NoWrites).Permitted?
    ensures K.Reserve(v, now, cells, NoWrites).charges == Total(v)
    ensures var w := K.Reserve(v, now, cells, NoWrites).writes;
            Leaves(w, AsMap(Total(v)), s, now, k)
  {
    SpendOk(Total(v), v.grant.guard.rule.id, Total(v), now, cells, NoWrites);
    SpendIsApply(Total(v), v.grant.guard.rule.id, s, now, cells, k);
  }

  // On runs: where a Decide is permitted and the charges stand for its batch, reserving them by the code, on a view that
  // shows the touched cells, and deciding in the specification leave the same cells, and the permit holds that batch.
  lemma ReserveIsStep(p: Policy, trace: seq<B.Input>, q: Request, now: int, v: Verdict, cells: map<Key, int>, k: Key)
    requires var w := B.Run(p, trace);
             M.Ready(w.log, now) && P.Permitted(B.Current(w), w.log, q, now) &&
             v.Clear? && v.grant.More? && v.needs.NoNeeds? && P.Spends(B.Current(w), q, now, AsMap(Total(v))) &&
             Distinct(Total(v)) && NoneNegative(Total(v)) && Shows(cells, M.StateOf(w.log), AsMap(Total(v)).Keys)
    ensures var out := K.Reserve(v, now, cells, NoWrites);
            var w, w' := B.Run(p, trace), B.Run(p, trace + [B.Decide(q, now)]);
            && out.Permitted? && out.charges == Total(v) && Once(out.writes)
            && |w'.permits| == |w.permits| + 1 && w'.permits[|w.permits|].ops == AsMap(out.charges)
            && if k in AsMap(out.charges) then k in Written(out.writes) && Written(out.writes)[k] == Get(M.StateOf(w'.log), k)
               else k !in Written(out.writes) && Get(M.StateOf(w'.log), k) == Get(M.StateOf(w.log), k)
  {
    hide B.Run, B.OpsOf, P.Spends, P.Room, AsMap, Distinct, NoneNegative, Total, Shows, M.AllOk;
    var w, c := B.Run(p, trace), Total(v);
    T.RunGood(p, trace);
    Batches.PermittedIs(B.Current(w), w.log, q, now, AsMap(c));
    ReserveIsRoom(v, w.log, now, cells);
    ReserveIsApply(v, M.StateOf(w.log), now, cells, k);
    Batches.OpsOfIs(w, q, now, AsMap(c));
    H.RunOne(p, trace, B.Decide(q, now));
    M.StateOfOne(w.log, M.Batch(AsMap(c), now));
  }
}
