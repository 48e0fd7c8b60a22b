"""Finds the rules that come nearest to an action, so that not every rule of a large policy is looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from havocproof.kernel.source import Atom, Named, Placed, Rule, Test
from havocproof.policy.rules import Lowered

_MOST_RULES = 200  # rules of one verb that are all looked at; of more, the likeliest
_MOST_VALUES = 64  # values of one test that lead to its rule


class Nearness:
    """Finds rules that are likely near to an atom: all of its verb if they are few, else those that share values."""

    def __init__(self, lowered: Iterable[Lowered]) -> None:
        self._rules: dict[str, list[Lowered]] = defaultdict(list)
        self._shelves: dict[tuple[str, frozenset[str] | None], _Shelf] = {}
        self.forbids: dict[str, list[Rule]] = defaultdict(list)
        """What holds back, by the written rule's id."""
        for each in lowered:
            if each.rule.effect == "forbid":
                self.forbids[each.rule.id].append(each.rule)
            if each.rule.effect in ("permit", "ask"):
                for verb in each.rule.verbs:
                    self._rules[verb].append(each)

    def candidates(self, verb: str, atom: Atom, groups: frozenset[str] | None = None) -> Sequence[Lowered]:
        """Rules that grant the verb to agents that use `groups`; None: to anyone."""
        shelf = self._shelves.get((verb, groups))
        if shelf is None:
            rules = [each for each in self._rules.get(verb, []) if groups is None or each.rule.group in groups]
            shelf = self._shelves[verb, groups] = _Shelf(rules)
        return shelf.near(atom)


class _Shelf:
    """The granting rules of one verb, for the agents that use some groups."""

    def __init__(self, rules: Sequence[Lowered]) -> None:
        self.rules = rules
        self.wide: list[Lowered] = []  # with tests of so many values that these do not lead to the rule
        self.values: dict[tuple[object, ...], list[int]] = defaultdict(list)
        if len(rules) > _MOST_RULES:
            for number, each in enumerate(rules):
                for key in set(_keys(each.rule.tests)):
                    self.values[key].append(number)
                if len(self.wide) < _MOST_RULES and any(map(_wide, each.rule.tests)):
                    self.wide.append(each)

    def near(self, atom: Atom) -> Sequence[Lowered]:
        rules = self.rules
        if len(rules) <= _MOST_RULES:
            return rules
        shared: Counter[int] = Counter()
        for key in _atom_keys(atom):
            found = self.values.get(key, ())
            if len(found) < len(rules) // 2:  # what most rules say tells nothing
                shared.update(found)
        likely = [rules[number] for number, _ in shared.most_common(_MOST_RULES)]
        return [*likely, *self.wide] or rules[:_MOST_RULES]


def _wide(test: Test) -> bool:
    if isinstance(test, Named):
        return test.want and len(test.names) > _MOST_VALUES
    return isinstance(test, Placed) and test.want and len(test.patterns) > _MOST_VALUES


def _keys(tests: Iterable[Test]) -> Iterator[tuple[object, ...]]:
    for test in tests:
        if isinstance(test, Named) and test.want:
            for name in sorted(test.names)[:_MOST_VALUES]:
                yield "name", test.axis, name
        elif isinstance(test, Placed) and test.want:
            for pattern in test.patterns[:_MOST_VALUES]:
                for depth in range(1, len(pattern.symbols) + 1):
                    yield "place", test.axis, pattern.symbols[:depth]


def _atom_keys(atom: Atom) -> Iterator[tuple[object, ...]]:
    names, places = atom
    for axis, name in names.items():
        yield "name", axis, name
    for axis, segments in places.items():
        for depth in range(1, len(segments) + 1):
            yield "place", axis, segments[:depth]
