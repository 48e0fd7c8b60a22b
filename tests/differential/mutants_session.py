"""Wrong decisions about what a session remembers, who acts and who agreed: changes of the kernel's source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from havocproof.kernel.source import (
    BUDGET,
    DONE,
    LABEL,
    MARK,
    RATE,
    SOFT,
    Budget,
    Compared,
    Held,
    HeldIn,
    Kept,
    Listed,
    Mark,
    Quorum,
    Ref,
    Rule,
    Scoped,
    Since,
    Source,
    Stands,
    Test,
)
from tests.differential.mutants import Change, _budgets, _rules, _tests

LATE = 10**13


def _marks(change: Callable[[Mark], Mark]) -> Change:
    """Changes every mark, where it is set and where it is read."""

    def one(rule: Rule) -> Rule:
        return rule if rule.mark is None else replace(rule, mark=change(rule.mark))

    def test(old: Test) -> Iterable[Test]:
        if isinstance(old, Stands):
            old = replace(old, mark=change(old.mark))
        elif isinstance(old, Since):
            old = replace(old, done=change(old.done), reset=change(old.reset))
        yield old

    return lambda source: _tests(test)(_rules(one)(source))


def _unleft(leaves: Callable[[Rule, Mark], bool]) -> Change:
    """Some marks are not set."""
    return _rules(lambda rule: None if rule.mark is not None and leaves(rule, rule.mark) else rule)


def _per(kinds: tuple[int, ...], change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Change:
    return _marks(lambda mark: replace(mark, per=change(mark.per)) if mark.kind in kinds else mark)


def _facts(kind: int, other: int) -> Change:
    """What reads one bit of a fact reads the other one."""

    def one(test: Test) -> Iterable[Test]:
        if isinstance(test, Stands) and test.mark.kind == kind:
            test = replace(test, mark=replace(test.mark, kind=other))
        if isinstance(test, Since) and kind == DONE:
            test = replace(test, done=replace(test.done, kind=other))
        yield test

    return _tests(one, "permit", "ask", "forbid", "require")


def _lasting(change: Callable[[int], int]) -> Change:
    """How long facts and records stay."""

    def ref(old: Ref) -> Ref:
        return replace(old, lasts=change(old.lasts), by_lasts=change(old.by_lasts))

    def one(test: Test) -> Iterable[Test]:
        if isinstance(test, Stands | Since):
            test = replace(test, lasts=change(test.lasts))
        elif isinstance(test, Listed | Held | HeldIn | Compared | Kept):
            test = replace(test, ref=ref(test.ref))
        yield test

    return _tests(one)


def _kind(kind: int, change: Callable[[Budget], Budget]) -> Change:
    return _budgets(lambda one: change(one) if one.kind == kind else one)


def _uncounted(counts: Callable[[Rule, Budget], bool]) -> Change:
    def apply(source: Source) -> Source:
        return _rules(lambda rule: None if rule.budget and counts(rule, source.budgets[rule.budget]) else rule)(source)

    return apply


def _quorums(change: Callable[[Quorum], Quorum]) -> Change:
    return lambda source: replace(source, quorums={name: change(one) for name, one in source.quorums.items()})


def _of_label(rule: Rule) -> bool:
    return rule.id.rpartition("/")[2].startswith("label:") or rule.id.startswith("label:")


def _holding(change: Callable[[Rule], Rule | None]) -> Change:
    """Changes the rules by which labels hold back."""
    return _rules(lambda rule: change(rule) if rule.effect in ("forbid", "require") and _of_label(rule) else rule)


def _restricted(rule: Rule) -> bool:
    return any(isinstance(test, Stands) and test.mark.kind == MARK for test in rule.tests)


def _without_self(test: Test) -> Iterable[Test]:
    if not (isinstance(test, Scoped) and test.scope == "agent"):
        yield test


def _known_anyhow(test: Test) -> Iterable[Test]:
    if not isinstance(test, Kept):
        yield test


def _at_most(test: Test) -> Iterable[Test]:
    yield replace(test, exact=False) if isinstance(test, Compared) else test


def _everyone(source: Source) -> Source:
    """Every agent uses every group."""
    groups = frozenset(rule.group for rule in source.rules)
    return replace(source, agents={name: replace(kind, uses=groups) for name, kind in source.agents.items()})


def _own_group(rule: Rule) -> Rule | None:
    return rule if rule.effect not in ("permit", "ask") or rule.group in ("", "g1") else replace(rule, group="g1")


SESSION: dict[str, Change] = {
    "a licence needs only the attempt": _facts(DONE, MARK),
    "an obstacle needs success": _facts(MARK, DONE),
    "nothing is reset": _unleft(lambda rule, mark: mark.name.endswith("~reset")),
    "nothing is begun": _unleft(
        lambda rule, mark: mark.kind == MARK and rule.id.rpartition("/")[2].startswith("fact:")
    ),
    "facts are for each session": _per(
        (MARK, DONE), lambda per: tuple("session" if one == "run" else one for one in per)
    ),
    "facts are for all runs": _per((MARK, DONE), lambda per: tuple(one for one in per if one != "run")),
    "a fact is one for all values": _per((MARK, DONE), lambda per: per[:1]),
    "what is remembered never expires": _lasting(lambda lasts: 0),
    "what is remembered lasts a millisecond more": _lasting(lambda lasts: lasts + 1 if lasts else 0),
    "what is remembered lasts a millisecond less": _lasting(lambda lasts: lasts - 1 if lasts else 0),
    "sources bring no label": _unleft(
        lambda rule, mark: mark.kind == LABEL and mark.per == ("self",) and not _restricted(rule)
    ),
    "labels do not stick": _unleft(lambda rule, mark: "@" in mark.name),
    "what is read brings no label": _unleft(lambda rule, mark: mark.kind == LABEL and _restricted(rule)),
    "labels are for the run": _per((LABEL,), lambda per: ("run",) if per == ("self",) else per),
    "children start without labels": _unleft(lambda rule, mark: mark.per == ("child",)),
    "reports bring no label": _unleft(lambda rule, mark: mark.per == ("parent",)),
    "handoffs bring no label": _unleft(lambda rule, mark: mark.per == ("target",)),
    "what is dropped travels": _rules(
        lambda rule: (
            replace(rule, tests=tuple(new for test in rule.tests for new in _without_self(test)))
            if rule.mark is not None and rule.mark.per == ("parent",)
            else rule
        )
    ),
    "labels hold nothing back": _holding(lambda rule: None),
    "nothing is cleared": _holding(lambda rule: replace(rule, unless=())),
    "otherwise is a denial": _holding(lambda rule: replace(rule, effect="forbid", needs="")),
    "carries is not looked at": _tests(
        lambda test: () if isinstance(test, Stands) and test.mark.kind == LABEL else (test,), "ask", "forbid", "require"
    ),
    "a burst is one more": _kind(RATE, lambda one: replace(one, limit=one.limit + 1)),
    "a rate is a window": _kind(RATE, lambda one: replace(one, kind=BUDGET)),
    "a rate is a millisecond faster": _kind(RATE, lambda one: replace(one, period=one.period - 1)),
    "a rate never fills up again": _kind(RATE, lambda one: replace(one, period=LATE)),
    "soft limits do not ask": _uncounted(lambda rule, one: one.kind == SOFT),
    "soft limits are one more": _kind(SOFT, lambda one: replace(one, limit=one.limit + 1)),
    "the limit may be lifted": _uncounted(lambda rule, one: one.kind == BUDGET and one.measure == "count"),
    "ancestors do not count": _uncounted(lambda rule, one: rule.budget.endswith("@0")),
    "shares do not count": _uncounted(lambda rule, one: "@hand" in rule.budget),
    "a share is one more": lambda source: replace(
        source,
        budgets={name: replace(one, limit=one.limit + ("@hand" in name)) for name, one in source.budgets.items()},
    ),
    "agents report twice": _uncounted(lambda rule, one: rule.budget == "agent.ends"),
    "one person is enough": _quorums(lambda one: replace(one, roles=tuple((role, 1) for role, _ in one.roles))),
    "one role is enough": _quorums(lambda one: replace(one, roles=one.roles[:1])),
    "one person more": _quorums(
        lambda one: replace(one, roles=tuple((role, people + 1) for role, people in one.roles))
    ),
    "requests wait a millisecond more": _quorums(lambda one: replace(one, within=one.within + 1)),
    "requests wait for ever": _quorums(lambda one: replace(one, within=LATE)),
    "everybody uses every group": _everyone,
    "rules are of one group": _rules(_own_group),
    "guards are not asked": _rules(
        lambda rule: None if rule.id.startswith("firm/") and rule.effect in ("forbid", "require") else rule
    ),
    "exactly is at most": _tests(_at_most),
    "known and unknown are not looked at": _tests(_known_anyhow),
}
