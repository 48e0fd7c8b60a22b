include "Reads.dfy"
// A moment that somebody made up is looked at by the kernel before it is shown.
module Confirm {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Moments
  import opened Reads
  import Kernel
  import Verdicts

  // The request that has nothing but this atom, of a session that carries what the request brings.
  function Single(x: Moment): Moment {
    var part := x.part.(atoms := [x.atom]);
    Moment(Scene(x.sc.q.(parts := [part]), x.sc.groups, x.sc.now, x.sc.view, {}), part, x.atom)
  }
  ghost predicate IsSingle(x: Moment) { x == Single(x) }
  // The kernel lets it pass, and it brings no label that the session does not carry.
  function Judges(plan: Kernel.Plan, x: Moment): bool {
    var j := Kernel.Judge(plan, x.sc);
    j.Clear? && !Kernel.Fresh(Verdicts.Total(j), x.sc.view.nums)
  }
  function IsWrong(p: Policy, plan: Kernel.Plan, q: Question, x: Moment): bool {
    IsAsked(q, x) &&
    if q.claim.Always? then !IsPassing(p, x) || FirstNeed(p.rules, [], x, 0) < |p.rules|
    else Judges(plan, x) && forall i | 0 <= i < |q.approved| :: !IsNeeded(p.rules, x, q.approved[i])
  }

  // What stood in the way in the old policy: its forbid, what it asked for, or that nothing permitted it, what a new rule does.
  datatype Cause = Unforbidden(old_: nat) | Unasked(old_: nat) | Opened(new_: nat) | NotWider
  function CauseOf(a: Policy, plan: Kernel.Plan, b: Policy, x: Moment): Cause {
    if !Judges(plan, x) then NotWider else
    var f := FirstForbid(b.rules, x, 0);
    if f < |b.rules| then Unforbidden(f) else
    var g := FirstGrant(a.rules, x, 0);
    if !Grants_(b, x) then if g < |a.rules| then Opened(g) else NotWider else
    var n := FirstNeed(b.rules, a.rules, x, 0);
    if n < |b.rules| then Unasked(n) else NotWider
  }
}
