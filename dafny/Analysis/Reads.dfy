include "../Decide/Kernel.dfy"
include "Moments.dfy"
// Moments looked at by code: the compiled tests of the kernel, and rule by rule.
module Reads {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Trees
  import opened Moments
  import BuildCode
  import CheckCode

  function AllAre(ts: seq<Test>, x: Moment, unknown: bool): bool {
    CheckCode.Holds(BuildCode.CompileAll(ts, 0, NoAxes), x.sc, x.part, x.atom, unknown)
  }
  function IsExcused(us: seq<seq<Test>>, x: Moment): bool { exists i | 0 <= i < |us| :: AllAre(us[i], x, false) }
  function IsAsked(q: Question, x: Moment): bool { AllAre(q.region, x, false) && !IsExcused(q.unless, x) }

  predicate IsGrant(r: Rule) { r.effect.Permit? || r.effect.Ask? }
  predicate IsNeed(r: Rule) { r.effect.Ask? || r.effect.Require? }
  function Reads_(r: Rule, x: Moment, unknown: bool): bool {
    && x.part.verb in r.verbs && (!IsGrant(r) || r.group in x.sc.groups)
    && AllAre(r.tests, x, unknown) && !CheckCode.Lifted(BuildCode.Lifting(r.unless, 0), x.sc, x.part, x.atom)
  }
  function IsYes(r: Rule, x: Moment): bool { Reads_(r, x, false) }
  function IsMaybe(r: Rule, x: Moment): bool { Reads_(r, x, true) }

  // The first rule from `pos` on that speaks, or the number of rules.
  function FirstForbid(rs: seq<Rule>, x: Moment, pos: nat): nat
    requires pos <= |rs|
    decreases |rs| - pos
  {
    if pos == |rs| || (rs[pos].effect.Forbid? && IsMaybe(rs[pos], x)) then pos else FirstForbid(rs, x, pos + 1)
  } by method {
    var i := pos;
    while i < |rs|
      invariant pos <= i <= |rs| && FirstForbid(rs, x, pos) == FirstForbid(rs, x, i)
    {
      if rs[i].effect.Forbid? && IsMaybe(rs[i], x) { return i; }
      i := i + 1;
    }
    return i;
  }
  function FirstGrant(rs: seq<Rule>, x: Moment, pos: nat): nat
    requires pos <= |rs|
    decreases |rs| - pos
  {
    if pos == |rs| || (IsGrant(rs[pos]) && IsYes(rs[pos], x)) then pos else FirstGrant(rs, x, pos + 1)
  } by method {
    var i := pos;
    while i < |rs|
      invariant pos <= i <= |rs| && FirstGrant(rs, x, pos) == FirstGrant(rs, x, i)
    {
      if IsGrant(rs[i]) && IsYes(rs[i], x) { return i; }
      i := i + 1;
    }
    return i;
  }
  // The first that needs an approval which no rule of `but` needs.
  function FirstNeed(rs: seq<Rule>, but: seq<Rule>, x: Moment, pos: nat): nat
    requires pos <= |rs|
    decreases |rs| - pos
  {
    if pos == |rs| || (IsNeed(rs[pos]) && IsMaybe(rs[pos], x) && !IsNeeded(but, x, rs[pos].effect.needs)) then pos
    else FirstNeed(rs, but, x, pos + 1)
  } by method {
    var i := pos;
    while i < |rs|
      invariant pos <= i <= |rs| && FirstNeed(rs, but, x, pos) == FirstNeed(rs, but, x, i)
    {
      if IsNeed(rs[i]) && IsMaybe(rs[i], x) && !IsNeeded(but, x, rs[i].effect.needs) { return i; }
      i := i + 1;
    }
    return i;
  }
  function IsNeeded(rs: seq<Rule>, x: Moment, n: Name): bool {
    exists i | 0 <= i < |rs| :: IsNeed(rs[i]) && rs[i].effect.needs == n && IsMaybe(rs[i], x)
  }
  function IsComplete(p: Policy, x: Moment): bool {
    x.part.verb in p.axes &&
    var axes := p.axes[x.part.verb];
    forall i | 0 <= i < |axes| :: if axes[i].place then axes[i].name in x.atom.places else axes[i].name in x.atom.names
  }
  function Grants_(p: Policy, x: Moment): bool { IsComplete(p, x) && FirstGrant(p.rules, x, 0) < |p.rules| }
  function IsPassing(p: Policy, x: Moment): bool { Grants_(p, x) && FirstForbid(p.rules, x, 0) == |p.rules| }
}
