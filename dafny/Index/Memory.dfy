include "Tree.dfy"
// Evaluating tests on what is remembered: marks, records, and the scopes of the request.
module MemoryCode {
  import opened Names
  import opened Requests
  import opened Cells
  import opened Scenes
  import opened Policies

  // ---- cells ----
  datatype Found<T> = Lost | Found(value: T)
  function Scope(x: Name, q: Request, atom: Atom): Found<Name> {
    if x in q.scopes then Found(q.scopes[x]) else if x in atom.names then Found(atom.names[x]) else Lost
  }
  function MarkKey(m: Mark, q: Request, atom: Atom): Found<Key> {
    var s0, s1, s2, s3 := Scope(m.per.0, q, atom), Scope(m.per.1, q, atom), Scope(m.per.2, q, atom), Scope(m.per.3, q, atom);
    if s0.Lost? || s1.Lost? || s2.Lost? || s3.Lost? then Lost else Found((m.kind, m.name, s0.value, s1.value, s2.value, s3.value, 0))
  }
  function Lasting(t: int, lasts: int, now: int): bool { lasts == 0 || now - t < lasts }

  // The mark is set, or not, as wanted; where its key cannot be told, `unknown`.
  function Marked(m: Mark, lasts: int, want: bool, sc: Scene, atom: Atom, unknown: bool): bool {
    var k := MarkKey(m, sc.q, atom);
    if k.Lost? then unknown else
    (k.value in sc.own || (0 < Get(sc.view.nums, k.value) && Lasting(Get(sc.view.nums, k.value), lasts, sc.now))) == want
  } by method {
    var scopes := sc.q.scopes;
    var per := m.per;
    var s0 := per.0;
    if s0 in scopes { s0 := scopes[s0]; } else if s0 in atom.names { s0 := atom.names[s0]; } else { return unknown; }
    var s1 := per.1;
    if s1 in scopes { s1 := scopes[s1]; } else if s1 in atom.names { s1 := atom.names[s1]; } else { return unknown; }
    var s2 := per.2;
    if s2 in scopes { s2 := scopes[s2]; } else if s2 in atom.names { s2 := atom.names[s2]; } else { return unknown; }
    var s3 := per.3;
    if s3 in scopes { s3 := scopes[s3]; } else if s3 in atom.names { s3 := atom.names[s3]; } else { return unknown; }
    var key := (m.kind, m.name, s0, s1, s2, s3, 0);
    var nums := sc.view.nums;
    var n: int := 0;
    if key in nums { n := nums[key]; }
    if 0 < n && (lasts == 0 || sc.now - n < lasts) { return want; }
    var own := sc.own;
    return (key in own) == want;
  }

  // ---- records ----
  function RecordKey(record: Name, run: Name, of: Name): Key { (8, record, run, of, run, run, 0) }
  function Fetch(k: Key, lasts: int, sc: Scene): Found<Record> {
    if !(k in sc.view.records) then Lost else
    var r := sc.view.records[k];
    if Lasting(r.at, lasts, sc.now) then Found(r) else Lost
  }
  // The value that names the record: the run's own name for a record without key.
  function KeyOf(ref: Ref, run: Name, sc: Scene, atom: Atom): Found<Name> {
    if ref.under.Alone? then Found(run)
    else if ref.under.ByAxis? then if ref.under.axis in atom.names then Found(atom.names[ref.under.axis]) else Lost
    else
      var r := Fetch(RecordKey(ref.under.record, run, run), ref.under.lasts, sc);
      if r.Found? && ref.under.field in r.value.ones then Found(r.value.ones[ref.under.field]) else Lost
  }
  function Recall(ref: Ref, sc: Scene, atom: Atom): Found<Record> {
    if !(ref.run in sc.q.scopes) then Lost else
    var run := sc.q.scopes[ref.run];
    var of := KeyOf(ref, run, sc, atom);
    if of.Lost? then Lost else Fetch(RecordKey(ref.record, run, of.value), ref.lasts, sc)
  }

  function InSome(rs: seq<Range>, pos: nat, n: int): bool
    requires pos <= |rs|
    decreases |rs| - pos
  {
    if pos == |rs| then false else
    var r := rs[pos];
    (if r.Between? then r.lo <= n && n <= r.hi else if r.AtMost? then n <= r.hi else r.lo <= n) || InSome(rs, pos + 1, n)
  }

  function IsSince(done: Mark, reset: Mark, lasts: int, want: bool, sc: Scene, atom: Atom, unknown: bool): bool {
    var d, r := MarkKey(done, sc.q, atom), MarkKey(reset, sc.q, atom);
    if d.Lost? || r.Lost? then unknown else
    var at := Get(sc.view.nums, d.value);
    (0 < at && Get(sc.view.nums, r.value) < at && Lasting(at, lasts, sc.now)) == want
  }

  // A test that the tree and the compiled checks leave as it is. Yes, no, or as `unknown` says.
  function Answers(t: Test, sc: Scene, part: Part, atom: Atom, unknown: bool): bool {
    if t.Since? then IsSince(t.done, t.reset, t.lasts, t.want, sc, atom, unknown)
    else if t.Scoped? then (t.scope in sc.q.scopes && sc.q.scopes[t.scope] in t.names) == t.want
    else if t.Scoping? then (t.scope in sc.q.scopes) == t.want
    else if t.Kept? then
      if t.ref.under.ByAxis? && !(t.ref.under.axis in atom.names) then unknown else Recall(t.ref, sc, atom).Found? == t.want
    else if t.Listed? then
      if !(t.axis in atom.names) then unknown else
      var r := Recall(t.ref, sc, atom);
      if r.Lost? || !(t.ref.field in r.value.names) then unknown else (atom.names[t.axis] in r.value.names[t.ref.field]) == t.want
    else if t.Held? then
      var r := Recall(t.ref, sc, atom);
      if r.Lost? || !(t.ref.field in r.value.names) then unknown else (!(t.names !! r.value.names[t.ref.field])) == t.want
    else if t.HeldIn? then
      var r := Recall(t.ref, sc, atom);
      if r.Lost? || !(t.ref.field in r.value.ints) then unknown else InSome(t.ranges, 0, r.value.ints[t.ref.field]) == t.want
    else if t.Compared? then
      if !(t.axis in part.ints) then unknown else
      var r := Recall(t.ref, sc, atom);
      if r.Lost? || !(t.ref.field in r.value.ints) then unknown else
      (if t.exact then part.ints[t.axis] == r.value.ints[t.ref.field] else part.ints[t.axis] <= r.value.ints[t.ref.field]) == t.want
    else unknown
  }
}
