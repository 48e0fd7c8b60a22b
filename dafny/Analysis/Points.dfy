include "Lower.dfy"
// Every typed moment lies in the box of its table, and the smallest formulas say of its point what they are about.
module Points {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower

  // The formula holds at the point that describes the moment.
  ghost predicate Told(t: Table, f: F, x: Moment) { Holds(f, PointOf(t, x)) }

  // ---- connectives ----
  lemma ConstTold(t: Table, x: Moment)
    ensures Told(t, T, x) && !Told(t, E, x)
  {}
  lemma BothTold(t: Table, l: F, r: F, x: Moment)
    ensures Told(t, Both(l, r), x) <==> Told(t, l, x) && Told(t, r, x)
  {}
  lemma EitherTold(t: Table, l: F, r: F, x: Moment)
    ensures Told(t, Either(l, r), x) <==> Told(t, l, x) || Told(t, r, x)
  {}
  lemma NegTold(t: Table, f: F, x: Moment)
    ensures Told(t, Neg(f), x) <==> !Told(t, f, x)
  {}
  lemma OrTold(t: Table, fs: seq<F>, i: nat, j: nat, x: Moment)
    requires i <= j <= |fs|
    ensures Told(t, OrOf(fs, i, j), x) <==> exists k | i <= k < j :: Told(t, fs[k], x)
    decreases j - i
  {
    hide Told, Either;
    if i == j { reveal Told; }
    else if i + 1 < j {
      var m := (i + j) / 2;
      OrTold(t, fs, i, m, x);
      OrTold(t, fs, m, j, x);
      EitherTold(t, OrOf(fs, i, m), OrOf(fs, m, j), x);
    }
  }
  lemma AndTold(t: Table, fs: seq<F>, i: nat, j: nat, x: Moment)
    requires i <= j <= |fs|
    ensures Told(t, AndOf(fs, i, j), x) <==> forall k | i <= k < j :: Told(t, fs[k], x)
    decreases j - i
  {
    hide Told, Both;
    if i == j { reveal Told; }
    else if i + 1 < j {
      var m := (i + j) / 2;
      AndTold(t, fs, i, m, x);
      AndTold(t, fs, m, j, x);
      BothTold(t, AndOf(fs, i, m), AndOf(fs, m, j), x);
    }
  }
  lemma DisjTold(t: Table, fs: seq<F>, x: Moment)
    ensures Told(t, Disj(fs), x) <==> exists k | 0 <= k < |fs| :: Told(t, fs[k], x)
  { hide Told; OrTold(t, fs, 0, |fs|, x); }
  lemma ConjTold(t: Table, fs: seq<F>, x: Moment)
    ensures Told(t, Conj(fs), x) <==> forall k | 0 <= k < |fs| :: Told(t, fs[k], x)
  { hide Told; AndTold(t, fs, 0, |fs|, x); }

  // ---- where points lie ----
  lemma ClassLies(t: Table, n: Name)
    requires Valid(t)
    ensures 0 <= Class(t, n) <= |t.lits|
  {}
  lemma BoundsLie(t: Table, k: Coord)
    requires Valid(t)
    ensures Bounds(t, k).lo < Bounds(t, k).hi
  {}
  lemma ValLies(t: Table, k: Coord, x: Moment)
    requires Valid(t) && Typed(t, x) && DomOf(t, k).lo < DomOf(t, k).hi
    ensures DomOf(t, k).lo <= Val(t, k, x) < DomOf(t, k).hi
  {
    hide Valid, Class, Bounds, Regular, OfCrew, IsSet, IsSince, Recalled, HasNames, HasInt, Recall;
    BoundsLie(t, k);
    forall n ensures 0 <= Class(t, n) <= |t.lits| { ClassLies(t, n); }
  }
  lemma Covered(t: Table, x: Moment)
    requires Valid(t) && Typed(t, x)
    ensures Within(PointOf(t, x), Dom(t))
  {
    hide Typed, Val, DomOf;
    reveal Valid;
    forall c | 0 <= c < |t.coords| ensures Dom(t)[c].lo <= PointOf(t, x)[c] < Dom(t)[c].hi { ValLies(t, t.coords[c], x); }
  }

  // ---- leaves ----
  lemma InTold(t: Table, k: Coord, lo: int, hi: int, x: Moment)
    requires Valid(t) && k in t.where
    ensures Told(t, In(Nr(t, k), lo, hi), x) <==> lo <= Val(t, k, x) < hi
  { hide Val, DomOf, SpansOk; }
  lemma OnTold(t: Table, k: Coord, x: Moment)
    requires Valid(t) && k in t.where
    ensures Told(t, On(t, k), x) <==> Val(t, k, x) == 1
  { hide Val, Valid; InTold(t, k, 1, 2, x); }

  ghost predicate SomeSpan(vs: seq<Iv>, n: int) { exists i | 0 <= i < |vs| :: vs[i].lo <= n < vs[i].hi }
  lemma InSpansFrom(vs: seq<Iv>, pos: nat, n: int)
    requires pos <= |vs|
    ensures InSpans(vs, pos, n) <==> exists i | pos <= i < |vs| :: vs[i].lo <= n < vs[i].hi
    decreases |vs| - pos
  { if pos < |vs| { InSpansFrom(vs, pos + 1, n); } }
  lemma SpansAre(t: Table, names: set<Name>, n: Name)
    requires Valid(t) && names in t.spans
    ensures SomeSpan(t.spans[names], Class(t, n)) <==> n in names
    ensures !SomeSpan(t.spans[names], -1)
  {
    hide DomOf, InSpans;
    var vs := t.spans[names];
    assert SpansOk(t, names, vs);
    if n in names { InSpansFrom(vs, 0, t.index[n]); }
    if i :| 0 <= i < |vs| && vs[i].lo <= Class(t, n) < vs[i].hi {
      assert t.lits[Class(t, n)] in names;
    }
  }
  lemma InOfTold(t: Table, c: nat, vs: seq<Iv>, x: Moment)
    requires c < |t.coords|
    ensures Told(t, InOf(c, vs), x) <==> SomeSpan(vs, PointOf(t, x)[c])
  {
    hide Val;
    var fs := seq(|vs|, i requires 0 <= i < |vs| => In(c, vs[i].lo, vs[i].hi));
    DisjTold(t, fs, x);
    forall i | 0 <= i < |vs| ensures Told(t, fs[i], x) <==> vs[i].lo <= PointOf(t, x)[c] < vs[i].hi {}
  }
  // The value is a name of the set. `there`: it is a name at all.
  lemma AmongTold(t: Table, k: Coord, names: set<Name>, there: bool, n: Name, x: Moment)
    requires Valid(t) && k in t.where && names in t.spans
    requires Val(t, k, x) == if there then Class(t, n) else -1
    ensures Told(t, Among(t, k, names), x) <==> there && n in names
  {
    hide Val, DomOf, SpansOk, Class, InOf, SomeSpan, Told;
    assert t.coords[t.where[k]] == k;
    InOfTold(t, Nr(t, k), t.spans[names], x);
    SpansAre(t, names, n);
    assert PointOf(t, x)[Nr(t, k)] == Val(t, k, x);
  }
}
