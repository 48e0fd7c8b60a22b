"""Why a verdict is what it is, in words of the policy (POLICY.md 2.15).

The kernel answers every test; nothing here decides. All texts are static: they come from the policy file, never from an
action or a result, so that nothing an agent or a page writes can speak through a denial.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.actions.amounts import format_amount
from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Named, Part, Placed, Test
from havocproof.policy.axes import Axis
from havocproof.policy.budgets import BudgetText
from havocproof.policy.patterns import written
from havocproof.policy.rules import Lowered
from havocproof.policy.tree import render

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

KINDS = ("never", "unpermitted", "fix", "first", "later")
_FEW = 5  # members that are told
_MOST_RULES = 200  # rules of one verb that are all looked at; of more, the likeliest
_MOST_VALUES = 64  # values of one test that lead to its rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict in words. `kind`: permit, ask, or one of `KINDS`.

    rule            the id of the rule that decided, "" if none did
    nearest         of `unpermitted` and `fix`: the rule that comes nearest to permitting
    failing_axes    the axes that kept it from doing so
    facts           typed facts of the kind, JSON types, all from the policy and its counters
    """

    kind: str
    rule: str = ""
    why: str = ""
    remedy: str = ""
    nearest: str = ""
    failing_axes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def explain(policy: Policy, parts: tuple[Part, ...], verdict: Any) -> Explanation:
    """Put a verdict of `policy.kernel` on these parts into words."""
    if verdict.is_Permitted:
        return Explanation("permit", verdict.rule)
    if verdict.is_Asked:
        text = policy.rules[verdict.rule]
        return Explanation("ask", text.id, text.why, text.remedy, facts={"needs": sorted(bridge.needs(verdict))})
    if verdict.is_Denied:
        return _denied(policy, verdict.rule)
    if verdict.is_Exhausted:
        return _exhausted(policy.budgets[verdict.budget], verdict.left)
    if verdict.is_Unpayable:
        budget = policy.budgets[verdict.budget]
        counted = f"{budget.measure} per {', '.join(budget.per)}"
        why = f"Budget `{budget.name}` counts {counted}, and this action does not say them all."
        remedy = f"Give the action a bound on {budget.measure}, and the session its user."
        return Explanation(
            "unpermitted", why=why, remedy=remedy, facts={"budget": budget.name, "measure": budget.measure}
        )
    if verdict.is_Unpermitted:
        return _unpermitted(policy, parts, verdict.part, verdict.atom)
    raise TypeError("this is no verdict")


def _exhausted(budget: BudgetText, left: int) -> Explanation:
    """`left`: what the budget still has, in its own unit."""
    facts: dict[str, Any] = {
        "budget": budget.name,
        "measure": budget.measure,
        "limit": budget.shown,
        "left": format_amount(max(0, left), budget.currency) if budget.currency else max(0, left),
        "per": list(budget.per),
    }
    if budget.every:
        facts["every"] = budget.every
    return Explanation("later", why=budget.why, remedy=budget.remedy, facts=facts)


def _denied(policy: Policy, rule: str) -> Explanation:
    text = policy.rules[rule]
    facts: dict[str, Any] = {"rule": rule}
    if rule.startswith("budget:"):  # the forbid that keeps out a currency which no budget counts
        facts["currency"] = policy.budgets[rule.removeprefix("budget:")].currency
    return Explanation("never", rule, text.why, text.remedy, facts=facts)


def _unpermitted(policy: Policy, parts: tuple[Part, ...], at_part: int, at_atom: int) -> Explanation:
    """`at_part` and `at_atom` say which atom nothing grants."""
    if not (0 <= at_part < len(parts) and 0 <= at_atom < len(parts[at_part][2])):
        return Explanation(
            "unpermitted", why="This action has no effect that the policy can decide on.", remedy="Change the plan."
        )
    part = parts[at_part]
    nearest = _nearest(policy, part, part[2][at_atom])
    if nearest is None:
        why = f"No rule permits `{part[0].partition('#')[0]}`."
        return Explanation("unpermitted", why=why, remedy="Change the plan.")
    rule, failing = nearest
    if not failing:
        why = "This action lacks what its kind of effect must say."
        return Explanation("unpermitted", why=why, remedy="Change the plan.", nearest=rule.text.id)
    return _near_miss(policy, part[0], rule, failing)


def _near_miss(policy: Policy, verb: str, rule: Lowered, failing: dict[str, list[Test]]) -> Explanation:
    text = rule.text
    axes = tuple(failing)
    expected = {axis: _expected(rule, axis, not failing[axis]) for axis in axes}
    if len(axes) > 1:
        why = "Nothing in the policy permits this."
        facts: dict[str, Any] = {"nearest": text.id, "expected": expected}
        return Explanation("unpermitted", "", why, text.remedy or "Change the plan.", text.id, axes, facts)
    axis = axes[0]
    facts = {"nearest": text.id, "axis": axis, "expected": expected[axis]}
    known = policy.verbs[verb].axes.get(axis)
    members = _members(failing[axis], known) if known is not None else []
    if members:
        facts["members"] = members
    why = f"Rule `{text.id}` would take this with another `{axis}`."
    remedy = text.remedy or f"Give `{axis}` a value that fits: {expected[axis]}."
    return Explanation("fix", "", why, remedy, text.id, axes, facts)


def _expected(rule: Lowered, axis: str, lifted: bool) -> str:
    """What the rule says about an axis, as it is written there. `lifted`: its `unless` holds."""
    if lifted:
        node = rule.unless.fields.get(axis) if rule.unless is not None else None
        return f"not {render(node)}" if node is not None else ""
    node = rule.where.fields.get(axis) if rule.where is not None else None
    return render(node) if node is not None else "https"  # the one default that is not written


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


def _nearest(policy: Policy, part: Part, atom: Atom) -> tuple[Lowered, dict[str, list[Test]]] | None:
    """The granting rule with the fewest failing axes, and for each axis the tests that the kernel does not answer yes.

    None if no rule grants the verb at all. No failing axis: the rule matches.
    """
    best: tuple[Lowered, dict[str, list[Test]]] | None = None
    for each in policy.nearness.candidates(part[0], atom):
        failing: dict[str, list[Test]] = defaultdict(list)
        for test, axis in zip(each.rule.tests, each.axes, strict=True):
            if best is not None and len(failing) > len(best[1]):
                break
            if policy.kernel.test(test, part, atom) != "yes":
                failing[axis].append(test)
        if not failing and _lifted(policy, each, part, atom):
            failing.update((axis, []) for axis in each.unless_axes)
        if best is None or len(failing) < len(best[1]):
            best = each, dict(failing)
            if not failing:
                break
    return best


def _lifted(policy: Policy, each: Lowered, part: Part, atom: Atom) -> bool:
    """Whether the rule's `unless` holds."""
    unless = each.rule.unless
    return bool(unless) and all(policy.kernel.test(test, part, atom) == "yes" for test in unless)


class Nearness:
    """Finds rules that are likely near to an atom: all of its verb if they are few, else those that share values."""

    def __init__(self, lowered: Iterable[Lowered]) -> None:
        self._rules: dict[str, list[Lowered]] = defaultdict(list)
        self._values: dict[str, dict[tuple[object, ...], list[int]]] = {}
        for each in lowered:
            if each.rule.effect in ("permit", "ask"):
                for verb in each.rule.verbs:
                    self._rules[verb].append(each)

    def candidates(self, verb: str, atom: Atom) -> Sequence[Lowered]:
        rules = self._rules.get(verb, [])
        if len(rules) <= _MOST_RULES:
            return rules
        values = self._values.get(verb)
        if values is None:
            values = self._values[verb] = defaultdict(list)
            for number, each in enumerate(rules):
                for key in set(_keys(each.rule.tests)):
                    values[key].append(number)
        shared: Counter[int] = Counter()
        for key in _atom_keys(atom):
            found = values.get(key, ())
            if len(found) < len(rules) // 2:
                shared.update(found)
        likely = [number for number, _ in shared.most_common(_MOST_RULES)]
        return [rules[number] for number in likely] or rules[:_MOST_RULES]


def _keys(tests: Iterable[Test]) -> Iterator[tuple[object, ...]]:
    for test in tests:
        if isinstance(test, Named) and test.want:
            for name in sorted(test.names)[:_MOST_VALUES]:
                yield "name", test.axis, name
        elif isinstance(test, Placed) and test.want:
            for pattern in test.patterns[:_MOST_VALUES]:
                for depth in range(1, len(pattern.symbols) + 1):
                    yield "place", test.axis, pattern.symbols[:depth]


def _atom_keys(atom: Atom) -> Iterator[tuple[object, ...]]:
    names, places = atom
    for axis, name in names.items():
        yield "name", axis, name
    for axis, segments in places.items():
        for depth in range(1, len(segments) + 1):
            yield "place", axis, segments[:depth]
