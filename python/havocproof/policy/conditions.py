"""A test on one axis, lowered: alternatives, each a conjunction of the kernel's tests (POLICY.md 2.2).

Most tests are one alternative of one kernel test. Several arise where the kernel has no single test for a union: an
optional integer that is absent or bounded, bounds in two currencies, places with a `not` beside a pattern. A rule with
such a test becomes several kernel rules under one id.

Two alternatives mean "or", so they are exact only where a rule matches, never under `unless`: there a test must have
one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from havocproof.actions.amounts import DECIMALS, format_amount, parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer, parse_size
from havocproof.kernel.source import Holding, Named, Pattern, Placed, Range, Ranged, Test
from havocproof.policy.axes import ENUM, INT, NAME, NO, PLACE, TEXT, WITHIN, YES, Axis
from havocproof.policy.literals import format_date, parse_date
from havocproof.policy.patterns import ABSENT, pattern, place
from havocproof.policy.problems import Problems
from havocproof.policy.ranges import outside, union
from havocproof.policy.sets import WORDS, Set, Sets, plain_name
from havocproof.policy.tree import Items, Mapping, Node, Text

Alternatives = tuple[tuple[Test, ...], ...]
ANY: Alternatives = ((),)

_SHORT = 8  # items of a list that is worth remembering
_EVERY = (Range(None, -1), Range(0, None))  # the kernel has no range without a bound
_BOUNDS = ("min", "max", "above", "below")
_READERS: dict[str, Callable[[str], int]] = {"plain": parse_integer, "size": parse_size, "date": parse_date}


class Refused(Exception):
    """A test with a problem that has been noted."""


@dataclass(slots=True)
class _Chosen:
    """What the alternatives of one test have chosen so far. `absent`: the argument may be missing."""

    names: set[str] = field(default_factory=set)
    patterns: dict[Pattern, None] = field(default_factory=dict)
    ranges: dict[str, list[Range]] = field(default_factory=dict)  # by currency, "" where there is none
    absent: bool = False


class Conditions:
    """Lowers the tests of one policy. Results are shared, because most tests are written many times."""

    def __init__(self, problems: Problems, sets: Sets) -> None:
        self.problems = problems
        self.sets = sets
        self.cost_currency = ""
        self._seen: dict[tuple[Axis, object, bool], Alternatives] = {}

    def lower(self, axis: Axis, node: Node, may_exclude: bool) -> Alternatives | None:
        """The alternatives of one test, or None with the problem noted.

        `may_exclude`: `not` is allowed on open domains.
        """
        form = node.value if isinstance(node, Text) else _form(node)
        if form is None:
            return self._lower(axis, node, may_exclude)
        key = (axis, form, may_exclude)
        found = self._seen.get(key)
        if found is None:
            found = self._lower(axis, node, may_exclude)
            if found is not None:
                self._seen[key] = found
        return found

    def _lower(self, axis: Axis, node: Node, may_exclude: bool) -> Alternatives | None:
        try:
            if isinstance(node, Text) and node.value == "any":
                return ANY
            chosen = _Chosen()
            excluded: list[_Chosen] = []
            for item in node.items if isinstance(node, Items) else [node]:
                inner = item.fields.get("not") if isinstance(item, Mapping) and len(item.fields) == 1 else None
                if inner is None:
                    self._item(axis, item, chosen)
                    continue
                if not may_exclude and axis.sort != ENUM:
                    message = f"`not` in a permit permits every {_thing(axis)} that you did not think of"
                    self.problems.add(
                        "E-NOT", item, message, f"Permit a set, or permit `{axis.name}: any` and add a forbid."
                    )
                    raise Refused
                left_out = _Chosen()
                for each in inner.items if isinstance(inner, Items) else [inner]:
                    self._item(axis, each, left_out)
                excluded.append(left_out)
            return self._alternatives(axis, node, chosen, excluded)
        except Refused:
            return None

    # ---- one alternative ----

    def _item(self, axis: Axis, item: Node, chosen: _Chosen) -> None:
        if isinstance(item, Text):
            if item.value.startswith("$"):
                self._reference(axis, item, chosen)
            elif item.value in WORDS:
                self._word(axis, item, chosen)
            else:
                self._literal(axis, item, chosen, False)
        elif isinstance(item, Items):
            self._refuse("E-KEY", item, "a list inside a list", "Write one list of alternatives.")
        elif set(item.fields) == {"is"} and isinstance(item.fields["is"], Text):
            self._literal(axis, item.fields["is"], chosen, True)
        elif set(item.fields) == {"of", "by"}:
            self.problems.soon(item, "fields of records, `{of: ..., by: ...}`, are")
            raise Refused
        elif axis.sort in (INT, TEXT):
            self._bounds(axis, item, chosen)
        else:
            forms = "a value, a list, `$set`, `any` or `{is: ...}`"
            word = next(iter(item.fields))
            self._refuse("E-KEY", item.keys[word], f"`{axis.name}` has no test `{word}`", f"Write {forms}.")

    def _refuse(self, code: str, node: Node, message: str, remedy: str) -> NoReturn:
        self.problems.add(code, node, message, remedy)
        raise Refused

    def _word(self, axis: Axis, item: Text, chosen: _Chosen) -> None:
        if item.value == "any":
            self._refuse("E-AXIS", item, "`any` stands alone: it is no test at all", "Write `any`, or list the values.")
        if item.value != "none":
            message = f"`{item.value}` is about fields of records, under `when`"
            self._refuse("E-AXIS", item, message, f"For the literal text write {{is: {item.value}}}.")
        if not axis.optional:
            remedy = "Leave `none` out. For the literal text write {is: none}."
            self._refuse("E-AXIS", item, f"`{axis.name}` is always given", remedy)
        chosen.absent = True

    def _reference(self, axis: Axis, item: Text, chosen: _Chosen) -> None:
        found = self.sets.find(item)
        if found is None:
            raise Refused
        fits = {NAME: "name", ENUM: "name", WITHIN: "name", PLACE: "path" if axis.kind == "url" else axis.kind}
        if fits.get(axis.sort) != found.kind:
            self._refuse(
                "E-REF",
                item,
                f"`{item.value}` holds {found.kind}s and `{axis.name}` is {axis.words}",
                "Use another set.",
            )
        self._members(axis, item, found)
        chosen.names |= found.names
        if not chosen.patterns and len(found.patterns) > 1000:
            chosen.patterns = dict.fromkeys(found.patterns)
        else:
            chosen.patterns.update(dict.fromkeys(found.patterns))

    def _members(self, axis: Axis, item: Text, found: Set) -> None:
        if axis.sort == ENUM:
            for name in sorted(found.names.difference(axis.names)):
                self._refuse(
                    "E-REF", item, f"`{name}` of `{item.value}` is no value of `{axis.name}`", f"It is {axis.words}."
                )

    def _literal(self, axis: Axis, item: Text, chosen: _Chosen, exact: bool) -> None:
        try:
            if axis.sort == PLACE:
                if exact:
                    found = Pattern(place(item.value, "path" if axis.kind == "url" else axis.kind, axis.separator))
                else:
                    found = pattern(item.value, axis.kind, axis.separator)
                chosen.patterns[found] = None
            elif axis.sort == INT:
                number, currency = self.number(axis, item.value)
                self._within(axis, number)
                chosen.ranges.setdefault(currency, []).append(Range(number, number))
            elif axis.sort == TEXT:
                remedy = "Bound its size: {max: 4 KiB}"
                raise GrammarError("is compared with free text, which is never compared", remedy)
            elif axis.sort == ENUM:
                if item.value not in axis.names:
                    remedy = self.problems.near(item.value, axis.names, f"It is {axis.words}.")
                    self._refuse("E-REF", item, f"`{item.value}` is no value of `{axis.name}`", remedy)
                chosen.names.add(item.value)
            else:
                chosen.names.add(_name(axis, item.value, exact))
        except GrammarError as fault:
            code = "E-INT" if axis.sort == INT else "E-PAT"
            self._refuse(code, item, f"`{item.value}` {fault.problem}", fault.remedy + ".")

    # ---- integers ----

    def number(self, axis: Axis, text: str) -> tuple[int, str]:
        """A literal of this axis: its integer, and its currency if that is part of the test."""
        if axis.sort == TEXT:
            return parse_size(text), ""
        if axis.kind != "amount":
            return _READERS[axis.kind](text), ""
        try:
            number, currency = parse_amount(text)
        except GrammarError as fault:
            raise _better_amount(text) or fault from None
        if axis.currency and currency != axis.currency:
            raise GrammarError(f"is not in {axis.currency}, the currency of `{axis.name}`", f"Write {axis.currency}")
        if axis.currency_axis:
            return number, currency
        if not axis.currency:
            self.cost_currency = self.cost_currency or currency
            if currency != self.cost_currency:
                raise GrammarError(
                    f"is a cost beside costs in {self.cost_currency}", "Write all costs in the port's currency"
                )
        return number, ""

    def _within(self, axis: Axis, number: int) -> None:
        if (axis.low is not None and number < axis.low) or (axis.high is not None and number > axis.high):
            raise GrammarError(f"cannot be: `{axis.name}` is {_span(axis)}", "Write a value in that range")

    def _bounds(self, axis: Axis, item: Mapping, chosen: _Chosen) -> None:
        low: int | None = None
        high: int | None = None
        currencies: set[str] = set()
        for key, node in item:
            if key.value not in _BOUNDS:
                remedy = self.problems.near(key.value, _BOUNDS, "Bounds are `min`, `max`, `above`, `below`.")
                self._refuse("E-KEY", key, f"no bound `{key.value}`", remedy)
            if not isinstance(node, Text):
                self._refuse("E-INT", node, f"`{key.value}` needs one value", "Write it out.")
            if node.value.startswith("$"):
                self.problems.soon(node, f"bounds from records, `{node.value}`, are")
                raise Refused
            try:
                number, currency = self.number(axis, node.value)
            except GrammarError as fault:
                self._refuse("E-INT", node, f"`{node.value}` {fault.problem}", fault.remedy + ".")
            currencies.add(currency)
            if key.value in ("min", "above"):
                bound = number + 1 if key.value == "above" else number
                low = bound if low is None else max(low, bound)
            else:
                bound = number - 1 if key.value == "below" else number
                high = bound if high is None else min(high, bound)
        if len(currencies) > 1:
            self._refuse(
                "E-INT", item, "bounds in two currencies", "Write one test for each: [{max: ...}, {max: ...}]."
            )
        low_end = axis.low if low is None else low if axis.low is None else max(low, axis.low)
        high_end = axis.high if high is None else high if axis.high is None else min(high, axis.high)
        if low_end is not None and high_end is not None and low_end > high_end:
            self._refuse("E-INT", item, "the bounds leave nothing", "Correct one of them.")
        chosen.ranges.setdefault(currencies.pop(), []).append(Range(low, high))

    # ---- alternatives ----

    def _alternatives(self, axis: Axis, node: Node, chosen: _Chosen, excluded: list[_Chosen]) -> Alternatives:
        if axis.sort in (NAME, ENUM):
            return (self._names(axis, node, chosen, excluded),)
        if axis.sort == WITHIN:
            found = [(Holding(axis.kernel, frozenset(chosen.names)),)] if chosen.names else []
            return (*found, *((Holding(axis.kernel, frozenset(each.names), False),) for each in excluded))
        if axis.sort == PLACE:
            patterns = [_places(axis, chosen, True)] if chosen.patterns or chosen.absent else []
            rest = [_places(axis, each, False) for each in excluded]
            if axis.optional and not all(each.absent for each in excluded):
                rest.append((Named(axis.kernel, frozenset({""})),))  # what was not given lies in no pattern
            return (*patterns, *rest)
        alternatives: list[tuple[Test, ...]] = [
            (*_present(axis), *_of(axis, currency), *_ranged(axis, union(ranges)))
            for currency, ranges in chosen.ranges.items()
        ]
        if chosen.absent:
            alternatives.append((Named(axis.given, frozenset({NO})),))
        for each in excluded:
            alternatives += _complement(axis, each)
        return tuple(dict.fromkeys(alternatives)) or self._nothing(axis, node)

    def _names(self, axis: Axis, node: Node, chosen: _Chosen, excluded: list[_Chosen]) -> tuple[Test, ...]:
        names = chosen.names | ({""} if chosen.absent else set())
        if not excluded:
            return (Named(axis.kernel, frozenset(names)),)
        out = set.intersection(*({*each.names, *([""] if each.absent else [])} for each in excluded)) - names
        if axis.sort != ENUM:
            if not out:
                self._refuse("E-AXIS", node, "this test leaves nothing out", "Write `any`.")
            return (Named(axis.kernel, frozenset(out), False),)
        rest = ({*axis.names, *([""] if axis.optional else [])}) - out
        return (Named(axis.kernel, frozenset(rest)),) if rest else self._nothing(axis, node)

    def _nothing(self, axis: Axis, node: Node) -> NoReturn:
        self._refuse("E-INT", node, f"nothing is left of `{axis.name}`", "Leave less out.")


def _form(node: Items | Mapping) -> tuple[object, ...] | None:
    """What a short list or mapping of scalars says, as a key: texts of a list, pairs of a mapping. None for others."""
    if isinstance(node, Items):
        if len(node.items) > _SHORT:
            return None
        texts = tuple([item.value for item in node.items if isinstance(item, Text)])
        return texts if len(texts) == len(node.items) else None
    pairs = tuple([(key, item.value) for key, item in node.fields.items() if isinstance(item, Text)])
    return pairs if len(pairs) == len(node.fields) else None


def _name(axis: Axis, text: str, exact: bool) -> str:
    name = plain_name(text, exact)
    if axis.sort == WITHIN or (axis.kernel in ("name", "ext") and axis.name == axis.kernel):
        if "/" in name:
            raise GrammarError(
                "is one segment of a path, and has none with a slash", "Write one segment, or test `path`"
            )
        if axis.name == "ext" and "." in name:
            raise GrammarError(
                "is what stands after the last dot, without it", f"Write {name.rpartition('.')[2] or 'md'}"
            )
    return name


def _places(axis: Axis, chosen: _Chosen, want: bool) -> tuple[Test, ...]:
    patterns = (*chosen.patterns, *([ABSENT] if chosen.absent else []))
    if want and axis.optional and not chosen.absent:
        # An argument that was not given is one empty segment to the kernel, and a star would take it.
        return (Placed(axis.kernel, patterns), Named(axis.kernel, frozenset({""}), False))
    return (Placed(axis.kernel, patterns, want),)


def _present(axis: Axis) -> tuple[Test, ...]:
    return (Named(axis.given, frozenset({YES})),) if axis.optional else ()


def _of(axis: Axis, currency: str, want: bool = True) -> tuple[Test, ...]:
    return (Named(axis.currency_axis, frozenset({currency}), want),) if currency else ()


def _ranged(axis: Axis, ranges: tuple[Range, ...]) -> tuple[Test, ...]:
    """Ranges that hold every integer still are a test: a measure that is not known lies in none of them."""
    return (Ranged(axis.kernel, _EVERY if ranges == (Range(None, None),) else ranges),)


def _complement(axis: Axis, left_out: _Chosen) -> list[tuple[Test, ...]]:
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


def _thing(axis: Axis) -> str:
    place_kind = "path" if axis.kind == "url" else axis.kind
    return {NAME: "name", PLACE: place_kind, WITHIN: "name", TEXT: "size"}.get(axis.sort, "value")


def _span(axis: Axis) -> str:
    show = format_date if axis.kind == "date" else str
    if axis.low is None:
        return f"at most {show(axis.high or 0)}"
    return f"at least {show(axis.low)}" if axis.high is None else f"{show(axis.low)} to {show(axis.high)}"


def _better_amount(text: str) -> GrammarError | None:
    """A remedy that writes the amount out, where the text says which is meant."""
    number, _, currency = text.partition(" ")
    whole, dot, digits = number.partition(".")
    decimals = DECIMALS.get(currency)
    if decimals is None or not whole.isascii() or not whole.isdecimal() or (dot and not digits.isdecimal()):
        return None
    if len(digits) > decimals or len(whole) > 15 or (len(whole) > 1 and whole[0] == "0"):
        return None
    meant = format_amount(int(whole + digits.ljust(decimals, "0")), currency)
    return GrammarError("has not exactly the currency's decimals", f"Write {meant}")
