include "Theorems.dfy"
include "Examples.dfy"
// P4, and upstream's main branch: a label that escapes where strict mode is off, is stopped where it is on, and is let through
// where the flow declares it as an exit; and what main loses.
module PocketFlowStrictWitnesses {
  import opened Policies
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine
  import opened FlowGate
  import opened FlowExamples
  import S = FlowStrict

  // A desk (0) runs an inner flow (1), whose node (2) says what a model says; the edge "yes" leads from the flow to what pays (3).
  // The inner flow has no post of its own.
  ghost function Own(): Hooks { Hooks(true, true, true, true) }
  ghost function Yes(): Val { VStr("yes") }
  ghost function Desk(exits: seq<string>): seq<NodeDef> {
    [NodeDef(KFlow, Own(), [], true, []), NodeDef(KFlow, Hooks(true, true, true, false), [(Yes(), Some(3))], true, exits),
     NodeDef(KBase, Own(), [], true, []), NodeDef(KBase, Own(), [], true, [])]
  }
  ghost function Nodes(exits: seq<string>): seq<Given> {
    [Given(KFlow, Own(), [], true, [], 1, 0, Some(1), VDict([])),
     Given(KFlow, Hooks(true, true, true, false), [(Yes(), Some(3))], true, exits, 1, 0, Some(2), VDict([])),
     Given(KBase, Own(), [], true, [], 1, 0, None, VDict([])), Given(KBase, Own(), [], true, [], 1, 0, None, VDict([]))]
  }
  ghost function Start4(exits: seq<string>, strict: bool): FState { Begun(Nodes(exits), 0, true, false, false, strict) }

  // Originals 0 to 3; then the copies that are made on the way, each with params of its flow.
  ghost function O4(): seq<Obj> { [Obj(0, 1, 0, Some(1), 0), Obj(1, 1, 0, Some(2), 0), Obj(2, 1, 0, None, 0), Obj(3, 1, 0, None, 0)] }
  ghost function C4(): seq<Val> { [VDict([]), VDict([]), VDict([]), VDict([])] }
  ghost function W4(exits: seq<string>, strict: bool): World { World(Desk(exits), O4(), C4(), false, false, strict, []) }
  ghost function W5(exits: seq<string>, strict: bool): World {
    World(Desk(exits), O4() + [Obj(4, 1, 0, Some(2), 0)], C4() + [VDict([])], false, false, strict, [])
  }
  ghost function W6(exits: seq<string>, strict: bool): World {
    World(Desk(exits), O4() + [Obj(4, 1, 0, Some(2), 0)] + [Obj(5, 1, 0, None, 0)], C4() + [VDict([])] + [VDict([])], false, false, strict, [])
  }
  ghost function Outer(): Stack { Push(FlowF(0, 0, true, Walk(VNone, 1, 4, [], false)), Bottom) }
  ghost function Inside(): Stack { Push(FlowF(1, 4, true, Walk(VNone, 2, 5, [], false)), Outer()) }
  ghost function Model(at: NodeAt): Stack { Push(NodeF(2, 5, true, at), Inside()) }

  ghost function Is(p: Policy, w: World, t: Task, steps: nat): Flowing {
    Flowing.Held(FState(w, [t]), Seat(p, [], [], []), map[], 0, [], steps, 0, false)
  }
  ghost function Body(p: Policy, w: World, st: Stack, steps: nat): Flowing { Is(p, w, AtBody(None, st), steps) }
  ghost function Lim(): Limits { Limits(20, 0) }

  // The model's node is run, and says yes; then the inner flow's post is called.
  ghost function Says(): seq<In> {
    [Control(FStart(0)), Control(FRet(0, VNone)), Control(FRet(0, VNone)), Control(FRet(0, VNone)), Control(FRet(0, VNone)), Control(FRet(0, Yes()))]
  }
  ghost function Turns(p: Policy, exits: seq<string>, strict: bool): seq<Flowing> {
    [AtStart(p, Start4(exits, strict), Lim()),
     Body(p, W4(exits, strict), Push(FlowF(0, 0, true, FPrep), Bottom), 19),
     Body(p, W5(exits, strict), Push(FlowF(1, 4, true, FPrep), Outer()), 18),
     Body(p, W6(exits, strict), Model(Prep), 17),
     Body(p, W6(exits, strict), Model(Exec(VNone, [VNone], [], 0, 1, false)), 16),
     Body(p, W6(exits, strict), Model(Post(VNone, VNone)), 15)]
  }
  ghost function Ending(p: Policy, exits: seq<string>, strict: bool): Flowing {
    Body(p, W6(exits, strict), Push(FlowF(1, 4, true, FPost(VNone, Yes())), Outer()), 14)
  }

  lemma Sets(exits: seq<string>, strict: bool)
    ensures Start4(exits, strict) == FState(W4(exits, strict), [Fresh(None, WRun(0, true))])
  {
    var fs := Start4(exits, strict);
    assert fs.w.graph == Desk(exits);
    assert fs.w.objs == O4();
    assert fs.w.cells == C4();
  }
  lemma One(s: Flowing, t: Task, i: FlowTasks.Act, r: Res, s': Flowing)
    requires !i.FRewire? && !i.FAssignTo? && i.t == 0 && s.fs.tasks == [t] && React(s.fs, i) == Some(r) && r.next.Call? && s.steps > 0 && !s.over && t.parent == None
    requires |r.w.notes| > 0 ==> !r.w.notes[|r.w.notes| - 1].Strayed?
    requires s' == s.(fs := FState(r.w.(notes := []), [AtBody(None, r.next.st)]), steps := s.steps - 1)
    ensures Goes(s, Control(i), s')
    ensures forall k | 0 <= k < |r.w.notes| :: Shows(s, Control(i), Noted(0, r.w.notes[k]))
  {
    hide React;
    reveal Goes(), Shows();
    assert Apply(s.fs, 0, r) == s'.fs;
    var notes: seq<Out> := Notes(0, r.w);
    forall k | 0 <= k < |r.w.notes| ensures Noted(0, r.w.notes[k]) in Step(TheGate(), s, Control(i)).1 { assert notes[k] == Noted(0, r.w.notes[k]); }
  }
  lemma T0(p: Policy, exits: seq<string>, strict: bool)
    ensures var ss := Turns(p, exits, strict); Goes(ss[0], Says()[0], ss[1])
  {
    Sets(exits, strict);
    var ss := Turns(p, exits, strict);
    One(ss[0], Fresh(None, WRun(0, true)), FStart(0), Res(W4(exits, strict), Call(Push(FlowF(0, 0, true, FPrep), Bottom))), ss[1]);
  }
  lemma T1(p: Policy, exits: seq<string>, strict: bool)
    ensures var ss := Turns(p, exits, strict); Goes(ss[1], Says()[1], ss[2])
  {
    var ss := Turns(p, exits, strict);
    One(ss[1], ss[1].fs.tasks[0], FRet(0, VNone), Res(W5(exits, strict), Call(Push(FlowF(1, 4, true, FPrep), Outer()))), ss[2]);
  }
  lemma T2(p: Policy, exits: seq<string>, strict: bool)
    ensures var ss := Turns(p, exits, strict); Goes(ss[2], Says()[2], ss[3])
  {
    var ss := Turns(p, exits, strict);
    One(ss[2], ss[2].fs.tasks[0], FRet(0, VNone), Res(W6(exits, strict), Call(Model(Prep))), ss[3]);
  }
  lemma T3(p: Policy, exits: seq<string>, strict: bool)
    ensures var ss := Turns(p, exits, strict); Goes(ss[3], Says()[3], ss[4])
  {
    var ss, w := Turns(p, exits, strict), W6(exits, strict);
    var f := NodeF(2, 5, true, Prep);
    assert Try(w, f, 0).objs == w.objs;
    One(ss[3], ss[3].fs.tasks[0], FRet(0, VNone), Res(w, Call(Model(Exec(VNone, [VNone], [], 0, 1, false)))), ss[4]);
  }
  lemma T4(p: Policy, exits: seq<string>, strict: bool)
    ensures var ss := Turns(p, exits, strict); Goes(ss[4], Says()[4], ss[5])
  {
    var ss := Turns(p, exits, strict);
    One(ss[4], ss[4].fs.tasks[0], FRet(0, VNone), Res(W6(exits, strict), Call(Model(Post(VNone, VNone)))), ss[5]);
  }
  // The node has no edges, so the inner flow ends with what it said.
  lemma T5(p: Policy, exits: seq<string>, strict: bool)
    ensures Goes(Turns(p, exits, strict)[5], Says()[5], Ending(p, exits, strict))
  {
    var s, w := Turns(p, exits, strict)[5], W6(exits, strict);
    InnerEnds(exits, strict);
    Said(s, w, Inside(), Yes());
    hide Resume, React;
    One(s, s.fs.tasks[0], FRet(0, Yes()), Ended5(exits, strict), Ending(p, exits, strict));
  }
  // The model's node says a.
  lemma Said(s: Flowing, w: World, st: Stack, a: Val)
    requires s.fs == FState(w, [AtBody(None, Model(Post(VNone, VNone)))]) && Def(w.graph, 2).hooks.post && st == Inside()
    ensures React(s.fs, FRet(0, a)) == Some(Resume(w, st, Ret(a)))
  {
    hide ResumeFlow, StartExec, ExecNext, Again, Fan, Pulled;
    var top := NodeF(2, 5, true, Post(VNone, VNone));
    assert Really(w, Model(Post(VNone, VNone)), Ret(a)) == Ret(a);
    assert Resume(w, Push(top, st), Ret(a)) == ResumeNode(w, top, st, Ret(a));
  }
  ghost function Ended5(exits: seq<string>, strict: bool): Res {
    Res(Tell(W6(exits, strict), Ended(1, 2, Yes(), [])), Call(Push(FlowF(1, 4, true, FPost(VNone, Yes())), Outer())))
  }
  lemma InnerEnds(exits: seq<string>, strict: bool)
    ensures Resume(W6(exits, strict), Inside(), Ret(Yes())) == Ended5(exits, strict)
  {
    hide Enter, BatchNext, StartFlow, FlowPulled, ResumeNode;
    var w := W6(exits, strict);
    var f := FlowF(1, 4, true, Walk(VNone, 2, 5, [], false));
    assert Resume(w, Inside(), Ret(Yes())) == Advance(w, f, Outer(), Yes());
    assert Lookup<Option<nat>>([], Yes()) == None && Keys([]) == [];
    assert Advance(w, f, Outer(), Yes()) == End(Tell(w, Ended(1, 2, Yes(), [])), f, Outer(), Yes());
  }
  // The inner flow says what it ended with, whatever the input says, and the desk goes along its edge to what pays.
  lemma T6(p: Policy, exits: seq<string>, strict: bool)
    requires strict ==> "yes" in exits
    ensures exists s :: Goes(Ending(p, exits, strict), Control(FRet(0, VNone)), s)
    ensures Shows(Ending(p, exits, strict), Control(FRet(0, VNone)), Noted(0, Taken()))
  {
    var s, w := Ending(p, exits, strict), W6(exits, strict);
    var w' := Tell(w, Taken());
    var w'' := w'.(objs := w'.objs + [Obj(4, 1, 0, None, 0)]);
    var f := FlowF(0, 0, true, Walk(VNone, 1, 4, [], false));
    var r := Res(w'', Call(Push(NodeF(3, 6, true, Prep), Push(f.(fat := f.fat.(cur := 3)), Bottom))));
    assert Lookup(Desk(exits)[1].succ, Yes()) == Some(Some(3));
    assert Keys(Desk(exits)[1].succ) == [Yes()];
    assert Advance(w, f, Bottom, Yes()) == r;
    var s' := s.(fs := FState(w''.(notes := []), [AtBody(None, r.next.st)]), steps := s.steps - 1);
    One(s, s.fs.tasks[0], FRet(0, VNone), r, s');
    assert w''.notes[0] == Taken();
  }
  ghost function Taken(): Note { Took(0, 1, Yes(), [Yes()], 3) }
  // In strict mode the inner flow says none, where it has no such exit; and the desk has no edge for none.
  lemma T6Stops(p: Policy)
    ensures exists s :: Goes(Ending(p, [], true), Control(FRet(0, VNone)), s)
    ensures Shows(Ending(p, [], true), Control(FRet(0, VNone)), Noted(0, Strayed(0, 1, VNone)))
    ensures Shows(Ending(p, [], true), Control(FRet(0, VNone)), Finished(0, Exc(Stray)))
  {
    var s, w, i := Ending(p, [], true), W6([], true), FRet(0, VNone);
    var r := Res(Tell(w, Strayed(0, 1, VNone)), Fin(Exc(Stray)));
    OuterStops();
    assert React(s.fs, i) == Some(r);
    reveal Goes(), Shows();
    hide React;
    var es: seq<Out> := Seen(0, r);
    assert r.w.notes[0] == Strayed(0, 1, VNone);
    assert es[0] == Noted(0, Strayed(0, 1, VNone)) && es[1] == Finished(0, Exc(Stray));
    assert Step(TheGate(), s, Control(i)).1 == es;
    assert Goes(s, Control(i), Step(TheGate(), s, Control(i)).0);
  }
  lemma OuterStops()
    ensures React(FState(W6([], true), [AtBody(None, Push(FlowF(1, 4, true, FPost(VNone, Yes())), Outer()))]), FRet(0, VNone))
         == Some(Res(Tell(W6([], true), Strayed(0, 1, VNone)), Fin(Exc(Stray))))
  {
    hide Enter, BatchNext, StartFlow, FlowPulled, ResumeNode, End;
    var w := W6([], true);
    var f := FlowF(0, 0, true, Walk(VNone, 1, 4, [], false));
    var st := Push(FlowF(1, 4, true, FPost(VNone, Yes())), Outer());
    assert Really(w, st, Ret(VNone)) == Ret(VNone);
    assert Keys(Desk([])[1].succ) == [Yes()];
    assert !Drawn(VNone, [Yes()]) by { assert Default() != Yes() by { assert |Default().s| != |Yes().s|; } }
    assert Resume(w, st, Ret(VNone)) == Resume(w, Outer(), Ret(VNone)) == Advance(w, f, Bottom, VNone);
  }
  lemma SixSteps(ss: seq<Flowing>, ins: seq<In>)
    requires |ss| == 7 && |ins| == 6
    requires Goes(ss[0], ins[0], ss[1]) && Goes(ss[1], ins[1], ss[2]) && Goes(ss[2], ins[2], ss[3])
    requires Goes(ss[3], ins[3], ss[4]) && Goes(ss[4], ins[4], ss[5]) && Goes(ss[5], ins[5], ss[6])
    ensures Path(ss, ins)
  {
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) {
      if k == 0 {} else if k == 1 {} else if k == 2 {} else if k == 3 {} else if k == 4 {} else { assert k == 5; }
    }
  }
  lemma Takes(p: Policy, exits: seq<string>, strict: bool, e: Out)
    requires exists s :: Goes(Ending(p, exits, strict), Control(FRet(0, VNone)), s)
    requires Shows(Ending(p, exits, strict), Control(FRet(0, VNone)), e)
    ensures e in Contained(p, Start4(exits, strict), Lim(), Says() + [Control(FRet(0, VNone))]).1
  {
    hide Step, Run, Start4;
    T0(p, exits, strict); T1(p, exits, strict); T2(p, exits, strict); T3(p, exits, strict); T4(p, exits, strict); T5(p, exits, strict);
    var end :| Goes(Ending(p, exits, strict), Control(FRet(0, VNone)), end);
    var six := Turns(p, exits, strict) + [Ending(p, exits, strict)];
    SixSteps(six, Says());
    var ss, ins := six + [end], Says() + [Control(FRet(0, VNone))];
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) {
      if k < 6 { assert Goes(six[k], Says()[k], six[k + 1]); }
    }
    PathShows(ss, ins, 6, e);
  }

  // With strict mode off, what a model says inside leads to what pays outside: the inner flow never declared it.
  lemma X_P4_LabelEscapes(p: Policy)
    ensures Noted(0, Taken()) in Contained(p, Start4([], false), Lim(), Says() + [Control(FRet(0, VNone))]).1
    ensures var g := Start4([], false).w.graph; S.PassesOn(g, 1) && !Leaves(g, 1, Yes())
  { T6(p, [], false); Takes(p, [], false, Noted(0, Taken())); }
  // With strict mode on, the same run is stopped where the label would leave its flow.
  lemma W_P4_Stopped(p: Policy)
    ensures var es := Contained(p, Start4([], true), Lim(), Says() + [Control(FRet(0, VNone))]).1;
            Noted(0, Strayed(0, 1, VNone)) in es && Finished(0, Exc(Stray)) in es
  {
    hide Run, Start4, Step;
    T6Stops(p);
    Takes(p, [], true, Noted(0, Strayed(0, 1, VNone)));
    Takes(p, [], true, Finished(0, Exc(Stray)));
  }
  // Where the inner flow declares it as an exit, it is let through, in strict mode too.
  lemma W_P4_Exit(p: Policy)
    ensures Noted(0, Taken()) in Contained(p, Start4(["yes"], true), Lim(), Says() + [Control(FRet(0, VNone))]).1
  { T6(p, ["yes"], true); Takes(p, ["yes"], true, Noted(0, Taken())); }
  // Only an exact str is a label: not what compares like one, nor what is false. And what is no edge of a node with edges is none.
  lemma X_P4_NotDrawn(edges: seq<Val>, s: string, like: string)
    ensures !Drawn(VSub(s, like), edges) && !Drawn(VBool(false), edges) && !Drawn(VInt(1), edges) && !Drawn(VStr(""), edges)
    ensures |edges| > 0 && VStr(s) !in edges ==> !Drawn(VStr(s), edges)
  {}

  // ---- upstream's main branch ----
  // Two attempts of an item of a parallel node, the second of which fails, after a sibling has set their counter back to 0.
  ghost function Item(): Stack { Push(NodeF(0, 0, false, Exec(VNone, [VInt(1)], [], 1, 2, true)), Bottom) }
  ghost function Shared(main: bool): World {
    World([NodeDef(KAsyncParBatchNode, Own(), [], true, [])], [Obj(0, 2, 0, None, 0)], [VDict([])], false, main, false, [])
  }
  // The release calls the fallback.
  lemma W_ReleaseCallsFallback()
    ensures Resume(Shared(false), Item(), Exc(User(5))).next == Call(Push(NodeF(0, 0, false, Fallback(VNone, [VInt(1)], [], User(5), true)), Bottom))
  {}
  // Main has no fallback and no error: the result is None.
  lemma X_MainLosesTheFailure()
    ensures Resume(Shared(true), Item(), Exc(User(5))).next == Fin(Ret(VNone))
  {
    var w, f := Shared(true), Item().top;
    assert Resume(w, Item(), Exc(User(5))) == Again(w, f, Bottom, VNone, [VInt(1)], [], 2, 2, true);
    assert Again(w, f, Bottom, VNone, [VInt(1)], [], 2, 2, true) == ExecNext(w, f, Bottom, VNone, [], [VNone], true);
  }
}
