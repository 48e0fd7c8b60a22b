include "Views.dfy"
include "Kernel.dfy"
include "../Boundary/Closing.dfy"
// The code that settles, against the specification: it writes exactly what the refunds leave.
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
  lemma SameKept(used: map<Name, int>, measure: Name, amount: int)
    ensures K.Kept(used, measure, amount) == B.Kept(used, measure, amount)
  {}
  // One charge: what is written while its window lasts, and that nothing needs writing after.
  lemma One(key: Key, back: int, n: int, now: int)
    ensures M.Then(key, Refund(back), n, now) == if Open(key, now) then n - back else n
  { reveal M.Then(); }

  lemma RefundsMore(c: Charges, used: map<Name, int>, k: Key)
    requires c.Owed? && Distinct(c)
    ensures k in B.Refunds(AsMap(c), used) <==> k == c.key || k in B.Refunds(AsMap(c.more), used)
    ensures B.Refunds(AsMap(c), used)[c.key] == Refund(c.amount - K.Kept(used, c.measure, c.amount))
    ensures k in B.Refunds(AsMap(c.more), used) ==> k != c.key && B.Refunds(AsMap(c), used)[k] == B.Refunds(AsMap(c.more), used)[k]
  {}

  // The writes: what was written before, and under each open key of the permit what the machine leaves there.
  lemma SettleWritten(c: Charges, used: map<Name, int>, now: int, cells: map<Key, int>, w: Writes, k: Key)
    requires Distinct(c)
    ensures var out := Written(K.Settle(c, used, now, cells, w));
            var ops := B.Refunds(AsMap(c), used);
            (k in out <==> (k in ops && Open(k, now)) || k in Written(w)) &&
            (k in out ==> out[k] == if k in ops && Open(k, now) then M.Then(k, ops[k], Get(cells, k), now) else Written(w)[k])
    decreases c
  {
    if c.Owed? {
      var back := c.amount - K.Kept(used, c.measure, c.amount);
      One(c.key, back, Get(cells, c.key), now);
      RefundsMore(c, used, k);
      SettleWritten(c.more, used, now, cells, if Open(c.key, now) then Write(c.key, Get(cells, c.key) - back, w) else w, k);
    }
  }
  lemma SettleOnce(c: Charges, used: map<Name, int>, now: int, cells: map<Key, int>, w: Writes)
    requires Distinct(c) && Once(w) && forall k | k in AsMap(c) :: k !in Written(w)
    ensures Once(K.Settle(c, used, now, cells, w))
    decreases c
  {
    if c.Owed? {
      var x := if Open(c.key, now) then Write(c.key, Get(cells, c.key) - (c.amount - K.Kept(used, c.measure, c.amount)), w) else w;
      assert c.key in AsMap(c);
      forall k | k in AsMap(c.more) ensures k !in Written(x) { assert k in AsMap(c); }
      SettleOnce(c.more, used, now, cells, x);
    }
  }

  // The theorem: on any view that shows the permit's cells, the code leaves under each of them what the refunds leave,
  // and writes nothing elsewhere.
  lemma SettleIsRefunds(c: Charges, used: map<Name, int>, s: State, now: int, cells: map<Key, int>, k: Key)
    requires Distinct(c) && Shows(cells, s, AsMap(c).Keys)
    ensures var w := K.Settle(c, used, now, cells, NoWrites);
            Once(w) && (k in Written(w) ==> k in AsMap(c)) &&
            (k in AsMap(c) ==> Left(w, cells, k) == Get(M.Apply(B.Refunds(AsMap(c), used), s, now), k))
  {
    SettleOnce(c, used, now, cells, NoWrites);
    SettleWritten(c, used, now, cells, NoWrites, k);
    AsMapSpends(c);
    if k in AsMap(c) {
      assert k in AsMap(c).Keys;
      One(k, B.Refunds(AsMap(c), used)[k].back, Get(cells, k), now);
    }
  }

  // On runs: settling a permit by the code, on a view that shows its cells, and settling it in the specification
  // leave the same cells; under every other key the specification leaves what was there.
  lemma SettleIsStep(p: Policy, trace: seq<B.Input>, t: nat, used: map<Name, int>, now: int, c: Charges, cells: map<Key, int>, k: Key)
    requires var w := B.Run(p, trace);
             t < |w.permits| && w.permits[t].status.Performed? && M.Ready(w.log, now) &&
             w.permits[t].ops == AsMap(c) && Distinct(c) && Shows(cells, M.StateOf(w.log), AsMap(c).Keys)
    ensures var w' := B.Run(p, trace + [B.Settle(t, used, now)]);
            var out := K.Settle(c, used, now, cells, NoWrites);
            if k in AsMap(c) then Left(out, cells, k) == Get(M.StateOf(w'.log), k)
            else k !in Written(out) && Get(M.StateOf(w'.log), k) == Get(M.StateOf(B.Run(p, trace).log), k)
  {
    hide B.Run, B.Step, AsMap, Distinct;
    var w := B.Run(p, trace);
    C.SettleCloses(p, trace, t, used, now);
    M.StateOfOne(w.log, M.Batch(B.Refunds(AsMap(c), used), now));
    SettleIsRefunds(c, used, M.StateOf(w.log), now, cells, k);
  }
}
