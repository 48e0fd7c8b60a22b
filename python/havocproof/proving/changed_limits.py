"""What two policies count and whom they ask, compared: budgets, rates, approvals, allowances."""

from __future__ import annotations

from collections.abc import Iterator

from havocproof.kernel.source import FOREVER, MONTH
from havocproof.policy import Policy
from havocproof.policy.approvals import Approval
from havocproof.policy.budgets import BudgetText
from havocproof.policy.charges import written_name
from havocproof.policy.widening import Widening
from havocproof.proving.results import Change

_DAY = 86_400_000  # ms
_Counting = frozenset[tuple[object, ...]]


def limits(old: Policy, new: Policy) -> Iterator[Change]:
    """Budgets and rates: limits, windows, what is counted, and by what."""
    for name in sorted({*old.budgets, *new.budgets}):
        before, after = old.budgets.get(name), new.budgets.get(name)
        if after is None and before is not None:
            text = f"{_area(before)} `{name}` ({_limit(before)}) is gone"
            yield Change(_area(before), name, text, "wider", "", before.line)
        elif before is None and after is not None:
            text = f"{_area(after)} `{name}` ({_limit(after)}) is new"
            yield Change(_area(after), name, text, "narrower", "", after.line)
        elif before is not None and after is not None:
            yield from _limits(before, after)
            was, now = _counting(old, name), _counting(new, name)
            if was < now:
                text = f"{_area(after)} `{name}` counts more actions than before"
                yield Change(_area(after), name, text, "narrower", "", after.line)
            elif was != now:
                text = f"{_area(after)} `{name}` counts other actions than before"
                yield Change(_area(after), name, text, "changed", "", after.line)


def _limits(before: BudgetText, after: BudgetText) -> Iterator[Change]:
    area, name, line = _area(after), after.name, after.line
    if (before.kind, before.measure, before.currency) != (after.kind, after.measure, after.currency):
        text = f"{area} `{name}` counts {after.measure} ({_limit(after)}), before {before.measure} ({_limit(before)})"
        yield Change(area, name, text, "changed", "", line)
        return
    if set(before.per) != set(after.per):  # who counts by more counts anew more often
        text = f"{area} `{name}` holds {_per(after)}, before {_per(before)}"
        coarser = set(after.per) < set(before.per)
        yield Change(area, name, text, "narrower" if coarser else "wider", "", line)
    looser, tighter = _looser(before, after), _looser(after, before)
    if looser:
        word = "changed" if tighter else "raised"
        text = f"{area} `{name}` is {word} from {_limit(before)} to {_limit(after)}"
        yield Change(area, name, text, "wider", "", line)
    elif tighter:
        text = f"{area} `{name}` is lowered from {_limit(before)} to {_limit(after)}"
        yield Change(area, name, text, "narrower", "", line)
    yield from _soft(before, after)


def _looser(before: BudgetText, after: BudgetText) -> bool:
    """In some stretch of time more fits under the new limit than under the old one."""
    if after.is_rate:
        return after.limit > before.limit or after.period < before.period
    return after.limit > before.limit or not _joins(before.period, after.period)


def _joins(before: int, after: int) -> bool:
    """Each new window is made of whole old ones: then what fits into it fitted before. Windows begin at midnight of
    1970-01-01 UTC or at multiples of their length from there, months at their first day; a period of 0 never ends.
    """
    if before == after or after == FOREVER:
        return True
    if before in (FOREVER, MONTH):
        return False
    return _DAY % before == 0 if after == MONTH else after % before == 0


def _soft(before: BudgetText, after: BudgetText) -> Iterator[Change]:
    """The limit above which somebody is asked."""
    area, name, line, was, now = _area(after), after.name, after.line, before.soft, after.soft
    if was == now:
        return
    if now is None and was is not None:
        text = f"above {was.shown} of {area} `{name}` nobody is asked any more"
        yield Change(area, name, text, "wider", "", line)
    elif was is None and now is not None:
        text = f"above {now.shown} of {area} `{name}` `{now.needs}` is asked"
        yield Change(area, name, text, "narrower", "", line)
    elif was is not None and now is not None:
        text = f"{area} `{name}` asks `{now.needs}` above {now.shown}, before `{was.needs}` above {was.shown}"
        lower = was.needs == now.needs and now.limit <= was.limit
        yield Change(area, name, text, "narrower" if lower else "wider", "", line)


def _area(budget: BudgetText) -> str:
    return "rate" if budget.is_rate else "budget"


def _limit(budget: BudgetText) -> str:
    return budget.shown + (f" every {budget.every}" if budget.every and not budget.is_rate else "")


def _per(budget: BudgetText) -> str:
    return f"per {', '.join(budget.per)}" if budget.per else "for all together"


def _counting(policy: Policy, name: str) -> _Counting:
    """The kernel's rules that count under a budget, one for each verb."""
    return frozenset(
        (verb, rule.budget, frozenset(rule.tests), frozenset(map(frozenset, rule.unless)))
        for rule in policy.source.rules
        if rule.effect == "charge" and written_name(rule.budget) == name
        for verb in rule.verbs
    )


# ---- whom they ask ----


def approvals(old: Policy, new: Policy) -> Iterator[Change]:
    """Approvals that both policies have. One that is new or gone says nothing by itself: regions tell of rules."""
    for name in sorted(old.approvals.keys() & new.approvals.keys()):
        before, after = old.approvals[name], new.approvals[name]
        was, now = _people(before), _people(after)
        if was != now:
            weaker = any(now.get(role, 0) < people for role, people in was.items())
            word = "weakened" if weaker else "strengthened"
            text = f"approval `{name}` is {word}: {_who(now)} instead of {_who(was)}"
            yield Change("approval", name, text, "wider" if weaker else "narrower", "", after.line)
        if before.within_ms != after.within_ms:
            longer = after.within_ms > before.within_ms
            word = "longer" if longer else "less long"
            text = f"approval `{name}` is waited for {word} than before"
            yield Change("approval", name, text, "wider" if longer else "narrower", "", after.line)


def _people(approval: Approval) -> dict[str, int]:
    return {quorum.role: quorum.people for quorum in approval.quorums}


def _who(people: dict[str, int]) -> str:
    return " and ".join(f"{number} of `{role}`" for role, number in sorted(people.items()))


def allowances(old: Policy, new: Policy) -> Iterator[Change]:
    """The rules for which people may give more than one call, and how far."""
    befores, afters = old.allowances.rules, new.allowances.rules
    for name in sorted({*befores, *afters}):
        before, after = befores.get(name), afters.get(name)
        text = new.rules.get(name) or old.rules.get(name)
        file, line = (text.file, text.line) if text is not None else ("", 0)
        if before is None and after is not None:
            said = f"people may allow several calls of rule `{name}` at once"
            yield Change("allowance", name, said, "wider", file, line)
        elif after is None and before is not None:
            said = f"people may allow single calls of rule `{name}` only"
            yield Change("allowance", name, said, "narrower", file, line)
        elif before is not None and after is not None and before.most != after.most:
            wider = not _within(after.most, before.most)
            said = (
                f"people may allow {'more or other' if wider else 'fewer'} calls of rule `{name}` at once than before"
            )
            yield Change("allowance", name, said, "wider" if wider else "narrower", file, line)


def _within(inner: Widening, outer: Widening) -> bool:
    """Whatever `inner` allows, `outer` allows."""
    if inner.uses > outer.uses or inner.for_ms > outer.for_ms or not set(inner.same) >= set(outer.same):
        return False
    return outer.amount is None or (
        inner.amount is not None and inner.currency == outer.currency and inner.amount <= outer.amount
    )
