"""A test on one axis, lowered: alternatives, each a conjunction of the kernel's tests (POLICY.md 2.2).

A rule with several alternatives becomes several kernel rules under one id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import NoReturn

from havocproof.actions.amounts import parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer, parse_size
from havocproof.kernel.source import Compared, Listed, Named, Pattern, Placed, Range, Ref, Test
from havocproof.policy.alternatives import ANY, Alternatives, Chosen, Empty, alternatives, ranged, recorded_bound
from havocproof.policy.axes import ENUM, INT, NAME, PLACE, TEXT, WITHIN, Axis
from havocproof.policy.hints import better_amount, span, thing
from havocproof.policy.literals import parse_date
from havocproof.policy.lookups import Lookups, Use, is_reference
from havocproof.policy.patterns import pattern, place
from havocproof.policy.problems import Problems
from havocproof.policy.sets import WORDS, Set, Sets, plain_name
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.words import Face

_SHORT = 8  # items of a list that is worth remembering
_BOUNDS = ("min", "max", "above", "below")
_READERS: dict[str, Callable[[str], int]] = {"plain": parse_integer, "size": parse_size, "date": parse_date}


class Refused(Exception):
    """A test with a problem that has been noted."""


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
            found = self._single(axis, node) or self._lower(axis, node, may_exclude)
            if found is not None and form is not None and not self._looked:  # which key is looked up differs by face
                self._seen[key] = found
        return found

    def _single(self, axis: Axis, node: Node) -> Alternatives | None:
        """One name or place, which is what most tests are; None for everything else, and for what has a problem."""
        if not isinstance(node, Text) or node.value.startswith("$") or node.value in WORDS:
            return None
        try:
            if axis.sort == NAME:
                return ((Named(axis.kernel, frozenset((_name(axis, node.value, False),))),),)
            if axis.sort == PLACE and not axis.optional:
                return ((Placed(axis.kernel, (pattern(node.value, axis.kind, axis.separator),)),),)
        except GrammarError:
            pass  # told by the whole reading
        return None

    def _lower(self, axis: Axis, node: Node, may_exclude: bool) -> Alternatives | None:
        try:
            if isinstance(node, Text) and node.value == "any":
                return ANY
            chosen = Chosen()
            excluded: list[Chosen] = []
            for item in node.items if isinstance(node, Items) else [node]:
                inner = item.fields.get("not") if isinstance(item, Mapping) and len(item.fields) == 1 else None
                if inner is None:
                    self._item(axis, item, chosen)
                    continue
                if not may_exclude and axis.sort != ENUM:
                    message = f"`not` in a permit permits every {thing(axis)} that you did not think of"
                    self.problems.add(
                        "E-NOT", item, message, f"Permit a set, or permit `{axis.name}: any` and add a forbid."
                    )
                    raise Refused
                left_out = Chosen()
                for each in inner.items if isinstance(inner, Items) else [inner]:
                    self._item(axis, each, left_out)
                excluded.append(left_out)
            return alternatives(axis, chosen, excluded)
        except Empty as fault:
            self.problems.add(fault.code, node, fault.message, fault.remedy)
        except Refused:
            pass
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

    def _item(self, axis: Axis, item: Node, chosen: Chosen) -> None:
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

    def _word(self, axis: Axis, item: Text, chosen: Chosen) -> None:
        if item.value == "any":
            self._refuse("E-AXIS", item, "`any` stands alone: it is no test at all", "Write `any`, or list the values.")
        if item.value != "none":
            message = f"`{item.value}` is about fields of records, under `when`"
            self._refuse("E-AXIS", item, message, f"For the literal text write {{is: {item.value}}}.")
        if not axis.optional:
            remedy = "Leave `none` out. For the literal text write {is: none}."
            self._refuse("E-AXIS", item, f"`{axis.name}` is always given", remedy)
        chosen.absent = True

    def _reference(self, axis: Axis, item: Text, chosen: Chosen) -> None:
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

    def _use(self, axis: Axis, use: Use | None, chosen: Chosen) -> None:
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

    def _literal(self, axis: Axis, item: Text, chosen: Chosen, exact: bool) -> None:
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
            raise better_amount(text) or fault from None
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
            raise GrammarError(f"cannot be: `{axis.name}` is {span(axis)}", "Write a value in that range")

    def _bounds(self, axis: Axis, item: Mapping, chosen: Chosen) -> None:
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
                recorded.append(recorded_bound(key.value, axis, ref))
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
        within = ranged(axis, (Range(low, high),)) if low is not None or high is not None else ()
        for combination in product(*recorded):
            chosen.looked[currency, (*within, *(test for each in combination for test in each))] = None


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
