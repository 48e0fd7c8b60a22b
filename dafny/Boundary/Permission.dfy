include "../Policy/Spec.dfy"
include "../Kinds/Budget.dfy"
include "../Kinds/Rate.dfy"
// When a request is permitted: by the policy and by what happened before. Nothing here speaks of an index or of code.
module Permission {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import M = Machine
  import BudgetSpec
  import RateSpec

  // ---- the rules' say ----
  ghost predicate Clear(p: Policy, sc: Scene) {
    && sc.q.parts != []
    && (forall part | part in sc.q.parts :: part.atoms != [])
    && (forall part, atom | part in sc.q.parts && atom in part.atoms :: Passes(p, sc, part, atom))
  }
  ghost predicate Passes(p: Policy, sc: Scene, part: Part, atom: Atom) {
    Complete(p, part, atom) && Granted(p, sc, part, atom) && !Forbidden(p, sc, part, atom)
  }
  // `n` must approve.
  ghost predicate Wanted(p: Policy, sc: Scene, n: Name) {
    exists part, atom | part in sc.q.parts && atom in part.atoms :: Needed(p, sc, part, atom, n)
  }

  // ---- what it would count and set ----
  ghost predicate Charges(r: Rule, sc: Scene, part: Part, atom: Atom) {
    (r.effect.Charge? || r.effect.Leave?) && Maybe(r, sc, part, atom)
  }
  ghost function End(period: int, month: int, now: int): int {
    if period == 0 then 0 else if period < 0 then month else (now / period + 1) * period
  }
  // A rate counts in milliseconds: what one takes, times how many.
  ghost function Unit(b: Budget): int { if b.kind == 1 then b.period else 1 }
  ghost function Window(b: Budget, q: Request, now: int): int { if b.kind == 1 then 0 else End(b.period, q.month, now) }

  // The rule charges this atom, and all that it counts by is there and not negative; then it counts under one key.
  ghost predicate Counted(b: Budget, q: Request, part: Part, atom: Atom) {
    b.measure in part.ints && 0 <= part.ints[b.measure] && AllGiven(b.per, q, atom)
  }
  ghost predicate Counts(p: Policy, sc: Scene, part: Part, atom: Atom, r: Rule) {
    && Charges(r, sc, part, atom)
    && (r.effect.Charge? ==> r.effect.budget in p.budgets && Counted(p.budgets[r.effect.budget], sc.q, part, atom))
    && (r.effect.Leave? ==> AllGiven(r.effect.mark.per, sc.q, atom))
  }
  ghost function KeyOf(name: Name, b: Budget, sc: Scene, atom: Atom): Key
    requires AllGiven(b.per, sc.q, atom)
  { KeyAt(b.kind, name, b.per, sc.q, atom, Window(b, sc.q, sc.now)) }
  ghost function Counter(p: Policy, sc: Scene, part: Part, atom: Atom, r: Rule): Key
    requires Counts(p, sc, part, atom, r)
  {
    if r.effect.Leave? then MarkKey(r.effect.mark, sc.q, atom)
    else KeyOf(r.effect.budget, p.budgets[r.effect.budget], sc, atom)
  }

  ghost predicate Payable(p: Policy, sc: Scene) {
    forall part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules && Charges(r, sc, part, atom) ::
      Counts(p, sc, part, atom, r)
  }
  // Some atom of the part is charged under this key.
  ghost predicate Touches(p: Policy, sc: Scene, part: Part, k: Key) {
    exists atom, r | atom in part.atoms && r in p.rules :: Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k
  }
  ghost predicate Budgeted(k: Key) { k.0 == 0 || k.0 == 1 || k.0 == 5 }
  // One part counts once under one key, however many of its atoms are charged there.
  ghost function Due(p: Policy, sc: Scene, part: Part, k: Key): int {
    if Touches(p, sc, part, k) && Budgeted(k) && k.1 in p.budgets && p.budgets[k.1].measure in part.ints then
      part.ints[p.budgets[k.1].measure] * Unit(p.budgets[k.1])
    else 0
  }
  // The parts of an action add up.
  ghost function Amount(p: Policy, sc: Scene, parts: seq<Part>, k: Key): int {
    if parts == [] then 0 else Amount(p, sc, parts[..|parts| - 1], k) + Due(p, sc, parts[|parts| - 1], k)
  }
  ghost predicate Touched(p: Policy, sc: Scene, k: Key) { exists part | part in sc.q.parts :: Touches(p, sc, part, k) }

  // All keys that a request touches: finitely many, one at most for each part, atom and rule.
  ghost function Keys(p: Policy, sc: Scene): set<Key> {
    set part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) ::
      Counter(p, sc, part, atom, r)
  }
  // The batch of a request: one operation on each of them.
  ghost function OpAt(p: Policy, k: Key, amount: int): Op {
    if Budgeted(k) && k.1 in p.budgets then Touch(p.budgets[k.1].limit * Unit(p.budgets[k.1]), amount, p.budgets[k.1].measure)
    else Touch(0, amount, k.1)
  }
  ghost function Batch(p: Policy, sc: Scene): map<Key, Op> { map k | k in Keys(p, sc) :: OpAt(p, k, Amount(p, sc, sc.q.parts, k)) }
  // Each cell has room, in its own history: budgets and rates may be full, all others never are.
  ghost predicate Allowed(k: Key, op: Op, l: seq<Entry>, now: int) {
    op.Touch? && 0 <= op.amount &&
    if k.0 == 0 then BudgetSpec.Allowed(l, k, op.limit, op.amount, now)
    else if k.0 == 1 then RateSpec.Allowed(l, op.amount, op.limit, now)
    else if k.0 == 5 then Open(k, now)
    else Marking(k) ==> 0 < now
  }
  ghost predicate Room(ops: map<Key, Op>, log: M.Log, now: int) { forall k | k in ops :: Allowed(k, ops[k], M.Ledger(log, k), now) }

  // ---- labels that the request itself brings, and its session does not carry yet ----
  ghost function Brings(p: Policy, sc: Scene): set<Key> { set k | k in Keys(p, sc) && k.0 == 2 && Get(sc.view.nums, k) <= 0 }
  // The scene as if the session carried them.
  ghost function Carrying(p: Policy, sc: Scene): Scene { sc.(own := Brings(p, sc)) }

  // ---- approvals ----
  // A soft budget would be passed: the approval of its name is needed.
  ghost predicate Passed(ops: map<Key, Op>, log: M.Log, n: Name) {
    exists k: Key | k in ops && k.0 == 5 && k.1 == n :: ops[k].Touch? && BudgetSpec.Total(M.Ledger(log, k)) + ops[k].amount > ops[k].limit
  }
  ghost predicate Missing(p: Policy, sc: Scene, ops: map<Key, Op>, log: M.Log, n: Name) { Wanted(p, sc, n) || Passed(ops, log, n) }
  // In each role so many different people voted.
  ghost predicate Filled(q: Quorum, g: Grant) {
    forall role, people | (role, people) in q.roles :: people <= |set p | p in g.votes && g.votes[p] == role|
  }
  ghost function GrantKey(p: Policy, q: Request): Key
    requires p.session in q.scopes
  { (7, p.id, q.scopes[p.session], q.digest, q.digest, q.digest, 0) }
  // A request to people for exactly this action, session and policy is open, in time, and all who are needed approved.
  ghost predicate Approved(p: Policy, sc: Scene, ops: map<Key, Op>, log: M.Log) {
    && p.session in sc.q.scopes && GrantKey(p, sc.q) in sc.view.grants
    && var g := sc.view.grants[GrantKey(p, sc.q)];
    && g.open && sc.now < g.until
    && forall n | Missing(p, sc, ops, log, n) :: n in p.quorums && Filled(p.quorums[n], g)
  }

  // ---- the verdict: judged as the session stands, and as if it carried what the request brings ----
  ghost predicate Judged(p: Policy, log: M.Log, sc: Scene) {
    && Clear(p, sc) && Payable(p, sc) && Clear(p, Carrying(p, sc)) && Payable(p, Carrying(p, sc))
    && Room(Batch(p, Carrying(p, sc)), log, sc.now)
  }
  // Nobody's approval is missing; or all are there.
  ghost predicate Free(p: Policy, log: M.Log, sc: Scene) {
    forall n :: !Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), log, n)
  }
  ghost predicate Consented(p: Policy, log: M.Log, sc: Scene) { Approved(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), log) }

  opaque ghost predicate Permitted(p: Policy, log: M.Log, sc: Scene) {
    Judged(p, log, sc) && (Free(p, log, sc) || Consented(p, log, sc))
  }
  // All but somebody's approval is there.
  opaque ghost predicate Askable(p: Policy, log: M.Log, sc: Scene) {
    Judged(p, log, sc) && !Free(p, log, sc) && !Consented(p, log, sc)
  }
}
