include "Prover.dfy"
// Rules that never matter: for each id, whether the policy without its rules says something else of any moment.
module Idle {
  import opened Names
  import opened Policies
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower
  import Prover

  // ---- a balanced disjunction, from which one member can be left out ----
  // Each node says first between which values of one coordinate it can hold at all, so that a search passes by most of it.
  datatype Tree = Leaf(f: F, hull: Iv) | Node(f: F, hull: Iv, at: nat, l: Tree, r: Tree)
  // Outside of it the formula does not hold; `full`: where the coordinate lies.
  function Hull(f: F, key: nat, full: Iv): Iv {
    match f
    case E => Iv(full.hi, full.lo)
    case In(c, lo, hi) => if c == key then Iv(lo, hi) else full
    case And(l, r) => Meet(Hull(l, key, full), Hull(r, key, full))
    case Or(l, r) => Join(Hull(l, key, full), Hull(r, key, full))
    case T => full
    case Not(_) => full
  }
  function Meet(a: Iv, b: Iv): Iv { Iv(if a.lo < b.lo then b.lo else a.lo, if a.hi < b.hi then a.hi else b.hi) }
  function Join(a: Iv, b: Iv): Iv { Iv(if a.lo < b.lo then a.lo else b.lo, if a.hi < b.hi then b.hi else a.hi) }
  function Guarded(f: F, key: nat, hull: Iv, full: Iv): F {
    if full.hi <= full.lo || (hull.lo <= full.lo && full.hi <= hull.hi) then f else Both(In(key, hull.lo, hull.hi), f)
  }
  function Plant(fs: seq<F>, i: nat, j: nat, key: nat, full: Iv): Tree
    requires i <= j <= |fs|
    decreases j - i
  {
    if i == j then Leaf(E, Hull(E, key, full)) else if i + 1 == j then Leaf(fs[i], Hull(fs[i], key, full)) else
    var m := (i + j) / 2;
    var l, r := Plant(fs, i, m, key, full), Plant(fs, m, j, key, full);
    var hull := Join(l.hull, r.hull);
    Node(Guarded(Either(l.f, r.f), key, hull, full), hull, m, l, r)
  }
  function But(w: Tree, k: nat): F {
    if w.Leaf? then E
    else if k < w.at then Either(But(w.l, k), w.r.f)
    else Either(w.l.f, But(w.r, k))
  }

  // ---- the rules of each id as formulas ----
  // ns: all approvals that are needed.
  datatype Grove = Grove(complete: F, facts: F, ns: seq<Name>, mays: seq<F>, grants: seq<F>, forbids: seq<F>, needs: seq<seq<F>>,
                         grantTree: Tree, forbidTree: Tree, needTrees: seq<Tree>)
  function Groups(p: Policy, ids: seq<Name>): seq<seq<Rule>> { seq(|ids|, i requires 0 <= i < |ids| => Mine(p.rules, ids[i])) }
  // Some rule of the group speaks, or may.
  function MayF(t: Table, rs: seq<Rule>): F { Disj(seq(|rs|, i requires 0 <= i < |rs| => if Judging(rs[i]) then MaybeF(t, rs[i]) else E)) }
  function MaysOf(t: Table, groups: seq<seq<Rule>>): seq<F> { seq(|groups|, i requires 0 <= i < |groups| => MayF(t, groups[i])) }
  function GrantsOf(t: Table, groups: seq<seq<Rule>>): seq<F> { seq(|groups|, i requires 0 <= i < |groups| => GrantF(t, groups[i])) }
  function ForbidsOf(t: Table, groups: seq<seq<Rule>>): seq<F> { seq(|groups|, i requires 0 <= i < |groups| => ForbidF(t, groups[i])) }
  function NeedsOf(t: Table, groups: seq<seq<Rule>>, n: Name): seq<F> {
    seq(|groups|, i requires 0 <= i < |groups| => NeedF(t, groups[i], n))
  }
  function FullOf(t: Table, key: nat): Iv { if key < |t.coords| then DomOf(t, t.coords[key]) else Iv(0, 0) }
  function Rooted(t: Table, fs: seq<F>, key: nat): Tree { Plant(fs, 0, |fs|, key, FullOf(t, key)) }
  function Grown(t: Table, p: Policy, ids: seq<Name>, key: nat): Grove {
    var groups := Groups(p, ids);
    var ns := NamesNeeded(t, p.rules, |p.rules|);
    var gs, fs := GrantsOf(t, groups), ForbidsOf(t, groups);
    var needs := seq(|ns|, i requires 0 <= i < |ns| => NeedsOf(t, groups, ns[i]));
    Grove(Both(AssumedF(t), CompleteF(t, p)), FactsF(t), ns, MaysOf(t, groups), gs, fs, needs, Rooted(t, gs, key), Rooted(t, fs, key),
          seq(|needs|, i requires 0 <= i < |needs| => Rooted(t, needs[i], key)))
  }
  // An approval is needed by the rules of this id alone.
  function AloneF(g: Grove, k: nat): F
    requires |g.needs| == |g.needTrees| && forall i | 0 <= i < |g.needs| :: k < |g.needs[i]|
  { Disj(seq(|g.needs|, i requires 0 <= i < |g.needs| => if g.needs[i][k].E? then E else Both(g.needs[i][k], Neg(But(g.needTrees[i], k))))) }
  function MattersF(g: Grove, k: nat): F
    requires k < |g.mays| && k < |g.grants| && k < |g.forbids| && |g.needs| == |g.needTrees| && forall i | 0 <= i < |g.needs| :: k < |g.needs[i]|
  {
    var gm, fm := g.grants[k], g.forbids[k];
    var gr := But(g.grantTree, k);
    var does := Either(Both(gm, Both(Neg(gr), Neg(fm))), Both(Either(fm, AloneF(g, k)), gr));
    if does.E? then E else Both(Both(Both(g.complete, g.mays[k]), Both(does, Neg(But(g.forbidTree, k)))), g.facts)
  }

  // Every rule that judges parts of the verb has one of the ids, each of which stands once.
  predicate Parted(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>) {
    && (forall i | 0 <= i < |ids| :: ids[i] in places && places[ids[i]] == i)
    && (forall i | 0 <= i < |p.rules| :: Placed_(t, p.rules[i], ids, places))
  }
  predicate Placed_(t: Table, r: Rule, ids: seq<Name>, places: map<Name, nat>) {
    t.verb !in r.verbs || !Judging(r) || (r.id in places && places[r.id] < |ids| && ids[places[r.id]] == r.id)
  }
  predicate Ready(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>) { TableOk(t) && PolicyOk(t, p) && Parted(t, p, ids, places) }

  datatype Life = Dead | Alive(box: Box) | Unclear
  ghost predicate Honest(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, lives: seq<Life>) {
    lives != [] ==>
      && Ready(t, p, ids, places) && |lives| == |ids|
      && forall k | 0 <= k < |ids| && lives[k].Dead? :: Prover.Nowhere(t, MattersF(Grown(t, p, ids, key), k))
  }
  // For each id a life; none if the table is refused. `budget`: boxes for each. `key`: the coordinate that tells rules apart
  // best; ids in its order are searched fastest.
  method Lives(t: Table, p: Policy, ids: seq<Name>, places: map<Name, nat>, key: nat, budget: nat) returns (lives: seq<Life>)
    ensures Honest(t, p, ids, places, key, lives)
    ensures Ready(t, p, ids, places) ==> |lives| == |ids|
    ensures forall k | 0 <= k < |lives| && lives[k].Unclear? :: Solid(Dom(t)) && budget < FullBill(MattersF(Grown(t, p, ids, key), k), Dom(t))
  {
    hide Valid, Dom, CrewsOk, EnumsOk, FactsOk, PolicyOk, Parted, MattersF, Groups, MaysOf, GrantsOf, ForbidsOf, NeedsOf, Rooted, Full, Fine, Has,
      Bill, BillAll, FullBill;
    lives := [];
    var ok := Ready(t, p, ids, places);
    if !ok { return []; }
    Prover.DomSolid(t);
    var g, d := Grown(t, p, ids, key), Dom(t);
    assert |g.mays| == |ids| && |g.grants| == |ids| && |g.forbids| == |ids| by { reveal Groups, MaysOf, GrantsOf, ForbidsOf; }
    assert forall i | 0 <= i < |g.needs| :: |g.needs[i]| == |ids| by { reveal Groups, NeedsOf; }
    while |lives| < |ids|
      invariant |lives| <= |ids|
      invariant forall k | 0 <= k < |lives| && lives[k].Dead? :: Prover.Nowhere(t, MattersF(g, k))
      invariant forall k | 0 <= k < |lives| && lives[k].Unclear? :: budget < FullBill(MattersF(g, k), d)
    {
      var f := MattersF(g, |lives|);
      BeginKeeps(f, d);
      var a, rest, left := Next(Begin(f, d), budget, f, d);
      if a.NoPoint? { lives := lives + [Dead]; } else if a.TooLong? { lives := lives + [Unclear]; } else { lives := lives + [Alive(a.b)]; }
    }
  }
}
