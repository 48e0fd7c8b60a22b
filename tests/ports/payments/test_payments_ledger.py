"""The ledger's own rules: the engine keeps them, and `check` finds what somebody forced past it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.ledger import EQUITY, Ledger
from havocproof.ports.ledger_store import connect
from tests.ports.payments.world import Books


def test_a_new_ledger_is_balanced(books: Books) -> None:
    balances = books.ledger.balances()
    assert balances["costs", "USD"] == 100_000
    assert balances[EQUITY, "USD"] == -600_000
    assert balances[EQUITY, "EUR"] == -5_000
    assert books.ledger.check() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE postings SET amount = 1", "never changed"),
        ("DELETE FROM postings", "never deleted"),
        ("REPLACE INTO postings SELECT * FROM postings", "never deleted|sealed"),
        ("UPDATE transfers SET memo = ''", "never changed"),
        ("DELETE FROM transfers", "never deleted"),
        (
            "REPLACE INTO transfers SELECT id, key, digest, kind, at_ms, 'other', receipt FROM transfers",
            "never deleted",
        ),
        ("UPDATE orders SET state = 'booked'", "never changed"),
        ("DELETE FROM orders", "never deleted"),
        ("DELETE FROM accounts", "never deleted"),
        ("INSERT INTO postings (transfer, holder, unit, amount) VALUES (1, 'costs', 'USD', 5)", "sealed"),
        ("UPDATE accounts SET balance = -1 WHERE holder = 'costs'", "enough"),
        ("UPDATE accounts SET balance = 1.5", "typeof"),
        ("INSERT INTO postings (transfer, holder, unit, amount) VALUES (99, 'costs', 'USD', -5)", "FOREIGN KEY"),
        ("INSERT INTO transfers VALUES (99, 'k', printf('%064d', 0), 'payment', 1, '', '')", "sum to zero"),
    ],
)
def test_the_engine_keeps_the_rules(books: Books, statement: str, problem: str) -> None:
    books.trade("buy", 1, "1.00 USD")
    before = books.state()
    with closing(connect(books.ledger.path)) as connection, pytest.raises(sqlite3.IntegrityError, match=problem):
        connection.execute(statement)
    assert books.state() == before


@pytest.mark.parametrize(
    "legs",
    [
        [("costs", "USD", -5), ("prices-ltd", "USD", 4)],
        [("costs", "USD", -5), ("daten-gmbh", "EUR", 5)],
        [("costs", "USD", -5)],
        [],
    ],
)
def test_what_does_not_sum_to_zero_in_each_unit_cannot_be_sealed_or_committed(
    books: Books, legs: list[tuple[str, str, int]]
) -> None:
    with closing(connect(books.ledger.path)) as connection:
        connection.execute("BEGIN")
        for leg in legs:
            connection.execute("INSERT INTO postings (transfer, holder, unit, amount) VALUES (99, ?, ?, ?)", leg)
        with pytest.raises(sqlite3.IntegrityError, match="sum to zero"):
            connection.execute("INSERT INTO transfers VALUES (99, 'k', printf('%064d', 0), 'payment', 1, '', '')")
        if legs:
            with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
                connection.execute("COMMIT")
    assert books.ledger.check() == []


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("DROP TRIGGER posting_stays; UPDATE postings SET amount = amount + 1 WHERE id = 1", "does not sum to zero"),
        ("DROP TRIGGER posting_remains; DELETE FROM postings WHERE id = 1", "fewer than two postings"),
        ("DROP TRIGGER transfer_remains; DELETE FROM transfers WHERE id = 1", "belongs to no transfer"),
        ("UPDATE accounts SET balance = balance + 1 WHERE holder = 'costs'", "is not the sum of its postings"),
        ("UPDATE accounts SET balance = balance + 1 WHERE holder = 'costs'", "over all accounts"),
        ("DROP TRIGGER order_remains; DELETE FROM orders", "has no order"),
    ],
)
def test_check_finds_what_somebody_forced(books: Books, script: str, problem: str) -> None:
    books.trade("buy", 1, "1.00 USD")
    with closing(sqlite3.connect(books.ledger.path)) as connection:  # foreign keys are off here
        connection.executescript(script)
    assert any(problem in found for found in books.ledger.check())


def test_wrong_set_up(tmp_path: Path, books: Books) -> None:
    with pytest.raises(ConfigError, match="cannot be made"):
        Ledger.create(books.ledger.path)
    with pytest.raises(ConfigError, match="no ledger at"):
        Ledger(tmp_path / "nosuch.sqlite")
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(ConfigError, match="no ledger of version"):
        Ledger(tmp_path / "other.sqlite")
    (tmp_path / "text").write_text("no database at all, but long enough to be looked at" * 99)
    with pytest.raises(ConfigError, match="is no ledger"):
        Ledger(tmp_path / "text")


def test_wrong_openings(books: Books) -> None:
    before = books.state()
    openings: tuple[Callable[[], None], ...] = (
        lambda: books.ledger.open_account("costs", "USD"),
        lambda: books.ledger.open_account("new", "USD", opening=-1),
        lambda: books.ledger.open_account("new", "USD", opening=5, floor=6),
        lambda: books.ledger.open_account("", "USD"),
        lambda: books.ledger.open_account(EQUITY, "USD"),
        lambda: books.ledger.open_account("prices-ltd", "EUR"),
        lambda: books.ledger.add_payee("prices-ltd", "USD"),
        lambda: books.ledger.add_payee("costs", "GBP"),
        lambda: books.ledger.add_venue("costs"),
        lambda: books.ledger.list_instrument("ACME", "USD"),
    )
    for opening in openings:
        with pytest.raises(ConfigError):
            opening()
    assert books.state() == before


def test_keys_of_actions_and_of_openings_live_apart(books: Books) -> None:
    books.pay("1.00 USD", key="opening:late:USD")
    books.ledger.open_account("late", "USD", opening=5)
    assert books.pay("0.05 USD", key="opening:late:EUR", account="late").result["repeated"] is False
    assert books.pay("1.00 USD", key="opening:costs:USD").result["repeated"] is False
    assert books.ledger.check() == []


def test_a_busy_ledger_books_nothing(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("havocproof.ports.ledger_store.connect", lambda path: connect(path, busy_seconds=0))
    before = books.state()
    with closing(connect(books.ledger.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(PortError, match="locked"):
            books.pay("1.00 USD")
        other.execute("ROLLBACK")
    assert books.state() == before


ACTION = st.tuples(
    st.sampled_from(["pay", "buy", "sell"]),
    st.integers(min_value=1, max_value=400_000),
    st.sampled_from(["costs", "model", "credit", "nobody"]),
    st.integers(min_value=0, max_value=3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTION, max_size=12))
def test_any_sequence_keeps_the_books_and_uses_each_key_once(
    tmp_path_factory: pytest.TempPathFactory, template: Path, actions: list[tuple[str, int, str, int]]
) -> None:
    """Against a ledger kept by hand: the same money moves, and each key moves it at most once."""
    books = Books(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", template)
    cash = {"costs": 100_000, "model": 500_000, "credit": 0}
    floor = {"costs": 0, "model": 0, "credit": -10_000}
    pieces = dict.fromkeys(cash, 0)
    done: dict[str, tuple[str, int, str]] = {}
    for kind, cents, account, number in actions:
        key, content = f"k{number}", (kind, cents, account)
        amount = f"{cents // 100}.{cents % 100:02} USD"
        try:
            if kind == "pay":
                effect = books.pay(amount, key=key, account=account)
            else:
                effect = books.trade("buy" if kind == "buy" else "sell", 3, amount, key=key, account=account)
        except PortRefused:
            covered = account in cash and (
                pieces[account] >= 3 if kind == "sell" else cash[account] - cents >= floor[account]
            )
            assert (key in done and done[key] != content) or (key not in done and not covered)
            continue
        assert effect.result["repeated"] is (done.get(key) == content)
        if key in done:
            assert done[key] == content
            continue
        done[key] = content
        cash[account] += cents if kind == "sell" else -cents
        pieces[account] += {"pay": 0, "buy": 3, "sell": -3}[kind]
    balances = books.ledger.balances()
    assert {name: balances[name, "USD"] for name in cash} == cash
    assert {name: balances.get((name, "symbol:ACME"), 0) for name in cash} == pieces
    assert len(books.ledger.transfers()) == 3 + len(done)
    assert books.ledger.check() == []
