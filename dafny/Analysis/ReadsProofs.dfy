include "../Index/CheckProofs.dfy"
include "Claims.dfy"
include "Reads.dfy"
// What the code that looks at moments says is what the specification says.
module ReadsProofs {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Reads
  import CheckCode
  import CheckProofs
  import MP = MemoryProofs

  // ---- tests and rules ----
  lemma AllAreIs(ts: seq<Test>, x: Moment)
    ensures AllAre(ts, x, false) <==> Surely(ts, x)
    ensures AllAre(ts, x, true) <==> forall t | t in ts :: May(t, x.sc, x.part, x.atom)
  {
    hide CheckCode.Holds, Known, Meets;
    CheckProofs.ListHolds(ts, x.sc, x.part, x.atom, false);
    CheckProofs.ListHolds(ts, x.sc, x.part, x.atom, true);
    assert forall t :: MP.Says(t, x.sc, x.part, x.atom, false) <==> Sure(t, x.sc, x.part, x.atom);
    assert forall t :: MP.Says(t, x.sc, x.part, x.atom, true) <==> May(t, x.sc, x.part, x.atom);
  }
  lemma IsAskedIs(q: Question, x: Moment)
    ensures IsAsked(q, x) <==> Concerns(q, x)
  {
    hide AllAre, Surely;
    AllAreIs(q.region, x);
    forall i | 0 <= i < |q.unless| ensures AllAre(q.unless[i], x, false) <==> Surely(q.unless[i], x) { AllAreIs(q.unless[i], x); }
    if c :| c in q.unless && Surely(c, x) {
      var i :| 0 <= i < |q.unless| && q.unless[i] == c;
      assert AllAre(q.unless[i], x, false);
    }
  }
  lemma ReadIs(r: Rule, x: Moment)
    ensures IsYes(r, x) <==> Yes(r, x.sc, x.part, x.atom)
    ensures IsMaybe(r, x) <==> Maybe(r, x.sc, x.part, x.atom)
  {
    hide AllAre, Sure, May, Lifted;
    AllAreIs(r.tests, x);
    CheckProofs.LiftedIs(r, x.sc, x.part, x.atom);
  }

  // ---- policies ----
  ghost predicate Forbids(r: Rule, x: Moment) { r.effect.Forbid? && Maybe(r, x.sc, x.part, x.atom) }
  ghost predicate Permits(r: Rule, x: Moment) { IsGrant(r) && Yes(r, x.sc, x.part, x.atom) }
  ghost predicate Wants(r: Rule, n: Name, x: Moment) { IsNeed(r) && r.effect.needs == n && Maybe(r, x.sc, x.part, x.atom) }
  lemma FirstForbidIs(rs: seq<Rule>, x: Moment, pos: nat)
    requires pos <= |rs|
    ensures pos <= FirstForbid(rs, x, pos) <= |rs|
    ensures FirstForbid(rs, x, pos) < |rs| ==> Forbids(rs[FirstForbid(rs, x, pos)], x)
    ensures FirstForbid(rs, x, pos) == |rs| ==> forall i | pos <= i < |rs| :: !Forbids(rs[i], x)
    decreases |rs| - pos
  {
    hide IsMaybe, Maybe;
    if pos < |rs| { ReadIs(rs[pos], x); if !Forbids(rs[pos], x) { FirstForbidIs(rs, x, pos + 1); } }
  }
  lemma FirstGrantIs(rs: seq<Rule>, x: Moment, pos: nat)
    requires pos <= |rs|
    ensures pos <= FirstGrant(rs, x, pos) <= |rs|
    ensures FirstGrant(rs, x, pos) < |rs| ==> Permits(rs[FirstGrant(rs, x, pos)], x)
    ensures FirstGrant(rs, x, pos) == |rs| ==> forall i | pos <= i < |rs| :: !Permits(rs[i], x)
    decreases |rs| - pos
  {
    hide IsYes, Yes;
    if pos < |rs| { ReadIs(rs[pos], x); if !Permits(rs[pos], x) { FirstGrantIs(rs, x, pos + 1); } }
  }
  lemma IsNeededIs(rs: seq<Rule>, x: Moment, n: Name)
    ensures IsNeeded(rs, x, n) <==> exists r | r in rs :: Wants(r, n, x)
  {
    hide IsMaybe, Maybe;
    forall i | 0 <= i < |rs| ensures IsMaybe(rs[i], x) <==> Maybe(rs[i], x.sc, x.part, x.atom) { ReadIs(rs[i], x); }
    if r :| r in rs && Wants(r, n, x) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert IsNeed(rs[i]) && rs[i].effect.needs == n && IsMaybe(rs[i], x);
    }
    if IsNeeded(rs, x, n) {
      var i :| 0 <= i < |rs| && IsNeed(rs[i]) && rs[i].effect.needs == n && IsMaybe(rs[i], x);
      assert rs[i] in rs && Wants(rs[i], n, x);
    }
  }
  lemma FirstNeedIs(rs: seq<Rule>, but: seq<Rule>, x: Moment, pos: nat)
    requires pos <= |rs|
    ensures var k := FirstNeed(rs, but, x, pos);
            pos <= k <= |rs| &&
            (k < |rs| ==> IsNeed(rs[k]) && Wants(rs[k], rs[k].effect.needs, x) && !IsNeeded(but, x, rs[k].effect.needs)) &&
            (k == |rs| ==> forall i, n | pos <= i < |rs| && Wants(rs[i], n, x) :: IsNeeded(but, x, n))
    decreases |rs| - pos
  {
    hide IsMaybe, Maybe, IsNeeded;
    if pos < |rs| {
      ReadIs(rs[pos], x);
      if !(IsNeed(rs[pos]) && IsMaybe(rs[pos], x) && !IsNeeded(but, x, rs[pos].effect.needs)) { FirstNeedIs(rs, but, x, pos + 1); }
    }
  }
  lemma IsCompleteIs(p: Policy, x: Moment)
    ensures IsComplete(p, x) <==> Complete(p, x.part, x.atom)
  {
    if IsComplete(p, x) {
      var axes := p.axes[x.part.verb];
      forall a | a in axes ensures if a.place then a.name in x.atom.places else a.name in x.atom.names {
        var i :| 0 <= i < |axes| && axes[i] == a;
      }
    }
  }
  lemma GrantsIs(p: Policy, x: Moment)
    ensures Grants_(p, x) <==> Complete(p, x.part, x.atom) && Granted(p, x.sc, x.part, x.atom)
  {
    hide IsComplete, Complete, Yes, FirstGrant;
    IsCompleteIs(p, x);
    FirstGrantIs(p.rules, x, 0);
    if Granted(p, x.sc, x.part, x.atom) {
      var r :| r in p.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, x.sc, x.part, x.atom);
      var i :| 0 <= i < |p.rules| && p.rules[i] == r;
      assert Permits(p.rules[i], x);
    }
  }
  lemma ForbidsNone(p: Policy, x: Moment)
    ensures FirstForbid(p.rules, x, 0) == |p.rules| <==> !Forbidden(p, x.sc, x.part, x.atom)
  {
    hide Maybe, FirstForbid;
    FirstForbidIs(p.rules, x, 0);
    if Forbidden(p, x.sc, x.part, x.atom) {
      var r :| r in p.rules && r.effect.Forbid? && Maybe(r, x.sc, x.part, x.atom);
      var i :| 0 <= i < |p.rules| && p.rules[i] == r;
      assert Forbids(p.rules[i], x);
    }
  }
  lemma IsPassingIs(p: Policy, x: Moment)
    ensures IsPassing(p, x) <==> Passes(p, x)
  {
    hide Grants_, Complete, Granted, Forbidden, FirstForbid;
    GrantsIs(p, x);
    ForbidsNone(p, x);
  }
  lemma NeededIs(p: Policy, x: Moment, n: Name)
    ensures IsNeeded(p.rules, x, n) <==> Needs(p, x, n)
  {
    hide Maybe, IsNeeded;
    IsNeededIs(p.rules, x, n);
  }
  lemma NeedsSomeIs(p: Policy, x: Moment)
    ensures FirstNeed(p.rules, [], x, 0) < |p.rules| <==> NeedsSome(p, x)
  {
    hide Maybe, FirstNeed;
    FirstNeedIs(p.rules, [], x, 0);
    if n :| Needs(p, x, n) {
      var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, x.sc, x.part, x.atom);
      var i :| 0 <= i < |p.rules| && p.rules[i] == r;
      assert Wants(p.rules[i], n, x) && !IsNeeded([], x, n);
    }
    var k := FirstNeed(p.rules, [], x, 0);
    if k < |p.rules| {
      assert p.rules[k] in p.rules && Wants(p.rules[k], p.rules[k].effect.needs, x);
      assert Needs(p, x, p.rules[k].effect.needs);
    }
  }
}
