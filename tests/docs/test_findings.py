"""The table of findings on its page says what the code says."""

from __future__ import annotations

from havocproof.pocketflow.findings import CODES
from tests.docs.pages import ROOT, codes, table


def test_every_finding_is_on_the_page_as_it_is_told() -> None:
    rows = table(ROOT / "docs" / "findings.md", "finding", "level", "what PocketFlow does", "what to do")
    assert {codes(row[0])[0]: tuple(row[1:]) for row in rows} == CODES
