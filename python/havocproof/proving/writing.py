"""Policy trees as YAML: whole, for the loader, and one rule at a time, as a person would write it."""

from __future__ import annotations

import json
import re

from havocproof.policy.tree import Items, Mapping, Node, Text

_PLAIN = re.compile(r"[A-Za-z0-9_$/.][A-Za-z0-9_$/.@+%-]*(?: [A-Za-z0-9_$/.@+%-]+)*")


def whole(node: Node) -> str:
    """A document that reads as the same tree; everything is quoted."""
    if isinstance(node, Text):
        return json.dumps(node.value, ensure_ascii=False)
    if isinstance(node, Items):
        return "[" + ", ".join(map(whole, node.items)) + "]"
    fields = (f"{json.dumps(name, ensure_ascii=False)}: {whole(value)}" for name, value in node.fields.items())
    return "{" + ", ".join(fields) + "}"


def item(node: Mapping) -> str:
    """One rule as an item of its group, a line a key."""
    lines = [f"{key}: {inline(value)}" for key, value in node.fields.items()]
    return "".join(f"{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))


def entry(name: str, node: Node) -> str:
    """One entry of a section: `orders: {amount: ...}`."""
    return f"{name}: {inline(node)}\n"


def inline(node: Node) -> str:
    """A value on one line, quoted only where it must be."""
    if isinstance(node, Text):
        return node.value if _PLAIN.fullmatch(node.value) else json.dumps(node.value, ensure_ascii=False)
    if isinstance(node, Items):
        return "[" + ", ".join(map(inline, node.items)) + "]"
    return "{" + ", ".join(f"{inline(_text(name))}: {inline(value)}" for name, value in node.fields.items()) + "}"


def mapping(fields: dict[str, Node]) -> Mapping:
    """A mapping that stands nowhere."""
    made = Mapping(1, 1)
    for name, value in fields.items():
        made.put(_text(name), value)
    return made


def items(nodes: list[Node]) -> Items:
    """A list that stands nowhere."""
    made = Items(1, 1)
    made.items = nodes
    return made


def changed(node: Mapping, **fields: Node) -> Mapping:
    """The mapping with some fields put in the place of theirs, or after the others."""
    return mapping({**node.fields, **fields})


def without(node: Mapping, *names: str) -> Mapping:
    return mapping({name: value for name, value in node.fields.items() if name not in names})


def text(value: str) -> Text:
    """A scalar that stands nowhere."""
    return _text(value)


def _text(value: str) -> Text:
    return Text(value, 1, 1)
