include "Theorems.dfy"
include "Examples.dfy"
// For P1 to P3: runs that meet the premises and do something (W_); and bad behaviours, by name, that the theorems rule out, or that
// are there without us (X_). fs is any state of the framework, where nothing is said of it.
module PocketFlowCounterexamples {
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
  import T = FlowTransparency
  import L = FlowBudget
  import B = Boundary
  import BT = BoundaryTheorems
  import BW = BoundaryWitnesses
  import D = DecidedSpec
  import Examples
  import H = History

  // ---- P1 ----
  ghost function Few(): Limits { Limits(5, 3) }
  ghost function Free(fs: FState, g: Seat, open: map<nat, Asked>, next: nat, world: seq<Asked>, steps: nat, patience: nat): Flowing {
    Flowing.Held(fs, g, open, next, world, steps, patience, false)
  }
  // What begins with somebody hired and 7 asked for.
  ghost function Asked7(c: Cast, fs: FState): seq<Flowing> {
    [AtStart(P(c), fs, Few()), Free(fs, G1(c), map[], 0, [], 5, 3), Free(fs, Given7(c), map[0 := A(c, 7)], 1, [], 4, 3)]
  }
  lemma Hires(c: Cast, fs: FState)
    ensures Goes(AtStart(P(c), fs, Few()), Outside(Who(c)), Free(fs, G1(c), map[], 0, [], 5, 3))
  {
    reveal Goes();
    R.Changing(G0(c), Who(c));
    assert [] + [Who(c)] == [Who(c)];
  }
  lemma Asks7(c: Cast, fs: FState)
    ensures Goes(Asked7(c, fs)[1], Input.Ask(0, A(c, 7)), Asked7(c, fs)[2])
  {
    reveal Goes();
    hide G1, Given7;
    R.Asking(G1(c), A(c, 7));
    Gives7(c);
  }
  lemma Acts7(c: Cast, fs: FState)
    ensures Goes(Asked7(c, fs)[2], Input.Act(0, 0), Free(fs, Done7(c), map[], 1, [A(c, 7)], 4, 3))
  {
    reveal Goes();
    hide Done7, Given7;
    R.Acting(Given7(c), 0);
    Gives7(c);
    assert Without(map[0 := A(c, 7)], 0) == map[];
  }
  // An answer that was never given is worth nothing.
  lemma X_P1_Forged(c: Cast, fs: FState, h: nat)
    ensures Contained(P(c), fs, Few(), [Outside(Who(c)), Input.Act(0, h)]).0.world == []
  {
    hide Step, Run;
    var ss, ins := [AtStart(P(c), fs, Few()), Free(fs, G1(c), map[], 0, [], 5, 3), Free(fs, G1(c), map[], 0, [], 5, 2)], [Outside(Who(c)), Input.Act(0, h)];
    Hires(c, fs);
    assert Goes(ss[1], ins[1], ss[2]) by { reveal Goes(), Step; }
    PathEnds(ss, ins);
  }
  // An answer is good once.
  lemma X_P1_Replayed(c: Cast, fs: FState)
    ensures Contained(P(c), fs, Few(), [Outside(Who(c)), Input.Ask(0, A(c, 7)), Input.Act(0, 0), Input.Act(0, 0)]).0.world == [A(c, 7)]
  {
    hide Step, Run;
    var done := Free(fs, Done7(c), map[], 1, [A(c, 7)], 4, 3);
    var ss := Asked7(c, fs) + [done, done.(patience := 2)];
    var ins := [Outside(Who(c)), Input.Ask(0, A(c, 7)), Input.Act(0, 0), Input.Act(0, 0)];
    Hires(c, fs);
    Asks7(c, fs);
    Acts7(c, fs);
    assert Goes(ss[3], ins[3], ss[4]) by { reveal Goes(), Step; }
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) { if k == 0 {} else if k == 1 {} else if k == 2 {} else { assert k == 3; } }
    PathEnds(ss, ins);
  }
  // What was permitted under a policy that is replaced since is not done.
  ghost function Stale7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), B.Replace(P(c))], [0], []) }
  ghost function After7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), B.Replace(P(c)), B.Perform(0)], [0], []) }
  lemma StaleIs(c: Cast)
    ensures Performs(Stale7(c), 0) == (After7(c), false)
  {
    hide B.Step, B.Run, Examples.Pol, Examples.Req, Examples.Ops, Examples.Start1;
    var trace := [Who(c), BW.Try(c, 7, 1)];
    Hired(c);
    BW.First(c, 7);
    assert trace + [B.Replace(P(c))] == Stale7(c).trace;
    H.RunOne(P(c), trace, B.Replace(P(c)));
    Examples.Replaces(B.Run(P(c), trace), P(c));
    assert B.Version(B.Run(P(c), Stale7(c).trace)) == 1;
    BT.B2_StalePermit(P(c), Stale7(c).trace, 0);
    assert Stale7(c).trace + [B.Perform(0)] == After7(c).trace;
  }
  lemma X_P1_StalePermit(c: Cast, fs: FState)
    ensures Contained(P(c), fs, Few(), [Outside(Who(c)), Input.Ask(0, A(c, 7)), Outside(B.Replace(P(c))), Input.Act(0, 0)]).0.world == []
  {
    hide Step, Run;
    var s := Free(fs, Stale7(c), map[0 := A(c, 7)], 1, [], 4, 3);
    var ss := Asked7(c, fs) + [s, s.(gate := After7(c), patience := 2)];
    var ins := [Outside(Who(c)), Input.Ask(0, A(c, 7)), Outside(B.Replace(P(c))), Input.Act(0, 0)];
    Hires(c, fs);
    Asks7(c, fs);
    assert Goes(ss[2], ins[2], ss[3]) by {
      reveal Goes(), Step;
      R.Changing(Given7(c), B.Replace(P(c)));
      assert Given7(c).trace + [B.Replace(P(c))] == Stale7(c).trace;
    }
    assert Goes(ss[3], ins[3], ss[4]) by { reveal Goes(), Step; hide Stale7, After7; R.Acting(Stale7(c), 0); StaleIs(c); }
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) { if k == 0 {} else if k == 1 {} else if k == 2 {} else { assert k == 3; } }
    PathEnds(ss, ins);
  }
  // Without us, what no policy permits is done; with us, the same inputs do nothing.
  lemma X_P1_WithoutUs(c: Cast, fs: FState)
    ensures var ins := [Outside(Who(c)), Input.Ask(0, A(c, 11)), Input.Act(0, 0)];
            Uncontained(fs, ins).0.world == [A(c, 11)] && Contained(P(c), fs, Few(), ins).0.world == []
  {
    hide Step, Run, PlainRun;
    var ins := [Outside(Who(c)), Input.Ask(0, A(c, 11)), Input.Act(0, 0)];
    var s := Free(fs, G1(c), map[], 0, [], 5, 3);
    var ss := [AtStart(P(c), fs, Few()), s, s.(gate := Refused11(c), patience := 2), s.(gate := Refused11(c), patience := 1)];
    Hires(c, fs);
    assert Goes(ss[1], ins[1], ss[2]) by { reveal Goes(), Step; hide G1, Refused11; R.Asking(G1(c), A(c, 11)); Refuses11(c); }
    assert Goes(ss[2], ins[2], ss[3]) by { reveal Goes(), Step; }
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) { if k == 0 {} else if k == 1 {} else { assert k == 2; } }
    PathEnds(ss, ins);
    Freely(fs, Outside(Who(c)), A(c, 11));
  }
  lemma Freely(fs: FState, first: In, a: Asked)
    requires first.Outside?
    ensures Uncontained(fs, [first, Input.Ask(0, a), Input.Act(0, 0)]).0.world == [a]
  {
    var s: Plain<Asked> := PlainStart(fs);
    var m := s.(open := map[0 := a], next := 1);
    Then(m, Input.Act(0, 0), []);
    Then(s, Input.Ask(0, a), [Input.Act(0, 0)]);
    Then(s, first, [Input.Ask(0, a), Input.Act(0, 0)]);
    assert PlainRun<Asked, B.Input>(PlainStep<Asked, B.Input>(m, Input.Act(0, 0)).0, []).0.world == [a];
  }
  lemma Then(s: Plain<Asked>, i: In, rest: seq<In>)
    ensures var x := PlainStep(s, i); PlainRun(s, [i] + rest) == (PlainRun(x.0, rest).0, x.1 + PlainRun(x.0, rest).1)
    ensures [i] + rest == if |rest| == 0 then [i] else [i] + rest
  { assert ([i] + rest)[1..] == rest; }

  // ---- P2 ----
  // A run that acts, and that the boundary lets be: a node asks for 7 in prep, acts, and fails.
  ghost function Lone(): FState {
    FState(World([NodeDef(KBase, Hooks(true, true, true, true), [], true, [])], [Obj(0, 1, 0, None, 0)], [VDict([])], false, false, false, []),
           [Fresh(None, WRun(0, true))])
  }
  ghost function Asking7(c: Cast): seq<In> {
    [Outside(Who(c)), Control(FStart(0)), Input.Ask(0, A(c, 7)), Input.Act(0, 0), Control(FRaise(0, User(1)))]
  }
  ghost function Sees7(c: Cast): seq<Out> {
    [Changed(Who(c)), Called(0, NodeF(0, 0, true, Prep), VDict([]), 0), Granted(0, 0, A(c, 7)), Event.Performed(0, 0, A(c, 7)), Finished(0, Exc(User(1)))]
  }
  lemma W_P2_PermittedRun(c: Cast)
    ensures Uncontained(Lone(), Asking7(c)).1 == Sees7(c) && Uncontained(Lone(), Asking7(c)).0.world == [A(c, 7)]
    ensures T.Admits(TheGate(), Seat(P(c), [], [], []), 5, 3, Sees7(c))
  {
    Plainly(c);
    hide PlainRun, P, A, Who;
    var es := Sees7(c);
    assert es[1..][1..] == es[2..] && es[2..][1..] == es[3..] && es[3..][1..] == es[4..] && es[4..][1..] == [];
    var g := TheGate();
    assert T.Admits(g, Done7(c), 3, 3, es[4..]);
    assert T.Admits(g, Given7(c), 3, 3, es[3..]) by { R.Acting(Given7(c), 0); Gives7(c); }
    assert T.Admits(g, G1(c), 4, 3, es[2..]) by { R.Asking(G1(c), A(c, 7)); Gives7(c); }
    assert T.Admits(g, G1(c), 5, 3, es[1..]);
    assert T.Admits(g, G0(c), 5, 3, es) by { R.Changing(G0(c), Who(c)); assert [] + [Who(c)] == [Who(c)]; }
  }
  lemma Plainly(c: Cast)
    ensures Uncontained(Lone(), Asking7(c)).1 == Sees7(c) && Uncontained(Lone(), Asking7(c)).0.world == [A(c, 7)]
  {
    hide A, Who;
    var a := A(c, 7);
    var w := Lone().w;
    var body := FState(w, [AtBody(None, Push(NodeF(0, 0, true, Prep), Bottom))]);
    var s0: Plain<Asked> := PlainStart(Lone());
    var s1 := s0.(fs := body);
    var s2 := s1.(open := map[0 := a], next := 1);
    var s3 := s2.(open := map[], world := [a]);
    var s4 := s3.(fs := FState(w, [Task.Done(None, Exc(User(1)))]));
    var i0, i1, i2, i3, i4 := Asking7(c)[0], Asking7(c)[1], Asking7(c)[2], Asking7(c)[3], Asking7(c)[4];
    assert PlainStep(s1, i2) == (s2, [Granted(0, 0, a)]);
    var none: seq<Out> := Notes(0, w);
    assert none == [];
    assert Without(map[0 := a], 0) == map[];
    assert [] + [a] == [a];
    assert PlainStep(s2, i3).0 == s3;
    assert PlainStep(s2, i3).1 == [Event.Performed(0, 0, a)];
    var last: Out := Finished(0, Exc(User(1)));
    assert React(body, i4.c) == Some(Res(w, Fin(Exc(User(1)))));
    assert Apply(body, 0, Res(w, Fin(Exc(User(1))))) == s4.fs;
    assert PlainStep(s3, i4) == (s4, none + [last]);
    var call: Out := Called(0, NodeF(0, 0, true, Prep), VDict([]), 0);
    assert React(Lone(), i1.c) == Some(Res(w, Call(body.tasks[0].st)));
    assert Apply(Lone(), 0, Res(w, Call(body.tasks[0].st))).tasks == body.tasks;
    assert Params(w, 0) == VDict([]);
    assert PlainStep(s0, i1) == (s1, none + [call]);
    hide PlainStep;
    assert PlainStep(s0, i0) == (s0, [Changed(Who(c))]) by { reveal PlainStep; }
    Then(s3, i4, []);
    Then(s2, i3, [i4]);
    Then(s1, i2, [i3, i4]);
    Then(s0, i1, [i2, i3, i4]);
    Then(s0, i0, [i1, i2, i3, i4]);
    assert Asking7(c) == [i0] + ([i1] + ([i2] + ([i3] + ([i4] + []))));
  }
  // Without its premise P2 is false: a run that asks for too much is changed.
  lemma X_P2_RefusedRun(c: Cast, fs: FState)
    ensures var s := Free(fs, G1(c), map[], 0, [], 5, 3);
            Step(TheGate(), s, Input.Ask(0, A(c, 11))).1 == [Denied(0, A(c, 11))] != PlainStep<Asked, B.Input>(PlainStart(fs), Input.Ask(0, A(c, 11))).1
  {
    hide G1, A;
    R.Asking(G1(c), A(c, 11));
    Refuses11(c);
  }

  // ---- P3 ----
  // Limits are used up: one call of user code, then the stop, and it is over.
  lemma W_P3_Stops(c: Cast)
    ensures var s := Start(Lone(), G0(c), 1, 0);
            var x := Step(TheGate(), s, Control(FStart(0)));
            var y := Step(TheGate(), x.0, Control(FRet(0, VNone)));
            && x.0.steps == 0 && L.Used(x.1) == 1
            && y.1 == [Stopping(0), Finished(0, Exc(Stopped))] && y.0.over
  {
    hide G0;
    var x := Step(TheGate(), Start(Lone(), G0(c), 1, 0), Control(FStart(0)));
    var e: Out := Called(0, NodeF(0, 0, true, Prep), VDict([]), 0);
    L.One(e);
  }
  // Without us nothing bounds a run.
  lemma X_P3_WithoutUs(s: Plain<Asked>, a: Asked, n: nat) returns (ins: seq<In>)
    ensures |ins| == n && |PlainRun(s, ins).1| == n
    decreases n
  {
    if n == 0 { ins := []; } else {
      var x := PlainStep<Asked, B.Input>(s, Input.Ask(0, a));
      var more := X_P3_WithoutUs(x.0, a, n - 1);
      ins := [Input.Ask(0, a)] + more;
      assert ins[1..] == more;
    }
  }
  // Nor does a step budget without patience: what insists is refused as often as it asks.
  lemma X_P3_WithoutPatience(s: Flowing, n: nat) returns (ins: seq<In>)
    requires !s.over && s.steps == 0 && s.patience >= n && 0 !in s.open
    ensures |ins| == n && L.Moved(TheGate(), s, ins) == n
    decreases n
  {
    if n == 0 { ins := []; } else {
      var x := Step(TheGate(), s, Input.Act(0, 0));
      assert x == (s.(patience := s.patience - 1), [Refused(0, 0)]);
      assert L.Counts(x.1[0]);
      var more := X_P3_WithoutPatience(x.0, n - 1);
      ins := [Input.Act(0, 0)] + more;
      assert ins[1..] == more;
    }
  }
}
