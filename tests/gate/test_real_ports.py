"""The gate on real files, a real database, a real ledger and a tool: what counts is the world afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from havocproof.actions import FileAppend, FileDelete, FileRead, FileWrite, Payment, SqlChange, SqlQuery, ToolCall
from havocproof.gate import Denied, Failed, Gate, Pending, Performed, Session
from havocproof.policy import loads_policy
from havocproof.ports.base import Port
from havocproof.ports.files import FilesPort
from havocproof.ports.ledger import Ledger
from havocproof.ports.payments import LedgerPort
from havocproof.ports.sql import SqlPort
from havocproof.ports.tools import ToolPort
from havocproof.stores import read, verify
from tests.gate.world import Clock

POLICY = """
havocproof: 1
policy: real
version: "1"
approvals:
  controller: {role: controller, people: 1, within: 1d}
tools:
  double: {effect: read, args: {number: int}}
rules:
  desk:
    - permit: [file.read, file.write, file.append]
      where: {path: /desk/**}
    - id: closed
      forbid: [file.read, file.write]
      where: {path: /desk/closed/**}
      why: The folder is closed.
    - id: prices
      permit: sql.read
      where: {table: desk.main.prices, column: [symbol, close], rows: {max: 10}}
    - id: invoice
      permit: money.payment
      where: {account: costs, payee: acct:prices, amount: {max: 500.00 USD}}
    - id: large-invoice
      ask: money.payment
      where: {account: costs, payee: acct:prices, amount: {above: 500.00 USD, max: 900.00 USD}}
      needs: controller
      why: The controller approves them.
    - permit: double
      where: {number: {min: 0, max: 100}}
budgets:
  rows: {rows: 12, of: sql.read, per: [session]}
  paid: {amount: 600.00 USD, of: money.payment, per: [tenant], every: month}
  stored: {bytes: 40 B, of: [file.write, file.append], per: [run]}
"""


class World:
    def __init__(self, folder: Path) -> None:
        self.desk, self.journal = folder / "desk", folder / "journal"
        (self.desk / "closed").mkdir(parents=True)
        (self.desk / "closed" / "key").write_text("secret")
        (folder / "outside").write_text("untouched")
        self.data, self.books = folder / "data.sqlite", folder / "ledger.sqlite"
        with closing(sqlite3.connect(self.data)) as data, data:
            data.execute("CREATE TABLE prices(symbol TEXT, close INTEGER, note TEXT)")
            data.executemany("INSERT INTO prices VALUES(?, ?, 'private')", [(f"S{n}", n) for n in range(5)])
        self.ledger = Ledger.create(self.books)
        self.ledger.open_account("costs", "USD", opening=100_000)
        self.ledger.add_payee("acct:prices", "USD")
        self.doubled: list[int] = []

    def double(self, number: int) -> int:
        self.doubled.append(number)
        return 2 * number

    def open(self) -> Gate:
        ports: list[Port] = [
            FilesPort({"/desk": self.desk}),
            SqlPort({"desk": self.data}),
            LedgerPort(self.ledger),
            ToolPort({"double": self.double}),
        ]
        return Gate.open(loads_policy(POLICY), ports=ports, journal=self.journal, clock=Clock())

    def files(self) -> dict[str, str]:
        return {file.name: file.read_text() for file in sorted(self.desk.rglob("*")) if file.is_file()}

    @property
    def paid(self) -> int:
        return 100_000 - self.ledger.balances()["costs", "USD"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.open() as gate:
        yield gate.session(user="ada")
        head = gate.head
    verify(world.journal, head).require()


def test_files(world: World, session: Session) -> None:
    assert session.perform(FileWrite(path="/desk/a.md", content="hello")).ok
    read_back = session.perform(FileRead(path="/desk/a.md"))
    assert isinstance(read_back, Performed)
    assert read_back.result["content"] == "hello"
    assert isinstance(session.perform(FileRead(path="/desk/closed/key")), Denied)
    assert isinstance(session.perform(FileWrite(path="/desk/closed/key", content="x")), Denied)
    assert isinstance(session.perform(FileDelete(path="/desk/a.md")), Denied)
    missing = session.perform(FileRead(path="/desk/none"))
    assert isinstance(missing, Failed)
    assert not missing.in_doubt
    (world.desk / "link").symlink_to(world.desk.parent / "outside")
    assert isinstance(session.perform(FileWrite(path="/desk/link", content="x")), Failed)
    assert (world.desk.parent / "outside").read_text() == "untouched"
    (world.desk / "link").unlink()
    assert session.perform(FileAppend(path="/desk/a.md", content=" you")).ok
    over = session.perform(FileWrite(path="/desk/b.md", content="x" * 32))
    assert isinstance(over, Denied)
    assert over.denial.facts["left"] == 31
    assert world.files() == {"a.md": "hello you", "key": "secret"}


def test_sql_is_decided_as_what_the_engine_does_and_settled_by_what_came_back(world: World, session: Session) -> None:
    def ask(statement: str, rows: int = 10) -> object:
        return session.perform(SqlQuery(database="desk", statement=statement, max_rows=rows))

    first = ask("SELECT symbol, close FROM prices ORDER BY close")
    assert isinstance(first, Performed)
    assert len(first.result["rows"]) == 5
    for hidden in (
        "SELECT note FROM prices",
        "SELECT * FROM prices",
        "SELECT symbol FROM prices WHERE note = 'private'",
    ):
        assert isinstance(ask(hidden), Denied)
    denied = session.perform(SqlChange(database="desk", statement="DELETE FROM prices"))
    assert isinstance(denied, Denied)
    assert not isinstance(ask("this is no SQL"), Performed)
    again = ask("SELECT symbol FROM prices", 8)
    assert isinstance(again, Denied), "5 rows are spent of 12: 8 more could be too many"
    assert isinstance(ask("SELECT symbol FROM prices", 7), Performed)
    with closing(sqlite3.connect(world.data)) as data:
        assert data.execute("SELECT count(*) FROM prices").fetchone() == (5,)


def test_payments(world: World, session: Session) -> None:
    def pay(amount: str, key: str, payee: str = "acct:prices") -> object:
        return session.perform(Payment(account="costs", payee=payee, amount=amount, idempotency_key=key))

    assert isinstance(pay("300.00 USD", "may"), Performed)
    repeated = pay("300.00 USD", "may")
    assert isinstance(repeated, Performed)
    assert repeated.result["repeated"] is True
    assert world.paid == 30_000, "one key, one payment"
    assert isinstance(pay("301.00 USD", "june"), Denied), "the repetition cost nothing, the rest is 300"
    assert isinstance(pay("550.00 USD", "july"), Denied)
    assert isinstance(pay("100.00 USD", "x", payee="acct:eve"), Denied)
    assert isinstance(pay("300.00 USD", "august"), Performed)
    assert world.paid == 60_000
    assert world.ledger.check() == []


def test_an_asked_payment_waits(world: World, session: Session) -> None:
    outcome = session.perform(Payment(account="costs", payee="acct:prices", amount="510.00 USD", idempotency_key="big"))
    assert isinstance(outcome, Pending)
    assert world.paid == 0


def test_tools(world: World, session: Session) -> None:
    outcome = session.perform(ToolCall(tool="double", arguments={"number": 21}))
    assert isinstance(outcome, Performed)
    assert (outcome.result, outcome.receipt["outside_proof"]) == (42, True)
    assert isinstance(session.perform(ToolCall(tool="double", arguments={"number": 101})), Denied)
    assert isinstance(session.perform(ToolCall(tool="halve", arguments={})).to_model(), dict)
    assert world.doubled == [21]


def test_the_journal_of_a_run_tells_it_in_order(world: World) -> None:
    with world.open() as gate:
        session = gate.session()
        session.perform(FileWrite(path="/desk/a.md", content="1"))
        session.perform(FileRead(path="/desk/closed/key"))
        session.emit("rm -rf /")
    told = [record.kind for record in read(world.journal)]
    assert told == ["opened", "policy", "session", "intent", "outcome", "denied", "malformed", "closed"]
    with world.open() as gate:
        assert gate.in_doubt == ()
    assert verify(world.journal).ok
