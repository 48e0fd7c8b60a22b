include "Reasons.dfy"
// What a verdict may not name. Policies of one or two rules, requests of one atom; a verdict that names another rule, another
// atom, another budget or another number than the one that stands in the way is not told by them.
module ReasonsWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened ReasonsSpec
  import P = Permission

  ghost function Of(n: Name, rules: seq<Rule>): Policy {
    Policy(map[n := []], rules, map[n := Budget(0, n, 10, 0, (n, n, n, n))], map[], map[], n, n, n, n)
  }
  ghost function Says(id: Name, e: Policies.Effect, verb: Name): Rule { Rule(id, id, e, {verb}, [], []) }
  ghost function With(n: Name, parts: seq<Part>, groups: set<Name>): Scene { Scene(Request(parts, map[n := n], n, 0), groups, 1, View(map[], map[], map[]), {}) }
  ghost function Bare(): Atom { Atom(map[], map[]) }
  ghost function One(n: Name, ints: map<Name, int>): seq<Part> { [Part(n, ints, [Bare()])] }
  lemma OneIs(n: Name, ints: map<Name, int>)
    ensures One(n, ints)[0] in One(n, ints) && Bare() in One(n, ints)[0].atoms
    ensures forall part, atom | part in One(n, ints) && atom in part.atoms :: part == One(n, ints)[0] && atom == Bare()
  { assert One(n, ints)[0].atoms[0] == Bare(); }

  // ---- rules: the one that forbids, the one that grants ----
  lemma W_Forbids(n: Name, a: Name, b: Name)
    ensures Explained(Of(n, [Says(a, Permit, n), Says(b, Forbid, n)]), With(n, One(n, map[]), {a}), Denied(b))
  {
    var p := Of(n, [Says(a, Permit, n), Says(b, Forbid, n)]);
    OneIs(n, map[]);
    assert p.rules[1] in p.rules && Maybe(p.rules[1], With(n, One(n, map[]), {a}), One(n, map[])[0], Bare());
  }
  lemma X_ForbidsAnother(n: Name, a: Name, b: Name)
    requires a != b
    ensures !Explained(Of(n, [Says(a, Permit, n), Says(b, Forbid, n)]), With(n, One(n, map[]), {a}), Denied(a))
  {}
  lemma X_ForbidsElsewhere(n: Name, m: Name, b: Name)
    requires m != n
    ensures !Explained(Of(n, [Says(b, Forbid, m)]), With(n, One(n, map[]), {b}), Denied(b))
  {}
  // No rule, no part or no atom: then nothing forbids, and nothing grants.
  lemma X_Nothing(n: Name, a: Name, e: Policies.Effect, v: Verdict)
    requires v == Denied(a) || v == Asked(a, NoNeeds) || v == Permitted(a, NoCharges, NoWrites, false) || v == Unpayable(a)
    ensures !Explained(Of(n, []), With(n, One(n, map[]), {a}), v)
    ensures !Explained(Of(n, [Says(a, e, n)]), With(n, [], {a}), v) && !Explained(Of(n, [Says(a, e, n)]), With(n, [Part(n, map[], [])], {a}), v)
  {}
  lemma W_Grants(n: Name, a: Name, v: Verdict)
    requires v == Asked(a, NoNeeds) || v == Permitted(a, NoCharges, NoWrites, false)
    ensures Explained(Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]), {a}), v)
    ensures Explained(Of(n, [Says(a, Policies.Effect.Ask(n), n)]), With(n, One(n, map[]), {a}), v)
  {
    OneIs(n, map[]);
    forall e: Policies.Effect | e == Permit || e == Policies.Effect.Ask(n) ensures Explained(Of(n, [Says(a, e, n)]), With(n, One(n, map[]), {a}), v) {
      var p := Of(n, [Says(a, e, n)]);
      assert p.rules[0] in p.rules && Yes(p.rules[0], With(n, One(n, map[]), {a}), One(n, map[])[0], Bare());
    }
  }
  lemma X_GrantsAnother(n: Name, a: Name, b: Name, v: Verdict)
    requires a != b && (v == Asked(b, NoNeeds) || v == Permitted(b, NoCharges, NoWrites, false))
    ensures !Explained(Of(n, [Says(a, Permit, n), Says(b, Forbid, n)]), With(n, One(n, map[]), {a}), v)
  {}
  lemma X_GrantsElsewhere(n: Name, m: Name, a: Name, v: Verdict)
    requires m != n && (v == Asked(a, NoNeeds) || v == Permitted(a, NoCharges, NoWrites, false))
    ensures !Explained(Of(n, [Says(a, Permit, m)]), With(n, One(n, map[]), {a}), v)
    ensures !Explained(Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]), {}), v)
  {}

  // ---- the atom that nothing grants ----
  lemma W_NotGranted(n: Name, m: Name, b: Name)
    requires m != n
    ensures Explained(Of(n, [Says(b, Forbid, n)]), With(n, One(n, map[]), {}), Unpermitted(0, 0))
    ensures Explained(Of(n, []), With(n, [], {}), Unpermitted(0, 0)) && Explained(Of(n, []), With(n, [Part(n, map[], [])], {}), Unpermitted(0, 0))
  {}
  // A verb that the policy does not know is granted by nothing, whatever its rules say.
  lemma W_NotGrantedUnknown(n: Name, m: Name, a: Name)
    requires m != n
    ensures Explained(Of(n, [Says(a, Permit, m)]), With(n, One(m, map[]), {a}), Unpermitted(0, 0))
  {}
  lemma X_NotGranted(n: Name, a: Name, i: int, j: int)
    ensures !Explained(Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]), {a}), Unpermitted(i, j))
  {
    var p, sc := Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]), {a});
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, sc.q.parts[0], Bare());
    assert Granted(p, sc, sc.q.parts[0], Bare());
  }
  // Of two parts the one that is granted is not named, nor one that is not there.
  lemma X_NotGrantedOther(n: Name, m: Name, a: Name, i: int, j: int)
    requires m != n && (i, j) != (1, 0)
    ensures !Explained(Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]) + One(m, map[]), {a}), Unpermitted(i, j))
  {
    var p, sc := Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]) + One(m, map[]), {a});
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, sc.q.parts[0], Bare());
    assert Granted(p, sc, sc.q.parts[0], Bare());
  }
  lemma X_NotGrantedEmpty(n: Name, a: Name, j: int)
    ensures !Explained(Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]) + [Part(n, map[], [])], {a}), Unpermitted(0, j))
  {
    var p, sc := Of(n, [Says(a, Permit, n)]), With(n, One(n, map[]) + [Part(n, map[], [])], {a});
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, sc.q.parts[0], Bare());
    assert Granted(p, sc, sc.q.parts[0], Bare());
  }

  // ---- the charge that cannot be counted ----
  lemma W_Uncounted(n: Name, a: Name)
    ensures Explained(Of(n, [Says(a, Charge(n), n)]), With(n, One(n, map[]), {}), Unpayable(n))
  {
    var p, sc := Of(n, [Says(a, Charge(n), n)]), With(n, One(n, map[]), {});
    OneIs(n, map[]);
    assert p.rules[0] in p.rules && P.Charges(p.rules[0], sc, sc.q.parts[0], Bare()) && !P.Counts(p, sc, sc.q.parts[0], Bare(), p.rules[0]);
  }
  lemma W_UncountedMark(n: Name, a: Name, x: Name)
    requires x != n
    ensures Explained(Of(n, [Says(a, Leave(Mark(2, n, (x, n, n, n))), n)]), With(n, One(n, map[]), {}), Unpayable(a))
  {
    var p, sc := Of(n, [Says(a, Leave(Mark(2, n, (x, n, n, n))), n)]), With(n, One(n, map[]), {});
    OneIs(n, map[]);
    assert p.rules[0] in p.rules && P.Charges(p.rules[0], sc, sc.q.parts[0], Bare()) && !P.Counts(p, sc, sc.q.parts[0], Bare(), p.rules[0]);
  }
  // Not the rule's name where a budget is charged, not what can be counted, not what is not charged.
  lemma X_Uncounted(n: Name, m: Name, a: Name, b: Name)
    requires a != n && m != n
    ensures !Explained(Of(n, [Says(a, Charge(n), n)]), With(n, One(n, map[]), {}), Unpayable(a))
    ensures !Explained(Of(n, [Says(a, Charge(n), n)]), With(n, One(n, map[n := 3]), {}), Unpayable(n))
    ensures !Explained(Of(n, [Says(a, Charge(n), m)]), With(n, One(n, map[]), {}), Unpayable(n))
  {
    var p, sc := Of(n, [Says(a, Charge(n), n)]), With(n, One(n, map[n := 3]), {});
    OneIs(n, map[n := 3]);
    assert P.Counts(p, sc, sc.q.parts[0], Bare(), p.rules[0]);
  }

  // ---- the cell that is full: 4 of 10, of which 7 are spent ----
  lemma W_Full(p: Policy, sc: Scene, k: Key, m: Name)
    requires k.0 == 0 && k in P.Batch(p, sc) && P.Batch(p, sc)[k] == Touch(10, 4, m) && Get(sc.view.nums, k) == 7
    ensures Explained(p, sc, Exhausted(k.1, k, 3))
  { hide P.Batch; }
  lemma X_FullAnother(p: Policy, sc: Scene, k: Key, m: Name, n: Name, left: int)
    requires k.0 == 0 && k in P.Batch(p, sc) && P.Batch(p, sc)[k] == Touch(10, 4, m) && Get(sc.view.nums, k) == 7 && (n, left) != (k.1, 3)
    ensures !Explained(p, sc, Exhausted(n, k, left))
  { hide P.Batch; }
  lemma X_FullWithRoom(p: Policy, sc: Scene, k: Key, m: Name, n: Name, left: int)
    requires k.0 == 0 && k.6 == 0 && k in P.Batch(p, sc) && P.Batch(p, sc)[k] == Touch(10, 4, m) && Get(sc.view.nums, k) == 6
    ensures !Explained(p, sc, Exhausted(n, k, left))
  { hide P.Batch; }
  lemma X_FullUntouched(p: Policy, sc: Scene, k: Key, n: Name, left: int)
    requires k !in P.Batch(p, sc)
    ensures !Explained(p, sc, Exhausted(n, k, left))
  { hide P.Batch; }

  // ---- the clock, and what is no answer ----
  lemma W_Late(p: Policy, sc: Scene)
    requires sc.now == 4
    ensures Told(p, sc, 5, Late(5)) && !Told(p, sc, 5, Late(4)) && !Told(p, sc, 4, Late(4)) && !Told(p, sc.(now := 6), 5, Late(5))
  {}
  lemma X_NoAnswer(p: Policy, sc: Scene, seen: int, v: Verdict)
    requires v.Clear?
    ensures !Told(p, sc, seen, v) && !Explained(p, sc, Late(seen))
  {}
}
