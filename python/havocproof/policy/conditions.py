"""A test on one axis, lowered: alternatives, each a conjunction of the kernel's tests (POLICY.md 2.2).

Most tests are one alternative of one kernel test. Several arise where the kernel has no single test for a union: an
optional integer that is absent or bounded, bounds in two currencies, places with a `not` beside a pattern, values of
records beside values that are written out. A rule with such a test becomes several kernel rules under one id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NoReturn

from havocproof.actions.amounts import DECIMALS, format_amount, parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer, parse_size
from havocproof.kernel.source import Compared, Holding, Listed, Named, Pattern, Placed, Range, Ranged, Ref, Test
from havocproof.policy.axes import ENUM, INT, NAME, NO, PLACE, TEXT, WITHIN, YES, Axis
from havocproof.policy.literals import format_date, parse_date
from havocproof.policy.lookups import Lookups, Use, is_reference
from havocproof.policy.patterns import ABSENT, pattern, place
from havocproof.policy.problems import Problems
from havocproof.policy.ranges import outside, union
from havocproof.policy.sets import WORDS, Set, Sets, plain_name
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.words import Face

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
    """What the alternatives of one test have chosen so far. `absent`: the argument may be missing.

    `looked`: what is compared with records, one conjunction an alternative, with the currency it is in.
    """

    names: set[str] = field(default_factory=set)
    patterns: dict[Pattern, None] = field(default_factory=dict)
    ranges: dict[str, list[Range]] = field(default_factory=dict)  # by currency, "" where there is none
    looked: dict[tuple[str, tuple[Test, ...]], None] = field(default_factory=dict)
    absent: bool = False


class Conditions:
    """Lowers the tests of one policy. Results are shared, because most tests are written many times."""

    def __init__(self, problems: Problems, sets: Sets, lookups: Lookups) -> None:
        self.problems = problems
        self.sets = sets
        self.lookups = lookups
        self.cost_currency = ""
        self._seen: dict[tuple[Axis, object, bool], Alternatives] = {}
        self._face: Face | None = None
        self._looked = False

    def lower(self, axis: Axis, node: Node, may_exclude: bool, face: Face | None = None) -> Alternatives | None:
        """The alternatives of one test, or None with the problem noted.

        `may_exclude`: `not` is allowed on open domains. `face`: whose arguments are the keys of records; without it
        no record is looked up.
        """
        form = node.value if isinstance(node, Text) else _form(node)
        key = (axis, form, may_exclude)
        found = self._seen.get(key) if form is not None else None
        if found is None:
            self._face, self._looked = face, False
            found = self._lower(axis, node, may_exclude)
            if found is not None and form is not None and not self._looked:  # which key is looked up differs by face
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

    def arguments(self, *tests: Mapping | None) -> frozenset[str]:
        """The arguments by which these tests look records up."""
        if not self.lookups.known:
            return frozenset()
        return frozenset(name for each in tests if each is not None for name in self._arguments(each))

    def _arguments(self, node: Node) -> Iterator[str]:
        if not isinstance(node, Items) and is_reference(node):
            use = self.lookups.use(node)
            if use is not None and use.argument:
                yield use.argument
        elif isinstance(node, Text):
            found = self.sets.known.get(node.value[1:]) if node.value.startswith("$") else None
            yield from (use.argument for use in (found.uses if found is not None else ()) if use.argument)
        else:
            for inner in node.items if isinstance(node, Items) else node.fields.values():
                yield from self._arguments(inner)

    # ---- one alternative ----

    def _item(self, axis: Axis, item: Node, chosen: _Chosen) -> None:
        if isinstance(item, Text):
            if is_reference(item):
                self._use(axis, self.lookups.use(item), chosen)
            elif item.value.startswith("$"):
                self._reference(axis, item, chosen)
            elif item.value in WORDS:
                self._word(axis, item, chosen)
            else:
                self._literal(axis, item, chosen, False)
        elif isinstance(item, Items):
            self._refuse("E-KEY", item, "a list inside a list", "Write one list of alternatives.")
        elif set(item.fields) == {"is"} and isinstance(item.fields["is"], Text):
            self._literal(axis, item.fields["is"], chosen, True)
        elif is_reference(item):
            self._use(axis, self.lookups.use(item), chosen)
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
        if axis.sort == TEXT and found.uses and not found.names:
            fits[TEXT] = "name"
        if fits.get(axis.sort) != found.kind:
            self._refuse(
                "E-REF",
                item,
                f"`{item.value}` holds {found.kind}s and `{axis.name}` is {axis.words}",
                "Use another set.",
            )
        self._members(axis, item, found)
        for use in found.uses:
            self._use(axis, use, chosen)
        chosen.names |= found.names
        if not chosen.patterns and len(found.patterns) > 1000:
            chosen.patterns = dict.fromkeys(found.patterns)
        else:
            chosen.patterns.update(dict.fromkeys(found.patterns))

    def _use(self, axis: Axis, use: Use | None, chosen: _Chosen) -> None:
        """The value is, or is one of, what was recorded."""
        ref = self._ref(axis, use)
        assert use is not None
        if use.field.number:
            test: Test = Compared(axis.kernel, ref, True)
        elif axis.sort in (INT, TEXT):
            self.lookups.worded.add(axis)
            test = Listed(axis.text, ref)
        else:
            test = Listed(axis.kernel, ref)
        chosen.looked[self._in(axis, use), (test,)] = None

    def _ref(self, axis: Axis, use: Use | None) -> Ref:
        """The kernel's reference to a field whose values can stand on the axis."""
        self._looked = True
        face = self._face
        if use is None or not self.lookups.fits(use, axis):
            raise Refused
        if face is None:
            self._refuse("E-REF", use.node, "no record is looked up here", "Write the values out.")
        ref = self.lookups.ref(use, face.axes, face.word)
        if ref is None:
            raise Refused
        return ref

    def _in(self, axis: Axis, use: Use) -> str:
        """The currency that a recorded amount is in, where it is part of the test."""
        currency = use.field.type.currency
        if axis.kind != "amount" or not currency or axis.currency:
            return ""
        if axis.currency_axis:
            return currency
        self.cost_currency = self.cost_currency or currency
        if currency != self.cost_currency:
            message = f"`{use.node.value}` is in {currency} beside costs in {self.cost_currency}"
            self._refuse("E-INT", use.node, message, "Write all costs in the port's currency.")
        return ""

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
        recorded: list[Alternatives] = []
        for key, node in item:
            if key.value not in _BOUNDS:
                remedy = self.problems.near(key.value, _BOUNDS, "Bounds are `min`, `max`, `above`, `below`.")
                self._refuse("E-KEY", key, f"no bound `{key.value}`", remedy)
            if not isinstance(node, Items) and is_reference(node):
                use = self.lookups.use(node)
                ref = self._ref(axis, use)
                assert use is not None
                if not use.field.number:
                    remedy = "A bound is one number: declare the field as `one`."
                    self._refuse("E-REF", node, f"`{use.node.value}` holds many values", remedy)
                currencies.add(self._in(axis, use))
                recorded.append(_recorded_bound(key.value, axis, ref))
                continue
            if not isinstance(node, Text):
                self._refuse("E-INT", node, f"`{key.value}` needs one value", "Write it out.")
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
        currency = currencies.pop()
        if not recorded:
            chosen.ranges.setdefault(currency, []).append(Range(low, high))
            return
        within = _ranged(axis, (Range(low, high),)) if low is not None or high is not None else ()
        for combination in product(*recorded):
            chosen.looked[currency, (*within, *(test for each in combination for test in each))] = None

    # ---- alternatives ----

    def _alternatives(self, axis: Axis, node: Node, chosen: _Chosen, excluded: list[_Chosen]) -> Alternatives:
        if chosen.looked or any(each.looked for each in excluded):
            return self._with_records(axis, node, chosen, excluded)
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

    def _with_records(self, axis: Axis, node: Node, chosen: _Chosen, excluded: list[_Chosen]) -> Alternatives:
        """Values of records beside what is written out: each is an alternative of its own. A `not` is a conjunction."""
        found: list[tuple[Test, ...]] = []
        if chosen.names or chosen.patterns or chosen.ranges or chosen.absent:
            found += self._alternatives(axis, node, replace(chosen, looked={}), [])
        found += ((*_present(axis), *_of(axis, currency), *tests) for currency, tests in chosen.looked)
        for each in excluded:
            written = replace(each, looked={})
            sides: list[Sequence[tuple[Test, ...]]] = []
            if written.names or written.patterns or written.ranges or written.absent:
                sides.append(self._alternatives(axis, node, _Chosen(), [written]))
            sides += (_contrary(axis, currency, tests) for currency, tests in each.looked)
            found += (tuple(test for side in sides_ for test in side) for sides_ in product(*sides))
        return tuple(dict.fromkeys(found))

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
    """An optional number was given. What was not given on other axes is "", which no test takes for a value."""
    return (Named(axis.given, frozenset({YES})),) if axis.optional and axis.sort in (INT, TEXT) else ()


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


def _recorded_bound(word: str, axis: Axis, ref: Ref) -> Alternatives:
    """A bound that a record gives. The kernel knows "at most" and "exactly"."""
    most, exactly = Compared(axis.kernel, ref), Compared(axis.kernel, ref, True)
    above, other = replace(most, want=False), replace(exactly, want=False)
    return {"max": ((most,),), "above": ((above,),), "below": ((most, other),), "min": ((above,), (exactly,))}[word]


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
