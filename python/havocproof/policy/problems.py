"""Collects everything that is wrong with a policy, so that one run shows it all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

from havocproof.errors import PolicyError, Problem

MOST = 1000  # problems that are kept; a file with more has one cause, and it is among them
GUESSES = 200  # problems that look for a word near to theirs; looking costs time


class Place(Protocol):
    """Anything that knows where it stands. It may have a `file`: "" or none is the policy's own."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Written(Protocol):
    """Something that a file defines: a set, a tool, a rule."""

    @property
    def line(self) -> int: ...
    @property
    def file(self) -> str: ...


class Problems:
    """The problems of one policy. `file` is the name that messages give to the policy file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self._seen: set[Problem] = set()
        self._guesses = GUESSES

    def add(self, code: str, place: Place | None, message: str, remedy: str = "", file: str = "") -> None:
        """Note one problem. The same problem at the same place is noted once."""
        line, column = (place.line, place.column) if place is not None else (0, 0)
        problem = Problem(file or getattr(place, "file", "") or self.file, line, column, code, message, remedy)
        if len(self.found) < MOST and problem not in self._seen:
            self._seen.add(problem)
            self.found.append(problem)

    def at(self, first: Written, here: Written) -> str:
        """Where `first` stands, told at `here`: "line 7", or "line 7 of names.yaml" if that is another file."""
        return f"line {first.line}" if first.file == here.file else f"line {first.line} of {first.file or self.file}"

    def soon(self, place: Place, what: str, remedy: str = "") -> None:
        """Note that the file uses a part of the language that this version does not have yet."""
        self.add(
            "E-SOON",
            place,
            f"{what} not built yet",
            remedy or "Leave it out; it is refused so that nothing is silently ignored.",
        )

    def guess(self, word: str, known: Iterable[str]) -> str | None:
        """The known word nearest to `word`, if one is near."""
        if self._guesses <= 0:
            return None
        self._guesses -= 1
        length = len(word)
        close = [name for name in known if abs(len(name) - length) <= 3]
        return next(iter(difflib.get_close_matches(word, close, n=1, cutoff=0.6)), None)

    def near(self, word: str, known: Iterable[str], otherwise: str = "") -> str:
        """A remedy that names the known word nearest to `word`, or `otherwise` if none is near."""
        guess = self.guess(word, known)
        return f"Did you mean `{guess}`?" if guess else otherwise

    @property
    def failed(self) -> bool:
        return any(not problem.is_warning for problem in self.found)

    def check(self) -> None:
        """Raise a PolicyError with all problems if one of them is an error."""
        if self.failed:
            raise PolicyError(self.found)


def listed(words: Iterable[str], most: int = 20) -> str:
    """Words for a message: at most `most` of them, in order, in backquotes."""
    names = sorted(words)
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return f"{shown}, and {len(names) - most} more" if len(names) > most else shown
