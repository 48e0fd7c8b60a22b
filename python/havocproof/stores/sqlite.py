"""The store of an embedded gate: one SQLite file with journal, state, permits in flight, parked actions and an inbox.

Durability: write-ahead log, synchronous NORMAL. A crash of the process loses nothing; a power cut may lose the last
steps, never their order or their atomicity. A step with `flush` waits until it, and every step before it, is on the
disk (synchronous FULL): the gate asks for that before irreversible effects.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from havocproof.errors import HavocproofError, JournalError, StoreError
from havocproof.stores import schema
from havocproof.stores.base import Store
from havocproof.stores.journal import examine
from havocproof.stores.locking import FileLock
from havocproof.stores.records import GENESIS, Record, canonical
from havocproof.stores.state import Letter
from havocproof.stores.step import Step

_BATCH = 500
# Moving the log into the file costs two waits for the disk, in the step that fills it: seldom, at 16 MiB.
_CHECKPOINT_PAGES = 4000


class SqliteStore(Store):
    """Opens the journal at `path`, or makes it. The whole journal is verified first, and not used unless it verifies.

    StoreError: another gate has it open, or the file cannot be written. JournalError: it does not verify.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.path = Path(path)
        self._held: FileLock | None = None
        self._connection: sqlite3.Connection | None = None
        self._full = False
        self._after: tuple[int, bytes] = (0, GENESIS)
        self._version = -1
        """The file's version at which the inbox was seen empty."""
        try:
            self._open()
        except HavocproofError:
            self.close()
            raise
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            self.close()
            remedy = "Give a path in an existing folder where files can be written."
            raise StoreError(f"the journal {self.path.name} cannot be opened: {error}", remedy) from error
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        self._held = FileLock(self.path)
        # SQLite gives its side files the rights of the main one: nobody else may read what agents did.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=1.0)
        self._connection = connection
        if schema.is_empty(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            schema.create(connection)
        report, replay = examine(connection)
        report.require()
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(f"SQLite gives the journal mode {mode}, not wal", "Put the journal on a local disk.")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self.policy, self.tenant = replay.policy, replay.tenant
        self._state = replay.state

    @property
    def _sql(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError("the store is closed")
        return self._connection

    def _commit(self, step: Step) -> None:
        work = _statements(step)
        self._after = step.head
        sql = self._sql
        if step.flush is not self._full:
            sql.execute(f"PRAGMA synchronous = {'FULL' if step.flush else 'NORMAL'}")
            self._full = step.flush
        if len(work) == 1:
            sql.execute(*work[0])  # a transaction of its own
            return
        sql.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in work:
                sql.execute(statement, values)
            sql.execute("COMMIT")
        except BaseException:
            # A commit that failed half-way may stand or not; `_recover` asks the file.
            if sql.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    sql.execute("ROLLBACK")
            raise

    def _recover(self) -> None:
        sql = self._sql
        if sql.in_transaction:
            sql.execute("ROLLBACK")
        last = schema.last_record(sql)
        found = (last.seq, last.hash) if last else (0, GENESIS)
        if found not in ((self._state.seq, self._state.hash), self._after):
            raise JournalError("somebody else has written the journal", "Close the gate, and verify the journal.")
        state = schema.state(sql)
        state.seq, state.hash = found
        state.at_ms = max(last.at_ms if last else 0, self._state.at_ms)
        self._state = state
        self._stale = False

    def _letters(self) -> tuple[Letter, ...]:
        try:
            # The number changes when another connection has committed: that is all that is asked on most steps.
            (version,) = self._sql.execute("PRAGMA data_version").fetchone()
            if version == self._version:
                return ()
            found = schema.letters(self._sql)
        except sqlite3.Error as error:
            raise StoreError(
                f"the inbox cannot be read: {error}", "Nothing was performed. See that the journal's disk is readable."
            ) from error
        if not found:
            self._version = version
        return found

    def records(self, since: int = 1) -> Iterator[Record]:
        while True:
            with self._lock:
                rows = list(schema.records(self._sql, since, _BATCH))
            yield from rows
            if len(rows) < _BATCH:
                return
            since = rows[-1].seq + 1

    def close(self) -> None:
        with self._lock:
            super().close()
            connection, self._connection = self._connection, None
            held, self._held = self._held, None
            try:
                if connection is not None and self._is_ours():
                    connection.close()
            finally:
                if held is not None:
                    held.release()


def _statements(step: Step) -> list[tuple[str, tuple[Any, ...]]]:
    work: list[tuple[str, tuple[Any, ...]]] = [
        (schema.INSERT_RECORD, (record.seq, record.at_ms, record.kind, record.body, record.prev, record.hash))
        for record in step.records
    ]
    for changes in step.changes:
        work.extend(schema.statements(changes))
    work.extend((schema.UPSERT_PERMIT, (flight.seq, flight.digest, int(flight.doubt))) for flight in step.launched)
    work.extend((schema.DELETE_PERMIT, (seq,)) for seq in step.landed)
    work.extend(
        (schema.UPSERT_PARKED, (parked.request, parked.seq, parked.expires_at, canonical(dict(parked.body))))
        for parked in step.parking
    )
    work.extend((schema.DELETE_LETTER, (number,)) for number in step.taken)
    return work
