"""Named sets: one kind, then a list or a file with one value a line (POLICY.md 2.2). Sets may hold other sets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from havocproof.actions.scalars import GrammarError, check_name
from havocproof.kernel.source import Pattern
from havocproof.policy.files import Files
from havocproof.policy.lookups import Lookups, Use, is_reference, kind_of_field
from havocproof.policy.patterns import pattern, place
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text, kind

KINDS = ("name", "host", "path", "table", "email")
MOST = 100_000
DEPTH = 32
WORDS = frozenset({"any", "none", "known", "unknown"})
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LITERAL = "For the literal text write {is: ...}"


@dataclass(slots=True)
class Set:
    """One set: `names` of the kind name, `patterns` of the kinds of places, `uses` of what a session records."""

    name: str
    kind: str
    line: int
    names: frozenset[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    holds: list[Text] = field(default_factory=list)  # the sets that are named in it
    file: str = ""
    uses: tuple[Use, ...] = ()

    def __len__(self) -> int:
        return len(self.names) + len(self.patterns) + len(self.uses)


class Sets:
    """All sets of one layer: read every section, then `resolve`."""

    def __init__(self, problems: Problems, lookups: Lookups) -> None:
        self.problems = problems
        self.lookups = lookups
        self.known: dict[str, Set] = {}

    def find(self, node: Text) -> Set | None:
        """The set that `$name` refers to, or None with the problem noted."""
        name = node.value[1:]
        found = self.known.get(name)
        if found is None:
            guess = self.problems.guess(name, self.known)
            remedy = f"Did you mean `${guess}` (line {self.known[guess].line})?" if guess else _known(self.known)
            self.problems.add("E-REF", node, f"no set `{node.value}`", remedy)
        return found

    def read(self, section: Node, files: Files) -> None:
        """Read one section `sets`; `files` reads beside the file that it stands in."""
        if not isinstance(section, Mapping):
            self.problems.add(
                "E-KEY", section, f"`sets` is {kind(section)}", "Write sets: {registries: {host: [a.example]}}."
            )
            return
        for key, node in section:
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a set", "Use letters, digits, _ and -.")
            first = self.known.get(key.value)
            if first is not None:
                message = f"the set `{key.value}` was given at {self.problems.at(first, key)}"
                self.problems.add("E-DUP", key, message, "Rename one of them.")
                continue
            self.known[key.value] = self._set(key, node, files)

    def _set(self, key: Text, node: Node, files: Files) -> Set:
        made = Set(key.value, "name", key.line, file=key.file)
        if not isinstance(node, Mapping) or len(node.fields) != 1:
            remedy = f"Write one kind of {listed(KINDS)}, as {{host: [a.example]}}."
            self.problems.add("E-KEY", key, f"a set has one kind and its values; `{key.value}` has not", remedy)
            return made
        ((word, values),) = node
        if word.value not in KINDS:
            remedy = self.problems.near(word.value, KINDS, f"Kinds are {listed(KINDS)}.")
            self.problems.add("E-KEY", word, f"no kind of set `{word.value}`", remedy)
            return made
        made.kind = word.value
        if isinstance(values, Mapping) and set(values.fields) == {"file"}:
            name = values.fields["file"]
            if isinstance(name, Text):
                self._from_file(made, name, files)
                return made
        items: list[Node] = values.items if isinstance(values, Items) else [values]
        self._from_items(made, items)
        return made

    def _from_items(self, made: Set, items: list[Node]) -> None:
        names: list[str] = []
        patterns: list[Pattern] = []
        for item in items:
            literal = False
            if not isinstance(item, Items) and is_reference(item):
                self._use(made, item)
                continue
            if isinstance(item, Mapping):
                inner = item.fields.get("is")
                if len(item.fields) != 1 or not isinstance(inner, Text):
                    self.problems.add("E-KEY", item, "a value of a set is a word, a pattern or `$set`", _LITERAL + ".")
                    continue
                item, literal = inner, True
            if isinstance(item, Items):
                self.problems.add("E-KEY", item, "a list inside a list", "Write one list.")
            elif item.value.startswith("$") and not literal:
                made.holds.append(item)
            else:
                self._value(made.kind, item, literal, names, patterns)
        made.names, made.patterns = frozenset(names), tuple(dict.fromkeys(patterns))
        self._bounded(made, items[0])

    def _use(self, made: Set, item: Text | Mapping) -> None:
        use = self.lookups.use(item)
        if use is not None and kind_of_field(use.field) != made.kind:
            message = f"`{use.node.value}` holds {kind_of_field(use.field)}s and `${made.name}` {made.kind}s"
            self.problems.add("E-REF", item, message, "Keep one kind in a set.")
        elif use is not None:
            made.uses = (*made.uses, use)

    def _from_file(self, made: Set, node: Text, files: Files) -> None:
        found = files.read(node, self.problems)
        if found is None:
            return
        names: list[str] = []
        patterns: list[Pattern] = []
        for number, row in enumerate(found.text.split("\n"), 1):
            line = row.removesuffix("\r")
            if line:
                self._value(made.kind, Text(line, number, 1, file=found.name), False, names, patterns, True)
        if not names and not patterns and not self.problems.failed:
            self.problems.add("E-REF", node, f"`{node.value}` holds no value", "Write one value a line.")
        made.names, made.patterns = frozenset(names), tuple(dict.fromkeys(patterns))
        self._bounded(made, node)

    def _bounded(self, made: Set, node: Node) -> None:
        if len(made) > MOST:
            self.problems.add("E-CELLS", node, f"the set has {len(made)} values; at most {MOST} are read", "Split it.")

    def _value(
        self, sort: str, item: Text, literal: bool, names: list[str], patterns: list[Pattern], listed: bool = False
    ) -> None:
        value = item.value
        try:
            if listed and value.startswith(("#", "$")):
                raise GrammarError(f"begins with {value[0]}", "A file holds plain values only, one a line")
            if value in WORDS and not literal:
                raise GrammarError("is a word of the language", _LITERAL)
            if sort == "name":
                names.append(plain_name(value, literal))
            else:
                patterns.append(Pattern(place(value, sort)) if literal else pattern(value, sort))
        except GrammarError as fault:
            self.problems.add("E-PAT", item, f"`{value}` {fault.problem}", fault.remedy + ".")

    def resolve(self) -> None:
        """Add to each set what the sets hold that it names."""
        done: set[str] = set()
        for made in self.known.values():
            self._close(made, done, [])

    def _close(self, made: Set, done: set[str], trail: list[str]) -> None:
        """Add to a set what its sets hold. `trail` names the sets on the way to it."""
        if made.name in done:
            return
        names, patterns, uses = set(made.names), dict.fromkeys(made.patterns), dict.fromkeys(made.uses)
        path = [*trail, made.name]
        for node in made.holds:
            inner = self.find(node)
            if inner is None:
                continue
            if inner.name in path or len(path) > DEPTH:
                start = path.index(inner.name) if inner.name in path else 0
                way = " -> ".join((*path[start:], inner.name))
                self.problems.add(
                    "E-REF", node, f"a set that holds itself, or too deep: {way}", "Take one reference out."
                )
            elif inner.kind != made.kind:
                message = f"`{node.value}` holds {inner.kind}s and `${made.name}` {made.kind}s"
                self.problems.add("E-REF", node, message, "Keep one kind in a set.")
            else:
                self._close(inner, done, path)
                names |= inner.names
                patterns |= dict.fromkeys(inner.patterns)
                uses |= dict.fromkeys(inner.uses)
        made.names, made.patterns, made.uses = frozenset(names), tuple(patterns), tuple(uses)
        done.add(made.name)
        if made.holds:
            self._bounded(made, made.holds[0])


def plain_name(text: str, literal: bool) -> str:
    """A name as a value of a test. A star in it is refused unless it is meant: names know equality only."""
    if not literal and "*" in text:
        raise GrammarError("has a star, and names are only ever equal", f"List the names. {_LITERAL}")
    return check_name(text)


def _known(known: dict[str, Set]) -> str:
    return f"Sets are {listed(known)}." if known else "Define it under `sets:`."
