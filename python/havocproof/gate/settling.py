"""What happens to a reservation: settled, released, or in doubt. Each function adds one record to a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from havocproof.kernel import bridge
from havocproof.kernel.bridge import Charges, Kernel
from havocproof.kernel.source import BUDGET, DONE, SOFT, Key
from havocproof.stores import Record, Step
from havocproof.stores.contents import key_of

AT_ONCE = "at_once"
_KEPT = (BUDGET, SOFT, DONE)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What intent `seq` holds, decided at `since` (ms since the epoch). `listed`: those of its charges that settling
    can change, as JSON, `[key, amount, limit, measure]` each.
    """

    seq: int
    since: int
    charges: Charges
    listed: list[list[Any]]

    @classmethod
    def of(cls, intent: Record) -> Reservation:
        """From the journal's record of an intent."""
        listed = intent.data["charges"]
        return cls(intent.seq, intent.at_ms, bridge.charges_from_json(listed), listed)

    def lasting(self) -> list[list[Any]]:
        """What is held for as long as an agent is at work, and not only until its start has settled."""
        return [each for each in self.listed if each[3] == AT_ONCE and each[0][0] != DONE]


def listed(charges: Charges) -> list[list[Any]]:
    """The charges that settling can change, as JSON. Marks and rates are what they are once decided."""
    return [each for each in bridge.charges_to_json(charges) if each[0][0] in _KEPT]


def settle(
    kernel: Kernel,
    step: Step,
    held: Reservation,
    used: Mapping[str, int],
    body: dict[str, Any],
    *,
    ok: bool = True,
    stays: bool = False,
    **changes: Any,
) -> Record:
    """The effect happened and used this much by measure; what is not named was used whole.

    ok: it succeeded, so that what is done counts as done. stays: what runs `at_once` goes on running. changes: of the
    state, as `Step.append` takes them.
    """
    left = dict(used) if stays else {**used, AT_ONCE: 0}
    return _land(kernel, step, held, left, ok, "outcome", body, changes)


def release(kernel: Kernel, step: Step, held: Reservation, body: dict[str, Any], kind: str = "failed") -> Record:
    """The effect is known not to have happened: everything is given back."""
    nothing = {measure: 0 for _, _, _, measure in held.listed}
    return _land(kernel, step, held, nothing, False, kind, body, {})


def doubt(step: Step, seq: int, body: dict[str, Any]) -> Record:
    """The effect of intent `seq` may have happened: its reservation stays."""
    step.doubt(seq)
    return step.append("in_doubt", {"intent": seq, **body})


def returned(kernel: Kernel, step: Step, held: Iterable[list[Any]]) -> list[tuple[Key, int]]:
    """New contents once what was held `at_once` is given back."""
    contents: dict[Key, int] = {}
    for each in held:  # one by one: two that ended together may stand under one key
        key = key_of(each[0])
        nums = {key: contents.get(key, step.content(key))}
        contents.update(kernel.settle(bridge.charges_from_json([each]), {AT_ONCE: 0}, False, 0, step.now, nums))
    return _changed(step, contents.items())


def _land(
    kernel: Kernel,
    step: Step,
    held: Reservation,
    used: Mapping[str, int],
    ok: bool,
    kind: str,
    body: dict[str, Any],
    changes: dict[str, Any],
) -> Record:
    step.land(held.seq)
    cells: list[tuple[Key, int]] = []
    if held.listed:
        written = kernel.settle(held.charges, dict(used), ok, held.since, step.now, step.view.nums)
        # A cell that does not change is left alone: the kernel answers with its old content.
        cells = _changed(step, written)
    return step.append(kind, {"intent": held.seq, **body}, cells=cells, **changes)


def _changed(step: Step, written: Iterable[tuple[Key, int]]) -> list[tuple[Key, int]]:
    return [(key, content) for key, content in written if step.content(key) != content]
