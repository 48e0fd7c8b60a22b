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
from havocproof.policy import fields
from havocproof.policy.agentspec import EVERYONE, MAIN, Agents, AgentSpec, ShareSpec, only_main
from havocproof.policy.budgets import BudgetText
from havocproof.policy.problems import Problems, listed
from havocproof.policy.returns import Returns, ReturnsReader
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.shares import Shares
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.verbs import AMONG_AGENTS

KEYS = ("uses", "delegates", "starts", "hands_to", "root", "objective", "boundaries", "share", "returns", "drops")
MOST_DEPTH = 8
MOST = 256
ENDS = "agent.ends"
"""The budget by which an agent ends once: with one report, or by handing over once."""
ACTING = "when.agent"
_FORM = "agents: {lead: {uses: [notes], starts: [helper]}, helper: {uses: [notes]}}"


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


@dataclass(slots=True)
class _Draft:
    """One kind while it is read."""

    key: Text
    node: Mapping
    words: dict[str, list[Text]] = field(default_factory=dict)
    parent: str = ""
    depth: int = 0

    def names(self, key: str) -> frozenset[str]:
        return frozenset(word.value for word in self.words.get(key, ()))


class AgentSection:
    """Reader of the section. Without it there is one agent, `main`, that uses every group."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self._drafts: dict[str, _Draft] = {}
        self._sound = True

    # ---- first: names and edges ----

    def read(self, section: Node) -> None:
        before = len(self.problems.found)
        root = fields.mapping(section, "`agents`", _FORM, self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is no name of an agent", "Use letters, digits, _ and -."
                )
            inner = fields.mapping(node, f"agent `{key.value}`", "{uses: [notes]}", self.problems)
            if inner is not None:
                self._drafts[key.value] = self._draft(key, inner)
        if len(self._drafts) > MOST and root is not None:
            self.problems.add("E-CELLS", root, f"{len(self._drafts)} agents; at most {MOST} are read", "Merge some.")
        self._edges()
        self._depths()
        self._sound = len(self.problems.found) == before
        if self._sound:
            self._roots()

    @property
    def names(self) -> tuple[str, ...]:
        """All kinds of agents."""
        return tuple(self._drafts) or (MAIN,)

    @property
    def depth(self) -> int:
        """How many agents a chain has at most: a budget `per: [agent]` counts at the depths 0 to `depth` - 1."""
        return 1 + max((draft.depth for draft in self._drafts.values()), default=0)

    def dropping(self, label: str) -> frozenset[str]:
        """The kinds whose reports do not carry a label of this policy on. Their handoffs do: a handoff is free text.

        Labels of guards are never dropped: what stands above a policy it cannot loosen.
        """
        return frozenset(name for name, draft in self._drafts.items() if label in draft.names("drops"))

    def check(self, lowered: Iterable[Lowered]) -> None:
        """Note agents that rules about spawns, handoffs and reports name, and that are not there."""
        for each in lowered:
            if each.rule.verbs.isdisjoint(AMONG_AGENTS):
                continue
            named = [test.names for test in each.rule.tests if isinstance(test, Named) and test.axis == "kind"]
            for name in sorted(frozenset().union(*named).difference(self.names)):
                node = each.where.fields.get("agent") if each.where is not None else None
                remedy = self.problems.near(name, self.names, f"Agents are {listed(self.names)}.")
                self.problems.add("E-REF", node or _Line(each.text.line), f"no agent `{name}`", remedy)

    def _draft(self, key: Text, node: Mapping) -> _Draft:
        fields.known_keys(node, KEYS, "an agent", self.problems)
        made = _Draft(key, node)
        for word in ("uses", "delegates", "starts", "hands_to", "drops"):
            if word in node.fields:
                made.words[word] = fields.texts(node.fields[word], f"`{word}`", self.problems)
        for word in ("objective", "boundaries"):
            fields.text(node, word, self.problems)
        if fields.text(node, "root", self.problems) not in (None, "true"):
            self.problems.add("E-KEY", node.fields["root"], "`root` is true or not there", "Write root: true.")
        return made

    def _edges(self) -> None:
        """Give each agent its one parent."""
        for name, draft in self._drafts.items():
            for word in (*draft.words.get("starts", ()), *draft.words.get("hands_to", ())):
                child = self._drafts.get(word.value)
                if child is None:
                    remedy = self.problems.near(word.value, self._drafts, f"Agents are {listed(self._drafts)}.")
                    self.problems.add("E-REF", word, f"no agent `{word.value}`", remedy)
                elif child.parent not in ("", name):
                    message = f"`{word.value}` is started by `{child.parent}` already (line {child.key.line})"
                    self.problems.add("E-DUP", word, message, "Agents are a tree: give one of the two another name.")
                else:
                    child.parent = name

    def _depths(self) -> None:
        for name, draft in self._drafts.items():
            way = [name]
            while (above := self._drafts[way[-1]].parent) and above not in way:
                way.append(above)
            draft.depth = len(way) - 1
            if above == name:
                circle = " -> ".join((*reversed(way), way[-1]))
                self.problems.add("E-REF", draft.key, f"agents that start each other: {circle}", "Take one edge out.")
            elif draft.depth == MOST_DEPTH:
                message = f"`{name}` is the ninth in its chain: {' -> '.join(reversed(way))}"
                self.problems.add("E-CELLS", draft.key, message, f"Agents are at most {MOST_DEPTH} deep.")

    def _roots(self) -> None:
        """Exactly one agent that nobody starts, or each of them says that it is meant so."""
        tops = [draft for draft in self._drafts.values() if not draft.parent]
        for draft in self._drafts.values():
            name, said = draft.key.value, "root" in draft.node.fields
            if said and draft.parent:
                message = f"`{name}` is no root: `{draft.parent}` starts it"
                self.problems.add("E-KEY", draft.node.keys["root"], message, "Take `root` out.")
            elif not draft.parent and not said and len(tops) > 1:
                others = listed(top.key.value for top in tops if top is not draft)
                remedy = "Let an agent start it, or write `root: true` where a host opens sessions for it."
                self.problems.add("E-REF", draft.key, f"nobody starts `{name}`, and nobody starts {others}", remedy)

    def _narrower(self, groups: Collection[str]) -> None:
        """What a child uses and delegates, its parent uses or delegates. A group that is not there was told already."""
        for name, draft in self._drafts.items():
            if not draft.parent:
                continue
            above = self._drafts[draft.parent]
            held = above.names("uses") | above.names("delegates")
            for key in ("uses", "delegates"):
                for word in draft.words.get(key, ()):
                    if word.value in groups and word.value not in held:
                        message = f"`{name}` has `{word.value}`, which `{draft.parent}` neither uses nor delegates"
                        remedy = f"Add it to {draft.parent}'s `delegates`, or take it out."
                        self.problems.add("E-WIDE", word, message, remedy)

    # ---- then: what the section says about the others ----

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
        if not self._drafts:
            return Finished(only_main(frozenset(groups)))
        specs = {}
        # The nearest to the root first: no share is above that of a parent, wherever the two stand in the file.
        for name, draft in sorted(self._drafts.items(), key=lambda item: item[1].depth):
            self._known(draft, "uses", groups, "group")
            self._known(draft, "delegates", groups, "group")
            self._known(draft, "drops", labels, "label")
            returned = returns.read(draft.node.fields["returns"]) if "returns" in draft.node.fields else Returns()
            self._dropped(draft, returned)
            if returned is not None and self._sound:
                specs[name] = self._spec(draft, self._share(draft, shares), returned)
        if self._sound:
            self._narrower(groups)
        self._unused(groups)
        if len(specs) < len(self._drafts):
            return Finished(only_main(frozenset(groups)))
        roots = tuple(name for name, draft in self._drafts.items() if not draft.parent)
        specs = {name: specs[name] for name in self._drafts}
        agents = Agents(MappingProxyType(specs), roots, MappingProxyType({**shares.texts, ENDS: _ENDS_TEXT}))
        ends = Budget("count", 1, FOREVER, ("tenant", "self"))
        return Finished(agents, (*self._rules(agents), *shares.rules), {**shares.budgets, ENDS: ends})

    def _known(self, draft: _Draft, key: str, known: Collection[str], what: str) -> None:
        for word in draft.words.get(key, ()):
            if word.value not in known:
                plural = {"group": "Groups are", "label": "Labels are"}[what]
                otherwise = f"{plural} {listed(known)}." if known else f"There is no {what} yet."
                remedy = self.problems.near(word.value, known, otherwise)
                self.problems.add("E-REF", word, f"no {what} `{word.value}`", remedy)

    def _dropped(self, draft: _Draft, returned: Returns | None) -> None:
        if "drops" not in draft.node.fields or returned is None:
            return
        returns = draft.node.fields.get("returns")
        for name, each in returned.fields.items():
            if not each.closed and isinstance(returns, Mapping):
                labels = listed(draft.names("drops"))
                message = f"`{name}` is {each.shown}, which can carry what {labels} came from"
                remedy = "Close its type (a list of values, {int: {min:, max:}}, $set), or remove `drops`."
                self.problems.add("E-DROP", returns.keys[name], message, remedy)

    def _share(self, draft: _Draft, shares: Shares) -> MappingType[str, ShareSpec]:
        if "share" not in draft.node.fields:
            return MappingProxyType({})
        under = {name: each.depth for name, each in self._drafts.items() if draft.key.value in self._way(name)}
        above = self._way(draft.key.value)[1:]
        return shares.read(draft.key.value, draft.parent, under, above, draft.node.fields["share"])

    def _way(self, name: str) -> tuple[str, ...]:
        """The agent and those above it, up to the root."""
        way = [name]
        while above := self._drafts[way[-1]].parent:
            way.append(above)
        return tuple(way)

    def _spec(self, draft: _Draft, share: MappingType[str, ShareSpec], returned: Returns) -> AgentSpec:
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
        used = frozenset(word.value for draft in self._drafts.values() for word in draft.words.get("uses", ()))
        for name, line in groups.items():
            if line and name not in used:
                remedy = f"Give it to an agent: uses: [{name}]. Or remove it."
                self.problems.add("E-DEAD", _Line(line), f"no agent uses the group `{name}`", remedy)

    def _rules(self, agents: Agents) -> Iterable[Lowered]:
        for name, spec in agents.specs.items():
            node = self._drafts[name].node
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
    made.fields["agent"], made.keys["agent"] = node.fields[key], node.keys[key]
    return made


def _text(node: Mapping, key: str) -> str:
    value = node.fields.get(key)
    return value.value.strip() if isinstance(value, Text) else ""


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
