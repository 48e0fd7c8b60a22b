include "Walks.dfy"
include "Kernel.dfy"
// Judging one atom: what the walk gathers is what the policy's rules say about the atom.
module Atoms {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Trees
  import opened Verdicts
  import opened Judging
  import opened ChargeMaps
  import opened TreeProofs
  import opened GrowProofs
  import opened RuleProofs
  import opened Weighing
  import opened Walks
  import BuildCode
  import Kernel
  import P = Permission

  // ---- guards and rules ----
  ghost function AxesOf(p: Policy, part: Part): Axes
    requires part.verb in p.axes
  { BuildCode.AxisList(p.axes[part.verb], 0) }
  ghost function Guarding(p: Policy, r: Rule, part: Part): Guard
    requires part.verb in p.axes
  { BuildCode.Compiled(p, r, AxesOf(p, part)) }
  // Everything that the atom reaches.
  opaque ghost function Walk(p: Policy, part: Part, atom: Atom): seq<Guards>
    requires part.verb in p.axes
  { Entering(BuildCode.Build(p, part.verb, AxesOf(p, part), 0, |p.rules|), AxesOf(p, part), atom) }

  lemma WalkIsRules(p: Policy, part: Part, atom: Atom, g: Guard)
    requires part.verb in p.axes
    ensures Among(Walk(p, part, atom), g) <==>
            Complete(p, part, atom) && exists r | r in p.rules :: FromRule(p, r, part.verb, AxesOf(p, part), part, atom, g)
  {
    hide FromRule, Among, Complete;
    reveal Walk;
    TreeIsRules(p, part.verb, AxesOf(p, part), part, atom, g);
    CarriedIsComplete(p, part, atom);
  }
  lemma MatchFires(p: Policy, r: Rule, part: Part, atom: Atom, unknown: bool)
    requires part.verb in p.axes && Complete(p, part, atom) && r in p.rules && Matches(r, part, atom, unknown)
    ensures Among(Walk(p, part, atom), Guarding(p, r, part)) && Fires(Guarding(p, r, part), part, atom, unknown)
  {
    hide Among, Complete, BuildCode.Compiled, Met, Fires, Lifted;
    assert part.verb in r.verbs;
    CarriedIsComplete(p, part, atom);
    GuardIsRule(p, r, AxesOf(p, part), part, atom, unknown);
    WalkIsRules(p, part, atom, Guarding(p, r, part));
    assert FromRule(p, r, part.verb, AxesOf(p, part), part, atom, Guarding(p, r, part));
  }
  lemma FiredMatches(p: Policy, part: Part, atom: Atom, g: Guard, unknown: bool) returns (r: Rule)
    requires part.verb in p.axes && Among(Walk(p, part, atom), g) && Fires(g, part, atom, unknown)
    ensures Complete(p, part, atom) && r in p.rules && Matches(r, part, atom, unknown) && g == Guarding(p, r, part)
  {
    hide Among, Complete, BuildCode.Compiled, Met, Fires, Matches;
    WalkIsRules(p, part, atom, g);
    r :| r in p.rules && FromRule(p, r, part.verb, AxesOf(p, part), part, atom, g);
    CarriedIsComplete(p, part, atom);
    GuardIsRule(p, r, AxesOf(p, part), part, atom, unknown);
  }
  lemma WalkFunded(p: Policy, part: Part, atom: Atom, g: Guard)
    requires part.verb in p.axes && Among(Walk(p, part, atom), g)
    ensures Funded(p, g)
  {
    hide Among, Complete;
    WalkIsRules(p, part, atom, g);
  }

  // ---- each conclusion over guards is one over rules ----
  // Some rule charges the atom under something that it cannot be counted by.
  ghost predicate Unpaid(p: Policy, q: Request, part: Part, atom: Atom) {
    exists r | r in p.rules :: P.Charges(r, part, atom) && !P.Counts(p, q, part, atom, r)
  }
  // Some rule charges the atom under this key.
  ghost predicate Costs(p: Policy, q: Request, part: Part, atom: Atom, now: int, k: Key) {
    exists r | r in p.rules :: P.Counts(p, q, part, atom, r) && P.Counter(p, q, part, atom, r, now) == k
  }

  lemma StopsIsForbidden(p: Policy, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyStops(Walk(p, part, atom), part, atom) <==> Forbidden(p, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyStops(Walk(p, part, atom), part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Stops(g, part, atom);
      var r := FiredMatches(p, part, atom, g, true);
    }
    if Forbidden(p, part, atom) {
      var r :| r in p.rules && r.effect.Forbid? && Maybe(r, part, atom);
      MatchFires(p, r, part, atom, true);
      assert Stops(Guarding(p, r, part), part, atom);
    }
  }
  lemma GrantsIsGranted(p: Policy, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyGrants(Walk(p, part, atom), part, atom) <==> Granted(p, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyGrants(Walk(p, part, atom), part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Grants(g, part, atom);
      var r := FiredMatches(p, part, atom, g, false);
    }
    if Granted(p, part, atom) {
      var r :| r in p.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, part, atom);
      MatchFires(p, r, part, atom, false);
      assert Grants(Guarding(p, r, part), part, atom);
    }
  }
  lemma AsksIsNeeded(p: Policy, part: Part, atom: Atom, n: Name)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyAsks(Walk(p, part, atom), part, atom, n) <==> Needed(p, part, atom, n)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyAsks(Walk(p, part, atom), part, atom, n) {
      var g :| Among(Walk(p, part, atom), g) && Asks(g, part, atom, n);
      var r := FiredMatches(p, part, atom, g, true);
    }
    if Needed(p, part, atom, n) {
      var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, part, atom);
      MatchFires(p, r, part, atom, true);
      assert Asks(Guarding(p, r, part), part, atom, n);
    }
  }
  lemma LacksIsUnpaid(p: Policy, q: Request, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyLacks(Walk(p, part, atom), q, part, atom) <==> Unpaid(p, q, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among, P.Counted;
    if AnyLacks(Walk(p, part, atom), q, part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Lacks(g, q, part, atom);
      var r := FiredMatches(p, part, atom, g, true);
    }
    if Unpaid(p, q, part, atom) {
      var r :| r in p.rules && P.Charges(r, part, atom) && !P.Counts(p, q, part, atom, r);
      MatchFires(p, r, part, atom, true);
      assert Lacks(Guarding(p, r, part), q, part, atom);
    }
  }
  lemma OwesIsCosts(p: Policy, q: Request, part: Part, atom: Atom, now: int, k: Key)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyOwes(Walk(p, part, atom), q, part, atom, now, k) <==> Costs(p, q, part, atom, now, k)
  {
    hide Fires, Maybe, Yes, Complete, Among, P.Counted, P.KeyOf;
    if AnyOwes(Walk(p, part, atom), q, part, atom, now, k) {
      var g :| Among(Walk(p, part, atom), g) && Owes(g, q, part, atom, now, k);
      var r := FiredMatches(p, part, atom, g, true);
    }
    if Costs(p, q, part, atom, now, k) {
      var r :| r in p.rules && P.Counts(p, q, part, atom, r) && P.Counter(p, q, part, atom, r, now) == k;
      MatchFires(p, r, part, atom, true);
      assert Owes(Guarding(p, r, part), q, part, atom, now, k);
    }
  }

  // ---- one atom ----
  ghost predicate Passes(p: Policy, part: Part, atom: Atom) {
    Complete(p, part, atom) && Granted(p, part, atom) && !Forbidden(p, part, atom)
  }
  ghost function Judged(p: Policy, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    requires part.verb in p.axes
  { Enter(Kernel.RootOf(p, part.verb).tree, Kernel.RootOf(p, part.verb).axes, q, part, atom, now, v) }
  lemma JudgedIsWalk(p: Policy, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires part.verb in p.axes
    ensures Judged(p, q, part, atom, now, v) == WeighSeq(Walk(p, part, atom), q, part, atom, now, v)
  { reveal Walk; }

  lemma AtomPasses(p: Policy, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires part.verb in p.axes && v.Clear? && v.grant.NoGuards?
    ensures var w := Judged(p, q, part, atom, now, v); w.Clear? && w.grant.More? <==> Passes(p, part, atom)
  {
    hide Complete, Granted, Forbidden, Judged, WeighSeq;
    var s := Walk(p, part, atom);
    JudgedIsWalk(p, q, part, atom, now, v);
    AllStop(s, q, part, atom, now, v);
    if !AnyStops(s, part, atom) { AllGrant(s, q, part, atom, now, v); }
    if Complete(p, part, atom) {
      StopsIsForbidden(p, part, atom);
      GrantsIsGranted(p, part, atom);
    } else {
      forall g ensures !Among(s, g) { WalkIsRules(p, part, atom, g); }
      assert !AnyGrants(s, part, atom);
    }
  }
  // What a passing atom adds to the judgement.
  lemma AtomAdds(p: Policy, q: Request, part: Part, atom: Atom, now: int, v: Verdict, n: Name, k: Key)
    requires part.verb in p.axes && v.Clear? && v.grant.NoGuards? && Passes(p, part, atom) && Right(p, part, v.dues)
    ensures var w := Judged(p, q, part, atom, now, v);
            && w.Clear? && Right(p, part, w.dues) && w.charges == v.charges
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || Needed(p, part, atom, n))
            && (w.short.More? <==> v.short.More? || Unpaid(p, q, part, atom))
            && (k in AsMap(w.dues) <==> k in AsMap(v.dues) || Costs(p, q, part, atom, now, k))
  {
    hide Complete, Granted, Forbidden, Judged, WeighSeq, Right, Funded, Needed, Unpaid, Costs, AnyAsks, AnyLacks, AnyOwes, AsMap, HasNeed, Among;
    var s := Walk(p, part, atom);
    JudgedIsWalk(p, q, part, atom, now, v);
    AtomPasses(p, q, part, atom, now, v);
    AllAsk(s, q, part, atom, now, v, n);
    AsksIsNeeded(p, part, atom, n);
    AllLack(s, q, part, atom, now, v);
    LacksIsUnpaid(p, q, part, atom);
    AllOwe(s, q, part, atom, now, v, k);
    OwesIsCosts(p, q, part, atom, now, k);
    forall g | Among(s, g) ensures Funded(p, g) { WalkFunded(p, part, atom, g); }
    AllRight(p, s, q, part, atom, now, v);
  }
}
