include "Moments.dfy"
include "../Boundary/Permission.dfy"
// What a claim says of a moment, in the words of the specification alone.
module Claims {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import P = Permission

  ghost predicate Surely(ts: seq<Test>, x: Moment) { forall t | t in ts :: Sure(t, x.sc, x.part, x.atom) }
  ghost predicate Excused(us: seq<seq<Test>>, x: Moment) { exists c | c in us :: Surely(c, x) }
  ghost predicate Passes(p: Policy, x: Moment) { P.Passes(p, x.sc, x.part, x.atom) }
  ghost predicate Needs(p: Policy, x: Moment, n: Name) { Needed(p, x.sc, x.part, x.atom, n) }
  ghost predicate NeedsAny(p: Policy, ns: seq<Name>, x: Moment) { exists n | n in ns :: Needs(p, x, n) }
  ghost predicate NeedsSome(p: Policy, x: Moment) { exists n :: Needs(p, x, n) }

  ghost predicate Concerns(q: Question, x: Moment) { Surely(q.region, x) && !Excused(q.unless, x) }
  // What the claim excludes; of `Sometimes`, what it looks for.
  ghost predicate Wrong(p: Policy, q: Question, x: Moment) {
    Concerns(q, x) &&
    match q.claim
    case Never => Passes(p, x) && !NeedsAny(p, q.approved, x)
    case Always => !Passes(p, x) || NeedsSome(p, x)
    case Sometimes => Passes(p, x) && !NeedsAny(p, q.approved, x)
  }

  // The new policy permits what the old one did not, or without an approval that the old one asked for.
  ghost predicate Wider(new_: Policy, old_: Policy, x: Moment) {
    Passes(new_, x) && (!Passes(old_, x) || exists n :: Needs(old_, x, n) && !Needs(new_, x, n))
  }

  // The rules of one id make a difference here.
  ghost predicate Matters(p: Policy, id: Name, x: Moment) { Wider(p, Without(p, id), x) || Wider(Without(p, id), p, x) }
}
