"""How much of a policy one atom can reach: what a decision costs, whatever the number of rules (POLICY.md 3.2).

The kernel walks a tree: one stage for each indexed axis, one level for each segment of a place. Rules with the same
patterns on all indexed axes share a cell, and all of a cell's rules are looked at. So a wide cell is refused (E-WIDTH).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

from havocproof.kernel.source import (
    Axis,
    Compared,
    Held,
    HeldIn,
    Kept,
    Listed,
    Named,
    Pattern,
    Placed,
    Rule,
    Since,
    Source,
    Stands,
    Test,
)
from havocproof.policy.problems import Problems, listed
from havocproof.policy.rules import Lowered

MOST_WIDE = 64
_MOST_STATES = 200_000  # sets of nodes that are looked at for one axis; beyond, the bounds are only what was seen
_GENERATED = frozenset({"facts", "labels", "agents"})
_ANY = object()


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int
    file: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Upper bounds over all atoms of all verbs, each with the verb where it is reached.

    width: rules of one cell; nodes: nodes of the tree that are walked; guards: rules that are looked at; state: cells
    and records that these can touch.
    """

    width: tuple[int, str]
    nodes: tuple[int, str]
    guards: tuple[int, str]
    state: tuple[int, str]


# ---- the width of cells ----


def too_wide(lowered: Sequence[Lowered], axes: Mapping[str, tuple[Axis, ...]], problems: Problems) -> None:
    """Note cells of more than 64 rules that people wrote."""
    by_verb: dict[str, list[Lowered]] = defaultdict(list)
    for each in lowered:
        if each.text.group not in _GENERATED:
            for verb in each.rule.verbs:
                by_verb[verb].append(each)
    for verb, rules in by_verb.items():
        if len(rules) <= MOST_WIDE or verb not in axes:
            continue
        counts = _counts((each.rule for each in rules), axes[verb])
        cell, width = max(counts.items(), key=lambda item: item[1])
        if width > MOST_WIDE:
            meeting = [each for each in rules if cell in set(_cells(each.rule, axes[verb]))]
            last = max(meeting, key=lambda each: (each.text.file, each.text.line)).text
            names = listed({each.text.id for each in meeting}, 5)
            where = _shown(cell, axes[verb])
            message = f"{width} rules meet in one cell of `{verb}`{where}, at most {MOST_WIDE} may: {names}"
            remedy = "Merge them, or put the values in which they differ into a set or a record."
            problems.add("E-WIDTH", _Line(last.line, 1, last.file), message, remedy)


def _counts(rules: Iterable[Rule], axes: Sequence[Axis]) -> Counter[tuple[object, ...]]:
    return Counter(chain.from_iterable([_cells(rule, axes) for rule in rules]))


def _cells(rule: Rule, axes: Sequence[Axis]) -> Iterator[tuple[object, ...]]:
    """The cells that a rule stands in: one value of each indexed axis."""
    return product(*[_values(rule, axis) for axis in axes])


def _values(rule: Rule, axis: Axis) -> Sequence[object]:
    kind = Placed if axis.place else Named
    for test in rule.tests:
        if isinstance(test, kind) and test.axis == axis.name and test.want:
            return test.patterns if isinstance(test, Placed) else sorted(test.names)
    return (_ANY,)


def _shown(cell: Sequence[object], axes: Sequence[Axis]) -> str:
    found = []
    for value, axis in zip(cell, axes, strict=True):
        if isinstance(value, Pattern):
            words = ["*" if symbol is None else symbol for symbol in value.symbols] + ["**"] * value.open
            found.append(f"{axis.name} {'/'.join(words)}")
        elif value is not _ANY:
            found.append(f"{axis.name} {value}")
    return f" ({', '.join(found)})" if found else ""


# ---- what one atom can reach ----


def extent(source: Source) -> Extent:
    """The bounds of a policy."""
    by_verb: dict[str, list[Rule]] = defaultdict(list)
    for rule in source.rules:
        for verb in rule.verbs:
            by_verb[verb].append(rule)
    best: dict[str, tuple[int, str]] = dict.fromkeys(("width", "nodes", "guards", "state"), (0, ""))
    for verb, rules in sorted(by_verb.items()):
        axes = source.axes.get(verb, ())
        reached = _Walk(rules).reach(tuple(range(len(rules))), axes)
        width = max(_counts(rules, axes).values())
        found = {"width": width, "nodes": reached.nodes, "guards": reached.guards, "state": reached.state}
        for name, number in found.items():
            best[name] = max(best[name], (number, verb), key=lambda item: item[0])
    return Extent(**best)


@dataclass(frozen=True, slots=True)
class _Reach:
    nodes: int = 0
    guards: int = 0
    state: int = 0

    def __add__(self, other: _Reach) -> _Reach:
        return _Reach(self.nodes + other.nodes, self.guards + other.guards, self.state + other.state)

    def __or__(self, other: _Reach) -> _Reach:
        """The greater of each: bounds, not one atom's figures."""
        return _Reach(max(self.nodes, other.nodes), max(self.guards, other.guards), max(self.state, other.state))


@dataclass(slots=True)
class _Node:
    """`rest` and `end` are numbers of rules whose pattern is open, or ends, here."""

    kids: dict[str, _Node] = field(default_factory=dict)
    one: _Node | None = None
    rest: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)


class _Walk:
    """Of the rules of one verb."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._known: dict[tuple[tuple[int, ...], int], _Reach] = {}

    def reach(self, some: tuple[int, ...], axes: Sequence[Axis]) -> _Reach:
        """What an atom can reach among some rules, by the axes that are left."""
        if not some:
            return _Reach()
        key = (some, len(axes))
        found = self._known.get(key)
        if found is None:
            if not axes:
                found = _Reach(1, len(some), len({each for number in some for each in _state(self.rules[number])}))
            elif axes[0].place:
                found = self._place(some, axes)
            else:
                found = self._name(some, axes)
            self._known[key] = found
        return found

    def _name(self, some: tuple[int, ...], axes: Sequence[Axis]) -> _Reach:
        kids: dict[object, list[int]] = defaultdict(list)
        for number in some:
            for value in _values(self.rules[number], axes[0]):
                kids[value].append(number)
        anywhere = self.reach(tuple(kids.pop(_ANY, ())), axes[1:])
        greatest = _Reach()
        for numbers in kids.values():
            greatest |= self.reach(tuple(numbers), axes[1:])
        return _Reach(1) + anywhere + greatest

    def _place(self, some: tuple[int, ...], axes: Sequence[Axis]) -> _Reach:
        root = _Node()
        for number in some:
            for value in _values(self.rules[number], axes[0]):
                _put(root, value if isinstance(value, Pattern) else Pattern((), True), number)
        known: dict[frozenset[int], _Reach] = {}

        def at(nodes: tuple[_Node, ...]) -> _Reach:
            key = frozenset(map(id, nodes))
            found = known.get(key)
            if found is None and len(known) < _MOST_STATES:
                ending, passing = _Reach(), _Reach(len(nodes))
                for node in nodes:
                    ending += self.reach(tuple(node.end), axes[1:])
                    passing += self.reach(tuple(node.rest), axes[1:])
                for following in _following(nodes):
                    ending |= at(following)
                found = known[key] = passing + ending
            return found or _Reach()

        return at((root,))


def _following(nodes: Sequence[_Node]) -> Iterator[tuple[_Node, ...]]:
    """The nodes after one more segment: each that some node knows, and one that none knows."""
    stars = tuple(node.one for node in nodes if node.one is not None)
    words = dict.fromkeys(word for node in nodes for word in node.kids)
    for word in words:
        yield (*stars, *(node.kids[word] for node in nodes if word in node.kids))
    if stars:
        yield stars


def _put(root: _Node, pattern: Pattern, number: int) -> None:
    node = root
    for symbol in pattern.symbols:
        if symbol is None:
            node.one = node.one or _Node()
            node = node.one
        else:
            node = node.kids.setdefault(symbol, _Node())
    (node.rest if pattern.open else node.end).append(number)


def _state(rule: Rule) -> Iterator[object]:
    """What a rule touches: its budget, its mark, and what its tests look at."""
    if rule.budget:
        yield rule.budget
    if rule.mark is not None:
        yield rule.mark
    for test in (*rule.tests, *(each for conjunction in rule.unless for each in conjunction)):
        yield from _looked_at(test)


def _looked_at(test: Test) -> Iterator[object]:
    if isinstance(test, Stands):
        yield test.mark
    elif isinstance(test, Since):
        yield from (test.done, test.reset)
    elif isinstance(test, Listed | Held | HeldIn | Compared | Kept):
        yield test.ref.record, test.ref.by
