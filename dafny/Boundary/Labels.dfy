include "Decided.dfy"
include "Runs.dfy"
// B6: labels only grow, and no effect reaches a sink that has not cleared every label its session carries.
module LabelsSpec {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Cells
  import opened Permission
  import opened Boundary
  import M = Machine

  // A label or mark is set: some session, or whatever the key is kept by, carries it.
  ghost predicate Carried(w: World, k: Key) { 0 < Get(M.StateOf(w.log), k) }
  // The request is permitted, and its batch has an operation under the key.
  ghost predicate TakesOn(w: World, i: Input, k: Key)
    requires w.policies != []
  { i.Decide? && Permits(w, i.agent, i.q, i.now) && k in OpsOf(w, i.agent, i.q, i.now) }
  // The host tells that it is set.
  ghost predicate Told(w: World, i: Input, k: Key) { i.Tell? && i.key == k && Takes(w, map[k := Touch(0, 0, k.1)], i.now) }
  // In a run, some input before number n set it.
  ghost predicate SetBefore(p: Policy, trace: seq<Input>, n: nat, k: Key) {
    exists j: nat :: j < n && j < |trace| && (TakesOn(Run(p, trace[..j]), trace[j], k) || Told(Run(p, trace[..j]), trace[j], k))
  }

  // The scene holds the label: the session carries it, or the request itself brings it.
  ghost predicate Holds(sc: Scene, k: Key) { k in sc.own || 0 < Get(sc.view.nums, k) }
  // A rule stands guard against a label at one atom: it asks whether the label is set, for ever, and but for that answer it
  // matches the atom, yes or unknown, and is not lifted. The label is kept under this key.
  ghost predicate Guards(r: Rule, mark: Mark, k: Key, sc: Scene, part: Part, atom: Atom) {
    && part in sc.q.parts && atom in part.atoms && part.verb in r.verbs
    && Stands(mark, 0, true) in r.tests && AllGiven(mark.per, sc.q, atom) && k == MarkKey(mark, sc.q, atom)
    && (forall t | t in r.tests && t != Stands(mark, 0, true) :: May(t, sc, part, atom))
    && !Lifted(r, sc, part, atom)
  }
  // Some atom of the request would reach a sink that has not cleared the label: a rule forbids it.
  ghost predicate Barred(p: Policy, sc: Scene, k: Key) {
    exists r, mark, part, atom | r in p.rules && r.effect.Forbid? :: Guards(r, mark, k, sc, part, atom)
  }
  // Or a rule lets it pass only if `n` approve.
  ghost predicate Watched(p: Policy, sc: Scene, k: Key, n: Name) {
    exists r, mark, part, atom | r in p.rules && r.effect.Require? && r.effect.needs == n :: Guards(r, mark, k, sc, part, atom)
  }
}
