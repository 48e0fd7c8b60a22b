"""Which patterns of places lie in one another, and which meet. Exact: there are always names that no pattern lists."""

from __future__ import annotations

from collections.abc import Iterable

from havocproof.kernel.source import Pattern


def within(inner: Pattern, outer: Pattern) -> bool:
    """Whether every place of `inner` is one of `outer`."""
    if outer.open:
        if len(inner.symbols) < len(outer.symbols):
            return False
    elif inner.open or len(inner.symbols) != len(outer.symbols):
        return False
    return all(out is None or out == symbol for symbol, out in zip(inner.symbols, outer.symbols, strict=False))


def within_any(inner: Pattern, outers: Iterable[Pattern]) -> bool:
    """Whether every place of `inner` is one of a single pattern of `outers`."""
    return any(within(inner, outer) for outer in outers)


def meet(one: Pattern, other: Pattern) -> bool:
    """Whether some place is in both."""
    if len(one.symbols) != len(other.symbols):
        shorter = one if len(one.symbols) < len(other.symbols) else other
        if not shorter.open:
            return False
    return all(a is None or b is None or a == b for a, b in zip(one.symbols, other.symbols, strict=False))


def meets_any(one: Pattern, others: Iterable[Pattern]) -> bool:
    """Whether some place of `one` is in a pattern of `others`."""
    return any(meet(one, other) for other in others)
