"""What the kernel makes of tests on records: unknown never helps."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import View
from havocproof.policy.recorded import record_key
from tests.policy.recorded import policy, record, verdict
from tests.policy.support import NOW, rule_on

W1 = record_key("order", "r", "W1")
W2 = record_key("order", "r", "W2")


def test_a_permit_needs_the_record() -> None:
    found = policy("{permit: pay, where: {card: $order.cards, items: $order.items}}")
    assert verdict(found, {}) == "denied"
    assert verdict(found, {W2: record(cards=["c1"], items=["a"])}) == "denied"
    assert verdict(found, {W1: record(cards=["c1"], items=["a"])}) == "permitted"
    assert verdict(found, {W1: record(cards=["c2"], items=["a"])}) == "denied"
    assert verdict(found, {W1: record(cards=["c1"], items=["a"])}, items=["a", "b"]) == "denied"
    assert verdict(found, {W1: record(cards=["c1"], items=["a", "b"])}, items=["a", "b"]) == "permitted"
    assert verdict(found, {W1: record(cards=["c1"])}) == "denied"  # a field that is not there is unknown


def test_a_record_is_of_its_run() -> None:
    found = policy("{permit: pay, where: {card: $order.cards}}")
    assert verdict(found, {record_key("order", "r2", "W1"): record(cards=["c1"])}) == "denied"


def test_a_record_is_forgotten_after_its_time() -> None:
    found = policy("{permit: pay, where: {card: $order.cards}}")
    records = {W1: record(NOW - 599_999, cards=["c1"])}
    assert verdict(found, records) == "permitted"
    assert verdict(found, records, now=NOW + 1) == "denied"


def test_what_is_unknown_never_helps() -> None:
    """A forbid and an ask count where the record is not known, an `unless` does not lift."""
    forbid = policy("{permit: pay}", "{forbid: pay, where: {card: $order.cards}, why: x}")
    assert verdict(forbid, {}) == "denied"
    assert verdict(forbid, {W1: record(cards=["c2"])}) == "permitted"
    assert verdict(forbid, {W1: record(cards=["c1"])}) == "denied"
    closed = policy("{permit: pay}", "{forbid: pay, when: {order: {state: {not: open}}}, why: x}")
    assert verdict(closed, {}) == "denied"
    assert verdict(closed, {W1: record(state="open")}) == "permitted"
    assert verdict(closed, {W1: record(state="shut")}) == "denied"
    ask = policy("{permit: pay}", "{ask: pay, where: {card: {not: $order.cards}}, needs: boss, why: x}")
    assert verdict(ask, {}) == "asked"
    assert verdict(ask, {W1: record(cards=["c1"])}) == "permitted"
    unless = policy("{ask: pay, unless: {card: [$order.cards, c9]}, needs: boss, why: x}", "{permit: pay}")
    assert verdict(unless, {}) == "asked"
    assert verdict(unless, {}, card="c9") == "permitted"
    assert verdict(unless, {W1: record(cards=["c1"])}) == "permitted"
    assert verdict(unless, {W1: record(cards=["c2"])}) == "asked"


def test_a_step_over_another_record() -> None:
    found = policy("{permit: pay, where: {card: {of: $profile.cards, by: $customer.id}}}")
    profile = {
        record_key("profile", "r", "u1"): record(cards=["c1"]),
        record_key("profile", "r", "u2"): record(cards=[]),
    }
    customer = record_key("customer", "r")
    assert verdict(found, profile) == "denied"
    assert verdict(found, {**profile, customer: record(id="u1")}) == "permitted"
    assert verdict(found, {**profile, customer: record(id="u2")}) == "denied"
    assert verdict(found, {**profile, customer: record(id="u3")}) == "denied"
    assert verdict(found, {**profile, customer: record(NOW - 3_600_000, id="u1")}) == "denied"


def test_known_and_unknown() -> None:
    first = policy("{permit: pay, when: {customer: {id: unknown}}}")
    then = policy("{permit: pay, when: {customer: {id: known}}}")
    known = {record_key("customer", "r"): record(id="u1")}
    assert [verdict(first, {}), verdict(first, known)] == ["permitted", "denied"]
    assert [verdict(then, {}), verdict(then, known)] == ["denied", "permitted"]


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ("{max: $order.total}", "yyn"),
        ("{above: $order.total}", "nny"),
        ("{below: $order.total}", "ynn"),
        ("{min: $order.total}", "nyy"),
        ("$order.total", "nyn"),
        ("{min: 5.00 EUR, max: $order.total}", "nyn"),
        ("[$order.total, 4.99 EUR]", "yyn"),
    ],
)
def test_integers_are_compared(test: str, values: str) -> None:
    found = policy(f"{{permit: pay, where: {{amount: {test}}}}}")
    records = {W1: record(total=500)}
    amounts = ("4.99 EUR", "5.00 EUR", "5.01 EUR")
    assert "".join("y" if verdict(found, records, amount=each) == "permitted" else "n" for each in amounts) == values
    unknown = {verdict(found, {}, amount=each) for each in ("4.98 EUR", "5.00 EUR")}
    assert unknown == {"denied"}


def test_integers_free_text_and_places_that_were_said() -> None:
    found = policy(
        "{permit: pay, where: {amount: $said.amounts, note: $said.phrases, host: [none, $said.hosts],"
        " times: [none, $said.numbers], file: [none, $said.paths]}}"
    )
    prompt = record_key("said", "r")
    records = {prompt: record(amounts=["5.00 EUR"], phrases=["hi"], hosts=["a.example"], numbers=["2"], paths=["/d/x"])}
    assert verdict(found, records) == "permitted"
    assert verdict(found, {}) == "denied"
    assert verdict(found, records, amount="5.01 EUR") == "denied"
    assert verdict(found, records, note="hi!") == "denied"
    assert verdict(found, records, host="a.example", times=2, file="x") == "permitted"
    assert verdict(found, records, host="b.example") == "denied"
    assert verdict(found, records, times=3) == "denied"
    assert verdict(found, records, file="/d/y") == "denied"


def test_texts_stand_on_atoms_only_where_a_rule_asks() -> None:
    plain = policy("{permit: pay, where: {amount: {max: $order.total}}}")
    (part,) = plain.parts(
        action_from_wire(
            {"action": "pay", "args": {"id": "i", "card": "c", "amount": "5.00 EUR", "items": [], "note": "n"}}
        )
    )
    assert not any(name.endswith(".text") for name in part.atoms[0].names)


def test_built_in_verbs_compare_what_was_said() -> None:
    found = policy(
        "{permit: money.payment, where: {account: a, payee: $said.phrases, amount: $said.amounts}}",
        "{permit: http.request, where: {host: $said.hosts, path: any, method: GET}}",
        "{permit: file.read, where: {path: $said.paths}}",
        "{permit: message.send, where: {channel: email, recipient: $said.mails}}",
    )
    records = {
        record_key("said", "r"): record(
            phrases=["Bob"],
            amounts=["5.00 EUR"],
            hosts=["203.0.113.7", "a.example"],
            paths=["/a/b"],
            mails=["b@x.example"],
        )
    }
    pay = {"account": "a", "payee": "Bob", "amount": "5.00 EUR", "idempotency_key": "k"}
    calls: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("money.payment", pay, {**pay, "amount": "5.00 USD"}),
        ("money.payment", pay, {**pay, "payee": "Eve"}),
        ("http.request", {"host": "a.example", "method": "GET"}, {"host": "b.example", "method": "GET"}),
        ("http.request", {"host": "203.0.113.7", "method": "GET"}, {"host": "203.0.113.8", "method": "GET"}),
        ("file.read", {"path": "/a/b"}, {"path": "/a/b/c"}),
    )
    for verb, good, bad in calls:
        assert verdict(found, records, verb, **good) == "permitted", verb
        assert verdict(found, records, verb, **bad) == "denied", verb
        assert verdict(found, {}, verb, **good) == "denied", verb


def test_budgets_and_patterns_count_by_records() -> None:
    """A charge counts where it is unknown whether it should."""
    budget = "budgets: {b: {count: 1, of: {pay: {card: $order.cards}}, per: [run]}}\n"
    found = policy("{permit: pay}", before=budget)
    spent = {(0, "b", "t", "r", "", "", 0): 1}
    parts = found.parts(
        action_from_wire(
            {"action": "pay", "args": {"id": "W1", "card": "c1", "amount": "5.00 EUR", "items": ["a"], "note": "n"}}
        )
    )
    for records, full in (({}, True), ({W1: record(cards=["c1"])}, True), ({W1: record(cards=["c2"])}, False)):
        assert rule_on(found, parts, view=View(spent, records, {})).is_Exhausted is full
