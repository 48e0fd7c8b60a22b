"""How a label sticks to places and travels between agents (POLICY.md 2.9).

What a session writes through the gate carries its labels: a write leaves a mark on the file or table while the session
carries the label, and whoever reads there later gets it. A child starts with its parent's labels, and a report or a
handoff brings the sender's; a report does not bring what the sender's kind drops.

Nobody lists which files of its box a program touches, so each place of a box has one mark for all of it: what a program
may have written there is read by whoever reads in the place, and what was written into it is read by the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from havocproof.kernel.source import LABEL, MARK, Mark, Named, Pattern, Placed, Scoped, Stands, Test
from havocproof.policy.containment import meet
from havocproof.policy.words import Face

if TYPE_CHECKING:
    from havocproof.policy.programs import Program

MOVED = Named("moves", frozenset({"no"}), False)
"""A deletion that may be the half of a move: what stood there goes on at the target, so for labels it reads."""

_WRITES = {"path": ("file.write", "file.append"), "table": ("sql.insert", "sql.update", "sql.schema")}
_READS = {"path": ("file.read",), "table": ("sql.read",)}
_TRAVELS = {"agent.spawn": "child", "agent.report": "parent", "agent.handoff": "target"}
Left = tuple[Mark, frozenset[str], tuple[Test, ...]]


def _nothing(_label: str) -> frozenset[str]:
    return frozenset()


class Sticking:
    """Makes the rules of the labels of a layer. `dropping`: the kinds of agents whose reports do not bring a label."""

    def __init__(
        self,
        faces: Mapping[str, Face],
        programs: Mapping[str, Program],
        dropping: Callable[[str], frozenset[str]] = _nothing,
    ) -> None:
        self.faces = faces
        self.dropping = dropping
        self.written = _boxed(programs, "write")
        self.read = _boxed(programs, "read")

    def left(self, name: str) -> Iterator[Left]:
        """The marks that a label leaves: each with the parts that leave it, and when."""
        yield from self._places(name)
        yield from self._boxes(name)
        yield from self._agents(name)

    def _verbs(self, *words: str) -> frozenset[str]:
        return frozenset(name for word in words if word in self.faces for name in self.faces[word].names)

    def _places(self, name: str) -> Iterator[Left]:
        """One mark for each exact file and table."""
        for axis in _WRITES:
            at = Mark(MARK, f"{name}@{axis}", (axis,))
            yield at, self._verbs(*_WRITES[axis]), (Stands(_carried(name)),)
            yield _carried(name), self._verbs(*_READS[axis]), (Stands(at),)
        yield _carried(name), self._verbs("file.delete"), (MOVED, Stands(Mark(MARK, f"{name}@path", ("path",))))

    def _boxes(self, name: str) -> Iterator[Left]:
        """One mark for each place that programs may write in, and one for each that they may read in."""
        for place, (text, writers) in self.written.items():
            at = Mark(MARK, f"{name}@written:{text}", ())
            inside = Placed("path", (place,))
            yield at, self._programs(writers), (Stands(_carried(name)),)
            yield _carried(name), self._verbs(*_READS["path"]), (inside, Stands(at))
            yield _carried(name), self._verbs("file.delete"), (inside, MOVED, Stands(at))
        for place, (text, readers) in self.read.items():
            at = Mark(MARK, f"{name}@read:{text}", ())
            inside = Placed("path", (place,))
            writers = {each for other, (_, some) in self.written.items() if meet(place, other) for each in some}
            yield at, self._verbs(*_WRITES["path"]), (inside, Stands(_carried(name)))
            yield at, self._programs(writers), (Stands(_carried(name)),)
            yield _carried(name), self._programs(readers), (Stands(at),)

    def _programs(self, names: set[str]) -> frozenset[str]:
        return self._verbs(*sorted(names))

    def _agents(self, name: str) -> Iterator[Left]:
        dropping = self.dropping(name)
        for verb, to in _TRAVELS.items():
            tests: tuple[Test, ...] = (Stands(_carried(name)),)
            if dropping and verb == "agent.report":
                tests = (Scoped("agent", dropping, False), *tests)
            yield Mark(LABEL, name, (to,)), self._verbs(verb), tests


def _boxed(programs: Mapping[str, Program], access: str) -> dict[Pattern, tuple[str, set[str]]]:
    """The places of all boxes with this access: how each is written, and the programs that have it."""
    found: dict[Pattern, tuple[str, set[str]]] = {}
    for name, program in programs.items():
        for place in program.box.places(access):
            found.setdefault(place.pattern, (place.text, set()))[1].add(name)
    return found


def _carried(name: str) -> Mark:
    return Mark(LABEL, name, ("self",))
