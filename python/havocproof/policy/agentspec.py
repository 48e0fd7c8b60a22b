"""What the section `agents` says, as the gate asks it: who may start whom, with which groups, shares and returns.

The permit rules of `agent.spawn`, `agent.handoff` and `agent.report` are in the policy's source; here their parts are
made, which depend on who acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from havocproof.actions.agents import Handoff, Report, Share, Spawn
from havocproof.actions.amounts import parse_amount
from havocproof.actions.base import Action
from havocproof.actions.scalars import GrammarError
from havocproof.errors import ActionError
from havocproof.kernel.source import Agent, AgentKind, Atom, Part
from havocproof.policy.budgets import BudgetText
from havocproof.policy.problems import listed
from havocproof.policy.returns import Returns

MAIN = "main"
"""The one agent of a policy without the section."""
EVERYONE = ""
"""The group of the rules that the section `agents` itself brings: every kind uses it."""
SHARE_VERB = "agent.share"
"""The verb of the parts that take away, from what a child may spend, what it was not given."""


class Who(NamedTuple):
    """Who acts. `chain`: the names of the agents above it and its own, from the root down. `above`: the name of the one
    that it reports to, "" if there is none."""

    agent: Agent
    chain: tuple[str, ...]
    above: str = ""


@dataclass(frozen=True, slots=True)
class ShareSpec:
    """What one instance of a kind may spend of a budget. `limit` and `shown` as in the budget's text.

    `cells`: the kernel's budgets that hold it, by the number of agents above the instance. `smaller`: a spawn may ask
    for less, because one cell holds all of it.
    """

    budget: str
    limit: int
    shown: str
    measure: str
    currency: str
    cells: tuple[str, ...]
    smaller: bool


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One kind of agent. `parent`: the kind that starts it or hands over to it, "" for a root; `depth`: of a root 0."""

    name: str
    line: int
    uses: frozenset[str]
    delegates: frozenset[str]
    starts: frozenset[str] = frozenset()
    hands_to: frozenset[str] = frozenset()
    parent: str = ""
    depth: int = 0
    objective: str = ""
    boundaries: str = ""
    share: Mapping[str, ShareSpec] = field(default_factory=lambda: MappingProxyType({}))
    returns: Returns = field(default_factory=Returns)
    drops: frozenset[str] = frozenset()

    @property
    def kernel(self) -> AgentKind:
        return AgentKind(self.uses | {EVERYONE}, self.delegates, self.starts | self.hands_to)


@dataclass(frozen=True)
class Agents:
    """All kinds of a policy by name, and the roots: those that a host opens sessions for.

    `limits`: the texts of the budgets that the section brings, by the kernel's names.
    """

    specs: Mapping[str, AgentSpec]
    roots: tuple[str, ...]
    limits: Mapping[str, BudgetText] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def root(self) -> str:
        """The kind of a session for which the host names none, "" if it has to choose among several."""
        return self.roots[0] if len(self.roots) == 1 else ""

    @property
    def depth(self) -> int:
        """How many agents a chain has at most."""
        return 1 + max((spec.depth for spec in self.specs.values()), default=0)

    def normalise(self, action: Action, kind: str) -> Action:
        """The action of an agent of this kind in its one form: a report has its fields as typed. ActionError."""
        if not isinstance(action, Report):
            return action
        try:
            values = self._spec(kind).returns.canonical(action.plain_fields())
        except GrammarError as fault:
            raise ActionError(".".join(("args.fields", *fault.at)), fault.problem, fault.remedy) from None
        return Report(fields=values, reason=action.reason)

    def parts(self, action: Action, who: Who, child: str = "") -> tuple[Part, ...]:
        """The parts of a spawn, handoff or report of `who`. `child`: the name that the new agent will have.

        ActionError for an agent, group or share that is not there to be given, and for fields of other types.
        """
        if isinstance(action, Report):
            return self._report(action, who)
        if isinstance(action, Handoff):
            target = self._named(action.agent)
            names = {"kind": target.name, "target": child, "via": ""}
            return (Part(Handoff.verb, {"count": 1, "at_once": 1}, (Atom(names, {}),)),)
        if not isinstance(action, Spawn):
            raise ActionError("action", "is nothing among agents", "Ask policy.parts")
        spec = self._named(action.agent)
        self.granted(action, who)
        names = {"kind": spec.name, "child": child, "via": ""}
        part = Part(Spawn.verb, {"count": 1, "at_once": 1}, (Atom(names, {}),))
        if who.agent.kind != spec.parent:  # nothing permits it, and it has no share to give
            return (part,)
        return (part, *self._shares(action, spec, len(who.chain), child))

    def granted(self, action: Spawn | Handoff, who: Who) -> tuple[frozenset[str], frozenset[str]]:
        """The groups that the new agent uses and may pass on, for `Kernel.spawn`. ActionError for what is not there.

        Who hands over hands over all that it has of them; who starts one names fewer where it has not all of them.
        """
        spec = self._named(action.agent)
        held = who.agent.uses | who.agent.passes
        if isinstance(action, Handoff):
            return (spec.uses & held) | {EVERYONE}, spec.delegates & held
        uses = _chosen("uses", action.uses, spec.uses, spec)
        delegates = _chosen("delegates", action.delegates, spec.delegates, spec)
        for key, asked in (("uses", uses), ("delegates", delegates)):
            lacking = asked - held
            if lacking and who.agent.kind == spec.parent:  # of others the kernel says that they start nobody
                problem = f"would hold {listed(lacking)}, which this agent has not itself"
                raise ActionError(f"args.{key}", problem, f"Name fewer groups in {key}")
        return uses | {EVERYONE}, delegates

    def _report(self, action: Report, who: Who) -> tuple[Part, ...]:
        spec = self._spec(who.agent.kind)
        values = self.normalise(action, spec.name)
        assert isinstance(values, Report)
        more = {"kind": spec.name, "parent": who.above}
        return (spec.returns.part(values.plain_fields(), more),)

    def _shares(self, action: Spawn, spec: AgentSpec, depth: int, child: str) -> tuple[Part, ...]:
        """For each share that is asked smaller: what is taken off the policy's share, before the child begins."""
        parts = []
        for name, asked in action.share.items():
            at = f"args.share.{name}"
            share = spec.share.get(name)
            if share is None:
                known = f"It has shares of {listed(spec.share)}" if spec.share else "It has no shares: leave it out"
                raise ActionError(at, f"is no share of {spec.name}", known)
            if not share.smaller:
                problem = "is a share that no spawn can make smaller"
                raise ActionError(at, problem, "Leave it out: it begins anew, or counts several things")
            taken = share.limit - _limit(at, asked, share)
            if taken < 0:
                raise ActionError(at, "is above the share that the policy gives", f"Ask for at most {share.shown}")
            if taken:
                names = {"budget": share.cells[depth], "kind": spec.name, f"agent.{depth}": child, "via": ""}
                parts.append(Part(SHARE_VERB, {"count": 1, share.measure: taken}, (Atom(names, {}),)))
        return tuple(parts)

    def _named(self, kind: str) -> AgentSpec:
        spec = self.specs.get(kind)
        if spec is None:
            raise ActionError("args.agent", "is no agent of the policy", f"Agents are {listed(self.specs)}")
        return spec

    def _spec(self, kind: str) -> AgentSpec:
        spec = self.specs.get(kind)
        if spec is None:
            raise ActionError("action", "comes from an agent that the policy does not know", "Open a known one")
        return spec


def only_main(groups: frozenset[str]) -> Agents:
    """The agents of a policy without the section: one, that uses every group."""
    return Agents(MappingProxyType({MAIN: AgentSpec(MAIN, 0, groups, frozenset())}), (MAIN,))


def _chosen(key: str, asked: tuple[str, ...] | None, own: frozenset[str], spec: AgentSpec) -> frozenset[str]:
    if asked is None:
        return own
    for at, name in enumerate(asked):
        if name not in own:
            remedy = f"It has {listed(own)}" if own else "It has none: leave it out"
            raise ActionError(f"args.{key}.{at}", f"is no group that {spec.name} {key}", remedy)
    return frozenset(asked)


def _limit(at: str, asked: Share, share: ShareSpec) -> int:
    """What was asked, in the unit of the budget."""
    if not share.currency:
        if type(asked) is not int:
            raise ActionError(at, "is an amount, and the budget counts none", "Send an integer")
        return asked
    if not isinstance(asked, str):
        raise ActionError(at, "is no amount", f"Send it as {share.shown}")
    minor, currency = parse_amount(asked)
    if currency != share.currency:
        raise ActionError(at, "is in another currency", f"Send it in {share.currency}")
    return minor
