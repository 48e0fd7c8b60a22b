"""Facts and labels: who sets them, what resets them, and what they let through or hold back."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Failed, Gate, Performed, Session
from havocproof.policy import Policy
from havocproof.ports.base import Effect
from tests.gate.shop import Shop, call, denial, gate, known, policy, shop
from tests.gate.world import Clock, ScriptedPort, kinds, pay

__all__ = ["gate", "known", "policy", "shop"]


def test_a_licence_needs_success(session: Session, shop: Shop) -> None:
    session.prompt("blue")
    told = denial(call(session, "publish", target="blue"))
    assert told.kind == "first"
    assert told.facts["facts"] == [{"fact": "built", "by": "build"}]
    shop.broken = {"build"}
    assert isinstance(call(session, "build", target="blue"), Failed)
    assert denial(call(session, "publish", target="blue")).kind == "first"
    shop.broken = set()
    assert call(session, "build", target="blue").ok
    assert call(session, "publish", target="blue").ok


def test_what_resets_a_fact_does_so_when_it_is_permitted(session: Session, clock: Clock) -> None:
    session.prompt("blue")
    assert call(session, "build", target="blue").ok
    clock.now += 1
    assert session.perform({"action": "file.write", "args": {"path": "/desk/a", "content": "x"}}).ok
    clock.now += 1
    assert denial(call(session, "publish", target="blue")).kind == "first"
    clock.now += 1
    assert call(session, "build", target="blue").ok
    assert call(session, "publish", target="blue").ok


def test_a_success_without_effect_is_none(gate: Gate, policy: Policy, clock: Clock) -> None:
    """A port that says that its effect did not succeed makes no fact true."""
    port = ScriptedPort("build", "publish")

    def failed(prepared: Any, permit: Any) -> Effect:
        permit.check()
        return Effect({"exit_code": 1}, ok=False)

    port.script = failed
    with Gate.open(policy, ports=[port], clock=clock) as other:
        session = other.session()
        session.prompt("blue")
        assert isinstance(call(session, "build", target="blue"), Performed)
        assert denial(call(session, "publish", target="blue")).kind == "first"
        port.script = port.honest
        assert call(session, "build", target="blue").ok
        assert call(session, "publish", target="blue").ok


def test_the_host_sets_the_facts_that_are_its_own(gate: Gate, session: Session) -> None:
    record = session.note("reviewed", "blue")
    assert (record.kind, record.data["fact"], record.data["key"]) == ("told", "reviewed", ["blue"])
    with gate.store.step(0) as step:
        assert {key[0] for key in step.view.nums} == {3, 4}
    for fact, key in (
        ("built", ("blue",)),
        ("none", ()),
        ("reviewed", ()),
        ("reviewed", ("a", "b")),
        ("reviewed", ("",)),
    ):
        with pytest.raises(ConfigError):
            session.note(fact, *key)


# ---- labels ----


def test_what_was_seen_holds_back_what_would_leave(gate: Gate, session: Session, shop: Shop) -> None:
    session.prompt("blue")
    assert call(session, "build", target="blue").ok
    assert call(session, "publish", target="blue").ok
    assert session.perform({"action": "file.read", "args": {"path": "/desk/private/a"}}).ok
    told = denial(call(session, "publish", target="blue"))
    assert (told.kind, told.rule, told.why) == ("never", "label:private", "Private things stay here.")
    assert [denied.denial.rule for denied in session.denials] == ["label:private"]
    assert shop.calls.count("publish blue") == 1


def test_the_host_adds_labels_and_only_adds(gate: Gate, session: Session) -> None:
    session.prompt("blue")
    assert call(session, "build", target="blue").ok
    for name in ("seen", "private"):
        other = gate.session(run="r1")
        record = other.label(name)
        assert (record.kind, record.data["label"]) == ("told", name)
        assert denial(call(other, "publish", target="blue")).rule == f"label:{name}"
    assert call(session, "publish", target="blue").ok, "a label is one agent's"
    with pytest.raises(ConfigError, match="no label"):
        session.label("none")


def test_nothing_told_changes_the_journal_without_a_record(gate: Gate, session: Session) -> None:
    before = len(list(gate.store.records()))
    session.label("seen")
    session.note("reviewed", "blue")
    session.prompt("hello")
    session.record("invoice", key="1", payee="a")
    assert len(list(gate.store.records())) == before + 4
    assert kinds(gate) == []
    assert not session.perform(pay("1.00 USD")).ok
