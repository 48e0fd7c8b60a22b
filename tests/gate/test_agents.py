"""Agents below agents: who may start whom, what a child has, what travels, and what ends when it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Denied, Failed, Gate, Malformed, Outcome, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.world import Clock, ScriptedPort, kinds, pay, records, spent

TEXT = """
havocproof: 1
policy: agents
version: "1"
approvals: {boss: {role: boss, people: 1, within: 1d}}
labels:
  web: {from: [{http.request: {host: news.example}}], guards: [all.pay], otherwise: boss}
  inside: {from: [{file.read: {path: /desk/inside/**}}], guards: [all.pay, all.send]}
agents:
  lead: {uses: [notes], delegates: [sources, pay, inside], starts: [reader, payer], hands_to: [closer]}
  reader:
    uses: [sources, notes, inside]
    share: {reads: 2}
    returns: {ticker: [AAA, BBB], figure: {int: {min: 0, max: 100}}}
    drops: [web]
  payer: {uses: [pay], delegates: [notes], starts: [clerk], share: {money: 300.00 USD}}
  clerk: {uses: [notes, pay]}
  closer: {uses: [notes]}
rules:
  notes: [{id: notes, permit: [file.read, file.write], where: {path: /desk/notes/**}}]
  inside: [{id: inside, permit: file.read, where: {path: /desk/inside/**}}]
  sources: [{id: pages, permit: http.request, where: {host: [news.example, api.example], path: any, method: GET}}]
  pay:
    - {id: small, permit: money.payment, where: {account: main, payee: acct:ada, amount: {max: 100.00 USD}}}
    - id: large
      ask: money.payment
      where: {account: main, payee: acct:ada, amount: {above: 100.00 USD}}
      needs: boss
      why: The boss agrees.
budgets:
  helpers: {at_once: 2, of: agent.spawn, per: [run]}
  reads: {count: 5, of: http.request, per: [agent]}
  money: {amount: 500.00 USD, of: money.payment, per: [agent]}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def port() -> ScriptedPort:
    return ScriptedPort("file.read", "file.write", "http.request", "money.payment")


@pytest.fixture
def people() -> dict[str, list[str]]:
    return {"bea": ["boss"]}


@pytest.fixture
def lead(gate: Gate) -> Session:
    return gate.session(user="eve", run="r1", session="s1")


def act(session: Session, verb: str, **args: Any) -> Outcome:
    return session.perform({"action": verb, "args": args})


def start(session: Session, kind: str, **more: Any) -> Session:
    outcome = act(session, "agent.spawn", agent=kind, **more)
    assert isinstance(outcome, Performed), outcome
    assert outcome.child is not None
    return outcome.child


def report(session: Session, **fields: Any) -> Outcome:
    return act(session, "agent.report", fields=fields)


def write(session: Session) -> Outcome:
    return act(session, "file.write", path="/desk/notes/a", content="x")


def fetch(session: Session, host: str = "api.example") -> Outcome:
    return act(session, "http.request", method="GET", host=host, path="/")


def denied(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Denied), outcome
    return outcome.denial.kind, outcome.denial.rule


# ---- starting ----


def test_the_agent_that_nobody_starts_begins(gate: Gate, lead: Session) -> None:
    assert lead.agent == "lead"
    assert gate.session(agent="reader").agent == "reader", "the host may open any"
    with pytest.raises(ConfigError, match="no agent trader"):
        gate.session(agent="trader")


def test_a_child_does_what_its_kind_may_and_its_parent_does_not(lead: Session, port: ScriptedPort) -> None:
    assert denied(fetch(lead))[0] == "unpermitted"
    reader = start(lead, "reader")
    assert (reader.agent, reader.user, reader.run) == ("reader", "eve", "r1")
    assert reader.id != lead.id
    assert reader.scopes["session"] == "s1"
    assert (reader.scopes["agent.0"], reader.scopes["agent.1"]) == ("s1", reader.id)
    assert fetch(reader).ok
    assert denied(reader.perform(pay("1.00 USD")))[0] == "unpermitted"
    assert len(port.done) == 1


def test_the_result_says_who_has_begun(lead: Session) -> None:
    outcome = act(lead, "agent.spawn", agent="reader", objective="Read about AAA.")
    assert isinstance(outcome, Performed)
    assert outcome.child is not None
    assert outcome.to_model()["result"] == {"agent": "reader", "name": outcome.child.id}


def test_only_the_edges_of_the_tree_start_anybody(lead: Session, gate: Gate) -> None:
    assert denied(act(lead, "agent.spawn", agent="clerk"))[0] in ("unpermitted", "fix")
    reader = start(lead, "reader")
    for kind in ("reader", "payer", "lead", "clerk"):
        assert denied(act(reader, "agent.spawn", agent=kind))[0] == "unpermitted"
    assert isinstance(act(lead, "agent.spawn", agent="trader"), Malformed)
    reader.end()
    payer = start(lead, "payer")
    clerk = start(payer, "clerk")
    assert clerk.who.chain == ("s1", payer.id, clerk.id)
    assert set(gate.store.agents) == {payer.id, clerk.id}


def test_a_child_may_be_given_less_and_never_more(lead: Session) -> None:
    fewer = start(lead, "reader", uses=["notes"])
    assert write(fewer).ok
    assert denied(fetch(fewer))[0] == "unpermitted"
    assert isinstance(act(lead, "agent.spawn", agent="reader", uses=["notes", "pay"]), Malformed)
    fewer.end()
    payer = start(lead, "payer", uses=[], delegates=["notes"])
    assert denied(payer.perform(pay("1.00 USD")))[0] == "unpermitted"
    outcome = act(payer, "agent.spawn", agent="clerk")
    assert isinstance(outcome, Malformed), "the clerk would pay, and its parent cannot"
    assert write(start(payer, "clerk", uses=["notes"])).ok


def test_so_many_at_once_and_room_again_when_one_ends(gate: Gate, lead: Session) -> None:
    first, second = start(lead, "reader"), start(lead, "reader")
    assert spent(gate, "helpers") == 2
    assert denied(act(lead, "agent.spawn", agent="reader")) == ("later", "helpers")
    assert isinstance(report(first, ticker="AAA", figure=7), Performed)
    assert spent(gate, "helpers") == 1
    third = start(lead, "reader")
    second.end("the flow broke off")
    third.end()
    assert spent(gate, "helpers") == 0
    assert gate.store.agents == {}
    assert [record.data["why"] for record in records(gate, "ended")] == ["agent.report", "the flow broke off", "host"]


# ---- ending ----


def test_a_report_is_typed_and_ends_the_agent(gate: Gate, lead: Session, port: ScriptedPort) -> None:
    reader = start(lead, "reader")
    for fields in ({"ticker": "AAA"}, {"ticker": "AAA", "figure": 7, "note": "hi"}, {"ticker": "AAA", "figure": "x"}):
        assert isinstance(report(reader, **fields), Malformed)
    for fields in ({"ticker": "CCC", "figure": 7}, {"ticker": "AAA", "figure": 101}):
        assert not report(reader, **fields).ok
    assert not reader.ended
    outcome = report(reader, ticker="AAA", figure=7)
    assert isinstance(outcome, Performed)
    assert outcome.result == {"to": "s1", "fields": {"figure": 7, "ticker": "AAA"}}
    assert reader.ended
    before = len(port.done)
    for again in (fetch(reader), write(reader), report(reader, ticker="AAA", figure=7)):
        assert denied(again)[0] == "first"
    assert len(port.done) == before
    assert write(lead).ok, "its parent goes on"


def test_who_nobody_started_reports_to_nobody(lead: Session) -> None:
    assert not report(lead).ok
    assert not lead.ended


def test_those_below_end_with_an_agent(gate: Gate, lead: Session) -> None:
    payer = start(lead, "payer")
    clerk = start(payer, "clerk")
    assert isinstance(report(payer), Performed)
    assert clerk.ended
    assert denied(write(clerk))[0] == "first"
    assert (spent(gate, "helpers"), gate.store.agents) == (0, {})


def test_a_handoff_ends_who_hands_over(gate: Gate, lead: Session) -> None:
    reader = start(lead, "reader")
    outcome = act(lead, "agent.handoff", agent="closer", message="Close it.")
    assert isinstance(outcome, Performed)
    closer = outcome.child
    assert closer is not None
    assert (closer.agent, closer.who.above) == ("closer", "")
    assert lead.ended
    assert reader.ended, "it would report to an agent that has ended"
    assert denied(write(lead))[0] == "first"
    assert write(closer).ok
    assert spent(gate, "helpers") == 0


def test_what_ran_when_the_process_died_has_ended(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    path, port = tmp_path / "journal", ScriptedPort("file.write")
    gate = Gate.open(policy, ports=[port], journal=path, clock=clock)
    lead = gate.session(session="s1", run="r1")
    start(lead, "reader")
    start(lead, "reader")
    gate.store.close()
    with Gate.open(policy, ports=[port], journal=path, clock=clock) as again:
        assert (spent(again, "helpers"), again.store.agents) == (0, {})
        (ended,) = (record.data for record in records(again, "ended"))
        assert ended["why"] == "crash"
        start(again.session(session="s1", run="r1"), "reader")
    assert [record.data["why"] for record in verified(path) if record.kind == "ended"] == ["crash", "close"]


def verified(path: Path) -> list[Any]:
    from havocproof.stores import read

    verify(path).require()
    return list(read(path))


# ---- what is counted ----


def test_a_budget_counts_an_agent_and_all_above_it(gate: Gate, lead: Session) -> None:
    first = start(lead, "reader")
    assert [fetch(first).ok for _ in range(2)] == [True, True]
    assert denied(fetch(first))[0] == "later", "its own share"
    report(first, ticker="AAA", figure=1)
    second, third = start(lead, "reader"), start(lead, "reader")
    assert [fetch(second).ok for _ in range(2)] == [True, True]
    assert fetch(third).ok
    assert denied(fetch(third)) == ("later", "reads"), "what is left of the lead's, who read nothing itself"


def test_a_smaller_share(lead: Session) -> None:
    reader = start(lead, "reader", share={"reads": 1})
    assert fetch(reader).ok
    assert denied(fetch(reader))[0] == "later"
    report(reader, ticker="AAA", figure=1)
    assert isinstance(act(lead, "agent.spawn", agent="reader", share={"reads": 3}), Malformed)
    payer = start(lead, "payer")
    assert [payer.perform(pay("100.00 USD", f"k{n}")).ok for n in range(4)] == [True, True, True, False]


# ---- labels ----


def test_a_child_begins_with_its_parents_labels(gate: Gate, lead: Session) -> None:
    lead.label("inside")
    payer = start(lead, "payer")
    assert denied(payer.perform(pay("1.00 USD"))) == ("never", "label:inside")
    other = start(gate.session(user="eve"), "payer")
    assert other.perform(pay("1.00 USD")).ok


def test_a_report_carries_labels_but_for_those_that_it_drops(lead: Session) -> None:
    reader = start(lead, "reader")
    assert fetch(reader, "news.example").ok
    report(reader, ticker="AAA", figure=1)
    payer = start(lead, "payer")
    assert payer.perform(pay("1.00 USD")).ok, "a closed type cannot carry what the page said"
    payer.end()
    reader = start(lead, "reader")
    assert act(reader, "file.read", path="/desk/inside/a").ok
    report(reader, ticker="AAA", figure=1)
    payer = start(lead, "payer")
    assert denied(payer.perform(pay("2.00 USD"))) == ("never", "label:inside")


def test_an_agent_carries_its_own_labels_only(lead: Session) -> None:
    reader, payer = start(lead, "reader"), start(lead, "payer")
    assert fetch(reader, "news.example").ok
    assert payer.perform(pay("1.00 USD")).ok


# ---- approvals ----


def test_a_grant_is_for_the_agent_that_asked(gate: Gate, lead: Session, port: ScriptedPort) -> None:
    first, second = start(lead, "payer"), start(lead, "payer")
    outcome = first.perform(pay("200.00 USD"))
    assert isinstance(outcome, Pending)
    gate.approve(outcome.request_id, "bea", "boss")
    other = second.perform(pay("200.00 USD"))
    assert isinstance(other, Pending)
    assert other.request_id != outcome.request_id
    with pytest.raises(ConfigError, match="of another agent"):
        second.retry(outcome.request_id)
    assert first.perform(pay("200.00 USD")).ok
    assert len(port.done) == 1


@pytest.mark.parametrize("reopened", [False, True])
def test_what_an_agent_asked_for_happens_after_it_has_ended(
    policy: Policy, clock: Clock, tmp_path: Path, reopened: bool
) -> None:
    path, port = tmp_path / "journal", ScriptedPort("money.payment")
    people = {"bea": ["boss"]}
    gate = Gate.open(policy, ports=[port], journal=path, clock=clock, people=people)
    payer = start(gate.session(user="eve", session="s1"), "payer")
    outcome = payer.perform(pay("200.00 USD"))
    assert isinstance(outcome, Pending)
    over = payer.perform(pay("301.00 USD"))
    assert denied(over)[0] == "later", "its share"
    report(payer)
    gate.approve(outcome.request_id, "bea", "boss")
    assert denied(payer.perform(pay("200.00 USD")))[0] == "first", "it has ended, whatever was approved"
    if reopened:
        gate.close()
        gate = Gate.open(policy, ports=[port], journal=path, clock=clock, people=people)
    assert isinstance(gate.resume(outcome.request_id), Performed)
    with pytest.raises(ConfigError, match="no request"):
        gate.resume(outcome.request_id)
    assert spent(gate, "money@1") == 20_000
    gate.close()
    assert port.done == [pay("200.00 USD")]
    verify(path).require()


def test_an_agent_that_has_ended_asks_for_nothing_more(gate: Gate, lead: Session) -> None:
    payer = start(lead, "payer")
    first = payer.perform(pay("200.00 USD"))
    assert isinstance(first, Pending)
    report(payer)
    assert denied(payer.perform(pay("200.00 USD")))[0] == "first"
    assert isinstance(payer.retry(first.request_id), Pending)
    assert len(gate.requests) == 1


# ---- strict runs ----


def test_what_stops_an_agent_stops_those_below(gate: Gate, port: ScriptedPort) -> None:
    lead = gate.session(stop_on_denial=True)
    reader, payer = start(lead, "reader"), start(lead, "payer")
    assert not reader.perform(pay("1.00 USD")).ok
    assert reader.stopped is not None
    assert payer.perform(pay("1.00 USD")).ok, "a child's denial is its own"
    assert not fetch(lead).ok
    assert not payer.perform(pay("2.00 USD", "k2")).ok
    assert len(port.done) == 1


def test_nothing_is_left_by_a_spawn_that_is_refused(gate: Gate, lead: Session) -> None:
    start(lead, "reader")
    start(lead, "reader")
    before = kinds(gate)
    decision = lead.decide({"action": "agent.spawn", "args": {"agent": "payer"}})
    assert (decision.verdict, decision.rule) == ("deny", "helpers")
    assert kinds(gate) == before
    assert not isinstance(act(lead, "agent.spawn", agent="payer"), Failed)
    assert len(gate.store.agents) == 2
