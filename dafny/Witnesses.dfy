include "Theorems.dfy"
include "Boundary/Examples.dfy"
// B1 and B9: their premises can be met with either answer (W_), and kernels that are wrong in a named way violate them (X_).
// Those of B2 and B4 stand in Boundary/Witnesses.dfy, those of B3 in Policy/PrecedenceWitnesses.dfy.
module Witnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened Boundary
  import opened Deciding
  import opened Examples
  import BudgetSpec
  import J = Judging
  import K = Kernel
  import P = Permission
  import M = Machine
  import Th = Theorems
  import Tr = Trees

  lemma SoundPol(c: Cast)
    ensures Sound(Pol(c, 0))
  {}
  // An empty view shows the touched cells of a world in which nothing has happened.
  lemma Fresh(c: Cast, amount: int)
    ensures Run(Pol(c, 0), []) == Start(Pol(c, 0))
    ensures Th.Asked(Start(Pol(c, 0)), Req(c, amount, 0), 1, map[])
  { SoundPol(c); }

  // The code permits 7 of 10, and refuses 11 of 10: neither a kernel that denies everything nor one that permits everything.
  lemma W_B1_Permits(c: Cast)
    ensures K.Decide(Th.Plan(Pol(c, 0)), Req(c, 7, 0), 1, map[]).Permitted?
  {
    Fresh(c, 7);
    Th.B1_Decision(Pol(c, 0), [], Req(c, 7, 0), 1, map[]);
    PermittedIs(c, 0, [], 7, 0, 1);
    assert M.Ledger([], KeyIn(c, 0)) == [] && BudgetSpec.Total([]) == 0;
  }
  lemma W_B1_Refuses(c: Cast)
    ensures !K.Decide(Th.Plan(Pol(c, 0)), Req(c, 11, 0), 1, map[]).Permitted?
  {
    Fresh(c, 11);
    Th.B1_Decision(Pol(c, 0), [], Req(c, 11, 0), 1, map[]);
    PermittedIs(c, 0, [], 11, 0, 1);
    assert M.Ledger([], KeyIn(c, 0)) == [] && BudgetSpec.Total([]) == 0;
  }

  // What B1 asks of a kernel, for any function in the kernel's place.
  ghost predicate MeetsB1(decide: (Policy, Request, int, map<Key, int>) --> bool) {
    forall p, q, now, cells | Sound(p) && ShowsTouched(p, q, now, cells, map[]) ::
      decide.requires(p, q, now, cells) && (decide(p, q, now, cells) <==> P.Permitted(p, [], q, now))
  }
  lemma X_DenyEverything(c: Cast)
    ensures !MeetsB1((p: Policy, q: Request, now: int, cells: map<Key, int>) => false)
  {
    Fresh(c, 7);
    PermittedIs(c, 0, [], 7, 0, 1);
    assert M.Ledger([], KeyIn(c, 0)) == [] && BudgetSpec.Total([]) == 0;
    assert ShowsTouched(Pol(c, 0), Req(c, 7, 0), 1, map[], map[]);
  }
  lemma X_PermitEverything(c: Cast)
    ensures !MeetsB1((p: Policy, q: Request, now: int, cells: map<Key, int>) => true)
  {
    Fresh(c, 11);
    PermittedIs(c, 0, [], 11, 0, 1);
    assert M.Ledger([], KeyIn(c, 0)) == [] && BudgetSpec.Total([]) == 0;
    assert ShowsTouched(Pol(c, 0), Req(c, 11, 0), 1, map[], map[]);
  }
  // A view that hides what was spent makes the code permit too much: B1 asks that the touched cells are shown.
  lemma X_HiddenCell(c: Cast)
    ensures K.Decide(Th.Plan(Pol(c, 0)), Req(c, 7, 0), 1, map[]).Permitted?
    ensures !ShowsTouched(Pol(c, 0), Req(c, 7, 0), 1, map[], map[KeyIn(c, 0) := 7])
  {
    W_B1_Permits(c);
    TouchesOne(c, 0, 7, 0, 1, KeyIn(c, 0));
    assert Req(c, 7, 0).parts[0] in Req(c, 7, 0).parts;
    assert P.Touched(Pol(c, 0), Req(c, 7, 0), 1, KeyIn(c, 0));
  }

  // ---- B9 ----
  lemma W_B9_Clear(c: Cast)
    ensures K.Judge(Th.Plan(Pol(c, 0)), Req(c, 7, 0), 1).Clear?
  {
    SoundPol(c);
    Says(c, 0, 7, 0);
    Th.B9_Index(Pol(c, 0), Req(c, 7, 0), 1);
  }
  // A policy whose permit is followed by a forbid of the same verb is judged not clear, ...
  ghost function Barred(c: Cast): Policy { Pol(c, 0).(rules := Pol(c, 0).rules + [Rule(c.verb, Forbid, {c.verb}, [], [])]) }
  lemma BarredIs(c: Cast)
    ensures Sound(Barred(c)) && !P.Clear(Barred(c), Req(c, 7, 0))
  {
    var part := PartOf(c, 7);
    var r := Rule(c.verb, Forbid, {c.verb}, [], []);
    assert Barred(c).rules[2] == r && r in Barred(c).rules;
    assert Maybe(r, part, part.atoms[0]);
    assert Forbidden(Barred(c), part, part.atoms[0]);
    assert Req(c, 7, 0).parts[0] == part && part in Req(c, 7, 0).parts && part.atoms[0] in part.atoms;
  }
  lemma W_B9_Barred(c: Cast)
    ensures Sound(Barred(c)) && !K.Judge(Th.Plan(Barred(c)), Req(c, 7, 0), 1).Clear?
  {
    BarredIs(c);
    Th.B9_Index(Barred(c), Req(c, 7, 0), 1);
  }
  // ... so an index that lost that forbid, the one of the policy without it, violates B9.
  lemma X_LostForbid(c: Cast)
    ensures Sound(Barred(c))
    ensures K.Judge(Th.Plan(Pol(c, 0)), Req(c, 7, 0), 1).Clear? && !P.Clear(Barred(c), Req(c, 7, 0))
  {
    BarredIs(c);
    W_B9_Clear(c);
  }
  // A policy that is not well-formed does not load.
  lemma X_UnknownBudget(c: Cast)
    ensures !K.Load(Pol(c, 0).(budgets := map[])).Loaded?
  {
    var p := Pol(c, 0).(budgets := map[]);
    assert p.rules[1] in p.rules;
    Th.B9_Loads(p);
  }
}
