"""Typed arguments of tools, and the effects that tools are (POLICY.md 2.6). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from tests.differential.values import (
    CLASSES,
    DECIMALS,
    Amount,
    Choices,
    Effect,
    Place,
    Refused,
    Text,
    Value,
    Values,
    host,
    path_axes,
    segments,
)


def typed(kind: Any, value: Any) -> Value:
    """One argument of a tool that is no list and no object."""
    if kind == "int" or (isinstance(kind, dict) and "int" in kind):
        bounds = kind["int"] if isinstance(kind, dict) else {}
        low, high = int(bounds.get("min", -(10**14))), int(bounds.get("max", 10**14))
        if type(value) is not int or not low <= value <= high:
            raise Refused
        return value
    if kind == "bool":
        if type(value) is not bool:
            raise Refused
        return "true" if value else "false"
    if isinstance(kind, dict) and "decimal" in kind:
        minor = Decimal(value).scaleb(DECIMALS[kind["decimal"]])
        if minor != int(minor) or minor < 0:
            raise Refused
        return Amount(int(minor), kind["decimal"])
    if type(value) is not str:
        raise Refused
    if kind == "text":
        return Text(value)
    if kind == "date":
        return date.fromisoformat(value).toordinal()
    if isinstance(kind, list):
        if value not in kind:
            raise Refused
        return value
    if isinstance(kind, dict) and "path" in kind:
        whole = value if value.startswith("/") else f"{kind['path']}/{value}"
        return Place("path", segments("path", whole))
    if isinstance(kind, dict):
        return Place("segments", segments("segments", value))
    if kind == "host":
        return host(value)
    return Place("email", segments("email", value)) if kind == "email" else value


def arguments(axis: str, kind: Any, value: Any) -> tuple[Values, dict[str, list[Value]]]:
    """The axes of one argument: those with one value, and those with one value for each element of a list."""
    if isinstance(kind, dict) and "object" in kind:
        return declared(kind["object"], {}, value, f"{axis}.")
    if isinstance(kind, dict) and "list" in kind:
        if type(value) is not list or len(value) > int(kind["max"]):
            raise Refused
        # No element is no value: the axis is `none`, so that an empty list is no way around a test.
        elements = [typed(kind["list"], one) for one in value] or [None]
        return {f"{axis}.count": len(value)}, {axis: elements}
    if kind == "url":
        parts = urlsplit(value)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        place = Place("path", segments("path", parts.path))
        keys = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
        fixed: Values = {"host": host(parts.hostname or ""), "path": place, "scheme": parts.scheme, "port": port}
        return fixed, {"query": list(keys) or [None]}
    return {axis: typed(kind, value)}, {}


def declared(
    args: dict[str, Any], optional_args: dict[str, Any], given: Any, prefix: str = ""
) -> tuple[Values, dict[str, list[Value]]]:
    if type(given) is not dict or not set(args) <= set(given) <= {*args, *optional_args}:
        raise Refused
    fixed: Values = {}
    lists: dict[str, list[Value]] = {}
    for name, kind in (args | optional_args).items():
        if name in given:
            one, many = arguments(prefix + name, kind, given[name])
            fixed |= one
            lists |= many
        else:
            fixed[prefix + name] = None
    return fixed, lists


def combinations(lists: dict[str, list[Value]], pairs: list[str]) -> Choices:
    """Each combination of elements; `pairs` are two lists of which only the elements of equal rank belong together."""
    groups = [[{axis: one} for one in lists[axis]] for axis in lists if axis not in pairs]
    if pairs:
        groups.append(
            [dict(zip(pairs, row, strict=True)) for row in zip(*(lists[axis] for axis in pairs), strict=True)]
        )
    return [{axis: one for part in row for axis, one in part.items()} for row in product(*groups)]


FAMILY_OPTIONAL = {
    "money.payment": ("original",),
    "money.trade": ("venue",),
    "money.refund": ("original",),
    "http.request": ("query",),
}


def tool(name: str, spec: dict[str, Any], given: dict[str, Any]) -> list[Effect]:
    fixed, lists = declared(spec.get("args", {}), spec.get("optional", {}), given)
    if len({len(given[axis]) for axis in spec.get("pairs", [])}) > 1:
        raise Refused
    atoms = [fixed | row | {"via": None} for row in combinations(lists, spec.get("pairs", []))]
    if spec.get("effect") == "send" or CLASSES.get(str(spec.get("is"))) == "send":
        # What a tool sends is its call: its arguments as JSON without spaces.
        sent = json.dumps(given, separators=(",", ":"), ensure_ascii=False)
        atoms = [atom | {"bytes_out": len(sent.encode())} for atom in atoms]
    if "is" not in spec:
        return [Effect(frozenset([name]), spec["effect"], sizes(atoms[0]), [atom | {"count": 1} for atom in atoms])]
    if type(spec["is"]) is not list:
        return [mapped(name, spec["is"], spec["map"], atoms)]
    made: list[Effect] = []
    for verb in spec["is"]:
        one = mapped(name, verb, spec["map"][verb], atoms)
        one.earlier = frozenset(measure for before in made for measure in before.measures)
        made.append(one)
    return made


def sizes(values: Values) -> dict[str, int]:
    """The integers among values: what a budget can count."""
    ints = {axis: one for axis, one in values.items() if isinstance(one, int)}
    return {"count": 1} | ints | {axis: one.minor for axis, one in values.items() if isinstance(one, Amount)}


def mapped(name: str, verb: str, axes: dict[str, Any], atoms: Choices) -> Effect:
    """The effect that a tool is, with the family's axes beside the tool's own: rules about either name see it."""
    whole: Choices = []
    for atom in atoms:
        family: Values = {axis: atom.get(axis) for axis in FAMILY_OPTIONAL.get(verb, ())}
        for axis, source in axes.items():
            family[axis] = source["const"] if isinstance(source, dict) else atom[source]
        if isinstance(family.get("path"), Place) and verb.startswith(("file.", "dir.")):
            family |= path_axes("/".join(family["path"].segments), verb)  # type: ignore[union-attr]
        if verb == "message.send":
            family["recipients"] = atom.get(f"{axes['recipient']}.count", 1)
        whole.append(atom | family | {"count": 1})
    return Effect(frozenset([name, verb]), CLASSES[verb], sizes(whole[0]), whole, name)
