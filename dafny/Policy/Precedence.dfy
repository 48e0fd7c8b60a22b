include "Fewer.dfy"
// Which rule wins (B3), from the specification alone.
module Precedence {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import M = Machine

  // ---- default deny ----
  // An atom that no rule grants is neither permitted nor asked about.
  lemma B3_DefaultDeny(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom)
    requires part in sc.q.parts && atom in part.atoms
    requires forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, sc, part, atom)
    ensures !Permitted(p, log, sc) && !Askable(p, log, sc)
  {
    hide Yes, Room, Batch;
    reveal Permitted(), Askable();
    assert !Granted(p, sc, part, atom);
  }
  // Nor is anything without rules that grant, nor a request for nothing.
  lemma B3_NothingGranted(p: Policy, log: M.Log, sc: Scene)
    requires sc.q.parts == [] || (exists part :: part in sc.q.parts && part.atoms == []) || forall r | r in p.rules :: !r.effect.Permit? && !r.effect.Ask?
    ensures !Permitted(p, log, sc) && !Askable(p, log, sc)
  {
    hide Room, Batch;
    reveal Permitted(), Askable();
    if sc.q.parts != [] && sc.q.parts[0].atoms != [] && forall r | r in p.rules :: !r.effect.Permit? && !r.effect.Ask? {
      var part, atom := sc.q.parts[0], sc.q.parts[0].atoms[0];
      assert part in sc.q.parts && atom in part.atoms && !Granted(p, sc, part, atom);
    }
  }

  // ---- forbid beats ask beats permit ----
  // Whatever else is there: one rule that forbids and may match, and nothing is permitted nor asked.
  lemma B3_ForbidBeats(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires part in sc.q.parts && atom in part.atoms && r in p.rules && r.effect.Forbid? && Maybe(r, sc, part, atom)
    ensures !Permitted(p, log, sc) && !Askable(p, log, sc)
  {
    hide Maybe, Room, Batch;
    reveal Permitted(), Askable();
    assert Forbidden(p, sc, part, atom);
  }
  // One rule that asks or requires and may match, and without a grant nothing is permitted. (It is looked at as if the
  // session carried what the request brings.)
  lemma B3_AskBeats(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires part in sc.q.parts && atom in part.atoms && r in p.rules
    requires (r.effect.Ask? || r.effect.Require?) && Maybe(r, Carrying(p, sc), part, atom)
    requires forall k | k in sc.view.grants :: !sc.view.grants[k].open
    ensures !Permitted(p, log, sc)
  {
    hide Maybe, Room, Batch, Brings;
    reveal Permitted();
    assert Needed(p, Carrying(p, sc), part, atom, r.effect.needs);
    assert Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), log, r.effect.needs);
  }

  // ---- more rules ----
  // The second policy has all rules of the first, anywhere and in any order, and besides them none that permits or
  // makes labels; all else is the same.
  ghost predicate Longer(p: Policy, p': Policy) {
    && p' == p.(rules := p'.rules)
    && (forall r | r in p.rules :: r in p'.rules)
    && forall r | r in p'.rules :: r in p.rules || !(r.effect.Permit? || (r.effect.Leave? && r.effect.mark.kind == 2))
  }
  // ... and none that asks.
  ghost predicate Stricter(p: Policy, p': Policy) { Longer(p, p') && forall r | r in p'.rules :: r in p.rules || !r.effect.Ask? }

  lemma YesIsMaybe(r: Rule, sc: Scene, part: Part, atom: Atom)
    requires Yes(r, sc, part, atom)
    ensures Maybe(r, sc, part, atom)
  { hide Meets, Known; }
  lemma LongerWanted(p: Policy, p': Policy, sc: Scene, n: Name)
    requires Longer(p, p') && Wanted(p, sc, n)
    ensures Wanted(p', sc, n)
  {
    hide Maybe;
    var part, atom :| part in sc.q.parts && atom in part.atoms && Needed(p, sc, part, atom, n);
    var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, sc, part, atom);
    assert Needed(p', sc, part, atom, n);
  }
  lemma LongerForbidden(p: Policy, p': Policy, sc: Scene, part: Part, atom: Atom)
    requires Longer(p, p') && Forbidden(p, sc, part, atom)
    ensures Forbidden(p', sc, part, atom)
  { hide Maybe; }
  // What the second policy grants without asking, the first grants.
  lemma LongerGranted(p: Policy, p': Policy, sc: Scene, part: Part, atom: Atom)
    requires Longer(p, p') && Granted(p', sc, part, atom) && (Stricter(p, p') || forall n :: !Needed(p', sc, part, atom, n))
    ensures Granted(p, sc, part, atom)
  {
    hide Maybe, Yes;
    var r :| r in p'.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom);
    YesIsMaybe(r, sc, part, atom);
    if !Stricter(p, p') && r.effect.Ask? { assert Needed(p', sc, part, atom, r.effect.needs); }
  }
  ghost predicate NoneWanted(p: Policy, sc: Scene) { forall n :: !Wanted(p, sc, n) }
  lemma LongerClear(p: Policy, p': Policy, sc: Scene)
    requires Longer(p, p') && Clear(p', sc) && (Stricter(p, p') || NoneWanted(p', sc))
    ensures Clear(p, sc)
  {
    hide Needed, Granted, Forbidden, Stricter;
    forall part, atom | part in sc.q.parts && atom in part.atoms ensures Granted(p, sc, part, atom) && !Forbidden(p, sc, part, atom) {
      if !Stricter(p, p') { forall n ensures !Needed(p', sc, part, atom, n) { assert !Wanted(p', sc, n); } }
      LongerGranted(p, p', sc, part, atom);
      if Forbidden(p, sc, part, atom) { LongerForbidden(p, p', sc, part, atom); }
    }
  }
  lemma LongerPayable(p: Policy, p': Policy, sc: Scene)
    requires Longer(p, p') && Payable(p', sc)
    ensures Payable(p, sc)
  {
    hide Maybe, Counted, AllGiven;
    forall part, atom, r | part in sc.q.parts && atom in part.atoms && r in p.rules && Charges(r, sc, part, atom) ensures Counts(p, sc, part, atom, r) {
      assert r in p'.rules && Counts(p', sc, part, atom, r);
    }
  }
  lemma LongerTouches(p: Policy, p': Policy, sc: Scene, part: Part, k: Key)
    requires Longer(p, p') && Touches(p, sc, part, k)
    ensures Touches(p', sc, part, k)
  {
    hide Maybe, Counted, AllGiven, KeyOf, MarkKey;
    var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
    assert r in p'.rules && Counts(p', sc, part, atom, r) && Counter(p', sc, part, atom, r) == k;
  }
  // What is touched under a budget's key can be counted there.
  lemma TouchCosts(p: Policy, sc: Scene, part: Part, k: Key)
    requires Sound(p) && Touches(p, sc, part, k) && Budgeted(k)
    ensures Costs(p, part, k)
  {
    hide Maybe;
    var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
    assert SoundRule(p, r);
    var b := p.budgets[k.1];
    assert SoundBudget(b);
    Times(part.ints[b.measure], Unit(b));
  }
  lemma Times(a: int, b: int)
    requires 0 <= a && 0 <= b
    ensures 0 <= a * b
  {}
  lemma LongerNoMore(p: Policy, p': Policy, sc: Scene)
    requires Longer(p, p') && Sound(p')
    ensures NoMore(p', sc, p, sc)
  {
    hide Touches, Sound, Costs;
    forall i: nat, k: Key | i < |sc.q.parts| && Touches(p, sc, sc.q.parts[i], k) ensures Touches(p', sc, sc.q.parts[i], k) {
      LongerTouches(p, p', sc, sc.q.parts[i], k);
    }
    forall i: nat, k: Key | i < |sc.q.parts| && Touches(p', sc, sc.q.parts[i], k) && Budgeted(k) ensures Costs(p', sc.q.parts[i], k) {
      TouchCosts(p', sc, sc.q.parts[i], k);
    }
    forall i: nat | i < |sc.q.parts| ensures Over(p', sc, p, sc, i) {}
  }
  // Both bring the same labels along.
  lemma LongerBrings(p: Policy, p': Policy, sc: Scene)
    requires Longer(p, p') && Sound(p')
    ensures Brings(p, sc) == Brings(p', sc)
  {
    hide Maybe, Touches;
    forall k: Key | k.0 == 2 ensures k in Keys(p, sc) <==> k in Keys(p', sc) {
      KeyTouched(p, sc, k);
      KeyTouched(p', sc, k);
      if Touched(p, sc, k) {
        var part :| part in sc.q.parts && Touches(p, sc, part, k);
        LongerTouches(p, p', sc, part, k);
      }
      if k in Keys(p', sc) {
        var part, atom, r :| part in sc.q.parts && atom in part.atoms && r in p'.rules && Counts(p', sc, part, atom, r) && k == Counter(p', sc, part, atom, r);
        assert SoundRule(p', r);
        if r.effect.Charge? { assert SoundBudget(p'.budgets[r.effect.budget]); }
        assert r in p.rules && Counts(p, sc, part, atom, r) && k == Counter(p, sc, part, atom, r);
      }
    }
  }
  lemma LongerMissing(p: Policy, p': Policy, sc: Scene, log: M.Log, n: Name)
    requires Longer(p, p') && Sound(p') && Missing(p, sc, Batch(p, sc), log, n)
    ensures Missing(p', sc, Batch(p', sc), log, n)
  {
    hide Wanted, Passed, NoMore, Sound, Batch;
    if Wanted(p, sc, n) { LongerWanted(p, p', sc, n); } else {
      LongerNoMore(p, p', sc);
      PassedLess(p', sc, p, sc, log, n);
    }
  }
  lemma LongerJudged(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires Longer(p, p') && Sound(p') && Judged(p', log, sc)
    requires Stricter(p, p') || (NoneWanted(p', sc) && NoneWanted(p', Carrying(p', sc)))
    ensures Carrying(p, sc) == Carrying(p', sc) && Judged(p, log, sc)
  {
    hide Longer, Clear, Payable, Room, Batch, NoMore, Sound, Stricter, NoneWanted, Brings;
    LongerBrings(p, p', sc);
    var sc2 := Carrying(p', sc);
    LongerClear(p, p', sc);
    LongerClear(p, p', sc2);
    LongerPayable(p, p', sc);
    LongerPayable(p, p', sc2);
    LongerNoMore(p, p', sc2);
    RoomLess(p', sc2, p, sc2, log);
  }
  lemma WantedIsMissing(p: Policy, sc: Scene, log: M.Log, n: Name)
    requires Wanted(p, sc, n)
    ensures Missing(p, sc, Batch(p, sc), log, n)
  { hide Wanted, Passed, Batch; }
  // More rules permit nothing more, unless they are permits: what they let pass freely passed before,
  lemma B3_MoreRulesPermitNoMore(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires Longer(p, p') && Sound(p') && Permitted(p', log, sc) && Free(p', log, sc) && NoneWanted(p', sc)
    ensures Permitted(p, log, sc)
  {
    hide Longer, Judged, Missing, Sound, Batch, Wanted;
    reveal Permitted;
    forall n ensures !Wanted(p', Carrying(p', sc), n) {
      if Wanted(p', Carrying(p', sc), n) { WantedIsMissing(p', Carrying(p', sc), log, n); }
    }
    LongerJudged(p, p', log, sc);
    forall n ensures !Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), log, n) {
      if Missing(p, Carrying(p, sc), Batch(p, Carrying(p, sc)), log, n) { LongerMissing(p, p', Carrying(p, sc), log, n); }
    }
  }
  // and what they let pass with approvals passed before, freely or with these, unless it is one of them that asks.
  lemma B3_MoreRulesAskNoMore(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires Stricter(p, p') && Sound(p') && (Permitted(p', log, sc) || Askable(p', log, sc))
    ensures Permitted(p, log, sc) || Askable(p, log, sc)
    ensures Permitted(p', log, sc) ==> Permitted(p, log, sc)
  {
    assert Longer(p, p');
    hide Longer, Stricter, Judged, Missing, Sound, Batch, Filled;
    reveal Permitted, Askable;
    LongerJudged(p, p', log, sc);
    assert p' == p.(rules := p'.rules) by { reveal Longer; }
    var sc2 := Carrying(p, sc);
    forall n | Missing(p, sc2, Batch(p, sc2), log, n) ensures Missing(p', sc2, Batch(p', sc2), log, n) {
      LongerMissing(p, p', sc2, log, n);
    }
  }

  // ---- order and repetition ----
  ghost predicate SameRules(p: Policy, p': Policy) { p' == p.(rules := p'.rules) && forall r :: r in p.rules <==> r in p'.rules }
  // A policy says the same however its rules are ordered, and however often one is repeated.
  lemma B3_OrderIsIrrelevant(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires SameRules(p, p') && Sound(p)
    ensures Permitted(p, log, sc) <==> Permitted(p', log, sc)
    ensures Permitted(p, log, sc) || Askable(p, log, sc) <==> Permitted(p', log, sc) || Askable(p', log, sc)
  {
    assert Stricter(p, p') && Stricter(p', p) && Sound(p');
    hide Stricter, SameRules, Sound;
    if Permitted(p', log, sc) || Askable(p', log, sc) { B3_MoreRulesAskNoMore(p, p', log, sc); }
    if Permitted(p, log, sc) || Askable(p, log, sc) { B3_MoreRulesAskNoMore(p', p, log, sc); }
  }
}
