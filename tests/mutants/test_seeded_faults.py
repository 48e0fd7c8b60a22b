"""Three faults of the specification, one line each, from which every theorem follows: a counterexample catches each.

What the classes of safety promise is weakened: it is promised of some requests only. Their theorems are then easier to
prove, and nothing else is about them. Only the lemma that shows a forbidden request violating the promise is left.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.crowds import crowd
from mutants.dafny import Workplace
from mutants.hunt import Hunt
from mutants.mutant import Mutant
from mutants.program import Program
from mutants.slices import Slice
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


@pytest.fixture(scope="module")
def several(real: Program) -> list[Mutant]:
    return [seeded(real, *fault[:3]) for fault in FAULTS.values()]


def test_everything_else_still_verifies(real: Program, several: list[Mutant], dafny: Toolchain, tmp_path: Path) -> None:
    # All proofs that can see a change; the others cannot tell the difference.
    watchers = {
        mutant: [n for n in real.watchers(mutant.symbol) if real.declarations[n].is_lemma] for mutant in several
    }
    slices = [Slice(m.symbol, m, tuple(sorted(watchers[m]))) for m in several]
    controls = [Slice(one.symbol, None, one.proofs) for one in slices]
    outcome = Workplace(tmp_path / "copy", real, dafny).prove(crowd(real, [*slices, *controls]).text)
    catchers = [fault[3].split(".") for fault in FAULTS.values()]
    assert outcome.failed == {f"{module}_c.{lemma}_m{number}" for number, (module, lemma) in enumerate(catchers)}
    assert outcome.exhausted == set()
    # Each proof that sees a fault was tried with it, or stands once for all where the fault does not reach its copy.
    for number, one in enumerate(slices):
        for module, _, lemma in (proof.rpartition(".") for proof in one.proofs):
            copies = {f"{module}_c.{lemma}_m{number}", f"{module}_c.{lemma}"}
            assert copies & (outcome.proved | outcome.failed), lemma


def test_the_gate_names_the_lemma_that_caught_it(
    real: Program, several: list[Mutant], dafny: Toolchain, tmp_path: Path
) -> None:
    store = Store(tmp_path / "verdicts.jsonl", real)
    known = {mutant.key: fault[3] for mutant, fault in zip(several, FAULTS.values(), strict=True)}
    Hunt(real, store, {}, [Workplace(tmp_path / "copy", real, dafny)], known).run(several)
    found = [(store.verdicts[mutant.key].verdict, store.verdicts[mutant.key].by) for mutant in several]
    assert found == [("caught", fault[3]) for fault in FAULTS.values()]
