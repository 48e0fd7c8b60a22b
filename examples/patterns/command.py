"""The command behind run.py: what each pattern did, and what its agents were told first."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from examples.patterns import evaluator_loop, handoff, map_reduce, orchestrator_workers, review, router
from examples.patterns.kit import Desk, Shared

PATTERNS: dict[str, Callable[[Desk], Shared]] = {
    "orchestrator_workers": orchestrator_workers.main,
    "router": router.main,
    "handoff": handoff.main,
    "map_reduce": map_reduce.main,
    "evaluator_loop": evaluator_loop.main,
    "review": review.main,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py", description="Runs the patterns.")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help=", ".join(PATTERNS))
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.patterns if name not in PATTERNS]:
        parser.error(f"no pattern {unknown[0]}; there are {', '.join(PATTERNS)}")
    for name in options.patterns or PATTERNS:
        with tempfile.TemporaryDirectory(prefix="havocproof-patterns-") as folder:
            desk = Desk(Path(folder) / "desk")
            store = PATTERNS[name](desk)
            files = sorted(str(path.relative_to(desk.folder)) for path in desk.folder.rglob("*") if path.is_file())
        print(f"{name}: files {', '.join(file for file in files if '.keep' not in file)}")
        for text in desk.sent:
            print(f"  sent: {text}")
        for line in store["briefs"][0].splitlines():
            print(f"    {line}")
    return 0
