"""The section `redact`: what is hidden from the journal, from who approves, and from the model (POLICY.md 2.13).

    redact: [{of: update_password, fields: [password], result: [/email], for: [journal, approver], show: digest}]

The kernel decides on the true values, and ports perform them; values are hidden where they are told. Pure functions:
`hide_arguments` and `hide_result` change nothing that they are given.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any

from havocproof.actions import Action
from havocproof.actions.scalars import GrammarError
from havocproof.actions.values import canonical_json
from havocproof.actions.wire import VERBS
from havocproof.policy import fields
from havocproof.policy.pointers import Pointer, parse_pointer
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind

KEYS = ("of", "fields", "result", "for", "show")
JOURNAL, APPROVER, MODEL = "journal", "approver", "model"
AUDIENCES = (JOURNAL, APPROVER, MODEL)
SHOWS = ("digest", "last4", "nothing")
MOST = 256
_FORM = "redact: [{of: update_password, fields: [password], for: [journal, approver], show: digest}]"
_SHORTEST = 8  # of a shorter text the last four characters would tell too much

# What a policy calls an effect, and the actions by which agents ask for it.
_ACTIONS: dict[str, tuple[str, ...]] = {
    **{verb: (verb,) for verb in VERBS},
    "file.write": ("file.write", "file.move"),
    "file.delete": ("file.delete", "file.move"),
    "sql.read": ("sql.query", "sql.change"),
    "sql.insert": ("sql.change",),
    "sql.update": ("sql.change",),
    "sql.delete": ("sql.change",),
    "sql.call": ("sql.query", "sql.change"),
}


@dataclass(frozen=True, slots=True)
class Redaction:
    """One entry. `of`: names of actions and tools; `fields`: arguments, dotted names as steps; `result`: pointers into
    the result; `audiences`: from whom; `show`: what is left to see.
    """

    of: frozenset[str]
    fields: tuple[tuple[str, ...], ...]
    result: tuple[Pointer, ...]
    audiences: frozenset[str]
    show: str


def hide_arguments(
    redactions: Iterable[Redaction], verb: str, arguments: MappingType[str, Any], audiences: Iterable[str]
) -> dict[str, Any]:
    """The arguments of an action, as one may see them to whom all of `audiences` are told. JSON types."""
    shown = dict(arguments)
    chosen = [each for each in redactions if verb in each.of and not each.audiences.isdisjoint(audiences)]
    if any(each.fields for each in chosen):
        shown = copy.deepcopy(shown)
        for each in chosen:
            for steps in each.fields:
                _hide(shown, steps, each.show)
    return shown


def hide_result(redactions: Iterable[Redaction], verb: str, result: Any, audiences: Iterable[str]) -> Any:
    """The result of an action, as one may see it to whom all of `audiences` are told: the same if nothing is hidden."""
    chosen = [each for each in redactions if verb in each.of and not each.audiences.isdisjoint(audiences)]
    if not any(each.result for each in chosen):
        return result
    shown = {"": copy.deepcopy(result)}
    for each in chosen:
        for pointer in each.result:
            _hide(shown, ("", *pointer.steps), each.show)
    return shown[""]


def _hide(value: Any, steps: Sequence[str | None], show: str) -> None:
    """Hides what the steps lead to; where a list stands in the way, in each of its elements."""
    step, rest = steps[0], steps[1:]
    if isinstance(value, list):
        if step is not None and step.isdecimal() and step.isascii():
            keys: Iterable[Any] = [int(step)] if int(step) < len(value) else []
        elif step is None:
            keys = range(len(value))
        else:
            for inner in value:
                _hide(inner, steps, show)
            return
    elif isinstance(value, dict):
        keys = list(value) if step is None else [step] if step in value else []
    else:
        return
    for key in keys:
        if rest:
            _hide(value[key], rest, show)
        else:
            value[key] = hidden(value[key], show)


def hidden(value: Any, show: str) -> str | None:
    """What stands for a hidden value. What was not given stays so."""
    if value is None:
        return None
    text = value if isinstance(value, str) else canonical_json(value)
    if show == "digest":
        return f"(hidden, sha256 {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]})"
    if show == "last4" and len(text) >= _SHORTEST and not isinstance(value, dict | list):
        return f"(hidden, ends in {text[-4:]})"
    return "(hidden)"


class Redactions:
    """Reader of the section. `tools`: those that this layer may name."""

    def __init__(self, problems: Problems, tools: MappingType[str, ToolSpec], broken: Iterable[str]) -> None:
        self.problems = problems
        self.tools = tools
        self.broken = frozenset(broken)
        self.found: list[Redaction] = []

    def read(self, section: Node) -> None:
        if not isinstance(section, Items):
            self.problems.add("E-KEY", section, f"`redact` is {kind(section)}", f"Write {_FORM}.")
            return
        if len(section.items) > MOST:
            self.problems.add(
                "E-CELLS", section, f"{len(section.items)} redactions; at most {MOST} are read", "Merge some."
            )
        for item in section.items:
            if isinstance(item, Mapping):
                self._one(item)
            else:
                self.problems.add(
                    "E-KEY", item, f"a redaction is a mapping, and this is {kind(item)}", f"Write {_FORM}."
                )

    def _one(self, node: Mapping) -> None:
        before = len(self.problems.found)
        fields.known_keys(node, KEYS, "a redaction", self.problems)
        if "of" not in node.fields:
            fields.missing(node, "of", "a redaction", f"Say of which action: {_FORM}.", self.problems)
            return
        of = [name for word in fields.texts(node.fields["of"], "`of`", self.problems) for name in self._named(word)]
        if "fields" not in node.fields and "result" not in node.fields:
            fields.missing(node, "fields", "a redaction", "Say what is hidden: fields, result, or both.", self.problems)
        hidden_fields = [
            steps
            for word in self._words(node, "fields")
            if of and (steps := self._field(word, frozenset(of))) is not None
        ]
        pointers = [found for word in self._words(node, "result") if (found := self._pointer(word)) is not None]
        audiences = self._words(node, "for")
        for word in audiences:
            if word.value not in AUDIENCES:
                remedy = self.problems.near(word.value, AUDIENCES, f"Write some of {listed(AUDIENCES)}.")
                self.problems.add("E-KEY", word, f"`{word.value}` is nobody to hide something from", remedy)
        show = fields.text(node, "show", self.problems) or "nothing"
        if show not in SHOWS:
            remedy = self.problems.near(show, SHOWS, f"Write one of {listed(SHOWS)}.")
            self.problems.add("E-KEY", node.fields["show"], f"`{show}` is no way to show a hidden value", remedy)
        if len(self.problems.found) == before:
            named = frozenset(word.value for word in audiences) or frozenset(AUDIENCES)
            self.found.append(Redaction(frozenset(of), tuple(hidden_fields), tuple(pointers), named, show))

    def _words(self, node: Mapping, key: str) -> list[Text]:
        return fields.texts(node.fields[key], f"`{key}`", self.problems) if key in node.fields else []

    def _named(self, word: Text) -> tuple[str, ...]:
        if word.value in self.tools:
            return (word.value,)
        if word.value in _ACTIONS:
            return _ACTIONS[word.value]
        if word.value not in self.broken:
            known = (*_ACTIONS, *self.tools)
            remedy = self.problems.near(word.value, known, "Name an action or a tool.")
            self.problems.add("E-VERB", word, f"no action or tool `{word.value}`", remedy)
        return ()

    def _field(self, word: Text, of: frozenset[str]) -> tuple[str, ...] | None:
        steps = tuple(word.value.split("."))
        known = sorted({name for verb in of for name in self._arguments(verb)})
        if word.value in known or any(name.startswith(f"{word.value}.") for name in known):
            return steps
        remedy = self.problems.near(word.value, known, f"Arguments are {listed(known)}.")
        self.problems.add("E-AXIS", word, f"`{word.value}` is no argument of {listed(of)}", remedy)
        return None

    def _arguments(self, verb: str) -> Iterable[str]:
        tool = self.tools.get(verb)
        if tool is not None:
            return [leaf.name for leaf in tool.leaves]
        variant: type[Action] = VERBS[verb]
        return [name for name in variant.model_fields if name != "reason"]

    def _pointer(self, word: Text) -> Pointer | None:
        try:
            return parse_pointer(word.value)
        except GrammarError as fault:
            self.problems.add("E-PAT", word, f"`{word.value}` {fault.problem}", fault.remedy + ".")
            return None
