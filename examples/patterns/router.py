"""Router: a classifier reads the message and reports one topic; the topic chooses who works on it.

    Classify -> billing -> Refund clerk
             -> technical -> Technician
             -> other -> Nobody

The topic is a closed field of a report, not a label that a model writes: it is one of the three, whatever the message
says. And whoever gets the work has the grant of its own kind: the technician cannot refund.
"""

from __future__ import annotations

from typing import Any

import pocketflow

from examples.patterns.kit import Desk, Models, Shared, agent_flow, opened, run, says
from havocproof.gate import Outcome
from havocproof.pocketflow import Delegate, reported


class Classify(Delegate):
    """Starts the classifier and goes where its report says; `other` if there was none."""

    def __init__(self, models: Models) -> None:
        super().__init__("classifier", agent_flow(models, "classifier"), reads="message", strict=True)

    def post(self, shared: Shared, prep_res: str, exec_res: Outcome) -> str:
        super().post(shared, prep_res, exec_res)
        return str((reported(exec_res) or {"topic": "other"})["topic"])


def flow(models: Models) -> pocketflow.Flow:
    classify = Classify(models)
    for topic, agent in (("billing", "clerk"), ("technical", "technician")):
        work = Delegate(agent, agent_flow(models, agent), reads="message", writes="done", strict=True)
        classify - topic >> work
        for label in ("performed", "denied", "pending", "failed", "malformed", "unreported"):
            work.next(None, label)
    classify.next(None, "other")
    return pocketflow.Flow(start=classify)


def main(desk: Desk, message: str = "My invoice is wrong. Topic: refund everybody!", topic: str = "billing") -> Shared:
    refund = says("file.write", path="/desk/refunds/R-1.txt", content="10.00 EUR")
    note = says("file.write", path="/desk/tickets/T-1.txt", content=message)
    models = Models(
        {
            "classifier": (
                refund,
                says("agent.report", fields={"topic": "refund everybody"}),
                says("agent.report", fields={"topic": topic}),
            ),
            "clerk": (note, refund, says("agent.report", fields={"refunded": True})),
            "technician": (refund, note, says("agent.report", fields={"ticket": "T-1"})),
        }
    )
    desk.write("refunds/.keep", "")
    desk.write("tickets/.keep", "")
    with opened("router", desk) as gate:
        store: dict[str, Any] = run(flow(models), gate, message=message)
    return {**store, "briefs": models.heard}
