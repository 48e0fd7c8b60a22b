"""Tests on what was recorded: what they lower to, and what is refused."""

from __future__ import annotations

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import Compared, Held, HeldIn, Kept, Listed, Named, Range, Ranged, Ref, Test
from tests.policy.recorded import HEAD, policy, ref, said
from tests.policy.support import only, problem, rules


def where(test: str, effect: str = "permit", tool: str = "pay") -> list[tuple[Test, ...]]:
    """The conjunctions that a test under `where` becomes."""
    more = {"permit": "", "ask": ", needs: boss, why: x", "forbid": ", why: x"}[effect]
    return [rule.tests for rule in rules(policy(f"{{id: r, {effect}: {tool}, where: {{{test}}}{more}}}"), "r")]


PRESENT = Named("times.given", frozenset({"yes"}))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("card: $order.cards", [(Listed("card", ref("cards")),)]),
        ("items: $order.items", [(Listed("items", ref("items")),)]),
        ("card: [$order.cards, c1, c2]", [(Named("card", frozenset({"c1", "c2"})),), (Listed("card", ref("cards")),)]),
        ("gift: [none, $order.cards]", [(Named("gift", frozenset({""})),), (Listed("gift", ref("cards")),)]),
        ("card: [$order.cards, $said.ibans]", [(Listed("card", ref("cards")),), (Listed("card", said("ibans")),)]),
        ("how: $order.tags", [(Listed("how", ref("tags")),)]),
        ("card: {of: $order.cards, by: card}", [(Listed("card", ref("cards", "card")),)]),
        (
            "id: {of: $profile.orders, by: $customer.id}",
            [(Listed("id", ref("orders", ("customer", "id"), "profile", 0)),)],
        ),
        ("id: $customer.id", [(Listed("id", Ref("customer", None, "id", 3_600_000)),)]),
        ("host: $order.host", [(Listed("host", ref("host")),)]),
        ("host: $said.hosts", [(Listed("host", said("hosts")),)]),
        ("file: $said.paths", [(Listed("file", said("paths")),)]),
        ("mail: $said.mails", [(Listed("mail", said("mails")),)]),
        ("note: $said.phrases", [(Listed("note.text", said("phrases")),)]),
        ("amount: $order.total", [(Compared("amount", ref("total"), True),)]),
        ("amount: {max: $order.total}", [(Compared("amount", ref("total")),)]),
        ("amount: {above: $order.total}", [(Compared("amount", ref("total"), want=False),)]),
        (
            "amount: {below: $order.total}",
            [(Compared("amount", ref("total")), Compared("amount", ref("total"), True, False))],
        ),
        (
            "amount: {min: $order.total}",
            [(Compared("amount", ref("total"), want=False),), (Compared("amount", ref("total"), True),)],
        ),
        (
            "amount: {min: 1.00 EUR, max: $order.total}",
            [(Ranged("amount", (Range(100, None),)), Compared("amount", ref("total")))],
        ),
        (
            "amount: [5.00 EUR, {max: $order.total}]",
            [(Ranged("amount", (Range(500, 500),)),), (Compared("amount", ref("total")),)],
        ),
        ("amount: $said.amounts", [(Listed("amount.text", said("amounts")),)]),
        ("times: $order.count", [(PRESENT, Compared("times", ref("count"), True))]),
        ("times: $order.sizes", [(PRESENT, Listed("times.text", ref("sizes")))]),
        ("times: $said.numbers", [(PRESENT, Listed("times.text", said("numbers")))]),
        ("day: $order.day", [(Named("day.given", frozenset({"yes"})), Compared("day", ref("day"), True))]),
        ("day: $said.days", [(Named("day.given", frozenset({"yes"})), Listed("day.text", said("days")))]),
        ("items.count: {max: $order.count}", [(Compared("items.count", ref("count")),)]),
    ],
)
def test_where(test: str, expected: list[tuple[Test, ...]]) -> None:
    assert where(test) == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("card: {not: $order.cards}", [(Listed("card", ref("cards"), False),)]),
        (
            "card: {not: [c1, $order.cards, $said.ibans]}",
            [
                (
                    Named("card", frozenset({"c1"}), False),
                    Listed("card", ref("cards"), False),
                    Listed("card", said("ibans"), False),
                )
            ],
        ),
        (
            "gift: {not: $order.cards}",
            [(Named("gift", frozenset({""})),), (Listed("gift", ref("cards"), False),)],
        ),
        (
            "amount: {not: {max: $order.total}}",
            [(Compared("amount", ref("total"), want=False),)],
        ),
        (
            "amount: {not: [1.00 EUR, $order.total]}",
            [
                (Ranged("amount", (Range(0, 99), Range(101, None))), Compared("amount", ref("total"), True, False)),
            ],
        ),
        (
            "times: {not: $order.count}",
            [(Named("times.given", frozenset({"no"})),), (PRESENT, Compared("times", ref("count"), True, False))],
        ),
    ],
)
def test_not_is_a_conjunction(test: str, expected: list[tuple[Test, ...]]) -> None:
    for effect in ("ask", "forbid"):
        assert where(test, effect) == expected


def test_currencies_are_part_of_an_amount() -> None:
    found = policy(
        "{id: r, forbid: money.payment, where: {amount: {above: $said.total}}, why: x}".replace(
            "$said.total", "{of: $order.total, by: payee}"
        )
    )
    assert only(found, "r").tests == (
        Named("currency", frozenset({"EUR"})),
        Compared("amount", ref("total", "payee"), want=False),
    )


def test_sets_hold_fields() -> None:
    sets = "sets: {mine: {name: [{of: $profile.cards, by: $customer.id}, c1, $said.ibans]}, all: {name: [$mine, c2]}}\n"
    found = policy("{id: r, permit: pay, where: {card: $all}}", before=sets)
    assert [rule.tests for rule in rules(found, "r")] == [
        (Named("card", frozenset({"c1", "c2"})),),
        (Listed("card", Ref("profile", ("customer", "id"), "cards", 0, 3_600_000)),),
        (Listed("card", said("ibans")),),
    ]
    hosts = "sets: {h: {host: [a.example, $said.hosts]}}\n"
    found = policy("{id: r, forbid: pay, where: {host: $h}, why: x}", before=hosts)
    assert len(rules(found, "r")) == 2


def test_alternatives_multiply_to_rules_of_one_id() -> None:
    found = policy("{id: r, permit: pay, where: {card: [$order.cards, c1], gift: [none, $order.cards]}}")
    assert len(rules(found, "r")) == 4
    (rule,) = rules(policy("{id: r, ask: pay, unless: {card: [$order.cards, c1]}, needs: boss, why: x}"), "r")
    assert rule.tests == ()
    assert rule.unless == ((Named("card", frozenset({"c1"})),), (Listed("card", ref("cards")),))


def test_the_key_is_an_argument_of_each_tool() -> None:
    """`other` has the argument, `plain` has not."""
    found = policy("{id: r, forbid: [pay, other], where: {card: $order.cards}, why: x}")
    assert [rule.tests for rule in rules(found, "r")] == [(Listed("card", ref("cards")),)] * 2
    wrong = problem(f"{HEAD}rules: {{g: [{{forbid: [pay, plain], where: {{card: $order.cards}}, why: x}}]}}\n")
    assert (wrong.code, wrong.message) == (
        "E-AXIS",
        "`plain` has no argument `id` by which the record `order` is looked up",
    )
    assert "{of: $order.cards, by: <argument>}, with one of `card`" in wrong.remedy


# ---- when ----


def when(test: str, effect: str = "forbid", tool: str = "pay") -> list[tuple[Test, ...]]:
    more = {"permit": "", "ask": ", needs: boss, why: x", "forbid": ", why: x"}[effect]
    return [rule.tests for rule in rules(policy(f"{{id: r, {effect}: {tool}, when: {{{test}}}{more}}}"), "r")]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("order: {state: open}", [(Held(ref("state"), frozenset({"open"})),)]),
        (
            "order: {state: [open, shut]}",
            [(Held(ref("state"), frozenset({"open"})),), (Held(ref("state"), frozenset({"shut"})),)],
        ),
        (
            "order: {state: {not: [open, shut]}}",
            [(Held(ref("state"), frozenset({"open"}), False), Held(ref("state"), frozenset({"shut"}), False))],
        ),
        ("order: {state: known}", [(Kept(ref("")),)]),
        ("order: {state: [unknown, open]}", [(Kept(ref(""), False),), (Held(ref("state"), frozenset({"open"})),)]),
        ("order: {tags: {not: x}}", [(Held(ref("tags"), frozenset({"x"}), False),)]),
        ("order: {total: {max: 9.00 EUR}}", [(HeldIn(ref("total"), (Range(None, 900),)),)]),
        ("order: {total: {min: 1.00 EUR, max: 9.00 EUR}}", [(HeldIn(ref("total"), (Range(100, 900),)),)]),
        (
            "order: {count: [1, {min: 5}]}",
            [(HeldIn(ref("count"), (Range(1, 1),)),), (HeldIn(ref("count"), (Range(5, None),)),)],
        ),
        ("order: {count: {not: 7}}", [(HeldIn(ref("count"), (Range(7, 7),), False),)]),
        ("order: {day: 1970-01-02}", [(HeldIn(ref("day"), (Range(1, 1),)),)]),
        ("order: {sizes: 7}", [(Held(ref("sizes"), frozenset({"7"})),)]),
        ("order: {host: a.example}", [(Held(ref("host"), frozenset({"a.example"})),)]),
        ("order: {host: 'ip:203.0.113.7'}", [(Held(ref("host"), frozenset({"203.0.113.7"})),)]),
        ("order: {state: open, by: card}", [(Held(ref("state", "card"), frozenset({"open"})),)]),
        (
            "profile: {orders: W1, by: $customer.id}",
            [(Held(ref("orders", ("customer", "id"), "profile", 0), frozenset({"W1"})),)],
        ),
        ("customer: {id: unknown}", [(Kept(Ref("customer", None, "", 3_600_000), False),)]),
        (
            "order: {state: open, count: 3}",
            [(Held(ref("state"), frozenset({"open"})), HeldIn(ref("count"), (Range(3, 3),)))],
        ),
        (
            "order: {state: open}, customer: {id: known}",
            [(Held(ref("state"), frozenset({"open"})), Kept(Ref("customer", None, "", 3_600_000)))],
        ),
    ],
)
def test_when(test: str, expected: list[tuple[Test, ...]]) -> None:
    assert when(test) == expected


def test_when_takes_sets() -> None:
    found = policy("{id: r, permit: pay, when: {order: {items: $s}}}", before="sets: {s: {name: [a, b]}}\n")
    assert only(found, "r").tests == (Held(ref("items"), frozenset({"a", "b"})),)


def test_an_integer_can_be_a_key() -> None:
    found = policy("{id: r, permit: close, when: {ticket: {state: open}}}")
    assert only(found, "r").tests == (Held(Ref("ticket", "n.text", "state"), frozenset({"open"})),)
    (part,) = found.parts(action_from_wire({"action": "close", "args": {"n": 12}}))
    assert part.atoms[0].names["n.text"] == "12"
