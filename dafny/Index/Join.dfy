include "Tree.dfy"
// Merging trees, two or many at once. Halving keeps the cost at n log n; trees that ask for the same next names, or for
// different ones each, are merged in one step.
module JoinCode {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees

  // ---- two ----
  // The guards of both lists; their order means nothing.
  function Onto(a: Guards, b: Guards): Guards
    decreases a
  {
    if a.NoGuards? then b else Onto(a.rest, More(a.guard, b))
  } by method {
    var rest := a;
    var out := b;
    while !rest.NoGuards?
      invariant Onto(a, b) == Onto(rest, out)
      decreases rest
    {
      out := More(rest.guard, out);
      rest := rest.rest;
    }
    return out;
  }

  function Merge(a: Tree, b: Tree): Tree
    decreases a
  {
    if a.Nil? then b else if b.Nil? then a
    else if a.Cell? && b.Cell? then Cell(Onto(a.guards, b.guards))
    else if a.Pick? && b.Pick? then Pick(MergeKids(a, b), Merge(a.any, b.any))
    else if a.Node? && b.Node? then
      Node(MergeKids(a, b), a.plain && b.plain, Merge(a.one, b.one), Merge(a.rest, b.rest), Merge(a.end, b.end))
    else Nil
  }
  function MergeKids(a: Tree, b: Tree): map<Name, Tree>
    requires (a.Pick? && b.Pick?) || (a.Node? && b.Node?)
    decreases a, 0
  {
    var both := a.kids.Keys + b.kids.Keys;
    map k | k in both ::
      if !(k in a.kids) then b.kids[k] else if !(k in b.kids) then a.kids[k] else Merge(a.kids[k], b.kids[k])
  } by method {
    var of, more := a.kids, b.kids;
    if |of| == 0 { return more; }
    if |more| == 0 { return of; }
    var keys, others := of.Keys, more.Keys;
    if keys == others { return map k | k in keys :: Merge(of[k], more[k]); }
    var both := keys + others;
    return map k | k in both :: if k !in of then more[k] else if k !in more then of[k] else Merge(of[k], more[k]);
  }

  // ---- many ----
  ghost function Halves(ts: seq<Tree>, lo: nat, hi: nat): Tree
    requires lo <= hi <= |ts|
    decreases hi - lo
  {
    if lo == hi then Nil else if lo + 1 == hi then ts[lo] else
    Merge(Halves(ts, lo, (lo + hi) / 2), Halves(ts, (lo + hi) / 2, hi))
  }
  // It only asks for the next name or segment.
  predicate Bare(t: Tree) {
    if t.Pick? then t.any.Nil? else t.Node? && t.plain && t.one.Nil? && t.rest.Nil? && t.end.Nil?
  }
  ghost predicate Kin(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts|
  { forall i | lo <= i < hi :: (ts[i].Pick? || ts[i].Node?) && Bare(ts[i]) && ts[i].Pick? == ts[lo].Pick? }
  function Asking(pick: bool, kids: map<Name, Tree>): Tree { if pick then Pick(kids, Nil) else Node(kids, true, Nil, Nil, Nil) }

  // All ask for the same names.
  ghost predicate Same(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts|
  { Kin(ts, lo, hi) && forall i | lo <= i < hi :: ts[i].kids.Keys == ts[lo].kids.Keys }
  ghost function Below(ts: seq<Tree>, lo: nat, hi: nat, k: Name): seq<Tree>
    requires lo < hi <= |ts| && Same(ts, lo, hi) && k in ts[lo].kids.Keys
    ensures |Below(ts, lo, hi, k)| == hi - lo
  { seq(hi - lo, i requires 0 <= i < hi - lo => ts[lo + i].kids[k]) }
  lemma Moved(ts: seq<Tree>, lo: nat, hi: nat, us: seq<Tree>, at: nat)
    requires lo <= hi <= |ts| && at + (hi - lo) <= |us|
    requires forall i {:trigger ts[i]} | lo <= i < hi :: ts[i] == us[at + (i - lo)]
    ensures Halves(ts, lo, hi) == Halves(us, at, at + (hi - lo))
    decreases hi - lo
  {
    if hi - lo > 1 {
      var mid, middle, to := (lo + hi) / 2, (at + (at + (hi - lo))) / 2, at + (hi - lo);
      assert middle == at + (mid - lo);
      Moved(ts, lo, mid, us, at);
      Moved(ts, mid, hi, us, middle);
      assert middle + (hi - mid) == to;
    }
  }
  lemma BareMerge(a: Tree, b: Tree)
    requires Bare(a) && Bare(b) && a.Pick? == b.Pick?
    ensures Merge(a, b) == Asking(a.Pick?, MergeKids(a, b))
  {
    assert Merge(Nil, Nil) == Nil;
  }
  lemma HalvesIs(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts|
    ensures var mid := (lo + hi) / 2;
            Halves(ts, lo, hi) == if lo + 1 == hi then ts[lo] else Merge(Halves(ts, lo, mid), Halves(ts, mid, hi))
  { hide Merge; }
  lemma AskingIs(pick: bool, kids: map<Name, Tree>)
    ensures var t := Asking(pick, kids); Bare(t) && t.Pick? == pick && t.kids == kids
  {}
  lemma SameMerge(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Same(ts, lo, hi)
    ensures var t := Halves(ts, lo, hi); Bare(t) && t.Pick? == ts[lo].Pick? && t.kids.Keys == ts[lo].kids.Keys
    ensures forall k | k in ts[lo].kids :: Halves(ts, lo, hi).kids[k] == Halves(Below(ts, lo, hi, k), 0, hi - lo)
    decreases hi - lo
  {
    hide Merge, MergeKids, Halves, Below, Bare, Asking;
    var keys := ts[lo].kids.Keys;
    HalvesIs(ts, lo, hi);
    if hi - lo == 1 {
      forall k | k in keys ensures ts[lo].kids[k] == Halves(Below(ts, lo, hi, k), 0, 1) {
        HalvesIs(Below(ts, lo, hi, k), 0, 1);
        reveal Below;
      }
    } else {
      var mid := (lo + hi) / 2;
      assert ts[mid].kids.Keys == keys;
      SameMerge(ts, lo, mid);
      SameMerge(ts, mid, hi);
      var a, b := Halves(ts, lo, mid), Halves(ts, mid, hi);
      assert (a.Pick? || a.Node?) && (b.Pick? || b.Node?) by { reveal Bare; }
      BareMerge(a, b);
      AskingIs(a.Pick?, MergeKids(a, b));
      assert MergeKids(a, b).Keys == keys by { reveal MergeKids; }
      forall k | k in keys ensures Halves(ts, lo, hi).kids[k] == Halves(Below(ts, lo, hi, k), 0, hi - lo) {
        assert MergeKids(a, b)[k] == Merge(a.kids[k], b.kids[k]) by { reveal MergeKids; }
        BelowHalves(ts, lo, hi, k);
      }
    }
  }
  lemma BelowHalves(ts: seq<Tree>, lo: nat, hi: nat, k: Name)
    requires lo + 1 < hi <= |ts| && Same(ts, lo, hi) && k in ts[lo].kids
    ensures var mid := (lo + hi) / 2;
            Same(ts, lo, mid) && Same(ts, mid, hi) && k in ts[mid].kids &&
            Halves(Below(ts, lo, hi, k), 0, hi - lo) ==
            Merge(Halves(Below(ts, lo, mid, k), 0, mid - lo), Halves(Below(ts, mid, hi, k), 0, hi - mid))
  {
    hide Bare, Merge, Halves;
    var mid, all := (lo + hi) / 2, Below(ts, lo, hi, k);
    HalvesIs(all, 0, hi - lo);
    assert ts[mid].kids.Keys == ts[lo].kids.Keys;
    Moved(Below(ts, lo, mid, k), 0, mid - lo, all, 0);
    Moved(Below(ts, mid, hi, k), 0, hi - mid, all, mid - lo);
    assert (hi - lo) / 2 == mid - lo;
  }

  // No two ask for the same name.
  ghost predicate Apart(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts|
  { Kin(ts, lo, hi) && forall i, j | lo <= i < j < hi :: ts[i].kids.Keys !! ts[j].kids.Keys }
  ghost function Asked(ts: seq<Tree>, lo: nat, hi: nat): map<Name, bool>
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
  { map i, k | lo <= i < hi && k in ts[i].kids :: k := true }
  ghost predicate Gathered(kids: map<Name, Tree>, ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
  {
    && (forall k | k in kids :: exists i | lo <= i < hi :: k in ts[i].kids)
    && (forall i, k | lo <= i < hi && k in ts[i].kids :: k in kids && kids[k] == ts[i].kids[k])
  }
  lemma GatheredOnce(a: map<Name, Tree>, b: map<Name, Tree>, ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Kin(ts, lo, hi) && Gathered(a, ts, lo, hi) && Gathered(b, ts, lo, hi)
    ensures a == b
  {
    hide Gathered, Kin;
    forall k | k in a ensures k in b && a[k] == b[k] { GatheredIn(a, b, ts, lo, hi, k); }
    forall k | k in b ensures k in a { GatheredIn(b, a, ts, lo, hi, k); }
    assert a.Keys == b.Keys;
  }
  lemma GatheredIn(a: map<Name, Tree>, b: map<Name, Tree>, ts: seq<Tree>, lo: nat, hi: nat, k: Name)
    requires lo < hi <= |ts| && Kin(ts, lo, hi) && Gathered(a, ts, lo, hi) && Gathered(b, ts, lo, hi) && k in a
    ensures k in b && a[k] == b[k]
  {
    hide Bare;
    var i :| lo <= i < hi && k in ts[i].kids;
  }
  lemma ApartMerge(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Apart(ts, lo, hi)
    ensures var t := Halves(ts, lo, hi); Bare(t) && t.Pick? == ts[lo].Pick? && Gathered(t.kids, ts, lo, hi)
    decreases hi - lo
  {
    hide Halves, Merge, MergeKids, Gathered, Bare, Asking;
    HalvesIs(ts, lo, hi);
    if hi - lo == 1 {
      assert Gathered(ts[lo].kids, ts, lo, hi) by { reveal Gathered; }
    } else {
      var mid := (lo + hi) / 2;
      ApartMerge(ts, lo, mid);
      ApartMerge(ts, mid, hi);
      var a, b := Halves(ts, lo, mid), Halves(ts, mid, hi);
      assert (a.Pick? || a.Node?) && (b.Pick? || b.Node?) by { reveal Bare; }
      assert ts[mid].Pick? == ts[lo].Pick?;
      forall k | k in a.kids ensures k !in b.kids { OfOneHalf(a.kids, b.kids, ts, lo, mid, hi, k); }
      BareMerge(a, b);
      AskingIs(a.Pick?, MergeKids(a, b));
      Both(a, b, ts, lo, mid, hi);
    }
  }
  lemma OfOneHalf(a: map<Name, Tree>, b: map<Name, Tree>, ts: seq<Tree>, lo: nat, mid: nat, hi: nat, k: Name)
    requires lo < mid < hi <= |ts| && Apart(ts, lo, hi) && Apart(ts, lo, mid) && Apart(ts, mid, hi)
    requires Gathered(a, ts, lo, mid) && Gathered(b, ts, mid, hi) && k in a
    ensures k !in b
  {
    var i :| lo <= i < mid && k in ts[i].kids;
    if k in b {
      var j :| mid <= j < hi && k in ts[j].kids;
      assert ts[i].kids.Keys !! ts[j].kids.Keys;
      assert k in ts[i].kids.Keys && k in ts[j].kids.Keys;
    }
  }
  lemma Both(a: Tree, b: Tree, ts: seq<Tree>, lo: nat, mid: nat, hi: nat)
    requires lo < mid < hi <= |ts| && Kin(ts, lo, hi) && Kin(ts, lo, mid) && Kin(ts, mid, hi) && Bare(a) && Bare(b) && a.Pick? == b.Pick?
    requires Gathered(a.kids, ts, lo, mid) && Gathered(b.kids, ts, mid, hi) && forall k | k in a.kids :: k !in b.kids
    ensures Gathered(MergeKids(a, b), ts, lo, hi)
  {
    var kids := MergeKids(a, b);
    forall i, k | lo <= i < hi && k in ts[i].kids ensures k in kids && kids[k] == ts[i].kids[k] {
      if i < mid { assert k in a.kids; } else { assert k in b.kids; }
    }
  }
  ghost function Count(ts: seq<Tree>, lo: nat, hi: nat): nat
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
  { |ts[hi - 1].kids| + if lo + 1 == hi then 0 else Count(ts, lo, hi - 1) }
  lemma Counted(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
    ensures |Asked(ts, lo, hi)| <= Count(ts, lo, hi)
    ensures |Asked(ts, lo, hi)| == Count(ts, lo, hi) ==> Apart(ts, lo, hi)
  {
    hide Bare, Asked, Apart;
    var last, all := ts[hi - 1].kids.Keys, Asked(ts, lo, hi).Keys;
    assert |last| == |ts[hi - 1].kids| && |all| == |Asked(ts, lo, hi)|;
    LastAsked(ts, lo, hi);
    if lo + 1 == hi { reveal Apart; } else {
      Counted(ts, lo, hi - 1);
      var before := Asked(ts, lo, hi - 1).Keys;
      assert |before| == |Asked(ts, lo, hi - 1)|;
      Sizes(before, last);
      if before !! last && Apart(ts, lo, hi - 1) { LastApart(ts, lo, hi); }
    }
  }
  lemma LastAsked(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
    ensures var last := ts[hi - 1].kids.Keys;
            Asked(ts, lo, hi).Keys == if lo + 1 == hi then last else Asked(ts, lo, hi - 1).Keys + last
  {
    hide Bare, Asked;
    forall k ensures k in Asked(ts, lo, hi) <==> k in ts[hi - 1].kids || (lo + 1 < hi && k in Asked(ts, lo, hi - 1)) {
      AskedIs(ts, lo, hi, k);
      if lo + 1 < hi { AskedIs(ts, lo, hi - 1, k); }
    }
  }
  lemma LastApart(ts: seq<Tree>, lo: nat, hi: nat)
    requires lo + 1 < hi <= |ts| && Kin(ts, lo, hi) && Apart(ts, lo, hi - 1)
    requires Asked(ts, lo, hi - 1).Keys !! ts[hi - 1].kids.Keys
    ensures Apart(ts, lo, hi)
  {
    hide Bare, Asked;
    forall i, j | lo <= i < j < hi ensures ts[i].kids.Keys !! ts[j].kids.Keys {
      if j == hi - 1 { forall k | k in ts[i].kids ensures k in Asked(ts, lo, hi - 1) { AskedIs(ts, lo, hi - 1, k); } }
    }
  }
  lemma AskedIs(ts: seq<Tree>, lo: nat, hi: nat, k: Name)
    requires lo < hi <= |ts| && Kin(ts, lo, hi)
    ensures k in Asked(ts, lo, hi) <==> exists i | lo <= i < hi :: k in ts[i].kids
  { hide Bare; }
  lemma Sizes(a: set<Name>, b: set<Name>)
    ensures |a + b| <= |a| + |b|
    ensures |a + b| == |a| + |b| ==> a !! b
  {
    assert |a + b| + |a * b| == |a| + |b|;
    forall x | x in a && x in b ensures |a + b| < |a| + |b| { assert x in a * b; }
  }

  // The code holds the trees in a map, since Python's look-up in a map is many times as fast as in Dafny's sequence.
  ghost predicate Held(m: map<int, Tree>, ts: seq<Tree>, lo: nat, hi: nat)
    requires lo <= hi <= |ts|
  { forall i | lo <= i < hi :: i in m && m[i] == ts[i] }
  function KidOf(m: map<int, Tree>, lo: nat, i: int, k: Name): Tree
    requires lo + i in m && (m[lo + i].Pick? || m[lo + i].Node?) && k in m[lo + i].kids
  { m[lo + i].kids[k] }
  function HeldBelow(ghost ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat, k: Name): map<int, Tree>
    requires lo < hi <= |ts| && Same(ts, lo, hi) && k in ts[lo].kids.Keys && Held(m, ts, lo, hi)
    ensures Held(HeldBelow(ts, m, lo, hi, k), Below(ts, lo, hi, k), 0, hi - lo)
  {
    hide Bare;
    map i | 0 <= i < hi - lo :: i := KidOf(m, lo, i, k)
  }
  // A map, not a set: Python makes a set comprehension at quadratic cost.
  method HeldAsked(ghost ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat) returns (asked: map<Name, bool>)
    requires lo < hi <= |ts| && Kin(ts, lo, hi) && Held(m, ts, lo, hi)
    ensures asked == Asked(ts, lo, hi)
  {
    hide Bare, Asked;
    asked := map i, k | lo <= i < hi && k in m[i].kids :: k := true;
    forall k ensures k in asked <==> k in Asked(ts, lo, hi) ensures k in Asked(ts, lo, hi) ==> Asked(ts, lo, hi)[k] { AskedIs(ts, lo, hi, k); reveal Asked; }
  }
  method HeldKids(ghost ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat) returns (kids: map<Name, Tree>)
    requires lo < hi <= |ts| && Apart(ts, lo, hi) && Held(m, ts, lo, hi)
    ensures Gathered(kids, ts, lo, hi)
  {
    hide Bare, Gathered;
    forall i, j, k | lo <= i < hi && lo <= j < hi && k in m[i].kids && k in m[j].kids ensures i == j { OneAsks(ts, m, lo, hi, i, j, k); }
    kids := map i, k | lo <= i < hi && k in m[i].kids :: k := m[i].kids[k];
    HeldGathered(kids, ts, m, lo, hi);
  }
  lemma OneAsks(ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat, i: int, j: int, k: Name)
    requires lo < hi <= |ts| && Apart(ts, lo, hi) && Held(m, ts, lo, hi) && lo <= i < hi && lo <= j < hi && k in m[i].kids && k in m[j].kids
    ensures i == j
  {
    hide Bare;
    assert k in ts[i].kids.Keys && k in ts[j].kids.Keys;
    if i < j { assert ts[i].kids.Keys !! ts[j].kids.Keys; } else if j < i { assert ts[j].kids.Keys !! ts[i].kids.Keys; }
  }
  lemma HeldGathered(kids: map<Name, Tree>, ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat)
    requires lo < hi <= |ts| && Kin(ts, lo, hi) && Held(m, ts, lo, hi)
    requires forall k | k in kids :: exists i | lo <= i < hi :: k in m[i].kids
    requires forall i, k | lo <= i < hi && k in m[i].kids :: k in kids && kids[k] == m[i].kids[k]
    ensures Gathered(kids, ts, lo, hi)
  {
    hide Bare;
    forall k | k in kids ensures exists i | lo <= i < hi :: k in ts[i].kids {
      var i :| lo <= i < hi && k in m[i].kids;
      assert m[i] == ts[i];
    }
    forall i, k | lo <= i < hi && k in ts[i].kids ensures k in kids && kids[k] == ts[i].kids[k] { assert m[i] == ts[i]; }
  }

  // `tries`: how deep, and how often in vain, the one step is looked for.
  function Join(ghost ts: seq<Tree>, m: map<int, Tree>, lo: nat, hi: nat, tries: nat): Tree
    requires lo <= hi <= |ts| && Held(m, ts, lo, hi)
    decreases tries, hi - lo
  {
    Halves(ts, lo, hi)
  } by method {
    hide Asked, Below;
    if lo == hi { return Nil; }
    if lo + 1 == hi { return m[lo]; }
    var left := tries;
    if lo + 3 < hi && 0 < tries {
      var first := m[lo];
      if Bare(first) {
        var pick, keys := first.Pick?, first.kids.Keys;
        var before, count, i := keys, |first.kids|, lo + 1;
        var same, twice, kin := true, false, true;
        while i < hi && kin && (same || !twice)
          invariant lo < i <= hi
          invariant kin ==> Kin(ts, lo, i) && count == Count(ts, lo, i) && (same ==> Same(ts, lo, i))
          decreases hi - i, kin
          invariant keys == ts[lo].kids.Keys && pick == ts[lo].Pick?
        {
          var t := m[i];
          if !Bare(t) || t.Pick? != pick { kin := false; } else {
            var asks := t.kids.Keys;
            if asks == before { twice := true; }
            if asks != keys { same := false; }
            before := asks;
            count := count + |t.kids|;
            i := i + 1;
          }
        }
        if kin && same {
          SameMerge(ts, lo, hi);
          var kids := map k | k in keys :: Join(Below(ts, lo, hi, k), HeldBelow(ts, m, lo, hi, k), 0, hi - lo, tries - 1);
          assert kids == Halves(ts, lo, hi).kids;
          return Asking(pick, kids);
        }
        if kin && !twice {
          Counted(ts, lo, hi);
          var asked := HeldAsked(ts, m, lo, hi);
          if |asked| == count {
            ApartMerge(ts, lo, hi);
            var kids := HeldKids(ts, m, lo, hi);
            GatheredOnce(kids, Halves(ts, lo, hi).kids, ts, lo, hi);
            return Asking(pick, kids);
          }
          left := tries / 4;
        }
      }
    }
    return Merge(Join(ts, m, lo, (lo + hi) / 2, left), Join(ts, m, (lo + hi) / 2, hi, left));
  }
}
