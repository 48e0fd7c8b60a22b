"""Changes of theorem statements: a conclusion that says less, a premise that is not there, or that nothing meets."""

from __future__ import annotations

from collections.abc import Iterator

from mutants.nodes import Clause, Declaration, Node
from mutants.operators import Edit

SAYS_LESS = frozenset({"conclusion", "weaker", "emptied"})
"""The operators whose mutants are proved as the theorem itself is."""


def edits_of_statement(lemma: Declaration, *, premises: bool) -> Iterator[Edit]:
    """Of each `ensures`: every conjunct dropped, an equivalence halved, a bound one wider. With `premises`, of each
    `requires` every conjunct dropped, and all of them made false."""
    for clause in lemma.clauses:
        if clause.word == "ensures":
            for part in conjuncts(clause.body):
                yield Edit("conclusion", part.start, part.end, "true", part)
                yield from _weaker(part)
        elif clause.word == "requires" and premises:
            for part in conjuncts(clause.body):
                yield Edit("premise", part.start, part.end, "true", part)
    if premises and (first := _first_premise(lemma)):
        yield Edit("emptied", first.body.start, first.body.end, "false", first.body)


def conjuncts(node: Node) -> Iterator[Node]:
    """What a clause says, piece by piece: through brackets, `var x := e;` and chains of `&&`."""
    if node.kind == "let":
        yield from conjuncts(node.kids[-1])
    elif node.kind == "paren" and len(node.kids) == 1:
        yield from conjuncts(node.kids[0])
    elif node.kind == "and":
        for kid in node.kids:
            yield from conjuncts(kid)
    else:
        yield node


def _weaker(part: Node) -> Iterator[Edit]:
    if part.kind == "iff":
        for half in ("==>", "<=="):
            yield Edit("weaker", part.marks[0].start, part.marks[0].end, half, part)
    elif part.kind == "relation":
        for mark, right in zip(part.marks, part.kids[1:], strict=True):
            if mark.text == "<=":
                yield Edit("weaker", right.end, right.end, " + 1", part)
            elif mark.text == "<":
                yield Edit("weaker", mark.start, mark.end, "<=", part)
    elif part.kind == "implies":
        yield from _weaker(part.kids[1])


def _first_premise(lemma: Declaration) -> Clause | None:
    return next((clause for clause in lemma.clauses if clause.word == "requires"), None)
