include "Machine.dfy"
// The limits bound every run (P3): a potential that each step pays from. Any gate.
module FlowBudget {
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine

  // ---- what is counted ----
  // Something happened: user code got control, a task was made or ended, the flow met the gate. Notes come with one of these,
  // `Changed` is what others do, and steps without events are user code computing.
  ghost predicate Counts<Q, I>(e: Event<Q, I>) { !e.Noted? && !e.Changed? }
  ghost predicate Moves<Q, I>(es: seq<Event<Q, I>>) { exists i | 0 <= i < |es| :: Counts(es[i]) }
  ghost function Moved<W, Q, I>(g: Gate<W, Q, I>, s: Held<W, Q>, ins: seq<Input<Q, I>>): nat
    decreases |ins|
  {
    if |ins| == 0 then 0 else
    var x := Step(g, s, ins[0]);
    (if Moves(x.1) then 1 else 0) + Moved(g, x.0, ins[1..])
  }
  // What of the step budget the events used: calls of user code, pauses, tasks, and actions that were granted. That a run was
  // stopped is not charged to the body that learns of it.
  ghost function Price<Q, I>(e: Event<Q, I>): nat {
    if e.Called? || (e.Returned? && e.o != Exc(Stopped)) || e.Paused? || e.Granted? then 1 else if e.Spawned? then e.count else 0
  }
  ghost function Used<Q, I>(es: seq<Event<Q, I>>): nat { if |es| == 0 then 0 else Price(es[0]) + Used(es[1..]) }
  ghost predicate No<Q, I>(e: Event<Q, I>) { e.Denied? || e.Refused? || e.Stopping? }
  ghost function Refusals<Q, I>(es: seq<Event<Q, I>>): nat { if |es| == 0 then 0 else (if No(es[0]) then 1 else 0) + Refusals(es[1..]) }

  // ---- the potential ----
  // A task that lives can end once without paying; stopped in a flow that a body runs by hand, it goes on in that body.
  ghost function Weight(k: Task): nat { if k.Done? then 0 else 2 }
  ghost function Sum(ks: seq<Task>): nat { if |ks| == 0 then 0 else Weight(ks[0]) + Sum(ks[1..]) }
  ghost function Left<W, Q>(s: Held<W, Q>): nat { if s.over then 0 else 3 * s.steps + Sum(s.fs.tasks) + |s.open| + s.patience + 1 }

  lemma SumUpdate(ks: seq<Task>, t: nat, k: Task)
    requires t < |ks|
    ensures Sum(ks[t := k]) == Sum(ks) - Weight(ks[t]) + Weight(k)
  {
    if t > 0 {
      SumUpdate(ks[1..], t - 1, k);
      assert ks[t := k][1..] == ks[1..][t - 1 := k];
    } else { assert ks[t := k][1..] == ks[1..]; }
  }
  lemma SumAppend(x: seq<Task>, y: seq<Task>)
    ensures Sum(x + y) == Sum(x) + Sum(y)
  {
    if |x| == 0 { assert x + y == y; } else {
      assert (x + y)[1..] == x[1..] + y;
      SumAppend(x[1..], y);
    }
  }
  lemma SumFresh(ks: seq<Task>)
    requires forall i | 0 <= i < |ks| :: ks[i].Fresh?
    ensures Sum(ks) == 2 * |ks|
  { if |ks| > 0 { SumFresh(ks[1..]); } }
  lemma SumNotify(fs: FState, t: nat, o: Outcome)
    requires t < |fs.tasks|
    ensures Sum(Notify(fs, t, o).tasks) == Sum(fs.tasks)
  {
    var p := fs.tasks[t].parent;
    if p.Some? && p.value < |fs.tasks| {
      var k := fs.tasks[p.value];
      if k.Waiting? && k.res.None? && t in k.kids {
        SumUpdate(fs.tasks, p.value, k.(res := Some(o)));
        var vs := Results(fs, k.kids);
        if vs.Some? { SumUpdate(fs.tasks, p.value, k.(res := Some(if k.cancel then Exc(Cancelled) else Ret(VList(vs.value))))); }
      }
    }
  }
  lemma SumTweak(fs: FState, i: FlowTasks.Act)
    ensures Sum(Tweak(fs, i).tasks) == Sum(fs.tasks)
  {
    if i.FCancel? && i.t < |fs.tasks| && fs.tasks[i.t].Waiting? {
      var k := fs.tasks[i.t];
      SumUpdate(fs.tasks, i.t, if i.hard then k.(res := Some(Exc(Cancelled))) else k.(cancel := true));
    }
  }
  lemma SumApply(fs: FState, t: nat, r: Res)
    requires t < |fs.tasks| && !fs.tasks[t].Done?
    ensures Sum(Apply(fs, t, r).tasks) <= Sum(fs.tasks) + (if r.next.Wait? then 2 * Cost(r) else 0) - (if r.next.Fin? then 2 else 0)
  {
    var p := fs.tasks[t].parent;
    var w := r.w.(notes := []);
    match r.next
    case Call(st) => SumUpdate(fs.tasks, t, AtBody(p, st));
    case Back(st, _) => SumUpdate(fs.tasks, t, AtBody(p, st));
    case Wait(st, first, more) =>
      var work := [first] + more;
      var kids := seq(|work|, i requires 0 <= i < |work| => |fs.tasks| + i);
      var born := seq(|work|, i requires 0 <= i < |work| => Fresh(Some(t), work[i]));
      SumUpdate(fs.tasks, t, Waiting(p, st, kids, false, None));
      SumAppend(fs.tasks[t := Waiting(p, st, kids, false, None)], born);
      SumFresh(born);
    case Sleep(st) => SumUpdate(fs.tasks, t, Waiting(p, st, [], false, Some(Ret(VNone))));
    case Fin(o) =>
      SumUpdate(fs.tasks, t, Done(p, o));
      SumNotify(FState(w, fs.tasks[t := Done(p, o)]), t, o);
  }

  // ---- stopping ----
  // No handler of the framework sees what is no Exception: it leaves every frame, down to the task's end or a body that runs
  // a flow by hand.
  ghost predicate Unwound(n: Next, e: Exn) { (n.Fin? || n.Back?) && n.o == Exc(e) }
  lemma Unwinds(w: World, st: Stack, e: Exn)
    requires !Catchable(e)
    ensures var r := Resume(w, st, Exc(e)); r.w == w && Unwound(r.next, e)
  {
    match st
    case Bottom =>
    case Push(f, rest) => if !f.HandF? { Unwinds(w, rest, e); }
  }
  lemma HaltUnwinds(r: Res)
    requires !r.next.Fin?
    ensures Halted(r).w == r.w && Unwound(Halted(r).next, Stopped)
  { if !r.next.Back? { Unwinds(r.w, r.next.st, Stopped); } }

  lemma Fewer<Q>(m: map<nat, Q>, h: nat)
    requires h in m
    ensures |Without(m, h)| == |m| - 1
  { assert Without(m, h).Keys == m.Keys - {h}; }
  lemma More<Q>(m: map<nat, Q>, h: nat, q: Q)
    ensures |m[h := q]| <= |m| + 1
  {
    assert m[h := q].Keys == m.Keys + {h};
    if h in m { assert m.Keys + {h} == m.Keys; }
  }

  // ---- one step pays for itself ----
  // Where the step budget is spent, the task is left where it was, or has ended: what it pays is a refusal.
  lemma StopPays<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, c: FlowTasks.Act)
    requires !s.over && React(s.fs, c).Some? && Cost(React(s.fs, c).value) > s.steps
    ensures Left(Step(g, s, Control(c)).0) + 1 <= Left(s)
  {
    hide Resume, StartWork, Begin, Really, Apply;
    var r := React(s.fs, c).value;
    HaltUnwinds(r);
    var h := Halted(r);
    SumApply(s.fs, c.t, h);
  }
  lemma StepPays<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, i: Input<Q, I>)
    ensures var x := Step(g, s, i); Left(x.0) + (if Moves(x.1) then 1 else 0) <= Left(s)
  {
    hide Resume, StartWork, Begin, Really, Apply, Tweak;
    match i
    case Ask(t, q) => More(s.open, s.next, q);
    case Act(t, h) => if h in s.open { Fewer(s.open, h); }
    case Outside(x) => assert !Counts(Step(g, s, i).1[0]);
    case Control(c) =>
      var r := React(s.fs, c);
      if r.None? { SumTweak(s.fs, c); }
      else if s.over {}
      else if Cost(r.value) <= s.steps { SumApply(s.fs, c.t, r.value); }
      else { StopPays(g, s, c); }
  }
  lemma RunPays<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, ins: seq<Input<Q, I>>)
    ensures Left(Run(g, s, ins).0) + Moved(g, s, ins) <= Left(s)
    decreases |ins|
  {
    hide Step, Left, Moves;
    if |ins| > 0 {
      StepPays(g, s, ins[0]);
      RunPays(g, Step(g, s, ins[0]).0, ins[1..]);
    }
  }

  // ---- what the limits are spent on ----
  lemma UsedAppend<Q, I>(x: seq<Event<Q, I>>, y: seq<Event<Q, I>>)
    ensures Used(x + y) == Used(x) + Used(y) && Refusals(x + y) == Refusals(x) + Refusals(y)
  {
    if |x| == 0 { assert x + y == y; } else {
      assert (x + y)[1..] == x[1..] + y;
      UsedAppend(x[1..], y);
    }
  }
  lemma NotesAreFree<Q, I>(xs: seq<Event<Q, I>>)
    requires forall i | 0 <= i < |xs| :: xs[i].Noted?
    ensures Used(xs) == 0 && Refusals(xs) == 0
  { if |xs| > 0 { NotesAreFree(xs[1..]); } }
  lemma One<Q, I>(e: Event<Q, I>)
    ensures Used([e]) == Price(e) && Refusals([e]) == if No(e) then 1 else 0
  { assert [e][1..] == []; }

  // Refusals that the run may still meet.
  ghost function Slack<W, Q>(s: Held<W, Q>): nat { if s.over then 0 else s.patience + 1 }
  lemma StepSpends<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, i: Input<Q, I>)
    ensures var x := Step(g, s, i); x.0.steps + Used(x.1) <= s.steps && Slack(x.0) + Refusals(x.1) <= Slack(s)
  {
    hide Resume, StartWork, Begin, Really, Apply, Tweak;
    var es := Step(g, s, i).1;
    if |es| == 1 { One(es[0]); assert es == [es[0]]; }
    if i.Control? && !s.over && React(s.fs, i.c).Some? {
      var r := React(s.fs, i.c).value;
      var notes := Notes<Q, I>(i.c.t, r.w);
      NotesAreFree(notes);
      if Cost(r) <= s.steps {
        UsedAppend(notes, [Last(i.c.t, r)]);
        One<Q, I>(Last(i.c.t, r));
      } else {
        HaltUnwinds(r);
        var a: Event<Q, I>, b: Event<Q, I> := Stopping(i.c.t), Last(i.c.t, Halted(r));
        One(a);
        One(b);
        UsedAppend([a], [b]);
        assert [a] + [b] == [a, b];
        UsedAppend(notes, [a, b]);
      }
    }
  }
  lemma RunSpends<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, ins: seq<Input<Q, I>>)
    ensures var x := Run(g, s, ins); x.0.steps + Used(x.1) <= s.steps && Slack(x.0) + Refusals(x.1) <= Slack(s)
    decreases |ins|
  {
    hide Step;
    if |ins| > 0 {
      var x := Step(g, s, ins[0]);
      StepSpends(g, s, ins[0]);
      RunSpends(g, x.0, ins[1..]);
      UsedAppend(x.1, Run(g, x.0, ins[1..]).1);
    }
  }
}
