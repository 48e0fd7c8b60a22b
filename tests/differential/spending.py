"""Budgets, added up from the whole history (POLICY.md 2.10; decisions 0002 and 0005). Part of the oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tests.differential.atoms import effects
from tests.differential.language import Answer, PolicyText, conjunction, listed, number, some
from tests.differential.values import DECIMALS, Effect, Values, amount


@dataclass
class Event:
    """What happened before: an action permitted at `time`, and how it ended: open, settled or released."""

    time: int
    action: dict[str, Any]
    scopes: dict[str, str]
    outcome: str = "open"
    used: dict[str, int] | None = None


def action_patterns(of: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Action patterns (2.8): a verb, {verb: tests}, {any: verbs, where: tests}, or a list of them."""
    if isinstance(of, list):
        return [pattern for one in of for pattern in action_patterns(one)]
    if isinstance(of, str):
        return [(of, {})]
    return [(of["any"], of.get("where", {}))] if "any" in of else list(of.items())


FRAME = ("of", "per", "every", "why", "remedy", "about")


def measure_of(budget: dict[str, Any]) -> tuple[str, int, str]:
    """(measure, limit in minor units, bytes or pieces, currency or "")."""
    [(measure, text)] = [(key, text) for key, text in budget.items() if key not in FRAME]
    if text[-3:] in DECIMALS:
        return measure, *amount(text)
    return measure, number(text), ""


def parts_of(budget: dict[str, Any]) -> tuple[str, int, str, list[tuple[Any, dict[str, Any]]]]:
    return *measure_of(budget), action_patterns(budget["of"])


def uncounted_currency(policy: PolicyText, effect: Effect, atom: Values) -> Answer:
    """Decision 0005: refused is a currency that no amount budget counts, where one of them counts another.

    Unknown: it is counted, but by a budget of other payments than those that a budget of another currency is about. The
    record does not say whether the first one is enough, so that both answers are taken for right.
    """
    if not effect.currency:
        return False
    about = [
        (where, currency)
        for measure, _, currency, patterns in map(parts_of, policy.get("budgets", {}).values())
        for verbs, where in patterns
        if measure == "amount" and listed(verbs, effect) and conjunction(policy, where, atom) is not False
    ]
    if effect.currency not in {currency for _, currency in about}:
        return bool(about)
    everywhere = any(currency == effect.currency and not where for where, currency in about)
    return False if everywhere or len({currency for _, currency in about}) == 1 else None


DAY = 86_400_000
LENGTHS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": DAY}


def window(every: str | None, time: int) -> object:
    """Which window a moment lies in: aligned to the epoch, a month in UTC, or the only one (2.10)."""
    if every is None:
        return "ever"
    if every == "month":
        moment = datetime.fromtimestamp(time // 1000, UTC)
        return moment.year, moment.month
    unit = every.lstrip("0123456789")
    return time // (int(every[: -len(unit)]) * LENGTHS[unit])


def counts(verbs: Any, part: Effect, measure: str) -> bool:
    """Whether a verb list names a part for counting: a call of a tool with several effects counts once by its name."""
    names = part.verbs - ({part.tool} if measure in part.earlier else set())
    return listed(verbs, replace(part, verbs=names))


SCOPES = ("tenant", "user", "session", "run")


def charges(
    policy: PolicyText, budget: dict[str, Any], parts: list[Effect], scopes: dict[str, str], time: int
) -> dict[object, int] | None:
    """What an action takes from a budget, by key and window. None: it cannot be told, so it cannot be paid.

    A part counts once under one key, however many of its atoms are counted there; parts add up (decision 0002).
    """
    measure, _, currency, patterns = parts_of(budget)
    owed: dict[object, int] = {}
    for part in parts:
        keys = set()
        for atom in part.atoms:
            hits = [conjunction(policy, where, atom) for verbs, where in patterns if counts(verbs, part, measure)]
            if some(hits) is False or atom.get(measure, 0) is None:
                continue
            if measure == "amount" and part.currency != currency:
                continue
            known = {axis: one for axis, one in atom.items() if axis not in SCOPES} | scopes
            if measure not in part.measures or any(axis not in known for axis in budget["per"]):
                return None
            values = [known[axis] for axis in budget["per"]]
            keys.add((scopes["tenant"], *values, window(budget.get("every"), time)))
        for key in keys:
            owed[key] = owed.get(key, 0) + part.measures[measure]
    return owed


def spent(policy: PolicyText, budget: dict[str, Any], key: object, history: list[Event]) -> int:
    """Settled and reserved together under one key: all of the history, added up again."""
    measure, total = measure_of(budget)[0], 0
    for event in history:
        owed = charges(policy, budget, effects(policy, event.action), event.scopes, event.time) or {}
        reserved = owed.get(key, 0)
        if event.outcome == "settled" and measure in (event.used or {}):
            reserved = min(reserved, (event.used or {})[measure])
        total += 0 if event.outcome == "released" else reserved
    return total
