include "Spec.dfy"
// What is well-formed, and when a rule speaks, by example: read it beside Policy/Spec.dfy.
module ReadingWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells

  // ---- well-formed ----
  lemma W_SoundQuorum(role: Name)
    ensures SoundQuorum(Quorum([(role, 1)], 5)) && !SoundQuorum(Quorum([], 5)) && !SoundQuorum(Quorum([(role, 0)], 5))
  {
    assert [(role, 0)][0] == (role, 0);
    forall r, n | (r, n) in [(role, 1)] ensures 1 <= n {}
  }
  lemma W_SoundBudget(m: Name, per: Per)
    ensures SoundBudget(Budget(0, m, 1, 0, per)) && SoundBudget(Budget(1, m, 1, 5, per)) && SoundBudget(Budget(5, m, 1, 0, per))
    ensures !SoundBudget(Budget(2, m, 1, 5, per)) && !SoundBudget(Budget(1, m, 1, 0, per))
  {}
  // A permit has no `unless`, a forbid may have one; a charge names a budget that there is; a mark has a kind that marks have.
  ghost function Bare(n: Name): Policy { Policy(map[], [], map[], map[], map[], n, n, n, n) }
  ghost function Of(n: Name, e: Effect): Rule { Rule(n, n, e, {n}, [], []) }
  lemma W_SoundRule(n: Name, t: Test, per: Per)
    ensures SoundRule(Bare(n), Of(n, Permit)) && SoundRule(Bare(n), Of(n, Forbid).(unless := [[t]])) && !SoundRule(Bare(n), Of(n, Permit).(unless := [[t]]))
    ensures SoundRule(Bare(n).(budgets := map[n := Budget(0, n, 1, 0, per)]), Of(n, Charge(n))) && !SoundRule(Bare(n), Of(n, Charge(n)))
    ensures forall kind :: SoundRule(Bare(n), Of(n, Leave(Mark(kind, n, per)))) <==> kind == 2 || kind == 3 || kind == 4 || kind == 6
  {}
  lemma W_Narrower(a: Name)
    ensures Narrower(AgentKind({a}, {}, {}), AgentKind({}, {a}, {})) && Narrower(AgentKind({}, {}, {}), AgentKind({}, {}, {}))
    ensures !Narrower(AgentKind({a}, {}, {}), AgentKind({}, {}, {})) && !Narrower(AgentKind({}, {a}, {}), AgentKind({}, {}, {}))
    ensures !Narrower(AgentKind({a}, {a}, {}), AgentKind({}, {}, {}))
  {
    assert a in AgentKind({a}, {}, {}).uses + {} && a in {} + AgentKind({}, {a}, {}).passes;
    assert a in AgentKind({a}, {a}, {}).uses + AgentKind({a}, {a}, {}).passes;
  }
  // Approvals that nobody can give, and children with more than whoever may start them: no policy. Kinds of which neither starts
  // the other have nothing to do with each other.
  lemma W_Sound(n: Name, lead: Name, helper: Name)
    requires lead != helper
    ensures Sound(Bare(n)) && !Sound(Bare(n).(quorums := map[n := Quorum([], 5)]))
    ensures !Sound(Bare(n).(agents := map[lead := AgentKind({}, {}, {helper}), helper := AgentKind({n}, {}, {})]))
    ensures Sound(Bare(n).(agents := map[lead := AgentKind({}, {}, {}), helper := AgentKind({n}, {}, {})]))
  {
    var p := Bare(n).(agents := map[lead := AgentKind({}, {}, {helper}), helper := AgentKind({n}, {}, {})]);
    W_Narrower(n);
    assert lead in p.agents && helper in p.agents[lead].starts && helper in p.agents && !Narrower(p.agents[helper], p.agents[lead]);
    assert n in Bare(n).(quorums := map[n := Quorum([], 5)]).quorums;
  }

  // ---- when a rule speaks ----
  ghost function Seen(n: Name, groups: set<Name>): Scene {
    Scene(Request([Part(n, map[], [Atom(map[], map[])])], map[n := n], n, 0), groups, 1, View(map[], map[], map[]), {})
  }
  // Whoever does not use a rule's group gets nothing from it, but is held back by it.
  lemma W_Speaks(n: Name)
    ensures Speaks(Of(n, Permit), Seen(n, {n})) && !Speaks(Of(n, Permit), Seen(n, {}))
    ensures Speaks(Of(n, Effect.Ask(n)), Seen(n, {n})) && !Speaks(Of(n, Effect.Ask(n)), Seen(n, {}))
    ensures Speaks(Of(n, Forbid), Seen(n, {})) && Speaks(Of(n, Require(n)), Seen(n, {}))
  {}
  // A label is set where the request brings it, or where it was set and lasts: until 6 what was set at 1 for 5.
  ghost function Flag(n: Name): Mark { Mark(2, n, (n, n, n, n)) }
  ghost function Since1(n: Name, at: int, now: int): Scene {
    Seen(n, {}).(view := View(map[(2, n, n, n, n, n, 0) := at], map[], map[]), now := now)
  }
  lemma W_IsSet(n: Name)
    ensures var m, atom := Flag(n), Atom(map[], map[]);
            && IsSet(m, 0, Seen(n, {}).(own := {(2, n, n, n, n, n, 0)}), atom) && !IsSet(m, 0, Seen(n, {}), atom) && !IsSet(m, 0, Since1(n, 0, 9), atom)
            && IsSet(m, 0, Since1(n, 1, 9), atom) && IsSet(m, 5, Since1(n, 1, 5), atom) && !IsSet(m, 5, Since1(n, 1, 6), atom)
  {}
  // It is of its verbs, its tests must hold or be unknown, and what lifts it must be known to hold.
  lemma W_Maybe(n: Name, other: Name)
    requires n != other
    ensures var part, atom := Part(n, map[], [Atom(map[], map[])]), Atom(map[], map[]);
            var sc := Seen(n, {n});
            && Maybe(Of(n, Forbid), sc, part, atom) && !Maybe(Of(n, Forbid).(verbs := {other}), sc, part, atom)
            && !Maybe(Of(n, Permit), Seen(n, {}), part, atom)
            && !Maybe(Of(n, Forbid).(tests := [Scoping(other, true)]), sc, part, atom) && Maybe(Of(n, Forbid).(tests := [Named(n, {n}, true)]), sc, part, atom)
            && !Maybe(Of(n, Forbid).(unless := [[Scoping(n, true)]]), sc, part, atom) && Maybe(Of(n, Forbid).(unless := [[Named(n, {n}, true)]]), sc, part, atom)
  {
    assert [Scoping(other, true)][0] in [Scoping(other, true)];
    var r := Of(n, Forbid).(unless := [[Scoping(n, true)]]);
    assert r.unless[0] in r.unless && r.unless[0] != [] && forall t | t in r.unless[0] :: t == Scoping(n, true);
    var u := Of(n, Forbid).(unless := [[Named(n, {n}, true)]]);
    forall c | c in u.unless ensures c == [Named(n, {n}, true)] {}
    assert Named(n, {n}, true) in [Named(n, {n}, true)];
  }
}
