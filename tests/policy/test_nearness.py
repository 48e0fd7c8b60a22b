"""Which rule is nearest to an action, among very many: only those that the agent uses, wide sets too."""

from __future__ import annotations

from havocproof.policy import Explanation, Policy
from tests.policy.sessions import Session
from tests.policy.support import load, told

AGENTS = "agents: {lead: {uses: [many], delegates: [few], starts: [helper]}, helper: {uses: [few]}}\n"
MANY = "".join(f"    - {{id: r{n}, permit: dir.list, where: {{path: /p{n}/x, name: x}}}}\n" for n in range(600))
FEW = "  few:\n    - {id: mine, permit: dir.list, where: {path: /q/**, name: [x, y]}}\n"


def acting(policy: Policy, agent: str, **arguments: str) -> Explanation:
    return Session(policy, scopes={"agent": agent}).told("dir.list", **arguments)


def test_only_rules_of_the_agents_groups_are_told() -> None:
    policy = load(AGENTS + "rules:\n  many:\n" + MANY + FEW)
    found = acting(policy, "helper", path="/p7/y")
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "mine", ("path",))
    found = acting(policy, "lead", path="/p7/x/z")
    assert found.nearest == "r7"


def test_a_rule_with_a_wide_set_is_found() -> None:
    names = ", ".join(f"n{n}" for n in range(500))
    wide = f"    - {{id: wide, permit: dir.list, where: {{path: any, name: [{names}]}}}}\n"
    found = told(load("rules:\n  many:\n" + MANY + wide), "dir.list", path="/elsewhere/m")
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "wide", ("name",))


def test_a_rule_that_fits_the_action_is_nearer_than_one_that_does_not() -> None:
    policy = load(
        "facts: {ready: {by: host}}\n"
        "rules: {g: [{id: notes, permit: dir.list, where: {path: /notes/**}},"
        " {id: report, permit: dir.list, where: {path: /report/**}, when: {after: ready}}]}\n"
    )
    found = told(policy, "dir.list", path="/report/x")
    assert (found.kind, found.nearest, found.failing_axes) == ("first", "report", ("when.after",))
    assert told(policy, "dir.list", path="/other").kind in ("fix", "unpermitted")
