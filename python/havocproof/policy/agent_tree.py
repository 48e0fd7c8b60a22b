"""The tree of agents: their names, who starts whom, and how deep it is (POLICY.md 2.12)."""

from __future__ import annotations

from dataclasses import dataclass, field

from havocproof.policy import fields
from havocproof.policy.agentspec import MAIN
from havocproof.policy.problems import Problems, listed
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Mapping, Node, Text

KEYS = ("uses", "delegates", "starts", "hands_to", "root", "objective", "boundaries", "share", "returns", "drops")
MOST_DEPTH = 8
MOST = 256
_FORM = "agents: {lead: {uses: [notes], starts: [helper]}, helper: {uses: [notes]}}"


@dataclass(slots=True)
class Draft:
    """One kind while it is read."""

    key: Text
    node: Mapping
    words: dict[str, list[Text]] = field(default_factory=dict)
    parent: str = ""
    depth: int = 0

    def names(self, key: str) -> frozenset[str]:
        return frozenset(word.value for word in self.words.get(key, ()))


class AgentTree:
    """Reader of the names and edges of the section. Without it there is one agent, `main`."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.drafts: dict[str, Draft] = {}
        self.sound = True

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
                self.drafts[key.value] = self._draft(key, inner)
        if len(self.drafts) > MOST and root is not None:
            self.problems.add("E-CELLS", root, f"{len(self.drafts)} agents; at most {MOST} are read", "Merge some.")
        self._edges()
        self._depths()
        self.sound = len(self.problems.found) == before
        if self.sound:
            self._roots()

    @property
    def names(self) -> tuple[str, ...]:
        """All kinds of agents."""
        return tuple(self.drafts) or (MAIN,)

    @property
    def depth(self) -> int:
        """How many agents a chain has at most: a budget `per: [agent]` counts at the depths 0 to `depth` - 1."""
        return min(MOST_DEPTH, 1 + max((draft.depth for draft in self.drafts.values()), default=0))

    def dropping(self, label: str) -> frozenset[str]:
        """The kinds whose reports do not carry a label of this policy on. Their handoffs do: a handoff is free text.

        Labels of guards are never dropped: what stands above a policy it cannot loosen.
        """
        return frozenset(name for name, draft in self.drafts.items() if label in draft.names("drops"))

    def way(self, name: str) -> tuple[str, ...]:
        """The agent and those above it, up to the root."""
        way = [name]
        while above := self.drafts[way[-1]].parent:
            way.append(above)
        return tuple(way)

    def _draft(self, key: Text, node: Mapping) -> Draft:
        fields.known_keys(node, KEYS, "an agent", self.problems)
        made = Draft(key, node)
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
        for name, draft in self.drafts.items():
            for word in (*draft.words.get("starts", ()), *draft.words.get("hands_to", ())):
                child = self.drafts.get(word.value)
                if child is None:
                    remedy = self.problems.near(word.value, self.drafts, f"Agents are {listed(self.drafts)}.")
                    self.problems.add("E-REF", word, f"no agent `{word.value}`", remedy)
                elif child.parent not in ("", name):
                    message = f"`{word.value}` is started by `{child.parent}` already (line {child.key.line})"
                    self.problems.add("E-DUP", word, message, "Agents are a tree: give one of the two another name.")
                else:
                    child.parent = name

    def _depths(self) -> None:
        for name, draft in self.drafts.items():
            way = [name]
            while (above := self.drafts[way[-1]].parent) and above not in way:
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
        tops = [draft for draft in self.drafts.values() if not draft.parent]
        for draft in self.drafts.values():
            name, said = draft.key.value, "root" in draft.node.fields
            if said and draft.parent:
                message = f"`{name}` is no root: `{draft.parent}` starts it"
                self.problems.add("E-KEY", draft.node.keys["root"], message, "Take `root` out.")
            elif not draft.parent and not said and len(tops) > 1:
                others = listed(top.key.value for top in tops if top is not draft)
                remedy = "Let an agent start it, or write `root: true` where a host opens sessions for it."
                self.problems.add("E-REF", draft.key, f"nobody starts `{name}`, and nobody starts {others}", remedy)
