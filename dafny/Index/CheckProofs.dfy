include "Build.dfy"
include "ZoneProofs.dfy"
// Compiled tests hold exactly where the tests that they were compiled from are met.
module CheckProofs {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Trees
  import opened CheckCode
  import opened BuildCode
  import Z = ZoneProofs

  // What a test says, unknown counted as `unknown`.
  ghost predicate Says(t: Test, part: Part, atom: Atom, unknown: bool) {
    if unknown then May(t, part, atom) else Sure(t, part, atom)
  }

  // ---- the lists that single tests search ----
  lemma RangesHold(rs: seq<Range>, pos: nat, n: int)
    requires pos <= |rs|
    ensures InRange(RangeList(rs, pos), n) <==> exists i | pos <= i < |rs| :: Lies(rs[i], n)
    decreases |rs| - pos
  {
    if pos < |rs| {
      RangesHold(rs, pos + 1, n);
      assert InRange(RangeList(rs, pos), n) <==> Lies(rs[pos], n) || InRange(RangeList(rs, pos + 1), n);
    }
  }
  lemma RangesAre(rs: seq<Range>, n: int)
    ensures InRange(RangeList(rs, 0), n) <==> exists r | r in rs :: Lies(r, n)
  {
    hide Lies, InRange, RangeList;
    RangesHold(rs, 0, n);
    if r :| r in rs && Lies(r, n) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Lies(rs[i], n);
    }
  }
  lemma SegmentsHold(place: seq<Name>, pos: nat, names: set<Name>)
    requires pos <= |place|
    ensures SomeIn(place, pos, names) <==> exists i | pos <= i < |place| :: place[i] in names
    decreases |place| - pos
  { if pos < |place| { SegmentsHold(place, pos + 1, names); } }
  lemma SegmentsAre(place: seq<Name>, names: set<Name>)
    ensures SomeIn(place, 0, names) <==> exists s | s in place :: s in names
  {
    hide SomeIn;
    SegmentsHold(place, 0, names);
    if s :| s in place && s in names {
      var i :| 0 <= i < |place| && place[i] == s;
      assert place[i] in names;
    }
  }

  // ---- one test in front of others ----
  lemma OneHolds(t: Test, more: Checks, part: Part, atom: Atom, unknown: bool)
    ensures Holds(Compile(t, more), part, atom, unknown) <==> Says(t, part, atom, unknown) && Holds(more, part, atom, unknown)
  {
    hide Fits, Lies, RangeList;
    match t
    case Named(_, _, _) =>
    case Placed(axis, patterns, _) => if axis in atom.places { Z.ZoneIsPatterns(patterns, atom.places[axis]); }
    case Holding(axis, names, _) => if axis in atom.places { SegmentsAre(atom.places[axis], names); }
    case Ranged(axis, ranges, _) => if axis in part.ints { RangesAre(ranges, part.ints[axis]); }
  }

  // ---- a conjunction, but for the tests that the tree decides ----
  lemma AllHold(ts: seq<Test>, pos: nat, axes: Axes, part: Part, atom: Atom, unknown: bool)
    requires pos <= |ts|
    ensures Holds(CompileAll(ts, pos, axes), part, atom, unknown) <==>
            forall i | pos <= i < |ts| :: Indexed(ts, i, axes) || Says(ts[i], part, atom, unknown)
    decreases |ts| - pos
  {
    hide Says, Indexed, Compile;
    if pos < |ts| {
      AllHold(ts, pos + 1, axes, part, atom, unknown);
      if !Indexed(ts, pos, axes) { OneHolds(ts[pos], CompileAll(ts, pos + 1, axes), part, atom, unknown); }
    }
  }
  // Without an index all of them are tested.
  lemma ListHolds(ts: seq<Test>, part: Part, atom: Atom, unknown: bool)
    ensures Holds(CompileAll(ts, 0, NoAxes), part, atom, unknown) <==> forall t | t in ts :: Says(t, part, atom, unknown)
  {
    hide Says, Holds, CompileAll;
    AllHold(ts, 0, NoAxes, part, atom, unknown);
    assert forall i :: !Indexed(ts, i, NoAxes);
    if forall i | 0 <= i < |ts| :: Indexed(ts, i, NoAxes) || Says(ts[i], part, atom, unknown) {
      forall t | t in ts ensures Says(t, part, atom, unknown) { var i :| 0 <= i < |ts| && ts[i] == t; }
    }
  }
  lemma ListPasses(ts: seq<Test>)
    ensures CompileAll(ts, 0, NoAxes).Pass? <==> ts == []
  {}
}
