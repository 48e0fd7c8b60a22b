"""The tools that generated policies may declare, the axes that rules on them may test, and arguments for calls."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from tests.differential import alphabet as abc
from tests.differential.alphabet import AXES, NAME, REQUIRED, Axis

DAY = date(2026, 11, 23).toordinal()
MAILS = {"list": "email", "max": "4"}
NAMES = {"list": "name", "max": "4"}

TOOLS: dict[str, dict[str, Any]] = {
    "pay": {
        "is": "money.payment",
        "args": {"to": "name", "sum": {"decimal": "USD"}},
        "optional": {"note": "text"},
        "map": {"account": {"const": "p"}, "payee": "to", "amount": "sum"},
    },
    "crowd": {
        "is": "money.payment",
        "args": {"to": NAMES, "sum": {"decimal": "JPY"}},
        "map": {"account": {"const": "q"}, "payee": "to", "amount": "sum"},
    },
    "refund": {
        "is": "money.refund",
        "args": {"to": "name", "sum": {"decimal": "USD"}},
        "optional": {"of": "name"},
        "map": {"account": {"const": "p"}, "payee": "to", "amount": "sum", "original": "of"},
    },
    "mail": {
        "is": "message.send",
        "args": {"to": MAILS, "body": "text"},
        "map": {"channel": {"const": "p"}, "recipient": "to"},
    },
    "fetch": {"is": "http.request", "args": {"url": "url"}, "map": {"method": {"const": "GET"}}},
    "open": {"is": "file.read", "args": {"file": {"path": "/a"}}, "map": {"path": "file"}},
    "note": {
        "effect": "change",
        "args": {"topic": "name", "level": ["low", "high"], "user": "name"},
        "optional": {
            "tag": "name",
            "day": "date",
            "size": {"int": {"min": "0", "max": "10"}},
            "memo": "text",
            "flag": "bool",
            "site": "host",
            "spot": {"path": "/"},
        },
    },
    "post": {"effect": "send", "args": {"to": MAILS, "at": "host", "ref": {"segments": "/"}}},
    "pair": {"effect": "change", "args": {"left": NAMES, "right": NAMES}, "pairs": ["left", "right"]},
    "nest": {
        "effect": "read",
        "args": {
            "who": {"object": {"first": "name", "mail": "email"}},
            "n": {"int": {"min": "4", "max": "6"}},
        },
    },
    "spend": {"effect": "pay", "args": {"sum": {"decimal": "KWD"}}, "optional": {"fee": {"decimal": "USD"}}},
    "both": {
        "is": ["file.read", "money.payment"],
        "args": {"file": {"path": "/"}, "to": "name", "sum": {"decimal": "EUR"}},
        "map": {
            "file.read": {"path": "file"},
            "money.payment": {"account": {"const": "p"}, "payee": "to", "amount": "sum"},
        },
    },
}
RECORD_TOOLS: dict[str, dict[str, Any]] = {
    "who": {"effect": "read"},
    "look": {"effect": "read", "args": {"id": "name"}},
    "rows": {"effect": "read"},
    "use": {
        "effect": "change",
        "args": {"id": "name", "to": "name", "n": "int", "sum": {"decimal": "USD"}, "mail": "email"},
        "optional": {"tag": "name"},
    },
    "many": {"effect": "change", "args": {"id": "name", "items": {"list": "name", "max": "3"}}},
}
"""The tools of policies about records: the first three tell, the others are what rules look at."""
KNOWN = TOOLS | RECORD_TOOLS
_SORTS = {
    "name": NAME,
    "text": Axis("text", base=5),
    "int": Axis("int", base=5),
    "bool": Axis("enum", ("false", "true")),
    "date": Axis("date", base=DAY),
    "host": Axis("host"),
    "email": Axis("email"),
}


def _axes(name: str, kind: Any, is_optional: bool) -> dict[str, Axis]:
    """The axes that one declared argument brings."""
    if kind == "url":
        return {axis: AXES["http.request"][axis] for axis in ("host", "path", "scheme", "port", "query")}
    if isinstance(kind, list):
        return {name: Axis("enum", tuple(kind), optional=is_optional)}
    if isinstance(kind, str):
        plain = _SORTS[kind]
        return {name: Axis(plain.sort, plain.words, plain.base, is_optional)}
    [(word, inner), *_] = kind.items()
    if word == "object":
        return {axis: found for key, one in inner.items() for axis, found in _axes(f"{name}.{key}", one, False).items()}
    if word == "list":
        return _axes(name, inner, True) | {f"{name}.count": Axis("int", base=2, closed=True)}
    if word == "decimal":
        return {name: Axis("amount", (inner,), optional=is_optional)}
    if word == "int":
        return {name: Axis("int", base=5, optional=is_optional, closed=inner["max"] == "6")}
    return {name: Axis(word, optional=is_optional)}


def tool_axes(spec: dict[str, Any]) -> dict[str, Axis]:
    """What a rule that names the tool may test: its arguments, and the axes of the one effect that it is."""
    own: dict[str, Axis] = {}
    for section in ("args", "optional"):
        for name, kind in spec.get(section, {}).items():
            own |= _axes(name, kind, section == "optional")
    family = spec.get("is")
    if not isinstance(family, str):
        return own
    unknown = {"bytes", "bytes_in"}
    return {axis: found for axis, found in AXES[family].items() if axis not in unknown} | own


def tool_measures(name: str) -> list[str]:
    """Its integer arguments, and the amount of a payment that it is."""
    return {
        "note": ["size"],
        "nest": ["n"],
        "spend": ["fee"],
        "pay": ["amount"],
        "refund": ["amount"],
        "mail": ["recipients"],
        "both": ["amount"],
    }.get(name, [])


def tool_required(spec: dict[str, Any]) -> list[str]:
    family = spec.get("is", [])
    return REQUIRED[family] if isinstance(family, str) else ["file", "to", "sum"] if family else []


def argument(rng: Random, kind: Any) -> Any:
    """A value of a declared type, now and then one that its bounds refuse."""
    if isinstance(kind, list):
        return rng.choice(kind)
    if isinstance(kind, dict):
        [(word, inner), *_] = kind.items()
        if word == "object":
            return {key: argument(rng, one) for key, one in inner.items()}
        if word == "list":
            return [argument(rng, inner) for _ in range(rng.randint(0, int(kind["max"]) + 1))]
        if word == "decimal":
            minor, digits = abc.near(rng, abc.MIDDLE), abc.DECIMALS[inner]
            return Decimal(minor).scaleb(-digits) if digits else minor
        if word == "path":
            text = abc.place(rng, "path")
            return text if rng.randint(0, 1) else text.lstrip("/") or "a"
        return abc.place(rng, "segments") if word == "segments" else abc.near(rng, 5)
    if kind == "url":
        scheme, port = rng.choice(["https", "https", "http"]), rng.choice(["", "", ":8443"])
        query = rng.choice(["", "", "?p=1", "?p=1&q=2"])
        return f"{scheme}://{abc.place(rng, 'host')}{port}{abc.place(rng, 'path')}{query}"
    if kind == "bool":
        return rng.choice([False, True])
    if kind == "date":
        return date.fromordinal(abc.near(rng, DAY)).isoformat()
    return rng.choice("xé") * rng.randint(0, 7) if kind == "text" else abc.value(rng, _SORTS[kind])


def call_of(rng: Random, name: str) -> dict[str, Any]:
    """A call of a tool; optional arguments are given or not."""
    spec = KNOWN[name]
    given = [*spec.get("args", {}).items(), *(one for one in spec.get("optional", {}).items() if rng.randint(0, 1))]
    args = {key: argument(rng, kind) for key, kind in given}
    if "pairs" in spec and rng.randint(0, 4):
        first, second = spec["pairs"]
        args[second] = [rng.choice(args[second] or ["p"]) for _ in args[first]]
    return {"action": name, "args": args}
