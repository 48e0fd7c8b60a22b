"""Unions and complements of ranges of integers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from havocproof.kernel.source import Range


def union(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same integers in ascending ranges that neither overlap nor touch."""
    out: list[Range] = []
    for item in sorted(ranges, key=_low):
        last = out[-1] if out else None
        if last is None or (last.hi is not None and item.lo is not None and item.lo > last.hi + 1):
            out.append(item)
        elif last.hi is not None:
            out[-1] = Range(last.lo, None if item.hi is None else max(last.hi, item.hi))
    return tuple(out)


def outside(ranges: tuple[Range, ...], low: int | None, high: int | None) -> tuple[Range, ...]:
    """What a union of ranges leaves of `low` to `high`; None is no bound. Expects what `union` gives."""
    out: list[Range] = []
    start = low
    for item in ranges:
        if item.lo is not None and (start is None or start < item.lo):
            out.append(Range(start, item.lo - 1))
        if item.hi is None:
            return tuple(out)
        start = item.hi + 1 if start is None else max(start, item.hi + 1)
    if high is None or start is None or start <= high:
        out.append(Range(start, high))
    return tuple(out)


def gaps(ranges: Iterable[Range]) -> list[tuple[int, int]]:
    """The integers between neighbouring ranges, as first and last of each gap."""
    merged = union(ranges)
    return [(one.hi + 1, two.lo - 1) for one, two in pairwise(merged) if one.hi is not None and two.lo is not None]


def _low(item: Range) -> tuple[bool, int]:
    return (item.lo is not None, item.lo or 0)


def covers(outer: tuple[Range, ...], inner: tuple[Range, ...]) -> bool:
    """Whether every integer of `inner` is in `outer`."""
    merged = union(outer)
    return all(
        any(
            (whole.lo is None or (part.lo is not None and whole.lo <= part.lo))
            and (whole.hi is None or (part.hi is not None and part.hi <= whole.hi))
            for whole in merged
        )
        for part in inner
    )
