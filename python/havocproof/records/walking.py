"""Following pointers into a parsed JSON value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from havocproof.actions.scalars import GrammarError
from havocproof.policy.pointers import Pointer
from havocproof.policy.recordspec import Only

MOST_NODES = 100_000
"""Values of a result that one pointer may visit."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value of a result, the object or list that it stands in (None for the start), and the way to it."""

    value: Any
    parent: Any
    way: tuple[str, ...]

    @property
    def at(self) -> str:
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in self.way)


def walk(start: Found, pointer: Pointer, only: Only) -> Iterator[Found]:
    """Every value that the pointer leads to and whose siblings are as `only` says, in the order of the result.

    Raises `GrammarError`, with the way under `at`, where a step leads nowhere, and for more values than are looked at.
    A star in an empty list or object leads to no value, and that is none that is missing.
    """
    stack = [(start, 0)]
    seen = 0
    while stack:
        here, depth = stack.pop()
        seen += 1
        if seen > MOST_NODES:
            raise GrammarError(f"holds more than {MOST_NODES} values", "Return fewer at a time")
        if depth == len(pointer.steps):
            if _chosen(here.parent, only):
                yield here
            continue
        step = pointer.steps[depth]
        if step is None:
            stack += [(inner, depth + 1) for inner in reversed(_elements(here))]
        elif depth + 1 < len(pointer.steps) or _chosen(here.value, only):
            stack.append((_step(here, step), depth + 1))


def _elements(here: Found) -> list[Found]:
    value = here.value
    if isinstance(value, Mapping):
        return [Found(inner, value, (*here.way, str(name))) for name, inner in value.items()]
    if isinstance(value, list | tuple):
        return [Found(inner, value, (*here.way, str(index))) for index, inner in enumerate(value)]
    raise GrammarError("is no list and no object", "Return one here", here.way)


def _step(here: Found, step: str) -> Found:
    value = here.value
    if isinstance(value, Mapping) and step in value:
        return Found(value[step], value, (*here.way, step))
    if isinstance(value, list | tuple) and step.isascii() and step.isdecimal() and str(int(step[:9])) == step:
        index = int(step)
        if index < len(value):
            return Found(value[index], value, (*here.way, step))
    raise GrammarError("is missing", "Return it, or declare another pointer", (*here.way, step))


def _chosen(parent: Any, only: Only) -> bool:
    """Whether the object holds for each key of `only` one of its texts. What is no object holds none."""
    return all(isinstance(parent, Mapping) and _text(parent.get(key)) in texts for key, texts in only)


def _text(value: object) -> str | None:
    """A sibling as `only` writes it. None for what has no one spelling."""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int and abs(value) < 10**40:
        return str(value)
    return value if type(value) is str else None


def row_chosen(row: Found, only: Only) -> bool:
    """Whether a row is one of those that `only` under `from` chooses."""
    return _chosen(row.value, only)
