"""Tests on what was recorded: what they lower to, what the kernel makes of them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import (
    Compared,
    Held,
    HeldIn,
    Kept,
    Key,
    Listed,
    Named,
    Range,
    Ranged,
    Record,
    Ref,
    Test,
    View,
)
from havocproof.policy import Policy
from havocproof.policy.recorded import record_key
from tests.policy.support import APPROVALS, NOW, load, only, problem, problems, rule_on, rules

HEAD = (
    APPROVALS
    + """\
tools:
  get: {effect: read, args: {id: name}}
  who: {effect: read}
  pay:
    effect: pay
    args: {id: name, card: name, amount: {decimal: EUR}, items: {list: name, max: 3}, note: text}
    optional: {gift: name, times: int, day: date, host: host, file: {path: /d}, mail: email, how: [a, b]}
  close: {effect: change, args: {n: int}}
  other: {effect: change, args: {id: name, card: name}}
  plain: {effect: change, args: {card: name}}
records:
  said: {from: prompt, fields: {phrases: {find: phrases}, amounts: {find: amount}, numbers: {find: int},
    days: {find: date}, hosts: {find: host}, paths: {find: path}, mails: {find: email}, ibans: {find: iban}}}
  customer: {from: {tool: who}, write: once, lasts: 1h, fields: {id: {one: name, at: ""}}}
  profile: {key: {user: /id}, from: {tool: get}, fields: {orders: {many: name, at: /o/*},
    cards: {many: name, at: /c/*}}}
  order:
    key: {id: /id}
    from: {tool: get}
    lasts: 10m
    fields:
      state: {one: [open, shut, gone], at: /s}
      items: {many: name, at: /i/*}
      cards: {many: name, at: /c/*}
      total: {one: {decimal: EUR}, at: /t}
      count: {one: int, at: /n}
      tags: {many: [x, y, z], at: /g/*}
      sizes: {many: int, at: /z/*}
      host: {one: host, at: /h}
      day: {one: date, at: /d}
  ticket: {key: {n: /n}, from: {tool: get}, fields: {state: {one: [open, shut], at: /s}}}
"""
)
ORDER = Ref("order", "id", lasts=600_000)


def ref(field: str, by: str | tuple[str, str] | None = "id", record: str = "order", lasts: int = 600_000) -> Ref:
    return Ref(record, by, field, lasts, 3_600_000 if isinstance(by, tuple) else 0)


def said(field: str) -> Ref:
    return Ref("said", None, field)


def policy(*lines: str, before: str = "") -> Policy:
    body = "".join(f"    - {line}\n" for line in lines)
    return load(f"{HEAD}{before}rules:\n  look: [{{permit: [get, who]}}]\n  g:\n{body}")


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


# ---- refused ----


@pytest.mark.parametrize(
    ("rule", "code", "message"),
    [
        ("{permit: pay, where: {card: $ordr.cards}}", "E-REF", "no record `ordr`"),
        ("{permit: pay, where: {card: $order.card}}", "E-REF", "no field `card`"),
        ("{permit: pay, where: {card: $order.a.b}}", "E-REF", "no field `a.b`"),
        ("{permit: pay, where: {card: $order}}", "E-REF", "no set `$order`"),
        ("{permit: pay, where: {card: $said.mails}}", "E-REF", "holds emails and `card` is a name"),
        ("{permit: pay, where: {card: $order.total}}", "E-REF", "holds amounts and `card` is a name"),
        ("{permit: pay, where: {mail: $said.phrases}}", "E-REF", "holds names and `mail` is a email"),
        ("{permit: pay, where: {host: $order.items}}", "E-REF", "holds names and `host` is a host"),
        ("{permit: pay, where: {amount: $order.count}}", "E-REF", "holds integers and `amount` is an amount"),
        ("{permit: pay, where: {times: $order.total}}", "E-REF", "holds amounts and `times` is an integer"),
        ("{permit: pay, where: {note: $order.items}}", "E-REF", "`note` is free text"),
        ("{permit: pay, where: {amount: {max: $said.amounts}}}", "E-REF", "holds many values"),
        ("{permit: pay, where: {amount: {max: $order.items}}}", "E-REF", "holds names"),
        ("{permit: pay, where: {amount: {max: $s}}}", "E-INT", "`$s`"),
        ("{permit: pay, where: {amount: {max: $order.total, min: $order.total}}}", "", ""),
        ("{permit: pay, where: {amount: {max: $order.total}, times: {max: $order.count}}}", "E-INT", "at most one"),
        ("{permit: pay, where: {card: {not: $order.cards}}}", "E-NOT", "`not` in a permit"),
        ("{permit: pay, where: {card: {of: $order.cards}}}", "E-KEY", "`of` and `by`"),
        ("{permit: pay, where: {card: {of: $order.cards, by: id, at: x}}}", "E-KEY", "`of` and `by`"),
        ("{permit: pay, where: {card: {of: order.cards, by: id}}}", "E-REF", "no field of a record"),
        ("{permit: pay, where: {card: {of: $order.cards, by: nobody}}}", "E-AXIS", "no argument `nobody`"),
        ("{permit: pay, where: {card: {of: $order.cards, by: note}}}", "E-AXIS", "has `note`, free text,"),
        ("{permit: pay, where: {card: {of: $order.cards, by: amount}}}", "E-AXIS", "has `amount`, an amount,"),
        ("{permit: pay, where: {card: {of: $order.cards, by: $profile.cards}}}", "E-REF", "no single name"),
        ("{permit: pay, where: {card: {of: $order.cards, by: $order.state}}}", "E-REF", "no single name"),
        ("{permit: pay, where: {card: {of: $order.cards, by: $said.ibans}}}", "E-REF", "no single name"),
        ("{permit: pay, where: {card: {of: $customer.id, by: id}}}", "E-REF", "has no key"),
        ("{permit: pay, where: {card: $profile.cards}}", "E-AXIS", "no argument `user`"),
        ("{permit: dir.list, where: {path: $said.hosts}}", "E-REF", "holds hosts and `path` is a path"),
        ("{permit: dir.list, where: {path: /a, within: $said.phrases}}", "E-REF", "`within` is a name"),
        ("{permit: pay, where: {card: known}}", "E-AXIS", "under `when`"),
        ("{permit: pay, when: {ordr: {state: open}}}", "E-KEY", "no `ordr`"),
        ("{permit: pay, when: {order: open}}", "E-KEY", "`order` is text"),
        ("{permit: pay, when: {order: {stat: open}}}", "E-REF", "no field `stat`"),
        ("{permit: pay, when: {order: {state: opn}}}", "E-REF", "`opn` is no value"),
        ("{permit: pay, when: {order: {by: card}}}", "E-KEY", "no field of `order` is tested"),
        ("{permit: pay, when: {order: {state: open, by: [card]}}}", "E-KEY", "`by` is a list"),
        ("{permit: pay, when: {order: {state: any}}}", "E-AXIS", "`any`"),
        ("{permit: pay, when: {order: {state: {not: known}}}}", "E-AXIS", "stands alone"),
        ("{permit: pay, when: {order: {items: {not: a}}}}", "E-NOT", "`not` in a permit"),
        ("{permit: pay, when: {order: {items: $order.cards}}}", "E-REF", "written out"),
        ("{permit: pay, when: {order: {total: {max: $order.total}}}}", "E-REF", "written out"),
        ("{permit: pay, when: {order: {total: {max: 9.00 USD}}}}", "E-INT", "EUR"),
        ("{permit: pay, when: {order: {sizes: {max: 9}}}}", "E-INT", "holds many values"),
        ("{permit: pay, when: {order: {host: '*.example'}}}", "E-PAT", "this is a pattern"),
        ("{permit: pay, when: {order: {items: 'a*'}}}", "E-PAT", "star"),
        ("{permit: pay, when: {said: {amounts: 9.00 EUR}}}", "E-REF", "any currency"),
        ("{permit: plain, when: {order: {state: open}}}", "E-AXIS", "no argument `id`"),
        ("{permit: pay, when: {customer: {id: x, by: id}}}", "E-REF", "has no key"),
    ],
)
def test_refused(rule: str, code: str, message: str) -> None:
    body = f"{HEAD}rules: {{look: [{{permit: [get, who]}}], g: [{rule}]}}\n"
    if not code:
        load(body)
        return
    found = problem(body)
    assert found.code == code, found
    assert message in found.message, found
    assert found.remedy


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ("{s: {host: $said.phrases}}", "holds names and `$s` hosts"),
        ("{s: {name: [a, $said.mails]}}", "holds emails and `$s` names"),
        ("{s: {name: {of: $profile.cards, by: $nobody.id}}}", "no record `nobody`"),
        ("{s: {name: $sayd.phrases}}", "no record `sayd`"),
        ("{s: {name: $order.total}}", "holds amounts"),
    ],
)
def test_sets_keep_one_kind(sets: str, message: str) -> None:
    found = problem(f"{HEAD}sets: {sets}\n")
    assert (found.code, message in found.message) == ("E-REF", True), found


def test_near_names_are_told() -> None:
    for rule, remedy in (
        ("{permit: pay, where: {card: $ordr.cards}}", "Did you mean `$order.cards`?"),
        ("{permit: pay, where: {card: $order.card}}", "Did you mean `cards`?"),
    ):
        assert problem(f"{HEAD}rules: {{g: [{rule}]}}\n").remedy == remedy


def test_every_fault_is_told_at_once() -> None:
    body = f"{HEAD}rules: {{g: [{{permit: pay, where: {{card: $a.b, gift: $c.d}}, when: {{order: {{x: 1}}}}}}]}}\n"
    assert [each.code for each in problems(body)] == ["E-REF", "E-REF", "E-REF"]


@pytest.mark.parametrize(
    ("rule", "record"),
    [
        ("{permit: pay, where: {card: $order.cards}}", "order"),
        ("{permit: pay, where: {card: [$order.cards, $host.cards]}}", ""),
        ("{permit: pay, where: {card: [$order.cards, c1]}}", ""),
        ("{ask: pay, when: {order: {state: open}}, needs: boss, why: x}", "order"),
        ("{permit: pay, where: {card: {of: $host.cards, by: $customer.id}}}", "customer"),
        ("{permit: pay, when: {order: {state: known}}}", "order"),
        ("{permit: pay, when: {order: {state: unknown}}}", ""),
        ("{permit: pay, where: {card: $said.ibans}}", ""),
        ("{permit: pay, when: {host: {cards: c1}}}", ""),
        ("{forbid: pay, where: {card: $order.cards}, why: x}", ""),
        ("{ask: pay, unless: {card: $order.cards}, needs: boss, why: x}", ""),
    ],
)
def test_a_permit_whose_record_nobody_fills_is_dead(rule: str, record: str) -> None:
    head = f"{HEAD}  host: {{key: id, from: host, fields: {{cards: {{many: name}}}}}}\n"
    if not record:
        load(f"{head}rules: {{g: [{rule}]}}\n")
        return
    found = problem(f"{head}rules: {{g: [{rule}]}}\n")
    assert (found.code, f"fills `{record}`" in found.message) == ("E-DEAD", True), found
    load(f"{head}rules: {{g: [{rule}, {{permit: [get, who]}}]}}\n")


# ---- what the kernel makes of it ----


def record(at: int = NOW, **fields: Any) -> Record:
    """Sets are names, texts single names, integers integers."""
    names = {
        name: frozenset([value] if isinstance(value, str) else value)
        for name, value in fields.items()
        if not isinstance(value, int)
    }
    ones = {name: value for name, value in fields.items() if isinstance(value, str)}
    return Record(at, names, ones, {name: value for name, value in fields.items() if isinstance(value, int)})


def verdict(found: Policy, records: dict[Key, Record], tool: str = "pay", now: int = NOW, **change: Any) -> str:
    """permitted, asked or denied, for one call."""
    call: dict[str, Any] = {"id": "W1", "card": "c1", "amount": "5.00 EUR", "items": ["a"], "note": "hi"}
    call = {**call, **change} if tool == "pay" else change
    parts = found.parts(action_from_wire({"action": tool, "args": call}))
    said_ = rule_on(found, parts, now=now, view=View({}, records, {}))
    return "permitted" if said_.is_Permitted else "asked" if said_.is_Asked else "denied"


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
