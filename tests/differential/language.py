"""Tests on values, one after the other (POLICY.md 2.1, 2.2). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.differential.oracle_events import Scene
from tests.differential.oracle_records import field_at
from tests.differential.values import DECIMALS, Amount, Effect, Place, Text, Value, Values, amount, segments

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


def holds(scene: Scene, test: Any, value: Value, atom: Values | None = None) -> Answer:
    """One test on one value (2.2). `atom` has the arguments that records are looked up by."""
    if isinstance(test, list):
        return some([holds(scene, one, value, atom) for one in test])
    if isinstance(test, dict) and "not" in test:
        # What was not given is in no record, whatever the record holds.
        answer = holds(scene, test["not"], value, atom) if value is not None else takes_none(scene, test["not"])
        return None if answer is None else not answer
    if isinstance(test, dict) and "is" in test:
        return equals(test["is"], value)
    if isinstance(test, dict) and "of" in test:
        return recorded(scene, field_at(scene, test["of"][1:], test["by"], atom or {}), value)
    if isinstance(test, dict):
        return every([bounded(scene, bound, limit, value, atom) for bound, limit in test.items()])
    if test == "any":
        return True
    if test == "none":
        return value is None
    if test.startswith("$") and "." in test:
        return recorded(scene, field_at(scene, test[1:], None, atom or {}), value)
    if test.startswith("$"):
        [members] = scene.layer["sets"][test[1:]].values()
        return holds(scene, members, value, atom)
    return equals(test, value)


def bounded(scene: Scene, bound: str, limit: str, value: Value, atom: Values | None) -> Answer:
    """One bound; the limit may be what a record says."""
    if not limit.startswith("$"):
        return within_bounds({bound: limit}, value)
    found = field_at(scene, limit[1:], None, atom or {})
    if not found:
        return None
    [known] = found
    if isinstance(value, Amount) and isinstance(known, Amount):
        return known.currency == value.currency and compare(bound, known.minor, value.minor)
    return isinstance(value, int) and isinstance(known, int) and compare(bound, known, value)


def recorded(scene: Scene, found: list[Value] | None, value: Value) -> Answer:
    """Whether a value was recorded; unknown if the record is not there (2.5).

    Whether that is unknown, too, of an argument that was not given, the prose leaves open.
    """
    if value is None:
        return False if found is not None or scene.reading("absent") else None
    return None if found is None else value in found


def takes_none(scene: Scene, test: Any) -> bool:
    """Whether an argument that was not given passes a test."""
    if isinstance(test, list):
        return any(takes_none(scene, one) for one in test)
    if isinstance(test, dict):
        return "not" in test and not takes_none(scene, test["not"])
    if test.startswith("$") and "." not in test:
        return takes_none(scene, next(iter(scene.layer["sets"][test[1:]].values())))
    return test in ("none", "any")


def on_axis(scene: Scene, axis: str, test: Any, atom: Values) -> Answer:
    if test == "any":
        return True
    if axis == "within":  # any segment of the path; `not`: no segment
        if isinstance(test, dict) and "not" in test:
            answer = on_axis(scene, axis, test["not"], atom)
            return None if answer is None else not answer
        path = atom["path"]
        assert isinstance(path, Place)
        return some([holds(scene, test, segment, atom) for segment in path.segments])
    return holds(scene, test, atom[axis], atom) if axis in atom else None


def conjunction(scene: Scene, tests: dict[str, Any], atom: Values) -> Answer:
    return every([on_axis(scene, axis, test, atom) for axis, test in tests.items()])


def listed(verbs: Any, effect: Effect) -> bool:
    """Whether a verb list names this effect: by its verb, by its tool, or by its class (2.3, 2.6)."""
    names = verbs if isinstance(verbs, list) else [verbs]
    return any(name in effect.verbs or name == f"all.{effect.klass}" for name in names)


def action_patterns(of: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Action patterns (2.8): a verb, {verb: tests}, {any: verbs, where: tests}, or a list of them."""
    if isinstance(of, list):
        return [pattern for one in of for pattern in action_patterns(one)]
    if isinstance(of, str):
        return [(of, {})]
    return [(of["any"], of.get("where", {}))] if "any" in of else list(of.items())


def matches(scene: Scene, of: Any, effect: Effect, atom: Values) -> Answer:
    """Whether one of the action patterns is about an atom."""
    found = [conjunction(scene, where, atom) for verbs, where in action_patterns(of) if listed(verbs, effect)]
    return some(found)


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
