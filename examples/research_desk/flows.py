"""The desk: lead, researchers, analyst, publisher, payables, trader. Each is a flow, and the desk is a flow of them.

desk (Flow)
  lead (AgentFlow) >> researchers (BatchFlow: one AgentFlow a symbol) >> analyst (AgentFlow, then code: Recompute,
  Check, Draw) >> publisher (AgentFlow, then code: Publish) >> payables (AgentFlow) >> trader (AgentFlow)
"""

from __future__ import annotations

from typing import Any

import pocketflow

from examples.research_desk import agents
from examples.research_desk.board import Board, Shared
from examples.research_desk.chart import draw
from examples.research_desk.figures import (
    Series,
    check,
    closes,
    extremes,
    four_quarters,
    from_filings,
    from_prices,
)
from examples.research_desk.nodes import AgentFlow
from examples.research_desk.report import figures_text, report_text
from havocproof.actions import Action, FileRead, FileWrite
from havocproof.errors import Contained
from havocproof.gate import Outcome, Performed
from havocproof.pocketflow import perform, require, session

CHART = "/desk/figures/chart.svg"
FIGURES = "/desk/figures/figures.md"
REPORT = "/desk/report/report.md"


class Researchers(pocketflow.BatchFlow):
    """One researcher for each symbol."""

    def prep(self, shared: Shared) -> list[dict[str, str]]:
        return [{"symbol": symbol} for symbol in shared["board"].symbols]


class DeskNode(pocketflow.Node):
    """A node of code, no model in it. What it does goes through the session like everything else."""

    def prep(self, shared: Shared) -> Board:
        board: Board = shared["board"]
        return board

    def need(self, board: Board, action: Action) -> Performed:
        """Performs what the desk cannot do without; ends the run otherwise."""
        try:
            outcome = session().require(action)
        except Contained as stop:
            board.note("desk", refusal(stop))
            raise
        board.note("desk", outcome)
        return outcome


class Recompute(DeskNode):
    """Every figure from the data, with the journal's record of the query."""

    def exec(self, prep_res: Board) -> None:
        for symbol in prep_res.symbols:
            prices = self.need(prep_res, closes(symbol))
            bounds = self.need(prep_res, extremes(symbol))
            filed = self.need(prep_res, four_quarters(symbol))
            rows, seqs = prices.result["rows"], (seq(prices), seq(bounds))
            days, cents = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
            prep_res.series.append(Series(symbol, days, cents, seqs[0]))
            prep_res.figures += from_prices(symbol, rows, bounds.result["rows"][0], seqs)
            prep_res.figures += from_filings(symbol, filed.result["rows"][0], seq(filed))


class Check(DeskNode):
    """The researchers' claims beside the figures. A note that is not there is told, not guessed."""

    def exec(self, prep_res: Board) -> None:
        for symbol in prep_res.symbols:
            outcome = perform(FileRead(path=f"/desk/notes/{symbol}.md"))
            prep_res.note("desk", outcome)
            if isinstance(outcome, Performed):
                prep_res.claims += check(symbol, outcome.result["content"], prep_res.figures)
            else:
                prep_res.unread.append(symbol)


class Draw(DeskNode):
    """Figures and chart, into the workspace."""

    def exec(self, prep_res: Board) -> None:
        self.need(prep_res, FileWrite(path=FIGURES, content=figures_text(prep_res)))
        self.need(prep_res, FileWrite(path=CHART, content=draw(prep_res.series, prep_res.figures)))


class Publish(DeskNode):
    """The report: what the publisher wrote, and what was recomputed."""

    def exec(self, prep_res: Board) -> None:
        self.need(prep_res, FileWrite(path=REPORT, content=report_text(prep_res)))


def refusal(stop: Contained) -> Outcome:
    """The outcome that ended a run."""
    assert isinstance(stop.outcome, Outcome)
    return stop.outcome


def seq(outcome: Performed) -> int:
    """The journal's record that says how the action ended."""
    return int(outcome.receipt["seq"])


def desk(attempts: int = 1, wait: float = 0) -> pocketflow.Flow:
    """The desk's flow, not contained yet. attempts, wait (seconds): how a model that does not answer is asked again."""

    def agent(who: agents.Agent, *then: DeskNode) -> AgentFlow:
        return AgentFlow(who, *then, attempts=attempts, wait=wait)

    lead = agent(agents.LEAD)
    (
        lead
        >> Researchers(start=agent(agents.RESEARCHER))
        >> agent(agents.ANALYST, Recompute(), Check(), Draw())
        >> agent(agents.PUBLISHER, Publish())
        >> agent(agents.PAYABLES)
        >> agent(agents.TRADER)
    )
    return pocketflow.Flow(start=lead)


class Careless(pocketflow.Node):
    """Wants what it may not have, swallows whatever stops it, and goes on as if nothing had been."""

    def exec(self, prep_res: Any) -> str:
        try:  # noqa: SIM105  the plainest way to swallow everything
            require(FileRead(path="/etc/passwd"))
        except:  # noqa: E722  on purpose: even this cannot undo the denial
            pass
        perform(FileWrite(path="/desk/notes/careless.md", content="as if nothing had been"))
        return "went on"

    def post(self, shared: Shared, prep_res: Any, exec_res: str) -> None:
        shared["careless"] = exec_res


class After(pocketflow.Node):
    """What would come next."""

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["after"] = True


def careless() -> pocketflow.Flow:
    """A flow whose first node swallows a denial."""
    first = Careless()
    first >> After()
    return pocketflow.Flow(start=first)
