include "Names.dfy"
// What the kernel is asked about.
module Requests {
  import opened Names

  // One value in each place: names by equality, places as segments from the root.
  // For each place axis `names` may hold the text of the same axis; scopes of cells and records read it there.
  datatype Atom = Atom(names: map<Name, Name>, places: map<Name, seq<Name>>)

  // One effect: a verb with its measures, and the atoms that it is cut into. All of them must pass.
  datatype Part = Part(verb: Name, ints: map<Name, int>, atoms: seq<Atom>)

  // A whole action. `scopes`: tenant, user, session, run, agent and the like. `digest`: what a grant must be for.
  // `month`: when the current month ends.
  datatype Request = Request(parts: seq<Part>, scopes: map<Name, Name>, digest: Name, month: int)
}
