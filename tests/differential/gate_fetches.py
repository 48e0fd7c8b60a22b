"""The reads that a gate makes by itself (POLICY.md 2.7, `fetch`): none that nobody needs, none twice, none left out.

Which ones those are is found out from the gate's journal; how each is decided is for the oracle to say. What is needed
is told by trying: if some content of a record that nobody knows makes another verdict, it has to be read first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from havocproof.gate import Denied, Outcome, Pending
from tests.differential.atoms import effects
from tests.differential.language import listed
from tests.differential.oracle import Verdict, decide
from tests.differential.oracle_events import History, Noted, PolicyText, Scene
from tests.differential.oracle_layers import layers
from tests.differential.oracle_records import record_of
from tests.differential.product import Wire
from tests.differential.results import noted

if TYPE_CHECKING:
    from tests.differential.gate_world import GateWorld

KEYS = "pqr"
TRIES = 6


class Read(NamedTuple):
    """A read by which the gate wanted to fill a record under a key, "" if it has none: what the journal says of it.

    `history`: what had happened before, and `now` when it was decided.
    """

    record: str
    key: str
    wire: Wire
    body: dict[str, Any]
    kind: str
    history: History
    now: int

    def says(self, world: GateWorld) -> list[Verdict]:
        """What is right about it, in every reading."""
        verdict = decide(world.past.plain, self.wire, self.history, world.scopes, self.now)
        return [verdict, *verdict.others]


def fetchable(plain: PolicyText) -> dict[str, PolicyText]:
    """The records that the gate may read by itself."""
    return {name: spec for name, spec in plain.get("records", {}).items() if "fetch" in spec}


def reads(world: GateWorld) -> list[Read]:
    """The reads for the action that is on its way, in their order."""
    if not fetchable(world.past.plain):
        return []
    found: list[Read] = []
    begun = list(world.begun_at)
    for record in world.gate.store.records(world.since + 1):
        name, form = record.data.get("fetches"), record.data.get("action")
        if name is None or form is None:
            continue
        before = begun[0] if begun else len(world.past.history)
        if record.kind == "intent":
            begun.pop(0)
        wire = {"action": form["action"], "args": form["args"]}
        history = world.past.history[:before]
        found.append(Read(name, form["args"].get("id", ""), wire, record.data, record.kind, history, record.at_ms))
    return found


def check(world: GateWorld, wire: Wire, outcome: Outcome) -> None:
    """AssertionError if the gate has read too much or too little for an action that came to this outcome."""
    made = reads(world)
    calls = [read.wire for read in made]
    assert all(call not in calls[:at] for at, call in enumerate(calls)), world.shown("read twice", calls)
    # One call tells every record that is read by it under this key.
    plain = fetchable(world.past.plain).items()
    told = {
        (name, read.key)
        for read in made
        for name, spec in plain
        if spec["fetch"] == read.wire["action"] and ("key" in spec) == bool(read.key)
    }
    acts = [wire, *calls]
    for read in made:
        problem = _needless(world, read, acts) or _decided(world, read)
        assert problem is None, world.shown(read, problem)
    if isinstance(outcome, Denied | Pending):
        for name, spec in plain:
            for key in KEYS if "key" in spec else [""]:
                left_out = (name, key) not in told and _matters(world, wire, name, key)
                assert not left_out, world.shown(f"{name} of {key!r} was not read", outcome)


def _needless(world: GateWorld, read: Read, acts: list[Wire]) -> str | None:
    """What is wrong about this read, if anything is: no declared one, of what is known, or of what no rule looks at."""
    plain = world.past.plain
    spec = fetchable(plain).get(read.record, {})
    if spec.get("fetch") != read.wire["action"] or ("key" in spec) != bool(read.key):
        return "is not how this record is read"
    if _known(world, read.record, read.key, read.history, read.now):
        return "was read though it is known"
    parts = [part for act in acts if not act["action"].startswith("agent.") for part in effects(plain, act)]
    rules = [rule for layer in layers(plain) for group in layer.get("rules", {}).values() for rule in group]
    about = [
        rule
        for rule in rules
        for kind in ("permit", "ask", "forbid")
        if kind in rule and any(listed(rule[kind], part) for part in parts)
    ]
    text = json.dumps([about, [layer.get("sets", {}) for layer in layers(plain)]])
    return None if f'"{read.record}"' in text or f"${read.record}." in text else "was read for no rule"


def _known(world: GateWorld, record: str, key: str, history: History, now: int) -> bool:
    """Whether the run holds the record."""
    plain = world.past.plain
    return record_of(Scene(plain, plain, history, world.scopes, now), record, key) is not None


def _decided(world: GateWorld, read: Read) -> str | None:
    """What is wrong about what became of the read. People may be asked about it, too."""
    ways = read.says(world)
    if read.kind == "denied":
        refused = world.past.is_refused(read.wire, world.scopes)
        return None if refused or any(way.kind == "deny" for way in ways) else f"was denied, oracle {ways}"
    if read.kind != "pending":
        return None  # it has begun: judged then
    known = world.past.asked.get(read.body["request"])
    needs = known.needs if read.body["again"] and known is not None else frozenset(read.body.get("asks", ()))
    if not any(way.kind == "ask" and needs >= way.needs for way in ways):
        return f"was asked, oracle {ways}"
    return world.past.asking(read.body["request"], read.wire, world.scopes, needs, read.now)


def _matters(world: GateWorld, wire: Wire, name: str, key: str) -> bool:
    """Whether another verdict would be right, surely, if the record were known."""
    past = world.past
    if _known(world, name, key, past.history, past.now):
        return False
    here = past.says(wire, world.scopes)
    if here.others or here.unsettled:
        return False
    for _ in range(TRIES):
        said = Noted(past.now, world.scopes, name, key, noted(world.rng, past.plain["records"][name]))
        there = decide(past.plain, wire, [*past.history, said], world.scopes, past.now)
        if not there.others and not there.unsettled and (there.kind, there.needs) != (here.kind, here.needs):
            return True
    return False
