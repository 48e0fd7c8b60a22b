include "Gate.dfy"
include "Refinement.dfy"
include "../Boundary/Witnesses.dfy"
// Short runs for witnesses: what one contained step does, runs along named states, and a gate with a budget of 10.
module FlowExamples {
  import opened Names
  import opened Policies
  import opened Cells
  import opened PyValues
  import opened FlowMachine
  import opened FlowTasks
  import opened FlowGate
  import Examples
  import BW = BoundaryWitnesses
  import B = Boundary
  import H = History
  import M = Machine
  import R = FlowRefinement
  import BudgetSpec
  import S = Spending
  import E = Effects

  // ---- runs along named states ----
  opaque ghost predicate Goes(s: Flowing, i: In, s': Flowing) { Step(TheGate(), s, i).0 == s' }
  opaque ghost predicate Shows(s: Flowing, i: In, e: Out) { e in Step(TheGate(), s, i).1 }
  // From each state the input beside it leads to the next.
  ghost predicate Path(ss: seq<Flowing>, ins: seq<In>) {
    |ss| == |ins| + 1 && forall k | 0 <= k < |ins| :: Goes(ss[k], ins[k], ss[k + 1])
  }
  lemma PathEnds(ss: seq<Flowing>, ins: seq<In>)
    requires Path(ss, ins)
    ensures Run(TheGate(), ss[0], ins).0 == ss[|ins|]
    decreases |ins|
  {
    hide Step;
    if |ins| > 0 {
      assert Goes(ss[0], ins[0], ss[1]);
      assert Step(TheGate(), ss[0], ins[0]).0 == ss[1] by { reveal Goes(); }
      PathTail(ss, ins);
      PathEnds(ss[1..], ins[1..]);
    }
  }
  lemma PathTail(ss: seq<Flowing>, ins: seq<In>)
    requires Path(ss, ins) && |ins| > 0
    ensures Path(ss[1..], ins[1..])
  {
    forall k | 0 <= k < |ins[1..]| ensures Goes(ss[1..][k], ins[1..][k], ss[1..][k + 1]) { assert Goes(ss[k + 1], ins[k + 1], ss[k + 2]); }
  }
  lemma PathShows(ss: seq<Flowing>, ins: seq<In>, k: nat, e: Out)
    requires Path(ss, ins) && k < |ins| && Shows(ss[k], ins[k], e)
    ensures e in Run(TheGate(), ss[0], ins).1
    decreases |ins|
  {
    hide Step;
    assert Goes(ss[0], ins[0], ss[1]);
    var x := Step(TheGate(), ss[0], ins[0]);
    assert x.0 == ss[1] by { reveal Goes(); }
    if k == 0 { assert e in x.1 by { reveal Shows(); } } else {
      PathTail(ss, ins);
      PathShows(ss[1..], ins[1..], k - 1, e);
    }
  }

  // ---- a gate: the verb is permitted, and its amounts add up to 10 at most ----
  type Cast = Examples.Cast
  ghost function P(c: Cast): Policy { Examples.Pol(c, 0) }
  ghost function A(c: Cast, amount: int): Asked { Asked(c.value, Examples.Req(c, amount, 0), 1) }
  ghost function Who(c: Cast): B.Input { Examples.Who(c) }
  ghost function G0(c: Cast): Seat { Seat(P(c), [], [], []) }
  ghost function G1(c: Cast): Seat { Seat(P(c), [Who(c)], [], []) }
  ghost function Refused11(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 11, 1)], [], []) }
  ghost function Given7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1)], [0], []) }
  ghost function Done7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 7, 1), B.Perform(0)], [0], [0]) }
  // 7 after 11 was refused.
  ghost function Later7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 11, 1), BW.Try(c, 7, 1)], [0], []) }
  ghost function DoneLater7(c: Cast): Seat { Seat(P(c), [Who(c), BW.Try(c, 11, 1), BW.Try(c, 7, 1), B.Perform(0)], [0], [0]) }

  // What the boundary says to an amount, where nothing was spent yet.
  lemma Says(c: Cast, w: B.World, amount: int)
    requires w.policies == [P(c)] && w.log == [] && B.Groups(w, c.value) == {c.verb}
    ensures B.Permits(w, c.value, Examples.Req(c, amount, 0), 1) <==> 0 <= amount <= 10
  {
    hide Examples.Ops, Examples.Req, Examples.Pol, B.Permits, B.OpsOf, B.Uses, B.GrantsAfter;
    var k := Examples.KeyIn(c, 0);
    Examples.Decides(c, w, amount, 1);
    assert M.Ledger([], k) == [] && BudgetSpec.Total([]) == 0;
    Grows(w, c.value, Examples.Req(c, amount, 0), 1);
  }
  lemma Grows(w: B.World, agent: Name, q: Requests.Request, now: int)
    requires w.policies != []
    ensures B.Permits(w, agent, q, now) <==> |B.Step(w, B.Decide(agent, q, now)).permits| > |w.permits|
  { hide B.Permits, B.OpsOf, B.Uses, B.GrantsAfter; }
  import Requests

  lemma Hired(c: Cast)
    ensures var w := Examples.Start1(c);
            && w.policies == [P(c)] && w.log == [] && w.permits == [] && w.effects == [] && w.steps == 1
            && B.Groups(w, c.value) == {c.verb} && B.Groups(w.(steps := 2), c.value) == {c.verb}
  {}
  lemma Seat1(c: Cast)
    ensures BoundaryOf(G1(c)) == Examples.Start1(c)
  { hide B.Step, Examples.Pol; var h := Who(c); Examples.RunIs(c, h, h, h, h); }
  lemma Refuses11(c: Cast)
    ensures Decides(G1(c), A(c, 11)) == (Refused11(c), false)
    ensures BoundaryOf(Refused11(c)) == Examples.Start1(c).(steps := 2)
  {
    hide B.Step, B.Run, B.Permits, Examples.Req;
    Seat1(c);
    Says(c, Examples.Start1(c), 11);
    assert [Who(c)] + [BW.Try(c, 11, 1)] == [Who(c), BW.Try(c, 11, 1)];
    H.RunOne(P(c), [Who(c)], BW.Try(c, 11, 1));
    R.Inert(G1(c), A(c, 11));
  }
  lemma Gives7(c: Cast)
    ensures Decides(G1(c), A(c, 7)) == (Given7(c), true) && Performs(Given7(c), 0) == (Done7(c), true)
  {
    hide B.Step, B.Run, B.Permits, Examples.Req, Examples.Ops, Examples.Pol;
    hide Examples.Start1;
    var trace := [Who(c), BW.Try(c, 7, 1)];
    Hired(c);
    Seat1(c);
    Says(c, Examples.Start1(c), 7);
    assert [Who(c)] + [BW.Try(c, 7, 1)] == trace;
    BW.First(c, 7);
    assert B.Run(P(c), trace).effects == Examples.Start1(c).effects;
    assert Decides(G1(c), A(c, 7)).1;
    assert [] + [0] == [0];
    assert Decides(G1(c), A(c, 7)).0 == Given7(c);
    BW.W_B2_Performed(c);
    assert trace + [B.Perform(0)] == [Who(c), BW.Try(c, 7, 1), B.Perform(0)];
    assert Performs(Given7(c), 0).1;
  }
  lemma Gives7Later(c: Cast)
    ensures Decides(Refused11(c), A(c, 7)) == (Later7(c), true) && Performs(Later7(c), 0) == (DoneLater7(c), true)
  {
    hide B.Step, B.Run, B.Permits, Examples.Req, Examples.Ops, Examples.Pol;
    hide Examples.Start1;
    var w := Examples.Start1(c).(steps := 2);
    Hired(c);
    var trace := [Who(c), BW.Try(c, 11, 1)];
    Refuses11(c);
    Says(c, w, 7);
    assert trace + [BW.Try(c, 7, 1)] == [Who(c), BW.Try(c, 11, 1), BW.Try(c, 7, 1)];
    R.Given(Refused11(c), A(c, 7));
    var more := trace + [BW.Try(c, 7, 1)];
    assert B.Run(P(c), more).permits[0].status.Issued? && B.Run(P(c), more).permits[0].version == B.Version(B.Run(P(c), more)) && B.Run(P(c), more).effects == [] by {
      H.RunOne(P(c), trace, BW.Try(c, 7, 1));
      Fresh(w, c.value, Examples.Req(c, 7, 0), 1);
    }
    assert more + [B.Perform(0)] == [Who(c), BW.Try(c, 11, 1), BW.Try(c, 7, 1), B.Perform(0)];
    assert Decides(Refused11(c), A(c, 7)).1;
    assert [] + [0] == [0];
    assert Decides(Refused11(c), A(c, 7)).0 == Later7(c);
    H.RunOne(P(c), more, B.Perform(0));
    Examples.Performs(B.Run(P(c), more), 0);
  }
  // A permit that was just given is issued, under the policy in force.
  lemma Fresh(w: B.World, agent: Name, q: Requests.Request, now: int)
    requires w.policies != [] && B.Permits(w, agent, q, now) && w.permits == []
    ensures var x := B.Step(w, B.Decide(agent, q, now));
            |x.permits| == 1 && x.permits[0].status.Issued? && x.permits[0].version == B.Version(x) && x.effects == w.effects
  { hide B.Permits, B.OpsOf, B.Uses, B.GrantsAfter; }
}
