include "Witnesses.dfy"
include "Boundary/Witnesses.dfy"
include "Boundary/ApprovalsWitnesses.dfy"
include "Decide/TellingWitnesses.dfy"
include "Policy/PrecedenceWitnesses.dfy"
// Each theorem of Theorems.dfy used once, on the small run that meets its premises. What it says there is known from it alone:
// all definitions are hidden. A theorem that says less, or asks for more, does not verify here.
module TheoremsApplied {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import opened Boundary
  import opened SpendingSpec
  import opened Examples
  import BW = BoundaryWitnesses
  import AW = ApprovalWitnesses
  import PW = PrecedenceWitnesses
  import B = Batches
  import W = Witnesses
  import Worlds
  import E = Effects
  import F = Frame
  import H = History
  import K = Kernel
  import M = Machine
  import P = Permission
  import Pr = Precedence
  import PS = ApprovalsSpec
  import R = SmallRuns
  import RS = ReasonsSpec
  import Reserving
  import Telling
  import TW = TellingWitnesses
  import U = Unknown
  import Th = Theorems

  // ---- B1 ----
  // The agent's scene at the first request, for 7 or 11 of 10: an empty view shows all there is.
  ghost function Seen(c: Cast, amount: int): Scene { At(c, amount, 0, 1, W.Nowhere()) }
  lemma On_B1_Decision(c: Cast)
    ensures Worlds.Says(Start1(c), Seen(c, 7)).Permitted? && !Worlds.Says(Start1(c), Seen(c, 11)).Permitted?
  {
    hide Worlds.Says, Worlds.Faithful, Permits;
    W.Fresh(c, 7);
    W.Fresh(c, 11);
    W.PermitsIs(c, 7);
    W.PermitsIs(c, 11);
    Th.B1_Decision(Pol(c, 0), [Who(c)], c.value, Seen(c, 7));
    Th.B1_Decision(Pol(c, 0), [Who(c)], c.value, Seen(c, 11));
  }
  // Somebody is asked where approval is missing, and nobody where the budget is at its end.
  ghost function Waiting(c: AW.Cast, id: Name, d: Name): Scene { Scene(AW.Req(c, d), {c.group}, 1, W.Nowhere(), {}) }
  lemma WaitingIs(c: AW.Cast, id: Name, d: Name)
    ensures Run(AW.Pol(c, id), [Hire(c.agent, c.kind)]) == AW.W1(c, id)
    ensures Worlds.Faithful(AW.W1(c, id), c.agent, Waiting(c, id, d))
    ensures Worlds.Askable(AW.W1(c, id), c.agent, AW.Req(c, d), 1)
  {
    hide F.Named;
    R.RunHire(AW.Pol(c, id), c.agent, c.kind);
    AW.Decided(c, AW.W1(c, id), id, d, 1);
    assert Sound(AW.Pol(c, id));
  }
  lemma On_B1_Ask(c: AW.Cast, id: Name, d: Name)
    ensures Worlds.Faithful(AW.W1(c, id), c.agent, Waiting(c, id, d))
    ensures Worlds.Says(AW.W1(c, id), Waiting(c, id, d)).Asked?
  {
    hide Worlds.Says, Worlds.Faithful, Worlds.Askable, Run;
    WaitingIs(c, id, d);
    Th.B1_Ask(AW.Pol(c, id), [Hire(c.agent, c.kind)], c.agent, Waiting(c, id, d));
  }
  lemma On_B1_AskNobody(c: Cast)
    ensures !Worlds.Says(Start1(c), Seen(c, 11)).Asked?
  {
    hide Worlds.Says, Worlds.Faithful, P.Askable, Run;
    W.Fresh(c, 11);
    NotAskable(c);
    Th.B1_Ask(Pol(c, 0), [Who(c)], c.value, Seen(c, 11));
  }
  lemma NotAskable(c: Cast)
    ensures !Worlds.Askable(Start1(c), c.value, Req(c, 11, 0), 1)
  {
    hide P.Judged, P.Free, P.Consented;
    assert SceneOf(Start1(c), c.value, Req(c, 11, 0), 1) == Seen(c, 11);
    PermittedIs(c, 0, [], 11, 0, 1, W.Nowhere());
    reveal P.Askable();
  }
  // It names the one whose approval is missing, who gives 10 milliseconds: so long the ask may stay open, and no longer.
  lemma On_B1_Names(c: AW.Cast, id: Name, d: Name)
    ensures var v := Worlds.Says(AW.W1(c, id), Waiting(c, id, d)); v.Asked? && HasNeed(v.needs, c.need)
  {
    hide Worlds.Says, Worlds.Faithful, Worlds.Askable, Run, HasNeed, PS.Lacks;
    WaitingIs(c, id, d);
    On_B1_Ask(c, id, d);
    TW.LacksIs(c, id, d);
    Th.B1_Names(AW.Pol(c, id), [Hire(c.agent, c.kind)], c.agent, Waiting(c, id, d), c.need);
  }
  lemma On_B1_Within(c: AW.Cast, id: Name, d: Name)
    requires c.session != c.user
    ensures var w, v := AW.W1(c, id), Worlds.Says(AW.W1(c, id), Waiting(c, id, d));
            v.Asked? && 10 <= K.Within(AW.Pol(c, id).quorums, v.needs, 60) && !(11 <= K.Within(AW.Pol(c, id).quorums, v.needs, 60)) &&
            !(10 <= K.Within(AW.Pol(c, id).quorums, v.needs, 9))
  {
    hide Worlds.Says, Worlds.Faithful, Worlds.Askable, Run, HasNeed, PS.Lacks, K.Within, Asks;
    var w, t, sc := AW.W1(c, id), [Hire(c.agent, c.kind)], Waiting(c, id, d);
    TW.X_TooLong(c, id, d);
    On_B1_Ask(c, id, d);
    WaitingIs(c, id, d);
    TW.LacksIs(c, id, d);
    forall n | HasNeed(Worlds.Says(w, sc).needs, n) ensures n in Current(w).quorums { Th.B1_Names(AW.Pol(c, id), t, c.agent, sc, n); }
    Th.B1_Within(AW.Pol(c, id), t, c.agent, sc, 11, 60);
    Th.B1_Within(AW.Pol(c, id), t, c.agent, sc, 12, 60);
    Th.B1_Within(AW.Pol(c, id), t, c.agent, sc, 11, 9);
  }
  // The host's word sets a mark to the time, and a note of what is done to no earlier one; a store drops what is over.
  lemma On_B1_Tells(c: Cast, k: Key)
    requires Marking(k) || k.0 == 4
    ensures Left(K.Tell(k, 7, map[], NoWrites), map[], k) == 7 && Left(K.Tell(k, 7, map[], NoWrites), map[], KeyIn(c, 0)) == 0
  {
    hide K.Tell, Left, Run, Step;
    W.Fresh(c, 7);
    H.RunOne(Pol(c, 0), [Who(c)], Tell(k, 7));
    TW.X_UnwrittenWord(c, k);
    Th.B1_Tells(Pol(c, 0), [Who(c)], k, 7, map[], k);
    Th.B1_Tells(Pol(c, 0), [Who(c)], k, 7, map[], KeyIn(c, 0));
  }
  lemma On_B1_Drops(c: Cast, k: Key, now: int)
    requires Counting(k) && 0 <= now
    ensures K.Dead(k, now) <==> !Open(k, now)
  {
    hide K.Dead, Run, Step;
    W.Fresh(c, 7);
    H.RunOne(Pol(c, 0), [Who(c)], Input.Forget(k, now));
    Telling.BookOne(Start1(c), k, Op.Forget, now);
    assert Step(Start1(c), Input.Forget(k, now)).log == Book(Start1(c), map[k := Op.Forget], now).log by { reveal Step; }
    Th.B1_Drops(Pol(c, 0), [Who(c)], k, now);
  }
  lemma On_B1_DropsUnseen(k: Key, op: Op, m: int)
    requires K.Dead(k, 5) && Admits(k, op, m, 6)
    ensures Admits(k, op, 0, 6)
  { hide K.Dead, Admits; Th.B1_DropsUnseen(k, 5, 6, op, m, 0); }
  lemma On_B1_DropsUnseenRefused(k: Key, op: Op, m: int)
    requires K.Dead(k, 5) && !Admits(k, op, m, 6)
    ensures !Admits(k, op, 0, 6)
  { hide K.Dead, Admits; Th.B1_DropsUnseen(k, 5, 6, op, m, 0); }
  lemma On_B1_Writes(c: Cast, k: Key)
    ensures Worlds.Says(Start1(c), Seen(c, 7)).Permitted? && !Worlds.Says(Start1(c), Seen(c, 7)).used
    ensures AsMap(Worlds.Says(Start1(c), Seen(c, 7)).charges) == Ops(c, 7, 0)
    ensures Reserving.Leaves(Worlds.Says(Start1(c), Seen(c, 7)).writes, Ops(c, 7, 0), M.StateOf([]), map[], 1, k)
  {
    hide Worlds.Says, Worlds.Faithful, Permits, Reserving.Leaves, AsMap, Run;
    W.Fresh(c, 7);
    On_B1_Decision(c);
    SevenLeaves(c);
    Th.B1_Writes(Pol(c, 0), [Who(c)], c.value, Seen(c, 7), k);
  }
  lemma SevenLeaves(c: Cast)
    ensures OpsOf(Start1(c), c.value, Req(c, 7, 0), 1) == Ops(c, 7, 0) && !Uses(Start1(c), c.value, Req(c, 7, 0), 1)
  {
    hide P.Free, P.Batch, P.Carrying;
    assert SceneOf(Start1(c), c.value, Req(c, 7, 0), 1) == Seen(c, 7);
    BatchIs(c, 0, 7, 0, 1, W.Nowhere());
    PermittedIs(c, 0, [], 7, 0, 1, W.Nowhere());
  }
  // What people approved is permitted, and the code says that this used the grant up.
  ghost function Granted3(c: AW.Cast, id: Name, d: Name): Scene {
    Scene(AW.Req(c, d), {c.group}, 3, View(map[], map[], AW.W3(c, id, d).grants), {})
  }
  lemma Granted3Is(c: AW.Cast, id: Name, d: Name)
    requires AW.Different(c)
    ensures Run(AW.Pol(c, id), AW.Voted3(c, id, d)) == AW.W3(c, id, d)
    ensures Worlds.Faithful(AW.W3(c, id, d), c.agent, Granted3(c, id, d))
    ensures Permits(AW.W3(c, id, d), c.agent, AW.Req(c, d), 3) && Uses(AW.W3(c, id, d), c.agent, AW.Req(c, d), 3)
  {
    hide F.Named, AW.KeyIn;
    AW.VotedIs(c, id, d);
    AW.OneVoter(c);
    M.StateOfOne([], M.Batch(map[], 1));
    M.StateOfOne([M.Batch(map[], 1)], M.Batch(map[], 2));
    assert AW.W3(c, id, d).log == [M.Batch(map[], 1)] + [M.Batch(map[], 2)] && [] + [M.Batch(map[], 1)] == [M.Batch(map[], 1)];
    assert M.StateOf(AW.W3(c, id, d).log) == map[];
    AW.Decided(c, AW.W3(c, id, d), id, d, 3);
    assert Sound(AW.Pol(c, id));
  }
  lemma On_B1_WritesUsed(c: AW.Cast, id: Name, d: Name, k: Key)
    requires AW.Different(c)
    ensures var v := Worlds.Says(AW.W3(c, id, d), Granted3(c, id, d)); v.Permitted? && v.used
  {
    hide Worlds.Says, Worlds.Faithful, Permits, Uses, Reserving.Leaves, AsMap, Run;
    Granted3Is(c, id, d);
    Th.B1_Decision(AW.Pol(c, id), AW.Voted3(c, id, d), c.agent, Granted3(c, id, d));
    Th.B1_Writes(AW.Pol(c, id), AW.Voted3(c, id, d), c.agent, Granted3(c, id, d), k);
  }
  // 4 of 7 are used: settling by the code leaves what settling in the specification leaves.
  ghost function Owing(c: Cast): Charges { Owed(KeyIn(c, 0), 7, 10, c.measure, NoCharges) }
  ghost function Performed(c: Cast): seq<Input> { [Who(c), BW.Try(c, 7, 1), Perform(0)] }
  lemma PerformedIs(c: Cast)
    ensures var w := Run(Pol(c, 0), Performed(c));
            |w.permits| == 1 && w.permits[0].status.Performed? && w.permits[0].now == 1 && w.permits[0].ops == AsMap(Owing(c)) && M.Ready(w.log, 2)
            && w.effects == [Boundary.Effect.Effect(0, 2)]
    ensures var w := Run(Pol(c, 0), Performed(c)); Distinct(Owing(c)) && Shows(M.StateOf(w.log), M.StateOf(w.log), AsMap(Owing(c)).Keys)
  {
    hide Pol, Req, Step;
    BW.First(c, 7);
    RunIs(c, BW.Try(c, 7, 1), Perform(0), Perform(0), Perform(0));
    Performs(BW.After1(c, 7), 0);
  }
  lemma On_B1_Settles(c: Cast, k: Key)
    ensures var p, w, used := Pol(c, 0), Run(Pol(c, 0), Performed(c)), map[c.measure := 4];
            var nums := M.StateOf(w.log);
            Left(K.Settle(Owing(c), used, true, 1, 2, nums, NoWrites), nums, KeyIn(c, 0)) ==
            Get(M.StateOf(Run(p, Performed(c) + [Settle(0, used, true, 2)]).log), KeyIn(c, 0))
  {
    hide Run, K.Settle, M.StateOf, Shows, Left;
    PerformedIs(c);
    Th.B1_Settles(Pol(c, 0), Performed(c), 0, map[c.measure := 4], true, 2, Owing(c), M.StateOf(Run(Pol(c, 0), Performed(c)).log), KeyIn(c, 0));
  }

  // ---- B2 ----
  lemma On_B2_PermittedWhenDecided(c: Cast)
    ensures E.Lawful(Pol(c, 0), Performed(c), Boundary.Effect.Effect(0, 2))
  {
    hide *;
    PerformedIs(c);
    Th.B2_PermittedWhenDecided(Pol(c, 0), Performed(c), 0);
  }
  ghost function Two(c: Cast): seq<Input> { [Who(c), BW.Try(c, 3, 1), BW.Try(c, 4, 1), Perform(0), Perform(1)] }
  lemma TwoEffects(c: Cast)
    ensures |Run(Pol(c, 0), Two(c)).effects| == 2
  { hide Run; BW.W_B2_Once(c); }
  lemma On_B2_Once(c: Cast)
    ensures var es := Run(Pol(c, 0), Two(c)).effects; |es| == 2 && es[0].token != es[1].token
  {
    hide *;
    TwoEffects(c);
    Th.B2_Once(Pol(c, 0), Two(c), 0, 1);
  }

  // ---- B3: of one verb; `log` is any history ----
  ghost function Yea(v: Name): Rule { PW.Always(v, Policies.Effect.Permit) }
  lemma On_B3_DefaultDeny(v: Name, log: M.Log, now: int)
    ensures var p, sc := PW.Pol(v, [PW.Never(v, Policies.Effect.Permit)]), PW.At(v, PW.Silent(), now); !P.Permitted(p, log, sc) && !P.Askable(p, log, sc)
  {
    hide P.Permitted, P.Askable;
    var p, sc, part := PW.Pol(v, [PW.Never(v, Policies.Effect.Permit)]), PW.At(v, PW.Silent(), now), PW.PartOf(v, PW.Silent());
    PW.W_DefaultDeny(v, now);
    Th.B3_DefaultDeny(p, log, sc, part, PW.Silent());
  }
  ghost function Both(v: Name, e: Policies.Effect): Policy { PW.Pol(v, [Yea(v), PW.Always(v, e)]) }
  lemma BothIs(v: Name, e: Policies.Effect, now: int)
    ensures var p, sc, part := Both(v, e), PW.At(v, PW.Silent(), now), PW.PartOf(v, PW.Silent());
            part in sc.q.parts && PW.Silent() in part.atoms && p.rules[1] in p.rules && Maybe(p.rules[1], sc, part, PW.Silent())
  {
    assert PW.At(v, PW.Silent(), now).q.parts[0] == PW.PartOf(v, PW.Silent()) && PW.PartOf(v, PW.Silent()).atoms[0] == PW.Silent();
  }
  lemma On_B3_ForbidBeats(v: Name, log: M.Log, now: int)
    ensures var p, sc := Both(v, Forbid), PW.At(v, PW.Silent(), now); !P.Permitted(p, log, sc) && !P.Askable(p, log, sc)
  {
    hide P.Permitted, P.Askable, Maybe;
    BothIs(v, Forbid, now);
    Th.B3_ForbidBeats(Both(v, Forbid), log, PW.At(v, PW.Silent(), now), PW.PartOf(v, PW.Silent()), PW.Silent(), Both(v, Forbid).rules[1]);
  }
  lemma On_B3_AskBeats(v: Name, n: Name, log: M.Log, now: int)
    ensures !P.Permitted(Both(v, Policies.Effect.Ask(n)), log, PW.At(v, PW.Silent(), now)) && !P.Permitted(Both(v, Require(n)), log, PW.At(v, PW.Silent(), now))
  {
    hide P.Permitted;
    forall e | e == Policies.Effect.Ask(n) || e == Require(n) ensures !P.Permitted(Both(v, e), log, PW.At(v, PW.Silent(), now)) {
      var p, sc, part := Both(v, e), PW.At(v, PW.Silent(), now), PW.PartOf(v, PW.Silent());
      BothIs(v, e, now);
      PW.NoBudgets(p, sc);
      assert P.Carrying(p, sc) == sc;
      Th.B3_AskBeats(p, log, sc, part, PW.Silent(), p.rules[1]);
    }
  }
  lemma On_B3_OrderIsIrrelevant(v: Name, log: M.Log, now: int)
    ensures var p, p' := PW.Pol(v, [PW.Never(v, Forbid), Yea(v)]), PW.Pol(v, [Yea(v), PW.Never(v, Forbid), Yea(v)]);
            var sc := PW.At(v, PW.Silent(), now);
            P.Permitted(p, log, sc) && P.Permitted(p', log, sc)
  {
    hide P.Permitted;
    var p, p' := PW.Pol(v, [PW.Never(v, Forbid), Yea(v)]), PW.Pol(v, [Yea(v), PW.Never(v, Forbid), Yea(v)]);
    PW.W_Order(v, log, now);
    assert Sound(p);
    Th.B3_OrderIsIrrelevant(p, p', log, PW.At(v, PW.Silent(), now));
  }
  // ... from either of the two to the other.
  lemma On_B3_OrderIsIrrelevantBack(v: Name, log: M.Log, now: int)
    ensures P.Permitted(PW.Pol(v, [Yea(v), PW.Never(v, Forbid), Yea(v)]), log, PW.At(v, PW.Silent(), now))
  {
    hide P.Permitted;
    var p, p' := PW.Pol(v, [PW.Never(v, Forbid), Yea(v)]), PW.Pol(v, [Yea(v), PW.Never(v, Forbid), Yea(v)]);
    PW.W_Order(v, log, now);
    assert Sound(p');
    Th.B3_OrderIsIrrelevant(p', p, log, PW.At(v, PW.Silent(), now));
  }
  lemma On_B3_MoreRulesPermitNoMore(v: Name, log: M.Log, now: int)
    ensures P.Permitted(PW.Pol(v, [Yea(v)]), log, PW.At(v, PW.Silent(), now))
  {
    hide P.Permitted;
    var p, p' := PW.Pol(v, [Yea(v)]), PW.Pol(v, [Yea(v), PW.Never(v, Forbid)]);
    PW.W_MoreRules(v, log, now);
    assert Sound(p');
    Th.B3_MoreRulesPermitNoMore(p, p', log, PW.At(v, PW.Silent(), now));
  }
  lemma On_B3_UnknownNeverHelps(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures P.Permitted(PW.Pol(v, [Yea(v)]), log, PW.At(v, PW.Told(x, y), now))
  {
    hide P.Permitted, P.Free, Pr.NoneWanted, U.TellsMore, P.Brings;
    var p, sc, sc' := PW.Pol(v, [Yea(v)]), PW.At(v, PW.Silent(), now), PW.At(v, PW.Told(x, y), now);
    PW.W_Unknown(v, x, y, log, now);
    NobodyAsked(v, log, now);
    Th.B3_UnknownNeverHelps(p, log, sc, sc');
  }
  lemma NobodyAsked(v: Name, log: M.Log, now: int)
    ensures var p, sc := PW.Pol(v, [Yea(v)]), PW.At(v, PW.Silent(), now); P.Free(p, log, sc) && Pr.NoneWanted(p, sc)
  {
    hide P.Permitted, P.Free, Pr.NoneWanted;
    PW.Decides(v, [Yea(v)], PW.Silent(), log, now);
  }

  // ---- B4 ----
  lemma On_B4_Budget(c: Cast)
    ensures Spent(Run(Pol(c, 0), Performed(c)).permits, KeyIn(c, 0)) <= Highest(Run(Pol(c, 0), Performed(c)).policies, KeyIn(c, 0).1)
  {
    hide *;
    reveal KeyIn;
    Th.B4_Budget(Pol(c, 0), Performed(c), KeyIn(c, 0));
  }

  // ---- B9 ----
  lemma On_B9_Index(c: Cast, n: Name)
    ensures Sound(Pol(c, 0)) && K.Judge(Worlds.Plan(Pol(c, 0)), Seen(c, 7)).Clear?
    ensures var j := K.Judge(Worlds.Plan(Pol(c, 0)), Seen(c, 7)); !HasNeed(j.needs, n) && AsMap(Total(j)) == Ops(c, 7, 0)
  {
    hide K.Judge, Worlds.Plan, P.Clear, P.Payable, P.Wanted, P.Batch, HasNeed, AsMap, Total;
    W.SoundPol(c);
    Examples.Says(c, 0, 7, 0, 1, W.Nowhere());
    BatchIs(c, 0, 7, 0, 1, W.Nowhere());
    Th.B9_Index(Pol(c, 0), Seen(c, 7));
  }
  // A policy without a forbid denies nothing in the name of a rule.
  lemma NobodyForbids(c: Cast, sc: Scene, seen: int, id: Name)
    ensures !RS.Told(Pol(c, 0), sc, seen, Denied(id))
  { hide Maybe, P.Carrying; }
  lemma On_B9_Reasons(c: Cast, sc: Scene, seen: int)
    requires sc.own == {}
    ensures !K.Decide(Worlds.Plan(Pol(c, 0)), sc, seen).Denied?
  {
    hide *;
    W.SoundPol(c);
    var v := K.Decide(Worlds.Plan(Pol(c, 0)), sc, seen);
    if v.Denied? { NobodyForbids(c, sc, seen, v.rule); }
    Th.B9_Reasons(Pol(c, 0), sc, seen);
  }
  lemma On_B9_Loads(c: Cast)
    ensures K.Load(Pol(c, 0)).Loaded? && !K.Load(Pol(c, 0).(budgets := map[])).Loaded?
  {
    hide K.Load;
    W.SoundPol(c);
    var p := Pol(c, 0).(budgets := map[]);
    assert p.rules[1] in p.rules && !SoundRule(p, p.rules[1]);
    Th.B9_Loads(Pol(c, 0));
    Th.B9_Loads(p);
  }
}
