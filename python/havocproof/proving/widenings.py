"""Widenings: what a hurried hand might do to a policy. Each is one change of one rule, label, fact or budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from havocproof.kernel.source import MARK
from havocproof.policy.charges import written_name
from havocproof.policy.lower import MOST_SPLITS
from havocproof.policy.rules import Lowered
from havocproof.proving.altering import with_rules
from havocproof.proving.results import Line
from havocproof.proving.showing import line_of

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_GENERATED = ("agents", "facts", "budgets", "labels")
_WHEN = "when."


@dataclass(frozen=True, slots=True)
class Widening:
    """One change, and the policy after it.

    verbs    what it is about; claims that speak of none of them cannot notice it
    remembers  whether it changes what is remembered or counted, and no verdict by itself
    """

    rule: Line
    change: str
    policy: Policy
    verbs: frozenset[str]
    remembers: bool = False


def widenings(policy: Policy) -> Iterator[Widening]:
    """Every widening of a policy and of the guards above it, in the order of the files."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(policy.lowered):
        if each.rule.effect in ("permit", "ask", "forbid", "require"):
            groups[each.text.id].append(place)
    found = [made for places in groups.values() for made in _of_rule(policy, places)]
    found += [*_resets(policy), *_budgets(policy)]
    yield from sorted(found, key=lambda made: (made.rule.file, made.rule.line))


def _of_rule(policy: Policy, places: Sequence[int]) -> Iterator[Widening]:
    """Of one written rule, which may be several of the kernel's."""
    members = [policy.lowered[place] for place in places]
    text = members[0].text
    line, verbs = line_of(text), frozenset(verb for each in members for verb in each.rule.verbs)
    if text.group == "labels":
        name = text.id.partition(":")[2]
        line = replace(line, id=name, effect="label")
        yield Widening(line, "holds nothing back", _altered(policy, places, {}), verbs)
    elif text.group in _GENERATED:
        return
    elif text.effect == "forbid":
        yield Widening(line, "removed", _altered(policy, places, {}), verbs)
    else:
        for axis in dict.fromkeys(axis for each in members for axis in each.axes if _written(each, axis)):
            dropped = {place: [_dropped(policy.lowered[place], axis)] for place in places}
            yield Widening(line, f"without `{_shown(axis)}`", _altered(policy, places, dropped), verbs)
        if text.effect == "ask":
            permits = {place: list(_permits(policy.lowered[place])) for place in places}
            yield Widening(line, "permits instead of asking", _altered(policy, places, permits), verbs)


def _altered(policy: Policy, places: Sequence[int], by: dict[int, list[Lowered]]) -> Policy:
    gone = set(places)
    found: list[Lowered] = []
    for place, each in enumerate(policy.lowered):
        found += by.get(place, []) if place in gone else [each]
    return with_rules(policy, found)


def _written(each: Lowered, axis: str) -> bool:
    """Whether the author wrote the test: the defaults of `scheme` and `via` nobody drops."""
    return axis.startswith(_WHEN) or (each.where is not None and axis in each.where.fields)


def _shown(axis: str) -> str:
    return axis.replace(_WHEN, "when: ")


def _dropped(each: Lowered, axis: str) -> Lowered:
    """The rule without its tests of one axis."""
    kept = [place for place, name in enumerate(each.axes) if name != axis]
    tests = tuple(each.rule.tests[place] for place in kept)
    return each._replace(rule=replace(each.rule, tests=tests), axes=tuple(each.axes[place] for place in kept))


def _permits(each: Lowered) -> Iterator[Lowered]:
    """The ask as permits. A permit has no `unless`: there is one for each way in which none of them holds."""
    if prod(len(tests) for tests in each.rule.unless) > MOST_SPLITS:
        return
    for ways in product(*each.rule.unless):
        tests = (*each.rule.tests, *(replace(test, want=not test.want) for test in ways))
        rule = replace(each.rule, effect="permit", needs="", unless=(), tests=tests)
        text = each.text._replace(effect="permit", needs="")
        yield Lowered(rule, (*each.axes, *("" for _ in ways)), (), text, each.where, each.unless)


def _resets(policy: Policy) -> Iterator[Widening]:
    """Facts that nothing undoes any more."""
    for name, text in policy.facts.items():
        if text.resets:
            left = [each for each in policy.lowered if not _resets_it(each, name)]
            verbs = frozenset(verb for each in policy.lowered if _resets_it(each, name) for verb in each.rule.verbs)
            line = Line(name, "fact", _file(policy, name), text.line)
            yield Widening(line, "nothing undoes it", with_rules(policy, left), verbs, True)


def _resets_it(each: Lowered, fact: str) -> bool:
    mark = each.rule.mark
    return mark is not None and (mark.kind, mark.name) == (MARK, f"{fact}~reset")


def _file(policy: Policy, name: str) -> str:
    """The file of a fact or budget: names of guards begin with the guard's."""
    guard, slash, _ = name.partition("/")
    files = {label.partition("/")[0]: text.file for label, text in policy.rules.items() if text.file}
    return files.get(guard, "") if slash else ""


def _budgets(policy: Policy) -> Iterator[Widening]:
    """Budgets and rates that are gone."""
    for name, text in policy.budgets.items():
        gone = [each for each in policy.source.budgets if written_name(each) == name]
        left = [each for each in policy.lowered if written_name(each.rule.budget) != name]
        verbs = frozenset(
            verb
            for each in policy.lowered
            if each.rule.effect == "charge" and written_name(each.rule.budget) == name
            for verb in each.rule.verbs
        )
        line = Line(name, "rate" if text.is_rate else "budget", _file(policy, name), text.line)
        yield Widening(line, "removed", with_rules(policy, left, gone), verbs, True)
