"""What users of other checkers complain about, where a decision is concerned: each as a test of the whole product.

Gates that fail open; calls that differ from the approved ones; budgets that race; children with more than their
parents; guardrails that run beside the tool; refusals that leave no trace.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from havocproof import Gate
from havocproof.errors import InDoubt, PortError, StoreError
from havocproof.gate import Denied, Failed, Outcome, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.ports.base import Effect, Permit
from tests.gate.world import Clock, Prepared, ScriptedPort, records, spent
from tests.policy.support import problems

TEXT = """
havocproof: 1
policy: complaints
version: "1"
approvals: {boss: {role: boss, people: 1, within: 1h}}
rules:
  work:
    - {id: read, permit: file.read, where: {path: /desk/**}}
    - {id: keys, forbid: file.read, where: {name: keys.txt}, why: Keys are not for agents.}
    - {id: ask, permit: model.call, where: {model: small}}
    - {id: large, ask: money.payment, where: {account: main, payee: x, amount: any}, needs: boss, why: The boss looks.}
budgets:
  spend: {cost: 5.00 USD, of: model.call, per: [user]}
"""
PEOPLE = {"bea": ["boss"], "ann": ["boss"]}
INVOICE = {"account": "main", "payee": "x", "amount": "900.00 USD", "idempotency_key": "INV-1"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def port() -> ScriptedPort:
    return ScriptedPort("file.read", "money.payment", "model.call", "http.request")


def read(session: Session, path: str = "/desk/a") -> Outcome:
    return session.perform({"action": "file.read", "args": {"path": path}})


def pay(session: Session, **changed: object) -> Outcome:
    return session.perform({"action": "money.payment", "args": {**INVOICE, **changed}})


def ask(session: Session, cents: int) -> Outcome:
    messages = [{"role": "user", "content": "hi"}]
    arguments = {"model": "small", "messages": messages, "max_tokens": 9, "max_cost": cents}
    return session.perform({"action": "model.call", "args": arguments})


# ---- what fails, fails closed ----


@pytest.mark.parametrize(
    "error", [PortError("no"), InDoubt("who knows"), ValueError("bug"), TimeoutError(), KeyError("x")]
)
def test_a_port_that_fails_before_the_decision_decides_nothing(
    error: BaseException, policy: Policy, port: ScriptedPort
) -> None:
    port.refusal = error
    with Gate.open(policy, ports=[port]) as gate:
        # A fault of the port's own is the host's to see; what a port may raise becomes an outcome.
        with contextlib.suppress(type(error)):
            assert not read(gate.session()).ok
        assert records(gate, "intent", "outcome") == []
    assert port.done == []


def test_a_verb_without_a_port_is_refused_though_the_policy_permits_it(policy: Policy) -> None:
    with Gate.open(policy, ports=[]) as gate:
        outcome = read(gate.session())
        assert isinstance(outcome, Denied)
        assert outcome.denial.kind == "unpermitted"


def test_a_journal_that_cannot_be_written_stops_everything(
    policy: Policy, port: ScriptedPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate.open(policy, ports=[port], journal=tmp_path / "journal.db")
    session = gate.session()

    def broken(*_: object, **__: object) -> Any:
        raise StoreError("the disk is full")

    monkeypatch.setattr(gate.store, "step", broken)
    for _ in range(3):
        with pytest.raises(StoreError):
            read(session)
    assert port.done == []
    monkeypatch.undo()
    gate.close()


# ---- the decision comes before the effect, and every refusal is on record ----


def test_a_refused_action_never_reaches_its_effect(policy: Policy, port: ScriptedPort) -> None:
    with Gate.open(policy, ports=[port]) as gate:
        session = gate.session()
        assert not read(session, "/desk/keys.txt").ok
        assert not read(session, "/etc/passwd").ok
        assert [record.data["denial"]["kind"] for record in records(gate, "denied")] == ["never", "fix"]
    assert port.done == []


def test_the_effect_begins_behind_its_intent(policy: Policy, port: ScriptedPort) -> None:
    seen: list[list[str]] = []
    with Gate.open(policy, ports=[port]) as gate:

        def script(prepared: Prepared, permit: Permit) -> Effect:
            seen.append([record.kind for record in records(gate)])
            return port.honest(prepared, permit)

        port.script = script
        assert read(gate.session()).ok
    assert seen == [["intent"]]


def test_a_permit_is_good_for_one_effect(policy: Policy, port: ScriptedPort) -> None:
    def twice(prepared: Prepared, permit: Permit) -> Effect:
        port.honest(prepared, permit)
        return port.honest(prepared, permit)

    port.script = twice
    with Gate.open(policy, ports=[port]) as gate:
        outcome = read(gate.session())
        assert isinstance(outcome, Failed)
        assert outcome.in_doubt
    assert len(port.done) == 1


# ---- what was approved is what happens ----


def approved(gate: Gate, session: Session) -> str:
    asked = pay(session)
    assert isinstance(asked, Pending)
    assert gate.approve(asked.request_id, "bea", "boss").state == "approved"
    return asked.request_id


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "900.01 USD"},
        {"amount": "9.00 USD"},
        {"payee": "y"},
        {"account": "other"},
        {"memo": "more"},
        {"idempotency_key": "INV-2"},
    ],
)
def test_an_approval_is_bound_to_every_argument(changed: dict[str, str], policy: Policy, port: ScriptedPort) -> None:
    with Gate.open(policy, ports=[port], people=PEOPLE) as gate:
        session = gate.session(user="ann")
        approved(gate, session)
        assert not pay(session, **changed).ok
        assert port.done == []
        assert pay(session).ok, "the approved one still may"
    assert len(port.done) == 1


def test_an_approval_is_bound_to_its_session_its_time_and_one_use(policy: Policy, port: ScriptedPort) -> None:
    clock = Clock()
    with Gate.open(policy, ports=[port], people=PEOPLE, clock=clock) as gate:
        session = gate.session(user="ann")
        request = approved(gate, session)
        assert isinstance(pay(gate.session(user="ann")), Pending)
        assert isinstance(session.retry(request), Performed)
        assert isinstance(pay(session), Pending), "it was used"
        late = gate.session(user="ann")
        approved(gate, late)
        clock.now += 3_600_000
        assert isinstance(pay(late), Pending), "its hour is over"
    assert len(port.done) == 1


def test_an_approval_is_bound_to_the_policy(policy: Policy, port: ScriptedPort, tmp_path: Path) -> None:
    with Gate.open(policy, ports=[port], people=PEOPLE, journal=tmp_path / "journal.db") as gate:
        approved(gate, gate.session(user="ann", session="s"))
    other = loads_policy(TEXT.replace("The boss looks.", "The boss looks at it."))
    with Gate.open(other, ports=[port], people=PEOPLE, journal=tmp_path / "journal.db") as gate:
        assert isinstance(pay(gate.session(user="ann", session="s")), Pending)
    assert port.done == []


def test_nobody_is_asked_twice_for_the_same_thing(policy: Policy, port: ScriptedPort) -> None:
    with Gate.open(policy, ports=[port], people=PEOPLE) as gate:
        session = gate.session(user="ann")
        asked = [pay(session) for _ in range(20)]
        assert len({outcome.request_id for outcome in asked if isinstance(outcome, Pending)}) == 1
        assert len(gate.parked) == 1


def test_whether_something_would_be_permitted_can_be_asked_without_asking_anybody(
    policy: Policy, port: ScriptedPort
) -> None:
    with Gate.open(policy, ports=[port], people=PEOPLE) as gate:
        session = gate.session(user="ann")
        assert session.decide({"action": "money.payment", "args": INVOICE}).verdict == "ask"
        assert session.decide({"action": "file.read", "args": {"path": "/desk/a"}}).verdict == "permit"
        assert (gate.parked, records(gate)) == ((), [])
    assert port.done == []


# ---- budgets that race ----


def test_calls_beside_each_other_never_spend_more_than_the_limit(policy: Policy, port: ScriptedPort) -> None:
    """Each may cost 1.00 and costs 0.60; the limit is 5.00. What is under way counts with what it may cost."""
    most: list[int] = []

    def script(prepared: Prepared, permit: Permit) -> Effect:
        result = port.honest(prepared, permit).result
        most.append(spent(gate, "spend"))
        return Effect(result, {"cost": 60})

    port.script = script
    with Gate.open(policy, ports=[port]) as gate:
        session = gate.session(user="ann")
        ready = Barrier(8)

        def one(_: int) -> list[Outcome]:
            ready.wait()
            return [ask(session, 100) for _ in range(4)]

        with ThreadPoolExecutor(8) as pool:
            outcomes = [outcome for found in pool.map(one, range(8)) for outcome in found]
        done = sum(outcome.ok for outcome in outcomes)
        assert spent(gate, "spend") == 60 * done
    assert 5 <= done <= 7, "five fit beside each other; after seven 4.20 are spent, and no other fits"
    assert max(most) <= 500


def test_a_call_whose_cost_is_not_bounded_is_not_permitted(policy: Policy, port: ScriptedPort) -> None:
    with Gate.open(policy, ports=[port]) as gate:
        arguments = {"model": "small", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}
        outcome = gate.session(user="ann").perform({"action": "model.call", "args": arguments})
        assert isinstance(outcome, Denied)
    assert port.done == []


# ---- a child has no more than its parent ----

FAMILY = """
agents:
  lead: {{uses: [notes], delegates: [{delegates}], starts: [helper]}}
  helper: {{uses: [notes, pages]}}
rules:
  notes: [{{permit: file.read, where: {{path: /desk/**}}}}]
  pages: [{{permit: http.request, where: {{host: a.example, path: any, method: GET}}}}]
"""


def test_a_child_wider_than_its_parent_does_not_load() -> None:
    assert {each.code for each in problems(FAMILY.format(delegates="notes"))} == {"E-WIDE"}


def test_a_spawn_cannot_widen_either(port: ScriptedPort) -> None:
    text = "havocproof: 1\npolicy: family\n" + FAMILY.format(delegates="pages")
    with Gate.open(loads_policy(text), ports=[port]) as gate:
        lead = gate.session()
        get = {"action": "http.request", "args": {"host": "a.example"}}
        narrow = lead.perform({"action": "agent.spawn", "args": {"agent": "helper", "uses": ["notes"]}})
        assert isinstance(narrow, Performed)
        assert narrow.child is not None
        assert not narrow.child.perform(get).ok
        assert not lead.perform(get).ok
        for uses in (["notes", "pages", "other"], ["*"], ["all"]):
            assert not lead.perform({"action": "agent.spawn", "args": {"agent": "helper", "uses": uses}}).ok
        assert not narrow.child.perform({"action": "agent.spawn", "args": {"agent": "lead"}}).ok
    assert port.done == []
