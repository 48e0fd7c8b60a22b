include "Grid.dfy"
// What a search costs, counted by hand, and how it gets by with so little: answers are right without any of this, and come
// later. So a bill that promises less is noticed, and a short way that is lost.
module GridWitnesses {
  import opened Grid

  // Nothing where nothing holds, and one box where the first is decided.
  lemma W_OneBox()
    ensures FullBill(E, [Iv(0, 3)]) == 0 && FullBill(T, [Iv(0, 3)]) == 1 && FullBill(In(0, 1, 2), [Iv(0, 3)]) == 1
  {}
  // Four for all but the middle of three: the whole, the left third, the rest, the right third. The middle one is not looked at.
  ghost function Outer(): F { Not(In(0, 1, 2)) }
  lemma W_FourBoxes()
    ensures FullBill(Outer(), [Iv(0, 3)]) == 4
  {
    assert First0(Outer(), [Iv(0, 3)], T, E) == Item(Outer(), [Iv(0, 3)]);
    assert [Iv(0, 3)][0 := Iv(0, 1)] == [Iv(0, 1)] && [Iv(0, 3)][0 := Iv(1, 3)] == [Iv(1, 3)];
    assert Part(Outer(), [Iv(0, 3)], 0, 0, 1, T, E) == Item(T, [Iv(0, 1)]);
    assert Part(Outer(), [Iv(0, 3)], 0, 1, 3, T, E) == Item(Outer(), [Iv(1, 3)]);
    assert [Iv(1, 3)][0 := Iv(1, 2)] == [Iv(1, 2)] && [Iv(1, 3)][0 := Iv(2, 3)] == [Iv(2, 3)];
    assert Part(Outer(), [Iv(1, 3)], 0, 1, 2, T, E) == Gone;
    assert Part(Outer(), [Iv(1, 3)], 0, 2, 3, T, E) == Item(T, [Iv(2, 3)]);
    assert Bill(Outer(), [Iv(1, 3)]) == 2;
  }
  // An empty leaf is decided.
  lemma X_EmptyLeaf()
    ensures !Open(In(0, 2, 2), [Iv(0, 5)])
  {}
  // A leaf that must hold narrows the box at once, from either side; conjuncts are where such leaves are, disjuncts are not.
  lemma W_Squeezed()
    ensures Squeeze(In(0, 1, 5), [Iv(0, 3)]) == Room([Iv(1, 3)]) && Squeeze(In(0, -1, 2), [Iv(0, 3)]) == Room([Iv(0, 2)])
    ensures Squeeze(In(0, 0, 3), [Iv(0, 3)]) == Room([Iv(0, 3)])
  { assert [Iv(0, 3)][0 := Iv(1, 3)] == [Iv(1, 3)] && [Iv(0, 3)][0 := Iv(0, 2)] == [Iv(0, 2)]; }
  lemma W_Units(f: F, g: F)
    ensures HasUnit(In(0, 1, 2)) && HasUnit(And(In(0, 1, 2), Or(f, g))) && HasUnit(And(Or(f, g), In(0, 1, 2))) && !HasUnit(Or(In(0, 1, 2), In(0, 3, 4)))
  {}
  // Of a cut, the side where the picked leaf can hold comes first.
  lemma W_InnerFirst()
    ensures var w := Push(Or(In(0, 1, 2), In(1, 1, 2)), [Iv(0, 3), Iv(0, 3)], Nil); var c := Cut(w, T, E); c.Push? && c.b == [Iv(0, 3), Iv(1, 3)]
  {
    var f, b := Or(In(0, 1, 2), In(1, 1, 2)), [Iv(0, 3), Iv(0, 3)];
    assert b[1 := Iv(1, 3)] == [Iv(0, 3), Iv(1, 3)];
    assert Part(f, b, 1, 1, 3, T, E) == Item(f, [Iv(0, 3), Iv(1, 3)]);
  }
  // A box that goes beyond that of the search is not full, whatever holds there.
  lemma X_BoxBeyond(f: F)
    ensures !Full([Iv(0, 3)], f, [Iv(0, 2)]) && !Full([Iv(-1, 1)], f, [Iv(0, 2)]) && !Full([], f, [Iv(0, 2)]) && !Full([Iv(1, 1)], f, [Iv(0, 2)])
  {
    hide Holds;
    assert [Iv(0, 2)][0] == Iv(0, 2);
    assert [Iv(0, 3)][0] == Iv(0, 3) && [Iv(-1, 1)][0] == Iv(-1, 1) && [Iv(1, 1)][0] == Iv(1, 1);
  }
  lemma X_NotAllOfIt()
    ensures !Full([Iv(0, 2)], In(0, 1, 2), [Iv(0, 2)])
  { assert Within([0], [Iv(0, 2)]); }
}
