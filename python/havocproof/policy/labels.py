"""The section `labels`: what a session has seen, and what it may therefore not do any more (POLICY.md 2.9).

A label is one cell of the acting agent's session. Sources set it; what it guards is refused (or asked, `otherwise`)
while it is set, but for the patterns that are cleared. How a label sticks to places and travels between agents is said
in `sticking.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from havocproof.kernel.source import LABEL, Mark, Rule, Stands
from havocproof.policy import fields
from havocproof.policy.action_patterns import ActionPatterns, Picked, render_words
from havocproof.policy.approvals import Approval, find_approval
from havocproof.policy.leaving import Leaving
from havocproof.policy.lower import Conjunction, Piece
from havocproof.policy.problems import Problems, listed
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.sticking import MOVED, Sticking
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.words import Words

KEYS = ("from", "guards", "cleared", "otherwise", "why", "remedy")
MOST = 32
_FORM = "{from: [{file.read: {path: /private/**}}], guards: [all.send]}"
_SELF = "self"


@dataclass(frozen=True, slots=True)
class LabelText:
    """What a label says about itself. `sources` and `cleared` as written; `host`: the host may set it."""

    name: str
    sources: str
    guards: str
    cleared: str
    otherwise: str
    host: bool
    why: str
    remedy: str
    line: int
    file: str = ""  # of a guard

    @property
    def mark(self) -> Mark:
        """The cell of the session that carries it."""
        return Mark(LABEL, self.name, (_SELF,))


class Labels:
    """Reader of the section."""

    def __init__(
        self,
        problems: Problems,
        words: Words,
        patterns: ActionPatterns,
        approvals: MappingType[str, Approval],
        sticking: Sticking,
    ) -> None:
        self.problems = problems
        self.sticking = sticking
        self.words = words
        self.patterns = patterns
        self.approvals = approvals
        self.texts: dict[str, LabelText] = {}
        self.rule_texts: dict[str, RuleText] = {}  # of the rules that hold back, by id
        self._leaving = Leaving("labels", "label")
        self._holding: list[Lowered] = []
        self.used: set[str] = set()
        self._broken: set[str] = set()

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`labels`", f"labels: {{private: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a label", "Use letters, digits, _ and -.")
            inner = fields.mapping(node, f"label `{key.value}`", _FORM, self.problems)
            if inner is None or not self._label(key, inner):
                self._broken.add(key.value)

    @property
    def rules(self) -> list[Lowered]:
        """The rules that hold back, and those that set labels."""
        return [*self._holding, *self._leaving.rules()]

    def carried(self, word: Text) -> Stands | None:
        """The session carries the label; None with the problem noted."""
        name = word.value
        self.used.add(name)
        if name in self.texts:
            return Stands(self.texts[name].mark)
        if name not in self._broken:
            guess = self.problems.guess(name, self.texts)
            otherwise = f"Labels are {listed(self.texts)}." if self.texts else "Define it under `labels:`."
            remedy = f"Did you mean `{guess}` (line {self.texts[guess].line})?" if guess else otherwise
            self.problems.add("E-REF", word, f"no label `{name}`", remedy)
        return None

    def idle(self) -> None:
        """Note the labels that hold nothing back. Called when all rules are read."""
        for name, text in self.texts.items():
            if not text.guards and name not in self.used:
                message = (
                    f"label `{name}` holds nothing back: it guards no verb, and no rule asks whether it is carried"
                )
                remedy = "Say what it guards: guards: [all.send]."
                self.problems.add("E-DEAD", _Line(text.line, 1, text.file), message, remedy)

    # ---- one label ----

    def _label(self, key: Text, node: Mapping) -> bool:
        fields.known_keys(node, KEYS, "a label", self.problems)
        if "from" not in node.fields:
            form = "Say what brings it: from: [{file.read: {path: /private/**}}], or from: host."
            fields.missing(key, "from", "a label", form, self.problems)
        sources = self.patterns.read(node.fields["from"], host=True) if "from" in node.fields else None
        guarded = self._guards(node)
        cleared = self.patterns.read(node.fields["cleared"], boxes=False) if "cleared" in node.fields else Picked()
        otherwise = ""
        if "otherwise" in node.fields:
            otherwise = find_approval(node, "otherwise", self.approvals, self.problems) or ""
        why, remedy = fields.text(node, "why", self.problems), fields.text(node, "remedy", self.problems)
        if sources is None or guarded is None or cleared is None or ("otherwise" in node.fields and not otherwise):
            return False
        if not self._needed(node, guarded, cleared):
            return False
        shown = render_words(node.fields["cleared"]) if "cleared" in node.fields else ""
        text = LabelText(
            name=key.value,
            sources=render_words(node.fields["from"]),
            guards=render_words(node.fields["guards"]) if "guards" in node.fields else "",
            cleared=shown,
            otherwise=otherwise,
            host=sources.host is not None,
            why=why or f"This session carries the label `{key.value}`, which holds this back.",
            remedy=remedy
            or (f"What is cleared for it: {shown}." if shown else "Do this in a session without the label."),
            line=key.line,
            file=key.file,
        )
        self.texts[key.value] = text
        self._come(text, sources)
        self._hold(text, guarded, cleared)
        for mark, verbs, tests in self.sticking.left(text.name):
            self._leaving.add(text.name, text.line, mark, verbs, tests)
        return True

    def _guards(self, node: Mapping) -> frozenset[str] | None:
        """The parts that the label holds back, none if it has no `guards`."""
        if "guards" not in node.fields:
            return frozenset()
        found: set[str] = set()
        sound = True
        for word in fields.texts(node.fields["guards"], "`guards`", self.problems):
            faces = self.words.find(word, True)
            sound = sound and bool(faces)
            for face in faces:
                found |= face.names
                for pick in self.patterns.programs(face, Piece(face.names, (), ()), word):
                    found |= pick.face.names
        return frozenset(found) if sound and found else None

    def _needed(self, node: Mapping, guarded: frozenset[str], cleared: Picked) -> bool:
        """`cleared` and `otherwise` say something only of what is guarded."""
        for pick in cleared.picks:
            if pick.face.names.isdisjoint(guarded):
                message = f"`{pick.face.word}` is cleared and not guarded"
                self.problems.add("E-DEAD", pick.place, message, "Guard it, or take it out of `cleared`.")
                return False
        for key in ("cleared", "otherwise"):
            if key in node.fields and not guarded:
                remedy = "Say what the label holds back: guards: [all.send]."
                self.problems.add("E-DEAD", node.keys[key], f"`{key}` without `guards`", remedy)
                return False
        return True

    def _come(self, text: LabelText, sources: Picked) -> None:
        """The rules that set the label."""
        for pick in sources.picks:
            for piece in pick.pieces:
                self._leaving.add(text.name, text.line, text.mark, piece.verbs, piece.tests, piece.axes)
                if pick.face.word == "file.read":
                    moving = self.words.faces["file.delete"].names
                    self._leaving.add(text.name, text.line, text.mark, moving, (MOVED, *piece.tests))

    def _hold(self, text: LabelText, guarded: frozenset[str], cleared: Picked) -> None:
        """The rules that hold back: one for all verbs of which the same is cleared."""
        lifted: dict[str, dict[Conjunction, tuple[str, ...]]] = {verb: {} for verb in guarded}
        for pick in cleared.picks:
            for piece in pick.pieces:
                for verb in piece.verbs & guarded:
                    lifted[verb][piece.tests] = piece.axes
        groups: dict[tuple[tuple[Conjunction, tuple[str, ...]], ...], set[str]] = defaultdict(set)
        for verb, conjunctions in lifted.items():
            if () not in conjunctions:
                groups[tuple(conjunctions.items())].add(verb)
        effect = "require" if text.otherwise else "forbid"
        label = f"label:{text.name}"
        said = RuleText(label, "labels", "forbid", text.why, text.remedy, text.otherwise, text.line, text.file)
        self.rule_texts[said.id] = said
        for conditions, verbs in groups.items():
            unless = tuple(tests for tests, _ in conditions)
            rule = Rule(said.id, effect, frozenset(verbs), (Stands(text.mark),), unless, text.otherwise)
            self._holding.append(Lowered(rule, ("when.carries",), tuple(axes for _, axes in conditions), said))


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
    file: str = ""
