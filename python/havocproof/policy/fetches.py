"""`fetch`: the read by which the gate fills a record by itself, when a decision needs it (POLICY.md 2.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as MappingType

from havocproof.kernel.source import Compared, Held, HeldIn, Kept, Listed, Ref, Rule
from havocproof.policy import fields
from havocproof.policy.problems import Problems, listed
from havocproof.policy.recordspec import TOOLS, Fetch, RecordSpec
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Mapping

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
