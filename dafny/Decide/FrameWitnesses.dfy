include "Frame.dfy"
// A view need show no cell but those that the rules name for the request: a frame that names more would ask the host for
// more, and everything else would still verify. All cells here are labels and budgets of one name.
module FrameWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import F = Frame

  ghost function Flag(n: Name): Mark { Mark(2, n, (n, n, n, n)) }
  ghost function Asking(n: Name): Request { Request([Part(n, map[], [Atom(map[], map[])])], map[n := n], n, 0) }
  ghost function Cell(kind: int, n: Name): Key { (kind, n, n, n, n, n, 0) }
  ghost function Of(n: Name, e: Policies.Effect, tests: seq<Test>): Policy {
    Policy(map[n := []], [Rule(n, n, e, {n}, tests, [])], map[n := Budget(0, n, 10, 0, (n, n, n, n))], map[], map[], n, n, n, n)
  }
  lemma NamedIs(n: Name, e: Policies.Effect, tests: seq<Test>, k: Key)
    ensures var p, atom := Of(n, e, tests), Atom(map[], map[]);
            F.Named(p, Asking(n), 1, k) <==> F.Sets(p, p.rules[0], Asking(n), atom, 1, k) || exists t | t in tests :: F.Looks(t, Asking(n), atom, k)
  {
    hide F.Sets, F.Looks;
    var p, q := Of(n, e, tests), Asking(n);
    var part := q.parts[0];
    var atom := part.atoms[0];
    assert part in q.parts && atom in part.atoms && p.rules[0] in p.rules;
    forall t ensures F.Tests(p.rules[0], t) <==> t in tests {}
    forall x, y, r | x in q.parts && y in x.atoms && r in p.rules ensures x == part && y == atom && r == p.rules[0] {}
  }
  // A rule that looks at a label names its cell, and no other; one that looks at nothing names none.
  lemma W_Looks(n: Name, k: Key)
    ensures F.Named(Of(n, Permit, [Stands(Flag(n), 0, true)]), Asking(n), 1, k) <==> k == Cell(2, n)
    ensures !F.Named(Of(n, Permit, [Scoping(n, true)]), Asking(n), 1, k)
  {
    NamedIs(n, Permit, [Stands(Flag(n), 0, true)], k);
    NamedIs(n, Permit, [Scoping(n, true)], k);
    assert [Stands(Flag(n), 0, true)][0] in [Stands(Flag(n), 0, true)];
  }
  // One that looks at what was done since something else names the two.
  lemma W_LooksSince(n: Name, m: Name, k: Key)
    ensures F.Named(Of(n, Permit, [Since(Flag(n), Flag(n).(kind := 3), 0, true)]), Asking(n), 1, k) <==> k == Cell(2, n) || k == Cell(3, n)
  {
    var t := Since(Flag(n), Flag(n).(kind := 3), 0, true);
    NamedIs(n, Permit, [t], k);
    assert [t][0] in [t];
  }
  // A rule that sets a label, and one that charges a budget, names that cell.
  lemma W_Sets(n: Name, k: Key)
    ensures F.Named(Of(n, Leave(Flag(n)), []), Asking(n), 1, k) <==> k == Cell(2, n)
    ensures F.Named(Of(n, Charge(n), []), Asking(n), 1, k) <==> k == Cell(0, n)
  {
    NamedIs(n, Leave(Flag(n)), [], k);
    NamedIs(n, Charge(n), [], k);
  }
}
