include "Judge.dfy"
include "../Index/Build.dfy"
// The kernel: a policy is loaded once; then a request is judged, its cells are reserved, and later settled.
module Kernel {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened Cells
  import opened Verdicts
  import opened Judging
  import BuildCode

  // `start` and `none` are values that every decision begins with, built once.
  datatype Plan = Plan(verbs: map<Name, Root>, start: Verdict, none: Writes)
  datatype Loaded = Invalid(rule: Name) | Loaded(plan: Plan)

  // ---- loading ----
  function Start(): Verdict { Clear(NoGuards, NoGuards, NoNeeds, NoCharges, NoCharges) }
  function Bad(p: Policy, pos: nat): nat
    requires pos <= |p.rules|
    ensures pos <= Bad(p, pos) <= |p.rules|
    decreases |p.rules| - pos
  {
    if pos == |p.rules| then pos else
    var r := p.rules[pos];
    if (r.effect.Permit? && |r.unless| != 0) || (r.effect.Charge? && !(r.effect.budget in p.budgets)) then pos else Bad(p, pos + 1)
  } by method {
    var i := pos;
    while i < |p.rules|
      invariant pos <= i <= |p.rules| && Bad(p, pos) == Bad(p, i)
    {
      var r := p.rules[i];
      if r.effect.Permit? && |r.unless| != 0 { return i; }
      if r.effect.Charge? && !(r.effect.budget in p.budgets) { return i; }
      i := i + 1;
    }
    return i;
  }
  ghost function RootOf(p: Policy, verb: Name): Root
    requires verb in p.axes
  {
    var axes := BuildCode.AxisList(p.axes[verb], 0);
    Root(axes, BuildCode.Build(p, verb, axes, 0, |p.rules|))
  }
  function Roots(p: Policy): map<Name, Root> {
    map verb | verb in p.axes :: RootOf(p, verb)
  } by method {
    var forest := BuildCode.Forest(p, 0, |p.rules|);
    forall verb | verb in p.axes
      ensures BuildCode.Of(forest, verb) == BuildCode.Build(p, verb, BuildCode.AxisList(p.axes[verb], 0), 0, |p.rules|)
    { BuildCode.ForestIsBuild(p, verb, 0, |p.rules|); }
    return map verb | verb in p.axes :: Root(BuildCode.AxisList(p.axes[verb], 0), BuildCode.Of(forest, verb));
  }
  function Load(p: Policy): Loaded {
    var bad := Bad(p, 0);
    if bad < |p.rules| then Invalid(p.rules[bad].id) else Loaded(Plan(Roots(p), Start(), NoWrites))
  }

  // ---- judging: what it leaves as charges names the cells that the request touches ----
  function Judge(plan: Plan, q: Request, now: int): Verdict {
    if |q.parts| == 0 || !plan.start.Clear? then Unpermitted(0, 0) else
    var v := JudgeParts(plan.verbs, q, 0, now, plan.start);
    if v.Clear? && v.short.More? then
      Unpayable(if v.short.guard.due.Under? then v.short.guard.due.name else v.short.guard.rule.id) else v
  }

  // ---- reserving: `cells` is any view that shows the touched cells ----
  function SpendAll(c: Charges, rule: Name, all: Charges, now: int, cells: map<Key, int>, w: Writes): Verdict
    decreases c
  {
    if c.NoCharges? then Permitted(rule, all, w) else
    var n := if c.key in cells then cells[c.key] else 0;
    if n + c.amount > c.limit || !Open(c.key, now) then Exhausted(c.key.1, c.key, c.limit - n)
    else SpendAll(c.more, rule, all, now, cells, Write(c.key, n + c.amount, w))
  } by method {
    var rest := c;
    var out := w;
    while !rest.NoCharges?
      invariant SpendAll(c, rule, all, now, cells, w) == SpendAll(rest, rule, all, now, cells, out)
      decreases rest
    {
      var key := rest.key;
      var n: int := 0;
      if key in cells { n := cells[key]; }
      var sum := n + rest.amount;
      var end: int := key.6;
      if sum > rest.limit || (end != 0 && end <= now) { return Exhausted(key.1, key, rest.limit - n); }
      out := Write(key, sum, out);
      rest := rest.more;
    }
    return Permitted(rule, all, out);
  }
  function Reserve(v: Verdict, now: int, cells: map<Key, int>, none: Writes): Verdict {
    if !v.Clear? then v else if v.grant.NoGuards? then Unpermitted(0, 0) else
    var all := Total(v);
    var w := SpendAll(all, v.grant.guard.rule.id, all, now, cells, none);
    if w.Permitted? && v.needs.Need? then Asked(w.rule, v.needs) else w
  }
  // The decision. Total: whatever the plan, the request and the cells are.
  function Decide(plan: Plan, q: Request, now: int, cells: map<Key, int>): Verdict {
    Reserve(Judge(plan, q, now), now, cells, plan.none)
  }

  // ---- settling ----
  function Kept(used: map<Name, int>, measure: Name, amount: int): int {
    if !(measure in used) || amount <= used[measure] then amount else if used[measure] < 0 then 0 else used[measure]
  }
  // What the cells of a permit hold once `used` of it stays: a measure that is not in `used` stays whole.
  function Settle(c: Charges, used: map<Name, int>, now: int, cells: map<Key, int>, w: Writes): Writes
    decreases c
  {
    if c.NoCharges? then w else
    var back := c.amount - Kept(used, c.measure, c.amount);
    var n := if c.key in cells then cells[c.key] else 0;
    Settle(c.more, used, now, cells, if Open(c.key, now) then Write(c.key, n - back, w) else w)
  } by method {
    var rest := c;
    var out := w;
    while !rest.NoCharges?
      invariant Settle(c, used, now, cells, w) == Settle(rest, used, now, cells, out)
      decreases rest
    {
      var key := rest.key;
      if Open(key, now) {
        var n: int := 0;
        if key in cells { n := cells[key]; }
        out := Write(key, n - (rest.amount - Kept(used, rest.measure, rest.amount)), out);
      }
      rest := rest.more;
    }
    return out;
  }
}
