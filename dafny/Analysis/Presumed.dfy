include "Histories.dfy"
include "../Boundary/Noted.dfy"
// What may be presumed of the state while a history goes on: facts that are not done, marks that are set. What was asked about
// single moments to that end, what it says of a run, and of one decision in it. The theorem: Undone.dfy.
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
  import D = Decided
  import K = Kernel
  import N = Noted
  import Pr = Prover
  import Th = AnalysisTheorems

  // ---- what was asked ----
  // What the answer "never" says of a policy; A1: it is so wherever that was answered.
  opaque ghost predicate Said(v: Policy, t: Table, q: Question) {
    forall x | Typed(t, x) && Surely(q.region, x) && !Excused(q.unless, x) && Claims.Passes(v, x) :: NeedsAny(v, q.approved, x)
  }
  lemma H3_Said(t: Table, v: Policy, plan: K.Plan, q: Question, budget: nat)
    requires Never_(t, v, plan, q, budget)
    ensures Said(v, t, q)
  {
    hide Pr.Honest, Typed, Surely, Excused, Claims.Passes, Needs;
    reveal Never_, Said();
    forall x | Typed(t, x) && Surely(q.region, x) && !Excused(q.unless, x) && Claims.Passes(v, x) ensures NeedsAny(v, q.approved, x) {
      Th.A1_Never(t, v, plan, q, budget, x);
    }
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
  lemma PlainlyEvident(t: Table, s: Test)
    requires Plainly(t, s)
    ensures Evident(t, s)
  {
    forall x | Typed(t, x) ensures Known(s, x.sc, x.part, x.atom) {
      if s.Stands? { CarriesGiven(t, s.mark.per, x); } else if s.Since? { CarriesGiven(t, s.done.per, x); CarriesGiven(t, s.reset.per, x); }
    }
  }
  lemma CarriesGiven(t: Table, per: Per, x: Moment)
    requires Carries(t, per) && Typed(t, x)
    ensures AllGiven(per, x.sc.q, x.atom)
  {
    var ss := [per.0, per.1, per.2, per.3];
    assert ss[0] in ss && ss[1] in ss && ss[2] in ss && ss[3] in ss;
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
  lemma KeyIs(mark: Mark, q: Request, atom: Atom, s: Per)
    requires Keeps(mark.per, q, atom, s)
    ensures AllGiven(mark.per, q, atom) && MarkKey(mark, q, atom) == KeyWith(mark, s)
  { reveal Keeps(); }
  // What is presumed holds before input number j.
  opaque ghost predicate Standing(c: Case, p: Policy, trace: seq<Input>, j: nat, s: Per) {
    && j <= |trace|
    && (forall f | f in c.facts :: N.Before(p, trace, j, KeyWith(f.done, s)) <= N.Before(p, trace, j, KeyWith(f.reset, s)))
    && (forall k | k in c.marks :: 0 < N.Before(p, trace, j, KeyWith(k, s)))
  }

  // ---- one moment ----
  lemma MomentIs(p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom)
    requires AskedAt(trace, j, part, atom)
    ensures var x := MomentAt(p, trace, j, part, atom);
            x.sc.q == trace[j].q && x.part == part && x.atom == atom && forall k :: Get(x.sc.view.nums, k) == N.Before(p, trace, j, k)
  {
    hide Run, Brings;
    reveal MomentAt(), N.Before();
  }
  lemma GivenPasses(c: Case, p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom)
    requires N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && OnePolicy(c, p, trace)
    ensures Claims.Passes(c.v, MomentAt(p, trace, j, part, atom))
    ensures Payable(c.v, MomentAt(p, trace, j, part, atom).sc)
    ensures forall k :: k in Keys(c.v, MomentAt(p, trace, j, part, atom).sc) <==> N.Touches(p, trace, j, k)
  {
    hide Run, Payable, Room, Permission.Passes, Brings, Keys;
    D.PolicyThen(p, trace, j);
    reveal Permitted(), MomentAt(), OnePolicy(), N.Given(), N.Touches();
  }
  lemma PresumedSure(c: Case, p: Policy, trace: seq<Input>, j: nat, s: Per, part: Part, atom: Atom, t: Test)
    requires AskedAt(trace, j, part, atom) && Standing(c, p, trace, j, s) && Fit(c) && Keeps(c.per, trace[j].q, atom, s) && Presumed(c, t)
    ensures Sure(t, MomentAt(p, trace, j, part, atom).sc, part, atom)
  {
    hide MarkKey, AllGiven, KeyWith;
    MomentIs(p, trace, j, part, atom);
    reveal Fit(), Standing();
    if k :| k in c.marks && t == Stands(k, 0, true) { KeyIs(k, trace[j].q, atom, s); } else {
      var f :| f in c.facts && t == NotDone(f);
      KeyIs(f.done, trace[j].q, atom, s);
      KeyIs(f.reset, trace[j].q, atom, s);
    }
  }
  lemma EvidentSure(t: Table, s: Test, x: Moment)
    requires Evident(t, s) && Typed(t, x) && May(s, x.sc, x.part, x.atom)
    ensures Sure(s, x.sc, x.part, x.atom)
  { hide Known, Meets, Typed; }

  // ---- what begins it ----
  lemma LeavesThere(c: Case, mark: Mark, verb: Name, that: seq<Test>, x: Moment)
    requires Leaves(c, mark, verb, that) && x.part.verb == verb && (forall w | w in c.first && w.t.verb == verb :: Real(w, x))
    requires Claims.Passes(c.v, x) && Payable(c.v, x.sc) && x.part in x.sc.q.parts && x.atom in x.part.atoms
    requires Surely(that, x) && !Excused(Ends(c, verb), x)
    ensures AllGiven(mark.per, x.sc.q, x.atom) && MarkKey(mark, x.sc.q, x.atom) in Keys(c.v, x.sc)
  {
    hide Typed, Claims.Passes, Needs, Sure, May, Counts, Keys, MarkKey, AllGiven;
    reveal Leaves();
    var w, q :| w in c.first && w.t.verb == verb && LeavesBy(c, mark, w, that, q);
    reveal LeavesBy(), Real(), Said();
    var u :| u in q.unless && Surely(u, x);
    SetsThere(c.v, mark, verb, u, x);
  }
  lemma ContraryNot(t: Test, sc: Scene, part: Part, atom: Atom)
    requires Sure(Contrary(t), sc, part, atom)
    ensures !Sure(t, sc, part, atom)
  { hide IsSet, IsSince, Recalled, HasNames, HasInt, Fits, Lies, AllGiven, Recall; }
  lemma SetsThere(v: Policy, mark: Mark, verb: Name, u: seq<Test>, x: Moment)
    requires LeftBy(v, mark, verb, u) && Surely(u, x) && x.part.verb == verb && Payable(v, x.sc) && x.part in x.sc.q.parts && x.atom in x.part.atoms
    ensures AllGiven(mark.per, x.sc.q, x.atom) && MarkKey(mark, x.sc.q, x.atom) in Keys(v, x.sc)
  {
    hide Sure, May, Contrary;
    reveal LeftBy();
    var r :| r in v.rules && r.effect == Leave(mark) && verb in r.verbs && (forall t | t in r.tests :: t in u) &&
             forall w | w in r.unless && w != [] :: exists t | t in w :: Contrary(t) in u;
    forall t | t in r.tests ensures May(t, x.sc, x.part, x.atom) { SureMay(t, x.sc, x.part, x.atom); }
    forall w | w in r.unless && w != [] ensures exists t | t in w :: !Sure(t, x.sc, x.part, x.atom) {
      var t :| t in w && Contrary(t) in u;
      ContraryNot(t, x.sc, x.part, x.atom);
    }
    assert !Lifted(r, x.sc, x.part, x.atom);
    assert Charges(r, x.sc, x.part, x.atom);
    assert Counts(v, x.sc, x.part, x.atom, r) && Counter(v, x.sc, x.part, x.atom, r) == MarkKey(mark, x.sc.q, x.atom);
  }

  // ---- what would take it back ----
  // The atom and the rule by which a request is noted.
  lemma NotedBy(c: Case, sc: Scene, f: Undoable, s: Per) returns (part: Part, atom: Atom, r: Rule)
    requires Fit(c) && f in c.facts && OnlyAtEnd(c, f) && KeyWith(f.done, s) in Keys(c.v, sc)
    ensures part in sc.q.parts && atom in part.atoms && Maybe(r, sc, part, atom) && Guarded(c, r, part.verb) && Keeps(c.per, sc.q, atom, s)
  {
    hide Maybe, Window;
    var part', atom', r' :| part' in sc.q.parts && atom' in part'.atoms && r' in c.v.rules && Counts(c.v, sc, part', atom', r') && Counter(c.v, sc, part', atom', r') == KeyWith(f.done, s);
    part, atom, r := part', atom', r';
    reveal OnlyAtEnd(), Fit(), Keeps();
    assert part.verb in r.verbs by { reveal Maybe; }
  }
  lemma GuardedEnds(c: Case, r: Rule, w: Form, q: Question, x: Moment)
    requires GuardedBy(c, r, w, q) && Maybe(r, x.sc, x.part, x.atom) && Claims.Passes(c.v, x) && Real(w, x)
    requires forall t | Presumed(c, t) :: Sure(t, x.sc, x.part, x.atom)
    ensures Excused(Ends(c, w.t.verb), x)
  {
    hide Typed, Claims.Passes, Needs, Sure, May, Lifted, Known, Presumed;
    reveal GuardedBy(), Real();
    forall t | t in q.region ensures Sure(t, x.sc, x.part, x.atom) {
      if t in r.tests && Evident(w.t, t) {
        assert May(t, x.sc, x.part, x.atom);
        EvidentSure(w.t, t, x);
      }
    }
    reveal Said();
    var u :| u in q.unless && Surely(u, x);
    assert u in Ends(c, w.t.verb);
  }
  // While it holds, what would take it back ends the history.
  lemma TouchedEnds(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, j: nat, f: Undoable, s: Per)
    requires from < j < m && AllReal(c, p, trace, from, m) && OnePolicy(c, p, trace) && Standing(c, p, trace, j, s)
    requires Fit(c) && f in c.facts && OnlyAtEnd(c, f) && N.Touches(p, trace, j, KeyWith(f.done, s))
    ensures IsEnd(c, p, trace, j)
  {
    hide Run, Permits, OpsOf, Keys, Maybe, Claims.Passes, KeyWith, Payable, Excused, Sure, Presumed;
    assert N.Given(p, trace, j) && j < |trace| && trace[j].Decide? by { reveal N.Touches(), N.Given(); }
    var part0, atom0 := SomeAtom(p, trace, j);
    GivenPasses(c, p, trace, j, part0, atom0);
    MomentIs(p, trace, j, part0, atom0);
    var part, atom, r := NotedBy(c, MomentAt(p, trace, j, part0, atom0).sc, f, s);
    var x := MomentAt(p, trace, j, part, atom);
    assert x.sc == MomentAt(p, trace, j, part0, atom0).sc by { reveal MomentAt(); }
    GivenPasses(c, p, trace, j, part, atom);
    MomentIs(p, trace, j, part, atom);
    forall t | Presumed(c, t) ensures Sure(t, x.sc, part, atom) { PresumedSure(c, p, trace, j, s, part, atom, t); }
    assert Excused(Ends(c, part.verb), x) by {
      reveal Guarded();
      if [] in Ends(c, part.verb) { assert Surely([], x); assert Excused(Ends(c, part.verb), x) by { reveal Excused; } }
      else {
        var w, q :| w in c.after && w.t.verb == part.verb && GuardedBy(c, r, w, q);
        assert Real(w, x) by { reveal AllReal(); }
        GuardedEnds(c, r, w, q, x);
      }
    }
    reveal IsEnd();
  }
  // A label that a request brings is judged as carried. It is set if no rule that brings it asks about labels: then each of them
  // speaks as well where the label is carried.
  ghost predicate Unlabelled(t: Test) { t.Stands? ==> t.mark.kind != 2 }
  opaque ghost predicate Plain(v: Policy, mark: Mark) {
    forall r | r in v.rules && r.effect.Leave? && r.effect.mark.kind == 2 && r.effect.mark.name == mark.name ::
      (forall t | t in r.tests :: Unlabelled(t)) && forall u, t | u in r.unless && t in u :: Unlabelled(t)
  }
  lemma UnlabelledSame(t: Test, sc: Scene, own: set<Key>, part: Part, atom: Atom)
    requires Unlabelled(t) && sc.own == {} && forall k | k in own :: k.0 == 2
    ensures Sure(t, sc, part, atom) <==> Sure(t, sc.(own := own), part, atom)
    ensures May(t, sc, part, atom) <==> May(t, sc.(own := own), part, atom)
  { hide Fits, Lies; }
  lemma BroughtSet(v: Policy, sc: Scene, mark: Mark, s: Per)
    requires sc.own == {} && mark.kind == 2 && Plain(v, mark) && (forall n | n in v.budgets :: SoundBudget(v.budgets[n]))
    requires KeyWith(mark, s) in Brings(v, sc)
    ensures KeyWith(mark, s) in Keys(v, Carrying(v, sc))
  {
    hide Maybe, Window;
    var k, c := KeyWith(mark, s), Carrying(v, sc);
    var part, atom, r :| part in sc.q.parts && atom in part.atoms && r in v.rules && Counts(v, sc, part, atom, r) && Counter(v, sc, part, atom, r) == k;
    reveal Plain();
    StillMaybe(r, sc, c.own, part, atom);
    assert Counts(v, c, part, atom, r) && Counter(v, c, part, atom, r) == k;
  }
  lemma StillMaybe(r: Rule, sc: Scene, own: set<Key>, part: Part, atom: Atom)
    requires r.effect.Leave? && Maybe(r, sc, part, atom) && sc.own == {} && forall k | k in own :: k.0 == 2
    requires (forall t | t in r.tests :: Unlabelled(t)) && forall u, t | u in r.unless && t in u :: Unlabelled(t)
    ensures Maybe(r, sc.(own := own), part, atom)
  {
    hide Sure, May, Unlabelled;
    forall t | t in r.tests ensures May(t, sc.(own := own), part, atom) { UnlabelledSame(t, sc, own, part, atom); }
    forall u, t | u in r.unless && t in u ensures Sure(t, sc, part, atom) <==> Sure(t, sc.(own := own), part, atom) {
      UnlabelledSame(t, sc, own, part, atom);
    }
  }
  // What is permitted has an atom.
  lemma SomeAtom(p: Policy, trace: seq<Input>, j: nat) returns (part: Part, atom: Atom)
    requires N.Given(p, trace, j)
    ensures AskedAt(trace, j, part, atom)
  {
    hide Run, Payable, Room, Permission.Passes, Batch, Brings;
    reveal N.Given(), Permitted();
    part := trace[j].q.parts[0];
    atom := part.atoms[0];
  }
}
