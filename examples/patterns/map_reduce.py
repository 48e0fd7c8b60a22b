"""Map and reduce: a reader for each document, several at once, and code that adds up what they report.

    Map (parallel, one subagent a document) -> Reduce -> CheckCitations -> Tell

How many may be at work at once is a budget, and how wide the batch may be is a rule. A reader that fails or is refused
leaves a gap that is told, not guessed.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pocketflow

from examples.patterns.kit import CheckCitations, Desk, Models, Shared, Tell, agent_flow, opened, says
from havocproof.gate import Outcome
from havocproof.pocketflow import FlowPort, adelegate, cite, contain, reported

_DOCUMENTS = {"a.txt": "one two three", "b.txt": "four five", "c.txt": "six"}


def reader(told: list[dict[str, Any]]) -> str:
    """Counts the words of what it has read; says so if it could not."""
    if told[-1]["status"] != "performed":
        return "I could not read it."
    return says("agent.report", fields={"words": len(str(told[-1]["result"]["content"]).split())})


class Map(pocketflow.AsyncParallelBatchNode):
    """One reader for each document, each in a thread of its own."""

    agent = "reader"

    def __init__(self, models: Models, documents: tuple[str, ...]) -> None:
        super().__init__()
        self.models, self.flow, self.documents = models, agent_flow(models, self.agent), documents

    async def prep_async(self, shared: Shared) -> tuple[str, ...]:
        return self.documents

    async def exec_async(self, prep_res: str) -> tuple[str, Outcome]:
        mine = Models(
            {self.agent: (says("file.read", path=f"/desk/docs/{prep_res}", max_bytes=65_536), reader)},
            self.models.heard,
        )
        task = f"Count the words of /desk/docs/{prep_res}."
        return prep_res, await adelegate(self.agent, agent_flow(mine, self.agent), task)

    async def post_async(self, shared: Shared, prep_res: Any, exec_res: list[tuple[str, Outcome]]) -> None:
        shared["outcomes"] = dict(exec_res)


class Reduce(pocketflow.Node):
    """Code, no model: the sum of what was reported, with every report as its source."""

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        told = {name: outcome for name, outcome in shared["outcomes"].items() if reported(outcome) is not None}
        total = sum(outcome.result["fields"]["words"] for outcome in told.values())
        shared["gaps"] = sorted(shared["outcomes"].keys() - told.keys())
        text = f"The documents have {total} words{' and gaps' if shared['gaps'] else ''}."
        shared["answer"] = [{"text": text, "cites": [cite(outcome) for outcome in told.values()]}]
        return "reduced"


def flow(models: Models, documents: tuple[str, ...]) -> pocketflow.AsyncFlow:
    first, reduce, check = Map(models, documents), Reduce(), CheckCitations()
    first >> reduce
    reduce - "reduced" >> check
    check - "cited" >> Tell()
    check.next(None, "refused")
    return pocketflow.AsyncFlow(start=first)


def main(desk: Desk, documents: tuple[str, ...] = tuple(_DOCUMENTS)) -> Shared:
    for name, text in _DOCUMENTS.items():
        desk.write(f"docs/{name}", text)
    models, store = Models({"reader": ()}), dict[str, Any]()
    with opened("map_reduce", desk, more=[FlowPort()]) as gate:
        run = contain(flow(models, documents), gate, user="ann", strict=True)
        asyncio.run(run.run_async(store))
    return {**store, "briefs": models.heard}
