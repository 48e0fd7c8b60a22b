"""The desk's figures: recomputed from the data, each with the journal's record of the query that it comes from.

No figure is taken from a model. Prices are in cents and filings in thousand USD, integers both; what is derived from
them is exact until it is rounded once, to two decimals, half away from zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from havocproof.actions import SqlQuery

CLAIMS = ("last_close", "change_percent", "low", "high", "revenue", "income", "margin_percent")
"""The figures by name, as claims and the report write them."""

TITLES = {
    "last_close": "Last close, USD",
    "change_percent": "Change over the year, %",
    "low": "Lowest close, USD",
    "high": "Highest close, USD",
    "revenue": "Revenue, four quarters, thousand USD",
    "income": "Net income, four quarters, thousand USD",
    "margin_percent": "Net margin, %",
}
_CLAIM = re.compile(r"^\W*claim:\s*([a-z_]+)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)\b", re.MULTILINE)
_MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """`seqs`: the journal's records of the queries that it was computed from."""

    symbol: str
    name: str
    value: Decimal
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Closing prices in cents by day, oldest first."""

    symbol: str
    days: tuple[str, ...]
    closes: tuple[int, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a note says about a figure. `figure`: what was recomputed, or None if there is no such figure."""

    symbol: str
    name: str
    value: Decimal
    figure: Figure | None

    @property
    def agrees(self) -> bool:
        return self.figure is not None and self.value == self.figure.value


def closes(symbol: str) -> SqlQuery:
    """Day and close in cents, oldest first."""
    return _query("SELECT day, close_cents FROM prices WHERE symbol = ? ORDER BY day", symbol)


def extremes(symbol: str) -> SqlQuery:
    """Lowest and highest close in cents."""
    return _query("SELECT min(close_cents), max(close_cents) FROM prices WHERE symbol = ?", symbol)


def four_quarters(symbol: str) -> SqlQuery:
    """Revenue and net income of the last four quarters, thousand USD."""
    return _query(
        "SELECT sum(revenue_thousand), sum(income_thousand) FROM (SELECT revenue_thousand, income_thousand"
        " FROM filings WHERE symbol = ? ORDER BY period DESC LIMIT 4)",
        symbol,
    )


def from_prices(
    symbol: str, rows: Sequence[Sequence[Any]], low_high: Sequence[Any], seqs: tuple[int, int]
) -> Iterator[Figure]:
    """The figures of `closes` and `extremes`, whose records are `seqs`."""
    first, last = int(rows[0][1]), int(rows[-1][1])
    low, high = (int(value) for value in low_high)
    yield Figure(symbol, "last_close", _cents(last), seqs[:1])
    yield Figure(symbol, "change_percent", percent(last - first, first), seqs[:1])
    yield Figure(symbol, "low", _cents(low), seqs[1:])
    yield Figure(symbol, "high", _cents(high), seqs[1:])


def from_filings(symbol: str, sums: Sequence[Any], seq: int) -> Iterator[Figure]:
    """The figures of `four_quarters`, whose record is `seq`."""
    revenue, income = (int(value) for value in sums)
    yield Figure(symbol, "revenue", Decimal(revenue), (seq,))
    yield Figure(symbol, "income", Decimal(income), (seq,))
    yield Figure(symbol, "margin_percent", percent(income, revenue), (seq,))


def check(symbol: str, note: str, figures: Iterable[Figure]) -> list[Claim]:
    """The claims in a note, each beside the figure that was recomputed."""
    known = {(figure.symbol, figure.name): figure for figure in figures}
    return [Claim(symbol, name, Decimal(number), known.get((symbol, name))) for name, number in _CLAIM.findall(note)]


def percent(part: int, whole: int) -> Decimal:
    """`part` of `whole` in percent, two decimals."""
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def written(value: Decimal) -> str:
    """A figure as the report writes it: digits in groups of three, a true minus sign."""
    return f"{value:,}".replace("-", "−")


def _cents(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def _query(statement: str, symbol: str) -> SqlQuery:
    return SqlQuery(database="desk", statement=statement, parameters=(symbol,), max_rows=_MOST_ROWS)
