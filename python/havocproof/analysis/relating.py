"""Relations among the coordinates of a table, so that the search is not led to states that nobody is in.

Each kind is proved in dafny/Analysis/FactsTold.dfy; which ones are worth saying is chosen here, and changes no answer
but whether there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import permutations
from typing import Any

from havocproof.analysis.assumed import Assumed
from havocproof.analysis.code import Coords
from havocproof.kernel.source import LABEL

_MOST_SETS = 50
"""Sets of names that one pair of a field and an axis is related by."""


def facts_of(
    coords: Collection[Any],
    sets: Collection[Any],
    index: Mapping[str, int],
    clamps: Mapping[Any, tuple[int, int]],
    assumed: Assumed,
) -> Iterator[Any]:
    """The relations that coordinates of the table have, as the generated code takes them."""
    known = set(coords)
    marks: dict[Any, list[int]] = defaultdict(list)
    for coord in coords:
        if coord.is_CMark:
            marks[coord.mark].append(coord.lasts)
    for mark, lasts in marks.items():
        for short, long in permutations(lasts, 2):
            if short != 0 and (long == 0 or short < long):
                yield Coords.Fact_Lasts(mark, short, long)
    for coord in coords:
        if coord.is_CSince:
            yield from _since(coord, marks)
        elif coord.is_CRecorded:
            yield Coords.Fact_Number(coord.ref)
        elif coord.is_COne:
            yield Coords.Fact_Called(coord.ref)
        elif coord.is_CInt and coord in clamps:
            first, last = clamps[coord]
            if first < assumed.lows.get(coord.axis, first) < last:
                yield Coords.Fact_Low(coord.axis)
            if first <= assumed.highs.get(coord.axis, last) < last - 1:
                yield Coords.Fact_High(coord.axis)
        elif coord.is_CCompared and coord.exact:
            if Coords.Coord_CCompared(coord.axis, coord.ref, False) in known:
                yield Coords.Fact_Exact(coord.axis, coord.ref)
        elif coord.is_CListed and Coords.Coord_CName(coord.axis) in known:
            yield from _listed(coord, known, sets, index, assumed)


def _since(coord: Any, marks: Mapping[Any, list[int]]) -> Iterator[Any]:
    done, reset = coord.done, coord.reset
    if coord.lasts in marks.get(done, ()):
        yield Coords.Fact_Undone(done, reset, coord.lasts)
    if coord.lasts == 0 and done.kind != LABEL and 0 in marks.get(done, ()) and 0 in marks.get(reset, ()):
        yield Coords.Fact_Unreset(done, reset)


def _listed(
    coord: Any, known: Collection[Any], sets: Collection[Any], index: Mapping[str, int], assumed: Assumed
) -> Iterator[Any]:
    axis, ref = coord.axis, coord.ref
    if (ref.record, ref.field) not in assumed.ones:
        for names in [names for names in sets if Coords.Coord_CHeld(ref, names) in known][:_MOST_SETS]:
            yield Coords.Fact_Member(axis, ref, names)
        return
    if Coords.Coord_COne(ref) not in known:
        return
    few = [names for names in sets if len(names) <= _MOST_SETS][:_MOST_SETS]
    for names in few:
        yield Coords.Fact_Same(axis, ref, names)
    for name in sorted({name for names in few for name in names if name in index})[:_MOST_SETS]:
        yield Coords.Fact_Only(axis, ref, name)
