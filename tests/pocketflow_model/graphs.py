"""Random graphs of all eleven classes, and strict mode as a check in the package's own `get_next_node`."""

from __future__ import annotations

from typing import Any

from tests.pocketflow_model.dice import FLOWS, KINDS, SYNC
from tests.pocketflow_model.hooks import methods
from tests.pocketflow_model.plain import Stray, plain
from tests.pocketflow_model.world import ENOUGH, TASK, Spec, World


def build(world: World, package: Any) -> None:
    """Fills `world.nodes` and `world.specs`; node 0 is what runs."""
    dice = world.dice
    kinds = [*SYNC, "AsyncNode", "AsyncFlow", "AsyncBatchFlow"] if not world.use_async else KINDS
    count = dice.choice([1, 2, 3, 3, 4, 4, 5, 6])
    for number in range(count):
        kind = dice.choice(kinds) if world.use_async or dice.random() < 0.04 else dice.choice(SYNC)
        if number == 0 and dice.random() < 0.6:
            kind = dice.choice([one for one in kinds if one in FLOWS])
        if world.use_async and number == 0 and dice.random() < 0.8:
            kind = dice.choice([one for one in KINDS if one.startswith("Async")])
        _add(world, package, number, kind)
    for number in range(count):
        _connect(world, number)
    for node, spec in zip(world.nodes, world.specs, strict=True):
        # As they stand in the end: an overwritten key keeps its first spelling.
        spec.succ = [(plain(key), None if to is None else to.number) for key, to in node.successors.items()]


def _add(world: World, package: Any, number: int, kind: str) -> None:
    dice = world.dice
    retrying = kind not in FLOWS and kind != "BaseNode"
    spec = Spec(kind, *((dice.attempts(), dice.wait()) if retrying else (1, 0)), truthy=dice.random() > 0.07)
    if world.steps == ENOUGH:  # the package's own hooks have no chokepoint
        hooks = ("post",) if kind in FLOWS else ("exec", "post", "fallback")
        spec.skipped = {hook for hook in hooks if dice.random() < 0.15}
    members = methods(world, kind, spec.skipped)
    if not spec.truthy:
        members["__bool__"] = lambda self: False
    made = type(f"{kind}{number}", (getattr(package, kind),), members)
    node = made(spec.retries, spec.wait) if retrying else made()
    node.number = number
    params = dice.dictionary() if number == 0 or dice.random() < 0.3 else {}
    node.set_params(params)
    spec.params = plain(params)
    world.nodes.append(node)
    world.specs.append(spec)


def _connect(world: World, number: int) -> None:
    dice, node, spec = world.dice, world.nodes[number], world.specs[number]
    for _ in range(dice.choice([0, 1, 2, 2, 3, 4])):
        target = dice.randrange(len(world.nodes)) if dice.random() < 0.9 else None
        node.next(None if target is None else world.nodes[target], dice.key())
    if spec.kind in FLOWS and dice.random() < 0.93:
        spec.start = dice.randrange(len(world.nodes))
        node.start(world.nodes[spec.start])
    words = ["default", "a", "b", "ab", "zzz", ""]
    spec.labels = tuple(word for word in words if dice.random() < 0.75)
    spec.exits = tuple(word for word in words if dice.random() < 0.4)


def watch(world: World, package: Any) -> None:
    """Logs where flows go, and in a strict run checks labels before they do."""
    original = package.Flow.get_next_node

    def get_next_node(self: Any, curr: Any, action: Any) -> Any:
        if world.strict:
            if not (action is None or (type(action) is str and action in world.specs[curr.number].labels)):
                raise Stray
            following = curr.successors.get(action or "default")
            exits = world.specs[self.number].exits
            if not following and not (action is None or (type(action) is str and action in exits)):
                raise Stray
        found = original(self, curr, action)
        flow, here = self.number, curr.number
        if found:
            world.saw("took", TASK.get(), flow, here, plain(action), found.number)
        else:
            world.saw("ended", TASK.get(), flow, here, plain(action))
        return found

    package.Flow.get_next_node = get_next_node
