"""The sample: what the table knows as caught still must be, whatever the time; what it does not know is not drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from mutants import gate, table
from mutants.dafny import Workplace
from mutants.sites import mutants
from mutants.store import judged
from project import DAFNY, ToolError
from tests.mutants.fakes import FakePlace
from tests.mutants.small import TEXTS, program

KNOWN = ("0 <= n && true", "n < limit")


class Slow(FakePlace):
    """Answers so slowly that every deadline is over."""

    def __init__(self, clock: list[float], *args: Any) -> None:
        super().__init__(*args)
        self.clock = clock

    def prove(self, text: str) -> Any:
        self.clock[0] += 1_000
        return super().prove(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose table knows two mutants, each caught by `Theorems.Uses`."""
    (tmp_path / DAFNY).mkdir()
    for file, text in TEXTS.items():
        (tmp_path / DAFNY / file).write_text(text)
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "resources.csv").write_text("task,batches,resource_units,dearest_batch\n")
    found = program()
    several = [m for m in mutants(found) if m.symbol == "Spec.Fair" and m.becomes in KNOWN]
    ends = {m.key: judged(m, "caught", "Theorems.Uses", found) for m in several}
    table.put(tmp_path, table.rows(several, ends), {}, 0)
    return tmp_path


def sampled(root: Path, place: FakePlace, monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    @contextmanager
    def places(*_: object) -> Iterator[list[Workplace]]:
        yield [cast(Workplace, place)]

    monkeypatch.setattr(gate, "_places", places)
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    gate.sample(cast(Any, Found(root)), 7, jobs=1, seconds=10)


class Found:
    """Where Dafny was found: the place does not ask."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env: dict[str, str] = {}

    def find(self) -> None: ...


def test_what_is_caught_as_before_passes_and_nothing_else_is_drawn(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = FakePlace([(becomes, "Theorems.Uses") for becomes in KNOWN])
    sampled(root, place, monkeypatch, [0.0])
    said = capsys.readouterr().out
    assert f"2 caught; of {len(mutants(program()))} the table knows 2 as caught" in said


def test_what_no_proof_notices_any_more_fails_though_the_time_is_over(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    place = Slow(clock, [(KNOWN[1], "Theorems.Uses")])
    with pytest.raises(ToolError, match=r"1 mutants that no proof notices[\s\S]*0 <= n && true"):
        sampled(root, place, monkeypatch, clock)
