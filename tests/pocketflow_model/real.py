"""One run of the real package: a random graph, random user code, random schedule and cancellations."""

from __future__ import annotations

import asyncio
import gc
import warnings
from types import CodeType
from typing import Any

from tests.pocketflow_model import package
from tests.pocketflow_model.graphs import build, watch
from tests.pocketflow_model.loop import Loud, ended, install
from tests.pocketflow_model.plain import plain, plain_exception
from tests.pocketflow_model.world import TASK, World


def run(seed: int, semantics: str, code: CodeType | None = None) -> World:
    """The run that belongs to the seed; odd ones are asynchronous. `code`: a changed package that is to pass for it."""
    world = World(seed, seed % 2 == 1, semantics)
    made = package.module(code or package.compiled(semantics))
    install(made, world)
    watch(world, made)
    build(world, made)
    root = world.nodes[0]
    if world.use_async:
        world.sync = not (world.specs[0].kind.startswith("Async") and world.dice.random() < 0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # coroutines that nobody awaits, where the package drops them
        if world.sync:
            _run_sync(world, root)
        else:
            _run_async(world, root)
            world.tasks.clear()
            gc.collect(1)
    if world.over:
        world.insist()
    return world


def _run_sync(world: World, root: Any) -> None:
    TASK.set(0)
    world.told("start", 0)
    try:
        value = root.run({})
    except (KeyboardInterrupt, RecursionError):
        raise
    except BaseException as fault:
        ended(world, 0, ("exc", plain_exception(fault)))
    else:
        ended(world, 0, ("ret", plain(value)))


def _run_async(world: World, root: Any) -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loop.set_task_factory(lambda loop, coroutine, **options: Loud(coroutine, loop=loop, **options))

    async def main() -> None:
        TASK.set(0)
        me: Any = asyncio.current_task()
        me.number, me.world = 0, world
        world.tasks[0] = me
        world.told("start", 0)
        try:
            value = await root.run_async({})
        except BaseException as fault:
            if isinstance(fault, RecursionError | KeyboardInterrupt):
                raise
            ended(world, 0, ("exc", plain_exception(fault)))
        else:
            ended(world, 0, ("ret", plain(value)))

    try:
        loop.run_until_complete(main())
        if world.dice.random() < 0.5:  # what asyncio.run does; otherwise they finish, as in a server's loop
            _cancel(world, asyncio.all_tasks(loop))
        while left := asyncio.all_tasks(loop):
            loop.run_until_complete(_rest(left))
    finally:
        loop.close()


def _cancel(world: World, left: set[asyncio.Task[Any]]) -> None:
    numbers = {id(task): number for number, task in world.tasks.items()}
    for task in sorted(left, key=lambda task: numbers.get(id(task), world.count)):
        if id(task) in numbers:
            world.cancel(numbers[id(task)])
        else:
            task.cancel()


async def _rest(left: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*left, return_exceptions=True)
