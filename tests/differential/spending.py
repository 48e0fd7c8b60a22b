"""Budgets and rates, added up from the whole history (POLICY.md 2.10; decisions 0002 and 0005). Part of the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.differential.atoms import parts_of_event
from tests.differential.language import Answer, action_patterns, conjunction, listed, number, some
from tests.differential.oracle_agents import agent_of, started
from tests.differential.oracle_events import Event, Scene, chain
from tests.differential.values import DECIMALS, Effect, Values, amount

FRAME = ("of", "per", "every", "why", "remedy", "about", "soft")


def measure_of(budget: dict[str, Any]) -> tuple[str, int, str]:
    """(measure, limit in minor units, bytes or pieces, currency or "")."""
    [(measure, text)] = [(key, text) for key, text in budget.items() if key not in FRAME]
    if text[-3:] in DECIMALS:
        return measure, *amount(text)
    return measure, number(text), ""


def parts_of(budget: dict[str, Any]) -> tuple[str, int, str, list[tuple[Any, dict[str, Any]]]]:
    return *measure_of(budget), action_patterns(budget["of"])


def uncounted_currency(scene: Scene, effect: Effect, atom: Values) -> Answer:
    """Decision 0005: refused is a currency that no amount budget counts, where one of them counts another.

    Unknown: it is counted, but by a budget of other payments than those that a budget of another currency is about. The
    record does not say whether the first one is enough, so that both answers are taken for right.
    """
    if not effect.currency:
        return False
    about = [
        (where, currency)
        for measure, _, currency, patterns in map(parts_of, scene.layer.get("budgets", {}).values())
        for verbs, where in patterns
        if measure == "amount" and listed(verbs, effect) and conjunction(scene, where, atom) is not False
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
    return time // length(every)


def length(every: str) -> int:
    unit = every.lstrip("0123456789")
    return int(every[: -len(unit)]) * LENGTHS[unit]


def counts(verbs: Any, part: Effect, measure: str) -> bool:
    """Whether a verb list names a part for counting: a call of a tool with several effects counts once by its name."""
    again = ("count" if measure == "at_once" else measure) in part.earlier
    names = part.verbs - ({part.tool} if again else set())
    return listed(verbs, replace(part, verbs=names))


SCOPES = ("tenant", "user", "session", "run", "agent")
Owed = dict[tuple[Any, ...], int]
"""What is owed under each key: (tenant, the values of `per`, window). An agent stands there with its id."""


def charges(scene: Scene, of: Any, per: list[str], measure: str, currency: str, parts: list[Effect]) -> Owed | None:
    """What an action takes, by key; windows are added by `windowed`. None: it cannot be told, so it cannot be paid.

    A part counts once under one key, however many of its atoms are counted there; parts add up (decision 0002).
    """
    owed: Owed = {}
    for part in parts:
        keys = set()
        for atom in part.atoms:
            hits = [
                conjunction(scene, where, atom) for verbs, where in action_patterns(of) if counts(verbs, part, measure)
            ]
            if some(hits) is False or atom.get(measure, 0) is None:
                continue
            if measure == "amount" and part.currency != currency:
                continue
            known = {axis: one for axis, one in atom.items() if axis not in SCOPES} | scene.scopes
            if (measure != "at_once" and measure not in part.measures) or any(axis not in known for axis in per):
                return None
            # `agent` means each instance of the chain (2.10): the one that acts and all its ancestors.
            for one in chain(scene.scopes) if "agent" in per else [""]:
                keys.add((scene.scopes["tenant"], *(one if axis == "agent" else known[axis] for axis in per)))
        for key in keys:
            owed[key] = owed.get(key, 0) + (1 if measure == "at_once" else part.measures[measure])
    return owed


def owed_to(scene: Scene, budget: dict[str, Any], parts: list[Effect]) -> Owed | None:
    measure, _, currency = measure_of(budget)
    owed = charges(scene, budget["of"], budget["per"], measure, currency, parts)
    at = window(budget.get("every"), scene.now)
    return None if owed is None else {(*key, at): one for key, one in owed.items()}


def spent(scene: Scene, budget: dict[str, Any], under: str = "") -> Owed:
    """Settled and reserved together under each key: all of the history, added up again; `under` an agent only."""
    measure = measure_of(budget)[0]
    total: Owed = {}
    for at, event in scene.events():
        if event.outcome == "released" or (measure == "at_once" and event.outcome not in ("open", "lasts")):
            continue
        if under and under not in chain(event.scopes):
            continue
        for key, reserved in (owed_to(scene.before(at), budget, parts_of_event(scene.top, event)) or {}).items():
            if event.outcome != "open" and measure in (event.used or {}):
                reserved = min(reserved, (event.used or {})[measure])
            total[key] = total.get(key, 0) + reserved
    return total


def shares(scene: Scene, name: str) -> Iterator[tuple[str, int]]:
    """The agents of the chain that have a share of a budget, with its limit: of their kind, or smaller (2.12)."""
    agents = chain(scene.scopes)
    for depth, who in enumerate(agents):
        event = started(scene, who)
        below = started(scene, agents[depth + 1]) if depth + 1 < len(agents) else None
        kind = (
            event.action["args"]["agent"] if event else (below.scopes if below else scene.scopes).get("agent", "main")
        )
        found = [agent_of(scene, who, kind).share]
        found += [event.action["args"].get("share", {})] if event else []
        limits = [number(str(share[name])) for share in found if name in share]
        if limits:
            yield who, min(limits)


def budgets(scene: Scene, parts: list[Effect]) -> tuple[set[str], set[str]]:
    """The reasons of the budgets of one layer to refuse, and the approvals that soft limits want."""
    reasons, needs = set(), set()
    for name, budget in scene.layer.get("budgets", {}).items():
        owed = owed_to(scene, budget, parts)
        if owed is None:
            reasons.add("unpayable")
        before = spent(scene, budget) if owed else {}
        for key, more in (owed or {}).items():
            total = before.get(key, 0) + more
            if total > measure_of(budget)[1]:
                reasons.add("later")
            soft = budget.get("soft")
            if soft and total > measure_of({measure_of(budget)[0]: soft["above"]})[1]:
                needs.add(soft["needs"])
        # A share is a limit on what an agent and all below it spend, whatever else the budget counts by.
        apart = budget | {"per": [axis for axis in budget["per"] if axis != "agent"]}
        for who, limit in shares(scene, name) if scene.layer is scene.top else ():
            below = spent(scene, apart, who)
            if any(below.get(key, 0) + more > limit for key, more in (owed_to(scene, apart, parts) or {}).items()):
                reasons.add("later")
    return reasons, needs


def rates(scene: Scene, parts: list[Effect]) -> set[str]:
    """The reasons of the rates of one layer: any interval of length t admits at most burst + t / every (2.10, B5)."""
    reasons = set()
    for rate in scene.layer.get("rates", {}).values():
        burst, every = int(rate["burst"]), length(rate["every"])
        owed = charges(scene, rate["of"], rate["per"], "count", "", parts)
        if owed is None:
            reasons.add("unpayable")
        for key, more in (owed or {}).items():
            moments = admitted(scene, rate, key) + [scene.now] * more
            for first, start in enumerate(moments):
                if len(moments) - first > burst + (scene.now - start) // every:
                    reasons.add("later")
    return reasons


def admitted(scene: Scene, rate: dict[str, Any], key: tuple[Any, ...]) -> list[int]:
    """The moments at which something was admitted under a key; what failed was admitted, too."""
    found = []
    for at, event in scene.events():
        owed = charges(scene.before(at), rate["of"], rate["per"], "count", "", parts_of_event(scene.top, event)) or {}
        found += [event.time] * owed.get(key, 0)
    return found


__all__ = ["Event", "action_patterns", "budgets", "measure_of", "rates", "uncounted_currency", "window"]
