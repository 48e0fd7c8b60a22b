"""The key `when` of a rule: what must hold of the session (POLICY.md 2.4).

after: f            the fact f is done
never_after: f      the fact f was not even begun
carries: L          the session carries the label L, or one of a list (ask, forbid)
agent: a            the acting agent is a, one of a list, or `{not: a}` (ask, forbid)
<record>: {...}     fields of a record; read by what `Records` is given
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from havocproof.kernel.source import Scoped
from havocproof.policy import fields
from havocproof.policy.alternatives import Alternatives
from havocproof.policy.facts import Facts
from havocproof.policy.labels import Labels
from havocproof.policy.lower import Condition
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.words import Face

AFTER, NEVER, CARRIES, AGENT = "when.after", "when.never_after", "when.carries", "when.agent"
WORDS = ("after", "never_after", "carries", "agent")
_RESTRICTING = {
    "carries": "Labels hold back: use an ask or a forbid, or `guards` of the label.",
    "agent": "Give the rule's group to the agents that may use it, under `agents:`.",
}
_FORM = "when: {after: tested}"


class Records(Protocol):
    """What `when` may say about records."""

    def names(self) -> Collection[str]:
        """The records that are declared, those with a problem too."""

    def when(self, key: Text, node: Node, effect: str) -> Condition | None:
        """The test of one record's fields; None with the problem noted, or because the record has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One test of the session. `made` gives its alternatives for the face that the rule speaks about."""

    axis: str
    made: Callable[[Face], Alternatives | None]

    def lower(self, face: Face) -> Alternatives | None:
        return self.made(face)


class When:
    """Reader of the key. `agents`: the kinds of agents. `records`: None as long as none is declared."""

    def __init__(
        self, problems: Problems, facts: Facts, labels: Labels, agents: Collection[str], records: Records | None = None
    ) -> None:
        self.problems = problems
        self.facts = facts
        self.labels = labels
        self.agents = agents
        self.records = records

    def read(self, effect: str, node: Node) -> list[Condition] | None:
        """The tests of one rule, or None with the problem noted. `effect`: permit, ask or forbid."""
        root = fields.mapping(node, "`when`", _FORM, self.problems)
        found: list[Condition] = []
        sound = root is not None
        for key, inner in root or ():
            made = self._one(effect, key, inner)
            if made is None:
                sound = False
            else:
                found.append(made)
        return found if sound else None

    def _one(self, effect: str, key: Text, node: Node) -> Condition | None:
        word = key.value
        if effect == "permit" and word in _RESTRICTING:
            self.problems.add("E-KEY", key, f"a permit has no `{word}` under `when`", _RESTRICTING[word])
            return None
        if word in ("after", "never_after"):
            return self._fact(word, node)
        if word == "carries":
            return self._label(node)
        if word == "agent":
            return self._agent(node)
        records = self.records.names() if self.records is not None else ()
        if self.records is not None and word in records:
            return self.records.when(key, node, effect)
        remedy = self.problems.near(word, (*WORDS, *records), f"Say {listed(WORDS)}, or a record.")
        self.problems.add("E-KEY", key, f"`when` knows no `{word}`", remedy)
        return None

    def _fact(self, word: str, node: Node) -> Condition | None:
        if not isinstance(node, Text):
            remedy = "Write one fact. If either of two actions is enough, name both under its `by`."
            self.problems.add("E-KEY", node, f"`{word}` is {kind(node)}", remedy)
            return None
        if not self.facts.known(node):
            return None
        if word == "after":
            return Asked(AFTER, lambda face: self.facts.after(node, face))
        return Asked(NEVER, lambda face: self.facts.never_after(node, face))

    def _label(self, node: Node) -> Condition | None:
        words = fields.texts(node, "`carries`", self.problems)
        made = [self.labels.carried(word) for word in words]
        tests = tuple((test,) for test in made if test is not None)
        return Asked(CARRIES, lambda _: tests) if tests and len(tests) == len(made) else None

    def _agent(self, node: Node) -> Condition | None:
        want = True
        if isinstance(node, Mapping) and set(node.fields) == {"not"}:
            node, want = node.fields["not"], False
        words = fields.texts(node, "`agent`", self.problems) if isinstance(node, Text | Items) else []
        if not words:
            self.problems.add("E-KEY", node, f"`agent` is {kind(node)}", "Write a name, a list, or {not: name}.")
        for word in words:
            if word.value not in self.agents:
                remedy = self.problems.near(word.value, self.agents, f"Agents are {listed(self.agents)}.")
                self.problems.add("E-REF", word, f"no agent `{word.value}`", remedy)
        names = frozenset(word.value for word in words)
        if not names or not names <= set(self.agents):
            return None
        return Asked(AGENT, lambda _: ((Scoped("agent", names, want),),))
