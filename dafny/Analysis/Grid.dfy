// A finite problem: a formula over integer coordinates, and a search by cutting boxes. Knows nothing of policies.
module Grid {
  // In(c, lo, hi): coordinate c lies in [lo, hi).
  datatype F = T | E | In(c: nat, lo: int, hi: int) | And(l: F, r: F) | Or(l: F, r: F) | Not(f: F)
  datatype Iv = Iv(lo: int, hi: int)          // [lo, hi)
  type Box = seq<Iv>
  type Point = seq<int>

  ghost predicate Holds(f: F, p: Point) {
    match f
    case T => true
    case E => false
    case In(c, lo, hi) => c < |p| && lo <= p[c] < hi
    case And(l, r) => Holds(l, p) && Holds(r, p)
    case Or(l, r) => Holds(l, p) || Holds(r, p)
    case Not(g) => !Holds(g, p)
  }
  ghost predicate Within(p: Point, b: Box) { |p| == |b| && forall c :: 0 <= c < |b| ==> b[c].lo <= p[c] < b[c].hi }
  ghost predicate Solid(b: Box) { forall c :: 0 <= c < |b| ==> b[c].lo < b[c].hi }

  // Every leaf is really undecided in the box, and no constants are left.
  ghost predicate Open(f: F, b: Box) {
    match f
    case T => false
    case E => false
    case In(c, lo, hi) => c < |b| && lo < hi && (b[c].lo < lo < b[c].hi || b[c].lo < hi < b[c].hi)
    case And(l, r) => Open(l, b) && Open(r, b)
    case Or(l, r) => Open(l, b) && Open(r, b)
    case Not(g) => Open(g, b)
  }
  ghost predicate Reduced(f: F, b: Box) { f.T? || f.E? || Open(f, b) }

  // Simplify for a first box: each leaf against its own coordinate.
  function Start(f: F, b: Box, t: F, e: F): (r: F)
    requires t.T? && e.E? && Solid(b)
    ensures Reduced(r, b)
    ensures forall p :: Within(p, b) ==> (Holds(f, p) <==> Holds(r, p))
  {
    match f
    case In(c, lo, hi) =>
      if c >= |b| then e else
      var v := b[c];
      if lo <= v.lo && v.hi <= hi then t
      else if v.hi <= lo || hi <= v.lo || hi <= lo then e
      else f
    case And(l, r) =>
      var l' := Start(l, b, t, e);
      if l'.E? then e else
      var r' := Start(r, b, t, e);
      if r'.E? then e else if l'.T? then r' else if r'.T? then l' else And(l', r')
    case Or(l, r) =>
      var l' := Start(l, b, t, e);
      if l'.T? then t else
      var r' := Start(r, b, t, e);
      if r'.T? then t else if l'.E? then r' else if r'.E? then l' else Or(l', r')
    case Not(g) =>
      var g' := Start(g, b, t, e);
      if g'.T? then e else if g'.E? then t else Not(g')
    case T => t
    case E => e
  }

  // Simplify after coordinate c was narrowed to [lo, hi): only leaves on c can change.
  function Narrow(f: F, c: nat, lo: int, hi: int, t: F, e: F): (r: F)
    requires t.T? && e.E?
  {
    match f
    case In(d, a, b) =>
      if d != c then f
      else if a <= lo && hi <= b then t
      else if b <= lo || hi <= a then e
      else f
    case And(l, r) =>
      var l' := Narrow(l, c, lo, hi, t, e);
      if l'.E? then e else
      var r' := Narrow(r, c, lo, hi, t, e);
      if r'.E? then e else if l'.T? then r' else if r'.T? then l' else And(l', r')
    case Or(l, r) =>
      var l' := Narrow(l, c, lo, hi, t, e);
      if l'.T? then t else
      var r' := Narrow(r, c, lo, hi, t, e);
      if r'.T? then t else if l'.E? then r' else if r'.E? then l' else Or(l', r')
    case Not(g) =>
      var g' := Narrow(g, c, lo, hi, t, e);
      if g'.T? then e else if g'.E? then t else Not(g')
    case T => t
    case E => e
  }
  lemma NarrowSame(f: F, c: nat, lo: int, hi: int, t: F, e: F, p: Point)
    requires t.T? && e.E? && c < |p| && lo <= p[c] < hi
    ensures Holds(f, p) <==> Holds(Narrow(f, c, lo, hi, t, e), p)
  {}
  lemma NarrowOpen(f: F, b: Box, c: nat, lo: int, hi: int, t: F, e: F)
    requires t.T? && e.E? && Open(f, b) && c < |b| && b[c].lo <= lo < hi <= b[c].hi
    ensures Reduced(Narrow(f, c, lo, hi, t, e), b[c := Iv(lo, hi)])
  {}

  // Where to cut. Any choice is sound; this one takes the left of a conjunction (region, then grants, then restrictions)
  // and the middle of a disjunction.
  function {:tailrecursion false} Pick(f: F): F { match f
                                                  case T => f case E => f case In(_, _, _) => f
                                                  case And(l, r) => Pick(l) case Or(l, r) => First(r) case Not(g) => Pick(g) }
  function {:tailrecursion false} First(f: F): F { match f
                                                   case T => f case E => f case In(_, _, _) => f
                                                   case And(l, r) => First(l) case Or(l, r) => First(l) case Not(g) => First(g) }
  lemma FirstOpen(f: F, b: Box) requires Open(f, b) ensures First(f).In? && Open(First(f), b)
  { match f case And(l, _) => FirstOpen(l, b); case Or(l, _) => FirstOpen(l, b); case Not(h) => FirstOpen(h, b); case _ => }
  lemma PickOpen(f: F, b: Box) requires Open(f, b) ensures Pick(f).In? && Open(Pick(f), b)
  { match f case Or(l, r) => FirstOpen(r, b); case And(l, r) => PickOpen(l, b); case Not(g) => PickOpen(g, b); case _ => }

  // The top conjuncts that are single leaves narrow the box at once. None: they contradict each other.
  datatype Cramp = Void | Room(b: Box)
  function {:tailrecursion false} Squeeze(f: F, b: Box): (r: Cramp)
    requires Solid(b)
    ensures r.Room? ==> Solid(r.b) && |r.b| == |b| && forall c :: 0 <= c < |b| ==> b[c].lo <= r.b[c].lo && r.b[c].hi <= b[c].hi
  {
    match f
    case In(c, lo, hi) =>
      if c >= |b| then Void else
      var l, h := if lo < b[c].lo then b[c].lo else lo, if b[c].hi < hi then b[c].hi else hi;
      if l >= h then Void else if l == b[c].lo && h == b[c].hi then Room(b) else Room(b[c := Iv(l, h)])
    case And(l, r) => var q := Squeeze(l, b); if q.Void? then q else Squeeze(r, q.b)
    case E => Void
    case _ => Room(b)
  }
  lemma SqueezeKeeps(f: F, b: Box, p: Point)
    requires Solid(b) && Within(p, b) && Holds(f, p)
    ensures Squeeze(f, b).Room? && Within(p, Squeeze(f, b).b)
  { match f case And(l, r) => SqueezeKeeps(l, b, p); SqueezeKeeps(r, Squeeze(l, b).b, p); case _ => }

  predicate HasUnit(f: F) { if f.And? then HasUnit(f.l) || HasUnit(f.r) else f.In? }
  ghost predicate Inside(a: Box, b: Box) { |a| == |b| && forall c :: 0 <= c < |b| ==> b[c].lo <= a[c].lo < a[c].hi <= b[c].hi }

  // What is left of f in the part [lo, hi) of the box.
  datatype Item = Gone | Item(f: F, b: Box)
  function Rest(g: F, b: Box, t: F, e: F): Item requires t.T? && e.E? && Solid(b) {
    if g.E? then Gone
    else if HasUnit(g) then
      var q := Squeeze(g, b);
      if q.Void? then Gone else var h := Start(g, q.b, t, e); if h.E? then Gone else Item(h, q.b)
    else Item(g, b)
  }
  ghost predicate Keeps(i: Item, f: F, b: Box) {
    match i
    case Gone => forall p :: Within(p, b) ==> !Holds(f, p)
    case Item(g, s) =>
      Inside(s, b) && Solid(s) && Reduced(g, s) && !g.E? &&
      (forall p :: Within(p, s) ==> Within(p, b) && (Holds(f, p) <==> Holds(g, p))) &&
      (forall p :: Within(p, b) && Holds(f, p) ==> Within(p, s))
  }
  lemma RestKeeps(g: F, b: Box, t: F, e: F)
    requires t.T? && e.E? && Solid(b) && (HasUnit(g) || Reduced(g, b))
    ensures Keeps(Rest(g, b, t, e), g, b)
  {
    if HasUnit(g) {
      forall p | Within(p, b) && Holds(g, p) ensures Squeeze(g, b).Room? && Within(p, Squeeze(g, b).b) { SqueezeKeeps(g, b, p); }
    }
  }
  ghost function Size(b: Box): nat requires Solid(b) { if |b| == 0 then 0 else b[|b|-1].hi - b[|b|-1].lo + Size(b[..|b|-1]) }
  lemma SizeFalls(a: Box, b: Box)
    requires Solid(b) && Inside(a, b)
    ensures Size(a) <= Size(b)
    ensures (exists c :: 0 <= c < |b| && a[c] != b[c]) ==> Size(a) < Size(b)
  { if |b| > 0 { SizeFalls(a[..|b|-1], b[..|b|-1]);
                 if c :| 0 <= c < |b| && a[c] != b[c] { if c < |b| - 1 { assert a[..|b|-1][c] != b[..|b|-1][c]; } } } }

  function Part(f: F, b: Box, c: nat, lo: int, hi: int, t: F, e: F): Item
    requires t.T? && e.E? && Solid(b) && c < |b| && lo < hi
  { Rest(Narrow(f, c, lo, hi, t, e), b[c := Iv(lo, hi)], t, e) }
  lemma PartKeeps(f: F, b: Box, c: nat, lo: int, hi: int, t: F, e: F)
    requires t.T? && e.E? && Solid(b) && Open(f, b) && c < |b| && b[c].lo <= lo < hi <= b[c].hi && Iv(lo, hi) != b[c]
    ensures var i := Part(f, b, c, lo, hi, t, e); Keeps(i, f, b[c := Iv(lo, hi)]) && (i.Item? ==> Inside(i.b, b) && Size(i.b) < Size(b))
  {
    var b' := b[c := Iv(lo, hi)];
    var g := Narrow(f, c, lo, hi, t, e);
    NarrowOpen(f, b, c, lo, hi, t, e);
    RestKeeps(g, b', t, e);
    forall p | Within(p, b') ensures Holds(f, p) <==> Holds(g, p) { assert b'[c] == Iv(lo, hi); NarrowSame(f, c, lo, hi, t, e, p); }
    var i := Part(f, b, c, lo, hi, t, e);
    if i.Item? { assert i.b[c] != b[c]; SizeFalls(i.b, b); }
  }

  // One cut: the inner side (where the picked leaf can hold) first.
  datatype Work = Nil | Push(f: F, b: Box, rest: Work)
  function Middle(leaf: F, lo: int): int requires leaf.In? { if lo < leaf.lo then leaf.lo else leaf.hi }

  // The number of boxes the search looks at: the ghost bill. It is finite, so a large enough budget always decides.
  ghost function Bill(f: F, b: Box): nat
    requires Solid(b) && Reduced(f, b)
    decreases Size(b)
  {
    if f.T? || f.E? then 1 else
    PickOpen(f, b);
    var leaf := Pick(f);
    var c, lo, hi := leaf.c, b[leaf.c].lo, b[leaf.c].hi;
    var k := Middle(leaf, lo);
    PartKeeps(f, b, c, lo, k, T, E); PartKeeps(f, b, c, k, hi, T, E);
    var i, j := Part(f, b, c, lo, k, T, E), Part(f, b, c, k, hi, T, E);
    1 + (if i.Item? then Bill(i.f, i.b) else 0) + (if j.Item? then Bill(j.f, j.b) else 0)
  }
  ghost function BillOf(i: Item): nat requires i.Item? ==> Solid(i.b) && Reduced(i.f, i.b) { if i.Item? then Bill(i.f, i.b) else 0 }
  function First0(f: F, b: Box, t: F, e: F): Item requires t.T? && e.E? && Solid(b) {
    var q := Squeeze(f, b);
    if q.Void? then Gone else var h := Start(f, q.b, t, e); if h.E? then Gone else Item(h, q.b)
  }
  lemma First0Keeps(f: F, b: Box, t: F, e: F)
    requires t.T? && e.E? && Solid(b)
    ensures Keeps(First0(f, b, t, e), f, b)
  { forall p | Within(p, b) && Holds(f, p) ensures Squeeze(f, b).Room? && Within(p, Squeeze(f, b).b) { SqueezeKeeps(f, b, p); } }
  ghost function FullBill(f: F, b: Box): nat requires Solid(b) { First0Keeps(f, b, T, E); BillOf(First0(f, b, T, E)) }

  datatype Answer = NoPoint | Everywhere(b: Box) | TooLong
  ghost predicate Fine(w: Work, f0: F, b0: Box) {
    w.Push? ==>
      Solid(w.b) && Reduced(w.f, w.b) && Inside(w.b, b0) && Fine(w.rest, f0, b0) &&
      (forall p :: Within(p, w.b) ==> Within(p, b0) && (Holds(f0, p) <==> Holds(w.f, p)))
  }
  ghost predicate Has(w: Work, p: Point) { w.Push? && (Within(p, w.b) || Has(w.rest, p)) }
  ghost function BillAll(w: Work, f0: F, b0: Box): nat requires Fine(w, f0, b0) {
    if w.Nil? then 0 else Bill(w.f, w.b) + BillAll(w.rest, f0, b0)
  }
  // All of the box fulfils it.
  ghost predicate Full(b: Box, f0: F, b0: Box) { Inside(b, b0) && forall p :: Within(p, b) ==> Holds(f0, p) }
  function Add(i: Item, w: Work): Work { if i.Gone? then w else Push(i.f, i.b, w) }
  lemma AddFine(i: Item, w: Work, f: F, b: Box, b1: Box, f0: F, b0: Box)
    requires Fine(w, f0, b0) && Inside(b1, b) && Inside(b, b0) && Keeps(i, f, b1)
    requires forall p :: Within(p, b) ==> Within(p, b0) && (Holds(f0, p) <==> Holds(f, p))
    ensures Fine(Add(i, w), f0, b0) && BillAll(Add(i, w), f0, b0) == BillOf(i) + BillAll(w, f0, b0)
    ensures forall p :: Has(w, p) ==> Has(Add(i, w), p)
    ensures forall p :: Within(p, b1) && Holds(f0, p) ==> Has(Add(i, w), p)
  { assert forall p :: Within(p, b1) ==> Within(p, b); }

  // One cut of the first piece of work.
  function Cut(w: Work, t: F, e: F): Work
    requires t.T? && e.E? && w.Push? && Solid(w.b) && Open(w.f, w.b)
  {
    PickOpen(w.f, w.b);
    var leaf := Pick(w.f);
    var lo, hi := w.b[leaf.c].lo, w.b[leaf.c].hi;
    var k := Middle(leaf, lo);
    var below := Part(w.f, w.b, leaf.c, lo, k, t, e);
    var above := Part(w.f, w.b, leaf.c, k, hi, t, e);
    if k == leaf.lo then Add(above, Add(below, w.rest)) else Add(below, Add(above, w.rest))
  }
  lemma CutKeeps(w: Work, t: F, e: F, f0: F, b0: Box)
    requires t.T? && e.E? && w.Push? && Fine(w, f0, b0) && Open(w.f, w.b)
    ensures Fine(Cut(w, t, e), f0, b0) && 1 + BillAll(Cut(w, t, e), f0, b0) <= BillAll(w, f0, b0)
    ensures forall p :: Has(w, p) && Holds(f0, p) ==> Has(Cut(w, t, e), p)
  {
    PickOpen(w.f, w.b);
    var g, b, leaf := w.f, w.b, Pick(w.f);
    var c := leaf.c;
    var lo, hi := b[c].lo, b[c].hi;
    var k := Middle(leaf, lo);
    PartKeeps(g, b, c, lo, k, t, e);
    PartKeeps(g, b, c, k, hi, t, e);
    var below, above := Part(g, b, c, lo, k, t, e), Part(g, b, c, k, hi, t, e);
    var b1, b2 := b[c := Iv(lo, k)], b[c := Iv(k, hi)];
    if k == leaf.lo {
      AddFine(below, w.rest, g, b, b1, f0, b0);
      AddFine(above, Add(below, w.rest), g, b, b2, f0, b0);
    } else {
      AddFine(above, w.rest, g, b, b2, f0, b0);
      AddFine(below, Add(above, w.rest), g, b, b1, f0, b0);
    }
    forall p | Has(w, p) && Holds(f0, p) ensures Has(Cut(w, t, e), p) {
      if Within(p, b) { if p[c] < k { assert Within(p, b1); } else { assert Within(p, b2); } }
    }
  }

  function Begin(f: F, b: Box): Work
    requires Solid(b)
  { Add(First0(f, b, T, E), Nil) }
  lemma BeginKeeps(f: F, b: Box)
    requires Solid(b)
    ensures Fine(Begin(f, b), f, b) && BillAll(Begin(f, b), f, b) == FullBill(f, b)
    ensures forall p :: Within(p, b) && Holds(f, p) ==> Has(Begin(f, b), p)
  {
    First0Keeps(f, b, T, E);
    AddFine(First0(f, b, T, E), Nil, f, b, b, f, b);
  }

  // The search goes on until a box is found, all of which fulfils what is looked for. `budget` bounds the boxes looked at.
  method Next(w0: Work, budget: nat, ghost f0: F, ghost b0: Box) returns (a: Answer, w: Work, left: nat)
    requires Fine(w0, f0, b0)
    ensures left <= budget && Fine(w, f0, b0) && BillAll(w, f0, b0) + (budget - left) <= BillAll(w0, f0, b0)
    ensures a.NoPoint? ==> forall p :: Has(w0, p) ==> !Holds(f0, p)
    ensures a.Everywhere? ==> Full(a.b, f0, b0) && forall p :: Has(w0, p) && Holds(f0, p) ==> Within(p, a.b) || Has(w, p)
    ensures a.TooLong? ==> left == 0 && budget < BillAll(w0, f0, b0)
  {
    var t, e := T, E;
    left := budget;
    w := w0;
    while w.Push? && left > 0
      invariant left <= budget && Fine(w, f0, b0) && BillAll(w, f0, b0) + (budget - left) <= BillAll(w0, f0, b0)
      invariant forall p :: Has(w0, p) && Holds(f0, p) ==> Has(w, p)
      decreases left
    {
      left := left - 1;
      if w.f.T? {
        var b := w.b;
        w := w.rest;
        return Everywhere(b), w, left;
      }
      if w.f.E? {
        w := w.rest;
      } else {
        CutKeeps(w, t, e, f0, b0);
        w := Cut(w, t, e);
      }
    }
    if w.Nil? { a := NoPoint; } else { a := TooLong; }
  }
}
