include "Theorems.dfy"
include "Examples.dfy"
// P1 speaks about something: a contained run in which a sibling acts after a failure, and after a refusal that was swallowed. The
// other witnesses and the counterexamples: Counterexamples.dfy; those of P4: StrictWitnesses.dfy.
module PocketFlowWitnesses {
  import opened Names
  import opened Policies
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine
  import opened FlowGate
  import opened FlowExamples
  import R = FlowRefinement

  // A parallel node with two items. The first asks for 11 and is refused; it ignores that, and then fails, twice. The caller of the
  // flow has its error by then. The second item begins, asks for 7, is permitted, and acts.
  ghost function Graph(): seq<NodeDef> { [NodeDef(KAsyncParBatchNode, Hooks(true, true, true, true), [], true, [])] }
  ghost function Parallel(): seq<Given> { [Given(KAsyncParBatchNode, Hooks(true, true, true, true), [], true, [], 1, 0, None, VDict([]))] }
  ghost function W(): World { World(Graph(), [Obj(0, 1, 0, None, 0)], [VDict([])], false, false, false, []) }
  ghost function Two(): Val { VList([VInt(1), VInt(2)]) }
  ghost function St(at: NodeAt): Stack { Push(NodeF(0, 0, false, at), Bottom) }
  ghost function Boom(): Outcome { Exc(User(5)) }
  ghost function Gathers(r: Option<Outcome>): Task { Waiting(None, St(Gather(Two())), [1, 2], false, r) }
  ghost function Item(i: int): Task { Fresh(Some(0), WItem(0, 0, VInt(i))) }
  ghost function Works(i: int): Task { AtBody(Some(0), St(Exec(VNone, [VInt(i)], [], 0, 1, true))) }
  ghost function FallsBack(): Task { AtBody(Some(0), St(Fallback(VNone, [VInt(1)], [], User(5), true))) }
  ghost function At3(a: Task, b: Task, d: Task, g: Seat, steps: nat, patience: nat): Flowing {
    Flowing.Held(FState(W(), [a, b, d]), g, map[], 0, [], steps, patience, false)
  }
  ghost function Lim(): Limits { Limits(20, 5) }

  ghost function Early(c: Cast): seq<In> {
    [Outside(Who(c)), Control(FStart(0)), Control(FRet(0, Two())), Control(FStart(1)), Input.Ask(1, A(c, 11)),
     Control(FRaise(1, User(5))), Control(FRaise(1, User(5))), Control(FWake(0))]
  }
  ghost function Late(c: Cast): seq<In> { [Control(FStart(2)), Input.Ask(2, A(c, 7)), Input.Act(2, 0)] }
  ghost function Failed(c: Cast): Flowing { At3(Task.Done(None, Boom()), Task.Done(Some(0), Boom()), Item(2), Refused11(c), 15, 4) }
  ghost function EarlyStates(c: Cast): seq<Flowing> {
    [AtStart(P(c), Begun(Parallel(), 0, false, false, false, false), Lim()),
     Flowing.Held(FState(W(), [Fresh(None, WRun(0, false))]), G1(c), map[], 0, [], 20, 5, false),
     Flowing.Held(FState(W(), [AtBody(None, St(Prep))]), G1(c), map[], 0, [], 19, 5, false),
     At3(Gathers(None), Item(1), Item(2), G1(c), 17, 5),
     At3(Gathers(None), Works(1), Item(2), G1(c), 16, 5),
     At3(Gathers(None), Works(1), Item(2), Refused11(c), 16, 4),
     At3(Gathers(None), FallsBack(), Item(2), Refused11(c), 15, 4),
     At3(Gathers(Some(Boom())), Task.Done(Some(0), Boom()), Item(2), Refused11(c), 15, 4),
     Failed(c)]
  }
  ghost function LateStates(c: Cast): seq<Flowing> {
    var s := Failed(c).(fs := FState(W(), [Task.Done(None, Boom()), Task.Done(Some(0), Boom()), Works(2)]), steps := 14);
    [Failed(c), s,
     s.(gate := Later7(c), open := map[0 := A(c, 7)], next := 1, steps := 13),
     s.(gate := DoneLater7(c), open := map[], next := 1, world := [A(c, 7)], steps := 13)]
  }
  lemma Begins(c: Cast)
    ensures Begun(Parallel(), 0, false, false, false, false) == FState(W(), [Fresh(None, WRun(0, false))])
  {}
  lemma Go0(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[0], Early(c)[0], ss[1])
  {
    reveal Goes();
    Begins(c);
    R.Changing(G0(c), Who(c));
    assert [] + [Who(c)] == [Who(c)];
  }
  lemma Go1(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[1], Early(c)[1], ss[2])
  { reveal Goes(); }
  lemma Go2(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[2], Early(c)[2], ss[3])
  { reveal Goes(); Spawns(); }
  lemma Spawns()
    ensures var r := Resume(W(), St(Prep), Ret(Two()));
            r == Res(W(), Wait(St(Gather(Two())), WItem(0, 0, VInt(1)), [WItem(0, 0, VInt(2))]))
    ensures Apply(FState(W(), [AtBody(None, St(Prep))]), 0, Resume(W(), St(Prep), Ret(Two()))).tasks == [Gathers(None), Item(1), Item(2)]
  {
    var f := NodeF(0, 0, false, Prep);
    assert Iter(Two()) == Some([VInt(1), VInt(2)]);
    var ks := seq(2, i requires 0 <= i < 2 => WItem(0, 0, [VInt(1), VInt(2)][i]));
    assert ks == [WItem(0, 0, VInt(1)), WItem(0, 0, VInt(2))];
    assert ks[1..] == [WItem(0, 0, VInt(2))];
    assert Resume(W(), St(Prep), Ret(Two())) == StartExec(W(), f, Bottom, Two());
    var ts := Apply(FState(W(), [AtBody(None, St(Prep))]), 0, Resume(W(), St(Prep), Ret(Two()))).tasks;
    assert ts[0].kids == [1, 2];
    assert ts[1] == Item(1) && ts[2] == Item(2);
  }
  lemma Child(i: int)
    ensures StartWork(W(), WItem(0, 0, VInt(i))) == Res(W(), Call(St(Exec(VNone, [VInt(i)], [], 0, 1, true))))
  {}
  lemma Go3(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[3], Early(c)[3], ss[4])
  { reveal Goes(); Child(1); }
  lemma Go4(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[4], Early(c)[4], ss[5]) && Shows(ss[4], Early(c)[4], Denied(1, A(c, 11)))
  {
    hide Refused11, G1;
    reveal Goes(), Shows();
    R.Asking(G1(c), A(c, 11));
    Refuses11(c);
  }
  lemma Go5(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[5], Early(c)[5], ss[6])
  { reveal Goes(); }
  lemma Go6(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[6], Early(c)[6], ss[7])
  { reveal Goes(); }
  lemma Go7(c: Cast)
    ensures var ss := EarlyStates(c); Goes(ss[7], Early(c)[7], ss[8])
  { reveal Goes(); }
  lemma EarlyPath(c: Cast)
    ensures Path(EarlyStates(c), Early(c))
  {
    hide EarlyStates, Early;
    Go0(c); Go1(c); Go2(c); Go3(c); Go4(c); Go5(c); Go6(c); Go7(c);
    Nine(c);
    var ss, ins := EarlyStates(c), Early(c);
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) {
      if k == 0 {} else if k == 1 {} else if k == 2 {} else if k == 3 {} else if k == 4 {} else if k == 5 {} else if k == 6 {} else { assert k == 7; }
    }
  }
  lemma Nine(c: Cast)
    ensures |EarlyStates(c)| == 9 && |Early(c)| == 8
  {}
  lemma Go8(c: Cast)
    ensures var ss := LateStates(c); Goes(ss[0], Late(c)[0], ss[1])
  { reveal Goes(); Child(2); }
  lemma Go9(c: Cast)
    ensures var ss := LateStates(c); Goes(ss[1], Late(c)[1], ss[2])
  {
    hide Later7, Refused11;
    reveal Goes();
    R.Asking(Refused11(c), A(c, 7));
    Gives7Later(c);
  }
  lemma Go10(c: Cast)
    ensures var ss := LateStates(c); Goes(ss[2], Late(c)[2], ss[3])
  {
    hide Later7, DoneLater7;
    reveal Goes();
    R.Acting(Later7(c), 0);
    Gives7Later(c);
    assert Without(map[0 := A(c, 7)], 0) == map[];
  }
  lemma LatePath(c: Cast)
    ensures Path(LateStates(c), Late(c))
  {
    hide Step, Failed;
    Go8(c); Go9(c); Go10(c);
    var ss, ins := LateStates(c), Late(c);
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) { if k == 0 {} else if k == 1 {} else { assert k == 2; } }
  }
  lemma W_P1_SiblingActsAfterFailureAndRefusal(c: Cast)
    ensures var fs := Begun(Parallel(), 0, false, false, false, false);
            var early, late := Contained(P(c), fs, Lim(), Early(c)), Run(TheGate(), Failed(c), Late(c));
            && early.0 == Failed(c) && Denied(1, A(c, 11)) in early.1
            && early.0.fs.tasks[0] == Task.Done(None, Exc(User(5))) && early.0.world == []
            && late.0.world == [A(c, 7)]
  {
    hide Step, Run;
    EarlyPath(c);
    PathEnds(EarlyStates(c), Early(c));
    Go4(c);
    PathShows(EarlyStates(c), Early(c), 4, Denied(1, A(c, 11)));
    LatePath(c);
    PathEnds(LateStates(c), Late(c));
  }
}
