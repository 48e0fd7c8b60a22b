"""Random flows of all classes, whose nodes follow scripts and note everything that happens.

A plan is data, so that the same flow can be built twice: once to run plain, once contained.
"""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass, field
from typing import Any

import pocketflow
from hypothesis import strategies as st

LABELS: tuple[Any, ...] = (None, "default", "a", "b", "", "zzz", 0, False, 1, (), "a ")
KEYS: tuple[Any, ...] = ("default", "a", "b")
MOST_STEPS = 40
"""A run that goes on for longer is ended by its flow's own bound: scripts can loop."""


class TooLongError(Exception):
    """The bound of the test, not of the product."""


@dataclass(frozen=True)
class Plan:
    """One node. kind: a class of PocketFlow. labels: what it returns, in turn. fails: which of its attempts fail, in
    turn. edges: (label, index of the node in the same flow). inside: the nodes of a flow, its first is the start.
    """

    kind: str
    labels: tuple[Any, ...] = (None,)
    fails: tuple[bool, ...] = (False,)
    retries: int = 1
    fallback: bool = False
    items: tuple[int, ...] = ()
    pauses: int = 0
    edges: tuple[tuple[Any, int], ...] = ()
    inside: tuple[Plan, ...] = ()
    own_post: bool = False


SYNC_NODES, ASYNC_NODES = ("Node", "BatchNode"), ("AsyncNode", "AsyncBatchNode", "AsyncParallelBatchNode")
SYNC_FLOWS, ASYNC_FLOWS = ("Flow", "BatchFlow"), ("AsyncFlow", "AsyncBatchFlow", "AsyncParallelBatchFlow")


@st.composite
def plans(draw: st.DrawFn, depth: int = 2, is_async: bool | None = None, labels: tuple[Any, ...] = LABELS) -> Plan:
    """A flow with one to four nodes, which may be flows. labels: what nodes return; with others than all of them, every
    node has an attempt at least.
    """
    is_async = draw(st.booleans()) if is_async is None else is_async
    nodes = SYNC_NODES + ASYNC_NODES if is_async else SYNC_NODES
    flows = SYNC_FLOWS + ASYNC_FLOWS if is_async else SYNC_FLOWS
    size = draw(st.integers(1, 4))
    edges = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, size - 1)), max_size=3, unique_by=lambda e: e[0])
    inside = []
    for _ in range(size):
        if depth and draw(st.integers(0, 3)) == 0:
            kind = draw(st.sampled_from(flows))
            plan = draw(plans(depth - 1, kind in ASYNC_FLOWS, labels))
            plan = Plan(**{**vars(plan), "kind": kind, "edges": tuple(draw(edges))})
        else:
            plan = Plan(
                draw(st.sampled_from(nodes)),
                tuple(draw(st.lists(st.sampled_from(labels), min_size=1, max_size=4))),
                tuple(draw(st.lists(st.booleans(), min_size=1, max_size=4))),
                draw(st.integers(0 if labels is LABELS else 1, 3)),
                draw(st.booleans()),
                tuple(range(draw(st.integers(0, 3)))),
                draw(st.integers(0, 2)),
                tuple(draw(edges)),
            )
        inside.append(plan)
    return Plan(
        draw(st.sampled_from(ASYNC_FLOWS if is_async else SYNC_FLOWS)),
        items=tuple(range(draw(st.integers(0, 2)))),
        inside=tuple(inside),
        own_post=draw(st.booleans()),
    )


@dataclass
class Log:
    """What happened, in order."""

    events: list[Any] = field(default_factory=list)

    def note(self, *event: Any) -> None:
        self.events.append(event)
        if len(self.events) > MOST_STEPS * 8:
            raise TooLongError


def build(plan: Plan, log: Log, name: str = "f") -> Any:
    """The flow of this plan; its nodes note what they do in `log`. Turns are counted outside: nodes are copied."""
    if plan.inside:
        nodes = [build(each, log, f"{name}.{at}") for at, each in enumerate(plan.inside)]
        for each, node in zip(plan.inside, nodes, strict=True):
            for key, end in each.edges:
                node.successors[key] = nodes[end]
        return _flow(plan, log, name, nodes[0])
    return _node(plan, log, name)


def _turns(values: tuple[Any, ...]) -> Any:
    taken = [0]

    def turn() -> Any:
        taken[0] += 1
        return values[(taken[0] - 1) % len(values)]

    return turn


def _node(plan: Plan, log: Log, name: str) -> Any:
    base: Any = getattr(pocketflow, plan.kind)
    label, fails, is_batch = _turns(plan.labels), _turns(plan.fails), "Batch" in plan.kind

    class Scripted(base):  # type: ignore[misc]
        def attempt(self, item: Any) -> Any:
            log.note(name, "exec", item, dict(self.params))
            if fails():
                raise ValueError(f"{name} {item}")
            return item

        def after(self, exec_res: Any) -> Any:
            self.kept = getattr(self, "kept", 0) + 1
            found = label()
            log.note(name, "post", exec_res, found, self.kept)
            return found

        def prep(self, shared: Any) -> Any:
            log.note(name, "prep", len(shared))
            shared[f"n{len(shared)}"] = name
            return list(plan.items) if is_batch else name

        def exec(self, prep_res: Any) -> Any:
            return self.attempt(prep_res)

        def post(self, shared: Any, prep_res: Any, exec_res: Any) -> Any:
            return self.after(exec_res)

        async def prep_async(self, shared: Any) -> Any:
            log.note(name, "prep", len(shared))
            return list(plan.items) if is_batch else name

        async def exec_async(self, prep_res: Any) -> Any:
            for _ in range(plan.pauses):
                await asyncio.sleep(0)
            return self.attempt(prep_res)

        async def post_async(self, shared: Any, prep_res: Any, exec_res: Any) -> Any:
            return self.after(exec_res)

    if plan.fallback:
        Scripted.exec_fallback = lambda self, prep_res, exc: log.note(name, "fallback", prep_res, str(exc))

        async def fallback(self: Any, prep_res: Any, exc: Exception) -> None:
            log.note(name, "fallback", prep_res, str(exc))

        Scripted.exec_fallback_async = fallback
    return Scripted(max_retries=plan.retries)


def _flow(plan: Plan, log: Log, name: str, start: Any) -> Any:
    base: Any = getattr(pocketflow, plan.kind)
    runs = [{"item": item} for item in plan.items] if "Batch" in plan.kind else None

    class Scripted(base):  # type: ignore[misc]
        def prep(self, shared: Any) -> Any:
            log.note(name, "prep", dict(self.params))
            return runs

        async def prep_async(self, shared: Any) -> Any:
            log.note(name, "prep", dict(self.params))
            return runs

    if plan.own_post:

        def post(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
            log.note(name, "post", exec_res)
            return "a"

        async def post_async(self: Any, shared: Any, prep_res: Any, exec_res: Any) -> Any:
            return post(self, shared, prep_res, exec_res)

        Scripted.post, Scripted.post_async = post, post_async
    flow = Scripted(start=start)
    flow.set_params({"p": name})
    return flow


def play(flow: Any, log: Log) -> tuple[Any, ...]:
    """(how it ended, what happened, warnings, the shared store) of one run; tasks that are left go on to their end."""
    shared: dict[str, Any] = {}

    async def served() -> Any:
        try:
            return await flow.run_async(shared)
        finally:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            await asyncio.gather(*others, return_exceptions=True)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            is_async = isinstance(flow, pocketflow.AsyncNode)
            ended: Any = ("result", asyncio.run(served()) if is_async else flow.run(shared))
        except Exception as error:
            ended = (type(error).__name__, str(error))
    told = [str(each.message) for each in caught if "never awaited" not in str(each.message)]
    return ended, log.events, told, shared
