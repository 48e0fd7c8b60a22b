"""The journal that nobody changed: it verifies, wherever it is read, and its chain is the documented one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.stores import Head, MemoryStore, SqliteStore, head, read, verify
from havocproof.stores.records import GENESIS, canonical, chain_hash
from tests.stores.forging import LENGTH
from tests.stores.helpers import intent, key, note, outcome


def test_an_honest_journal_verifies(finished: Path) -> None:
    before = {file.name: file.read_bytes() for file in finished.parent.iterdir()}
    report = verify(finished, head(finished))
    assert report.ok
    report.require()
    assert report.records == LENGTH
    assert report.head == head(finished) == list(read(finished))[-1].head
    assert report.unfinished == (2, 6, 10, 14)
    assert [record.seq for record in read(finished, since=12)] == [12, 13, 14]
    assert {file.name: file.read_bytes() for file in finished.parent.iterdir()} == before


def test_a_read_only_folder_is_enough(finished: Path, tmp_path: Path) -> None:
    shutil.copy(finished, tmp_path / "journal")
    (tmp_path / "journal").chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert verify(tmp_path / "journal").ok
    finally:
        tmp_path.chmod(0o700)


def test_a_journal_that_a_gate_has_open_is_read_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    monkeypatch.setattr(shutil, "copyfile", lambda *_: pytest.fail("a copy of a file in use may be torn"))
    store = SqliteStore(path)
    intent(store, 1, {key(): 5})
    assert verify(path).records == 1
    lines = read(path)
    assert next(lines).seq == 1
    note(store, 2)
    assert list(lines) == []  # one state, that of the beginning
    assert verify(path, store.head).records == 2
    store.close()


def test_both_stores_write_the_same_chain(tmp_path: Path) -> None:
    heads = []
    for store in (MemoryStore(), SqliteStore(tmp_path / "journal")):
        outcome(store, 5, intent(store, 1, {key(): 5}).seq, {key(): 2})
        heads.append(store.head)
        store.close()
    assert heads[0] == heads[1]


def test_an_empty_journal_has_a_head(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "journal").close()
    empty = head(tmp_path / "journal")
    assert empty == Head(0, GENESIS.hex())
    assert verify(tmp_path / "journal", empty).ok


def test_the_hash_is_the_documented_one(finished: Path) -> None:
    import hashlib

    first = next(read(finished))
    framed = b"".join(
        [
            hashlib.sha256(b"havocproof journal 1").digest(),
            first.seq.to_bytes(8, "big"),
            first.at_ms.to_bytes(8, "big"),
            len(first.kind).to_bytes(4, "big"),
            first.kind.encode(),
            len(first.body).to_bytes(8, "big"),
            first.body.encode(),
        ]
    )
    assert first.hash == hashlib.sha256(framed).digest()
    assert first.body == json.dumps(first.data, sort_keys=True, separators=(",", ":"))


def test_no_two_records_hash_the_same_text() -> None:
    """Moving a character from the kind into the body changes the hash: lengths are part of it."""
    assert chain_hash(GENESIS, 1, 1, "ab", "c") != chain_hash(GENESIS, 1, 1, "a", "bc")
    assert chain_hash(GENESIS, 1, 11, "a", "") != chain_hash(GENESIS, 11, 1, "a", "")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_bodies_are_canonical(value: object) -> None:
    text = canonical(value)
    assert text.isascii()
    assert canonical(json.loads(text)) == text
