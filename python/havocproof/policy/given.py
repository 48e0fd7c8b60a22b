"""What an example takes as remembered: the key `given` (POLICY.md 2.16).

prompt.phrases: [GB00TEST0001]              a field of a record; what is not given of it is unknown
order(W1): {status: pending, items: [i1]}   several fields; W1 is the record's key
order(W1).status: pending                   the same for one
facts: [tested, proposed(website)]          done; {tested: begun}: permitted once, and not yet done
labels: [web]                               what the acting agent's session carries
agent: trader                               who acts
spent: {orders: 90000.00 USD}               of a budget, where this action counts
approved: [two-managers]                    everybody who is needed has approved this very action
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Protocol

from havocproof.actions.amounts import parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer, parse_size
from havocproof.kernel.source import BUDGET, Mark, Record
from havocproof.policy import fields
from havocproof.policy.lookups import Lookups
from havocproof.policy.problems import Problems, listed
from havocproof.policy.recorded import key_text, record_of, recorded
from havocproof.policy.recordspec import FieldSpec, RecordSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.types import TRUTHS

WORDS = ("facts", "labels", "agent", "spent", "approved")
_RECORD = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(?:\((.*)\))?(?:\.([A-Za-z][A-Za-z0-9_-]*))?")
_FACT = re.compile(r"([A-Za-z][A-Za-z0-9_/-]*)(?:\((.*)\))?")
_Said = dict[tuple[str, str | None], dict[str, tuple[str | int, ...]]]
_FORM = "given: {prompt.phrases: [a], facts: [tested]}"


class Fact(Protocol):
    """A fact, as its section tells it."""

    @property
    def per(self) -> tuple[str, ...]: ...
    @property
    def begun(self) -> Mark: ...
    @property
    def done(self) -> Mark: ...


class Label(Protocol):
    """A label, as its section tells it."""

    @property
    def mark(self) -> Mark: ...


class Limit(Protocol):
    """A budget or rate, as its section tells it."""

    @property
    def kind(self) -> int: ...
    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Known:
    """The names that `given` may use."""

    lookups: Lookups
    facts: MappingType[str, Fact]
    labels: MappingType[str, Label]
    agents: Collection[str]
    budgets: MappingType[str, Limit]
    approvals: Collection[str]


@dataclass(slots=True)
class Given:
    """What is remembered. `records`: at the time 0, by name and key; `marks`: each with the arguments that it is kept
    by; `agent`: "" for the first one; `spent` in the budget's unit.
    """

    records: dict[tuple[str, str | None], Record] = field(default_factory=dict)
    marks: list[tuple[Mark, dict[str, str]]] = field(default_factory=list)
    agent: str = ""
    spent: dict[str, int] = field(default_factory=dict)
    approved: tuple[str, ...] = ()


class Reader:
    """Reads `given`. Every problem is noted."""

    def __init__(self, problems: Problems, known: Known) -> None:
        self.problems = problems
        self.known = known

    def read(self, section: Node) -> Given:
        given = Given()
        said: _Said = {}
        for key, node in fields.mapping(section, "`given`", _FORM, self.problems) or ():
            match key.value:
                case "facts":
                    self._facts(node, given)
                case "labels":
                    for word in fields.texts(node, "`labels`", self.problems):
                        if self._named(word, self.known.labels, "label"):
                            given.marks.append((self.known.labels[word.value].mark, {}))
                case "agent":
                    if isinstance(node, Text) and self._named(node, self.known.agents, "agent"):
                        given.agent = node.value
                    elif not isinstance(node, Text):
                        self.problems.add("E-KEY", node, f"`agent` is {kind(node)}", "Name one agent.")
                case "spent":
                    self._spent(node, given)
                case "approved":
                    words = fields.texts(node, "`approved`", self.problems)
                    named = [word.value for word in words if self._named(word, self.known.approvals, "approval")]
                    given.approved = tuple(named)
                case _:
                    self._record(key, node, said)
        for (name, value), values in said.items():
            spec = self.known.lookups.known[name]
            try:
                given.records[name, value] = record_of(spec, 0, values)
            except GrammarError as fault:
                message = f"the record `{name}` {fault.problem}"
                self.problems.add("E-REF", section, message, fault.remedy + ".")
        return given

    def _named(self, word: Text, known: Collection[str], what: str) -> bool:
        if word.value in known:
            return True
        otherwise = f"Known are {listed(known)}." if known else f"The policy has no {what}s."
        self.problems.add("E-REF", word, f"no {what} `{word.value}`", self.problems.near(word.value, known, otherwise))
        return False

    # ---- records ----

    def _record(
        self, key: Text, node: Node, said: dict[tuple[str, str | None], dict[str, tuple[str | int, ...]]]
    ) -> None:
        match = _RECORD.fullmatch(key.value)
        name, value, field_ = match.groups() if match is not None else ("", None, None)
        spec = self.known.lookups.known.get(name)
        if spec is None:
            if name not in self.known.lookups.broken:
                names = [*WORDS, *self.known.lookups.known]
                remedy = self.problems.near(name or key.value, names, f"Write a record or one of {listed(WORDS)}.")
                self.problems.add("E-REF", key, f"`given` knows no `{key.value}`", remedy)
            return
        if not self._keyed(key, spec, value):
            return
        if field_ is not None:
            found = self.known.lookups.field(spec, key, field_)
            pairs: Iterable[tuple[FieldSpec, Node]] = [(found.field, node)] if found is not None else []
        else:
            inner = fields.mapping(node, f"`{key.value}`", f"{key.value}: {{<field>: <value>}}", self.problems)
            uses = [(self.known.lookups.field(spec, word, word.value), each) for word, each in inner or ()]
            pairs = [(use.field, each) for use, each in uses if use is not None]
        for each, values in pairs:
            read = self._values(each, values)
            known = said.setdefault((name, value), {})
            if each.name in known:
                self.problems.add("E-DUP", key, f"`{name}.{each.name}` was given already", "Remove one.")
            elif read is not None:
                known[each.name] = read

    def _keyed(self, key: Text, spec: RecordSpec, value: str | None) -> bool:
        if (value is None) != (spec.key is None):
            remedy = f"Write {spec.name}(<{spec.key.argument}>)." if spec.key is not None else f"Write {spec.name}."
            word = "a" if spec.key is not None else "no"
            self.problems.add("E-KEY", key, f"the record `{spec.name}` has {word} key", remedy)
            return False
        try:
            if value is not None:
                key_text(value)
        except GrammarError as fault:
            self.problems.add("E-PAT", key, f"the key of `{spec.name}` {fault.problem}", fault.remedy + ".")
            return False
        return True

    def _values(self, each: FieldSpec, node: Node) -> tuple[str | int, ...] | None:
        items = node.items if isinstance(node, Items) else [node]
        if isinstance(node, Items) and not each.many:
            self.problems.add("E-KEY", node, f"`{each.name}` holds one value", "Write one.")
            return None
        found: list[str | int] = []
        for item in items:
            try:
                if not isinstance(item, Text):
                    raise GrammarError(f"is {kind(item)} where a value stands", "Write one value")
                found.append(_value(each, item.value))
            except GrammarError as fault:
                shown = item.value if isinstance(item, Text) else each.name
                self.problems.add("E-REF", item, f"`{shown}` {fault.problem}", fault.remedy + ".")
                return None
        return tuple(found)

    # ---- facts, budgets ----

    def _facts(self, node: Node, given: Given) -> None:
        if isinstance(node, Mapping):
            for key, inner in node:
                state = inner.value if isinstance(inner, Text) else ""
                if state not in ("done", "begun"):
                    self.problems.add("E-KEY", inner, "a fact is `done` or `begun`", f"Write {{{key.value}: done}}.")
                self._fact(key, state, given)
            return
        for word in fields.texts(node, "`facts`", self.problems):
            self._fact(word, "done", given)

    def _fact(self, word: Text, state: str, given: Given) -> None:
        match = _FACT.fullmatch(word.value)
        name, inside = match.groups() if match is not None else (word.value, None)
        spec = self.known.facts.get(name)
        if spec is None:
            self._named(Text(name, word.line, word.column, file=word.file), self.known.facts, "fact")
            return
        values = [] if inside is None else inside.split(", ")
        if len(values) != len(spec.per):
            remedy = f"Write {name}({', '.join(f'<{each}>' for each in spec.per)})." if spec.per else f"Write {name}."
            counted = ", ".join(spec.per) or "the run alone"
            self.problems.add("E-KEY", word, f"the fact `{name}` is kept per {counted}", remedy)
            return
        names = dict(zip(spec.per, values, strict=True))
        given.marks.append((spec.begun, names))
        if state == "done":
            given.marks.append((spec.done, names))

    def _spent(self, node: Node, given: Given) -> None:
        for key, inner in fields.mapping(node, "`spent`", "spent: {orders: 9.00 USD}", self.problems) or ():
            if not self._named(key, self.known.budgets, "budget"):
                continue
            budget = self.known.budgets[key.value]
            text = inner.value if isinstance(inner, Text) else ""
            try:
                if budget.kind != BUDGET:
                    raise GrammarError("is of a rate, which fills up by itself", "Leave it out")
                if budget.currency:
                    amount, currency = parse_amount(text)
                    if currency != budget.currency:
                        raise GrammarError("is in another currency", f"The budget is in {budget.currency}")
                else:
                    amount = parse_size(text) if " " in text else parse_integer(text)
                if amount < 0:
                    raise GrammarError("is below zero", "Write what was spent")
                given.spent[key.value] = amount
            except GrammarError as fault:
                self.problems.add("E-INT", inner, f"`{text}` {fault.problem}", fault.remedy + ".")


def _value(each: FieldSpec, text: str) -> str | int:
    """A value of a field as the file writes it, where every scalar is text."""
    declared = each.type
    if declared.kind == "bool":
        if text not in TRUTHS:
            raise GrammarError("is no truth value", "Write true or false")
        return text
    if declared.kind == "int":
        return recorded(declared, parse_integer(text))
    if declared.kind == "decimal" and not declared.currency:  # amounts that are found say their currency
        parse_amount(text)
        return text
    return recorded(declared, text)
