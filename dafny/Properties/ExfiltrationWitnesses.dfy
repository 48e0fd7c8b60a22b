include "Exfiltration.dfy"
// For S2: a session that reads of the asset and then sends to a cleared sink (W_); and one that nothing holds back (X_).
module ExfiltrationWitnesses {
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
  import S = SmallPolicies
  import R = SmallRuns
  import Exfiltration
  import H = History
  import Onlys
  import M = Machine
  import BudgetSpec

  // read, send: the verbs; place: the axis of both. x is the asset, y the cleared sink, z another.
  datatype Cast = Cast(read: Name, send: Name, place: Name, secret: Name, out: Name, bytes: Name, group: Name, agent: Name, kind: Name,
                       session: Name, x: Name, y: Name, z: Name)
  ghost predicate Apart(c: Cast) { c.read != c.send && c.y != c.z }
  ghost function Rule1(c: Cast, verb: Name, e: Policies.Effect): Rule { Rule(verb, c.group, e, {verb}, [], []) }
  ghost function Label(c: Cast): Mark { Mark(2, c.secret, (c.session, c.session, c.session, c.session)) }
  // labels: {SECRET: {from: [{READ: {place: "X.**"}}], guards: [SEND], cleared: [{SEND: {place: "Y.**"}}]}}
  ghost function Leaves(c: Cast): Rule { Rule1(c, c.read, Leave(Label(c))).(tests := [Placed(c.place, S.Below(c.x), true)]) }
  ghost function Guard(c: Cast): Rule
  { Rule1(c, c.send, Forbid).(tests := [Stands(Label(c), 0, true)], unless := [[Placed(c.place, S.Below(c.y), true)]]) }
  // guarded: or the guard is missing.
  ghost function Rules(c: Cast, guarded: bool): seq<Rule> {
    [Rule1(c, c.read, Policies.Effect.Permit), Rule1(c, c.send, Policies.Effect.Permit), Leaves(c), Rule1(c, c.send, Charge(c.out))]
    + if guarded then [Guard(c)] else []
  }
  ghost function Pol(c: Cast, guarded: bool): Policy {
    Policy(map[c.read := [Axis(c.place, true)], c.send := [Axis(c.place, true)]], Rules(c, guarded),
           map[c.out := Budget(0, c.bytes, 10, 0, (c.session, c.session, c.session, c.session))], map[],
           map[c.kind := AgentKind({c.group}, {}, {})], c.read, c.session, c.session, c.session)
  }
  ghost function TheAsset(c: Cast): Asset { Asset({c.read}, c.place, S.Below(c.x)) }
  ghost function Sinks(c: Cast): map<Name, Sink> { map[c.send := Sink(c.place, S.Below(c.y))] }
  ghost function PartOf(c: Cast, verb: Name, at: Name): Part { Part(verb, map[c.bytes := 5], [S.At(c.place, at)]) }
  ghost function Req(c: Cast, verb: Name, at: Name): Request { Request([PartOf(c, verb, at)], map[c.session := c.session], c.read, 0) }
  ghost function LabelAt(c: Cast): Key { (2, c.secret, c.session, c.session, c.session, c.session, 0) }
  ghost function OutAt(c: Cast): Key { (0, c.out, c.session, c.session, c.session, c.session, 0) }

  // ---- the pattern ----
  lemma W_S2_Pattern(c: Cast)
    requires Apart(c)
    ensures Marks(Pol(c, true), TheAsset(c), Label(c), c.session) && Guards(Pol(c, true), Label(c), Sinks(c))
    ensures GuardsUnless(Pol(c, true), Label(c), Sinks(c), c.read) && BudgetsBytes(Pol(c, true), Sinks(c), c.bytes, c.out)
  {
    hide Inside, Tighter;
    var p := Pol(c, true);
    assert p.rules[2] in p.rules && p.rules[3] in p.rules && p.rules[4] in p.rules;
    assert MarksHere(p.rules[2], c.read, TheAsset(c), Label(c)) by { reveal Tighter; }
    assert GuardsHere(p.rules[4], c.send, Label(c), Sink(c.place, S.Below(c.y))) by { InsideOne(Placed(c.place, S.Below(c.y), true)); }
    Counts1(c);
  }
  lemma InsideOne(t: Test)
    ensures Inside([t], [[t]])
  { assert [t][0] in [t] && [[t]][0] in [[t]] && Tighter(t, t); }
  lemma Counts1(c: Cast)
    ensures BudgetsBytes(Pol(c, true), Sinks(c), c.bytes, c.out)
  {
    var p := Pol(c, true);
    assert p.rules[3] in p.rules && CountsHere(p.rules[3], c.send, c.out, {});
  }

  // ---- reading of the asset ----
  ghost predicate Acts(c: Cast, sc: Scene, verb: Name, at: Name) { sc.q == Req(c, verb, at) && c.group in sc.groups }
  lemma ReadSays(c: Cast, guarded: bool, sc: Scene)
    requires Apart(c) && Acts(c, sc, c.read, c.x)
    ensures var p := Pol(c, guarded); Clear(p, sc) && Payable(p, sc) && (forall m :: !Wanted(p, sc, m)) && Keys(p, sc) == {LabelAt(c)}
    ensures var p := Pol(c, guarded); Amount(p, sc, sc.q.parts, LabelAt(c)) == 0
  {
    hide Yes, Maybe, Amount, Counter, Due;
    var p, part, atom := Pol(c, guarded), PartOf(c, c.read, c.x), S.At(c.place, c.x);
    assert p.rules[0] in p.rules && p.rules[2] in p.rules && sc.q.parts[0] == part && part.atoms[0] == atom;
    ReadRules(c, sc);
    assert Counter(p, sc, part, atom, p.rules[2]) == LabelAt(c) by { reveal Counter; }
    R.SingleIs(p, sc, part, atom, p.rules[2]);
    assert Due(p, sc, part, LabelAt(c)) == 0 by { reveal Due; }
  }
  lemma ReadRules(c: Cast, sc: Scene)
    requires Apart(c) && Acts(c, sc, c.read, c.x)
    ensures var part, atom, rules := PartOf(c, c.read, c.x), S.At(c.place, c.x), Rules(c, true);
            Yes(rules[0], sc, part, atom) && !Maybe(rules[1], sc, part, atom) && Maybe(rules[2], sc, part, atom) &&
            !Maybe(rules[3], sc, part, atom) && !Maybe(rules[4], sc, part, atom)
  {
    hide Sure, May, Maybe, Yes, S.At, S.Below, Speaks;
    var part, atom, rules := PartOf(c, c.read, c.x), S.At(c.place, c.x), Rules(c, true);
    var t := Placed(c.place, S.Below(c.x), true);
    S.AtMeets(c.place, c.x, sc, part);
    Exfiltration.SureMay(t, sc, part, atom);
    forall r | r in rules && r.verbs == {c.send} ensures !Maybe(r, sc, part, atom) { OtherVerb(r, sc, part, atom); }
    Plain(rules[0], sc, part, atom) by { reveal Speaks; }
    assert Speaks(rules[2], sc) by { reveal Speaks; }
    One(rules[2], t, sc, part, atom);
  }
  lemma OtherVerb(r: Rule, sc: Scene, part: Part, atom: Atom)
    requires part.verb !in r.verbs
    ensures !Maybe(r, sc, part, atom)
  {}
  lemma Plain(r: Rule, sc: Scene, part: Part, atom: Atom)
    requires part.verb in r.verbs && Speaks(r, sc) && r.tests == [] && r.unless == []
    ensures Yes(r, sc, part, atom)
  {}
  lemma One(r: Rule, t: Test, sc: Scene, part: Part, atom: Atom)
    requires part.verb in r.verbs && Speaks(r, sc) && r.tests == [t] && r.unless == [] && May(t, sc, part, atom)
    ensures Maybe(r, sc, part, atom)
  { hide May; }
  ghost function ReadOps(c: Cast): map<Key, Op> { map[LabelAt(c) := Touch(0, 0, c.secret)] }
  lemma ReadLets(c: Cast, guarded: bool, log: M.Log, sc: Scene)
    requires Apart(c) && Acts(c, sc, c.read, c.x) && 0 < sc.now && sc.own == {}
    ensures var p := Pol(c, guarded); R.Lets(p, log, sc) && Batch(p, Carrying(p, sc)) == ReadOps(c)
  {
    hide Clear, Payable, Wanted, Brings, Keys, Amount, Rules;
    var p := Pol(c, guarded);
    var cs := Carrying(p, sc);
    ReadSays(c, guarded, sc);
    ReadSays(c, guarded, cs);
    assert OpAt(p, LabelAt(c), Amount(p, cs, cs.q.parts, LabelAt(c))) == Touch(0, 0, c.secret);
    assert Batch(p, cs) == ReadOps(c);
    assert Room(ReadOps(c), log, sc.now);
    assert Free(p, log, sc);
  }

  // ---- sending, with the label held or not ----
  lemma SendSays(c: Cast, guarded: bool, sc: Scene, at: Name)
    requires Apart(c) && Acts(c, sc, c.send, at) && (guarded ==> at == c.y)
    ensures var p := Pol(c, guarded); Clear(p, sc) && Payable(p, sc) && (forall m :: !Wanted(p, sc, m)) && Keys(p, sc) == {OutAt(c)}
    ensures var p := Pol(c, guarded); Amount(p, sc, sc.q.parts, OutAt(c)) == 5
  {
    hide Sure, Known, Amount;
    var p, part, atom := Pol(c, guarded), PartOf(c, c.send, at), S.At(c.place, at);
    assert p.rules[1] in p.rules && p.rules[3] in p.rules && sc.q.parts[0] == part && part.atoms[0] == atom;
    assert Yes(p.rules[1], sc, part, atom);
    assert Counts(p, sc, part, atom, p.rules[3]) && Counter(p, sc, part, atom, p.rules[3]) == OutAt(c);
    if guarded {
      S.AtMeets(c.place, c.y, sc, part);
      assert Guard(c).unless[0] in Guard(c).unless;
      assert Lifted(Guard(c), sc, part, atom);
    }
    R.SingleIs(p, sc, part, atom, p.rules[3]);
  }
  ghost function SendOps(c: Cast): map<Key, Op> { map[OutAt(c) := Touch(10, 5, c.bytes)] }
  lemma SendLets(c: Cast, guarded: bool, log: M.Log, sc: Scene, at: Name)
    requires Apart(c) && Acts(c, sc, c.send, at) && (guarded ==> at == c.y) && sc.own == {}
    requires BudgetSpec.Total(M.Ledger(log, OutAt(c))) == 0
    ensures var p := Pol(c, guarded); R.Lets(p, log, sc) && Batch(p, Carrying(p, sc)) == SendOps(c)
  {
    hide Clear, Payable, Wanted, Keys, Amount;
    var p := Pol(c, guarded);
    SendSays(c, guarded, sc, at);
    assert Brings(p, sc) == {};
    assert Carrying(p, sc) == sc;
  }

  // ---- the run: first the one, then the other ----
  ghost function First(c: Cast, guarded: bool): World
  { R.Gone(R.Answered(R.Hired(Pol(c, guarded), c.agent, c.kind), c.agent, Req(c, c.read, c.x), 1), 0) }
  ghost function Second(c: Cast, guarded: bool, at: Name): World
  { var w := R.Answered(First(c, guarded), c.agent, Req(c, c.send, at), 1); if |w.permits| == 2 then R.Gone(w, 1) else w }
  ghost function Start3(c: Cast): seq<Input> { R.Done(c.agent, c.kind, Req(c, c.read, c.x), 1) }
  ghost function Trace(c: Cast, at: Name): seq<Input> { Start3(c) + [Decide(c.agent, Req(c, c.send, at), 1)] + [Perform(1)] }
  lemma FirstIs(c: Cast, guarded: bool)
    requires Apart(c)
    ensures var w := First(c, guarded);
            Run(Pol(c, guarded), Start3(c)) == w &&
            w.log == [M.Batch(ReadOps(c), 1)] && BudgetSpec.Total(M.Ledger(w.log, OutAt(c))) == 0 && |w.permits| == 1 && w.permits[0].ops == ReadOps(c)
  {
    hide R.Lets, Batch, Carrying;
    var p, q := Pol(c, guarded), Req(c, c.read, c.x);
    var w := R.Hired(p, c.agent, c.kind);
    ReadLets(c, guarded, [], SceneOf(w, c.agent, q, 1));
    R.RunDone(p, c.agent, c.kind, q, 1);
    assert [] + [M.Batch(ReadOps(c), 1)] == [M.Batch(ReadOps(c), 1)];
    M.LedgerOne([], M.Batch(ReadOps(c), 1), OutAt(c));
    assert M.Ledger([], OutAt(c)) == [] && M.Ledger(First(c, guarded).log, OutAt(c)) == [];
  }
  lemma SecondIs(c: Cast, guarded: bool, at: Name)
    requires Apart(c) && (guarded ==> at == c.y)
    ensures var w := Run(Pol(c, guarded), Trace(c, at));
            w == Second(c, guarded, at) && w.policies == [Pol(c, guarded)] && |w.permits| == 2 &&
            w.effects == [Boundary.Effect.Effect(0, 2), Boundary.Effect.Effect(1, 4)] &&
            w.permits[0].q == Req(c, c.read, c.x) && w.permits[1].q == Req(c, c.send, at) && w.permits[0].born == 1 && w.permits[1].born == 3 &&
            w.permits[0].ops == ReadOps(c) && w.permits[1].ops == SendOps(c) && !w.permits[1].status.Settled? && !w.permits[0].status.Settled?
  {
    hide R.Lets, Batch, Carrying, Run, Step;
    var p, q, w := Pol(c, guarded), Req(c, c.send, at), First(c, guarded);
    FirstIs(c, guarded);
    SendLets(c, guarded, w.log, SceneOf(w, c.agent, q, 1), at);
    H.RunOne(p, Start3(c), Decide(c.agent, q, 1));
    R.Decides(w, c.agent, q, 1);
    H.RunOne(p, Start3(c) + [Decide(c.agent, q, 1)], Perform(1));
    R.Performs(R.Answered(w, c.agent, q, 1), 1);
  }
  // The premises of S2: a session that read of the asset, and sends 5 bytes to a cleared sink; its account holds them.
  lemma W_S2_Exfiltration(c: Cast)
    requires Apart(c)
    ensures var p, trace := Pol(c, true), Trace(c, c.y); var w := Run(p, trace);
                                                         w.policies == [p] && |w.effects| == 2 && Reads(Doing(p, trace, 0).q, TheAsset(c)) &&
                                                         Follows(Doing(p, trace, 0), Doing(p, trace, 1), c.session) && Doing(p, trace, 1).q == Req(c, c.send, c.y) &&
                                                         Outlay(w.permits, w.effects, OutAt(c)) == 5 && LimitsAtMost(w.policies, c.out, 10)
  {
    hide Run, Reads, Trace, Pol, Outlay, HeldBy;
    SecondIs(c, true, c.y);
    ReadsIt(c);
    var w := Run(Pol(c, true), Trace(c, c.y));
    assert HeldBy(w.permits[0], OutAt(c)) == 0 && HeldBy(w.permits[1], OutAt(c)) == 5 by { reveal HeldBy; }
    OutlayIs(w, OutAt(c));
    assert Limit(Pol(c, true), c.out) == 10 by { reveal Pol; }
  }
  lemma OutlayIs(w: World, k: Key)
    requires |w.permits| == 2 && w.effects == [Boundary.Effect.Effect(0, 2), Boundary.Effect.Effect(1, 4)]
    ensures Outlay(w.permits, w.effects, k) == HeldBy(w.permits[0], k) + HeldBy(w.permits[1], k)
  {
    hide HeldBy;
    var one := [w.permits[0]];
    assert w.effects[0] in w.effects && w.effects[1] in w.effects && HasEffect(w.effects, 0) && HasEffect(w.effects, 1);
    assert one[..0] == [] && Outlay(one, w.effects, k) == HeldBy(w.permits[0], k);
    assert w.permits[..|w.permits| - 1] == one;
  }
  lemma ReadsIt(c: Cast)
    ensures Reads(Req(c, c.read, c.x), TheAsset(c))
  {
    var q := Req(c, c.read, c.x);
    var part := q.parts[0];
    S.AtMeets(c.place, c.x, Scene(q, {}, 0, View(map[], map[], map[]), {}), part);
    assert part in q.parts && part.atoms[0] in part.atoms;
    assert AtListed(part.atoms[0], c.place, S.Below(c.x));
  }
  // X: without the guard, what was read is sent anywhere.
  lemma X_SentAnywhere(c: Cast, n: Name)
    requires Apart(c)
    ensures var p, trace := Pol(c, false), Trace(c, c.z);
            Run(p, trace).policies == [p] && |Run(p, trace).effects| == 2 && Reads(Doing(p, trace, 0).q, TheAsset(c)) &&
            Follows(Doing(p, trace, 0), Doing(p, trace, 1), c.session) &&
            !SendsCleared(Doing(p, trace, 1).q, Sinks(c)) && !ApprovedThen(p, trace, Doing(p, trace, 1), n)
    ensures !Guards(Pol(c, false), Label(c), Sinks(c))
  {
    hide Run;
    var p, trace, q := Pol(c, false), Trace(c, c.z), Req(c, c.send, c.z);
    SecondIs(c, false, c.z);
    ReadsIt(c);
    S.AtMisses(c.place, c.y, c.z);
    var part := q.parts[0];
    assert part in q.parts && part.atoms[0] in part.atoms && part.verb in Sinks(c);
    S.Unasked(p, trace, Doing(p, trace, 1), n);
    assert forall r | r in p.rules :: !r.effect.Forbid?;
  }
  // What one permit reads and sends at once comes no later than itself: the same request may not do both.
  lemma W_AtOnce(pm: Permit, session: Name)
    requires session in pm.q.scopes
    ensures Follows(pm, pm, session)
  {}
}
