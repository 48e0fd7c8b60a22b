"""Fields of records under `when`: `{order: {status: pending}}`, `{customer: {id: unknown}}` (POLICY.md 2.4, 2.7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import product

from havocproof.kernel.source import Held, HeldIn, Kept, Named, Pattern, Placed, Ranged, Ref, Test
from havocproof.policy import fields
from havocproof.policy.alternatives import ANY, Alternatives
from havocproof.policy.axes import Axis
from havocproof.policy.conditions import Conditions
from havocproof.policy.lookups import Use, is_reference
from havocproof.policy.patterns import written
from havocproof.policy.problems import Problems
from havocproof.policy.recorded import shown
from havocproof.policy.recordspec import FieldSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.types import Leaf, axes_of
from havocproof.policy.words import Face

_FORM = "{status: pending}, {total: {max: 9.00 EUR}} or {id: unknown}"
_CLOSED = ("enum", "bool")


class RecordTests:
    """Reads what `when` says of one record. Lowers to tests of the recorded values, which are unknown without it."""

    def __init__(self, problems: Problems, conditions: Conditions) -> None:
        self.problems = problems
        self.conditions = conditions
        self.lookups = conditions.lookups

    def names(self) -> Collection[str]:
        """The records that are declared, those with a problem too."""
        return self.lookups.names()

    def when(self, key: Text, node: Node, effect: str = "forbid") -> RecordCondition | None:
        """The test of one record's fields; None with the problem noted, or because the record has one itself.

        `effect`: permit, ask or forbid.
        """
        record = self.lookups.known.get(key.value)
        section = fields.mapping(node, f"`{key.value}`", f"{key.value}: {_FORM}", self.problems)
        if record is None or section is None:
            return None
        by = section.fields.get("by")
        if by is not None and not isinstance(by, Text):
            self.problems.add("E-KEY", by, f"`by` is {kind(by)}", "Name an argument, or $record.field.")
            return None
        tested: list[tuple[Use, Alternatives]] = []
        sound = True
        for word, inner in section:
            if word.value == "by":
                continue
            use = self.lookups.field(record, word, word.value)
            use = self.lookups.keyed(use, by) if isinstance(by, Text) else use
            made = self._field(use, inner, effect) if use is not None else None
            if use is None or made is None:
                sound = False
            else:
                tested.append((use, made))
        if sound and not tested:
            self.problems.add("E-KEY", section, f"no field of `{key.value}` is tested", f"Write {_FORM}.")
        return RecordCondition(f"when.{key.value}", tuple(tested), self) if sound and tested else None

    # ---- one field ----

    def _field(self, use: Use, node: Node, effect: str) -> Alternatives | None:
        """The alternatives of one field, each about a reference that is made for each face."""
        found: list[tuple[Test, ...]] = []
        ref = Ref(use.record.name)
        for item in node.items if isinstance(node, Items) else [node]:
            if isinstance(item, Text) and item.value in ("known", "unknown", "any", "none"):
                made = self._word(item, ref)
            elif isinstance(item, Mapping) and set(item.fields) == {"not"}:
                made = self._contrary(use, item, effect, ref)
            else:
                made = self._values(use, item, ref)
            if made is None:
                return None
            found += made
        return tuple(dict.fromkeys(found))

    def _word(self, item: Text, ref: Ref) -> list[tuple[Test, ...]] | None:
        if item.value in ("known", "unknown"):
            return [(Kept(ref, item.value == "known"),)]
        remedy = f"Write `known` or `unknown`; for the literal text {{is: {item.value}}}."
        self.problems.add("E-AXIS", item, f"`{item.value}` is about arguments, not about what was recorded", remedy)
        return None

    def _contrary(self, use: Use, item: Mapping, effect: str, ref: Ref) -> list[tuple[Test, ...]] | None:
        inner = item.fields["not"]
        if effect == "permit" and use.field.type.kind not in _CLOSED:
            message = f"`not` in a permit permits every value of `{use.field.name}` that you did not think of"
            self.problems.add("E-NOT", item, message, "Permit what you know, and add a forbid.")
            return None
        tests: list[Test] = []
        for each in inner.items if isinstance(inner, Items) else [inner]:
            if isinstance(each, Text) and each.value in ("known", "unknown", "any", "none"):
                self.problems.add("E-AXIS", each, f"`{each.value}` stands alone, without `not`", "Write the contrary.")
                return None
            made = self._values(use, each, ref)
            if made is None:
                return None
            tests += (replace(test, want=False) for tests_ in made for test in tests_)
        return [tuple(tests)]

    def _values(self, use: Use, item: Node, ref: Ref) -> list[tuple[Test, ...]] | None:
        """What is written out, as the literals of an argument of the field's type."""
        if not isinstance(item, Items) and (is_reference(item) or _mentions(item)):
            message = "what was recorded is compared with values that are written out"
            self.problems.add("E-REF", item, message, "Compare two records through an argument of the action.")
            return None
        axis = _axis(use.field)
        if axis is None:
            self.problems.add("E-REF", use.node, f"amounts of `{use.field.name}` are in any currency", "Write `known`.")
            return None
        made = self.conditions.lower(axis, item, False)
        if made is None:
            return None
        return self._about(use, made, item, ref)

    def _about(self, use: Use, made: Alternatives, item: Node, ref: Ref) -> list[tuple[Test, ...]] | None:
        found: list[tuple[Test, ...]] = []
        for conjunction in made:
            for test in conjunction:
                if isinstance(test, Named):
                    found.append((Held(ref, test.names),))
                elif isinstance(test, Ranged) and use.field.number:
                    found.append((HeldIn(ref, test.ranges),))
                elif isinstance(test, Ranged) and all(
                    each.lo is not None and each.lo == each.hi for each in test.ranges
                ):
                    texts_ = (shown(use.field.type, each.lo) for each in test.ranges if each.lo is not None)
                    found.append((Held(ref, frozenset(texts_)),))
                elif isinstance(test, Placed):
                    texts = self._texts(use.field, test.patterns, item)
                    if texts is None:
                        return None
                    found.append((Held(ref, texts),))
                else:
                    message = f"`{use.field.name}` holds many values, and bounds are about one"
                    self.problems.add("E-INT", item, message, "Declare the field as `one`.")
                    return None
        return found

    def _texts(self, field: FieldSpec, patterns: Sequence[Pattern], item: Node) -> frozenset[str] | None:
        """Exact places as the texts that are recorded."""
        if any(each.open or None in each.symbols for each in patterns):
            message = f"what was recorded in `{field.name}` is compared as a whole, and this is a pattern"
            self.problems.add("E-PAT", item, message, "List the exact values, or test the argument under `where`.")
            return None
        kind_ = field.type.kind
        return frozenset(written(each, kind_, field.type.separator or "/").removeprefix("ip:") for each in patterns)


@dataclass(frozen=True, slots=True)
class RecordCondition:
    """One entry of `when` about a record. `tested`: each field's alternatives, for a reference yet to be made."""

    axis: str
    tested: tuple[tuple[Use, Alternatives], ...]
    tests: RecordTests

    def lower(self, face: Face) -> Alternatives | None:
        """The test where the rule speaks about `face`; None with the problem noted."""
        sides: list[list[tuple[Test, ...]]] = []
        for use, alternatives in self.tested:
            ref = self.tests.lookups.ref(use, face.axes, face.word)
            if ref is None:
                return None
            sides.append([tuple(_at(test, ref) for test in conjunction) for conjunction in alternatives])
        return tuple(tuple(test for part in parts for test in part) for parts in product(*sides)) or ANY


def _at(test: Test, ref: Ref) -> Test:
    """The test about this reference."""
    assert isinstance(test, Held | HeldIn | Kept)
    return replace(test, ref=replace(ref, field="") if isinstance(test, Kept) else ref)


def _axis(field: FieldSpec) -> Axis | None:
    """An argument of the field's type, by which literals are read. None for amounts in no one currency."""
    declared = field.type
    if declared.kind == "decimal" and not declared.currency:
        return None
    if declared.kind == "table":
        return Axis(field.name, "place", "table")
    return axes_of(Leaf((field.name,), declared, False))[0]


def _mentions(node: Node) -> bool:
    """Whether a bound is taken from a record."""
    return isinstance(node, Mapping) and any(map(_inner, node.fields.values()))


def _inner(node: Node) -> bool:
    return not isinstance(node, Items) and is_reference(node)
