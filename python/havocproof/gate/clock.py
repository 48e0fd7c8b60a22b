"""The gate's time: milliseconds since the epoch, UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def system_clock() -> int:
    """The operating system's wall clock."""
    return time.time_ns() // 1_000_000


def month_end(now: int) -> int:
    """The first millisecond of the next calendar month in UTC, always later than `now` (ms since the epoch, before
    10000).
    """
    # No float: a double cannot hold every millisecond exactly.
    at = _EPOCH + timedelta(milliseconds=now)
    if at.year == 9999 and at.month == 12:
        return 253402300800000
    first = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    return (first - _EPOCH) // _MILLISECOND


class Months:
    """`month_end` with a memory: it is asked at each decision and changes twelve times a year. Ask under one lock."""

    def __init__(self) -> None:
        self._begin = 0
        self._end = 0

    def end(self, now: int) -> int:
        """As `month_end`."""
        if not self._begin <= now < self._end:
            self._begin, self._end = now, month_end(now)
        return self._end
