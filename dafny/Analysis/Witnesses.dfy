include "Examples.dfy"
// For each theorem of Theorems.dfy an answer that meets its premises, and one that promises too much: it is not what the code
// keeps.
module AnalysisWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Confirm
  import opened ConfirmProofs
  import opened Grid
  import opened Lower
  import opened AnalysisExamples
  import I = Idle
  import IT = IdleTold
  import K = Kernel
  import P = Permission
  import Pr = Prover
  import R = ReadsProofs
  import Regions
  import Reads
  import Th = AnalysisTheorems

  ghost function Permitting(c: Name): Policy { Pol(c, [OneRule(c, Permit)]) }
  ghost function Asking(c: Name): Policy { Pol(c, [OneRule(c, Effect.Ask(c))]) }
  ghost function Forbidding(c: Name): Policy { Pol(c, [OneRule(c, Forbid)]) }

  // ---- A1 ----
  // "Nothing without the approval c" holds of a policy that asks for it, and permits.
  lemma W_A1_Never(c: Name, plan: K.Plan)
    ensures Pr.Honest(Tab(c), Asking(c), plan, Of(Never, [c]), 0, Pr.Holds_) && Passes(Asking(c), Here(c))
  {
    hide WrongF, AskedF, PassF, NeedsF, Both, Neg, Passes, TableOk, PolicyOk, QuestionOk, Dom;
    var t, p, q := Tab(c), Asking(c), Of(Never, [c]);
    WrongIs(c, p, q);
    TableIsOk(c);
    PolicyIsOk(c, Effect.Ask(c));
    QuestionIsOk(c, q);
    AskPasses(c);
    PassIs(c, OneRule(c, Effect.Ask(c)));
    GrantIs(c, OneRule(c, Effect.Ask(c)));
    var a, s, n := AskedF(t, q), PassF(t, p), NeedsF(t, p.rules, [c]);
    forall v | Within(v, Dom(t)) ensures !Grid.Holds(WrongF(t, p, q), v) {
      NegHolds(n, v);
      BothHolds(s, Neg(n), v);
      BothHolds(a, Both(s, Neg(n)), v);
    }
  }
  // "All of it" holds of one that permits.
  lemma W_A1_Always(c: Name, plan: K.Plan)
    ensures Pr.Honest(Tab(c), Permitting(c), plan, Of(Always, []), 0, Pr.Holds_)
  {
    hide WrongF, AskedF, PassF, AnyNeedF, Both, Neg, Either, TableOk, PolicyOk, QuestionOk, Dom;
    var t, p, q := Tab(c), Permitting(c), Of(Always, []);
    WrongIs(c, p, q);
    TableIsOk(c);
    PolicyIsOk(c, Permit);
    QuestionIsOk(c, q);
    AskedIs(c, q);
    PassIs(c, OneRule(c, Permit));
    assert AnyNeedF(t, p.rules) == E by {
      reveal AnyNeedF;
      assert seq(1, i requires 0 <= i < 1 => if Needing([OneRule(c, Permit)][i]) then MaybeF(t, [OneRule(c, Permit)][i]) else E) == [E];
    }
    var a, s, n := AskedF(t, q), PassF(t, p), AnyNeedF(t, p.rules);
    forall v | Within(v, Dom(t)) ensures !Grid.Holds(WrongF(t, p, q), v) {
      NegHolds(s, v);
      EitherHolds(n, Neg(s), v);
      BothHolds(a, Either(n, Neg(s)), v);
    }
  }
  // "Nothing at all" is not said to hold of a policy that permits something.
  lemma X_A1_SaidOfThePermitted(c: Name, plan: K.Plan, budget: nat)
    ensures !Pr.Honest(Tab(c), Permitting(c), plan, Of(Never, []), budget, Pr.Holds_)
  {
    hide Passes, Pr.Honest, Tab, Here;
    TableIsOk(c);
    PermitPasses(c);
    assert Wrong(Permitting(c), Of(Never, []), Here(c));
    if Pr.Honest(Tab(c), Permitting(c), plan, Of(Never, []), budget, Pr.Holds_) {
      Regions.NoneWrong(Tab(c), Permitting(c), plan, Of(Never, []), budget, Here(c));
    }
  }

  // A grant on which nobody voted is no approval, where somebody must approve.
  lemma X_A1_NobodyVoted(p: Policy, sc: Scene, n: Name, role: Name)
    requires p.session in sc.q.scopes && P.GrantKey(p, sc.q) in sc.view.grants && sc.view.grants[P.GrantKey(p, sc.q)].votes == map[]
    requires n in p.quorums && (role, 1) in p.quorums[n].roles
    ensures !Th.Voted(p, sc, n)
  {
    var g := sc.view.grants[P.GrantKey(p, sc.q)];
    assert (set x | x in g.votes && g.votes[x] == role) == {};
  }

  // ---- A2, A3 ----
  // The one moment is an honest example against "nothing at all", with a box around it.
  lemma W_A2_Shown(c: Name, budget: nat)
    ensures K.Load(Permitting(c)).Loaded?
    ensures Pr.Honest(Tab(c), Permitting(c), K.Load(Permitting(c)).plan, Of(Never, []), budget, Pr.Broken(Here(c), Around()))
    ensures Typed(Tab(c), Here(c)) && Within(PointOf(Tab(c), Here(c)), Around())
  {
    hide K.Load, Judges, WrongF, AskedF, PassF, NeedsF, Both, Neg, TableOk, PolicyOk, QuestionOk, Reads.IsAsked, Clears;
    var t, p, q := Tab(c), Permitting(c), Of(Never, []);
    WrongIs(c, p, q);
    TableIsOk(c);
    PolicyIsOk(c, Permit);
    QuestionIsOk(c, q);
    PermitClears(c);
    R.IsAskedIs(q, Here(c));
    AskedIs(c, q);
    PassIs(c, OneRule(c, Permit));
    assert NeedsF(t, p.rules, []) == E by { reveal NeedsF; }
    var a, s, n := AskedF(t, q), PassF(t, p), NeedsF(t, p.rules, []);
    forall v | Within(v, Around()) ensures Grid.Holds(WrongF(t, p, q), v) {
      NegHolds(n, v);
      BothHolds(s, Neg(n), v);
      BothHolds(a, Both(s, Neg(n)), v);
    }
    assert Full(Around(), WrongF(t, p, q), Dom(t)) by { hide WrongF; }
  }
  // Against "all of it" every example counts, whether it is refused or somebody must approve it.
  lemma W_A2_Always(p: Policy, plan: K.Plan, q: Question, x: Moment)
    requires q.claim.Always? && Wrong(p, q, x)
    ensures Confirm.IsWrong(p, plan, q, x)
  {
    hide Passes, NeedsSome, Concerns, Reads.IsAsked, Reads.IsPassing, Reads.FirstNeed;
    R.IsAskedIs(q, x);
    R.IsPassingIs(p, x);
    R.NeedsSomeIs(p, x);
  }
  // An example in whose request there is something else beside it is not cleared: what the kernel said might be said of that.
  lemma X_A2_AnotherRequest(p: Policy, x: Moment)
    requires x.sc.q.parts != [x.part] || x.part.atoms != [x.atom]
    ensures !Clears(p, x)
  {}
  // The box alone, without an example, is an honest doubt; doubt about nothing is none.
  lemma W_A2_Doubt(c: Name, plan: K.Plan, budget: nat)
    ensures Pr.Honest(Tab(c), Permitting(c), plan, Of(Never, []), budget, Pr.Doubtful([Around()]))
  {
    hide K.Load, WrongF, Full, TableOk, PolicyOk, QuestionOk, Confirm.IsWrong;
    W_A2_Shown(c, budget);
  }
  lemma X_A2_DoubtOfNothing(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat)
    ensures !Pr.Honest(t, p, plan, q, budget, Pr.Doubtful([]))
  { hide WrongF, Dom; }
  // It is none against a policy that permits nothing: a made-up example is not shown.
  lemma X_A2_Invented(c: Name, budget: nat)
    requires K.Load(Pol(c, [])).Loaded?
    ensures !Pr.Honest(Tab(c), Pol(c, []), K.Load(Pol(c, [])).plan, Of(Never, []), budget, Pr.Broken(Here(c), Around()))
  {
    hide Passes, Pr.Honest, Tab, Here, K.Load, Clears;
    PermitPasses(c);
    if Pr.Honest(Tab(c), Pol(c, []), K.Load(Pol(c, [])).plan, Of(Never, []), budget, Pr.Broken(Here(c), Around())) {
      Th.A2_Shown(Tab(c), Pol(c, []), Of(Never, []), budget, Here(c), Around());
    }
  }
  // Giving up with enough budget left is not honest.
  lemma X_A3_GivesUp(c: Name, p: Policy, plan: K.Plan, q: Question)
    requires Pr.Ready(Tab(c), p, q) && Solid(Dom(Tab(c)))
    ensures !Pr.Honest(Tab(c), p, plan, q, FullBill(WrongF(Tab(c), p, q), Dom(Tab(c))), Pr.TooLong_)
  { hide WrongF, Dom; }

  // Nor is it to say that the search takes too long where the table was refused and nothing was searched.
  lemma X_A3_NotSearched(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat)
    requires !Pr.Ready(t, p, q)
    ensures !Pr.Honest(t, p, plan, q, budget, Pr.TooLong_)
  { hide WrongF, Dom; }

  // ---- A4 ----
  // What the permit opens is one region; it is all.
  lemma W_A4_Both(c: Name)
    ensures K.Load(Permitting(c)).Loaded?
    ensures Pr.HonestBoth(Tab(c), Permitting(c), K.Load(Permitting(c)).plan, Pol(c, []), [Pr.Region(Opened(0), Here(c), Around())], true)
  {
    hide K.Load, Judges, WiderF, PassF, Both, Either, Neg, TableOk, PolicyOk, Clears, Passes, Needs, YesF, Dom, ChangedF, AssumedF, DroppedF, Yes;
    var t, a, b := Tab(c), Permitting(c), Pol(c, []);
    WiderIs(c, a, b);
    var g := Pr.Region(Opened(0), Here(c), Around());
    TableIsOk(c);
    PolicyIsOk(c, Permit);
    PermitClears(c);
    PermitPasses(c);
    OpenedHere(c);
    PassIs(c, OneRule(c, Permit));
    RuleIs(c, OneRule(c, Permit));
    assert Pr.GrantedF(t, b) == E by { assert GrantF(t, []) == E; reveal Both; }
    assert Pr.CauseF(t, a, b, E, Opened(0)) == Speaking(c) by { reveal Both, Neg; }
    forall v | Within(v, Dom(t)) && Grid.Holds(WiderF(t, a, b), v) ensures Pr.Listed(t, a, b, [g], v) {
      var rest := Either(Neg(PassF(t, b)), DroppedF(t, a.rules, b.rules, NamesNeeded(t, b.rules, |b.rules|)));
      BothHolds(PassF(t, a), rest, v);
      BothHolds(Both(AssumedF(t), ChangedF(t, a, b)), Both(PassF(t, a), rest), v);
      assert Grid.Holds(Pr.CauseF(t, a, b, Pr.GrantedF(t, b), [g][0].cause), v);
    }
    assert Pr.Shown(a, K.Load(a).plan, b, g) by { hide CauseOf; }
    assert Pr.ReadyBoth(t, a, b);
    hide Pr.Shown, Pr.Listed, Pr.ReadyBoth;
    forall i | 0 <= i < 1 ensures [g][i] == g {}
  }
  lemma W_A4_Wider(c: Name)
    ensures Wider(Permitting(c), Pol(c, []), Here(c))
  { hide Passes, Needs; PermitPasses(c); }
  lemma OpenedHere(c: Name)
    requires K.Load(Permitting(c)).Loaded? && Judges(K.Load(Permitting(c)).plan, Here(c))
    ensures CauseOf(Permitting(c), K.Load(Permitting(c)).plan, Pol(c, []), Here(c)) == Opened(0)
  {
    hide K.Load, Judges, Reads.Reads_;
    var x := Here(c);
    OneSpeaks(c, Permit);
    R.ReadIs(OneRule(c, Permit), x);
    assert Reads.FirstForbid([], x, 0) == 0 && Reads.FirstGrant([], x, 0) == 0;
    assert Reads.FirstGrant([OneRule(c, Permit)], x, 0) == 0;
  }
  // "Nothing is newly permitted" is not said of them.
  lemma X_A4_LeftOut(c: Name, plan: K.Plan)
    ensures !Pr.HonestBoth(Tab(c), Permitting(c), plan, Pol(c, []), [], true)
  {
    hide Passes, Needs, Pr.HonestBoth, Tab, Here;
    TableIsOk(c);
    PermitPasses(c);
    if Pr.HonestBoth(Tab(c), Permitting(c), plan, Pol(c, []), [], true) { Th.A4_Whole(Tab(c), Permitting(c), plan, Pol(c, []), [], Here(c)); }
  }

  // Nor are regions shown where the table was refused.
  lemma X_A4_NotSearched(t: Table, a: Policy, plan: K.Plan, b: Policy, g: Pr.Region, whole: bool)
    requires !Pr.ReadyBoth(t, a, b)
    ensures !Pr.HonestBoth(t, a, plan, b, [g], whole)
  {
    hide Pr.Shown, Pr.Listed, WiderF, Pr.ReadyBoth;
    if Pr.HonestBoth(t, a, plan, b, [g], whole) { assert Pr.Shown(a, plan, b, [g][0]) && Pr.ReadyBoth(t, a, b); }
  }

  // ---- A5 ----
  // A forbid where nothing is granted is dead,
  lemma W_A5_Dead(c: Name)
    ensures I.Honest(Tab(c), Forbidding(c), [c], map[c := 0], 2, [I.Dead])
  {
    hide TableOk, PolicyOk, Dom, AssumedF, CompleteF, FactsF, I.AloneF, I.GrantsOf, I.ForbidsOf, I.NeedsOf, I.MaysOf, I.Groups, I.Rooted, I.But, NamesNeeded;
    var t, p := Tab(c), Forbidding(c);
    TableIsOk(c);
    PolicyIsOk(c, Forbid);
    NoGrants(c);
    LeafBut(t, E);
    assert |I.MaysOf(t, I.Groups(p, [c]))| == 1 && |I.ForbidsOf(t, I.Groups(p, [c]))| == 1 by { reveal I.MaysOf, I.ForbidsOf, I.Groups; }
    forall n ensures |I.NeedsOf(t, I.Groups(p, [c]), n)| == 1 { IT.NeedsLength(t, p, [c], n); }
    var g := I.Grown(t, p, [c], 2);
    assert g.grants == [E] && I.But(g.grantTree, 0) == E;
    assert I.MattersF(g, 0) == E;
  }
  lemma LeafBut(t: Table, f: F)
    ensures I.But(I.Rooted(t, [f], 2), 0) == E
  {}
  lemma NoGrants(c: Name)
    ensures I.GrantsOf(Tab(c), I.Groups(Forbidding(c), [c])) == [E]
  {
    var t, p, r := Tab(c), Forbidding(c), OneRule(c, Forbid);
    assert Mine(p.rules, c) == [r] by { assert p.rules[..0] == []; assert Mine([], c) == []; }
    assert seq(1, i requires 0 <= i < 1 => if Grants([r][i]) then YesF(t, [r][i]) else E) == [E];
    assert GrantF(t, [r]) == E;
  }
  // a permit that permits something is not.
  lemma X_A5_NotDead(c: Name)
    ensures !I.Honest(Tab(c), Permitting(c), [c], map[c := 0], 2, [I.Dead])
  {
    hide Passes, Needs, I.Honest, Tab, Here;
    TableIsOk(c);
    PermitPasses(c);
    var p := Permitting(c);
    assert Without(p, c) == Pol(c, []) by { assert p.rules[..0] == []; assert Others([], c) == []; }
    if I.Honest(Tab(c), p, [c], map[c := 0], 2, [I.Dead]) { Th.A5_Dead(Tab(c), p, [c], map[c := 0], 2, [I.Dead], 0, Here(c)); }
  }
}
