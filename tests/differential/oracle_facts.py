"""Facts: what was begun and what is done in this run (POLICY.md 2.8). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from typing import Any

from tests.differential.atoms import parts_of_event
from tests.differential.language import Answer, matches
from tests.differential.oracle_events import Scene, Told
from tests.differential.oracle_records import duration, plain
from tests.differential.values import Effect, Values

Counted = tuple[str, ...]


def axes_of(spec: dict[str, Any]) -> list[str]:
    per = spec.get("per", [])
    return per if isinstance(per, list) else [per]


def counted_by(spec: dict[str, Any], atom: Values) -> Counted | None:
    """The values that a fact is counted by, None if one of them is not there."""
    axes = axes_of(spec)
    return None if any(axis not in atom for axis in axes) else tuple(plain(atom[axis]) for axis in axes)


def times(scene: Scene, spec: dict[str, Any], event: str, key: Counted) -> list[tuple[int, int]]:
    """When something that `by`, surely or perhaps, or `until` speaks about was permitted in this run: time and rank.

    `event`: "done" is `by` surely, "begun" is `by` unless it answers no, "until" leaves out what sets the fact.
    """
    found = []
    for at, one in scene.events():
        if not scene.same(one.scopes, "run"):
            continue
        then = scene.before(at)
        atoms = [(part, atom) for part in parts_of_event(scene.top, one) for atom in part.atoms]
        if any(
            counted_by(spec, atom) in (key, None) and is_about(then, spec, event, part, atom) for part, atom in atoms
        ):
            found.append((one.time, at))
    return found


def is_about(scene: Scene, spec: dict[str, Any], event: str, part: Effect, atom: Values) -> bool:
    sets = matches(scene, spec["by"], part, atom)
    if event == "done":
        return sets is True
    return (
        sets is not False
        if event == "begun"
        else sets is not True and matches(scene, spec["until"], part, atom) is not False
    )


def told(scene: Scene, name: str, key: Counted) -> list[tuple[int, int]]:
    """When the host set the fact."""
    mine = [(at, one) for at, one in enumerate(scene.history) if isinstance(one, Told) and one.what == "fact"]
    return [(one.time, at) for at, one in mine if one.name == name and one.key == key and scene.same(one.scopes, "run")]


def fresh(scene: Scene, spec: dict[str, Any], time: int) -> bool:
    return "lasts" not in spec or scene.now - time < duration(spec["lasts"])


def done(scene: Scene, name: str, atom: Values) -> Answer:
    """Done: a matching action settled with success, and nothing of `until` was permitted since it was decided."""
    spec = scene.layer["facts"][name]
    key = counted_by(spec, atom)
    if key is None:
        return None
    ends = told(scene, name, key)
    if spec["by"] != "host":
        good = {at for at, one in scene.events() if one.outcome in ("settled", "lasts")}
        ends += [one for one in times(scene, spec, "done", key) if one[1] in good]
    resets = times(scene, spec, "until", key) if "until" in spec else []
    return any(fresh(scene, spec, time) and stands(scene, (time, at), resets) for time, at in ends)


def stands(scene: Scene, end: tuple[int, int], resets: list[tuple[int, int]]) -> bool:
    """Whether nothing since then has cleared it. What establishes a fact does not clear it."""
    for time, at in resets:
        if at > end[1] and time >= end[0]:
            return False
        # The same millisecond, or one action that does both: the prose leaves open what comes last.
        if time == end[0] and scene.reading("tie"):
            return False
    return True


def begun(scene: Scene, name: str, atom: Values) -> Answer:
    """Begun: a matching action was permitted, whatever became of it."""
    spec = scene.layer["facts"][name]
    key = counted_by(spec, atom)
    if key is None:
        return None
    starts = told(scene, name, key)
    if spec["by"] != "host":
        starts += times(scene, spec, "begun", key)
    return any(fresh(scene, spec, time) for time, _ in starts)
