include "Fewer.dfy"
// Unknown never helps: whoever tells more about an action is never permitted less (B3).
module Unknown {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import M = Machine

  // ---- telling more: all that was carried is carried still, with the same values, and more may be ----
  ghost predicate Tells(a: Atom, b: Atom) { Within(a.names, b.names) && Within(a.places, b.places) }
  ghost predicate TellsPart(a: Part, b: Part) {
    && b.verb == a.verb && Within(a.ints, b.ints) && |b.atoms| == |a.atoms|
    && forall i | 0 <= i < |a.atoms| :: Tells(a.atoms[i], b.atoms[i])
  }
  ghost predicate TellsMore(q: Request, q': Request) {
    && q'.scopes == q.scopes && q'.month == q.month && |q'.parts| == |q.parts|
    && forall i | 0 <= i < |q.parts| :: TellsPart(q.parts[i], q'.parts[i])
  }
  // Each atom told more of was told less of before.
  ghost predicate Pair(q: Request, q': Request, part: Part, atom: Atom, part': Part, atom': Atom) {
    && part in q.parts && atom in part.atoms && part' in q'.parts && atom' in part'.atoms
    && part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom')
  }
  lemma Before(q: Request, q': Request, part': Part, atom': Atom) returns (part: Part, atom: Atom)
    requires TellsMore(q, q') && part' in q'.parts && atom' in part'.atoms
    ensures Pair(q, q', part, atom, part', atom')
  {
    hide Tells, Within;
    var i :| 0 <= i < |q'.parts| && q'.parts[i] == part';
    part := q.parts[i];
    assert TellsPart(part, part');
    var j :| 0 <= j < |part'.atoms| && part'.atoms[j] == atom';
    atom := part.atoms[j];
  }

  // ---- tests and rules: what was sure stays sure, and what may be met may have been met before ----
  lemma KnownMore(t: Test, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Within(part.ints, part'.ints) && Tells(atom, atom') && Known(t, part, atom)
    ensures Known(t, part', atom') && (Meets(t, part', atom') <==> Meets(t, part, atom))
  { hide Fits, Lies; }
  lemma SureMore(t: Test, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Within(part.ints, part'.ints) && Tells(atom, atom')
    ensures Sure(t, part, atom) ==> Sure(t, part', atom')
    ensures May(t, part', atom') ==> May(t, part, atom)
  {
    hide Meets, Known, Within, Tells;
    if Known(t, part, atom) { KnownMore(t, part, atom, part', atom'); }
  }
  lemma LiftedMore(r: Rule, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Within(part.ints, part'.ints) && Tells(atom, atom') && Lifted(r, part, atom)
    ensures Lifted(r, part', atom')
  {
    hide Sure, Within, Tells;
    forall t | t in r.unless ensures Sure(t, part', atom') { SureMore(t, part, atom, part', atom'); }
  }
  lemma YesMore(r: Rule, part: Part, atom: Atom, part': Part, atom': Atom)
    requires part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom') && Yes(r, part, atom) && r.unless == []
    ensures Yes(r, part', atom')
  {
    hide Sure, Within, Tells;
    forall t | t in r.tests ensures Sure(t, part', atom') { SureMore(t, part, atom, part', atom'); }
  }
  lemma MaybeMore(r: Rule, part: Part, atom: Atom, part': Part, atom': Atom)
    requires part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom') && Maybe(r, part', atom')
    ensures Maybe(r, part, atom)
  {
    hide May, Within, Tells, Lifted;
    forall t | t in r.tests ensures May(t, part, atom) { SureMore(t, part, atom, part', atom'); }
    if Lifted(r, part, atom) { LiftedMore(r, part, atom, part', atom'); }
  }

  // ---- one atom ----
  lemma CompleteMore(p: Policy, part: Part, atom: Atom, part': Part, atom': Atom)
    requires part'.verb == part.verb && Tells(atom, atom') && Complete(p, part, atom)
    ensures Complete(p, part', atom')
  {}
  lemma GrantedMore(p: Policy, part: Part, atom: Atom, part': Part, atom': Atom)
    requires part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom') && Sound(p)
    requires Granted(p, part, atom) && forall n :: !Needed(p, part, atom, n)
    ensures Granted(p, part', atom')
  {
    var r :| r in p.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, part, atom);
    if r.effect.Ask? {
      assert Maybe(r, part, atom) by { hide Meets; }
      hide Maybe;
      assert Needed(p, part, atom, r.effect.needs);
    } else {
      hide Yes, Within, Tells;
      YesMore(r, part, atom, part', atom');
    }
  }
  lemma ForbiddenMore(p: Policy, part: Part, atom: Atom, part': Part, atom': Atom)
    requires part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom') && Forbidden(p, part', atom')
    ensures Forbidden(p, part, atom)
  {
    hide Maybe, Within, Tells;
    var r :| r in p.rules && r.effect.Forbid? && Maybe(r, part', atom');
    MaybeMore(r, part, atom, part', atom');
  }
  lemma NeededMore(p: Policy, part: Part, atom: Atom, part': Part, atom': Atom, n: Name)
    requires part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom') && Needed(p, part', atom', n)
    ensures Needed(p, part, atom, n)
  {
    hide Maybe, Within, Tells;
    var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, part', atom');
    MaybeMore(r, part, atom, part', atom');
  }

  // ---- the rules' say ----
  lemma FreeMore(p: Policy, q: Request, q': Request)
    requires TellsMore(q, q') && Free(p, q)
    ensures Free(p, q')
  {
    hide Needed, TellsMore, Within, Tells;
    forall part', atom', n | part' in q'.parts && atom' in part'.atoms ensures !Needed(p, part', atom', n) {
      var part, atom := Before(q, q', part', atom');
      if Needed(p, part', atom', n) { NeededMore(p, part, atom, part', atom', n); }
    }
  }
  lemma NoneEmpty(q: Request, q': Request)
    requires TellsMore(q, q') && q.parts != [] && forall part | part in q.parts :: part.atoms != []
    ensures q'.parts != [] && forall part | part in q'.parts :: part.atoms != []
  {
    hide Tells, Within;
    forall part | part in q'.parts ensures part.atoms != [] {
      var i :| 0 <= i < |q'.parts| && q'.parts[i] == part;
      assert TellsPart(q.parts[i], part) && q.parts[i] in q.parts;
    }
  }
  // Without anybody's approval: the rules let pass what is told more of, if they let it pass before.
  lemma B3_UnknownNeverHelps(p: Policy, q: Request, q': Request)
    requires Sound(p) && TellsMore(q, q') && Clear(p, q) && Free(p, q)
    ensures Clear(p, q') && Free(p, q')
  {
    hide Complete, Granted, Forbidden, Needed, TellsMore, Within, Tells, Sound;
    FreeMore(p, q, q');
    NoneEmpty(q, q');
    forall part', atom' | part' in q'.parts && atom' in part'.atoms
      ensures Complete(p, part', atom') && Granted(p, part', atom') && !Forbidden(p, part', atom')
    {
      var part, atom := Before(q, q', part', atom');
      CompleteMore(p, part, atom, part', atom');
      GrantedMore(p, part, atom, part', atom');
      if Forbidden(p, part', atom') { ForbiddenMore(p, part, atom, part', atom'); }
    }
  }

  // ---- budgets: under each key at most as much ----
  lemma CountsMore(p: Policy, q: Request, q': Request, part: Part, atom: Atom, part': Part, atom': Atom, r: Rule, now: int)
    requires TellsMore(q, q') && part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom')
    requires Charges(r, part', atom') && (Charges(r, part, atom) ==> Counts(p, q, part, atom, r))
    ensures Counts(p, q, part, atom, r) && Counts(p, q', part', atom', r)
    ensures Counter(p, q', part', atom', r, now) == Counter(p, q, part, atom, r, now)
  {
    hide Maybe;
    MaybeMore(r, part, atom, part', atom');
  }
  lemma PayableMore(p: Policy, q: Request, q': Request)
    requires TellsMore(q, q') && Payable(p, q)
    ensures Payable(p, q')
  {
    hide Charges, Counts, TellsMore, Within, Tells;
    forall part', atom', r | part' in q'.parts && atom' in part'.atoms && r in p.rules && Charges(r, part', atom')
      ensures Counts(p, q', part', atom', r)
    {
      var part, atom := Before(q, q', part', atom');
      CountsMore(p, q, q', part, atom, part', atom', r, 0);
    }
  }
  lemma TouchesMore(p: Policy, q: Request, q': Request, now: int, i: nat, k: Key)
    requires TellsMore(q, q') && Payable(p, q) && i < |q.parts| && Touches(p, q', q'.parts[i], now, k)
    ensures Touches(p, q, q.parts[i], now, k)
  {
    hide Charges, Counted, Counter, Within, Tells;
    var part, part' := q.parts[i], q'.parts[i];
    var atom', r :| atom' in part'.atoms && r in p.rules && Counts(p, q', part', atom', r) && Counter(p, q', part', atom', r, now) == k;
    assert TellsPart(part, part');
    var j :| 0 <= j < |part'.atoms| && part'.atoms[j] == atom';
    var atom := part.atoms[j];
    assert atom in part.atoms && part in q.parts;
    CountsMore(p, q, q', part, atom, part', atom', r, now);
  }
  // With budgets: what is permitted stays permitted when more is told, after the same history.
  lemma B3_UnknownNeverPermits(p: Policy, log: M.Log, q: Request, q': Request, now: int)
    requires Sound(p) && TellsMore(q, q') && Permitted(p, log, q, now)
    ensures Permitted(p, log, q', now)
  {
    hide Clear, Free, Payable, Affordable, Touches, Within, Tells, Sound;
    SaysIs(p, log, q, now);
    SaysIs(p, log, q', now);
    B3_UnknownNeverHelps(p, q, q');
    PayableMore(p, q, q');
    assert SameInts(q, q') by { assert forall i | 0 <= i < |q.parts| :: TellsPart(q.parts[i], q'.parts[i]); }
    forall i: nat, k: Key | i < |q.parts| && Touches(p, q', q'.parts[i], now, k) ensures Touches(p, q, q.parts[i], now, k) {
      TouchesMore(p, q, q', now, i, k);
    }
    assert NoMore(p, q, p, q', now);
    RoomLess(p, q, p, q', now, log);
  }
}
