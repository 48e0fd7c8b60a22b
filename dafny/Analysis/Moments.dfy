include "../Policy/Spec.dfy"
// Moments, each an atom of a part of a request in a state, and what may be asked about all of them. Claims.dfy says what it means.
module Moments {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies

  datatype Moment = Moment(sc: Scene, part: Part, atom: Atom)

  // Never: nothing in the region passes but what is excused, or what one of `approved` must approve.
  // Always: all in the region but what is excused passes, and nobody must approve. Sometimes: something there passes.
  datatype Claim = Never | Always | Sometimes
  datatype Question = Question(claim: Claim, region: seq<Test>, unless: seq<seq<Test>>, approved: seq<Name>)

  // The rules of one id, and the policy without them.
  function Without(p: Policy, id: Name): Policy { p.(rules := Others(p.rules, id)) }
  function Others(rs: seq<Rule>, id: Name): seq<Rule> {
    if rs == [] then [] else Others(rs[..|rs| - 1], id) + (if rs[|rs| - 1].id == id then [] else [rs[|rs| - 1]])
  } by method {
    var out: seq<Rule> := [];
    var i := 0;
    while i < |rs|
      invariant 0 <= i <= |rs| && out == Others(rs[..i], id)
    {
      assert rs[..i + 1][..i] == rs[..i];
      if rs[i].id != id { out := out + [rs[i]]; }
      i := i + 1;
    }
    assert rs[..i] == rs;
    return out;
  }
  function Mine(rs: seq<Rule>, id: Name): seq<Rule> {
    if rs == [] then [] else Mine(rs[..|rs| - 1], id) + (if rs[|rs| - 1].id == id then [rs[|rs| - 1]] else [])
  } by method {
    var out: seq<Rule> := [];
    var i := 0;
    while i < |rs|
      invariant 0 <= i <= |rs| && out == Mine(rs[..i], id)
    {
      assert rs[..i + 1][..i] == rs[..i];
      if rs[i].id == id { out := out + [rs[i]]; }
      i := i + 1;
    }
    assert rs[..i] == rs;
    return out;
  }

  // The rules of one policy that another one does not have.
  function NotIn(rs: seq<Rule>, others: seq<Rule>): seq<Rule> {
    if rs == [] then [] else NotIn(rs[..|rs| - 1], others) + (if rs[|rs| - 1] in others then [] else [rs[|rs| - 1]])
  } by method {
    var known := multiset(others);
    var out: seq<Rule> := [];
    var i := 0;
    while i < |rs|
      invariant 0 <= i <= |rs| && out == NotIn(rs[..i], others)
    {
      assert rs[..i + 1][..i] == rs[..i];
      if !(rs[i] in known) { out := out + [rs[i]]; }
      i := i + 1;
    }
    assert rs[..i] == rs;
    return out;
  }
}
