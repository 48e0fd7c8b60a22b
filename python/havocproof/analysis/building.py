"""Moments out of boxes: an action and a state that read well, on the values that the box leaves.

Nothing here is trusted. The kernel looks at what is built before it is shown, and a box for which nothing fits is
said to be undecided. So each choice is the plainest that may do: unknown names where they are free, small numbers, and
nothing remembered that is not asked for.
"""

from __future__ import annotations

from typing import Any

from havocproof.actions.amounts import DECIMALS
from havocproof.actions.urls import PORTS
from havocproof.analysis.assumed import AGENT, ALWAYS_GIVEN, USER, axes_of
from havocproof.analysis.code import Coords
from havocproof.analysis.places import segments_of, text_of
from havocproof.analysis.questions import Moment
from havocproof.analysis.remembered import Memory
from havocproof.analysis.tables import Table
from havocproof.kernel.source import Atom, Part, View
from havocproof.policy import Policy
from havocproof.policy.axes import INT, NO, PLACE, TEXT, YES, Axis

NOW = 1_800_000_000_000
"""When every example happens, ms since the epoch."""
_FILE = "path"


_OTHER_PORT = 8443


class Unbuildable(Exception):
    """No moment was found for the box. It says nothing about whether there is one."""


class Choice:
    """What one box leaves of each coordinate."""

    def __init__(self, table: Table, box: Any) -> None:
        self.table = table
        self._box = [(span.lo, span.hi) for span in box]
        self.spare_names = set(table.literals)

    def span(self, coord: Any) -> tuple[int, int] | None:
        """Where the coordinate lies, half open; None if nothing asks for it."""
        at = self.table.where.get(coord)
        return None if at is None else self._box[at]

    def on(self, coord: Any) -> bool | None:
        """Whether the bit is on; None if it is free."""
        span = self.span(coord)
        if span is None or span[0] < span[1] - 1:
            return None
        return span[0] == 1

    def spare(self, word: str) -> str:
        """A name like this one that no rule knows."""
        name, number = word, 1
        while name in self.spare_names:
            number += 1
            name = f"{word}{number}"
        return name

    def names(self, span: tuple[int, int]) -> tuple[str, ...]:
        """The names of the alphabet that lie there."""
        return self.table.literals[max(span[0], 0) : max(span[1], 0)]

    def name(self, coord: Any, word: str, closed: frozenset[str] | None = None) -> str | None:
        """A name for the coordinate, unknown to all rules if it may be; None if it may not be there."""
        span = self.span(coord)
        if span is None:
            return (min(closed) if closed else self.spare(word)) if closed is not None else self.spare(word)
        if span[1] <= 0:
            return None
        if closed is not None:
            known = [name for name in self.names(span) if name in closed]
            if not known:
                raise Unbuildable(f"no value of {word} is left")
            return "" if "" in known else known[0]
        if span[1] > len(self.table.literals):
            return self.spare(word)
        return self.names(span)[0]

    def number(self, coord: Any, low: int | None, high: int | None) -> int | None:
        """An integer for the coordinate, as small as the axis allows; None if it may not be there."""
        span = self.span(coord)
        if span is None:
            return max(1, low if low is not None else 1) if high is None else min(high, max(1, low or 1))
        first, last = self.table.clamps.get(coord, (0, 1))
        lo, hi = span
        if hi <= first:
            return None
        least = low if lo <= first else lo
        most = high if hi >= last else hi - 1
        if least is None:
            least = first if most is None else min(first, most)
            least = max(least, 1) if most is None or most >= 1 else least
        elif least <= 0 and (most is None or most >= 1):
            least = 1
        if most is not None and least > most:
            raise Unbuildable("no integer is left")
        return least


class Builder:
    """Builds moments of one verb."""

    def __init__(self, policy: Policy, table: Table, verb: str) -> None:
        self.policy = policy
        self.table = table
        self.verb = verb
        self.axes: dict[str, Axis] = {}
        spec = table.assumed.verb
        if spec is not None:
            self.axes = axes_of(spec)

    def build(self, box: Any) -> Moment:
        """A moment within the box. Raises `Unbuildable`."""
        choice = Choice(self.table, box)
        ints = self._ints(choice)
        places = self._places(choice)
        names = self._names(choice, places, ints)
        self._amounts(names, ints)
        (part,) = self.policy.worded((Part(self.verb, ints, (Atom(names, places),)),))
        kind, groups = self._crew(choice)
        scopes = self._scopes(choice, kind)
        memory = Memory(choice, self.policy, scopes, part.atoms[0].names, ints, NOW)
        return Moment(part, scopes, groups, View(memory.nums(), memory.records(), {}), kind, NOW)

    # ---- integers ----

    def _ints(self, choice: Choice) -> dict[str, int]:
        ints = {"count": 1, "at_once": 1}
        wanted = {axis.kernel: axis for axis in self.axes.values() if axis.sort in (INT, TEXT)}
        for coord in self.table.coords:
            if coord.is_CInt:
                wanted.setdefault(coord.axis, self.axes.get(coord.axis))  # type: ignore[arg-type]
        for kernel, axis in wanted.items():
            low, high = (axis.low, axis.high) if axis is not None else (None, None)
            if axis is not None and axis.kind == "amount" and low is None:
                low = 1
            given = choice.span(Coords.Coord_CName(axis.given)) if axis is not None and axis.optional else None
            if given is not None and YES not in choice.names(given):
                continue
            number = choice.number(Coords.Coord_CInt(kernel), low, high)
            if number is not None:
                ints[kernel] = number
        return ints

    def _amounts(self, names: dict[str, str], ints: dict[str, int]) -> None:
        """An amount counts under its own currency, too."""
        for kernel, axis in self.axes.items():
            if axis.kind == "amount" and kernel in ints:
                currency = names.get(axis.currency_axis, "") if axis.currency_axis else axis.currency
                if currency:
                    ints[f"{kernel}:{currency}"] = ints[kernel]

    # ---- places ----

    def _places(self, choice: Choice) -> dict[str, tuple[str, ...]]:
        wanted = {axis.kernel: axis.kind for axis in self.axes.values() if axis.sort == PLACE}
        for axis in (*self.table.assumed.places, *self.table.depths):
            wanted.setdefault(axis, "segments")
        return {axis: segments_of(choice, axis, kind, self._last(choice, axis)) for axis, kind in wanted.items()}

    def _last(self, choice: Choice, axis: str) -> str | None:
        """What the last segment of a file's path must be, by the axes `name` and `ext`; None if it is free."""
        if axis != _FILE or "name" not in self.axes:
            return None
        name, ext = choice.span(Coords.Coord_CName("name")), choice.span(Coords.Coord_CName("ext"))
        some = len(self.table.literals)
        if name is not None and name[1] <= some:
            known = choice.names(name)
            if ext is not None and ext[1] <= some:
                known = tuple(each for each in known if _ext(each) in choice.names(ext))
            return known[0] if known else ""
        if ext is not None and ext[1] <= some:
            found = choice.names(ext)
            return choice.spare("file") + (f".{found[0]}" if found and found[0] else "")
        return None

    # ---- names ----

    def _names(self, choice: Choice, places: dict[str, tuple[str, ...]], ints: dict[str, int]) -> dict[str, str]:
        names: dict[str, str] = {}
        for axis, segments in places.items():
            names[axis] = text_of(
                segments, self.axes[axis].kind if axis in self.axes else "segments", self.axes.get(axis)
            )
        wanted = {
            *self.table.assumed.names,
            *(axis.kernel for axis in self.axes.values() if axis.sort not in (INT, TEXT)),
        }
        wanted |= {axis.given for axis in self.axes.values() if axis.sort in (INT, TEXT) and axis.optional}
        tested = {coord.axis for coord in self.table.coords if coord.is_CName}
        for axis in sorted(wanted | tested):
            if axis in names or axis.endswith(".text"):
                continue
            if axis not in wanted and choice.span(Coords.Coord_CName(axis))[0] < 0:  # type: ignore[index]
                continue
            given = next((each for each in self.axes.values() if each.optional and each.given == axis), None)
            if given is not None and given.sort in (INT, TEXT):
                names[axis] = YES if given.kernel in ints else NO
                continue
            name = self._name(choice, axis)
            if name is not None:
                names[axis] = name
        if _FILE in places and "name" in self.axes:
            names["name"] = places[_FILE][-1] if places[_FILE] else ""
            if "ext" in names:
                names["ext"] = _ext(names["name"])
        if "service" in names:
            self._service(choice, names, ints)
        return names

    def _name(self, choice: Choice, axis: str) -> str | None:
        closed = self.table.assumed.enums.get(axis)
        coord = Coords.Coord_CName(axis)
        span = choice.span(coord)
        if axis == "currency" or (closed is not None and len(closed) > 100):
            known = [name for name in choice.names(span) if name in DECIMALS] if span is not None else ["EUR"]
            if not known:
                raise Unbuildable(f"no currency is left on {axis}")
            return "EUR" if "EUR" in known else known[0]
        if closed is not None:
            return choice.name(coord, axis, closed)
        recorded = self._recorded(choice, axis)
        if recorded is not None and (recorded or span is None or "" not in choice.names(span)):
            if recorded and (span is None or recorded in choice.names(span)):
                return recorded
            return choice.name(coord, f"other-{axis}")
        optional = axis in self.axes and self.axes[axis].optional
        if optional and (span is None or "" in choice.names(span)):
            return ""
        if optional and "" not in self.table.literals and span[1] > len(self.table.literals):  # type: ignore[index]
            return ""
        return choice.name(coord, f"other-{axis}")

    def _recorded(self, choice: Choice, axis: str) -> str | None:
        """The name that stands in a record and must stand here, too; "" if any does; None if none must."""
        found = None
        for coord in self.table.coords:
            if coord.is_CListed and coord.axis == axis and choice.on(coord):
                span = choice.span(Coords.Coord_COne(coord.ref))
                known = choice.names(span) if span is not None and span[1] <= len(self.table.literals) else ()
                found = found or (known[0] if known else "")
        return found

    def _service(self, choice: Choice, names: dict[str, str], ints: dict[str, int]) -> None:
        """Scheme, port and service belong together."""
        span = choice.span(Coords.Coord_CName("service"))
        scheme = names.get("scheme", "https")
        if span is not None and span[1] <= len(self.table.literals):
            known = [name for name in choice.names(span) if name in PORTS]
            if known:
                scheme = scheme if scheme in known else known[0]
                ints["port"] = PORTS[scheme]
        elif choice.span(Coords.Coord_CInt("port")) is None:
            known = list(choice.names(span)) if span is not None else [scheme]
            ints["port"] = PORTS.get(scheme, _OTHER_PORT) if span is None or scheme in known else _OTHER_PORT
        names["scheme"] = scheme
        names["service"] = scheme if ints.get("port") == PORTS.get(scheme) else f"{scheme}:{ints.get('port')}"

    # ---- who ----

    def _crew(self, choice: Choice) -> tuple[str, frozenset[str]]:
        for crew in self.table.crews:
            span = choice.span(Coords.Coord_CScope(AGENT))
            if span is not None and crew.kind not in choice.names(span):
                continue
            bits = {group: choice.on(Coords.Coord_CGroup(group)) for group in crew.may}
            on = {coord.group for coord in self.table.coords if coord.is_CGroup and choice.on(coord)}
            if not on <= crew.may or any(bits[group] is False for group in crew.must):
                continue
            return crew.kind, frozenset(group for group in crew.may if bits[group] is not False)
        raise Unbuildable("no kind of agent may act like this")

    def _scopes(self, choice: Choice, kind: str) -> dict[str, str]:
        scopes = {name: name for name in ALWAYS_GIVEN}
        for name in ALWAYS_GIVEN:
            span = choice.span(Coords.Coord_CScope(name))
            if name and span is not None and span[1] <= len(self.table.literals):
                scopes[name] = choice.names(span)[0]
        scopes[AGENT] = kind
        user = choice.span(Coords.Coord_CScope(USER))
        if user is None or user[1] > 0:
            scopes[USER] = choice.name(Coords.Coord_CScope(USER), USER) or USER
        for coord in self.table.coords:
            if coord.is_CScope and coord.scope not in scopes:
                span = choice.span(coord)
                assert span is not None
                if span[0] >= 0:
                    scopes[coord.scope] = choice.name(coord, coord.scope) or ""
        return scopes


def _ext(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""
