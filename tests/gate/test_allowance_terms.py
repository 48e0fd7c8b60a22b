"""Terms of allowances: what goes beyond the policy, what cannot be widened at all, and letters that bring terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Allowance, Gate, Session, Terms
from havocproof.policy import Policy, loads_policy
from havocproof.stores import deposit, verify
from tests.gate.allowing import (
    PEOPLE,
    POLICY,
    TEXT,
    THREE,
    VERBS,
    asked,
    call,
    pay,
    performed,
    tell,
)
from tests.gate.world import Clock, ScriptedPort, records, spent


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


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (Terms(4, "30d", "3000.00 USD"), "4 uses are more than the 3 that the policy allows"),
        (Terms(0, "30d", "3000.00 USD"), "0 uses allow nothing"),
        (Terms(-1, "30d", "3000.00 USD"), "-1 uses allow nothing"),
        (Terms(True, "30d", "3000.00 USD"), "allow nothing"),
        (Terms(3, "31d", "3000.00 USD"), "31d is longer than the 30d that the policy allows"),
        (Terms(3, "tomorrow", "3000.00 USD"), "is no duration"),
        (Terms(3, "30d", "3000.01 USD"), "3000.01 USD is more than the 3000.00 USD that the policy allows"),
        (Terms(3, "30d", "1.00 EUR"), "is not in USD"),
        (Terms(3, "30d", "0.00 USD"), "allows nothing"),
        (Terms(3, "30d", "1 USD"), "decimals"),
        (Terms(3, "30d"), "an amount in all has to be said; the policy allows 3000.00 USD"),
    ],
)
def test_beyond_the_policys_bound(gate: Gate, session: Session, terms: Terms, says: str) -> None:
    first = asked(session, pay())
    with pytest.raises(ConfigError, match=says):
        gate.approve(first, "bea", "controller", terms=terms)
    assert [each.id for each in gate.requests] == [first]
    (vote,) = (record.data for record in records(gate, "vote"))
    assert (vote["counted"], vote["terms"]) == (False, terms.form())


def test_no_amount_where_the_policy_bounds_none(gate: Gate, session: Session) -> None:
    with pytest.raises(ConfigError, match="leave it out"):
        gate.approve(asked(session, tell("joe")), "bea", "manager", terms=Terms(1, "1d", "1.00 USD"))


def test_what_cannot_be_widened_says_why(policy: Policy, port: ScriptedPort, clock: Clock) -> None:
    text = (
        TEXT
        + """
redact: [{of: charge, fields: [card], for: [approver]}]
"""
    )
    also = (
        "{id: all, ask: money.payment, where: {account: main, payee: acct:two, amount: any}, needs: controller, why: x}"
    )
    text = text.replace("    - id: risky", f"    - {also}\n    - id: risky")
    with Gate.open(loads_policy(text), ports=[port], clock=clock, people=PEOPLE) as gate:
        session = gate.session(user="eve")
        cases: list[tuple[Session, Any, str, str]] = [
            (session, pay("1600.00 USD", payee="acct:two"), "controller", "several rules ask for it.*all, large"),
            (session, tell("joe", "jim"), "manager", "2 different values of to"),
            (gate.session(), pay(), "controller", "no user is known"),
            (session, call("charge", card="c1", sum="1.00 USD"), "controller", "hides parts of it"),
        ]
        for asking, action, role, says in cases:
            request = asked(asking, action)
            with pytest.raises(ConfigError, match=says):
                gate.approve(request, "bea", role, terms=THREE)
            gate.approve(request, "bea", role)
        with pytest.raises(ConfigError, match="nobody asks the role risk"):
            gate.approve(asked(session, pay("1600.00 USD", "r")), "dan", "risk", terms=THREE)
        with pytest.raises(ConfigError, match="no such request"):
            gate.approve("ask-1", "bea", "controller", terms=THREE)


def test_where_no_approval_may_be_widened(port: ScriptedPort, clock: Clock) -> None:
    text = TEXT.replace(", may_widen: {same: [payee], uses: 3, amount: 3000.00 USD, for: 30d}", "")
    with Gate.open(loads_policy(text), ports=[port], clock=clock, people=PEOPLE) as gate:
        request = asked(gate.session(user="eve"), pay())
        assert "widen" not in gate.requests[0].body
        with pytest.raises(ConfigError, match="may be widened"):
            gate.approve(request, "bea", "controller", terms=THREE)


def test_letters_ask_for_allowances_too(policy: Policy, port: ScriptedPort, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        session = gate.session(user="eve", run="r1", session="s1")
        first = asked(session, pay(key="first"))
        letter = {
            "request": first,
            "digest": gate.requests[0].digest,
            "person": "bea",
            "role": "controller",
            "approves": True,
            "why": "",
            "terms": THREE.form(),
        }
        bad: list[Any] = [None, 3, {}, {"uses": 3}, {**THREE.form(), "same": 1}, {**THREE.form(), "uses": "3"}]
        bad += [{**THREE.form(), "uses": 4}, {**THREE.form(), "for": 3}]
        for terms in bad:
            deposit(path, 1, {**letter, "terms": terms})
        deposit(path, 1, {**letter, "approves": False})
        deposit(path, 1, {**letter, "digest": "0" * 64})
        deposit(path, 1, {**letter, "person": "dan"})
        assert gate.allowances == ()
        assert [record.data["counted"] for record in records(gate, "vote")] == [False] * 11
        assert len(gate.requests) == 1
        deposit(path, 1, letter)
        assert session.retry(first).ok
        assert spent(gate, "~uses/large") == 1
    deposit(path, 1, {**letter, "request": first})
    with Gate.open(policy, ports=[port], journal=path, clock=clock, people=PEOPLE) as gate:
        (allowance,) = gate.allowances
        assert isinstance(allowance, Allowance)
        assert allowance.uses_left == 2
        assert performed(gate.session(user="eve"), pay(key="second"))
    verify(path).require()
