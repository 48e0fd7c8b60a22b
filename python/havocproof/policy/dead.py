"""Dead rules: those all of whose cases other rules cover, whatever the order in which they stand (E-DEAD).

A case is one kind of effect, and one value or pattern of each list. Another rule covers it if it applies wherever the
case does: each of its tests is implied by a test of the case on the same axis, and nothing lifts it that does not lift
the case. Then the case changes no verdict

* of a permit, if a forbid covers it, or an ask or a permit of the same group;
* of an ask, if a forbid covers it, or an ask of the same group with the same `needs`;
* of a forbid, if another forbid covers it; of one with `needs`, also one with the same `needs`.

What is said is sure. Not found: a case that several rules cover only together, such as a range of integers that two
others share, and implications between different axes, such as a path and its `name`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from math import prod

from havocproof.kernel.source import Holding, Named, Pattern, Placed, Ranged, Test
from havocproof.policy.containment import within_any
from havocproof.policy.problems import Problems
from havocproof.policy.ranges import covers
from havocproof.policy.rules import Lowered, RuleText

_MOST_CASES = 64
_MOST_LOOKED_AT = 128  # rules that could cover one case; if there are more, they are not all looked at
_MOST_VALUES = 1000  # values of a test under which its rule is found; of more, the rule is found by equal tests
_EFFECTS = ("permit", "ask", "forbid", "require")


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int
    file: str


class Numbers:
    """Equal tests get equal numbers, from 1; `tests[number - 1]` is the test.

    Each object is hashed once, since sets of 100,000 patterns are shared by rules. The objects are kept alive.
    """

    def __init__(self) -> None:
        self.tests: list[Test] = []
        self._by_object: dict[int, int] = {}
        self._by_value: dict[Test, int] = {}
        self._kept: list[Test] = []

    def of(self, tests: Iterable[Test]) -> frozenset[int]:
        known = self._by_object
        return frozenset([known.get(id(test)) or self.one(test) for test in tests])

    def one(self, test: Test) -> int:
        number = self._by_object.get(id(test))
        if number is None:
            number = self._by_value.setdefault(test, len(self.tests) + 1)
            if number > len(self.tests):
                self.tests.append(test)
            self._kept.append(test)
            self._by_object[id(test)] = number
        return number


Tested = tuple[Lowered, frozenset[int], frozenset[frozenset[int]]]
"""A rule of the kernel, the numbers of its tests, and those of each conjunction that lifts it."""


def dead(
    tested: Sequence[Tested], numbers: Numbers, obliging: Collection[str], by_group: bool
) -> Iterator[tuple[RuleText, list[RuleText]]]:
    """The dead rules, each with those that cover it; of rules that cover each other the later ones.

    `obliging`: the ids of rules with obligations, which hold beside those of other rules. `by_group`: agents use some
    groups and not others.
    """
    index = _Index(tested, numbers)
    rules: dict[str, list[int]] = defaultdict(list)
    for place, (each, _, _) in enumerate(tested):
        if each.rule.effect in _EFFECTS:
            rules[each.text.id].append(place)
    found: list[tuple[RuleText, list[RuleText]]] = []
    gone: set[str] = set()
    for label in reversed(rules):
        covering = _covering(label, rules[label], index, gone, obliging, by_group)
        if covering:
            gone.add(label)
            found.append((tested[rules[label][0]][0].text, covering))
    yield from reversed(found)


def _covering(
    label: str, places: Sequence[int], index: _Index, gone: set[str], obliging: Collection[str], by_group: bool
) -> list[RuleText]:
    """The rules that cover every case of a rule; none if a case is left."""
    found: dict[str, RuleText] = {}
    for place in places:
        each, mine, lifts = index.tested[place]
        if index.alone(place, mine):
            return []
        for verb in each.rule.verbs:
            for tests, known in index.cases(each, mine, verb):
                for other in islice(index.candidates(known), _MOST_LOOKED_AT):
                    text = index.tested[other][0].text
                    if text.id == label or text.id in gone:
                        continue
                    if _overrules(index.tested[other][0], each, obliging, by_group) and index.covers(
                        other, verb, tests, known, lifts
                    ):
                        found[text.id] = text
                        break
                else:
                    return []
    return list(found.values())


def _overrules(other: Lowered, each: Lowered, obliging: Collection[str], by_group: bool) -> bool:
    """Whether a case of `each` changes no verdict where `other` applies, too."""
    over, under = other.rule, each.rule
    if over.effect == "forbid":
        return True
    if under.effect == "forbid" or over.effect == "require":
        return under.effect == over.effect == "require" and under.needs == over.needs
    if under.effect == "require" or each.text.id in obliging or (by_group and under.group != over.group):
        return False
    return under.effect == "permit" or (over.effect == "ask" and over.needs == under.needs)


class _Index:
    """Finds the rules that could cover a case: each rule stands under the values of its rarest test."""

    def __init__(self, tested: Sequence[Tested], numbers: Numbers) -> None:
        self.tested = tested
        self.numbers = numbers
        counts = Counter(chain.from_iterable([mine for _, mine, _ in tested]))
        tests = numbers.tests
        sizes = {number: _size(tests[number - 1]) for number in counts}
        self._lists = {number for number, size in sizes.items() if 1 < size <= _MOST_CASES}
        finding = {number for number, size in sizes.items() if size and not isinstance(tests[number - 1], Ranged)}
        self.verbs = Counter(
            chain.from_iterable([each.rule.verbs for each, _, _ in tested if each.rule.effect in _EFFECTS])
        )
        self._by_value: dict[object, list[int]] = defaultdict(list)
        self._anywhere: list[int] = []
        self._singles: dict[int, Sequence[Test]] = {}
        self._under: dict[int, tuple[int, ...]] = {}
        found: dict[int, tuple[object, ...]] = {}
        for place, (each, mine, _) in enumerate(tested):
            if each.rule.effect not in _EFFECTS:
                continue
            anchors = mine & finding
            if not anchors:
                self._anywhere.append(place)
                continue
            anchor = min(anchors, key=counts.__getitem__)
            keys = found.get(anchor)
            if keys is None:
                keys = found[anchor] = tuple(_keys(anchor, numbers))
            for key in keys:
                self._by_value[key].append(place)

    def cases(self, each: Lowered, mine: frozenset[int], verb: str) -> Iterator[tuple[Sequence[Test], frozenset[int]]]:
        """The tests of each case of a rule: itself, if nothing is to be gained from looking at its parts."""
        if self.verbs[verb] > 1 and not self._lists.isdisjoint(mine):
            lists = [self._single(test) for test in each.rule.tests]
            if prod(map(len, lists)) <= _MOST_CASES:
                for tests in product(*lists):
                    yield tests, self.numbers.of(tests)
                return
        yield each.rule.tests, mine

    def _single(self, test: Test) -> Sequence[Test]:
        """A test as one test for each of its values, if they are few. Kept, since numbers go by objects."""
        number = self.numbers.one(test)
        found = self._singles.get(number)
        if found is None:
            found = self._singles[number] = _single(test)
        return found

    def alone(self, place: int, mine: frozenset[int]) -> bool:
        """Whether no other rule could cover any case of a rule: most rules are the only ones about their values."""
        if self._anywhere or not self._lists.isdisjoint(mine):
            return False
        for number in mine:
            for other in self._found(number):
                if other != place:
                    return False
        return True

    def candidates(self, known: Iterable[int]) -> Iterator[int]:
        """The rules that could cover a case of these tests, some of them perhaps twice."""
        yield from self._anywhere
        for number in known:
            yield from self._found(number)

    def _found(self, number: int) -> tuple[int, ...]:
        found = self._under.get(number)
        if found is None:
            found = self._under[number] = tuple(self._standing(self.numbers.tests[number - 1], number))
        return found

    def _standing(self, test: Test, number: int) -> Iterator[int]:
        """The rules that stand under values of one test of a case."""
        if isinstance(test, Ranged) or not _size(test):
            return
        by_value = self._by_value
        if isinstance(test, Named):
            yield from by_value.get((test.axis, next(iter(test.names))), ())
        elif isinstance(test, Placed):
            symbols = _literal(test.patterns[0])
            for depth in range(len(symbols) + 1):
                yield from by_value.get((test.axis, symbols[:depth]), ())
        yield from by_value.get(number, ())

    def covers(
        self, other: int, verb: str, tests: Sequence[Test], known: frozenset[int], lifts: frozenset[frozenset[int]]
    ) -> bool:
        each, theirs, lifted = self.tested[other]
        if verb not in each.rule.verbs or not lifted <= lifts:
            return False
        if theirs <= known:
            return True
        one = self.numbers.one
        return all(one(test) in known or any(_implies(mine, test) for mine in tests) for test in each.rule.tests)


def _size(test: Test) -> int:
    """How many values a test wants; 0 for a test that wants none in particular."""
    if isinstance(test, Named):
        return len(test.names) if test.want else 0
    if isinstance(test, Placed):
        return len(test.patterns) if test.want else 0
    return len(test.ranges) if isinstance(test, Ranged) and test.want else 0


def _keys(number: int, numbers: Numbers) -> Iterator[object]:
    anchor = numbers.tests[number - 1]
    assert isinstance(anchor, Named | Placed)
    if len(anchor.names if isinstance(anchor, Named) else anchor.patterns) > _MOST_VALUES:
        yield number
    elif isinstance(anchor, Named):
        for name in anchor.names:
            yield anchor.axis, name
    else:
        for pattern in anchor.patterns:
            yield anchor.axis, _literal(pattern)


def _literal(pattern: Pattern) -> tuple[str, ...]:
    """The symbols before the first star."""
    symbols = pattern.symbols
    return symbols[: symbols.index(None)] if None in symbols else symbols  # type: ignore[return-value]


def _single(test: Test) -> Sequence[Test]:
    """A test as one test for each of its values, if they are few."""
    if isinstance(test, Named) and test.want and 1 < len(test.names) <= _MOST_CASES:
        return [Named(test.axis, frozenset({name})) for name in sorted(test.names)]
    if isinstance(test, Placed) and test.want and 1 < len(test.patterns) <= _MOST_CASES:
        return [Placed(test.axis, (pattern,)) for pattern in test.patterns]
    if isinstance(test, Ranged) and test.want and 1 < len(test.ranges) <= _MOST_CASES:
        return [Ranged(test.axis, (each,)) for each in test.ranges]
    return (test,)


def _implies(one: Test, other: Test) -> bool:
    """Whether `other` passes wherever `one` does, and is not known at most where `one` is not."""
    if isinstance(one, Named) and isinstance(other, Named):
        if one.axis != other.axis:
            return False
        if one.want:
            return one.names <= other.names if other.want else one.names.isdisjoint(other.names)
        return not other.want and other.names <= one.names
    if isinstance(one, Placed) and isinstance(other, Placed):
        if one.axis != other.axis or one.want != other.want:
            return False
        inner, outer = (one, other) if one.want else (other, one)
        if len(inner.patterns) * len(outer.patterns) > _MOST_VALUES * _MOST_CASES:
            return False
        return all(within_any(pattern, outer.patterns) for pattern in inner.patterns)
    if isinstance(one, Placed) and isinstance(other, Holding) and one.want and other.want and one.axis == other.axis:
        return all(any(symbol in other.names for symbol in pattern.symbols) for pattern in one.patterns)
    if isinstance(one, Ranged) and isinstance(other, Ranged):
        return one.axis == other.axis and one.want and other.want and covers(other.ranges, one.ranges)
    return False


def report(
    tested: Sequence[Tested], numbers: Numbers, obliging: Collection[str], by_group: bool, problems: Problems
) -> None:
    """Note the dead rules."""
    by_id = {each.text.id: (each, mine, lifts) for each, mine, lifts in tested}
    for text, covering in dead(tested, numbers, obliging, by_group):
        where = " and ".join(problems.at(each, text) for each in sorted(covering, key=lambda each: each.line))
        if len(covering) == 1 and _same(by_id[text.id], by_id[covering[0].id]):
            message = f"rule `{text.id}` says what {where} says"
        elif len(covering) == 1:
            word = {"permit": "permit", "ask": "ask"}.get(covering[0].effect, "forbid")
            message = f"rule `{text.id}` never matters: the {word} at {where} covers it"
        else:
            message = f"rule `{text.id}` never matters: the rules at {where} cover it"
        problems.add("E-DEAD", _Line(text.line, 1, text.file), message, "Remove one of them.")


def _same(one: Tested, other: Tested) -> bool:
    return one[0].rule.effect == other[0].rule.effect and one[1:] == other[1:]


def overruled(own: Iterable[Lowered], guards: Iterable[Lowered], problems: Problems) -> None:
    """Note the permits and asks of a policy that guards above it forbid wholly: a warning, since a guard may change."""
    forbids = [each for each in guards if each.rule.effect == "forbid"]
    if not forbids:
        return
    numbers = Numbers()
    tested: list[Tested] = [
        (each, numbers.of(each.rule.tests), frozenset(map(numbers.of, each.rule.unless)))
        for each in (*own, *forbids)
        if each.rule.effect in ("permit", "ask", "forbid")
    ]
    ids = {each.text.id for each in forbids}
    for text, covering in dead(tested, numbers, (), True):
        if text.effect in ("permit", "ask") and ids.issuperset(each.id for each in covering):
            where = " and ".join(f"`{each.id}` at {problems.at(each, text)}" for each in covering)
            message = f"rule `{text.id}` never matters: {where} forbids it"
            problems.add(
                "W-DEAD", _Line(text.line, 1, text.file), message, "Remove it, or ask for the guard to change."
            )
