"""How far people go when they approve more than one call: so often, so much in all, for so long.

The policy says the most (`may_widen`); who approves chooses within it. The values that stay the same are those of the
request, and nobody chooses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from havocproof.actions.amounts import format_amount, parse_amount
from havocproof.actions.scalars import GrammarError
from havocproof.policy import Widening
from havocproof.policy.literals import format_duration, parse_duration

MOST_TEXT = 64


@dataclass(frozen=True, slots=True)
class Terms:
    """What is approved instead of one call.

    uses:   how many of them, 1 or more
    lasts:  for how long, from when enough people have agreed: `30d`, `12h`
    amount: how much they move in all: `3000.00 USD`; "" where the policy bounds no amount
    """

    uses: int
    lasts: str
    amount: str = ""

    @classmethod
    def read(cls, form: Any) -> Self | None:
        """The inverse of `form`; None for anything else."""
        if not isinstance(form, Mapping) or set(form) != {"uses", "for", "amount"}:
            return None
        uses, lasts, amount = form["uses"], form["for"], form["amount"]
        if type(uses) is not int or not all(
            isinstance(text, str) and len(text) <= MOST_TEXT for text in (lasts, amount)
        ):
            return None
        return cls(uses, lasts, amount)

    def form(self) -> dict[str, Any]:
        """As JSON types."""
        return {"uses": self.uses, "for": self.lasts, "amount": self.amount}

    @property
    def for_ms(self) -> int:
        """`lasts` in milliseconds. GrammarError."""
        return parse_duration(self.lasts)

    @property
    def minor(self) -> int | None:
        """`amount` in minor units of its currency, None if there is none. GrammarError."""
        return parse_amount(self.amount)[0] if self.amount else None

    def plain(self) -> Terms:
        """The same in one form: what means the same is then equal. GrammarError."""
        return Terms(self.uses, format_duration(self.for_ms), self.amount)

    def beyond(self, most: Mapping[str, Any]) -> str:
        """What keeps these terms from being within the policy's `most` (`most_form`), in words; "" for nothing."""
        try:
            return self._beyond(most)
        except GrammarError as fault:
            return f"the terms are not readable: a value {fault.problem}; {fault.remedy[0].lower()}{fault.remedy[1:]}"

    def _beyond(self, most: Mapping[str, Any]) -> str:
        if type(self.uses) is not int or self.uses < 1:
            return f"{self.uses} uses allow nothing; the policy allows 1 to {most['uses']}"
        if self.uses > most["uses"]:
            return f"{self.uses} uses are more than the {most['uses']} that the policy allows"
        if self.for_ms > parse_duration(most["for"]):
            return f"{self.lasts} is longer than the {most['for']} that the policy allows"
        if not most["amount"]:
            return "the policy bounds no amount here; leave it out" if self.amount else ""
        if not self.amount:
            return f"an amount in all has to be said; the policy allows {most['amount']}"
        (mine, currency), (bound, its) = parse_amount(self.amount), parse_amount(most["amount"])
        if currency != its:
            return f"{self.amount} is not in {its}, in which the policy allows {most['amount']}"
        if mine > bound:
            return f"{self.amount} is more than the {most['amount']} that the policy allows"
        return "" if mine else f"{self.amount} allows nothing; the policy allows {most['amount']}"


def most_form(most: Widening) -> dict[str, Any]:
    """The policy's bounds, as terms are written."""
    amount = format_amount(most.amount, most.currency) if most.amount is not None else ""
    return {"uses": most.uses, "for": format_duration(most.for_ms), "amount": amount}
