"""Agents: kinds, groups, who may start whom, and what an instance may spend (POLICY.md 2.12). Part of the oracle."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.differential.oracle_events import Event, PolicyText, Scene, instance

ENDS = ("agent.report", "agent.handoff")
"""An agent ends once: with one report, or by handing over once."""


class Agent(NamedTuple):
    """An agent at work: the groups whose rules it uses, those it may pass on, and its shares by budget, as written."""

    kind: str
    uses: frozenset[str]
    delegates: frozenset[str]
    share: dict[str, str]


def kind_of(top: PolicyText, kind: str) -> Agent:
    if "agents" not in top:  # one agent, `main`, that uses every group
        groups = frozenset(top.get("rules", {}))
        return Agent("main", groups, groups, {})
    spec = top["agents"][kind]
    return Agent(kind, frozenset(spec.get("uses", [])), frozenset(spec.get("delegates", [])), spec.get("share", {}))


def started(scene: Scene, child: str) -> Event | None:
    """The event that started an agent, None for the root."""
    return next((one for _, one in scene.events() if one.child == child), None)


def agent_of(scene: Scene, who: str, kind: str) -> Agent:
    """An agent at work: what its kind says, and no more than it was given when it was started."""
    spec = kind_of(scene.top, kind)
    event = started(scene, who)
    args: dict[str, Any] = event.action.get("args", {}) if event else {}
    uses = spec.uses & frozenset(args.get("uses", spec.uses))
    passes = spec.delegates & frozenset(args.get("delegates", spec.delegates))
    if event is not None and event.action["action"] == "agent.handoff":  # who hands over passes on all that it has
        giver = agent_of(scene, instance(event.scopes), event.scopes["agent"])
        uses, passes = uses & (giver.uses | giver.delegates), passes & (giver.uses | giver.delegates)
    return Agent(kind, uses, passes, spec.share)


def acting(scene: Scene) -> Agent:
    return agent_of(scene, instance(scene.scopes), scene.scopes.get("agent", "main"))


def may_start(top: PolicyText, parent: Agent, kind: str, uses: frozenset[str], delegates: frozenset[str]) -> bool:
    """Whether a parent may start an agent of a kind with these groups: an edge of the tree, and nothing it lacks."""
    if kind not in top.get("agents", {}).get(parent.kind, {}).get("starts", []):
        return False
    child, own = kind_of(top, kind), parent.uses | parent.delegates
    return uses <= child.uses and delegates <= child.delegates and uses | delegates <= own


def is_below(top: PolicyText, kind: str) -> bool:
    """Whether some agent starts this kind, or hands over to it."""
    edges = [spec.get(key, []) for spec in top.get("agents", {}).values() for key in ("starts", "hands_to")]
    return any(kind in edge for edge in edges)


def may_give(top: PolicyText, kind: str, args: dict[str, Any]) -> bool:
    """Whether a spawn names groups of the kind, and shares that can be made smaller and are no larger.

    Such a share is of a budget that lasts for ever and counts per scopes only, and not what runs at once.
    """
    spec = kind_of(top, kind)
    if not frozenset(args.get("uses", [])) <= spec.uses or not frozenset(args.get("delegates", [])) <= spec.delegates:
        return False
    for name, asked in args.get("share", {}).items():
        budget = top.get("budgets", {}).get(name, {})
        alone = set(budget.get("per", [])) <= {"tenant", "user", "session", "run", "agent"} and "at_once" not in budget
        if name not in spec.share or "every" in budget or not alone or asked > int(spec.share[name]):
            return False
    return True


def has_ended(scene: Scene) -> bool:
    """Whether the agent that acts has reported or handed over."""
    mine = [one for _, one in scene.events() if instance(one.scopes) == instance(scene.scopes)]
    return any(one.action["action"] in ENDS and one.outcome != "released" for one in mine)


def drops(top: PolicyText, kind: str) -> list[str]:
    """The labels that do not travel with a report of this kind."""
    found: list[str] = top.get("agents", {}).get(kind, {}).get("drops", [])
    return found
