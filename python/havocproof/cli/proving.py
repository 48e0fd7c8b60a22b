"""`havocproof prove`: whether a policy's invariants hold, and what breaks those that do not."""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.progress import Progress
from havocproof.cli.reporting import Forms, report
from havocproof.cli.version import version
from havocproof.errors import ConfigError, PolicyError

if TYPE_CHECKING:
    from havocproof.policy import Policy
    from havocproof.proving.results import Result
    from havocproof.reports.cache import Cache
    from havocproof.reports.proved import Exit, Proved

Commands = Any  # argparse does not name the type of its subparsers publicly

BUDGET = 50_000
_CODES = (
    "Exit codes: 0 every invariant holds; 4 one is false; 2 a file does not load; 5 one is not decided; with --strict 1"
    " if there is a warning. docs/prove.md tells the formats."
)


def add(commands: Commands) -> None:
    """Adds the command to the command line."""
    text = "prove a policy's own invariants, or show what breaks them"
    made = commands.add_parser("prove", help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=_CODES)
    made.add_argument("policy", type=Path, nargs="+", help="policy file")
    made.add_argument("--only", action="append", default=[], metavar="ID", help="prove only the invariant of this id")
    made.add_argument("--mutants", action="store_true", help="widen each rule in turn: which invariant notices?")
    made.add_argument(
        "--budget",
        type=int,
        default=BUDGET,
        metavar="N",
        help=f"boxes to look at for each question (default: {BUDGET})",
    )
    made.add_argument("--strict", action="store_true", help="warnings, and widenings that nothing notices, are errors")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.add_argument("--annotate", action="store_true", help="print findings as commands of GitHub Actions, too")
    for name, what in (
        ("sarif", "SARIF 2.1.0"),
        ("junit", "JUnit XML"),
        ("html", "a page for people"),
        ("markdown", "a summary"),
    ):
        made.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {what} there")
    made.add_argument(
        "--cache", type=Path, metavar="DIR", help="keep results there (default: ~/.cache/havocproof/proofs)"
    )
    made.add_argument("--no-cache", action="store_true", help="prove everything anew, and keep nothing")
    made.set_defaults(go=_prove)


def _prove(options: argparse.Namespace) -> int:
    from havocproof.policy import load_policy
    from havocproof.reports.cache import Cache, default_folder
    from havocproof.reports.proved import Proved, code_of_proofs

    if options.budget < 1:
        raise ConfigError(f"a budget of {options.budget} boxes decides nothing", f"Leave it out: it is {BUDGET} then.")
    if options.no_cache and options.cache is not None:
        raise ConfigError("--cache and --no-cache say opposite things", "Give one of them.")
    cache = Cache(None if options.no_cache else options.cache or default_folder(os.environ))
    every: list[Proved] = []
    for path in options.policy:
        try:
            every.append(Proved(str(path), policy=load_policy(path)))
        except PolicyError as fault:
            every.append(Proved(str(path), problems=tuple(fault.problems)))
    _known(options.only, every)
    with Progress() as progress:
        every = [_one(each, options, cache, progress) for each in every]
    code = code_of_proofs(every, options.strict)
    _written(options, every, code)
    return int(code)


def _known(only: Sequence[str], every: Sequence[Proved]) -> None:
    """Each id that is asked for is one: a misspelt one would prove nothing, and say that all is well."""
    known = {each.id for proved in every if proved.policy is not None for each in proved.policy.invariants}
    for name in only:
        if name not in known and all(proved.policy is not None for proved in every):
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(known)) or 'none'}."
            raise ConfigError(f"no invariant has the id {name}", remedy)


def _one(proved: Proved, options: argparse.Namespace, cache: Cache, progress: Progress) -> Proved:
    """Proves one policy, and prints each claim as soon as it is decided."""
    from havocproof.reports import text

    if proved.policy is not None:
        proved = _proved(proved, proved.policy, options, cache, progress)
    progress.clear()
    if not options.json:
        lines = [*text.notices(proved)]
        lines += text.mutants(proved.mutants, proved.path) if proved.mutants is not None else ()
        for line in (*lines, text.summary(proved)):
            print(line)
    return proved


def _proved(proved: Proved, policy: Policy, options: argparse.Namespace, cache: Cache, progress: Progress) -> Proved:
    from havocproof.proving.mutants import mutants
    from havocproof.proving.prove import prove
    from havocproof.proving.results import MutantReport, Report
    from havocproof.reports import text

    waiting = [each.id for each in policy.invariants if not options.only or each.id in options.only]
    number = 0

    def decided(result: Result) -> None:
        nonlocal number
        number += 1
        progress.clear()
        if not options.json:
            print(text.result(result, proved.path), flush=True)
        doing()

    def doing() -> None:
        step = (
            f"proving {number + 1} of {len(waiting)}: {waiting[number]}"
            if number < len(waiting)
            else "looking at rules"
        )
        progress(f"{proved.path}: {step}")

    def widening(what: str) -> None:
        progress(f"{proved.path}: widening {what}")

    doing()
    name = _key(proved.path, policy, options, "claims")
    report = cache.get(name, Report)
    cached = report is not None and report.digest == policy.digest
    if report is None or not cached:
        report = prove(policy, boxes=options.budget, only=options.only or None, progress=decided)
        cache.put(name, report)
    else:
        for result in report.results:
            decided(result)
    found = None
    if options.mutants:
        name = _key(proved.path, policy, options, "mutants")
        found = cache.get(name, MutantReport)
        if found is None:
            found = mutants(policy, boxes=options.budget, progress=widening)
            cache.put(name, found)
    return replace(proved, report=report, mutants=found, cached=cached)


def _key(path: str, policy: Policy, options: argparse.Namespace, what: str) -> str:
    """Under which the answer is kept; "" if it may depend on what cannot be read, so that it is not kept."""
    from havocproof.policy import loads_policy
    from havocproof.reports.cache import key

    read = {}
    for claim in policy.invariants:
        if claim.narrower is not None:
            try:
                other = loads_policy(claim.narrower.text, claim.narrower.name, claim.narrower.folder)
            except PolicyError:
                return ""
            read[claim.narrower.name] = other.digest
    asked = {"what": what, "path": path, "only": sorted(set(options.only)), "budget": options.budget}
    return key(policy.digest, asked, read)


def _written(options: argparse.Namespace, every: Sequence[Proved], code: Exit) -> None:
    """Everything that was asked for beside the lines above."""
    from havocproof.reports import data, junit, markdown, page
    from havocproof.reports.findings import of_proofs

    forms = Forms(
        data=lambda: data.proofs(every, code, version()),
        junit=lambda: junit.junit(every, options.strict),
        html=lambda: page.page(every, version()),
        markdown=lambda: markdown.proofs(every),
    )
    report(options, "prove", code, list(of_proofs(every)), forms)
