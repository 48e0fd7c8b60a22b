"""Approvals: what was asked happens once, when all who are needed have agreed to exactly it. No way to cheat works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions import HttpRequest
from havocproof.errors import ConfigError, PortError
from havocproof.gate import Denied, Failed, Gate, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.stores import deposit, verify
from tests.gate.world import NOON, Clock, ScriptedPort, kinds, pay, records, spent

HOUR = 3_600_000
DAY = 24 * HOUR
TEXT = """
havocproof: 1
policy: approvals
version: "1"
approvals:
  boss: {role: boss, people: 1, within: 1d}
  two: {role: manager, people: 2, within: 4h}
  risk: {role: risk, people: 1, within: 1h}
  both: {all_of: [{role: treasurer, people: 2}, {role: risk, people: 1}], within: 4h}
  yes: {role: session-user, people: 1, within: 15m}
rules:
  pay:
    - id: large
      ask: money.payment
      where: {account: main, payee: acct:ada, amount: {max: 5000.00 USD}}
      needs: boss
      why: The boss agrees.
      remedy: Go on with other work.
    - id: risky
      forbid: money.payment
      where: {amount: {above: 1000.00 USD}}
      needs: risk
      why: Above 1000 the risk officer agrees.
    - id: hidden
      ask: http.request
      where: {host: api.example, path: any, method: POST}
      needs: boss
      why: Posts are seen.
    - id: order
      ask: money.trade
      where: {account: main, side: buy, symbol: AAA, amount: any}
      needs: two
      why: Two managers.
    - id: sell
      ask: money.trade
      where: {account: main, side: sell, symbol: AAA, amount: any}
      needs: both
      why: Treasury and risk.
    - id: drop
      ask: file.delete
      where: {path: /desk/**}
      needs: yes
      why: The user says yes.
budgets:
  spend: {amount: 2000.00 USD, of: money.payment, per: [tenant]}
"""
PEOPLE = {
    "bea": ["boss"],
    "max": ["manager"],
    "may": ["manager", "risk"],
    "tom": ["treasurer"],
    "tia": ["treasurer"],
    "ada": ["boss", "manager"],
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def port() -> ScriptedPort:
    return ScriptedPort("money.payment", "money.trade", "file.delete", "http.request")


@pytest.fixture
def gate(policy: Policy, port: ScriptedPort, clock: Clock, journal: Path | None) -> Iterator[Gate]:
    opened = Gate.open(policy, ports=[port], journal=journal, tenant="acme", clock=clock, people=PEOPLE)
    yield opened
    opened.close()
    if journal is not None:
        verify(journal).require()


def trade(side: str = "buy", key: str = "T-1") -> dict[str, Any]:
    args = {"account": "main", "side": side, "symbol": "AAA", "quantity": 1, "amount": "10.00 USD"}
    return {"action": "money.trade", "args": {**args, "idempotency_key": key}}


def asked(session: Session, action: Any) -> str:
    outcome = session.perform(action)
    assert isinstance(outcome, Pending), outcome
    return outcome.request_id


def refused(gate: Gate, request: str, person: str, role: str, says: str) -> None:
    """The vote does not count, nothing is changed by it, and the journal says why."""
    with gate.store.step(0) as step:
        before = dict(step.view.grants)
    with pytest.raises(ConfigError, match=says):
        gate.approve(request, person, role)
    last = records(gate, "vote")[-1].data
    assert (last["counted"], last["person"], last["role"]) == (False, person, role)
    assert says in last["problem"]
    with gate.store.step(0) as step:
        assert step.view.grants == before


# ---- it works ----


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


# ---- every way to cheat ----


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


# ---- refusals ----


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


# ---- what people see ----


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


# ---- votes from outside, through the inbox ----


def letter(request: str, digest: str, person: str = "bea", role: str = "boss", **more: Any) -> dict[str, Any]:
    return {
        "request": request,
        "digest": digest,
        "person": person,
        "role": role,
        "approves": True,
        "why": "",
        "login": "root",
        **more,
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


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
