include "Gate.dfy"
// The contained machine refines the boundary (P1): what the flow holds and did is tied to permits and effects of the run there.
module FlowRefinement {
  import opened Names
  import opened Requests
  import opened Policies
  import opened FlowMachine
  import opened FlowTasks
  import opened DecidedSpec
  import opened FlowGate
  import B = Boundary
  import E = Effects
  import H = History

  lemma Asking(s: Seat, a: Asked)
    ensures TheGate().ask(s, a) == Decides(s, a)
  { reveal TheGate(); }
  lemma Acting(s: Seat, h: nat)
    ensures TheGate().act(s, h) == Performs(s, h)
  { reveal TheGate(); }
  lemma Changing(s: Seat, i: B.Input)
    ensures TheGate().change(s, i) == Sent(s, i)
  { reveal TheGate(); }

  // ---- one more input of the boundary ----
  lemma Later(s: Seat, i: B.Input)
    ensures var w, w' := BoundaryOf(s), BoundaryOf(Sent(s, i));
            && |w.permits| <= |w'.permits| && (forall t | 0 <= t < |w.permits| :: H.Same(w.permits[t], w'.permits[t]))
            && |w.effects| <= |w'.effects| && (forall n | 0 <= n < |w.effects| :: w'.effects[n] == w.effects[n])
  {
    hide B.Step, B.Run;
    H.RunOne(s.p, s.trace, i);
    H.StepPermits(BoundaryOf(s), i);
    E.StepEffects(BoundaryOf(s), i);
  }
  lemma Given(s: Seat, a: Asked)
    requires B.Permits(BoundaryOf(s), a.agent, a.q, a.now)
    ensures var w, w' := BoundaryOf(s), BoundaryOf(Sent(s, B.Decide(a.agent, a.q, a.now)));
            |w'.permits| == |w.permits| + 1 && IsFor(w'.permits[|w.permits|], a)
  {
    hide B.Run, B.Permits, B.OpsOf, B.Uses, B.GrantsAfter;
    H.RunOne(s.p, s.trace, B.Decide(a.agent, a.q, a.now));
  }
  lemma Done(s: Seat, t: nat)
    requires |BoundaryOf(Sent(s, B.Perform(t))).effects| > |BoundaryOf(s).effects|
    ensures var w, w' := BoundaryOf(s), BoundaryOf(Sent(s, B.Perform(t)));
            t < |w.permits| && |w'.effects| == |w.effects| + 1 && w'.effects[|w.effects|].token == t
  {
    hide B.Step, B.Run;
    H.RunOne(s.p, s.trace, B.Perform(t));
    E.StepEffects(BoundaryOf(s), B.Perform(t));
  }

  // ---- the tie ----
  ghost predicate Holds(s: Seat, h: nat, a: Asked) {
    h < |s.tokens| && s.tokens[h] < |BoundaryOf(s).permits| && IsFor(BoundaryOf(s).permits[s.tokens[h]], a)
  }
  ghost predicate Did(s: Seat, i: nat, a: Asked) {
    && i < |s.effects| && s.effects[i] < |BoundaryOf(s).effects|
    && BoundaryOf(s).effects[s.effects[i]].token < |BoundaryOf(s).permits|
    && IsFor(BoundaryOf(s).permits[BoundaryOf(s).effects[s.effects[i]].token], a)
  }
  ghost predicate Rising(xs: seq<nat>) { forall i, j | 0 <= i < j < |xs| :: xs[i] < xs[j] }
  ghost predicate Tied(g: Seat, open: map<nat, Asked>, next: nat, world: seq<Asked>) {
    && |g.tokens| == next && (forall h | h in open :: Holds(g, h, open[h]))
    && |g.effects| == |world| && (forall i: nat | i < |world| :: Did(g, i, world[i]))
    && Rising(g.effects)
  }
  ghost predicate IsTied(s: Flowing) { Tied(s.gate, s.open, s.next, s.world) }

  lemma TiedLater(g: Seat, open: map<nat, Asked>, next: nat, world: seq<Asked>, i: B.Input)
    requires Tied(g, open, next, world)
    ensures Tied(Sent(g, i), open, next, world)
  {
    var m := Sent(g, i);
    Later(g, i);
    forall h | h in open ensures Holds(m, h, open[h]) { assert Holds(g, h, open[h]); }
    forall n: nat | n < |world| ensures Did(m, n, world[n]) { assert Did(g, n, world[n]); }
  }
  lemma TiedAsk(g: Seat, open: map<nat, Asked>, next: nat, world: seq<Asked>, a: Asked)
    requires Tied(g, open, next, world)
    ensures var x := Decides(g, a); if x.1 then Tied(x.0, open[next := a], next + 1, world) else Tied(x.0, open, next, world)
  {
    hide B.Run, B.Permits;
    var i := B.Decide(a.agent, a.q, a.now);
    TiedLater(g, open, next, world, i);
    if B.Permits(BoundaryOf(g), a.agent, a.q, a.now) {
      var m := Sent(g, i);
      var y := Decides(g, a).0;
      assert y == m.(tokens := m.tokens + [|BoundaryOf(g).permits|]) && BoundaryOf(y) == BoundaryOf(m);
      Given(g, a);
      var more := open[next := a];
      forall h | h in more ensures Holds(y, h, more[h]) {
        if h != next { assert Holds(m, h, open[h]); }
      }
      forall n: nat | n < |world| ensures Did(y, n, world[n]) { assert Did(m, n, world[n]); }
    }
  }
  lemma TiedAct(g: Seat, open: map<nat, Asked>, next: nat, world: seq<Asked>, h: nat)
    requires Tied(g, open, next, world) && h in open
    ensures var x := Performs(g, h); if x.1 then Tied(x.0, Without(open, h), next, world + [open[h]]) else Tied(x.0, open, next, world)
  {
    hide B.Run;
    assert Holds(g, h, open[h]);
    var t := g.tokens[h];
    var m := Sent(g, B.Perform(t));
    TiedLater(g, open, next, world, B.Perform(t));
    if |BoundaryOf(m).effects| > |BoundaryOf(g).effects| {
      var y := Performs(g, h).0;
      assert y == m.(effects := m.effects + [|BoundaryOf(g).effects|]) && BoundaryOf(y) == BoundaryOf(m);
      Done(g, t);
      Later(g, B.Perform(t));
      forall x | x in Without(open, h) ensures Holds(y, x, Without(open, h)[x]) { assert Holds(m, x, open[x]); }
      forall n: nat | n < |world| + 1 ensures Did(y, n, (world + [open[h]])[n]) {
        if n < |world| { assert Did(m, n, world[n]); }
      }
      forall i, j | 0 <= i < j < |y.effects| ensures y.effects[i] < y.effects[j] {
        if j == |g.effects| { assert Did(g, i, world[i]); }
      }
    }
  }
  lemma TiedStep(s: Flowing, i: In)
    requires IsTied(s)
    ensures IsTied(Step(TheGate(), s, i).0)
  {
    hide Tied, Decides, Performs;
    match i
    case Ask(t, q) => Asking(s.gate, q); TiedAsk(s.gate, s.open, s.next, s.world, q);
    case Act(t, h) => if h in s.open { Acting(s.gate, h); TiedAct(s.gate, s.open, s.next, s.world, h); }
    case Outside(x) => Changing(s.gate, x); TiedLater(s.gate, s.open, s.next, s.world, x);
    case Control(c) =>
  }
  lemma TiedRun(s: Flowing, ins: seq<In>)
    requires IsTied(s)
    ensures IsTied(Run(TheGate(), s, ins).0)
    decreases |ins|
  {
    hide Step, IsTied;
    if |ins| > 0 {
      TiedStep(s, ins[0]);
      TiedRun(Step(TheGate(), s, ins[0]).0, ins[1..]);
    }
  }
  lemma TiedBegin(p: Policy, fs: FState, l: Limits)
    ensures IsTied(AtStart(p, fs, l))
  {}

  // Step by step, the trace only grows: a run of the flow is one run of the boundary, from the policy at its start.
  lemma TraceGrows(s: Flowing, i: In)
    ensures var s' := Step(TheGate(), s, i).0;
            s'.gate.p == s.gate.p && |s.gate.trace| <= |s'.gate.trace| && s'.gate.trace[..|s.gate.trace|] == s.gate.trace
  {
    match i
    case Ask(t, q) => Asking(s.gate, q);
    case Act(t, h) => Acting(s.gate, h);
    case Outside(x) => Changing(s.gate, x);
    case Control(c) =>
  }
  lemma PolicyStays(s: Flowing, ins: seq<In>)
    ensures Run(TheGate(), s, ins).0.gate.p == s.gate.p
    decreases |ins|
  {
    if |ins| > 0 {
      TraceGrows(s, ins[0]);
      PolicyStays(Step(TheGate(), s, ins[0]).0, ins[1..]);
    }
  }

  // ---- P1 ----
  lemma TiedIsPermitted(s: Flowing, i: nat)
    requires IsTied(s) && i < |s.world|
    ensures Permitted(s, i)
  {
    hide B.Run, E.Lawful;
    assert Did(s.gate, i, s.world[i]);
    E.AllLawful(s.gate.p, s.gate.trace, s.gate.effects[i]);
  }
  lemma EveryEffect(p: Policy, fs: FState, l: Limits, ins: seq<In>, i: nat)
    requires i < |Contained(p, fs, l, ins).0.world|
    ensures Permitted(Contained(p, fs, l, ins).0, i) && Contained(p, fs, l, ins).0.gate.p == p
  {
    hide IsTied, Permitted, Run;
    TiedBegin(p, fs, l);
    TiedRun(AtStart(p, fs, l), ins);
    PolicyStays(AtStart(p, fs, l), ins);
    TiedIsPermitted(Contained(p, fs, l, ins).0, i);
  }
  lemma EachOnce(p: Policy, fs: FState, l: Limits, ins: seq<In>, i: nat, j: nat)
    requires i < j < |Contained(p, fs, l, ins).0.world|
    ensures var g := Contained(p, fs, l, ins).0.gate; j < |g.effects| && g.effects[i] < g.effects[j]
  {
    hide Run;
    TiedBegin(p, fs, l);
    TiedRun(AtStart(p, fs, l), ins);
  }

  // A refused request is only a step of the boundary.
  lemma Inert(s: Seat, a: Asked)
    requires !B.Permits(BoundaryOf(s), a.agent, a.q, a.now)
    ensures BoundaryOf(Decides(s, a).0) == BoundaryOf(s).(steps := BoundaryOf(s).steps + 1)
  {
    hide B.Run, B.Permits;
    H.RunOne(s.p, s.trace, B.Decide(a.agent, a.q, a.now));
  }
}
