include "Boundary/Theorems.dfy"
include "Decide/Deciding.dfy"
include "Decide/Settling.dfy"
include "Policy/Precedence.dfy"
include "Policy/Unknown.dfy"
// The headline statements, over the specification in Policy/Spec.dfy and Boundary/. Read `Run(p, trace)` as "the world after
// these inputs, begun under policy p": a trace is any interleaving of any number of callers, of the clock and of the policy's
// owner, and every prefix of a trace is a trace. `Decide`, `Load` and `Settle` are the code that runs.
// Witnesses and counterexamples: Boundary/Witnesses.dfy, Policy/PrecedenceWitnesses.dfy, Witnesses.dfy.
module Theorems {
  import opened Names
  import opened Requests
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import opened Boundary
  import opened SpendingSpec
  import opened Deciding
  import Agreement
  import BoundaryTheorems
  import E = Effects
  import K = Kernel
  import P = Permission
  import M = Machine
  import Pr = Precedence
  import U = Unknown
  import Reserving
  import Settling
  import T = Traces

  // The policy in force has been loaded, the clock has not run back, and the view shows the cells that q touches.
  ghost predicate Asked(w: World, q: Request, now: int, cells: map<Key, int>) {
    w.policies != [] && Sound(Current(w)) && M.Ready(w.log, now) && ShowsTouched(Current(w), q, now, cells, M.StateOf(w.log))
  }
  ghost function Plan(p: Policy): K.Plan
    requires Sound(p)
  { Agreement.LoadsIsSound(p); K.Load(p).plan }

  // B1. After any trace, the code permits a request if and only if the policy in force and the history permit it,
  lemma B1_Decision(p: Policy, trace: seq<Input>, q: Request, now: int, cells: map<Key, int>)
    requires Asked(Run(p, trace), q, now, cells)
    ensures K.Decide(Plan(Current(Run(p, trace))), q, now, cells).Permitted? <==> P.Permitted(Current(Run(p, trace)), Run(p, trace).log, q, now)
  {
    hide Run;
    Agreement.LoadsIsSound(Current(Run(p, trace)));
    T.RunGood(p, trace);
    DecideRight(Current(Run(p, trace)), q, now, cells, Run(p, trace).log);
  }
  // asks if and only if all but somebody's approval is there,
  lemma B1_Ask(p: Policy, trace: seq<Input>, q: Request, now: int, cells: map<Key, int>)
    requires Asked(Run(p, trace), q, now, cells)
    ensures K.Decide(Plan(Current(Run(p, trace))), q, now, cells).Asked? <==> P.Askable(Current(Run(p, trace)), Run(p, trace).log, q, now)
  {
    hide Run;
    Agreement.LoadsIsSound(Current(Run(p, trace)));
    T.RunGood(p, trace);
    DecideRight(Current(Run(p, trace)), q, now, cells, Run(p, trace).log);
  }
  // and writes what the specification leaves: under each touched cell its new content, nothing anywhere else.
  lemma B1_Writes(p: Policy, trace: seq<Input>, q: Request, now: int, cells: map<Key, int>, k: Key)
    requires Asked(Run(p, trace), q, now, cells)
    requires K.Decide(Plan(Current(Run(p, trace))), q, now, cells).Permitted?
    ensures var v := K.Decide(Plan(Current(Run(p, trace))), q, now, cells);
            P.Spends(Current(Run(p, trace)), q, now, AsMap(v.charges)) &&
            Reserving.Leaves(v.writes, AsMap(v.charges), M.StateOf(Run(p, trace).log), now, k)
  {
    hide Run;
    Agreement.LoadsIsSound(Current(Run(p, trace)));
    DecideWrites(Current(Run(p, trace)), q, now, cells, M.StateOf(Run(p, trace).log), k);
  }
  // Settling by the code leaves what settling in the specification leaves.
  lemma B1_Settles(p: Policy, trace: seq<Input>, t: nat, used: map<Name, int>, now: int, c: Charges, cells: map<Key, int>, k: Key)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Performed? && M.Ready(Run(p, trace).log, now)
    requires Run(p, trace).permits[t].ops == AsMap(c) && Distinct(c) && Shows(cells, M.StateOf(Run(p, trace).log), AsMap(c).Keys)
    ensures Left(K.Settle(c, used, now, cells, NoWrites), cells, k) ==
            if k in AsMap(c) then Get(M.StateOf(Run(p, trace + [Settle(t, used, now)]).log), k) else Get(cells, k)
  {
    hide Run;
    Settling.SettleIsStep(p, trace, t, used, now, c, cells, k);
  }

  // B2. Each effect was permitted when it was decided, by the policy then in force, which was in force when it was performed.
  lemma B2_PermittedWhenDecided(p: Policy, trace: seq<Input>, n: nat)
    requires n < |Run(p, trace).effects|
    ensures E.Lawful(p, trace, Run(p, trace).effects[n])
  { BoundaryTheorems.B2_PermittedWhenDecided(p, trace, n); }
  // A permit is good for one effect.
  lemma B2_Once(p: Policy, trace: seq<Input>, a: nat, b: nat)
    requires a < b < |Run(p, trace).effects|
    ensures Run(p, trace).effects[a].token != Run(p, trace).effects[b].token
  { BoundaryTheorems.B2_Once(p, trace, a, b); }

  // B3. Nothing said means denied: what no permit and no ask matches yes is neither permitted nor asked.
  lemma B3_DefaultDeny(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom)
    requires part in q.parts && atom in part.atoms
    requires forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, part, atom)
    ensures !P.Permitted(p, log, q, now) && !P.Askable(p, log, q, now)
  { Pr.B3_DefaultDeny(p, log, q, now, part, atom); }
  // Forbid beats ask beats permit.
  lemma B3_ForbidBeats(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom, r: Rule)
    requires part in q.parts && atom in part.atoms && r in p.rules && r.effect.Forbid? && Maybe(r, part, atom)
    ensures !P.Permitted(p, log, q, now) && !P.Askable(p, log, q, now)
  { Pr.B3_ForbidBeats(p, log, q, now, part, atom, r); }
  lemma B3_AskBeats(p: Policy, log: M.Log, q: Request, now: int, part: Part, atom: Atom, r: Rule)
    requires part in q.parts && atom in part.atoms && r in p.rules && (r.effect.Ask? || r.effect.Require?) && Maybe(r, part, atom)
    ensures !P.Permitted(p, log, q, now)
  { Pr.B3_AskBeats(p, log, q, now, part, atom, r); }
  // The order of rules, and saying one twice, is irrelevant.
  lemma B3_OrderIsIrrelevant(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires Pr.SameRules(p, p')
    ensures P.Permitted(p, log, q, now) <==> P.Permitted(p', log, q, now)
  { Pr.B3_OrderIsIrrelevant(p, p', log, q, now); }
  // Adding rules that are no permits (forbids, asks, charges) never permits more.
  lemma B3_MoreRulesPermitNoMore(p: Policy, p': Policy, log: M.Log, q: Request, now: int)
    requires Pr.Longer(p, p') && P.Permitted(p', log, q, now)
    ensures P.Permitted(p, log, q, now)
  { Pr.B3_MoreRulesPermitNoMore(p, p', log, q, now); }
  // Unknown never helps: what is permitted with something untold is permitted whatever it turns out to be.
  lemma B3_UnknownNeverHelps(p: Policy, log: M.Log, q: Request, q': Request, now: int)
    requires Sound(p) && U.TellsMore(q, q') && P.Permitted(p, log, q, now)
    ensures P.Permitted(p, log, q', now)
  { U.B3_UnknownNeverPermits(p, log, q, q', now); }

  // B4. Under every key, settled and reserved together never exceed the highest limit that a policy of the run sets.
  lemma B4_Budget(p: Policy, trace: seq<Input>, k: Key)
    ensures Spent(Run(p, trace).permits, k) <= Highest(Run(p, trace).policies, k.1)
  { BoundaryTheorems.B4_Budget(p, trace, k); }

  // B9. The judgement over the index is the judgement of the rules: it is clear if and only if they let the request pass and
  // its budgets can count it; then it names those who must approve, and spends what the request spends.
  lemma B9_Index(p: Policy, q: Request, now: int)
    requires Sound(p)
    ensures var j := K.Judge(Plan(p), q, now);
            (j.Clear? <==> P.Clear(p, q) && P.Payable(p, q)) &&
            (j.Clear? ==> (j.needs.NoNeeds? <==> P.Free(p, q)) && (forall n :: HasNeed(j.needs, n) <==> Agreement.Wanted(p, q, n))
                          && P.Spends(p, q, now, AsMap(Total(j))))
  {
    Agreement.LoadsIsSound(p);
    Agreement.Agrees(p, q, now);
  }
  // Every well-formed policy loads, and no other.
  lemma B9_Loads(p: Policy)
    ensures K.Load(p).Loaded? <==> Sound(p)
  { Agreement.LoadsIsSound(p); }
}
