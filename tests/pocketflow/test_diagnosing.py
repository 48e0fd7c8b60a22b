"""Each finding is found in the smallest flow that has it, and in no sound flow."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pocketflow
import pytest

from havocproof.gate import Gate
from havocproof.pocketflow import Act, AsyncAct, contain, diagnose, perform
from havocproof.pocketflow.findings import CODES
from havocproof.pocketflow.release import PUBLISHED, SHARED_RETRIES, recognised, release
from havocproof.policy import loads_policy
from tests.pocketflow.support import Shared, Write, write

POLICY = loads_policy("havocproof: 1\npolicy: p\nrules: {g: [{permit: dir.list, where: {path: any}}]}")
COUNTING = loads_policy("""
havocproof: 1
policy: p
tools:
  flow/step: {effect: run, args: {node: name}}
  flow/batch: {effect: run, args: {items: int}}
rules: {g: [{permit: flow/step, where: {node: any}}, {permit: flow/batch, where: {items: {max: 8}}}]}
""")


class Plain(pocketflow.Node):
    def exec(self, prep_res: Any) -> Any:
        return prep_res


class PlainAsync(pocketflow.AsyncNode):
    async def exec_async(self, prep_res: Any) -> Any:
        return prep_res


class Acts(pocketflow.Node):
    def exec(self, prep_res: Any) -> Any:
        return perform(write("a"))


class Forgot(pocketflow.Node):
    def __init__(self) -> None:
        pass


class Sized(Plain):
    def __len__(self) -> int:
        return 0


class Mixed(pocketflow.AsyncNode):
    def exec(self, prep_res: Any) -> Any:
        return prep_res


class NotAwaitable(pocketflow.AsyncNode):
    def exec_async(self, prep_res: Any) -> None:
        perform(write("a"))


class NotAwaited(pocketflow.Node):
    async def exec(self, prep_res: Any) -> Any:
        return prep_res


class Counts(Plain):
    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        self.runs = getattr(self, "runs", 0) + 1


class Keeps(Plain):
    """What it sets is something else's, or in its making."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        self.seen.append(exec_res)
        other = Plain()
        other.params = shared


class Odd(Plain):
    def _run(self, shared: Shared) -> Any:
        return super()._run(shared)


def edge(first: Any, end: Any, label: Any) -> Any:
    first.next(end, label)
    return first


def nested_with_ways() -> Any:
    inner = pocketflow.Flow(start=Plain())
    inner >> Plain()
    inner - "pay" >> Plain()
    return inner


def within_itself() -> Any:
    inner = pocketflow.Flow()
    inner.start(inner)
    return inner


FLOW, ASYNC = pocketflow.Flow, pocketflow.AsyncFlow
FLOWS: dict[str, tuple[Callable[[], Any], str]] = {
    "PF-INIT": (lambda: FLOW(start=Forgot()), "Flow/Forgot"),
    "PF-START": (lambda: FLOW(start=FLOW()), "Flow/Flow"),
    "PF-FALSE": (lambda: FLOW(start=Sized()), "Flow/Sized"),
    "PF-LABEL": (lambda: FLOW(start=edge(Plain(), Plain(), True)), "Flow/Plain"),
    "PF-END": (lambda: FLOW(start=edge(Plain(), None, "end")), "Flow/Plain"),
    "PF-ATTEMPTS": (lambda: FLOW(start=Plain(max_retries=0)), "Flow/Plain"),
    "PF-REPEATS": (lambda: FLOW(start=Acts(max_retries=2)), "Flow/Acts"),
    "PF-ASYNC": (lambda: FLOW(start=PlainAsync()), "Flow/PlainAsync"),
    "PF-SKIPS": (lambda: FLOW(start=ASYNC(start=Plain())), "Flow/AsyncFlow"),
    "PF-LOST": (lambda: FLOW(start=Counts()), "Flow/Counts"),
    "PF-IGNORED": (lambda: ASYNC(start=Mixed()), "AsyncFlow/Mixed"),
    "PF-AWAIT": (lambda: FLOW(start=NotAwaited()), "Flow/NotAwaited"),
    "PF-BLOCKS": (lambda: ASYNC(start=Plain(wait=1)), "AsyncFlow/Plain"),
    "PF-ESCAPE": (lambda: FLOW(start=nested_with_ways()), "Flow/Flow"),
    "PF-ITSELF": (within_itself, "Flow"),
    "PF-LOOP": (lambda: FLOW(start=edge(first := Plain(), first, "again")), "Flow/Plain"),
    "PF-WIDTH": (lambda: ASYNC(start=pocketflow.AsyncParallelBatchNode()), "AsyncFlow/AsyncParallelBatchNode"),
    "PF-MACHINERY": (lambda: FLOW(start=Odd()), "Flow/Odd"),
}


@pytest.mark.parametrize("code", FLOWS)
def test_each_oddity_is_found_where_it_is(code: str) -> None:
    make, place = FLOWS[code]
    found = diagnose(make(), POLICY)
    assert [(finding.code, finding.node) for finding in found] == [(code, place)]
    assert (found[0].level, found[0].what, found[0].remedy) == CODES[code]
    assert str(found[0]).startswith(f"{code} {place}: ")


def test_every_code_is_tried() -> None:
    assert FLOWS.keys() | {"PF-RELEASE", "PF-RETRIES"} == CODES.keys()


def test_a_function_that_is_awaited_is_found_too() -> None:
    assert [found.code for found in diagnose(ASYNC(start=NotAwaitable()))] == ["PF-AWAIT"]


def sound() -> list[Any]:
    class Own(FLOW):  # type: ignore[misc, valid-type]
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            return "pay"

    model, act = Plain(max_retries=3, wait=1), Act()
    model >> act
    act - "denied" >> model
    own = edge(edge(Own(start=model), Plain(), "default"), Plain(), "pay")
    exits = edge(edge(FLOW(start=Plain()), Plain(), "default"), Plain(), "pay")
    exits.exits = {"pay"}
    wide = pocketflow.AsyncParallelBatchFlow(start=AsyncAct())
    return [
        FLOW(start=own),
        FLOW(start=exits),
        ASYNC(start=PlainAsync(max_retries=2)),
        wide,
        Write("a"),
        Plain(),
        FLOW(start=Keeps()),
    ]


def test_nothing_is_odd_about_sound_flows() -> None:
    assert [finding for flow in sound() for finding in diagnose(flow, COUNTING)] == []


def test_what_the_policy_counts_is_not_found(gate: Gate) -> None:
    for code in ("PF-LOOP", "PF-WIDTH"):
        assert diagnose(FLOWS[code][0](), COUNTING) == ()
        assert diagnose(FLOWS[code][0]()) == ()  # nothing is known of a policy


def test_a_contained_flow_has_the_findings_of_the_one_that_was_given(gate: Gate) -> None:
    for code, (make, place) in FLOWS.items():
        if code == "PF-ITSELF":
            continue  # RecursionError is all that it can do
        found = diagnose(contain(make(), gate), POLICY)
        assert [(finding.code, finding.node) for finding in found] == [(code, place)]


def test_a_contained_flow_knows_its_policy_after_its_run(gate: Gate) -> None:
    flow = contain(FLOWS["PF-LOOP"][0](), gate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flow.run({})
    assert [finding.code for finding in diagnose(flow)] == ["PF-LOOP"]


def test_the_installed_release_is_recognised_by_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    source = inspect.getsource(pocketflow)
    assert release() == recognised(source) == recognised(source.replace("\n", "\r\n") + "\n") == PUBLISHED
    assert recognised(source.replace("return exc", "return  exc") + "#") is None
    for known, code in ((None, "PF-RELEASE"), (SHARED_RETRIES, "PF-RETRIES")):
        monkeypatch.setattr("havocproof.pocketflow.diagnosing.release", lambda known=known: known)
        assert [(finding.code, finding.node) for finding in diagnose(Plain())] == [(code, "")]
