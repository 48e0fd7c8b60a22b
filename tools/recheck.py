#!/usr/bin/env python3
"""The proofs' part of `make test`, and its closing line.

Where Dafny 4.11.0 can be had: audits, checks the indentation, generates the kernel anew and compares it byte for byte,
verifies everything, and compares what was proved with the certificate. Where it cannot, it says loudly what was not
re-run and why, and passes; with CI=true or HAVOCPROOF_PROOFS=required it fails.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import certificate
import prooflog
from project import ROOT, ToolError, run_tool, say, sources
from prove import Prover
from toolchain import DAFNY_VERSION, Search, ToolchainMissing

VARIABLE = "HAVOCPROOF_PROOFS"
LINE = "=" * 100


def required(env: Mapping[str, str]) -> bool:
    """Whether a missing Dafny is a failure."""
    wish = env.get(VARIABLE, "")
    if wish not in ("", "required"):
        raise ToolError(f"{VARIABLE} is {wish!r}: leave it unset, or set it to `required`")
    return wish == "required" or env.get("CI", "").lower() in ("true", "1")


def recheck(search: Search) -> str:
    """Re-runs the proofs, or says that they were not; returns the closing line."""
    must, said = required(search.env), certificate.check(search.root)
    try:
        prover = Prover(search.root, search.find())
    except ToolchainMissing as missing:
        say(_loud(missing, len(sources(search.root)) - 1, must))
        if must:
            raise ToolError(
                f"the proofs must be re-run here (CI=true or {VARIABLE}=required), and cannot be"
            ) from missing
        return "passed, but THE PROOFS WERE NOT RE-RUN (no Dafny): lint, types, certificate, tests"
    say(f"Dafny {DAFNY_VERSION} from {prover.toolchain.origin}: {prover.toolchain.dafny}")
    prover.audit(check=True)
    prover.format(check=True)
    if prover.generate(check=True) != said["runtime"]:
        raise ToolError(f"Dafny's runtime is not the one of {certificate.CERTIFICATE}. {certificate.REMEDY}")
    fresh = prooflog.summary(prover.verify())
    if fresh["digest"] != said["verification"]["digest"]:
        raise ToolError(f"what was proved is not what {certificate.CERTIFICATE} says. {certificate.REMEDY}")
    return (
        f"passed: lint, types, certificate, tests, proofs ({fresh['symbols']} symbols verified, audit empty, "
        "kernel generated anew and byte for byte the same)"
    )


def _loud(missing: ToolchainMissing, files: int, must: bool) -> str:
    return "\n".join(
        [
            LINE,
            "THE PROOFS WERE NOT RE-RUN" + (", AND MUST BE" if must else ""),
            f"  Not re-run: verification of {files} Dafny files, audit, indentation, generation of the kernel.",
            f"  Why: {missing}",
            "  Checked instead: the committed sources and the generated kernel are those of proofs/certificate.json.",
            LINE,
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    parser.add_argument("--no-download", action="store_true", help="do not fetch Dafny's public release")
    options = parser.parse_args()
    closing = recheck(Search(root=options.root.resolve(), download=not options.no_download))
    say(f"make test: {closing}")
    return 0


if __name__ == "__main__":
    run_tool(main)
