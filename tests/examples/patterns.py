"""The patterns of the theorems on safety (`dafny/Properties`), read off a policy as it is lowered for the kernel.

Each function is the ghost predicate of the same name, over `kernel.source` instead of `Policies`: a theorem speaks
about a loaded policy if its pattern's function says yes. Patterns are syntactic: a no says only that the theorem does
not apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from havocproof.kernel.source import (
    BUDGET,
    LABEL,
    RATE,
    SOFT,
    Mark,
    Named,
    Pattern,
    Placed,
    Range,
    Ranged,
    Rule,
    Source,
    Stands,
    Test,
)

Safe = Sequence[Sequence[Test]]
"""Alternatives, each of them tests that must all be met; no alternative: never."""


# ---- dafny/Properties/Only.dfy ----


def grants(rule: Rule) -> bool:
    return rule.effect in ("permit", "ask")


def contrary(test: Test) -> Test:
    return replace(test, want=not test.want)


def among(inner: Range, outer: Range) -> bool:
    """Every integer of `inner` lies in `outer`."""
    below = outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi)
    above = outer.lo is None or (inner.lo is not None and outer.lo <= inner.lo)
    return below and above


def tighter(test: Test, than: Test) -> bool:
    """Whatever surely meets `test` surely meets `than`: the same test, or a shorter list of the same kind."""
    if test == than:
        return True
    match test, than:
        case Placed(axis, patterns, True), Placed(other, wider, True):
            return axis == other and set(patterns) <= set(wider)
        case Named(axis, names, True), Named(other, more, True):
            return axis == other and names <= more
        case Ranged(axis, ranges, True), Ranged(other, outer, True):
            return axis == other and all(any(among(inner, each) for each in outer) for inner in ranges)
    return False


def inside(tests: Iterable[Test], safe: Safe) -> bool:
    """The tests answer for one of the alternatives."""
    given = tuple(tests)
    return any(all(any(tighter(test, wanted) for test in given) for wanted in each) for each in safe)


def speaks_outside(rule: Rule, safe: Safe) -> bool:
    """The rule speaks about all that lies outside of the alternatives."""
    return all(
        any(all(tighter(contrary(test), wanted) for wanted in each) for each in safe) for test in rule.tests
    ) and all(inside(lifted, safe) for lifted in rule.unless)


def only(source: Source, verb: str, safe: Safe) -> bool:
    granting = [rule for rule in source.rules if grants(rule) and verb in rule.verbs]
    forbidding = [rule for rule in source.rules if rule.effect == "forbid" and verb in rule.verbs]
    return all(inside(rule.tests, safe) for rule in granting) or any(speaks_outside(rule, safe) for rule in forbidding)


def only_unless(source: Source, verb: str, safe: Safe, needs: str) -> bool:
    def asks(rule: Rule, effect: str) -> bool:
        return rule.effect == effect and rule.needs == needs

    granting = [rule for rule in source.rules if grants(rule) and verb in rule.verbs]
    holding = [rule for rule in source.rules if rule.effect == "forbid" or asks(rule, "require")]
    return all(asks(rule, "ask") or inside(rule.tests, safe) for rule in granting) or any(
        verb in rule.verbs and speaks_outside(rule, safe) for rule in holding
    )


# ---- dafny/Policy/Spec.dfy, dafny/Boundary/Totals.dfy ----


def sound(source: Source) -> bool:
    """A permit has no `unless`, what is charged is there, and so on; the kernel loads nothing else."""
    rules = all(
        (rule.effect != "permit" or not rule.unless)
        and (rule.effect != "charge" or rule.budget in source.budgets)
        and (rule.mark is None or (2 <= rule.mark.kind <= 6 and rule.mark.kind != SOFT))
        for rule in source.rules
    )
    budgets = all(
        budget.kind in (BUDGET, RATE, SOFT) and (budget.kind != RATE or budget.period > 0)
        for budget in source.budgets.values()
    )
    quorums = all(quorum.roles and all(people >= 1 for _, people in quorum.roles) for quorum in source.quorums.values())
    agents = source.agents
    narrower = all(
        agents[child].uses | agents[child].passes <= agent.uses | agent.passes
        for agent in agents.values()
        for child in agent.starts & agents.keys()
    )
    return rules and budgets and quorums and narrower


def counts_all(source: Source, verbs: Iterable[str], measure: str, budget: str) -> bool:
    """Every part of these verbs is charged to the budget, whatever it is about."""
    kept = source.budgets.get(budget)
    charges = [rule for rule in source.rules if rule.effect == "charge" and rule.budget == budget and not rule.unless]
    counted = {verb for rule in charges if not rule.tests for verb in rule.verbs}
    return (
        sound(source) and kept is not None and (kept.kind, kept.measure) == (BUDGET, measure) and set(verbs) <= counted
    )


# ---- S1, S4: dafny/Properties/Egress.dfy, Filesystem.dfy ----


def listed_hosts_only(source: Source, verbs: Iterable[str], host: str, listed: tuple[Pattern, ...]) -> bool:
    return all(only(source, verb, [[Placed(host, listed)]]) for verb in verbs)


def changes_inside(source: Source, verbs: Iterable[str], path: str, listed: tuple[Pattern, ...]) -> bool:
    return all(only(source, verb, [[Placed(path, listed)]]) for verb in verbs)


def changes_inside_unless(
    source: Source, verbs: Iterable[str], path: str, listed: tuple[Pattern, ...], needs: str
) -> bool:
    return all(only_unless(source, verb, [[Placed(path, listed)]], needs) for verb in verbs)


# ---- S2: dafny/Properties/Exfiltration.dfy ----


@dataclass(frozen=True)
class Asset:
    """What is protected: places on this axis, and the verbs that read them."""

    readers: frozenset[str]
    axis: str
    places: tuple[Pattern, ...]


@dataclass(frozen=True)
class Sink:
    """Where a verb may send in spite of the label; no pattern: nowhere."""

    axis: str
    cleared: tuple[Pattern, ...] = ()


def marks(source: Source, asset: Asset, mark: Mark, session: str) -> bool:
    """Every read of the asset sets the mark, which is the session's own: it is kept by nothing else."""
    return (
        mark.kind == LABEL
        and mark.per == (session,)
        and all(any(marks_here(rule, verb, asset, mark) for rule in source.rules) for verb in asset.readers)
    )


def marks_here(rule: Rule, verb: str, asset: Asset, mark: Mark) -> bool:
    return (
        (rule.effect, rule.mark, rule.unless) == ("leave", mark, ())
        and verb in rule.verbs
        and all(tighter(Placed(asset.axis, asset.places), test) for test in rule.tests)
    )


def guards(source: Source, mark: Mark, sinks: Mapping[str, Sink]) -> bool:
    """Where the mark stands, a rule forbids each sending verb but for cleared sinks."""
    return all(
        any(rule.effect == "forbid" and guards_here(rule, verb, mark, sink) for rule in source.rules)
        for verb, sink in sinks.items()
    )


def guards_here(rule: Rule, verb: str, mark: Mark, sink: Sink) -> bool:
    return (
        verb in rule.verbs
        and rule.tests == (Stands(mark),)
        and all(inside(lifted, [[Placed(sink.axis, sink.cleared)]]) for lifted in rule.unless)
    )


def budgets_bytes(source: Source, sinks: Mapping[str, Sink], measure: str, budget: str) -> bool:
    return counts_all(source, sinks, measure, budget)


# ---- S3: dafny/Properties/Payment.dfy ----


def limits_payments(source: Source, pays: Iterable[str], amount: str, limit: int, needs: str) -> bool:
    return all(only_unless(source, verb, [[Ranged(amount, (Range(None, limit),))]], needs) for verb in pays)


def budgets_payments(source: Source, pays: Iterable[str], amount: str, budget: str) -> bool:
    return counts_all(source, pays, amount, budget)


# ---- S5: dafny/Properties/Database.dfy ----


@dataclass(frozen=True)
class Shown:
    """Tables of which these columns, or all of them (None), may be read."""

    tables: tuple[Pattern, ...]
    columns: frozenset[str] | None = None

    def tests(self, table: str, column: str) -> list[Test]:
        listed: list[Test] = [] if self.columns is None else [Named(column, self.columns)]
        return [Placed(table, self.tables), *listed]


def reads_shown(source: Source, readers: Iterable[str], table: str, column: str, shown: Iterable[Shown]) -> bool:
    safe = [each.tests(table, column) for each in shown]
    return all(only(source, verb, safe) for verb in readers)


def changes_nothing(source: Source, changes: Iterable[str]) -> bool:
    return all(only(source, verb, []) for verb in changes)


def changes_unless(source: Source, changes: Iterable[str], needs: str) -> bool:
    return all(only_unless(source, verb, [], needs) for verb in changes)
