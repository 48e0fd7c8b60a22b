"""What no later decision can see is dropped: in both stores alike, all or nothing, and never what can still be seen."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.errors import JournalError, StoreError
from havocproof.kernel.source import BUDGET, DONE, LABEL, MARK, RATE, SOFT
from havocproof.policy import loads_policy
from havocproof.stores import Key, MemoryStore, Record, SqliteStore, Store, deposit, verify
from havocproof.stores.records import canonical
from havocproof.stores.replay import Replay
from havocproof.stores.windows import Windows
from tests.stores.forging import rewrite
from tests.stores.helpers import intent, key, note, outcome
from tests.stores.test_sqlite import _environment, failing

DEAD: Callable[[Key, int], bool] = loads_policy(
    'havocproof: 1\npolicy: p\nversion: "1"\nrules:\n  main: [{permit: file.read, where: {path: /a/**}}]\n'
).kernel.dead
KINDS = (BUDGET, RATE, LABEL, MARK, DONE, SOFT)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "journal")
    opened.collects(DEAD)
    yield opened
    opened.close()
    if request.param == "sqlite":
        verify(tmp_path / "journal").require()


def spend(store: Store, now: int, *keys: Key) -> None:
    outcome(store, now, intent(store, now, dict.fromkeys(keys, 1)).seq, {})


def in_file(path: Path) -> set[Key]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[:7] for row in connection.execute("SELECT * FROM cells")}


def test_the_windows_that_have_ended_are_dropped_and_no_others(store: Store) -> None:
    spend(store, 5, key("day", end=100), key("week", end=700), key("ever"))
    assert store.collect(99) == 0
    assert store.collect(100) == 1
    assert store.view.nums == {key("week", end=700): 1, key("ever"): 1}
    assert store.collect(10**6) == 1
    assert store.view.nums == {key("ever"): 1}
    assert [record.kind for record in store.records()] == ["intent", "outcome", "collected", "collected"]


def test_a_store_that_was_not_told_what_is_dead_keeps_everything() -> None:
    store = MemoryStore()
    spend(store, 5, key("day", end=100))
    assert store.collect(200) == 0
    assert store.view.nums == {key("day", end=100): 1}


@given(
    st.sampled_from(KINDS),
    st.integers(0, 3000),
    st.integers(0, 3000),
)
def test_the_verifier_lets_only_that_be_dropped_which_the_kernel_calls_dead(kind: int, end: int, now: int) -> None:
    cell: Key = (kind, "n", "", "", "", "", end)
    replay = Replay()
    record = Record(1, now, "collected", canonical({"cells": [[list(cell), None]]}), b"", b"")
    if DEAD(cell, now):
        replay.take(record)
        return
    with pytest.raises(JournalError, match="could still see"):
        replay.take(record)


def test_no_other_record_drops_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    spend(store, 5, key("day", end=100))
    store.close()
    records = [
        *store_records(path),
        Record(0, 10**6, "told", canonical({"cells": [[list(key("day", end=100)), None]]}), b"", b""),
    ]
    rewrite(path, records)
    assert "could still see" in verify(path).faults[0].problem


def store_records(path: Path) -> list[Record]:
    store = SqliteStore(path)
    records = list(store.records())
    store.close()
    return records


def test_what_was_dropped_stays_closed_when_the_clock_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    store.collects(DEAD)
    spend(store, 5, key("day", end=100))
    assert store.collect(100) == 1
    store.close()
    assert in_file(path) == set()
    with SqliteStore(path).step(7) as step:
        assert step.now == 100  # the window has ended, whatever the clock says


def test_what_is_in_flight_when_its_window_ends_is_settled_without_a_cell(store: Store) -> None:
    record = intent(store, 5, {key("day", end=100): 7})
    assert store.collect(100) == 1
    outcome(store, 101, record.seq, {})
    assert (store.view.nums, store.flights) == ({}, ())


def test_steps_drop_now_and_then_and_never_many_at_once(store: Store) -> None:
    for n in range(300):
        note(store, 1)
        spend(store, 1, key("a", f"r{n}", 100), key("b", f"r{n}", 100))
    before = len(store.view.nums)
    assert before == 600
    store.collects(DEAD)
    sizes = []
    for _ in range(32 * 12):
        note(store, 200)
    for record in store.records():
        if record.kind == "collected":
            sizes.append(len(record.data["cells"]))
            assert record.at_ms == 200
    assert store.view.nums == {}
    # The first look may make up for what was made since the one before; from then on at least 64, and few.
    assert sum(sizes) == 600
    assert max(sizes) <= 200
    assert len(sizes) >= 6


def test_more_is_dropped_than_is_made(store: Store) -> None:
    """Each step makes more cells than a look drops at least; what is dead and still there stays bounded."""
    most = 0
    for step in range(1, 400):
        spend(store, step * 10, *(key(f"n{cell}", f"r{step}", step * 10 + 5) for cell in range(10)))
        most = max(most, len(store.view.nums))
    assert most <= 10 * 32 * 3


STATEMENTS = 7  # begin, record, four cells, commit


@pytest.mark.parametrize("at", range(1, STATEMENTS + 1))
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), KeyboardInterrupt()])
def test_a_fault_while_dropping_leaves_all_or_nothing(
    tmp_path: Path, at: int, after: bool, error: BaseException
) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    store.collects(DEAD)
    cells = [key(name, end=100) for name in "abcd"]
    spend(store, 5, *cells, key("ever"))
    wrapped = failing(store)
    wrapped.fail(at, after=after, error=error)
    with pytest.raises(StoreError if isinstance(error, Exception) else KeyboardInterrupt):
        store.collect(100)
    assert len(wrapped.seen) >= at
    wrapped.fail(0)
    left = 0 if at == STATEMENTS and after else 4
    with store.step(100) as step:
        assert len(step.view.nums) == 1 + left
    assert store.collect(100) == left
    assert store.view.nums == {key("ever"): 1}
    store.close()
    verify(path).require()
    assert in_file(path) == {key("ever")}


ENDS = st.sampled_from([0, 50, 100, 150, 400])


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 60), st.sets(st.tuples(st.sampled_from("abc"), ENDS), max_size=3), st.booleans())
    )
)
def test_both_stores_hold_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, set[tuple[str, int]], bool]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    memory, file, kept = MemoryStore(), SqliteStore(path), MemoryStore()
    for store in (memory, file):
        store.collects(DEAD)
    now = 0
    for later, cells, collect in steps:
        now += later
        for store in (memory, file, kept):
            live = [key(name, end=end) for name, end in cells if not end or now < end]
            spend(store, now, *live)
            if collect:
                store.collect(now)
        assert memory.view.nums == file.view.nums == {k: n for k, n in kept.view.nums.items() if k in memory.view.nums}
        assert all(DEAD(k, now) for k in kept.view.nums.keys() - memory.view.nums.keys())
        if collect:
            assert not any(DEAD(k, now) for k in memory.view.nums)
    assert in_file(path) == set(memory.view.nums)
    file.close()
    verify(path).require()
    again = SqliteStore(path)
    assert again.view.nums == memory.view.nums
    again.close()


@given(st.lists(st.integers(0, 9)), st.lists(st.tuples(st.integers(0, 10), st.integers(1, 4))))
def test_windows_give_each_key_once_when_it_has_ended(ends: list[int], takes: list[tuple[int, int]]) -> None:
    keys = [key("k", str(n), end) for n, end in enumerate(ends)]
    windows, given_out = Windows(keys), list[Key]()
    for now, most in takes:
        taken = windows.take(now, most)
        assert len(taken) <= most
        assert all(0 < cell[6] <= now for cell in taken)
        due = sum(0 < cell[6] <= now for cell in keys) - sum(0 < cell[6] <= now for cell in given_out)
        assert len(taken) == min(most, due)
        given_out += taken
    assert len(set(given_out)) == len(given_out)


READER = """
import sys
from havocproof.stores import verify
print("ready", flush=True)
reports = 0
for line in sys.stdin:
    verify(sys.argv[1]).require()
    reports += 1
print(reports, flush=True)
"""


def test_others_read_and_write_letters_while_cells_are_dropped(tmp_path: Path) -> None:
    """A second process verifies the journal again and again, a third one leaves letters, beside the one that drops."""
    path = tmp_path / "journal"
    store = SqliteStore(path)
    store.collects(DEAD)
    code = [sys.executable, "-c", READER, str(path)]
    reader = subprocess.Popen(code, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    try:
        for step in range(1, 200):
            spend(store, step * 10, *(key(f"n{cell}", f"r{step}", step * 10 + 5) for cell in range(10)))
            if step % 10 == 0:
                reader.stdin.write("again\n")
                reader.stdin.flush()
                deposit(path, step, {"n": step})
        out, _ = reader.communicate(timeout=120)
    finally:
        reader.kill()
    assert (out, reader.returncode) == ("19\n", 0)
    assert len(store.letters()) == 19
    assert (
        store.collect(10**6)
        + sum(
            len(record.data["cells"])
            for record in store.records()
            if record.kind == "collected" and record.at_ms < 10**6
        )
        == 10 * 199
    )
    store.close()
    verify(path).require()


def test_a_process_that_dies_has_dropped_what_its_journal_says(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    dies = """
import os, sys
from tests.stores.test_collecting import DEAD, key, spend
from havocproof.stores import SqliteStore
store = SqliteStore(sys.argv[1])
store.collects(DEAD)
spend(store, 5, key("day", end=100), key("week", end=700))
store.collect(100)
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", dies, str(path)], env=_environment()).returncode == 9
    verify(path).require()
    store = SqliteStore(path)
    assert store.view.nums == {key("week", end=700): 1}
    store.close()
