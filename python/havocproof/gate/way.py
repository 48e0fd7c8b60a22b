"""The way of one action through the gate.

    1. the action in its normal form, and the port that serves it
    2. the kernel looks at it; what it refuses never reaches the port
    3. the port prepares: it takes hold of the object and says what the effect is
    4. one step of the store: the kernel decides on that, cells are reserved, the intent is written
    5. the port performs under a fresh permit, outside of every lock
    6. one step: the outcome is written, what was not used is given back

Whatever goes wrong before the end of 4: nothing was performed. After it, the journal holds the intent; it says what
became of it, or the intent stays in doubt, with its reservation.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from havocproof.actions import Action, ToolCall
from havocproof.errors import ActionError, HavocproofError, InDoubt, PortError
from havocproof.gate.classes import bounded, is_irreversible, is_repeatable, needs_port
from havocproof.gate.denial import STOPPED, Denial, deny, unserved
from havocproof.gate.ending import Ending, call, close, log_fault
from havocproof.gate.forms import action_form, error_form, mark, receipt_form
from havocproof.gate.outcome import Decision, Denied, Failed, Outcome
from havocproof.gate.parking import park
from havocproof.gate.permit import OnePermit
from havocproof.gate.settling import Reservation
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import Part
from havocproof.ports.base import Port, Prepared
from havocproof.stores import Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session


class Way:
    """One action on its way. Used once, by one thread, while the gate is held as working."""

    def __init__(self, gate: Gate, session: Session, action: Action) -> None:
        self.gate = gate
        self.session = session
        self.action = gate.policy.normalise(action)
        self.digest = self.action.digest()
        self._judged: tuple[int, tuple[Part, ...], Verdict] | None = None

    def go(self) -> Outcome:
        """Performs it, or says why not. ActionError: it is no action of this policy; nothing was performed."""
        parts = None if needs_port(self.action) else bounded(self.gate.policy.parts(self.action))
        if parts is not None:
            with self.step() as step:
                verdict = self._decide(step, parts)
            if not verdict.is_Permitted:
                return self._refuse(parts, verdict)
        port = self.gate.ports.get(self.action.verb)
        if port is None:
            with self.step() as step:
                return self._denied(step, unserved(self.action))
        return self._through(port, parts)

    def stop(self, stopped: Outcome) -> Denied:
        """Denies it undecided, because its session is stopped."""
        with self.step() as step:
            return self._denied(step, stopped.denial if isinstance(stopped, Denied) else STOPPED, sticky=True)

    def _through(self, port: Port, parts: tuple[Part, ...] | None) -> Outcome:
        try:
            prepared = port.prepare(self.action)
        except ActionError:
            raise
        except Exception as error:
            return self._unprepared(error)
        try:
            # A tool's parts are typed by the policy's declaration; of all else the port says what the effect is.
            if parts is None or not isinstance(self.action, ToolCall):
                try:
                    parts = bounded(prepared.parts)
                except ActionError:
                    raise
                except Exception as error:
                    return self._unprepared(error)
            return self._perform(prepared, parts)
        finally:
            close(prepared)

    def look(self) -> Decision:
        """What would come of it, without a trace. PortError, ActionError."""
        if needs_port(self.action):
            port = self.gate.ports.get(self.action.verb)
            if port is None:
                return Decision(self.action, "deny", "", denial=unserved(self.action))
            prepared = port.prepare(self.action)
            try:
                parts = bounded(prepared.parts)
            finally:
                close(prepared)
        else:
            parts = bounded(self.gate.policy.parts(self.action))
        with self.step() as step:
            verdict = self._decide(step, parts)
        if verdict.is_Permitted:
            return Decision(self.action, "permit", verdict.rule)
        if verdict.is_Asked:
            return Decision(self.action, "ask", verdict.rule, bridge.needs(verdict))
        denial = deny(self.gate.policy, parts, verdict, self._decided_at())
        return Decision(self.action, "deny", denial.rule, denial=denial)

    # ---- deciding ----

    def step(self, flush: bool = False) -> AbstractContextManager[Step]:
        """A step of the gate's store at the gate's time."""
        return self.gate.store.step(self.gate.clock(), flush=flush)

    def _decide(self, step: Step, parts: tuple[Part, ...]) -> Verdict:
        """The kernel's decision at the step's time on the step's cells: `Decide`, which is `Reserve` after `Judge`."""
        kernel = self.gate.kernel
        known = self._judged
        if known is None or known[0] != step.now or known[1] != parts:
            judged = kernel.judge(parts, self.session.scopes, self.gate.months.end(step.now), step.now)
            self._judged = known = (step.now, parts, judged)
        return kernel.reserve(known[2], step.now, step.cells)

    def _decided_at(self) -> int:
        return self._judged[0] if self._judged is not None else 0

    def _perform(self, prepared: Prepared, parts: tuple[Part, ...]) -> Outcome:
        permit = OnePermit()
        ending = Ending(self, permit)
        try:
            refused = self._reserve(ending, parts)
            if refused is not None:
                return refused
            ending.entered = True
            try:
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
        with self.step(flush=irreversible) as step:
            verdict = self._decide(step, parts)
            if verdict.is_Permitted:
                if irreversible and not is_repeatable(self.action):
                    twin = next((f.seq for f in step.flights.values() if f.doubt and f.digest == self.digest), None)
                    if twin is not None:
                        return self._failed(step, _in_doubt_already(twin), in_doubt=True)
                listed = bridge.charges_to_json(verdict.charges)
                step.write(bridge.writes(verdict))
                body = self.body(rule=verdict.rule, charges=listed, permit=mark(ending.permit.token))
                ending.intent = step.append("intent", body)
                step.launch(ending.intent, self.digest)
        if ending.intent is None:
            return self._refuse(parts, verdict)
        ending.rule = verdict.rule
        ending.held = Reservation(ending.intent.seq, verdict.charges, listed)
        return None

    # ---- refusing: one record each ----

    def body(self, **more: Any) -> dict[str, Any]:
        """What every record about this action says."""
        return {
            "action": action_form(self.action),
            "digest": self.digest,
            "session": self.session.id,
            "policy": self.gate.policy.digest,
            **more,
        }

    def _refuse(self, parts: tuple[Part, ...], verdict: Verdict) -> Outcome:
        """A refusal changes no counter: the reasons are found outside of the step that refused."""
        if verdict.is_Asked:
            with self.step() as step:
                return park(self, step, verdict.rule, bridge.needs(verdict))
        denial = deny(self.gate.policy, parts, verdict, self._decided_at())
        with self.step() as step:
            return self._denied(step, denial)

    def _denied(self, step: Step, denial: Denial, **more: Any) -> Denied:
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
