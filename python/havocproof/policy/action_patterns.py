"""Action patterns: which actions a fact, a label, a budget or a rate is about (POLICY.md 2.8).

    file.read                                                   a verb, a tool, a class
    {file.read: {path: /data/**}}                               with tests of its axes
    {any: [file.write, file.append], where: {path: /data/**}}   several with the same tests
    [dir.list, {file.read: {path: /data/**}}]                   one of these

An action matches if one of its atoms does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from havocproof.policy import fields
from havocproof.policy.lower import Lowering, Piece
from havocproof.policy.problems import Problems
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.words import Face, Words

HOST = "host"
_FORMS = "Write a verb, {verb: {axis: test}}, or {any: [verbs], where: {axis: test}}."


@dataclass(frozen=True, slots=True)
class Pick:
    """One word of a pattern as one face: `pieces` are its conjunctions, `place` is where it stands.

    `may`: it is a program that is not named, but whose box lets it do such a thing.
    """

    face: Face
    pieces: tuple[Piece, ...]
    place: Node
    may: bool = False


@dataclass(slots=True)
class Picked:
    """What a list of patterns comes to. `host`: where the word `host` stands, if it does."""

    picks: list[Pick] = field(default_factory=list)
    host: Text | None = None


class Boxes(Protocol):
    """Programs: to start one counts as what its box lets it do."""

    def also(self, face: Face, piece: Piece, place: Node) -> Iterable[Pick]:
        """The programs that may do what the piece is about. `place`: where that is written."""


class ActionPatterns:
    """Reader of the patterns of one policy. `boxes` is None as long as no program is declared."""

    def __init__(self, problems: Problems, words: Words, lowering: Lowering) -> None:
        self.problems = problems
        self.words = words
        self.lowering = lowering
        self.boxes: Boxes | None = None

    def read(self, node: Node, host: bool = False, boxes: bool = True) -> Picked | None:
        """The patterns under a key, or None with the problem noted.

        `host`: the word `host` may stand among them. `boxes`: a program counts as what its box lets it do.
        """
        picked = Picked()
        before = len(self.problems.found)
        sound = True
        for words, where, place in self.written(node):
            for word in words:
                if host and word.value == HOST and where is None:
                    picked.host = word
                    continue
                faces = self.words.find(word, True)
                sound = sound and bool(faces)
                for face in faces:
                    pieces = self.lowering.pieces("pattern", [face], where, None, place)
                    if pieces is None:
                        sound = False
                        continue
                    picked.picks.append(Pick(face, tuple(pieces), word))
                    if boxes:
                        picked.picks += (pick for piece in pieces for pick in self.programs(face, piece, word))
        return picked if sound and len(self.problems.found) == before else None

    def programs(self, face: Face, piece: Piece, place: Node) -> Iterable[Pick]:
        """The programs that may do what the piece is about."""
        return self.boxes.also(face, piece, place) if self.boxes is not None else ()

    def written(self, node: Node) -> Iterator[tuple[list[Text], Mapping | None, Node]]:
        """The words, the tests and the place of each pattern as it stands there."""
        for item in node.items if isinstance(node, Items) else [node]:
            if isinstance(item, Text):
                yield [item], None, item
            elif isinstance(item, Mapping) and "any" in item.fields:
                fields.known_keys(item, ("any", "where"), "an action pattern", self.problems)
                inner = item.fields.get("where")
                where = None
                if inner is not None:
                    where = fields.mapping(inner, "`where`", "where: {path: /data/**}", self.problems)
                yield fields.texts(item.fields["any"], "`any`", self.problems), where, item
            elif isinstance(item, Mapping) and len(item.fields) == 1:
                ((key, inner),) = item
                what = f"the tests of `{key.value}`"
                yield [key], fields.mapping(inner, what, "{verb: {axis: test}}", self.problems), item
            else:
                self.problems.add("E-KEY", item, "this is no action pattern", _FORMS)
                yield [], None, item


def render_words(node: Node) -> str:
    """The words of a pattern on one line, for texts: "git-commit", "file.write, file.append"."""
    found = []
    for item in node.items if isinstance(node, Items) else [node]:
        if isinstance(item, Text):
            found.append(item.value)
        elif isinstance(item, Mapping):
            inner = item.fields.get("any")
            if isinstance(inner, Text):
                found.append(inner.value)
            elif isinstance(inner, Items):
                found += [each.value for each in inner.items if isinstance(each, Text)]
            else:
                found += list(item.fields)
    return ", ".join(dict.fromkeys(found))
