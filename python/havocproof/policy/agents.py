"""The section `agents`: a tree of kinds, and what each may use, pass on, start, spend and say (POLICY.md 2.12).

Read in two steps. `read` takes names and edges, before rules and budgets are read, which speak of them; `finish` checks
what the section says about groups, labels and budgets, and lowers it. The rules that come of it are the only ones that
permit `agent.spawn`, `agent.handoff` and `agent.report`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from types import MappingProxyType

from havocproof.kernel.source import FOREVER, AgentKind, Budget, Named, Rule, Scoped, Test
from havocproof.policy.agent_tree import AgentTree, Draft
from havocproof.policy.agentspec import EVERYONE, Agents, AgentSpec, ShareSpec, only_main
from havocproof.policy.budgets import BudgetText
from havocproof.policy.problems import Place, listed
from havocproof.policy.returns import Returns, ReturnsReader
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.shares import Shares
from havocproof.policy.tree import Mapping, Text
from havocproof.policy.verbs import AMONG_AGENTS

ENDS = "agent.ends"
"""The budget by which an agent ends once: with one report, or by handing over once."""
ACTING = "when.agent"

_ENDS_TEXT = BudgetText(
    name=ENDS,
    measure="count",
    limit=1,
    shown="1",
    currency="",
    period=FOREVER,
    every="",
    per=("agent",),
    why="An agent ends once: with one report, or by handing over once.",
    remedy="Stop: what was reported or handed over stands.",
    line=0,
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What the section comes to: the kernel's rules and budgets that it brings, beside what the gate asks."""

    agents: Agents
    rules: tuple[Lowered, ...] = ()
    budgets: MappingType[str, Budget] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, AgentKind]:
        return {name: spec.kernel for name, spec in self.agents.specs.items()}


class AgentSection(AgentTree):
    """Reader of the section."""

    def check(self, lowered: Iterable[Lowered]) -> None:
        """Note agents that rules about spawns, handoffs and reports name, and that are not there."""
        for each in lowered:
            if each.rule.verbs.isdisjoint(AMONG_AGENTS):
                continue
            tests = (each.rule.tests, *each.rule.unless)
            named = [test.names for some in tests for test in some if isinstance(test, Named) and test.axis == "kind"]
            for name in sorted(frozenset().union(*named).difference(self.names)):
                written = [node.fields.get("agent") for node in (each.where, each.unless) if node is not None]
                place: Place = next((node for node in written if node is not None), _Line(each.text.line))
                remedy = self.problems.near(name, self.names, f"Agents are {listed(self.names)}.")
                self.problems.add("E-REF", place, f"no agent `{name}`", remedy)

    def _narrower(self, groups: Collection[str]) -> None:
        """What a child uses and delegates, its parent uses or delegates. A group that is not there was told already."""
        for name, draft in self.drafts.items():
            if not draft.parent:
                continue
            above = self.drafts[draft.parent]
            held = above.names("uses") | above.names("delegates")
            for key in ("uses", "delegates"):
                for word in draft.words.get(key, ()):
                    if word.value in groups and word.value not in held:
                        message = f"`{name}` has `{word.value}`, which `{draft.parent}` neither uses nor delegates"
                        remedy = f"Add it to {draft.parent}'s `delegates`, or take it out."
                        self.problems.add("E-WIDE", word, message, remedy)

    # ---- what the section says about the others ----

    def finish(
        self,
        groups: MappingType[str, int],
        labels: Collection[str],
        shares: Shares,
        returns: ReturnsReader,
    ) -> Finished:
        """Check and lower. `groups`: those of `rules`, each with the line of its first permit or ask, 0 if it has none.

        `labels`: those of this policy.
        """
        if not self.drafts:
            return Finished(only_main(frozenset(groups)))
        specs = {}
        # The nearest to the root first: no share is above that of a parent, wherever the two stand in the file.
        for name, draft in sorted(self.drafts.items(), key=lambda item: item[1].depth):
            self._known(draft, "uses", groups, "group")
            self._known(draft, "delegates", groups, "group")
            self._known(draft, "drops", labels, "label")
            returned = returns.read(draft.node.fields["returns"]) if "returns" in draft.node.fields else Returns()
            self._dropped(draft, returned)
            self._heard(draft)
            if returned is not None and self.sound:
                specs[name] = self._spec(draft, self._share(draft, shares), returned)
        if self.sound:
            self._narrower(groups)
        self._unused(groups)
        if len(specs) < len(self.drafts):
            return Finished(only_main(frozenset(groups)))
        roots = tuple(name for name, draft in self.drafts.items() if not draft.parent)
        specs = {name: specs[name] for name in self.drafts}
        agents = Agents(MappingProxyType(specs), roots, MappingProxyType({**shares.texts, ENDS: _ENDS_TEXT}))
        ends = Budget("count", 1, FOREVER, ("tenant", "self"))
        return Finished(agents, (*self._rules(agents), *shares.rules), {**shares.budgets, ENDS: ends})

    def _known(self, draft: Draft, key: str, known: Collection[str], what: str) -> None:
        for word in draft.words.get(key, ()):
            if word.value not in known:
                plural = {"group": "Groups are", "label": "Labels are"}[what]
                otherwise = f"{plural} {listed(known)}." if known else f"There is no {what} yet."
                remedy = self.problems.near(word.value, known, otherwise)
                self.problems.add("E-REF", word, f"no {what} `{word.value}`", remedy)

    def _dropped(self, draft: Draft, returned: Returns | None) -> None:
        if "drops" not in draft.node.fields or returned is None:
            return
        returns = draft.node.fields.get("returns")
        for name, each in returned.fields.items():
            if not each.closed and isinstance(returns, Mapping):
                labels = listed(draft.names("drops"))
                message = f"`{name}` is {each.shown}, which can carry what {labels} came from"
                remedy = "Close its type (a list of values, {int: {min:, max:}}, $set), or remove `drops`."
                self.problems.add("E-DROP", returns.keys[name], message, remedy)

    def _heard(self, draft: Draft) -> None:
        """Who is started by nobody reports to nobody."""
        for key in ("returns", "drops"):
            if key in draft.node.fields and self.sound and not draft.parent:
                message = f"`{key}` of `{draft.key.value}`, which nobody starts, and which so reports to nobody"
                self.problems.add("E-DEAD", draft.node.keys[key], message, "Take it out, or let an agent start it.")

    def _share(self, draft: Draft, shares: Shares) -> MappingType[str, ShareSpec]:
        if "share" not in draft.node.fields:
            return MappingProxyType({})
        under = {name: each.depth for name, each in self.drafts.items() if draft.key.value in self.way(name)}
        above = self.way(draft.key.value)[1:]
        return shares.read(draft.key.value, draft.parent, under, above, draft.node.fields["share"])

    def _spec(self, draft: Draft, share: MappingType[str, ShareSpec], returned: Returns) -> AgentSpec:
        return AgentSpec(
            name=draft.key.value,
            line=draft.key.line,
            uses=draft.names("uses"),
            delegates=draft.names("delegates"),
            starts=draft.names("starts"),
            hands_to=draft.names("hands_to"),
            parent=draft.parent,
            depth=draft.depth,
            objective=_text(draft.node, "objective"),
            boundaries=_text(draft.node, "boundaries"),
            share=share,
            returns=returned,
            drops=draft.names("drops"),
        )

    def _unused(self, groups: MappingType[str, int]) -> None:
        """A group that permits something, and that no agent uses, permits nothing."""
        used = frozenset(word.value for draft in self.drafts.values() for word in draft.words.get("uses", ()))
        for name, line in groups.items():
            if line and name not in used:
                remedy = f"Give it to an agent: uses: [{name}]. Or remove it."
                self.problems.add("E-DEAD", _Line(line), f"no agent uses the group `{name}`", remedy)

    def _rules(self, agents: Agents) -> Iterable[Lowered]:
        for name, spec in agents.specs.items():
            node = self.drafts[name].node
            for key, verb, kinds in (
                ("starts", "agent.spawn", spec.starts),
                ("hands_to", "agent.handoff", spec.hands_to),
            ):
                if kinds:
                    yield _permit(spec, key, verb, (Named("kind", kinds),), ("agent",), _as_test(node, key))
            returns = node.fields.get("returns")
            for tests, axes in spec.returns.conjunctions() if spec.parent else ():
                where = returns if isinstance(returns, Mapping) else None
                yield _permit(spec, "returns", "agent.report", tests, axes, where)
        said = RuleText("agents:ends", "agents", "charge", "", "", "", 0)
        rule = Rule(said.id, "charge", frozenset({"agent.report", "agent.handoff"}), budget=ENDS)
        yield Lowered(rule, (), (), said)


def _permit(
    spec: AgentSpec, key: str, verb: str, tests: tuple[Test, ...], axes: tuple[str, ...], where: Mapping | None
) -> Lowered:
    """One rule of the section: agents of this kind may do this. `where`: what explanations show of it."""
    said = RuleText(f"agents:{spec.name}.{key}", "agents", "permit", "", "", "", spec.line)
    acting = Scoped("agent", frozenset({spec.name}))
    rule = Rule(said.id, "permit", frozenset({verb}), (acting, *tests), group=EVERYONE)
    return Lowered(rule, (ACTING, *axes), (), said, where)


def _as_test(node: Mapping, key: str) -> Mapping:
    """An edge as a test of the axis `agent`, for explanations."""
    made = Mapping(node.line, node.column)
    found = node.keys[key]
    made.put(Text("agent", found.line, found.column, file=found.file), node.fields[key])
    return made


def _text(node: Mapping, key: str) -> str:
    value = node.fields.get(key)
    return value.value.strip() if isinstance(value, Text) else ""


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
