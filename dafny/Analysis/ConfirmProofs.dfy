include "../Decide/Deciding.dfy"
include "ReadsProofs.dfy"
include "Confirm.dfy"
// A moment that the code confirms is what it is said to be, and the kernel's own judgement says so.
module ConfirmProofs {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Claims
  import opened Reads
  import opened Confirm
  import opened ReadsProofs
  import Agreement
  import ChargeMaps
  import Deciding
  import K = Kernel
  import P = Permission
  import V = Verdicts

  // The rules let the request pass, its budgets can count it, and it brings no label that its session lacks: what is left of
  // a permission is room in its budgets, and the votes of those who must approve.
  ghost predicate Clears(p: Policy, x: Moment) {
    x.sc.q.parts == [x.part] && x.part.atoms == [x.atom] && P.Clear(p, x.sc) && P.Payable(p, x.sc) && P.Carrying(p, x.sc) == x.sc
  }
  lemma JudgesIs(p: Policy, x: Moment)
    requires K.Load(p).Loaded? && IsSingle(x)
    ensures Judges(K.Load(p).plan, x) <==> Clears(p, x)
    ensures Clears(p, x) ==> Passes(p, x)
  {
    hide K.Load, K.Judge, P.Batch, P.Keys, P.Clear, P.Payable, V.Total, ChargeMaps.AsMap, ChargeMaps.Distinct, V.HasNeed, K.Fresh, K.Brought, P.Wanted;
    var plan := K.Load(p).plan;
    var j := K.Judge(plan, x.sc);
    Agreement.Agrees(p, x.sc);
    assert x.sc.own == {} && x.sc.q.parts == [x.part] && x.part.atoms == [x.atom];
    assert P.Carrying(p, x.sc) == x.sc <==> P.Brings(p, x.sc) == {};
    if j.Clear? {
      Deciding.BringsIs(p, x.sc, V.Total(j));
      Deciding.FreshIs(V.Total(j), x.sc.view.nums);
    }
    if P.Clear(p, x.sc) {
      reveal P.Clear;
      assert x.part in x.sc.q.parts && x.atom in x.part.atoms;
    }
  }

  lemma IsWrongIs(p: Policy, q: Question, x: Moment)
    requires K.Load(p).Loaded? && IsSingle(x) && IsWrong(p, K.Load(p).plan, q, x)
    ensures Wrong(p, q, x)
    ensures !q.claim.Always? ==> Clears(p, x)
  {
    hide K.Load, Judges, Passes, Concerns, IsAsked, IsPassing, NeedsSome, Needs, IsNeeded, FirstNeed, Clears, IsSingle;
    IsAskedIs(q, x);
    if q.claim.Always? {
      IsPassingIs(p, x);
      NeedsSomeIs(p, x);
    } else {
      JudgesIs(p, x);
      forall i | 0 <= i < |q.approved| ensures !Needs(p, x, q.approved[i]) {
        NeededIs(p, x, q.approved[i]);
        assert !IsNeeded(p.rules, x, q.approved[i]);
      }
    }
  }

  // ---- two policies ----
  // The region of a cause: the old rule speaks, or the new one permits what the old policy does not grant.
  ghost predicate InCause(a: Policy, b: Policy, c: Cause, x: Moment) {
    match c
    case Unforbidden(j) => j < |b.rules| && b.rules[j].effect.Forbid? && Maybe(b.rules[j], x.sc, x.part, x.atom)
    case Unasked(j) => j < |b.rules| && IsNeed(b.rules[j]) && Maybe(b.rules[j], x.sc, x.part, x.atom)
    case Opened(i) =>
      i < |a.rules| && IsGrant(a.rules[i]) && Yes(a.rules[i], x.sc, x.part, x.atom) &&
      !(Complete(b, x.part, x.atom) && Granted(b, x.sc, x.part, x.atom))
    case NotWider => false
  }
  lemma CauseIs(a: Policy, b: Policy, x: Moment)
    requires K.Load(a).Loaded? && IsSingle(x)
    ensures var c := CauseOf(a, K.Load(a).plan, b, x);
            !c.NotWider? ==> Clears(a, x) && Wider(a, b, x) && InCause(a, b, c, x)
  {
    hide K.Load, Judges, Needs, IsNeeded, Clears, IsSingle, Yes, Maybe, Complete, FirstForbid, FirstGrant, FirstNeed, Grants_, Forbidden, Granted, Passes;
    var plan := K.Load(a).plan;
    if Judges(plan, x) {
      JudgesIs(a, x);
      FirstForbidIs(b.rules, x, 0);
      ForbidsNone(b, x);
      FirstGrantIs(a.rules, x, 0);
      GrantsIs(b, x);
      FirstNeedIs(b.rules, a.rules, x, 0);
      assert Passes(b, x) <==> Complete(b, x.part, x.atom) && Granted(b, x.sc, x.part, x.atom) && !Forbidden(b, x.sc, x.part, x.atom) by {
        reveal Passes;
      }
      var n := FirstNeed(b.rules, a.rules, x, 0);
      if n < |b.rules| {
        NeededIs(a, x, b.rules[n].effect.needs);
        assert Needs(b, x, b.rules[n].effect.needs) by { reveal Needs; assert b.rules[n] in b.rules; }
      }
    }
  }
}
