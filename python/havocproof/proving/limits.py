"""`at_most`: no more than so much of a measure, proved from budgets.

A budget of the kernel keeps its sum below its limit (theorem B4). A claimed limit holds if every action that it
counts is counted, under the same measure, by one of a few budgets whose limits come to no more in all, each at least as
coarse: kept for all that the claim keeps apart, and over a period that contains the claim's. Whether every permitted
action of the claim is counted is a question to the engine. This is sound; what it does not show is not decided, unless
one action alone exceeds the limit, or nothing counts an action that can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from havocproof.analysis import Broken, Holds
from havocproof.kernel.source import BUDGET, FOREVER, MONTH, Budget, Range, Ranged, Rule, Scoping
from havocproof.policy.charges import written_name
from havocproof.policy.counting import AGENT
from havocproof.policy.invariants import Counted, Invariant, Most
from havocproof.proving import results
from havocproof.proving.asking import Asking, Conjunction, beyond
from havocproof.proving.replay import Replay
from havocproof.proving.showing import Showing

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_DAY = 86_400_000
_MOST_SUMMED = 4  # budgets that are added up
_ALWAYS_ONE = ("count", "at_once")


@dataclass(frozen=True, slots=True)
class _Counting:
    """A budget that may stand behind the claim, and what it counts by verb."""

    name: str
    budget: Budget
    rules: tuple[Rule, ...]

    def conjunctions(self, verb: str) -> tuple[Conjunction, ...]:
        return tuple(rule.tests for rule in self.rules if verb in rule.verbs and not rule.unless)


def at_most(claim: Invariant, asking: Asking, showing: Showing) -> results.Outcome:
    """What becomes of a claimed limit."""
    most = claim.most
    assert most is not None
    policy = asking.policy
    proved: list[str] = []
    for at, per in _depths(policy, most):
        fit = [each for each in _behind(policy, most, per) if _touches(each, most)]
        chosen = _covering(most, at, fit, asking)
        if chosen is None:
            return _broken(claim, most, asking, showing) or _open(most, fit, asking, showing)
        proved += (f"budget `{written_name(each.name)}` of {_limit(policy, each)}" for each in chosen)
    return results.Holds(by=tuple(dict.fromkeys(proved)))


def _depths(policy: Policy, most: Most) -> Iterator[tuple[Conjunction, tuple[str, ...]]]:
    """Per agent a claim is about each depth of the chain, in which the acting agent is one more."""
    if AGENT not in most.per:
        yield (), most.per
        return
    depth = 0
    while depth == 0 or any(f"{AGENT}.{depth}" in each.per for each in policy.source.budgets.values()):
        slot = f"{AGENT}.{depth}"
        yield (Scoping(slot),), tuple(slot if each == AGENT else each for each in most.per)
        depth += 1


def _behind(policy: Policy, most: Most, per: Sequence[str]) -> list[_Counting]:
    """The budgets that bound what the claim is about as far as they count it, the tightest first."""
    measures = {each.measure for each in most.counted if each.measure}
    found = []
    for name, budget in policy.source.budgets.items():
        coarse = set(budget.per) <= set(per) and _contains(budget.period, most.period)
        if budget.kind == BUDGET and {budget.measure} == measures and coarse and budget.limit <= most.limit:
            rules = tuple(rule for rule in policy.source.rules if rule.budget == name and rule.effect == "charge")
            found.append(_Counting(name, budget, rules))
    return sorted(found, key=lambda each: (each.budget.limit, each.name))


def _contains(outer: int, inner: int) -> bool:
    """Whether each period of the one lies in a period of the other. Periods are aligned; months are of whole days."""
    if outer in (FOREVER, inner):
        return True
    if inner in (FOREVER, MONTH):
        return False
    return (_DAY if outer == MONTH else outer) % inner == 0


def _touches(each: _Counting, most: Most) -> bool:
    return any(rule.verbs & counted.verbs for rule in each.rules for counted in most.counted)


def _covering(most: Most, at: Conjunction, fit: Sequence[_Counting], asking: Asking) -> tuple[_Counting, ...] | None:
    """As few budgets as count every permitted action of the claim, and whose limits come to no more than its own."""
    for size in range(1, _MOST_SUMMED + 1):
        for some in combinations(fit, size):
            alike = {(each.budget.per, each.budget.period) for each in some}
            small = len(alike) == 1 and sum(each.budget.limit for each in some) <= most.limit
            if small and all(_counted(verb, counted, at, some, asking) for counted, verb in _each(most)):
                return some
    if all(_counted(verb, counted, at, (), asking) for counted, verb in _each(most)):
        return ()  # nothing of it is permitted at all
    return None


def _each(most: Most) -> Iterator[tuple[Counted, str]]:
    return ((counted, verb) for counted in most.counted for verb in sorted(counted.verbs))


def _counted(verb: str, counted: Counted, at: Conjunction, some: Iterable[_Counting], asking: Asking) -> bool:
    """Whether everything of the claim that is ever permitted is counted by one of the budgets."""
    unless = () if counted.box else tuple(tests for each in some for tests in each.conjunctions(verb))
    return isinstance(asking.never(verb, (*counted.tests, *at), unless), Holds)


# ---- what is not proved ----


def _broken(claim: Invariant, most: Most, asking: Asking, showing: Showing) -> results.Broken | None:
    """An action that exceeds the limit alone, or that can be repeated as often as one likes: nothing counts it."""
    replay = Replay(asking, showing)
    for counted, verb in _each(most):
        if counted.measure and most.measure not in _ALWAYS_ONE:
            above = Ranged(counted.measure, (Range(most.limit + 1, None),))
            answer = asking.never(verb, (*counted.tests, above), beyond(asking.policy, verb))
            if isinstance(answer, Broken):
                example = showing.example(answer.moment)
                if example.verdict != "deny" and showing.whole(answer.moment):
                    return results.Broken(f"One action alone is above {most.shown}.", example)
    for counted, verb in _each(most):
        some = [rule for rule in asking.policy.source.rules if rule.effect == "charge" and verb in rule.verbs]
        unless = tuple(rule.tests for rule in some if not rule.unless) if counted.measure else ()
        counting = counted.measure and most.measure not in _ALWAYS_ONE
        one: Conjunction = (Ranged(counted.measure, (Range(1, None),)),) if counting else ()
        answer = asking.never(verb, (*counted.tests, *one), unless)
        if isinstance(answer, Broken):
            example = showing.example(answer.moment)
            if example.verdict != "deny" and replay.repeats(answer.moment):
                what = f"`{counted.box}` may do it inside its box, where" if counted.box else "It is permitted, and"
                return results.Broken(f"{what} nothing counts it: it can be repeated without end.", example)
    return None


def _open(most: Most, fit: Sequence[_Counting], asking: Asking, showing: Showing) -> results.Undecided:
    policy = asking.policy
    verbs = frozenset(verb for counted in most.counted for verb in counted.verbs)
    near = {
        written_name(rule.budget): showing.line(rule.id)
        for rule in policy.source.rules
        if rule.effect == "charge" and rule.verbs & verbs and written_name(rule.budget) in policy.budgets
    }
    if fit:
        names = ", ".join(f"`{written_name(each.name)}`" for each in fit)
        why = f"the budgets that are tight enough, {names}, do not count every action of the claim"
    elif near:
        why = "no budget that counts these actions is tight enough: by its limit, its `per` and its `every`"
    else:
        why = "no budget counts these actions"
    remedy = f"Write a budget of the same effects with {most.shown} or less."
    return results.Undecided(why, tuple(near.values()), remedy)


def _limit(policy: Policy, each: _Counting) -> str:
    text = policy.budgets.get(written_name(each.name))
    return text.shown if text is not None else str(each.budget.limit)
