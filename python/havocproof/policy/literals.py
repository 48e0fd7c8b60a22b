"""The literals that only policies have: durations and dates. Integers, amounts and sizes are those of the action space.

All raise `GrammarError`, whose problem completes the sentence "`<text>` ...".
"""

from __future__ import annotations

import re
from datetime import date

from havocproof.actions.scalars import GrammarError

_DURATION = re.compile(r"([1-9][0-9]{0,11})(ms|s|m|h|d)")
_NO_TIME = re.compile(r"0+(ms|s|m|h|d)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPANS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_EPOCH = date(1970, 1, 1).toordinal()
_MOST = 366 * 100 * _SPANS["d"]


def parse_duration(text: str) -> int:
    """`500ms 30s 10m 4h 1d` in milliseconds; at most a century."""
    match = _DURATION.fullmatch(text)
    if match is None:
        if _NO_TIME.fullmatch(text) is not None:
            raise GrammarError("is no time at all", "Write at least 1ms, as 30s")
        raise GrammarError("is no duration", "Write a whole number and one of ms, s, m, h, d, as 30s")
    span = int(match[1]) * _SPANS[match[2]]
    if span > _MOST:
        raise GrammarError("is too long", "Durations stay below a century")
    return span


def format_duration(span: int) -> str:
    """What `parse_duration` reads back: milliseconds in the longest unit that says them exactly."""
    unit = max((unit for unit in _SPANS if span % _SPANS[unit] == 0), key=_SPANS.__getitem__)
    return f"{span // _SPANS[unit]}{unit}"


def parse_date(text: str) -> int:
    """`2026-11-23` as days since 1970-01-01."""
    try:
        if _DATE.fullmatch(text) is not None:
            return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        pass
    raise GrammarError("is no date", "Write year, month and day, as 2026-11-23")


def format_date(days: int) -> str:
    """What `parse_date` reads back."""
    return date.fromordinal(days + _EPOCH).isoformat()
