"""The section `records`: which words a session may take values from, field by field (POLICY.md 2.7)."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from types import MappingProxyType

from havocproof.actions.scalars import GrammarError
from havocproof.policy import fields
from havocproof.policy.fetches import read_fetch
from havocproof.policy.literals import parse_duration
from havocproof.policy.pointers import Pointer, parse_pointer
from havocproof.policy.problems import Problems, listed
from havocproof.policy.recordspec import (
    COLLECT,
    FINDERS,
    HOST,
    LATEST,
    MODES,
    PROMPT,
    TOOLS,
    FieldSpec,
    KeySpec,
    Only,
    RecordSpec,
)
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.types import ARGUMENT, ArgType, read_type

KEYS = ("key", "from", "write", "fetch", "lasts", "fields")
FROM = ("tool", "tools", "each", "only")
FIELD = ("one", "many", "find", "at", "only")
RESERVED = frozenset({"after", "never_after", "carries", "agent", "facts", "labels", "spent", "approved"})
"""Words that mean something else where a record could be named."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_TYPES = frozenset({"name", "enum", "int", "bool", "date", "host", "email", "decimal", "path", "segments", "table"})
_FORM = "orders: {from: {tools: [list_orders]}, fields: {ids: {many: name, at: /*/id}}}"
_FROM = "Write `prompt`, `host`, or {tools: [get_order]}, with `each: /*` if the result is a list of rows."
_FIELD = "Write {one: name, at: /id}, {many: name, at: /items/*/id}, or {find: email} for the prompt."


@dataclass(slots=True)
class _Origin:
    """What `from` says."""

    source: str
    tools: tuple[str, ...] = ()
    each: Pointer | None = None
    only: Only = ()


class Records:
    """Reader of the section, and the records that are known. `read` may be called for several files."""

    def __init__(self, problems: Problems, tools: MappingType[str, ToolSpec], broken: Collection[str]) -> None:
        """`broken`: tools whose declaration has a problem of its own."""
        self.problems = problems
        self.tools = tools
        self.broken_tools = broken
        self.known: dict[str, RecordSpec] = {}
        self.broken: set[str] = set()

    def read(self, section: Node) -> None:
        for key, node in fields.mapping(section, "`records`", _FORM, self.problems) or ():
            before = len(self.problems.found)
            if not _NAME.fullmatch(key.value):
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is no name of a record", "Use letters, digits, _ and -."
                )
            if key.value in RESERVED:
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is a word of the language", "Choose another name for the record."
                )
            first = self.known.get(key.value)
            if first is not None:
                message = f"the record `{key.value}` was given at {self.problems.at(first, key)}"
                self.problems.add("E-DUP", key, message, "Rename one of them.")
                continue
            spec = self._record(key, node)
            if spec is None or any(not each.is_warning for each in self.problems.found[before:]):
                self.broken.add(key.value)
            else:
                self.known[key.value] = spec

    def _record(self, key: Text, section: Node) -> RecordSpec | None:
        node = fields.mapping(section, f"record `{key.value}`", _FORM, self.problems)
        if node is None:
            return None
        fields.known_keys(node, KEYS, "a record", self.problems)
        for word, remedy in (("from", _FROM), ("fields", _FIELD)):
            if word not in node.fields:
                fields.missing(key, word, "a record", remedy, self.problems)
        origin = self._origin(node.fields["from"]) if "from" in node.fields else None
        if origin is None:
            return None
        named = self._key(node, origin)
        read = self._fields(node.fields["fields"], origin) if "fields" in node.fields else {}
        mode = self._mode(node, named, read)
        lasts = fields.number(node, "lasts", parse_duration, self.problems) or 0
        self._single(node, origin, named, read)
        spec = RecordSpec(
            name=key.value,
            line=key.line,
            source=origin.source,
            fields=MappingProxyType(read),
            file=key.file,
            tools=origin.tools,
            each=origin.each,
            only=origin.only,
            key=named,
            mode=mode,
            lasts=lasts,
        )
        if "fetch" not in node.fields:
            return spec
        return replace(spec, fetch=read_fetch(node, spec, self.tools, self.broken_tools, self.problems))

    # ---- from ----

    def _origin(self, node: Node) -> _Origin | None:
        if isinstance(node, Text) and node.value in (PROMPT, HOST):
            return _Origin(node.value)
        if not isinstance(node, Mapping):
            shown = f"`{node.value}`" if isinstance(node, Text) else kind(node)
            self.problems.add("E-KEY", node, f"a record is not from {shown}", _FROM)
            return None
        fields.known_keys(node, FROM, "`from`", self.problems)
        said = [word for word in ("tool", "tools") if word in node.fields]
        if len(said) != 1:
            self.problems.add("E-KEY", node, "`from` has one of `tool` and `tools`", _FROM)
            return None
        words = fields.texts(node.fields[said[0]], f"`{said[0]}`", self.problems)
        for word in words:
            if word.value not in self.tools and word.value not in self.broken_tools:
                remedy = self.problems.near(word.value, self.tools, "Declare it under `tools:`.")
                self.problems.add("E-REF", word, f"no tool `{word.value}`", remedy)
        each = self._pointer(node, "each")
        if each is not None and (not each.stars or each.root):
            self.problems.add("E-KEY", node.fields["each"], "`each` goes through elements", "Write each: /*.")
        if "only" in node.fields and each is None:
            remedy = "Write each: /* beside it, or `only` at a field."
            self.problems.add("E-KEY", node.keys["only"], "`only` chooses rows, and there is no `each`", remedy)
        return _Origin(TOOLS, tuple(word.value for word in words), each, self._only(node))

    def _pointer(self, node: Mapping, key: str) -> Pointer | None:
        value = node.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, Text):
            self.problems.add("E-KEY", value, f"`{key}` is {kind(value)}", "Write a JSON pointer, as /status.")
            return None
        return self._parsed(value)

    def _parsed(self, value: Text) -> Pointer | None:
        try:
            return parse_pointer(value.value)
        except GrammarError as fault:
            self.problems.add("E-PAT", value, f"`{value.value}` {fault.problem}", fault.remedy + ".")
            return None

    def _only(self, node: Mapping) -> Only:
        inner = node.fields.get("only")
        if inner is None:
            return ()
        found = []
        for key, value in fields.mapping(inner, "`only`", "only: {source: gift_card}", self.problems) or ():
            if key.value.startswith(("/", "^")):
                self.problems.add(
                    "E-KEY", key, "`only` names a sibling, without a pointer", "Write only: {source: gift_card}."
                )
            texts = fields.texts(value, f"`{key.value}` under `only`", self.problems)
            found.append((key.value, frozenset(text.value for text in texts)))
        return tuple(found)

    # ---- key, write ----

    def _key(self, node: Mapping, origin: _Origin) -> KeySpec | None:
        inner = node.fields.get("key")
        if inner is None:
            return None
        if origin.source == PROMPT:
            self.problems.add("E-KEY", node.keys["key"], "what a person types has no key", "Leave `key` out.")
            return None
        if origin.source == HOST:
            if isinstance(inner, Text) and self._argument(inner):
                return KeySpec(inner.value)
            if not isinstance(inner, Text):
                remedy = "Write the argument by which it is looked up, as key: invoice_id."
                self.problems.add("E-KEY", inner, "the host says the key of its records", remedy)
            return None
        if not isinstance(inner, Mapping) or len(inner.fields) != 1:
            remedy = "Write the argument by which it is looked up, and where it stands: key: {order_id: /order_id}."
            self.problems.add("E-KEY", inner, "a record has one key", remedy)
            return None
        ((argument, _),) = inner
        at = self._pointer(inner, argument.value)
        if at is not None and at.stars:
            remedy = "Write `each: /*` under `from`, and the key of one row."
            self.problems.add("E-KEY", inner.fields[argument.value], "a key is one value", remedy)
        return KeySpec(argument.value, at) if self._argument(argument) and at is not None else None

    def _argument(self, word: Text) -> bool:
        sound = all(ARGUMENT.fullmatch(step) for step in word.value.split("."))
        if not sound:
            self.problems.add("E-KEY", word, f"`{word.value}` is no name of an argument", "Name an argument.")
        return sound

    def _mode(self, node: Mapping, named: KeySpec | None, read: MappingType[str, FieldSpec]) -> str:
        """First, last, or all sayings. Records of sets alone, of which there is one in a run, collect by default."""
        word = fields.text(node, "write", self.problems)
        if word is None:
            collects = "key" not in node.fields and named is None and all(each.many for each in read.values())
            return COLLECT if collects else LATEST
        if word not in MODES:
            remedy = self.problems.near(word, MODES, f"Write one of {listed(MODES)}.")
            self.problems.add("E-KEY", node.fields["write"], f"no way to write `{word}`", remedy)
        single = [name for name, each in read.items() if not each.many]
        if word == COLLECT and single:
            message = f"`collect` keeps every value, and `{single[0]}` holds one"
            self.problems.add("E-KEY", node.fields["write"], message, "Declare the field as `many`, or write `latest`.")
        return word

    # ---- fields ----

    def _fields(self, section: Node, origin: _Origin) -> dict[str, FieldSpec]:
        found: dict[str, FieldSpec] = {}
        for key, node in fields.mapping(section, "`fields`", "fields: {id: {one: name, at: /id}}", self.problems) or ():
            if not _NAME.fullmatch(key.value) or key.value == "by":
                remedy = "Use letters, digits, _ and -." if key.value != "by" else "Choose another name."
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a field", remedy)
            inner = fields.mapping(node, f"field `{key.value}`", "{one: name, at: /id}", self.problems)
            made = self._field(key, inner, origin) if inner is not None else None
            if made is not None:
                found[key.value] = made
        return found

    def _field(self, key: Text, node: Mapping, origin: _Origin) -> FieldSpec | None:
        fields.known_keys(node, FIELD, "a field of a record", self.problems)
        said = [word for word in ("one", "many", "find") if word in node.fields]
        if len(said) != 1:
            self.problems.add("E-KEY", key, "a field has one of `one`, `many` and `find`", _FIELD)
            return None
        word = said[0]
        if (word == "find") != (origin.source == PROMPT):
            message = "words are found in the prompt only" if word == "find" else "in the prompt, words are found"
            remedy = "Write {one: name, at: /id}." if word == "find" else f"Write find: one of {listed(FINDERS)}."
            self.problems.add("E-KEY", node.keys[word], message, remedy)
            return None
        extra = [name for name in ("at", "only") if name in node.fields and origin.source != TOOLS]
        for name in extra:
            message = f"`{name}` is about results of tools, and this record is from {origin.source}"
            self.problems.add("E-KEY", node.keys[name], message, "Leave it out.")
        if word == "find":
            return self._finder(key, node)
        declared = field_type(node.fields[word], self.problems)
        at = self._at(key, node, origin, word)
        if declared is None or extra or (at is None and origin.source == TOOLS):
            return None
        return FieldSpec(key.value, declared, word == "many", key.line, at, self._only(node))

    def _finder(self, key: Text, node: Mapping) -> FieldSpec | None:
        word = fields.text(node, "find", self.problems)
        if word is None or word not in FINDERS:
            remedy = self.problems.near(word or "", FINDERS, f"Finders are {listed(FINDERS)}.")
            self.problems.add("E-REF", node.fields["find"], f"no finder `{word}`", remedy)
            return None
        return FieldSpec(key.value, FINDERS[word], True, key.line, find=word)

    def _at(self, key: Text, node: Mapping, origin: _Origin, word: str) -> Pointer | None:
        if origin.source != TOOLS:
            return None
        if "at" not in node.fields:
            remedy = 'Write at: /status, or at: "" for the whole result.'
            fields.missing(key, "at", f"field `{key.value}`", remedy, self.problems)
            return None
        at = self._pointer(node, "at")
        if at is None:
            return None
        if "only" in node.fields and (not at.steps or at.steps[-1] is None):
            remedy = "Point at a value inside each element, as at: /items/*/id."
            self.problems.add("E-KEY", node.keys["only"], "`only` looks at siblings, and here are none", remedy)
        if word == "one" and at.stars and "only" not in node.fields:
            remedy = "Declare it as `many`, or choose the one element with `only`."
            self.problems.add("E-KEY", node.fields["at"], "`one` holds one value, and * stands for several", remedy)
        return at

    def _single(self, node: Mapping, origin: _Origin, named: KeySpec | None, read: MappingType[str, FieldSpec]) -> None:
        """Rows without a key all go into one record: what holds one value cannot take them."""
        if origin.each is None or named is not None or "key" in node.fields:
            return
        for each in read.values():
            if not each.many and (each.at is None or not each.at.root):
                message = f"every row brings a value of `{each.name}`, which holds one"
                self.problems.add("E-KEY", node.keys["fields"], message, "Give the record a `key`, or declare `many`.")


def field_type(node: Node, problems: Problems) -> ArgType | None:
    """The type of a field, or None with the problem noted. Free text is none, and neither is what has parts."""
    if isinstance(node, Text) and node.value == "table":
        return ArgType("table")
    word = node.value if isinstance(node, Text) else "" if isinstance(node, Items) else next(iter(node.fields))
    remedy = _REMEDIES.get(word)
    if remedy is not None:
        what = "free text" if word == "text" else f"`{word}`"
        problems.add("E-KEY", node, f"{what} is no type of a field", remedy)
        return None
    found = read_type(node, problems)
    assert found is None or found.kind in _TYPES
    return found


_REMEDIES = {
    "text": "A field is compared as a whole: declare what it is, as name, email or a list of values.",
    "url": "Declare what a rule will test: host or {path: /}.",
    "list": "Declare it as `many`, with a * in its pointer.",
    "object": "Declare a field for each of its values.",
}
