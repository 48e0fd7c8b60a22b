"""Payments and orders on the ledger: what moves, what is refused, what a repetition does."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from havocproof.actions import FileRead, Payment
from havocproof.errors import PortError, PortRefused
from havocproof.ports.payments import LedgerPort
from tests.ports.payments.world import Books
from tests.ports.worlds import Leave


def test_a_payment_moves_the_amount_once(books: Books) -> None:
    effect = books.pay("120.50 USD", memo="invoice 7")
    assert effect.result == {
        "receipt": "payment-4",
        "account": "costs",
        "payee": "prices-ltd",
        "amount": "120.50 USD",
        "idempotency_key": "k1",
        "booked_at_ms": 1_700_000_000_000,
        "repeated": False,
    }
    assert effect.used == {"amount": 12_050, "amount:USD": 12_050, "count": 1}
    assert books.balance("costs") == 100_000 - 12_050
    assert books.balance("prices-ltd") == 12_050
    last = books.ledger.transfers()[-1]
    assert last["memo"] == "invoice 7"
    assert last["postings"] == [("costs", "USD", -12_050), ("prices-ltd", "USD", 12_050)]
    assert books.ledger.check() == []


def test_the_parts_are_the_actions_own(books: Books) -> None:
    action = Payment(account="costs", payee="prices-ltd", amount="1.00 USD", idempotency_key="k")
    assert books.port.prepare(action).parts == action.parts()


def test_the_same_key_and_content_gives_the_first_receipt(books: Books) -> None:
    first = books.pay("10.00 USD")
    before = books.state()
    again = books.pay("10.00 USD", reason="said differently")
    assert again.result == {**first.result, "repeated": True}
    assert again.used == {"amount": 0, "amount:USD": 0, "count": 0}
    assert books.state() == before


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "10.01 USD"},
        {"payee": "daten-gmbh"},
        {"account": "model"},
        {"memo": "other"},
    ],
)
def test_the_same_key_with_other_content_is_refused(books: Books, other: dict[str, Any]) -> None:
    books.pay("10.00 USD")
    before = books.state()
    with pytest.raises(PortRefused, match="stands for something else"):
        books.pay(**{"amount": "10.00 USD", **other})
    with pytest.raises(PortRefused, match="stands for something else"):
        books.trade("buy", 1, "10.00 USD", key="k1")
    assert books.state() == before


def test_a_repetition_is_answered_even_when_the_money_is_gone(books: Books) -> None:
    books.pay("1000.00 USD")
    assert books.pay("1000.00 USD").result["repeated"] is True


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"amount": "1000.01 USD"}, "do not cover"),
        ({"amount": "99999999999.00 USD"}, "do not cover"),
        ({"amount": "1.00 USD", "account": "nobody"}, "account 'nobody' is not known"),
        ({"amount": "1.00 USD", "payee": "nobody"}, "payee 'nobody' is not known"),
        ({"amount": "1.00 USD", "account": "prices-ltd"}, "account 'prices-ltd' is not known"),
        ({"amount": "1.00 USD", "account": "opening-balances"}, "is not known"),
        ({"amount": "1.00 USD", "payee": "model"}, "payee 'model' is not known"),
        ({"amount": "1.00 USD", "payee": "market"}, "payee 'market' is not known"),
        ({"amount": "1.00 EUR"}, "payee 'prices-ltd' is not held in EUR"),
        ({"amount": "1.00 EUR", "account": "model"}, "account 'model' is not held in EUR"),
        ({"amount": "100 JPY"}, "not held in JPY"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_before_any_change(
    books: Books, fields: dict[str, Any], problem: str
) -> None:
    before = books.state()
    with pytest.raises(PortRefused, match=problem):
        books.pay(**fields)
    assert books.state() == before
    assert books.pay("1.00 USD").result["repeated"] is False  # the key is still free


def test_a_floor_below_zero_is_credit(books: Books) -> None:
    books.pay("100.00 USD", account="credit")
    assert books.balance("credit") == -10_000
    with pytest.raises(PortRefused, match="do not cover"):
        books.pay("0.01 USD", key="k2", account="credit")


def test_a_buy_and_a_sell_have_two_legs_each(books: Books) -> None:
    effect = books.trade("buy", 10, "1500.00 USD")
    assert effect.result == {
        "receipt": "trade-4",
        "account": "model",
        "side": "buy",
        "symbol": "ACME",
        "quantity": 10,
        "amount": "1500.00 USD",
        "venue": "market",
        "state": "booked",
        "idempotency_key": "t1",
        "booked_at_ms": 1_700_000_000_000,
        "repeated": False,
    }
    assert effect.used == {"amount": 150_000, "amount:USD": 150_000, "quantity": 10, "count": 1}
    assert (books.balance("model"), books.balance("model", "symbol:ACME")) == (350_000, 10)
    assert (books.balance("market"), books.balance("market", "symbol:ACME")) == (150_000, -10)
    books.trade("sell", 4, "700.00 USD", key="t2")
    assert (books.balance("model"), books.balance("model", "symbol:ACME")) == (420_000, 6)
    assert [(order["side"], order["quantity"], order["state"]) for order in books.ledger.orders()] == [
        ("buy", 10, "booked"),
        ("sell", 4, "booked"),
    ]
    assert books.ledger.check() == []


def test_an_order_is_repeated_like_a_payment(books: Books) -> None:
    first = books.trade("buy", 10, "1500.00 USD", venue="other-venue")
    before = books.state()
    again = books.trade("buy", 10, "1500.00 USD", venue="other-venue")
    assert again.result == {**first.result, "repeated": True}
    assert again.used == {"amount": 0, "amount:USD": 0, "quantity": 0, "count": 0}
    with pytest.raises(PortRefused, match="something else"):
        books.trade("buy", 11, "1500.00 USD", venue="other-venue")
    assert books.state() == before


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"side": "buy", "quantity": 1, "amount": "5000.01 USD"}, "do not cover"),
        ({"side": "sell", "quantity": 1, "amount": "10.00 USD"}, "does not hold"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 USD", "symbol": "NOPE"}, "not listed"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 EUR"}, "traded in USD"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 EUR", "symbol": "ZETA"}, "not held in EUR"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 USD", "venue": "nowhere"}, "venue 'nowhere'"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 USD", "venue": "prices-ltd"}, "venue 'prices-ltd'"),
        ({"side": "buy", "quantity": 1, "amount": "1.00 USD", "account": "market"}, "account 'market'"),
    ],
)
def test_an_order_that_cannot_be_is_refused_before_any_change(
    books: Books, fields: dict[str, Any], problem: str
) -> None:
    before = books.state()
    with pytest.raises(PortRefused, match=problem):
        books.trade(**fields)
    assert books.state() == before


def test_pieces_cannot_be_paid_with(books: Books) -> None:
    """A unit of an instrument is no currency, whatever it is called."""
    books.trade("buy", 10, "100.00 USD")
    assert ("model", "ACME") not in books.ledger.balances()


def test_balances_beyond_64_bits_are_refused_before_any_change(books: Books) -> None:
    order = {"account": "model", "side": "buy", "symbol": "ACME", "currency": "USD", "venue": "market", "text": "-"}
    books.ledger.book_trade(key="t1", digest="0" * 64, quantity=2**62, amount=1, **order)
    before = books.state()
    for quantity in (2**62, 2**64):
        with pytest.raises(PortError):
            books.ledger.book_trade(key="t2", digest="1" * 64, quantity=quantity, amount=1, **order)
    assert books.state() == before
    assert books.ledger.check() == []


def test_many_threads_pay_each_key_once_and_never_below_the_floor(books: Books) -> None:
    outcomes: list[str] = []

    def work() -> None:
        for number in range(8):
            try:
                repeated = books.pay("200.00 USD", key=f"k{number}").result["repeated"]
                outcomes.append("repeated" if repeated else "paid")
            except PortRefused:
                outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("paid") == 5  # 1,000.00 in all
    assert books.balance("costs") == 0
    assert books.ledger.check() == []


def test_the_permit_comes_before_the_booking(books: Books) -> None:
    prepared = books.port.prepare(Payment(account="costs", payee="prices-ltd", amount="1.00 USD", idempotency_key="k"))
    permit = Leave()
    permit.check()
    before = books.state()
    with pytest.raises(RuntimeError, match="used twice"):
        prepared.perform(permit)
    prepared.close()
    assert books.state() == before


def test_other_actions_are_refused_and_the_path_will_do(books: Books) -> None:
    port = LedgerPort(books.ledger.path)
    assert port.verbs == {"money.payment", "money.transfer", "money.refund", "money.trade"}
    with pytest.raises(PortRefused, match="does not serve"):
        port.prepare(FileRead(path="/a"))
    port.close()
