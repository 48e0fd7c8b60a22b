"""run.py as people start it: its exit codes, what it prints, what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from examples.research_desk import command
from examples.research_desk.checks import problems
from examples.research_desk.table import as_json, render
from havocproof.stores import Head, verify
from tests.examples.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in an environment with nothing in it but the way to the package."""
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / "research_desk" / "run.py"), *arguments],
        cwd=cwd,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT / "python"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_runs_from_anywhere_and_says_what_happened(tmp_path: Path) -> None:
    done = start("--out", "here", cwd=tmp_path, COLUMNS="100")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    report = tmp_path / "here" / "workspace" / "report" / "report.md"
    for word in ("STOPPED (29)", "ASKED (2)", "PERMITTED", "denied: read-only", "adds up", "verified", str(report)):
        assert word in done.stdout
    assert "Every misbehaviour was stopped" in done.stdout
    assert "The desk runs in" in done.stderr
    assert "drop table" in done.stderr.lower()
    assert report.is_file()
    assert verify(tmp_path / "here" / "journal.db").ok


def test_json_and_quiet(tmp_path: Path) -> None:
    done = start("--out", "here", "--json", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["ok"] is True
    assert document["problems"] == []
    assert document["journal"]["verified"] is True
    assert document["ledger"] == {"problems": [], "payments": 3}
    head = Head(document["journal"]["head"]["seq"], document["journal"]["head"]["hash"])
    assert verify(document["journal"]["path"], head).ok
    dropped = [row for row in document["outcomes"] if row["action"] == "DROP TABLE filings"]
    assert [(row["verdict"], row["rule"]) for row in dropped] == [("denied", "read-only (never)")]
    assert dropped[0]["reason"] == "The market data are read-only for agents."
    assert {"action": "money.payment", "rule": "small-invoice", "times": 3, "agents": "payables"} in document[
        "permitted"
    ]


def test_help_needs_nothing_and_runs_nothing(tmp_path: Path) -> None:
    done = start("--help", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("--out DIR", "--quiet", "--json", "HAVOCPROOF_MODEL_URL"):
        assert word in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = start("--out", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_model_without_its_key_is_wrong_use(tmp_path: Path) -> None:
    done = start("--out", "here", cwd=tmp_path, HAVOCPROOF_MODEL_URL="https://models.example/v1")
    assert done.returncode == 2
    assert "HAVOCPROOF_MODEL_KEY" in done.stderr
    assert not (tmp_path / "here").exists()


def test_fresh_directories_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.fresh_directory(tmp_path / "no-checkout") == tmp_path / "research_desk-out"
    (tmp_path / "pyproject.toml").touch()
    first = command.fresh_directory(tmp_path)
    assert first == tmp_path / "build" / "research_desk"
    first.mkdir(parents=True)
    assert command.fresh_directory(tmp_path) == tmp_path / "build" / "research_desk-2"


@pytest.mark.parametrize("width", [60, 80, 100, 140, 400])
def test_the_table_keeps_to_its_width_and_loses_no_word(ran: Ran, width: int) -> None:
    text = render(ran.run, width)
    assert max(map(len, text.splitlines())) <= min(max(width, 80), 160)
    words = "".join(text.split())
    for row in as_json(ran.run)["outcomes"]:  # type: ignore[attr-defined]
        assert str(row["record"]) in words
    for rule in ("read-only", "unseen-invoices", "size", "small-invoice"):
        assert rule in words


def test_what_is_amiss_is_an_exit_code_and_a_list(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {**ran.run.after.tables, "prices": "0" * 64}
    tampered = replace(ran.run, after=replace(ran.run.after, tables=tables))
    assert problems(tampered) == ["tables: prices has changed"]
    monkeypatch.setattr(command, "run_desk", lambda *arguments, **options: tampered)
    assert command.main(["--quiet", "--out", str(tmp_path / "out")]) == 1
    assert "NOT CONTAINED: 1\n- tables: prices has changed" in capsys.readouterr().out


def test_a_misbehaviour_that_was_performed_is_a_problem(ran: Ran) -> None:
    said = next(given for given in ran.run.given if given.line.wrong == "")
    wrong = replace(said, line=replace(said.line, wrong="does what it may not", ends="denied"))
    given = tuple(wrong if one is said else one for one in ran.run.given)
    assert problems(replace(ran.run, given=given)) == ["lead does what it may not: performed, not denied"]
