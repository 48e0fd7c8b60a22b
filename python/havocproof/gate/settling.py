"""What happens to a reservation: settled, released, or in doubt. Each function adds one record to a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from havocproof.kernel import bridge
from havocproof.kernel.bridge import Charges, Kernel
from havocproof.stores import Key, Record, Step


@dataclass(frozen=True, slots=True)
class Reservation:
    """What intent `seq` holds. `listed`: the charges as JSON, `[key, amount, limit, measure]` each."""

    seq: int
    charges: Charges
    listed: list[list[Any]]

    @classmethod
    def of(cls, intent: Record) -> Reservation:
        """From the journal's record of an intent."""
        listed = intent.data["charges"]
        return cls(intent.seq, bridge.charges_from_json(listed), listed)


def refunds(cells: Mapping[Key, int], written: Iterable[tuple[Key, int]]) -> list[list[Any]]:
    """What the kernel's new contents give back, `[key as a list, amount]` each."""
    return [[list(key), cells[key] - value] for key, value in written if cells.get(key, 0) > value]


def settle(kernel: Kernel, step: Step, held: Reservation, used: dict[str, int], body: dict[str, Any]) -> Record:
    """The effect happened and used this much by measure; what is not named was used whole."""
    return _land(kernel, step, held, used, "outcome", {"used": used, **body})


def release(kernel: Kernel, step: Step, held: Reservation, body: dict[str, Any], kind: str = "failed") -> Record:
    """The effect is known not to have happened: everything is given back."""
    return _land(kernel, step, held, {measure: 0 for _, _, _, measure in held.listed}, kind, body)


def doubt(step: Step, seq: int, body: dict[str, Any]) -> Record:
    """The effect of intent `seq` may have happened: its reservation stays."""
    step.doubt(seq)
    return step.append("in_doubt", {"intent": seq, **body})


def _land(
    kernel: Kernel, step: Step, held: Reservation, used: dict[str, int], kind: str, body: dict[str, Any]
) -> Record:
    step.land(held.seq)
    back: list[list[Any]] = []
    if held.listed:
        written = kernel.settle(held.charges, used, step.now, step.cells)
        back = refunds(step.cells, written)
        # A cell that gets nothing back is left alone: the kernel answers with its old content.
        step.write((key, value) for key, value in written if step.cells.get(key, 0) != value)
    return step.append(kind, {"intent": held.seq, "refunds": back, **body})
