"""Votes on their way in: by the host's word, or left in the inbox of the journal's file.

A vote for terms is a vote on another request: that for the allowance, which is asked for first, if nobody has before.
What enough people have agreed to is given at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.errors import ConfigError
from havocproof.gate.allowing import as_request, give, propose, withdraw
from havocproof.gate.approving import MOST_WHY, REFUSED, Ballot, Request, cast, key_in, standing
from havocproof.gate.people import is_name
from havocproof.stores import Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.given import Allowance


def read_mail(gate: Gate) -> None:
    """Counts what has been left in the inbox, letter by letter: each in a step of its own, and gone with it."""
    letters = gate.store.letters()
    while letters:
        ballot, problem = Ballot.read(letters[0]), ""
        if ballot is not None and ballot.terms is not None:
            ballot, problem = propose(gate, ballot)
        with gate.store.step(gate.clock()) as step:
            waiting = step.letters()
            if waiting and waiting[0].id == letters[0].id:  # else another thread was faster
                if ballot is not None:
                    _count(gate, step, ballot, problem)
                else:
                    step.append("vote", {"counted": False, "problem": "the letter is no ballot", "via": "inbox"})
                step.take(waiting[0])
        give(gate)
        letters = gate.store.letters()


def vote(gate: Gate, ballot: Ballot) -> Request:
    """A vote by the host's word; gives the request that it counts for, as it stands then. ConfigError if it does not
    count, which is in the journal, too.
    """
    for name in (ballot.request, ballot.person, ballot.role):
        if not is_name(name):
            raise ConfigError("request, person and role must be printable text of 1 to 256 characters")
    if len(ballot.why) > MOST_WHY:
        raise ConfigError(f"the reason has {len(ballot.why)} characters", f"Write at most {MOST_WHY}.")
    if gate.store.letters():
        read_mail(gate)
    said, problem = propose(gate, ballot) if ballot.terms is not None else (ballot, "")
    with gate.step() as step:
        problem, taken_back = _count(gate, step, said, problem)
        found = _standing(step, said.request)
    if problem:
        raise ConfigError(f"the vote on {ballot.request} does not count: {problem}", "See the list of requests.")
    if taken_back is not None:
        return replace(as_request(gate, taken_back), state=REFUSED)
    assert found is not None
    give(gate)
    return found


def _standing(step: Step, request: str) -> Request | None:
    """How a request stands once the step is committed: a moment later it may have been used, or given."""
    parked = step.parked.get(request)
    if parked is None:
        return None
    key = key_in(parked)
    written = [grant for changes in step.changes for changed, grant in changes.grants if changed == key]
    return standing(parked, written[-1] if written else step.view.grants.get(key), step.now)


def _count(gate: Gate, step: Step, ballot: Ballot, problem: str) -> tuple[str, Allowance | None]:
    """Counts a vote within a step: why it does not count, "" if it does, and the allowance that it takes back."""
    if not ballot.approves and not problem and ballot.request not in step.parked:
        allowance, problem = withdraw(gate, step, ballot)
        if allowance is not None:
            return problem, allowance
    return cast(gate, step, ballot, problem), None
