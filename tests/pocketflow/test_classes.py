"""All eleven classes of PocketFlow run contained: their effects go through the session, and a denial stops them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import Contained
from havocproof.gate import Gate
from havocproof.pocketflow import contain, perform, place, session, session_of
from tests.pocketflow.support import FORBIDDEN, Shared, write, written

NAMES = ["a", "b", "c"]


def act(shared_or_item: Any) -> bool:
    """One effect: the forbidden one for the item "!"."""
    return perform(FORBIDDEN if shared_or_item == "!" else write(shared_or_item)).ok


class OneNode(pocketflow.Node):
    def prep(self, shared: Shared) -> Any:
        return shared["items"]

    def exec(self, prep_res: Any) -> Any:
        return [act(item) for item in prep_res]

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["done"] = exec_res


class OneBase(pocketflow.BaseNode):
    prep, exec, post = OneNode.prep, OneNode.exec, OneNode.post


class Batch(pocketflow.BatchNode):
    prep, post = OneNode.prep, OneNode.post

    def exec(self, prep_res: Any) -> Any:
        return act(prep_res)


class OneAsync(pocketflow.AsyncNode):
    async def prep_async(self, shared: Shared) -> Any:
        return shared["items"]

    async def exec_async(self, prep_res: Any) -> Any:
        return [await performed(item) for item in prep_res]

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["done"] = exec_res


async def performed(item: str) -> bool:
    return (await session().aperform(FORBIDDEN if item == "!" else write(item))).ok


class AsyncBatch(pocketflow.AsyncBatchNode):
    prep_async, post_async = OneAsync.prep_async, OneAsync.post_async

    async def exec_async(self, prep_res: Any) -> Any:
        return await performed(prep_res)


class AsyncParallelBatch(pocketflow.AsyncParallelBatchNode):
    prep_async, post_async, exec_async = OneAsync.prep_async, OneAsync.post_async, AsyncBatch.exec_async


class FromParams(pocketflow.Node):
    def exec(self, prep_res: Any) -> bool:
        return act(self.params["item"])

    def post(self, shared: Shared, prep_res: Any, exec_res: bool) -> None:
        shared.setdefault("done", []).append(exec_res)


class FromParamsAsync(pocketflow.AsyncNode):
    async def exec_async(self, prep_res: Any) -> bool:
        return await performed(self.params["item"])

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: bool) -> None:
        shared.setdefault("done", []).append(exec_res)


class Flows(pocketflow.BatchFlow):
    def prep(self, shared: Shared) -> Any:
        return [{"item": item} for item in shared["items"]]


class AsyncFlows(pocketflow.AsyncBatchFlow):
    async def prep_async(self, shared: Shared) -> Any:
        return [{"item": item} for item in shared["items"]]


class AsyncParallelFlows(pocketflow.AsyncParallelBatchFlow):
    prep_async = AsyncFlows.prep_async


def nested() -> pocketflow.Flow:
    return pocketflow.Flow(start=pocketflow.Flow(start=pocketflow.Flow(start=OneNode())))


SYNC: dict[str, Callable[[], pocketflow.BaseNode]] = {
    "BaseNode": OneBase,
    "Node": OneNode,
    "BatchNode": Batch,
    "Flow": lambda: pocketflow.Flow(start=OneNode()),
    "Flow, nested": nested,
    "BatchFlow": lambda: Flows(start=FromParams()),
    "BatchFlow of Flow": lambda: Flows(start=pocketflow.Flow(start=FromParams())),
}
ASYNC: dict[str, Callable[[], pocketflow.BaseNode]] = {
    "AsyncNode": OneAsync,
    "AsyncBatchNode": AsyncBatch,
    "AsyncParallelBatchNode": AsyncParallelBatch,
    "AsyncFlow": lambda: pocketflow.AsyncFlow(start=OneAsync()),
    "AsyncFlow of Flow": lambda: pocketflow.AsyncFlow(start=pocketflow.Flow(start=OneNode())),
    "AsyncFlow of AsyncParallelBatchNode": lambda: pocketflow.AsyncFlow(start=AsyncParallelBatch()),
    "AsyncBatchFlow": lambda: AsyncFlows(start=FromParamsAsync()),
    "AsyncParallelBatchFlow": lambda: AsyncParallelFlows(start=FromParamsAsync()),
    "AsyncParallelBatchFlow of AsyncFlow": lambda: AsyncParallelFlows(
        start=pocketflow.AsyncFlow(start=FromParamsAsync())
    ),
}
MAKERS = {**SYNC, **ASYNC}


def run(flow: Any, shared: Shared, *, is_async: bool) -> Any:
    return asyncio.run(flow.run_async(shared)) if is_async else flow.run(shared)


@pytest.mark.parametrize("name", MAKERS)
def test_permitted_effects_are_performed(gate: Gate, desk: Path, name: str) -> None:
    shared: Shared = {"items": NAMES}
    run(contain(MAKERS[name](), gate), shared, is_async=name in ASYNC)
    assert written(desk) == NAMES
    assert shared["done"] == [True, True, True]


@pytest.mark.parametrize("name", MAKERS)
def test_a_denial_is_a_value_and_the_run_goes_on(gate: Gate, desk: Path, name: str) -> None:
    shared: Shared = {"items": ["a", "!", "c"]}
    flow = contain(MAKERS[name](), gate)
    run(flow, shared, is_async=name in ASYNC)
    assert written(desk) == ["a", "c"]
    assert sorted(shared["done"]) == [False, True, True]
    assert [denied.denial.rule for denied in session_of(flow).denials] == ["secrets"]


@pytest.mark.parametrize("name", MAKERS)
def test_a_strict_run_is_ended_by_its_first_denial(gate: Gate, desk: Path, name: str) -> None:
    shared: Shared = {"items": ["!", "b", "c"]}
    flow = contain(MAKERS[name](), gate, stop_on_denial=True)
    with pytest.raises(Contained) as stop:
        run(flow, shared, is_async=name in ASYNC)
    assert stop.value.outcome is session_of(flow).stopped
    assert "done" not in shared
    # In parallel, siblings that were decided before the denial are done; nothing is decided for after it.
    if "Parallel" not in name:
        assert written(desk) == []


def test_the_classes_are_all_there_are() -> None:
    """A class that PocketFlow adds has to be looked at."""
    found = {
        name
        for name, kind in vars(pocketflow).items()
        if isinstance(kind, type) and issubclass(kind, pocketflow.BaseNode)
    }
    assert found == {part for name in MAKERS for part in name.replace(",", "").split() if part not in ("of", "nested")}


def test_a_node_knows_its_place(gate: Gate) -> None:
    seen: list[tuple[str, ...]] = []

    class Inner(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            seen.append(place())

    class Outer(pocketflow.Flow):
        pass

    contain(Outer(start=pocketflow.Flow(start=Inner())), gate).run({})
    assert seen == [("Outer", "Flow", "Inner")]
    assert place() == ()


async def test_parallel_branches_each_have_their_place(gate: Gate) -> None:
    seen: list[tuple[str, ...]] = []

    class Inner(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> None:
            before = place()
            await asyncio.sleep(0)
            assert place() == before
            seen.append(before)

    flow = contain(AsyncParallelFlows(start=pocketflow.AsyncFlow(start=Inner())), gate)
    await flow.run_async({"items": NAMES})
    assert seen == [("AsyncParallelFlows", "AsyncFlow", "Inner")] * 3
