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
        self._values: dict[str, dict[tuple[object, ...], list[int]]] = {}
        self.forbids: dict[str, list[Rule]] = defaultdict(list)
        """What holds back, by the written rule's id."""
        for each in lowered:
            if each.rule.effect == "forbid":
                self.forbids[each.rule.id].append(each.rule)
            if each.rule.effect in ("permit", "ask"):
                for verb in each.rule.verbs:
                    self._rules[verb].append(each)

    def candidates(self, verb: str, atom: Atom) -> Sequence[Lowered]:
        rules = self._rules.get(verb, [])
        if len(rules) <= _MOST_RULES:
            return rules
        values = self._values.get(verb)
        if values is None:
            values = self._values[verb] = defaultdict(list)
            for number, each in enumerate(rules):
                for key in set(_keys(each.rule.tests)):
                    values[key].append(number)
        shared: Counter[int] = Counter()
        for key in _atom_keys(atom):
            found = values.get(key, ())
            if len(found) < len(rules) // 2:
                shared.update(found)
        likely = [number for number, _ in shared.most_common(_MOST_RULES)]
        return [rules[number] for number in likely] or rules[:_MOST_RULES]


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
