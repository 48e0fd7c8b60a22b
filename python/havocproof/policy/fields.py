"""Reading mappings with known keys: what is missing, unknown, or not a single value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from havocproof.actions.scalars import GrammarError
from havocproof.policy.problems import Place, Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text, kind

TEXT_CHARS = 2000


def known_keys(node: Mapping, keys: Sequence[str], what: str, problems: Problems) -> None:
    """Note each key that is not among `keys`. `what`: "a rule"."""
    for key in node.fields:
        if key not in keys:
            remedy = problems.near(key, keys, f"Keys are {listed(keys)}.")
            problems.add("E-KEY", node.keys[key], f"unknown key `{key}` in {what}", remedy)


def text(node: Mapping, key: str, problems: Problems) -> str | None:
    """The text under a key. None if it is not there, or is no text, which is noted."""
    value = node.fields.get(key)
    if value is None:
        return None
    if not isinstance(value, Text):
        problems.add("E-KEY", value, f"`{key}` is {kind(value)}", "Write one value.")
        return None
    if len(value.value) > TEXT_CHARS:
        problems.add("E-KEY", value, f"`{key}` is longer than {TEXT_CHARS} characters", "Shorten it.")
        return None
    return value.value


def number(node: Mapping, key: str, read: Callable[[str], int], problems: Problems) -> int | None:
    """A literal under a key, read by `read`. None if it is missing or wrong, which is noted."""
    value = node.fields.get(key)
    if not isinstance(value, Text):
        text(node, key, problems)
        return None
    try:
        return read(value.value)
    except GrammarError as fault:
        problems.add("E-INT", value, f"`{value.value}` {fault.problem}", fault.remedy + ".")
        return None


def texts(node: Node, what: str, problems: Problems) -> list[Text]:
    """One text or a list of texts; anything else, and a text that is listed twice, is noted. `what`: "a verb list"."""
    if isinstance(node, Text):
        return [node]
    if not isinstance(node, Items):
        problems.add("E-KEY", node, f"{what} is one word or a list of words", "Write [a, b].")
        return []
    found: dict[str, Text] = {}
    for item in node.items:
        if not isinstance(item, Text):
            problems.add("E-KEY", item, f"{what} holds words, and this is {kind(item)}", "Write [a, b].")
        elif item.value in found:
            problems.add("E-DUP", item, f"`{item.value}` twice", "Remove one.")
        else:
            found[item.value] = item
    return list(found.values())


def mapping(node: Node, what: str, form: str, problems: Problems) -> Mapping | None:
    """The node if it is a mapping; else None with the problem noted."""
    if isinstance(node, Mapping):
        return node
    problems.add("E-KEY", node, f"{what} is {kind(node)}", f"Write {form}.")
    return None


def missing(place: Place, key: str, what: str, remedy: str, problems: Problems) -> None:
    """Note that a key is missing."""
    problems.add("E-KEY", place, f"{what} needs `{key}`", remedy)
