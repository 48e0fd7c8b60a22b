"""A plain reading of the kernel's rules, written from their docstrings, and small worlds that are walked in full.

Answers are True, False or None for unknown. It shares nothing with the analyzer: it looks at one moment at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from havocproof.kernel import source as src

VERB = "do"
KINDS = {"main": frozenset({"", "g", "h"}), "aide": frozenset({"", "g"})}
NAMES = ("x", "y", "z", "other")
PLACES = tuple(place for length in range(4) for place in product("uvw", repeat=length))
INTS = (0, 1, 2, 3, 4)
RECORDED = range(-1, 5)
LABEL = src.Mark(src.LABEL, "l", ("session",))
DONE = src.Mark(src.DONE, "f", ("run",))
RESET = src.Mark(src.MARK, "r", ("run",))
OF = src.Ref("rec", None, "of")
SIZE = src.Ref("rec", None, "size")
Answer = bool | None


@dataclass(frozen=True)
class World:
    """One moment. `marks`: when each was set, 0 never; `record`: of the run, None if it is not known."""

    kind: str = "main"
    user: str = "u1"
    name: str = "other"
    place: tuple[str, ...] = ()
    size: int = 0
    label: int = 0
    done: int = 0
    reset: int = 0
    record: tuple[str, int] | None = None
    groups: frozenset[str] = field(default_factory=frozenset)


def worlds(rules: Sequence[src.Rule], more: Sequence[src.Test]) -> Iterator[World]:
    """All moments that the tests can tell apart, on the values that this module knows."""
    tests = [*more, *(test for rule in rules for tests in (rule.tests, *rule.unless) for test in tests)]
    sorts = {type(test) for test in tests}
    axes = {getattr(test, "axis", "") for test in tests}
    marks = {mark for test in tests for mark in (getattr(test, "mark", None), getattr(test, "done", None)) if mark}
    marks |= {test.reset for test in tests if isinstance(test, src.Since)}
    recorded = bool(sorts & {src.Listed, src.Held, src.HeldIn, src.Compared, src.Kept})
    for kind, user, name, place, size, label, done, reset, record in product(
        KINDS,
        ("u1", "u2", "") if sorts & {src.Scoped, src.Scoping} else ("u1",),
        NAMES if "a" in axes else ("other",),
        PLACES if "p" in axes else ((),),
        INTS if "n" in axes else (0,),
        (0, 1) if LABEL in marks else (0,),
        (0, 1, 2) if DONE in marks else (0,),
        (0, 1, 2) if RESET in marks else (0,),
        (None, *product(NAMES, RECORDED)) if recorded else (None,),
    ):
        yield World(kind, user, name, place, size, label, done, reset, record, KINDS[kind])


def answer(test: src.Test, world: World) -> Answer:
    """How one test answers."""
    found = _plain(test, world)
    return None if found is None else found == test.want


def _plain(test: src.Test, world: World) -> Answer:
    match test:
        case src.Named(names=names):
            return world.name in names
        case src.Placed(patterns=patterns):
            return any(_fits(pattern, world.place) for pattern in patterns)
        case src.Holding(names=names):
            return not names.isdisjoint(world.place)
        case src.Ranged(ranges=ranges):
            return any(_lies(each, world.size) for each in ranges)
        case src.Scoped(names=names):
            return world.user in names if world.user else False
        case src.Scoping():
            return world.user != ""
        case src.Stands(mark=mark):
            return {LABEL: world.label, DONE: world.done, RESET: world.reset}[mark] > 0
        case src.Since():
            return world.done > 0 and world.reset < world.done
        case src.Kept():
            return world.record is not None
        case src.Listed():
            return None if world.record is None else world.name == world.record[0]
        case src.Held(names=names):
            return None if world.record is None else world.record[0] in names
        case src.HeldIn(ranges=ranges):
            return None if world.record is None else any(_lies(each, world.record[1]) for each in ranges)
        case src.Compared(exact=exact):
            if world.record is None:
                return None
            return world.size == world.record[1] if exact else world.size <= world.record[1]


def _fits(pattern: src.Pattern, place: tuple[str, ...]) -> bool:
    symbols = pattern.symbols
    if len(place) < len(symbols) or (len(place) > len(symbols) and not pattern.open):
        return False
    return all(symbol is None or symbol == segment for symbol, segment in zip(symbols, place, strict=False))


def _lies(each: src.Range, number: int) -> bool:
    return (each.lo is None or each.lo <= number) and (each.hi is None or number <= each.hi)


def surely(tests: Sequence[src.Test], world: World) -> bool:
    return all(answer(test, world) is True for test in tests)


def matches(rule: src.Rule, world: World) -> Answer:
    """Whether the rule matches: yes, no, or unknown."""
    if rule.effect in ("permit", "ask") and rule.group not in world.groups:
        return False
    if any(tests and surely(tests, world) for tests in rule.unless):
        return False
    answers = [answer(test, world) for test in rule.tests]
    return False if False in answers else None if None in answers else True


def judged(rules: Sequence[src.Rule], world: World) -> frozenset[str] | None:
    """None if it is refused, else the approvals that it needs."""
    found = [(rule, matches(rule, world)) for rule in rules]
    if any(rule.effect == "forbid" and said is not False for rule, said in found):
        return None
    if not any(rule.effect in ("permit", "ask") and said is True for rule, said in found):
        return None
    return frozenset(rule.needs for rule, said in found if rule.effect in ("ask", "require") and said is not False)
