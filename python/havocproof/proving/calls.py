"""Whole calls of tools that are several effects: a proof looks at one effect at a time, and a call has all of them.

An effect that is permitted by itself is no example if the others of its call are refused. So the call is put together
from the arguments that the one effect has, cut as the gate cuts it, and decided as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from havocproof.actions.amounts import format_amount
from havocproof.actions.tools import ToolCall
from havocproof.analysis import Moment
from havocproof.errors import ActionError
from havocproof.kernel.source import Part
from havocproof.policy.axes import NO, Axis
from havocproof.policy.literals import format_date
from havocproof.policy.tools import ToolSpec
from havocproof.policy.types import ArgType, Leaf

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_LONGEST = 10_000  # of a free text that is made up


def siblings(policy: Policy, verb: str) -> tuple[str, ...]:
    """The other effects of the tool whose effect this is."""
    known = policy.verbs.get(verb)
    spec = policy.tools.get(known.tool) if known is not None else None
    return tuple(each.name for each in spec.verbs if each.name != verb) if spec is not None else ()


def whole(policy: Policy, moment: Moment) -> tuple[Part, ...]:
    """The parts of a call that has the moment's part; none if no such call could be put together."""
    known = policy.verbs.get(moment.part.verb)
    spec = policy.tools.get(known.tool) if known is not None else None
    if spec is None or known is None:
        return (moment.part,)
    try:
        parts = policy.parts(ToolCall(tool=spec.name, arguments=_arguments(spec, moment.part, known.axes)))
    except (ActionError, KeyError):
        return ()
    return parts if any(part.verb == moment.part.verb for part in parts) else ()


def _arguments(spec: ToolSpec, part: Part, axes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for leaf in spec.leaves:
        axis = axes.get(leaf.name)
        if axis is None and not leaf.optional:
            raise KeyError(leaf.name)
        value = _value(leaf, axis, part) if axis is not None else None
        if value is not None:
            inner = found
            for step in leaf.path[:-1]:
                inner = inner.setdefault(step, {})
            inner[leaf.path[-1]] = value
    return found


def _value(leaf: Leaf, axis: Axis, part: Part) -> Any:
    """The value of an argument; None if it was not given."""
    names = part.atoms[0].names
    declared = leaf.type
    if declared.kind == "list" and declared.inner is not None:
        return [_named(declared.inner, names[axis.kernel])] if names.get(axis.kernel) else []
    if axis.optional and names.get(axis.given, NO) == NO and not names.get(axis.kernel):
        return None
    match declared.kind:
        case "int":
            return part.ints[axis.kernel]
        case "date":
            return format_date(part.ints[axis.kernel])
        case "decimal":
            currency = declared.currency or names.get(axis.currency_axis, "")
            return format_amount(part.ints[axis.kernel], currency)
        case "text":
            return "x" * min(part.ints[axis.kernel], _LONGEST)
    return _named(declared, names[axis.kernel])


def _named(declared: ArgType, text: str) -> Any:
    return text == "true" if declared.kind == "bool" else text
