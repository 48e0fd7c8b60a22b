"""The six policies of the language's design through the commands: their claims hold, and every format takes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from havocproof.cli.main import main
from tests.cli.ci import ROOT
from tests.reports.test_page import Strict
from tests.reports.test_sarif import check

SHARED = ROOT / "tests" / "policy" / "shared"
CLAIMS = {
    "banking-assistant": 6,
    "coding-agent": 9,
    "mcp-proxy": 5,
    "research-desk": 10,  # three of them its guard's
    "retail-support": 6,
    "sql-analyst": 6,
}
FILES = [str(SHARED / f"{name}.yaml") for name in CLAIMS]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them proved once, with every file that can be written."""
    folder = tmp_path_factory.mktemp("reports")
    options = [text for name in ("sarif", "junit", "html", "markdown") for text in (f"--{name}", str(folder / name))]
    assert main(["prove", "--no-cache", *options, *FILES]) == 0
    return folder


def test_the_42_claims_hold_and_are_told_in_every_format(written: Path) -> None:
    suites = Xml.parse(written / "junit").getroot()
    assert {Path(suite.get("name", "")).stem: int(suite.get("tests", "0")) for suite in suites} == CLAIMS
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("42", "0", "0")
    rows = [line for line in (written / "markdown").read_text().splitlines() if line.endswith(" |") and "holds" in line]
    assert len(rows) == 42


def test_the_page_has_a_picture_of_each(written: Path) -> None:
    page = Strict((written / "html").read_text())
    assert sum(tag == "svg" for tag, _ in page.seen) == len(CLAIMS)
    assert "42 of 42 invariants hold." in page.words()
    texts = {text for tag, text in page.texts if tag == "text"}
    assert {"trader", "researcher", "every session", "trading"} <= texts


def test_sarif_has_the_warnings_alone(written: Path) -> None:
    results = check(json.loads((written / "sarif").read_text()))
    assert {result["ruleId"] for result in results} == {"W-BOX"}
    assert {result["level"] for result in results} == {"warning"}


@pytest.mark.parametrize("file", FILES, ids=CLAIMS.keys())
def test_compared_with_itself_nothing_is_permitted_or_declared(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--json", "--fail-on-wider", file, file]) == 0
    (found,) = json.loads(capsys.readouterr().out)["differences"]
    assert (found["opened"], found["changes"], found["closed"], found["complete"]) == ([], [], [], True)


# One edit each, as a hurried hand makes it: what it is called in the difference, and the claim that breaks.
EDITS: dict[str, tuple[str, str, str, str]] = {
    "banking-assistant": ("max: 2500.00 EUR", "max: 9500.00 EUR", "permits what nothing permitted", "no-large-payment"),
    "coding-agent": (
        "method: [GET, HEAD]",
        "method: [GET, HEAD, POST]",
        "permits what nothing permitted",
        "reads-only-over-http",
    ),
    "sql-analyst": ("rows: {max: 500}", "rows: {max: 900}", "permits what nothing permitted", "customers-small"),
}


@pytest.mark.parametrize(("name", "edit"), EDITS.items(), ids=EDITS.keys())
def test_an_edit_is_told_by_its_line_and_breaks_a_claim(
    name: str, edit: tuple[str, str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after, opening, claim = edit
    text = (SHARED / f"{name}.yaml").read_text()
    assert before in text
    path = tmp_path / f"{name}.yaml"
    path.write_text(text.replace(before, after))
    assert main(["diff", "--fail-on-wider", str(SHARED / f"{name}.yaml"), str(path)]) == 4
    assert opening in capsys.readouterr().out
    assert main(["prove", "--no-cache", "--json", str(path)]) == 4
    found: Any = json.loads(capsys.readouterr().out)["policies"][0]["results"]
    assert [each["id"] for each in found if each["status"] == "broken"] == [claim]
