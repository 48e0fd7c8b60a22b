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

module Approvals {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import A = ApprovalCode
  import opened ApprovalsSpec
  import E = Effects
  import H = History
  import M = Machine

  // ---- one step ----
  ghost predicate OpenAt(w: World, k: Key) { k in w.grants && w.grants[k].open }
  // A grant is open because it has just been asked for, or it was open and has not ended; then it is as it was, with the vote cast.
  ghost predicate Carries(w: World, i: Input, w': World, k: Key)
    requires w.policies != []
  {
    if Raises(w, i, k) then Current(w).user in i.q.scopes && k in w'.grants && w'.grants[k] == A.Opened(i.until, i.q.scopes[Current(w).user])
    else !Ends(w, i, k) && OpenAt(w, k) && k in w'.grants
         && w'.grants[k] == if Casts(w, i, k) then A.Voted(w.grants[k], i.person, i.role) else w.grants[k]
  }
  lemma StepOpen(w: World, i: Input, k: Key)
    requires w.policies != [] && OpenAt(Step(w, i), k)
    ensures Carries(w, i, Step(w, i), k)
  {
    hide Permits, Uses, OpsOf, Book, Boundary.Closing, Takes, M.Ready, Askable, Missing, Batch, Carrying, SceneOf;
    match i
    case Decide(agent, q, now) =>
    case Settle(t, used, ok, now) =>
    case Release(t, now) =>
    case Tell(key, now) => BookGrants(w, map[key := Touch(0, 0, key.1)], now); BookGrants(w, map[key := Note(now)], now);
    case Forget(key, now) => BookGrants(w, map[key := Op.Forget], now);
    case _ =>
  }
  lemma BookGrants(w: World, ops: map<Key, Op>, now: int)
    ensures Book(w, ops, now).grants == w.grants
  { hide Takes; reveal Book; }

  // ---- the invariant: before input number n, an open grant has its Ask, and each vote its Vote ----
  ghost predicate Known(p: Policy, trace: seq<Input>, k: Key, g: Grant, a: nat, n: nat) {
    && a < n && Asked(p, trace, k, a) && g.until == trace[a].until
    && Current(Met(p, trace, a)).user in trace[a].q.scopes && g.asker == trace[a].q.scopes[Current(Met(p, trace, a)).user]
    && Stood(p, trace, k, a, n)
  }
  ghost predicate Counted(p: Policy, trace: seq<Input>, k: Key, g: Grant, a: nat, n: nat) {
    && (forall x | x in g.votes :: x in Voters(p, trace, k, g.votes[x], a, n))
    && (forall v: nat | a < v < n && Voted(p, trace, k, v) :: trace[v].person in g.votes)
    && EachOnce(p, trace, k, a, n) && SelfIsAsker(p, trace, k, g.asker, a, n)
  }
  lemma MetOne(p: Policy, trace: seq<Input>, n: nat)
    requires n < |trace|
    ensures Met(p, trace, n + 1) == Step(Met(p, trace, n), trace[n])
  {
    hide Step;
    assert trace[..n + 1] == trace[..n] + [trace[n]];
    H.RunOne(p, trace[..n], trace[n]);
  }
  lemma KnownNow(p: Policy, trace: seq<Input>, k: Key, g: Grant, n: nat)
    requires Asked(p, trace, k, n) && Current(Met(p, trace, n)).user in trace[n].q.scopes
    requires g == A.Opened(trace[n].until, trace[n].q.scopes[Current(Met(p, trace, n)).user])
    ensures Known(p, trace, k, g, n, n + 1) && Counted(p, trace, k, g, n, n + 1)
  { hide Asked, Voted, Met, Ends; }
  lemma KnownLater(p: Policy, trace: seq<Input>, k: Key, g: Grant, g': Grant, a: nat, n: nat)
    requires n < |trace| && Known(p, trace, k, g, a, n) && !Ends(Met(p, trace, n), trace[n], k)
    requires g'.until == g.until && g'.asker == g.asker
    ensures Known(p, trace, k, g', a, n + 1)
  {
    hide Asked, Met, Ends;
    forall j: nat | a < j < n + 1 && j < |trace| ensures !Ends(Met(p, trace, j), trace[j], k) {}
  }
  lemma CountedLater(p: Policy, trace: seq<Input>, k: Key, g: Grant, a: nat, n: nat)
    requires n < |trace| && Counted(p, trace, k, g, a, n) && !Voted(p, trace, k, n)
    ensures Counted(p, trace, k, g, a, n + 1)
  {
    hide Voted, Met;
    forall x | x in g.votes ensures x in Voters(p, trace, k, g.votes[x], a, n + 1) { VotersMore(p, trace, k, g.votes[x], a, n); }
  }
  lemma VotersMore(p: Policy, trace: seq<Input>, k: Key, role: Name, a: nat, n: nat)
    ensures Voters(p, trace, k, role, a, n) <= Voters(p, trace, k, role, a, n + 1)
  { hide Voted, Met; }
  lemma CountedVote(p: Policy, trace: seq<Input>, k: Key, g: Grant, a: nat, n: nat)
    requires a < n < |trace| && Counted(p, trace, k, g, a, n) && Voted(p, trace, k, n)
    requires k in Met(p, trace, n).grants && Met(p, trace, n).grants[k] == g
    ensures Counted(p, trace, k, A.Voted(g, trace[n].person, trace[n].role), a, n + 1)
  {
    hide Met, M.Ready;
    var x0, r0 := trace[n].person, trace[n].role;
    var g' := A.Voted(g, x0, r0);
    assert x0 !in g.votes && ((r0 == Current(Met(p, trace, n)).self) == (x0 == g.asker));
    hide Voted;
    forall x | x in g'.votes ensures x in Voters(p, trace, k, g'.votes[x], a, n + 1) {
      if x != x0 { VotersMore(p, trace, k, g.votes[x], a, n); }
    }
    assert EachOnce(p, trace, k, a, n + 1);
  }
  // An open grant has its Ask.
  lemma Grounded(p: Policy, trace: seq<Input>, k: Key, n: nat) returns (a: nat)
    requires n <= |trace| && OpenAt(Met(p, trace, n), k)
    ensures var g := Met(p, trace, n).grants[k]; Known(p, trace, k, g, a, n) && Counted(p, trace, k, g, a, n)
  {
    hide Step, Known, Counted, Raises, Ends;
    if n == 0 {
      assert trace[..0] == [];
      assert false;
    } else {
      var m := n - 1;
      var w := Met(p, trace, m);
      MetOne(p, trace, m);
      StepOpen(w, trace[m], k);
      var g' := Met(p, trace, n).grants[k];
      hide Met;
      if Raises(w, trace[m], k) {
        a := m;
        KnownNow(p, trace, k, g', m);
      } else {
        a := Grounded(p, trace, k, m);
        KnownLater(p, trace, k, w.grants[k], g', a, m);
        if Voted(p, trace, k, m) {
          assert a < m by { reveal Known; }
          CountedVote(p, trace, k, w.grants[k], a, m);
        } else { CountedLater(p, trace, k, g', a, m); }
      }
    }
  }

  // ---- permits ----
  // Whoever is permitted for the sake of a grant finds it open, in time, and filled.
  lemma SpendsOpen(w: World, agent: Name, q: Request, now: int)
    requires w.policies != [] && Permits(w, agent, q, now) && Uses(w, agent, q, now)
    ensures Current(w).session in q.scopes && OpenAt(w, GrantKey(Current(w), q))
    ensures A.Live(w.grants[GrantKey(Current(w), q)], now)
    ensures forall n | Lacks(w, agent, q, now, n) ::
              n in Current(w).quorums && Filled(Current(w).quorums[n], w.grants[GrantKey(Current(w), q)])
  {
    hide Judged, Free, Batch, Keys, Brings, Missing, Filled, M.StateOf;
    reveal Permitted();
  }
  lemma FilledGathered(p: Policy, trace: seq<Input>, k: Key, g: Grant, c: Quorum, a: nat, n: nat)
    requires Counted(p, trace, k, g, a, n) && Filled(c, g)
    ensures Gathered(p, trace, k, c, a, n)
  {
    hide Voters, EachOnce, SelfIsAsker, Voted;
    forall role, people | (role, people) in c.roles ensures people <= |Voters(p, trace, k, role, a, n)| {
      var some := set x | x in g.votes && g.votes[x] == role;
      assert some <= Voters(p, trace, k, role, a, n);
      Smaller(some, Voters(p, trace, k, role, a, n));
    }
  }
  lemma Smaller(a: set<Name>, b: set<Name>)
    requires a <= b
    ensures |a| <= |b|
  { if a != {} { var x :| x in a; Smaller(a - {x}, b - {x}); } }
  lemma BornBacked(p: Policy, trace: seq<Input>, pm: Permit) returns (a: nat)
    requires H.Born(p, trace, pm) && pm.asked
    ensures Backed(p, trace, pm, a)
  {
    hide Step, Permits, Uses, OpsOf, Lacks, Filled, Gathered, Counted, EachOnce, SelfIsAsker, Stood;
    reveal H.Born();
    var w := Met(p, trace, pm.born);
    assert Permits(w, pm.agent, pm.q, pm.now) && Uses(w, pm.agent, pm.q, pm.now);
    SpendsOpen(w, pm.agent, pm.q, pm.now);
    var k := GrantKey(Current(w), pm.q);
    var g := w.grants[k];
    a := Grounded(p, trace, k, pm.born);
    assert Fair(p, trace, k, a, pm.born) by { reveal Counted; }
    forall n | Lacks(w, pm.agent, pm.q, pm.now, n)
      ensures n in Current(w).quorums && Gathered(p, trace, k, Current(w).quorums[n], a, pm.born)
    { FilledGathered(p, trace, k, g, Current(w).quorums[n], a, pm.born); }
    Exactly(p, trace, pm, k, a);
  }
  lemma Exactly(p: Policy, trace: seq<Input>, pm: Permit, k: Key, a: nat)
    requires a < pm.born <= |trace| && Asked(p, trace, k, a) && IsFor(Met(p, trace, pm.born), pm.q, k)
    ensures ForExactly(p, trace, pm, a)
  { hide Asks, Met; }

  // ---- once ----
  // Of two permits the later was born later.
  lemma BornInOrder(p: Policy, trace: seq<Input>, t: nat, u: nat)
    requires t < u < |Run(p, trace).permits|
    ensures Run(p, trace).permits[t].born < Run(p, trace).permits[u].born
  {
    hide Step;
    if trace != [] {
      var m := |trace| - 1;
      var w := Run(p, trace[..m]);
      H.StepPermits(w, trace[m]);
      assert H.Same(w.permits[t], Run(p, trace).permits[t]);
      if u < |w.permits| {
        assert H.Same(w.permits[u], Run(p, trace).permits[u]);
        BornInOrder(p, trace[..m], t, u);
      } else {
        H.StepNew(w, trace[m]);
        H.AllBorn(p, trace[..m], t);
        assert w.permits[t].born < m by { reveal H.Born(); }
      }
    }
  }
  lemma BornSpends(p: Policy, trace: seq<Input>, pm: Permit)
    requires H.Born(p, trace, pm) && pm.asked && pm.born < |trace| && Current(Met(p, trace, pm.born)).session in pm.q.scopes
    ensures Spends(Met(p, trace, pm.born), trace[pm.born], GrantKey(Current(Met(p, trace, pm.born)), pm.q))
  { hide Run, Permits, Uses, OpsOf; reveal H.Born(); }
  // No later permit has the same Ask: the earlier ended it.
  lemma OneEach(p: Policy, trace: seq<Input>, t: nat, u: nat, a: nat)
    requires t < u < |Run(p, trace).permits| && Run(p, trace).permits[t].asked
    requires Backed(p, trace, Run(p, trace).permits[t], a)
    ensures !Backed(p, trace, Run(p, trace).permits[u], a)
  {
    hide Step, Run, Asks, Ends, Spends, Lacks, Gathered, Fair, ForExactly;
    var x, y := Run(p, trace).permits[t], Run(p, trace).permits[u];
    BornInOrder(p, trace, t, u);
    H.AllBorn(p, trace, t);
    assert x.born < |trace| by { reveal H.Born(); }
    BornSpends(p, trace, x);
    if Backed(p, trace, y, a) {
      var k := GrantKey(Current(Met(p, trace, y.born)), y.q);
      assert k == GrantKey(Current(Met(p, trace, x.born)), x.q);
      assert Spends(Met(p, trace, x.born), trace[x.born], k);
      assert Ends(Met(p, trace, x.born), trace[x.born], k) by { reveal Ends; }
      assert a < x.born < y.born && x.born < |trace|;
      assert false;
    }
  }

  // ---- B7 ----
  // Every permit that was given for the sake of a grant has its Ask;
  lemma B7_Asked(p: Policy, trace: seq<Input>, t: nat) returns (a: nat)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].asked
    ensures Backed(p, trace, Run(p, trace).permits[t], a)
  {
    hide Run, Backed;
    H.AllBorn(p, trace, t);
    a := BornBacked(p, trace, Run(p, trace).permits[t]);
  }
  // for every other nobody's approval was missing;
  lemma B7_Free(p: Policy, trace: seq<Input>, t: nat, n: Name)
    requires t < |Run(p, trace).permits| && !Run(p, trace).permits[t].asked
    ensures var pm := Run(p, trace).permits[t]; pm.born < |trace| && !Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, n)
  {
    hide Run, Permits, OpsOf, Missing;
    H.AllBorn(p, trace, t);
    reveal H.Born();
  }
  // an Ask serves one permit.
  lemma B7_Once(p: Policy, trace: seq<Input>, t: nat, u: nat, a: nat, b: nat)
    requires t < |Run(p, trace).permits| && u < |Run(p, trace).permits| && t != u
    requires Run(p, trace).permits[t].asked && Backed(p, trace, Run(p, trace).permits[t], a)
    requires Run(p, trace).permits[u].asked && Backed(p, trace, Run(p, trace).permits[u], b)
    ensures a != b
  {
    hide Run, Backed;
    if a == b { if t < u { OneEach(p, trace, t, u, a); } else { OneEach(p, trace, u, t, a); } }
  }
  // So of effects: what lacked somebody's approval when it was decided has its Ask, under the policy in force when it was performed.
  ghost predicate Sanctioned(p: Policy, trace: seq<Input>, e: Boundary.Effect, a: nat) {
    && e.when < |trace| && e.token < |Run(p, trace).permits|
    && var pm := Run(p, trace).permits[e.token];
    && pm.born < e.when && Current(Met(p, trace, pm.born)) == Current(Met(p, trace, e.when))
    && ((exists n :: Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, n)) ==> Backed(p, trace, pm, a))
  }
  lemma B7_Effects(p: Policy, trace: seq<Input>, n: nat) returns (a: nat)
    requires n < |Run(p, trace).effects|
    ensures Sanctioned(p, trace, Run(p, trace).effects[n], a)
  {
    hide Run, Permits, Backed, Lacks;
    E.AllLawful(p, trace, n);
    var t := Run(p, trace).effects[n].token;
    var pm := Run(p, trace).permits[t];
    if pm.asked { a := B7_Asked(p, trace, t); }
    else {
      a := 0;
      forall x ensures !Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, x) { B7_Free(p, trace, t, x); }
    }
  }
  // No two such effects have one Ask.
  lemma B7_EffectsOnce(p: Policy, trace: seq<Input>, m: nat, n: nat, a: nat)
    requires m < n < |Run(p, trace).effects|
    requires var pm := Run(p, trace).permits; var es := Run(p, trace).effects;
                                              es[m].token < |pm| && es[n].token < |pm| && pm[es[m].token].asked && pm[es[n].token].asked &&
                                              Backed(p, trace, pm[es[m].token], a)
    ensures !Backed(p, trace, Run(p, trace).permits[Run(p, trace).effects[n].token], a)
  {
    hide Run, Backed;
    var es := Run(p, trace).effects;
    E.Once(p, trace, m, n);
    if Backed(p, trace, Run(p, trace).permits[es[n].token], a) { B7_Once(p, trace, es[m].token, es[n].token, a, a); }
  }

  // ---- what does not help ----
  // A key is for one policy, one session and one action.
  lemma B7_KeyIsExact(p: Policy, q: Request, p': Policy, q': Request)
    requires p.session in q.scopes && p'.session in q'.scopes
    ensures GrantKey(p, q) == GrantKey(p', q') <==>
            p.id == p'.id && q.scopes[p.session] == q'.scopes[p'.session] && q.digest == q'.digest
  {}
  // Where approval is missing and nobody asked under the very key, whatever else was asked for and voted on, nothing is permitted.
  lemma B7_Unasked(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int)
    requires Uses(Run(p, trace), agent, q, now)
    requires forall a: nat, k | a < |trace| && IsFor(Run(p, trace), q, k) :: !Asked(p, trace, k, a)
    ensures !Permits(Run(p, trace), agent, q, now)
  {
    hide Run, Permits, Uses, Lacks, Asked, Counted;
    var w := Run(p, trace);
    assert trace[..|trace|] == trace;
    if Permits(w, agent, q, now) {
      SpendsOpen(w, agent, q, now);
      var a := Grounded(p, trace, GrantKey(Current(w), q), |trace|);
    }
  }
}

module ApprovalWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SmallRuns
  import opened ApprovalsSpec
  import A = ApprovalCode
  import Approvals
  import H = History
  import M = Machine

  // One verb that is asked for: one person in one role approves, within 10 milliseconds. `asker` is the session's user.
  datatype Cast = Cast(verb: Name, need: Name, role: Name, self: Name, person: Name, asker: Name, session: Name, user: Name, sid: Name,
                       agent: Name, kind: Name, group: Name)
  ghost function Pol(c: Cast, id: Name): Policy {
    Policy(map[c.verb := []], [Rule(c.verb, c.group, Policies.Effect.Ask(c.need), {c.verb}, [], [])], map[],
           map[c.need := Quorum([(c.role, 1)], 10)], map[c.kind := AgentKind({c.group}, {}, {})], id, c.session, c.user, c.self)
  }
  ghost function PartOf(c: Cast): Part { Part(c.verb, map[], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, digest: Name): Request { Request([PartOf(c)], map[c.session := c.sid, c.user := c.asker], digest, 0) }
  ghost function KeyIn(c: Cast, id: Name, digest: Name): Key { GrantKey(Pol(c, id), Req(c, digest)) }

  ghost predicate Sees(c: Cast, sc: Scene, d: Name) { sc.q == Req(c, d) && c.group in sc.groups && sc.own == {} }
  lemma Says(c: Cast, id: Name, sc: Scene, d: Name)
    requires Sees(c, sc, d)
    ensures Clear(Pol(c, id), sc) && Payable(Pol(c, id), sc) && Keys(Pol(c, id), sc) == {}
    ensures forall n :: Wanted(Pol(c, id), sc, n) <==> n == c.need
  {
    var p, part := Pol(c, id), PartOf(c);
    var atom := part.atoms[0];
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom) && Maybe(p.rules[0], sc, part, atom);
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert Needed(p, sc, part, atom, c.need);
  }
  lemma Judges(c: Cast, id: Name, log: M.Log, sc: Scene, d: Name)
    requires Sees(c, sc, d)
    ensures var p := Pol(c, id);
            Carrying(p, sc) == sc && Batch(p, sc) == map[] && Judged(p, log, sc) && forall n :: Missing(p, sc, map[], log, n) <==> n == c.need
  {
    hide Clear, Payable, Wanted, Pol;
    Says(c, id, sc, d);
    assert Brings(Pol(c, id), sc) == {};
    assert Carrying(Pol(c, id), sc) == sc && Batch(Pol(c, id), sc) == map[];
  }
  // A grant that is open, in time, and has somebody's vote in the role.
  ghost predicate Enough(c: Cast, w: World, k: Key, now: int) {
    k in w.grants && A.Live(w.grants[k], now) && 1 <= |set x | x in w.grants[k].votes && w.grants[k].votes[x] == c.role|
  }
  ghost predicate Works(c: Cast, w: World, id: Name, now: int) {
    w.policies != [] && Current(w) == Pol(c, id) && c.group in Groups(w, c.agent) && M.Ready(w.log, now)
  }
  lemma Decided(c: Cast, w: World, id: Name, d: Name, now: int)
    requires Works(c, w, id, now)
    ensures Uses(w, c.agent, Req(c, d), now) && OpsOf(w, c.agent, Req(c, d), now) == map[]
    ensures Permits(w, c.agent, Req(c, d), now) <==> Enough(c, w, KeyIn(c, id, d), now)
    ensures Askable(Current(w), w.log, SceneOf(w, c.agent, Req(c, d), now)) <==> !Enough(c, w, KeyIn(c, id, d), now)
    ensures forall n :: Missing(Current(w), Carrying(Current(w), SceneOf(w, c.agent, Req(c, d), now)), OpsOf(w, c.agent, Req(c, d), now), w.log, n) <==> n == c.need
  {
    hide Judged, Missing, Batch, Carrying, Filled;
    var sc := SceneOf(w, c.agent, Req(c, d), now);
    Judges(c, id, w.log, sc, d);
    assert Missing(Pol(c, id), sc, map[], w.log, c.need);
    var k := KeyIn(c, id, d);
    if k in w.grants {
      assert Filled(Pol(c, id).quorums[c.need], w.grants[k]) <==> 1 <= |set x | x in w.grants[k].votes && w.grants[k].votes[x] == c.role| by { reveal Filled; RolesOf(c); }
    }
    reveal Permitted(), Askable();
  }
  lemma RolesOf(c: Cast)
    ensures forall role, people :: (role, people) in [(c.role, 1)] <==> role == c.role && people == 1
  { assert [(c.role, 1)][0] == (c.role, 1); }

  // ---- worlds: the agent is hired; it has asked; the person has voted; the request was permitted ----
  ghost function Ask1(c: Cast, d: Name): Input { Input.Ask(c.agent, Req(c, d), 5, 1) }
  ghost function Vote1(c: Cast, id: Name, d: Name): Input { Vote(KeyIn(c, id, d), c.person, c.role, 2) }
  ghost function W1(c: Cast, id: Name): World { Hired(Pol(c, id), c.agent, c.kind) }
  ghost function W2(c: Cast, id: Name, d: Name): World
  { W1(c, id).(log := [M.Batch(map[], 1)], grants := map[KeyIn(c, id, d) := A.Opened(5, c.asker)], steps := 2) }
  ghost function Grant3(c: Cast): Grant { Grant(5, c.asker, map[c.person := c.role], true) }
  ghost function W3(c: Cast, id: Name, d: Name): World
  { W1(c, id).(log := [M.Batch(map[], 1), M.Batch(map[], 2)], grants := map[KeyIn(c, id, d) := Grant3(c)], steps := 3) }
  ghost predicate Different(c: Cast) { c.person != c.asker && c.role != c.self && c.session != c.user }
  lemma Raised(c: Cast, id: Name, d: Name)
    ensures Run(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)]) == W2(c, id, d)
    ensures Raises(W1(c, id), Ask1(c, d), KeyIn(c, id, d))
  {
    hide Askable, Missing, Batch, Carrying, Step, Run;
    RunHire(Pol(c, id), c.agent, c.kind);
    assert [Hire(c.agent, c.kind)] + [Ask1(c, d)] == [Hire(c.agent, c.kind), Ask1(c, d)];
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind)], Ask1(c, d));
    Decided(c, W1(c, id), id, d, 1);
    assert Asks(W1(c, id), c.agent, Req(c, d), 5, 1);
    reveal Step;
    assert [] + [M.Batch(map[], 1)] == [M.Batch(map[], 1)];
  }
  ghost function Voted3(c: Cast, id: Name, d: Name): seq<Input> { [Hire(c.agent, c.kind), Ask1(c, d), Vote1(c, id, d)] }
  lemma VotedIs(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Voted3(c, id, d)) == W3(c, id, d)
    ensures Casts(W2(c, id, d), Vote1(c, id, d), KeyIn(c, id, d))
  {
    hide Askable, Missing, Step, Run, KeyIn;
    Raised(c, id, d);
    assert [Hire(c.agent, c.kind), Ask1(c, d)] + [Vote1(c, id, d)] == Voted3(c, id, d);
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)], Vote1(c, id, d));
    reveal Step;
    assert [M.Batch(map[], 1)] + [M.Batch(map[], 2)] == [M.Batch(map[], 1), M.Batch(map[], 2)];
  }
  lemma OneVoter(c: Cast)
    ensures |set x | x in Grant3(c).votes && Grant3(c).votes[x] == c.role| == 1
  { assert (set x | x in Grant3(c).votes && Grant3(c).votes[x] == c.role) == {c.person}; }
  ghost function Pm(c: Cast, d: Name): Permit { Permit.Permit(Req(c, d), c.agent, 3, 0, 3, map[], true, Issued) }
  ghost function Given4(c: Cast, id: Name, d: Name): seq<Input> { Voted3(c, id, d) + [Decide(c.agent, Req(c, d), 3)] }
  ghost function W4(c: Cast, id: Name, d: Name): World
  {
    W3(c, id, d).(log := W3(c, id, d).log + [M.Batch(map[], 3)], grants := map[KeyIn(c, id, d) := A.Closed(Grant3(c))], permits := [Pm(c, d)], steps := 4)
  }
  lemma GivenIs(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Given4(c, id, d)) == W4(c, id, d)
  {
    hide Step, Run, Permits, Uses, OpsOf;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d), 3));
    Decided(c, W3(c, id, d), id, d, 3);
    OneVoter(c);
    reveal Step;
  }
  // W: what was asked for and approved by the person is permitted for the sake of the grant, and performed.
  lemma W_B7_Approved(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures var w := Run(Pol(c, id), Given4(c, id, d) + [Perform(0)]);
            w.effects == [Boundary.Effect.Effect(0, 4)] && w.permits == [Pm(c, d).(status := Performed)] && w.permits[0].asked
    ensures forall n :: Lacks(Met(Pol(c, id), Given4(c, id, d), 3), c.agent, Req(c, d), 3, n) <==> n == c.need
  {
    hide Step, Run, Missing, Carrying;
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), Given4(c, id, d), Perform(0));
    Performs(W4(c, id, d), 0);
    VotedIs(c, id, d);
    assert Given4(c, id, d)[..3] == Voted3(c, id, d);
    Decided(c, W3(c, id, d), id, d, 3);
  }
  // W: a second Ask after the first was used gives a second permit.
  ghost function Ask5(c: Cast, d: Name): Input { Input.Ask(c.agent, Req(c, d), 9, 4) }
  ghost function Vote6(c: Cast, id: Name, d: Name): Input { Vote(KeyIn(c, id, d), c.person, c.role, 4) }
  ghost function W5(c: Cast, id: Name, d: Name): World {
    W4(c, id, d).(log := W4(c, id, d).log + [M.Batch(map[], 4)], grants := map[KeyIn(c, id, d) := A.Opened(9, c.asker)], steps := 5)
  }
  ghost function W6(c: Cast, id: Name, d: Name): World {
    W5(c, id, d).(log := W5(c, id, d).log + [M.Batch(map[], 4)], grants := map[KeyIn(c, id, d) := Grant3(c).(until := 9)], steps := 6)
  }
  lemma AskedAgain(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Step(W4(c, id, d), Ask5(c, d)) == W5(c, id, d)
  {
    hide Askable, Missing, Batch, Carrying, KeyIn;
    Decided(c, W4(c, id, d), id, d, 4);
    assert Asks(W4(c, id, d), c.agent, Req(c, d), 9, 4) by { reveal KeyIn; }
    assert GrantKey(Pol(c, id), Req(c, d)) == KeyIn(c, id, d) by { reveal KeyIn; }
  }
  lemma VotedAgain(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Step(W5(c, id, d), Vote6(c, id, d)) == W6(c, id, d)
  { hide KeyIn, Pol; assert Current(W5(c, id, d)).self == c.self && Current(W5(c, id, d)).id == id by { reveal Pol; } assert KeyIn(c, id, d).1 == id by { reveal KeyIn; } }
  lemma W_B7_Once(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures var ps := Run(Pol(c, id), Given4(c, id, d) + [Ask5(c, d)] + [Vote6(c, id, d)] + [Decide(c.agent, Req(c, d), 5)]).permits;
            |ps| == 2 && ps[0].asked && ps[1].asked
  {
    hide Step, Run, Permits, Uses, OpsOf, KeyIn;
    var t := Given4(c, id, d);
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), t, Ask5(c, d));
    AskedAgain(c, id, d);
    H.RunOne(Pol(c, id), t + [Ask5(c, d)], Vote6(c, id, d));
    VotedAgain(c, id, d);
    H.RunOne(Pol(c, id), t + [Ask5(c, d)] + [Vote6(c, id, d)], Decide(c.agent, Req(c, d), 5));
    GivenAgain(c, id, d);
  }
  lemma GivenAgain(c: Cast, id: Name, d: Name)
    ensures var ps := Step(W6(c, id, d), Decide(c.agent, Req(c, d), 5)).permits; |ps| == 2 && ps[0].asked && ps[1].asked
  {
    hide Permits, Uses, OpsOf, KeyIn;
    Decided(c, W6(c, id, d), id, d, 5);
    assert (set x | x in W6(c, id, d).grants[KeyIn(c, id, d)].votes && W6(c, id, d).grants[KeyIn(c, id, d)].votes[x] == c.role) == {c.person};
  }
  // W: approval is missing, and nobody has asked.
  lemma W_B7_Unasked(c: Cast, id: Name, d: Name)
    ensures var t := [Hire(c.agent, c.kind)];
            Uses(Run(Pol(c, id), t), c.agent, Req(c, d), 1) && forall a: nat, k | a < |t| :: !Asked(Pol(c, id), t, k, a)
  {
    hide Run, Uses;
    RunHire(Pol(c, id), c.agent, c.kind);
    Decided(c, W1(c, id), id, d, 1);
  }
  // ---- bad behaviours: none of these gives a permit ----
  lemma NotGiven(c: Cast, w: World, id: Name, d: Name, now: int)
    requires Works(c, w, id, now) && !Enough(c, w, KeyIn(c, id, d), now)
    ensures Step(w, Decide(c.agent, Req(c, d), now)).permits == w.permits
  { hide Permits, Uses, OpsOf, Enough; Decided(c, w, id, d, now); }
  // X: running before anybody has approved.
  lemma X_BeforeApproval(c: Cast, id: Name, d: Name)
    ensures Run(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d), Decide(c.agent, Req(c, d), 3)]).permits == []
  {
    hide Step, Run;
    Raised(c, id, d);
    assert [Hire(c.agent, c.kind), Ask1(c, d)] + [Decide(c.agent, Req(c, d), 3)] == [Hire(c.agent, c.kind), Ask1(c, d), Decide(c.agent, Req(c, d), 3)];
    H.RunOne(Pol(c, id), [Hire(c.agent, c.kind), Ask1(c, d)], Decide(c.agent, Req(c, d), 3));
    var none := set x | x in A.Opened(5, c.asker).votes && A.Opened(5, c.asker).votes[x] == c.role;
    assert none == {};
    NotGiven(c, W2(c, id, d), id, d, 3);
  }
  // X: another action than the one that was approved.
  lemma X_AnotherAction(c: Cast, id: Name, d: Name, d': Name)
    requires Different(c) && d' != d
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Decide(c.agent, Req(c, d'), 3)]).permits == []
  {
    hide Step, Run;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d'), 3));
    NotGiven(c, W3(c, id, d), id, d', 3);
  }
  // X: after its time.
  lemma X_TooLate(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Decide(c.agent, Req(c, d), 5)]).permits == []
  {
    hide Step, Run;
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), Decide(c.agent, Req(c, d), 5));
    NotGiven(c, W3(c, id, d), id, d, 5);
  }
  // X: a second time under one approval.
  lemma X_Twice(c: Cast, id: Name, d: Name)
    requires Different(c)
    ensures Run(Pol(c, id), Given4(c, id, d) + [Decide(c.agent, Req(c, d), 3)]).permits == [Pm(c, d)]
  {
    hide Step, Run;
    GivenIs(c, id, d);
    H.RunOne(Pol(c, id), Given4(c, id, d), Decide(c.agent, Req(c, d), 3));
    NotGiven(c, W4(c, id, d), id, d, 3);
  }
  // X: after somebody refused.
  lemma X_Refused(c: Cast, id: Name, d: Name, other: Name)
    requires Different(c) && other != c.asker && other != c.person
    ensures Run(Pol(c, id), Voted3(c, id, d) + [Refuse(KeyIn(c, id, d), other, c.role, 2)] + [Decide(c.agent, Req(c, d), 3)]).permits == []
  {
    hide Step, Run, KeyIn;
    var no := Refuse(KeyIn(c, id, d), other, c.role, 2);
    VotedIs(c, id, d);
    H.RunOne(Pol(c, id), Voted3(c, id, d), no);
    H.RunOne(Pol(c, id), Voted3(c, id, d) + [no], Decide(c.agent, Req(c, d), 3));
    RefusedIs(c, id, d, other);
    NotGiven(c, RefusedW(c, id, d), id, d, 3);
  }
  ghost function RefusedW(c: Cast, id: Name, d: Name): World
  { W3(c, id, d).(log := W3(c, id, d).log + [M.Batch(map[], 2)], steps := 4, grants := map[KeyIn(c, id, d) := A.Closed(Grant3(c))]) }
  lemma RefusedIs(c: Cast, id: Name, d: Name, other: Name)
    requires Different(c) && other != c.asker && other != c.person
    ensures Step(W3(c, id, d), Refuse(KeyIn(c, id, d), other, c.role, 2)) == RefusedW(c, id, d)
  { hide KeyIn, Pol; assert Current(W3(c, id, d)).self == c.self && Current(W3(c, id, d)).id == id by { reveal Pol; } assert KeyIn(c, id, d).1 == id by { reveal KeyIn; } }
  // X: the asker approves its own request in another role than `self`; and somebody votes twice. Neither vote is taken.
  lemma X_AskerApproves(c: Cast, id: Name, d: Name)
    requires c.role != c.self
    ensures !Casts(W2(c, id, d), Vote(KeyIn(c, id, d), c.asker, c.role, 2), KeyIn(c, id, d))
  {}
  lemma X_VotesTwice(c: Cast, id: Name, d: Name, role: Name)
    ensures !Casts(W3(c, id, d), Vote(KeyIn(c, id, d), c.person, role, 2), KeyIn(c, id, d))
  {}
  // X: a permit with a refusal, or with another permit for the grant, between its Ask and it would violate B7.
  lemma X_B7_EndedBetween(p: Policy, trace: seq<Input>, pm: Permit, a: nat, j: nat)
    requires a < j < pm.born < |trace| && Current(Met(p, trace, pm.born)).session in pm.q.scopes
    requires var k := GrantKey(Current(Met(p, trace, pm.born)), pm.q);
             Refuses(Met(p, trace, j), trace[j], k) || Spends(Met(p, trace, j), trace[j], k)
    ensures !Backed(p, trace, pm, a)
  { hide Met, Refuses, Spends, Asked, ForExactly, Fair, Lacks, Gathered; }
  // X: so would one whose action is another than the one that was asked for.
  lemma X_B7_AnotherDigest(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < |trace| && trace[a].Ask? && trace[a].q.digest != pm.q.digest
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, Stood, Fair, Lacks, Gathered; }
}
