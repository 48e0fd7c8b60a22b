"""Performing what people were asked for, once they have agreed: `Gate.resume` and `Session.retry`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.actions import Action, action_from_wire
from havocproof.errors import ActionError, ConfigError
from havocproof.gate.acting import Who
from havocproof.gate.outcome import Outcome
from havocproof.stores import Parked

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session


def resume(gate: Gate, request: str, session: Session | None = None) -> Outcome:
    """Performs the parked action for the agent that asked, decided anew. `session`: only one of its own requests.

    ConfigError: no such request waits, it is over, or its action cannot be read from the journal.
    """
    parked = _waiting(gate, request)
    who = Who.read(parked.body["who"])
    if session is not None and session.id != who.name:
        raise ConfigError(f"the request {request} is of another agent", "Retry it in the session that asked.")
    owner = session or gate.owners.get(request)
    action = owner.asked(request) if owner is not None else None
    if owner is None or action is None:
        owner, action = gate.session_of(who), _written(gate, parked)
    return owner.perform_asked(action, request)


def _waiting(gate: Gate, request: str) -> Parked:
    with gate.working(), gate.step() as step:
        parked = step.parked.get(request)
        if parked is None:
            raise ConfigError(f"no request {request} waits", "It was used, or never made; see `gate.requests`.")
        if "allowance" in parked.body:
            remedy = "It is given when enough people have approved it; perform the action itself."
            raise ConfigError(f"the request {request} is for an allowance: there is nothing to perform", remedy)
        if parked.body["policy"] != gate.policy.digest:
            raise ConfigError(f"the request {request} was made under another policy", "The agent has to ask again.")
        if parked.expires_at <= step.now:
            raise ConfigError(f"the request {request} has expired", "The agent has to ask again.")
        return parked


def _written(gate: Gate, parked: Parked) -> Action:
    """The action as it stands in the journal."""
    body = parked.body
    try:
        action = gate.policy.normalise(action_from_wire({**body["action"], "reason": body["reason"]}))
    except ActionError as error:
        raise ConfigError(f"the action of {parked.request} cannot be read: {error}", _ASK) from error
    if action.digest() != body["digest"]:
        raise ConfigError(
            f"the action of {parked.request} is not whole in the journal: parts of it are hidden there", _ASK
        )
    return action


_ASK = "Let the session that asked do it (`session.retry`), or let the agent ask again."
