"""Reads all sections of a policy and its layers, and lowers them. Every problem is noted, none is raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from havocproof.kernel.source import Axis as KernelAxis
from havocproof.kernel.source import Budget, Source
from havocproof.policy.approvals import Approval, read_approvals
from havocproof.policy.budgets import Budgets, BudgetText
from havocproof.policy.check import check
from havocproof.policy.conditions import Conditions
from havocproof.policy.declare import Tools
from havocproof.policy.documents import Book, Document, read_book
from havocproof.policy.examples import Example, Examples
from havocproof.policy.files import Files
from havocproof.policy.layers import Qualifier
from havocproof.policy.lower import Lowering
from havocproof.policy.problems import Problems
from havocproof.policy.rules import Lowered, Rules, RuleText
from havocproof.policy.sets import Sets
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Mapping as MappingNode
from havocproof.policy.verbs import BUILT_IN, Verb
from havocproof.policy.words import Words

LATER = {
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


@dataclass(frozen=True, slots=True)
class Built:
    """What a policy file comes to, with all layers above it."""

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


@dataclass(frozen=True, slots=True)
class Shared:
    """What all layers speak of: the tools of every file, and every verb that a part may have."""

    tools: Tools
    verbs: Mapping[str, Verb]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, read: the policy itself, or a guard, whose names are qualified: `firm-guard/risk`."""

    rules: Mapping[str, RuleText]
    budgets: Mapping[str, BudgetText]
    approvals: Mapping[str, Approval]
    lowered: tuple[Lowered, ...]
    limits: Mapping[str, Budget]
    words: Words
    conditions: Conditions


def build(text: str, problems: Problems, files: Files) -> Built | None:
    """The policy that a text describes. None, or a result that must not be used, if `problems` has failed."""
    book = read_book(text, problems, files)
    if book is None:
        return None
    for document in (book.policy, *book.guards, *book.vocabularies.values()):
        _later(document, problems)
    shared = _shared(book, problems)
    own = _layer(book, book.policy, shared, problems)
    layers = [own, *(_layer(book, guard, shared, problems) for guard in book.guards)]
    lowered = tuple(rule for layer in layers for rule in layer.lowered)
    rules = {label: text for layer in layers for label, text in layer.rules.items()}
    approvals = {name: each for layer in layers for name, each in layer.approvals.items()}
    examples: tuple[Example, ...] = ()
    node = book.policy.root.fields.get("examples")
    if node is not None:
        examples = Examples(problems, own.words.tools, own.words, own.conditions, rules, approvals).read(node)
    return Built(
        name=book.policy.name,
        version=book.policy.text("version"),
        about=book.policy.text("about"),
        source=Source(
            _axes(shared.verbs),
            tuple(each.rule for each in lowered),
            {name: limit for layer in layers for name, limit in layer.limits.items()},
        ),
        rules=MappingProxyType(rules),
        budgets=MappingProxyType({name: each for layer in layers for name, each in layer.budgets.items()}),
        approvals=MappingProxyType(approvals),
        tools=MappingProxyType(own.words.tools),
        examples=examples,
        verbs=MappingProxyType(shared.verbs),
        lowered=lowered,
        cost_currency=own.conditions.cost_currency,
    )


def _shared(book: Book, problems: Problems) -> Shared:
    """The sections that name what all layers speak of. They stand in the policy and in vocabularies, not in guards."""
    tools = Tools(problems)
    for document in (*book.vocabularies.values(), book.policy):
        if "tools" in document.root.fields:
            tools.read(document.root.fields["tools"])
    return Shared(tools, _verbs(tools.known))


def _layer(book: Book, document: Document, shared: Shared, problems: Problems) -> Layer:
    """One layer: its own sections over the names that it and its vocabularies bring."""
    root = document.root
    speaks = book.speaks(document)
    sets = Sets(problems)
    for each in (*speaks[1:], document):
        if "sets" in each.root.fields:
            sets.read(each.root.fields["sets"], each.files)
    sets.resolve()
    declared = [name for each in speaks for name in _names(each.root, "tools")]
    approvals = read_approvals(root.fields["approvals"], problems) if "approvals" in root.fields else {}
    programs = [name for each in speaks for name in _names(each.root, "programs")]
    words = Words(problems, shared.tools, declared, dict.fromkeys(programs, "programs are"), document.kind)
    conditions = Conditions(problems, sets)
    lowering = Lowering(problems, conditions, frozenset(programs))
    rules = Rules(problems, words, lowering, approvals, document.kind)
    if "rules" in root.fields:
        rules.read(root.fields["rules"])
    budgets = Budgets(problems, words, lowering, conditions)
    if "budgets" in root.fields:
        budgets.read(root.fields["budgets"])
    check(rules.lowered, {name: verb.axes for name, verb in shared.verbs.items()}, problems)
    lowered = (*rules.lowered, *budgets.rules())
    forbids = (each.text for each in lowered if each.rule.effect == "forbid")
    generated = {text.id: text for text in forbids if text.id.startswith("budget:")}
    to = Qualifier(document.name if document.kind == "guard" else "")
    return Layer(
        rules=to.texts(rules.texts | generated),
        budgets=to.named(budgets.texts),
        approvals=to.named(approvals),
        lowered=tuple(map(to.lowered, lowered)),
        limits=to.keys(budgets.budgets),
        words=words,
        conditions=conditions,
    )


def _later(document: Document, problems: Problems) -> None:
    """The sections that are not built yet."""
    for key in document.root.fields:
        if key in LATER:
            problems.soon(document.root.keys[key], LATER[key])


def _names(root: MappingNode, key: str) -> list[str]:
    node = root.fields.get(key)
    return list(node.fields) if isinstance(node, MappingNode) else []


def _verbs(tools: Mapping[str, ToolSpec]) -> dict[str, Verb]:
    return {**BUILT_IN, **{verb.name: verb for tool in tools.values() for verb in tool.verbs}}


def _axes(verbs: Mapping[str, Verb]) -> dict[str, tuple[KernelAxis, ...]]:
    return {name: verb.indexed for name, verb in verbs.items()}
