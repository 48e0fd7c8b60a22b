"""`returns` of an agent: the fields of its report, each of one type (POLICY.md 2.12).

A field is typed as a tool's argument is, or it is a member of a set or of a recorded field: `$universe`. The kernel
tests what is closed (a list of values, a bounded integer, a member) on the report's atoms; what is only typed is
checked when the report is read.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from havocproof.actions.scalars import GrammarError, table_segments
from havocproof.kernel.source import Named, Part, Range, Ranged, Test
from havocproof.policy import fields
from havocproof.policy.arguments import canonical, schema
from havocproof.policy.axes import Axis
from havocproof.policy.conditions import Alternatives, Conditions
from havocproof.policy.filling import lay
from havocproof.policy.parts import PartPlan, Slot, cut
from havocproof.policy.problems import Problems
from havocproof.policy.recordspec import RecordSpec
from havocproof.policy.sets import Set
from havocproof.policy.tree import Items, Mapping, Node, Text, render
from havocproof.policy.types import ARGUMENT, TRUTHS, ArgType, Leaf, axes_of, leaves, read_type

VERB = "agent.report"
MOST_FIELDS = 64
MOST_SPLITS = 64
_UNDER = "return"  # names that a report brings stand apart from all others: `return.ticker`
_FORM = "returns: {ticker: $universe, agrees: bool}"
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One returned field. `closed`: its values are known when the policy is written, or were recorded.

    `shown` is its type as it was written, `names` the values that a model is told, `tests` what the kernel asks of it.
    """

    name: str
    type: ArgType
    closed: bool
    shown: str
    names: tuple[str, ...] = ()
    tests: Alternatives = ((),)


@dataclass(frozen=True)
class Returns:
    """The fields of one kind's report, none if it only says that it has ended."""

    fields: MappingType[str, Field] = field(default_factory=dict)

    def canonical(self, values: MappingType[str, object]) -> dict[str, Any]:
        """The fields in their one form. Raises `GrammarError` for what is unknown, missing or not of its type."""
        for name in values:
            if name not in self.fields:
                known = ", ".join(self.fields) or "no fields"
                raise GrammarError("is unknown", f"Return {known}", (str(name),))
        for name in self.fields:
            if name not in values:
                raise GrammarError("is missing", "Return it", (name,))
        return {name: _canonical(self.fields[name], values[name]) for name in sorted(values)}

    def part(self, values: MappingType[str, Any], more: MappingType[str, str]) -> Part:
        """The part of a report with these canonical fields. `more`: names that stand on every atom.

        Raises `ActionError` if lists multiply to more than 256 atoms.
        """
        plan = PartPlan(VERB, {"via": "", **more})
        for each in self.fields.values():
            for leaf in leaves((_UNDER, each.name), each.type, False):
                lay(plan, Slot(leaf, axes_of(leaf)[0]))
        return cut(plan, {_UNDER: values}, 0)

    def conjunctions(self) -> list[tuple[tuple[Test, ...], tuple[str, ...]]]:
        """What a report is tested by: alternatives, and the field of each test."""
        found = []
        for combination in product(*(each.tests for each in self.fields.values())):
            tests: list[Test] = []
            names: list[str] = []
            for each, conjunction in zip(self.fields.values(), combination, strict=True):
                tests += conjunction
                names += [each.name] * len(conjunction)
            found.append((tuple(tests), tuple(names)))
        return found

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the fields, to show to a model."""
        shown = {
            name: {"enum": list(each.names)} if each.names else schema(each.type) for name, each in self.fields.items()
        }
        return {
            "type": "object",
            "properties": shown,
            "required": list(self.fields),
            "additionalProperties": False,
        }


def _canonical(each: Field, value: object) -> Any:
    try:
        if each.type.kind == "table":
            if type(value) is not str:
                raise GrammarError("must be text", "Write database.schema.table")
            return ".".join(table_segments(value))
        return canonical(each.type, value)
    except GrammarError as fault:
        fault.at = (each.name, *fault.at)
        raise


class ReturnsReader:
    """Reads `returns` of every kind."""

    def __init__(
        self, problems: Problems, conditions: Conditions, records: MappingType[str, RecordSpec] = MappingProxyType({})
    ) -> None:
        self.problems = problems
        self.conditions = conditions
        self.records = records

    def read(self, node: Node) -> Returns | None:
        """The fields, or None with the problem noted."""
        root = fields.mapping(node, "`returns`", _FORM, self.problems)
        if root is None:
            return None
        if len(root.fields) > MOST_FIELDS:
            message = f"{len(root.fields)} returned fields; at most {MOST_FIELDS} are read"
            self.problems.add("E-CELLS", root, message, "Return less.")
            return None
        found: dict[str, Field] = {}
        for key, inner in root:
            if not ARGUMENT.fullmatch(key.value):
                message = f"`{key.value}` is no name of a field"
                self.problems.add("E-KEY", key, message, "Use letters, digits, _ and -.")
            made = self._member(key.value, inner) if _refers(inner) else self._typed(key.value, inner)
            if made is not None:
                found[key.value] = made
        splits = prod(len(each.tests) for each in found.values())
        if splits > MOST_SPLITS:
            message = f"the alternatives of these fields multiply to {splits} cases; at most {MOST_SPLITS} are read"
            self.problems.add("E-CELLS", node, message, "Return less.")
        return Returns(found) if len(found) == len(root.fields) and splits <= MOST_SPLITS else None

    def _typed(self, name: str, node: Node) -> Field | None:
        declared = read_type(node, self.problems)
        if declared is None:
            return None
        if declared.kind == "url":
            self.problems.add("E-KEY", node, "`url` is no type of a returned field", "Return host and path, or text.")
            return None
        tests: list[Test] = []
        for leaf in leaves((_UNDER, name), declared, False):
            tests += _bounds(leaf, axes_of(leaf)[0])
        return Field(name, declared, _closed(declared), render(node), tests=(tuple(tests),))

    def _member(self, name: str, node: Node) -> Field | None:
        """A member of a set, or of a recorded field."""
        declared = self._declared(node)
        axis = axes_of(Leaf((_UNDER, name), declared, False))[0]
        tests = self.conditions.lower(axis, node, False)
        if tests is None:
            return None
        return Field(name, declared, self._bounded(node), render(node), self._names(node), tests)

    def _declared(self, node: Node) -> ArgType:
        """The type of what is referred to first. That the others fit, and that they are there, the conditions say."""
        word = next(each for each in _words(node) if each.value.startswith("$"))
        found = self._set(word)
        if found is not None:
            return ArgType(found.kind, root="/") if found.kind == "path" else ArgType(found.kind)
        record, _, name = word.value[1:].partition(".")
        spec = self.records.get(record)
        declared = spec.fields.get(name) if spec is not None else None
        return declared.type if declared is not None else ArgType("name")

    def _set(self, word: Text) -> Set | None:
        return self.conditions.sets.known.get(word.value[1:])

    def _bounded(self, node: Node) -> bool:
        """A pattern with a star leaves segments to whoever fills it."""
        for word in _words(node):
            found = self._set(word) if word.value.startswith("$") else None
            if found is not None and any(each.open or None in each.symbols for each in found.patterns):
                return False
            if not word.value.startswith("$") and "*" in word.value:
                return False
        return True

    def _names(self, node: Node) -> tuple[str, ...]:
        """The values that a model is told: of sets of names, if they are few."""
        found: set[str] = set()
        for word in _words(node):
            if not word.value.startswith("$"):
                found.add(word.value)
                continue
            known = self._set(word)
            if known is None or known.patterns:
                return ()
            found |= known.names
        return tuple(sorted(found)) if len(found) <= _SHOWN else ()


def _refers(node: Node) -> bool:
    return any(word.value.startswith("$") for word in _words(node))


def _words(node: Node) -> list[Text]:
    if isinstance(node, Mapping):
        return []
    return [item for item in (node.items if isinstance(node, Items) else [node]) if isinstance(item, Text)]


def _closed(declared: ArgType) -> bool:
    """Whether the policy's author knows every value: lists are not closed, since many values in a row can spell."""
    if declared.kind == "object":
        return all(_closed(inner) for _, inner in declared.fields)
    if declared.kind == "int":
        return declared.low is not None and declared.high is not None
    return declared.kind in ("enum", "bool")


def _bounds(leaf: Leaf, axis: Axis) -> list[Test]:
    """What the kernel tests of a leaf: of a list each element, which "" stands for where it is empty."""
    declared = leaf.type.inner if leaf.type.kind == "list" else leaf.type
    assert declared is not None
    if declared.kind in ("enum", "bool"):
        names = frozenset(declared.names or TRUTHS)
        return [Named(axis.kernel, names | {""} if leaf.type.kind == "list" else names)]
    if declared.kind == "int" and (declared.low is not None or declared.high is not None):
        return [Ranged(axis.kernel, (Range(declared.low, declared.high),))]
    return []
