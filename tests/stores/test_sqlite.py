"""The SQLite store: one gate a file, faults at every statement, crashes, and what survives them."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import JournalError, StoreError
from havocproof.stores import Flight, Parked, SqliteStore, verify
from havocproof.stores.locking import FileLock, is_locked, lock_path
from tests.stores.helpers import (
    CHILD,
    GRANT,
    GRANT_KEY,
    LABEL_KEY,
    ORDER,
    RECORD_KEY,
    history,
    intent,
    key,
    note,
    outcome,
    tamper,
)


class Failing:
    """A real connection that fails at its n-th statement from now, before it or after it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.real = connection
        self.seen: list[str] = []
        self.at = 0
        self.after = False
        self.error: BaseException = sqlite3.OperationalError("disk I/O error")

    def fail(self, at: int, *, after: bool = False, error: BaseException | None = None) -> None:
        self.seen, self.at, self.after = [], at, after
        self.error = error or self.error

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        self.seen.append(statement)
        hit = len(self.seen) == self.at
        if hit and not self.after:
            raise self.error
        cursor = self.real.execute(statement, values)
        if hit:
            raise self.error
        return cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def failing(store: SqliteStore) -> Failing:
    connection = store._connection
    assert connection is not None
    wrapped = Failing(connection)
    store._connection = wrapped  # type: ignore[assignment]
    return wrapped


def reserve(store: SqliteStore) -> None:
    with store.step(9, flush=True) as step:
        body = {"digest": "d", "charges": [[list(key()), 5, 100, "amount"]]}
        record = step.append("intent", body, cells=[(key(), step.view.nums.get(key(), 0) + 5)])
        step.launch(record, "d")
        body = {"request": "ask", "expires_at": 10, "again": False}
        step.park(Parked("ask", step.append("pending", body).seq, 10, body))


STATEMENTS = 8  # pragma, begin, two records, cell, permit, parked, commit


@pytest.mark.parametrize("at", range(1, STATEMENTS + 1))
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), KeyboardInterrupt()])
def test_a_fault_at_any_statement_leaves_all_or_nothing(
    tmp_path: Path, at: int, after: bool, error: BaseException
) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    intent(store, 1, {key(): 7})
    wrapped = failing(store)
    wrapped.fail(at, after=after, error=error)
    with pytest.raises(StoreError if isinstance(error, Exception) else KeyboardInterrupt):
        reserve(store)
    wrapped.fail(0)
    committed = at == STATEMENTS and after  # the answer of the commit was lost: only the file knows
    with store.step(10) as step:
        assert step.view.nums == {key(): 12 if committed else 7}
        assert set(step.flights) == ({1, 2} if committed else {1})
    assert store.head.seq == (3 if committed else 1)
    note(store, 11)
    store.close()
    assert SqliteStore(path).head.seq == (4 if committed else 2)


def test_all_statements_of_a_step_are_covered_by_the_test_above(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "journal")
    wrapped = failing(store)
    wrapped.fail(0)
    reserve(store)
    assert len(wrapped.seen) == STATEMENTS
    assert wrapped.seen[0] == "PRAGMA synchronous = FULL"
    assert (wrapped.seen[1], wrapped.seen[-1]) == ("BEGIN IMMEDIATE", "COMMIT")


def test_when_the_rollback_fails_too_nothing_is_decided_until_the_file_answers(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "journal")
    intent(store, 1, {key(): 7})
    wrapped = failing(store)
    rollbacks = 2

    def execute(statement: str, values: Any = ()) -> sqlite3.Cursor:
        nonlocal rollbacks
        if statement == "COMMIT" or (statement == "ROLLBACK" and rollbacks):
            rollbacks -= statement == "ROLLBACK"
            raise sqlite3.OperationalError("gone")
        return wrapped.real.execute(statement, values)

    wrapped.execute = execute  # type: ignore[method-assign]
    with pytest.raises(StoreError, match="gone"):
        intent(store, 2, {key(): 1})
    with pytest.raises(StoreError, match="read again"):
        intent(store, 2, {key(): 1})
    with store.step(3) as step:
        assert step.view.nums == {key(): 7}


def test_flush_waits_for_the_disk_and_only_then(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "journal")
    connection = store._connection
    assert connection is not None
    levels = []
    for flush in (False, True, True, False):
        with store.step(1, flush=flush) as step:
            step.append("denied", {})
        levels.append(connection.execute("PRAGMA synchronous").fetchone()[0])
    assert levels == [1, 2, 2, 1]  # NORMAL, FULL, FULL, NORMAL


def test_reopening_finds_everything(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with_records = SqliteStore(path)
    intent(with_records, 1000, {key(): 7, key("count"): 1})
    second = intent(with_records, 1001, {key(): 5})
    with with_records.step(1002) as step:
        step.doubt(second.seq)
        step.append("in_doubt", {"intent": second.seq, "error": {}})
        body = {"request": "ask-1", "expires_at": 5000, "again": False}
        step.park(Parked("ask-1", step.append("pending", body).seq, 5000, body))
    with_records.close()
    store = SqliteStore(path)
    with store.step(3) as step:
        assert step.now == 1002
        assert step.view.nums == {key(): 12, key("count"): 1}
    assert store.flights == (Flight(1, f"{1000:064d}"), Flight(2, f"{1001:064d}", True))
    assert [parked.request for parked in store.parked] == ["ask-1"]
    assert outcome(store, 1, 1, {key(): 7}).at_ms == 1002


def test_the_whole_state_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    history(path)
    store = SqliteStore(path)
    for _ in ("as the records add up", "as the tables have it after a fault"):
        with store.step(3) as step:
            assert step.view.nums[LABEL_KEY] == 1
            assert step.view.records == {RECORD_KEY: ORDER}
            assert step.view.grants == {GRANT_KEY: GRANT}
            assert step.agents == {"child": CHILD}
        wrapped = failing(store)
        wrapped.fail(1)
        with pytest.raises(StoreError):
            note(store, 4)
        wrapped.fail(0)
    with store.step(5) as step:
        step.append("told", {}, records=[(RECORD_KEY, None)], grants=[(GRANT_KEY, None)], agents=[("child", None)])
    store.close()
    with SqliteStore(path).step(6) as step:
        assert (step.view.records, step.view.grants, step.agents) == ({}, {}, {})


def test_a_second_opener_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    with pytest.raises(StoreError, match="another gate has journal open"):
        SqliteStore(path)
    note(store, 1)
    code = "import sys; from havocproof.stores import SqliteStore; SqliteStore(sys.argv[1])"
    other = subprocess.run([sys.executable, "-c", code, path], env=_environment(), capture_output=True, text=True)
    assert other.returncode == 1
    assert "another gate has journal open" in other.stderr
    store.close()
    assert not is_locked(path)
    assert not lock_path(path).exists()
    SqliteStore(path).close()


def test_without_the_file_lock_a_second_writer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    first = SqliteStore(path)
    monkeypatch.setattr(FileLock, "_acquire", lambda *_: os.open(path, os.O_RDONLY))
    second = SqliteStore(path)
    note(second, 1)
    with pytest.raises(StoreError, match="only grows at its end"):
        intent(first, 1, {key(): 5})
    with pytest.raises(JournalError, match="somebody else"):
        intent(first, 1, {key(): 5})
    assert second.head.seq == 1


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"
    holder = FileLock(path)
    real = fcntl.flock

    def flock(handle: int, how: int) -> None:
        holder.release()  # between our open and our lock
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    lock = FileLock(path)
    monkeypatch.undo()
    assert is_locked(path)
    with pytest.raises(StoreError, match="another gate"):
        FileLock(path)
    lock.release()
    lock.release()
    assert not is_locked(path)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


CRASH = """
import os, sys
from havocproof.stores import SqliteStore
from tests.stores.helpers import intent, key
store = SqliteStore(sys.argv[1])
intent(store, 1, {key(): 7}, flush=True)
%s
os._exit(9)
"""


INSIDE = """
store._connection.create_function("dies", 0, lambda: os._exit(9))
store._connection.execute("CREATE TEMP TRIGGER t AFTER INSERT ON main.permits BEGIN SELECT dies(); END")
intent(store, 2, {key(): 5})
"""


@pytest.mark.parametrize(
    ("last", "cells", "records"),
    [("", 7, 1), ("intent(store, 2, {key(): 5})", 12, 2), pytest.param(INSIDE, 7, 1, id="before its commit")],
)
def test_a_killed_process_leaves_whole_steps(tmp_path: Path, last: str, cells: int, records: int) -> None:
    path = tmp_path / "journal"
    code = CRASH % last
    died = subprocess.run([sys.executable, "-c", code, path], env=_environment(), capture_output=True, text=True)
    assert died.returncode == 9, died.stderr
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    report = verify(path)
    assert report.ok
    assert report.unfinished == tuple(range(1, records + 1))
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    store = SqliteStore(path)
    with store.step(5) as step:
        assert step.view.nums == {key(): cells}
        assert len(step.flights) == records


def test_a_forked_child_that_closes_its_copy_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)

    def close() -> None:
        wrapped = failing(store)
        wrapped.close = lambda: os._exit(1)  # type: ignore[attr-defined]
        store.close()

    child = multiprocessing.get_context("fork").Process(target=close)
    child.start()
    child.join()
    assert child.exitcode == 0
    with pytest.raises(StoreError, match="another gate"):
        SqliteStore(path)
    assert note(store, 1).seq == 1


def _text(path: Path) -> None:
    path.write_text("this is no database, but long enough to be read as the header of one" * 9)


def _foreign(path: Path) -> None:
    tamper(path, "CREATE TABLE journal(seq INTEGER)")


def _later(path: Path) -> None:
    history(path)
    tamper(path, "PRAGMA user_version = 3")


@pytest.mark.parametrize(
    ("make", "says"), [(_text, "not a database"), (_foreign, "no journal of havocproof"), (_later, "format 3")]
)
def test_other_files_are_refused_and_left_alone(tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    path = tmp_path / "journal"
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=says):
        SqliteStore(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["journal"]


def test_a_journal_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path / "missing" / "journal")
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path)


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    old = os.umask(0)
    try:
        store = SqliteStore(path)
        note(store, 1)
    finally:
        os.umask(old)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("journal", "journal-wal", "journal-shm", "journal.lock"), 0o600)


def test_a_changed_journal_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    history(path)
    tamper(path, "UPDATE cells SET value = 0 WHERE name = 'spend'")
    with pytest.raises(JournalError, match="counter of spend for acme is 0; the records add up to 48"):
        SqliteStore(path)


def test_honest_sql_cannot_change_the_past(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "journal")
    note(store, 1)
    note(store, 2)
    connection = store._connection
    assert connection is not None
    for statement, says in (
        ("UPDATE journal SET body = '{}'", "as it is"),
        ("DELETE FROM journal WHERE seq = 2", "every record"),
        ("INSERT OR REPLACE INTO journal VALUES(1, 1, 'a', '{}', x'', x'')", "only grows"),
        ("INSERT INTO journal VALUES(9, 1, 'a', '{}', x'', x'')", "only grows"),
        ("INSERT INTO journal VALUES(0, 1, 'a', '{}', x'', x'')", "only grows"),
    ):
        with pytest.raises(sqlite3.DatabaseError, match=says):
            connection.execute(statement)
