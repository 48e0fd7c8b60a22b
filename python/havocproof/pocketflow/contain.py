"""The drop-in: an existing flow, contained.

PocketFlow copies a node before each step, so behaviour is changed on classes, never on instances: every node of the
graph is copied once, and each copy's class becomes a subclass that checks the session after every hook (see `borders`).
The flow that was given keeps its own nodes and classes: a contained flow and a plain one run side by side.

What the check is for: a denial that ended the run is remembered by the session, outside of the node. Whatever the node
does with the exception, a bare `except`, `exec_fallback` or a retry, the run stops at the next border, and no effect is
performed meanwhile. A node that is added to the graph while it runs has no borders of its own; the session refuses its
actions all the same.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar

import pocketflow

from havocproof.errors import ConfigError
from havocproof.pocketflow.borders import OPEN, SESSION, contained_class, outermost_class

if TYPE_CHECKING:
    from havocproof.gate import Gate, Session

F = TypeVar("F", bound=pocketflow.BaseNode)


def contain(
    flow: F,
    gate: Gate | None = None,
    *,
    session: Session | None = None,
    user: str = "",
    agent: str = "",
    strict: bool = False,
) -> F:
    """Returns `flow` contained; `flow` itself is left as it is.

    gate: each run gets a session of its own, for `user`, of the kind `agent`. session: every run belongs to this one
    instead, as that of an agent which another one has started (`outcome.child`); `user`, `agent` and `strict` are then
    the session's own matter. strict: the first denial ends the run (`Contained` is raised), as if
    that action had been required. Run it as usual, `run` or `run_async`. Nodes act through `perform` and `require` of
    this package. Raises ConfigError.
    """
    if not isinstance(flow, pocketflow.BaseNode):
        raise ConfigError(f"{_named(flow)} is no PocketFlow node or flow", "Pass an object of Node, Flow or the like.")
    if (gate is None) == (session is None):
        raise ConfigError("contain() needs a gate or a session", "Pass exactly one of them.")
    if session is not None and (user or agent or strict):
        raise ConfigError(
            "user, agent and strict belong to a new session", "Open the session with them, or pass the gate."
        )

    def open_session() -> Session:
        if session is not None:
            return session
        assert gate is not None
        return gate.session(user=user, agent=agent, stop_on_denial=strict)

    twin: F = _twin(flow)
    twin.__class__ = outermost_class(type(twin))
    setattr(twin, OPEN, open_session)
    return twin


def session_of(flow: pocketflow.BaseNode) -> Session:
    """The session of the last run of a contained flow, to see what it remembers. ConfigError if there was none."""
    found: Session | None = getattr(flow, SESSION, None)
    if found is None:
        raise ConfigError(
            f"this {_named(flow)} has not been run contained", "Pass what contain() returned, after a run."
        )
    return found


def _twin(node: Any) -> Any:
    """The graph below `node`, copied shallowly like PocketFlow copies a node, with contained classes."""
    twins: dict[int, Any] = {}
    todo = [node]
    while todo:
        current = todo.pop()
        if id(current) in twins:
            continue
        twins[id(current)] = copy.copy(current)
        todo += [following for following in _successors(current).values() if isinstance(following, pocketflow.BaseNode)]
        if isinstance(getattr(current, "start_node", None), pocketflow.BaseNode):
            todo.append(current.start_node)
    for twin in twins.values():
        if hasattr(twin, "successors"):
            twin.successors = {action: twins.get(id(end), end) for action, end in twin.successors.items()}
        if hasattr(twin, "start_node"):
            twin.start_node = twins.get(id(twin.start_node), twin.start_node)
        twin.__class__ = contained_class(type(twin))
    return twins[id(node)]


def _successors(node: Any) -> dict[Any, Any]:
    return getattr(node, "successors", None) or {}


def _named(thing: object) -> str:
    return thing.__name__ if isinstance(thing, type) else type(thing).__name__
