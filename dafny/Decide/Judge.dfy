include "Verdicts.dfy"
include "../Index/Checks.dfy"
// The half of the decision that looks at no cell: the walk down the tree, weighing each guard that it reaches.
module Judging {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Trees
  import opened Verdicts
  import CheckCode

  function End(period: int, month: int, now: int): int {
    if period > 0 then (now / period + 1) * period else if period == 0 then 0 else month
  }

  // ---- one charge that counts: its key joins the part's dues, or it cannot be counted and the request is short ----
  datatype Slot = Lacking(name: Name) | Slot(name: Name)
  ghost function Find1(x: Name, q: Request, atom: Atom): Slot {
    if x in q.scopes then Slot(q.scopes[x]) else if x in atom.names then Slot(atom.names[x]) else Lacking(x)
  }
  function Short(v: Verdict, gs: Guards): Verdict
    requires v.Clear?
  { Clear(v.grant, gs, v.needs, v.dues, v.charges) }

  function Owe(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    requires v.Clear? && gs.More? && gs.guard.due.Under?
  {
    var b := gs.guard.due.budget;
    var s0, s1, s2, s3 := Find1(b.per.0, q, atom), Find1(b.per.1, q, atom), Find1(b.per.2, q, atom), Find1(b.per.3, q, atom);
    if b.measure !in part.ints || part.ints[b.measure] < 0 || s0.Lacking? || s1.Lacking? || s2.Lacking? || s3.Lacking? then Short(v, gs) else
    var key := (0, gs.guard.due.name, s0.name, s1.name, s2.name, s3.name, End(b.period, q.month, now));
    if Has(v.dues, key) then v
    else Clear(v.grant, v.short, v.needs, Owed(key, part.ints[b.measure], b.limit, b.measure, v.dues), v.charges)
  } by method {
    var due := gs.guard.due;
    var b := due.budget;
    var ints := part.ints;
    var measure := b.measure;
    if !(measure in ints) { return Short(v, gs); }
    var amount: int := ints[measure];
    if amount < 0 { return Short(v, gs); }
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
    var end: int := 0;
    if period != 0 { end := End(period, q.month, now); }
    var key := (0, due.name, s0, s1, s2, s3, end);
    var dues := v.dues;
    if !dues.NoCharges? { if Has(dues, key) { return v; } }
    return Clear(v.grant, v.short, v.needs, Owed(key, amount, b.limit, measure, dues), v.charges);
  }

  function WithNeed(v: Verdict, grant: Guards, name: Name): Verdict
    requires v.Clear?
  { Clear(grant, v.short, if HasNeed(v.needs, name) then v.needs else Need(name, v.needs), v.dues, v.charges) }

  // What the first guard of the list adds. After a forbid nothing does.
  function Weigh(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    requires gs.More?
  {
    if !v.Clear? then v else
    var g := gs.guard;
    if !CheckCode.Holds(g.tests, part, atom, g.kind != 0) then v
    else if !g.unless.Pass? && CheckCode.Holds(g.unless, part, atom, false) then v
    else if g.kind == 0 then Clear(gs, v.short, v.needs, v.dues, v.charges)
    else if g.kind == 4 then if g.due.Under? then Owe(gs, q, part, atom, now, v) else Short(v, gs)
    else if g.kind == 1 then
      WithNeed(v, if CheckCode.Holds(g.tests, part, atom, false) then gs else v.grant, if g.rule.effect.Ask? then g.rule.effect.needs else g.rule.id)
    else if g.kind == 3 then WithNeed(v, v.grant, if g.rule.effect.Require? then g.rule.effect.needs else g.rule.id)
    else Denied(g.rule.id)
  }
  ghost function WeighSeq(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict {
    if s == [] then v else WeighSeq(s[1..], q, part, atom, now, if s[0].More? then Weigh(s[0], q, part, atom, now, v) else v)
  }
  lemma WeighJoin(a: seq<Guards>, b: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    ensures WeighSeq(a + b, q, part, atom, now, v) == WeighSeq(b, q, part, atom, now, WeighSeq(a, q, part, atom, now, v))
    decreases |a|
  {
    if a == [] { assert a + b == b; } else {
      assert (a + b)[1..] == a[1..] + b;
      WeighJoin(a[1..], b, q, part, atom, now, if a[0].More? then Weigh(a[0], q, part, atom, now, v) else v);
    }
  }
  lemma WeighStop(s: seq<Guards>, q: Request, part: Part, atom: Atom, now: int, v: Verdict)
    requires !v.Clear?
    ensures WeighSeq(s, q, part, atom, now, v) == v
    decreases |s|
  { if s != [] { WeighStop(s[1..], q, part, atom, now, v); } }

  function WeighCell(gs: Guards, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict {
    WeighSeq(Nodes(gs), q, part, atom, now, v)
  } by method {
    var rest := gs;
    var w := v;
    while !rest.NoGuards?
      invariant WeighSeq(Nodes(gs), q, part, atom, now, v) == WeighSeq(Nodes(rest), q, part, atom, now, w)
      decreases rest
    {
      w := Weigh(rest, q, part, atom, now, w);
      rest := rest.rest;
    }
    return w;
  }

  // ---- the walk: everything that `Entering` and `Finding` reach is weighed, in that order ----
  function Enter(t: Tree, axes: Axes, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    decreases axes, 0, 0
  {
    WeighSeq(Entering(t, axes, atom), q, part, atom, now, v)
  } by method {
    if t.Nil? { return v; }
    if axes.PlaceAxis? {
      var axis := axes.name;
      if !(axis in atom.places) { return v; }
      return Find(t, atom.places[axis], 0, axes.more, q, part, atom, now, v);
    }
    if axes.NameAxis? {
      var axis := axes.name;
      if !(t.Pick? && axis in atom.names) { return v; }
      var w := v;
      var more := axes.more;
      var any := t.any;
      if !any.Nil? { w := Enter(any, more, q, part, atom, now, v); }
      assert w == WeighSeq(Entering(any, more, atom), q, part, atom, now, v);
      var name := atom.names[axis];
      ghost var kid := if name in t.kids then Entering(t.kids[name], more, atom) else [];
      WeighJoin(Entering(any, more, atom), kid, q, part, atom, now, v);
      var kids := t.kids;
      if !(name in kids) { return w; }
      return Enter(kids[name], more, q, part, atom, now, w);
    }
    if t.Cell? { return WeighCell(t.guards, q, part, atom, now, v); }
    return v;
  }
  function Find(t: Tree, place: seq<Name>, pos: nat, axes: Axes, q: Request, part: Part, atom: Atom, now: int, v: Verdict): Verdict
    requires pos <= |place|
    decreases axes, 1, |place| - pos
  {
    WeighSeq(Finding(t, place, pos, axes, atom), q, part, atom, now, v)
  } by method {
    var n := t;
    var i: nat := pos;
    var w := v;
    var len := |place|;
    while i < len && n.Node?
      invariant pos <= i <= len == |place|
      invariant WeighSeq(Finding(t, place, pos, axes, atom), q, part, atom, now, v)
             == WeighSeq(Finding(n, place, i, axes, atom), q, part, atom, now, w)
      decreases len - i
    {
      var s := place[i];
      var kids := n.kids;
      ghost var rest := if n.plain then [] else Entering(n.rest, axes, atom);
      ghost var one := if n.plain then [] else Finding(n.one, place, i + 1, axes, atom);
      ghost var kid := if s in kids then Finding(kids[s], place, i + 1, axes, atom) else [];
      WeighJoin(rest, one + kid, q, part, atom, now, w);
      WeighJoin(one, kid, q, part, atom, now, WeighSeq(rest, q, part, atom, now, w));
      assert Finding(n, place, i, axes, atom) == rest + (one + kid);
      if !n.plain {
        w := Enter(n.rest, axes, q, part, atom, now, w);
        if !n.one.Nil? { w := Find(n.one, place, i + 1, axes, q, part, atom, now, w); }
      }
      if !(s in kids) { return w; }
      n := kids[s];
      i := i + 1;
    }
    if !n.Node? { return w; }
    ghost var rest := if n.plain then [] else Entering(n.rest, axes, atom);
    WeighJoin(rest, Entering(n.end, axes, atom), q, part, atom, now, w);
    if !n.plain { w := Enter(n.rest, axes, q, part, atom, now, w); }
    return Enter(n.end, axes, q, part, atom, now, w);
  }

  // ---- atoms, parts ----
  datatype Root = Root(axes: Axes, tree: Tree)

  // The atoms of part number i, from `pos` on.
  function JudgeAtoms(e: Root, q: Request, i: int, part: Part, pos: nat, now: int, v: Verdict): Verdict
    requires v.Clear? && pos <= |part.atoms|
    decreases |part.atoms| - pos
  {
    if pos == |part.atoms| then v else
    var atom := part.atoms[pos];
    var w := Enter(e.tree, e.axes, q, part, atom, now, Clear(NoGuards, v.short, v.needs, v.dues, v.charges));
    if !w.Clear? then w else if w.grant.NoGuards? then Unpermitted(i, pos) else JudgeAtoms(e, q, i, part, pos + 1, now, w)
  } by method {
    var j := pos;
    var w := v;
    while j < |part.atoms|
      invariant pos <= j <= |part.atoms| && w.Clear?
      invariant JudgeAtoms(e, q, i, part, pos, now, v) == JudgeAtoms(e, q, i, part, j, now, w)
    {
      if !w.grant.NoGuards? { w := Clear(NoGuards, w.short, w.needs, w.dues, w.charges); }
      w := Enter(e.tree, e.axes, q, part, part.atoms[j], now, w);
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

  function JudgePart(verbs: map<Name, Root>, q: Request, i: nat, now: int, v: Verdict): Verdict
    requires v.Clear? && i < |q.parts|
  {
    var part := q.parts[i];
    if !(part.verb in verbs) || |part.atoms| == 0 then Unpermitted(i, 0)
    else JudgeAtoms(verbs[part.verb], q, i, part, 0, now, Next(v))
  }
  function JudgeParts(verbs: map<Name, Root>, q: Request, pos: nat, now: int, v: Verdict): Verdict
    requires v.Clear? && pos <= |q.parts|
    decreases |q.parts| - pos
  {
    if pos == |q.parts| then v else
    var w := JudgePart(verbs, q, pos, now, v);
    if !w.Clear? then w else JudgeParts(verbs, q, pos + 1, now, w)
  } by method {
    var i := pos;
    var w := v;
    while i < |q.parts|
      invariant pos <= i <= |q.parts| && w.Clear?
      invariant JudgeParts(verbs, q, pos, now, v) == JudgeParts(verbs, q, i, now, w)
    {
      w := JudgePart(verbs, q, i, now, w);
      if !w.Clear? { return w; }
      i := i + 1;
    }
    return w;
  }
}
