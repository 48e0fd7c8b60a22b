"""YAML text of JSON values, in the subset that `reading` reads back to the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9/._@-]{0,79}")
# Words that some YAML reader takes for something else than text; quoted, they are text for every reader.
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def render_yaml(value: dict[str, Any]) -> str:
    """Block style, two spaces a level; texts that are not plain words in double quotes, with JSON's escapes."""
    return "".join(f"{line}\n" for line in _mapping(value))


def _mapping(value: dict[str, Any]) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{_text(key)}:", item)


def _entry(head: str, item: object) -> Iterator[str]:
    if isinstance(item, dict) and item:
        yield head
        yield from (f"  {line}" for line in _mapping(item))
    elif isinstance(item, list) and item:
        yield head
        for element in item:
            yield from (f"  {line}" for line in _entry("-", element))
    else:
        yield f"{head} {_scalar(item)}"


def _scalar(value: object) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    # JSON would write a character beyond U+FFFF as two halves; YAML has a form for the whole.
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
