"""Where state and journal live: atomic steps, in memory or in one SQLite file, and the verifier of its chain."""

from __future__ import annotations

from havocproof.stores.base import Flight, Key, Parked, Step, Store
from havocproof.stores.journal import Fault, Report, head, read, verify
from havocproof.stores.memory import MemoryStore
from havocproof.stores.records import Head, Record
from havocproof.stores.sqlite import SqliteStore

__all__ = [
    "Fault",
    "Flight",
    "Head",
    "Key",
    "MemoryStore",
    "Parked",
    "Record",
    "Report",
    "SqliteStore",
    "Step",
    "Store",
    "head",
    "read",
    "verify",
]
