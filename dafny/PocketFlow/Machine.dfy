include "Tasks.dfy"
// Two machines over one framework: plain, where actions just happen, and contained, where each is decided first and the run has
// limits. Any gate: what it answers is a parameter. FlowGate puts the product's boundary here.
module FlowMachine {
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks

  // W: what the gate remembers; Q: an action; I: what others do to the gate (votes, policies, the clock, other sessions).
  datatype Gate<!W, !Q, !I> = Gate(ask: (W, Q) -> (W, bool), act: (W, nat) -> (W, bool), change: (W, I) -> W)

  // User code may ask for an action, act on an answer that it holds (or forged, or used before), or hand control back. Any
  // task, any time: no interleaving is excluded, and what swallows a refusal is only the next input. `Outside` is all else.
  datatype Input<Q, I> = Ask(t: nat, q: Q) | Act(t: nat, h: nat) | Control(c: FlowTasks.Act) | Outside(i: I)

  datatype Event<Q, I> =
    | Called(t: nat, f: Frame, params: Val, tries: int)    // user code gets control: a hook, or a generator's next
    | Returned(t: nat, o: Outcome)                         // user code gets control: what it ran by hand has ended
    | Spawned(t: nat, count: nat)
    | Paused(t: nat)
    | Finished(t: nat, o: Outcome)
    | Noted(t: nat, note: Note)
    | Stopping(t: nat)                                     // the step budget is spent
    | Granted(t: nat, h: nat, q: Q)
    | Denied(t: nat, q: Q)
    | Performed(t: nat, h: nat, q: Q)                      // the effect itself
    | Refused(t: nat, h: nat)                              // no such answer, used up, or void by now
    | Changed(i: I)

  // What a reaction uses of the step budget: one each time user code gets control, one for a pause, one for each new task.
  function Cost(r: Res): nat { if r.next.Wait? then 1 + |r.next.more| else if r.next.Fin? then 0 else 1 }

  // What a reaction shows.
  function Notes<Q, I>(t: nat, w: World): seq<Event<Q, I>> { seq(|w.notes|, i requires 0 <= i < |w.notes| => Noted(t, w.notes[i])) }
  function Last<Q, I>(t: nat, r: Res): Event<Q, I> {
    match r.next
    case Call(st) =>
      var f := if st.Push? then st.top else HandF;
      Called(t, f, if f.HandF? then VNone else Params(r.w, f.o), if f.HandF? then 0 else At(r.w, f.o).tries)
    case Wait(_, _, more) => Spawned(t, 1 + |more|)
    case Sleep(_) => Paused(t)
    case Back(_, o) => Returned(t, o)
    case Fin(o) => Finished(t, o)
  }
  function Seen<Q, I>(t: nat, r: Res): seq<Event<Q, I>> { Notes(t, r.w) + [Last(t, r)] }

  // ---- plain ----
  // open: answers not yet used. world: what was done.
  datatype Plain<Q> = Plain(fs: FState, open: map<nat, Q>, next: nat, world: seq<Q>)
  function Without<Q>(m: map<nat, Q>, h: nat): map<nat, Q> { map x | x in m && x != h :: m[x] }

  function PlainStep<Q, I>(s: Plain<Q>, i: Input<Q, I>): (Plain<Q>, seq<Event<Q, I>>) {
    match i
    case Ask(t, q) => (s.(open := s.open[s.next := q], next := s.next + 1), [Granted(t, s.next, q)])
    case Act(t, h) =>
      if h !in s.open then (s, [Refused(t, h)])
      else (s.(open := Without(s.open, h), world := s.world + [s.open[h]]), [Performed(t, h, s.open[h])])
    case Control(c) =>
      var r := React(s.fs, c);
      if r.None? then (s.(fs := Tweak(s.fs, c)), [])
      else (s.(fs := Apply(s.fs, c.t, r.value)), Seen(c.t, r.value))
    case Outside(x) => (s, [Changed(x)])
  }

  // ---- contained ----
  // steps: what is left of the step budget. patience: how many more refusals the run may meet; at the next one it is over.
  datatype Held<W, Q> = Held(fs: FState, gate: W, open: map<nat, Q>, next: nat, world: seq<Q>, steps: nat, patience: nat, over: bool)

  function Patient<W, Q>(s: Held<W, Q>): Held<W, Q> { if s.patience == 0 then s.(over := true) else s.(patience := s.patience - 1) }

  // A label that strict mode does not let through ends the run: no task gets a further step.
  function Kept(notes: seq<Note>, steps: nat): nat { if |notes| > 0 && notes[|notes| - 1].Strayed? then 0 else steps }

  // Instead of what it cannot pay, the reaction raises our own BaseException there: it leaves every frame, down to the end of
  // the task or to a body that runs a flow by hand.
  function Halted(r: Res): Res {
    match r.next
    case Fin(_) => r
    case Back(st, _) => Res(r.w, Back(st, Exc(Stopped)))
    case _ => Resume(r.w, r.next.st, Exc(Stopped))
  }

  function Step<W, Q, I>(g: Gate<W, Q, I>, s: Held<W, Q>, i: Input<Q, I>): (Held<W, Q>, seq<Event<Q, I>>) {
    if i.Outside? then (s.(gate := g.change(s.gate, i.i)), [Changed(i.i)])
    else if s.over then (s, [])
    else
      match i
      case Ask(t, q) =>
        if s.steps == 0 then (Patient(s), [Denied(t, q)])
        else
          var (w, ok) := g.ask(s.gate, q);
          if !ok then (Patient(s.(gate := w)), [Denied(t, q)])
          else (s.(gate := w, open := s.open[s.next := q], next := s.next + 1, steps := s.steps - 1), [Granted(t, s.next, q)])
      case Act(t, h) =>
        if h !in s.open then (Patient(s), [Refused(t, h)])
        else
          var (w, ok) := g.act(s.gate, h);
          if !ok then (Patient(s.(gate := w)), [Refused(t, h)])
          else (s.(gate := w, open := Without(s.open, h), world := s.world + [s.open[h]]), [Performed(t, h, s.open[h])])
      case Control(c) =>
        var r := React(s.fs, c);
        if r.None? then (s.(fs := Tweak(s.fs, c)), [])
        else if Cost(r.value) <= s.steps then (s.(fs := Apply(s.fs, c.t, r.value), steps := Kept(r.value.w.notes, s.steps - Cost(r.value))), Seen(c.t, r.value))
        else
          var h := Halted(r.value);
          (Patient(s.(fs := Apply(s.fs, c.t, h), steps := 0)), Notes(c.t, r.value.w) + [Stopping(c.t), Last(c.t, h)])
  }

  // ---- runs: for every sequence of inputs, which is for every user code, every oracle and every interleaving ----
  function PlainStart<Q>(fs: FState): Plain<Q> { Plain(fs, map[], 0, []) }
  function Start<W, Q>(fs: FState, gate: W, steps: nat, patience: nat): Held<W, Q> { Held(fs, gate, map[], 0, [], steps, patience, false) }

  function PlainRun<Q, I>(s: Plain<Q>, ins: seq<Input<Q, I>>): (Plain<Q>, seq<Event<Q, I>>)
    decreases |ins|
  {
    if |ins| == 0 then (s, []) else
    var x := PlainStep(s, ins[0]);
    var y := PlainRun(x.0, ins[1..]);
    (y.0, x.1 + y.1)
  }
  function Run<W, Q, I>(g: Gate<W, Q, I>, s: Held<W, Q>, ins: seq<Input<Q, I>>): (Held<W, Q>, seq<Event<Q, I>>)
    decreases |ins|
  {
    if |ins| == 0 then (s, []) else
    var x := Step(g, s, ins[0]);
    var y := Run(g, x.0, ins[1..]);
    (y.0, x.1 + y.1)
  }
}
