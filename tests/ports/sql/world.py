"""A small shop in a real SQLite file, and a permit that can be used once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from havocproof.actions import Part, SqlChange, SqlQuery, SqlSchema
from havocproof.ports.base import Effect
from havocproof.ports.sql import SqlPort
from tests.ports.worlds import Leave

SCHEMA = """
CREATE TABLE Acct (id INTEGER PRIMARY KEY, owner TEXT, bal INT, ssn TEXT UNIQUE);
CREATE TABLE log (m TEXT);
CREATE VIEW names AS SELECT id, owner FROM Acct;
CREATE VIEW door AS SELECT id, x FROM plain;
CREATE TRIGGER gone AFTER DELETE ON Acct BEGIN INSERT INTO log VALUES ('del ' || OLD.id); END;
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (p REFERENCES parent (id) ON DELETE CASCADE);
CREATE TABLE late (p REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE plain (id INTEGER PRIMARY KEY, x);
CREATE TABLE keyed (k TEXT PRIMARY KEY, x) WITHOUT ROWID;
CREATE TABLE lastwins (k UNIQUE ON CONFLICT REPLACE);
CREATE TABLE two (a UNIQUE, b UNIQUE);
CREATE TABLE watched (id INTEGER PRIMARY KEY);
CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
CREATE TRIGGER hidden AFTER INSERT ON watched BEGIN REPLACE INTO plain VALUES (NEW.id, 'by trigger'); END;
CREATE TRIGGER through INSTEAD OF INSERT ON door BEGIN INSERT OR REPLACE INTO plain VALUES (NEW.id, NEW.x); END;
CREATE VIRTUAL TABLE pages USING fts5(body);
INSERT INTO Acct VALUES (1, 'ann', 10, 'x'), (2, 'bob', 20, 'y'), (3, 'cy', 30, 'z');
INSERT INTO parent VALUES (1), (2), (3);
INSERT INTO child VALUES (1), (1), (2);
INSERT INTO plain VALUES (1, 'a'), (2, 'b');
INSERT INTO keyed VALUES ('a', 1);
INSERT INTO lastwins VALUES (1);
INSERT INTO two VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO numbered (x) VALUES (1);
"""


class Shop:
    """The database file, the port on it, and ways to look at both."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(f"PRAGMA synchronous = OFF; BEGIN; {SCHEMA} COMMIT;")
        self.port = SqlPort({"shop": path}, **options)

    def query(self, statement: str, parameters: Any = (), max_rows: int = 100) -> SqlQuery:
        return SqlQuery(database="shop", statement=statement, parameters=parameters, max_rows=max_rows)

    def change(self, statement: str, parameters: Any = (), max_rows: int = 100) -> SqlChange:
        return SqlChange(database="shop", statement=statement, parameters=parameters, max_rows=max_rows)

    def schema(self, statement: str, max_rows: int = 100) -> SqlSchema:
        return SqlSchema(database="shop", statement=statement, max_rows=max_rows)

    def parts(self, action: SqlQuery | SqlChange | SqlSchema) -> tuple[Part, ...]:
        prepared = self.port.prepare(action)
        try:
            return prepared.parts
        finally:
            prepared.close()

    def atoms(self, action: SqlQuery | SqlChange | SqlSchema) -> set[str]:
        """The parts in short: `read Acct.owner`, `delete log`, `call count`."""
        found = set()
        for verb, _, atoms in self.parts(action):
            for names, places in atoms:
                thing = names["function"] if "function" in names else places["table"][-1]
                column = f".{names['column']}" if names.get("column") else ""
                found.add(f"{verb.removeprefix('sql.')} {thing}{column}")
        return found

    def perform(self, action: SqlQuery | SqlChange | SqlSchema) -> Effect:
        prepared = self.port.prepare(action)
        try:
            return prepared.perform(Leave())
        finally:
            prepared.close()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Looks past the port."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchall()

    def outside(self, script: str) -> None:
        """Somebody else changes the database."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(script)

    def dump(self) -> list[str]:
        with closing(sqlite3.connect(self.path)) as connection:
            return list(connection.iterdump())
