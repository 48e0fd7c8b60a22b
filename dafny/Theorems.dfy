include "Boundary/Theorems.dfy"
include "Decide/Worlds.dfy"
include "Decide/Settling.dfy"
include "Decide/Telling.dfy"
include "Decide/Reasons.dfy"
include "Policy/Precedence.dfy"
include "Policy/Unknown.dfy"
// The headline statements, over the specification in Policy/Spec.dfy and Boundary/. Read `Run(p, trace)` as "the world after
// these inputs, begun under policy p": a trace is any interleaving of any number of callers, people, tools, the clock and the
// policy's owner, and every prefix of a trace is a trace. `Decide`, `Load` and `Settle` are the code that runs; `Says` is what
// `Decide` answers, told when the last step was, and `Faithful` that it is shown what the policy names for the request.
// Witnesses and counterexamples: Witnesses.dfy, Boundary/Witnesses.dfy, Policy/PrecedenceWitnesses.dfy.
module Theorems {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Verdicts
  import opened ChargeMaps
  import opened Views
  import opened Boundary
  import opened SpendingSpec
  import opened Worlds
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
  import Telling
  import PS = ApprovalsSpec
  import T = Traces
  import Reasons
  import RS = ReasonsSpec

  // B1. After any trace, the code permits a request if and only if the policy in force and the history permit it,
  lemma B1_Decision(p: Policy, trace: seq<Input>, agent: Name, sc: Scene)
    requires Faithful(Run(p, trace), agent, sc)
    ensures Says(Run(p, trace), sc).Permitted? <==> Permits(Run(p, trace), agent, sc.q, sc.now)
  { hide Run, K.Decide; T.RunGood(p, trace); SaysRight(Run(p, trace), agent, sc); }
  // asks if and only if all but somebody's approval is there,
  lemma B1_Ask(p: Policy, trace: seq<Input>, agent: Name, sc: Scene)
    requires Faithful(Run(p, trace), agent, sc)
    ensures Says(Run(p, trace), sc).Asked? <==> Askable(Run(p, trace), agent, sc.q, sc.now)
  { hide Run, K.Decide; T.RunGood(p, trace); SaysRight(Run(p, trace), agent, sc); }
  // says whether it used up its grant, and writes what the specification leaves: nothing but what it touches.
  lemma B1_Writes(p: Policy, trace: seq<Input>, agent: Name, sc: Scene, k: Key)
    requires Faithful(Run(p, trace), agent, sc) && Says(Run(p, trace), sc).Permitted?
    ensures var w, v := Run(p, trace), Says(Run(p, trace), sc);
            (v.used <==> Uses(w, agent, sc.q, sc.now)) && AsMap(v.charges) == OpsOf(w, agent, sc.q, sc.now) &&
            Reserving.Leaves(v.writes, OpsOf(w, agent, sc.q, sc.now), M.StateOf(w.log), sc.view.nums, sc.now, k)
  {
    hide Run, K.Decide, OpsOf, Uses, Reserving.Leaves;
    T.RunGood(p, trace);
    SaysRight(Run(p, trace), agent, sc);
    SaysWrites(Run(p, trace), agent, sc, k);
  }
  // Settling by the code leaves what settling in the specification leaves.
  lemma B1_Settles(p: Policy, trace: seq<Input>, t: nat, used: map<Name, int>, ok: bool, now: int, c: Charges, nums: map<Key, int>, k: Key)
    requires t < |Run(p, trace).permits| && Run(p, trace).permits[t].status.Performed? && M.Ready(Run(p, trace).log, now)
    requires Run(p, trace).permits[t].ops == AsMap(c) && Distinct(c) && Shows(nums, M.StateOf(Run(p, trace).log), AsMap(c).Keys)
    ensures Left(K.Settle(c, used, ok, Run(p, trace).permits[t].now, now, nums, NoWrites), nums, k) ==
            if k in AsMap(c) then Get(M.StateOf(Run(p, trace + [Settle(t, used, ok, now)]).log), k) else Get(nums, k)
  { hide Run, K.Settle; Settling.SettleIsStep(p, trace, t, used, ok, now, c, nums, k); }
  // Whoever is asked is told exactly whose approval is missing; the ask may stay open as long as the code says, and no longer.
  lemma B1_Names(p: Policy, trace: seq<Input>, agent: Name, sc: Scene, n: Name)
    requires Faithful(Run(p, trace), agent, sc) && Says(Run(p, trace), sc).Asked?
    ensures HasNeed(Says(Run(p, trace), sc).needs, n) <==> PS.Lacks(Run(p, trace), agent, sc.q, sc.now, n)
  { hide Run, K.Decide; T.RunGood(p, trace); Telling.AskNames(Run(p, trace), agent, sc, n); }
  lemma B1_Within(p: Policy, trace: seq<Input>, agent: Name, sc: Scene, until: int, most: int)
    requires Faithful(Run(p, trace), agent, sc) && Says(Run(p, trace), sc).Asked? && Telling.Unasked(Run(p, trace), sc.q, sc.now)
    requires forall n | HasNeed(Says(Run(p, trace), sc).needs, n) :: n in Current(Run(p, trace)).quorums
    ensures until - sc.now <= K.Within(Current(Run(p, trace)).quorums, Says(Run(p, trace), sc).needs, most) <==>
            until - sc.now <= most && Asks(Run(p, trace), agent, sc.q, until, sc.now)
  { hide Run, K.Decide; T.RunGood(p, trace); Telling.AskWithin(Run(p, trace), agent, sc, until, most); }
  // The host's word leaves what it leaves in the specification.
  lemma B1_Tells(p: Policy, trace: seq<Input>, key: Key, now: int, nums: map<Key, int>, k: Key)
    requires M.Ready(Run(p, trace).log, now) && Shows(nums, M.StateOf(Run(p, trace).log), {key})
    ensures Left(K.Tell(key, now, nums, NoWrites), nums, k) ==
            if k == key then Get(M.StateOf(Run(p, trace + [Tell(key, now)]).log), k) else Get(nums, k)
  { hide Run, K.Tell; Telling.TellIsStep(p, trace, key, now, nums, k); }
  // A store may drop what the specification forgets; later no operation is admitted, or refused, for what it held.
  lemma B1_Drops(p: Policy, trace: seq<Input>, key: Key, now: int)
    requires M.Ready(Run(p, trace).log, now)
    ensures K.Dead(key, now) <==> Run(p, trace + [Input.Forget(key, now)]).log == Run(p, trace).log + [M.Batch(map[key := Op.Forget], now)]
  { hide Run, K.Dead; Telling.DeadIsForget(p, trace, key, now); }
  lemma B1_DropsUnseen(key: Key, now: int, later: int, op: Op, m: int, n: int)
    requires K.Dead(key, now) && now <= later
    ensures Admits(key, op, m, later) <==> Admits(key, op, n, later)
  { hide K.Dead, Admits; Telling.DeadIsUnseen(key, now, later, op, m, n); }

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
  lemma B3_DefaultDeny(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom)
    requires part in sc.q.parts && atom in part.atoms
    requires forall r | r in p.rules && (r.effect.Permit? || r.effect.Ask?) :: !Yes(r, sc, part, atom)
    ensures !P.Permitted(p, log, sc) && !P.Askable(p, log, sc)
  { Pr.B3_DefaultDeny(p, log, sc, part, atom); }
  // Forbid beats ask beats permit.
  lemma B3_ForbidBeats(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires part in sc.q.parts && atom in part.atoms && r in p.rules && r.effect.Forbid? && Maybe(r, sc, part, atom)
    ensures !P.Permitted(p, log, sc) && !P.Askable(p, log, sc)
  { Pr.B3_ForbidBeats(p, log, sc, part, atom, r); }
  lemma B3_AskBeats(p: Policy, log: M.Log, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires part in sc.q.parts && atom in part.atoms && r in p.rules
    requires (r.effect.Ask? || r.effect.Require?) && Maybe(r, P.Carrying(p, sc), part, atom)
    requires forall k | k in sc.view.grants :: !sc.view.grants[k].open
    ensures !P.Permitted(p, log, sc)
  { Pr.B3_AskBeats(p, log, sc, part, atom, r); }
  // The order of rules, and saying one twice, is irrelevant.
  lemma B3_OrderIsIrrelevant(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires Pr.SameRules(p, p') && Sound(p)
    ensures P.Permitted(p, log, sc) <==> P.Permitted(p', log, sc)
  { Pr.B3_OrderIsIrrelevant(p, p', log, sc); }
  // Adding rules that neither permit, ask nor make labels (forbids, requirements, charges; a layer) never permits more.
  lemma B3_MoreRulesPermitNoMore(p: Policy, p': Policy, log: M.Log, sc: Scene)
    requires Pr.Stricter(p, p') && Sound(p') && P.Permitted(p', log, sc)
    ensures P.Permitted(p, log, sc)
  { Pr.B3_MoreRulesAskNoMore(p, p', log, sc); }
  // Unknown never helps: what is permitted freely with something untold is permitted whatever it turns out to be.
  lemma B3_UnknownNeverHelps(p: Policy, log: M.Log, sc: Scene, sc': Scene)
    requires Sound(p) && U.TellsMore(sc, sc') && P.Brings(p, sc') == P.Brings(p, sc)
    requires P.Permitted(p, log, sc) && P.Free(p, log, sc) && Pr.NoneWanted(p, sc)
    ensures P.Permitted(p, log, sc')
  { U.B3_UnknownNeverPermits(p, log, sc, sc'); }

  // B4. Under every budget's key, settled and reserved together never exceed the highest limit that a policy of the run sets.
  lemma B4_Budget(p: Policy, trace: seq<Input>, k: Key)
    requires k.0 == 0
    ensures Spent(Run(p, trace).permits, k) <= Highest(Run(p, trace).policies, k.1)
  { BoundaryTheorems.B4_Budget(p, trace, k); }

  // B9. The judgement over the index is the judgement of the rules: it is clear if and only if they let the request pass and
  // its budgets can count it; then it names those who must approve, and does what the request's batch does.
  lemma B9_Index(p: Policy, sc: Scene)
    requires Sound(p)
    ensures var j := K.Judge(Plan(p), sc);
            (j.Clear? <==> P.Clear(p, sc) && P.Payable(p, sc)) &&
            (j.Clear? ==> (forall n :: HasNeed(j.needs, n) <==> P.Wanted(p, sc, n)) && AsMap(Total(j)) == P.Batch(p, sc))
  { Agreement.LoadsIsSound(p); Agreement.Agrees(p, sc); }
  // What a verdict names is so: the rule that forbids or grants, the atom that nothing grants, the charge that cannot be
  // counted, the cell that is full and how much is left there.
  lemma B9_Reasons(p: Policy, sc: Scene, seen: int)
    requires Sound(p) && sc.own == {}
    ensures RS.Told(p, sc, seen, K.Decide(Plan(p), sc, seen))
  { Agreement.LoadsIsSound(p); Reasons.DecideExplains(p, sc, seen); }
  // Every well-formed policy loads, and no other.
  lemma B9_Loads(p: Policy)
    ensures K.Load(p).Loaded? <==> Sound(p)
  { Agreement.LoadsIsSound(p); }
}
