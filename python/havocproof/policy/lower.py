"""Lowers the tests of a rule to the kernel's conjunctions, for each kind of part that the rule speaks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple, Protocol

from havocproof.kernel.source import Compared, Named, Placed, Test
from havocproof.policy.alternatives import ANY, Alternatives
from havocproof.policy.conditions import Conditions
from havocproof.policy.problems import Place, Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.verbs import SCHEMES, VIA
from havocproof.policy.words import Face

Conjunction = tuple[Test, ...]

MOST_SPLITS = 64
MOST_CELLS = 200_000
NODES = 2_000_000
_NO_PROGRAM: Test = Named("via", frozenset({""}))
_OWN_PORT: Test = Named("service", frozenset({"https"}))
_BOTH: Alternatives = ((Named("service", frozenset(SCHEMES)),),)


class Piece(NamedTuple):
    """One conjunction, for the parts of `verbs`, lifted where one of `unless` holds.

    `axes` and `unless_axes` name, for each test, the axis that was written.
    """

    verbs: frozenset[str]
    tests: tuple[Test, ...]
    axes: tuple[str, ...]
    unless: tuple[Conjunction, ...] = ()
    unless_axes: tuple[tuple[str, ...], ...] = ()


class Condition(Protocol):
    """A test of the session, not of the action: one entry of `when`."""

    @property
    def axis(self) -> str:
        """What explanations call it."""

    def lower(self, face: Face) -> Alternatives | None:
        """The test where the rule speaks about `face`; None with the problem noted."""


class Lowering:
    """Of one layer. `programs`: the names of all declared programs."""

    def __init__(self, problems: Problems, conditions: Conditions, programs: frozenset[str]) -> None:
        self.problems = problems
        self.conditions = conditions
        self.programs = programs
        self.cells = 0
        self._fine: set[tuple[object, ...]] = set()  # faces with the axes that rules may say of them together
        self._indexed: dict[Face, frozenset[str]] = {}

    def pieces(
        self,
        effect: str,
        faces: Sequence[Face],
        where: Mapping | None,
        unless: Mapping | None,
        place: Place,
        when: Sequence[Condition] = (),
    ) -> list[Piece] | None:
        """The conjunctions of a rule, or None with the problems noted.

        `effect`: permit, ask, or any other word for one that grants nothing. `when`: tests of the session.
        """
        if len(faces) == 1 and not when:  # most rules
            face = faces[0]
            if not self._sayable(effect, face, where, unless, place):
                self._note(effect, face, where, unless)
                return None
            return self._lower(effect, face, face.names, where, unless, (), place)
        grants = effect in ("permit", "ask")
        groups: dict[tuple[object, ...], tuple[Face, set[str], list[tuple[str, Alternatives]]]] = {}
        keys = sorted(self.conditions.arguments(where, unless))
        sound = True
        for face in faces:
            if not self._sayable(effect, face, where, unless, place):
                self._note(effect, face, where, unless)
                sound = False
                continue
            session = [(condition.axis, condition.lower(face)) for condition in when]
            tested = [(axis, alternatives) for axis, alternatives in session if alternatives is not None]
            if len(tested) < len(session):
                sound = False
                continue
            signature: tuple[object, ...] = (grants and "scheme" in face.axes, *tested)
            signature += tuple([face.axes.get(name) for name in keys])
            for node in (where, unless):
                signature += tuple([face.axes[name] for name in node.fields]) if node is not None else ()
            groups.setdefault(signature, (face, set(), tested))[1].update(face.names)
        pieces: list[Piece] = []
        for face, all_verbs, tested in groups.values():
            verbs = frozenset(all_verbs) if len(faces) > 1 else face.names
            made = self._lower(effect, face, verbs, where, unless, tested, place)
            if made is None:
                sound = False
            else:
                pieces += made
        return pieces if sound else None

    # ---- which axes ----

    def _sayable(self, effect: str, face: Face, where: Mapping | None, unless: Mapping | None, place: Place) -> bool:
        """Whether the face has the axes that are tested, and a grant says those that it must."""
        grants = effect in ("permit", "ask")
        shape = (
            face,
            grants,
            tuple(where.fields) if where is not None else (),
            tuple(unless.fields) if unless is not None else (),
        )
        if shape in self._fine:
            return True
        known, lifted = self._known(face, where), self._known(face, unless)
        said = not grants or not known or self._said(effect, face, where, place)  # what is misspelt is not lacking, too
        if not (known and lifted and said):
            return False
        self._fine.add(shape)
        return True

    def _note(self, effect: str, face: Face, where: Mapping | None, unless: Mapping | None) -> None:
        """Note what is wrong with the tests of a rule that is refused already, so that everything is told at once."""
        self._axes(face, where, effect != "permit", effect in ("permit", "ask"))
        self._unless(face, unless)

    def _known(self, face: Face, node: Mapping | None) -> bool:
        if node is None:
            return True
        sound = True
        for name in node.fields:
            if name not in face.axes:
                sound = False
                remedy = self.problems.near(
                    name, face.axes, f"It has {listed(face.axes)}." if face.axes else "It has none."
                )
                self.problems.add("E-AXIS", node.keys[name], f"`{face.word}` has no axis `{name}`", remedy)
        return sound

    def _said(self, effect: str, face: Face, where: Mapping | None, place: Place) -> bool:
        said = where.fields if where is not None else {}
        lacking = [names for names in face.required if names.isdisjoint(said)]
        if lacking:
            words = ", ".join("`" + "` or `".join(sorted(names)) + "`" for names in lacking)
            example = sorted(lacking[0])[0]
            message = f"`{face.word}`: {'a permit' if effect == 'permit' else 'an ask'} must say {words}"
            self.problems.add("E-AXIS", place, message, f"Write `{example}: any` if every value is meant.")
        return not lacking

    # ---- one face ----

    def _lower(
        self,
        effect: str,
        face: Face,
        verbs: frozenset[str],
        where: Mapping | None,
        unless: Mapping | None,
        session: Sequence[tuple[str, Alternatives]],
        place: Place,
    ) -> list[Piece] | None:
        grants = effect in ("permit", "ask")
        matched = self._axes(face, where, effect != "permit", grants)
        lifted = self._unless(face, unless)
        if matched is None or lifted is None:
            return None
        matched += session
        if not self._few(matched, place, "this rule") or not self._bounded(face, matched, place):
            return None
        unless_, unless_axes = lifted
        pieces = [Piece(verbs, tests, axes, unless_, unless_axes) for tests, axes in _cases(matched)]
        return pieces if self._one_bound(pieces, place) else None

    def _axes(
        self, face: Face, where: Mapping | None, may_exclude: bool, grants: bool
    ) -> list[tuple[str, Alternatives]] | None:
        """The alternatives of each axis, with the defaults of scheme, port and via."""
        found: list[tuple[str, Alternatives]] = []
        sound = True
        written = where.fields if where is not None else {}
        served = grants and "scheme" in face.axes and "port" in face.axes
        for name, node in written.items():
            axis = face.axes.get(name)
            if axis is None:  # which is noted
                sound = False
                continue
            if axis is VIA:
                alternatives = self._via(node, may_exclude, face)
            else:
                alternatives = self.conditions.lower(axis, node, may_exclude, face)
            if alternatives is None:
                sound = False
                continue
            if name == "scheme" and served and "port" not in written:
                alternatives = _served(alternatives)
            if alternatives is not ANY:
                found.append((name, alternatives))
        if grants and self.programs and "via" not in written and face.axes.get("via") is VIA:
            found.append(("via", ((_NO_PROGRAM,),)))
        if served and "scheme" not in written:
            https: Test = Named("scheme", frozenset({"https"})) if "port" in written else _OWN_PORT
            found.append(("scheme", ((https,),)))
        return found if sound else None

    def _via(self, node: Node, may_exclude: bool, face: Face) -> Alternatives | None:
        """Where no program is declared, nothing happens through one: `none` and `any` say the same."""
        inner = node.fields["not"] if isinstance(node, Mapping) and set(node.fields) == {"not"} else node
        for item in inner.items if isinstance(inner, Items) else [inner]:
            if isinstance(item, Text) and item.value not in ("none", "any") and item.value not in self.programs:
                remedy = self.problems.near(item.value, self.programs, "Write `via: none`, or leave it out.")
                self.problems.add("E-REF", item, f"no program `{item.value}`", remedy)
                return None
        if self.programs or not isinstance(node, Text):
            return self.conditions.lower(VIA, node, may_exclude, face)
        return ANY

    def _unless(
        self, face: Face, node: Mapping | None
    ) -> tuple[tuple[Conjunction, ...], tuple[tuple[str, ...], ...]] | None:
        """Alternatives multiply out: the rule is lifted where one of the conjunctions holds."""
        if node is None:
            return (), ()
        found = self._axes(face, node, True, False)
        if found is None or not self._few(found, node, "this `unless`"):
            return None
        cases = list(_cases(found))
        if not all(tests for tests, _ in cases):
            self.problems.add(
                "E-DEAD", node, "this `unless` always holds, so the rule never applies", "Remove the rule."
            )
            return None
        return tuple(tests for tests, _ in cases), tuple(axes for _, axes in cases)

    def _few(self, found: Sequence[tuple[str, Alternatives]], place: Place, what: str) -> bool:
        splits = prod([len(alternatives) for _, alternatives in found])
        if splits > MOST_SPLITS:
            message = f"the alternatives of {what} multiply to {splits} cases; at most {MOST_SPLITS} are read"
            self.problems.add("E-CELLS", place, message, "Split the rule.")
        return splits <= MOST_SPLITS

    def _one_bound(self, pieces: Sequence[Piece], place: Place) -> bool:
        """Two integers of records in one conjunction relate to each other, which nobody can check beforehand."""
        if not self.conditions.lookups.known:
            return True
        for piece in pieces:
            if len({test.ref for test in piece.tests if isinstance(test, Compared)}) > 1:
                message = "two integers are compared with records here; at most one may be"
                self.problems.add("E-INT", place, message, "Write the other bound as a forbid of its own.")
                return False
        return True

    def _bounded(self, face: Face, matched: Iterable[tuple[str, Alternatives]], place: Place) -> bool:
        """Keep the index small: indexed axes multiply."""
        indexed = self._indexed.get(face)
        if indexed is None:
            indexed = self._indexed[face] = frozenset(axis.name for verb in face.verbs for axis in verb.indexed)
        cells = 1
        for _, alternatives in matched:
            widest = 1
            for conjunction in alternatives:
                for test in conjunction:
                    if isinstance(test, Named):
                        width = len(test.names)
                    elif isinstance(test, Placed):
                        width = len(test.patterns)
                    else:
                        continue
                    if width > widest and test.want and test.axis in indexed:
                        widest = width
            cells *= widest
        self.cells += cells
        if cells > MOST_CELLS or self.cells > NODES:
            message = f"the values of this rule multiply to {cells} cells of the index"
            self.problems.add("E-CELLS", place, message, "Split it, or put one side into a set used alone.")
            return False
        return True


def _cases(found: Sequence[tuple[str, Alternatives]]) -> Iterator[tuple[Conjunction, tuple[str, ...]]]:
    """Each choice of one alternative on each axis: its tests, and the axis of each test."""
    single: list[Test] = []
    names: list[str] = []
    for name, alternatives in found:  # most rules have one case
        if len(alternatives) != 1:
            break
        single += alternatives[0]
        names += [name] * len(alternatives[0])
    else:
        yield tuple(single), tuple(names)
        return
    for combination in product(*(alternatives for _, alternatives in found)):
        tests: list[Test] = []
        axes: list[str] = []
        for (name, _), conjunction in zip(found, combination, strict=True):
            tests += conjunction
            axes += [name] * len(conjunction)
        yield tuple(tests), tuple(axes)


def _served(alternatives: Alternatives) -> Alternatives:
    """A scheme without a port means the scheme's own port."""
    if alternatives == ANY:
        return _BOTH
    return tuple(
        tuple(Named("service", test.names, test.want) if isinstance(test, Named) else test for test in conjunction)
        for conjunction in alternatives
    )
