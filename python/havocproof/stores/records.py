"""The journal's records and the chain that binds them. Pure functions; both stores and the verifier use these and
nothing else.

A record is (seq, at_ms, kind, body, prev, hash):

    seq     1, 2, 3 ... without a gap
    at_ms   milliseconds since the epoch, never below the record before
    kind    opened policy session intent outcome failed in_doubt released denied pending vote told recorded
            ended malformed collected closed
    body    one JSON object as canonical text: sorted keys, no blanks, pure ASCII
    prev    the hash of the record before; 32 bytes; `GENESIS` for the first
    hash    SHA-256 over prev, seq, at_ms, and kind and body each behind its length: no two records share an input

The chain shows every change inside the file. A dropped tail, and a chain computed anew from some record on, show only
against a `Head` that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from havocproof.errors import JournalError

GENESIS = hashlib.sha256(b"havocproof journal 1").digest()
_NUMBERS = struct.Struct(">QQI")
_LENGTH = struct.Struct(">Q")

# One encoder for every record: `json.dumps` with options builds a new one at each call.
_encode: Callable[[Any], str] = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, check_circular=True
).encode


def canonical(value: Any) -> str:
    """`value` (JSON types only) as its one canonical text. TypeError or ValueError for anything else, NaN included."""
    return _encode(value)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal ends: the last record's `seq` (0: none yet) and `hash` (64 hex digits). Note it elsewhere to
    see a dropped tail.
    """

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The inverse of `str()`; JournalError if `text` is no head."""
        seq, _, digest = text.strip().partition(":")
        if not (seq.isascii() and seq.isdigit()) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise JournalError(
                "this is no head of a journal", "Write it as SEQ:HASH, as `havocproof journal verify` prints it."
            )
        return cls(int(seq), digest)


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `body` is text as it was hashed, `data` what it says."""

    seq: int
    at_ms: int
    kind: str
    body: str
    prev: bytes
    hash: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body as a dict. JournalError if it is not a JSON object."""
        try:
            data = json.loads(self.body)
        except ValueError as error:
            raise JournalError(f"record {self.seq}: the body is not JSON") from error
        if not isinstance(data, dict):
            raise JournalError(f"record {self.seq}: the body is not an object")
        return data

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash.hex())


def chain_hash(prev: bytes, seq: int, at_ms: int, kind: str, body: str) -> bytes:
    """The hash of a record; 32 bytes. `seq` and `at_ms` below 2**64."""
    word = kind.encode()
    text = body.encode()
    framed = b"".join((prev, _NUMBERS.pack(seq, at_ms, len(word)), word, _LENGTH.pack(len(text)), text))
    return hashlib.sha256(framed).digest()


def follow(seq: int, prev: bytes, at_ms: int, kind: str, data: dict[str, Any]) -> Record:
    """The record `seq` that follows the hash `prev`."""
    body = canonical(data)
    return Record(seq, at_ms, kind, body, prev, chain_hash(prev, seq, at_ms, kind, body))
