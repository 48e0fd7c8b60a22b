"""Hollow proofs are found: by Dafny itself where it can be had, and by what can be read without it."""

from __future__ import annotations

from pathlib import Path

import pytest

import vacuity
from mutants.program import Program
from project import ROOT, ToolError
from toolchain import Toolchain

THEOREMS = """module Theorems {
  ghost predicate Even(n: int) { n % 2 == 0 }
  lemma T1_Sum(a: int, b: int)
    requires Even(a) && Even(b)
    ensures Even(a + b)
  {}
  lemma T2_Hollow(a: int)
    requires a < 0 && 0 < a
    ensures Even(a)
  {}
}
module SessionTheorems {
  lemma T3_Spare(a: int, b: int)
    requires a == b && 0 <= a
    ensures b == a
  {}
}
module PocketFlowTheorems {}
module AnalysisTheorems {}
"""
APPLIED = """module TheoremsApplied {
  import opened Theorems
  lemma On_T1_Sum()
    ensures Even(2 + 4)
  { hide Even; assert Even(2) && Even(4) by { reveal Even; } T1_Sum(2, 4); }
  lemma On_T2_Hollow(a: int)
    requires a < 0 && 0 < a
    ensures Even(a)
  { hide *; T2_Hollow(a); }
}
module SessionTheoremsApplied {
  import opened SessionTheorems
  lemma On_T3_Spare()
  { hide *; T3_Spare(1, 1); }
}
module PocketFlowTheoremsApplied {}
module AnalysisTheoremsApplied {}
"""


@pytest.fixture
def program() -> Program:
    return Program({"Theorems.dfy": THEOREMS, "Applied.dfy": 'include "Theorems.dfy"\n' + APPLIED})


def test_every_theorem_is_applied_here() -> None:
    assert vacuity.applied(Program.of(ROOT)) >= 30


def test_a_theorem_that_nothing_applies_is_named(program: Program) -> None:
    assert vacuity.applied(program) == 3
    text = APPLIED.replace("T1_Sum(2, 4);", "")
    with pytest.raises(ToolError, match=r"nothing applies:\n    Theorems\.T1_Sum$"):
        vacuity.applied(Program({"Theorems.dfy": THEOREMS, "Applied.dfy": 'include "Theorems.dfy"\n' + text}))


@pytest.mark.parametrize("proof", ["assert Even(2); hide *; T3_Spare(1, 1);", "T3_Spare(1, 1);"])
def test_an_application_that_sees_definitions_is_named(proof: str) -> None:
    text = APPLIED.replace("hide *; T3_Spare(1, 1);", proof)
    with pytest.raises(ToolError, match=r"definitions are seen .*:\n    SessionTheoremsApplied\.On_T3_Spare$"):
        vacuity.applied(Program({"Theorems.dfy": THEOREMS, "Applied.dfy": 'include "Theorems.dfy"\n' + text}))


def test_a_theorem_of_contradictory_premises_is_found(program: Program, dafny: Toolchain) -> None:
    tried = [*vacuity.headlines(program), *vacuity.witnesses(program)]
    assert len(tried) == 6
    found = vacuity.verified(program, dafny, [vacuity.hollowed(one) for one in tried])
    assert found == ["Theorems.T2_Hollow", "TheoremsApplied.On_T2_Hollow"]


def test_a_premise_that_no_proof_uses_is_found(program: Program, dafny: Toolchain) -> None:
    places = [("Theorems.dfy", 4, 13), ("Theorems.dfy", 14, 13), ("Theorems.dfy", 14, 23)]
    premises = [vacuity.premise(program, place) for place in places]
    assert [program.texts[one.file][part.start : part.end] for one, part in premises] == ["Even(a)", "a == b", "0 <= a"]
    found = vacuity.verified(program, dafny, [vacuity.without(one, part) for one, part in premises])
    assert found == ["SessionTheorems.T3_Spare"]


def test_warnings_are_told_apart_by_kind() -> None:
    said = vacuity.read(
        "A/B.dfy(3,5): Warning: unnecessary requires clause\n"
        "A/B.dfy(4,7): Warning: proved using contradictory assumptions: index in range\n"
        "A/B.dfy(6,7): Warning: ensures clause proved using contradictory assumptions\n"
        "A/B.dfy(5,5): Warning: unnecessary (or partly unnecessary) assert statement\n"
        "  |\nDafny program verifier finished with 3 verified, 0 errors\n"
    )
    assert said.contradictory == [("A/B.dfy", 4, 7), ("A/B.dfy", 6, 7)]
    assert said.unnecessary == [("A/B.dfy", 3, 5)]
    assert said.hints == {"A/B.dfy": 1}


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ("A.dfy(3,5): Warning: the moon is full\nDafny program verifier finished with 1 verified", "does not know"),
        ("Unhandled exception", "did not end"),
    ],
)
def test_what_is_not_understood_is_no_success(said: str, match: str) -> None:
    with pytest.raises(ToolError, match=match):
        vacuity.read(said)


def test_a_place_without_a_premise_is_refused(program: Program) -> None:
    with pytest.raises(ToolError, match="no `requires`"):
        vacuity.premise(program, ("Theorems.dfy", 5, 13))
    with pytest.raises(ToolError, match="stands there"):
        vacuity.premise(program, ("Theorems.dfy", 1, 1))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "dafny").mkdir()
    sound = THEOREMS.replace("requires a < 0 && 0 < a", "requires a == 0")
    (tmp_path / "dafny/Theorems.dfy").write_text(sound)
    text = APPLIED.replace("requires a < 0 && 0 < a", "requires a == 0")
    (tmp_path / "dafny/Applied.dfy").write_text('include "Theorems.dfy"\n' + text)
    return tmp_path


def test_the_table_holds_until_the_sources_change(
    checkout: Path, dafny: Toolchain, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ToolError, match="is missing"):
        vacuity.check(checkout)
    with pytest.raises(ToolError, match=r"without a premise that they state:\n    SessionTheorems\.T3_Spare"):
        vacuity.run(checkout, dafny)
    path = checkout / "dafny/Theorems.dfy"
    path.write_text(path.read_text().replace(" && 0 <= a", ""))
    vacuity.run(checkout, dafny)
    assert vacuity.check(checkout).startswith("3 headline theorems are applied; 6 lemmas tried")
    assert "trying 2 of 2 files" in capsys.readouterr().out
    vacuity.run(checkout, dafny)
    assert "trying 0 of 2 files" in capsys.readouterr().out
    path.write_text(path.read_text().replace("n % 2 == 0", "0 == n % 2"))
    with pytest.raises(ToolError, match="is of other sources"):
        vacuity.check(checkout)


def test_a_hollow_theorem_fails_the_run(checkout: Path, dafny: Toolchain) -> None:
    path = checkout / "dafny/Theorems.dfy"
    path.write_text(path.read_text().replace("requires a == 0", "requires a == 0 && a == 1"))
    other = checkout / "dafny/Applied.dfy"
    other.write_text(other.read_text().replace("requires a == 0", "requires a == 0 && a == 1"))
    with pytest.raises(ToolError, match=r"contradictory premises:\n    Theorems\.T2_Hollow\n    .*On_T2_Hollow"):
        vacuity.run(checkout, dafny)
    assert not (checkout / vacuity.TABLE).exists()


@pytest.mark.parametrize(
    "text", ["", "file,seal\n", f"{vacuity.HEADER}\nA.dfy,1,2\n", f"{vacuity.HEADER}\nA,s,1,2,3,4,x\n"]
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ToolError, match=r"no table|not a row"):
        vacuity.parse(text)
