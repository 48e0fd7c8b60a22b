"""The desk's web, on this machine: one server for all listed sources, and one that no rule of the policy lists.

Each server keeps what it received, so that afterwards anybody can see what really went over the wire.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

FILINGS = "www.filings.example.gov"
PRICES = "api.prices.example"
NEWS = "wire.news.example"
COLLECTOR = "collector.example"
"""Listed nowhere in the policy. It resolves and answers all the same: nothing but the policy keeps the desk from it."""

SOURCES = (FILINGS, PRICES, NEWS)


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    host: str
    path: str
    body: str

    def __str__(self) -> str:
        return f"{self.method} {self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str
    kind: str = "text/html; charset=utf-8"
    location: str = ""


Answering = Callable[[Received], Reply]


class WebServer:
    """An HTTP server on a free port of 127.0.0.1, running until the block ends."""

    def __init__(self, answer: Answering) -> None:
        self._received: list[Received] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def received(self) -> tuple[Received, ...]:
        with self._lock:
            return tuple(self._received)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, answer: Answering) -> type[BaseHTTPRequestHandler]:
        keep, lock = self._received, self._lock

        class Handler(BaseHTTPRequestHandler):
            def do_any(self) -> None:
                size = int(self.headers.get("content-length", "0"))
                body = self.rfile.read(size).decode("utf-8", "replace")
                host = self.headers.get("host", "").rpartition(":")[0]
                request = Received(self.command, host, self.path, body)
                with lock:
                    keep.append(request)
                reply = answer(request)
                data = reply.body.encode()
                self.send_response(reply.status)
                self.send_header("content-type", reply.kind)
                self.send_header("content-length", str(len(data)))
                if reply.location:
                    self.send_header("location", reply.location)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_any  # noqa: N815  the names that http.server calls

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on stderr: that is where the desk shows its progress."""

        return Handler


def sources(pages: Mapping[tuple[str, str], Reply]) -> WebServer:
    """The server behind all listed hosts. `pages`: by host and path, query included."""

    def answer(request: Received) -> Reply:
        return pages.get((request.host, request.path), Reply(404, "no such page\n", "text/plain"))

    return WebServer(answer)


def collector() -> WebServer:
    """Takes whatever comes and says thank you."""
    return WebServer(lambda request: Reply(200, json.dumps({"stored": len(request.body)}), "application/json"))
