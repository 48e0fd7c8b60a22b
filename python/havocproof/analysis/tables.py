"""Tables: which coordinates the tests of some rules and questions tell moments apart by.

A table is untrusted: `Valid`, `PolicyOk` and the like check it before anything is said with it. Tests are those of the
generated code (`Policies.Test_*`), so that the same values serve as keys here and there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import _dafny

from havocproof.analysis.assumed import AGENT, ALWAYS_GIVEN, Assumed, Crew
from havocproof.analysis.code import Coords, Grid
from havocproof.analysis.relating import facts_of


@dataclass
class Needs:
    """What tests need of a table. Collected once for the rules of a verb, and copied for each question."""

    coords: dict[Any, None] = field(default_factory=dict)
    sets: dict[Any, None] = field(default_factory=dict)
    literals: dict[str, None] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    tails: dict[str, dict[Any, None]] = field(default_factory=lambda: defaultdict(dict))
    bounds: dict[Any, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    no_names: set[str] = field(default_factory=set)
    no_scopes: set[str] = field(default_factory=set)
    groups: dict[str, None] = field(default_factory=dict)
    segments: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def copy(self) -> Needs:
        other = Needs(
            dict(self.coords), dict(self.sets), dict(self.literals), dict(self.depths), defaultdict(dict),
            defaultdict(list), set(self.no_names), set(self.no_scopes), dict(self.groups), defaultdict(set),
        )  # fmt: skip
        other.tails.update({axis: dict(sets) for axis, sets in self.tails.items()})
        other.bounds.update({axis: list(cuts) for axis, cuts in self.bounds.items()})
        other.segments.update({axis: set(at) for axis, at in self.segments.items()})
        return other

    # ---- one test ----

    def add(self, test: Any, assumed: Assumed) -> None:
        """Add one test of the generated code."""
        coords = self.coords
        if test.is_Named:
            self._name(test.axis, assumed, True)
            self.sets[test.names] = None
        elif test.is_Placed:
            self._place(test.axis)
            for pattern in test.patterns:
                self._pattern(test.axis, pattern)
        elif test.is_Holding:
            self._place(test.axis)
            self.tails[test.axis][test.names] = None
            self.sets[test.names] = None
        elif test.is_Ranged:
            self._ranges(Coords.Coord_CInt(test.axis), test.ranges)
        elif test.is_Scoped:
            coords[Coords.Coord_CScope(test.scope)] = None
            self.sets[test.names] = None
        elif test.is_Scoping:
            self._scope(test.scope)
        elif test.is_Stands:
            self._per(test.mark.per, assumed)
            coords[Coords.Coord_CMark(test.mark, test.lasts)] = None
        elif test.is_Since:
            self._per(test.done.per, assumed)
            self._per(test.reset.per, assumed)
            coords[Coords.Coord_CSince(test.done, test.reset, test.lasts)] = None
        elif test.is_Listed:
            self._name(test.axis, assumed, False)
            self._kept(test.ref, assumed)
            if (test.ref.record, test.ref.field) not in assumed.wholes:
                coords[Coords.Coord_CHasNames(test.ref)] = None
            coords[Coords.Coord_CListed(test.axis, test.ref)] = None
        elif test.is_Held:
            self._kept(test.ref, assumed)
            if (test.ref.record, test.ref.field) not in assumed.wholes:
                coords[Coords.Coord_CHasNames(test.ref)] = None
            self.sets[test.names] = None
            one = (test.ref.record, test.ref.field) in assumed.ones
            coords[Coords.Coord_COne(test.ref) if one else Coords.Coord_CHeld(test.ref, test.names)] = None
        elif test.is_HeldIn:
            self._int(test.ref, assumed)
            self._ranges(Coords.Coord_CRecorded(test.ref), test.ranges)
        elif test.is_Compared:
            if test.axis not in assumed.ints:
                self._ranges(Coords.Coord_CInt(test.axis), ())
            self._int(test.ref, assumed)
            coords[Coords.Coord_CCompared(test.axis, test.ref, test.exact)] = None
        else:
            self._kept(test.ref, assumed)

    def group(self, name: str) -> None:
        self.groups[name] = None

    def _name(self, axis: str, assumed: Assumed, told_apart: bool) -> None:
        if told_apart or axis not in assumed.names:
            self.coords[Coords.Coord_CName(axis)] = None

    def _place(self, axis: str) -> None:
        self.coords[Coords.Coord_CLen(axis)] = None
        self.depths.setdefault(axis, 0)

    def _pattern(self, axis: str, pattern: Any) -> None:
        self.depths[axis] = max(self.depths.get(axis, 0), len(pattern.syms))
        for at, symbol in enumerate(pattern.syms):
            if symbol.is_Lit:
                self.literals[symbol.name] = None
                self.segments[axis].add(at)

    def _ranges(self, coord: Any, ranges: Iterable[Any]) -> None:
        self.coords[coord] = None
        cuts = self.bounds[coord]
        for each in ranges:
            if not each.is_AtMost:
                cuts.append((each.lo - 1, each.lo + 1))
            if not each.is_AtLeast:
                cuts.append((each.hi, each.hi + 2))

    def _scope(self, scope: str) -> None:
        if scope not in ALWAYS_GIVEN:
            self.coords[Coords.Coord_CScope(scope)] = None

    def _per(self, per: tuple[str, ...], assumed: Assumed) -> None:
        for name in per:
            self._scope(name)
            if name not in assumed.names:
                self.coords[Coords.Coord_CName(name)] = None
                if name in assumed.scopes and not assumed.has(name):
                    self.no_names.add(name)
            if name not in assumed.scopes:
                self.no_scopes.add(name)

    def _kept(self, ref: Any, assumed: Assumed) -> None:
        self.coords[Coords.Coord_CKept(ref.record, ref.run, ref.under, ref.lasts)] = None
        if ref.under.is_ByAxis:
            self._name(ref.under.axis, assumed, False)

    def _int(self, ref: Any, assumed: Assumed) -> None:
        self._kept(ref, assumed)
        if (ref.record, ref.field) not in assumed.whole_ints:
            self.coords[Coords.Coord_CHasInt(ref)] = None


@dataclass(frozen=True)
class Table:
    """The generated code's table, and what it was made of, for building examples and telling bounds."""

    value: Any
    literals: tuple[str, ...]
    index: dict[str, int]
    coords: tuple[Any, ...]
    where: dict[Any, int]
    clamps: dict[Any, tuple[int, int]]
    depths: dict[str, int]
    assumed: Assumed
    crews: tuple[Crew, ...]


def needs_of(rules: Iterable[Any], verb: str, assumed: Assumed) -> Needs:
    """What the rules of a policy that speak about the verb, and judge, need. Rules are those of the generated code."""
    needs = Needs()
    seen: set[int] = set()
    for rule in rules:
        effect = rule.effect
        if effect.is_Charge or effect.is_Leave or verb not in rule.verbs:
            continue
        if effect.is_Permit or effect.is_Ask:
            needs.group(rule.group)
        for tests in (rule.tests, *rule.unless):
            for test in tests:
                if id(test) not in seen:
                    seen.add(id(test))
                    needs.add(test, assumed)
    return needs


def table_of(verb: str, needs: Needs, assumed: Assumed, kinds: frozenset[str] | None) -> Table:
    """The table for what is needed; `kinds`: of the agents that may act."""
    crews = tuple(crew for crew in assumed.crews if kinds is None or crew.kind in kinds)
    coords = dict(needs.coords)
    sets = dict(needs.sets)
    for axis, at in needs.segments.items():
        coords.update(dict.fromkeys(Coords.Coord_CSeg(axis, i) for i in sorted(at)))
    for axis, tails in needs.tails.items():
        coords.update(dict.fromkeys(Coords.Coord_CSeg(axis, i) for i in range(needs.depths[axis])))
        coords.update(dict.fromkeys(Coords.Coord_CTail(axis, names) for names in tails))
    coords[Coords.Coord_CScope(AGENT)] = None
    groups = sorted(needs.groups)
    coords.update(dict.fromkeys(Coords.Coord_CGroup(group) for group in groups))
    enums = []
    for axis, names in sorted(assumed.enums.items()):
        if Coords.Coord_CName(axis) in coords:
            closed = _dafny.Set(names)
            enums.append((axis, closed))
            sets[closed] = None
    bounds = {coord: [*cuts, *_natural(coord, cuts, assumed)] for coord, cuts in needs.bounds.items()}
    literals = tuple(_alphabet(needs.literals, sets, [crew.kind for crew in crews]))
    index = {name: at for at, name in enumerate(literals)}
    clamps = {coord: _clamp(cuts) for coord, cuts in bounds.items()}
    ordered = tuple(coords)
    where = {coord: at for at, coord in enumerate(ordered)}
    named = assumed.names
    value = Coords.Table_Table(
        verb,
        literals,
        _dafny.Map(index),
        ordered,
        _dafny.Map(where),
        _dafny.Map({names: tuple(_spans(names, index)) for names in sets}),
        _dafny.Map(needs.depths),
        _dafny.Map({coord: Grid.Iv_Iv(lo, hi) for coord, (lo, hi) in clamps.items()}),
        _dafny.Set(named),
        _dafny.Set(assumed.places),
        _dafny.Set(assumed.ints),
        _dafny.Set(needs.no_names),
        _dafny.Set(ALWAYS_GIVEN),
        _dafny.Set(needs.no_scopes),
        _dafny.Map(assumed.lows),
        _dafny.Map(assumed.highs),
        _dafny.Set(assumed.wholes),
        _dafny.Set(assumed.whole_ints),
        _dafny.Set(assumed.ones),
        tuple(enums),
        tuple(groups),
        tuple(Coords.Crew_Crew(crew.kind, _dafny.Set(crew.must), _dafny.Set(crew.may)) for crew in crews),
        AGENT,
        tuple(facts_of(coords, sets, index, clamps, assumed)),
    )
    return Table(value, literals, index, ordered, where, clamps, dict(needs.depths), assumed, crews)


def _alphabet(literals: Iterable[str], sets: Iterable[Any], kinds: Iterable[str]) -> list[str]:
    """All names, those that stand in the same sets side by side, so that a set has few spans."""
    signatures: dict[str, list[int]] = {name: [] for name in (*literals, *kinds)}
    for number, names in enumerate(sets):
        for name in names:
            signatures.setdefault(name, []).append(number)
    return sorted(signatures, key=lambda name: (signatures[name], name))


def _spans(names: Any, index: dict[str, int]) -> Iterator[Any]:
    """The places of the names in the alphabet, neighbours together."""
    places = sorted(index[name] for name in names)
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield Grid.Iv_Iv(places[start], places[at - 1] + 1)
            start = at


def _natural(coord: Any, cuts: list[tuple[int, int]], assumed: Assumed) -> Iterator[tuple[int, int]]:
    """So that the least and the greatest integer of the axis are told from what lies beyond."""
    if coord.is_CInt and cuts:
        if coord.axis in assumed.lows:
            yield assumed.lows[coord.axis] - 1, assumed.lows[coord.axis] + 1
        if coord.axis in assumed.highs:
            yield assumed.highs[coord.axis], assumed.highs[coord.axis] + 2


def _clamp(cuts: list[tuple[int, int]]) -> tuple[int, int]:
    if not cuts:
        return 0, 1
    return min(lo for lo, _ in cuts), max(hi for _, hi in cuts)
