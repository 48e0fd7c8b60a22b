"""Who fills a record: the read by which the gate may do it by itself, `fetch`, and the tools that somebody may call
(POLICY.md 2.7, 2.16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import TYPE_CHECKING

from havocproof.kernel.source import Compared, Held, HeldIn, Kept, Listed, Ref, Rule
from havocproof.policy import fields
from havocproof.policy.problems import Problems, listed
from havocproof.policy.recordspec import TOOLS, Fetch, RecordSpec
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Mapping

if TYPE_CHECKING:
    from havocproof.policy.rules import Lowered

_KEYS = frozenset({"name", "enum", "int", "host", "email", "path", "segments"})
_FORM = "Write fetch: get_order, a tool that reads and takes the key as its one argument."


def read_fetch(
    node: Mapping, spec: RecordSpec, tools: MappingType[str, ToolSpec], broken: Collection[str], problems: Problems
) -> Fetch | None:
    """The read that a record names, or None with the problem noted."""
    word = fields.text(node, "fetch", problems)
    place = node.fields["fetch"]
    if word is None:
        return None
    if spec.source != TOOLS:
        problems.add("E-KEY", place, f"a record from {spec.source} is not fetched", "Leave `fetch` out.")
        return None
    if word not in spec.tools:
        remedy = problems.near(word, spec.tools, f"The record is from {listed(spec.tools)}.")
        problems.add("E-REF", place, f"`{word}` is none of the tools that fill the record", remedy)
        return None
    tool = tools.get(word)
    if tool is None:  # undeclared or broken: that is the problem
        return None
    if not all("all.read" in verb.classes for verb in tool.verbs):
        remedy = f"{_FORM} The gate changes nothing by itself."
        problems.add("E-REF", place, f"`{word}` does more than read", remedy)
        return None
    wanted = 0 if spec.key is None else 1
    if len(tool.required) != wanted:
        message = (
            f"`{word}` needs {len(tool.required)} arguments, and the record has {'no' if not wanted else 'one'} key"
        )
        problems.add("E-REF", place, message, _FORM)
        return None
    if not wanted:
        return Fetch(word)
    ((argument, declared),) = tool.required.items()
    if declared.kind not in _KEYS:
        problems.add("E-REF", place, f"`{word}` takes its key as {declared.kind}", _FORM)
        return None
    return Fetch(word, argument, declared.kind == "int")


def looked_up(rule: Rule) -> Iterator[Ref]:
    """The records that a rule of the kernel looks at."""
    for test in (*rule.tests, *(test for each in rule.unless for test in each)):
        if isinstance(test, Listed | Held | HeldIn | Compared | Kept):
            yield test.ref


def fetching(specs: MappingType[str, RecordSpec], rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """The rules that look at a record which the gate may fetch, by verb."""
    names = {spec.name for spec in specs.values() if spec.fetch is not None}
    found: dict[str, list[Rule]] = {}
    for rule in rules if names else ():
        if any(ref.record in names or (isinstance(ref.by, tuple) and ref.by[0] in names) for ref in looked_up(rule)):
            for verb in rule.verbs:
                found.setdefault(verb, []).append(rule)
    return {verb: tuple(each) for verb, each in found.items()}


def unfilled(
    lowered: Iterable[Lowered],
    specs: MappingType[str, RecordSpec],
    tools: MappingType[str, ToolSpec],
    problems: Problems,
) -> None:
    """Note the permits and asks that need a record which no tool that somebody may call can fill."""
    rules = [each for each in lowered if each.rule.effect in ("permit", "ask")] if specs else []
    granted = {verb for each in rules for verb in each.rule.verbs}
    empty = {
        name
        for name, spec in specs.items()
        if spec.source == TOOLS
        and not any(granted.issuperset(verb.name for verb in tools[tool].verbs) for tool in spec.tools if tool in tools)
    }
    cases: dict[str, list[tuple[Lowered, str]]] = {}
    for each in rules if empty else ():
        cases.setdefault(each.text.id, []).append((each, _needed(each.rule, empty)))
    for found in cases.values():
        if all(name for _, name in found):
            each, name = found[0]
            message = f"rule `{each.text.id}` never matters: nothing permits a tool that fills `{name}`"
            remedy = f"Permit one of {listed(specs[name].tools)}."
            problems.add("E-DEAD", _Line(each.text.line), message, remedy)


def _needed(rule: Rule, empty: Collection[str]) -> str:
    """A record among `empty` without which the rule does not match, "" if there is none."""
    for test in rule.tests:
        if isinstance(test, Listed | Held | HeldIn | Compared) or (isinstance(test, Kept) and test.want):
            if test.ref.record in empty:
                return test.ref.record
            if isinstance(test.ref.by, tuple) and test.ref.by[0] in empty:
                return test.ref.by[0]
    return ""


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
