"""Whether the model's run is the package's run."""

from __future__ import annotations

from collections import defaultdict
from types import CodeType

from tests.pocketflow_model.real import run
from tests.pocketflow_model.replay import Entry, replay
from tests.pocketflow_model.world import World

UNTASKED = {"rewire", "assignto", "outside", "changed"}


def difference(world: World) -> str | None:
    """The first difference between the run and the model's, in words; None where there is none."""
    log, effects = replay(world, contained=True)
    if not world.changed and replay(world, contained=False) != (log, effects):
        return "the plain and the contained model differ, and nothing was refused"
    if effects != world.effects:
        return f"effects: {world.effects} in the package, {effects} in the model"
    if world.sync:
        return _first("", world.log, log)
    real, model = _by_task(world.log), _by_task(log)
    for task in sorted(real.keys() | model.keys()):
        if found := _first(f"task {task}, ", real[task], model[task]):
            return found
    return None


def differs(seed: int, semantics: str, code: CodeType | None = None) -> str | None:
    """The same for the run of a seed. `code`: a changed package that is to pass for the one of these semantics."""
    return difference(run(seed, semantics, code))


def _by_task(log: list[Entry]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in log:
        if entry[1] not in UNTASKED:
            found[entry[2]].append(entry)
    return found


def _first(where: str, real: list[Entry], model: list[Entry]) -> str | None:
    if real == model:
        return None
    at = next((i for i, (a, b) in enumerate(zip(real, model, strict=False)) if a != b), min(len(real), len(model)))
    package, machine = (log[at] if at < len(log) else "nothing" for log in (real, model))
    return f"{where}entry {at}: {package} in the package, {machine} in the model"
