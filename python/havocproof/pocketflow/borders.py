"""Contained classes: a subclass of a node's own class, with a border before each hook and at the end of each run.

At a border the session is asked whether it was stopped; then `Contained` is raised, a `BaseException`, so that neither
retries nor `exec_fallback` nor `except Exception` come between. What the policy counts of a run is counted here, too,
and strict labels are looked at. Hooks are looked up on the user's class at each call: methods that are replaced later
work as before.

Source of the places: pocketflow 0.0.3, `_run`, `_exec`, `_orch`, `get_next_node`, and their overrides. `_orch` and
`get_next_node` see each node before it is copied, so that one that was added while the flow runs is contained as well.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pocketflow

from havocproof.pocketflow.context import HERE, Run
from havocproof.pocketflow.labels import mapped, next_node

# Attributes of ours. The author of a flow may have a `session` or a `name` of his own.
NAME = "_havocproof_name"
_BASE = "_havocproof_base"
_KIND = "_havocproof_kind"

_making = threading.RLock()  # making a class may run code of the user's: a metaclass, __init_subclass__


def contained_class(base: type) -> type:
    """`base` with borders; a contained class is its own, and so is what lies beneath an outermost one."""
    base = getattr(base, _BASE, base)
    return made_class(base, "contained", _borders)


def is_contained(kind: type) -> bool:
    return hasattr(kind, _BASE)


def adopted(node: Any) -> Any:
    """A node of a running flow, contained: itself, or a copy if somebody has added it meanwhile. What it is followed by
    stays its own, and is adopted when its turn comes.
    """
    if node is None or is_contained(type(node)) or not isinstance(node, pocketflow.BaseNode):
        return node
    twin = copy.copy(node)
    twin.__class__ = contained_class(type(twin))
    return twin


def made_class(base: type, kind: str, furnish: Callable[[type, type], None]) -> type:
    """The subclass of that kind. It is found among the base's own subclasses, which hold no class alive: a class that
    nobody needs any more goes, and its contained one with it.
    """
    with _making:
        known: type
        for known in type.__subclasses__(base):
            if vars(known).get(_KIND) == kind:
                return known
        made = type(base.__name__, (base,), {})
        # It goes by its base's name, so that messages and logs read as before.
        made.__module__, made.__qualname__, made.__doc__ = base.__module__, base.__qualname__, base.__doc__
        furnish(made, base)
        setattr(made, _BASE, getattr(base, _BASE, base))
        setattr(made, _KIND, kind)
        return made


def _borders(made: type, base: type) -> None:
    is_flow, is_async = issubclass(base, pocketflow.Flow), issubclass(base, pocketflow.AsyncNode)
    found: dict[str, Any] = {NAME: base.__name__, "_run": _run(base)}
    if is_async:
        found["_run_async"] = _run_async(base)
    if is_flow:
        found["_orch"], found["get_next_node"] = _orch(base), _get_next_node(base)
        if is_async:
            found["_orch_async"] = _orch_async(base)
        if issubclass(base, pocketflow.BatchFlow):
            found["prep"] = _counted(made)
            if is_async:
                found["prep_async"] = _counted_async(made)
    else:
        found["_exec"] = _exec(base)
    for hook, fast in _HOOKS.items():
        own = _own(base, hook)
        if own is not None:
            found[hook] = fast(base) if fast is not None and type(own) is FunctionType else _checked(made, hook)
        elif is_flow and hook == "post":
            found[hook] = _mapped
        elif is_flow and is_async and hook == "post_async":
            found[hook] = _mapped_async
    for name, function in found.items():
        setattr(made, name, function)


def _own(base: type, hook: str) -> Any:
    """The hook as the user wrote it, a function or what descriptor it is; None if it is PocketFlow's own, or absent."""
    for kind in base.__mro__:
        if hook in vars(kind):
            return None if kind.__module__.partition(".")[0] == "pocketflow" else vars(kind)[hook]
    return None


# ---- hooks. Those that run for each element of a batch are written out: a call more is felt there ----


def _exec_hook(base: Any) -> Callable[..., Any]:
    def exec(self: Any, prep_res: Any) -> Any:
        here = HERE.get()
        if here is None:
            return base.exec(self, prep_res)
        if here[0].counts is not None:
            here[0].counts.attempt(here)
        try:
            return base.exec(self, prep_res)
        except Exception:
            here[0].check()  # before PocketFlow sees it: a stopped run has no retries, no waits and no fallback
            raise

    return exec


def _exec_async_hook(base: Any) -> Callable[..., Any]:
    # No coroutine of our own: PocketFlow awaits what is returned, and a stopped run is noticed when the next attempt
    # begins. With waits between attempts it has to be noticed before. A node of one attempt has begun at its border.
    def exec_async(self: Any, prep_res: Any) -> Any:
        here = HERE.get()
        if here is None or (self.max_retries == 1 and here[0].counts is None):
            return base.exec_async(self, prep_res)
        run = here[0]
        if run.session.stopped is not None:
            run.check()
        if run.counts is not None:
            run.counts.attempt(here)
        found = base.exec_async(self, prep_res)
        return _watched(run, found) if self.wait else found

    return exec_async


def _post_hook(base: Any) -> Callable[..., Any]:
    def post(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
        here = HERE.get()
        if here is not None and here[0].session.stopped is not None:
            here[0].check()
        return base.post(self, shared, prep_res, exec_res)

    return post


def _post_async_hook(base: Any) -> Callable[..., Any]:
    def post_async(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
        here = HERE.get()
        if here is not None and here[0].session.stopped is not None:
            here[0].check()
        return base.post_async(self, shared, prep_res, exec_res)

    return post_async


async def _watched(run: Run, found: Any) -> Any:
    try:
        return await found
    except Exception:
        run.check()
        raise


def _checked(made: type, hook: str) -> Callable[..., Any]:
    """A border before the hook, of whatever kind it is."""

    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        here = HERE.get()
        if here is not None:
            here[0].check()
            if here[0].counts is not None and hook in ("exec", "exec_async"):
                here[0].counts.attempt(here)
        return getattr(super(made, self), hook)(*args, **kwargs)

    return checked


_HOOKS: dict[str, Callable[[Any], Callable[..., Any]] | None] = {
    "exec": _exec_hook,
    "post": _post_hook,
    "exec_async": _exec_async_hook,
    "post_async": _post_async_hook,
    "exec_fallback_async": None,
}
"""Those that begin with a border, and how it is put there; None: by way of `_checked`. `prep` begins with its node."""


def _exec(base: Any) -> Callable[..., Any]:
    is_batch, at_once = issubclass(base, pocketflow.BatchNode), issubclass(base, pocketflow.AsyncParallelBatchNode)

    def _exec(self: Any, prep_res: Any) -> Any:
        here = HERE.get()
        if here is not None:
            run = here[0]
            if run.session.stopped is not None:
                run.check()
            if is_batch and run.counts is not None:
                prep_res = run.counts.batch(here, prep_res, at_once)
        return base._exec(self, prep_res)

    return _exec


# ---- nodes ----


def _run(base: Any) -> Callable[..., Any]:
    is_flow = issubclass(base, pocketflow.Flow)

    def _run(self: Any, shared: Any) -> Any:
        above = HERE.get()
        if above is None:
            return base._run(self, shared)
        run = above[0]
        here = (run, getattr(self, NAME), above)
        token = HERE.set(here)
        try:
            if run.counts is not None and not (is_flow and not above[1]):  # the flow that is run itself is no step
                run.counts.step(here)
            result = base._run(self, shared)
        except Exception:
            run.check()
            raise
        finally:
            HERE.reset(token)
        if run.session.stopped is not None:
            run.check()
        return result

    return _run


def _run_async(base: Any) -> Callable[..., Any]:
    is_flow = issubclass(base, pocketflow.Flow)

    async def _run_async(self: Any, shared: Any) -> Any:
        above = HERE.get()
        if above is None:
            return await base._run_async(self, shared)
        run = above[0]
        here = (run, getattr(self, NAME), above)
        token = HERE.set(here)
        try:
            if run.counts is not None and not (is_flow and not above[1]):  # the flow that is run itself is no step
                run.counts.step(here)
            result = await base._run_async(self, shared)
        except Exception:
            run.check()
            raise
        finally:
            HERE.reset(token)
        if run.session.stopped is not None:
            run.check()
        return result

    return _run_async


# ---- flows ----


def _orch(base: Any) -> Callable[..., Any]:
    def _orch(self: Any, shared: Any, params: Any = None) -> Any:
        _begin(self)
        return base._orch(self, shared, params)

    return _orch


def _orch_async(base: Any) -> Callable[..., Any]:
    async def _orch_async(self: Any, shared: Any, params: Any = None) -> Any:
        _begin(self)
        return await base._orch_async(self, shared, params)

    return _orch_async


def _begin(flow: Any) -> None:
    here = HERE.get()
    if here is not None:
        here[0].check()
    start = flow.start_node
    if start is not None and not is_contained(type(start)):
        flow.start_node = adopted(start)


def _get_next_node(base: Any) -> Callable[..., Any]:
    def get_next_node(self: Any, curr: Any, action: Any) -> Any:
        here = HERE.get()
        if here is not None and here[0].strict:
            return adopted(next_node(here, base, self, curr, action))
        following = base.get_next_node(self, curr, action)
        return following if following is None or hasattr(type(following), _BASE) else adopted(following)

    return get_next_node


def _mapped(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
    return mapped(HERE.get(), self, exec_res)


async def _mapped_async(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
    return mapped(HERE.get(), self, exec_res)


def _counted(made: Any) -> Callable[..., Any]:
    def prep(self: Any, shared: Any) -> Any:
        here, found = HERE.get(), super(made, self).prep(shared)
        return found if here is None or here[0].counts is None else here[0].counts.batch(here, found)

    return prep


def _counted_async(made: Any) -> Callable[..., Any]:
    at_once = issubclass(made, pocketflow.AsyncParallelBatchFlow)

    async def prep_async(self: Any, shared: Any) -> Any:
        here, found = HERE.get(), await super(made, self).prep_async(shared)
        return found if here is None or here[0].counts is None else here[0].counts.batch(here, found, at_once)

    return prep_async
