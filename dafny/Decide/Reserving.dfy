include "Views.dfy"
include "Kernel.dfy"
include "../Boundary/Traces.dfy"
// The code that reserves, against the specification: it finds room if and only if every cell has room in its own history,
// and it writes exactly what the batch leaves.
module Reserving {
  import opened Names
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import K = Kernel
  import P = Permission
  import T = Traces
  import M = Machine

  // Obligations, and what is noted only when it succeeds, write nothing.
  ghost predicate Silent(k: Key) { k.0 == 4 || k.0 == 6 }
  ghost function Spending(c: Charges): Op
    requires c.Owed?
  { Touch(c.limit, c.amount, c.measure) }
  ghost function Onto(c: Charges, now: int, nums: map<Key, int>, w: Writes): Writes
    requires c.Owed?
  { if Silent(c.key) then w else Write(c.key, Cells.Next(c.key, Spending(c), Get(nums, c.key), now), w) }

  // The loop permits if and only if the machine takes the batch on what the view shows.
  lemma SpendOk(c: Charges, rule: Name, all: Charges, now: int, nums: map<Key, int>, w: Writes)
    requires Distinct(c)
    ensures var v := K.SpendAll(c, rule, all, now, nums, w);
            && (v.Permitted? <==> M.AllOk(AsMap(c), nums, now)) && (v.Permitted? || v.Exhausted?)
            && (v.Permitted? ==> v.rule == rule && v.charges == all && !v.used)
    decreases c
  {
    if c.Owed? {
      SpendOk(c.more, rule, all, now, nums, Onto(c, now, nums, w));
      MoreOk(c, nums, now);
      assert M.Ok(c.key, Spending(c), Get(nums, c.key), now) <==> Admits(c.key, Spending(c), Get(nums, c.key), now) by { reveal M.Ok(); }
    }
  }
  lemma MoreOk(c: Charges, nums: map<Key, int>, now: int)
    requires c.Owed? && Distinct(c)
    ensures M.AllOk(AsMap(c), nums, now) <==> M.Ok(c.key, Spending(c), Get(nums, c.key), now) && M.AllOk(AsMap(c.more), nums, now)
  {
    assert AsMap(c)[c.key] == Spending(c);
    forall k | k in AsMap(c.more) ensures k in AsMap(c) && AsMap(c)[k] == AsMap(c.more)[k] {}
  }

  // The writes: what was written before, and under each key of the batch that is not silent what the machine leaves there.
  lemma SpendWritten(c: Charges, rule: Name, all: Charges, now: int, nums: map<Key, int>, w: Writes, k: Key)
    requires Distinct(c) && K.SpendAll(c, rule, all, now, nums, w).Permitted?
    ensures var out := Written(K.SpendAll(c, rule, all, now, nums, w).writes);
            (k in out <==> (k in AsMap(c) && !Silent(k)) || k in Written(w)) &&
            (k in out ==> out[k] == if k in AsMap(c) && !Silent(k) then M.Then(k, AsMap(c)[k], Get(nums, k), now) else Written(w)[k])
    decreases c
  {
    if c.Owed? {
      SpendWritten(c.more, rule, all, now, nums, Onto(c, now, nums, w), k);
      reveal M.Then();
    }
  }
  lemma SpendOnce(c: Charges, rule: Name, all: Charges, now: int, nums: map<Key, int>, w: Writes)
    requires Distinct(c) && K.SpendAll(c, rule, all, now, nums, w).Permitted?
    requires Once(w) && forall k | k in AsMap(c) :: k !in Written(w)
    ensures Once(K.SpendAll(c, rule, all, now, nums, w).writes)
    decreases c
  {
    if c.Owed? {
      var x := Onto(c, now, nums, w);
      assert c.key in AsMap(c);
      forall k | k in AsMap(c.more) ensures k !in Written(x) { assert k in AsMap(c); }
      SpendOnce(c.more, rule, all, now, nums, x);
    }
  }

  // ---- the two theorems ----
  // On any view that shows the touched cells, the code permits if and only if there is room in the history.
  lemma SpendIsRoom(c: Charges, rule: Name, log: M.Log, now: int, nums: map<Key, int>, none: Writes)
    requires M.Sound(log) && M.Ready(log, now)
    requires Distinct(c) && Shows(nums, M.StateOf(log), AsMap(c).Keys)
    ensures K.SpendAll(c, rule, c, now, nums, none).Permitted? <==> P.Room(AsMap(c), log, now)
  {
    SpendOk(c, rule, c, now, nums, none);
    AsMapTouches(c);
    T.OkIsRoom(log, AsMap(c), now);
    SameOk(AsMap(c), nums, M.StateOf(log), now);
  }
  lemma SameOk(ops: map<Key, Op>, nums: map<Key, int>, s: State, now: int)
    requires Shows(nums, s, ops.Keys)
    ensures M.AllOk(ops, nums, now) <==> M.AllOk(ops, s, now)
  {
    if M.AllOk(ops, nums, now) {
      forall k | k in ops ensures M.Ok(k, ops[k], Get(s, k), now) { assert k in ops.Keys; }
    }
    if M.AllOk(ops, s, now) {
      forall k | k in ops ensures M.Ok(k, ops[k], Get(nums, k), now) { assert k in ops.Keys; }
    }
  }

  // Each key is written once at most, only keys of the batch are; and under each of these the view then holds what the
  // machine leaves there.
  ghost predicate Leaves(w: Writes, ops: map<Key, Op>, s: State, nums: map<Key, int>, now: int, k: Key) {
    Once(w) && (k in Written(w) ==> k in ops) && (k in ops ==> Left(w, nums, k) == Get(M.Apply(ops, s, now), k))
  }
  lemma SpendIsApply(c: Charges, rule: Name, s: State, now: int, nums: map<Key, int>, k: Key)
    requires Distinct(c) && Shows(nums, s, AsMap(c).Keys)
    requires K.SpendAll(c, rule, c, now, nums, NoWrites).Permitted?
    ensures Leaves(K.SpendAll(c, rule, c, now, nums, NoWrites).writes, AsMap(c), s, nums, now, k)
  {
    SpendOnce(c, rule, c, now, nums, NoWrites);
    SpendWritten(c, rule, c, now, nums, NoWrites, k);
    AsMapTouches(c);
    if k in AsMap(c) {
      assert k in AsMap(c).Keys;
      assert Silent(k) ==> M.Then(k, AsMap(c)[k], Get(nums, k), now) == Get(nums, k) by { reveal M.Then(); }
    }
  }
}
