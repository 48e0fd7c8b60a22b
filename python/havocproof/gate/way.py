"""The way of one action through the gate.

    1. the action in its normal form, and the port that serves it
    2. the kernel looks at it; what it refuses never reaches the port, what it asks is parked
    3. the port prepares: it takes hold of the object and says what the effect is
    4. one step of the store: the kernel decides on that, cells are reserved, a grant is used, the intent is written
    5. the port performs under a fresh permit, outside of every lock
    6. one step: the outcome is written, what was not used is given back, what the policy trusts of it is recorded

Where a decision fails because a record is missing that the policy lets the gate fetch, the gate performs that read, an
action of its own, and decides again.

Whatever goes wrong before the end of 4: nothing was performed. After it, the journal holds the intent; it says what
became of it, or the intent stays in doubt, with its reservation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from havocproof.actions import Action, ToolCall
from havocproof.errors import ActionError, HavocproofError, InDoubt, PortError
from havocproof.gate.approving import key_in
from havocproof.gate.classes import bounded, is_irreversible, is_repeatable, needs_port
from havocproof.gate.denial import ENDED, STOPPED, Denial, deny, unserved
from havocproof.gate.ending import Ending, call, close, log_fault
from havocproof.gate.family import AMONG, among
from havocproof.gate.fetching import fetch, missing
from havocproof.gate.forms import action_form, error_form, mark, receipt_form
from havocproof.gate.given import decided
from havocproof.gate.outcome import Decision, Denied, Failed, Outcome
from havocproof.gate.parking import asked_digest, park
from havocproof.gate.permit import OnePermit
from havocproof.gate.settling import Reservation, listed
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import Part
from havocproof.policy.redaction import JOURNAL
from havocproof.ports.base import Prepared
from havocproof.records import Wanted
from havocproof.stores import Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session


class Way:
    """One action on its way. Used once, by one thread, while the gate is held as working.

    request: the parked request that is being performed, "" for an action that is new
    fetched: what has been fetched for the decision that this action is part of
    """

    def __init__(
        self, gate: Gate, session: Session, action: Action, *, request: str = "", fetched: set[Wanted] | None = None
    ) -> None:
        self.gate = gate
        self.session = session
        self.scopes = session.scopes
        self.groups = session.who.agent.uses
        self.action: Action = action
        self._typed: tuple[Part, ...] | None = None
        if isinstance(action, ToolCall):
            self.action, self._typed = gate.policy.typed(action)
        else:
            self.action = gate.policy.agents.normalise(action, session.who.kind)
        self.digest = self.action.digest()
        self.asked = asked_digest(session.who, self.digest)
        self.request = request
        self.fetched: set[Wanted] = set() if fetched is None else fetched
        self.fetches = ""
        """The record that this read is to fill, by the gate's own will."""
        self.under: dict[str, str] = {}
        """The allowances that it is decided under, by rule."""
        self._now = 0

    def go(self) -> Outcome:
        """Performs it, or says why not. ActionError: it is no action of this policy; nothing was performed."""
        if isinstance(self.action, AMONG):
            return self._with(among(self), None)
        parts = self._known()
        if parts is not None:
            refused = self._decided(parts)
            if refused is not None:
                return refused
        port = self.gate.ports.get(self.action.verb)
        if port is None:
            with self.step() as step:
                return self.denied(step, unserved(self.action, self.gate.policy))
        try:
            prepared = port.prepare(self.action)
        except ActionError:
            raise
        except Exception as error:
            return self._unprepared(error)
        return self._with(prepared, parts)

    def stop(self, stopped: Outcome) -> Denied:
        """Denies it undecided, because its session is stopped."""
        with self.step() as step:
            return self.denied(step, stopped.denial if isinstance(stopped, Denied) else STOPPED, sticky=True)

    def _with(self, prepared: Prepared, parts: tuple[Part, ...] | None) -> Outcome:
        try:
            # A tool's parts are typed by the policy's declaration; of all else the port says what the effect is.
            if parts is None or not isinstance(self.action, ToolCall):
                try:
                    parts = bounded(self.gate.policy.worded(prepared.parts))
                except ActionError:
                    raise
                except Exception as error:
                    return self._unprepared(error)
            return self._perform(prepared, parts)
        finally:
            close(prepared)

    def look(self) -> Decision:
        """What would come of it, without a trace. PortError, ActionError."""
        if isinstance(self.action, AMONG):
            parts = bounded(among(self).parts)
        elif needs_port(self.action):
            port = self.gate.ports.get(self.action.verb)
            if port is None:
                return Decision(self.action, "deny", "", denial=unserved(self.action, self.gate.policy))
            prepared = port.prepare(self.action)
            try:
                parts = bounded(self.gate.policy.worded(prepared.parts))
            finally:
                close(prepared)
        else:
            parts = self._known() or ()
        with self.gate.step() as step:
            ended = self._ended(step)
            verdict = self._decide(step, parts)
        if ended is not None:
            return Decision(self.action, "deny", "", denial=ended)
        if verdict.is_Permitted:
            return Decision(self.action, "permit", verdict.rule)
        if verdict.is_Asked:
            return Decision(self.action, "ask", verdict.rule, bridge.needs(verdict))
        denial = self._denial(parts, verdict)
        return Decision(self.action, "deny", denial.rule, denial=denial)

    def _known(self) -> tuple[Part, ...] | None:
        """The parts, None if only a port knows them. ActionError."""
        if needs_port(self.action):
            return None
        return bounded(self._typed if self._typed is not None else self.gate.policy.parts(self.action))

    # ---- deciding ----

    def step(self) -> AbstractContextManager[Step]:
        """A step of the gate's store at the gate's time, for a record."""
        return self.gate.store.step(self.gate.clock())

    def _decide(self, step: Step, parts: tuple[Part, ...]) -> Verdict:
        """The kernel's decision at the step's time on the step's state. What is asked is decided once more with the
        action's digest, if people were asked before: the kernel sees whether enough have approved. What is still asked
        is decided under the allowances that people have given.
        """
        gate = self.gate
        self._now, self.under, digest = step.now, {}, ""
        month_end = gate.months.end(step.now)
        decide = gate.kernel.decide
        verdict = decide(parts, self.scopes, self.groups, month_end, step.now, step.seen, step.view)
        if verdict.is_Asked and gate.kernel.grant_key(self.scopes, self.asked) in step.view.grants:
            digest = self.asked
            verdict = decide(parts, self.scopes, self.groups, month_end, step.now, step.seen, step.view, digest)
        if verdict.is_Asked and gate.policy.allowances.rules:
            return decided(self, step, parts, verdict, digest)
        return verdict

    def _decided(
        self,
        parts: tuple[Part, ...],
        permitted: Callable[[Step, Verdict], Outcome | None] | None = None,
        flush: bool = False,
    ) -> Outcome | None:
        """Decides, and decides again after what has to be fetched. `permitted` is called within the step that permits;
        its outcome, or None, is what comes of it. Else the refusal.
        """
        while True:
            with self.gate.step(flush=flush) as step:
                ended = self._ended(step)
                if ended is not None:
                    return self.denied(step, ended)
                verdict = self._decide(step, parts)
                if verdict.is_Permitted:
                    return permitted(step, verdict) if permitted is not None else None
                wanted = missing(self, step, parts)
                if not wanted and verdict.is_Asked:
                    return park(self, step, parts, verdict)
            if not wanted:
                return self._refuse(parts, verdict)
            for each in wanted:
                fetch(self, each)

    def _ended(self, step: Step) -> Denial | None:
        """An agent that has ended does nothing more; what people were asked for before is performed for it."""
        return None if self.request or self.session.at_work(step) else ENDED

    def _perform(self, prepared: Prepared, parts: tuple[Part, ...]) -> Outcome:
        permit = OnePermit()
        ending = Ending(self, prepared, permit)
        try:
            refused = self._reserve(ending, parts)
            if refused is not None:
                return refused
            ending.entered = True
            try:
                ending.notify()
                effect = call(prepared, permit)
            except PortError as error:
                return ending.failed(error)
            except Exception as error:
                return ending.doubtful(error)
            return ending.performed(effect, parts)
        except BaseException as error:
            if not isinstance(error, Exception):
                ending.interrupted(error)
            raise
        finally:
            permit.end()

    def _reserve(self, ending: Ending, parts: tuple[Part, ...]) -> Outcome | None:
        """Step 4. None if the intent is in the journal and the effect may begin."""
        irreversible = is_irreversible(parts, self.gate.classes)

        def permitted(step: Step, verdict: Verdict) -> Outcome | None:
            if irreversible and not is_repeatable(self.action):
                twin = next((f.seq for f in step.flights.values() if f.doubt and f.digest == self.digest), None)
                if twin is not None:
                    return self._failed(step, _in_doubt_already(twin), in_doubt=True)
            unable = ending.oblige(step, parts, bridge.duties(verdict))
            if unable is not None:
                return self._failed(step, unable)
            charged = listed(verdict.charges)
            body = self.body(rule=verdict.rule, charges=charged, permit=mark(ending.permit.token))
            changes: dict[str, Any] = {"cells": bridge.writes(verdict)}
            if self.under:
                body["allowances"] = dict(self.under)
            if verdict.used or (self.under and self._is_asked(step)):
                request, changes = self._use(step, changes)
                body["request" if verdict.used else "instead_of"] = request
            ending.intent = step.append("intent", body, **changes)
            step.launch(ending.intent, self.digest)
            ending.rule = verdict.rule
            ending.held = Reservation(ending.intent.seq, step.now, verdict.charges, charged)
            return None

        return self._decided(parts, permitted, flush=irreversible)

    def _is_asked(self, step: Step) -> bool:
        """A request to people for this very action stands open: performed under an allowance, it must not be again."""
        grant = step.view.grants.get(self.gate.kernel.grant_key(self.scopes, self.asked))
        return grant is not None and grant.open

    def _use(self, step: Step, changes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Closes the grant that this action was permitted under: it was good once. Gives the request's name, too."""
        key = self.gate.kernel.grant_key(self.scopes, self.asked)
        used = [parked.request for parked in step.parked.values() if key_in(parked) == key]
        grants = [(key, self.gate.kernel.used(step.view.grants[key]))]
        for request in used:
            self.session.forget_asked(request)
        return "".join(used), {**changes, "grants": grants, "forgets": used}

    # ---- refusing: one record each ----

    def body(self, audiences: Iterable[str] = (JOURNAL,), **more: Any) -> dict[str, Any]:
        """What every record about this action says. `audiences`: those who read it."""
        return {
            "action": action_form(self.action, self.gate.policy.redactions, audiences),
            "digest": self.digest,
            "session": self.session.id,
            "policy": self.gate.policy.digest,
            **({"fetches": self.fetches} if self.fetches else {}),
            **more,
        }

    def _refuse(self, parts: tuple[Part, ...], verdict: Verdict) -> Denied:
        """A refusal changes no state: the reasons are found outside of the step that refused."""
        denial = self._denial(parts, verdict)
        with self.step() as step:
            return self.denied(step, denial)

    def _denial(self, parts: tuple[Part, ...], verdict: Verdict) -> Denial:
        return deny(self.gate, self.session, parts, verdict, self._now)

    def denied(self, step: Step, denial: Denial, **more: Any) -> Denied:
        """The refusal, with its record."""
        record = step.append("denied", self.body(denial=denial.to_journal(), **more))
        return Denied(self.action, denial, receipt_form(record, self.gate.policy.digest))

    def _unprepared(self, error: Exception) -> Failed:
        # By its contract a port has done nothing yet, whatever it raised.
        if not isinstance(error, PortError):
            log_fault(self.action.verb, error)
            error = PortError(f"the port failed before it began: {type(error).__name__}", "Tell the operator.")
        with self.step() as step:
            return self._failed(step, error)

    def _failed(self, step: Step, error: HavocproofError, in_doubt: bool = False) -> Failed:
        record = step.append("failed", self.body(intent=None, error=error_form(error)))
        return Failed(self.action, error, in_doubt, receipt_form(record, self.gate.policy.digest))


def _in_doubt_already(seq: int) -> InDoubt:
    return InDoubt(
        f"the same action is in doubt since record {seq}: it may have happened, and was not repeated",
        "Go on with other work; the operator finds out what happened and resolves it.",
    )
