include "Theorems.dfy"
// One small policy and its requests, for witnesses: a verb that is permitted and charged under a budget of 10.
module Examples {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import B = Batches
  import H = History
  import M = Machine
  import BudgetSpec

  // The names that it needs; they may be the same or not.
  datatype Cast = Cast(verb: Name, fund: Name, measure: Name, scope: Name, value: Name)

  // period: 0 for ever, -1 the calendar month.
  ghost function Pol(c: Cast, period: int): Policy {
    Policy(map[c.verb := []],
           [Rule(c.verb, Policies.Effect.Permit, {c.verb}, [], []), Rule(c.verb, Charge(c.fund), {c.verb}, [], [])],
           map[c.fund := Budget(c.measure, 10, period, (c.scope, c.scope, c.scope, c.scope))])
  }
  ghost function PartOf(c: Cast, amount: int): Part { Part(c.verb, map[c.measure := amount], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, amount: int, month: int): Request { Request([PartOf(c, amount)], map[c.scope := c.value], month) }
  ghost function KeyIn(c: Cast, end: int): Key { (0, c.fund, c.value, c.value, c.value, c.value, end) }
  ghost function Ops(c: Cast, amount: int, end: int): map<Key, Op> { map[KeyIn(c, end) := Spend(10, amount, c.measure)] }

  lemma Says(c: Cast, period: int, amount: int, month: int)
    ensures Clear(Pol(c, period), Req(c, amount, month)) && Free(Pol(c, period), Req(c, amount, month))
    ensures Payable(Pol(c, period), Req(c, amount, month)) <==> 0 <= amount
  {
    var p, q, part := Pol(c, period), Req(c, amount, month), PartOf(c, amount);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Yes(p.rules[0], part, atom);
    assert Granted(p, part, atom);
    assert p.rules[1] in p.rules && Charges(p.rules[1], part, atom);
    assert q.parts[0] in q.parts && atom in part.atoms;
  }
  lemma TouchesOne(c: Cast, period: int, amount: int, month: int, now: int, k: Key)
    requires 0 <= amount
    ensures Touches(Pol(c, period), Req(c, amount, month), PartOf(c, amount), now, k) <==> k == KeyIn(c, End(period, month, now))
  {
    var p, q, part := Pol(c, period), Req(c, amount, month), PartOf(c, amount);
    var atom := part.atoms[0];
    assert p.rules[1] in p.rules && Charges(p.rules[1], part, atom);
    assert atom in part.atoms;
    assert Counter(p, q, part, atom, p.rules[1], now) == KeyIn(c, End(period, month, now));
  }
  lemma SpendsOne(c: Cast, period: int, amount: int, month: int, now: int)
    requires 0 <= amount
    ensures Spends(Pol(c, period), Req(c, amount, month), now, Ops(c, amount, End(period, month, now)))
  {
    hide Touches, End;
    var p, q, part, end := Pol(c, period), Req(c, amount, month), PartOf(c, amount), End(period, month, now);
    forall k: Key ensures k in Ops(c, amount, end) <==> Touched(p, q, now, k) {
      TouchesOne(c, period, amount, month, now, k);
      assert q.parts[0] in q.parts;
    }
    TouchesOne(c, period, amount, month, now, KeyIn(c, end));
    assert q.parts[..0] == [];
    assert Amount(p, q, q.parts, now, KeyIn(c, end)) == amount;
  }
  // Permission comes down to the room in one budget.
  lemma PermittedIs(c: Cast, period: int, log: M.Log, amount: int, month: int, now: int)
    ensures Permitted(Pol(c, period), log, Req(c, amount, month), now) <==>
            var k := KeyIn(c, End(period, month, now)); BudgetSpec.Allowed(M.Ledger(log, k), k, 10, amount, now)
  {
    hide Clear, Free, Payable, End;
    Says(c, period, amount, month);
    if 0 <= amount {
      SpendsOne(c, period, amount, month, now);
      B.PermittedIs(Pol(c, period), log, Req(c, amount, month), now, Ops(c, amount, End(period, month, now)));
    } else { reveal Permitted(); }
  }

  // ---- runs ----
  lemma RunIs(p: Policy, a: Input, b: Input, c: Input, d: Input)
    ensures Run(p, [a]) == Step(Start(p), a)
    ensures Run(p, [a, b]) == Step(Run(p, [a]), b)
    ensures Run(p, [a, b, c]) == Step(Run(p, [a, b]), c)
    ensures Run(p, [a, b, c, d]) == Step(Run(p, [a, b, c]), d)
  {
    hide Step;
    assert Run(p, []) == Start(p);
    assert [] + [a] == [a] && [a] + [b] == [a, b] && [a, b] + [c] == [a, b, c] && [a, b, c] + [d] == [a, b, c, d];
    H.RunOne(p, [], a);
    H.RunOne(p, [a], b);
    H.RunOne(p, [a, b], c);
    H.RunOne(p, [a, b, c], d);
  }
  // A Decide on the eternal budget: the permit it gives, or that nothing happens but a step.
  lemma Decides(c: Cast, w: World, amount: int, now: int)
    requires w.policies != [] && Current(w) == Pol(c, 0) && M.Ready(w.log, now)
    ensures var k := KeyIn(c, 0);
            Step(w, Decide(Req(c, amount, 0), now)) ==
            if BudgetSpec.Allowed(M.Ledger(w.log, k), k, 10, amount, now) then
              w.(log := w.log + [M.Batch(Ops(c, amount, 0), now)], steps := w.steps + 1,
              permits := w.permits + [Permit.Permit(Req(c, amount, 0), now, Version(w), w.steps, Ops(c, amount, 0), Issued)])
            else w.(steps := w.steps + 1)
  {
    hide Ops, Req, BudgetSpec.Allowed, OpsOf;
    var q := Req(c, amount, 0);
    PermittedIs(c, 0, w.log, amount, 0, now);
    if Permitted(Current(w), w.log, q, now) {
      assert 0 <= amount by { reveal BudgetSpec.Allowed; }
      SpendsOne(c, 0, amount, 0, now);
      B.OpsOfIs(w, q, now, Ops(c, amount, 0));
    }
  }
  // Perform: what it does, and that otherwise it is only a step.
  lemma Performs(w: World, t: nat)
    requires w.policies != []
    ensures Step(w, Perform(t)) ==
            if t < |w.permits| && w.permits[t].status.Issued? && w.permits[t].version == Version(w) then
              w.(permits := w.permits[t := w.permits[t].(status := Performed)], effects := w.effects + [Boundary.Effect.Effect(t, w.steps)], steps := w.steps + 1)
            else w.(steps := w.steps + 1)
  {}
  lemma Replaces(w: World, p: Policy)
    requires w.policies != []
    ensures Step(w, Replace(p)) == w.(policies := w.policies + [p], steps := w.steps + 1)
  {}
}
