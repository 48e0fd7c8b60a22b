"""What `prove` and `diff` write beside their lines: each form that was asked for, made when it is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json
from havocproof.cli.version import version
from havocproof.cli.writing import write, write_json

if TYPE_CHECKING:
    from havocproof.reports.findings import Finding
    from havocproof.reports.proved import Exit


@dataclass(frozen=True, slots=True)
class Forms:
    """How a command's results look in each form. `data`: for --json."""

    data: Callable[[], Any]
    junit: Callable[[], str]
    html: Callable[[], str]
    markdown: Callable[[], str]


def report(options: argparse.Namespace, command: str, code: Exit, findings: Sequence[Finding], forms: Forms) -> None:
    """Writes the forms that the options ask for. `command`: prove or diff. ConfigError if a file cannot be written."""
    from havocproof.reports import sarif, workflow

    if options.json:
        as_json(forms.data(), safe=True)
    if options.annotate:
        for line in workflow.commands(findings):
            print(line, file=sys.stderr if options.json else sys.stdout)
    if options.sarif is not None:
        write_json(options.sarif, sarif.sarif(findings, command, code, version(), Path()))
    for path, form in ((options.junit, forms.junit), (options.html, forms.html), (options.markdown, forms.markdown)):
        if path is not None:
            write(path, form())
