include "Counted.dfy"
include "../Boundary/LabelsProofs.dfy"
// S2: exfiltration of a protected asset. Once a session has read of it, it sends only to cleared sinks; and all that leaves, over all
// channels together, stays within a budget of bytes.
module ExfiltrationSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened TotalsSpec

  // What is protected: places on this axis, and the verbs that read them.
  datatype Asset = Asset(readers: set<Name>, axis: Name, places: seq<Pattern>)
  // Where a verb may send in spite of the label; no pattern: nowhere.
  datatype Sink = Sink(axis: Name, cleared: seq<Pattern>)

  //     labels:
  //       personal:
  //         from: [{sql.read: {table: shop.public.customers}}]
  //         guards: [all.send]
  //         cleared: [{message.send: {recipient: $staff}}]
  // `mark`: the session's own (all its scopes are `session`). Every read of the asset sets it;
  ghost predicate Marks(v: Policy, asset: Asset, mark: Mark, session: Name) {
    && mark.kind == 2 && mark.per == (session, session, session, session)
    && forall verb | verb in asset.readers :: exists r | r in v.rules :: MarksHere(r, verb, asset, mark)
  }
  ghost predicate MarksHere(r: Rule, verb: Name, asset: Asset, mark: Mark) {
    r.effect == Leave(mark) && verb in r.verbs && r.unless == [] && forall x | x in r.tests :: Tighter(Placed(asset.axis, asset.places, true), x)
  }
  // and where it stands, a rule forbids each sending verb but for cleared sinks;
  ghost predicate Guards(v: Policy, mark: Mark, sinks: map<Name, Sink>) {
    forall verb | verb in sinks :: exists r | r in v.rules :: r.effect.Forbid? && GuardsHere(r, verb, mark, sinks[verb])
  }
  // or (with `otherwise: n`) holds it back until those called n approve.
  ghost predicate GuardsUnless(v: Policy, mark: Mark, sinks: map<Name, Sink>, n: Name) {
    forall verb | verb in sinks :: exists r | r in v.rules :: (r.effect.Forbid? || r.effect == Require(n)) && GuardsHere(r, verb, mark, sinks[verb])
  }
  ghost predicate GuardsHere(r: Rule, verb: Name, mark: Mark, sink: Sink) {
    && verb in r.verbs
    && r.tests == [Stands(mark, 0, true)]
    && (forall c | c in r.unless :: Inside(c, [[Placed(sink.axis, sink.cleared, true)]]))
  }
  // budgets: {out: {bytes_out: 256 KiB, of: all.send, per: [session]}}
  ghost predicate BudgetsBytes(v: Policy, sinks: map<Name, Sink>, bytes: Name, b: Name) { CountsAll(v, sinks.Keys, bytes, b, {}) }

  // The request reads of the asset; and it sends nowhere but to cleared sinks.
  ghost predicate Reads(q: Request, asset: Asset) {
    exists part, atom | part in q.parts && atom in part.atoms :: part.verb in asset.readers && AtListed(atom, asset.axis, asset.places)
  }
  ghost predicate SendsCleared(q: Request, sinks: map<Name, Sink>) {
    forall part, atom | part in q.parts && part.verb in sinks && atom in part.atoms :: AtListed(atom, sinks[part.verb].axis, sinks[part.verb].cleared)
  }
  // Both come from one session, and the first was decided no later than the second.
  ghost predicate Follows(first: Permit, second: Permit, session: Name) {
    && session in first.q.scopes && session in second.q.scopes && first.q.scopes[session] == second.q.scopes[session]
    && first.born <= second.born
  }
}
module Exfiltration {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened SpendingSpec
  import opened TotalsSpec
  import opened ExfiltrationSpec
  import Counted
  import D = Decided
  import H = History
  import L = Labels
  import LabelsSpec
  import Onlys
  import CountedInFull
  import M = Machine

  // ---- a read of the asset sets the label of its session ----
  ghost function LabelKey(mark: Mark, session: Name, q: Request): Key
    requires session in q.scopes
  { var x := q.scopes[session]; (mark.kind, mark.name, x, x, x, x, 0) }
  lemma ReadTouches(v: Policy, sc: Scene, asset: Asset, mark: Mark, session: Name)
    requires Marks(v, asset, mark, session) && Payable(v, sc) && Reads(sc.q, asset) && session in sc.q.scopes
    ensures LabelKey(mark, session, sc.q) in Keys(v, sc)
  {
    hide Tighter, May;
    var part, atom :| part in sc.q.parts && atom in part.atoms && part.verb in asset.readers && AtListed(atom, asset.axis, asset.places);
    var r :| r in v.rules && MarksHere(r, part.verb, asset, mark);
    var t := Placed(asset.axis, asset.places, true);
    assert Sure(t, sc, part, atom);
    forall x | x in r.tests ensures May(x, sc, part, atom) {
      Onlys.TighterSure(t, x, sc, part, atom);
      SureMay(x, sc, part, atom);
    }
    assert Charges(r, sc, part, atom);
    assert Counts(v, sc, part, atom, r);
    assert Counter(v, sc, part, atom, r) == LabelKey(mark, session, sc.q);
  }
  lemma SureMay(t: Test, sc: Scene, part: Part, atom: Atom)
    requires Sure(t, sc, part, atom)
    ensures May(t, sc, part, atom)
  {}
  lemma JudgedTouches(v: Policy, log: M.Log, sc: Scene, asset: Asset, mark: Mark, session: Name)
    requires Marks(v, asset, mark, session) && Judged(v, log, sc) && Reads(sc.q, asset) && session in sc.q.scopes
    ensures LabelKey(mark, session, sc.q) in Keys(v, sc) && LabelKey(mark, session, sc.q) in Batch(v, Carrying(v, sc))
  {
    hide Marks, Clear, Payable, Room, Reads, Brings, Keys;
    ReadTouches(v, sc, asset, mark, session);
    ReadTouches(v, Carrying(v, sc), asset, mark, session);
  }
  // So whatever the session is permitted then or later is permitted with the label held.
  lemma HeldAfter(p: Policy, trace: seq<Input>, a: nat, n: nat, asset: Asset, mark: Mark, session: Name)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: Marks(v, asset, mark, session)
    requires Follows(Doing(p, trace, a), Doing(p, trace, n), session) && Reads(Doing(p, trace, a).q, asset)
    ensures L.HeldThen(p, trace, Doing(p, trace, n), LabelKey(mark, session, Doing(p, trace, n).q))
  {
    hide Run, Marks, Judged, Reads, OpsOf, Permits, Uses, Permitted, Carrying, SceneOf, Keys, Batch;
    var first, pm := Doing(p, trace, a), Doing(p, trace, n);
    D.Permitted1(p, trace, a);
    D.Permitted1(p, trace, n);
    D.Judged1(p, trace, a);
    D.Judged1(p, trace, n);
    var w := Then(p, trace, first);
    var v, sc := Current(w), SceneThen(p, trace, first);
    assert sc.q == first.q by { reveal SceneOf; }
    assert mark.kind == 2 by { reveal Marks; }
    JudgedTouches(v, w.log, sc, asset, mark, session);
    var k := LabelKey(mark, session, pm.q);
    assert k == LabelKey(mark, session, first.q);
    reveal H.Born();
    if first.born < pm.born {
      assert k in OpsOf(w, first.agent, first.q, first.now) by { reveal OpsOf; }
      assert LabelsSpec.TakesOn(Run(p, trace[..first.born]), trace[first.born], k);
    } else {
      assert first.agent == pm.agent && first.q == pm.q && first.now == pm.now;
    }
  }

  // ---- and where it is held, the guards match whatever is not cleared ----
  ghost predicate Uncleared(part: Part, atom: Atom, sinks: map<Name, Sink>) {
    part.verb in sinks && !AtListed(atom, sinks[part.verb].axis, sinks[part.verb].cleared)
  }
  lemma GuardStands(r: Rule, mark: Mark, session: Name, sink: Sink, sc: Scene, part: Part, atom: Atom)
    requires GuardsHere(r, part.verb, mark, sink) && mark.per == (session, session, session, session) && session in sc.q.scopes
    requires part in sc.q.parts && atom in part.atoms && !AtListed(atom, sink.axis, sink.cleared)
    ensures LabelsSpec.Guards(r, mark, LabelKey(mark, session, sc.q), sc, part, atom)
  {
    hide Inside, May, Sure, AtListed;
    if Lifted(r, sc, part, atom) {
      var c :| c in r.unless && c != [] && forall t | t in c :: Sure(t, sc, part, atom);
      Onlys.InsideHolds(c, [[Placed(sink.axis, sink.cleared, true)]], sc, part, atom);
      Onlys.HoldsPlaced(sink.axis, sink.cleared, sc, part, atom);
    }
    assert r.tests[0] in r.tests;
  }
  lemma ThenCleared(p: Policy, trace: seq<Input>, n: nat, mark: Mark, session: Name, sinks: map<Name, Sink>, name: Name, part: Part, atom: Atom)
    requires n < |Run(p, trace).effects|
    requires var pm := Doing(p, trace, n); session in pm.q.scopes && part in pm.q.parts && atom in part.atoms
    requires L.HeldThen(p, trace, Doing(p, trace, n), LabelKey(mark, session, Doing(p, trace, n).q)) && Uncleared(part, atom, sinks)
    requires mark.per == (session, session, session, session)
    ensures !Guards(Current(Then(p, trace, Doing(p, trace, n))), mark, sinks)
    ensures GuardsUnless(Current(Then(p, trace, Doing(p, trace, n))), mark, sinks, name) ==> ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, L.HeldThen, GuardsHere, LabelsSpec.Guards, AtListed, ApprovedThen;
    var pm := Doing(p, trace, n);
    var k := LabelKey(mark, session, pm.q);
    L.B6_Effects(p, trace, n, k);
    var v := Current(Then(p, trace, pm));
    var c := Carrying(v, SceneThen(p, trace, pm));
    var sink := sinks[part.verb];
    forall r | r in v.rules && GuardsHere(r, part.verb, mark, sink) ensures LabelsSpec.Guards(r, mark, k, c, part, atom) {
      GuardStands(r, mark, session, sink, c, part, atom);
    }
    if GuardsUnless(v, mark, sinks, name) && !Guards(v, mark, sinks) {
      var r :| r in v.rules && (r.effect.Forbid? || r.effect == Require(name)) && GuardsHere(r, part.verb, mark, sink);
      assert LabelsSpec.Guards(r, mark, k, c, part, atom);
    }
  }
  lemma PolicyThen(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures Current(Then(p, trace, Doing(p, trace, n))) in Run(p, trace).policies
  {
    hide Run, Judged;
    D.Judged1(p, trace, n);
  }

  // S2: in every run in which every policy ever in force has the pattern: once an effect has read of the asset, no effect of that
  // session sends anywhere but to cleared sinks, if it was decided then or later (or if it is the same one),
  lemma S2_Exfiltration(p: Policy, trace: seq<Input>, a: nat, n: nat, asset: Asset, mark: Mark, session: Name, sinks: map<Name, Sink>)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: Marks(v, asset, mark, session) && Guards(v, mark, sinks)
    requires Reads(Doing(p, trace, a).q, asset) && Follows(Doing(p, trace, a), Doing(p, trace, n), session)
    ensures SendsCleared(Doing(p, trace, n).q, sinks)
  {
    hide Run, Marks, Guards, L.HeldThen, Reads, AtListed;
    HeldAfter(p, trace, a, n, asset, mark, session);
    PolicyThen(p, trace, n);
    var q := Doing(p, trace, n).q;
    assert mark.per == (session, session, session, session) by { reveal Marks; }
    forall part, atom | part in q.parts && part.verb in sinks && atom in part.atoms
      ensures AtListed(atom, sinks[part.verb].axis, sinks[part.verb].cleared)
    {
      if Uncleared(part, atom, sinks) { ThenCleared(p, trace, n, mark, session, sinks, p.id, part, atom); }
    }
  }
  // or only under an open, unexpired grant for exactly this request, for which all had voted whom the policy then in force names.
  lemma S2_Approved(p: Policy, trace: seq<Input>, a: nat, n: nat, asset: Asset, mark: Mark, session: Name, sinks: map<Name, Sink>, name: Name)
    requires a < |Run(p, trace).effects| && n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: Marks(v, asset, mark, session) && GuardsUnless(v, mark, sinks, name)
    requires Reads(Doing(p, trace, a).q, asset) && Follows(Doing(p, trace, a), Doing(p, trace, n), session)
    ensures SendsCleared(Doing(p, trace, n).q, sinks) || ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, Marks, Guards, GuardsUnless, L.HeldThen, Reads, AtListed, ApprovedThen;
    HeldAfter(p, trace, a, n, asset, mark, session);
    PolicyThen(p, trace, n);
    var q := Doing(p, trace, n).q;
    assert mark.per == (session, session, session, session) by { reveal Marks; }
    if !ApprovedThen(p, trace, Doing(p, trace, n), name) {
      forall part, atom | part in q.parts && part.verb in sinks && atom in part.atoms
        ensures AtListed(atom, sinks[part.verb].axis, sinks[part.verb].cleared)
      {
        if Uncleared(part, atom, sinks) { ThenCleared(p, trace, n, mark, session, sinks, name, part, atom); }
      }
    }
  }
  // And what is sent, whether or not anything was read: each effect's bytes are reserved in full in their account, over all channels,
  lemma S2_Counted(p: Policy, trace: seq<Input>, n: nat, sinks: map<Name, Sink>, bytes: Name, b: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: BudgetsBytes(v, sinks, bytes, b)
    ensures var pm := Doing(p, trace, n); Counted.Reserved(Current(Then(p, trace, pm)), pm, sinks.Keys, bytes, b)
  {
    hide Run, CountsAll, Counted.Reserved;
    Counted.Effects(p, trace, n, sinks.Keys, bytes, b);
  }
  // and all that left or is about to, over all effects of the run, is within the account's limit (the highest of the run's policies).
  lemma S2_Total(p: Policy, trace: seq<Input>, k: Key, top: int)
    requires k.0 == 0 && 0 <= top && LimitsAtMost(Run(p, trace).policies, k.1, top)
    ensures Outlay(Run(p, trace).permits, Run(p, trace).effects, k) <= Spent(Run(p, trace).permits, k) <= top
  { CountedInFull.Within(p, trace, k, top); }
}
