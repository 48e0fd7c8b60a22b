"""Where state and journal live: atomic steps, in memory or in one SQLite file, and the verifier of its chain."""

from __future__ import annotations

from havocproof.kernel.source import Key
from havocproof.stores.base import Store
from havocproof.stores.contents import Instance
from havocproof.stores.inbox import deposit
from havocproof.stores.journal import Fault, Report, head, read, verify
from havocproof.stores.memory import MemoryStore
from havocproof.stores.records import Head, Record
from havocproof.stores.sqlite import SqliteStore
from havocproof.stores.state import Flight, Letter, Parked
from havocproof.stores.step import Step

__all__ = [
    "Fault",
    "Flight",
    "Head",
    "Instance",
    "Key",
    "Letter",
    "MemoryStore",
    "Parked",
    "Record",
    "Report",
    "SqliteStore",
    "Step",
    "Store",
    "deposit",
    "head",
    "read",
    "verify",
]
