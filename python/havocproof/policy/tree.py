"""A policy file as text with positions: what the reader gives and everything else reads. No scalar has a type here."""

from __future__ import annotations

from collections.abc import Iterator


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
    """A mapping, in the order of the file. `fields` gives the value of a key, `keys` where the key stands."""

    __slots__ = ("column", "fields", "file", "keys", "line")

    def __init__(self, line: int, column: int, file: str = "") -> None:
        self.line = line
        self.column = column
        self.file = file
        self.fields: dict[str, Node] = {}
        self.keys: dict[str, Text] = {}

    def __iter__(self) -> Iterator[tuple[Text, Node]]:
        for name, node in self.fields.items():
            yield self.keys[name], node


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
