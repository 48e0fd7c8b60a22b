"""Which proofs look into a body: those that hide it cannot fail by a change of it."""

from __future__ import annotations

from mutants.hidden import Eyes
from tests.mutants.small import THEOREMS, program

HIDING = """module Hiding {
  import opened Spec
  ghost predicate Both(n: int) { Fair(n, 1) && Fair(1, n) }
  opaque ghost predicate Closed(n: int) { Fair(n, 2) }
  lemma Looks(n: int) ensures Both(n) {}
  lemma Hides(n: int) ensures Both(n) { hide Fair; }
  lemma HidesBetween(n: int) ensures Both(n) { hide Both; }
  lemma HidesAll(n: int) ensures Both(n) { hide *; }
  lemma HidesAllBut(n: int) ensures Both(n) { hide *; reveal Both, Fair; }
  lemma ShowsLater(n: int) ensures Both(n) { hide Fair; assert Fair(n, 1) by { reveal Fair(); } }
  lemma Calls(n: int) { hide *; Looks(n); }
  lemma DoesNotOpen(n: int) ensures Closed(n) {}
  lemma Opens(n: int) ensures Closed(n) { reveal Closed(); }
}
"""


def onto(name: str) -> dict[str, int]:
    return Eyes(program(Theorems=THEOREMS + HIDING)).onto(name)


def lemmas(name: str) -> set[str]:
    return {full.removeprefix("Hiding.") for full in onto(name) if full.startswith("Hiding.")}


def test_a_hidden_body_is_looked_into_by_nobody() -> None:
    assert lemmas("Spec.Fair") == {"Both", "Closed", "Looks", "HidesAllBut", "ShowsLater", "Opens"}


def test_what_hides_another_body_looks_into_this_one() -> None:
    assert lemmas("Hiding.Both") == {"Both", "Looks", "Hides", "HidesAllBut", "ShowsLater"}


def test_the_statement_of_a_lemma_is_never_hidden() -> None:
    assert onto("Hiding.Looks") == {"Hiding.Looks": 0, "Hiding.Calls": 1}


def test_an_opaque_body_is_looked_into_where_it_is_revealed() -> None:
    assert lemmas("Hiding.Closed") == {"Closed", "Opens"}


def test_the_steps_are_those_of_the_shortest_way() -> None:
    found = onto("Spec.Fair")
    assert found["Spec.Fair"] == 0
    assert found["Theorems.Uses"] == found["Hiding.Both"] == found["Hiding.ShowsLater"] == 1
    assert found["Hiding.Looks"] == 2


def test_nobody_looks_who_does_not_see() -> None:
    """What is left out is left out of what the seals know, never the other way round."""
    small = program(Theorems=THEOREMS + HIDING)
    eyes = Eyes(small)
    assert all(set(eyes.onto(full)) <= set(small.watchers(full)) for full in small.declarations)
