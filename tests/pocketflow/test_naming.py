"""Names and places of nodes stay as they are through copies and runs."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Gate
from havocproof.pocketflow import contain, named, place
from havocproof.pocketflow.naming import walk
from tests.pocketflow.support import Shared


class Notes(pocketflow.Node):
    def exec(self, prep_res: Any) -> tuple[str, ...]:
        return place()

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> Any:
        shared.setdefault("seen", []).append("/".join(exec_res))
        shared["left"] = shared.get("left", 1) - 1
        return "again" if shared["left"] > 0 else None


class Other(Notes):
    pass


def test_equal_classes_are_numbered_in_each_flow() -> None:
    first, second, inner = Notes(), Notes(), Notes()
    first >> second >> Other() >> pocketflow.Flow(start=inner)
    inner >> Notes()
    assert ["/".join(at) for _, at in walk(pocketflow.Flow(start=first))] == [
        "Flow",
        "Flow/Notes",
        "Flow/Notes-2",
        "Flow/Other",
        "Flow/Flow",
        "Flow/Flow/Notes",
        "Flow/Flow/Notes-2",
    ]


def test_a_name_of_its_own_is_kept_and_left_to_it() -> None:
    first, second = Notes(), named(Notes(), "Notes")
    first >> second
    assert [at[-1] for _, at in walk(pocketflow.Flow(start=first))] == ["Flow", "Notes-2", "Notes"]


def test_two_nodes_of_one_flow_with_one_name_are_refused(gate: Gate) -> None:
    first = named(Notes(), "plan")
    first >> named(Notes(), "plan")
    with pytest.raises(ConfigError, match="two nodes of Flow are named plan"):
        contain(pocketflow.Flow(start=first), gate)


@pytest.mark.parametrize("name", ["", "a/b", "1a", "a b", "ä", "a" * 65, None])
def test_what_can_be_a_name(name: Any) -> None:
    with pytest.raises(ConfigError, match="no name of a node"):
        named(Notes(), name)


def test_names_stay_through_every_step_and_run(gate: Gate) -> None:
    first, second = Notes(), Notes()
    first - "again" >> second
    second - "again" >> first
    first >> pocketflow.BaseNode()
    flow = contain(pocketflow.Flow(start=first), gate)
    for _ in range(2):
        shared: Shared = {"left": 5}
        flow.run(shared)
        assert shared["seen"] == ["Flow/Notes", "Flow/Notes-2"] * 2 + ["Flow/Notes"]
    assert not vars(second).keys() - {"params", "successors", "max_retries", "wait"}  # nothing on the nodes given


def test_a_copy_and_a_second_containment_keep_the_names(gate: Gate) -> None:
    first = Notes()
    first - "again" >> named(Notes(), "check")
    flow = contain(contain(pocketflow.Flow(start=first), gate), gate)
    shared: Shared = {"left": 2}
    copy.copy(flow).run(shared)
    assert shared["seen"] == ["Flow/Notes", "Flow/check"]


@pytest.mark.parametrize("strict", [False, True])
def test_nodes_that_are_added_while_it_runs_are_contained_as_well(gate: Gate, strict: bool) -> None:
    class Adds(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            added = named(Notes(), "added")
            added >> pocketflow.Flow(start=Notes())
            self.successors["default"] = added

    shared: Shared = {}
    flow = contain(pocketflow.Flow(start=Adds()), gate, strict=strict)
    flow.run(shared)
    assert shared["seen"] == ["Flow/added", "Flow/Flow/Notes"]


def test_a_start_that_is_set_while_it_runs_is_contained_as_well(gate: Gate) -> None:
    class Chooses(pocketflow.Flow):
        def prep(self, shared: Shared) -> None:
            self.start_node = chosen

    chosen = Notes()
    shared: Shared = {}
    contain(pocketflow.Flow(start=Chooses(start=Other())), gate).run(shared)
    assert shared["seen"] == ["Flow/Chooses/Notes"]
    assert type(chosen) is Notes


async def test_places_of_parallel_runs_are_apart(gate: Gate) -> None:
    class Slow(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> tuple[str, ...]:
            for _ in range(3):
                await asyncio.sleep(0)
            return place()

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["at"] = exec_res

    stores: list[Shared] = [{} for _ in range(4)]
    flows = [contain(pocketflow.AsyncFlow(start=named(Slow(), f"n{at}")), gate) for at in range(4)]
    await asyncio.gather(*(flow.run_async(shared) for flow, shared in zip(flows, stores, strict=True)))
    assert [shared["at"] for shared in stores] == [("AsyncFlow", f"n{at}") for at in range(4)]
