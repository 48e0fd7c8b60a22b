"""Budgets: what they count and where, the currencies that they keep out, and what they may not say."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import FOREVER, MONTH, Budget, Placed
from havocproof.policy import Policy
from tests.policy.support import decide, load, only, problem, rules

PAY = "rules: {g: [{permit: money.payment, where: {account: any, payee: any, amount: any}}]}\n"


def spend(policy: Policy, *amounts: str, payee: str = "p") -> list[str]:
    """What becomes of payments one after the other."""
    cells: dict[Any, int] = {}
    said = []
    for number, amount in enumerate(amounts):
        verdict = decide(
            policy, "money.payment", cells, account="a", payee=payee, amount=amount, idempotency_key=f"k{number}"
        )
        if verdict.is_Permitted:
            cells.update(bridge.writes(verdict))
        said.append("permit" if verdict.is_Permitted else "later" if verdict.is_Exhausted else "deny")
    return said


def test_a_budget_is_spent_and_no_more() -> None:
    policy = load(PAY + "budgets: {b: {amount: 10.00 USD, of: money.payment, per: [user]}}\n")
    assert policy.source.budgets == {"b": Budget("amount:USD", 1000, FOREVER, ("tenant", "user"))}
    assert spend(policy, "6.00 USD", "4.01 USD", "4.00 USD", "0.01 USD") == ["permit", "later", "permit", "later"]


def test_a_currency_that_no_budget_counts_is_kept_out() -> None:
    policy = load(PAY + "budgets: {b: {amount: 10.00 USD, of: money.payment, per: [user]}}\n")
    assert spend(policy, "1.00 EUR", "1.00 USD") == ["deny", "permit"]
    charge = only(policy, "budget:b")
    assert (charge.effect, charge.tests) == ("charge", ())


def test_two_budgets_count_two_currencies() -> None:
    policy = load(
        PAY + "budgets: {b: {amount: 10.00 USD, of: money.payment, per: user},"
        " c: {amount: 5.00 EUR, of: money.payment, per: user}}\n"
    )
    assert spend(policy, "1.00 EUR", "10.00 USD", "4.01 EUR", "1.00 GBP") == ["permit", "permit", "later", "deny"]


def test_a_budget_of_other_payees_does_not_cover_a_currency() -> None:
    policy = load(
        PAY + "budgets: {x: {amount: 10.00 USD, of: {money.payment: {payee: x}}, per: user},"
        " y: {amount: 5.00 EUR, of: {money.payment: {payee: y}}, per: user}}\n"
    )
    assert spend(policy, "1.00 EUR", "1.00 USD", payee="x") == ["deny", "permit"]
    assert spend(policy, "1.00 EUR", "1.00 USD", payee="y") == ["permit", "deny"]
    assert spend(policy, "1.00 GBP", payee="z") == ["permit"]  # no budget speaks of z


def test_a_tool_in_another_currency_is_kept_out_too() -> None:
    policy = load(
        "tools: {t: {is: money.payment, args: {amount: {decimal: EUR}, to: name},"
        " map: {account: {const: a}, payee: to, amount: amount}}}\n"
        + PAY
        + "budgets: {b: {amount: 10.00 USD, of: money.payment, per: user}}\n"
    )
    assert decide(policy, "t", amount=1, to="p").is_Unpayable
    assert spend(policy, "1.00 USD") == ["permit"]


def test_counting_by_an_axis() -> None:
    policy = load(PAY + "budgets: {b: {count: 1, of: money.payment, per: [run, payee]}}\n")
    assert policy.source.budgets["b"].per == ("tenant", "run", "payee")
    assert spend(policy, "1.00 EUR", "1.00 USD") == ["permit", "later"]


@pytest.mark.parametrize(
    ("every", "period"),
    [("", FOREVER), (", every: 1d", 86_400_000), (", every: 500ms", 500), (", every: month", MONTH)],
)
def test_periods(every: str, period: int) -> None:
    policy = load(f"budgets: {{b: {{count: 3, of: file.read, per: tenant{every}}}}}\n")
    assert policy.source.budgets["b"].period == period
    assert policy.source.budgets["b"].per == ("tenant",)


def test_action_patterns() -> None:
    policy = load(
        "sets: {s: {path: [/a/**]}}\n"
        "budgets:\n"
        "  one: {count: 1, of: {file.read: {path: $s}}, per: run}\n"
        "  any: {bytes: 1 MiB, of: {any: [file.write, file.append], where: {path: /b/**}}, per: run}\n"
        "  mix: {count: 1, of: [dir.list, {file.read: {path: /c}}, {any: dir.make}], per: run}\n"
        "  class: {bytes_out: 1 KiB, of: all.send, per: run}\n"
    )
    (one,) = rules(policy, "budget:one")
    assert one.tests == (Placed("path", one.tests[0].patterns),)  # type: ignore[union-attr]
    (both,) = rules(policy, "budget:any")
    assert both.verbs == {"file.write", "file.append"}
    assert [sorted(rule.verbs) for rule in rules(policy, "budget:mix")] == [["dir.list", "dir.make"], ["file.read"]]
    assert {verb for rule in rules(policy, "budget:class") for verb in rule.verbs} == {
        "http.request",
        "net.connect",
        "message.send",
    }
    assert policy.budgets["class"].limit == 1024


def test_an_optional_measure_is_counted_where_it_is_given() -> None:
    policy = load(
        "tools: {t: {effect: pay, optional: {n: {int: {min: 0}}, m: {decimal: EUR}}}}\n"
        "rules: {g: [{permit: t}]}\n"
        "budgets: {b: {n: 5, of: t, per: run}, c: {m: 5.00 EUR, of: t, per: run}}\n"
    )
    assert decide(policy, "t").is_Permitted
    assert decide(policy, "t", n=5, m=5).is_Permitted
    assert decide(policy, "t", n=6).is_Exhausted
    assert decide(policy, "t", m=6).is_Exhausted


def test_a_tool_of_several_effects_counts_once() -> None:
    policy = load(
        "tools: {mv: {is: [file.delete, file.write], args: {a: {path: /}, b: {path: /}},"
        " map: {file.delete: {path: a}, file.write: {path: b}}}}\n"
        "rules: {g: [{permit: mv, where: {a: any, b: any}}]}\n"
        "budgets: {b: {count: 1, of: mv, per: run}}\n"
    )
    assert decide(policy, "mv", a="x", b="y").is_Permitted


def test_texts() -> None:
    policy = load(
        PAY + "budgets: {b: {amount: 10.00 USD, of: money.payment, per: [user], every: month},"
        " c: {count: 3, of: money.payment, per: run, why: Enough., remedy: Stop.}}\n"
    )
    text = policy.budgets["b"]
    assert (text.limit, text.shown, text.currency, text.every, text.per) == (
        1000,
        "10.00 USD",
        "USD",
        "month",
        ("user",),
    )
    assert text.why == "Budget `b` allows 10.00 USD of amount per user a calendar month."
    assert text.remedy
    assert (policy.budgets["c"].why, policy.budgets["c"].remedy) == ("Enough.", "Stop.")


@pytest.mark.parametrize(
    ("budget", "code", "message"),
    [
        ("{of: file.read, per: run}", "E-KEY", "`<measure>: <limit>`"),
        ("{count: 3, per: run}", "E-KEY", "needs `of`"),
        ("{count: 3, bytes: 1 KiB, of: file.read, per: run}", "E-KEY", "`bytes`"),
        ("{count: 3, of: file.read, per: run, evry: 1d}", "E-KEY", "`evry`"),
        ("{count: 0, of: file.read, per: run}", "E-INT", "permits nothing"),
        ("{count: -3, of: file.read, per: run}", "E-INT", "permits nothing"),
        ("{count: 3.5, of: file.read, per: run}", "E-INT", "no integer"),
        ("{count: [3], of: file.read, per: run}", "E-KEY", "`count` is a list"),
        ("{bytes: 5, of: file.read, per: run}", "E-INT", "no size"),
        ("{amount: 5.0 USD, of: money.payment, per: run}", "E-INT", "decimals"),
        ("{amount: 5.00 USD, of: file.read, per: run}", "E-AXIS", "`file.read` has no measure `amount`"),
        ("{bytes: 1 KiB, of: [file.read, dir.list], per: run}", "E-AXIS", "`dir.list` has no measure `bytes`"),
        ("{tokns: 5, of: model.call, per: run}", "E-AXIS", "no measure `tokns`"),
        ("{count: 3, of: file.reed, per: run}", "E-VERB", "`file.reed`"),
        ("{count: 3, of: {file.read: {pth: /a}}, per: run}", "E-AXIS", "no axis `pth`"),
        ("{count: 3, of: {file.read: /a}, per: run}", "E-KEY", "the tests of `file.read`"),
        ("{count: 3, of: {file.read: {path: /a}, dir.list: {path: /a}}, per: run}", "E-KEY", "no action pattern"),
        ("{count: 3, of: [[file.read]], per: run}", "E-KEY", "no action pattern"),
        ("{count: 3, of: file.read, per: [usr]}", "E-AXIS", "`usr`"),
        ("{count: 3, of: file.read, per: [bytes]}", "E-AXIS", "`bytes`"),
        ("{count: 3, of: file.read, per: [run, run]}", "E-DUP", "`run` twice"),
        ("{count: 3, of: file.read, per: [user, run, session, path]}", "E-CELLS", "at most 4"),
        ("{count: 3, of: file.read, per: run, every: 1w}", "E-INT", "no duration"),
        ("{count: 3, of: [dir.list, file.read], per: [ext]}", "E-AXIS", "`ext`"),
        ("[a]", "E-KEY", "is a list"),
    ],
)
def test_refused(budget: str, code: str, message: str) -> None:
    found = problem(f"budgets:\n  b: {budget}\n")
    assert (found.code, found.line) == (code, 4), found
    assert message in found.message
    assert found.remedy


@pytest.mark.parametrize(
    ("tool", "budget", "message"),
    [
        ("{effect: read, args: {n: int}}", "{n: 5, of: t, per: run}", "no measure `n`"),
        ("{effect: pay, args: {m: {decimal: EUR}}}", "{m: 5.00 USD, of: t, per: run}", "not in EUR"),
        (
            "{is: http.request, args: {u: url}, map: {method: {const: GET}}}",
            "{bytes_in: 1 KiB, of: http.request, per: run}",
            "`t` has no measure `bytes_in`",
        ),
    ],
)
def test_measures_of_tools_that_cannot_be_counted(tool: str, budget: str, message: str) -> None:
    found = problem(f"tools:\n  t: {tool}\nbudgets:\n  b: {budget}\n")
    assert message in found.message


def test_one_text_means_one_limit() -> None:
    found = problem(
        "tools: {t: {effect: read, args: {bytes: {int: {min: 0}}}}}\n"
        "budgets: {b: {bytes: 1 KiB, of: [file.read, t], per: run}}\n"
    )
    assert found.code == "E-INT"


def test_32_budgets_on_a_verb_and_no_more() -> None:
    def body(count: int) -> str:
        return "budgets:\n" + "".join(f"  b{each}: {{count: 9, of: file.read, per: run}}\n" for each in range(count))

    assert len(load(body(32)).source.budgets) == 32
    assert problem(body(33)).code == "E-CELLS"
