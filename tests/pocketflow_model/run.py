"""Compares many runs of the installed package with the model: `make differential`.

Every run belongs to one seed, which is printed where the two differ; `--show SEED` prints that run.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.pocketflow_model.compare import difference
from tests.pocketflow_model.package import SEMANTICS, source
from tests.pocketflow_model.real import run

CHUNK = 250
SHOWN = 5
TOLD = 50_000
"""Runs between two lines of progress."""


def compare(seeds: range, semantics: str) -> tuple[list[tuple[int, str]], Counter[str]]:
    """The seeds where package and model differ, with the difference; and what happened in all of these runs."""
    found: list[tuple[int, str]] = []
    seen: Counter[str] = Counter()
    for seed in seeds:
        try:
            world = run(seed, semantics)
            said = difference(world)
        except Exception as fault:
            found.append((seed, f"{type(fault).__name__}: {fault}"))
            continue
        if said:
            found.append((seed, said))
        seen["runs"] += 1
        seen["sync" if world.sync else "async"] += 1
        seen.update(f"{entry[1]}" for entry in world.log)
        seen["over"] += world.over
        seen["strict"] += world.strict
    return found, seen


def batches(first: int, count: int, kinds: list[str]) -> Iterator[tuple[range, str]]:
    """The work in pieces: the runs are shared among the semantics, in turns."""
    for at in range(first, first + count, CHUNK):
        yield range(at, min(at + CHUNK, first + count)), kinds[(at - first) // CHUNK % len(kinds)]


def show(seed: int, semantics: str) -> int:
    world = run(seed, semantics)
    for number, spec in enumerate(world.specs):
        print(number, spec)
    for entry in world.log:
        print(*entry)
    said = difference(world)
    print(f"difference: {said}")
    return 1 if said else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="the first run's seed (default: one that is new)")
    parser.add_argument("--semantics", choices=[*SEMANTICS, "both"], default="both", help="(default: both, in turns)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    parser.add_argument("--show", type=int, metavar="SEED", help="print one run and its difference, and nothing else")
    options = parser.parse_args()
    from havocproof.pocketflow.release import recognised  # here: the processes that compare do without the product

    if recognised(source()) is None:
        print("warning: the installed PocketFlow is none of the two that the model was made for", file=sys.stderr)
    kinds = list(SEMANTICS) if options.semantics == "both" else [options.semantics]
    if options.show is not None:
        return show(options.show, kinds[0])
    first = int(time.time()) * 1000 if options.seed is None else options.seed
    print(f"{options.runs:,} runs of PocketFlow ({', '.join(kinds)}), seeds from {first}", flush=True)
    started = time.monotonic()
    total: Counter[str] = Counter()
    failed = 0
    work = list(batches(first, options.runs, kinds))
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for (_, semantics), (found, seen) in zip(work, pool.map(compare, *zip(*work, strict=True)), strict=True):
            total += seen
            if total["runs"] // TOLD > (total["runs"] - seen["runs"]) // TOLD and total["runs"] < options.runs:
                rest = (time.monotonic() - started) / total["runs"] * (options.runs - total["runs"]) / 60
                print(
                    f"  {total['runs']:,} runs, {failed} differences; {rest:.0f} min left", file=sys.stderr, flush=True
                )
            for seed, said in found:
                failed += 1
                if failed <= SHOWN:
                    print(f"DIFFERENCE, seed {seed}, {semantics}: {said}", flush=True)
                    print(f"  to see it: python -m tests.pocketflow_model.run --semantics {semantics} --show {seed}")
    print("  ".join(f"{name} {count:,}" for name, count in sorted(total.items())))
    print(f"{total['runs']:,} runs, {failed} differences, {time.monotonic() - started:.0f} s")
    return 1 if failed or not total["runs"] else 0


if __name__ == "__main__":
    sys.exit(main())
