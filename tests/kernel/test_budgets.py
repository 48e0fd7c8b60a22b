"""Budgets, soft budgets: what is counted, in which cell, what settling gives back."""

from __future__ import annotations

import json

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import BUDGET, FOREVER, SOFT, Budget, Key, Named, Quorum, Rule
from tests.kernel.support import ALL, ANY_PAY, ANY_READ, MONTH, NOW, PAY, READ, Session, load, pay, read

DAY = Rule("day", "charge", PAY, budget="day")


def of_100(*per: str, period: int = FOREVER) -> Budget:
    return Budget("amount", 100, period, per)


def test_a_budget_is_reserved_and_settled() -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant", "payee"))
    first = session.do(pay("a", 70))
    assert session.nums == {(BUDGET, "day", "t", "a", "", "", 0): 70}
    over = session.decide(pay("a", 31))
    assert (over.is_Exhausted, over.budget, over.left) == (True, "day", 30)
    assert over.key == (BUDGET, "day", "t", "a", "", "", 0)
    assert session.decide(pay("a", 30)).is_Permitted
    assert session.decide(pay("b", 100)).is_Permitted
    session.settle(first, {"amount": 20})
    assert list(session.nums.values()) == [20]


@pytest.mark.parametrize("ok", [True, False])
@pytest.mark.parametrize(
    ("used", "left"), [({}, 70), ({"amount": 10**9}, 70), ({"amount": 69}, 69), ({"amount": -5}, 0), ({"amount": 0}, 0)]
)
def test_settling_never_keeps_more_than_was_reserved(used: dict[str, int], left: int, ok: bool) -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant"))
    verdict = session.do(pay("a", 70))
    session.settle(verdict, used, ok=ok)
    assert list(session.nums.values()) == [left]


def test_settling_after_the_window_writes_nothing() -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant", period=600))
    verdict = session.do(pay("a", 70))
    assert session.kernel.settle(verdict.charges, {"amount": 0}, True, NOW, 1_200, session.nums) == []
    assert len(session.kernel.settle(verdict.charges, {"amount": 0}, True, NOW, 1_199, session.nums)) == 1


def test_charges_survive_json() -> None:
    leave = Rule("calls", "charge", PAY, budget="calls")
    session = load(ANY_PAY, DAY, leave, day=of_100("tenant"), calls=Budget("count", 5, FOREVER, ("run",)))
    charges = session.do(pay("a", 70)).charges
    listed = json.loads(json.dumps(bridge.charges_to_json(charges)))
    assert sorted(listed) == [
        [[BUDGET, "calls", "r", "", "", "", 0], 1, 5, "count"],
        [[BUDGET, "day", "t", "", "", "", 0], 70, 100, "amount"],
    ]
    again = bridge.charges_from_json(listed)
    assert again == charges
    assert bridge.charges_to_json(bridge.charges_from_json([])) == []


def test_parts_of_one_action_add_up_and_atoms_of_a_part_count_once() -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant"))
    assert session.decide(pay("a", 60), pay("b", 41)).is_Exhausted
    session.do(pay("a", 60), pay("b", 40))
    assert list(session.nums.values()) == [100]
    session.nums.clear()
    one = pay("a", 60)
    session.do(one._replace(atoms=one.atoms * 3))
    assert list(session.nums.values()) == [60]


def test_judging_names_the_cells_that_a_decision_touches() -> None:
    session = load(ANY_PAY, DAY, day=of_100("payee"))
    judged = session.kernel.judge((pay("a", 60), pay("b", 40)), session.scopes, ALL, MONTH, NOW, session.view)
    assert judged.is_Clear
    keys = bridge.touched(judged)
    assert sorted(keys) == sorted(key for key, _ in bridge.writes(session.decide(pay("a", 60), pay("b", 40))))
    refused = session.kernel.judge((read("/a"),), session.scopes, ALL, MONTH, NOW, session.view)
    assert bridge.touched(refused) == []


@pytest.mark.parametrize(("period", "end"), [(0, 0), (600, 1_200), (500, 1_500), (-1, MONTH)])
def test_windows_and_months(period: int, end: int) -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant", period=period))
    session.do(pay("a", 100))
    ((key, _),) = session.nums.items()
    assert key[-1] == end
    assert session.decide(pay("a", 1)).is_Exhausted
    if period > 0:
        assert session.decide(pay("a", 1), now=end - 1).is_Exhausted
        assert session.decide(pay("a", 100), now=end).is_Permitted


def test_a_month_that_is_over_pays_nothing() -> None:
    session = load(ANY_PAY, DAY, day=of_100("tenant", period=-1))
    assert session.decide(pay("a", 1), now=MONTH - 1).is_Permitted
    assert session.decide(pay("a", 1), now=MONTH).is_Exhausted  # `month_end` must lie ahead


def test_what_a_budget_cannot_count_is_refused() -> None:
    charge = Rule("b", "charge", READ, budget="b")
    session = load(ANY_READ, charge, b=Budget("bytes", 10, FOREVER, ("tenant",)))
    assert session.decide(read("/a")).is_Unpayable
    assert session.decide(read("/a", bytes=-1)).is_Unpayable
    assert session.decide(read("/a", bytes=1)).is_Permitted
    del session.scopes["tenant"]
    verdict = session.decide(read("/a", bytes=1))
    assert (verdict.is_Unpayable, verdict.budget) == (True, "b")


def test_a_charge_counts_what_may_be_meant_unless_it_is_surely_lifted() -> None:
    tested = Rule("b", "charge", READ, (Named("owner", frozenset({"root"})),), budget="b")
    lifted = Rule("b", "charge", READ, unless=((Named("name", frozenset({"free"})),),), budget="b")
    budget = Budget("count", 0, FOREVER, ("tenant",))
    assert load(ANY_READ, tested, b=budget).decide(read("/a")).is_Exhausted
    assert load(ANY_READ, lifted, b=budget).decide(read("/a")).is_Exhausted
    assert load(ANY_READ, lifted, b=budget).decide(read("/free")).is_Permitted


def test_a_charge_counts_for_agents_of_every_group() -> None:
    charge = Rule("b", "charge", READ, budget="b", group="unused")
    assert load(ANY_READ, charge, b=Budget("count", 0, FOREVER, ("tenant",))).decide(read("/a")).is_Exhausted


# ---- soft budgets ----

SOFT_KEY: Key = (SOFT, "day~soft", "t", "", "", "", 0)


def softly() -> Session:
    return load(
        ANY_PAY,
        DAY,
        Rule("day", "charge", PAY, budget="day~soft"),
        quorums={"day~soft": Quorum((("boss", 1),), 1_000)},
        **{"day": of_100("tenant"), "day~soft": Budget("amount", 60, FOREVER, ("tenant",), SOFT)},
    )


def test_above_a_soft_budget_somebody_is_asked() -> None:
    session = softly()
    assert session.decide(pay("a", 60)).is_Permitted
    asked = session.decide(pay("a", 61))
    assert (asked.is_Asked, asked.rule, bridge.needs(asked)) == (True, "any-p", {"day~soft"})
    assert session.decide(pay("a", 30), pay("b", 31)).is_Asked  # the sum of the parts
    session.do(pay("a", 60))
    assert session.nums[SOFT_KEY] == 60
    assert session.decide(pay("a", 1)).is_Asked


def test_above_the_budget_itself_nobody_is_asked() -> None:
    assert softly().decide(pay("a", 101)).is_Exhausted


def test_what_was_approved_counts_and_settles_like_the_rest() -> None:
    session = softly()
    key = session.kernel.grant_key(session.scopes, "d")
    grant = session.kernel.vote(session.kernel.ask({"day~soft"}, "u", NOW, 10_000), "eve", "boss", NOW)
    assert grant is not None
    session.grants[key] = grant
    assert session.decide(pay("a", 90)).is_Asked
    verdict = session.do(pay("a", 90), digest="d")
    assert verdict.used
    assert session.nums[SOFT_KEY] == 90
    session.settle(verdict, {"amount": 10})
    assert session.nums[SOFT_KEY] == 10
    session.grants[key] = session.kernel.used(grant)
    assert session.decide(pay("a", 51), digest="d").is_Asked


def test_a_soft_budget_counts_in_windows() -> None:
    session = load(ANY_PAY, Rule("s", "charge", PAY, budget="s"), s=Budget("amount", 60, 600, ("tenant",), SOFT))
    session.do(pay("a", 60))
    assert session.decide(pay("a", 1)).is_Asked
    assert session.decide(pay("a", 60), now=1_200).is_Permitted
