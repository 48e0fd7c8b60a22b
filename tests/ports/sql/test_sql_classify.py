"""What a statement is classified as: what the engine compiled, never what the text looks like."""

from __future__ import annotations

import pytest

from havocproof.errors import PortError, PortRefused
from tests.ports.sql.world import Shop

READS = [
    ("SELECT owner FROM acct", {"read Acct.owner"}),
    ("SELECT o.OWNER FROM ACCT AS o", {"read Acct.owner"}),
    ("SELECT rowid FROM log", {"read log.ROWID"}),
    ("SELECT count(*) FROM ACCT", {"read Acct.*", "call count"}),
    ("SELECT count(*) FROM main.ACCT", {"read Acct.*", "call count"}),
    ("SELECT 1 FROM log WHERE EXISTS (SELECT 1 FROM parent)", {"read log.*", "read parent.*"}),
    ("SELECT count(*), max(bal) FROM acct", {"read Acct.bal", "call count", "call max"}),
    ("SELECT * FROM names", {"read names.id", "read names.owner", "read Acct.id", "read Acct.owner"}),
    ("WITH s AS (SELECT ssn FROM acct) SELECT * FROM s", {"read Acct.ssn"}),
    ("WITH s AS (SELECT ssn FROM acct) SELECT count(*) FROM s", {"read Acct.ssn", "call count"}),
    # The engine does not tell this CTE from the table of its name: asking for too much is the safe side.
    ("WITH log AS (SELECT 1) SELECT count(*) FROM log", {"read log.*", "call count"}),
    ("SELECT owner FROM acct WHERE ssn LIKE 'x%'", {"read Acct.owner", "read Acct.ssn", "call like"}),
    ("SELECT owner FROM acct ORDER BY bal", {"read Acct.owner", "read Acct.bal"}),
    ("SELECT a.owner FROM acct a JOIN log l ON a.owner = l.m", {"read Acct.owner", "read log.m"}),
    ('SELECT "nosuch" FROM log', {"read log.*"}),  # a text in double quotes, not a column
    ('SELECT "m" FROM log', {"read log.m"}),
    ("SELECT /* ; DELETE FROM acct */ m FROM log -- ; DROP TABLE acct", {"read log.m"}),
    ("SELECT m FROM log;", {"read log.m"}),
    ("SELECT value FROM json_each('[1,2]')", {"call json_each"}),
    ("SELECT j.value, m FROM log, json_each(log.m) j", {"call json_each", "read log.m"}),
    ("SELECT name FROM sqlite_schema", {"read sqlite_master.name"}),
    ("SELECT count(*) FROM sqlite_schema", {"read sqlite_master.*", "call count"}),
    ("SELECT seq FROM sqlite_sequence", {"read sqlite_sequence.seq"}),
    ("SELECT current_timestamp", {"call current_timestamp"}),
    ("VALUES ((SELECT ssn FROM acct))", {"read Acct.ssn"}),
    (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) FROM n",
        {"call max"},
    ),
]

CHANGES = [
    ("INSERT INTO log VALUES ('a')", {"insert log"}),
    ("INSERT INTO acct (id) VALUES (9) RETURNING ssn", {"insert Acct", "read Acct.ssn"}),
    ("INSERT INTO log SELECT ssn FROM acct", {"insert log", "read Acct.ssn"}),
    ("INSERT INTO plain (x) SELECT value FROM json_each('[1]')", {"insert plain", "call json_each"}),
    ("UPDATE acct SET bal = bal + 1 WHERE id = 1", {"update Acct.bal", "read Acct.bal", "read Acct.id"}),
    ("DELETE FROM acct", {"delete Acct", "insert log", "read Acct.id"}),  # the trigger's insert
    ("DELETE FROM acct WHERE 1 = 1", {"delete Acct", "insert log", "read Acct.id"}),
    (
        "WITH d AS (SELECT 1) DELETE FROM acct WHERE id IN (SELECT * FROM d)",
        {"delete Acct", "insert log", "read Acct.id"},
    ),
    (
        "DELETE FROM parent",
        {"delete parent", "delete child", "read child.p", "read late.p", "read parent.id"},
    ),  # cascade
    ("INSERT INTO child VALUES (1)", {"insert child", "read parent.id"}),
    (
        "INSERT INTO acct (id, owner) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET bal = 1",
        {"insert Acct", "read Acct.id", "update Acct.bal"},
    ),
    ("INSERT OR IGNORE INTO acct (id) VALUES (1)", {"insert Acct"}),
]

REPLACES = [
    ("REPLACE INTO plain VALUES (1, 2)", {"insert plain", "delete plain"}),
    ("INSERT OR REPLACE INTO plain VALUES (1, 2)", {"insert plain", "delete plain"}),
    ("INSERT OR REPLACE INTO keyed VALUES ('a', 2)", {"insert keyed", "delete keyed"}),
    ("INSERT INTO lastwins VALUES (1)", {"insert lastwins", "delete lastwins"}),  # only the schema says REPLACE
    ("UPDATE lastwins SET k = 3", {"update lastwins.k", "delete lastwins"}),
    ("UPDATE OR REPLACE plain SET id = 3", {"update plain.id", "delete plain"}),
    ("INSERT INTO watched VALUES (1)", {"insert watched", "insert plain", "delete plain", "read watched.id"}),
    (
        "INSERT INTO door VALUES (1, 2)",
        {"insert door", "insert plain", "delete plain", "read door.id", "read door.x"},
    ),
    # The row that goes takes the trigger on deletes with it, as it would if recursive triggers were on.
    ("REPLACE INTO acct (id) VALUES (1)", {"insert Acct", "delete Acct", "insert log", "read Acct.id"}),
    ("INSERT INTO plain VALUES (7, 2)", {"insert plain"}),
    ("UPDATE OR REPLACE plain SET x = 3", {"update plain.x"}),  # no constraint on x
    ("REPLACE INTO log VALUES ('x')", {"insert log"}),  # nothing unique, nothing to replace
]

SCHEMAS = [
    ("CREATE TABLE fresh (a, b)", {"schema fresh"}),
    ("CREATE TABLE fresh AS SELECT ssn FROM acct", {"schema fresh", "read Acct.ssn"}),
    ("CREATE TABLE fresh AS SELECT sql FROM sqlite_master", {"schema fresh", "read sqlite_master.sql"}),
    (
        "CREATE TABLE fresh AS SELECT count(*) FROM sqlite_schema",
        {"schema fresh", "read sqlite_master.*", "call count"},
    ),
    ("CREATE VIEW fresh AS SELECT ssn FROM acct", {"schema fresh"}),
    ("CREATE INDEX by_bal ON acct (bal)", {"schema Acct", "read Acct.bal"}),
    ("CREATE INDEX by_up ON acct (upper(owner))", {"schema Acct", "read Acct.owner", "call upper"}),
    ("DROP TABLE log", {"schema log", "delete log"}),
    (
        "DROP TABLE parent",
        {"schema parent", "delete parent", "delete child", "read child.p", "read late.p", "read parent.id"},
    ),
    ("DROP VIEW names", {"schema names"}),
    ("DROP TRIGGER gone", {"schema Acct"}),
    ("ALTER TABLE acct ADD COLUMN note TEXT", {"schema Acct"}),
    ("ALTER TABLE acct DROP COLUMN bal", {"schema Acct"}),
    ("ALTER TABLE acct RENAME COLUMN bal TO balance", {"schema Acct"}),
]


@pytest.mark.parametrize(("statement", "expected"), READS)
def test_reads(shop: Shop, statement: str, expected: set[str]) -> None:
    assert shop.atoms(shop.query(statement)) == expected


@pytest.mark.parametrize(("statement", "expected"), CHANGES + REPLACES)
def test_changes(shop: Shop, statement: str, expected: set[str]) -> None:
    before = shop.dump()
    assert shop.atoms(shop.change(statement)) == expected
    assert shop.dump() == before


@pytest.mark.parametrize(("statement", "expected"), SCHEMAS)
def test_schema_changes(shop: Shop, statement: str, expected: set[str]) -> None:
    before = shop.dump()
    assert shop.atoms(shop.schema(statement)) == expected
    assert shop.dump() == before


def test_a_part_has_the_shape_that_the_kernel_takes(shop: Shop) -> None:
    parts = shop.parts(shop.query("SELECT upper(owner) FROM acct", max_rows=7))
    assert parts == (
        (
            "sql.read",
            {"count": 1, "at_once": 1, "rows": 7},
            (({"table": "shop.main.Acct", "column": "owner", "via": ""}, {"table": ("shop", "main", "Acct")}),),
        ),
        ("sql.call", {"count": 1, "at_once": 1, "rows": 7}, (({"function": "upper", "via": ""}, {}),)),
    )


def test_an_insert_has_no_column_and_a_delete_no_column_axis(shop: Shop) -> None:
    (insert,) = shop.parts(shop.change("INSERT INTO log VALUES (1)"))
    assert insert[2] == (({"table": "shop.main.log", "column": "", "via": ""}, {"table": ("shop", "main", "log")}),)
    (delete,) = shop.parts(shop.change("DELETE FROM log"))
    assert delete[2] == (({"table": "shop.main.log", "via": ""}, {"table": ("shop", "main", "log")}),)


REFUSED = [
    "ATTACH 'other.sqlite' AS other",
    "DETACH main",
    "PRAGMA user_version",
    "PRAGMA user_version = 7",
    "PRAGMA writable_schema = ON",
    "PRAGMA schema_version = 1",
    "PRAGMA query_only = OFF",
    "SELECT load_extension('x')",
    "VACUUM",
    "VACUUM INTO 'copy.sqlite'",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "RELEASE s",
    "ANALYZE",
    "ANALYZE acct",
    "REINDEX",
    "EXPLAIN SELECT m FROM log",
    "QUERY PLAN SELECT m FROM log",
    "SELECT m FROM log; DELETE FROM log",
    "SELECT m FROM log; -- \n DELETE FROM log",
    "DELETE FROM log; SELECT m FROM log",
    "; DELETE FROM log",
    "SELECT 1",
    "SELECT name FROM pragma_table_info('acct')",
    "SELECT count(*) FROM pragma_table_info('acct')",
    "SELECT body FROM pages",
    "INSERT INTO pages VALUES ('x')",
    "SELECT name FROM sqlite_temp_schema",
    "SELECT * FROM dbstat",
    "CREATE TEMP TABLE t (a)",
    "CREATE TEMP VIEW t AS SELECT 1",
    "CREATE TEMP TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM acct; END",
    "CREATE TABLE temp.t (a)",
    "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM acct; END",
    "CREATE VIRTUAL TABLE t USING fts5(a)",
    "DROP TABLE pages",
    "ALTER TABLE acct RENAME TO other",
    "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '')",
    "UPDATE sqlite_sequence SET seq = 1",
    "DELETE FROM sqlite_sequence",
    'CREATE TABLE "a.b" (x)',
    "SELECT nosuch FROM log",
    "SELECT m FROM nosuch",
    "not SQL",
    "-- only a comment",
    "SELECT ?",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_always_refused_as_every_kind(shop: Shop, statement: str) -> None:
    before = shop.dump()
    for action in (shop.query(statement), shop.change(statement), shop.schema(statement)):
        with pytest.raises(PortError):
            shop.port.prepare(action)
    assert shop.dump() == before
    assert sorted(path.name for path in shop.path.parent.iterdir()) == ["shop.sqlite"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT m FROM log", "sql.query"),
        ("DELETE FROM log", "sql.change"),
        ("WITH d AS (SELECT 1) DELETE FROM log WHERE m IN (SELECT * FROM d)", "sql.change"),
        ("/* SELECT */ REPLACE INTO plain VALUES (1, 1)", "sql.change"),
        ("DROP TABLE log", "sql.schema"),
        ("CREATE TABLE fresh AS SELECT m FROM log", "sql.schema"),
    ],
)
def test_each_statement_has_one_kind(shop: Shop, statement: str, kind: str) -> None:
    for action in (shop.query(statement), shop.change(statement), shop.schema(statement)):
        if action.verb == kind:
            shop.port.prepare(action).close()
        else:
            with pytest.raises(PortRefused, match=f"Send it as {kind}"):
                shop.port.prepare(action)


def test_views_over_virtual_functions_and_nested_views(shop: Shop) -> None:
    shop.outside(
        "CREATE VIEW outer_view AS SELECT owner FROM names; CREATE VIEW js AS SELECT value FROM json_each('[1]')"
    )
    assert shop.atoms(shop.query("SELECT owner FROM outer_view")) == {
        "read outer_view.owner",
        "read names.owner",
        "read Acct.id",
        "read Acct.owner",
    }
    assert shop.atoms(shop.query("SELECT value FROM js")) == {"read js.value", "call json_each"}


def test_a_cte_is_not_taken_for_a_table_function_beside_a_virtual_table(shop: Shop) -> None:
    with pytest.raises(PortRefused, match="no table"):
        shop.port.prepare(shop.query("WITH w AS (SELECT 1) SELECT count(*) FROM w, json_each('[1]')"))


def test_names_that_no_policy_can_speak_of(shop: Shop) -> None:
    shop.outside(
        'CREATE TABLE "a.b" (x); CREATE TABLE odd ("*", "line\nbreak", "dotted.name"); CREATE TABLE "tab\tbed" (x)'
    )
    for statement in (
        'SELECT x FROM "a.b"',
        'SELECT "*" FROM odd',
        'SELECT "line\nbreak" FROM odd',
        'SELECT x FROM "tab\tbed"',
    ):
        with pytest.raises(PortRefused):
            shop.port.prepare(shop.query(statement))
    assert shop.atoms(shop.query('SELECT "dotted.name" FROM odd')) == {"read odd.dotted.name"}


def test_a_quoted_table_name_is_quoted_in_the_witness_too(shop: Shop) -> None:
    shop.outside('CREATE TABLE "a""; DROP TABLE log; --" (x UNIQUE)')
    assert shop.atoms(shop.change('REPLACE INTO "a""; DROP TABLE log; --" VALUES (1)')) == {
        'insert a"; DROP TABLE log; --',
        'delete a"; DROP TABLE log; --',
    }
    assert shop.rows("SELECT * FROM log") == []
