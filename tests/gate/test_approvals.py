"""Approvals: what was asked happens once, when all who are needed have agreed to exactly it; and what people see."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.actions import HttpRequest
from havocproof.errors import ConfigError, PortError
from havocproof.gate import Denied, Failed, Gate, Pending, Performed, Session
from havocproof.policy import Policy
from tests.gate.asking import DAY, HOUR, PEOPLE, asked, gate, path, policy, port, refused, trade
from tests.gate.world import NOON, Clock, ScriptedPort, kinds, pay, records, spent

__all__ = ["gate", "path", "policy", "port"]


def test_what_was_approved_happens_once_when_it_is_asked_again(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    request = asked(session, pay("800.00 USD"))
    assert port.prepared == []
    standing = gate.approve(request, "bea", "boss", "Known invoice.")
    assert (standing.state, standing.votes, standing.missing) == ("approved", {"bea": "boss"}, {})
    assert (port.done, spent(gate, "spend")) == ([], 0), "a vote performs nothing and reserves nothing"
    outcome = session.perform(pay("800.00 USD"))
    assert isinstance(outcome, Performed)
    assert outcome.rule == "large"
    assert (port.done, spent(gate, "spend")) == ([pay("800.00 USD")], 80_000)
    assert kinds(gate) == ["pending", "intent", "outcome"]
    assert records(gate, "intent")[0].data["request"] == request
    (vote,) = (record.data for record in records(gate, "vote"))
    assert (vote["counted"], vote["why"], vote["via"], vote["approves"]) == (True, "Known invoice.", "host", True)
    assert (gate.requests, gate.parked) == ((), ())
    again = asked(session, pay("800.00 USD"))
    assert again != request, "once: the next one is a request of its own"
    assert len(port.done) == 1


def test_retry_and_resume_perform_what_was_asked(gate: Gate, session: Session, port: ScriptedPort) -> None:
    first, second = asked(session, pay("100.00 USD", "a")), asked(session, pay("200.00 USD", "b"))
    for request, way in ((first, session.retry), (second, gate.resume)):
        waiting = way(request)
        assert isinstance(waiting, Pending)
        assert waiting.request_id == request
        assert gate.approve(request, "bea", "boss").state == "approved"
        assert isinstance(way(request), Performed)
        with pytest.raises(ConfigError, match="no request"):
            way(request)
    assert port.done == [pay("100.00 USD", "a"), pay("200.00 USD", "b")]


def test_the_host_resumes_for_the_run_that_asked_first(gate: Gate, session: Session, port: ScriptedPort) -> None:
    """A request is for one action and session: another run under the same session id is told of it, but is not whom it
    is performed for."""
    request = asked(session, pay("800.00 USD"))
    other = gate.session(user="ada", run="r2", session="s1")
    assert asked(other, pay("800.00 USD")) == request
    gate.approve(request, "bea", "boss")
    assert isinstance(gate.resume(request), Performed)
    with gate.store.step(0) as step:
        counted = {key: count for key, count in step.view.nums.items() if key[1] == "often"}
    assert [("r1" in key, "r2" in key, count) for key, count in counted.items()] == [(True, False, 1)]


def test_two_people_of_one_role_and_two_roles(gate: Gate, session: Session, port: ScriptedPort) -> None:
    buy = asked(session, trade("buy"))
    assert gate.approve(buy, "max", "manager").missing == {"manager": 1}
    assert isinstance(session.retry(buy), Pending)
    assert gate.approve(buy, "may", "manager").state == "approved"
    assert isinstance(session.retry(buy), Performed)
    sell = asked(session, trade("sell"))
    for person, role, missing in (
        ("tom", "treasurer", {"treasurer": 1, "risk": 1}),
        ("may", "risk", {"treasurer": 1}),
        ("tia", "treasurer", {}),
    ):
        assert isinstance(session.retry(sell), Pending)
        assert gate.approve(sell, person, role).missing == missing
    assert isinstance(session.retry(sell), Performed)
    assert len(port.done) == 2


def test_all_rules_that_ask_must_be_met(gate: Gate, session: Session, port: ScriptedPort) -> None:
    outcome = session.perform(pay("1500.00 USD"))
    assert isinstance(outcome, Pending)
    assert outcome.needs == {"boss", "risk"}
    assert outcome.expires_at == NOON + HOUR, "the shortest time of all"
    gate.approve(outcome.request_id, "bea", "boss")
    assert isinstance(session.retry(outcome.request_id), Pending)
    gate.approve(outcome.request_id, "may", "risk")
    assert isinstance(session.retry(outcome.request_id), Performed)
    assert len(port.done) == 1


def test_the_sessions_user_says_yes_and_nobody_else(gate: Gate, session: Session, port: ScriptedPort) -> None:
    drop = {"action": "file.delete", "args": {"path": "/desk/a"}}
    request = asked(session, drop)
    refused(gate, request, "bea", "session-user", "is not the session's user")
    gate.approve(request, "ada", "session-user")
    assert isinstance(session.retry(request), Performed)
    nobody = gate.session(session="s9")
    request = asked(nobody, drop)
    refused(gate, request, "ada", "session-user", "is not the session's user")


def test_forbids_and_budgets_are_decided_again_when_a_grant_is_used(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    request = asked(session, pay("900.00 USD", "a"))
    for key in ("b", "c"):
        other = asked(session, pay("800.00 USD", key))
        gate.approve(other, "bea", "boss")
        assert isinstance(session.retry(other), Performed)
    gate.approve(request, "bea", "boss")
    outcome = session.retry(request)
    assert isinstance(outcome, Denied)
    assert (outcome.denial.kind, outcome.denial.rule) == ("later", "spend")
    assert len(port.done) == 2
    assert [each.state for each in gate.requests] == ["approved"], "a denial uses up no grant"


def test_what_was_used_is_used_whatever_became_of_the_effect(gate: Gate, session: Session, port: ScriptedPort) -> None:
    request = asked(session, pay("800.00 USD"))
    gate.approve(request, "bea", "boss")
    port.raises(PortError("the bank is closed"))
    assert isinstance(session.retry(request), Failed)
    port.script = port.honest
    assert asked(session, pay("800.00 USD")) != request
    assert (port.done, spent(gate, "spend")) == ([], 0)


def test_what_people_refused_is_answered_without_asking_again(
    gate: Gate, session: Session, port: ScriptedPort, clock: Clock
) -> None:
    request = asked(session, pay("800.00 USD"))
    assert gate.refuse(request, "bea", "boss", "Not our invoice.").state == "refused"
    clock.now += HOUR
    for _ in range(3):
        outcome = session.perform(pay("800.00 USD"))
        assert isinstance(outcome, Denied)
        assert (outcome.denial.kind, outcome.denial.rule) == ("later", "large")
        assert outcome.denial.facts == {"request": request, "refused": True, "wait_s": 23 * 3600}
    assert isinstance(gate.resume(request), Denied)
    assert [each.id for each in gate.requests] == [request], "nobody was asked again"
    assert session.denials == [], "it is this very action that was refused, and no class of them"
    assert isinstance(session.perform(pay("800.00 USD", "k2")), Pending)
    clock.now = NOON + DAY
    assert isinstance(session.perform(pay("800.00 USD")), Pending), "the request is over: asking is new"
    assert port.done == []


def test_one_refusal_beats_all_approvals(gate: Gate, session: Session, port: ScriptedPort) -> None:
    request = asked(session, trade())
    gate.approve(request, "max", "manager")
    gate.refuse(request, "may", "manager")
    assert isinstance(session.retry(request), Denied)
    approved = asked(session, pay("1.00 USD"))
    gate.approve(approved, "bea", "boss")
    with pytest.raises(ConfigError, match="voted already"):
        gate.refuse(approved, "bea", "boss")
    assert port.done == []


def test_asking_again_while_it_waits_is_the_same_request(gate: Gate, session: Session) -> None:
    request = asked(session, pay("800.00 USD"))
    for _ in range(3):
        assert asked(session, pay("800.00 USD")) == request
    assert [record.data["again"] for record in records(gate, "pending")] == [False, True, True, True]
    assert len(gate.requests) == 1


def test_no_more_than_a_thousand_requests_wait(gate: Gate, session: Session, clock: Clock) -> None:
    for number in range(1000):
        asked(session, pay("1.00 USD", f"k{number}"))
    outcome = session.perform(pay("1.00 USD", "one-more"))
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "later"
    assert len(gate.requests) == 1000
    clock.now += DAY
    asked(session, pay("1.00 USD", "one-more"))
    assert len(gate.requests) == 1, "what is over is forgotten when somebody is asked anew"
    with gate.store.step(0) as step:
        assert len(step.view.grants) == 1


def test_a_request_tells_who_asks_for_what_and_why(gate: Gate, session: Session) -> None:
    action = pay("1500.00 USD").model_copy(update={"reason": "the invoice of May"})
    asked(session, action)
    (request,) = gate.requests
    assert request.action == action.canonical()
    assert (request.digest, request.rule, request.state) == (action.digest(), "large", "waiting")
    assert "The boss agrees." in request.why
    assert "Above 1000 the risk officer agrees." in request.why
    assert request.needs == {"boss": (("boss", 1),), "risk": (("risk", 1),)}
    assert request.missing == {"boss": 1, "risk": 1}
    assert (request.asked_at, request.expires_at) == (NOON, NOON + HOUR)
    assert request.body["reason"] == "the invoice of May"
    assert request.body["who"]["user"] == "ada"


def test_what_the_journal_hides_is_performed_only_by_the_session_that_asked(
    policy: Policy, clock: Clock, tmp_path: Path
) -> None:
    path, port = tmp_path / "journal", ScriptedPort("http.request")
    post = HttpRequest(method="POST", host="api.example", path="/v1", headers={"x-acme-token": "s3cret"}, body="x")
    gate = Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE)
    session = gate.session(user="eve", run="r1", session="s1")
    request, other = asked(session, post), asked(session, post.model_copy(update={"body": "y"}))
    (shown, _) = gate.requests
    assert "s3cret" not in repr(shown)
    for each in (request, other):
        gate.approve(each, "bea", "boss")
    assert isinstance(gate.resume(request), Performed), "the session is at hand"
    gate.close()
    assert b"s3cret" not in path.read_bytes()
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        with pytest.raises(ConfigError, match="parts of it are hidden"):
            gate.resume(other)
        again = gate.session(user="eve", run="r1", session="s1")
        assert isinstance(again.perform(post.model_copy(update={"body": "y"})), Performed)
    assert len(port.done) == 2
