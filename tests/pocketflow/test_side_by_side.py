"""Contained and plain flows of the same nodes, at the same time, in one process: neither touches the other."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ConfigError, Contained
from havocproof.gate import Gate
from havocproof.pocketflow import contain, perform, place, session
from tests.pocketflow.support import FORBIDDEN, Shared, write, written

ROUNDS = 20


def tried(name: str) -> str:
    try:
        perform(FORBIDDEN)
        return "ok" if perform(write(name)).ok else "refused"
    except ConfigError:
        return "no session"


class Step(pocketflow.Node):
    """Meets the others at the barrier in each step."""

    def prep(self, shared: Shared) -> Shared:
        return shared

    def exec(self, prep_res: Shared) -> tuple[str, tuple[str, ...]]:
        prep_res["barrier"].wait(30)
        return tried(prep_res["name"]), place()

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["seen"].append(exec_res)
        return "again" if len(shared["seen"]) < ROUNDS else "end"


class AsyncStep(pocketflow.AsyncNode):
    async def prep_async(self, shared: Shared) -> Shared:
        return shared

    async def exec_async(self, prep_res: Shared) -> tuple[str, tuple[str, ...]]:
        await asyncio.sleep(0)
        found = tried(prep_res["name"]), place()
        await asyncio.sleep(0)
        return found

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["seen"].append(exec_res)
        return "again" if len(shared["seen"]) < ROUNDS else "end"


def looping(node: pocketflow.BaseNode) -> pocketflow.BaseNode:
    node - "again" >> node
    node - "end" >> pocketflow.BaseNode()
    return node


def as_before(flow: Any, node: Any, kind: type, names: set[str]) -> None:
    """The plain flow, its node and the classes are what they were."""
    assert type(flow) in (pocketflow.Flow, pocketflow.AsyncFlow)
    assert type(node) is kind
    assert vars(kind).keys() - {"__slotnames__"} == names
    assert not [name for name in (*vars(flow), *vars(node)) if "havocproof" in name]
    for upstream in vars(pocketflow).values():
        if isinstance(upstream, type):
            assert not [name for name in vars(upstream) if "havocproof" in name]


PLAIN = [("no session", ())] * ROUNDS


def test_in_threads_with_three_kinds_of_run(gate: Gate, desk: Path) -> None:
    node, before = looping(Step()), {*vars(Step)} - {"__slotnames__"}
    plain = pocketflow.Flow(start=node)
    flows = [plain, contain(plain, gate), plain, contain(plain, gate, stop_on_denial=True), contain(plain, gate)]
    barrier = threading.Barrier(len(flows))
    stores: list[Shared] = [{"barrier": barrier, "seen": [], "name": f"f{at}"} for at in range(len(flows))]
    ends: dict[int, str] = {}

    def go(at: int) -> None:
        try:
            flows[at].run(stores[at])
        except Contained:
            ends[at] = "contained"
            for _ in range(ROUNDS - 1):  # the others go on meeting
                barrier.wait(30)

    threads = [threading.Thread(target=go, args=(at,)) for at in range(len(flows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ends == {3: "contained"}
    for at in (0, 2):
        assert stores[at]["seen"] == PLAIN
    for at in (1, 4):
        assert stores[at]["seen"] == [("ok", ("Flow", "Step"))] * ROUNDS
    assert stores[3]["seen"] == []
    assert written(desk) == ["f1", "f4"]
    as_before(plain, node, Step, before)


async def test_in_one_event_loop(gate: Gate, desk: Path) -> None:
    node, before = looping(AsyncStep()), {*vars(AsyncStep)} - {"__slotnames__"}
    plain = pocketflow.AsyncFlow(start=node)
    flows = [plain, contain(plain, gate), plain, contain(plain, gate, stop_on_denial=True), contain(plain, gate)]
    stores: list[Shared] = [{"seen": [], "name": f"f{at}"} for at in range(len(flows))]
    ended = await asyncio.gather(
        *(flow.run_async(shared) for flow, shared in zip(flows, stores, strict=True)), return_exceptions=True
    )
    assert [type(end).__name__ for end in ended] == ["NoneType", "NoneType", "NoneType", "Contained", "NoneType"]
    assert stores[0]["seen"] == stores[2]["seen"] == PLAIN
    assert stores[1]["seen"] == stores[4]["seen"] == [("ok", ("AsyncFlow", "AsyncStep"))] * ROUNDS
    assert stores[3]["seen"] == []
    assert written(desk) == ["f1", "f4"]
    as_before(plain, node, AsyncStep, before)


def test_a_plain_flow_within_a_contained_node_and_the_reverse(gate: Gate, desk: Path) -> None:
    """By hand: who runs a flow within a node gives it the run's session; a contained flow has one of its own."""

    class ByHand(pocketflow.Node):
        def __init__(self, flow: Any) -> None:
            super().__init__()
            self.flow = flow

        def exec(self, prep_res: Any) -> Any:
            shared: Shared = {}
            self.flow.run(shared)
            return shared

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["inner"] = exec_res

    class Sees(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["session"] = session().id

    plain, contained = pocketflow.Flow(start=Sees()), contain(pocketflow.Flow(start=Sees()), gate)
    shared: Shared = {}
    contain(pocketflow.Flow(start=ByHand(plain)), gate).run(shared)
    assert shared["inner"]["session"]
    pocketflow.Flow(start=ByHand(contained)).run(shared)
    assert shared["inner"]["session"]
    with pytest.raises(ConfigError):
        pocketflow.Flow(start=ByHand(plain)).run({})


def test_the_class_of_a_contained_node_goes_with_its_own(gate: Gate) -> None:
    def once() -> weakref.ref[type]:
        class Local(pocketflow.Node):
            pass

        flow = contain(pocketflow.Flow(start=Local()), gate)
        flow.run({})
        assert contain(pocketflow.Flow(start=Local()), gate).start_node.__class__ is flow.start_node.__class__
        return weakref.ref(type(flow.start_node))

    found = once()
    gc.collect()
    assert found() is None
