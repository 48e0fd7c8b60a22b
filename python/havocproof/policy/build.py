"""Reads all sections of a policy and lowers them. Every problem is noted, none is raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from havocproof.kernel.source import Axis as KernelAxis
from havocproof.kernel.source import Source
from havocproof.policy import fields
from havocproof.policy.approvals import Approval, read_approvals
from havocproof.policy.budgets import Budgets, BudgetText
from havocproof.policy.check import check
from havocproof.policy.conditions import Conditions
from havocproof.policy.declare import Tools
from havocproof.policy.examples import Example, Examples
from havocproof.policy.lower import Lowering
from havocproof.policy.problems import Problems
from havocproof.policy.reader import read
from havocproof.policy.rules import Lowered, Rules, RuleText
from havocproof.policy.sets import Files, Sets
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Mapping as MappingNode
from havocproof.policy.tree import Text
from havocproof.policy.verbs import BUILT_IN, Verb
from havocproof.policy.words import Words

LANGUAGE = "1"
KEYS = (
    *("havocproof", "policy", "version", "about", "owner", "kind"),
    *("sets", "tools", "approvals", "rules", "budgets", "examples"),
)
LATER = {
    "under": "layers above a policy, `under`, are",
    "vocabulary": "shared names, `vocabulary`, are",
    "programs": "programs are",
    "servers": "servers are",
    "records": "records are",
    "facts": "facts are",
    "labels": "labels are",
    "rates": "rates are",
    "agents": "agents are",
    "redact": "redaction, `redact`, is",
    "prove": "invariants, `prove`, are",
}
KINDS = ("policy", "guard", "vocabulary")


@dataclass(frozen=True, slots=True)
class Built:
    """What a policy file comes to."""

    name: str
    version: str
    about: str
    source: Source
    rules: Mapping[str, RuleText]
    budgets: Mapping[str, BudgetText]
    approvals: Mapping[str, Approval]
    tools: Mapping[str, ToolSpec]
    examples: tuple[Example, ...]
    verbs: Mapping[str, Verb]
    lowered: tuple[Lowered, ...]
    cost_currency: str


def build(text: str, problems: Problems, files: Files) -> Built | None:
    """The policy that a text describes. None, or a result that must not be used, if `problems` has failed."""
    root = read(text, problems)
    if root is None:
        return None
    _head(root, problems)
    vocabulary = "vocabulary" in root.fields
    programs = _names(root, "programs")
    sets = Sets(problems, vocabulary)
    if "sets" in root.fields:
        sets.read(root.fields["sets"], files)
    tools = Tools(problems)
    if "tools" in root.fields:
        tools.read(root.fields["tools"])
    approvals = read_approvals(root.fields["approvals"], problems) if "approvals" in root.fields else {}
    words = Words(problems, tools.known, tools.broken, dict.fromkeys(programs, "programs are"), vocabulary)
    conditions = Conditions(problems, sets)
    lowering = Lowering(problems, conditions, frozenset(programs))
    rules = Rules(problems, words, lowering, approvals)
    if "rules" in root.fields:
        rules.read(root.fields["rules"])
    budgets = Budgets(problems, words, lowering, conditions)
    if "budgets" in root.fields:
        budgets.read(root.fields["budgets"])
    examples: tuple[Example, ...] = ()
    if "examples" in root.fields:
        reader = Examples(problems, tools.known, words, conditions, rules.texts, approvals)
        examples = reader.read(root.fields["examples"])
    verbs = _verbs(tools.known)
    check(rules.lowered, {name: verb.axes for name, verb in verbs.items()}, problems)
    lowered = (*rules.lowered, *budgets.rules())
    forbids = (each.text for each in lowered if each.rule.effect == "forbid")
    generated = {text.id: text for text in forbids if text.id.startswith("budget:")}
    return Built(
        name=_text(root, "policy"),
        version=_text(root, "version"),
        about=_text(root, "about"),
        source=Source(_axes(verbs), tuple(each.rule for each in lowered), budgets.budgets),
        rules=MappingProxyType(rules.texts | generated),
        budgets=MappingProxyType(budgets.texts),
        approvals=MappingProxyType(approvals),
        tools=MappingProxyType(tools.known),
        examples=examples,
        verbs=MappingProxyType(verbs),
        lowered=lowered,
        cost_currency=conditions.cost_currency,
    )


def _head(root: MappingNode, problems: Problems) -> None:
    """The keys that say what the file is, and the sections that are not built yet."""
    for key in root.fields:
        if key in LATER:
            problems.soon(root.keys[key], LATER[key])
    fields.known_keys(root, (*KEYS, *LATER), "a policy", problems)
    for key in ("policy", "version", "about", "owner"):
        fields.text(root, key, problems)
    for key in ("havocproof", "policy"):
        if key not in root.fields:
            fields.missing(root, key, "a policy", "Begin with `havocproof: 1` and `policy: <name>`.", problems)
    language = fields.text(root, "havocproof", problems)
    if language is not None and language != LANGUAGE:
        problems.add(
            "E-KEY", root.fields["havocproof"], f"no language version `{language}`", f"This version reads {LANGUAGE}."
        )
    word = fields.text(root, "kind", problems)
    if word in ("guard", "vocabulary"):
        problems.soon(root.fields["kind"], f"files of kind `{word}` are")
    elif word not in (None, "policy"):
        problems.add(
            "E-KEY", root.fields["kind"], f"no kind `{word}`", problems.near(word or "", KINDS, "Leave it out.")
        )


def _text(root: MappingNode, key: str) -> str:
    node = root.fields.get(key)
    return node.value.strip() if isinstance(node, Text) else ""


def _names(root: MappingNode, key: str) -> list[str]:
    node = root.fields.get(key)
    return list(node.fields) if isinstance(node, MappingNode) else []


def _verbs(tools: Mapping[str, ToolSpec]) -> dict[str, Verb]:
    return {**BUILT_IN, **{verb.name: verb for tool in tools.values() for verb in tool.verbs}}


def _axes(verbs: Mapping[str, Verb]) -> dict[str, tuple[KernelAxis, ...]]:
    return {name: verb.indexed for name, verb in verbs.items()}
