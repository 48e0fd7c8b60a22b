"""The bridge converts and calls. What the kernel decides is tested against the oracle in tests/differential."""

from __future__ import annotations

import json

import pytest

from havocproof.errors import ConfigError
from havocproof.kernel import bridge
from havocproof.kernel.source import (
    Atom,
    Axis,
    Budget,
    Holding,
    Named,
    Part,
    Pattern,
    Placed,
    Range,
    Ranged,
    Rule,
    Source,
)

SCOPES = {"": "", "tenant": "t", "user": "u", "session": "s", "run": "r"}
READ, PAY = frozenset({"file.read"}), frozenset({"money.payment"})
NOW, MONTH = 1_000, 9_000


def source(*rules: Rule, **budgets: Budget) -> Source:
    axes = {"file.read": (Axis("path", True),), "money.payment": (Axis("payee", False),)}
    return Source(axes, rules, budgets)


def read(path: str, **ints: int) -> Part:
    segments = tuple(path.strip("/").split("/"))
    return Part("file.read", {"count": 1, **ints}, (Atom({"path": path, "name": segments[-1]}, {"path": segments}),))


def pay(payee: str, amount: int) -> Part:
    return Part("money.payment", {"count": 1, "amount": amount}, (Atom({"payee": payee, "currency": "USD"}, {}),))


UNDER_DATA = Placed("path", (Pattern(("data",), open=True),))
permit_data = Rule("data", "permit", READ, (UNDER_DATA,))


def decide(kernel: bridge.Kernel, *parts: Part, cells: dict[bridge.Key, int] | None = None) -> bridge.Verdict:
    return kernel.decide(parts, SCOPES, MONTH, NOW, {} if cells is None else cells)


def test_default_is_deny_and_a_permit_names_its_rule() -> None:
    kernel = bridge.load(source(permit_data))
    assert decide(kernel, read("/data/a")).rule == "data"
    assert decide(kernel, read("/data")).is_Permitted
    assert decide(kernel, read("/date/a")).is_Unpermitted
    assert decide(kernel).is_Unpermitted
    assert decide(kernel, Part("file.read", {}, ())).is_Unpermitted
    assert decide(kernel, Part("unknown", {}, (Atom({}, {}),))).is_Unpermitted
    assert decide(kernel, read("/data/a"), read("/etc/b")).is_Unpermitted


def test_forbid_beats_ask_beats_permit() -> None:
    ask = Rule("ask", "ask", READ, (UNDER_DATA, Holding("path", frozenset({"b"}))), needs="boss")
    forbid = Rule("no", "forbid", READ, (Holding("path", frozenset({".ssh"})),))
    kernel = bridge.load(source(permit_data, ask, forbid))
    verdict = decide(kernel, read("/data/b"))
    assert verdict.is_Asked
    assert bridge.needs(verdict) == {"boss"}
    assert decide(kernel, read("/data/b/.ssh")).rule == "no"


def test_stars_are_segments() -> None:
    kernel = bridge.load(source(Rule("r", "permit", READ, (Placed("path", (Pattern(("a", None, "c")),)),))))
    assert decide(kernel, read("/a/b/c")).is_Permitted
    for path in ("/a/c", "/a/b/b/c", "/a/b/c/d", "/b/b/c"):
        assert decide(kernel, read(path)).is_Unpermitted, path


def test_an_axis_that_is_not_carried_never_helps() -> None:
    bounded = Rule("small", "permit", READ, (UNDER_DATA, Ranged("bytes", (Range(None, 10),))))
    secret = Rule("secret", "forbid", READ, (Named("owner", frozenset({"root"})),))
    assert decide(bridge.load(source(bounded)), read("/data/a")).is_Unpermitted
    assert decide(bridge.load(source(bounded)), read("/data/a", bytes=10)).is_Permitted
    assert decide(bridge.load(source(permit_data, secret)), read("/data/a")).rule == "secret"


def test_budgets_reserve_and_settle() -> None:
    anyone = Rule("any", "permit", PAY)
    charge = Rule("day", "charge", PAY, budget="day")
    kernel = bridge.load(source(anyone, charge, day=Budget("amount", 100, 0, ("tenant", "payee"))))
    cells: dict[bridge.Key, int] = {}
    first = decide(kernel, pay("a", 70), cells=cells)
    cells.update(bridge.writes(first))
    assert list(cells.values()) == [70]
    over = decide(kernel, pay("a", 31), cells=cells)
    assert (over.is_Exhausted, over.budget, over.left) == (True, "day", 30)
    assert decide(kernel, pay("b", 100), cells=cells).is_Permitted
    charges = bridge.charges_from_json(json.loads(json.dumps(bridge.charges_to_json(first.charges))))
    cells.update(kernel.settle(charges, {"amount": 20}, NOW, cells))
    assert list(cells.values()) == [20]
    for used, left in (({}, 70), ({"amount": 10**9}, 70), ({"amount": -5}, 0), ({"amount": 0}, 0)):
        assert [n for _, n in kernel.settle(charges, used, NOW, {charges.key: 70})] == [left]


def test_parts_of_one_action_add_up_and_are_judged_in_halves() -> None:
    kernel = bridge.load(
        source(
            Rule("any", "permit", PAY),
            Rule("all", "charge", PAY, budget="all"),
            all=Budget("amount", 100, 0, ("tenant",)),
        )
    )
    assert decide(kernel, pay("a", 60), pay("b", 41)).is_Exhausted
    judged = kernel.judge((pay("a", 60), pay("b", 40)), SCOPES, MONTH, NOW)
    (key,) = bridge.touched(judged)
    verdict = kernel.reserve(judged, NOW, {key: 0})
    assert bridge.writes(verdict) == [(key, 100)]


def test_windows_and_months() -> None:
    every = Rule("any", "permit", PAY)
    charge = Rule("b", "charge", PAY, budget="b")
    for period, end in ((0, 0), (600, 1_200), (-1, MONTH)):
        kernel = bridge.load(source(every, charge, b=Budget("amount", 10, period, ("tenant",))))
        (key,) = bridge.touched(kernel.judge((pay("a", 1),), SCOPES, MONTH, NOW))
        assert key[-1] == end


def test_what_a_budget_cannot_count_is_refused() -> None:
    kernel = bridge.load(
        source(
            Rule("any", "permit", READ), Rule("b", "charge", READ, budget="b"), b=Budget("bytes", 10, 0, ("tenant",))
        )
    )
    assert decide(kernel, read("/a")).is_Unpayable
    assert decide(kernel, read("/a", bytes=-1)).is_Unpayable
    assert decide(kernel, read("/a", bytes=1)).is_Permitted
    assert kernel.decide((read("/a", bytes=1),), {"": ""}, MONTH, NOW, {}).budget == "b"


@pytest.mark.parametrize(
    "rule",
    [Rule("bad", "charge", READ, budget="none"), Rule("bad", "permit", READ, unless=(UNDER_DATA,))],
)
def test_what_is_not_well_formed_does_not_load(rule: Rule) -> None:
    with pytest.raises(ConfigError, match="bad"):
        bridge.load(source(permit_data, rule))


def test_an_effect_that_is_not_known_restricts() -> None:
    assert decide(bridge.load(source(permit_data, Rule("odd", "allow", READ))), read("/data/a")).rule == "odd"


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (UNDER_DATA, "yes"),
        (Placed("path", (Pattern(("data",)),)), "no"),
        (Placed("path", (Pattern(("data",)),), want=False), "yes"),
        (Ranged("bytes", (Range(1, 2),)), "unknown"),
        (Ranged("count", (Range(5, None), Range(1, 1))), "yes"),
        (Named("name", frozenset({"b"})), "no"),
        (Holding("path", frozenset({"a"})), "yes"),
        (Holding("host", frozenset({"a"})), "unknown"),
    ],
)
def test_single_tests_can_be_asked(test: Placed | Ranged | Named | Holding, answer: str) -> None:
    part = read("/data/a")
    assert bridge.load(source(permit_data)).test(test, part, part.atoms[0]) == answer
