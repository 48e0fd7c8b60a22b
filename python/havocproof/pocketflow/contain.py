"""The drop-in: an existing flow, contained.

PocketFlow copies a node before each step, so behaviour is changed on classes, never on instances: every node of the
graph is copied once, and each copy's class becomes a subclass that checks the session at every border (see `borders`).
The flow that was given keeps its own nodes and classes: a contained flow and a plain one run side by side, also at the
same time, since all that a run knows is carried by a context variable.

What the check is for: a denial that ended the run is remembered by the session, outside of the node. Whatever the node
does with the exception, a bare `except`, `exec_fallback` or a retry, the run stops at the next border, and no effect is
performed meanwhile.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar

import pocketflow

from havocproof.errors import ConfigError
from havocproof.pocketflow.borders import NAME, contained_class
from havocproof.pocketflow.context import Run
from havocproof.pocketflow.counting import Count, served
from havocproof.pocketflow.diagnosing import diagnose
from havocproof.pocketflow.findings import ERROR
from havocproof.pocketflow.naming import following, name_of, walk
from havocproof.pocketflow.openings import OPEN, SESSION, outermost_class

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
    stop_on_denial: bool = False,
    strict: bool = False,
) -> F:
    """Returns `flow` contained; `flow` itself is left as it is.

    gate: each run gets a session of its own, for `user`, of the kind `agent`. session: every run belongs to this one
    instead, as that of an agent which another one has started (`outcome.child`); `user`, `agent` and `stop_on_denial`
    are then the session's own matter. stop_on_denial: the first denial ends the run (`Contained` is raised), as if that
    action had been required. strict: labels are those that the flow declares (see `labels`), and a flow with findings
    that are errors is refused (see `diagnose`). Steps, attempts and batches are counted if the policy declares them
    (see `counting`). Run it as usual, `run` or `run_async`. Nodes act through `perform`, `obtain` and `require` of this
    package. Raises ConfigError.
    """
    if not isinstance(flow, pocketflow.BaseNode):
        raise ConfigError(f"{_named(flow)} is no PocketFlow node or flow", "Pass an object of Node, Flow or the like.")
    if (gate is None) == (session is None):
        raise ConfigError("contain() needs a gate or a session", "Pass exactly one of them.")
    if session is not None and (user or agent or stop_on_denial):
        raise ConfigError(
            "user, agent and stop_on_denial belong to a new session", "Open the session with them, or pass the gate."
        )
    judge = gate if gate is not None else session.gate  # type: ignore[union-attr]  # one of them is there
    tools = served(judge)
    if strict:
        wrong = [finding for finding in diagnose(flow, judge.policy) if finding.level == ERROR]
        if wrong:
            raise ConfigError(f"the flow cannot be run strictly: {wrong[0]}", wrong[0].remedy)

    def open_run() -> Run:
        opened = session
        if opened is None:
            assert gate is not None
            opened = gate.session(user=user, agent=agent, stop_on_denial=stop_on_denial)
        return Run(opened, strict, Count(opened, tools) if tools else None)

    twin: F = _twin(flow)
    twin.__class__ = outermost_class(type(twin))
    setattr(twin, OPEN, open_run)
    return twin


def session_of(flow: pocketflow.BaseNode) -> Session:
    """The session of the last run of a contained flow, to see what it remembers. ConfigError if there was none."""
    found: Session | None = getattr(flow, SESSION, None)
    if found is None:
        raise ConfigError(
            f"this {_named(flow)} has not been run contained", "Pass what contain() returned, after a run."
        )
    return found


def _twin(flow: Any) -> Any:
    """The graph below `flow`, copied shallowly like PocketFlow copies a node, with contained classes and names."""
    twins: dict[int, Any] = {}
    for node, place in walk(flow):
        twin = twins[id(node)] = copy.copy(node)
        twin.__class__ = contained_class(type(node))
        if place[-1] != name_of(twin):
            setattr(twin, NAME, place[-1])
    for twin in twins.values():
        if hasattr(twin, "successors"):
            twin.successors = {action: twins.get(id(end), end) for action, end in following(twin).items()}
        if hasattr(twin, "start_node"):
            twin.start_node = twins.get(id(twin.start_node), twin.start_node)
    return twins[id(flow)]


def _named(thing: object) -> str:
    return thing.__name__ if isinstance(thing, type) else type(thing).__name__
