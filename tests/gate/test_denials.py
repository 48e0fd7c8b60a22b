"""What a refusal tells: its kind, what has to be done or waited for, and a forbid wherever in the action it stands."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.errors import PortError
from havocproof.gate import Denied, Gate, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from tests.gate.world import NOON, Clock, ScriptedPort, pay, records, spent, write

TEXT = """
havocproof: 1
policy: denials
version: "1"
approvals: {boss: {role: boss, people: 1, within: 1d}}
tools:
  search: {effect: read, args: {term: name}}
  wipe: {effect: destroy, args: {targets: {list: name, max: 9}}}
rules:
  work:
    - {permit: search}
    - {id: notes, permit: file.write, where: {path: /desk/**}}
    - {id: wipe, permit: wipe, where: {targets: [a, b]}}
    - {id: keep, forbid: wipe, where: {targets: keep}, why: This one is kept., remedy: Leave it.}
    - {id: small, permit: money.payment, where: {account: main, payee: acct:ada, amount: {max: 400.00 USD}}}
    - {id: look, permit: model.call, where: {model: m}}
rates:
  searches: {of: search, burst: 2, every: 3s, per: [session]}
budgets:
  spend: {amount: 1000.00 USD, of: money.payment, per: [tenant], soft: {above: 500.00 USD, needs: boss}}
  calls: {at_once: 1, of: file.write, per: [run]}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def port() -> ScriptedPort:
    return ScriptedPort("search", "wipe", "file.write", "money.payment")


@pytest.fixture
def people() -> dict[str, list[str]]:
    return {"bea": ["boss"]}


def call(session: Session, tool: str, **args: Any) -> Any:
    return session.perform({"action": tool, "args": args})


def denial(outcome: Any) -> Any:
    assert isinstance(outcome, Denied), outcome
    return outcome.denial


def test_a_rate_says_how_long_to_wait(session: Session, clock: Clock) -> None:
    assert call(session, "search", term="a").ok
    assert call(session, "search", term="b").ok
    told = denial(call(session, "search", term="c"))
    assert (told.kind, told.rule) == ("later", "searches")
    assert told.facts["wait_s"] == 3
    assert "left" not in told.facts
    clock.now = NOON + 2999
    told = denial(call(session, "search", term="c"))
    assert told.facts["wait_s"] == 1
    clock.now = NOON + 3000
    assert call(session, "search", term="c").ok
    assert denial(call(session, "search", term="d")).facts["wait_s"] == 3
    clock.now = NOON + 3_600_000
    assert [call(session, "search", term="e").ok for _ in range(3)] == [True, True, False]


def test_a_failed_attempt_counts_against_a_rate(session: Session, port: ScriptedPort) -> None:
    port.raises(PortError("no"))
    for _ in range(2):
        assert not call(session, "search", term="a").ok
    port.script = port.honest
    assert denial(call(session, "search", term="a")).kind == "later"


@pytest.mark.parametrize("targets", [["keep", "other"], ["other", "keep"], ["a", "other", "b", "keep"]])
def test_a_forbid_is_told_wherever_it_stands(session: Session, targets: list[str]) -> None:
    told = denial(call(session, "wipe", targets=targets))
    assert (told.kind, told.rule, told.why) == ("never", "keep", "This one is kept.")
    assert [denied.denial.rule for denied in session.denials] == ["keep"]


def test_what_nothing_permits_stays_what_it_is(session: Session) -> None:
    assert denial(call(session, "wipe", targets=["a", "other"])).kind in ("unpermitted", "fix")
    assert session.denials == []


def test_above_a_soft_limit_somebody_agrees_and_the_hard_one_stays(
    gate: Gate, session: Session, port: ScriptedPort
) -> None:
    assert session.perform(pay("400.00 USD", "a")).ok
    outcome = session.perform(pay("200.00 USD", "b"))
    assert isinstance(outcome, Pending)
    assert outcome.needs == {"boss"}
    assert "500.00 USD" in outcome.why
    gate.approve(outcome.request_id, "bea", "boss")
    assert isinstance(session.retry(outcome.request_id), Performed)
    assert spent(gate, "spend") == 60_000
    over = session.perform(pay("400.00 USD", "c"))
    assert isinstance(over, Pending), "it fits exactly"
    assert denial(session.perform(pay("400.01 USD", "d"))).kind == "fix", "above what one payment may be"
    gate.approve(over.request_id, "bea", "boss")
    assert isinstance(session.retry(over.request_id), Performed)
    assert denial(session.perform(pay("0.01 USD", "e"))).rule == "spend"
    assert len(port.done) == 3


def test_what_runs_at_once_ends_with_its_effect(gate: Gate, session: Session, port: ScriptedPort) -> None:
    import threading

    begun, go = port.waits()
    worker = threading.Thread(target=session.perform, args=(write("x"),))
    worker.start()
    assert begun.wait(30)
    told = denial(session.perform(write("y", "b.md")))
    assert (told.kind, told.rule) == ("later", "calls")
    go.set()
    worker.join()
    port.script = port.honest
    assert spent(gate, "calls") == 0
    assert session.perform(write("y", "b.md")).ok
    port.raises(PortError("no"))
    assert not session.perform(write("z", "c.md")).ok
    assert spent(gate, "calls") == 0


def test_every_denial_is_in_the_journal_without_its_texts(gate: Gate, session: Session) -> None:
    call(session, "wipe", targets=["keep"])
    (record,) = records(gate, "denied")
    assert record.data["denial"] == {"kind": "never", "rule": "keep", "facts": {"rule": "keep"}}
