"""What the tests of approvals share: a policy that asks, the people who may answer, and a gate for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Gate, Pending, Session
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.world import Clock, ScriptedPort, records

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
  often: {count: 50, of: money.payment, per: [run]}
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
