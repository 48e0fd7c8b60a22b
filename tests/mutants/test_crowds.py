"""Many mutants in one copy: variants speak of their own kind, and what sees no change is there once."""

from __future__ import annotations

from collections import Counter

from mutants.crowds import crowd
from mutants.files import read_file
from mutants.program import Program
from mutants.sites import mutants
from mutants.slices import Slice
from project import ROOT
from tests.mutants.small import program


def two(found: Program) -> list[Slice]:
    several = [m for m in mutants(found) if m.symbol == "Spec.Fair" and m.operator == "conjunct"]
    return [Slice("Spec.Fair", mutant, ("Theorems.Uses",)) for mutant in several]


def test_each_mutant_has_its_variants() -> None:
    found = program()
    page = crowd(found, [*two(found), Slice("Spec.Fair", None, ("Theorems.Uses",))])
    names = Counter(d.full for module in read_file(page.text, "page") for d in module.members)
    assert set(names.values()) == {1}
    variants = {
        f"{name}_m{n}" for name in ("Spec_c.Fair", "Theorems_c.LeastIsFair", "Theorems_c.Uses") for n in range(3)
    }
    assert set(names) == {"Spec_c.Least", *variants}
    assert "Fair_m0(n: int, limit: int) { true && n <= limit }" in page.text
    assert "Fair_m2(n: int, limit: int) { 0 <= n && n <= limit }" in page.text
    assert "ensures Fair_m1(Least(a, b), a)" in page.text
    assert "{ LeastIsFair_m1(a, 5); }" in page.text


def test_lines_belong_to_variants() -> None:
    found = program()
    page = crowd(found, two(found))
    for number, line in enumerate(page.text.splitlines(), 1):
        for mutant in (0, 1):
            if f"_m{mutant}(" in line:
                assert page.owner(number) == mutant


def test_a_name_means_what_its_module_says() -> None:
    text = """module Theorems {
  import S = Spec
  datatype Box = Box(Fair: int)
  lemma Here(b: Box) ensures S.Fair(b.Fair, b.Fair) || b.Fair < 0 {}
}
"""
    found = program(Theorems=text, Code="")
    mutant = next(m for m in mutants(found) if m.symbol == "Spec.Fair")
    page = crowd(found, [Slice("Spec.Fair", mutant, ("Theorems.Here",))])
    assert "lemma Here_m0(b: Box) ensures S.Fair_m0(b.Fair, b.Fair) || b.Fair < 0 {}" in page.text
    assert "datatype Box = Box(Fair: int)" in page.text


def test_crowds_of_the_real_sources_are_read_again() -> None:
    real = Program.of(ROOT)
    several = mutants(real)
    for start in range(0, len(several), 211):
        page = several[start : start + 3]
        slices = [Slice(m.symbol, m, tuple(sorted(real.watchers(m.symbol))[::9])) for m in page]
        names = [d.full for module in read_file(crowd(real, slices).text, "page") for d in module.members]
        assert len(set(names)) == len(names)
        for number, one in enumerate(slices):
            for proof in one.proofs:
                module, _, name = proof.rpartition(".")
                assert f"{module}_c.{name}_m{number}" in names
