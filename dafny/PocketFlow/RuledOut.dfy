include "Gate.dfy"
include "Budget.dfy"
include "Strict.dfy"
include "Transparency.dfy"
// What P1 to P4 rule out, one bad behaviour after another: each part of what they say excludes one that no other part does.
module PocketFlowRuledOut {
  import opened PyValues
  import opened FlowGraph
  import opened Framework
  import opened FlowTasks
  import opened FlowMachine
  import opened FlowGate
  import L = FlowBudget
  import S = FlowStrict
  import T = FlowTransparency
  import B = Boundary
  import E = Effects
  import opened DecidedSpec

  // ---- P1: a permit for another action, another agent's, or of another time; an effect that was not lawful; none at all ----
  lemma X_P1_ForAnother(pm: B.Permit, a: Asked)
    requires pm.q != a.q || pm.agent != a.agent || pm.now != a.now
    ensures !IsFor(pm, a)
  {}
  lemma X_P1_Unlawful(s: Flowing, i: nat)
    requires i < |s.world| && i < |s.gate.effects| && s.gate.effects[i] < |BoundaryOf(s.gate).effects|
    requires !E.Lawful(s.gate.p, s.gate.trace, BoundaryOf(s.gate).effects[s.gate.effects[i]])
    ensures !Permitted(s, i)
  {}
  lemma X_P1_UnderAnother(s: Flowing, i: nat)
    requires i < |s.world| && i < |s.gate.effects| && s.gate.effects[i] < |BoundaryOf(s.gate).effects|
    requires E.Lawful(s.gate.p, s.gate.trace, BoundaryOf(s.gate).effects[s.gate.effects[i]])
    requires Doing(s.gate.p, s.gate.trace, s.gate.effects[i]).q != s.world[i].q
    ensures !Permitted(s, i)
  {}
  // A handle that no answer gave performs nothing.
  lemma W_P1_NoHandle(s: Seat, h: nat)
    requires |s.tokens| <= h
    ensures Performs(s, h) == (s, false)
  {}

  // ---- P3: with a budget of one, twice the same is too much, whatever of it is ----
  lemma X_P3_TwoCalls(t: nat, f: Frame, v: Val, tries: int)
    ensures L.Used<Asked, B.Input>([Called(t, f, v, tries), Called(t, f, v, tries)]) == 2
  { var x: Out := Called(t, f, v, tries); Twice(x); }
  lemma X_P3_TwoReturns(t: nat, o: Outcome)
    requires o != Exc(Stopped)
    ensures L.Used<Asked, B.Input>([Returned(t, o), Returned(t, o)]) == 2
  { var x: Out := Returned(t, o); Twice(x); }
  lemma X_P3_TwoPauses(t: nat)
    ensures L.Used<Asked, B.Input>([Paused(t), Paused(t)]) == 2
  { var x: Out := Paused(t); Twice(x); }
  lemma X_P3_TwoGrants(t: nat, h: nat, q: Asked)
    ensures L.Used<Asked, B.Input>([Granted(t, h, q), Granted(t, h, q)]) == 2
  { var x: Out := Granted(t, h, q); Twice(x); }
  lemma X_P3_ManyTasks(t: nat, n: nat)
    ensures L.Used<Asked, B.Input>([Spawned(t, n), Spawned(t, n)]) == 2 * n
  { var x: Out := Spawned(t, n); Twice(x); }
  lemma Twice(x: Out)
    ensures L.Used([x, x]) == 2 * L.Price(x) && L.Refusals([x, x]) == 2 * (if L.No(x) then 1 else 0)
  {
    assert [x, x][1..] == [x] && [x][1..] == [];
    assert L.Used<Asked, B.Input>([]) == 0 && L.Refusals<Asked, B.Input>([]) == 0;
    assert L.Used([x]) == L.Price(x) && L.Refusals([x]) == if L.No(x) then 1 else 0;
  }
  // Whoever is refused, or stopped, is told so at the cost of patience.
  lemma X_P3_Insisting(t: nat, h: nat, q: Asked)
    ensures L.Refusals<Asked, B.Input>([Denied(t, q), Denied(t, q)]) == 2 && L.Refusals<Asked, B.Input>([Refused(t, h), Refused(t, h)]) == 2
    ensures L.Refusals<Asked, B.Input>([Stopping(t), Stopping(t)]) == 2
  {
    var x: Out, y: Out, z: Out := Denied(t, q), Refused(t, h), Stopping(t);
    Twice(x);
    Twice(y);
    Twice(z);
  }
  // What others do is no move of the flow; everything else that is seen is one, but notes, which come with one.
  lemma W_P3_Moves(e: Out)
    ensures L.Moves([e]) <==> !e.Noted? && !e.Changed?
  { assert [e][0] == e; }

  // ---- P2: the last step of the budget may be used; a label that strict mode does not let through is no quiet run ----
  lemma W_P2_LastStep(g: Gate<Seat, Asked, B.Input>, w: Seat, t: nat, n: nat)
    ensures T.Admits(g, w, n, 0, [Spawned(t, n)])
  { assert [Event<Asked, B.Input>.Spawned(t, n)][1..] == []; }
  lemma W_P2_QuietNote(t: nat, x: Note)
    requires !x.Strayed?
    ensures T.Quiet<Asked, B.Input>([Noted(t, x)])
  { assert [Event<Asked, B.Input>.Noted(t, x)][1..] == []; }
  lemma X_P2_Astray(t: nat, x: Note)
    requires x.Strayed?
    ensures !T.Quiet<Asked, B.Input>([Noted(t, x)])
    ensures !T.Quiet<Asked, B.Input>([Stopping(t)])
  {}

  // ---- P4: a flow goes on, and a flow ends: both are moves, and nothing else that is noted is one ----
  lemma W_P4_Moves(x: Note)
    ensures S.Moves(x) <==> x.Took? || x.Ended?
  {}
}
