"""Which session the running node belongs to, and where in the flow it stands.

Carried by context variables: `asyncio` tasks and `asyncio.to_thread` inherit them, a thread that a node starts by
itself does not, and finds no session there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from havocproof.errors import ConfigError

if TYPE_CHECKING:
    from havocproof.actions import Action
    from havocproof.gate import Outcome, Session

_session: ContextVar[Session | None] = ContextVar("havocproof_session", default=None)
PLACE: ContextVar[tuple[str, ...]] = ContextVar("havocproof_place", default=())


def current() -> Session | None:
    """The session of the contained run that calls this, or None outside of one."""
    return _session.get()


def session() -> Session:
    """The session of the contained run that calls this. ConfigError outside of one."""
    found = _session.get()
    if found is None:
        raise ConfigError(
            "no contained run is active here",
            "Call it from a node of a flow returned by contain(); a thread of your own has to be given the session",
        )
    return found


def place() -> tuple[str, ...]:
    """The running node's way from the outermost flow down, by name; empty outside of a contained run."""
    return PLACE.get()


def perform(action: Action | dict[str, Any]) -> Outcome:
    """`session().perform(action)`: the way a node acts. The outcome is a value, a denial too."""
    return session().perform(action)


def require(action: Action | dict[str, Any]) -> Any:
    """Performs, or ends the run: anything but a performed action raises `Contained`, and the run stays stopped.

    Returns the effect's result.
    """
    return session().require(action).result


@contextmanager
def running(opened: Session) -> Iterator[None]:
    """Makes `opened` the session of everything that this context calls."""
    token = _session.set(opened)
    try:
        yield
    finally:
        _session.reset(token)
