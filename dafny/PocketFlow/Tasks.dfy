include "Framework.dfy"
// Tasks of asyncio under PocketFlow: gather, cancellation, and whatever else the environment can do between two reactions.
module FlowTasks {
  import opened PyValues
  import opened FlowGraph
  import opened Framework

  datatype Task =
    | Fresh(parent: Option<nat>, work: Work)
    | AtBody(parent: Option<nat>, st: Stack)
    | Waiting(parent: Option<nat>, st: Stack, kids: seq<nat>, cancel: bool, res: Option<Outcome>)
    | Done(parent: Option<nat>, o: Outcome)

  datatype FState = FState(w: World, tasks: seq<Task>)

  // What user code may assign to an object: self.max_retries = ..., and the like.
  datatype Attr = Retries(n: int) | Pause(n: int) | Begins(start: Option<nat>) | Has(params: Val)

  // What the environment can do. A task or a node is only a name: nonsense changes nothing.
  datatype Act =
    | FRet(t: nat, v: Val)
    | FRaise(t: nat, e: Exn)                                 // StopIter: a generator is at its end
    | FStart(t: nat)
    | FWake(t: nat)
    | FCancel(t: nat, hard: bool)                            // hard: asyncio could not pass it on to what the task waits for
    | FRun(t: nat, n: nat, sync: bool)                       // a body runs node n by hand
    | FSetParam(t: nat, key: Val, v: Val)                    // self.params[key] = v
    | FAssign(t: nat, attr: Attr)                            // on self: the object that runs
    | FAssignTo(n: nat, attr: Attr)                          // on an original
    | FRewire(n: nat, key: Val, target: Option<nat>)         // successors[key] = target, which copies share

  // Can the body at the top of st run node n this way? (await needs an async hook; run_async, an async class)
  predicate CanRun(w: World, st: Stack, n: nat, sync: bool) {
    && n < |w.graph| && st.Push? && !st.top.HandF?
    && (sync || (IsAsync(w.graph[n].kind) && !st.top.sync && !(st.top.NodeF? && st.top.at.Pull?) && !(st.top.FlowF? && st.top.fat.FPull?)))
  }

  // The reaction of a task to an input that moves control; None when the input does not.
  function React(fs: FState, i: Act): Option<Res> {
    if i.FRewire? || i.FAssignTo? || i.t >= |fs.tasks| then None
    else
      var k := fs.tasks[i.t];
      match i
      case FRet(t, v) => if k.AtBody? then Some(Resume(fs.w, k.st, Really(fs.w, k.st, Ret(v)))) else None
      case FRaise(t, e) => if k.AtBody? then Some(Resume(fs.w, k.st, Really(fs.w, k.st, Exc(e)))) else None
      case FStart(t) => if k.Fresh? then Some(StartWork(fs.w, k.work)) else None
      case FWake(t) => if k.Waiting? && k.res.Some? then Some(Resume(fs.w, k.st, k.res.value)) else None
      case FCancel(t, hard) => if k.Fresh? then Some(Res(fs.w, Fin(Exc(Cancelled)))) else None
      case FRun(t, n, sync) => if k.AtBody? && CanRun(fs.w, k.st, n, sync) then Some(Begin(fs.w, n, sync, Push(HandF, k.st))) else None
      case _ => None
  }

  function Assign(w: World, o: nat, attr: Attr): World {
    match attr
    case Retries(n) => With(w, o, At(w, o).(retries := n))
    case Pause(n) => With(w, o, At(w, o).(wait := n))
    case Begins(start) => With(w, o, At(w, o).(start := start))
    case Has(params) => if params.VDict? then With(Alloc(w, params), o, At(w, o).(cell := |w.cells|)) else w
  }
  function SetParam(w: World, o: nat, key: Val, v: Val): World {
    var c := At(w, o).cell;
    if c < |w.cells| && w.cells[c].VDict? then w.(cells := w.cells[c := VDict(Put(w.cells[c].kv, key, v))]) else w
  }
  // The object whose hook is at work in task t.
  function Self(fs: FState, t: nat): Option<nat> {
    if t < |fs.tasks| && fs.tasks[t].AtBody? && fs.tasks[t].st.Push? && !fs.tasks[t].st.top.HandF? then Some(fs.tasks[t].st.top.o) else None
  }

  // Inputs that move no control: user code writes params, attributes or edges; a waiting task is marked for cancellation.
  function Tweak(fs: FState, i: Act): FState {
    match i
    case FSetParam(t, key, v) =>
      var o := Self(fs, t);
      if o.Some? then fs.(w := SetParam(fs.w, o.value, key, v)) else fs
    case FAssign(t, attr) =>
      var o := Self(fs, t);
      if o.Some? then fs.(w := Assign(fs.w, o.value, attr)) else fs
    case FAssignTo(n, attr) => if n < |fs.w.graph| then fs.(w := Assign(fs.w, n, attr)) else fs
    case FRewire(n, key, target) =>
      if n < |fs.w.graph| then fs.(w := fs.w.(graph := fs.w.graph[n := fs.w.graph[n].(succ := Put(fs.w.graph[n].succ, key, target))])) else fs
    case FCancel(t, hard) =>
      if t < |fs.tasks| && fs.tasks[t].Waiting? then
        var k := fs.tasks[t];
        fs.(tasks := fs.tasks[t := if hard then k.(res := Some(Exc(Cancelled))) else k.(cancel := true)])
      else fs
    case _ => fs
  }

  function Results(fs: FState, kids: seq<nat>): Option<seq<Val>> {
    if |kids| == 0 then Some([])
    else if kids[0] < |fs.tasks| && fs.tasks[kids[0]].Done? && fs.tasks[kids[0]].o.Ret? then
      var r := Results(fs, kids[1..]);
      if r.Some? then Some([fs.tasks[kids[0]].o.v] + r.value) else None
    else None
  }

  // asyncio.gather: the first failure decides; otherwise the results in order once all are there. Siblings go on.
  function Notify(fs: FState, t: nat, o: Outcome): FState
    requires t < |fs.tasks|
  {
    var p := fs.tasks[t].parent;
    if p.None? || p.value >= |fs.tasks| then fs
    else
      var k := fs.tasks[p.value];
      if !k.Waiting? || k.res.Some? || t !in k.kids then fs
      else if o.Exc? then fs.(tasks := fs.tasks[p.value := k.(res := Some(o))])
      else
        var vs := Results(fs, k.kids);
        if vs.None? then fs
        else fs.(tasks := fs.tasks[p.value := k.(res := Some(if k.cancel then Exc(Cancelled) else Ret(VList(vs.value))))])
  }

  function Apply(fs: FState, t: nat, r: Res): FState
    requires t < |fs.tasks|
  {
    var p := fs.tasks[t].parent;
    var w := r.w.(notes := []);
    match r.next
    case Call(st) => FState(w, fs.tasks[t := AtBody(p, st)])
    case Back(st, _) => FState(w, fs.tasks[t := AtBody(p, st)])
    case Wait(st, first, more) =>
      var work := [first] + more;
      var kids := seq(|work|, i requires 0 <= i < |work| => |fs.tasks| + i);
      FState(w, fs.tasks[t := Waiting(p, st, kids, false, None)] + seq(|work|, i requires 0 <= i < |work| => Fresh(Some(t), work[i])))
    case Sleep(st) => FState(w, fs.tasks[t := Waiting(p, st, [], false, Some(Ret(VNone)))])
    case Fin(o) => Notify(FState(w, fs.tasks[t := Done(p, o)]), t, o)
  }

  // A flow before its run: originals with their attributes and their params, nothing else.
  datatype Given = Given(kind: Kind, hooks: Hooks, succ: seq<(Val, Option<nat>)>, truthy: bool, exits: seq<string>,
                         retries: int, wait: int, start: Option<nat>, params: Val)
  function Begun(gs: seq<Given>, root: nat, sync: bool, raising: bool, main: bool, strict: bool): FState {
    var graph := seq(|gs|, i requires 0 <= i < |gs| => var g := gs[i]; NodeDef(g.kind, g.hooks, g.succ, g.truthy, g.exits));
    var objs := seq(|gs|, i requires 0 <= i < |gs| => Obj(i, gs[i].retries, gs[i].wait, gs[i].start, 0));
    var cells := seq(|gs|, i requires 0 <= i < |gs| => gs[i].params);
    FState(World(graph, objs, cells, raising, main, strict, []), [Fresh(None, WRun(root, sync))])
  }
}
