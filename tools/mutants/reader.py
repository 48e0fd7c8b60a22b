"""Walks over tokens: what comes next, what must come, brackets passed over, types."""

from __future__ import annotations

from mutants.lexer import Token, line_of, words
from mutants.nodes import Span
from project import ToolError

_END = Token("end", "", -1)


class TokenReader:
    """Walks the tokens of one file. Every `read_` leaves the position behind what it read."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.tokens = words(text, where)
        self.at = 0

    # ---- tokens ----
    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def next(self) -> Token:
        token = self.peek()
        if token is _END:
            raise self.fault("something more")
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind in ("word", "sign") and token.text in texts

    def take(self, *texts: str) -> Token | None:
        return self.next() if self.sees(*texts) else None

    def need(self, *texts: str) -> Token:
        if not self.sees(*texts):
            raise self.fault(" or ".join(repr(text) for text in texts))
        return self.next()

    def word(self) -> Token:
        if self.peek().kind != "word":
            raise self.fault("a name")
        return self.next()

    def fault(self, wanted: str) -> ToolError:
        token = self.peek()
        line = line_of(self.text, token.start if token is not _END else len(self.text))
        return ToolError(f"{self.where}:{line}: {wanted} expected, {token.text or 'the end'!r} found")

    @property
    def last(self) -> int:
        """The offset behind the last token read."""
        return self.tokens[self.at - 1].end

    def skip_pair(self) -> tuple[int, int]:
        """Passes over a bracket with all it holds; its offsets, brackets included."""
        opening = self.next()
        depth = 1
        while depth:
            token = self.next()
            if token.kind == "sign":
                depth += (token.text in "([{") - (token.text in ")]}")
        return opening.start, self.last

    def skip_attributes(self) -> None:
        while self.sees("{") and self.peek(1).text == ":":
            self.skip_pair()

    # ---- types ----
    def read_type(self) -> str:
        """A type; its text without blanks."""
        start = self.at
        if self.sees("("):
            self.skip_pair()
        else:
            self.word()
            while self.take("."):
                self.word()
            if self.take("<"):
                while not self.take(">"):
                    self.read_type()
                    self.take(",")
        if self.take("->", "-->", "~>"):
            self.read_type()
        return "".join(token.text for token in self.tokens[start : self.at])


def span(token: Token) -> Span:
    return Span(token.text, token.start, token.end)
