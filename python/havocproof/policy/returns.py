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
from havocproof.policy.alternatives import Alternatives
from havocproof.policy.arguments import canonical, schema
from havocproof.policy.axes import SORTS_ON_ATOMS, Axis
from havocproof.policy.conditions import Conditions
from havocproof.policy.filling import lay
from havocproof.policy.lookups import is_reference
from havocproof.policy.parts import PartPlan, Slot, cut
from havocproof.policy.problems import Problems
from havocproof.policy.recordspec import NUMBERS
from havocproof.policy.sets import Set
from havocproof.policy.tree import Items, Node, Text, render
from havocproof.policy.types import ARGUMENT, TRUTHS, ArgType, Leaf, axes_of, leaves, read_type
from havocproof.policy.words import Face

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

    def __init__(self, problems: Problems, conditions: Conditions) -> None:
        self.problems = problems
        self.conditions = conditions

    def read(self, node: Node) -> Returns | None:
        """The fields, or None with the problem noted."""
        root = fields.mapping(node, "`returns`", _FORM, self.problems)
        if root is None:
            return None
        if len(root.fields) > MOST_FIELDS:
            message = f"{len(root.fields)} returned fields; at most {MOST_FIELDS} are read"
            self.problems.add("E-CELLS", root, message, "Return less.")
            return None
        types: dict[str, ArgType] = {}
        for key, inner in root:
            if not ARGUMENT.fullmatch(key.value):
                message = f"`{key.value}` is no name of a field"
                self.problems.add("E-KEY", key, message, "Use letters, digits, _ and -.")
            declared = self._declared(inner) if _refers(inner) else self._plain(inner)
            if declared is not None:
                types[key.value] = declared
        if len(types) < len(root.fields):
            return None
        face = _face(types)
        made = {key.value: self._field(key.value, types[key.value], inner, face) for key, inner in root}
        found = {name: each for name, each in made.items() if each is not None}
        splits = prod(len(each.tests) for each in found.values())
        if splits > MOST_SPLITS:
            message = f"the alternatives of these fields multiply to {splits} cases; at most {MOST_SPLITS} are read"
            self.problems.add("E-CELLS", node, message, "Return less.")
        return Returns(MappingProxyType(found)) if len(found) == len(made) and splits <= MOST_SPLITS else None

    def _plain(self, node: Node) -> ArgType | None:
        """A type that is written as a tool's argument has it."""
        declared = read_type(node, self.problems)
        if declared is not None and declared.kind == "url":
            self.problems.add("E-KEY", node, "`url` is no type of a returned field", "Return host and path, or text.")
            return None
        return declared

    def _declared(self, node: Node) -> ArgType | None:
        """The type of what is referred to first; None with the problem noted. That others fit the conditions say."""
        item = next(each for each in _items(node) if _is_reference(each))
        if not is_reference(item):
            assert isinstance(item, Text)
            found = self.conditions.sets.find(item)
            if found is None:
                return None
            return ArgType(found.kind, root="/") if found.kind == "path" else ArgType(found.kind)
        assert not isinstance(item, Items)
        use = self.conditions.lookups.use(item)
        if use is not None and use.field.many and use.field.type.kind in NUMBERS:
            message = f"`{use.node.value}` holds many numbers, and a returned number is compared with one"
            self.problems.add("E-REF", item, message, "Record them as names, or return {int: {min:, max:}}.")
            return None
        return use.field.type if use is not None else None

    def _field(self, name: str, declared: ArgType, node: Node, face: Face) -> Field | None:
        if not _refers(node):
            tests: list[Test] = []
            for leaf in leaves((_UNDER, name), declared, False):
                tests += _bounds(leaf, axes_of(leaf)[0])
            return Field(name, declared, _closed(declared), render(node), tests=(tuple(tests),))
        axis = axes_of(Leaf((_UNDER, name), declared, False))[0]
        alternatives = self.conditions.lower(axis, node, False, face)
        if alternatives is None:
            return None
        return Field(name, declared, self._bounded(node), render(node), self._names(node), alternatives)

    def _set(self, item: Node) -> Set | None:
        return self.conditions.sets.known.get(item.value[1:]) if isinstance(item, Text) else None

    def _bounded(self, node: Node) -> bool:
        """A pattern with a star leaves segments to whoever fills it."""
        for item in _items(node):
            found = self._set(item) if _is_reference(item) else None
            if found is not None and any(each.open or None in each.symbols for each in found.patterns):
                return False
            if isinstance(item, Text) and not _is_reference(item) and "*" in item.value:
                return False
        return True

    def _names(self, node: Node) -> tuple[str, ...]:
        """The values that a model is told: of sets of names, if they are few."""
        found: set[str] = set()
        for item in _items(node):
            if isinstance(item, Text) and not _is_reference(item):
                found.add(item.value)
                continue
            known = self._set(item)
            if known is None or known.patterns or known.uses:
                return ()
            found |= known.names
        return tuple(sorted(found)) if len(found) <= _SHOWN else ()


def _face(types: MappingType[str, ArgType]) -> Face:
    """The fields as conditions see them: a record can be looked up by another field, if that is a name or a place."""
    axes = {}
    for name, declared in types.items():
        for leaf in leaves((_UNDER, name), declared, False):
            axis = axes_of(leaf)[0]
            if axis.sort in SORTS_ON_ATOMS and not axis.optional:
                axes[leaf.name.removeprefix(f"{_UNDER}.")] = axis
    return Face(VERB, (), MappingProxyType(axes), (), frozenset({VERB}))


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Items) else [node]


def _is_reference(item: Node) -> bool:
    return is_reference(item) or (isinstance(item, Text) and item.value.startswith("$"))


def _refers(node: Node) -> bool:
    return any(_is_reference(item) for item in _items(node))


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
