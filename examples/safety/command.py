"""The command behind attack.py: which classes, with which policies, and what it prints."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from examples.safety import database, egress, exfiltration, files, payments
from examples.safety.arena import Build, Row, run, table

HERE = Path(__file__).resolve().parent
CLASSES: dict[str, tuple[str, Build]] = {
    "egress": ("S1  Unauthorised network egress", egress.build),
    "exfiltration": ("S2  Exfiltration of personal data", exfiltration.build),
    "payments": ("S3  Irreversible payments", payments.build),
    "files": ("S4  Destructive file operations", files.build),
    "database": ("S5  Database modification and closed columns", database.build),
}


def attack(name: str, policies: Path = HERE) -> list[Row]:
    """Everything against one class, in a world of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="havocproof-safety-") as folder:
        return run(CLASSES[name][1], policies / f"{name}.yaml", Path(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="attack.py", description="Attacks the five example policies.")
    parser.add_argument("classes", nargs="*", metavar="CLASS", help=", ".join(CLASSES))
    parser.add_argument("--policies", type=Path, default=HERE, metavar="DIR", help="where the five policies lie")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.classes if name not in CLASSES]:
        parser.error(f"no class {unknown[0]}; there are {', '.join(CLASSES)}")
    began, everything = time.monotonic(), []
    for name in options.classes or CLASSES:
        rows = attack(name, options.policies)
        everything += rows
        print(table(CLASSES[name][0], rows), end="\n\n")
    tried = [row for row in everything if not row.work]
    harmed, undone = [row for row in tried if not row.ok], [row for row in everything if row.work and not row.ok]
    print(f"{len(tried)} attacks in {time.monotonic() - began:.1f} s: {len(harmed)} had an effect.", end=" ")
    print(f"{len(everything) - len(tried)} pieces of work: {len(undone)} not done.")
    return 1 if harmed or undone else 0
