"""Handoff: the first agent hands the whole work over, and has ended.

    Greet (hands over to the specialist) -> the specialist's flow

The one that takes over has the grant of its own kind, never more than those above it; the one that handed over can do
nothing any more, whatever its model still says.
"""

from __future__ import annotations

from typing import Any

import pocketflow

from examples.patterns.kit import Desk, Models, Shared, agent_flow, opened, says
from havocproof.actions import FileWrite
from havocproof.gate import Outcome
from havocproof.pocketflow import contain, delegate, hand_over, perform, reported


class Greet(pocketflow.Node):
    """Hands the work over, and then tries to go on."""

    agent = "specialist"

    def __init__(self, models: Models) -> None:
        super().__init__()
        self.flow = agent_flow(models, self.agent)

    def prep(self, shared: Shared) -> str:
        return str(shared["task"])

    def exec(self, prep_res: str) -> tuple[Outcome, Outcome]:
        outcome = hand_over(self.agent, self.flow, f"Please help: {prep_res}", strict=True)
        return outcome, perform(FileWrite(path="/desk/notes/after.txt", content="still here"))

    def post(self, shared: Shared, prep_res: str, exec_res: tuple[Outcome, Outcome]) -> None:
        shared["outcome"], shared["after"] = exec_res


class Begin(pocketflow.Node):
    """The desk starts the greeter; the specialist's report comes back to the desk."""

    agent = "greeter"

    def __init__(self, models: Models) -> None:
        super().__init__()
        self.flow = pocketflow.Flow(start=Greet(models))

    def exec(self, prep_res: Any) -> tuple[Shared, Outcome]:
        own: Shared = {}
        return own, delegate(self.agent, self.flow, "A printer is on fire.", shared=own, strict=True)

    def post(self, shared: Shared, prep_res: Any, exec_res: tuple[Shared, Outcome]) -> None:
        own, outcome = exec_res
        shared.update(after=own["after"], report=reported(outcome), outcome=outcome)


def main(desk: Desk) -> Shared:
    models = Models(
        {
            "specialist": (
                says("file.write", path="/desk/notes/case.txt", content="put out"),
                says("file.write", path="/desk/case.txt", content="elsewhere"),
                says("agent.report", fields={"solved": True}),
            )
        }
    )
    desk.write("notes/.keep", "")
    with opened("handoff", desk) as gate:
        store: Shared = {}
        contain(pocketflow.Flow(start=Begin(models)), gate, user="ann", strict=True).run(store)
        return {**store, "briefs": models.heard}
