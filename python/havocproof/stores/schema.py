"""The tables of a journal's file, and how its rows become values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from havocproof.errors import JournalError
from havocproof.kernel.source import Grant, Key, View
from havocproof.kernel.source import Record as Kept
from havocproof.stores import contents
from havocproof.stores.contents import Changes, Instance
from havocproof.stores.records import Record, canonical
from havocproof.stores.state import Flight, Letter, Parked, State

T = TypeVar("T")

APPLICATION_ID = 0x68763031  # "hv01"
FORMAT = 2
MOST_LETTERS = 10_000

# The triggers keep honest code from changing the past: rows are only added, each behind the last one. Who writes the
# file by other means can drop them; the chain of hashes is what shows that.
TABLES = {
    "journal": """CREATE TABLE journal(
  seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT""",
    "cells": """CREATE TABLE cells(
  kind INTEGER NOT NULL, name TEXT NOT NULL, s0 TEXT NOT NULL, s1 TEXT NOT NULL, s2 TEXT NOT NULL, s3 TEXT NOT NULL,
  until INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(kind, name, s0, s1, s2, s3, until)) STRICT,
  WITHOUT ROWID""",
    "records": """CREATE TABLE records(key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "grants": """CREATE TABLE grants(key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "agents": """CREATE TABLE agents(name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "permits": """CREATE TABLE permits(seq INTEGER PRIMARY KEY, digest TEXT NOT NULL, doubt INTEGER NOT NULL) STRICT""",
    "parked": """CREATE TABLE parked(
  request TEXT PRIMARY KEY, seq INTEGER NOT NULL, expires_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT,
  WITHOUT ROWID""",
    "inbox": """CREATE TABLE inbox(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT""",
    "journal_only_grows": """CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT raise(ABORT, 'the journal only grows at its end'); END""",
    "journal_keeps_rows": """CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
BEGIN SELECT raise(ABORT, 'the journal keeps every record'); END""",
    "journal_keeps_text": """CREATE TRIGGER journal_keeps_text BEFORE UPDATE ON journal
BEGIN SELECT raise(ABORT, 'the journal keeps every record as it is'); END""",
}

INSERT_RECORD = "INSERT INTO journal VALUES(?, ?, ?, ?, ?, ?)"
UPSERT_CELL = (
    "INSERT INTO cells VALUES(?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT(kind, name, s0, s1, s2, s3, until) DO UPDATE SET value = excluded.value"
)
DELETE_CELL = "DELETE FROM cells WHERE (kind, name, s0, s1, s2, s3, until) = (?, ?, ?, ?, ?, ?, ?)"
UPSERT_PERMIT = "INSERT INTO permits VALUES(?, ?, ?) ON CONFLICT(seq) DO UPDATE SET doubt = excluded.doubt"
DELETE_PERMIT = "DELETE FROM permits WHERE seq = ?"
UPSERT_PARKED = "INSERT OR REPLACE INTO parked VALUES(?, ?, ?, ?)"
DELETE_PARKED = "DELETE FROM parked WHERE request = ?"
UPSERT_RECORD = "INSERT OR REPLACE INTO records VALUES(?, ?)"
DELETE_RECORD = "DELETE FROM records WHERE key = ?"
UPSERT_GRANT = "INSERT OR REPLACE INTO grants VALUES(?, ?)"
DELETE_GRANT = "DELETE FROM grants WHERE key = ?"
UPSERT_AGENT = "INSERT OR REPLACE INTO agents VALUES(?, ?)"
DELETE_AGENT = "DELETE FROM agents WHERE name = ?"
DELETE_LETTER = "DELETE FROM inbox WHERE id = ?"


def tolerate(connection: sqlite3.Connection) -> None:
    """Lets damaged text through, as lone surrogates: it then fails its hash, and the rest can still be read."""
    connection.text_factory = _decode


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def show(text: str) -> str:
    """Text of a file for a message."""
    return text if text.isprintable() else ascii(text)


def create(connection: sqlite3.Connection) -> None:
    """Makes the tables in an empty file, all or none."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in TABLES.values():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Nothing has ever been written into the file."""
    return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_master").fetchone()[0])


def check(connection: sqlite3.Connection) -> None:
    """JournalError unless the file has exactly our tables and triggers."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise JournalError(
            "this file is no journal of havocproof", "Give the path of a journal, or of a file that does not exist."
        )
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != FORMAT:
        raise JournalError(
            f"the journal has format {version}; this version reads format {FORMAT}",
            "Read it with the version of havocproof that wrote it, and begin a new journal here.",
        )
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name in sorted(TABLES.keys() ^ found.keys()):
        raise JournalError(f"the journal's {show(name)} {'is missing' if name in TABLES else 'does not belong there'}")
    for name, sql in TABLES.items():
        if found[name] != sql:
            raise JournalError(f"the journal's {name} was changed")


def records(connection: sqlite3.Connection, since: int = 1, most: int = -1) -> Iterator[Record]:
    """The records from `since` on, in order; at most `most` of them, -1 for all."""
    query = "SELECT seq, at_ms, kind, body, prev, hash FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?"
    rows = connection.execute(query, (since, most))
    for row in rows:
        yield Record(*row)


def holds_more(connection: sqlite3.Connection) -> bool:
    """Whether there are rows that `records` never gives, because no gate numbers them so."""
    return bool(connection.execute("SELECT EXISTS(SELECT 1 FROM journal WHERE seq < 1)").fetchone()[0])


def last_record(connection: sqlite3.Connection) -> Record | None:
    """The newest record; None if there is none."""
    row = connection.execute(
        "SELECT seq, at_ms, kind, body, prev, hash FROM journal ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return Record(*row) if row else None


def cells(connection: sqlite3.Connection) -> dict[Key, int]:
    """All cells."""
    return {row[:7]: row[7] for row in connection.execute("SELECT kind, name, s0, s1, s2, s3, until, value FROM cells")}


def kept(connection: sqlite3.Connection) -> dict[Key, Kept]:
    """All records of values. JournalError if one is not what a gate writes."""
    rows = connection.execute("SELECT key, body FROM records").fetchall()
    return {key: _read("record", contents.record_of, body) for key, body in _keyed(rows)}


def grants(connection: sqlite3.Connection) -> dict[Key, Grant]:
    """All grants. JournalError if one is not what a gate writes."""
    rows = connection.execute("SELECT key, body FROM grants").fetchall()
    return {key: _read("grant", contents.grant_of, body) for key, body in _keyed(rows)}


def agents(connection: sqlite3.Connection) -> dict[str, Instance]:
    """All agents at work. JournalError if one is not what a gate writes."""
    rows = connection.execute("SELECT name, body FROM agents").fetchall()
    return {name: _read("agent", contents.instance_of, body) for name, body in rows}


def _keyed(rows: list[tuple[str, str]]) -> Iterator[tuple[Key, str]]:
    for key, body in rows:
        yield _read("key", contents.key_of, key), body


def _read(what: str, of: Callable[[Any], T], body: str) -> T:
    try:
        return of(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise JournalError(f"a {what} is not what a gate writes") from error


def flights(connection: sqlite3.Connection) -> dict[int, Flight]:
    """All intents in flight."""
    rows = connection.execute("SELECT seq, digest, doubt FROM permits")
    return {seq: Flight(seq, digest, bool(doubt)) for seq, digest, doubt in rows}


def parked(connection: sqlite3.Connection) -> dict[str, Parked]:
    """All parked actions. JournalError if a body is not JSON."""
    try:
        rows = connection.execute("SELECT request, seq, expires_at, body FROM parked").fetchall()
        return {request: Parked(request, seq, until, json.loads(body)) for request, seq, until, body in rows}
    except ValueError as error:
        raise JournalError("a parked action is not JSON") from error


def letters(connection: sqlite3.Connection) -> tuple[Letter, ...]:
    """The letters that wait, oldest first."""
    rows = connection.execute("SELECT id, at_ms, body FROM inbox ORDER BY id LIMIT ?", (MOST_LETTERS,)).fetchall()
    return tuple(Letter(number, at_ms, _letter(text)) for number, at_ms, text in rows)


def _letter(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def state(connection: sqlite3.Connection) -> State:
    """What the tables hold; of the journal's end and time it says nothing."""
    view = View(cells(connection), kept(connection), grants(connection))
    found = State(view=view, agents=agents(connection), flights=flights(connection), parked=parked(connection))
    found.runs.update(key[2] for key in view.records)
    return found


def statements(changes: Changes) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What makes the changes of a record true in the tables, in order."""
    for cell, content in changes.cells:
        yield (DELETE_CELL, cell) if content is None else (UPSERT_CELL, (*cell, content))
    for key, record in changes.records:
        text = canonical(list(key))
        yield (
            (DELETE_RECORD, (text,))
            if record is None
            else (UPSERT_RECORD, (text, canonical(contents.record_form(record))))
        )
    for key, grant in changes.grants:
        text = canonical(list(key))
        yield (
            (DELETE_GRANT, (text,)) if grant is None else (UPSERT_GRANT, (text, canonical(contents.grant_form(grant))))
        )
    for name, instance in changes.agents:
        if instance is None:
            yield DELETE_AGENT, (name,)
        else:
            yield UPSERT_AGENT, (name, canonical(contents.instance_form(instance)))
    for request in changes.forgets:
        yield DELETE_PARKED, (request,)
