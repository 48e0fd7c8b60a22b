include "CheckProofs.dfy"
include "GrowProofs.dfy"
// The tests that the tree decides and those left in the guard are together the tests of the rule.
module RuleProofs {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Trees
  import opened BuildCode
  import opened MemoryProofs
  import opened CheckProofs
  import opened GrowProofs
  import CheckCode

  // ---- the axes of a verb ----
  lemma AxesCarried(axes: seq<Axis>, pos: nat, atom: Atom)
    requires pos <= |axes|
    ensures Carried(AxisList(axes, pos), atom) <==>
            forall i | pos <= i < |axes| :: if axes[i].place then axes[i].name in atom.places else axes[i].name in atom.names
    decreases |axes| - pos
  { if pos < |axes| { AxesCarried(axes, pos + 1, atom); } }
  lemma CarriedIsComplete(p: Policy, part: Part, atom: Atom)
    requires part.verb in p.axes
    ensures Carried(AxisList(p.axes[part.verb], 0), atom) <==> Complete(p, part, atom)
  {
    hide Carried, AxisList;
    var axes := p.axes[part.verb];
    AxesCarried(axes, 0, atom);
    if Carried(AxisList(axes, 0), atom) {
      forall a | a in axes ensures if a.place then a.name in atom.places else a.name in atom.names {
        var i :| 0 <= i < |axes| && axes[i] == a;
      }
    }
  }

  // ---- decided tests ----
  lemma MetIs(ts: seq<Test>, axes: Axes, sc: Scene, part: Part, atom: Atom)
    ensures Met(ts, axes, sc, part, atom) <==> forall i | 0 <= i < |ts| && Indexed(ts, i, axes) :: Sure(ts[i], sc, part, atom)
    decreases axes
  {
    hide Sure, First;
    if !axes.NoAxes? {
      MetIs(ts, axes.more, sc, part, atom);
      var f := First(ts, 0, axes.name, axes.PlaceAxis?);
      assert f < |ts| ==> Indexed(ts, f, axes);
      assert forall i: nat :: Indexed(ts, i, axes) <==> i == f || Indexed(ts, i, axes.more);
    }
  }
  // About a decided test nothing is unknown.
  lemma IndexedKnown(ts: seq<Test>, i: nat, axes: Axes, sc: Scene, part: Part, atom: Atom)
    requires i < |ts| && Indexed(ts, i, axes) && Carried(axes, atom)
    ensures Known(ts[i], sc, part, atom)
    decreases axes
  {
    FirstIs(ts, 0, axes.name, axes.PlaceAxis?);
    if First(ts, 0, axes.name, axes.PlaceAxis?) != i { IndexedKnown(ts, i, axes.more, sc, part, atom); }
  }
  lemma TestsHold(ts: seq<Test>, axes: Axes, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires Carried(axes, atom)
    ensures Met(ts, axes, sc, part, atom) && CheckCode.Holds(CompileAll(ts, 0, axes), sc, part, atom, unknown) <==>
            forall t | t in ts :: Says(t, sc, part, atom, unknown)
  {
    hide Met, Carried, Known, Meets, Indexed, CheckCode.Holds, CompileAll;
    MetIs(ts, axes, sc, part, atom);
    AllHold(ts, 0, axes, sc, part, atom, unknown);
    forall i: nat | i < |ts| && Indexed(ts, i, axes) ensures Sure(ts[i], sc, part, atom) <==> Says(ts[i], sc, part, atom, unknown) {
      IndexedKnown(ts, i, axes, sc, part, atom);
    }
    hide Says, Sure;
    if Met(ts, axes, sc, part, atom) && CheckCode.Holds(CompileAll(ts, 0, axes), sc, part, atom, unknown) {
      forall t | t in ts ensures Says(t, sc, part, atom, unknown) { var i :| 0 <= i < |ts| && ts[i] == t; }
    }
  }

  // ---- the guard ----
  // What grants speaks only to agents that use its group.
  ghost predicate Fires(g: Guard, sc: Scene, part: Part, atom: Atom, unknown: bool) {
    && (g.kind < 2 ==> g.rule.group in sc.groups)
    && CheckCode.Holds(g.tests, sc, part, atom, unknown) && !CheckCode.Lifted(g.unless, sc, part, atom)
  }
  // The rule matches; `unknown` says whether what is unknown counts.
  ghost predicate Matches(r: Rule, sc: Scene, part: Part, atom: Atom, unknown: bool) {
    if unknown then Maybe(r, sc, part, atom) else Yes(r, sc, part, atom)
  }
  lemma GuardIsRule(p: Policy, r: Rule, axes: Axes, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires Carried(axes, atom) && part.verb in r.verbs
    ensures Met(r.tests, axes, sc, part, atom) && Fires(Compiled(p, r, axes), sc, part, atom, unknown) <==> Matches(r, sc, part, atom, unknown)
  {
    hide Met, Carried, Known, Meets, CheckCode.Holds, CheckCode.Lifted, Lifted, CompileAll, Lifting, Sure, May;
    TestsHold(r.tests, axes, sc, part, atom, unknown);
    LiftedIs(r, sc, part, atom);
  }
}
