"""A research desk under its firm's guard: four agents, figures that somebody recomputed, orders that people approve.

Decided by the kernel; who acts is said by the scopes, as the gate says it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havocproof.kernel.source import Key
from havocproof.policy import Policy, load_policy
from tests.policy.sessions import Session

POLICY = Path(__file__).parents[1] / "policy" / "shared" / "research-desk.yaml"
ORDER = {"account": "model-portfolio", "side": "buy", "symbol": "AAA", "quantity": 10, "idempotency_key": "k"}
BILL = {"account": "research-costs", "payee": "acct:prices-ltd", "idempotency_key": "k"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


class Desk:
    """One run: its agents share cells and a clock."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.cells: dict[Key, int] = {}
        self.agents: dict[str, Session] = {}

    def __getitem__(self, kind: str) -> Session:
        """The agent of a kind, at the time of the run."""
        if kind not in self.agents:
            scopes = {"agent": kind, "self": kind, "agent.0": "lead"}
            if kind != "lead":
                scopes["agent.1"] = kind
            self.agents[kind] = Session(self.policy, self.cells, scopes)
        agent = self.agents[kind]
        agent.now = max(each.now for each in self.agents.values())
        return agent


@pytest.fixture
def desk(policy: Policy) -> Desk:
    return Desk(policy)


def write(session: Session, path: str) -> str:
    return session.do("file.write", path=path, content="x")


def get(session: Session, host: str, path: str = "/x", **more: Any) -> str:
    return session.do("http.request", method="GET", host=host, path=path, max_bytes_in=1024, **more)


def test_a_run_that_works(desk: Desk) -> None:
    assert get(desk["researcher"], "sec.filings.example.gov", "/archives/1") == "permit"
    assert get(desk["researcher"], "api.prices.example", "/v2/AAA") == "permit"
    assert write(desk["researcher"], "/desk/notes/AAA.md") == "permit"
    assert write(desk["analyst"], "/desk/figures/AAA.csv") == "permit"
    assert desk["analyst"].do("recompute", figures="AAA.csv") == "permit"
    assert write(desk["lead"], "/desk/report/week.md") == "permit"
    mail = {"channel": "email", "recipients": ["pm@desk.firm.example"], "body": "See the report."}
    assert desk["lead"].do("message.send", **mail) == "permit"
    assert desk["lead"].do("money.payment", amount="120.00 USD", **BILL) == "permit"
    assert desk["trader"].do("money.trade", amount="20000.00 USD", **ORDER) == "ask two-managers"


def test_the_firm_adds_who_is_asked_and_what_is_never_done(desk: Desk) -> None:
    assert desk["trader"].do("money.trade", amount="30000.00 USD", **ORDER) == "ask firm-guard/risk two-managers"
    assert desk["trader"].do("money.trade", amount="1000000.01 USD", **ORDER) == "never firm-guard/trades-above"
    assert get(desk["researcher"], "evil.example") == "never firm-guard/hosts"
    assert desk["researcher"].do("file.read", path="/desk/notes/.ssh/id") == "never firm-guard/credentials"


def test_only_the_trader_trades_and_only_so_much(desk: Desk) -> None:
    for kind in ("lead", "researcher", "analyst"):
        assert desk[kind].do("money.trade", amount="1.00 USD", **ORDER).startswith("unpermitted")
    assert desk["trader"].told("money.trade", amount="50000.01 USD", **ORDER).kind == "fix"
    assert desk["trader"].told("money.trade", amount="1.00 USD", **(ORDER | {"symbol": "ZZZ"})).kind == "fix"


def test_no_report_on_figures_that_nobody_recomputed(desk: Desk) -> None:
    assert desk["lead"].told("file.write", path="/desk/report/a.md", content="x").kind == "first"
    assert desk["analyst"].do("recompute", ends=False, figures="a.csv") == "permit"
    assert desk["lead"].told("file.write", path="/desk/report/a.md", content="x").kind == "first"
    assert desk["analyst"].do("recompute", figures="a.csv") == "permit"
    assert write(desk["lead"], "/desk/report/a.md") == "permit"
    assert desk["lead"].do("file.append", path="/desk/figures/a.csv", content="1") == "permit"
    assert desk["lead"].told("file.write", path="/desk/report/a.md", content="x").kind == "first"


def test_what_recompute_writes_itself_does_not_undo_it(desk: Desk) -> None:
    """Its box writes below /desk/figures, which `until` is about."""
    assert desk["analyst"].do("recompute", figures="a.csv") == "permit"
    assert desk["analyst"].do("recompute", figures="b.csv") == "permit"
    assert write(desk["lead"], "/desk/report/a.md") == "permit"


def test_who_read_the_news_pays_and_sends_only_with_a_manager(desk: Desk) -> None:
    lead = desk["lead"]
    assert lead.do("money.payment", amount="120.00 USD", **BILL) == "permit"
    lead.tell(desk.policy.labels["web"].mark)
    assert lead.do("money.payment", amount="120.00 USD", **BILL) == "ask portfolio"
    assert desk["analyst"].do("recompute", figures="a.csv") == "permit"
    mail = {"channel": "email", "body": "x"}
    assert lead.do("message.send", recipients=["pm@desk.firm.example"], **mail) == "permit"
    assert get(desk["researcher"], "a.news.example") == "permit"
    assert get(desk["researcher"], "sec.filings.example.gov", "/archives/2") == "permit", "cleared"


def test_what_is_restricted_goes_to_compliance_alone(desk: Desk) -> None:
    researcher = desk["researcher"]
    assert researcher.do("file.read", path="/desk/restricted/a") == "fix"
    researcher.tell(desk.policy.labels["firm-guard/restricted"].mark)
    assert get(researcher, "api.prices.example", "/v2/AAA") == "never label:firm-guard/restricted"


@pytest.mark.parametrize(("amount", "verdict"), [("500.00 USD", "permit"), ("500.01 USD", "ask controller")])
def test_larger_invoices_need_the_controller(desk: Desk, amount: str, verdict: str) -> None:
    assert desk["lead"].do("money.payment", amount=amount, **BILL) == verdict


def test_nobody_else_is_paid_and_nothing_is_deleted(desk: Desk) -> None:
    assert desk["lead"].do("money.payment", amount="1.00 USD", **(BILL | {"payee": "acct:me"})).startswith("fix")
    for kind in ("lead", "researcher", "analyst", "trader"):
        assert desk[kind].do("file.delete", path="/desk/notes/a").startswith("unpermitted")


def test_a_researcher_reads_forty_pages(desk: Desk) -> None:
    for number in range(40):
        desk["researcher"].now += 500
        assert get(desk["researcher"], "api.prices.example", f"/v2/{number}") == "permit"
    refused = desk["researcher"].told("http.request", method="GET", host="api.prices.example", path="/v2/41")
    assert (refused.kind, refused.facts["budget"]) == ("later", "pages@researcher")
