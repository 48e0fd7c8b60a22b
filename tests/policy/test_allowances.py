"""`may_widen`, lowered: what the kernel is given, that it changes nothing where no allowance is named, bounds."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.bridge import writes
from havocproof.kernel.source import BUDGET, FOREVER, Budget, Key, Part, Quorum, View
from havocproof.policy import Policy, load_policy, loads_policy, run_examples
from havocproof.policy.allowances import PEOPLE, POLICY, WIDEN, scope
from havocproof.policy.literals import format_duration, parse_duration
from tests.policy.support import DAY, NOW, SCOPES, load, problem, problems, rules

SHARED = Path(__file__).parent / "shared"
TOOLS = """\
tools:
  pay: {effect: pay, args: {to: name, sum: {decimal: USD}}, optional: {for: name}}
  give: {effect: pay, args: {to: name, total: {decimal: USD}}}
  mix: {effect: pay, args: {to: name, sum: {decimal: USD}, fee: {decimal: USD}}}
  call: {effect: send, args: {user: name, to: {path: /x}}}
"""
ONE = "  a: {role: boss, people: 1, within: 1d, may_widen: {same: [to], uses: 3, amount: 30.00 USD, for: 2d}}\n"
ASK = "rules: {g: [{id: r, ask: pay, needs: a, why: x}]}\n"
NAME = "n"


def decide(policy: Policy, verb: str, cells: dict[Key, int], named: str = "", now: int = NOW, **arguments: Any) -> Any:
    """The kernel's verdict; what a permit leaves is kept. `named`: the rule for which an allowance is named."""
    return request(policy, cut(policy, verb, **arguments), cells, named, now)


def cut(policy: Policy, verb: str, **arguments: Any) -> tuple[Part, ...]:
    return policy.parts(action_from_wire({"action": verb, "args": arguments}))


def request(
    policy: Policy, parts: Any, cells: dict[Key, int], named: str = "", now: int = NOW, groups: Any = None
) -> Any:
    scopes = {**SCOPES, POLICY: policy.digest, scope(named): NAME} if named else SCOPES
    uses = groups if groups is not None else policy.kernel.root("main").uses
    verdict = policy.kernel.decide(parts, scopes, uses, now + 31 * DAY, now, 0, View(cells, {}, {}))
    if verdict.is_Permitted:
        cells.update(writes(verdict))
    return verdict


def give(policy: Policy, rule: str, values: tuple[str, ...], uses: int, amount: int | None = None) -> dict[Key, int]:
    """The cells after an allowance was given: what the rules of `approval.widen` leave and charge, people or not."""
    asking = [each for each in policy.source.rules if WIDEN in each.verbs and each.effect == "ask"]
    given = tuple(replace(each, effect="permit", needs="") if each in asking else each for each in policy.source.rules)
    free = replace(policy, source=replace(policy.source, rules=given))
    cells: dict[Key, int] = {}
    part = policy.allowances.rules[rule].part(values, uses, amount)
    assert request(policy, (part,), {}, rule, groups=PEOPLE).is_Asked
    assert request(free, (part,), cells, rule, groups=PEOPLE).is_Permitted
    return cells


def test_what_the_kernel_is_given() -> None:
    policy = load(TOOLS + "approvals:\n" + ONE + ASK)
    ask, permit = rules(policy, "r")
    assert (ask.effect, ask.needs, permit.effect, permit.needs, permit.unless) == ("ask", "a", "permit", "", ())
    assert ask.unless == (permit.tests,)
    assert ask.group == permit.group == "g"
    used = rules(policy, "~used/r")
    assert [(each.effect, each.budget, each.tests) for each in used] == [
        ("charge", "~uses/r", permit.tests),
        ("charge", "~amount/r", permit.tests),
    ]
    per = ("~allowed/r",)
    assert dict(policy.source.budgets) == {
        "~uses/r": Budget("count", 3, FOREVER, per, BUDGET),
        "~amount/r": Budget("sum:USD", 3000, FOREVER, per, BUDGET),
    }
    assert [(each.effect, each.verbs) for each in rules(policy, "~given/r")] == [
        (effect, frozenset({WIDEN})) for effect in ("ask", "leave", "leave", "charge", "charge")
    ]
    assert {each.group for each in rules(policy, "~given/r") if each.effect == "ask"} == set(PEOPLE)
    assert policy.source.quorums == {"a": Quorum((("boss", 1),), DAY)}
    assert WIDEN not in load(TOOLS + "approvals: {a: {role: b, people: 1, within: 1d}}\n" + ASK).source.axes


def test_an_allowance_holds_for_its_values_its_uses_its_sum_and_its_time() -> None:
    policy = load(TOOLS + "approvals:\n" + ONE + ASK)
    cells = give(policy, "r", ("joe",), 2, 2500)
    assert decide(policy, "pay", cells, to="joe", sum="10.00 USD").is_Asked, "nothing is named"
    assert decide(policy, "pay", cells, "r", to="jim", sum="10.00 USD").is_Asked
    assert decide(policy, "pay", cells, "r", to="joe", sum="10.00 USD").is_Permitted
    over = decide(policy, "pay", cells, "r", to="joe", sum="15.01 USD")
    assert (over.is_Exhausted, over.budget, over.left) == (True, "~amount/r", 1500)
    assert decide(policy, "pay", dict(cells), "r", NOW + 2 * DAY - 1, to="joe", sum="1.00 USD").is_Permitted
    assert decide(policy, "pay", cells, "r", NOW + 2 * DAY, to="joe", sum="1.00 USD").is_Asked
    assert decide(policy, "pay", cells, "r", to="joe", sum="1.00 USD").is_Permitted
    assert decide(policy, "pay", cells, "r", to="joe", sum="1.00 USD").budget == "~uses/r"


def test_a_rule_with_unless_has_a_twin_for_each_way_not_to_be_lifted() -> None:
    text = "rules: {g: [{id: r, ask: pay, unless: {to: [joe, jim], sum: {max: 5.00 USD}}, needs: a, why: x}]}\n"
    policy = load(TOOLS + "approvals:\n" + ONE + text)
    assert [each.effect for each in rules(policy, "r")] == ["ask", "permit", "permit"]
    cells = give(policy, "r", ("joe",), 3, 3000)
    assert decide(policy, "pay", cells, "r", to="joe", sum="6.00 USD").is_Permitted
    assert decide(policy, "pay", cells, "r", to="joe", sum="4.00 USD").is_Unpermitted, "the rule is lifted"
    assert cells[BUDGET, "~uses/r", NAME, "", "", "", 0] == 1


def test_too_many_ways_not_to_be_lifted() -> None:
    text = """\
approvals: {{a: {{role: boss, people: 1, within: 1d, may_widen: {{same: payee, uses: 3, for: 2d}}}}}}
rules: {{g: [{{id: r, ask: money.payment, where: {{account: a, payee: any, amount: any}}, unless: {{amount: [{0}]}},
  needs: a, why: x}}]}}
"""
    currencies = ["USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK"]
    tests = [f"{{max: 5.00 {each}}}" for each in currencies]
    for count, twins in ((2, 4), (6, 64)):
        policy = load(text.format(", ".join(tests[:count])))
        assert [each.effect for each in rules(policy, "r")] == ["ask", *["permit"] * twins]
    found = problem(text.format(", ".join(tests)))
    assert (found.code, "128 cases; at most 64" in found.message) == ("E-CELLS", True), found


def test_a_guard_that_waits_for_people_is_lifted_and_grants_nothing() -> None:
    text = """\
rules:
  g:
    - {id: p, permit: pay, where: {sum: {max: 20.00 USD}}}
    - {id: r, forbid: pay, where: {sum: {above: 5.00 USD}}, needs: a, why: x}
"""
    policy = load(TOOLS + "approvals:\n" + ONE + text)
    assert [each.effect for each in rules(policy, "r")] == ["require"]
    cells = give(policy, "r", ("joe",), 3, 3000)
    assert decide(policy, "pay", cells, to="joe", sum="6.00 USD").is_Asked
    assert decide(policy, "pay", cells, "r", to="joe", sum="6.00 USD").is_Permitted
    assert decide(policy, "pay", cells, "r", to="joe", sum="20.01 USD").is_Unpermitted
    assert cells[BUDGET, "~uses/r", NAME, "", "", "", 0] == 1
    assert decide(policy, "pay", cells, "r", to="joe", sum="5.00 USD").is_Permitted
    assert cells[BUDGET, "~uses/r", NAME, "", "", "", 0] == 1, "nobody is asked for that one"


def test_what_a_label_holds_back_is_never_widened() -> None:
    text = """\
labels: {seen: {from: host, guards: [pay], otherwise: a, why: x}}
rules: {g: [{id: r, ask: pay, needs: a, why: x}]}
"""
    policy = load(TOOLS + "approvals:\n" + ONE + text)
    assert list(policy.allowances.rules) == ["r"]
    held = [each for each in rules(policy, "label:seen") if each.effect != "leave"]
    assert {each.effect for each in held} == {"require"}
    assert all(not each.unless for each in held)


def test_without_a_name_everything_is_decided_as_without_may_widen() -> None:
    """The shared policy, over its own examples and what they come to."""
    with_it = load_policy(SHARED / "research-desk.yaml")
    text = (SHARED / "research-desk.yaml").read_text()
    shorter = text.replace(", may_widen: {same: [payee], uses: 3, amount: 3000.00 USD, for: 30d}", "")
    assert shorter != text
    assert all(each.ok for each in run_examples(with_it))
    assert list(with_it.allowances.rules) == ["large-invoice"]
    plain = loads_policy(shorter, folder=SHARED)
    bill = {"account": "research-costs", "payee": "acct:prices-ltd", "idempotency_key": "k"}
    for amount in ("1.00 USD", "500.00 USD", "500.01 USD", "9000.00 USD", "20000.01 USD", "600.00 EUR"):
        said = []
        for policy in (with_it, plain):
            parts = cut(policy, "money.payment", amount=amount, **bill)
            uses = policy.kernel.root("lead").uses
            verdict = policy.kernel.decide(parts, SCOPES, uses, NOW + DAY, NOW, 0, View({}, {}, {}))
            said.append((type(verdict).__name__, getattr(verdict, "rule", ""), str(getattr(verdict, "needs", ""))))
        assert said[0] == said[1], amount


@pytest.mark.parametrize("named", ["", "r", "s", "t"])
def test_a_name_without_marks_is_no_name(named: str) -> None:
    """Whatever is named: as long as nothing was given under it, the verdicts are those without `may_widen`."""
    text = """\
labels: {seen: {from: host, guards: [pay], otherwise: a, why: x}}
rules:
  g:
    - {id: r, ask: pay, where: {sum: {max: 20.00 USD}}, unless: {to: [joe, jim], for: [x, none]}, needs: a, why: x}
    - {id: s, forbid: pay, where: {sum: {above: 5.00 USD, max: 8.00 USD}}, unless: {to: ann}, needs: a, why: x}
    - {id: t, ask: pay, where: {to: [eve, joe], sum: {min: 9.00 USD}}, needs: a, why: x}
    - {permit: pay, where: {to: [ann, jim], sum: {max: 19.00 USD}}}
    - {forbid: pay, where: {to: eve, sum: {above: 18.00 USD}}, why: x}
"""
    policy = load(TOOLS + "approvals:\n" + ONE + text)
    plain = load(TOOLS + "approvals: {a: {role: boss, people: 1, within: 1d}}\n" + text)
    assert (sorted(policy.allowances.rules), dict(plain.allowances.rules)) == (["r", "s", "t"], {})
    kinds = set()
    for to, amount, more in product(
        ("joe", "jim", "ann", "eve", "bob"),
        ("5.00", "7.00", "9.00", "18.50", "19.50", "21.00"),
        ({}, {"for": "x"}, {"for": "y"}),
    ):
        said = [decide(each, "pay", {}, named, to=to, sum=f"{amount} USD", **more) for each in (policy, plain)]
        shown = [(type(each).__name__, getattr(each, "rule", ""), str(getattr(each, "needs", ""))) for each in said]
        assert shown[0] == shown[1], (to, amount, more)
        kinds.add(shown[0][0])
    assert kinds == {"Verdict_Permitted", "Verdict_Asked", "Verdict_Denied", "Verdict_Unpermitted"}


@pytest.mark.parametrize("text", ["1ms", "1500ms", "30s", "90s", "10m", "36h", "30d"])
def test_durations_are_said_in_one_way(text: str) -> None:
    assert format_duration(parse_duration(text)) == text
    assert format_duration(parse_duration("24h")) == "1d"


@pytest.mark.parametrize(
    ("approval", "asked", "code", "says"),
    [
        ("{same: [to, for, to2, to3], uses: 1, for: 1d}", "pay", "E-CELLS", "4 axes; at most 3"),
        ("{same: to, uses: 1, for: 1d}", "[pay, call]", "E-AXIS", "not the same argument everywhere"),
        ("{same: to, uses: 1, amount: 1.00 EUR, for: 1d}", "pay", "E-AXIS", "no single amount in EUR"),
        ("{same: to, uses: 1, amount: 1.00 USD, for: 1d}", "mix", "E-AXIS", "no single amount in USD"),
        ("{same: to, uses: 1, amount: 1.00 USD, for: 1d}", "[pay, give]", "E-AXIS", "under different names"),
    ],
)
def test_refused(approval: str, asked: str, code: str, says: str) -> None:
    text = f"approvals:\n  a: {{role: b, people: 1, within: 1d, may_widen: {approval}}}\n"
    found = problems(TOOLS + text + f"rules: {{g: [{{ask: {asked}, needs: a, why: x}}]}}\n")
    assert [(each.code, says in each.message) for each in found] == [(code, True)], found
