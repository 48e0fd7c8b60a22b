"""Records: which values a tool, a person or the host has named in this run (POLICY.md 2.7). Part of the oracle."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tests.differential.oracle_events import Ended, Noted, Said, Scene, Scopes, event_scopes
from tests.differential.values import DECIMALS, Amount, Place, Refused, Value, Values, amount, host, segments

Fields = dict[str, list[Value]]


class Kept(NamedTuple):
    """A record as it stands: since when it is as old as it is, and the values of each field."""

    at: int
    fields: Fields


class Saying(NamedTuple):
    """Something that was said of a record. `fields` None: what stood under the key is forgotten."""

    at: int
    scopes: Scopes
    key: str
    fields: Fields | None


def record_of(scene: Scene, name: str, key: Value) -> Kept | None:
    """What the run knows under a key ("" for a record without key), or None: it holds no such record."""
    spec = scene.layer["records"][name]
    found: Kept | None = None
    for said in sayings(scene, name, spec):
        if not scene.same(said.scopes, "run") or said.key != plain(key):
            continue
        if said.fields is None:
            found = None
        elif found is None or mode(spec) == "latest":
            found = Kept(said.at, said.fields)
        elif mode(spec) == "collect":
            found = Kept(said.at, {field: found.fields.get(field, []) + got for field, got in said.fields.items()})
    if found is not None and "lasts" in spec and scene.now - found.at >= duration(spec["lasts"]):
        return None
    return found


def mode(spec: dict[str, Any]) -> str:
    """`once`, `latest` or `collect`: a record without key whose fields all hold many collects, if nothing is said."""
    many = all("many" in one or "find" in one for one in spec["fields"].values())
    found: str = spec.get("write", "collect" if many and "key" not in spec else "latest")
    return found


UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def duration(text: str) -> int:
    unit = text.lstrip("0123456789")
    return int(text[: -len(unit)]) * UNITS[unit]


def plain(value: Value) -> str:
    """A value as text, for comparing keys."""
    if isinstance(value, Place):
        return "/".join(value.segments)
    return "" if value is None else str(value)


def sayings(scene: Scene, name: str, spec: dict[str, Any]) -> list[Saying]:
    """Everything that was ever said of a record, in its order. A result is as old as the decision on its call."""
    found: list[Saying] = []
    for one in scene.history:
        scopes = event_scopes(one)
        if isinstance(one, Said) and spec["from"] == "prompt":
            fields = {field: finds(said["find"], one.text) for field, said in spec["fields"].items()}
            found.append(Saying(one.time, scopes, "", fields))
        elif isinstance(one, Noted) and one.record == name:
            told = {field: _noted(said, one.fields[field]) for field, said in spec["fields"].items()}
            found.append(Saying(one.time, scopes, one.key, told))
        elif isinstance(one, Ended) and one.event.action["action"] in sources(spec):
            at, args = one.event.time, one.event.action["args"]
            found += [Saying(at, scopes, key, fields) for key, fields in taken(spec, args, one.result).items()]
    return found


def sources(spec: dict[str, Any]) -> list[str]:
    """The tools whose results a record is made of."""
    if isinstance(spec["from"], str):
        return []
    tools = spec["from"].get("tools", [])
    single = [spec["from"]["tool"]] if "tool" in spec["from"] else []
    return [*(tools if isinstance(tools, list) else [tools]), *single]


def _noted(said: dict[str, Any], value: Any) -> list[Value]:
    kind = said.get("one", said.get("many", "name"))
    return [typed(kind, one) for one in (value if isinstance(value, list) else [value])]


# ---- from results ----


def walk(value: Any, pointer: str, root: Any) -> list[Any]:
    """All values at a JSON pointer; `*` is each element, `^` at the front means from the whole result.

    `Refused`: there is nothing at a step.
    """
    if pointer.startswith("^"):
        return walk(root, pointer[1:], root)
    found = [value]
    for step in pointer.split("/")[1:]:
        after: list[Any] = []
        for one in found:
            if step == "*" and isinstance(one, list | dict):
                after += one.values() if isinstance(one, dict) else one
            elif isinstance(one, dict) and step in one:
                after.append(one[step])
            else:
                raise Refused
        found = after
    return found


def taken(spec: dict[str, Any], args: dict[str, Any], result: Any) -> dict[str, Fields | None]:
    """What one result says, by key. A wrong type stores nothing, and under `latest` what was known is forgotten."""
    found: dict[str, Fields | None] = {}
    try:
        rows = [
            row for row in walk(result, spec["from"].get("each", ""), result) if chosen(spec["from"].get("only"), row)
        ]
        if "key" in spec:
            for row in rows:
                _row(spec, row, result, found)
        else:
            made = [row_fields(spec, row, result) for row in rows]
            found[""] = {field: [one for fields in made for one in fields[field]] for field in spec["fields"]}
    except Refused:
        found = {}
    for key, fields in found.items():
        single = [field for field, said in spec["fields"].items() if "one" in said]
        if fields is not None and any(len({repr(one) for one in fields[field]}) != 1 for field in single):
            found[key] = None
        elif fields is not None:  # rows may say the same
            found[key] = fields | {field: fields[field][:1] for field in single}
    asked = args.get(next(iter(spec["key"]))) if "key" in spec else ""
    for key in asked if isinstance(asked, list) else [asked]:
        found.setdefault(plain(key), None)
    return found if mode(spec) == "latest" else {key: fields for key, fields in found.items() if fields is not None}


def _row(spec: dict[str, Any], row: Any, root: Any, found: dict[str, Fields | None]) -> None:
    """One row of a record with key: what is wrong about it spoils its own key only."""
    key = ""
    try:
        [pointer] = spec["key"].values()
        [value] = walk(row, pointer, root)
        key = str(value) if type(value) is int else str(typed("name", value))
        fields = row_fields(spec, row, root)
    except Refused:
        if key:
            found[key] = None
        return
    known = found.setdefault(key, {field: [] for field in fields})
    if known is not None:
        found[key] = {field: known[field] + got for field, got in fields.items()}


def chosen(only: dict[str, Any] | None, row: Any) -> bool:
    """`only`: equality on siblings; a list is alternatives."""
    tests = {name: text if isinstance(text, list) else [text] for name, text in (only or {}).items()}
    return all(isinstance(row, dict) and _sibling(row.get(name)) in texts for name, texts in tests.items())


def _sibling(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | str) else None


def row_fields(spec: dict[str, Any], row: Any, root: Any) -> Fields:
    made: Fields = {}
    for field, said in spec["fields"].items():
        only, kind = said.get("only"), said.get("one", said.get("many"))
        if only is None:
            found = walk(row, said["at"], root)
        else:  # siblings of the last name stand in the object around it
            around, _, last = said["at"].rpartition("/")
            found = [got for one in walk(row, around, root) if chosen(only, one) for got in walk(one, f"/{last}", root)]
        made[field] = [typed(kind, one) for one in found]
    return made


def typed(kind: Any, value: Any) -> Value:
    """A value of a field's type. `Refused`: it is of another type."""
    if isinstance(kind, dict) and "decimal" in kind:
        return _money(kind["decimal"], value)
    if kind == "int" or isinstance(kind, dict):
        bounds = kind["int"] if isinstance(kind, dict) else {}
        if type(value) is not int or not int(bounds.get("min", value)) <= value <= int(bounds.get("max", value)):
            raise Refused
        return value
    if kind == "bool" and type(value) is bool:
        return "true" if value else "false"
    if type(value) is not str or not value or (isinstance(kind, list) and value not in kind):
        raise Refused
    if kind == "email" and not _WORD["email"].fullmatch(value):
        raise Refused
    if kind == "date":
        return date.fromisoformat(value).toordinal()
    if kind == "host":
        return host(value)
    return Place(kind, segments(kind, value)) if kind in ("email", "path", "table") else value


def _money(currency: str, value: Any) -> Value:
    """A number, "12.50" or "12.50 EUR", not below zero, without more decimals than the currency has."""
    text = value.removesuffix(f" {currency}") if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not isinstance(value, str | int) or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise Refused
    minor = Decimal(text).scaleb(DECIMALS[currency])
    if minor != int(minor):
        raise Refused
    return Amount(int(minor), currency)


# ---- from the person's words ----

EDGES = "\"'`*.,;:!?…()[]{}<>«»‹›“”„‟‘’‚‛"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_WORD = {
    "email": re.compile(r"[a-z0-9.]+@[a-z0-9.]+\.[a-z0-9]+"),
    "host": re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+"),
    "path": re.compile(r"/[^ ]*"),
    "int": re.compile(r"-?(0|[1-9][0-9]*)"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "iban": _IBAN,
}


def finds(finder: str, text: str) -> list[Value]:
    """What a strict finder takes out of a prompt. Blanks separate words; punctuation at the edges is dropped."""
    words = text.split()
    edges = EDGES
    if finder == "phrases":
        runs = [
            words[start:end] for start in range(len(words)) for end in range(start + 1, min(start + 8, len(words)) + 1)
        ]
        return [phrase for phrase in (" ".join(run).strip(edges) for run in runs) if phrase]
    if finder == "amount":
        pairs = [(words[at].strip(edges), words[at + 1].strip(edges)) for at in range(len(words) - 1)]
        return [amount(f"{n} {c}") for n, c in pairs if c in DECIMALS and re.fullmatch(r"[0-9]+(\.[0-9]+)?", n)]
    kept = [word.strip(edges) for word in words]
    found = [word for word in kept if _WORD[finder].fullmatch(word)]
    if finder == "int":
        return [int(word) for word in found]
    return [typed("name" if finder == "iban" else finder, word) for word in found]


# ---- one step: where a test of a rule looks ----


def field_at(scene: Scene, reference: str, by: Any, atom: Values) -> list[Value] | None:
    """The values of `record.field` for an atom, None if the run does not hold the record.

    `by`: None for the argument that the record's own `key` names, another axis, or `$record.field` (2.7, Use).
    """
    name, _, field = reference.rpartition(".")
    spec = scene.layer["records"][name]
    key: Value = ""
    if "key" in spec:
        if isinstance(by, str) and by.startswith("$"):
            single = field_at(scene, by[1:], None, atom)
            if not single:
                return None
            [key] = single
        else:
            axis = by or (spec["key"] if isinstance(spec["key"], str) else next(iter(spec["key"])))
            if axis not in atom:
                return None
            key = atom[axis]
    record = record_of(scene, name, key)
    return None if record is None else record.fields.get(field)
