"""Allowances: what people give instead of one call, within what the policy lets them, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from havocproof.actions import Spawn
from havocproof.errors import ConfigError, PortError
from havocproof.gate import Denied, Failed, Gate, Pending, Performed, Session, Terms
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.allowing import (
    DAY,
    PEOPLE,
    POLICY,
    TEXT,
    THREE,
    VERBS,
    asked,
    call,
    given,
    pay,
    performed,
    tell,
)
from tests.gate.world import NOON, Clock, ScriptedPort, kinds, records


@pytest.fixture
def policy() -> Policy:
    return POLICY


@pytest.fixture
def port() -> ScriptedPort:
    return ScriptedPort(*VERBS)


@pytest.fixture
def gate(policy: Policy, port: ScriptedPort, clock: Clock, journal: Path | None) -> Iterator[Gate]:
    with Gate.open(policy, ports=[port], journal=journal, tenant="acme", clock=clock, people=PEOPLE) as opened:
        yield opened
    if journal is not None:
        verify(journal).require()


@pytest.fixture
def session(gate: Gate) -> Session:
    return gate.session(user="eve", run="r1", session="s1")


def test_what_is_given_instead_of_one_call_lets_so_many_pass(gate: Gate, session: Session, port: ScriptedPort) -> None:
    first = asked(session, pay(key="first"))
    standing = gate.approve(first, "bea", "controller", "A known supplier.", terms=THREE)
    assert standing.id != first
    assert standing.action["action"] == "approval.widen"
    assert standing.action["args"] == {
        "rule": "large",
        "approval": "controller",
        "same": {"payee": "acct:ada"},
        "uses": 3,
        "for": "30d",
        "amount": "3000.00 USD",
        "tenant": "acme",
        "user": "eve",
        "agent": "main",
        "instead_of": first,
    }
    assert port.done == [], "giving performs nothing"
    assert [each.id for each in gate.requests] == [first], "the one call still waits"
    outcome = session.retry(first)
    assert isinstance(outcome, Performed)
    assert outcome.rule == "large"
    assert gate.requests == ()
    assert performed(session, pay(key="second"))
    other = gate.session(user="eve")
    assert performed(other, pay(key="third")), "another session of the same user"
    assert not performed(session, pay(key="fourth"))
    assert len(port.done) == 3
    (allowance,) = gate.allowances
    assert (allowance.uses, allowance.uses_left, allowance.amount, allowance.amount_left) == (3, 0, 300_000, 270_000)
    assert (allowance.given_at, allowance.until) == (NOON, NOON + 30 * DAY)
    assert (allowance.request, allowance.of, allowance.user) == (standing.id, first, "eve")
    assert allowance.form()["amount_left"] == "2700.00 USD"


def test_the_journal_says_who_gave_what_and_what_was_done_under_it(gate: Gate, session: Session) -> None:
    first = asked(session, pay(key="first"))
    request = gate.approve(first, "bea", "controller", terms=THREE).id
    session.retry(first)
    assert kinds(gate) == ["pending", "pending", "intent", "outcome", "intent", "outcome"]
    one, _, giving, _, use, _ = (record.data for record in records(gate))
    assert one["widen"] == {
        "rule": "large",
        "approval": "controller",
        "same": {"payee": "acct:ada"},
        "most": {"uses": 3, "for": "30d", "amount": "3000.00 USD"},
    }
    (vote,) = (record.data for record in records(gate, "vote"))
    assert (vote["request"], vote["counted"]) == (request, True)
    (allowance,) = gate.allowances
    assert giving["action"]["action"] == "approval.widen"
    assert (giving["request"], giving["digest"]) == (request, allowance.name)
    assert use["allowances"] == {"large": allowance.name}
    assert use["instead_of"] == first
    assert {charge[0][1]: (charge[0][2], charge[1]) for charge in use["charges"]} == {
        "~uses/large": (allowance.name, 1),
        "~amount/large": (allowance.name, 10_000),
    }


def test_the_one_call_cannot_be_approved_for_a_second_effect(gate: Gate, session: Session, port: ScriptedPort) -> None:
    first = asked(session, pay(key="first"))
    gate.approve(first, "bea", "controller", terms=Terms(1, "1d", "3000.00 USD"))
    assert performed(session, pay(key="first"))
    with pytest.raises(ConfigError, match="no such request waits"):
        gate.approve(first, "cem", "controller")
    for again in (session.retry, gate.resume):
        with pytest.raises(ConfigError, match="no request"):
            again(first)
    assert not performed(session, pay(key="first")), "its one use is used"
    assert len(port.done) == 1


def test_who_approves_may_give_less_than_the_policy_allows(gate: Gate, session: Session, clock: Clock) -> None:
    given(gate, session, Terms(uses=2, lasts="2d", amount="250.00 USD"))
    (allowance,) = gate.allowances
    assert (allowance.uses_left, allowance.amount_left, allowance.until) == (2, 25_000, NOON + 2 * DAY)
    assert performed(session, pay("200.00 USD", "first"))
    assert not performed(session, pay("50.01 USD", "a")), "more than is left in all"
    assert performed(session, pay("50.00 USD", "b"))
    assert not performed(session, pay("0.01 USD", "c")), "two uses"
    given(gate, session, Terms(uses=3, lasts="2d", amount="3000.00 USD"), pay(key="d"))
    clock.now += 2 * DAY - 1
    assert performed(session, pay(key="e"))
    clock.now += 1
    assert not performed(session, pay(key="f")), "its time is over"
    assert gate.allowances == ()


def test_what_is_known_not_to_have_happened_gives_its_use_back(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    given(gate, session, Terms(1, "1d", "3000.00 USD"))
    port.raises(PortError("the bank is closed"))
    assert isinstance(session.perform(pay(key="a")), Failed)
    port.script = port.honest
    assert performed(session, pay(key="b"))
    assert not performed(session, pay(key="c"))


def test_two_people_agree_to_the_same_terms(gate: Gate, session: Session, port: ScriptedPort) -> None:
    first = asked(session, tell("joe"))
    mine = gate.approve(first, "bea", "manager", terms=Terms(5, "10d"))
    assert (mine.state, mine.missing, mine.votes) == ("waiting", {"manager": 1}, {"bea": "manager"})
    theirs = gate.approve(first, "cem", "manager", terms=Terms(4, "240h"))
    assert theirs.id != mine.id, "other terms are another request"
    assert (theirs.state, gate.allowances) == ("waiting", ())
    assert isinstance(session.retry(first), Pending)
    with pytest.raises(ConfigError, match="has voted already"):
        gate.approve(theirs.id, "cem", "manager")
    assert gate.approve(first, "dan", "manager", terms=Terms(5, "240h")).id == mine.id, "240h is 10d"
    (allowance,) = gate.allowances
    assert (allowance.uses, allowance.request, allowance.amount) == (5, mine.id, None)
    assert allowance.form()["same"] == {"to": "joe"}
    assert isinstance(session.retry(first), Performed)
    assert port.done == [tell("joe")]


def test_the_second_approves_exactly_what_the_first_asked_for(gate: Gate, session: Session) -> None:
    first = asked(session, tell("joe"))
    request = gate.approve(first, "bea", "manager", terms=Terms(2, "3d")).id
    shown = next(each for each in gate.requests if each.id == request)
    assert (shown.action["args"]["uses"], shown.action["args"]["for"]) == (2, "3d")
    with pytest.raises(ConfigError, match="approve it without terms"):
        gate.approve(request, "cem", "manager", terms=Terms(5, "10d"))
    with pytest.raises(ConfigError, match="nothing to perform"):
        gate.resume(request)
    assert gate.approve(request, "cem", "manager").state == "approved"
    assert [(each.uses, each.until) for each in gate.allowances] == [(2, NOON + 3 * DAY)]
    with pytest.raises(ConfigError, match="given already"):
        gate.approve(first, "dan", "manager", terms=Terms(2, "3d"))


def test_one_refusal_ends_the_request_for_an_allowance(gate: Gate, session: Session) -> None:
    first = asked(session, tell("joe"))
    request = gate.approve(first, "bea", "manager", terms=Terms(2, "3d")).id
    assert gate.refuse(request, "cem", "manager").state == "refused"
    with pytest.raises(ConfigError, match="refused before"):
        gate.approve(request, "dan", "manager")
    assert gate.allowances == ()
    assert isinstance(session.retry(first), Pending), "the one call can still be approved"
    for person in ("bea", "cem"):
        gate.approve(first, person, "manager")
    assert isinstance(session.retry(first), Performed)


def test_what_was_refused_stays_refused_under_an_allowance(gate: Gate, session: Session, port: ScriptedPort) -> None:
    one, two = asked(session, pay(key="one")), asked(session, pay(key="two"))
    gate.refuse(one, "bea", "controller")
    with pytest.raises(ConfigError, match="refused before"):
        gate.approve(one, "cem", "controller", terms=THREE)
    gate.approve(two, "cem", "controller", terms=THREE)
    assert isinstance(session.perform(pay(key="one")), Denied)
    assert performed(session, pay(key="three"))
    three = asked(session, tell("joe"))
    request = gate.approve(three, "bea", "manager", terms=Terms(2, "3d")).id
    gate.refuse(three, "cem", "manager")
    with pytest.raises(ConfigError, match="was refused"):
        gate.approve(request, "dan", "manager")
    assert port.done == [pay(key="three")]


def test_an_exact_grant_is_used_before_an_allowance(gate: Gate, session: Session) -> None:
    exact, other = asked(session, pay(key="exact")), asked(session, pay(key="other"))
    gate.approve(exact, "bea", "controller")
    gate.approve(other, "bea", "controller", terms=THREE)
    assert isinstance(session.retry(exact), Performed)
    assert gate.allowances[0].uses_left == 3
    assert isinstance(session.retry(other), Performed)
    assert gate.allowances[0].uses_left == 2
    assert [record.data.get("request") for record in records(gate, "intent")][1] == exact


def test_an_agent_below_asks_and_every_agent_of_its_kind_may_use_it(port: ScriptedPort, clock: Clock) -> None:
    text = TEXT + "agents:\n  lead: {delegates: [pay], starts: [clerk]}\n  clerk: {uses: [pay]}\n"
    with Gate.open(loads_policy(text), ports=[port], clock=clock, people=PEOPLE) as gate:
        lead = gate.session(user="eve")
        clerks = []
        for _ in range(2):
            started = lead.perform(Spawn(agent="clerk"))
            assert isinstance(started, Performed)
            assert started.child is not None
            clerks.append(started.child)
        first = asked(clerks[0], pay(key="a"))
        gate.approve(first, "bea", "controller", terms=THREE)
        assert isinstance(clerks[0].retry(first), Performed)
        assert gate.requests == ()
        assert performed(clerks[1], pay(key="b"))
        assert isinstance(lead.perform(pay(key="c")), Denied)


def test_the_one_call_is_resumed_under_the_allowance_by_the_next_process(
    policy: Policy, port: ScriptedPort, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "journal"
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        first = asked(gate.session(user="eve", run="r1", session="s1"), pay(key="first"))
        gate.approve(first, "bea", "controller", terms=THREE)
        before = gate.allowances
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        assert gate.allowances == before
        assert isinstance(gate.resume(first), Performed)
        assert (gate.requests, gate.allowances[0].uses_left) == ((), 2)
    verify(path).require()


def test_a_new_allowance_takes_the_place_of_the_old_one(gate: Gate, session: Session) -> None:
    given(gate, session, Terms(1, "1d", "100.00 USD"))
    assert performed(session, pay(key="a"))
    given(gate, session, Terms(1, "1d", "100.00 USD"), pay(key="b"))
    assert len(gate.allowances) == 1
    assert performed(session, pay(key="c"))
    assert not performed(session, pay(key="d"))


def test_an_allowance_is_taken_back(gate: Gate, session: Session, port: ScriptedPort) -> None:
    request = given(gate, session).id
    for person, role, says in (("dan", "controller", "does not hold"), ("dan", "manager", "nobody asks")):
        with pytest.raises(ConfigError, match=says):
            gate.refuse(request, person, role)
    assert len(gate.allowances) == 1
    back = gate.refuse(request, "cem", "controller", "No longer a supplier.")
    assert (back.id, back.state) == (request, "refused")
    assert gate.allowances == ()
    assert not performed(session, pay(key="a"))
    with pytest.raises(ConfigError, match="no such request"):
        gate.refuse(request, "cem", "controller")
    assert [vote.data.get("withdraws", "") != "" for vote in records(gate, "vote")][-2] is True


def test_the_sessions_user_may_give_where_the_policy_asks_the_user(gate: Gate, session: Session) -> None:
    drop = {"action": "file.delete", "args": {"path": "/desk/a"}}
    first = asked(session, drop)
    with pytest.raises(ConfigError, match="not the session's user"):
        gate.approve(first, "bea", "session-user", terms=Terms(2, "1h"))
    assert len(gate.requests) == 1, "nothing is asked for those who could not vote"
    gate.approve(first, "eve", "session-user", terms=Terms(2, "1h"))
    assert performed(session, drop)
    assert not performed(session, {"action": "file.delete", "args": {"path": "/desk/b"}})


def test_what_else_has_to_be_agreed_is_still_asked(gate: Gate, session: Session, port: ScriptedPort) -> None:
    """The risk officer's approval cannot be widened: only the controller's is not asked again."""
    given(gate, session)
    outcome = session.perform(pay("1600.00 USD", "big"))
    assert isinstance(outcome, Pending)
    assert outcome.needs == {"risk"}
    gate.approve(outcome.request_id, "dan", "risk")
    assert isinstance(session.retry(outcome.request_id), Performed)
    assert gate.allowances[0].uses_left == 2
    assert port.done == [pay("1600.00 USD", "big")]


def test_a_tool_of_its_own_and_a_rule_with_unless(gate: Gate, session: Session) -> None:
    given(gate, session, Terms(2, "1d", "100.00 USD"), call("charge", card="c1", sum="60.00 USD"))
    assert performed(session, call("charge", card="c1", sum="60.00 USD"))
    assert not performed(session, call("charge", card="c1", sum="60.00 USD"))
    assert performed(session, call("charge", card="c1", sum="40.00 USD"))
    given(gate, session, Terms(2, "1d"), call("seal", box="b1", how="wax"))
    assert performed(session, call("seal", box="b1", how="wax"))
    assert isinstance(session.perform(call("seal", box="b1", how="wire")), Denied), "the rule does not speak of it"
    assert performed(session, call("seal", box="b1", how="wax"))
    assert not performed(session, call("seal", box="b1", how="wax"))
