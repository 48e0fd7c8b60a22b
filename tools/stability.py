#!/usr/bin/env python3
"""Proofs that hold by luck: everything is proved again with other random seeds, and what it costs is compared.

  run         proves every file under each seed; writes proofs/stability.csv (twenty minutes on two cores; a file whose
              rows are of what it says and includes now is left alone)
  check       pure Python: the committed table is of these sources, and keeps the limits; part of `make test`

A seed renames the variables and reorders the declarations that the solver sees, as any small change of the sources may.
A batch that some seed does not prove fails, and so does one that takes more than 2,000,000 resource units under any, or
a proof whose cost varies by more than 20 % (standard deviation over the seeds, of the mean). Proofs below the floor are
not measured by their variation: there a few units of the solver's own bookkeeping make a large share.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import prooflog
from holes import LIMIT
from mutants.program import Program
from project import DAFNY, PROOFS, ROOT, ToolError, run_tool, say, write
from toolchain import Search, Toolchain, environment

TABLE = f"{PROOFS}/stability.csv"
HEADER = "task,batches,mean_units,dearest_batch,variation_percent"
SEEDS = 3
FIRST = 1
MOST = 20.0
FLOOR = 200_000
CHUNK = 8
"""Files proved in one run of Dafny; after each the table is written, so that an interrupted run goes on there."""
REMEDY = "Run `make stability` (needs Dafny), and commit what it writes"


@dataclass(frozen=True, order=True)
class Row:
    """One thing proved under every seed: the mean cost of all its batches, and the dearest batch under any seed."""

    name: str
    batches: int
    mean: int
    dearest: int
    variation: float

    @property
    def faults(self) -> list[str]:
        """What is wrong with it."""
        found = []
        if self.dearest > LIMIT:
            found.append(f"{self.name}: a batch takes {self.dearest:,} units under some seed; {LIMIT:,} are allowed")
        if self.mean >= FLOOR and self.variation > MOST:
            found.append(f"{self.name}: its cost varies by {self.variation} %; {MOST:.0f} % are allowed")
        return found


def rows(runs: list[list[prooflog.Batch]]) -> list[Row]:
    """The table of several verifications of the same sources. ToolError where one proved something else."""
    batches: dict[str, list[list[int]]] = defaultdict(list)
    if failed := unproved(runs):
        raise ToolError(_unproved(failed))
    for run in runs:
        found: dict[str, list[int]] = defaultdict(list)
        for batch in run:
            found[batch.task].append(batch.units)
        for task, units in found.items():
            batches[task].append(units)
    if uneven := sorted(task for task, units in batches.items() if len(units) != len(runs)):
        raise ToolError("proved under some seeds only:" + "".join(f"\n    {task}" for task in uneven))
    return sorted(_row(task, units) for task, units in batches.items())


def unproved(runs: list[list[prooflog.Batch]]) -> dict[str, list[int]]:
    """By task that some seed did not prove, the numbers of these seeds."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, run in enumerate(runs, 1):
        for task in sorted({batch.task for batch in run if batch.outcome != "Passed"}):
            found[task].append(number)
    return found


def _unproved(failed: Mapping[str, list[int]]) -> str:
    return "not proved under every seed:" + "".join(
        f"\n    {task}: not under seed number {', '.join(map(str, seeds))}" for task, seeds in failed.items()
    )


def _row(task: str, runs: list[list[int]]) -> Row:
    sums = [sum(units) for units in runs]
    mean = statistics.fmean(sums)
    variation = round(100 * statistics.pstdev(sums) / mean, 1) if mean else 0.0
    return Row(task, max(len(units) for units in runs), round(mean), max(max(units) for units in runs), variation)


def home(program: Program, task: str) -> str:
    """The file in which a task's symbol stands; ToolError where no module bears its name."""
    module = task.split(" (")[0].rpartition(".")[0]
    if module not in program.modules:
        raise ToolError(f"{task} is of no module in dafny/. {REMEDY}")
    return program.modules[module].file


def render(table: Iterable[Row], seals: Mapping[str, str]) -> str:
    """The table as text, the same for the same content."""
    lines = [f"# seeds {SEEDS}", *(f"# file {file} {seal}" for file, seal in sorted(seals.items())), HEADER]
    lines += [
        f"{prooflog.quoted(row.name)},{row.batches},{row.mean},{row.dearest},{row.variation}" for row in sorted(table)
    ]
    return "\n".join(lines) + "\n"


def parse(text: str) -> tuple[dict[str, str], list[Row]]:
    """The seals by file, and the table. ToolError for anything else."""
    lines = text.splitlines()
    if HEADER not in lines or lines[0] != f"# seeds {SEEDS}":
        raise ToolError(f"{TABLE} is no table of stability under {SEEDS} seeds. {REMEDY}")
    seals, table, start = {}, [], lines.index(HEADER)
    for number, line in enumerate(lines[1:], 2):
        try:
            if number <= start:
                _, word, file, seals[file] = line.split(" ")
                if word != "file":
                    raise ValueError(word)
            elif number > start + 1:
                name, batches, mean, dearest, variation = line.rsplit(",", 4)
                table.append(Row(prooflog.plain(name), int(batches), int(mean), int(dearest), float(variation)))
        except ValueError:
            raise ToolError(f"{TABLE}:{number}: not a row of the table: {line!r}. {REMEDY}") from None
    return seals, table


def check(root: Path) -> list[Row]:
    """The committed table; ToolError if it is of other sources, of other proofs, or breaks a limit."""
    path = root / TABLE
    if not path.is_file():
        raise ToolError(f"{TABLE} is missing. {REMEDY}")
    seals, table = parse(path.read_text(encoding="utf-8"))
    if seals != Program.of(root).seals:
        raise ToolError(f"{TABLE} is of other sources. {REMEDY}")
    proved = prooflog.parse((root / PROOFS / "resources.csv").read_text(encoding="utf-8"), f"{PROOFS}/resources.csv")
    if {row.name for row in table} != {task.name for task in proved}:
        raise ToolError(f"{TABLE} and {PROOFS}/resources.csv tell of different proofs. {REMEDY}")
    judge(table)
    return table


def judge(table: list[Row]) -> None:
    """ToolError with everything that breaks a limit."""
    if faults := [fault for row in table for fault in row.faults]:
        raise ToolError("proofs that hang by a thread:" + "".join(f"\n    {fault}" for fault in faults))


def run(root: Path, toolchain: Toolchain) -> None:
    """Proves every file under each seed, but those whose rows hold; writes the table."""
    program, path, start = Program.of(root), root / TABLE, time.monotonic()
    seals, table = parse(path.read_text(encoding="utf-8")) if path.is_file() else ({}, [])
    stale = sorted(file for file, seal in program.seals.items() if seals.get(file) != seal)
    say(f"proving {len(stale)} of {len(program.seals)} files under {SEEDS} seeds")
    here = {module.file for module in program.modules.values()}
    table = [row for row in table if _place(program, row) in here - set(stale)]
    done = {file: seal for file, seal in program.seals.items() if file not in stale}
    failed: dict[str, list[int]] = {}
    for first in range(0, len(stale), CHUNK):
        chunk = stale[first : first + CHUNK]
        found = _runs(root, toolchain, chunk)
        if Program.of(root).seals != program.seals:
            raise ToolError("the sources changed on the way")
        # A file of which some seed does not prove something is tried again by the next run; the others are done.
        loose = unproved(found)
        failed |= loose
        broken = {home(program, task) for task in loose}
        kept = rows([[batch for batch in each if home(program, batch.task) not in broken] for each in found])
        table += kept
        done |= {file: program.seals[file] for file in chunk if file not in broken}
        write(path, render(table, done))
        say(f"  {len(done)}/{len(program.seals)} files")
    write(path, render(table, done))
    if failed:
        raise ToolError(_unproved(failed))
    worst = sorted((row for row in table if row.mean >= FLOOR), key=lambda row: -row.variation)[:5]
    say(f"wrote {TABLE}: {len(table)} proofs, {time.monotonic() - start:.0f} s; what varies most:")
    for row in worst:
        say(f"  {row.variation:5} %  {row.name}")
    judge(table)


def _place(program: Program, row: Row) -> str:
    """Where a row's symbol stands now; "" if its module is gone."""
    try:
        return home(program, row.name)
    except ToolError:
        return ""


def _runs(root: Path, toolchain: Toolchain, files: list[str]) -> list[list[prooflog.Batch]]:
    """The batches of these files under each seed."""
    found, printed = _measured(root, toolchain, files, FIRST, SEEDS)
    if not found and len(files) > 1:
        each = [_runs(root, toolchain, [file]) for file in files]
        return [[batch for runs in each for batch in runs[number]] for number in range(SEEDS)]
    if not found:
        # Dafny 4.11 cannot prove a general map comprehension several times in one run: one run a seed, then.
        several = [_measured(root, toolchain, files, FIRST + number, 1) for number in range(SEEDS)]
        found, printed = [run for runs, _ in several for run in runs], several[0][1]
    if len(found) != SEEDS:
        raise ToolError(f"dafny measure-complexity told of {len(found)} seeds; {SEEDS} were asked for:\n{printed}")
    return found


def _measured(
    root: Path, toolchain: Toolchain, files: list[str], first: int, seeds: int
) -> tuple[list[list[prooflog.Batch]], str]:
    """The batches under so many seeds, or none where Dafny fails; and the end of what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.csv"
        options = ["--mutations", str(seeds), "--random-seed", str(first), "--resource-limit", str(LIMIT)]
        options += ["--enforce-determinism", "--cores", "2", "--solver-path", str(toolchain.z3)]
        done = subprocess.run(
            [toolchain.dafny, "measure-complexity", *files, *options, "--log-format", f"csv;LogFileName={log}"],
            cwd=root / DAFNY,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        wrote = log.is_file() and log.stat().st_size
        return list(prooflog.read_seeds(log).values()) if wrote else [], done.stdout[-6000:].strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    parser.add_argument("step", choices=("run", "check"))
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "run":
        run(root, Search(root=root).find())
    else:
        say(f"{TABLE}: {len(check(root))} proofs keep the limits under {SEEDS} seeds")
    return 0


if __name__ == "__main__":
    run_tool(main)
