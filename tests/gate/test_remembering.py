"""What a session remembers: records of trusted values, facts, labels; who may set them, and what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError, PortError
from havocproof.gate import Denied, Failed, Gate, Outcome, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.ports.base import Effect
from havocproof.ports.tools import ToolPort
from havocproof.stores import verify
from tests.gate.world import Clock, ScriptedPort, kinds, pay, records

MINUTE = 60_000
TEXT = """
havocproof: 1
policy: shop
version: "1"
approvals: {yes: {role: session-user, people: 1, within: 15m}}
tools:
  find_customer: {effect: read, args: {email: email}}
  get_profile: {effect: read, args: {user_id: name}}
  get_order: {effect: read, args: {order_id: name}}
  cancel_order: {effect: pay, args: {order_id: name}}
  refund: {effect: pay, args: {order_id: name, method: name, amount: {decimal: USD}}}
  build: {effect: run, args: {target: name}}
  publish: {effect: send, args: {target: name}}
records:
  prompt: {from: prompt, fields: {phrases: {find: phrases}}}
  customer: {from: {tools: [find_customer]}, write: once, fields: {id: {one: name, at: /id}}}
  profile:
    key: {user_id: /user_id}
    from: {tools: [get_profile]}
    fetch: get_profile
    fields: {orders: {many: name, at: /orders/*}}
  order:
    key: {order_id: /order_id}
    from: {tools: [get_order, cancel_order]}
    fetch: get_order
    lasts: 10m
    fields:
      status: {one: [pending, delivered, cancelled], at: /status}
      paid_with: {many: name, at: "/paid_with/*"}
      total: {one: {decimal: USD}, at: /total}
  invoice: {key: invoice, from: host, fields: {payee: {one: name}}}
sets:
  own_orders: {name: [{of: $profile.orders, by: $customer.id}]}
facts:
  built: {by: build, until: file.write}
  reviewed: {by: host, per: target}
labels:
  private: {from: [{file.read: {path: /desk/private/**}}], guards: [all.send], why: Private things stay here.}
  seen: {from: host, guards: [all.send]}
rules:
  look:
    - {permit: find_customer}
    - {id: own-profile, permit: get_profile, where: {user_id: $customer.id}}
    - {id: own-orders, permit: get_order, where: {order_id: $own_orders}}
  change:
    - id: cancel
      ask: cancel_order
      where: {order_id: $own_orders}
      when: {order: {status: pending}}
      needs: yes
      why: The customer confirms.
    - id: refund
      permit: refund
      where: {order_id: $own_orders, method: $order.paid_with, amount: {max: $order.total}}
  release:
    - {permit: build}
    - {permit: [file.read, file.write], where: {path: /desk/**}}
    - {id: publish, permit: publish, where: {target: $prompt.phrases}, when: {after: built}}
budgets:
  reads: {count: 20, of: [get_order, get_profile], per: [session]}
"""


class Shop:
    """The world behind the tools. `calls`: what reached it, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = {"o1": "pending", "o2": "delivered"}
        self.broken: set[str] = set()
        self.odd: Any = None

    def functions(self) -> dict[str, Callable[..., Any]]:
        names = ("find_customer", "get_profile", "get_order", "cancel_order", "refund", "build", "publish")
        return {name: getattr(self, name) for name in names}

    def _called(self, name: str, *values: str) -> None:
        self.calls.append(" ".join((name, *values)))
        if name in self.broken:
            raise PortError("the shop is closed")

    def find_customer(self, email: str) -> Any:
        self._called("find_customer", email)
        return {"id": email.partition("@")[0]}

    def get_profile(self, user_id: str) -> Any:
        self._called("get_profile", user_id)
        return {
            "user_id": user_id,
            "orders": ["o1", "o2"] if user_id == "ada" else ["x1"],
            "email": "secret@ada.example",
        }

    def get_order(self, order_id: str) -> Any:
        self._called("get_order", order_id)
        if self.odd is not None:
            return self.odd
        return {"order_id": order_id, "status": self.status[order_id], "paid_with": ["card-1"], "total": "40.00 USD"}

    def cancel_order(self, order_id: str) -> Any:
        self._called("cancel_order", order_id)
        self.status[order_id] = "cancelled"
        return self.get_order(order_id)

    def refund(self, order_id: str, method: str, amount: str) -> Any:
        self._called("refund", order_id, method)
        return {}

    def build(self, target: str) -> Any:
        self._called("build", target)
        return {}

    def publish(self, target: str) -> Any:
        self._called("publish", target)
        return {}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def gate(policy: Policy, shop: Shop, clock: Clock, journal: Path | None) -> Iterator[Gate]:
    ports = [ToolPort(shop.functions()), ScriptedPort("file.read", "file.write")]
    opened = Gate.open(policy, ports=ports, journal=journal, clock=clock)
    yield opened
    opened.close()
    if journal is not None:
        verify(journal).require()


@pytest.fixture
def known(gate: Gate, session: Session) -> Session:
    """A session that knows its customer."""
    assert call(session, "find_customer", email="ada@shop.example").ok
    return session


def call(session: Session, tool: str, **args: Any) -> Outcome:
    return session.perform({"action": tool, "args": args})


def denial(outcome: Outcome) -> Any:
    assert isinstance(outcome, Denied), outcome
    return outcome.denial


# ---- records out of results, and what the gate fetches ----


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
    for known in (False, True):
        with Gate.open(policy, ports=[ToolPort(shop.functions())], journal=path, clock=clock) as gate:
            session = gate.session(user="ada", run="r1", session="s1")
            if not known:
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


# ---- facts ----


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
