"""From the engine's events to atoms: names as the schema spells them, one part for each verb.

The table of what becomes what is in `sql_classify`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from havocproof.actions import Atom, Part
from havocproof.errors import PortRefused
from havocproof.ports.sql_engine import TABLE_FUNCTIONS, Event, Recording

_SCHEMA_BY_FIRST = frozenset({"CREATE_TABLE", "CREATE_VIEW", "DROP_TABLE", "DROP_VIEW"})
_SCHEMA_BY_SECOND = frozenset({"CREATE_INDEX", "DROP_INDEX", "DROP_TRIGGER"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE"})
_MASTERS = frozenset({"sqlite_master", "sqlite_schema"})
_ORDER = ("sql.read", "sql.insert", "sql.update", "sql.delete", "sql.schema", "sql.call")


class Reading:
    """Gathers atoms from events. Names are looked up in the schema: the engine repeats some as they were typed."""

    def __init__(self, connection: sqlite3.Connection, database: str, recording: Recording) -> None:
        self._connection = connection
        self._database = database
        self._virtual = recording.virtual
        self._operations = {event[0] for event in recording.events}
        self._changes_schema = bool(self._operations & (_SCHEMA_BY_FIRST | _SCHEMA_BY_SECOND | {"ALTER_TABLE"}))
        self._tables: dict[str, tuple[str, str] | None] = {}
        self._columns: set[tuple[str, str, str]] = set()  # (verb, table, column)
        self._functions: set[str] = set()
        self.deleted: set[str] = set()
        self.schema: set[str] = set()
        self.written: set[str] = set()  # base tables that are inserted into or updated
        self.dropped: set[str] = set()
        self.created: set[str] = set()

    @property
    def changes_rows(self) -> bool:
        return bool(self.deleted) or any(verb != "sql.read" for verb, _, _ in self._columns)

    def take(self, events: Iterable[Event]) -> None:
        """Adds what these events mean."""
        for event in sorted(events):
            if not (self._changes_schema and self._is_housekeeping(event)):
                self._take_one(event)

    def _is_housekeeping(self, event: Event) -> bool:
        """What the engine does to its own tables for the sake of a schema change.

        A SELECT of the statement's own can stand only in CREATE TABLE AS; what it reads of the schema is kept, all but
        row ids, which the engine reads there for itself.
        """
        operation, first, second, _, _ = event
        if "ALTER_TABLE" in self._operations:
            return operation != "ALTER_TABLE"
        if operation == "DELETE" and "DROP_VIEW" in self._operations:
            return True
        if not first.lower().startswith("sqlite_"):
            return False
        if operation in _WRITES:
            return True
        return operation == "READ" and (second == "ROWID" or "SELECT" not in self._operations)

    def _take_one(self, event: Event) -> None:
        operation, first, second, third, _ = event
        if operation == "READ":
            self._take_read(first, second)
        elif operation in _WRITES:
            self._take_write(operation, first, second)
        elif operation == "FUNCTION":
            self._functions.add(_fit(second.lower()))
        elif operation == "ALTER_TABLE":
            table, _ = self._find(second)
            self.schema.add(table)
            if third:  # DROP COLUMN: every row is rewritten
                self.dropped.add(table)
        elif operation in _SCHEMA_BY_SECOND:
            self.schema.add(self._find(second)[0])
        elif operation in ("CREATE_TABLE", "CREATE_VIEW"):
            self.schema.add(_fit(first))
            if operation == "CREATE_TABLE":
                self.created.add(first)
        elif operation in ("DROP_TABLE", "DROP_VIEW"):
            table, _ = self._find(first)
            self.schema.add(table)
            if operation == "DROP_TABLE":
                self.dropped.add(table)
        elif operation not in ("SELECT", "RECURSIVE", "REINDEX"):
            raise PortRefused(f"Not offered: {operation}", "Use one plain statement on existing tables")

    def _take_read(self, name: str, column: str) -> None:
        if name.lower() in TABLE_FUNCTIONS and self._look_up(name) is None:
            self._functions.add(name.lower())
        elif name in self.created:
            pass  # a CHECK of the new table looks at its own columns
        elif column or self._look_up(name) is not None:
            if column == "*":
                raise PortRefused("A column called * cannot be told from a count", "Have the column renamed")
            self._columns.add(("sql.read", self._find(name)[0], _fit(column, dots=True) if column else "*"))
        elif self._virtual:
            # A name that is no table, in a program with virtual tables: a CTE, or a table-valued function.
            raise PortRefused(f"{name} is no table of this database", "Name its columns, or read plain tables only")

    def _take_write(self, operation: str, name: str, column: str) -> None:
        if name.lower().startswith("sqlite_"):
            raise PortRefused(f"Not offered: writing to {name}", "The engine keeps its own tables")
        table, kind = self._find(name)
        if operation == "DELETE":
            self.deleted.add(table)
            return
        verb = "sql.insert" if operation == "INSERT" else "sql.update"
        self._columns.add((verb, table, _fit(column, dots=True) if column else ""))
        if kind == "table":
            self.written.add(table)

    def _find(self, name: str) -> tuple[str, str]:
        """(spelling in the schema, "table" | "view"). Refuses what is not in the schema: eponymous virtual tables."""
        found = self._look_up(name)
        if found is None:
            raise PortRefused(f"{name} is no table of this database", "Read plain tables and views only")
        return found

    def _look_up(self, name: str) -> tuple[str, str] | None:
        if name in self._tables:
            return self._tables[name]
        found: tuple[str, str] | None = None
        if name.lower() in _MASTERS:
            found = ("sqlite_master", "table")
        else:
            row = self._connection.execute(
                "SELECT name, type, rootpage FROM main.sqlite_master"
                " WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE",
                (name,),
            ).fetchone()
            if row is not None:
                if row[1] == "table" and not row[2]:
                    raise PortRefused(
                        f"{row[0]} is a virtual table, which works out of the engine's sight", "Read plain tables only"
                    )
                found = (_fit(row[0]), row[1])
        self._tables[name] = found
        return found

    def require_reported(self, roots: Iterable[int]) -> None:
        """Refuses a program that opens the pages of a table that no event spoke of."""
        if self.schema:
            return  # opens the schema's own tables
        reported = {table for _, table, _ in self._columns} | self.deleted
        pages = list(roots)
        marks = ", ".join("?" * len(pages))
        query = f"SELECT DISTINCT tbl_name FROM main.sqlite_master WHERE rootpage IN ({marks})"
        opened = {row[0] for row in self._connection.execute(query, pages)} | (
            {"sqlite_master"} if 1 in pages else set()
        )
        # An insert counts with AUTOINCREMENT in a table of the engine's own.
        for table in sorted(opened - reported - {"sqlite_sequence"}):
            raise PortRefused(f"The engine would open {table} and does not say why", "Write the statement more plainly")

    def parts(self, max_rows: int) -> tuple[Part, ...]:
        """One part for each verb, in a fixed order, its atoms sorted."""
        counted = {table for verb, table, column in self._columns if verb == "sql.read" and column != "*"}
        idle = {("sql.read", table, "*") for table in counted}  # another column tells how many rows there are, too
        atoms: dict[str, list[Atom]] = {}
        for verb, table, column in sorted(self._columns - idle):
            atoms.setdefault(verb, []).append(self._atom(table, {"column": column}))
        for verb, tables in (("sql.delete", self.deleted), ("sql.schema", self.schema)):
            if tables:
                atoms[verb] = [self._atom(table, {}) for table in sorted(tables)]
        if self._functions:
            atoms["sql.call"] = [Atom({"function": name, "via": ""}, {}) for name in sorted(self._functions)]
        ints = {"count": 1, "at_once": 1, "rows": max_rows}
        return tuple(Part(verb, dict(ints), tuple(atoms[verb])) for verb in _ORDER if verb in atoms)

    def _atom(self, table: str, names: dict[str, str]) -> Atom:
        place = (self._database, "main", table)
        return Atom({"table": ".".join(place), **names, "via": ""}, {"table": place})


def _fit(name: str, *, dots: bool = False) -> str:
    """A name that a policy can speak of, else PortRefused. A dot would make two tables share one text form."""
    if not name or len(name) > 256 or not name.isprintable() or ("." in name and not dots):
        raise PortRefused(f"The name {name[:64]!r} cannot stand in a policy", "Have it renamed by the database's owner")
    return name
