include "Approvals.dfy"
// B7, proved: an open grant has its Ask and each of its votes the Vote, and using it closes it.
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
