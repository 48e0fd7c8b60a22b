"""The small world of the generated policies and actions: few values on each axis, so that they collide often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st


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
        "bytes_out": SIZE,
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
    "model.call": {"model": NAME, "tokens": Axis("int", base=45)},
}
REQUIRED = {
    "http.request": ["host", "path", "method"],
    "sql.read": ["table", "column"],
    "sql.update": ["table"],
    "sql.delete": ["table"],
    "sql.call": ["function"],
    "money.payment": ["account", "payee", "amount"],
    "money.trade": ["account", "side", "symbol", "amount"],
    "model.call": ["model"],
} | {verb: ["path"] for verb in AXES if verb.startswith(("file.", "dir."))}
FAMILIES = {
    "http": ["http.request"],
    "files": ["file.read", "file.write", "file.append", "file.delete", "dir.list", "dir.make"],
    "sql": ["sql.read", "sql.update", "sql.delete", "sql.call"],
    "money": ["money.payment", "money.trade"],
    "model": ["model.call"],
}
CLASSES = {
    "http": ["all.send"],
    "files": ["all.read", "all.change", "all.destroy"],
    "sql": ["all.read", "all.change", "all.destroy", "all.run"],
    "money": ["all.pay"],
    "model": ["all.model"],
}
MEASURES = {
    "http": ["count", "bytes_out", "bytes_in"],
    "files": ["count", "bytes"],
    "sql": ["count", "rows"],
    "money": ["count", "amount", "amount"],
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


def amounts() -> st.SearchStrategy[str]:
    return st.builds(money, st.integers(MIDDLE - 2, MIDDLE + 2), st.sampled_from(CURRENCIES))


def written(sort: str, parts: list[str]) -> str:
    """A place or pattern, given from the root, as it is written."""
    if sort == "host":
        return ".".join(reversed(parts))
    if sort == "email":
        return f"{parts[-1]}@{'.'.join(reversed(parts[:-1]))}"
    if sort == "table":
        return ".".join(parts)
    return "/".join(parts) if sort == "segments" else "/" + "/".join(parts)


def places(sort: str) -> st.SearchStrategy[str]:
    """Values, up to four segments deep."""
    if sort == "email":
        return st.lists(st.sampled_from(["a", "b"]), min_size=2, max_size=3).map(lambda parts: written(sort, parts))
    label = st.sampled_from(LABELS[sort])
    if sort == "table":
        return st.lists(label, min_size=3, max_size=3).map(".".join)
    least = 0 if sort == "path" else 1
    found = st.lists(label, min_size=least, max_size=4).map(lambda parts: written(sort, parts))
    return st.one_of(found, found, found, st.just("203.0.113.7")) if sort == "host" else found


def patterns(sort: str) -> st.SearchStrategy[str]:
    """Literal segments, at most two `*`, and perhaps `**` at the open end."""

    def build(parts: list[str], is_open: bool) -> str:
        stars = [at for at, part in enumerate(parts) if part == "*"]
        kept = ["a" if at in stars[2:] else part for at, part in enumerate(parts)]
        return written(sort, kept + ["**"] * is_open)

    if sort == "email":
        part = st.sampled_from(["a", "b", "*"])
        return st.lists(part, min_size=2, max_size=3).map(lambda parts: build(parts, False))
    part = st.sampled_from([*LABELS[sort], *LABELS[sort], "*"])
    if sort == "table":
        whole = st.lists(part, min_size=3, max_size=3).map(lambda parts: build(parts, False))
        return whole | st.lists(part, min_size=1, max_size=2).map(lambda parts: build(parts, True))
    least = 0 if sort == "path" else 1
    shut = st.lists(part, min_size=least, max_size=4).map(lambda parts: build(parts, False))
    some = shut | st.lists(part, min_size=0, max_size=3).map(lambda parts: build(parts, True))
    return st.one_of(some, some, some, st.just("ip:203.0.113.7")) if sort == "host" else some


def near(number: int) -> st.SearchStrategy[int]:
    return st.integers(number - 2, number + 2)


def values(axis: Axis) -> st.SearchStrategy[Any]:
    """A value of this axis, as an action writes it."""
    if axis.sort in ("name", "enum"):
        return st.sampled_from(axis.words)
    if axis.sort == "amount":
        return amounts()
    if axis.sort in ("int", "size"):
        return st.sampled_from([80, 443, 443, 8443, 444]) if axis.base == 443 else near(axis.base)
    return places(axis.sort)
