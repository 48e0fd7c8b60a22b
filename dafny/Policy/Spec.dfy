include "Scene.dfy"
// What a policy is, and when one of its rules speaks about an atom.
module Policies {
  import opened Names
  import opened Requests

  datatype Sym = Lit(name: Name) | One                     // One: exactly one segment
  datatype Pattern = Pattern(syms: seq<Sym>, open: bool)   // open: any number of segments may follow, none included
  datatype Range = AtLeast(lo: int) | AtMost(hi: int) | Between(lo: int, hi: int)

  // Cells that say when something happened last: one for each value of what they are kept by (scopes or name axes).
  type Per = (Name, Name, Name, Name)
  datatype Mark = Mark(kind: int, name: Name, per: Per)

  // A field of a record of the run. Its key: none, the value of an axis, or the single value of a record without key.
  datatype By = Alone | ByAxis(axis: Name) | ByField(record: Name, field: Name, lasts: int)
  datatype Ref = Ref(record: Name, run: Name, under: By, field: Name, lasts: int)   // lasts: milliseconds, 0 for ever

  // A test on one axis or on what is remembered; `want` false: the contrary.
  datatype Test =
    | Named(axis: Name, names: set<Name>, want: bool)
    | Placed(axis: Name, patterns: seq<Pattern>, want: bool)
    | Holding(axis: Name, names: set<Name>, want: bool)    // some segment of the place is among the names
    | Ranged(axis: Name, ranges: seq<Range>, want: bool)
    | Scoped(scope: Name, names: set<Name>, want: bool)    // the request has the scope, and its value is among the names
    | Scoping(scope: Name, want: bool)                     // the request has the scope
    | Stands(mark: Mark, lasts: int, want: bool)           // the mark is set, and not longer ago than it lasts
    | Since(done: Mark, reset: Mark, lasts: int, want: bool)   // done, by a decision after the last reset
    | Listed(axis: Name, ref: Ref, want: bool)             // the name was recorded in the field
    | Held(ref: Ref, names: set<Name>, want: bool)         // some recorded name is among the names
    | HeldIn(ref: Ref, ranges: seq<Range>, want: bool)     // the recorded integer lies in the ranges
    | Compared(axis: Name, ref: Ref, exact: bool, want: bool)  // the integer is at most, or is, the recorded one
    | Kept(ref: Ref, want: bool)                           // the record is known

  datatype Effect =
    | Permit
    | Ask(needs: Name)        // grants once `needs` approve
    | Forbid
    | Require(needs: Name)    // grants nothing, holds back until `needs` approve
    | Charge(budget: Name)    // counts the part under a budget
    | Leave(mark: Mark)       // sets a mark

  // The rule is lifted where all tests of one of the conjunctions `unless` are met.
  datatype Rule = Rule(id: Name, group: Name, effect: Effect, verbs: set<Name>, tests: seq<Test>, unless: seq<seq<Test>>)

  // kind: 0 budget, 1 rate, 5 soft budget. period: milliseconds; 0 for ever, below 0 the calendar month; for a rate the
  // time that one takes, and `limit` is how many may come at once.
  datatype Budget = Budget(kind: int, measure: Name, limit: int, period: int, per: Per)

  // Who must approve: in each role so many people. within: milliseconds from asking to the end.
  datatype Quorum = Quorum(roles: seq<(Name, int)>, within: int)
  // Groups that an agent of this kind uses and may pass on, and kinds that it may start.
  datatype AgentKind = AgentKind(uses: set<Name>, passes: set<Name>, starts: set<Name>)

  datatype Axis = Axis(name: Name, place: bool)
  // id: the policy's identity. session, user: the scopes of these names. self: the role of the session's user.
  datatype Policy = Policy(axes: map<Name, seq<Axis>>, rules: seq<Rule>, budgets: map<Name, Budget>,
                           quorums: map<Name, Quorum>, agents: map<Name, AgentKind>,
                           id: Name, session: Name, user: Name, self: Name)
}

// Reading a rule: yes, no, or unknown, where the atom or the session does not hold what a test is about.
module Reading {
  import opened Names
  import opened Requests
  import opened Cells
  import opened Scenes
  import opened Policies

  ghost predicate Fits(p: Pattern, place: seq<Name>) {
    && (if p.open then |p.syms| <= |place| else |p.syms| == |place|)
    && forall i | 0 <= i < |p.syms| :: p.syms[i].One? || p.syms[i].name == place[i]
  }
  ghost predicate Lies(r: Range, n: int) {
    match r
    case AtLeast(lo) => lo <= n
    case AtMost(hi) => n <= hi
    case Between(lo, hi) => lo <= n <= hi
  }

  // ---- scopes: what a cell is kept by ----
  ghost predicate Given(x: Name, q: Request, atom: Atom) { x in q.scopes || x in atom.names }
  ghost function Scope(x: Name, q: Request, atom: Atom): Name
    requires Given(x, q, atom)
  { if x in q.scopes then q.scopes[x] else atom.names[x] }
  ghost predicate AllGiven(per: Per, q: Request, atom: Atom) {
    Given(per.0, q, atom) && Given(per.1, q, atom) && Given(per.2, q, atom) && Given(per.3, q, atom)
  }
  ghost function KeyAt(kind: int, name: Name, per: Per, q: Request, atom: Atom, end: int): Key
    requires AllGiven(per, q, atom)
  { (kind, name, Scope(per.0, q, atom), Scope(per.1, q, atom), Scope(per.2, q, atom), Scope(per.3, q, atom), end) }
  ghost function MarkKey(m: Mark, q: Request, atom: Atom): Key
    requires AllGiven(m.per, q, atom)
  { KeyAt(m.kind, m.name, m.per, q, atom, 0) }

  // ---- marks ----
  ghost predicate Lasting(t: int, lasts: int, now: int) { lasts == 0 || now - t < lasts }
  ghost predicate IsSet(m: Mark, lasts: int, sc: Scene, atom: Atom)
    requires AllGiven(m.per, sc.q, atom)
  {
    var k := MarkKey(m, sc.q, atom);
    k in sc.own || (0 < Get(sc.view.nums, k) && Lasting(Get(sc.view.nums, k), lasts, sc.now))
  }
  ghost predicate IsSince(done: Mark, reset: Mark, lasts: int, sc: Scene, atom: Atom)
    requires AllGiven(done.per, sc.q, atom) && AllGiven(reset.per, sc.q, atom)
  {
    var at := Get(sc.view.nums, MarkKey(done, sc.q, atom));
    0 < at && Get(sc.view.nums, MarkKey(reset, sc.q, atom)) < at && Lasting(at, lasts, sc.now)
  }

  // ---- records ----
  ghost function RecordKey(record: Name, run: Name, of: Name): Key { (8, record, run, of, run, run, 0) }
  ghost predicate Remembered(k: Key, lasts: int, sc: Scene) {
    k in sc.view.records && Lasting(sc.view.records[k].at, lasts, sc.now)
  }
  // The record's key can be told; then the key; then whether the record is known.
  ghost predicate Keyed(ref: Ref, sc: Scene, atom: Atom) {
    && ref.run in sc.q.scopes
    && var run := sc.q.scopes[ref.run];
    match ref.under
    case Alone => true
    case ByAxis(axis) => axis in atom.names
    case ByField(record, field, lasts) =>
      Remembered(RecordKey(record, run, run), lasts, sc) && field in sc.view.records[RecordKey(record, run, run)].ones
  }
  ghost function Slot(ref: Ref, sc: Scene, atom: Atom): Key
    requires Keyed(ref, sc, atom)
  {
    var run := sc.q.scopes[ref.run];
    match ref.under
    case Alone => RecordKey(ref.record, run, run)
    case ByAxis(axis) => RecordKey(ref.record, run, atom.names[axis])
    case ByField(record, field, lasts) => RecordKey(ref.record, run, sc.view.records[RecordKey(record, run, run)].ones[field])
  }
  ghost predicate Recalled(ref: Ref, sc: Scene, atom: Atom) {
    Keyed(ref, sc, atom) && Remembered(Slot(ref, sc, atom), ref.lasts, sc)
  }
  ghost function Recall(ref: Ref, sc: Scene, atom: Atom): Record
    requires Recalled(ref, sc, atom)
  { sc.view.records[Slot(ref, sc, atom)] }
  ghost predicate HasNames(ref: Ref, sc: Scene, atom: Atom) { Recalled(ref, sc, atom) && ref.field in Recall(ref, sc, atom).names }
  ghost predicate HasInt(ref: Ref, sc: Scene, atom: Atom) { Recalled(ref, sc, atom) && ref.field in Recall(ref, sc, atom).ints }

  // ---- tests ----
  ghost predicate Known(t: Test, sc: Scene, part: Part, atom: Atom) {
    match t
    case Named(axis, _, _) => axis in atom.names
    case Placed(axis, _, _) => axis in atom.places
    case Holding(axis, _, _) => axis in atom.places
    case Ranged(axis, _, _) => axis in part.ints
    case Scoped(_, _, _) => true
    case Scoping(_, _) => true
    case Stands(mark, _, _) => AllGiven(mark.per, sc.q, atom)
    case Since(done, reset, _, _) => AllGiven(done.per, sc.q, atom) && AllGiven(reset.per, sc.q, atom)
    case Listed(axis, ref, _) => axis in atom.names && HasNames(ref, sc, atom)
    case Held(ref, _, _) => HasNames(ref, sc, atom)
    case HeldIn(ref, _, _) => HasInt(ref, sc, atom)
    case Compared(axis, ref, _, _) => axis in part.ints && HasInt(ref, sc, atom)
    case Kept(ref, _) => ref.under.ByAxis? ==> ref.under.axis in atom.names
  }
  ghost predicate Meets(t: Test, sc: Scene, part: Part, atom: Atom)
    requires Known(t, sc, part, atom)
  {
    match t
    case Named(axis, names, want) => (atom.names[axis] in names) == want
    case Placed(axis, patterns, want) => (exists p | p in patterns :: Fits(p, atom.places[axis])) == want
    case Holding(axis, names, want) => (exists s | s in atom.places[axis] :: s in names) == want
    case Ranged(axis, ranges, want) => (exists r | r in ranges :: Lies(r, part.ints[axis])) == want
    case Scoped(scope, names, want) => (scope in sc.q.scopes && sc.q.scopes[scope] in names) == want
    case Scoping(scope, want) => (scope in sc.q.scopes) == want
    case Stands(mark, lasts, want) => IsSet(mark, lasts, sc, atom) == want
    case Since(done, reset, lasts, want) => IsSince(done, reset, lasts, sc, atom) == want
    case Listed(axis, ref, want) => (atom.names[axis] in Recall(ref, sc, atom).names[ref.field]) == want
    case Held(ref, names, want) => (exists n | n in names :: n in Recall(ref, sc, atom).names[ref.field]) == want
    case HeldIn(ref, ranges, want) => (exists r | r in ranges :: Lies(r, Recall(ref, sc, atom).ints[ref.field])) == want
    case Compared(axis, ref, exact, want) =>
      (if exact then part.ints[axis] == Recall(ref, sc, atom).ints[ref.field]
       else part.ints[axis] <= Recall(ref, sc, atom).ints[ref.field]) == want
    case Kept(ref, want) => Recalled(ref, sc, atom) == want
  }
  // Yes, and: yes or unknown.
  ghost predicate Sure(t: Test, sc: Scene, part: Part, atom: Atom) { Known(t, sc, part, atom) && Meets(t, sc, part, atom) }
  ghost predicate May(t: Test, sc: Scene, part: Part, atom: Atom) { Known(t, sc, part, atom) ==> Meets(t, sc, part, atom) }

  // ---- rules ----
  ghost predicate Lifted(r: Rule, sc: Scene, part: Part, atom: Atom) {
    exists c | c in r.unless :: c != [] && forall t | t in c :: Sure(t, sc, part, atom)
  }
  // What grants speaks only to agents that use its group. What restricts or counts holds for everyone.
  ghost predicate Speaks(r: Rule, sc: Scene) { r.effect.Permit? || r.effect.Ask? ==> r.group in sc.groups }
  // The rule matches yes; and: it matches yes or unknown.
  ghost predicate Yes(r: Rule, sc: Scene, part: Part, atom: Atom) {
    part.verb in r.verbs && Speaks(r, sc) && (forall t | t in r.tests :: Sure(t, sc, part, atom)) && !Lifted(r, sc, part, atom)
  }
  ghost predicate Maybe(r: Rule, sc: Scene, part: Part, atom: Atom) {
    part.verb in r.verbs && Speaks(r, sc) && (forall t | t in r.tests :: May(t, sc, part, atom)) && !Lifted(r, sc, part, atom)
  }

  // ---- what a policy says about one atom ----
  ghost predicate Forbidden(p: Policy, sc: Scene, part: Part, atom: Atom) {
    exists r | r in p.rules :: r.effect.Forbid? && Maybe(r, sc, part, atom)
  }
  ghost predicate Granted(p: Policy, sc: Scene, part: Part, atom: Atom) {
    exists r | r in p.rules :: (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom)
  }
  // `n` must approve.
  ghost predicate Needed(p: Policy, sc: Scene, part: Part, atom: Atom, n: Name) {
    exists r | r in p.rules :: (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, sc, part, atom)
  }
  // The atom carries every axis that its verb is declared with.
  ghost predicate Complete(p: Policy, part: Part, atom: Atom) {
    && part.verb in p.axes
    && forall a | a in p.axes[part.verb] :: if a.place then a.name in atom.places else a.name in atom.names
  }

  // Well-formed policies: a permit has no `unless`, every budget that is charged is there, budgets and marks have kinds
  // of their own, one of a rate takes some time, every approval asks somebody, and what an agent uses or may pass on is
  // among what each agent that may start it uses or may pass on.
  ghost predicate Sound(p: Policy) {
    && (forall r | r in p.rules :: SoundRule(p, r))
    && (forall n | n in p.budgets :: SoundBudget(p.budgets[n]))
    && (forall n | n in p.quorums :: SoundQuorum(p.quorums[n]))
    && (forall a, c | a in p.agents && c in p.agents[a].starts && c in p.agents :: Narrower(p.agents[c], p.agents[a]))
  }
  ghost predicate SoundRule(p: Policy, r: Rule) {
    && (r.effect.Permit? ==> r.unless == [])
    && (r.effect.Charge? ==> r.effect.budget in p.budgets)
    && (r.effect.Leave? ==> var kind := r.effect.mark.kind; 2 <= kind && kind != 5 && kind <= 6)
  }
  ghost predicate SoundBudget(b: Budget) { (b.kind == 0 || b.kind == 1 || b.kind == 5) && (b.kind == 1 ==> 0 < b.period) }
  // In at least one role, and in each of them at least one person.
  ghost predicate SoundQuorum(q: Quorum) { q.roles != [] && forall role, people | (role, people) in q.roles :: 1 <= people }
  ghost predicate Narrower(c: AgentKind, a: AgentKind) { c.uses + c.passes <= a.uses + a.passes }
}
