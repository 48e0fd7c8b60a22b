"""What agents do among each other: start one, hand over to one, report and end (POLICY.md 2.12).

These have no port: their effect is a change of the gate's own state, in the step that writes their outcome.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from havocproof.actions import Action, Handoff, Report, Spawn
from havocproof.errors import PortRefused
from havocproof.gate.acting import MOST_DEPTH, Who
from havocproof.gate.settling import Reservation, returned
from havocproof.kernel.source import Agent, Part
from havocproof.policy.agentspec import Who as PolicyWho
from havocproof.ports.base import Effect, Permit
from havocproof.stores import Instance, Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session
    from havocproof.gate.way import Way

AMONG = (Spawn, Handoff, Report)


def policy_who(who: Who) -> PolicyWho:
    """Who acts, as the policy asks it."""
    return PolicyWho(who.agent, who.chain, who.above)


def among(way: Way) -> Among:
    """The action, ready to be performed. ActionError: the policy knows no such agent, group, share or field."""
    return Among(way)


class Among:
    """One spawn, handoff or report. The name of a new agent is fresh: nobody has used it."""

    def __init__(self, way: Way) -> None:
        self.gate = way.gate
        self.session = way.session
        self.action: Action = way.action
        self.child = "" if isinstance(way.action, Report) else secrets.token_hex(8)
        self.parts: tuple[Part, ...] = way.gate.policy.agents.parts(way.action, policy_who(way.session.who), self.child)
        self.agent: Agent | None = None

    def perform(self, permit: Permit) -> Effect:
        """Says what comes of it. PortRefused: this agent may not start that one with these groups."""
        who, action = self.session.who, self.action
        if isinstance(action, Report):
            permit.check()
            return Effect({"to": who.above, "fields": action.canonical()["args"]["fields"]})
        assert isinstance(action, Spawn | Handoff)
        if len(who.chain) >= MOST_DEPTH:
            raise PortRefused(f"agents are at most {MOST_DEPTH} deep", "Do the work yourself, or report.")
        uses, passes = self.gate.policy.agents.granted(action, policy_who(who))
        self.agent = self.gate.kernel.spawn(who.agent, action.agent, uses, passes)
        if self.agent is None:
            raise PortRefused(f"{who.kind} cannot start {action.agent} with these groups", "Name fewer groups.")
        permit.check()
        return Effect({"agent": action.agent, "name": self.child})

    def close(self) -> None:
        """Nothing is held."""

    def changes(self, held: Reservation, step: Step) -> dict[str, Any]:
        """What the outcome changes in the state, as `Step.append` takes it."""
        who, action, lasting = self.session.who, self.action, held.lasting()
        if self.agent is None:
            return {}
        chain = (*who.chain, self.child)
        if isinstance(action, Spawn):
            return {"agents": [(self.child, Instance(self.agent, chain, who.name, lasting))]}
        # What was held for as long as this agent was at work is held for the one that takes its place.
        mine = step.agents.get(who.name)
        kept = [*(mine.held if mine is not None else ()), *lasting]
        return {"agents": [(who.name, None), (self.child, Instance(self.agent, chain, who.above, kept))]}

    def after(self, step: Step) -> None:
        """What ends with a report or handoff: this agent, and those that it has started."""
        if not isinstance(self.action, Spawn):
            self.session.has_ended()
            end(self.gate, step, self.session.who.name, self.action.verb, itself=isinstance(self.action, Report))

    def opened(self) -> Session | None:
        """The session of the agent that has begun, None for a report."""
        who, action = self.session.who, self.action
        if self.agent is None:
            return None
        above = who.name if isinstance(action, Spawn) else who.above
        return self.session.below(who.below(self.agent, self.child, above))


def end(gate: Gate, step: Step, name: str, why: str, *, itself: bool = True) -> None:
    """Ends an agent and all that are below it: what was held while they were at work is given back."""
    end_all(
        gate, step, {n: each for n, each in step.agents.items() if name in each.chain and (itself or n != name)}, why
    )


def end_all(gate: Gate, step: Step, gone: Mapping[str, Instance], why: str) -> None:
    """Ends these agents. One record, if there are any."""
    if gone:
        cells = returned(gate.kernel, step, [charge for each in gone.values() for charge in each.held])
        step.append("ended", {"ended": list(gone), "why": why}, cells=cells, agents=[(name, None) for name in gone])
