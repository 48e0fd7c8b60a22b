include "Boundary/Rates.dfy"
include "Boundary/LabelsProofs.dfy"
include "Boundary/ApprovalsProofs.dfy"
include "Boundary/Agents.dfy"
include "Boundary/Replacing.dfy"
include "Boundary/Provenance.dfy"
include "Properties/Egress.dfy"
include "Properties/Exfiltration.dfy"
include "Properties/Payment.dfy"
include "Properties/Filesystem.dfy"
include "Properties/Database.dfy"
// The headline statements about what sessions remember, and the five safety classes: the second half of Theorems.dfy. Each
// holds after every trace; its words stand beside it, the predicates in the module that it names, witnesses and
// counterexamples in the Witnesses file beside it or at its end. `Doing(p, trace, n)` is the permit under which effect n was performed.
module SessionTheorems {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Boundary
  import opened SpendingSpec
  import opened TotalsSpec
  import opened DecidedSpec
  import opened Permission
  import RateSpec
  import R = Rates
  import LS = LabelsSpec
  import L = Labels
  import PS = ApprovalsSpec
  import A = Approvals
  import GS = AgentsSpec
  import G = Agents
  import B11 = Replacing
  import VS = ProvenanceSpec
  import V = Provenance
  import M = Machine
  import S1 = EgressSpec
  import S1P = Egress
  import S2 = ExfiltrationSpec
  import S2P = Exfiltration
  import S3 = PaymentSpec
  import S3P = Payment
  import S4 = FilesystemSpec
  import S4P = Filesystem
  import S5 = DatabaseSpec
  import S5P = Database

  // B5. From a to b a rate admits at most what may come at once, and what that time is good for (both in milliseconds).
  lemma B5_Rate(p: Policy, trace: seq<Input>, k: Key, a: int, b: int)
    requires k.0 == 1 && a <= b
    ensures RateSpec.Window(M.Ledger(Run(p, trace).log, k), a, b) <= Highest(Run(p, trace).policies, k.1) + (b - a)
  { R.B5_Rate(p, trace, k, a, b); }

  // B6. Labels only grow, and every effect is cleared of each label that its session carried or that it brought itself.
  lemma B6_OnlyGrow(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n <= |trace| && Marking(k) && LS.Carried(Run(p, trace[..n]), k)
    ensures LS.Carried(Run(p, trace), k)
  { L.B6_OnlyGrow(p, trace, n, k); }
  lemma B6_Cleared(p: Policy, trace: seq<Input>, n: nat, k: Key)
    requires n < |Run(p, trace).effects| && L.HeldThen(p, trace, Doing(p, trace, n), k)
    ensures L.Cleared(p, trace, Doing(p, trace, n), k)
  { L.B6_Effects(p, trace, n, k); }

  // B7. What had to be approved ran under a request to people for exactly it, in time, with enough different people, ...
  lemma B7_Approved(p: Policy, trace: seq<Input>, n: nat) returns (a: nat)
    requires n < |Run(p, trace).effects|
    ensures A.Sanctioned(p, trace, Run(p, trace).effects[n], a)
  { a := A.B7_Effects(p, trace, n); }
  // ... and no two effects ran under one.
  lemma B7_Once(p: Policy, trace: seq<Input>, m: nat, n: nat, a: nat)
    requires m < n < |Run(p, trace).effects|
    requires var ps, es := Run(p, trace).permits, Run(p, trace).effects;
             es[m].token < |ps| && es[n].token < |ps| && ps[es[m].token].asked && ps[es[n].token].asked && PS.Backed(p, trace, ps[es[m].token], a)
    ensures !PS.Backed(p, trace, Run(p, trace).permits[Run(p, trace).effects[n].token], a)
  { A.B7_EffectsOnce(p, trace, m, n, a); }

  // B8. Down a line of agents each has only what all before it use or may pass on; by these groups alone its effects were
  // granted; and what is counted in an ancestor's account, its whole subtree's spending, stays within the limit.
  lemma B8_Line(p: Policy, trace: seq<Input>, line: seq<Name>)
    requires GS.Line(p, trace, line)
    ensures var agents := Run(p, trace).agents;
            line[|line| - 1] in agents && GS.Groups(agents[line[|line| - 1]]) <= GS.Groups(agents[line[0]])
  { G.B8_Line(p, trace, line); }
  lemma B8_Granted(p: Policy, trace: seq<Input>, n: nat, line: seq<Name>)
    requires n < |Run(p, trace).effects| && GS.Line(p, trace, line) && line[|line| - 1] == Doing(p, trace, n).agent
    ensures var pm := Doing(p, trace, n);
            G.GrantedWithin(Current(Then(p, trace, pm)), SceneThen(p, trace, pm), GS.Groups(Run(p, trace).agents[line[0]]))
  { G.B8_Effects(p, trace, n, line); }
  lemma B8_Account(p: Policy, trace: seq<Input>, k: Key, top: int)
    requires k.0 == 0 && 0 <= top && LimitsAtMost(Run(p, trace).policies, k.1, top)
    ensures Outlay(Run(p, trace).permits, Run(p, trace).effects, k) <= Spent(Run(p, trace).permits, k) <= top
  { G.B8_Account(p, trace, k, top); }

  // B11. A permit of before the replacement performs nothing, and a grant for another policy is not looked at.
  lemma B11_StalePermit(p: Policy, trace: seq<Input>, t: nat)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].version != Version(Run(p, trace))
    ensures Run(p, trace + [Perform(t)]) == Run(p, trace).(steps := |trace| + 1)
  { B11.B11_StalePermit(p, trace, t); }

  // Records: whatever a record of the run holds, a tool or the host said under its very key.
  lemma Records_Said(p: Policy, trace: seq<Input>, k: Key)
    requires k in Run(p, trace).records
    ensures VS.AllSaid(p, trace, k, Run(p, trace).records[k])
  { V.AllRecordsSaid(p, trace, k); }

  // ---- the safety classes: under policies of the pattern, all of the run, every effect is of the safe kind ----
  lemma S1_Egress(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, host: Name, listed: seq<Pattern>)
    requires n < |Run(p, trace).effects| && forall v | v in Run(p, trace).policies :: S1.ListedHostsOnly(v, verbs, host, listed)
    ensures S1.GoesToListed(Doing(p, trace, n).q, verbs, host, listed)
  { S1P.S1_Egress(p, trace, n, verbs, host, listed); }
  lemma S2_Exfiltration(p: Policy, trace: seq<Input>, a: nat, n: nat, asset: S2.Asset, mark: Mark, session: Name, sinks: map<Name, S2.Sink>)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: S2.Marks(v, asset, mark, session) && S2.Guards(v, mark, sinks)
    requires S2.Reads(Doing(p, trace, a).q, asset) && S2.Follows(Doing(p, trace, a), Doing(p, trace, n), session)
    ensures S2.SendsCleared(Doing(p, trace, n).q, sinks)
  { S2P.S2_Exfiltration(p, trace, a, n, asset, mark, session, sinks); }
  lemma S3_Payment(p: Policy, trace: seq<Input>, n: nat, pays: set<Name>, amount: Name, limit: int, name: Name)
    requires n < |Run(p, trace).effects| && forall v | v in Run(p, trace).policies :: S3.LimitsPayments(v, pays, amount, limit, name)
    ensures S3.EachAtMost(Doing(p, trace, n).q, pays, amount, limit) || ApprovedThen(p, trace, Doing(p, trace, n), name)
  { S3P.S3_Limit(p, trace, n, pays, amount, limit, name); }
  lemma S4_Filesystem(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, path: Name, listed: seq<Pattern>)
    requires n < |Run(p, trace).effects| && forall v | v in Run(p, trace).policies :: S4.ChangesInside(v, verbs, path, listed)
    ensures S4.StaysInside(Doing(p, trace, n).q, verbs, path, listed)
  { S4P.S4_Filesystem(p, trace, n, verbs, path, listed); }
  lemma S5_Database(p: Policy, trace: seq<Input>, n: nat, changes: set<Name>)
    requires n < |Run(p, trace).effects| && forall v | v in Run(p, trace).policies :: S5.ChangesNothing(v, changes)
    ensures !S5.Changes(Doing(p, trace, n).q, changes)
  { S5P.S5_Changes(p, trace, n, changes); }
}
