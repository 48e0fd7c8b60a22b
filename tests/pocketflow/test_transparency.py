"""A flow that emits nothing, or only what is permitted, runs contained as it runs plain; and both run side by side."""

from __future__ import annotations

import abc
import asyncio
import copy
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Gate
from havocproof.pocketflow import contain, perform, session, session_of
from tests.pocketflow.support import Shared, Write, write, written


class Count(pocketflow.Node):
    """Counts to a limit in a loop, keeping state in all places where PocketFlow lets it live."""

    def __init__(self) -> None:
        super().__init__(max_retries=2)
        self.lost, self.kept = 0, []  # type: ignore[var-annotated]

    def prep(self, shared: Shared) -> int:
        self.lost += 1
        self.kept.append(self.lost)
        return int(shared.get("count", 0))

    def exec(self, prep_res: int) -> int:
        if prep_res == 2 and self.cur_retry == 0:
            raise ValueError("once")
        return prep_res + 1

    def post(self, shared: Shared, prep_res: int, exec_res: int) -> str:
        shared["count"] = exec_res
        shared.setdefault("seen", []).append((type(self).__name__, dict(self.params), list(self.kept)))
        return "again" if exec_res < 4 else "end"


class End(pocketflow.Node):
    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["end"] = True
        return "unknown label"


class Params(pocketflow.BatchFlow):
    def prep(self, shared: Shared) -> list[dict[str, int]]:
        return [{"a": 1}, {"a": 2, "b": 3}]

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["last"] = (prep_res, exec_res)
        return "done"


class Noting(pocketflow.Node):
    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
        shared.setdefault("params", []).append(dict(self.params))
        return shared.get("label")


class Several(pocketflow.AsyncParallelBatchNode):
    async def prep_async(self, shared: Shared) -> list[int]:
        return [3, 1, 2]

    async def exec_async(self, prep_res: int) -> int:
        for _ in range(prep_res):
            await asyncio.sleep(0)
        self.params.setdefault("order", []).append(prep_res)
        if prep_res == 1:
            raise ValueError("one")
        return prep_res

    async def exec_fallback_async(self, prep_res: int, exc: Exception) -> str:
        return f"fallback of {prep_res}: {exc}"

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        shared["results"], shared["order"] = exec_res, self.params["order"]
        return "done"


def counting() -> pocketflow.Flow:
    count = Count()
    count - "again" >> count
    count - "end" >> End()
    inner = pocketflow.Flow(start=count)
    inner.set_params({"inner": 1})
    return pocketflow.Flow(start=inner)


def batched() -> pocketflow.Flow:
    inner = Noting()
    return Params(start=inner)


def labelled(label: Any) -> Callable[[], pocketflow.Flow]:
    """Labels that are no text or not known: PocketFlow's own ways with them."""

    def make() -> pocketflow.Flow:
        first = Noting()
        first >> End()
        first - "other" >> Noting()
        first.label = label
        return pocketflow.Flow(start=first)

    return make


def no_attempts() -> pocketflow.Flow:
    class Never(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            raise AssertionError

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["never"] = exec_res

    return pocketflow.Flow(start=Never(max_retries=0))


def play(flow: Any, shared: Shared) -> tuple[Any, Shared, list[str]]:
    """(result or error, the shared store, warnings) of one run."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            is_async = isinstance(flow, pocketflow.AsyncNode)
            result = asyncio.run(flow.run_async(shared)) if is_async else flow.run(shared)
        except Exception as error:
            result = repr(error)
    return result, shared, [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    ("make", "shared"),
    [
        (counting, {}),
        (batched, {}),
        (no_attempts, {}),
        (lambda: pocketflow.Flow(), {}),
        (lambda: pocketflow.Flow(start=Noting()), {"label": "nowhere"}),
        (labelled(None), {"label": None}),
        (labelled("other"), {"label": "other"}),
        (labelled("?"), {"label": "?"}),
        (labelled(0), {"label": 0}),
        (labelled([1]), {"label": [1]}),
        (lambda: pocketflow.AsyncFlow(start=Several(max_retries=2)), {}),
        (lambda: pocketflow.AsyncFlow(start=Noting()), {}),
        (lambda: pocketflow.Flow(start=Several()), {}),
        (lambda: Several() >> Noting(), {}),
    ],
)
def test_the_contained_flow_gives_the_same_as_the_plain_one(
    gate: Gate, make: Callable[[], Any], shared: Shared
) -> None:
    plain = play(make(), copy.deepcopy(shared))
    contained = play(contain(make(), gate), copy.deepcopy(shared))
    assert contained == plain


def test_both_run_side_by_side_without_touching_each_other(gate: Gate, desk: Path) -> None:
    class Tries(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            self.params["seen"] = True
            try:
                shared["ok"] = perform(write("a")).ok
            except ConfigError:
                shared["ok"] = "no session"

    node, before = Tries(), dict(vars(Tries))
    plain = pocketflow.Flow(start=node)
    contained = contain(plain, gate)
    results: list[Any] = []
    for flow in (plain, contained, plain):
        shared: Shared = {}
        flow.run(shared)
        results.append(shared["ok"])
    assert results == ["no session", True, "no session"]
    assert type(plain) is pocketflow.Flow
    assert type(node) is Tries
    assert plain.start_node is node
    assert contained.start_node is not node
    assert {name: value for name, value in vars(Tries).items() if name in before} == before
    assert vars(Tries).keys() - before.keys() <= {"__slotnames__"}  # where copy.copy notes what it found
    assert not [name for name in vars(plain) if "havocproof" in name]
    assert isinstance(contained.start_node, Tries)
    assert type(contained.start_node).__qualname__ == Tries.__qualname__


def test_threads_run_contained_flows_beside_each_other(gate: Gate, desk: Path) -> None:
    class WriteNamed(Write):
        def exec(self, prep_res: Shared) -> bool:
            return perform(write(prep_res["name"])).ok

    flow = contain(pocketflow.Flow(start=WriteNamed("a")), gate)
    plain = pocketflow.Flow(start=Count())
    stores: list[Shared] = [{"name": f"file-{number}"} for number in range(8)]
    runs = [threading.Thread(target=flow.run, args=(shared,)) for shared in stores[:4]]
    runs += [threading.Thread(target=plain.run, args=(shared,)) for shared in stores[4:]]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [shared["ran"] for shared in stores[:4]] == [[("a", True)]] * 4
    assert all(shared["count"] == 1 for shared in stores[4:])
    assert written(desk) == [f"file-{number}" for number in range(4)]


def test_loops_and_shared_nodes_stay_the_same_graph(gate: Gate) -> None:
    first, second = Noting(), Noting()
    first - "a" >> second
    second - "b" >> first
    first - "c" >> second
    second.successors["end"] = None
    twin = contain(pocketflow.Flow(start=first), gate)
    one = twin.start_node
    assert one.successors["a"] is one.successors["c"]
    assert one.successors["a"].successors["b"] is one
    assert one.successors["a"].successors["end"] is None
    assert first.successors["a"] is second


def test_a_node_that_changes_the_graph_changes_only_the_contained_one(gate: Gate, desk: Path) -> None:
    class Grows(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
            self.successors["new"] = Write("grown")
            return "new"

    node = Grows()
    shared: Shared = {}
    contain(pocketflow.Flow(start=node), gate).run(shared)
    assert node.successors == {}
    assert shared["ran"] == [("grown", True)]


def test_a_flows_own_attributes_are_its_own(gate: Gate) -> None:
    class Mine(pocketflow.Flow):
        session = "mine"

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
            return self.session, self.other

    flow = Mine(start=Noting())
    flow.other = object()
    result = contain(flow, gate).run({})
    assert result == ("mine", flow.other)


def test_hooks_of_every_kind_are_called_as_before(gate: Gate) -> None:
    class Kinds(pocketflow.Node):
        @staticmethod
        def prep(shared: Shared) -> Shared:
            return shared

        @classmethod
        def exec(cls, prep_res: Shared) -> str:
            return cls.__name__

    class More(Kinds, abc.ABC):
        def exec(self, prep_res: Shared) -> str:  # type: ignore[override]
            return f"{super().exec(prep_res)} and more"

    def post(shared: Shared, prep_res: Shared, exec_res: str) -> None:
        prep_res["said"] = exec_res

    node = More()
    node.post = post
    shared: Shared = {}
    contain(pocketflow.Flow(start=node), gate).run(shared)
    assert shared["said"] == "More and more"


def test_a_method_that_is_replaced_later_is_the_one_that_runs(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    class Says(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["said"] = "old"

    flow = contain(pocketflow.Flow(start=Says()), gate)

    def new(self: Any, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["said"] = "new"

    monkeypatch.setattr(Says, "post", new)
    shared: Shared = {}
    flow.run(shared)
    assert shared["said"] == "new"


def test_containing_twice_is_containing_once(gate: Gate, desk: Path) -> None:
    shared: Shared = {}
    flow = contain(contain(pocketflow.Flow(start=Write("a")), gate), gate)
    before = gate.head.seq
    flow.run(shared)
    opened = [record for record in gate.store.records() if record.kind == "session" and record.seq > before]
    assert len(opened) == 1
    assert shared["ran"] == [("a", True)]


def test_a_contained_flow_within_another_belongs_to_the_outer_run(gate: Gate, desk: Path) -> None:
    inner = contain(pocketflow.Flow(start=Write("a")), gate)
    outer = contain(pocketflow.Flow(start=inner), gate)
    outer.run({})
    assert written(desk) == ["a"]
    with pytest.raises(ConfigError):
        session_of(inner)


def test_outside_of_a_run_there_is_no_session(gate: Gate) -> None:
    with pytest.raises(ConfigError, match="no contained run"):
        session()
    with pytest.raises(ConfigError):
        perform(write("a"))
    contain(pocketflow.Flow(start=Noting()), gate).run({})
    with pytest.raises(ConfigError):
        session()


def test_a_thread_of_the_nodes_own_finds_no_session(gate: Gate, desk: Path) -> None:
    class Threaded(pocketflow.Node):
        def exec(self, prep_res: Any) -> list[str]:
            found: list[str] = []

            def work() -> None:
                try:
                    perform(write("a"))
                except ConfigError as error:
                    found.append(error.remedy)

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            return found

        def post(self, shared: Shared, prep_res: Any, exec_res: list[str]) -> None:
            shared["found"] = exec_res

    shared: Shared = {}
    contain(pocketflow.Flow(start=Threaded()), gate).run(shared)
    assert "a thread of your own has to be given the session" in shared["found"][0]
    assert written(desk) == []


def test_asyncio_tasks_and_threads_inherit_the_session(gate: Gate, desk: Path) -> None:
    class Spreads(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> list[bool]:
            async def one(name: str) -> bool:
                return perform(write(name)).ok

            task = asyncio.create_task(one("task"))
            thread = asyncio.to_thread(perform, write("thread"))
            return [await task, (await thread).ok]

    asyncio.run(contain(pocketflow.AsyncFlow(start=Spreads()), gate).run_async({}))
    assert written(desk) == ["task", "thread"]


def test_wrong_use_says_what_is_right(gate: Gate) -> None:
    flow = pocketflow.Flow(start=Noting())
    for arguments, message in (
        ((pocketflow.Flow, gate), "Flow is no PocketFlow node"),
        (("flow", gate), "str is no PocketFlow node"),
        ((flow,), "a gate or a session"),
    ):
        with pytest.raises(ConfigError, match=message):
            contain(*arguments)
    with pytest.raises(ConfigError, match="a gate or a session"):
        contain(flow, gate, session=gate.session())
    with pytest.raises(ConfigError, match="new session"):
        contain(flow, session=gate.session(), stop_on_denial=True)
    with pytest.raises(ConfigError, match="has not been run contained"):
        session_of(contain(flow, gate))


def test_the_user_is_the_sessions(gate: Gate) -> None:
    flow = contain(pocketflow.Flow(start=Noting()), gate, user="ann")
    flow.run({})
    assert session_of(flow).user == "ann"
