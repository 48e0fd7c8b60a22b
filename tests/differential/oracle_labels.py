"""Labels: what agents and places carry, and what that holds back (POLICY.md 2.5 step 2, 2.9). Part of the oracle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.differential.atoms import parts_of_event
from tests.differential.language import listed, matches
from tests.differential.oracle_agents import drops
from tests.differential.oracle_events import Event, Scene, Told, instance
from tests.differential.oracle_records import plain
from tests.differential.values import Effect, Values

READS = {"file.read": "path", "sql.read": "table"}
WRITES = {
    "file.write": "path",
    "file.append": "path",
    "sql.insert": "table",
    "sql.update": "table",
    "sql.schema": "table",
}
Atoms = list[tuple[Effect, Values]]
Where = tuple[str, str]
"""Who or what carries a label: ("agent", id), ("path", text) or ("table", text)."""


def places(part: Effect, atom: Values, verbs: dict[str, str]) -> list[Where]:
    return [(verbs[verb], plain(atom[verbs[verb]])) for verb in part.verbs if verb in verbs]


def carriers(scene: Scene) -> dict[str, set[Where]]:
    """Who and what carries each label of the layer, gathered from the whole history, in its order."""
    found: dict[str, set[Where]] = {label: set() for label in scene.layer.get("labels", {})}
    for at, one in enumerate(scene.history):
        if isinstance(one, Told) and one.what == "label" and one.name in found:
            found[one.name].add(("agent", instance(one.scopes)))
        elif isinstance(one, Event):
            atoms = [(part, atom) for part in parts_of_event(scene.top, one) for atom in part.atoms]
            then = scene.before(at)
            for label, carried in found.items():
                if any(brought(then, label, atoms, carried)):
                    carried.add(("agent", instance(one.scopes)))
                if ("agent", instance(one.scopes)) in carried:
                    carried.update(place for part, atom in atoms for place in places(part, atom, WRITES))
                    carried.update(receivers(scene, one, label))
    return found


def brought(scene: Scene, label: str, atoms: Atoms, carried: set[Where]) -> list[bool]:
    """For each atom whether it brings a label: a source of it, or a read of a place that carries it."""
    of = scene.layer["labels"][label]["from"]
    found = []
    for part, atom in [(read_as(part, atoms), atom) for part, atom in atoms]:
        source = of != "host" and matches(scene, _patterns(of), part, atom) is not False
        found.append(source or any(place in carried for place in places(part, atom, READS)))
    return found


def read_as(part: Effect, atoms: Atoms) -> Effect:
    """What stands at the source of a move goes on at its target: for labels, the deletion reads."""
    moves = "file.delete" in part.verbs and any("file.write" in other.verbs for other, _ in atoms)
    return replace(part, verbs=part.verbs | {"file.read"}) if moves else part


def _patterns(of: Any) -> Any:
    return [one for one in of if one != "host"] if isinstance(of, list) else of


def receivers(scene: Scene, event: Event, label: str) -> list[Where]:
    """To which agents an event of an agent that carries a label takes it: the child, the parent, or the next one."""
    verb, args = event.action["action"], event.action.get("args", {})
    if verb in ("agent.spawn", "agent.handoff"):
        return [("agent", event.child)]
    if verb == "agent.report" and label not in drops(scene.top, event.scopes["agent"]):
        return [("agent", args["parent"])]
    return []


def carried_for(scene: Scene, atoms: Atoms) -> list[frozenset[str]]:
    """For each atom of an action the labels that count: the session's, and those of other atoms' sources."""
    found = carriers(scene)
    counted: list[set[str]] = [set() for _ in atoms]
    for label, carried in found.items():
        bring = brought(scene, label, atoms, carried)
        for at in range(len(atoms)):
            others = any(bring[:at] + bring[at + 1 :])
            on = ("agent", instance(scene.scopes)) in carried or others
            if on or (bring[at] and scene.reading("own source")):
                counted[at].add(label)
    return [frozenset(one) for one in counted]


def brings(scene: Scene, atoms: Atoms) -> frozenset[str]:
    """The labels that some atom of an action brings."""
    found = carriers(scene)
    return frozenset(label for label, carried in found.items() if any(brought(scene, label, atoms, carried)))


def carried_alone(scene: Scene) -> frozenset[str]:
    """The labels that the session carries already."""
    me = ("agent", instance(scene.scopes))
    return frozenset(label for label, carried in carriers(scene).items() if me in carried)


def held_back(scene: Scene, part: Effect, atom: Values, labels: frozenset[str]) -> list[str | None]:
    """What each label that guards this atom wants: the approval under `otherwise`, or None, which is a denial."""
    wanted = []
    for label, spec in scene.layer.get("labels", {}).items():
        is_guarded = label in labels and listed(spec["guards"], part)
        if is_guarded and matches(scene, spec.get("cleared", []), part, atom) is not True:
            wanted.append(spec.get("otherwise"))
    return wanted
