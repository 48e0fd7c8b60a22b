include "Regions.dfy"
// Where the rules of an id make a difference, their formula holds.
module IdleTold {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Points
  import opened RulesTold
  import opened QuestionsTold
  import opened Idle
  import opened Regions
  import FactsTold

  // ---- the rules of one id, and all others ----
  lemma MineAre(rs: seq<Rule>, id: Name, r: Rule)
    ensures r in Mine(rs, id) <==> r in rs && r.id == id
  { if rs != [] { MineAre(rs[..|rs| - 1], id, r); assert rs == rs[..|rs| - 1] + [rs[|rs| - 1]]; } }
  lemma OthersAre(rs: seq<Rule>, id: Name, r: Rule)
    ensures r in Others(rs, id) <==> r in rs && r.id != id
  { if rs != [] { OthersAre(rs[..|rs| - 1], id, r); assert rs == rs[..|rs| - 1] + [rs[|rs| - 1]]; } }
  lemma MineOk(t: Table, rs: seq<Rule>, id: Name)
    requires RulesOk(t, rs)
    ensures RulesOk(t, Mine(rs, id))
  {
    hide RuleOk;
    var ms := Mine(rs, id);
    forall i | 0 <= i < |ms| ensures RuleOk(t, ms[i]) {
      MineAre(rs, id, ms[i]);
      var j :| 0 <= j < |rs| && rs[j] == ms[i];
    }
  }

  // What one rule of a list says: that it grants, forbids, or needs an approval.
  datatype Saying = Granting | Forbidding | Needing_(n: Name)
  ghost predicate Says(s: Saying, r: Rule, x: Moment) {
    match s
    case Granting => Lower.Grants(r) && Yes(r, x.sc, x.part, x.atom)
    case Forbidding => r.effect.Forbid? && Maybe(r, x.sc, x.part, x.atom)
    case Needing_(n) => Lower.Wants(r, n) && Maybe(r, x.sc, x.part, x.atom)
  }
  ghost predicate Some(s: Saying, rs: seq<Rule>, x: Moment) { exists r | r in rs :: Says(s, r, x) }
  lemma SomeIs(rs: seq<Rule>, x: Moment)
    ensures Some(Granting, rs, x) <==> SomeGrant(rs, x)
    ensures Some(Forbidding, rs, x) <==> SomeForbid(rs, x)
    ensures forall n :: Some(Needing_(n), rs, x) <==> SomeNeed(rs, n, x)
  { hide Yes, Maybe; }
  lemma SureIsMay(r: Rule, x: Moment)
    requires Yes(r, x.sc, x.part, x.atom)
    ensures Maybe(r, x.sc, x.part, x.atom)
  { hide Known, Meets, Lifted; assert forall t :: Sure(t, x.sc, x.part, x.atom) ==> May(t, x.sc, x.part, x.atom); }
  lemma SpeakerJudges(s: Saying, r: Rule, x: Moment)
    requires Says(s, r, x)
    ensures Judging(r) && Maybe(r, x.sc, x.part, x.atom) && x.part.verb in r.verbs
  { hide Sure, May, Lifted; if s.Granting? { SureIsMay(r, x); } }

  lemma Both_(s: Saying, rs: seq<Rule>, id: Name, x: Moment)
    ensures Some(s, rs, x) <==> Some(s, Mine(rs, id), x) || Some(s, Others(rs, id), x)
  {
    hide Says, Mine, Others;
    forall r ensures (r in Mine(rs, id) <==> r in rs && r.id == id) && (r in Others(rs, id) <==> r in rs && r.id != id) {
      MineAre(rs, id, r);
      OthersAre(rs, id, r);
    }
  }
  // Another rule says so exactly where a rule of another id does.
  lemma Elsewhere(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, k: nat, s: Saying, x: Moment)
    requires Parted(t, p, ids, places) && k < |ids| && x.part.verb == t.verb
    ensures Some(s, Others(p.rules, ids[k]), x) <==> exists i | 0 <= i < |ids| && i != k :: Some(s, Mine(p.rules, ids[i]), x)
  {
    hide Says, Mine, Others;
    var rest := Others(p.rules, ids[k]);
    if Some(s, rest, x) {
      var r :| r in rest && Says(s, r, x);
      OthersAre(p.rules, ids[k], r);
      SpeakerJudges(s, r, x);
      var j :| 0 <= j < |p.rules| && p.rules[j] == r;
      assert Placed_(t, p.rules[j], ids, places);
      var i := places[r.id];
      MineAre(p.rules, ids[i], r);
      assert i != k && Some(s, Mine(p.rules, ids[i]), x);
    }
    if i :| 0 <= i < |ids| && i != k && Some(s, Mine(p.rules, ids[i]), x) {
      var r :| r in Mine(p.rules, ids[i]) && Says(s, r, x);
      MineAre(p.rules, ids[i], r);
      OthersAre(p.rules, ids[k], r);
      assert places[ids[i]] == i && places[ids[k]] == k;
      assert r in rest;
    }
  }

  // ---- their formulas ----
  lemma GroupOk(t: Table, p: Policy, ids: seq<Name>, i: nat)
    requires RulesOk(t, p.rules) && i < |ids|
    ensures Groups(p, ids)[i] == Mine(p.rules, ids[i]) && RulesOk(t, Groups(p, ids)[i])
  { hide RulesOk, Mine; MineOk(t, p.rules, ids[i]); }
  // The formulas of the groups, one for each, say what the groups say.
  ghost predicate Formulas(t: Table, p: Policy, ids: seq<Name>, s: Saying, fs: seq<F>, x: Moment) {
    |fs| == |ids| && forall i | 0 <= i < |ids| :: Told(t, fs[i], x) <==> Some(s, Mine(p.rules, ids[i]), x)
  }
  lemma AreFormulas(t: Table, p: Policy, ids: seq<Name>, n: Name, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, p.rules)
    ensures Formulas(t, p, ids, Granting, GrantsOf(t, Groups(p, ids)), x)
    ensures Formulas(t, p, ids, Forbidding, ForbidsOf(t, Groups(p, ids)), x)
    ensures Formulas(t, p, ids, Needing_(n), NeedsOf(t, Groups(p, ids), n), x)
  {
    hide Told, Valid, Typed, RulesOk, Mine, GrantF, ForbidF, NeedF, Some, SomeGrant, SomeForbid, SomeNeed;
    var groups := Groups(p, ids);
    forall i | 0 <= i < |ids|
      ensures Told(t, GrantsOf(t, groups)[i], x) <==> Some(Granting, Mine(p.rules, ids[i]), x)
      ensures Told(t, ForbidsOf(t, groups)[i], x) <==> Some(Forbidding, Mine(p.rules, ids[i]), x)
      ensures Told(t, NeedsOf(t, groups, n)[i], x) <==> Some(Needing_(n), Mine(p.rules, ids[i]), x)
    {
      GroupOk(t, p, ids, i);
      SomeIs(groups[i], x);
      GrantTold(t, groups[i], x);
      ForbidTold(t, groups[i], x);
      NeedTold(t, groups[i], n, x);
    }
  }
  lemma KeyLies(t: Table, key: nat, x: Moment)
    requires Valid(t) && Typed(t, x)
    ensures In_(t, key, FullOf(t, key), x) && (key >= |PointOf(t, x)| ==> FullOf(t, key).hi <= FullOf(t, key).lo)
  {
    hide Valid, Typed, Val, DomOf;
    Covered(t, x);
  }
  // The tree without the rules of one id says what the other rules say.
  lemma RestTold(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, k: nat, s: Saying, fs: seq<F>, x: Moment)
    requires Valid(t) && Typed(t, x) && Parted(t, p, ids, places) && k < |ids| && Formulas(t, p, ids, s, fs, x)
    ensures Told(t, But(Rooted(t, fs, key), k), x) <==> Some(s, Others(p.rules, ids[k]), x)
  {
    assert x.part.verb == t.verb;
    hide Told, Valid, Typed, Mine, Others, Some, Parted, But, Plant, FullOf, In_;
    KeyLies(t, key, x);
    ButTold(t, fs, 0, |fs|, key, FullOf(t, key), k, x);
    Elsewhere(t, p, ids, places, k, s, x);
    if n :| 0 <= n < |fs| && n != k && Told(t, fs[n], x) { assert Some(s, Mine(p.rules, ids[n]), x); }
    if i :| 0 <= i < |ids| && i != k && Some(s, Mine(p.rules, ids[i]), x) { assert Told(t, fs[i], x); }
  }

  // ---- what makes a difference ----
  lemma MayTold_(t: Table, p: Policy, ids: seq<Name>, k: nat, s: Saying, x: Moment)
    requires Valid(t) && Typed(t, x) && RulesOk(t, p.rules) && k < |ids| && Some(s, Mine(p.rules, ids[k]), x)
    ensures Told(t, MaysOf(t, Groups(p, ids))[k], x)
  {
    hide Told, Valid, Typed, RuleOk, Mine, MaybeF, Says, Maybe, Judging;
    var rs := Mine(p.rules, ids[k]);
    GroupOk(t, p, ids, k);
    var fs := seq(|rs|, i requires 0 <= i < |rs| => if Judging(rs[i]) then MaybeF(t, rs[i]) else E);
    DisjTold(t, fs, x);
    var r :| r in rs && Says(s, r, x);
    SpeakerJudges(s, r, x);
    var i :| 0 <= i < |rs| && rs[i] == r;
    RuleTold(t, rs[i], x);
    assert Told(t, fs[i], x);
  }
  lemma NeedsLength(t: Table, p: Policy, ids: seq<Name>, n: Name)
    ensures |NeedsOf(t, Groups(p, ids), n)| == |ids|
  {}
  ghost predicate Alone_(p: Policy, id: Name, x: Moment) {
    exists n :: Some(Needing_(n), Mine(p.rules, id), x) && !Some(Needing_(n), Others(p.rules, id), x)
  }
  lemma AloneTold(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, k: nat, x: Moment)
    requires TableOk(t) && RulesOk(t, p.rules) && Typed(t, x) && Parted(t, p, ids, places) && k < |ids| && Alone_(p, ids[k], x)
    ensures Told(t, AloneF(Grown(t, p, ids, key), k), x)
  {
    hide Told, Valid, Typed, RulesOk, Mine, Others, Some, Parted, CrewsOk, EnumsOk, FactsOk, FactsF, But, Rooted, NamesNeeded, NeedsOf, Both, Neg, SomeNeed, Groups,
      GrantsOf, ForbidsOf, MaysOf, CompleteF, AssumedF;
    var g := Grown(t, p, ids, key);
    var n :| Some(Needing_(n), Mine(p.rules, ids[k]), x) && !Some(Needing_(n), Others(p.rules, ids[k]), x);
    Both_(Needing_(n), p.rules, ids[k], x);
    SomeIs(p.rules, x);
    NeededNamed(t, p.rules, n, x);
    var i :| 0 <= i < |g.ns| && g.ns[i] == n;
    AreFormulas(t, p, ids, n, x);
    forall j | 0 <= j < |g.needs| ensures |g.needs[j]| == |ids| { NeedsLength(t, p, ids, g.ns[j]); }
    RestTold(t, p, ids, places, key, k, Needing_(n), g.needs[i], x);
    var mine, rest := g.needs[i][k], But(g.needTrees[i], k);
    ConstTold(t, x);
    NegTold(t, rest, x);
    BothTold(t, mine, Neg(rest), x);
    var fs := seq(|g.needs|, j requires 0 <= j < |g.needs| => if g.needs[j][k].E? then E else Both(g.needs[j][k], Neg(But(g.needTrees[j], k))));
    DisjTold(t, fs, x);
    assert Told(t, fs[i], x);
  }
  // How it can come about.
  lemma MattersHow(p: Policy, id: Name, x: Moment)
    requires Matters(p, id, x)
    ensures Complete(p, x.part, x.atom) && !Some(Forbidding, Others(p.rules, id), x)
    ensures || (Some(Granting, Mine(p.rules, id), x) && !Some(Granting, Others(p.rules, id), x) && !Some(Forbidding, Mine(p.rules, id), x))
            || (Some(Granting, Others(p.rules, id), x) && (Some(Forbidding, Mine(p.rules, id), x) || Alone_(p, id, x)))
  {
    hide Mine, Others, Some, SomeGrant, SomeForbid, SomeNeed, Passes, Needs, Complete;
    var w := Without(p, id);
    PassesIs(p, x);
    PassesIs(w, x);
    SomeIs(p.rules, x);
    SomeIs(w.rules, x);
    Both_(Granting, p.rules, id, x);
    Both_(Forbidding, p.rules, id, x);
    assert Complete(w, x.part, x.atom) <==> Complete(p, x.part, x.atom) by { reveal Complete; }
    forall n ensures Some(Needing_(n), p.rules, x) <==> Some(Needing_(n), Mine(p.rules, id), x) || Some(Needing_(n), w.rules, x) {
      Both_(Needing_(n), p.rules, id, x);
    }
    forall n ensures Needs(p, x, n) <==> Some(Needing_(n), p.rules, x) { NeedsIs(p, n, x); }
    forall n ensures Needs(w, x, n) <==> Some(Needing_(n), w.rules, x) { NeedsIs(w, n, x); }
  }
  lemma MattersTold(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, k: nat, x: Moment)
    requires Ready(t, p, ids, places) && Typed(t, x) && k < |ids| && Matters(p, ids[k], x)
    ensures Told(t, MattersF(Grown(t, p, ids, key), k), x)
  {
    hide Told, Valid, Typed, RulesOk, AxesOk, Mine, Others, Some, Parted, CrewsOk, EnumsOk, FactsOk, FactsF, But, Rooted, Both, Either, Neg, Groups, GrantsOf, ForbidsOf,
      MaysOf, NeedsOf, CompleteF, AssumedF, Complete, Matters, AloneF, Alone_;
    var id, n, g := ids[k], ids[k], Grown(t, p, ids, key);
    assert |g.mays| == |ids| && |g.grants| == |ids| && |g.forbids| == |ids| by { reveal Groups, MaysOf, GrantsOf, ForbidsOf; }
    forall i | 0 <= i < |g.needs| ensures |g.needs[i]| == |ids| { NeedsLength(t, p, ids, g.ns[i]); }
    MattersHow(p, id, x);
    AreFormulas(t, p, ids, n, x);
    RestTold(t, p, ids, places, key, k, Granting, g.grants, x);
    RestTold(t, p, ids, places, key, k, Forbidding, g.forbids, x);
    AssumedTold(t, x);
    CompleteTold(t, p, x);
    var gm, fm, gr, fr, al := g.grants[k], g.forbids[k], But(g.grantTree, k), But(g.forbidTree, k), AloneF(g, k);
    if Alone_(p, id, x) { AloneTold(t, p, ids, places, key, k, x); }
    assert Told(t, g.mays[k], x) by {
      if Some(Granting, Mine(p.rules, id), x) { MayTold_(t, p, ids, k, Granting, x); }
      else if Some(Forbidding, Mine(p.rules, id), x) { MayTold_(t, p, ids, k, Forbidding, x); }
      else {
        var m :| Some(Needing_(m), Mine(p.rules, id), x) by { reveal Alone_; }
        MayTold_(t, p, ids, k, Needing_(m), x);
      }
    }
    DoesTold(t, g.complete, g.mays[k], gm, fm, gr, fr, al, g.facts, x);
    FactsTold.AllTold(t, x);
    BothTold(t, AssumedF(t), CompleteF(t, p), x);
  }
  lemma DoesTold(t: Table, c: F, may: F, gm: F, fm: F, gr: F, fr: F, al: F, facts: F, x: Moment)
    ensures var does := Either(Both(gm, Both(Neg(gr), Neg(fm))), Both(Either(fm, al), gr));
            Told(t, if does.E? then E else Both(Both(Both(c, may), Both(does, Neg(fr))), facts), x) <==>
            Told(t, c, x) && Told(t, may, x) && !Told(t, fr, x) && Told(t, facts, x) &&
            ((Told(t, gm, x) && !Told(t, gr, x) && !Told(t, fm, x)) || ((Told(t, fm, x) || Told(t, al, x)) && Told(t, gr, x)))
  {
    hide Told, Both, Either, Neg;
    ConstTold(t, x);
    NegTold(t, gr, x);
    NegTold(t, fm, x);
    NegTold(t, fr, x);
    BothTold(t, Neg(gr), Neg(fm), x);
    BothTold(t, gm, Both(Neg(gr), Neg(fm)), x);
    EitherTold(t, fm, al, x);
    BothTold(t, Either(fm, al), gr, x);
    var does := Either(Both(gm, Both(Neg(gr), Neg(fm))), Both(Either(fm, al), gr));
    EitherTold(t, Both(gm, Both(Neg(gr), Neg(fm))), Both(Either(fm, al), gr), x);
    BothTold(t, c, may, x);
    BothTold(t, does, Neg(fr), x);
    BothTold(t, Both(c, may), Both(does, Neg(fr)), x);
    BothTold(t, Both(Both(c, may), Both(does, Neg(fr))), facts, x);
  }
}
