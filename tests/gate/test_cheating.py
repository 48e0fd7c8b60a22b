"""Approvals: every way to have something happen that nobody agreed to, and that none of them works."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Gate, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.asking import DAY, PEOPLE, TEXT, asked, gate, path, policy, port, refused, trade
from tests.gate.world import NOON, Clock, ScriptedPort, pay

__all__ = ["gate", "path", "policy", "port"]


def test_a_person_votes_once(gate: Gate, session: Session) -> None:
    request = asked(session, trade())
    gate.approve(request, "max", "manager")
    refused(gate, request, "max", "manager", "has voted already")
    sell = asked(session, trade("sell"))
    gate.approve(sell, "may", "risk")
    refused(gate, sell, "may", "risk", "has voted already")
    assert isinstance(session.retry(request), Pending)


def test_a_person_in_two_roles_is_one_person(policy: Policy, port: ScriptedPort, clock: Clock) -> None:
    people = {"may": ["treasurer", "risk"], "tom": ["treasurer"]}
    with Gate.open(policy, ports=[port], clock=clock, people=people) as gate:
        session = gate.session(user="ada")
        request = asked(session, trade("sell"))
        gate.approve(request, "may", "treasurer")
        refused(gate, request, "may", "risk", "has voted already")
        gate.approve(request, "tom", "treasurer")
        assert isinstance(session.retry(request), Pending)
        assert port.done == []


def test_who_asked_cannot_approve_whatever_role_they_hold(gate: Gate, session: Session) -> None:
    request = asked(session, pay("800.00 USD"))
    assert gate.people.holds("ada", "boss")
    refused(gate, request, "ada", "boss", "is the session's user")
    assert isinstance(session.retry(request), Pending)


def test_a_role_has_to_be_asked_for_and_held(gate: Gate, session: Session) -> None:
    request = asked(session, pay("800.00 USD"))
    refused(gate, request, "max", "manager", "nobody asks for the role")
    refused(gate, request, "max", "boss", "does not hold the role")
    refused(gate, request, "somebody", "boss", "does not hold the role")
    refused(gate, request, session.id, "boss", "does not hold the role")
    with pytest.raises(ConfigError, match="does not hold"):
        gate.refuse(request, "max", "boss")
    assert isinstance(session.retry(request), Pending)


def test_nobody_holds_a_role_by_default(policy: Policy, port: ScriptedPort, clock: Clock) -> None:
    with Gate.open(policy, ports=[port], clock=clock) as gate:
        request = asked(gate.session(user="ada"), pay("800.00 USD"))
        refused(gate, request, "bea", "boss", "does not hold the role")


def test_what_has_expired_never_happens(gate: Gate, session: Session, port: ScriptedPort, clock: Clock) -> None:
    late, ready = asked(session, pay("800.00 USD")), asked(session, pay("700.00 USD"))
    gate.approve(ready, "bea", "boss")
    clock.now = NOON + DAY - 1
    assert isinstance(session.retry(late), Pending)
    clock.now = NOON + DAY
    refused(gate, late, "bea", "boss", "has expired")
    assert [each.state for each in gate.requests] == ["expired", "expired"]
    for request in (late, ready):
        for way in (session.retry, gate.resume):
            with pytest.raises(ConfigError, match="has expired"):
                way(request)
    fresh = session.perform(pay("700.00 USD"))
    assert isinstance(fresh, Pending), "votes for a request that is over count for no other"
    assert fresh.request_id not in (late, ready)
    assert port.done == []


def test_a_clock_that_went_back_revives_nothing(gate: Gate, session: Session, port: ScriptedPort, clock: Clock) -> None:
    request = asked(session, pay("800.00 USD"))
    gate.approve(request, "bea", "boss")
    clock.now = NOON + DAY
    assert isinstance(gate.session().perform(pay("1.00 USD", "other")), Pending)
    clock.now = NOON
    outcome = session.perform(pay("800.00 USD"))
    assert isinstance(outcome, Pending)
    assert outcome.request_id != request
    assert port.done == []


def test_another_action_of_the_same_kind_is_not_covered(gate: Gate, session: Session, port: ScriptedPort) -> None:
    request = asked(session, pay("800.00 USD"))
    gate.approve(request, "bea", "boss")
    for other in (
        pay("800.01 USD"),
        pay("799.99 USD"),
        pay("800.00 USD", "k2"),
        pay("800.00 USD").model_copy(update={"memo": "x"}),
    ):
        assert asked(session, other) != request
    assert port.done == []
    reasoned = session.perform(pay("800.00 USD").model_copy(update={"reason": "other words"}))
    assert isinstance(reasoned, Performed), "a reason is no part of an action"


def test_another_session_is_not_covered(gate: Gate, session: Session, port: ScriptedPort) -> None:
    request = asked(session, pay("800.00 USD"))
    gate.approve(request, "bea", "boss")
    other = gate.session(user="ada", run="r1", session="s2")
    assert asked(other, pay("800.00 USD")) != request
    with pytest.raises(ConfigError, match="of another agent"):
        other.retry(request)
    assert port.done == []


def test_another_version_of_the_policy_makes_grants_useless(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    path, port = tmp_path / "journal", ScriptedPort("money.payment")
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        request = asked(gate.session(user="eve", run="r1", session="s1"), pay("800.00 USD"))
        gate.approve(request, "bea", "boss")
        late = asked(gate.session(user="eve", run="r1", session="s1"), pay("700.00 USD"))
    changed = loads_policy(TEXT.replace('version: "1"', 'version: "2"'))
    assert changed.digest != policy.digest
    with Gate.open(changed, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        with pytest.raises(ConfigError, match="under another policy"):
            gate.resume(request)
        refused(gate, late, "bea", "boss", "under another policy")
        session = gate.session(user="eve", run="r1", session="s1")
        assert asked(session, pay("800.00 USD")) != request
        assert port.done == []
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        assert isinstance(gate.resume(request), Performed), "the policy that it was given under is back"
    verify(path).require()


def test_two_threads_and_one_grant(gate: Gate, session: Session, port: ScriptedPort) -> None:
    for number in range(8):
        request = asked(session, pay("10.00 USD", f"k{number}"))
        gate.approve(request, "bea", "boss")
        outcomes: list[object] = []
        barrier = threading.Barrier(4)

        def work(request: str = request, barrier: Any = barrier, outcomes: list[object] = outcomes) -> None:
            barrier.wait()
            try:
                outcomes.append(gate.resume(request))
            except ConfigError as error:
                outcomes.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(each, Performed) for each in outcomes) == 1
        assert sum(isinstance(each, ConfigError) for each in outcomes) == 3, outcomes
    assert len(port.done) == 8
    assert gate.requests == (), "nobody is asked again for what has happened"


def test_a_vote_for_what_is_closed_or_was_never_asked(gate: Gate, session: Session) -> None:
    used = asked(session, pay("1.00 USD"))
    gate.approve(used, "bea", "boss")
    assert isinstance(session.retry(used), Performed)
    refused(gate, used, "bea", "boss", "no such request waits")
    refused(gate, "ask-0000000000000000", "bea", "boss", "no such request waits")
    turned_down = asked(session, trade())
    gate.refuse(turned_down, "max", "manager", "Not now.")
    refused(gate, turned_down, "may", "manager", "was refused before")
    for bad in ("", "x" * 300, "a\nb", " a"):
        with pytest.raises(ConfigError, match="printable"):
            gate.approve(bad, "bea", "boss")
    with pytest.raises(ConfigError, match="at most 2000"):
        gate.approve(turned_down, "may", "manager", "x" * 3000)
