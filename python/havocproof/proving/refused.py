"""What the kernel refuses whatever is left of budgets and rates: a part that alone is above a limit, and an amount that
a budget cannot count, because it is in another currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from havocproof.kernel.source import BUDGET, RATE, Budget, Named, Range, Ranged, Rule, Test

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

Conjunction = tuple[Test, ...]
_ONE = ("count", "at_once")


def refused(policy: Policy, verb: str, rule: Rule) -> Iterator[Conjunction]:
    """Conjunctions under which a rule that counts has parts of the verb refused."""
    limit = policy.source.budgets.get(rule.budget) if rule.effect == "charge" and not rule.unless else None
    if limit is None or limit.kind not in (BUDGET, RATE) or verb not in rule.verbs:
        return
    if limit.measure not in _ONE:
        yield (*rule.tests, Ranged(limit.measure, (Range(limit.limit + 1, None),)))
    for axis, currency in _counted(policy, verb, limit):
        yield (*rule.tests, Named(axis, frozenset({currency}), False))


def _counted(policy: Policy, verb: str, limit: Budget) -> Iterator[tuple[str, str]]:
    """The axis that says a counted amount's currency, and the one currency that is counted."""
    base, colon, currency = limit.measure.partition(":")
    known = policy.verbs.get(verb)
    for axis in (*known.axes.values(), *known.measures.values()) if known is not None and colon else ():
        if axis.kernel == base and axis.currency_axis and not axis.optional:
            yield axis.currency_axis, currency
            return
