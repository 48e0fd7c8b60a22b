include "Verdicts.dfy"
// How a list of charges is read: as the batch that it stands for.
module ChargeMaps {
  import opened Cells
  import opened Verdicts

  // Each key stands there once.
  ghost predicate Distinct(c: Charges) { c.Owed? ==> c.key !in AsMap(c.more) && Distinct(c.more) }
  ghost function AsMap(c: Charges): map<Key, Op> {
    if c.NoCharges? then map[] else AsMap(c.more)[c.key := Touch(c.limit, c.amount, c.measure)]
  }

  // What the code asks of the list is what is asked of the map.
  lemma HasIs(c: Charges, k: Key)
    ensures Has(c, k) <==> k in AsMap(c)
  {}
}
