include "Presumed.dfy"
// What is presumed, of one moment: what begins a history makes it so, and what would take it back ends the history.
module AnalysisPresumedProofs {
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
  import opened AnalysisPresumed
  import D = Decided
  import K = Kernel
  import N = Noted
  import Pr = Prover
  import Th = AnalysisTheorems

  // ---- what is said of moments ----
  // Wherever it was answered, it is so (A1).
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
  lemma KeyIs(mark: Mark, q: Request, atom: Atom, s: Per)
    requires Keeps(mark.per, q, atom, s)
    ensures AllGiven(mark.per, q, atom) && MarkKey(mark, q, atom) == KeyWith(mark, s)
  { reveal Keeps(); }

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
  { hide IsSet, IsSince, Recalled, HasNames, HasInt, Fits, Lies, AllGiven, Recall, Known; }
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
  // Where more labels are carried, what asks for labels is met as before, and what asks for their absence is met by no more.
  lemma MoreLabels(t: Test, sc: Scene, own: set<Key>, part: Part, atom: Atom)
    requires sc.own == {} && forall k | k in own :: k.0 == 2
    ensures ByLabels(t, true) && May(t, sc, part, atom) ==> May(t, sc.(own := own), part, atom)
    ensures ByLabels(t, false) && Sure(t, sc.(own := own), part, atom) ==> Sure(t, sc, part, atom)
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
    requires (forall t | t in r.tests :: ByLabels(t, true)) && forall u, t | u in r.unless && t in u :: ByLabels(t, false)
    ensures Maybe(r, sc.(own := own), part, atom)
  {
    hide Sure, May, ByLabels;
    forall t | t in r.tests ensures May(t, sc.(own := own), part, atom) { MoreLabels(t, sc, own, part, atom); }
    forall u, t | u in r.unless && t in u ensures Sure(t, sc.(own := own), part, atom) ==> Sure(t, sc, part, atom) {
      MoreLabels(t, sc, own, part, atom);
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
