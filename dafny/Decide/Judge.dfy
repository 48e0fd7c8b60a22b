include "Verdicts.dfy"
include "../Index/Checks.dfy"
// The half of the decision that looks at no cell: the walk down the tree, weighing each guard that it reaches.
module Judging {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened Verdicts
  import opened Scenes
  import opened MemoryCode
  import CheckCode

  function End(period: int, month: int, now: int): int {
    if period > 0 then (now / period + 1) * period else if period == 0 then 0 else month
  }

  // ---- one charge that counts: its key joins the part's dues, or it cannot be counted and the request is short ----
  function Short(v: Verdict, gs: Guards): Verdict
    requires v.Clear?
  { Clear(v.grant, gs, v.needs, v.dues, v.charges) }

  function Owe(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires v.Clear? && gs.More? && gs.guard.due.Under?
  {
    var b := gs.guard.due.budget;
    var q := sc.q;
    var s0, s1, s2, s3 := Scope(b.per.0, q, atom), Scope(b.per.1, q, atom), Scope(b.per.2, q, atom), Scope(b.per.3, q, atom);
    if b.measure !in part.ints || part.ints[b.measure] < 0 || s0.Lost? || s1.Lost? || s2.Lost? || s3.Lost? then Short(v, gs) else
    var rate := b.kind == 1;
    var key := (b.kind, gs.guard.due.name, s0.value, s1.value, s2.value, s3.value, if rate then 0 else End(b.period, q.month, sc.now));
    if Has(v.dues, key) then v
    else if rate then Clear(v.grant, v.short, v.needs, Owed(key, part.ints[b.measure] * b.period, b.limit * b.period, b.measure, v.dues), v.charges)
    else Clear(v.grant, v.short, v.needs, Owed(key, part.ints[b.measure], b.limit, b.measure, v.dues), v.charges)
  } by method {
    var due := gs.guard.due;
    var b := due.budget;
    var ints := part.ints;
    var measure := b.measure;
    if !(measure in ints) { return Short(v, gs); }
    var amount: int := ints[measure];
    if amount < 0 { return Short(v, gs); }
    var q := sc.q;
    var scopes := q.scopes;
    var per := b.per;
    var s0 := per.0;
    if s0 in scopes { s0 := scopes[s0]; } else if s0 in atom.names { s0 := atom.names[s0]; } else { return Short(v, gs); }
    var s1 := per.1;
    if s1 in scopes { s1 := scopes[s1]; } else if s1 in atom.names { s1 := atom.names[s1]; } else { return Short(v, gs); }
    var s2 := per.2;
    if s2 in scopes { s2 := scopes[s2]; } else if s2 in atom.names { s2 := atom.names[s2]; } else { return Short(v, gs); }
    var s3 := per.3;
    if s3 in scopes { s3 := scopes[s3]; } else if s3 in atom.names { s3 := atom.names[s3]; } else { return Short(v, gs); }
    var period := b.period;
    var kind := b.kind;
    var limit := b.limit;
    var end: int := 0;
    if kind == 1 { amount := amount * period; limit := limit * period; }
    else if period != 0 { end := End(period, q.month, sc.now); }
    var key := (kind, due.name, s0, s1, s2, s3, end);
    var dues := v.dues;
    if !dues.NoCharges? { if Has(dues, key) { return v; } }
    return Clear(v.grant, v.short, v.needs, Owed(key, amount, limit, measure, dues), v.charges);
  }

  // ---- a mark that is to be set ----
  function Leave(gs: Guards, sc: Scene, atom: Atom, v: Verdict): Verdict
    requires v.Clear? && gs.More? && gs.guard.due.Setting?
  {
    var m := gs.guard.due.mark;
    var key := MarkKey(m, sc.q, atom);
    if key.Lost? then Short(v, gs)
    else if Has(v.dues, key.value) then v
    else Clear(v.grant, v.short, v.needs, Owed(key.value, 0, 0, m.name, v.dues), v.charges)
  }

  function WithNeed(v: Verdict, grant: Guards, name: Name): Verdict
    requires v.Clear?
  { Clear(grant, v.short, if HasNeed(v.needs, name) then v.needs else Need(name, v.needs), v.dues, v.charges) }

  // What the first guard of the list adds. After a forbid nothing does.
  function Weigh(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires gs.More?
  {
    if !v.Clear? then v else
    var g := gs.guard;
    if g.kind < 2 && !(g.rule.group in sc.groups) then v
    else if !CheckCode.Holds(g.tests, sc, part, atom, g.kind != 0) then v
    else if !g.unless.NoLift? && CheckCode.Lifted(g.unless, sc, part, atom) then v
    else if g.kind == 0 then Clear(gs, v.short, v.needs, v.dues, v.charges)
    else if g.kind == 4 then if g.due.Under? then Owe(gs, sc, part, atom, v) else Short(v, gs)
    else if g.kind == 5 then if g.due.Setting? then Leave(gs, sc, atom, v) else Short(v, gs)
    else if g.kind == 1 then
      WithNeed(v, if CheckCode.Holds(g.tests, sc, part, atom, false) then gs else v.grant, if g.rule.effect.Ask? then g.rule.effect.needs else g.rule.id)
    else if g.kind == 3 then WithNeed(v, v.grant, if g.rule.effect.Require? then g.rule.effect.needs else g.rule.id)
    else Denied(g.rule.id)
  }
  ghost function WeighSeq(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict {
    if s == [] then v else WeighSeq(s[1..], sc, part, atom, if s[0].More? then Weigh(s[0], sc, part, atom, v) else v)
  }
  lemma WeighJoin(a: seq<Guards>, b: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    ensures WeighSeq(a + b, sc, part, atom, v) == WeighSeq(b, sc, part, atom, WeighSeq(a, sc, part, atom, v))
    decreases |a|
  {
    if a == [] { assert a + b == b; } else {
      assert (a + b)[1..] == a[1..] + b;
      WeighJoin(a[1..], b, sc, part, atom, if a[0].More? then Weigh(a[0], sc, part, atom, v) else v);
    }
  }
  lemma WeighStop(s: seq<Guards>, sc: Scene, part: Part, atom: Atom, v: Verdict)
    requires !v.Clear?
    ensures WeighSeq(s, sc, part, atom, v) == v
    decreases |s|
  { if s != [] { WeighStop(s[1..], sc, part, atom, v); } }

  function WeighCell(gs: Guards, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict {
    WeighSeq(Nodes(gs), sc, part, atom, v)
  } by method {
    var rest := gs;
    var w := v;
    while !rest.NoGuards?
      invariant WeighSeq(Nodes(gs), sc, part, atom, v) == WeighSeq(Nodes(rest), sc, part, atom, w)
      decreases rest
    {
      w := Weigh(rest, sc, part, atom, w);
      rest := rest.rest;
    }
    return w;
  }

  // ---- the walk: everything that `Entering` and `Finding` reach is weighed, in that order ----
  function Enter(t: Tree, axes: Axes, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    decreases axes, 0, 0
  {
    WeighSeq(Entering(t, axes, atom), sc, part, atom, v)
  } by method {
    if t.Nil? { return v; }
    if axes.PlaceAxis? {
      var axis := axes.name;
      if !(axis in atom.places) { return v; }
      return Find(t, atom.places[axis], 0, axes.more, sc, part, atom, v);
    }
    if axes.NameAxis? {
      var axis := axes.name;
      if !(t.Pick? && axis in atom.names) { return v; }
      var w := v;
      var more := axes.more;
      var any := t.any;
      if !any.Nil? { w := Enter(any, more, sc, part, atom, v); }
      assert w == WeighSeq(Entering(any, more, atom), sc, part, atom, v);
      var name := atom.names[axis];
      ghost var kid := if name in t.kids then Entering(t.kids[name], more, atom) else [];
      WeighJoin(Entering(any, more, atom), kid, sc, part, atom, v);
      var kids := t.kids;
      if !(name in kids) { return w; }
      return Enter(kids[name], more, sc, part, atom, w);
    }
    if t.Cell? { return WeighCell(t.guards, sc, part, atom, v); }
    return v;
  }
  function Find(t: Tree, place: seq<Name>, pos: nat, axes: Axes, sc: Scene, part: Part, atom: Atom, v: Verdict): Verdict
    requires pos <= |place|
    decreases axes, 1, |place| - pos
  {
    WeighSeq(Finding(t, place, pos, axes, atom), sc, part, atom, v)
  } by method {
    var n := t;
    var i: nat := pos;
    var w := v;
    var len := |place|;
    while i < len && n.Node?
      invariant pos <= i <= len == |place|
      invariant WeighSeq(Finding(t, place, pos, axes, atom), sc, part, atom, v)
             == WeighSeq(Finding(n, place, i, axes, atom), sc, part, atom, w)
      decreases len - i
    {
      var s := place[i];
      var kids := n.kids;
      ghost var rest := if n.plain then [] else Entering(n.rest, axes, atom);
      ghost var one := if n.plain then [] else Finding(n.one, place, i + 1, axes, atom);
      ghost var kid := if s in kids then Finding(kids[s], place, i + 1, axes, atom) else [];
      WeighJoin(rest, one + kid, sc, part, atom, w);
      WeighJoin(one, kid, sc, part, atom, WeighSeq(rest, sc, part, atom, w));
      assert Finding(n, place, i, axes, atom) == rest + (one + kid);
      if !n.plain {
        w := Enter(n.rest, axes, sc, part, atom, w);
        if !n.one.Nil? { w := Find(n.one, place, i + 1, axes, sc, part, atom, w); }
      }
      if !(s in kids) { return w; }
      n := kids[s];
      i := i + 1;
    }
    if !n.Node? { return w; }
    ghost var rest := if n.plain then [] else Entering(n.rest, axes, atom);
    WeighJoin(rest, Entering(n.end, axes, atom), sc, part, atom, w);
    if !n.plain { w := Enter(n.rest, axes, sc, part, atom, w); }
    return Enter(n.end, axes, sc, part, atom, w);
  }

  // ---- atoms, parts ----
  datatype Root = Root(axes: Axes, tree: Tree)

  // The atoms of part number i, from `pos` on.
  function JudgeAtoms(e: Root, sc: Scene, i: int, part: Part, pos: nat, v: Verdict): Verdict
    requires v.Clear? && pos <= |part.atoms|
    decreases |part.atoms| - pos
  {
    if pos == |part.atoms| then v else
    var atom := part.atoms[pos];
    var w := Enter(e.tree, e.axes, sc, part, atom, Clear(NoGuards, v.short, v.needs, v.dues, v.charges));
    if !w.Clear? then w else if w.grant.NoGuards? then Unpermitted(i, pos) else JudgeAtoms(e, sc, i, part, pos + 1, w)
  } by method {
    var j := pos;
    var w := v;
    while j < |part.atoms|
      invariant pos <= j <= |part.atoms| && w.Clear?
      invariant JudgeAtoms(e, sc, i, part, pos, v) == JudgeAtoms(e, sc, i, part, j, w)
    {
      if !w.grant.NoGuards? { w := Clear(NoGuards, w.short, w.needs, w.dues, w.charges); }
      w := Enter(e.tree, e.axes, sc, part, part.atoms[j], w);
      if !w.Clear? { return w; }
      if w.grant.NoGuards? { return Unpermitted(i, j); }
      j := j + 1;
    }
    return w;
  }

  // What the parts before this one count, apart from its own.
  function Next(v: Verdict): Verdict
    requires v.Clear?
  { if v.dues.NoCharges? then v else Clear(v.grant, v.short, v.needs, NoCharges, Total(v)) }

  function JudgePart(verbs: map<Name, Root>, sc: Scene, i: nat, v: Verdict): Verdict
    requires v.Clear? && i < |sc.q.parts|
  {
    var part := sc.q.parts[i];
    if !(part.verb in verbs) || |part.atoms| == 0 then Unpermitted(i, 0)
    else JudgeAtoms(verbs[part.verb], sc, i, part, 0, Next(v))
  }
  function JudgeParts(verbs: map<Name, Root>, sc: Scene, pos: nat, v: Verdict): Verdict
    requires v.Clear? && pos <= |sc.q.parts|
    decreases |sc.q.parts| - pos
  {
    if pos == |sc.q.parts| then v else
    var w := JudgePart(verbs, sc, pos, v);
    if !w.Clear? then w else JudgeParts(verbs, sc, pos + 1, w)
  } by method {
    var i := pos;
    var w := v;
    while i < |sc.q.parts|
      invariant pos <= i <= |sc.q.parts| && w.Clear?
      invariant JudgeParts(verbs, sc, pos, v) == JudgeParts(verbs, sc, i, w)
    {
      w := JudgePart(verbs, sc, i, w);
      if !w.Clear? { return w; }
      i := i + 1;
    }
    return w;
  }
}
