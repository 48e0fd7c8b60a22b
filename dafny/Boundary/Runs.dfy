include "Effects.dfy"
// Short runs for witnesses: an agent is hired, asks, and what was permitted is performed.
module SmallRuns {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Cells
  import opened Permission
  import opened Boundary
  import opened AgentCode
  import H = History
  import M = Machine

  // ---- what inputs do ----
  ghost function Hired(p: Policy, a: Name, kind: Name): World
    requires kind in p.agents
  { World([p], [], [], [], 1, map[], map[], map[a := Rooted(kind, p.agents[kind])]) }
  lemma RunHire(p: Policy, a: Name, kind: Name)
    requires kind in p.agents
    ensures Run(p, [Hire(a, kind)]) == Hired(p, a, kind)
  {
    hide Answer, Close, Book, Asks, Votes, Permits, Uses, OpsOf, Takes, SceneOf;
    assert Run(p, []) == Begin(p);
    assert [] + [Hire(a, kind)] == [Hire(a, kind)];
    H.RunOne(p, [], Hire(a, kind));
  }
  // The rules, the ledgers and people let a request pass.
  ghost predicate Lets(p: Policy, log: M.Log, sc: Scene) { Judged(p, log, sc) && Free(p, log, sc) }
  ghost predicate LetsNow(w: World, a: Name, q: Request, now: int)
    requires w.policies != []
  { M.Ready(w.log, now) && Lets(Current(w), w.log, SceneOf(w, a, q, now)) }
  ghost function Answered(w: World, a: Name, q: Request, now: int): World
    requires w.policies != []
  {
    w.(log := w.log + [M.Batch(OpsOf(w, a, q, now), now)], steps := w.steps + 1,
    permits := w.permits + [Permit.Permit(q, a, now, Version(w), w.steps, OpsOf(w, a, q, now), false, Issued)])
  }
  lemma Decides(w: World, a: Name, q: Request, now: int)
    requires w.policies != [] && LetsNow(w, a, q, now)
    ensures Step(w, Decide(a, q, now)) == Answered(w, a, q, now)
  {
    hide Judged, Free, OpsOf, SceneOf;
    reveal Permitted();
  }
  lemma Denies(w: World, a: Name, q: Request, now: int)
    requires w.policies != [] && !Judged(Current(w), w.log, SceneOf(w, a, q, now))
    ensures Step(w, Decide(a, q, now)) == w.(steps := w.steps + 1)
  {
    hide Judged, Free, OpsOf, SceneOf;
    reveal Permitted();
  }
  ghost function Gone(w: World, t: nat): World
    requires t < |w.permits|
  { w.(permits := w.permits[t := w.permits[t].(status := Performed)], effects := w.effects + [Boundary.Effect.Effect(t, w.steps)], steps := w.steps + 1) }
  lemma Performs(w: World, t: nat)
    requires w.policies != [] && t < |w.permits| && w.permits[t].status.Issued? && w.permits[t].version == Version(w)
    ensures Step(w, Perform(t)) == Gone(w, t)
  {}

  // ---- one request ----
  ghost function Tried(a: Name, kind: Name, q: Request, now: int): seq<Input> { [Hire(a, kind), Decide(a, q, now)] }
  ghost function Done(a: Name, kind: Name, q: Request, now: int): seq<Input> { [Hire(a, kind), Decide(a, q, now), Perform(0)] }
  lemma RunTried(p: Policy, a: Name, kind: Name, q: Request, now: int)
    requires kind in p.agents
    ensures Run(p, Tried(a, kind, q, now)) == Step(Hired(p, a, kind), Decide(a, q, now))
  {
    hide Step;
    RunHire(p, a, kind);
    assert [Hire(a, kind)] + [Decide(a, q, now)] == Tried(a, kind, q, now);
    H.RunOne(p, [Hire(a, kind)], Decide(a, q, now));
  }
  lemma RunDone(p: Policy, a: Name, kind: Name, q: Request, now: int)
    requires kind in p.agents && LetsNow(Hired(p, a, kind), a, q, now)
    ensures Run(p, Done(a, kind, q, now)) == Gone(Answered(Hired(p, a, kind), a, q, now), 0)
  {
    hide Step, LetsNow, OpsOf;
    RunTried(p, a, kind, q, now);
    Decides(Hired(p, a, kind), a, q, now);
    assert Tried(a, kind, q, now) + [Perform(0)] == Done(a, kind, q, now);
    H.RunOne(p, Tried(a, kind, q, now), Perform(0));
    Performs(Answered(Hired(p, a, kind), a, q, now), 0);
  }

  // ---- policies that count and mark nothing ----
  ghost predicate Quiet(p: Policy) { forall r | r in p.rules :: !r.effect.Charge? && !r.effect.Leave? }
  // The scene of the first request, under such a policy.
  ghost function Scene1(p: Policy, kind: Name, q: Request, now: int): Scene
    requires kind in p.agents
  { Scene(q, p.agents[kind].uses, now, View(map[], map[], map[]), {}) }
  lemma QuietLets(p: Policy, log: M.Log, sc: Scene)
    requires Quiet(p) && sc.own == {} && Clear(p, sc) && forall n :: !Wanted(p, sc, n)
    ensures Lets(p, log, sc) && Batch(p, Carrying(p, sc)) == map[]
  {
    hide Clear, Wanted;
    assert Keys(p, sc) == {} && Brings(p, sc) == {};
    assert Carrying(p, sc) == sc;
    assert Batch(p, sc) == map[];
  }
  lemma Happens(p: Policy, a: Name, kind: Name, q: Request, now: int)
    requires kind in p.agents && 0 <= now && Quiet(p)
    requires Clear(p, Scene1(p, kind, q, now)) && forall n :: !Wanted(p, Scene1(p, kind, q, now), n)
    ensures var w := Run(p, Done(a, kind, q, now));
            w.policies == [p] && w.effects == [Boundary.Effect.Effect(0, 2)] && |w.permits| == 1 && w.permits[0].q == q
  {
    hide Clear, Wanted, Run, Quiet, Lets, Batch, Carrying;
    var w := Hired(p, a, kind);
    assert SceneOf(w, a, q, now) == Scene1(p, kind, q, now);
    QuietLets(p, [], Scene1(p, kind, q, now));
    RunDone(p, a, kind, q, now);
  }

  // ---- requests of one atom, under policies of which one rule counts or marks it ----
  ghost predicate Single(p: Policy, sc: Scene, part: Part, atom: Atom, r: Rule) {
    && sc.q.parts == [part] && part.atoms == [atom] && r in p.rules && Counts(p, sc, part, atom, r)
    && forall x | x in p.rules && x != r :: !Charges(x, sc, part, atom)
  }
  lemma SingleIs(p: Policy, sc: Scene, part: Part, atom: Atom, r: Rule)
    requires Single(p, sc, part, atom, r)
    ensures var k := Counter(p, sc, part, atom, r);
            Payable(p, sc) && Keys(p, sc) == {k} && Amount(p, sc, sc.q.parts, k) == Due(p, sc, part, k) && Touches(p, sc, part, k)
  {
    hide Charges, Due, Counter;
    var k := Counter(p, sc, part, atom, r);
    assert sc.q.parts[0] == part && part.atoms[0] == atom;
    assert sc.q.parts[..0] == [];
    assert forall x | x in p.rules && Counts(p, sc, part, atom, x) :: x == r;
    assert Touches(p, sc, part, k);
  }
}
