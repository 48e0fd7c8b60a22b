"""A double-entry ledger in one SQLite file: who holds how much of what, and how it came there.

    ledger = Ledger.create("ledger.sqlite")
    ledger.open_account("research-costs", "USD", opening=100_000)     # 1,000.00 USD in minor units
    ledger.add_payee("acct:prices-ltd", "USD")
    ledger.balances()                                                 # {("research-costs", "USD"): 100000, ...}
    ledger.check()                                                    # [] or what does not add up

A holder (an own account, a payee, a payer, a venue, or the equity that opening balances come from) has one account
for each unit. A unit is a currency such as "USD", counted in its minor units, or an instrument such as "symbol:ACME",
counted in pieces. What is booked is two or more postings that sum to zero in every unit; it is written in one
transaction, or not at all, and is on the disk when `book` or `book_trade` returns. The engine keeps these rules itself,
see `ledger_schema`.

Every booking has an idempotency key. The same key with the same content gives back the first receipt and moves
nothing; with other content it is refused.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.ledger_schema import APPLICATION_ID, CHECKS, SCHEMA, VERSION
from havocproof.ports.ledger_store import (
    add_holder,
    connect,
    ensure_account,
    require_account,
    require_holder,
    require_refundable,
    require_room,
    stored_key,
    transaction,
)

EQUITY = "opening-balances"
"""The holder that opening balances are taken from; its balances are what the ledger was opened with, negative."""


_Row = tuple[str, tuple[str | int, ...]]
"""A table, and what stands in its row behind the number of the transfer."""


Moving = Literal["payment", "transfer", "refund"]
_TO: dict[Moving, str] = {"payment": "payee", "transfer": "own", "refund": "payer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Money that goes from an own account to `payee`: `amount` minor units; `text` is the amount as it was written.

    digest: 64 hex digits over the content; tells a repetition from something else under the same key. original: of a
    refund the reference under which the money came in.
    """

    key: str
    digest: str
    account: str
    payee: str
    currency: str
    amount: int
    text: str
    memo: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was booked. `repeated`: it had been booked before under the same key, and nothing moved this time."""

    facts: Mapping[str, Any]
    repeated: bool


class Ledger:
    """One ledger file. Safe to use from several threads and processes: each booking is one exclusive transaction."""

    def __init__(self, path: str | Path, *, clock: Callable[[], int] | None = None) -> None:
        """Opens an existing ledger. `clock` gives ms since the epoch. Raises ConfigError if the file is none."""
        self.path = Path(path).resolve()
        self._clock = clock or (lambda: time.time_ns() // 1_000_000)
        if not self.path.is_file():
            raise ConfigError(f"There is no ledger at {path}", "Make one with Ledger.create")
        try:
            with closing(connect(self.path)) as connection:
                found = [
                    connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
                ]
        except sqlite3.Error as error:
            raise ConfigError(f"{path} is no ledger: {error}", "Make one with Ledger.create") from error
        if found != [APPLICATION_ID, VERSION]:
            raise ConfigError(f"{path} is no ledger of version {VERSION}", "Make one with Ledger.create")

    @classmethod
    def create(cls, path: str | Path, *, clock: Callable[[], int] | None = None) -> Ledger:
        """Makes an empty ledger. Raises ConfigError if the file exists."""
        try:
            Path(path).touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise ConfigError(f"The ledger {path} cannot be made: {error.strerror}", "Name a new file") from error
        with closing(connect(Path(path).resolve())) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        return cls(path, clock=clock)

    # Opening accounts: done by people, never by an agent's action.

    def open_account(self, name: str, currency: str, *, opening: int = 0, floor: int | None = 0) -> None:
        """Opens an own account with `opening` minor units of `currency`. It cannot fall below `floor` (None: no floor).

        Raises ConfigError if it is open already, or if the opening balance is negative or below the floor.
        """
        if opening < 0:
            raise ConfigError(f"opening: {opening}", "Give 0 or more minor units")
        with self._opening(name) as connection:
            add_holder(connection, name, "own")
            # Opened without its floor, so that the opening balance has somewhere to go, then held to it.
            connection.execute("INSERT INTO accounts (holder, unit) VALUES (?, ?)", (name, currency))
            if opening:
                add_holder(connection, EQUITY, "equity")
                ensure_account(connection, EQUITY, currency, None)
                facts = {"receipt": f"opening:{name}:{currency}", "account": name, "opening": opening, "unit": currency}
                legs = ((EQUITY, currency, -opening), (name, currency, opening))
                self._write(connection, "opening", f"opening:{name}:{currency}", "0" * 64, "", facts, legs)
            connection.execute("UPDATE accounts SET floor = ? WHERE holder = ? AND unit = ?", (floor, name, currency))

    def add_payee(self, name: str, currency: str) -> None:
        """Makes a payee known in one currency. Raises ConfigError if it is known already."""
        with self._opening(name) as connection:
            add_holder(connection, name, "payee")
            connection.execute("INSERT INTO accounts (holder, unit, floor) VALUES (?, ?, 0)", (name, currency))

    def add_venue(self, name: str) -> None:
        """Makes a venue known, the other side of trades. Raises ConfigError if the name is taken by another kind."""
        with self._opening(name) as connection:
            add_holder(connection, name, "venue")

    def list_instrument(self, symbol: str, currency: str) -> None:
        """Lets `symbol` be traded, in `currency`. Raises ConfigError if it is listed already."""
        with self._opening(symbol) as connection:
            connection.execute("INSERT INTO instruments (symbol, currency) VALUES (?, ?)", (symbol, currency))

    def receive(
        self, reference: str, *, payer: str, account: str, currency: str, amount: int, memo: str = ""
    ) -> dict[str, Any]:
        """Books what came in: `amount` minor units from `payer` into an own account. Refunds name the `reference`.

        Raises ConfigError if the reference is taken, the account is not open in this currency, or the amount is not
        positive. Gives the receipt's facts.
        """
        if amount <= 0:
            raise ConfigError(f"amount: {amount}", "Give 1 or more minor units")
        with self._opening(reference) as connection:
            add_holder(connection, payer, "payer")
            ensure_account(connection, payer, currency, None)
            facts = {"account": account, "payer": payer, "received": amount, "unit": currency}
            legs = ((payer, currency, -amount), (account, currency, amount))
            row = (reference, account, payer, currency, amount)
            try:
                require_account(connection, account, "own", currency, "account")
            except PortRefused as error:
                raise ConfigError(error.message, "Open the account first") from error
            key = f"received:{reference}"
            return self._write(connection, "received", key, "0" * 64, memo, facts, legs, ("received", row))

    # Booking: what `LedgerPort` does under a permit.

    def book(self, kind: Moving, move: Move) -> Receipt:
        """Moves money out of an own account: a payment to a payee, a transfer to another own account, a refund of what
        was received as `move.original` to who paid it. All refunds of one receipt together never exceed it.

        Raises PortRefused (unknown account or payee, wrong currency, insufficient funds, more than is left to refund,
        key used for something else) and PortError (ledger busy), nothing booked; InDoubt if the disk failed while it
        was writing.
        """
        account, payee, currency, amount = move.account, move.payee, move.currency, move.amount
        with self._booking(move.key, move.digest) as (connection, first):
            if first is not None:
                return first
            facts: dict[str, Any] = {"account": account, "payee": payee, "amount": move.text}
            row = None
            if kind == "refund":
                number = require_refundable(connection, move.original, account, payee, currency, amount)
                facts["original"] = move.original
                row = ("refunds", (number, amount))
            require_account(connection, account, "own", currency, "account")
            require_account(connection, payee, _TO[kind], currency, "payee")
            require_room(connection, account, currency, amount, "The account's funds do not cover the amount")
            legs = ((account, currency, -amount), (payee, currency, amount))
            facts = self._write(connection, kind, move.key, move.digest, move.memo, facts, legs, row)
            return Receipt(facts, repeated=False)

    def book_trade(
        self,
        *,
        key: str,
        digest: str,
        account: str,
        side: str,
        symbol: str,
        quantity: int,
        currency: str,
        amount: int,
        venue: str,
        text: str,
    ) -> Receipt:
        """Books an order: `quantity` pieces of `symbol` against `amount` minor units in all, between account and venue.

        Errors as `book`; an account that sells must hold the pieces.
        """
        pieces = f"symbol:{symbol}"
        sign = 1 if side == "buy" else -1
        with self._booking(key, digest) as (connection, first):
            if first is not None:
                return first
            listed = connection.execute("SELECT currency FROM instruments WHERE symbol = ?", (symbol,)).fetchone()
            if listed is None:
                raise PortRefused(f"The symbol {symbol} is not listed", "Trade a listed symbol")
            if listed[0] != currency:
                raise PortRefused(f"The symbol {symbol} is traded in {listed[0]}", "Give the amount in that currency")
            require_account(connection, account, "own", currency, "account")
            require_holder(connection, venue, "venue", "venue")
            if side == "buy":
                require_room(connection, account, currency, amount, "The account's funds do not cover the amount")
            else:
                require_room(connection, account, pieces, quantity, "The account does not hold so many pieces")
            ensure_account(connection, account, pieces, 0)
            ensure_account(connection, venue, pieces, None)
            ensure_account(connection, venue, currency, None)
            facts = {"account": account, "side": side, "symbol": symbol, "quantity": quantity, "amount": text}
            facts |= {"venue": venue, "state": "booked"}
            legs = (
                (account, currency, -sign * amount),
                (venue, currency, sign * amount),
                (account, pieces, sign * quantity),
                (venue, pieces, -sign * quantity),
            )
            row = ("orders", (account, side, symbol, quantity, amount, currency, venue, "booked"))
            return Receipt(self._write(connection, "trade", key, digest, "", facts, legs, row), repeated=False)

    def _write(
        self,
        connection: sqlite3.Connection,
        kind: str,
        key: str,
        digest: str,
        memo: str,
        facts: dict[str, Any],
        legs: tuple[tuple[str, str, int], ...],
        row: _Row | None = None,
    ) -> dict[str, Any]:
        """Writes postings, one row more and, last, the transfer that seals them. Returns the receipt's facts."""
        number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM transfers").fetchone()[0]
        at_ms = self._clock()
        receipt = {"receipt": f"{kind}-{number}", **facts, "idempotency_key": key, "booked_at_ms": at_ms}
        for holder, unit, amount in legs:
            connection.execute(
                "INSERT INTO postings (transfer, holder, unit, amount) VALUES (?, ?, ?, ?)",
                (number, holder, unit, amount),
            )
        if row is not None:
            table, values = row
            places = ", ".join("?" * (1 + len(values)))
            connection.execute(f"INSERT INTO {table} VALUES ({places})", (number, *values))
        connection.execute(
            "INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, stored_key(kind, key), digest, kind, at_ms, memo, json.dumps(receipt)),
        )
        return receipt

    # Looking.

    def balances(self) -> dict[tuple[str, str], int]:
        """(holder, unit) -> minor units or pieces."""
        return {(row[0], row[1]): row[2] for row in self._rows("SELECT holder, unit, balance FROM accounts")}

    def transfers(self) -> list[dict[str, Any]]:
        """All transfers in order, openings included: id, kind, at_ms, memo, receipt, postings."""
        legs: dict[int, list[tuple[str, str, int]]] = {}
        for number, holder, unit, amount in self._rows(
            "SELECT transfer, holder, unit, amount FROM postings ORDER BY id"
        ):
            legs.setdefault(number, []).append((holder, unit, amount))
        rows = self._rows("SELECT id, kind, at_ms, memo, receipt FROM transfers ORDER BY id")
        return [
            {
                "id": row[0],
                "kind": row[1],
                "at_ms": row[2],
                "memo": row[3],
                "receipt": json.loads(row[4]),
                "postings": legs.get(row[0], []),
            }
            for row in rows
        ]

    def orders(self) -> list[dict[str, Any]]:
        """All booked orders in order."""
        names = ("transfer", "account", "side", "symbol", "quantity", "amount", "currency", "venue", "state")
        rows = self._rows(f"SELECT {', '.join(names)} FROM orders ORDER BY transfer")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def check(self) -> list[str]:
        """What does not add up, in words; empty if the books are in order."""
        problems = [text.format(*row) for text, query in CHECKS for row in self._rows(query)]
        problems += [f"the file is damaged: {row[0]}" for row in self._rows("PRAGMA integrity_check") if row[0] != "ok"]
        return problems

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(connect(self.path)) as connection:
            return connection.execute(query).fetchall()

    # Transactions.

    @contextmanager
    def _opening(self, name: str) -> Iterator[sqlite3.Connection]:
        try:
            with transaction(self.path) as connection:
                yield connection
        except sqlite3.IntegrityError as error:
            raise ConfigError(
                f"{name} cannot be opened: {error}", "Open each name once, with a balance above its floor"
            ) from error

    @contextmanager
    def _booking(self, key: str, digest: str) -> Iterator[tuple[sqlite3.Connection, Receipt | None]]:
        """A transaction, with the receipt that the key has already."""
        try:
            with transaction(self.path) as connection:
                row = connection.execute(
                    "SELECT digest, receipt FROM transfers WHERE key = ?", (stored_key("", key),)
                ).fetchone()
                if row is not None and row[0] != digest:
                    raise PortRefused(
                        f"The idempotency key {key} stands for something else",
                        "Use a new key for a new payment or order",
                    )
                yield connection, None if row is None else Receipt(json.loads(row[1]), repeated=True)
        except (sqlite3.Error, OverflowError) as error:
            raise PortError(f"The ledger refused the booking: {error}", "Nothing was booked; try again") from error
