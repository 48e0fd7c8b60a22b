include "Theorems.dfy"
include "Boundary/Examples.dfy"
// B1 and B9: their premises can be met with either answer (W_), and kernels that are wrong in a named way violate them (X_).
// Those of the other theorems stand beside them: Boundary/*Witnesses.dfy, Policy/PrecedenceWitnesses.dfy, Properties/.
module Witnesses {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened Views
  import opened Boundary
  import opened Worlds
  import opened Examples
  import B = Batches
  import BudgetSpec
  import D = Deciding
  import F = Frame
  import K = Kernel
  import P = Permission
  import M = Machine
  import Reserving
  import Th = Theorems
  import W = Worlds

  ghost function Nowhere(): View { View(map[], map[], map[]) }
  lemma SoundPol(c: Cast)
    ensures Sound(Pol(c, 0))
  { assert SoundBudget(Pol(c, 0).budgets[c.fund]); }
  // An empty view shows a world in which nothing has happened but that somebody was hired.
  lemma Fresh(c: Cast, amount: int)
    ensures Run(Pol(c, 0), [Who(c)]) == Start1(c)
    ensures Faithful(Start1(c), c.value, At(c, amount, 0, 1, Nowhere()))
  {
    hide F.Named;
    SoundPol(c);
    RunIs(c, Perform(0), Perform(0), Perform(0), Perform(0));
  }
  lemma PermitsIs(c: Cast, amount: int)
    ensures Permits(Start1(c), c.value, Req(c, amount, 0), 1) <==> 0 <= amount <= 10
  {
    var view := Nowhere();
    assert SceneOf(Start1(c), c.value, Req(c, amount, 0), 1) == At(c, amount, 0, 1, view);
    PermittedIs(c, 0, [], amount, 0, 1, view);
    assert M.Ledger([], KeyIn(c, 0)) == [] && BudgetSpec.Total([]) == 0;
  }

  // The code permits 7 of 10, and refuses 11 of 10: neither a kernel that denies everything nor one that permits everything.
  lemma W_B1_Permits(c: Cast)
    ensures W.Says(Start1(c), At(c, 7, 0, 1, Nowhere())).Permitted?
  {
    hide W.Says, Permits, Faithful;
    Fresh(c, 7);
    PermitsIs(c, 7);
    Th.B1_Decision(Pol(c, 0), [Who(c)], c.value, At(c, 7, 0, 1, Nowhere()));
  }
  lemma W_B1_Refuses(c: Cast)
    ensures !W.Says(Start1(c), At(c, 11, 0, 1, Nowhere())).Permitted?
  {
    hide W.Says, Permits, Faithful;
    Fresh(c, 11);
    PermitsIs(c, 11);
    Th.B1_Decision(Pol(c, 0), [Who(c)], c.value, At(c, 11, 0, 1, Nowhere()));
  }

  // What B1 asks of a kernel, for any function in the kernel's place.
  ghost predicate MeetsB1(c: Cast, decide: Scene -> bool) {
    forall sc | Faithful(Start1(c), c.value, sc) :: decide(sc) <==> Permits(Start1(c), c.value, sc.q, sc.now)
  }
  lemma X_DenyEverything(c: Cast)
    ensures !MeetsB1(c, (sc: Scene) => false)
  {
    hide Permits, Faithful;
    Fresh(c, 7);
    PermitsIs(c, 7);
  }
  lemma X_PermitEverything(c: Cast)
    ensures !MeetsB1(c, (sc: Scene) => true)
  {
    hide Permits, Faithful;
    Fresh(c, 11);
    PermitsIs(c, 11);
  }
  // A view that hides what was spent makes the code permit too much: B1 asks that the touched cells are shown.
  lemma X_HiddenCell(c: Cast)
    ensures F.Named(Pol(c, 0), Req(c, 7, 0), 1, KeyIn(c, 0))
  {
    var sc := At(c, 7, 0, 1, Nowhere());
    TouchesOne(c, 0, 7, 0, 1, Nowhere(), KeyIn(c, 0));
    assert sc.q.parts[0] in sc.q.parts;
    assert P.Touched(Pol(c, 0), sc, KeyIn(c, 0));
    B.KeysTouched(Pol(c, 0), sc, KeyIn(c, 0));
    F.KeysNamed(Pol(c, 0), sc, KeyIn(c, 0));
  }

  // What B1_Writes excludes of a kernel that permits 7 of 10: to write nothing, ...
  ghost function SevenOf(c: Cast): int { Get(M.Apply(Ops(c, 7, 0), M.StateOf([]), 1), KeyIn(c, 0)) }
  lemma SevenIs(c: Cast)
    ensures KeyIn(c, 0) in Ops(c, 7, 0) && SevenOf(c) == 7
  { reveal M.Then(); }
  lemma X_WritesNothing(c: Cast)
    ensures !Reserving.Leaves(NoWrites, Ops(c, 7, 0), M.StateOf([]), map[], 1, KeyIn(c, 0))
  { hide M.Apply, Ops; SevenIs(c); }
  // to write the right number twice, so that the order of a store's writes might matter where one of them goes wrong, ...
  lemma X_WritesTwice(c: Cast)
    ensures !Reserving.Leaves(Write(KeyIn(c, 0), 7, Write(KeyIn(c, 0), 7, NoWrites)), Ops(c, 7, 0), M.StateOf([]), map[], 1, KeyIn(c, 0))
  { hide M.Apply, Ops; SevenIs(c); }
  lemma X_WritesTwiceBelow(c: Cast, other: Key)
    requires other != KeyIn(c, 0)
    ensures !Once(Write(other, 0, Write(KeyIn(c, 0), 7, Write(KeyIn(c, 0), 7, NoWrites))))
  {}
  // or to write a cell that the request does not touch.
  lemma X_WritesElsewhere(c: Cast, other: Key)
    requires other !in Ops(c, 7, 0)
    ensures !Reserving.Leaves(Write(other, 7, NoWrites), Ops(c, 7, 0), M.StateOf([]), map[], 1, other)
  { hide M.Apply, Ops; }

  // ---- B9 ----
  lemma W_B9_Clear(c: Cast)
    ensures Sound(Pol(c, 0)) && K.Judge(Plan(Pol(c, 0)), At(c, 7, 0, 1, Nowhere())).Clear?
  {
    hide K.Judge, Plan, P.Clear, P.Payable;
    SoundPol(c);
    Examples.Says(c, 0, 7, 0, 1, Nowhere());
    Th.B9_Index(Pol(c, 0), At(c, 7, 0, 1, Nowhere()));
  }
  // A policy whose permit is followed by a forbid of the same verb is judged not clear, ...
  ghost function Barring(c: Cast): Rule { Rule(c.verb, c.verb, Forbid, {c.verb}, [], []) }
  ghost function Barred(c: Cast): Policy { Pol(c, 0).(rules := Pol(c, 0).rules + [Barring(c)]) }
  lemma BarredIs(c: Cast)
    ensures Sound(Barred(c)) && !P.Clear(Barred(c), At(c, 7, 0, 1, Nowhere()))
  {
    var sc, part := At(c, 7, 0, 1, Nowhere()), PartOf(c, 7);
    assert SoundBudget(Barred(c).budgets[c.fund]);
    assert Barred(c).rules[2] == Barring(c) && Barring(c) in Barred(c).rules;
    assert Maybe(Barring(c), sc, part, part.atoms[0]);
    assert Forbidden(Barred(c), sc, part, part.atoms[0]);
    assert sc.q.parts[0] == part && part in sc.q.parts && part.atoms[0] in part.atoms;
  }
  lemma W_B9_Barred(c: Cast)
    ensures Sound(Barred(c)) && !K.Judge(Plan(Barred(c)), At(c, 7, 0, 1, Nowhere())).Clear?
  {
    hide K.Judge, Plan, P.Clear, P.Payable;
    BarredIs(c);
    Th.B9_Index(Barred(c), At(c, 7, 0, 1, Nowhere()));
  }
  // ... so an index that lost that forbid, the one of the policy without it, violates B9.
  lemma X_LostForbid(c: Cast)
    ensures Sound(Barred(c)) && Sound(Pol(c, 0))
    ensures K.Judge(Plan(Pol(c, 0)), At(c, 7, 0, 1, Nowhere())).Clear? && !P.Clear(Barred(c), At(c, 7, 0, 1, Nowhere()))
  {
    hide K.Judge, Plan, P.Clear;
    BarredIs(c);
    W_B9_Clear(c);
  }
  // Policies that are not well-formed do not load: a charge to nothing, a child with more than its parent.
  lemma X_UnknownBudget(c: Cast)
    ensures !K.Load(Pol(c, 0).(budgets := map[])).Loaded?
  {
    hide K.Load;
    var p := Pol(c, 0).(budgets := map[]);
    assert p.rules[1] in p.rules && !SoundRule(p, p.rules[1]);
    Th.B9_Loads(p);
  }
  lemma X_WiderChild(c: Cast)
    requires c.verb != c.fund
    ensures !K.Load(Pol(c, 0).(agents := map[c.verb := AgentKind({}, {}, {c.fund}), c.fund := AgentKind({c.verb}, {}, {})])).Loaded?
  {
    hide K.Load;
    var p := Pol(c, 0).(agents := map[c.verb := AgentKind({}, {}, {c.fund}), c.fund := AgentKind({c.verb}, {}, {})]);
    assert c.verb in p.agents && c.fund in p.agents[c.verb].starts && c.fund in p.agents;
    assert !Narrower(p.agents[c.fund], p.agents[c.verb]) by { assert c.verb in p.agents[c.fund].uses; }
    Th.B9_Loads(p);
  }
}
