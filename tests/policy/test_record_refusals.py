"""Tests on what was recorded that do not load, and rules that can never matter for want of a record."""

from __future__ import annotations

import pytest

from tests.policy.recorded import HEAD
from tests.policy.support import load, problem, problems


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
