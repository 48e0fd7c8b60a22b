"""What can have happened before a decision: the list that the oracle decides from. Part of the oracle: see `oracle.py`.

Scopes are those that the gate passes: tenant, user, session, run, and of the agent its kind (`agent`), its own id
(`self`) and the ids of its chain from the root down to itself (`agent.0`, `agent.1`, ...).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tests.differential.values import Effect

Scopes = dict[str, str]
PolicyText = dict[str, Any]


@dataclass
class Event:
    """An action permitted at `time`, and how it ended.

    `outcome`: open (or in doubt); settled with success; lasts (it succeeded, and what runs at once goes on: an agent
    that was started); failed after it happened; released: it did not happen.
    `used`: what is known of the measures used. `child`: the id of the agent that it started. `request`: what people
    agreed to, if it was asked.
    """

    time: int
    action: dict[str, Any]
    scopes: Scopes
    outcome: str = "open"
    used: dict[str, int] | None = None
    child: str = ""
    request: Asked | None = None
    parts: list[Effect] | None = None  # kept by the oracle, which reads each action once


@dataclass
class Ended:
    """An action settled with success at `time`; `result` is the parsed JSON that came back, None if there is none."""

    time: int
    event: Event
    result: Any = None


@dataclass
class Said:
    """The person typed this, and the host handed it over."""

    time: int
    scopes: Scopes
    text: str


@dataclass
class Noted:
    """The host recorded values by hand. `key` of a record without key is ""."""

    time: int
    scopes: Scopes
    record: str
    key: str
    fields: dict[str, Any]


@dataclass
class Told:
    """The host set a label or a fact (`what`); `key` are the values that the fact is counted by."""

    time: int
    scopes: Scopes
    what: str
    name: str
    key: tuple[Any, ...] = ()


class Vote(NamedTuple):
    """Somebody tried to agree, or to refuse. Whether it counts is for the reader of the history to find out."""

    time: int
    person: str
    role: str
    agrees: bool = True


@dataclass
class Asked:
    """An action waits for people since `time`. `used`: it was performed with their agreement."""

    time: int
    action: dict[str, Any]
    scopes: Scopes
    needs: frozenset[str]
    policy: str = ""
    votes: list[Vote] = field(default_factory=list)
    used: bool = False


Happening = Event | Ended | Said | Noted | Told | Asked
History = list[Happening]


@dataclass
class Scene:
    """One moment: the policy file of one layer, everything before, who acts, and when.

    `top` is the lowest layer, which has the tools. `other` are readings that the prose leaves open, taken the other way
    round; `doubts` collects those that mattered. `bringing`: the labels that the action itself brings.
    """

    top: PolicyText
    layer: PolicyText
    history: History
    scopes: Scopes
    now: int
    other: frozenset[str] = frozenset()
    bringing: frozenset[str] = frozenset()
    doubts: set[str] = field(default_factory=set)

    def of(self, layer: PolicyText) -> Scene:
        return replace(self, layer=layer)

    def before(self, at: int) -> Scene:
        """The moment at which the event `at` of the history was decided."""
        event = self.history[at]
        return replace(self, history=self.history[:at], scopes=event_scopes(event), now=event.time)

    def reading(self, name: str) -> bool:
        """Whether a reading that is open is taken the other way round."""
        self.doubts.add(name)
        return name in self.other

    def same(self, scopes: Scopes, *names: str) -> bool:
        return all(self.scopes.get(name) == scopes.get(name) for name in ("tenant", *names))

    def events(self) -> Iterator[tuple[int, Event]]:
        return ((at, one) for at, one in enumerate(self.history) if isinstance(one, Event))


def event_scopes(one: Happening) -> Scopes:
    return one.event.scopes if isinstance(one, Ended) else one.scopes


def instance(scopes: Scopes) -> str:
    """The agent that acts: the session itself, or one that was started in it."""
    return scopes.get("self", scopes["session"])


def chain(scopes: Scopes) -> list[str]:
    """The agents from the root down to the one that acts."""
    found = [scopes[f"agent.{depth}"] for depth in range(8) if f"agent.{depth}" in scopes]
    return found or [instance(scopes)]
