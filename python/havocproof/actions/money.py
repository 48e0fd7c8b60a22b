"""Actions that move money. Amounts are positive and exact; the idempotency key makes a repetition the same payment."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, final

from pydantic import AfterValidator

from havocproof.actions.amounts import check_positive_amount, parse_amount
from havocproof.actions.base import Action, Atom, Key, Name, OptionalName, Part, Positive, ShortText

Amount = Annotated[str, AfterValidator(check_positive_amount)]


@final
class Payment(Action):
    """Pay `amount` ("120.50 USD") from `account` to `payee`. Measure `amount`: minor units of its currency."""

    verb: ClassVar[str] = "money.payment"
    account: Name
    payee: Name
    amount: Amount
    idempotency_key: Key
    memo: ShortText = ""

    @property
    def money(self) -> tuple[int, str]:
        """(minor units, currency)."""
        return parse_amount(self.amount)

    def _cut(self) -> tuple[Part, ...]:
        minor, currency = self.money
        names = {"account": self.account, "payee": self.payee, "currency": currency, "original": "", "via": ""}
        return (Part(self.verb, {"amount": minor, "count": 1}, (Atom(names, {}),)),)


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
        return (Part(self.verb, {"amount": minor, "quantity": self.quantity, "count": 1}, (Atom(names, {}),)),)
