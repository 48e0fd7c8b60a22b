include "Counterexamples.dfy"
include "Witnesses.dfy"
include "StrictWitnesses.dfy"
// Each theorem of Theorems.dfy used once, on a small run that meets its premises. What it says there is known from it alone.
module PocketFlowTheoremsApplied {
  import opened Names
  import opened Policies
  import opened Cells
  import opened SpendingSpec
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
  import S = FlowStrict
  import O = FlowOracles
  import B = Boundary
  import BW = BoundaryWitnesses
  import BudgetSpec
  import M = Machine
  import H = History
  import Examples
  import W = PocketFlowWitnesses
  import X = PocketFlowCounterexamples
  import SW = PocketFlowStrictWitnesses
  import Th = PocketFlowTheorems

  // ---- P1 ----
  ghost function Replayed(c: Cast): seq<In> { [Outside(Who(c)), Input.Ask(0, A(c, 7)), Input.Act(0, 0), Input.Act(0, 0)] }
  lemma On_P1_EveryEffectWasPermitted(c: Cast, fs: FState)
    ensures var s := Contained(P(c), fs, X.Few(), Replayed(c)).0; |s.world| == 1 && Permitted(s, 0) && s.gate.p == P(c)
  {
    hide Contained, Permitted;
    X.X_P1_Replayed(c, fs);
    Th.P1_EveryEffectWasPermitted(P(c), fs, X.Few(), Replayed(c), 0);
  }

  // Two deeds: 7 and 3 of 10.
  ghost function Twice(c: Cast): seq<In> { [Outside(Who(c)), Input.Ask(0, A(c, 7)), Input.Ask(0, A(c, 3)), Input.Act(0, 0), Input.Act(0, 1)] }
  ghost function Both(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), BW.Try(c, 3, 1)], [0, 1], []) }
  ghost function One(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), BW.Try(c, 3, 1), B.Perform(0)], [0, 1], [0]) }
  ghost function Two(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), BW.Try(c, 3, 1), B.Perform(0), B.Perform(1)], [0, 1], [0, 1]) }
  lemma GivesBoth(c: Cast)
    ensures Decides(Given7(c), A(c, 3)) == (Both(c), true)
    ensures var w := BoundaryOf(Both(c)); |w.permits| == 2 && w.permits[0].status.Issued? && w.permits[1].status.Issued? && w.effects == []
    ensures var w := BoundaryOf(Both(c)); w.permits[0].version == 0 && w.permits[1].version == 0 && B.Version(w) == 0
  {
    hide B.Step, B.Run, B.Permits, Examples.Req, Examples.Ops, Examples.Pol, Examples.Start1;
    var trace, k := [Who(c), BW.Try(c, 7, 1)], Examples.KeyIn(c, 0);
    Hired(c);
    BW.First(c, 7);
    var w := BW.After1(c, 7);
    assert B.Current(w) == P(c) && M.Ready(w.log, 1);
    Examples.Decides(c, w, 3, 1);
    Grows(w, c.value, Examples.Req(c, 3, 0), 1);
    assert BudgetSpec.Allowed(M.Ledger(w.log, k), k, 10, 3, 1);
    assert trace + [BW.Try(c, 3, 1)] == Both(c).trace;
    H.RunOne(P(c), trace, BW.Try(c, 3, 1));
    assert [0] + [1] == [0, 1];
  }
  lemma DoesBoth(c: Cast)
    ensures Performs(Both(c), 0) == (One(c), true) && Performs(One(c), 1) == (Two(c), true)
  {
    hide B.Step, B.Run, B.Permits, Examples.Req, Examples.Ops, Examples.Pol, Examples.Start1;
    GivesBoth(c);
    assert Both(c).trace + [B.Perform(0)] == One(c).trace && One(c).trace + [B.Perform(1)] == Two(c).trace;
    H.RunOne(P(c), Both(c).trace, B.Perform(0));
    Examples.Performs(BoundaryOf(Both(c)), 0);
    assert [] + [0] == [0];
    H.RunOne(P(c), One(c).trace, B.Perform(1));
    Examples.Performs(BoundaryOf(One(c)), 1);
    assert [0] + [1] == [0, 1];
  }
  lemma DoesTwice(c: Cast, fs: FState)
    ensures Contained(P(c), fs, X.Few(), Twice(c)).0.world == [A(c, 7), A(c, 3)] && Contained(P(c), fs, X.Few(), Twice(c)).0.gate == Two(c)
  {
    hide Step, Run;
    var s := X.Free(fs, Both(c), map[0 := A(c, 7), 1 := A(c, 3)], 2, [], 3, 3);
    var t := X.Free(fs, One(c), map[1 := A(c, 3)], 2, [A(c, 7)], 3, 3);
    var u := X.Free(fs, Two(c), map[], 2, [A(c, 7), A(c, 3)], 3, 3);
    var ss, ins := X.Asked7(c, fs) + [s, t, u], Twice(c);
    X.Hires(c, fs);
    X.Asks7(c, fs);
    assert Goes(ss[2], ins[2], s) by { Third(c, fs); }
    assert Goes(s, ins[3], t) && Goes(t, ins[4], u) by { Fourth(c, fs); }
    forall k | 0 <= k < |ins| ensures Goes(ss[k], ins[k], ss[k + 1]) {
      if k == 0 {} else if k == 1 {} else if k == 2 {} else if k == 3 {} else { assert k == 4; }
    }
    PathEnds(ss, ins);
  }
  lemma Third(c: Cast, fs: FState)
    ensures Goes(X.Asked7(c, fs)[2], Input.Ask(0, A(c, 3)), X.Free(fs, Both(c), map[0 := A(c, 7), 1 := A(c, 3)], 2, [], 3, 3))
  {
    reveal Goes();
    hide Given7, Both;
    R.Asking(Given7(c), A(c, 3));
    GivesBoth(c);
  }
  lemma Fourth(c: Cast, fs: FState)
    ensures var s := X.Free(fs, Both(c), map[0 := A(c, 7), 1 := A(c, 3)], 2, [], 3, 3);
            var t := X.Free(fs, One(c), map[1 := A(c, 3)], 2, [A(c, 7)], 3, 3);
            Goes(s, Input.Act(0, 0), t) && Goes(t, Input.Act(0, 1), X.Free(fs, Two(c), map[], 2, [A(c, 7), A(c, 3)], 3, 3))
  {
    reveal Goes();
    hide One, Two, Both;
    R.Acting(Both(c), 0);
    R.Acting(One(c), 1);
    DoesBoth(c);
    assert Without(map[0 := A(c, 7), 1 := A(c, 3)], 0) == map[1 := A(c, 3)];
    assert Without(map[1 := A(c, 3)], 1) == map[];
  }
  lemma On_P1_EachOnce(c: Cast, fs: FState)
    ensures var s := Contained(P(c), fs, X.Few(), Twice(c)).0; |s.gate.effects| > 1 && s.gate.effects[0] < s.gate.effects[1]
  {
    hide Contained, Two;
    DoesTwice(c, fs);
    Th.P1_EachOnce(P(c), fs, X.Few(), Twice(c), 0, 1);
  }
  lemma On_P1_BudgetsHold(c: Cast, fs: FState)
    ensures var w := BoundaryOf(Contained(P(c), fs, X.Few(), Twice(c)).0.gate);
            w == BoundaryOf(Two(c)) && Spent(w.permits, Examples.KeyIn(c, 0)) <= Highest(w.policies, c.fund)
  {
    hide Contained, Spent, Highest, B.Run;
    DoesTwice(c, fs);
    Th.P1_BudgetsHold(P(c), fs, X.Few(), Twice(c), Examples.KeyIn(c, 0));
  }
  // An adversary that hires, asks, and then acts as often as it may.
  ghost function Adversary(c: Cast): seq<Out> -> In {
    (seen: seq<Out>) => if |seen| == 0 then Outside(Who(c)) else if |seen| == 1 then Input.Ask(0, A(c, 7)) else Input.Act(0, 0)
  }
  lemma Plays(c: Cast, fs: FState)
    ensures O.Driven(TheGate(), AtStart(P(c), fs, X.Few()), Adversary(c), [], 3).0.world == [A(c, 7)]
  {
    hide Step;
    var o, g := Adversary(c), TheGate();
    X.Hires(c, fs);
    X.Asks7(c, fs);
    X.Acts7(c, fs);
    var ss := X.Asked7(c, fs);
    var x, y, z := Step(g, ss[0], Outside(Who(c))), Step(g, ss[1], Input.Ask(0, A(c, 7))), Step(g, ss[2], Input.Act(0, 0));
    assert x.0 == ss[1] && y.0 == ss[2] && z.0.world == [A(c, 7)] by { reveal Goes(); }
    assert |x.1| == 1 && |y.1| == 1 by { reveal Step; }
    assert O.Driven(g, z.0, o, x.1 + y.1 + z.1, 0).0 == z.0;
    assert O.Driven(g, y.0, o, x.1 + y.1, 1).0 == z.0;
    assert O.Driven(g, x.0, o, x.1, 2).0 == z.0;
    assert [] + x.1 == x.1;
  }
  lemma On_P1_ForEveryAdversary(c: Cast, fs: FState)
    ensures var s := O.Driven(TheGate(), AtStart(P(c), fs, X.Few()), Adversary(c), [], 3).0; |s.world| == 1 && Permitted(s, 0)
  {
    hide Permitted, O.Driven;
    Plays(c, fs);
    Th.P1_ForEveryAdversary(P(c), fs, X.Few(), Adversary(c), 3, 0);
  }

  // ---- P2 ----
  lemma Permitted7(c: Cast)
    ensures var x := Contained(P(c), X.Lone(), X.Few(), X.Asking7(c)); x.0.world == [A(c, 7)] && x.1 == X.Sees7(c)
  {
    hide Contained, Uncontained, T.Admits;
    X.W_P2_PermittedRun(c);
    Th.P2_PermittedRunsAreUntouched(P(c), X.Lone(), X.Few(), X.Asking7(c));
  }
  lemma On_P2_PermittedRunsAreUntouched(c: Cast)
    ensures Contained(P(c), X.Lone(), X.Few(), X.Asking7(c)).0.fs == Uncontained(X.Lone(), X.Asking7(c)).0.fs
  {
    hide Contained, Uncontained, T.Admits;
    X.W_P2_PermittedRun(c);
    Th.P2_PermittedRunsAreUntouched(P(c), X.Lone(), X.Few(), X.Asking7(c));
  }
  lemma On_P2_UntilTheFirstRefusal(c: Cast)
    ensures Uncontained(X.Lone(), X.Asking7(c)).0.world == [A(c, 7)] && Uncontained(X.Lone(), X.Asking7(c)).1 == X.Sees7(c)
    ensures Uncontained(X.Lone(), X.Asking7(c)).0.fs == Contained(P(c), X.Lone(), X.Few(), X.Asking7(c)).0.fs
  {
    hide Contained, Uncontained;
    Permitted7(c);
    var es := X.Sees7(c);
    assert es[1..][1..] == es[2..] && es[2..][1..] == es[3..] && es[3..][1..] == es[4..] && es[4..][1..] == [];
    assert T.Quiet(es[4..]);
    assert T.Quiet(es[3..]);
    assert T.Quiet(es[2..]);
    assert T.Quiet(es[1..]);
    Th.P2_UntilTheFirstRefusal(P(c), X.Lone(), X.Few(), X.Asking7(c));
  }
  lemma On_P2_RefusalIsInert(c: Cast, fs: FState)
    ensures var s := X.Free(fs, G1(c), map[], 0, [], 5, 3);
            var x := Step(TheGate(), s, Input.Ask(0, A(c, 11)));
            x.1 == [Denied(0, A(c, 11))] && x.0.fs == fs && x.0.patience == 2 && x.0.steps == 5 && x.0.open == map[] &&
            BoundaryOf(x.0.gate).permits == BoundaryOf(s.gate).permits
  {
    hide Step, B.Permits, B.Run;
    Refuses11(c);
    Th.P2_RefusalIsInert(X.Free(fs, G1(c), map[], 0, [], 5, 3), 0, A(c, 11));
  }

  // ---- P3 ----
  lemma On_P3_EveryRunEnds(c: Cast, ins: seq<In>)
    ensures L.Moved(TheGate(), AtStart(P(c), Begun(W.Parallel(), 0, false, false, false, false), W.Lim()), ins) <= 68
  {
    hide L.Moved, Begun, AtStart;
    Th.P3_EveryRunEnds(P(c), W.Parallel(), 0, false, false, false, false, W.Lim(), ins);
  }
  lemma On_P3_LimitsAreKept(c: Cast, fs: FState, ins: seq<In>)
    ensures L.Used(Contained(P(c), fs, W.Lim(), ins).1) <= 20 && L.Refusals(Contained(P(c), fs, W.Lim(), ins).1) <= 6
  {
    hide L.Used, L.Refusals, Contained;
    Th.P3_LimitsAreKept(P(c), fs, W.Lim(), ins);
  }
  lemma On_P3_StopUnwinds(w: World)
    ensures var r := Halted(Res(w, Call(W.St(Prep)))); r.w == w && (r.next.Fin? || r.next.Back?) && r.next.o == Exc(Stopped)
  {
    hide Halted;
    Th.P3_StopUnwinds(Res(w, Call(W.St(Prep))));
  }
  lemma On_P3_OverIsOver(c: Cast, i: In)
    requires !i.Outside?
    ensures var x := Step(TheGate(), Start(X.Lone(), G0(c), 1, 0), Control(FStart(0)));
            var y := Step(TheGate(), x.0, Control(FRet(0, VNone)));
            Step(TheGate(), y.0, i) == (y.0, [])
  {
    hide Step;
    X.W_P3_Stops(c);
    var x := Step(TheGate(), Start(X.Lone(), G0(c), 1, 0), Control(FStart(0)));
    Th.P3_OverIsOver(Step(TheGate(), x.0, Control(FRet(0, VNone))).0, i);
  }

  // ---- P4 ----
  ghost function Exits(): seq<In> { SW.Says() + [Control(FRet(0, VNone))] }
  lemma Somewhere(es: seq<Out>, e: Out) returns (n: nat)
    requires e in es
    ensures n < |es| && es[n] == e
  { n :| n < |es| && es[n] == e; }
  lemma On_P4_DrawnEdgesOnly(p: Policy)
    ensures Drawn(SW.Yes(), [SW.Yes()])
  {
    hide Contained, Drawn, Begun;
    SW.W_P4_Exit(p);
    var n := Somewhere(Contained(p, SW.Start4(["yes"], true), SW.Lim(), Exits()).1, Noted(0, SW.Taken()));
    Th.P4_DrawnEdgesOnly(p, SW.Nodes(["yes"]), 0, true, false, false, SW.Lim(), Exits(), n);
  }
  lemma On_P4_NoEscape(p: Policy)
    ensures var g := SW.Start4(["yes"], true).w.graph; S.PassesOn(g, 1) ==> Leaves(g, 1, SW.Yes())
  {
    hide Contained, S.PassesOn, Leaves, Begun;
    SW.W_P4_Exit(p);
    var n := Somewhere(Contained(p, SW.Start4(["yes"], true), SW.Lim(), Exits()).1, Noted(0, SW.Taken()));
    Th.P4_NoEscape(p, SW.Nodes(["yes"]), 0, true, false, false, SW.Lim(), Exits(), n);
  }
}
