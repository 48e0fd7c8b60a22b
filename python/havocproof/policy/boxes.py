"""What starting a program counts as: all that its box lets it do with files (POLICY.md 2.6).

Boxes and rules are both known when the policy loads, so this is settled then, on the program's own verb. Reading in a
place counts as `file.read` and `dir.list`, writing as `file.write`, `file.append` and `dir.make`, deleting as
`file.delete`, each `via` the program.

* A fact, a label or a mark that something in the box would set or reset is set or reset by the start (`also`). It only
  counts against the program: a licence needs the named action, and no budget is charged.
* A forbid cannot be enforced inside a box, which has no exceptions; W-BOX says which one and where. But a guard narrows
  what stands below it, whoever writes that: its forbid of places that a box reaches into keeps the program from
  starting (`forbidden`). So does a forbid that names the program under `via`. Forbids of names (`name`, `ext`,
  `within`) and sizes leave it at the warning: such a file could be in any directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from havocproof.kernel.source import Compared, Holding, Listed, Named, Pattern, Placed, Ranged, Test
from havocproof.policy.action_patterns import Pick
from havocproof.policy.containment import meet, meets_any, within_any
from havocproof.policy.lower import Conjunction, Piece
from havocproof.policy.problems import Problems
from havocproof.policy.programs import ACCESS, Place, Program
from havocproof.policy.rules import Lowered
from havocproof.policy.tree import Node
from havocproof.policy.words import Face

COUNTS_AS: Mapping[str, tuple[str, ...]] = {
    "read": ("file.read", "dir.list"),
    "write": ("file.write", "file.append", "dir.make"),
    "delete": ("file.delete",),
}
_OF_THE_ACTION = (Named, Placed, Holding, Ranged, Listed, Compared)


class Boxes:
    """The boxes of all programs of a policy, by the faces that rules see them by."""

    def __init__(self, problems: Problems, programs: Mapping[str, Program], faces: Mapping[str, Face]) -> None:
        self.problems = problems
        self.programs = programs
        self.faces = faces

    def also(self, face: Face, piece: Piece, place: Node) -> Iterator[Pick]:
        """The programs that may do what a pattern is about, with what it asks of the session."""
        for program in self.programs.values():
            if any(_may(piece.tests, found, program.name) for _, found in _reached(program, piece.verbs)):
                mine = self.faces[program.name]
                yield Pick(mine, (_session(piece, mine.names),), place, may=True)

    def counted(
        self, face: Face, piece: Piece, lifting: Sequence[Conjunction], place: Node
    ) -> Iterator[tuple[Pick, tuple[Conjunction, ...]]]:
        """The programs that may do what a claim excludes, each with what the session must pass to be excused.

        `lifting`: the claim's excuses. One counts where every such effect of the box surely passes what it says of the
        action.
        """
        for program in self.programs.values():
            met = [
                inner
                for _, found in _reached(program, piece.verbs)
                if _may(piece.tests, found, program.name)
                for inner in _inside(found, piece.tests)
            ]
            excuses = [each for each in lifting if met and all(_surely(each, inner, program.name) for inner in met)]
            free = [inner for inner in met if not any(_excused(each, inner, program.name) for each in lifting)]
            if free:
                mine = self.faces[program.name]
                left = tuple(tuple(each[number] for number in _session_tests(each)) for each in excuses)
                yield Pick(mine, (_session(piece, mine.names),), place, may=True), tuple(dict.fromkeys(left))

    def forbidden(self, rules: Iterable[Lowered], guard: bool) -> list[Lowered]:
        """The forbids that keep programs from starting. What a box cannot honour is noted. `guard`: whose rules."""
        found: list[Lowered] = []
        for each in rules:
            if each.rule.effect not in ("forbid", "require"):
                continue
            programs = [program for program in self.programs.values() if self._kept_out(each, program, guard)]
            if programs:
                verbs = frozenset(name for program in programs for name in self.faces[program.name].names)
                piece = _session(Piece(each.rule.verbs, each.rule.tests, each.axes), verbs)
                rule = replace(each.rule, verbs=verbs, tests=piece.tests, unless=())
                found.append(each._replace(rule=rule, axes=piece.axes, unless_axes=()))
        return found

    def _kept_out(self, each: Lowered, program: Program, guard: bool) -> bool:
        """Whether the forbid keeps the program from starting. Notes what of the box it speaks of."""
        rule = each.rule
        strict = guard or any(isinstance(test, Named) and test.axis == "via" and test.want for test in rule.tests)
        met = [
            (access, place)
            for access, place in _reached(program, rule.verbs)
            if _may(rule.tests, place, program.name)
            and not any(_surely(conjunction, place, program.name) for conjunction in rule.unless)
        ]
        if not met:
            return False
        hard = [
            (access, place)
            for access, place in met
            if strict and all(_some(test, place, program.name) for test in rule.tests)
        ]
        access, place = (hard or met)[0]
        told = (
            f"{access} {_example(rule.tests, place)}, which `{each.text.id}` at {self.problems.at(each.text, program)}"
        )
        line = _Line(program.line, program.file)
        if not hard:
            remedy = "Move the file, or narrow the box. If the rule is not about programs, say `via: none` in it."
            self.problems.add("W-BOX", line, f"`{program.name}` can {told} forbids", remedy)
        elif rule.effect == "forbid" and not _session_tests(rule.tests):
            message = f"`{program.name}` is never started: it can {told} forbids"
            self.problems.add("W-BOX", line, message, "Narrow the box, or remove the program.")
        return bool(hard)


class _Line:
    def __init__(self, line: int, file: str) -> None:
        self.line = line
        self.column = 1
        self.file = file


def _reached(program: Program, verbs: Iterable[str]) -> Iterator[tuple[str, Place]]:
    """The places of a box that count as one of the verbs, with their access."""
    named = frozenset(verbs)
    for access in ACCESS:
        if not named.isdisjoint(COUNTS_AS[access]):
            for place in program.box.places(access):
                yield access, place


def _session_tests(tests: Sequence[Test]) -> list[int]:
    return [number for number, test in enumerate(tests) if not isinstance(test, _OF_THE_ACTION)]


def _session(piece: Piece, verbs: frozenset[str]) -> Piece:
    """What the piece asks of the session, of other verbs."""
    kept = _session_tests(piece.tests)
    return Piece(verbs, tuple(piece.tests[number] for number in kept), tuple(piece.axes[number] for number in kept))


# ---- one place and one conjunction: an effect there by the program may, or surely does, pass the tests ----


def _may(tests: Conjunction, place: Place, program: str) -> bool:
    return all(_answers(test, place, program)[0] for test in tests)


def _surely(tests: Conjunction, place: Place, program: str) -> bool:
    """Of the tests of the action; those of the session are asked when the program starts."""
    return all(_answers(test, place, program)[1] for test in tests)


def _excused(tests: Conjunction, place: Place, program: str) -> bool:
    """Whether every effect there passes, whatever the session is like."""
    return not _session_tests(tests) and _surely(tests, place, program)


def _inside(place: Place, tests: Conjunction) -> Iterator[Place]:
    """What of a place lies in the places that the tests name."""
    wanted = [test for test in tests if isinstance(test, Placed) and test.axis == "path" and test.want]
    if not wanted:
        yield place
        return
    first, *others = wanted
    for each in first.patterns:
        if meet(place.pattern, each):
            yield from _inside(Place(place.text, _common(place.pattern, each)), tuple(others))


def _some(test: Test, place: Place, program: str) -> bool:
    """Whether some effect surely passes: of a pattern of places that is so where they meet."""
    some, every = _answers(test, place, program)
    return some if isinstance(test, Placed) else every


def _answers(test: Test, place: Place, program: str) -> tuple[bool, bool]:
    """Whether some effect passes the test, and whether every one does."""
    pattern = place.pattern
    if isinstance(test, Placed) and test.axis == "path":
        some, every = meets_any(pattern, test.patterns), within_any(pattern, test.patterns)
        return (some, every) if test.want else (not every, not some)
    if isinstance(test, Holding) and test.axis == "path":
        every = any(symbol in test.names for symbol in pattern.symbols)
        some = every or pattern.open
        return (some, every) if test.want else (not every, not some)
    if isinstance(test, Named):
        value = program if test.axis == "via" else _last(place, test.axis)
        if value is not None:
            passed = (value in test.names) == test.want
            return passed, passed
    return True, not isinstance(test, _OF_THE_ACTION)


def _last(place: Place, axis: str) -> str | None:
    """The name or extension of the one file that a place is; None for a directory and for other axes."""
    if place.pattern.open or axis not in ("name", "ext"):
        return None
    name = str(place.pattern.symbols[-1]) if place.pattern.symbols else ""
    return name if axis == "name" else name.rpartition(".")[2] if "." in name else ""


def _example(tests: Conjunction, place: Place) -> str:
    """A path of the place that the tests speak of, for people."""
    shown = place.pattern
    inner, last = [], ""
    for test in tests:
        if isinstance(test, Placed) and test.axis == "path" and test.want:
            shown = next((_common(shown, each) for each in test.patterns if meet(shown, each)), shown)
        elif isinstance(test, Holding) and test.want and shown.open and test.names.isdisjoint(shown.symbols):
            inner.append(min(test.names))
        elif isinstance(test, Named) and test.want and test.axis in ("name", "ext"):
            last = min(test.names) if test.axis == "name" else f"x.{min(test.names)}"
    words = [*("x" if symbol is None else symbol for symbol in shown.symbols), *inner]
    if shown.open:
        words.append(last or "**")
    return "/" + "/".join(words)


def _common(one: Pattern, other: Pattern) -> Pattern:
    """What is in both of two patterns that meet."""
    longer, shorter = (one, other) if len(one.symbols) >= len(other.symbols) else (other, one)
    start = [a or b for a, b in zip(longer.symbols, shorter.symbols, strict=False)]
    rest = longer.symbols[len(shorter.symbols) :]
    return Pattern((*start, *rest), one.open and other.open)
