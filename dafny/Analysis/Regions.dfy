include "QuestionsTold.dfy"
include "ConfirmProofs.dfy"
include "Idle.dfy"
// What the formulas of regions, and of rules that matter, say of a moment.
module Regions {
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
  import opened Confirm
  import opened Idle
  import CP = ConfirmProofs
  import Kernel
  import Prover

  // ---- "holds" ----
  lemma NoneWrong(t: Table, p: Policy, plan: Kernel.Plan, q: Question, budget: nat, x: Moment)
    requires Prover.Honest(t, p, plan, q, budget, Prover.Holds_) && Typed(t, x)
    ensures !Wrong(p, q, x)
  { hide Wrong, Typed, WrongF, PointOf, Dom; Covered(t, x); WrongTold(t, p, q, x); }

  // ---- the region of a cause ----
  lemma CauseTold(t: Table, a: Policy, b: Policy, c: Cause, x: Moment)
    requires Prover.ReadyBoth(t, a, b) && Typed(t, x)
    ensures Told(t, Prover.CauseF(t, a, b, Prover.GrantedF(t, b), c), x) <==> CP.InCause(a, b, c, x)
  {
    hide Told, Valid, Typed, CrewsOk, EnumsOk, FactsOk, AxesOk, RuleOk, Both, Neg, YesF, MaybeF, CompleteF, GrantF, Yes, Maybe, Complete;
    ConstTold(t, x);
    if c.Unforbidden? && c.old_ < |b.rules| && b.rules[c.old_].effect.Forbid? { RuleTold(t, b.rules[c.old_], x); }
    if c.Unasked? && c.old_ < |b.rules| && Needing(b.rules[c.old_]) { RuleTold(t, b.rules[c.old_], x); }
    if c.Opened? && c.new_ < |a.rules| && Lower.Grants(a.rules[c.new_]) {
      RuleTold(t, a.rules[c.new_], x);
      CompleteTold(t, b, x);
      GrantTold(t, b.rules, x);
      BothTold(t, CompleteF(t, b), GrantF(t, b.rules), x);
      NegTold(t, Prover.GrantedF(t, b), x);
      BothTold(t, YesF(t, a.rules[c.new_]), Neg(Prover.GrantedF(t, b)), x);
    }
  }

  // ---- trees ----
  lemma HullHolds(f: F, key: nat, full: Iv, v: Point)
    requires Holds(f, v) && key < |v| && full.lo <= v[key] < full.hi
    ensures Hull(f, key, full).lo <= v[key] < Hull(f, key, full).hi
  {}
  ghost predicate In_(t: Table, key: nat, full: Iv, x: Moment) {
    key < |PointOf(t, x)| ==> full.lo <= PointOf(t, x)[key] < full.hi
  }
  ghost predicate Planted(t: Table, w: Tree, fs: seq<F>, i: nat, j: nat, key: nat, x: Moment)
    requires i <= j <= |fs|
  {
    && (Told(t, w.f, x) <==> exists k | i <= k < j :: Told(t, fs[k], x))
    && (key < |PointOf(t, x)| && (exists k | i <= k < j :: Told(t, fs[k], x)) ==> w.hull.lo <= PointOf(t, x)[key] < w.hull.hi)
  }
  lemma PlantTold(t: Table, fs: seq<F>, i: nat, j: nat, key: nat, full: Iv, x: Moment)
    requires i <= j <= |fs| && In_(t, key, full, x) && (key >= |PointOf(t, x)| ==> full.hi <= full.lo)
    ensures Planted(t, Plant(fs, i, j, key, full), fs, i, j, key, x)
    decreases j - i
  {
    hide Val, Either;
    if i == j { ConstTold(t, x); }
    else if i + 1 == j { if key < |PointOf(t, x)| && Told(t, fs[i], x) { HullHolds(fs[i], key, full, PointOf(t, x)); } }
    else {
      var m := (i + j) / 2;
      PlantTold(t, fs, i, m, key, full, x);
      PlantTold(t, fs, m, j, key, full, x);
      var l, r := Plant(fs, i, m, key, full), Plant(fs, m, j, key, full);
      var f, hull := Either(l.f, r.f), Join(l.hull, r.hull);
      EitherTold(t, l.f, r.f, x);
      BothTold(t, In(key, hull.lo, hull.hi), f, x);
      SplitTold(t, fs, i, m, j, x);
      if Told(t, f, x) && key < |PointOf(t, x)| { assert hull.lo <= PointOf(t, x)[key] < hull.hi; }
    }
  }
  lemma SplitTold(t: Table, fs: seq<F>, i: nat, m: nat, j: nat, x: Moment)
    requires i <= m <= j <= |fs|
    ensures (exists k | i <= k < j :: Told(t, fs[k], x)) <==> (exists k | i <= k < m :: Told(t, fs[k], x)) || exists k | m <= k < j :: Told(t, fs[k], x)
  { hide Told; }
  lemma ButSplit(fs: seq<F>, i: nat, j: nat, key: nat, full: Iv, k: nat)
    requires i <= k < j <= |fs| && i + 1 < j
    ensures var m := (i + j) / 2; var l, r := Plant(fs, i, m, key, full), Plant(fs, m, j, key, full);
                                  But(Plant(fs, i, j, key, full), k) == if k < m then Either(But(l, k), r.f) else Either(l.f, But(r, k))
  { hide Either, Guarded, Hull, Join; }
  lemma AllBut(t: Table, fs: seq<F>, i: nat, m: nat, j: nat, k: nat, x: Moment)
    requires i <= m <= j <= |fs|
    ensures (exists n | i <= n < j && n != k :: Told(t, fs[n], x)) <==>
            (exists n | i <= n < m && n != k :: Told(t, fs[n], x)) || exists n | m <= n < j && n != k :: Told(t, fs[n], x)
  { hide Told; }
  // Leaving one out.
  lemma ButTold(t: Table, fs: seq<F>, i: nat, j: nat, key: nat, full: Iv, k: nat, x: Moment)
    requires i <= k < j <= |fs| && In_(t, key, full, x) && (key >= |PointOf(t, x)| ==> full.hi <= full.lo)
    ensures Told(t, But(Plant(fs, i, j, key, full), k), x) <==> exists n | i <= n < j && n != k :: Told(t, fs[n], x)
    decreases j - i
  {
    hide Told, PointOf, Either, In_, Plant, But;
    if i + 1 == j {
      assert But(Plant(fs, i, j, key, full), k) == E by { reveal Plant, But; }
      ConstTold(t, x);
    } else {
      ButSplit(fs, i, j, key, full, k);
      AllBut(t, fs, i, (i + j) / 2, j, k, x);
      var m := (i + j) / 2;
      var l, r := Plant(fs, i, m, key, full), Plant(fs, m, j, key, full);
      PlantTold(t, fs, i, m, key, full, x);
      PlantTold(t, fs, m, j, key, full, x);
      if k < m {
        ButTold(t, fs, i, m, key, full, k, x);
        EitherTold(t, But(l, k), r.f, x);
      } else {
        ButTold(t, fs, m, j, key, full, k, x);
        EitherTold(t, l.f, But(r, k), x);
      }
    }
  }
}
