"""Rates, limits at one time, soft limits and limits for each agent; the measures that budgets count."""

from __future__ import annotations

import pytest

from havocproof.kernel.source import BUDGET, RATE, SOFT, Budget, Scoping
from havocproof.policy import Policy
from tests.policy.sessions import Session
from tests.policy.support import APPROVALS, load, problem, rules

OPEN = """\
tools: {find: {effect: read, args: {q: name}, optional: {n: {int: {min: 0}}}}, buy: {effect: pay}}
rules:
  g:
    - {permit: [find, buy]}
    - {permit: [file.read, file.write], where: {path: any}}
    - {permit: model.call, where: {model: any}}
    - {permit: money.payment, where: {account: any, payee: any, amount: any}}
"""


def desk(sections: str) -> Policy:
    return load(APPROVALS + OPEN + sections)


def test_a_rate_lets_so_many_come_at_once_and_one_more_after_each_while() -> None:
    policy = desk("rates: {r: {of: [find, file.read], burst: 3, every: 10s, per: [session]}}\n")
    assert policy.source.budgets == {"r": Budget("count", 3, 10_000, ("tenant", "session"), RATE)}
    session = Session(policy)
    said = [session.do("find", q="a"), session.do("file.read", path="/a"), session.do("find", q="b")]
    assert said == ["permit"] * 3
    assert session.do("find", q="c") == "later"
    session.now += 9_990
    assert session.do("find", q="c") == "later"
    session.now += 10
    assert session.do("find", q="c") == "permit"
    assert session.do("find", q="c") == "later"
    session.now += 10**9
    assert [session.do("find", q="d") for _ in range(4)] == ["permit", "permit", "permit", "later"]
    assert Session(policy, session.cells, {"session": "other"}).do("find", q="a") == "permit"


def test_a_rate_gives_nothing_back() -> None:
    session = Session(desk("rates: {r: {of: find, burst: 1, every: 10s, per: [session]}}\n"))
    assert session.do("find", q="a", ends=False) == "permit"
    assert session.do("find", q="a") == "later"


def test_what_a_rate_says_of_itself() -> None:
    policy = desk("rates: {r: {of: find, burst: 10, every: 3s, per: [session]}}\n")
    text = policy.budgets["r"]
    assert (text.kind, text.limit, text.period, text.every, text.per) == (RATE, 10, 3000, "3s", ("session",))
    assert text.shown == "10 at once, then one each 3s"
    session = Session(policy)
    for _ in range(10):
        session.do("find", q="a")
    told = session.told("find", q="a")
    assert (told.kind, told.why) == ("later", "Rate `r` allows 10 at once, then one each 3s, per session.")
    assert told.facts == {
        "budget": "r",
        "measure": "count",
        "limit": "10 at once, then one each 3s",
        "per": ["session"],
        "every": "3s",
    }
    custom = desk("rates: {r: {of: find, burst: 1, every: 3s, per: [user], why: Slowly., remedy: Wait.}}\n").budgets[
        "r"
    ]
    assert (custom.why, custom.remedy) == ("Slowly.", "Wait.")


def test_at_once_is_given_back_at_the_end() -> None:
    policy = desk("budgets: {b: {at_once: 2, of: [find, file.read], per: [run]}}\n")
    assert policy.source.budgets == {"b": Budget("at_once", 2, 0, ("tenant", "run"), BUDGET)}
    session = Session(policy)
    assert session.do("find", q="a", ends=None) == "permit"
    assert session.do("file.read", path="/a", ends=None) == "permit"
    assert session.do("find", q="b") == "later"
    session.end()
    assert session.do("find", q="b", ends=None) == "permit"
    assert session.do("find", q="c") == "later"
    session.end(succeeded=False)
    assert session.do("find", q="c") == "permit"
    assert policy.budgets["b"].why == "Budget `b` allows 2 at one time per run."


def test_soft_asks_before_the_limit_and_never_lifts_it() -> None:
    policy = desk(
        "budgets: {b: {amount: 50.00 USD, of: money.payment, per: [user], every: 1d,"
        " soft: {above: 30.00 USD, needs: boss}}}\n"
    )
    per = ("tenant", "user")
    assert policy.source.budgets == {
        "b": Budget("amount:USD", 5000, 86_400_000, per, BUDGET),
        "b~soft": Budget("amount:USD", 3000, 86_400_000, per, SOFT),
    }
    assert policy.source.quorums["b~soft"] == policy.source.quorums["boss"]
    assert policy.approval("b~soft").name == "boss"
    session = Session(policy)
    pay = {"account": "a", "payee": "p", "idempotency_key": "k"}
    assert session.do("money.payment", amount="30.00 USD", **pay) == "permit"
    assert session.do("money.payment", amount="0.01 USD", **pay) == "ask boss"
    assert session.do("money.payment", amount="20.01 USD", **pay) == "later"
    told = session.told("money.payment", amount="0.01 USD", **pay)
    assert (told.kind, told.rule, told.facts) == ("ask", "b", {"needs": ["boss"]})
    assert "30.00 USD" in told.why
    assert Session(policy, session.cells, {"user": "other"}).do("money.payment", amount="30.00 USD", **pay) == "permit"


def test_soft_beside_other_asks_needs_both() -> None:
    policy = desk(
        "    - {forbid: model.call, needs: other, why: Models cost.}\n"
        "budgets: {b: {count: 9, of: model.call, per: [run], soft: {above: 1, needs: boss}}}\n"
    )
    call = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
    session = Session(policy)
    assert session.do("model.call", **call) == "ask other"
    policy = desk("budgets: {b: {count: 9, of: model.call, per: [run], soft: {above: 1, needs: boss}}}\n")
    session = Session(policy)
    assert [session.do("model.call", **call), session.do("model.call", **call)] == ["permit", "ask boss"]


def test_a_limit_for_each_agent_and_its_ancestors() -> None:
    policy = desk(
        "budgets: {b: {count: 2, of: find, per: [agent, q]}}\nrates: {r: {of: buy, burst: 1, every: 1s, per: agent}}\n"
    )
    assert policy.source.budgets == {
        "b@0": Budget("count", 2, 0, ("tenant", "agent.0", "q"), BUDGET),
        "r@0": Budget("count", 1, 1000, ("tenant", "agent.0"), RATE),
    }
    (charge,) = rules(policy, "budget:b")
    assert (charge.tests, charge.budget) == ((Scoping("agent.0"),), "b@0")
    session = Session(policy)
    assert [session.do("find", q="a") for _ in range(3)] == ["permit", "permit", "later"]
    assert session.told("find", q="a").facts["budget"] == "b"
    assert session.do("find", q="b") == "permit"
    assert Session(policy, session.cells, {"agent.0": "other"}).do("find", q="a") == "permit"


@pytest.mark.parametrize(
    ("measure", "limit", "kernel"),
    [
        ("count", "5", "count"),
        ("at_once", "5", "at_once"),
        ("n", "5", "n"),
    ],
)
def test_measures_of_a_tool(measure: str, limit: str, kernel: str) -> None:
    policy = desk(f"budgets: {{b: {{{measure}: {limit}, of: find, per: run}}}}\n")
    assert policy.source.budgets["b"].measure == kernel


@pytest.mark.parametrize(
    ("measure", "limit", "verb"),
    [
        ("amount", "5.00 USD", "money.payment"),
        ("bytes_out", "5 KiB", "http.request"),
        ("bytes_in", "5 KiB", "http.request"),
        ("bytes", "5 KiB", "file.write"),
        ("tokens", "5", "model.call"),
        ("cost", "5.00 USD", "model.call"),
        ("rows", "5", "sql.read"),
        ("recipients", "5", "message.send"),
        ("quantity", "5", "money.trade"),
        ("at_once", "5", "http.request"),
        ("count", "5", "agent.spawn"),
        ("at_once", "5", "agent.spawn"),
    ],
)
def test_every_measure(measure: str, limit: str, verb: str) -> None:
    policy = load(f"budgets: {{b: {{{measure}: {limit}, of: {verb}, per: run}}}}\n")
    assert policy.source.budgets["b"].measure.partition(":")[0] == measure
    policy.kernel  # noqa: B018  it loads


@pytest.mark.parametrize(
    ("rate", "code", "column", "message", "remedy"),
    [
        ("{of: find, every: 3s, per: run}", "E-KEY", 3, "a rate needs `burst`", "burst: 10"),
        ("{of: find, burst: 3, per: run}", "E-KEY", 3, "a rate needs `every`", "every: 3s"),
        ("{burst: 3, every: 3s, per: run}", "E-KEY", 3, "a rate needs `of`", "of: money.payment"),
        ("{of: find, burst: 3, every: 3s}", "E-KEY", 3, "a rate needs `per`", "per: [user]"),
        ("{of: find, burst: 0, every: 3s, per: run}", "E-INT", 24, "0 at once", "1 to 1000000"),
        ("{of: find, burst: 1.5, every: 3s, per: run}", "E-INT", 24, "no integer", "digits"),
        ("{of: find, burst: 3, every: month, per: run}", "E-INT", 34, "no duration", "30s"),
        ("{of: fnd, burst: 3, every: 3s, per: run}", "E-VERB", 11, "`fnd`", "`find`"),
        ("{of: {find: {p: x}}, burst: 3, every: 3s, per: run}", "E-AXIS", 19, "no axis `p`", "`q`"),
        ("{of: find, burst: 3, every: 3s, per: rin}", "E-AXIS", 43, "`rin`", "`run`"),
        ("{of: find, burst: 3, evry: 3s, every: 3s, per: run}", "E-KEY", 27, "`evry` in a rate", "`every`"),
        ("{of: find, burst: 3, every: 3s, per: [agent, user, session, run]}", "E-CELLS", 43, "5 things", "Leave some"),
        ("find", "E-KEY", 6, "rate `r` is text", "burst: 10"),
    ],
)
def test_rates_refused(rate: str, code: str, column: int, message: str, remedy: str) -> None:
    found = problem(OPEN + f"rates:\n  r: {rate}\n")
    assert (found.code, found.line, found.column) == (code, 11, column), found
    assert message in found.message
    assert remedy in found.remedy


def test_a_rate_has_a_name_of_its_own() -> None:
    found = problem(
        OPEN + "budgets: {x: {count: 1, of: find, per: run}}\nrates: {x: {of: find, burst: 1, every: 1s, per: run}}\n"
    )
    assert (found.code, found.line) == ("E-DUP", 11)


@pytest.mark.parametrize(
    ("soft", "code", "message", "remedy"),
    [
        ("{needs: boss}", "E-KEY", "`soft` needs `above`", "soft: {above"),
        ("{above: 3.00 USD}", "E-KEY", "`soft` needs `needs`", "soft: {above"),
        ("{above: 3.00 USD, needs: bos}", "E-REF", "no approval `bos`", "`boss` (line 3)"),
        ("{above: 3.0 USD, needs: boss}", "E-INT", "decimals", "3.00 USD"),
        ("{above: 3.00 EUR, needs: boss}", "E-INT", "not in USD", "USD"),
        ("{above: 9.00 USD, needs: boss}", "E-INT", "never passed: the limit is 9.00 USD", "below the limit"),
        ("{above: 0.00 USD, needs: boss}", "E-INT", "permits nothing", "forbid"),
        ("{above: 3.00 USD, needs: boss, for: x}", "E-KEY", "`for` in `soft`", "Keys are"),
        ("boss", "E-KEY", "`soft` is text", "{above: 30.00 USD"),
    ],
)
def test_soft_refused(soft: str, code: str, message: str, remedy: str) -> None:
    found = problem(
        APPROVALS + OPEN + f"budgets:\n  b: {{amount: 9.00 USD, of: money.payment, per: run, soft: {soft}}}\n"
    )
    assert (found.code, found.line) == (code, 12), found
    assert message in found.message
    assert remedy in found.remedy


def test_budgets_and_rates_of_one_verb_count_together() -> None:
    def body(budgets: int, soft: int, rates: int) -> str:
        end = ", soft: {above: 1, needs: boss}"
        lines = [
            f"  b{each}: {{count: 9, of: find, per: run{end if each < soft else ''}}}\n" for each in range(budgets)
        ]
        more = [f"  r{each}: {{of: find, burst: 1, every: 1s, per: run}}\n" for each in range(rates)]
        return APPROVALS + OPEN + "budgets:\n" + "".join(lines) + "rates:\n" + "".join(more)

    assert len(load(body(20, 5, 7)).source.budgets) == 32
    found = problem(body(20, 5, 8))
    assert (found.code, found.line) == ("E-CELLS", 12)
    assert "33 budgets and rates count `find`; at most 32 may" in found.message


def test_two_measures_of_one_name_are_not_summed() -> None:
    found = problem(
        "tools: {t: {effect: pay, args: {cost: {decimal: USD}}}}\n"
        "budgets: {x: {cost: 5.00 USD, of: [model.call, t], per: run}}\n"
    )
    assert (found.code, found.line) == ("E-AXIS", 4)
    assert "not the same measure" in found.message
    assert "two budgets" in found.remedy
