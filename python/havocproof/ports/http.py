"""The http port: HttpRequest, with the address decided once and nothing followed.

`prepare` checks what can be checked without the network: headers, the URL read back by httpx, an IP literal's class.
`perform` uses the permit up, resolves the host once, classifies every address of the answer (see `resolving`; one bad
address refuses all), and talks to these addresses only (see `pinned`). The name is not resolved before the permit,
because a question to the DNS carries the name out: a denied request must not ask one.

Result (`Effect.result`):

    {"status": int, "headers": {name: value}, "encoding": "utf-8" | "base64", "body": str, "bytes": int,
     "end": "complete" | "cap" | "lost" | "deadline"}

A redirect is a result like any other: its `headers` have `location`, and following it is a new action. `headers` has
lower-case names, repeated ones joined by ", ", without `set-cookie`: no cookie is kept or told. `body` is UTF-8 text if
it is that, else base64; gzip is undone. `end`: `cap` if the server had more than `max_bytes_in` (the request has
happened and was answered, so this is no error), `lost` or `deadline` if the body broke off. Measures: `bytes_in` is
what came in; `bytes_out` is every byte of the request, with the port's own headers and credentials, and counts in full
(what TLS and the question to the DNS add is not in it).

Errors. PortRefused: private address, certificate, headers, a URL that is read differently. PortError: no address, no
connection, no TLS: the request was not sent. InDoubt: it was sent, wholly or in part, and no answer came, for every
method. A GET is no exception: its bytes have left, and whether it did nothing only the server knows.

Known holes. The system's resolver may try the search list of resolv.conf for a name that does not exist. Up to 64 KiB
above the cap may be read from the socket; they are dropped. Headers of the answer (at most 100 KiB) do not count as
`bytes_in`. Whether the answer of a server that was allowed is itself relayed from inside cannot be seen from here.
"""

from __future__ import annotations

import base64
import codecs
import re
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from havocproof.actions import Action, HttpRequest, Part
from havocproof.actions.network import OWN_HEADERS, header_bytes
from havocproof.actions.scalars import GrammarError
from havocproof.actions.urls import parse_url
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.pinned import Answer, Deadline, Outgoing, exchange, parsed, tls_context
from havocproof.ports.resolving import Reach, Resolver

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}")
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ -~\t]*[!-~])?)?")
_SHORTEST_SECRET = 8
_LEAST_BEGUN = 4  # fewer characters of a secret tell nothing, and end many a text
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})


class HttpPort:
    """HTTP and HTTPS requests to decided addresses.

    allow_private: (host, port) pairs that may have loopback, private, shared or link-local addresses, such as
                   ("127.0.0.1", 8080). resolver: names to addresses; the operating system's if not given. timeout:
                   seconds for a whole exchange, resolving and connecting included. ca_file: PEM file of certificate
                   authorities that are trusted beside certifi's. Verification cannot be switched off.

    Raises ConfigError.
    """

    verbs = frozenset({"http.request"})

    def __init__(
        self,
        allow_private: Iterable[tuple[str, int]] = (),
        resolver: Resolver | None = None,
        timeout: float = 30.0,
        *,
        credentials: Mapping[str, Mapping[str, str]] | None = None,
        ca_file: str | Path | None = None,
    ) -> None:
        if not timeout > 0:
            raise ConfigError(f"timeout is {timeout}", "Give seconds above 0.")
        self._reach = Reach(allow_private, resolver)
        self.allow_private = self._reach.allow_private
        self._credentials = _by_origin(credentials or {}, self.allow_private)
        self._timeout = timeout
        self._ca_file = None if ca_file is None else str(ca_file)
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        if self._ca_file is not None:
            self._tls()  # a file that cannot be read is found now

    def prepare(self, action: Action) -> PreparedRequest:
        """PortRefused: what no network is needed to see."""
        if not isinstance(action, HttpRequest):
            raise ConfigError(f"the http port does not serve {action.verb}", "Give the gate a port for it.")
        parts = action.parts()  # refuses what never passed validation, before a field of it is used
        outgoing = _outgoing(action)
        self.check(outgoing)
        secret = header_bytes(self._credentials.get((outgoing.scheme, outgoing.host, outgoing.port), ()))
        if secret:  # they leave, too, and only the port knows them
            parts = tuple(
                part._replace(ints={**part.ints, "bytes_out": part.ints["bytes_out"] + secret}) for part in parts
            )
        return PreparedRequest(self, outgoing, parts)

    def check(self, outgoing: Outgoing) -> None:
        """What can be refused before the network is used. Raises PortRefused."""
        for name, value in outgoing.headers:
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise PortRefused(
                    f"header {name[:64]!r} is not in the grammar of HTTP",
                    "Use a token as name, and visible ASCII with inner blanks as value.",
                )
        parsed(_complete(outgoing))
        self._reach.check(outgoing.host, outgoing.port)

    def carry(self, outgoing: Outgoing) -> Answer:
        """Resolves, classifies, connects, sends, takes the answer. For ports whose effects are requests; checked and
        permitted before."""
        deadline = Deadline(min(self._timeout, outgoing.seconds))
        addresses = self._reach.addresses(outgoing.host, outgoing.port, deadline)
        context = self._tls() if outgoing.scheme == "https" else None
        return exchange(_complete(outgoing), addresses, context, deadline)

    def carry_with_credentials(self, outgoing: Outgoing) -> Answer:
        """As `carry`, with the credentials of the origin, and without them in the answer."""
        own = self._credentials.get((outgoing.scheme, outgoing.host, outgoing.port))
        if own is None:
            return self.carry(outgoing)
        answer = self.carry(replace(outgoing, headers=(*outgoing.headers, *own)))
        return _redacted(answer, {secret for _, value in own for secret in (value, value.split(" ")[-1])})

    def close(self) -> None:
        """Nothing outlives a request."""

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = tls_context(self._ca_file)
            return self._context


class PreparedRequest:
    """One request, ready to be sent once."""

    def __init__(self, port: HttpPort, outgoing: Outgoing, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self._port = port
        self._outgoing: Outgoing | None = outgoing

    def oblige(self, duty: str, value: str | int, columns: frozenset[tuple[str, str]]) -> bool:
        """Takes on `timeout`, in ms: the whole request takes no longer."""
        if duty != "timeout" or not isinstance(value, int) or self._outgoing is None:
            return False
        self._outgoing = replace(self._outgoing, seconds=min(self._outgoing.seconds, value / 1000))
        return True

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        outgoing, self._outgoing = self._outgoing, None
        if outgoing is None:
            raise PortError("this request was sent or closed before", "Prepare the action again.")
        answer = self._port.carry_with_credentials(outgoing)
        return Effect(_result(answer), {"bytes_in": answer.taken}, {"address": answer.address})

    def close(self) -> None:
        self._outgoing = None


def _outgoing(action: HttpRequest) -> Outgoing:
    """Actions refuse most of what must not be set; here it is what the port itself writes."""
    for name in action.headers:
        if name in _OWN_HEADERS:
            raise PortRefused(f"header {name} is set by the port", "Leave it out.")
    return Outgoing(
        method=action.method,
        scheme=action.scheme,
        host=action.host,
        port=action.port,
        target=action.target,
        headers=tuple(action.headers.items()),
        body=action.body.encode(),
        limit=action.max_bytes_in,
    )


def _by_origin(
    credentials: Mapping[str, Mapping[str, str]], allow_private: frozenset[tuple[str, int]]
) -> dict[tuple[str, str, int], tuple[tuple[str, str], ...]]:
    found = {}
    for origin, headers in credentials.items():
        try:
            parts = parse_url(origin)
        except GrammarError as fault:
            raise ConfigError(f"credentials: {origin!r} {fault.problem}", fault.remedy) from None
        if parts.path != "/" or parts.query:
            raise ConfigError(f"credentials: {origin!r} has a path", "Give an origin, as https://api.example.")
        if parts.scheme == "http" and (parts.host, parts.port) not in allow_private:
            raise ConfigError(f"credentials: {origin!r} would show them to everyone on the way", "Use https.")
        for name, value in headers.items():
            if name in _OWN_HEADERS or not _HEADER_NAME.fullmatch(name) or len(value) < _SHORTEST_SECRET:
                raise ConfigError(
                    f"credentials: {origin!r} has a header that cannot be one", "Use names of credentials."
                )
            if not _HEADER_VALUE.fullmatch(value):
                raise ConfigError(f"credentials: {name} of {origin!r} is no header value", "Use visible ASCII.")
        found[parts.scheme, parts.host, parts.port] = tuple(headers.items())
    return found


def _redacted(answer: Answer, secrets: set[str]) -> Answer:
    body, headers = answer.body, answer.headers
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            body = body.replace(secret.encode("ascii"), b"***")
            headers = tuple((name, value.replace(secret, "***")) for name, value in headers)
            if answer.end != "complete":
                body = _without_begun(body, secret.encode("ascii"))
    return replace(answer, body=body, headers=headers)


def _without_begun(body: bytes, secret: bytes) -> bytes:
    """Of a body that was cut, at a cap that the action chose: the secret may have begun at its end."""
    for size in range(len(secret) - 1, _LEAST_BEGUN - 1, -1):
        if body.endswith(secret[:size]):
            return body[:-size] + b"***"
    return body


def _complete(outgoing: Outgoing) -> Outgoing:
    """With the headers that the port sets itself: no reuse of the connection, no encoding, a name for the server's
    log."""
    given = {name.lower() for name, _ in outgoing.headers}
    own = ((name, value) for name, value in OWN_HEADERS.items() if name not in given)
    return replace(outgoing, headers=(*outgoing.headers, *own))


def _result(answer: Answer) -> dict[str, Any]:
    encoding, body = _text(answer.body, whole=answer.end == "complete")
    return {
        "status": answer.status,
        "headers": _joined(answer.headers),
        "encoding": encoding,
        "body": body,
        "bytes": len(answer.body),
        "end": answer.end,
    }


def _text(body: bytes, *, whole: bool) -> tuple[str, str]:
    """A body that was cut may end inside a character: what is left of it is dropped."""
    try:
        return "utf-8", codecs.getincrementaldecoder("utf-8")().decode(body, final=whole)
    except UnicodeDecodeError:
        return "base64", base64.b64encode(body).decode("ascii")


def _joined(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        if name != "set-cookie":
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
