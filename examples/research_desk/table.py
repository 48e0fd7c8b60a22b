"""The run as tables of text for a terminal of any sensible width: what was stopped, asked, permitted, and by what."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest

from examples.research_desk.board import Event
from examples.research_desk.checks import ending, steps
from examples.research_desk.desk import Run
from havocproof.actions import (
    Action,
    HttpRequest,
    ModelCall,
    Payment,
    SqlChange,
    SqlQuery,
    SqlSchema,
    ToolCall,
    TradeOrder,
)
from havocproof.gate import Denied, Failed, Malformed, Pending, Performed

NARROWEST, WIDEST = 80, 160
_GAP = 2
_WIDTHS = (6, 14, 0.44, 17, 0.56)
_MOST_ACTION = 100


class _Wrapper(textwrap.TextWrapper):
    """Breaks at blanks and, as paths need it, after the slashes inside of words."""

    wordsep_re = re.compile(r"(\s+)|(?<=[\w*/]/)(?=[^\s/])")


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome, in words. `record`: where the journal speaks about it. `tried`: the script's word for it, or ""."""

    record: int
    agent: str
    verdict: str
    action: str
    rule: str
    reason: str
    remedy: str
    tried: str = ""


def rows(run: Run) -> list[Row]:
    """All outcomes but the plainly performed ones, in order."""
    tried = {id(event): given.line.wrong for given, event in steps(run)}
    return [
        _row(event, tried.get(id(event), "swallows a denial" if event.agent == "careless" else ""))
        for event in run.board.events
        if ending(event.outcome) != "performed"
    ]


def permitted(run: Run) -> list[tuple[str, str, int, str]]:
    """(verb, rule, how often, agents) of what was performed."""
    found: Counter[tuple[str, str]] = Counter()
    agents: dict[tuple[str, str], dict[str, None]] = {}
    for event in run.board.events:
        if isinstance(event.outcome, Performed) and ending(event.outcome) == "performed":
            key = (event.outcome.action.verb, event.outcome.rule)
            found[key] += 1
            agents.setdefault(key, {})[event.agent.partition("-")[0]] = None
    return [(verb, rule, count, ", ".join(agents[verb, rule])) for (verb, rule), count in found.items()]


def render(run: Run, width: int) -> str:
    """The tables. `width`: columns of the terminal; it is kept between 80 and 160."""
    width = min(max(width, NARROWEST), WIDEST)
    listed, done = rows(run), permitted(run)
    groups = {
        "STOPPED": [row for row in listed if row.verdict not in ("asked", "failed")],
        "ASKED: nothing happens until people agree": [row for row in listed if row.verdict == "asked"],
        "FAILED: permitted, and the world did not play along": [row for row in listed if row.verdict == "failed"],
    }
    parts = []
    for title, group in groups.items():
        if group:
            head = ("record", "agent", "what it tried", "verdict", "why, and what to do instead")
            parts += [_titled(title, len(group)), _table(head, [_cells(row) for row in group], _WIDTHS, width)]
    parts += [
        _titled("PERMITTED", sum(count for _, _, count, _ in done)),
        _table(
            ("action", "by rule", "times", "agents"),
            [(verb, rule, str(count), agents) for verb, rule, count, agents in done],
            (16, 18, 6, 1.0),
            width,
        ),
    ]
    return "\n\n".join(parts)


def as_json(run: Run) -> dict[str, object]:
    """The same for machines."""
    return {
        "outcomes": [asdict(row) for row in rows(run)],
        "permitted": [
            {"action": verb, "rule": rule, "times": count, "agents": agents}
            for verb, rule, count, agents in permitted(run)
        ],
    }


def brief(action: Action) -> str:
    """An action in a few words."""
    match action:
        case HttpRequest():
            return f"{action.method} {action.origin}{action.path}"
        case SqlQuery() | SqlChange() | SqlSchema():
            return action.statement
        case Payment():
            return f"pay {action.amount} to {action.payee}"
        case TradeOrder():
            return f"{action.side} {action.quantity} {action.symbol} for {action.amount}"
        case ModelCall():
            return f"ask {action.model}"
        case ToolCall():
            return action.tool
        case _:
            return f"{action.verb} {getattr(action, 'path', '')}".rstrip()


def _row(event: Event, tried: str) -> Row:
    outcome, verdict = event.outcome, ending(event.outcome)
    action = "" if isinstance(outcome, Malformed) else brief(outcome.action)
    match outcome:
        case Denied(denial=denial):
            rule = f"{denial.rule} ({denial.kind})" if denial.rule else f"no rule ({denial.kind})"
            if nearest := denial.facts.get("nearest"):
                rule += f", nearest {nearest}"
            left = f" Left: {denial.facts['left']}." if "left" in denial.facts else ""
            reason, remedy = denial.why + left, denial.remedy
        case Pending():
            verdict, rule = "asked", " and ".join(sorted(outcome.needs))
            reason, remedy = outcome.why, outcome.remedy
        case Failed(error=error):
            rule, reason, remedy = f"{outcome.action.verb.partition('.')[0]} port", error.message, error.remedy
        case Malformed(error=error):
            tried = tried or "sends text that is no action"
            rule, reason, remedy = "", error.message, error.remedy
        case Performed():
            rule, remedy = outcome.rule, ""
            reason = "This key was paid before: the first receipt was given again, and nothing moved."
    return Row(event.seq, event.agent, verdict, action, rule, reason, remedy, tried)


def _cells(row: Row) -> Sequence[str]:
    action = row.action if len(row.action) <= _MOST_ACTION else f"{row.action[: _MOST_ACTION - 3]}..."
    return (
        str(row.record),
        row.agent,
        ": ".join(text for text in (row.tried, action) if text),
        f"{row.verdict}: {row.rule}" if row.rule else row.verdict,
        " ".join(_sentence(text) for text in (row.reason, row.remedy) if text),
    )


def _titled(title: str, count: int) -> str:
    word, colon, more = title.partition(":")
    return f"{word} ({count}){colon}{more}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _table(head: Sequence[str], body: Sequence[Sequence[str]], widths: Sequence[float], total: int) -> str:
    """`widths`: columns, or below or equal to 1 a share of what the fixed ones leave."""
    fixed = sum(int(width) for width in widths if width > 1) + _GAP * (len(widths) - 1)
    sizes = [int(width) if width > 1 else int((total - fixed) * width) for width in widths]
    ruler = ["-" * size for size in sizes]
    return "\n".join(line for cells in (head, ruler, *body) for line in _wrapped(cells, sizes))


def _wrapped(cells: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    columns = [_Wrapper(size).wrap(cell) for cell, size in zip(cells, sizes, strict=True)]
    for row in zip_longest(*columns, fillvalue=""):
        padded = [cell.ljust(size) for cell, size in zip(row, sizes, strict=True)]
        yield (" " * _GAP).join(padded).rstrip()
