"""Names of nodes that stay as they are: through the copy that PocketFlow makes before each step, and in every run.

A node is named after its class; of several with one name within one flow, the second is `Ask-2`, in the order in which
they are reached from the start, edges in the order in which they were drawn. `named(node, "plan")` gives it a name of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import pocketflow

from havocproof.errors import ConfigError
from havocproof.pocketflow.borders import NAME

N = TypeVar("N", bound=pocketflow.BaseNode)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


def named(node: N, name: str) -> N:
    """Gives the node a name: letters, digits, _ . and -, 64 characters, beginning with a letter or _. ConfigError."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a node", "Use letters, digits, _ . and -, beginning with a letter.")
    setattr(node, NAME, name)
    return node


def name_of(node: Any) -> str:
    """The node's name: its own, else that of its class."""
    own = vars(node).get(NAME) if hasattr(node, "__dict__") else None
    return str(own or getattr(type(node), NAME, type(node).__name__))


def following(node: Any) -> dict[Any, Any]:
    """The node's edges; empty where its class did not call `super().__init__()`."""
    return getattr(node, "successors", None) or {}


def walk(flow: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every node that can be reached, once, with its place: the names from `flow` down. In breadth; a node that stands
    in two flows has the place where it is reached first. ConfigError for two nodes of one flow with one given name.
    """
    seen = {id(flow)}
    yield flow, (name_of(flow),)
    flows = [(flow, (name_of(flow),))]
    if not isinstance(flow, pocketflow.Flow):  # a node that is run alone: what follows it stands beside it, never run
        flows = []
        beside = [node for node in _line(list(following(flow).values())) if id(node) not in seen]
        yield from _within(beside, (), seen, flows)
    while flows:
        around, place = flows.pop(0)
        start = getattr(around, "start_node", None)
        yield from _within(_line([start]), place, seen, flows)


def _within(nodes: Any, place: tuple[str, ...], seen: set[int], flows: list[Any]) -> Iterator[Any]:
    """The nodes of one flow that were not seen before, named."""
    given: set[str] = set()
    fresh = []
    for node in nodes:
        if id(node) in seen:
            continue
        seen.add(id(node))
        fresh.append(node)
        if NAME in vars(node):
            if name_of(node) in given:
                raise ConfigError(
                    f"two nodes of {'/'.join(place) or 'the flow'} are named {name_of(node)}", "Name one otherwise."
                )
            given.add(name_of(node))
    for node in fresh:
        name = name_of(node)
        if NAME not in vars(node):
            number, base = 1, name
            while name in given:
                number += 1
                name = f"{base}-{number}"
            given.add(name)
        yield node, (*place, name)
        if isinstance(node, pocketflow.Flow):
            flows.append((node, (*place, name)))


def _line(starts: list[Any]) -> Iterator[Any]:
    """The nodes that are reached from these by edges, in breadth."""
    todo = [node for node in starts if isinstance(node, pocketflow.BaseNode)]
    met = {id(node) for node in todo}
    while todo:
        node = todo.pop(0)
        yield node
        for end in following(node).values():
            if isinstance(end, pocketflow.BaseNode) and id(end) not in met:
                met.add(id(end))
                todo.append(end)
