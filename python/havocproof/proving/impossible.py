"""What no action in no state is like, and the engine need not look at: told to it as excuses, which is sound.

* A label that an action brings counts as carried in its own decision. So there is nothing to ask about an action that
  surely brings a label to a session that does not carry it: the kernel decides it as if the session did.
* A record that is looked up by another record's field is not known while that other one is not.
* The axes `name`, `ext` and `within` of files are computed from the path.
* An amount counts under its own currency as well, by the same number, and under no other.
* A service is a scheme at its own port.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from havocproof.actions.urls import PORTS
from havocproof.kernel.source import (
    LABEL,
    Compared,
    Held,
    HeldIn,
    Holding,
    Kept,
    Listed,
    Named,
    Pattern,
    Placed,
    Range,
    Ranged,
    Ref,
    Rule,
    Stands,
    Test,
)

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

Conjunction = tuple[Test, ...]
_EVERY = (Range(None, -1), Range(0, None))
MOST_WAYS = 64


class Impossible:
    """Of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._by_verb: dict[str, tuple[tuple[Conjunction, ...], tuple[Test, ...]]] = {}

    def about(self, verb: str, tests: Iterable[Test]) -> tuple[Conjunction, ...]:
        """Conjunctions that nothing of the verb passes. `tests`: of the question, beside the policy's own."""
        brought, known = self._of(verb)
        every = (*known, *tests)
        files = _files(every) if self._is_file(verb) else ()
        amounts = _amounts(every, self.currencies(verb))
        services = _services() if self._is_web(verb) and any(_is_service(test) for test in every) else ()
        return tuple(dict.fromkeys((*brought, *_records(every), *amounts, *services, *files)))

    def _is_web(self, verb: str) -> bool:
        known = self.policy.verbs.get(verb)
        return known is not None and (known.family or known.name) == "http.request"

    def currencies(self, verb: str) -> dict[str, str]:
        """By the kernel's name of an amount, the axis that says its currency."""
        known = self.policy.verbs.get(verb)
        axes = (*known.axes.values(), *known.measures.values()) if known is not None else ()
        return {axis.kernel: axis.currency_axis for axis in axes if axis.currency_axis and not axis.optional}

    def _is_file(self, verb: str) -> bool:
        """Whether the verb's parts have a path, and its last name beside it."""
        known = self.policy.verbs.get(verb)
        return known is not None and (known.family or known.name).startswith(("file.", "dir.")) and "path" in known.axes

    def _of(self, verb: str) -> tuple[tuple[Conjunction, ...], tuple[Test, ...]]:
        """What brings a label, and the tests of all rules about the verb."""
        found = self._by_verb.get(verb)
        if found is None:
            rules = [rule for rule in self.policy.source.rules if verb in rule.verbs]
            judging = [rule for rule in rules if rule.effect not in ("charge", "leave")]
            tests = tuple(test for rule in judging for each in (rule.tests, *rule.unless) for test in each)
            tested = {test.mark for test in tests if isinstance(test, Stands) and test.mark.kind == LABEL}
            brought = tuple(
                (*way, Stands(rule.mark, 0, False))
                for rule in rules
                if rule.effect == "leave" and rule.mark is not None and rule.mark in tested
                for way in unlifted(rule)
                if not any(isinstance(test, Stands) and test.mark == rule.mark for test in way)
            )
            found = self._by_verb[verb] = brought, tests
        return found


def unlifted(rule: Rule) -> Iterator[Conjunction]:
    """Where the rule surely applies: its tests, and of each conjunction that lifts it one test that is not met."""
    if prod(len(tests) for tests in rule.unless) <= MOST_WAYS:
        for ways in product(*rule.unless):
            yield (*rule.tests, *(replace(test, want=not test.want) for test in ways))


def _records(tests: Iterable[Test]) -> Iterator[Conjunction]:
    for test in tests:
        if isinstance(test, Listed | Held | HeldIn | Compared | Kept) and isinstance(test.ref.by, tuple):
            other = Ref(test.ref.by[0], None, "", test.ref.by_lasts)
            yield Kept(replace(test.ref, field="")), Kept(other, False)


def _amounts(tests: Iterable[Test], currencies: Mapping[str, str]) -> Iterator[Conjunction]:
    """In a currency, the amount and what is counted of it lie in the same ranges."""
    tested: dict[str, dict[Range, None]] = {}
    measures: dict[str, str] = {}
    for test in tests:
        base = test.axis.partition(":")[0] if isinstance(test, Ranged) else ""
        if isinstance(test, Ranged) and base in currencies:
            tested.setdefault(base, {}).update(dict.fromkeys(test.ranges))
            if test.axis != base:
                measures[test.axis] = base
    for measure, base in measures.items():
        given = Named(currencies[base], frozenset({measure.partition(":")[2]}))
        yield replace(given, want=False), Ranged(measure, _EVERY)
        for each in tested[base]:
            yield given, Ranged(base, (each,)), Ranged(measure, (each,), False)
            yield given, Ranged(base, (each,), False), Ranged(measure, (each,))


def _is_service(test: Test) -> bool:
    return isinstance(test, Named) and test.axis == "service"


def _services() -> Iterator[Conjunction]:
    for scheme, port in PORTS.items():
        named, at = frozenset({scheme}), (Range(port, port),)
        yield Named("service", named), Named("scheme", named, False)
        yield Named("service", named), Ranged("port", at, False)
        yield Named("scheme", named), Ranged("port", at), Named("service", named, False)


# ---- what follows from the path of a file ----


def _files(tests: Iterable[Test]) -> Iterator[Conjunction]:
    """For every last name that a test can tell apart: no other `name` and `ext` beside it."""
    tests = tuple(tests)
    names = {name for test in tests if isinstance(test, Named) and test.axis == "name" for name in test.names}
    asked = {test.axis for test in tests if isinstance(test, Named)} & {"name", "ext"}
    held = {name for test in tests if isinstance(test, Holding) and test.axis == "path" for name in test.names}
    ends = _ends(tests) if asked else {}
    for last, patterns in ends.items():
        yield from _beside((Placed("path", patterns),), last, asked)
    for name in sorted(names):
        yield from _beside((Named("name", frozenset({name})),), name, asked - {"name"})
        if name in held:
            yield Named("name", frozenset({name})), Holding("path", frozenset({name}), False)


def _beside(given: Conjunction, last: str, asked: Collection[str]) -> Iterator[Conjunction]:
    if "name" in asked:
        yield *given, Named("name", frozenset({last}), False)
    if "ext" in asked:
        yield *given, Named("ext", frozenset({last.rpartition(".")[2] if "." in last else ""}), False)


def _ends(tests: Iterable[Test]) -> dict[str, tuple[Pattern, ...]]:
    """The places that tests name by their last segment, by that segment: of an open pattern the place itself."""
    found: dict[str, dict[Pattern, None]] = {}
    for test in tests:
        if isinstance(test, Placed) and test.axis == "path":
            for pattern in test.patterns:
                last = pattern.symbols[-1] if pattern.symbols else ""
                if last is not None:
                    found.setdefault(last, {})[Pattern(pattern.symbols)] = None
    return {last: tuple(patterns) for last, patterns in found.items()}
