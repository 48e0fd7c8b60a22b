"""Random small policies of kernel rules, and the stand-in for a loaded policy that the analyzer asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from types import MappingProxyType
from typing import Any, cast

from havocproof.analysis import Analyzer, Question
from havocproof.kernel import bridge
from havocproof.kernel import source as src
from havocproof.policy import axes
from havocproof.policy.pointers import Pointer
from havocproof.policy.recordspec import LATEST, TOOLS, FieldSpec, RecordSpec
from havocproof.policy.types import ArgType
from havocproof.policy.verbs import ALWAYS, Verb, index
from tests.analysis.plain import DONE, KINDS, LABEL, OF, RESET, SIZE, VERB

_AXES = {
    "a": axes.name("a"),
    "p": axes.place("p", "segments"),
    "n": axes.integer("n", low=0, high=4),
}
NEEDS = ("boss", "law")


@dataclass
class Small:
    """What the analyzer asks of a policy, for rules that no file was written for."""

    source: src.Source
    verbs: dict[str, Verb]
    records: dict[str, RecordSpec]
    programs: dict[str, Any] = field(default_factory=dict)
    cost_currency: str = ""
    agents: Any = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def kernel(self) -> bridge.Kernel:
        return bridge.load(self.source)

    @staticmethod
    def worded(parts: tuple[src.Part, ...]) -> tuple[src.Part, ...]:
        return parts


@dataclass(frozen=True)
class _Agents:
    depth: int = 1


def policy(rules: Sequence[src.Rule]) -> Small:
    """A policy of these rules about one verb with a name, a place and an integer, and one record."""
    indexed = index(_AXES, ("p", "a"))
    kinds = {kind: src.AgentKind(groups, frozenset(), frozenset()) for kind, groups in KINDS.items()}
    quorums = {name: src.Quorum(((name, 1),), 1000) for name in NEEDS}
    source = src.Source({VERB: indexed}, tuple(rules), {}, quorums, kinds, "small")
    fields = {
        "of": FieldSpec("of", ArgType("name"), False, 1, Pointer(("of",), False)),
        "size": FieldSpec("size", ArgType("int"), False, 1, Pointer(("size",), False)),
    }
    record = RecordSpec("rec", 1, TOOLS, MappingProxyType(fields), mode=LATEST)
    verb = Verb(VERB, "", MappingProxyType(_AXES), ("p", "a"), ALWAYS, frozenset(), indexed)
    return Small(source, {VERB: verb}, {"rec": record}, agents=_Agents())


def analyzer(rules: Sequence[src.Rule], budget: int = 50_000) -> Analyzer:
    return Analyzer(cast("Any", policy(rules)), budget=budget)


# ---- random rules ----


def test_of(rng: Random, sorts: Sequence[str]) -> src.Test:
    """One test on one of the chosen sorts of things."""
    want = rng.random() < 0.75
    match rng.choice(sorts):
        case "name":
            return src.Named("a", frozenset(rng.sample(("x", "y", "z"), rng.randint(1, 2))), want)
        case "place":
            if rng.random() < 0.25:
                return src.Holding("p", frozenset(rng.sample(("u", "v", "w"), 1)), want)
            return src.Placed("p", tuple(pattern(rng) for _ in range(rng.randint(1, 2))), want)
        case "int":
            return src.Ranged("n", (span(rng),), want)
        case "user":
            return src.Scoped("user", frozenset({"u1"}), want) if rng.random() < 0.6 else src.Scoping("user", want)
        case "mark":
            return rng.choice([src.Stands(LABEL, 0, want), src.Stands(DONE, 0, want), src.Since(DONE, RESET, 0, want)])
    return rng.choice(
        [
            src.Kept(OF, want),
            src.Listed("a", OF, want),
            src.Held(OF, frozenset(rng.sample(("x", "y"), 1)), want),
            src.HeldIn(SIZE, (span(rng),), want),
            src.Compared("n", SIZE, rng.random() < 0.3, want),
        ]
    )


def pattern(rng: Random) -> src.Pattern:
    symbols = tuple(rng.choice(("u", "v", None)) for _ in range(rng.randint(0, 2)))
    return src.Pattern(symbols, rng.random() < 0.6)


def span(rng: Random) -> src.Range:
    low, high = sorted((rng.randint(0, 3), rng.randint(0, 3)))
    return rng.choice([src.Range(low, None), src.Range(None, high), src.Range(low, high)])


def conjunction(rng: Random, sorts: Sequence[str], most: int) -> tuple[src.Test, ...]:
    return tuple(test_of(rng, sorts) for _ in range(rng.randint(0, most)))


def rule(rng: Random, number: int, sorts: Sequence[str]) -> src.Rule:
    """One rule. A permit has no `unless`."""
    effect = rng.choice(("permit", "permit", "ask", "forbid", "forbid", "require"))
    unless: tuple[tuple[src.Test, ...], ...] = ()
    if effect != "permit" and rng.random() < 0.3:
        unless = (conjunction(rng, sorts, 2),)
    return src.Rule(
        f"r{number}",
        effect,
        frozenset({VERB}),
        conjunction(rng, sorts, 2),
        unless,
        needs=rng.choice(NEEDS) if effect in ("ask", "require") else "",
        group=rng.choice(("", "g", "h")) if effect in ("permit", "ask") else "",
    )


def some_rules(rng: Random) -> tuple[tuple[str, ...], list[src.Rule]]:
    """The sorts of things that the tests are about, and a few rules."""
    sorts = tuple(rng.sample(("name", "place", "int", "user", "mark", "record"), rng.randint(1, 2)))
    return sorts, [rule(rng, number, sorts) for number in range(rng.randint(1, 5))]


def question(rng: Random, sorts: Sequence[str]) -> Question:
    claim = rng.choice(("never", "never", "always", "some"))
    unless = (conjunction(rng, sorts, 2),) if rng.random() < 0.3 else ()
    unless = tuple(tests for tests in unless if tests)
    approved = frozenset(rng.sample(NEEDS, 1)) if claim == "never" and rng.random() < 0.3 else frozenset()
    kinds = frozenset({"aide"}) if rng.random() < 0.2 else None
    return Question(claim, VERB, conjunction(rng, sorts, 2), unless, approved, kinds)
