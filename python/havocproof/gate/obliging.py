"""What the policy obliges to with a permitted action (POLICY.md 2.13, `then`): who can fulfil it, and how.

The gate itself fulfils `journal`, `notify` and `max_result`. `timeout` and `mask` are about the effect: the port has to
take them on, through an optional method of what it has prepared:

    def oblige(self, duty: str, value: str | int, atoms: frozenset[tuple[str, str]]) -> bool

duty and value: `timeout` in ms; `mask` with `empty`, `last4` or `hash`, and the (table, column) pairs that are masked,
the table as text. True: whatever `perform` does from now on fulfils it. An obligation that nobody takes on refuses the
action before anything is reserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from havocproof.errors import PortRefused
from havocproof.kernel import bridge
from havocproof.kernel.source import Part
from havocproof.policy.obligations import FLUSH, MASK, MAX_RESULT, NOTIFY, Duty
from havocproof.ports.base import Prepared
from havocproof.stores import Step
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.way import Way

Notifier = Callable[[dict[str, Any]], None]
"""Told of an action before its effect begins: a fresh dict of JSON types, as the journal has it. Raising refuses it."""


@dataclass(frozen=True, slots=True)
class Obliged:
    """What was taken on for one action. `most`: bytes of its result as JSON that may be told, None for all."""

    channels: tuple[str, ...] = ()
    most: int | None = None


def oblige(way: Way, step: Step, prepared: Prepared, parts: tuple[Part, ...], names: frozenset[str]) -> Obliged:
    """Takes on the obligations of a verdict. Raises PortRefused for one that nobody can fulfil."""
    channels: list[str] = []
    most: int | None = None
    for duty in map(Duty.read, sorted(names)):
        if duty.kind == FLUSH:
            step.flush = True
        elif duty.kind == NOTIFY:
            if duty.value not in way.gate.notifiers:
                raise _unable(f"tell the channel {duty.value}", "Open the gate with a function for it: notify={...}.")
            channels.append(str(duty.value))
        elif duty.kind == MAX_RESULT:
            most = int(duty.value) if most is None else min(most, int(duty.value))
        else:
            columns = _columns(way, step, parts, duty) if duty.kind == MASK else frozenset()
            take_on = getattr(prepared, "oblige", None)
            if not callable(take_on) or take_on(duty.kind, duty.value, columns) is not True:
                raise _unable(f"keep to `{duty.kind}: {duty.value}`", "Serve it with a port that can, or permit less.")
    return Obliged(tuple(channels), most)


def _unable(what: str, remedy: str) -> PortRefused:
    return PortRefused(f"The policy obliges to {what}, and nobody here can", remedy)


def _columns(way: Way, step: Step, parts: Iterable[Part], duty: Duty) -> frozenset[tuple[str, str]]:
    """The columns that are masked: of each atom that a rule with this obligation speaks about, surely or perhaps."""
    scene = bridge.scene(way.scopes, way.groups, step.now, step.view)
    rules = [
        each.rule for each in way.gate.policy.lowered if each.rule.effect == "leave" and each.rule.mark == duty.mark
    ]
    return frozenset(
        (atom.names["table"], atom.names["column"])
        for part in parts
        for atom in part.atoms
        if "table" in atom.names
        and "column" in atom.names
        and any(way.gate.kernel.reads(rule, part, atom, scene) != "no" for rule in rules)
    )


def tell(obliged: Obliged, notifiers: Mapping[str, Notifier], told: Mapping[str, Any]) -> None:
    """Tells the channels. PortRefused if one of them cannot be told: then the effect does not begin."""
    for channel in obliged.channels:
        try:
            notifiers[channel](dict(told))
        except Exception as error:
            raise PortRefused(
                f"The channel {channel} could not be told: {type(error).__name__}", "Try again when it can be reached."
            ) from error


def withheld(obliged: Obliged, result: Any) -> Any:
    """The result, or what is told instead of one that is too large."""
    if obliged.most is None:
        return result
    try:
        size = len(canonical(result).encode())
    except (TypeError, ValueError, RecursionError):
        return {"withheld": "the result has no size as JSON"}
    if size <= obliged.most:
        return result
    return {"withheld": f"the result has {size} bytes, and at most {obliged.most} are told"}
