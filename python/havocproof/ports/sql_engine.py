"""A bounded SQLite connection, and what the engine says about a statement.

SQLite's authorizer is called while a statement is compiled, once for each table, column and function that the compiled
program will touch, through views, triggers and foreign key actions. `record` compiles a statement without running it
(`EXPLAIN` of the same text) and returns these events. `watch` lets a connection compile nothing but what was recorded.

Measured on SQLite 3.40 and worked around here:
* cached statements are not asked again, so connections are opened with an empty statement cache;
* the first use of `json_each` or its like in a connection reports writes to `sqlite_master` that do not happen (the
  module declares its columns), so such a statement is recorded twice and the second, quiet recording counts;
* columns that NATURAL JOIN and JOIN USING compare are not reported at all, nor is the table if nothing else of it is
  used: `sql_classify` refuses both, and any program that opens a table without a report;
* an exception in the callback denies, so a fault here is never an open door;
* `mode=ro` connections still ATTACH and VACUUM INTO new files: the number of attachable files is set to 0, and both
  are refused by classification (no event, or one that is not decided).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Event = tuple[str, str, str, str, str]
"""(operation, first, second, schema, source): the authorizer's five arguments, the operation by name, None as "".

`source` is the innermost trigger, view or CTE on whose behalf the access happens, "" for the statement itself."""

Parameters = Sequence[str | int | None] | Mapping[str, str | int | None]

# fmt: off
_NAMES = (
    "CREATE_INDEX", "CREATE_TABLE", "CREATE_TEMP_INDEX", "CREATE_TEMP_TABLE", "CREATE_TEMP_TRIGGER",
    "CREATE_TEMP_VIEW", "CREATE_TRIGGER", "CREATE_VIEW", "DELETE", "DROP_INDEX", "DROP_TABLE", "DROP_TEMP_INDEX",
    "DROP_TEMP_TABLE", "DROP_TEMP_TRIGGER", "DROP_TEMP_VIEW", "DROP_TRIGGER", "DROP_VIEW", "INSERT", "PRAGMA", "READ",
    "SELECT", "TRANSACTION", "UPDATE", "ATTACH", "DETACH", "ALTER_TABLE", "REINDEX", "ANALYZE", "CREATE_VTABLE",
    "DROP_VTABLE", "FUNCTION", "SAVEPOINT", "RECURSIVE",
)
# fmt: on
_OPERATIONS: dict[int, str] = {getattr(sqlite3, f"SQLITE_{name}"): name for name in _NAMES}

_LIMITS: tuple[tuple[int, int], ...] = (
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024),  # bytes of one value or row
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 128 * 1024),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 250_000),
    (sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1000),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)

TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
"""Table-valued functions that read nothing but their arguments: the only virtual tables that are let through."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What compiling one statement showed.

    events:     all authorizer events, as a set
    virtual:    the program opens or changes a virtual table
    roots:      root pages of the tables and indexes of the main schema that the program opens
    is_program: the statement's own bytecode was listed (False: the text was the rest of an `EXPLAIN QUERY PLAN`)
    """

    events: frozenset[Event]
    virtual: bool
    roots: frozenset[int]
    is_program: bool


def connect(path: Path, *, writable: bool, busy_seconds: float) -> sqlite3.Connection:
    """Opens an existing database file with every bound set. Never creates a file. Raises sqlite3.Error.

    The connection may be handed to another thread; the caller sees to it that only one uses it at a time.
    """
    mode = "rw" if writable else "ro"
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        cached_statements=0,
        check_same_thread=False,
    )
    try:
        for category, limit in _LIMITS:
            connection.setlimit(category, limit)
        _harden(connection)
        # Temporary storage in memory: spilled sorts would be files outside every mount.
        for pragma in ("foreign_keys=ON", "trusted_schema=OFF", "temp_store=MEMORY", "recursive_triggers=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        if not writable:
            connection.execute("PRAGMA query_only=ON")
        connection.text_factory = _text
    except BaseException:
        connection.close()
        raise
    return connection


def _harden(connection: sqlite3.Connection) -> None:
    """Sets the defensive flag where Python can (3.12): no writable schema, no shadow tables. Elsewhere the
    classification refuses PRAGMA and writes to `sqlite_*`, which are the ways there."""
    set_config: Callable[[int, bool], None] | None = getattr(connection, "setconfig", None)
    flag: int | None = getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", None)
    if set_config is not None and flag is not None:
        set_config(flag, True)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def set_deadline(connection: sqlite3.Connection, seconds: float) -> None:
    """Interrupts any program that still runs in this connection `seconds` from now."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, 20_000)


def record(connection: sqlite3.Connection, statement: str, parameters: Parameters) -> Recording:
    """Compiles `statement` with its parameters bound, runs nothing of it, and returns what the engine reported.

    Raises sqlite3.Error or sqlite3.Warning for text that does not compile, for more than one statement, and for
    parameters that do not fit.
    """
    recording = _record_once(connection, statement, parameters)
    return _record_once(connection, statement, parameters) if recording.virtual else recording


def _record_once(connection: sqlite3.Connection, statement: str, parameters: Parameters) -> Recording:
    events: set[Event] = set()

    def note(action: int, first: str | None, second: str | None, schema: str | None, source: str | None) -> int:
        events.add((_OPERATIONS[action], first or "", second or "", schema or "", source or ""))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    try:
        # EXPLAIN compiles exactly the text that will run; a text that is itself an EXPLAIN does not compile here.
        cursor = connection.execute(f"EXPLAIN {statement}", parameters)
        is_program = cursor.description is not None and cursor.description[0][0] == "addr"
        program = cursor.fetchall() if is_program else []
    finally:
        connection.set_authorizer(None)
    virtual = any(row[1] in _VIRTUAL_OPCODES for row in program)
    roots = frozenset(row[3] for row in program if row[1] in _OPENING_OPCODES and row[4] == _MAIN)
    return Recording(frozenset(events), virtual, roots, is_program)


_MAIN = 0
_OPENING_OPCODES = frozenset({"OpenRead", "OpenWrite", "ReopenIdx"})
_VIRTUAL_OPCODES = frozenset({"VOpen", "VFilter", "VUpdate", "VCreate", "VDestroy", "VRename", "VBegin"})


@dataclass(frozen=True, slots=True)
class Stand:
    """Temporary views that stand before tables, as `sql_masks` makes them.

    token:   what the names of its own views and functions begin with; no statement knows it
    tables:  the tables, which have a view of the same name before them
    columns: (table, column) in lower case that none but its own views may read
    """

    token: str
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]

    def is_own(self, event: Event) -> bool:
        """What the views do by themselves: whatever comes out of them is read by an event of its own.

        A view that is merged into the statement is reported anew, as a table of which only the rows are counted.
        """
        operation, first, second, _, source = event
        if source.startswith(self.token):
            return operation == "SELECT" or first in self.tables or second.startswith(self.token)
        if operation == "READ" and not second and first in self.tables:
            return True
        return self.stands_before(source) and (operation == "SELECT" or first.startswith(self.token))

    def stands_before(self, name: str) -> bool:
        """`name` is one of the tables, in whatever spelling the statement has it."""
        return name.lower() in {table.lower() for table in self.tables}

    def meant(self, event: Event) -> Event:
        """The event as it would be without the stand-ins. A view has no row ids, so reading one means nothing."""
        operation, first, second, schema, source = event
        stood = schema == "temp" and first in self.tables and second != "ROWID"
        return (operation, first, second, "main" if stood else schema, source)

    def is_around(self, event: Event) -> bool:
        """It reads a column on another way than through the stand-in."""
        return event[0] == "READ" and event[3] == "main" and (event[1].lower(), event[2].lower()) in self.columns


class Watch:
    """Lets a connection compile only what was recorded. `strange` is the first event that was not, or None.

    masked: (table, column) in lower case. The engine puts NULL in the place of such a column wherever the statement
    reads it, in conditions and orders, too. stand: what stands before tables.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        allowed: frozenset[Event],
        masked: frozenset[tuple[str, str]] = frozenset(),
        stand: Stand | None = None,
    ) -> None:
        self.strange: Event | None = None
        self.is_around = False
        """The first event that was not let through reads a masked column around its stand-in."""
        self._connection = connection
        self._allowed = allowed
        self._masked = masked
        self._stand = stand

    def __enter__(self) -> Watch:
        self._connection.set_authorizer(self._judge)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.set_authorizer(None)

    def _judge(self, action: int, first: str | None, second: str | None, schema: str | None, source: str | None) -> int:
        event = (_OPERATIONS[action], first or "", second or "", schema or "", source or "")
        if self._stand is not None:
            if self._stand.is_own(event):
                return sqlite3.SQLITE_OK
            if self._stand.is_around(event):
                return self._deny(event, is_around=True)
            event = self._stand.meant(event)
        if event in self._allowed:
            if event[0] == "READ" and (event[1].lower(), event[2].lower()) in self._masked:
                return sqlite3.SQLITE_IGNORE
            return sqlite3.SQLITE_OK
        # A table of which every column is masked is reported anew, as one of which only the rows are counted.
        if event[0] == "READ" and not event[2] and any(table == event[1].lower() for table, _ in self._masked):
            return sqlite3.SQLITE_OK
        return self._deny(event)

    def _deny(self, event: Event, *, is_around: bool = False) -> int:
        if self.strange is None:
            self.strange, self.is_around = event, is_around
        return sqlite3.SQLITE_DENY


def quoted(identifier: str) -> str:
    """An identifier as SQL text."""
    return '"' + identifier.replace('"', '""') + '"'
