"""Steps, attempts and batches are actions of the policy: budgets and rules bound them, and a refusal ends the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ConfigError, Contained
from havocproof.gate import Gate
from havocproof.pocketflow import FlowPort, contain, named, perform, session_of
from havocproof.pocketflow.counting import Count
from havocproof.policy import loads_policy
from havocproof.ports.files import FilesPort
from tests.pocketflow.support import Shared, write, written

HEAD = """
havocproof: 1
policy: counted
tools:
  flow/step: {effect: run, args: {node: name, place: {segments: /}, ms: {int: {min: 0}}}}
  flow/attempt: {effect: run, args: {node: name}}
  flow/batch: {effect: run, args: {node: name, items: {int: {min: 0}}}}
rules:
  work: [{permit: file.write, where: {path: /desk/**}}]
"""
FREE = """
  flow:
    - {permit: [flow/step], where: {node: any, place: any, ms: any}}
    - {permit: [flow/attempt], where: {node: any}}
    - {permit: [flow/batch], where: {node: any, items: any}}
"""

Opens = Callable[[str], Gate]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    gates: list[Gate] = []

    def opened(more: str) -> Gate:
        (tmp_path / "desk").mkdir(exist_ok=True)
        text = HEAD + (more if more.startswith("\n  flow:") else FREE + more)
        gates.append(Gate.open(loads_policy(text), ports=[FilesPort({"/desk": tmp_path / "desk"}), FlowPort()]))
        return gates[-1]

    yield opened
    for gate in gates:
        gate.close()


def calls(gate: Gate, tool: str) -> list[dict[str, Any]]:
    """The arguments of every call of the tool that was permitted, oldest first."""
    bodies = [record.data["action"] for record in gate.store.records() if record.kind == "intent"]
    return [body["args"] for body in bodies if body["action"] == tool]


def play(flow: Any, shared: Shared) -> Any:
    is_async = isinstance(flow, pocketflow.AsyncNode)
    return asyncio.run(flow.run_async(shared)) if is_async else flow.run(shared)


class Again(pocketflow.Node):
    """Loops for ever."""

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["steps"] = shared.get("steps", 0) + 1
        return "again"


def looping(node: pocketflow.BaseNode) -> pocketflow.BaseNode:
    node - "again" >> node
    return node


def test_a_loop_without_an_end_is_ended_by_the_budget_of_steps(opens: Opens) -> None:
    gate = opens("budgets: {steps: {count: 25, of: flow/step, per: [run]}}")
    shared: Shared = {}
    flow = contain(pocketflow.Flow(start=looping(Again())), gate)
    with pytest.raises(Contained) as stop:
        flow.run(shared)
    assert stop.value.outcome.denial.kind == "later"  # type: ignore[attr-defined]
    assert stop.value.outcome.denial.rule == "steps"  # type: ignore[attr-defined]
    assert shared["steps"] == 25
    assert session_of(flow).stopped is stop.value.outcome
    again: Shared = {}
    with pytest.raises(Contained):  # per run: the next one has its own
        flow.run(again)
    assert again["steps"] == 25


async def test_asynchronous_and_nested_steps_count_as_well(opens: Opens) -> None:
    class AsyncAgain(pocketflow.AsyncNode):
        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            shared["steps"] = shared.get("steps", 0) + 1
            return "again"

    gate = opens("budgets: {steps: {count: 25, of: flow/step, per: [run]}}")
    for start, steps in (
        (AsyncAgain(), 25),
        (pocketflow.AsyncFlow(start=AsyncAgain()), 12),
        (pocketflow.Flow(start=Again()), 12),
    ):
        shared: Shared = {}
        with pytest.raises(Contained):
            await contain(pocketflow.AsyncFlow(start=looping(start)), gate).run_async(shared)
        assert shared["steps"] == steps  # a nested flow is a step, too


def test_a_loop_of_flows_that_hold_nothing_ends_as_well(opens: Opens) -> None:
    class Empty(pocketflow.Flow):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            return "again"

    gate = opens("budgets: {steps: {count: 25, of: flow/step, per: [run]}}")
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=looping(Empty())), gate).run({})
    assert len(calls(gate, "flow/step")) == 25


def test_steps_are_named_and_placed(opens: Opens) -> None:
    gate = opens("")
    first, second, third = Plain(), Plain(), named(Plain(), "last")
    first >> second >> pocketflow.Flow(start=third)
    contain(pocketflow.Flow(start=first), gate).run({})
    steps = calls(gate, "flow/step")
    assert [(step["node"], step["place"]) for step in steps] == [
        ("Plain", "Flow/Plain"),
        ("Plain-2", "Flow/Plain-2"),
        ("Flow", "Flow/Flow"),
        ("last", "Flow/Flow/last"),
    ]


class Plain(pocketflow.Node):
    """Nothing of its own."""


def test_a_rule_can_refuse_a_node(opens: Opens) -> None:
    gate = opens(
        """
  flow:
    - {permit: flow/step, where: {node: {not: [Plain]}, place: any, ms: any}}
""".replace("{not: [Plain]}", "Again")
    )
    contain(pocketflow.Flow(start=Again()), gate).run({})
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=Plain()), gate).run({})


@pytest.mark.parametrize("is_async", [False, True])
def test_attempts_end_with_their_budget_whatever_the_node_wants(opens: Opens, is_async: bool) -> None:
    tried: list[int] = []

    class Fails(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            tried.append(1)
            raise ValueError

        def exec_fallback(self, prep_res: Any, exc: Exception) -> None:
            tried.append(100)

    class FailsAsync(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> None:
            tried.append(1)
            raise ValueError

        async def exec_fallback_async(self, prep_res: Any, exc: Exception) -> None:
            tried.append(100)

    gate = opens("budgets: {attempts: {count: 3, of: flow/attempt, per: [run, node]}}")
    flow = (
        pocketflow.AsyncFlow(start=FailsAsync(max_retries=9))
        if is_async
        else pocketflow.Flow(start=Fails(max_retries=9))
    )
    with pytest.raises(Contained):
        play(contain(flow, gate), {})
    assert tried == [1, 1, 1]


class Wide(pocketflow.AsyncParallelBatchNode):
    async def prep_async(self, shared: Shared) -> Any:
        return shared["items"]

    async def exec_async(self, prep_res: str) -> bool:
        return perform(write(prep_res)).ok


class WideFlow(pocketflow.AsyncParallelBatchFlow):
    async def prep_async(self, shared: Shared) -> Any:
        return [{"item": item} for item in shared["items"]]


class FromItem(pocketflow.AsyncNode):
    async def exec_async(self, prep_res: Any) -> bool:
        return perform(write(self.params["item"])).ok


class Line(pocketflow.BatchNode):
    def prep(self, shared: Shared) -> Any:
        return shared["items"]

    def exec(self, prep_res: str) -> bool:
        return perform(write(prep_res)).ok


class LineFlow(pocketflow.BatchFlow):
    def prep(self, shared: Shared) -> Any:
        return ({"item": item} for item in shared["items"])


class FromItemSync(pocketflow.Node):
    def exec(self, prep_res: Any) -> bool:
        return perform(write(self.params["item"])).ok


NARROW = """
  flow:
    - {permit: flow/step, where: {node: any, place: any, ms: any}}
    - {permit: flow/attempt, where: {node: any}}
    - {permit: flow/batch, where: {node: any, items: {max: 3}}}
"""


@pytest.mark.parametrize("make", [lambda: Wide(), lambda: WideFlow(start=FromItem()), lambda: Line()])
def test_a_batch_that_is_too_wide_does_not_begin(opens: Opens, tmp_path: Path, make: Callable[[], Any]) -> None:
    gate = opens(NARROW)
    run = contain(make(), gate)
    for items, done in ((["a", "b", "c"], ["a", "b", "c"]), (["d", "e", "f", "g"], ["a", "b", "c"])):
        try:
            play(run, {"items": items})
        except Contained:
            assert len(items) > 3
        else:
            assert len(items) <= 3
        assert written(tmp_path / "desk") == done


def test_what_has_no_length_is_counted_one_by_one(opens: Opens, tmp_path: Path) -> None:
    gate = opens("budgets: {items: {items: 2, of: flow/batch, per: [run]}}")
    with pytest.raises(Contained):
        contain(LineFlow(start=FromItemSync()), gate).run({"items": ["a", "b", "c"]})
    assert written(tmp_path / "desk") == ["a", "b"]
    with pytest.raises(Contained):
        contain(Line(), gate).run({"items": iter(["d", "e", "f"])})
    assert written(tmp_path / "desk") == ["a", "b", "d", "e"]


@pytest.mark.parametrize("make", [lambda: Wide(), lambda: WideIterator(start=FromItem())])
def test_what_starts_at_once_is_counted_at_once(opens: Opens, tmp_path: Path, make: Callable[[], Any]) -> None:
    gate = opens(NARROW)
    play(contain(make(), gate), {"items": iter(["a", "b"])})
    with pytest.raises(Contained):
        play(contain(make(), gate), {"items": iter(["c", "d", "e", "f"])})
    assert written(tmp_path / "desk") == ["a", "b"]
    assert [call["items"] for call in calls(gate, "flow/batch")] == [2]


class WideIterator(pocketflow.AsyncParallelBatchFlow):
    async def prep_async(self, shared: Shared) -> Any:
        return ({"item": item} for item in shared["items"])


@pytest.mark.parametrize("items", [None, [], ()])
def test_no_elements_are_no_batch(opens: Opens, items: Any) -> None:
    gate = opens("budgets: {items: {items: 2, of: flow/batch, per: [run]}}")
    contain(Line(), gate).run({"items": items})
    assert calls(gate, "flow/batch") == []


def test_time_adds_up_and_ends_the_run(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000]
    monkeypatch.setattr("havocproof.pocketflow.counting.time.monotonic_ns", lambda: now[0] * 1_000_000)

    class Slow(Again):
        def exec(self, prep_res: Any) -> None:
            now[0] += 400

    gate = opens("budgets: {time: {ms: 1000, of: flow/step, per: [run]}}")
    shared: Shared = {}
    with pytest.raises(Contained) as stop:
        contain(pocketflow.Flow(start=looping(Slow())), gate).run(shared)
    assert stop.value.outcome.denial.rule == "time"  # type: ignore[attr-defined]
    assert shared["steps"] == 3
    assert [step["ms"] for step in calls(gate, "flow/step")] == [0, 400, 400]


def test_what_the_policy_does_not_declare_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(Count, "__init__", lambda *_: made.append(1))
    with Gate.open(
        loads_policy("havocproof: 1\npolicy: p\nrules: {g: [{permit: dir.list, where: {path: any}}]}"), ports=[]
    ) as gate:
        contain(pocketflow.Flow(start=Plain()), gate).run({})
    assert made == []


def test_wrong_declarations_are_told_before_the_run(opens: Opens) -> None:
    text = HEAD.replace("args: {node: name}", "args: {knot: name}") + FREE.replace(
        "attempt], where: {node", "attempt], where: {knot"
    )
    with (
        Gate.open(loads_policy(text), ports=[FlowPort()]) as gate,
        pytest.raises(ConfigError, match="flow/attempt arguments that no flow has: knot"),
    ):
        contain(pocketflow.Flow(start=Plain()), gate)
    with (
        Gate.open(loads_policy(HEAD + FREE), ports=[]) as gate,
        pytest.raises(ConfigError, match="no port serves it"),
    ):
        contain(pocketflow.Flow(start=Plain()), gate)


def test_an_agent_without_the_group_takes_no_step() -> None:
    agents = "agents: {main: {uses: [work], delegates: [flow], starts: [other]}, other: {uses: [flow]}}\n"
    with Gate.open(loads_policy(HEAD + FREE + agents), ports=[FlowPort()]) as gate, pytest.raises(Contained):
        contain(pocketflow.Flow(start=Plain()), gate).run({})
