include "Telling.dfy"
include "../Boundary/Examples.dfy"
include "../Boundary/ApprovalsWitnesses.dfy"
// Kernels that tell the host something wrong: the theorems about what is told (B1_Names to B1_DropsUnseen) exclude each.
module TellingWitnesses {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Cells
  import opened Verdicts
  import opened Views
  import opened Boundary
  import opened Examples
  import AW = ApprovalWitnesses
  import H = History
  import K = Kernel
  import M = Machine
  import P = Permission
  import PS = ApprovalsSpec
  import Telling

  // An ask that names nobody: somebody's approval is missing, and nobody else's.
  lemma LacksIs(c: AW.Cast, id: Name, d: Name)
    ensures forall n :: PS.Lacks(AW.W1(c, id), c.agent, AW.Req(c, d), 1, n) <==> n == c.need
  { hide P.Missing, P.Batch, P.Carrying; AW.Decided(c, AW.W1(c, id), id, d, 1); }
  lemma X_NobodyNamed(c: AW.Cast, id: Name, d: Name)
    ensures !forall n :: HasNeed(NoNeeds, n) <==> PS.Lacks(AW.W1(c, id), c.agent, AW.Req(c, d), 1, n)
  { hide PS.Lacks; LacksIs(c, id, d); assert !HasNeed(NoNeeds, c.need); assert PS.Lacks(AW.W1(c, id), c.agent, AW.Req(c, d), 1, c.need); }

  // Of two approvals the shorter time counts, whichever is named first; a time that is longer is no time that both give.
  lemma W_ShortestTime(a: Name, b: Name, most: int)
    requires a != b && 20 <= most
    ensures K.Within(TwoTimes(a, b), Need(a, Need(b, NoNeeds)), most) == 10 == K.Within(TwoTimes(a, b), Need(b, Need(a, NoNeeds)), most)
  {
    assert K.Within(TwoTimes(a, b), Need(b, NoNeeds), 10) == 10;
    assert K.Within(TwoTimes(a, b), Need(a, NoNeeds), 20) == 10;
  }
  ghost function TwoTimes(a: Name, b: Name): map<Name, Quorum> { map[a := Quorum([], 10), b := Quorum([], 20)] }
  // An ask that stays open longer than whoever must approve allows is not taken; one that is as long is.
  lemma X_TooLong(c: AW.Cast, id: Name, d: Name)
    requires c.session != c.user
    ensures Asks(AW.W1(c, id), c.agent, AW.Req(c, d), 11, 1) && !Asks(AW.W1(c, id), c.agent, AW.Req(c, d), 12, 1)
  { hide P.Missing, P.Batch, P.Carrying, P.Askable; AW.Decided(c, AW.W1(c, id), id, d, 1); }

  // A word that is not written down: the specification has the mark's time there.
  lemma X_UnwrittenWord(c: Cast, k: Key)
    requires Marking(k) || k.0 == 4
    ensures Get(M.StateOf(Step(Start1(c), Tell(k, 7)).log), k) == 7 && Left(NoWrites, map[], k) == 0
  { hide Step; Telling.TellOne(Start1(c), k, 7, map[], k); }
  // A note of what is done does not go back in time.
  lemma W_NotBackInTime(c: Cast, k: Key)
    requires k.0 == 4
    ensures K.Tell(k, 7, map[k := 9], NoWrites) == NoWrites
  {}
  // A cell is dropped whose window is open: what would have been refused is admitted then.
  lemma X_DroppedOpen(c: Cast)
    ensures !K.Dead(KeyIn(c, 0), 1) && Admits(KeyIn(c, 0), Touch(10, 7, c.measure), 0, 1) && !Admits(KeyIn(c, 0), Touch(10, 7, c.measure), 7, 1)
  {}
}
