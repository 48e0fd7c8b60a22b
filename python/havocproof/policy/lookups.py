"""References to record fields: `$order.items`, `{of: $profile.orders, by: $customer.id}` (POLICY.md 2.7).

A record is looked up by the argument that its `key` names, by another one, or by the single value of a record that has
no key itself: one step, never a chain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from havocproof.kernel.source import Ref
from havocproof.policy.axes import INT, SORTS_ON_ATOMS, TEXT, Axis
from havocproof.policy.problems import Problems, listed
from havocproof.policy.records import Records
from havocproof.policy.recordspec import FieldSpec, RecordSpec
from havocproof.policy.tree import Mapping, Node, Text

_FIELD = re.compile(r"\$([A-Za-z][A-Za-z0-9_-]*)\.([A-Za-z0-9_.-]+)")
_FORM = "Write {of: $profile.orders, by: user_id}, or by: $customer.id."


def is_reference(item: Node) -> bool:
    """Whether this is written as a record field: `$record.field`, or `{of: ..., by: ...}`."""
    if isinstance(item, Text):
        return item.value.startswith("$") and _FIELD.fullmatch(item.value) is not None
    return isinstance(item, Mapping) and "of" in item.fields


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A record field where a policy refers to it. `by`: None for the argument that the record's `key` names, an
    argument, or the single field of another record.
    """

    node: Text
    record: RecordSpec
    field: FieldSpec
    by: str | tuple[RecordSpec, FieldSpec] | None = None

    @property
    def argument(self) -> str:
        """The argument by which the record is looked up, "" if there is none."""
        if isinstance(self.by, str):
            return self.by
        return self.record.key.argument if self.by is None and self.record.key is not None else ""


class Lookups:
    """Reads references. `visible`: the records that this layer and its vocabularies declare."""

    def __init__(self, problems: Problems, records: Records, visible: frozenset[str]) -> None:
        self.problems = problems
        self.known: MappingType[str, RecordSpec] = {
            name: spec for name, spec in records.known.items() if name in visible
        }
        self.broken = frozenset(records.broken) & visible
        self.worded: set[Axis] = set()
        """Integers and texts that a rule compares as text, or that are the key of a record."""

    def names(self) -> tuple[str, ...]:
        """The records that are declared, those with a problem too."""
        return (*self.known, *sorted(self.broken))

    # ---- reading ----

    def use(self, item: Text | Mapping) -> Use | None:
        """A reference as it is written, or None with the problem noted."""
        if isinstance(item, Text):
            return self._field(item)
        of, by = item.fields.get("of"), item.fields.get("by")
        if set(item.fields) != {"of", "by"} or not isinstance(of, Text) or not isinstance(by, Text):
            self.problems.add("E-KEY", item, "a reference has `of` and `by`, each one word", _FORM)
            return None
        return self.keyed(self._field(of), by)

    def keyed(self, found: Use | None, by: Text) -> Use | None:
        """The reference with its record looked up by `by`."""
        if found is None:
            return None
        if found.record.key is None:
            remedy = f"Write {found.node.value} without `by`."
            self.problems.add("E-REF", by, f"the record `{found.record.name}` has no key", remedy)
            return None
        if not by.value.startswith("$"):
            return Use(found.node, found.record, found.field, by.value)
        other = self._field(by)
        if other is None:
            return None
        if other.record.key is not None or other.field.many or other.field.number:
            message = f"`{by.value}` is no single name of a record without key"
            self.problems.add("E-REF", by, message, "Look up by one value that is known: one step, never a chain.")
            return None
        return Use(found.node, found.record, found.field, (other.record, other.field))

    def _field(self, node: Text) -> Use | None:
        match = _FIELD.fullmatch(node.value)
        if match is None:
            self.problems.add("E-REF", node, f"`{node.value}` is no field of a record", "Write $order.status.")
            return None
        record = self.known.get(match[1])
        if record is None:
            if match[1] not in self.broken:
                what = f"Records are {listed(self.known)}." if self.known else "Declare it under `records:`."
                guess = self.problems.guess(match[1], self.known)
                remedy = f"Did you mean `${guess}.{match[2]}`?" if guess else what
                self.problems.add("E-REF", node, f"no record `{match[1]}`", remedy)
            return None
        return self.field(record, node, match[2])

    def field(self, record: RecordSpec, node: Text, name: str) -> Use | None:
        """A field of a record by its name, or None with the problem noted."""
        found = record.fields.get(name)
        if found is None:
            guess = self.problems.guess(name, record.fields)
            remedy = f"Did you mean `{guess}`?" if guess else f"It has {listed(record.fields)}."
            self.problems.add("E-REF", node, f"the record `{record.name}` has no field `{name}`", remedy)
            return None
        return Use(node, record, found)

    # ---- lowering ----

    def ref(self, use: Use, axes: MappingType[str, Axis], word: str) -> Ref | None:
        """The kernel's reference for actions with these axes, or None with the problem noted. `word`: what they are."""
        record, field = use.record, use.field
        if isinstance(use.by, tuple):
            other, single = use.by
            return Ref(record.name, (other.name, single.name), field.name, record.lasts, other.lasts)
        if not use.argument:
            return Ref(record.name, None, field.name, record.lasts)
        axis = axes.get(use.argument)
        if axis is None or (axis.sort not in SORTS_ON_ATOMS and axis.sort != INT) or axis.kind == "amount":
            fit = [name for name, each in axes.items() if each.sort in SORTS_ON_ATOMS]
            what = f"has no argument `{use.argument}`" if axis is None else f"has `{use.argument}`, {axis.words},"
            remedy = f"Write {{of: {use.node.value}, by: <argument>}}, with one of {listed(fit)}."
            if not fit:
                remedy = f"Write {{of: {use.node.value}, by: $other.field}}, a single value of a record without key."
            message = f"`{word}` {what} by which the record `{record.name}` is looked up"
            self.problems.add("E-AXIS", use.node, message, remedy)
            return None
        if axis.sort == INT:
            self.worded.add(axis)
        return Ref(record.name, axis.text if axis.sort == INT else axis.kernel, field.name, record.lasts)

    def fits(self, use: Use, axis: Axis) -> bool:
        """Whether values of the field can stand on the axis; if not, the problem is noted."""
        if axis.sort == TEXT:
            sound = use.field.find == "phrases"
            remedy = "Free text is compared with `$prompt.phrases` alone. Declare the argument as what it is."
        else:
            sound = kind_of_axis(axis) == kind_of_field(use.field)
            remedy = "Use a field of the argument's own type, or declare the argument as what the field holds."
        if sound and axis.currency and axis.currency != (use.field.type.currency or axis.currency):
            sound, remedy = False, f"`{axis.name}` is in {axis.currency}."
        if not sound:
            message = f"`{use.node.value}` holds {_holds(use.field)} and `{axis.name}` is {axis.words}"
            self.problems.add("E-REF", use.node, message, remedy)
        return sound


def kind_of_axis(axis: Axis) -> str:
    """What values of two axes, or of an axis and a field, must share to be compared."""
    match axis.sort:
        case "name" | "enum":
            return "name"
        case "place":
            return {"url": "path", "segments": f"segments {axis.separator}"}.get(axis.kind, axis.kind)
        case "int":
            return "plain" if axis.kind == "size" else axis.kind
    return axis.sort


def kind_of_field(field: FieldSpec) -> str:
    declared = field.type
    match declared.kind:
        case "enum" | "bool":
            return "name"
        case "int":
            return "plain"
        case "decimal":
            return "amount"
        case "segments":
            return f"segments {declared.separator}"
    return declared.kind


def _holds(field: FieldSpec) -> str:
    return {"name": "names", "plain": "integers"}.get(
        kind_of_field(field), f"{kind_of_field(field).partition(' ')[0]}s"
    )
