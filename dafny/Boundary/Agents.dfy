include "Decided.dfy"
include "InFull.dfy"
// B8: agents that are started, and those who started them.
module AgentsSpec {
  import opened Names
  import opened Scenes
  import opened Policies
  import opened Boundary

  // Input j started `child` at the wish of `parent`, and was accepted.
  ghost predicate StartedAt(p: Policy, trace: seq<Input>, j: nat, parent: Name, child: Name) {
    && j < |trace| && trace[j].Start? && trace[j].parent == parent && trace[j].id == child
    && child !in Run(p, trace[..j]).agents && child in Run(p, trace[..j + 1]).agents
  }
  ghost predicate Started(p: Policy, trace: seq<Input>, parent: Name, child: Name) { exists j: nat :: StartedAt(p, trace, j, parent, child) }
  // From an agent of the run down to one of its descendants (or to itself).
  ghost predicate Line(p: Policy, trace: seq<Input>, line: seq<Name>) {
    && line != [] && line[0] in Run(p, trace).agents
    && forall i | 1 <= i < |line| :: Started(p, trace, line[i - 1], line[i])
  }
  // The groups that an agent uses or may pass on.
  ghost function Groups(a: Agent): set<Name> { a.uses + a.passes }
}
module Agents {
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
  import D = Decided
  import H = History
  import S = Spending
  import T = Traces
  import CountedInFull
  import M = Machine
  import BudgetSpec

  // ---- agents stay what they were ----
  ghost predicate Kept(before: map<Name, Agent>, after: map<Name, Agent>) { forall a | a in before :: a in after && after[a] == before[a] }
  lemma StepAgents(w: World, i: Input)
    requires w.policies != []
    ensures Kept(w.agents, Step(w, i).agents)
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing; }
  lemma RunAgents(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures Kept(Run(p, trace[..n]).agents, Run(p, trace).agents)
  {
    hide Step;
    if n < |trace| {
      var m := |trace| - 1;
      assert trace[..m][..n] == trace[..n];
      RunAgents(p, trace[..m], n);
      StepAgents(Run(p, trace[..m]), trace[m]);
    } else { assert trace[..n] == trace; }
  }
  lemma StartNarrows(w: World, i: Input)
    requires w.policies != [] && i.Start? && i.id !in w.agents && i.id in Step(w, i).agents
    ensures i.parent in w.agents && Step(w, i).agents[i.id] == Agent(i.kind, i.uses, i.passes)
    ensures AgentsSpec.Groups(Step(w, i).agents[i.id]) <= AgentsSpec.Groups(w.agents[i.parent])
  {}

  // B8: what an agent that was started uses or may pass on, its parent uses or may pass on;
  lemma B8_Child(p: Policy, trace: seq<Input>, parent: Name, child: Name)
    requires Started(p, trace, parent, child)
    ensures var agents := Run(p, trace).agents;
            parent in agents && child in agents && AgentsSpec.Groups(agents[child]) <= AgentsSpec.Groups(agents[parent])
  {
    hide Step, Act, Run, AgentsSpec.Groups;
    var j: nat :| StartedAt(p, trace, j, parent, child);
    assert trace[..j + 1] == trace[..j] + [trace[j]];
    H.RunOne(p, trace[..j], trace[j]);
    StartNarrows(Run(p, trace[..j]), trace[j]);
    RunAgents(p, trace, j);
    RunAgents(p, trace, j + 1);
  }
  // and so does every ancestor.
  lemma B8_Line(p: Policy, trace: seq<Input>, line: seq<Name>)
    requires Line(p, trace, line)
    ensures var agents := Run(p, trace).agents;
            line[|line| - 1] in agents && AgentsSpec.Groups(agents[line[|line| - 1]]) <= AgentsSpec.Groups(agents[line[0]])
  {
    hide Run, AgentsSpec.Groups, Started;
    if |line| > 1 {
      var n := |line| - 1;
      B8_Line(p, trace, line[..n]);
      assert Started(p, trace, line[n - 1], line[n]);
      B8_Child(p, trace, line[n - 1], line[n]);
    }
  }

  // B8: every atom of each effect was granted, and whatever granted it, each ancestor of its agent uses or may pass on.
  ghost predicate GrantedWithin(v: Policy, sc: Scene, groups: set<Name>) {
    forall part, atom | part in sc.q.parts && atom in part.atoms ::
      Granted(v, sc, part, atom) && forall r | r in v.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom) :: r.group in groups
  }
  lemma B8_Effects(p: Policy, trace: seq<Input>, n: nat, line: seq<Name>)
    requires n < |Run(p, trace).effects| && Line(p, trace, line) && line[|line| - 1] == Doing(p, trace, n).agent
    ensures var pm := Doing(p, trace, n);
            GrantedWithin(Current(Then(p, trace, pm)), SceneThen(p, trace, pm), AgentsSpec.Groups(Run(p, trace).agents[line[0]]))
  {
    hide Run, Judged, AgentsSpec.Groups, Forbidden, Complete, Line, Lifted, Sure;
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var sc := SceneThen(p, trace, pm);
    JudgedClear(Current(Then(p, trace, pm)), Then(p, trace, pm).log, sc);
    B8_Line(p, trace, line);
    RunAgents(p, trace, pm.born);
    assert line != [] && line[0] in Run(p, trace).agents by { reveal Line; }
    assert sc.groups <= AgentsSpec.Groups(Run(p, trace).agents[pm.agent]) by { reveal AgentsSpec.Groups; }
  }
  lemma JudgedClear(v: Policy, log: M.Log, sc: Scene)
    requires Judged(v, log, sc)
    ensures Clear(v, sc)
  { hide Clear, Payable, Batch, Carrying; }

  // ---- spending ----
  // The policy counts all of the verbs under one budget at this place of the chain: under the agent that the scope names. (The
  // requests of an agent name all its ancestors, each under the scope of its depth; see POLICY.md 2.10.)
  ghost predicate CountsUnder(v: Policy, verbs: set<Name>, m: Name, b: Name, slot: Name) {
    CountsAll(v, verbs, m, b, {Scoping(slot, true)}) && v.budgets[b].per == (slot, slot, slot, slot)
  }
  // It is counted in full in the account of the agent at that place,
  ghost predicate CountedUnder(v: Policy, pm: Permit, verbs: set<Name>, m: Name, b: Name, slot: Name) {
    slot in pm.q.scopes && (exists part | part in pm.q.parts :: part.verb in verbs) ==> InFull(v, pm.q, pm.now, pm.ops, verbs, m, b)
  }
  lemma JudgedCounted(v: Policy, log: M.Log, sc: Scene, verbs: set<Name>, m: Name, b: Name, slot: Name)
    requires CountsUnder(v, verbs, m, b, slot) && Judged(v, log, sc)
    requires slot in sc.q.scopes && exists part | part in sc.q.parts :: part.verb in verbs
    ensures InFull(v, sc.q, sc.now, Batch(v, Carrying(v, sc)), verbs, m, b)
  {
    hide CountsAll, InFull, Batch, Clear, Payable, Brings;
    CountedInFull.BatchInFull(v, Carrying(v, sc), verbs, m, b, {Scoping(slot, true)});
  }
  // B8: a subtree's spending is bounded by each ancestor's budget: every effect of an agent below is counted in full in the
  // ancestor's account, and all that these effects hold of that account, and all that is reserved there, is within its limit.
  lemma B8_Subtree(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, m: Name, b: Name, slot: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: CountsUnder(v, verbs, m, b, slot)
    ensures var pm := Doing(p, trace, n); CountedUnder(Current(Then(p, trace, pm)), pm, verbs, m, b, slot)
  {
    hide Run, Permitted, OpsOf, Batch, Carrying, CountsUnder, InFull, Judged;
    D.Permitted1(p, trace, n);
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var v, sc := Current(Then(p, trace, pm)), SceneThen(p, trace, pm);
    assert pm.ops == Batch(v, Carrying(v, sc)) by { reveal OpsOf; }
    if slot in pm.q.scopes && exists part | part in pm.q.parts :: part.verb in verbs {
      JudgedCounted(v, Then(p, trace, pm).log, sc, verbs, m, b, slot);
    }
  }
  lemma B8_Account(p: Policy, trace: seq<Input>, k: Key, top: int)
    requires k.0 == 0 && 0 <= top && LimitsAtMost(Run(p, trace).policies, k.1, top)
    ensures Outlay(Run(p, trace).permits, Run(p, trace).effects, k) <= Spent(Run(p, trace).permits, k) <= top
  { CountedInFull.Within(p, trace, k, top); }
  // And one more request is permitted only if what remains to the ancestor covers it.
  lemma B8_Remaining(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, verbs: set<Name>, m: Name, b: Name, slot: Name)
    requires var w := Run(p, trace); CountsUnder(Current(w), verbs, m, b, slot) && Permits(w, agent, q, now)
    requires slot in q.scopes && exists part | part in q.parts :: part.verb in verbs
    ensures var w := Run(p, trace);
            Spent(w.permits, AccountOf(b, Current(w).budgets[b], q, now)) + Sum(q.parts, verbs, m) <= Current(w).budgets[b].limit
  {
    hide Run, Step, Judged, Batch, Carrying, Sum, Spent, CountsAll, Free, Consented, BudgetSpec.Total;
    var w := Run(p, trace);
    var v, sc := Current(w), SceneOf(w, agent, q, now);
    assert Judged(v, w.log, sc) by { reveal Permitted(); }
    JudgedCounted(v, w.log, sc, verbs, m, b, slot);
    var k := AccountOf(b, v.budgets[b], q, now);
    var ops := OpsOf(w, agent, q, now);
    assert k.0 == 0 by { reveal CountsAll; }
    T.PermittedRoom(w, agent, q, now);
    assert Allowed(k, ops[k], M.Ledger(w.log, k), now);
    S.RunBalanced(p, trace, k);
  }
}
