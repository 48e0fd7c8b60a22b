// Python values as far as PocketFlow itself looks at them: truth, hashing, merging, iteration. What user code does with them
// is user code's matter.
module PyValues {
  datatype Option<+T> = None | Some(value: T)

  datatype Val =
    | VNone
    | VBool(b: bool)
    | VInt(n: int)
    | VFloat(r: real)                          // finite; infinities and NaN are no keys that two sides could share
    | VStr(s: string)
    | VSub(s: string, like: string)            // of a subclass of str that hashes and compares as `like`
    | VList(xs: seq<Val>)
    | VDict(kv: seq<(Val, Val)>)
    | VGen(id: int)                            // a generator: what it yields, it says when it is asked
    | VObj(id: int)                            // any other object: true, hashable, cannot be iterated

  predicate Truthy(v: Val) {
    match v
    case VNone => false
    case VBool(b) => b
    case VInt(n) => n != 0
    case VFloat(r) => r != 0.0
    case VStr(s) => |s| > 0
    case VSub(s, _) => |s| > 0
    case VList(xs) => |xs| > 0
    case VDict(kv) => |kv| > 0
    case VGen(_) => true
    case VObj(_) => true
  }
  predicate Hashable(v: Val) { !v.VList? && !v.VDict? }

  // True == 1 == 1.0, and they hash alike: one key of a dictionary.
  function KeyOf(v: Val): Val {
    if v.VBool? then VInt(if v.b then 1 else 0)
    else if v.VFloat? && v.r == v.r.Floor as real then VInt(v.r.Floor)
    else if v.VSub? then VStr(v.like)
    else v
  }
  function Lookup<T>(kv: seq<(Val, T)>, key: Val): Option<T> {
    if |kv| == 0 then None
    else if KeyOf(kv[0].0) == KeyOf(key) then Some(kv[0].1)
    else Lookup(kv[1..], key)
  }
  // d[key] = v: an old key keeps its place and its spelling.
  function Put<T>(kv: seq<(Val, T)>, key: Val, v: T): seq<(Val, T)> {
    if |kv| == 0 then [(key, v)]
    else if KeyOf(kv[0].0) == KeyOf(key) then [(kv[0].0, v)] + kv[1..]
    else [kv[0]] + Put(kv[1..], key, v)
  }
  function PutAll<T>(kv: seq<(Val, T)>, more: seq<(Val, T)>): seq<(Val, T)>
    decreases |more|
  {
    if |more| == 0 then kv else PutAll(Put(kv, more[0].0, more[0].1), more[1..])
  }

  // {**a, **b}; None stands for TypeError
  function Merge(a: Val, b: Val): Option<Val> {
    if a.VDict? && b.VDict? then Some(VDict(PutAll(a.kv, b.kv))) else None
  }
  function MergeAll(a: Val, bs: seq<Val>): Option<seq<Val>> {
    if |bs| == 0 then Some([]) else
    var m := Merge(a, bs[0]);
    var r := MergeAll(a, bs[1..]);
    if m.Some? && r.Some? then Some([m.value] + r.value) else None
  }

  // What iter(v) yields, for values that know it beforehand; None stands for TypeError, and for generators.
  function Iter(v: Val): Option<seq<Val>> {
    match v
    case VList(xs) => Some(xs)
    case VStr(s) => Some(Letters(s))
    case VSub(s, _) => Some(Letters(s))
    case VDict(kv) => Some(seq(|kv|, i requires 0 <= i < |kv| => kv[i].0))
    case _ => None
  }
  function Letters(s: string): seq<Val> { seq(|s|, i requires 0 <= i < |s| => VStr([s[i]])) }
}
