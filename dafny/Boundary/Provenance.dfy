include "Traces.dfy"
include "History.dfy"
// Provenance: what is remembered in records was said by the host or a tool, in this run and under this key.
module ProvenanceSpec {
  import opened Names
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Boundary
  import M = Machine

  // Input j told something for this record, and was accepted: the clock had not run back.
  ghost predicate LearnedAt(p: Policy, trace: seq<Input>, j: int, k: Key) {
    0 <= j < |trace| && trace[j].Learn? && trace[j].key == k && M.Ready(Run(p, trace[..j]).log, trace[j].now)
  }
  // Among what it said: the name, as one of those of the field; the field's one name; the field's integer.
  ghost predicate SaidName(p: Policy, trace: seq<Input>, k: Key, f: Name, n: Name) {
    exists j :: LearnedAt(p, trace, j, k) && f in trace[j].said.names && n in trace[j].said.names[f]
  }
  ghost predicate SaidOne(p: Policy, trace: seq<Input>, k: Key, f: Name, n: Name) {
    exists j :: LearnedAt(p, trace, j, k) && f in trace[j].said.ones && n == trace[j].said.ones[f]
  }
  ghost predicate SaidInt(p: Policy, trace: seq<Input>, k: Key, f: Name, i: int) {
    exists j :: LearnedAt(p, trace, j, k) && f in trace[j].said.ints && i == trace[j].said.ints[f]
  }
  ghost predicate SaidThen(p: Policy, trace: seq<Input>, k: Key, at: int) { exists j :: LearnedAt(p, trace, j, k) && trace[j].said.at == at }
  // All that a record holds was said.
  ghost predicate AllSaid(p: Policy, trace: seq<Input>, k: Key, r: Record) {
    && SaidThen(p, trace, k, r.at)
    && (forall f, n | f in r.names && n in r.names[f] :: SaidName(p, trace, k, f, n))
    && (forall f | f in r.ones :: SaidOne(p, trace, k, f, r.ones[f]))
    && (forall f | f in r.ints :: SaidInt(p, trace, k, f, r.ints[f]))
  }
}
module Provenance {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened RecordCode
  import opened ProvenanceSpec
  import H = History
  import M = Machine

  // One step: a record is as it was, or an accepted input told it.
  lemma StepRecords(w: World, i: Input, k: Key)
    requires w.policies != [] && k in Step(w, i).records
    ensures || (k in w.records && Step(w, i).records[k] == w.records[k])
            || (i.Learn? && i.key == k && M.Ready(w.log, i.now) &&
                Step(w, i).records[k] == Learned(k in w.records, if k in w.records then w.records[k] else i.said, i.said, i.mode))
  { hide Permitted, Askable, Missing, OpsOf, Uses, Closing, Learned; }
  lemma LearnedLater(p: Policy, trace: seq<Input>, i: Input, j: int, k: Key)
    requires LearnedAt(p, trace, j, k)
    ensures LearnedAt(p, trace + [i], j, k) && (trace + [i])[j] == trace[j]
  {
    hide Run;
    assert (trace + [i])[..j] == trace[..j];
  }
  lemma SaidLater(p: Policy, trace: seq<Input>, i: Input, k: Key, r: Record)
    requires AllSaid(p, trace, k, r)
    ensures AllSaid(p, trace + [i], k, r)
  {
    hide LearnedAt;
    forall j | LearnedAt(p, trace, j, k) ensures LearnedAt(p, trace + [i], j, k) && j < |trace| && (trace + [i])[j] == trace[j] {
      LearnedLater(p, trace, i, j, k);
      assert 0 <= j < |trace| by { reveal LearnedAt; }
    }
  }
  // What two sayings leave together was said.
  lemma BothSaid(p: Policy, trace: seq<Input>, k: Key, known: bool, before: Record, said: Record, mode: int)
    requires AllSaid(p, trace, k, said) && (known ==> AllSaid(p, trace, k, before))
    ensures AllSaid(p, trace, k, Learned(known, before, said, mode))
  { hide SaidName, SaidOne, SaidInt, SaidThen; }
  lemma SaidNow(p: Policy, trace: seq<Input>, i: Input)
    requires i.Learn? && M.Ready(Run(p, trace).log, i.now)
    ensures AllSaid(p, trace + [i], i.key, i.said)
  {
    hide Run;
    assert (trace + [i])[..|trace|] == trace;
    assert LearnedAt(p, trace + [i], |trace|, i.key);
  }
  // In every run, all that is remembered under a key was said by accepted inputs of the run, under that key: field by field.
  lemma AllRecordsSaid(p: Policy, trace: seq<Input>, k: Key)
    requires k in Run(p, trace).records
    ensures AllSaid(p, trace, k, Run(p, trace).records[k])
  {
    hide Step, AllSaid;
    if trace != [] {
      var n := |trace| - 1;
      var w, i := Run(p, trace[..n]), trace[n];
      assert trace == trace[..n] + [i];
      StepRecords(w, i, k);
      if k in w.records {
        AllRecordsSaid(p, trace[..n], k);
        SaidLater(p, trace[..n], i, k, w.records[k]);
      }
      if i.Learn? && i.key == k && M.Ready(w.log, i.now) {
        SaidNow(p, trace[..n], i);
        BothSaid(p, trace, k, k in w.records, if k in w.records then w.records[k] else i.said, i.said, i.mode);
      }
    }
  }

  // So a test that answers yes from a record rests on what was said: under the key that the test reads, in the field that it reads.
  ghost predicate RestsOn(p: Policy, trace: seq<Input>, t: Test, sc: Scene, part: Part, atom: Atom)
    requires Sure(t, sc, part, atom)
  {
    match t
    case Listed(axis, ref, want) => want ==> SaidName(p, trace, Slot(ref, sc, atom), ref.field, atom.names[axis])
    case Held(ref, names, want) => want ==> exists n | n in names :: SaidName(p, trace, Slot(ref, sc, atom), ref.field, n)
    case HeldIn(ref, ranges, _) => SaidInt(p, trace, Slot(ref, sc, atom), ref.field, Recall(ref, sc, atom).ints[ref.field])
    case Compared(axis, ref, exact, want) =>
      SaidInt(p, trace, Slot(ref, sc, atom), ref.field, Recall(ref, sc, atom).ints[ref.field]) &&
      (want && exact ==> SaidInt(p, trace, Slot(ref, sc, atom), ref.field, part.ints[axis]))
    case _ => true
  }
  lemma TestsRest(p: Policy, trace: seq<Input>, agent: Name, q: Request, now: int, own: set<Key>, t: Test, part: Part, atom: Atom)
    requires Sure(t, SceneOf(Run(p, trace), agent, q, now).(own := own), part, atom)
    ensures RestsOn(p, trace, t, SceneOf(Run(p, trace), agent, q, now).(own := own), part, atom)
  {
    hide Run, SaidName, SaidInt, SaidOne, SaidThen, Fits, IsSet, IsSince, AllGiven, Slot, Lasting, Lies;
    var sc := SceneOf(Run(p, trace), agent, q, now).(own := own);
    if t.Listed? || t.Held? || t.HeldIn? || t.Compared? {
      assert Recalled(t.ref, sc, atom);
      AllRecordsSaid(p, trace, Slot(t.ref, sc, atom));
    }
  }
}
module ProvenanceWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened ProvenanceSpec
  import H = History
  import Provenance

  // A record of one name in one field, kept under a run of the value v.
  datatype Cast = Cast(agent: Name, axis: Name, run: Name, v: Name, record: Name, field: Name, n: Name)
  ghost function Told(c: Cast): Record { Record(0, map[c.field := {c.n}], map[], map[]) }
  ghost function KeyIn(c: Cast): Key { RecordKey(c.record, c.v, c.v) }
  ghost function Trace(c: Cast): seq<Input> { [Learn(KeyIn(c), Told(c), 0, 0)] }
  ghost function TestOf(c: Cast): Test { Listed(c.axis, Ref(c.record, c.run, Alone, c.field, 0), true) }
  ghost function AtomOf(c: Cast): Atom { Atom(map[c.axis := c.n], map[]) }
  ghost function PartOf(c: Cast): Part { Part(c.axis, map[], [AtomOf(c)]) }
  ghost function Req(c: Cast): Request { Request([PartOf(c)], map[c.run := c.v], c.v, 0) }

  lemma RunIs(p: Policy, c: Cast)
    ensures Run(p, Trace(c)).records == map[KeyIn(c) := Told(c)]
  {
    assert Run(p, []) == Begin(p);
    assert [] + Trace(c) == Trace(c);
    H.RunOne(p, [], Trace(c)[0]);
  }
  // A record that was told, and a test that answers yes from it.
  lemma W_Provenance(p: Policy, c: Cast)
    ensures KeyIn(c) in Run(p, Trace(c)).records && SaidName(p, Trace(c), KeyIn(c), c.field, c.n)
    ensures Sure(TestOf(c), SceneOf(Run(p, Trace(c)), c.agent, Req(c), 0), PartOf(c), AtomOf(c))
  {
    hide Step, Run;
    RunIs(p, c);
    Provenance.AllRecordsSaid(p, Trace(c), KeyIn(c));
  }
  // X: nothing is remembered that nobody said: not at the beginning, whatever a policy says,
  lemma X_Unsaid(p: Policy, c: Cast, r: Record)
    ensures Run(p, []).records == map[] && !AllSaid(p, [], KeyIn(c), r)
    ensures !Sure(TestOf(c), SceneOf(Run(p, []), c.agent, Req(c), 0), PartOf(c), AtomOf(c))
  {}
  // X: and not under another key than that under which it was said: another run has no part in it.
  lemma X_OtherRun(p: Policy, c: Cast, other: Name)
    requires other != c.v
    ensures KeyIn(c.(v := other)) !in Run(p, Trace(c)).records && !SaidName(p, Trace(c), KeyIn(c.(v := other)), c.field, c.n)
    ensures !Sure(TestOf(c), SceneOf(Run(p, Trace(c)), c.agent, Req(c.(v := other)), 0), PartOf(c), AtomOf(c))
  {
    hide Step, Run;
    RunIs(p, c);
  }
}
