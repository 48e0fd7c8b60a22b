include "Fewer.dfy"
// Which rule wins (B3), from the specification alone.
module Precedence {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import M = Machine

  // ---- default deny ----
  // An atom that no rule grants is neither permitted nor asked about.
  lemma B3_DefaultDeny(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom)
    requires part in q.parts && atom in part.atoms
    requires forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, part, atom)
    ensures !Permitted(p, log, q, now) && !Askable(p, log, q, now)
  {
    hide Yes;
    reveal Permitted(), Askable();
    assert !Granted(p, part, atom);
  }
  // Nor is anything without rules that grant, nor a request for nothing.
  lemma B3_NothingGranted(p: Policy, log: M.Log, q: Request, now: int)
    requires q.parts == [] || (exists part :: part in q.parts && part.atoms == []) || forall r | r in p.rules :: !r.effect.Permit? && !r.effect.Ask?
    ensures !Permitted(p, log, q, now) && !Askable(p, log, q, now)
  {
    reveal Permitted(), Askable();
    if q.parts != [] && q.parts[0].atoms != [] && forall r | r in p.rules :: !r.effect.Permit? && !r.effect.Ask? {
      var part, atom := q.parts[0], q.parts[0].atoms[0];
      assert part in q.parts && atom in part.atoms && !Granted(p, part, atom);
    }
  }

  // ---- forbid beats ask beats permit ----
  // Whatever else is there: one rule that forbids and may match, and nothing is permitted nor asked.
  lemma B3_ForbidBeats(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom, r: Rule)
    requires part in q.parts && atom in part.atoms && r in p.rules && r.effect.Forbid? && Maybe(r, part, atom)
    ensures !Permitted(p, log, q, now) && !Askable(p, log, q, now)
  {
    hide Maybe;
    reveal Permitted(), Askable();
    assert Forbidden(p, part, atom);
  }
  // One rule that asks or requires and may match, and nothing is permitted without approval.
  lemma B3_AskBeats(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom, r: Rule)
    requires part in q.parts && atom in part.atoms && r in p.rules && (r.effect.Ask? || r.effect.Require?) && Maybe(r, part, atom)
    ensures !Permitted(p, log, q, now)
  {
    hide Maybe;
    reveal Permitted();
    assert Needed(p, part, atom, r.effect.needs);
  }

  // ---- more rules ----
  // The second policy has all rules of the first, anywhere and in any order, and besides them none that permits.
  ghost predicate Longer(p: Policy, p': Policy) {
    && p'.axes == p.axes && p'.budgets == p.budgets
    && (forall r | r in p.rules :: r in p'.rules)
    && forall r | r in p'.rules :: r in p.rules || !r.effect.Permit?
  }
  // ... and none that asks.
  ghost predicate Stricter(p: Policy, p': Policy) { Longer(p, p') && forall r | r in p'.rules :: r in p.rules || !r.effect.Ask? }

  lemma YesIsMaybe(r: Rule, part: Part, atom: Atom)
    requires Yes(r, part, atom)
    ensures Maybe(r, part, atom)
  { hide Meets; }
  lemma LongerNeeded(p: Policy, p': Policy, part: Part, atom: Atom, n: Name)
    requires Longer(p, p') && Needed(p, part, atom, n)
    ensures Needed(p', part, atom, n)
  { hide Maybe; }
  lemma LongerFree(p: Policy, p': Policy, q: Request)
    requires Longer(p, p') && Free(p', q)
    ensures Free(p, q)
  {
    hide Needed, Longer;
    forall part, atom, n | part in q.parts && atom in part.atoms ensures !Needed(p, part, atom, n) {
      if Needed(p, part, atom, n) { LongerNeeded(p, p', part, atom, n); }
    }
  }
  lemma LongerForbidden(p: Policy, p': Policy, part: Part, atom: Atom)
    requires Longer(p, p') && Forbidden(p, part, atom)
    ensures Forbidden(p', part, atom)
  { hide Maybe; }
  // What the second policy grants without asking, the first grants.
  lemma LongerGranted(p: Policy, p': Policy, part: Part, atom: Atom)
    requires Longer(p, p') && Granted(p', part, atom) && (Stricter(p, p') || forall n :: !Needed(p', part, atom, n))
    ensures Granted(p, part, atom)
  {
    hide Maybe, Yes;
    var r :| r in p'.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, part, atom);
    YesIsMaybe(r, part, atom);
    if !Stricter(p, p') && r.effect.Ask? { assert Needed(p', part, atom, r.effect.needs); }
  }
  lemma LongerClear(p: Policy, p': Policy, q: Request)
    requires Longer(p, p') && Clear(p', q) && (Stricter(p, p') || Free(p', q))
    ensures Clear(p, q)
  {
    hide Needed, Granted, Forbidden, Stricter;
    forall part, atom | part in q.parts && atom in part.atoms ensures Granted(p, part, atom) && !Forbidden(p, part, atom) {
      LongerGranted(p, p', part, atom);
      if Forbidden(p, part, atom) { LongerForbidden(p, p', part, atom); }
    }
  }
  lemma LongerPayable(p: Policy, p': Policy, q: Request)
    requires Longer(p, p') && Payable(p', q)
    ensures Payable(p, q)
  { hide Maybe, Counted; }
  lemma LongerAffords(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires Longer(p, p') && Affordable(p', log, q, now)
    ensures Affordable(p, log, q, now)
  {
    hide Affordable, Charges, Counted, KeyOf;
    forall i: nat, k: Key | i < |q.parts| && Touches(p, q, q.parts[i], now, k) ensures Touches(p', q, q.parts[i], now, k) {
      var atom, r :| atom in q.parts[i].atoms && r in p.rules && Counts(p, q, q.parts[i], atom, r) && Counter(p, q, q.parts[i], atom, r, now) == k;
      assert Counts(p', q, q.parts[i], atom, r) && Counter(p', q, q.parts[i], atom, r, now) == k;
    }
    hide Touches;
    assert NoMore(p', q, p, q, now);
    RoomLess(p', q, p, q, now, log);
  }
  // More rules permit nothing more, unless they are permits.
  lemma B3_MoreRulesPermitNoMore(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires Longer(p, p') && Permitted(p', log, q, now)
    ensures Permitted(p, log, q, now)
  {
    hide Longer, Clear, Free, Payable, Affordable, Stricter;
    SaysIs(p', log, q, now);
    SaysIs(p, log, q, now);
    LongerClear(p, p', q);
    LongerFree(p, p', q);
    LongerPayable(p, p', q);
    LongerAffords(p, p', log, q, now);
  }
  // Nor is anything more asked, unless a rule permits or asks: what is asked now was asked before, or permitted outright.
  lemma B3_MoreRulesAskNoMore(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires Stricter(p, p') && Askable(p', log, q, now)
    ensures Askable(p, log, q, now) || Permitted(p, log, q, now)
  {
    assert Longer(p, p');
    hide Longer, Clear, Free, Payable, Affordable, Stricter;
    SaysIs(p', log, q, now);
    SaysIs(p, log, q, now);
    LongerClear(p, p', q);
    LongerPayable(p, p', q);
    LongerAffords(p, p', log, q, now);
  }

  // ---- order and repetition ----
  ghost predicate SameRules(p: Policy, p': Policy) {
    p'.axes == p.axes && p'.budgets == p.budgets && forall r :: r in p.rules <==> r in p'.rules
  }
  // A policy says the same however its rules are ordered, and however often one is repeated.
  lemma B3_OrderIsIrrelevant(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires SameRules(p, p')
    ensures Permitted(p, log, q, now) <==> Permitted(p', log, q, now)
    ensures Askable(p, log, q, now) <==> Askable(p', log, q, now)
  {
    SameSays(p, p', log, q, now);
    SameSays(p', p, log, q, now);
  }
  lemma SameSays(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires SameRules(p, p')
    ensures Permitted(p', log, q, now) ==> Permitted(p, log, q, now)
    ensures Askable(p', log, q, now) ==> Askable(p, log, q, now)
  {
    assert Longer(p, p') && Longer(p', p) && Stricter(p, p');
    hide Longer, Stricter, SameRules, Clear, Free, Payable, Affordable;
    if Permitted(p', log, q, now) { B3_MoreRulesPermitNoMore(p, p', log, q, now); }
    if Askable(p', log, q, now) {
      B3_MoreRulesAskNoMore(p, p', log, q, now);
      SaysIs(p, log, q, now);
      SaysIs(p', log, q, now);
      if Free(p, q) { LongerFree(p', p, q); }
    }
  }
}
