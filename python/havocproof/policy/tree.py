"""A policy file as text with positions: what the reader gives and everything else reads. No scalar has a type here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Text:
    """One scalar. `plain`: it was written without quotes. Lines and columns count from 1. `file`: "" for the policy's
    own file, else the name that messages give to the guard, vocabulary or list that it stands in.
    """

    __slots__ = ("column", "file", "line", "plain", "value")

    def __init__(self, value: str, line: int, column: int, plain: bool = True, file: str = "") -> None:
        self.value = value
        self.line = line
        self.column = column
        self.plain = plain
        self.file = file


class Items:
    """A list."""

    __slots__ = ("column", "file", "items", "line")

    def __init__(self, line: int, column: int, file: str = "") -> None:
        self.line = line
        self.column = column
        self.file = file
        self.items: list[Node] = []


class Mapping:
    """A mapping, in the order of the file. `fields` gives the value of a key, `keys` where the key stands.

    `marks` say for each field where its key stands: the key itself, or the parser's mark, whose lines and columns count
    from 0. Most keys are never asked for, so they are made when they are.
    """

    __slots__ = ("column", "fields", "file", "line", "marks")

    def __init__(self, line: int, column: int, file: str = "") -> None:
        self.line = line
        self.column = column
        self.file = file
        self.fields: dict[str, Node] = {}
        self.marks: list[Any] = []

    def put(self, key: Text, node: Node) -> None:
        """Add a field."""
        self.fields[key.value] = node
        self.marks.append(key)

    @property
    def keys(self) -> dict[str, Text]:
        """The keys by their names."""
        return {key.value: key for key, _ in self}

    def __iter__(self) -> Iterator[tuple[Text, Node]]:
        for (name, node), mark in zip(self.fields.items(), self.marks, strict=True):
            yield mark if isinstance(mark, Text) else Text(name, mark.line + 1, mark.column + 1, True, self.file), node


class KeyOf:
    """Where a key of a mapping stands, found when it is asked for."""

    __slots__ = ("name", "node")

    def __init__(self, node: Mapping, name: str) -> None:
        self.node = node
        self.name = name

    @property
    def line(self) -> int:
        return self.node.keys[self.name].line

    @property
    def column(self) -> int:
        return self.node.keys[self.name].column

    @property
    def file(self) -> str:
        return self.node.file


Node = Text | Items | Mapping


def kind(node: Node) -> str:
    """What a node is, in the words of a message."""
    if isinstance(node, Text):
        return "text"
    return "a list" if isinstance(node, Items) else "a mapping"


def render(node: Node) -> str:
    """The node as one line in YAML's flow style. Used to tell a model or a person what a rule says about an axis."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return "[" + ", ".join(render(item) for item in node.items) + "]"
    return "{" + ", ".join(f"{name}: {render(value)}" for name, value in node.fields.items()) + "}"
