"""Three faults of the specification, one line each, from which every theorem follows: a counterexample catches each.

What the classes of safety promise is weakened: it is promised of some requests only. Their theorems are then easier to
prove, and nothing else is about them. Only the lemma that shows a forbidden request violating the promise is left.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.dafny import Workplace
from mutants.hunt import Hunt
from mutants.mutant import Mutant
from mutants.program import Program
from mutants.slices import Slice, sheet
from mutants.store import Store
from project import ROOT
from toolchain import Toolchain

FAULTS = {
    "egress of requests with one part": (
        "EgressSpec.GoesToListed",
        "AtListed(atom, host, listed)",
        "AtListed(atom, host, listed) || |q.parts| == 1",
        "EgressWitnesses.X_OtherHost",
    ),
    "changes of files by parts with one atom": (
        "FilesystemSpec.StaysInside",
        "atom in part.atoms ::",
        "atom in part.atoms && |part.atoms| > 1 ::",
        "FilesystemWitnesses.X_DeletedElsewhere",
    ),
    "sending by parts with one atom": (
        "ExfiltrationSpec.SendsCleared",
        "atom in part.atoms ::",
        "atom in part.atoms && |part.atoms| > 1 ::",
        "ExfiltrationWitnesses.X_SentAnywhere",
    ),
}


def seeded(program: Program, symbol: str, was: str, becomes: str) -> Mutant:
    declaration = program.declarations[symbol]
    start = program.texts[declaration.file].index(was, declaration.start, declaration.end)
    end = start + len(was)
    return Mutant("specification", symbol, "seeded", declaration.file, start, end, becomes, was, becomes)


@pytest.fixture(scope="module")
def real() -> Program:
    return Program.of(ROOT)


@pytest.mark.parametrize("name", FAULTS)
def test_everything_else_still_verifies(name: str, real: Program, dafny: Toolchain, tmp_path: Path) -> None:
    symbol, was, becomes, catcher = FAULTS[name]
    mutant = seeded(real, symbol, was, becomes)
    # All proofs that can see the change; the others cannot tell the difference.
    proofs = tuple(sorted(full for full in real.watchers(symbol) if real.declarations[full].is_lemma or full == symbol))
    page = sheet(real, [Slice(symbol, mutant, proofs), Slice(symbol, None, proofs)])
    outcome = Workplace(tmp_path / "copy", real, dafny).prove(page.text)
    module, lemma = catcher.split(".")
    assert outcome.failed == {f"{module}_m0.{lemma}"}
    assert outcome.exhausted == set()
    assert {f"{full.split('.')[0]}_m1.{full.split('.')[1]}" for full in proofs if real.declarations[full].is_lemma} <= (
        outcome.proved
    )


def test_the_gate_names_the_lemma_that_caught_it(real: Program, dafny: Toolchain, tmp_path: Path) -> None:
    several = {name: seeded(real, *fault[:3]) for name, fault in FAULTS.items()}
    store = Store(tmp_path / "verdicts.jsonl", real)
    Hunt(real, store, {}, [Workplace(tmp_path / "copy", real, dafny)]).run(several.values())
    found = {
        name: (store.verdicts[mutant.key].verdict, store.verdicts[mutant.key].by) for name, mutant in several.items()
    }
    assert found == {name: ("caught", fault[3]) for name, fault in FAULTS.items()}
