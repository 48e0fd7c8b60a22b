include "ApprovalsProofs.dfy"
include "Decided.dfy"
// What B7 rules out, clause by clause: each lemma names one bad behaviour of a permit, or of an effect, that would violate it.
// Runs in which the code refuses them stand in ApprovalsWitnesses.dfy.
module ApprovalsRuledOut {
  import opened Names
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened ApprovalsSpec
  import opened Approvals
  import opened DecidedSpec

  // X: a permit with a refusal, another permit for the grant, or a new Ask between its Ask and it would violate B7.
  lemma X_B7_EndedBetween(p: Policy, trace: seq<Input>, pm: Permit, a: nat, j: nat)
    requires a < j < pm.born < |trace| && Current(Met(p, trace, pm.born)).session in pm.q.scopes
    requires var k := GrantKey(Current(Met(p, trace, pm.born)), pm.q);
             Raises(Met(p, trace, j), trace[j], k) || Refuses(Met(p, trace, j), trace[j], k) || Spends(Met(p, trace, j), trace[j], k)
    ensures !Backed(p, trace, pm, a)
  { hide Met, Raises, Refuses, Spends, Asked, ForExactly, Fair, Lacks, Gathered; }
  // X: so would one whose action is another than the one that was asked for.
  lemma X_B7_AnotherDigest(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < |trace| && trace[a].Ask? && trace[a].q.digest != pm.q.digest
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, Stood, Fair, Lacks, Gathered; }
  // X: or one that was asked for under another policy, or in another session;
  lemma X_B7_AnotherPolicy(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < pm.born < |trace| && Current(Met(p, trace, a)).id != Current(Met(p, trace, pm.born)).id
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, Stood, Fair, Lacks, Gathered; }
  lemma X_B7_AnotherSession(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < pm.born < |trace| && trace[a].Ask?
    requires var past, here := Current(Met(p, trace, a)).session, Current(Met(p, trace, pm.born)).session;
             past in trace[a].q.scopes && here in pm.q.scopes && trace[a].q.scopes[past] != pm.q.scopes[here]
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, Stood, Fair, Lacks, Gathered; }
  // X: or one that was decided when the time of its Ask was over;
  lemma X_B7_OutOfTime(p: Policy, trace: seq<Input>, pm: Permit, a: nat)
    requires a < |trace| && trace[a].Ask? && trace[a].until <= pm.now
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, ForExactly, Stood, Fair, Lacks, Gathered; }
  // X: or one for which somebody voted twice, or voted for the asker's own role without being the asker;
  lemma X_B7_SameTwice(p: Policy, trace: seq<Input>, pm: Permit, a: nat, u: nat, v: nat)
    requires a < u < v < pm.born < |trace| && Current(Met(p, trace, pm.born)).session in pm.q.scopes
    requires var k := GrantKey(Current(Met(p, trace, pm.born)), pm.q);
             Voted(p, trace, k, u) && Voted(p, trace, k, v) && trace[u].person == trace[v].person
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, ForExactly, Stood, Voted, SelfIsAsker, Lacks, Gathered; }
  lemma X_B7_NotTheAsker(p: Policy, trace: seq<Input>, pm: Permit, a: nat, v: nat)
    requires a < v < pm.born < |trace| && Current(Met(p, trace, pm.born)).session in pm.q.scopes && trace[a].Ask?
    requires Current(Met(p, trace, a)).user in trace[a].q.scopes
    requires Voted(p, trace, GrantKey(Current(Met(p, trace, pm.born)), pm.q), v) && trace[v].role == Current(Met(p, trace, v)).self
    requires trace[v].person != trace[a].q.scopes[Current(Met(p, trace, a)).user]
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, ForExactly, Stood, EachOnce, Lacks, Gathered; }
  // X: or one for which somebody was needed whom the policy does not name, or one person fewer voted than the role wants.
  lemma X_B7_Unnamed(p: Policy, trace: seq<Input>, pm: Permit, a: nat, n: Name)
    requires a < pm.born < |trace| && Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, n)
    requires n !in Current(Met(p, trace, pm.born)).quorums
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, ForExactly, Stood, Fair, Lacks, Gathered; }
  lemma X_B7_OneTooFew(p: Policy, trace: seq<Input>, pm: Permit, a: nat, n: Name, role: Name, people: int)
    requires a < pm.born < |trace| && Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, n)
    requires var v, here := Current(Met(p, trace, pm.born)), Met(p, trace, pm.born);
             && v.session in pm.q.scopes && n in v.quorums && (role, people) in v.quorums[n].roles
             && |Voters(p, trace, GrantKey(v, pm.q), role, a, pm.born)| == people - 1
    ensures !Backed(p, trace, pm, a)
  { hide Met, Asked, ForExactly, Stood, Fair, Lacks, Voters; }
  // X: nobody counts who voted before the Ask or after the permit, or in another role.
  lemma X_B7_VotedElsewhere(p: Policy, trace: seq<Input>, k: Key, role: Name, a: nat, b: nat, person: Name)
    requires forall v: nat | a < v < b && Voted(p, trace, k, v) && trace[v].role == role :: trace[v].person != person
    ensures person !in Voters(p, trace, k, role, a, b)
  { hide Voted; }

  // X: of effects: one that was performed after the run, or no later than it was decided;
  lemma X_B7_NotYet(p: Policy, trace: seq<Input>, e: Boundary.Effect, a: nat)
    requires e.when == |trace| || e.token == |Run(p, trace).permits|
    ensures !Sanctioned(p, trace, e, a)
  { hide Run, Met, Lacks, Backed; }
  lemma X_B7_DecidedWhenDone(p: Policy, trace: seq<Input>, e: Boundary.Effect, a: nat)
    requires e.token < |Run(p, trace).permits| && Run(p, trace).permits[e.token].born == e.when
    ensures !Sanctioned(p, trace, e, a)
  { hide Run, Met, Lacks, Backed; }
  // X: one that was performed under another policy than the one that decided;
  lemma X_B7_PolicyBetween(p: Policy, trace: seq<Input>, e: Boundary.Effect, a: nat)
    requires e.when < |trace| && e.token < |Run(p, trace).permits|
    requires var born := Run(p, trace).permits[e.token].born;
             born < e.when && Current(Met(p, trace, born)) != Current(Met(p, trace, e.when))
    ensures !Sanctioned(p, trace, e, a)
  { hide Run, Met, Lacks, Backed; }
  // X: and one that lacked somebody's approval and has no Ask behind it.
  lemma X_B7_Unbacked(p: Policy, trace: seq<Input>, e: Boundary.Effect, a: nat, n: Name)
    requires e.token < |Run(p, trace).permits|
    requires var pm := Run(p, trace).permits[e.token];
             pm.born <= |trace| && Lacks(Met(p, trace, pm.born), pm.agent, pm.q, pm.now, n) && !Backed(p, trace, pm, a)
    ensures !Sanctioned(p, trace, e, a)
  { hide Run, Met, Lacks, Backed; }

  // X: nobody had approved where there was no request to people for exactly this, or its time was over, or it was closed;
  lemma X_NoGrant(p: Policy, trace: seq<Input>, pm: Permit, n: Name)
    requires pm.born <= |trace|
    requires var w := Then(p, trace, pm); Current(w).session in pm.q.scopes ==> GrantKey(Current(w), pm.q) !in w.grants
    ensures !ApprovedThen(p, trace, pm, n)
  { hide Then; }
  lemma X_NotLive(p: Policy, trace: seq<Input>, pm: Permit, n: Name)
    requires pm.born <= |trace| && Current(Then(p, trace, pm)).session in pm.q.scopes
    requires var w := Then(p, trace, pm); var k := GrantKey(Current(w), pm.q);
                                          k in w.grants && (!w.grants[k].open || w.grants[k].until <= pm.now)
    ensures !ApprovedThen(p, trace, pm, n)
  { hide Then; }
  // X: or the policy does not name them, or one voted fewer than a role wants.
  lemma X_NotNamed(p: Policy, trace: seq<Input>, pm: Permit, n: Name)
    requires pm.born <= |trace| && n !in Current(Then(p, trace, pm)).quorums
    ensures !ApprovedThen(p, trace, pm, n)
  { hide Then; }
  lemma X_OneTooFew(p: Policy, trace: seq<Input>, pm: Permit, n: Name, role: Name, people: int)
    requires pm.born <= |trace| && Current(Then(p, trace, pm)).session in pm.q.scopes
    requires var w := Then(p, trace, pm); var v := Current(w); var k := GrantKey(v, pm.q);
                                                               && k in w.grants && n in v.quorums && (role, people) in v.quorums[n].roles
                                                               && |set x | x in w.grants[k].votes && w.grants[k].votes[x] == role| == people - 1
    ensures !ApprovedThen(p, trace, pm, n)
  { hide Then; }
}
