include "Moments.dfy"
include "Grid.dfy"
// Which coordinates tell moments apart: every moment is described by a point.
module Coords {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Grid

  // Names by their place in one alphabet, places by their length and segments, integers by themselves within bounds; what is
  // remembered by yes and no. -1: not there.
  datatype Coord =
    | CName(axis: Name)
    | CLen(axis: Name)
    | CSeg(axis: Name, i: nat)
    | CTail(axis: Name, names: set<Name>)    // some segment beyond the depth is among the names
    | CInt(axis: Name)
    | CScope(scope: Name)
    | CGroup(group: Name)
    | CMark(mark: Mark, lasts: int)
    | CSince(done: Mark, reset: Mark, lasts: int)
    | CKept(record: Name, run: Name, under: By, lasts: int)
    | CHasNames(ref: Ref)
    | CHasInt(ref: Ref)
    | CListed(axis: Name, ref: Ref)
    | COne(ref: Ref)
    | CHeld(ref: Ref, names: set<Name>)
    | CRecorded(ref: Ref)
    | CCompared(axis: Name, ref: Ref, exact: bool)

  // What coordinates have to do with each other: each of these is proved, and keeps the search from states that nobody is in.
  datatype Fact =
    | Undone(done: Mark, reset: Mark, lasts: int)   // what was done since was done
    | Unreset(done: Mark, reset: Mark)              // what was done and never reset was done since
    | Lasts(mark: Mark, short: int, long: int)      // what is set for a short time is set for a longer one
    | Exact(axis: Name, ref: Ref)                   // what is the recorded integer is at most that
    | Same(axis: Name, ref: Ref, names: set<Name>)  // a name that was recorded in a field with one name is that name,
    | Only(axis: Name, ref: Ref, name: Name)        // and the name that was recorded there was recorded there
    | Member(axis: Name, ref: Ref, names: set<Name>)  // a name of the set that was recorded is a recorded name of the set
    | Low(axis: Name)                               // an integer is not below the least that it can be,
    | High(axis: Name)                              // and not above the greatest
    | Number(ref: Ref)                              // a record that has the integer has some integer there,
    | Called(ref: Ref)                              // and one that has a name in a field with one name has some name

  // A kind of agent: groups that each of its agents uses, and those that it may use.
  datatype Crew = Crew(kind: Name, must: set<Name>, may: set<Name>)

  // Filled in by code that is not trusted; `Valid` checks it. The assumptions on moments are those of `Typed`.
  //   verb       of the part                         lits, index  the alphabet, and the place of each name in it
  //   coords     with their numbers in `where`       spans        for each set of names that a test names: its places
  //   depths     of places: segments told apart      clamps       of integers: from here to there they are told apart
  //   names, places, ints                            axes that are there
  //   given      scopes that are there               noNames, noScopes   name axes and scopes that are never there
  //   lows, highs   of integers: the least and the greatest that can be
  //   wholes, wholeInts   fields (record, field) that each remembered record of that name has
  //   enums      name axes with closed lists         ones   fields with a single name
  //   groups, crews, kind   who may act; the scope that holds its kind           facts   relations among coordinates
  datatype Table = Table(
    verb: Name, lits: seq<Name>, index: map<Name, int>, coords: seq<Coord>, where: map<Coord, nat>,
    spans: map<set<Name>, seq<Iv>>, depths: map<Name, nat>, clamps: map<Coord, Iv>,
    names: set<Name>, places: set<Name>, ints: set<Name>, noNames: set<Name>, given: set<Name>, noScopes: set<Name>,
    lows: map<Name, int>, highs: map<Name, int>, wholes: set<(Name, Name)>, wholeInts: set<(Name, Name)>, ones: set<(Name, Name)>,
    enums: seq<(Name, set<Name>)>, groups: seq<Name>, crews: seq<Crew>, kind: Name,
    facts: seq<Fact>)

  // ---- what is assumed of moments ----
  ghost predicate Typed(t: Table, x: Moment) {
    && x.part.verb == t.verb
    && (forall a | a in t.names :: a in x.atom.names)
    && (forall a | a in t.places :: a in x.atom.places)
    && (forall a | a in t.ints :: a in x.part.ints)
    && (forall a | a in t.noNames :: a !in x.atom.names)
    && (forall a | a in t.lows && a in x.part.ints :: t.lows[a] <= x.part.ints[a])
    && (forall a | a in t.highs && a in x.part.ints :: x.part.ints[a] <= t.highs[a])
    && (forall s | s in t.given :: s in x.sc.q.scopes)
    && (forall s | s in t.noScopes :: s !in x.sc.q.scopes)
    && (forall k | k in x.sc.own :: k.0 == 2)
    && (forall k | k in x.sc.view.records :: Regular(t, k.1, x.sc.view.records[k]))
    && (forall e | e in t.enums && e.0 in x.atom.names :: x.atom.names[e.0] in e.1)
    && (exists c | c in t.crews :: OfCrew(t, c, x.sc))
  }
  // A record of this name holds the fields that such records always have.
  ghost predicate Regular(t: Table, record: Name, r: Record) {
    && (forall f | f in t.wholes && f.0 == record :: f.1 in r.names)
    && (forall f | f in t.wholeInts && f.0 == record :: f.1 in r.ints)
    && (forall f | f in t.ones && f.0 == record && f.1 in r.names :: f.1 in r.ones && r.names[f.1] == {r.ones[f.1]})
  }
  ghost predicate OfCrew(t: Table, c: Crew, sc: Scene) {
    && t.kind in sc.q.scopes && sc.q.scopes[t.kind] == c.kind
    && (forall g | g in t.groups && g in c.must :: g in sc.groups)
    && (forall g | g in t.groups && g in sc.groups :: g in c.may)
  }

  // ---- the value of a coordinate ----
  function Class(t: Table, n: Name): int { if n in t.index then t.index[n] else |t.lits| }
  function Depth(t: Table, axis: Name): nat { if axis in t.depths then t.depths[axis] else 0 }
  function Bounds(t: Table, k: Coord): Iv { if k in t.clamps then t.clamps[k] else Iv(0, 1) }
  ghost function Clamp(v: Iv, n: int): int { if n < v.lo then v.lo else if n >= v.hi then v.hi - 1 else n }
  ghost function Bit(b: bool): int { if b then 1 else 0 }
  ghost function RefOf(k: Coord): Ref
    requires k.CKept?
  { Ref(k.record, k.run, k.under, k.record, k.lasts) }

  ghost function Val(t: Table, k: Coord, x: Moment): int {
    var sc, part, atom := x.sc, x.part, x.atom;
    match k
    case CName(axis) => if axis in atom.names then Class(t, atom.names[axis]) else -1
    case CLen(axis) => if axis in atom.places then Least(|atom.places[axis]|, Depth(t, axis) + 1) else -1
    case CSeg(axis, i) => if axis in atom.places && i < |atom.places[axis]| then Class(t, atom.places[axis][i]) else -1
    case CTail(axis, names) =>
      Bit(axis in atom.places && exists i | Depth(t, axis) <= i < |atom.places[axis]| :: atom.places[axis][i] in names)
    case CInt(axis) => if axis in part.ints then Clamp(Bounds(t, k), part.ints[axis]) else Bounds(t, k).lo - 1
    case CScope(scope) => if scope in sc.q.scopes then Class(t, sc.q.scopes[scope]) else -1
    case CGroup(group) => Bit(group in sc.groups)
    case CMark(mark, lasts) => Bit(AllGiven(mark.per, sc.q, atom) && IsSet(mark, lasts, sc, atom))
    case CSince(done, reset, lasts) =>
      Bit(AllGiven(done.per, sc.q, atom) && AllGiven(reset.per, sc.q, atom) && IsSince(done, reset, lasts, sc, atom))
    case CKept(_, _, _, _) => Bit(Recalled(RefOf(k), sc, atom))
    case CHasNames(ref) => Bit(HasNames(ref, sc, atom))
    case CHasInt(ref) => Bit(HasInt(ref, sc, atom))
    case CListed(axis, ref) =>
      Bit(axis in atom.names && HasNames(ref, sc, atom) && atom.names[axis] in Recall(ref, sc, atom).names[ref.field])
    case COne(ref) =>
      if Recalled(ref, sc, atom) && ref.field in Recall(ref, sc, atom).ones then Class(t, Recall(ref, sc, atom).ones[ref.field]) else -1
    case CHeld(ref, names) =>
      Bit(HasNames(ref, sc, atom) && exists n | n in names :: n in Recall(ref, sc, atom).names[ref.field])
    case CRecorded(ref) =>
      if HasInt(ref, sc, atom) then Clamp(Bounds(t, k), Recall(ref, sc, atom).ints[ref.field]) else Bounds(t, k).lo - 1
    case CCompared(axis, ref, exact) =>
      Bit(axis in part.ints && HasInt(ref, sc, atom) &&
          (if exact then part.ints[axis] == Recall(ref, sc, atom).ints[ref.field] else part.ints[axis] <= Recall(ref, sc, atom).ints[ref.field]))
  }
  function Least(a: int, b: int): int { if a < b then a else b }

  // ---- where it lies ----
  function DomOf(t: Table, k: Coord): Iv {
    match k
    case CName(axis) => Iv(if axis in t.names then 0 else -1, if axis in t.noNames then 0 else |t.lits| + 1)
    case CLen(axis) => Iv(if axis in t.places then 0 else -1, Depth(t, axis) + 2)
    case CSeg(_, _) => Iv(-1, |t.lits| + 1)
    case CInt(axis) => Iv(if axis in t.ints then Bounds(t, k).lo else Bounds(t, k).lo - 1, Bounds(t, k).hi)
    case CScope(scope) => Iv(if scope in t.given then 0 else -1, if scope in t.noScopes then 0 else |t.lits| + 1)
    case COne(_) => Iv(-1, |t.lits| + 1)
    case CRecorded(_) => Iv(Bounds(t, k).lo - 1, Bounds(t, k).hi)
    case CTail(_, _) => Iv(0, 2)
    case CGroup(_) => Iv(0, 2)
    case CMark(_, _) => Iv(0, 2)
    case CSince(_, _, _) => Iv(0, 2)
    case CKept(_, _, _, _) => Iv(0, 2)
    case CHasNames(_) => Iv(0, 2)
    case CHasInt(_) => Iv(0, 2)
    case CListed(_, _) => Iv(0, 2)
    case CHeld(_, _) => Iv(0, 2)
    case CCompared(_, _, _) => Iv(0, 2)
  }
  function Dom(t: Table): Box { seq(|t.coords|, c requires 0 <= c < |t.coords| => DomOf(t, t.coords[c])) }

  // ---- what is checked of a table ----
  function InSpans(vs: seq<Iv>, pos: nat, n: int): bool
    requires pos <= |vs|
    decreases |vs| - pos
  {
    pos < |vs| && ((vs[pos].lo <= n < vs[pos].hi) || InSpans(vs, pos + 1, n))
  } by method {
    var i := pos;
    while i < |vs|
      invariant pos <= i <= |vs| && InSpans(vs, pos, n) == InSpans(vs, i, n)
    {
      var v := vs[i];
      if v.lo <= n && n < v.hi { return true; }
      i := i + 1;
    }
    return false;
  }
  predicate SpansOk(t: Table, names: set<Name>, vs: seq<Iv>) {
    && (forall n | n in names :: n in t.index && InSpans(vs, 0, t.index[n]))
    && (forall i | 0 <= i < |vs| :: 0 <= vs[i].lo && vs[i].hi <= |t.lits| && forall k | vs[i].lo <= k < vs[i].hi :: t.lits[k] in names)
  }
  predicate Valid(t: Table) {
    && (forall k | 0 <= k < |t.lits| :: t.lits[k] in t.index && t.index[t.lits[k]] == k)
    && (forall n | n in t.index :: 0 <= t.index[n] < |t.lits| && t.lits[t.index[n]] == n)
    && (forall k | k in t.where :: t.where[k] < |t.coords| && t.coords[t.where[k]] == k)
    && (forall c | 0 <= c < |t.coords| :: DomOf(t, t.coords[c]).lo < DomOf(t, t.coords[c]).hi)
    && (forall k | k in t.clamps :: t.clamps[k].lo < t.clamps[k].hi)
    && (forall s | s in t.spans :: SpansOk(t, s, t.spans[s]))
  }

  // Every typed moment is described by a point of the box.
  ghost function PointOf(t: Table, x: Moment): Point { seq(|t.coords|, c requires 0 <= c < |t.coords| => Val(t, t.coords[c], x)) }
}
