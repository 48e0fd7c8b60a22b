"""One HTTP/1.1 exchange over a connection to addresses that were decided before. The transport knows no names.

httpx builds the request, httpcore speaks the protocol; the network below both is this module's: `PinnedBackend`
connects to the given addresses only, whatever name it is asked for, and every read and write ends at one deadline.
There is no pool, so no connection outlives its decision; no client, so no proxies or `.netrc` from the environment, no
redirects, no cookies, no retries.

What happened to the request is known by what the stream saw: before the first byte of it was handed to the operating
system, it was not sent (`PortError`); from then on it may have arrived (`InDoubt`), whatever its method is: a GET
spends its bytes too, and is free of effects only if the server means it so. Once the status line is there, the request
is known to have been answered, and a body that breaks off is an answer with `end` saying so.
"""

from __future__ import annotations

import ipaddress
import math
import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import certifi
import httpcore
import httpx

from havocproof.actions.hosts import check_host
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused

_TARGET = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*")
_LATER = "Try again later; the request was not sent."

End = Literal["complete", "cap", "lost", "deadline"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request in its parts. host: name or IP literal without brackets. target: path and query as they stand in the
    request line. headers: names and values, ASCII. limit: most bytes of body to take in, decoded or not. seconds: it
    takes no longer, whatever the port allows."""

    method: str
    scheme: str
    host: str
    port: int
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)  # they may hold a key
    body: bytes = field(repr=False)
    limit: int
    seconds: float = math.inf

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}.get(self.scheme) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Answer:
    """status; headers with lower-case names in the server's order; body decoded from gzip and at most `limit` bytes.

    end: complete; cap (there was more than the limit); lost (the connection or the encoding broke); deadline.
    taken: bytes that came in, at most the limit. address: the IP address that answered.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    end: End
    taken: int
    address: str


class Deadline:
    """One point in time for a whole exchange, resolving and connecting included. Seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        return self._at - time.monotonic()


@dataclass(slots=True)
class _Traffic:
    begun: bool = False  # whether a byte of the request may have left
    address: str = ""


class _Stream(httpcore.NetworkStream):
    def __init__(self, connection: socket.socket, deadline: Deadline, traffic: _Traffic, origin: str) -> None:
        self._socket = connection
        self._deadline = deadline
        self._traffic = traffic
        self._origin = origin

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadline.left()
        if left <= 0:
            raise httpcore.ReadTimeout
        try:
            self._socket.settimeout(left)
            return self._socket.recv(max_bytes)
        except TimeoutError:
            raise httpcore.ReadTimeout from None
        except OSError as fault:
            raise httpcore.ReadError(str(fault)) from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            left = self._deadline.left()
            if left <= 0:
                raise httpcore.WriteTimeout
            try:
                self._socket.settimeout(left)
                self._traffic.begun = True
                rest = rest[self._socket.send(rest[: 1 << 16]) :]
            except TimeoutError:
                raise httpcore.WriteTimeout from None
            except OSError as fault:
                raise httpcore.WriteError(str(fault)) from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The handshake carries nothing of the request, so its failure is a known one."""
        try:
            self._socket.settimeout(max(self._deadline.left(), 0.001))
            self._socket = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except ssl.SSLCertVerificationError as fault:
            self.close()
            raise PortRefused(
                f"{self._origin}: the server's certificate is not valid for it: {fault.verify_message}",
                "Correct the host, or give the port the certificate authority that signed it.",
            ) from None
        except (OSError, ValueError) as fault:
            self.close()
            raise PortError(f"{self._origin}: no TLS connection: {_words(fault)}", _LATER) from None
        return self

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        return self._socket if info == "socket" else None


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses, one after the other, for the one origin; refuses everything else."""

    def __init__(self, outgoing: Outgoing, addresses: tuple[str, ...], deadline: Deadline, traffic: _Traffic) -> None:
        self._outgoing = outgoing
        self._addresses = addresses
        self._deadline = deadline
        self._traffic = traffic

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if (host, port) != (self._outgoing.host, self._outgoing.port):
            raise PortRefused(f"{host}:{port} is not {self._outgoing.origin}, for which this connection was decided")
        connection, address = dial(self._outgoing.origin, self._addresses, port, self._deadline)
        self._traffic.address = address
        return _Stream(connection, self._deadline, self._traffic, self._outgoing.origin)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise PortRefused("a Unix socket is no part of any http action")


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to a literal address; no name is ever looked up here."""
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect((address, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def dial(where: str, addresses: tuple[str, ...], port: int, deadline: Deadline) -> tuple[socket.socket, str]:
    """A connection to the first of the addresses that answers, and which one that is. PortError, naming `where`."""
    fault: OSError | None = None
    for index, address in enumerate(addresses):
        left = deadline.left()
        if left <= 0:
            fault = TimeoutError()
            break
        share = left / (len(addresses) - index)  # so that one address that is silent leaves time for the others
        try:
            return connect(address, port, share), address
        except OSError as failed:
            fault = failed
    raise PortError(f"{where}: no connection: {_words(fault)}", _LATER)


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Verifies certificate and name against certifi's authorities and those in `ca_file`. Takes about 60 ms: build it
    once.

    Made by hand because `ssl.create_default_context` lets SSLKEYLOGFILE and SSL_CERT_FILE of the environment have a
    say.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as fault:  # ssl.SSLError is one
            raise ConfigError(
                f"ca_file {ca_file}: {fault.strerror or fault}", "Give a file of PEM certificates."
            ) from None
    return context


def parsed(outgoing: Outgoing) -> httpx.Request:
    """The request as httpx will send it, if httpx reads its URL back to the very parts that were decided; else
    PortRefused."""
    target = outgoing.target
    refusal = PortRefused(
        f"{outgoing.origin}{target}: the URL does not stand for its parts in httpx",
        "Write path and query in their normal form, percent-encoded.",
    )
    try:
        check_host(outgoing.host)
        if not _TARGET.fullmatch(target):
            raise refusal
        url = httpx.URL(outgoing.origin + target)
        request = httpx.Request(
            outgoing.method,
            url,
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in outgoing.headers],
            content=outgoing.body,
        )
    except (httpx.InvalidURL, ValueError):
        raise refusal from None
    seen = (request.method, url.scheme, url.raw_host, url.port or {"https": 443, "http": 80}.get(url.scheme))
    meant = (outgoing.method, outgoing.scheme, outgoing.host.encode("ascii", "replace"), outgoing.port)
    if seen != meant or url.raw_path != target.encode("ascii", "replace") or url.userinfo or url.fragment:
        raise refusal
    if request.headers.get_list("host") != [outgoing.authority]:
        raise refusal
    return request


def exchange(
    outgoing: Outgoing, addresses: tuple[str, ...], context: ssl.SSLContext | None, deadline: Deadline
) -> Answer:
    """Sends the request to one of the addresses and takes the answer in. PortError, PortRefused: not sent. InDoubt:
    sent, no answer."""
    request = parsed(outgoing)
    traffic = _Traffic()
    url = httpcore.URL(
        scheme=outgoing.scheme.encode(), host=outgoing.host.encode(), port=outgoing.port, target=request.url.raw_path
    )
    connection = httpcore.HTTPConnection(
        origin=url.origin,
        ssl_context=context,
        network_backend=PinnedBackend(outgoing, addresses, deadline, traffic),
    )
    with connection:
        try:
            response = connection.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.read())
            )
        except (PortError, InDoubt):
            raise
        except Exception as fault:
            raise _unanswered(fault, outgoing, traffic, deadline) from None
        headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
        zipped = [value.strip().lower() for name, value in headers if name == "content-encoding"] in (
            ["gzip"],
            ["x-gzip"],
        )
        body, end, taken = _take(response, zipped, outgoing.limit)
        if zipped:  # these two speak of the zipped body, which nobody gets to see
            headers = tuple(pair for pair in headers if pair[0] not in ("content-encoding", "content-length"))
        return Answer(response.status, headers, body, end, taken, traffic.address)


def _unanswered(fault: Exception, outgoing: Outgoing, traffic: _Traffic, deadline: Deadline) -> PortError | InDoubt:
    late = isinstance(fault, httpcore.TimeoutException)
    reason = f"no answer within {deadline.seconds:g} s" if late else f"no answer: {_words(fault)}"
    if not traffic.begun:
        return PortError(f"{outgoing.origin}: {reason}", _LATER)
    return InDoubt(
        f"{outgoing.origin}: {reason}, after {outgoing.method} was sent",
        "Find out from the server whether it was done, before sending it again.",
    )


def _take(response: httpcore.Response, zipped: bool, limit: int) -> tuple[bytes, End, int]:
    """The body up to the limit. gzip is undone in steps that cannot go above the limit, whatever it would unfold to."""
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS) if zipped else None
    body = bytearray()
    wire = 0
    end: End = "complete"
    try:
        for piece in _pieces(response):
            wire += len(piece)
            room = limit + 1 - len(body)
            body += piece[:room] if inflater is None else inflater.decompress(piece, room)
            if len(body) > limit or wire > limit:
                end = "cap"
                break
        if end == "complete" and inflater is not None and wire and (not inflater.eof or inflater.unused_data):
            end = "lost"
    except httpcore.TimeoutException:
        end = "deadline"
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error):
        end = "lost"
    return bytes(body[:limit]), end, min(max(wire, len(body)), limit)


def _pieces(response: httpcore.Response) -> Iterator[bytes]:
    stream = response.stream
    assert isinstance(stream, Iterable)
    yield from stream


def _words(fault: BaseException | None) -> str:
    if isinstance(fault, TimeoutError):
        return "timed out"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror.lower()
    return str(fault) or type(fault).__name__
