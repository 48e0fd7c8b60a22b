include "Precedence.dfy"
include "Unknown.dfy"
// For each theorem of precedence: policies and requests that meet its premises (W_), and bad behaviours, by name, that it
// rules out (X_). The names v, n, x, y are any names.
module PrecedenceWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import opened Precedence
  import opened Unknown
  import M = Machine

  // ---- one verb without axes or budgets, and requests of one atom ----
  ghost function Always(v: Name, e: Policies.Effect): Rule { Rule(v, e, {v}, [], []) }
  ghost function Never(v: Name, e: Policies.Effect): Rule { Rule(v, e, {}, [], []) }
  ghost function Pol(v: Name, rules: seq<Rule>): Policy { Policy(map[v := []], rules, map[]) }
  ghost function PartOf(v: Name, atom: Atom): Part { Part(v, map[], [atom]) }
  ghost function Req(v: Name, atom: Atom): Request { Request([PartOf(v, atom)], map[], 0) }
  ghost function Silent(): Atom { Atom(map[], map[]) }
  ghost function Told(x: Name, y: Name): Atom { Atom(map[x := y], map[]) }

  lemma Unfold(v: Name, rules: seq<Rule>, atom: Atom)
    ensures var p, q, part := Pol(v, rules), Req(v, atom), PartOf(v, atom);
            (Clear(p, q) <==> Granted(p, part, atom) && !Forbidden(p, part, atom)) &&
            (Free(p, q) <==> forall n :: !Needed(p, part, atom, n))
  {
    hide Granted, Forbidden, Needed;
    var q, part := Req(v, atom), PartOf(v, atom);
    assert q.parts[0] in q.parts && part.atoms[0] in part.atoms;
  }
  lemma NoBudgets(p: Policy, log: M.Log, q: Request, now: int)
    requires forall r | r in p.rules :: !r.effect.Charge?
    ensures Payable(p, q) && Affordable(p, log, q, now)
  {
    hide Maybe;
    assert Spends(p, q, now, map[]) && Room(map[], log, now);
  }
  // What such a policy says, by its rules alone.
  lemma Decides(v: Name, rules: seq<Rule>, atom: Atom, log: M.Log, now: int)
    requires forall r | r in rules :: !r.effect.Charge?
    ensures var p, q, part := Pol(v, rules), Req(v, atom), PartOf(v, atom);
            var clear := Granted(p, part, atom) && !Forbidden(p, part, atom);
            var free := forall n :: !Needed(p, part, atom, n);
            (Permitted(p, log, q, now) <==> clear && free) && (Askable(p, log, q, now) <==> clear && !free)
  {
    hide Granted, Forbidden, Needed, Clear, Free, Payable, Affordable;
    Unfold(v, rules, atom);
    NoBudgets(Pol(v, rules), log, Req(v, atom), now);
    SaysIs(Pol(v, rules), log, Req(v, atom), now);
  }

  // ---- default deny ----
  lemma W_OnePermit(v: Name, log: M.Log, now: int)
    ensures Permitted(Pol(v, [Always(v, Permit)]), log, Req(v, Silent()), now)
  {
    var rules := [Always(v, Permit)];
    Decides(v, rules, Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], PartOf(v, Silent()), Silent());
  }
  lemma W_DefaultDeny(v: Name)
    ensures var p, q, part := Pol(v, [Never(v, Permit)]), Req(v, Silent()), PartOf(v, Silent());
            part in q.parts && Silent() in part.atoms && forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, part, Silent())
  { assert Req(v, Silent()).parts[0] == PartOf(v, Silent()) && PartOf(v, Silent()).atoms[0] == Silent(); }
  // What no rule speaks of goes through.
  lemma X_DefaultAllow(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, []), log, Req(v, Silent()), now)
  { B3_NothingGranted(Pol(v, []), log, Req(v, Silent()), now); }
  // A request cut into no parts goes through because there is nothing to refuse.
  lemma X_EmptyRequest(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Permit)]), log, Request([], map[], 0), now)
  { B3_NothingGranted(Pol(v, [Always(v, Permit)]), log, Request([], map[], 0), now); }

  // ---- forbid beats ask beats permit ----
  lemma W_Asked(v: Name, n: Name, log: M.Log, now: int)
    ensures Askable(Pol(v, [Always(v, Permit), Always(v, Ask(n))]), log, Req(v, Silent()), now)
  {
    var rules := [Always(v, Permit), Always(v, Ask(n))];
    Decides(v, rules, Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], PartOf(v, Silent()), Silent());
    assert rules[1] in rules && Maybe(rules[1], PartOf(v, Silent()), Silent());
    assert Needed(Pol(v, rules), PartOf(v, Silent()), Silent(), n);
  }
  // A permit answers for an approval that is asked for.
  lemma X_PermitOverridesAsk(v: Name, n: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Permit), Always(v, Ask(n))]), log, Req(v, Silent()), now)
  {
    var p, q, part := Pol(v, [Always(v, Permit), Always(v, Ask(n))]), Req(v, Silent()), PartOf(v, Silent());
    assert q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[1] in p.rules && Maybe(p.rules[1], part, Silent());
    B3_AskBeats(p, log, q, now, part, Silent(), p.rules[1]);
  }
  // A permit, or an approver, overrides a forbid.
  lemma X_PermitOverridesForbid(v: Name, n: Name, log: M.Log, now: int)
    ensures var p, q := Pol(v, [Always(v, Permit), Always(v, Ask(n)), Always(v, Forbid)]), Req(v, Silent());
            !Permitted(p, log, q, now) && !Askable(p, log, q, now)
  {
    var p, q, part := Pol(v, [Always(v, Permit), Always(v, Ask(n)), Always(v, Forbid)]), Req(v, Silent()), PartOf(v, Silent());
    assert q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[2] in p.rules && Maybe(p.rules[2], part, Silent());
    B3_ForbidBeats(p, log, q, now, part, Silent(), p.rules[2]);
  }

  // ---- more rules ----
  lemma W_MoreRules(v: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Always(v, Permit)]), Pol(v, [Always(v, Permit), Never(v, Forbid)]);
            Stricter(p, p') && p != p' && Permitted(p', log, Req(v, Silent()), now)
  {
    var rules := [Always(v, Permit), Never(v, Forbid)];
    assert rules[0] in rules && Yes(rules[0], PartOf(v, Silent()), Silent());
    Decides(v, rules, Silent(), log, now);
    assert |rules| == 2;
    assert [Always(v, Permit)][0] in [Always(v, Permit)];
  }
  // A requirement turns a permit into a question: the second case of the theorem on asking.
  lemma W_MoreAsked(v: Name, n: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Always(v, Permit)]), Pol(v, [Always(v, Permit), Always(v, Require(n))]);
            Stricter(p, p') && Askable(p', log, Req(v, Silent()), now) && !Askable(p, log, Req(v, Silent()), now)
  {
    var rules := [Always(v, Permit), Always(v, Require(n))];
    Decides(v, rules, Silent(), log, now);
    Decides(v, [Always(v, Permit)], Silent(), log, now);
    assert rules[0] in rules && Yes(rules[0], PartOf(v, Silent()), Silent());
    assert rules[1] in rules && Maybe(rules[1], PartOf(v, Silent()), Silent());
    assert Needed(Pol(v, rules), PartOf(v, Silent()), Silent(), n);
    assert [Always(v, Permit)][0] in [Always(v, Permit)];
  }
  // A forbid that somebody adds lets something through that was refused before.
  lemma X_ForbidOpens(v: Name, rules: seq<Rule>, r: Rule, log: M.Log, q: Request, now: int)
    requires r.effect.Forbid? && !Permitted(Pol(v, rules), log, q, now)
    ensures !Permitted(Pol(v, rules + [r]), log, q, now)
  {
    assert Longer(Pol(v, rules), Pol(v, rules + [r]));
    if Permitted(Pol(v, rules + [r]), log, q, now) { B3_MoreRulesPermitNoMore(Pol(v, rules), Pol(v, rules + [r]), log, q, now); }
  }

  // ---- order ----
  lemma W_Order(v: Name, log: M.Log, now: int)
    ensures var p, p' := Pol(v, [Never(v, Forbid), Always(v, Permit)]), Pol(v, [Always(v, Permit), Never(v, Forbid), Always(v, Permit)]);
            SameRules(p, p') && p != p' && Permitted(p, log, Req(v, Silent()), now)
  {
    var a, b := [Never(v, Forbid), Always(v, Permit)], [Always(v, Permit), Never(v, Forbid), Always(v, Permit)];
    assert |a| != |b|;
    forall r ensures r in a <==> r in b { assert r in a <==> r == a[0] || r == a[1]; assert r in b <==> r == b[0] || r == b[1] || r == b[2]; }
    Decides(v, a, Silent(), log, now);
    assert a[1] in a && Yes(a[1], PartOf(v, Silent()), Silent());
  }
  // The last rule wins, as in a firewall's list.
  lemma X_LastRuleWins(v: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, [Always(v, Forbid), Always(v, Permit)]), log, Req(v, Silent()), now)
  {
    var p, q, part := Pol(v, [Always(v, Forbid), Always(v, Permit)]), Req(v, Silent()), PartOf(v, Silent());
    assert q.parts[0] == part && part.atoms[0] == Silent();
    assert p.rules[0] in p.rules && Maybe(p.rules[0], part, Silent());
    B3_ForbidBeats(p, log, q, now, part, Silent(), p.rules[0]);
  }

  // ---- unknown ----
  lemma W_Unknown(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures var p, q, q' := Pol(v, [Always(v, Permit)]), Req(v, Silent()), Req(v, Told(x, y));
            Sound(p) && TellsMore(q, q') && Permitted(p, log, q, now) && x !in q.parts[0].atoms[0].names && x in q'.parts[0].atoms[0].names
  {
    W_OnePermit(v, log, now);
    assert Tells(Silent(), Told(x, y));
    assert TellsPart(PartOf(v, Silent()), PartOf(v, Told(x, y)));
  }
  // One gets round a forbid by leaving out what it looks at: silent where x = y is forbidden.
  ghost function Barred(v: Name, x: Name, y: Name): seq<Rule> {
    [Always(v, Permit), Rule(v, Forbid, {v}, [Named(x, {y}, true)], [])]
  }
  lemma X_SilenceEvades(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures !Permitted(Pol(v, Barred(v, x, y)), log, Req(v, Silent()), now)
    ensures !Permitted(Pol(v, Barred(v, x, y)), log, Req(v, Told(x, y)), now)
  {
    var rules, forbid := Barred(v, x, y), Barred(v, x, y)[1];
    Decides(v, rules, Silent(), log, now);
    Decides(v, rules, Told(x, y), log, now);
    assert forbid in rules && Maybe(forbid, PartOf(v, Silent()), Silent()) && Maybe(forbid, PartOf(v, Told(x, y)), Told(x, y));
  }
  // ... while whoever says another value passes: the rule forbids no more than it says.
  lemma W_AnotherValue(v: Name, x: Name, y: Name, z: Name, log: M.Log, now: int)
    requires y != z
    ensures Permitted(Pol(v, Barred(v, x, y)), log, Req(v, Told(x, z)), now)
  {
    var rules, part, atom := Barred(v, x, y), PartOf(v, Told(x, z)), Told(x, z);
    Decides(v, rules, atom, log, now);
    assert rules[0] in rules && Yes(rules[0], part, atom);
    var t := rules[1].tests[0];
    assert t in rules[1].tests && !May(t, part, atom);
  }
  // Why a permit has no `unless`: by leaving out x one would be permitted what one who says x = y is not.
  lemma X_PermitUnless(v: Name, x: Name, y: Name, log: M.Log, now: int)
    ensures var p := Pol(v, [Rule(v, Permit, {v}, [], [Named(x, {y}, true)])]);
            !Sound(p) && Permitted(p, log, Req(v, Silent()), now) && !Permitted(p, log, Req(v, Told(x, y)), now)
  {
    var rules := [Rule(v, Permit, {v}, [], [Named(x, {y}, true)])];
    var r := rules[0];
    Decides(v, rules, Silent(), log, now);
    Decides(v, rules, Told(x, y), log, now);
    assert r in rules && r.unless[0] in r.unless && !Lifted(r, PartOf(v, Silent()), Silent());
    assert Yes(r, PartOf(v, Silent()), Silent()) && Lifted(r, PartOf(v, Told(x, y)), Told(x, y));
  }
}
