#!/usr/bin/env python3
"""The mutation gate: does a proof notice every small change of the code, the specification and the theorems?

  run      tries every mutant whose verdict no longer holds, and writes proofs/mutants.csv and proofs/mutants.json; goes
           on where it was stopped. With --only, the mutants of some modules or declarations, and nothing is written;
           with --quick, the likeliest proofs only: most mutants in a part of the time, and a list of the others; with
           --again, also those whose verdict still holds, the proof that caught each of them first
  sample   a few minutes of mutants, others each day; fails on one that no proof notices and nobody has explained
  check    no Dafny: the committed tables agree with each other, every survivor has a reason; says what is out of date
  list     the mutants, one a line

HAVOCPROOF_MUTANTS_SEED sets the seed of the sample, otherwise the day (UTC). docs/mutants.md explains the tables.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from mutants import gate
from project import ROOT, run_tool
from toolchain import Search


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name in ("run", "sample"):
        step = steps.add_parser(name)
        step.add_argument("--jobs", type=int, default=2, choices=(1, 2), help="solver processes (default: 2)")
        if name == "run":
            step.add_argument("--only", nargs="+", metavar="NAME", default=[], help="modules, or module.declaration")
            step.add_argument(
                "--quick", action="store_true", help="the likeliest proofs only; lists what they let through"
            )
            step.add_argument("--again", action="store_true", help="believe no verdict of before: try every mutant")
        else:
            step.add_argument(
                "--seconds", type=float, default=150.0, help="begin nothing new after that (default: 150)"
            )
            step.add_argument("--no-download", action="store_true", help="do not fetch Dafny's public release")
    steps.add_parser("check")
    steps.add_parser("list").add_argument("only", nargs="*", metavar="NAME", help="modules, or module.declaration")
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "list":
        gate.show(root, options.only)
    elif options.step == "check":
        gate.check(root)
    elif options.step == "run":
        gate.whole(
            root,
            Search(root=root).find(),
            jobs=options.jobs,
            only=options.only,
            quick=options.quick,
            again=options.again,
        )
    else:
        search = Search(root=root, download=not options.no_download)
        gate.sample(search, gate.seed(os.environ), jobs=options.jobs, seconds=options.seconds)
    return 0


if __name__ == "__main__":
    run_tool(main)
