"""Tools: what their arguments are, and which typed effects they stand for (POLICY.md 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from havocproof.actions.scalars import GrammarError
from havocproof.actions.values import canonical_json
from havocproof.errors import ActionError
from havocproof.kernel.source import Part
from havocproof.policy.arguments import canonical_fields, object_schema
from havocproof.policy.parts import MAX_ATOMS, PartPlan, cut, find
from havocproof.policy.types import ArgType, Leaf, leaves
from havocproof.policy.verbs import Verb


@dataclass(frozen=True)
class ToolSpec:
    """One declared tool.

    `required` and `optional` are its arguments; `verbs` are the verbs of its parts, one for each effect that it stands
    for, with the axes and measures that rules and budgets may use. What the function behind it really does is the
    author's promise and outside the proof.
    """

    name: str
    line: int
    required: Mapping[str, ArgType]
    optional: Mapping[str, ArgType]
    verbs: tuple[Verb, ...]
    plans: tuple[PartPlan, ...]
    effect: str = ""
    families: tuple[str, ...] = ()
    pairs: tuple[str, ...] = field(default=())

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arguments, objects flattened."""
        return all_leaves(self.required, self.optional)

    @cached_property
    def _weighed(self) -> bool:
        """Whether some part counts the bytes of the call."""
        return any(plan.bytes_out for plan in self.plans)

    def texts(self, arguments: Mapping[str, object]) -> dict[str, str | None]:
        """The free texts of a call, by argument; None where one was not given."""
        return {leaf.name: find(arguments, leaf) for leaf in self.leaves if leaf.type.kind == "text"}

    def normalise(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        """Canonical arguments: JSON types, each in its one form, names sorted. A missing optional one stays missing.

        Raises `ActionError` with the argument's path, such as `args.item_ids.3`.
        """
        try:
            return canonical_fields(self.required, self.optional, arguments)
        except GrammarError as fault:
            raise ActionError(".".join(("args", *fault.at)), fault.problem, fault.remedy) from None

    def parts(self, arguments: Mapping[str, object]) -> tuple[Part, ...]:
        """The parts of a call with these arguments, which need not be canonical yet.

        Raises `ActionError` for arguments that are not of their types, and for more than 256 atoms in all.
        """
        return self.cut(self.normalise(arguments))

    def cut(self, given: Mapping[str, Any]) -> tuple[Part, ...]:
        """The parts of a call with these canonical arguments, as `normalise` gave them. ActionError as `parts`."""
        size = len(canonical_json(given).encode()) if self._weighed else 0
        parts = tuple([cut(plan, given, size) for plan in self.plans])
        if len(parts) > 1 and sum(len(part[2]) for part in parts) > MAX_ATOMS:
            raise ActionError("args", f"has more than {MAX_ATOMS} combinations of list elements", "Split the call")
        return parts

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments, to show the tool to a model."""
        return object_schema(self.required, self.optional)


def all_leaves(required: Mapping[str, ArgType], optional: Mapping[str, ArgType]) -> tuple[Leaf, ...]:
    """Arguments in the order of their declaration, objects flattened."""
    found = [leaf for name, declared in required.items() for leaf in leaves((name,), declared, False)]
    return (*found, *(leaf for name, declared in optional.items() for leaf in leaves((name,), declared, True)))
