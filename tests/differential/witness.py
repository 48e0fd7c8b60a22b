"""Values at the tests of a rule: inside a test, or just beside it."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential import alphabet as abc
from tests.differential.alphabet import Axis
from tests.differential.generators import PolicyTree


def pick(rng: Random, test: Any, axis: Axis, sets: PolicyTree, beside: bool) -> Any:
    """A value that the test admits, as far as this is simple; `beside`: one near its border, on either side."""
    if isinstance(test, list):
        return pick(rng, rng.choice(test), axis, sets, beside)
    if any(word in str(test) for word in ("$r", "'of'")):  # what was recorded is of the same small world
        return abc.value(rng, axis)
    if isinstance(test, str) and test.startswith("$"):
        [members] = sets[test[1:]].values()
        return pick(rng, members, axis, sets, beside)
    if isinstance(test, dict) and "not" in test and axis.sort in ("int", "size", "amount", "cost"):
        return pick(rng, test["not"], axis, sets, True)
    if isinstance(test, dict) and "not" in test:
        others = [word for word in axis.words if word not in test["not"]]
        return rng.choice(others) if others and not beside else abc.value(rng, axis)
    if test in ("any", "none") or axis.sort in ("text", "date", "email"):
        return abc.value(rng, axis)
    if axis.sort in ("int", "size", "amount", "cost"):
        return _number(rng, test, axis, beside)
    if axis.sort in ("name", "enum"):
        return abc.value(rng, axis) if beside else test
    return _placed(rng, test, axis, beside)


_INSIDE = {"min": 0, "max": 0, "above": 1, "below": -1}


def _number(rng: Random, test: Any, axis: Axis, beside: bool) -> Any:
    bound, literal = rng.choice(sorted(test.items())) if isinstance(test, dict) else ("min", test)
    step = rng.randint(-1, 1) if beside and axis.base != 443 else _INSIDE[bound]
    if axis.sort == "cost":
        return abc.minor(literal) + step
    if axis.sort != "amount":
        return int(literal.removesuffix(" B")) + step
    currency = literal.split(" ")[1]
    if beside:
        currency = rng.choice([currency, "USD", "EUR"])
    return abc.money(abc.minor(literal) + step, currency)


def _placed(rng: Random, pattern: str, axis: Axis, beside: bool) -> str:
    """A place inside a pattern; or with a segment more, less, or other, or with two for a star."""
    if pattern.startswith("ip:"):
        return pattern.removeprefix("ip:")
    labels = abc.LABELS[axis.sort]
    parts = pattern.strip("/").split("." if axis.sort in ("host", "table") else "/")
    parts = [part for part in (reversed(parts) if axis.sort == "host" else parts) if part]
    if parts and parts[-1] == "**":
        parts[-1:] = abc.several(rng, labels, 0, 2)
    if axis.sort == "table":
        parts = [*parts, "a", "b", "a"][:3]
    elif beside:
        how = rng.choice(["less", "more", "other"])
        if "*" in parts and rng.choice((False, True)):
            parts.insert(parts.index("*"), rng.choice(labels))
        else:
            parts = (parts if how == "more" else parts[:-1]) + [rng.choice(labels)] * (how != "less")
    parts = [rng.choice(labels) if part == "*" else part for part in parts]
    return abc.written(axis.sort, parts or ([] if axis.sort == "path" else ["a"]))
