"""The lexer loses nothing, and knows comments, strings, primes and nested comments from code."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.lexer import lex, plain, words
from project import DAFNY, ROOT, ToolError

SOURCES = sorted((ROOT / DAFNY).rglob("*.dfy"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / DAFNY).as_posix())
def test_tokens_joined_are_the_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tokens = lex(text)
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<=b", ["a", "<=", "b"]),
        ("p' != p", ["p'", "!=", "p"]),
        ("'x' in s", ["'x'", "in", "s"]),
        ("k !in m", ["k", "!in", "m"]),
        ("!inside", ["!", "inside"]),
        ("s[..|s| - 1]", ["s", "[", "..", "|", "s", "|", "-", "1", "]"]),
        ("r.0.1", ["r", ".", "0", ".", "1"]),
        ("A <==> B ==> C", ["A", "<==>", "B", "==>", "C"]),
        ('"a // no comment" // one', ['"a // no comment"']),
        ("x /* a /* nested */ b */ y", ["x", "y"]),
        ("l.Green? && r", ["l", ".", "Green?", "&&", "r"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [token.text for token in words(text)] == expected


def test_plain_text_does_not_know_layout_or_comments() -> None:
    assert plain("a  &&\n    b // why") == plain("a && b") == "a && b"
    assert plain("f(a,b)") == "f(a,b)"


@pytest.mark.parametrize("text", ["a /* never ends", 'say "never', "a # b"])
def test_what_is_no_token_names_the_line(text: str) -> None:
    with pytest.raises(ToolError, match=r"Some\.dfy:2: "):
        lex("ok\n" + text, "Some.dfy")
