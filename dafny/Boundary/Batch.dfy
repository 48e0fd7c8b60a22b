include "Permission.dfy"
// The batch of a request: its keys are those that the request touches, and nothing in it is negative.
module Batches {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission

  lemma KeysTouched(p: Policy, sc: Scene, k: Key)
    ensures k in Keys(p, sc) <==> Touched(p, sc, k)
  {
    hide Counts, Counter;
    if k in Keys(p, sc) {
      var part, atom, r :| part in sc.q.parts && atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && k == Counter(p, sc, part, atom, r);
      assert Touches(p, sc, part, k);
    }
    if Touched(p, sc, k) {
      var part :| part in sc.q.parts && Touches(p, sc, part, k);
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
    }
  }

  // ---- a key's kind tells what it is a key of ----
  // A budget that the policy names is of the key's kind.
  ghost predicate Named(p: Policy, k: Key) { Budgeted(k) ==> k.1 in p.budgets && p.budgets[k.1].kind == k.0 }
  lemma CounterNamed(p: Policy, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires Sound(p) && r in p.rules && Counts(p, sc, part, atom, r)
    ensures Named(p, Counter(p, sc, part, atom, r))
    ensures var k := Counter(p, sc, part, atom, r);
            Budgeted(k) ==> r.effect.Charge? && k.1 == r.effect.budget && Counted(p.budgets[k.1], sc.q, part, atom)
  {
    hide Maybe, Counted, AllGiven;
    assert SoundRule(p, r);
  }
  lemma TouchedNamed(p: Policy, sc: Scene, k: Key)
    requires Sound(p) && Touched(p, sc, k)
    ensures Named(p, k)
  {
    hide Sound, Counts, Counter, Named;
    var part :| part in sc.q.parts && Touches(p, sc, part, k);
    var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
    CounterNamed(p, sc, part, atom, r);
  }

  // ---- nothing in it is negative ----
  lemma DueNatural(p: Policy, sc: Scene, part: Part, k: Key)
    requires Sound(p)
    ensures 0 <= Due(p, sc, part, k)
  {
    hide Counts, Counter;
    if Touches(p, sc, part, k) && Budgeted(k) {
      var atom, r :| atom in part.atoms && r in p.rules && Counts(p, sc, part, atom, r) && Counter(p, sc, part, atom, r) == k;
      CounterNamed(p, sc, part, atom, r);
      var b := p.budgets[k.1];
      assert SoundBudget(b);
      Times(part.ints[b.measure], Unit(b));
    }
  }
  lemma Times(a: int, b: int)
    requires 0 <= a && 0 <= b
    ensures 0 <= a * b
  {}
  lemma AmountNatural(p: Policy, sc: Scene, parts: seq<Part>, k: Key)
    requires Sound(p)
    ensures 0 <= Amount(p, sc, parts, k)
  {
    hide Due, Sound;
    if parts != [] {
      AmountNatural(p, sc, parts[..|parts| - 1], k);
      DueNatural(p, sc, parts[|parts| - 1], k);
    }
  }
  lemma BatchNatural(p: Policy, sc: Scene, k: Key)
    requires Sound(p) && k in Batch(p, sc)
    ensures Batch(p, sc)[k].Touch? && 0 <= Batch(p, sc)[k].amount
  {
    hide Amount, Keys, Sound;
    AmountNatural(p, sc, sc.q.parts, k);
  }

  // A window of fixed length holds the present: it ends after now, and began no later.
  lemma WindowHolds(period: int, month: int, now: int)
    requires 0 < period
    ensures now < End(period, month, now) <= now + period
  { assert End(period, month, now) == (now / period) * period + period && now == (now / period) * period + now % period; }
}
