"""A real ledger with a few accounts, and a permit that can be used once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

from havocproof.actions import Payment, Refund, TradeOrder, Transfer
from havocproof.ports.base import Effect
from havocproof.ports.ledger import Ledger
from havocproof.ports.payments import LedgerPort
from tests.ports.worlds import Leave

Side = Literal["buy", "sell"]


def clock() -> int:
    return 1_700_000_000_000


def make(path: Path) -> Ledger:
    """costs: 1,000.00 USD and 50.00 EUR; model: 5,000.00 USD; payees in USD and EUR; ACME and ZETA can be traded."""
    ledger = Ledger.create(path, clock=clock)
    ledger.open_account("costs", "USD", opening=100_000)
    ledger.open_account("costs", "EUR", opening=5_000)
    ledger.open_account("model", "USD", opening=500_000)
    ledger.open_account("credit", "USD", floor=-10_000)
    ledger.add_payee("prices-ltd", "USD")
    ledger.add_payee("daten-gmbh", "EUR")
    ledger.add_venue("market")
    ledger.add_venue("other-venue")
    ledger.list_instrument("ACME", "USD")
    ledger.list_instrument("ZETA", "EUR")
    return ledger


class Books:
    """The port, the ledger, and short ways to act."""

    def __init__(self, path: Path, template: Path) -> None:
        shutil.copy(template, path)
        self.ledger = Ledger(path, clock=clock)
        self.port = LedgerPort(self.ledger)

    def pay(self, amount: str, key: str = "k1", **fields: Any) -> Effect:
        given = {"account": "costs", "payee": "prices-ltd", **fields}
        return self.perform(Payment(amount=amount, idempotency_key=key, **given))

    def trade(self, side: Side, quantity: int, amount: str, key: str = "t1", **fields: Any) -> Effect:
        given = {"account": "model", "symbol": "ACME", **fields}
        return self.perform(TradeOrder(side=side, quantity=quantity, amount=amount, idempotency_key=key, **given))

    def transfer(self, amount: str, key: str = "m1", **fields: Any) -> Effect:
        given = {"account": "costs", "payee": "model", **fields}
        return self.perform(Transfer(amount=amount, idempotency_key=key, **given))

    def refund(self, amount: str, key: str = "r1", **fields: Any) -> Effect:
        given = {"account": "costs", "payee": "ann", "original": "ORDER-7", **fields}
        return self.perform(Refund(amount=amount, idempotency_key=key, **given))

    def perform(self, action: Payment | Transfer | Refund | TradeOrder) -> Effect:
        prepared = self.port.prepare(action)
        try:
            return prepared.perform(Leave())
        finally:
            prepared.close()

    def balance(self, holder: str, unit: str = "USD") -> int:
        return self.ledger.balances().get((holder, unit), 0)

    def state(self) -> tuple[object, ...]:
        return self.ledger.balances(), self.ledger.transfers(), self.ledger.orders()
