"""The inbox: what others leave in a journal's file, beside a gate that writes it or without one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from havocproof.errors import JournalError, StoreError
from havocproof.stores import MemoryStore, SqliteStore, deposit, verify
from tests.stores.helpers import intent, key, note, tamper


def test_letters_are_read_once_in_order_and_only_by_a_step_that_commits(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    note(store, 1)
    assert store.letters() == ()
    deposit(path, 10, {"request": "ask-1", "person": "ann"})
    deposit(path, 11, {"request": "ask-1", "person": "bob"})
    assert [(letter.at_ms, letter.body["person"]) for letter in store.letters()] == [(10, "ann"), (11, "bob")]
    with pytest.raises(KeyboardInterrupt):
        _take_all_and_break_off(store)
    assert len(store.letters()) == 2
    with store.step(3) as step:
        (first, second) = step.letters()
        step.append("vote", {"person": first.body["person"]})
        step.take(first)
    assert store.letters() == (second,)
    store.close()
    assert verify(path).ok, "letters are no part of the journal"
    store = SqliteStore(path)
    with store.step(4) as step:
        step.take(second)
    assert store.letters() == ()
    store.close()
    store = SqliteStore(path)
    assert store.letters() == ()


def _take_all_and_break_off(store: SqliteStore) -> None:
    with store.step(2) as step:
        for letter in step.letters():
            step.take(letter)
        raise KeyboardInterrupt


def test_a_letter_can_be_left_when_no_gate_has_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    SqliteStore(path).close()
    before = sorted(file.name for file in tmp_path.iterdir())
    deposit(path, 1, {"person": "ann"})
    assert sorted(file.name for file in tmp_path.iterdir()) == before
    assert [letter.body for letter in SqliteStore(path).letters()] == [{"person": "ann"}]


def test_another_process_leaves_letters_while_steps_go_on(tmp_path: Path) -> None:
    """No letter and no record is lost: writers wait for each other."""
    path = tmp_path / "journal"
    store = SqliteStore(path)
    code = "import sys\nfrom havocproof.stores import deposit\nfor n in range(60): deposit(sys.argv[1], n, {'n': n})\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.Popen([sys.executable, "-c", code, str(path)], env=environment)
    done = threading.Event()

    def work() -> None:
        now = 0
        while not done.is_set():
            now += 1
            intent(store, now, {key(): 1})

    worker = threading.Thread(target=work)
    worker.start()
    assert other.wait(60) == 0
    done.set()
    worker.join()
    assert [letter.body["n"] for letter in store.letters()] == list(range(60))
    with store.step(10**6) as step:
        assert step.view.nums[key()] == store.head.seq
    store.close()
    assert verify(path).ok


def test_a_step_that_meets_a_letter_being_left_waits(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO inbox(at_ms, body) VALUES(1, '{}')")
        threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
        assert note(store, 1).seq == 1
    assert len(store.letters()) == 1


def test_what_is_no_object_is_an_empty_letter(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    SqliteStore(path).close()
    for text in ("nonsense", "[1]", "7", "[" * 900):
        tamper(path, f"INSERT INTO inbox(at_ms, body) VALUES(1, '{text}')")
    assert [letter.body for letter in SqliteStore(path).letters()] == [{}, {}, {}, {}]


def test_what_cannot_be_left_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with pytest.raises(StoreError, match="no journal"):
        deposit(path, 1, {})
    path.write_text("no database, but long enough to be read as the header of one, and then some more " * 2)
    with pytest.raises(JournalError, match="cannot be read"):
        deposit(path, 1, {})
    path.unlink()
    tamper(path, "CREATE TABLE journal(seq INTEGER)")
    with pytest.raises(JournalError, match="no journal of havocproof"):
        deposit(path, 1, {})
    path.unlink()
    SqliteStore(path).close()
    with pytest.raises(StoreError, match="too long"):
        deposit(path, 1, {"why": "x" * 20_000})
    tamper(
        path,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
        "INSERT INTO inbox(at_ms, body) SELECT 1, '{}' FROM n",
    )
    with pytest.raises(StoreError, match="10000 letters wait already"):
        deposit(path, 1, {})


def test_a_store_in_memory_has_no_inbox() -> None:
    assert MemoryStore().letters() == ()


def test_a_damaged_inbox_stops_the_step_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    tamper(path, "DROP TABLE inbox")
    with pytest.raises(StoreError, match="inbox cannot be read"):
        store.letters()
    assert note(store, 1).seq == 1
