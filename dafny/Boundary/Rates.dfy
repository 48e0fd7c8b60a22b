include "Limits.dfy"
include "Runs.dfy"
// B5: what a rate admits in any stretch of time.
module Rates {
  import opened Names
  import opened Policies
  import opened Cells
  import opened Boundary
  import opened SpendingSpec
  import L = Limits
  import T = Traces
  import M = Machine
  import RateSpec
  import RateProofs

  // B5: under every key of a rate, all that was admitted from `a` to `b` takes at most what may come at once (the most that any
  // policy of the run lets come at once) and the length of the stretch. All is in milliseconds: so many actions times what one takes.
  lemma B5_Rate(p: Policy, trace: seq<Input>, k: Key, a: int, b: int)
    requires k.0 == 1 && a <= b
    ensures RateSpec.Window(M.Ledger(Run(p, trace).log, k), a, b) <= Highest(Run(p, trace).policies, k.1) + (b - a)
  {
    hide Step, Run, RateSpec.Window;
    var w := Run(p, trace);
    T.RunGood(p, trace);
    L.RunWithin(p, trace, k.1);
    L.LedgerWithin(w.log, k, Highest(w.policies, k.1));
    L.HighestNatural(w.policies, k.1);
    M.LedgerAdmissible(w.log, k);
    M.LedgerOrdered(w.log, k);
    M.LedgerNatural(w.log, k);
    RateProofs.Bounded(M.Ledger(w.log, k), k, Highest(w.policies, k.1), a, b);
  }
}

module RateWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SpendingSpec
  import opened SmallRuns
  import H = History
  import M = Machine
  import RateSpec

  // One verb that is permitted; two may come at once, and one takes 10 milliseconds.
  datatype Cast = Cast(verb: Name, rate: Name, count: Name, scope: Name, value: Name, agent: Name, kind: Name, group: Name)
  ghost function Pol(c: Cast): Policy {
    Policy(map[c.verb := []],
           [Always(c.verb, Policies.Effect.Permit, c.group, c), Always(c.verb, Charge(c.rate), c.group, c)],
           map[c.rate := Budget(1, c.count, 2, 10, (c.scope, c.scope, c.scope, c.scope))],
           map[], map[c.kind := AgentKind({c.group}, {}, {})], c.verb, c.scope, c.scope, c.scope)
  }
  ghost function Always(id: Name, e: Policies.Effect, group: Name, c: Cast): Rule { Rule(id, group, e, {c.verb}, [], []) }
  ghost function PartOf(c: Cast, n: int): Part { Part(c.verb, map[c.count := n], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, n: int): Request { Request([PartOf(c, n)], map[c.scope := c.value], c.verb, 0) }
  ghost function KeyIn(c: Cast): Key { (1, c.rate, c.value, c.value, c.value, c.value, 0) }

  ghost predicate Asks1(c: Cast, sc: Scene, n: int) { sc.q == Req(c, n) && c.group in sc.groups && sc.own == {} }
  lemma Says(c: Cast, sc: Scene, n: int)
    requires Asks1(c, sc, n) && 0 <= n
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && forall m :: !Wanted(Pol(c), sc, m)
    ensures Keys(Pol(c), sc) == {KeyIn(c)}
    ensures Amount(Pol(c), sc, sc.q.parts, KeyIn(c)) == 10 * n
  {
    var p, part := Pol(c), PartOf(c, n);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert Touches(p, sc, part, KeyIn(c));
    assert sc.q.parts[..0] == [];
  }
  ghost function Ops(c: Cast, n: int): map<Key, Op> { map[KeyIn(c) := Touch(20, 10 * n, c.count)] }
  lemma OpsAre(c: Cast, sc: Scene, n: int)
    requires Asks1(c, sc, n) && 0 <= n
    ensures Carrying(Pol(c), sc) == sc && Batch(Pol(c), sc) == Ops(c, n)
  {
    hide Amount, Keys;
    Says(c, sc, n);
    assert Brings(Pol(c), sc) == {};
  }
  lemma Judges(c: Cast, log: M.Log, sc: Scene, n: int)
    requires Asks1(c, sc, n) && 0 <= n
    ensures Judged(Pol(c), log, sc) <==> RateSpec.Allowed(M.Ledger(log, KeyIn(c)), 10 * n, 20, sc.now)
    ensures Judged(Pol(c), log, sc) ==> Lets(Pol(c), log, sc)
  {
    hide Clear, Payable, Wanted, Batch, Carrying, RateSpec.Allowed;
    Says(c, sc, n);
    OpsAre(c, sc, n);
  }
  ghost function First(c: Cast): World
  { Answered(Hired(Pol(c), c.agent, c.kind), c.agent, Req(c, 2), 0) }
  lemma FirstIs(c: Cast)
    ensures Run(Pol(c), Tried(c.agent, c.kind, Req(c, 2), 0)) == First(c)
    ensures First(c).policies == [Pol(c)] && First(c).log == [M.Batch(Ops(c, 2), 0)] && |First(c).permits| == 1
    ensures M.Ledger(First(c).log, KeyIn(c)) == [Entry(Touch(20, 20, c.count), 0)]
    ensures SceneOf(First(c), c.agent, Req(c, 1), 0).groups == {c.group}
  {
    hide Judged, Free, Batch, Carrying, Step;
    var w := Hired(Pol(c), c.agent, c.kind);
    var sc := SceneOf(w, c.agent, Req(c, 2), 0);
    assert M.Ledger([], KeyIn(c)) == [];
    Judges(c, [], sc, 2);
    OpsAre(c, sc, 2);
    RunTried(Pol(c), c.agent, c.kind, Req(c, 2), 0);
    Decides(w, c.agent, Req(c, 2), 0);
    M.LedgerOne([], M.Batch(Ops(c, 2), 0), KeyIn(c));
    assert [] + [M.Batch(Ops(c, 2), 0)] == [M.Batch(Ops(c, 2), 0)];
  }
  // The bound is reached: two at once.
  lemma W_B5_Rate(c: Cast)
    ensures var w := Run(Pol(c), Tried(c.agent, c.kind, Req(c, 2), 0));
            RateSpec.Window(M.Ledger(w.log, KeyIn(c)), 0, 0) == 20 == Highest(w.policies, c.rate) + (0 - 0)
  {
    hide Pol, Req;
    FirstIs(c);
    HighestIs(c);
    var l := [Entry(Touch(20, 20, c.count), 0)];
    assert l[..0] == [];
    assert RateSpec.Window(l, 0, 0) == 20;
  }
  lemma HighestIs(c: Cast)
    ensures Highest([Pol(c)], c.rate) == 20
  { assert [Pol(c)][..0] == []; }
  // X: a third at the same time: it is not permitted,
  lemma X_ThirdAtOnce(c: Cast)
    ensures Run(Pol(c), Tried(c.agent, c.kind, Req(c, 2), 0) + [Decide(c.agent, Req(c, 1), 0)]).permits == First(c).permits
  {
    hide Step, First, Judged, Pol;
    FirstIs(c);
    H.RunOne(Pol(c), Tried(c.agent, c.kind, Req(c, 2), 0), Decide(c.agent, Req(c, 1), 0));
    var sc := SceneOf(First(c), c.agent, Req(c, 1), 0);
    Judges(c, First(c).log, sc, 1);
    var l := [Entry(Touch(20, 20, c.count), 0)];
    assert l[..0] == [] && RateSpec.Since(l, 1) == 0;
    assert RateSpec.Since(l, 0) == 20;
    Denies(First(c), c.agent, Req(c, 1), 0);
  }
  // and a ledger that held it would be more than B5 lets a run come to.
  lemma X_Burst(c: Cast)
    ensures RateSpec.Window([Entry(Touch(20, 20, c.count), 0), Entry(Touch(20, 10, c.count), 0)], 0, 0) > Highest([Pol(c)], c.rate) + (0 - 0)
  {
    hide Pol;
    HighestIs(c);
    var l := [Entry(Touch(20, 20, c.count), 0), Entry(Touch(20, 10, c.count), 0)];
    var one := [Entry(Touch(20, 20, c.count), 0)];
    assert one[..0] == [] && RateSpec.Window(one, 0, 0) == 20;
    assert l[..|l| - 1] == one;
  }
}
