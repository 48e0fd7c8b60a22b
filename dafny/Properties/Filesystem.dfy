include "Small.dfy"
// S4: destructive file operations. Nothing outside listed places is deleted or overwritten, or only what people approved.
module FilesystemSpec {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec

  // For each verb that destroys or overwrites (file.delete, file.write, dir.make): every permit and ask lists places among `listed`,
  //     permit: file.delete
  //     where: {path: [/repo/src/**, /repo/tests/**]}
  // or some rule forbids it outside.
  ghost predicate ChangesInside(v: Policy, verbs: set<Name>, path: Name, listed: seq<Pattern>) {
    forall verb | verb in verbs :: Only(v, verb, [[Placed(path, listed, true)]])
  }
  // The same, but elsewhere it is asked, or held back, until those called n approve:
  //     ask: file.write
  //     where: {path: /repo/.github/**}
  //     needs: maintainer
  ghost predicate ChangesInsideUnless(v: Policy, verbs: set<Name>, path: Name, listed: seq<Pattern>, n: Name) {
    forall verb | verb in verbs :: OnlyUnless(v, verb, [[Placed(path, listed, true)]], n)
  }
  ghost predicate StaysInside(q: Request, verbs: set<Name>, path: Name, listed: seq<Pattern>) {
    forall part, atom | part in q.parts && part.verb in verbs && atom in part.atoms :: AtListed(atom, path, listed)
  }
}
module Filesystem {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened FilesystemSpec
  import Onlys

  // S4: in every run in which every policy ever in force has the pattern, no effect destroys or overwrites outside the listed places,
  lemma S4_Filesystem(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, path: Name, listed: seq<Pattern>)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ChangesInside(v, verbs, path, listed)
    ensures StaysInside(Doing(p, trace, n).q, verbs, path, listed)
  {
    hide Run, Only, JudgedIn, AtListed, Holds;
    var q, safe := Doing(p, trace, n).q, [[Placed(path, listed, true)]];
    forall part, atom | part in q.parts && part.verb in verbs && atom in part.atoms ensures AtListed(atom, path, listed) {
      Onlys.Effects(p, trace, n, part, atom, safe);
      Onlys.HoldsPlaced(path, listed, JudgedIn(p, trace, Doing(p, trace, n)), part, atom);
    }
  }
  // or only under an open, unexpired grant for exactly this request, for which all had voted whom the policy then in force names.
  lemma S4_Approved(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, path: Name, listed: seq<Pattern>, name: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ChangesInsideUnless(v, verbs, path, listed, name)
    ensures StaysInside(Doing(p, trace, n).q, verbs, path, listed) || ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, OnlyUnless, JudgedIn, AtListed, Holds, ApprovedThen;
    var q, safe := Doing(p, trace, n).q, [[Placed(path, listed, true)]];
    if !ApprovedThen(p, trace, Doing(p, trace, n), name) {
      forall part, atom | part in q.parts && part.verb in verbs && atom in part.atoms ensures AtListed(atom, path, listed) {
        Onlys.EffectsUnless(p, trace, n, part, atom, safe, name);
        Onlys.HoldsPlaced(path, listed, JudgedIn(p, trace, Doing(p, trace, n)), part, atom);
      }
    }
  }
}
module FilesystemWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened FilesystemSpec
  import opened SmallPolicies
  import Filesystem

  // permit: VERB, where: {path: /LISTED/**}; and ask: VERB, where: {path: /OTHER/**}, needs: N
  ghost function Inner(c: Cast, path: Name, x: Name): seq<Rule> { [Permitting(c, [Placed(path, Below(x), true)])] }
  ghost function Asked(c: Cast, path: Name, x: Name, y: Name, n: Name): seq<Rule>
  { [Permitting(c, [Placed(path, Below(x), true)]), Asking(c, [Placed(path, Below(y), true)], n)] }
  // The same, but somebody permitted the other place too.
  ghost function Wider(c: Cast, path: Name, x: Name, y: Name): seq<Rule>
  { [Permitting(c, [Placed(path, Below(x), true)]), Permitting(c, [Placed(path, Below(y), true)])] }

  lemma W_S4_Filesystem(c: Cast, path: Name, x: Name)
    ensures var p, q := Pol(c, [Axis(path, true)], Inner(c, path, x)), Req(c, map[], At(path, x));
            ChangesInside(p, {c.verb}, path, Below(x)) && Performs1(p, Trace(c, q), q)
  {
    hide Run, Yes, Inside, Sure;
    var q, part, rules := Req(c, map[], At(path, x)), Part(c.verb, map[], [At(path, x)]), Inner(c, path, x);
    AtMeets(path, x, Sc(c, q), part);
    YesPermit(c, [Placed(path, Below(x), true)], q, part, At(path, x));
    assert rules[0] in rules;
    Happens1(c, [Axis(path, true)], rules, map[], At(path, x));
  }
  lemma W_S4_Approved(c: Cast, path: Name, x: Name, y: Name, n: Name)
    requires x != y
    ensures var p, q := Pol(c, [Axis(path, true)], Asked(c, path, x, y, n)), Req(c, map[], At(path, x));
            ChangesInsideUnless(p, {c.verb}, path, Below(x), n) && Performs1(p, Trace(c, q), q)
  {
    hide Run, Yes, Inside, Sure;
    var q, part, atom, rules := Req(c, map[], At(path, x)), Part(c.verb, map[], [At(path, x)]), At(path, x), Asked(c, path, x, y, n);
    AtMeets(path, x, Sc(c, q), part);
    YesPermit(c, [Placed(path, Below(x), true)], q, part, atom);
    assert rules[0] in rules;
    AtMisses(path, y, x);
    assert rules[1].tests[0] in rules[1].tests;
    assert !Maybe(rules[1], Sc(c, q), part, atom) by { reveal Sure; }
    Happens1(c, [Axis(path, true)], rules, map[], atom);
  }
  // X: with the one rule too many, what lies elsewhere is deleted, and nobody was asked.
  lemma X_DeletedElsewhere(c: Cast, path: Name, x: Name, y: Name, n: Name)
    requires x != y
    ensures var p, q := Pol(c, [Axis(path, true)], Wider(c, path, x, y)), Req(c, map[], At(path, y));
            Performs1(p, Trace(c, q), q) && !StaysInside(q, {c.verb}, path, Below(x)) && !ApprovedThen(p, Trace(c, q), Doing(p, Trace(c, q), 0), n)
    ensures var p := Pol(c, [Axis(path, true)], Wider(c, path, x, y));
            !ChangesInside(p, {c.verb}, path, Below(x)) && !ChangesInsideUnless(p, {c.verb}, path, Below(x), n)
  {
    hide Run, Only, OnlyUnless, Yes, Sure, Inside;
    var axes, q, part, atom, rules := [Axis(path, true)], Req(c, map[], At(path, y)), Part(c.verb, map[], [At(path, y)]), At(path, y), Wider(c, path, x, y);
    var p := Pol(c, axes, rules);
    AtMeets(path, y, Sc(c, q), part);
    YesPermit(c, [Placed(path, Below(y), true)], q, part, atom);
    assert rules[1] in rules;
    Happens1(c, axes, rules, map[], atom);
    AtMisses(path, x, y);
    assert q.parts[0] == part && part.atoms[0] == atom;
    Unasked(p, Trace(c, q), Doing(p, Trace(c, q), 0), n);
    if ChangesInside(p, {c.verb}, path, Below(x)) { Filesystem.S4_Filesystem(p, Trace(c, q), 0, {c.verb}, path, Below(x)); }
    if ChangesInsideUnless(p, {c.verb}, path, Below(x), n) { Filesystem.S4_Approved(p, Trace(c, q), 0, {c.verb}, path, Below(x), n); }
  }
}
