"""A research desk whose controller allows three invoices of one vendor, through the gate, under its firm's guard."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.actions import Payment, Spawn
from havocproof.gate import Denied, Gate, Pending, Performed, Session, Terms
from havocproof.policy import Policy, load_policy
from tests.gate.world import Clock, ScriptedPort

POLICY = Path(__file__).parents[1] / "policy" / "shared" / "research-desk.yaml"
DAY = 86_400_000


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


def bill(amount: str, key: str, payee: str = "acct:prices-ltd") -> Payment:
    return Payment(account="research-costs", payee=payee, amount=amount, idempotency_key=key)


def test_three_invoices_of_one_vendor_for_a_month(policy: Policy) -> None:
    clock, port = Clock(), ScriptedPort("money.payment")
    people = {"bea": ["controller"]}
    with Gate.open(policy, ports=[port], clock=clock, people=people) as gate:
        desk = gate.session(user="ann", agent="lead")

        def says(session: Session, payment: Payment) -> str:
            return type(session.perform(payment)).__name__

        first = desk.perform(bill("900.00 USD", "1"))
        assert isinstance(first, Pending)
        assert first.needs == {"controller"}
        gate.approve(first.request_id, "bea", "controller", terms=Terms(3, "30d", "3000.00 USD"))
        assert isinstance(desk.retry(first.request_id), Performed)
        assert says(desk, bill("400.00 USD", "2")) == "Performed", "small ones need nobody, and use nothing"
        assert says(desk, bill("900.00 USD", "3", "acct:filings-inc")) == "Pending"
        assert says(desk, bill("2100.01 USD", "4")) == "Pending"
        assert says(gate.session(user="ben", agent="lead"), bill("900.00 USD", "5")) == "Pending"
        started = desk.perform(Spawn(agent="analyst"))
        assert isinstance(started, Performed)
        assert started.child is not None
        assert isinstance(started.child.perform(bill("900.00 USD", "8")), Denied), "who has not the rule, has no use"
        clock.now += 29 * DAY
        assert says(gate.session(user="ann", agent="lead"), bill("1000.00 USD", "6")) == "Performed"
        clock.now += DAY
        assert says(desk, bill("900.00 USD", "7")) == "Pending"
        assert [each.idempotency_key for each in port.done if isinstance(each, Payment)] == ["1", "2", "6"]
