"""The drop-in: an existing flow, contained.

PocketFlow copies a node before each step, so behaviour is changed on classes, never on instances: every node of the
graph is copied once, and each copy's class becomes a subclass that checks the session after every hook. The flow that
was given keeps its own nodes and classes: a contained flow and a plain one run side by side.

What the check is for: a denial that ended the run is remembered by the session, outside of the node. Whatever the node
does with the exception, a bare `except`, `exec_fallback` or a retry, the run stops at the next border, and no effect is
performed meanwhile. Source of the borders: pocketflow 0.0.3, `_run`, `_exec`, `_run_async` and their overrides.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import pocketflow

from havocproof.errors import ConfigError, Contained
from havocproof.pocketflow.context import inside, running

if TYPE_CHECKING:
    from havocproof.gate import Gate, Session

F = TypeVar("F", bound=pocketflow.BaseNode)

_PLAIN_HOOKS = ("prep", "exec", "exec_fallback", "post")
_ASYNC_HOOKS = ("prep_async", "exec_async", "exec_fallback_async", "post_async")


def contain(
    flow: F,
    gate: Gate | None = None,
    *,
    session: Session | None = None,
    user: str = "",
    strict: bool = False,
) -> F:
    """Returns `flow` contained; `flow` itself is left as it is.

    gate: each run gets a session of its own, for `user`. session: every run belongs to this one instead.
    strict: the first denial ends the run (`Contained` is raised), as if every action had been required.
    Run it as usual, `run` or `run_async`. Nodes act through `havocproof.pocketflow.perform` and `require`.
    """
    if not isinstance(flow, pocketflow.BaseNode):
        raise ConfigError(f"{type(flow).__name__} is no PocketFlow node or flow", "Pass the flow itself, not its class")
    if (gate is None) == (session is None):
        raise ConfigError("contain() needs a gate or a session", "Pass exactly one of them")

    def open_session() -> Session:
        if session is not None:
            return session
        assert gate is not None
        return gate.session(user=user, stop_on_denial=strict)

    twin: F = _twin(flow, {})
    twin.__class__ = _outermost(type(twin))
    twin._havocproof_open = open_session
    twin.session = session
    return twin


def _twin(node: Any, seen: dict[int, Any]) -> Any:
    """The graph below `node`, copied shallowly like PocketFlow copies a node, with contained classes."""
    if id(node) in seen:
        return seen[id(node)]
    first, todo = None, [node]
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        twin = copy.copy(current)
        seen[id(current)] = twin
        first = first if first is not None else twin
        successors = getattr(current, "successors", {})
        todo += [following for following in successors.values() if isinstance(following, pocketflow.BaseNode)]
        if isinstance(getattr(current, "start_node", None), pocketflow.BaseNode):
            todo.append(current.start_node)
    for twin in seen.values():
        if hasattr(twin, "successors"):
            twin.successors = {action: seen.get(id(end), end) for action, end in twin.successors.items()}
        if hasattr(twin, "start_node"):
            twin.start_node = seen.get(id(twin.start_node), twin.start_node)
        twin.__class__ = _contained(type(twin))
    return first


# ---- classes, made once for each class of the user's ----
_classes: dict[type, type] = {}
_outer: dict[type, type] = {}


def _like(base: type, body: dict[str, Any]) -> type:
    """A subclass that goes by its base's name, so that messages and logs read as before."""
    made = type(base.__name__, (base,), body)
    made.__module__, made.__qualname__ = base.__module__, base.__qualname__
    return made


def _contained(base: type) -> type:
    if base not in _classes:
        body: dict[str, Any] = {}
        for hooks, wrap in ((_PLAIN_HOOKS, _checked), (_ASYNC_HOOKS, _checked_async)):
            for hook in hooks:
                if hasattr(base, hook):
                    body[hook] = wrap(getattr(base, hook))
        body["_run"] = _placed(base._run)  # type: ignore[attr-defined]
        if hasattr(base, "_run_async"):
            body["_run_async"] = _placed_async(base._run_async)
        _classes[base] = _like(base, body)
    return _classes[base]


def _outermost(base: type) -> type:
    if base not in _outer:
        body: dict[str, Any] = {"run": _opened(base.run)}  # type: ignore[attr-defined]
        if hasattr(base, "run_async"):
            body["run_async"] = _opened_async(base.run_async)
        _outer[base] = _like(base, body)
    return _outer[base]


def stop_if_denied() -> None:
    """Raises `Contained` when the current run has been stopped by a denial."""
    from havocproof.pocketflow.context import session

    outcome = session().stopped
    if outcome is not None:
        raise Contained(outcome)


def _checked(hook: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: Any, *args: Any) -> Any:
        result = hook(self, *args)
        stop_if_denied()
        return result

    return checked


def _checked_async(hook: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(self: Any, *args: Any) -> Any:
        result = await hook(self, *args)
        stop_if_denied()
        return result

    return checked


def _placed(run: Callable[..., Any]) -> Callable[..., Any]:
    def placed(self: Any, shared: Any) -> Any:
        with inside(type(self).__name__):
            return run(self, shared)

    return placed


def _placed_async(run: Callable[..., Any]) -> Callable[..., Any]:
    async def placed(self: Any, shared: Any) -> Any:
        with inside(type(self).__name__):
            return await run(self, shared)

    return placed


def _begin(flow: Any) -> AbstractContextManager[None]:
    flow.session = flow._havocproof_open()
    return running(flow.session)


def _opened(run: Callable[..., Any]) -> Callable[..., Any]:
    def opened(self: Any, shared: Any) -> Any:
        with _begin(self):
            stop_if_denied()
            return run(self, shared)

    return opened


def _opened_async(run: Callable[..., Any]) -> Callable[..., Any]:
    async def opened(self: Any, shared: Any) -> Any:
        with _begin(self):
            stop_if_denied()
            return await run(self, shared)

    return opened
