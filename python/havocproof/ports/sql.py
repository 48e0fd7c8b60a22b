"""The SQL port: SQLite databases, one statement at a time, decided as what the engine says it will do.

    port = SqlPort({"desk": Path("desk.sqlite")})
    prepared = port.prepare(SqlQuery(database="desk", statement="SELECT close FROM prices WHERE symbol = ?", ...))
    prepared.parts                                           # sql.read desk.main.prices close, sql.read ... symbol

How the statement that was decided and the statement that runs are held to be one:

1. `prepare` opens a connection of its own for the action and has the engine classify the text (`sql_classify`) inside a
   transaction, which it then ends: no lock is held while the decision is made.
2. `perform` begins a new transaction, classifies the same text again in it and compares everything: parts, every single
   event, the schema's version. Any difference is a `PortRefused`; the model may send the action again.
3. The permit is used up, and the text runs in that same transaction, whose schema nobody else can change any more,
   under an authorizer that admits only events of the classification.

Bounds. A query returns at most `max_rows` rows and says `"more": true` when there were more; the permit was for
`max_rows`. A change that touches more than `max_rows` rows is rolled back and refused; rows changed by triggers and
foreign keys count, and rows that REPLACE removes are counted by their absence. DROP TABLE and DROP COLUMN count the
table's rows, CREATE TABLE AS the rows of the new table. `used` is {"rows": n}, the rows returned or changed.
Everything that runs is stopped after `timeout` seconds.

Results, JSON types only: {"columns": [...], "rows": [[...]], "more": bool} for a query; {"changed": n, "columns":
[...], "rows": [...]} for a change (rows are those of RETURNING); {"changed": n} for a change of the schema. A BLOB is
{"base64": "..."}, an infinite REAL the text "Infinity" or "-Infinity", text that is not UTF-8 has U+FFFD in it.

Each statement has one kind: `sql.query` may only read, `sql.change` must change rows and not the schema, `sql.schema`
must change the schema.

Which statements are never offered, and why, stands in `sql_classify`.

Known holes, for the author of a policy and for the reader of the proof (this code is tested, not proved):
* A statement that does not compile is refused with the engine's words before any decision, so names of tables and
  columns can be guessed; what rows hold cannot.
* `rows` counts rows that come back or change, not rows that are scanned. A condition can ask about a column only if
  that column is permitted, but one aggregate tells about many rows.
* A column may be computed from others (generated columns), and `INSERT` names no columns: the schema's author decides.
* CHECK, DEFAULT and index expressions of the existing schema are not reported; `trusted_schema` is off, so that they
  cannot call functions with effects.
* `sql.schema` on a table is power over its meaning: columns may be renamed or computed from others, views replaced.
  Give it only where every column may be read.
* A view that its owner wrote with NATURAL or USING compares columns that are not reported.
* A table or column is one name in one spelling, that of the schema; a policy in another spelling does not speak of it.
* Memory is bounded by time and by 16 MiB a value only. The database file itself must not lie in a mount that agents
  may write to, and a ledger (`LedgerPort`) must not be registered here.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from havocproof.actions import Action, SqlChange, SqlQuery, SqlSchema
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.sql_classify import classify
from havocproof.ports.sql_engine import Parameters, connect, set_deadline
from havocproof.ports.sql_statement import ENGINE_ERRORS, PreparedStatement, explained


class SqlPort:
    """Serves `sql.query`, `sql.change` and `sql.schema` on SQLite files that exist already.

    databases:        the name that actions and policies use -> the file
    timeout:          seconds that a statement may wait for a lock, and again that it may run
    max_result_bytes: a query stops with "more" before its rows take more than this; RETURNING is refused instead

    Raises ConfigError if a file is missing or a name is not a plain word.
    """

    verbs = frozenset({"sql.query", "sql.change", "sql.schema"})

    def __init__(
        self, databases: Mapping[str, str | Path], *, timeout: float = 5.0, max_result_bytes: int = 1024 * 1024
    ) -> None:
        if not 0 < timeout <= 3600:
            raise ConfigError(f"timeout: {timeout} seconds", "Give a time above 0 and up to 3600 seconds")
        if max_result_bytes < 1:
            raise ConfigError(f"max_result_bytes: {max_result_bytes}", "Give a positive number of bytes")
        self._timeout = timeout
        self._max_result_bytes = max_result_bytes
        self._mask_key = secrets.token_bytes(32)
        self._databases: dict[str, Path] = {}
        for name, path in databases.items():
            if not name.isprintable() or not name or "." in name or len(name) > 256:
                raise ConfigError(f"databases: the name {name!r}", "Use a word without dots, as a policy's tables do")
            resolved = Path(path).resolve()
            if not resolved.is_file():
                raise ConfigError(f"databases.{name}: there is no file {path}", "Create the database first")
            self._databases[name] = resolved

    def prepare(self, action: Action) -> PreparedStatement:
        """Classifies. Raises PortRefused for what no policy can permit, PortError for what does not compile."""
        if not isinstance(action, SqlQuery | SqlChange | SqlSchema):
            raise PortRefused(f"The SQL port does not serve {action.verb}", "Register the port that does")
        path = self._databases.get(action.database)
        if path is None:
            raise PortRefused(f"No database called {action.database}", "Use a database that the gate was opened with")
        action.canonical_json()  # refuses an object that did not come out of validation
        given = action.parameters
        parameters: Parameters = dict(given) if isinstance(given, Mapping) else given
        try:
            connection = connect(path, writable=not isinstance(action, SqlQuery), busy_seconds=self._timeout)
        except sqlite3.Error as error:
            raise PortError(f"The database {action.database} cannot be opened: {error}") from error
        try:
            set_deadline(connection, self._timeout)
            connection.execute("BEGIN")
            found = classify(connection, action, parameters)
            connection.execute("ROLLBACK")
        except BaseException as error:
            connection.close()
            if isinstance(error, ENGINE_ERRORS):
                raise explained(error, self._timeout) from error
            raise
        return PreparedStatement(
            action, parameters, connection, found, self._timeout, self._max_result_bytes, self._mask_key
        )

    def close(self) -> None:
        """Nothing is held between actions."""
