"""Servers on this machine, at addresses of 127.0.0.0/8, that keep what they receive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

T = TypeVar("T")
INDEX = "index.packages.example"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived. `line`: path and query."""

    method: str
    host: str
    line: str
    headers: str
    body: str

    @property
    def everything(self) -> str:
        return "\n".join((self.host, self.line, self.headers, self.body))


class Web:
    """One server. `location`: where it sends everybody who asks for /moved."""

    def __init__(self, address: str, port: int) -> None:
        self.location = ""
        self._received: list[Received] = []
        self._lock = threading.Lock()
        self.server = ThreadingHTTPServer((address, port), self._handler())
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])

    @property
    def received(self) -> list[Received]:
        with self._lock:
            return list(self._received)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode("utf-8", "replace")
                host = self.headers.get("host", "").rpartition(":")[0]
                request = Received(self.command, host, self.path, str(self.headers), body)
                with web._lock:
                    web._received.append(request)
                moved = bool(web.location) and self.path.startswith("/moved")
                self.send_response(302 if moved else 200)
                if moved:
                    self.send_header("location", web.location)
                self.send_header("content-length", "3")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(b"ok\n")

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_CONNECT = do_any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on stderr."""

        return Handler


@contextmanager
def serving(address: str, port: int = 0) -> Iterator[Web]:
    """A server until the block ends. Port 0: a free one."""
    web = Web(address, port)
    thread = threading.Thread(target=web.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        thread.join()
        web.server.server_close()


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """What `act(0)` ... `act(count - 1)` give, all of them begun at the same moment in threads of their own."""
    ready = threading.Barrier(count)

    def one(number: int) -> T:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
