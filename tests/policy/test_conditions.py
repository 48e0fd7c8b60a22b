"""Tests on axes, lowered: what each form becomes, and that the kernel then answers as the language says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.kernel.source import Holding, Named, Pattern, Placed, Range, Ranged, Rule
from havocproof.policy import loads_policy
from havocproof.policy.ranges import gaps, outside, union
from tests.policy.support import HEAD, judge, load, part, problem, problems
from tests.policy.test_reader import _write, faults

TOOL = (
    "tools: {t: {effect: read, args: {n: name, k: [p, q], i: int, p: {path: /r}, m: {decimal: EUR}, x: text, d: date,"
    " b: bool, s: {segments: /}, h: host, e: email}, optional: {on: name, oi: int, op: {path: /r}, om: {decimal: EUR},"
    " ox: text, ok: [p, q]}}}\n"
)


def lowered(test: str, effect: str = "permit", axis: str = "", verb: str = "t", more: str = "") -> list[Rule]:
    """The kernel's rules of one rule with one test."""
    where = f"{{{test}{more}}}"
    texts = ", needs: boss, why: x" if effect == "ask" else ", why: x" if effect == "forbid" else ""
    body = TOOL + "approvals: {boss: {role: b, people: 1, within: 1d}}\n"
    return list(load(body + f"rules: {{g: [{{{effect}: {verb}, where: {where}{texts}}}]}}\n").source.rules)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("n: x", Named("n", frozenset({"x"}))),
        ("n: [x, y]", Named("n", frozenset({"x", "y"}))),
        ("n: {is: any}", Named("n", frozenset({"any"}))),
        ("n: {is: $x}", Named("n", frozenset({"$x"}))),
        ("n: {is: a*}", Named("n", frozenset({"a*"}))),
        ("on: none", Named("on", frozenset({""}))),
        ("on: [none, x]", Named("on", frozenset({"", "x"}))),
        ("on: {is: none}", Named("on", frozenset({"none"}))),
        ("k: {not: p}", Named("k", frozenset({"q"}))),
        ("ok: {not: p}", Named("ok", frozenset({"q", ""}))),
        ("ok: {not: none}", Named("ok", frozenset({"p", "q"}))),
        ("k: [p, {not: [p, q]}]", Named("k", frozenset({"p"}))),
        ("b: true", Named("b", frozenset({"true"}))),
        ("i: 5", Ranged("i", (Range(5, 5),))),
        ("i: [1, 2, 9]", Ranged("i", (Range(1, 2), Range(9, 9)))),
        ("i: {min: 3}", Ranged("i", (Range(3, None),))),
        ("i: {above: 3, below: 9}", Ranged("i", (Range(4, 8),))),
        ("i: {above: 3, min: 2, max: 9}", Ranged("i", (Range(4, 9),))),
        ("i: [{max: 3}, {min: 5}]", Ranged("i", (Range(None, 3), Range(5, None)))),
        ("m: {max: 5.00 EUR}", Ranged("m", (Range(None, 500),))),
        ("x: {max: 4 KiB}", Ranged("x.size", (Range(None, 4096),))),
        ("d: 1970-01-02", Ranged("d", (Range(1, 1),))),
        ("d: {min: 1970-01-01, max: 1970-12-31}", Ranged("d", (Range(0, 364),))),
        ("p: /r/**", Placed("p", (Pattern(("r",), True),))),
        ("p: {is: '/r/*'}", Placed("p", (Pattern(("r", "*")),))),
        ("op: [none, /r]", Placed("op", (Pattern(("r",)), Pattern(("",))))),
        ("s: agent/**", Placed("s", (Pattern(("agent",), True),))),
        ("h: '**.b.example'", Placed("h", (Pattern(("example", "b"), True),))),
        ("e: '*@b.example'", Placed("e", (Pattern(("example", "b", "@", None)),))),
    ],
)
def test_one_test_of_a_permit(test: str, expected: object) -> None:
    (rule,) = lowered(test)
    assert rule.tests == (expected,)


def test_any_is_no_test() -> None:
    (rule,) = lowered("n: any, i: any, p: any, x: any, k: any")
    assert rule.tests == ()


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("n: {not: [x, y]}", [(Named("n", frozenset({"x", "y"}), False),)]),
        ("n: [x, {not: [x, y]}]", [(Named("n", frozenset({"y"}), False),)]),
        ("n: [{not: [x, y]}, {not: [y, z]}]", [(Named("n", frozenset({"y"}), False),)]),
        ("p: {not: /r/**}", [(Placed("p", (Pattern(("r",), True),), False),)]),
        (
            "p: [/a, {not: /r/**}]",
            [(Placed("p", (Pattern(("a",)),)),), (Placed("p", (Pattern(("r",), True),), False),)],
        ),
        ("i: {not: 5}", [(Ranged("i", (Range(None, 4), Range(6, None))),)]),
        ("i: {not: {min: 3}}", [(Ranged("i", (Range(None, 2),)),)]),
        (
            "oi: {not: 5}",
            [
                (Named("oi.given", frozenset({"no"})),),
                (Named("oi.given", frozenset({"yes"})), Ranged("oi", (Range(None, 4), Range(6, None)))),
            ],
        ),
        ("oi: {not: none}", [(Named("oi.given", frozenset({"yes"})),)]),
        (
            "oi: {not: [none, 5]}",
            [(Named("oi.given", frozenset({"yes"})), Ranged("oi", (Range(None, 4), Range(6, None))))],
        ),
        (
            "oi: [none, {max: 5}]",
            [
                (Named("oi.given", frozenset({"yes"})), Ranged("oi", (Range(None, 5),))),
                (Named("oi.given", frozenset({"no"})),),
            ],
        ),
        ("ox: none", [(Named("ox.given", frozenset({"no"})),)]),
        ("m: {not: {max: 5.00 EUR}}", [(Ranged("m", (Range(501, None),)),)]),
    ],
)
def test_tests_of_a_forbid(test: str, expected: list[tuple[object, ...]]) -> None:
    assert [rule.tests for rule in lowered(test, "forbid")] == expected


def test_currencies_are_part_of_the_test() -> None:
    def tests(amount: str, effect: str = "forbid") -> list[tuple[object, ...]]:
        return [rule.tests for rule in lowered(f"amount: {amount}", effect, verb="money.payment")]

    usd, eur = Named("currency", frozenset({"USD"})), Named("currency", frozenset({"EUR"}))
    assert tests("{max: 5.00 USD}") == [(usd, Ranged("amount", (Range(None, 500),)))]
    assert tests("[{max: 5.00 USD}, 3.00 EUR]") == [
        (usd, Ranged("amount", (Range(None, 500),))),
        (eur, Ranged("amount", (Range(300, 300),))),
    ]
    assert tests("{not: {max: 5.00 USD}}") == [
        (Named("currency", frozenset({"USD"}), False),),
        (usd, Ranged("amount", (Range(501, None),))),
    ]
    assert tests("{min: 0.00 USD}") == [(usd, Ranged("amount", (Range(0, None),)))]
    assert tests("{not: {min: 0.00 USD}}") == [(Named("currency", frozenset({"USD"}), False),)]
    assert tests("{max: 500 JPY}") == [(Named("currency", frozenset({"JPY"})), Ranged("amount", (Range(None, 500),)))]


def test_a_rule_in_two_currencies_is_one_rule_of_two_kernel_rules() -> None:
    more = ", account: any, payee: any"
    first, second = lowered("amount: [{max: 5.00 USD}, {max: 4.00 EUR}]", verb="money.payment", more=more)
    assert first.id == second.id == "g.1"


def test_within_asks_for_a_segment_anywhere() -> None:
    (rule,) = lowered("within: [.git, .ssh]", "forbid", verb="file.write")
    assert rule.tests == (Holding("path", frozenset({".git", ".ssh"})),)
    (rule,) = lowered("within: {not: .git}", "forbid", verb="file.write")
    assert rule.tests == (Holding("path", frozenset({".git"}), False),)


@pytest.mark.parametrize(
    ("test", "code"),
    [
        ("n: none", "E-AXIS"),
        ("n: [any, x]", "E-AXIS"),
        ("n: known", "E-AXIS"),
        ("n: [x, [y]]", "E-KEY"),
        ("n: {max: 5}", "E-KEY"),
        ("n: {is: [x]}", "E-KEY"),
        ("n: a*", "E-PAT"),
        ("n: ' x'", "E-PAT"),
        ("k: r", "E-REF"),
        ("k: {not: [p, q]}", "E-INT"),
        ("n: $paths", "E-REF"),
        ("p: $names", "E-REF"),
        ("s: $paths", "E-REF"),
        ("k: $names", "E-REF"),
        ("i: 05", "E-INT"),
        ("i: +5", "E-INT"),
        ("i: 5.0", "E-INT"),
        ("i: '5_000'", "E-INT"),
        ("i: x", "E-INT"),
        ("i: {maximum: 5}", "E-KEY"),
        ("i: {max: [5]}", "E-INT"),
        ("i: {above: 5, below: 6}", "E-INT"),
        ("m: {max: 5.00 USD}", "E-INT"),
        ("m: {max: 5 EUR}", "E-INT"),
        ("m: {max: 5.00}", "E-INT"),
        ("m: 05.00 EUR", "E-INT"),
        ("d: 2026-02-30", "E-INT"),
        ("x: hello", "E-PAT"),
        ("x: {max: 4KiB}", "E-INT"),
        ("x: {max: 4}", "E-INT"),
        ("n: {not: x}", "E-NOT"),
        ("i: {not: 5}", "E-NOT"),
        ("h: example.COM", "E-PAT"),
    ],
)
def test_refused_in_a_permit(test: str, code: str) -> None:
    sets = "sets: {names: {name: [x]}, paths: {path: [/a]}}\n"
    found = problem(TOOL + sets + f"rules: {{g: [{{permit: t, where: {{{test}}}}}]}}\n")
    assert found.code == code, found
    assert found.line == 5
    assert found.remedy


@pytest.mark.parametrize(
    ("verb", "test", "code"),
    [
        ("file.read", "name: a/b", "E-PAT"),
        ("file.read", "ext: .py", "E-PAT"),
        ("file.read", "within: a/b", "E-PAT"),
        ("dir.list", "ext: py", "E-AXIS"),
        ("http.request", "method: get", "E-REF"),
        ("http.request", "port: 70000", "E-INT"),
        ("http.request", "port: {min: 70000}", "E-INT"),
        ("http.request", "path: /a%20b", "E-PAT"),
        ("money.payment", "amount: {min: 5.00 USD, max: 9.00 EUR}", "E-INT"),
        ("sql.read", "table: prices", "E-PAT"),
        ("sql.read", "column: none", "E-AXIS"),
    ],
)
def test_refused_on_built_in_axes(verb: str, test: str, code: str) -> None:
    found = problem(f"rules: {{g: [{{forbid: {verb}, where: {{{test}}}, why: x}}]}}\n")
    assert found.code == code, found


def test_costs_of_one_policy_are_in_one_currency() -> None:
    body = "rules: {g: [{permit: model.call, where: {model: any, cost: {max: 5.00 USD}}}]}\n"
    assert load(body).cost_currency == "USD"
    found = problem(body + "budgets: {b: {cost: 5.00 EUR, of: model.call, per: run}}\n")
    assert (found.code, found.line) == ("E-INT", 4)


_INT = st.integers(-6, 6)
_BOUND = st.one_of(
    _INT.map(str),
    st.dictionaries(st.sampled_from(["min", "max", "above", "below"]), _INT.map(str), min_size=1, max_size=2),
)
_ALTERNATIVE = st.one_of(
    _BOUND,
    st.just("none"),
    st.fixed_dictionaries({"not": st.lists(st.one_of(_BOUND, st.just("none")), min_size=1, max_size=2)}),
)


def _holds(test: object, value: int | None) -> bool:
    """The language's own reading of a test on an optional integer."""
    if isinstance(test, list):
        return any(_holds(each, value) for each in test)
    if isinstance(test, dict) and "not" in test:
        return not _holds(test["not"], value)
    if value is None or test == "none":
        return value is None and test == "none"
    if isinstance(test, dict):
        checks = {"min": value.__ge__, "max": value.__le__, "above": value.__gt__, "below": value.__lt__}
        return all(checks[word](int(bound)) for word, bound in test.items())
    return value == int(str(test))


@given(st.lists(_ALTERNATIVE, min_size=1, max_size=3))
def test_the_kernel_reads_integers_as_the_language_says(test: list[object]) -> None:
    tree = {
        "havocproof": "1",
        "policy": "p",
        "tools": {"t": {"effect": "read", "optional": {"i": "int"}}},
        "rules": {"g": [{"permit": "t"}, {"forbid": "t", "where": {"i": test}, "why": "x"}]},
    }
    text = _write(tree)
    found = faults(text)
    assert {each.code for each in found} <= {"E-INT", "E-DEAD"}
    if found:
        return
    policy = loads_policy(text)
    for value in (None, *range(-9, 10)):
        names, ints = {"i.given": "no" if value is None else "yes"}, {} if value is None else {"i": value}
        assert (judge(policy, part("t", names, **ints)) == "never") == _holds(test, value), (test, value)


def _ordered(pair: tuple[int | None, int | None]) -> bool:
    low, high = pair
    return low is None or high is None or low <= high


_END = st.one_of(st.none(), _INT)
_RANGES = st.lists(st.tuples(_END, _END).filter(_ordered), min_size=1, max_size=4)


@given(_RANGES)
def test_unions_and_complements_of_ranges(pairs: list[tuple[int | None, int | None]]) -> None:
    def inside(ranges: tuple[Range, ...], value: int) -> bool:
        return any((r.lo is None or r.lo <= value) and (r.hi is None or value <= r.hi) for r in ranges)

    given_ = tuple(Range(lo, hi) for lo, hi in pairs)
    merged, rest = union(given_), outside(union(given_), None, None)
    between = gaps(given_)
    for value in range(-9, 10):
        assert inside(merged, value) == inside(given_, value) != inside(rest, value)
    for first, last in between:
        assert not any(inside(merged, value) for value in range(first, last + 1))
        assert inside(merged, first - 1)
        assert inside(merged, last + 1)


def test_complements_within_bounds() -> None:
    five = (Range(5, 5),)
    assert outside(five, 4, 6) == (Range(4, 4), Range(6, 6))
    assert outside(five, 5, 6) == (Range(6, 6),)
    assert outside(five, 4, 5) == (Range(4, 4),)
    assert outside(five, 5, 5) == ()


def test_head_is_two_lines() -> None:
    assert HEAD.count("\n") == 2
    assert problems("x: 1\n")[0].line == 3
