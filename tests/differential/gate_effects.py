"""How effects end in a gate's world: as the port says, after a while, or with the death of the process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from havocproof.actions import action_from_wire
from havocproof.errors import InDoubt, PortError
from havocproof.ports.base import Effect
from tests.differential.oracle_events import Ended, Event
from tests.differential.product import reported

if TYPE_CHECKING:
    from tests.differential.gate_world import GateWorld


class Killed(BaseException):
    """The process dies while an effect is under way. `journal`: the file as it stood then."""

    def __init__(self, journal: Path) -> None:
        super().__init__()
        self.journal = journal


def ending(world: GateWorld, event: Event) -> Effect | BaseException:
    """The end of an effect, drawn; the event says what became of it, and stays open if nobody knows."""
    rng, past = world.rng, world.past
    how = rng.choice(["error", "doubt", "kill", "failed", *["done"] * 6])
    if how == "kill" and rng.randint(0, 1) == 0:
        copy = world.copied()
        if copy is not None:
            return Killed(copy)
    lasted = rng.choice([0, 0, 0, 1, 999, 3_000])  # an effect takes its time
    past.now, world.behind = past.now + lasted, 0 if lasted else world.behind
    if how == "error":
        event.outcome = "released"
        return PortError("the line is broken", "Try later")
    if how == "doubt":
        return InDoubt("no answer", "Ask")
    event.used = used(world, event)
    event.outcome = "failed" if how == "failed" else "settled"
    result = world.words.result(rng, event.action)
    if event.outcome == "settled":
        past.history.append(Ended(past.now, event, result))
    return Effect(result, event.used, ok=event.outcome == "settled")


def used(world: GateWorld, event: Event) -> dict[str, int]:
    """What the port says was used of some measures."""
    if event.action["action"] == "sql":
        parts = tuple(map(reported, event.action["parts"]))
    else:
        parts = world.gate.policy.parts(action_from_wire(event.action))
    measures = {measure for part in parts for measure in part.ints if ":" not in measure} - {"port", "at_once"}
    told = world.rng.sample(sorted(measures), world.rng.randint(0, len(measures)))
    total = {measure: max(0, sum(part.ints.get(measure, 0) for part in parts)) for measure in told}
    return {measure: amount * world.rng.choice([0, 50, 100]) // 100 for measure, amount in total.items()}
