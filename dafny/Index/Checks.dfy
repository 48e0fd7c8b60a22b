include "Tree.dfy"
// Evaluating compiled tests.
module CheckCode {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened Zones

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

  // All checks hold; a check on an axis that the atom does not carry counts as `unknown` says.
  function Holds(c: Checks, part: Part, atom: Atom, unknown: bool): bool
    decreases c
  {
    if c.Pass? then true
    else if c.InNames? then
      (if c.axis in atom.names then (atom.names[c.axis] in c.names) == c.want else unknown) && Holds(c.more, part, atom, unknown)
    else if c.InRanges? then
      (if c.axis in part.ints then InRange(c.ranges, part.ints[c.axis]) == c.want else unknown) && Holds(c.more, part, atom, unknown)
    else if c.InZone? then
      (if c.axis in atom.places then In(c.zone, atom.places[c.axis], 0) == c.want else unknown) && Holds(c.more, part, atom, unknown)
    else
      (if c.axis in atom.places then SomeIn(atom.places[c.axis], 0, c.names) == c.want else unknown) && Holds(c.more, part, atom, unknown)
  } by method {
    var rest := c;
    while !rest.Pass?
      invariant Holds(c, part, atom, unknown) == Holds(rest, part, atom, unknown)
      decreases rest
    {
      var axis := rest.axis;
      if rest.InNames? {
        if axis in atom.names {
          var s := atom.names[axis];
          if (s in rest.names) != rest.want { return false; }
        } else if !unknown { return false; }
      } else if rest.InRanges? {
        if axis in part.ints {
          var n: int := part.ints[axis];
          if InRange(rest.ranges, n) != rest.want { return false; }
        } else if !unknown { return false; }
      } else if rest.InZone? {
        if axis in atom.places {
          if In(rest.zone, atom.places[axis], 0) != rest.want { return false; }
        } else if !unknown { return false; }
      } else {
        if axis in atom.places {
          if SomeIn(atom.places[axis], 0, rest.names) != rest.want { return false; }
        } else if !unknown { return false; }
      }
      rest := rest.more;
    }
    return true;
  }
}
