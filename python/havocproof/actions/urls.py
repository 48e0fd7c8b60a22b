"""The path and the query of a request, and whole URLs, in one strict ASCII grammar.

Parsers of URLs disagree on nearly everything that is not plain, so nothing else is read: no userinfo, backslash,
control, percent in a host, number that might be an address, fragment, dot segment, or second spelling of a character.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from havocproof.actions.hosts import check_host, is_address
from havocproof.actions.scalars import PATH_CHARS, PATH_SEGMENTS, GrammarError, check_name, check_segment, check_text

URL_CHARS = 8192
PORTS = {"https": 443, "http": 80}

# RFC 3986 pchar without ";": servers that cut path parameters off read "/public/..;/admin" as another path.
_RAW = "!$&'()*+,=:@"
_SEGMENT = re.compile(rf"(?:[A-Za-z0-9\-._~{_RAW}]|%[0-9A-F]{{2}})+")
# What structures a URL must not come back as data: some server or proxy would decode it a second time.
_STRUCTURE = frozenset("/\\%;?#")
_QUERY_TEXT = re.compile(r"(?:[A-Za-z0-9\-._~!$'()*,:@/?=]|%[0-9A-Fa-f]{2})*")
_URL = re.compile(r"(https?)://(\[[0-9a-f:.]*\]|[a-z0-9.-]*)(?::([1-9][0-9]{0,4}))?(/[^?]*)?(?:\?(.*))?")

Pairs = tuple[tuple[str, str], ...]


class UrlParts(NamedTuple):
    """What a URL says, in the normal forms of `HttpRequest`."""

    scheme: str
    host: str
    port: int
    path: str
    query: Pairs


def _unquote(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise GrammarError("holds a percent-encoding that is not UTF-8", "Encode characters as UTF-8") from None


def url_path_segments(path: str) -> tuple[str, ...]:
    """`"/wiki/Caf%C3%A9"` -> `("wiki", "Café")`: the decoded segments of the path of a request.

    One spelling: unreserved characters and `!$&'()*+,=:@` stand for themselves, everything else is percent-encoded
    UTF-8 with upper-case digits. A slash at the end is kept in the path, but is no place of its own: /a/ lies
    where /a lies.
    """
    if not path.startswith("/"):
        raise GrammarError("does not begin with a slash", "Write the path from the root, as /v2/prices")
    if path == "/":
        return ()
    if len(path) > PATH_CHARS:
        raise GrammarError(f"is longer than {PATH_CHARS} characters", "Use a shorter path")
    parts = path[1:].removesuffix("/").split("/")
    if len(parts) > PATH_SEGMENTS:
        raise GrammarError(f"has more than {PATH_SEGMENTS} segments", "Use a flatter path")
    return tuple(_url_segment(part) for part in parts)


def _url_segment(part: str) -> str:
    if not part:
        raise GrammarError("holds an empty segment", "Write single slashes")
    if not _SEGMENT.fullmatch(part):
        raise GrammarError(
            "holds a character that must be percent-encoded, or an encoding with lower-case digits",
            "Keep letters, digits and -._~!$&'()*+,=:@ as they are and write the rest as %C3%A9",
        )
    segment = _unquote(part) if "%" in part else part
    if not _STRUCTURE.isdisjoint(segment):
        raise GrammarError(
            "hides one of / \\ % ; ? # in an encoding", "Such a segment has no unambiguous meaning: leave it out"
        )
    if quote(segment, safe=_RAW) != part:
        raise GrammarError(
            "encodes a character that stands for itself", "Write the character, not its percent-encoding"
        )
    return check_segment(segment)


def check_query(pairs: Pairs) -> str:
    """The wire text of a query: "&"-joined `key=value`, all but unreserved characters encoded; "" if there is none.

    Keys are names, values free text. Order and repetition are kept, because a server can tell them apart.
    """
    if len(pairs) > 256:
        raise GrammarError("has more than 256 pairs", "Split the request")
    for at, (key, value) in enumerate(pairs):
        try:
            check_name(key)
            check_text(value)
        except GrammarError as fault:
            raise GrammarError(fault.problem, fault.remedy, (str(at),)) from None
    text = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
    if len(text) > URL_CHARS:
        raise GrammarError(
            f"is longer than {URL_CHARS} characters when encoded", "Send long data in the body of a POST"
        )
    return text


def parse_query(text: str) -> Pairs:
    """`"a=1&b=x%20y"` -> `(("a", "1"), ("b", "x y"))`. `+` and `;` are refused, for they are read in two ways."""
    if not _QUERY_TEXT.fullmatch(text.replace("&", "")):
        raise GrammarError(
            "has a query with a character that is read in two ways", "Encode it: %20 for a space, %2B for +"
        )
    pairs = []
    for pair in text.split("&"):
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise GrammarError("has a query that is not made of key=value pairs", "Write key=value, joined by single &")
        pairs.append((_unquote(key), _unquote(value)))
    return tuple(pairs)


def parse_url(text: str) -> UrlParts:
    """An absolute http or https URL, already in normal form. Raises `GrammarError` for everything that is ambiguous.

    An absent path is "/", an absent port the scheme's own; nothing else is filled in.
    """
    if len(text) > URL_CHARS:
        raise GrammarError(f"is longer than {URL_CHARS} characters", "Use a shorter URL")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise GrammarError(
            "holds a space, a control or a character outside ASCII", "Write hosts as xn-- and the rest percent-encoded"
        )
    if "\\" in text:
        raise GrammarError("holds a backslash", "Use slashes: clients disagree on what a backslash means")
    if "#" in text:
        raise GrammarError("holds a fragment", "Leave it out: it is never sent")
    match = _URL.fullmatch(text)
    if match is None:
        remedy = "Write https://host/path with a lower-case host, no user name, and a port of 1 to 65535"
        raise GrammarError("is no plain http or https URL", remedy)
    scheme, host, port, path, query = match.groups()
    if host.startswith("["):
        host = host[1:-1]
        if not (is_address(host) and ":" in host):
            raise GrammarError(
                "has no canonical IPv6 address in its brackets",
                "Write it in lower case and shortened, as [2001:db8::1]",
            )
    check_host(host)
    number = int(port) if port else PORTS[scheme]
    if number > 65535:
        raise GrammarError("has a port above 65535", "Use a port of 1 to 65535")
    url_path_segments(path or "/")
    pairs = () if query is None else parse_query(query)
    check_query(pairs)
    return UrlParts(scheme, host, number, path or "/", pairs)
