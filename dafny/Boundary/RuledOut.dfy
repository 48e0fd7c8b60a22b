include "Provenance.dfy"
include "Effects.dfy"
// What the words of B2 and of the records rule out, clause by clause: effects that are not lawful, sayings that were not said.
module BoundaryRuledOut {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Boundary
  import opened ProvenanceSpec
  import opened ProvenanceWitnesses
  import opened Effects
  import H = History

  // ---- effects ----
  // X: what was done at another input than the Perform of its permit,
  lemma X_NotPerformed(p: Policy, trace: seq<Input>, e: Boundary.Effect)
    requires e.when < |trace| ==> trace[e.when] != Perform(e.token)
    ensures !Lawful(p, trace, e)
  { hide Run; }
  // X: or no later than its decision, or by a permit that nobody's Decide made,
  lemma X_NotDecided(p: Policy, trace: seq<Input>, e: Boundary.Effect)
    requires e.token < |Run(p, trace).permits|
    requires var pm := Run(p, trace).permits[e.token]; e.when <= pm.born || pm.born >= |trace| || trace[pm.born] != Decide(pm.agent, pm.q, pm.now)
    ensures !Lawful(p, trace, e)
  { hide Run; }
  // X: or where the decision was a refusal, or the policy had changed since.
  lemma X_NotPermitted(p: Policy, trace: seq<Input>, e: Boundary.Effect)
    requires e.token < |Run(p, trace).permits| && Run(p, trace).permits[e.token].born < e.when < |trace|
    requires var pm := Run(p, trace).permits[e.token];
             var before, current := Run(p, trace[..pm.born]), Run(p, trace[..e.when]);
             !Permits(before, pm.agent, pm.q, pm.now) || Version(before) != Version(current) || Version(before) != pm.version || Current(before) != Current(current)
    ensures !Lawful(p, trace, e)
  { hide Run, Permits; }

  // ---- records ----
  // X: something else than what was said: another name, integer or time,
  ghost function Whole(c: Cast): Record { Record(3, map[c.field := {c.n}], map[c.field := c.n], map[c.field := 5]) }
  lemma X_OtherContents(p: Policy, c: Cast, m: Name)
    requires m != c.n
    ensures var t, k := [Learn(KeyIn(c), Whole(c), 0, 0)], KeyIn(c);
            && !SaidName(p, t, k, c.field, m) && !SaidOne(p, t, k, c.field, m) && !SaidInt(p, t, k, c.field, 6) && !SaidThen(p, t, k, 4)
            && !AllSaid(p, t, k, Whole(c).(names := map[c.field := {m}])) && !AllSaid(p, t, k, Whole(c).(ones := map[c.field := m]))
            && !AllSaid(p, t, k, Whole(c).(ints := map[c.field := 6])) && !AllSaid(p, t, k, Whole(c).(at := 4))
  {
    hide Run;
    var t, k := [Learn(KeyIn(c), Whole(c), 0, 0)], KeyIn(c);
    forall j | LearnedAt(p, t, j, k) ensures t[j].said == Whole(c) {}
    hide LearnedAt;
    var a, b, i := Whole(c).(names := map[c.field := {m}]), Whole(c).(ones := map[c.field := m]), Whole(c).(ints := map[c.field := 6]);
    assert c.field in a.names && m in a.names[c.field];
    assert c.field in b.ones && c.field in i.ints;
  }
  // X: or what was said when the clock had run back, which was not accepted.
  lemma X_BackInTime(p: Policy, c: Cast)
    ensures !LearnedAt(p, [Learn(KeyIn(c), Told(c), 0, 5), Learn(KeyIn(c), Told(c), 0, 3)], 1, KeyIn(c))
  {
    var t := [Learn(KeyIn(c), Told(c), 0, 5), Learn(KeyIn(c), Told(c), 0, 3)];
    assert t[..1] == [t[0]] && [] + [t[0]] == [t[0]] && Run(p, []) == Begin(p);
    H.RunOne(p, [], t[0]);
  }
}
