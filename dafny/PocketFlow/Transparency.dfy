include "Machine.dfy"
// Where the gate says yes to everything that the plain run does, the contained run is the plain run (P2). Any gate.
module FlowTransparency {
  import opened PyValues
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine

  // The gate alone, with these limits, would have answered yes to each event of a plain run. No framework in here.
  ghost predicate Admits<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, w: W, steps: nat, patience: nat, es: seq<Event<Q, I>>)
    decreases |es|
  {
    |es| == 0 ||
    match es[0]
    case Granted(_, _, q) => steps > 0 && g.ask(w, q).1 && Admits(g, g.ask(w, q).0, steps - 1, patience, es[1..])
    case Performed(_, h, _) => g.act(w, h).1 && Admits(g, g.act(w, h).0, steps, patience, es[1..])
    case Refused(_, _) => patience > 0 && Admits(g, w, steps, patience - 1, es[1..])
    case Changed(i) => Admits(g, g.change(w, i), steps, patience, es[1..])
    case Denied(_, _) => false
    case Stopping(_) => false
    case Noted(_, x) => !x.Strayed? && Admits(g, w, steps, patience, es[1..])
    case Finished(_, _) => Admits(g, w, steps, patience, es[1..])
    case _ => Price(es[0]) <= steps && Admits(g, w, steps - Price(es[0]), patience, es[1..])
  }
  ghost function Price<Q, I>(e: Event<Q, I>): nat {
    if e.Called? || e.Returned? || e.Paused? then 1 else if e.Spawned? then e.count else 0
  }

  ghost predicate Same<W, Q>(s: Held<W, Q>, q: Plain<Q>) {
    s.fs == q.fs && s.open == q.open && s.next == q.next && s.world == q.world && !s.over
  }

  lemma Silent<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, w: W, steps: nat, patience: nat, xs: seq<Event<Q, I>>, ys: seq<Event<Q, I>>)
    requires forall i | 0 <= i < |xs| :: xs[i].Noted?
    ensures Admits(g, w, steps, patience, xs + ys) ==>
              Admits(g, w, steps, patience, ys) && forall i | 0 <= i < |xs| :: !xs[i].note.Strayed?
    decreases |xs|
  {
    if |xs| == 0 { assert xs + ys == ys; }
    else {
      assert (xs + ys)[0] == xs[0] && (xs + ys)[1..] == xs[1..] + ys;
      Silent(g, w, steps, patience, xs[1..], ys);
    }
  }
  // A reaction's events cost what the reaction costs.
  lemma Pays<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, w: W, steps: nat, patience: nat, t: nat, r: Res, ys: seq<Event<Q, I>>)
    requires Admits(g, w, steps, patience, Seen(t, r) + ys)
    ensures Cost(r) <= steps && Admits(g, w, steps - Cost(r), patience, ys)
    ensures forall n: nat :: Kept(r.w.notes, n) == n
  {
    var last: Event<Q, I> := Last(t, r);
    assert Seen(t, r) + ys == Notes(t, r.w) + ([last] + ys);
    var notes: seq<Event<Q, I>> := Notes(t, r.w);
    Silent(g, w, steps, patience, notes, [last] + ys);
    if |r.w.notes| > 0 { assert notes[|notes| - 1].note == r.w.notes[|notes| - 1]; }
    assert ([last] + ys)[0] == last && ([last] + ys)[1..] == ys;
  }

  lemma SameStep<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, q: Plain<Q>, i: Input<Q, I>, ys: seq<Event<Q, I>>)
    requires Same(s, q) && Admits(g, s.gate, s.steps, s.patience, PlainStep(q, i).1 + ys)
    ensures var x, y := Step(g, s, i), PlainStep(q, i);
            x.1 == y.1 && Same(x.0, y.0) && Admits(g, x.0.gate, x.0.steps, x.0.patience, ys)
  {
    var es := PlainStep(q, i).1;
    match i
    case Control(c) =>
      var r := React(s.fs, c);
      if r.None? { assert es + ys == ys; } else { Pays(g, s.gate, s.steps, s.patience, c.t, r.value, ys); }
    case _ => assert (es + ys)[0] == es[0] && (es + ys)[1..] == ys;
  }
  lemma SameRun<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, q: Plain<Q>, ins: seq<Input<Q, I>>)
    requires Same(s, q) && Admits(g, s.gate, s.steps, s.patience, PlainRun(q, ins).1)
    ensures Run(g, s, ins).1 == PlainRun(q, ins).1 && Same(Run(g, s, ins).0, PlainRun(q, ins).0)
    decreases |ins|
  {
    hide Admits, Step, PlainStep, Same;
    if |ins| > 0 {
      var y := PlainStep(q, ins[0]);
      SameStep(g, s, q, ins[0], PlainRun(y.0, ins[1..]).1);
      SameRun(g, Step(g, s, ins[0]).0, y.0, ins[1..]);
    }
  }

  // ---- up to the first refusal ----
  ghost predicate Quiet<Q, I>(es: seq<Event<Q, I>>) {
    |es| > 0 ==> !es[0].Denied? && !es[0].Stopping? && !es[0].Refused? && !(es[0].Noted? && es[0].note.Strayed?) && Quiet(es[1..])
  }
  lemma QuietSplit<Q, I>(x: seq<Event<Q, I>>, y: seq<Event<Q, I>>)
    requires Quiet(x + y)
    ensures Quiet(x) && Quiet(y)
    decreases |x|
  {
    if |x| == 0 { assert x + y == y; } else {
      assert (x + y)[1..] == x[1..] + y;
      QuietSplit(x[1..], y);
    }
  }
  lemma QuietNotes<Q, I>(es: seq<Event<Q, I>>)
    requires Quiet(es)
    ensures forall i | 0 <= i < |es| && es[i].Noted? :: !es[i].note.Strayed?
  { if |es| > 0 { QuietNotes(es[1..]); } }
  lemma QuietStep<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, q: Plain<Q>, i: Input<Q, I>)
    requires Same(s, q) && Quiet(Step(g, s, i).1)
    ensures Step(g, s, i).1 == PlainStep(q, i).1 && Same(Step(g, s, i).0, PlainStep(q, i).0)
  {
    if i.Control? && React(s.fs, i.c).Some? {
      var r := React(s.fs, i.c).value;
      if Cost(r) <= s.steps {
        var notes: seq<Event<Q, I>> := Notes(i.c.t, r.w);
        QuietSplit(notes, [Last(i.c.t, r)]);
        QuietNotes(notes);
        if |r.w.notes| > 0 { assert notes[|notes| - 1].note == r.w.notes[|notes| - 1]; }
      } else { QuietSplit(Notes<Q, I>(i.c.t, r.w), [Stopping(i.c.t), Last(i.c.t, Halted(r))]); }
    }
  }
  lemma QuietRun<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, q: Plain<Q>, ins: seq<Input<Q, I>>)
    requires Same(s, q) && Quiet(Run(g, s, ins).1)
    ensures Run(g, s, ins).1 == PlainRun(q, ins).1 && Same(Run(g, s, ins).0, PlainRun(q, ins).0)
    decreases |ins|
  {
    hide Step, PlainStep, Same;
    if |ins| > 0 {
      var x := Step(g, s, ins[0]);
      QuietSplit(x.1, Run(g, x.0, ins[1..]).1);
      QuietStep(g, s, q, ins[0]);
      QuietRun(g, x.0, PlainStep(q, ins[0]).0, ins[1..]);
    }
  }
}
