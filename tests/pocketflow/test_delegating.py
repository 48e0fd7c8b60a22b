"""Subagents of a flow: their grant, their budget, their end, and what of theirs reaches the agent above."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.actions import FileRead, FileWrite, Report
from havocproof.errors import ConfigError, Contained
from havocproof.gate import Denied, Gate
from havocproof.pocketflow import (
    AsyncDelegate,
    Delegate,
    adelegate,
    ahand_over,
    aperform,
    arequire,
    brief,
    contain,
    delegate,
    hand_over,
    perform,
    reported,
    require,
    session,
)
from havocproof.policy import loads_policy
from havocproof.ports.files import FilesPort
from tests.pocketflow.support import Shared

POLICY = """
havocproof: 1
policy: team
agents:
  lead: {uses: [notes], delegates: [sources], starts: [reader], hands_to: [closer], objective: Lead.}
  reader:
    uses: [sources]
    objective: Read.
    boundaries: Only read.
    share: {files: 2}
    returns: {lines: {int: {min: 0, max: 9}}}
  closer: {uses: [notes], returns: {closed: bool}}
rules:
  notes: [{id: notes, permit: file.write, where: {path: /desk/**}}]
  sources: [{id: sources, permit: file.read, where: {path: /desk/**}}]
budgets:
  files: {count: 9, of: file.read, per: [agent]}
  readers: {at_once: 1, of: agent.spawn, per: [run]}
"""
READ = FileRead(path="/desk/a")
WRITE = FileWrite(path="/desk/b", content="x")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Gate]:
    (tmp_path / "a").write_text("one")
    with Gate.open(loads_policy(POLICY), ports=[FilesPort({"/desk": tmp_path})]) as gate:
        yield gate


class Steps(pocketflow.Node):
    """Performs these actions in order; the last outcome is the flow's."""

    def __init__(self, *actions: Any) -> None:
        super().__init__()
        self.actions = actions

    def exec(self, prep_res: Any) -> list[Any]:
        return [perform(action) for action in self.actions]

    def post(self, shared: Shared, prep_res: Any, exec_res: list[Any]) -> None:
        shared["all"] = exec_res
        shared["outcome"] = exec_res[-1]


class Leads(pocketflow.Node):
    """Runs a function as the lead."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def exec(self, prep_res: Any) -> Any:
        return self.function()

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["result"] = exec_res


def lead(gate: Gate, function: Any) -> Any:
    shared: Shared = {}
    contain(pocketflow.Flow(start=Leads(function)), gate).run(shared)
    return shared["result"]


def test_the_child_has_its_own_grant_and_share_and_reports(team: Gate) -> None:
    own: Shared = {}
    flow = pocketflow.Flow(start=Steps(READ, READ, READ, WRITE, Report(fields={"lines": 1})))

    def go() -> tuple[Any, bool]:
        outcome = delegate("reader", flow, "Count.", shared=own)
        return outcome, perform(WRITE).ok  # the lead goes on, with its own

    outcome, went_on = lead(team, go)
    assert reported(outcome) == {"lines": 1}
    assert [each.ok for each in own["all"]] == [True, True, False, False, True]
    assert own["all"][2].denial.rule == "files@reader"
    assert went_on
    assert own["task"] == "Count."
    assert own["brief"] == brief(team.policy, "reader", "Count.")


def test_the_brief_is_the_policys(team: Gate) -> None:
    assert brief(team.policy, "reader", "Count.") == (
        "You are reader.\nObjective: Read.\nBoundaries: Only read.\nTask: Count.\n"
        "Report with agent.report, these fields and no other: \n  lines: {int: {min: 0, max: 9}}\n"
    )
    with pytest.raises(ConfigError, match="no agent boss"):
        brief(team.policy, "boss")


@pytest.mark.parametrize(
    "actions", [(READ,), (Report(fields={"lines": 10}),), (Report(fields={"lines": 1, "more": "x"}),)]
)
def test_without_a_report_it_is_ended_and_gives_its_place_back(team: Gate, actions: Any) -> None:
    def go() -> list[Any]:
        return [delegate("reader", pocketflow.Flow(start=Steps(*actions))) for _ in range(3)]

    outcomes = lead(team, go)
    assert [reported(outcome) for outcome in outcomes] == [None] * 3
    assert [type(outcome) for outcome in outcomes] == [type(outcomes[0])] * 3  # each was started: at most one at once
    assert not team.store.agents


def test_what_stops_the_child_does_not_stop_the_lead(team: Gate) -> None:
    class Must(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            require(WRITE)

    def go() -> tuple[Any, bool]:
        return delegate("reader", pocketflow.Flow(start=Must())), perform(WRITE).ok

    outcome, went_on = lead(team, go)
    assert isinstance(outcome, Denied)
    assert went_on
    assert not team.store.agents


def test_what_stops_the_lead_stops_the_child(team: Gate) -> None:
    seen: list[bool] = []

    class Looks(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            with pytest.raises(Contained):
                above[0].require(READ)
            seen.append(perform(READ).ok)

    above: list[Any] = []

    def go() -> Any:
        above.append(session())
        delegate("reader", pocketflow.Flow(start=Looks()))
        seen.append(True)  # not reached: the lead's node ends here, too

    with pytest.raises(Contained):
        lead(team, go)
    assert seen == [False]


def test_an_error_of_the_childs_flow_is_the_leads_to_handle_and_ends_the_child(team: Gate) -> None:
    class Fails(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            raise LookupError("no answer")

    def go() -> str:
        try:
            delegate("reader", pocketflow.Flow(start=Fails()))
        except LookupError as error:
            return str(error)
        return ""

    assert lead(team, go) == "no answer"
    assert not team.store.agents


def test_who_may_not_be_started_is_not(team: Gate) -> None:
    ran: list[int] = []

    class Ran(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            ran.append(1)

    outcome = lead(team, lambda: delegate("closer", pocketflow.Flow(start=Ran())))
    assert isinstance(outcome, Denied)
    assert ran == []


def test_a_handoff_ends_the_one_that_hands_over(team: Gate) -> None:
    def go() -> tuple[Any, Any]:
        flow = pocketflow.Flow(start=Steps(WRITE, Report(fields={"closed": True})))
        return hand_over("closer", flow, "Close it."), perform(WRITE)

    outcome, after = lead(team, go)
    assert isinstance(after, Denied)
    assert after.denial.kind == "first"
    assert reported(outcome) == {"closed": True}


@pytest.mark.parametrize(
    ("action", "edge", "report"),
    [
        (Report(fields={"lines": 3}), "performed", {"lines": 3}),
        (Report(fields={"lines": 30}), "malformed", None),
        (WRITE, "denied", None),
        (READ, "unreported", None),
    ],
)
def test_the_node_routes_on_what_came_of_it(team: Gate, action: Any, edge: str, report: Any) -> None:
    class At(pocketflow.Node):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["at"] = self.name

    node = Delegate("reader", pocketflow.Flow(start=Steps(action)), share={"files": 1})
    for name in ("performed", "denied", "malformed", "unreported"):
        node - name >> At(name)
    shared: Shared = {"task": "Count."}
    contain(pocketflow.Flow(start=node), team).run(shared)
    assert (shared["at"], shared["report"]) == (edge, report)


# ---- asynchronous ----


class AsyncSteps(pocketflow.AsyncNode):
    """As `Steps`."""

    def __init__(self, *actions: Any) -> None:
        super().__init__()
        self.actions = actions

    async def exec_async(self, prep_res: Any) -> list[Any]:
        return [await aperform(action) for action in self.actions]

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: list[Any]) -> None:
        shared["all"] = exec_res
        shared["outcome"] = exec_res[-1]


def of_steps(*actions: Any) -> list[Any]:
    """The same flow in both kinds."""
    return [pocketflow.Flow(start=Steps(*actions)), pocketflow.AsyncFlow(start=AsyncSteps(*actions))]


@pytest.mark.parametrize("kind", [0, 1], ids=["Flow", "AsyncFlow"])
async def test_in_an_asynchronous_flow_it_is_the_same(team: Gate, kind: int) -> None:
    flow = of_steps(READ, WRITE, Report(fields={"lines": 1}))[kind]
    node = AsyncDelegate("reader", flow, share={"files": 1})
    node - "performed" >> pocketflow.AsyncNode()
    shared: Shared = {"task": "Count."}
    await contain(pocketflow.AsyncFlow(start=node), team).run_async(shared)
    assert shared["report"] == {"lines": 1}
    assert not team.store.agents


@pytest.mark.parametrize("kind", [0, 1], ids=["Flow", "AsyncFlow"])
async def test_several_at_once_have_shares_of_their_own(team: Gate, kind: int) -> None:
    class Map(pocketflow.AsyncParallelBatchNode):
        async def prep_async(self, shared: Shared) -> range:
            return range(3)

        async def exec_async(self, prep_res: int) -> Any:
            own: Shared = {}
            flow = of_steps(READ, READ, READ, Report(fields={"lines": prep_res}))[kind]
            outcome = await adelegate("reader", flow, shared=own)
            return reported(outcome), [each.ok for each in own.get("all", ())]

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["found"] = exec_res

    shared: Shared = {}
    await contain(pocketflow.AsyncFlow(start=Map()), team).run_async(shared)
    done = [found for found in shared["found"] if found[0] is not None]
    assert done  # one at a time is permitted: who came meanwhile was refused
    assert all(oks == [True, True, False, True] for _, oks in done)
    assert not team.store.agents


async def test_a_stopped_asynchronous_child_does_not_stop_the_lead(team: Gate) -> None:
    class Must(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> None:
            await arequire(WRITE)

    class Lead(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> Any:
            outcome = await adelegate("reader", pocketflow.AsyncFlow(start=Must()))
            return outcome, (await aperform(WRITE)).ok

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["result"] = exec_res

    shared: Shared = {}
    await contain(pocketflow.AsyncFlow(start=Lead()), team).run_async(shared)
    outcome, went_on = shared["result"]
    assert isinstance(outcome, Denied)
    assert went_on


async def test_an_asynchronous_handoff(team: Gate) -> None:
    class Lead(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> Any:
            outcome = await ahand_over("closer", of_steps(WRITE, Report(fields={"closed": True}))[1])
            return outcome, await aperform(WRITE)

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["result"] = exec_res

    shared: Shared = {}
    await contain(pocketflow.AsyncFlow(start=Lead()), team).run_async(shared)
    outcome, after = shared["result"]
    assert reported(outcome) == {"closed": True}
    assert isinstance(after, Denied)


def test_an_asynchronous_flow_in_a_synchronous_node_is_refused_before_anything_began(team: Gate) -> None:
    def go() -> list[str]:
        found = []
        for start in (delegate, hand_over):
            with pytest.raises(ConfigError, match="is asynchronous") as refused:
                start("reader", of_steps(READ)[1])
            found.append(refused.value.remedy)
        return found

    assert lead(team, go) == [f"Call {name} from an asynchronous node." for name in ("adelegate", "ahand_over")]
    assert not team.store.agents


def test_a_flow_that_cannot_be_contained_leaves_no_agent_behind(team: Gate) -> None:
    def go() -> None:
        with pytest.raises(ConfigError, match="PF-START"):
            delegate("reader", pocketflow.Flow(), strict=True)

    lead(team, go)
    assert not team.store.agents
