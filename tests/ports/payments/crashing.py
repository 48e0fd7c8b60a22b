"""Run as a program: pays, transfers or trades, and is killed on the way.

crashing.py at TEMPLATE FOLDER pay|transfer|trade
        for each statement of the booking, copies the ledger, forks, and has the child kill itself just before that
        statement; at last, one that is killed when the booking has returned. Prints what became of them.
crashing.py loop LEDGER
        pays cent after cent and prints each receipt, until somebody kills it
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from havocproof.actions import Payment, TradeOrder, Transfer
from havocproof.ports import ledger_store
from havocproof.ports.payments import LedgerPort
from tests.ports.worlds import Leave

ACTIONS = {
    "pay": Payment(account="costs", payee="prices-ltd", amount="12.50 USD", idempotency_key="once"),
    "transfer": Transfer(account="costs", payee="model", amount="12.50 USD", idempotency_key="once"),
    "trade": TradeOrder(
        account="model", side="buy", symbol="ACME", quantity=2, amount="30.00 USD", idempotency_key="once"
    ),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def book_and_die(path: Path, what: str, fatal: int) -> None:
    """Kills this process before the statement number `fatal` of the booking; triggers' statements count."""
    port = LedgerPort(path)
    plain, count = ledger_store.connect, 0

    def trace(_: str) -> None:
        nonlocal count
        count += 1
        if count == fatal:
            die()

    def traced(path: Path, busy_seconds: float = 5.0) -> sqlite3.Connection:
        connection = plain(path, busy_seconds)
        connection.set_trace_callback(trace)
        return connection

    ledger_store.connect = traced
    port.prepare(ACTIONS[what]).perform(Leave())
    if count < fatal - 1:
        os._exit(0)  # there was no such statement: all of them have been tried
    die()  # the booking has returned, and nobody has heard of it


def at_each_statement(template: Path, folder: Path, what: str) -> None:
    ends: list[tuple[str, int]] = []
    for fatal in range(1, 200):
        path = folder / f"{what}-{fatal}.sqlite"
        shutil.copy(template, path)
        child = os.fork()
        if child == 0:
            book_and_die(path, what, fatal)
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status):
            path.unlink()
            print(json.dumps({"tried": ends, "exit": os.WEXITSTATUS(status)}))
            return
        ends.append((path.name, os.WTERMSIG(status)))


def loop(path: Path) -> None:
    port = LedgerPort(path)
    for number in range(100_000):
        action = Payment(account="costs", payee="prices-ltd", amount="0.01 USD", idempotency_key=f"k{number}")
        print(port.prepare(action).perform(Leave()).result["receipt"], flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "at":
        at_each_statement(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        loop(Path(sys.argv[2]))
