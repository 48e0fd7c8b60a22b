"""Strict runs: a label is exact text that the flow's author has drawn, and none leaves a nested flow by itself."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ConfigError, Contained
from havocproof.gate import Gate, Malformed
from havocproof.pocketflow import contain, perform, place, session_of
from tests.pocketflow.support import Shared, Write, write, written


class Says(pocketflow.Node):
    """Returns the label in the shared store, as a node does that trusts its model."""

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
        return shared["label"]


class SaysAsync(pocketflow.AsyncNode):
    async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
        return shared["label"]


class Twin(str):
    """Passes for another text where it is looked up."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash("pay")

    def __eq__(self, other: object) -> bool:
        return other == "pay"

    def __ne__(self, other: object) -> bool:
        return not self == other


def routed(first: pocketflow.BaseNode) -> pocketflow.BaseNode:
    """Edges default, pay and end (an end that is declared)."""
    first >> Write("default")
    first - "pay" >> Write("pay")
    first.next(None, "end")
    return first


def play(flow: Any, shared: Shared) -> Any:
    is_async = isinstance(flow, pocketflow.AsyncNode)
    return asyncio.run(flow.run_async(shared)) if is_async else flow.run(shared)


MAKES: dict[str, Callable[[], Any]] = {
    "Flow": lambda: pocketflow.Flow(start=routed(Says())),
    "AsyncFlow": lambda: pocketflow.AsyncFlow(start=routed(SaysAsync())),
    "AsyncFlow of a Node": lambda: pocketflow.AsyncFlow(start=routed(Says())),
    "nested": lambda: pocketflow.Flow(start=pocketflow.Flow(start=routed(Says()))),
}


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
@pytest.mark.parametrize(
    ("label", "took"), [(None, ["default"]), ("default", ["default"]), ("pay", ["pay"]), ("end", [])]
)
def test_declared_labels_go_their_way_without_a_warning(
    gate: Gate, desk: Path, make: Callable[[], Any], label: Any, took: list[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        play(contain(make(), gate, strict=True), {"label": label})
    assert written(desk) == took


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
@pytest.mark.parametrize(
    "label", ["", "Pay", " pay", "pay\n", "рay", "zzz", 0, 1, True, False, 0.0, b"pay", [], {}, Twin("other")], ids=repr
)
def test_every_other_label_stops_the_run(gate: Gate, desk: Path, make: Callable[[], Any], label: Any) -> None:
    flow = contain(make(), gate, strict=True)
    with pytest.raises(Contained) as stop:
        play(flow, {"label": label})
    assert isinstance(stop.value.outcome, Malformed)
    assert stop.value.outcome.error.field == "label"
    assert session_of(flow).stopped is stop.value.outcome
    assert session_of(flow).perform(write("after")).ok is False
    assert written(desk) == []
    assert [record.kind for record in gate.store.records()].count("malformed") == 1


def test_without_strict_such_labels_take_an_edge(gate: Gate, desk: Path) -> None:
    """What strict runs are for: PocketFlow's own way with the labels above."""
    for label in ("", 0, False, [], Twin("other")):
        play(contain(MAKES["Flow"](), gate), {"label": label})
    assert written(desk) == ["default", "pay"]


def supervised(inner: pocketflow.Flow) -> pocketflow.Flow:
    """The inner flow's answer goes to review; `approved` is the reviewer's to say."""
    review = Says()
    inner >> review
    inner - "approved" >> Write("paid")
    review - "reviewed" >> Write("reviewed")
    return pocketflow.Flow(start=inner)


def test_a_label_does_not_leave_a_nested_flow(gate: Gate, desk: Path) -> None:
    class Model(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            return "approved"

    shared: Shared = {"label": "reviewed"}
    contain(supervised(pocketflow.Flow(start=Model())), gate).run(shared)
    assert written(desk) == ["paid"]  # PocketFlow's way: the model has skipped the review
    (desk / "paid").unlink()
    contain(supervised(pocketflow.Flow(start=Model())), gate, strict=True).run(shared)
    assert written(desk) == ["reviewed"]


def test_a_nested_flow_can_declare_its_exits(gate: Gate, desk: Path) -> None:
    class Exits(pocketflow.Flow):
        exits = frozenset({"approved"})

    class Maps(pocketflow.Flow):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            return "approved"

    for label, flow, took in (
        ("approved", Exits(start=Says()), ["paid"]),
        ("other", Exits(start=Says()), []),
        ("other", Maps(start=Says()), ["paid"]),
    ):
        (desk / "paid").unlink(missing_ok=True)
        shared: Shared = {"label": label}
        run = contain(supervised(flow), gate, strict=True)
        if took:
            run.run(shared)
        else:
            with pytest.raises(Contained):  # in review: "other" is none of its edges
                run.run(shared)
        assert written(desk) == took


def test_no_label_leaves_an_asynchronous_flow_either(gate: Gate, desk: Path) -> None:
    inner = pocketflow.AsyncFlow(start=SaysAsync())
    inner >> Write("default")
    inner - "pay" >> Write("pay")
    play(contain(pocketflow.AsyncFlow(start=inner), gate, strict=True), {"label": "pay"})
    assert written(desk) == ["default"]


def test_the_outermost_flow_gives_its_last_label_to_the_caller(gate: Gate) -> None:
    assert contain(pocketflow.Flow(start=Says()), gate, strict=True).run({"label": "anything"}) == "anything"
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=Says()), gate, strict=True).run({"label": 7})


def test_a_sibling_performs_nothing_after_a_refused_label(gate: Gate, desk: Path) -> None:
    class Branches(pocketflow.AsyncParallelBatchFlow):
        async def prep_async(self, shared: Shared) -> list[dict[str, str]]:
            return [{"say": "zzz"}, {"say": "default"}]

    class Branch(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> None:
            if self.params["say"] == "default":
                await refused.wait()
                perform(write("late"))

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            if self.params["say"] == "zzz":
                asyncio.get_running_loop().call_soon(refused.set)
            return str(self.params["say"])

    async def main() -> None:
        with pytest.raises(Contained):
            await contain(Branches(start=routed(Branch())), gate, strict=True).run_async({})
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert all(isinstance(error, Contained) for error in await asyncio.gather(*others, return_exceptions=True))

    refused = asyncio.Event()
    asyncio.run(main())
    assert written(desk) == []


def test_an_edge_that_is_no_text_is_never_taken(gate: Gate, desk: Path) -> None:
    """Also if it is drawn while the flow runs, and passes for another one."""

    class Draws(Says):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
            self.successors = {Twin("other"): Write("twin")}
            return "pay"

    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=Draws()), gate, strict=True).run({})
    assert written(desk) == []


def test_a_node_that_answers_for_every_attribute_is_contained_too(gate: Gate, desk: Path) -> None:
    class Any_(pocketflow.Node):  # noqa: N801
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return "anything"

        def exec(self, prep_res: Any) -> Any:
            return place()

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["at"] = exec_res

    class Adds(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            self.successors["default"] = Any_()

    shared: Shared = {}
    contain(pocketflow.Flow(start=Adds()), gate).run(shared)
    assert shared["at"] == ("Flow", "Any_")


def test_swallowing_the_stop_helps_nobody(gate: Gate, desk: Path) -> None:
    class ByHand(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            try:
                contain(pocketflow.Flow(start=routed(Says())), session=perform_in, strict=True).run({"label": "zzz"})
            except BaseException:
                perform(write("in-spite"))

    perform_in = gate.session()
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=ByHand()), session=perform_in).run({})
    assert written(desk) == []


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (lambda: pocketflow.Flow(), "PF-START"),
        (lambda: pocketflow.Flow(start=SaysAsync()), "PF-ASYNC"),
        (lambda: pocketflow.Flow(start=pocketflow.AsyncFlow(start=Says())), "PF-SKIPS"),
        (lambda: pocketflow.Flow(start=Says(max_retries=0)), "PF-ATTEMPTS"),
    ],
)
def test_a_flow_with_an_error_in_it_is_not_run_strictly(gate: Gate, flow: Callable[[], Any], code: str) -> None:
    with pytest.raises(ConfigError, match=code):
        contain(flow(), gate, strict=True)
    contain(flow(), gate)


@pytest.mark.parametrize("kind", [pocketflow.AsyncFlow, pocketflow.AsyncBatchFlow, pocketflow.AsyncParallelBatchFlow])
def test_run_of_an_asynchronous_flow_is_refused(gate: Gate, kind: Any) -> None:
    with pytest.raises(ConfigError, match="run_async"):
        contain(kind(start=Says()), gate, strict=True).run({"label": None})
    contain(kind(start=Says()), gate).run({"label": None})  # PocketFlow's own way
