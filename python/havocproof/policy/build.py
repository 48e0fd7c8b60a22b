"""Reads all sections of a policy and its layers, and lowers them. Every problem is noted, none is raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from havocproof.kernel.source import Axis as KernelAxis
from havocproof.kernel.source import Budget, Quorum, Source
from havocproof.policy.action_patterns import ActionPatterns
from havocproof.policy.agents import AgentSection, Finished
from havocproof.policy.agentspec import SHARE_VERB, Agents
from havocproof.policy.allowances import Allowances, widened
from havocproof.policy.approvals import Approval, check_approvals, read_approvals
from havocproof.policy.axes import Axis
from havocproof.policy.boxes import Boxes
from havocproof.policy.budgets import Budgets, BudgetText
from havocproof.policy.charges import Charges, check_charges
from havocproof.policy.check import check
from havocproof.policy.claims import Claims
from havocproof.policy.conditions import Conditions
from havocproof.policy.counting import Counting
from havocproof.policy.dead import overruled
from havocproof.policy.declare import Tools
from havocproof.policy.documents import Book, Document, read_book
from havocproof.policy.examples import Example, Examples
from havocproof.policy.extent import too_wide
from havocproof.policy.facts import MOST as MOST_FACTS
from havocproof.policy.facts import Facts, FactText
from havocproof.policy.fetches import unfilled
from havocproof.policy.files import File, Files
from havocproof.policy.given import Known
from havocproof.policy.invariants import Invariant
from havocproof.policy.labels import MOST as MOST_LABELS
from havocproof.policy.labels import Labels, LabelText
from havocproof.policy.layers import Qualifier
from havocproof.policy.lookups import Lookups
from havocproof.policy.lower import Lowering
from havocproof.policy.problems import Problems
from havocproof.policy.programs import Program, Programs
from havocproof.policy.quorums import needing, quorums
from havocproof.policy.rates import Rates
from havocproof.policy.records import Records
from havocproof.policy.recordspec import RecordSpec
from havocproof.policy.redaction import Redaction, Redactions
from havocproof.policy.returns import ReturnsReader
from havocproof.policy.rules import Lowered, Rules, RuleText
from havocproof.policy.servers import Server, Servers
from havocproof.policy.sets import Sets
from havocproof.policy.shares import Shares
from havocproof.policy.sticking import Sticking
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Mapping as MappingNode
from havocproof.policy.verbs import BUILT_IN, PROCESS, Verb
from havocproof.policy.when import When
from havocproof.policy.when_records import RecordTests
from havocproof.policy.wording import worded
from havocproof.policy.words import Words


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
    facts: Mapping[str, FactText]
    labels: Mapping[str, LabelText]
    tools: Mapping[str, ToolSpec]
    programs: Mapping[str, Program]
    servers: Mapping[str, Server]
    examples: tuple[Example, ...]
    verbs: Mapping[str, Verb]
    lowered: tuple[Lowered, ...]
    cost_currency: str
    records: Mapping[str, RecordSpec]
    wordings: Mapping[str, tuple[Axis, ...]]
    agents: Agents
    redactions: tuple[Redaction, ...]
    invariants: tuple[Invariant, ...]
    allowances: Allowances


@dataclass(frozen=True, slots=True)
class Shared:
    """What all layers speak of: the tools and records of every file, and every verb that a part may have."""

    tools: Tools
    programs: Mapping[str, Program]
    servers: Mapping[str, Server]
    verbs: Mapping[str, Verb]
    records: Records


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, read: the policy itself, or a guard, whose names are qualified: `firm-guard/risk`."""

    rules: Mapping[str, RuleText]
    budgets: Mapping[str, BudgetText]
    approvals: Mapping[str, Approval]
    facts: Mapping[str, FactText]
    labels: Mapping[str, LabelText]
    lowered: tuple[Lowered, ...]
    limits: Mapping[str, Budget]
    quorums: Mapping[str, Quorum]
    words: Words
    conditions: Conditions
    redactions: tuple[Redaction, ...]
    invariants: tuple[Invariant, ...] = ()
    agents: Finished | None = None


def build(text: str, problems: Problems, files: Files, compared: frozenset[str] = frozenset()) -> Built | None:
    """The policy that a text describes. None, or a result that must not be used, if `problems` has failed.

    `compared`: the files that this one is read for, as what they are to be narrower than.
    """
    book = read_book(text, problems, files)
    if book is None:
        return None
    shared = _shared(book, problems)
    section = AgentSection(problems)
    if "agents" in book.policy.root.fields:
        section.read(book.policy.root.fields["agents"])
    own = _layer(book, book.policy, shared, section, problems)
    assert own.agents is not None
    layers = [own]
    for guard in book.guards:
        layers.append(_layer(book, guard, shared, section, problems, layers[-1].conditions.cost_currency))
    _bounded(book.policy.root, layers, problems)
    lowered = tuple(rule for layer in layers for rule in layer.lowered)
    check_charges(lowered, problems)
    overruled(own.lowered, [each for layer in layers[1:] for each in layer.lowered], problems)
    too_wide(lowered, _axes(shared.verbs), problems)
    rules = {label: text for layer in layers for label, text in layer.rules.items()}
    approvals = {name: each for layer in layers for name, each in layer.approvals.items()}
    allowances = widened(lowered, approvals, shared.verbs, problems)
    limits = {name: limit for layer in layers for name, limit in layer.limits.items()}
    examples: tuple[Example, ...] = ()
    node = book.policy.root.fields.get("examples")
    if node is not None:
        known = Known(
            own.conditions.lookups,
            {name: each for layer in layers for name, each in layer.facts.items()},
            {name: each for layer in layers for name, each in layer.labels.items()},
            section.names,
            {name: each for layer in layers for name, each in layer.budgets.items()},
            approvals,
        )
        tools, section_agents = own.words.tools, own.agents.agents
        examples = Examples(problems, tools, own.words, own.conditions, rules, known, section_agents).read(node)
    invariants = tuple(each for layer in layers for each in layer.invariants)
    _read_along(invariants, files, compared)
    return Built(
        name=book.policy.name,
        version=book.policy.text("version"),
        about=book.policy.text("about"),
        source=Source(
            {**_axes(shared.verbs), **allowances.axes},
            allowances.source,
            {**limits, **allowances.budgets},
            {name: quorum for layer in layers for name, quorum in layer.quorums.items()},
            own.agents.kinds,
        ),
        rules=MappingProxyType(rules),
        budgets=MappingProxyType({name: each for layer in layers for name, each in layer.budgets.items()}),
        approvals=MappingProxyType(approvals),
        facts=MappingProxyType({name: each for layer in layers for name, each in layer.facts.items()}),
        labels=MappingProxyType({name: each for layer in layers for name, each in layer.labels.items()}),
        tools=MappingProxyType({name: tool for name, tool in own.words.tools.items() if name not in shared.programs}),
        programs=MappingProxyType({name: shared.programs[name] for name in own.words.tools if name in shared.programs}),
        servers=MappingProxyType(shared.servers),
        examples=examples,
        verbs=MappingProxyType(shared.verbs),
        lowered=lowered,
        cost_currency=layers[-1].conditions.cost_currency,
        records=MappingProxyType(shared.records.known),
        wordings=worded(shared.verbs.values(), (layer.conditions.lookups.worded for layer in layers)),
        agents=own.agents.agents,
        redactions=tuple(each for layer in layers for each in layer.redactions),
        invariants=invariants,
        allowances=allowances,
    )


def _shared(book: Book, problems: Problems) -> Shared:
    """The sections that name what all layers speak of. They stand in the policy and in vocabularies, not in guards."""
    servers = Servers(problems)
    for document in (*book.vocabularies.values(), book.policy):
        if "servers" in document.root.fields:
            servers.read(document.root.fields["servers"], document.files)
    tools = Tools(problems, servers)
    for document in (*book.vocabularies.values(), book.policy):
        if "tools" in document.root.fields:
            tools.read(document.root.fields["tools"])
    programs = Programs(problems, tools)
    for document in (*book.vocabularies.values(), book.policy):
        if "programs" in document.root.fields:
            programs.read(document.root.fields["programs"])
    records = Records(problems, tools.known, tools.broken)
    for document in (*book.vocabularies.values(), book.policy):
        if "records" in document.root.fields:
            records.read(document.root.fields["records"])
    return Shared(tools, programs.known, servers.known, _verbs(tools.known), records)


def _layer(
    book: Book, document: Document, shared: Shared, agents: AgentSection, problems: Problems, currency: str = ""
) -> Layer:
    """One layer: its own sections over the names that it and its vocabularies bring.

    `currency`: in which the layers before it write costs, "" if they write none.
    """
    root = document.root
    speaks = book.speaks(document)
    recorded = frozenset(name for each in speaks for name in _names(each.root, "records"))
    lookups = Lookups(problems, shared.records, recorded)
    sets = Sets(problems, lookups)
    for each in (*speaks[1:], document):
        if "sets" in each.root.fields:
            sets.read(each.root.fields["sets"], each.files)
    sets.resolve()
    declared = [name for each in speaks for key in ("tools", "programs") for name in _names(each.root, key)]
    approvals = read_approvals(root.fields["approvals"], problems) if "approvals" in root.fields else {}
    words = Words(problems, shared.tools, declared, shared.programs, document.kind)
    conditions = Conditions(problems, sets, lookups)
    conditions.cost_currency = currency
    lowering = Lowering(problems, conditions, frozenset(shared.programs) | shared.tools.broken)
    patterns = ActionPatterns(problems, words, lowering)
    patterns.boxes = boxes = Boxes(problems, shared.programs, words.programs)
    facts = Facts(problems, patterns)
    faces = {**words.faces, **words.programs}
    dropping = (agents.dropping,) if document is book.policy else ()
    sticking = Sticking(faces, shared.programs, *dropping)
    labels = Labels(problems, words, patterns, approvals, sticking)
    when = When(problems, facts, labels, agents.names, RecordTests(problems, conditions))
    rules = Rules(problems, words, lowering, approvals, when, document.kind)
    counting, charges = Counting(problems, patterns, conditions), Charges(agents.depth)
    budgets = Budgets(problems, counting, charges, approvals)
    rates = Rates(problems, counting, charges, budgets.texts)
    sections = (("facts", facts), ("labels", labels), ("rules", rules), ("budgets", budgets), ("rates", rates))
    for key, reader in sections:
        if key in root.fields:
            reader.read(root.fields[key])
    redactions = Redactions(problems, words.tools, words.broken)
    if "redact" in root.fields:
        redactions.read(root.fields["redact"])
    axes = {name: verb.axes for name, verb in shared.verbs.items()}
    obliging = frozenset(each.text.id for each in rules.obliging)
    check(rules.lowered, axes, problems, bool(_names(root, "agents")), obliging)
    facts.unset(rules.lowered)
    unfilled(rules.lowered, lookups.known, words.tools, problems)
    labels.idle()
    check_approvals(approvals, rules.waiting, problems)
    counted = charges.rules()
    kept_out = boxes.forbidden(rules.lowered, document.kind == "guard")
    lowered = (*rules.lowered, *rules.obliging, *kept_out, *facts.rules, *labels.rules, *counted)
    limits = charges.budgets()
    finished = None
    if document is book.policy:
        agents.check(lowered)
        shares = Shares(problems, counting, charges, budgets.texts, counted)
        returns = ReturnsReader(problems, conditions)
        finished = agents.finish(_granting(rules), labels.texts, shares, returns)
        lowered, limits = (*lowered, *finished.rules), {**limits, **finished.budgets}
    guard = document.name if document.kind == "guard" else ""
    invariants: tuple[Invariant, ...] = ()
    if "prove" in root.fields:
        claims = Claims(problems, words, Lowering(problems, conditions, lowering.programs), boxes, approvals, when)
        invariants = claims.read(root.fields["prove"], document.files, guard)
    to = Qualifier(guard)
    return Layer(
        rules=to.texts(rules.texts | labels.rule_texts),
        budgets=to.named(needing(budgets.texts, to.name) | rates.texts),
        approvals=to.named(approvals),
        facts=to.named(facts.texts),
        labels=to.named(labels.texts),
        lowered=tuple(map(to.lowered, lowered)),
        limits=to.keys(limits),
        quorums=to.keys(quorums(approvals, budgets.texts, limits)),
        words=words,
        conditions=conditions,
        redactions=tuple(redactions.found),
        invariants=invariants,
        agents=finished,
    )


def _granting(rules: Rules) -> dict[str, int]:
    """The groups of a policy, each with the line of its first permit or ask, 0 if it has none."""
    found = dict.fromkeys(sorted(rules.groups), 0)
    for each in rules.lowered:
        if each.rule.effect in ("permit", "ask"):
            found[each.text.group] = found[each.text.group] or each.text.line
    return found


def _bounded(root: MappingNode, layers: Sequence[Layer], problems: Problems) -> None:
    """What is remembered for all layers together."""
    for key, most, count in (
        ("facts", MOST_FACTS, sum(len(layer.facts) for layer in layers)),
        ("labels", MOST_LABELS, sum(len(layer.labels) for layer in layers)),
    ):
        if count > most:
            message = f"{count} {key} in all layers; at most {most} are remembered"
            problems.add("E-CELLS", root.fields.get(key), message, f"Let {key} that mean the same be one.")


def _read_along(invariants: Iterable[Invariant], files: Files, compared: frozenset[str]) -> None:
    """Read what the policies that this one is compared with are made of: it is part of the identity, since what is
    proved depends on it. Whether they load is seen when they are compared.
    """
    for claim in invariants:
        other = claim.narrower
        if other is not None and other.name not in compared:
            beside = files.beside(File(other.name, other.text))
            build(other.text, Problems(other.name), beside, compared | {other.name})


def _names(root: MappingNode, key: str) -> list[str]:
    node = root.fields.get(key)
    return list(node.fields) if isinstance(node, MappingNode) else []


def _verbs(tools: Mapping[str, ToolSpec]) -> dict[str, Verb]:
    return {**BUILT_IN, PROCESS.name: PROCESS, **{verb.name: verb for tool in tools.values() for verb in tool.verbs}}


def _axes(verbs: Mapping[str, Verb]) -> dict[str, tuple[KernelAxis, ...]]:
    """The index of each verb: of those that rules name, and of the parts that take a share away."""
    return {**{name: verb.indexed for name, verb in verbs.items()}, SHARE_VERB: (KernelAxis("budget", False),)}
