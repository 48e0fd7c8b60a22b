include "Permission.dfy"
include "../Kinds/Approval.dfy"
include "../Kinds/Records.dfy"
include "../Kinds/Agents.dfy"
// The boundary as a transition system: what any number of callers, people, tools, the clock and the policy's owner can
// make happen.
module Boundary {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened ApprovalCode
  import opened RecordCode
  import opened AgentCode
  import M = Machine

  datatype Status = Issued | Performed | Settled(used: map<Name, int>)
  // asked: it was given under a request to people, which it used up.
  datatype Permit = Permit(q: Request, agent: Name, now: int, version: int, born: nat, ops: map<Key, Op>, asked: bool, status: Status)
  datatype Effect = Effect(token: nat, when: nat)
  datatype World = World(policies: seq<Policy>, log: M.Log, permits: seq<Permit>, effects: seq<Effect>, steps: nat,
                         records: map<Key, Record>, grants: map<Key, Grant>, agents: map<Name, Agent>)

  datatype Input =
    | Decide(agent: Name, q: Request, now: int)
    | Perform(token: nat)
    | Settle(token: nat, used: map<Name, int>, ok: bool, now: int)
    | Release(token: nat, now: int)
    | Replace(policy: Policy)
    | Ask(agent: Name, q: Request, until: int, now: int)             // puts a request before people
    | Vote(key: Key, person: Name, role: Name, now: int)
    | Refuse(key: Key, person: Name, role: Name, now: int)
    | Learn(key: Key, said: Record, mode: int, now: int)             // a tool or the host said something
    | Tell(key: Key, now: int)                                       // the host sets a mark
    | Forget(key: Key, now: int)                                     // a store drops a cell
    | Hire(id: Name, kind: Name)                                     // the host opens an agent
    | Start(parent: Name, id: Name, kind: Name, uses: set<Name>, passes: set<Name>)   // an agent starts another

  ghost function Version(w: World): int { |w.policies| - 1 }
  ghost function Current(w: World): Policy
    requires w.policies != []
  { w.policies[|w.policies| - 1] }

  // What of an amount stays spent: what the port used, never less than nothing nor more than was reserved.
  ghost function Stays(used: map<Name, int>, measure: Name, amount: int): int {
    if measure !in used || amount <= used[measure] then amount else if used[measure] < 0 then 0 else used[measure]
  }
  // What settling does: budgets get back what was not used, and what succeeded is noted as of its decision.
  ghost function Closing(ops: map<Key, Op>, used: map<Name, int>, ok: bool, since: int): map<Key, Op> {
    map k | k in ops && ops[k].Touch? && (Counting(k) || (k.0 == 4 && ok)) ::
      if k.0 == 4 then Note(since) else Refund(ops[k].amount - Stays(used, ops[k].measure, ops[k].amount))
  }
  // Nothing of it was used.
  ghost function Measures(ops: map<Key, Op>): set<Name> { set k | k in ops && ops[k].Touch? :: ops[k].measure }
  ghost function Nothing(ops: map<Key, Op>): map<Name, int> { map m | m in Measures(ops) :: 0 }

  // A batch is taken as a whole, or not at all.
  ghost predicate Takes(w: World, ops: map<Key, Op>, now: int) { M.Ready(w.log, now) && M.AllOk(ops, M.StateOf(w.log), now) }
  ghost function Close(w: World, token: nat, used: map<Name, int>, ok: bool, now: int): (w': World)
    requires token < |w.permits|
    ensures w'.policies == w.policies && w'.steps == w.steps
  {
    var p := w.permits[token];
    if !Takes(w, Closing(p.ops, used, ok, p.now), now) then w else
    w.(log := w.log + [M.Batch(Closing(p.ops, used, ok, p.now), now)], permits := w.permits[token := p.(status := Settled(used))])
  }
  ghost function Book(w: World, ops: map<Key, Op>, now: int): (w': World)
    ensures w'.policies == w.policies && w'.steps == w.steps
  {
    if !Takes(w, ops, now) then w else w.(log := w.log + [M.Batch(ops, now)])
  }

  // ---- decisions ----
  ghost function Groups(w: World, agent: Name): set<Name> { if agent in w.agents then w.agents[agent].uses else {} }
  ghost function SceneOf(w: World, agent: Name, q: Request, now: int): Scene {
    Scene(q, Groups(w, agent), now, View(M.StateOf(w.log), w.records, w.grants), {})
  }
  ghost predicate Permits(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
  { M.Ready(w.log, now) && Permitted(Current(w), w.log, SceneOf(w, agent, q, now)) }
  // What a permitted request leaves, and whether it needs its grant for it.
  ghost function OpsOf(w: World, agent: Name, q: Request, now: int): map<Key, Op>
    requires w.policies != []
  { Batch(Current(w), Carrying(Current(w), SceneOf(w, agent, q, now))) }
  ghost predicate Uses(w: World, agent: Name, q: Request, now: int)
    requires w.policies != []
  { !Free(Current(w), w.log, SceneOf(w, agent, q, now)) }
  ghost function GrantsAfter(w: World, agent: Name, q: Request, now: int): map<Key, Grant>
    requires w.policies != []
  {
    if !Uses(w, agent, q, now) || Current(w).session !in q.scopes || GrantKey(Current(w), q) !in w.grants then w.grants
    else w.grants[GrantKey(Current(w), q) := Closed(w.grants[GrantKey(Current(w), q)])]
  }
  ghost function Answer(w: World, agent: Name, q: Request, now: int): (w': World)
    requires w.policies != []
    ensures w'.policies == w.policies && w'.steps == w.steps
  {
    if !Permits(w, agent, q, now) then w else
    var ops := OpsOf(w, agent, q, now);
    w.(log := w.log + [M.Batch(ops, now)], grants := GrantsAfter(w, agent, q, now),
    permits := w.permits + [Permit.Permit(q, agent, now, Version(w), w.steps, ops, Uses(w, agent, q, now), Issued)])
  }

  // ---- people ----
  ghost predicate Asks(w: World, agent: Name, q: Request, until: int, now: int)
    requires w.policies != []
  {
    var p, sc := Current(w), SceneOf(w, agent, q, now);
    && M.Ready(w.log, now) && Askable(p, w.log, sc)
    && p.session in q.scopes && p.user in q.scopes
    && (GrantKey(p, q) in w.grants ==> !Live(w.grants[GrantKey(p, q)], now))
    && forall n | Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), w.log, n) :: n in p.quorums && until <= now + p.quorums[n].within
  }
  ghost predicate Votes(w: World, key: Key, person: Name, role: Name, now: int)
    requires w.policies != []
  { M.Ready(w.log, now) && key in w.grants && key.1 == Current(w).id && MayVote(w.grants[key], person, role, Current(w).self, now) }

  // Time goes on, and nothing else happens to the cells.
  ghost function Tick(w: World, now: int): World { w.(log := w.log + [M.Batch(map[], now)]) }

  ghost function Act(w: World, i: Input): World
    requires w.policies != []
  {
    match i
    case Decide(agent, q, now) => Answer(w, agent, q, now)
    case Perform(t) =>
      if t < |w.permits| && w.permits[t].status.Issued? && w.permits[t].version == Version(w) then
        w.(permits := w.permits[t := w.permits[t].(status := Performed)], effects := w.effects + [Effect(t, w.steps)])
      else w
    case Settle(t, used, ok, now) => if t < |w.permits| && w.permits[t].status.Performed? then Close(w, t, used, ok, now) else w
    case Release(t, now) =>
      if t < |w.permits| && w.permits[t].status.Issued? then Close(w, t, Nothing(w.permits[t].ops), false, now) else w
    case Replace(policy) => w.(policies := w.policies + [policy])
    case Ask(agent, q, until, now) =>
      if !Asks(w, agent, q, until, now) then w else
      Tick(w, now).(grants := w.grants[GrantKey(Current(w), q) := Opened(until, q.scopes[Current(w).user])])
    case Vote(key, person, role, now) =>
      if !Votes(w, key, person, role, now) then w else Tick(w, now).(grants := w.grants[key := Voted(w.grants[key], person, role)])
    case Refuse(key, person, role, now) =>
      if !Votes(w, key, person, role, now) then w else Tick(w, now).(grants := w.grants[key := Closed(w.grants[key])])
    case Learn(key, said, mode, now) =>
      if !M.Ready(w.log, now) then w else
      Tick(w, now).(records := w.records[key := Learned(key in w.records, if key in w.records then w.records[key] else said, said, mode)])
    case Tell(key, now) =>
      if Marking(key) then Book(w, map[key := Touch(0, 0, key.1)], now)
      else if key.0 == 4 then Book(w, map[key := Note(now)], now)
      else w
    case Forget(key, now) => Book(w, map[key := Op.Forget], now)
    case Hire(id, kind) =>
      if id in w.agents || kind !in Current(w).agents then w else w.(agents := w.agents[id := Rooted(kind, Current(w).agents[kind])])
    case Start(parent, id, kind, uses, passes) =>
      if id in w.agents || parent !in w.agents || !MayStart(Current(w).agents, w.agents[parent], kind, uses, passes) then w else
      w.(agents := w.agents[id := Agent(kind, uses, passes)])
  }
  ghost function Step(w: World, i: Input): (w': World)
    requires w.policies != []
    ensures w'.policies != [] && w'.steps == w.steps + 1
  {
    hide Answer, Close, Book, Asks, Votes;
    Act(w, i).(steps := w.steps + 1)
  }

  ghost function Begin(p: Policy): World { World([p], [], [], [], 0, map[], map[], map[]) }
  ghost function Run(p: Policy, trace: seq<Input>): (w: World)
    ensures w.policies != [] && w.steps == |trace|
  {
    if trace == [] then Begin(p) else Step(Run(p, trace[..|trace| - 1]), trace[|trace| - 1])
  }
}
