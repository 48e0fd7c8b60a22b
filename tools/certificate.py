#!/usr/bin/env python3
"""The certificate: which Dafny sources were proved, with which tools, and which generated kernel belongs to them.

  write   after verify, generate, audit and resources of the same sources; `make proofs` runs them all
  check   pure Python, no Dafny: the committed sources, generated files and reports are those of the certificate

proofs/certificate.json holds the SHA-256 of every Dafny source, of every generated file, of Dafny's runtime for them
and of every report in proofs/, the versions of the tools, the headline lemmas that were verified, and a summary of the
verification. It holds no times and no paths of a machine. The package carries a copy of it, which `havocproof attest`
and the import of the kernel read.
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
SHIPPED = "python/havocproof/attest/certificate.json"
HEADLINES = ("Theorems", "SessionTheorems", "PocketFlowTheorems", "AnalysisTheorems")
"""The Dafny modules whose lemmas are the headline statements: `B1_Decision` is one of theorem B1."""
_PARTS = {
    "verified": {"sources", "tools", "verification"},
    "audited": {"sources"},
    "generated": {"sources", "generated", "runtime"},
}
REMEDY = "Run `make proofs` (needs Dafny), and commit what it writes"


def content(root: Path, tools: dict[str, str], runtime: dict[str, str]) -> dict[str, object]:
    """The certificate of what is in the checkout now."""
    table = prooflog.parse((root / PROOFS / "resources.csv").read_text(encoding="utf-8"), f"{PROOFS}/resources.csv")
    body: dict[str, object] = {
        "format": 2,
        "tools": tools,
        "sources": sources(root),
        "generated": generated(root),
        "runtime": runtime,
        "reports": reports(root),
        "theorems": theorems(table),
        "verification": prooflog.summary(table),
    }
    return body | {"seal": _seal(body)}


def reports(root: Path) -> dict[str, str]:
    """Hashes of the reports: all in proofs/ that is no page for people."""
    left_out = {CERTIFICATE, *(f"{PROOFS}/{path.name}" for path in (root / PROOFS).glob("*.md"))}
    every = [path for path in (root / PROOFS).glob("[!.]*") if path.is_file()]
    return hashes(root, [path for path in every if path.relative_to(root).as_posix() not in left_out])


def theorems(table: list[prooflog.Task]) -> dict[str, list[str]]:
    """The headline lemmas that were verified, as `Module.Lemma`, by the id of their theorem: `B2` of `B2_Once`. What
    else these modules hold has no id."""
    found: dict[str, list[str]] = {}
    for symbol in sorted({task.symbol for task in table}):
        module, _, name = symbol.rpartition(".")
        if module in HEADLINES and "_" in name:
            found.setdefault(name.partition("_")[0], []).append(symbol)
    return found


def put(root: Path) -> None:
    """Writes the certificate. ToolError where a step was not run on exactly these sources."""
    now = sources(root)
    records = {step: _record(root, step) for step in ("verified", "audited", "generated")}
    for step, record in records.items():
        if changed := differences(record["sources"], now):
            raise ToolError(_list(f"the sources are not those that were {step}", changed))
    if changed := differences(records["generated"]["generated"], generated(root)):
        raise ToolError(_list(f"{GENERATED} is not what was generated", changed))
    if not (root / PROOFS / "audit.txt").is_file():
        raise ToolError(f"{PROOFS}/audit.txt is missing. {REMEDY}")
    table = prooflog.parse((root / PROOFS / "resources.csv").read_text(encoding="utf-8"), f"{PROOFS}/resources.csv")
    if prooflog.summary(table) != records["verified"]["verification"]:
        raise ToolError(f"{PROOFS}/resources.csv is not the table of this verification. {REMEDY}")
    text = render_json(content(root, records["verified"]["tools"], records["generated"]["runtime"]))
    for name in (CERTIFICATE, SHIPPED):
        write(root / name, text)


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
        runtime = dict(said["runtime"])
    except (ValueError, KeyError, TypeError, AttributeError):
        sealed = False
    if not sealed:
        raise ToolError(f"{CERTIFICATE} was changed by hand or damaged. {REMEDY}")
    shipped = root / SHIPPED
    if not shipped.is_file() or shipped.read_text(encoding="utf-8") != text:
        raise ToolError(f"{SHIPPED}, which the package carries, is not the same as {CERTIFICATE}. {REMEDY}")
    found = [sources(root), generated(root), reports(root)]
    if changed := [line for expected, now in zip(tables, found, strict=True) for line in differences(expected, now)]:
        raise ToolError(_list(f"the files are not those of {CERTIFICATE}", changed))
    if content(root, tools, runtime) != said:
        raise ToolError(f"{CERTIFICATE} does not say what its reports say. {REMEDY}")
    return said


def _record(root: Path, step: str) -> dict[str, Any]:
    path = root / BUILD / f"{step}.json"
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ToolError(f"{BUILD}/{step}.json is missing: nothing was {step}. {REMEDY}") from fault
    if not record.keys() >= _PARTS[step]:
        raise ToolError(f"{BUILD}/{step}.json is of another version of the tools. {REMEDY}")
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
        say(f"wrote {CERTIFICATE}, and its copy {SHIPPED}")
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
