"""What was proved of these very bytes, kept for the next run.

An entry's name and content are bound to a key: the policy's identity, the bytes of the whole package that proved it
(kernel, certificate, reader and analyzer), what was asked, and Python's version. An entry of another key, one that is
damaged, of an older form or of another user is not believed: then everything is proved anew. Whoever may write this
user's own files can forge an entry, as they can replace the package: docs/prove.md says when to go without a cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import havocproof
from havocproof.proving.results import MutantReport, Report
from havocproof.reports.codec import Unreadable, decode, encode

FORMAT = "havocproof proofs 1"
MOST_BYTES = 64 * 1024 * 1024
T = TypeVar("T", Report, MutantReport)


def default_folder(environment: Mapping[str, str]) -> Path | None:
    """Where entries are kept if nobody says otherwise, None if this user has no home."""
    base = environment.get("XDG_CACHE_HOME", "")
    if not base and environment.get("HOME"):
        base = os.path.join(environment["HOME"], ".cache")
    return Path(base) / "havocproof" / "proofs" if os.path.isabs(base) else None


def key(digest: str, asked: Mapping[str, object], read: Mapping[str, str]) -> str:
    """The key of one question. `digest`: the policy's identity; `asked`: what changes the answer, such as the budget;
    `read`: SHA-256 of the files that proving reads beside the policy's own.
    """
    told = [FORMAT, product(), platform.python_version(), digest, dict(asked), dict(read)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@cache
def product() -> str:
    """SHA-256 over the name and bytes of every file of the installed package; "" if it lies in no folder."""
    root = Path(havocproof.__file__).parent
    if not root.is_dir():
        return ""
    total = hashlib.sha256()
    for path in sorted((*root.rglob("*.py"), *root.rglob("*.json"))):
        data = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


class Cache:
    """A folder of entries. Nothing raises: what cannot be read is not there, what cannot be written is not kept."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: None keeps nothing."""
        self.folder = folder if product() else None

    def get(self, name: str, kind: type[T]) -> T | None:
        """The report that was kept under a key, None if there is none to believe. An empty name keeps nothing."""
        data = self._bytes(name) if name else None
        if data is None:
            return None
        try:
            entry = json.loads(data)
            if entry["format"] != FORMAT or entry["key"] != name or entry["sha256"] != _digest(entry["report"], name):
                return None
            return decode(kind, entry["report"])
        except (Unreadable, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, name: str, report: Report | MutantReport) -> None:
        """Keeps a report: whole, or not at all."""
        if self.folder is None or not name:
            return
        told = encode(report)
        entry = {"format": FORMAT, "key": name, "sha256": _digest(told, name), "report": told}
        data = json.dumps(entry, sort_keys=True).encode()
        if len(data) > MOST_BYTES:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _own(os.stat(self.folder)):
                return
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(temporary, self._path(name))
        except OSError:
            return

    def _bytes(self, name: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            if not _own(os.stat(self.folder)):
                return None
            handle = os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                about = os.fstat(file.fileno())
                if not (stat.S_ISREG(about.st_mode) and _own(about) and about.st_size <= MOST_BYTES):
                    return None
                return file.read(MOST_BYTES + 1)
        except OSError:
            return None

    def _path(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{name}.json"


def _own(about: os.stat_result) -> bool:
    """It belongs to this user, and nobody else may write into it."""
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _digest(told: object, name: str) -> str:
    """Over the key too, so that an entry of another policy is none of this one's."""
    return hashlib.sha256(f"{name}\n{json.dumps(told, sort_keys=True)}".encode()).hexdigest()
