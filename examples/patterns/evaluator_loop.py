"""Evaluator loop: a writer drafts, an evaluator judges, and the writer tries again until the draft is good enough.

    Write (subagent) -> Judge (subagent) -> good: Publish
          ^----------------- weak ---|

The evaluator reads drafts and writes nothing; its verdict is one of two words and a number. How often the writer may
try is a budget, so that no pair of models goes on for ever; the draft is published by code, and only after a good
verdict.
"""

from __future__ import annotations

from typing import Any

import pocketflow

from examples.patterns.kit import Desk, Models, Shared, agent_flow, opened, run, says
from havocproof.actions import FileRead, FileWrite
from havocproof.gate import Outcome
from havocproof.pocketflow import Delegate, label, named, obtain, perform, reported, session

_DRAFT, _REPORT = "/desk/drafts/draft.md", "/desk/report.md"


class Write(Delegate):
    """The writer. Goes on to `drafted`, or to `spent` once the budget starts no writer any more."""

    def __init__(self, models: Models) -> None:
        super().__init__("writer", agent_flow(models, "writer"), strict=True)

    def post(self, shared: Shared, prep_res: str, exec_res: Outcome) -> str:
        super().post(shared, prep_res, exec_res)
        shared.setdefault("rounds", []).append(label(exec_res))
        return "drafted" if reported(exec_res) is not None else "spent"


class Judge(Delegate):
    """The evaluator. Its report's field is the way; without a report the draft is weak."""

    def __init__(self, models: Models) -> None:
        super().__init__("evaluator", agent_flow(models, "evaluator"), strict=True)

    def post(self, shared: Shared, prep_res: str, exec_res: Outcome) -> str:
        super().post(shared, prep_res, exec_res)
        fields = reported(exec_res) or {"verdict": "weak", "score": 0}
        shared.setdefault("scores", []).append(fields["score"])
        if fields["verdict"] == "good":
            session().note("judged")
        return str(fields["verdict"])


class Publish(pocketflow.Node):
    """Code: copies the draft that was judged."""

    def exec(self, prep_res: Any) -> Outcome:
        text = obtain(FileRead(path=_DRAFT))["content"]
        return perform(FileWrite(path=_REPORT, content=text))

    def post(self, shared: Shared, prep_res: Any, exec_res: Outcome) -> None:
        shared["published"] = exec_res


def flow(models: Models) -> pocketflow.Flow:
    write, judge = Write(models), Judge(models)
    write - "drafted" >> judge
    write.next(None, "spent")
    judge - "weak" >> write
    judge - "good" >> named(Publish(), "publish")
    return pocketflow.Flow(start=write)


def main(desk: Desk, verdicts: tuple[str, ...] = ("weak", "good")) -> Shared:
    rounds = iter(range(1, 100))
    judged = iter(verdicts)

    def draft(_told: list[dict[str, Any]]) -> str:
        return says("file.write", path=_DRAFT, content=f"draft {next(rounds)}")

    def verdict(_told: list[dict[str, Any]]) -> str:
        said = next(judged, "weak")
        return says("agent.report", fields={"verdict": said, "score": 9 if said == "good" else 3})

    early = says("file.write", path=_REPORT, content="published by the writer itself")
    patch = says("file.write", path=_DRAFT, content="the evaluator's own words")
    models = Models(
        {
            "writer": (draft, early, says("agent.report", fields={"done": True})),
            "evaluator": (says("file.read", path=_DRAFT), patch, verdict),
        }
    )
    desk.write("drafts/.keep", "")
    with opened("evaluator_loop", desk) as gate:
        return {**run(flow(models), gate, task="Write about AAA."), "briefs": models.heard}
