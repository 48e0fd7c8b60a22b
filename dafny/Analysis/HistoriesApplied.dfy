include "Histories.dfy"
include "Witnesses.dfy"
// The theorems of Histories.dfy used once each, on runs under small policies.
module AnalysisHistoriesApplied {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened Moments
  import opened Claims
  import opened Coords
  import opened AnalysisExamples
  import opened AnalysisWitnesses
  import opened AnalysisHistories
  import K = Kernel
  import Pr = Prover

  // Under a policy that asks for everything, whatever was done was approved.
  lemma Unasked(x: Moment)
    ensures Surely([], x) && !Excused([], x)
  {}
  lemma On_H1_Done(c: Name, trace: seq<Input>, n: nat, part: Part, atom: Atom, plan: K.Plan)
    requires n < |Run(Asking(c), trace).effects| && AnalysisHistories.Of(Asking(c), trace, n, part, atom)
    requires Current(Then(Asking(c), trace, Doing(Asking(c), trace, n))) == Asking(c)
    requires Typed(Tab(c), Decided_(Asking(c), trace, n, part, atom))
    ensures ApprovedThen(Asking(c), trace, Doing(Asking(c), trace, n), c)
  {
    hide *;
    reveal Never_, Within_, AnalysisExamples.Of;
    W_A1_Never(c, plan);
    var x, q := Decided_(Asking(c), trace, n, part, atom), Question(Never, [], [], [c]);
    Unasked(x);
    H1_Done(Asking(c), trace, n, part, atom, Tab(c), plan, q, 0);
  }
  // A policy that permits is not one of which "nothing" was shown: then nothing would ever be done.
  lemma X_H1_Permitted(c: Name, plan: K.Plan, budget: nat)
    ensures !Never_(Tab(c), Permitting(c), plan, Question(Never, [], [], []), budget)
  {
    reveal Never_;
    hide Pr.Honest, Tab;
    X_A1_SaidOfThePermitted(c, plan, budget);
  }
  // If all of `that` was shown to set the mark, and nothing of `this` is permitted where it stands, no effect of `this` follows.
  lemma On_H2_NeverAfter(
    p: Policy, trace: seq<Input>, v: Policy, plan: K.Plan, mark: Mark,
    a: nat, part1: Part, atom1: Atom, t1: Table, that: Question,
    n: nat, part2: Part, atom2: Atom, t2: Table, this_: Question)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects| && forall u | u in Run(p, trace).policies :: u == v
    requires mark.kind == 2 && that.approved == [] && this_.approved == [] && this_.unless == [] && this_.region == [] + [Stands(mark, 0, true)]
    requires Never_(t1, v, plan, that, 0) && AllSet(v, mark, t1.verb, that.unless) && Never_(t2, v, plan, this_, 0)
    requires AnalysisHistories.Of(p, trace, a, part1, atom1) && AnalysisHistories.Of(p, trace, n, part2, atom2)
    requires Typed(t1, Decided_(p, trace, a, part1, atom1)) && Surely(that.region, Decided_(p, trace, a, part1, atom1))
    requires Typed(t2, Decided_(p, trace, n, part2, atom2))
    requires var qa, qn := Doing(p, trace, a).q, Doing(p, trace, n).q;
             AllGiven(mark.per, qn, atom2) && (AllGiven(mark.per, qa, atom1) ==> MarkKey(mark, qa, atom1) == MarkKey(mark, qn, atom2))
    ensures Doing(p, trace, n).born <= Doing(p, trace, a).born
  {
    hide *;
    Unasked(Decided_(p, trace, n, part2, atom2));
    if Doing(p, trace, a).born < Doing(p, trace, n).born {
      H2_NeverAfter(p, trace, v, plan, mark, a, part1, atom1, t1, that, 0, n, part2, atom2, t2, this_, [], 0);
    }
  }
}
