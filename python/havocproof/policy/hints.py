"""Words and remedies for faults in tests."""

from __future__ import annotations

from havocproof.actions.amounts import DECIMALS, format_amount
from havocproof.actions.scalars import GrammarError
from havocproof.policy.axes import NAME, PLACE, TEXT, WITHIN, Axis
from havocproof.policy.literals import format_date


def thing(axis: Axis) -> str:
    """What one value of the axis is called."""
    place_kind = "path" if axis.kind == "url" else axis.kind
    return {NAME: "name", PLACE: place_kind, WITHIN: "name", TEXT: "size"}.get(axis.sort, "value")


def span(axis: Axis) -> str:
    """The integers that can stand on the axis."""
    show = format_date if axis.kind == "date" else str
    if axis.low is None:
        return f"at most {show(axis.high or 0)}"
    return f"at least {show(axis.low)}" if axis.high is None else f"{show(axis.low)} to {show(axis.high)}"


def better_amount(text: str) -> GrammarError | None:
    """A remedy that writes the amount out, where the text says which is meant."""
    number, _, currency = text.partition(" ")
    whole, dot, digits = number.partition(".")
    decimals = DECIMALS.get(currency)
    if decimals is None or not whole.isascii() or not whole.isdecimal() or (dot and not digits.isdecimal()):
        return None
    if len(digits) > decimals or len(whole) > 15 or (len(whole) > 1 and whole[0] == "0"):
        return None
    meant = format_amount(int(whole + digits.ljust(decimals, "0")), currency)
    return GrammarError("has not exactly the currency's decimals", f"Write {meant}")
