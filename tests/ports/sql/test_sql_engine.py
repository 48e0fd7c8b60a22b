"""The measured holes of SQLite's authorizer and of its read-only mode, each shown open first and then shut."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from havocproof.ports.sql_engine import Event, Watch, connect, quoted, record, set_deadline
from tests.ports.sql.world import Shop


@pytest.fixture
def connection(shop: Shop) -> Iterator[sqlite3.Connection]:
    with closing(connect(shop.path, writable=True, busy_seconds=1)) as opened:
        yield opened


@pytest.mark.parametrize("statement", ["ATTACH '{new}' AS other", "VACUUM INTO '{new}'"])
def test_read_only_mode_alone_lets_new_files_be_made(shop: Shop, tmp_path: Path, statement: str) -> None:
    new = tmp_path / "new.sqlite"
    text = statement.format(new=new)
    with closing(sqlite3.connect(f"{shop.path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as plain:
        plain.execute(text)
        if text.startswith("ATTACH"):
            plain.execute("CREATE TABLE other.t (a)")
    assert new.exists()
    new.unlink()
    with (
        closing(connect(shop.path, writable=False, busy_seconds=1)) as bounded,
        pytest.raises(sqlite3.Error, match="too many attached"),
    ):
        bounded.execute(text)
    assert not new.exists()


def test_a_read_only_connection_cannot_write(shop: Shop) -> None:
    with closing(connect(shop.path, writable=False, busy_seconds=1)) as bounded:
        for statement in ("DELETE FROM log", "CREATE TEMP TABLE t (a)"):
            with pytest.raises(sqlite3.OperationalError):
                bounded.execute(statement)


def test_a_connection_never_makes_a_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connect(tmp_path / "new.sqlite", writable=True, busy_seconds=1).execute("SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_cached_statement_is_not_asked_again_but_ours_are(shop: Shop, connection: sqlite3.Connection) -> None:
    def questions(target: sqlite3.Connection) -> list[int]:
        asked: list[int] = []

        def note(*_: object) -> int:
            asked.append(1)
            return sqlite3.SQLITE_OK

        target.set_authorizer(note)
        counts = []
        for _ in range(2):
            asked.clear()
            target.execute("SELECT owner FROM Acct").fetchall()
            counts.append(len(asked))
        return counts

    with closing(sqlite3.connect(shop.path)) as cached:
        first, second = questions(cached)
        assert first > 0
        assert second == 0
    first, second = questions(connection)
    assert first == second > 0


def test_a_fault_in_the_watch_denies(connection: sqlite3.Connection) -> None:
    class Broken(frozenset[Event]):
        def __contains__(self, _: object) -> bool:
            raise KeyError("broken")

    with Watch(connection, Broken()), pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        connection.execute("SELECT owner FROM Acct")


def test_the_watch_stops_the_first_thing_that_was_not_recorded(connection: sqlite3.Connection) -> None:
    events = record(connection, "SELECT owner FROM Acct", ()).events
    with Watch(connection, events) as watch:
        connection.execute("SELECT owner FROM Acct").fetchall()
        assert watch.strange is None
        with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
            connection.execute("SELECT ssn FROM Acct")
        assert watch.strange == ("READ", "Acct", "ssn", "main", "")
    connection.execute("SELECT ssn FROM Acct").fetchall()


def test_the_watch_sees_what_is_compiled_while_the_statement_runs(connection: sqlite3.Connection) -> None:
    """A table-valued PRAGMA compiles its PRAGMA in the middle of the run."""
    statement = "SELECT name FROM pragma_table_info('Acct')"
    record(connection, statement, ())
    events = record(connection, statement, ()).events
    with Watch(connection, events) as watch:
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(statement).fetchall()
        assert watch.strange is not None
        assert watch.strange[:2] == ("PRAGMA", "table_info")


def test_recording_runs_nothing(shop: Shop, connection: sqlite3.Connection) -> None:
    before = shop.dump()
    for statement in ("DELETE FROM Acct", "DROP TABLE Acct", "REPLACE INTO plain VALUES (1, 1)", "VACUUM"):
        record(connection, statement, ())
    assert shop.dump() == before


def test_the_engine_does_not_report_what_replace_removes(connection: sqlite3.Connection) -> None:
    """The hole that the witness in `sql_classify` closes."""
    events = record(connection, "REPLACE INTO plain VALUES (1, 1)", ()).events
    assert events == {("INSERT", "plain", "", "main", "")}


def test_a_trigger_and_a_view_are_named_as_source(connection: sqlite3.Connection) -> None:
    assert ("INSERT", "log", "", "main", "gone") in record(connection, "DELETE FROM Acct", ()).events
    assert ("READ", "Acct", "owner", "main", "names") in record(connection, "SELECT owner FROM names", ()).events


def test_explain_query_plan_is_told_from_a_program(connection: sqlite3.Connection) -> None:
    assert record(connection, "SELECT m FROM log", ()).is_program
    assert not record(connection, "QUERY PLAN SELECT m FROM log", ()).is_program


def test_functions_of_the_schema_are_not_trusted(shop: Shop) -> None:
    shop.outside("CREATE VIEW bad AS SELECT effect() AS t FROM log; INSERT INTO log VALUES (1)")
    calls: list[int] = []
    with closing(connect(shop.path, writable=False, busy_seconds=1)) as bounded:
        bounded.create_function("effect", 0, lambda: calls.append(1))
        with pytest.raises(sqlite3.OperationalError, match="unsafe use of effect"):
            bounded.execute("SELECT t FROM bad").fetchall()
    assert calls == []


def test_extensions_stay_shut(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="not authorized"):
        connection.execute("SELECT load_extension('nosuch')")


def test_the_deadline_interrupts(connection: sqlite3.Connection) -> None:
    set_deadline(connection, -1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        connection.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")


def test_quoting() -> None:
    assert quoted('a"b') == '"a""b"'
