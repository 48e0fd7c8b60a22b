"""A generated file holds, for each mutant, copies of just the modules that stand between it and the proofs."""

from __future__ import annotations

from mutants.files import read_file
from mutants.program import Program
from mutants.sites import mutants
from mutants.slices import Slice, between, sheet
from project import ROOT
from tests.mutants.small import program


def one(found: Program, symbol: str, becomes: str) -> Slice:
    mutant = next(m for m in mutants(found) if m.symbol == symbol and m.becomes == becomes)
    return Slice(symbol, mutant, ("Theorems.Uses",))


def test_only_what_the_proof_sees_is_copied() -> None:
    found = program()
    page = sheet(found, [one(found, "Spec.Fair", "0 <= n && true")])
    names = {d.full: d for module in read_file(page.text, "page") for d in module.members}
    assert set(names) == {"Spec_m0.Fair", "Spec_m0.Least", "Theorems_m0.LeastIsFair", "Theorems_m0.Uses"}
    assert "predicate {:verify false} Fair(n: int, limit: int) { 0 <= n && true }" in page.text
    assert "lemma {:axiom} LeastIsFair" in page.text
    assert names["Theorems_m0.LeastIsFair"].body_at == (-1, -1)
    assert "{ LeastIsFair(a, 5); }" in page.text
    # The module between them is copied too, so that all speak of the same types; nothing is left to be included.
    assert "import opened Spec = Spec_m0\nimport C = Code_m0\n" in page.text
    assert "include" not in page.text


def test_several_mutants_and_a_control_share_a_file() -> None:
    found = program()
    slices = [
        one(found, "Spec.Fair", "0 <= n && true"),
        one(found, "Spec.Fair", "true && n <= limit"),
        Slice("Spec.Fair", None, ("Theorems.Uses",)),
    ]
    page = sheet(found, slices)
    lines = page.text.splitlines()
    for number, text in enumerate(("0 <= n && true", "true && n <= limit", "0 <= n && n <= limit")):
        places = [at for at, line in enumerate(lines, 1) if text in line]
        assert [page.owner(at) for at in places] == [number]
    assert page.owner(len(lines) + 1) is None


def test_the_proof_of_the_changed_declaration_itself_is_kept_whole() -> None:
    found = program()
    mutant = next(m for m in mutants(found) if m.symbol == "Code.Sum" and m.operator == "boundary")
    page = sheet(found, [Slice("Code.Sum", mutant, ("Code.Sum",))])
    assert "while at <= |s|\n      invariant i <= at <= |s|" in page.text
    assert "{:verify false} Sum" not in page.text
    assert page.text.startswith('include "Spec.dfy"\n')


def test_modules_between_come_with_importers_last() -> None:
    found = program()
    assert between(found, "Spec", ["Theorems"]) == ["Spec", "Code", "Theorems"]
    assert between(found, "Theorems", ["Theorems"]) == ["Theorems"]


def test_slices_of_the_real_sources_are_read_again() -> None:
    real = Program.of(ROOT)
    for mutant in mutants(real)[::97]:
        watchers = sorted(real.watchers(mutant.symbol))
        page = sheet(real, [Slice(mutant.symbol, mutant, tuple(watchers[::7]))])
        names = [d.name for module in read_file(page.text, "page") for d in module.members]
        assert mutant.symbol.rpartition(".")[2] in names
        assert {name.rpartition(".")[2] for name in watchers[::7]} <= set(names)
