"""Every mutant of the real sources is one changed range, is read again without a fault, and keeps its name."""

from __future__ import annotations

from collections import defaultdict

import pytest

from mutants.files import read_file
from mutants.mutant import Mutant, apply
from mutants.program import Program
from mutants.sites import mutants, specification, theorems
from project import ROOT

REAL = Program.of(ROOT)
MUTANTS = mutants(REAL)
BY_FILE: dict[str, list[Mutant]] = defaultdict(list)
for _mutant in MUTANTS:
    BY_FILE[_mutant.file].append(_mutant)


@pytest.mark.parametrize("file", BY_FILE)
def test_a_mutant_changes_one_range_within_its_declaration(file: str) -> None:
    text = REAL.texts[file]
    for mutant in BY_FILE[file]:
        declaration = REAL.declarations[mutant.symbol]
        changed = apply(mutant, text)
        assert changed != text
        assert changed[: mutant.start] == text[: mutant.start]
        assert changed.endswith(text[mutant.end :])
        assert declaration.start <= mutant.start <= mutant.end <= declaration.end
        assert mutant.was != mutant.becomes, mutant


@pytest.mark.parametrize("file", BY_FILE)
def test_a_mutant_is_read_again_with_the_same_declarations(file: str) -> None:
    text = REAL.texts[file]
    names = [(d.full, d.kind) for module in read_file(text, file) for d in module.members]
    # One in five: all of them take minutes, and the operators are the same everywhere.
    for mutant in BY_FILE[file][::5]:
        again = read_file(apply(mutant, text), file)
        assert [(d.full, d.kind) for module in again for d in module.members] == names, mutant


def test_names_of_mutants_are_unique() -> None:
    assert len({mutant.key for mutant in MUTANTS}) == len(MUTANTS)


def test_names_of_mutants_do_not_depend_on_lines_or_comments() -> None:
    shifted = Program({file: "// One more line.\n\n" + text for file, text in REAL.texts.items()})
    assert {mutant.key for mutant in mutants(shifted)} == {mutant.key for mutant in MUTANTS}


def test_the_specification_is_what_the_theorems_mean() -> None:
    meant = specification(REAL)
    assert {"Permission.Permitted", "Reading.Meets", "Boundary.Act", "RateSpec.Window", "Cells.Admits"} <= meant
    assert {d.name.split("_")[0] for d in theorems(REAL)} >= {f"B{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)}


def test_each_kind_has_its_mutants() -> None:
    kinds = {mutant.kind for mutant in MUTANTS}
    assert kinds == {"code", "specification", "statement"}
    changed = {mutant.symbol for mutant in MUTANTS}
    assert {"Kernel.SpendAll", "Permission.Permitted", "Theorems.B1_Decision"} <= changed
