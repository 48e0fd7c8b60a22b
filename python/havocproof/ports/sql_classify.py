"""From what the engine reports to parts that the kernel decides on.

    the engine reports                         becomes
    READ(table, column)                        sql.read    table column
    READ(table, "")                            sql.read    table "*", unless another column of that table is read too:
                                               the statement learns how many rows there are (count(*), EXISTS)
    READ(json_each | json_tree, ...)           sql.call    json_each | json_tree: they read only their argument
    INSERT(table)                              sql.insert  table, column "" (the engine names no columns)
    UPDATE(table, column)                      sql.update  table column
    DELETE(table)                              sql.delete  table
    a possible REPLACE (see below)             sql.delete  table
    FUNCTION(name)                             sql.call    function (LIKE, GLOB and -> are functions)
    CREATE/DROP TABLE, VIEW; CREATE/DROP INDEX, DROP TRIGGER; ALTER TABLE
                                               sql.schema  the table or view; for an index or a trigger its table
    SELECT, RECURSIVE                          nothing

Accesses through views, triggers and foreign keys are reported like any other, so a view costs its own atoms and those
of the tables under it; the name of the view or trigger (the fifth argument) is compared when the statement runs but is
no axis. Names are spelled as in the schema. Reads that only a CTE of the same name makes may be counted as reads of the
table: too much is asked for, never too little.

REPLACE. `REPLACE`, `INSERT OR REPLACE`, `UPDATE OR REPLACE` and a constraint declared `ON CONFLICT REPLACE` remove rows
that the engine reports to nobody. SQLite documents that they fire delete triggers when recursive triggers are on. So a
statement that inserts or updates is compiled once more with recursive triggers on and a temporary delete trigger, the
witness, on each table it writes: if the compiled program contains a witness, it may remove rows there, and `sql.delete`
is added. Witnesses live inside a transaction that is rolled back.

NATURAL JOIN and JOIN ... USING. The engine does not report the columns they compare (SQLite 3.40), so that a forbidden
column could be asked about. A statement with one of these two words anywhere in its text is refused (write JOIN ... ON;
bind texts that contain the words as parameters). Besides, every table whose pages the compiled program opens must stand
in an atom. A view that the database's owner wrote with such a join compares its columns unreported.

Always refused, whatever the policy says: ATTACH, DETACH, PRAGMA, VACUUM, ANALYZE, REINDEX, transaction control,
EXPLAIN, temporary objects, virtual tables, CREATE TRIGGER (the engine does not say what its body will do), ALTER TABLE
RENAME TO (it does not say the new name), writes to `sqlite_*` tables, functions that reach outside the database, and
statements that neither touch a table nor call a function.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from havocproof.actions import Part, SqlChange, SqlQuery, SqlSchema
from havocproof.errors import PortRefused
from havocproof.ports.sql_atoms import Reading
from havocproof.ports.sql_engine import Event, Parameters, Recording, quoted, record

_REFUSED = {
    "ATTACH": "ATTACH and VACUUM INTO open other files",
    "DETACH": "DETACH changes the connection, not the data",
    "PRAGMA": "a PRAGMA changes how the engine works",
    "TRANSACTION": "transactions are the port's business",
    "SAVEPOINT": "savepoints are the port's business",
    "ANALYZE": "ANALYZE is maintenance",
    "CREATE_VTABLE": "virtual tables work out of the engine's sight",
    "DROP_VTABLE": "virtual tables work out of the engine's sight",
    "CREATE_TRIGGER": "the engine does not say what the body of a new trigger will do",
}
_OUTSIDE = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "lsdir", "sqlar_uncompress"})
# A digit before the word is no part of it where it ends a parameter: `?1NATURAL` is two tokens.
_UNREPORTED_JOIN = re.compile(r"(?<![a-z_])(natural|using)\b", re.IGNORECASE | re.ASCII)
_WITNESS = "havocproof_witness_"


@dataclass(frozen=True, slots=True)
class Classification:
    """What a statement will do, and everything that must still be so when it runs.

    events:  what the engine may report while the statement is compiled to run
    parts:   the effect, one part for each verb
    version: the schema version under which this holds
    erased:  tables from which rows may vanish without being counted as changes (REPLACE)
    dropped: tables that are dropped or lose a column
    created: tables that are created
    """

    events: frozenset[Event]
    parts: tuple[Part, ...]
    version: int
    erased: frozenset[str]
    dropped: frozenset[str]
    created: frozenset[str]

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(part[0] for part in self.parts)


def classify(
    connection: sqlite3.Connection, action: SqlQuery | SqlChange | SqlSchema, parameters: Parameters
) -> Classification:
    """Asks the engine what the action's statement will do. To be called inside a transaction, which fixes the schema.

    Raises PortRefused for what no policy can permit and for a statement of another kind than the action; sqlite3.Error
    for what does not compile.
    """
    statement = action.statement
    if _UNREPORTED_JOIN.search(statement):
        raise PortRefused(
            "Not offered: NATURAL and USING, the engine does not report the columns they compare",
            "Write JOIN ... ON a.x = b.x; bind texts with these words as parameters",
        )
    # A statement that is run, not only compiled, makes the engine compare its schema with the file's.
    connection.execute("SELECT 1 FROM main.sqlite_master LIMIT 1").fetchall()
    version = int(connection.execute("PRAGMA main.schema_version").fetchone()[0])
    recording = record(connection, statement, parameters)
    _refuse_unoffered(recording)
    reading = Reading(connection, action.database, recording)
    reading.take(recording.events)
    _check_kind(action, reading)
    reading.require_reported(recording.roots)
    erased: frozenset[str] = frozenset()
    if reading.written:
        erased = _add_erasures(connection, statement, parameters, reading)
    parts = reading.parts(action.max_rows)
    if not parts:
        raise PortRefused(
            "The statement touches no table and calls no function", "Ask the database for something it holds"
        )
    return Classification(
        recording.events | _checks_of_alter(recording.events),
        parts,
        version,
        erased,
        frozenset(reading.dropped),
        frozenset(reading.created),
    )


def _check_kind(action: SqlQuery | SqlChange | SqlSchema, reading: Reading) -> None:
    """Each statement has one kind, whatever its first word is."""
    if reading.schema:
        kind, does = "sql.schema", "changes the schema"
    elif reading.changes_rows:
        kind, does = "sql.change", "changes rows"
    else:
        kind, does = "sql.query", "only reads"
    if kind != action.verb:
        raise PortRefused(f"The statement {does}, and the action is {action.verb}", f"Send it as {kind}")


def _checks_of_alter(events: frozenset[Event]) -> frozenset[Event]:
    """ADD COLUMN with a CHECK lets the engine test the table, and compiles that test only when the statement runs."""
    return frozenset(("PRAGMA", "quick_check", event[2], "main", "") for event in events if event[0] == "ALTER_TABLE")


def _refuse_unoffered(recording: Recording) -> None:
    """Refuses by the kind of statement."""
    if not recording.is_program:
        raise PortRefused("The text is part of an EXPLAIN", "Send the statement itself")
    if not recording.events:
        raise PortRefused("The engine says nothing about this statement (VACUUM?)", "Leave maintenance to its owner")
    operations = {event[0] for event in recording.events}
    altering = "ALTER_TABLE" in operations
    for operation, first, second, schema, _ in sorted(recording.events):
        if operation in _REFUSED:
            raise PortRefused(f"Not offered: {_REFUSED[operation]}", "Use one plain statement on existing tables")
        if operation == "REINDEX" and "CREATE_INDEX" not in operations:
            raise PortRefused("Not offered: REINDEX is maintenance", "Leave maintenance to its owner")
        if operation == "FUNCTION" and second == "sqlite_rename_table":
            raise PortRefused(
                "Not offered: ALTER TABLE RENAME TO, the engine does not report the new name",
                "Create the new table and copy the rows",
            )
        if operation == "FUNCTION" and second.lower() in _OUTSIDE:
            raise PortRefused(f"Not offered: the function {second} reaches outside the database", "Do without it")
        place = first if operation == "ALTER_TABLE" else schema
        # ALTER looks through the temporary schema too, for views and triggers that name the table.
        if "TEMP" in operation or (place == "temp" and (not altering or operation == "ALTER_TABLE")):
            raise PortRefused("Not offered: temporary objects", "They would be gone with the statement")
        if place not in ("", "main", "temp"):
            raise PortRefused(f"Not offered: schema {place!r}", "Use the tables of the database itself")


def _add_erasures(
    connection: sqlite3.Connection, statement: str, parameters: Parameters, reading: Reading
) -> frozenset[str]:
    """Adds what the statement may do by REPLACE, and returns the tables it may remove rows from unreported."""
    connection.execute("SAVEPOINT havocproof_witness")
    connection.execute("PRAGMA recursive_triggers=ON")
    watched: dict[str, str] = {}  # witness -> table
    try:
        seen: frozenset[Event] = frozenset()
        # A delete trigger that only REPLACE fires may write further tables: repeat until no new table turns up.
        while fresh := sorted(reading.written - set(watched.values())):
            for table in fresh:
                witness = f"{_WITNESS}{len(watched)}"
                connection.execute(
                    f"CREATE TEMP TRIGGER {witness} BEFORE DELETE ON main.{quoted(table)} BEGIN SELECT 1; END"
                )
                watched[witness] = table
            seen = record(connection, statement, parameters).events
            reading.take(event for event in seen if event[4] not in watched)
    finally:
        connection.execute("PRAGMA recursive_triggers=OFF")
        connection.execute("ROLLBACK TO havocproof_witness")
        connection.execute("RELEASE havocproof_witness")
    erased = frozenset(watched[event[4]] for event in seen if event[4] in watched)
    reading.deleted |= erased
    return erased
