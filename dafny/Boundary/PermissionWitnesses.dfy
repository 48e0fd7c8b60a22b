include "Permission.dfy"
// What a request counts and brings, by example: the code shares these few words with the specification, or restates them far
// away, so that a slip here would be noticed late.
module PermissionWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission

  ghost function Cell(kind: int, n: Name): Key { (kind, n, n, n, n, n, 0) }
  ghost function With(n: Name, b: Budget): Policy { Policy(map[], [], map[n := b], map[], map[], n, n, n, n) }

  // A window without a period has no end; one of a month ends with the month; any other at the next whole period.
  lemma W_End(month: int)
    ensures End(0, month, 130) == 0 && End(-1, month, 130) == month && End(60, month, 119) == 120 && End(60, month, 120) == 180
  {}
  // Ten at once, one a minute: a rate counts in time. A label of the budget's name counts nothing.
  lemma W_OpAt(n: Name, m: Name)
    ensures OpAt(With(n, Budget(0, m, 10, 60, (n, n, n, n))), Cell(0, n), 5) == Touch(10, 5, m)
    ensures OpAt(With(n, Budget(1, m, 10, 60, (n, n, n, n))), Cell(1, n), 60) == Touch(600, 60, m)
    ensures OpAt(With(n, Budget(0, m, 10, 60, (n, n, n, n))), Cell(2, n), 0) == Touch(0, 0, n)
  {}
  // A request brings the labels that its session does not carry yet, and is judged as if it carried them; no other cells.
  lemma W_Brings(p: Policy, sc: Scene, k: Key)
    requires k in Keys(p, sc) && k.0 == 2 && (sc.view.nums == map[] || sc.view.nums == map[k := 0])
    ensures k in Brings(p, sc) && k in Carrying(p, sc).own
  { hide Keys; }
  lemma X_BringsCarried(p: Policy, sc: Scene, k: Key)
    requires k in Keys(p, sc) && k.0 == 2 && sc.view.nums == map[k := 1]
    ensures k !in Brings(p, sc)
  { hide Keys; }
  lemma X_BringsOther(p: Policy, sc: Scene, k: Key)
    requires k.0 != 2 || k !in Keys(p, sc)
    ensures k !in Brings(p, sc)
  { hide Keys; }
  // A grant is for one action, session and policy: the key under which stores keep it.
  lemma W_GrantKey(p: Policy, q: Request)
    requires p.session in q.scopes
    ensures GrantKey(p, q) == (7, p.id, q.scopes[p.session], q.digest, q.digest, q.digest, 0)
  {}
}
