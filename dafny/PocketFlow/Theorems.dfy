include "Refinement.dfy"
include "Transparency.dfy"
include "Budget.dfy"
include "Strict.dfy"
include "Oracles.dfy"
include "../Boundary/Theorems.dfy"
// PocketFlow under the boundary: the headline statements. Read `Contained(p, fs, l, ins)` as "what becomes of a flow, and what is
// seen of it, when it runs contained from policy p within limits l, and user code, scheduler, people, clock and other sessions do
// what `ins` says", and `Uncontained(fs, ins)` as the same without us. fs is any state of the framework: any graph of any of the
// eleven classes, with any tasks under way. An input is whatever any task does next, so what retries, falls back, fails while its
// siblings go on, or swallows a refusal is only a sequence of inputs like any other. Witnesses and counterexamples: Witnesses.dfy.
module PocketFlowTheorems {
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
  import R = FlowRefinement
  import T = FlowTransparency
  import L = FlowBudget
  import S = FlowStrict
  import O = FlowOracles
  import B = Boundary
  import BT = BoundaryTheorems

  // P1. Everything that the flow did is an effect of the boundary's own run: the policy in force when it was decided permitted it,
  // on the history of then, and was still in force when it was done, under a permit for exactly that;
  lemma P1_EveryEffectWasPermitted(p: Policy, fs: FState, l: Limits, ins: seq<In>, i: nat)
    requires i < |Contained(p, fs, l, ins).0.world|
    ensures Permitted(Contained(p, fs, l, ins).0, i) && Contained(p, fs, l, ins).0.gate.p == p
  { R.EveryEffect(p, fs, l, ins, i); }
  // no two of its deeds are one effect;
  lemma P1_EachOnce(p: Policy, fs: FState, l: Limits, ins: seq<In>, i: nat, j: nat)
    requires i < j < |Contained(p, fs, l, ins).0.world|
    ensures var g := Contained(p, fs, l, ins).0.gate; j < |g.effects| && g.effects[i] < g.effects[j]
  { R.EachOnce(p, fs, l, ins, i, j); }
  // so whatever holds of every run of the boundary (B2 to B11, S1 to S5) holds of the flow's: here, its budgets;
  lemma P1_BudgetsHold(p: Policy, fs: FState, l: Limits, ins: seq<In>, k: Key)
    requires k.0 == 0
    ensures var w := BoundaryOf(Contained(p, fs, l, ins).0.gate); Spent(w.permits, k) <= Highest(w.policies, k.1)
  { var g := Contained(p, fs, l, ins).0.gate; BT.B4_Budget(g.p, g.trace, k); }
  // and all this holds when one adversary, who sees everything as it happens, plays user code, scheduler and the rest.
  lemma P1_ForEveryAdversary(p: Policy, fs: FState, l: Limits, o: seq<Out> -> In, n: nat, i: nat)
    requires i < |O.Driven(TheGate(), AtStart(p, fs, l), o, [], n).0.world|
    ensures Permitted(O.Driven(TheGate(), AtStart(p, fs, l), o, [], n).0, i)
  {
    hide Permitted;
    O.DrivenIsRun(TheGate(), AtStart(p, fs, l), o, [], n);
    R.EveryEffect(p, fs, l, O.Played(TheGate(), AtStart(p, fs, l), o, [], n), i);
  }

  // P2. A run to all of which the boundary alone would say yes, within the limits, is left as it is: what is seen, what is done,
  // where the framework stands.
  lemma P2_PermittedRunsAreUntouched(p: Policy, fs: FState, l: Limits, ins: seq<In>)
    requires T.Admits(TheGate(), Seat(p, [], [], []), l.steps, l.patience, Uncontained(fs, ins).1)
    ensures var c, u := Contained(p, fs, l, ins), Uncontained(fs, ins); c.1 == u.1 && c.0.world == u.0.world && c.0.fs == u.0.fs
  { T.SameRun(TheGate(), AtStart(p, fs, l), PlainStart(fs), ins); }
  // Up to the first refusal nothing differs, whatever comes later.
  lemma P2_UntilTheFirstRefusal(p: Policy, fs: FState, l: Limits, ins: seq<In>)
    requires T.Quiet(Contained(p, fs, l, ins).1)
    ensures var c, u := Contained(p, fs, l, ins), Uncontained(fs, ins); c.1 == u.1 && c.0.world == u.0.world && c.0.fs == u.0.fs
  { T.QuietRun(TheGate(), AtStart(p, fs, l), PlainStart(fs), ins); }
  // A refused request changes nothing but our patience: not the flow, not what it may do, not the boundary.
  lemma P2_RefusalIsInert(s: Flowing, t: nat, q: Asked)
    requires !s.over && s.steps > 0 && !B.Permits(BoundaryOf(s.gate), q.agent, q.q, q.now)
    ensures var x := Step(TheGate(), s, Input.Ask(t, q));
            && x.1 == [Denied(t, q)] && x.0 == Patient(s).(gate := x.0.gate)
            && BoundaryOf(x.0.gate) == BoundaryOf(s.gate).(steps := BoundaryOf(s.gate).steps + 1)
  { hide B.Permits; R.Asking(s.gate, q); R.Inert(s.gate, q); }

  // P3. However user code loops, retries, fans out or insists, whatever runs flows by hand: from its start, a run moves at most so
  // many times. What does not count is what others do, and user code that computes without handing control back.
  lemma P3_EveryRunEnds(p: Policy, gs: seq<Given>, root: nat, sync: bool, raising: bool, main: bool, strict: bool, l: Limits, ins: seq<In>)
    ensures L.Moved(TheGate(), AtStart(p, Begun(gs, root, sync, raising, main, strict), l), ins) <= 3 * l.steps + l.patience + 3
  {
    var s := AtStart(p, Begun(gs, root, sync, raising, main, strict), l);
    L.RunPays(TheGate(), s, ins);
    L.SumFresh(s.fs.tasks);
  }
  // Calls of user code, pauses, tasks and granted actions together are within the step budget; refusals, within patience.
  lemma P3_LimitsAreKept(p: Policy, fs: FState, l: Limits, ins: seq<In>)
    ensures L.Used(Contained(p, fs, l, ins).1) <= l.steps && L.Refusals(Contained(p, fs, l, ins).1) <= l.patience + 1
  { L.RunSpends(TheGate(), AtStart(p, fs, l), ins); }
  // The stop is what PocketFlow does with it: none of its handlers sees it, it leaves every frame, down to the end of the task or
  // to a body that runs a flow by hand.
  lemma P3_StopUnwinds(r: Res)
    requires !r.next.Fin?
    ensures Halted(r).w == r.w && L.Unwound(Halted(r).next, Stopped)
  { L.HaltUnwinds(r); }
  // A run that is over does nothing any more.
  lemma P3_OverIsOver(s: Flowing, i: In)
    requires s.over && !i.Outside?
    ensures Step(TheGate(), s, i) == (s, [])
  {}

  // P4. In strict mode, wherever a flow went on or ended, it was by a label that is none or exactly a str, and, of a node with
  // edges, one of them: no label is cast, taken for another, or ends a flow for want of an edge.
  lemma P4_DrawnEdgesOnly(p: Policy, gs: seq<Given>, root: nat, sync: bool, raising: bool, main: bool, l: Limits, ins: seq<In>, n: nat)
    requires var es := Contained(p, Begun(gs, root, sync, raising, main, true), l, ins).1;
             n < |es| && es[n].Noted? && S.Moves(es[n].note)
    ensures var x := Contained(p, Begun(gs, root, sync, raising, main, true), l, ins).1[n].note; Drawn(x.a, x.edges)
  {
    hide Begun, S.Holds, S.AllFair;
    S.KBegun(gs, root, sync, raising, main);
    S.KRun(TheGate(), Begun(gs, root, sync, raising, main, true).w.graph, AtStart(p, Begun(gs, root, sync, raising, main, true), l), ins);
    reveal S.AllFair;
  }
  // No label escapes: where a flow within another one has no post of its own, what moves the one around it is one of its exits,
  // or none, whatever its nodes said.
  lemma P4_NoEscape(p: Policy, gs: seq<Given>, root: nat, sync: bool, raising: bool, main: bool, l: Limits, ins: seq<In>, n: nat)
    requires var es := Contained(p, Begun(gs, root, sync, raising, main, true), l, ins).1;
             n < |es| && es[n].Noted? && S.Moves(es[n].note)
    ensures var fs := Begun(gs, root, sync, raising, main, true);
            var x := Contained(p, fs, l, ins).1[n].note;
            S.PassesOn(fs.w.graph, x.cur) ==> Leaves(fs.w.graph, x.cur, x.a)
  {
    hide Begun, S.Holds, S.AllFair;
    S.KBegun(gs, root, sync, raising, main);
    S.KRun(TheGate(), Begun(gs, root, sync, raising, main, true).w.graph, AtStart(p, Begun(gs, root, sync, raising, main, true), l), ins);
    reveal S.AllFair;
  }
}
