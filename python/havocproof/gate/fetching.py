"""Reads that the gate performs by itself, because a decision lacks a record (POLICY.md 2.7, `fetch`).

Each is an action of its own: decided, counted and journaled as if the agent had asked for it, once for one decision.
What comes of it is not told to the agent; if it fails, the record stays unknown and the decision is what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.actions import action_from_wire
from havocproof.errors import ActionError
from havocproof.kernel.source import Part
from havocproof.records import Wanted, fetches
from havocproof.stores import Step

if TYPE_CHECKING:
    from havocproof.gate.way import Way

MOST = 64
"""Reads for one decision."""


def missing(way: Way, step: Step, parts: tuple[Part, ...]) -> tuple[Wanted, ...]:
    """The reads that could change this decision, without those that were tried."""
    found = fetches(way.gate.policy, parts, way.scopes, way.groups, step.now, step.view)
    room = MOST - len(way.fetched)
    return tuple(each for each in found if each not in way.fetched)[: max(0, room)]


def fetch(way: Way, wanted: Wanted) -> None:
    """Performs one read, and what its own decision may need first."""
    if wanted in way.fetched:
        return  # the decision on another read needed it, too
    made = any(each.call() == wanted.call() for each in way.fetched)
    way.fetched.add(wanted)
    if made:
        return  # one call tells all the records that come from it
    try:
        inner = type(way)(way.gate, way.session, action_from_wire(wanted.call()), fetched=way.fetched)
        inner.fetches = wanted.record
        inner.go()
    except ActionError:
        return  # a key that the tool does not take: there is nothing to be read under it
