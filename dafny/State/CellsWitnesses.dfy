include "Cells.dfy"
// What may be done to a cell, and what it leaves, by example: code and specification share these few functions, so that no
// comparison of the two would notice that one of them says something else. All keys are of one name.
module CellsWitnesses {
  import opened Names
  import opened Cells

  ghost function Of(kind: int, n: Name, end: int): Key { (kind, n, n, n, n, n, end) }
  // A window is open until it ends, and one without an end for ever.
  lemma W_Windows(kind: int, n: Name)
    ensures Open(Of(kind, n, 5), 4) && !Open(Of(kind, n, 5), 5) && Open(Of(kind, n, 0), 5) && Open(Of(kind, n, 0), -1) && !Open(Of(kind, n, 1), 5)
  {}
  lemma W_Kinds(n: Name)
    ensures Counting(Of(0, n, 0)) && Counting(Of(5, n, 0)) && forall kind | kind != 0 && kind != 5 :: !Counting(Of(kind, n, 0))
    ensures Marking(Of(2, n, 0)) && Marking(Of(3, n, 0)) && forall kind | kind != 2 && kind != 3 :: !Marking(Of(kind, n, 0))
  {}
  // A budget takes what it has room for, to the last unit, while its window is open, and nothing negative.
  lemma W_Budget(n: Name)
    ensures var k := Of(0, n, 5);
            Admits(k, Touch(10, 3, n), 7, 4) && !Admits(k, Touch(10, 4, n), 7, 4) && !Admits(k, Touch(10, 3, n), 7, 5) && !Admits(k, Touch(10, -1, n), 7, 4)
    ensures Next(Of(0, n, 5), Touch(10, 3, n), 7, 4) == 10
  {}
  // A soft one takes what is beyond its limit, too.
  lemma W_Soft(n: Name)
    ensures Admits(Of(5, n, 5), Touch(10, 4, n), 7, 4) && !Admits(Of(5, n, 5), Touch(10, 4, n), 7, 5) && Next(Of(5, n, 5), Touch(10, 4, n), 7, 4) == 11
  {}
  // A rate takes as many at once as its limit says, and then what time has given back.
  lemma W_Rate(n: Name)
    ensures var k := Of(1, n, 0);
            Admits(k, Touch(10, 10, n), 0, 0) && !Admits(k, Touch(10, 11, n), 0, 50) && !Admits(k, Touch(10, 1, n), 10, 0) && Admits(k, Touch(10, 1, n), 10, 1)
    ensures Next(Of(1, n, 0), Touch(10, 1, n), 10, 4) == 11 && Next(Of(1, n, 0), Touch(10, 1, n), 3, 4) == 5
  {}
  // Labels and marks say when; nothing is marked before the clock runs. A duty says nothing.
  lemma W_Marks(n: Name)
    ensures Admits(Of(2, n, 0), Touch(0, 0, n), 0, 1) && !Admits(Of(3, n, 0), Touch(0, 0, n), 0, 0) && Admits(Of(6, n, 0), Touch(0, 0, n), 0, 0)
    ensures Next(Of(2, n, 0), Touch(0, 0, n), 3, 7) == 7 == Next(Of(3, n, 0), Touch(0, 0, n), 3, 7) && Next(Of(6, n, 0), Touch(0, 0, n), 3, 7) == 3
  {}
  // What is given back comes from a count whose window is open, and is not negative; nothing may be given back.
  lemma W_Refund(n: Name)
    ensures Admits(Of(0, n, 5), Refund(0), 7, 4) && !Admits(Of(0, n, 5), Refund(-1), 7, 4) && !Admits(Of(1, n, 0), Refund(1), 7, 4)
    ensures Next(Of(0, n, 5), Refund(3), 7, 4) == 4 && Next(Of(0, n, 5), Refund(3), 7, 5) == 7
  {}
  // A note of what succeeded goes forward alone, and only where such things are noted.
  lemma W_Note(n: Name)
    ensures Admits(Of(4, n, 0), Note(3), 0, 0) && !Admits(Of(3, n, 0), Note(3), 0, 0)
    ensures Next(Of(4, n, 0), Note(3), 2, 9) == 3 && Next(Of(4, n, 0), Note(3), 4, 9) == 4
  {}
  // A store may drop a count whose window has ended, and nothing else.
  lemma W_Forget(n: Name)
    ensures Admits(Of(0, n, 5), Op.Forget, 7, 5) && !Admits(Of(0, n, 5), Op.Forget, 7, 4) && !Admits(Of(0, n, 0), Op.Forget, 7, 5)
    ensures !Admits(Of(4, n, 5), Op.Forget, 7, 5) && Next(Of(0, n, 5), Op.Forget, 7, 5) == 0
  {}
}
