"""One gate a file: an advisory lock beside the journal, taken by every gate that writes it.

Not SQLite's own exclusive mode, because others may read a journal while it is written.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from havocproof.errors import StoreError


def lock_path(path: Path) -> Path:
    """The lock's file: the journal's name with `.lock` behind it."""
    return path.with_name(path.name + ".lock")


class FileLock:
    """Held from construction to `release`. StoreError if another gate, in this process or another, holds it."""

    def __init__(self, path: Path) -> None:
        self._path = lock_path(path)
        self._pid = os.getpid()
        self._fd = self._acquire(path)

    def _acquire(self, path: Path) -> int:
        while True:
            fd = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(fd):
                    return fd
            except BlockingIOError as error:
                os.close(fd)
                raise StoreError(
                    f"another gate has {path.name} open", "Close that gate, or give this one a journal of its own."
                ) from error
            except BaseException:
                os.close(fd)
                raise
            os.close(fd)  # its last holder removed the file between our open and our lock

    def _is_current(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(self._path, follow_symlinks=False))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Gives the lock back and removes its file. May be called twice; a forked child only drops its own handle."""
        if self._fd < 0:
            return
        if os.getpid() == self._pid:
            # Removed while it is held: whoever opened the old file sees that it is not the current one and tries again.
            self._path.unlink(missing_ok=True)
        os.close(self._fd)
        self._fd = -1


def is_locked(path: Path) -> bool:
    """Some gate has the journal open right now."""
    try:
        fd = os.open(lock_path(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False
