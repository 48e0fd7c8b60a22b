include "Examples.dfy"
// For each theorem: a run that meets its premises (W_), and bad behaviours, by name, that the specification rules out (X_).
module BoundaryWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import opened Examples
  import E = Effects
  import H = History
  import S = Spending
  import M = Machine
  import BudgetSpec

  // The first Decide of a run, for an amount that the budget has room for.
  ghost function Try(c: Cast, amount: int, now: int): Input { Decide(c.value, Req(c, amount, 0), now) }
  ghost function Born1(c: Cast, amount: int): Permit { Given(c, amount, 1, 0, 1) }
  ghost function After1(c: Cast, amount: int): World {
    Start1(c).(log := [M.Batch(Ops(c, amount, 0), 1)], permits := [Born1(c, amount)], steps := 2)
  }
  lemma First(c: Cast, amount: int)
    requires 0 <= amount <= 10
    ensures Run(Pol(c, 0), [Who(c), Try(c, amount, 1)]) == After1(c, amount)
    ensures BudgetSpec.Total(M.Ledger(After1(c, amount).log, KeyIn(c, 0))) == amount
    ensures Spent(After1(c, amount).permits, KeyIn(c, 0)) == amount
    ensures Groups(After1(c, amount), c.value) == {c.verb}
  {
    hide Req, Step;
    var d, k := Try(c, amount, 1), KeyIn(c, 0);
    RunIs(c, d, d, d, d);
    assert M.Ledger([], k) == [] && BudgetSpec.Total([]) == 0 && Spent([], k) == 0;
    Decides(c, Start1(c), amount, 1);
    assert [] + [M.Batch(Ops(c, amount, 0), 1)] == [M.Batch(Ops(c, amount, 0), 1)];
    S.LogTotal([], M.Batch(Ops(c, amount, 0), 1), k);
    assert [] + [Born1(c, amount)] == [Born1(c, amount)];
    S.SpentOne([], Born1(c, amount), k);
  }

  // ---- B2 ----
  // B2_PermittedWhenDecided, B2_Decides, B2_Performs; and X: performing twice performs once.
  lemma W_B2_Performed(c: Cast)
    ensures Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Perform(0)]).effects == [Boundary.Effect.Effect(0, 2)]
    ensures Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Perform(0), Perform(0)]).effects == [Boundary.Effect.Effect(0, 2)]
  {
    hide Pol, Req, Ops, Step;
    var w := After1(c, 7);
    First(c, 7);
    RunIs(c, Try(c, 7, 1), Perform(0), Perform(0), Perform(0));
    Performs(w, 0);
    Performs(Step(w, Perform(0)), 0);
  }
  lemma W_B2_Once(c: Cast)
    ensures var trace := [Who(c), Try(c, 3, 1), Try(c, 4, 1), Perform(0), Perform(1)];
            Run(Pol(c, 0), trace).effects == [Boundary.Effect.Effect(0, 3), Boundary.Effect.Effect(1, 4)]
  {
    hide Pol, Req, Ops, Step;
    First(c, 3);
    RunIs(c, Try(c, 3, 1), Try(c, 4, 1), Perform(0), Perform(1));
    Decides(c, After1(c, 3), 4, 1);
    var w := Step(After1(c, 3), Try(c, 4, 1));
    Performs(w, 0);
    Performs(Step(w, Perform(0)), 1);
  }
  // X: a permit of before the replacement performs nothing.
  lemma W_B2_StalePermit(c: Cast)
    ensures var w := Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Replace(Pol(c, 0))]); |w.permits| == 1 && w.permits[0].version != Version(w)
    ensures Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Replace(Pol(c, 0)), Perform(0)]).effects == []
  {
    hide Pol, Req, Ops, Step;
    First(c, 7);
    RunIs(c, Try(c, 7, 1), Replace(Pol(c, 0)), Perform(0), Perform(0));
    var w := Step(After1(c, 7), Replace(Pol(c, 0)));
    Replaces(After1(c, 7), Pol(c, 0));
    Performs(w, 0);
  }
  // X: without a permit nothing is performed, and an effect that had none would break B2.
  lemma X_NoPermit(p: Policy, t: nat)
    ensures Run(p, [Perform(t)]).effects == []
    ensures !E.Lawful(p, [Perform(t)], Boundary.Effect.Effect(t, 0))
  { assert [] + [Perform(t)] == [Perform(t)]; H.RunOne(p, [], Perform(t)); }
  // X: nor once it has been released.
  lemma X_Released(c: Cast)
    ensures Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Release(0, 1), Perform(0)]).effects == []
  {
    hide Pol, Req, Ops, Step;
    First(c, 7);
    RunIs(c, Try(c, 7, 1), Release(0, 1), Perform(0), Perform(0));
    ReleasedIs(c, 7);
    Performs(Step(After1(c, 7), Release(0, 1)), 0);
  }
  lemma ReleasedIs(c: Cast, amount: int)
    requires 0 <= amount
    ensures var w := Step(After1(c, amount), Release(0, 1)); |w.permits| == 1 && w.permits[0].status.Settled? && w.effects == []
  {
    hide Pol, Req, Ops, Closing;
    RefundTaken(c, amount, Nothing(Ops(c, amount, 0)), false, 1);
  }

  // ---- B4 ----
  lemma HighestIs(c: Cast)
    ensures Highest([Pol(c, 0)], c.fund) == 10
  { assert [Pol(c, 0)][..0] == []; }
  lemma RefundTaken(c: Cast, amount: int, used: map<Name, int>, ok: bool, now: int)
    requires 0 <= amount && 1 <= now
    ensures M.AllOk(Closing(Ops(c, amount, 0), used, ok, 1), M.StateOf(After1(c, amount).log), now) && M.Ready(After1(c, amount).log, now)
  { reveal M.Ok(); }
  // The first permit, performed and settled.
  ghost function Settled1(c: Cast, amount: int, used: int): seq<Input> { [Who(c), Try(c, amount, 1), Perform(0), Settle(0, map[c.measure := used], true, 2)] }
  lemma SettledIs(c: Cast, amount: int, used: int)
    requires 0 <= amount <= 10
    ensures var w := Run(Pol(c, 0), Settled1(c, amount, used));
            var kept := if amount <= used then amount else if used < 0 then 0 else used;
            w.policies == [Pol(c, 0)] && Groups(w, c.value) == {c.verb} && M.Ready(w.log, 2) && |w.permits| == 1 && w.permits[0].status.Settled? &&
            Spent(w.permits, KeyIn(c, 0)) == kept && BudgetSpec.Total(M.Ledger(w.log, KeyIn(c, 0))) == kept
  {
    hide Pol, Req, Step, Run, Spent, M.Ledger, BudgetSpec.Total;
    var p, k, u := Pol(c, 0), KeyIn(c, 0), map[c.measure := used];
    First(c, amount);
    SettledRun(c, amount, used);
    var last := Born1(c, amount).(status := Settled(u));
    assert [] + [last] == [last];
    S.SpentOne([], last, k);
    assert Spent([], k) == 0 by { reveal Spent; }
    S.RunBalanced(p, Settled1(c, amount, used), k);
  }
  ghost function Settled4(c: Cast, amount: int, used: map<Name, int>): World {
    var w := After1(c, amount).(permits := [Born1(c, amount).(status := Performed)], effects := [Boundary.Effect.Effect(0, 2)], steps := 3);
    w.(log := w.log + [M.Batch(Closing(Ops(c, amount, 0), used, true, 1), 2)], permits := [Born1(c, amount).(status := Settled(used))], steps := 4)
  }
  lemma SettledRun(c: Cast, amount: int, used: int)
    requires 0 <= amount <= 10
    ensures Run(Pol(c, 0), Settled1(c, amount, used)) == Settled4(c, amount, map[c.measure := used])
  {
    hide Pol, Req, Step, Ops, Closing;
    var trace := Settled1(c, amount, used);
    First(c, amount);
    RunIs(c, trace[1], trace[2], trace[3], trace[3]);
    assert trace == [trace[0], trace[1], trace[2], trace[3]];
    var w := After1(c, amount).(permits := [Born1(c, amount).(status := Performed)], effects := [Boundary.Effect.Effect(0, 2)], steps := 3);
    Performs(After1(c, amount), 0);
    assert Run(Pol(c, 0), [trace[0], trace[1], trace[2]]) == w;
    SettleIs(c, amount, map[c.measure := used]);
  }
  lemma SettleIs(c: Cast, amount: int, used: map<Name, int>)
    requires 0 <= amount
    ensures var w := After1(c, amount).(permits := [Born1(c, amount).(status := Performed)], effects := [Boundary.Effect.Effect(0, 2)], steps := 3);
            Step(w, Settle(0, used, true, 2)) == w.(log := w.log + [M.Batch(Closing(Ops(c, amount, 0), used, true, 1), 2)],
            permits := [Born1(c, amount).(status := Settled(used))], steps := 4)
  {
    hide Pol, Req, Ops, Closing;
    RefundTaken(c, amount, used, true, 2);
  }

  // The bound is reached: of 7 reserved 4 stay, and 6 more are permitted up to the limit of 10, and not 7.
  lemma W_B4_Budget(c: Cast)
    ensures var w := Run(Pol(c, 0), Settled1(c, 7, 4) + [Try(c, 6, 3)]);
            Spent(w.permits, KeyIn(c, 0)) == 10 == Highest(w.policies, c.fund)
    ensures |Run(Pol(c, 0), Settled1(c, 7, 4) + [Try(c, 7, 3)]).permits| == 1
  {
    hide Req, Ops, Step, Run, Pol, Given, BudgetSpec.Total, Spent, Highest, Settled1;
    var w, k := Run(Pol(c, 0), Settled1(c, 7, 4)), KeyIn(c, 0);
    SettledIs(c, 7, 4);
    HighestIs(c);
    H.RunOne(Pol(c, 0), Settled1(c, 7, 4), Try(c, 6, 3));
    H.RunOne(Pol(c, 0), Settled1(c, 7, 4), Try(c, 7, 3));
    Decides(c, w, 6, 3);
    Decides(c, w, 7, 3);
    HeldSix(c, w);
  }
  lemma HeldSix(c: Cast, w: World)
    ensures Spent(w.permits + [Given(c, 6, 3, Version(w), w.steps)], KeyIn(c, 0)) == Spent(w.permits, KeyIn(c, 0)) + 6
  { S.SpentOne(w.permits, Given(c, 6, 3, Version(w), w.steps), KeyIn(c, 0)); }

  // X: two requests for 7 of 10, whoever sends them: the second is not permitted. Nor would its ledger be admissible.
  lemma X_Overspend(c: Cast)
    ensures Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Try(c, 7, 1)]).permits == [Born1(c, 7)]
  {
    hide Pol, Req, Ops;
    First(c, 7);
    RunIs(c, Try(c, 7, 1), Try(c, 7, 1), Perform(0), Perform(0));
    Decides(c, After1(c, 7), 7, 1);
  }
  lemma X_OverspendLedger(k: Key, m: Name)
    requires k.0 == 0
    ensures !M.Admissible([Entry(Touch(10, 7, m), 1), Entry(Touch(10, 7, m), 1)], k)
  {
    reveal M.Admissible(), M.Ok(), M.Then();
    var l := [Entry(Touch(10, 7, m), 1), Entry(Touch(10, 7, m), 1)];
    assert l[..1] == [l[0]] && [l[0]][..0] == [];
    assert M.Fold([], k) == 0 && M.Fold([l[0]], k) == 7;
    assert !M.Ok(k, l[1].op, M.Fold(l[..1], k), l[1].now);
  }
  // X: a negative amount is never permitted, so no request makes room.
  lemma X_NegativeAmount(c: Cast, log: M.Log, now: int, view: View)
    ensures !Permitted(Pol(c, 0), log, At(c, -5, 0, now, view))
  { PermittedIs(c, 0, log, -5, 0, now, view); }
  // X: a negative use refills nothing; more use than was reserved is not counted.
  lemma X_NegativeUse(c: Cast)
    ensures Spent(Run(Pol(c, 0), Settled1(c, 7, -5)).permits, KeyIn(c, 0)) == 0
    ensures Spent(Run(Pol(c, 0), Settled1(c, 7, 100)).permits, KeyIn(c, 0)) == 7
  {
    SettledIs(c, 7, -5);
    SettledIs(c, 7, 100);
  }
  // X: settling a second time changes nothing.
  lemma X_SettledTwice(c: Cast, used: map<Name, int>)
    ensures Run(Pol(c, 0), Settled1(c, 7, 4) + [Settle(0, used, true, 3)]).permits == Run(Pol(c, 0), Settled1(c, 7, 4)).permits
  {
    hide Pol, Req;
    SettledIs(c, 7, 4);
    H.RunOne(Pol(c, 0), Settled1(c, 7, 4), Settle(0, used, true, 3));
  }
  // X: what was performed cannot be released.
  lemma X_ReleasedAfter(c: Cast)
    ensures Spent(Run(Pol(c, 0), [Who(c), Try(c, 7, 1), Perform(0), Release(0, 2)]).permits, KeyIn(c, 0)) == 7
  {
    hide Pol, Req, Step, Answer, Close, Nothing;
    var w, done := After1(c, 7), Born1(c, 7).(status := Performed);
    First(c, 7);
    RunIs(c, Try(c, 7, 1), Perform(0), Release(0, 2), Perform(0));
    Performs(w, 0);
    assert Step(Step(w, Perform(0)), Release(0, 2)).permits == [done] by { reveal Step; }
    assert [] + [done] == [done];
    S.SpentOne([], done, KeyIn(c, 0));
  }
  // X: a window that has ended takes no spending, whatever is left of it.
  lemma X_WindowEnded(c: Cast, log: M.Log, amount: int, month: int, now: int, view: View)
    requires month != 0 && month <= now
    ensures !Permitted(Pol(c, -1), log, At(c, amount, month, now, view))
  { PermittedIs(c, -1, log, amount, month, now, view); }
  // X: neither does a clock that runs back.
  lemma X_ClockBack(c: Cast)
    ensures Run(Pol(c, 0), [Who(c), Try(c, 3, 1), Try(c, 3, 0)]).permits == [Born1(c, 3)]
  {
    hide Pol, Req, Ops, Permitted;
    First(c, 3);
    RunIs(c, Try(c, 3, 1), Try(c, 3, 0), Perform(0), Perform(0));
  }
}
