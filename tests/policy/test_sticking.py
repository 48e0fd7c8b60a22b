"""What a program may have written in its box, and what was written there for it to read, keeps its labels."""

from __future__ import annotations

from dataclasses import dataclass

from havocproof.kernel.bridge import load, mark_key
from havocproof.kernel.source import LABEL, AgentKind, Axis, Mark, Pattern, Placed, Rule, Source
from havocproof.policy.patterns import pattern
from havocproof.policy.sticking import Sticking
from havocproof.policy.words import Face
from tests.policy.support import NOW, SCOPES, View, part

VERBS = ("file.read", "file.write", "file.append", "file.delete", "build", "check")
CARRIED = Mark(LABEL, "l", ("self",))


@dataclass
class Place:
    text: str

    @property
    def pattern(self) -> Pattern:
        return pattern(self.text, "path")


@dataclass
class Program:
    """A program as far as labels ask for it: the places of its box."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()

    @property
    def box(self) -> Program:
        return self

    def places(self, access: str) -> list[Place]:
        return [Place(text) for text in getattr(self, access)]


class Run:
    """Sessions under the rules of one label, `l`, that is brought by reading /secret."""

    def __init__(self) -> None:
        faces = {verb: Face(verb, (), {}, (), frozenset({verb})) for verb in VERBS}
        programs = {
            "build": Program(read=("/src/**",), write=("/out/**",)),
            "check": Program(read=("/out/bin/**",)),
        }
        rules = [Rule("p", "permit", frozenset(VERBS), group="g")]
        secret = Placed("path", (Pattern(("secret",), True),))
        rules.append(Rule("from", "leave", frozenset({"file.read"}), (secret,), mark=CARRIED))
        rules += (
            Rule(f"l{at}", "leave", verbs, tests, mark=mark)
            for at, (mark, verbs, tests) in enumerate(Sticking(faces, programs).left("l"))  # type: ignore[arg-type]
            if verbs
        )
        axes = {verb: (Axis("path", True),) if verb.startswith("file.") else () for verb in VERBS}
        agents = {"main": AgentKind(frozenset({"g"}), frozenset(), frozenset())}
        self.kernel = load(Source(axes, tuple(rules), {}, {}, agents))
        self.cells: dict = {}
        self.now = NOW

    def carries(self, who: str, *does: tuple[str, str]) -> bool:
        """Whether an agent carries the label after it did these: (verb, path), "" for a program."""
        scopes = {**SCOPES, "self": who}
        for verb, path in does:
            self.now += 1
            places = {"path": tuple(path.split("/")[1:])} if path else {}
            parts = (part(verb, {"path": path, "moves": "no"} if path else {}, places),)
            view = View(self.cells, {}, {})
            verdict = self.kernel.decide(parts, scopes, frozenset({"g"}), self.now + 1, self.now, 0, view)
            assert verdict.is_Permitted, verdict
            writes = verdict.writes
            while writes.is_Write:
                self.cells[writes.key] = writes.n
                writes = writes.more
        key = mark_key(CARRIED, scopes, {})
        return key is not None and self.cells.get(key, 0) > 0


def test_what_a_program_may_have_written_is_labelled() -> None:
    run = Run()
    assert run.carries("ann", ("file.read", "/secret/a"), ("build", ""))
    assert run.carries("bob", ("file.read", "/out/anything"))
    assert not run.carries("cid", ("file.read", "/elsewhere"))
    assert not run.carries("dan", ("file.delete", "/out/a"))


def test_what_was_written_for_a_program_to_read_is_labelled() -> None:
    run = Run()
    assert run.carries("ann", ("file.read", "/secret/a"), ("file.write", "/src/main.c"))
    assert not run.carries("cid", ("check", ""))
    assert not run.carries("dan", ("file.read", "/src/other.c"))
    assert run.carries("bob", ("build", ""))
    assert run.carries("cid", ("check", ""))  # the build took the label with it


def test_what_one_program_may_have_written_another_reads() -> None:
    run = Run()
    assert not run.carries("eve", ("check", ""))
    assert run.carries("ann", ("file.read", "/secret/a"), ("build", ""))
    assert run.carries("bob", ("check", ""))


def test_without_labels_programs_leave_none() -> None:
    run = Run()
    assert not run.carries("ann", ("file.write", "/src/a"), ("build", ""), ("file.read", "/out/a"), ("check", ""))
