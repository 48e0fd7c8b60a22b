include "Spec.dfy"
// What each input does to a world, and that it does nothing where it may not: the boundary told a second time, input by
// input and outright, so that a slip in the one place is noticed in the other.
module StepWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import AC = ApprovalCode
  import AG = AgentCode
  import RC = RecordCode
  import M = Machine

  ghost function Later(w: World): World { w.(steps := w.steps + 1) }

  // ---- decide ----
  lemma W_Decides(w: World, a: Name, q: Request, now: int)
    requires w.policies != [] && Permits(w, a, q, now)
    ensures Step(w, Decide(a, q, now)) ==
            Later(w).(log := w.log + [M.Batch(OpsOf(w, a, q, now), now)], grants := GrantsAfter(w, a, q, now), permits := w.permits +
            [Permit.Permit(q, a, now, |w.policies| - 1, w.steps, OpsOf(w, a, q, now), Uses(w, a, q, now), Issued)])
  { hide Permits, OpsOf, GrantsAfter, Uses; }
  lemma X_DecidesUnpermitted(w: World, a: Name, q: Request, now: int)
    requires w.policies != [] && !Permits(w, a, q, now)
    ensures Step(w, Decide(a, q, now)) == Later(w)
  { hide Permits; }
  // A grant is used up by what is not free, and by nothing else.
  lemma W_Uses(w: World, a: Name, q: Request, now: int)
    requires w.policies != []
    ensures Free(Current(w), w.log, SceneOf(w, a, q, now)) ==> !Uses(w, a, q, now) && GrantsAfter(w, a, q, now) == w.grants
    ensures !Free(Current(w), w.log, SceneOf(w, a, q, now)) ==> Uses(w, a, q, now)
  { hide Free, SceneOf; }
  lemma W_GrantCloses(w: World, a: Name, q: Request, now: int)
    requires w.policies != [] && Uses(w, a, q, now) && Current(w).session in q.scopes && GrantKey(Current(w), q) in w.grants
    ensures var k := GrantKey(Current(w), q); GrantsAfter(w, a, q, now) == w.grants[k := w.grants[k].(open := false)]
  { hide Uses; }

  // ---- perform, settle, release ----
  ghost predicate Stands_(w: World, t: nat, s: Status) { t < |w.permits| && w.permits[t].status == s }
  lemma W_Performs(w: World, t: nat)
    requires w.policies != [] && Stands_(w, t, Issued) && w.permits[t].version == |w.policies| - 1
    ensures Step(w, Perform(t)) == Later(w).(permits := w.permits[t := w.permits[t].(status := Performed)], effects := w.effects + [Boundary.Effect.Effect(t, w.steps)])
  {}
  lemma X_PerformsAgain(w: World, t: nat)
    requires w.policies != [] && (!Stands_(w, t, Issued) || w.permits[t].version != |w.policies| - 1)
    ensures Step(w, Perform(t)) == Later(w)
  {}
  lemma W_Settles(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires w.policies != [] && Stands_(w, t, Performed)
    ensures Step(w, Settle(t, used, ok, now)) == Later(Close(w, t, used, ok, now))
  { hide Close; }
  lemma X_SettlesUnperformed(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires w.policies != [] && !Stands_(w, t, Performed)
    ensures Step(w, Settle(t, used, ok, now)) == Later(w)
  { hide Close; }
  lemma W_Releases(w: World, t: nat, now: int)
    requires w.policies != [] && Stands_(w, t, Issued)
    ensures Step(w, Release(t, now)) == Later(Close(w, t, Nothing(w.permits[t].ops), false, now))
  { hide Close; }
  lemma X_ReleasesPerformed(w: World, t: nat, now: int)
    requires w.policies != [] && !Stands_(w, t, Issued)
    ensures Step(w, Release(t, now)) == Later(w)
  { hide Close; }
  lemma W_Closes(w: World, t: nat, used: map<Name, int>, ok: bool, now: int)
    requires t < |w.permits|
    ensures var pm := w.permits[t]; var ops := Closing(pm.ops, used, ok, pm.now);
                                    Close(w, t, used, ok, now) == if Takes(w, ops, now)
                                    then w.(log := w.log + [M.Batch(ops, now)], permits := w.permits[t := pm.(status := Settled(used))]) else w
  { hide Takes, Closing; }
  lemma W_Stays(m: Name)
    ensures Stays(map[m := 3], m, 7) == 3 && Stays(map[m := -1], m, 7) == 0 && Stays(map[m := 9], m, 7) == 7 && Stays(map[], m, 7) == 7
  {}

  // ---- replace ----
  lemma W_Replaces(w: World, p: Policy)
    requires w.policies != []
    ensures var w' := Step(w, Replace(p)); w' == Later(w).(policies := w.policies + [p]) && Current(w') == p && Version(w') == |w.policies|
  {}

  // ---- ask, vote, refuse ----
  lemma W_Asks(w: World, a: Name, q: Request, until: int, now: int)
    requires w.policies != [] && Asks(w, a, q, until, now)
    ensures Step(w, Input.Ask(a, q, until, now)) == Later(w).(log := w.log + [M.Batch(map[], now)],
                                                    grants := w.grants[GrantKey(Current(w), q) := AC.Opened(until, q.scopes[Current(w).user])])
  { hide Askable, Missing, Batch, Carrying; }
  lemma X_AsksNobody(w: World, a: Name, q: Request, until: int, now: int)
    requires w.policies != [] && !Asks(w, a, q, until, now)
    ensures Step(w, Input.Ask(a, q, until, now)) == Later(w)
  { hide Asks; }
  // Not what is not askable, nor what is before people already, nor for longer than they give.
  lemma X_AsksAmiss(w: World, a: Name, q: Request, until: int, now: int, n: Name)
    requires w.policies != [] && Current(w).session in q.scopes
    requires var p, sc := Current(w), SceneOf(w, a, q, now);
             || !Askable(p, w.log, sc)
             || (GrantKey(p, q) in w.grants && AC.Live(w.grants[GrantKey(p, q)], now))
             || (Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), w.log, n) && (n !in p.quorums || now + p.quorums[n].within < until))
    ensures !Asks(w, a, q, until, now)
  { hide Askable, Missing, Batch, Carrying, SceneOf, AC.Live; }
  lemma W_MayAsk(w: World, a: Name, q: Request, until: int, now: int)
    requires w.policies != [] && M.Ready(w.log, now) && Current(w).session in q.scopes && Current(w).user in q.scopes
    requires var p, sc := Current(w), SceneOf(w, a, q, now);
             && Askable(p, w.log, sc) && (GrantKey(p, q) in w.grants ==> !AC.Live(w.grants[GrantKey(p, q)], now))
             && forall n | Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), w.log, n) :: n in p.quorums && until - now <= p.quorums[n].within
    ensures Asks(w, a, q, until, now)
  { hide Askable, Missing, Batch, Carrying, SceneOf, AC.Live; }
  lemma W_Votes(w: World, k: Key, person: Name, role: Name, now: int)
    requires w.policies != [] && M.Ready(w.log, now) && k in w.grants && k.1 == Current(w).id
    requires AC.MayVote(w.grants[k], person, role, Current(w).self, now)
    ensures var later, g := Later(w).(log := w.log + [M.Batch(map[], now)]), w.grants[k];
            && Step(w, Vote(k, person, role, now)) == later.(grants := w.grants[k := g.(votes := g.votes[person := role])])
            && Step(w, Refuse(k, person, role, now)) == later.(grants := w.grants[k := g.(open := false)])
  { hide AC.MayVote; }
  lemma X_VotesAmiss(w: World, k: Key, person: Name, role: Name, now: int)
    requires w.policies != []
    requires k !in w.grants || k.1 != Current(w).id || !AC.MayVote(w.grants[k], person, role, Current(w).self, now) || !M.Ready(w.log, now)
    ensures Step(w, Vote(k, person, role, now)) == Later(w) == Step(w, Refuse(k, person, role, now))
  { hide AC.MayVote, M.Ready; }

  // ---- learn, tell, forget ----
  lemma W_Learns(w: World, k: Key, said: Record, mode: int, now: int)
    requires w.policies != [] && M.Ready(w.log, now)
    ensures var known := if k in w.records then w.records[k] else said;
            Step(w, Learn(k, said, mode, now)) ==
            Later(w).(log := w.log + [M.Batch(map[], now)], records := w.records[k := RC.Learned(k in w.records, known, said, mode)])
  { hide RC.Learned, M.Ready; }
  lemma W_Tells(w: World, k: Key, now: int)
    requires w.policies != []
    ensures k.0 == 2 || k.0 == 3 ==> Step(w, Tell(k, now)) == Later(Book(w, map[k := Touch(0, 0, k.1)], now))
    ensures k.0 == 4 ==> Step(w, Tell(k, now)) == Later(Book(w, map[k := Note(now)], now))
    ensures k.0 != 2 && k.0 != 3 && k.0 != 4 ==> Step(w, Tell(k, now)) == Later(w)
    ensures Step(w, Input.Forget(k, now)) == Later(Book(w, map[k := Op.Forget], now))
  { hide Book; }
  lemma W_Books(w: World, ops: map<Key, Op>, now: int)
    ensures Book(w, ops, now) == if Takes(w, ops, now) then w.(log := w.log + [M.Batch(ops, now)]) else w
  { hide Takes; }

  // ---- agents ----
  lemma W_Hires(w: World, id: Name, kind: Name)
    requires w.policies != []
    ensures Step(w, Hire(id, kind)) == if id !in w.agents && kind in Current(w).agents
                                       then Later(w).(agents := w.agents[id := AG.Rooted(kind, Current(w).agents[kind])]) else Later(w)
  {}
  lemma W_Starts(w: World, parent: Name, id: Name, kind: Name, uses: set<Name>, passes: set<Name>)
    requires w.policies != []
    ensures Step(w, Start(parent, id, kind, uses, passes)) ==
            if id !in w.agents && parent in w.agents && AG.MayStart(Current(w).agents, w.agents[parent], kind, uses, passes)
            then Later(w).(agents := w.agents[id := Agent(kind, uses, passes)]) else Later(w)
  { hide AG.MayStart; }
}
