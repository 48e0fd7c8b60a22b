include "Deciding.dfy"
include "../Boundary/Traces.dfy"
// The decision on worlds: whoever shows the code what the policy names for a request gets the world's own answer.
module Worlds {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Boundary
  import opened Deciding
  import Agreement
  import F = Frame
  import Reading
  import Reserving
  import K = Kernel
  import P = Permission
  import T = Traces
  import M = Machine

  // ---- the frame: scenes that are alike are answered alike ----
  lemma MissingSame(p: Policy, a: Scene, b: Scene, log: M.Log, n: Name)
    requires F.Alike(p, a, b)
    ensures P.Missing(p, a, P.Batch(p, a), log, n) <==> P.Missing(p, b, P.Batch(p, b), log, n)
  {
    hide F.Alike, P.Wanted, P.Passed, P.Batch;
    F.WantedSame(p, a, b, n);
    F.BatchSame(p, a, b);
  }
  lemma ApprovedSame(p: Policy, a: Scene, b: Scene, log: M.Log)
    requires F.Alike(p, a, b)
    ensures P.Approved(p, a, P.Batch(p, a), log) <==> P.Approved(p, b, P.Batch(p, b), log)
  {
    hide P.Missing, P.Batch, P.Filled, F.Named;
    forall n ensures P.Missing(p, a, P.Batch(p, a), log, n) <==> P.Missing(p, b, P.Batch(p, b), log, n) { MissingSame(p, a, b, log, n); }
  }
  lemma JudgedSame(p: Policy, a: Scene, b: Scene, log: M.Log)
    requires F.Alike(p, a, b)
    ensures P.Judged(p, log, a) <==> P.Judged(p, log, b)
  {
    hide P.Clear, P.Payable, P.Batch, P.Room, P.Carrying, F.Alike;
    assert a.now == b.now by { reveal F.Alike; }
    F.CarryingAlike(p, a, b);
    F.ClearSame(p, a, b);
    F.PayableSame(p, a, b);
    F.ClearSame(p, P.Carrying(p, a), P.Carrying(p, b));
    F.PayableSame(p, P.Carrying(p, a), P.Carrying(p, b));
    F.BatchSame(p, P.Carrying(p, a), P.Carrying(p, b));
  }
  lemma FreeSame(p: Policy, a: Scene, b: Scene, log: M.Log)
    requires F.Alike(p, a, b)
    ensures P.Free(p, log, a) <==> P.Free(p, log, b)
  {
    hide P.Missing, P.Batch, P.Carrying, F.Alike;
    F.CarryingAlike(p, a, b);
    var x, y := P.Carrying(p, a), P.Carrying(p, b);
    forall n ensures P.Missing(p, x, P.Batch(p, x), log, n) <==> P.Missing(p, y, P.Batch(p, y), log, n) { MissingSame(p, x, y, log, n); }
  }
  lemma PermittedSame(p: Policy, a: Scene, b: Scene, log: M.Log)
    requires F.Alike(p, a, b)
    ensures P.Permitted(p, log, a) <==> P.Permitted(p, log, b)
    ensures P.Askable(p, log, a) <==> P.Askable(p, log, b)
  {
    hide P.Judged, P.Free, P.Approved, P.Carrying, F.Alike;
    JudgedSame(p, a, b, log);
    FreeSame(p, a, b, log);
    F.CarryingAlike(p, a, b);
    ApprovedSame(p, P.Carrying(p, a), P.Carrying(p, b), log);
    reveal P.Permitted, P.Askable;
  }

  // ---- a scene that shows a world: this agent's groups, all records and grants, and every cell that the policy names ----
  ghost predicate Faithful(w: World, agent: Name, sc: Scene) {
    && w.policies != [] && Reading.Sound(Current(w)) && sc.own == {} && sc.groups == Groups(w, agent)
    && sc.view.records == w.records && sc.view.grants == w.grants && Showing(Current(w), sc, w.log)
  }
  lemma FaithfulAlike(w: World, agent: Name, sc: Scene)
    requires Faithful(w, agent, sc)
    ensures F.Alike(Current(w), sc, SceneOf(w, agent, sc.q, sc.now))
  { hide F.Named, Reading.Sound; }
  ghost function Plan(p: Policy): K.Plan
    requires Reading.Sound(p)
  { Agreement.LoadsIsSound(p); K.Load(p).plan }
  // What the code says, told when the last step was.
  ghost function Says(w: World, sc: Scene): Verdict
    requires w.policies != [] && Reading.Sound(Current(w))
  { K.Decide(Plan(Current(w)), sc, M.Latest(w.log)) }
  ghost predicate Askable(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
  { M.Ready(w.log, now) && P.Askable(Current(w), w.log, SceneOf(w, agent, q, now)) }

  lemma SaysRight(w: World, agent: Name, sc: Scene)
    requires Faithful(w, agent, sc) && T.Good(w)
    ensures Says(w, sc).Permitted? <==> Permits(w, agent, sc.q, sc.now)
    ensures Says(w, sc).Asked? <==> Askable(w, agent, sc.q, sc.now)
    ensures var v := Says(w, sc);
            v.Permitted? ==> Distinct(v.charges) && AsMap(v.charges) == OpsOf(w, agent, sc.q, sc.now) && (v.used <==> Uses(w, agent, sc.q, sc.now))
  {
    hide K.Load, K.Decide, P.Batch, P.Carrying, P.Free, SceneOf, F.Alike, Showing, AsMap, Distinct;
    var p, there := Current(w), SceneOf(w, agent, sc.q, sc.now);
    Agreement.LoadsIsSound(p);
    DecideRight(p, sc, M.Latest(w.log), w.log);
    FaithfulAlike(w, agent, sc);
    PermittedSame(p, sc, there, w.log);
    FreeSame(p, sc, there, w.log);
    F.CarryingAlike(p, sc, there);
    F.BatchSame(p, P.Carrying(p, sc), P.Carrying(p, there));
  }
  lemma SaysWrites(w: World, agent: Name, sc: Scene, k: Key)
    requires Faithful(w, agent, sc) && Says(w, sc).Permitted?
    ensures Reserving.Leaves(Says(w, sc).writes, OpsOf(w, agent, sc.q, sc.now), M.StateOf(w.log), sc.view.nums, sc.now, k)
  {
    hide K.Load, K.Decide, P.Batch, P.Carrying, SceneOf, F.Alike, Showing, Reserving.Leaves;
    var p, there := Current(w), SceneOf(w, agent, sc.q, sc.now);
    Agreement.LoadsIsSound(p);
    DecideWrites(p, sc, M.Latest(w.log), w.log, k);
    FaithfulAlike(w, agent, sc);
    F.CarryingAlike(p, sc, there);
    F.BatchSame(p, P.Carrying(p, sc), P.Carrying(p, there));
  }
}
