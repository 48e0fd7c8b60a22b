"""A small Dafny program for the tests of the mutator: a specification, code for it, and proofs about both."""

from __future__ import annotations

from mutants.program import Program

SPEC = """// A comment with requires and { in it.
module Spec {
  datatype Light = Red | Amber | Green(left: int)
  type Time = int

  ghost predicate Fair(n: int, limit: int) { 0 <= n && n <= limit }
  ghost predicate Go(l: Light) { l.Green? && 0 < l.left }
  function Least(a: int, b: int): int { if a <= b then a else b }
}
"""
CODE = """include "Spec.dfy"
module Code {
  import opened Spec
  function Sum(s: seq<int>, i: nat): int
    requires i <= |s|
    decreases |s| - i
  {
    if i == |s| then 0 else s[i] + Sum(s, i + 1)
  } by method {
    var total := 0;
    var at := i;
    while at < |s|
      invariant i <= at <= |s| && Sum(s, i) == total + Sum(s, at)
    {
      total := total + s[at];
      at := at + 1;
    }
    return total;
  }
}
"""
THEOREMS = """include "Code.dfy"
module Theorems {
  import opened Spec
  import C = Code
  lemma LeastIsFair(a: int, b: int)
    requires 0 <= a && 0 <= b
    ensures Fair(Least(a, b), a)
    ensures Least(a, b) == a || Least(a, b) == b
  {}
  lemma Uses(a: int)
    requires 5 <= a
    ensures Fair(Least(a, 5), a)
  { LeastIsFair(a, 5); }
  lemma Alone() ensures C.Sum([], 0) == 0 {}
}
"""
TEXTS = {"Code.dfy": CODE, "Spec.dfy": SPEC, "Theorems.dfy": THEOREMS}


def program(**changes: str) -> Program:
    """The program; `changes` replace whole files, by name without ending."""
    return Program({**TEXTS, **{f"{name}.dfy": text for name, text in changes.items()}})
