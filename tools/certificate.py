#!/usr/bin/env python3
"""The certificate: which Dafny sources were proved, with which tools, and which generated kernel belongs to them.

  write   after verify, generate, audit and resources of the same sources; `make proofs` runs them all
  check   pure Python, no Dafny: the committed sources, generated files and reports are those of the certificate

proofs/certificate.json holds the SHA-256 of every Dafny source, of every generated file and of the committed reports,
the versions of the tools, and a summary of the verification. It holds no times and no paths of a machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import prooflog
from project import (
    BUILD,
    GENERATED,
    PROOFS,
    ROOT,
    ToolError,
    differences,
    generated,
    hashes,
    render_json,
    run_tool,
    say,
    sources,
    write,
)

CERTIFICATE = f"{PROOFS}/certificate.json"
REPORTS = ("audit.txt", "resources.csv")
REMEDY = "Run `make proofs` (needs Dafny), and commit what it writes"


def content(root: Path, tools: dict[str, str]) -> dict[str, object]:
    """The certificate of what is in the checkout now."""
    table = prooflog.parse((root / PROOFS / "resources.csv").read_text(encoding="utf-8"), f"{PROOFS}/resources.csv")
    body: dict[str, object] = {
        "format": 1,
        "tools": tools,
        "sources": sources(root),
        "generated": generated(root),
        "reports": hashes(root, [root / PROOFS / name for name in REPORTS]),
        "verification": prooflog.summary(table),
    }
    return body | {"seal": _seal(body)}


def put(root: Path) -> None:
    """Writes the certificate. ToolError where a step was not run on exactly these sources."""
    now = sources(root)
    records = {step: _record(root, step) for step in ("verified", "audited", "generated")}
    for step, record in records.items():
        if changed := differences(record["sources"], now):
            raise ToolError(_list(f"the sources are not those that were {step}", changed))
    if changed := differences(records["generated"]["generated"], generated(root)):
        raise ToolError(_list(f"{GENERATED} is not what was generated", changed))
    table = prooflog.parse((root / PROOFS / "resources.csv").read_text(encoding="utf-8"), f"{PROOFS}/resources.csv")
    if prooflog.summary(table) != records["verified"]["verification"]:
        raise ToolError(f"{PROOFS}/resources.csv is not the table of this verification. {REMEDY}")
    write(root / CERTIFICATE, render_json(content(root, records["verified"]["tools"])))


def check(root: Path) -> dict[str, Any]:
    """The certificate, where everything it binds is as it says; ToolError names each file that is not."""
    path = root / CERTIFICATE
    if not path.is_file():
        raise ToolError(f"{CERTIFICATE} is missing. {REMEDY}")
    try:
        text = path.read_text(encoding="utf-8")
        said: dict[str, Any] = json.loads(text)
        seal = _seal({key: value for key, value in said.items() if key != "seal"})
        sealed = said["seal"] == seal and render_json(said) == text
        tools = {name: str(version) for name, version in said["tools"].items()}
        tables = [dict(said[part]) for part in ("sources", "generated", "reports")]
    except (ValueError, KeyError, TypeError, AttributeError):
        sealed = False
    if not sealed:
        raise ToolError(f"{CERTIFICATE} was changed by hand or damaged. {REMEDY}")
    reports = [root / PROOFS / name for name in REPORTS if (root / PROOFS / name).is_file()]
    found = [sources(root), generated(root), hashes(root, reports)]
    if changed := [line for expected, now in zip(tables, found, strict=True) for line in differences(expected, now)]:
        raise ToolError(_list(f"the files are not those of {CERTIFICATE}", changed))
    if content(root, tools) != said:
        raise ToolError(f"{CERTIFICATE} does not say what its reports say. {REMEDY}")
    return said


def _record(root: Path, step: str) -> dict[str, Any]:
    path = root / BUILD / f"{step}.json"
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ToolError(f"{BUILD}/{step}.json is missing: nothing was {step}. {REMEDY}") from fault
    return record


def _seal(body: dict[str, Any]) -> str:
    # Against slips, not against forgers: the proofs themselves are what CI re-runs.
    return hashlib.sha256(render_json(body).encode()).hexdigest()


def _list(problem: str, lines: list[str]) -> str:
    return "\n".join([f"{problem}:", *(f"    {line}" for line in lines), f"  {REMEDY}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("write", "check"))
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "write":
        put(root)
        say(f"wrote {CERTIFICATE}")
        return 0
    said = check(root)
    proved, tools = said["verification"], said["tools"]
    say(
        f"certificate: {len(said['sources'])} Dafny sources and {len(said['generated'])} generated files match it: "
        f"{proved['symbols']} symbols, {proved['batches']} batches, Dafny {tools['dafny']}, Z3 {tools['z3']}"
    )
    return 0


if __name__ == "__main__":
    run_tool(main)
