"""What runs is what was decided, within its bounds, or nothing changes."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions import FileRead, SqlQuery
from havocproof.errors import ActionError, ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.sql import SqlPort
from havocproof.ports.sql_classify import Classification, classify
from tests.ports.sql.world import Shop
from tests.ports.worlds import FailingCommit, Leave


def test_a_query_returns_columns_and_rows(shop: Shop) -> None:
    effect = shop.perform(shop.query("SELECT id, owner FROM acct WHERE bal > ? ORDER BY id", [15]))
    assert effect.result == {"columns": ["id", "owner"], "rows": [[2, "bob"], [3, "cy"]], "more": False}
    assert effect.used == {"rows": 2}


def test_named_parameters_are_bound_and_never_read_as_sql(shop: Shop) -> None:
    evil = "ann'; DROP TABLE acct; --"
    effect = shop.perform(shop.query("SELECT id FROM acct WHERE owner = :who", {"who": evil}))
    assert effect.result["rows"] == []
    shop.perform(shop.change("INSERT INTO log VALUES (:m)", {"m": evil}))
    assert shop.rows("SELECT m FROM log") == [(evil,)]


@pytest.mark.parametrize("parameters", [[], [1, 2], {"other": 1}])
def test_parameters_must_fit(shop: Shop, parameters: object) -> None:
    with pytest.raises(PortError):
        shop.port.prepare(shop.query("SELECT m FROM log WHERE m = :a", parameters))


def test_values_of_every_type_are_json(shop: Shop) -> None:
    shop.outside("CREATE TABLE kinds (a, b, c, d, e, f); INSERT INTO kinds VALUES (1, 1.5, 'é', x'00ff', NULL, 9e999)")
    assert shop.perform(shop.query("SELECT * FROM kinds")).result["rows"] == [
        [1, 1.5, "é", {"base64": "AP8="}, None, "Infinity"]
    ]
    shop.outside("DELETE FROM kinds; INSERT INTO kinds (a, f) VALUES (CAST(x'ff41' AS TEXT), -9e999)")
    assert shop.perform(shop.query("SELECT a, f FROM kinds")).result["rows"] == [["\ufffdA", "-Infinity"]]


# Bounds.


@pytest.mark.parametrize(("max_rows", "more"), [(0, True), (2, True), (3, False), (4, False)])
def test_a_query_stops_at_its_bound(shop: Shop, max_rows: int, more: bool) -> None:
    effect = shop.perform(shop.query("SELECT id FROM acct", max_rows=max_rows))
    assert len(effect.result["rows"]) == min(max_rows, 3)
    assert effect.result["more"] is more
    assert effect.used == {"rows": min(max_rows, 3)}


def test_a_query_stops_at_its_size(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop.sqlite", max_result_bytes=1000)
    shop.outside("DELETE FROM plain; INSERT INTO plain (x) VALUES (zeroblob(300)), (zeroblob(300)), (zeroblob(300))")
    effect = shop.perform(shop.query("SELECT x FROM plain"))
    assert (len(effect.result["rows"]), effect.result["more"]) == (2, True)


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("UPDATE acct SET bal = 0", 3),
        ("UPDATE acct SET bal = 0 WHERE id = 1", 1),
        ("UPDATE acct SET bal = 0 WHERE id = 99", 0),
        ("DELETE FROM acct", 6),  # three rows, and three that the trigger writes
        ("DELETE FROM acct WHERE 1 = 1", 6),
        ("DELETE FROM parent", 6),  # three rows, and three children
        ("DELETE FROM parent WHERE id = 2", 2),
        ("INSERT INTO log SELECT owner FROM acct", 3),
        ("REPLACE INTO plain VALUES (7, 'new')", 1),
        ("REPLACE INTO plain VALUES (1, 'new')", 2),  # one row goes, one comes
        ("REPLACE INTO two VALUES (1, 2)", 3),  # two rows go, one comes
        ("UPDATE OR REPLACE two SET a = 1 WHERE a = 2", 2),
        ("INSERT INTO watched VALUES (1)", 4),  # one row, the trigger's row, the replaced row; its room is counted too
        ("INSERT INTO lastwins VALUES (1), (2), (2)", 5),
        ("INSERT INTO plain (x) VALUES (1), (2)", 2),
    ],
)
def test_a_change_is_bounded_by_the_rows_it_touches(shop: Shop, statement: str, rows: int) -> None:
    if rows:
        before = shop.dump()
        with pytest.raises(PortRefused, match="max_rows"):
            shop.perform(shop.change(statement, max_rows=rows - 1))
        assert shop.dump() == before
    effect = shop.perform(shop.change(statement, max_rows=rows))
    assert effect.result == {"changed": rows, "columns": [], "rows": []}
    assert effect.used == {"rows": rows}


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("DROP TABLE acct", 3),
        ("ALTER TABLE acct DROP COLUMN bal", 3),
        ("CREATE TABLE fresh AS SELECT * FROM acct", 3),
        ("DROP TABLE parent", 6),  # three rows, and the cascade's three
    ],
)
def test_a_schema_change_is_bounded_by_the_rows_it_touches(shop: Shop, statement: str, rows: int) -> None:
    before = shop.dump()
    with pytest.raises(PortRefused, match="max_rows"):
        shop.perform(shop.schema(statement, max_rows=rows - 1))
    assert shop.dump() == before
    assert shop.perform(shop.schema(statement, max_rows=rows)).result == {"changed": rows}
    assert shop.dump() != before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE fresh (a INTEGER PRIMARY KEY AUTOINCREMENT, b CHECK (length(b) < 3))",
        "CREATE VIEW fresh AS SELECT owner FROM acct",
        "CREATE UNIQUE INDEX fresh ON acct (upper(owner))",
        "DROP TRIGGER gone",
        "DROP VIEW names",
        "ALTER TABLE plain ADD COLUMN y NOT NULL DEFAULT 2 CHECK (y > 1)",
        "ALTER TABLE acct RENAME COLUMN owner TO holder",
    ],
)
def test_a_schema_change_happens(shop: Shop, statement: str) -> None:
    before = shop.dump()
    shop.perform(shop.schema(statement))
    assert shop.dump() != before


def test_returning_comes_back_and_is_bounded(shop: Shop) -> None:
    effect = shop.perform(shop.change("UPDATE acct SET bal = bal + 1 WHERE id < 3 RETURNING id, bal", max_rows=2))
    assert effect.result == {"changed": 2, "columns": ["id", "bal"], "rows": [[1, 11], [2, 21]]}
    with pytest.raises(PortRefused):
        shop.perform(shop.change("UPDATE acct SET bal = 0 RETURNING id", max_rows=2))
    assert shop.rows("SELECT sum(bal) FROM acct") == [(62,)]


def test_triggers_run_as_the_database_was_made_for(shop: Shop) -> None:
    """Recursive triggers are on while REPLACE is looked for, and off, SQLite's default, when the statement runs."""
    shop.outside("CREATE TRIGGER stamp AFTER UPDATE ON plain BEGIN UPDATE plain SET x = 'stamped'; END")
    assert shop.perform(shop.change("UPDATE plain SET x = 'new' WHERE id = 1")).used == {"rows": 3}
    assert shop.rows("SELECT x FROM plain") == [("stamped",), ("stamped",)]
    shop.perform(shop.change("REPLACE INTO acct (id) VALUES (1)"))
    assert shop.rows("SELECT * FROM log") == []


def test_a_change_with_a_table_function_runs(shop: Shop) -> None:
    shop.perform(shop.change("REPLACE INTO plain (id, x) SELECT value, value FROM json_each(?)", ["[1, 5]"]))
    assert shop.rows("SELECT * FROM plain ORDER BY id") == [(1, 1), (2, "b"), (5, 5)]


@pytest.mark.parametrize(
    "statement",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        f"SELECT count(*) FROM acct a, {', '.join(f'acct b{i}' for i in range(20))} WHERE a.bal + b19.bal < 0",
    ],
)
def test_a_runaway_query_is_stopped(tmp_path: Path, statement: str) -> None:
    shop = Shop(tmp_path / "shop.sqlite", timeout=0.2)
    with pytest.raises(PortError, match="took longer"):
        shop.perform(shop.query(statement))


def test_a_value_beyond_the_engines_bound_is_refused(shop: Shop) -> None:
    with pytest.raises(PortError, match="too big"):
        shop.perform(shop.query("SELECT length(randomblob(20000000))"))


def test_deeply_nested_text_is_refused(shop: Shop) -> None:
    with pytest.raises(PortError):
        shop.port.prepare(shop.query(f"SELECT {'(' * 900}owner{')' * 900} FROM acct"))


# The object that was decided is the object that runs.


@pytest.mark.parametrize(
    "script",
    [
        "DROP VIEW names; CREATE VIEW names AS SELECT id, ssn AS owner FROM acct",
        "DROP VIEW names; CREATE TABLE names (id, owner)",
        "CREATE TABLE unrelated (x)",
    ],
)
def test_a_schema_that_changed_after_the_decision(shop: Shop, script: str) -> None:
    prepared = shop.port.prepare(shop.query("SELECT owner FROM names"))
    shop.outside(script)
    permit = Leave()
    with pytest.raises(PortRefused, match="schema changed"):
        prepared.perform(permit)
    prepared.close()
    assert permit.checks == 0


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM acct; END",
        "DROP TABLE log; CREATE TABLE log (m UNIQUE ON CONFLICT REPLACE)",
    ],
)
def test_a_trigger_or_constraint_that_came_after_the_decision(shop: Shop, script: str) -> None:
    prepared = shop.port.prepare(shop.change("INSERT INTO log VALUES ('x')"))
    shop.outside(script)
    before = shop.dump()
    with pytest.raises(PortRefused, match="schema changed"):
        prepared.perform(Leave())
    prepared.close()
    assert shop.dump() == before


def test_a_change_that_hides_behind_the_old_schema_version(shop: Shop) -> None:
    """Somebody changes the schema and sets its version back, so that the engine does not notice by itself."""
    version = shop.rows("PRAGMA schema_version")[0][0]
    query = shop.port.prepare(shop.query("SELECT owner FROM names ORDER BY id"))
    change = shop.port.prepare(shop.change("INSERT INTO log VALUES ('x')"))
    shop.outside(
        "DROP VIEW names; CREATE VIEW names AS SELECT id, ssn AS owner FROM acct;"
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM acct; END;"
        f"PRAGMA schema_version = {version}"
    )
    # The connection still has the view that was decided; what runs is that one.
    assert query.perform(Leave()).result["rows"] == [["ann"], ["bob"], ["cy"]]
    with pytest.raises(PortRefused, match="schema changed"):
        change.perform(Leave())
    query.close()
    change.close()
    assert shop.rows("SELECT count(*) FROM acct") == [(3,)]


def test_the_engine_may_only_compile_what_was_decided(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The classification is made to forget one event: the statement must not run, even though it is found unchanged."""

    def forgetful(*given: Any) -> Classification:
        found = classify(*given)
        return replace(found, events=frozenset(event for event in found.events if event[2] != "ssn"))

    for module in ("sql", "sql_statement"):
        monkeypatch.setattr(f"havocproof.ports.{module}.classify", forgetful)
    with pytest.raises(PortRefused, match="not decided: READ Acct"):
        shop.perform(shop.query("SELECT ssn FROM acct"))
    before = shop.dump()
    with pytest.raises(PortRefused, match="not decided: UPDATE Acct"):
        shop.perform(shop.change("UPDATE acct SET ssn = 'q'"))
    assert shop.dump() == before


def test_the_permit_is_used_once_and_before_anything_changes(shop: Shop) -> None:
    prepared = shop.port.prepare(shop.change("INSERT INTO log VALUES ('x')"))
    permit = Leave()
    prepared.perform(permit)
    with pytest.raises(RuntimeError, match="used twice"):
        prepared.perform(permit)
    prepared.close()
    prepared.close()
    assert shop.rows("SELECT m FROM log") == [("x",)]


def test_prepare_holds_no_lock_and_changes_nothing(shop: Shop) -> None:
    prepared = [
        shop.port.prepare(shop.change("DELETE FROM plain")),
        shop.port.prepare(shop.query("SELECT x FROM plain")),
    ]
    with closing(sqlite3.connect(shop.path, timeout=0)) as connection:
        connection.execute("DELETE FROM plain WHERE id = 1")
        connection.commit()
    assert prepared[1].perform(Leave()).result["rows"] == [["b"]]
    assert prepared[0].perform(Leave()).used == {"rows": 1}
    for one in prepared:
        one.close()


def test_prepared_in_one_thread_performed_in_another(shop: Shop) -> None:
    prepared = shop.port.prepare(shop.change("INSERT INTO log VALUES ('x')"))
    done: list[object] = []
    thread = threading.Thread(target=lambda: done.append(prepared.perform(Leave()).used))
    thread.start()
    thread.join()
    prepared.close()
    assert done == [{"rows": 1}]


# Failures of the engine.


def test_a_constraint_undoes_the_whole_statement(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(PortError, match="UNIQUE"):
        shop.perform(shop.change("INSERT OR FAIL INTO acct (id, ssn) VALUES (8, 'new'), (9, 'x')"))
    with pytest.raises(PortError, match="FOREIGN KEY"):
        shop.perform(shop.change("INSERT INTO child VALUES (99)"))
    with pytest.raises(PortError, match="FOREIGN KEY"):  # found out at the commit
        shop.perform(shop.change("INSERT INTO late VALUES (99)"))
    assert shop.dump() == before


def test_a_locked_database_is_an_error_without_effect(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop.sqlite", timeout=0.05)
    prepared = shop.port.prepare(shop.change("INSERT INTO log VALUES ('x')"))
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        permit = Leave()
        with pytest.raises(PortError, match="in use"):
            prepared.perform(permit)
        assert permit.checks == 0
    prepared.close()
    assert shop.rows("SELECT m FROM log") == []


@pytest.mark.parametrize("ends", [True, False])
def test_a_failing_commit_is_in_doubt_unless_it_is_known_to_be_open(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    def failing(path: Path, **_: object) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, factory=FailingCommit)
        connection.ends = ends
        return connection

    monkeypatch.setattr("havocproof.ports.sql.connect", failing)
    before = shop.dump()
    with pytest.raises(InDoubt if ends else PortError, match="disk"):
        shop.perform(shop.change("DELETE FROM plain"))
    assert shop.dump() == before


def test_write_ahead_databases_work_too(shop: Shop) -> None:
    shop.outside("PRAGMA journal_mode = WAL")
    assert shop.perform(shop.change("DELETE FROM plain")).used == {"rows": 2}
    assert shop.perform(shop.query("SELECT id FROM plain")).result["rows"] == []


# Set-up and wrong use.


def test_text_with_nul_is_no_action(shop: Shop) -> None:
    with pytest.raises(ActionError):
        shop.query("SELECT m FROM log \0; DROP TABLE log")


def test_other_actions_and_databases_are_refused(shop: Shop) -> None:
    with pytest.raises(PortRefused, match="does not serve"):
        shop.port.prepare(FileRead(path="/a"))
    with pytest.raises(PortRefused, match="No database"):
        shop.port.prepare(SqlQuery(database="other", statement="SELECT 1"))


def test_wrong_options(tmp_path: Path, shop: Shop) -> None:
    with pytest.raises(ConfigError, match="no file"):
        SqlPort({"shop": tmp_path / "nosuch.sqlite"})
    for name in ("", "a.b", "a\nb"):
        with pytest.raises(ConfigError, match="name"):
            SqlPort({name: shop.path})
    with pytest.raises(ConfigError, match="timeout"):
        SqlPort({"shop": shop.path}, timeout=0)
    with pytest.raises(ConfigError, match="max_result_bytes"):
        SqlPort({"shop": shop.path}, max_result_bytes=0)
    shop.port.close()


def test_a_file_that_is_no_database_or_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("this is no database, however long this text may be" * 100)
    port = SqlPort({"text": path})
    with pytest.raises(PortError, match="not a database"):
        port.prepare(SqlQuery(database="text", statement="SELECT name FROM sqlite_master"))
    path.unlink()
    with pytest.raises(PortError, match="cannot be opened"):
        port.prepare(SqlQuery(database="text", statement="SELECT name FROM sqlite_master"))
    assert not path.exists()


@pytest.mark.parametrize("how", ["json_extract('{}', ssn)", "json_extract('{}', group_concat(owner))"])
def test_a_statement_that_fails_tells_nothing_of_its_rows(shop: Shop, how: str) -> None:
    """What the engine says of a failing function quotes its arguments, and a failure uses nothing of a budget."""
    with pytest.raises(PortError, match="function or an expression") as caught:
        shop.perform(shop.query(f"SELECT {how} FROM acct"))
    assert not any(value in caught.value.message for value in ("'x'", "ann", "bob"))
