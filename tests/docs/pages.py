"""The documentation as these tests read it: pages, fenced blocks, links, headings, tables.

Conventions of the pages, all of them checked:

* A fenced block may have a mark, an HTML comment in the line above it. `<!-- runs -->`: the block is run. All blocks
  of one page run in their order, in one directory and one name space: a later one may use what an earlier one made.
* A ```yaml block is a whole policy (`havocproof: 1`), a part of one (its first key is a section such as `rules`), or an
  action (`action: ...`). If its first line is `# name.yaml`, it is a file of that name for the blocks that run.
* In a python block that runs, what stands behind `# ` after a `print(...)` is what is printed; `...` is any text.
* A ```console block that runs holds lines `$ havocproof ...`, each followed by what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^(```+)(\w*)\s*$")
_MARK = re.compile(r"^<!-- (\w+) -->$")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is that of its first line of content, from 1; `mark` is "" if there is none."""

    page: Path
    line: int
    language: str
    mark: str
    text: str

    @property
    def file(self) -> str:
        """The name in a first line `# name.yaml`, or ""."""
        found = re.match(r"# (\S+\.(?:yaml|json))$", self.text.split("\n", 1)[0])
        return found[1] if found else ""

    @property
    def first(self) -> str:
        """The first line that is no comment."""
        return next((line for line in self.text.split("\n") if line and not line.startswith("#")), "")

    def __str__(self) -> str:
        return f"{label(self.page)}:{self.line}"


@dataclass(frozen=True)
class Line:
    """A line of prose, outside of every fenced block."""

    number: int
    text: str


def pages() -> list[Path]:
    """Every page of the repository that people read."""
    found = [*ROOT.glob("*.md")]
    for folder in ("docs", "proofs", "examples"):
        found += (ROOT / folder).rglob("*.md")
    return sorted(page for page in found if "out" not in page.relative_to(ROOT).parts)


def guides() -> list[Path]:
    """The pages whose blocks are checked: README.md and docs/."""
    return [page for page in pages() if page == ROOT / "README.md" or page.is_relative_to(ROOT / "docs")]


def label(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").split("\n")
    opened: tuple[str, str, int] | None = None
    for at, line in enumerate(lines):
        fence = _FENCE.match(line)
        if opened is None and fence is not None:
            opened = (fence[1], fence[2], at + 1)
        elif opened is not None and line.rstrip() == opened[0]:
            _, language, start = opened
            above = _MARK.match(lines[start - 2]) if start >= 2 else None
            text = "\n".join(lines[start:at]) + "\n"
            found.append(Block(page, start + 1, language, above[1] if above else "", text))
            opened = None
    assert opened is None, f"{label(page)}: a fence is not closed"
    return found


def prose(page: Path) -> list[Line]:
    """The lines outside of fenced blocks."""
    found: list[Line] = []
    fence = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        match = _FENCE.match(line)
        if fence:
            fence = "" if line.rstrip() == fence else fence
        elif match is not None:
            fence = match[1]
        else:
            found.append(Line(number, line))
    return found


def links(page: Path) -> Iterator[tuple[int, str]]:
    """(line, target) of every link and image in the prose; what stands in backquotes is none."""
    for line in prose(page):
        for match in _LINK.finditer(_CODE.sub("``", line.text)):
            yield line.number, match[1] or match[2]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found: dict[str, int] = {}
    for line in prose(page):
        heading = _HEADING.match(line.text)
        if heading is None:
            continue
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        again = found.get(slug)
        found[slug] = 0 if again is None else again + 1
        if again is not None:
            found[f"{slug}-{again + 1}"] = 0
    return set(found)


def commands(page: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every `havocproof ...` command line: in fenced blocks without a language, after `$ `, in
    backquotes. What stands behind two blanks is an explanation.
    """
    for block in blocks(page):
        if block.language in ("", "console", "sh"):
            for at, line in enumerate(block.text.split("\n")):
                if line.removeprefix("$ ").startswith("havocproof "):
                    yield block.line + at, line.removeprefix("$ ").split("  ")[0]
    for said in prose(page):
        for found in re.findall(r"`(havocproof [^`]+)`", said.text):
            yield said.number, found


def table(page: Path, *head: str) -> list[list[str]]:
    """The rows of the one table of a page that has these column heads."""
    rows = [[cell.strip() for cell in line.text.strip().strip("|").split("|")] for line in prose(page)]
    starts = [at for at, row in enumerate(rows) if row == list(head)]
    assert len(starts) == 1, f"{label(page)}: {len(starts)} tables with the columns {head}"
    found: list[list[str]] = []
    for row in rows[starts[0] + 2 :]:
        if len(row) != len(head):
            break
        found.append(row)
    return found


def codes(cell: str) -> list[str]:
    """What stands in backquotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)
