"""Transfers between own accounts, and refunds: back to who paid, out of the same account, never more than came in."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havocproof.errors import ConfigError, PortRefused
from havocproof.ports.ledger_store import connect
from tests.ports.payments.world import Books


@pytest.fixture
def shop(books: Books) -> Books:
    """Ann paid 80.00 USD for ORDER-7, Ben 30.00 for ORDER-8, both into costs."""
    books.ledger.receive("ORDER-7", payer="ann", account="costs", currency="USD", amount=8_000, memo="paid by card")
    books.ledger.receive("ORDER-8", payer="ben", account="costs", currency="USD", amount=3_000)
    return books


def test_a_transfer_moves_between_own_accounts(books: Books) -> None:
    effect = books.transfer("120.50 USD", memo="float")
    assert effect.result == {
        "receipt": "transfer-4",
        "account": "costs",
        "payee": "model",
        "amount": "120.50 USD",
        "idempotency_key": "m1",
        "booked_at_ms": 1_700_000_000_000,
        "repeated": False,
    }
    assert effect.used == {"amount": 12_050, "amount:USD": 12_050, "count": 1}
    assert (books.balance("costs"), books.balance("model")) == (100_000 - 12_050, 500_000 + 12_050)
    assert books.transfer("120.50 USD", memo="float").result["repeated"] is True
    assert books.balance("costs") == 100_000 - 12_050
    assert books.ledger.check() == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"amount": "1000.01 USD"}, "do not cover"),
        ({"amount": "1.00 USD", "payee": "prices-ltd"}, "payee 'prices-ltd' is not known"),
        ({"amount": "1.00 USD", "payee": "market"}, "payee 'market' is not known"),
        ({"amount": "1.00 USD", "payee": "opening-balances"}, "is not known"),
        ({"amount": "1.00 USD", "account": "prices-ltd"}, "account 'prices-ltd' is not known"),
        ({"amount": "1.00 EUR"}, "payee 'model' is not held in EUR"),
    ],
)
def test_a_transfer_that_cannot_be(books: Books, fields: dict[str, Any], problem: str) -> None:
    before = books.state()
    with pytest.raises(PortRefused, match=problem):
        books.transfer(**fields)
    assert books.state() == before


def test_one_key_is_one_booking_whatever_it_is(shop: Books) -> None:
    shop.transfer("1.00 USD", key="k")
    for again in (shop.pay, shop.refund):
        with pytest.raises(PortRefused, match="stands for something else"):
            again("1.00 USD", key="k")


def test_a_refund_goes_back_to_who_paid(shop: Books) -> None:
    effect = shop.refund("30.00 USD")
    assert effect.result == {
        "receipt": "refund-6",
        "account": "costs",
        "payee": "ann",
        "amount": "30.00 USD",
        "original": "ORDER-7",
        "idempotency_key": "r1",
        "booked_at_ms": 1_700_000_000_000,
        "repeated": False,
    }
    assert shop.balance("ann") == -5_000
    assert shop.balance("costs") == 100_000 + 8_000 + 3_000 - 3_000
    assert shop.refund("30.00 USD").result == {**effect.result, "repeated": True}
    assert shop.refund("50.00 USD", key="r2").result["repeated"] is False
    with pytest.raises(PortRefused, match="Less than that is left"):
        shop.refund("0.01 USD", key="r3")
    assert shop.balance("ann") == 0
    assert shop.ledger.check() == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"amount": "80.01 USD"}, "Less than that is left"),
        ({"amount": "1.00 USD", "original": "ORDER-9"}, "Nothing was received as 'ORDER-9'"),
        ({"amount": "1.00 USD", "original": "received-4"}, "Nothing was received"),
        ({"amount": "1.00 USD", "payee": "ben"}, "was not received from 'ben'"),
        ({"amount": "1.00 USD", "payee": "prices-ltd"}, "was not received from"),
        ({"amount": "1.00 USD", "payee": "Ann"}, "was not received from"),
        ({"amount": "1.00 USD", "account": "model"}, "on another account"),
        ({"amount": "1.00 EUR"}, "in another currency"),
    ],
)
def test_a_refund_that_cannot_be(shop: Books, fields: dict[str, Any], problem: str) -> None:
    before = shop.state()
    with pytest.raises(PortRefused, match=problem):
        shop.refund(**fields)
    assert shop.state() == before
    assert shop.refund("1.00 USD").result["repeated"] is False  # the key is still free


def test_a_payer_is_nobody_to_pay_or_to_transfer_to(shop: Books) -> None:
    for move in (shop.pay, shop.transfer):
        with pytest.raises(PortRefused, match="'ann' is not known"):
            move("1.00 USD", payee="ann")


def test_an_account_that_was_emptied_refunds_nothing(shop: Books) -> None:
    shop.transfer("1110.00 USD")
    with pytest.raises(PortRefused, match="do not cover"):
        shop.refund("0.01 USD")


def test_many_threads_refund_no_more_than_came_in(shop: Books) -> None:
    outcomes: list[str] = []

    def work(who: int) -> None:
        for number in range(6):
            try:
                shop.refund("10.00 USD", key=f"r{who}-{number}")
                outcomes.append("refunded")
            except PortRefused:
                outcomes.append("refused")

    threads = [threading.Thread(target=work, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("refunded") == 8
    assert shop.balance("ann") == 0
    assert shop.ledger.check() == []


def test_wrong_receipts(shop: Books) -> None:
    before = shop.state()
    good: dict[str, Any] = {"payer": "ann", "account": "costs", "currency": "USD", "amount": 1}
    wrong: list[dict[str, Any]] = [
        {"reference": "ORDER-7"},
        {"reference": ""},
        {"reference": "O", "amount": 0},
        {"reference": "O", "amount": -5},
        {"reference": "O", "account": "nobody"},
        {"reference": "O", "account": "prices-ltd"},
        {"reference": "O", "account": "model", "currency": "EUR"},
        {"reference": "O", "payer": "costs"},
        {"reference": "O", "payer": "prices-ltd"},
    ]
    for fields in wrong:
        with pytest.raises(ConfigError):
            shop.ledger.receive(**{**good, **fields})
    assert shop.state() == before


def test_references_and_keys_of_actions_live_apart(shop: Books) -> None:
    assert shop.pay("1.00 USD", key="received:ORDER-9").result["repeated"] is False
    shop.ledger.receive("ORDER-9", payer="ann", account="costs", currency="USD", amount=1)
    assert shop.ledger.check() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE received SET amount = 99999999", "never changed"),
        ("DELETE FROM received", "never deleted"),
        ("UPDATE refunds SET amount = 1", "never changed"),
        ("DELETE FROM refunds", "never deleted"),
        ("INSERT INTO refunds SELECT 99, transfer, 8000 FROM received WHERE reference = 'ORDER-7'", "more would be"),
    ],
)
def test_the_engine_keeps_the_rules_of_refunds(shop: Books, statement: str, problem: str) -> None:
    shop.refund("30.00 USD")
    before = shop.state()
    with closing(connect(shop.ledger.path)) as connection, pytest.raises(sqlite3.IntegrityError, match=problem):
        connection.execute(statement)
    assert shop.state() == before


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("DROP TRIGGER refund_remains; DELETE FROM refunds", "names no receipt"),
        ("DROP TRIGGER refund_stays; UPDATE refunds SET amount = amount - 1", "moved another amount"),
        ("DROP TRIGGER received_stays; UPDATE received SET amount = 1", "more was refunded of ORDER-7"),
    ],
)
def test_check_finds_what_somebody_forced_into_refunds(shop: Books, script: str, problem: str) -> None:
    shop.refund("30.00 USD")
    with closing(sqlite3.connect(shop.ledger.path)) as connection:  # foreign keys are off here
        connection.executescript(script)
    assert any(problem in found for found in shop.ledger.check())


MOVE = st.tuples(
    st.sampled_from(["transfer", "refund"]),
    st.integers(min_value=1, max_value=9_000),
    st.sampled_from(["ORDER-7", "ORDER-8", "ORDER-9"]),
    st.integers(min_value=0, max_value=3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVE, max_size=12))
def test_any_sequence_of_moves_keeps_the_books(
    tmp_path_factory: pytest.TempPathFactory, template: Path, moves: list[tuple[str, int, str, int]]
) -> None:
    """Against books kept by hand: no receipt is refunded above itself, and each key moves money once."""
    books = Books(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", template)
    left = {"ORDER-7": 8_000, "ORDER-8": 3_000}
    payer = {"ORDER-7": "ann", "ORDER-8": "ben", "ORDER-9": "ann"}
    for reference, amount in left.items():
        books.ledger.receive(reference, payer=payer[reference], account="costs", currency="USD", amount=amount)
    cash = 111_000
    done: dict[str, tuple[str, int, str]] = {}
    for kind, cents, original, number in moves:
        key, content = f"k{number}", (kind, cents, original if kind == "refund" else "")
        amount = f"{cents // 100}.{cents % 100:02} USD"
        try:
            if kind == "transfer":
                effect = books.transfer(amount, key=key)
            else:
                effect = books.refund(amount, key=key, original=original, payee=payer[original])
        except PortRefused:
            room = kind == "transfer" or cents <= left.get(original, 0)
            assert (key in done and done[key] != content) or (key not in done and not (room and cents <= cash))
            continue
        assert effect.result["repeated"] is (done.get(key) == content)
        if key not in done:
            done[key] = content
            cash -= cents
            if kind == "refund":
                left[original] -= cents
    assert min(left.values()) >= 0
    assert (books.balance("ann"), books.balance("ben")) == (-left["ORDER-7"], -left["ORDER-8"])
    assert books.balance("costs") == cash
    assert books.ledger.check() == []
