"""What a session remembers, and the ways into it."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any, cast

import pytest

from havocproof.actions import FileWrite
from havocproof.errors import Contained, PortError
from havocproof.gate import Denied, Gate, Malformed, Pending, Performed, Session
from havocproof.ports.base import Effect, Permit
from tests.gate import world
from tests.gate.world import OUTSIDE, READ, SECRET, ScriptedPort, kinds, pay, records, spent, write


def test_a_never_denial_is_remembered_once_for_each_rule_and_verb(gate: Gate, session: Session) -> None:
    for action in (SECRET, SECRET.model_copy(update={"path": "/desk/secret/other"}), OUTSIDE):
        assert isinstance(session.perform(action), Denied)
    (denied,) = session.denials
    assert (denied.action, denied.denial.rule) == (SECRET, "secrets")
    assert session.stopped is None
    assert session.perform(READ).ok
    assert gate.session().denials == []


def test_with_stop_on_denial_nothing_more_is_performed_until_the_host_resumes(gate: Gate, port: ScriptedPort) -> None:
    session = gate.session(stop_on_denial=True)
    assert session.perform(READ).ok
    first = session.perform(SECRET)
    assert isinstance(first, Denied)
    assert session.stopped is first
    for outcome in (session.perform(READ), session.emit('{"action": "file.read", "args": {"path": "/desk/a.md"}}')):
        assert isinstance(outcome, Denied)
        assert outcome.denial == first.denial
    assert [record.data.get("sticky") for record in records(gate, "denied")] == [None, True, True]
    assert len(port.done) == 1
    assert session.denials == [first]
    other = gate.session(stop_on_denial=True)
    assert other.perform(READ).ok, "another session is another run"
    session.resume()
    assert session.perform(READ).ok


def test_any_denial_stops_such_a_session(gate: Gate) -> None:
    session = gate.session(stop_on_denial=True)
    assert isinstance(session.perform(OUTSIDE), Denied)
    assert session.denials == []
    assert isinstance(session.perform(READ), Denied)


def test_malformed_failed_and_pending_are_no_denials(gate: Gate, port: ScriptedPort) -> None:
    session = gate.session(stop_on_denial=True)
    assert isinstance(session.emit("nonsense"), Malformed)
    for no_text in (None, 123, ["action"], {"action": "file.read"}):
        assert isinstance(session.emit(no_text), Malformed)  # type: ignore[arg-type]
    assert isinstance(session.perform(pay("800.00 USD")), Pending)
    port.raises(PortError("no"))
    assert not session.perform(READ).ok
    assert session.stopped is None


def test_require_gives_the_effect_or_stops_the_run(gate: Gate, session: Session, port: ScriptedPort) -> None:
    assert isinstance(session.require(READ), Performed)
    assert not issubclass(Contained, Exception), "or a retry or a fallback could undo it"
    with pytest.raises(Contained) as caught:
        session.require(pay("800.00 USD"))
    pending = caught.value.outcome
    assert isinstance(pending, Pending)
    assert session.stopped is pending
    outcome = session.perform(READ)
    assert isinstance(outcome, Denied)
    assert outcome.denial.why == "This run was stopped."
    assert len(port.done) == 1
    session.resume()
    assert session.require(READ).ok


def test_required_nonsense_stops_the_run_too(session: Session) -> None:
    with pytest.raises(Contained):
        session.require({"action": "file.read"})
    assert isinstance(session.stopped, Malformed)


marker: ContextVar[str] = ContextVar("marker", default="lost")


async def test_effects_run_beside_the_event_loop_with_the_callers_context(session: Session, port: ScriptedPort) -> None:
    seen: list[str] = []

    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        seen.append(marker.get())
        return port.honest(prepared, permit)

    port.script = script
    marker.set("kept")
    text = '{"action": "file.read", "args": {"path": "/desk/a.md"}}'
    outcomes = await asyncio.gather(session.aperform(READ), session.aperform(SECRET), session.aemit(text))
    assert [outcome.ok for outcome in outcomes] == [True, False, True]
    assert seen == ["kept", "kept"]


async def test_a_cancelled_task_stops_waiting_and_its_effect_is_recorded(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    begun, go = port.waits()
    task = asyncio.create_task(session.aperform(write("x")))
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    await asyncio.to_thread(gate.close)
    assert len(port.done) == 1
    assert gate.store.flights == ()


def test_outcomes_are_values_for_the_model(gate: Gate, session: Session, port: ScriptedPort) -> None:
    port.raises(PortError("no such file", "Look into the folder."))
    outcomes = [session.perform(READ), session.perform(SECRET), session.perform(pay("800.00 USD")), session.emit("")]
    assert [outcome.to_model()["status"] for outcome in outcomes] == ["failed", "denied", "pending", "malformed"]
    assert outcomes[0].to_model() == {
        "status": "failed",
        "action": "file.read",
        "error": "no such file",
        "remedy": "Look into the folder.",
    }
    assert kinds(gate) == ["intent", "failed", "denied", "pending", "malformed"]


def test_an_object_that_was_changed_after_its_validation_is_read_anew(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    action = write("a")
    vars(action)["path"] = "/etc/a.md"
    assert isinstance(session.perform(action), Denied)
    action = write("a")
    action.parts()[0][1]["bytes"] = 0
    assert session.perform(action).ok
    assert spent(gate, "written") == 1
    vars(action)["path"] = 5
    assert isinstance(session.perform(action), Malformed)


def test_a_class_that_calls_itself_an_action_is_none(session: Session, port: ScriptedPort) -> None:
    class Meta(type):
        def __eq__(cls, other: object) -> bool:
            return True

        def __hash__(cls) -> int:
            return hash(FileWrite)

    class Fake(metaclass=Meta):
        verb = "file.write"

    assert isinstance(session.perform(cast(Any, Fake())), Malformed)
    assert port.done == []
