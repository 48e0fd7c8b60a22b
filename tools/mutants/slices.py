"""Writes mutants into one Dafny file, apart from each other.

Of each there are copies of just the modules that stand between it and some proofs.

A copy holds the module's types, and of its members those that the chosen proofs can see. Chosen proofs are kept whole;
of other lemmas only the statement is kept, and other functions are kept but not verified again. Every proof in the copy
is then about the mutant, and all mutants of a file share one start of Dafny.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mutants.mutant import Mutant
from mutants.nodes import Declaration, Module
from mutants.program import Program


@dataclass
class Sheet:
    """One generated file. `owners` says whose each line is: (first line, last line, number of the slice)."""

    text: str
    owners: list[tuple[int, int, int]] = field(default_factory=list)

    def owner(self, line: int) -> int | None:
        return next((number for first, last, number in self.owners if first <= line <= last), None)


@dataclass(frozen=True)
class Slice:
    """A mutant (None: nothing is changed) of one declaration, and the proofs that are to be tried on it."""

    symbol: str
    mutant: Mutant | None
    proofs: tuple[str, ...]


def sheet(program: Program, slices: Sequence[Slice]) -> Sheet:
    """The file for these slices; slice number n is in modules named `..._mn`."""
    parts, owners, files, line = [], [], set[str](), 1
    for number, one in enumerate(slices):
        text, outside = _copies(program, one, f"_m{number}")
        files |= outside
        owners.append((line, line + text.count("\n"), number))
        parts.append(text)
        line += text.count("\n") + 1
    head = "".join(f'include "{file}"\n' for file in sorted(files))
    shift = head.count("\n")
    return Sheet(head + "\n".join(parts) + "\n", [(a + shift, b + shift, n) for a, b, n in owners])


def between(program: Program, home: str, modules: Iterable[str]) -> list[str]:
    """The modules that must be copied: `home` and all through which these modules see it, importers last."""
    reach = {far for module in modules for far in program.imports[module]} | {home}
    found = [name for name in reach if home in program.imports[name]]
    return sorted(found, key=lambda name: (len(program.imports[name] & set(found)), name))


def needed(program: Program, proofs: Iterable[str]) -> set[str]:
    """All that these proofs can see, and what must be there for it to be a program."""
    found = set(proofs)
    front = {name for full in found for name in program.named[full]}
    while front := front - found:
        found |= front
        front = {name for near in front for name in _named(program, near)}
    return found


def _named(program: Program, full: str) -> set[str]:
    return program.seen[full] if program.declarations[full].is_lemma else program.named[full]


def _copies(program: Program, one: Slice, suffix: str) -> tuple[str, set[str]]:
    """The modules of one slice, and the files that must be included for what they import from outside."""
    proofs = set(one.proofs)
    keep = needed(program, proofs) | needed(program, [one.symbol])
    home = program.declarations[one.symbol].module
    copied = between(program, home, {program.declarations[full].module for full in proofs})
    texts, outside = [], set()
    for name in copied:
        module = program.modules[name]
        outside |= {program.modules[i.target].file for i in module.imports if i.target not in copied}
        texts.append(_copy(program, module, one, keep, proofs, set(copied), suffix))
    return "\n".join(texts), outside


def _copy(
    program: Program, module: Module, one: Slice, keep: set[str], proofs: set[str], copied: set[str], suffix: str
) -> str:
    lines = [f"module {module.name}{suffix} {{"]
    for item in module.imports:
        target = f"{item.target}{suffix}" if item.target in copied else item.target
        lines.append(f"import {'opened ' if item.opened else ''}{item.alias} = {target}")
    source = program.texts[module.file]
    lines += [source[start:end] for start, end in module.types]
    for declaration in module.members:
        if declaration.full in keep:
            text = changed(source, declaration, one.mutant)
            lines.append(text if declaration.full in proofs else quiet(text, declaration, one.mutant))
    return "\n".join([*lines, "}"])


def changed(source: str, declaration: Declaration, mutant: Mutant | None) -> str:
    """The member's text, with the change where it is the changed one."""
    if mutant and mutant.symbol == declaration.full:
        return source[declaration.start : mutant.start] + mutant.new + source[mutant.end : declaration.end]
    return source[declaration.start : declaration.end]


def quiet(text: str, declaration: Declaration, mutant: Mutant | None) -> str:
    """The member as others see it, with nothing to be proved."""
    if declaration.is_lemma:
        shift = len(mutant.new) - (mutant.end - mutant.start) if mutant and mutant.symbol == declaration.full else 0
        body = declaration.body_at[0] - declaration.start + shift
        text = text[:body] if declaration.body_at[0] >= 0 else text
        return re.sub(r"\blemma\b", "lemma {:axiom}", text, count=1)
    return re.sub(rf"\b{declaration.kind}\b", f"{declaration.kind} {{:verify false}}", text, count=1)


RESULT = re.compile(r"(?P<module>\w+)_m(?P<number>\d+)\.(?P<name>.+)")
"""What Dafny calls a proof of a sheet."""
