"""What the tests of policies share: short policies, their problems, and decisions by the real kernel."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from havocproof.actions.wire import action_from_wire
from havocproof.errors import PolicyError, Problem
from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Key, Part, Rule, View
from havocproof.policy import Explanation, Policy, ToolSpec, explain, loads_policy

HEAD = "havocproof: 1\npolicy: p\n"
DAY = 86_400_000
SCOPES = {
    "": "",
    "tenant": "t",
    "user": "u",
    "session": "s",
    "run": "r",
    "agent": "main",
    "self": "s",
    "agent.0": "s",
}
NOW = 1_000_000
APPROVALS = "approvals: {boss: {role: boss, people: 1, within: 1d}, other: {role: other, people: 1, within: 1d}}\n"


def load(body: str) -> Policy:
    """The policy with the two lines of `HEAD` before it: the body begins at line 3."""
    return loads_policy(HEAD + dedent(body))


def tool(declaration: str, name: str = "t") -> ToolSpec:
    """One declared tool."""
    return load(f"tools:\n  {name}: {declaration}\n").tools[name]


def problems(body: str) -> list[Problem]:
    """Everything that is wrong with a policy; at least one error."""
    try:
        load(body)
    except PolicyError as error:
        return error.problems
    raise AssertionError("the policy loads")


def problem(body: str) -> Problem:
    """The only problem of a policy."""
    found = problems(body)
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def rules(policy: Policy, label: str) -> list[Rule]:
    """The kernel's rules of one id."""
    return [rule for rule in policy.source.rules if rule.id == label]


def only(policy: Policy, label: str) -> Rule:
    """The one kernel rule of an id."""
    (rule,) = rules(policy, label)
    return rule


def rule_on(
    policy: Policy,
    parts: tuple[Part, ...],
    cells: Mapping[Key, int] | None = None,
    now: int = NOW,
    scopes: Mapping[str, str] | None = None,
    view: View | None = None,
) -> Any:
    """The kernel's verdict on parts, for the agent `main`."""
    given = {**SCOPES, **(scopes or {})}
    seen = view if view is not None else View(dict(cells or {}), {}, {})
    return policy.kernel.decide(parts, given, policy.source.agents["main"].uses, now + 31 * DAY, now, 0, seen)


def decide(policy: Policy, verb: str, cells: Mapping[Key, int] | None = None, **arguments: Any) -> Any:
    """The kernel's verdict on an action or tool call."""
    return rule_on(policy, policy.parts(action_from_wire({"action": verb, "args": arguments})), cells)


def told(policy: Policy, verb: str, cells: Mapping[Key, int] | None = None, **arguments: Any) -> Explanation:
    """The explanation of the kernel's verdict."""
    parts = policy.parts(action_from_wire({"action": verb, "args": arguments}))
    return explained(policy, parts, cells)


def explained(
    policy: Policy, parts: tuple[Part, ...], cells: Mapping[Key, int] | None = None, now: int = NOW
) -> Explanation:
    """The explanation of the kernel's verdict on parts."""
    view = View(dict(cells or {}), {}, {})
    scene = bridge.scene(dict(SCOPES), policy.source.agents["main"].uses, now, view)
    return explain(policy, parts, rule_on(policy, parts, view=view, now=now), scene)


def kind(policy: Policy, verb: str, **arguments: Any) -> str:
    """`permit`, `ask` or the kind of denial."""
    return told(policy, verb, **arguments).kind


def part(
    verb: str,
    names: Mapping[str, str] | None = None,
    places: Mapping[str, tuple[str, ...]] | None = None,
    **ints: int,
) -> Part:
    """A part of one atom."""
    return Part(verb, {"count": 1, "at_once": 1, **ints}, (Atom(dict(names or {}), dict(places or {})),))


def judge(policy: Policy, *parts: Part) -> str:
    """The kind of the verdict on parts."""
    return explained(policy, parts).kind
