"""Strict readers of JSON and YAML text into plain values. Both take less than their standards and guess nothing.

Values are str, int, bool, None, `Decimal` (JSON only), lists and dicts. `Lines` tells where a key or element began.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Never

import yaml

from havocproof.actions.faults import show_path
from havocproof.actions.scalars import GrammarError, parse_integer
from havocproof.actions.values import MAX_DEPTH, MAX_NODES
from havocproof.errors import ActionError

Lines = dict[str, int]
"""Dotted path -> line of the text, from 1."""

# The closing quote is optional: a pattern that can fail at the end would be tried again from every quote.
_JSON_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_JSON_NUMBER_CHARS = 60
_EXPONENT = re.compile(r"[eE][+-]?0*[0-9]{1,3}$")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
# Line ends of YAML besides \n; inside a text they would silently become \n.
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


def _too_deep() -> ActionError:
    return ActionError("", f"the text is nested deeper than {MAX_DEPTH} levels", "Use flatter arguments")


def _not_read(problem: str, line: int, remedy: str) -> ActionError:
    return ActionError("", f"line {line}: {problem}" if line else problem, remedy)


def read_json(text: str) -> object:
    """JSON by RFC 8259 without duplicate keys, NaN and infinities; at most 32 levels; integers of at most 40 digits."""
    # Counted first, because the reader of the standard library recurses.
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep()
        elif token[0] in "]}":
            depth -= 1
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_json_integer,
            parse_float=_json_decimal,
            parse_constant=_json_constant,
        )
    except json.JSONDecodeError as fault:
        message = fault.msg[:1].lower() + fault.msg[1:].removesuffix(" starting at")
        problem = f"not JSON at column {fault.colno}: {message}"
        raise _not_read(problem, fault.lineno, "Send one JSON object, and nothing after it") from None
    except GrammarError as fault:
        raise ActionError(show_path(fault.at), fault.problem, fault.remedy) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise GrammarError("is given twice", "Give each key once", (twice,))
    return found


def _json_integer(digits: str) -> int:
    try:
        return parse_integer(digits)
    except GrammarError as fault:
        raise GrammarError(f"a number {fault.problem}", fault.remedy) from None


def _json_decimal(digits: str) -> Decimal:
    exponent = "e" in digits or "E" in digits
    if len(digits) > _JSON_NUMBER_CHARS or (exponent and not _EXPONENT.search(digits)):
        raise GrammarError("a number has too many digits", "Round it, or send it as text")
    return Decimal(digits)


def _json_constant(word: str) -> Never:
    raise GrammarError(f"{word} is no number of JSON", "Send a finite number")


def read_yaml(text: str) -> tuple[object, Lines]:
    """YAML as most people think it is: plain scalars are text, except integers, `true`, `false` and `null`.

    Those are `-?(0|[1-9][0-9]*)` and the lower-case words, and quoted they are text, too. Refused: duplicate keys,
    anchors, aliases, merge keys, tags, directives, a second document, keys that are no scalars, values left empty, tabs
    outside of `|` blocks, and line ends other than \\n and \\r\\n. At most 32 levels and 10,000 values.
    """
    odd = _ODD_BREAK.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise _not_read("an unusual line end", line, "End lines with \\n, and write the character as an escape")
    reader = _YamlReader(text)
    # The pure Python parser even where the C one is installed: one text must not have two readings.
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    while True:
        try:
            event = next(events, None)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line = mark.line + 1 if mark else 0
            if "'\\t'" in str(fault.problem):
                raise _not_read(*_tab(line)) from None
            problem = f"not YAML: {fault.problem or fault.context or 'unreadable'}"
            raise _not_read(problem, line, "Quote texts that hold : # or quotes") from None
        except Exception:
            # PyYAML reads before the first event, and fails in its own ways on odd characters and escapes.
            raise _not_read("not YAML: it holds an unreadable character or escape", 0, "Send printable text") from None
        if event is None:
            break
        reader.take(event)
    reader.check_tabs()
    return reader.result(), reader.lines


def _tab(line: int) -> tuple[str, int, str]:
    return "a tab", line, 'Indent with spaces; in a text write "\\t" or use a | block'


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


class _YamlReader:
    """Builds values from events with its own stack: no recursion, and limits that hold before anything is built."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: Lines = {}
        self._documents: list[object] = []
        self._stack: list[list[Any] | dict[str, Any]] = []
        self._path: list[object] = []
        self._key: str | None = None
        self._nodes = 0
        self._blocks: list[tuple[int, int]] = []

    def refuse(self, event: yaml.Event, problem: str, remedy: str) -> Never:
        raise ActionError(show_path(self._path), f"line {_line(event)}: {problem}", remedy)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            if self._documents:
                self.refuse(event, "a second document", "Send one document, one action")
            if event.version or event.tags:
                self.refuse(event, "a YAML directive", "Leave lines that begin with % out")
        elif isinstance(event, yaml.AliasEvent):
            self.refuse(event, "an alias", "Write the value out; quote a text that begins with *")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._leave()

    def _node(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.refuse(event, f"more than {MAX_NODES} values", "Split the work into several actions")
        if event.anchor is not None:
            self.refuse(event, "an anchor", "Write the value out; quote a text that begins with &")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self.refuse(event, "a tag", "Leave it out; quote a text that begins with !")
        if self._stack and isinstance(self._stack[-1], dict) and self._key is None:
            self._take_key(event, self._stack[-1])
        elif isinstance(event, yaml.ScalarEvent):
            self._enter(event)
            self._put(self._scalar(event))
            self._leave()
        else:
            if len(self._stack) >= MAX_DEPTH:
                raise _too_deep()
            value: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._enter(event)
            self._put(value)
            self._stack.append(value)

    def _take_key(self, event: yaml.NodeEvent, mapping: dict[str, Any]) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(event, "a key that is no text", "Use texts as keys")
        key = event.value
        if event.style is None and key == "<<":
            self.refuse(event, "a merge key", "Write the values out")
        if event.style is None and not key:
            self.refuse(event, "an empty key", "Write key: value")
        if key in mapping:
            self._path.append(key)
            self.refuse(event, "is given twice", "Give each key once")
        self._key = key

    def _enter(self, event: yaml.NodeEvent) -> None:
        if self._stack:
            top = self._stack[-1]
            self._path.append(self._key if isinstance(top, dict) else len(top))
            self.lines[show_path(self._path)] = _line(event)

    def _put(self, value: object) -> None:
        if not self._stack:
            self._documents.append(value)
        elif isinstance(top := self._stack[-1], dict):
            top[str(self._key)] = value
            self._key = None
        else:
            top.append(value)

    def _leave(self) -> None:
        if self._path:
            self._path.pop()

    def _scalar(self, event: yaml.ScalarEvent) -> object:
        text: str = event.value
        if event.style == "|" and event.start_mark and event.end_mark:
            self._blocks.append((event.start_mark.index, event.end_mark.index))
        if event.style is not None:
            return text
        if not text:
            self.refuse(event, "no value", 'Write "" for an empty text, or null')
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            try:
                return parse_integer(text)
            except GrammarError as fault:
                self.refuse(event, fault.problem, fault.remedy)
        return text

    def check_tabs(self) -> None:
        """A tab is content inside a `|` block, and refused elsewhere: it looks like an indentation and is none."""
        at = self.text.find("\t")
        for start, end in [*self._blocks, (len(self.text), len(self.text))]:
            body = self.text.find("\n", start, end)
            if 0 <= at < (body if body >= 0 else end):
                line = self.text.count("\n", 0, at) + 1
                raise _not_read(*_tab(line))
            at = self.text.find("\t", end)

    def result(self) -> object:
        if not self._documents:
            raise ActionError("", "the text is empty", "Send one action, with the keys action and args")
        return self._documents[0]
