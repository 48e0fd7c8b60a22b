"""What is changed: each operator turns one node of the syntax tree into a small text edit, or into none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from mutants.nodes import Constructor, Node


@dataclass(frozen=True)
class Edit:
    """One range of a file's text replaced. `site` is the node that is shown to people as changed."""

    operator: str
    start: int
    end: int
    new: str
    site: Node


Scope = Mapping[str, list[list[Constructor]]]
"""The constructors that a module knows, by name: those of each datatype that has one of this name."""
Operator = Callable[[Node, str, Scope], Iterator[tuple[int, int, str]]]
_BOUNDS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_EQUALITIES = {"==": "!=", "!=": "=="}
_MEMBERSHIPS = {"in": "!in", "!in": "in"}
_DISCRIMINATOR = "?"


def _marks(node: Node, table: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    for mark in node.marks:
        if mark.text in table:
            yield mark.start, mark.end, table[mark.text]


def boundary(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind == "relation":
        yield from _marks(node, _BOUNDS)


def slack(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """A bound that lets one more pass. Within a chain it would move another bound as well."""
    if node.kind == "relation" and node.marks[-1].text == "<=":
        yield node.end, node.end, " + 1"


def equality(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind == "relation":
        yield from _marks(node, _EQUALITIES)
    elif node.kind == "iff":
        yield from _marks(node, {"<==>": "==>"})


def membership(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind == "relation":
        yield from _marks(node, _MEMBERSHIPS)


def connective(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """All of a chain's signs together, one before the first part too: Dafny allows no mixture."""
    if node.kind in ("and", "or") and len(node.kids) == 2:
        mark = node.marks[0]
        sign = "||" if node.kind == "and" else "&&"
        before = text[: node.kids[0].start].rstrip()
        if text[mark.end : node.kids[1].start].strip() == "":
            if before.endswith(("&&", "||")):
                yield len(before) - 2, mark.end, sign + text[len(before) : mark.start] + sign
            else:
                yield mark.start, mark.end, sign


def conjunct(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """A conjunct becomes true: it is as if it were not there."""
    if node.kind == "and":
        for kid in node.kids:
            yield kid.start, kid.end, "true"


def disjunct(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind == "or":
        for kid in node.kids:
            yield kid.start, kid.end, "false"


def guard(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """What holds under a condition is asked for without it; what is tested with `!` is tested without."""
    if node.kind == "implies":
        yield node.kids[0].start, node.kids[1].start, ""
    elif node.kind == "not":
        yield node.start, node.kids[0].start, ""


def arithmetic(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind == "product":
        yield from _marks(node, {"*": "+", "/": "*", "%": "/"})
    if node.kind == "sum":
        for before, mark, after in zip(node.kids, node.marks, node.kids[1:], strict=False):
            if "seq" in (before.kind, after.kind) or (after.kind == "if" and text[after.end - 1] == "]"):
                yield (before.end, after.end, "") if after.kind != "if" else (mark.start, node.end, "")
            elif not (after.kind == "literal" and after.marks[0].text == "1"):
                yield mark.start, mark.end, "-" if mark.text == "+" else "+"


def constant(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """Numbers are off by one; truth is turned round."""
    if node.kind == "literal":
        word = node.marks[0].text
        if word in ("true", "false"):
            yield node.start, node.end, "false" if word == "true" else "true"
        elif word.isdecimal():
            yield node.start, node.end, str(int(word) + 1)


def constructor(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """Another constructor of the same datatype: in a test, or with the same arguments."""
    if node.kind == "dot" and node.marks[0].text.endswith(_DISCRIMINATOR):
        mark = node.marks[0]
        if other := _other(scope, mark.text[:-1], None):
            yield mark.start, mark.end, other + _DISCRIMINATOR
    elif node.kind == "call" and node.kids[0].kind in ("name", "dot"):
        mark = node.kids[0].marks[0]
        if other := _other(scope, mark.text, len(node.kids) - 1):
            yield mark.start, mark.end, other
    elif node.kind == "name" and (other := _other(scope, node.marks[0].text, 0)):
        yield node.start, node.end, other


def _other(scope: Scope, name: str, fields: int | None) -> str:
    """The constructor after this one that may stand in its place; empty where there is none."""
    for several in scope.get(name, ()):
        at = next(place for place, one in enumerate(several) if one.name == name)
        if fields is not None and len(several[at].types) != fields:
            continue
        for one in several[at + 1 :] + several[:at]:
            if fields is None or _alike(one, several[at]):
                return one.name
    return ""


def _alike(one: Constructor, other: Constructor) -> bool:
    return one.types == other.types


def branch(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """The two branches change places, and so do a case's body and the next one's."""
    if node.kind in ("if", "choose") and len(node.kids) == 3 and node.kids[2].kind not in ("if", "choose"):
        yield _swap(node.kids[1], node.kids[2], text)
    elif node.kind == "if":
        # `if a then x else if ...`: x is never given.
        yield node.kids[0].start, node.kids[0].end, "false"
    elif node.kind in ("choose", "while"):
        yield node.kids[0].start, node.kids[0].end, "false"
    elif node.kind in ("match", "switch"):
        cases = list(zip(node.marks, node.kids[1:], strict=True))
        for (pattern, first), (other, second) in pairwise(cases):
            one, two = text[first.start : first.end], text[second.start : second.end]
            if (
                one != two
                and _bound(pattern.text, one) <= _bound(other.text, one)
                and _bound(other.text, two) <= _bound(pattern.text, two)
            ):
                yield _swap(first, second, text)


def _bound(pattern: str, body: str) -> set[str]:
    """The names of a case's pattern that stand in a body."""
    return {
        word for word in re.findall(r"\w+", pattern) if word[0].islower() and re.search(rf"(?<![.\w]){word}\b", body)
    }


def _swap(first: Node, second: Node, text: str) -> tuple[int, int, str]:
    between = text[first.end : second.start]
    return first.start, second.end, text[second.start : second.end] + between + text[first.start : first.end]


def update(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """An assignment, a field or an entry that is not written; a value that is not given back."""
    if node.kind == "assign":
        yield node.start, node.end, ""
    elif node.kind == "update":
        base = node.kids[0]
        if len(node.marks) == 1:
            yield base.end, node.end, ""
        else:
            for at, mark in enumerate(node.marks):
                last = at + 1 == len(node.marks)
                start = node.kids[at].end if last else mark.start
                yield start, node.kids[at + 1].end if last else node.marks[at + 1].start, ""
    elif node.kind == "put":
        yield node.kids[0].end, node.end, ""
    elif node.kind == "choose" and len(node.kids) == 2:
        # Where the condition holds, nothing is done: `branch` has it. Here it is always done.
        yield node.kids[0].start, node.kids[0].end, "true"


def quantifier(node: Node, text: str, scope: Scope) -> Iterator[tuple[int, int, str]]:
    if node.kind in ("forall", "exists"):
        mark = node.marks[0]
        yield mark.start, mark.end, "exists" if node.kind == "forall" else "forall"


OPERATORS: dict[str, Operator] = {
    "conjunct": conjunct,
    "boundary": boundary,
    "slack": slack,
    "constructor": constructor,
    "branch": branch,
    "update": update,
    "disjunct": disjunct,
    "guard": guard,
    "constant": constant,
    "equality": equality,
    "quantifier": quantifier,
    "arithmetic": arithmetic,
    "membership": membership,
    "connective": connective,
}
"""Dearest first: where only some mutants of a declaration are tried, they are of the first ones here."""


def edits(tree: Node, text: str, scope: Scope) -> Iterator[Edit]:
    """Every edit of every node: at each place, at most one of each operator."""
    for node in tree.walk():
        for name, operator in OPERATORS.items():
            for start, end, new in operator(node, text, scope):
                yield Edit(name, start, end, new, node)
