"""A stand-in for Dafny that knows by heart which proofs fail where."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mutants.dafny import Outcome

_MODULE = re.compile(r"^module (\w+)_m(\d+) \{$(.*?)^\}$", re.MULTILINE | re.DOTALL)


class FakePlace:
    """Answers for generated files. In a copy that holds `needle`, the proof `name` fails; `out`: runs out of resources;
    `broken`: a copy with one of these texts is no program. `calls` are the proofs that were tried, file by file."""

    def __init__(
        self, fails: Iterable[tuple[str, str]] = (), out: Iterable[tuple[str, str]] = (), broken: Iterable[str] = ()
    ) -> None:
        self.fails, self.out, self.broken = list(fails), list(out), list(broken)
        self.calls: list[list[str]] = []

    def resolve(self, text: str) -> Outcome:
        lines = text.splitlines()
        found = [(at, "wrong") for at, line in enumerate(lines, 1) if any(needle in line for needle in self.broken)]
        return Outcome(broken=found)

    def prove(self, text: str) -> Outcome:
        outcome = self.resolve(text)
        if outcome.broken:
            return outcome
        copies: dict[str, str] = {}
        for match in _MODULE.finditer(text):
            copies[match[2]] = copies.get(match[2], "") + match[0]
        tried = []
        for match in _MODULE.finditer(text):
            for lemma in re.finditer(r"(?:lemma|predicate|function) (\w+)\(", match[3]):
                name, full = f"{match[1]}.{lemma[1]}", f"{match[1]}_m{match[2]}.{lemma[1]}"
                tried.append(full)
                for kind, table in ((outcome.failed, self.fails), (outcome.exhausted, self.out)):
                    if any(proof == name and needle in copies[match[2]] for needle, proof in table):
                        kind.add(full)
        outcome.proved = set(tried) - outcome.failed - outcome.exhausted
        self.calls.append(tried)
        return outcome
