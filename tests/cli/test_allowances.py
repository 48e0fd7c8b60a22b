"""`havocproof approvals approve --uses ...` and `allowances`: more than the one call, from the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from havocproof.cli.main import main
from havocproof.gate import Gate, Performed
from havocproof.stores import verify
from tests.gate.allowing import PEOPLE, POLICY, VERBS, asked, pay, performed, tell
from tests.gate.world import ScriptedPort

THREE = ("--uses", "3", "--for", "30d", "--amount", "3000.00 USD")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def gate(journal: Path) -> Iterator[Gate]:
    with Gate.open(POLICY, ports=[ScriptedPort(*VERBS)], journal=journal, people=PEOPLE) as gate:
        yield gate
    verify(journal).require()


Run = Callable[..., str]


@pytest.fixture
def run(journal: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command; gives what it prints, and is told its exit code."""

    def command(action: str, *arguments: str, code: int = 0) -> str:
        found = main(["approvals", action, str(journal), *arguments])
        said = capsys.readouterr()
        assert found == code, said
        return said.err if code == 2 else said.out

    return command


def vote(person: str, role: str = "manager") -> tuple[str, ...]:
    return ("--as", person, "--role", role)


def test_an_allowance_is_given_listed_and_taken_back(gate: Gate, run: Run) -> None:
    session = gate.session(user="eve")
    first = asked(session, pay(key="first"))
    shown = run("show", first)
    assert "large with payee acct:ada: at most 3 uses, 3000.00 USD in all, for 30d" in shown
    assert json.loads(run("show", first, "--json"))["widen"]["most"]["uses"] == 3
    assert run("allowances") == "no allowance is in force\n"
    said = run("approve", first, *vote("bea", "controller"), *THREE)
    assert f"approval of an allowance instead of {first} by bea" in said
    assert isinstance(session.retry(first), Performed)
    assert "performed under an allowance" in run("show", first, code=2)
    (allowance,) = json.loads(run("allowances", "--json"))
    assert (allowance["uses_left"], allowance["amount_left"], allowance["of"]) == (2, "2900.00 USD", first)
    listed = run("allowances")
    for word in (allowance["request"], "large", "payee acct:ada", "eve", "2 of 3", "2900.00 USD of 3000.00 USD"):
        assert word in listed
    run("deny", allowance["request"], *vote("cem", "controller"), "--why", "No longer.")
    assert not performed(session, pay(key="second"))
    assert run("allowances") == "no allowance is in force\n"


def test_the_second_person_sees_the_terms_and_approves_exactly_these(gate: Gate, run: Run) -> None:
    session = gate.session(user="eve")
    first = asked(session, tell("joe"))
    run("approve", first, *vote("bea"), "--uses", "4", "--for", "2d")
    (other,) = (each.id for each in gate.requests if each.id != first)
    listed = " ".join(run("list").split())  # whatever the terminal's width
    assert "approval.widen: " in listed
    for word in ("uses 4", "for 2d", "joe"):
        assert word in listed
    shown = run("show", other)
    for word in ('"uses": 4', '"for": "2d"', '"to": "joe"', '"instead_of"', "bea (manager)", first):
        assert word in shown
    assert "approve it without terms" in run("approve", other, *vote("cem"), "--uses", "5", "--for", "2d", code=1)
    assert "voted already" in run("approve", other, *vote("bea"), code=1)
    run("approve", other, *vote("cem"))
    assert [each.uses for each in gate.allowances] == [4]
    assert isinstance(session.retry(first), Performed)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (("--uses", "4", "--for", "30d", "--amount", "1.00 USD"), "4 uses are more than the 3"),
        (("--uses", "3", "--for", "40d", "--amount", "1.00 USD"), "40d is longer than the 30d"),
        (("--uses", "3", "--for", "30d", "--amount", "9000.00 USD"), "more than the 3000.00 USD"),
        (("--uses", "3", "--for", "30d"), "an amount in all has to be said"),
    ],
)
def test_what_goes_beyond_the_policy_is_not_left(gate: Gate, run: Run, terms: tuple[str, ...], says: str) -> None:
    first = asked(gate.session(user="eve"), pay())
    assert says in run("approve", first, *vote("bea", "controller"), *terms, code=1)
    assert gate.store.letters() == ()
    assert "not left" in run("approve", asked(gate.session(), pay()), *vote("bea", "controller"), *THREE, code=1)


def test_half_of_the_terms_is_an_error(gate: Gate, run: Run) -> None:
    first = asked(gate.session(user="eve"), pay())
    for half in (("--uses", "3"), ("--for", "30d"), ("--amount", "3.00 USD")):
        said = run("approve", first, *vote("bea", "controller"), *half, code=2)
        assert "needs --uses and --for" in said
    assert gate.store.letters() == ()
