include "../Boundary/Decided.dfy"
// Policies that let a verb pass only where certain tests are met: by every rule that grants it, or by one rule that forbids all else.
// `safe` is a list of alternatives, each of them tests that must all be met; no alternative: never.
module OnlySpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Permission
  import opened Boundary
  import opened DecidedSpec

  ghost predicate Grants(r: Rule) { r.effect.Permit? || r.effect.Ask? }
  ghost function Contrary(t: Test): Test { t.(want := !t.want) }

  // Whatever surely meets t surely meets s: the same test, or a shorter list of the same kind on the same axis.
  ghost predicate Tighter(t: Test, s: Test) {
    || t == s
    || (t.Placed? && s.Placed? && t.axis == s.axis && t.want && s.want && forall p | p in t.patterns :: p in s.patterns)
    || (t.Named? && s.Named? && t.axis == s.axis && t.want && s.want && t.names <= s.names)
    || (t.Ranged? && s.Ranged? && t.axis == s.axis && t.want && s.want && forall r | r in t.ranges :: exists u | u in s.ranges :: Among(r, u))
  }
  ghost predicate Among(r: Range, u: Range) {
    match u
    case AtMost(hi) => (r.AtMost? || r.Between?) && r.hi <= hi
    case AtLeast(lo) => (r.AtLeast? || r.Between?) && lo <= r.lo
    case Between(lo, hi) => r.Between? && lo <= r.lo && r.hi <= hi
  }
  // The tests answer for one of the alternatives.
  ghost predicate Inside(tests: seq<Test>, safe: seq<seq<Test>>) {
    exists c | c in safe :: forall t | t in c :: exists u | u in tests :: Tighter(u, t)
  }
  // The rule speaks about all that lies outside: `forbid` with the contrary as its test, or with `unless`.
  ghost predicate SpeaksOutside(r: Rule, safe: seq<seq<Test>>) {
    && (forall x | x in r.tests :: exists c | c in safe :: forall t | t in c :: Tighter(Contrary(x), t))
    && (forall c | c in r.unless :: Inside(c, safe))
  }
  ghost predicate Only(v: Policy, verb: Name, safe: seq<seq<Test>>) {
    || (forall r | r in v.rules && Grants(r) && verb in r.verbs :: Inside(r.tests, safe))
    || (exists r | r in v.rules :: r.effect.Forbid? && verb in r.verbs && SpeaksOutside(r, safe))
  }
  // The same, but where people approve under the name n: by `ask`, or by a rule that holds back what lies outside.
  ghost predicate OnlyUnless(v: Policy, verb: Name, safe: seq<seq<Test>>, n: Name) {
    || (forall r | r in v.rules && Grants(r) && verb in r.verbs :: r.effect == Policies.Effect.Ask(n) || Inside(r.tests, safe))
    || (exists r | r in v.rules :: (r.effect.Forbid? || r.effect == Require(n)) && verb in r.verbs && SpeaksOutside(r, safe))
  }
  ghost predicate Holds(safe: seq<seq<Test>>, sc: Scene, part: Part, atom: Atom) {
    exists c | c in safe :: forall t | t in c :: Sure(t, sc, part, atom)
  }
  ghost predicate AtListed(atom: Atom, axis: Name, listed: seq<Pattern>) { axis in atom.places && exists p | p in listed :: Fits(p, atom.places[axis]) }
  ghost predicate OfListed(atom: Atom, axis: Name, listed: set<Name>) { axis in atom.names && atom.names[axis] in listed }
  // What a permit was judged by: the scene of its decision, with the labels that the request itself brings.
  ghost function JudgedIn(p: Policy, trace: seq<Input>, pm: Permit): Scene
    requires pm.born <= |trace|
  { Carrying(Current(Then(p, trace, pm)), SceneThen(p, trace, pm)) }
}
module Onlys {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import D = Decided
  import M = Machine

  lemma AmongLies(r: Range, u: Range, n: int)
    requires Among(r, u) && Lies(r, n)
    ensures Lies(u, n)
  {}
  lemma TighterSure(t: Test, s: Test, sc: Scene, part: Part, atom: Atom)
    requires Tighter(t, s) && Sure(t, sc, part, atom)
    ensures Sure(s, sc, part, atom)
  {
    hide IsSet, IsSince, HasNames, HasInt, Recalled, Fits, Lies, Among;
    if t != s && t.Placed? {
      var p :| p in t.patterns && Fits(p, atom.places[t.axis]);
      assert p in s.patterns;
    } else if t != s && t.Ranged? {
      var r :| r in t.ranges && Lies(r, part.ints[t.axis]);
      var u :| u in s.ranges && Among(r, u);
      AmongLies(r, u, part.ints[t.axis]);
    }
  }
  lemma InsideHolds(tests: seq<Test>, safe: seq<seq<Test>>, sc: Scene, part: Part, atom: Atom)
    requires Inside(tests, safe) && forall t | t in tests :: Sure(t, sc, part, atom)
    ensures Holds(safe, sc, part, atom)
  {
    hide Tighter, Sure;
    var c :| c in safe && forall t | t in c :: exists u | u in tests :: Tighter(u, t);
    forall t | t in c ensures Sure(t, sc, part, atom) {
      var u :| u in tests && Tighter(u, t);
      TighterSure(u, t, sc, part, atom);
    }
  }
  // What is not sure is possibly the contrary.
  lemma ContraryMay(x: Test, sc: Scene, part: Part, atom: Atom)
    ensures May(x, sc, part, atom) || Sure(Contrary(x), sc, part, atom)
  { hide IsSet, IsSince, HasNames, HasInt, Recalled, Fits, Lies; }
  // The rule matches whatever lies outside.
  lemma OutsideMaybe(r: Rule, safe: seq<seq<Test>>, sc: Scene, part: Part, atom: Atom)
    requires SpeaksOutside(r, safe) && part.verb in r.verbs && Speaks(r, sc) && !Holds(safe, sc, part, atom)
    ensures Maybe(r, sc, part, atom)
  {
    hide Tighter, Sure, May, Inside, Contrary, Speaks;
    forall x | x in r.tests ensures May(x, sc, part, atom) {
      var c :| c in safe && forall t | t in c :: Tighter(Contrary(x), t);
      ContraryMay(x, sc, part, atom);
      if Sure(Contrary(x), sc, part, atom) {
        forall t | t in c ensures Sure(t, sc, part, atom) { TighterSure(Contrary(x), t, sc, part, atom); }
      }
    }
    if Lifted(r, sc, part, atom) {
      var c :| c in r.unless && c != [] && forall t | t in c :: Sure(t, sc, part, atom);
      InsideHolds(c, safe, sc, part, atom);
    }
  }
  lemma YesMaybe(r: Rule, sc: Scene, part: Part, atom: Atom)
    requires Yes(r, sc, part, atom)
    ensures Maybe(r, sc, part, atom)
  {
    hide Sure, May, Lifted, Speaks;
    forall t | t in r.tests ensures May(t, sc, part, atom) { reveal Sure, May; }
  }
  // So what passes is inside, or somebody must approve.
  lemma UnlessHolds(v: Policy, sc: Scene, part: Part, atom: Atom, safe: seq<seq<Test>>, n: Name)
    requires OnlyUnless(v, part.verb, safe, n) && Passes(v, sc, part, atom)
    ensures Holds(safe, sc, part, atom) || Needed(v, sc, part, atom, n)
  {
    hide Inside, SpeaksOutside, Complete, Holds, Lifted, Sure, May, Yes, Maybe;
    if forall r | r in v.rules && Grants(r) && part.verb in r.verbs :: r.effect == Policies.Effect.Ask(n) || Inside(r.tests, safe) {
      var r :| r in v.rules && Grants(r) && Yes(r, sc, part, atom);
      assert part.verb in r.verbs && forall t | t in r.tests :: Sure(t, sc, part, atom) by { reveal Yes; }
      if r.effect == Policies.Effect.Ask(n) { YesMaybe(r, sc, part, atom); } else { InsideHolds(r.tests, safe, sc, part, atom); }
    } else {
      var r :| r in v.rules && (r.effect.Forbid? || r.effect == Require(n)) && part.verb in r.verbs && SpeaksOutside(r, safe);
      if !Holds(safe, sc, part, atom) { OutsideMaybe(r, safe, sc, part, atom); }
    }
  }
  lemma OnlyHolds(v: Policy, sc: Scene, part: Part, atom: Atom, safe: seq<seq<Test>>)
    requires Only(v, part.verb, safe) && Passes(v, sc, part, atom)
    ensures Holds(safe, sc, part, atom)
  {
    hide Inside, SpeaksOutside, Complete, Holds, Lifted, Sure, May, Yes, Maybe;
    if forall r | r in v.rules && Grants(r) && part.verb in r.verbs :: Inside(r.tests, safe) {
      var r :| r in v.rules && Grants(r) && Yes(r, sc, part, atom);
      assert part.verb in r.verbs && forall t | t in r.tests :: Sure(t, sc, part, atom) by { reveal Yes; }
      InsideHolds(r.tests, safe, sc, part, atom);
    } else {
      var r :| r in v.rules && r.effect.Forbid? && part.verb in r.verbs && SpeaksOutside(r, safe);
      if !Holds(safe, sc, part, atom) { OutsideMaybe(r, safe, sc, part, atom); }
    }
  }
  lemma HoldsPlaced(axis: Name, listed: seq<Pattern>, sc: Scene, part: Part, atom: Atom)
    requires Holds([[Placed(axis, listed, true)]], sc, part, atom)
    ensures AtListed(atom, axis, listed)
  {
    hide Fits;
    var c :| c in [[Placed(axis, listed, true)]] && forall t | t in c :: Sure(t, sc, part, atom);
    assert c[0] in c;
  }

  // ---- runs ----
  lemma PassedThen(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects|
    requires part in Doing(p, trace, n).q.parts && atom in part.atoms
    ensures var pm := Doing(p, trace, n); Passes(Current(Then(p, trace, pm)), JudgedIn(p, trace, pm), part, atom)
    ensures Current(Then(p, trace, Doing(p, trace, n))) in Run(p, trace).policies
  {
    hide Run, Judged, Carrying, SceneOf, Passes;
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    var v, w, sc := Current(Then(p, trace, pm)), Then(p, trace, pm), SceneThen(p, trace, pm);
    JudgedClear(v, w.log, sc);
    assert Carrying(v, sc).q == pm.q by { reveal Carrying, SceneOf; }
  }
  lemma JudgedClear(v: Policy, log: M.Log, sc: Scene)
    requires Judged(v, log, sc)
    ensures Clear(v, Carrying(v, sc))
  { hide Clear, Payable, Batch, Carrying; }
  // In every run whose policies all let a verb pass only there, every effect lies there.
  lemma Effects(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom, safe: seq<seq<Test>>)
    requires n < |Run(p, trace).effects|
    requires part in Doing(p, trace, n).q.parts && atom in part.atoms
    requires forall v | v in Run(p, trace).policies :: Only(v, part.verb, safe)
    ensures Holds(safe, JudgedIn(p, trace, Doing(p, trace, n)), part, atom)
  {
    hide Run, Only, Passes, Holds, JudgedIn;
    PassedThen(p, trace, n, part, atom);
    var pm := Doing(p, trace, n);
    OnlyHolds(Current(Then(p, trace, pm)), JudgedIn(p, trace, pm), part, atom, safe);
  }
  // The same, but for what was approved.
  lemma EffectsUnless(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom, safe: seq<seq<Test>>, name: Name)
    requires n < |Run(p, trace).effects|
    requires part in Doing(p, trace, n).q.parts && atom in part.atoms
    requires forall v | v in Run(p, trace).policies :: OnlyUnless(v, part.verb, safe, name)
    ensures Holds(safe, JudgedIn(p, trace, Doing(p, trace, n)), part, atom) || ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, OnlyUnless, Passes, Holds, Needed, Carrying, ApprovedThen;
    PassedThen(p, trace, n, part, atom);
    var pm := Doing(p, trace, n);
    UnlessHolds(Current(Then(p, trace, pm)), JudgedIn(p, trace, pm), part, atom, safe, name);
    if !Holds(safe, JudgedIn(p, trace, pm), part, atom) { D.NeededApproved(p, trace, n, part, atom, name); }
  }
  // No part is without atoms.
  lemma SomeAtom(p: Policy, trace: seq<Input>, n: nat, part: Part) returns (atom: Atom)
    requires n < |Run(p, trace).effects| && part in Doing(p, trace, n).q.parts
    ensures atom in part.atoms
  {
    hide Run;
    D.Judged1(p, trace, n);
    var pm := Doing(p, trace, n);
    assert pm.q == SceneThen(p, trace, pm).q;
    atom := part.atoms[0];
  }
}
