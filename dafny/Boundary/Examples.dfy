include "Theorems.dfy"
include "Runs.dfy"
// One small policy and its requests, for witnesses: a verb that is permitted and charged under a budget of 10.
module Examples {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import B = Batches
  import H = History
  import M = Machine
  import R = SmallRuns
  import BudgetSpec

  // The names that it needs; they may be the same or not. `verb` names the rules' group and the agent's kind as well.
  datatype Cast = Cast(verb: Name, fund: Name, measure: Name, scope: Name, value: Name)

  // period: 0 for ever, -1 the calendar month.
  ghost function Pol(c: Cast, period: int): Policy {
    Policy(map[c.verb := []],
           [Rule(c.verb, c.verb, Policies.Effect.Permit, {c.verb}, [], []), Rule(c.verb, c.verb, Charge(c.fund), {c.verb}, [], [])],
           map[c.fund := Budget(0, c.measure, 10, period, (c.scope, c.scope, c.scope, c.scope))],
           map[], map[c.verb := AgentKind({c.verb}, {}, {})], c.verb, c.scope, c.scope, c.scope)
  }
  ghost function PartOf(c: Cast, amount: int): Part { Part(c.verb, map[c.measure := amount], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, amount: int, month: int): Request { Request([PartOf(c, amount)], map[c.scope := c.value], c.value, month) }
  ghost function KeyIn(c: Cast, end: int): Key { (0, c.fund, c.value, c.value, c.value, c.value, end) }
  ghost function Ops(c: Cast, amount: int, end: int): map<Key, Op> { map[KeyIn(c, end) := Touch(10, amount, c.measure)] }
  // The request in some session of an agent that uses the group.
  ghost function At(c: Cast, amount: int, month: int, now: int, view: View): Scene { Scene(Req(c, amount, month), {c.verb}, now, view, {}) }

  lemma Says(c: Cast, period: int, amount: int, month: int, now: int, view: View)
    ensures var p, sc := Pol(c, period), At(c, amount, month, now, view);
            Clear(p, sc) && (forall n :: !Wanted(p, sc, n)) && (Payable(p, sc) <==> 0 <= amount)
  {
    var p, sc, part := Pol(c, period), At(c, amount, month, now, view), PartOf(c, amount);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert Granted(p, sc, part, atom);
    assert p.rules[1] in p.rules && Charges(p.rules[1], sc, part, atom);
    assert sc.q.parts[0] in sc.q.parts && atom in part.atoms;
  }
  lemma TouchesOne(c: Cast, period: int, amount: int, month: int, now: int, view: View, k: Key)
    requires 0 <= amount
    ensures Touches(Pol(c, period), At(c, amount, month, now, view), PartOf(c, amount), k) <==> k == KeyIn(c, End(period, month, now))
  {
    var p, sc, part := Pol(c, period), At(c, amount, month, now, view), PartOf(c, amount);
    var atom := part.atoms[0];
    assert p.rules[1] in p.rules && Charges(p.rules[1], sc, part, atom);
    assert atom in part.atoms;
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c, End(period, month, now));
  }
  lemma BatchIs(c: Cast, period: int, amount: int, month: int, now: int, view: View)
    requires 0 <= amount
    ensures var p, sc := Pol(c, period), At(c, amount, month, now, view);
            Batch(p, sc) == Ops(c, amount, End(period, month, now)) && Brings(p, sc) == {} && Carrying(p, sc) == sc
  {
    hide Touches, End, Keys;
    var p, sc, part, end := Pol(c, period), At(c, amount, month, now, view), PartOf(c, amount), End(period, month, now);
    forall k: Key ensures k in Keys(p, sc) <==> k == KeyIn(c, end) {
      B.KeysTouched(p, sc, k);
      TouchesOne(c, period, amount, month, now, view, k);
      assert sc.q.parts[0] in sc.q.parts;
    }
    TouchesOne(c, period, amount, month, now, view, KeyIn(c, end));
    assert sc.q.parts[..0] == [];
    assert Amount(p, sc, sc.q.parts, KeyIn(c, end)) == amount;
    assert Brings(p, sc) == {};
  }
  // Permission comes down to the room in one budget, and nobody is asked.
  lemma PermittedIs(c: Cast, period: int, log: M.Log, amount: int, month: int, now: int, view: View)
    ensures var k := KeyIn(c, End(period, month, now));
            Permitted(Pol(c, period), log, At(c, amount, month, now, view)) <==> BudgetSpec.Allowed(M.Ledger(log, k), k, 10, amount, now)
    ensures 0 <= amount ==> Free(Pol(c, period), log, At(c, amount, month, now, view))
  {
    hide Clear, Payable, End, Wanted;
    var p, sc := Pol(c, period), At(c, amount, month, now, view);
    Says(c, period, amount, month, now, view);
    if 0 <= amount {
      BatchIs(c, period, amount, month, now, view);
      assert forall n :: !Missing(p, sc, Batch(p, sc), log, n);
    }
    reveal Permitted();
  }

  // ---- runs: somebody is hired first ----
  ghost function Who(c: Cast): Input { Hire(c.value, c.verb) }
  ghost function Start1(c: Cast): World { R.Hired(Pol(c, 0), c.value, c.verb) }
  lemma RunIs(c: Cast, i: Input, j: Input, k: Input, l: Input)
    ensures var p, h := Pol(c, 0), Who(c);
            && Run(p, [h]) == Start1(c) && Run(p, [h, i]) == Step(Start1(c), i) && Run(p, [h, i, j]) == Step(Run(p, [h, i]), j)
            && Run(p, [h, i, j, k]) == Step(Run(p, [h, i, j]), k) && Run(p, [h, i, j, k, l]) == Step(Run(p, [h, i, j, k]), l)
  {
    hide Step;
    var p, h := Pol(c, 0), Who(c);
    R.RunHire(p, c.value, c.verb);
    assert [h] + [i] == [h, i] && [h, i] + [j] == [h, i, j] && [h, i, j] + [k] == [h, i, j, k] && [h, i, j, k] + [l] == [h, i, j, k, l];
    H.RunOne(p, [h], i);
    H.RunOne(p, [h, i], j);
    H.RunOne(p, [h, i, j], k);
    H.RunOne(p, [h, i, j, k], l);
  }
  ghost function Given(c: Cast, amount: int, now: int, version: int, born: nat): Permit {
    Permit.Permit(Req(c, amount, 0), c.value, now, version, born, Ops(c, amount, 0), false, Issued)
  }
  // A Decide on the eternal budget: the permit it gives, or that nothing happens but a step.
  lemma Decides(c: Cast, w: World, amount: int, now: int)
    requires w.policies != [] && Current(w) == Pol(c, 0) && M.Ready(w.log, now) && Groups(w, c.value) == {c.verb}
    ensures var k := KeyIn(c, 0);
            Step(w, Decide(c.value, Req(c, amount, 0), now)) ==
            if BudgetSpec.Allowed(M.Ledger(w.log, k), k, 10, amount, now) then
              w.(log := w.log + [M.Batch(Ops(c, amount, 0), now)], steps := w.steps + 1,
              permits := w.permits + [Given(c, amount, now, Version(w), w.steps)])
            else w.(steps := w.steps + 1)
  {
    hide Ops, Req, BudgetSpec.Allowed, Batch, Carrying, Free;
    var view := View(M.StateOf(w.log), w.records, w.grants);
    assert SceneOf(w, c.value, Req(c, amount, 0), now) == At(c, amount, 0, now, view);
    PermittedIs(c, 0, w.log, amount, 0, now, view);
    if Permitted(Current(w), w.log, At(c, amount, 0, now, view)) {
      assert 0 <= amount by { reveal BudgetSpec.Allowed; }
      BatchIs(c, 0, amount, 0, now, view);
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
