"""The payments port: payments, transfers, refunds and trades on a double-entry ledger (`ledger`).

    port = LedgerPort("ledger.sqlite", venue="market")

What moves money is never half done: it is one transaction, on the disk before the receipt is given. If the process
dies, the ledger has the whole of it or nothing. The amount booked is the amount of the part that was decided.

Results: {"receipt", "account", "payee", "amount", "idempotency_key", "booked_at_ms", "repeated"}, for a refund with
"original" too, and for an order {"receipt", "account", "side", "symbol", "quantity", "amount", "venue", "state":
"booked", "idempotency_key", "booked_at_ms", "repeated"}.

A transfer goes from one own account to another. A refund goes back to who paid: `original` is the reference under which
people booked what came in (`Ledger.receive`), and all refunds of it together never exceed it.

Repetition. The same idempotency key with the same content (all fields, the reason apart) gives the first receipt with
"repeated": true; nothing moves, and `used` is zero in every measure. The key with other content is refused.

Known limits: an order is booked with this ledger's venue, it is not sent to a market. Whoever can write the ledger's
file can change it; keep it out of mounts and out of `SqlPort`.
"""

from __future__ import annotations

from pathlib import Path

from havocproof.actions import Action, Part, Payment, Refund, TradeOrder, Transfer
from havocproof.errors import PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.ledger import Ledger, Move, Moving, Receipt


class LedgerPort:
    """Serves `money.payment`, `money.transfer`, `money.refund` and `money.trade`.

    ledger: an open `Ledger`, or the path of its file (ConfigError if it is none)
    venue:  the ledger's venue for orders that name none
    """

    verbs = frozenset({"money.payment", "money.transfer", "money.refund", "money.trade"})

    def __init__(self, ledger: Ledger | str | Path, *, venue: str = "market") -> None:
        self.ledger = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
        self._venue = venue

    def prepare(self, action: Action) -> PreparedBooking:
        """Takes the action as it is; the ledger is looked at only under a permit."""
        if not isinstance(action, Payment | Transfer | Refund | TradeOrder):
            raise PortRefused(f"The ledger does not serve {action.verb}", "Register the port that does")
        return PreparedBooking(action, self.ledger, self._venue)

    def close(self) -> None:
        """Nothing is held between bookings."""


class PreparedBooking:
    """One booking. What is booked is read from the action's one part, the thing that was decided."""

    def __init__(self, action: Payment | Transfer | Refund | TradeOrder, ledger: Ledger, venue: str) -> None:
        self._action = action
        self._ledger = ledger
        self._venue = venue
        self.parts: tuple[Part, ...] = action.parts()
        ((_, self._ints, ((self._names, _),)),) = self.parts

    def close(self) -> None:
        """Nothing is held."""

    def perform(self, permit: Permit) -> Effect:
        action, ints = self._action, self._ints
        text = str(action.canonical()["args"]["amount"])
        permit.check()
        receipt = self._book(action, text)
        measures = {measure: value for measure, value in ints.items() if measure != "at_once"}
        used = {measure: 0 if receipt.repeated else value for measure, value in measures.items()}
        return Effect({**receipt.facts, "repeated": receipt.repeated}, used)

    def _book(self, action: Payment | Transfer | Refund | TradeOrder, text: str) -> Receipt:
        names, ints = self._names, self._ints
        key, digest = action.idempotency_key, action.digest()
        if isinstance(action, TradeOrder):
            return self._ledger.book_trade(
                key=key,
                digest=digest,
                account=names["account"],
                side=names["side"],
                symbol=names["symbol"],
                quantity=ints["quantity"],
                currency=names["currency"],
                amount=ints["amount"],
                venue=names["venue"] or self._venue,
                text=text,
            )
        kind: Moving = "payment"
        if not isinstance(action, Payment):
            kind = "refund" if isinstance(action, Refund) else "transfer"
        move = Move(
            key=key,
            digest=digest,
            account=names["account"],
            payee=names["payee"],
            currency=names["currency"],
            amount=ints["amount"],
            text=text,
            memo=action.memo,
            original=names["original"],
        )
        return self._ledger.book(kind, move)
