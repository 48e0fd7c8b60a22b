"""An outbox: messages that wait in one file for somebody to look at or to carry on. Nothing leaves the machine.

    OutboxChannel("outbox.jsonl").messages()    # [{"message_id", "channel", "recipients", "subject", "body", "at_ms"}]

One line of JSON a message. A message is there when its line is whole and on the disk; a line that a crash left without
its end is no message, and the next delivery takes it away.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from havocproof.actions import Send
from havocproof.actions.values import canonical_json
from havocproof.errors import ConfigError, InDoubt, PortError

_BLOCK = 1 << 16


class OutboxChannel:
    """The outbox in one file, made by its first message. Safe to use from several threads and processes.

    path: in a directory that exists. Keep it out of mounts that agents write to. ConfigError.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()
        if not self.path.parent.is_dir():
            raise ConfigError(f"there is no directory {self.path.parent}", "Make it, or name another file.")
        if self.path.exists() and not self.path.is_file():
            raise ConfigError(f"{self.path} is no regular file", "Name another one.")

    def deliver(self, action: Send, mark: str, at_ms: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Writes the message. PortError: it is not there. InDoubt: the disk failed while it was written."""
        arguments = action.canonical()["args"]
        line = canonical_json({"message_id": mark, "at_ms": at_ms, **arguments}).encode() + b"\n"
        try:
            with self._opened() as (handle, end):
                self._append(handle, end, line)
        except OSError as error:
            problem = f"the outbox cannot be written: {error.strerror or type(error).__name__}"
            raise PortError(problem, "Tell the operator; the message is not there.") from None
        return {"message_id": mark, "state": "waiting"}, {"outbox": self.path.name}

    def messages(self) -> list[dict[str, Any]]:
        """All messages, oldest first. Empty as long as there is no file."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]

    @contextmanager
    def _opened(self) -> Iterator[tuple[int, int]]:
        """The file under its lock, and where its last whole line ends."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self.path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PortError("the outbox is no regular file", "Tell the operator.")
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle, _end(handle)
        finally:
            os.close(handle)

    def _append(self, handle: int, end: int, line: bytes) -> None:
        new = end == 0
        os.ftruncate(handle, end)
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.pwrite(handle, rest, end + len(line) - len(rest)) :]
        except OSError:
            os.ftruncate(handle, end)  # if this fails, too, the line has no end, and is no message
            raise
        try:
            os.fsync(handle)
            if new:
                _sync_directory(self.path.parent)
        except OSError as error:
            raise InDoubt(
                f"the disk failed while the outbox was written: {error.strerror}", "Look for the message there."
            ) from None


def _end(handle: int) -> int:
    """Behind the last line end, searched from the back."""
    at = os.fstat(handle).st_size
    while at:
        start = max(0, at - _BLOCK)
        found = os.pread(handle, at - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return 0


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
