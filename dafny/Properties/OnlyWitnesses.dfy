include "Only.dfy"
// Policies that the patterns of the safety classes are meant to cover, one for each way in which they can be written.
module OnlyWitnesses {
  import opened Names
  import opened Policies
  import opened OnlySpec

  // W: a test is tighter than itself, and than one with a longer list on the same axis.
  lemma W_Same(t: Test)
    ensures Tighter(t, t)
  {}
  lemma W_FewerPlaces(axis: Name, p: Pattern, q: Pattern)
    ensures Tighter(Placed(axis, [p], true), Placed(axis, [q, p], true))
  { assert [q, p][1] == p; }
  lemma W_FewerNames(axis: Name, x: Name, y: Name)
    ensures Tighter(Named(axis, {x}, true), Named(axis, {x, y}, true))
  {}
  lemma W_FewerNumbers(axis: Name)
    ensures Tighter(Ranged(axis, [Between(1, 2), AtLeast(9)], true), Ranged(axis, [AtLeast(9), AtMost(5)], true))
  {
    assert [AtLeast(9), AtMost(5)][0] == AtLeast(9) && [AtLeast(9), AtMost(5)][1] == AtMost(5);
    assert Among(Between(1, 2), AtMost(5)) && Among(AtLeast(9), AtLeast(9));
  }
  // W: a range lies among another up to the very bound, whichever sides it has.
  lemma W_AmongAtMost(hi: int)
    ensures Among(AtMost(hi), AtMost(hi)) && Among(Between(hi - 3, hi), AtMost(hi))
  {}
  lemma W_AmongAtLeast(lo: int)
    ensures Among(AtLeast(lo), AtLeast(lo)) && Among(Between(lo, lo + 3), AtLeast(lo))
  {}
  lemma W_AmongBetween(lo: int, hi: int)
    ensures Among(Between(lo, hi), Between(lo, hi))
  {}
  // W: tests answer for one alternative of two, each of its tests by another of theirs.
  lemma W_Inside(s: Test, t: Test, other: Test, more: Test)
    ensures Inside([more, t, s], [[other], [s, t]])
  {
    var tests, safe := [more, t, s], [[other], [s, t]];
    assert safe[1] in safe;
    forall u | u in safe[1] ensures exists x | x in tests :: Tighter(x, u) {
      assert tests[1] in tests && tests[2] in tests;
      assert Tighter(u, u);
    }
  }
  lemma W_InsideTighter(axis: Name, x: Name, y: Name)
    ensures Inside([Named(axis, {x}, true)], [[Named(axis, {x, y}, true)]])
  {
    W_FewerNames(axis, x, y);
    assert [[Named(axis, {x, y}, true)]][0] in [[Named(axis, {x, y}, true)]];
    assert [Named(axis, {x}, true)][0] in [Named(axis, {x}, true)];
  }

  // ---- whole policies ----
  ghost function Of(rules: seq<Rule>, x: Name): Policy { Policy(map[], rules, map[], map[], map[], x, x, x, x) }
  ghost function Says(e: Effect, verb: Name, tests: seq<Test>, unless: seq<seq<Test>>): Rule { Rule(verb, verb, e, {verb}, tests, unless) }
  lemma Sole(t: Test)
    ensures Inside([t], [[t]])
  {
    assert [[t]][0] in [[t]] && [t][0] in [t];
    assert Tighter(t, t);
  }
  // W: every permit and ask of the verb says the test; rules of another verb, and a requirement, need not.
  lemma W_EveryGrant(verb: Name, other: Name, n: Name, t: Test)
    requires verb != other
    ensures Only(Of([Says(Permit, verb, [t], []), Says(Ask(n), verb, [t], []), Says(Permit, other, [], []), Says(Require(n), verb, [], [])], verb), verb, [[t]])
  {
    hide Inside;
    Sole(t);
  }
  // W: a forbid speaks about the contrary of the test, or about all with the test as its `unless`.
  lemma W_ForbidContrary(verb: Name, t: Test)
    ensures Only(Of([Says(Permit, verb, [], []), Says(Forbid, verb, [Contrary(t)], [])], verb), verb, [[t]])
  {
    var r := Says(Forbid, verb, [Contrary(t)], []);
    var v := Of([Says(Permit, verb, [], []), r], verb);
    assert v.rules[1] == r;
    assert [[t]][0] in [[t]] && Tighter(Contrary(Contrary(t)), t);
    assert SpeaksOutside(r, [[t]]);
  }
  lemma W_ForbidUnless(verb: Name, t: Test)
    ensures Only(Of([Says(Permit, verb, [], []), Says(Forbid, verb, [], [[t]])], verb), verb, [[t]])
  {
    hide Inside, Tighter;
    var r := Says(Forbid, verb, [], [[t]]);
    var v := Of([Says(Permit, verb, [], []), r], verb);
    Sole(t);
    assert v.rules[1] == r && SpeaksOutside(r, [[t]]);
  }
  // W: the same, but for what people approve under the name n: an ask, a requirement, or a forbid.
  lemma W_UnlessAsked(verb: Name, other: Name, n: Name, t: Test)
    requires verb != other
    ensures OnlyUnless(Of([Says(Permit, verb, [t], []), Says(Ask(n), verb, [], []), Says(Permit, other, [], [])], verb), verb, [[t]], n)
  {
    hide Inside;
    Sole(t);
  }
  lemma W_UnlessRequired(verb: Name, n: Name, t: Test)
    ensures OnlyUnless(Of([Says(Permit, verb, [], []), Says(Require(n), verb, [], [[t]])], verb), verb, [[t]], n)
  {
    hide Inside, Tighter;
    var r := Says(Require(n), verb, [], [[t]]);
    var v := Of([Says(Permit, verb, [], []), r], verb);
    Sole(t);
    assert v.rules[1] == r && SpeaksOutside(r, [[t]]);
  }
  lemma W_UnlessForbidden(verb: Name, n: Name, t: Test)
    ensures OnlyUnless(Of([Says(Permit, verb, [], []), Says(Forbid, verb, [], [[t]])], verb), verb, [[t]], n)
  {
    hide Inside, Tighter;
    var r := Says(Forbid, verb, [], [[t]]);
    var v := Of([Says(Permit, verb, [], []), r], verb);
    Sole(t);
    assert v.rules[1] == r && SpeaksOutside(r, [[t]]);
  }
  // A test is not tighter than one on another axis, nor where one of the two says the contrary, nor with a longer list.
  lemma X_NotTighterNames(a: Name, b: Name, x: Name, y: Name)
    requires a != b && x != y
    ensures var t, s := Named(a, {x}, true), Named(a, {x, y}, true);
            Tighter(t, s) && !Tighter(s, t) && !Tighter(t, s.(axis := b)) && !Tighter(t.(want := false), s) && !Tighter(t, s.(want := false))
  { assert y in {x, y} && y !in {x}; }
  lemma X_NotTighterPlaces(a: Name, b: Name, p: Pattern, q: Pattern)
    requires a != b && p != q
    ensures var t, s := Placed(a, [p], true), Placed(a, [p, q], true);
            Tighter(t, s) && !Tighter(s, t) && !Tighter(t, s.(axis := b)) && !Tighter(t.(want := false), s) && !Tighter(t, s.(want := false))
  {
    assert [p, q][0] == p && [p, q][1] == q;
    assert q in [p, q] && q !in [p];
  }
  lemma X_NotTighterNumbers(a: Name, b: Name)
    requires a != b
    ensures var t, s := Ranged(a, [AtMost(3)], true), Ranged(a, [AtMost(5)], true);
            Tighter(t, s) && !Tighter(s, t) && !Tighter(t, s.(axis := b)) && !Tighter(t.(want := false), s) && !Tighter(t, s.(want := false))
  {
    assert [AtMost(3)][0] == AtMost(3) && [AtMost(5)][0] == AtMost(5);
    assert AtMost(5) in [AtMost(5)] && !Among(AtMost(5), AtMost(3)) && Among(AtMost(3), AtMost(5));
  }
}
