"""Verdicts in words: the kind, the rule, the nearest rule with the axis that fails, and nothing that an action said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.kernel.bridge import NOTHING
from havocproof.policy import Policy, explain
from tests.policy.support import APPROVALS, DAY, SCOPES, decide, explained, load, part, told

POLICY = (
    APPROVALS
    + """\
sets:
  vendors: {name: [acct:a, acct:b]}
  many: {name: [m1, m2, m3, m4, m5, m6]}
rules:
  pay:
    - id: small
      permit: money.payment
      where: {account: main, payee: $vendors, amount: {max: 5.00 USD}}
    - id: large
      ask: money.payment
      where: {account: main, payee: $vendors, amount: {above: 5.00 USD, max: 9.00 USD}}
      needs: boss
      why: Large ones need the boss.
      remedy: Go on meanwhile.
    - id: never
      forbid: money.payment
      where: {payee: acct:evil}
      why: Not this one.
      remedy: Leave it.
  net:
    - id: api
      permit: http.request
      where: {host: "*.api.example", path: /v1/**, method: GET}
      remedy: Use the listed API.
    - id: model
      permit: model.call
      where: {model: $many}
    - id: lifted
      ask: dir.list
      where: {path: /x/**}
      unless: {path: /x/y/**}
      needs: boss
      why: Ask.
budgets:
  day: {amount: 20.00 USD, of: money.payment, per: [user], every: 1d}
  once: {count: 1, of: model.call, per: [run, model]}
"""
)
PAY = {"account": "main", "payee": "acct:a", "amount": "5.00 USD", "idempotency_key": "k"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(POLICY)


def test_permits_and_asks_name_their_rule(policy: Policy) -> None:
    found = told(policy, "money.payment", **PAY)
    assert (found.kind, found.rule) == ("permit", "small")
    found = told(policy, "money.payment", **(PAY | {"amount": "5.01 USD"}))
    assert (found.kind, found.rule, found.why, found.remedy) == (
        "ask",
        "large",
        "Large ones need the boss.",
        "Go on meanwhile.",
    )
    assert found.facts == {"needs": ["boss"]}


def test_a_forbid_is_never(policy: Policy) -> None:
    found = told(policy, "money.payment", **(PAY | {"payee": "acct:evil"}))
    assert (found.kind, found.rule, found.why, found.remedy) == ("never", "never", "Not this one.", "Leave it.")
    assert found.facts == {"rule": "never"}


def test_another_currency_than_the_budgets_own_is_never() -> None:
    policy = load(
        "rules: {g: [{permit: money.payment, where: {account: any, payee: any, amount: any}}]}\n"
        "budgets: {day: {amount: 20.00 USD, of: money.payment, per: [user], every: 1d}}\n"
    )
    found = told(policy, "money.payment", **(PAY | {"amount": "5.00 EUR"}))
    assert (found.kind, found.rule, found.remedy) == ("never", "budget:day", "Use USD.")
    assert found.facts == {"rule": "budget:day", "currency": "USD"}


def test_one_failing_axis_is_to_fix(policy: Policy) -> None:
    found = told(policy, "money.payment", **(PAY | {"payee": "acct:c"}))
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "small", ("payee",))
    assert found.facts == {
        "nearest": "small",
        "axis": "payee",
        "expected": "$vendors",
        "members": ["acct:a", "acct:b"],
    }
    found = told(policy, "money.payment", **(PAY | {"amount": "9.01 USD"}))
    assert (found.kind, found.failing_axes) == ("fix", ("amount",))
    assert found.facts["expected"] in ("{max: 5.00 USD}", "{above: 5.00 USD, max: 9.00 USD}")
    assert "members" not in found.facts


def test_places_are_told_as_they_are_written(policy: Policy) -> None:
    found = told(policy, "http.request", host="other.example", path="/v1/x")
    assert (found.kind, found.remedy) == ("fix", "Use the listed API.")
    assert found.facts["members"] == ["*.api.example"]
    found = told(policy, "http.request", host="a.api.example", path="/v1", scheme="http")
    assert (found.kind, found.failing_axes, found.facts["expected"]) == ("fix", ("scheme",), "https")


def test_more_than_five_members_are_not_told(policy: Policy) -> None:
    found = told(policy, "model.call", model="m7", messages=[{"role": "user", "content": "x"}], max_tokens=1)
    assert (found.kind, found.facts["expected"]) == ("fix", "$many")
    assert "members" not in found.facts


@pytest.mark.parametrize(("count", "shown"), [(5, 5), (6, 0)])
def test_places_are_told_up_to_five(count: int, shown: int) -> None:
    paths = ", ".join(f"/p{number}" for number in range(count))
    found = told(load(f"rules: {{g: [{{permit: dir.list, where: {{path: [{paths}]}}}}]}}\n"), "dir.list", path="/x")
    assert len(found.facts.get("members", ())) == shown


def test_several_failing_axes_are_unpermitted(policy: Policy) -> None:
    found = told(policy, "money.payment", **(PAY | {"payee": "acct:c", "account": "other"}))
    assert (found.kind, found.nearest, found.failing_axes) == ("unpermitted", "small", ("account", "payee"))
    assert found.facts["expected"] == {"account": "main", "payee": "$vendors"}
    assert found.remedy == "Change the plan."
    found = told(policy, "http.request", host="other.example", path="/v2")
    assert (found.kind, found.remedy) == ("unpermitted", "Use the listed API.")


def test_a_verb_that_nothing_permits(policy: Policy) -> None:
    found = told(policy, "file.delete", path="/x")
    assert (found.kind, found.nearest, found.failing_axes) == ("unpermitted", "", ())
    assert found.why == "No rule permits `file.delete`."


def test_a_lifted_ask_says_by_which_axis(policy: Policy) -> None:
    found = told(policy, "dir.list", path="/x/y/z")
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "lifted", ("path",))
    assert found.facts["expected"] == "not /x/y/**"


def test_a_budget_without_room_is_later(policy: Policy) -> None:
    cells: dict[object, int] = {}
    first = decide(policy, "money.payment", cells, **PAY)
    (key,) = [charge.key for charge in [first.charges]]
    cells[key] = 1700
    verdict = decide(policy, "money.payment", cells, **PAY)
    found = explain(policy, (), verdict)
    assert found.kind == "later"
    assert found.facts == {
        "budget": "day",
        "measure": "amount",
        "limit": "20.00 USD",
        "left": "3.00 USD",
        "per": ["user"],
        "every": "1d",
    }


def test_what_a_budget_cannot_count_is_unpermitted(policy: Policy) -> None:
    parts = (
        part(
            "money.payment",
            {"account": "main", "payee": "acct:a", "currency": "USD", "original": ""},
            **{"amount": 100, "amount:USD": 100},
        ),
    )
    scopes = {key: value for key, value in SCOPES.items() if key != "user"}
    found = explain(policy, parts, policy.kernel.decide(parts, scopes, frozenset({"pay"}), DAY, 1, 0, NOTHING))
    assert (found.kind, found.facts) == ("unpermitted", {"budget": "day", "measure": "amount"})
    assert "amount per user" in found.why


def test_effects_that_the_policy_does_not_know(policy: Policy) -> None:
    for parts in ((), (part("no.verb"),), (part("dir.make"),)):
        found = explained(policy, parts)
        assert found.kind == "unpermitted"
        assert found.why


def test_the_nearest_of_many_rules() -> None:
    lines = "".join(
        f"    - {{id: r{number}, permit: http.request,"
        f" where: {{host: h{number}.example, path: /p{number}/**, method: GET}}}}\n"
        for number in range(1000)
    )
    policy = load("rules:\n  g:\n" + lines)
    found = told(policy, "http.request", host="h777.example", path="/p3")
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "r777", ("path",))
    found = told(policy, "http.request", host="h777.example", path="/p777/x", method="POST")
    assert (found.kind, found.nearest, found.failing_axes) == ("fix", "r777", ("method",))
    found = told(policy, "http.request", host="other.example", path="/q", method="PUT")
    assert found.kind == "unpermitted"


_WORDS = st.sampled_from(["main", "acct:a", "acct:c", "acct:evil", "SECRET"])


@given(account=_WORDS, payee=_WORDS, amount=st.integers(1, 2000), currency=st.sampled_from(["USD", "EUR"]))
def test_no_text_repeats_what_an_action_says(
    policy: Policy, account: str, payee: str, amount: int, currency: str
) -> None:
    money = f"{amount // 100}.{amount % 100:02} {currency}"
    found = told(policy, "money.payment", account=account, payee=payee, amount=money, idempotency_key="k")
    assert "SECRET" not in str(found)
    assert "acct:c" not in str(found)
    assert money not in ("1.23 EUR",) or money not in str(found)
