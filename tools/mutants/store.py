"""What became of each mutant, one line of JSON each, so that a run that was stopped goes on where it was.

A verdict holds as long as the seal does: the digest of all that the proofs it rests on can see. For what was caught
this is the proof that caught it; for what survived, all proofs that see the changed declaration.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mutants.mutant import Mutant, reach
from mutants.program import Program

CAUGHT, EXHAUSTED, SURVIVED, STILLBORN = "caught", "exhausted", "survived", "stillborn"
VERDICTS = (CAUGHT, EXHAUSTED, SURVIVED, STILLBORN)
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Verdict:
    """caught: a proof failed; exhausted: one ran out of resources, which fails the build as well, and none failed
    outright; survived: every proof that sees it went through; stillborn: it is no program. `by` is the proof of the
    first two."""

    symbol: str
    operator: str
    was: str
    becomes: str
    nth: int
    verdict: str
    by: str
    seal: str

    @property
    def key(self) -> Key:
        return self.symbol, self.operator, self.was, self.becomes, self.nth


def judged(mutant: Mutant, verdict: str, by: str, program: Program) -> Verdict:
    return Verdict(*mutant.key, verdict, by, seal(mutant, verdict, by, program))


def seal(mutant: Mutant, verdict: str, by: str, program: Program) -> str:
    """The digest of what such a verdict rests on; empty where the proof that it names is no more."""
    if verdict in (CAUGHT, EXHAUSTED):
        return program.seal([by, mutant.symbol]) if by in program.declarations else ""
    if verdict == SURVIVED:
        return program.seal(reach(mutant, program))
    return program.seal([mutant.symbol])


class Store:
    """The verdicts in a file, which it appends to, and those of `before`. Safe to use from several threads."""

    def __init__(self, path: Path, program: Program, before: Iterable[Verdict] = ()) -> None:
        self.path = path
        self.program = program
        self.verdicts: dict[Key, Verdict] = {verdict.key: verdict for verdict in before}
        self._lock = threading.Lock()
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                verdict = _parse(line)
                if verdict:
                    self.verdicts[verdict.key] = verdict

    def valid(self, mutant: Mutant) -> Verdict | None:
        """The verdict on a mutant, where it still holds."""
        verdict = self.verdicts.get(mutant.key)
        if verdict and verdict.seal and verdict.seal == seal(mutant, verdict.verdict, verdict.by, self.program):
            return verdict
        return None

    def forget(self, mutants: Iterable[Mutant]) -> None:
        """No verdict on these holds any more. Those on others stay."""
        with self._lock:
            for mutant in mutants:
                self.verdicts.pop(mutant.key, None)
            if self.path.is_file():
                text = "".join(f"{json.dumps(asdict(verdict))}\n" for verdict in self.verdicts.values())
                self.path.write_text(text, encoding="utf-8")

    def add(self, verdicts: Iterable[Verdict]) -> None:
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                for verdict in verdicts:
                    self.verdicts[verdict.key] = verdict
                    print(json.dumps(asdict(verdict)), file=file)


def _parse(line: str) -> Verdict | None:
    """A line that was cut off when a run was stopped is no verdict."""
    try:
        return Verdict(**json.loads(line))
    except (ValueError, TypeError):
        return None
