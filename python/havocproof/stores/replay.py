"""What a journal adds up to: the fold of its records. The verifier compares it with what the store's tables say.

Records speak about cells in two fields, both written by the gate from what the kernel answered:

    charges   of an `intent`: [[key, amount, ...], ...]   added to the cell under key
    refunds   of an `outcome`, `failed` or `released`: [[key, amount], ...]        taken from it

and about effects in one: `intent`, the seq of the intent that an `outcome`, `failed`, `released` or `in_doubt` record
belongs to.
"""

from __future__ import annotations

from typing import Any

from havocproof.errors import JournalError
from havocproof.stores.base import Flight, Key, Parked
from havocproof.stores.records import Record

LANDINGS = frozenset({"outcome", "failed", "released"})


def key_of(value: Any) -> Key:
    """A key from its JSON form, a list of seven. JournalError for anything else."""
    match value:
        case [int(kind), str(name), str(a), str(b), str(c), str(d), int(end)]:
            return (kind, name, a, b, c, d, end)
    raise JournalError("this is no key of a cell")


def _amount(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise JournalError("an amount that is no integer from 0")
    return value


class Replay:
    """Takes records in order; `cells`, `flights`, `parked`, `policy`, `tenant` and `at_ms` are what they add up to."""

    def __init__(self) -> None:
        self.cells: dict[Key, int] = {}
        self.flights: dict[int, Flight] = {}
        self._held: dict[int, dict[Key, int]] = {}
        self.parked: dict[str, Parked] = {}
        self.policy = ""
        self.tenant = ""
        self.at_ms = 0

    def take(self, record: Record) -> None:
        """Adds one record. JournalError if it cannot follow what was taken before."""
        data = record.data
        self.at_ms = record.at_ms
        try:
            self._take(record, data)
        except JournalError as error:
            raise JournalError(f"record {record.seq}: {error.message}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(f"record {record.seq}: {record.kind} without its fields: {error}") from error

    def _take(self, record: Record, data: dict[str, Any]) -> None:
        kind = record.kind
        if kind == "intent":
            held: dict[Key, int] = {}
            for key, amount, *_ in data["charges"]:
                held[key_of(key)] = held.get(key_of(key), 0) + _amount(amount)
            for cell, amount in held.items():
                self.cells[cell] = self.cells.get(cell, 0) + amount
            self.flights[record.seq] = Flight(record.seq, data["digest"])
            self._held[record.seq] = held
        elif kind in LANDINGS or kind == "in_doubt":
            if data.get("intent") is None:
                return  # failed before any intent: nothing was reserved
            seq = data["intent"]
            if seq not in self.flights:
                raise JournalError(f"{kind} of intent {seq}, which is not in flight")
            if kind == "in_doubt":
                self.flights[seq] = Flight(seq, self.flights[seq].digest, True)
                return
            held = self._held.pop(seq)
            for key, amount in data["refunds"]:
                cell = key_of(key)
                held[cell] = held.get(cell, 0) - _amount(amount)
                if held[cell] < 0:
                    raise JournalError("more given back than was charged")
                self.cells[cell] -= amount
            del self.flights[seq]
        elif kind == "pending":
            if not data["again"]:
                self.parked[data["request"]] = Parked(data["request"], record.seq, data["expires_at"], data)
        elif kind == "policy":
            self.policy = data["digest"]
            self.tenant = data["tenant"]
