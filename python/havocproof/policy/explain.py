"""Why a verdict is what it is, in words of the policy (POLICY.md 2.15).

The kernel answers every test; nothing here decides. All texts are static: they come from the policy file, never from an
action or a result, so that nothing an agent or a page writes can speak through a denial.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from havocproof.actions.amounts import format_amount
from havocproof.kernel import bridge
from havocproof.kernel.source import (
    DONE,
    Atom,
    Held,
    HeldIn,
    Kept,
    Named,
    Part,
    Placed,
    Scoped,
    Since,
    Stands,
    Test,
)
from havocproof.policy.axes import Axis
from havocproof.policy.budgets import BudgetText
from havocproof.policy.charges import written_name
from havocproof.policy.explanation import KINDS, Explanation
from havocproof.policy.lacking import first, unknown
from havocproof.policy.patterns import written
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.tree import render

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

__all__ = ["KINDS", "Explanation", "explain"]

_UNWRITTEN = {"scheme": "https", "via": "none"}  # what a permit says where it says nothing
_FEW = 5  # members that are told


def explain(policy: Policy, parts: tuple[Part, ...], verdict: Any, scene: Any = None) -> Explanation:
    """Put a verdict of `policy.kernel` on these parts into words. `scene`: what the session remembers, as the kernel
    was given it (`bridge.scene`); without it nothing is remembered.
    """
    if verdict.is_Permitted:
        return Explanation("permit", verdict.rule)
    if verdict.is_Asked:
        return _asked(policy, parts, verdict, scene)
    if verdict.is_Denied:
        return _denied(policy, parts, verdict.rule, scene)
    if verdict.is_Exhausted:
        return _exhausted(policy.limit(verdict.budget), verdict.left)
    if verdict.is_Unpayable:
        return _unpayable(policy, parts, written_name(verdict.budget))
    if verdict.is_Late:
        why = "The clock stands before a decision that was taken already."
        return Explanation("later", why=why, remedy="Have the clock of this machine corrected.", facts={"wait_s": None})
    if verdict.is_Unpermitted:
        return _unpermitted(policy, parts, verdict.part, verdict.atom, scene)
    raise TypeError("this is no verdict")


def _asked(policy: Policy, parts: tuple[Part, ...], verdict: Any, scene: Any) -> Explanation:
    """Who must agree, and in the words of the rules and budgets that want it, why."""
    needs = bridge.needs(verdict)
    asking = _asking(policy, parts, verdict.rule, needs & policy.approvals.keys(), scene)
    softs = [policy.budgets[name] for name in sorted({written_name(need) for need in needs - policy.approvals.keys()})]
    whys = [text.why for text in asking] + [f"Above {_above(text)} somebody has to agree: {text.why}" for text in softs]
    remedy = next((text.remedy for text in asking if text.remedy), "")
    rule = asking[0].id if asking else softs[0].name if softs else verdict.rule
    facts = {"needs": sorted({policy.approval(need).name for need in needs})}
    return Explanation("ask", rule, " ".join(dict.fromkeys(whys)), remedy, facts=facts)


def _above(text: BudgetText) -> str:
    return text.soft.shown if text.soft is not None else text.shown


def _asking(
    policy: Policy, parts: tuple[Part, ...], granting: str, needs: frozenset[str], scene: Any
) -> list[RuleText]:
    """The rules that want these approvals, one for each: the granting one, or the first that matches."""
    found: dict[str, RuleText] = {}
    known = policy.rules.get(granting)
    if known is not None and known.needs in needs:
        found[known.needs] = known
    for each in policy.waiting:
        if each.rule.needs in needs and each.rule.needs not in found:
            for part in parts:
                if any(policy.kernel.reads(each.rule, part, atom, scene) != "no" for atom in part.atoms):
                    found[each.rule.needs] = each.text
    return list(found.values())


def _exhausted(budget: BudgetText, left: int) -> Explanation:
    """`left`: what the budget still has, in its own unit."""
    facts: dict[str, Any] = {
        "budget": budget.name,
        "measure": budget.measure,
        "limit": budget.shown,
        "per": list(budget.per),
    }
    if not budget.is_rate:  # of a rate the cell says a time, and its limit when there is room again
        facts["left"] = format_amount(max(0, left), budget.currency) if budget.currency else max(0, left)
    if budget.every:
        facts["every"] = budget.every
    return Explanation("later", why=budget.why, remedy=budget.remedy, facts=facts)


def _unpayable(policy: Policy, parts: tuple[Part, ...], name: str) -> Explanation:
    """Something that is counted by is not there. For an amount in another currency that cannot change."""
    budget = policy.budgets.get(name)
    if budget is None:  # a mark that is left, not a budget
        why = "This session lacks what the policy remembers it by."
        return Explanation("unpermitted", why=why, remedy="Open the session with its user.")
    measure = next(each.measure for label, each in policy.source.budgets.items() if written_name(label) == name)
    amount, _, currency = measure.partition(":")
    if currency and any(amount in part.ints and measure not in part.ints for part in parts):
        why = f"Budget `{name}` counts {budget.currency} only, and no budget counts this currency."
        facts = {"rule": f"budget:{name}", "currency": budget.currency}
        return Explanation("never", f"budget:{name}", why, f"Use {budget.currency}.", facts=facts)
    counted = f"{budget.measure} per {', '.join(budget.per)}"
    why = f"Budget `{name}` counts {counted}, and this action does not say them all."
    remedy = f"Give the action a bound on {budget.measure}, and the session its user."
    return Explanation("unpermitted", why=why, remedy=remedy, facts={"budget": name, "measure": budget.measure})


def _denied(policy: Policy, parts: tuple[Part, ...], rule: str, scene: Any) -> Explanation:
    """`never`; but `first` if the rule holds back only because it looks at a record that is not known."""
    text = policy.rules[rule]
    kind, _, name = rule.partition(":")
    facts: dict[str, Any] = {"label": name} if kind == "label" else {"rule": rule}
    lacking = unknown(policy, parts, policy.nearness.forbids.get(rule, ()), scene) if scene is not None else None
    if lacking is not None:
        return Explanation("first", rule, text.why, text.remedy or lacking.remedy, facts={**facts, **lacking.facts})
    return Explanation("never", rule, text.why, text.remedy, facts=facts)


def _unpermitted(policy: Policy, parts: tuple[Part, ...], at_part: int, at_atom: int, scene: Any = None) -> Explanation:
    """`at_part` and `at_atom` say which atom nothing grants."""
    if not (0 <= at_part < len(parts) and 0 <= at_atom < len(parts[at_part][2])):
        return Explanation(
            "unpermitted", why="This action has no effect that the policy can decide on.", remedy="Change the plan."
        )
    part = parts[at_part]
    near = nearest(policy, part, part[2][at_atom], scene)
    if near is None:
        why = f"No rule permits `{part[0].partition('#')[0]}`."
        return Explanation("unpermitted", why=why, remedy="Change the plan.")
    rule, failing = near
    if not failing:
        why = "This action lacks what its kind of effect must say."
        return Explanation("unpermitted", why=why, remedy="Change the plan.", nearest=rule.text.id)
    lacking = first(policy, part, part[2][at_atom], failing, scene)
    if lacking is not None:
        remedy = rule.text.remedy or lacking.remedy
        facts = {"nearest": rule.text.id, **lacking.facts}
        return Explanation("first", "", lacking.why, remedy, rule.text.id, tuple(failing), facts)
    return _near_miss(policy, part[0], rule, failing)


def _near_miss(policy: Policy, verb: str, rule: Lowered, failing: dict[str, list[Test]]) -> Explanation:
    text = rule.text
    axes = tuple(failing)
    wanted = {axis: expected(rule, axis, failing[axis]) for axis in axes}
    if len(axes) > 1 or axes[0].startswith("when."):  # what the session is like is no argument to correct
        why = "Nothing in the policy permits this."
        facts: dict[str, Any] = {"nearest": text.id, "expected": wanted}
        return Explanation("unpermitted", "", why, text.remedy or "Change the plan.", text.id, axes, facts)
    axis = axes[0]
    facts = {"nearest": text.id, "axis": axis, "expected": wanted[axis]}
    effect = policy.verbs.get(verb)  # no rule can name the parts that take a share away
    known = effect.axes.get(axis) if effect is not None else None
    members = _members(failing[axis], known) if known is not None else []
    if members:
        facts["members"] = members
    why = f"Rule `{text.id}` would take this with another `{axis}`."
    remedy = text.remedy or f"Give `{axis}` a value that fits: {wanted[axis]}."
    return Explanation("fix", "", why, remedy, text.id, axes, facts)


def expected(rule: Lowered, axis: str, failing: Sequence[Test]) -> str:
    """What the rule says about an axis, as it is written there. None fails: its `unless` holds."""
    if axis.startswith("when."):
        return _remembered(failing)
    if not failing:
        node = rule.unless.fields.get(axis) if rule.unless is not None else None
        return f"not {render(node)}" if node is not None else ""
    node = rule.where.fields.get(axis) if rule.where is not None else None
    return render(node) if node is not None else _UNWRITTEN.get(axis, "")


def _remembered(tests: Sequence[Test]) -> str:
    """What tests of the session want, for people."""
    found = []
    for test in tests:
        if isinstance(test, Since):
            found.append(f"{test.done.name} done")
        elif isinstance(test, Stands):
            done = "done" if test.mark.kind == DONE else "begun"
            found.append(f"{test.mark.name} {done}" if test.want else f"{test.mark.name} not {done}")
        elif isinstance(test, Scoped):
            found.append(f"{'' if test.want else 'not '}{', '.join(sorted(test.names))}")
        elif isinstance(test, Held | HeldIn | Kept):
            field = f".{test.ref.field}" if test.ref.field else ""
            found.append(f"{test.ref.record}{field}")
    return ", ".join(dict.fromkeys(found))


def _members(tests: Sequence[Test], axis: Axis) -> list[str]:
    """The values that the tests admit, as a policy writes them; none if they are more than five."""
    found: list[str] = []
    for test in tests:
        if isinstance(test, Named) and test.want:
            found += sorted("none" if name == "" else name for name in test.names)
        elif isinstance(test, Placed) and test.want:
            found += (written(pattern, axis.kind, axis.separator) for pattern in test.patterns[: _FEW + 1])
        else:
            return []
    return found if len(found) <= _FEW else []


# ---- the nearest rule ----


def nearest(policy: Policy, part: Part, atom: Atom, scene: Any = None) -> tuple[Lowered, dict[str, list[Test]]] | None:
    """The granting rule with the fewest failing axes, and for each axis the tests that the kernel does not answer yes.

    What the session lacks counts only between rules that fit the action alike: a rule that fits it wholly is nearer.
    None if no rule that the agent uses grants the verb at all. No failing axis: the rule matches.
    """
    best: tuple[Lowered, dict[str, list[Test]]] | None = None
    least = (len(part.ints) + len(atom.names) + len(atom.places) + 1, 0)
    groups = frozenset(scene.groups) if scene is not None else None
    for each in policy.nearness.candidates(part[0], atom, groups):
        failing: dict[str, list[Test]] = defaultdict(list)
        for test, axis in zip(each.rule.tests, each.axes, strict=True):
            if _distance(failing) > least:
                break
            if policy.kernel.test(test, part, atom, scene) != "yes":
                failing[axis].append(test)
        if not failing:
            failing.update((axis, []) for axis in _lifting(policy, each, part, atom, scene))
        if best is None or _distance(failing) < least:
            best, least = (each, dict(failing)), _distance(failing)
            if not failing:
                break
    return best


def _distance(failing: Collection[str]) -> tuple[int, int]:
    """How far a rule is that fails on these axes: first by the action's and by who acts, then by the session's."""
    session = sum(1 for axis in failing if axis.startswith("when.") and axis != "when.agent")
    return len(failing) - session, session


def _lifting(policy: Policy, each: Lowered, part: Part, atom: Atom, scene: Any = None) -> tuple[str, ...]:
    """The axes by which the rule's `unless` holds, none if it does not."""
    for tests, axes in zip(each.rule.unless, each.unless_axes, strict=True):
        if all(policy.kernel.test(test, part, atom, scene) == "yes" for test in tests):
            return axes
    return ()
