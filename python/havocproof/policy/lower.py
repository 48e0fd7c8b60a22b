"""Lowers the tests of a rule to the kernel's conjunctions, for each kind of part that the rule speaks about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from havocproof.kernel.source import Named, Placed, Test
from havocproof.policy.conditions import ANY, Alternatives, Conditions
from havocproof.policy.problems import Place, Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.verbs import SCHEMES, VIA
from havocproof.policy.words import Face

MOST_SPLITS = 64
MOST_CELLS = 200_000
NODES = 2_000_000
_OWN_PORT: Test = Named("service", frozenset({"https"}))
_BOTH: Alternatives = ((Named("service", frozenset(SCHEMES)),),)


@dataclass(frozen=True, slots=True)
class Piece:
    """One conjunction, for the parts of `verbs`. `axes` names, for each test, the axis that was written."""

    verbs: frozenset[str]
    tests: tuple[Test, ...]
    axes: tuple[str, ...]
    unless: tuple[Test, ...]
    unless_axes: tuple[str, ...]


class Lowering:
    """Of one policy. `programs`: names of declared programs, which are not built yet."""

    def __init__(self, problems: Problems, conditions: Conditions, programs: frozenset[str]) -> None:
        self.problems = problems
        self.conditions = conditions
        self.programs = programs
        self.cells = 0

    def pieces(
        self, effect: str, faces: Sequence[Face], where: Mapping | None, unless: Mapping | None, place: Place
    ) -> list[Piece] | None:
        """The conjunctions of a rule, or None with the problems noted.

        `effect`: permit, ask, or any other word for one that grants nothing.
        """
        grants = effect in ("permit", "ask")
        groups: dict[tuple[object, ...], tuple[Face, set[str]]] = {}
        sound = True
        for face in faces:
            if not (self._known(face, where) and self._known(face, unless)) or (
                grants and not self._said(effect, face, where, place)
            ):
                sound = False
            else:
                signature: tuple[object, ...] = (grants and "scheme" in face.axes,)
                for node in (where, unless):
                    signature += tuple(face.axes[name] for name in node.fields) if node is not None else ()
                groups.setdefault(signature, (face, set()))[1].update(face.names)
        pieces: list[Piece] = []
        for face, verbs in groups.values():
            made = self._lower(effect, face, frozenset(verbs) if len(faces) > 1 else face.names, where, unless, place)
            if made is None:
                sound = False
            else:
                pieces += made
        return pieces if sound else None

    # ---- which axes ----

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
        place: Place,
    ) -> list[Piece] | None:
        grants = effect in ("permit", "ask")
        matched = self._axes(face, where, effect != "permit", grants)
        lifted = self._unless(face, unless)
        if matched is None or lifted is None:
            return None
        splits = prod(len(alternatives) for _, alternatives in matched)
        if splits > MOST_SPLITS:
            message = f"the alternatives of this rule multiply to {splits} cases; at most {MOST_SPLITS} are read"
            self.problems.add("E-CELLS", place, message, "Split the rule.")
            return None
        if not self._bounded(face, matched, place):
            return None
        pieces = []
        for combination in product(*(alternatives for _, alternatives in matched)):
            tests: list[Test] = []
            axes: list[str] = []
            for (name, _), conjunction in zip(matched, combination, strict=True):
                tests += conjunction
                axes += [name] * len(conjunction)
            pieces.append(Piece(verbs, tuple(tests), tuple(axes), *lifted))
        return pieces

    def _axes(
        self, face: Face, where: Mapping | None, may_exclude: bool, grants: bool
    ) -> list[tuple[str, Alternatives]] | None:
        """The alternatives of each axis, with the defaults of scheme and port."""
        found: list[tuple[str, Alternatives]] = []
        sound = True
        written = where.fields if where is not None else {}
        served = grants and "scheme" in face.axes and "port" in face.axes
        for name, node in written.items():
            axis = face.axes[name]
            alternatives = self._via(node) if axis is VIA else self.conditions.lower(axis, node, may_exclude)
            if alternatives is None:
                sound = False
                continue
            if name == "scheme" and served and "port" not in written:
                alternatives = _served(alternatives)
            if alternatives is not ANY:
                found.append((name, alternatives))
        if served and "scheme" not in written:
            https: Test = Named("scheme", frozenset({"https"})) if "port" in written else _OWN_PORT
            found.append(("scheme", ((https,),)))
        return found if sound else None

    def _via(self, node: Node) -> Alternatives | None:
        """`none` and `any` say the same as long as no program is there through which an effect could happen."""
        for item in node.items if isinstance(node, Items) else [node]:
            if not isinstance(item, Text) or item.value in self.programs:
                self.problems.soon(item, "programs are")
                return None
            if item.value not in ("none", "any"):
                self.problems.add("E-REF", item, f"no program `{item.value}`", "Write `via: none`, or leave it out.")
                return None
        return ANY

    def _unless(self, face: Face, node: Mapping | None) -> tuple[tuple[Test, ...], tuple[str, ...]] | None:
        if node is None:
            return (), ()
        found = self._axes(face, node, True, False)
        if found is None:
            return None
        tests: list[Test] = []
        axes: list[str] = []
        for name, alternatives in found:
            if len(alternatives) > 1:
                message = f"under `unless`, `{name}` has several cases that no single test covers"
                remedy = "Write two rules: say under `where` which values each of them is about."
                self.problems.add("E-INT", node.keys[name], message, remedy)
                return None
            tests += alternatives[0]
            axes += [name] * len(alternatives[0])
        if not tests:
            self.problems.add(
                "E-DEAD", node, "this `unless` always holds, so the rule never applies", "Remove the rule."
            )
            return None
        return tuple(tests), tuple(axes)

    def _bounded(self, face: Face, matched: Iterable[tuple[str, Alternatives]], place: Place) -> bool:
        """Keep the index small: indexed axes multiply."""
        indexed = {axis.name for verb in face.verbs for axis in verb.indexed}
        cells = 1
        for _, alternatives in matched:
            sizes = [_width(test) for conjunction in alternatives for test in conjunction if test.axis in indexed]
            cells *= max(sizes, default=1)
        self.cells += cells
        if cells > MOST_CELLS or self.cells > NODES:
            message = f"the values of this rule multiply to {cells} cells of the index"
            self.problems.add("E-CELLS", place, message, "Split it, or put one side into a set used alone.")
            return False
        return True


def _served(alternatives: Alternatives) -> Alternatives:
    """A scheme without a port means the scheme's own port."""
    if alternatives == ANY:
        return _BOTH
    return tuple(
        tuple(Named("service", test.names, test.want) if isinstance(test, Named) else test for test in conjunction)
        for conjunction in alternatives
    )


def _width(test: Test) -> int:
    if isinstance(test, Placed):
        return len(test.patterns) if test.want else 1
    return len(test.names) if isinstance(test, Named) and test.want else 1
