"""The log of one verification: Dafny's CSV, one row an assertion batch, and the table that is kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from project import ToolError

HEADER = "task,batches,resource_units,dearest_batch"
_DAFNY_HEADER = "TestResult.DisplayName,TestResult.Outcome,TestResult.Duration,TestResult.ResourceCount,RandomSeed"


@dataclass(frozen=True)
class Batch:
    """One assertion batch. `units` are Z3's resource units, the same in every run with one Z3."""

    name: str
    outcome: str
    units: int

    @property
    def task(self) -> str:
        return self.name.split(" (assertion batch ")[0]


@dataclass(frozen=True, order=True)
class Task:
    """One thing proved, such as `Decide.Judge (correctness)`."""

    name: str
    batches: int
    units: int
    dearest: int

    @property
    def symbol(self) -> str:
        return self.name.split(" (")[0]


def read_batches(path: Path) -> list[Batch]:
    """The batches of Dafny's CSV log."""
    return [batch for run in read_seeds(path).values() for batch in run]


def read_seeds(path: Path) -> dict[str, list[Batch]]:
    """The batches of Dafny's CSV log by the random seed under which they were tried."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != _DAFNY_HEADER:
        raise ToolError(f"{path.name} is not a verification log of the pinned Dafny")
    batches: dict[str, list[Batch]] = {}
    for number, line in enumerate(lines[1:], 2):
        # Names are not quoted and may hold commas; what follows them never does.
        fields = line.rsplit(",", 4)
        if len(fields) != 5 or not fields[3].isdecimal():
            raise ToolError(f"{path.name}:{number}: not a row of a verification log: {line!r}")
        batches.setdefault(fields[4], []).append(Batch(fields[0], fields[1], int(fields[3])))
    return batches


def tasks(batches: Iterable[Batch]) -> list[Task]:
    """The batches by task, in the order of names."""
    found: dict[str, list[int]] = {}
    for batch in batches:
        found.setdefault(batch.task, []).append(batch.units)
    return sorted(Task(name, len(units), sum(units), max(units)) for name, units in found.items())


def render(table: list[Task]) -> str:
    """The table as CSV, deterministic."""
    return "\n".join([HEADER, *(f"{quoted(t.name)},{t.batches},{t.units},{t.dearest}" for t in table)]) + "\n"


def parse(text: str, label: str) -> list[Task]:
    """The table back from its CSV."""
    lines = text.splitlines()
    if not lines or lines[0] != HEADER:
        raise ToolError(f"{label}:1: the first line must be {HEADER!r}; run `make proofs`")
    table = []
    for number, line in enumerate(lines[1:], 2):
        fields = line.rsplit(",", 3)
        if len(fields) != 4 or not all(field.isdecimal() for field in fields[1:]):
            raise ToolError(f"{label}:{number}: not a row of the table: {line!r}; run `make proofs`")
        table.append(Task(plain(fields[0]), int(fields[1]), int(fields[2]), int(fields[3])))
    return table


def summary(table: list[Task]) -> dict[str, object]:
    """What a certificate says of a verification. The digest is over what was proved, not over what it cost."""
    proved = "".join(f"{task.name}\n" for task in table)
    return {
        "symbols": len({task.symbol for task in table}),
        "tasks": len(table),
        "batches": sum(task.batches for task in table),
        "resource_units": sum(task.units for task in table),
        "digest": hashlib.sha256(proved.encode()).hexdigest(),
    }


def quoted(name: str) -> str:
    """A name as it stands in a CSV."""
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name


def plain(text: str) -> str:
    """A name from a CSV."""
    return text.removeprefix('"').removesuffix('"').replace('""', '"')
