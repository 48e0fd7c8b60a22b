"""Columns that read as their last four characters, or as a hash: statements run over the mask, never around it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.errors import PortError, PortRefused
from havocproof.ports.sql_masks import last4
from tests.ports.sql.test_sql_masks import OWNER, SSN, rows
from tests.ports.sql.world import Shop
from tests.ports.worlds import Leave

CARDS = """
CREATE TABLE Card (id INTEGER PRIMARY KEY, "the number" TEXT, pin INT, note TEXT, short TEXT AS (substr(note, 1, 2)));
INSERT INTO Card ("id", "the number", pin, note) VALUES
  (1, '4000123412341111', 12345678, 'first'), (2, '4000123412342222', 17, NULL), (3, '4000123412341111', NULL, 'last');
CREATE TABLE Paid (number TEXT, amount INT);
INSERT INTO Paid VALUES ('4000123412341111', 5), ('4000123412342222', 7);
CREATE VIEW cards AS SELECT id, "the number" AS n FROM Card;
"""
NUMBER = frozenset({("shop.main.Card", "the number")})
PIN = frozenset({("shop.main.Card", "pin")})
BOTH = NUMBER | frozenset({("shop.main.Paid", "number")})


@pytest.fixture
def bank(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "bank.sqlite")
    shop.outside(CARDS)
    return shop


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('SELECT id, "the number" FROM Card WHERE id < 3', [[1, "****1111"], [2, "****2222"]]),
        ("SELECT * FROM CARD WHERE id = 1", [[1, "****1111", 12345678, "first", "fi"]]),
        ("SELECT id FROM Card WHERE \"the number\" = '4000123412342222'", []),
        ("SELECT id FROM Card WHERE \"the number\" LIKE '4000%'", []),
        ("SELECT id FROM Card WHERE \"the number\" = '****2222'", [[2]]),
        ('SELECT length("the number"), substr("the number", 1, 4) FROM Card WHERE id = 1', [[8, "****"]]),
        ('SELECT "the number", count(*) FROM Card GROUP BY 1', [["****1111", 2], ["****2222", 1]]),
        ('SELECT max("the number") FROM Card', [["****2222"]]),
        ("WITH c AS (SELECT \"the number\" AS n FROM Card) SELECT n FROM c WHERE n < '5' LIMIT 1", [["****1111"]]),
        ('SELECT (SELECT c."the number" FROM Card c WHERE c.id = d.id) FROM Card d WHERE id = 2', [["****2222"]]),
        ('SELECT amount FROM Paid JOIN Card ON Paid.number = Card."the number"', []),
        ("SELECT count(*) FROM Card", [[3]]),
    ],
)
def test_a_column_shows_its_last_characters_wherever_it_is_read(
    bank: Shop, statement: str, expected: list[list[Any]]
) -> None:
    before = bank.dump()
    assert rows(bank, statement, NUMBER, how="last4") == expected
    assert bank.dump() == before


def test_what_is_not_text_and_what_is_short(bank: Shop) -> None:
    assert rows(bank, "SELECT pin FROM Card ORDER BY id", PIN, how="last4") == [["****5678"], ["****"], [None]]
    assert [last4(value) for value in ("1234567", "12345678", 1.5, b"12345678", None)] == [
        "****",
        "****5678",
        "****",
        "****",
        None,
    ]


def test_equal_values_have_equal_hashes_that_cannot_be_computed(bank: Shop, tmp_path: Path) -> None:
    statement = 'SELECT "the number" FROM Card ORDER BY id'
    (first,), (second,), (third,) = rows(bank, statement, NUMBER, how="hash")
    assert first == third != second
    assert first.startswith("#")
    assert len(first) == 17
    assert rows(bank, statement, NUMBER, how="hash")[0] == [first], "as long as the port lives"
    other = Shop(tmp_path / "other.sqlite")
    other.outside(CARDS)
    assert rows(other, statement, NUMBER, how="hash")[0] != [first], "nobody can try out what the values may be"
    joined = 'SELECT Card.id, amount FROM Paid JOIN Card ON Paid.number = Card."the number" ORDER BY id'
    assert rows(bank, joined, BOTH, how="hash") == [[1, 5], [2, 7], [3, 5]]
    assert rows(bank, "SELECT pin FROM Card WHERE id = 3", PIN, how="hash") == [[None]]


@pytest.mark.parametrize("how", ["last4", "hash"])
@pytest.mark.parametrize(
    "statement",
    [
        'SELECT "the number" FROM main.Card',
        "SELECT id FROM main.Card WHERE \"the number\" > ''",
        'SELECT c."the number" FROM Card JOIN main.Card c ON c.id = Card.id',
        "SELECT n FROM cards",
        'WITH Card AS (SELECT "the number" FROM main.Card) SELECT * FROM Card',
        'SELECT * FROM (SELECT "the number" FROM main.Card) AS Card',
        'SELECT * FROM (SELECT "the number" FROM main.Card) AS havocproof_',
        'WITH x AS (SELECT * FROM (SELECT "the number" AS n FROM main.Card) AS Card) SELECT n FROM x',
        'SELECT id FROM Card ORDER BY (SELECT max("the number") FROM main.Card)',
    ],
)
def test_no_way_leads_around_the_mask(bank: Shop, statement: str, how: str) -> None:
    prepared = bank.port.prepare(bank.query(statement))
    assert prepared.oblige("mask", how, NUMBER)
    with pytest.raises(PortRefused, match="read masked, and cannot be in this way"):
        prepared.perform(Leave())
    prepared.close()


def test_other_columns_of_a_masked_table_are_read_in_any_way(bank: Shop) -> None:
    assert rows(bank, "SELECT pin FROM main.Card WHERE id = 2", NUMBER, how="last4") == [[17]]


def test_a_view_of_the_database_can_be_masked_itself(bank: Shop) -> None:
    view = frozenset({("shop.main.cards", "n")})
    assert rows(bank, "SELECT id, n FROM cards LIMIT 1", view, how="last4") == [[1, "****1111"]]


def test_two_masks_of_one_column_leave_nothing_of_it(bank: Shop) -> None:
    for first, second in itertools.permutations(("empty", "last4", "hash"), 2):
        prepared = bank.port.prepare(bank.query('SELECT id, "the number", pin FROM Card WHERE id = 1'))
        assert prepared.oblige("mask", first, NUMBER)
        assert prepared.oblige("mask", second, NUMBER | PIN)
        [[_, number, pin]] = prepared.perform(Leave()).result["rows"]
        assert number is None
        assert pin is None if second == "empty" else pin != 12345678
        prepared.close()


def test_a_statement_that_needs_a_row_id_says_so(bank: Shop) -> None:
    prepared = bank.port.prepare(bank.query("SELECT rowid FROM Paid"))
    assert prepared.oblige("mask", "last4", BOTH)
    with pytest.raises(PortError):
        prepared.perform(Leave())
    prepared.close()


def test_a_query_stays_a_query(bank: Shop) -> None:
    """Making the stand-in needs a connection that may write for a moment: to the file it never may."""
    prepared = bank.port.prepare(bank.query('SELECT "the number" FROM Card'))
    assert prepared.oblige("mask", "last4", NUMBER)
    prepared.perform(Leave())
    assert prepared._connection.execute("PRAGMA query_only").fetchone() == (1,)
    assert prepared._connection.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
    prepared.close()


EXPRESSIONS = st.sampled_from(
    ["{c}", "length({c})", "{c} || 'x'", "hex({c})", "{c} > '4'", "max({c})", "count(DISTINCT {c})", "substr({c}, -6)"]
)
PLACES = st.sampled_from(
    [
        "SELECT {e} FROM Card",
        "SELECT {e} FROM Card c",
        "SELECT id FROM Card GROUP BY id HAVING {e} IS NOT NULL",
        "SELECT * FROM (SELECT {e} AS v FROM Card) WHERE v IS NOT NULL",
        "WITH Card2 AS (SELECT {e} AS v FROM Card) SELECT v FROM Card2",
        "SELECT id, (SELECT {e} FROM Card) FROM Card ORDER BY 2, 1",
        "SELECT {e} FROM Card UNION ALL SELECT {e} FROM Card",
    ]
)


@settings(max_examples=25, deadline=None)
@given(place=PLACES, expression=EXPRESSIONS)
def test_no_statement_tells_two_values_with_one_mask_apart(
    tmp_path_factory: pytest.TempPathFactory, place: str, expression: str
) -> None:
    """Whatever is asked: two databases that differ only in what the mask hides give the same answer."""
    statement = place.format(e=expression.format(c='"the number"'))
    answers = []
    for inside in ("40001234", "99998765"):
        shop = Shop(tmp_path_factory.mktemp("bank") / "bank.sqlite")
        shop.outside(CARDS.replace("40001234", inside))
        answers.append(rows(shop, statement, NUMBER, how="last4"))
    assert answers[0] == answers[1]


def test_the_column_of_another_table_is_not_masked(bank: Shop) -> None:
    assert rows(bank, "SELECT number FROM Paid LIMIT 1", NUMBER, how="last4") == [["4000123412341111"]]
    assert rows(bank, "SELECT ssn FROM Acct WHERE id = 1", OWNER, how="hash") == [["x"]]
    assert rows(bank, "SELECT owner FROM Acct WHERE id = 1", SSN, how="hash") == [["ann"]]
