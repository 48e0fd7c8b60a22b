include "Judge.dfy"
include "../Index/Build.dfy"
include "../Kinds/Approval.dfy"
include "../Kinds/Records.dfy"
include "../Kinds/Agents.dfy"
// The kernel: a policy is loaded once; then a request is judged, its cells are reserved, and later settled.
module Kernel {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Trees
  import opened Cells
  import opened Verdicts
  import opened Judging
  import opened ApprovalCode
  import opened AgentCode
  import opened RecordCode
  import BuildCode

  // `start` and `none` are values that every decision begins with, built once. soft: some budget is soft.
  datatype Plan = Plan(verbs: map<Name, Root>, start: Verdict, none: Writes, soft: bool, quorums: map<Name, Quorum>,
                       agents: map<Name, AgentKind>, id: Name, session: Name, user: Name, self: Name)
  datatype Loaded = Invalid(rule: Name) | Loaded(plan: Plan)

  // ---- loading ----
  function Start(): Verdict { Clear(NoGuards, NoGuards, NoNeeds, NoCharges, NoCharges) }
  function Fine(p: Policy, r: Rule): bool {
    && !(r.effect.Permit? && |r.unless| != 0)
    && !(r.effect.Charge? && !(r.effect.budget in p.budgets))
    && !(r.effect.Leave? && (r.effect.mark.kind < 2 || r.effect.mark.kind == 5 || r.effect.mark.kind > 6))
  }
  function Bad(p: Policy, pos: nat): nat
    requires pos <= |p.rules|
    ensures pos <= Bad(p, pos) <= |p.rules|
    decreases |p.rules| - pos
  {
    if pos == |p.rules| || !Fine(p, p.rules[pos]) then pos else Bad(p, pos + 1)
  } by method {
    var i := pos;
    while i < |p.rules|
      invariant pos <= i <= |p.rules| && Bad(p, pos) == Bad(p, i)
    {
      if !Fine(p, p.rules[i]) { return i; }
      i := i + 1;
    }
    return i;
  }
  function FineBudget(b: Budget): bool { b.kind == 0 || b.kind == 5 || (b.kind == 1 && 0 < b.period) }
  function FineBudgets(p: Policy): bool { forall n | n in p.budgets :: FineBudget(p.budgets[n]) }
  function FineRoles(q: Quorum, pos: nat): bool
    requires pos <= |q.roles|
    decreases |q.roles| - pos
  { pos == |q.roles| || (1 <= q.roles[pos].1 && FineRoles(q, pos + 1)) }
  function FineQuorums(p: Policy): bool {
    forall n | n in p.quorums :: 1 <= |p.quorums[n].roles| && FineRoles(p.quorums[n], 0)
  }
  function FineAgents(p: Policy): bool {
    forall a | a in p.agents :: forall c | c in p.agents[a].starts ::
                                  c in p.agents ==> p.agents[c].uses + p.agents[c].passes <= p.agents[a].uses + p.agents[a].passes
  }
  function IsSoft(p: Policy): bool { exists n | n in p.budgets :: p.budgets[n].kind == 5 }
  ghost function RootOf(p: Policy, verb: Name): Root
    requires verb in p.axes
  {
    var axes := BuildCode.AxisList(p.axes[verb], 0);
    Root(axes, BuildCode.Build(p, verb, axes, 0, |p.rules|))
  }
  function Roots(p: Policy): map<Name, Root> {
    map verb | verb in p.axes :: RootOf(p, verb)
  } by method {
    var axes := BuildCode.Lists(p);
    var forest := BuildCode.Forest(p, axes, 0, |p.rules|);
    forall verb | verb in p.axes
      ensures BuildCode.Of(forest, verb) == BuildCode.Build(p, verb, BuildCode.AxisList(p.axes[verb], 0), 0, |p.rules|)
    { BuildCode.ForestIsBuild(p, axes, verb, 0, |p.rules|); }
    return map verb | verb in p.axes :: Root(axes[verb], BuildCode.Of(forest, verb));
  }
  function Load(p: Policy): Loaded {
    var bad := Bad(p, 0);
    if bad < |p.rules| then Invalid(p.rules[bad].id)
    else if !FineBudgets(p) || !FineQuorums(p) || !FineAgents(p) then Invalid(p.id)
    else Loaded(Plan(Roots(p), Start(), NoWrites, IsSoft(p), p.quorums, p.agents, p.id, p.session, p.user, p.self))
  }

  // ---- judging: what it leaves as charges names the cells that the request touches ----
  function Judge(plan: Plan, sc: Scene): Verdict {
    if |sc.q.parts| == 0 || !plan.start.Clear? then Unpermitted(0, 0) else
    var v := JudgeParts(plan.verbs, sc, 0, plan.start);
    if v.Clear? && v.short.More? then
      Unpayable(if v.short.guard.due.Under? then v.short.guard.due.name else v.short.guard.rule.id) else v
  }

  // Labels that the request brings and its session does not carry yet.
  function Fresh(c: Charges, nums: map<Key, int>): bool
    decreases c
  {
    !c.NoCharges? && ((c.key.0 == 2 && Get(nums, c.key) <= 0) || Fresh(c.more, nums))
  } by method {
    var rest := c;
    while !rest.NoCharges?
      invariant Fresh(c, nums) == Fresh(rest, nums)
      decreases rest
    {
      var key := rest.key;
      if key.0 == 2 {
        if !(key in nums) { return true; }
        if nums[key] <= 0 { return true; }
      }
      rest := rest.more;
    }
    return false;
  }
  function Brought(c: Charges, nums: map<Key, int>): set<Key>
    decreases c
  {
    if c.NoCharges? then {} else
    (if c.key.0 == 2 && Get(nums, c.key) <= 0 then {c.key} else {}) + Brought(c.more, nums)
  }

  // ---- reserving: the view may be any that shows the touched cells ----
  function SpendAll(c: Charges, rule: Name, all: Charges, now: int, nums: map<Key, int>, w: Writes): Verdict
    decreases c
  {
    if c.NoCharges? then Permitted(rule, all, w, false) else
    var n := if c.key in nums then nums[c.key] else 0;
    if !Admits(c.key, Touch(c.limit, c.amount, c.measure), n, now) then Exhausted(c.key.1, c.key, c.limit - n)
    else if c.key.0 == 4 || c.key.0 == 6 then SpendAll(c.more, rule, all, now, nums, w)
    else SpendAll(c.more, rule, all, now, nums, Write(c.key, Cells.Next(c.key, Touch(c.limit, c.amount, c.measure), n, now), w))
  } by method {
    var rest := c;
    var out := w;
    while !rest.NoCharges?
      invariant SpendAll(c, rule, all, now, nums, w) == SpendAll(rest, rule, all, now, nums, out)
      decreases rest
    {
      var key := rest.key;
      var amount: int := rest.amount;
      var n: int := 0;
      if key in nums { n := nums[key]; }
      if amount < 0 { return Exhausted(key.1, key, rest.limit - n); }
      var kind: int := key.0;
      if kind == 0 {
        var sum := n + amount;
        var end: int := key.6;
        if sum > rest.limit || (end != 0 && end <= now) { return Exhausted(key.1, key, rest.limit - n); }
        out := Write(key, sum, out);
      } else if kind == 1 {
        if amount > rest.limit || n + amount > now + rest.limit { return Exhausted(key.1, key, rest.limit - n); }
        out := Write(key, (if n < now then now else n) + amount, out);
      } else if kind == 2 || kind == 3 {
        if now <= 0 { return Exhausted(key.1, key, rest.limit - n); }
        out := Write(key, now, out);
      } else if kind == 5 {
        var end: int := key.6;
        if end != 0 && end <= now { return Exhausted(key.1, key, rest.limit - n); }
        out := Write(key, n + amount, out);
      } else if kind != 4 && kind != 6 {
        out := Write(key, n, out);
      }
      rest := rest.more;
    }
    return Permitted(rule, all, out, false);
  }
  // Soft budgets that would be passed: somebody must approve.
  function Softly(c: Charges, nums: map<Key, int>, needs: Needs): Needs
    decreases c
  {
    if c.NoCharges? then needs else
    Softly(c.more, nums,
           if c.key.0 == 5 && Get(nums, c.key) + c.amount > c.limit && !HasNeed(needs, c.key.1) then Need(c.key.1, needs) else needs)
  }

  // ---- grants ----
  function GrantKey(plan: Plan, q: Request): Key
    requires plan.session in q.scopes
  { (7, plan.id, q.scopes[plan.session], q.digest, q.digest, q.digest, 0) }
  function Enough(quorums: map<Name, Quorum>, needs: Needs, g: Grant): bool
    decreases needs
  {
    needs.NoNeeds? || (needs.name in quorums && Filled(quorums[needs.name], g, 0) && Enough(quorums, needs.more, g))
  }
  function Approved(plan: Plan, needs: Needs, sc: Scene): bool {
    && plan.session in sc.q.scopes && GrantKey(plan, sc.q) in sc.view.grants
    && Live(sc.view.grants[GrantKey(plan, sc.q)], sc.now)
    && Enough(plan.quorums, needs, sc.view.grants[GrantKey(plan, sc.q)])
  }
  // The shortest of the times that the approvals give.
  function Within(quorums: map<Name, Quorum>, needs: Needs, most: int): int
    decreases needs
  {
    if needs.NoNeeds? then most else
    var w := if needs.name in quorums then quorums[needs.name].within else 0;
    Within(quorums, needs.more, if w < most then w else most)
  }

  function Reserve(plan: Plan, v: Verdict, sc: Scene): Verdict {
    if !v.Clear? then v else if v.grant.NoGuards? then Unpermitted(0, 0) else
    var all := Total(v);
    var w := SpendAll(all, v.grant.guard.rule.id, all, sc.now, sc.view.nums, plan.none);
    if !w.Permitted? then w else
    var needs := if plan.soft then Softly(all, sc.view.nums, v.needs) else v.needs;
    if needs.NoNeeds? then w
    else if Approved(plan, needs, sc) then Permitted(w.rule, w.charges, w.writes, true)
    else Asked(w.rule, needs)
  }
  // The decision, at a time not before `seen`. Total: whatever the plan and the scene are. A request that brings labels
  // is judged as its session stands, and once more as if it carried them.
  function Decide(plan: Plan, sc: Scene, seen: int): Verdict {
    if sc.now < seen then Late(seen) else
    var j := Judge(plan, sc);
    if !j.Clear? then j
    else if Fresh(Total(j), sc.view.nums) then Reserve(plan, Judge(plan, sc.(own := Brought(Total(j), sc.view.nums))), sc)
    else Reserve(plan, j, sc)
  }

  // ---- settling ----
  function Stays(used: map<Name, int>, measure: Name, amount: int): int {
    if !(measure in used) || amount <= used[measure] then amount else if used[measure] < 0 then 0 else used[measure]
  }
  // What the cells of a permit hold once `used` of it stays: a measure that is not in `used` stays whole. What succeeds
  // (`ok`) is noted as of the time when it was decided.
  function Settle(c: Charges, used: map<Name, int>, ok: bool, since: int, now: int, nums: map<Key, int>, w: Writes): Writes
    decreases c
  {
    if c.NoCharges? then w else
    var n := if c.key in nums then nums[c.key] else 0;
    Settle(c.more, used, ok, since, now, nums,
           if Counting(c.key) && Open(c.key, now) then Write(c.key, n - (c.amount - Stays(used, c.measure, c.amount)), w)
           else if c.key.0 == 4 && ok && n < since then Write(c.key, since, w)
           else w)
  } by method {
    var rest := c;
    var out := w;
    while !rest.NoCharges?
      invariant Settle(c, used, ok, since, now, nums, w) == Settle(rest, used, ok, since, now, nums, out)
      decreases rest
    {
      var key := rest.key;
      var n: int := 0;
      if key in nums { n := nums[key]; }
      if Counting(key) {
        if Open(key, now) { out := Write(key, n - (rest.amount - Stays(used, rest.measure, rest.amount)), out); }
      } else if key.0 == 4 {
        if ok && n < since { out := Write(key, since, out); }
      }
      rest := rest.more;
    }
    return out;
  }

  // ---- what the host may say, and what a store may drop ----
  function Tell(k: Key, now: int, nums: map<Key, int>, none: Writes): Writes {
    if Marking(k) then if 0 < now then Write(k, now, none) else none
    else if k.0 == 4 then if Get(nums, k) < now then Write(k, now, none) else none
    else none
  }
  function Dead(k: Key, now: int): bool { Counting(k) && !Open(k, now) }
}
