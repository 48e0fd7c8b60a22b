"""Columns that a statement sees masked (POLICY.md 2.13): wherever it reads one, it reads something else in its place.

    empty   NULL
    last4   **** and the last four characters of a value of eight or more, else ****
    hash    # and 16 hex digits that are the same for the same value, as long as the port lives

Conditions, orders, groups and expressions see the mask too, so that no statement can tell more than the mask does.

`empty` is the engine's own doing (`Watch`). For the others the statement runs over a stand-in: a temporary view with
the table's name, which the engine finds first, over another temporary view, whose name nobody can guess:

    CREATE TEMP VIEW k AS SELECT name, mask(email) AS email FROM main.people     k: random
    CREATE TEMP VIEW people AS SELECT * FROM k

The engine says on whose behalf it reads a column, by name, and a statement can call a part of itself `people`. So the
true column is let through on behalf of k alone. Whoever else reads it, by `main.people` or through a view of the
database, is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable

from havocproof.ports.sql_engine import Stand, quoted

EMPTY, LAST4, HASH = "empty", "last4", "hash"
WORDS = (EMPTY, LAST4, HASH)
_SHORTEST = 8  # of a shorter value the last four characters would tell too much
_HIDDEN = "****"
_OF_VIRTUAL_TABLES = 1  # what `table_xinfo` calls hidden columns that are no generated ones


class Masks:
    """Which columns one statement sees masked, and how. Names as the schema spells them."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._words: dict[tuple[str, str], str] = {}

    def add(self, word: str, columns: Iterable[tuple[str, str]]) -> None:
        """`columns`: (database.main.table, column). One that is masked in two ways is empty: that tells least."""
        for place, column in columns:
            at = (place.rpartition(".")[2], column)
            self._words[at] = word if self._words.get(at, word) == word else EMPTY

    @property
    def empty(self) -> frozenset[tuple[str, str]]:
        """(table, column) in lower case that read as NULL."""
        return frozenset(
            (table.lower(), column.lower()) for (table, column), word in self._words.items() if word == EMPTY
        )

    def stand(self, connection: sqlite3.Connection) -> Stand | None:
        """Puts stand-ins before the tables that need one; they are gone with the transaction. None if no table does.

        To be called inside the transaction in which the statement runs, when it has been classified.
        """
        shaped = {at: word for at, word in self._words.items() if word != EMPTY}
        if not shaped:
            return None
        token = "havocproof_" + secrets.token_hex(16)
        for word, shape in ((LAST4, last4), (HASH, self._hash)):
            connection.create_function(f"{token}_{word}", 1, shape, deterministic=True)
        # The file itself stays closed for writing: a connection for queries is opened so.
        connection.execute("PRAGMA query_only=OFF")
        tables = sorted({table for table, _ in shaped})
        for number, table in enumerate(tables):
            columns = [
                f"{token}_{shaped[table, name]}({quoted(name)}) AS {quoted(name)}"
                if (table, name) in shaped
                else quoted(name)
                for name in _columns(connection, table)
            ]
            behind = quoted(f"{token}_{number}")
            connection.execute(f"CREATE TEMP VIEW {behind} AS SELECT {', '.join(columns)} FROM main.{quoted(table)}")
            connection.execute(f"CREATE TEMP VIEW {quoted(table)} AS SELECT * FROM temp.{behind}")
        connection.execute("PRAGMA query_only=ON")
        return Stand(token, frozenset(tables), frozenset((table.lower(), column.lower()) for table, column in shaped))

    def _hash(self, value: object) -> str | None:
        if value is None:
            return None
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        return "#" + hmac.new(self._key, raw, hashlib.sha256).hexdigest()[:16]


def last4(value: object) -> str | None:
    """The mask of that name. A number with a fraction and a BLOB have no last characters that mean anything."""
    if value is None:
        return None
    if isinstance(value, float | bytes):
        return _HIDDEN
    text = str(value)
    return _HIDDEN + text[-4:] if len(text) >= _SHORTEST else _HIDDEN


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns that SELECT * would show, generated ones included."""
    rows = connection.execute(f"PRAGMA main.table_xinfo({quoted(table)})").fetchall()
    return [name for _, name, _, _, _, _, hidden in rows if hidden != _OF_VIRTUAL_TABLES]
