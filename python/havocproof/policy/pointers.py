"""JSON pointers as records use them: RFC 6901, with `*` for every element and `^` for the root (POLICY.md 2.7).

""                              the whole result
/payment_history/*/method       that of each element, of a list or of an object
^/customer/id                   from the root of the result, where `each` goes through its rows
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from havocproof.actions.scalars import GrammarError

MOST_STEPS = 32
_CHARS = 1024
_ESCAPE = re.compile(r"~(?![01])")


@dataclass(frozen=True, slots=True)
class Pointer:
    """`steps` from where it starts: a key or index each, None for every element. `root`: it starts at the root."""

    text: str
    steps: tuple[str | None, ...]
    root: bool = False

    @property
    def stars(self) -> int:
        return self.steps.count(None)


def parse_pointer(text: str) -> Pointer:
    """A pointer. Raises `GrammarError`."""
    rest = text.removeprefix("^")
    root = rest != text
    if len(text) > _CHARS:
        raise GrammarError(f"is longer than {_CHARS} characters", "Point at something nearer")
    if not rest:
        return Pointer(text, (), root)
    if not rest.startswith("/"):
        raise GrammarError("is no JSON pointer", 'Begin with a slash, as /status; "" is the whole result')
    if _ESCAPE.search(rest):
        raise GrammarError("has a ~ that is no escape", "Write ~0 for ~ and ~1 for a slash inside a key")
    words = rest[1:].split("/")
    if len(words) > MOST_STEPS:
        raise GrammarError(f"has more than {MOST_STEPS} steps", "Point at something nearer")
    if any("*" in word and word != "*" for word in words):
        raise GrammarError("has a star beside other characters", "A star alone stands for every element")
    return Pointer(
        text, tuple(None if word == "*" else word.replace("~1", "/").replace("~0", "~") for word in words), root
    )
