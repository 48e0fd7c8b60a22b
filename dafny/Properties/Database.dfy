include "Small.dfy"
// S5: database modification. Only listed columns of listed tables are read, and nothing is changed, or only what people approved.
module DatabaseSpec {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened OnlySpec

  // Tables of which these columns, or all of them, may be read.
  datatype Shown = Shown(tables: seq<Pattern>, all: bool, columns: set<Name>)
  ghost function TestsOf(o: Shown, table: Name, column: Name): seq<Test> {
    [Placed(table, o.tables, true)] + if o.all then [] else [Named(column, o.columns, true)]
  }
  // For each reading verb: every permit and ask lists tables, and columns, as one of `shown` does,
  //     permit: sql.read
  //     where: {table: shop.public.customers, column: [id, segment, city]}
  // or some rule forbids all else.
  ghost predicate ReadsShown(v: Policy, readers: set<Name>, table: Name, column: Name, shown: seq<Shown>) {
    forall verb | verb in readers :: Only(v, verb, seq(|shown|, i requires 0 <= i < |shown| => TestsOf(shown[i], table, column)))
  }
  // No rule permits a change, or one forbids them all:
  //     forbid: [sql.insert, sql.update, sql.delete, sql.schema]
  ghost predicate ChangesNothing(v: Policy, changes: set<Name>) { forall verb | verb in changes :: Only(v, verb, []) }
  // The same, but those called n may approve: every rule that grants a change asks them, or one rule holds all of them back.
  ghost predicate ChangesUnless(v: Policy, changes: set<Name>, n: Name) { forall verb | verb in changes :: OnlyUnless(v, verb, [], n) }

  ghost predicate IsShown(atom: Atom, table: Name, column: Name, shown: seq<Shown>) {
    exists o | o in shown :: AtListed(atom, table, o.tables) && (o.all || OfListed(atom, column, o.columns))
  }
  ghost predicate ReadsOnly(q: Request, readers: set<Name>, table: Name, column: Name, shown: seq<Shown>) {
    forall part, atom | part in q.parts && part.verb in readers && atom in part.atoms :: IsShown(atom, table, column, shown)
  }
  ghost predicate Changes(q: Request, changes: set<Name>) { exists part | part in q.parts :: part.verb in changes }
}
module Database {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened DatabaseSpec
  import Onlys

  // S5: in every run in which every policy ever in force has the pattern, no effect reads anything but what is shown,
  lemma S5_Reads(p: Policy, trace: seq<Input>, n: nat, readers: set<Name>, table: Name, column: Name, shown: seq<Shown>)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ReadsShown(v, readers, table, column, shown)
    ensures ReadsOnly(Doing(p, trace, n).q, readers, table, column, shown)
  {
    hide Run, Only, JudgedIn, IsShown, Holds;
    var q := Doing(p, trace, n).q;
    var safe := seq(|shown|, i requires 0 <= i < |shown| => TestsOf(shown[i], table, column));
    forall part, atom | part in q.parts && part.verb in readers && atom in part.atoms ensures IsShown(atom, table, column, shown) {
      Onlys.Effects(p, trace, n, part, atom, safe);
      HoldsShown(table, column, shown, safe, JudgedIn(p, trace, Doing(p, trace, n)), part, atom);
    }
  }
  lemma HoldsShown(table: Name, column: Name, shown: seq<Shown>, safe: seq<seq<Test>>, sc: Scene, part: Part, atom: Atom)
    requires |safe| == |shown| && forall i | 0 <= i < |shown| :: safe[i] == TestsOf(shown[i], table, column)
    requires Holds(safe, sc, part, atom)
    ensures IsShown(atom, table, column, shown)
  {
    hide Fits;
    var c :| c in safe && forall t | t in c :: Sure(t, sc, part, atom);
    var i :| 0 <= i < |safe| && safe[i] == c;
    assert shown[i] in shown && c[0] in c;
    if !shown[i].all { assert c[1] in c; }
  }
  // no effect changes anything,
  lemma S5_Changes(p: Policy, trace: seq<Input>, n: nat, changes: set<Name>)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ChangesNothing(v, changes)
    ensures !Changes(Doing(p, trace, n).q, changes)
  {
    hide Run, Only, JudgedIn;
    var q := Doing(p, trace, n).q;
    if Changes(q, changes) {
      var part :| part in q.parts && part.verb in changes;
      var atom := Onlys.SomeAtom(p, trace, n, part);
      Onlys.Effects(p, trace, n, part, atom, []);
    }
  }
  // or only under an open, unexpired grant for exactly this request, for which all had voted whom the policy then in force names.
  lemma S5_Approved(p: Policy, trace: seq<Input>, n: nat, changes: set<Name>, name: Name)
    requires n < |Run(p, trace).effects|
    requires forall v | v in Run(p, trace).policies :: ChangesUnless(v, changes, name)
    ensures Changes(Doing(p, trace, n).q, changes) ==> ApprovedThen(p, trace, Doing(p, trace, n), name)
  {
    hide Run, OnlyUnless, JudgedIn, ApprovedThen;
    var q := Doing(p, trace, n).q;
    if Changes(q, changes) {
      var part :| part in q.parts && part.verb in changes;
      var atom := Onlys.SomeAtom(p, trace, n, part);
      Onlys.EffectsUnless(p, trace, n, part, atom, [], name);
    }
  }
}
module DatabaseWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Boundary
  import opened DecidedSpec
  import opened OnlySpec
  import opened DatabaseSpec
  import opened SmallPolicies
  import Database

  // permit: READ, where: {table: "LISTED.**", column: COLUMN}
  ghost function Axes(t: Name, k: Name): seq<Axis> { [Axis(t, true), Axis(k, false)] }
  ghost function Tests(t: Name, x: Name, k: Name, y: Name): seq<Test> { [Placed(t, Below(x), true), Named(k, {y}, true)] }
  ghost function Reader(c: Cast, t: Name, x: Name, k: Name, y: Name): seq<Rule> { [Permitting(c, Tests(t, x, k, y))] }
  // The column is forgotten: one test is missing.
  ghost function Looser(c: Cast, t: Name, x: Name): seq<Rule> { [Permitting(c, [Placed(t, Below(x), true)])] }
  ghost function Cell(t: Name, x: Name, k: Name, y: Name): Atom { Atom(map[k := y], map[t := [x]]) }
  ghost function Only1(x: Name, y: Name): seq<Shown> { [Shown(Below(x), false, {y})] }

  lemma CellMeets(c: Cast, t: Name, x: Name, k: Name, y: Name)
    ensures var q, atom := Req(c, map[], Cell(t, x, k, y)), Cell(t, x, k, y);
            forall u | u in Tests(t, x, k, y) :: Sure(u, Sc(c, q), Part(c.verb, map[], [atom]), atom)
  { assert Below(x)[0] in Below(x) && Fits(Below(x)[0], [x]); }
  lemma W_S5_Reads(c: Cast, t: Name, x: Name, k: Name, y: Name, changes: set<Name>)
    requires c.verb !in changes
    ensures var p, q := Pol(c, Axes(t, k), Reader(c, t, x, k, y)), Req(c, map[], Cell(t, x, k, y));
            ReadsShown(p, {c.verb}, t, k, Only1(x, y)) && ChangesNothing(p, changes) && Performs1(p, Trace(c, q), q)
  {
    hide Run, Yes, Sure;
    var q, part, atom, rules := Req(c, map[], Cell(t, x, k, y)), Part(c.verb, map[], [Cell(t, x, k, y)]), Cell(t, x, k, y), Reader(c, t, x, k, y);
    CellMeets(c, t, x, k, y);
    YesPermit(c, Tests(t, x, k, y), q, part, atom);
    assert rules[0] in rules;
    Happens1(c, Axes(t, k), rules, map[], atom);
    var shown, p := Only1(x, y), Pol(c, Axes(t, k), rules);
    var safe := seq(|shown|, i requires 0 <= i < |shown| => TestsOf(shown[i], t, k));
    assert safe[0] == Tests(t, x, k, y) && safe[0] in safe;
    assert forall u | u in safe[0] :: u in Tests(t, x, k, y) && Tighter(u, u);
    assert Inside(Tests(t, x, k, y), safe);
  }
  // permit: READ, and ask: CHANGE, needs: N: an ask alone grants changes.
  lemma W_S5_Approved(c: Cast, n: Name)
    ensures var p := Pol(c, [], [Asking(c, [], n)]); ChangesUnless(p, {c.verb}, n) && !ChangesNothing(p, {c.verb})
  {
    var p := Pol(c, [], [Asking(c, [], n)]);
    assert p.rules[0] in p.rules;
  }
  // X: with the column forgotten, any column is read.
  lemma X_OtherColumn(c: Cast, t: Name, x: Name, k: Name, y: Name, z: Name)
    requires y != z
    ensures var p, q := Pol(c, Axes(t, k), Looser(c, t, x)), Req(c, map[], Cell(t, x, k, z));
            Performs1(p, Trace(c, q), q) && !ReadsOnly(q, {c.verb}, t, k, Only1(x, y)) && !ReadsShown(p, {c.verb}, t, k, Only1(x, y))
  {
    hide Run, Only, Yes, Sure;
    var axes, q, part, atom, rules := Axes(t, k), Req(c, map[], Cell(t, x, k, z)), Part(c.verb, map[], [Cell(t, x, k, z)]), Cell(t, x, k, z), Looser(c, t, x);
    CellMeets(c, t, x, k, z);
    assert Tests(t, x, k, z)[0] in Tests(t, x, k, z);
    YesPermit(c, [Placed(t, Below(x), true)], q, part, atom);
    assert rules[0] in rules;
    Happens1(c, axes, rules, map[], atom);
    assert q.parts[0] == part && part.atoms[0] == atom;
    assert !IsShown(atom, t, k, Only1(x, y));
    if ReadsShown(Pol(c, axes, rules), {c.verb}, t, k, Only1(x, y)) {
      Database.S5_Reads(Pol(c, axes, rules), Trace(c, q), 0, {c.verb}, t, k, Only1(x, y));
    }
  }
  // X: where one rule permits it, a change is performed, and nobody was asked.
  lemma X_Changed(c: Cast, n: Name)
    ensures var p, q := Pol(c, [], [Permitting(c, [])]), Req(c, map[], Atom(map[], map[]));
            Performs1(p, Trace(c, q), q) && Changes(q, {c.verb}) && !ApprovedThen(p, Trace(c, q), Doing(p, Trace(c, q), 0), n)
    ensures var p := Pol(c, [], [Permitting(c, [])]); !ChangesNothing(p, {c.verb}) && !ChangesUnless(p, {c.verb}, n)
  {
    hide Run, Yes, Only, OnlyUnless;
    var atom := Atom(map[], map[]);
    var q, part, rules := Req(c, map[], atom), Part(c.verb, map[], [atom]), [Permitting(c, [])];
    var p := Pol(c, [], rules);
    YesPermit(c, [], q, part, atom);
    assert rules[0] in rules;
    Happens1(c, [], rules, map[], atom);
    assert q.parts[0] == part;
    Unasked(p, Trace(c, q), Doing(p, Trace(c, q), 0), n);
    if ChangesNothing(p, {c.verb}) { Database.S5_Changes(p, Trace(c, q), 0, {c.verb}); }
    if ChangesUnless(p, {c.verb}, n) { Database.S5_Approved(p, Trace(c, q), 0, {c.verb}, n); }
  }
}
