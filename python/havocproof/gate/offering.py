"""What people may give instead of one call, as it is written beside the request when an action is parked.

An allowance is for one rule, with one value on each axis of `same`. Where an action is asked by several such rules, or
has several values there, none is offered, and the reason is written instead: people approve the one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from havocproof.gate.terms import most_form
from havocproof.kernel import bridge
from havocproof.kernel.source import Part
from havocproof.policy.redaction import APPROVER, JOURNAL, hide_arguments

if TYPE_CHECKING:
    from havocproof.gate.way import Way
    from havocproof.stores import Step

Values = tuple[str | None, ...]


def offer(way: Way, step: Step, parts: tuple[Part, ...], needs: frozenset[str]) -> dict[str, Any]:
    """{"widen": {"rule", "approval", "same": {axis: value}, "most": terms}}, {"widen": {"not": why}}, or {} where no
    approval that is asked for may be widened.
    """
    found = _asking(way, step, parts, needs)
    if not found:
        return {}
    if len(found) > 1:
        return _not(f"several rules ask for it that could be widened: {', '.join(sorted(found))}")
    ((rule, values),) = found.items()
    spec = way.gate.policy.allowances.rules[rule]
    axes = ", ".join(spec.most.same)
    if not way.session.user:
        return _not("no user is known whom the session serves")
    if len(values) > 1:
        return _not(f"it has {len(values)} different values of {axes}")
    same = dict(zip(spec.most.same, next(iter(values)), strict=True))
    if None in same.values():
        return _not(f"it does not say {axes}")
    args = way.action.canonical()["args"]
    if hide_arguments(way.gate.policy.redactions, way.action.verb, args, (JOURNAL, APPROVER)) != args:
        return _not("the policy hides parts of it from who approves")
    return {
        "widen": {"rule": spec.rule, "approval": spec.approval, "same": same, "most": most_form(spec.most)},
    }


def _not(why: str) -> dict[str, Any]:
    return {"widen": {"not": why}}


def _asking(way: Way, step: Step, parts: tuple[Part, ...], needs: frozenset[str]) -> dict[str, set[Values]]:
    """The rules that ask for this action and may be widened, each with the values of `same` for which it asks."""
    policy = way.gate.policy
    scene = bridge.scene(way.scopes, way.groups, step.now, step.view)
    found: dict[str, set[Values]] = {}
    for each in policy.waiting if policy.allowances.rules else ():
        rule = each.rule
        spec = policy.allowances.rules.get(rule.id)
        if spec is None or spec.approval not in needs or (rule.effect == "ask" and rule.group not in way.groups):
            continue
        for part in parts:
            names = spec.same.get(part.verb)
            for atom in part.atoms:
                if policy.kernel.reads(rule, part, atom, scene) != "no":
                    values = (
                        [atom.names.get(name) for name in names] if names is not None else [None] * len(spec.most.same)
                    )
                    found.setdefault(rule.id, set()).add(tuple(values))
    return found
