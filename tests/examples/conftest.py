from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from examples.research_desk.board import Event
from examples.research_desk.desk import Run, run_desk


@dataclass(frozen=True)
class Ran:
    """One run of the desk with the scripted model, and what was told of it while it ran."""

    run: Run
    told: list[Event]
    beside: Path


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run once, looked at by many tests. `beside`: a directory next to the desk's own, with a file in it."""
    home = tmp_path_factory.mktemp("desk")
    beside = home / "beside"
    beside.mkdir()
    (beside / "payroll.csv").write_text("none of the desk's business\n", encoding="utf-8")
    told: list[Event] = []
    return Ran(run_desk(home / "out", notify=told.append), told, beside)
