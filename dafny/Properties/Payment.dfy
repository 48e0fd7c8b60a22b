include "Counted.dfy"
// S3: irreversible payments. Each is at most the limit, or approved; all together stay within a budget; each is performed once.
module PaymentSpec {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened OnlySpec
  import opened TotalsSpec

  // For each paying verb: every permit that speaks of it stops at the limit, and what may be above asks those called n,
  //     permit: money.payment
  //     where: {amount: {max: 500.00 USD}}
  //     ask: money.payment
  //     where: {amount: {above: 500.00 USD}}
  //     needs: controller
  // or some rule holds back whatever is above until they approve.
  ghost predicate LimitsPayments(v: Policy, pays: set<Name>, amount: Name, limit: int, n: Name) {
    forall verb | verb in pays :: OnlyUnless(v, verb, [[Ranged(amount, [AtMost(limit)], true)]], n)
  }
  // All of them are counted:
  //     budgets: {invoices: {amount: 20000.00 USD, of: all.pay, per: [tenant], every: month}}
  ghost predicate BudgetsPayments(v: Policy, pays: set<Name>, amount: Name, b: Name) { CountsAll(v, pays, amount, b, {}) }

  ghost predicate EachAtMost(q: Request, pays: set<Name>, amount: Name, limit: int) {
    forall part | part in q.parts && part.verb in pays :: amount in part.ints && part.ints[amount] <= limit
  }
}
module Payment {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Boundary
  import opened DecidedSpec
  import opened SpendingSpec
  import opened TotalsSpec
  import opened OnlySpec
  import opened PaymentSpec
  import Counted
  import D = Decided
  import E = Effects
  import Onlys
  import CountedInFull

  // S3: in every run in which every policy ever in force has the pattern, each payment is at most the limit, or it was performed under
  // an open, unexpired grant for exactly this request, for which all had voted whom the policy then in force names;
  lemma S3_Limit(p: Policy, trace: seq<Input>, n: nat, pays: set<Name>, amount: Name, limit: int, name: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: LimitsPayments(v, pays, amount, limit, name)
    ensures EachAtMost(Doing(p, trace, n).q, pays, amount, limit) || ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, OnlyUnless, JudgedIn, Holds, ApprovedThen;
    var q, safe := Doing(p, trace, n).q, [[Ranged(amount, [AtMost(limit)], true)]];
    if !ApprovedThen(p, trace, Doing(p, trace, n), name) {
      forall part | part in q.parts && part.verb in pays ensures amount in part.ints && part.ints[amount] <= limit {
        var atom := Onlys.SomeAtom(p, trace, n, part);
        Onlys.EffectsUnless(p, trace, n, part, atom, safe, name);
        HoldsRanged(amount, limit, JudgedIn(p, trace, Doing(p, trace, n)), part, atom);
      }
    }
  }
  lemma HoldsRanged(amount: Name, limit: int, sc: Scene, part: Part, atom: Atom)
    requires Holds([[Ranged(amount, [AtMost(limit)], true)]], sc, part, atom)
    ensures amount in part.ints && part.ints[amount] <= limit
  {
    var c :| c in [[Ranged(amount, [AtMost(limit)], true)]] && forall t | t in c :: Sure(t, sc, part, atom);
    assert c[0] in c;
    assert Lies(AtMost(limit), part.ints[amount]);
  }
  // the payments of each effect are reserved in full in their account;
  lemma S3_Counted(p: Policy, trace: seq<Input>, n: nat, pays: set<Name>, amount: Name, b: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: BudgetsPayments(v, pays, amount, b)
    ensures var pm := Doing(p, trace, n); Counted.Reserved(Current(Then(p, trace, pm)), pm, pays, amount, b)
  {
    hide Run, CountsAll, Counted.Reserved;
    Counted.Effects(p, trace, n, pays, amount, b);
  }
  // all that was paid or is about to be, over all effects of the run, is within the account's limit (the highest of the run's policies);
  lemma S3_Total(p: Policy, trace: seq<Input>, k: Key, top: int)
    requires k.0 == 0 && 0 <= top && LimitsAtMost(Run(p, trace).policies, k.1, top)
    ensures Outlay(Run(p, trace).permits, Run(p, trace).effects, k) <= Spent(Run(p, trace).permits, k) <= top
  { CountedInFull.Within(p, trace, k, top); }
  // and what was permitted once is performed once: two effects are two permits, of two Decides.
  lemma S3_Once(p: Policy, trace: seq<Input>, a: nat, b: nat)
    requires a < b < |Run(p, trace).effects|
    ensures Run(p, trace).effects[a].token != Run(p, trace).effects[b].token
  { E.Once(p, trace, a, b); }
}
module PaymentWitnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened DecidedSpec
  import opened SpendingSpec
  import opened TotalsSpec
  import opened OnlySpec
  import opened PaymentSpec
  import opened SmallPolicies
  import Counted
  import Payment
  import CountedInFull
  import R = SmallRuns
  import M = Machine
  import BudgetSpec

  // permit: PAY, where: {amount: {max: 5}}; ask: PAY, where: {amount: {min: 6}}, needs: N; budgets: {FUND: {amount: 10, of: PAY, per: [SCOPE]}}
  ghost function Small(amount: Name): Test { Ranged(amount, [AtMost(5)], true) }
  ghost function Large(amount: Name): Test { Ranged(amount, [AtLeast(6)], true) }
  ghost function Rules(c: Cast, amount: Name, fund: Name, n: Name): seq<Rule>
  { [Permitting(c, [Small(amount)]), Asking(c, [Large(amount)], n), Says(c, Charge(fund), [])] }
  ghost function Paying(c: Cast, amount: Name, fund: Name, n: Name): Policy
  { Pol(c, [], Rules(c, amount, fund, n)).(budgets := map[fund := Budget(0, amount, 10, 0, (c.scope, c.scope, c.scope, c.scope))]) }
  ghost function Nil(): Atom { Atom(map[], map[]) }
  ghost function Pay(c: Cast, amount: Name, a: int): Request { Req(c, map[amount := a], Nil()) }
  ghost function PartOf(c: Cast, amount: Name, a: int): Part { Part(c.verb, map[amount := a], [Nil()]) }
  ghost function KeyIn(c: Cast, fund: Name): Key { (0, fund, c.scope, c.scope, c.scope, c.scope, 0) }
  ghost function Ops(c: Cast, amount: Name, fund: Name, a: int): map<Key, Op> { map[KeyIn(c, fund) := Touch(10, a, amount)] }

  lemma Speaks5(c: Cast, amount: Name, fund: Name, n: Name)
    ensures var sc, part := Sc(c, Pay(c, amount, 5)), PartOf(c, amount, 5); var rules := Rules(c, amount, fund, n);
                                                                            Yes(rules[0], sc, part, Nil()) && !Maybe(rules[1], sc, part, Nil()) && Maybe(rules[2], sc, part, Nil())
  {
    var sc, part := Sc(c, Pay(c, amount, 5)), PartOf(c, amount, 5);
    var rules := Rules(c, amount, fund, n);
    assert Lies(AtMost(5), 5) && [AtMost(5)][0] in [AtMost(5)];
    assert Sure(Small(amount), sc, part, Nil());
    assert rules[1].tests[0] in rules[1].tests && !May(Large(amount), sc, part, Nil());
  }
  lemma Judges5(c: Cast, amount: Name, fund: Name, n: Name)
    ensures var p, sc := Paying(c, amount, fund, n), Sc(c, Pay(c, amount, 5));
            R.Lets(p, [], sc) && Batch(p, Carrying(p, sc)) == Ops(c, amount, fund, 5)
  {
    hide Yes, Maybe, Amount;
    var p, sc, part := Paying(c, amount, fund, n), Sc(c, Pay(c, amount, 5)), PartOf(c, amount, 5);
    Speaks5(c, amount, fund, n);
    assert p.rules[0] in p.rules && p.rules[2] in p.rules && sc.q.parts[0] == part && part.atoms[0] == Nil();
    assert Counts(p, sc, part, Nil(), p.rules[2]) && Counter(p, sc, part, Nil(), p.rules[2]) == KeyIn(c, fund);
    R.SingleIs(p, sc, part, Nil(), p.rules[2]);
    assert Brings(p, sc) == {};
    assert Carrying(p, sc) == sc;
    assert forall m :: !Wanted(p, sc, m);
    assert M.Ledger([], KeyIn(c, fund)) == [] && BudgetSpec.Total([]) == 0;
  }
  // A payment of 5, and the account holds it.
  lemma W_S3_Payment(c: Cast, amount: Name, fund: Name, n: Name)
    ensures var p, trace := Paying(c, amount, fund, n), Trace(c, Pay(c, amount, 5)); var w := Run(p, trace);
                                                                                     Performs1(p, trace, Pay(c, amount, 5)) && LimitsAtMost(w.policies, fund, 10) && Outlay(w.permits, w.effects, KeyIn(c, fund)) == 5
    ensures var p := Paying(c, amount, fund, n); LimitsPayments(p, {c.verb}, amount, 5, n) && BudgetsPayments(p, {c.verb}, amount, fund)
  {
    hide Batch, Carrying, R.Lets, Ops;
    var p, q := Paying(c, amount, fund, n), Pay(c, amount, 5);
    var w := R.Hired(p, c.agent, c.kind);
    assert SceneOf(w, c.agent, q, 0) == Sc(c, q);
    Judges5(c, amount, fund, n);
    R.RunDone(p, c.agent, c.kind, q, 0);
    var done := R.Gone(R.Answered(w, c.agent, q, 0), 0);
    assert done.permits[..0] == [];
    assert done.effects[0] in done.effects && HasEffect(done.effects, 0);
    assert HeldBy(done.permits[0], KeyIn(c, fund)) == 5 by { reveal Ops; }
    Patterns(c, amount, fund, n);
  }
  lemma Patterns(c: Cast, amount: Name, fund: Name, n: Name)
    ensures var p := Paying(c, amount, fund, n); LimitsPayments(p, {c.verb}, amount, 5, n) && BudgetsPayments(p, {c.verb}, amount, fund)
  {
    hide Inside, Tighter;
    var p, t := Paying(c, amount, fund, n), Small(amount);
    Counting1(c, amount, fund, n);
    SmallInside(amount);
    assert forall r | r in p.rules && Grants(r) :: r.effect == Policies.Effect.Ask(n) || Inside(r.tests, [[t]]);
  }
  lemma SmallInside(amount: Name)
    ensures Inside([Small(amount)], [[Small(amount)]])
  {
    var t := Small(amount);
    assert [t][0] in [t] && [[t]][0] in [[t]] && Tighter(t, t);
  }
  lemma Counting1(c: Cast, amount: Name, fund: Name, n: Name)
    ensures BudgetsPayments(Paying(c, amount, fund, n), {c.verb}, amount, fund)
  {
    var p := Paying(c, amount, fund, n);
    assert p.rules[2] in p.rules && CountsHere(p.rules[2], c.verb, fund, {});
  }
  // X: where the permit forgets the limit, and nothing is counted, 20 are paid at once, and nobody was asked.
  lemma X_Unlimited(c: Cast, amount: Name, fund: Name, n: Name)
    ensures var p, q := Pol(c, [], [Permitting(c, [])]), Pay(c, amount, 20); var trace := Trace(c, q);
                                                                             Performs1(p, trace, q) && !EachAtMost(q, {c.verb}, amount, 5) && !ApprovedThen(p, trace, Doing(p, trace, 0), n) &&
                                                                             Sum(q.parts, {c.verb}, amount) == 20 && Outlay(Run(p, trace).permits, Run(p, trace).effects, KeyIn(c, fund)) == 0
    ensures var p := Pol(c, [], [Permitting(c, [])]); !LimitsPayments(p, {c.verb}, amount, 5, n) && !BudgetsPayments(p, {c.verb}, amount, fund)
  {
    hide Yes, OnlyUnless, Run, Step;
    var rules, q, part := [Permitting(c, [])], Pay(c, amount, 20), PartOf(c, amount, 20);
    var p, trace := Pol(c, [], rules), Trace(c, q);
    YesPermit(c, [], q, part, Nil());
    assert rules[0] in rules && q.parts[0] == part && q.parts[..0] == [];
    Happens1(c, [], rules, map[amount := 20], Nil());
    Unasked(p, trace, Doing(p, trace, 0), n);
    Payment.S3_Total(p, trace, KeyIn(c, fund), 0);
    CountedInFull.OutlayWithin(p, trace, |Run(p, trace).permits|, KeyIn(c, fund));
    assert Run(p, trace).permits[..|Run(p, trace).permits|] == Run(p, trace).permits;
    if LimitsPayments(p, {c.verb}, amount, 5, n) { Payment.S3_Limit(p, trace, 0, {c.verb}, amount, 5, n); }
  }
  // X: a payment of one more than the limit, and one that names no amount; W: one of the limit itself.
  lemma X_OneMore(c: Cast, amount: Name)
    ensures !EachAtMost(Pay(c, amount, 6), {c.verb}, amount, 5) && EachAtMost(Pay(c, amount, 5), {c.verb}, amount, 5)
  { assert Pay(c, amount, 6).parts[0] in Pay(c, amount, 6).parts; }
  lemma X_NoAmount(c: Cast, amount: Name, limit: int)
    ensures !EachAtMost(Req(c, map[], Nil()), {c.verb}, amount, limit)
  { assert Req(c, map[], Nil()).parts[0] in Req(c, map[], Nil()).parts; }
}
