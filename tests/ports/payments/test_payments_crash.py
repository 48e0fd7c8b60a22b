"""A process that is killed while it books leaves the whole booking or nothing, and the books in order."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from havocproof.errors import InDoubt, PortError
from havocproof.ports import ledger_store
from havocproof.ports.ledger import Ledger
from havocproof.ports.payments import LedgerPort
from tests.ports.payments import crashing
from tests.ports.payments.world import Books
from tests.ports.worlds import FailingCommit, Leave

PROGRAM = [sys.executable, str(Path(crashing.__file__))]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
MOVED = {
    "pay": {("costs", "USD"): -1250, ("prices-ltd", "USD"): 1250},
    "transfer": {("costs", "USD"): -1250, ("model", "USD"): 1250},
    "trade": {
        ("model", "USD"): -3000,
        ("market", "USD"): 3000,
        ("model", "symbol:ACME"): 2,
        ("market", "symbol:ACME"): -2,
    },
}


@pytest.mark.parametrize("what", ["pay", "transfer", "trade"])
def test_killed_at_every_statement(tmp_path: Path, template: Path, what: str) -> None:
    run = subprocess.run(
        [*PROGRAM, "at", str(template), str(tmp_path), what],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
        timeout=120,
    )
    report = json.loads(run.stdout)
    assert report["exit"] == 0, run.stderr
    assert len(report["tried"]) > 10
    assert {end for _, end in report["tried"]} == {signal.SIGKILL}
    opened = Ledger(template).balances()
    booked = []
    for name, _ in report["tried"]:
        ledger = Ledger(tmp_path / name)
        assert ledger.check() == []
        balances = ledger.balances()
        moved = {key: balances[key] - opened.get(key, 0) for key in balances if balances[key] != opened.get(key, 0)}
        assert moved in ({}, MOVED[what])
        booked.append(bool(moved))
        # Whoever repeats it with the same key ends with exactly one booking.
        again = LedgerPort(ledger).prepare(crashing.ACTIONS[what]).perform(Leave()).result
        assert again["repeated"] is bool(moved)
        assert len(ledger.transfers()) == 4
        assert len(ledger.orders()) == (what == "trade")
        assert ledger.check() == []
    # Nothing until the commit, all of it after: the one that was killed when the booking had returned.
    assert booked == [False] * (len(booked) - 1) + [True]


def test_killed_from_outside_in_the_middle_of_many_payments(books: Books) -> None:
    with subprocess.Popen(
        [*PROGRAM, "loop", str(books.ledger.path)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
        heard += process.stdout.read().split()
        assert process.wait() == -signal.SIGKILL
    assert books.ledger.check() == []
    receipts = [transfer["receipt"]["receipt"] for transfer in books.ledger.transfers()[3:]]
    # Whatever was told is there; at most the one that was under way had not been told.
    assert receipts[: len(heard)] == heard
    assert len(receipts) - len(heard) in (0, 1)
    assert books.balance("prices-ltd") == len(receipts)


@pytest.mark.parametrize("ends", [True, False])
def test_a_failing_commit_is_in_doubt_unless_it_is_known_to_be_open(
    books: Books, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    def failing(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, factory=FailingCommit)
        connection.ends = ends
        return connection

    monkeypatch.setattr(ledger_store, "connect", failing)
    with pytest.raises(InDoubt if ends else PortError, match="disk"):
        books.pay("1.00 USD")
    monkeypatch.undo()
    assert len(books.ledger.transfers()) == 3
    assert books.ledger.check() == []


def test_receipts_wait_for_the_disk(books: Books) -> None:
    with closing(ledger_store.connect(books.ledger.path)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
