include "Small.dfy"
// S1: unauthorised network egress. Whatever is sent over the network goes to a listed host.
module EgressSpec {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened OnlySpec

  // For each network verb: every permit and ask that speaks of it lists hosts, all of them among `listed`,
  //     permit: http.request
  //     where: {host: [index.packages.example, "*.news.example"]}
  // or some rule forbids it outside:
  //     forbid: [http.request, net.connect]
  //     unless: {host: $listed}
  ghost predicate ListedHostsOnly(v: Policy, verbs: set<Name>, host: Name, listed: seq<Pattern>) {
    forall verb | verb in verbs :: Only(v, verb, [[Placed(host, listed, true)]])
  }
  ghost predicate GoesToListed(q: Request, verbs: set<Name>, host: Name, listed: seq<Pattern>) {
    forall part, atom | part in q.parts && part.verb in verbs && atom in part.atoms ::
      AtListed(atom, host, listed)
  }
}
module Egress {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened EgressSpec
  import Onlys

  // S1: in every run in which every policy ever in force has the pattern, every effect of a network verb goes to listed hosts alone.
  lemma S1_Egress(p: Policy, trace: seq<Input>, n: nat, verbs: set<Name>, host: Name, listed: seq<Pattern>)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ListedHostsOnly(v, verbs, host, listed)
    ensures GoesToListed(Doing(p, trace, n).q, verbs, host, listed)
  {
    hide Run, Only, JudgedIn, AtListed, Holds;
    var q, safe := Doing(p, trace, n).q, [[Placed(host, listed, true)]];
    forall part, atom | part in q.parts && part.verb in verbs && atom in part.atoms
      ensures AtListed(atom, host, listed)
    {
      Onlys.Effects(p, trace, n, part, atom, safe);
      Onlys.HoldsPlaced(host, listed, JudgedIn(p, trace, Doing(p, trace, n)), part, atom);
    }
  }
}
module EgressWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened EgressSpec
  import opened SmallPolicies
  import Egress

  // permit: VERB, where: {host: "**.LISTED"}
  ghost function ByPermit(c: Cast, host: Name, x: Name): seq<Rule> { [Permitting(c, [Placed(host, Below(x), true)])] }
  // permit: VERB, where: {host: any}, and forbid: VERB, unless: {host: "**.LISTED"}
  ghost function ByForbid(c: Cast, host: Name, x: Name): seq<Rule>
  { [Permitting(c, []), Forbidding(c, []).(unless := [[Placed(host, Below(x), true)]])] }
  // The same without the forbid: one rule is missing.
  ghost function Open(c: Cast): seq<Rule> { [Permitting(c, [])] }

  // The one way, and the other.
  lemma W_S1_Egress(c: Cast, host: Name, x: Name)
    ensures var p, q := Pol(c, [Axis(host, true)], ByPermit(c, host, x)), Req(c, map[], At(host, x));
            ListedHostsOnly(p, {c.verb}, host, Below(x)) && Performs1(p, Trace(c, q), q)
  {
    hide Run, Yes, Inside, Sure;
    var q, part, atom := Req(c, map[], At(host, x)), Part(c.verb, map[], [At(host, x)]), At(host, x);
    var rules := ByPermit(c, host, x);
    AtMeets(host, x, Sc(c, q), part);
    YesPermit(c, [Placed(host, Below(x), true)], q, part, atom);
    assert rules[0] in rules;
    Happens1(c, [Axis(host, true)], rules, map[], atom);
  }
  lemma W_S1_Forbid(c: Cast, host: Name, x: Name)
    ensures var p, q := Pol(c, [Axis(host, true)], ByForbid(c, host, x)), Req(c, map[], At(host, x));
            ListedHostsOnly(p, {c.verb}, host, Below(x)) && Performs1(p, Trace(c, q), q)
  {
    hide Run, Yes, Inside, Sure;
    var q, part, atom := Req(c, map[], At(host, x)), Part(c.verb, map[], [At(host, x)]), At(host, x);
    var rules := ByForbid(c, host, x);
    var r := rules[1];
    AtMeets(host, x, Sc(c, q), part);
    YesPermit(c, [], q, part, atom);
    assert rules[0] in rules && r in rules && r.unless[0] in r.unless;
    assert Lifted(r, Sc(c, q), part, atom);
    assert SpeaksOutside(r, [[Placed(host, Below(x), true)]]);
    Happens1(c, [Axis(host, true)], rules, map[], atom);
  }
  // X: without the forbid, a request to any other host is performed.
  lemma X_OtherHost(c: Cast, host: Name, x: Name, y: Name)
    requires x != y
    ensures var p, q := Pol(c, [Axis(host, true)], Open(c)), Req(c, map[], At(host, y));
            Performs1(p, Trace(c, q), q) && !GoesToListed(q, {c.verb}, host, Below(x)) && !ListedHostsOnly(p, {c.verb}, host, Below(x))
  {
    hide Run, Only, Yes;
    var p, q, part, atom := Pol(c, [Axis(host, true)], Open(c)), Req(c, map[], At(host, y)), Part(c.verb, map[], [At(host, y)]), At(host, y);
    YesPermit(c, [], q, part, atom);
    assert Open(c)[0] in Open(c);
    Happens1(c, [Axis(host, true)], Open(c), map[], atom);
    assert q.parts[0] == part && part.atoms[0] == atom;
    AtMisses(host, x, y);
    if ListedHostsOnly(p, {c.verb}, host, Below(x)) { Egress.S1_Egress(p, Trace(c, q), 0, {c.verb}, host, Below(x)); }
  }
}
