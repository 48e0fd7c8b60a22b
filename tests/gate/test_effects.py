"""How effects end: performed, failed, in doubt, interrupted; and ports that break their contract are noticed."""

from __future__ import annotations

from typing import Any, cast

import pytest

from havocproof.actions import Action, FileDelete, ToolCall
from havocproof.errors import ActionError, ConfigError, InDoubt, PortError, PortRefused
from havocproof.gate import Failed, Gate, Malformed, Session
from havocproof.policy import loads_policy
from havocproof.ports.base import Effect, Permit
from tests.gate import world
from tests.gate.world import (
    READ,
    ScriptedPort,
    fetch,
    kinds,
    pay,
    records,
    spent,
    write,
)


@pytest.mark.parametrize("error", [PortRefused("a link", "Name a file."), PortError("gone", ""), ConfigError("odd")])
def test_a_port_that_refuses_to_prepare_reserves_nothing(
    gate: Gate, session: Session, port: ScriptedPort, error: Exception
) -> None:
    port.refusal = error
    outcome = session.perform(pay("120.00 USD"))
    assert isinstance(outcome, Failed)
    assert not outcome.in_doubt
    (record,) = records(gate)
    assert (record.kind, record.data["intent"]) == ("failed", None)
    assert (port.done, spent(gate, "spend"), gate.store.flights) == ([], 0, ())


def test_a_bug_in_prepare_is_a_failure_that_quotes_nothing(gate: Gate, session: Session, port: ScriptedPort) -> None:
    port.refusal = RuntimeError("with a password")
    outcome = session.perform(READ)
    assert isinstance(outcome, Failed)
    assert "password" not in str(outcome.to_model()) + records(gate)[0].body
    assert "RuntimeError" in records(gate)[0].body


def test_an_action_that_the_port_finds_malformed(gate: Gate, session: Session, port: ScriptedPort) -> None:
    port.refusal = ActionError("args.path", "is odd", "Use another.")
    outcome = session.perform(READ)
    assert isinstance(outcome, Malformed)
    assert outcome.to_model() == {
        "status": "malformed",
        "field": "args.path",
        "problem": "is odd",
        "remedy": "Use another.",
    }
    assert kinds(gate) == ["malformed"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [PortError("the bank said no"), PortRefused("too many rows")])
def test_an_effect_that_did_not_happen_gives_all_back(
    gate: Gate, session: Session, port: ScriptedPort, error: Exception, after: bool
) -> None:
    port.raises(error, after=after)
    outcome = session.perform(pay("120.00 USD"))
    assert isinstance(outcome, Failed)
    assert (outcome.error, outcome.in_doubt) == (error, False)
    assert kinds(gate) == ["intent", "failed"]
    assert records(gate, "failed")[0].data["cells"][0][1] == 0
    assert (spent(gate, "spend"), gate.store.flights) == (0, ())


@pytest.mark.parametrize(
    "error",
    [InDoubt("no answer", "Look."), RuntimeError("secret text"), ActionError("", "late"), ConfigError("x"), OSError()],
)
def test_an_effect_that_may_have_happened_stays_reserved_and_is_not_repeated(
    gate: Gate, session: Session, port: ScriptedPort, error: Exception
) -> None:
    port.raises(error, after=True)
    outcome = session.perform(pay("120.00 USD"))
    assert isinstance(outcome, Failed)
    assert outcome.in_doubt
    assert outcome.to_model()["status"] == "in_doubt"
    assert "secret" not in str(outcome.to_model()) + records(gate, "in_doubt")[0].body
    assert kinds(gate) == ["intent", "in_doubt"]
    assert spent(gate, "spend") == 12000
    (flight,) = gate.in_doubt
    port.script = port.honest
    again = session.perform(pay("120.00 USD"))
    assert isinstance(again, Failed)
    assert again.in_doubt
    assert f"in doubt since record {flight.seq}" in again.error.message
    assert len(port.done) == 1
    assert session.perform(pay("120.00 USD", "another")).ok, "another payment is another action"


def test_reading_again_what_is_in_doubt_is_harmless(session: Session, port: ScriptedPort) -> None:
    harmless: tuple[Action, ...] = (READ, fetch("GET"), write("x"))
    lasting: tuple[Action, ...] = (fetch("POST", body="x"), FileDelete(path="/desk/a.md"))
    for action in harmless:
        port.raises(InDoubt("no answer"))
        assert not session.perform(action).ok
        port.script = port.honest
        assert session.perform(action).ok
    for action in lasting:
        port.raises(InDoubt("no answer"))
        assert not session.perform(action).ok
        port.script = port.honest
        assert not session.perform(action).ok


@pytest.mark.parametrize("happened", [True, False])
def test_the_host_resolves_what_is_in_doubt(gate: Gate, session: Session, port: ScriptedPort, happened: bool) -> None:
    port.raises(InDoubt("no answer"))
    session.perform(pay("120.00 USD"))
    (flight,) = gate.in_doubt
    record = gate.resolve(flight.seq, happened=happened, why="the bank's statement")
    assert record.kind == ("outcome" if happened else "released")
    assert record.data["why"] == "the bank's statement"
    assert spent(gate, "spend") == (12000 if happened else 0)
    assert gate.in_doubt == ()
    with pytest.raises(ConfigError, match="not in doubt"):
        gate.resolve(flight.seq, happened=True)
    port.script = port.honest
    assert session.perform(pay("120.00 USD")).ok, "it is no longer in doubt"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), GeneratorExit()])
def test_an_interruption_during_the_effect_is_recorded_and_goes_on(
    gate: Gate, session: Session, port: ScriptedPort, error: BaseException, after: bool
) -> None:
    """Before the permit's check, too: only the port's own `PortError` says that nothing happened."""
    port.raises(error, after=after)
    with pytest.raises(type(error)):
        session.perform(pay("120.00 USD"))
    assert kinds(gate) == ["intent", "in_doubt"]
    assert records(gate, "in_doubt")[0].data["error"] == {"kind": type(error).__name__}
    assert len(gate.in_doubt) == 1
    assert port.closed == port.prepared
    port.script = port.honest
    assert session.perform(READ).ok


def test_an_interruption_before_the_port_is_called_gives_all_back(
    gate: Gate, session: Session, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    from havocproof.gate import way

    class Interrupted(way.Ending):
        def __setattr__(self, name: str, value: object) -> None:
            if (name, value) == ("entered", True):
                raise KeyboardInterrupt
            super().__setattr__(name, value)

    monkeypatch.setattr(way, "Ending", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        session.perform(pay("120.00 USD"))
    assert kinds(gate) == ["intent", "failed"]
    assert (port.done, spent(gate, "spend"), gate.store.flights) == ([], 0, ())


def test_an_interruption_after_the_end_adds_nothing(
    gate: Gate, session: Session, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    from havocproof.gate import ending

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ending, "receipt_form", interrupt)
    for script, end in ((None, "outcome"), (PortError("no"), "failed"), (InDoubt("no answer"), "in_doubt")):
        if script is not None:
            port.raises(script)
        with pytest.raises(KeyboardInterrupt):
            session.perform(READ)
        assert kinds(gate)[-2:] == ["intent", end]


# ---- ports that break their contract are noticed ----


def _unchecked(port: ScriptedPort) -> Any:
    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        port.done.append(prepared.action)
        return Effect(None)

    return script


def _twice(port: ScriptedPort) -> Any:
    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        port.honest(prepared, permit)
        return port.honest(prepared, permit)

    return script


def _twice_and_hidden(port: ScriptedPort) -> Any:
    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        effect = port.honest(prepared, permit)
        with pytest.raises(ConfigError, match="used up"):
            permit.check()
        return effect

    return script


def _nothing(port: ScriptedPort) -> Any:
    def script(prepared: world.Prepared, permit: Permit) -> Any:
        port.honest(prepared, permit)

    return script


@pytest.mark.parametrize("script", [_unchecked, _twice, _twice_and_hidden, _nothing])
def test_a_port_that_misuses_its_permit_leaves_doubt(
    gate: Gate, session: Session, port: ScriptedPort, script: Any
) -> None:
    port.script = script(port)
    outcome = session.perform(pay("1.00 USD"))
    assert isinstance(outcome, Failed)
    assert outcome.in_doubt
    assert spent(gate, "spend") == 100
    assert len(port.done) == 1


def test_a_permit_is_dead_after_its_action(session: Session, port: ScriptedPort) -> None:
    kept: list[Permit] = []

    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        kept.append(permit)
        raise PortError("not now")

    port.script = script
    session.perform(pay("1.00 USD"))
    session.perform(pay("1.00 USD"))
    for permit in kept:
        with pytest.raises(ConfigError, match="used up"):
            permit.check()
    assert len({permit.token for permit in kept}) == 2


@pytest.mark.parametrize(
    ("used", "stays", "faults"),
    [
        ({}, 12000, None),
        ({"amount": 0}, 0, None),
        ({"amount": 12000}, 12000, None),
        ({"amount": 12001}, 12000, {"amount": {"used": 12001, "reserved": 12000}}),
        ({"amount": -1}, 12000, {"amount": "no integer from 0"}),
        ({"amount": True}, 12000, {"amount": "no integer from 0"}),
        ({"amount": 1.5}, 12000, {"amount": "no integer from 0"}),
        ({"unheard": 7}, 12000, None),
    ],
)
def test_what_the_port_says_it_used_can_only_give_back(
    gate: Gate, session: Session, port: ScriptedPort, used: Any, stays: int, faults: Any
) -> None:
    port.used(**used)
    assert session.perform(pay("120.00 USD")).ok
    assert spent(gate, "spend") == stays
    assert records(gate, "outcome")[0].data.get("faults") == faults


FEES = """
havocproof: 1
policy: fees
version: "1"
tools:
  wire: {effect: pay, args: {sum: {decimal: KWD}}, optional: {fee: {decimal: USD}, tip: {decimal: USD}}}
rules:
  desk:
    - {id: all, permit: wire}
budgets:
  fees: {fee: 245.67 USD, of: wire, per: [tenant], every: month}
  tips: {tip: 50.00 USD, of: wire, per: [tenant], every: month}
"""


@pytest.mark.parametrize(("used", "fees"), [({}, 10001), ({"fee": 0}, 0), ({"fee": 9}, 9), ({"sum": 0}, 10001)])
def test_money_of_a_tool_of_ones_own_is_given_back_too(used: dict[str, int], fees: int) -> None:
    """A port says `fee`; the budget counts the fee in its currency. What it says nothing of counts as used whole."""
    port = ScriptedPort("wire")
    port.used(**used)
    with Gate.open(loads_policy(FEES), ports=[port], tenant="acme", clock=world.Clock()) as gate:
        session = gate.session(user="ada", run="r1", session="s1")
        wired = ToolCall(tool="wire", arguments={"sum": "1.000 KWD", "fee": "100.01 USD", "tip": "2.00 USD"})
        assert session.perform(wired).ok
        assert (spent(gate, "fees"), spent(gate, "tips")) == (fees, 200)


def test_results_and_notes_that_are_not_json_are_marked(gate: Gate, session: Session, port: ScriptedPort) -> None:
    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        permit.check()
        return Effect({1, 2}, {}, {"seen": b"raw"})

    port.script = script
    assert session.perform(READ).ok
    (end,) = records(gate, "outcome")
    assert (end.data["result"], end.data["note"]) == ({"not_json": "set"}, {"not_json": "dict"})


def test_a_port_that_cannot_close_its_handles_changes_nothing(
    session: Session, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(world.Prepared, "close", lambda _: 1 / 0)
    assert session.perform(READ).ok
    assert "give back what it held" in caplog.text


class Unreadable(dict[str, Any]):
    def __iter__(self) -> Any:
        raise RuntimeError("with a password")

    keys = items = __iter__  # type: ignore[assignment]


@pytest.mark.parametrize(
    "effect",
    [
        Effect({}, cast(Any, [1])),
        Effect({}, cast(Any, {1: 2, "x": 3})),
        Effect({}, {"other": 10**5000}),
        Effect(Unreadable(a=1)),
        Effect({}, {}, Unreadable(a=1)),
    ],
)
def test_an_account_that_cannot_be_read_is_in_doubt(
    gate: Gate, session: Session, port: ScriptedPort, effect: Effect
) -> None:
    """The effect happened: whatever its port says of it, the journal must not lose it, and the gate goes on."""
    port.script = lambda action, permit: (permit.check(), effect)[1]
    outcome = session.perform(write("a"))
    assert isinstance(outcome, Failed)
    assert outcome.in_doubt
    assert [flight.doubt for flight in gate.store.flights] == [True]
    assert "password" not in records(gate)[-1].body
    assert kinds(gate) == ["intent", "in_doubt"]
