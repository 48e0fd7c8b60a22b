"""Places and patterns of places: a text becomes segments from the root, a pattern becomes the kernel's (POLICY.md 2.2).

A star is one whole segment, `**` any number of them, none included, and only at the open end: the left of a host, the
right of a path. Everything here raises `GrammarError`, whose problem completes the sentence "`<text>` ...".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from havocproof.actions.hosts import check_label, email_segments, host_segments, is_address
from havocproof.actions.scalars import (
    PATH_SEGMENTS,
    GrammarError,
    check_identifier,
    check_segment,
    path_segments,
    table_segments,
)
from havocproof.kernel.source import Pattern

HOST_DEPTH = 8
PATH_DEPTH = 16
MOST_STARS = 2
ABSENT = Pattern(("",))
"""The place of an optional argument that was not given."""

_STAR = "A star stands for one whole segment"
_OPEN_RIGHT = "Write ** only as the last segment: /data/**"
_OPEN_LEFT = "Write ** only as the first label: **.example.com"


def split_segments(text: str, separator: str) -> tuple[str, ...]:
    """ "agent/fix" -> ("agent", "fix"): names joined by one character; none empty, `.` or `..`."""
    segments = tuple(text.split(separator))
    if len(segments) > PATH_SEGMENTS:
        raise GrammarError(f"has more than {PATH_SEGMENTS} segments", "Use fewer")
    for segment in segments:
        if not segment:
            raise GrammarError("holds an empty segment", f"Write names joined by single {separator}")
        check_segment(segment)
    return segments


def place(text: str, kind: str, separator: str = "/") -> tuple[str, ...]:
    """The segments of one exact place of this kind."""
    if kind == "segments":
        return split_segments(text, separator)
    if kind == "host" and text.startswith("ip:"):
        return host_segments(text[3:])
    return _PLACES[kind](text)


def pattern(text: str, kind: str, separator: str = "/") -> Pattern:
    """A pattern of places of this kind: host, path, url (the path of a request), table, email or segments."""
    if kind == "segments":
        return _rightward(text.split(separator), check_segment, PATH_DEPTH)
    return _PATTERNS[kind](text)


def written(found: Pattern, kind: str, separator: str = "/") -> str:
    """A pattern as a policy writes it; "none" for the place of an argument that was not given."""
    if found == ABSENT:
        return "none"
    words = [*("*" if symbol is None else symbol for symbol in found.symbols), *(["**"] if found.open else [])]
    match kind:
        case "host":
            return ".".join(reversed(words))
        case "email" if "@" in words:
            at = words.index("@")
            return ".".join(words[at + 1 :]) + "@" + ".".join(reversed(words[:at]))
        case "path" | "url":
            return "/" + "/".join(words)
    return ("." if kind == "table" else separator).join(words)


def _symbols(segments: Sequence[str], check: Callable[[str], str]) -> tuple[str | None, ...]:
    symbols: list[str | None] = []
    for segment in segments:
        if segment == "*":
            symbols.append(None)
        elif "*" in segment:
            remedy = f"{_STAR}; for names with a common part list them in a set, or use `name` or `ext`"
            raise GrammarError("holds a star beside other characters", remedy)
        elif not segment:
            raise GrammarError("holds an empty segment", "Write single separators, and none at the end")
        else:
            symbols.append(check(segment))
    if symbols.count(None) > MOST_STARS:
        raise GrammarError(f"has more than {MOST_STARS} single stars", "Use ** at the open end")
    return tuple(symbols)


def _deep(symbols: tuple[str | None, ...], most: int) -> None:
    if len(symbols) > most:
        raise GrammarError(f"is deeper than {most} segments", "Use a shorter pattern")


def _rightward(segments: list[str], check: Callable[[str], str], depth: int) -> Pattern:
    opened = bool(segments) and segments[-1] == "**"
    if opened:
        segments = segments[:-1]
    if "**" in segments:
        raise GrammarError("has ** inside", _OPEN_RIGHT)
    symbols = _symbols(segments, check)
    _deep(symbols, depth)
    return Pattern(symbols, opened)


def _path(text: str) -> Pattern:
    if not text.startswith("/"):
        raise GrammarError("is no absolute path", "Begin with / and name every directory from the root")
    if text == "/":
        return Pattern(())
    return _rightward(text[1:].split("/"), check_segment, PATH_DEPTH)


def _url_path(text: str) -> Pattern:
    if "%" in text:
        raise GrammarError("holds a percent sign", "Write the character itself: patterns speak of decoded segments")
    return _path(text)


def _host(text: str) -> Pattern:
    found = _labels(text)
    if len(found.symbols) <= 1 and found.symbols.count(None) == len(found.symbols):
        # An address is one segment, and addresses are exact: no star takes one.
        remedy = "Name a domain, as **.example.com, or write any for every host and address"
        raise GrammarError("names no label", remedy)
    return found


def _labels(text: str) -> Pattern:
    if text.startswith("ip:"):
        if "*" in text:
            raise GrammarError("is an address with a star", "Addresses are exact: list each one")
        return Pattern(host_segments(text[3:]))
    if is_address(text):
        raise GrammarError("is an address", f"Write ip:{text}")
    if "*" not in text:
        symbols: tuple[str | None, ...] = host_segments(text)
        _deep(symbols, HOST_DEPTH)
        return Pattern(symbols)
    labels = text.split(".")
    opened = labels[0] == "**"
    if opened:
        labels = labels[1:]
    if "**" in labels:
        raise GrammarError("has ** inside", _OPEN_LEFT)
    symbols = _symbols(labels, check_label)
    _deep(symbols, HOST_DEPTH)
    if symbols and symbols[-1] is not None:
        host_segments(symbols[-1])  # a last label that is a number could be an address
    return Pattern(symbols[::-1], opened)


def _table(text: str) -> Pattern:
    found = _rightward(text.split("."), check_identifier, 3)
    if len(found.symbols) != 3 and not found.open:
        raise GrammarError("is no table", "Write database.schema.table, or database.** for all of a database")
    return found


def _email(text: str) -> Pattern:
    local, at, domain = text.rpartition("@")
    if not at or "**" in text:
        raise GrammarError("is no pattern of mail addresses", "Write name@domain, *@domain or *@*.domain")
    labels = _labels(domain) if domain else Pattern(())
    if not labels.symbols or str(labels.symbols[0]).startswith("ip:"):
        raise GrammarError("is no pattern of mail addresses", "Name the domain")
    if local != "*" and "*" in local:
        raise GrammarError("holds a star beside other characters", _STAR)
    last = None if local == "*" else email_segments(f"{local}@example.com")[-1]
    return Pattern((*labels.symbols, "@", last))


_PLACES: dict[str, Callable[[str], tuple[str, ...]]] = {
    "host": host_segments,
    "path": path_segments,
    "url": path_segments,
    "table": table_segments,
    "email": email_segments,
}
_PATTERNS: dict[str, Callable[[str], Pattern]] = {
    "host": _host,
    "path": _path,
    "url": _url_path,
    "table": _table,
    "email": _email,
}
