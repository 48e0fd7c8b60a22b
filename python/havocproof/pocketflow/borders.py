"""Contained classes: a subclass of a node's own class, with a border after each hook and at the end of each run.

At a border the session is asked whether it was stopped; then `Contained` is raised, a `BaseException`, so that neither
retries nor `exec_fallback` nor `except Exception` come between. Hooks are looked up by `super()`, as in any subclass:
static methods, and methods that are replaced later, work as before. PocketFlow's own empty hooks need no border.

Source of the places: pocketflow 0.0.3, `_run`, `_exec`, `_run_async` and their overrides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from havocproof.errors import Contained
from havocproof.pocketflow.context import PLACE, current, running

_HOOKS = ("prep", "exec", "exec_fallback")  # `post` is the last thing that a run does, and has its border
_ASYNC_HOOKS = tuple(f"{hook}_async" for hook in _HOOKS)

# Attributes of a contained flow. Their names are ours: the flow's author may have a `session` of his own.
OPEN = "_havocproof_open"
SESSION = "_havocproof_session"

# Each class is made once and kept: a class's own class must not change between two steps.
_contained: dict[type, type] = {}
_outermost: dict[type, type] = {}
_beneath: dict[type, type] = {}


def contained_class(base: type) -> type:
    """`base` with borders. A contained class is its own, and so is what lies beneath an outermost one."""
    base = _beneath.get(base, base)
    if base not in _contained:
        made = _like(base)
        for hook in _HOOKS:
            if _is_own(base, hook):
                setattr(made, hook, _bordered(made, hook))
        for hook in _ASYNC_HOOKS:
            if _is_own(base, hook):
                setattr(made, hook, _bordered_async(made, hook))
        made._run = _placed(made, "_run")  # type: ignore[attr-defined]
        if hasattr(base, "_run_async"):
            made._run_async = _placed_async(made, "_run_async")  # type: ignore[attr-defined]
        _contained[base] = _contained[made] = made
    return _contained[base]


def outermost_class(base: type) -> type:
    """A contained class whose `run` and `run_async` open the session; made once."""
    if base not in _outermost:
        made = _like(base)
        made.run = _opened(made, "run")  # type: ignore[attr-defined]
        if hasattr(base, "run_async"):
            made.run_async = _opened_async(made, "run_async")  # type: ignore[attr-defined]
        _outermost[base] = made
        _beneath[made] = base
    return _outermost[base]


def stop_if_denied() -> None:
    """Raises `Contained` when the current run has been stopped by a denial; elsewhere it does nothing."""
    session = current()
    if session is not None and session.stopped is not None:
        raise Contained(session.stopped)


def _like(base: type) -> type:
    """A subclass that goes by its base's name, so that messages and logs read as before."""
    made = type(base.__name__, (base,), {})
    made.__module__, made.__qualname__, made.__doc__ = base.__module__, base.__qualname__, base.__doc__
    return made


def _is_own(base: type, hook: str) -> bool:
    """Whether the hook is code of the user's, and not PocketFlow's own, which does nothing."""
    for kind in base.__mro__:
        if hook in vars(kind):
            return kind.__module__.partition(".")[0] != "pocketflow"
    return False


def _bordered(made: type, hook: str) -> Callable[..., Any]:
    def bordered(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = getattr(super(made, self), hook)(*args, **kwargs)
        except Exception:
            stop_if_denied()  # before PocketFlow sees it: a stopped run has no retries and no fallback
            raise
        stop_if_denied()
        return result

    return bordered


def _bordered_async(made: type, hook: str) -> Callable[..., Any]:
    async def bordered(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = await getattr(super(made, self), hook)(*args, **kwargs)
        except Exception:
            stop_if_denied()
            raise
        stop_if_denied()
        return result

    return bordered


def _placed(made: type, name: str) -> Callable[..., Any]:
    def placed(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = PLACE.set((*PLACE.get(), made.__name__))
        try:
            result = getattr(super(made, self), name)(*args, **kwargs)
        except Exception:
            stop_if_denied()
            raise
        finally:
            PLACE.reset(token)
        stop_if_denied()
        return result

    return placed


def _placed_async(made: type, name: str) -> Callable[..., Any]:
    async def placed(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = PLACE.set((*PLACE.get(), made.__name__))
        try:
            result = await getattr(super(made, self), name)(*args, **kwargs)
        except Exception:
            stop_if_denied()
            raise
        finally:
            PLACE.reset(token)
        stop_if_denied()
        return result

    return placed


def _begin(flow: Any) -> Any:
    session = getattr(flow, OPEN)()
    setattr(flow, SESSION, session)
    return running(session)


def _opened(made: type, name: str) -> Callable[..., Any]:
    def opened(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _begin(self):
            stop_if_denied()
            return getattr(super(made, self), name)(*args, **kwargs)

    return opened


def _opened_async(made: type, name: str) -> Callable[..., Any]:
    async def opened(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _begin(self):
            stop_if_denied()
            return await getattr(super(made, self), name)(*args, **kwargs)

    return opened
