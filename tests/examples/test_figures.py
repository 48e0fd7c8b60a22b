"""Report and chart hold the figures of the data files, recomputed here from the CSV by other means."""

from __future__ import annotations

import csv
import hashlib
import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from examples.research_desk.figures import TITLES, check
from examples.research_desk.report import report_text
from examples.research_desk.world import DATA
from havocproof.stores import Record, read
from havocproof.stores.records import canonical
from tests.examples.conftest import Ran

SYMBOLS = ("AAA", "BBB", "CCC")


def rows(name: str, symbol: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["symbol"] == symbol]


def two_places(value: Fraction) -> str:
    """Rounded half away from zero, with digits in groups and a true minus sign."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return f"{'−' if value < 0 and cents else ''}{cents // 100:,}.{cents % 100:02d}"


def whole(value: int) -> str:
    return f"{'−' if value < 0 else ''}{abs(value):,}"


def expected(symbol: str) -> dict[str, str]:
    closes = [int(row["close_cents"]) for row in rows("prices", symbol)]
    filed = rows("filings", symbol)
    revenue = sum(int(row["revenue_thousand"]) for row in filed)
    income = sum(int(row["income_thousand"]) for row in filed)
    return {
        "last_close": two_places(Fraction(closes[-1], 100)),
        "change_percent": two_places(Fraction(100 * closes[-1], closes[0]) - 100),
        "low": two_places(Fraction(min(closes), 100)),
        "high": two_places(Fraction(max(closes), 100)),
        "revenue": whole(revenue),
        "income": whole(income),
        "margin_percent": two_places(Fraction(100 * income, revenue)),
    }


def test_the_data_are_a_year_of_weeks_and_four_quarters() -> None:
    for symbol in SYMBOLS:
        assert len(rows("prices", symbol)) == 52
        assert len(rows("filings", symbol)) == 4


def test_the_report_has_every_figure_with_the_record_of_its_query(ran: Ran) -> None:
    report = ran.run.report.read_text(encoding="utf-8")
    records = {record.seq: record for record in read(ran.run.journal_path)}
    for name, title in TITLES.items():
        (line,) = [line for line in report.splitlines() if line.startswith(f"| {title} |")]
        cells = [cell.strip() for cell in line.split("|")[2:-1]]
        for symbol, cell in zip(SYMBOLS, cells, strict=True):
            found = re.fullmatch(r"(\S+) \[([0-9]+)\]", cell)
            assert found is not None, cell
            assert found[1] == expected(symbol)[name]
            assert_is_the_query(records, int(found[2]), symbol, name)


def assert_is_the_query(records: dict[int, Record], seq: int, symbol: str, name: str) -> None:
    """Record `seq` ends a query on this symbol, and its hash is that of the result as the data files have it."""
    outcome = records[seq]
    assert outcome.kind == "outcome"
    action = records[outcome.data["intent"]].data["action"]
    assert action["action"] == "sql.query"
    assert action["args"]["parameters"] == [symbol]
    closes = [(row["day"], int(row["close_cents"])) for row in rows("prices", symbol)]
    filed = rows("filings", symbol)
    if name in ("last_close", "change_percent"):
        values: list[list[object]] = [list(row) for row in closes]
    elif name in ("low", "high"):
        cents = [close for _, close in closes]
        values = [[min(cents), max(cents)]]
    else:
        values = [[sum(int(row[f"{column}_thousand"]) for row in filed) for column in ("revenue", "income")]]
    columns = re.findall(
        r"(?:min|max|sum)\([a-z_]+\)|(?<=SELECT )day|(?<=day, )close_cents", action["args"]["statement"]
    )
    text = canonical({"columns": columns, "rows": values, "more": False})
    assert outcome.data["result"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_the_chart_shows_every_line_with_its_figures_and_runs_nothing(ran: Ran) -> None:
    text = ran.run.chart.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    words = [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
    for symbol in SYMBOLS:
        figures = expected(symbol)
        assert f"{symbol}  {figures['change_percent']} %, {figures['last_close']} USD" in words
    lines = [
        element
        for element in root.iter()
        if element.tag.endswith("}path") and element.get("class") == "line reactive nofill"
    ]
    assert len(lines) == len(SYMBOLS)
    for line in lines:
        assert len(re.findall(r"[0-9.]+ [0-9.]+", line.get("d", ""))) == 52
    assert not [element for element in root.iter() if element.tag.endswith("}script")]


def test_the_report_shows_the_chart_and_the_file_is_where_it_points(ran: Ran) -> None:
    report = ran.run.report.read_text(encoding="utf-8")
    (target,) = re.findall(r"!\[[^]]*\]\(([^)]*)\)", report)
    assert (ran.run.report.parent / target).resolve() == ran.run.chart.resolve()


def test_the_lost_minus_sign_is_found_and_nothing_else_is_wrong(ran: Ran) -> None:
    claims = ran.run.board.claims
    assert len(claims) == 10
    assert [(claim.symbol, claim.name) for claim in claims if not claim.agrees] == [("BBB", "income")]
    report = ran.run.report.read_text(encoding="utf-8")
    assert "10 claims were checked; 9 agree" in report
    assert "BBB, income: the note says 12,196; the data say −12,196" in report


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("claim: income = 12", [("income", "12")]),
        ("- claim: low = -0.50\n* claim: high = 3\n", [("low", "-0.50"), ("high", "3")]),
        ("I claim: nothing\nclaim: low = much\nclaim:low=1", [("low", "1")]),
        ("", []),
    ],
)
def test_claims_are_read_from_lines_of_their_form_only(note: str, found: list[tuple[str, str]]) -> None:
    claims = check("AAA", note, [])
    assert [(claim.name, str(claim.value)) for claim in claims] == found
    assert not any(claim.agrees for claim in claims)


def test_a_summary_cannot_put_markup_into_the_report(ran: Ran) -> None:
    board = ran.run.board
    board.summaries["publisher"], before = (
        "![x](http://collector.example/leak) <img src=x>\n# Buy `CCC`",
        board.summaries["publisher"],
    )
    try:
        report = report_text(board)
    finally:
        board.summaries["publisher"] = before
    assert "> \\!\\[x\\]\\(http://collector.example/leak\\) \\<img src=x\\>\n> \\# Buy \\`CCC\\`" in report
