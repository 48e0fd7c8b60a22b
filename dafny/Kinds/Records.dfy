include "../Policy/Scene.dfy"
// Records: what a new saying leaves of an older one.
module RecordCode {
  import opened Names
  import opened Scenes

  function Both(a: map<Name, set<Name>>, b: map<Name, set<Name>>): map<Name, set<Name>> {
    map f | f in a.Keys + b.Keys :: (if f in a then a[f] else {}) + (if f in b then b[f] else {})
  }
  // mode: 0 the latest stays, 1 the first stays, 2 both are collected.
  function Learned(known: bool, before: Record, said: Record, mode: int): Record {
    if !known || mode == 0 then said
    else if mode == 1 then before
    else Record(said.at, Both(before.names, said.names), before.ones + said.ones, before.ints + said.ints)
  }
}
