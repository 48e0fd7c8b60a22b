include "../Policy/Spec.dfy"
// Requests to people: who may vote, when it is enough, and how one ends.
module ApprovalCode {
  import opened Names
  import opened Scenes
  import opened Policies

  function Opened(until: int, asker: Name): Grant { Grant(until, asker, map[], true) }
  function Live(g: Grant, now: int): bool { g.open && now < g.until }
  // Once, by somebody who has not voted yet; as the session's user in the role `self`, in no other role by that user.
  function MayVote(g: Grant, person: Name, role: Name, self: Name, now: int): bool {
    Live(g, now) && !(person in g.votes) && ((role == self) == (person == g.asker))
  }
  function Voted(g: Grant, person: Name, role: Name): Grant { g.(votes := g.votes[person := role]) }
  function Closed(g: Grant): Grant { g.(open := false) }

  function Voters(g: Grant, role: Name): set<Name> { set p | p in g.votes && g.votes[p] == role }
  function Filled(q: Quorum, g: Grant, pos: nat): bool
    requires pos <= |q.roles|
    decreases |q.roles| - pos
  {
    pos == |q.roles| || (q.roles[pos].1 <= |Voters(g, q.roles[pos].0)| && Filled(q, g, pos + 1))
  }
}
