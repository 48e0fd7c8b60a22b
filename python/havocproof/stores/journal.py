"""Reading and verifying a journal's file without a gate: `verify`, `head`, `read`. Nothing here changes a file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from havocproof.errors import HavocproofError, JournalError, StoreError
from havocproof.stores import schema
from havocproof.stores.locking import is_locked
from havocproof.stores.records import GENESIS, Head, Record, chain_hash
from havocproof.stores.replay import Replay
from havocproof.stores.state import State

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at record `seq`; 0: with the file as a whole."""

    seq: int
    problem: str

    def __str__(self) -> str:
        return f"record {self.seq}: {self.problem}" if self.seq else self.problem


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found. `faults` is cut at `MOST_FAULTS`.

    records:    how many there are
    head:       where the journal ends; note it elsewhere, and give it to the next `verify`
    unfinished: seqs of intents without an outcome, of a gate that runs or that crashed
    in_doubt:   seqs of intents whose effect may have happened
    """

    records: int
    head: Head
    faults: tuple[Fault, ...]
    unfinished: tuple[int, ...] = ()
    in_doubt: tuple[int, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults

    def require(self) -> None:
        """JournalError with the first fault, if there is one."""
        if self.faults:
            more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
            raise JournalError(
                f"the journal does not verify: {self.faults[0]}{more}",
                "Keep the file as evidence, find out who changed it, and start a new journal.",
            )


@contextmanager
def reading(path: str | Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads the journal and leaves file and folder as they are. StoreError if that cannot be.

    A finished journal is opened as immutable. One that a crash left behind has its last records in the `-wal` file,
    which SQLite would move when it opens: both files are read as a copy. One that a gate has open is read beside it.
    """
    file = Path(path)
    if not file.is_file():
        raise StoreError(f"there is no journal {file}", "Give the path of an existing journal.")
    with tempfile.TemporaryDirectory(prefix="havocproof-") as folder:
        wal = file.with_name(file.name + "-wal")
        if is_locked(file):
            target, mode = file, "ro"
        elif wal.exists() and wal.stat().st_size:
            target, mode = Path(folder) / "journal", "rw"
            shutil.copyfile(file, target)
            shutil.copyfile(wal, target.with_name("journal-wal"))
        else:
            target, mode = file, "ro&immutable=1"
        connection = sqlite3.connect(f"{target.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        try:
            schema.tolerate(connection)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")  # one state for all that is read, whatever a gate writes meanwhile
            yield connection
        except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged name can break SQLite's own message
            raise JournalError(
                f"the journal cannot be read: {error}", "The file is damaged, or no SQLite file."
            ) from error
        finally:
            connection.close()


def read(path: str | Path, since: int = 1) -> Iterator[Record]:
    """The records of a journal from `since` on, unverified. StoreError, JournalError."""
    with reading(path) as connection:
        schema.check(connection)
        yield from schema.records(connection, since)


def head(path: str | Path) -> Head:
    """Where a journal ends, unverified; `Head(0, ...)` if it holds nothing."""
    with reading(path) as connection:
        schema.check(connection)
        last = schema.last_record(connection)
        return last.head if last else Head(0, GENESIS.hex())


def verify(path: str | Path, head: Head | None = None) -> Report:
    """Checks every record, the chain, that time and effects make sense, and that the tables add up to the records.

    head: a head of this journal that was noted elsewhere. Without one, a dropped tail and a chain that was computed
          anew from some record on cannot be seen.
    Never raises for what the file holds: that is in the report. StoreError if there is no such file.
    """
    try:
        with reading(path) as connection:
            return examine(connection, head)[0]
    except JournalError as error:
        return Report(0, Head(0, GENESIS.hex()), (Fault(0, error.message),))


def examine(connection: sqlite3.Connection, head: Head | None = None) -> tuple[Report, Replay]:
    """`verify` on an open connection; gives what the records add up to as well."""
    faults: list[Fault] = []
    last, replay = Head(0, GENESIS.hex()), Replay()
    schema.tolerate(connection)
    try:
        schema.check(connection)
        if schema.holds_more(connection):
            faults.append(Fault(0, "there are records before the first"))
        last, replay = _verify_chain(schema.records(connection), faults, head)
        _verify_tables(connection, replay.state, faults)
    except JournalError as error:
        faults.append(Fault(0, error.message))
    doubts = tuple(sorted(seq for seq, flight in replay.state.flights.items() if flight.doubt))
    unfinished = tuple(sorted(seq for seq, flight in replay.state.flights.items() if not flight.doubt))
    return Report(last.seq, last, tuple(faults[:MOST_FAULTS]), unfinished, doubts), replay


def _verify_chain(records: Iterable[Record], faults: list[Fault], noted: Head | None) -> tuple[Head, Replay]:
    """Adds what is wrong with the records to `faults`; gives the last head and what the records add up to."""
    replay = Replay()
    seq, prev, at_ms, adds_up = 0, GENESIS, 0, True
    seen = noted is None or (noted.seq == 0 and noted.hash == GENESIS.hex())
    for record in records:
        seq += 1
        if record.seq != seq:
            faults.append(Fault(record.seq, f"{record.seq - seq} records are missing before it"))
            seq = record.seq
        if record.prev != prev:
            faults.append(Fault(seq, "does not follow the record before it"))
        if record.at_ms < at_ms:
            faults.append(Fault(seq, "is older than the record before it"))
        if not _is_whole(record):
            faults.append(Fault(seq, "was changed: it does not match its hash"))
        if noted is not None and noted.seq == seq:
            seen = True
            if record.hash.hex() != noted.hash:
                faults.append(Fault(seq, "is not the record that was noted elsewhere"))
        if adds_up:
            try:
                replay.take(record)
            except HavocproofError as error:
                # Later sums mean nothing; the chain is still checked to its end.
                adds_up = False
                faults.append(Fault(seq, error.message.removeprefix(f"record {seq}: ")))
        prev, at_ms = record.hash, max(at_ms, record.at_ms)
    if not seen and noted is not None:
        faults.append(
            Fault(
                0, f"the journal ends at record {seq}, but record {noted.seq} was noted elsewhere: its tail was dropped"
            )
        )
    return Head(seq, prev.hex()), replay


def _is_whole(record: Record) -> bool:
    try:
        return record.hash == chain_hash(record.prev, record.seq, record.at_ms, record.kind, record.body)
    except (ValueError, OverflowError, ArithmeticError):
        return False  # text or numbers that no gate writes


def _verify_tables(connection: sqlite3.Connection, due: State, faults: list[Fault]) -> None:
    if faults:
        return  # the sums stand on the records
    there = schema.state(connection)
    cells, owed = there.view.nums, due.view.nums
    for key in sorted(cells.keys() | owed.keys()):
        if cells.get(key, 0) != owed.get(key, 0):
            name, scopes = schema.show(key[1]), schema.show("/".join(filter(None, key[2:6])))
            found, sum_ = cells.get(key, 0), owed.get(key, 0)
            faults.append(Fault(0, f"the counter of {name} for {scopes} is {found}; the records add up to {sum_}"))
    tables = {
        "records of values": (there.view.records, due.view.records),
        "grants": (there.view.grants, due.view.grants),
        "agents at work": (there.agents, due.agents),
        "permits in flight": (there.flights, due.flights),
        "parked actions": (there.parked, due.parked),
    }
    for what, (found_there, added_up) in tables.items():
        if found_there != added_up:
            faults.append(Fault(0, f"the table of {what} does not agree with the records"))
