"""What was told: records to learn, and what of it was no value of its declared type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from havocproof.actions.scalars import GrammarError
from havocproof.kernel.source import Record
from havocproof.policy.recorded import check_bounds
from havocproof.policy.recordspec import RecordSpec


@dataclass(frozen=True, slots=True)
class Learned:
    """One saying. `key`: the value that names the record, None if there is one of it in a run. `mode`: latest, once or
    collect, for `Kernel.learn`. `new`: None if what was recorded before must be forgotten.
    """

    record: str
    key: str | None
    mode: str
    new: Record | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that was not stored. `at`: the pointer to it, with the row's number in place of a star. No text of the
    result is in it.
    """

    record: str
    field: str
    at: str
    problem: str

    def form(self) -> dict[str, Any]:
        """As JSON types, for the journal."""
        return {"record": self.record, "field": self.field, "at": self.at, "problem": self.problem}


@dataclass(frozen=True, slots=True)
class Told:
    """All that one result, one prompt or one word of the host brings."""

    records: tuple[Learned, ...] = ()
    faults: tuple[Fault, ...] = ()


def fits(specs: Mapping[str, RecordSpec], record: str, merged: Record) -> Fault | None:
    """None if a record that has collected values stays within its limits; else the fault to journal."""
    try:
        check_bounds(specs[record], merged)
    except GrammarError as fault:
        return Fault(record, "", "", fault.problem)
    return None
