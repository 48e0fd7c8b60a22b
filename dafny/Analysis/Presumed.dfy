include "Histories.dfy"
include "../Boundary/Noted.dfy"
// What may be presumed of the state while a history goes on: facts that are not done, marks that are set. What is said of single
// moments to that end, and of a run. The theorem: Undone.dfy.
module AnalysisPresumed {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened Moments
  import opened Claims
  import opened Coords
  import opened AnalysisHistories
  import N = Noted

  // ---- what is said of moments ----
  // What the answer "never" says of a policy (H3_Said).
  opaque ghost predicate Said(v: Policy, t: Table, q: Question) {
    forall x | Typed(t, x) && Surely(q.region, x) && !Excused(q.unless, x) && Claims.Passes(v, x) :: NeedsAny(v, q.approved, x)
  }
  // A fact that can be undone, and the test that says it is not done.
  datatype Undoable = Undoable(done: Mark, reset: Mark, lasts: int)
  ghost function NotDone(f: Undoable): Test { Since(f.done, f.reset, f.lasts, false) }
  // How moments of one verb are asked about. Beside the table, what none of them is without: tests that each of them passes, and
  // conjunctions that none of them passes.
  datatype Form = Form(t: Table, always: seq<Test>, odd: seq<seq<Test>>)
  opaque ghost predicate Real(w: Form, x: Moment) { Typed(w.t, x) && Surely(w.always, x) && !Excused(w.odd, x) }
  // Whether it is met is known of every moment.
  ghost predicate Evident(t: Table, s: Test) { forall x | Typed(t, x) :: Known(s, x.sc, x.part, x.atom) }

  // So it is of tests on what each action of the verb carries, and on cells that are kept by it.
  ghost predicate Carries(t: Table, per: Per) { forall s | s in [per.0, per.1, per.2, per.3] :: s in t.given || s in t.names }
  ghost predicate Plainly(t: Table, s: Test) {
    match s
    case Named(axis, _, _) => axis in t.names
    case Placed(axis, _, _) => axis in t.places
    case Holding(axis, _, _) => axis in t.places
    case Ranged(axis, _, _) => axis in t.ints
    case Stands(mark, _, _) => Carries(t, mark.per)
    case Since(done, reset, _, _) => Carries(t, done.per) && Carries(t, reset.per)
    case _ => s.Scoped? || s.Scoping?
  }

  // Facts that are presumed not to be done and marks that are presumed to be set, all kept by the same; by verb, what ends the
  // history; how moments are asked about, the first one and those after it.
  datatype Case = Case(
    v: Policy, per: Per, facts: set<Undoable>, marks: set<Mark>, ends: map<Name, seq<seq<Test>>>,
    first: set<Form>, after: set<Form>)
  ghost function Ends(c: Case, verb: Name): seq<seq<Test>> { if verb in c.ends then c.ends[verb] else [] }
  ghost predicate Presumed(c: Case, s: Test) { (exists f | f in c.facts :: s == NotDone(f)) || (exists k | k in c.marks :: s == Stands(k, 0, true)) }

  // What passes the conjunction leaves the mark: all tests of such a rule are in it, and something contrary to whatever lifts it.
  ghost function Contrary(t: Test): Test { t.(want := !t.want) }
  opaque ghost predicate LeftBy(v: Policy, mark: Mark, verb: Name, u: seq<Test>) {
    exists r | r in v.rules :: r.effect == Leave(mark) && verb in r.verbs && (forall t | t in r.tests :: t in u) &&
                               forall w | w in r.unless && w != [] :: exists t | t in w :: Contrary(t) in u
  }
  // It was shown: whatever is permitted of the verb in `that`, and does not end the history, leaves the mark.
  opaque ghost predicate Leaves(c: Case, mark: Mark, verb: Name, that: seq<Test>) {
    exists w, q :: w in c.first && w.t.verb == verb && LeavesBy(c, mark, w, that, q)
  }
  opaque ghost predicate LeavesBy(c: Case, mark: Mark, w: Form, that: seq<Test>, q: Question) {
    && Said(c.v, w.t, q) && q.approved == []
    && (forall s | s in q.region :: s in that || s in w.always)
    && (forall u | u in q.unless :: u in Ends(c, w.t.verb) || u in w.odd || LeftBy(c.v, mark, w.t.verb, u))
  }
  // The same, where it is not set yet: so it is set from then on.
  ghost predicate Sets(c: Case, mark: Mark, verb: Name, that: seq<Test>) { Leaves(c, mark, verb, that + [Stands(mark, 0, false)]) }

  // It was shown: where all that is presumed holds, whatever is permitted, and is noted as the fact by this rule, ends the
  // history. Tests of the rule that may be unknown were not asked about: where they are, the rule counts.
  opaque ghost predicate Guarded(c: Case, r: Rule, verb: Name) {
    [] in Ends(c, verb) || exists w, q :: w in c.after && w.t.verb == verb && GuardedBy(c, r, w, q)
  }
  opaque ghost predicate GuardedBy(c: Case, r: Rule, w: Form, q: Question) {
    && Said(c.v, w.t, q) && q.approved == []
    && (forall s | s in q.region :: (s in r.tests && Evident(w.t, s)) || s in w.always || Presumed(c, s))
    && (forall u | u in q.unless :: u in Ends(c, w.t.verb) || u in w.odd)
  }
  // No other mark goes by the fact's name, and each rule that notes it is guarded.
  opaque ghost predicate OnlyAtEnd(c: Case, f: Undoable) {
    forall r, verb | r in c.v.rules && verb in r.verbs && r.effect.Leave? && r.effect.mark.kind == 4 && r.effect.mark.name == f.done.name ::
      r.effect.mark == f.done && Guarded(c, r, verb)
  }
  ghost predicate KeptBy(f: Undoable, per: Per) { f.done.kind == 4 && f.reset.kind == 3 && f.done.per == per && f.reset.per == per }
  opaque ghost predicate Fit(c: Case) {
    && (forall f | f in c.facts :: KeptBy(f, c.per))
    && (forall k | k in c.marks :: k.kind == 3 && k.per == c.per)
    && (forall n | n in c.v.budgets :: SoundBudget(c.v.budgets[n]))
  }
  // All that was shown: what begins the history makes it so, and nothing but its end takes it back.
  opaque ghost predicate Shown(c: Case, verb: Name, that: seq<Test>) {
    && Fit(c) && (forall f | f in c.facts :: Leaves(c, f.reset, verb, that) && OnlyAtEnd(c, f))
    && forall k | k in c.marks :: Sets(c, k, verb, that)
  }

  // ---- what happened ----
  ghost predicate AskedAt(trace: seq<Input>, j: nat, part: Part, atom: Atom) {
    j < |trace| && trace[j].Decide? && part in trace[j].q.parts && atom in part.atoms
  }
  // An atom as it was decided by input number j.
  opaque ghost function MomentAt(p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom): Moment
    requires AskedAt(trace, j, part, atom)
  {
    var i, w := trace[j], Run(p, trace[..j]);
    Moment(Carrying(Current(w), SceneOf(w, i.agent, i.q, i.now)), part, atom)
  }
  opaque ghost predicate OnePolicy(c: Case, p: Policy, trace: seq<Input>) { forall u | u in Run(p, trace).policies :: u == c.v }
  // Some atom of what was permitted then ends the history.
  opaque ghost predicate IsEnd(c: Case, p: Policy, trace: seq<Input>, j: nat) {
    exists part, atom | AskedAt(trace, j, part, atom) :: Excused(Ends(c, part.verb), MomentAt(p, trace, j, part, atom))
  }
  // Between inputs number `from` and m nothing that ends the history has succeeded, of what was permitted after `from`,
  opaque ghost predicate Unended(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat) {
    forall i: nat, j: nat | from < j < i < m && N.Succeeds(p, trace, i, j) :: !IsEnd(c, p, trace, j)
  }
  // and what was permitted is as the questions take it to be.
  opaque ghost predicate AllReal(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat) {
    forall j: nat, part, atom, w | from < j < m && N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && w in c.after && w.t.verb == part.verb ::
      Real(w, MomentAt(p, trace, j, part, atom))
  }
  // The cells of one history: those of these values.
  ghost function ValuesOf(per: Per, q: Request, atom: Atom): Per
    requires AllGiven(per, q, atom)
  { (Scope(per.0, q, atom), Scope(per.1, q, atom), Scope(per.2, q, atom), Scope(per.3, q, atom)) }
  opaque ghost predicate Keeps(per: Per, q: Request, atom: Atom, s: Per) { AllGiven(per, q, atom) && ValuesOf(per, q, atom) == s }
  ghost function KeyWith(mark: Mark, s: Per): Key { (mark.kind, mark.name, s.0, s.1, s.2, s.3, 0) }
  // What is presumed holds before input number j.
  opaque ghost predicate Standing(c: Case, p: Policy, trace: seq<Input>, j: nat, s: Per) {
    && j <= |trace|
    && (forall f | f in c.facts :: N.Before(p, trace, j, KeyWith(f.done, s)) <= N.Before(p, trace, j, KeyWith(f.reset, s)))
    && (forall k | k in c.marks :: 0 < N.Before(p, trace, j, KeyWith(k, s)))
  }

  // A label that a request brings is judged as carried. It is set if rules that bring it ask for labels at most, and none is
  // lifted by one: then each of them speaks as well where more labels are carried.
  ghost predicate ByLabels(t: Test, want: bool) { t.Stands? && t.mark.kind == 2 ==> t.want == want }
  opaque ghost predicate Plain(v: Policy, mark: Mark) {
    forall r | r in v.rules && r.effect.Leave? && r.effect.mark.kind == 2 && r.effect.mark.name == mark.name ::
      (forall t | t in r.tests :: ByLabels(t, true)) && forall u, t | u in r.unless && t in u :: ByLabels(t, false)
  }
}
