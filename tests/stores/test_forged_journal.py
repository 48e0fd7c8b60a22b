"""The journal: whatever is changed, dropped, moved or inserted in a real file, verification finds it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from havocproof.errors import JournalError, StoreError
from havocproof.stores import Head, Record, SqliteStore, head, read, verify
from havocproof.stores.records import GENESIS, canonical, chain_hash
from tests.stores.forging import LENGTH, forge, rewrite
from tests.stores.helpers import key, note, tamper

COLUMNS = {
    "at_ms": st.integers(0, 2**63 - 1),
    "kind": st.sampled_from(["intent", "outcome", "denied", "in_doubt", "policy", "", "x"]),
    "body": st.sampled_from(["{}", "[]", "", "nonsense", '{"intent": 2, "cells": []}', "\x00"]) | st.text(max_size=20),
    "prev": st.binary(max_size=40),
    "hash": st.binary(max_size=40),
    "seq": st.integers(-3, LENGTH + 5),
}


def noted(path: Path, count: int) -> None:
    """A journal of so many records at `path`, one a millisecond."""
    store = SqliteStore(path)
    for now in range(count):
        note(store, now)
    store.close()


def _encodable(value: object) -> bool:
    return not isinstance(value, str) or not any("\ud800" <= char <= "\udfff" for char in value)


changes = st.sampled_from(sorted(COLUMNS)).flatmap(
    lambda column: st.tuples(st.just(column), st.integers(1, LENGTH), COLUMNS[column].filter(_encodable))
)


@settings(max_examples=80, deadline=None)
@given(changes)
@example(("body", LENGTH, "{}"))
@example(("hash", LENGTH, b"\0" * 32))
def test_a_changed_record_is_found(finished: Path, change: tuple[str, int, object]) -> None:
    column, seq, value = change
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(finished, folder))
        before = list(read(path))
        try:
            forge(path, (f"UPDATE journal SET {column} = ? WHERE seq = ?", (value, seq)))
        except sqlite3.IntegrityError:
            return  # another record has this seq: the file itself refuses
        changed = list(read(path)) != before
        report = verify(path, before[-1].head)
        assert report.ok is not changed
        if changed:
            with pytest.raises(JournalError, match="does not verify"):
                SqliteStore(path)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, LENGTH), min_size=1, max_size=4))
def test_dropped_records_are_found(finished: Path, seqs: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(finished, folder))
        noted = head(path)
        forge(path, *[("DELETE FROM journal WHERE seq = ?", (seq,)) for seq in seqs])
        assert not verify(path, noted).ok


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, LENGTH - 1), min_size=2, max_size=2, unique=True))
def test_records_that_changed_places_are_found(finished: Path, pair: list[int]) -> None:
    one, two = pair
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(finished, folder))
        records = list(read(path))
        rows = [(r.at_ms, r.kind, r.body, r.prev, r.hash, r.seq) for r in records]
        rows[one], rows[two] = (*rows[two][:5], one + 1), (*rows[one][:5], two + 1)
        sql = "UPDATE journal SET at_ms = ?, kind = ?, body = ?, prev = ?, hash = ? WHERE seq = ?"
        forge(path, (sql, rows[one]), (sql, rows[two]))
        assert not verify(path).ok


@settings(max_examples=20, deadline=None)
@given(st.integers(1, LENGTH))
def test_an_inserted_record_is_found(finished: Path, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(finished, folder))
        extra = Record(at, 50, "denied", "{}", GENESIS, chain_hash(GENESIS, at, 50, "denied", "{}"))
        shift = [("UPDATE journal SET seq = ? WHERE seq = ?", (s + 1, s)) for s in range(LENGTH, at - 1, -1)]
        row = (extra.seq, extra.at_ms, extra.kind, extra.body, extra.prev, extra.hash)
        forge(path, *shift, ("INSERT INTO journal VALUES(?, ?, ?, ?, ?, ?)", row))
        assert not verify(path).ok


@settings(max_examples=30, deadline=None)
@given(st.integers(0, LENGTH - 1), st.sampled_from(["drop", "change", "double", "swap"]))
def test_a_chain_computed_anew_is_found_with_a_head_noted_elsewhere(finished: Path, at: int, how: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(finished, folder))
        records = list(read(path))
        noted = records[-1].head
        match how:
            case "drop":
                del records[at]
            case "double":
                records.insert(at, records[at])
            case "change":
                old = records[at]
                records[at] = Record(old.seq, old.at_ms, "denied", '{"digest":"y"}', old.prev, old.hash)
            case _:
                records[at], records[at - 1] = records[at - 1], records[at]
        rewrite(path, records)
        assert not verify(path, noted).ok


def test_a_record_with_its_own_hash_computed_anew_breaks_the_link_to_the_next(finished: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(finished, tmp_path))
    old = list(read(path))[4]
    digest = chain_hash(old.prev, old.seq, old.at_ms, old.kind, '{"a":1}')
    forge(path, ("UPDATE journal SET body = ?, hash = ? WHERE seq = ?", ('{"a":1}', digest, old.seq)))
    faults = verify(path).faults
    assert [fault.seq for fault in faults] == [old.seq + 1]
    assert "does not follow" in faults[0].problem


def test_a_right_chain_with_a_gap_or_a_time_that_goes_back_is_found(finished: Path, tmp_path: Path) -> None:
    denied = [Record(seq, 100 - seq, "denied", "{}", b"", b"") for seq in (1, 2)]
    path = Path(shutil.copy(finished, tmp_path / "time"))
    rewrite(path, denied)
    assert [str(fault) for fault in verify(path).faults][:1] == ["record 2: is older than the record before it"]
    path = Path(shutil.copy(finished, tmp_path / "gap"))
    insert = "INSERT INTO journal VALUES(?, ?, ?, ?, ?, ?)"
    digest = chain_hash(GENESIS, 3, 5, "denied", "{}")
    forge(path, ("DELETE FROM journal", ()), (insert, (3, 5, "denied", "{}", GENESIS, digest)))
    assert [str(fault) for fault in verify(path).faults][:1] == ["record 3: 2 records are missing before it"]


def test_a_dropped_tail_is_found_only_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    noted(path, 6)
    before = head(path)
    forge(path, ("DELETE FROM journal WHERE seq > 4", ()))
    assert verify(path).ok, "the chain alone cannot see it: this is why heads are noted"
    report = verify(path, before)
    assert [fault.seq for fault in report.faults] == [0]
    assert "its tail was dropped" in report.faults[0].problem
    assert verify(path, Head(4, report.head.hash)).ok, "an older head still holds"


def test_a_journal_that_went_on_still_has_its_old_head(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    store = SqliteStore(path)
    note(store, 1)
    noted = store.head
    note(store, 2)
    store.close()
    assert verify(path, noted).ok
    assert not verify(path, Head(1, "0" * 64)).ok


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cells SET value = value - 1 WHERE name = 'spend'", "the counter of spend for acme"),
        ("DELETE FROM cells WHERE name = 'count'", "the counter of count for run"),
        ("INSERT INTO cells VALUES(0, 'new', 'acme', '', '', '', 0, 3)", "the counter of new for acme is 3"),
        ("DELETE FROM permits WHERE seq = 6", "permits in flight"),
        ("UPDATE permits SET doubt = 1", "permits in flight"),
        ("INSERT INTO parked VALUES('ask-1', 2, 9, '{}')", "parked"),
        ("INSERT INTO parked VALUES('ask-1', 2, 9, 'x')", "parked"),
        ("DELETE FROM grants", "grants"),
        ("UPDATE grants SET body = replace(body, '\"ann\"', '\"bob\"')", "grants"),
        ("UPDATE grants SET body = '{}'", "grant is not what a gate writes"),
        ("UPDATE grants SET key = '[1]'", "no key of a cell"),
        ("UPDATE records SET body = replace(body, 'acct:ada', 'acct:eve')", "records of values"),
        ("DELETE FROM agents", "agents at work"),
        ("UPDATE agents SET body = 'x'", "agent is not what a gate writes"),
        ("DROP TRIGGER journal_keeps_rows", "journal_keeps_rows is missing"),
        ("CREATE TABLE more(x)", "more does not belong"),
        ("ALTER TABLE permits ADD COLUMN x TEXT", "permits was changed"),
        ("DROP TABLE cells", "cells is missing"),
    ],
)
def test_tables_that_do_not_add_up_are_found(finished: Path, tmp_path: Path, statement: str, says: str) -> None:
    path = Path(shutil.copy(finished, tmp_path))
    tamper(path, statement)
    report = verify(path)
    assert [fault for fault in report.faults if says in str(fault)], report.faults
    with pytest.raises(JournalError, match=says):
        SqliteStore(path)


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("outcome", {"intent": 9}, "not in flight"),
        ("outcome", {"intent": 2, "cells": [[list(key()), 33]]}, "something else than was charged or given back"),
        ("outcome", {"intent": 2, "cells": [[list(key()), 45]]}, "something else than was charged or given back"),
        ("outcome", {"intent": 2, "cells": [[["x"], 1]]}, "no key"),
        ("outcome", {"intent": 2, "cells": [[list(key()), "7"]]}, "no integer"),
        ("outcome", {}, None),
        ("intent", {"charges": [[list(key()), "7"]], "digest": ""}, "no integer from 0"),
        ("intent", {"charges": [[list(key()), True]], "digest": ""}, "no integer from 0"),
        ("intent", {"charges": [[list(key()), 7]], "digest": ""}, "something else than was charged or given back"),
        ("intent", {"charges": [], "digest": "", "cells": [[list(key()), 51]]}, "something else than was charged"),
        ("told", {"cells": [[list(key()), 45]]}, "something else than was charged or given back"),
        ("ended", {"cells": [[list(key()), 1000]]}, "something else than was charged or given back"),
        ("ended", {"cells": [[list(key()), -1]]}, "something else than was charged or given back"),
        ("vote", {"grants": [[list(key()), {"until": 1}]]}, "without its fields"),
        ("vote", {"grants": [[list(key()), {"until": 1, "asker": "", "votes": {}, "open": 1}]]}, "open nor closed"),
        ("vote", {"grants": [[list(key()), {"until": 1, "asker": 2, "votes": {}, "open": True}]]}, "no text"),
        ("pending", {}, "without its fields"),
    ],
)
def test_records_that_make_no_sense_are_found_under_a_right_chain(
    finished: Path, tmp_path: Path, kind: str, body: dict[str, object], says: str | None
) -> None:
    path = Path(shutil.copy(finished, tmp_path))
    records = list(read(path))
    rewrite(path, [*records, Record(0, 10**6, kind, canonical(body), b"", b"")])
    report = verify(path)
    if says is None:  # the end of an effect that never began
        assert report.ok
        return
    assert [fault.seq for fault in report.faults] == [LENGTH + 1]
    assert says in report.faults[0].problem


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_flipped_bytes_change_nothing_that_is_read_or_are_found(finished: Path, data: st.DataObject) -> None:
    raw = bytearray(finished.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal"
        path.write_bytes(raw)
        report = verify(path, head(finished))
        assert not report.ok or list(read(path)) == list(read(finished))
        if not report.ok:
            with pytest.raises(StoreError):
                SqliteStore(path)


def test_the_cut_file_is_found(finished: Path, tmp_path: Path) -> None:
    raw = finished.read_bytes()
    for length in (0, 1, 100, 4096, len(raw) // 2, len(raw) - 4096):
        path = tmp_path / f"cut{length}"
        path.write_bytes(raw[:length])
        assert not verify(path, head(finished)).ok


def test_reports_are_cut_and_errors_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    noted(path, 150)
    forge(path, ("UPDATE journal SET body = '{\"x\":1}'", ()))
    report = verify(path)
    assert len(report.faults) == 100
    with pytest.raises(JournalError, match=r"record 1: was changed.*and 99 more.*Keep the file"):
        report.require()
    with pytest.raises(StoreError, match="there is no journal"):
        verify(tmp_path / "none")
    with pytest.raises(StoreError, match="there is no journal"):
        list(read(tmp_path))
    (tmp_path / "text").write_text("no database")
    with pytest.raises(JournalError, match="cannot be read"):
        head(tmp_path / "text")


@pytest.mark.parametrize("text", ["", "7", ":", "x:" + "0" * 64, "7:" + "0" * 63, "7:" + "G" * 64, "-1:" + "0" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(JournalError, match="no head"):
        Head.parse(text)


def test_heads_are_written_and_read() -> None:
    there = Head(7, "ab" * 32)
    assert Head.parse(f" {there}\n") == there


@pytest.mark.parametrize("seq", [0, -1, -(2**63)])
def test_a_record_before_the_first_is_found(finished: Path, tmp_path: Path, seq: int) -> None:
    path = tmp_path / "journal"
    shutil.copy(finished, path)
    forge(path, ("INSERT INTO journal VALUES(?, 1, 'outcome', '{}', x'00', x'00')", (seq,)))
    assert "before the first" in str(verify(path).faults[0])
    with pytest.raises(JournalError, match="before the first"):
        SqliteStore(path)
