"""Reads what the claims of `prove` say, with the words, sets, facts and labels of their layer (POLICY.md 2.16).

A claim of a guard is about every policy below it: its verbs stand for the tools of all layers, its sets, facts, labels
and approvals are the guard's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import replace

from havocproof.kernel.source import Named, Test
from havocproof.policy import fields
from havocproof.policy.action_patterns import ActionPatterns
from havocproof.policy.approvals import Approval, find_approval
from havocproof.policy.axes import YES
from havocproof.policy.boxes import Boxes
from havocproof.policy.budgets import read_period
from havocproof.policy.charges import measured
from havocproof.policy.counting import Charge, Counting, Draft
from havocproof.policy.files import Files
from havocproof.policy.invariants import Counted, Event, Invariant, Most, Narrower, Region, read_forms
from havocproof.policy.layers import Qualifier
from havocproof.policy.lower import Condition, Conjunction, Lowering, Piece
from havocproof.policy.problems import Problems
from havocproof.policy.rules import Session
from havocproof.policy.tree import Items, Mapping, Node, Text, render
from havocproof.policy.words import Face, Words

_COUNTING = ("of", "per", "every")
_MOST = "{amount: 500.00 USD, of: money.payment, per: [user], every: 1d}"
_MANY = 2000  # conjunctions of one claim; a class of many tools with many alternatives


class Claims:
    """Reader of the section of one layer."""

    def __init__(
        self,
        problems: Problems,
        words: Words,
        lowering: Lowering,
        boxes: Boxes,
        approvals: MappingType[str, Approval],
        when: Session,
    ) -> None:
        """`lowering`: one of its own, since claims take no place in the kernel's index."""
        self.problems = problems
        self.words = words
        self.lowering = lowering
        self.boxes = boxes
        self.approvals = approvals
        self.when = when
        self.patterns = ActionPatterns(problems, words, lowering)
        self.patterns.boxes = boxes

    def read(self, section: Node, files: Files, layer: str) -> tuple[Invariant, ...]:
        """The claims with all that they say. Those with a problem are left out. `layer`: the guard's name, or ""."""
        found = []
        for form in read_forms(section, self.problems):
            before = len(self.problems.found)
            made = self._claim(form, files)
            if made is not None and not any(not each.is_warning for each in self.problems.found[before:]):
                found.append(_qualified(made, Qualifier(layer)))
        return tuple(found)

    def _claim(self, form: Invariant, files: Files) -> Invariant | None:
        node = form.node
        if form.claim == "narrower_than":
            narrower = self._narrower(node, files)
            return replace(form, narrower=narrower) if narrower is not None else None
        if form.claim == "at_most":
            most = self._at_most(node)
            return replace(form, most=most) if most is not None else None
        approved = ""
        if "unless_approved" in node.fields:
            approved = find_approval(node, "unless_approved", self.approvals, self.problems) or ""
        regions = self._regions(form)
        after = self._events(node.fields["after"], True) if "after" in node.fields else ()
        until = self._events(node.fields["until"], False) if "until" in node.fields else ()
        if regions is None or after is None or until is None:
            return None
        return replace(form, regions=regions, approved=approved, after=after, until=until)

    # ---- never, always, some ----

    def _regions(self, form: Invariant) -> tuple[Region, ...] | None:
        """What the claim is about, or None with the problem noted."""
        node = form.node
        faces = self._faces(node.fields[form.claim])
        where = node.fields.get("where")
        when = self.when.read("forbid", node.fields["when"]) if "when" in node.fields else ()
        excuse = node.fields.get("unless")
        spoken = frozenset(name for face in faces for name in face.names)
        listed_ = self._excuses(excuse, spoken) if isinstance(excuse, Items | Text) else {}
        if not faces or when is None or listed_ is None:
            return None
        found: list[Region] = []
        sound = True
        for face in faces:
            pieces = self._pieces(face, where, node, when)
            lifting = self._pieces(face, excuse, node) if isinstance(excuse, Mapping) else []
            if pieces is None or lifting is None:
                sound = False
                continue
            for piece in pieces:
                for verbs, unless in _alike(piece.verbs, lifting, listed_):
                    found.append(Region(face.word, verbs, piece.tests, piece.axes, unless))
                if form.claim in ("never", "some"):
                    found += self._boxed(face, piece, [each.tests for each in lifting], node)
        if sound and self._all_excused(found, node):
            return None
        if len(found) > _MANY:
            message = f"the alternatives of this claim come to {len(found)} cases; at most {_MANY} are read"
            self.problems.add("E-CELLS", node, message, "Split the claim.")
            return None
        return tuple(found) if sound else None

    def _faces(self, node: Node) -> list[Face]:
        found: dict[int, Face] = {}
        for word in fields.texts(node, "a verb list", self.problems):
            for face in self.words.find(word, True):
                found[id(face)] = face
        return list(found.values())

    def _pieces(
        self, face: Face, where: Node | None, place: Mapping, when: Sequence[Condition] = ()
    ) -> list[Piece] | None:
        tests = where if isinstance(where, Mapping) else None
        return self.lowering.pieces("claim", [face], tests, None, place, when)

    def _excuses(self, node: Node, spoken: frozenset[str]) -> dict[str, list[Conjunction]] | None:
        """The action patterns under `unless`, as conjunctions by verb. None with the problem noted.

        `spoken`: the verbs that the claim is about; to excuse another one says nothing.
        """
        picked = self.patterns.read(node, boxes=False)
        if picked is None:
            return None
        found: dict[str, list[Conjunction]] = {}
        for pick in picked.picks:
            if spoken and pick.face.names.isdisjoint(spoken):
                message = f"`{pick.face.word}` is excused, and the claim is not about it"
                self.problems.add("E-DEAD", pick.place, message, "Take it out of `unless`.")
            for piece in pick.pieces:
                for verb in piece.verbs:
                    found.setdefault(verb, []).append(piece.tests)
        return found

    def _all_excused(self, found: Sequence[Region], node: Mapping) -> bool:
        """An excuse that always holds leaves nothing of the claim; noted."""
        if not found or not all(() in region.unless for region in found):
            return False
        message = "this `unless` always holds, so the claim says nothing"
        self.problems.add("E-DEAD", node.fields["unless"], message, "Excuse less, or remove the claim.")
        return True

    def _boxed(self, face: Face, piece: Piece, lifting: Sequence[Conjunction], place: Node) -> Iterator[Region]:
        """The programs whose box lets them do what the claim is about: their start counts as the deed."""
        for pick, unless in self.boxes.counted(face, piece, lifting, place):
            for mine in pick.pieces:
                yield Region(face.word, mine.verbs, mine.tests, mine.axes, unless, pick.face.word)

    # ---- after, until ----

    def _events(self, node: Node, boxes: bool) -> tuple[Event, ...] | None:
        """`boxes`: a program counts as what its box lets it do, as it does where a fact is reset."""
        picked = self.patterns.read(node, boxes=boxes)
        if picked is None:
            return None
        return tuple(
            Event(piece.verbs, piece.tests, pick.face.word if pick.may else "")
            for pick in picked.picks
            for piece in pick.pieces
        )

    # ---- at_most ----

    def _at_most(self, claim: Mapping) -> Most | None:
        node = claim.fields["at_most"]
        assert isinstance(node, Mapping)
        words = [key for key in node.fields if key not in _COUNTING]
        if len(words) != 1:
            message = f"`at_most` has one measure, and this has {len(words)}"
            self.problems.add("E-KEY", node, message, f"Write at_most: {_MOST}.")
            return None
        draft = Draft("at_most", claim.keys["at_most"], node, "`at_most`", words[0])
        counting = Counting(self.problems, self.patterns, self.lowering.conditions)
        charges = counting.of(draft)
        period = read_period(node, self.problems)
        per = counting.per(draft, charges or [])
        if charges is None or period is None or per is None or draft.limit is None:
            return None
        shown = render(node.fields[draft.measure])
        counted = (*(each for charge in charges for each in _counted(charge, draft.currency)), *self._free(node))
        return Most(draft.limit, shown, draft.measure, draft.currency, per.kernel, period, counted)

    def _free(self, node: Mapping) -> Iterator[Counted]:
        """The programs that may do what is counted: nothing counts what they do inside their box."""
        picked = self.patterns.read(node.fields["of"])
        for pick in picked.picks if picked is not None else ():
            if pick.may:
                for piece in pick.pieces:
                    yield Counted(piece.verbs, piece.tests, "", pick.face.word)

    # ---- narrower_than ----

    def _narrower(self, claim: Mapping, files: Files) -> Narrower | None:
        node = claim.fields["narrower_than"]
        if not isinstance(node, Text):
            fields.text(claim, "narrower_than", self.problems)
            return None
        found = files.read(node, self.problems)
        if found is None or files.folder is None:
            return None
        beside = files.beside(found)
        return Narrower(found.name, found.text, files.folder / beside.here)


def _alike(
    verbs: frozenset[str], lifting: Sequence[Piece], listed_: MappingType[str, Sequence[Conjunction]]
) -> Iterator[tuple[frozenset[str], tuple[Conjunction, ...]]]:
    """The verbs by what excuses them."""
    found: dict[tuple[Conjunction, ...], set[str]] = {}
    for verb in sorted(verbs):
        mine = [piece.tests for piece in lifting if verb in piece.verbs]
        found.setdefault(tuple(dict.fromkeys((*mine, *listed_.get(verb, ())))), set()).add(verb)
    for unless, names in found.items():
        yield frozenset(names), unless


def _counted(charge: Charge, currency: str) -> Iterator[Counted]:
    """What one pattern counts, by the kernel's name of the measure, and only where the measure is there."""
    groups: dict[tuple[str, tuple[Test, ...]], set[str]] = {}
    for name, (_, axis) in charge.verbs.items():
        tests: tuple[Test, ...] = (Named(axis.given, frozenset({YES})),) if axis.optional else ()
        if axis.currency_axis:
            tests += (Named(axis.currency_axis, frozenset({currency})),)
        groups.setdefault((measured(axis, currency), tests), set()).add(name)
    for (measure, tests), verbs in groups.items():
        yield Counted(frozenset(verbs), (*charge.tests, *tests), measure)


def _qualified(made: Invariant, to: Qualifier) -> Invariant:
    """A guard's claim with the names that its facts, labels and approvals have in the kernel."""
    if not to.prefix:
        return made

    def conjunction(tests: Iterable[Test]) -> Conjunction:
        return tuple(map(to.test, tests))

    regions = tuple(
        region._replace(tests=conjunction(region.tests), unless=tuple(map(conjunction, region.unless)))
        for region in made.regions
    )
    after = tuple(event._replace(tests=conjunction(event.tests)) for event in made.after)
    until = tuple(event._replace(tests=conjunction(event.tests)) for event in made.until)
    return replace(
        made,
        guard=to.prefix.rstrip("/"),
        regions=regions,
        approved=to.name(made.approved),
        after=after,
        until=until,
    )
