"""`havocproof diff`: what a new version of a policy newly permits, named by the lines that the user wrote."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.progress import Progress
from havocproof.cli.proving import BUDGET
from havocproof.cli.reporting import Forms, report
from havocproof.cli.version import version
from havocproof.errors import ConfigError, PolicyError
from havocproof.reports.escape import plain

if TYPE_CHECKING:
    from havocproof.policy import Policy
    from havocproof.reports.proved import Compared, Exit

Commands = Any  # argparse does not name the type of its subparsers publicly

_FILES = {
    "sarif": "SARIF 2.1.0",
    "junit": "JUnit XML",
    "html": "a page for people",
    "markdown": "the summary of a pull request",
}
_CODES = (
    "Exit codes: 0 compared; with --fail-on-wider 4 if more can happen, 5 if the list is not complete; 2 a file does"
    " not load. docs/prove.md tells the formats."
)


def add(commands: Commands) -> None:
    """Adds the command to the command line."""
    text = "say what a change of a policy newly permits"
    made = commands.add_parser(
        "diff",
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=_CODES,
        usage="%(prog)s [options] (OLD NEW | --since COMMIT POLICY...)",
    )
    made.add_argument(
        "policy", type=Path, nargs="+", help="the old file and the new one; with --since the new ones alone"
    )
    made.add_argument("--since", metavar="COMMIT", help="compare with the files as they were in this commit or branch")
    made.add_argument("--fail-on-wider", action="store_true", help="exit with 4 if more can happen than before")
    made.add_argument(
        "--budget",
        type=int,
        default=BUDGET,
        metavar="N",
        help=f"boxes to look at for each question (default: {BUDGET})",
    )
    made.add_argument("--json", action="store_true", help="print JSON")
    made.add_argument("--annotate", action="store_true", help="print findings as commands of GitHub Actions, too")
    for name, what in _FILES.items():
        made.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {what} there")
    made.set_defaults(go=_diff)


def _diff(options: argparse.Namespace) -> int:
    from havocproof.reports import text
    from havocproof.reports.proved import code_of_difference

    if options.budget < 1:
        raise ConfigError(f"a budget of {options.budget} boxes decides nothing", f"Leave it out: it is {BUDGET} then.")
    if options.since is None and len(options.policy) != 2:
        raise ConfigError(
            f"{len(options.policy)} files cannot be compared", "Give the old one and the new one, or --since."
        )
    every = []
    with Progress() as progress:
        for compared in _every(options, progress):
            progress.clear()
            every.append(compared)
            if options.json:
                continue
            if options.since is not None:
                print(plain(f"{compared.new} since {options.since}:"))
            for line in text.difference(compared):
                print(line)
    code = max((code_of_difference(each, options.fail_on_wider) for each in every), key=_severity)
    _written(options, every, code)
    return int(code)


def _severity(code: Exit) -> bool | int:
    """What is sure beats what is not decided."""
    return (0, 5, 4).index(code)


def _every(options: argparse.Namespace, progress: Progress) -> Iterator[Compared]:
    from havocproof.cli.history import as_of
    from havocproof.policy import load_policy, loads_policy

    if options.since is None:
        old, new = options.policy
        progress(f"{new}: comparing with {old}")
        yield _compared(load_policy(old), load_policy(new), str(old), str(new), options.budget)
        return
    for path in options.policy:
        progress(f"{path}: comparing with {options.since}")
        new = load_policy(path)
        name = f"{options.since}:{path if path.is_absolute() else f'./{path}'}"  # as git writes it
        with ExitStack() as stack:
            was = stack.enter_context(as_of(options.since, path))
            nothing = f"havocproof: 1\npolicy: {new.name}\n"  # before a new file, nothing was permitted
            old = loads_policy(nothing, name) if was is None else _old(was, name)
            yield _compared(old, new, name, str(path), options.budget)


def _old(path: Path, name: str) -> Policy:
    """The policy as it was. Its problems name the commit, not the folder that it was unpacked into."""
    from havocproof.policy import load_policy

    try:
        return load_policy(path)
    except PolicyError as fault:
        raise PolicyError([replace(each, file=each.file.replace(str(path), name)) for each in fault.problems]) from None


def _compared(old: Policy, new: Policy, was: str, now: str, budget: int) -> Compared:
    from havocproof.proving.narrowing import difference
    from havocproof.reports.proved import Compared

    wider, narrower = difference(old, new, boxes=budget), difference(new, old, boxes=budget)
    return Compared(was, now, wider, narrower, (old.digest, new.digest))


def _written(options: argparse.Namespace, every: Sequence[Compared], code: Exit) -> None:
    from havocproof.reports import data, diff_page, junit, markdown
    from havocproof.reports.findings import of_difference

    forms = Forms(
        data=lambda: data.differences(every, code, version()),
        junit=lambda: junit.differences(every, options.fail_on_wider),
        html=lambda: diff_page.diff_page(every, version()),
        markdown=lambda: "\n".join(map(markdown.difference, every)),
    )
    report(options, "diff", code, [finding for each in every for finding in of_difference(each)], forms)
