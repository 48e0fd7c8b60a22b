#!/usr/bin/env python3
"""How much is trusted: the sizes that proofs/TRUSTED.md tells, counted anew.

Python and Dafny in lines that are neither blank nor comments alone; of Dafny, what a reader must agree with and all of
it; the tools in megabytes, where Dafny can be had (--no-download: only where it is here already). Dafny's runtime is
looked for where this Python imports it from.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from holes import blank
from project import DAFNY, GENERATED, ROOT, generated_files, run_tool, say
from toolchain import Search, ToolchainMissing

PACKAGE = "python/havocproof"
PARTS = (
    "actions",
    "analysis",
    "attest",
    "cli",
    "gate",
    "pocketflow",
    "policy",
    "ports",
    "proving",
    "records",
    "reports",
    "stores",
)
SPECIFICATION = (
    *("Action/Names.dfy", "Action/Request.dfy", "Policy/Scene.dfy", "Policy/Spec.dfy", "State/Cells.dfy"),
    *("Boundary/Permission.dfy", "Boundary/Spec.dfy", "Theorems.dfy", "SessionTheorems.dfy"),
)
"""What a reader must agree with: the words that the theorems are made of, and the theorems."""


def lines(paths: Iterable[Path]) -> int:
    """Lines of Python or Dafny that are neither blank nor a comment alone."""
    total = 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".dfy":
            text = blank(text)[0]
        total += sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return total


def repository(root: Path = ROOT) -> dict[str, int]:
    """Lines of each part of the repository that is trusted or read."""
    package, dafny = root / PACKAGE, root / DAFNY
    found = {f"{part}/": lines(sorted((package / part).rglob("*.py"))) for part in PARTS}
    found["kernel/ without generated/"] = lines(sorted((package / "kernel").glob("*.py")))
    found["kernel/generated/"] = lines(path for path in generated_files(root / GENERATED) if path.suffix == ".py")
    found["dafny/ specification and theorems"] = lines(dafny / name for name in SPECIFICATION)
    found["dafny/ all"] = lines(sorted(dafny.rglob("*.dfy")))
    return found


def runtime() -> dict[str, int]:
    """Lines of Dafny's runtime; empty where this Python has none."""
    specs = [importlib.util.find_spec(name) for name in ("_dafny", "System_")]
    files = [Path(spec.origin) for spec in specs if spec is not None and spec.origin is not None]
    return {"DafnyRuntimePython": lines(files)} if len(files) == len(specs) else {}


def tools(download: bool) -> dict[str, int]:
    """Megabytes (10^6 bytes) of Dafny, Boogie and Z3; empty where there is no Dafny."""
    try:
        found = Search(download=download).find()
    except ToolchainMissing:
        return {}
    libraries = [path for path in found.dafny.parent.rglob("*.dll") if path.is_file()]
    parts = {
        "Dafny": [path for path in libraries if path.name.startswith("Dafny")],
        "Boogie": [path for path in libraries if path.name.startswith("Boogie")],
        "Z3": [found.z3],
    }
    return {name: round(sum(path.stat().st_size for path in files) / 1e6) for name, files in parts.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-download", action="store_true", help="do not fetch Dafny's public release")
    options = parser.parse_args()
    for name, count in {**repository(), **runtime()}.items():
        say(f"{count:>7,} lines  {name}")
    for name, count in tools(not options.no_download).items():
        say(f"{count:>7,} MB     {name}")
    return 0


if __name__ == "__main__":
    run_tool(main)
