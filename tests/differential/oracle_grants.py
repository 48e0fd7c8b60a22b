"""Approvals: who has agreed to what (POLICY.md 2.11). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from typing import Any

from tests.differential.oracle_events import Asked, PolicyText, Scene, Vote
from tests.differential.oracle_records import duration

SELF = "session-user"


def quorum(approval: dict[str, Any]) -> dict[str, int]:
    """How many people of each role have to agree."""
    return {one["role"]: int(one["people"]) for one in approval.get("all_of", [approval])}


def deadline(approvals: PolicyText, asked: Asked) -> int:
    """A request ends when the shortest `within` of what it needs is over."""
    return asked.time + min(duration(approvals[need]["within"]) for need in asked.needs)


def agreed(approvals: PolicyText, asked: Asked) -> dict[str, str] | None:
    """Who agreed in which role: distinct persons, each acting once, in time. None: somebody refused."""
    found: dict[str, str] = {}
    for vote in asked.votes:
        if vote.time >= deadline(approvals, asked) or vote.person in found or not counts(asked, vote):
            continue
        if not vote.agrees:
            return None
        found[vote.person] = vote.role
    return found


def takes(approvals: PolicyText, asked: Asked, vote: Vote) -> bool:
    """Whether one more vote counts: in time, by somebody who has not acted yet, on a request that nobody refused."""
    voted = agreed(approvals, asked)
    in_time = vote.time < deadline(approvals, asked) and not asked.used
    return in_time and voted is not None and vote.person not in voted and counts(asked, vote)


def counts(asked: Asked, vote: Vote) -> bool:
    """The person that the session serves acts as that and as nothing else; nobody else acts as that."""
    return bool(vote.person) and (vote.person == asked.scopes.get("user", "")) == (vote.role == SELF)


def granted(scene: Scene, approvals: PolicyText, action: dict[str, Any], needs: frozenset[str]) -> Asked | None:
    """The request under which the action may be performed now: for exactly it, of this session and policy, once."""
    for one in scene.history:
        if not isinstance(one, Asked) or one.used or not is_for(scene, one, action):
            continue
        if scene.now < deadline(approvals, one) and is_enough(approvals, one, needs):
            return one
    return None


def is_for(scene: Scene, asked: Asked, action: dict[str, Any]) -> bool:
    same = asked.action == action and asked.policy == scene.top.get("id", "")
    return same and scene.same(asked.scopes, "session", "self")


def is_enough(approvals: PolicyText, asked: Asked, needs: frozenset[str]) -> bool:
    """Whether everybody who is needed now has agreed, whatever was needed when it was asked."""
    roles = agreed(approvals, asked)
    if roles is None:
        return False
    voices = list(roles.values())
    return all(voices.count(role) >= people for need in needs for role, people in quorum(approvals[need]).items())


def is_open(approvals: PolicyText, asked: Asked, now: int) -> bool:
    """Whether people can still agree: nobody asks again meanwhile."""
    return not asked.used and now < deadline(approvals, asked) and agreed(approvals, asked) is not None
