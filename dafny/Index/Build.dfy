include "Checks.dfy"
include "Join.dfy"
// From a policy to the tree: every rule is a small tree, and trees merge.
module BuildCode {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened JoinCode
  import Zones

  // ---- places ----
  function Path(p: Pattern, pos: nat, sub: Tree): Tree
    requires pos <= |p.syms|
    decreases |p.syms| - pos
  {
    if pos == |p.syms| then
      if p.open then Node(map[], false, Nil, sub, Nil) else Node(map[], true, Nil, Nil, sub)
    else if p.syms[pos].One? then Node(map[], false, Path(p, pos + 1, sub), Nil, Nil)
    else Node(map[p.syms[pos].name := Path(p, pos + 1, sub)], true, Nil, Nil, Nil)
  } by method {
    var nothing, none: map<Name, Tree> := Nil, map[];
    var i := |p.syms|;
    var out := if p.open then Node(none, false, nothing, sub, nothing) else Node(none, true, nothing, nothing, sub);
    while pos < i
      invariant pos <= i <= |p.syms| && nothing == Nil && none == map[] && out == Path(p, i, sub)
    {
      i := i - 1;
      var sym := p.syms[i];
      if sym.One? { out := Node(none, false, out, nothing, nothing); }
      else { out := Node(map[sym.name := out], true, nothing, nothing, nothing); }
    }
    return out;
  }
  function Paths(ps: seq<Pattern>, lo: nat, hi: nat, sub: Tree): Tree
    requires lo <= hi <= |ps|
    decreases hi - lo
  {
    if lo == hi then Nil else if lo + 1 == hi then Path(ps[lo], 0, sub) else
    Merge(Paths(ps, lo, (lo + hi) / 2, sub), Paths(ps, (lo + hi) / 2, hi, sub))
  } by method {
    if lo + 1 == hi { return Path(ps[lo], 0, sub); }
    ghost var ts := seq(hi - lo, i requires 0 <= i < hi - lo => Path(ps[lo + i], 0, sub));
    PathsAreHalves(ps, lo, sub, ts, 0, hi - lo);
    var held := map i | 0 <= i < hi - lo :: i := PathOf(ps, lo, i, sub);
    return Join(ts, held, 0, hi - lo, TRIES);
  }
  function PathOf(ps: seq<Pattern>, lo: nat, i: nat, sub: Tree): Tree
    requires lo + i < |ps|
  { Path(ps[lo + i], 0, sub) }
  const TRIES: nat := 64
  lemma PathsAreHalves(ps: seq<Pattern>, at: nat, sub: Tree, ts: seq<Tree>, lo: nat, hi: nat)
    requires lo <= hi <= |ts| && at + |ts| <= |ps| && forall i | 0 <= i < |ts| :: ts[i] == Path(ps[at + i], 0, sub)
    ensures Paths(ps, at + lo, at + hi, sub) == Halves(ts, lo, hi)
    decreases hi - lo
  {
    if 1 < hi - lo {
      PathsAreHalves(ps, at, sub, ts, lo, (lo + hi) / 2);
      PathsAreHalves(ps, at, sub, ts, (lo + hi) / 2, hi);
      assert (at + lo + (at + hi)) / 2 == at + (lo + hi) / 2;
    }
  }

  // ---- tests ----
  function RangeList(rs: seq<Range>, pos: nat): Ranges
    requires pos <= |rs|
    decreases |rs| - pos
  {
    if pos == |rs| then NoRange
    else if rs[pos].Between? then Span(rs[pos].lo, rs[pos].hi, RangeList(rs, pos + 1))
    else if rs[pos].AtMost? then High(rs[pos].hi, RangeList(rs, pos + 1))
    else Low(rs[pos].lo, RangeList(rs, pos + 1))
  } by method {
    var out, i := NoRange, |rs|;
    while pos < i
      invariant pos <= i <= |rs| && out == RangeList(rs, i)
    {
      i := i - 1;
      var r := rs[i];
      out := if r.AtMost? then High(r.hi, out) else if r.Between? then Span(r.lo, r.hi, out) else Low(r.lo, out);
    }
    return out;
  }
  function Compile(t: Test, more: Checks): Checks {
    if t.Named? then InNames(t.axis, t.names, t.want, more)
    else if t.Placed? then InZone(t.axis, Zones.Paths(t.patterns, 0, |t.patterns|), t.want, more)
    else if t.Holding? then InSegments(t.axis, t.names, t.want, more)
    else if t.Ranged? then InRanges(t.axis, RangeList(t.ranges, 0), t.want, more)
    else if t.Stands? then IsMarked(t.mark, t.lasts, t.want, more)
    else Asking(t, more)
  }
  function CompileAll(ts: seq<Test>, pos: nat, axes: Axes): Checks
    requires pos <= |ts|
    decreases |ts| - pos
  {
    if pos == |ts| then Pass
    else if Indexed(ts, pos, axes) then CompileAll(ts, pos + 1, axes)
    else Compile(ts[pos], CompileAll(ts, pos + 1, axes))
  } by method {
    var out, i := Pass, |ts|;
    while pos < i
      invariant pos <= i <= |ts| && out == CompileAll(ts, i, axes)
    {
      i := i - 1;
      var t := ts[i];
      if t.Ranged? { out := InRanges(t.axis, RangeList(t.ranges, 0), t.want, out); NotIndexed(ts, i, axes); }
      else if !Decided(ts, i, axes) { out := Compile(t, out); }
    }
    return out;
  }

  function Lifting(us: seq<seq<Test>>, pos: nat): Lifts
    requires pos <= |us|
    decreases |us| - pos
  {
    if pos == |us| then NoLift else Lift(CompileAll(us[pos], 0, NoAxes), Lifting(us, pos + 1))
  }

  // ---- which tests the tree itself decides: on each axis of the verb the first positive one ----
  function Indexable(t: Test, axis: Name, place: bool): bool {
    if place then t.Placed? && t.want && t.axis == axis else t.Named? && t.want && t.axis == axis
  }
  function First(ts: seq<Test>, pos: nat, axis: Name, place: bool): nat
    requires pos <= |ts|
    ensures pos <= First(ts, pos, axis, place) <= |ts|
    decreases |ts| - pos
  {
    if pos == |ts| || Indexable(ts[pos], axis, place) then pos else First(ts, pos + 1, axis, place)
  } by method {
    var i := pos;
    var n := |ts|;
    while i < n
      invariant pos <= i <= n == |ts| && First(ts, pos, axis, place) == First(ts, i, axis, place)
    {
      var t := ts[i];
      if place { if t.Placed? { if t.axis == axis && t.want { return i; } } }
      else if t.Named? { if t.axis == axis && t.want { return i; } }
      i := i + 1;
    }
    return i;
  }
  ghost predicate Indexed(ts: seq<Test>, pos: nat, axes: Axes) {
    !axes.NoAxes? && (First(ts, 0, axes.name, axes.PlaceAxis?) == pos || Indexed(ts, pos, axes.more))
  }
  lemma FirstIs(ts: seq<Test>, pos: nat, axis: Name, place: bool)
    requires pos <= |ts|
    ensures var i := First(ts, pos, axis, place); i < |ts| ==> Indexable(ts[i], axis, place)
    decreases |ts| - pos
  { if pos < |ts| && !Indexable(ts[pos], axis, place) { FirstIs(ts, pos + 1, axis, place); } }
  // Whether the tree decides the test: only a name or a place that is wanted.
  lemma NotIndexed(ts: seq<Test>, pos: nat, axes: Axes)
    requires pos < |ts| && (forall axis, place :: !Indexable(ts[pos], axis, place))
    ensures !Indexed(ts, pos, axes)
    decreases axes
  {
    if !axes.NoAxes? {
      FirstIs(ts, 0, axes.name, axes.PlaceAxis?);
      NotIndexed(ts, pos, axes.more);
    }
  }
  predicate Decided(ts: seq<Test>, pos: nat, axes: Axes)
    requires pos < |ts|
  {
    Indexed(ts, pos, axes)
  } by method {
    var t := ts[pos];
    if !t.Named? && !t.Placed? { NotIndexed(ts, pos, axes); return false; }
    var rest := axes;
    while !rest.NoAxes?
      invariant Indexed(ts, pos, axes) == Indexed(ts, pos, rest)
      decreases rest
    {
      var name := rest.name;
      if t.axis == name && First(ts, 0, name, rest.PlaceAxis?) == pos { return true; }
      FirstIs(ts, 0, name, rest.PlaceAxis?);
      rest := rest.more;
    }
    return false;
  }

  // ---- one rule ----
  function Grow(ts: seq<Test>, axes: Axes, guard: Guard): Tree
    decreases axes
  {
    if axes.NoAxes? then Cell(More(guard, NoGuards)) else
    var sub := Grow(ts, axes.more, guard);
    var i := First(ts, 0, axes.name, axes.PlaceAxis?);
    if axes.NameAxis? then
      if i < |ts| && ts[i].Named? then Pick(map n | n in ts[i].names :: sub, Nil) else Pick(map[], sub)
    else
    if i < |ts| && ts[i].Placed? then Paths(ts[i].patterns, 0, |ts[i].patterns|, sub) else Node(map[], false, Nil, sub, Nil)
  }
  function Kind(e: Effect): int {
    if e.Permit? then 0 else if e.Ask? then 1 else if e.Forbid? then 2 else if e.Require? then 3 else if e.Charge? then 4 else 5
  }
  function Compiled(p: Policy, r: Rule, axes: Axes): Guard {
    var due := if r.effect.Charge? && r.effect.budget in p.budgets then Under(r.effect.budget, p.budgets[r.effect.budget])
               else if r.effect.Leave? then Setting(r.effect.mark) else NoDue;
    Guard(r, Kind(r.effect), CompileAll(r.tests, 0, axes), Lifting(r.unless, 0), due)
  }

  // ---- all rules of a verb ----
  function AxisList(axes: seq<Axis>, pos: nat): Axes
    requires pos <= |axes|
    decreases |axes| - pos
  {
    if pos == |axes| then NoAxes
    else if axes[pos].place then PlaceAxis(axes[pos].name, AxisList(axes, pos + 1))
    else NameAxis(axes[pos].name, AxisList(axes, pos + 1))
  }
  ghost function Build(p: Policy, verb: Name, axes: Axes, lo: nat, hi: nat): Tree
    requires lo <= hi <= |p.rules|
    decreases hi - lo
  {
    if lo == hi then Nil
    else if lo + 1 == hi then
      if verb in p.rules[lo].verbs then Grow(p.rules[lo].tests, axes, Compiled(p, p.rules[lo], axes)) else Nil
    else Merge(Build(p, verb, axes, lo, (lo + hi) / 2), Build(p, verb, axes, (lo + hi) / 2, hi))
  }

  // The rules of a stretch, all of them about the verb.
  function Grown(p: Policy, axes: Axes, lo: nat, hi: nat): Tree
    requires lo <= hi <= |p.rules|
    decreases hi - lo
  {
    if lo == hi then Nil
    else if lo + 1 == hi then OfRule(p, p.rules[lo], axes)
    else Merge(Grown(p, axes, lo, (lo + hi) / 2), Grown(p, axes, (lo + hi) / 2, hi))
  } by method {
    hide Grown, OfRule, Halves;
    ghost var ts := seq(hi - lo, i requires 0 <= i < hi - lo => OfRule(p, p.rules[lo + i], axes));
    GrownIsHalves(p, axes, lo, ts, 0, hi - lo);
    var held := map i | 0 <= i < hi - lo :: i := OfRuleAt(p, lo, i, axes);
    return Join(ts, held, 0, hi - lo, TRIES);
  }
  function OfRuleAt(p: Policy, lo: nat, i: nat, axes: Axes): Tree
    requires lo + i < |p.rules|
  { OfRule(p, p.rules[lo + i], axes) }
  function OfRule(p: Policy, r: Rule, axes: Axes): Tree { Grow(r.tests, axes, Compiled(p, r, axes)) }
  lemma GrownIsHalves(p: Policy, axes: Axes, at: nat, ts: seq<Tree>, lo: nat, hi: nat)
    requires lo <= hi <= |ts| && at + |ts| <= |p.rules| && forall i | 0 <= i < |ts| :: ts[i] == OfRule(p, p.rules[at + i], axes)
    ensures Grown(p, axes, at + lo, at + hi) == Halves(ts, lo, hi)
    decreases hi - lo
  {
    if 1 < hi - lo {
      GrownIsHalves(p, axes, at, ts, lo, (lo + hi) / 2);
      GrownIsHalves(p, axes, at, ts, (lo + hi) / 2, hi);
      assert (at + lo + (at + hi)) / 2 == at + (lo + hi) / 2;
    }
  }

  // All verbs at once, so that loading does not read every rule for every verb. Rules that stand together are mostly
  // about the same verbs; of these stretches the trees are grown verb by verb.
  ghost predicate Listed(p: Policy, axes: map<Name, Axes>) {
    axes.Keys == p.axes.Keys && forall verb | verb in axes :: axes[verb] == AxisList(p.axes[verb], 0)
  }
  function Lists(p: Policy): map<Name, Axes>
    ensures Listed(p, Lists(p))
  { map verb | verb in p.axes :: AxisList(p.axes[verb], 0) }
  predicate Alike(p: Policy, lo: nat, hi: nat)
    requires lo < hi <= |p.rules|
  {
    forall i | lo <= i < hi :: p.rules[i].verbs == p.rules[lo].verbs
  } by method {
    var verbs := p.rules[lo].verbs;
    if p.rules[hi - 1].verbs != verbs { return false; }
    var i := lo;
    while i < hi
      invariant lo <= i <= hi && forall j | lo <= j < i :: p.rules[j].verbs == verbs
    {
      if p.rules[i].verbs != verbs { return false; }
      i := i + 1;
    }
    return true;
  }
  function Forest(p: Policy, axes: map<Name, Axes>, lo: nat, hi: nat): map<Name, Tree>
    requires lo <= hi <= |p.rules|
    decreases hi - lo
  {
    if lo == hi then map[]
    else if Alike(p, lo, hi) then map verb | verb in p.rules[lo].verbs && verb in axes :: Grown(p, axes[verb], lo, hi)
    else
      var a, b := Forest(p, axes, lo, (lo + hi) / 2), Forest(p, axes, (lo + hi) / 2, hi);
      var both := a.Keys + b.Keys;
      map k | k in both :: if !(k in a) then b[k] else if !(k in b) then a[k] else Merge(a[k], b[k])
  }
  function Of(forest: map<Name, Tree>, verb: Name): Tree { if verb in forest then forest[verb] else Nil }

  // It holds the trees that `Build` makes verb by verb.
  lemma GrownIsBuild(p: Policy, verb: Name, axes: Axes, lo: nat, hi: nat)
    requires lo <= hi <= |p.rules|
    ensures (forall i | lo <= i < hi :: verb in p.rules[i].verbs) ==> Grown(p, axes, lo, hi) == Build(p, verb, axes, lo, hi)
    ensures (forall i | lo <= i < hi :: verb !in p.rules[i].verbs) ==> Build(p, verb, axes, lo, hi) == Nil
    decreases hi - lo
  {
    if hi - lo > 1 {
      GrownIsBuild(p, verb, axes, lo, (lo + hi) / 2);
      GrownIsBuild(p, verb, axes, (lo + hi) / 2, hi);
    }
  }
  lemma ForestIsBuild(p: Policy, axes: map<Name, Axes>, verb: Name, lo: nat, hi: nat)
    requires lo <= hi <= |p.rules| && Listed(p, axes) && verb in p.axes
    ensures Of(Forest(p, axes, lo, hi), verb) == Build(p, verb, AxisList(p.axes[verb], 0), lo, hi)
    decreases hi - lo
  {
    if lo < hi {
      if Alike(p, lo, hi) {
        GrownIsBuild(p, verb, axes[verb], lo, hi);
      } else {
        ForestIsBuild(p, axes, verb, lo, (lo + hi) / 2);
        ForestIsBuild(p, axes, verb, (lo + hi) / 2, hi);
      }
    }
  }
}
