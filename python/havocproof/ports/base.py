"""What a port is: the only code that performs effects.

A port works in two halves, so that what was decided and what is done are one object:

    prepared = port.prepare(action)      looks, classifies, opens handles; changes nothing, sends nothing
    prepared.parts                       what the effect is, for the kernel to decide on
    prepared.perform(permit)             performs exactly that, once
    prepared.close()                     gives back the handles, whether performed or not

Errors carry the one fact that the books need. `PortError` (and `PortRefused`) from either half: the effect is known not
to have happened, its reservation is released. `InDoubt`: it may have happened, its reservation stays and nothing
repeats it silently. Any other exception out of `perform` must be read as in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from havocproof.actions import Action, Part


@runtime_checkable
class Permit(Protocol):
    """The gate's leave for one effect, opaque to ports."""

    @property
    def token(self) -> str:
        """Names this one permit in the journal; a port may use it as a name for its own intermediate objects."""
        ...

    def check(self) -> None:
        """Raises unless the permit is live, and uses it up: the second call raises too.

        A port calls this as the last thing before its first effect, so that nothing has happened when it raises.
        """
        ...


@dataclass(frozen=True, slots=True)
class Effect:
    """What was done.

    result: for the model and the journal; JSON types only. Its shape is documented by each port.
    used:   what was really used by measure (`bytes`, `rows`, `tokens`, ...), never above what the part reserved; of
            money the minor units, under the plain name (`amount`, a tool's own `fee`). A measure that is missing
            counts as all of it, and so does money that was reserved in two currencies.
    note:   for the journal only, never for the model: addresses connected to, durations, file identities. JSON types
            only.
    ok:     whether it succeeded: what happened without success (a program that exits with another code than 0) does
            not make a fact of the policy true.
    """

    result: Any
    used: Mapping[str, int] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)
    ok: bool = True


@runtime_checkable
class Prepared(Protocol):
    """One effect, ready to be performed once. The object that was decided is the object that is performed."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The effect as the kernel sees it."""
        ...

    def perform(self, permit: Permit) -> Effect:
        """Calls `permit.check()`, then performs. PortError: known not to have happened. InDoubt: may have happened."""
        ...

    def close(self) -> None:
        """Gives back what is held. May be called twice, and after `perform`."""
        ...


@runtime_checkable
class Port(Protocol):
    """Performs the effects of its verbs. Safe to call from several threads."""

    @property
    def verbs(self) -> frozenset[str]:
        """The wire verbs it serves, such as `file.read`; a port for tools lists the tools' names."""
        ...

    def prepare(self, action: Action) -> Prepared:
        """Classifies the action and takes hold of its object. Raises PortRefused or ActionError.

        It runs before the decision, so nothing may leave (a question to the DNS is an effect) and nothing should be
        told: what it finds out about the world, a missing file or its size, is better raised by `perform`, after the
        permit.
        """
        ...

    def close(self) -> None:
        """Gives back what the port holds open. May be called twice."""
        ...
