"""Policies with other rules than their file has, without writing a file: for questions of what would be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.kernel.source import Holding, Named, Placed, Ranged, Scoped, Scoping
from havocproof.policy.allowances import widened
from havocproof.policy.problems import Problems
from havocproof.policy.rules import Lowered
from havocproof.proving.calls import siblings
from havocproof.proving.refused import refused

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy


def with_rules(policy: Policy, lowered: Iterable[Lowered], no_budgets: Collection[str] = ()) -> Policy:
    """The policy with these rules instead of its own, and without some budgets of the kernel."""
    rules = tuple(lowered)
    allowances = policy.allowances
    found = tuple(each.rule for each in rules)
    budgets = {name: each for name, each in policy.source.budgets.items() if name not in no_budgets}
    if allowances.rules:
        allowances = widened(rules, policy.approvals, policy.verbs, Problems(policy.file))
        found = allowances.source
        budgets |= allowances.budgets
    source = replace(policy.source, rules=found, budgets=budgets)
    return replace(policy, lowered=rules, source=source, allowances=allowances)


def about(policy: Policy, verbs: frozenset[str]) -> Policy:
    """The policy with the rules about some verbs alone, and about what else a call of them does. Of these it says the
    same.
    """
    kept = verbs | {other for verb in verbs for other in siblings(policy, verb)}
    return with_rules(policy, (each for each in policy.lowered if each.rule.verbs & kept))


def bounded(policy: Policy, verbs: frozenset[str]) -> Policy:
    """The policy with a forbid for what no budget or rate ever has room for, of these verbs."""
    found = list(policy.lowered)
    for each in policy.lowered:
        for verb in sorted(each.rule.verbs & verbs):
            certain = all(
                isinstance(test, Named | Placed | Holding | Ranged | Scoped | Scoping) for test in each.rule.tests
            )
            for tests in refused(policy, verb, each.rule) if certain else ():
                rule = replace(each.rule, effect="forbid", verbs=frozenset({verb}), budget="", tests=tests)
                found.append(Lowered(rule, ("",) * len(tests), (), each.text))
    return with_rules(policy, found)


def granting(policy: Policy) -> Policy:
    """The policy in which nothing is held back: permits and asks alone, and no ask waits for anybody."""
    return with_rules(policy, (each for each in policy.lowered if each.rule.effect in ("permit", "ask")))
