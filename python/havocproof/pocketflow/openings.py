"""The outermost class of a contained flow: its `run` and `run_async` open the session."""

from __future__ import annotations

from typing import Any

import pocketflow

from havocproof.errors import ConfigError
from havocproof.pocketflow.borders import contained_class, made_class
from havocproof.pocketflow.context import Run, running

OPEN = "_havocproof_open"
SESSION = "_havocproof_session"


def outermost_class(base: type) -> type:
    """A contained class whose `run` and `run_async` open the session."""
    return made_class(contained_class(base), "outermost", _openings)


def _openings(made: type, base: type) -> None:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        opened = _open(self)
        if opened.strict and isinstance(self, pocketflow.AsyncFlow):
            raise ConfigError("run() of an asynchronous flow skips what it prepares and posts", "Use run_async().")
        with running(opened):
            opened.check()
            return getattr(super(made, self), "run")(*args, **kwargs)  # noqa: B009  super's own lookup

    async def run_async(self: Any, *args: Any, **kwargs: Any) -> Any:
        opened = _open(self)
        with running(opened):
            opened.check()
            return await getattr(super(made, self), "run_async")(*args, **kwargs)  # noqa: B009

    made.run = run  # type: ignore[attr-defined]
    if hasattr(base, "run_async"):
        made.run_async = run_async  # type: ignore[attr-defined]


def _open(flow: Any) -> Run:
    opened: Run = getattr(flow, OPEN)()
    setattr(flow, SESSION, opened.session)
    return opened
