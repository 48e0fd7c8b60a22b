"""Random graphs of all eleven classes, and strict mode as a check in the package's own `get_next_node`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from tests.pocketflow_model.dice import FLOWS, KINDS, SYNC
from tests.pocketflow_model.hooks import NAMES, methods
from tests.pocketflow_model.plain import Stray, plain
from tests.pocketflow_model.world import HAND, TASK, Spec, World


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
    hooks = ("post",) if kind in FLOWS else ("prep", "exec", "post", "fallback")
    spec.skipped = {hook for hook in hooks if dice.random() < (0.5 if kind in FLOWS and world.strict else 0.12)}
    if "post" in spec.skipped:  # something of each is scripted and counted, of flows what comes first: every run ends
        spec.skipped -= {"prep"}
    base = getattr(package, kind)
    members = methods(world, kind, spec.skipped)
    if world.strict and kind in FLOWS and "post" in spec.skipped:
        members |= _strict_post(world, spec)
    for hook in spec.skipped:
        for name in NAMES[hook]:
            if hasattr(base, name):
                members[name] = _paid(world, members.get(name, getattr(base, name)))
    if not spec.truthy:
        members["__bool__"] = lambda self: False
    made = type(f"{kind}{number}", (base,), members)
    node = made(spec.retries, spec.wait) if retrying else made()
    node.number = number
    params = dice.dictionary() if number == 0 or dice.random() < 0.3 else {}
    node.set_params(params)
    spec.params = plain(params)
    world.nodes.append(node)
    world.specs.append(spec)


def _paid(world: World, function: Callable[..., Any]) -> Callable[..., Any]:
    """A hook of the package's own, with a chokepoint before it."""

    def paid(*args: Any) -> Any:
        world.pay(1)
        return function(*args)

    async def paid_async(*args: Any) -> Any:
        world.pay(1)
        return await function(*args)

    return paid_async if inspect.iscoroutinefunction(function) else paid


def _connect(world: World, number: int) -> None:
    dice, node, spec = world.dice, world.nodes[number], world.specs[number]
    for _ in range(dice.choice([0, 1, 2, 2, 3, 4])):
        target = dice.randrange(len(world.nodes)) if dice.random() < 0.9 else None
        node.next(None if target is None else world.nodes[target], dice.key())
    if spec.kind in FLOWS and dice.random() < 0.93:
        spec.start = dice.randrange(len(world.nodes))
        node.start(world.nodes[spec.start])
    spec.exits = tuple(word for word in ("default", "a", "b", "ab", "zzz", "") if dice.random() < 0.5)


def watch(world: World, package: Any) -> None:
    """Logs where flows go, and in a strict run checks labels before they do."""
    original = package.Flow.get_next_node

    def get_next_node(self: Any, curr: Any, action: Any) -> Any:
        where = (TASK.get(), self.number, curr.number, plain(action))
        edges = curr.successors
        if world.strict and not _drawn(action, edges):
            world.saw("strayed", *where)
            world.strayed = world.changed = True
            raise Stray
        if world.strict and edges and edges["default" if action is None else action] is None:
            found = None  # an end that is drawn: no warning
        else:
            found = original(self, curr, action)
        keys = tuple(map(plain, edges))
        if found:
            world.saw("took", *where, keys, found.number)
        else:
            world.saw("ended", *where, keys)
        return found

    package.Flow.get_next_node = get_next_node


def _drawn(label: Any, edges: dict[Any, Any]) -> bool:
    """Strict mode: the label is None or an exact str, and of a node with edges it is one of them."""
    if label is not None and (type(label) is not str or not label):
        return False
    return not edges or (all(type(key) is str for key in edges) and ("default" if label is None else label) in edges)


def _strict_post(world: World, spec: Spec) -> dict[str, Any]:
    """Strict mode: a nested flow without a post of its own says only its exits."""

    def post(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
        outermost = self is world.nodes[self.number] and HAND.get() == 0
        return exec_res if outermost or (type(exec_res) is str and exec_res in spec.exits) else None

    async def post_async(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
        return post(self, shared, prep_res, exec_res)

    return {"post": post} | ({"post_async": post_async} if spec.kind.startswith("Async") else {})
