"""One mutant: which text is replaced, and how people and tables name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mutants.lexer import plain
from mutants.nodes import Declaration
from mutants.operators import Edit
from mutants.program import Program

KINDS = ("code", "specification", "statement")
WIDTH = 100
"""Characters of the shown text, before and after the change alike."""


@dataclass(frozen=True)
class Mutant:
    """A change in one file: `new` in the place of the characters from `start` to `end`.

    kind: code, specification or statement.
    `was` and `becomes` are shown to people; with `nth`, the number among those that read alike, they are its name.
    """

    kind: str
    symbol: str
    operator: str
    file: str
    start: int
    end: int
    new: str
    was: str
    becomes: str
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """The same however the file's lines shift."""
        return self.symbol, self.operator, self.was, self.becomes, self.nth

    def __str__(self) -> str:
        number = f" [{self.nth}]" if self.nth > 1 else ""
        return f"{self.symbol}: {self.operator}{number}: {self.was}  ->  {self.becomes}"


def shown(edit: Edit, text: str) -> tuple[str, str]:
    """The changed place before and after, on one line each; of a long one, what is around the change."""
    start, end = edit.site.start, edit.site.end
    if end - start > WIDTH:
        start, end = max(start, edit.start - WIDTH // 3), min(end, edit.end + WIDTH // 3)
        start += len(text[start : edit.start]) - len(text[start : edit.start].lstrip())
        while start > edit.site.start and start < edit.start and text[start - 1] not in " (\n":
            start += 1
        while edit.end < end < edit.site.end and text[end] not in " );\n":
            end -= 1
    was = text[start:end]
    becomes = text[start : edit.start] + edit.new + text[edit.end : end]
    return _cut(was), _cut(becomes)


def _cut(text: str) -> str:
    line = plain_or_text(text)
    return line if len(line) <= 2 * WIDTH else line[: 2 * WIDTH] + "..."


def plain_or_text(text: str) -> str:
    return plain(text) if text.strip() else "nothing"


def make(kind: str, declaration: Declaration, edit: Edit, text: str) -> Mutant:
    was, becomes = shown(edit, text)
    return Mutant(kind, declaration.full, edit.operator, declaration.file, edit.start, edit.end, edit.new, was, becomes)


def numbered(mutants: Iterable[Mutant]) -> list[Mutant]:
    """With `nth` set, so that no two have one key; the same text twice is one mutant."""
    counts: Counter[tuple[str, str, str, str, int]] = Counter()
    found, texts = [], set()
    for mutant in mutants:
        place = (mutant.file, mutant.start, mutant.end, mutant.new)
        if place in texts:
            continue
        texts.add(place)
        counts[mutant.key] += 1
        found.append(replace(mutant, nth=counts[mutant.key]))
    return found


def reach(mutant: Mutant, program: Program) -> dict[str, int]:
    """The declarations whose proofs can fail by the change, with the number of steps between."""
    declaration = program.declarations[mutant.symbol]
    # A method is seen by its own proof alone; and who met a premise meets none.
    if mutant.operator == "premise" or 0 <= declaration.method_at[0] <= mutant.start:
        return {mutant.symbol: 0}
    return program.watchers(mutant.symbol)


def apply(mutant: Mutant, text: str) -> str:
    """The file's text with the change."""
    return text[: mutant.start] + mutant.new + text[mutant.end :]
