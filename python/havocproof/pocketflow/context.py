"""Which run the running node belongs to, where in the flow it stands, and how it acts.

Carried by one context variable: `asyncio` tasks and `asyncio.to_thread` inherit it, a thread that a node starts by
itself does not, and finds no session there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from havocproof.errors import ConfigError, Contained
from havocproof.gate.outcome import Outcome, Performed

if TYPE_CHECKING:
    from havocproof.actions import Action
    from havocproof.gate import Session
    from havocproof.pocketflow.counting import Count

E = TypeVar("E", bound=Exception)


class Run:
    """One run of a contained flow. `counts`: what the policy counts of it, None if nothing."""

    __slots__ = ("counts", "session", "strict")

    def __init__(self, session: Session, strict: bool = False, counts: Count | None = None) -> None:
        self.session = session
        self.strict = strict
        self.counts = counts

    def check(self) -> None:
        """Raises `Contained` when the session was stopped."""
        stopped = self.session.stopped
        if stopped is not None:
            raise Contained(stopped)


Here = tuple[Run, str, Any]
"""The run, the name of the node at work ("" where the run began), and the `Here` around it, None outside."""

HERE: ContextVar[Here | None] = ContextVar("havocproof_here", default=None)


def session() -> Session:
    """The session of the contained run that calls this. ConfigError outside of one."""
    here = HERE.get()
    if here is None:
        raise ConfigError(
            "no contained run is active here",
            "Call it from a node of a flow returned by contain(); a thread of your own has to be given the session",
        )
    return here[0].session


def place() -> tuple[str, ...]:
    """The running node's way from the outermost flow down, by name; empty outside of a contained run."""
    return names(HERE.get())


def names(here: Here | None) -> tuple[str, ...]:
    """The names from the outermost flow down to `here`."""
    found: list[str] = []
    while here is not None:
        if here[1]:
            found.append(here[1])
        here = here[2]
    return tuple(reversed(found))


def perform(action: Action | dict[str, Any]) -> Outcome:
    """`session().perform(action)`: the way a node acts. The outcome is a value, a denial too."""
    return session().perform(action)


async def aperform(action: Action | dict[str, Any]) -> Outcome:
    """As `perform`, with the effect in a worker thread; the event loop stays free."""
    return await session().aperform(action)


def require(action: Action | dict[str, Any]) -> Any:
    """Performs, or ends the run: anything but a performed action raises `Contained`, and the run stays stopped.

    Returns the effect's result.
    """
    return session().require(action).result


async def arequire(action: Action | dict[str, Any]) -> Any:
    """As `require`, with the effect in a worker thread."""
    return await asyncio.to_thread(require, action)


def obtain(action: Action | dict[str, Any], error: Callable[[str], Exception] = PermissionError) -> Any:
    """Performs, or raises an ordinary exception of the node's choice, such as the one of the library that it stands in
    for: `obtain(query, sqlite3.OperationalError)`. Retries and fallbacks see it as they would see the library's own.

    error: makes the exception from the text for the model. It carries the refusal as its attribute `outcome`.
    Returns the effect's result.
    """
    outcome = perform(action)
    if isinstance(outcome, Performed):
        return outcome.result
    raise refusal(outcome, error)


async def aobtain(action: Action | dict[str, Any], error: Callable[[str], Exception] = PermissionError) -> Any:
    """As `obtain`, with the effect in a worker thread."""
    outcome = await aperform(action)
    if isinstance(outcome, Performed):
        return outcome.result
    raise refusal(outcome, error)


def refusal(outcome: Outcome, error: Callable[[str], E]) -> E:
    """What came instead of an effect, as an exception of this kind: what was wrong, and what to do."""
    told = outcome.to_model()
    what = told.get("why") or told.get("error") or told.get("problem")
    raised = error(" ".join(str(text) for text in (what, told.get("remedy")) if text))
    raised.outcome = outcome  # type: ignore[attr-defined]
    return raised


@contextmanager
def running(run: Run) -> Iterator[None]:
    """Makes `run` the one that everything this context calls belongs to."""
    token = HERE.set((run, "", HERE.get()))
    try:
        yield
    finally:
        HERE.reset(token)
