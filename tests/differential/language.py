"""Tests on values, one after the other (POLICY.md 2.1, 2.2). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.differential.values import DECIMALS, Amount, Effect, Place, Text, Value, Values, amount, segments

PolicyText = dict[str, Any]
Answer = bool | None
"""Yes, no, or unknown (None): Kleene's three values."""


def every(answers: list[Answer]) -> Answer:
    return False if False in answers else None if None in answers else True


def some(answers: list[Answer]) -> Answer:
    return True if True in answers else None if None in answers else False


def fits(pattern: tuple[str, ...], place: tuple[str, ...]) -> bool:
    """`*` is one segment, `**` at the end any number including none (2.2, Patterns)."""
    if pattern == ("**",):
        return True
    if not pattern or not place:
        return pattern == place
    return pattern[0] in ("*", place[0]) and fits(pattern[1:], place[1:])


UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def number(text: str) -> int:
    """An integer, a size, a date, or a cost in minor units: whose currency is the port's (2.1, Literals)."""
    if text[-3:] in DECIMALS:
        return amount(text).minor
    if " " in text:
        digits, unit = text.split(" ")
        return int(digits) * UNITS[unit]
    return date.fromisoformat(text).toordinal() if text.count("-") == 2 else int(text)


def compare(bound: str, limit: int, value: int) -> bool:
    return {"min": value >= limit, "max": value <= limit, "above": value > limit, "below": value < limit}[bound]


def within_bounds(test: dict[str, str], value: Value) -> Answer:
    if value is None:
        return False  # it is known that there is nothing (2.5: only records can be unknown)
    if isinstance(value, Amount):
        limits = {bound: amount(text) for bound, text in test.items()}
        # The currency is part of the test (2.1).
        return all(
            limit.currency == value.currency and compare(bound, limit.minor, value.minor)
            for bound, limit in limits.items()
        )
    size = len(value.text.encode()) if isinstance(value, Text) else value
    assert isinstance(size, int), f"bounds on {value}"
    return all(compare(bound, number(text), size) for bound, text in test.items())


def equals(literal: str, value: Value) -> Answer:
    if value is None:
        return False
    if isinstance(value, Place):
        return fits(segments(value.kind, literal), value.segments)
    if isinstance(value, Amount):
        return amount(literal) == value
    return literal == value if isinstance(value, str) else number(literal) == value


def holds(policy: PolicyText, test: Any, value: Value) -> Answer:
    """One test on one value (2.2)."""
    if isinstance(test, list):
        return some([holds(policy, one, value) for one in test])
    if isinstance(test, dict) and "not" in test:
        answer = holds(policy, test["not"], value)
        return None if answer is None else not answer
    if isinstance(test, dict) and "is" in test:
        return equals(test["is"], value)
    if isinstance(test, dict):
        return within_bounds(test, value)
    if test == "any":
        return True
    if test == "none":
        return value is None
    if test.startswith("$"):
        [members] = policy["sets"][test[1:]].values()
        return holds(policy, members, value)
    return equals(test, value)


def on_axis(policy: PolicyText, axis: str, test: Any, atom: Values) -> Answer:
    if test == "any":
        return True
    if axis == "within":  # any segment of the path; `not`: no segment
        if isinstance(test, dict) and "not" in test:
            return not on_axis(policy, axis, test["not"], atom)
        path = atom["path"]
        assert isinstance(path, Place)
        return some([holds(policy, test, segment) for segment in path.segments])
    return holds(policy, test, atom[axis]) if axis in atom else None


def conjunction(policy: PolicyText, tests: dict[str, Any], atom: Values) -> Answer:
    return every([on_axis(policy, axis, test, atom) for axis, test in tests.items()])


def listed(verbs: Any, effect: Effect) -> bool:
    """Whether a verb list names this effect: by its verb, by its tool, or by its class (2.3, 2.6)."""
    names = verbs if isinstance(verbs, list) else [verbs]
    return any(name in effect.verbs or name == f"all.{effect.klass}" for name in names)


def defaults(rule: dict[str, Any], atom: Values) -> Answer:
    """What a permit or ask leaves unsaid: https, the scheme's own port, and no program between (2.2)."""
    where = rule.get("where", {})
    said: list[Answer] = []
    if "scheme" in atom and "scheme" not in where:
        said.append(atom["scheme"] == "https")
    if "scheme" in atom and "port" not in where:
        said.append(atom.get("port") == {"https": 443, "http": 80}[str(atom["scheme"])])
    if "via" not in where:
        said.append(atom["via"] is None)
    return every(said)
