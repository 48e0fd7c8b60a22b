"""Requests to people: what waits, who voted, and what a vote does to it.

Nothing here decides whether an action runs: a vote changes the request's grant through the kernel, and the kernel looks
at the grant when the action is decided again. What is checked here beside the kernel is what the kernel cannot know:
which request is meant, and who holds which role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from havocproof.gate.people import is_name
from havocproof.gate.terms import Terms
from havocproof.kernel.source import SELF, Grant, Key
from havocproof.stores import Letter, Parked, Step
from havocproof.stores.contents import key_of

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate

MOST_WHY = 2000
WAITING, APPROVED, REFUSED, EXPIRED = "waiting", "approved", "refused", "expired"


@dataclass(frozen=True, slots=True)
class Request:
    """A request to people as it stands. Times in ms since the epoch.

    state:    `waiting`; `approved` by all who are needed, and not performed yet; `refused`; `expired`
    action:   the action as it may be shown: what is hidden from the journal or from who approves is hidden
    needs:    by approval, how many people in which roles
    votes:    role by person
    body:     all that the journal says about it
    """

    id: str
    state: str
    action: Mapping[str, Any]
    digest: str
    rule: str
    why: str
    needs: Mapping[str, tuple[tuple[str, int], ...]]
    votes: Mapping[str, str]
    asked_at: int
    expires_at: int
    body: Mapping[str, Any]

    @property
    def missing(self) -> dict[str, int]:
        """How many more people are needed, by role."""
        due: dict[str, int] = {}
        for roles in self.needs.values():
            for role, people in roles:
                due[role] = max(people, due.get(role, 0))
        voted = list(self.votes.values())
        return {role: people - voted.count(role) for role, people in due.items() if people > voted.count(role)}


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's word on a request. `digest`: of the action that the person saw; "" if the host vouches for it.

    `terms`: what is approved instead of the one call; None for that call.
    """

    request: str
    person: str
    role: str
    approves: bool
    why: str = ""
    digest: str = ""
    via: str = "host"
    terms: Terms | None = None

    @classmethod
    def read(cls, letter: Letter) -> Ballot | None:
        """From a letter; None if it is no ballot."""
        body = letter.body
        texts = [body.get(name) for name in ("request", "person", "role", "why", "digest")]
        if not all(isinstance(text, str) for text in texts) or type(body.get("approves")) is not bool:
            return None
        request, person, role, why, digest = (str(text) for text in texts)
        if not (is_name(request) and is_name(person) and is_name(role) and len(why) <= MOST_WHY and digest):
            return None
        terms = Terms.read(body["terms"]) if "terms" in body else None
        if "terms" in body and (terms is None or not body["approves"]):
            return None
        return cls(request, person, role, body["approves"], why, digest, "inbox", terms)


def key_in(parked: Parked) -> Key:
    """Where the grant of a parked action is kept."""
    return key_of(parked.body["key"])


def standing(parked: Parked, grant: Grant | None, now: int) -> Request:
    """How a parked action stands. A request that was used is parked no longer."""
    body = parked.body
    needs = {name: tuple((role, people) for role, people in roles) for name, roles in body["asks"].items()}
    request = Request(
        id=parked.request,
        state=WAITING,
        action=body["action"],
        digest=body["digest"],
        rule=body["rule"],
        why=body["why"],
        needs=needs,
        votes=dict(grant.votes) if grant is not None else {},
        asked_at=body["asked_at"],
        expires_at=parked.expires_at,
        body=body,
    )
    if grant is not None and not grant.open:
        return replace(request, state=REFUSED)
    if grant is None or now >= parked.expires_at:
        return replace(request, state=EXPIRED)
    return request if request.missing else replace(request, state=APPROVED)


def cast(gate: Gate, step: Step, ballot: Ballot, problem: str = "") -> str:
    """Counts a vote, or says why it does not count: "" if it does. One record either way.

    `problem`: why it does not count, if that is known already.
    """
    parked = step.parked.get(ballot.request)
    problem = problem or objection(gate, step, parked, ballot)
    changed: Grant | None = None
    if parked is not None and not problem:
        grant = step.view.grants[key_in(parked)]
        word = gate.kernel.vote if ballot.approves else gate.kernel.refuse
        changed = word(grant, ballot.person, ballot.role, step.now)
        if changed is None:
            problem = uncounted(grant, ballot, step.now)
    body = vote_form(gate, ballot, changed is not None)
    if changed is None or parked is None:
        step.append("vote", {**body, "problem": problem})
        return problem
    step.append("vote", body, grants=[(key_in(parked), changed)])
    return ""


def vote_form(gate: Gate, ballot: Ballot, counted: bool) -> dict[str, Any]:
    """What the record of a vote says."""
    return {
        "request": ballot.request,
        "person": ballot.person,
        "role": ballot.role,
        "approves": ballot.approves,
        "why": ballot.why,
        "via": ballot.via,
        "counted": counted,
        "policy": gate.policy.digest,
        **({"terms": ballot.terms.form()} if ballot.terms is not None else {}),
    }


def objection(gate: Gate, step: Step, parked: Parked | None, ballot: Ballot) -> str:
    """What keeps a vote from being counted, beside what the kernel says; "" for nothing."""
    if parked is None:
        return "no such request waits"
    if ballot.digest and ballot.digest != parked.body["digest"]:
        return "it is about another action"
    if parked.body["policy"] != gate.policy.digest:
        return "it was asked under another policy"
    if key_in(parked) not in step.view.grants:
        return "it has expired"
    if refused(step, parked.body.get("allowance", {}).get("of", "")):
        return "the request that it was asked for instead was refused"
    if ballot.role not in {role for roles in parked.body["asks"].values() for role, _ in roles}:
        return f"nobody asks for the role {ballot.role}"
    if ballot.role != SELF and not gate.people.holds(ballot.person, ballot.role):
        return f"{ballot.person} does not hold the role {ballot.role}"
    return ""


def refused(step: Step, request: str) -> bool:
    """The request stands, and somebody has said no."""
    parked = step.parked.get(request)
    grant = step.view.grants.get(key_in(parked)) if parked is not None else None
    return grant is not None and not grant.open


def uncounted(grant: Grant, ballot: Ballot, now: int) -> str:
    """Why the kernel did not count a vote, in words."""
    if not grant.open:
        return "it was refused before"
    if now >= grant.until:
        return "it has expired"
    if ballot.person in grant.votes:
        return f"{ballot.person} has voted already"
    if ballot.role == SELF:
        return f"{ballot.person} is not the session's user"
    return f"{ballot.person} is the session's user, and cannot approve in another role"


def requests(gate: Gate) -> tuple[Request, ...]:
    """All requests that stand in the state, in the order in which they were made."""
    with gate.step() as step:
        return tuple(
            standing(parked, step.view.grants.get(key_in(parked)), step.now)
            for parked in sorted(step.parked.values(), key=lambda parked: parked.seq)
        )
