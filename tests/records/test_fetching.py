"""Which reads a decision lacks: declared ones only, each once, and only if they could change the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import Key, Record, View
from havocproof.policy import Policy
from havocproof.records import Wanted, fetches, from_result, record_key
from tests.policy.support import APPROVALS, NOW, SCOPES, load, rule_on

POLICY = (
    APPROVALS
    + """\
tools:
  who: {effect: read}
  profile: {effect: read, args: {user: name}}
  order: {effect: read, args: {id: name}}
  ticket: {effect: read, args: {number: int}}
  cancel: {effect: change, args: {id: name, why: [lost, late]}}
  items: {effect: change, args: {id: name, items: {list: name, max: 9}}}
  close: {effect: change, args: {n: int}, optional: {other: name}}
  plain: {effect: change, args: {id: name}}
records:
  customer: {from: {tool: who}, write: once, lasts: 1h, fetch: who, fields: {id: {one: name, at: ""}}}
  mine: {key: {user: /id}, from: {tool: profile}, fetch: profile, fields: {orders: {many: name, at: /orders/*}}}
  order: {key: {id: /id}, from: {tools: [order, cancel]}, fetch: order, lasts: 10m,
    fields: {state: {one: [open, shut], at: /state}, items: {many: name, at: /items/*}}}
  ticket: {key: {n: /n}, from: {tool: ticket}, fetch: ticket, fields: {state: {one: [open, shut], at: /state}}}
  bare: {key: {id: /id}, from: {tool: order}, fields: {state: {one: [open, shut], at: /state}}}
sets: {own: {name: [{of: $mine.orders, by: $customer.id}]}}
rules:
  look:
    - {permit: [who, ticket]}
    - {permit: profile, where: {user: $customer.id}}
    - {permit: order, where: {id: $own}}
  change:
    - {permit: cancel, where: {id: $own, why: lost}, when: {order: {state: open}}}
    - {permit: items, where: {id: $own, items: $order.items}}
    - {ask: close, unless: {other: $own}, when: {ticket: {state: open}}, needs: boss, why: x}
    - {permit: plain, when: {bare: {state: open}}}
"""
)
PERSON, MINE = record_key("customer", "r"), record_key("mine", "r", "u1")
W1, W2 = record_key("order", "r", "W1"), record_key("order", "r", "W2")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(POLICY)


def customer(at: int = NOW) -> Record:
    return Record(at, {"id": frozenset({"u1"})}, {"id": "u1"}, {})


def mine(*orders: str) -> Record:
    return Record(NOW, {"orders": frozenset(orders)}, {}, {})


def order(at: int = NOW, state: str = "open") -> Record:
    names = {"state": frozenset({state}), "items": frozenset({"a"})}
    return Record(at, names, {"state": state}, {})


def wanted(policy: Policy, verb: str, records: dict[Key, Record], now: int = NOW, **arguments: Any) -> list[str]:
    """What is to be read: `tool key`."""
    parts = policy.parts(action_from_wire({"action": verb, "args": arguments}))
    groups = policy.source.agents["main"].uses
    found = fetches(policy, parts, SCOPES, groups, now, View({}, records, {}))
    assert len(set(found)) == len(found)
    return [f"{each.tool} {each.key or '-'}" for each in found]


def test_reads_follow_each_other(policy: Policy) -> None:
    call: dict[str, Any] = {"id": "W1", "why": "lost"}
    assert wanted(policy, "cancel", {}, **call) == ["who -", "order W1"]
    records = {PERSON: customer()}
    assert wanted(policy, "cancel", records, **call) == ["profile u1", "order W1"]
    records |= {MINE: mine("W1")}
    assert wanted(policy, "cancel", records, **call) == ["order W1"]
    assert wanted(policy, "cancel", records | {W1: order()}, **call) == []
    assert wanted(policy, "order", {PERSON: customer()}, id="W1") == ["profile u1"]


def test_what_is_old_is_read_again(policy: Policy) -> None:
    records = {PERSON: customer(), MINE: mine("W1"), W1: order(NOW - 600_000)}
    assert wanted(policy, "cancel", records, id="W1", why="lost") == ["order W1"]
    records[W1] = order(NOW - 599_999)
    assert wanted(policy, "cancel", records, id="W1", why="lost") == []
    assert wanted(policy, "profile", {PERSON: customer(NOW - 3_600_000)}, user="u1") == ["who -"]


def test_what_cannot_change_the_verdict_is_not_read(policy: Policy) -> None:
    assert wanted(policy, "cancel", {}, id="W1", why="late") == []
    records = {PERSON: customer(), MINE: mine("W2")}
    assert wanted(policy, "cancel", records, id="W1", why="lost") == []
    assert wanted(policy, "cancel", records | {W1: order()}, id="W1", why="lost") == []
    assert wanted(policy, "who", {}) == []
    assert wanted(policy, "plain", {}, id="W1") == []  # no `fetch`


def test_each_atom_has_its_reads_and_each_read_is_told_once(policy: Policy) -> None:
    records = {PERSON: customer(), MINE: mine("W1")}
    assert wanted(policy, "items", records, id="W1", items=["a", "b", "c"]) == ["order W1"]


def test_integers_are_keys_and_absent_arguments_are_none(policy: Policy) -> None:
    assert wanted(policy, "close", {PERSON: customer(), MINE: mine()}, n=-12) == ["ticket -12"]
    assert wanted(policy, "close", {PERSON: customer()}, n=12) == ["ticket 12", "profile u1"]
    (found,) = fetches(
        policy,
        policy.parts(action_from_wire({"action": "close", "args": {"n": -12}})),
        SCOPES,
        policy.source.agents["main"].uses,
        NOW,
        View({}, {PERSON: customer(), MINE: mine()}, {}),
    )
    assert found == Wanted("ticket", "-12", "ticket", (("number", -12),))
    assert found.call() == {"action": "ticket", "args": {"number": -12}}


def test_rules_of_groups_that_the_agent_lacks_want_nothing(policy: Policy) -> None:
    parts = policy.parts(action_from_wire({"action": "cancel", "args": {"id": "W1", "why": "lost"}}))
    view = View({}, {}, {})
    assert fetches(policy, parts, SCOPES, frozenset({"look"}), NOW, view) == ()
    assert fetches(policy, parts, SCOPES, frozenset({"change"}), NOW, view) != ()


def test_a_round_of_reads_settles_the_decision(policy: Policy) -> None:
    """As the gate does it: read, learn, look again, until nothing is wanted."""
    results = {
        "who": "u1",
        "profile": {"id": "u1", "orders": ["W1"]},
        "order": {"id": "W1", "state": "open", "items": []},
    }
    parts = policy.parts(action_from_wire({"action": "cancel", "args": {"id": "W1", "why": "lost"}}))
    groups = policy.source.agents["main"].uses
    records: dict[Key, Record] = {}
    done: set[Wanted] = set()
    for _ in range(5):
        found = [
            each for each in fetches(policy, parts, SCOPES, groups, NOW, View({}, records, {})) if each not in done
        ]
        for each in found:
            done.add(each)
            told = from_result(policy.records, each.tool, dict(each.arguments), results[each.tool], NOW)
            for learned in told.records:
                assert learned.new is not None
                records[record_key(learned.record, "r", learned.key)] = learned.new
        if not found:
            break
    assert {each.tool for each in done} == {"who", "profile", "order"}
    assert rule_on(policy, parts, view=View({}, records, {})).is_Permitted


def test_a_policy_without_fetch_reads_nothing() -> None:
    policy = load(
        "records: {s: {from: prompt, fields: {p: {find: phrases}}}}\n"
        "rules: {g: [{permit: model.call, where: {model: $s.p}}]}\n"
    )
    assert policy.fetched == {}
    parts = policy.parts(
        action_from_wire(
            {
                "action": "model.call",
                "args": {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "a"}]},
            }
        )
    )
    assert fetches(policy, parts, SCOPES, frozenset({"g"}), NOW, View({}, {}, {})) == ()
