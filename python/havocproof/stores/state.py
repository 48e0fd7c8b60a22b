"""What a store holds beside its records: the state, and the values that it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from havocproof.kernel.source import View
from havocproof.stores.contents import Changes, Instance
from havocproof.stores.records import GENESIS, Head
from havocproof.stores.windows import Windows

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Flight:
    """An intent whose outcome is not in the journal. `doubt`: the effect may have happened, and nobody knows."""

    seq: int
    digest: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """An action that waits for people. `body` is what the gate wrote into its `pending` record (JSON types)."""

    request: str
    seq: int
    expires_at: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody left in the inbox of the store's file. `body`: JSON types; empty if it is no JSON object."""

    id: int
    at_ms: int
    body: Mapping[str, Any]


@dataclass(slots=True)
class State:
    """What a store holds beside its records."""

    seq: int = 0
    hash: bytes = GENESIS
    at_ms: int = 0
    view: View = field(default_factory=lambda: View({}, {}, {}))
    agents: dict[str, Instance] = field(default_factory=dict)
    flights: dict[int, Flight] = field(default_factory=dict)
    parked: dict[str, Parked] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    """How many records each run has."""
    windows: Windows = field(init=False)
    """The cells that have an end."""
    born: int = 0
    """How many cells were made since the store last looked for some to drop."""

    def __post_init__(self) -> None:
        self.windows = Windows(self.view.nums)

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash.hex())

    def change(self, changes: Changes) -> None:
        """Makes the changes of one record true."""
        nums = self.view.nums
        for cell, content in changes.cells:
            if content is None:
                nums.pop(cell, None)
                continue
            if cell not in nums:
                self.windows.add(cell)
                self.born += 1
            nums[cell] = content
        for key, record in changes.records:
            self.runs[key[2]] += (record is not None) - (key in self.view.records)
            _put(self.view.records, [(key, record)])
        _put(self.view.grants, changes.grants)
        _put(self.agents, changes.agents)
        for request in changes.forgets:
            self.parked.pop(request, None)


def _put(table: dict[K, V], changes: Iterable[tuple[K, V | None]]) -> None:
    for key, content in changes:
        if content is None:
            table.pop(key, None)
        else:
            table[key] = content
