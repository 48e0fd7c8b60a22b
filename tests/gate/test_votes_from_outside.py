"""Votes that others leave in the journal's inbox: counted once, by the same rules, by the one gate of the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Denied, Gate, Pending, Performed
from havocproof.policy import Policy
from havocproof.stores import deposit, verify
from tests.gate.asking import PEOPLE, asked, gate, letter, path, policy, port, trade
from tests.gate.world import Clock, ScriptedPort, pay, records

__all__ = ["gate", "path", "policy", "port"]


def test_votes_are_counted_at_the_next_step_of_a_running_gate(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path
) -> None:
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        session = gate.session(user="eve")
        first, second = asked(session, trade("buy", "a")), asked(session, pay("5.00 USD"))
        digests = {request.id: request.digest for request in gate.requests}
        for person in ("max", "may"):
            deposit(path, 1, letter(first, digests[first], person, "manager"))
        assert isinstance(session.perform(trade("buy", "a")), Performed)
        deposit(path, 2, letter(second, digests[second]))
        assert [request.state for request in gate.requests] == ["approved"]
        assert isinstance(gate.resume(second), Performed)
        votes = [record.data for record in records(gate, "vote")]
        assert [(vote["person"], vote["counted"], vote["via"]) for vote in votes] == [
            ("max", True, "inbox"),
            ("may", True, "inbox"),
            ("bea", True, "inbox"),
        ]
    verify(path).require()


def test_votes_left_for_a_gate_that_has_ended_are_counted_when_it_opens(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path
) -> None:
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        request = asked(gate.session(user="eve", run="r1", session="s1"), pay("5.00 USD"))
        digest = gate.requests[0].digest
    deposit(path, 1, letter(request, digest))
    verify(path).require()
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        assert [record.kind for record in gate.store.records()][-2:] == ["opened", "vote"]
        assert isinstance(gate.resume(request), Performed)
        assert gate.store.letters() == ()
    assert port.done == [pay("5.00 USD")]
    verify(path).require()


def test_letters_are_held_to_the_same_rules(policy: Policy, port: ScriptedPort, clock: Clock, path: Path) -> None:
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        session = gate.session(user="ada")
        request = asked(session, trade())
        digest = gate.requests[0].digest
        cases: list[tuple[dict[str, Any], str]] = [
            (letter(request, "0" * 64, "max", "manager"), "about another action"),
            (letter(request, "", "max", "manager"), "no ballot"),
            (letter(request, digest, "ada", "manager"), "is the session's user"),
            (letter(request, digest, "eve", "manager"), "does not hold"),
            (letter(request, digest, "bea", "boss"), "nobody asks for the role"),
            (letter("ask-1", digest, "max", "manager"), "no such request"),
            (letter(request, digest, "max", "manager", approves="yes"), "no ballot"),
            (letter(request, digest, "m\nx", "manager"), "no ballot"),
            (letter(request, digest, "max", "manager", why="x" * 2001), "no ballot"),
            ({"request": request}, "no ballot"),
            ({}, "no ballot"),
            (letter(request, digest, "max", "manager"), ""),
            (letter(request, digest, "max", "manager"), "voted already"),
        ]
        for body, _ in cases:
            deposit(path, 1, body)
        assert [each.votes for each in gate.requests] == [{"max": "manager"}]
        votes = [record.data for record in records(gate, "vote")]
        assert len(votes) == len(cases)
        for vote, (_, says) in zip(votes, cases, strict=True):
            assert vote["counted"] is (says == "")
            assert says in vote.get("problem", "")
        assert gate.store.letters() == ()
        assert isinstance(session.retry(request), Pending)
    verify(path).require()


def test_a_refusal_in_the_inbox_comes_before_the_action(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path
) -> None:
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        session = gate.session(user="eve")
        request = asked(session, trade())
        gate.approve(request, "max", "manager")
        digest = gate.requests[0].digest
        deposit(path, 1, letter(request, digest, "may", "manager", approves=False))
        assert isinstance(session.perform(trade()), Denied)
    assert port.done == []


def test_a_second_gate_cannot_open_the_journal_to_use_a_grant_twice(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path
) -> None:
    from havocproof.errors import StoreError

    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        request = asked(gate.session(user="eve", run="r1", session="s1"), pay("5.00 USD"))
        gate.approve(request, "bea", "boss")
        with pytest.raises(StoreError, match="another gate"):
            Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE)
        assert isinstance(gate.resume(request), Performed)
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        with pytest.raises(ConfigError, match="no request"):
            gate.resume(request)
        again = gate.session(user="eve", run="r1", session="s1")
        assert isinstance(again.perform(pay("5.00 USD")), Pending)
    assert len(port.done) == 1


def test_a_copy_of_the_journal_is_another_journal(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path, tmp_path: Path
) -> None:
    """Known limit: who can copy the file and run a gate on the copy has the rights of the operator."""
    import shutil

    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        request = asked(gate.session(user="eve", run="r1", session="s1"), pay("5.00 USD"))
    copy = tmp_path / "copy"
    shutil.copy(path, copy)
    deposit(copy, 1, letter(request, pay("5.00 USD").digest()))
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        assert [each.state for each in gate.requests] == ["waiting"]
    assert port.done == []


def test_a_crash_between_the_intent_and_the_effect_uses_the_grant_up(
    policy: Policy, port: ScriptedPort, clock: Clock, path: Path
) -> None:
    gate = Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE)
    session = gate.session(user="eve", run="r1", session="s1")
    request = asked(session, pay("5.00 USD"))
    gate.approve(request, "bea", "boss")

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        gate.store.close()  # the process ends here: nothing more is written
        raise Crash

    port.script = crash  # type: ignore[assignment]
    with pytest.raises(Crash):
        session.retry(request)
    port.script = port.honest
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as again:
        assert len(again.in_doubt) == 1
        with pytest.raises(ConfigError, match="no request"):
            again.resume(request)
        assert isinstance(again.session(user="eve", run="r1", session="s1").perform(pay("5.00 USD")), Pending)
    assert port.done == []
    verify(path).require()
