"""What a journal adds up to: the fold of its records. The verifier compares it with what the store's tables say.

What a record changes stands in its fields `cells`, `records`, `grants`, `agents` and `forgets` (see `contents`), as the
kernel answered it. Further fields say what that has to agree with:

    charges   of an `intent`: [[key, amount, ...], ...]   what it reserves; a budget's cell grows by exactly that
    cells     null, of a `collected` record alone: a budget's cell, and its window has ended by then
    intent    the seq of the intent that an `outcome`, `failed`, `released` or `in_doubt` record ends: a budget's cell
              shrinks by no more than that intent reserved
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from havocproof.errors import JournalError
from havocproof.kernel.source import BUDGET, SOFT, Key
from havocproof.stores.contents import Changes, key_of
from havocproof.stores.records import Record
from havocproof.stores.state import Flight, Parked, State

COUNTED = (BUDGET, SOFT)
LANDINGS = frozenset({"outcome", "failed", "released"})
CHARGING = LANDINGS | {"intent", "ended"}
"""What changes budgets. An `ended` gives back what was reserved for as long as an agent was at work."""


def _amount(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise JournalError("an amount that is no integer from 0")
    return value


class Replay:
    """Takes records in order; `state`, `policy` and `tenant` are what they add up to."""

    def __init__(self) -> None:
        self.state = State()
        self._held: dict[int, dict[Key, int]] = {}
        self.policy = ""
        self.tenant = ""

    def take(self, record: Record) -> None:
        """Adds one record. JournalError if it cannot follow what was taken before."""
        data = record.data
        self.state.seq, self.state.hash, self.state.at_ms = record.seq, record.hash, record.at_ms
        try:
            self._take(record, data)
        except JournalError as error:
            raise JournalError(f"record {record.seq}: {error.message}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(f"record {record.seq}: {record.kind} without its fields: {error}") from error

    def _take(self, record: Record, data: dict[str, Any]) -> None:
        kind, state = record.kind, self.state
        changes = Changes.read(data)
        if any(content is None for _, content in changes.cells):
            _dropped(record, changes)
        if kind == "intent":
            held = _charged(data["charges"])
            self._agree(changes, held, {})
            state.flights[record.seq] = Flight(record.seq, data["digest"])
            self._held[record.seq] = held
        elif kind in LANDINGS or kind == "in_doubt":
            if data.get("intent") is not None:  # else it failed before any intent: nothing was reserved
                self._land(kind, data["intent"], changes)
        elif kind == "ended":
            self._agree(changes, {}, self.state.view.nums)
        elif kind == "pending":
            if not data["again"]:
                state.parked[data["request"]] = Parked(data["request"], record.seq, data["expires_at"], data)
        elif kind == "policy":
            self.policy = data["digest"]
            self.tenant = data["tenant"]
        if kind not in CHARGING:
            self._agree(changes, {}, {})
        state.change(changes)

    def _land(self, kind: str, seq: int, changes: Changes) -> None:
        flights = self.state.flights
        if seq not in flights:
            raise JournalError(f"{kind} of intent {seq}, which is not in flight")
        if kind == "in_doubt":
            flights[seq] = Flight(seq, flights[seq].digest, True)
            return
        del flights[seq]
        self._agree(changes, {}, self._held.pop(seq))

    def _agree(self, changes: Changes, charged: dict[Key, int], held: Mapping[Key, int]) -> None:
        """The budgets' new contents are what was charged, and give back at most what was held."""
        contents = self.state.view.nums
        written = {key: content for key, content in changes.cells if content is not None and key[0] in COUNTED}
        for key in charged.keys() | written.keys():
            grown = written.get(key, contents.get(key, 0)) - contents.get(key, 0)
            most = charged.get(key, 0)
            if grown > most or (grown < most if charged else grown < -held.get(key, 0)):
                raise JournalError("a budget was changed by something else than was charged or given back")


def _dropped(record: Record, changes: Changes) -> None:
    """What is taken away is of no use to any decision at the record's time or later."""
    for key, content in changes.cells:
        if content is None and not (record.kind == "collected" and key[0] in COUNTED and 0 < key[6] <= record.at_ms):
            raise JournalError("a cell was dropped that a decision could still see")


def _charged(charges: Any) -> dict[Key, int]:
    """What an intent reserves of each budget."""
    held: dict[Key, int] = {}
    for listed, amount, *_ in charges:
        key = key_of(listed)
        if key[0] in COUNTED:
            held[key] = held.get(key, 0) + _amount(amount)
    return held
