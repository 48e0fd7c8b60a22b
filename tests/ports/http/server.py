"""Real servers on loopback that record every byte they get, and names that resolve as a test says."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Self

from havocproof.actions import HttpRequest
from havocproof.ports.base import Effect
from havocproof.ports.http import HttpPort
from tests.ports.worlds import Leave, Listener

Script = bytes | Callable[[socket.socket, "Server"], None]
"""What is sent after a request has come in: bytes, or a function that sends for itself."""


def answer(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole response. Underscores in header names stand for hyphens."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


class Server:
    """Answers each connection by the script, in a thread of its own. `requests` are the heads and bodies as they
    came."""

    def __init__(
        self, script: Script, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.script = script
        self.tls = tls
        self.requests: list[bytes] = []
        self._listener = Listener(self._serve, address, port)
        self.port, self.stopped = self._listener.port, self._listener.stopped

    @property
    def connections(self) -> int:
        return self._listener.connections

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
        with contextlib.closing(stream):
            self.requests.append(_receive(stream))
            if isinstance(self.script, bytes):
                stream.sendall(self.script)
            else:
                self.script(stream, self)

    def head(self, index: int = -1) -> list[str]:
        """The lines of a request's head."""
        return self.requests[index].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")

    def body(self, index: int = -1) -> bytes:
        return self.requests[index].partition(b"\r\n\r\n")[2]


def _receive(stream: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = stream.recv(65536)
        if not piece:
            break
        data, body = data + piece, body + piece
    return data


class Names:
    """A resolver: each question takes the next answer of the host, the last one for ever. Counts the questions."""

    def __init__(self, **hosts: list[list[str]]) -> None:
        self.hosts = {host.replace("_", "."): answers for host, answers in hosts.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.hosts.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def send(port: HttpPort, request: HttpRequest) -> Effect:
    prepared = port.prepare(request)
    try:
        return prepared.perform(Leave())
    finally:
        prepared.close()


def local(server: Server, **arguments: object) -> HttpRequest:
    """A request to the server by its address."""
    return HttpRequest.model_validate({"scheme": "http", "host": "127.0.0.1", "port": server.port, **arguments})


def allowed(server: Server, *hosts: str, resolver: Names | None = None, timeout: float = 5.0) -> HttpPort:
    """A port that may talk to the server by its address, and under these hosts."""
    return HttpPort({(host, server.port) for host in ("127.0.0.1", *hosts)}, resolver, timeout)
