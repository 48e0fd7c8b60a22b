"""One classified SQL statement with the connection it will run in, and how it runs. `sql` says what that guarantees."""

from __future__ import annotations

import base64
import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from havocproof.actions import Part, SqlChange, SqlQuery, SqlSchema
from havocproof.errors import InDoubt, PortError, PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.sql_classify import Classification, classify
from havocproof.ports.sql_engine import Parameters, Watch, quoted, set_deadline
from havocproof.ports.sql_masks import WORDS, Masks

ENGINE_ERRORS = (sqlite3.Error, sqlite3.Warning, OverflowError)
"""What a statement can raise out of `sqlite3`; OverflowError is an integer beyond 64 bits."""


class PreparedStatement:
    """One classified statement with the connection it will run in."""

    def __init__(
        self,
        action: SqlQuery | SqlChange | SqlSchema,
        parameters: Parameters,
        connection: sqlite3.Connection,
        decided: Classification,
        timeout: float,
        max_result_bytes: int,
        mask_key: bytes,
    ) -> None:
        self._action = action
        self._parameters = parameters
        self._connection = connection
        self._decided = decided
        self._timeout = timeout
        self._max_result_bytes = max_result_bytes
        self._masks = Masks(mask_key)

    def oblige(self, duty: str, value: str | int, columns: frozenset[tuple[str, str]]) -> bool:
        """Takes on `timeout` in ms, and for a query `mask` of columns, (database.main.table, column) each."""
        if duty == "timeout" and isinstance(value, int):
            self._timeout = min(self._timeout, value / 1000)
            return True
        if duty == "mask" and value in WORDS and isinstance(self._action, SqlQuery):
            self._masks.add(value, columns)
            return True
        return False

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._decided.parts

    def close(self) -> None:
        self._connection.close()

    def perform(self, permit: Permit) -> Effect:
        """Runs the statement as it was decided, or changes nothing."""
        connection, reads = self._connection, isinstance(self._action, SqlQuery)
        try:
            set_deadline(connection, self._timeout)
            connection.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
            again = classify(connection, self._action, self._parameters)
            if again != self._decided:
                raise PortRefused("The schema changed between decision and effect", "Send the action again")
            permit.check()
            try:
                effect = self._read() if reads else self._change()
            except sqlite3.Error as error:
                raise _quoting_nothing(error) from error
        except ENGINE_ERRORS as error:
            raise explained(error, self._timeout) from error
        finally:
            # A query ends here too; for a change this undoes whatever an error left. After a commit it does nothing.
            self._undo()
        return effect

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection.close()  # closing rolls back; the file is only changed by a commit

    def _read(self) -> Effect:
        with self._watched():
            cursor = self._connection.execute(self._action.statement, self._parameters)
            columns, rows, more = self._fetch(cursor)
        result = {"columns": columns, "rows": rows, "more": more}
        return Effect(result, {"rows": len(rows)}, {"schema_version": self._decided.version})

    def _change(self) -> Effect:
        connection, decided, limit = self._connection, self._decided, self._action.max_rows
        uncounted = decided.erased | decided.dropped
        before = {table: self._count(table) for table in uncounted}
        changes = connection.total_changes
        with self._watched():
            cursor = connection.execute(self._action.statement, self._parameters)
            columns, rows, more = self._fetch(cursor)
        changed = connection.total_changes - changes
        if "sql.schema" in decided.verbs:
            changed = max(changed, sum(before.values())) + sum(self._count(table) for table in decided.created)
        elif uncounted:
            grown = sum(self._count(table) - count for table, count in before.items())
            # What was inserted and is not there any more was removed by REPLACE. Never too few: triggers may add to it.
            inserted = changed if "sql.insert" in decided.verbs else 0
            changed += max(0, inserted - grown)
        if changed > limit or more:
            raise PortRefused(
                f"The statement touches {'more' if more else changed} rows, its max_rows is {limit}: undone",
                "Narrow the condition, or ask for more rows",
            )
        self._commit()
        if "sql.schema" in decided.verbs:
            result: dict[str, Any] = {"changed": changed}
        else:
            result = {"changed": changed, "columns": columns, "rows": rows}
        return Effect(result, {"rows": changed}, {"schema_version": decided.version})

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:  # a lock or a deferred foreign key: still open, so nothing is written
                raise
            raise InDoubt(
                f"The database failed while it was writing the change: {error}", "Look whether the rows are there"
            ) from error

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM main.{quoted(table)}").fetchone()[0])

    def _fetch(self, cursor: sqlite3.Cursor) -> tuple[list[str], list[list[Any]], bool]:
        """(columns, rows, whether there were more). Stops at max_rows and at the size bound."""
        rows: list[list[Any]] = []
        size = 0
        for row in cursor:
            values = [_json_value(value) for value in row]
            size += len(json.dumps(values))
            if len(rows) >= self._action.max_rows or size > self._max_result_bytes:
                return [column[0] for column in cursor.description], rows, True
            rows.append(values)
        return [column[0] for column in cursor.description or ()], rows, False

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Runs the statement under an authorizer that admits only what was decided."""
        stand = self._masks.stand(self._connection)
        watch = Watch(self._connection, self._decided.events, self._masks.empty, stand)
        try:
            with watch:
                yield
        except sqlite3.DatabaseError as error:
            if watch.strange is None:
                raise
            if watch.is_around:
                raise PortRefused(
                    f"{watch.strange[1]}.{watch.strange[2]} is read masked, and cannot be in this way",
                    "Name the table by its bare name, not by its database, and read no view over it",
                ) from error
            raise PortRefused(
                f"The engine was about to do what was not decided: {watch.strange[0]} {watch.strange[1]}",
                "Use plain tables and functions",
            ) from error


def _json_value(value: object) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _quoting_nothing(error: sqlite3.Error) -> sqlite3.Error | PortError:
    """Running, a statement can fail in words made of rows (`JSON path error near ...`), which no budget would count."""
    if getattr(error, "sqlite_errorname", "") != "SQLITE_ERROR":
        return error  # constraints, locks, the deadline: names and fixed sentences
    return PortError("A function or an expression in the statement failed", "Correct the statement")


def explained(error: Exception, timeout: float) -> PortError:
    """An engine error before any commit: the effect is known not to have happened."""
    text = str(error)
    if text == "interrupted":
        return PortError(f"The statement took longer than {timeout:g} seconds and was stopped", "Ask for less")
    if "one statement at a time" in text:
        return PortRefused("The text holds more than one statement", "Send them one by one")
    if "locked" in text:
        return PortError("The database is in use by somebody else", "Try again later")
    return PortError(f"The database refused the statement: {text}", "Correct the statement")
