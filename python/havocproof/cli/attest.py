"""`havocproof attest`: whether the code that decides is the code that was proved, and what holds then."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json, plain, table

if TYPE_CHECKING:
    from havocproof.attest.certificate import Certificate
    from havocproof.attest.checking import Report

_WIDTH = 100


def add(commands: Any) -> None:
    """Adds the command to the command line."""
    attest = commands.add_parser("attest", help="check that the installed kernel is the one that was proved")
    attest.add_argument("--certificate", type=Path, metavar="FILE", help="a certificate from elsewhere to compare with")
    attest.add_argument("--sources", type=Path, metavar="DIR", help="a checkout whose Dafny sources to compare")
    attest.add_argument("--json", action="store_true", help="print JSON")
    attest.set_defaults(go=_attest)


def _attest(options: argparse.Namespace) -> int:
    from havocproof.attest.checking import attest

    report = attest(options.sources, options.certificate)
    if options.json:
        as_json(_form(report))
    else:
        print("\n".join(_told(report)))
    return int(not report.ok)


def _form(report: Report) -> dict[str, Any]:
    """The report as JSON types. `theorems` and `claim` only where they hold."""
    from havocproof.attest.claims import CLAIM, NOT_YET, TRUSTED

    said = report.certificate
    form: dict[str, Any] = {
        "ok": report.ok,
        "problems": [{"file": file, "problem": problem} for file, problem in report.problems],
        "compared": dict(report.compared),
        "versions": dict(report.versions),
        "certificate": None,
    }
    if said is not None:
        form["certificate"] = {
            "seal": said.seal,
            "tools": dict(said.tools),
            "verification": dict(said.verification),
        }
    if report.ok and said is not None:
        form["claim"] = f"{CLAIM} {NOT_YET}"
        form["theorems"] = [
            {"id": id, "says": words, "lemmas": list(said.theorems[id])} for id, words in _theorems(said)
        ]
        form["trusted"] = list(TRUSTED)
    return form


def _told(report: Report) -> Iterator[str]:
    """The report for people, line by line."""
    from havocproof.attest.claims import CLAIM, NOT_YET, TRUSTED

    said = report.certificate
    for file, problem in report.problems:
        yield plain(f"{file}: {problem}")
    if not report.ok or said is None:
        yield "DOES NOT HOLD: this is not the code that was proved, or not the proof of it"
        yield "Install havocproof again from a source that you trust; after a change in dafny/, run `make proofs`"
        return
    yield "The code that decides is the code that was generated from the Dafny sources that were proved."
    yield ""
    yield from textwrap.wrap(CLAIM, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from textwrap.wrap(NOT_YET, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
    rows = []
    for id, words in _theorems(said):
        lemmas = ", ".join(name.split(".")[-1] for name in said.theorems[id])
        rows.append((id, f"{words} [{lemmas}]"))
    yield table(rows, ("theorem", "says [lemmas]"))
    yield ""
    yield "Trusted, not proved (proofs/TRUSTED.md names the test that stands in for each proof):"
    for line in TRUSTED:
        yield from textwrap.wrap(line, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
    yield ""
    yield from _compared(report, said)


def _compared(report: Report, said: Certificate) -> Iterator[str]:
    """What was compared with what, and the versions."""
    count, proved, tools = report.compared, said.verification, said.tools
    there = (
        f"{count['sources']} Dafny sources and {count['reports']} reports" if count["sources"] else "no sources here"
    )
    yield f"compared:    {count['generated']} generated files, {count['runtime']} of Dafny's runtime, {there}"
    yield f"proved:      {proved['symbols']} symbols in {proved['batches']} batches"
    yield f"by:          Dafny {tools['dafny']}, Z3 {tools['z3']}"
    yield "versions:    " + ", ".join(f"{name} {version}" for name, version in report.versions.items())
    yield f"certificate: {said.seal}"


def _theorems(said: Certificate) -> list[tuple[str, str]]:
    """(id, words) of each theorem that was verified: B1 to B11, then records, then the safety classes."""
    from havocproof.attest.claims import WORDS

    known = [id for id in WORDS if id in said.theorems]
    return [(id, WORDS.get(id, "")) for id in [*known, *sorted(said.theorems.keys() - WORDS.keys())]]
