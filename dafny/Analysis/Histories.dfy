include "Theorems.dfy"
include "../Boundary/LabelsProofs.dfy"
// What holds of whole runs, however long: answers about moments, joined by marks that no step takes away.
module AnalysisHistories {
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
  import D = Decided
  import H = History
  import K = Kernel
  import L = Labels
  import LabelsSpec
  import Pr = Prover
  import Th = AnalysisTheorems

  // One atom of what was done, as it was decided: in the session of then, with the labels that the request brought.
  ghost function Decided_(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom): Moment
    requires n < |Run(p, trace).effects|
  {
    var pm := Doing(p, trace, n);
    Moment(Carrying(Current(Then(p, trace, pm)), SceneThen(p, trace, pm)), part, atom)
  }
  ghost predicate Of(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects|
  { part in Doing(p, trace, n).q.parts && atom in part.atoms }
  // "Nothing here" was shown of the policy in force.
  opaque ghost predicate Never_(t: Table, v: Policy, plan: K.Plan, q: Question, budget: nat) {
    q.claim.Never? && Pr.Honest(t, v, plan, q, budget, Pr.Holds_)
  }
  opaque ghost predicate Within_(t: Table, q: Question, x: Moment) { Typed(t, x) && Surely(q.region, x) && !Excused(q.unless, x) }

  lemma DecidedPasses(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects| && Of(p, trace, n, part, atom)
    ensures Claims.Passes(Current(Then(p, trace, Doing(p, trace, n))), Decided_(p, trace, n, part, atom))
  {
    hide Run, SceneOf, Carrying, Payable, Room, Batch, Permission.Passes;
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var v, sc := Current(Then(p, trace, pm)), SceneThen(p, trace, pm);
    assert Carrying(v, sc).q == pm.q by { reveal Carrying, SceneOf; }
  }
  // H1. What a run did, in any policy's time: nothing of it lies where that policy was shown to permit nothing, unless those
  // who may approve that had, as it then said.
  lemma H1_Done(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom, t: Table, plan: K.Plan, q: Question, budget: nat)
    requires n < |Run(p, trace).effects| && Of(p, trace, n, part, atom)
    requires Never_(t, Current(Then(p, trace, Doing(p, trace, n))), plan, q, budget) && Within_(t, q, Decided_(p, trace, n, part, atom))
    ensures exists m | m in q.approved :: ApprovedThen(p, trace, Doing(p, trace, n), m)
  {
    hide Run, Pr.Honest, Typed, Surely, Excused, ApprovedThen, Carrying, SceneOf, Claims.Passes, Needed;
    var pm := Doing(p, trace, n);
    var v, x := Current(Then(p, trace, pm)), Decided_(p, trace, n, part, atom);
    DecidedPasses(p, trace, n, part, atom);
    reveal Never_, Within_;
    Th.A1_Never(t, v, plan, q, budget, x);
    var m :| m in q.approved && Needs(v, x, m);
    D.NeededApproved(p, trace, n, part, atom, m);
  }

  // ---- marks ----
  // Each of the conjunctions is that of a rule which sets the mark.
  opaque ghost predicate AllSet(v: Policy, mark: Mark, verb: Name, us: seq<seq<Test>>) {
    forall c | c in us :: exists r | r in v.rules :: r.effect == Leave(mark) && verb in r.verbs && r.unless == [] && r.tests == c
  }
  lemma SureMay(t: Test, sc: Scene, part: Part, atom: Atom)
    requires Sure(t, sc, part, atom)
    ensures May(t, sc, part, atom)
  {}
  // What passes there sets the mark.
  lemma PassingSets(v: Policy, sc: Scene, part: Part, atom: Atom, t: Table, plan: K.Plan, q: Question, budget: nat, mark: Mark)
    requires Never_(t, v, plan, q, budget) && q.approved == [] && AllSet(v, mark, t.verb, q.unless)
    requires part in sc.q.parts && atom in part.atoms && Claims.Passes(v, Moment(sc, part, atom)) && Payable(v, sc)
    requires Typed(t, Moment(sc, part, atom)) && Surely(q.region, Moment(sc, part, atom))
    ensures AllGiven(mark.per, sc.q, atom) && MarkKey(mark, sc.q, atom) in Keys(v, sc)
  {
    var x := Moment(sc, part, atom);
    assert part.verb == t.verb;
    hide Pr.Honest, Typed, Claims.Passes, Needed, Sure, May;
    reveal Never_, AllSet;
    if !Excused(q.unless, x) { Th.A1_Never(t, v, plan, q, budget, x); }
    var c :| c in q.unless && Surely(c, x);
    var r :| r in v.rules && r.effect == Leave(mark) && t.verb in r.verbs && r.unless == [] && r.tests == c;
    forall s | s in r.tests ensures May(s, sc, part, atom) { SureMay(s, sc, part, atom); }
    assert Charges(r, sc, part, atom);
    assert Counts(v, sc, part, atom, r) && Counter(v, sc, part, atom, r) == MarkKey(mark, sc.q, atom);
  }

  // H2. Never this after that, in any run of any length under one policy: if it was shown that whatever is permitted of `that`
  // sets a mark (nothing of it is permitted but where a rule sets it), and that nothing of `this` is permitted where the mark
  // stands, then no effect of `this` was decided after one of `that`, where both keep the mark under one key; unless those
  // who may approve it had.
  lemma H2_NeverAfter(
    p: Policy, trace: seq<Input>, v: Policy, plan: K.Plan, mark: Mark,
    a: nat, part1: Part, atom1: Atom, t1: Table, that: Question, budget1: nat,
    n: nat, part2: Part, atom2: Atom, t2: Table, this_: Question, region: seq<Test>, budget2: nat)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects| && forall u | u in Run(p, trace).policies :: u == v
    requires Doing(p, trace, a).born < Doing(p, trace, n).born && (mark.kind == 2 || mark.kind == 3)
    requires Never_(t1, v, plan, that, budget1) && that.approved == [] && AllSet(v, mark, t1.verb, that.unless)
    requires Of(p, trace, a, part1, atom1)
    requires Typed(t1, Decided_(p, trace, a, part1, atom1)) && Surely(that.region, Decided_(p, trace, a, part1, atom1))
    requires Never_(t2, v, plan, this_, budget2) && this_.region == region + [Stands(mark, 0, true)]
    requires Of(p, trace, n, part2, atom2) && Typed(t2, Decided_(p, trace, n, part2, atom2))
    requires Surely(region, Decided_(p, trace, n, part2, atom2)) && !Excused(this_.unless, Decided_(p, trace, n, part2, atom2))
    requires var qa, qn := Doing(p, trace, a).q, Doing(p, trace, n).q;
             AllGiven(mark.per, qn, atom2) && (AllGiven(mark.per, qa, atom1) ==> MarkKey(mark, qa, atom1) == MarkKey(mark, qn, atom2))
    ensures exists m | m in this_.approved :: ApprovedThen(p, trace, Doing(p, trace, n), m)
  {
    hide Run, Pr.Honest, Typed, Excused, ApprovedThen, Carrying, SceneOf, Claims.Passes, AllSet, Known, Meets, OpsOf, Permits, Uses, Permitted, Judged, Keys, Batch;
    var first, pm := Doing(p, trace, a), Doing(p, trace, n);
    var k := MarkKey(mark, pm.q, atom2);
    MarkSet(p, trace, v, plan, mark, a, part1, atom1, t1, that, budget1, k, pm.born);
    var x := Decided_(p, trace, n, part2, atom2);
    D.Judged1(p, trace, n);
    StandsThen(p, trace, n, v, mark, part2, atom2, k);
    assert Surely(this_.region, x);
    reveal Within_;
    H1_Done(p, trace, n, part2, atom2, t2, plan, this_, budget2);
  }
  lemma MarkSet(
    p: Policy, trace: seq<Input>, v: Policy, plan: K.Plan, mark: Mark,
    a: nat, part: Part, atom: Atom, t: Table, that: Question, budget: nat, k: Key, later: nat)
    requires a < |Run(p, trace).effects| && forall u | u in Run(p, trace).policies :: u == v
    requires Never_(t, v, plan, that, budget) && that.approved == [] && AllSet(v, mark, t.verb, that.unless)
    requires Of(p, trace, a, part, atom) && Typed(t, Decided_(p, trace, a, part, atom)) && Surely(that.region, Decided_(p, trace, a, part, atom))
    requires AllGiven(mark.per, Doing(p, trace, a).q, atom) ==> MarkKey(mark, Doing(p, trace, a).q, atom) == k
    requires Doing(p, trace, a).born < later
    ensures LabelsSpec.SetBefore(p, trace, later, k)
  {
    hide Run, Pr.Honest, Typed, Surely, Carrying, SceneOf, Claims.Passes, AllSet, OpsOf, Permits, Uses, Permitted, Keys, Batch, Clear, Payable, Room;
    var first := Doing(p, trace, a);
    D.Permitted1(p, trace, a);
    D.Judged1(p, trace, a);
    var w, sc := Then(p, trace, first), SceneThen(p, trace, first);
    var sc2 := Carrying(v, sc);
    assert sc2.q == first.q by { reveal Carrying, SceneOf; }
    DecidedPasses(p, trace, a, part, atom);
    PassingSets(v, sc2, part, atom, t, plan, that, budget, mark);
    assert k in OpsOf(w, first.agent, first.q, first.now) by { reveal OpsOf, Batch; }
    reveal H.Born();
    assert LabelsSpec.TakesOn(Run(p, trace[..first.born]), trace[first.born], k);
  }
  lemma StandsThen(p: Policy, trace: seq<Input>, n: nat, v: Policy, mark: Mark, part: Part, atom: Atom, k: Key)
    requires n < |Run(p, trace).effects| && v == Current(Then(p, trace, Doing(p, trace, n)))
    requires (mark.kind == 2 || mark.kind == 3) && AllGiven(mark.per, Doing(p, trace, n).q, atom)
    requires k == MarkKey(mark, Doing(p, trace, n).q, atom) && LabelsSpec.SetBefore(p, trace, Doing(p, trace, n).born, k)
    ensures var x := Decided_(p, trace, n, part, atom); Sure(Stands(mark, 0, true), x.sc, part, atom)
  {
    hide Run, LabelsSpec.SetBefore, SceneOf, Carrying, Keys;
    var pm := Doing(p, trace, n);
    var w, sc := Then(p, trace, pm), SceneThen(p, trace, pm);
    L.B6_Sets(p, trace, pm.born, k);
    var c := Carrying(v, sc);
    assert c.q == pm.q && c.view == sc.view by { reveal Carrying, SceneOf; }
    L.CarriedHolds(v, w, pm.agent, pm.q, pm.now, c, k);
  }
}
