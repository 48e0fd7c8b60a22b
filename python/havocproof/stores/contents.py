"""What a journal's record changes in the state, and how that stands in it as JSON.

    cells    [[key, content or null], ...]
    records  [[key, {"at", "names": {field: [text, ...]}, "ones": {field: text}, "ints": {field: int}} or null], ...]
    grants   [[key, {"until": ms, "asker": text, "votes": {person: role}, "open": bool} or null], ...]
    agents   [[name, {"kind", "uses", "passes", "chain", "above", "held"} or null], ...]
    forgets  [request, ...]

null takes away. A key is a list of seven, as the kernel has it. Each field is there only if it holds something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from havocproof.errors import JournalError
from havocproof.kernel.source import Agent, Grant, Key, Record


@dataclass(frozen=True, slots=True)
class Instance:
    """An agent that another one started, and that has not ended.

    chain: the names of those above it and its own, from the root down
    above: the name of the one that it reports to
    held:  the charges that are given back when it ends, as JSON: `[key, amount, limit, measure]` each
    """

    agent: Agent
    chain: tuple[str, ...]
    above: str
    held: list[list[Any]]


class Changes(NamedTuple):
    """New contents of the state; None takes away. `forgets`: requests that are parked no longer."""

    cells: tuple[tuple[Key, int | None], ...] = ()
    records: tuple[tuple[Key, Record | None], ...] = ()
    grants: tuple[tuple[Key, Grant | None], ...] = ()
    agents: tuple[tuple[str, Instance | None], ...] = ()
    forgets: tuple[str, ...] = ()

    def form(self) -> dict[str, Any]:
        """As JSON types, without what is empty."""
        out: dict[str, Any] = {}
        if self.cells:
            out["cells"] = [[list(key), content] for key, content in self.cells]
        if self.records:
            out["records"] = [[list(key), record and record_form(record)] for key, record in self.records]
        if self.grants:
            out["grants"] = [[list(key), grant and grant_form(grant)] for key, grant in self.grants]
        if self.agents:
            out["agents"] = [[name, instance and instance_form(instance)] for name, instance in self.agents]
        if self.forgets:
            out["forgets"] = list(self.forgets)
        return out

    @classmethod
    def read(cls, data: dict[str, Any]) -> Changes:
        """The inverse of `form`, out of a record's body. JournalError, KeyError, TypeError, ValueError."""
        return cls(
            tuple((key_of(key), None if n is None else _int(n)) for key, n in data.get("cells", ())),
            tuple((key_of(key), None if form is None else record_of(form)) for key, form in data.get("records", ())),
            tuple((key_of(key), None if form is None else grant_of(form)) for key, form in data.get("grants", ())),
            tuple((_text(name), None if form is None else instance_of(form)) for name, form in data.get("agents", ())),
            tuple(map(_text, data.get("forgets", ()))),
        )


def key_of(value: Any) -> Key:
    """A key from its JSON form. JournalError for anything else."""
    match value:
        case [int(kind), str(name), str(a), str(b), str(c), str(d), int(end)]:
            return (kind, name, a, b, c, d, end)
    raise JournalError("this is no key of a cell")


def record_form(record: Record) -> dict[str, Any]:
    names = {field: sorted(values) for field, values in record.names.items()}
    return {"at": record.at, "names": names, "ones": record.ones, "ints": record.ints}


def record_of(form: Any) -> Record:
    names = {_text(field): frozenset(map(_text, values)) for field, values in form["names"].items()}
    ones = {_text(field): _text(value) for field, value in form["ones"].items()}
    return Record(_int(form["at"]), names, ones, {_text(field): _int(n) for field, n in form["ints"].items()})


def grant_form(grant: Grant) -> dict[str, Any]:
    return {"until": grant.until, "asker": grant.asker, "votes": dict(grant.votes), "open": grant.open}


def grant_of(form: Any) -> Grant:
    votes = {_text(person): _text(role) for person, role in form["votes"].items()}
    if type(form["open"]) is not bool:
        raise JournalError("a grant that is neither open nor closed")
    return Grant(_int(form["until"]), _text(form["asker"]), votes, form["open"])


def agent_form(agent: Agent) -> dict[str, Any]:
    return {"kind": agent.kind, "uses": sorted(agent.uses), "passes": sorted(agent.passes)}


def agent_of(form: Any) -> Agent:
    return Agent(_text(form["kind"]), frozenset(map(_text, form["uses"])), frozenset(map(_text, form["passes"])))


def instance_form(instance: Instance) -> dict[str, Any]:
    return {**agent_form(instance.agent), "chain": list(instance.chain), "above": instance.above, "held": instance.held}


def instance_of(form: Any) -> Instance:
    held = [
        [list(key_of(key)), _int(amount), _int(limit), _text(measure)] for key, amount, limit, measure in form["held"]
    ]
    return Instance(agent_of(form), tuple(map(_text, form["chain"])), _text(form["above"]), held)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise JournalError("a name that is no text")
    return value


def _int(value: Any) -> int:
    if type(value) is not int:
        raise JournalError("a content that is no integer")
    return value
