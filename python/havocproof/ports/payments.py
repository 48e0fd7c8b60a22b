"""The payments port: `money.payment` and `money.trade` on a double-entry ledger (`ledger`).

    port = LedgerPort("ledger.sqlite", venue="market")

A payment or an order is never half done: it is one transaction, on the disk before the receipt is given. If the process
dies, the ledger has the whole of it or nothing. The amount booked is the amount of the part that was decided.

Results: {"receipt", "account", "payee", "amount", "idempotency_key", "booked_at_ms", "repeated"} and, for an order,
{"receipt", "account", "side", "symbol", "quantity", "amount", "venue", "state": "booked", "idempotency_key",
"booked_at_ms", "repeated"}.

Repetition. The same idempotency key with the same content (all fields, the reason apart) gives the first receipt with
"repeated": true; nothing moves, and `used` is zero in every measure. The key with other content is refused.

Known limits: an order is booked with this ledger's venue, it is not sent to a market. Whoever can write the ledger's
file can change it; keep it out of mounts and out of `SqlPort`.
"""

from __future__ import annotations

from pathlib import Path

from havocproof.actions import Action, Part, Payment, TradeOrder
from havocproof.errors import PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.ledger import Ledger


class LedgerPort:
    """Serves `money.payment` and `money.trade`.

    ledger: an open `Ledger`, or the path of its file (ConfigError if it is none)
    venue:  the ledger's venue for orders that name none
    """

    verbs = frozenset({"money.payment", "money.trade"})

    def __init__(self, ledger: Ledger | str | Path, *, venue: str = "market") -> None:
        self.ledger = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
        self._venue = venue

    def prepare(self, action: Action) -> PreparedBooking:
        """Takes the action as it is; the ledger is looked at only under a permit."""
        if not isinstance(action, Payment | TradeOrder):
            raise PortRefused(f"The ledger does not serve {action.verb}", "Register the port that does")
        return PreparedBooking(action, self.ledger, self._venue)

    def close(self) -> None:
        """Nothing is held between bookings."""


class PreparedBooking:
    """One payment or order. What is booked is read from its one part, the thing that was decided."""

    def __init__(self, action: Payment | TradeOrder, ledger: Ledger, venue: str) -> None:
        self._action = action
        self._ledger = ledger
        self._venue = venue
        self.parts: tuple[Part, ...] = action.parts()
        ((_, self._ints, ((self._names, _),)),) = self.parts

    def close(self) -> None:
        """Nothing is held."""

    def perform(self, permit: Permit) -> Effect:
        action, names, ints = self._action, self._names, self._ints
        text = str(action.canonical()["args"]["amount"])
        permit.check()
        if isinstance(action, Payment):
            receipt = self._ledger.book_payment(
                key=action.idempotency_key,
                digest=action.digest(),
                account=names["account"],
                payee=names["payee"],
                currency=names["currency"],
                amount=ints["amount"],
                memo=action.memo,
                text=text,
            )
        else:
            receipt = self._ledger.book_trade(
                key=action.idempotency_key,
                digest=action.digest(),
                account=names["account"],
                side=names["side"],
                symbol=names["symbol"],
                quantity=ints["quantity"],
                currency=names["currency"],
                amount=ints["amount"],
                venue=names["venue"] or self._venue,
                text=text,
            )
        measures = {measure: value for measure, value in ints.items() if measure != "at_once"}
        used = {measure: 0 if receipt.repeated else value for measure, value in measures.items()}
        return Effect({**receipt.facts, "repeated": receipt.repeated}, used)
