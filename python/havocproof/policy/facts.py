"""The section `facts`: what was done, and what undoes it (POLICY.md 2.8).

A fact is two marks of the run. *Begun* is set when a matching action is permitted, *done* when it has settled with
success. `after` reads done, `never_after` reads begun: a licence needs success, an obstacle only the attempt. `until`
sets a third mark, the reset; what was done counts if it was decided after the last reset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from havocproof.kernel.source import (
    DONE,
    MARK,
    Compared,
    Held,
    HeldIn,
    Kept,
    Listed,
    Mark,
    Ranged,
    Since,
    Stands,
)
from havocproof.policy import fields
from havocproof.policy.action_patterns import ActionPatterns, Pick, Picked, render_words
from havocproof.policy.alternatives import Alternatives
from havocproof.policy.axes import SORTS_ON_ATOMS, Axis
from havocproof.policy.leaving import Leaving
from havocproof.policy.literals import parse_duration
from havocproof.policy.lower import Conjunction
from havocproof.policy.problems import Problems, listed
from havocproof.policy.rules import Lowered
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.slots import MOST_SLOTS, key_axes, same_values
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.verbs import SCOPES
from havocproof.policy.words import Face

KEYS = ("by", "until", "per", "lasts")
MOST = 64
_FORM = "{by: pytest, until: {any: [file.write, file.append], where: {path: /repo/**}}}"
_RUN = "run"


@dataclass(frozen=True, slots=True)
class FactText:
    """What a fact says about itself. `by` as written; `lasts` in ms, 0 for ever; `host`: the host may set it.

    `begun` and `done` are the marks that the host sets; `per` names the arguments that each have a fact of their own.
    """

    name: str
    by: str
    per: tuple[str, ...]
    lasts: int
    host: bool
    resets: bool
    line: int

    @property
    def begun(self) -> Mark:
        return Mark(MARK, self.name, (_RUN, *self.per))

    @property
    def done(self) -> Mark:
        return Mark(DONE, self.name, (_RUN, *self.per))


@dataclass(slots=True)
class _Fact:
    text: FactText
    axes: dict[str, Axis | None]  # for each word of `per`, an axis that it stands for; None if only the host says


class Facts:
    """Reader of the section."""

    def __init__(self, problems: Problems, patterns: ActionPatterns) -> None:
        self.problems = problems
        self.patterns = patterns
        self.texts: dict[str, FactText] = {}
        self.verbs: dict[str, frozenset[str]] = {}  # the parts that set each fact
        self._leaving = Leaving("facts", "fact")
        self._facts: dict[str, _Fact] = {}
        self._broken: set[str] = set()

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`facts`", f"facts: {{tested: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a fact", "Use letters, digits, _ and -.")
            inner = fields.mapping(node, f"fact `{key.value}`", _FORM, self.problems)
            if inner is None or not self._fact(key, inner):
                self._broken.add(key.value)

    # ---- one fact ----

    def _fact(self, key: Text, node: Mapping) -> bool:
        fields.known_keys(node, KEYS, "a fact", self.problems)
        if "by" not in node.fields:
            fields.missing(key, "by", "a fact", "Say which action sets it: by: pytest, or by: host.", self.problems)
        lasts = fields.number(node, "lasts", parse_duration, self.problems) if "lasts" in node.fields else 0
        by = self.patterns.read(node.fields["by"], host=True) if "by" in node.fields else None
        until = self.patterns.read(node.fields["until"]) if "until" in node.fields else Picked()
        if by is None or until is None or lasts is None or not self._certain(by):
            return False
        axes = self._per(node, [*by.picks, *until.picks])
        if axes is None:
            return False
        said = FactText(
            key.value,
            render_words(node.fields["by"]),
            tuple(axes),
            lasts,
            by.host is not None,
            "until" in node.fields,
            key.line,
        )
        self.texts[key.value] = said
        self._facts[key.value] = _Fact(said, axes)
        setting = (piece for pick in by.picks if not pick.may for piece in pick.pieces)
        self.verbs[key.value] = frozenset(verb for piece in setting for verb in piece.verbs)
        self._set(said, by)
        self._reset(said, by, until)
        return True

    def _per(self, node: Mapping, picks: list[Pick]) -> dict[str, Axis | None] | None:
        """The axes that the fact is kept by."""
        if "per" not in node.fields:
            return {}
        words = fields.texts(node.fields["per"], "`per`", self.problems)
        found: dict[str, Axis | None] = {}
        verbs = [verb for pick in picks for verb in pick.face.verbs]
        for word in words:
            if word.value in (*SCOPES, "agent") and not any(word.value in verb.axes for verb in verbs):
                remedy = "Name an argument of the action, or leave `per` out."
                self.problems.add("E-AXIS", word, f"facts belong to the run, not to each {word.value}", remedy)
                return None
            axes = key_axes(word, verbs, (), self.problems)
            if axes is None:
                return None
            found[word.value] = axes[0] if axes else None
        if len(words) >= MOST_SLOTS:
            message = f"kept per {len(words)} things, beside the run; at most {MOST_SLOTS - 1} are kept apart"
            self.problems.add("E-CELLS", node.fields["per"], message, "Leave some out.")
            return None
        return found

    def _certain(self, by: Picked) -> bool:
        """What is unknown never helps, so no fact is set by it: tests that can be unknown are refused."""
        for pick in by.picks:
            tests = () if pick.may else tuple(test for piece in pick.pieces for test in piece.tests)
            if any(isinstance(test, Listed | Held | HeldIn | Compared | Kept) for test in tests):
                what, remedy = "a record", "Let `by` name values, or permit the action only with recorded ones."
            elif any(isinstance(test, Ranged) and test.axis == "cost" for test in tests):
                what, remedy = "a cost", "Test `tokens` instead."
            else:
                continue
            message = f"a fact cannot depend on {what}, which may be unknown"
            self.problems.add("E-AXIS", pick.place, message, remedy)
            return False
        return True

    def _set(self, said: FactText, by: Picked) -> None:
        for pick in by.picks:
            for piece in pick.pieces:
                for per, verbs in _by_slots(pick.face, piece.verbs, said.per).items():
                    begun = Mark(MARK, said.name, (_RUN, *per))
                    done = Mark(DONE, said.name, (_RUN, *per))
                    self._leaving.add(said.name, said.line, begun, verbs, piece.tests, piece.axes)
                    if not pick.may:  # that a program may have done it is no licence
                        self._leaving.add(said.name, said.line, done, verbs, piece.tests, piece.axes)

    def _reset(self, said: FactText, by: Picked, until: Picked) -> None:
        """What sets the fact does not reset it."""
        setting: dict[str, list[Conjunction]] = defaultdict(list)
        for pick in by.picks:
            for piece in () if pick.may else pick.pieces:
                for verb in piece.verbs:
                    setting[verb].append(piece.tests)
        for pick in until.picks:
            for piece in pick.pieces:
                for per, verbs in _by_slots(pick.face, piece.verbs, said.per).items():
                    mark = Mark(MARK, f"{said.name}~reset", (_RUN, *per))
                    for verb in sorted(verbs):
                        unless = tuple(dict.fromkeys(setting.get(verb, ())))
                        if () not in unless:
                            one = frozenset({verb})
                            self._leaving.add(said.name, said.line, mark, one, piece.tests, piece.axes, unless)

    @property
    def rules(self) -> list[Lowered]:
        """The rules that set the marks."""
        return self._leaving.rules()

    def unset(self, lowered: Iterable[Lowered]) -> None:
        """Note the permits and asks that wait for a fact which no rule lets anybody set."""
        rules = [each for each in lowered if each.rule.effect in ("permit", "ask")]
        granted = {verb for each in rules for verb in each.rule.verbs}
        never = {
            name: text for name, text in self.texts.items() if not text.host and granted.isdisjoint(self.verbs[name])
        }
        for each in rules if never else ():
            for test in each.rule.tests:
                text = never.get(test.done.name) if isinstance(test, Since) else None
                if text is not None:
                    message = (
                        f"rule `{each.text.id}` never matters: nothing permits `{text.by}`, which sets `{text.name}`"
                    )
                    remedy = "Permit it, let the host set the fact (`by: host`), or take `after` out."
                    self.problems.add("E-DEAD", _Line(each.text.line, 1, each.text.file), message, remedy)

    # ---- what `when` asks ----

    def after(self, word: Text, face: Face) -> Alternatives | None:
        """The fact is done; None with the problem noted."""
        per = self._slots(word, face)
        if per is None:
            return None
        said = self.texts[word.value]
        reset = Mark(MARK, f"{said.name}~reset", (_RUN, *per))
        return ((Since(Mark(DONE, said.name, (_RUN, *per)), reset, said.lasts),),)

    def never_after(self, word: Text, face: Face) -> Alternatives | None:
        """The fact was not even begun; None with the problem noted."""
        per = self._slots(word, face)
        if per is None:
            return None
        said = self.texts[word.value]
        if said.resets:
            message = f"`{said.name}` has an `until` (line {said.line}), and `never_after` reads the attempt"
            self.problems.add("E-KEY", word, message, "Define a fact without `until` for it.")
            return None
        return ((Stands(Mark(MARK, said.name, (_RUN, *per)), said.lasts, False),),)

    def known(self, word: Text) -> bool:
        """Whether there is such a fact; if not, the problem is noted."""
        name = word.value
        if name not in self.texts and name not in self._broken:
            guess = self.problems.guess(name, self.texts)
            otherwise = f"Facts are {listed(self.texts)}." if self.texts else "Define it under `facts:`."
            remedy = f"Did you mean `{guess}` (line {self.texts[guess].line})?" if guess else otherwise
            self.problems.add("E-REF", word, f"no fact `{name}`", remedy)
        return name in self.texts

    def _slots(self, word: Text, face: Face) -> tuple[str, ...] | None:
        """The arguments of the face that the fact is kept by, as the kernel sees them."""
        fact = self._facts[word.value]
        found = []
        for name, axis in fact.axes.items():
            mine = face.axes.get(name)
            alike = mine is not None and (mine.sort in SORTS_ON_ATOMS if axis is None else same_values(mine, axis))
            if mine is None or not alike:
                what = "has no" if mine is None else "means another thing by"
                message = (
                    f"`{word.value}` is kept per `{name}` (line {fact.text.line}), and `{face.word}` {what} `{name}`"
                )
                self.problems.add("E-AXIS", word, message, "Use a fact that is not kept by it, or another verb.")
                return None
            found.append(mine.kernel)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
    file: str = ""


def _by_slots(face: Face, verbs: frozenset[str], per: tuple[str, ...]) -> dict[tuple[str, ...], frozenset[str]]:
    """The verbs by what the kernel calls the arguments that a fact is kept by."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for verb in face.verbs:
        if verb.name in verbs:
            found[tuple(verb.axes[name].kernel for name in per)].add(verb.name)
    return {slots: frozenset(names) for slots, names in found.items()}
