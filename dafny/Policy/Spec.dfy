include "../Action/Request.dfy"
// What a policy is, and when one of its rules speaks about an atom.
module Policies {
  import opened Names
  import opened Requests

  datatype Sym = Lit(name: Name) | One                     // One: exactly one segment
  datatype Pattern = Pattern(syms: seq<Sym>, open: bool)   // open: any number of segments may follow, none included
  datatype Range = AtLeast(lo: int) | AtMost(hi: int) | Between(lo: int, hi: int)

  // A test on one axis: a list of alternatives, or (want false) none of them.
  datatype Test =
    | Named(axis: Name, names: set<Name>, want: bool)
    | Placed(axis: Name, patterns: seq<Pattern>, want: bool)
    | Holding(axis: Name, names: set<Name>, want: bool)    // some segment of the place is among the names
    | Ranged(axis: Name, ranges: seq<Range>, want: bool)

  datatype Effect =
    | Permit
    | Ask(needs: Name)        // grants once `needs` approve
    | Forbid
    | Require(needs: Name)    // grants nothing, holds back until `needs` approve
    | Charge(budget: Name)    // counts the part under a budget

  datatype Rule = Rule(id: Name, effect: Effect, verbs: set<Name>, tests: seq<Test>, unless: seq<Test>)

  // period: milliseconds; 0 for ever, below 0 the calendar month. per: four scopes or name axes.
  datatype Budget = Budget(measure: Name, limit: int, period: int, per: (Name, Name, Name, Name))

  datatype Axis = Axis(name: Name, place: bool)
  datatype Policy = Policy(axes: map<Name, seq<Axis>>, rules: seq<Rule>, budgets: map<Name, Budget>)
}

// Reading a rule: yes, no, or unknown, where the atom does not carry the axis that a test is about.
module Reading {
  import opened Names
  import opened Requests
  import opened Policies

  ghost predicate Fits(p: Pattern, place: seq<Name>) {
    && (if p.open then |p.syms| <= |place| else |p.syms| == |place|)
    && forall i | 0 <= i < |p.syms| :: p.syms[i].One? || p.syms[i].name == place[i]
  }
  ghost predicate Lies(r: Range, n: int) {
    match r
    case AtLeast(lo) => lo <= n
    case AtMost(hi) => n <= hi
    case Between(lo, hi) => lo <= n <= hi
  }

  ghost predicate Known(t: Test, part: Part, atom: Atom) {
    match t
    case Named(axis, _, _) => axis in atom.names
    case Placed(axis, _, _) => axis in atom.places
    case Holding(axis, _, _) => axis in atom.places
    case Ranged(axis, _, _) => axis in part.ints
  }
  ghost predicate Meets(t: Test, part: Part, atom: Atom)
    requires Known(t, part, atom)
  {
    match t
    case Named(axis, names, want) => (atom.names[axis] in names) == want
    case Placed(axis, patterns, want) => (exists p | p in patterns :: Fits(p, atom.places[axis])) == want
    case Holding(axis, names, want) => (exists s | s in atom.places[axis] :: s in names) == want
    case Ranged(axis, ranges, want) => (exists r | r in ranges :: Lies(r, part.ints[axis])) == want
  }
  // Yes, and: yes or unknown.
  ghost predicate Sure(t: Test, part: Part, atom: Atom) { Known(t, part, atom) && Meets(t, part, atom) }
  ghost predicate May(t: Test, part: Part, atom: Atom) { Known(t, part, atom) ==> Meets(t, part, atom) }

  ghost predicate Lifted(r: Rule, part: Part, atom: Atom) { r.unless != [] && forall t | t in r.unless :: Sure(t, part, atom) }
  // The rule matches yes; and: it matches yes or unknown.
  ghost predicate Yes(r: Rule, part: Part, atom: Atom) {
    part.verb in r.verbs && (forall t | t in r.tests :: Sure(t, part, atom)) && !Lifted(r, part, atom)
  }
  ghost predicate Maybe(r: Rule, part: Part, atom: Atom) {
    part.verb in r.verbs && (forall t | t in r.tests :: May(t, part, atom)) && !Lifted(r, part, atom)
  }

  // ---- what a policy says about one atom ----
  ghost predicate Forbidden(p: Policy, part: Part, atom: Atom) { exists r | r in p.rules :: r.effect.Forbid? && Maybe(r, part, atom) }
  ghost predicate Granted(p: Policy, part: Part, atom: Atom) {
    exists r | r in p.rules :: (r.effect.Permit? || r.effect.Ask?) && Yes(r, part, atom)
  }
  // `n` must approve.
  ghost predicate Needed(p: Policy, part: Part, atom: Atom, n: Name) {
    exists r | r in p.rules :: (r.effect.Ask? || r.effect.Require?) && r.effect.needs == n && Maybe(r, part, atom)
  }
  // The atom carries every axis that its verb is declared with.
  ghost predicate Complete(p: Policy, part: Part, atom: Atom) {
    && part.verb in p.axes
    && forall a | a in p.axes[part.verb] :: if a.place then a.name in atom.places else a.name in atom.names
  }

  // Well-formed policies: a permit has no `unless`, and every budget that is charged is there.
  ghost predicate Sound(p: Policy) {
    forall r | r in p.rules :: (r.effect.Permit? ==> r.unless == []) && (r.effect.Charge? ==> r.effect.budget in p.budgets)
  }
}
