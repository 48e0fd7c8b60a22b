"""What a query may not read cannot change its answer.

Two databases differ in one column only (or in the rows of one table only). For generated queries: if the classification
does not say that this column (this table) is read, both databases must give the same answer.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from havocproof.actions import SqlQuery
from havocproof.errors import PortError, PortRefused
from havocproof.ports.sql import SqlPort
from havocproof.ports.sql_engine import connect, record
from tests.ports.worlds import Leave

SCHEMA = """
CREATE TABLE t (a, b, s);
CREATE TABLE u (a, c, s);
CREATE TABLE w (k INTEGER PRIMARY KEY, a);
CREATE VIEW tv AS SELECT a, b FROM t;
CREATE VIEW sv AS SELECT a, s AS d FROM t WHERE s > 1;
INSERT INTO u VALUES (1, 10, 1), (2, 20, 2), (4, 40, 4);
"""
ORIGINAL = "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3); INSERT INTO w VALUES (1, 1), (2, 2);"
OTHER_COLUMN = "INSERT INTO t VALUES (1, 'x', 7), (2, 'y', 1), (3, 'z', NULL); INSERT INTO w VALUES (1, 1), (2, 2);"
OTHER_TABLE = "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3); INSERT INTO w VALUES (2, 1), (5, 3), (9, 9);"

TABLES = {"t": "abs", "u": "acs", "w": "ka", "tv": "ab", "sv": "ad"}
JOIN = st.sampled_from([",", " JOIN ", " LEFT JOIN ", " FULL JOIN ", " CROSS JOIN "])
OPERATOR = st.sampled_from(["=", "<", "IS NOT", "+", "OR", "AND", "||"])
FUNCTION = st.sampled_from(["min", "max", "count", "length", "typeof", "total", "quote"])


@st.composite
def expressions(draw: st.DrawFn, columns: list[str], depth: int, aggregates: bool) -> str:
    """An expression over `columns`, with subqueries that see them too."""
    kind = draw(st.sampled_from(["column"] * 5 + ["value", "pair", "call", "in", "exists", "scalar", "case"]))
    if depth == 0 or kind == "column":
        return draw(st.sampled_from(columns))
    inner = expressions(columns, depth - 1, aggregates)
    match kind:
        case "value":
            return draw(st.sampled_from(["1", "7", "'x'", "NULL"]))
        case "pair":
            return f"({draw(inner)} {draw(OPERATOR)} {draw(inner)})"
        case "call":
            called = draw(FUNCTION)
            return f"{called if aggregates else 'typeof'}({draw(expressions(columns, depth - 1, False))})"
        case "in":
            return f"{draw(inner)} IN (SELECT {draw(queries(depth - 1, 1, columns))})"
        case "exists":
            return f"EXISTS (SELECT {draw(queries(depth - 1, 1, columns))})"
        case "scalar":
            return f"(SELECT {draw(queries(depth - 1, 1, columns))})"
        case _:
            return f"CASE WHEN {draw(inner)} THEN {draw(inner)} END"


@st.composite
def queries(draw: st.DrawFn, depth: int, width: int, outer: list[str]) -> str:
    """What stands after SELECT: `width` columns named c0, c1, ... from one or two sources, over `outer` columns too."""
    columns = list(outer)
    source = ""
    for at in range(draw(st.integers(1, 2))):
        alias = f"{'pqrs'[depth]}{at}"
        if depth and draw(st.integers(0, 3)) == 0:
            text, names = f"(SELECT {draw(queries(depth - 1, 2, []))})", ["c0", "c1"]
        else:
            text = draw(st.sampled_from(sorted(TABLES)))
            names = list(TABLES[text])
        columns += [f"{alias}.{name}" for name in names]
        source += (draw(JOIN) if at else "") + f"{text} AS {alias}"
        if at and "JOIN" in source and draw(st.booleans()):
            source += f" ON {draw(expressions(columns, depth, False))}"
    shown = [f"{draw(expressions(columns, depth, True))} AS c{at}" for at in range(width)]
    text = f"{', '.join(shown)} FROM {source}"
    if draw(st.booleans()):
        text += f" WHERE {draw(expressions(columns, depth, False))}"
    if draw(st.integers(0, 3)) == 0:
        text += f" GROUP BY {draw(expressions(columns, depth, False))}"
    if draw(st.integers(0, 5)) == 0:
        text += f" UNION SELECT {draw(queries(max(depth - 1, 0), width, outer))}"
    return text


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> SqlPort:
    folder = tmp_path_factory.mktemp("twins")
    contents = {"one": ORIGINAL, "column": OTHER_COLUMN, "table": OTHER_TABLE}
    for name, rows in contents.items():
        path = folder / name
        path.touch()
        with closing(connect(path, writable=True, busy_seconds=1)) as connection:
            connection.executescript(SCHEMA + rows)
    return SqlPort({name: folder / name for name in contents})


def answer(port: SqlPort, database: str, statement: str) -> tuple[set[tuple[str, str]], Any]:
    """((table, column) read, rows in some order or the engine's error)."""
    prepared = port.prepare(SqlQuery(database=database, statement=statement))
    with closing(prepared):
        reads = {
            (names["table"].rpartition(".")[2], names["column"])
            for verb, _, atoms in prepared.parts
            if verb == "sql.read"
            for names, _ in atoms
        }
        try:
            return reads, sorted(map(repr, prepared.perform(Leave()).result["rows"]))
        except PortError as error:
            return reads, str(error)


@settings(max_examples=300, deadline=None)
@given(query=queries(2, 1, []))
def test_what_is_not_reported_does_not_change_the_answer(port: SqlPort, query: str) -> None:
    statement = f"SELECT {query}"
    try:
        reads, original = answer(port, "one", statement)
    except PortError:
        reject()
    if ("t", "s") not in reads:
        assert answer(port, "column", statement) == (reads, original)
    if "w" not in {table for table, _ in reads}:
        assert answer(port, "table", statement) == (reads, original)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM (SELECT 7 AS s) NATURAL JOIN t",
        "SELECT t.a FROM (SELECT 7 AS s) JOIN t USING (s)",
        "SELECT s FROM (SELECT 7 AS s) FULL JOIN t USING (s)",
        "SELECT t.a FROM (SELECT 7 AS s) nAtUrAl/**/JOIN t",
    ],
)
def test_joins_that_the_engine_does_not_report_are_refused(port: SqlPort, tmp_path: Path, statement: str) -> None:
    """The hole, first open: the column decides the answer, and the engine says nothing of it."""
    path = tmp_path / "open"
    path.touch()
    with closing(connect(path, writable=True, busy_seconds=1)) as connection:
        connection.executescript(SCHEMA + ORIGINAL)
        before = connection.execute(statement).fetchall()
        connection.execute("UPDATE t SET s = 7")
        assert connection.execute(statement).fetchall() != before
        assert not any(event[:3] == ("READ", "t", "s") for event in record(connection, statement, ()).events)
    with pytest.raises(PortRefused, match="NATURAL and USING"):
        port.prepare(SqlQuery(database="one", statement=statement))


def test_a_parameter_that_touches_the_word_hides_no_join(port: SqlPort) -> None:
    statement = "SELECT t.a FROM (SELECT 7 AS s) JOIN (SELECT 1 AS k) AS d ON d.k = ?1NATURAL JOIN t"
    with pytest.raises(PortRefused, match="NATURAL and USING"):
        port.prepare(SqlQuery(database="one", statement=statement, parameters=[1]))


def test_a_table_that_is_opened_unreported_is_refused(port: SqlPort, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second line, with the first one taken away."""
    monkeypatch.setattr("havocproof.ports.sql_classify._UNREPORTED_JOIN", re.compile("never"))
    with pytest.raises(PortRefused, match="would open t "):
        port.prepare(SqlQuery(database="one", statement="SELECT count(*) FROM (SELECT 7 AS s) NATURAL JOIN t"))
