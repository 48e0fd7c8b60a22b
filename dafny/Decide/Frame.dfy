include "../Boundary/Batch.dfy"
// The frame: a decision depends on no cell but those that the policy's rules name for the request.
module Frame {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import Batches

  // ---- which cells a test, a rule and a policy name ----
  ghost predicate Looks(t: Test, q: Request, atom: Atom, k: Key) {
    || (t.Stands? && AllGiven(t.mark.per, q, atom) && k == MarkKey(t.mark, q, atom))
    || (t.Since? && AllGiven(t.done.per, q, atom) && k == MarkKey(t.done, q, atom))
    || (t.Since? && AllGiven(t.reset.per, q, atom) && k == MarkKey(t.reset, q, atom))
  }
  ghost predicate Tests(r: Rule, t: Test) { t in r.tests || exists c | c in r.unless :: t in c }
  ghost predicate Sets(p: Policy, r: Rule, q: Request, atom: Atom, now: int, k: Key) {
    || (r.effect.Leave? && AllGiven(r.effect.mark.per, q, atom) && k == MarkKey(r.effect.mark, q, atom))
    || (r.effect.Charge? && r.effect.budget in p.budgets && var b := p.budgets[r.effect.budget];
                                                         AllGiven(b.per, q, atom) && k == KeyAt(b.kind, r.effect.budget, b.per, q, atom, Window(b, q, now)))
  }
  ghost predicate Named(p: Policy, q: Request, now: int, k: Key) {
    exists part, atom, r | part in q.parts && atom in part.atoms && r in p.rules ::
      Sets(p, r, q, atom, now, k) || exists t :: Tests(r, t) && Looks(t, q, atom, k)
  }
  // Two scenes that differ in nothing but cells which the policy does not name for the request.
  ghost predicate Alike(p: Policy, a: Scene, b: Scene) {
    && a.q == b.q && a.groups == b.groups && a.now == b.now && a.own == b.own
    && a.view.records == b.view.records && a.view.grants == b.view.grants
    && forall k: Key | Named(p, a.q, a.now, k) :: Get(a.view.nums, k) == Get(b.view.nums, k)
  }
  // Alike for one atom, as one rule sees it.
  ghost predicate AlikeFor(r: Rule, a: Scene, b: Scene, atom: Atom) {
    && a.q == b.q && a.groups == b.groups && a.now == b.now && a.own == b.own && a.view.records == b.view.records
    && forall t, k: Key | Tests(r, t) && Looks(t, a.q, atom, k) :: Get(a.view.nums, k) == Get(b.view.nums, k)
  }
  lemma AlikeHere(p: Policy, a: Scene, b: Scene, part: Part, atom: Atom, r: Rule)
    requires Alike(p, a, b) && part in a.q.parts && atom in part.atoms && r in p.rules
    ensures AlikeFor(r, a, b, atom)
  {
    hide Looks, Tests, Sets;
    forall t, k: Key | Tests(r, t) && Looks(t, a.q, atom, k) ensures Get(a.view.nums, k) == Get(b.view.nums, k) {
      assert Named(p, a.q, a.now, k);
    }
  }

  // ---- tests and rules answer alike ----
  lemma RecallAlike(ref: Ref, a: Scene, b: Scene, atom: Atom)
    requires a.q == b.q && a.now == b.now && a.view.records == b.view.records
    ensures Recalled(ref, a, atom) <==> Recalled(ref, b, atom)
    ensures Recalled(ref, a, atom) ==> Recall(ref, a, atom) == Recall(ref, b, atom)
  {}
  lemma TestAlike(r: Rule, t: Test, a: Scene, b: Scene, part: Part, atom: Atom)
    requires AlikeFor(r, a, b, atom) && Tests(r, t)
    ensures Known(t, a, part, atom) <==> Known(t, b, part, atom)
    ensures Known(t, a, part, atom) ==> (Meets(t, a, part, atom) <==> Meets(t, b, part, atom))
  {
    hide Tests, Recalled, Recall, Fits, Lies, MarkKey, AllGiven;
    match t
    case Stands(mark, _, _) => if AllGiven(mark.per, a.q, atom) { assert Looks(t, a.q, atom, MarkKey(mark, a.q, atom)); }
    case Since(done, reset, _, _) =>
      if AllGiven(done.per, a.q, atom) { assert Looks(t, a.q, atom, MarkKey(done, a.q, atom)); }
      if AllGiven(reset.per, a.q, atom) { assert Looks(t, a.q, atom, MarkKey(reset, a.q, atom)); }
    case Listed(_, ref, _) => RecallAlike(ref, a, b, atom);
    case Held(ref, _, _) => RecallAlike(ref, a, b, atom);
    case HeldIn(ref, _, _) => RecallAlike(ref, a, b, atom);
    case Compared(_, ref, _, _) => RecallAlike(ref, a, b, atom);
    case Kept(ref, _) => RecallAlike(ref, a, b, atom);
    case _ =>
  }
  lemma LiftedAlike(r: Rule, a: Scene, b: Scene, part: Part, atom: Atom)
    requires AlikeFor(r, a, b, atom) && Lifted(r, a, part, atom)
    ensures Lifted(r, b, part, atom)
  {
    hide Known, Meets, AlikeFor;
    var c :| c in r.unless && c != [] && forall t | t in c :: Sure(t, a, part, atom);
    forall t | t in c ensures Sure(t, b, part, atom) { assert Tests(r, t); TestAlike(r, t, a, b, part, atom); }
  }
  lemma Swap(r: Rule, a: Scene, b: Scene, atom: Atom)
    requires AlikeFor(r, a, b, atom)
    ensures AlikeFor(r, b, a, atom)
  { hide Looks, Tests; }
  lemma RuleAlike(r: Rule, a: Scene, b: Scene, part: Part, atom: Atom)
    requires AlikeFor(r, a, b, atom)
    ensures Yes(r, a, part, atom) ==> Yes(r, b, part, atom)
    ensures Maybe(r, a, part, atom) ==> Maybe(r, b, part, atom)
  {
    hide Known, Meets, Lifted, Looks;
    forall t | t in r.tests
      ensures (Sure(t, a, part, atom) ==> Sure(t, b, part, atom)) && (May(t, a, part, atom) ==> May(t, b, part, atom))
    { assert Tests(r, t); TestAlike(r, t, a, b, part, atom); }
    Swap(r, a, b, atom);
    if Lifted(r, b, part, atom) { LiftedAlike(r, b, a, part, atom); }
  }
  lemma RuleSame(p: Policy, r: Rule, a: Scene, b: Scene, part: Part, atom: Atom)
    requires Alike(p, a, b) && part in a.q.parts && atom in part.atoms && r in p.rules
    ensures Yes(r, a, part, atom) <==> Yes(r, b, part, atom)
    ensures Maybe(r, a, part, atom) <==> Maybe(r, b, part, atom)
  {
    hide Yes, Maybe, Alike, AlikeFor;
    AlikeHere(p, a, b, part, atom, r);
    Swap(r, a, b, atom);
    RuleAlike(r, a, b, part, atom);
    RuleAlike(r, b, a, part, atom);
  }

  // ---- so the rules' say is the same ----
  lemma ClearSame(p: Policy, a: Scene, b: Scene)
    requires Alike(p, a, b)
    ensures Clear(p, a) <==> Clear(p, b)
  {
    hide Yes, Maybe, Complete;
    assert a.q == b.q;
    forall part, atom | part in a.q.parts && atom in part.atoms
      ensures (Granted(p, a, part, atom) <==> Granted(p, b, part, atom)) && (Forbidden(p, a, part, atom) <==> Forbidden(p, b, part, atom))
    {
      forall r | r in p.rules
        ensures (Yes(r, a, part, atom) <==> Yes(r, b, part, atom)) && (Maybe(r, a, part, atom) <==> Maybe(r, b, part, atom))
      { hide Alike; RuleSame(p, r, a, b, part, atom); }
    }
  }
  lemma WantedSame(p: Policy, a: Scene, b: Scene, n: Name)
    requires Alike(p, a, b)
    ensures Wanted(p, a, n) <==> Wanted(p, b, n)
  {
    hide Yes, Maybe;
    assert a.q == b.q;
    forall part, atom | part in a.q.parts && atom in part.atoms
      ensures Needed(p, a, part, atom, n) <==> Needed(p, b, part, atom, n)
    {
      forall r | r in p.rules ensures Maybe(r, a, part, atom) <==> Maybe(r, b, part, atom) { hide Alike; RuleSame(p, r, a, b, part, atom); }
    }
  }
  lemma CountsSame(p: Policy, a: Scene, b: Scene, part: Part, atom: Atom, r: Rule)
    requires Alike(p, a, b) && part in a.q.parts && atom in part.atoms && r in p.rules
    ensures Charges(r, a, part, atom) <==> Charges(r, b, part, atom)
    ensures Counts(p, a, part, atom, r) <==> Counts(p, b, part, atom, r)
    ensures Counts(p, a, part, atom, r) ==> Counter(p, a, part, atom, r) == Counter(p, b, part, atom, r)
  {
    hide Yes, Maybe;
    assert a.q == b.q && a.now == b.now;
    RuleSame(p, r, a, b, part, atom);
  }
  lemma PayableSame(p: Policy, a: Scene, b: Scene)
    requires Alike(p, a, b)
    ensures Payable(p, a) <==> Payable(p, b)
  {
    hide Charges, Counts;
    assert a.q == b.q;
    forall part, atom, r | part in a.q.parts && atom in part.atoms && r in p.rules
      ensures (Charges(r, a, part, atom) <==> Charges(r, b, part, atom)) && (Counts(p, a, part, atom, r) <==> Counts(p, b, part, atom, r))
    { hide Alike; CountsSame(p, a, b, part, atom, r); }
  }
  lemma TouchesSame(p: Policy, a: Scene, b: Scene, part: Part, k: Key)
    requires Alike(p, a, b) && part in a.q.parts
    ensures Touches(p, a, part, k) <==> Touches(p, b, part, k)
  {
    hide Counts, Counter;
    forall atom, r | atom in part.atoms && r in p.rules
      ensures Counts(p, a, part, atom, r) <==> Counts(p, b, part, atom, r)
      ensures Counts(p, a, part, atom, r) ==> Counter(p, a, part, atom, r) == Counter(p, b, part, atom, r)
    { hide Alike; CountsSame(p, a, b, part, atom, r); }
  }
  lemma AmountSame(p: Policy, a: Scene, b: Scene, parts: seq<Part>, k: Key)
    requires Alike(p, a, b) && forall part | part in parts :: part in a.q.parts
    ensures Amount(p, a, parts, k) == Amount(p, b, parts, k)
  {
    hide Touches, Alike;
    if parts != [] {
      AmountSame(p, a, b, parts[..|parts| - 1], k);
      TouchesSame(p, a, b, parts[|parts| - 1], k);
    }
  }
  lemma BatchSame(p: Policy, a: Scene, b: Scene)
    requires Alike(p, a, b)
    ensures Keys(p, a) == Keys(p, b) && Batch(p, a) == Batch(p, b)
  {
    hide Touches, Amount;
    assert a.q == b.q;
    forall k: Key ensures k in Keys(p, a) <==> k in Keys(p, b) {
      hide Keys, Alike;
      Batches.KeysTouched(p, a, k);
      Batches.KeysTouched(p, b, k);
      forall part | part in a.q.parts ensures Touches(p, a, part, k) <==> Touches(p, b, part, k) { TouchesSame(p, a, b, part, k); }
    }
    forall k | k in Keys(p, a) ensures Amount(p, a, a.q.parts, k) == Amount(p, b, b.q.parts, k) {
      hide Keys, Alike;
      AmountSame(p, a, b, a.q.parts, k);
    }
  }
  // What is touched is named: so the view shows it.
  lemma KeysNamed(p: Policy, sc: Scene, k: Key)
    requires k in Keys(p, sc)
    ensures Named(p, sc.q, sc.now, k)
  {
    hide Maybe;
    var part, atom, r :| part in sc.q.parts && atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && k == Counter(p, sc, part, atom, r);
    assert Sets(p, r, sc.q, atom, sc.now, k);
  }
  lemma CarryingAlike(p: Policy, a: Scene, b: Scene)
    requires Alike(p, a, b)
    ensures Alike(p, Carrying(p, a), Carrying(p, b))
  {
    hide Keys, Named;
    BatchSame(p, a, b);
    forall k | k in Keys(p, a) ensures Get(a.view.nums, k) == Get(b.view.nums, k) { KeysNamed(p, a, k); }
    assert Brings(p, a) == Brings(p, b);
  }
}
