"""Stand-ins for what the package imports, so that tasks, pauses and warnings are logged, and nothing waits."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine
from typing import Any

from tests.pocketflow_model.plain import Stop, plain, plain_exception
from tests.pocketflow_model.world import TASK, World


class Warnings:
    def __init__(self, world: World) -> None:
        self.world = world

    def warn(self, message: str) -> None:
        if message.startswith("Overwriting"):
            return
        if self.world.raising:
            raise UserWarning(message)
        self.world.saw("warned", TASK.get(), message.startswith("Flow ends"))


class Loud(asyncio.tasks._PyTask):  # type: ignore[name-defined,misc]
    """A task that logs its cancellation at the moment it happens; in pure Python, where that can be seen."""

    number: int | None = None
    world: World
    started = True
    waiting = ""

    def _Task__step(self, exc: BaseException | None = None) -> None:  # noqa: N802
        super()._Task__step(exc)
        if self.done() and not self.started:  # cancelled before its first step, it ends here without running
            self.world.told("cancel", self.number, True)
            self.world.saw("finished", self.number, ("exc", ("Cancelled",)))

    def cancel(self, msg: Any = None) -> bool:
        # gather passes a request on to its children: each of them is logged.
        waiting = self.started and self.waiting
        if self.done():
            return bool(super().cancel(msg))
        asked = bool(super().cancel(msg))
        if waiting and self.number is not None:
            self.world.told("cancel", self.number, bool(self._must_cancel) or waiting == "pause")
        return asked


def install(package: Any, world: World) -> None:
    """Puts the stand-ins into a module of the package, for one run."""
    package.warnings = Warnings(world)
    package.time = types.SimpleNamespace(sleep=lambda seconds: world.saw("slept", TASK.get(), seconds))
    package.asyncio = types.SimpleNamespace(
        CancelledError=asyncio.CancelledError,
        sleep=lambda seconds: _sleep(world, seconds),
        gather=lambda *coroutines, **options: _gather(world, coroutines, options),
    )


async def _sleep(world: World, seconds: float) -> None:
    task: Any = asyncio.current_task()
    world.saw("slept", TASK.get(), seconds)
    world.pay(1)
    task.waiting = "pause"
    try:
        await asyncio.sleep(0)
    finally:
        task.waiting = ""
        world.told("wake", TASK.get())


async def _child(world: World, number: int, coroutine: Coroutine[Any, Any, Any]) -> Any:
    TASK.set(number)
    task: Any = asyncio.current_task()
    task.started = True
    world.told("start", number)
    try:
        value = await coroutine
    except BaseException as fault:
        ended(world, number, ("exc", plain_exception(fault)))
        raise
    ended(world, number, ("ret", plain(value)))
    return value


def ended(world: World, number: int, outcome: tuple[str, Any]) -> None:
    world.saw("finished", number, outcome)
    world.stopped()


def _gather(world: World, coroutines: tuple[Any, ...], options: dict[str, Any]) -> Any:
    parent = TASK.get()
    if coroutines:
        try:
            world.pay(len(coroutines))
        except Stop:
            for coroutine in coroutines:
                coroutine.close()
            raise
    numbers = range(world.count, world.count + len(coroutines))
    world.count += len(coroutines)
    if numbers:
        world.saw("spawned", parent, len(numbers))

    async def gathering() -> Any:
        if not numbers:
            return await asyncio.gather(**options)
        tasks = []
        for number, coroutine in zip(numbers, coroutines, strict=True):
            task: Any = asyncio.ensure_future(_child(world, number, coroutine))
            task.number, task.world, task.started = number, world, False
            task.add_done_callback(lambda task, coroutine=coroutine: None if task.started else coroutine.close())
            world.tasks[number], world.parents[number] = task, parent
            tasks.append(task)
        me: Any = asyncio.current_task()
        me.waiting = "gather"
        try:
            return await asyncio.gather(*tasks, **options)
        finally:
            me.waiting = ""
            world.told("wake", parent)

    return gathering()
