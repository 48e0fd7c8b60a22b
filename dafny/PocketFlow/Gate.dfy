include "Machine.dfy"
include "../Boundary/Decided.dfy"
// The product's boundary as the gate of a contained flow. What it remembers is a trace of the boundary: the flow's decisions and
// performances, and between them whatever else happens there: votes, policies replaced, the clock, other sessions.
module FlowGate {
  import opened Names
  import opened Requests
  import opened Policies
  import opened FlowMachine
  import opened FlowTasks
  import opened DecidedSpec
  import B = Boundary
  import E = Effects

  // An action as the session sends it: whose, what, and when.
  datatype Asked = Asked(agent: Name, q: Request, now: int)
  // tokens: the permit behind each answer that the flow was given. effects: the effect behind each action that it performed.
  datatype Seat = Seat(p: Policy, trace: seq<B.Input>, tokens: seq<nat>, effects: seq<nat>)

  ghost function BoundaryOf(s: Seat): B.World { B.Run(s.p, s.trace) }
  ghost function Sent(s: Seat, i: B.Input): Seat { s.(trace := s.trace + [i]) }

  // A decision: the boundary's Decide. Only what the boundary permits is answered yes.
  ghost function Decides(s: Seat, a: Asked): (Seat, bool) {
    var ok := B.Permits(BoundaryOf(s), a.agent, a.q, a.now);
    (Sent(s, B.Decide(a.agent, a.q, a.now)).(tokens := if ok then s.tokens + [|BoundaryOf(s).permits|] else s.tokens), ok)
  }
  // An effect: the boundary's Perform of an issued permit.
  ghost function Performs(s: Seat, h: nat): (Seat, bool) {
    if h >= |s.tokens| then (s, false)
    else
      var after := Sent(s, B.Perform(s.tokens[h]));
      var ok := |BoundaryOf(after).effects| > |BoundaryOf(s).effects|;
      (after.(effects := if ok then s.effects + [|BoundaryOf(s).effects|] else s.effects), ok)
  }
  opaque ghost function TheGate(): Gate<Seat, Asked, B.Input> {
    Gate((s: Seat, a: Asked) => Decides(s, a), (s: Seat, h: nat) => Performs(s, h), (s: Seat, i: B.Input) => Sent(s, i))
  }

  // ---- runs under a policy ----
  type In = Input<Asked, B.Input>
  type Out = Event<Asked, B.Input>
  datatype Limits = Limits(steps: nat, patience: nat)
  type Flowing = Held<Seat, Asked>

  ghost function AtStart(p: Policy, fs: FState, l: Limits): Flowing { Start(fs, Seat(p, [], [], []), l.steps, l.patience) }
  ghost function Contained(p: Policy, fs: FState, l: Limits, ins: seq<In>): (Flowing, seq<Out>) { Run(TheGate(), AtStart(p, fs, l), ins) }
  ghost function Uncontained(fs: FState, ins: seq<In>): (Plain<Asked>, seq<Out>) { PlainRun(PlainStart(fs), ins) }

  // The permit is for exactly this.
  ghost predicate IsFor(pm: B.Permit, a: Asked) { pm.q == a.q && pm.agent == a.agent && pm.now == a.now }
  // What the flow did as its i-th action is an effect of the boundary's run: permitted, when it was decided, by the policy then
  // in force, which was in force when it was performed (`Lawful`), and under a permit for exactly that action.
  ghost predicate Permitted(s: Flowing, i: nat)
    requires i < |s.world|
  {
    && i < |s.gate.effects| && s.gate.effects[i] < |BoundaryOf(s.gate).effects|
    && E.Lawful(s.gate.p, s.gate.trace, BoundaryOf(s.gate).effects[s.gate.effects[i]])
    && IsFor(Doing(s.gate.p, s.gate.trace, s.gate.effects[i]), s.world[i])
  }
}
