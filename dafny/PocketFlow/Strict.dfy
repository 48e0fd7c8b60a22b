include "Machine.dfy"
// Strict mode (P4): every label that moves a flow is exactly an edge of its node, and one that leaves a flow is one of its exits.
// g is the graph as it was contained: edges may change during the run, exits do not. Any gate.
module FlowStrict {
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine

  // ---- the statement ----
  // A flow with no post of its own: what its nodes end it with is what it says.
  ghost predicate PassesOn(g: seq<NodeDef>, n: nat) { IsFlow(Def(g, n).kind) && !Def(g, n).hooks.post }
  ghost predicate Moves(x: Note) { x.Took? || x.Ended? }
  ghost predicate Fair(g: seq<NodeDef>, x: Note) { Moves(x) ==> Drawn(x.a, x.edges) && (PassesOn(g, x.cur) ==> Leaves(g, x.cur, x.a)) }

  // ---- what holds in between ----
  ghost predicate Alike(g: seq<NodeDef>, h: seq<NodeDef>) { |g| == |h| && forall n | 0 <= n < |g| :: g[n].(succ := h[n].succ) == h[n] }
  ghost predicate Walks(f: Frame) { f.FlowF? && f.fat.Walk? }
  ghost predicate Under(g: seq<NodeDef>, f: Frame, rest: Stack) {
    rest.Push? ==>
      if f.HandF? then !Walks(rest.top) && !rest.top.HandF?
      else rest.top.HandF? || (Walks(rest.top) && f.n == rest.top.fat.cur && (f.NodeF? ==> !IsFlow(Def(g, f.n).kind)))
  }
  // An item of a parallel flow has a task of its own.
  ghost predicate Alone(f: Frame, rest: Stack) { Walks(f) && f.fat.solo ==> rest.Bottom? }
  ghost predicate Sane(g: seq<NodeDef>, st: Stack) { st.Push? ==> Alone(st.top, st.rest) && Under(g, st.top, st.rest) && Sane(g, st.rest) }
  // User code is at work here, or asyncio.
  ghost predicate Seat(g: seq<NodeDef>, st: Stack) { Sane(g, st) && (st.Push? ==> !Walks(st.top) && !st.top.HandF?) }
  // What the frame below is told.
  ghost predicate Fits(g: seq<NodeDef>, st: Stack, o: Outcome) {
    st.Push? && st.top.FlowF? && o.Ret? ==>
      match st.top.fat
      case Walk(_, cur, _, _, _) => PassesOn(g, cur) ==> Leaves(g, cur, o.v)
      case FPost(_, _) => PassesOn(g, st.top.n) && st.rest.Push? ==> Leaves(g, st.top.n, o.v)
      case _ => true
  }
  ghost predicate Ok(g: seq<NodeDef>, w: World) { Alike(g, w.graph) && w.strict && forall i | 0 <= i < |w.notes| :: Fair(g, w.notes[i]) }
  ghost predicate Idle(st: Stack) { st.Push? ==> !(st.top.FlowF? && st.top.fat.FPost?) }
  ghost predicate Keeps(g: seq<NodeDef>, r: Res) {
    Ok(g, r.w) && (r.next.Fin? || Seat(g, r.next.st)) && (r.next.Wait? || r.next.Sleep? ==> Idle(r.next.st))
  }

  // ---- the framework, function by function ----
  lemma KResume(g: seq<NodeDef>, w: World, st: Stack, o: Outcome)
    requires Ok(g, w) && Sane(g, st) && Fits(g, st, o)
    ensures Keeps(g, Resume(w, st, o))
    decreases st, 0, 0
  {
    hide Ok, ResumeNode, ResumeFlow;
    match st
    case Bottom => assert Resume(w, st, o) == Res(w, Fin(o));
    case Push(f, rest) =>
      if f.NodeF? { KNode(g, w, f, rest, o); }
      else if f.FlowF? { KFlow(g, w, f, rest, o); }
      else { assert Resume(w, st, o) == Res(w, Back(rest, o)); }
  }
  // A node's own outcome is no flow's label.
  lemma KLeave(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, o: Outcome)
    requires Ok(g, w) && Sane(g, rest) && !f.HandF? && Under(g, f, rest)
    requires o.Ret? && rest.Push? ==> f.NodeF? || (PassesOn(g, f.n) ==> Leaves(g, f.n, o.v))
    ensures Keeps(g, Resume(w, rest, o))
    decreases rest, 0, 1
  { hide Ok; KResume(g, w, rest, o); }

  lemma KNode(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, o: Outcome)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, ResumeNode(w, f, rest, o))
    decreases rest, 3, 0
  {
    hide Resume, Again, StartExec, Pulled, ExecNext, Sane;
    reveal Sane;
    KLeave(g, w, f, rest, o);
    match f.at
    case Prep => if o.Ret? { KStart(g, w, f, rest, o.v); }
    case Pull(p, acc) =>
      KPulled(g, w, f, rest, p, acc);
      if o.Ret? { KExec(g, w, f, rest, p, [o.v], acc, false); }
    case Exec(p, todo, acc, k, turns, solo) =>
      if o.Ret? { KExec(g, w, f, rest, p, Tail(todo), acc + [o.v], solo); }
      KAgain(g, w, f, rest, p, todo, acc, k + 1, turns, solo);
      KAgain(g, Tell(w, Slept(At(w, f.o).wait)), f, rest, p, todo, acc, k + 1, turns, solo);
    case Fallback(p, todo, acc, e, solo) => if o.Ret? { KExec(g, w, f, rest, p, Tail(todo), acc + [o.v], solo); }
    case Nap(p, todo, acc, k, turns, solo) => KAgain(g, w, f, rest, p, todo, acc, k, turns, solo);
    case Gather(p) =>
    case Post(p, r) =>
  }
  lemma KAgain(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val, todo: seq<Val>, acc: seq<Val>, k: nat, turns: int, solo: bool)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, Again(w, f, rest, p, todo, acc, k, turns, solo))
    decreases rest, 2, 0
  {
    hide ExecNext;
    KExec(g, w, f, rest, p, Tail(todo), acc + [VNone], solo);
  }
  lemma KStart(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, StartExec(w, f, rest, p))
    decreases rest, 2, 0
  {
    hide Resume, ExecNext, Iter, Fan;
    KLeave(g, w, f, rest, Exc(TypeErr));
    KExec(g, w, f, rest, p, [p], [], false);
    KExec(g, w, f, rest, p, [], [], false);
    var xs := Iter(p);
    if xs.Some? { KExec(g, w, f, rest, p, xs.value, [], false); KFan(g, w, f, rest, p, xs.value); }
    KFan(g, w, f, rest, p, []);
  }
  lemma KPulled(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val, acc: seq<Val>)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, Pulled(w, f, rest, p, acc))
    decreases rest, 2, 0
  { hide Fan; KFan(g, w, f, rest, p, acc); }
  lemma KFan(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val, items: seq<Val>)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, Fan(w, f, rest, p, items))
  {}
  lemma KExec(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val, todo: seq<Val>, acc: seq<Val>, solo: bool)
    requires f.NodeF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, ExecNext(w, f, rest, p, todo, acc, solo))
    decreases rest, 1, |todo|
  {
    hide Resume;
    if |todo| > 0 { KExec(g, w, f, rest, p, todo[1..], acc + [VNone], solo); }
    else if solo { KLeave(g, w, f, rest, Ret(First(acc))); }
  }

  lemma KFlow(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, o: Outcome)
    requires f.FlowF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest) && Alone(f, rest) && Fits(g, Push(f, rest), o)
    ensures Keeps(g, ResumeFlow(w, f, rest, o))
    decreases rest, 5, 0
  {
    hide Resume, StartFlow, FlowPulled, Advance;
    if o.Exc? || f.fat.FPost? { KLeave(g, w, f, rest, o); }
    match f.fat
    case FPrep => if o.Ret? { KStartFlow(g, w, f, rest, o.v); }
    case FPull(p, acc) => KFlowPulled(g, w, f, rest, p, acc, o);
    case Walk(p, cur, cell, todo, solo) => if o.Ret? { KAdvance(g, w, f, rest, o.v); }
    case FGather(p) =>
    case FPost(p, r) =>
  }
  lemma KStartFlow(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, p: Val)
    requires f.FlowF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, StartFlow(w, f, rest, p))
    decreases rest, 4, 0
  {
    hide Resume, Enter, BatchNext, Iter, FlowFan;
    KLeave(g, w, f, rest, Exc(TypeErr));
    var start := At(w, f.o).start;
    if start.Some? { KEnter(g, Alloc(w, Params(w, f.o)), f.(fat := Walk(p, start.value, |w.cells|, [], false)), rest); }
    var pr := if Truthy(p) then p else VList([]);
    var xs := Iter(pr);
    if xs.Some? {
      KBatch(g, w, f, rest, pr, xs.value);
      var ms := MergeAll(Params(w, f.o), xs.value);
      if ms.Some? { KFlowFan(g, w, f, rest, pr, ms.value); }
    }
  }
  lemma KFlowFan(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, pr: Val, ms: seq<Val>)
    requires f.FlowF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, FlowFan(w, f, rest, pr, ms))
  {
    var r := FlowFan(w, f, rest, pr, ms);
    assert r.w == w && (r.next.Call? || r.next.Wait?);
  }
  lemma KFlowPulled(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, pr: Val, acc: seq<Val>, o: Outcome)
    requires f.FlowF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, FlowPulled(w, f, rest, pr, acc, o))
    decreases rest, 4, 0
  {
    hide Resume, BatchNext, FlowFan;
    KFlowFan(g, w, f, rest, pr, acc);
    KLeave(g, w, f, rest, Exc(TypeErr));
    if o.Ret? { KBatch(g, w, f, rest, pr, [o.v]); }
  }
  lemma KEnter(g: seq<NodeDef>, w: World, f: Frame, rest: Stack)
    requires f.FlowF? && f.fat.Walk? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest) && Alone(f, rest)
    ensures Keeps(g, Enter(w, f, rest))
    decreases rest, 1, 0
  {
    hide Resume;
    KLeave(g, w, f, rest, Exc(RuntimeErr));
    var cur := f.fat.cur;
    assert Def(w.graph, cur).kind == Def(g, cur).kind;
    var w1 := w.(objs := w.objs + [At(w, cur).(cell := f.fat.cell)]);
    var top := Open(w1, cur, |w.objs|, f.sync);
    if top.Some? {
      assert Sane(g, Push(f, rest));
      assert Under(g, top.value, Push(f, rest));
    }
  }
  lemma KBatch(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, pr: Val, todo: seq<Val>)
    requires f.FlowF? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest)
    ensures Keeps(g, BatchNext(w, f, rest, pr, todo))
    decreases rest, 2, |todo|
  {
    hide Resume, Enter, Merge;
    if |todo| > 0 {
      KLeave(g, w, f, rest, Exc(TypeErr));
      var m := Merge(Params(w, f.o), todo[0]);
      var start := At(w, f.o).start;
      if m.Some? {
        KBatch(g, Alloc(w, m.value), f, rest, pr, todo[1..]);
        if start.Some? { KEnter(g, Alloc(w, m.value), f.(fat := Walk(pr, start.value, |w.cells|, todo[1..], false)), rest); }
      }
    }
  }
  lemma KAdvance(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, a: Val)
    requires f.FlowF? && f.fat.Walk? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest) && Alone(f, rest)
    requires PassesOn(g, f.fat.cur) ==> Leaves(g, f.fat.cur, a)
    ensures Keeps(g, Advance(w, f, rest, a))
    decreases rest, 4, 0
  {
    hide Resume, Enter, End, Lookup, Drawn;
    var succ := Def(w.graph, f.fat.cur).succ;
    KLeave(g, Tell(w, Strayed(f.n, f.fat.cur, a)), f, rest, Exc(Stray));
    KLeave(g, w, f, rest, Exc(TypeErr));
    KLeave(g, w, f, rest, Exc(WarnErr));
    if Drawn(a, Keys(succ)) {
      var found := Lookup(succ, if Truthy(a) then a else Default());
      var next := if found.Some? then found.value else None;
      if next.Some? { KEnter(g, Tell(w, Took(f.n, f.fat.cur, a, Keys(succ), next.value)), f.(fat := f.fat.(cur := next.value)), rest); }
      KEnd(g, Tell(w, Ended(f.n, f.fat.cur, a, Keys(succ))), f, rest, a);
      KEnd(g, Tell(Tell(w, Warned(true)), Ended(f.n, f.fat.cur, a, Keys(succ))), f, rest, a);
    }
  }
  lemma KEnd(g: seq<NodeDef>, w: World, f: Frame, rest: Stack, a: Val)
    requires f.FlowF? && f.fat.Walk? && Ok(g, w) && Sane(g, rest) && Under(g, f, rest) && Alone(f, rest)
    ensures Keeps(g, End(w, f, rest, a))
    decreases rest, 3, 0
  {
    hide Resume, BatchNext;
    if f.fat.solo { KLeave(g, w, f, rest, Ret(a)); }
    else { KBatch(g, w, f, rest, f.fat.p, f.fat.todo); }
  }
  lemma KBegin(g: seq<NodeDef>, w: World, n: nat, sync: bool, st: Stack)
    requires Ok(g, w) && Sane(g, st) && (st.Push? ==> st.top.HandF?)
    ensures Keeps(g, Begin(w, n, sync, st))
  {
    hide Resume;
    KResume(g, w, st, Exc(WarnErr));
    KResume(g, w, st, Exc(RuntimeErr));
    KResume(g, Tell(w, Warned(false)), st, Exc(RuntimeErr));
  }
  lemma KWork(g: seq<NodeDef>, w: World, k: Work)
    requires Ok(g, w)
    ensures Keeps(g, StartWork(w, k))
  {
    hide Begin, ExecNext, Enter;
    match k
    case WRun(n, sync) => KBegin(g, w, n, sync, Bottom);
    case WItem(n, o, item) => KExec(g, w, NodeF(n, o, false, Prep), Bottom, VNone, [item], [], true);
    case WOrch(n, o, params) =>
      var start := At(w, o).start;
      if start.Some? {
        KEnter(g, Alloc(w, if Truthy(params) then params else Params(w, o)), FlowF(n, o, false, Walk(VNone, start.value, |w.cells|, [], true)), Bottom);
      }
  }

  // ---- tasks ----
  ghost predicate Well(g: seq<NodeDef>, k: Task) { (k.AtBody? || k.Waiting? ==> Seat(g, k.st)) && (k.Waiting? ==> Idle(k.st)) }
  ghost predicate Holds(g: seq<NodeDef>, fs: FState) { Ok(g, fs.w) && forall t | 0 <= t < |fs.tasks| :: Well(g, fs.tasks[t]) }

  lemma KReally(g: seq<NodeDef>, w: World, st: Stack, o: Outcome)
    requires Ok(g, w) && Seat(g, st)
    ensures Fits(g, st, Really(w, st, o))
  {}
  lemma KReact(g: seq<NodeDef>, fs: FState, i: FlowTasks.Act)
    requires Holds(g, fs) && React(fs, i).Some?
    ensures Keeps(g, React(fs, i).value)
  {
    hide Resume, StartWork, Begin, Really, Fits;
    var k := fs.tasks[i.t];
    assert Well(g, k);
    match i
    case FRet(t, v) => KReally(g, fs.w, k.st, Ret(v)); KResume(g, fs.w, k.st, Really(fs.w, k.st, Ret(v)));
    case FRaise(t, e) => KReally(g, fs.w, k.st, Exc(e)); KResume(g, fs.w, k.st, Really(fs.w, k.st, Exc(e)));
    case FStart(t) => KWork(g, fs.w, k.work);
    case FWake(t) => KWoken(g, fs.w, k.st, k.res.value);
    case FCancel(t, hard) =>
    case FRun(t, n, sync) => KBegin(g, fs.w, n, sync, Push(HandF, k.st));
    case _ =>
  }
  lemma KWoken(g: seq<NodeDef>, w: World, st: Stack, o: Outcome)
    requires Ok(g, w) && Seat(g, st) && Idle(st)
    ensures Keeps(g, Resume(w, st, o))
  { KResume(g, w, st, o); }
  lemma KHalted(g: seq<NodeDef>, r: Res)
    requires Keeps(g, r)
    ensures Keeps(g, Halted(r))
  {
    hide Resume;
    if !r.next.Fin? { KResume(g, r.w, r.next.st, Exc(Stopped)); }
  }
  lemma KApply(g: seq<NodeDef>, fs: FState, t: nat, r: Res)
    requires Holds(g, fs) && t < |fs.tasks| && Keeps(g, r)
    ensures Holds(g, Apply(fs, t, r))
  { hide Seat, Fair, Alike; }
  lemma KTweak(g: seq<NodeDef>, fs: FState, i: FlowTasks.Act)
    requires Holds(g, fs)
    ensures Holds(g, Tweak(fs, i))
  { hide Seat, Fair, Assign, SetParam; KAssign(fs.w, i); }
  lemma KAssign(w: World, i: FlowTasks.Act)
    ensures forall o, attr :: var w' := Assign(w, o, attr); w'.graph == w.graph && w'.strict == w.strict && w'.notes == w.notes
    ensures forall o, key, v :: var w' := SetParam(w, o, key, v); w'.graph == w.graph && w'.strict == w.strict && w'.notes == w.notes
  {}

  // ---- runs ----
  ghost predicate AllFair<Q, I>(g: seq<NodeDef>, es: seq<Event<Q, I>>) { forall n | 0 <= n < |es| :: es[n].Noted? ==> Fair(g, es[n].note) }
  lemma KNotes<Q, I>(g: seq<NodeDef>, t: nat, w: World)
    requires Ok(g, w)
    ensures AllFair(g, Notes<Q, I>(t, w))
  {}
  lemma KStep<W(!new), Q(!new), I(!new)>(gate: Gate<W, Q, I>, g: seq<NodeDef>, s: Held<W, Q>, i: Input<Q, I>)
    requires Holds(g, s.fs)
    ensures var x := Step(gate, s, i); Holds(g, x.0.fs) && AllFair(g, x.1)
  {
    hide Holds, Keeps, Apply, Tweak, Fair, Ok, Notes;
    if i.Control? {
      var r := React(s.fs, i.c);
      if r.None? { KTweak(g, s.fs, i.c); } else {
        KReact(g, s.fs, i.c);
        KHalted(g, r.value);
        KApply(g, s.fs, i.c.t, r.value);
        KApply(g, s.fs, i.c.t, Halted(r.value));
        assert Ok(g, r.value.w) by { reveal Keeps; }
        KNotes<Q, I>(g, i.c.t, r.value.w);
      }
    }
  }
  lemma KRun<W(!new), Q(!new), I(!new)>(gate: Gate<W, Q, I>, g: seq<NodeDef>, s: Held<W, Q>, ins: seq<Input<Q, I>>)
    requires Holds(g, s.fs)
    ensures AllFair(g, Run(gate, s, ins).1)
    decreases |ins|
  {
    hide Holds, Step, Fair;
    if |ins| > 0 {
      KStep(gate, g, s, ins[0]);
      KRun(gate, g, Step(gate, s, ins[0]).0, ins[1..]);
    }
  }
  lemma KBegun(gs: seq<Given>, root: nat, sync: bool, raising: bool, main: bool)
    ensures var fs := Begun(gs, root, sync, raising, main, true); Holds(fs.w.graph, fs)
  {}
}
