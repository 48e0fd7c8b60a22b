include "Machine.dfy"
// User code and scheduler as one function that sees everything that happened so far: its runs are runs by inputs.
module FlowOracles {
  import opened FlowMachine

  // An oracle plays n steps; seen is what it saw before.
  ghost function Driven<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, o: seq<Event<Q, I>> -> Input<Q, I>, seen: seq<Event<Q, I>>, n: nat): (Held<W, Q>, seq<Event<Q, I>>)
    decreases n
  {
    if n == 0 then (s, []) else
    var x := Step(g, s, o(seen));
    var y := Driven(g, x.0, o, seen + x.1, n - 1);
    (y.0, x.1 + y.1)
  }
  ghost function PlainDriven<Q(!new), I(!new)>(s: Plain<Q>, o: seq<Event<Q, I>> -> Input<Q, I>, seen: seq<Event<Q, I>>, n: nat): (Plain<Q>, seq<Event<Q, I>>)
    decreases n
  {
    if n == 0 then (s, []) else
    var x := PlainStep(s, o(seen));
    var y := PlainDriven(x.0, o, seen + x.1, n - 1);
    (y.0, x.1 + y.1)
  }
  // What it plays.
  ghost function Played<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, o: seq<Event<Q, I>> -> Input<Q, I>, seen: seq<Event<Q, I>>, n: nat): seq<Input<Q, I>>
    decreases n
  {
    if n == 0 then [] else
    var x := Step(g, s, o(seen));
    [o(seen)] + Played(g, x.0, o, seen + x.1, n - 1)
  }
  lemma DrivenIsRun<W(!new), Q(!new), I(!new)>(g: Gate<W, Q, I>, s: Held<W, Q>, o: seq<Event<Q, I>> -> Input<Q, I>, seen: seq<Event<Q, I>>, n: nat)
    ensures Run(g, s, Played(g, s, o, seen, n)) == Driven(g, s, o, seen, n)
    decreases n
  {
    hide Step;
    if n > 0 {
      var x := Step(g, s, o(seen));
      var ins := Played(g, s, o, seen, n);
      assert ins[0] == o(seen) && ins[1..] == Played(g, x.0, o, seen + x.1, n - 1);
      DrivenIsRun(g, x.0, o, seen + x.1, n - 1);
    }
  }
}
