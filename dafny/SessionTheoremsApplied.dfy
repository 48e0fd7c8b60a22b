include "SessionTheorems.dfy"
include "Boundary/ApprovalsWitnesses.dfy"
include "Boundary/LabelsWitnesses.dfy"
include "Boundary/ReplacingWitnesses.dfy"
include "Boundary/AgentsWitnesses.dfy"
include "Properties/ExfiltrationWitnesses.dfy"
// Each theorem of SessionTheorems.dfy used once, on the small run that meets its premises. What it says there is known from it
// alone: all definitions are hidden. A theorem that says less, or asks for more, does not verify here.
module SessionTheoremsApplied {
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
  import RW = RateWitnesses
  import LS = LabelsSpec
  import L = Labels
  import LW = LabelWitnesses
  import PS = ApprovalsSpec
  import A = Approvals
  import AW = ApprovalWitnesses
  import GS = AgentsSpec
  import G = Agents
  import GW = AgentsWitnesses
  import RP = ReplacingWitnesses
  import VS = ProvenanceSpec
  import VW = ProvenanceWitnesses
  import SR = SmallRuns
  import H = History
  import M = Machine
  import Small = SmallPolicies
  import S1 = EgressSpec
  import S1W = EgressWitnesses
  import S2 = ExfiltrationSpec
  import S2W = ExfiltrationWitnesses
  import S3 = PaymentSpec
  import S3W = PaymentWitnesses
  import S4 = FilesystemSpec
  import S4W = FilesystemWitnesses
  import S5 = DatabaseSpec
  import S5W = DatabaseWitnesses
  import Th = SessionTheorems

  // ---- B5 ----
  lemma On_B5_Rate(c: RW.Cast, trace: seq<Input>)
    ensures RateSpec.Window(M.Ledger(Run(RW.Pol(c), trace).log, RW.KeyIn(c)), 0, 0) <= Highest(Run(RW.Pol(c), trace).policies, RW.KeyIn(c).1) + (0 - 0)
  {
    hide *;
    reveal RW.KeyIn;
    Th.B5_Rate(RW.Pol(c), trace, RW.KeyIn(c), 0, 0);
  }

  // ---- B6 ----
  lemma HeldAt2(c: LW.Cast)
    requires !c.asks && c.read != c.send
    ensures Marking(LW.KeyIn(c)) && LS.Carried(Run(LW.Pol(c), LW.ReadTrace(c)), LW.KeyIn(c))
  { hide Run, LS.Carried; LW.W_B6_Forbidden(c); }
  lemma On_B6_OnlyGrow(c: LW.Cast, more: seq<Input>)
    requires !c.asks && c.read != c.send
    ensures LS.Carried(Run(LW.Pol(c), LW.ReadTrace(c) + more), LW.KeyIn(c))
  {
    hide *;
    HeldAt2(c);
    var t := LW.ReadTrace(c);
    assert (t + more)[..|t|] == t;
    Th.B6_OnlyGrow(LW.Pol(c), t + more, |t|, LW.KeyIn(c));
  }
  ghost function ReadDone(c: LW.Cast): seq<Input> { SR.Done(c.agent, c.kind, LW.Req(c, [c.read]), 1) }
  lemma On_B6_Cleared(c: LW.Cast)
    requires c.read != c.send
    ensures var p, t := LW.Pol(c), ReadDone(c); |Run(p, t).effects| == 1 && L.Cleared(p, t, Doing(p, t, 0), LW.KeyIn(c))
  {
    hide Run, L.Cleared, L.HeldThen, LW.Pol, LW.Req;
    LW.W_B6_Effects(c);
    Th.B6_Cleared(LW.Pol(c), ReadDone(c), 0, LW.KeyIn(c));
  }

  // ---- B7 ----
  ghost function Approved(c: AW.Cast, id: Name, d: Name): seq<Input> { AW.Given4(c, id, d) + [Perform(0)] }
  lemma On_B7_Approved(c: AW.Cast, id: Name, d: Name) returns (a: nat)
    requires AW.Different(c)
    ensures var w := Run(AW.Pol(c, id), Approved(c, id, d)); |w.effects| == 1 && A.Sanctioned(AW.Pol(c, id), Approved(c, id, d), w.effects[0], a)
  {
    hide Run, A.Sanctioned, AW.Pol, AW.Pm, AW.Given4, PS.Lacks;
    AW.W_B7_Approved(c, id, d);
    a := Th.B7_Approved(AW.Pol(c, id), Approved(c, id, d), 0);
  }
  // Asked, approved and permitted twice, then both performed: the second has an Ask of its own.
  ghost function Again(c: AW.Cast, id: Name, d: Name): seq<Input> {
    AW.Given4(c, id, d) + [AW.Ask5(c, d)] + [AW.Vote6(c, id, d)] + [Decide(c.agent, AW.Req(c, d), 5)]
  }
  ghost function Twice(c: AW.Cast, id: Name, d: Name): seq<Input> { Again(c, id, d) + [Perform(0)] + [Perform(1)] }
  lemma AgainIs(c: AW.Cast, id: Name, d: Name)
    requires AW.Different(c)
    ensures var w := Run(AW.Pol(c, id), Again(c, id, d));
            |w.permits| == 2 && w.effects == [] && w.policies == [AW.Pol(c, id)] &&
            forall t | 0 <= t < 2 :: w.permits[t].asked && w.permits[t].status.Issued? && w.permits[t].version == 0
  {
    hide Step, Run, Permits, Uses, OpsOf, AW.KeyIn, AW.Pol, AW.Req;
    var t, p := AW.Given4(c, id, d), AW.Pol(c, id);
    AW.GivenIs(c, id, d);
    H.RunOne(p, t, AW.Ask5(c, d));
    AW.AskedAgain(c, id, d);
    H.RunOne(p, t + [AW.Ask5(c, d)], AW.Vote6(c, id, d));
    AW.VotedAgain(c, id, d);
    H.RunOne(p, t + [AW.Ask5(c, d)] + [AW.Vote6(c, id, d)], Decide(c.agent, AW.Req(c, d), 5));
    SecondIs(c, id, d);
  }
  lemma SecondIs(c: AW.Cast, id: Name, d: Name)
    ensures var w := Step(AW.W6(c, id, d), Decide(c.agent, AW.Req(c, d), 5));
            |w.permits| == 2 && w.effects == [] && w.policies == [AW.Pol(c, id)] &&
            forall t | 0 <= t < 2 :: w.permits[t].asked && w.permits[t].status.Issued? && w.permits[t].version == 0
  {
    hide Permits, Uses, OpsOf, AW.KeyIn;
    AW.Decided(c, AW.W6(c, id, d), id, d, 5);
    assert (set x | x in AW.W6(c, id, d).grants[AW.KeyIn(c, id, d)].votes && AW.W6(c, id, d).grants[AW.KeyIn(c, id, d)].votes[x] == c.role) == {c.person};
  }
  lemma TwiceIs(c: AW.Cast, id: Name, d: Name)
    requires AW.Different(c)
    ensures var w := Run(AW.Pol(c, id), Twice(c, id, d));
            |w.permits| == 2 && w.permits[0].asked && w.permits[1].asked && |w.effects| == 2 && w.effects[0].token == 0 && w.effects[1].token == 1
  {
    hide Step, Run, AW.Pol;
    var p, t := AW.Pol(c, id), Again(c, id, d);
    AgainIs(c, id, d);
    H.RunOne(p, t, Perform(0));
    SR.Performs(Run(p, t), 0);
    H.RunOne(p, t + [Perform(0)], Perform(1));
    SR.Performs(Run(p, t + [Perform(0)]), 1);
  }
  lemma On_B7_Once(c: AW.Cast, id: Name, d: Name) returns (a: nat)
    requires AW.Different(c)
    ensures var p, t := AW.Pol(c, id), Twice(c, id, d);
            |Run(p, t).permits| == 2 && PS.Backed(p, t, Run(p, t).permits[0], a) && !PS.Backed(p, t, Run(p, t).permits[1], a)
  {
    hide Run, PS.Backed, AW.Pol, Twice;
    var p, t := AW.Pol(c, id), Twice(c, id, d);
    TwiceIs(c, id, d);
    a := A.B7_Asked(p, t, 0);
    Th.B7_Once(p, t, 0, 1, a);
  }

  // ---- B8: a worker that its lead started spends 7 in the lead's account ----
  lemma On_B8_Line(c: GW.Cast)
    requires GW.Apart(c)
    ensures var agents := Run(GW.Pol(c), GW.Spent7(c)).agents; c.a in agents && c.b in agents && GS.Groups(agents[c.b]) <= GS.Groups(agents[c.a])
  {
    hide Run, GS.Groups;
    LineIs(c);
    Th.B8_Line(GW.Pol(c), GW.Spent7(c), [c.a, c.b]);
  }
  lemma LineIs(c: GW.Cast)
    requires GW.Apart(c)
    ensures GS.Line(GW.Pol(c), GW.Spent7(c), [c.a, c.b])
  {
    hide Step, Run, GW.Pol, GW.Req;
    var t := GW.Spent7(c);
    var two := [Hire(c.a, c.lead), GW.StartIn(c, {c.group})];
    GW.W_B8_Line(c);
    GW.Run7(c);
    var j: nat :| GS.StartedAt(GW.Pol(c), two, j, c.a, c.b);
    assert t[..j] == two[..j] && t[..j + 1] == two[..j + 1];
    assert GS.StartedAt(GW.Pol(c), t, j, c.a, c.b);
  }
  lemma On_B8_Granted(c: GW.Cast)
    requires GW.Apart(c)
    ensures var p, t := GW.Pol(c), GW.Spent7(c);
            |Run(p, t).effects| == 1 && c.a in Run(p, t).agents &&
            G.GrantedWithin(Current(Then(p, t, Doing(p, t, 0))), SceneThen(p, t, Doing(p, t, 0)), GS.Groups(Run(p, t).agents[c.a]))
  {
    hide Run, G.GrantedWithin, GS.Groups, Outlay, GW.Pol, GW.Req;
    LineIs(c);
    GW.W_B8_Subtree(c);
    Th.B8_Granted(GW.Pol(c), GW.Spent7(c), 0, [c.a, c.b]);
  }
  lemma LimitIs(c: GW.Cast)
    requires GW.Apart(c)
    ensures GW.KeyIn(c).0 == 0 && LimitsAtMost(Run(GW.Pol(c), GW.Spent7(c)).policies, GW.KeyIn(c).1, 10)
  { hide Run, Outlay; GW.W_B8_Subtree(c); }
  lemma On_B8_Account(c: GW.Cast)
    requires GW.Apart(c)
    ensures var w, k := Run(GW.Pol(c), GW.Spent7(c)), GW.KeyIn(c); Outlay(w.permits, w.effects, k) <= Spent(w.permits, k) <= 10
  {
    hide *;
    LimitIs(c);
    Th.B8_Account(GW.Pol(c), GW.Spent7(c), GW.KeyIn(c), 10);
  }

  // ---- B11 ----
  lemma On_B11_StalePermit(c: AW.Cast, id: Name, d: Name, id2: Name)
    requires AW.Different(c)
    ensures var p, t := AW.Pol(c, id), RP.Swapped(c, id, d, id2); Run(p, t + [Perform(0)]) == Run(p, t).(steps := |t| + 1)
  {
    hide *;
    RP.W_B11_StalePermit(c, id, d, id2);
    Th.B11_StalePermit(AW.Pol(c, id), RP.Swapped(c, id, d, id2), 0);
  }

  // ---- records ----
  lemma On_Records_Said(p: Policy, c: VW.Cast)
    ensures VW.KeyIn(c) in Run(p, VW.Trace(c)).records && VS.AllSaid(p, VW.Trace(c), VW.KeyIn(c), Run(p, VW.Trace(c)).records[VW.KeyIn(c)])
  {
    hide Step, Run, VS.AllSaid;
    VW.RunIs(p, c);
    Th.Records_Said(p, VW.Trace(c), VW.KeyIn(c));
  }

  // ---- the safety classes ----
  ghost function Lone(p: Policy, t: seq<Input>): Request
    requires |Run(p, t).effects| == 1
  { Doing(p, t, 0).q }
  lemma On_S1_Egress(c: Small.Cast, host: Name, x: Name)
    ensures var p, q := Small.Pol(c, [Axis(host, true)], S1W.ByPermit(c, host, x)), Small.Req(c, map[], Small.At(host, x));
            var t := Small.Trace(c, q); |Run(p, t).effects| == 1 && S1.GoesToListed(Lone(p, t), {c.verb}, host, Small.Below(x))
  {
    hide Run, Small.Req, Small.Pol, S1.ListedHostsOnly, S1.GoesToListed;
    var p, q := Small.Pol(c, [Axis(host, true)], S1W.ByPermit(c, host, x)), Small.Req(c, map[], Small.At(host, x));
    S1W.W_S1_Egress(c, host, x);
    Th.S1_Egress(p, Small.Trace(c, q), 0, {c.verb}, host, Small.Below(x));
  }
  lemma On_S2_Exfiltration(c: S2W.Cast)
    requires S2W.Apart(c)
    ensures var p, t := S2W.Pol(c, true), S2W.Trace(c, c.y); |Run(p, t).effects| == 2 && S2.SendsCleared(Doing(p, t, 1).q, S2W.Sinks(c))
  {
    hide Run, S2.SendsCleared, S2.Marks, S2.Guards, S2.Reads, S2.Follows, Outlay, S2W.Req, S2W.TheAsset, S2W.Sinks, S2W.Label;
    S2W.W_S2_Exfiltration(c);
    S2W.W_S2_Pattern(c);
    Th.S2_Exfiltration(S2W.Pol(c, true), S2W.Trace(c, c.y), 0, 1, S2W.TheAsset(c), S2W.Label(c), c.session, S2W.Sinks(c));
  }
  lemma On_S3_Payment(c: Small.Cast, amount: Name, fund: Name, n: Name)
    ensures var p, t := S3W.Paying(c, amount, fund, n), Small.Trace(c, S3W.Pay(c, amount, 5));
            |Run(p, t).effects| == 1 && (S3.EachAtMost(Lone(p, t), {c.verb}, amount, 5) || ApprovedThen(p, t, Doing(p, t, 0), n))
  {
    hide Run, S3.LimitsPayments, S3.EachAtMost, ApprovedThen, Outlay, S3W.Pay, S3W.Paying;
    S3W.W_S3_Payment(c, amount, fund, n);
    Th.S3_Payment(S3W.Paying(c, amount, fund, n), Small.Trace(c, S3W.Pay(c, amount, 5)), 0, {c.verb}, amount, 5, n);
  }
  lemma On_S4_Filesystem(c: Small.Cast, path: Name, x: Name)
    ensures var p, q := Small.Pol(c, [Axis(path, true)], S4W.Inner(c, path, x)), Small.Req(c, map[], Small.At(path, x));
            var t := Small.Trace(c, q); |Run(p, t).effects| == 1 && S4.StaysInside(Lone(p, t), {c.verb}, path, Small.Below(x))
  {
    hide Run, Small.Req, Small.Pol, S4.ChangesInside, S4.StaysInside;
    var p, q := Small.Pol(c, [Axis(path, true)], S4W.Inner(c, path, x)), Small.Req(c, map[], Small.At(path, x));
    S4W.W_S4_Filesystem(c, path, x);
    Th.S4_Filesystem(p, Small.Trace(c, q), 0, {c.verb}, path, Small.Below(x));
  }
  lemma On_S5_Database(c: Small.Cast, t: Name, x: Name, k: Name, y: Name, changes: set<Name>)
    requires c.verb !in changes
    ensures var p, q := Small.Pol(c, S5W.Axes(t, k), S5W.Reader(c, t, x, k, y)), Small.Req(c, map[], S5W.Cell(t, x, k, y));
            |Run(p, Small.Trace(c, q)).effects| == 1 && !S5.Changes(Lone(p, Small.Trace(c, q)), changes)
  {
    hide Run, Small.Req, Small.Pol, S5.ReadsShown, S5.ChangesNothing, S5.Changes;
    var p, q := Small.Pol(c, S5W.Axes(t, k), S5W.Reader(c, t, x, k, y)), Small.Req(c, map[], S5W.Cell(t, x, k, y));
    S5W.W_S5_Reads(c, t, x, k, y, changes);
    Th.S5_Database(p, Small.Trace(c, q), 0, changes);
  }
}
