"""The whole way with the real Dafny, on a small program: strong proofs catch, weak ones let through, and are named."""

from __future__ import annotations

from pathlib import Path

from mutants.dafny import Workplace
from mutants.hunt import Hunt
from mutants.sites import mutants
from mutants.store import Store
from tests.mutants.small import SPEC, program
from toolchain import Toolchain

# What survives here shows holes in these proofs, such as the gate is for: no theorem says what is not fair, and
# `Uses` does not need the theorem that it calls.
EXPECTED = {
    ("Spec.Least", "if a <= b then b else a"): ("caught", "Theorems.LeastIsFair"),
    ("Spec.Least", "a < b"): ("survived", ""),
    ("Spec.Fair", "0 <= n && true"): ("survived", ""),
    ("Spec.Fair", "n < limit"): ("caught", "Theorems.LeastIsFair"),
    ("Code.Sum", "at <= |s|"): ("caught", "Code.Sum"),
    ("Code.Sum", "nothing"): ("caught", "Code.Sum"),
    ("Theorems.LeastIsFair", "0 <= a"): ("caught", "Theorems.LeastIsFair"),
    ("Theorems.LeastIsFair", "Fair(Least(a, b), a)"): ("survived", ""),
    ("Theorems.LeastIsFair", "0 <= a && 0 <= b"): ("caught", "Theorems.Uses"),
    ("Theorems.Alone", "C.Sum([], 0) == 0"): ("survived", ""),
}


def test_small_program(dafny: Toolchain, tmp_path: Path) -> None:
    found = program()
    store = Store(tmp_path / "verdicts.jsonl", found)
    place = Workplace(tmp_path / "copy", found, dafny)
    chosen = {}
    for mutant in mutants(found):
        for name in ((mutant.symbol, mutant.becomes), (mutant.symbol, mutant.was)):
            if name in EXPECTED:
                chosen.setdefault(name, mutant)
    assert set(chosen) == set(EXPECTED)
    Hunt(found, store, {}, [place]).run(chosen.values())
    ends = {name: (store.verdicts[m.key].verdict, store.verdicts[m.key].by) for name, m in chosen.items()}
    assert ends == EXPECTED


def test_what_is_no_program_is_told_from_what_is_not_proved(dafny: Toolchain, tmp_path: Path) -> None:
    text = SPEC.replace("n <= limit }", "n + |Word() + Word()| - 4 <= limit }").replace(
        "  function Least", '  ghost function Word(): string { "ab" }\n  function Least'
    )
    found = program(Spec=text)
    store = Store(tmp_path / "verdicts.jsonl", found)
    place = Workplace(tmp_path / "copy", found, dafny)
    Hunt(found, store, {}, [place]).run(m for m in mutants(found) if m.symbol == "Spec.Fair")
    ends = {(v.operator, v.becomes): v.verdict for v in store.verdicts.values()}
    assert ends["arithmetic", "Word() - Word()"] == "stillborn"
    assert ends["conjunct", "true && n + |Word() + Word()| - 4 <= limit"] == "survived"
    assert ends["boundary", "n + |Word() + Word()| - 4 < limit"] == "caught"
