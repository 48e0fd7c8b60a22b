"""Each operator on small bodies: what it makes of them, and what it leaves alone."""

from __future__ import annotations

import pytest

from mutants.mutant import apply
from mutants.operators import OPERATORS, edits
from mutants.sites import mutants
from mutants.statements_of import edits_of_statement
from tests.mutants.small import program

FRAME = """module Spec {
  datatype Light = Red | Amber | Green(left: int) | Blue(right: int)
  datatype Box = Box(a: int, b: int)
  ghost function F(x: int, y: int, s: seq<int>, m: map<int, int>, l: Light, c: Box, p: bool, q: bool, r: bool): bool {
    %s
  }
}
"""


def made(body: str, operator: str) -> list[str]:
    """What the operator makes of a body."""
    text = FRAME % body
    found = program(Spec=text, Code="", Theorems="")
    declaration = found.declarations["Spec.F"]
    assert declaration.body
    start, end = text.index(body), len(text) - text.index(body) - len(body)
    results = []
    for edit in edits(declaration.body, text, found.scope("Spec")):
        if edit.operator == operator:
            changed = text[: edit.start] + edit.new + text[edit.end :]
            results.append(changed[start : len(changed) - end])
    return results


@pytest.mark.parametrize(
    ("operator", "body", "expected"),
    [
        ("boundary", "0 <= x < y", ["0 < x < y", "0 <= x <= y"]),
        ("boundary", "x == y", []),
        ("slack", "x <= y", ["x <= y + 1"]),
        ("slack", "0 <= x < y", []),
        ("equality", "x == y", ["x != y"]),
        ("equality", "p <==> q", ["p ==> q"]),
        ("membership", "x in s", ["x !in s"]),
        ("membership", "x !in s", ["x in s"]),
        ("connective", "p && q", ["p || q"]),
        ("connective", "p || q", ["p && q"]),
        ("connective", "p && q && r", []),
        ("connective", "&& p && q", ["|| p || q"]),
        ("conjunct", "p && q", ["true && q", "p && true"]),
        ("disjunct", "p || q", ["false || q", "p || false"]),
        ("guard", "p ==> q", ["q"]),
        ("guard", "!p", ["p"]),
        ("arithmetic", "x + y == x * y", ["x - y == x * y", "x + y == x + y"]),
        ("arithmetic", "s + [x] == s", ["s == s"]),
        ("constant", "x == 7", ["x == 8"]),
        ("constant", "true", ["false"]),
        ("constructor", "l.Green?", ["l.Blue?"]),
        ("constructor", "l == Red", ["l == Amber"]),
        ("constructor", "l == Green(x)", ["l == Blue(x)"]),
        ("constructor", "c == Box(x, y)", []),
        ("branch", "if p then q else r", ["if p then r else q"]),
        (
            "branch",
            "if p then q else if q then r else p",
            ["if false then q else if q then r else p", "if p then q else if q then p else r"],
        ),
        (
            "branch",
            "match l case Red => p case Amber => q case _ => r",
            [
                "match l case Red => q case Amber => p case _ => r",
                "match l case Red => p case Amber => r case _ => q",
            ],
        ),
        ("branch", "match l case Green(n) => n == 0 case _ => p", []),
        ("update", "c.(a := x) == c", ["c == c"]),
        ("update", "c.(a := x, b := y) == c", ["c.(b := y) == c", "c.(a := x) == c"]),
        ("update", "m[x := y] == m", ["m == m"]),
        ("quantifier", "forall i | i in s :: i < y", ["exists i | i in s :: i < y"]),
        ("quantifier", "exists i :: i in s", ["forall i :: i in s"]),
    ],
)
def test_operator(operator: str, body: str, expected: list[str]) -> None:
    assert made(body, operator) == expected


def test_every_operator_is_tested_here() -> None:
    marks = [mark for mark in test_operator.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(OPERATORS)


def test_methods_lose_assignments_and_turns() -> None:
    found = program()
    text = found.texts["Code.dfy"]
    sums = [m for m in mutants(found) if m.symbol == "Code.Sum"]
    assert {m.kind for m in sums} == {"code"}
    shown = {(m.operator, m.was, m.becomes) for m in sums}
    assert ("update", "at := at + 1;", "nothing") in shown
    assert ("update", "total := total + s[at];", "nothing") in shown
    assert ("boundary", "at < |s|", "at <= |s|") in shown
    # What the method must equal, and what it is proved by, is not touched.
    method = found.declarations["Code.Sum"].method_at
    assert all(method[0] <= m.start <= m.end <= method[1] for m in sums)
    assert not any("invariant" in text[m.start : m.end] for m in sums if m.operator != "branch")


def test_theorems_lose_conclusions_and_premises() -> None:
    found = program()
    text = found.texts["Theorems.dfy"]
    lemma = found.declarations["Theorems.LeastIsFair"]
    changes = [(e.operator, text[e.start : e.end], e.new) for e in edits_of_statement(lemma, premises=True)]
    assert changes == [
        ("premise", "0 <= a", "true"),
        ("premise", "0 <= b", "true"),
        ("conclusion", "Fair(Least(a, b), a)", "true"),
        ("conclusion", "Least(a, b) == a || Least(a, b) == b", "true"),
        ("emptied", "0 <= a && 0 <= b", "false"),
    ]
    assert {m.kind for m in mutants(found) if m.symbol == "Theorems.LeastIsFair"} == {"statement"}


def test_equivalences_are_halved_and_bounds_widened() -> None:
    text = "module T {\n  lemma L(a: int, b: bool)\n    ensures b <==> 0 <= a < 9\n    ensures b ==> a <= 3\n  {}\n}\n"
    found = program(Spec="", Code="", Theorems=text)
    changes = [apply(m, text).splitlines()[2:4] for m in mutants(found) if m.operator == "weaker"]
    assert changes == [
        ["    ensures b ==> 0 <= a < 9", "    ensures b ==> a <= 3"],
        ["    ensures b <== 0 <= a < 9", "    ensures b ==> a <= 3"],
        ["    ensures b <==> 0 <= a < 9", "    ensures b ==> a <= 3 + 1"],
    ]


def test_what_no_theorem_means_is_left_alone() -> None:
    symbols = {mutant.symbol for mutant in mutants(program())}
    assert "Spec.Fair" in symbols
    assert "Spec.Go" not in symbols
