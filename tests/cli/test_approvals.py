"""`havocproof approvals`, beside a gate that runs and on a journal whose gate has ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from havocproof import Gate, Pending, Performed
from havocproof.cli.main import main
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.world import ScriptedPort, pay

POLICY = """
havocproof: 1
policy: desk
version: "1"
approvals:
  boss: {role: boss, people: 1, within: 1d}
  two: {role: manager, people: 2, within: 4h}
rules:
  pay:
    - id: small
      ask: money.payment
      where: {account: main, payee: acct:ada, amount: {max: 100.00 USD}}
      needs: boss
      why: The boss agrees.
    - id: large
      ask: money.payment
      where: {account: main, payee: acct:ada, amount: {above: 100.00 USD}}
      needs: two
      why: Two managers agree.
"""
TABLE = "people:\n  bea: boss\n  max: [manager]\n  may: [manager, boss]\n"


@dataclass
class Desk:
    """A gate that waits for people."""

    gate: Gate
    journal: Path
    people: Path
    port: ScriptedPort

    def asked(self, amount: str) -> str:
        outcome = self.gate.session(user="eve").perform(
            pay(amount).model_copy(update={"reason": "the agent's \x1b[31mwords"})
        )
        assert isinstance(outcome, Pending)
        return outcome.request_id


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(POLICY)


@pytest.fixture
def desk(policy: Policy, tmp_path: Path) -> Iterator[Desk]:
    people = tmp_path / "people.yaml"
    people.write_text(TABLE)
    port, journal = ScriptedPort("money.payment"), tmp_path / "run.db"
    with Gate.open(policy, ports=[port], journal=journal, people=people) as gate:
        yield Desk(gate, journal, people, port)
    verify(journal).require()


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "havocproof.cli.main", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_json(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    return json.loads(done.stdout)


def test_who_votes_where_nobody_holds_a_role_is_told(policy: Policy, tmp_path: Path) -> None:
    """The first mistake that one makes: a gate without `people=`."""
    port, journal = ScriptedPort("money.payment"), tmp_path / "run.db"
    with Gate.open(policy, ports=[port], journal=journal) as gate:
        asked = gate.session(user="eve").perform(pay("90.00 USD"))
        assert isinstance(asked, Pending)
        vote = ("approvals", "approve", journal, asked.request_id, "--as", "bea", "--role", "boss")
        beside = run(*vote)
        assert beside.returncode == 1
        assert "opened without `people=`" in beside.stdout
        assert gate.store.letters() == ()
    later = run(*vote)
    assert later.returncode == 0
    assert "only one that knows who holds the role can count it" in later.stdout
    with Gate.open(policy, ports=[port], journal=journal, people={"bea": ["boss"]}) as gate:
        assert gate.requests[0].state == "approved"
    again = run("approvals", "deny", journal, asked.request_id, "--as", "max", "--role", "boss")
    assert "without `people=`" not in again.stdout


def test_a_request_is_listed_shown_and_approved_beside_a_running_gate(desk: Desk) -> None:
    assert "nothing waits for people" in run("approvals", "list", desk.journal).stdout
    request = desk.asked("900.00 USD")
    shown = run("approvals", "list", desk.journal).stdout
    for word in (request, "waiting", "2 manager", "money.payment", "900.00 USD", "acct:ada"):
        assert word in shown
    shown = run("approvals", "show", desk.journal, request).stdout
    for word in ("large: Two managers agree.", "two: 2 manager", "votes      none", "[the agent's own words]", "eve"):
        assert word in shown
    assert pay("900.00 USD").digest() in shown
    assert desk.gate.policy.digest in shown
    assert "\x1b" not in shown
    done = run("approvals", "approve", desk.journal, request, "--as", "max", "--role", "manager", "--why", "known")
    assert done.returncode == 0, done.stderr
    assert "the gate that runs counts it at its next step" in done.stdout
    assert "uncounted  max (manager)" in run("approvals", "show", desk.journal, request).stdout
    assert [each.missing for each in desk.gate.requests] == [{"manager": 1}]
    assert run("approvals", "approve", desk.journal, request, "--as", "may", "--role", "manager").returncode == 0
    assert isinstance(desk.gate.resume(request), Performed)
    assert desk.port.done == [pay("900.00 USD")]
    gone = run("approvals", "show", desk.journal, request)
    assert gone.returncode == 2
    assert "It was approved, and performed under record" in gone.stderr


def test_a_request_is_denied(desk: Desk) -> None:
    request = desk.asked("9.00 USD")
    done = run("approvals", "deny", desk.journal, request, "--as", "bea", "--role", "boss", "--why", "no")
    assert done.returncode == 0, done.stderr
    assert [each.state for each in desk.gate.requests] == ["refused"]
    assert "nothing waits" in run("approvals", "list", desk.journal).stdout
    assert "refused" in run("approvals", "list", "--all", desk.journal).stdout
    late = run("approvals", "approve", desk.journal, request, "--as", "may", "--role", "boss")
    assert (late.returncode, late.stdout) == (1, "not left: the request is refused\n")
    assert desk.port.done == []


def test_votes_on_a_journal_whose_gate_has_ended_wait_for_the_next_one(policy: Policy, tmp_path: Path) -> None:
    journal, port = tmp_path / "run.db", ScriptedPort("money.payment")
    with Gate.open(policy, ports=[port], journal=journal) as gate:
        outcome = gate.session(user="eve", run="r", session="s").perform(pay("900.00 USD"))
        assert isinstance(outcome, Pending)
        request = outcome.request_id
    for person in ("max", "may"):
        done = run("approvals", "approve", journal, request, "--as", person, "--role", "manager")
        assert "the next gate that opens the journal counts it" in done.stdout
    assert "2 votes wait for the gate to count" in run("approvals", "list", journal).stdout
    assert verify(journal).ok
    (found,) = run_json("approvals", "list", journal)
    assert (found["state"], found["votes"], [each["person"] for each in found["uncounted"]]) == (
        "waiting",
        [],
        ["max", "may"],
    )
    with Gate.open(policy, ports=[port], journal=journal, people={"max": ["manager"], "may": ["manager"]}) as gate:
        (found,) = run_json("approvals", "list", journal)
        assert (found["state"], found["missing"], found["uncounted"]) == ("approved", {}, [])
        assert isinstance(gate.resume(request), Performed)
    assert port.done == [pay("900.00 USD")]


def test_what_cannot_count_is_told_at_once(desk: Desk) -> None:
    request = desk.asked("900.00 USD")
    vote = ("approvals", "approve", desk.journal, request)
    for arguments, says in (
        (("--as", "bea", "--role", "boss"), "nobody asks for the role boss: manager"),
        (("--as", "bea", "--role", "manager", "--people", desk.people), "bea does not hold the role manager"),
    ):
        done = run(*vote, *arguments)
        assert (done.returncode, done.stdout) == (1, f"not left: {says}\n")
    assert run(*vote, "--as", "max", "--role", "manager", "--people", desk.people).returncode == 0
    assert run(*vote, "--as", "max", "--role", "manager").stdout == "not left: max has voted already\n"
    found = run_json(*vote, "--as", "max", "--role", "manager")
    assert found == {
        "request": request,
        "left": False,
        "problem": "max has voted already",
        "running": True,
    }
    assert [each.votes for each in desk.gate.requests] == [{"max": "manager"}]


def test_without_a_table_the_gate_counts_no_vote(policy: Policy, tmp_path: Path) -> None:
    """Whatever the command could tell: the vote is left while no gate runs, and the next one has no table either."""
    journal = tmp_path / "run.db"
    with Gate.open(policy, ports=[ScriptedPort("money.payment")], journal=journal) as gate:
        outcome = gate.session(user="eve").perform(pay("9.00 USD"))
        assert isinstance(outcome, Pending)
    assert run("approvals", "approve", journal, outcome.request_id, "--as", "bea", "--role", "boss").returncode == 0
    with Gate.open(policy, ports=[ScriptedPort("money.payment")], journal=journal) as gate:
        assert [each.state for each in gate.requests] == ["waiting"]
        (vote,) = [record.data for record in gate.store.records() if record.kind == "vote"]
        assert (vote["counted"], vote["problem"]) == (False, "bea does not hold the role boss")


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "none.db"),
        ("show", "none.db", "ask-1"),
        ("approve", "none.db", "ask-1", "--as", "bea", "--role", "boss"),
        ("approve", "none.db", "ask-1", "--as", "", "--role", "boss"),
    ],
)
def test_a_journal_that_is_not_there(arguments: tuple[str, ...], tmp_path: Path) -> None:
    words = [str(tmp_path / word) if word == "none.db" else word for word in arguments]
    assert main(["approvals", *words]) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("approve", "x.db", "ask-1"), ("deny", "x.db", "ask-1", "--as", "bea"), ()])
def test_who_speaks_in_which_role_must_be_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["approvals", *arguments])
    assert stop.value.code == 2


def test_a_request_that_never_was(desk: Desk) -> None:
    done = run("approvals", "show", desk.journal, "ask-\x1b[31m")
    assert done.returncode == 2
    assert "no request" in done.stderr
    assert "\x1b" not in done.stderr
