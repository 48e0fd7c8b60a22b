include "Only.dfy"
include "../Boundary/Runs.dfy"
// Small policies and requests for the witnesses of the safety classes: one verb, and requests of one atom.
module SmallPolicies {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened SmallRuns
  import H = History
  import M = Machine

  // The names that it needs; they may be the same or not.
  datatype Cast = Cast(verb: Name, group: Name, agent: Name, kind: Name, scope: Name)
  ghost function Says(c: Cast, e: Policies.Effect, tests: seq<Test>): Rule { Rule(c.verb, c.group, e, {c.verb}, tests, []) }
  ghost function Permitting(c: Cast, tests: seq<Test>): Rule { Says(c, Policies.Effect.Permit, tests) }
  ghost function Asking(c: Cast, tests: seq<Test>, n: Name): Rule { Says(c, Policies.Effect.Ask(n), tests) }
  ghost function Forbidding(c: Cast, tests: seq<Test>): Rule { Says(c, Forbid, tests) }
  ghost function Pol(c: Cast, axes: seq<Axis>, rules: seq<Rule>): Policy {
    Policy(map[c.verb := axes], rules, map[], map[], map[c.kind := AgentKind({c.group}, {}, {})], c.verb, c.scope, c.scope, c.scope)
  }
  ghost function Req(c: Cast, ints: map<Name, int>, atom: Atom): Request
  { Request([Part(c.verb, ints, [atom])], map[c.scope := c.scope], c.verb, 0) }
  ghost function Trace(c: Cast, q: Request): seq<Input> { Done(c.agent, c.kind, q, 0) }
  ghost function Sc(c: Cast, q: Request): Scene { Scene(q, {c.group}, 0, View(map[], map[], map[]), {}) }

  // Some rule permits the atom; no rule that holds back may match it.
  ghost predicate Lets1(c: Cast, rules: seq<Rule>, q: Request, part: Part, atom: Atom) {
    && (exists r | r in rules :: r.effect.Permit? && Yes(r, Sc(c, q), part, atom))
    && (forall r | r in rules :: r.effect.Permit? || ((r.effect.Ask? || r.effect.Require? || r.effect.Forbid?) && !Maybe(r, Sc(c, q), part, atom)))
  }
  ghost predicate Whole(axes: seq<Axis>, atom: Atom) {
    forall a | a in axes :: if a.place then a.name in atom.places else a.name in atom.names
  }
  // Then the run performs it, and this is its one effect.
  ghost predicate Performs1(p: Policy, trace: seq<Input>, q: Request) {
    Run(p, trace).policies == [p] && |Run(p, trace).effects| == 1 && Doing(p, trace, 0).q == q
  }
  lemma Happens1(c: Cast, axes: seq<Axis>, rules: seq<Rule>, ints: map<Name, int>, atom: Atom)
    requires Whole(axes, atom) && Lets1(c, rules, Req(c, ints, atom), Part(c.verb, ints, [atom]), atom)
    ensures Performs1(Pol(c, axes, rules), Trace(c, Req(c, ints, atom)), Req(c, ints, atom))
  {
    hide Run, Yes, Maybe;
    var p, q, part := Pol(c, axes, rules), Req(c, ints, atom), Part(c.verb, ints, [atom]);
    assert q.parts[0] == part && part.atoms[0] == atom;
    assert Scene1(p, c.kind, q, 0) == Sc(c, q);
    Happens(p, c.agent, c.kind, q, 0);
  }
  // The rule of a permit whose tests are all met.
  lemma YesPermit(c: Cast, tests: seq<Test>, q: Request, part: Part, atom: Atom)
    requires part.verb == c.verb && forall t | t in tests :: Sure(t, Sc(c, q), part, atom)
    ensures Yes(Permitting(c, tests), Sc(c, q), part, atom)
  { hide Sure; }

  // x and all that lies below it, and two places: x itself, and another.
  ghost function Below(x: Name): seq<Pattern> { [Pattern([Lit(x)], true)] }
  ghost function At(axis: Name, x: Name): Atom { Atom(map[], map[axis := [x]]) }
  lemma AtMeets(axis: Name, x: Name, sc: Scene, part: Part)
    ensures var t := Placed(axis, Below(x), true); Sure(t, sc, part, At(axis, x)) && Inside([t], [[t]])
  {
    var t := Placed(axis, Below(x), true);
    assert Below(x)[0] in Below(x) && Fits(Below(x)[0], [x]);
    assert [t][0] in [t] && [[t]][0] in [[t]] && Tighter(t, t);
  }
  lemma AtMisses(axis: Name, x: Name, y: Name)
    requires x != y
    ensures !AtListed(At(axis, y), axis, Below(x))
  {
    forall f | f in Below(x) ensures !Fits(f, [y]) { assert f.syms[0] == Lit(x); }
    assert At(axis, y).places[axis] == [y];
  }
  // A run under one policy without approvals has none.
  lemma Unasked(p: Policy, trace: seq<Input>, pm: Permit, n: Name)
    requires pm.born <= |trace| && Run(p, trace).policies == [p] && p.quorums == map[]
    ensures !ApprovedThen(p, trace, pm, n)
  {
    hide Run;
    H.RunPolicies(p, trace, pm.born);
    assert Then(p, trace, pm).policies == [p];
  }
}
