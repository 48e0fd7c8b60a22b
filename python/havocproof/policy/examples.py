"""The section `examples`: actions with the verdict that their author expects (POLICY.md 2.16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.actions.base import Action
from havocproof.actions.scalars import GrammarError, parse_integer
from havocproof.actions.wire import VERBS, action_from_wire
from havocproof.errors import ActionError
from havocproof.kernel import bridge
from havocproof.kernel.source import Part
from havocproof.policy import fields
from havocproof.policy.agent_examples import agent_example
from havocproof.policy.agentspec import Agents
from havocproof.policy.arguments import from_policy
from havocproof.policy.conditions import Conditions
from havocproof.policy.explain import KINDS, Explanation, explain
from havocproof.policy.given import Given, Known, Reader
from havocproof.policy.problems import Problems, listed
from havocproof.policy.staging import MONTH_END, NOW, stage
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Items, Node, Text
from havocproof.policy.tree import Mapping as MappingNode
from havocproof.policy.verbs import AMONG_AGENTS, BUILT_IN
from havocproof.policy.wording import with_words
from havocproof.policy.words import Words
from havocproof.policy.written import effect_part

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

KEYS = ("do", "given", "expect")
_FORMS = "Write permit, permit by <rule>, ask <approval> ..., deny, or deny <kind>."


@dataclass(frozen=True, slots=True)
class Expectation:
    """`verdict` is permit, ask or deny; `rule` and `kind` narrow it ("" for any); `needs` are exactly the approvals."""

    verdict: str
    rule: str = ""
    kind: str = ""
    needs: frozenset[str] = frozenset()

    def __str__(self) -> str:
        if self.verdict == "ask":
            return " ".join(("ask", *sorted(self.needs)))
        by = f" by {self.rule}" if self.rule else ""
        return f"{self.verdict}{by}{' ' if self.kind else ''}{self.kind}"


@dataclass(frozen=True, slots=True)
class Example:
    """One example. `parts` are what is decided: of an action, or of an effect that was written by its axes. `texts`:
    the free texts of a tool call, by argument.
    """

    line: int
    do: str
    parts: tuple[Part, ...]
    expect: Expectation
    given: Given = field(default_factory=Given)
    texts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What the kernel said. `index` counts from 1; `got` is written as `expect` would write it."""

    index: int
    line: int
    do: str
    expected: str
    got: str
    passed: bool
    explanation: Explanation


def run_examples(policy: Policy) -> list[ExampleResult]:
    """Decide every example of a policy, each in a fresh session that remembers what is given, and nothing else."""
    results = []
    for index, example in enumerate(policy.examples, 1):
        parts = with_words(policy.wordings, policy.cost_currency, example.parts, example.texts)
        scopes, groups, view, digest = stage(policy, example.given, parts)
        verdict = policy.kernel.decide(parts, scopes, groups, MONTH_END, NOW, NOW, view, digest)
        explanation = explain(policy, parts, verdict, bridge.scene(scopes, groups, NOW, view))
        got, passed = _compare(example.expect, explanation)
        results.append(ExampleResult(index, example.line, example.do, str(example.expect), got, passed, explanation))
    return results


def _compare(expected: Expectation, said: Explanation) -> tuple[str, bool]:
    if said.kind == "permit":
        got = Expectation("permit", said.rule)
        return str(got), expected.verdict == "permit" and expected.rule in ("", said.rule)
    if said.kind == "ask":
        got = Expectation("ask", needs=frozenset(said.facts["needs"]))
        return str(got), got == expected
    # `fix` is told to a model where `unpermitted` has one axis to blame: nothing permits either.
    kinds = ("", said.kind, "unpermitted") if said.kind == "fix" else ("", said.kind)
    return f"deny {said.kind}", expected.verdict == "deny" and expected.kind in kinds


class Examples:
    """Reader of the section."""

    def __init__(
        self,
        problems: Problems,
        tools: Mapping[str, ToolSpec],
        words: Words,
        conditions: Conditions,
        rules: Collection[str],
        known: Known,
        agents: Agents,
    ) -> None:
        self.problems = problems
        self.tools = tools
        self.words = words
        self.conditions = conditions
        self.rules = rules
        self.approvals = known.approvals
        self.given = Reader(problems, known)
        self.texts: dict[str, str | None] = {}
        self.agents = agents
        self.acting = ""

    def read(self, section: Node) -> tuple[Example, ...]:
        if not isinstance(section, Items):
            self.problems.add("E-KEY", section, "`examples` is a list", "Begin each example with `- do:`.")
            return ()
        found = []
        for item in section.items:
            node = fields.mapping(
                item, "an example", "{do: {file.read: {path: /data/a}}, expect: permit}", self.problems
            )
            if node is None:
                continue
            fields.known_keys(node, KEYS, "an example", self.problems)
            given = self.given.read(node.fields["given"]) if "given" in node.fields else Given()
            self.acting = given.agent or next(iter(self.agents.roots))
            for key in ("do", "expect"):
                if key not in node.fields:
                    fields.missing(
                        node, key, "an example", "Write {do: {verb: {arguments}}, expect: permit}.", self.problems
                    )
            expect = self._expect(node)
            do = node.fields.get("do")
            parts = self._parts(do) if do is not None else None
            if expect is not None and parts is not None:
                found.append(Example(node.line, parts[0], parts[1], expect, given, self.texts))
        return tuple(found)

    def _expect(self, node: MappingNode) -> Expectation | None:
        said = fields.text(node, "expect", self.problems)
        if said is None:
            return None
        place = node.fields["expect"]
        match said.split(" "):
            case ["permit"]:
                return Expectation("permit")
            case ["permit", "by", rule]:
                if rule in self.rules:
                    return Expectation("permit", rule)
                remedy = self.problems.near(
                    rule, self.rules, "Name the id of a rule, `group.number` where it has none."
                )
                self.problems.add("E-REF", place, f"no rule `{rule}`", remedy)
            case ["deny"]:
                return Expectation("deny")
            case ["deny", kind]:
                if kind in KINDS:
                    return Expectation("deny", kind=kind)
                self.problems.add(
                    "E-REF",
                    place,
                    f"no kind of denial `{kind}`",
                    self.problems.near(kind, KINDS, f"Kinds are {listed(KINDS)}."),
                )
            case ["ask", *needs] if needs:
                for name in needs:
                    if name not in self.approvals:
                        remedy = self.problems.near(name, self.approvals, "Name what is defined under `approvals:`.")
                        self.problems.add("E-REF", place, f"no approval `{name}`", remedy)
                return Expectation("ask", needs=frozenset(needs))
            case _:
                self.problems.add("E-KEY", place, f"`{said}` is no verdict", _FORMS)
        return None

    def _parts(self, do: Node) -> tuple[str, tuple[Part, ...]] | None:
        """The word that was written, and what is decided. None with the problem noted."""
        self.texts = {}
        if isinstance(do, Text):
            return self._decided(do, None)
        if not isinstance(do, MappingNode) or len(do.fields) != 1:
            self.problems.add("E-KEY", do, "`do` has one action", "Write do: {file.read: {path: /data/a}}.")
            return None
        ((word, inner),) = do
        if not isinstance(inner, MappingNode):
            self.problems.add("E-KEY", inner, f"`{word.value}` needs its arguments", "Write {verb: {argument: value}}.")
            return None
        return self._decided(word, inner)

    def _decided(self, word: Text, inner: MappingNode | None) -> tuple[str, tuple[Part, ...]] | None:
        name = word.value
        arguments = inner.fields if inner is not None else {}
        place: Node = word
        try:
            if name in self.tools:
                declared = {**self.tools[name].required, **self.tools[name].optional}
                sent: dict[str, Any] = {}
                for key, node in arguments.items():
                    place = node
                    sent[key] = from_policy(declared[key], node) if key in declared else None
                place = word
                self.texts = self.tools[name].texts(sent)
                return name, self.tools[name].parts(sent)
            if name in AMONG_AGENTS:
                return name, agent_example(self.agents, self.acting, name, arguments)
            if name in VERBS and not name.startswith("sql.") and not _by_axes(name, arguments):
                sent = {key: _plain(VERBS[name], key, node) for key, node in arguments.items()}
                action = action_from_wire({"action": name, "args": sent})
                return name, action.parts()
            if name in BUILT_IN:
                return name, (effect_part(BUILT_IN[name], arguments, self.conditions),)
        except GrammarError as fault:
            self.problems.add("E-AXIS", place, f"the example {fault.problem}", fault.remedy + ".")
            return None
        except ActionError as error:
            self.problems.add("E-AXIS", word, f"the example's {error.field} {error.problem}", error.remedy + ".")
            return None
        self.words.find(word, False)
        return None


def _by_axes(name: str, arguments: Mapping[str, Node]) -> bool:
    """Whether an effect is written by its axes, and not as the action that has it: `recipient`, not `recipients`."""
    return name in BUILT_IN and any(
        key in BUILT_IN[name].axes and key not in VERBS[name].model_fields for key in arguments
    )


def _plain(variant: type[Action], key: str, node: Node) -> Any:
    """An argument of a built-in action as JSON types: integers where the action declares them, text elsewhere."""
    if isinstance(node, Items):
        return [_plain(variant, "", item) for item in node.items]
    if isinstance(node, MappingNode):
        return {name: _plain(variant, "", item) for name, item in node.fields.items()}
    declared = variant.model_fields.get(key)
    if declared is not None and declared.annotation in (int, int | None):
        return parse_integer(node.value)
    return node.value
