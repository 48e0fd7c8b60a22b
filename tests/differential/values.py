"""Values, each saying by its type how it can be tested; effects made of them. Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Place(NamedTuple):
    """A hierarchical value: its segments from the root."""

    kind: str
    segments: tuple[str, ...]


class Amount(NamedTuple):
    minor: int
    currency: str


class Text(NamedTuple):
    """Free text: only its size can be asked."""

    text: str


Value = str | int | Place | Amount | Text | None
"""`None` is an optional argument that was not given: the word `none` in a test."""
Values = dict[str, Value]
Choices = list[Values]


class Refused(Exception):
    """No action of this policy."""


@dataclass
class Effect:
    """One effect: the names it answers to, its class, its measures, and its atoms."""

    verbs: frozenset[str]
    klass: str
    measures: dict[str, int]
    atoms: Choices
    tool: str = ""
    earlier: frozenset[str] = frozenset()  # measures that an effect before it, of the same tool call, has too

    @property
    def currency(self) -> str:
        """The currency of its amount; an effect without one has none."""
        paid = self.atoms[0].get("amount")
        return paid.currency if isinstance(paid, Amount) else ""


CLASSES = {
    "http.request": "send",
    "net.connect": "send",
    "message.send": "send",
    "file.read": "read",
    "file.write": "change",
    "file.append": "change",
    "file.delete": "destroy",
    "dir.list": "read",
    "dir.make": "change",
    "sql.read": "read",
    "sql.insert": "change",
    "sql.update": "change",
    "sql.delete": "destroy",
    "sql.schema": "destroy",
    "sql.call": "run",
    "money.payment": "pay",
    "money.transfer": "pay",
    "money.refund": "pay",
    "money.trade": "pay",
    "model.call": "model",
    "agent.spawn": "agent",
    "agent.handoff": "agent",
    "agent.report": "agent",
}
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}


def segments(kind: str, text: str) -> tuple[str, ...]:
    """The segments of a place or of a pattern, from the root: hosts are read from right to left."""
    if kind == "host":
        return (text,) if text.startswith("ip:") else tuple(reversed(text.split(".")))
    if kind == "email":
        local, domain = text.split("@")
        return (*reversed(domain.split(".")), "@", local)
    return tuple(part for part in text.split("." if kind == "table" else "/") if part)


def host(text: str) -> Place:
    is_ip = text.replace(".", "").isdigit()
    return Place("host", segments("host", f"ip:{text}" if is_ip else text))


def amount(text: str) -> Amount:
    number, currency = text.split(" ")
    return Amount(int(Decimal(number).scaleb(DECIMALS[currency])), currency)


def path_axes(text: str, verb: str) -> Values:
    """`path` and what is derived from it."""
    parts = segments("path", text)
    name = parts[-1] if parts else ""
    values: Values = {"path": Place("path", parts), "name": name or None}
    if verb.startswith("file."):
        values["ext"] = (name.split(".")[-1] if "." in name else "") or None
    return values
