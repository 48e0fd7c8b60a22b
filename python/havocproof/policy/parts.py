"""Cuts a tool call into parts, by a plan that is made once when the policy loads.

A slot puts one argument on one axis. One argument may fill two axes: its own, and the axis of the family that `map`
names. Arguments that are lists multiply the atoms; two that are declared as `pairs` go side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from havocproof.actions.amounts import parse_amount
from havocproof.actions.urls import PORTS, parse_url, url_path_segments
from havocproof.errors import ActionError
from havocproof.kernel.source import Atom, Part
from havocproof.policy.axes import INT, NO, PLACE, TEXT, YES, Axis
from havocproof.policy.literals import parse_date
from havocproof.policy.patterns import place
from havocproof.policy.types import Leaf

MAX_ATOMS = 256
_ABSENT = ("",)
_Values = tuple[dict[str, str], dict[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Slot:
    """`leaf` on `axis`. `file`: the axis is the path of a file verb, so name and extension come with it."""

    leaf: Leaf
    axis: Axis
    file: bool = False


@dataclass(slots=True)
class PartPlan:
    """How one part is made. `names`, `places`, `ints` hold its constants.

    `slots` are single values, `lists` the dimensions of the product: each the slots of one list argument, or of two
    that are pairs. `urls` are arguments that bring host, path, scheme, port and query. `http`: the part has a service.
    `kept`: axes of the effect that a URL, which is not its own, does not fill. `bytes_out`: count the bytes of the
    whole call. `recipients`: the argument whose elements are counted.
    """

    verb: str
    names: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ints: dict[str, int] = field(default_factory=lambda: {"count": 1, "at_once": 1})
    slots: list[Slot] = field(default_factory=list)
    lists: list[list[Slot]] = field(default_factory=list)
    urls: list[Leaf] = field(default_factory=list)
    kept: frozenset[str] = frozenset()
    http: bool = False
    bytes_out: bool = False
    recipients: Leaf | None = None


def cut(plan: PartPlan, arguments: Mapping[str, Any], size: int) -> Part:
    """One part of a call. `arguments` are canonical, `size` is their length as canonical JSON in bytes.

    Raises `ActionError` if lists that are pairs differ in length, or if there would be more than 256 atoms.
    """
    names, places, ints = dict(plan.names), dict(plan.places), dict(plan.ints)
    for slot in plan.slots:
        _fill(slot, find(arguments, slot.leaf), names, places, ints)
    keys: list[_Values] = []
    for leaf in plan.urls:
        own = ({axis: names[axis] for axis in plan.kept}, {axis: places[axis] for axis in plan.kept if axis in places})
        keys = _url(find(arguments, leaf), names, places, ints)
        names |= own[0]
        places |= own[1]
    if plan.http and "service" not in names:
        scheme = names["scheme"]
        ints.setdefault("port", PORTS[scheme])
        names["service"] = scheme if ints["port"] == PORTS[scheme] else f"{scheme}:{ints['port']}"
    if plan.bytes_out:
        ints["bytes_out"] = size
    dimensions = [_dimension(slots, arguments, ints) for slots in plan.lists]
    if keys:
        dimensions.append(keys)
    if plan.recipients is not None:
        value = find(arguments, plan.recipients)
        ints["recipients"] = len(value) if isinstance(value, list) else int(value is not None)
    if not dimensions:  # most tools
        return Part(plan.verb, ints, (Atom(names, places),))
    if prod(map(len, dimensions)) > MAX_ATOMS:
        raise ActionError("args", f"has more than {MAX_ATOMS} combinations of list elements", "Split the call")
    return Part(plan.verb, ints, tuple(_merge(names, places, combination) for combination in product(*dimensions)))


def find(arguments: Mapping[str, Any], leaf: Leaf) -> Any:
    """The value of an argument, None if it was not given."""
    value: Any = arguments
    for step in leaf.path:
        value = value.get(step)
        if value is None:
            return None
    return value


def _merge(names: dict[str, str], places: dict[str, tuple[str, ...]], combination: tuple[_Values, ...]) -> Atom:
    names, places = dict(names), dict(places)
    for more_names, more_places in combination:
        names |= more_names
        places |= more_places
    return Atom(names, places)


def _fill(
    slot: Slot, value: Any, names: dict[str, str], places: dict[str, tuple[str, ...]], ints: dict[str, int]
) -> None:
    axis = slot.axis
    if axis.sort in (INT, TEXT):
        if axis.optional:
            names[axis.given] = NO if value is None else YES
        if value is not None:
            ints[axis.kernel] = number = _number(axis, value, names)
            currency = names[axis.currency_axis] if axis.currency_axis else axis.currency
            if currency:  # an amount counts under its own currency, and under no other
                ints[f"{axis.kernel}:{currency}"] = number
    elif axis.sort == PLACE:
        text = "" if value is None else str(value)
        segments = _ABSENT if value is None else place(text, axis.kind, axis.separator)
        names[axis.kernel], places[axis.kernel] = text, segments
        if slot.file:
            last = segments[-1] if segments else ""
            names["name"], names["ext"] = last, last.rpartition(".")[2] if "." in last else ""
    elif value is None:
        names[axis.kernel] = ""
    else:
        names[axis.kernel] = ("true" if value else "false") if isinstance(value, bool) else value


def _number(axis: Axis, value: Any, names: dict[str, str]) -> int:
    if axis.sort == TEXT:
        return len(value.encode())
    if axis.kind == "amount":
        minor, currency = parse_amount(value)
        if axis.currency_axis:
            names[axis.currency_axis] = currency
        return minor
    return parse_date(value) if axis.kind == "date" else int(value)


def _dimension(slots: list[Slot], arguments: Mapping[str, Any], ints: dict[str, int]) -> list[_Values]:
    """One list argument, or two side by side: an entry for each element, or one that says "not given"."""
    columns = {slot.leaf.name: find(arguments, slot.leaf) or [] for slot in slots}
    for name, column in columns.items():
        ints[f"{name}.count"] = len(column)
    if len({len(column) for column in columns.values()}) > 1:
        raise ActionError(
            f"args.{slots[-1].leaf.name}", f"differs in length from {slots[0].leaf.name}", "Send them in pairs"
        )
    rows: list[_Values] = []
    for index in range(max(1, len(columns[slots[0].leaf.name]))):
        names: dict[str, str] = {}
        places: dict[str, tuple[str, ...]] = {}
        for slot in slots:
            column = columns[slot.leaf.name]
            _fill(slot, column[index] if column else None, names, places, ints)
        rows.append((names, places))
    return rows


def _url(
    value: str | None, names: dict[str, str], places: dict[str, tuple[str, ...]], ints: dict[str, int]
) -> list[_Values]:
    """The axes of a URL; returned are its query keys, one atom for each."""
    if value is None:
        names |= {"host": "", "path": "", "scheme": "", "service": "", "port.given": NO, "query": ""}
        places |= {"host": _ABSENT, "path": _ABSENT}
        return []
    url = parse_url(value)
    segments = url_path_segments(url.path)
    service = url.scheme if url.port == PORTS[url.scheme] else f"{url.scheme}:{url.port}"
    names |= {"host": url.host, "path": "/" + "/".join(segments), "scheme": url.scheme, "service": service}
    names["port.given"] = YES
    places |= {"host": place(url.host, "host"), "path": segments}
    ints["port"] = url.port
    return [({"query": key}, {}) for key in dict.fromkeys(key for key, _ in url.query) or [""]]
