"""`at_most`: what budgets prove, what they do not, and what shows a limit false."""

from __future__ import annotations

import pytest

from havocproof.gate import Performed
from havocproof.policy import Policy, loads_policy
from havocproof.proving.prove import prove
from havocproof.proving.results import Broken, Holds, Outcome, Undecided
from tests.proving.gated import performed

HEAD = """\
havocproof: 1
policy: p
tools:
  pay: {is: money.payment, args: {to: name, sum: {decimal: USD}}, map: {account: {const: main}, payee: to, amount: sum}}
  send: {is: money.payment, args: {to: name, sum: {decimal: USD}}, map: {account: {const: a}, payee: to, amount: sum}}
"""
RULES = """\
rules:
  g:
    - {permit: pay, where: {account: any, to: any, sum: {max: 100.00 USD}}}
    - {permit: file.write, where: {path: /a/**}}
"""


def told(budgets: str, claim: str, rules: str = RULES) -> tuple[Policy, Outcome]:
    policy = loads_policy(f"{HEAD}{rules}budgets: {{{budgets}}}\nprove: [{{at_most: {{{claim}}}}}]\n")
    (result,) = prove(policy, edits=False).results
    return policy, result.outcome


@pytest.mark.parametrize(
    ("budget", "claim"),
    [
        ("amount: 500.00 USD, of: money.payment, per: [run]", "amount: 500.00 USD, of: money.payment, per: run"),
        ("amount: 400.00 USD, of: money.payment, per: [run]", "amount: 500.00 USD, of: money.payment, per: run"),
        ("amount: 400.00 USD, of: money.payment, per: [tenant]", "amount: 500.00 USD, of: pay, per: [user, run]"),
        ("amount: 400.00 USD, of: pay, per: [run]", "amount: 500.00 USD, of: money.payment, per: run"),
        ("amount: 400.00 USD, of: pay, per: [run]", "amount: 500.00 USD, of: money.payment, per: run, every: 1d"),
        ("amount: 400.00 USD, of: pay, per: [run], every: 1d", "amount: 500.00 USD, of: pay, per: run, every: 6h"),
        ("amount: 400.00 USD, of: pay, per: [run], every: month", "amount: 500.00 USD, of: pay, per: run, every: 1d"),
        ("count: 3, of: file.write, per: [run]", "count: 3, of: {file.write: {path: /b/**}}, per: run"),
        ("bytes: 1 MiB, of: file.write, per: [run]", "bytes: 2 MiB, of: {file.write: {path: /a/b/**}}, per: run"),
        ("count: 3, of: [file.write, pay], per: [run]", "count: 5, of: [file.write, file.delete], per: run"),
    ],
)
def test_one_budget_at_least_as_tight_and_coarse(budget: str, claim: str) -> None:
    _, outcome = told(f"b: {{{budget}}}", claim)
    assert isinstance(outcome, Holds), outcome
    assert outcome.by == () or outcome.by[0].startswith("budget `b` of ")


@pytest.mark.parametrize(
    ("budget", "claim", "why"),
    [
        ("amount: 600.00 USD, of: pay, per: [run]", "amount: 500.00 USD, of: pay, per: run", "is tight enough"),
        ("amount: 400.00 USD, of: pay, per: [user, run]", "amount: 500.00 USD, of: pay, per: run", "is tight enough"),
        ("amount: 400.00 USD, of: pay, per: [run], every: 1d", "amount: 500.00 USD, of: pay, per: run", "tight enough"),
        (
            "amount: 400.00 USD, of: pay, per: [run], every: 1d",
            "amount: 500.00 USD, of: pay, per: run, every: 7h",
            "tight enough",
        ),
        (
            "amount: 400.00 USD, of: {pay: {to: a}}, per: [run]",
            "amount: 500.00 USD, of: pay, per: run",
            "can be repeated",
        ),
        ("count: 9, of: file.write, per: [run]", "amount: 500.00 USD, of: pay, per: run", "can be repeated"),
    ],
)
def test_what_no_budget_shows(budget: str, claim: str, why: str) -> None:
    _, outcome = told(f"b: {{{budget}}}", claim)
    assert isinstance(outcome, Undecided | Broken)
    assert why in outcome.why


def test_several_budgets_whose_limits_sum_below() -> None:
    rules = RULES + "    - {permit: send, where: {account: any, to: any, sum: any}}\n"
    one = "a: {amount: 300.00 USD, of: pay, per: [run]}, b: {amount: 200.00 USD, of: send, per: [run]}"
    _, outcome = told(one, "amount: 500.00 USD, of: money.payment, per: run", rules)
    assert isinstance(outcome, Holds)
    assert len(outcome.by) == 2
    other = one.replace("b: {amount: 200.00 USD", "b: {amount: 200.01 USD")
    _, outcome = told(other, "amount: 500.00 USD, of: money.payment, per: run", rules)
    assert isinstance(outcome, Undecided)


def test_one_action_above_the_limit_shows_it_false() -> None:
    policy, outcome = told(
        "b: {amount: 90.00 USD, of: pay, per: [run]}", "amount: 50.00 USD, of: money.payment, per: run"
    )
    assert isinstance(outcome, Broken)
    assert outcome.why == "One action alone is above 50.00 USD."
    assert outcome.example is not None
    assert {each.axis: each.text for each in outcome.example.arguments}["sum"] == "50.01 USD"
    assert isinstance(performed(policy, outcome.example)[-1], Performed)


def test_what_is_asked_may_be_approved_again_and_again() -> None:
    rules = """\
approvals: {boss: {role: boss, people: 1, within: 1d}}
rules: {g: [{ask: pay, where: {account: any, to: any, sum: any}, needs: boss, why: so}]}
"""
    _, outcome = told("b: {count: 1, of: file.write, per: [run]}", "count: 1, of: pay, per: run", rules)
    assert isinstance(outcome, Broken)
    assert outcome.why == "It is permitted, and nothing counts it: it can be repeated without end."


def test_what_happens_once_is_not_repeated() -> None:
    rules = """\
facts: {paid: {by: pay}}
rules: {g: [{permit: pay, where: {account: any, to: any, sum: {max: 9.00 USD}}, when: {never_after: paid}}]}
"""
    _, outcome = told("b: {count: 1, of: file.write, per: [run]}", "amount: 20.00 USD, of: pay, per: run", rules)
    assert isinstance(outcome, Undecided), "true, and not by a budget"
    assert outcome.why == "no budget counts these actions"


def test_a_program_that_may_do_it_uncounted() -> None:
    digest = "0" * 64
    policy = loads_policy(
        f"""\
havocproof: 1
policy: p
programs: {{make: {{exe: /bin/make, sha256: "{digest}", box: {{write: [/a/**], net: none}}}}}}
rules: {{g: [{{permit: file.write, where: {{path: /a/**}}}}, {{permit: make}}]}}
budgets: {{b: {{count: 3, of: file.write, per: [run]}}}}
prove:
  - {{at_most: {{count: 3, of: file.write, per: run}}}}
  - {{at_most: {{count: 3, of: {{file.write: {{via: none}}}}, per: run}}}}
"""
    )
    first, second = (result.outcome for result in prove(policy, edits=False).results)
    assert isinstance(first, Broken)
    assert "`make` may do it inside its box" in first.why
    assert isinstance(second, Holds)


def test_per_agent_each_depth_is_shown() -> None:
    policy = loads_policy(
        """\
havocproof: 1
policy: p
agents: {top: {uses: [g], starts: [low], objective: a}, low: {uses: [g], objective: b}}
rules: {g: [{permit: file.write, where: {path: /a/**}}]}
budgets: {b: {count: 3, of: file.write, per: [agent]}}
prove:
  - {at_most: {count: 3, of: file.write, per: agent}}
  - {at_most: {count: 2, of: file.write, per: agent}}
"""
    )
    first, second = (result.outcome for result in prove(policy, edits=False).results)
    assert isinstance(first, Holds)
    assert first.by == ("budget `b` of 3",)
    assert isinstance(second, Undecided)
