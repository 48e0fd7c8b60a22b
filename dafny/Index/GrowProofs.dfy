include "TreeProofs.dfy"
// The tree of one rule is reached where the tests that it was grown from are met; the tree of a verb holds all its rules.
module GrowProofs {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Trees
  import opened BuildCode
  import opened JoinCode
  import opened TreeProofs
  import Z = ZoneProofs

  // ---- places ----
  lemma PathShaped(p: Pattern, pos: nat, sub: Tree, axes: Axes)
    requires pos <= |p.syms| && Shaped(sub, axes)
    ensures ShapedAt(Path(p, pos, sub), axes) && Path(p, pos, sub).Node?
    decreases |p.syms| - pos
  {
    assert Shaped(Nil, axes) && ShapedAt(Nil, axes);
    if pos < |p.syms| {
      PathShaped(p, pos + 1, sub, axes);
      var kids := Path(p, pos, sub).kids;
      forall n | n in kids ensures ShapedAt(kids[n], axes) { assert kids[n] == Path(p, pos + 1, sub); }
    }
  }
  lemma PathReached(p: Pattern, i: nat, sub: Tree, place: seq<Name>, pos: nat, axes: Axes, atom: Atom, g: Guard)
    requires i <= |p.syms| && pos <= |place|
    ensures ReachedAt(Path(p, i, sub), place, pos, axes, atom, g) <==> Z.FitsFrom(p, i, place, pos) && Reached(sub, axes, atom, g)
    decreases |p.syms| - i
  { if i < |p.syms| && pos < |place| { PathReached(p, i + 1, sub, place, pos + 1, axes, atom, g); } }

  lemma PathsShaped(ps: seq<Pattern>, lo: nat, hi: nat, sub: Tree, name: Name, axes: Axes)
    requires lo <= hi <= |ps| && Shaped(sub, axes)
    ensures Shaped(Paths(ps, lo, hi, sub), PlaceAxis(name, axes))
    decreases hi - lo
  {
    if lo + 1 == hi { PathShaped(ps[lo], 0, sub, axes); } else if lo < hi {
      var mid := (lo + hi) / 2;
      PathsShaped(ps, lo, mid, sub, name, axes);
      PathsShaped(ps, mid, hi, sub, name, axes);
      MergeShaped(Paths(ps, lo, mid, sub), Paths(ps, mid, hi, sub), PlaceAxis(name, axes));
    }
  }
  lemma PathsReached(ps: seq<Pattern>, lo: nat, hi: nat, sub: Tree, name: Name, axes: Axes, atom: Atom, g: Guard)
    requires lo <= hi <= |ps| && Shaped(sub, axes) && name in atom.places
    ensures Reached(Paths(ps, lo, hi, sub), PlaceAxis(name, axes), atom, g) <==>
            Reached(sub, axes, atom, g) && exists i | lo <= i < hi :: Fits(ps[i], atom.places[name])
    decreases hi - lo
  {
    hide Fits, ReachedAt;
    if lo + 1 == hi {
      PathReached(ps[lo], 0, sub, atom.places[name], 0, axes, atom, g);
      PathShaped(ps[lo], 0, sub, axes);
      Z.FromIsFits(ps[lo], atom.places[name]);
      assert Fits(ps[lo], atom.places[name]) <==> exists i | lo <= i < hi :: Fits(ps[i], atom.places[name]);
    } else if lo < hi {
      var mid := (lo + hi) / 2;
      PathsShaped(ps, lo, mid, sub, name, axes);
      PathsShaped(ps, mid, hi, sub, name, axes);
      MergeReached(Paths(ps, lo, mid, sub), Paths(ps, mid, hi, sub), PlaceAxis(name, axes), atom, g);
      PathsReached(ps, lo, mid, sub, name, axes, atom, g);
      PathsReached(ps, mid, hi, sub, name, axes, atom, g);
    }
  }

  // ---- one rule ----
  // The atom carries all axes.
  ghost predicate Carried(axes: Axes, atom: Atom) {
    match axes
    case NoAxes => true
    case NameAxis(name, more) => name in atom.names && Carried(more, atom)
    case PlaceAxis(name, more) => name in atom.places && Carried(more, atom)
  }
  // On each axis the test that the tree decides is met, if there is one.
  ghost predicate Met(ts: seq<Test>, axes: Axes, sc: Scene, part: Part, atom: Atom) {
    axes.NoAxes? ||
    (var i := First(ts, 0, axes.name, axes.PlaceAxis?);
     (i < |ts| ==> Sure(ts[i], sc, part, atom)) && Met(ts, axes.more, sc, part, atom))
  }

  lemma GrowShaped(ts: seq<Test>, axes: Axes, guard: Guard)
    ensures Shaped(Grow(ts, axes, guard), axes)
    decreases axes
  {
    if !axes.NoAxes? {
      GrowShaped(ts, axes.more, guard);
      var i := First(ts, 0, axes.name, axes.PlaceAxis?);
      if axes.PlaceAxis? && i < |ts| && ts[i].Placed? {
        PathsShaped(ts[i].patterns, 0, |ts[i].patterns|, Grow(ts, axes.more, guard), axes.name, axes.more);
      }
    }
  }
  lemma GrowReached(ts: seq<Test>, axes: Axes, guard: Guard, sc: Scene, part: Part, atom: Atom, g: Guard)
    ensures Reached(Grow(ts, axes, guard), axes, atom, g) <==> g == guard && Carried(axes, atom) && Met(ts, axes, sc, part, atom)
    decreases axes
  {
    if axes.NoAxes? { assert Inside(More(guard, NoGuards), g) <==> g == guard by { assert !Inside(NoGuards, g); } } else {
      GrowReached(ts, axes.more, guard, sc, part, atom, g);
      FirstIs(ts, 0, axes.name, axes.PlaceAxis?);
      if axes.NameAxis? { PickReached(ts, axes, guard, sc, part, atom, g); } else { NodeReached(ts, axes, guard, sc, part, atom, g); }
    }
  }
  // One axis of names; one axis of places.
  lemma PickReached(ts: seq<Test>, axes: Axes, guard: Guard, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires axes.NameAxis?
    requires var i := First(ts, 0, axes.name, false); i < |ts| ==> Indexable(ts[i], axes.name, false)
    ensures var i := First(ts, 0, axes.name, false);
            Reached(Grow(ts, axes, guard), axes, atom, g) <==>
            axes.name in atom.names && Reached(Grow(ts, axes.more, guard), axes.more, atom, g) && (i < |ts| ==> Sure(ts[i], sc, part, atom))
  {
    hide First;
  }
  lemma NodeReached(ts: seq<Test>, axes: Axes, guard: Guard, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires axes.PlaceAxis?
    requires var i := First(ts, 0, axes.name, true); i < |ts| ==> Indexable(ts[i], axes.name, true)
    ensures var i := First(ts, 0, axes.name, true);
            Reached(Grow(ts, axes, guard), axes, atom, g) <==>
            axes.name in atom.places && Reached(Grow(ts, axes.more, guard), axes.more, atom, g) && (i < |ts| ==> Sure(ts[i], sc, part, atom))
  {
    hide First, Fits;
    var i := First(ts, 0, axes.name, true);
    var sub := Grow(ts, axes.more, guard);
    GrowShaped(ts, axes.more, guard);
    if axes.name in atom.places {
      if i < |ts| {
        var ps := ts[i].patterns;
        PathsReached(ps, 0, |ps|, sub, axes.name, axes.more, atom, g);
        SomeFits(ps, atom.places[axes.name]);
      } else {
        var t := Node(map[], false, Nil, sub, Nil);
        assert Grow(ts, axes, guard) == t;
        assert ReachedAt(t, atom.places[axes.name], 0, axes.more, atom, g) <==> Reached(sub, axes.more, atom, g);
      }
    }
  }
  lemma SomeFits(ps: seq<Pattern>, place: seq<Name>)
    ensures (exists i | 0 <= i < |ps| :: Fits(ps[i], place)) <==> exists p | p in ps :: Fits(p, place)
  {
    hide Fits;
    if p :| p in ps && Fits(p, place) {
      var i :| 0 <= i < |ps| && ps[i] == p;
      assert Fits(ps[i], place);
    }
  }

  // ---- all rules of a verb ----
  ghost predicate FromRule(p: Policy, r: Rule, verb: Name, axes: Axes, sc: Scene, part: Part, atom: Atom, g: Guard) {
    verb in r.verbs && g == Compiled(p, r, axes) && Met(r.tests, axes, sc, part, atom)
  }
  lemma BuildShaped(p: Policy, verb: Name, axes: Axes, lo: nat, hi: nat)
    requires lo <= hi <= |p.rules|
    ensures Shaped(Build(p, verb, axes, lo, hi), axes)
    decreases hi - lo
  {
    if lo == hi {} else if lo + 1 == hi { GrowShaped(p.rules[lo].tests, axes, Compiled(p, p.rules[lo], axes)); } else {
      BuildShaped(p, verb, axes, lo, (lo + hi) / 2);
      BuildShaped(p, verb, axes, (lo + hi) / 2, hi);
      MergeShaped(Build(p, verb, axes, lo, (lo + hi) / 2), Build(p, verb, axes, (lo + hi) / 2, hi), axes);
    }
  }
  lemma BuildReached(p: Policy, verb: Name, axes: Axes, lo: nat, hi: nat, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires lo <= hi <= |p.rules|
    ensures Reached(Build(p, verb, axes, lo, hi), axes, atom, g) <==>
            Carried(axes, atom) && exists i | lo <= i < hi :: FromRule(p, p.rules[i], verb, axes, sc, part, atom, g)
    decreases hi - lo
  {
    hide Reached, Compiled, Met, Merge, Grow;
    if lo == hi { reveal Reached; } else if lo + 1 == hi {
      var r := p.rules[lo];
      if verb in r.verbs { GrowReached(r.tests, axes, Compiled(p, r, axes), sc, part, atom, g); } else { reveal Reached; }
      assert FromRule(p, r, verb, axes, sc, part, atom, g) <==> exists i | lo <= i < hi :: FromRule(p, p.rules[i], verb, axes, sc, part, atom, g);
    } else {
      var mid := (lo + hi) / 2;
      BuildShaped(p, verb, axes, lo, mid);
      BuildShaped(p, verb, axes, mid, hi);
      MergeReached(Build(p, verb, axes, lo, mid), Build(p, verb, axes, mid, hi), axes, atom, g);
      BuildReached(p, verb, axes, lo, mid, sc, part, atom, g);
      BuildReached(p, verb, axes, mid, hi, sc, part, atom, g);
    }
  }
  // An atom of the verb reaches exactly the guards of the verb's rules whose decided tests are met.
  lemma TreeIsRules(p: Policy, verb: Name, axes: Axes, sc: Scene, part: Part, atom: Atom, g: Guard)
    ensures Among(Entering(Build(p, verb, axes, 0, |p.rules|), axes, atom), g) <==>
            Carried(axes, atom) && exists r | r in p.rules :: FromRule(p, r, verb, axes, sc, part, atom, g)
  {
    hide FromRule, Among, Reached, Build;
    EnteringReaches(Build(p, verb, axes, 0, |p.rules|), axes, atom, g);
    BuildReached(p, verb, axes, 0, |p.rules|, sc, part, atom, g);
    if r :| r in p.rules && FromRule(p, r, verb, axes, sc, part, atom, g) {
      var i :| 0 <= i < |p.rules| && p.rules[i] == r;
      assert FromRule(p, p.rules[i], verb, axes, sc, part, atom, g);
    }
  }
}
