"""What the desk writes: the figures and the report, in Markdown, every figure with its source in the journal."""

from __future__ import annotations

import re

from examples.research_desk.board import Board
from examples.research_desk.figures import TITLES, Claim, Figure, written
from havocproof.gate import Pending, Performed

_SOURCES = (
    "Recomputed from the desk's data; no figure is a model's. `[12]` names the record of the run's journal that ends"
    " the query, with the SHA-256 of its result; see `havocproof journal show journal.db`."
)
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|~]")


def figures_text(board: Board) -> str:
    """The table of figures. `[12]` is record 12 of the journal, the query that the figure was computed from."""
    known = {(figure.symbol, figure.name): figure for figure in board.figures}
    head = ["| Figure |" + "".join(f" {symbol} |" for symbol in board.symbols)]
    head.append("|---|" + "---:|" * len(board.symbols))
    rows = [
        f"| {title} |" + "".join(f" {_cited(known[symbol, name])} |" for symbol in board.symbols)
        for name, title in TITLES.items()
    ]
    return "\n".join([*head, *rows, ""])


def report_text(board: Board) -> str:
    """The whole report."""
    wrong = [claim for claim in board.claims if not claim.agrees]
    summary = board.summaries.get("publisher", "No summary was written.")
    parts = [
        "# Research report",
        _quoted(summary),
        "## Figures",
        _SOURCES,
        figures_text(board).rstrip(),
        "![A year of closing prices](../figures/chart.svg)",
        "## Claims of the notes",
        f"{len(board.claims)} claims were checked; {len(board.claims) - len(wrong)} agree with the data.",
    ]
    if wrong:
        parts.append("\n".join(f"- {_corrected(claim)}" for claim in wrong))
    if board.unread:
        parts.append(f"No note could be read for {', '.join(board.unread)}.")
    parts += ["## How this was made", _made(board)]
    return "\n\n".join(parts) + "\n"


def _cited(figure: Figure) -> str:
    return f"{written(figure.value)} {''.join(f'[{seq}]' for seq in figure.seqs)}"


def _corrected(claim: Claim) -> str:
    said = f"{claim.symbol}, {claim.name}: the note says {written(claim.value)}"
    if claim.figure is None:
        return f"{said}; there is no such figure"
    return f"{said}; the data say {_cited(claim.figure)}"


def _quoted(text: str) -> str:
    """A model's words, marked as such, so that no markup of theirs becomes part of the report."""
    lines = [_MARKUP.sub(r"\\\g<0>", line) for line in text.splitlines()]
    return "\n".join(f"> {line}" for line in lines) or "> (no summary)"


def _made(board: Board) -> str:
    performed = sum(isinstance(event.outcome, Performed) for event in board.events)
    pending = sum(isinstance(event.outcome, Pending) for event in board.events)
    stopped = len(board.events) - performed - pending
    return f"Up to this page {performed} actions were performed, {stopped} stopped, and {pending} wait for people."
