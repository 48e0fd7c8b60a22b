include "LabelsProofs.dfy"
// Runs in which labels matter: one that is cleared, one that is held back, and named bad behaviours.
module LabelWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened SmallRuns
  import opened LabelsSpec
  import opened Labels
  import opened DecidedSpec
  import E = Effects
  import H = History
  import T = Traces
  import M = Machine

  // Two verbs that are permitted. Reading sets a label on the session; where it is set, sending is forbidden, or `asks` for approval.
  datatype Cast = Cast(read: Name, send: Name, tag: Name, scope: Name, session: Name, agent: Name, kind: Name, group: Name, needs: Name, asks: bool)
  ghost function MarkOf(c: Cast): Mark { Mark(2, c.tag, (c.scope, c.scope, c.scope, c.scope)) }
  ghost function RuleOf(c: Cast, e: Policies.Effect, verbs: set<Name>, tests: seq<Test>): Rule { Rule(c.tag, c.group, e, verbs, tests, []) }
  ghost function Rules(c: Cast): seq<Rule> {
    [RuleOf(c, Policies.Effect.Permit, {c.read, c.send}, []), RuleOf(c, Leave(MarkOf(c)), {c.read}, []),
     RuleOf(c, if c.asks then Require(c.needs) else Forbid, {c.send}, [Stands(MarkOf(c), 0, true)])]
  }
  ghost function Pol(c: Cast): Policy {
    Policy(map[c.read := [], c.send := []], Rules(c), map[], map[], map[c.kind := AgentKind({c.group}, {}, {})], c.tag, c.scope, c.scope, c.scope)
  }
  ghost function PartOf(verb: Name): Part { Part(verb, map[], [Atom(map[], map[])]) }
  ghost function Req(c: Cast, verbs: seq<Name>): Request { Request(seq(|verbs|, i requires 0 <= i < |verbs| => PartOf(verbs[i])), map[c.scope := c.session], c.tag, 0) }
  ghost function KeyIn(c: Cast): Key { (2, c.tag, c.session, c.session, c.session, c.session, 0) }
  ghost function Read1(c: Cast): Input { Decide(c.agent, Req(c, [c.read]), 1) }
  ghost function Send1(c: Cast, now: int): Input { Decide(c.agent, Req(c, [c.send]), now) }

  ghost predicate Sees(c: Cast, sc: Scene, verb: Name) {
    c.read != c.send && sc.q == Req(c, [verb]) && c.group in sc.groups
  }
  lemma Parts1(c: Cast, verb: Name)
    ensures Req(c, [verb]).parts == [PartOf(verb)]
  {}
  // Reading is clear, and sets the label.
  lemma Reads(c: Cast, sc: Scene)
    requires Sees(c, sc, c.read)
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && Keys(Pol(c), sc) == {KeyIn(c)} && forall n :: !Wanted(Pol(c), sc, n)
  {
    var p, part := Pol(c), PartOf(c.read);
    var atom := part.atoms[0];
    Parts1(c, c.read);
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
    assert sc.q.parts[0] == part && atom in part.atoms;
  }
  // Sending is clear where the label is not set, and sets nothing.
  lemma Sends(c: Cast, sc: Scene)
    requires Sees(c, sc, c.send) && !Holds(sc, KeyIn(c))
    ensures Clear(Pol(c), sc) && Payable(Pol(c), sc) && Keys(Pol(c), sc) == {} && forall n :: !Wanted(Pol(c), sc, n)
  {
    var p, part := Pol(c), PartOf(c.send);
    var atom := part.atoms[0];
    Parts1(c, c.send);
    assert p.rules[0] in p.rules && Yes(p.rules[0], sc, part, atom);
    assert MarkKey(MarkOf(c), sc.q, atom) == KeyIn(c);
    assert p.rules[2] in p.rules && p.rules[2].tests[0] in p.rules[2].tests;
    assert !May(p.rules[2].tests[0], sc, part, atom);
    assert sc.q.parts[0] == part && atom in part.atoms;
  }
  // The rule guards every request that sends.
  lemma Bars(c: Cast, sc: Scene, verbs: seq<Name>)
    requires sc.q == Req(c, verbs) && c.send in verbs
    ensures if c.asks then Watched(Pol(c), sc, KeyIn(c), c.needs) else Barred(Pol(c), sc, KeyIn(c))
  {
    var p, part := Pol(c), PartOf(c.send);
    var atom := part.atoms[0];
    var i :| 0 <= i < |verbs| && verbs[i] == c.send;
    assert sc.q.parts[i] == part && atom in part.atoms;
    assert p.rules[2] in p.rules && p.rules[2].tests[0] in p.rules[2].tests;
    assert Guards(p.rules[2], MarkOf(c), KeyIn(c), sc, part, atom);
  }
  ghost function W1(c: Cast): World { Hired(Pol(c), c.agent, c.kind) }
  lemma ReadLets(c: Cast)
    requires c.read != c.send
    ensures LetsNow(W1(c), c.agent, Req(c, [c.read]), 1)
    ensures TakesOn(W1(c), Read1(c), KeyIn(c))
  {
    hide Judged, Wanted, Pol, Req, Batch, Carrying, SceneOf;
    var w := W1(c);
    var p, sc := Pol(c), SceneOf(w, c.agent, Req(c, [c.read]), 1);
    assert Current(w) == p && Sees(c, sc, c.read) && sc.now == 1 by { reveal Pol, SceneOf; }
    ReadJudged(c, sc);
    reveal Permitted();
  }
  lemma ReadJudged(c: Cast, sc: Scene)
    requires Sees(c, sc, c.read) && sc.now == 1
    ensures var p := Pol(c); Judged(p, [], sc) && Free(p, [], sc) && KeyIn(c) in Batch(p, Carrying(p, sc))
  {
    hide Clear, Payable, Wanted, Pol, Req, Amount, Keys;
    var p := Pol(c);
    Reads(c, sc);
    Reads(c, Carrying(p, sc));
    var ops := Batch(p, Carrying(p, sc));
    assert ops[KeyIn(c)] == Touch(0, 0, c.tag) by { AmountNone(p, Carrying(p, sc), sc.q.parts, KeyIn(c)); }
    assert Room(ops, [], 1);
  }
  lemma AmountNone(p: Policy, sc: Scene, parts: seq<Part>, k: Key)
    requires !Budgeted(k)
    ensures Amount(p, sc, parts, k) == 0
  {}
  ghost function ReadTrace(c: Cast): seq<Input> { Tried(c.agent, c.kind, Req(c, [c.read]), 1) }
  lemma ReadIs(c: Cast)
    requires c.read != c.send
    ensures var w := Run(Pol(c), ReadTrace(c)); w.policies == [Pol(c)] && |w.permits| == 1 && M.Ready(w.log, 2)
    ensures SetBefore(Pol(c), ReadTrace(c), 2, KeyIn(c))
  {
    hide Step, LetsNow, OpsOf, TakesOn, Told, Req;
    ReadLets(c);
    RunTried(Pol(c), c.agent, c.kind, Req(c, [c.read]), 1);
    Decides(W1(c), c.agent, Req(c, [c.read]), 1);
    RunHire(Pol(c), c.agent, c.kind);
    assert ReadTrace(c)[..1] == [Hire(c.agent, c.kind)];
  }
  // W: a session that has read carries the label, and the premises of B6_Forbidden are met for what it sends.
  lemma W_B6_Forbidden(c: Cast)
    requires !c.asks && c.read != c.send
    ensures var t := ReadTrace(c); var w := Run(Pol(c), t); var sc := SceneOf(w, c.agent, Req(c, [c.send]), 2);
                                                            Marking(KeyIn(c)) && SetBefore(Pol(c), t, |t|, KeyIn(c)) && Carried(w, KeyIn(c)) && Barred(Current(w), sc, KeyIn(c))
  {
    hide Run, SetBefore, Barred, Carried, Req;
    var t := ReadTrace(c);
    ReadIs(c);
    assert t[..2] == t;
    B6_Sets(Pol(c), t, 2, KeyIn(c));
    Bars(c, SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2), [c.send]);
  }
  // W: the same of B6_Required.
  lemma W_B6_Required(c: Cast)
    requires c.asks && c.read != c.send
    ensures var t := ReadTrace(c); var v, sc := Current(Run(Pol(c), t)), SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2);
                                   Marking(KeyIn(c)) && SetBefore(Pol(c), t, |t|, KeyIn(c)) && Watched(v, Carrying(v, sc), KeyIn(c), c.needs)
  {
    hide Run, SetBefore, Watched, Brings, Req;
    var t := ReadTrace(c);
    ReadIs(c);
    var sc := SceneOf(Run(Pol(c), t), c.agent, Req(c, [c.send]), 2);
    Bars(c, Carrying(Pol(c), sc), [c.send]);
  }
  // W: what was read was read with the label held, brought by the reading itself: nothing stands guard there, so it is done.
  lemma W_B6_Effects(c: Cast)
    requires c.read != c.send
    ensures var t := Done(c.agent, c.kind, Req(c, [c.read]), 1);
            |Run(Pol(c), t).effects| == 1 && HeldThen(Pol(c), t, Doing(Pol(c), t, 0), KeyIn(c))
  {
    hide Step, LetsNow, OpsOf, Req, Keys, SetBefore, Run;
    var t := Done(c.agent, c.kind, Req(c, [c.read]), 1);
    ReadLets(c);
    RunDone(Pol(c), c.agent, c.kind, Req(c, [c.read]), 1);
    RunHire(Pol(c), c.agent, c.kind);
    assert t[..1] == [Hire(c.agent, c.kind)];
    E.AllLawful(Pol(c), t, 0);
    var pm := Doing(Pol(c), t, 0);
    assert pm.born == 1;
    Reads(c, SceneThen(Pol(c), t, pm));
  }
  // W: one that has read nothing sends, and its effect is performed: the rule refuses only where the label is set.
  lemma W_B6_Clean(c: Cast)
    requires c.read != c.send
    ensures var w := Run(Pol(c), Done(c.agent, c.kind, Req(c, [c.send]), 1));
            w.effects == [Boundary.Effect.Effect(0, 2)] && |w.permits| == 1 && w.permits[0].q == Req(c, [c.send])
  {
    hide Clear, Payable, Wanted, Pol, Req, Step, Holds, Run;
    var w := W1(c);
    var p, sc := Pol(c), SceneOf(w, c.agent, Req(c, [c.send]), 1);
    assert Current(w) == p && Sees(c, sc, c.send) by { reveal Pol; }
    assert !Holds(sc, KeyIn(c)) by { reveal Holds; }
    Sends(c, sc);
    assert Brings(p, sc) == {};
    assert Carrying(p, sc) == sc && Batch(p, sc) == map[];
    assert LetsNow(w, c.agent, Req(c, [c.send]), 1);
    RunDone(p, c.agent, c.kind, Req(c, [c.send]), 1);
  }
  lemma NoPermit(w: World, i: Input)
    requires w.policies != [] && i.Decide? && !Permits(w, i.agent, i.q, i.now)
    ensures Step(w, i).permits == w.permits
  { hide Permits, OpsOf, Uses; }
  // X: reading, then sending: whatever the time, and whatever happened between that left the policy in force.
  lemma X_Exfiltrate(c: Cast, more: seq<Input>, now: int)
    requires !c.asks && c.read != c.send && Current(Run(Pol(c), ReadTrace(c) + more)) == Pol(c)
    ensures Run(Pol(c), ReadTrace(c) + more + [Send1(c, now)]).permits == Run(Pol(c), ReadTrace(c) + more).permits
  {
    hide Run, Barred, Req, Permits, Step, Pol, TakesOn, Told;
    var t := ReadTrace(c) + more;
    ReadIs(c);
    var j: nat :| j < 2 && j < |ReadTrace(c)| && (TakesOn(Run(Pol(c), ReadTrace(c)[..j]), ReadTrace(c)[j], KeyIn(c)) || Told(Run(Pol(c), ReadTrace(c)[..j]), ReadTrace(c)[j], KeyIn(c)));
    assert t[..j] == ReadTrace(c)[..j] && t[j] == ReadTrace(c)[j];
    assert SetBefore(Pol(c), t, |t|, KeyIn(c));
    var w := Run(Pol(c), t);
    var sc := SceneOf(w, c.agent, Req(c, [c.send]), now);
    Bars(c, sc, [c.send]);
    B6_Forbidden(Pol(c), t, c.agent, Req(c, [c.send]), now, sc, KeyIn(c));
    H.RunOne(Pol(c), t, Send1(c, now));
    NoPermit(w, Send1(c, now));
  }
  // X: reading and sending in one request, so that the label would come too late.
  lemma X_InOneRequest(c: Cast, w: World, now: int)
    requires !c.asks && c.read != c.send && w.policies != [] && Current(w) == Pol(c)
    ensures !Permits(w, c.agent, Req(c, [c.read, c.send]), now)
  {
    hide Barred, Permits, Holds, Keys;
    var q := Req(c, [c.read, c.send]);
    var p, sc := Pol(c), SceneOf(w, c.agent, q, now);
    Bars(c, Carrying(p, sc), [c.read, c.send]);
    BothTouch(c, sc);
    BroughtHolds(p, sc, KeyIn(c));
    Refused(w, c.agent, q, now, Carrying(p, sc), KeyIn(c));
  }
  lemma BothTouch(c: Cast, sc: Scene)
    requires c.read != c.send && sc.q == Req(c, [c.read, c.send])
    ensures KeyIn(c) in Keys(Pol(c), sc)
  {
    var p, part := Pol(c), PartOf(c.read);
    var atom := part.atoms[0];
    assert sc.q.parts[0] == part && atom in part.atoms;
    assert p.rules[1] in p.rules && Counts(p, sc, part, atom, p.rules[1]);
    assert Counter(p, sc, part, atom, p.rules[1]) == KeyIn(c);
  }
  // X: a store that drops a label. It is not taken.
  lemma X_Forgotten(w: World, k: Key, now: int)
    requires w.policies != [] && Marking(k)
    ensures Step(w, Input.Forget(k, now)).log == w.log
  {
    reveal M.Ok();
    assert k in map[k := Op.Forget];
    assert !M.Ok(k, Op.Forget, Get(M.StateOf(w.log), k), now);
  }

  // X: an effect at a sink that a label bars would violate B6: the session carried the label, or the request brought it;
  lemma X_B6_CarriedThere(p: Policy, trace: seq<Input>, pm: Permit, k: Key)
    requires pm.born <= |trace| && Carried(Then(p, trace, pm), k) && Barred(Current(Then(p, trace, pm)), SceneThen(p, trace, pm), k)
    ensures !Cleared(p, trace, pm, k)
  { hide Then, SceneThen, Carried, Barred, Watched, Carrying, ApprovedThen; }
  lemma X_B6_BroughtThere(p: Policy, trace: seq<Input>, pm: Permit, k: Key)
    requires pm.born <= |trace| && Barred(Current(Then(p, trace, pm)), Carrying(Current(Then(p, trace, pm)), SceneThen(p, trace, pm)), k)
    ensures !Cleared(p, trace, pm, k)
  { hide Then, SceneThen, Carried, Barred, Watched, Carrying, ApprovedThen; }
  // X: and so would one that somebody had to approve and did not.
  lemma X_B6_Unapproved(p: Policy, trace: seq<Input>, pm: Permit, k: Key, n: Name)
    requires pm.born <= |trace| && !ApprovedThen(p, trace, pm, n)
    requires Watched(Current(Then(p, trace, pm)), Carrying(Current(Then(p, trace, pm)), SceneThen(p, trace, pm)), k, n)
    ensures !Cleared(p, trace, pm, k)
  { hide Then, SceneThen, Carried, Barred, Watched, Carrying, ApprovedThen; }
}
