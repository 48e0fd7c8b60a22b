"""Actions that move money. Amounts are positive and exact; the idempotency key makes a repetition the same payment.

Measures: `amount`, in minor units of whatever currency it is, and `amount:USD` (of that currency), which a budget in
that currency counts: an amount in another one is not there to be counted.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, final

from pydantic import AfterValidator

from havocproof.actions.amounts import check_positive_amount, parse_amount
from havocproof.actions.base import Action, Atom, Key, Name, OptionalName, Part, Positive, ShortText
from havocproof.errors import ActionError

Amount = Annotated[str, AfterValidator(check_positive_amount)]


def measures(minor: int, currency: str) -> dict[str, int]:
    """What a part that moves this amount counts by."""
    return {"amount": minor, f"amount:{currency}": minor, "count": 1, "at_once": 1}


class _Moving(Action):
    account: Name
    payee: Name
    amount: Amount
    idempotency_key: Key
    memo: ShortText = ""

    @property
    def money(self) -> tuple[int, str]:
        """(minor units, currency)."""
        return parse_amount(self.amount)

    def _part(self, original: str = "") -> tuple[Part, ...]:
        minor, currency = self.money
        names = {"account": self.account, "payee": self.payee, "currency": currency, "original": original, "via": ""}
        return (Part(self.verb, measures(minor, currency), (Atom(names, {}),)),)

    def _cut(self) -> tuple[Part, ...]:
        return self._part()


@final
class Payment(_Moving):
    """Pay `amount` ("120.50 USD") from `account` to `payee`."""

    verb: ClassVar[str] = "money.payment"


@final
class Transfer(_Moving):
    """Move `amount` between two accounts of one's own: from `account` to `payee`, which is another one."""

    verb: ClassVar[str] = "money.transfer"

    def _cut(self) -> tuple[Part, ...]:
        if self.account == self.payee:
            raise ActionError("args.payee", "is the account", "Name another account")
        return self._part()


@final
class Refund(_Moving):
    """Pay back all or a part of what was received: from `account` to `payee`, for the payment named `original`."""

    verb: ClassVar[str] = "money.refund"
    original: Name

    def _cut(self) -> tuple[Part, ...]:
        return self._part(self.original)


@final
class TradeOrder(Action):
    """Buy or sell `quantity` whole units of `symbol` for at most (sell: at least) `amount` in all."""

    verb: ClassVar[str] = "money.trade"
    account: Name
    side: Literal["buy", "sell"]
    symbol: Name
    quantity: Positive
    amount: Amount
    idempotency_key: Key
    venue: OptionalName = ""

    @property
    def money(self) -> tuple[int, str]:
        """(minor units, currency)."""
        return parse_amount(self.amount)

    def _cut(self) -> tuple[Part, ...]:
        minor, currency = self.money
        names = {
            "account": self.account,
            "side": self.side,
            "symbol": self.symbol,
            "currency": currency,
            "venue": self.venue,
            "via": "",
        }
        return (Part(self.verb, {**measures(minor, currency), "quantity": self.quantity}, (Atom(names, {}),)),)
