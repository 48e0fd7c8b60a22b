include "Memory.dfy"
// Evaluating compiled tests.
module CheckCode {
  import opened Names
  import opened Requests
  import opened Cells
  import opened Scenes
  import opened Policies
  import opened Trees
  import opened Zones
  import MemoryCode

  function InRange(r: Ranges, n: int): bool
    decreases r
  {
    if r.NoRange? then false
    else if r.Span? then (r.lo <= n && n <= r.hi) || InRange(r.more, n)
    else if r.High? then n <= r.hi || InRange(r.more, n)
    else r.lo <= n || InRange(r.more, n)
  } by method {
    var rest := r;
    while !rest.NoRange?
      invariant InRange(r, n) == InRange(rest, n)
      decreases rest
    {
      if rest.High? { if n <= rest.hi { return true; } }
      else if rest.Span? { if rest.lo <= n && n <= rest.hi { return true; } }
      else if rest.lo <= n { return true; }
      rest := rest.more;
    }
    return false;
  }

  function SomeIn(place: seq<Name>, pos: nat, names: set<Name>): bool
    requires pos <= |place|
    decreases |place| - pos
  {
    pos < |place| && (place[pos] in names || SomeIn(place, pos + 1, names))
  } by method {
    var i := pos;
    var len := |place|;
    while i < len
      invariant pos <= i <= len == |place|
      invariant SomeIn(place, pos, names) == SomeIn(place, i, names)
    {
      if place[i] in names { return true; }
      i := i + 1;
    }
    return false;
  }

  // All checks hold; a check on what the atom or the session does not hold counts as `unknown` says.
  function Holds(c: Checks, sc: Scene, part: Part, atom: Atom, unknown: bool): bool
    decreases c
  {
    if c.Pass? then true
    else if c.InNames? then
      (if c.axis in atom.names then (atom.names[c.axis] in c.names) == c.want else unknown) && Holds(c.more, sc, part, atom, unknown)
    else if c.InRanges? then
      (if c.axis in part.ints then InRange(c.ranges, part.ints[c.axis]) == c.want else unknown) && Holds(c.more, sc, part, atom, unknown)
    else if c.IsMarked? then
      MemoryCode.Marked(c.mark, c.lasts, c.want, sc, atom, unknown) && Holds(c.more, sc, part, atom, unknown)
    else if c.InZone? then
      (if c.axis in atom.places then In(c.zone, atom.places[c.axis], 0) == c.want else unknown) && Holds(c.more, sc, part, atom, unknown)
    else if c.InSegments? then
      (if c.axis in atom.places then SomeIn(atom.places[c.axis], 0, c.names) == c.want else unknown) && Holds(c.more, sc, part, atom, unknown)
    else
      MemoryCode.Answers(c.test, sc, part, atom, unknown) && Holds(c.more, sc, part, atom, unknown)
  } by method {
    var rest := c;
    while !rest.Pass?
      invariant Holds(c, sc, part, atom, unknown) == Holds(rest, sc, part, atom, unknown)
      decreases rest
    {
      if rest.InNames? {
        var axis := rest.axis;
        if axis in atom.names {
          var s := atom.names[axis];
          if (s in rest.names) != rest.want { return false; }
        } else if !unknown { return false; }
      } else if rest.InRanges? {
        var axis := rest.axis;
        if axis in part.ints {
          var n: int := part.ints[axis];
          if InRange(rest.ranges, n) != rest.want { return false; }
        } else if !unknown { return false; }
      } else if rest.IsMarked? {
        if !MemoryCode.Marked(rest.mark, rest.lasts, rest.want, sc, atom, unknown) { return false; }
      } else if rest.InZone? {
        var axis := rest.axis;
        if axis in atom.places {
          if In(rest.zone, atom.places[axis], 0) != rest.want { return false; }
        } else if !unknown { return false; }
      } else if rest.InSegments? {
        var axis := rest.axis;
        if axis in atom.places {
          if SomeIn(atom.places[axis], 0, rest.names) != rest.want { return false; }
        } else if !unknown { return false; }
      } else {
        if !MemoryCode.Answers(rest.test, sc, part, atom, unknown) { return false; }
      }
      rest := rest.more;
    }
    return true;
  }

  // Some conjunction holds surely.
  function Lifted(l: Lifts, sc: Scene, part: Part, atom: Atom): bool
    decreases l
  {
    l.Lift? && ((!l.checks.Pass? && Holds(l.checks, sc, part, atom, false)) || Lifted(l.more, sc, part, atom))
  } by method {
    var rest := l;
    while rest.Lift?
      invariant Lifted(l, sc, part, atom) == Lifted(rest, sc, part, atom)
      decreases rest
    {
      if !rest.checks.Pass? && Holds(rest.checks, sc, part, atom, false) { return true; }
      rest := rest.more;
    }
    return false;
  }
}
