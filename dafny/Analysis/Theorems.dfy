include "IdleTold.dfy"
// What the analyzer's answers promise. Right of each `ensures` stands the specification alone: `Passes` says that the rules of a
// policy let a moment pass, `Needs` that they want an approval first, `Typed` what is assumed of all moments (Coords.dfy).
// Left of it stands what the code keeps: `Honest` is the postcondition of the methods that search.
// Witnesses and counterexamples: Witnesses.dfy; each theorem used once: TheoremsApplied.dfy.
module AnalysisTheorems {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Confirm
  import opened ConfirmProofs
  import Grid
  import I = Idle
  import IdleTold
  import K = Kernel
  import L = Lower
  import M = Machine
  import P = Permission
  import Points
  import Pr = Prover
  import QuestionsTold
  import Regions

  // A1. "Holds" is true of every moment: whatever a region that is never permitted lets pass, one of those who may approve it
  // has to approve;
  lemma A1_Never(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, x: Moment)
    requires Pr.Honest(t, p, plan, q, budget, Pr.Holds_) && q.claim.Never? && Typed(t, x)
    requires Surely(q.region, x) && !Excused(q.unless, x) && Passes(p, x)
    ensures exists n | n in q.approved :: Needs(p, x, n)
  { hide Passes, Needs, Surely, Excused, Typed, L.WrongF, PointOf; Regions.NoneWrong(t, p, plan, q, budget, x); }
  // what is always permitted passes, and nobody has to approve it.
  lemma A1_Always(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, x: Moment)
    requires Pr.Honest(t, p, plan, q, budget, Pr.Holds_) && q.claim.Always? && Typed(t, x)
    requires Surely(q.region, x) && !Excused(q.unless, x)
    ensures Passes(p, x) && forall n :: !Needs(p, x, n)
  {
    hide Passes, Needs, Surely, Excused, Typed, L.WrongF, PointOf;
    Regions.NoneWrong(t, p, plan, q, budget, x);
    forall n ensures Needs(p, x, n) ==> NeedsSome(p, x) {}
  }
  // And of whole requests: whatever the boundary permits, whoever asked and whatever happened before, none of its atoms lies
  // where nothing is permitted, unless people who may approve that did. (B2: nothing happens that was not permitted so.)
  lemma A1_Request(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, log: M.Log, sc: Scene, part: Part, atom: Atom)
    requires Pr.Honest(t, p, plan, q, budget, Pr.Holds_) && q.claim.Never?
    requires P.Permitted(p, log, sc) && part in sc.q.parts && atom in part.atoms
    requires var x := Moment(P.Carrying(p, sc), part, atom); Typed(t, x) && Surely(q.region, x) && !Excused(q.unless, x)
    ensures exists n | n in q.approved :: Voted(p, sc, n)
  {
    hide Passes, Needs, Surely, Excused, Typed, P.Clear, P.Payable, P.Carrying, P.Room, P.Batch, P.Passes, P.Filled;
    reveal P.Permitted;
    var sc2 := P.Carrying(p, sc);
    var x := Moment(sc2, part, atom);
    assert sc2.q == sc.q && sc2.view == sc.view by { reveal P.Carrying; }
    assert Passes(p, x) by { reveal P.Clear, Passes; }
    A1_Never(t, p, plan, q, budget, x);
    var n :| n in q.approved && Needs(p, x, n);
    assert P.Wanted(p, sc2, n) by { reveal Needs; }
    assert P.Missing(p, sc2, P.Batch(p, sc2), log, n);
  }
  // Enough people voted for this request, under this policy, on what needs the approval n.
  ghost predicate Voted(p: Policy, sc: Scene, n: Name) {
    && p.session in sc.q.scopes && P.GrantKey(p, sc.q) in sc.view.grants
    && n in p.quorums && P.Filled(p.quorums[n], sc.view.grants[P.GrantKey(p, sc.q)])
  }

  // A2. A moment that is shown is one that the claim excludes, and where it is permitted, the kernel clears the request;
  lemma A2_Shown(t: Table, p: Policy, q: Question, budget: nat, x: Moment, box: Grid.Box)
    requires K.Load(p).Loaded? && Pr.Honest(t, p, K.Load(p).plan, q, budget, Pr.Broken(x, box))
    ensures Wrong(p, q, x) && (!q.claim.Always? ==> Clears(p, x))
  { hide K.Load, Wrong, Clears, L.WrongF, Confirm.IsWrong; IsWrongIs(p, q, x); }
  // and every moment within the box that is shown with it is one, too.
  lemma A2_Box(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, x: Moment, box: Grid.Box, y: Moment)
    requires Pr.Honest(t, p, plan, q, budget, Pr.Broken(x, box)) && Typed(t, y) && Grid.Within(PointOf(t, y), box)
    ensures Wrong(p, q, y)
  { hide Wrong, Typed, L.WrongF, PointOf, Confirm.IsWrong; QuestionsTold.WrongTold(t, p, q, y); }
  // So is every moment within the boxes of an answer that is in doubt, of which there is at least one: it is no "holds".
  lemma A2_Doubt(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, boxes: seq<Grid.Box>, box: Grid.Box, y: Moment)
    requires Pr.Honest(t, p, plan, q, budget, Pr.Doubtful(boxes)) && box in boxes && Typed(t, y) && Grid.Within(PointOf(t, y), box)
    ensures Wrong(p, q, y)
  { hide Wrong, Typed, L.WrongF, PointOf, Confirm.IsWrong; QuestionsTold.WrongTold(t, p, q, y); }
  // A3. With a budget of as many boxes as the question has, the search comes to an end.
  lemma A3_Enough(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, r: Pr.Result)
    requires Pr.Ready(t, p, q) && Pr.Honest(t, p, plan, q, budget, r)
    ensures Grid.Solid(Dom(t)) && (Grid.FullBill(L.WrongF(t, p, q), Dom(t)) <= budget ==> !r.TooLong_? && !r.Malformed?)
  { hide L.WrongF, Confirm.IsWrong, Dom; Pr.DomSolid(t); }

  // A4. Of two policies: each region that is shown has a moment which the new policy permits beyond the old one,
  lemma A4_Real(t: Table, a: Policy, b: Policy, found: seq<Pr.Region>, whole: bool, g: Pr.Region)
    requires K.Load(a).Loaded? && Pr.HonestBoth(t, a, K.Load(a).plan, b, found, whole) && g in found
    ensures Clears(a, g.x) && Wider(a, b, g.x) && InCause(a, b, g.cause, g.x)
  { hide K.Load, Clears, Wider, InCause, Confirm.CauseOf, L.WiderF; CauseIs(a, b, g.x); }
  // and if it is said that these are all, every such moment lies in one of them.
  lemma A4_Whole(t: Table, a: Policy, plan: K.Plan, b: Policy, found: seq<Pr.Region>, x: Moment)
    requires Pr.HonestBoth(t, a, plan, b, found, true) && Typed(t, x) && Wider(a, b, x)
    ensures exists g | g in found :: InCause(a, b, g.cause, x)
  {
    hide Typed, Wider, InCause, L.WiderF, PointOf, Pr.CauseF, Pr.GrantedF, Pr.Shown, Dom;
    Points.Covered(t, x);
    QuestionsTold.WiderTold(t, a, b, x);
    var i :| 0 <= i < |found| && Grid.Holds(Pr.CauseF(t, a, b, Pr.GrantedF(t, b), found[i].cause), PointOf(t, x));
    Regions.CauseTold(t, a, b, found[i].cause, x);
    assert found[i] in found;
  }

  // A5. Without a rule that is said to be dead the policy says the same of every moment.
  lemma A5_Dead(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, lives: seq<I.Life>, k: nat, x: Moment)
    requires I.Honest(t, p, ids, places, key, lives) && k < |lives| && lives[k].Dead? && Typed(t, x)
    ensures Passes(Without(p, ids[k]), x) <==> Passes(p, x)
    ensures Passes(p, x) ==> forall n :: Needs(Without(p, ids[k]), x, n) <==> Needs(p, x, n)
  {
    hide Typed, Passes, Needs, I.MattersF, I.Grown, PointOf, Dom, Without;
    if Matters(p, ids[k], x) {
      Points.Covered(t, x);
      IdleTold.MattersTold(t, p, ids, places, key, k, x);
    }
  }
}
