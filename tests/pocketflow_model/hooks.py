"""Scripted user code: each hook asks the dice for its next command while the real package runs."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.pocketflow_model.dice import BATCH_FLOWS, BATCH_NODES, FLOWS
from tests.pocketflow_model.plain import Base, Err, Stop, plain, plain_exception
from tests.pocketflow_model.world import HAND, TASK, World

NAMES = {
    "prep": ("prep", "prep_async"),
    "exec": ("exec", "exec_async"),
    "post": ("post", "post_async"),
    "fallback": ("exec_fallback", "exec_fallback_async"),
}
"""The methods of each hook."""
CALLS = 40
DEPTH = 4


def methods(world: World, kind: str, skipped: set[str]) -> dict[str, Any]:
    """The methods of one class; those in `skipped` stay the package's own."""
    made: dict[str, Any] = {
        "prep": lambda self, shared: body(world, self, "prep", kind),
        "post": lambda self, shared, p, e: body(world, self, "post", kind, plain(p), plain(e)),
    }

    async def prep_async(self: Any, shared: Any) -> Any:
        return await body_async(world, self, "prep", kind)

    async def post_async(self: Any, shared: Any, p: Any, e: Any) -> Any:
        return await body_async(world, self, "post", kind, plain(p), plain(e))

    if kind not in FLOWS:
        counts = kind in ("Node", "BatchNode") or (kind.startswith("Async") and world.semantics == "main")

        def tries(self: Any) -> int | None:
            return self.cur_retry if counts else None

        made["exec"] = lambda self, p: body(world, self, "exec", kind, plain(p), tries(self))
        made["exec_fallback"] = lambda self, p, exc: body(
            world, self, "fallback", kind, plain(p), plain_exception(exc), tries(self)
        )

        async def exec_async(self: Any, p: Any) -> Any:
            return await body_async(world, self, "exec", kind, plain(p), tries(self))

        async def exec_fallback_async(self: Any, p: Any, exc: Exception) -> Any:
            return await body_async(world, self, "fallback", kind, plain(p), plain_exception(exc), tries(self))

        if kind.startswith("Async"):
            made |= {"exec_async": exec_async, "exec_fallback_async": exec_fallback_async}
    if kind.startswith("Async"):
        made |= {"prep_async": prep_async, "post_async": post_async}
    for hook in skipped:
        for name in NAMES[hook]:
            made.pop(name, None)
    return made


def begin(world: World, node: Any, hook: str, sync: bool | None, *args: Any) -> None:
    world.pay(1)
    world.calls += 1
    world.saw("called", TASK.get(), node.number, hook, sync, plain(node.params), args)


def finish(world: World, ends: tuple[str, Any]) -> Any:
    """Hands control back to the package."""
    task, (how, what) = TASK.get(), ends
    if how == "raise":
        world.told("raise", task, ("StopIter",) if isinstance(what, StopIteration) else plain_exception(what))
        raise what
    world.told("ret", task, plain(what))
    return what


def body(world: World, node: Any, hook: str, kind: str, *args: Any) -> Any:
    begin(world, node, hook, True, *args)
    while True:
        ends = command(world, node, hook, kind) or by_hand(world, node)
        if ends:
            return finish(world, ends)


async def body_async(world: World, node: Any, hook: str, kind: str, *args: Any) -> Any:
    begin(world, node, hook, False, *args)
    while True:
        try:
            while world.dice.random() < 0.5:
                await asyncio.sleep(0)
        except asyncio.CancelledError as cancelled:
            if world.dice.random() < 0.6:
                return finish(world, ("raise", cancelled))
        ends = command(world, node, hook, kind) or by_hand(world, node) or await by_hand_async(world, node)
        if ends:
            return finish(world, ends)


def lazy(world: World, node: Any, kind: str) -> Any:
    """A generator for prep to return."""

    def ask() -> Any:
        begin(world, node, "next", None)
        while True:
            ends = command(world, node, "next", kind) or by_hand(world, node)
            if ends:
                return finish(world, ends)

    return world.lazy(ask)


def command(world: World, node: Any, hook: str, kind: str) -> tuple[str, Any] | None:
    """One command: ("ret", value) or ("raise", exception) ends the hook, None goes on."""
    dice, task = world.dice, TASK.get()
    if world.calls > CALLS or world.over:
        return ("raise", Base(99))
    x = dice.random()
    if x < 0.18:
        world.ask(dice.randrange(1, 9))
    elif x < 0.30:
        world.act(dice.randrange(max(1, world.handles) + 1))
    elif x < 0.34:
        key, value = dice.choice("xyz"), dice.choice([5, "s", None])
        world.told("setparam", task, key, plain(value))
        node.params[key] = value
    elif x < 0.36:
        original = dice.choice(world.nodes)
        rewired, target = dice.key(), dice.choice([None, *range(len(world.nodes))])
        world.told("rewire", original.number, plain(rewired), target)
        original.successors[rewired] = None if target is None else world.nodes[target]
    elif x < 0.39:
        assign(world, node, dice.random() < 0.6)
    elif x > 1 - world.replacing:
        world.outside(dice.choice([None, dice.randrange(30)]))
    elif x < 0.39 + world.cancel_rate:
        world.cancel(dice.randrange(world.count))
    elif 0.5 < x < 0.5 + world.fault_rate * (1 if hook in ("exec", "fallback") else 0.15):
        faults = [Err(1), Err(2), Err(1), Err(3), Err(1), Base(7), TypeError("t"), RuntimeError("r")]
        return ("raise", dice.choice(faults))
    elif hook == "next":
        return ("ret", dice.item(kind)) if dice.random() < 0.6 else ("raise", StopIteration())
    elif hook == "prep":
        if kind in BATCH_NODES | BATCH_FLOWS and dice.random() < 0.2:
            return ("ret", lazy(world, node, kind))
        return ("ret", dice.prepared(kind))
    elif hook == "post":
        return ("ret", dice.label(list(node.successors)))
    else:
        return ("ret", dice.value())
    return None


def assign(world: World, node: Any, to_self: bool) -> None:
    """self.max_retries = 3, and the like: on the running object or on an original."""
    dice, target = world.dice, node if to_self else world.dice.choice(world.nodes)
    where = ("assign", TASK.get()) if to_self else ("assignto", target.number)
    what = dice.choice(["retries", "wait", "start", "params"])
    if what == "params":
        params = dice.dictionary()
        world.told(*where, what, plain(params))
        target.params = params
    elif what == "start" and world.specs[target.number].kind in FLOWS:
        start = dice.choice([None, *range(len(world.nodes))])
        world.told(*where, what, start)
        target.start_node = None if start is None else world.nodes[start]
    elif what in ("retries", "wait") and world.specs[target.number].kind not in FLOWS:
        value = dice.attempts() if what == "retries" else dice.wait()
        world.told(*where, what, value)
        setattr(target, {"retries": "max_retries", "wait": "wait"}[what], value)


# ---- a body that runs a flow by hand ----
def _chosen(world: World) -> Any:
    if world.over or world.calls > CALLS - 15 or HAND.get() >= DEPTH or world.dice.random() >= world.hand_rate:
        return None
    return world.dice.choice(world.nodes)


def by_hand(world: World, node: Any) -> tuple[str, Any] | None:
    chosen = _chosen(world)
    if chosen is None:
        return None
    world.told("run", TASK.get(), chosen.number, True)
    token = HAND.set(HAND.get() + 1)
    try:
        value = chosen.run({})
    except BaseException as fault:
        HAND.reset(token)
        return returned(world, None, fault)
    HAND.reset(token)
    return returned(world, value, None)


async def by_hand_async(world: World, node: Any) -> tuple[str, Any] | None:
    chosen = _chosen(world)
    if chosen is None or not hasattr(chosen, "run_async"):
        return None
    world.told("run", TASK.get(), chosen.number, False)
    token = HAND.set(HAND.get() + 1)
    try:
        value = await chosen.run_async({})
    except BaseException as fault:
        HAND.reset(token)
        return returned(world, None, fault)
    HAND.reset(token)
    return returned(world, value, None)


def returned(world: World, value: Any, fault: BaseException | None) -> tuple[str, Any] | None:
    """Control is back in the body, which goes on or raises what it got."""
    if isinstance(fault, RecursionError | KeyboardInterrupt):
        raise fault
    if not (isinstance(fault, Stop) and world.unwinding):
        try:
            world.pay(1)
        except Stop as stop:
            fault = stop
    world.saw("returned", TASK.get(), ("exc", plain_exception(fault)) if fault else ("ret", plain(value)))
    world.stopped()
    if fault is not None and world.dice.random() < 0.4:
        return ("raise", fault)
    return None
