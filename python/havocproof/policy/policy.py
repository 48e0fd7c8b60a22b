"""A loaded policy: the file's rules as the kernel's source, and everything about them that people and models read."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from havocproof.actions.base import Action
from havocproof.actions.tools import ToolCall
from havocproof.errors import ActionError, Problem
from havocproof.kernel.bridge import Kernel
from havocproof.kernel.bridge import load as load_kernel
from havocproof.kernel.source import Part, Rule, Source
from havocproof.policy.agentspec import Agents
from havocproof.policy.allowances import Allowances
from havocproof.policy.approvals import Approval
from havocproof.policy.budgets import BudgetText
from havocproof.policy.build import Built, build
from havocproof.policy.charges import written_name
from havocproof.policy.examples import Example
from havocproof.policy.facts import FactText
from havocproof.policy.fetches import fetching
from havocproof.policy.files import Files
from havocproof.policy.invariants import Invariant
from havocproof.policy.labels import LabelText
from havocproof.policy.nearness import Nearness
from havocproof.policy.problems import Problems
from havocproof.policy.programs import Program
from havocproof.policy.reader import decode
from havocproof.policy.recordspec import RecordSpec
from havocproof.policy.redaction import Redaction
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.servers import Server
from havocproof.policy.tools import ToolSpec
from havocproof.policy.verbs import Verb
from havocproof.policy.wording import Worded, with_words


@dataclass(frozen=True, eq=False)
class Policy:
    """What a policy file says.

    name, version   as in the file
    digest          SHA-256 over the file and all that it names, layers, vocabularies, lists and locks: the policy's
                    identity, 64 hexadecimal digits; also `source.id`
    source          all that decides, for the kernel
    rules           the texts of each rule by id, of a guard's rule `<guard>/<id>`; also
                    `budget:<name>` where a budget refuses currencies it cannot count
    budgets         the texts of each budget by name
    approvals, tools, examples   by name, by name, in the order of the file
    servers         where tools named `<server>/<tool>` come from, by name, with the schemas of their locks
    programs        what may be started, by name; a call of its name is a start
    warnings        problems that do not keep the policy from loading, ordered by line
    verbs           every verb that a part may have: the built-in ones and those of the tools
    lowered         the kernel's rules beside the axes and texts they come from, for explanations
    cost_currency   the currency in which all costs of the policy are written, "" if there are none
    records         which values of prompts, tools and the host a session keeps, by name
    wordings        for each verb the axes that rules compare as text; see `worded`
    agents          the kinds of agents, who may start whom, and the parts of what they do among each other
    redactions      what is hidden of actions and results, and from whom
    invariants      what `prove` claims, of all layers; `havocproof.proving` decides whether it is true
    allowances      the rules for which people may give more than one call, and how far
    file, text      what messages call the file, and its text; `folder` is where the files that it names are read
    """

    name: str
    version: str
    about: str
    digest: str
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
    warnings: tuple[Problem, ...]
    verbs: Mapping[str, Verb]
    lowered: tuple[Lowered, ...]
    cost_currency: str
    records: Mapping[str, RecordSpec]
    wordings: Worded
    agents: Agents
    allowances: Allowances
    redactions: tuple[Redaction, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    file: str = ""
    text: str = ""
    folder: Path | None = None

    @cached_property
    def kernel(self) -> Kernel:
        """The kernel with this policy loaded into it."""
        with _without_collector():
            return load_kernel(self.source)

    @cached_property
    def nearness(self) -> Nearness:
        """Finds the rules near to an action, for explanations."""
        return Nearness(self.lowered)

    @cached_property
    def fetched(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that look at records which the gate may fetch, by verb."""
        return fetching(self.records, self.source.rules)

    @cached_property
    def waiting(self) -> tuple[Lowered, ...]:
        """The rules that wait for an approval, for explanations."""
        return tuple(each for each in self.lowered if each.rule.effect in ("ask", "require"))

    def parts(self, action: Action) -> tuple[Part, ...]:
        """The parts of an action; of a tool call by the tool's declaration.

        Raises `ActionError` for an undeclared tool, for arguments that are not of their types, and for SQL, whose parts
        only the port knows.
        """
        if not isinstance(action, ToolCall):
            return self.worded(action.parts())
        return self._cut(action)[1]

    def typed(self, call: ToolCall) -> tuple[ToolCall, tuple[Part, ...]]:
        """`normalise` and `parts` of a tool call at once: its arguments are typed one time. Raises `ActionError`."""
        given, parts = self._cut(call)
        return ToolCall(tool=call.tool, arguments=given, reason=call.reason), parts

    def _cut(self, call: ToolCall) -> tuple[dict[str, Any], tuple[Part, ...]]:
        """The canonical arguments of a tool call and its parts."""
        spec = self._tool(call)
        given = spec.normalise(call.arguments)
        parts = spec.cut(given)
        if self.wordings:
            parts = with_words(self.wordings, self.cost_currency, parts, spec.texts(given))
        return given, parts

    def worded(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Parts that a port has cut, with the texts of integers that rules compare with what was recorded."""
        return with_words(self.wordings, self.cost_currency, parts, {}) if self.wordings else parts

    def normalise(self, action: Action) -> Action:
        """The action with canonical arguments: a tool call that means the same is then equal. Raises `ActionError`."""
        if not isinstance(action, ToolCall):
            return action
        arguments = self._tool(action).normalise(action.arguments)
        return ToolCall(tool=action.tool, arguments=arguments, reason=action.reason)

    def approval(self, need: str) -> Approval:
        """The approval that a verdict needs: one of the file, or that of a soft budget, `spend~soft`."""
        found = self.approvals.get(need)
        if found is not None:
            return found
        soft = self.budgets[written_name(need)].soft
        assert soft is not None
        return self.approvals[soft.needs]

    def limit(self, budget: str) -> BudgetText:
        """The text of a budget of the kernel: `tokens@1` is the budget `tokens`, `tokens@helper` a share of it."""
        return self.agents.limits.get(budget) or self.budgets[written_name(budget)]

    def _tool(self, action: ToolCall) -> ToolSpec:
        spec = self.tools.get(action.tool)
        if spec is None and action.tool in self.programs:
            return self.programs[action.tool].tool
        if spec is None:
            declared = ", ".join(sorted([*self.tools, *self.programs])) or "none"
            raise ActionError("action", "is no action and no declared tool", f"Declared tools: {declared}")
        return spec


def load_policy(path: str | Path) -> Policy:
    """Load a policy file. Raises `PolicyError` with all problems of the file, ordered by line."""
    path = Path(path)
    problems = Problems(str(path))
    data = b""
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add("E-YAML", None, f"the file cannot be read: {error.strerror}", "Check the path and its rights.")
    problems.check()
    text = decode(data, problems)
    problems.check()
    return _load(text or "", problems, Files(path.parent))


def loads_policy(text: str, name: str = "<string>", folder: str | Path | None = None) -> Policy:
    """Load a policy from its text. `name` stands in messages; `folder` is where set files are looked for.

    Raises `PolicyError` with all problems of the text, ordered by line.
    """
    return _load(text, Problems(name), Files(None if folder is None else Path(folder)))


def _load(text: str, problems: Problems, files: Files) -> Policy:
    with _without_collector():
        built = build(text, problems, files)
        problems.check()
    assert built is not None
    return _policy(built, text, problems, files)


def _policy(built: Built, text: str, problems: Problems, files: Files) -> Policy:
    digest = _digest(text, files.digests)
    return Policy(
        name=built.name,
        version=built.version,
        about=built.about,
        digest=digest,
        source=replace(built.source, id=digest),
        rules=built.rules,
        budgets=built.budgets,
        approvals=built.approvals,
        facts=built.facts,
        labels=built.labels,
        tools=built.tools,
        programs=built.programs,
        servers=built.servers,
        examples=built.examples,
        warnings=tuple(sorted(problems.found)),
        verbs=built.verbs,
        lowered=built.lowered,
        cost_currency=built.cost_currency,
        records=built.records,
        wordings=built.wordings,
        agents=built.agents,
        allowances=built.allowances,
        redactions=built.redactions,
        invariants=built.invariants,
        file=problems.file,
        text=text,
        folder=files.folder,
    )


def _digest(text: str, files: Mapping[str, str]) -> str:
    """The identity: of the policy's bytes, and of the name and bytes of each file that it reads."""
    total = hashlib.sha256(b"havocproof policy 1\n")
    total.update(hashlib.sha256(text.encode()).digest())
    for name in sorted(files):
        total.update(f"{len(name.encode())} {name} {files[name]}\n".encode())
    return total.hexdigest()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Loading makes many objects and no cycles; the collector would walk them again and again, for half of the time.

    Afterwards they are put among what has lived for long, so that the next quick collection does not walk them either.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # else somebody keeps objects frozen, whose business that is
            gc.freeze()
            gc.unfreeze()
        if running:
            gc.enable()
