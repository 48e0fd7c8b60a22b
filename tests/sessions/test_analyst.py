"""An analyst in a shop's warehouse: it reads, bounded and masked, and what it learns of persons stays inside.

The effects are given as an engine would tell them: the columns that a statement reads, and its bound of rows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Part
from havocproof.policy import Policy, load_policy
from tests.policy.sessions import Session

POLICY = Path(__file__).parents[1] / "policy" / "shared" / "sql-analyst.yaml"
MAIL = {"channel": "email", "body": "The figures."}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


@pytest.fixture
def session(policy: Policy) -> Session:
    return Session(policy)


def query(table: str, *columns: str, rows: int = 100, verb: str = "sql.read") -> tuple[Part, ...]:
    place = ("shop", "public", table)
    names = {"table": ".".join(place), "via": ""}
    atoms = tuple(Atom({**names, "column": column}, {"table": place}) for column in columns)
    return (Part(verb, {"count": 1, "at_once": 1, "rows": rows}, atoms),)


def masks(session: Session, parts: tuple[Part, ...]) -> set[str]:
    """The obligations of a permitted query."""
    verdict = session.decide(parts)
    assert verdict.is_Permitted
    return set(bridge.duties(verdict))


def test_a_session_that_works(session: Session) -> None:
    assert session.parts(query("orders", "id", "total", rows=5000)) == "permit"
    assert session.parts(query("customers", "id", "city", rows=500)) == "permit"
    assert session.do("message.send", recipients=["ada@shop.example"], **MAIL) == "permit"
    assert session.do("file.write", path="/reports/week.csv", content="x") == "permit"


def test_personal_columns_come_back_masked_and_others_do_not(session: Session) -> None:
    assert masks(session, query("customers", "city", "segment")) == set()
    assert masks(session, query("customers", "city", "email")) == {"mask:empty"}


@pytest.mark.parametrize("column", ["ssn", "card_number", "password_hash", "iban"])
def test_closed_columns_are_closed_wherever_they_stand(session: Session, column: str) -> None:
    assert session.parts(query("customers", "city", column)) == "never no-secrets"
    assert session.parts(query("orders", column)) == "never no-secrets"


@pytest.mark.parametrize("verb", ["sql.insert", "sql.update", "sql.delete", "sql.schema"])
def test_nothing_is_written(session: Session, verb: str) -> None:
    assert session.parts(query("orders", "id", verb=verb)) == "never read-only"


def test_rows_tables_and_other_columns_are_bounded(session: Session) -> None:
    for parts in (
        query("orders", "id", rows=5001),
        query("customers", "id", rows=501),
        query("customers", "street"),
        query("salaries", "id"),
    ):
        assert session.parts(parts).split()[0] in ("fix", "unpermitted")


def test_what_it_learned_of_persons_leaves_with_consent_only(session: Session) -> None:
    outside = ["press@news.example"]
    assert session.parts(query("customers", "segment")) == "permit"
    assert session.do("message.send", recipients=["ada@shop.example"], **MAIL) == "permit"
    assert session.do("message.send", recipients=["ada@shop.example", *outside], **MAIL).split()[0] != "permit"


def test_a_day_has_a_hundred_thousand_rows(session: Session) -> None:
    for _ in range(20):
        session.now += 2000
        assert session.parts(query("orders", "id", rows=5000)) == "permit"
    session.now += 2000
    assert session.parts(query("orders", "id", rows=1)).startswith("later")
