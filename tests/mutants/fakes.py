"""A stand-in for Dafny that knows by heart which proofs fail where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from mutants.dafny import Outcome
from mutants.files import read_file

_SUFFIX = re.compile(r"_(?:c|m\d+)\b")
_NUMBER = re.compile(r"_m(\d+)\b")


class FakePlace:
    """Answers for generated files. Where the copies of a mutant hold `needle`, the proof `name` fails; `out`: it runs
    out of resources; `broken`: a line with one of these texts is no program. `calls` are the proofs tried on the first
    mutant of each file."""

    def __init__(
        self,
        fails: Iterable[tuple[str, str]] = (),
        out: Iterable[tuple[str, str]] = (),
        broken: Iterable[str] = (),
        senseless: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.fails, self.out, self.broken, self.senseless = list(fails), list(out), list(broken), list(senseless)
        self.calls: list[list[str]] = []

    def resolve(self, text: str) -> Outcome:
        lines = [_SUFFIX.sub("", line) for line in text.splitlines()]
        found = [(at, "wrong") for at, line in enumerate(lines, 1) if any(needle in line for needle in self.broken)]
        return Outcome(broken=found)

    def prove(self, text: str) -> Outcome:
        outcome = self.resolve(text)
        if outcome.broken:
            return outcome
        copies: dict[str, str] = defaultdict(str)
        proofs, statements = [], []
        for module in read_file(text, "page"):
            for declaration in module.members:
                number = (_NUMBER.search(declaration.name) or _NUMBER.search(module.name) or [""])[0]
                member = text[declaration.start : declaration.end]
                copies[number] += _SUFFIX.sub("", member)
                statements.append((number, f"{module.name}.{declaration.name}"))
                if "{:axiom}" not in member and "{:verify false}" not in member:
                    proofs.append((number, f"{module.name}.{declaration.name}"))
        for number, full in proofs:
            name = _SUFFIX.sub("", full)
            for kind, table in ((outcome.failed, self.fails), (outcome.exhausted, self.out)):
                if any(proof == name and needle in copies[number] for needle, proof in table):
                    kind.add(full)
        for number, full in statements:
            if any(name == _SUFFIX.sub("", full) and needle in copies[number] for needle, name in self.senseless):
                outcome.failed.add(full)
        outcome.proved = {full for _, full in proofs} - outcome.failed - outcome.exhausted
        self.calls.append([_SUFFIX.sub("", full) for number, full in proofs if number == "_m0"])
        return outcome
