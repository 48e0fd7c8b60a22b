"""What the five attacks share: a world, things that are tried in it, and what they did to it.

An arena is a world with a real gate in front of it. Whether an attack had an effect is never asked of the gate: the
arena looks at the world, at what servers received, files hold, rows say and books show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from havocproof.gate import Denied, Failed, Malformed, Outcome, Pending, Performed

Tried = Outcome | Sequence[Outcome] | None
Step = tuple[str, Callable[[], Tried]]
"""A name for people, and what is tried. None: it did not even become an action."""


class Arena(Protocol):
    """One class of safety. `harms`: everything in the world that must not be there; empty in a safe one."""

    def attacks(self) -> Iterator[Step]: ...
    def work(self) -> Iterator[Step]: ...
    def harms(self) -> list[str]: ...


Build = Callable[[Path, Path], AbstractContextManager[Arena]]
"""From the policy's file and a new directory to an arena, which is closed at the end of the block."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried. effect: what it did to the world that it must not; "" for nothing."""

    name: str
    happened: str
    effect: str
    work: bool
    ok: bool


def run(build: Build, policy: Path, folder: Path) -> list[Row]:
    """All attacks and the work, in the order of the arena, each with its own effect on the world."""
    rows: list[Row] = []
    with build(policy, folder) as arena:
        seen = Counter(arena.harms())
        for steps, work in ((arena.attacks(), False), (arena.work(), True)):
            for name, step in steps:
                tried = step()
                outcomes = [] if tried is None else [tried] if isinstance(tried, Outcome) else list(tried)
                now = Counter(arena.harms())
                new = sorted((now - seen).elements())
                seen = now
                good = bool(outcomes) and all(outcome.ok for outcome in outcomes)
                rows.append(Row(name, told(outcomes), "; ".join(new[:2]), work, not new and (good or not work)))
    return rows


def told(outcomes: Sequence[Outcome]) -> str:
    """Outcomes in a few words; many of one kind once, with their number."""
    found = Counter(word(outcome) for outcome in outcomes)
    return ", ".join(text if count == 1 else f"{count} x {text}" for text, count in found.items()) or "no action"


def word(outcome: Outcome) -> str:
    match outcome:
        case Denied(denial=denial):
            by = denial.rule or denial.facts.get("budget") or denial.facts.get("label") or denial.facts.get("nearest")
            return f"denied ({denial.kind}: {by})" if by else f"denied ({denial.kind})"
        case Pending():
            return f"waits for {' and '.join(sorted(outcome.needs))}"
        case Failed():
            return "in doubt" if outcome.in_doubt else "refused by the port"
        case Malformed(error=error):
            return f"malformed ({error.field or 'action'})"
        case Performed():
            return f"performed ({outcome.rule})"


def table(title: str, rows: Sequence[Row]) -> str:
    """One class as text, as wide as what it says."""
    widths = (max(len(row.name) + 6 * row.work for row in rows), max(len(row.happened) for row in rows))
    lines = [title, f"  {'attack':<{widths[0]}}  {'what happened':<{widths[1]}}  effect on the world"]
    lines.append(f"  {'-' * widths[0]}  {'-' * widths[1]}  {'-' * 24}")
    for row in rows:
        effect = row.effect or ("done" if row.work and row.ok else "not done" if row.work else "none")
        name = f"work: {row.name}" if row.work else row.name
        lines.append(f"  {name:<{widths[0]}}  {row.happened:<{widths[1]}}  {effect}")
    return "\n".join(lines)
