include "Memory.dfy"
// What the code reads from the scene is what the specification means: cells, records, and the tests on them.
module MemoryProofs {
  import opened Names
  import opened Requests
  import opened Cells
  import opened Scenes
  import opened Policies
  import opened Reading
  import C = MemoryCode

  // What a test says, unknown counted as `unknown`.
  ghost predicate Says(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool) {
    if unknown then May(t, sc, part, atom) else Sure(t, sc, part, atom)
  }

  // ---- the keys of cells ----
  lemma ScopeIs(x: Name, q: Request, atom: Atom)
    ensures C.Scope(x, q, atom) == if Given(x, q, atom) then C.Found(Scope(x, q, atom)) else C.Lost
  {}
  // The code looks up four scopes one by one: all are found exactly where all are given, and then the key is made of them.
  lemma ScopesFound(per: Per, q: Request, atom: Atom)
    ensures AllGiven(per, q, atom) <==>
            C.Scope(per.0, q, atom).Found? && C.Scope(per.1, q, atom).Found? && C.Scope(per.2, q, atom).Found? && C.Scope(per.3, q, atom).Found?
  {}
  lemma KeyAtIs(kind: int, name: Name, per: Per, q: Request, atom: Atom, end: int)
    requires AllGiven(per, q, atom)
    ensures KeyAt(kind, name, per, q, atom, end) ==
            (kind, name, C.Scope(per.0, q, atom).value, C.Scope(per.1, q, atom).value,
             C.Scope(per.2, q, atom).value, C.Scope(per.3, q, atom).value, end)
  {}
  lemma MarkKeyIs(m: Mark, q: Request, atom: Atom)
    ensures C.MarkKey(m, q, atom) == if AllGiven(m.per, q, atom) then C.Found(MarkKey(m, q, atom)) else C.Lost
  {}

  // ---- marks ----
  lemma MarkedIs(m: Mark, lasts: int, want: bool, sc: Scene, part: Part, atom: Atom, unknown: bool)
    ensures C.Marked(m, lasts, want, sc, atom, unknown) <==> Says(Stands(m, lasts, want), sc, part, atom, unknown)
  {
    hide C.MarkKey, AllGiven, KeyAt;
    MarkKeyIs(m, sc.q, atom);
  }
  lemma SinceIs(done: Mark, reset: Mark, lasts: int, want: bool, sc: Scene, part: Part, atom: Atom, unknown: bool)
    ensures C.IsSince(done, reset, lasts, want, sc, atom, unknown) <==> Says(Since(done, reset, lasts, want), sc, part, atom, unknown)
  {
    hide C.MarkKey, AllGiven, KeyAt;
    MarkKeyIs(done, sc.q, atom);
    MarkKeyIs(reset, sc.q, atom);
  }

  // ---- records ----
  lemma FetchIs(k: Key, lasts: int, sc: Scene)
    ensures C.Fetch(k, lasts, sc) == if Remembered(k, lasts, sc) then C.Found(sc.view.records[k]) else C.Lost
  {}
  lemma KeyOfIs(ref: Ref, sc: Scene, atom: Atom)
    requires ref.run in sc.q.scopes
    ensures var of := C.KeyOf(ref, sc.q.scopes[ref.run], sc, atom);
            if Keyed(ref, sc, atom) then of.Found? && Slot(ref, sc, atom) == RecordKey(ref.record, sc.q.scopes[ref.run], of.value) else of.Lost?
  {
    hide C.Fetch, Remembered;
    if ref.under.ByField? {
      var run := sc.q.scopes[ref.run];
      FetchIs(RecordKey(ref.under.record, run, run), ref.under.lasts, sc);
    }
  }
  lemma RecallIs(ref: Ref, sc: Scene, atom: Atom)
    ensures C.Recall(ref, sc, atom) == if Recalled(ref, sc, atom) then C.Found(Recall(ref, sc, atom)) else C.Lost
  {
    hide C.Fetch, C.KeyOf, Remembered, Slot;
    if ref.run in sc.q.scopes {
      KeyOfIs(ref, sc, atom);
      if Keyed(ref, sc, atom) { FetchIs(Slot(ref, sc, atom), ref.lasts, sc); }
    }
  }

  // ---- the tests on records ----
  lemma InSomeFrom(rs: seq<Range>, pos: nat, n: int)
    requires pos <= |rs|
    ensures C.InSome(rs, pos, n) <==> exists i | pos <= i < |rs| :: Lies(rs[i], n)
    decreases |rs| - pos
  {
    if pos < |rs| {
      InSomeFrom(rs, pos + 1, n);
      assert C.InSome(rs, pos, n) <==> Lies(rs[pos], n) || C.InSome(rs, pos + 1, n);
    }
  }
  lemma InSomeIs(rs: seq<Range>, n: int)
    ensures C.InSome(rs, 0, n) <==> exists r | r in rs :: Lies(r, n)
  {
    hide Lies, C.InSome;
    InSomeFrom(rs, 0, n);
    if r :| r in rs && Lies(r, n) {
      var i :| 0 <= i < |rs| && rs[i] == r;
      assert Lies(rs[i], n);
    }
  }
  lemma ListedIs(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires t.Listed? || t.Held?
    ensures C.Answers(t, sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown)
  {
    hide C.Recall, Recalled, Recall;
    RecallIs(t.ref, sc, atom);
  }
  lemma HeldInIs(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires t.HeldIn?
    ensures C.Answers(t, sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown)
  {
    hide C.Recall, Recalled, Recall, C.InSome, Lies;
    RecallIs(t.ref, sc, atom);
    if HasInt(t.ref, sc, atom) { InSomeIs(t.ranges, Recall(t.ref, sc, atom).ints[t.ref.field]); }
  }
  lemma ComparedIs(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires t.Compared? || t.Kept?
    ensures C.Answers(t, sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown)
  {
    hide C.Recall, Recalled, Recall;
    RecallIs(t.ref, sc, atom);
  }

  // ---- any test that stays as it is ----
  ghost predicate Plain(t: Test) { !t.Named? && !t.Placed? && !t.Holding? && !t.Ranged? && !t.Stands? }
  lemma AnswersIs(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool)
    requires Plain(t)
    ensures C.Answers(t, sc, part, atom, unknown) <==> Says(t, sc, part, atom, unknown)
  {
    if t.Listed? || t.Held? { ListedIs(t, sc, part, atom, unknown); }
    else if t.HeldIn? { HeldInIs(t, sc, part, atom, unknown); }
    else if t.Compared? || t.Kept? { ComparedIs(t, sc, part, atom, unknown); }
    else if t.Since? { SinceIs(t.done, t.reset, t.lasts, t.want, sc, part, atom, unknown); }
  }

  // What is surely met may be met.
  lemma MarkedMay(m: Mark, lasts: int, want: bool, sc: Scene, atom: Atom)
    ensures C.Marked(m, lasts, want, sc, atom, false) ==> C.Marked(m, lasts, want, sc, atom, true)
  { hide C.MarkKey; }
  lemma AnswersMay(t: Test, sc: Scene, part: Part, atom: Atom)
    ensures C.Answers(t, sc, part, atom, false) ==> C.Answers(t, sc, part, atom, true)
  { hide C.MarkKey, C.Recall, C.InSome; }
}
