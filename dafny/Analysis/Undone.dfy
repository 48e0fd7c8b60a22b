include "Histories.dfy"
include "../Boundary/Noted.dfy"
// What holds of whole runs, however long, by facts that are undone: each of them is reset by what the history begins with, and
// nothing but what ends the history makes it done again. Used once, on a run: UndoneApplied.dfy.
module AnalysisUndone {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened Moments
  import opened Claims
  import opened Coords
  import opened AnalysisHistories
  import D = Decided
  import H = History
  import K = Kernel
  import M = Machine
  import N = Noted
  import Pr = Prover
  import Th = AnalysisTheorems

  // ---- what was asked ----
  // A fact that can be undone, and the test that says it is not done.
  datatype Undoable = Undoable(done: Mark, reset: Mark, lasts: int)
  ghost function NotDone(f: Undoable): Test { Since(f.done, f.reset, f.lasts, false) }
  ghost predicate KeptBy(f: Undoable, per: Per) { f.done.kind == 4 && f.reset.kind == 3 && f.done.per == per && f.reset.per == per }

  // How some moments of one verb are asked about. Beside the table, what no action of the world is without: tests that each of
  // them passes, and conjunctions that none of them passes.
  datatype Form = Form(t: Table, always: seq<Test>, odd: seq<seq<Test>>)
  opaque ghost predicate Real(w: Form, x: Moment) { Typed(w.t, x) && Surely(w.always, x) && !Excused(w.odd, x) }
  // Whether the test is met is known of every moment.
  ghost predicate Evident(t: Table, s: Test) { forall x | Typed(t, x) :: Known(s, x.sc, x.part, x.atom) }

  // The facts that are presumed not to be done, all kept by the same; and by verb, what ends the history.
  datatype Case = Case(v: Policy, plan: K.Plan, per: Per, facts: set<Undoable>, forms: set<Form>, ends: map<Name, seq<seq<Test>>>)
  ghost function Ends(c: Case, verb: Name): seq<seq<Test>> { if verb in c.ends then c.ends[verb] else [] }
  ghost predicate Presumed(c: Case, s: Test) { exists f | f in c.facts :: s == NotDone(f) }

  // It was shown: whatever is permitted of the verb in `that`, and does not end the history, resets the fact.
  opaque ghost predicate Resets(c: Case, f: Undoable, verb: Name, that: seq<Test>) {
    exists w, q, budget :: w in c.forms && w.t.verb == verb && ResetsBy(c, f, w, that, q, budget)
  }
  opaque ghost predicate ResetsBy(c: Case, f: Undoable, w: Form, that: seq<Test>, q: Question, budget: nat) {
    && Never_(w.t, c.v, c.plan, q, budget) && q.approved == []
    && (forall s | s in q.region :: s in that || s in w.always)
    && (forall u | u in q.unless :: u in Ends(c, w.t.verb) || u in w.odd || AllSet(c.v, f.reset, w.t.verb, [u]))
  }
  // It was shown: where all facts are presumed not to be done, whatever is permitted and would be noted as the fact by this rule
  // ends the history. Tests of the rule that may be unknown are not asked about: it counts there, too.
  opaque ghost predicate Guarded(c: Case, r: Rule, verb: Name) {
    [] in Ends(c, verb) || exists w, q, budget :: w in c.forms && w.t.verb == verb && GuardedBy(c, r, w, q, budget)
  }
  opaque ghost predicate GuardedBy(c: Case, r: Rule, w: Form, q: Question, budget: nat) {
    && Never_(w.t, c.v, c.plan, q, budget) && q.approved == []
    && (forall s | s in q.region :: (s in r.tests && Evident(w.t, s)) || s in w.always || Presumed(c, s))
    && (forall u | u in q.unless :: u in Ends(c, w.t.verb) || u in w.odd)
  }
  // No other mark goes by the fact's name, and each rule that notes it is guarded.
  opaque ghost predicate Stays(c: Case, f: Undoable) {
    && KeptBy(f, c.per)
    && forall r, verb | r in c.v.rules && verb in r.verbs && r.effect.Leave? && r.effect.mark.kind == 4 && r.effect.mark.name == f.done.name ::
      r.effect.mark == f.done && Guarded(c, r, verb)
  }
  opaque ghost predicate NoBudgetNotes(v: Policy) { forall n | n in v.budgets :: v.budgets[n].kind != 4 }

  // ---- what happened ----
  ghost predicate AskedAt(trace: seq<Input>, j: nat, part: Part, atom: Atom) {
    j < |trace| && trace[j].Decide? && part in trace[j].q.parts && atom in part.atoms
  }
  // An atom as it was decided by input number j.
  ghost function MomentAt(p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom): Moment
    requires AskedAt(trace, j, part, atom)
  {
    var i, w := trace[j], Run(p, trace[..j]);
    Moment(Carrying(Current(w), SceneOf(w, i.agent, i.q, i.now)), part, atom)
  }
  // Some atom of what was permitted then ends the history.
  opaque ghost predicate IsEnd(c: Case, p: Policy, trace: seq<Input>, j: nat) {
    exists part, atom | AskedAt(trace, j, part, atom) :: Excused(Ends(c, part.verb), MomentAt(p, trace, j, part, atom))
  }
  // Nothing that ends the history has succeeded between inputs number `from` and m, of what was permitted after `from`.
  opaque ghost predicate Unended(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat) {
    forall i: nat, j: nat | from < j < i < m && N.Given(p, trace, j) && N.Succeeds(p, trace, i, j) :: !IsEnd(c, p, trace, j)
  }
  // What was permitted from `from` on is as the questions take it to be.
  opaque ghost predicate AllReal(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat) {
    forall j: nat, part, atom, w | from <= j < m && N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && w in c.forms && w.t.verb == part.verb ::
      Real(w, MomentAt(p, trace, j, part, atom))
  }
  ghost function ValuesOf(per: Per, q: Request, atom: Atom): Per
    requires AllGiven(per, q, atom)
  { (Scope(per.0, q, atom), Scope(per.1, q, atom), Scope(per.2, q, atom), Scope(per.3, q, atom)) }
  ghost function KeyWith(mark: Mark, s: Per): Key { (mark.kind, mark.name, s.0, s.1, s.2, s.3, 0) }
  lemma KeyIs(mark: Mark, q: Request, atom: Atom)
    requires AllGiven(mark.per, q, atom)
    ensures MarkKey(mark, q, atom) == KeyWith(mark, ValuesOf(mark.per, q, atom))
  {}
  ghost predicate NoneTold(c: Case, trace: seq<Input>, from: nat, m: nat, s: Per) {
    forall f | f in c.facts :: N.Untold(trace, from, m, KeyWith(f.done, s))
  }
  opaque ghost predicate OnePolicy(c: Case, p: Policy, trace: seq<Input>) { forall u | u in Run(p, trace).policies :: u == c.v }
  // In the world in which input number j was decided, none of the facts is done.
  opaque ghost predicate NoneDone(c: Case, w: World, s: Per) {
    forall f | f in c.facts :: N.At(w, KeyWith(f.done, s)) <= N.At(w, KeyWith(f.reset, s))
  }

  // ---- one decision ----
  lemma GivenPasses(p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom)
    requires N.Given(p, trace, j) && AskedAt(trace, j, part, atom)
    ensures var w, x := Run(p, trace[..j]), MomentAt(p, trace, j, part, atom);
            Claims.Passes(Current(w), x) && Payable(Current(w), x.sc) && x.sc.q == trace[j].q && x.sc.view.nums == M.StateOf(w.log)
  {
    hide Run, Payable, Room, Batch, Permission.Passes, Brings;
    reveal Permitted();
  }
  lemma GivenOps(p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom, k: Key)
    requires N.Given(p, trace, j) && AskedAt(trace, j, part, atom)
    ensures k in N.OpsAt(p, trace, j) <==> k in Keys(Current(Run(p, trace[..j])), MomentAt(p, trace, j, part, atom).sc)
  { hide Run, Permits, Keys, Carrying, SceneOf; }
  // A fact that is not done in that world is not done there.
  lemma SureNotDone(c: Case, w: World, s: Per, f: Undoable, sc: Scene, part: Part, atom: Atom)
    requires NoneDone(c, w, s) && f in c.facts && KeptBy(f, c.per) && sc.view.nums == M.StateOf(w.log)
    requires AllGiven(c.per, sc.q, atom) && ValuesOf(c.per, sc.q, atom) == s
    ensures Sure(NotDone(f), sc, part, atom)
  {
    reveal NoneDone();
    KeyIs(f.done, sc.q, atom);
    KeyIs(f.reset, sc.q, atom);
  }
  // The part, atom and rule by which a decision would be noted.
  lemma NotedBy(v: Policy, sc: Scene, c: Case, f: Undoable, s: Per) returns (part: Part, atom: Atom, r: Rule)
    requires v == c.v && NoBudgetNotes(v) && Stays(c, f) && KeyWith(f.done, s) in Keys(v, sc)
    ensures part in sc.q.parts && atom in part.atoms && Maybe(r, sc, part, atom) && Guarded(c, r, part.verb)
    ensures AllGiven(c.per, sc.q, atom) && ValuesOf(c.per, sc.q, atom) == s
  {
    hide Maybe, Window;
    var part', atom', r' :| part' in sc.q.parts && atom' in part'.atoms && r' in v.rules && Counts(v, sc, part', atom', r') && Counter(v, sc, part', atom', r') == KeyWith(f.done, s);
    part, atom, r := part', atom', r';
    reveal Stays(), NoBudgetNotes();
    assert part.verb in r.verbs by { reveal Maybe; }
    if r.effect.Leave? { KeyIs(r.effect.mark, sc.q, atom); }
  }
  lemma EvidentSure(t: Table, s: Test, x: Moment)
    requires Evident(t, s) && Typed(t, x) && May(s, x.sc, x.part, x.atom)
    ensures Sure(s, x.sc, x.part, x.atom)
  { hide Known, Meets, Typed; }
  lemma GuardedEnds(c: Case, r: Rule, w: Form, q: Question, budget: nat, world: World, s: Per, x: Moment)
    requires GuardedBy(c, r, w, q, budget) && Maybe(r, x.sc, x.part, x.atom) && Claims.Passes(c.v, x) && Real(w, x)
    requires NoneDone(c, world, s) && x.sc.view.nums == M.StateOf(world.log) && forall f | f in c.facts :: KeptBy(f, c.per)
    requires AllGiven(c.per, x.sc.q, x.atom) && ValuesOf(c.per, x.sc.q, x.atom) == s
    ensures Excused(Ends(c, w.t.verb), x)
  {
    hide Pr.Honest, Typed, Claims.Passes, Needed, Sure, May, Lifted, Known, ValuesOf, AllGiven, KeptBy;
    reveal GuardedBy(), Real();
    forall t | t in q.region ensures Sure(t, x.sc, x.part, x.atom) {
      if t in w.always {
      } else if t in r.tests && Evident(w.t, t) {
        assert May(t, x.sc, x.part, x.atom);
        EvidentSure(w.t, t, x);
      } else {
        var f :| f in c.facts && t == NotDone(f);
        SureNotDone(c, world, s, f, x.sc, x.part, x.atom);
      }
    }
    reveal Never_;
    if !Excused(q.unless, x) { Th.A1_Never(w.t, c.v, c.plan, q, budget, x); }
    var u :| u in q.unless && Surely(u, x);
    assert u in Ends(c, w.t.verb);
  }
  // Where no fact is done, what would be noted as one of them ends the history.
  lemma TouchedEnds(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, j: nat, f: Undoable, s: Per)
    requires from < j < m && N.Given(p, trace, j) && AllReal(c, p, trace, from, m) && OnePolicy(c, p, trace)
    requires NoneDone(c, Run(p, trace[..j]), s) && Shown(c) && f in c.facts && KeyWith(f.done, s) in N.OpsAt(p, trace, j)
    ensures IsEnd(c, p, trace, j)
  {
    hide Run, Permits, Keys, Carrying, SceneOf, Maybe, Claims.Passes, KeyWith, ValuesOf, AllGiven, Payable, Excused, KeptBy;
    var i, world := trace[j], Run(p, trace[..j]);
    assert Current(world) == c.v by { D.PolicyThen(p, trace, j); reveal OnePolicy(); }
    reveal Shown();
    var sc := Carrying(c.v, SceneOf(world, i.agent, i.q, i.now));
    assert sc.q == i.q by { reveal Carrying, SceneOf; }
    var part, atom, r := NotedBy(c.v, sc, c, f, s);
    var x := MomentAt(p, trace, j, part, atom);
    GivenPasses(p, trace, j, part, atom);
    assert Excused(Ends(c, part.verb), x) by {
      reveal Guarded();
      if [] in Ends(c, part.verb) { assert Surely([], x); assert Excused(Ends(c, part.verb), x) by { reveal Excused; } }
      else {
        var w, q, budget :| w in c.forms && w.t.verb == part.verb && GuardedBy(c, r, w, q, budget);
        assert Real(w, x) by { reveal AllReal(); }
        assert forall g | g in c.facts :: KeptBy(g, c.per) by { reveal Stays(); }
        GuardedEnds(c, r, w, q, budget, world, s, x);
      }
    }
    reveal IsEnd();
  }

  // ---- the history ----
  // What input number `from` was permitted resets all facts.
  opaque ghost predicate Begun(c: Case, p: Policy, trace: seq<Input>, from: nat, s: Per) {
    N.Given(p, trace, from) && forall f | f in c.facts :: KeyWith(f.reset, s) in N.OpsAt(p, trace, from)
  }
  opaque ghost predicate Shown(c: Case) { NoBudgetNotes(c.v) && forall f | f in c.facts :: Stays(c, f) }
  // Since then until input number m nothing has ended it, and the host has told no fact.
  opaque ghost predicate Going(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per) {
    AllReal(c, p, trace, from, m) && Unended(c, p, trace, from, m) && NoneTold(c, trace, from, m, s)
  }
  lemma GoingSooner(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, l: nat, s: Per)
    requires Going(c, p, trace, from, m, s) && l <= m
    ensures Going(c, p, trace, from, l, s)
  {
    hide N.Given, N.Succeeds, KeyWith, MomentAt, AskedAt;
    reveal Going(), AllReal(), Unended(), N.Untold();
  }
  // None of the facts is done until something that ends the history has succeeded.
  lemma NoneDoneYet(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per)
    requires from < m <= |trace| && OnePolicy(c, p, trace) && Shown(c) && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    ensures NoneDone(c, Run(p, trace[..m]), s)
    decreases m, 1
  {
    hide Run, N.Given, N.OpsAt, N.At, KeyWith, KeptBy;
    forall f | f in c.facts ensures N.At(Run(p, trace[..m]), KeyWith(f.done, s)) <= N.At(Run(p, trace[..m]), KeyWith(f.reset, s)) {
      NoneNoted(c, p, trace, from, m, s, f);
      UndoneOne(c, p, trace, from, m, s, f);
    }
    reveal NoneDone();
  }
  lemma UndoneOne(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per, f: Undoable)
    requires from < m <= |trace| && Shown(c) && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    requires f in c.facts && N.Unnoted(p, trace, from, m, KeyWith(f.done, s))
    ensures N.At(Run(p, trace[..m]), KeyWith(f.done, s)) <= N.At(Run(p, trace[..m]), KeyWith(f.reset, s))
  {
    hide Run, N.Given, N.OpsAt, N.At;
    assert KeptBy(f, c.per) by { reveal Shown(), Stays(); }
    reveal Begun(), Going();
    N.Undone(p, trace, from, m, KeyWith(f.done, s), KeyWith(f.reset, s));
  }
  lemma NoneNoted(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per, f: Undoable)
    requires from < m <= |trace| && OnePolicy(c, p, trace) && Shown(c) && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    requires f in c.facts
    ensures N.Unnoted(p, trace, from, m, KeyWith(f.done, s))
    decreases m, 0
  {
    hide Run, Permits, N.OpsAt, N.Succeeds, KeyWith;
    var k := KeyWith(f.done, s);
    forall i: nat, j: nat | from < j < i < m && N.Given(p, trace, j) && N.Succeeds(p, trace, i, j) ensures k !in N.OpsAt(p, trace, j) {
      assert !IsEnd(c, p, trace, j) && AllReal(c, p, trace, from, m) by { reveal Going(), Unended(); }
      GoingSooner(c, p, trace, from, m, j, s);
      assert j <= |trace| by { reveal N.Succeeds; }
      NoneDoneYet(c, p, trace, from, j, s);
      if k in N.OpsAt(p, trace, j) { TouchedEnds(c, p, trace, from, m, j, f, s); }
    }
    reveal N.Unnoted();
  }

  // ---- how it begins ----
  lemma ResetsThere(c: Case, f: Undoable, w: Form, that: seq<Test>, q: Question, budget: nat, x: Moment)
    requires ResetsBy(c, f, w, that, q, budget) && Real(w, x) && Claims.Passes(c.v, x) && Payable(c.v, x.sc)
    requires x.part in x.sc.q.parts && x.atom in x.part.atoms && x.part.verb == w.t.verb && Surely(that, x) && !Excused(Ends(c, w.t.verb), x)
    ensures AllGiven(f.reset.per, x.sc.q, x.atom) && MarkKey(f.reset, x.sc.q, x.atom) in Keys(c.v, x.sc)
  {
    hide Pr.Honest, Typed, Claims.Passes, Needed, Sure, May;
    reveal ResetsBy(), Real(), Never_, AllSet;
    if !Excused(q.unless, x) { Th.A1_Never(w.t, c.v, c.plan, q, budget, x); }
    var u :| u in q.unless && Surely(u, x);
    assert u in [u];
    var r :| r in c.v.rules && r.effect == Leave(f.reset) && w.t.verb in r.verbs && r.unless == [] && r.tests == u;
    forall t | t in r.tests ensures May(t, x.sc, x.part, x.atom) { SureMay(t, x.sc, x.part, x.atom); }
    assert Charges(r, x.sc, x.part, x.atom);
    assert Counts(c.v, x.sc, x.part, x.atom, r) && Counter(c.v, x.sc, x.part, x.atom, r) == MarkKey(f.reset, x.sc.q, x.atom);
  }
  // One atom of what was permitted lay in `that` and did not end the history; its facts are kept under these values.
  ghost predicate Begins(c: Case, p: Policy, trace: seq<Input>, from: nat, part: Part, atom: Atom, that: seq<Test>, s: Per) {
    && N.Given(p, trace, from) && AskedAt(trace, from, part, atom)
    && var x := MomentAt(p, trace, from, part, atom);
    && Surely(that, x) && !Excused(Ends(c, part.verb), x) && (AllGiven(c.per, x.sc.q, atom) ==> ValuesOf(c.per, x.sc.q, atom) == s)
  }
  lemma BeginsAll(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, part: Part, atom: Atom, that: seq<Test>, s: Per)
    requires from < m && Begins(c, p, trace, from, part, atom, that, s) && OnePolicy(c, p, trace) && Shown(c)
    requires AllReal(c, p, trace, from, m) && forall f | f in c.facts :: Resets(c, f, part.verb, that)
    ensures Begun(c, p, trace, from, s)
  {
    hide Run, Permits, N.OpsAt, KeyWith, ValuesOf, AllGiven, Keys, Surely, Excused, Claims.Passes, Payable, KeptBy;
    var x := MomentAt(p, trace, from, part, atom);
    GivenPasses(p, trace, from, part, atom);
    assert Current(Run(p, trace[..from])) == c.v by { D.PolicyThen(p, trace, from); reveal OnePolicy(); }
    forall f | f in c.facts ensures KeyWith(f.reset, s) in N.OpsAt(p, trace, from) {
      assert f.reset.per == c.per by { reveal Shown(), Stays(), KeptBy; }
      reveal Resets();
      var w, q, budget :| w in c.forms && w.t.verb == part.verb && ResetsBy(c, f, w, that, q, budget);
      assert Real(w, x) by { reveal AllReal(); }
      ResetsThere(c, f, w, that, q, budget, x);
      KeyIs(f.reset, x.sc.q, atom);
      GivenOps(p, trace, from, part, atom, KeyWith(f.reset, s));
    }
    reveal Begun();
  }
  // What an effect did, as an input that was permitted.
  lemma DoneGiven(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects| && Of(p, trace, n, part, atom)
    ensures var j := Doing(p, trace, n).born;
            N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && trace[j].q == Doing(p, trace, n).q && MomentAt(p, trace, j, part, atom) == Decided_(p, trace, n, part, atom)
  {
    hide Run, Permits, OpsOf, Carrying, SceneOf;
    D.Permitted1(p, trace, n);
    reveal H.Born();
  }

  // H3. Never this after that until what ends it, in any run of any length under one policy: if it was shown that whatever is
  // permitted of `that` resets each of the facts; that where none of them is done, only what ends the history is noted as one of
  // them; and that nothing of `this` is permitted where none of them is done: then no effect of `this` was decided after one of
  // `that`, unless those who may approve it had. Between the two nothing of the end has succeeded that was permitted after
  // `that`, and the host has told none of the facts; both keep them under the same values.
  lemma H3_Undone(
    c: Case, p: Policy, trace: seq<Input>, s: Per,
    a: nat, part1: Part, atom1: Atom, that: seq<Test>,
    n: nat, part2: Part, atom2: Atom, t2: Table, this_: Question, budget2: nat)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects| && Doing(p, trace, a).born < Doing(p, trace, n).born
    requires OnePolicy(c, p, trace) && Shown(c) && forall f | f in c.facts :: Resets(c, f, part1.verb, that)
    requires Going(c, p, trace, Doing(p, trace, a).born, Doing(p, trace, n).born, s)
    requires Of(p, trace, a, part1, atom1) && Begins(c, p, trace, Doing(p, trace, a).born, part1, atom1, that, s)
    requires Of(p, trace, n, part2, atom2) && AllGiven(c.per, Doing(p, trace, n).q, atom2) && ValuesOf(c.per, Doing(p, trace, n).q, atom2) == s
    requires Never_(t2, c.v, c.plan, this_, budget2) && Typed(t2, Decided_(p, trace, n, part2, atom2)) && !Excused(this_.unless, Decided_(p, trace, n, part2, atom2))
    requires forall t | t in this_.region :: Presumed(c, t) || Sure(t, Decided_(p, trace, n, part2, atom2).sc, part2, atom2)
    ensures exists m | m in this_.approved :: ApprovedThen(p, trace, Doing(p, trace, n), m)
  {
    hide Run, N.Given, Begins, Typed, Excused, ApprovedThen, Carrying, SceneOf, Sure, AllGiven, ValuesOf;
    var from, m := Doing(p, trace, a).born, Doing(p, trace, n).born;
    var x := Decided_(p, trace, n, part2, atom2);
    assert AllReal(c, p, trace, from, m) by { reveal Going(); }
    BeginsAll(c, p, trace, from, m, part1, atom1, that, s);
    NoneDoneYet(c, p, trace, from, m, s);
    DoneGiven(p, trace, n, part2, atom2);
    GivenPasses(p, trace, m, part2, atom2);
    SureAll(c, Run(p, trace[..m]), s, x);
    assert Surely(this_.region, x);
    D.PolicyThen(p, trace, m);
    reveal OnePolicy(), Within_;
    H1_Done(p, trace, n, part2, atom2, t2, c.plan, this_, budget2);
  }
  lemma SureAll(c: Case, w: World, s: Per, x: Moment)
    requires Shown(c) && NoneDone(c, w, s) && x.sc.view.nums == M.StateOf(w.log)
    requires AllGiven(c.per, x.sc.q, x.atom) && ValuesOf(c.per, x.sc.q, x.atom) == s
    ensures forall t | Presumed(c, t) :: Sure(t, x.sc, x.part, x.atom)
  {
    hide Sure, AllGiven, ValuesOf;
    forall t | Presumed(c, t) ensures Sure(t, x.sc, x.part, x.atom) {
      var f :| f in c.facts && t == NotDone(f);
      reveal Shown(), Stays();
      SureNotDone(c, w, s, f, x.sc, x.part, x.atom);
    }
  }
}
