"""Servers on this machine that answer by a table and keep what they receive."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin, urlsplit

Answer = tuple[int, dict[str, str], str]
"""Status, headers, body."""
Answers = Callable[[str, str, str], Answer]
"""From method, path with query, and body."""

_MOST_REDIRECTS = 5


class Server:
    """Answers until it is closed. `received`: what arrived, as "GET /path?query body"."""

    def __init__(self, answers: Answers, address: str = "127.0.0.1") -> None:
        self.received: list[str] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode("utf-8", "replace")
                received.append(f"{self.command} {self.path} {body}".rstrip())
                status, headers, text = answers(self.command, self.path, body)
                raw = text.encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(raw))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on stderr."""

        self.address = address
        self._server = ThreadingHTTPServer((address, 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def page(text: str) -> Answer:
    return 200, {"content-type": "text/plain"}, text


def moved(location: str) -> Answer:
    return 302, {"location": location}, ""


def fetch(method: str, url: str, addresses: dict[str, str], body: str = "") -> dict[str, Any]:
    """As usual clients do it: to whatever host, and after each redirect. `addresses`: the DNS of this small world."""
    for _ in range(_MOST_REDIRECTS):
        parts = urlsplit(url)
        line = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(addresses[parts.hostname or ""], parts.port, timeout=10)
        try:
            connection.request(method, line or "/", body.encode() or None)
            answer = connection.getresponse()
            text, location = answer.read().decode(), answer.headers.get("location")
        finally:
            connection.close()
        if not (300 <= answer.status < 400 and location):
            return {"status": answer.status, "body": text}
        url = urljoin(url, location)
    return {"status": 310, "body": "too many redirects"}


def url_of(host: str, port: int, path: str = "/", query: dict[str, str] | None = None, scheme: str = "http") -> str:
    """The URL of an http.request's arguments, for plain hands."""
    from urllib.parse import urlencode

    return f"{scheme}://{host}:{port}{path}" + (f"?{urlencode(query)}" if query else "")


def rpc(address: str, port: int, tool: str, arguments: dict[str, Any]) -> Any:
    """Calls a tool of a server by JSON-RPC, with whatever arguments."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    answer = fetch("POST", f"http://{address}:{port}/", {address: address}, json.dumps(call))
    return json.loads(answer["body"])
