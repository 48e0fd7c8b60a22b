"""Which proofs see a declaration, and what the seal of a verdict does and does not notice."""

from __future__ import annotations

import pytest

from mutants.program import Program
from project import ROOT
from tests.mutants.small import CODE, SPEC, TEXTS, THEOREMS, program


def test_watchers_are_all_whose_proofs_can_see_it() -> None:
    found = program()
    assert found.watchers("Spec.Fair") == {"Spec.Fair": 0, "Theorems.LeastIsFair": 1, "Theorems.Uses": 1}
    assert found.watchers("Theorems.LeastIsFair") == {"Theorems.LeastIsFair": 0, "Theorems.Uses": 1}
    assert found.watchers("Code.Sum") == {"Code.Sum": 0, "Theorems.Alone": 1}


def test_the_body_of_a_lemma_is_nobody_elses_business() -> None:
    hidden = THEOREMS.replace("requires 5 <= a\n    ensures Fair(Least(a, 5), a)", "ensures a == a")
    found = program(Theorems=hidden + "module More { import T = Theorems lemma Far() { T.Uses(7); } }\n")
    assert "Theorems.Uses" in found.watchers("Spec.Fair")
    assert "More.Far" not in found.watchers("Spec.Fair")
    assert "More.Far" in found.watchers("Theorems.Uses")


def test_what_a_statement_means_is_of_the_module_behind_the_name() -> None:
    """A constructor, a field and another module's function may go by one name: only what can be meant is reached."""
    other = "module Other { ghost predicate Fair(n: int) { Deep(n) } ghost predicate Deep(n: int) { true } }\n"
    users = """module Users {
  import opened Spec
  import O = Other
  lemma Bare(l: Light) ensures Fair(l.left, 1) {}
  lemma Behind(l: Light) ensures O.Fair(l.Deep) {}
}
"""
    found = program(Theorems=THEOREMS + other + users)

    def reached(name: str) -> set[str]:
        declaration = found.declarations[name]
        return found.reached([(declaration, found.statement(declaration))])

    assert reached("Users.Bare") == {"Spec.Fair"}
    assert reached("Users.Behind") == {"Other.Fair", "Other.Deep"}


def test_imports_and_includes_reach_through_others() -> None:
    found = program()
    assert found.imports["Theorems"] == {"Theorems", "Code", "Spec"}
    assert found.includes["Theorems.dfy"] == set(TEXTS)


@pytest.mark.parametrize(
    ("file", "old", "new", "notices"),
    [
        ("Spec", "n <= limit", "n < limit", True),
        ("Spec", "left: int", "left: nat", True),
        ("Theorems", "requires 5 <= a", "requires 6 <= a", True),
        ("Theorems", "{ LeastIsFair(a, 5); }", "{ LeastIsFair(5, a); }", True),
        ("Theorems", "ensures Fair(Least(a, b), a)", "ensures Fair(Least(a, b), b)", True),
        ("Theorems", "  {}\n", "  { assert a == a; }\n", False),
        ("Spec", "// A comment", "// Another comment", False),
        ("Spec", "ghost predicate Fair", "\n\n  ghost predicate   Fair", False),
        ("Spec", "l.Green? && 0", "l.Red? && 0", False),
        ("Code", "total + s[at]", "s[at] + total", False),
    ],
)
def test_a_seal_holds_until_something_changes_that_the_proof_sees(file: str, old: str, new: str, notices: bool) -> None:
    text = {"Spec": SPEC, "Code": CODE, "Theorems": THEOREMS}[file]
    assert old in text
    after = program(**{file: text.replace(old, new, 1)})
    assert (after.seal(["Theorems.Uses"]) != program().seal(["Theorems.Uses"])) is notices


def test_includes_of_the_real_sources_are_files() -> None:
    real = Program.of(ROOT)
    assert all(included in real.texts for several in real.includes.values() for included in several)
    assert all(module in real.modules for several in real.imports.values() for module in several)


def test_a_file_is_sealed_with_all_of_itself_and_what_others_show_it() -> None:
    """A proof elsewhere is nobody's business; a statement, a function or a type is everybody's who includes it."""
    before = program().seals
    proof = program(Theorems=THEOREMS.replace("{ LeastIsFair(a, 5); }", "{ var b := a; LeastIsFair(b, 5); }"))
    assert {file for file, seal in proof.seals.items() if seal != before[file]} == {"Theorems.dfy"}
    method = program(Code=CODE.replace("at := at + 1;", "at := 1 + at;"))
    assert {file for file, seal in method.seals.items() if seal != before[file]} == {"Code.dfy"}
    body = program(Spec=SPEC.replace("a <= b", "a < b"))
    assert {file for file, seal in body.seals.items() if seal != before[file]} == {
        "Spec.dfy",
        "Code.dfy",
        "Theorems.dfy",
    }
    datatype = program(Spec=SPEC.replace("Red | Amber", "Red | Blue | Amber"))
    assert all(seal != before[file] for file, seal in datatype.seals.items())
    layout = program(Spec=SPEC.replace("// A comment", "// Another comment"))
    assert layout.seals == before
