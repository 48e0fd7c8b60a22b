include "Zone.dfy"
// The trie of a set of patterns holds exactly the places that fit one of them.
module ZoneProofs {
  import opened Names
  import opened Policies
  import opened Reading
  import Zones

  // ---- fitting, segment by segment: the pattern from `i` on fits the place from `pos` on ----
  ghost predicate FitsFrom(p: Pattern, i: nat, place: seq<Name>, pos: nat)
    requires i <= |p.syms| && pos <= |place|
    decreases |p.syms| - i
  {
    if i == |p.syms| then p.open || pos == |place|
    else pos < |place| && (p.syms[i].One? || p.syms[i].name == place[pos]) && FitsFrom(p, i + 1, place, pos + 1)
  }
  // All segments from `i` on, at once.
  ghost predicate FitsAfter(p: Pattern, i: nat, place: seq<Name>) {
    && (if p.open then |p.syms| <= |place| else |p.syms| == |place|)
    && forall j | i <= j < |p.syms| :: p.syms[j].One? || p.syms[j].name == place[j]
  }
  lemma FromIsAfter(p: Pattern, i: nat, place: seq<Name>)
    requires i <= |p.syms| && i <= |place|
    ensures FitsFrom(p, i, place, i) <==> FitsAfter(p, i, place)
    decreases |p.syms| - i
  {
    if i < |p.syms| && i < |place| {
      FromIsAfter(p, i + 1, place);
      if FitsFrom(p, i, place, i) {
        forall j | i <= j < |p.syms| ensures p.syms[j].One? || p.syms[j].name == place[j] { if j != i { assert i + 1 <= j; } }
      }
    }
  }
  lemma FromIsFits(p: Pattern, place: seq<Name>)
    ensures FitsFrom(p, 0, place, 0) <==> Fits(p, place)
  { FromIsAfter(p, 0, place); }

  // ---- one pattern, two tries, all patterns ----
  lemma PathIn(p: Pattern, i: nat, place: seq<Name>, pos: nat)
    requires i <= |p.syms| && pos <= |place|
    ensures Zones.In(Zones.Path(p, i), place, pos) <==> FitsFrom(p, i, place, pos)
    decreases |p.syms| - i
  { if i < |p.syms| && pos < |place| { PathIn(p, i + 1, place, pos + 1); } }

  lemma MergeIn(a: Zones.Zone, b: Zones.Zone, place: seq<Name>, pos: nat)
    requires pos <= |place|
    ensures Zones.In(Zones.Merge(a, b), place, pos) <==> Zones.In(a, place, pos) || Zones.In(b, place, pos)
    decreases |place| - pos
  {
    if a.Zone? && b.Zone? && pos < |place| {
      MergeIn(a.one, b.one, place, pos + 1);
      var s := place[pos];
      if s in a.kids && s in b.kids { MergeIn(a.kids[s], b.kids[s], place, pos + 1); }
    }
  }

  lemma PathsIn(ps: seq<Pattern>, lo: nat, hi: nat, place: seq<Name>)
    requires lo <= hi <= |ps|
    ensures Zones.In(Zones.Paths(ps, lo, hi), place, 0) <==> exists i | lo <= i < hi :: Fits(ps[i], place)
    decreases hi - lo
  {
    hide Fits;
    if lo + 1 == hi {
      PathIn(ps[lo], 0, place, 0);
      FromIsFits(ps[lo], place);
      assert Fits(ps[lo], place) <==> exists i | lo <= i < hi :: Fits(ps[i], place);
    } else if lo < hi {
      var mid := (lo + hi) / 2;
      MergeIn(Zones.Paths(ps, lo, mid), Zones.Paths(ps, mid, hi), place, 0);
      PathsIn(ps, lo, mid, place);
      PathsIn(ps, mid, hi, place);
    }
  }
  lemma ZoneIsPatterns(ps: seq<Pattern>, place: seq<Name>)
    ensures Zones.In(Zones.Paths(ps, 0, |ps|), place, 0) <==> exists p | p in ps :: Fits(p, place)
  {
    hide Fits, Zones.In, Zones.Paths;
    PathsIn(ps, 0, |ps|, place);
    if p :| p in ps && Fits(p, place) {
      var i :| 0 <= i < |ps| && ps[i] == p;
      assert Fits(ps[i], place);
    }
  }
}
