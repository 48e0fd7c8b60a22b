"""What agents may spend: each instance, its share, and all that is below it; smaller shares at a spawn."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.errors import ActionError
from havocproof.kernel.source import FOREVER, Budget
from havocproof.policy import Policy
from tests.policy.family import Worker
from tests.policy.support import DAY, load, problem, problems

DESK = """\
agents:
  lead: {uses: [g], starts: [team]}
  team: {uses: [g], starts: [helper], share: {pages: 6}}
  helper: {uses: [g], share: {pages: 4, bills: 30.00 USD, daily: 3, reads: 2, parallel: 1, sites: 1}}
rules:
  g:
    - {permit: [http.request], where: {host: any, path: any, method: GET}}
    - {permit: money.payment, where: {account: any, payee: any, amount: any}}
    - {permit: file.read, where: {path: any}}
    - {permit: file.write, where: {path: any}}
budgets:
  pages: {count: 10, of: http.request, per: [agent]}
  bills: {amount: 100.00 USD, of: money.payment, per: [tenant]}
  daily: {count: 5, of: file.write, per: [agent], every: 1d}
  reads: {count: 50, of: {file.read: {path: /far/**}}, per: [run]}
  parallel: {at_once: 9, of: file.read, per: [run]}
  sites: {count: 5, of: http.request, per: [agent, host]}
"""


@pytest.fixture(scope="module")
def desk() -> Policy:
    return load(DESK)


@pytest.fixture
def lead(desk: Policy) -> Worker:
    return Worker(desk)


def get(worker: Worker, times: int = 1, site: int = 0) -> list[str]:
    return [worker.do("http.request", host=f"s{site + at}.example") for at in range(times)]


def pay(worker: Worker, amount: str, key: str = "k") -> str:
    return worker.do("money.payment", account="a", payee="p", amount=amount, idempotency_key=key)


def test_a_share_is_a_budget_of_its_own(desk: Policy) -> None:
    budgets = desk.source.budgets
    assert budgets["pages@helper"] == Budget("count", 4, FOREVER, ("tenant", "agent.2"))
    assert budgets["pages@team"] == Budget("count", 6, FOREVER, ("tenant", "agent.1"))
    assert budgets["bills@helper"] == Budget("amount:USD", 3000, FOREVER, ("tenant", "agent.2"))
    assert budgets["daily@helper"] == Budget("count", 3, DAY, ("tenant", "agent.2"))
    assert budgets["sites@helper"].per == ("tenant", "agent.2", "host")
    assert desk.agents.specs["helper"].share["pages"].smaller
    assert not desk.agents.specs["helper"].share["daily"].smaller


def test_each_instance_has_its_share(lead: Worker) -> None:
    team = lead.start("team")
    helper = team.start("helper")
    assert get(helper, 4) == ["permit"] * 4
    assert get(helper, 1, site=9) == ["later"]
    told = helper.told("http.request", host="z.example")
    assert told.kind == "later"
    assert told.facts["budget"] == "pages@helper"
    assert (told.facts["limit"], told.facts["left"], told.facts["per"]) == ("4", 0, ["agent"])
    assert told.why == "An agent `helper` has a share of 4 of budget `pages`."
    # Another one has a share of its own, within that of the team.
    other = team.start("helper")
    assert get(other, 3) == ["permit", "permit", "later"]
    assert other.told("http.request", host="z.example").facts["budget"] == "pages@team"
    # And the team itself has spent its share by them.
    assert get(team) == ["later"]
    # Another team has a share of its own, within what the lead has.
    second = lead.start("team")
    assert get(second, 5) == ["permit"] * 4 + ["later"]
    assert second.told("http.request", host="z.example").facts["budget"] == "pages"
    assert get(lead) == ["later"]


def test_the_share_of_a_budget_that_does_not_count_by_agent_limits_the_instance(lead: Worker) -> None:
    helper = lead.start("team").start("helper")
    assert pay(helper, "20.00 USD") == "permit"
    assert pay(helper, "10.01 USD", "k2") == "later"
    assert pay(helper, "10.00 USD", "k3") == "permit"
    assert pay(lead, "70.00 USD", "k4") == "permit"
    assert pay(lead.start("team").start("helper"), "0.01 USD", "k5") == "later"  # the tenant has spent all


def test_a_share_holds_in_every_period(lead: Worker) -> None:
    helper = lead.start("team").start("helper")
    for _ in range(3):
        writes = [helper.do("file.write", path="/a", content="x") for _ in range(4)]
        assert writes == ["permit"] * 3 + ["later"]
        helper.now += DAY


def test_a_share_counts_what_its_budget_counts(lead: Worker) -> None:
    helper = lead.start("team").start("helper")
    assert [helper.do("file.read", path="/near/a") for _ in range(5)] == ["permit"] * 5
    assert [helper.do("file.read", path="/far/a") for _ in range(3)] == ["permit", "permit", "later"]
    assert lead.do("file.read", path="/far/a") == "permit"


def test_a_share_of_what_is_at_one_time(lead: Worker) -> None:
    helper = lead.start("team").start("helper")
    assert helper.do("file.read", ends=None, path="/a") == "permit"
    assert helper.do("file.read", path="/b") == "later"
    assert lead.do("file.read", path="/b") == "permit"
    helper.end()
    assert helper.do("file.read", path="/b") == "permit"


def test_a_share_for_each_value_of_an_argument(lead: Worker) -> None:
    helper = lead.start("team").start("helper")
    assert [helper.do("http.request", host=host) for host in ("a.example", "a.example", "b.example")] == [
        "permit",
        "later",
        "permit",
    ]


@pytest.mark.parametrize("begins", ["lead", "team", "helper"])
def test_shares_hold_whichever_agent_the_host_opens(desk: Policy, begins: str) -> None:
    worker = Worker(desk, begins)
    while worker.who.agent.kind != "helper":
        worker = worker.start({"lead": "team", "team": "helper"}[worker.who.agent.kind])
    assert [worker.do("http.request", host=f"s{at}.example") for at in range(5)] == ["permit"] * 4 + ["later"]
    assert worker.told("http.request", host="z.example").facts["budget"] == "pages@helper"
    assert pay(worker, "30.01 USD") == "later"


def test_a_smaller_share_holds_whichever_agent_the_host_opens(desk: Policy) -> None:
    team = Worker(desk, "team")
    assert get(team.start("helper", share={"pages": 1}), 2) == ["permit", "later"]
    assert get(team, 6) == ["permit"] * 5 + ["later"]
    assert team.told("http.request", host="z.example").facts["budget"] == "pages@team"


def test_what_failed_is_given_back_everywhere(lead: Worker) -> None:
    team = lead.start("team")
    helper = team.start("helper")
    for at in range(9):
        assert helper.do("http.request", ends=False, host=f"s{at}.example") == "permit"
    assert get(helper, 4) == ["permit"] * 4


# ---- smaller shares ----


def test_a_spawn_may_pass_a_smaller_share(lead: Worker) -> None:
    team = lead.start("team", share={"pages": 3})
    assert get(team, 4) == ["permit"] * 3 + ["later"]
    assert get(lead.start("team"), 6) == ["permit"] * 6
    nothing = lead.start("team", share={"pages": 0})
    assert get(nothing) == ["later"]


def test_a_smaller_share_bounds_all_below(lead: Worker) -> None:
    team = lead.start("team", share={"pages": 2})
    assert get(team.start("helper"), 3) == ["permit", "permit", "later"]
    assert get(team) == ["later"]


def test_a_smaller_share_of_money(lead: Worker) -> None:
    helper = lead.start("team").start("helper", share={"bills": "10.00 USD", "pages": 4})
    assert pay(helper, "10.01 USD") == "later"
    assert pay(helper, "10.00 USD", "k2") == "permit"


def test_the_parts_of_a_spawn_that_passes_less(desk: Policy, lead: Worker) -> None:
    team = lead.start("team")
    spawn, share = team.cut("agent.spawn", "c", agent="helper", share={"bills": "10.00 USD", "pages": 4})
    assert spawn.verb == "agent.spawn"
    assert share == (
        "agent.share",
        {"count": 1, "amount:USD": 2000},
        (({"budget": "bills@helper", "kind": "helper", "agent.2": "c", "via": ""}, {}),),
    )
    assert len(team.cut("agent.spawn", "c", agent="helper", share={"pages": 4})) == 1


def test_a_spawn_that_failed_took_nothing(lead: Worker) -> None:
    parts = lead.cut("agent.spawn", "s.1", agent="team", share={"pages": 1})
    assert lead.parts(parts, ends=False) == "permit"
    assert get(lead.start("team"), 6) == ["permit"] * 6


@pytest.mark.parametrize(
    ("share", "field", "words"),
    [
        ({"pages": 5}, "pages", "above the share"),
        ({"nothing": 1}, "nothing", "no share of helper"),
        ({"bills": 1000}, "bills", "is no amount"),
        ({"bills": "10.00 EUR"}, "bills", "another currency"),
        ({"bills": "30.01 USD"}, "bills", "above the share"),
        ({"pages": "1.00 USD"}, "pages", "counts none"),
        ({"daily": 1}, "daily", "no spawn can make smaller"),
        ({"sites": 1}, "sites", "no spawn can make smaller"),
        ({"parallel": 1}, "parallel", "no spawn can make smaller"),
    ],
)
def test_what_a_spawn_cannot_pass(lead: Worker, share: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ActionError, match=words) as caught:
        lead.start("team").cut("agent.spawn", "c", agent="helper", share=share)
    assert caught.value.field == f"args.share.{field}"
    assert caught.value.remedy


def test_nobody_takes_from_another_ones_share(lead: Worker) -> None:
    """The parts that take a share away are permitted to who may start the agent, and to nobody else."""
    team = lead.start("team")
    (_, share) = lead.cut("agent.spawn", "s.9", agent="team", share={"pages": 1})
    assert team.parts((share,)) != "permit"
    assert team.start("helper").parts((share,)) != "permit"


# ---- what does not load ----

BUDGETS = """\
agents:
  a: {uses: [g], starts: [b], share: {pages: 5}}
  b: {uses: [g], share: {pages: 4}}
rules: {g: [{permit: http.request, where: {host: any, path: any, method: any}}]}
budgets:
  pages: {count: 9, of: http.request, per: [run]}
  wide: {count: 9, of: http.request, per: [user, session, run]}
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("pages: 4", "pages: 10", "E-WIDE", 5, "`b` has 10 of `pages`, and the budget has less"),
        ("pages: 4", "pages: 6", "E-WIDE", 5, "`b` has 6 of `pages`, and `a` has less"),
        ("pages: 4", "page: 4", "E-REF", 5, "no budget `page`"),
        ("pages: 4", "pages: 0", "E-INT", 5, "permits nothing"),
        ("pages: 4", "pages: -1", "E-INT", 5, "permits nothing"),
        ("pages: 4", "pages: four", "E-INT", 5, "is no integer"),
        ("pages: 4", "pages: 4.00 USD", "E-INT", 5, "is no integer"),
        ("pages: 4", "pages: [4]", "E-KEY", 5, "is a list"),
        ("{pages: 4}", "[pages]", "E-KEY", 5, "`share` is a list"),
        ("pages: 4", "wide: 4", "E-CELLS", 5, "counts per 5 things with the agent"),
    ],
)
def test_what_a_share_may_not_be(old: str, new: str, code: str, line: int, words: str) -> None:
    found = problem(BUDGETS.replace(old, new))
    assert (found.code, found.line, words in found.message) == (code, line, True), found
    assert found.remedy


def test_shares_are_read_in_the_order_of_the_tree() -> None:
    """A child that stands before its parent in the file is held to the parent's share all the same."""
    lines = BUDGETS.replace("pages: 4", "pages: 6").splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    found = problems("".join(lines))
    assert [(each.code, each.line) for each in found] == [("E-WIDE", 4)]


def test_a_share_is_in_its_budgets_currency() -> None:
    body = (
        "agents: {a: {uses: [g], share: {bills: 4.00 EUR}}}\n"
        "rules: {g: [{permit: money.payment, where: {account: any, payee: any, amount: any}}]}\n"
        "budgets: {bills: {amount: 9.00 USD, of: money.payment, per: [run]}}\n"
    )
    found = problem(body)
    assert (found.code, found.line) == ("E-INT", 3)
    assert "USD" in found.remedy
    limited = Worker(load(body.replace("4.00 EUR", "4.00 USD")))
    assert (pay(limited, "4.01 USD"), pay(limited, "4.00 USD")) == ("later", "permit")
