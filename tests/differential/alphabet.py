"""The small world of the generated policies and actions: few values on each axis, so that they collide often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Axis:
    """`sort` says how it is tested; `words` are its values (names, enums), `base` is the middle of its numbers.

    `closed`: the declared type has no number further than 1 from the middle.
    """

    sort: str
    words: tuple[str, ...] = ()
    base: int = 0
    optional: bool = False
    closed: bool = False


NAME = Axis("name", ("p", "q", "r"))
MAYBE = Axis("name", ("p", "q"), optional=True)
PATH = Axis("path")
SIZE = Axis("size", base=5)
WHOLE = Axis("int", base=5)
AMOUNT = Axis("amount")
FILE = {
    "path": PATH,
    "name": Axis("name", ("a", "b", "a.b", ".b")),
    "ext": Axis("name", ("a", "b"), optional=True),
    "within": Axis("name", ("a", "b", ".b")),
}
FOLDER = {axis: FILE[axis] for axis in ("path", "name", "within")}
BYTES = {"bytes": SIZE}
SQL = {"table": Axis("table"), "column": NAME, "rows": WHOLE}

AXES: dict[str, dict[str, Axis]] = {
    "http.request": {
        "host": Axis("host"),
        "path": PATH,
        "method": Axis("enum", ("GET", "POST", "PUT")),
        "scheme": Axis("enum", ("http", "https")),
        "port": Axis("int", base=443),
        "query": MAYBE,
        "bytes_out": Axis("size", base=160),  # a bare request has 120 and some
        "bytes_in": SIZE,
    },
    "file.read": FILE | BYTES,
    "file.write": FILE | BYTES,
    "file.append": FILE | BYTES,
    "file.delete": FILE | BYTES,
    "dir.list": FOLDER,
    "dir.make": FOLDER,
    "sql.read": SQL,
    "sql.update": SQL,
    "sql.delete": {"table": SQL["table"], "rows": WHOLE},
    "sql.call": {"function": NAME, "rows": WHOLE},
    "money.payment": {"account": NAME, "payee": NAME, "amount": AMOUNT},
    "money.trade": {
        "account": NAME,
        "side": Axis("enum", ("buy", "sell")),
        "symbol": NAME,
        "amount": AMOUNT,
        "venue": MAYBE,
        "quantity": WHOLE,
    },
    "money.refund": {"account": NAME, "payee": NAME, "amount": AMOUNT, "original": MAYBE},
    "message.send": {
        "channel": NAME,
        "recipient": Axis("email"),
        "recipients": Axis("int", base=2, closed=True),
        "bytes_out": SIZE,
    },
    "model.call": {"model": NAME, "tokens": Axis("int", base=45), "cost": Axis("cost", base=5_000)},
}
REQUIRED = {
    "http.request": ["host", "path", "method"],
    "sql.read": ["table", "column"],
    "sql.update": ["table"],
    "sql.delete": ["table"],
    "sql.call": ["function"],
    "money.payment": ["account", "payee", "amount"],
    "money.trade": ["account", "side", "symbol", "amount"],
    "money.refund": ["account", "payee", "amount"],
    "message.send": ["channel", "recipient"],
    "model.call": ["model"],
} | {verb: ["path"] for verb in AXES if verb.startswith(("file.", "dir."))}
FAMILIES = {
    "http": ["http.request"],
    "files": ["file.read", "file.write", "file.append", "file.delete", "dir.list", "dir.make"],
    "sql": ["sql.read", "sql.update", "sql.delete", "sql.call"],
    "money": ["money.payment", "money.trade", "money.refund"],
    "messages": ["message.send"],
    "model": ["model.call"],
}
BY_TOOLS = ("money.refund", "message.send")  # verbs that only tools have
CLASSES = {
    "http": ["all.send"],
    "files": ["all.read", "all.change", "all.destroy"],
    "sql": ["all.read", "all.change", "all.destroy", "all.run"],
    "money": ["all.pay"],
    "messages": ["all.send"],
    "model": ["all.model"],
}
MEASURES = {
    "http": ["count", "bytes_out", "bytes_in"],
    "files": ["count", "bytes"],
    "sql": ["count", "rows"],
    "money": ["count", "amount", "amount", "quantity"],
    "messages": ["count", "recipients"],
    "model": ["count", "tokens", "cost"],
}

LABELS = {"host": ("a", "b", "c"), "path": ("a", "b", "a.b", ".b"), "table": ("a", "b"), "segments": ("a", "b")}
CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
MIDDLE = 10_000


def money(minor: int, currency: str) -> str:
    digits = DECIMALS[currency]
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}} {currency}" if digits else f"{minor} {currency}"


def minor(amount: str) -> int:
    return int(amount.split(" ")[0].replace(".", ""))


def several(rng: Random, options: Sequence[Any], least: int, most: int) -> list[Any]:
    return [rng.choice(options) for _ in range(rng.randint(least, most))]


def distinct(rng: Random, options: Sequence[Any], least: int, most: int) -> list[Any]:
    return rng.sample(options, min(rng.randint(least, most), len(options)))


def written(sort: str, parts: list[str]) -> str:
    """A place or pattern, given from the root, as it is written."""
    if sort == "host":
        return ".".join(reversed(parts))
    if sort == "email":
        return f"{parts[-1]}@{'.'.join(reversed(parts[:-1]))}"
    if sort == "table":
        return ".".join(parts)
    return "/".join(parts) if sort == "segments" else "/" + "/".join(parts)


def place(rng: Random, sort: str) -> str:
    """A value, up to four segments deep."""
    if sort == "email":
        return written(sort, several(rng, ["a", "b"], 2, 3))
    if sort == "host" and rng.randint(0, 9) == 9:
        return "203.0.113.7"
    least, most = (3, 3) if sort == "table" else (0, 4) if sort == "path" else (1, 4)
    return written(sort, several(rng, LABELS[sort], least, most))


def pattern(rng: Random, sort: str) -> str:
    """Literal segments, at most two `*`, and perhaps `**` at the open end."""
    if sort == "host" and rng.randint(0, 9) == 9:
        return "ip:203.0.113.7"
    least, most = {"email": (2, 3), "table": (3, 3), "path": (0, 4)}.get(sort, (1, 4))
    is_open = sort != "email" and rng.randint(0, 1) == 1
    if is_open:
        least, most = (1, 2) if sort == "table" else (0, 3)
    labels = ("a", "b") if sort == "email" else LABELS[sort]
    parts = several(rng, [*labels, *labels, "*"], least, most)
    stars = [at for at, part in enumerate(parts) if part == "*"]
    parts = ["a" if at in stars[2:] else part for at, part in enumerate(parts)]
    if sort == "host" and len(parts) <= 1 and parts == ["*"] * len(parts):
        parts = ["a"]  # stars alone name no host
    return written(sort, parts + ["**"] * is_open)


def near(rng: Random, number: int) -> int:
    return rng.randint(number - 2, number + 2)


def value(rng: Random, axis: Axis) -> Any:
    """A value of this axis, as an action writes it."""
    if axis.sort in ("name", "enum"):
        return rng.choice(axis.words)
    if axis.sort == "amount":
        return money(near(rng, MIDDLE), rng.choice(CURRENCIES))
    if axis.sort in ("int", "size", "cost"):
        return rng.choice([443, 443, 80, 8443, 444]) if axis.base == 443 else near(rng, axis.base)
    return place(rng, axis.sort)
