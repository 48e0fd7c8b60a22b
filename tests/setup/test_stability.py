"""Proofs that hold by luck are named, and the table is refused where it does not belong to the sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import prooflog
import stability
from mutants.program import Program
from project import CONFIG, PROOFS, ROOT, ToolError
from prooflog import Batch
from stability import FLOOR, Row
from toolchain import Toolchain

SUM = "module Sums { lemma Half(a: int) requires 0 <= a ensures a / 2 <= a {} }\n"


def runs(*units: int, task: str = "Sums.Half (correctness)") -> list[list[Batch]]:
    return [[Batch(task, "Passed", each)] for each in units]


def test_the_cost_is_compared_over_the_seeds() -> None:
    (row,) = stability.rows(runs(300_000, 300_000, 360_000))
    assert row == Row("Sums.Half (correctness)", 1, 320_000, 360_000, 8.8)
    assert row.faults == []


def test_batches_of_one_proof_are_added_and_the_dearest_kept() -> None:
    one = [Batch(f"A.B (correctness) (assertion batch {number})", "Passed", 10) for number in (1, 2)]
    assert stability.rows([one, one]) == [Row("A.B (correctness)", 2, 20, 10, 0.0)]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ((FLOOR, 2 * FLOOR, FLOOR), "varies by 35.4 %"),
        ((2_000_001, 1_900_000, 1_900_000), "a batch takes 2,000,001 units"),
    ],
)
def test_what_breaks_a_limit_is_named(units: tuple[int, ...], said: str) -> None:
    with pytest.raises(ToolError, match=f"hang by a thread:\n    Sums.Half.*{said}"):
        stability.judge(stability.rows(runs(*units)))


def test_small_proofs_are_not_measured_by_their_variation() -> None:
    stability.judge(stability.rows(runs(FLOOR // 10, FLOOR // 5, FLOOR // 10)))


def test_a_seed_that_does_not_prove_is_a_failure() -> None:
    failed = [*runs(5), [Batch("Sums.Half (correctness)", "Failed", 5)]]
    with pytest.raises(ToolError, match=r"every seed:\n    Sums\.Half \(correctness\): not under seed number 2"):
        stability.rows(failed)
    with pytest.raises(ToolError, match="some seeds only"):
        stability.rows([*runs(5), []])


def test_one_proof_that_fails_does_not_lose_the_others(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files beside it are in the table, and the next run tries its own alone."""
    third = SUM.replace("Sums", "Thirds").replace("Half", "Third").replace("/ 2", "/ 3")
    (checkout / "dafny/Thirds.dfy").write_text(third)
    (checkout / stability.TABLE).unlink()
    asked: list[list[str]] = []

    def prove(root: Path, toolchain: Toolchain, files: list[str]) -> list[list[Batch]]:
        asked.append(files)
        outcomes = ["Passed", "Failed", "Passed"]
        return [[Batch("Sums.Half", "Passed", 5), Batch("Thirds.Third", outcome, 5)] for outcome in outcomes]

    monkeypatch.setattr(stability, "_runs", prove)
    for _ in range(2):
        with pytest.raises(ToolError, match=r"Thirds\.Third: not under seed number 2"):
            stability.run(checkout, Toolchain.__new__(Toolchain))
    assert asked == [["Sums.dfy", "Thirds.dfy"], ["Thirds.dfy"]]
    _, table = stability.parse((checkout / stability.TABLE).read_text())
    assert {row.name for row in table} == {"Sums.Half"}


def test_a_file_that_dafny_cannot_prove_several_times_is_proved_seed_by_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(
        root: Path, toolchain: Toolchain, files: list[str], first: int, seeds: int
    ) -> tuple[list[list[Batch]], str]:
        if "Maps.dfy" in files and seeds > 1:
            return [], "Dafny has no words"
        return [[Batch(f"{file}, seed {first + n}", "Passed", 5) for file in files] for n in range(seeds)], ""

    monkeypatch.setattr(stability, "_measured", measured)
    found = stability._runs(ROOT, Toolchain.__new__(Toolchain), ["Maps.dfy", "Sums.dfy"])
    assert [[batch.name for batch in run] for run in found] == [
        [f"Maps.dfy, seed {seed}", f"Sums.dfy, seed {seed}"] for seed in (1, 2, 3)
    ]
    monkeypatch.setattr(stability, "_measured", lambda *_: ([], "Dafny has no words"))
    with pytest.raises(ToolError, match="0 seeds; 3 were asked for:\nDafny has no words"):
        stability._runs(ROOT, Toolchain.__new__(Toolchain), ["Maps.dfy"])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of one lemma, and what was proved of it."""
    (tmp_path / "dafny").mkdir()
    (tmp_path / "dafny/Sums.dfy").write_text(SUM)
    shutil.copyfile(ROOT / CONFIG, tmp_path / CONFIG)
    table = prooflog.render(prooflog.tasks(runs(5)[0]))
    (tmp_path / PROOFS).mkdir()
    (tmp_path / PROOFS / "resources.csv").write_text(table)
    text = stability.render(stability.rows(runs(5, 5, 5)), Program.of(tmp_path).seals)
    (tmp_path / stability.TABLE).write_text(text)
    return tmp_path


def test_the_table_is_read_back(checkout: Path) -> None:
    assert stability.check(checkout) == [Row("Sums.Half (correctness)", 1, 5, 5, 0.0)]


def test_a_table_of_other_sources_is_refused(checkout: Path) -> None:
    (checkout / "dafny/Sums.dfy").write_text("// What half is.\n" + SUM)
    stability.check(checkout)
    (checkout / "dafny/Sums.dfy").write_text(SUM.replace("0 <= a", "0 < a"))
    with pytest.raises(ToolError, match="is of other sources"):
        stability.check(checkout)


def test_a_table_of_other_proofs_is_refused(checkout: Path) -> None:
    table = prooflog.render(prooflog.tasks(runs(5, task="Sums.Third (correctness)")[0]))
    (checkout / PROOFS / "resources.csv").write_text(table)
    with pytest.raises(ToolError, match="different proofs"):
        stability.check(checkout)


@pytest.mark.parametrize("text", ["", "# seeds 3\nsomething\n", f"# seeds 9\n{stability.HEADER}\n"])
def test_what_is_no_table_is_refused(checkout: Path, text: str) -> None:
    (checkout / stability.TABLE).write_text(text)
    with pytest.raises(ToolError, match="no table of stability"):
        stability.check(checkout)


def test_a_broken_row_is_named(checkout: Path) -> None:
    path = checkout / stability.TABLE
    path.write_text(path.read_text().replace(",5,5,", ",five,5,"))
    with pytest.raises(ToolError, match=r"stability\.csv:4: not a row"):
        stability.check(checkout)


def test_a_missing_table_is_refused(checkout: Path) -> None:
    (checkout / stability.TABLE).unlink()
    with pytest.raises(ToolError, match="is missing"):
        stability.check(checkout)


def test_dafny_proves_under_each_seed(checkout: Path, dafny: Toolchain) -> None:
    (checkout / stability.TABLE).unlink()
    stability.run(checkout, dafny)
    seals, table = stability.parse((checkout / stability.TABLE).read_text())
    assert seals == Program.of(checkout).seals
    assert [row.name for row in table] == ["Sums.Half (correctness)", "Sums.Half (well-formedness)"]
    assert table[0].mean > 0


def test_only_what_changed_is_proved_again(
    checkout: Path, dafny: Toolchain, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "dafny/Twice.dfy").write_text(
        'include "Sums.dfy"\nmodule Doubles { lemma Two() ensures 1 + 1 == 2 {} }\n'
    )
    (checkout / "dafny/Gone.dfy").write_text("module Lost { lemma One() ensures 1 == 1 {} }\n")
    stability.run(checkout, dafny)
    assert "proving 2 of 3 files" in capsys.readouterr().out
    (checkout / "dafny/Gone.dfy").unlink()
    (checkout / "dafny/Twice.dfy").write_text(
        'include "Sums.dfy"\nmodule Doubles { lemma Two() ensures 2 == 1 + 1 {} }\n'
    )
    stability.run(checkout, dafny)
    assert "proving 1 of 2 files" in capsys.readouterr().out
    _, table = stability.parse((checkout / stability.TABLE).read_text())
    assert [row.name for row in table] == ["Doubles.Two (correctness)", "Sums.Half (correctness)"]
    assert (table[1].mean, table[1].dearest) == (5, 5)
