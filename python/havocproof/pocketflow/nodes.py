"""Ready nodes: from model text to one performed action, routed on its outcome."""

from __future__ import annotations

from typing import Any

import pocketflow

from havocproof.gate import Denied, Failed, Malformed, Outcome, Pending, Performed
from havocproof.pocketflow.context import session

LABELS: dict[type, str] = {
    Performed: "performed",
    Denied: "denied",
    Pending: "pending",
    Failed: "failed",
    Malformed: "malformed",
}
"""The action label that each outcome takes: the edges of an `Act` node. An outcome without an edge ends the flow."""


def label(outcome: Outcome) -> str:
    """The edge that an outcome takes: performed, denied, pending, failed or malformed."""
    return LABELS[type(outcome)]


class Act(pocketflow.Node):
    """Turns the model's text into one typed action, performs it, and routes on the outcome.

    reads:  the key of the shared store that holds the model's text (YAML or JSON, fenced or not, strictly parsed).
    writes: the key that receives the `Outcome`.
    log:    the key of a list that collects `outcome.to_model()` of every step, for the next prompt; "" for none.

    It makes one attempt: a refusal is a value and a retry could only repeat it.
    """

    def __init__(self, reads: str = "text", writes: str = "outcome", log: str = "outcomes") -> None:
        super().__init__(max_retries=1)
        self.reads, self.writes, self.log = reads, writes, log

    def prep(self, shared: dict[str, Any]) -> Any:
        return shared.get(self.reads, "")

    def exec(self, prep_res: Any) -> Outcome:
        return session().emit(prep_res)

    def post(self, shared: dict[str, Any], prep_res: Any, exec_res: Outcome) -> str:
        shared[self.writes] = exec_res
        if self.log:
            shared.setdefault(self.log, []).append(exec_res.to_model())
        return label(exec_res)


class AsyncAct(pocketflow.AsyncNode):
    """`Act` for asynchronous flows: the effect runs in a thread, the event loop stays free."""

    def __init__(self, reads: str = "text", writes: str = "outcome", log: str = "outcomes") -> None:
        super().__init__(max_retries=1)
        self.reads, self.writes, self.log = reads, writes, log

    async def prep_async(self, shared: dict[str, Any]) -> Any:
        return shared.get(self.reads, "")

    async def exec_async(self, prep_res: Any) -> Outcome:
        return await session().aemit(prep_res)

    async def post_async(self, shared: dict[str, Any], prep_res: Any, exec_res: Outcome) -> str:
        shared[self.writes] = exec_res
        if self.log:
            shared.setdefault(self.log, []).append(exec_res.to_model())
        return label(exec_res)
