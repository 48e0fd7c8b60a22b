#!/usr/bin/env python3
"""Hollow proofs: theorems whose premises nothing meets, premises that no proof uses, statements that nothing uses.

  run         tries everything below; writes proofs/vacuity.csv (a quarter of an hour on two cores; a file whose row is
              of what it says and includes now is left alone)
  check       pure Python: every headline theorem is applied, and the committed table is of these sources; part of
              `make test`

A theorem is tried again with `ensures false` in its place: were its premises contradictory, or its proof's, that would
verify too. Every theorem of the headline modules must be applied by a lemma that bears its name (`On_B2_Once`), so that
its premises are met somewhere and its conclusion is used. Tried in the same way is every lemma in which Dafny's
analysis (`--analyze-proofs`) finds a proof that rests on contradictory assumptions: most are proofs by contradiction,
whose branch is contradictory and whose lemma is not. Every `requires` that the analysis calls unnecessary is dropped;
where the lemma verifies without it, and is a theorem's or a lemma's that a theorem rests on by name, the build fails.
Warnings of unnecessary `assert` statements are only counted: they are hints to the solver.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from mutants.dafny import Workplace
from mutants.lexer import words
from mutants.mutant import Mutant
from mutants.nodes import Declaration, Node
from mutants.program import Program
from mutants.slices import Slice, sheet
from project import DAFNY, PROOFS, ROOT, ToolError, run_tool, say, write
from toolchain import Search, Toolchain, environment

HEADLINES = {
    name: f"{name}Applied" for name in ("Theorems", "SessionTheorems", "PocketFlowTheorems", "AnalysisTheorems")
}
"""The modules of the headline theorems, each with the module that applies them."""
TABLE = f"{PROOFS}/vacuity.csv"
HEADER = "file,seal,tried_with_ensures_false,contradictory_branches,premises_dropped,premises_spared,assert_hints"
CHUNK = 40
"""Lemmas tried in one run of Dafny."""
FILES = 10
"""Files analysed in one run of Dafny; after each the table is written, so that an interrupted run goes on there."""
REMEDY = "Run `make vacuity` (needs Dafny), and commit what it writes"
LIMIT = "8e6"
"""Resource units that a batch may use while it is analysed, which costs more than proving it."""
_WARNING = re.compile(r"^(?P<file>[^\s(]+)\((?P<line>\d+),(?P<column>\d+)\): Warning: (?P<text>.*)$")
_CONTRADICTORY = "proved using contradictory assumptions"
_UNNECESSARY = "unnecessary requires clause"
_HINT = "unnecessary (or partly unnecessary) assert statement"


@dataclass
class Analysis:
    """What Dafny's analysis says: the places of its warnings by kind, (file, line from 1, column from 0)."""

    contradictory: list[tuple[str, int, int]] = field(default_factory=list)
    unnecessary: list[tuple[str, int, int]] = field(default_factory=list)
    hints: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, order=True)
class Row:
    """What was tried of one file, and what Dafny's analysis said of it. `seal`: of what the file says and includes."""

    file: str
    seal: str
    tried: int
    branches: int
    premises: int
    spared: int
    hints: int


def read(said: str) -> Analysis:
    """Dafny's output; ToolError for a warning of an unknown kind, or if nothing was verified."""
    found = Analysis()
    if "Dafny program verifier finished" not in said:
        raise ToolError(f"the analysis of the proofs did not end:\n{said[-2000:].strip()}")
    for line in said.splitlines():
        if not (match := _WARNING.match(line)):
            continue
        place = (match["file"], int(match["line"]), int(match["column"]))
        if _CONTRADICTORY in match["text"]:
            found.contradictory.append(place)
        elif match["text"].startswith(_UNNECESSARY):
            found.unnecessary.append(place)
        elif match["text"].startswith(_HINT):
            found.hints[place[0]] += 1
        else:
            raise ToolError(f"a warning that tools/vacuity.py does not know: {line}")
    return found


# ---- what is tried ----
def headlines(program: Program) -> list[Declaration]:
    return [one for name in HEADLINES for one in _module(program, name) if one.is_lemma]


def witnesses(program: Program) -> list[Declaration]:
    """Witnesses, counterexamples and applications of theorems, by their names."""
    return [one for one in program.declarations.values() if one.is_lemma and one.name.startswith(("W_", "X_", "On_"))]


def unapplied(program: Program) -> list[str]:
    """The headline theorems that no application calls: there its premises would be met, its conclusion used."""
    lacking = []
    for theorem in headlines(program):
        named = [
            one
            for one in _module(program, HEADLINES[theorem.module])
            if one.name == f"On_{theorem.name}" and theorem.full in program.named[one.full]
        ]
        if not named:
            lacking.append(theorem.full)
    return lacking


def seeing(program: Program) -> list[str]:
    """The applications that do not begin by hiding definitions. Dafny hides for a batch of assertions as a whole: where
    one stands before `hide`, the theorem is not the only thing that is known after it."""
    found = []
    for name in HEADLINES.values():
        for one in _module(program, name):
            proof = words(program.texts[one.file][slice(*one.body_at)])[:2]
            if one.name.startswith("On_") and [token.text for token in proof] != ["{", "hide"]:
                found.append(one.full)
    return found


def hollowed(declaration: Declaration) -> Slice:
    """The lemma with `ensures false` besides."""
    at = declaration.body_at[0]
    if at < 0:
        raise ToolError(f"{declaration.full} has no proof")
    return _changed(declaration, at, at, "ensures false\n  ")


def without(declaration: Declaration, premise: Node) -> Slice:
    """The lemma without this part of a `requires`."""
    return _changed(declaration, premise.start, premise.end, "true")


def _changed(declaration: Declaration, start: int, end: int, new: str) -> Slice:
    symbol = declaration.full
    change = Mutant("probe", symbol, "probe", declaration.file, start, end, new, was="", becomes=new.strip())
    return Slice(symbol, change, (symbol,))


def premise(program: Program, place: tuple[str, int, int]) -> tuple[Declaration, Node]:
    """The lemma and the conjunct of its `requires` at this place."""
    declaration, at = _at(program, place)
    for clause in declaration.clauses:
        if clause.word == "requires" and clause.start <= at < clause.end:
            parts = clause.body.kids if clause.body.kind == "and" else (clause.body,)
            for part in parts:
                if part.start <= at < part.end:
                    return declaration, part
    raise ToolError(f"{place[0]}({place[1]},{place[2]}): no `requires` stands there")


def _at(program: Program, place: tuple[str, int, int]) -> tuple[Declaration, int]:
    file, line, column = place
    lines = program.texts[file].splitlines(keepends=True)
    at = sum(len(one) for one in lines[: line - 1]) + column
    for declaration in program.declarations.values():
        if declaration.file == file and declaration.start <= at < declaration.end:
            return declaration, at
    raise ToolError(f"{file}({line},{column}): no lemma or function stands there")


def _module(program: Program, name: str) -> Sequence[Declaration]:
    if name not in program.modules:
        raise ToolError(f"the module {name} is missing in dafny/")
    return program.modules[name].members


# ---- runs ----
def verified(program: Program, toolchain: Toolchain, slices: Sequence[Slice]) -> list[str]:
    """Those changed lemmas that Dafny still verifies, by name, each as often as it was tried and did."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(Path(folder), program, toolchain)
        for start in range(0, len(slices), CHUNK):
            chunk = slices[start : start + CHUNK]
            outcome = place.prove(sheet(program, chunk).text)
            if outcome.broken:
                raise ToolError(f"a changed lemma is no program: {outcome.broken[0]}")
            tried = outcome.proved | outcome.failed | outcome.exhausted
            for number, one in enumerate(chunk):
                module, _, name = one.symbol.rpartition(".")
                copy = f"{module}_m{number}.{name}"
                if copy not in tried:
                    raise ToolError(f"{one.symbol} was not tried")
                if copy in outcome.proved:
                    found.append(one.symbol)
    return found


def analyse(root: Path, toolchain: Toolchain, files: Sequence[str]) -> Analysis:
    """Dafny's analysis of every proof in these files."""
    options = ["--analyze-proofs", "--allow-warnings", "--enforce-determinism", "--resource-limit", LIMIT]
    options += ["--cores", "2", "--solver-path", str(toolchain.z3)]
    done = subprocess.run(
        [toolchain.dafny, "verify", *files, *options],
        cwd=root / DAFNY,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return read(done.stdout)


def applied(program: Program) -> int:
    """How many headline theorems there are; ToolError if one is not applied, or by what else is seen as well."""
    if lacking := unapplied(program):
        raise ToolError("theorems that nothing applies:" + _listed(lacking))
    if early := seeing(program):
        raise ToolError("theorems applied where definitions are seen (put `hide` first in the proof):" + _listed(early))
    return len(headlines(program))


def tried(root: Path, program: Program, toolchain: Toolchain, files: Sequence[str]) -> list[Row]:
    """The rows of these files. ToolError with what is hollow."""
    said = analyse(root, toolchain, files)
    suspects = {one.full for one, _ in (_at(program, place) for place in said.contradictory) if one.is_lemma}
    public = {one.full for one in [*headlines(program), *witnesses(program)] if one.file in files}
    probes = [program.declarations[full] for full in sorted(public | suspects)]
    if hollow := verified(program, toolchain, [hollowed(one) for one in probes]):
        raise ToolError("what these say follows from contradictory premises:" + _listed(hollow))
    premises = [premise(program, place) for place in said.unnecessary]
    spare = Counter(verified(program, toolchain, [without(one, part) for one, part in premises]))
    theorems = {one.full for one in headlines(program)} | _restatements(program)
    if bad := sorted(spare.keys() & theorems):
        raise ToolError("theorems that hold without a premise that they state:" + _listed(bad))
    found = []
    for file in files:
        dropped = [one.full for one, _ in premises if one.file == file]
        own = {one.full for one in program.declarations.values() if one.file == file}
        branches = len(suspects & own)
        count = sum(spare[full] for full in set(dropped))
        inside = sum(one.file == file for one in probes)
        found.append(Row(file, program.seals[file], inside, branches, len(dropped), count, said.hints[file]))
    return found


def render(table: Iterable[Row]) -> str:
    return "\n".join([HEADER, *(",".join(str(part) for part in astuple(row)) for row in sorted(table))]) + "\n"


def parse(text: str) -> list[Row]:
    """The table; ToolError for anything else."""
    lines = text.splitlines()
    if not lines or lines[0] != HEADER:
        raise ToolError(f"{TABLE} is no table of vacuity. {REMEDY}")
    table = []
    for number, line in enumerate(lines[1:], 2):
        fields = line.split(",")
        if len(fields) != 7 or not all(part.isdecimal() for part in fields[2:]):
            raise ToolError(f"{TABLE}:{number}: not a row of the table: {line!r}. {REMEDY}")
        table.append(Row(fields[0], fields[1], *(int(part) for part in fields[2:])))
    return table


def run(root: Path, toolchain: Toolchain) -> None:
    """Every file whose row does not hold; writes the table. ToolError with what is hollow."""
    program, path = Program.of(root), root / TABLE
    applied(program)
    before = parse(path.read_text(encoding="utf-8")) if path.is_file() else []
    table = [row for row in before if program.seals.get(row.file) == row.seal]
    stale = sorted(program.seals.keys() - {row.file for row in table})
    say(f"trying {len(stale)} of {len(program.seals)} files")
    for first in range(0, len(stale), FILES):
        table += tried(root, program, toolchain, stale[first : first + FILES])
        if Program.of(root).seals != program.seals:
            raise ToolError("the sources changed on the way")
        write(path, render(table))
        say(f"  {len(table)}/{len(program.seals)} files")
    write(path, render(table))
    say(f"wrote {TABLE}: {told(table)}")


def check(root: Path) -> str:
    """Every headline theorem is applied, and the table is of these sources; what it says in one line."""
    program = Program.of(root)
    theorems = applied(program)
    path = root / TABLE
    if not path.is_file():
        raise ToolError(f"{TABLE} is missing. {REMEDY}")
    table = parse(path.read_text(encoding="utf-8"))
    if {row.file: row.seal for row in table} != program.seals:
        raise ToolError(f"{TABLE} is of other sources. {REMEDY}")
    return f"{theorems} headline theorems are applied; {told(table)}"


def told(table: Sequence[Row]) -> str:
    return (
        f"{sum(row.tried for row in table)} lemmas tried with `ensures false`: none verifies; "
        f"{sum(row.premises for row in table)} premises dropped: "
        f"{sum(row.spared for row in table)} can be spared, none of a theorem"
    )


def _restatements(program: Program) -> set[str]:
    """The lemmas that headline theorems call and that bear a theorem's name."""
    return {
        full
        for theorem in headlines(program)
        for full in program.named[theorem.full]
        if program.declarations[full].is_lemma and re.match(r"(B|S|P)\d+_", program.declarations[full].name)
    }


def _listed(names: Iterable[str]) -> str:
    return "".join(f"\n    {name}" for name in names)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    parser.add_argument("step", choices=("run", "check"))
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "run":
        run(root, Search(root=root).find())
    else:
        say(check(root))
    return 0


if __name__ == "__main__":
    run_tool(main)
