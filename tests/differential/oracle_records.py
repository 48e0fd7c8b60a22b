"""Records: which values a tool, a person or the host has named in this run (POLICY.md 2.7). Part of the oracle."""

from __future__ import annotations

import re
import string
from datetime import date
from typing import Any, NamedTuple

from tests.differential.oracle_events import Ended, Noted, Said, Scene, Scopes, event_scopes
from tests.differential.values import DECIMALS, Place, Refused, Value, Values, amount, host, segments

KINDS = ("name", "text", "int", "bool", "date", "host", "email", "path", "amount")


class Kept(NamedTuple):
    """A record as it stands: when it was written, and the values of each field."""

    at: int
    fields: dict[str, list[Value]]


def record_of(scene: Scene, name: str, key: Value) -> Kept | None:
    """What the run knows under a key ("" for a record without key), or None: it holds no such record."""
    spec = scene.layer["records"][name]
    found: Kept | None = None
    for written, fields in writes(scene, name, spec):
        at, scopes, under = written
        if not scene.same(scopes, "run") or plain(under) != plain(key):
            continue
        if found is not None and spec.get("write") == "once":
            continue
        if found is not None and collects(spec):
            many = {field for field, one in spec["fields"].items() if "many" in one or "find" in one}
            fields = {
                field: (found.fields.get(field, []) if field in many else []) + got for field, got in fields.items()
            }
        found = Kept(at, fields)
    if found is not None and "lasts" in spec and scene.now - found.at >= duration(spec["lasts"]):
        return None
    return found


def collects(spec: dict[str, Any]) -> bool:
    """`many` without key collects, unless something else is said."""
    repeated = any("many" in one or "find" in one for one in spec["fields"].values())
    return spec.get("write", "collect" if repeated else "latest") == "collect" and "key" not in spec


UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def duration(text: str) -> int:
    unit = text.lstrip("0123456789")
    return int(text[: -len(unit)]) * UNITS[unit]


def plain(value: Value) -> str:
    """A value as text, for comparing keys."""
    if isinstance(value, Place):
        return "/".join(value.segments)
    return "" if value is None else str(value)


Written = tuple[tuple[int, Scopes, Value], dict[str, list[Value]]]


def writes(scene: Scene, name: str, spec: dict[str, Any]) -> list[Written]:
    """Everything that was ever written into a record: when, by whom, under which key, and the fields."""
    found: list[Written] = []
    for one in scene.history:
        scopes = event_scopes(one)
        if isinstance(one, Said) and spec["from"] == "prompt":
            fields = {field: finds(said["find"], one.text) for field, said in spec["fields"].items()}
            found.append(((one.time, scopes, ""), fields))
        elif isinstance(one, Noted) and one.record == name:
            told = {
                field: _noted(said, one.fields[field]) for field, said in spec["fields"].items() if field in one.fields
            }
            found.append(((one.time, scopes, one.key), told))
        elif isinstance(one, Ended) and one.event.action["action"] in sources(spec):
            found += [((one.time, scopes, key), fields) for key, fields in taken(spec, one.result)]
    return found


def sources(spec: dict[str, Any]) -> list[str]:
    """The tools whose results a record is made of."""
    if isinstance(spec["from"], str):
        return []
    tools = spec["from"].get("tools", [])
    return [
        *(tools if isinstance(tools, list) else [tools]),
        *([spec["from"]["tool"]] if "tool" in spec["from"] else []),
    ]


def _noted(said: dict[str, Any], value: Any) -> list[Value]:
    kind = said.get("one", said.get("many", "name"))
    return [typed(kind, one) for one in (value if isinstance(value, list) else [value])]


# ---- from results ----


class Missing(Exception):
    """There is nothing at a pointer."""


def walk(value: Any, pointer: str, root: Any) -> list[Any]:
    """All values at a JSON pointer; `*` is every element of a list, `^` at the front means from the whole result."""
    if pointer.startswith("^"):
        return walk(root, pointer[1:], root)
    found = [value]
    for step in pointer.split("/")[1:]:
        after: list[Any] = []
        for one in found:
            if step == "*":
                if not isinstance(one, list):
                    raise Missing
                after += one
            elif isinstance(one, dict) and step in one:
                after.append(one[step])
            else:
                raise Missing
        found = after
    return found


def taken(spec: dict[str, Any], result: Any) -> list[tuple[Value, dict[str, list[Value]]]]:
    """What one result writes: for each row its key and fields. A wrong type stores nothing at all."""
    try:
        rows = walk(result, spec["from"].get("each", ""), result)
        rows = [row for row in rows if chosen(spec["from"].get("only"), row)]
        made = [(row_key(spec, row, result), row_fields(spec, row, result)) for row in rows]
    except (Missing, Refused):
        return []
    if "key" in spec or not made:
        # Without a row nothing is known about a record with key; a record without key is known to hold nothing.
        return made if "key" in spec else [("", {field: [] for field in spec["fields"]})]
    together = {field: [one for _, fields in made for one in fields[field]] for field in spec["fields"]}
    return [("", together)]


def chosen(only: dict[str, str] | None, row: Any) -> bool:
    """`only`: equality on siblings."""
    return all(isinstance(row, dict) and row.get(name) == text for name, text in (only or {}).items())


def row_key(spec: dict[str, Any], row: Any, root: Any) -> Value:
    if "key" not in spec:
        return ""
    [pointer] = spec["key"].values()
    [value] = walk(row, pointer, root)
    return typed("name", value)


def row_fields(spec: dict[str, Any], row: Any, root: Any) -> dict[str, list[Value]]:
    made: dict[str, list[Value]] = {}
    for field, said in spec["fields"].items():
        only = said.get("only")
        if "one" in said:
            made[field] = [typed(said["one"], one) for one in walk(row, said["at"], root)]
            continue
        if only is None:
            found = walk(row, said["at"], root)
        else:  # siblings of the last name stand in the object around it
            around, _, last = said["at"].rpartition("/")
            found = [got for one in walk(row, around, root) if chosen(only, one) for got in walk(one, f"/{last}", root)]
        made[field] = [typed(said["many"], one) for one in found]
    return made


def typed(kind: Any, value: Any) -> Value:
    """A value of a field's type. `Refused`: it is of another type."""
    if isinstance(kind, list):
        if value not in kind:
            raise Refused
        return str(value)
    if isinstance(kind, dict) and "decimal" in kind:
        if not isinstance(value, str):
            raise Refused
        return amount(f"{value} {kind['decimal']}")
    if kind == "int" or isinstance(kind, dict):
        if type(value) is not int:
            raise Refused
        return value
    if type(value) is not str or not value:
        raise Refused
    if kind == "date":
        return date.fromisoformat(value).toordinal()
    if kind == "host":
        return host(value)
    return Place(kind, segments(kind, value)) if kind in ("email", "path", "table") else value


# ---- from the person's words ----

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
    edges = string.punctuation
    if finder == "phrases":
        runs = [
            words[start:end] for start in range(len(words)) for end in range(start + 1, min(start + 8, len(words)) + 1)
        ]
        return [phrase for phrase in (" ".join(run).strip(edges) for run in runs) if phrase]
    if finder == "amount":
        pairs = [(words[at].strip(edges), words[at + 1].strip(edges)) for at in range(len(words) - 1)]
        return [amount(f"{n} {c}") for n, c in pairs if c in DECIMALS and re.fullmatch(r"[0-9]+(\.[0-9]+)?", n)]
    kept = [word.strip(edges.replace("/", "").replace("-", "")) for word in words]
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
            axis = by or next(iter(spec["key"]))
            if axis not in atom:
                return None
            key = atom[axis]
    record = record_of(scene, name, key)
    return None if record is None else record.fields.get(field)
