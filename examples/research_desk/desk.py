"""One run of the desk, from an empty directory to the report, and what it has to show for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.research_desk import flows
from examples.research_desk.board import Board, Event
from examples.research_desk.model import NamedModel
from examples.research_desk.pages import NEWS_PATH, SYMBOLS, filing_path, latest_path
from examples.research_desk.script import Given, script
from examples.research_desk.servers import FILINGS, NEWS, PRICES, Received
from examples.research_desk.world import PEOPLE, POLICY, Snapshot, World
from havocproof.errors import Contained
from havocproof.gate import Denied, Gate, Outcome
from havocproof.pocketflow import contain
from havocproof.ports.model import ScriptedModel
from havocproof.stores import Head, Report, verify

_TRIES, _WAIT_S = 3, 2.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left behind.

    given:    what the scripted model said, in order; empty with a real model
    ended:    the outcome that ended the desk early, or None
    careless: what the node that swallows denials ran into
    """

    root: Path
    board: Board
    given: tuple[Given, ...]
    ended: Outcome | None
    careless: Careless
    before: Snapshot
    after: Snapshot
    received: tuple[Received, ...]
    journal: Report
    head: Head
    ledger: tuple[str, ...]

    @property
    def report(self) -> Path:
        return self.root / "workspace" / "report" / "report.md"

    @property
    def chart(self) -> Path:
        return self.root / "workspace" / "figures" / "chart.svg"

    @property
    def journal_path(self) -> Path:
        return self.root / "journal.db"


@dataclass(frozen=True, slots=True)
class Careless:
    """The strict flow. stopped: the outcome it was ended with, or None. went_on: whether its next node ran, or its
    write happened.
    """

    stopped: Outcome | None
    went_on: bool


def run_desk(
    root: Path, *, notify: Callable[[Event], None] = lambda event: None, model: NamedModel | None = None
) -> Run:
    """Runs the desk in `root`, a new or empty directory. `model`: the script if not given. ConfigError, StoreError."""
    root = root.resolve()
    with World.build(root) as world:
        scripted = script(world)
        port = model or ScriptedModel(scripted)
        before = world.snapshot()
        board = Board(SYMBOLS, sources(world), notify)
        with Gate.open(POLICY, ports=[*world.ports(), port], journal=world.journal, people=PEOPLE) as gate:
            ended = _run(gate, board, scripted=model is None)
            careless = _run_careless(gate, board, world)
            store = gate.store
        return Run(
            root=root,
            board=board,
            given=tuple(scripted.given),
            ended=ended,
            careless=careless,
            before=before,
            after=world.snapshot(),
            received=world.web.received,
            journal=verify(world.journal, store.head),
            head=store.head,
            ledger=tuple(world.ledger.check()),
        )


def sources(world: World) -> dict[str, str]:
    """What the prompts tell about where things are."""
    return {
        "database": "`desk`, tables prices(symbol, day, close_cents, volume) and filings(symbol, period,"
        " revenue_thousand, income_thousand); symbols " + ", ".join(SYMBOLS),
        "filings": " or ".join(world.url(FILINGS, path("<symbol>")) for path in (filing_path, latest_path)),
        "prices": world.url(PRICES, "/v2/last") + ", query symbol",
        "news on BBB": world.url(NEWS, NEWS_PATH),
    }


def _run(gate: Gate, board: Board, *, scripted: bool) -> Outcome | None:
    flow = contain(flows.desk() if scripted else flows.desk(_TRIES, _WAIT_S), gate)
    try:
        flow.run({"board": board})
    except Contained as stop:
        return flows.refusal(stop)
    return None


def _run_careless(gate: Gate, board: Board, world: World) -> Careless:
    shared: dict[str, Any] = {}
    stopped: Outcome | None = None
    try:
        contain(flows.careless(), gate, stop_on_denial=True).run(shared)
    except Contained as stop:
        stopped = flows.refusal(stop)
        if isinstance(stopped, Denied):
            board.note("careless", stopped)
    return Careless(stopped, bool(shared) or (world.workspace / "notes" / "careless.md").exists())
