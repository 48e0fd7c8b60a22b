"""Where a stopped run ends: before each hook, and at the end of each node."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import Contained
from havocproof.gate import Gate
from havocproof.pocketflow import contain, require
from tests.pocketflow.support import FORBIDDEN, Shared, bare


@pytest.mark.parametrize("is_async", [False, True])
def test_no_hook_begins_in_a_run_that_was_stopped(gate: Gate, desk: Path, is_async: bool) -> None:
    """Whatever hook has swallowed it: of a node, of a flow around it, or of one element of a batch."""
    called: list[str] = []

    class Flow(pocketflow.Flow):
        def prep(self, shared: Shared) -> None:
            bare(lambda: require(FORBIDDEN))

    class AsyncFlow(pocketflow.AsyncFlow):
        async def prep_async(self, shared: Shared) -> None:
            bare(lambda: require(FORBIDDEN))

    class Notes(pocketflow.Node):
        def prep(self, shared: Shared) -> None:
            called.append("prep")
            bare(lambda: require(FORBIDDEN))

        def exec(self, prep_res: Any) -> None:
            called.append("exec")

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            called.append("post")

    class AsyncNotes(pocketflow.AsyncNode):
        async def prep_async(self, shared: Shared) -> None:
            called.append("prep")
            bare(lambda: require(FORBIDDEN))

        async def exec_async(self, prep_res: Any) -> None:
            called.append("exec")

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            called.append("post")

    def play(flow: Any) -> list[str]:
        called.clear()
        with pytest.raises(Contained):
            asyncio.run(flow.run_async({})) if is_async else flow.run({})
        return list(called)

    if is_async:
        assert play(contain(AsyncFlow(start=AsyncNotes()), gate)) == []
        assert play(contain(pocketflow.AsyncFlow(start=AsyncNotes()), gate)) == ["prep"]
    else:
        assert play(contain(Flow(start=Notes()), gate)) == []
        assert play(contain(pocketflow.Flow(start=Notes()), gate)) == ["prep"]


def test_a_node_alone_in_a_stopped_run_ends_it_all_the_same(gate: Gate) -> None:
    """What a node swallows in its last hook is noticed at its end, even if nothing follows."""

    class Last(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            bare(lambda: require(FORBIDDEN))
            return "done"

    class LastAsync(pocketflow.AsyncNode):
        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            bare(lambda: require(FORBIDDEN))
            return "done"

    with pytest.raises(Contained):
        contain(Last(), gate).run({})
    with pytest.raises(Contained):
        asyncio.run(contain(LastAsync(), gate).run_async({}))
