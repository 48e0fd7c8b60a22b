"""A store without a file, with the same steps, records and chain: for runs whose journal nobody keeps."""

from __future__ import annotations

from collections.abc import Iterator

from havocproof.stores.base import Store
from havocproof.stores.records import Record
from havocproof.stores.replay import Replay
from havocproof.stores.step import Step


class MemoryStore(Store):
    """Everything is gone when the process ends. `flush` means nothing here."""

    def __init__(self) -> None:
        super().__init__()
        self._records: list[Record] = []

    def _commit(self, step: Step) -> None:
        self._records.extend(step.records)  # the records are the truth: this one call commits

    def _recover(self) -> None:
        replay = Replay()
        for record in self._records:
            replay.take(record)
        replay.state.at_ms = max(replay.state.at_ms, self._state.at_ms)
        self._state = replay.state
        self._stale = False

    def records(self, since: int = 1) -> Iterator[Record]:
        with self._lock:
            return iter(self._records[max(since, 1) - 1 :])
