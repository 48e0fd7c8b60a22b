"""The search: who caught a mutant is named, what nobody catches survives, and what was judged is not tried again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, cast

import pytest

from mutants.dafny import Workplace, read
from mutants.hunt import Hunt
from mutants.mutant import Mutant
from mutants.program import Program
from mutants.sites import mutants
from mutants.store import Store
from project import ToolError
from tests.mutants.fakes import FakePlace
from tests.mutants.small import SPEC, THEOREMS, program


def hunt(place: FakePlace, store: Store, **options: Any) -> Hunt:
    return Hunt(store.program, store, {}, [cast(Workplace, place)], **options)


def fair(found: Program, becomes: str) -> Mutant:
    return next(m for m in mutants(found) if m.symbol == "Spec.Fair" and m.becomes == becomes)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "verdicts.jsonl", program())


def test_the_proof_that_fails_is_named(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace([("0 <= n && true", "Theorems.Uses")]), store).run([mutant])
    verdict = store.verdicts[mutant.key]
    assert (verdict.verdict, verdict.by) == ("caught", "Theorems.Uses")


def test_what_every_proof_lets_through_survives(store: Store) -> None:
    place = FakePlace()
    mutant = fair(store.program, "0 <= n && true")
    hunt(place, store).run([mutant])
    assert store.verdicts[mutant.key].verdict == "survived"
    assert {"Theorems.Uses", "Theorems.LeastIsFair"} <= {name for call in place.calls for name in call}


def test_a_proof_that_fails_without_the_change_shows_nothing(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace([("Fair", "Theorems.Uses")]), store).run([mutant])
    assert store.verdicts[mutant.key].verdict == "survived"


def test_a_statement_that_means_nothing_any_more_is_caught_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mutants.hunt.ROUNDS", (1,))  # one proof at once, so that its own is not yet tried
    mutant = next(
        m for m in mutants(store.program) if m.symbol == "Theorems.LeastIsFair" and m.operator == "conclusion"
    )
    place = FakePlace(senseless=[(mutant.becomes, "Theorems.LeastIsFair")])
    hunt(place, store).run([mutant])
    verdict = store.verdicts[mutant.key]
    assert (verdict.verdict, verdict.by) == ("caught", "Theorems.LeastIsFair")
    assert "Theorems.LeastIsFair" not in place.calls[0], "its proof was tried, so this shows nothing"


def test_a_quick_search_leaves_open_what_the_likeliest_proofs_let_through(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace(), store, quick=True).run([mutant])
    assert not store.verdicts
    hunt(FakePlace([("0 <= n && true", "Theorems.Uses")]), store, quick=True).run([mutant])
    assert store.verdicts[mutant.key].verdict == "caught"


def test_what_is_left_is_tried_once_more_apart(store: Store) -> None:
    """Side by side a mutant may be lost on the way: the likeliest proofs meet it in a copy of its own as well."""
    place = FakePlace()
    hunt(place, store).run([fair(store.program, "0 <= n && true")])
    assert [sorted(call).count("Theorems.Uses") for call in place.calls] == [1, 1]


def test_a_fault_of_one_search_ends_the_others_soon(store: Store) -> None:
    class Broken(FakePlace):
        def prove(self, text: str) -> Any:
            raise ToolError("the solver is gone")

    mutant = fair(store.program, "0 <= n && true")
    searching = hunt(Broken(), store)
    with pytest.raises(ToolError, match="solver is gone"):
        searching.run([mutant])
    assert searching.late
    assert not store.verdicts


def test_running_out_of_resources_is_told_apart(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace(out=[("0 <= n && true", "Theorems.Uses")]), store).run([mutant])
    verdict = store.verdicts[mutant.key]
    assert (verdict.verdict, verdict.by) == ("exhausted", "Theorems.Uses")


def test_what_is_no_program_is_stillborn_and_harms_no_other(store: Store) -> None:
    several = [m for m in mutants(store.program) if m.symbol == "Spec.Fair"]
    place = FakePlace([("Fair(n: int, limit: int) { 0 <= n", "Theorems.Uses")], broken=["true && n <= limit"])
    hunt(place, store).run(several)
    ends = {m.becomes: store.verdicts[m.key].verdict for m in several}
    assert ends.pop("true && n <= limit") == "stillborn"
    assert "stillborn" not in ends.values()


def test_the_proof_that_is_known_comes_first_and_alone(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    place = FakePlace([("0 <= n && true", "Theorems.Uses")])
    hunt(place, store, known={mutant.key: "Theorems.Uses"}).run([mutant])
    assert len(place.calls) == 1
    assert place.calls[0] == ["Theorems.Uses"]


def test_a_run_goes_on_where_it_was_stopped(store: Store, tmp_path: Path) -> None:
    several = [m for m in mutants(store.program) if m.symbol == "Spec.Fair"]
    catches = [("Fair", "Theorems.Uses")]
    hunt(FakePlace(catches), store).run(several[:2])
    # The line of a third one, cut off where the run was stopped.
    with store.path.open("a") as file:
        file.write('{"symbol": "Spec.Fa')
    again = Store(store.path, program())
    assert [again.valid(m) is not None for m in several] == [True, True, *[False] * (len(several) - 2)]
    place = FakePlace(catches)
    hunt(place, again).run(several[:2])
    assert place.calls == []


def test_what_is_to_be_tried_again_is_forgotten_for_good(store: Store) -> None:
    first, second = [m for m in mutants(store.program) if m.symbol == "Spec.Fair"][:2]
    catches = [("Fair", "Theorems.Uses")]
    hunt(FakePlace(catches), store).run([first, second])
    store.forget([second])
    for kept in (store, Store(store.path, program())):
        assert kept.valid(first)
        assert not kept.valid(second)
    hunt(FakePlace(catches), store).run([second])
    assert store.valid(second)


@pytest.mark.parametrize(
    ("file", "old", "new", "holds"),
    [
        ("Theorems", "{ LeastIsFair(a, 5); }", "{ LeastIsFair(5, a); }", False),
        ("Theorems", "requires 5 <= a", "requires 6 <= a", False),
        ("Spec", "// A comment", "// Another", True),
        ("Spec", "0 < l.left", "1 < l.left", True),
    ],
)
def test_a_verdict_holds_while_its_proof_stays(store: Store, file: str, old: str, new: str, holds: bool) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace([("0 <= n && true", "Theorems.Uses")]), store).run([mutant])
    text = {"Spec": SPEC, "Theorems": THEOREMS}[file].replace(old, new, 1)
    after = program(**{file: text})
    again = next(m for m in mutants(after) if m.key == mutant.key)
    assert (Store(store.path, after).valid(again) is not None) is holds


def test_after_the_deadline_nothing_is_begun(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    place = FakePlace()
    hunt(place, store, deadline=time.monotonic() - 1).run([mutant])
    assert place.calls == []
    assert store.verdicts == {}


def test_verdicts_are_lines_of_json(store: Store) -> None:
    mutant = fair(store.program, "0 <= n && true")
    hunt(FakePlace([("0 <= n && true", "Theorems.Uses")]), store).run([mutant])
    (line,) = store.path.read_text().splitlines()
    assert json.loads(line)["was"] == "0 <= n && n <= limit"


SAID = """Verified 0/3 symbols. Waiting for Spec_m0.Fair to verify.
Verified 1/2 of A_m0.X: contract consistency - verified successfully (time: 0:00:00.15, resource count: 542203)
Verified 2/2 of A_m0.X: entire body - could not be verified (time: 0:00:00.19, resource count: 1023368)
Verified 1/1 of A_m1.Y: entire body - ran out of resources (time: 0:00:00.19, resource count: 2000000)
Mutants.dfy(3,8): Error: a postcondition could not be proved on this return path
Verified 1/1 of A_m2.Z: entire body - verified successfully (time: 0:00:00.19, resource count: 7)
"""


def test_dafny_is_understood() -> None:
    outcome = read(SAID, "Mutants.dfy")
    assert (outcome.failed, outcome.exhausted, outcome.proved) == ({"A_m0.X"}, {"A_m1.Y"}, {"A_m2.Z"})
    assert outcome.broken == []


def test_dafny_says_where_a_file_is_no_program() -> None:
    outcome = read("Mutants.dfy(97,83): Error: unresolved identifier: x\n", "Mutants.dfy")
    assert outcome.broken == [(97, "unresolved identifier: x")]
    with pytest.raises(ToolError, match="copied sources"):
        read("Spec.dfy(97,83): Error: unresolved identifier: x\n", "Mutants.dfy")
