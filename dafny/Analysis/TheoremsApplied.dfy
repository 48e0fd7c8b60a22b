include "Witnesses.dfy"
// Each theorem of Theorems.dfy used once, on the small answer that meets its premises. What it says there is known from it
// alone: all definitions are hidden. A theorem that says less, or asks for more, does not verify here.
module AnalysisTheoremsApplied {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Coords
  import opened Confirm
  import opened ConfirmProofs
  import opened AnalysisExamples
  import opened AnalysisWitnesses
  import Cells
  import G = Grid
  import I = Idle
  import K = Kernel
  import L = Lower
  import M = Machine
  import P = Permission
  import Pr = Prover
  import Th = AnalysisTheorems

  lemma Nothing(c: Name)
    ensures Surely([], Here(c)) && !Excused([], Here(c)) && Typed(Tab(c), Here(c))
  { hide Tab, Here; TableIsOk(c); }

  lemma On_A1_Never(c: Name, plan: K.Plan)
    ensures Needs(Asking(c), Here(c), c)
  {
    hide *;
    reveal Of;
    Nothing(c);
    W_A1_Never(c, plan);
    Th.A1_Never(Tab(c), Asking(c), plan, Of(Never, [c]), 0, Here(c));
  }
  lemma On_A1_Always(c: Name, plan: K.Plan)
    ensures Passes(Permitting(c), Here(c)) && !Needs(Permitting(c), Here(c), c)
  {
    hide *;
    reveal Of;
    Nothing(c);
    W_A1_Always(c, plan);
    Th.A1_Always(Tab(c), Permitting(c), plan, Of(Always, []), 0, Here(c));
  }
  // What the boundary permits of this one request, whatever people said of it, somebody voted for.
  lemma On_A1_Request(c: Name, plan: K.Plan, log: M.Log, grants: map<Cells.Key, Grant>)
    requires P.Permitted(Asking(c), log, Voting(c, grants)) && P.Carrying(Asking(c), Voting(c, grants)) == Voting(c, grants)
    ensures Th.Voted(Asking(c), Voting(c, grants), c)
  {
    hide *;
    reveal Of;
    W_A1_Never(c, plan);
    VotingIs(c, grants);
    var sc := Voting(c, grants);
    var x := Moment(sc, Here(c).part, Here(c).atom);
    Th.A1_Request(Tab(c), Asking(c), plan, Of(Never, [c]), 0, log, sc, x.part, x.atom);
  }
  lemma VotingIs(c: Name, grants: map<Cells.Key, Grant>)
    ensures var sc := Voting(c, grants);
            var x := Moment(sc, Here(c).part, Here(c).atom);
            x.part in sc.q.parts && x.atom in x.part.atoms && Typed(Tab(c), x) && Surely([], x) && !Excused([], x)
  { TableIsOk(c); }
  ghost function Voting(c: Name, grants: map<Cells.Key, Grant>): Scene { Here(c).sc.(view := View(map[], map[], grants)) }
  lemma On_A2_Shown(c: Name)
    ensures Wrong(Permitting(c), Of(Never, []), Here(c)) && Clears(Permitting(c), Here(c))
  {
    hide *;
    reveal Of;
    W_A2_Shown(c, 0);
    Th.A2_Shown(Tab(c), Permitting(c), Of(Never, []), 0, Here(c), Around());
  }
  lemma On_A2_Box(c: Name, y: Moment)
    requires Typed(Tab(c), y) && G.Within(PointOf(Tab(c), y), Around())
    ensures Wrong(Permitting(c), Of(Never, []), y)
  {
    hide *;
    W_A2_Shown(c, 0);
    Th.A2_Box(Tab(c), Permitting(c), K.Load(Permitting(c)).plan, Of(Never, []), 0, Here(c), Around(), y);
  }
  lemma On_A2_Doubt(c: Name, plan: K.Plan, y: Moment)
    requires Typed(Tab(c), y) && G.Within(PointOf(Tab(c), y), Around())
    ensures Wrong(Permitting(c), Of(Never, []), y)
  {
    hide *;
    W_A2_Doubt(c, plan, 0);
    Th.A2_Doubt(Tab(c), Permitting(c), plan, Of(Never, []), 0, [Around()], Around(), y);
  }
  // With enough budget the question is answered.
  lemma On_A3_Enough(c: Name, plan: K.Plan, budget: nat, r: Pr.Result)
    requires Pr.Ready(Tab(c), Permitting(c), Of(Never, []))
    requires G.Solid(Dom(Tab(c))) && G.FullBill(L.WrongF(Tab(c), Permitting(c), Of(Never, [])), Dom(Tab(c))) <= budget
    requires Pr.Honest(Tab(c), Permitting(c), plan, Of(Never, []), budget, r)
    ensures r.Holds_? || r.Broken? || r.Doubtful?
  {
    hide *;
    Th.A3_Enough(Tab(c), Permitting(c), plan, Of(Never, []), budget, r);
  }
  // The table has room for whatever is asked of it: its boxes can be counted.
  lemma On_A3_Solid(t: Table, p: Policy, plan: K.Plan, q: Question, budget: nat, r: Pr.Result)
    requires Pr.Ready(t, p, q) && Pr.Honest(t, p, plan, q, budget, r)
    ensures G.Solid(Dom(t))
  {
    hide *;
    Th.A3_Enough(t, p, plan, q, budget, r);
  }
  lemma On_A4_Real(c: Name)
    ensures Clears(Permitting(c), Here(c)) && Wider(Permitting(c), Pol(c, []), Here(c)) && InCause(Permitting(c), Pol(c, []), Opened(0), Here(c))
  {
    hide *;
    W_A4_Both(c);
    var g := Pr.Region(Opened(0), Here(c), Around());
    Th.A4_Real(Tab(c), Permitting(c), Pol(c, []), [g], true, g);
  }
  lemma On_A4_Whole(c: Name)
    ensures InCause(Permitting(c), Pol(c, []), Opened(0), Here(c))
  {
    hide *;
    Nothing(c);
    W_A4_Both(c);
    W_A4_Wider(c);
    var g := Pr.Region(Opened(0), Here(c), Around());
    Th.A4_Whole(Tab(c), Permitting(c), K.Load(Permitting(c)).plan, Pol(c, []), [g], Here(c));
  }
  lemma On_A5_Dead(c: Name)
    ensures Passes(Without(Forbidding(c), c), Here(c)) <==> Passes(Forbidding(c), Here(c))
    ensures Passes(Forbidding(c), Here(c)) ==> (Needs(Without(Forbidding(c), c), Here(c), c) <==> Needs(Forbidding(c), Here(c), c))
  {
    hide *;
    Nothing(c);
    W_A5_Dead(c);
    Th.A5_Dead(Tab(c), Forbidding(c), [c], map[c := 0], 2, [I.Dead], 0, Here(c));
  }
}
