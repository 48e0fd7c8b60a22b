"""The strict grammars of single values: names, identifiers, paths, tables, integers, sizes, free text.

Every value has one spelling. A function here either returns what the text says or raises `GrammarError`; it repairs
nothing, because a repaired value is one that somebody else may have read differently. Actions and policies share them.
Hosts and mail addresses stand in `hosts`, money in `amounts`, URLs in `urls`.
"""

from __future__ import annotations

import re
from unicodedata import is_normalized

NAME_CHARS = 256
PATH_CHARS = 1024
PATH_SEGMENTS = 64
TEXT_BYTES = 1 << 20
INTEGER_DIGITS = 40
MEASURE_LIMIT = 10**15
"""Amounts, sizes and counts stay below this, so that sums of many still fit any store's 64-bit integers."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,127}")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,14}) (B|KiB|MiB|GiB|TiB)")
_UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


class GrammarError(ValueError):
    """A text outside its grammar. Whoever reads for a user turns it into an `ActionError` or a policy's `Problem`.

    `at` is the path inside the value that was read (empty for the value itself), `problem` completes the sentence
    "this value ...", `remedy` says what to write instead. Neither repeats the value.
    """

    def __init__(self, problem: str, remedy: str, at: tuple[str, ...] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.at = at


def utf8_size(text: str) -> int:
    """The bytes of `text` in UTF-8. Raises `GrammarError` for a lone surrogate, which has none."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise GrammarError("holds a lone surrogate", "Send whole characters, encoded in UTF-8") from None


def check_text(text: str, limit: int = TEXT_BYTES) -> str:
    """Free text: anything in UTF-8 up to `limit` bytes, except NUL and lone surrogates."""
    if "\0" in text:
        raise GrammarError("holds a NUL character", "Remove it: text ends at NUL for many programs")
    if len(text) > limit or utf8_size(text) > limit:
        raise GrammarError(f"is longer than {limit} bytes", "Shorten it, or split the work into several actions")
    return text


def check_name(text: str) -> str:
    """A name: 1 to 256 printable characters in Unicode NFC, without a blank at either end. Equality is all it has.

    Printable is `str.isprintable`: no control, format, private or unassigned character, and no blank but U+0020, so
    that two names which look alike in a terminal or an approval are not told apart by something invisible.
    """
    if not text:
        raise GrammarError("is empty", "Give a name")
    if len(text) > NAME_CHARS:
        raise GrammarError(f"is longer than {NAME_CHARS} characters", "Use a shorter name")
    if not text.isprintable():
        raise GrammarError("holds a control or invisible character", "Use printable characters and plain spaces only")
    if text[0] == " " or text[-1] == " ":
        raise GrammarError("begins or ends with a space", "Remove the space")
    if not text.isascii() and not is_normalized("NFC", text):
        raise GrammarError("is not in Unicode normal form NFC", "Write each letter as one composed character")
    return text


def check_optional_name(text: str) -> str:
    """A name, or "" for an argument that is not given."""
    return check_name(text) if text else text


def check_key(text: str) -> str:
    """An idempotency key: 1 to 128 of `A-Z a-z 0-9 . _ : -`, beginning with a letter or digit."""
    if not _KEY.fullmatch(text):
        raise GrammarError("is no idempotency key", "Use 1 to 128 letters, digits and . _ : - and begin with a letter")
    return text


def check_identifier(text: str) -> str:
    """A database, schema, table or column: lower-case `a-z 0-9 _`, not beginning with a digit, up to 128 characters.

    SQL compares unquoted names without regard to case, so the lower-case spelling is the one that is kept.
    """
    if not _IDENTIFIER.fullmatch(text):
        raise GrammarError("is no identifier", "Use lower-case letters, digits and _, and begin with a letter")
    return text


def check_segment(text: str) -> str:
    """One segment of a path: a name without `/` and backslash that is neither `.` nor `..`."""
    check_name(text)
    if text in (".", ".."):
        raise GrammarError("holds the segment . or ..", "Write the path that is meant, from the root")
    if "/" in text or "\\" in text:
        raise GrammarError("holds a slash or backslash inside a segment", "Separate segments by single slashes")
    return text


def path_segments(text: str) -> tuple[str, ...]:
    """`"/desk/notes/a.md"` -> `("desk", "notes", "a.md")`; `"/"` -> `()`. Absolute, without empty segments.

    At most 1024 characters and 64 segments.
    """
    if not text.startswith("/"):
        raise GrammarError("is no absolute path", "Begin with / and name every directory from the root")
    if text == "/":
        return ()
    if len(text) > PATH_CHARS:
        raise GrammarError(f"is longer than {PATH_CHARS} characters", "Use a shorter path")
    segments = tuple(text[1:].split("/"))
    if len(segments) > PATH_SEGMENTS:
        raise GrammarError(f"has more than {PATH_SEGMENTS} segments", "Use a flatter path")
    if "" in segments:
        raise GrammarError("holds an empty segment", "Write single slashes, and none at the end")
    for segment in segments:
        check_segment(segment)
    return segments


def check_path(text: str) -> str:
    """An absolute path in the grammar of `path_segments`."""
    path_segments(text)
    return text


def table_segments(text: str) -> tuple[str, ...]:
    """`"desk.main.prices"` -> `("desk", "main", "prices")`: database, schema and table, each an identifier."""
    parts = tuple(text.split("."))
    if len(parts) != 3:
        raise GrammarError("is no table", "Write database.schema.table")
    for part in parts:
        check_identifier(part)
    return parts


def parse_integer(text: str) -> int:
    """`"12"` -> `12`. An optional minus, no plus, no leading zero, no underscore, at most 40 digits."""
    if not _INTEGER.fullmatch(text):
        raise GrammarError("is no integer", "Write decimal digits without leading zeros, as 12")
    if len(text) > INTEGER_DIGITS + 1 or len(text.lstrip("-")) > INTEGER_DIGITS:
        raise GrammarError(f"has more than {INTEGER_DIGITS} digits", "Use a smaller number, or send it as text")
    return int(text)


def parse_size(text: str) -> int:
    """`"10 MiB"` -> `10485760` bytes. Units B, KiB, MiB, GiB, TiB; below 10**15 bytes."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise GrammarError("is no size", "Write an integer, a space and B, KiB, MiB, GiB or TiB, as 10 MiB")
    size = int(match[1]) * _UNITS[match[2]]
    if size >= MEASURE_LIMIT:
        raise GrammarError("is too large", "Sizes stay below 10**15 bytes")
    return size
