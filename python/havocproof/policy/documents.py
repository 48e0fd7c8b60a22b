"""The files that a policy is made of: itself, the guards above it, and the vocabularies they share (POLICY.md 2.14)."""

from __future__ import annotations

from collections.abc import Mapping as Mapping_
from dataclasses import dataclass

from havocproof.policy import fields
from havocproof.policy.files import Files
from havocproof.policy.problems import Problems
from havocproof.policy.reader import read
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Mapping, Text

LANGUAGE = "1"
MOST_LAYERS = 5
MOST_FILES = 64
KINDS = ("policy", "guard", "vocabulary")
HEAD = ("havocproof", "policy", "version", "about", "owner", "kind")
NAMES = ("sets", "tools", "programs", "servers", "records")
GUARD = ("sets", "approvals", "labels", "facts", "rules", "budgets", "rates", "redact", "prove")
POLICY = (*NAMES, *(key for key in GUARD if key not in NAMES), "agents", "examples")
KEYS = {
    "policy": (*HEAD, "under", "vocabulary", *POLICY),
    "guard": (*HEAD, "under", "vocabulary", *GUARD),
    "vocabulary": (*HEAD, "vocabulary", *NAMES),
}
_WHY_NOT = {
    "guard": "A guard has rules without permits, limits and labels; names stand in a vocabulary.",
    "vocabulary": f"A vocabulary has names only: {', '.join(NAMES)}.",
}
_ALONE = {
    "guard": ("a guard permits nothing and does not load alone", "Name it in a policy: under: [{file}]."),
    "vocabulary": ("a vocabulary has no rules and does not load alone", "Name it in a policy: vocabulary: [{file}]."),
}


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file. `kind` is policy, guard or vocabulary; `file` is "" for the policy itself, else what messages call it.

    `files` reads beside it. `words` are the files of the vocabularies that it names.
    """

    root: Mapping
    kind: str
    name: str
    file: str
    files: Files
    words: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """The text of a key of the head, "" if it is not there."""
        node = self.root.fields.get(key)
        return node.value.strip() if isinstance(node, Text) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All documents of a policy: itself, the guards above it, and every vocabulary that one of them names, by file."""

    policy: Document
    guards: tuple[Document, ...]
    vocabularies: Mapping_[str, Document]

    def speaks(self, layer: Document) -> tuple[Document, ...]:
        """The layer, the vocabularies that it names, and those that they name, each once."""
        found: dict[str, Document] = {}
        todo = list(layer.words)
        while todo:
            file = todo.pop(0)
            if file not in found and file in self.vocabularies:
                found[file] = self.vocabularies[file]
                todo += found[file].words
        return (layer, *found.values())


def read_book(text: str, problems: Problems, files: Files) -> Book | None:
    """The policy's documents. None if the policy itself cannot be read at all; problems are noted."""
    root = read(text, problems)
    if root is None:
        return None
    reader = _Books(problems)
    policy = reader.document(root, "", files)
    if policy.kind != "policy":
        message, remedy = _ALONE[policy.kind]
        name = problems.file.replace("\\", "/").rpartition("/")[2]
        problems.add("E-KEY", root.fields["kind"], message, remedy.format(file=name))
    guards = reader.guards
    if len(guards) + 1 > MOST_LAYERS:
        message = f"{len(guards) + 1} layers: the policy and {len(guards)} guards; at most {MOST_LAYERS} are read"
        problems.add("E-CELLS", root.keys["under"], message, "Merge some of the guards.")
    names: dict[str, Document] = {}
    for each in (policy, *guards):
        first = names.setdefault(each.name, each)
        if first is not each:
            place = each.root.fields.get("policy", each.root)
            message = f"`{each.name}` is also the name of {first.file or 'the policy'}"
            problems.add("E-DUP", place, message, "Give each layer a name of its own.")
    return Book(policy, tuple(guards), reader.vocabularies)


class _Books:
    """Follows the names from file to file. Each file is read once, however often it is named."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.guards: list[Document] = []
        self.vocabularies: dict[str, Document] = {}
        self._seen: dict[str, str] = {}  # the kind of each file

    def document(self, root: Mapping, file: str, files: Files) -> Document:
        """One document and, through it, what it names."""
        kind = self._head(root)
        named = [self._follow(node, files, "vocabulary") for node in self._named(root, "vocabulary")]
        made = Document(root, kind, _name(root), file, files, tuple(name for name in named if name))
        if kind == "vocabulary" and file:
            self.vocabularies[file] = made
        if kind == "guard" and file:
            self.guards.append(made)
        for node in self._named(root, "under") if kind != "vocabulary" else ():
            self._follow(node, files, "guard")
        return made

    def _follow(self, node: Text, files: Files, kind: str) -> str | None:
        """Read the file that stands there, unless it was. Its name if it is of the kind, else None with the problem."""
        found = files.read(node, self.problems)
        if found is None:
            return None
        known = self._seen.get(found.name)
        if known is None:
            if len(self._seen) >= MOST_FILES:
                message = f"more than {MOST_FILES} files make up this policy"
                self.problems.add("E-CELLS", node, message, "Merge some of them.")
                return None
            root = read(found.text, self.problems, found.name)
            self._seen[found.name] = known = _kind(root) if root is not None else ""
            if root is not None and known == kind:
                self.document(root, found.name, files.beside(found))
        if known and known != kind:
            form = "`kind: guard`" if kind == "guard" else "`kind: vocabulary`"
            where = "under" if kind == "guard" else "vocabulary"
            message = f"`{node.value}` is a {known}, and `{where}` names files of {form}"
            self.problems.add("E-REF", node, message, f"Name a file that says {form}.")
        return found.name if known == kind else None

    def _named(self, root: Mapping, key: str) -> list[Text]:
        node = root.fields.get(key)
        return fields.texts(node, f"`{key}`", self.problems) if node is not None else []

    # ---- the head ----

    def _head(self, root: Mapping) -> str:
        """The keys that say what the file is, and which sections it may have. Returns its kind."""
        kind = _kind(root)
        for key in root.fields:
            if key in KEYS["policy"] and key not in KEYS[kind]:
                self.problems.add("E-KEY", root.keys[key], f"a {kind} has no `{key}`", _WHY_NOT[kind])
        fields.known_keys(root, KEYS["policy"], f"a {kind}", self.problems)
        for key in ("policy", "version", "about", "owner"):
            fields.text(root, key, self.problems)
        for key in ("havocproof", "policy"):
            if key not in root.fields:
                remedy = "Begin with `havocproof: 1` and `policy: <name>`."
                fields.missing(root, key, f"a {kind}", remedy, self.problems)
        language = fields.text(root, "havocproof", self.problems)
        if language is not None and language != LANGUAGE:
            message = f"no language version `{language}`"
            self.problems.add("E-KEY", root.fields["havocproof"], message, f"This version reads {LANGUAGE}.")
        word = fields.text(root, "kind", self.problems)
        if word not in (None, *KINDS):
            remedy = self.problems.near(word or "", KINDS, "Leave it out.")
            self.problems.add("E-KEY", root.fields["kind"], f"no kind `{word}`", remedy)
        name = root.fields.get("policy")
        if kind == "guard" and isinstance(name, Text) and not IDENTIFIER.fullmatch(name.value):
            message = f"`{name.value}` is no name of a guard, which stands before the names of its rules and limits"
            self.problems.add("E-KEY", name, message, "Use letters, digits, _ and -.")
        return kind


def _kind(root: Mapping) -> str:
    node = root.fields.get("kind")
    return node.value if isinstance(node, Text) and node.value in KINDS else "policy"


def _name(root: Mapping) -> str:
    node = root.fields.get("policy")
    return node.value.strip() if isinstance(node, Text) else ""
