include "Build.dfy"
include "ZoneProofs.dfy"
include "MemoryProofs.dfy"
// Compiled tests hold exactly where the tests that they were compiled from are met.
module CheckProofs {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Trees
  import opened CheckCode
  import opened BuildCode
  import opened MemoryProofs
  import MemoryCode
  import Z = ZoneProofs

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
  lemma OneHolds(t: Test, more: Checks, sc: Scene, part: Part, atom: Atom, unknown: bool)
    ensures Holds(Compile(t, more), sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown) && Holds(more, sc, part, atom, unknown)
  {
    hide MemoryCode.Marked, MemoryCode.Answers, Says;
    if Plain(t) { AnswersIs(t, sc, part, atom, unknown); }
    else if t.Stands? { MarkedIs(t.mark, t.lasts, t.want, sc, part, atom, unknown); }
    else { AxisHolds(t, more, sc, part, atom, unknown); }
  }
  // A test on one axis.
  lemma AxisHolds(t: Test, more: Checks, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires !Plain(t) && !t.Stands?
    ensures Holds(Compile(t, more), sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown) && Holds(more, sc, part, atom, unknown)
  {
    hide Fits, Lies, RangeList;
    match t
    case Placed(axis, patterns, _) => if axis in atom.places { Z.ZoneIsPatterns(patterns, atom.places[axis]); }
    case Holding(axis, names, _) => if axis in atom.places { SegmentsAre(atom.places[axis], names); }
    case Ranged(axis, ranges, _) => if axis in part.ints { RangesAre(ranges, part.ints[axis]); }
    case _ =>
  }

  // ---- a conjunction, but for the tests that the tree decides ----
  lemma AllHold(ts: seq<Test>, pos: nat, axes: Axes, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires pos <= |ts|
    ensures Holds(CompileAll(ts, pos, axes), sc, part, atom, unknown) <==>
            forall i | pos <= i < |ts| :: Indexed(ts, i, axes) || Says(ts[i], sc, part, atom, unknown)
    decreases |ts| - pos
  {
    hide Says, Indexed, Compile;
    if pos < |ts| {
      AllHold(ts, pos + 1, axes, sc, part, atom, unknown);
      if !Indexed(ts, pos, axes) { OneHolds(ts[pos], CompileAll(ts, pos + 1, axes), sc, part, atom, unknown); }
    }
  }
  // Without an index all of them are tested.
  lemma ListHolds(ts: seq<Test>, sc: Scene, part: Part, atom: Atom, unknown: bool)
    ensures Holds(CompileAll(ts, 0, NoAxes), sc, part, atom, unknown) <==> forall t | t in ts :: Says(t, sc, part, atom, unknown)
  {
    hide Says, Holds, CompileAll;
    AllHold(ts, 0, NoAxes, sc, part, atom, unknown);
    assert forall i :: !Indexed(ts, i, NoAxes);
    if forall i | 0 <= i < |ts| :: Indexed(ts, i, NoAxes) || Says(ts[i], sc, part, atom, unknown) {
      forall t | t in ts ensures Says(t, sc, part, atom, unknown) { var i :| 0 <= i < |ts| && ts[i] == t; }
    }
  }
  lemma ListPasses(ts: seq<Test>)
    ensures CompileAll(ts, 0, NoAxes).Pass? <==> ts == []
  {}

  // What is surely met may be met.
  lemma SureIsMaybe(c: Checks, sc: Scene, part: Part, atom: Atom)
    requires Holds(c, sc, part, atom, false)
    ensures Holds(c, sc, part, atom, true)
    decreases c
  {
    hide MemoryCode.Marked, MemoryCode.Answers, InRange, SomeIn;
    if !c.Pass? { SureIsMaybe(c.more, sc, part, atom); }
    if c.IsMarked? { MarkedMay(c.mark, c.lasts, c.want, sc, atom); }
    if c.Asking? { AnswersMay(c.test, sc, part, atom); }
  }

  // ---- the conjunctions of `unless` ----
  // One that is met lifts the rule; an empty one does not.
  ghost predicate Suffices(ts: seq<Test>, sc: Scene, part: Part, atom: Atom) { ts != [] && forall t | t in ts :: Sure(t, sc, part, atom) }
  lemma LiftedFrom(us: seq<seq<Test>>, pos: nat, sc: Scene, part: Part, atom: Atom)
    requires pos <= |us|
    ensures CheckCode.Lifted(Lifting(us, pos), sc, part, atom) <==> exists i | pos <= i < |us| :: Suffices(us[i], sc, part, atom)
    decreases |us| - pos
  {
    hide Sure, Holds, CompileAll;
    if pos < |us| {
      LiftedFrom(us, pos + 1, sc, part, atom);
      ListHolds(us[pos], sc, part, atom, false);
      ListPasses(us[pos]);
      assert CheckCode.Lifted(Lifting(us, pos), sc, part, atom) <==>
             Suffices(us[pos], sc, part, atom) || CheckCode.Lifted(Lifting(us, pos + 1), sc, part, atom);
    }
  }
  lemma LiftedIs(r: Rule, sc: Scene, part: Part, atom: Atom)
    ensures CheckCode.Lifted(Lifting(r.unless, 0), sc, part, atom) <==> Reading.Lifted(r, sc, part, atom)
  {
    hide Sure, CheckCode.Lifted, Lifting;
    LiftedFrom(r.unless, 0, sc, part, atom);
    if i :| 0 <= i < |r.unless| && Suffices(r.unless[i], sc, part, atom) { assert r.unless[i] in r.unless; }
    if Reading.Lifted(r, sc, part, atom) {
      var c :| c in r.unless && Suffices(c, sc, part, atom);
      var i :| 0 <= i < |r.unless| && r.unless[i] == c;
      assert Suffices(r.unless[i], sc, part, atom);
    }
  }
}
