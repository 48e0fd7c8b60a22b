"""Requests over HTTP, as parts that a client cannot read in a second way, and plain connections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self, final

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator

from havocproof.actions.base import MIB, Action, Atom, Cap, Part, Text
from havocproof.actions.hosts import check_host, host_segments
from havocproof.actions.scalars import GrammarError
from havocproof.actions.urls import PORTS, Pairs, check_query, parse_url, url_path_segments
from havocproof.actions.values import thaw
from havocproof.errors import ActionError

_HEADER = re.compile(r"[a-z][a-z0-9-]{0,63}")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_HEADER_BYTES = 16384
_CLOSED = {
    "is set by the port, from the parts of the action": "host content-length transfer-encoding connection keep-alive te"
    " trailer upgrade expect http2-settings",
    "is a credential": "authorization cookie",
    "would change the method, host, path or sender behind the policy's back": "x-http-method x-http-method-override"
    " x-method-override x-original-url x-original-host x-rewrite-url x-host forwarded x-real-ip",
}
_REASONS = {name: reason for reason, names in _CLOSED.items() for name in names.split()}
_REMEDIES = {"is a credential": "Credentials belong into the port's configuration, not into an action or its journal"}
_BODILESS = ("GET", "HEAD")
OWN_HEADERS: Mapping[str, str] = MappingProxyType(
    {"accept-encoding": "identity", "connection": "close", "user-agent": "havocproof", "accept": "*/*"}
)
"""What a port sends beside the action's headers: no reuse of the connection, no encoding, a name for the server's log.
The action may set the last two itself."""


def header_bytes(headers: Iterable[tuple[str, str]]) -> int:
    """Bytes of header lines as they are sent."""
    return sum(len(f"{name}: {value}\r\n") for name, value in headers)


def _closed(name: str) -> str | None:
    if name.startswith(("x-forwarded-", "proxy-")):
        name = "forwarded"
    return _REASONS.get(name)


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict | MappingProxyType):
        raise GrammarError("must be an object of names and texts", "Give each header once, by its lower-case name")
    for name, text in value.items():
        if type(name) is not str or not _HEADER.fullmatch(name):
            raise GrammarError(
                "has a name that is no header", "Use a-z, 0-9 and -, in lower case, beginning with a letter"
            )
        reason = _closed(name)
        if reason is not None:
            raise GrammarError(reason, _REMEDIES.get(reason, "Leave it out"), (name,))
        if type(text) is not str:
            raise GrammarError("must be text", "Send text; quote it in YAML and JSON", (name,))
        if not _HEADER_VALUE.fullmatch(text):
            raise GrammarError(
                "is no header value", "Use printable ASCII on one line, without spaces at its ends", (name,)
            )
    if sum(len(name) + len(text) for name, text in value.items()) > _HEADER_BYTES:
        raise GrammarError(f"are longer than {_HEADER_BYTES} bytes", "Send less in headers")
    return MappingProxyType({name: value[name] for name in sorted(value)})


def _pair(item: object, at: int) -> tuple[str, str]:
    if not isinstance(item, list | tuple) or len(item) != 2 or not all(type(text) is str for text in item):
        raise GrammarError("must be a pair of texts", "Send [key, value]; quote numbers", (str(at),))
    return item[0], item[1]


def _query(value: object) -> Pairs:
    if isinstance(value, dict | MappingProxyType):
        value = tuple(value.items())
    if not isinstance(value, list | tuple):
        raise GrammarError("must be an object, or a list of [key, value] pairs", "Send an object of texts")
    pairs = tuple(_pair(item, at) for at, item in enumerate(value[:257]))
    check_query(pairs)
    return pairs


def _path(text: str) -> str:
    url_path_segments(text)
    return text


@final
class HttpRequest(Action):
    """One request, and one only: a redirect is a new action (`redirect`).

    `path` is percent-encoded in one way, see `urls.url_path_segments`. `query` is ordered pairs of decoded texts
    (an object is taken, too). `headers` have lower-case names and no order; framing, credentials and overrides are
    refused. `body` is UTF-8 text, and empty for GET and HEAD. `bytes_out` counts the whole request as it is sent.
    The port stops reading the answer after `max_bytes_in`. Without `port` it is the scheme's own.
    """

    verb: ClassVar[str] = "http.request"
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    scheme: Literal["https", "http"] = "https"
    host: Annotated[str, AfterValidator(check_host)]
    port: Annotated[int, Field(ge=1, le=65535)] = 443
    path: Annotated[str, AfterValidator(_path)] = "/"
    query: Annotated[Pairs, PlainValidator(_query), PlainSerializer(thaw)] = ()
    headers: Annotated[Mapping[str, str], PlainValidator(_headers), PlainSerializer(thaw)] = Field(
        default_factory=lambda: MappingProxyType({})
    )
    body: Text = ""
    max_bytes_in: Cap = MIB

    @classmethod
    def _complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        return data if "port" in data or data.get("scheme") != "http" else data | {"port": PORTS["http"]}

    @classmethod
    def from_url(cls, url: str, **others: Any) -> Self:
        """The request for an absolute URL in the grammar of `urls.parse_url`; `others`: method, headers, body ..."""
        if type(url) is not str:
            raise ActionError("url", "must be text", "Give an absolute https or http URL")
        try:
            parts = parse_url(url)
        except GrammarError as fault:
            raise ActionError("url", fault.problem, fault.remedy) from None
        return cls(**others, **parts._asdict())

    def redirect(self, location: str) -> Self:
        """The action that follows a redirect to `location`: an absolute URL, or a path from the root of this server.

        A GET (after HEAD: HEAD) without body; the headers are kept only for the same scheme, host and port.
        """
        if type(location) is str and location.startswith("/") and not location.startswith("//"):
            location = self.origin + location
        method = "HEAD" if self.method == "HEAD" else "GET"
        target = type(self).from_url(location, method=method, max_bytes_in=self.max_bytes_in)
        if target.origin != self.origin:
            return target
        kept = {name: text for name, text in self.headers.items() if not name.startswith("content-")}
        return target.model_copy(update={"headers": kept})

    @property
    def origin(self) -> str:
        """ "https://api.example", with the port if it is not the scheme's own, and IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def target(self) -> str:
        """Path and query as they are sent: `/v2/prices?day=2026-11-23`."""
        query = check_query(self.query)
        return f"{self.path}?{query}" if query else self.path

    @property
    def url(self) -> str:
        """The whole URL; `from_url` reads the same parts back."""
        return self.origin + self.target

    def _size(self) -> int:
        """Bytes of the request as it is sent over HTTP/1.1: every one of them can tell something."""
        body = len(self.body.encode())
        headers = {**OWN_HEADERS, **self.headers, "host": self.origin.partition("://")[2]}
        if body or self.method in ("POST", "PUT", "PATCH"):
            headers["content-length"] = str(body)
        line = f"{self.method} {self.target} HTTP/1.1\r\n\r\n"
        return len(line) + header_bytes(headers.items()) + body

    def _cut(self) -> tuple[Part, ...]:
        if self.body and self.method in _BODILESS:
            raise ActionError("args.body", f"must be empty for {self.method}", "Send data with POST, PUT or PATCH")
        segments = url_path_segments(self.path)
        places = {"host": host_segments(self.host), "path": segments}
        service = self.scheme if self.port == PORTS[self.scheme] else f"{self.scheme}:{self.port}"
        names = {
            "method": self.method,
            "scheme": self.scheme,
            "service": service,
            "via": "",
            "host": self.host,
            "path": "/" + "/".join(segments),
        }
        keys = dict.fromkeys(key for key, _ in self.query) or {"": None}
        ints = {
            "port": self.port,
            "bytes_out": self._size(),
            "bytes_in": self.max_bytes_in,
            "count": 1,
            "at_once": 1,
        }
        return (Part(self.verb, ints, tuple(Atom(names | {"query": key}, places) for key in keys)),)


@final
class Connect(Action):
    """One TCP connection to `host`. The port ends it when `max_bytes_out` or `max_bytes_in` have passed."""

    verb: ClassVar[str] = "net.connect"
    host: Annotated[str, AfterValidator(check_host)]
    port: Annotated[int, Field(ge=1, le=65535)]
    max_bytes_out: Cap = MIB
    max_bytes_in: Cap = MIB

    def _cut(self) -> tuple[Part, ...]:
        ints = {
            "port": self.port,
            "bytes_out": self.max_bytes_out,
            "bytes_in": self.max_bytes_in,
            "count": 1,
            "at_once": 1,
        }
        return (Part(self.verb, ints, (Atom({"host": self.host, "via": ""}, {"host": host_segments(self.host)}),)),)
