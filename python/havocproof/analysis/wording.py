"""The box of a counterexample in the user's words: one line for each coordinate that the box narrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from havocproof.actions.amounts import DECIMALS, format_amount
from havocproof.analysis.assumed import AGENT, axes_of
from havocproof.analysis.code import Coords
from havocproof.analysis.questions import Bound
from havocproof.analysis.tables import Table
from havocproof.kernel import source as src
from havocproof.kernel.source import Pattern
from havocproof.policy.axes import Axis
from havocproof.policy.literals import format_date
from havocproof.policy.patterns import written
from havocproof.policy.problems import listed

_MOST_NAMES = 4


class Wording:
    """Words for the coordinates of one table. `wide`: the whole of it, as the generated code gives it."""

    def __init__(self, table: Table, currency: str = "") -> None:
        self.table = table
        self._wide = [(span.lo, span.hi) for span in Coords.default__.Dom(table.value)]
        self._currency = self._written = currency
        spec = table.assumed.verb
        self._axes: dict[str, Axis] = axes_of(spec) if spec is not None else {}

    def bounds(self, box: Any) -> tuple[Bound, ...]:
        """One for each axis or thing remembered that the box narrows, in the order of the table."""
        spans = [(span.lo, span.hi) for span in box]
        currency = self._single(Coords.Coord_CName("currency"), spans)
        self._currency = currency or self._written
        narrowed = [at for at, span in enumerate(spans) if span != self._wide[at]]
        found: dict[Bound, None] = {}
        for at in narrowed:
            for bound in self._bound(self.table.coords[at], spans[at], spans):
                if _told(bound):
                    found[bound] = None
        if currency and any(bound.axis == "amount" for bound in found):  # which says its currency
            found = {bound: None for bound in found if bound.axis != "currency"}
        return tuple(found)

    def _bound(self, coord: Any, span: tuple[int, int], spans: list[tuple[int, int]]) -> Iterator[Bound]:
        if coord.is_CName:
            yield Bound(self._name(coord.axis), self._names(span))
        elif coord.is_CLen or coord.is_CSeg or coord.is_CTail:
            yield Bound(self._name(coord.axis), self._place(coord.axis, spans))
        elif coord.is_CInt:
            base, _, currency = coord.axis.partition(":")  # `amount:USD` is the amount, counted in that currency
            yield Bound(self._name(base), self._numbers(coord, span, self._axes.get(base), currency))
        elif coord.is_CScope:
            if coord.scope != AGENT or len(self.table.crews) > 1:
                yield Bound(coord.scope, self._names(span))
        elif coord.is_CGroup:
            return
        elif coord.is_CMark:
            yield Bound("state", self._mark(coord.mark, span[0] == 1))
        elif coord.is_CSince:
            word = "done and not undone since" if span[0] == 1 else "not done, or undone since"
            yield Bound("state", f"`{coord.done.name}` is {word}")
        elif coord.is_CKept:
            yield Bound("state", f"`{coord.record}` is {'known' if span[0] == 1 else 'not known'}")
        elif coord.is_CListed:
            said = "was recorded in" if span[0] == 1 else "was not recorded in"
            yield Bound(self._name(coord.axis), f"{said} `{coord.ref.record}.{coord.ref.field}`")
        elif coord.is_CHeld:
            said = "holds one of" if span[0] == 1 else "holds none of"
            yield Bound("state", f"`{coord.ref.record}.{coord.ref.field}` {said} {_some(sorted(coord.names))}")
        elif coord.is_COne:
            yield Bound("state", f"`{coord.ref.record}.{coord.ref.field}` is {self._names(span)}")
        elif coord.is_CRecorded:
            yield Bound("state", f"`{coord.ref.record}.{coord.ref.field}` is {self._numbers(coord, span, None)}")
        elif coord.is_CCompared:
            word = "exactly" if coord.exact else "at most"
            said = word if span[0] == 1 else f"not {word}"
            yield Bound(self._name(coord.axis), f"{said} `{coord.ref.record}.{coord.ref.field}`")

    def _single(self, coord: Any, spans: list[tuple[int, int]]) -> str:
        """The one name that the box leaves to a coordinate, "" if there are several."""
        at = self.table.where.get(coord)
        lo, hi = spans[at] if at is not None else (0, 0)
        return self.table.literals[lo] if 0 <= lo < len(self.table.literals) and hi == lo + 1 else ""

    def _name(self, kernel: str) -> str:
        axis = self._axes.get(kernel)
        return axis.name if axis is not None else kernel

    def _names(self, span: tuple[int, int]) -> str:
        literals = self.table.literals
        lo, hi = span
        if hi <= 0:
            return "not given"
        known = [name or "none" for name in literals[max(lo, 0) : hi]]
        if hi <= len(literals):
            return _some(known)
        return "any that no rule names" if lo > 0 else "any"  # all axes share one list of names

    def _place(self, axis: str, spans: list[tuple[int, int]]) -> str:
        depth = self.table.depths.get(axis, 0)
        where = self.table.where
        at = where.get(Coords.Coord_CLen(axis))
        lo, hi = spans[at] if at is not None else (0, depth + 2)
        symbols: list[str | None] = []
        for i in range(depth):
            known = where.get(Coords.Coord_CSeg(axis, i))
            span = spans[known] if known is not None else (-1, len(self.table.literals) + 1)
            if span[0] >= 0 and span[1] == span[0] + 1 <= len(self.table.literals):
                symbols.append(self.table.literals[span[0]])
            elif i < lo:
                symbols.append(None)
            else:
                break
        named = self._axes.get(axis)
        kind = named.kind if named is not None and named.kind else "segments"
        separator = named.separator if named is not None else "/"
        said = [written(Pattern(tuple(symbols), hi > len(symbols) + 1), kind, separator)]
        if len(symbols) + 1 < hi <= depth + 1:
            said.append(f"at most {hi - 1} segments")
        return ", ".join([*said, *self._segments(axis, symbols, spans)])

    def _segments(self, axis: str, symbols: list[str | None], spans: list[tuple[int, int]]) -> Iterator[str]:
        """What the box says of segments beside the pattern that it lies in."""
        depth = self.table.depths.get(axis, 0)
        whole = len(self.table.literals) + 1
        for at, coord in enumerate(self.table.coords):
            span = spans[at]
            if coord.is_CSeg and coord.axis == axis and not (coord.i < len(symbols) and symbols[coord.i] is not None):
                if span not in (self._wide[at], (0, whole)):
                    yield f"segment {coord.i + 1} {self._names(span)}"
            elif coord.is_CTail and coord.axis == axis and span != self._wide[at]:
                after = f" after segment {depth}" if depth else ""
                yield f"{'some' if span[0] == 1 else 'no'} segment{after} is {_either(sorted(coord.names))}"

    def _numbers(self, coord: Any, span: tuple[int, int], axis: Axis | None, currency: str = "") -> str:
        first, last = self.table.clamps.get(coord, (0, 1))
        lo, hi = span
        if hi <= first:
            return "not given"
        assumed = self.table.assumed
        least = coord.is_CInt and lo == assumed.lows.get(coord.axis)
        most = coord.is_CInt and hi - 1 == assumed.highs.get(coord.axis)
        if (least or lo <= first) and (most or hi >= last):
            return "any"
        if lo <= first or least:
            return f"at most {self._number(hi - 1, axis, currency)}"
        if hi >= last or most:
            return f"{self._number(lo, axis, currency)} and above"
        if hi == lo + 1:
            return self._number(lo, axis, currency)
        return f"{self._number(lo, axis, currency)} to {self._number(hi - 1, axis, currency)}"

    def _number(self, number: int, axis: Axis | None, currency: str) -> str:
        if axis is not None and axis.kind == "date":
            return format_date(number)
        if not currency and axis is not None and axis.kind == "amount":
            currency = axis.currency or self._currency
        return format_amount(number, currency) if currency in DECIMALS else str(number)

    def _mark(self, mark: Any, on: bool) -> str:
        if mark.kind == src.LABEL:
            return f"carries `{mark.name}`" if on else f"does not carry `{mark.name}`"
        own, _, rule = mark.name.partition("/")
        if own.startswith("~") and rule:  # what people gave for a rule: docs/decisions/0013
            is_for = "these values" if own == "~same" else "this user under this policy"
            return f"{'an' if on else 'no'} allowance of `{rule}` is for {is_for}"
        word = "begun" if mark.kind == src.MARK else "done"
        return f"`{mark.name}` is {word}" if on else f"`{mark.name}` is not {word}"


def _told(bound: Bound) -> bool:
    """`any` says nothing; scopes with `~` name an allowance, and the state says whether one is held."""
    return not (bound.axis.startswith("~") or bound.text == "any")


def _either(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names) if len(names) <= _MOST_NAMES else f"one of {_some(names)}"


def _some(names: list[str]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{listed(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"
    return listed(names)
