include "Build.dfy"
include "ZoneProofs.dfy"
// Which guards an atom reaches in a tree. Only the set matters; a guard may well be reached along several ways.
module TreeProofs {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened BuildCode
  import opened JoinCode
  import Z = ZoneProofs

  // ---- reaching, as a plain statement about the tree ----
  ghost predicate Inside(gs: Guards, g: Guard) { gs.More? && (gs.guard == g || Inside(gs.rest, g)) }
  ghost predicate Reached(t: Tree, axes: Axes, atom: Atom, g: Guard)
    decreases axes, 0, 0
  {
    if t.Nil? then false
    else if axes.PlaceAxis? then axes.name in atom.places && ReachedAt(t, atom.places[axes.name], 0, axes.more, atom, g)
    else if axes.NameAxis? then
      && t.Pick? && axes.name in atom.names
      && (Reached(t.any, axes.more, atom, g) || (atom.names[axes.name] in t.kids && Reached(t.kids[atom.names[axes.name]], axes.more, atom, g)))
    else t.Cell? && Inside(t.guards, g)
  }
  ghost predicate ReachedAt(t: Tree, place: seq<Name>, pos: nat, axes: Axes, atom: Atom, g: Guard)
    requires pos <= |place|
    decreases axes, 1, |place| - pos
  {
    t.Node? &&
    ((!t.plain && Reached(t.rest, axes, atom, g)) ||
     if pos == |place| then Reached(t.end, axes, atom, g) else
     (!t.plain && ReachedAt(t.one, place, pos + 1, axes, atom, g)) ||
     (place[pos] in t.kids && ReachedAt(t.kids[place[pos]], place, pos + 1, axes, atom, g)))
  }

  // ---- the walk finds these guards and no others ----
  ghost predicate Among(s: seq<Guards>, g: Guard) { s != [] && ((s[0].More? && s[0].guard == g) || Among(s[1..], g)) }
  lemma AmongJoin(a: seq<Guards>, b: seq<Guards>, g: Guard)
    ensures Among(a + b, g) <==> Among(a, g) || Among(b, g)
    decreases |a|
  {
    if a == [] { assert a + b == b; } else {
      assert (a + b)[1..] == a[1..] + b;
      AmongJoin(a[1..], b, g);
    }
  }
  lemma NodesHold(gs: Guards, g: Guard)
    ensures Among(Nodes(gs), g) <==> Inside(gs, g)
    decreases gs
  {
    if gs.More? {
      NodesHold(gs.rest, g);
      assert ([gs] + Nodes(gs.rest))[1..] == Nodes(gs.rest);
    }
  }
  lemma EnteringReaches(t: Tree, axes: Axes, atom: Atom, g: Guard)
    ensures Among(Entering(t, axes, atom), g) <==> Reached(t, axes, atom, g)
    decreases axes, 0, 0
  {
    hide Among;
    NothingAmong(g);
    if t.Nil? {} else
    if axes.PlaceAxis? {
      if axes.name in atom.places { FindingReaches(t, atom.places[axes.name], 0, axes.more, atom, g); }
    } else if axes.NameAxis? {
      if t.Pick? && axes.name in atom.names {
        var n := atom.names[axes.name];
        EnteringReaches(t.any, axes.more, atom, g);
        if n in t.kids { EnteringReaches(t.kids[n], axes.more, atom, g); }
        AmongJoin(Entering(t.any, axes.more, atom), if n in t.kids then Entering(t.kids[n], axes.more, atom) else [], g);
      }
    } else if t.Cell? { NodesHold(t.guards, g); }
  }
  lemma FindingReaches(t: Tree, place: seq<Name>, pos: nat, axes: Axes, atom: Atom, g: Guard)
    requires pos <= |place|
    ensures Among(Finding(t, place, pos, axes, atom), g) <==> ReachedAt(t, place, pos, axes, atom, g)
    decreases axes, 1, |place| - pos
  {
    hide Among;
    NothingAmong(g);
    if t.Node? {
      var rest := if t.plain then [] else Entering(t.rest, axes, atom);
      EnteringReaches(t.rest, axes, atom, g);
      if pos == |place| {
        EnteringReaches(t.end, axes, atom, g);
        AmongJoin(rest, Entering(t.end, axes, atom), g);
      } else {
        var one := if t.plain then [] else Finding(t.one, place, pos + 1, axes, atom);
        var kid := if place[pos] in t.kids then Finding(t.kids[place[pos]], place, pos + 1, axes, atom) else [];
        FindingReaches(t.one, place, pos + 1, axes, atom, g);
        if place[pos] in t.kids { FindingReaches(t.kids[place[pos]], place, pos + 1, axes, atom, g); }
        AmongJoin(one, kid, g);
        AmongJoin(rest, one + kid, g);
        assert Finding(t, place, pos, axes, atom) == rest + (one + kid);
      }
    }
  }
  lemma NothingAmong(g: Guard)
    ensures !Among([], g)
  {}

  // ---- merging two trees of the same axes gives the union ----
  // Shaped: the stages of the tree are those of the axes. At: inside a place.
  ghost predicate Shaped(t: Tree, axes: Axes)
    decreases t, 1
  {
    t.Nil? ||
    match axes
    case NoAxes => t.Cell?
    case NameAxis(_, more) => t.Pick? && Shaped(t.any, more) && forall n | n in t.kids :: Shaped(t.kids[n], more)
    case PlaceAxis(_, more) => ShapedAt(t, more)
  }
  ghost predicate ShapedAt(t: Tree, axes: Axes)
    decreases t, 0
  {
    t.Nil? ||
    (t.Node? && (t.plain ==> t.one.Nil? && t.rest.Nil?) && Shaped(t.rest, axes) && Shaped(t.end, axes) && ShapedAt(t.one, axes) &&
     forall n | n in t.kids :: ShapedAt(t.kids[n], axes))
  }

  lemma OntoHolds(a: Guards, b: Guards, g: Guard)
    ensures Inside(Onto(a, b), g) <==> Inside(a, g) || Inside(b, g)
    decreases a
  { if a.More? { OntoHolds(a.rest, More(a.guard, b), g); } }

  lemma MergeReached(a: Tree, b: Tree, axes: Axes, atom: Atom, g: Guard)
    requires Shaped(a, axes) && Shaped(b, axes)
    ensures Reached(Merge(a, b), axes, atom, g) <==> Reached(a, axes, atom, g) || Reached(b, axes, atom, g)
    decreases axes, 0, 0
  {
    if a.Nil? || b.Nil? {} else
    if axes.PlaceAxis? {
      if axes.name in atom.places { MergeReachedAt(a, b, atom.places[axes.name], 0, axes.more, atom, g); }
    } else if axes.NameAxis? {
      MergeReached(a.any, b.any, axes.more, atom, g);
      if axes.name in atom.names {
        var n := atom.names[axes.name];
        if n in a.kids && n in b.kids { MergeReached(a.kids[n], b.kids[n], axes.more, atom, g); }
      }
    } else { OntoHolds(a.guards, b.guards, g); }
  }
  lemma MergeReachedAt(a: Tree, b: Tree, place: seq<Name>, pos: nat, axes: Axes, atom: Atom, g: Guard)
    requires ShapedAt(a, axes) && ShapedAt(b, axes) && pos <= |place|
    ensures ReachedAt(Merge(a, b), place, pos, axes, atom, g) <==>
            ReachedAt(a, place, pos, axes, atom, g) || ReachedAt(b, place, pos, axes, atom, g)
    decreases axes, 1, |place| - pos
  {
    if a.Node? && b.Node? {
      MergeReached(a.rest, b.rest, axes, atom, g);
      MergeReached(a.end, b.end, axes, atom, g);
      if pos < |place| {
        MergeReachedAt(a.one, b.one, place, pos + 1, axes, atom, g);
        var n := place[pos];
        if n in a.kids || n in b.kids { MergedKid(a, b, n); }
        if n in a.kids && n in b.kids { MergeReachedAt(a.kids[n], b.kids[n], place, pos + 1, axes, atom, g); }
      }
    }
  }
  lemma MergedKid(a: Tree, b: Tree, n: Name)
    requires ((a.Pick? && b.Pick?) || (a.Node? && b.Node?)) && n in MergeKids(a, b)
    ensures n in a.kids || n in b.kids
    ensures MergeKids(a, b)[n] == if n !in a.kids then b.kids[n] else if n !in b.kids then a.kids[n] else Merge(a.kids[n], b.kids[n])
  {}
  lemma MergeShaped(a: Tree, b: Tree, axes: Axes)
    requires Shaped(a, axes) && Shaped(b, axes)
    ensures Shaped(Merge(a, b), axes)
    decreases a, 1
  {
    if a.Nil? || b.Nil? {} else
    if axes.PlaceAxis? { MergeShapedAt(a, b, axes.more); } else
    if axes.NameAxis? {
      MergeShaped(a.any, b.any, axes.more);
      var t := Merge(a, b);
      forall n | n in t.kids ensures Shaped(t.kids[n], axes.more) {
        MergedKid(a, b, n);
        if n in a.kids && n in b.kids { MergeShaped(a.kids[n], b.kids[n], axes.more); }
      }
    }
  }
  lemma MergeShapedAt(a: Tree, b: Tree, axes: Axes)
    requires ShapedAt(a, axes) && ShapedAt(b, axes)
    ensures ShapedAt(Merge(a, b), axes)
    decreases a, 0
  {
    if a.Node? && b.Node? {
      MergeShaped(a.rest, b.rest, axes);
      MergeShaped(a.end, b.end, axes);
      MergeShapedAt(a.one, b.one, axes);
      var t := Merge(a, b);
      forall n | n in t.kids ensures ShapedAt(t.kids[n], axes) {
        MergedKid(a, b, n);
        if n in a.kids && n in b.kids { MergeShapedAt(a.kids[n], b.kids[n], axes); }
      }
    }
  }
}
