"""One step of a store under construction: what it may look at, and what it will have changed when it commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from havocproof.errors import StoreError
from havocproof.kernel import source
from havocproof.kernel.source import Grant, Key
from havocproof.stores.contents import Changes, Instance
from havocproof.stores.records import Record, follow
from havocproof.stores.state import Flight, Letter, Parked, State


class Step:
    """One step under construction. Reading shows the state before the step; nothing is changed until it commits."""

    __slots__ = (
        "_hash",
        "_inbox",
        "_runs",
        "_seq",
        "agents",
        "changes",
        "flights",
        "flush",
        "landed",
        "launched",
        "now",
        "parked",
        "parking",
        "records",
        "seen",
        "taken",
        "view",
    )

    def __init__(self, state: State, now: int, flush: bool, inbox: Callable[[], tuple[Letter, ...]]) -> None:
        self.now = now
        self.seen = state.at_ms
        """The time of the store's last step, never later than `now`."""
        self.flush = flush
        self.view = state.view
        self.agents: Mapping[str, Instance] = state.agents
        self.flights: Mapping[int, Flight] = state.flights
        self.parked: Mapping[str, Parked] = state.parked
        self._seq = state.seq
        self._hash = state.hash
        self._inbox = inbox
        self._runs = state.runs
        self.records: list[Record] = []
        self.changes: list[Changes] = []
        self.taken: list[int] = []
        self.launched: list[Flight] = []
        self.landed: list[int] = []
        self.parking: list[Parked] = []

    @property
    def head(self) -> tuple[int, bytes]:
        """Seq and hash that the journal ends with after this step."""
        return self._seq, self._hash

    def content(self, key: Key) -> int:
        """What the cell holds by now, with what this step has written; 0 if it is empty."""
        for changes in reversed(self.changes):
            for written, content in reversed(changes.cells):
                if written == key:
                    return content or 0
        return self.view.nums.get(key, 0)

    def kept(self, run: str) -> int:
        """How many records a run has."""
        return self._runs[run]

    def append(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        cells: Iterable[tuple[Key, int | None]] = (),
        records: Iterable[tuple[Key, source.Record | None]] = (),
        grants: Iterable[tuple[Key, Grant | None]] = (),
        agents: Iterable[tuple[str, Instance | None]] = (),
        forgets: Iterable[str] = (),
    ) -> Record:
        """Adds a record to the journal, with the new contents that it gives. `data` holds JSON types only.

        None takes away, in all but `forgets`. forgets: requests that are parked no longer.
        """
        changes = Changes(tuple(cells), tuple(records), tuple(grants), tuple(agents), tuple(forgets))
        if any(changes):
            data = {**data, **changes.form()}
            self.changes.append(changes)
        record = follow(self._seq + 1, self._hash, self.now, kind, data)
        self._seq, self._hash = record.seq, record.hash
        self.records.append(record)
        return record

    def launch(self, intent: Record, digest: str) -> None:
        """The effect of this intent may begin as soon as the step is committed."""
        self.launched.append(Flight(intent.seq, digest))

    def doubt(self, seq: int) -> None:
        """The effect of intent `seq` may have happened; it stays in flight until somebody finds out."""
        self.launched.append(Flight(seq, self.flights[seq].digest, True))

    def land(self, seq: int) -> None:
        """The outcome of intent `seq` is known."""
        if seq not in self.flights:
            raise StoreError(f"intent {seq} is not in flight")
        self.landed.append(seq)

    def park(self, parked: Parked) -> None:
        """Parks an action; takes the place of one under the same request."""
        self.parking.append(parked)

    def letters(self) -> tuple[Letter, ...]:
        """What others have left in the inbox and no step has taken, oldest first."""
        return self._inbox()

    def take(self, letter: Letter) -> None:
        """The letter was read: it leaves the inbox."""
        self.taken.append(letter.id)
