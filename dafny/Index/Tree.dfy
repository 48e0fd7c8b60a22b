include "Zone.dfy"
// The tree that the code walks: one level a segment, one stage an axis; cells hold the guards of rules.
module Trees {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Zones

  datatype Axes = NoAxes | NameAxis(name: Name, more: Axes) | PlaceAxis(name: Name, more: Axes)
  datatype Ranges = NoRange | Low(lo: int, more: Ranges) | High(hi: int, more: Ranges) | Span(lo: int, hi: int, more: Ranges)

  // A compiled conjunction of tests.
  datatype Checks =
    | Pass
    | InNames(axis: Name, names: set<Name>, want: bool, more: Checks)
    | InRanges(axis: Name, ranges: Ranges, want: bool, more: Checks)
    | InZone(axis: Name, zone: Zone, want: bool, more: Checks)
    | InSegments(axis: Name, names: set<Name>, want: bool, more: Checks)
    | IsMarked(mark: Mark, lasts: int, want: bool, more: Checks)
    | Asking(test: Test, more: Checks)              // any other test, as it is
  // The conjunctions of `unless`: one that holds lifts the rule.
  datatype Lifts = NoLift | Lift(checks: Checks, more: Lifts)

  // What a charge counts under.
  datatype Due = NoDue | Under(name: Name, budget: Budget) | Setting(mark: Mark)
  // kind: 0 permit, 1 ask, 2 forbid, 3 require, 4 charge, 5 leave.
  datatype Guard = Guard(rule: Rule, kind: int, tests: Checks, unless: Lifts, due: Due)
  datatype Guards = NoGuards | More(guard: Guard, rest: Guards)

  // Cell ends the last axis. Pick reads a name. Node reads one segment of a place: `one` takes any segment, `rest`
  // closes the axis here whatever follows, `end` closes it where the place ends. plain: neither `one` nor `rest`.
  datatype Tree =
    | Nil
    | Cell(guards: Guards)
    | Pick(kids: map<Name, Tree>, any: Tree)
    | Node(kids: map<Name, Tree>, plain: bool, one: Tree, rest: Tree, end: Tree)

  ghost function Nodes(gs: Guards): seq<Guards> { if gs.NoGuards? then [] else [gs] + Nodes(gs.rest) }

  // ---- which guards an atom reaches: from one axis to the next, and along the segments of one place ----
  ghost function Entering(t: Tree, axes: Axes, atom: Atom): seq<Guards>
    decreases axes, 0, 0
  {
    if t.Nil? then [] else
    if axes.PlaceAxis? then
      if axes.name in atom.places then Finding(t, atom.places[axes.name], 0, axes.more, atom) else []
    else if axes.NameAxis? then
      if !t.Pick? || axes.name !in atom.names then [] else
      Entering(t.any, axes.more, atom) +
      (if atom.names[axes.name] in t.kids then Entering(t.kids[atom.names[axes.name]], axes.more, atom) else [])
    else if t.Cell? then Nodes(t.guards) else []
  }
  ghost function Finding(t: Tree, place: seq<Name>, pos: nat, axes: Axes, atom: Atom): seq<Guards>
    requires pos <= |place|
    decreases axes, 1, |place| - pos
  {
    if !t.Node? then [] else
    (if t.plain then [] else Entering(t.rest, axes, atom)) +
    if pos == |place| then Entering(t.end, axes, atom) else
    (if t.plain then [] else Finding(t.one, place, pos + 1, axes, atom)) +
    if place[pos] in t.kids then Finding(t.kids[place[pos]], place, pos + 1, axes, atom) else []
  }
}
