"""Masked columns: the engine itself reads NULL in their place, so that no expression and no condition tells them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ports.sql.world import Shop
from tests.ports.worlds import Leave

SSN = frozenset({("shop.main.Acct", "ssn")})
OWNER = frozenset({("shop.main.Acct", "owner")})


def rows(
    shop: Shop, statement: str, masked: frozenset[tuple[str, str]], parameters: Any = (), how: str = "empty"
) -> list[list[Any]]:
    prepared = shop.port.prepare(shop.query(statement, parameters))
    try:
        assert prepared.oblige("mask", how, masked)
        result = prepared.perform(Leave()).result
    finally:
        prepared.close()
    found: list[list[Any]] = result["rows"]
    return found


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT owner, ssn FROM Acct ORDER BY id", [["ann", None], ["bob", None], ["cy", None]]),
        ("SELECT owner, SSN AS s FROM acct ORDER BY id LIMIT 1", [["ann", None]]),
        ("SELECT * FROM Acct WHERE id = 1", [[1, "ann", 10, None]]),
        ("SELECT owner FROM Acct WHERE ssn = 'x'", []),
        ("SELECT owner FROM Acct WHERE ssn LIKE 'x%' OR ssn > ''", []),
        ("SELECT count(ssn), count(*) FROM Acct", [[0, 3]]),
        ("SELECT coalesce(ssn, 'none') FROM Acct", [["none"], ["none"], ["none"]]),
        ("SELECT length(ssn || owner) FROM Acct", [[None], [None], [None]]),
        ("SELECT a.owner FROM Acct a JOIN Acct b ON a.ssn = b.ssn", []),
        ("SELECT ssn, count(*) FROM Acct GROUP BY ssn", [[None, 3]]),
        ("SELECT max(ssn) FROM Acct", [[None]]),
        ("WITH c AS (SELECT ssn AS s FROM Acct) SELECT s FROM c WHERE s IS NOT NULL", []),
        ("SELECT (SELECT ssn FROM Acct WHERE id = 1)", [[None]]),
        ("SELECT owner FROM Acct WHERE EXISTS (SELECT 1 FROM Acct b WHERE b.ssn = 'x')", []),
    ],
)
def test_a_masked_column_is_null_wherever_it_is_read(shop: Shop, statement: str, expected: list[list[Any]]) -> None:
    assert rows(shop, statement, SSN) == expected


def test_parameters_tell_nothing_of_it(shop: Shop) -> None:
    assert rows(shop, "SELECT owner FROM Acct WHERE ssn = ?", SSN, ("x",)) == []


def test_a_view_shows_its_tables_as_they_are_masked(shop: Shop) -> None:
    assert rows(shop, "SELECT id, owner FROM names ORDER BY id", OWNER) == [[1, None], [2, None], [3, None]]


def test_without_a_mask_all_is_there(shop: Shop) -> None:
    assert rows(shop, "SELECT ssn FROM Acct WHERE ssn = 'x'", frozenset()) == [["x"]]
    prepared = shop.port.prepare(shop.query("SELECT ssn FROM Acct WHERE id = 1"))
    assert prepared.perform(Leave()).result["rows"] == [["x"]]
    prepared.close()


def test_what_this_port_cannot_mask_it_does_not_take_on(shop: Shop) -> None:
    query = shop.port.prepare(shop.query("SELECT ssn FROM Acct"))
    assert not query.oblige("mask", "black", SSN)
    assert not query.oblige("other", "empty", SSN)
    assert query.oblige("timeout", 10, frozenset())
    query.close()
    change = shop.port.prepare(shop.change("UPDATE Acct SET owner = ssn RETURNING ssn"))
    for how in ("empty", "last4", "hash"):
        assert not change.oblige("mask", how, SSN)
    change.close()


def test_a_shorter_time_holds(shop: Shop) -> None:
    from havocproof.errors import PortError

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    prepared = shop.port.prepare(shop.query(endless))
    assert prepared.oblige("timeout", 50, frozenset())
    with pytest.raises(PortError, match=r"longer than 0\.05 seconds"):
        prepared.perform(Leave())
    prepared.close()
