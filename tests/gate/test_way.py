"""The way of one action: each verdict and each end of an effect, in both stores, on the real kernel."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from havocproof.actions import Action, FileDelete, FileMove, HttpRequest, ToolCall
from havocproof.errors import ActionError, ConfigError, InDoubt, PortError, PortRefused
from havocproof.gate import Denied, Failed, Gate, Malformed, Pending, Performed, Session
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
        "charges": [[key, 12050, 100000, "amount"]],
        "permit": hashlib.sha256(token.encode()).hexdigest(),
    }
    assert end.data == {
        "intent": intent.seq,
        "used": {"amount": 10000},
        "refunds": [[key, 2050]],
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
    assert fresh.request_id == first.request_id
    assert fresh.expires_at == first.expires_at + 86_400_000
    assert len(gate.parked) == 2


def test_an_ask_without_room_in_its_budget_is_denied(session: Session) -> None:
    assert session.perform(pay("500.00 USD")).ok
    outcome = session.perform(pay("501.00 USD"))
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "later"


def test_no_port_is_a_denial_that_says_so(gate: Gate, session: Session) -> None:
    outcome = session.perform(QUERY)
    assert isinstance(outcome, Denied)
    assert outcome.denial.kind == "unpermitted"
    assert outcome.denial.remedy.startswith("no port serves sql.query")
    assert kinds(gate) == ["denied"]


# ---- the port's half ----


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
    assert records(gate, "failed")[0].data["refunds"][0][1] == 12000
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


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), GeneratorExit()])
def test_an_interruption_during_the_effect_is_recorded_and_goes_on(
    gate: Gate, session: Session, port: ScriptedPort, error: BaseException
) -> None:
    port.raises(error, after=True)
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

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(way, "Reservation", interrupt)
    with pytest.raises(KeyboardInterrupt):
        session.perform(pay("120.00 USD"))
    assert kinds(gate) == ["intent", "failed"]
    assert (port.done, spent(gate, "spend"), gate.store.flights) == ([], 0, ())


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
    ((verb, ints, (atom,)),) = READ.parts()
    for count, kind in ((257, Malformed), (256, Performed)):
        many = ((verb, ints, (atom,) * count),)
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
