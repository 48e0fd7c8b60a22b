"""The session in which an example is decided: a kernel's view that holds what was given, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from havocproof.kernel import bridge
from havocproof.kernel.source import BUDGET, SELF, SOFT, AgentKind, Grant, Key, Part, View
from havocproof.policy.charges import written_name
from havocproof.policy.given import Given
from havocproof.policy.recorded import record_key

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

DAY = 86_400_000
NOW = 10 * DAY
MONTH_END = 31 * DAY
_BEFORE = NOW - 1
_ID = "example"
_MOST_ASKED = 400 * DAY


class Stage(NamedTuple):
    """What the kernel is asked with, beside the parts. `digest`: "" unless people have approved."""

    scopes: dict[str, str]
    groups: frozenset[str]
    view: View
    digest: str


def stage(policy: Policy, given: Given, parts: tuple[Part, ...]) -> Stage:
    """The session of one example. All that is given was said a moment ago."""
    agents = policy.source.agents
    kind = given.agent or _first(agents)
    scopes = {"": "", **dict.fromkeys(("tenant", "user", "session", "run"), _ID), "agent": kind, "self": _ID}
    chain = _chain(agents, kind)
    above = [f"{_ID}-{name}" for name in chain[:-1]]
    scopes |= {f"agent.{depth}": name for depth, name in enumerate((*above, _ID))}
    groups = agents[kind].uses if kind in agents else frozenset()
    nums: dict[Key, int] = {}
    for mark, names in given.marks:
        key = bridge.mark_key(mark, scopes, names)
        if key is not None:
            nums[key] = _BEFORE
    records = {record_key(name, _ID, key): record._replace(at=_BEFORE) for (name, key), record in given.records.items()}
    view = View(nums, records, {})
    if given.spent:
        judged = policy.kernel.judge(parts, scopes, groups, MONTH_END, NOW, view)
        for key in bridge.touched(judged):
            if key[0] in (BUDGET, SOFT) and written_name(key[1]) in given.spent:
                nums[key] = given.spent[written_name(key[1])]
    if not given.approved:
        return Stage(scopes, groups, view, "")
    grants = {policy.kernel.grant_key(scopes, _ID): _grant(policy, given)}
    return Stage(scopes, groups, View(nums, records, grants), _ID)


def _first(agents: Mapping[str, AgentKind]) -> str:
    """The kind that nobody starts; the first of several."""
    started = {name for kind in agents.values() for name in kind.starts}
    return next((name for name in agents if name not in started), next(iter(agents), ""))


def _chain(agents: Mapping[str, AgentKind], kind: str) -> list[str]:
    """The kinds from a root down to this one."""
    chain = [kind]
    while len(chain) <= len(agents):
        parent = next((name for name, each in agents.items() if chain[0] in each.starts and name not in chain), None)
        if parent is None:
            break
        chain.insert(0, parent)
    return chain


def _grant(policy: Policy, given: Given) -> Grant:
    """A request that as many people have approved as these approvals ask for."""
    grant = policy.kernel.ask(given.approved, _ID, _BEFORE, _MOST_ASKED)
    for name in given.approved:
        for role, people in policy.source.quorums[name].roles:
            for number in range(people):
                person = _ID if role == SELF else f"{role}-{number}"
                grant = policy.kernel.vote(grant, person, role, _BEFORE) or grant
    return grant
