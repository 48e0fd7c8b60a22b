include "Permission.dfy"
// The boundary as a transition system: what any number of callers, the clock and the policy's owner can make happen.
module Boundary {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Permission
  import M = Machine

  datatype Status = Issued | Performed | Settled(used: map<Name, int>)
  datatype Permit = Permit(q: Request, now: int, version: int, born: nat, ops: map<Key, Op>, status: Status)
  datatype Effect = Effect(token: nat, when: nat)
  datatype World = World(policies: seq<Policy>, log: M.Log, permits: seq<Permit>, effects: seq<Effect>, steps: nat)

  datatype Input =
    | Decide(q: Request, now: int)
    | Perform(token: nat)
    | Settle(token: nat, used: map<Name, int>, now: int)
    | Release(token: nat, now: int)
    | Replace(policy: Policy)

  ghost function Version(w: World): int { |w.policies| - 1 }
  ghost function Current(w: World): Policy
    requires w.policies != []
  { w.policies[|w.policies| - 1] }

  // What of an amount stays spent: what the port used, never less than nothing nor more than was reserved.
  ghost function Kept(used: map<Name, int>, measure: Name, amount: int): int {
    if measure !in used || amount <= used[measure] then amount else if used[measure] < 0 then 0 else used[measure]
  }
  ghost function Refunds(ops: map<Key, Op>, used: map<Name, int>): map<Key, Op> {
    map k | k in ops && ops[k].Spend? :: Refund(ops[k].amount - Kept(used, ops[k].measure, ops[k].amount))
  }
  // Nothing of it was used.
  ghost function Measures(ops: map<Key, Op>): set<Name> { set k | k in ops && ops[k].Spend? :: ops[k].measure }
  ghost function Nothing(ops: map<Key, Op>): map<Name, int> { map m | m in Measures(ops) :: 0 }

  ghost function Close(w: World, token: nat, used: map<Name, int>, now: int): World
    requires token < |w.permits|
  {
    var p := w.permits[token];
    if !M.Ready(w.log, now) || !M.AllOk(Refunds(p.ops, used), M.StateOf(w.log), now) then w else
    w.(log := w.log + [M.Batch(Refunds(p.ops, used), now)], permits := w.permits[token := p.(status := Settled(used))])
  }
  // The batch that a permitted request leaves: there is exactly one (`Batches.OneBatch`).
  ghost function OpsOf(w: World, q: Request, now: int): map<Key, Op>
    requires w.policies != [] && Permitted(Current(w), w.log, q, now)
  { reveal Permitted(); var ops :| Spends(Current(w), q, now, ops) && Room(ops, w.log, now); ops }

  ghost function Answer(w: World, q: Request, now: int): World
    requires w.policies != []
  {
    if !M.Ready(w.log, now) || !Permitted(Current(w), w.log, q, now) then w else
    var ops := OpsOf(w, q, now);
    w.(log := w.log + [M.Batch(ops, now)], permits := w.permits + [Permit.Permit(q, now, Version(w), w.steps, ops, Issued)])
  }
  ghost function Act(w: World, i: Input): World
    requires w.policies != []
  {
    match i
    case Decide(q, now) => Answer(w, q, now)
    case Perform(t) =>
      if t < |w.permits| && w.permits[t].status.Issued? && w.permits[t].version == Version(w) then
        w.(permits := w.permits[t := w.permits[t].(status := Performed)], effects := w.effects + [Effect(t, w.steps)])
      else w
    case Settle(t, used, now) => if t < |w.permits| && w.permits[t].status.Performed? then Close(w, t, used, now) else w
    case Release(t, now) => if t < |w.permits| && w.permits[t].status.Issued? then Close(w, t, Nothing(w.permits[t].ops), now) else w
    case Replace(policy) => w.(policies := w.policies + [policy])
  }
  ghost function Step(w: World, i: Input): (w': World)
    requires w.policies != []
    ensures w'.policies != [] && w'.steps == w.steps + 1
  { Act(w, i).(steps := w.steps + 1) }

  ghost function Start(p: Policy): World { World([p], [], [], [], 0) }
  ghost function Run(p: Policy, trace: seq<Input>): (w: World)
    ensures w.policies != [] && w.steps == |trace|
  {
    if trace == [] then Start(p) else Step(Run(p, trace[..|trace| - 1]), trace[|trace| - 1])
  }
}
