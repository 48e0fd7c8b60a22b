include "Agents.dfy"
include "Runs.dfy"
// For B8: a lead that starts a worker, which spends within the lead's account (W_), and what B8 rules out (X_).
module AgentsWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened AgentsSpec
  import opened DecidedSpec
  import opened SpendingSpec
  import opened TotalsSpec
  import opened SmallRuns
  import Agents
  import H = History
  import M = Machine
  import BudgetSpec

  // A lead may pass on the group, and a worker may use it. What is done is counted for whoever stands first in the chain.
  datatype Cast = Cast(verb: Name, fund: Name, measure: Name, slot: Name, lead: Name, worker: Name, group: Name, other: Name, a: Name, b: Name)
  ghost predicate Apart(c: Cast) { c.lead != c.worker && c.group != c.other && c.a != c.b }
  ghost function Allows(c: Cast): Rule { Rule(c.verb, c.group, Policies.Effect.Permit, {c.verb}, [], []) }
  ghost function Count(c: Cast): Rule { Rule(c.fund, c.group, Charge(c.fund), {c.verb}, [Scoping(c.slot, true)], []) }
  ghost function Pol(c: Cast): Policy {
    Policy(map[c.verb := []], [Allows(c), Count(c)],
           map[c.fund := Budget(0, c.measure, 10, 0, (c.slot, c.slot, c.slot, c.slot))], map[],
           map[c.lead := AgentKind({}, {c.group}, {c.worker}), c.worker := AgentKind({c.group}, {}, {})], c.verb, c.slot, c.slot, c.slot)
  }
  ghost function PartOf(c: Cast, n: int): Part { Part(c.verb, map[c.measure := n], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, n: int): Request { Request([PartOf(c, n)], map[c.slot := c.a], c.verb, 0) }
  ghost function KeyIn(c: Cast): Key { (0, c.fund, c.a, c.a, c.a, c.a, 0) }
  ghost function Ops(c: Cast, n: int): map<Key, Op> { map[KeyIn(c) := Touch(10, n, c.measure)] }

  lemma Says(c: Cast, sc: Scene, n: int)
    requires sc.q == Req(c, n) && c.group in sc.groups && sc.own == {} && 0 <= n
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && forall m :: !Wanted(Pol(c), sc, m)
    ensures Carrying(Pol(c), sc) == sc && Batch(Pol(c), sc) == Ops(c, n)
  {
    hide Lifted, Amount;
    var p, part := Pol(c), PartOf(c, n);
    var atom := part.atoms[0];
    assert !Lifted(Allows(c), sc, part, atom) && !Lifted(Count(c), sc, part, atom) by { reveal Lifted; }
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
    assert sc.q.parts[0] == part && atom in part.atoms;
    SingleIs(p, sc, part, atom, p.rules[1]);
    assert Brings(p, sc) == {};
  }
  lemma Judges(c: Cast, log: M.Log, sc: Scene, n: int)
    requires sc.q == Req(c, n) && c.group in sc.groups && sc.own == {} && 0 <= n
    ensures Judged(Pol(c), log, sc) <==> BudgetSpec.Total(M.Ledger(log, KeyIn(c))) + n <= 10
    ensures Judged(Pol(c), log, sc) ==> Lets(Pol(c), log, sc)
  {
    hide Clear, Payable, Wanted, Batch, Carrying;
    Says(c, sc, n);
  }

  // ---- the run: the lead is hired, starts the worker, and the worker does 7 of 10 ----
  ghost function StartIn(c: Cast, uses: set<Name>): Input { Start(c.a, c.b, c.worker, uses, {}) }
  ghost function Both(c: Cast): World
  { Hired(Pol(c), c.a, c.lead).(agents := map[c.a := Agent(c.lead, {}, {c.group}), c.b := Agent(c.worker, {c.group}, {})], steps := 2) }
  lemma RunBoth(c: Cast)
    requires Apart(c)
    ensures Run(Pol(c), [Hire(c.a, c.lead), StartIn(c, {c.group})]) == Both(c)
  {
    var one := [Hire(c.a, c.lead)];
    RunHire(Pol(c), c.a, c.lead);
    assert one + [StartIn(c, {c.group})] == [Hire(c.a, c.lead), StartIn(c, {c.group})];
    H.RunOne(Pol(c), one, StartIn(c, {c.group}));
    assert Step(Hired(Pol(c), c.a, c.lead), StartIn(c, {c.group})).agents == Both(c).agents;
  }
  // The premises of B8_Child and B8_Line.
  lemma W_B8_Line(c: Cast)
    requires Apart(c)
    ensures var trace := [Hire(c.a, c.lead), StartIn(c, {c.group})];
            Started(Pol(c), trace, c.a, c.b) && Line(Pol(c), trace, [c.a, c.b]) &&
            Run(Pol(c), trace).agents == map[c.a := Agent(c.lead, {}, {c.group}), c.b := Agent(c.worker, {c.group}, {})]
  {
    hide Step, Pol;
    var trace := [Hire(c.a, c.lead), StartIn(c, {c.group})];
    RunBoth(c);
    RunHire(Pol(c), c.a, c.lead) by { reveal Pol; }
    assert trace[..1] == [Hire(c.a, c.lead)] && trace[..2] == trace;
    assert StartedAt(Pol(c), trace, 1, c.a, c.b);
  }
  ghost function Spent7(c: Cast): seq<Input> { [Hire(c.a, c.lead), StartIn(c, {c.group}), Decide(c.b, Req(c, 7), 0), Perform(0)] }
  ghost function Now7(c: Cast): World { Gone(Answered(Both(c), c.b, Req(c, 7), 0), 0) }
  lemma Lets7(c: Cast)
    requires Apart(c)
    ensures LetsNow(Both(c), c.b, Req(c, 7), 0) && OpsOf(Both(c), c.b, Req(c, 7), 0) == Ops(c, 7)
  {
    hide Judged, Free, Clear, Payable, Wanted, Batch, Carrying, BudgetSpec.Total;
    var sc := SceneOf(Both(c), c.b, Req(c, 7), 0);
    assert M.Ledger([], KeyIn(c)) == [] && BudgetSpec.Total([]) == 0 by { reveal BudgetSpec.Total; }
    Says(c, sc, 7);
    Judges(c, [], sc, 7);
  }
  lemma Run7(c: Cast)
    requires Apart(c)
    ensures Run(Pol(c), Spent7(c)) == Now7(c)
  {
    hide Step, Pol, Req, LetsNow, OpsOf;
    var two := [Hire(c.a, c.lead), StartIn(c, {c.group})];
    RunBoth(c);
    Lets7(c);
    H.RunOne(Pol(c), two, Decide(c.b, Req(c, 7), 0));
    Decides(Both(c), c.b, Req(c, 7), 0);
    assert two + [Decide(c.b, Req(c, 7), 0)] + [Perform(0)] == Spent7(c);
    H.RunOne(Pol(c), two + [Decide(c.b, Req(c, 7), 0)], Perform(0));
    Performs(Answered(Both(c), c.b, Req(c, 7), 0), 0);
  }
  // The premises of B8_Effects, B8_Subtree and B8_Account: the worker's effect, in the lead's account.
  lemma W_B8_Subtree(c: Cast)
    requires Apart(c)
    ensures var w := Run(Pol(c), Spent7(c));
            |w.effects| == 1 && Doing(Pol(c), Spent7(c), 0).agent == c.b && Doing(Pol(c), Spent7(c), 0).q == Req(c, 7) &&
            w.policies == [Pol(c)] && Outlay(w.permits, w.effects, KeyIn(c)) == 7 && LimitsAtMost(w.policies, c.fund, 10)
    ensures Agents.CountsUnder(Pol(c), {c.verb}, c.measure, c.fund, c.slot)
  {
    hide Step, OpsOf, Ops, LetsNow, Run, Agents.CountsUnder, Pol, Req;
    Run7(c);
    Lets7(c);
    CountsIs(c);
    var w := Now7(c);
    assert w.permits[..0] == [];
    assert w.effects[0] in w.effects && HasEffect(w.effects, 0);
    assert HeldBy(w.permits[0], KeyIn(c)) == 7 by { reveal Ops, Pol, Req; }
    assert LimitsAtMost(w.policies, c.fund, 10) by { reveal Pol; }
  }
  lemma CountsIs(c: Cast)
    requires Apart(c)
    ensures Agents.CountsUnder(Pol(c), {c.verb}, c.measure, c.fund, c.slot)
  {
    assert CountsHere(Pol(c).rules[1], c.verb, c.fund, {Scoping(c.slot, true)});
    assert Pol(c).rules[1] in Pol(c).rules;
  }

  // ---- what B8 rules out ----
  // X: a child with a group that its parent neither uses nor may pass on is not started (the worker's kind would have it),
  lemma X_MoreThanParent(c: Cast)
    requires Apart(c)
    ensures c.b !in Run(Wide(c), [Hire(c.a, c.lead), StartIn(c, {c.group, c.other})]).agents
    ensures !(AgentsSpec.Groups(Agent(c.worker, {c.group, c.other}, {})) <= AgentsSpec.Groups(Agent(c.lead, {}, {c.group})))
  {
    var one := [Hire(c.a, c.lead)];
    RunHire(Wide(c), c.a, c.lead);
    assert one + [StartIn(c, {c.group, c.other})] == [Hire(c.a, c.lead), StartIn(c, {c.group, c.other})];
    H.RunOne(Wide(c), one, StartIn(c, {c.group, c.other}));
    assert c.other in {c.group, c.other};
  }
  ghost function Wide(c: Cast): Policy { Pol(c).(agents := map[c.lead := AgentKind({}, {c.group}, {c.worker}), c.worker := AgentKind({c.group, c.other}, {}, {})]) }
  // and the worker, with 7 of the lead's 10 gone, does not do 7 more.
  lemma X_MoreThanRemains(c: Cast)
    requires Apart(c)
    ensures Run(Pol(c), Spent7(c) + [Decide(c.b, Req(c, 7), 0)]).permits == Run(Pol(c), Spent7(c)).permits
  {
    hide Step, OpsOf, LetsNow, Judged;
    Run7(c);
    Lets7(c);
    H.RunOne(Pol(c), Spent7(c), Decide(c.b, Req(c, 7), 0));
    var w, k := Now7(c), KeyIn(c);
    var l := [Entry(Touch(10, 7, c.measure), 0)];
    assert w.log == [] + [M.Batch(Ops(c, 7), 0)];
    M.LedgerOne([], M.Batch(Ops(c, 7), 0), k);
    assert M.Ledger([], k) == [] && M.Ledger(w.log, k) == l;
    assert l[..0] == [] && BudgetSpec.Total(l) == 7;
    var sc := SceneOf(w, c.b, Req(c, 7), 0);
    Judges(c, w.log, sc, 7);
    Denies(w, c.b, Req(c, 7), 0);
  }

  // X: an atom that nothing grants, or one that a rule of another group grants, would violate B8.
  lemma X_B8_Ungranted(v: Policy, sc: Scene, groups: set<Name>, part: Part, atom: Atom)
    requires part in sc.q.parts && atom in part.atoms && !Granted(v, sc, part, atom)
    ensures !Agents.GrantedWithin(v, sc, groups)
  { hide Granted; }
  lemma X_B8_AnothersGroup(v: Policy, sc: Scene, groups: set<Name>, part: Part, atom: Atom, r: Rule)
    requires part in sc.q.parts && atom in part.atoms && r in v.rules && r.group !in groups
    requires (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom)
    ensures !Agents.GrantedWithin(v, sc, groups)
  { hide Granted, Yes; }
}
