include "../Action/Request.dfy"
include "../State/Cells.dfy"
// What a decision can depend on: the request, the time, and what is remembered.
module Scenes {
  import opened Names
  import opened Requests
  import opened Cells

  // What a tool or the host said, by field; `ones` holds the value of fields that have a single one.
  datatype Record = Record(at: int, names: map<Name, set<Name>>, ones: map<Name, Name>, ints: map<Name, int>)

  // A request to people: votes by person count until `until`. It is open until it is used or refused.
  datatype Grant = Grant(until: int, asker: Name, votes: map<Name, Name>, open: bool)

  // An agent at work: its kind, the groups of rules that it uses, and those that it may pass on.
  datatype Agent = Agent(kind: Name, uses: set<Name>, passes: set<Name>)

  datatype View = View(nums: map<Key, int>, records: map<Key, Record>, grants: map<Key, Grant>)

  // `groups`: those that the acting agent uses. `own`: the labels that the request itself brings.
  datatype Scene = Scene(q: Request, groups: set<Name>, now: int, view: View, own: set<Key>)
}
