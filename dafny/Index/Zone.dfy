include "../Policy/Spec.dfy"
// A set of places as a trie, so that a test against a large set costs as much as one against a small one.
module Zones {
  import opened Names
  import opened Policies

  // one: any segment. rest: whatever follows is inside. end: the place itself is inside.
  datatype Zone = NoZone | Zone(kids: map<Name, Zone>, one: Zone, rest: bool, end: bool)

  function In(z: Zone, place: seq<Name>, pos: nat): bool
    requires pos <= |place|
    decreases |place| - pos
  {
    if z.NoZone? then false
    else if z.rest then true
    else if pos == |place| then z.end
    else In(z.one, place, pos + 1) || (place[pos] in z.kids && In(z.kids[place[pos]], place, pos + 1))
  }

  function Path(p: Pattern, pos: nat): Zone
    requires pos <= |p.syms|
    decreases |p.syms| - pos
  {
    if pos == |p.syms| then Zone(map[], NoZone, p.open, true)
    else if p.syms[pos].One? then Zone(map[], Path(p, pos + 1), false, false)
    else Zone(map[p.syms[pos].name := Path(p, pos + 1)], NoZone, false, false)
  }
  function Merge(a: Zone, b: Zone): Zone
    decreases a
  {
    if a.NoZone? then b else if b.NoZone? then a else
    var both := a.kids.Keys + b.kids.Keys;
    Zone(map k | k in both :: if !(k in a.kids) then b.kids[k] else if !(k in b.kids) then a.kids[k] else Merge(a.kids[k], b.kids[k]),
         Merge(a.one, b.one), a.rest || b.rest, a.end || b.end)
  }
  // Halving keeps the cost of many patterns at n log n.
  function Paths(ps: seq<Pattern>, lo: nat, hi: nat): Zone
    requires lo <= hi <= |ps|
    decreases hi - lo
  {
    if lo == hi then NoZone else if lo + 1 == hi then Path(ps[lo], 0) else
    Merge(Paths(ps, lo, (lo + hi) / 2), Paths(ps, (lo + hi) / 2, hi))
  }
}
