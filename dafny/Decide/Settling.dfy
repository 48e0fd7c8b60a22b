include "Views.dfy"
include "Kernel.dfy"
include "../Boundary/Closing.dfy"
// The code that settles, against the specification: it writes exactly what closing a permit leaves.
module Settling {
  import opened Names
  import opened Cells
  import opened Verdicts
  import K = Kernel
  import opened ChargeMaps
  import opened Views
  import opened Policies
  import B = Boundary
  import C = Closing
  import M = Machine

  // The code keeps what the specification keeps.
  lemma SameStays(used: map<Name, int>, measure: Name, amount: int)
    ensures K.Stays(used, measure, amount) == B.Stays(used, measure, amount)
  {}
  lemma ClosingMore(c: Charges, used: map<Name, int>, ok: bool, since: int, k: Key)
    requires c.Owed? && Distinct(c)
    ensures var r, s := B.Closing(AsMap(c), used, ok, since), B.Closing(AsMap(c.more), used, ok, since);
            (k in r <==> (k == c.key && (Counting(k) || (k.0 == 4 && ok))) || k in s) && (k in s ==> k != c.key && r[k] == s[k])
    ensures var r := B.Closing(AsMap(c), used, ok, since);
            c.key in r ==> r[c.key] == if c.key.0 == 4 then Note(since) else Refund(c.amount - K.Stays(used, c.measure, c.amount))
  { AsMapTouches(c); AsMapTouches(c.more); }

  // Where the code writes: under counting keys whose window is open, and where success is news.
  ghost predicate Says(k: Key, n: int, ok: bool, since: int, now: int) {
    if Counting(k) then Open(k, now) else k.0 == 4 && ok && n < since
  }
  ghost function Onto(c: Charges, used: map<Name, int>, ok: bool, since: int, now: int, nums: map<Key, int>, w: Writes): Writes
    requires c.Owed?
  {
    var n := Get(nums, c.key);
    if !Says(c.key, n, ok, since, now) then w
    else Write(c.key, if Counting(c.key) then n - (c.amount - K.Stays(used, c.measure, c.amount)) else since, w)
  }
  lemma SettleMore(c: Charges, used: map<Name, int>, ok: bool, since: int, now: int, nums: map<Key, int>, w: Writes)
    requires c.Owed?
    ensures K.Settle(c, used, ok, since, now, nums, w) == K.Settle(c.more, used, ok, since, now, nums, Onto(c, used, ok, since, now, nums, w))
  {}
  lemma SettleWritten(c: Charges, used: map<Name, int>, ok: bool, since: int, now: int, nums: map<Key, int>, w: Writes, k: Key)
    requires Distinct(c)
    ensures var out := Written(K.Settle(c, used, ok, since, now, nums, w));
            var ops := B.Closing(AsMap(c), used, ok, since);
            (k in out <==> (k in ops && Says(k, Get(nums, k), ok, since, now)) || k in Written(w)) &&
            (k in out ==> out[k] == if k in ops && Says(k, Get(nums, k), ok, since, now) then M.Then(k, ops[k], Get(nums, k), now) else Written(w)[k])
    decreases c
  {
    hide K.Settle, B.Closing;
    if c.Owed? {
      SettleMore(c, used, ok, since, now, nums, w);
      ClosingMore(c, used, ok, since, k);
      reveal M.Then();
      SettleWritten(c.more, used, ok, since, now, nums, Onto(c, used, ok, since, now, nums, w), k);
    } else { reveal K.Settle, B.Closing; }
  }
  lemma SettleOnce(c: Charges, used: map<Name, int>, ok: bool, since: int, now: int, nums: map<Key, int>, w: Writes)
    requires Distinct(c) && Once(w) && forall k | k in AsMap(c) :: k !in Written(w)
    ensures Once(K.Settle(c, used, ok, since, now, nums, w))
    decreases c
  {
    hide K.Settle;
    if c.Owed? {
      SettleMore(c, used, ok, since, now, nums, w);
      var x := Onto(c, used, ok, since, now, nums, w);
      assert c.key in AsMap(c);
      forall k | k in AsMap(c.more) ensures k !in Written(x) { assert k in AsMap(c); }
      SettleOnce(c.more, used, ok, since, now, nums, x);
    } else { reveal K.Settle; }
  }

  // The theorem: on any view that shows the permit's cells, the code leaves under each of them what closing leaves,
  // and writes nothing elsewhere.
  lemma SettleIsClosing(c: Charges, used: map<Name, int>, ok: bool, since: int, s: State, now: int, nums: map<Key, int>, k: Key)
    requires Distinct(c) && Shows(nums, s, AsMap(c).Keys)
    ensures var w := K.Settle(c, used, ok, since, now, nums, NoWrites);
            Once(w) && (k in Written(w) ==> k in AsMap(c)) &&
            (k in AsMap(c) ==> Left(w, nums, k) == Get(M.Apply(B.Closing(AsMap(c), used, ok, since), s, now), k))
  {
    hide K.Settle;
    SettleOnce(c, used, ok, since, now, nums, NoWrites);
    SettleWritten(c, used, ok, since, now, nums, NoWrites, k);
    AsMapTouches(c);
    if k in AsMap(c) {
      assert k in AsMap(c).Keys;
      var ops := B.Closing(AsMap(c), used, ok, since);
      if k in ops && !Says(k, Get(nums, k), ok, since, now) { Unwritten(k, ops[k], Get(nums, k), ok, since, now); }
    }
  }
  // Where nothing is written, closing leaves what was there.
  lemma Unwritten(k: Key, op: Op, n: int, ok: bool, since: int, now: int)
    requires !Says(k, n, ok, since, now) && if Counting(k) then op.Refund? else ok && k.0 == 4 && op == Note(since)
    ensures M.Then(k, op, n, now) == n
  { reveal M.Then(); }

  // On runs: settling a permit by the code, on a view that shows its cells, and settling it in the specification
  // leave the same cells; under every other key the specification leaves what was there.
  lemma SettleIsStep(p: Policy, trace: seq<B.Input>, t: nat, used: map<Name, int>, ok: bool, now: int, c: Charges, nums: map<Key, int>, k: Key)
    requires var w := B.Run(p, trace);
             t < |w.permits| && w.permits[t].status.Performed? && M.Ready(w.log, now) &&
             w.permits[t].ops == AsMap(c) && Distinct(c) && Shows(nums, M.StateOf(w.log), AsMap(c).Keys)
    ensures var w, w' := B.Run(p, trace), B.Run(p, trace + [B.Settle(t, used, ok, now)]);
            var out := K.Settle(c, used, ok, w.permits[t].now, now, nums, NoWrites);
            if k in AsMap(c) then Left(out, nums, k) == Get(M.StateOf(w'.log), k)
            else k !in Written(out) && Get(M.StateOf(w'.log), k) == Get(M.StateOf(w.log), k)
  {
    hide B.Run, B.Step, AsMap, Distinct, K.Settle;
    var w := B.Run(p, trace);
    C.SettleCloses(p, trace, t, used, ok, now);
    M.StateOfOne(w.log, M.Batch(B.Closing(w.permits[t].ops, used, ok, w.permits[t].now), now));
    SettleIsClosing(c, used, ok, w.permits[t].now, M.StateOf(w.log), now, nums, k);
  }
}
