"""Two policies before the engine that compares them: what no action is like is forbidden in both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.analysis import Analyzer, Widening, widened
from havocproof.kernel.source import (
    Holding,
    Kept,
    Named,
    Placed,
    Ranged,
    Rule,
    Stands,
    Test,
)
from havocproof.policy.rules import Lowered, RuleText
from havocproof.proving.aliases import Aliases
from havocproof.proving.altering import with_rules
from havocproof.proving.impossible import Conjunction, Impossible

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

Excluded = Mapping[str, tuple[Conjunction, ...]]
_ID = "~impossible"
_TEXT = RuleText(_ID, "impossible", "forbid", "", "", "", 0)
_SELF = frozenset({"self", "run"})


def excluded(policy: Policy, verbs: Collection[str] | None = None) -> Excluded:
    """What nothing of each verb is like, as far as no test of it can be unknown: a forbid would hold there as well."""
    impossible = Impossible(policy)
    spoken = {verb for rule in policy.source.rules for verb in rule.verbs}
    return {
        verb: tuple(tests for tests in impossible.about(verb, ()) if _certain(tests))
        for verb in sorted(spoken if verbs is None else spoken & frozenset(verbs))
    }


def fixed(new: Policy, old: Policy) -> Excluded:
    """The contrary of what both policies say of every part of a tool."""
    mine, theirs = Aliases(new), Aliases(old)
    return {
        verb: tuple(
            (replace(test, want=not test.want),)
            for test in mine.constants(verb)
            if test in theirs.constants(verb) and isinstance(test, Named | Placed | Ranged)
        )
        for verb in mine.known
        if verb in old.verbs
    }


def _certain(tests: Conjunction) -> bool:
    """Whether it is never unknown: an axis that may be missing is excluded by another test where it is."""
    return all(_given(test, tests) for test in tests)


def _given(test: Test, beside: Conjunction) -> bool:
    if isinstance(test, Stands):
        return set(test.mark.per) <= _SELF
    if isinstance(test, Kept):
        return not isinstance(test.ref.by, str)
    if isinstance(test, Ranged) and ":" in test.axis:  # what is counted of an amount is there in its own currency
        currency = frozenset({test.axis.partition(":")[2]})
        return any(isinstance(other, Named) and other.names == currency and other.want for other in beside)
    return isinstance(test, Named | Placed | Holding | Ranged)


def engine(policy: Policy, boxes: int, *also: Excluded) -> Analyzer:
    """An engine for the policy with all of that forbidden."""
    aliases = Aliases(policy)
    found = list(aliases.canonical.lowered)
    for each in also:
        for verb, conjunctions in each.items():
            for tests in conjunctions:
                rule = Rule(_ID, "forbid", frozenset({verb}), aliases.conjunction(verb, tests))
                found.append(Lowered(rule, ("",) * len(tests), (), _TEXT))
    return Analyzer(with_rules(aliases.canonical, found), budget=boxes)


def compared(new: Policy, old: Policy, boxes: int, verbs: Collection[str] | None = None) -> Widening:
    """What the new policy permits beyond the old one. `verbs`: of these alone; None: of all."""
    both = (excluded(new, verbs), excluded(old, verbs), fixed(new, old))
    return widened(engine(new, boxes, *both), engine(old, boxes, *both), boxes, verbs)
