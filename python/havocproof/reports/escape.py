"""Texts of policies and strangers, made harmless for where they are shown."""

from __future__ import annotations

import re

_TICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """No control character of a stranger's reaches the terminal, and no sign that turns the direction of writing."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def code(text: str) -> str:
    """Markdown: the text as it stands, on one line. In a code span nothing is markup, a link or a mention."""
    shown = plain(text).replace("|", "\N{BOX DRAWINGS LIGHT VERTICAL}") or " "  # a bar would end a table's cell
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def fenced(lines: tuple[str, ...], language: str = "") -> list[str]:
    """Markdown: a block of lines as they stand, which no line of it can end."""
    shown = list(map(plain, lines))
    longest = max((len(run) for line in shown for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *shown, fence]
