"""What is checked of rules that are lowered: dead ones (E-DEAD) and gaps between neighbouring bounds (W-GAP)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from havocproof.actions.amounts import format_amount
from havocproof.kernel.source import Named, Range, Ranged
from havocproof.policy.axes import Axis
from havocproof.policy.dead import Numbers, Tested, report
from havocproof.policy.literals import format_date
from havocproof.policy.problems import Problems
from havocproof.policy.ranges import gaps
from havocproof.policy.rules import Lowered


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1


def check(
    lowered: Sequence[Lowered],
    axes: Mapping[str, Mapping[str, Axis]],
    problems: Problems,
    by_group: bool = False,
    obliging: Collection[str] = (),
) -> None:
    """Note dead rules and gaps. `axes`: those of each part's verb, by name. `lowered` in the order of the file.

    `by_group`: agents use some groups and not others, so a permit says nothing for another group. `obliging`: the ids
    of rules with obligations.
    """
    numbers = Numbers()
    none: frozenset[frozenset[int]] = frozenset()
    tested = [
        (each, numbers.of(each.rule.tests), frozenset(map(numbers.of, each.rule.unless)) if each.rule.unless else none)
        for each in lowered
    ]
    report(tested, numbers, obliging, by_group, problems)
    _gaps(tested, numbers, axes, problems, by_group)


def _gaps(
    tested: Sequence[Tested],
    numbers: Numbers,
    axes: Mapping[str, Mapping[str, Axis]],
    problems: Problems,
    by_group: bool,
) -> None:
    """Integers between the bounds of rules that say the same otherwise: permitted below and above, denied between."""
    bounds: dict[tuple[frozenset[str], str], set[int]] = defaultdict(set)
    bounded = []
    for each, tests, unless in tested:
        if each.rule.effect in ("permit", "ask"):
            for test, name in zip(each.rule.tests, each.axes, strict=True):
                if isinstance(test, Ranged) and test.want:
                    number = numbers.one(test)
                    bounds[each.rule.verbs, name].add(number)
                    bounded.append((each, tests, unless, test, name, number))
    alike: dict[tuple[object, ...], list[tuple[Ranged, Lowered, str]]] = defaultdict(list)
    for each, tests, unless, test, name, number in bounded:
        if len(bounds[each.rule.verbs, name]) > 1:  # one bound everywhere leaves no gap
            group = each.rule.group if by_group else ""
            alike[each.rule.verbs, tests - {number}, unless, name, group].append((test, each, name))
    for members in alike.values():
        if len(members) < 2:
            continue
        name = members[0][2]
        verb = min(members[0][1].rule.verbs)
        for first, last in gaps(item for test, _, _ in members for item in test.ranges):
            below = _at(members, first - 1, upper=True)
            above = _at(members, last + 1, upper=False)
            span = " to ".join(_show(axes[verb].get(name), value, below) for value in (first, last))
            message = (
                f"between line {below.text.line} and line {above.text.line} `{name}` of {span} is denied. Intended?"
            )
            problems.add("W-GAP", _Line(max(below.text.line, above.text.line)), message, "If not, let the bounds meet.")


def _at(members: Sequence[tuple[Ranged, Lowered, str]], end: int, upper: bool) -> Lowered:
    def ends(item: Range) -> bool:
        return (item.hi if upper else item.lo) == end

    return next(each for test, each, _ in members if any(map(ends, test.ranges)))


def _show(axis: Axis | None, value: int, rule: Lowered) -> str:
    if axis is not None and axis.kind == "date":
        return format_date(value)
    if axis is None or axis.kind != "amount":
        return str(value)
    currencies = {axis.currency} - {""}
    for test in rule.rule.tests:
        if isinstance(test, Named) and test.axis == axis.currency_axis:
            currencies |= test.names
    return format_amount(value, currencies.pop()) if len(currencies) == 1 else str(value)
