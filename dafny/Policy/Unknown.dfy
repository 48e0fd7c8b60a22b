include "Precedence.dfy"
// Unknown never helps: whoever tells more about an action is never permitted less (B3).
module Unknown {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Fewer
  import Precedence
  import M = Machine

  // ---- telling more: all that was carried is carried still, with the same values, and more may be ----
  ghost predicate Tells(a: Atom, b: Atom) { Within(a.names, b.names) && Within(a.places, b.places) }
  ghost predicate TellsPart(a: Part, b: Part) {
    && b.verb == a.verb && Within(a.ints, b.ints) && |b.atoms| == |a.atoms|
    && forall i | 0 <= i < |a.atoms| :: Tells(a.atoms[i], b.atoms[i])
  }
  ghost predicate TellsMore(sc: Scene, sc': Scene) {
    && sc' == sc.(q := sc'.q) && sc'.q == sc.q.(parts := sc'.q.parts) && |sc'.q.parts| == |sc.q.parts|
    && forall i | 0 <= i < |sc.q.parts| :: TellsPart(sc.q.parts[i], sc'.q.parts[i])
  }
  // One atom that was told more of, and what was told of it before. The scopes of the requests are the same.
  ghost predicate Pair(sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom) {
    && sc' == sc.(q := sc'.q) && sc'.q == sc.q.(parts := sc'.q.parts)
    && part'.verb == part.verb && Within(part.ints, part'.ints) && Tells(atom, atom')
  }
  lemma Before(sc: Scene, sc': Scene, part': Part, atom': Atom) returns (part: Part, atom: Atom)
    requires TellsMore(sc, sc') && part' in sc'.q.parts && atom' in part'.atoms
    ensures part in sc.q.parts && atom in part.atoms && Pair(sc, sc', part, atom, part', atom')
  {
    hide Tells, Within;
    var i :| 0 <= i < |sc'.q.parts| && sc'.q.parts[i] == part';
    part := sc.q.parts[i];
    assert TellsPart(part, part');
    var j :| 0 <= j < |part'.atoms| && part'.atoms[j] == atom';
    atom := part.atoms[j];
  }

  // ---- tests and rules: what was sure stays sure, and what may be met may have been met before ----
  lemma GivenMore(per: Per, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && AllGiven(per, sc.q, atom)
    ensures AllGiven(per, sc'.q, atom')
    ensures forall kind, name, end :: KeyAt(kind, name, per, sc'.q, atom', end) == KeyAt(kind, name, per, sc.q, atom, end)
  {}
  lemma RecallMore(ref: Ref, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && (ref.under.ByAxis? ==> ref.under.axis in atom.names)
    ensures Recalled(ref, sc', atom') <==> Recalled(ref, sc, atom)
    ensures Recalled(ref, sc, atom) ==> Recall(ref, sc', atom') == Recall(ref, sc, atom)
  {}
  lemma KnownMore(t: Test, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Known(t, sc, part, atom)
    ensures Known(t, sc', part', atom') && (Meets(t, sc', part', atom') <==> Meets(t, sc, part, atom))
  {
    hide Fits, Lies, Recall, AllGiven, KeyAt;
    match t
    case Stands(mark, _, _) => GivenMore(mark.per, sc, sc', part, atom, part', atom');
    case Since(done, reset, _, _) =>
      GivenMore(done.per, sc, sc', part, atom, part', atom');
      GivenMore(reset.per, sc, sc', part, atom, part', atom');
    case Listed(_, ref, _) => RecallMore(ref, sc, sc', part, atom, part', atom');
    case Held(ref, _, _) => RecallMore(ref, sc, sc', part, atom, part', atom');
    case HeldIn(ref, _, _) => RecallMore(ref, sc, sc', part, atom, part', atom');
    case Compared(_, ref, _, _) => RecallMore(ref, sc, sc', part, atom, part', atom');
    case Kept(ref, _) => RecallMore(ref, sc, sc', part, atom, part', atom');
    case _ =>
  }
  lemma SureMore(t: Test, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom')
    ensures Sure(t, sc, part, atom) ==> Sure(t, sc', part', atom')
    ensures May(t, sc', part', atom') ==> May(t, sc, part, atom)
  {
    hide Meets, Known, Pair;
    if Known(t, sc, part, atom) { KnownMore(t, sc, sc', part, atom, part', atom'); }
  }
  lemma LiftedMore(r: Rule, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Lifted(r, sc, part, atom)
    ensures Lifted(r, sc', part', atom')
  {
    hide Sure, Pair;
    var c :| c in r.unless && c != [] && forall t | t in c :: Sure(t, sc, part, atom);
    forall t | t in c ensures Sure(t, sc', part', atom') { SureMore(t, sc, sc', part, atom, part', atom'); }
  }
  lemma YesMore(r: Rule, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Yes(r, sc, part, atom) && r.unless == []
    ensures Yes(r, sc', part', atom')
  {
    hide Sure, Within, Tells;
    forall t | t in r.tests ensures Sure(t, sc', part', atom') { SureMore(t, sc, sc', part, atom, part', atom'); }
  }
  lemma MaybeMore(r: Rule, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Maybe(r, sc', part', atom')
    ensures Maybe(r, sc, part, atom)
  {
    hide May, Within, Tells, Lifted;
    forall t | t in r.tests ensures May(t, sc, part, atom) { SureMore(t, sc, sc', part, atom, part', atom'); }
    if Lifted(r, sc, part, atom) { LiftedMore(r, sc, sc', part, atom, part', atom'); }
  }

  // ---- one atom ----
  lemma CompleteMore(p: Policy, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Complete(p, part, atom)
    ensures Complete(p, part', atom')
  {}
  lemma GrantedMore(p: Policy, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Sound(p)
    requires Granted(p, sc, part, atom) && forall n :: !Needed(p, sc, part, atom, n)
    ensures Granted(p, sc', part', atom')
  {
    hide Yes, Maybe, Pair;
    var r :| r in p.rules && (r.effect.Permit? || r.effect.Ask?) && Yes(r, sc, part, atom);
    Precedence.YesIsMaybe(r, sc, part, atom);
    if r.effect.Ask? { assert Needed(p, sc, part, atom, r.effect.needs); }
    else { assert SoundRule(p, r); YesMore(r, sc, sc', part, atom, part', atom'); }
  }
  lemma ForbiddenMore(p: Policy, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom)
    requires Pair(sc, sc', part, atom, part', atom') && Forbidden(p, sc', part', atom')
    ensures Forbidden(p, sc, part, atom)
  {
    hide Maybe, Pair;
    var r :| r in p.rules && r.effect.Forbid? && Maybe(r, sc', part', atom');
    MaybeMore(r, sc, sc', part, atom, part', atom');
  }
  lemma NeededMore(p: Policy, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom, n: Name)
    requires Pair(sc, sc', part, atom, part', atom') && Needed(p, sc', part', atom', n)
    ensures Needed(p, sc, part, atom, n)
  {
    hide Maybe, Pair;
    var r :| r in p.rules && (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, sc', part', atom');
    MaybeMore(r, sc, sc', part, atom, part', atom');
  }

  // ---- the rules' say ----
  lemma WantedMore(p: Policy, sc: Scene, sc': Scene, n: Name)
    requires TellsMore(sc, sc') && Wanted(p, sc', n)
    ensures Wanted(p, sc, n)
  {
    hide Needed, TellsMore, Pair;
    var part', atom' :| part' in sc'.q.parts && atom' in part'.atoms && Needed(p, sc', part', atom', n);
    var part, atom := Before(sc, sc', part', atom');
    NeededMore(p, sc, sc', part, atom, part', atom', n);
  }
  lemma NoneEmpty(sc: Scene, sc': Scene)
    requires TellsMore(sc, sc') && sc.q.parts != [] && forall part | part in sc.q.parts :: part.atoms != []
    ensures sc'.q.parts != [] && forall part | part in sc'.q.parts :: part.atoms != []
  {
    hide Tells, Within;
    forall part | part in sc'.q.parts ensures part.atoms != [] {
      var i :| 0 <= i < |sc'.q.parts| && sc'.q.parts[i] == part;
      assert TellsPart(sc.q.parts[i], part) && sc.q.parts[i] in sc.q.parts;
    }
  }
  // Without anybody's approval: the rules let pass what is told more of, if they let it pass before.
  lemma B3_UnknownNeverHelps(p: Policy, sc: Scene, sc': Scene)
    requires Sound(p) && TellsMore(sc, sc') && Clear(p, sc) && Precedence.NoneWanted(p, sc)
    ensures Clear(p, sc') && Precedence.NoneWanted(p, sc')
  {
    hide Complete, Granted, Forbidden, Needed, Wanted, TellsMore, Pair, Sound;
    forall n ensures !Wanted(p, sc', n) { if Wanted(p, sc', n) { WantedMore(p, sc, sc', n); } }
    NoneEmpty(sc, sc');
    forall part', atom' | part' in sc'.q.parts && atom' in part'.atoms
      ensures Complete(p, part', atom') && Granted(p, sc', part', atom') && !Forbidden(p, sc', part', atom')
    {
      var part, atom := Before(sc, sc', part', atom');
      CompleteMore(p, sc, sc', part, atom, part', atom');
      forall n ensures !Needed(p, sc, part, atom, n) {
        if Needed(p, sc, part, atom, n) { assert Wanted(p, sc, n) by { reveal Wanted; } }
      }
      GrantedMore(p, sc, sc', part, atom, part', atom');
      if Forbidden(p, sc', part', atom') { ForbiddenMore(p, sc, sc', part, atom, part', atom'); }
    }
  }

  // ---- budgets: under each key at most as much ----
  lemma CountsMore(p: Policy, sc: Scene, sc': Scene, part: Part, atom: Atom, part': Part, atom': Atom, r: Rule)
    requires Pair(sc, sc', part, atom, part', atom')
    requires Charges(r, sc', part', atom') && (Charges(r, sc, part, atom) ==> Counts(p, sc, part, atom, r))
    ensures Counts(p, sc, part, atom, r) && Counts(p, sc', part', atom', r)
    ensures Counter(p, sc', part', atom', r) == Counter(p, sc, part, atom, r)
  {
    hide Maybe, KeyAt, AllGiven;
    MaybeMore(r, sc, sc', part, atom, part', atom');
    if r.effect.Leave? { GivenMore(r.effect.mark.per, sc, sc', part, atom, part', atom'); }
    else { GivenMore(p.budgets[r.effect.budget].per, sc, sc', part, atom, part', atom'); }
  }
  lemma PayableMore(p: Policy, sc: Scene, sc': Scene)
    requires TellsMore(sc, sc') && Payable(p, sc)
    ensures Payable(p, sc')
  {
    hide Charges, Counts, TellsMore, Pair;
    forall part', atom', r | part' in sc'.q.parts && atom' in part'.atoms && r in p.rules && Charges(r, sc', part', atom')
      ensures Counts(p, sc', part', atom', r)
    {
      var part, atom := Before(sc, sc', part', atom');
      CountsMore(p, sc, sc', part, atom, part', atom', r);
    }
  }
  lemma TouchesMore(p: Policy, sc: Scene, sc': Scene, i: nat, k: Key)
    requires TellsMore(sc, sc') && Payable(p, sc) && i < |sc.q.parts| && Touches(p, sc', sc'.q.parts[i], k)
    ensures Touches(p, sc, sc.q.parts[i], k)
  {
    hide Charges, Counts, Counter, Within, Tells;
    var part, part' := sc.q.parts[i], sc'.q.parts[i];
    var atom', r :| atom' in part'.atoms && r in p.rules && Counts(p, sc', part', atom', r) && Counter(p, sc', part', atom', r) == k;
    assert TellsPart(part, part');
    var j :| 0 <= j < |part'.atoms| && part'.atoms[j] == atom';
    var atom := part.atoms[j];
    assert atom in part.atoms && part in sc.q.parts;
    assert Charges(r, sc', part', atom') by { reveal Counts; }
    CountsMore(p, sc, sc', part, atom, part', atom', r);
  }
  lemma NoMoreTold(p: Policy, sc: Scene, sc': Scene)
    requires Sound(p) && TellsMore(sc, sc') && Payable(p, sc)
    ensures NoMore(p, sc, p, sc')
  {
    hide Touches, Sound, Payable, Within, Tells, Costs;
    assert SameInts(sc.q, sc'.q) by { assert forall i | 0 <= i < |sc.q.parts| :: TellsPart(sc.q.parts[i], sc'.q.parts[i]); }
    forall i: nat, k: Key | i < |sc.q.parts| && Touches(p, sc', sc'.q.parts[i], k) ensures Touches(p, sc, sc.q.parts[i], k) {
      TouchesMore(p, sc, sc', i, k);
    }
    forall i: nat | i < |sc.q.parts| ensures Over(p, sc, p, sc', i) {}
    forall i: nat, k: Key | i < |sc.q.parts| && Touches(p, sc, sc.q.parts[i], k) && Budgeted(k) ensures Costs(p, sc.q.parts[i], k) {
      Precedence.TouchCosts(p, sc, sc.q.parts[i], k);
    }
  }
  // What is permitted freely with something untold is permitted freely when more is told, after the same history, unless
  // telling it makes the request bring other labels along.
  lemma B3_UnknownNeverPermits(p: Policy, log: M.Log, sc: Scene, sc': Scene)
    requires Sound(p) && TellsMore(sc, sc') && Brings(p, sc') == Brings(p, sc)
    requires Permitted(p, log, sc) && Free(p, log, sc) && Precedence.NoneWanted(p, sc)
    ensures Permitted(p, log, sc')
  {
    hide Clear, Payable, Room, Batch, NoMore, Sound, Brings, Wanted, Passed, TellsPart;
    reveal Permitted;
    var two, two' := Carrying(p, sc), Carrying(p, sc');
    assert TellsMore(two, two');
    forall n ensures !Wanted(p, two, n) && !Passed(Batch(p, two), log, n) { assert !Missing(p, two, Batch(p, two), log, n); }
    B3_UnknownNeverHelps(p, sc, sc');
    B3_UnknownNeverHelps(p, two, two');
    PayableMore(p, sc, sc');
    PayableMore(p, two, two');
    NoMoreTold(p, two, two');
    RoomLess(p, two, p, two', log);
    forall n ensures !Missing(p, two', Batch(p, two'), log, n) {
      assert !Wanted(p, two', n);
      if Passed(Batch(p, two'), log, n) { PassedLess(p, two, p, two', log, n); }
    }
  }
}
