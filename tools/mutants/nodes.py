"""The syntax tree: enough of Dafny to know what a piece of text is, and exactly where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """A piece of the text: an operator, a keyword, a field's name."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Node:
    """An expression or a statement.

    kind says which: and, or, implies, explies, iff, relation, sum, product, not, minus, card, name, literal, paren,
    seq, set, map, if, match, forall, exists, collect, let, lambda, call, dot, index, slice, put, update, after; and for
    statements block, var, assign, do, return, choose, switch, while, for, assert, hint, each.
    `marks` are its operators and keywords in the order of the text.
    """

    kind: str
    start: int
    end: int
    kids: tuple[Node, ...] = ()
    marks: tuple[Span, ...] = ()

    def walk(self) -> Iterator[Node]:
        """The node and all below it, in the order of the text."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


@dataclass(frozen=True)
class Clause:
    """requires, ensures, decreases or invariant, with its expression."""

    word: str
    start: int
    end: int
    body: Node


@dataclass(frozen=True)
class Declaration:
    """A function, predicate, lemma or method. `params` are (name, type) pairs; `header` is where its name ends."""

    file: str
    module: str
    name: str
    kind: str
    ghost: bool
    start: int
    end: int
    header: int
    params: tuple[tuple[str, str], ...]
    result: str
    clauses: tuple[Clause, ...]
    body: Node | None
    body_at: tuple[int, int]
    method: Node | None
    method_at: tuple[int, int]

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def is_lemma(self) -> bool:
        return self.kind == "lemma"


@dataclass(frozen=True)
class Constructor:
    """One constructor of a datatype: its name and the types of its fields."""

    name: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Import:
    """`import opened alias = target`; without `=`, both are the same name."""

    alias: str
    target: str
    opened: bool


@dataclass
class Module:
    """A module: what it imports, its datatypes, where its types stand in the text, and its members."""

    name: str
    file: str
    imports: list[Import] = field(default_factory=list)
    datatypes: dict[str, list[Constructor]] = field(default_factory=dict)
    types: list[tuple[int, int]] = field(default_factory=list)
    members: list[Declaration] = field(default_factory=list)
