"""Dafny's tokens. Joined again they are the text, byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from project import ToolError

_PATTERN = re.compile(
    r"""(?P<space>\s+)
      | (?P<line>//[^\n]*)
      | (?P<block>/\*)
      | (?P<string>@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\[^\n]|\\u\{?[0-9A-Fa-f_]+\}?|[^'\\\n])'(?![\w'?]))
      | (?P<number>0x[0-9A-Fa-f_]+|[0-9][0-9_]*)
      | (?P<word>[A-Za-z_][\w'?]*)
      | (?P<sign><==>|==>|<==|-->|!in(?![\w'?])|:=|:\||:-|::|&&|\|\||==|!=|<=|>=|!!|\.\.|=>|->|~>
              |[-+*/%<>=!|&^.,;:(){}\[\]@`])
    """,
    re.VERBOSE,
)
_MARK = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Token:
    """kind: word, number, string, char, sign; space or comment between them. Offsets count characters."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def lex(text: str, where: str = "text") -> list[Token]:
    """Every token, spaces and comments included; ToolError at what is no token."""
    tokens, at = [], 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if not match:
            raise ToolError(f"{where}:{line_of(text, at)}: no token of Dafny begins here: {text[at : at + 20]!r}")
        kind = match.lastgroup or ""
        end = _comment_end(text, match.end(), where) if kind == "block" else match.end()
        tokens.append(Token("comment" if kind in ("line", "block") else kind, text[at:end], at))
        at = end
    return tokens


def words(text: str, where: str = "text") -> list[Token]:
    """The tokens that mean something."""
    return [token for token in lex(text, where) if token.kind not in ("space", "comment")]


def plain(text: str) -> str:
    """The text as its tokens alone, one blank where anything stood between two: the same on one line or on many."""
    found = words(text)
    if not found:
        return ""
    parts = [found[0].text]
    for before, token in pairwise(found):
        parts.append((" " if before.end < token.start else "") + token.text)
    return "".join(parts)


def line_of(text: str, at: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, at) + 1


def _comment_end(text: str, at: int, where: str) -> int:
    depth = 1
    for mark in _MARK.finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    raise ToolError(f"{where}:{line_of(text, at)}: a comment that does not end")
