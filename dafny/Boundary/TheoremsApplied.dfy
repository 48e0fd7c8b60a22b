include "../Witnesses.dfy"
include "Witnesses.dfy"
// Theorems of Boundary/Theorems.dfy that no headline repeats, each used once on the small run that meets its premises: what it
// says there is known from it alone.
module BoundaryTheoremsApplied {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Boundary
  import opened SpendingSpec
  import opened Examples
  import BW = BoundaryWitnesses
  import H = History
  import M = Machine
  import P = Permission
  import Th = BoundaryTheorems
  import W = Witnesses

  // 7 of 10 gets a permit, 11 of 10 none.
  lemma On_B2_Decides(c: Cast)
    ensures |Run(Pol(c, 0), [Who(c)] + [Decide(c.value, Req(c, 7, 0), 1)]).permits| == 1
    ensures |Run(Pol(c, 0), [Who(c)] + [Decide(c.value, Req(c, 11, 0), 1)]).permits| != 1
  {
    hide Run, Permits, SceneOf;
    W.Fresh(c, 7);
    W.PermitsIs(c, 7);
    W.PermitsIs(c, 11);
    assert P.Permitted(Pol(c, 0), Start1(c).log, SceneOf(Start1(c), c.value, Req(c, 7, 0), 1)) by { reveal Permits; }
    assert !P.Permitted(Pol(c, 0), Start1(c).log, SceneOf(Start1(c), c.value, Req(c, 11, 0), 1)) by { reveal Permits; }
    Th.B2_Decides(Pol(c, 0), [Who(c)], c.value, Req(c, 7, 0), 1);
    Th.B2_Decides(Pol(c, 0), [Who(c)], c.value, Req(c, 11, 0), 1);
  }
  lemma On_B2_Performs(c: Cast)
    ensures Run(Pol(c, 0), [Who(c), BW.Try(c, 7, 1)] + [Perform(0)]).effects == [Boundary.Effect.Effect(0, 2)]
  {
    hide Run, Pol, Req;
    BW.First(c, 7);
    assert BW.After1(c, 7).effects == [] && [] + [Boundary.Effect.Effect(0, 2)] == [Boundary.Effect.Effect(0, 2)];
    Th.B2_Performs(Pol(c, 0), [Who(c), BW.Try(c, 7, 1)], 0);
  }
  // Of 7 reserved, 100 are said to be used: no more is held than was reserved.
  lemma On_B4_HeldBy(c: Cast, k: Key)
    ensures var w := Run(Pol(c, 0), BW.Settled1(c, 7, 100));
            |w.permits| == 1 && w.permits[0].status.Settled? &&
            0 <= HeldBy(w.permits[0], k) <= HeldBy(w.permits[0].(status := Issued), k)
  {
    hide *;
    BW.SettledIs(c, 7, 100);
    Th.B4_HeldBy(Pol(c, 0), BW.Settled1(c, 7, 100), 0, k);
  }
}
