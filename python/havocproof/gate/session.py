"""A session: one agent's work for one user in one run. The way for flows and hosts into the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Never

from havocproof.actions import ACTION_TYPES, Action, action_from_wire, parse_action
from havocproof.errors import ActionError, Contained
from havocproof.gate import remembering
from havocproof.gate.acting import Who
from havocproof.gate.family import end
from havocproof.gate.forms import malformed_form
from havocproof.gate.outcome import Decision, Denied, Malformed, Outcome, Performed
from havocproof.gate.resuming import resume
from havocproof.gate.way import Way
from havocproof.stores import Record, Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate


MOST_ASKED = 1000
"""Parked actions that a session holds as they are; older ones are read from the journal."""


class Session:
    """Made by `Gate.session`, and by an agent's own `agent.spawn` (`Performed.child`). Safe for several threads. Every
    method that performs gives an outcome, never a refusal as an exception; only faults (StoreError, ConfigError) are
    raised, and then nothing was performed unless the error says so.
    """

    def __init__(self, gate: Gate, who: Who, stop_on_denial: bool, above: Session | None = None) -> None:
        self.gate = gate
        self.who = who
        self.scopes = who.scopes()
        self.stop_on_denial = stop_on_denial
        self.denials: list[Denied] = []
        """The `never` denials of this session, one for each rule and verb, oldest first. They stay."""
        self._above = above
        self._asked: dict[str, Action] = {}
        self._stopped: Outcome | None = None
        self._has_ended = False

    @property
    def id(self) -> str:
        """The name of the agent at work: of a session that the host opened, the session's id."""
        return self.who.name

    @property
    def user(self) -> str:
        return self.who.user

    @property
    def run(self) -> str:
        return self.who.run

    @property
    def agent(self) -> str:
        """The kind of the agent at work."""
        return self.who.kind

    # ---- performing ----

    def perform(self, action: Action | Mapping[str, Any]) -> Outcome:
        """Decides on an action, a typed one or its wire form, and performs it if it is permitted."""
        return self._perform(action, "")

    def _perform(self, action: Action | Mapping[str, Any], request: str) -> Outcome:
        with self.gate.working():
            stopped = self.stopped
            try:
                way = Way(self.gate, self, _typed(action), request=request)
                outcome = way.go() if stopped is None else way.stop(stopped)
            except ActionError as error:
                return self._malformed(error, None)
            if stopped is None and isinstance(outcome, Denied):
                self._remember(outcome)
            return outcome

    def perform_asked(self, action: Action, request: str) -> Outcome:
        """The action that is parked under the request; for `resuming`."""
        return self._perform(action, request)

    def retry(self, request: str) -> Outcome:
        """Performs the action that this session was asked about under `request`, if enough people have approved.

        It is decided again: forbids, labels and budgets hold as they are now. Once only; `Pending` while people have
        not agreed. ConfigError: the request is not this session's, was used, or is over.
        """
        return resume(self.gate, request, self)

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

    def halt(self, error: ActionError) -> Never:
        """Ends the run over what is no action and cannot be let pass, such as a label that no flow declares: recorded
        as malformed. For the code that drives a framework. Raises `Contained`, and the session stays stopped.
        """
        with self.gate.working():
            outcome = self._malformed(error, None)
        self._stopped = self._stopped or outcome
        raise Contained(outcome)

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

    # ---- what the host says ----

    def prompt(self, text: str) -> Record:
        """What the person typed, and nothing else: the policy's finders take from it what rules may then trust.

        Gives the journal's record; the text is not in it.
        """
        return remembering.prompt(self, text)

    def record(self, name: str, /, key: str | None = None, **values: Any) -> Record:
        """A record of the policy that is `from: host`: all its fields, lists for those that hold many. ConfigError."""
        return remembering.by_hand(self, name, key, values)

    def note(self, fact: str, *key: str) -> Record:
        """A fact of the policy that is set `by: host`; `key`: the values that it is kept by. ConfigError."""
        return remembering.note(self, fact, key)

    def label(self, name: str) -> Record:
        """This agent has seen what the label stands for. It only grows. ConfigError: the policy has no such label."""
        return remembering.label(self, name)

    # ---- agents below this one ----

    def below(self, who: Who) -> Session:
        """The session of an agent that this one has started. Made by the gate."""
        return Session(self.gate, who, self.stop_on_denial, self)

    def end(self, why: str = "host") -> None:
        """The agent's work is over, and that of those that it has started: what runs at once is given back.

        A report or a handoff ends an agent by itself; this is for the host, where a flow broke off.
        """
        with self.gate.working(), self.gate.step() as step:
            end(self.gate, step, self.id, why)
        self.has_ended()

    def has_ended(self) -> None:
        """Nothing more is performed for this agent."""
        self._has_ended = True

    @property
    def ended(self) -> bool:
        """The agent has reported, handed over, or was ended."""
        return self._has_ended or not (self.who.is_first or self.id in self.gate.store.agents)

    def at_work(self, step: Step) -> bool:
        """As `not ended`, within a step."""
        return not self._has_ended and (self.who.is_first or self.id in step.agents)

    # ---- what the session remembers ----

    def remember_asked(self, request: str, action: Action, owns: bool) -> None:
        """The action as it is, for `retry`: the journal may hide parts of it. owns: it was parked for this session, and
        not for another run or user under the same session id; `Gate.resume` performs it for that one.
        """
        self._asked[request] = action
        if owns:
            self.gate.owners[request] = self
        while len(self._asked) > MOST_ASKED:
            self._asked.pop(next(iter(self._asked)), None)

    def forget_asked(self, request: str) -> None:
        """The request was used."""
        self._asked.pop(request, None)

    def asked(self, request: str) -> Action | None:
        """The action that waits under the request, None if this session does not know it."""
        return self._asked.get(request)

    @property
    def stopped(self) -> Outcome | None:
        """The outcome that stopped this session, or None: a denial under `stop_on_denial`, or what was required.

        While it is stopped, every action is denied undecided, whatever the code that runs makes of it. What stops an
        agent stops those that it has started.
        """
        if self._stopped is None and self._above is not None:
            return self._above.stopped
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
