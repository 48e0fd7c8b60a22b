"""The parser understands every source of the proof, and puts each node exactly where its text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from mutants.expressions import Reader
from mutants.files import read_file
from mutants.lexer import words
from mutants.nodes import Declaration, Node
from mutants.program import Program
from project import ROOT, ToolError
from tests.mutants.small import CODE, program

REAL = Program.of(ROOT)
_NAMED = re.compile(
    r"^\s*(?:(?:ghost|opaque|static) )*(?:function|predicate|lemma|method|const)\b(?: *\{:[^}]*\})? *(\w[\w']*)"
)


def bodies(declaration: Declaration) -> Iterator[Node]:
    yield from (body for body in (declaration.body, declaration.method) if body)
    yield from (clause.body for clause in declaration.clauses)


@pytest.mark.parametrize("file", REAL.texts)
def test_every_declaration_of_a_file_is_found(file: str) -> None:
    lines = "\n".join(line.split("//")[0] for line in REAL.texts[file].splitlines())
    expected = [match[1] for line in lines.splitlines() if (match := _NAMED.match(line))]
    assert [d.name for d in REAL.declarations.values() if d.file == file] == expected


@pytest.mark.parametrize("file", REAL.texts)
def test_nodes_lie_within_each_other_in_order(file: str) -> None:
    for declaration in REAL.declarations.values():
        for body in bodies(declaration) if declaration.file == file else ():
            assert declaration.start <= body.start < body.end <= declaration.end
            for node in body.walk():
                places = [(kid.start, kid.end) for kid in node.kids]
                assert all(node.start <= start < end <= node.end for start, end in places)
                assert all(one[1] <= two[0] for one, two in pairwise(places))
                assert all(REAL.texts[file][mark.start : mark.end] == mark.text for mark in node.marks)


def read(text: str) -> str:
    """An expression with all its brackets."""

    def show(node: Node) -> str:
        if not node.kids:
            return text[node.start : node.end]
        return f"{node.kind}({', '.join(show(kid) for kid in node.kids)})"

    reader = Reader(text, "test")
    node = reader.read_expression()
    assert reader.at == len(words(text))
    return show(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b ==> c", "implies(and(a, b), c)"),
        ("a ==> b ==> c", "implies(a, implies(b, c))"),
        ("a <==> b || c", "iff(a, or(b, c))"),
        ("0 <= i < |s|", "relation(0, i, card(s))"),
        ("a - b - c * d", "sum(a, b, product(c, d))"),
        ("!a && b", "and(not(a), b)"),
        ("&& a && b", "and(a, b)"),
        ("f(x).g[i]", "index(dot(call(f, x)), i)"),
        ("m[k := v]", "put(m, k, v)"),
        ("s[..n]", "slice(s, n)"),
        ("p.(a := 1, b := 2)", "update(p, 1, 2)"),
        ("if a then b else c + d", "if(a, b, sum(c, d))"),
        ("var x := f(a); x && b", "let(call(f, a), and(x, b))"),
        ("forall i: nat | i < n :: P(i) && Q", "forall(relation(i, n), and(call(P, i), Q))"),
        ("exists i {:trigger f(i)} | i < n :: P(i)", "exists(relation(i, n), call(P, i))"),
        ("set k | k in m :: m[k]", "collect(relation(k, m), index(m, k))"),
        ("map k | k in m :: k := 1", "collect(relation(k, m), k, 1)"),
        ("match t case A(x) => x case B => 0", "match(t, x, 0)"),
        ("seq(n, i requires 0 <= i < n => s[i])", "call(seq, n, lambda(relation(0, i, n), index(s, i)))"),
        ("(x: int, y: int) => x < y", "lambda(relation(x, y))"),
        ("(a, b)", "paren(a, b)"),
        ("{a, b} + {}", "sum(set(a, b), {})"),
        ("map[k := 1][j]", "index(map(k, 1), j)"),
        ("assert A; b", "after(b)"),
        ("Step<int, B.Name>(x) != y", "relation(call(Step, x), y)"),
        ("a < b && c > (d)", "and(relation(a, b), relation(c, paren(d)))"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert read(text) == expected


def test_declarations_know_their_parts() -> None:
    found = program().declarations["Code.Sum"]
    assert (found.kind, found.ghost, found.params, found.result) == (
        "function",
        False,
        (("s", "seq<int>"), ("i", "nat")),
        "int",
    )
    assert [clause.word for clause in found.clauses] == ["requires", "decreases"]
    assert CODE[found.body_at[0] : found.body_at[1]].startswith("{\n    if i == |s|")
    assert found.method
    assert [kid.kind for kid in found.method.kids] == ["var", "var", "while", "return"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("module M {\n  function F(): int { 1 + }\n}\n", "M.dfy:2: "),
        ("module M {\n\n  wat\n}\n", "M.dfy:3: "),
        ("module M {\n  lemma L()\n", "M.dfy:3: "),
    ],
)
def test_what_is_not_understood_names_the_line(text: str, place: str) -> None:
    with pytest.raises(ToolError, match=re.escape(place)):
        read_file(text, "M.dfy")
