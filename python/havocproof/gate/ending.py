"""How an action ends whose intent is in the journal: performed, failed, in doubt, or interrupted. One record each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from havocproof.actions import ToolCall
from havocproof.errors import HavocproofError, InDoubt, PortError, PortRefused, StoreError
from havocproof.gate.family import Among
from havocproof.gate.forms import error_form, note_form, receipt_form, result_form
from havocproof.gate.obliging import Obliged, oblige, tell, withheld
from havocproof.gate.outcome import Failed, Performed
from havocproof.gate.permit import OnePermit
from havocproof.gate.remembering import learn, told_by
from havocproof.gate.settling import Reservation, doubt, release, settle
from havocproof.kernel.source import Part
from havocproof.policy.redaction import JOURNAL, MODEL, hide_result
from havocproof.ports.base import Effect, Prepared
from havocproof.stores import Record, Step
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.way import Way

_log = logging.getLogger("havocproof.gate")
_FIND_OUT = "Find out whether it happened; the operator resolves it. Do not repeat it."


def log_fault(verb: str, error: BaseException) -> None:
    """A port broke its contract: for its author, not for the model."""
    _log.error("the port for %s failed in a way that it does not name", verb, exc_info=error)


def call(prepared: Prepared, permit: OnePermit) -> Effect:
    """The effect, by a port that kept its contract; InDoubt otherwise."""
    effect = prepared.perform(permit)
    if permit.misused or not permit.used:
        raise InDoubt("the port did not use its permit exactly once", _FIND_OUT)
    if not isinstance(effect, Effect):
        raise InDoubt(f"the port gave no effect, but a {type(effect).__name__}", _FIND_OUT)
    return effect


def close(prepared: Prepared) -> None:
    """Gives back what the port holds. A failure changes nothing about the outcome."""
    try:
        prepared.close()
    except Exception as error:
        _log.warning("a port could not give back what it held", exc_info=error)


class Ending:
    """The end of one action. `intent` and `held` are set once its intent is committed, `entered` once its port was
    called.
    """

    def __init__(self, way: Way, prepared: Prepared, permit: OnePermit) -> None:
        self.way = way
        self.prepared = prepared
        self.permit = permit
        self.intent: Record | None = None
        self.held: Reservation | None = None
        self.rule = ""
        self.entered = False
        self.obliged = Obliged()

    def oblige(self, step: Step, parts: tuple[Part, ...], duties: frozenset[str]) -> PortRefused | None:
        """Takes on what the policy obliges to; the refusal if nobody can fulfil it."""
        if not duties:
            return None
        try:
            self.obliged = oblige(self.way, step, self.prepared, parts, duties)
        except PortRefused as refusal:
            return refusal
        return None

    def notify(self) -> None:
        """Tells whom the policy obliges to tell, before the effect begins. PortRefused if that cannot be."""
        if self.obliged.channels:
            intent, _ = self._open()
            tell(self.obliged, self.way.gate.notifiers, {"seq": intent.seq, **self.way.body(rule=self.rule)})

    def performed(self, effect: Effect, parts: tuple[Part, ...]) -> Performed | Failed:
        """It happened; in doubt if the port's account of it cannot be read. StoreError if it cannot be written: the
        gate then stops.
        """
        way, (intent, held) = self.way, self._open()
        among = self.prepared if isinstance(self.prepared, Among) else None
        try:
            used, body = _account(way, effect, parts)
            ok = effect.ok is True
            told = told_by(way, effect, held.since) if ok else None
            result = withheld(self.obliged, effect.result)
            shown = hide_result(way.gate.policy.redactions, way.action.verb, result, (MODEL,))
        except Exception as error:
            return self.doubtful(error)
        try:
            with way.step() as step:
                changes = among.changes(held, step) if among is not None else {}
                if told is not None:
                    changes["records"], faults = learn(way.gate, step, way.session.who, told)
                    body |= {"unrecorded": faults} if faults else {}
                stays = among is not None
                spent = _counted(used, parts)
                record = settle(way.gate.kernel, step, held, spent, body, ok=ok, stays=stays, **changes)
                if among is not None:
                    among.after(step)
        except StoreError as error:
            raise self._unrecorded("the effect happened, but its outcome could not be recorded", error) from error
        receipt = receipt_form(
            record,
            way.gate.policy.digest,
            intent={"seq": intent.seq, "hash": intent.hash.hex()},
            token=self.permit.token,
            rule=self.rule,
        )
        if isinstance(way.action, ToolCall):
            receipt["outside_proof"] = True
        child = among.opened() if among is not None else None
        return Performed(way.action, result, receipt, self.rule, child, shown)

    def failed(self, error: PortError) -> Failed:
        """It is known not to have happened: everything is given back."""
        way, (_, held) = self.way, self._open()
        try:
            with way.step() as step:
                record = release(way.gate.kernel, step, held, {"error": error_form(error)})
        except StoreError as fault:
            raise self._unrecorded("the effect did not happen, but that could not be recorded", fault) from fault
        return Failed(way.action, error, False, receipt_form(record, way.gate.policy.digest))

    def doubtful(self, error: Exception) -> Failed:
        """It may have happened: the reservation stays until somebody finds out."""
        way, (intent, _) = self.way, self._open()
        if not isinstance(error, InDoubt):
            log_fault(way.action.verb, error)
            known = InDoubt(f"the port broke off with {type(error).__name__}: the effect may have happened", _FIND_OUT)
            known.__cause__ = error
            error = known
        try:
            with way.step() as step:
                record = doubt(step, intent.seq, {"error": error_form(error)})
        except StoreError as fault:
            raise self._unrecorded("the effect may have happened, and that could not be recorded", fault) from fault
        return Failed(way.action, error, True, receipt_form(record, way.gate.policy.digest))

    def interrupted(self, error: BaseException) -> None:
        """The thread is being stopped, at any point. The journal must not lose the intent; no error is added."""
        begun = self.permit.end() or self.entered
        intent = self.intent
        if intent is None:
            return
        way = self.way
        try:
            with way.step() as step:
                flight = step.flights.get(intent.seq)
                if flight is None or flight.doubt or flight.digest != way.digest:
                    return  # it was never committed, or it ended before the interruption
                if begun:
                    doubt(step, intent.seq, {"error": error_form(error)})
                else:
                    release(way.gate.kernel, step, Reservation.of(intent), {"error": error_form(error)})
        except HavocproofError as fault:
            way.gate.give_up(fault)

    def _open(self) -> tuple[Record, Reservation]:
        assert self.intent is not None
        assert self.held is not None
        return self.intent, self.held

    def _unrecorded(self, what: str, error: StoreError) -> StoreError:
        intent, _ = self._open()
        fault = StoreError(
            f"{what} (intent {intent.seq}): {error.message}",
            "The gate performs nothing more. Its reservation stays. Repair the store and open the gate anew: it will "
            "report the intent as in doubt.",
        )
        self.way.gate.give_up(fault)
        return fault


def _account(way: Way, effect: Effect, parts: tuple[Part, ...]) -> tuple[dict[str, int], dict[str, Any]]:
    """What was used, and what else the record says. Raises whatever a port that breaks its contract makes it raise."""
    used, faults = _used(effect.used, parts)
    result = hide_result(way.gate.policy.redactions, way.action.verb, effect.result, (JOURNAL,))
    body: dict[str, Any] = {"used": used, "result": result_form(result), "note": note_form(effect.note)}
    if faults:
        body["faults"] = faults
    canonical(body)
    return used, body


def _used(used: Mapping[str, int], parts: tuple[Part, ...]) -> tuple[dict[str, int], dict[str, Any]]:
    """What the port says it used, as far as it can be believed; and what it said wrongly, for the journal.

    A measure that is dropped here counts as used whole. More than was reserved stays above it: the kernel keeps the
    reservation, and the record says what was claimed.
    """
    if not used:
        return {}, {}
    reserved: dict[str, int] = {}
    for _, ints, _ in parts:
        for measure, amount in ints.items():
            reserved[measure] = reserved.get(measure, 0) + amount
    kept: dict[str, int] = {}
    faults: dict[str, Any] = {}
    for measure, amount in used.items():
        if type(amount) is not int or amount < 0:
            faults[str(measure)] = "no integer from 0"
        elif amount > reserved.get(measure, amount):
            faults[measure] = {"used": amount, "reserved": reserved[measure]}
        else:
            kept[measure] = amount
    return kept, faults


def _counted(used: dict[str, int], parts: tuple[Part, ...]) -> dict[str, int]:
    """The same in the measures that budgets count by: money, in the one currency of it that was reserved."""
    counted = dict(used)
    for measure, amount in used.items():
        currencies = {name for _, ints, _ in parts for name in ints if name.startswith(f"{measure}:")}
        if len(currencies) == 1:
            counted[currencies.pop()] = amount
    return counted
