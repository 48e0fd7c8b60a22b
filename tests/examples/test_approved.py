"""The second act of the desk: what two people approve by the command happens, once; nothing else does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from examples.research_desk import approved, command
from examples.research_desk.approved import follow, problems, told
from examples.research_desk.world import PEOPLE
from havocproof.cli.main import main as havocproof
from havocproof.gate import People
from havocproof.stores import verify
from tests.examples.conftest import Ran
from tests.examples.test_command import ROOT, start

PAYMENT = {("research-costs", "USD"): -115_000, ("acct:filings-inc", "USD"): 115_000}
ORDER = {
    ("model-portfolio", "USD"): -2_200_000,
    ("market", "USD"): 2_200_000,
    ("model-portfolio", "symbol:CCC"): 200,
    ("market", "symbol:CCC"): -200,
}


@pytest.fixture
def desk(ran: Ran, tmp_path: Path) -> Path:
    """A finished run of its own."""
    return Path(shutil.copytree(ran.run.root, tmp_path / "desk", symlinks=True))


def asked(desk: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The requests by verb, as the command tells them."""
    assert havocproof(["approvals", "list", str(desk / "journal.db"), "--json"]) == 0
    return {each["action"]["action"]: each["request"] for each in json.loads(capsys.readouterr().out)}


def vote(desk: Path, request: str, person: str, role: str, word: str = "approve") -> int:
    return havocproof(["approvals", word, str(desk / "journal.db"), request, "--as", person, "--role", role])


def test_what_two_people_approve_happens_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    requests = asked(desk, capsys)
    assert set(requests) == {"money.payment", "money.trade"}
    assert vote(desk, requests["money.payment"], "ann", "controller") == 0
    assert vote(desk, requests["money.trade"], "ann", "portfolio-manager") == 0
    assert vote(desk, requests["money.trade"], "ben", "portfolio-manager") == 0
    first = follow(desk)
    assert (problems(first), first.waiting, first.moved) == ([], (), PAYMENT | ORDER)
    assert "approved by ann and ben, booked as trade-" in told(first)
    again = follow(desk)
    assert (problems(again), again.done, again.moved) == ([], (), {})
    assert "Nothing waits for people." in told(again)
    assert verify(desk / "journal.db", again.head).ok


def test_nothing_happens_that_nobody_approved(desk: Path) -> None:
    followed = follow(desk)
    assert (problems(followed), followed.done, len(followed.waiting), followed.moved) == ([], (), 2, {})
    assert "Nothing was approved" in told(followed)


def test_half_of_the_people_are_not_enough_and_one_no_is(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    requests = asked(desk, capsys)
    assert vote(desk, requests["money.trade"], "ann", "portfolio-manager") == 0
    assert vote(desk, requests["money.trade"], "ann", "portfolio-manager") == 1, "one person is one person"
    assert vote(desk, requests["money.payment"], "ann", "controller", "deny") == 0
    followed = follow(desk)
    assert (followed.done, followed.moved) == ((), {})
    assert [request.missing for request in followed.waiting] == [{"portfolio-manager": 1}]
    assert vote(desk, requests["money.payment"], "ann", "controller") == 1, "what was refused is refused"
    assert vote(desk, requests["money.trade"], "ann", "portfolio-manager") == 1
    assert (follow(desk).done, follow(desk).moved) == ((), {})


def test_who_does_not_hold_the_role_has_no_say(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not People.load(PEOPLE).holds("ben", "controller")
    requests = asked(desk, capsys)
    assert vote(desk, requests["money.payment"], "ben", "controller") == 0, "the gate says so, not the command"
    assert vote(desk, requests["money.payment"], "payables", "controller") == 0
    followed = follow(desk)
    assert (followed.done, followed.moved) == ((), {})
    assert len(followed.waiting) == 2


def test_the_program_does_both_acts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = start("--out", "here", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "approvals approve" in done.stdout
    assert "run.py --resume" in done.stdout
    desk = tmp_path / "here"
    assert vote(desk, asked(desk, capsys)["money.payment"], "ann", "controller") == 0
    second = start("--resume", "here", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert "pay 1150.00 USD to acct:filings-inc  approved by ann, booked as payment-" in second.stdout
    assert "waits for 2 portfolio-manager" in second.stdout
    third = json.loads(start("--resume", "here", "--json", cwd=tmp_path).stdout)
    assert (third["ok"], third["done"], len(third["waiting"])) == (True, [], 1)


def test_a_directory_without_a_run_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--resume", str(tmp_path)]) == 2
    assert "holds no run of the desk" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_amiss_is_an_exit_code_and_a_list(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = asked(desk, capsys)
    vote(desk, requests["money.payment"], "ann", "controller")
    followed = follow(desk)
    twice = {place: 2 * amount for place, amount in followed.moved.items()}
    monkeypatch.setattr(approved, "follow", lambda root: replace(followed, moved=twice))
    assert command.main(["--resume", str(desk)]) == 1
    assert "research-costs in USD moved by -230000, not -115000" in capsys.readouterr().out


def test_the_command_of_the_readme_finds_the_example() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "research_desk" / "run.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--resume DIR" in done.stdout
