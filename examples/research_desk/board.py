"""What the flows share: the desk's sources, what has happened so far, and what the agents handed over.

PocketFlow's shared store is a dict; these are the keys that the desk's nodes use.

    board     the `Board` below
    agent     the name of the agent at work        talk   its conversation, newest last        turns   how many it had
    text      what the model said last             outcome  what came of it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from examples.research_desk.figures import Claim, Figure, Series
from havocproof.gate import Outcome

Shared = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One outcome. `text`: the model's own words, "" for what the desk's code did itself."""

    agent: str
    text: str
    outcome: Outcome

    @property
    def seq(self) -> int:
        """Where the journal speaks about it."""
        return int(self.outcome.receipt["seq"])


@dataclass(slots=True)
class Board:
    """sources: what agents may read, by name, for their prompts. notify: told of every event, for progress."""

    symbols: tuple[str, ...]
    sources: dict[str, str]
    notify: Callable[[Event], None] = lambda event: None
    events: list[Event] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def note(self, agent: str, outcome: Outcome, text: str = "") -> None:
        """Adds an event and tells whoever shows progress."""
        event = Event(agent, text, outcome)
        self.events.append(event)
        self.notify(event)
