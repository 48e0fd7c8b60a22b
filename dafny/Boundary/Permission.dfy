include "../Policy/Spec.dfy"
include "../Kinds/Budget.dfy"
// When a request is permitted: by the policy and by what happened before. Nothing here speaks of an index, a counter or a view.
module Permission {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import M = Machine
  import BudgetSpec

  // ---- the rules' say ----
  ghost predicate Clear(p: Policy, q: Request) {
    && q.parts != []
    && (forall part | part in q.parts :: part.atoms != [])
    && (forall part, atom | part in q.parts && atom in part.atoms :: Passes(p, part, atom))
  }
  ghost predicate Passes(p: Policy, part: Part, atom: Atom) { Complete(p, part, atom) && Granted(p, part, atom) && !Forbidden(p, part, atom) }
  // No approval is missing.
  ghost predicate Free(p: Policy, q: Request) {
    forall part, atom, n | part in q.parts && atom in part.atoms :: !Needed(p, part, atom, n)
  }

  // ---- what it would spend ----
  ghost predicate Charges(r: Rule, part: Part, atom: Atom) { r.effect.Charge? && Maybe(r, part, atom) }
  ghost predicate Given(x: Name, q: Request, atom: Atom) { x in q.scopes || x in atom.names }
  ghost function Scope(x: Name, q: Request, atom: Atom): Name
    requires Given(x, q, atom)
  { if x in q.scopes then q.scopes[x] else atom.names[x] }
  ghost function End(period: int, month: int, now: int): int {
    if period == 0 then 0 else if period < 0 then month else (now / period + 1) * period
  }
  // Everything that the budget counts by is there, and is not negative.
  ghost predicate Counted(b: Budget, q: Request, part: Part, atom: Atom) {
    && b.measure in part.ints && 0 <= part.ints[b.measure]
    && Given(b.per.0, q, atom) && Given(b.per.1, q, atom) && Given(b.per.2, q, atom) && Given(b.per.3, q, atom)
  }
  ghost function KeyOf(name: Name, b: Budget, q: Request, part: Part, atom: Atom, now: int): Key
    requires Counted(b, q, part, atom)
  { (0, name, Scope(b.per.0, q, atom), Scope(b.per.1, q, atom), Scope(b.per.2, q, atom), Scope(b.per.3, q, atom), End(b.period, q.month, now)) }

  // The rule charges this atom, and all that it counts by is there; then it counts under one key.
  ghost predicate Counts(p: Policy, q: Request, part: Part, atom: Atom, r: Rule) {
    Charges(r, part, atom) && r.effect.budget in p.budgets && Counted(p.budgets[r.effect.budget], q, part, atom)
  }
  ghost function Counter(p: Policy, q: Request, part: Part, atom: Atom, r: Rule, now: int): Key
    requires Counts(p, q, part, atom, r)
  { KeyOf(r.effect.budget, p.budgets[r.effect.budget], q, part, atom, now) }

  ghost predicate Payable(p: Policy, q: Request) {
    forall part, atom, r | part in q.parts && atom in part.atoms && r in p.rules && Charges(r, part, atom) :: Counts(p, q, part, atom, r)
  }
  // Some atom of the part is charged under this key.
  ghost predicate Touches(p: Policy, q: Request, part: Part, now: int, k: Key) {
    exists atom, r | atom in part.atoms && r in p.rules :: Counts(p, q, part, atom, r) && Counter(p, q, part, atom, r, now) == k
  }
  // One part counts once under one key, however many of its atoms are charged there.
  ghost function Due(p: Policy, q: Request, part: Part, now: int, k: Key): int {
    if Touches(p, q, part, now, k) && k.1 in p.budgets && p.budgets[k.1].measure in part.ints then part.ints[p.budgets[k.1].measure] else 0
  }
  // The parts of an action add up.
  ghost function Amount(p: Policy, q: Request, parts: seq<Part>, now: int, k: Key): int {
    if parts == [] then 0 else Amount(p, q, parts[..|parts| - 1], now, k) + Due(p, q, parts[|parts| - 1], now, k)
  }
  ghost predicate Touched(p: Policy, q: Request, now: int, k: Key) { exists part | part in q.parts :: Touches(p, q, part, now, k) }

  // The batch of a request: one spend on each cell that it touches.
  ghost predicate Spends(p: Policy, q: Request, now: int, ops: map<Key, Op>) {
    && (forall k: Key :: k in ops <==> Touched(p, q, now, k))
    && (forall k: Key | k in ops :: k.1 in p.budgets && ops[k] == Spend(p.budgets[k.1].limit, Amount(p, q, q.parts, now, k), p.budgets[k.1].measure))
  }
  // Every budget that the request touches has room, in its own history.
  ghost predicate Room(ops: map<Key, Op>, log: M.Log, now: int) {
    forall k | k in ops :: ops[k].Spend? && BudgetSpec.Allowed(M.Ledger(log, k), k, ops[k].limit, ops[k].amount, now)
  }

  opaque ghost predicate Permitted(p: Policy, log: M.Log, q: Request, now: int) {
    Clear(p, q) && Free(p, q) && Payable(p, q) && exists ops :: Spends(p, q, now, ops) && Room(ops, log, now)
  }
  // All but somebody's approval is there.
  opaque ghost predicate Askable(p: Policy, log: M.Log, q: Request, now: int) {
    Clear(p, q) && !Free(p, q) && Payable(p, q) && exists ops :: Spends(p, q, now, ops) && Room(ops, log, now)
  }
}
