"""`havocproof prove`: whether a policy's invariants hold, and what breaks those that do not."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json
from havocproof.cli.progress import Progress
from havocproof.cli.writing import write, write_json
from havocproof.errors import ConfigError, PolicyError

if TYPE_CHECKING:
    from havocproof.policy import Policy
    from havocproof.proving.results import Report, Result
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
        "--budget", type=int, default=BUDGET, metavar="N", help=f"boxes to look at for each question (default: {BUDGET})"
    )
    made.add_argument("--strict", action="store_true", help="warnings, and widenings that nothing notices, are errors")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.add_argument("--annotate", action="store_true", help="print findings as commands of GitHub Actions, too")
    for name, what in (("sarif", "SARIF 2.1.0"), ("junit", "JUnit XML"), ("html", "a page for people"), ("markdown", "a summary")):
        made.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {what} there")
    made.add_argument("--cache", type=Path, metavar="DIR", help="keep results there (default: ~/.cache/havocproof/proofs)")
    made.add_argument("--no-cache", action="store_true", help="prove everything anew, and keep nothing")
    made.set_defaults(go=_prove)


def _prove(options: argparse.Namespace) -> int:
    from havocproof.reports.cache import Cache, default_folder
    from havocproof.reports.proved import code_of_proofs

    if options.budget < 1:
        raise ConfigError(f"a budget of {options.budget} boxes decides nothing", f"Leave it out: it is {BUDGET} then.")
    if options.no_cache and options.cache is not None:
        raise ConfigError("--cache and --no-cache say opposite things", "Give one of them.")
    cache = Cache(None if options.no_cache else options.cache or default_folder(os.environ))
    with Progress() as progress:
        every = [_one(path, options, cache, progress) for path in options.policy]
    _only_known(options.only, every)
    code = code_of_proofs(every, options.strict)
    _written(options, every, code)
    return int(code)


def _one(path: Path, options: argparse.Namespace, cache: Cache, progress: Progress) -> Proved:
    """Proves one policy, printing each claim as soon as it is decided."""
    from havocproof.policy import load_policy
    from havocproof.reports import text
    from havocproof.reports.proved import Proved

    progress(f"{path}: reading")
    try:
        policy = load_policy(path)
    except PolicyError as fault:
        proved = Proved(str(path), problems=tuple(fault.problems))
        progress.clear()
        if not options.json:
            _say(text.notices(proved), text.summary(proved))
        return proved

    def decided(result: Result) -> None:
        progress.clear()
        if not options.json:
            print(text.result(result, str(path)), flush=True)

    report, cached = _report(policy, str(path), options, cache, progress, decided)
    mutants = _mutants(path, policy, options, progress) if options.mutants else None
    progress.clear()
    proved = Proved(str(path), report, (), policy, mutants, cached)
    if not options.json:
        more = text.mutants(mutants, str(path)) if mutants is not None else ()
        _say(text.notices(proved), *more, text.summary(proved))
    return proved
