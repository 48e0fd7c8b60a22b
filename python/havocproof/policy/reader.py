"""Strict YAML: text in, a tree with positions out (POLICY.md 2.1).

PyYAML's parser gives events; its constructors and resolvers are not used, so no scalar gets a type of its own. Refused:
duplicate keys, anchors, aliases, merge keys, tags, tabs, empty lists, mappings and values, a second document,
characters that a reader of the file cannot see, and files that are too deep or too long.

The parser is libyaml's where PyYAML was built with it, else PyYAML's own, which reads the same files slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from havocproof.policy.problems import Problems
from havocproof.policy.tree import Items, Mapping, Node, Text

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32
MAX_RULES = 50_000

_SCALAR, _END = yaml.ScalarEvent, yaml.StreamEndEvent
_MAPPING, _MAPPING_END, _SEQUENCE_END = yaml.MappingStartEvent, yaml.MappingEndEvent, yaml.SequenceEndEvent
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Controls, other line separators (YAML 1.1 breaks lines there, 1.2 does not), byte-order marks and direction changes.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TAB = "\t"
_QUOTE = 'Put it in quotes: host: "*.example.com".'
_SETS = "Write the value out, or give it a name in `sets:`."


class Position:
    """A place in the file that is no node."""

    __slots__ = ("column", "file", "line")

    def __init__(self, line: int, column: int, file: str = "") -> None:
        self.line = line
        self.column = column
        self.file = file


def decode(data: bytes, problems: Problems) -> str | None:
    """The text of a file, or None with the problem noted."""
    if len(data) > MAX_BYTES:
        problems.add(
            "E-YAML", None, f"the file has {len(data)} bytes; at most {MAX_BYTES} are read", "Split the policy."
        )
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        problems.add("E-YAML", Position(line, column), "the file is not UTF-8", "Save it as UTF-8.")
        return None


def read(text: str, problems: Problems, file: str = "") -> Mapping | None:
    """The mapping at the root of the file, or None if there is none. Faults are noted in `problems`; none is raised.

    `file` is what messages call a file that is not the policy's own.
    """
    if not _plain_text(text, problems, file):
        return None
    known = len(problems.found)
    root = _Builder(problems, file).build(text)
    if root is None:
        if len(problems.found) == known:
            remedy = "Begin with `havocproof: 1` and `policy: <name>`."
            problems.add("E-YAML", Position(0, 0, file), "the file is empty", remedy)
        return None
    if not isinstance(root, Mapping):
        problems.add("E-YAML", root, "the file is no mapping", "Begin with `havocproof: 1` and `policy: <name>`.")
        return None
    return root


def _plain_text(text: str, problems: Problems, file: str) -> bool:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        place = _place(text, error.start, file)
        problems.add("E-YAML", place, "a lone surrogate is no character", "Save the file as UTF-8.")
        return False
    if size > MAX_BYTES:
        message = f"the file has {size} bytes; at most {MAX_BYTES} are read"
        problems.add("E-YAML", Position(0, 0, file), message, "Split the policy.")
        return False
    unseen = _UNSEEN.search(text)
    if unseen is not None:
        code = f"U+{ord(unseen.group()):04X}"
        place = _place(text, unseen.start(), file)
        problems.add("E-YAML", place, f"the character {code} cannot be seen by readers", "Remove it.")
    if _TAB in text:
        problems.add("E-YAML", _place(text, text.index(_TAB), file), "a tab", "Use spaces.")
    return unseen is None and _TAB not in text


def _place(text: str, offset: int, file: str) -> Position:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    column = offset - max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset))
    return Position(before.count("\n") + 1, column, file)


class _Before:
    """A position as the parser counts it: from 0."""

    __slots__ = ("column", "line")

    def __init__(self, place: Text) -> None:
        self.line = place.line - 1
        self.column = place.column - 1


class _Builder:
    """Turns events into nodes with a stack of its own, so that depth cannot exhaust the interpreter's."""

    def __init__(self, problems: Problems, file: str) -> None:
        self.problems = problems
        self.file = file
        self.root: Node | None = None
        self.stack: list[Items | Mapping] = []
        self.pending: list[Text | None] = []  # for each open mapping: the key that waits for its value
        self.hollow: set[int] = set()  # containers that something was taken out of
        self.documents = 0
        self.rules = 0

    def build(self, text: str) -> Node | None:
        try:
            whole = self.events(_PARSER(text).get_event)
        except yaml.MarkedYAMLError as error:
            self.syntax(error)
            return None
        except yaml.YAMLError as error:
            self.problems.add("E-YAML", Position(0, 0, self.file), f"this is no YAML: {error}", "Correct it.")
            return None
        return self.root if whole else None

    def events(self, get: Callable[[], Any]) -> bool:
        """Take all events. False: stopped before the end.

        What a sound file is made of is hung up right here, since this is where a long file's time goes: scalars and
        mappings without anchor or tag at a place that waits for them, and ends. All else goes through `take` and `put`.
        `fields`, `marks` and `items` are those of the innermost open container, where `key`, which stands at `at`,
        waits for its value.
        """
        file, stack, pending = self.file, self.stack, self.pending
        fields: dict[str, Node] | None = None
        marks: list[Any] = []
        items: list[Node] | None = None
        key: str | None = None
        at: Any = None
        while True:
            event = get()
            kind = event.__class__
            mark = event.start_mark
            if kind is _SCALAR:
                value = event.value
                if value and event.anchor is None and event.tag is None:
                    if key is not None:
                        if key not in fields:  # type: ignore[operator]
                            fields[key] = Text(value, mark.line + 1, mark.column + 1, not event.style, file)  # type: ignore[index]
                            marks.append(at)
                            key = None
                            continue
                    elif fields is not None:
                        if value != "<<":
                            key, at = value, mark
                            continue
                    elif items is not None:
                        items.append(Text(value, mark.line + 1, mark.column + 1, not event.style, file))
                        continue
            elif kind is _MAPPING and key is not None and len(stack) < MAX_DEPTH:
                if key not in fields and event.anchor is None and event.tag is None:  # type: ignore[operator]
                    inner = Mapping(mark.line + 1, mark.column + 1, file)
                    fields[key] = inner  # type: ignore[index]
                    marks.append(at)
                    pending[-1] = key = None
                    stack.append(inner)
                    pending.append(None)
                    fields, marks = inner.fields, inner.marks
                    continue
            elif kind is _END:
                return True
            if stack:
                pending[-1] = Text(key, at.line + 1, at.column + 1, True, file) if key is not None else None
            if (kind is _MAPPING_END and fields) or (kind is _SEQUENCE_END and items):
                stack.pop()
                pending.pop()
            elif not self.take(event):
                return False
            fields = items = key = None
            if stack:
                top, waiting = stack[-1], pending[-1]
                if isinstance(top, Mapping):
                    fields, marks = top.fields, top.marks
                else:
                    items = top.items
                if waiting is not None:
                    key, at = waiting.value, _Before(waiting)

    def take(self, event: Any) -> bool:
        """One event; False: stop reading."""
        kind = event.__class__
        if kind is _SCALAR:
            mark = event.start_mark
            node = Text(event.value, mark.line + 1, mark.column + 1, not event.style, self.file)
            if event.anchor is not None or event.tag is not None:
                self.refuse(event, node)
            self.put(node)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            mark = event.start_mark
            made = Mapping if kind is yaml.MappingStartEvent else Items
            inner = made(mark.line + 1, mark.column + 1, self.file)
            if event.anchor is not None or event.tag is not None:
                self.refuse(event, inner)
            if len(self.stack) == 3 and not self.room(inner):
                return False
            if len(self.stack) >= MAX_DEPTH:
                self.problems.add("E-YAML", inner, f"nested deeper than {MAX_DEPTH} levels", "Write it flatter.")
                return False
            self.put(inner)
            self.stack.append(inner)
            self.pending.append(None)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.close()
        elif kind is yaml.AliasEvent:
            mark = event.start_mark
            node = Text(f"*{event.anchor}", mark.line + 1, mark.column + 1, file=self.file)
            self.problems.add("E-YAML", node, f"`*` begins a YAML alias: `*{event.anchor}`", f"{_QUOTE} {_SETS}")
            self.put(node)
        elif kind is yaml.DocumentStartEvent:
            return self.document(event)
        return True

    def room(self, item: Node) -> bool:
        """Count the rules while they are read, so that a file of too many is not read to its end first."""
        if isinstance(self.stack[2], Items) and isinstance(self.root, Mapping):
            if self.root.fields.get("rules") is self.stack[1]:
                self.rules += 1
            if self.rules > MAX_RULES:
                remedy = "Put values into sets instead of rules."
                self.problems.add("E-CELLS", item, f"more than {MAX_RULES} rules in a file", remedy)
                return False
        return True

    def put(self, node: Node) -> None:
        """Hang a node where the reading stands."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        blank = node.__class__ is Text and not node.value and node.plain
        if isinstance(parent, Items):
            if blank:
                self.problems.add("E-YAML", node, "an item without a value", "Write the value, or remove the dash.")
                self.hollow.add(id(parent))
            else:
                parent.items.append(node)
            return
        key = self.pending[-1]
        if key is None:
            self.pending[-1] = self.key(node)
            return
        self.pending[-1] = None
        name = key.value
        if name in parent.fields:
            first = parent.keys[name].line
            self.problems.add("E-DUP", key, f"`{name}` was given at line {first}", "Merge the two, or rename one.")
            return
        if blank:
            self.problems.add("E-YAML", key, f"`{name}` has no value", "Write the value, or leave the key out.")
            self.hollow.add(id(parent))
            return
        parent.put(key, node)

    def close(self) -> None:
        """Leave a list or mapping. An empty one is taken out, so that nobody after the reader meets one."""
        self.pending.pop()
        closed = self.stack.pop()
        if closed.fields if isinstance(closed, Mapping) else closed.items:
            return
        if id(closed) not in self.hollow:
            what = "mapping" if isinstance(closed, Mapping) else "list"
            self.problems.add("E-YAML", closed, f"an empty {what}", "Say what it holds, or leave the key out.")
        if not self.stack:
            return
        parent = self.stack[-1]
        self.hollow.add(id(parent))
        if isinstance(parent, Items):
            parent.items.pop()
        elif parent.fields and parent.fields[last := next(reversed(parent.fields))] is closed:
            del parent.fields[last]
            parent.marks.pop()

    def key(self, node: Node) -> Text:
        if not isinstance(node, Text):
            self.problems.add("E-YAML", node, "a list or mapping as a key", "A key is a word.")
            return Text(f"?{node.line}:{node.column}", node.line, node.column, file=self.file)
        if node.value == "<<" and node.plain:
            self.problems.add("E-YAML", node, "`<<` is YAML's merge key, which is not read", _SETS)
        elif not node.value:
            self.problems.add("E-YAML", node, "an empty key", "Write the key.")
        return node

    def refuse(self, event: Any, node: Node) -> None:
        if event.anchor is not None:
            self.problems.add("E-YAML", node, f"`&{event.anchor}` is a YAML anchor, which is not read", _SETS)
        if event.tag is not None:
            self.problems.add(
                "E-YAML", node, f"`{event.tag}` is a YAML tag, which is not read", "Remove it; every scalar is text."
            )

    def document(self, event: Any) -> bool:
        self.documents += 1
        mark = event.start_mark
        place = Position(mark.line + 1, mark.column + 1, self.file)
        if self.documents > 1:
            self.problems.add("E-YAML", place, "a second document", "Keep one document in a file.")
            return False
        if event.tags:
            self.problems.add("E-YAML", place, "a %TAG directive", "Remove it; tags are not read.")
        if event.version is not None and tuple(event.version) != (1, 2):
            self.problems.add("E-YAML", place, "this is read as YAML 1.2", "Remove the %YAML directive.")
        return True

    def syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1, self.file) if mark else Position(0, 0, self.file)
        said = error.problem or error.context or "it cannot be read"
        if "alias" in f"{error.context} {error.problem}":
            self.problems.add("E-YAML", place, "`*` begins a YAML alias", _QUOTE)
        elif "anchor" in f"{error.context} {error.problem}":
            self.problems.add("E-YAML", place, "`&` begins a YAML anchor, which is not read", _SETS)
        elif "tag" in f"{error.context}":
            self.problems.add("E-YAML", place, "`!` begins a YAML tag, which is not read", "Put it in quotes.")
        else:
            remedy = "Check the indentation, quotes and brackets here and just above."
            self.problems.add("E-YAML", place, f"this is no YAML: {said}", remedy)
