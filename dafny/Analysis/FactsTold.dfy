include "TestsTold.dfy"
// Relations among coordinates hold at the point of every typed moment.
module FactsTold {
  import opened Names
  import opened Requests
  import opened Scenes
  import opened Policies
  import opened Reading
  import opened Moments
  import opened Grid
  import opened Coords
  import opened Lower
  import opened Points
  import opened TestsTold

  lemma IfTold(t: Table, f: F, g: F, x: Moment)
    ensures Told(t, If(f, g), x) <==> (Told(t, f, x) ==> Told(t, g, x))
  {
    hide Told, Either, Neg;
    NegTold(t, f, x);
    EitherTold(t, Neg(f), g, x);
  }
  lemma OneNameTold(t: Table, k: Coord, n: Name, there: bool, m: Name, x: Moment)
    requires Valid(t) && k in t.where && n in t.index && Val(t, k, x) == if there then Class(t, m) else -1
    ensures Told(t, OneF(t, k, n), x) <==> there && m == n
  {
    hide Told, Val, DomOf, SpansOk;
    InTold(t, k, t.index[n], t.index[n] + 1, x);
  }
  // Of marks.
  lemma MarkFactTold(t: Table, f: Fact, x: Moment)
    requires Valid(t) && Typed(t, x) && FactOk(t, f) && (f.Undone? || f.Unreset? || f.Lasts?)
    ensures Told(t, FactF(t, f), x)
  {
    hide Told, Valid, AllGivenF, AllGiven, PerOk, On, Both, Neg, If, Regular, OfCrew;
    if f.Lasts? {
      OnTold(t, CMark(f.mark, f.short), x);
      OnTold(t, CMark(f.mark, f.long), x);
      IfTold(t, On(t, CMark(f.mark, f.short)), On(t, CMark(f.mark, f.long)), x);
    } else {
      var d, r := AllGivenF(t, f.done.per), AllGivenF(t, f.reset.per);
      PerTold(t, f.done.per, x);
      PerTold(t, f.reset.per, x);
      if f.Undone? {
        var s, m := On(t, CSince(f.done, f.reset, f.lasts)), On(t, CMark(f.done, f.lasts));
        OnTold(t, CSince(f.done, f.reset, f.lasts), x);
        OnTold(t, CMark(f.done, f.lasts), x);
        BothTold(t, r, s, x);
        BothTold(t, d, Both(r, s), x);
        IfTold(t, Both(d, Both(r, s)), m, x);
      } else {
        var s, m, n := On(t, CSince(f.done, f.reset, 0)), On(t, CMark(f.done, 0)), On(t, CMark(f.reset, 0));
        OnTold(t, CSince(f.done, f.reset, 0), x);
        OnTold(t, CMark(f.done, 0), x);
        OnTold(t, CMark(f.reset, 0), x);
        NegTold(t, n, x);
        BothTold(t, m, Neg(n), x);
        BothTold(t, r, Both(m, Neg(n)), x);
        BothTold(t, d, Both(r, Both(m, Neg(n))), x);
        IfTold(t, Both(d, Both(r, Both(m, Neg(n)))), s, x);
      }
    }
  }
  // Of records.
  lemma RecordFactTold(t: Table, f: Fact, x: Moment)
    requires Valid(t) && FactOk(t, f) && (f.Exact? || f.Member?)
    ensures Told(t, FactF(t, f), x)
  {
    hide Told, Valid, On, Both, If, Among, Recalled, Recall, Regular, OfCrew, Class;
    if f.Exact? {
      OnTold(t, CCompared(f.axis, f.ref, true), x);
      OnTold(t, CCompared(f.axis, f.ref, false), x);
      IfTold(t, On(t, CCompared(f.axis, f.ref, true)), On(t, CCompared(f.axis, f.ref, false)), x);
    } else {
      var l, a, h := On(t, CListed(f.axis, f.ref)), Among(t, CName(f.axis), f.names), On(t, CHeld(f.ref, f.names));
      OnTold(t, CListed(f.axis, f.ref), x);
      OnTold(t, CHeld(f.ref, f.names), x);
      if f.axis in x.atom.names { AmongTold(t, CName(f.axis), f.names, true, x.atom.names[f.axis], x); }
      BothTold(t, l, a, x);
      IfTold(t, Both(l, a), h, x);
    }
  }
  // Of fields with one name.
  lemma OneFactTold(t: Table, f: Fact, x: Moment)
    requires Valid(t) && Typed(t, x) && FactOk(t, f) && (f.Same? || f.Only?)
    ensures Told(t, FactF(t, f), x)
  {
    hide Told, Valid, On, Both, If, Among, OneF, Recalled, Recall, Regular, OfCrew, Class, HasNamesF, NamesOk;
    var l := On(t, CListed(f.axis, f.ref));
    var known := f.axis in x.atom.names && HasNames(f.ref, x.sc, x.atom);
    OnTold(t, CListed(f.axis, f.ref), x);
    if known { OneRecorded(t, f.ref, x); }
    if f.Same? {
      var a, o := Among(t, CName(f.axis), f.names), Among(t, COne(f.ref), f.names);
      if known {
        AmongTold(t, CName(f.axis), f.names, true, x.atom.names[f.axis], x);
        AmongTold(t, COne(f.ref), f.names, true, Recall(f.ref, x.sc, x.atom).ones[f.ref.field], x);
      }
      IfTold(t, a, o, x);
      IfTold(t, o, a, x);
      BothTold(t, If(a, o), If(o, a), x);
      IfTold(t, l, Both(If(a, o), If(o, a)), x);
    } else {
      var h, a, o := HasNamesF(t, f.ref), OneF(t, CName(f.axis), f.name), OneF(t, COne(f.ref), f.name);
      HasNamesTold(t, f.ref, x);
      var named := f.axis in x.atom.names;
      OneNameTold(t, CName(f.axis), f.name, named, if named then x.atom.names[f.axis] else f.name, x);
      if known { OneNameTold(t, COne(f.ref), f.name, true, Recall(f.ref, x.sc, x.atom).ones[f.ref.field], x); }
      BothTold(t, a, o, x);
      BothTold(t, h, Both(a, o), x);
      IfTold(t, Both(h, Both(a, o)), l, x);
    }
  }
  lemma OneRecorded(t: Table, ref: Ref, x: Moment)
    requires Typed(t, x) && HasNames(ref, x.sc, x.atom) && (ref.record, ref.field) in t.ones
    ensures var r := Recall(ref, x.sc, x.atom); ref.field in r.ones && r.names[ref.field] == {r.ones[ref.field]}
  {
    hide Typed, Recalled, Recall;
    RecallRegular(t, ref, x);
  }
  // Of integers.
  lemma IntFactTold(t: Table, f: Fact, x: Moment)
    requires Valid(t) && Typed(t, x) && FactOk(t, f) && (f.Low? || f.High?)
    ensures Told(t, FactF(t, f), x)
  {
    hide Told, Valid, If, HasMeasure, Bounds, Regular, OfCrew;
    var k := CInt(f.axis);
    var v, there := Bounds(t, k), HasMeasure(t, f.axis);
    MeasureTold(t, f.axis, x);
    if f.Low? {
      InTold(t, k, Least_(t, f.axis), v.hi, x);
      IfTold(t, there, In(Nr(t, k), Least_(t, f.axis), v.hi), x);
    } else {
      InTold(t, k, v.lo, Most(t, f.axis) + 1, x);
      IfTold(t, there, In(Nr(t, k), v.lo, Most(t, f.axis) + 1), x);
    }
  }
  lemma FieldFactTold(t: Table, f: Fact, x: Moment)
    requires Valid(t) && Typed(t, x) && FactOk(t, f) && (f.Number? || f.Called?)
    ensures Told(t, FactF(t, f), x)
  {
    hide Told, Valid, If, HasIntF, HasNamesF, IntOk, NamesOk, Bounds, Class, Recalled, Recall, Regular, OfCrew;
    if f.Number? {
      var k := CRecorded(f.ref);
      var v := Bounds(t, k);
      BoundsLie(t, k);
      HasIntTold(t, f.ref, x);
      InTold(t, k, v.lo, v.hi, x);
      IfTold(t, HasIntF(t, f.ref), In(Nr(t, k), v.lo, v.hi), x);
    } else {
      var k := COne(f.ref);
      HasNamesTold(t, f.ref, x);
      if HasNames(f.ref, x.sc, x.atom) {
        OneRecorded(t, f.ref, x);
        ClassLies(t, Recall(f.ref, x.sc, x.atom).ones[f.ref.field]);
      }
      InTold(t, k, 0, |t.lits| + 1, x);
      IfTold(t, HasNamesF(t, f.ref), There(t, k, |t.lits| + 1), x);
    }
  }
  lemma AllTold(t: Table, x: Moment)
    requires TableOk(t) && Typed(t, x)
    ensures Told(t, FactsF(t), x)
  {
    hide Told, Valid, Typed, FactF, FactOk;
    var fs := seq(|t.facts|, i requires 0 <= i < |t.facts| => FactF(t, t.facts[i]));
    ConjTold(t, fs, x);
    forall i | 0 <= i < |t.facts| ensures Told(t, fs[i], x) {
      var f := t.facts[i];
      if f.Undone? || f.Unreset? || f.Lasts? { MarkFactTold(t, f, x); }
      else if f.Exact? || f.Member? { RecordFactTold(t, f, x); }
      else if f.Low? || f.High? { IntFactTold(t, f, x); }
      else if f.Number? || f.Called? { FieldFactTold(t, f, x); }
      else { OneFactTold(t, f, x); }
    }
  }
}
