include "Walks.dfy"
include "Kernel.dfy"
// Judging one atom: what the walk gathers is what the policy's rules say about the atom.
module Atoms {
  import opened Names
  import opened Requests
  import opened Scenes
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

  lemma WalkIsRules(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires part.verb in p.axes
    ensures Among(Walk(p, part, atom), g) <==>
            Complete(p, part, atom) && exists r | r in p.rules :: FromRule(p, r, part.verb, AxesOf(p, part), sc, part, atom, g)
  {
    hide FromRule, Among, Complete;
    reveal Walk;
    TreeIsRules(p, part.verb, AxesOf(p, part), sc, part, atom, g);
    CarriedIsComplete(p, part, atom);
  }
  lemma MatchFires(p: Policy, r: Rule, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires part.verb in p.axes && Complete(p, part, atom) && r in p.rules && Matches(r, sc, part, atom, unknown)
    ensures Among(Walk(p, part, atom), Guarding(p, r, part)) && Fires(Guarding(p, r, part), sc, part, atom, unknown)
  {
    hide Among, Complete, BuildCode.Compiled, Met, Fires, Lifted;
    assert part.verb in r.verbs;
    CarriedIsComplete(p, part, atom);
    GuardIsRule(p, r, AxesOf(p, part), sc, part, atom, unknown);
    WalkIsRules(p, sc, part, atom, Guarding(p, r, part));
    assert FromRule(p, r, part.verb, AxesOf(p, part), sc, part, atom, Guarding(p, r, part));
  }
  lemma FiredMatches(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard, unknown: bool) returns (r: Rule)
    requires part.verb in p.axes && Among(Walk(p, part, atom), g) && Fires(g, sc, part, atom, unknown)
    ensures Complete(p, part, atom) && r in p.rules && Matches(r, sc, part, atom, unknown) && g == Guarding(p, r, part)
  {
    hide Among, Complete, BuildCode.Compiled, Met, Fires, Matches;
    WalkIsRules(p, sc, part, atom, g);
    r :| r in p.rules && FromRule(p, r, part.verb, AxesOf(p, part), sc, part, atom, g);
    CarriedIsComplete(p, part, atom);
    GuardIsRule(p, r, AxesOf(p, part), sc, part, atom, unknown);
  }
  lemma WalkFunded(p: Policy, sc: Scene, part: Part, atom: Atom, g: Guard)
    requires Sound(p) && part.verb in p.axes && Among(Walk(p, part, atom), g)
    ensures Funded(p, g)
  {
    hide Among, Complete, Met;
    WalkIsRules(p, sc, part, atom, g);
    var r :| r in p.rules && FromRule(p, r, part.verb, AxesOf(p, part), sc, part, atom, g);
    assert SoundRule(p, r);
  }

  // ---- each conclusion over guards is one over rules ----
  // Some rule charges the atom under something that it cannot be counted by.
  ghost predicate Unpaid(p: Policy, sc: Scene, part: Part, atom: Atom) {
    exists r | r in p.rules :: P.Charges(r, sc, part, atom) && !P.Counts(p, sc, part, atom, r)
  }
  // Some rule charges the atom under this key.
  ghost predicate Costs(p: Policy, sc: Scene, part: Part, atom: Atom, k: Key) {
    exists r | r in p.rules :: P.Counts(p, sc, part, atom, r) && P.Counter(p, sc, part, atom, r) == k
  }

  lemma StopsIsForbidden(p: Policy, sc: Scene, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyStops(Walk(p, part, atom), sc, part, atom) <==> Forbidden(p, sc, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyStops(Walk(p, part, atom), sc, part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Stops(g, sc, part, atom);
      var r := FiredMatches(p, sc, part, atom, g, true);
    }
    if Forbidden(p, sc, part, atom) {
      var r :| r in p.rules && r.effect.Forbid? && Maybe(r, sc, part, atom);
      MatchFires(p, r, sc, part, atom, true);
      assert Stops(Guarding(p, r, part), sc, part, atom);
    }
  }
  lemma GrantsIsGranted(p: Policy, sc: Scene, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyGrants(Walk(p, part, atom), sc, part, atom) <==> Granted(p, sc, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyGrants(Walk(p, part, atom), sc, part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Grants(g, sc, part, atom);
      var r := FiredMatches(p, sc, part, atom, g, false);
    }
    if Granted(p, sc, part, atom) {
      var r :| r in p.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom);
      MatchFires(p, r, sc, part, atom, false);
      assert Grants(Guarding(p, r, part), sc, part, atom);
    }
  }
  lemma AsksIsNeeded(p: Policy, sc: Scene, part: Part, atom: Atom, n: Name)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyAsks(Walk(p, part, atom), sc, part, atom, n) <==> Needed(p, sc, part, atom, n)
  {
    hide Fires, Maybe, Yes, Complete, Among;
    if AnyAsks(Walk(p, part, atom), sc, part, atom, n) {
      var g :| Among(Walk(p, part, atom), g) && Asks(g, sc, part, atom, n);
      var r := FiredMatches(p, sc, part, atom, g, true);
    }
    if Needed(p, sc, part, atom, n) {
      var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, sc, part, atom);
      MatchFires(p, r, sc, part, atom, true);
      assert Asks(Guarding(p, r, part), sc, part, atom, n);
    }
  }
  lemma LacksIsUnpaid(p: Policy, sc: Scene, part: Part, atom: Atom)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyLacks(Walk(p, part, atom), sc, part, atom) <==> Unpaid(p, sc, part, atom)
  {
    hide Fires, Maybe, Yes, Complete, Among, P.Counted;
    if AnyLacks(Walk(p, part, atom), sc, part, atom) {
      var g :| Among(Walk(p, part, atom), g) && Lacks(g, sc, part, atom);
      var r := FiredMatches(p, sc, part, atom, g, true);
    }
    if Unpaid(p, sc, part, atom) {
      var r :| r in p.rules && P.Charges(r, sc, part, atom) && !P.Counts(p, sc, part, atom, r);
      MatchFires(p, r, sc, part, atom, true);
      assert Lacks(Guarding(p, r, part), sc, part, atom);
    }
  }
  lemma OwesIsCosts(p: Policy, sc: Scene, part: Part, atom: Atom, k: Key)
    requires part.verb in p.axes && Complete(p, part, atom)
    ensures AnyOwes(Walk(p, part, atom), sc, part, atom, k) <==> Costs(p, sc, part, atom, k)
  {
    hide Fires, Maybe, Yes, Complete, Among, P.Counted, P.KeyOf;
    if AnyOwes(Walk(p, part, atom), sc, part, atom, k) {
      var g :| Among(Walk(p, part, atom), g) && Owes(g, sc, part, atom, k);
      var r := FiredMatches(p, sc, part, atom, g, true);
    }
    if Costs(p, sc, part, atom, k) {
      var r :| r in p.rules && P.Counts(p, sc, part, atom, r) && P.Counter(p, sc, part, atom, r) == k;
      MatchFires(p, r, sc, part, atom, true);
      assert Owes(Guarding(p, r, part), sc, part, atom, k);
    }
  }

  // ---- one atom ----
  ghost predicate Passes(p: Policy, sc: Scene, part: Part, atom: Atom) {
    Complete(p, part, atom) && Granted(p, sc, part, atom) && !Forbidden(p, sc, part, atom)
  }
  ghost function Judged(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires part.verb in p.axes
  { Enter(Kernel.RootOf(p, part.verb).tree, Kernel.RootOf(p, part.verb).axes, sc, part, atom, v) }
  lemma JudgedIsWalk(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires part.verb in p.axes
    ensures Judged(p, sc, part, atom, v) == WeighSeq(Walk(p, part, atom), sc, part, atom, v)
  { reveal Walk; }

  lemma AtomPasses(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires part.verb in p.axes && v.Clear? && v.grant.NoGuards?
    ensures var w := Judged(p, sc, part, atom, v); w.Clear? && w.grant.More? <==> Passes(p, sc, part, atom)
  {
    hide Complete, Granted, Forbidden, Judged, WeighSeq;
    var s := Walk(p, part, atom);
    JudgedIsWalk(p, sc, part, atom, v);
    AllStop(s, sc, part, atom, v);
    if !AnyStops(s, sc, part, atom) { AllGrant(s, sc, part, atom, v); }
    if Complete(p, part, atom) {
      StopsIsForbidden(p, sc, part, atom);
      GrantsIsGranted(p, sc, part, atom);
    } else {
      forall g ensures !Among(s, g) { WalkIsRules(p, sc, part, atom, g); }
      assert !AnyGrants(s, sc, part, atom);
    }
  }
  // What a passing atom adds to the judgement.
  lemma AtomAdds(p: Policy, sc: Scene, part: Part, atom: Atom, v: Verdict, n: Name, k: Key)
    requires Sound(p) && part.verb in p.axes && v.Clear? && v.grant.NoGuards? && Passes(p, sc, part, atom) && Right(p, part, v.dues)
    ensures var w := Judged(p, sc, part, atom, v);
            && w.Clear? && Right(p, part, w.dues) && w.charges == v.charges
            && (HasNeed(w.needs, n) <==> HasNeed(v.needs, n) || Needed(p, sc, part, atom, n))
            && (w.short.More? <==> v.short.More? || Unpaid(p, sc, part, atom))
            && (k in AsMap(w.dues) <==> k in AsMap(v.dues) || Costs(p, sc, part, atom, k))
  {
    hide Complete, Granted, Forbidden, Judged, WeighSeq, Right, Funded, Needed, Unpaid, Costs, AnyAsks, AnyLacks, AnyOwes, AsMap, HasNeed, Among;
    var s := Walk(p, part, atom);
    JudgedIsWalk(p, sc, part, atom, v);
    AtomPasses(p, sc, part, atom, v);
    AllAsk(s, sc, part, atom, v, n);
    AsksIsNeeded(p, sc, part, atom, n);
    AllLack(s, sc, part, atom, v);
    LacksIsUnpaid(p, sc, part, atom);
    AllOwe(s, sc, part, atom, v, k);
    OwesIsCosts(p, sc, part, atom, k);
    forall g | Among(s, g) ensures Funded(p, g) { WalkFunded(p, sc, part, atom, g); }
    AllRight(p, s, sc, part, atom, v);
  }
}
