"""The ends of months in UTC, by the calendar of the standard library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.gate.clock import Months, month_end, system_clock
from havocproof.stores.base import LAST_MS
from tests.gate.world import MONTH_END, NOON

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(*when: int) -> int:
    return (datetime(*when, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (0, ms(1970, 2, 1)),
        (ms(2026, 11, 23), ms(2026, 12, 1)),
        (ms(2026, 12, 31, 23, 59, 59), ms(2027, 1, 1)),
        (ms(2027, 1, 1), ms(2027, 2, 1)),
        (ms(2028, 2, 28), ms(2028, 3, 1)),
        (ms(2028, 2, 29), ms(2028, 3, 1)),
        (ms(2100, 2, 28, 12), ms(2100, 3, 1)),
        (LAST_MS, LAST_MS + 1),
        (NOON, MONTH_END),
    ],
)
def test_month_ends(now: int, end: int) -> None:
    assert month_end(now) == end


@given(st.integers(0, LAST_MS))
def test_a_month_end_is_the_next_first_of_a_month(now: int) -> None:
    end = month_end(now)
    assert now < end <= now + 31 * 86_400_000
    last = EPOCH + timedelta(milliseconds=end - 1)
    here = EPOCH + timedelta(milliseconds=now)
    assert (last.year, last.month) == (here.year, here.month)
    assert month_end(end - 1) == end


@given(st.lists(st.integers(0, LAST_MS), max_size=20))
def test_the_memory_of_months_changes_nothing(times: list[int]) -> None:
    months = Months()
    assert [months.end(now) for now in times] == [month_end(now) for now in times]


def test_the_system_clock_is_in_milliseconds() -> None:
    assert ms(2024, 1, 1) < system_clock() < ms(2100, 1, 1)
