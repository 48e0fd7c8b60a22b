"""The way of one action: each verdict and each end of an effect, in both stores, on the real kernel."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from havocproof.actions import FileMove, HttpRequest, ToolCall
from havocproof.gate import Denied, Gate, Malformed, Pending, Performed, Session
from havocproof.policy import loads_policy
from havocproof.ports.base import Effect, Permit
from tests.gate import world
from tests.gate.world import (
    LOOK,
    MONTH_END,
    NOON,
    OUTSIDE,
    QUERY,
    READ,
    SECRET,
    Clock,
    ScriptedPort,
    fetch,
    kinds,
    pay,
    records,
    spent,
    write,
)


def test_what_is_permitted_is_performed_once_and_told(gate: Gate, session: Session, port: ScriptedPort) -> None:
    port.used(amount=10000)
    outcome = session.perform(pay("120.50 USD"))
    assert isinstance(outcome, Performed)
    assert outcome.ok
    assert outcome.rule == "small"
    assert outcome.to_model() == {"status": "performed", "action": "money.payment", "result": {"done": "money.payment"}}
    assert port.done == port.closed == [pay("120.50 USD")]
    intent, end = records(gate)
    assert (intent.kind, end.kind) == ("intent", "outcome")
    receipt = dict(outcome.receipt)
    token = receipt.pop("token")
    assert receipt == {
        "seq": end.seq,
        "hash": end.hash.hex(),
        "policy": gate.policy.digest,
        "intent": {"seq": intent.seq, "hash": intent.hash.hex()},
        "rule": "small",
    }
    key = [0, "spend", "acme", "", "", "", MONTH_END]
    assert intent.data == {
        "action": outcome.action.canonical(),
        "digest": outcome.action.digest(),
        "session": "s1",
        "policy": gate.policy.digest,
        "rule": "small",
        "charges": [[key, 12050, 100000, "amount:USD"]],
        "cells": [[key, 12050]],
        "permit": hashlib.sha256(token.encode()).hexdigest(),
    }
    assert end.data == {
        "intent": intent.seq,
        "used": {"amount": 10000},
        "cells": [[key, 10000]],
        "result": {"bytes": 24, "sha256": hashlib.sha256(b'{"done":"money.payment"}').hexdigest()},
        "note": {},
    }
    assert spent(gate, "spend") == 10000
    assert gate.store.flights == ()
    assert gate.head == end.head


def test_an_effect_that_no_budget_counts_is_in_flight_all_the_same(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    seen: list[int] = []

    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        seen.append(len(gate.store.flights))
        return port.honest(prepared, permit)

    port.script = script
    assert session.perform(READ).ok
    assert seen == [1]
    assert gate.store.flights == ()


def test_a_forbid_is_never_and_the_port_is_not_asked(gate: Gate, session: Session, port: ScriptedPort) -> None:
    outcome = session.perform(SECRET)
    assert isinstance(outcome, Denied)
    assert not outcome.ok
    denial = outcome.denial
    assert (denial.kind, denial.rule, denial.why, denial.remedy) == (
        "never",
        "secrets",
        "Secrets stay closed.",
        "Work without them.",
    )
    assert outcome.to_model()["why"] == "Secrets stay closed."
    assert port.prepared == []
    (record,) = records(gate)
    assert record.kind == "denied"
    assert record.data["denial"]["rule"] == "secrets"
    assert outcome.receipt == {"seq": record.seq, "hash": record.hash.hex(), "policy": gate.policy.digest}


def test_what_nothing_permits_is_denied(gate: Gate, session: Session, port: ScriptedPort) -> None:
    outcome = session.perform(OUTSIDE)
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind in ("unpermitted", "fix")
    assert port.prepared == []
    assert kinds(gate) == ["denied"]
    assert session.denials == []


def test_a_budget_is_later_with_what_is_left(gate: Gate, session: Session, port: ScriptedPort, clock: Clock) -> None:
    assert session.perform(pay("400.00 USD", "k1")).ok
    assert session.perform(pay("400.00 USD", "k2")).ok
    outcome = session.perform(pay("400.00 USD", "k3"))
    assert isinstance(outcome, Denied)
    assert (outcome.denial.kind, outcome.denial.rule) == ("later", "spend")
    assert outcome.denial.facts["left"] == "200.00 USD"
    assert outcome.denial.facts["wait_s"] == (MONTH_END - NOON) // 1000
    assert len(port.done) == 2
    assert spent(gate, "spend") == 80000
    assert session.perform(pay("200.00 USD", "k4")).ok
    assert kinds(gate)[-3:] == ["denied", "intent", "outcome"]
    clock.now = MONTH_END
    assert session.perform(pay("400.00 USD", "k5")).ok, "a new month"


def test_a_budget_for_ever_does_not_ask_to_wait(session: Session) -> None:
    outcome = session.perform(write("x" * 1025))
    assert isinstance(outcome, Denied)
    assert outcome.denial.facts["left"] == 1024
    assert outcome.denial.facts["wait_s"] is None
    assert outcome.denial.remedy


def test_a_budget_per_user_denies_when_no_user_is_known(gate: Gate, port: ScriptedPort) -> None:
    outcome = gate.session().perform(fetch())
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "unpermitted"
    assert port.prepared == []


def test_an_ask_is_parked_once(gate: Gate, session: Session, port: ScriptedPort, clock: Clock) -> None:
    asked = pay("800.00 USD").model_copy(update={"reason": "the invoice of May"})
    first = session.perform(asked)
    assert isinstance(first, Pending)
    assert not first.ok
    assert first.needs == {"controller"}
    assert first.expires_at == NOON + 86_400_000
    assert first.why == "The controller approves payments above 500."
    assert first.digest == asked.digest()
    assert first.to_model()["request"] == first.request_id
    clock.now += 5000
    again = session.perform(pay("800.00 USD"))
    assert isinstance(again, Pending)
    assert (again.request_id, again.expires_at) == (first.request_id, first.expires_at)
    (parked,) = gate.parked
    assert (parked.request, parked.body["reason"]) == (first.request_id, "the invoice of May")
    assert [record.data["again"] for record in records(gate)] == [False, True]
    assert (port.prepared, spent(gate, "spend")) == ([], 0)
    other = gate.session(session="s2").perform(pay("800.00 USD"))
    assert isinstance(other, Pending)
    assert other.request_id != first.request_id, "a grant is for one session"
    clock.now = first.expires_at
    assert [parked.body["session"] for parked in gate.parked] == ["s2"]
    fresh = session.perform(pay("800.00 USD"))
    assert isinstance(fresh, Pending)
    assert fresh.request_id != first.request_id, "a request that is over is over"
    assert fresh.expires_at == first.expires_at + 86_400_000
    assert [parked.request for parked in gate.parked] == [other.request_id, fresh.request_id]
    assert {request.id for request in gate.requests} == {other.request_id, fresh.request_id}


def test_an_ask_without_room_in_its_budget_is_denied(session: Session) -> None:
    assert session.perform(pay("500.00 USD")).ok
    outcome = session.perform(pay("501.00 USD"))
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "later"


def test_a_forbid_that_waits_for_an_approval_asks_with_its_own_words(port: ScriptedPort, clock: Clock) -> None:
    text = world.POLICY.replace(
        "    - id: small\n",
        "    - id: fridays\n      forbid: money.payment\n      where: {payee: acct:ada}\n      needs: controller\n"
        "      why: Nothing is paid to Ada unseen.\n    - id: small\n",
    )
    with Gate.open(loads_policy(text), ports=[port], clock=clock) as gate:
        outcome = gate.session().perform(pay("1.00 USD"))
        assert isinstance(outcome, Pending)
        assert outcome.needs == {"controller"}
        assert outcome.why == "Nothing is paid to Ada unseen."
        assert port.prepared == []


def test_no_port_is_a_denial_that_says_so(gate: Gate, session: Session) -> None:
    outcome = session.perform(QUERY)
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "unpermitted"
    assert outcome.denial.why == "No port serves sql.query."
    assert kinds(gate) == ["denied"]


# ---- whose parts ----


def test_the_port_says_what_the_effect_is(gate: Gate, session: Session, port: ScriptedPort) -> None:
    """What the action says alone is permitted; what the port found would leave the desk."""
    port.parts = lambda action: OUTSIDE.parts()
    outcome = session.perform(READ)
    assert isinstance(outcome, Denied)
    assert port.prepared == port.closed == [READ]
    assert port.done == []
    port.parts = lambda action: ()
    assert isinstance(session.perform(READ), Denied), "no parts at all permit nothing"


def test_a_move_is_decided_as_both_of_its_effects(gate: Gate, clock: Clock) -> None:
    with Gate.open(gate.policy, ports=[port := ScriptedPort("file.move")], clock=clock) as other:
        session = other.session()
        away = session.perform(FileMove(source="/desk/a", target="/tmp/a", max_bytes=1))
        assert isinstance(away, Denied)
        assert session.perform(FileMove(source="/desk/a", target="/desk/b", max_bytes=1)).ok
        assert len(port.done) == 1


def test_a_tools_parts_come_from_the_policy_and_the_receipt_says_so(gate: Gate, session: Session) -> None:
    outcome = session.perform(LOOK)
    assert isinstance(outcome, Performed)
    assert outcome.receipt["outside_proof"] is True
    assert outcome.rule == "look"


@pytest.mark.parametrize("arguments", [{}, {"term": 7}, {"term": "tea", "more": 1}])
def test_a_tool_with_wrong_arguments_is_malformed(gate: Gate, session: Session, arguments: dict[str, Any]) -> None:
    outcome = session.perform(ToolCall(tool="lookup", arguments=arguments))
    assert isinstance(outcome, Malformed)
    assert kinds(gate) == ["malformed"]


def test_more_than_256_effects_are_refused(gate: Gate, session: Session, port: ScriptedPort) -> None:
    (part,) = READ.parts()
    for count, kind in ((257, Malformed), (256, Performed)):
        many = (part._replace(atoms=part.atoms * count),)
        port.parts = lambda _, many=many: many  # type: ignore[misc]
        outcome = session.perform(READ)
        assert isinstance(outcome, kind)
    assert port.done == [READ]
    (record,) = records(gate, "malformed")
    assert "256" in record.data["problem"]


# ---- input ----


def test_wire_forms_and_model_text_are_read(session: Session, port: ScriptedPort) -> None:
    wire = {"action": "file.read", "args": {"path": "/desk/a.md"}}
    assert session.perform(wire).ok
    assert session.emit('```yaml\naction: file.read\nargs:\n  path: "/desk/a.md"\n```').ok
    assert port.done == [READ, READ]


@pytest.mark.parametrize(
    "text", ["", "rm -rf /", '{"action": "file.read"}', b"\xff", "\ud800", "[" * 9999, "x" * 2**21]
)
def test_model_text_that_is_no_action_is_recorded_without_its_text(
    gate: Gate, session: Session, port: ScriptedPort, text: str | bytes
) -> None:
    outcome = session.emit(text)
    assert isinstance(outcome, Malformed)
    (record,) = records(gate)
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    assert record.data["input"] == {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    assert len(record.body) < 2000
    assert port.prepared == []
    assert session.perform(READ).ok


@pytest.mark.parametrize("thing", [None, "file.read", 7, [], {"action": "file.read"}, object()])
def test_what_is_no_action_is_malformed(gate: Gate, session: Session, thing: Any) -> None:
    assert isinstance(session.perform(thing), Malformed)
    assert kinds(gate) == ["malformed"]


def test_the_journal_holds_no_credentials_and_the_digest_still_covers_them(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    action = HttpRequest(host="api.example", path="/v1", headers={"x-api-key": "s3cr3t", "accept": "text/html"})
    outcome = session.perform(action)
    assert isinstance(outcome, Performed)
    assert port.done == [action]
    text = "".join(record.body for record in gate.store.records())
    assert "s3cr3t" not in text
    assert outcome.receipt["token"] not in text
    assert records(gate, "intent")[0].data["action"]["args"]["headers"] == {
        "x-api-key": "(hidden)",
        "accept": "text/html",
    }
    assert records(gate, "intent")[0].data["digest"] == action.digest()


# ---- looking without touching ----


def test_decide_leaves_no_trace(gate: Gate, session: Session, port: ScriptedPort) -> None:
    before = gate.head
    decisions = {
        action: session.decide(action) for action in (READ, SECRET, OUTSIDE, pay("1.00 USD"), pay("800.00 USD"))
    }
    assert [decision.verdict for decision in decisions.values()] == ["permit", "deny", "deny", "permit", "ask"]
    assert [decision.rule for decision in decisions.values()] == ["notes", "secrets", "", "small", "large"]
    assert decisions[SECRET].denial is not None
    assert decisions[pay("800.00 USD")].needs == {"controller"}
    assert session.decide(QUERY).verdict == "deny"
    assert (gate.head, port.prepared, spent(gate, "spend"), gate.parked, session.denials) == (before, [], 0, (), [])


def test_arguments_of_a_tool_are_typed_once_on_the_way(
    gate: Gate, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from havocproof.policy.tools import ToolSpec

    typed = []
    real = ToolSpec.normalise

    def normalise(self: ToolSpec, arguments: Any) -> Any:
        typed.append(self.name)
        return real(self, arguments)

    monkeypatch.setattr(ToolSpec, "normalise", normalise)
    assert session.perform(LOOK).ok
    assert typed == ["lookup"]
    assert session.perform({"action": "lookup", "args": {"term": 7}}).to_model()["status"] == "malformed"
