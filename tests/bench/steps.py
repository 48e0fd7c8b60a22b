"""What containment costs a flow that emits nothing: the same flow, plain and contained, a thousand units a run.

A unit is a step, or an element of a batch. Both kinds take turns, in processor time of the thread, so that other work
on the machine weighs on both alike; the ratio is that of the medians. `counted` is for comparison: each step is an
action of the policy (`flow/step`), decided and journaled.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable
from typing import Any

import pocketflow
from measuring import Row

from havocproof.gate import Gate
from havocproof.pocketflow import FlowPort, contain
from havocproof.policy import loads_policy

UNITS = 1_000
MOST = 2.0
"""The aim: contained at most so many times plain."""

_PLAIN = "havocproof: 1\npolicy: steps\nrules: {g: [{permit: dir.list, where: {path: any}}]}\n"
_COUNTED = """
havocproof: 1
policy: steps
tools: {flow/step: {effect: run, args: {node: name}}}
rules: {g: [{permit: flow/step, where: {node: any}}]}
budgets: {steps: {count: 1000000, of: flow/step, per: [run]}}
"""

Shared = dict[str, Any]


class Step(pocketflow.Node):
    def prep(self, shared: Shared) -> int:
        return int(shared["n"])

    def exec(self, prep_res: int) -> int:
        return prep_res + 1

    def post(self, shared: Shared, prep_res: int, exec_res: int) -> str:
        shared["n"] = exec_res
        return "again" if exec_res < UNITS else "end"


class AsyncStep(pocketflow.AsyncNode):
    async def prep_async(self, shared: Shared) -> int:
        return int(shared["n"])

    async def exec_async(self, prep_res: int) -> int:
        return prep_res + 1

    async def post_async(self, shared: Shared, prep_res: int, exec_res: int) -> str:
        shared["n"] = exec_res
        return "again" if exec_res < UNITS else "end"


class Batch(pocketflow.BatchNode):
    def prep(self, shared: Shared) -> Any:
        return range(UNITS)

    def exec(self, prep_res: int) -> int:
        return prep_res


class AsyncBatch(pocketflow.AsyncBatchNode):
    async def prep_async(self, shared: Shared) -> Any:
        return range(UNITS)

    async def exec_async(self, prep_res: int) -> int:
        return prep_res


class ParallelBatch(pocketflow.AsyncParallelBatchNode):
    prep_async, exec_async = AsyncBatch.prep_async, AsyncBatch.exec_async


class One(pocketflow.Node):
    def exec(self, prep_res: Any) -> Any:
        return prep_res


class AsyncOne(pocketflow.AsyncNode):
    async def exec_async(self, prep_res: Any) -> Any:
        return prep_res


class Flows(pocketflow.BatchFlow):
    def prep(self, shared: Shared) -> Any:
        return [{"n": number} for number in range(UNITS)]


class ParallelFlows(pocketflow.AsyncParallelBatchFlow):
    async def prep_async(self, shared: Shared) -> Any:
        return [{"n": number} for number in range(UNITS)]


def looping(node: pocketflow.BaseNode) -> pocketflow.BaseNode:
    node - "again" >> node
    node - "end" >> pocketflow.BaseNode()
    return node


CASES: dict[str, Callable[[], Any]] = {
    "sync": lambda: pocketflow.Flow(start=looping(Step())),
    "async": lambda: pocketflow.AsyncFlow(start=looping(AsyncStep())),
    "batch": lambda: pocketflow.Flow(start=Batch()),
    "async-batch": lambda: pocketflow.AsyncFlow(start=AsyncBatch()),
    "parallel": lambda: pocketflow.AsyncFlow(start=ParallelBatch()),
    "batch-flow": lambda: Flows(start=One()),
    "parallel-flow": lambda: ParallelFlows(start=AsyncOne()),
}


def steps(seconds: float) -> Iterable[Row]:
    """`step:<case>:plain`, `:contained` in microseconds a unit, and `:ratio`, which is no time."""
    with (
        Gate.open(loads_policy(_PLAIN), ports=[]) as gate,
        Gate.open(loads_policy(_COUNTED), ports=[FlowPort()]) as counting,
    ):
        for case, make in CASES.items():
            kinds = {"plain": make(), "contained": contain(make(), gate)}
            taken = _taken(kinds, seconds)
            for kind, times in taken.items():
                yield (f"step:{case}:{kind}", UNITS, _at(times, 0.5), _at(times, 0.99))
            ratio = _at(taken["contained"], 0.5) / _at(taken["plain"], 0.5)
            yield (f"step:{case}:ratio", UNITS, ratio, ratio)
        times = _taken({"counted": contain(CASES["sync"](), counting)}, 0.0, least=3)["counted"]
        yield ("step:sync:counted", UNITS, _at(times, 0.5), _at(times, 0.99))


def _taken(kinds: dict[str, Any], seconds: float, least: int = 15) -> dict[str, list[float]]:
    """Microseconds a unit of each run, in order of size; the kinds take turns."""
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for flow in kinds.values():
        _once(flow)
    gc.collect()
    gc.disable()
    stop = time.monotonic() + seconds
    try:
        while time.monotonic() < stop or len(next(iter(taken.values()))) < least:
            for kind, flow in kinds.items():
                taken[kind].append(_once(flow) * 1e6 / UNITS)
    finally:
        gc.enable()
    return {kind: sorted(times) for kind, times in taken.items()}


def _once(flow: Any) -> float:
    """Seconds of processor time of one run; of an asynchronous one without the making of the loop."""
    shared: Shared = {"n": 0}
    if not isinstance(flow, pocketflow.AsyncNode):
        begin = time.thread_time()
        flow.run(shared)
        return time.thread_time() - begin

    async def run() -> float:
        begin = time.thread_time()
        await flow.run_async(shared)
        return time.thread_time() - begin

    return asyncio.run(run())


def _at(times: list[float], share: float) -> float:
    return times[int(len(times) * share)]
