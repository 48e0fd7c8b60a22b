"""Small histories for the stores' tests: what a gate would write, without a gate."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from havocproof.kernel.source import Agent, Grant
from havocproof.kernel.source import Record as Kept
from havocproof.stores import Instance, Key, Record, SqliteStore, Store

POLICY = {"name": "desk", "version": "1", "digest": "d" * 64, "tenant": "acme", "previous": None}

LABEL_KEY: Key = (2, "web", "child", "", "", "", 0)
RECORD_KEY: Key = (8, "order", "run", "o1", "run", "run", 0)
ORDER = Kept(1, {"paid_with": frozenset({"acct:ada", "acct:é"})}, {"status": "pending"}, {"total": 1250})
GRANT_KEY: Key = (7, "policy", "s1", "d", "d", "d", 0)
GRANT = Grant(5000, "eve", {"ann": "controller"}, True)
CHILD = Instance(
    Agent("trader", frozenset({"trading"}), frozenset()),
    ("s1", "child"),
    "s1",
    [[[0, "n", "", "", "", "", 0], 1, 3, "at_once"]],
)


def key(name: str = "spend", scope: str = "acme", end: int = 0) -> Key:
    return (0, name, scope, "", "", "", end)


def intent(store: Store, now: int, amounts: dict[Key, int], *, flush: bool = False) -> Record:
    """Reserves `amounts` and writes the intent, as the gate does."""
    with store.step(now, flush=flush) as step:
        charges = [[list(cell), amount, 1000, "amount"] for cell, amount in amounts.items()]
        body = {"digest": f"{now:064d}", "charges": charges, "text": f"pay at {now} é\ud800"}
        cells = [(cell, step.view.nums.get(cell, 0) + amount) for cell, amount in amounts.items()]
        record = step.append("intent", body, cells=cells)
        step.launch(record, f"{now:064d}")
    return record


def outcome(store: Store, now: int, seq: int, back: dict[Key, int], kind: str = "outcome") -> Record:
    """Gives back `back` and writes the outcome."""
    with store.step(now) as step:
        step.land(seq)
        cells = [(cell, step.view.nums[cell] - amount) for cell, amount in back.items()]
        return step.append(kind, {"intent": seq}, cells=cells)


def note(store: Store, now: int, kind: str = "session", **body: Any) -> Record:
    with store.step(now) as step:
        return step.append(kind, body)


def history(path: Path, length: int = 12) -> None:
    """A finished journal with `length` records: reservations, refunds, one in doubt, one in flight, and one of
    everything else that a state holds.
    """
    store = SqliteStore(path)
    with store.step(1) as step:
        step.append(
            "policy",
            POLICY,
            cells=[(LABEL_KEY, 1)],
            records=[(RECORD_KEY, ORDER)],
            grants=[(GRANT_KEY, GRANT)],
            agents=[("child", CHILD)],
        )
    at, last = 1, 0
    while store.head.seq < length:
        at += 7
        match store.head.seq % 4:
            case 1 | 2:
                last = intent(store, at, {key(): 10, key("count", "run", 1000): 1}).seq
            case 3:
                outcome(store, at, last, {key(): 4})
            case _:
                note(store, at, "denied", digest="x", denial={"kind": "never", "rule": "r", "facts": {}})
    store.close()


def tamper(path: Path, *statements: str) -> None:
    """Changes a file behind the gate's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
