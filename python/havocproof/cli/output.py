"""How commands print: JSON for programs, short tables for people."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from havocproof.reports.escape import plain as plain


def as_json(value: Any, safe: bool = False) -> None:
    """One JSON document on standard output. `safe`: for a person's eyes, all that is not ASCII is escaped."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=safe)
    print()


def table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    """Columns as wide as their content; the last one wraps at the terminal's width."""
    every = [tuple(map(plain, row)) for row in (head, *rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(head) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(30, shutil.get_terminal_size((100, 24)).columns - indent)
    lines = []
    for row in every:
        start = "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[-1], room) or [""]
        lines.append((start + wrapped[0]).rstrip())
        lines += [" " * indent + line for line in wrapped[1:]]
    return "\n".join(lines)
