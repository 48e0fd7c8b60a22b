"""Records: values are trusted once a tool, the person or the host has said them; the gate fetches what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Failed, Gate, Pending, Performed, Session
from havocproof.policy import Policy
from havocproof.ports.tools import ToolPort
from havocproof.stores import verify
from tests.gate.shop import MINUTE, Shop, call, denial, gate, known, policy, shop
from tests.gate.world import Clock, records

__all__ = ["gate", "known", "policy", "shop"]


def test_a_value_is_trusted_once_a_tool_has_said_it(gate: Gate, session: Session, shop: Shop) -> None:
    told = denial(call(session, "get_profile", user_id="ada"))
    assert told.kind == "first"
    assert told.facts["records"] == [{"record": "customer", "tools": ["find_customer"]}]
    assert call(session, "find_customer", email="ada@shop.example").ok
    assert call(session, "get_profile", user_id="ada").ok
    other = denial(call(session, "get_profile", user_id="bob"))
    assert other.kind == "fix", "the customer is known, and is another one"
    assert shop.calls == ["find_customer ada@shop.example", "get_profile ada"]
    assert gate.session().decide({"action": "get_profile", "args": {"user_id": "ada"}}).verdict == "deny"


def test_the_first_answer_stays(known: Session) -> None:
    assert call(known, "find_customer", email="bob@shop.example").ok
    assert call(known, "get_profile", user_id="ada").ok
    assert not call(known, "get_profile", user_id="bob").ok


def test_what_a_decision_lacks_is_fetched_once_and_counted(gate: Gate, known: Session, shop: Shop) -> None:
    del shop.calls[:]
    outcome = call(known, "refund", order_id="o1", method="card-1", amount="40.00 USD")
    assert isinstance(outcome, Performed)
    assert sorted(shop.calls[:2]) == ["get_order o1", "get_profile ada"]
    assert shop.calls[2:] == ["refund o1 card-1"]
    fetched = [record.data for record in records(gate, "intent") if "fetches" in record.data]
    assert {(data["action"]["action"], data["fetches"]) for data in fetched} == {
        ("get_profile", "profile"),
        ("get_order", "order"),
    }
    with gate.store.step(0) as step:
        assert sum(value for key, value in step.view.nums.items() if key[1] == "reads") == 2
    assert isinstance(call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD"), Performed)
    assert shop.calls[3:] == ["refund o1 card-1"], "what is known is not fetched again"


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        ({"order_id": "x1", "method": "card-1", "amount": "1.00 USD"}, "unpermitted"),
        ({"order_id": "o1", "method": "card-2", "amount": "1.00 USD"}, "fix"),
        ({"order_id": "o1", "method": "card-1", "amount": "40.01 USD"}, "fix"),
    ],
)
def test_values_that_nobody_said_are_refused(known: Session, shop: Shop, args: dict[str, str], kind: str) -> None:
    assert denial(call(known, "refund", **args)).kind == kind
    assert not [name for name in shop.calls if name.startswith("refund")]
    assert "get_order x1" not in shop.calls, "what the agent may not read, the gate does not read for it"


def test_a_fetch_that_fails_leaves_the_decision_as_it_was(known: Session, shop: Shop) -> None:
    shop.broken = {"get_order"}
    told = denial(call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD"))
    assert told.kind == "first"
    assert told.facts["records"] == [{"record": "order", "tools": ["get_order", "cancel_order"]}]
    assert shop.calls.count("get_order o1") == 1, "once for one decision"
    assert known.denials == []


def test_reads_of_the_gate_stop_at_the_budget(gate: Gate, known: Session, shop: Shop, clock: Clock) -> None:
    for _ in range(19):
        assert call(known, "get_profile", user_id="ada").ok
    del shop.calls[:]
    assert call(known, "get_order", order_id="o2").ok
    told = denial(call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD"))
    assert told.kind == "first"
    assert shop.calls == ["get_order o2"]


def test_a_record_that_is_too_old_is_fetched_again(known: Session, shop: Shop, clock: Clock) -> None:
    assert call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD").ok
    del shop.calls[:]
    clock.now += 10 * MINUTE - 1
    assert call(known, "refund", order_id="o1", method="card-1", amount="2.00 USD").ok
    assert shop.calls == ["refund o1 card-1"]
    clock.now += 1
    assert call(known, "refund", order_id="o1", method="card-1", amount="3.00 USD").ok
    assert shop.calls[1:] == ["get_order o1", "refund o1 card-1"]


def test_an_ask_is_decided_on_what_was_fetched(gate: Gate, known: Session, shop: Shop) -> None:
    assert denial(call(known, "cancel_order", order_id="o2")).kind == "unpermitted", "it is delivered"
    outcome = call(known, "cancel_order", order_id="o1")
    assert isinstance(outcome, Pending)
    gate.approve(outcome.request_id, "ada", "session-user")
    shop.status["o1"] = "delivered"
    assert isinstance(call(known, "get_order", order_id="o1"), Performed)
    assert denial(known.retry(outcome.request_id)).kind == "unpermitted", "decided again when the grant is used"
    shop.status["o1"] = "pending"
    assert isinstance(call(known, "get_order", order_id="o1"), Performed)
    assert isinstance(known.retry(outcome.request_id), Performed)
    assert denial(call(known, "cancel_order", order_id="o1")).kind == "unpermitted", "the answer says it is cancelled"


def test_an_answer_of_another_shape_makes_the_record_unknown(gate: Gate, known: Session, shop: Shop) -> None:
    assert call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD").ok
    shop.odd = {"order_id": "o1", "status": "exploded", "paid_with": ["card-1"], "total": "40.00 USD"}
    assert isinstance(call(known, "get_order", order_id="o1"), Performed)
    (fault,) = records(gate, "outcome")[-1].data["unrecorded"]
    assert (fault["record"], fault["field"], fault["at"]) == ("order", "status", "/status")
    assert "exploded" not in str(fault)
    assert not call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD").ok


def test_what_failed_teaches_nothing(known: Session, shop: Shop) -> None:
    assert call(known, "get_order", order_id="o1").ok
    shop.broken = {"cancel_order"}
    outcome = call(known, "cancel_order", order_id="o1")
    assert isinstance(outcome, Pending)
    known.gate.approve(outcome.request_id, "ada", "session-user")
    assert isinstance(known.retry(outcome.request_id), Failed)
    assert call(known, "refund", order_id="o1", method="card-1", amount="1.00 USD").ok, "the order is what it was"


def test_another_run_knows_nothing_of_it(gate: Gate, known: Session) -> None:
    assert call(known, "get_profile", user_id="ada").ok
    other = gate.session(user="ada", run="r2")
    assert denial(call(other, "get_profile", user_id="ada")).kind == "first"


def test_records_are_found_again_after_a_restart(policy: Policy, shop: Shop, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for again in (False, True):
        with Gate.open(policy, ports=[ToolPort(shop.functions())], journal=path, clock=clock) as gate:
            session = gate.session(user="ada", run="r1", session="s1")
            if not again:
                assert call(session, "find_customer", email="ada@shop.example").ok
            assert call(session, "get_profile", user_id="ada").ok
    verify(path).require()


# ---- the person's words, the host's word ----


def test_the_persons_words_are_trusted_and_not_kept(gate: Gate, session: Session, shop: Shop) -> None:
    assert call(session, "build", target="blue shop").ok
    assert denial(call(session, "publish", target="blue shop")).kind in ("first", "fix")
    record = session.prompt('Please publish "blue shop" now.')
    assert (record.kind, record.data["from"]) == ("recorded", "prompt")
    assert "Please" not in str(record.data["sha256"])
    assert call(session, "publish", target="blue shop").ok
    assert denial(call(session, "publish", target="red shop")).kind != "first"
    for bad in (7, b"x", "x" * (1 << 21)):
        with pytest.raises(ConfigError, match="prompt"):
            session.prompt(bad)  # type: ignore[arg-type]


def test_the_host_records_by_hand_what_the_policy_lets_it(gate: Gate, session: Session) -> None:
    record = session.record("invoice", key="INV-7", payee="acct:ada")
    assert record.data["record"] == "invoice"
    with gate.store.step(0) as step:
        (kept,) = step.view.records.values()
        assert kept.ones == {"payee": "acct:ada"}
    for name, key, values in (
        ("customer", None, {"id": "eve"}),
        ("invoice", None, {"payee": "a"}),
        ("invoice", "INV-7", {}),
        ("invoice", "INV-7", {"payee": "a", "more": "b"}),
        ("none", None, {}),
    ):
        with pytest.raises(ConfigError):
            session.record(name, key, **values)
