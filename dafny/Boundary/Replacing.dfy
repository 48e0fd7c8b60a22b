include "ApprovalsProofs.dfy"
// B11: replacing the policy keeps what was remembered and done; permits and grants of an older version are useless afterwards.
module Replacing {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened ApprovalsSpec
  import A = ApprovalCode
  import Approvals
  import E = Effects
  import H = History
  import T = Traces
  import M = Machine

  // ---- what stays ----
  // B11. A replacement keeps every cell, permit, effect, record, grant and agent; a new version is in force.
  lemma B11_Keeps(p: Policy, trace: seq<Input>, policy: Policy)
    ensures var w, w' := Run(p, trace), Run(p, trace + [Replace(policy)]);
            w'.log == w.log && w'.permits == w.permits && w'.effects == w.effects && w'.records == w.records && w'.grants == w.grants
            && w'.agents == w.agents && w'.policies == w.policies + [policy] && Current(w') == policy && Version(w') == Version(w) + 1
  { hide Run; H.RunOne(p, trace, Replace(policy)); }
  // So every cell's history is sound afterwards, whatever came before: the invariant that B4, B5 and B6 rest on.
  lemma B11_StaysSound(p: Policy, trace: seq<Input>, policy: Policy)
    ensures M.Sound(Run(p, trace + [Replace(policy)]).log)
  { hide Run; T.RunGood(p, trace + [Replace(policy)]); }

  // ---- permits ----
  // Once a version is over, it is over.
  lemma VersionsGrow(p: Policy, trace: seq<Input>, n: nat)
    requires n <= |trace|
    ensures Version(Run(p, trace[..n])) <= Version(Run(p, trace))
  { hide Run; H.RunPolicies(p, trace, n); }
  // B11. A permit of an older version performs nothing: Perform changes nothing at all.
  lemma B11_StalePermit(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].version != Version(Run(p, trace))
    ensures Run(p, trace + [Perform(t)]) == Run(p, trace).(steps := |trace| + 1)
  { hide Run; H.RunOne(p, trace, Perform(t)); }
  // No effect of the run came, after some replacement, by a permit that was there before it.
  lemma B11_Effects(p: Policy, trace: seq<Input>, n: nat, r: nat)
    requires n < |Run(p, trace).effects| && r < Run(p, trace).effects[n].when && r < |trace| && trace[r].Replace?
    ensures var e := Run(p, trace).effects[n];
            e.when < |trace| && e.token < |Run(p, trace).permits| && r < Run(p, trace).permits[e.token].born
            && |Run(p, trace[..r]).permits| <= e.token
  {
    hide Run;
    var e := Run(p, trace).effects[n];
    E.AllLawful(p, trace, n);
    var pm := Run(p, trace).permits[e.token];
    assert trace[..r + 1] == trace[..r] + [trace[r]];
    H.RunOne(p, trace[..r], trace[r]);
    assert Version(Run(p, trace[..r + 1])) == Version(Run(p, trace[..r])) + 1;
    assert trace[..e.when][..r + 1] == trace[..r + 1];
    VersionsGrow(p, trace[..e.when], r + 1);
    if pm.born <= r {
      assert trace[..r][..pm.born] == trace[..pm.born];
      VersionsGrow(p, trace[..r], pm.born);
      assert false;
    }
    if e.token < |Run(p, trace[..r]).permits| { BornThere(p, trace, r, e.token); }
  }
  // A permit that was there at some time was born before it.
  lemma BornThere(p: Policy, trace: seq<Input>, n: nat, t: nat)
    requires n <= |trace| && t < |Run(p, trace[..n]).permits|
    ensures t < |Run(p, trace).permits| && Run(p, trace).permits[t].born < n
  {
    hide Step, H.Born;
    if n < |trace| {
      var m := |trace| - 1;
      assert trace[..m][..n] == trace[..n];
      BornThere(p, trace[..m], n, t);
      H.StepPermits(Run(p, trace[..m]), trace[m]);
      assert H.Same(Run(p, trace[..m]).permits[t], Run(p, trace).permits[t]);
    } else {
      assert trace[..n] == trace;
      H.AllBorn(p, trace, t);
      reveal H.Born;
    }
  }

  // ---- grants ----
  // Two scenes that differ in grants alone.
  ghost predicate SameButGrants(a: Scene, b: Scene) { b == a.(view := a.view.(grants := b.view.grants)) }
  lemma TestSame(t: Test, a: Scene, b: Scene, part: Part, atom: Atom)
    requires SameButGrants(a, b)
    ensures Sure(t, a, part, atom) <==> Sure(t, b, part, atom)
    ensures May(t, a, part, atom) <==> May(t, b, part, atom)
  { hide Fits, Lies, AllGiven; }
  lemma LiftedSame(r: Rule, a: Scene, b: Scene, part: Part, atom: Atom)
    requires SameButGrants(a, b) && Lifted(r, a, part, atom)
    ensures Lifted(r, b, part, atom)
  {
    hide Sure;
    var c :| c in r.unless && c != [] && forall t | t in c :: Sure(t, a, part, atom);
    forall t | t in c ensures Sure(t, b, part, atom) { TestSame(t, a, b, part, atom); }
  }
  lemma RuleSame(r: Rule, a: Scene, b: Scene, part: Part, atom: Atom)
    requires SameButGrants(a, b)
    ensures Yes(r, a, part, atom) <==> Yes(r, b, part, atom)
    ensures Maybe(r, a, part, atom) <==> Maybe(r, b, part, atom)
  {
    hide Sure, May, Lifted;
    forall t | t in r.tests
      ensures (Sure(t, a, part, atom) <==> Sure(t, b, part, atom)) && (May(t, a, part, atom) <==> May(t, b, part, atom))
    { TestSame(t, a, b, part, atom); }
    if Lifted(r, a, part, atom) { LiftedSame(r, a, b, part, atom); }
    if Lifted(r, b, part, atom) { LiftedSame(r, b, a, part, atom); }
  }
  lemma AtomSame(p: Policy, a: Scene, b: Scene, part: Part, atom: Atom)
    requires SameButGrants(a, b)
    ensures Passes(p, a, part, atom) <==> Passes(p, b, part, atom)
    ensures forall n :: Needed(p, a, part, atom, n) <==> Needed(p, b, part, atom, n)
    ensures forall r :: Charges(r, a, part, atom) <==> Charges(r, b, part, atom)
    ensures forall r :: Counts(p, a, part, atom, r) <==> Counts(p, b, part, atom, r)
    ensures forall r | Counts(p, a, part, atom, r) :: Counter(p, a, part, atom, r) == Counter(p, b, part, atom, r)
  {
    hide Yes, Maybe, Complete, Counted, AllGiven;
    forall r ensures (Yes(r, a, part, atom) <==> Yes(r, b, part, atom)) && (Maybe(r, a, part, atom) <==> Maybe(r, b, part, atom))
    { RuleSame(r, a, b, part, atom); }
  }
  lemma RulesSame(p: Policy, a: Scene, b: Scene)
    requires SameButGrants(a, b)
    ensures (Clear(p, a) <==> Clear(p, b)) && (Payable(p, a) <==> Payable(p, b)) && forall n :: Wanted(p, a, n) <==> Wanted(p, b, n)
  {
    hide Clear, Payable, Wanted;
    ClearSame(p, a, b);
    if Payable(p, a) { PayableSame(p, a, b); }
    if Payable(p, b) { PayableSame(p, b, a); }
    forall n ensures Wanted(p, a, n) <==> Wanted(p, b, n) {
      if Wanted(p, a, n) { WantedSame(p, a, b, n); }
      if Wanted(p, b, n) { WantedSame(p, b, a, n); }
    }
  }
  lemma ClearSame(p: Policy, a: Scene, b: Scene)
    requires SameButGrants(a, b)
    ensures Clear(p, a) <==> Clear(p, b)
  {
    hide Passes;
    forall part, atom ensures Passes(p, a, part, atom) <==> Passes(p, b, part, atom) { AtomSame(p, a, b, part, atom); }
  }
  lemma PayableSame(p: Policy, a: Scene, b: Scene)
    requires SameButGrants(a, b) && Payable(p, a)
    ensures Payable(p, b)
  {
    hide Charges, Counts;
    forall part, atom, r | part in b.q.parts && atom in part.atoms && r in p.rules && Charges(r, b, part, atom) ensures Counts(p, b, part, atom, r) {
      AtomSame(p, a, b, part, atom);
    }
  }
  lemma WantedSame(p: Policy, a: Scene, b: Scene, n: Name)
    requires SameButGrants(a, b) && Wanted(p, a, n)
    ensures Wanted(p, b, n)
  {
    hide Needed;
    var part, atom :| part in a.q.parts && atom in part.atoms && Needed(p, a, part, atom, n);
    AtomSame(p, a, b, part, atom);
  }
  lemma TouchesSame(p: Policy, a: Scene, b: Scene, part: Part, k: Key)
    requires SameButGrants(a, b)
    ensures Touches(p, a, part, k) ==> Touches(p, b, part, k)
  {
    hide Counts, Counter;
    if Touches(p, a, part, k) {
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, a, part, atom, r) && Counter(p, a, part, atom, r) == k;
      AtomSame(p, a, b, part, atom);
    }
  }
  lemma AmountSame(p: Policy, a: Scene, b: Scene, parts: seq<Part>, k: Key)
    requires SameButGrants(a, b)
    ensures Amount(p, a, parts, k) == Amount(p, b, parts, k)
  {
    hide Touches;
    if parts != [] {
      AmountSame(p, a, b, parts[..|parts| - 1], k);
      TouchesSame(p, a, b, parts[|parts| - 1], k);
      TouchesSame(p, b, a, parts[|parts| - 1], k);
    }
  }
  lemma KeysSame(p: Policy, a: Scene, b: Scene)
    requires SameButGrants(a, b)
    ensures Keys(p, a) <= Keys(p, b)
  {
    hide Counts, Counter;
    forall k | k in Keys(p, a) ensures k in Keys(p, b) {
      var part, atom, r :| part in a.q.parts && atom in part.atoms && r in p.rules && Counts(p, a, part, atom, r) && k == Counter(p, a, part, atom, r);
      AtomSame(p, a, b, part, atom);
    }
  }
  lemma BatchSame(p: Policy, a: Scene, b: Scene)
    requires SameButGrants(a, b)
    ensures Batch(p, a) == Batch(p, b) && SameButGrants(Carrying(p, a), Carrying(p, b))
  {
    hide Keys, Amount;
    KeysSame(p, a, b);
    KeysSame(p, b, a);
    forall k | k in Keys(p, a) ensures Amount(p, a, a.q.parts, k) == Amount(p, b, b.q.parts, k) { AmountSame(p, a, b, a.q.parts, k); }
    assert Brings(p, a) == Brings(p, b);
  }
  // A decision looks at no grant but the one under its own key.
  ghost predicate SameGrant(p: Policy, a: Scene, b: Scene) {
    p.session in a.q.scopes ==>
      var k := GrantKey(p, a.q);
      (k in a.view.grants <==> k in b.view.grants) && (k in a.view.grants ==> a.view.grants[k] == b.view.grants[k])
  }
  lemma DecisionSame(p: Policy, log: M.Log, a: Scene, b: Scene)
    requires SameButGrants(a, b) && SameGrant(p, a, b)
    ensures (Permitted(p, log, a) <==> Permitted(p, log, b)) && (Askable(p, log, a) <==> Askable(p, log, b))
    ensures Free(p, log, a) <==> Free(p, log, b)
  {
    hide Clear, Payable, Wanted, Passed, Room, Batch, Carrying, Filled;
    BatchSame(p, a, b);
    var x, y := Carrying(p, a), Carrying(p, b);
    BatchSame(p, x, y);
    RulesSame(p, a, b);
    RulesSame(p, x, y);
    JudgedSame(p, log, a, b);
    assert forall n :: Missing(p, x, Batch(p, x), log, n) <==> Missing(p, y, Batch(p, y), log, n);
    assert Consented(p, log, a) <==> Consented(p, log, b) by {
      assert x.q == a.q && x.now == a.now && x.view == a.view && y.view == b.view && y.q == b.q by { reveal Carrying; }
    }
    reveal Permitted(), Askable();
  }
  lemma JudgedSame(p: Policy, log: M.Log, a: Scene, b: Scene)
    requires SameButGrants(a, b) && SameButGrants(Carrying(p, a), Carrying(p, b))
    ensures Judged(p, log, a) <==> Judged(p, log, b)
  {
    hide Clear, Payable, Room, Batch, Carrying;
    RulesSame(p, a, b);
    RulesSame(p, Carrying(p, a), Carrying(p, b));
    BatchSame(p, Carrying(p, a), Carrying(p, b));
  }
  // B11. A grant under a key that is not the request's own, and so one of a policy of another id, is not looked at: without it
  // the decision is the same.
  lemma B11_StaleGrant(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, k: Key)
    requires !IsFor(Run(p, trace), q, k)
    ensures var w := Run(p, trace); var without := w.(grants := w.grants - {k});
                                    (Permits(w, agent, q, now) <==> Permits(without, agent, q, now)) && (Uses(w, agent, q, now) <==> Uses(without, agent, q, now))
  {
    hide Run, Permitted, Free;
    var w := Run(p, trace);
    var without := w.(grants := w.grants - {k});
    DecisionSame(Current(w), w.log, SceneOf(w, agent, q, now), SceneOf(without, agent, q, now));
  }
  // A key of another id is not the request's own.
  lemma B11_OtherId(w: World, past: Policy, q: Request, r: Request)
    requires w.policies != [] && past.session in r.scopes && past.id != Current(w).id
    ensures !IsFor(w, q, GrantKey(past, r))
  {}
  // And of effects: what lacked an approval ran under an Ask of a policy with the id of the one in force when it was performed.
  lemma B11_EffectsAsked(p: Policy, trace: seq<Input>, n: nat) returns (a: nat)
    requires n < |Run(p, trace).effects|
    requires var e := Run(p, trace).effects[n]; e.token < |Run(p, trace).permits| && Run(p, trace).permits[e.token].asked
    ensures var e := Run(p, trace).effects[n];
            a < |trace| && e.when < |trace| && trace[a].Ask? && trace[a].q.digest == Run(p, trace).permits[e.token].q.digest
            && Current(Met(p, trace, a)).id == Current(Met(p, trace, e.when)).id
  {
    hide Run, Permits, Uses, Lacks, Fair, Stood, Gathered, Asked;
    E.AllLawful(p, trace, n);
    a := Approvals.B7_Asked(p, trace, Run(p, trace).effects[n].token);
  }
}
