"""Claims as questions to the engine: one for each verb that a claim speaks of, and each of its alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.analysis import Analyzer, Answer, Broken, Holds, Question
from havocproof.kernel.source import Scoped, Test
from havocproof.policy.invariants import Invariant, Region
from havocproof.proving.aliases import Aliases
from havocproof.proving.impossible import Impossible
from havocproof.proving.refused import refused

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

Conjunction = tuple[Test, ...]


def kinds(policy: Policy, tests: Iterable[Test]) -> frozenset[str] | None:
    """The kinds of agents that pass the tests of who acts; None if there is no such test."""
    found: frozenset[str] | None = None
    for test in tests:
        if isinstance(test, Scoped) and test.scope == "agent":
            left = frozenset(policy.source.agents) if found is None else found
            found = left & test.names if test.want else left - test.names
    return found


def question(
    policy: Policy,
    claim: str,
    verb: str,
    region: Conjunction,
    unless: tuple[Conjunction, ...] = (),
    approved: Iterable[str] = (),
) -> Question:
    """One question about one verb."""
    return Question(claim, verb, region, unless, frozenset(approved), kinds(policy, region))  # type: ignore[arg-type]


def never(policy: Policy, verb: str, region: Conjunction, unless: tuple[Conjunction, ...] = ()) -> Question:
    """Whether nothing of the verb in the region is permitted, approved or not, but for `unless`."""
    return question(policy, "never", verb, region, unless)


def each_verb(regions: Iterable[Region]) -> Iterator[tuple[Region, str]]:
    """Every region with each of its verbs, in a fixed order."""
    for region in regions:
        for verb in sorted(region.verbs):
            yield region, verb


def beyond(policy: Policy, verb: str) -> tuple[Conjunction, ...]:
    """What no budget or rate ever has room for."""
    return tuple(dict.fromkeys(tests for rule in policy.source.rules for tests in refused(policy, verb, rule)))


def granted(policy: Policy, verb: str) -> bool:
    """Whether any rule permits or asks for parts of the verb."""
    return any(rule.effect in ("permit", "ask") and verb in rule.verbs for rule in policy.source.rules)


class Asking:
    """Asks one engine about one policy, and counts what it looked at."""

    def __init__(self, policy: Policy, boxes: int) -> None:
        """`boxes`: how many the engine looks at for one question, at most."""
        self.policy = policy
        self.aliases = Aliases(policy)
        self.impossible = Impossible(policy)
        self.engine = Analyzer(self.aliases.canonical, budget=boxes)
        self.limit = boxes
        self.boxes = 0
        self._granted: dict[str, bool] = {}

    def ask(self, question: Question) -> Answer:
        """The engine's answer. Where no rule grants the verb, nothing of it is permitted and the engine is spared."""
        if question.claim == "never" and not self._grants(question.verb):
            return Holds(0, True)
        aliases, verb = self.aliases, question.verb
        tests = (test for each in (question.region, *question.unless) for test in each)
        unless = (*question.unless, *self.impossible.about(verb, tests))
        asked = replace(
            question,
            region=(*aliases.conjunction(verb, question.region), *aliases.constants(verb)),
            unless=tuple(aliases.conjunction(verb, tests) for tests in unless),
        )
        answer = self.engine.ask(asked)
        self.boxes += answer.boxes
        return replace(answer, moment=aliases.filled(answer.moment)) if isinstance(answer, Broken) else answer

    def never(self, verb: str, region: Conjunction, unless: tuple[Conjunction, ...] = ()) -> Answer:
        return self.ask(never(self.policy, verb, region, unless))

    def of_claim(self, claim: Invariant, region: Region, verb: str, more: Conjunction = ()) -> Answer:
        """What becomes of a claim in one region. `more`: what is known of the state beside it."""
        word = "always" if claim.claim == "always" else "never"
        approved = [claim.approved] if claim.approved else []
        asked = question(self.policy, word, verb, (*region.tests, *more), region.unless, approved)
        return self.ask(asked)

    def with_room(self, claim: Invariant, region: Region, verb: str, more: Conjunction = ()) -> Answer:
        """The same, where what is above the limit of a budget does not count: the kernel never permits it."""
        wider = region._replace(unless=(*region.unless, *beyond(self.policy, verb)))
        return self.of_claim(claim, wider, verb, more)

    def _grants(self, verb: str) -> bool:
        found = self._granted.get(verb)
        if found is None:
            found = self._granted[verb] = granted(self.policy, verb)
        return found
