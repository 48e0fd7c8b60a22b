"""The section `rules`: groups of rules, each one verb list and a conjunction (POLICY.md 2.4)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from havocproof.kernel.source import Rule
from havocproof.policy import fields
from havocproof.policy.approvals import Approval, find_approval
from havocproof.policy.lower import Condition, Lowering
from havocproof.policy.obligations import Duty, read_then
from havocproof.policy.problems import Problems, listed
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Items, KeyOf, Mapping, Node, Text, kind
from havocproof.policy.words import Face, Words

KEYS = ("id", "permit", "ask", "forbid", "where", "when", "unless", "needs", "why", "remedy", "then")
EFFECTS = ("permit", "ask", "forbid")
_KNOWN = frozenset(KEYS)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


class RuleText(NamedTuple):
    """What a rule says about itself. `effect`: permit, ask or forbid; a forbid with `needs` waits for an approval.

    The rule `label:<name>` is not written in the file: it is what the label of that name holds back.
    """

    id: str
    group: str
    effect: str
    why: str
    remedy: str
    needs: str
    line: int
    file: str = ""  # of a layer above the policy


class Lowered(NamedTuple):
    """One rule of the kernel, with the axis that was written for each of its tests, and the texts of its rule."""

    rule: Rule
    axes: tuple[str, ...]
    unless_axes: tuple[tuple[str, ...], ...]
    text: RuleText
    where: Mapping | None = None
    unless: Mapping | None = None


class Session(Protocol):
    """Reader of `when`."""

    def read(self, effect: str, node: Node) -> Sequence[Condition] | None:
        """The tests of one rule, or None with the problem noted."""


class Rules:
    """Reader of the section."""

    def __init__(
        self,
        problems: Problems,
        words: Words,
        lowering: Lowering,
        approvals: MappingType[str, Approval],
        when: Session,
        kind: str = "policy",
    ) -> None:
        """`kind`: of the layer; a guard permits nothing."""
        self.problems = problems
        self.kind = kind
        self.words = words
        self.lowering = lowering
        self.approvals = approvals
        self.when = when
        self.texts: dict[str, RuleText] = {}
        self.lowered: list[Lowered] = []
        self.obliging: list[Lowered] = []  # what the rules oblige to
        self.groups: set[str] = set()
        self.waiting: dict[str, list[Face]] = defaultdict(list)  # what waits for each approval

    def read(self, section: Node) -> None:
        root = fields.mapping(
            section, "`rules`", "rules: {group: [{permit: file.read, where: {path: /data/**}}]}", self.problems
        )
        for key, node in root or ():
            self.groups.add(key.value)
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a group", "Use letters, digits, _ and -.")
            if not isinstance(node, Items):
                self.problems.add(
                    "E-KEY",
                    node,
                    f"the group `{key.value}` is {kind(node)}",
                    "A group is a list of rules: begin each with `- `.",
                )
                continue
            for number, item in enumerate(node.items, 1):
                if isinstance(item, Mapping):
                    self._rule(key.value, number, item)
                else:
                    self.problems.add(
                        "E-KEY",
                        item,
                        f"a rule is a mapping, and this is {kind(item)}",
                        "Begin with permit, ask or forbid.",
                    )

    def _rule(self, group: str, number: int, node: Mapping) -> None:
        if not _KNOWN.issuperset(node.fields):
            fields.known_keys(node, KEYS, "a rule", self.problems)
        said = [key for key in EFFECTS if key in node.fields]
        if len(said) != 1:
            message = f"a rule has one of {listed(EFFECTS)}" + (f", and this has {len(said)}" if said else "")
            self.problems.add("E-KEY", node, message, "Write two rules." if said else "Say what the rule does.")
            return
        if self.kind == "guard" and said[0] != "forbid":
            word = "permits" if said[0] == "permit" else "asks for"
            remedy = "Write a forbid; with `needs` it waits for people instead of refusing."
            message = f"a guard narrows what stands below it, and this {word} an action"
            self.problems.add("E-KEY", node.keys[said[0]], message, remedy)
            return  # as a forbid its tests may say more
        sound = True
        text = self._text(group, number, said[0], node)
        faces = self._faces(said[0], node.fields[said[0]])
        where = self._tests(node, "where")
        unless = self._tests(node, "unless")
        session = self.when.read(said[0], node.fields["when"]) if "when" in node.fields else ()
        if said[0] == "permit" and "unless" in node.fields:
            remedy = "Permit less under `where`, or add a forbid."
            self.problems.add("E-KEY", node.keys["unless"], "a permit has no `unless`", remedy)
            sound, unless = False, None
        elif unless is None and "unless" in node.fields:
            sound = False
        if where is None and "where" in node.fields:
            return
        duties: tuple[Duty, ...] | None = ()
        if "then" in node.fields and said[0] == "forbid":
            self.problems.add("E-KEY", node.keys["then"], "a forbid obliges nobody", "Write it in the permit or ask.")
            sound = False
        elif "then" in node.fields:
            duties = read_then(node.fields["then"], faces, self.problems)
        pieces = self.lowering.pieces(said[0], faces, where, unless, KeyOf(node, said[0]), session or ())
        if not sound or session is None or pieces is None or text is None or duties is None:
            return
        effect = "require" if said[0] == "forbid" and text.needs else said[0]
        if text.needs:
            self.waiting[text.needs] += faces
        granting = group if said[0] != "forbid" else ""
        for piece in pieces:
            rule = Rule(text.id, effect, piece.verbs, piece.tests, piece.unless, text.needs, group=granting)
            self.lowered.append(Lowered(rule, piece.axes, piece.unless_axes, text, where, unless))
            for duty in duties:
                left = Rule(f"then:{text.id}", "leave", piece.verbs, piece.tests, piece.unless, mark=duty.mark)
                self.obliging.append(Lowered(left, piece.axes, piece.unless_axes, text))

    def _text(self, group: str, number: int, effect: str, node: Mapping) -> RuleText | None:
        said = node.fields
        label = fields.text(node, "id", self.problems) if "id" in said else None
        place: Mapping | Node = said.get("id", node)
        if label is not None and not _ID.fullmatch(label):
            self.problems.add("E-KEY", place, f"`{label}` is no id", "Use letters, digits, _ . and -.")
        label = label or f"{group}.{number}"
        known = self.texts.get(label)
        if known is not None:
            self.problems.add(
                "E-DUP",
                place,
                f"`{label}` is the id of the rule at {self.problems.at(known, node)}",
                "Give each rule an id of its own.",
            )
        needs = self._needs(effect, node) if effect != "permit" or "needs" in said else ""
        why = fields.text(node, "why", self.problems) if "why" in said else None
        if effect != "permit" and not why:
            word = "an ask" if effect == "ask" else "a forbid"
            remedy = "Say in one sentence why; it is shown with the denial."
            fields.missing(node, "why", word, remedy, self.problems)
        remedy_text = fields.text(node, "remedy", self.problems) if "remedy" in said else None
        text = RuleText(label, group, effect, why or "", remedy_text or "", needs or "", node.line, node.file)
        self.texts.setdefault(label, text)
        return None if needs is None else text

    def _needs(self, effect: str, node: Mapping) -> str | None:
        """The approval that a rule waits for, "" for none, None with a problem noted."""
        needs = fields.text(node, "needs", self.problems)
        if effect == "permit" and "needs" in node.fields:
            self.problems.add("E-KEY", node.keys["needs"], "a permit needs nobody", "Write `ask` instead of `permit`.")
            return None
        if needs is None:
            if effect == "ask" and "needs" not in node.fields:
                remedy = (
                    f"Approvals are {listed(self.approvals)}." if self.approvals else "Define one under `approvals:`."
                )
                fields.missing(node, "needs", "an ask", remedy, self.problems)
            return None if effect == "ask" or "needs" in node.fields else ""
        return find_approval(node, "needs", self.approvals, self.problems)

    def _faces(self, effect: str, node: Node) -> list[Face]:
        if isinstance(node, Text):
            return list(self.words.find(node, effect == "forbid"))
        faces: list[Face] = []
        for word in fields.texts(node, "a verb list", self.problems):
            faces += self.words.find(word, effect == "forbid")
        return faces

    def _tests(self, node: Mapping, key: str) -> Mapping | None:
        inner = node.fields.get(key)
        if inner is None or isinstance(inner, Mapping):
            return inner
        return fields.mapping(inner, f"`{key}`", f"{key}: {{path: /data/**}}", self.problems)
