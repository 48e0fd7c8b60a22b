"""What the tests of several ports stand on: a permit, a disk that fails, and a server on loopback."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import threading
from collections.abc import Callable
from typing import Any


class Leave:
    """A permit as the gate gives it: live once. `checks`: how often it was used."""

    token = "permit-1"

    def __init__(self) -> None:
        self.checks = 0

    def check(self) -> None:
        self.checks += 1
        if self.checks > 1:
            raise RuntimeError("used twice")


class FailingCommit(sqlite3.Connection):
    """A disk that fails at the commit. `ends`: SQLite has given the transaction up by then."""

    ends = True

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            if self.ends:
                super().execute("ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *given)


class Listener:
    """Hands each connection to `serve`, in a thread of its own. `stopped` is set when the end has begun."""

    def __init__(self, serve: Callable[[socket.socket], None], address: str = "127.0.0.1", port: int = 0) -> None:
        self.connections = 0
        self.stopped = threading.Event()
        self._serve = serve
        self._socket = socket.create_server((address, port))
        self.address, self.port = self._socket.getsockname()[:2]
        self._last = 0
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Waits for those who have connected before. May be called twice."""
        if self._last:
            return
        self.stopped.set()
        # A connection of its own wakes the thread that accepts, behind all that came before.
        with socket.socket() as last:
            last.bind((self.address, 0))
            self._last = last.getsockname()[1]
            last.connect((self.address, self.port))
            for thread in self._threads:
                thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            connection, (_, number) = self._socket.accept()
            if number == self._last:
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._run, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            self._serve(connection)
