include "PresumedProofs.dfy"
// H3. What holds of whole runs, however long, until something ends it: answers about moments, joined by marks that stay and by
// facts that nothing but the end makes done again.
module AnalysisUndone {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened Moments
  import opened Claims
  import opened Coords
  import opened AnalysisHistories
  import opened AnalysisPresumed
  import opened AnalysisPresumedProofs
  import D = Decided
  import H = History
  import N = Noted

  // ---- a history ----
  // Between inputs number `from` and m nothing has ended it, and the host has told none of its facts.
  opaque ghost predicate Going(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per) {
    && AllReal(c, p, trace, from, m) && Unended(c, p, trace, from, m)
    && forall f | f in c.facts :: N.Untold(trace, from, m, KeyWith(f.done, s))
  }
  // It begins: an atom of what input number j was permitted lies in `that`, and does not end it at once.
  opaque ghost predicate Begins(c: Case, p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom, that: seq<Test>) {
    && N.Given(p, trace, j) && AskedAt(trace, j, part, atom)
    && var x := MomentAt(p, trace, j, part, atom);
    && Surely(that, x) && !Excused(Ends(c, part.verb), x) && forall w | w in c.first && w.t.verb == part.verb :: Real(w, x)
  }
  // Where the atom says by which values the cells are kept, they are these.
  opaque ghost predicate Agrees(per: Per, q: Request, atom: Atom, s: Per) { AllGiven(per, q, atom) ==> ValuesOf(per, q, atom) == s }

  // ---- its first decision ----
  // What was shown to leave a mark has left it.
  lemma LeftThen(c: Case, p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom, that: seq<Test>, more: seq<Test>, mark: Mark, s: Per)
    requires OnePolicy(c, p, trace) && Begins(c, p, trace, j, part, atom, that) && Leaves(c, mark, part.verb, that + more)
    requires j < |trace| && trace[j].Decide? && Agrees(mark.per, trace[j].q, atom, s)
    requires AskedAt(trace, j, part, atom) && Surely(more, MomentAt(p, trace, j, part, atom))
    ensures N.Touches(p, trace, j, KeyWith(mark, s))
  {
    hide Run, Keys, KeyWith, MarkKey, AllGiven, ValuesOf, Excused, Claims.Passes, Payable, Sure;
    reveal Begins();
    var x := MomentAt(p, trace, j, part, atom);
    MomentIs(p, trace, j, part, atom);
    GivenPasses(c, p, trace, j, part, atom);
    LeavesThere(c, mark, part.verb, that + more, x);
    assert Keeps(mark.per, trace[j].q, atom, s) by { reveal Agrees(), Keeps(); }
    KeyIs(mark, trace[j].q, atom, s);
  }
  // What was shown to set a mark has set it, unless it was set before.
  lemma SetThen(c: Case, p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom, that: seq<Test>, mark: Mark, s: Per)
    requires OnePolicy(c, p, trace) && Begins(c, p, trace, j, part, atom, that) && Sets(c, mark, part.verb, that)
    requires Fit(c) && (mark.kind == 3 || (mark.kind == 2 && Plain(c.v, mark)))
    requires AskedAt(trace, j, part, atom) && Keeps(mark.per, trace[j].q, atom, s)
    ensures j <= |trace| && (N.Touches(p, trace, j, KeyWith(mark, s)) || 0 < N.Before(p, trace, j, KeyWith(mark, s)))
  {
    hide Run, Keys, KeyWith, MarkKey, AllGiven, ValuesOf, Excused, Claims.Passes, Payable;
    var x := MomentAt(p, trace, j, part, atom);
    MomentIs(p, trace, j, part, atom);
    KeyIs(mark, trace[j].q, atom, s);
    if Sure(Stands(mark, 0, false), x.sc, part, atom) {
      assert Agrees(mark.per, trace[j].q, atom, s) by { reveal Agrees(), Keeps(); }
      LeftThen(c, p, trace, j, part, atom, that, [Stands(mark, 0, false)], mark, s);
    } else if KeyWith(mark, s) in x.sc.own {
      reveal Begins();
      OwnTouched(c, p, trace, j, part, atom, mark, s);
    }
  }
  lemma OwnTouched(c: Case, p: Policy, trace: seq<Input>, j: nat, part: Part, atom: Atom, mark: Mark, s: Per)
    requires OnePolicy(c, p, trace) && N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && Fit(c) && (mark.kind == 2 ==> Plain(c.v, mark))
    requires KeyWith(mark, s) in MomentAt(p, trace, j, part, atom).sc.own
    ensures N.Touches(p, trace, j, KeyWith(mark, s))
  {
    hide Run, Keys, KeyWith, Claims.Passes, Payable, SceneOf;
    D.PolicyThen(p, trace, j);
    GivenPasses(c, p, trace, j, part, atom);
    reveal MomentAt(), OnePolicy(), Fit();
    var i, w := trace[j], Run(p, trace[..j]);
    var sc := SceneOf(w, i.agent, i.q, i.now);
    assert sc.own == {} by { reveal SceneOf; }
    assert mark.kind == 2 by { reveal KeyWith; }
    BroughtSet(c.v, sc, mark, s);
  }
  // All that is presumed is so from then on.
  opaque ghost predicate Begun(c: Case, p: Policy, trace: seq<Input>, from: nat, s: Per) {
    && N.Given(p, trace, from) && from <= |trace|
    && (forall f | f in c.facts :: N.Touches(p, trace, from, KeyWith(f.reset, s)))
    && (forall k | k in c.marks :: N.Touches(p, trace, from, KeyWith(k, s)) || 0 < N.Before(p, trace, from, KeyWith(k, s)))
  }
  lemma BeginsAll(c: Case, p: Policy, trace: seq<Input>, from: nat, part: Part, atom: Atom, that: seq<Test>, s: Per)
    requires OnePolicy(c, p, trace) && Begins(c, p, trace, from, part, atom, that) && Shown(c, part.verb, that)
    requires AskedAt(trace, from, part, atom)
    requires Agrees(c.per, trace[from].q, atom, s) && (c.marks == {} || Keeps(c.per, trace[from].q, atom, s))
    ensures Begun(c, p, trace, from, s)
  {
    hide KeyWith, AskedAt;
    reveal Shown(), Fit();
    forall f | f in c.facts ensures N.Touches(p, trace, from, KeyWith(f.reset, s)) {
      assert that + [] == that;
      LeftThen(c, p, trace, from, part, atom, that, [], f.reset, s);
    }
    forall k | k in c.marks ensures N.Touches(p, trace, from, KeyWith(k, s)) || 0 < N.Before(p, trace, from, KeyWith(k, s)) {
      SetThen(c, p, trace, from, part, atom, that, k, s);
    }
    reveal Begun(), Begins(), AskedAt;
  }

  // ---- what stays ----
  lemma GoingSooner(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, l: nat, s: Per)
    requires Going(c, p, trace, from, m, s) && l <= m
    ensures Going(c, p, trace, from, l, s)
  {
    hide KeyWith, AskedAt;
    reveal Going(), AllReal(), Unended(), N.Untold();
  }
  // All that is presumed holds until something that ends the history has succeeded.
  lemma HoldsOn(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per)
    requires from < m <= |trace| && OnePolicy(c, p, trace) && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    requires Fit(c) && forall f | f in c.facts :: OnlyAtEnd(c, f)
    ensures Standing(c, p, trace, m, s)
    decreases m, 1
  {
    hide KeyWith;
    forall f | f in c.facts ensures N.Before(p, trace, m, KeyWith(f.done, s)) <= N.Before(p, trace, m, KeyWith(f.reset, s)) {
      NoneNoted(c, p, trace, from, m, s, f);
      StaysUndone(c, p, trace, from, m, s, f);
    }
    forall k | k in c.marks ensures 0 < N.Before(p, trace, m, KeyWith(k, s)) {
      reveal Begun();
      assert Marking(KeyWith(k, s)) by { reveal Fit(), KeyWith; }
      N.StaysSet(p, trace, from, m, KeyWith(k, s));
    }
    reveal Standing();
  }
  lemma StaysUndone(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per, f: Undoable)
    requires from < m <= |trace| && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    requires Fit(c) && f in c.facts && N.Unnoted(p, trace, from, m, KeyWith(f.done, s))
    ensures N.Before(p, trace, m, KeyWith(f.done, s)) <= N.Before(p, trace, m, KeyWith(f.reset, s))
  {
    reveal Begun(), Going(), Fit();
    N.Undone(p, trace, from, m, KeyWith(f.done, s), KeyWith(f.reset, s));
  }
  // So nothing else is noted: it would have to be decided while all of it still held.
  lemma NoneNoted(c: Case, p: Policy, trace: seq<Input>, from: nat, m: nat, s: Per, f: Undoable)
    requires from < m <= |trace| && OnePolicy(c, p, trace) && Begun(c, p, trace, from, s) && Going(c, p, trace, from, m, s)
    requires Fit(c) && (forall g | g in c.facts :: OnlyAtEnd(c, g)) && f in c.facts
    ensures N.Unnoted(p, trace, from, m, KeyWith(f.done, s))
    decreases m, 0
  {
    hide KeyWith;
    var k := KeyWith(f.done, s);
    forall i: nat, j: nat | from < j < i < m && N.Succeeds(p, trace, i, j) ensures !N.Touches(p, trace, j, k) {
      assert !IsEnd(c, p, trace, j) && AllReal(c, p, trace, from, m) by { reveal Going(), Unended(); }
      GoingSooner(c, p, trace, from, m, j, s);
      HoldsOn(c, p, trace, from, j, s);
      if N.Touches(p, trace, j, k) { TouchedEnds(c, p, trace, from, m, j, f, s); }
    }
    reveal N.Unnoted();
  }

  // ---- effects ----
  // What an effect did, as an input that was permitted.
  lemma DoneGiven(p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects| && Of(p, trace, n, part, atom)
    ensures var j := Doing(p, trace, n).born;
            N.Given(p, trace, j) && AskedAt(trace, j, part, atom) && trace[j].q == Doing(p, trace, n).q && MomentAt(p, trace, j, part, atom) == Decided_(p, trace, n, part, atom)
  {
    hide Run, Permits, OpsOf, Carrying, SceneOf;
    D.Permitted1(p, trace, n);
    reveal H.Born(), N.Given(), MomentAt();
  }
  // Effect `from` began a history that goes on when effect n is decided; both keep its cells under the same values.
  ghost predicate Meanwhile(c: Case, p: Policy, trace: seq<Input>, from: nat, part1: Part, atom1: Atom, n: nat, part2: Part, atom2: Atom, that: seq<Test>, s: Per)
    requires from < |Run(p, trace).effects| && n < |Run(p, trace).effects|
  {
    var first, last := Doing(p, trace, from), Doing(p, trace, n);
    && first.born < last.born && Of(p, trace, from, part1, atom1) && Of(p, trace, n, part2, atom2)
    && Begins(c, p, trace, first.born, part1, atom1, that) && Going(c, p, trace, first.born, last.born, s)
    && Agrees(c.per, first.q, atom1, s) && (c.marks == {} || Keeps(c.per, first.q, atom1, s)) && Keeps(c.per, last.q, atom2, s)
  }

  // H3. Never this after that, until what ends it, in any run of any length under one policy. It was shown that whatever is
  // permitted of `that` makes all so that is presumed: it resets each fact and sets each mark; that where all of it is so, only
  // what ends the history is noted as one of the facts; and that where all of it is so, nothing of `this` is permitted. Then no
  // effect of `this` was decided after one of `that`, unless those who may approve it had; as long as nothing of the end that was
  // permitted after `that` has succeeded, and the host has told none of the facts.
  lemma H3_Undone(
    c: Case, p: Policy, trace: seq<Input>, s: Per, a: nat, part1: Part, atom1: Atom, that: seq<Test>,
    n: nat, part2: Part, atom2: Atom, t: Table, this_: Question)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires OnePolicy(c, p, trace) && Shown(c, part1.verb, that) && Meanwhile(c, p, trace, a, part1, atom1, n, part2, atom2, that, s)
    requires Said(c.v, t, this_)
    requires var x := Decided_(p, trace, n, part2, atom2);
             Typed(t, x) && !Excused(this_.unless, x) && forall u | u in this_.region :: Presumed(c, u) || Sure(u, x.sc, part2, atom2)
    ensures exists m | m in this_.approved :: ApprovedThen(p, trace, Doing(p, trace, n), m)
  {
    hide Run, Typed, Excused, Claims.Passes, Needs, ApprovedThen, Sure, Presumed, Carrying, SceneOf;
    var from, m := Doing(p, trace, a).born, Doing(p, trace, n).born;
    var x := Decided_(p, trace, n, part2, atom2);
    DoneGiven(p, trace, a, part1, atom1);
    DoneGiven(p, trace, n, part2, atom2);
    BeginsAll(c, p, trace, from, part1, atom1, that, s);
    reveal Shown();
    HoldsOn(c, p, trace, from, m, s);
    forall u | u in this_.region ensures Sure(u, x.sc, part2, atom2) {
      if Presumed(c, u) { PresumedSure(c, p, trace, m, s, part2, atom2, u); }
    }
    GivenPasses(c, p, trace, m, part2, atom2);
    assert NeedsAny(c.v, this_.approved, x) by { reveal Said(); }
    NeededThen(c, p, trace, n, part2, atom2, this_.approved);
  }
  lemma NeededThen(c: Case, p: Policy, trace: seq<Input>, n: nat, part: Part, atom: Atom, names: seq<Name>)
    requires n < |Run(p, trace).effects| && Of(p, trace, n, part, atom) && OnePolicy(c, p, trace)
    requires NeedsAny(c.v, names, Decided_(p, trace, n, part, atom))
    ensures exists m | m in names :: ApprovedThen(p, trace, Doing(p, trace, n), m)
  {
    hide Run, Needed, ApprovedThen, Carrying, SceneOf;
    var m :| m in names && Needs(c.v, Decided_(p, trace, n, part, atom), m);
    D.PolicyThen(p, trace, Doing(p, trace, n).born);
    reveal OnePolicy();
    D.NeededApproved(p, trace, n, part, atom, m);
  }
  // What H3 wants to be sure of beside: a mark that whatever is permitted of `that` sets, as a label of the session, is set when
  // effect n is decided, if both keep it under the same values.
  lemma H3_Set(
    c: Case, p: Policy, trace: seq<Input>, a: nat, part1: Part, atom1: Atom, that: seq<Test>, n: nat, part2: Part, atom2: Atom, mark: Mark, s: Per)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects| && Doing(p, trace, a).born < Doing(p, trace, n).born
    requires Of(p, trace, a, part1, atom1) && Of(p, trace, n, part2, atom2) && OnePolicy(c, p, trace)
    requires Begins(c, p, trace, Doing(p, trace, a).born, part1, atom1, that) && Sets(c, mark, part1.verb, that)
    requires Fit(c) && (mark.kind == 3 || (mark.kind == 2 && Plain(c.v, mark)))
    requires Keeps(mark.per, Doing(p, trace, a).q, atom1, s) && Keeps(mark.per, Doing(p, trace, n).q, atom2, s)
    ensures Sure(Stands(mark, 0, true), Decided_(p, trace, n, part2, atom2).sc, part2, atom2)
  {
    hide Run, Carrying, SceneOf, MarkKey, KeyWith, AllGiven, Sets;
    var from, m := Doing(p, trace, a).born, Doing(p, trace, n).born;
    DoneGiven(p, trace, a, part1, atom1);
    DoneGiven(p, trace, n, part2, atom2);
    SetThen(c, p, trace, from, part1, atom1, that, mark, s);
    assert Marking(KeyWith(mark, s)) by { reveal KeyWith; }
    N.StaysSet(p, trace, from, m, KeyWith(mark, s));
    MomentIs(p, trace, m, part2, atom2);
    KeyIs(mark, trace[m].q, atom2, s);
  }
}
