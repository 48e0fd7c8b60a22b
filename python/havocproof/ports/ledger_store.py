"""How the ledger talks to its file: connections, transactions, and the questions a booking asks first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from havocproof.errors import InDoubt, PortRefused


def connect(path: Path, busy_seconds: float = 5.0) -> sqlite3.Connection:
    """A connection that keeps the ledger's rules and waits for the disk at each commit. Never creates the file."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    # FULL: a receipt is only given for what survives a power cut.
    # Recursive triggers: without them REPLACE would pass the triggers that forbid deleting.
    for pragma in (
        "foreign_keys=ON",
        "synchronous=FULL",
        "fullfsync=ON",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """One exclusive transaction: committed and on the disk when the block ends, rolled back when it raises.

    sqlite3.Error: nothing was written. InDoubt: the disk failed while it was being written.
    """
    with closing(connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:  # refused before anything was written; closing rolls back
                raise
            raise InDoubt(
                f"The disk failed while the ledger was writing: {error}",
                "Look for the idempotency key in the ledger",
            ) from error


def stored_key(kind: str, key: str) -> str:
    """Keys of agents' actions and of openings live apart, so that neither can take the other's."""
    return key if kind in ("opening", "received") else f"action:{key}"


def add_holder(connection: sqlite3.Connection, name: str, kind: str) -> None:
    """Adds a holder or finds it with the same kind: a holder may have accounts in several currencies."""
    connection.execute("INSERT INTO holders VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, kind))
    if connection.execute("SELECT kind FROM holders WHERE name = ?", (name,)).fetchone()[0] != kind:
        raise sqlite3.IntegrityError(f"{name} is no {kind} account")


def ensure_account(connection: sqlite3.Connection, holder: str, unit: str, floor: int | None) -> None:
    connection.execute(
        "INSERT INTO accounts (holder, unit, floor) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (holder, unit, floor)
    )


def require_holder(connection: sqlite3.Connection, name: str, kind: str, field: str) -> None:
    row = connection.execute("SELECT kind FROM holders WHERE name = ?", (name,)).fetchone()
    if row is None or row[0] != kind:
        raise PortRefused(f"The {field} {name!r} is not known to the ledger", f"Use a {field} that is open there")


def require_account(connection: sqlite3.Connection, name: str, kind: str, currency: str, field: str) -> None:
    require_holder(connection, name, kind, field)
    query = "SELECT 1 FROM accounts WHERE holder = ? AND unit = ?"
    if connection.execute(query, (name, currency)).fetchone() is None:
        raise PortRefused(f"The {field} {name!r} is not held in {currency}", "Give the amount in its currency")


def require_refundable(
    connection: sqlite3.Connection, original: str, account: str, payee: str, currency: str, amount: int
) -> int:
    """The transfer by which `original` was received: into this account, from this payee, and so much of it is left."""
    row = connection.execute(
        "SELECT transfer, account, payer, currency, amount FROM received WHERE reference = ?", (original,)
    ).fetchone()
    if row is None:
        raise PortRefused(f"Nothing was received as {original!r}", "Name what was received")
    number, into, payer, unit, received = row
    if (into, unit) != (account, currency):
        problem = f"{original!r} was received in {unit} on another account than {account!r}, or in another currency"
        raise PortRefused(problem, "Refund from the account that received it, in its currency")
    if payer != payee:
        raise PortRefused(f"{original!r} was not received from {payee!r}", "Refund to who paid it")
    spent = connection.execute("SELECT coalesce(sum(amount), 0) FROM refunds WHERE original = ?", (number,)).fetchone()
    if amount > received - spent[0]:
        raise PortRefused(f"Less than that is left of {original!r}", "Refund no more than was received in all")
    return int(number)


def require_room(connection: sqlite3.Connection, name: str, unit: str, amount: int, problem: str) -> None:
    """The account's CHECK would say no as well; this says it in words, before anything is written."""
    row = connection.execute(
        "SELECT balance, floor FROM accounts WHERE holder = ? AND unit = ?", (name, unit)
    ).fetchone()
    if row is None or (row[1] is not None and row[0] - amount < row[1]):
        raise PortRefused(problem, "Ask for less, or have the account funded")
