"""A session: one agent's work for one user in one run. The way for flows and hosts into the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from havocproof.actions import ACTION_TYPES, Action, action_from_wire, parse_action
from havocproof.errors import ActionError, Contained
from havocproof.gate.forms import malformed_form
from havocproof.gate.outcome import Decision, Denied, Malformed, Outcome, Performed
from havocproof.gate.way import Way

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate


class Session:
    """Made by `Gate.session`. Safe for several threads. Every method that performs gives an outcome, never a refusal
    as an exception; only faults (StoreError, ConfigError) are raised, and then nothing was performed unless the error
    says so.
    """

    def __init__(
        self,
        gate: Gate,
        session: str,
        scopes: dict[str, str],
        user: str,
        run: str,
        agent: str,
        stop_on_denial: bool,
    ) -> None:
        self.gate = gate
        self.id = session
        self.scopes = scopes
        self.user = user
        self.run = run
        self.agent = agent
        self.stop_on_denial = stop_on_denial
        self.denials: list[Denied] = []
        """The `never` denials of this session, one for each rule and verb, oldest first. They stay."""
        self._stopped: Outcome | None = None

    # ---- performing ----

    def perform(self, action: Action | Mapping[str, Any]) -> Outcome:
        """Decides on an action, a typed one or its wire form, and performs it if it is permitted."""
        with self.gate.working():
            stopped = self._stopped
            try:
                way = Way(self.gate, self, _typed(action))
                outcome = way.go() if stopped is None else way.stop(stopped)
            except ActionError as error:
                return self._malformed(error, None)
            if stopped is None and isinstance(outcome, Denied):
                self._remember(outcome)
            return outcome

    def emit(self, text: str | bytes) -> Outcome:
        """Reads one action from a model's text and performs it."""
        try:
            action = parse_action(text)
        except ActionError as error:
            with self.gate.working():
                return self._malformed(error, text)
        return self.perform(action)

    def require(self, action: Action | Mapping[str, Any]) -> Performed:
        """As `perform`, for code that cannot go on without the effect: raises `Contained` unless it was performed, and
        stops the session, so that nobody who catches it can go on either.
        """
        outcome = self.perform(action)
        if not isinstance(outcome, Performed):
            self._stopped = self._stopped or outcome
            raise Contained(outcome)
        return outcome

    async def aperform(self, action: Action | Mapping[str, Any]) -> Outcome:
        """As `perform`, in a worker thread that sees the caller's context variables.

        A task that is cancelled stops waiting; the action itself goes on to its end and is recorded.
        """
        return await asyncio.to_thread(self.perform, action)

    async def aemit(self, text: str | bytes) -> Outcome:
        """As `emit`, in a worker thread; see `aperform`."""
        return await asyncio.to_thread(self.emit, text)

    def decide(self, action: Action | Mapping[str, Any]) -> Decision:
        """What would come of the action now. Nothing is performed, reserved, parked or recorded. ActionError."""
        with self.gate.working():
            return Way(self.gate, self, _typed(action)).look()

    # ---- what the session remembers ----

    @property
    def stopped(self) -> Outcome | None:
        """The outcome that stopped this session, or None: a denial under `stop_on_denial`, or what was required.

        While it is stopped, every action is denied undecided, whatever the code that runs makes of it.
        """
        return self._stopped

    def resume(self) -> None:
        """Lets a stopped session perform again. For the host, never for code that a model drives."""
        self._stopped = None

    def _remember(self, denied: Denied) -> None:
        if self.stop_on_denial and self._stopped is None:
            self._stopped = denied
        denial, verb = denied.denial, denied.action.verb
        if denial.kind == "never" and all(
            (old.denial.rule, old.action.verb) != (denial.rule, verb) for old in self.denials
        ):
            self.denials.append(denied)

    def _malformed(self, error: ActionError, text: str | bytes | None) -> Malformed:
        gate = self.gate
        with gate.store.step(gate.clock()) as step:
            record = step.append("malformed", {"session": self.id, **malformed_form(error, text)})
        return Malformed(error, {"seq": record.seq, "hash": record.hash.hex(), "policy": gate.policy.digest})


def _typed(action: Action | Mapping[str, Any]) -> Action:
    kind = type(action)
    # By identity: a class may have a metaclass that calls itself equal. A fresh action from the same values, validated
    # anew: what code in the agent does to its own object, before or meanwhile, is not what is decided and performed.
    for known in ACTION_TYPES:
        if kind is known:
            return known.again(action)
    return action_from_wire(action)
