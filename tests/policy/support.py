"""What the tests of policies share: short policies, their problems, and decisions by the real kernel."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from havocproof.actions.wire import action_from_wire
from havocproof.errors import PolicyError, Problem
from havocproof.kernel.source import Atom, Part, Rule
from havocproof.policy import Explanation, Policy, ToolSpec, explain, loads_policy

HEAD = "havocproof: 1\npolicy: p\n"
DAY = 86_400_000
SCOPES = {"": "", "tenant": "t", "user": "u", "session": "s", "run": "r"}
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


def decide(policy: Policy, verb: str, cells: dict[Any, int] | None = None, **arguments: Any) -> Any:
    """The kernel's verdict on an action or tool call."""
    parts = policy.parts(action_from_wire({"action": verb, "args": arguments}))
    return policy.kernel.decide(parts, dict(SCOPES), 31 * DAY, 0, cells if cells is not None else {})


def told(policy: Policy, verb: str, **arguments: Any) -> Explanation:
    """The explanation of the kernel's verdict."""
    parts = policy.parts(action_from_wire({"action": verb, "args": arguments}))
    return explain(policy, parts, policy.kernel.decide(parts, dict(SCOPES), 31 * DAY, 0, {}))


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
    return Part(verb, {"count": 1, **ints}, (Atom(dict(names or {}), dict(places or {})),))


def judge(policy: Policy, *parts: Part) -> str:
    """The kind of the verdict on parts."""
    verdict = policy.kernel.decide(parts, dict(SCOPES), 31 * DAY, 0, {})
    return explain(policy, parts, verdict).kind
