include "Precedence.dfy"
include "Unknown.dfy"
// For each theorem of precedence: policies and requests that meet its premises (W_), and bad behaviours, by name, that it
// rules out (X_). The names v, n, x, y are any names.
module PrecedenceWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import opened Precedence
  import opened Unknown
  import M = Machine

  // ---- one verb without axes or budgets, and requests of one atom, by somebody who uses the rules' group ----
  ghost function Always(v: Name, e: Policies.Effect): Rule { Rule(v, v, e, {v}, [], []) }
  ghost function Never(v: Name, e: Policies.Effect): Rule { Rule(v, v, e, {}, [], []) }
  ghost function Pol(v: Name, rules: seq<Rule>): Policy { Policy(map[v := []], rules, map[], map[], map[], v, v, v, v) }
  ghost function PartOf(v: Name, atom: Atom): Part { Part(v, map[], [atom]) }
  ghost function At(v: Name, atom: Atom, now: int): Scene {
    Scene(Request([PartOf(v, atom)], map[], v, 0), {v}, now, View(map[], map[], map[]), {})
  }
  ghost function Silent(): Atom { Atom(map[], map[]) }
  ghost function Told(x: Name, y: Name): Atom { Atom(map[x := y], map[]) }
  // Rules that count and mark nothing.
  ghost predicate Idle(rules: seq<Rule>) { forall r | r in rules :: !r.effect.Charge? && !r.effect.Leave? }

  lemma ClearIs(v: Name, rules: seq<Rule>, atom: Atom, now: int)
    ensures var p, sc, part := Pol(v, rules), At(v, atom, now), PartOf(v, atom);
            Clear(p, sc) <==> Granted(p, sc, part, atom) && !Forbidden(p, sc, part, atom)
  {
    hide Granted, Forbidden;
    var sc, part := At(v, atom, now), PartOf(v, atom);
    assert sc.q.parts[0] in sc.q.parts && part.atoms[0] in part.atoms;
  }
  lemma WantedIs(v: Name, rules: seq<Rule>, atom: Atom, now: int, n: Name)
    ensures Wanted(Pol(v, rules), At(v, atom, now), n) <==> Needed(Pol(v, rules), At(v, atom, now), PartOf(v, atom), atom, n)
  {
    hide Needed;
    var sc, part := At(v, atom, now), PartOf(v, atom);
    assert sc.q.parts[0] in sc.q.parts && part.atoms[0] in part.atoms;
  }
  lemma NoBudgets(p: Policy, sc: Scene)
    requires Idle(p.rules)
    ensures Payable(p, sc) && Keys(p, sc) == {} && Batch(p, sc) == map[] && Brings(p, sc) == {}
  { hide Maybe; }
  // What such a policy says, by its rules alone.
  lemma Decides(v: Name, rules: seq<Rule>, atom: Atom, log: M.Log, now: int)
    requires Idle(rules)
    ensures var p, sc, part := Pol(v, rules), At(v, atom, now), PartOf(v, atom);
            var clear := Granted(p, sc, part, atom) && !Forbidden(p, sc, part, atom);
            var free := forall n :: !Needed(p, sc, part, atom, n);
            (Permitted(p, log, sc) <==> clear && free) && (Askable(p, log, sc) <==> clear && !free)
            && (free ==> Free(p, log, sc) && NoneWanted(p, sc)) && Carrying(p, sc) == sc
  {
    hide Granted, Forbidden, Needed, Clear, Payable, Wanted, Keys, Batch, Brings;
    var p, sc := Pol(v, rules), At(v, atom, now);
    ClearIs(v, rules, atom, now);
    NoBudgets(p, sc);
    assert Carrying(p, sc) == sc;
    forall n ensures Missing(p, sc, Batch(p, sc), log, n) <==> Needed(p, sc, PartOf(v, atom), atom, n) { WantedIs(v, rules, atom, now, n); }
    forall n ensures Wanted(p, sc, n) <==> Needed(p, sc, PartOf(v, atom), atom, n) { WantedIs(v, rules, atom, now, n); }
    assert Room(Batch(p, sc), log, now);
    reveal Permitted(), Askable();
  }

  // ---- default deny ----
  lemma W_OnePermit(v: Name, log: M.Log, now: int)
    ensures Permitted(Pol(v, [Always(v, Permit)]), log, At(v, Silent(), now))
  {
    var rules := [Always(v, Permit)];
    Decides(v, rules, Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], At(v, Silent(), now), PartOf(v, Silent()), Silent());
  }
  lemma W_DefaultDeny(v: Name, now: int)
    ensures var p, sc, part := Pol(v, [Never(v, Permit)]), At(v, Silent(), now), PartOf(v, Silent());
            part in sc.q.parts && Silent() in part.atoms && forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, sc, part, Silent())
  { assert At(v, Silent(), now).q.parts[0] == PartOf(v, Silent()) && PartOf(v, Silent()).atoms[0] == Silent(); }
  // What no rule speaks of goes through.
  lemma X_DefaultAllow(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, []), log, At(v, Silent(), now))
  { B3_NothingGranted(Pol(v, []), log, At(v, Silent(), now)); }
  // A request cut into no parts goes through because there is nothing to refuse.
  lemma X_EmptyRequest(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Permit)]), log, Scene(Request([], map[], v, 0), {v}, now, View(map[], map[], map[]), {}))
  { B3_NothingGranted(Pol(v, [Always(v, Permit)]), log, Scene(Request([], map[], v, 0), {v}, now, View(map[], map[], map[]), {})); }

  // ---- forbid beats ask beats permit ----
  lemma W_Asked(v: Name, n: Name, log: M.Log, now: int)
    ensures Askable(Pol(v, [Always(v, Permit), Always(v, Ask(n))]), log, At(v, Silent(), now))
  {
    var rules := [Always(v, Permit), Always(v, Ask(n))];
    Decides(v, rules, Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], At(v, Silent(), now), PartOf(v, Silent()), Silent());
    assert rules[1] in rules && Maybe(rules[1], At(v, Silent(), now), PartOf(v, Silent()), Silent());
    assert Needed(Pol(v, rules), At(v, Silent(), now), PartOf(v, Silent()), Silent(), n);
  }
  // A permit answers for an approval that is asked for.
  lemma X_PermitOverridesAsk(v: Name, n: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Permit), Always(v, Ask(n))]), log, At(v, Silent(), now))
  {
    var p, sc, part := Pol(v, [Always(v, Permit), Always(v, Ask(n))]), At(v, Silent(), now), PartOf(v, Silent());
    assert sc.q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[1] in p.rules && Maybe(p.rules[1], sc, part, Silent());
    B3_AskBeats(p, log, sc, part, Silent(), p.rules[1]);
  }
  // A permit, or an approver, overrides a forbid.
  lemma X_PermitOverridesForbid(v: Name, n: Name, log: M.Log, now: int)
    ensures var p, sc := Pol(v, [Always(v, Permit), Always(v, Ask(n)), Always(v, Forbid)]), At(v, Silent(), now);
            !Permitted(p, log, sc) && !Askable(p, log, sc)
  {
    var p, sc, part := Pol(v, [Always(v, Permit), Always(v, Ask(n)), Always(v, Forbid)]), At(v, Silent(), now), PartOf(v, Silent());
    assert sc.q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[2] in p.rules && Maybe(p.rules[2], sc, part, Silent());
    B3_ForbidBeats(p, log, sc, part, Silent(), p.rules[2]);
  }

  // ---- more rules ----
  lemma W_MoreRules(v: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Always(v, Permit)]), Pol(v, [Always(v, Permit), Never(v, Forbid)]);
            Stricter(p, p') && p != p' && Permitted(p', log, At(v, Silent(), now))
  {
    var rules := [Always(v, Permit), Never(v, Forbid)];
    assert rules[0] in rules && Yes(rules[0], At(v, Silent(), now), PartOf(v, Silent()), Silent());
    Decides(v, rules, Silent(), log, now);
    assert |rules| == 2;
    assert [Always(v, Permit)][0] in [Always(v, Permit)];
  }
  // A requirement turns a permit into a question: the second case of the theorem on asking.
  lemma W_MoreAsked(v: Name, n: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Always(v, Permit)]), Pol(v, [Always(v, Permit), Always(v, Require(n))]);
            Stricter(p, p') && Askable(p', log, At(v, Silent(), now)) && !Askable(p, log, At(v, Silent(), now))
  {
    var rules := [Always(v, Permit), Always(v, Require(n))];
    Decides(v, rules, Silent(), log, now);
    Decides(v, [Always(v, Permit)], Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], At(v, Silent(), now), PartOf(v, Silent()), Silent());
    assert rules[1] in rules && Maybe(rules[1], At(v, Silent(), now), PartOf(v, Silent()), Silent());
    assert Needed(Pol(v, rules), At(v, Silent(), now), PartOf(v, Silent()), Silent(), n);
    assert [Always(v, Permit)][0] in [Always(v, Permit)];
  }
  // A forbid that somebody adds lets something through that was refused before.
  lemma X_ForbidOpens(v: Name, rules: seq<Rule>, r: Rule, log: M.Log, sc: Scene)
    requires r.effect.Forbid? && Sound(Pol(v, rules + [r])) && !Permitted(Pol(v, rules), log, sc)
    ensures !Permitted(Pol(v, rules + [r]), log, sc)
  {
    assert Stricter(Pol(v, rules), Pol(v, rules + [r]));
    if Permitted(Pol(v, rules + [r]), log, sc) { B3_MoreRulesAskNoMore(Pol(v, rules), Pol(v, rules + [r]), log, sc); }
  }

  // A note or a record's mark that somebody adds does; only labels are told apart, since they may lift a forbid.
  lemma X_MarkOpens(v: Name, rules: seq<Rule>, mark: Mark, log: M.Log, sc: Scene)
    requires mark.kind != 2 && Sound(Pol(v, rules + [Always(v, Leave(mark))])) && !Permitted(Pol(v, rules), log, sc)
    ensures !Permitted(Pol(v, rules + [Always(v, Leave(mark))]), log, sc)
  {
    var p, p' := Pol(v, rules), Pol(v, rules + [Always(v, Leave(mark))]);
    assert Stricter(p, p');
    if Permitted(p', log, sc) { B3_MoreRulesAskNoMore(p, p', log, sc); }
  }
  // An ask that somebody adds lets something through that was refused before, although nobody is asked.
  lemma X_AskOpens(v: Name, rules: seq<Rule>, r: Rule, log: M.Log, sc: Scene)
    requires r.effect.Ask? && Sound(Pol(v, rules + [r])) && !Permitted(Pol(v, rules), log, sc)
    requires Free(Pol(v, rules + [r]), log, sc) && NoneWanted(Pol(v, rules + [r]), sc)
    ensures !Permitted(Pol(v, rules + [r]), log, sc)
  {
    hide Permitted, Free, NoneWanted;
    var p, p' := Pol(v, rules), Pol(v, rules + [r]);
    assert Longer(p, p');
    if Permitted(p', log, sc) { B3_MoreRulesPermitNoMore(p, p', log, sc); }
  }

  // ---- order ----
  lemma W_Order(v: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Never(v, Forbid), Always(v, Permit)]), Pol(v, [Always(v, Permit), Never(v, Forbid), Always(v, Permit)]);
            SameRules(p, p') && p != p' && Permitted(p, log, At(v, Silent(), now))
  {
    var a, b := [Never(v, Forbid), Always(v, Permit)], [Always(v, Permit), Never(v, Forbid), Always(v, Permit)];
    assert |a| != |b|;
    forall r ensures r in a <==> r in b { assert r in a <==> r == a[0] || r == a[1]; assert r in b <==> r == b[0] || r == b[1] || r == b[2]; }
    Decides(v, a, Silent(), log, now);
    assert a[1] in a && Yes(a[1], At(v, Silent(), now), PartOf(v, Silent()), Silent());
  }
  // What waits for an approval does so whichever rule comes first.
  ghost function AskFirst(v: Name, n: Name): Policy { Pol(v, [Always(v, Ask(n)), Always(v, Permit)]) }
  ghost function AskLast(v: Name, n: Name): Policy { Pol(v, [Always(v, Permit), Always(v, Ask(n))]) }
  lemma SwappedRules(v: Name, n: Name)
    ensures SameRules(AskFirst(v, n), AskLast(v, n)) && SameRules(AskLast(v, n), AskFirst(v, n))
    ensures Sound(AskFirst(v, n)) && Sound(AskLast(v, n))
  {
    var a, b := AskFirst(v, n).rules, AskLast(v, n).rules;
    forall r ensures r in a <==> r in b { assert r in a <==> r == a[0] || r == a[1]; assert r in b <==> r == b[0] || r == b[1]; }
  }
  lemma W_OrderAsked(v: Name, n: Name, log: M.Log, now: int)
    ensures Permitted(AskFirst(v, n), log, At(v, Silent(), now)) || Askable(AskFirst(v, n), log, At(v, Silent(), now))
  {
    hide *;
    reveal AskLast;
    W_Asked(v, n, log, now);
    SwappedRules(v, n);
    B3_OrderIsIrrelevant(AskFirst(v, n), AskLast(v, n), log, At(v, Silent(), now));
  }
  lemma W_OrderAskedBack(v: Name, n: Name, log: M.Log, now: int)
    ensures Permitted(AskFirst(v, n), log, At(v, Silent(), now)) || Askable(AskFirst(v, n), log, At(v, Silent(), now))
  {
    hide *;
    reveal AskLast;
    W_Asked(v, n, log, now);
    SwappedRules(v, n);
    B3_OrderIsIrrelevant(AskLast(v, n), AskFirst(v, n), log, At(v, Silent(), now));
  }
  // The last rule wins, as in a firewall's list.
  lemma X_LastRuleWins(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Forbid), Always(v, Permit)]), log, At(v, Silent(), now))
  {
    var p, sc, part := Pol(v, [Always(v, Forbid), Always(v, Permit)]), At(v, Silent(), now), PartOf(v, Silent());
    assert sc.q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[0] in p.rules && Maybe(p.rules[0], sc, part, Silent());
    B3_ForbidBeats(p, log, sc, part, Silent(), p.rules[0]);
  }

  // ---- unknown ----
  lemma W_Unknown(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures var p, sc, sc' := Pol(v, [Always(v, Permit)]), At(v, Silent(), now), At(v, Told(x, y), now);
            Sound(p) && TellsMore(sc, sc') && Permitted(p, log, sc) && Brings(p, sc') == Brings(p, sc) &&
            x !in sc.q.parts[0].atoms[0].names && x in sc'.q.parts[0].atoms[0].names
  {
    W_OnePermit(v, log, now);
    assert Tells(Silent(), Told(x, y));
    assert TellsPart(PartOf(v, Silent()), PartOf(v, Told(x, y)));
  }
  // One gets round a forbid by leaving out what it looks at: silent where x = y is forbidden.
  ghost function Barred(v: Name, x: Name, y: Name): seq<Rule> {
    [Always(v, Permit), Rule(v, v, Forbid, {v}, [Named(x, {y}, true)], [])]
  }
  lemma X_SilenceEvades(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, Barred(v, x, y)), log, At(v, Silent(), now))
    ensures !Permitted(Pol(v, Barred(v, x, y)), log, At(v, Told(x, y), now))
  {
    var rules, forbid := Barred(v, x, y), Barred(v, x, y)[1];
    Decides(v, rules, Silent(), log, now);
    Decides(v, rules, Told(x, y), log, now);
    assert forbid in rules && Maybe(forbid, At(v, Silent(), now), PartOf(v, Silent()), Silent()) && Maybe(forbid, At(v, Told(x, y), now), PartOf(v, Told(x, y)), Told(x, y));
  }
  // ... while whoever says another value passes: the rule forbids no more than it says.
  lemma W_AnotherValue(v: Name, x: Name, y: Name, z: Name, log: M.Log, now: int)
    requires y != z
    ensures Permitted(Pol(v, Barred(v, x, y)), log, At(v, Told(x, z), now))
  {
    var rules, sc, part, atom := Barred(v, x, y), At(v, Told(x, z), now), PartOf(v, Told(x, z)), Told(x, z);
    Decides(v, rules, atom, log, now);
    assert rules[0] in rules && Yes(rules[0], sc, part, atom);
    var t := rules[1].tests[0];
    assert t in rules[1].tests && !May(t, sc, part, atom);
  }
  // Why a permit has no `unless`: by leaving out x one would be permitted what one who says x = y is not.
  lemma X_PermitUnless(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures var p := Pol(v, [Rule(v, v, Permit, {v}, [], [[Named(x, {y}, true)]])]);
            !Sound(p) && Permitted(p, log, At(v, Silent(), now)) && !Permitted(p, log, At(v, Told(x, y), now))
  {
    var rules := [Rule(v, v, Permit, {v}, [], [[Named(x, {y}, true)]])];
    var r := rules[0];
    Decides(v, rules, Silent(), log, now);
    Decides(v, rules, Told(x, y), log, now);
    assert r in rules && r.unless[0] in r.unless && r.unless[0][0] in r.unless[0] && !Lifted(r, At(v, Silent(), now), PartOf(v, Silent()), Silent());
    assert Yes(r, At(v, Silent(), now), PartOf(v, Silent()), Silent()) && Lifted(r, At(v, Told(x, y), now), PartOf(v, Told(x, y)), Told(x, y));
  }
}
