"""Changes of a journal's file as somebody would make them who knows its format."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from havocproof.stores import Record
from havocproof.stores.records import GENESIS, chain_hash
from havocproof.stores.schema import TABLES

LENGTH = 14
"""Records of the journal `finished` (conftest.py)."""


def forge(path: Path, *changes: tuple[str, tuple[object, ...]]) -> None:
    """Changes the journal as somebody would who knows its format: the triggers are taken away and put back."""
    names = [name for name, sql in TABLES.items() if "TRIGGER" in sql]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        for statement, values in changes:
            connection.execute(statement, values)
        for name in names:
            connection.execute(TABLES[name])
        connection.execute("COMMIT")


def rechained(records: list[Record]) -> list[tuple[object, ...]]:
    """The rows of a chain computed anew over these kinds, times and bodies."""
    rows: list[tuple[object, ...]] = []
    prev = GENESIS
    for seq, record in enumerate(records, 1):
        digest = chain_hash(prev, seq, record.at_ms, record.kind, record.body)
        rows.append((seq, record.at_ms, record.kind, record.body, prev, digest))
        prev = digest
    return rows


def rewrite(path: Path, records: list[Record]) -> None:
    insert = "INSERT INTO journal VALUES(?, ?, ?, ?, ?, ?)"
    forge(path, ("DELETE FROM journal", ()), *[(insert, row) for row in rechained(records)])
