"""The inbox of a journal's file: what people leave for its gate, whether one has it open or not.

The inbox is no part of the journal. The gate reads it at the start of its next step, and at its opening; what it makes
of a letter is a record, and the letter is gone in the same step. Whoever may write the file can leave letters in
anybody's name, so the file's rights are the right to speak here.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from havocproof.errors import JournalError, StoreError
from havocproof.stores import schema
from havocproof.stores.records import canonical

MOST_BYTES = 16 * 1024
_WAIT_S = 10.0


def deposit(path: str | Path, at_ms: int, body: dict[str, Any]) -> None:
    """Leaves a letter in the journal's file, in one short transaction beside a gate that may be running.

    StoreError: there is no such file, it cannot be written, or the inbox is full. JournalError: it is no journal.
    """
    file = Path(path)
    if not file.is_file():
        raise StoreError(f"there is no journal {file}", "Give the path of an existing journal.")
    text = canonical(body)
    if len(text) > MOST_BYTES:
        raise StoreError(f"a letter of {len(text)} bytes is too long", f"Write at most {MOST_BYTES} bytes.")
    try:
        uri = f"{file.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_WAIT_S)) as connection:
            schema.tolerate(connection)
            schema.check(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            (waiting,) = connection.execute("SELECT count(*) FROM inbox").fetchone()
            if waiting >= schema.MOST_LETTERS:
                raise StoreError(f"{waiting} letters wait already", "Open the gate, so that it reads them.")
            connection.execute("INSERT INTO inbox(at_ms, body) VALUES(?, ?)", (at_ms, text))
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"nothing can be left in the journal {file.name}: {error}",
            "See that you may write the file, and its folder.",
        ) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise JournalError(f"the journal cannot be read: {error}", "The file is damaged, or no SQLite file.") from error
