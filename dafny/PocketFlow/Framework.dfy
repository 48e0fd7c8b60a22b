include "Graph.dfy"
// PocketFlow without any gate: what runs next, given what the last piece of user code did. User code is not here. It is the
// environment: it returns, raises, yields, runs a flow by hand, and the framework reacts in one call of Resume. That it
// terminates is the proof that the framework never hangs between two pieces of user code.
module Framework {
  import opened PyValues
  import opened FlowGraph

  datatype Exn = User(id: int) | UserBase(id: int) | TypeErr | RuntimeErr | WarnErr | StopIter | Cancelled | Stopped | Stray
  // subclass of Exception?
  predicate Catchable(e: Exn) { e.User? || e.TypeErr? || e.RuntimeErr? || e.WarnErr? || e.StopIter? }

  datatype Outcome = Ret(v: Val) | Exc(e: Exn)

  // One activation: of node n, on object o. sync says which hooks are used (prep or prep_async, ...). A batch is `todo`, its
  // head the item at work, and `acc`; a solo frame is one item of a parallel batch, in a task of its own.
  datatype Frame =
    | NodeF(n: nat, o: nat, sync: bool, at: NodeAt)
    | FlowF(n: nat, o: nat, sync: bool, fat: FlowAt)
    | HandF                                                 // below it: a piece of user code that runs what is above it
  datatype NodeAt =
    | Prep
    | Pull(p: Val, acc: seq<Val>)                           // asks generator p for the next item; parallel: acc are items
    | Exec(p: Val, todo: seq<Val>, acc: seq<Val>, k: nat, turns: int, solo: bool)      // attempt k of so many turns
    | Fallback(p: Val, todo: seq<Val>, acc: seq<Val>, e: Exn, solo: bool)
    | Nap(p: Val, todo: seq<Val>, acc: seq<Val>, k: nat, turns: int, solo: bool)       // between attempts of an async node
    | Gather(p: Val)
    | Post(p: Val, r: Val)
  datatype FlowAt =
    | FPrep
    | FPull(p: Val, acc: seq<Val>)
    | Walk(p: Val, cur: nat, cell: nat, todo: seq<Val>, solo: bool)
    | FGather(p: Val)
    | FPost(p: Val, r: Val)
  datatype Stack = Bottom | Push(top: Frame, rest: Stack)

  // Node cur of the flow, which has these edges, said a. Took: the flow goes on along one; Ended: it ends; Strayed: strict mode
  // does not let the label through.
  datatype Note =
    | Warned(ends: bool)
    | Slept(wait: int)
    | Took(flow: nat, cur: nat, a: Val, edges: seq<Val>, to: nat)
    | Ended(flow: nat, cur: nat, a: Val, edges: seq<Val>)
    | Strayed(flow: nat, cur: nat, a: Val)

  // The first objects are the originals, one for each node. raising: warnings are errors. main: the semantics of upstream's
  // main branch, where attempts of one async object share a counter. strict: labels are checked (theorem P4).
  datatype World = World(graph: seq<NodeDef>, objs: seq<Obj>, cells: seq<Val>, raising: bool, main: bool, strict: bool, notes: seq<Note>)

  datatype Work = WRun(n: nat, sync: bool) | WItem(n: nat, o: nat, item: Val) | WOrch(n: nat, o: nat, params: Val)

  // Where a reaction stops: at a call of user code, in a gather, in asyncio.sleep, back in a body that ran a flow by hand, or
  // at the end of the task.
  datatype Next = Call(st: Stack) | Wait(st: Stack, first: Work, more: seq<Work>) | Sleep(st: Stack) | Back(st: Stack, o: Outcome) | Fin(o: Outcome)
  datatype Res = Res(w: World, next: Next)

  function At(w: World, o: nat): Obj { if o < |w.objs| then w.objs[o] else Obj(0, 1, 0, None, 0) }
  function Cell(w: World, c: nat): Val { if c < |w.cells| then w.cells[c] else VDict([]) }
  function Params(w: World, o: nat): Val { Cell(w, At(w, o).cell) }
  function Alloc(w: World, v: Val): World { w.(cells := w.cells + [v]) }
  function Tell(w: World, x: Note): World { w.(notes := w.notes + [x]) }
  function With(w: World, o: nat, x: Obj): World { if o < |w.objs| then w.(objs := w.objs[o := x]) else w }

  // for self.cur_retry in ...
  function Try(w: World, f: Frame, k: nat): World
    requires f.NodeF?
  { if f.sync || w.main then With(w, f.o, At(w, f.o).(tries := k)) else w }
  // the number of the attempt as the test for the last attempt reads it
  function Tried(w: World, f: Frame, k: nat): int
    requires f.NodeF?
  { if f.sync || w.main then At(w, f.o).tries else k }

  function Resume(w: World, st: Stack, o: Outcome): Res
    decreases st, 0, 0
  {
    match st
    case Bottom => Res(w, Fin(o))
    case Push(f, rest) =>
      match f
      case NodeF(_, _, _, _) => ResumeNode(w, f, rest, o)
      case FlowF(_, _, _, _) => ResumeFlow(w, f, rest, o)
      case HandF => Res(w, Back(rest, o))
  }

  // ---- nodes ----
  function ResumeNode(w: World, f: Frame, rest: Stack, o: Outcome): Res
    requires f.NodeF?
    decreases rest, 3, 0
  {
    match f.at
    case Prep => if o.Exc? then Resume(w, rest, o) else StartExec(w, f, rest, o.v)
    case Pull(p, acc) =>
      if o.Exc? && o.e.StopIter? then Pulled(w, f, rest, p, acc)
      else if o.Exc? then Resume(w, rest, o)
      else if Def(w.graph, f.n).kind.KAsyncParBatchNode? then Res(w, Call(Push(f.(at := Pull(p, acc + [o.v])), rest)))
      else ExecNext(w, f, rest, p, [o.v], acc, false)
    case Exec(p, todo, acc, k, turns, solo) =>
      if o.Ret? then ExecNext(w, f, rest, p, Tail(todo), acc + [o.v], solo)
      else if Def(w.graph, f.n).kind.KBase? || !Catchable(o.e) then Resume(w, rest, o)
      else if Tried(w, f, k) == At(w, f.o).retries - 1 then Res(w, Call(Push(f.(at := Fallback(p, todo, acc, o.e, solo)), rest)))
      else if At(w, f.o).wait <= 0 then Again(w, f, rest, p, todo, acc, k + 1, turns, solo)
      else if f.sync then Again(Tell(w, Slept(At(w, f.o).wait)), f, rest, p, todo, acc, k + 1, turns, solo)
      else Res(Tell(w, Slept(At(w, f.o).wait)), Sleep(Push(f.(at := Nap(p, todo, acc, k + 1, turns, solo)), rest)))
    case Fallback(p, todo, acc, e, solo) =>
      if o.Exc? then Resume(w, rest, o) else ExecNext(w, f, rest, p, Tail(todo), acc + [o.v], solo)
    case Nap(p, todo, acc, k, turns, solo) =>
      if o.Exc? then Resume(w, rest, o) else Again(w, f, rest, p, todo, acc, k, turns, solo)
    case Gather(p) => if o.Exc? then Resume(w, rest, o) else Res(w, Call(Push(f.(at := Post(p, o.v)), rest)))
    case Post(p, r) => Resume(w, rest, o)
  }
  function Tail(xs: seq<Val>): seq<Val> { if |xs| > 0 then xs[1..] else [] }

  // The next turn of the attempt loop. Past the last turn the failure is lost: where turns were shared or changed meanwhile.
  function Again(w: World, f: Frame, rest: Stack, p: Val, todo: seq<Val>, acc: seq<Val>, k: nat, turns: int, solo: bool): Res
    requires f.NodeF?
    decreases rest, 2, 0
  {
    if k >= turns then ExecNext(w, f, rest, p, Tail(todo), acc + [VNone], solo)
    else Res(Try(w, f, k), Call(Push(f.(at := Exec(p, todo, acc, k, turns, solo)), rest)))
  }

  function StartExec(w: World, f: Frame, rest: Stack, p: Val): Res
    requires f.NodeF?
    decreases rest, 2, 0
  {
    var kind := Def(w.graph, f.n).kind;
    if !IsBatchNode(kind) then ExecNext(w, f, rest, p, [p], [], false)
    else if p.VGen? then Res(w, Call(Push(f.(at := Pull(p, [])), rest)))
    else
      var xs := if kind.KBatchNode? && !Truthy(p) then Some([]) else Iter(p);
      if xs.None? then Resume(w, rest, Exc(TypeErr))
      else if kind.KAsyncParBatchNode? then Fan(w, f, rest, p, xs.value)
      else ExecNext(w, f, rest, p, xs.value, [], false)
  }
  // The generator is at its end.
  function Pulled(w: World, f: Frame, rest: Stack, p: Val, acc: seq<Val>): Res
    requires f.NodeF?
    decreases rest, 2, 0
  {
    if Def(w.graph, f.n).kind.KAsyncParBatchNode? then Fan(w, f, rest, p, acc)
    else Res(w, Call(Push(f.(at := Post(p, VList(acc))), rest)))
  }
  // gather(*(... for item in items))
  function Fan(w: World, f: Frame, rest: Stack, p: Val, items: seq<Val>): Res
    requires f.NodeF?
  {
    if |items| == 0 then Res(w, Call(Push(f.(at := Post(p, VList([]))), rest)))
    else
      var ks := seq(|items|, i requires 0 <= i < |items| => WItem(f.n, f.o, items[i]));
      Res(w, Wait(Push(f.(at := Gather(p)), rest), ks[0], ks[1..]))
  }

  function ExecNext(w: World, f: Frame, rest: Stack, p: Val, todo: seq<Val>, acc: seq<Val>, solo: bool): Res
    requires f.NodeF?
    decreases rest, 1, |todo|
  {
    var kind := Def(w.graph, f.n).kind;
    var turns := At(w, f.o).retries;
    if |todo| > 0 then
      if turns <= 0 && !kind.KBase? then ExecNext(w, f, rest, p, todo[1..], acc + [VNone], solo)
      else Res(Try(w, f, 0), Call(Push(f.(at := Exec(p, todo, acc, 0, turns, solo)), rest)))
    else if solo then Resume(w, rest, Ret(First(acc)))
    else if IsBatchNode(kind) && p.VGen? then Res(w, Call(Push(f.(at := Pull(p, acc)), rest)))
    else Res(w, Call(Push(f.(at := Post(p, if IsBatchNode(kind) then VList(acc) else First(acc))), rest)))
  }
  function First(xs: seq<Val>): Val { if |xs| > 0 then xs[0] else VNone }

  // ---- flows ----
  function Live(w: World, m: Option<nat>): bool { m.Some? && Def(w.graph, m.value).truthy }

  // The frame of node m on object o; None = "Use run_async."
  function Open(w: World, m: nat, o: nat, sync: bool): Option<Frame> {
    var k := Def(w.graph, m).kind;
    if IsFlow(k) then Some(FlowF(m, o, sync || !IsAsync(k), FPrep))
    else if sync && IsAsync(k) then None
    else Some(NodeF(m, o, sync || !IsAsync(k), Prep))
  }

  function ResumeFlow(w: World, f: Frame, rest: Stack, o: Outcome): Res
    requires f.FlowF?
    decreases rest, 5, 0
  {
    if o.Exc? && !(f.fat.FPull? && o.e.StopIter?) then Resume(w, rest, o)
    else match f.fat
         case FPrep => if o.Ret? then StartFlow(w, f, rest, o.v) else Resume(w, rest, o)
         case FPull(p, acc) => FlowPulled(w, f, rest, p, acc, o)
         case Walk(p, cur, cell, todo, solo) => if o.Ret? then Advance(w, f, rest, o.v) else Resume(w, rest, o)
         case FGather(p) => Res(w, Call(Push(f.(fat := FPost(p, VNone)), rest)))
         case FPost(p, r) => Resume(w, rest, o)
  }

  predicate Together(w: World, f: Frame)
    requires f.FlowF?
  { Def(w.graph, f.n).kind.KAsyncParBatchFlow? && !f.sync }

  function StartFlow(w: World, f: Frame, rest: Stack, p: Val): Res
    requires f.FlowF?
    decreases rest, 4, 0
  {
    var start := At(w, f.o).start;
    if !IsBatchFlow(Def(w.graph, f.n).kind) then
      var w1 := Alloc(w, Params(w, f.o));
      if !Live(w, start) then Res(w1, Call(Push(f.(fat := FPost(p, VNone)), rest)))
      else Enter(w1, f.(fat := Walk(p, start.value, |w.cells|, [], false)), rest)
    else
      var pr := if Truthy(p) then p else VList([]);
      if pr.VGen? then Res(w, Call(Push(f.(fat := FPull(pr, [])), rest)))
      else
        var xs := Iter(pr);
        if xs.None? then Resume(w, rest, Exc(TypeErr))
        else if Together(w, f) then
          var ms := MergeAll(Params(w, f.o), xs.value);
          if ms.None? then Resume(w, rest, Exc(TypeErr)) else FlowFan(w, f, rest, pr, ms.value)
        else BatchNext(w, f, rest, pr, xs.value)
  }
  function FlowFan(w: World, f: Frame, rest: Stack, pr: Val, ms: seq<Val>): Res
    requires f.FlowF?
  {
    if |ms| == 0 then Res(w, Call(Push(f.(fat := FPost(pr, VNone)), rest)))
    else
      var ks := seq(|ms|, i requires 0 <= i < |ms| => WOrch(f.n, f.o, ms[i]));
      Res(w, Wait(Push(f.(fat := FGather(pr)), rest), ks[0], ks[1..]))
  }
  // A generator gave a flow's next params, or is at its end. Parallel: acc are merged params.
  function FlowPulled(w: World, f: Frame, rest: Stack, pr: Val, acc: seq<Val>, o: Outcome): Res
    requires f.FlowF?
    decreases rest, 4, 0
  {
    if o.Exc? then
      if Together(w, f) then FlowFan(w, f, rest, pr, acc) else Res(w, Call(Push(f.(fat := FPost(pr, VNone)), rest)))
    else if Together(w, f) then
      var m := Merge(Params(w, f.o), o.v);
      if m.None? then Resume(w, rest, Exc(TypeErr)) else Res(w, Call(Push(f.(fat := FPull(pr, acc + [m.value])), rest)))
    else BatchNext(w, f, rest, pr, [o.v])
  }

  // Run a copy of the node that f.fat.cur names.
  function Enter(w: World, f: Frame, rest: Stack): Res
    requires f.FlowF? && f.fat.Walk?
    decreases rest, 1, 0
  {
    var w1 := w.(objs := w.objs + [At(w, f.fat.cur).(cell := f.fat.cell)]);
    var g := Open(w1, f.fat.cur, |w.objs|, f.sync);
    if g.None? then Resume(w, rest, Exc(RuntimeErr)) else Res(w1, Call(Push(g.value, Push(f, rest))))
  }

  function BatchNext(w: World, f: Frame, rest: Stack, pr: Val, todo: seq<Val>): Res
    requires f.FlowF?
    decreases rest, 2, |todo|
  {
    if |todo| == 0 then Res(w, Call(Push(f.(fat := if pr.VGen? then FPull(pr, []) else FPost(pr, VNone)), rest)))
    else
      var m := Merge(Params(w, f.o), todo[0]);
      var start := At(w, f.o).start;
      if m.None? then Resume(w, rest, Exc(TypeErr))
      else if !Live(w, start) then BatchNext(Alloc(w, m.value), f, rest, pr, todo[1..])
      else Enter(Alloc(w, m.value), f.(fat := Walk(pr, start.value, |w.cells|, todo[1..], false)), rest)
  }

  // The node at which the flow stands has run, and said a.
  function Advance(w: World, f: Frame, rest: Stack, a: Val): Res
    requires f.FlowF? && f.fat.Walk?
    decreases rest, 4, 0
  {
    var succ := Def(w.graph, f.fat.cur).succ;
    if w.strict && !Drawn(a, Keys(succ)) then Resume(Tell(w, Strayed(f.n, f.fat.cur, a)), rest, Exc(Stray))
    else if Truthy(a) && !Hashable(a) then Resume(w, rest, Exc(TypeErr))
    else
      var found := Lookup(succ, if Truthy(a) then a else Default());
      var next := if found.Some? then found.value else None;
      if Live(w, next) then Enter(Tell(w, Took(f.n, f.fat.cur, a, Keys(succ), next.value)), f.(fat := f.fat.(cur := next.value)), rest)
      else
        var warns := |succ| > 0 && !(w.strict && found == Some(None));      // in strict mode an edge to None is an end
        if warns && w.raising then Resume(w, rest, Exc(WarnErr))
        else End(Tell(if warns then Tell(w, Warned(true)) else w, Ended(f.n, f.fat.cur, a, Keys(succ))), f, rest, a)
  }
  function End(w: World, f: Frame, rest: Stack, a: Val): Res
    requires f.FlowF? && f.fat.Walk?
    decreases rest, 3, 0
  {
    if f.fat.solo then Resume(w, rest, Ret(a))
    else if IsBatchFlow(Def(w.graph, f.n).kind) then BatchNext(w, f, rest, f.fat.p, f.fat.todo)
    else Res(w, Call(Push(f.(fat := FPost(f.fat.p, a)), rest)))
  }

  // ---- beginnings ----
  // node.run(shared), or run_async, on the original, above st.
  function Begin(w: World, n: nat, sync: bool, st: Stack): Res {
    var warns := |Def(w.graph, n).succ| > 0;
    if warns && w.raising then Resume(w, st, Exc(WarnErr))
    else
      var w1 := if warns then Tell(w, Warned(false)) else w;
      var g := Open(w1, n, n, sync);
      if g.None? then Resume(w1, st, Exc(RuntimeErr)) else Res(w1, Call(Push(g.value, st)))
  }
  function StartWork(w: World, k: Work): Res {
    match k
    case WRun(n, sync) => Begin(w, n, sync, Bottom)
    case WItem(n, o, item) => ExecNext(w, NodeF(n, o, false, Prep), Bottom, VNone, [item], [], true)
    case WOrch(n, o, params) =>
      var w1 := Alloc(w, if Truthy(params) then params else Params(w, o));
      var start := At(w, o).start;
      if !Live(w, start) then Res(w1, Fin(Ret(VNone)))
      else Enter(w1, FlowF(n, o, false, Walk(VNone, start.value, |w.cells|, [], true)), Bottom)
  }

  // ---- user code hands control back ----
  // A hook that the class does not define does what PocketFlow's own does, whatever the input says. In strict mode a nested flow
  // without a post of its own says only its exits.
  function Really(w: World, st: Stack, o: Outcome): Outcome {
    if st.Bottom? || st.top.HandF? then o
    else
      var h := Def(w.graph, st.top.n).hooks;
      match st.top
      case NodeF(_, _, _, Prep) => if h.prep then o else Ret(VNone)
      case NodeF(_, _, _, Exec(_, _, _, _, _, _)) => if h.exec then o else Ret(VNone)
      case NodeF(_, _, _, Fallback(_, _, _, e, _)) => if h.fallback then o else Exc(e)
      case NodeF(_, _, _, Post(_, _)) => if h.post then o else Ret(VNone)
      case FlowF(_, _, _, FPrep) => if h.prep then o else Ret(VNone)
      case FlowF(n, _, _, FPost(_, r)) =>
        if h.post then o else Ret(if w.strict && st.rest.Push? && !Leaves(w.graph, n, r) then VNone else r)
      case _ => o
  }
}
