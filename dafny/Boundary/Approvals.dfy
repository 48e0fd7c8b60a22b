include "Runs.dfy"
// B7: what was asked for ran only after an Ask for exactly it, by a quorum of different people, in time, unrefused, once.
module ApprovalsSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened ApprovalCode

  // ---- what an input does to the request to people under a key, in the world that it meets ----
  ghost predicate IsFor(w: World, q: Request, k: Key)
    requires w.policies != []
  { Current(w).session in q.scopes && k == GrantKey(Current(w), q) }
  // An Ask that was accepted; a vote; a refusal; and a Decide that was permitted for the sake of the grant, which it used up.
  ghost predicate Raises(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Ask? && Asks(w, i.agent, i.q, i.until, i.now) && IsFor(w, i.q, k) }
  ghost predicate Casts(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Vote? && i.key == k && Votes(w, k, i.person, i.role, i.now) }
  ghost predicate Refuses(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Refuse? && i.key == k && Votes(w, k, i.person, i.role, i.now) }
  ghost predicate Spends(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Decide? && Permits(w, i.agent, i.q, i.now) && Uses(w, i.agent, i.q, i.now) && IsFor(w, i.q, k) }
  ghost predicate Ends(w: World, i: Input, k: Key)
    requires w.policies != []
  { Raises(w, i, k) || Refuses(w, i, k) || Spends(w, i, k) }
  // Somebody's approval was missing.
  ghost predicate Lacks(w: World, agent: Name, q: Request, now: int, n: Name)
    requires w.policies != []
  { var p, sc := Current(w), SceneOf(w, agent, q, now); Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), w.log, n) }

  // ---- the same in a run ----
  // The world that input number j met.
  ghost function Met(p: Policy, trace: seq<Input>, j: nat): (w: World)
    requires j <= |trace|
    ensures w.policies != []
  { Run(p, trace[..j]) }
  ghost predicate Asked(p: Policy, trace: seq<Input>, k: Key, a: nat) { a < |trace| && Raises(Met(p, trace, a), trace[a], k) }
  ghost predicate Voted(p: Policy, trace: seq<Input>, k: Key, v: nat) { v < |trace| && Casts(Met(p, trace, v), trace[v], k) }
  // Who voted in a role between two inputs.
  ghost function Voters(p: Policy, trace: seq<Input>, k: Key, role: Name, a: nat, b: nat): set<Name> {
    set v: nat | a < v < b && Voted(p, trace, k, v) && trace[v].role == role :: trace[v].person
  }
  // Between two inputs nobody refused, the grant was not used, and nobody asked anew.
  ghost predicate Stood(p: Policy, trace: seq<Input>, k: Key, a: nat, b: nat) {
    forall j: nat | a < j < b && j < |trace| :: !Ends(Met(p, trace, j), trace[j], k)
  }
  // A person votes once.
  ghost predicate EachOnce(p: Policy, trace: seq<Input>, k: Key, a: nat, b: nat) {
    forall u: nat, v: nat | a < u < v < b && Voted(p, trace, k, u) && Voted(p, trace, k, v) :: trace[u].person != trace[v].person
  }
  // The asker votes in the role `self`, and nobody else does.
  ghost predicate SelfIsAsker(p: Policy, trace: seq<Input>, k: Key, asker: Name, a: nat, b: nat) {
    forall v: nat | a < v < b && Voted(p, trace, k, v) :: trace[v].role == Current(Met(p, trace, v)).self <==> trace[v].person == asker
  }
  // Different people voted, each once.
  ghost predicate Fair(p: Policy, trace: seq<Input>, k: Key, a: nat, b: nat)
    requires Asked(p, trace, k, a)
  {
    && Current(Met(p, trace, a)).user in trace[a].q.scopes
    && EachOnce(p, trace, k, a, b)
    && SelfIsAsker(p, trace, k, trace[a].q.scopes[Current(Met(p, trace, a)).user], a, b)
  }
  // In each role of the quorum so many different people voted between two inputs.
  ghost predicate Gathered(p: Policy, trace: seq<Input>, k: Key, c: Quorum, a: nat, b: nat) {
    forall role, people | (role, people) in c.roles :: people <= |Voters(p, trace, k, role, a, b)|
  }
  // The Ask was for the same policy, session and action as the permit.
  ghost predicate ForExactly(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < pm.born <= |trace| && trace[a].Ask?
  {
    var past, here := Current(Met(p, trace, a)), Current(Met(p, trace, pm.born));
    && past.id == here.id && trace[a].q.digest == pm.q.digest
    && past.session in trace[a].q.scopes && here.session in pm.q.scopes && trace[a].q.scopes[past.session] == pm.q.scopes[here.session]
  }

  // B7 says of a permit: input number a is an Ask, accepted where it stands, for the same policy, session and action; its time
  // was not over; since then nobody refused, and no other permit was given under it; everybody whose approval was missing gave
  // it after the Ask, as many different people in each role as the policy in force wants.
  ghost predicate Backed(p: Policy, trace: seq<Input>, pm: Permit, a: nat) {
    && a < pm.born < |trace| && trace[a].Ask?
    && var w := Met(p, trace, pm.born);
    && Current(w).session in pm.q.scopes
    && var k := GrantKey(Current(w), pm.q);
    && Asked(p, trace, k, a) && ForExactly(p, trace, pm, a) && pm.now < trace[a].until
    && Stood(p, trace, k, a, pm.born) && Fair(p, trace, k, a, pm.born)
    && forall n | Lacks(w, pm.agent, pm.q, pm.now, n) ::
         n in Current(w).quorums && Gathered(p, trace, k, Current(w).quorums[n], a, pm.born)
  }
}
