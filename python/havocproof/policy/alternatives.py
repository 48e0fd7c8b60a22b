"""Alternatives: what a test has chosen, as conjunctions of the kernel's tests of which one has to hold.

Most tests are one alternative of one kernel test. Several arise where the kernel has no single test for a union: an
optional integer that is absent or bounded, bounds in two currencies, places with a `not` beside a pattern, values of
records beside values that are written out. `not` is a conjunction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NoReturn

from havocproof.kernel.source import Compared, Holding, Named, Pattern, Placed, Range, Ranged, Ref, Test
from havocproof.policy.axes import ENUM, INT, NAME, NO, PLACE, TEXT, WITHIN, YES, Axis
from havocproof.policy.patterns import ABSENT
from havocproof.policy.ranges import outside, union

Alternatives = tuple[tuple[Test, ...], ...]
ANY: Alternatives = ((),)
_EVERY = (Range(None, -1), Range(0, None))  # the kernel has no range without a bound


class Empty(Exception):
    """A test that chooses nothing, or leaves nothing out."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy


@dataclass(slots=True)
class Chosen:
    """What the alternatives of one test have chosen so far. `absent`: the argument may be missing.

    `looked`: what is compared with records, one conjunction an alternative, with the currency it is in.
    """

    names: set[str] = field(default_factory=set)
    patterns: dict[Pattern, None] = field(default_factory=dict)
    ranges: dict[str, list[Range]] = field(default_factory=dict)  # by currency, "" where there is none
    looked: dict[tuple[str, tuple[Test, ...]], None] = field(default_factory=dict)
    absent: bool = False


def alternatives(axis: Axis, chosen: Chosen, excluded: list[Chosen]) -> Alternatives:
    """What is chosen, or is none of what one of `excluded` has chosen. Raises `Empty`."""
    if chosen.looked or any(each.looked for each in excluded):
        return _with_records(axis, chosen, excluded)
    if axis.sort in (NAME, ENUM):
        return (_names(axis, chosen, excluded),)
    if axis.sort == WITHIN:
        held = [(Holding(axis.kernel, frozenset(chosen.names)),)] if chosen.names else []
        return (*held, *((Holding(axis.kernel, frozenset(each.names), False),) for each in excluded))
    if axis.sort == PLACE:
        patterns = [_places(axis, chosen, True)] if chosen.patterns or chosen.absent else []
        rest = [_places(axis, each, False) for each in excluded]
        if axis.optional and not all(each.absent for each in excluded):
            rest.append((Named(axis.kernel, frozenset({""})),))  # what was not given lies in no pattern
        return (*patterns, *rest)
    found: list[tuple[Test, ...]] = [
        (*_present(axis), *_of(axis, currency), *ranged(axis, union(ranges)))
        for currency, ranges in chosen.ranges.items()
    ]
    if chosen.absent:
        found.append((Named(axis.given, frozenset({NO})),))
    for each in excluded:
        found += _complement(axis, each)
    return tuple(dict.fromkeys(found)) or _nothing(axis)


def _with_records(axis: Axis, chosen: Chosen, excluded: list[Chosen]) -> Alternatives:
    """Values of records beside what is written out: each is an alternative of its own. A `not` is a conjunction."""
    found: list[tuple[Test, ...]] = []
    if chosen.names or chosen.patterns or chosen.ranges or chosen.absent:
        found += alternatives(axis, replace(chosen, looked={}), [])
    found += ((*_present(axis), *_of(axis, currency), *tests) for currency, tests in chosen.looked)
    for each in excluded:
        written = replace(each, looked={})
        sides: list[Sequence[tuple[Test, ...]]] = []
        if written.names or written.patterns or written.ranges or written.absent:
            sides.append(alternatives(axis, Chosen(), [written]))
        sides += (_contrary(axis, currency, tests) for currency, tests in each.looked)
        found += (tuple(test for side in sides_ for test in side) for sides_ in product(*sides))
    return tuple(dict.fromkeys(found))


def _names(axis: Axis, chosen: Chosen, excluded: list[Chosen]) -> tuple[Test, ...]:
    names = chosen.names | ({""} if chosen.absent else set())
    if not excluded:
        return (Named(axis.kernel, frozenset(names)),)
    out = set.intersection(*({*each.names, *([""] if each.absent else [])} for each in excluded)) - names
    if axis.sort != ENUM:
        if not out:
            raise Empty("E-AXIS", "this test leaves nothing out", "Write `any`.")
        return (Named(axis.kernel, frozenset(out), False),)
    rest = ({*axis.names, *([""] if axis.optional else [])}) - out
    return (Named(axis.kernel, frozenset(rest)),) if rest else _nothing(axis)


def _nothing(axis: Axis) -> NoReturn:
    raise Empty("E-INT", f"nothing is left of `{axis.name}`", "Leave less out.")


def _places(axis: Axis, chosen: Chosen, want: bool) -> tuple[Test, ...]:
    patterns = (*chosen.patterns, *([ABSENT] if chosen.absent else []))
    if want and axis.optional and not chosen.absent:
        # An argument that was not given is one empty segment to the kernel, and a star would take it.
        return (Placed(axis.kernel, patterns), Named(axis.kernel, frozenset({""}), False))
    return (Placed(axis.kernel, patterns, want),)


def _present(axis: Axis) -> tuple[Test, ...]:
    """An optional number was given. What was not given on other axes is "", which no test takes for a value."""
    return (Named(axis.given, frozenset({YES})),) if axis.optional and axis.sort in (INT, TEXT) else ()


def _of(axis: Axis, currency: str, want: bool = True) -> tuple[Test, ...]:
    return (Named(axis.currency_axis, frozenset({currency}), want),) if currency else ()


def ranged(axis: Axis, ranges: tuple[Range, ...]) -> tuple[Test, ...]:
    """Ranges that hold every integer still are a test: a measure that is not known lies in none of them."""
    return (Ranged(axis.kernel, _EVERY if ranges == (Range(None, None),) else ranges),)


def _complement(axis: Axis, left_out: Chosen) -> list[tuple[Test, ...]]:
    """Everything but what `left_out` has chosen."""
    rest: list[tuple[Test, ...]] = []
    if axis.optional and not left_out.absent:
        rest.append((Named(axis.given, frozenset({NO})),))
    priced = frozenset(currency for currency in left_out.ranges if currency)
    if priced:
        rest.append((*_present(axis), Named(axis.currency_axis, priced, False)))
    elif not left_out.ranges:
        rest.append(_present(axis))
    for currency, ranges in left_out.ranges.items():
        outer = outside(union(ranges), axis.low, axis.high)
        if outer:
            rest.append((*_present(axis), *_of(axis, currency), Ranged(axis.kernel, outer)))
    return rest


def _contrary(axis: Axis, currency: str, tests: tuple[Test, ...]) -> list[tuple[Test, ...]]:
    """Everything but where all of `tests` hold, in this currency. An argument that was not given is no value at all."""
    rest: list[tuple[Test, ...]] = []
    if axis.optional:
        rest.append((_absent(axis),))
    if currency:
        rest.append((*_present(axis), *_of(axis, currency, False)))
    rest += ((*_present(axis), *_of(axis, currency), replace(test, want=not test.want)) for test in tests)
    return rest


def _absent(axis: Axis) -> Test:
    """The argument was not given."""
    if axis.sort in (INT, TEXT):
        return Named(axis.given, frozenset({NO}))
    return Named(axis.kernel, frozenset({""}))


def recorded_bound(word: str, axis: Axis, ref: Ref) -> Alternatives:
    """A bound that a record gives. The kernel knows "at most" and "exactly"."""
    most, exactly = Compared(axis.kernel, ref), Compared(axis.kernel, ref, True)
    above, other = replace(most, want=False), replace(exactly, want=False)
    return {"max": ((most,),), "above": ((above,),), "below": ((most, other),), "min": ((above,), (exactly,))}[word]
