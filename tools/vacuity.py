#!/usr/bin/env python3
"""Hollow proofs: theorems whose premises nothing meets, premises that no proof uses, statements that nothing uses.

  applied     every headline theorem is applied somewhere (seconds, no Dafny); part of `make test`
  whole       that, what is contradictory, and Dafny's analysis of every proof; writes proofs/vacuity.txt;
              part of `make proofs`, and the certificate binds what it wrote to the sources

A theorem is tried again with `ensures false` in its place: were its premises contradictory, or its proof's, that would
verify too. Every theorem of the headline modules must be applied by a lemma that bears its name (`On_B2_Once`), so that
its premises are met somewhere and its conclusion is used. `whole` also tries in this way every lemma in which Dafny's
analysis (`--analyze-proofs`) finds a proof that rests on contradictory assumptions: most are proofs by contradiction,
whose branch is contradictory and whose lemma is not. It drops every `requires` that the analysis calls unnecessary;
where the lemma verifies without it, and is a theorem's or a lemma's that a theorem rests on by name, the build fails.
Warnings of unnecessary `assert` statements are not looked at: they are hints to the solver.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutants.dafny import Workplace
from mutants.mutant import Mutant
from mutants.nodes import Declaration, Node
from mutants.program import Program
from mutants.slices import Slice, sheet
from project import CONFIG, PROOFS, ROOT, ToolError, run_tool, say, write
from toolchain import Search, Toolchain, environment

HEADLINES = {"Theorems": "TheoremsApplied", "SessionTheorems": "SessionTheoremsApplied"}
"""The modules of the headline theorems, each with the module that applies them."""
REPORT = f"{PROOFS}/vacuity.txt"
CHUNK = 40
"""Lemmas tried in one run of Dafny."""
LIMIT = "8e6"
"""Resource units that a batch may use while it is analysed, which costs more than proving it."""
_WARNING = re.compile(r"^(?P<file>[^\s(]+)\((?P<line>\d+),(?P<column>\d+)\): Warning: (?P<text>.*)$")
_CONTRADICTORY = "proved using contradictory assumptions"
_UNNECESSARY = "unnecessary requires clause"
_HINT = "unnecessary (or partly unnecessary) assert statement"


@dataclass
class Analysis:
    """What Dafny's analysis says: the places of its warnings by kind, (file, line, column), each from 1."""

    contradictory: list[tuple[str, int, int]] = field(default_factory=list)
    unnecessary: list[tuple[str, int, int]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


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
            found.kinds["from contradictory assumptions"] += 1
        elif match["text"].startswith(_UNNECESSARY):
            found.unnecessary.append(place)
            found.kinds["unnecessary requires"] += 1
        elif match["text"].startswith(_HINT):
            found.kinds["unnecessary assert"] += 1
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
    at = sum(len(one) for one in lines[: line - 1]) + column - 1
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
            say(f"  {min(start + CHUNK, len(slices))}/{len(slices)}")
    return found


def analyse(root: Path, toolchain: Toolchain) -> Analysis:
    """Dafny's analysis of every proof."""
    options = ["--analyze-proofs", "--allow-warnings", "--resource-limit", LIMIT, "--cores", "2"]
    done = subprocess.run(
        [toolchain.dafny, "verify", Path(CONFIG).name, *options, "--solver-path", str(toolchain.z3)],
        cwd=root / Path(CONFIG).parent,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return read(done.stdout)


def applied(program: Program) -> int:
    """How many headline theorems there are; ToolError if one is not applied."""
    if lacking := unapplied(program):
        raise ToolError("theorems that nothing applies:" + _listed(lacking))
    return len(headlines(program))


def contradictions(program: Program, toolchain: Toolchain) -> list[str]:
    """The headlines and the witnesses; the lines of a report. ToolError with what is hollow."""
    theorems = applied(program)
    tried = [*headlines(program), *witnesses(program)]
    say(f"trying {len(tried)} theorems and witnesses with `ensures false`")
    if hollow := verified(program, toolchain, [hollowed(one) for one in tried]):
        raise ToolError("what these say follows from contradictory premises:" + _listed(hollow))
    return [
        f"{theorems} headline theorems, each applied by a lemma of its name",
        f"{len(tried)} theorems, witnesses, counterexamples and applications tried with `ensures false`: none verifies",
    ]


def whole(root: Path, toolchain: Toolchain) -> None:
    """Everything; writes the report."""
    program = Program.of(root)
    lines = contradictions(program, toolchain)
    say("analysing every proof")
    found = analyse(root, toolchain)
    suspects = {declaration.full: declaration for declaration, _ in (_at(program, one) for one in found.contradictory)}
    say(f"trying {len(suspects)} lemmas with contradictory assumptions in a proof")
    if hollow := verified(program, toolchain, [hollowed(one) for one in suspects.values() if one.is_lemma]):
        raise ToolError("what these say follows from contradictory premises:" + _listed(hollow))
    premises = [premise(program, place) for place in found.unnecessary]
    say(f"trying {len(premises)} lemmas without a premise")
    spare = Counter(verified(program, toolchain, [without(one, part) for one, part in premises]))
    public = {one.full for one in headlines(program)} | _restatements(program)
    if bad := sorted(spare.keys() & public):
        raise ToolError("theorems that hold without a premise that they state:" + _listed(bad))
    lines += [
        f"warnings of the analysis: {', '.join(f'{n} {kind}' for kind, n in sorted(found.kinds.items()))}",
        f"{len(suspects)} lemmas with a contradictory branch, tried with `ensures false`: none verifies",
        f"{len(premises)} unnecessary premises, each dropped: {sum(spare.values())} can be spared, 0 of theorems",
    ]
    write(root / REPORT, "\n".join(lines) + "\n")
    say(f"wrote {REPORT}")


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
    parser.add_argument("step", choices=("applied", "whole"))
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "whole":
        whole(root, Search(root=root).find())
    else:
        say(f"{applied(Program.of(root))} headline theorems, each applied by a lemma of its name")
    return 0


if __name__ == "__main__":
    run_tool(main)
