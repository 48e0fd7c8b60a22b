"""Effects that an example writes by their axes, because the engine or a tool tells them, not an action: `sql.read`."""

from __future__ import annotations

from collections.abc import Mapping

from havocproof.actions.scalars import GrammarError, check_name
from havocproof.kernel.source import Atom, Part
from havocproof.policy.axes import ENUM, INT, PLACE
from havocproof.policy.conditions import Conditions
from havocproof.policy.patterns import place
from havocproof.policy.tree import Node, Text, kind
from havocproof.policy.verbs import Verb


def effect_part(verb: Verb, written: Mapping[str, Node], conditions: Conditions) -> Part:
    """One part with one atom. Names that are not written are "". Raises `GrammarError`, to follow "the example"."""
    names: dict[str, str] = {"via": ""}
    places: dict[str, tuple[str, ...]] = {}
    ints = {"count": 1, "at_once": 1}
    for name in verb.required:
        if name not in written:
            raise GrammarError(f"lacks `{name}`", f"Say it: `{verb.name}` always has it")
    for name, node in written.items():
        axis = verb.axes.get(name)
        if axis is None or axis.name == "via":
            raise GrammarError(f"has an unknown axis `{name}`", f"`{verb.name}` has {', '.join(verb.axes)}")
        if not isinstance(node, Text):
            raise GrammarError(f"has {kind(node)} on `{name}`", "Write one value: an effect is one atom")
        try:
            if axis.sort == INT:
                ints[axis.kernel], currency = conditions.number(axis, node.value)
                if currency:
                    names[axis.currency_axis] = currency
                    ints[f"{axis.kernel}:{currency}"] = ints[axis.kernel]
            elif axis.sort == PLACE:
                places[axis.kernel] = place(node.value, axis.kind, axis.separator)
                names[axis.kernel] = node.value
            elif axis.sort == ENUM and node.value not in axis.names:
                raise GrammarError("is none of its values", f"It is {axis.words}")
            else:
                names[axis.kernel] = check_name(node.value)
        except GrammarError as fault:
            raise GrammarError(f"has on `{name}` a value that {fault.problem}", fault.remedy) from None
    for axis in verb.axes.values():
        if axis.optional and axis.kernel not in names:
            names[axis.kernel] = ""
    for indexed in verb.indexed:
        names.setdefault(indexed.name, "")
    return Part(verb.name, ints, (Atom(names, places),))
