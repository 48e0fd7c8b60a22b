"""How arguments fill the axes of a typed effect: which fit, and how they stand in the plan of a part."""

from __future__ import annotations

from collections.abc import Mapping

from havocproof.actions.amounts import parse_amount
from havocproof.actions.scalars import GrammarError, check_name, parse_integer, parse_size
from havocproof.policy.axes import ENUM, INT, NAME, PLACE, Axis
from havocproof.policy.parts import PartPlan, Slot
from havocproof.policy.patterns import place
from havocproof.policy.types import Leaf
from havocproof.policy.verbs import ALWAYS


def lay(plan: PartPlan, slot: Slot) -> None:
    """Add a slot; the slots of one list argument stay together."""
    if slot.leaf.type.kind != "list":
        plan.slots.append(slot)
        return
    for group in plan.lists:
        if group[0].leaf.name == slot.leaf.name:
            group.append(slot)
            return
    plan.lists.append([slot])


def side_by_side(plan: PartPlan, pairs: tuple[str, ...]) -> None:
    """Lay the two lists of `pairs` side by side."""
    groups = [group for group in plan.lists if group[0].leaf.name in pairs]
    if len(groups) == 2:
        plan.lists.remove(groups[1])
        groups[0].extend(groups[1])


def measured(own: Mapping[str, tuple[Axis, Leaf]]) -> dict[str, Axis]:
    """The arguments that a budget may count: integers and amounts that are never negative, and lengths of lists."""
    return {
        label: axis
        for label, (axis, _) in own.items()
        if axis.sort == INT
        and axis.kind in ("plain", "amount")
        and axis.low is not None
        and axis.low >= 0
        and label not in ALWAYS
    }


def fits(axis: Axis, leaf: Leaf) -> bool:
    """Whether an argument's values are values of the axis."""
    many = leaf.type.kind == "list"
    declared = leaf.type.inner if many and leaf.type.inner is not None else leaf.type
    if leaf.optional and not axis.optional:
        return False
    if axis.sort == NAME:
        return declared.kind in ("name", "enum")
    if axis.sort == PLACE:
        return declared.kind == ("path" if axis.kind == "url" else axis.kind)
    if many:
        return False
    if axis.sort == ENUM:
        return declared.kind == "enum" and set(declared.names) <= set(axis.names)
    if axis.kind == "amount":
        return declared.kind == "decimal" and bool(axis.currency_axis)
    return declared.kind == "int" and declared.low is not None and declared.low >= (axis.low or 0)


def describe(leaf: Leaf) -> str:
    """An argument's type in words."""
    return f"an optional {leaf.type.kind}" if leaf.optional else f"of type {leaf.type.kind}"


def remedy_for(axis: Axis, leaf: Leaf) -> str:
    """How to declare an argument that does not fit the axis."""
    if leaf.optional and not axis.optional:
        return "An axis that is always given needs an argument that is always given: put it under `args`."
    return {
        NAME: "Declare it as `name`.",
        ENUM: f"Declare it as [{', '.join(axis.names)}].",
        PLACE: f"Declare it as `{axis.kind}`."
        if axis.kind in ("host", "email")
        else "Declare it as {path: /root}, or map a constant.",
    }.get(
        axis.sort,
        "Declare it as {decimal: EUR}."
        if axis.kind == "amount"
        else "Declare it as {int: {min: 0}}, or with a higher `min`.",
    )


def constant(plan: PartPlan, axis: Axis, text: str, on_path: bool) -> None:
    """Put a constant on an axis. Raises `GrammarError` if it is no value of it."""
    if axis.sort == PLACE:
        segments = place(text, axis.kind, axis.separator)
        plan.names[axis.kernel], plan.places[axis.kernel] = text.removeprefix("ip:"), segments
        if on_path:
            last = segments[-1] if segments else ""
            plan.names["name"], plan.names["ext"] = last, last.rpartition(".")[2] if "." in last else ""
        if axis.name == "recipient":
            plan.ints["recipients"] = 1
    elif axis.sort == ENUM:
        if text not in axis.names:
            raise GrammarError("is none of its values", f"It is {axis.words}")
        plan.names[axis.kernel] = text
    elif axis.sort == NAME:
        plan.names[axis.kernel] = check_name(text)
    elif axis.kind == "amount":
        if not axis.currency_axis:
            raise GrammarError("is a cost, which only the port can tell", "Leave it out")
        minor, currency = parse_amount(text)
        plan.ints[axis.kernel] = plan.ints[f"{axis.kernel}:{currency}"] = minor
        plan.names[axis.currency_axis] = currency
    else:
        number = parse_size(text) if axis.kind == "size" else parse_integer(text)
        if number < (axis.low or 0) or (axis.high is not None and number > axis.high):
            raise GrammarError("cannot be", f"`{axis.name}` is {axis.low or 0} or more")
        plan.ints[axis.kernel] = number
