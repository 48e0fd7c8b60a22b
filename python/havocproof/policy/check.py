"""What is checked of rules that are lowered: dead ones (E-DEAD) and gaps between neighbouring bounds (W-GAP).

Dead is said only where it is plain: a rule that says what an earlier one says, and a permit or ask whose every case
lies under a forbid that asks for nothing beyond the case. Both are exact; other dead rules are left for the analyzer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from havocproof.actions.amounts import format_amount
from havocproof.kernel.source import Named, Range, Ranged, Test
from havocproof.policy.axes import Axis
from havocproof.policy.literals import format_date
from havocproof.policy.problems import Problems
from havocproof.policy.ranges import gaps
from havocproof.policy.rules import Lowered, RuleText

_MOST_TESTS = 8


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1


class _Numbers:
    """Equal tests get equal numbers. Each object is hashed once, since sets of 100,000 patterns are shared by rules."""

    def __init__(self) -> None:
        self._by_object: dict[int, int] = {}
        self._by_value: dict[Test, int] = {}

    def of(self, tests: Iterable[Test]) -> frozenset[int]:
        known = self._by_object
        return frozenset([known.get(id(test)) or self.one(test) for test in tests])

    def one(self, test: Test) -> int:
        number = self._by_object.get(id(test))
        if number is None:
            number = self._by_value.setdefault(test, len(self._by_value) + 1)
            self._by_object[id(test)] = number
        return number


def check(
    lowered: Sequence[Lowered], axes: Mapping[str, Mapping[str, Axis]], problems: Problems, by_group: bool = False
) -> None:
    """Note dead rules and gaps. `axes`: those of each part's verb, by name. `lowered` in the order of the file.

    `by_group`: agents use some groups and not others, so a permit says nothing for another group.
    """
    numbers = _Numbers()
    none: frozenset[frozenset[int]] = frozenset()
    tested = [
        (each, numbers.of(each.rule.tests), frozenset(map(numbers.of, each.rule.unless)) if each.rule.unless else none)
        for each in lowered
    ]
    _repeated(tested, problems, by_group)
    _forbidden(tested, problems)
    _gaps(tested, numbers, axes, problems, by_group)


_Tested = Sequence[tuple[Lowered, frozenset[int], frozenset[frozenset[int]]]]


def _repeated(tested: _Tested, problems: Problems, by_group: bool) -> None:
    """Rules all of whose cases an earlier rule has said with the same effect."""
    seen: dict[tuple[object, ...], dict[str, RuleText]] = defaultdict(dict)
    fresh: set[str] = set()
    earlier: dict[str, RuleText] = {}
    for each, tests, unless in tested:
        known = seen[each.rule.effect, each.rule.needs, tests, unless, each.rule.group if by_group else ""]
        for verb in each.rule.verbs:
            first = known.setdefault(verb, each.text)
            if first.id == each.text.id:
                fresh.add(each.text.id)
            else:
                earlier[each.text.id] = first
    for each, _, _ in tested:
        text = each.text
        if text.id not in fresh:
            message = f"rule `{text.id}` says what line {earlier[text.id].line} says"
            problems.add("E-DEAD", _Line(text.line), message, "Remove one of them.")


def _forbidden(tested: _Tested, problems: Problems) -> None:
    """Permits and asks that no action can use, because a forbid holds wherever they match."""
    forbids: dict[str, dict[frozenset[int], RuleText]] = defaultdict(dict)
    for each, tests, unless in tested:
        if each.rule.effect == "forbid" and not unless:
            for verb in each.rule.verbs:
                forbids[verb].setdefault(tests, each.text)
    if not forbids:
        return
    alive: set[str] = set()
    covered: dict[str, RuleText] = {}
    for each, tests, _ in tested:
        if each.rule.effect not in ("permit", "ask") or each.text.id in alive:
            continue
        for verb in each.rule.verbs:
            found = _covering(forbids.get(verb), tests)
            if found is None:
                alive.add(each.text.id)
                break
            covered[each.text.id] = found
    for each, _, _ in tested:
        text = each.text
        if text.id in covered and text.id not in alive:
            message = f"rule `{text.id}` never matters: the forbid at line {covered[text.id].line} covers it"
            problems.add("E-DEAD", _Line(text.line), message, "Remove one of them.")


def _covering(forbids: dict[frozenset[int], RuleText] | None, tests: frozenset[int]) -> RuleText | None:
    """A forbid whose every test is among `tests`."""
    if not forbids:
        return None
    if len(forbids) <= 1 << min(len(tests), _MOST_TESTS):
        return next((text for forbid, text in forbids.items() if forbid <= tests), None)
    for size in range(min(len(tests), _MOST_TESTS) + 1):
        for some in combinations(tests, size):
            if frozenset(some) in forbids:
                return forbids[frozenset(some)]
    return None


def _gaps(
    tested: _Tested, numbers: _Numbers, axes: Mapping[str, Mapping[str, Axis]], problems: Problems, by_group: bool
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
