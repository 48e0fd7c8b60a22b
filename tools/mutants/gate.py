"""The gate's steps: the whole run, the day's sample, the check without Dafny, the list."""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import prooflog
from mutants import sites, survivors, table
from mutants.dafny import Workplace
from mutants.hunt import SLICES, Hunt
from mutants.mutant import Mutant
from mutants.program import Program
from mutants.store import CAUGHT, EXHAUSTED, SURVIVED, VERDICTS, Key, Store, Verdict
from project import BUILD, PROOFS, ToolError, say
from recheck import required
from toolchain import Search, Toolchain, ToolchainMissing

VARIABLE = "HAVOCPROOF_MUTANTS_SEED"
VERDICTS_FILE = f"{BUILD}/mutants.jsonl"


def seed(env: Mapping[str, str]) -> int:
    """The sample's seed: what the environment says, otherwise the day in UTC as a number."""
    text = env.get(VARIABLE, "")
    if text and not text.isdecimal():
        raise ToolError(f"{VARIABLE} is {text!r}: must be a whole number")
    return int(text or datetime.datetime.now(datetime.UTC).strftime("%Y%m%d"))


def show(root: Path, only: Sequence[str]) -> None:
    for mutant in _only(sites.mutants(Program.of(root)), only):
        say(f"{mutant.kind:13}  {mutant}")


def check(root: Path) -> None:
    """Says how far the tables fit the sources; ToolError where they are wrong or a survivor has no reason."""
    program = Program.of(root)
    found = table.check(root, program, sites.mutants(program), survivors.reasons(root))
    ends = Counter(row.verdict.verdict for row in found.fresh)
    say(
        f"mutants: {len(found.fresh)} verdicts hold: "
        + ", ".join(f"{ends[end]} {end}" for end in VERDICTS if ends[end])
    )
    if found.stale or found.untried or found.gone:
        say(
            f"  out of date since the last whole run: {len(found.stale)} whose proofs have changed, "
            f"{len(found.untried)} new, {len(found.gone)} gone. `make mutants` brings the table up to date"
        )


def whole(
    root: Path, toolchain: Toolchain, *, jobs: int, only: Sequence[str], quick: bool = False, again: bool = False
) -> None:
    """Judges every mutant, or those named; without `only` writes the tables. ToolError on an unexplained one.

    `quick`: with the likeliest proofs only; what they do not catch is listed, and stays untried in the tables.
    `again`: no verdict of before counts, but the proof that caught a mutant is still the first that is tried on it.
    """
    program = Program.of(root)
    mutants, reasons = _only(sites.mutants(program), only), survivors.reasons(root)
    store = Store(root / VERDICTS_FILE, program, [row.verdict for row in table.read(root)])
    known = _known(store.verdicts.values())
    if again:
        store.forget(mutants)
    todo = [mutant for mutant in mutants if not store.valid(mutant)]
    say(f"{len(mutants)} mutants, {len(mutants) - len(todo)} verdicts of before still hold")
    start = time.monotonic()
    progress = _Progress(len(todo))
    try:
        with _places(program, toolchain, jobs) as places:
            hunt = Hunt(program, store, _units(root), places, known, quick=quick)
            hunt.run(todo, progress.told)
    finally:  # what was judged is kept, whatever ended the run
        progress.end()
        verdicts = {mutant.key: found for mutant in mutants if (found := store.valid(mutant))}
        rows = table.rows(mutants, verdicts)
        if not only:
            table.put(root, rows, reasons, len(mutants) - len(rows))
    _report(rows, time.monotonic() - start)
    if quick:
        for mutant in mutants:
            if mutant.key not in verdicts:
                say(f"open: {mutant}")
    _fail_unexplained([row.verdict for row in rows], reasons)


def sample(search: Search, number: int, *, jobs: int, seconds: float) -> None:
    """Tries mutants that the table knows as caught, in a random order until the time is over: they still must be.

    Those that no whole run has come to yet are not drawn, and their number is told. Without Dafny says that nothing was
    tried, or fails where proofs must run.
    """
    must = required(search.env)
    try:
        toolchain = search.find()
    except ToolchainMissing as missing:
        if must:
            raise
        say(f"NO MUTANT WAS TRIED (no Dafny):\n{missing}")
        return
    program, reasons = Program.of(search.root), survivors.reasons(search.root)
    known = _known(row.verdict for row in table.read(search.root))
    everything = sites.mutants(program)
    pages = _pages([mutant for mutant in everything if mutant.key in known], random.Random(number))
    deadline = time.monotonic() + seconds
    tried: list[Mutant] = []
    doubted: list[Mutant] = []
    with _places(program, toolchain, jobs) as places, tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "verdicts.jsonl", program)
        while time.monotonic() < deadline and pages:
            page = [mutant for several in pages[:jobs] for mutant in several]
            pages = pages[jobs:]
            hunt = Hunt(program, store, _units(search.root), places, known, deadline)
            hunt.run(page)
            tried += page
            doubted += hunt.doubted
        # What its proof of before lets through is not left open: every other proof meets it, however long that takes.
        Hunt(program, store, _units(search.root), places, known).run(doubted)
    ends = Counter(verdict.verdict for verdict in store.verdicts.values())
    open_ = [mutant for mutant in tried if mutant.key not in store.verdicts]
    say(
        f"mutants, seed {number} ({VARIABLE} sets another): "
        + ", ".join(f"{ends[end]} {end}" for end in VERDICTS if ends[end])
        + (f", {len(open_)} not finished" if open_ else "")
        + f"; of {len(everything)} the table knows {len(known)} as caught"
    )
    if not ends[CAUGHT] + ends[EXHAUSTED]:
        raise ToolError("the sample caught no mutant at all: raise --seconds, or see `make mutants`")
    _fail_unexplained(store.verdicts.values(), reasons)


def _pages(mutants: Sequence[Mutant], chance: random.Random) -> list[list[Mutant]]:
    """The mutants in a random order, but those of a module together by the file that Dafny is started for."""
    homes: dict[str, list[Mutant]] = {}
    for mutant in chance.sample(mutants, len(mutants)):
        homes.setdefault(mutant.symbol.split(".")[0], []).append(mutant)
    pages = [several[at : at + SLICES] for several in homes.values() for at in range(0, len(several), SLICES)]
    return chance.sample(pages, len(pages))


def _only(mutants: list[Mutant], names: Sequence[str]) -> list[Mutant]:
    if not names:
        return mutants
    found = [mutant for mutant in mutants if mutant.symbol in names or mutant.symbol.split(".")[0] in names]
    if missing := [n for n in names if not any(n in (m.symbol, m.symbol.split(".")[0]) for m in found)]:
        raise ToolError(f"no mutants of {', '.join(missing)}: give modules or module.declaration, as `list` shows them")
    return found


def _known(verdicts: Iterable[Verdict]) -> dict[Key, str]:
    return {v.key: v.by for v in verdicts if v.verdict in (CAUGHT, EXHAUSTED)}


def _units(root: Path) -> dict[str, int]:
    """What each proof costs, from the table of resources."""
    path = root / PROOFS / "resources.csv"
    units: Counter[str] = Counter()
    for task in prooflog.parse(path.read_text(encoding="utf-8"), f"{PROOFS}/resources.csv"):
        units[task.symbol] += task.units
    return units


@contextmanager
def _places(program: Program, toolchain: Toolchain, jobs: int) -> Iterator[list[Workplace]]:
    with tempfile.TemporaryDirectory() as folder:
        yield [Workplace(Path(folder) / str(number), program, toolchain) for number in range(jobs)]


def _report(rows: Sequence[table.Row], seconds: float) -> None:
    for title in ("kind", "operator"):
        tally = table.tally(rows, title)
        say(f"{title:14}" + "".join(f"{end:>11}" for end in VERDICTS))
        for name, count in sorted(tally.items()):
            say(f"{name:14}" + "".join(f"{count[end]:>11}" for end in VERDICTS))
    say(f"{len(rows)} mutants in {seconds:.0f} s")


def _fail_unexplained(verdicts: Iterable[Verdict], reasons: Mapping[Key, str]) -> None:
    found = [v.key for v in verdicts if v.verdict == SURVIVED and v.key not in reasons]
    if found:
        entries = "\n\n".join(survivors.template(key) for key in found)
        raise ToolError(
            f"{len(found)} mutants that no proof notices:\n\n{entries}\n\n"
            f"  Remedy: a specification or a witness that notices them, or these with a reason in {survivors.FILE}"
        )


class _Progress:
    """How far the run is, on stderr."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.ends: Counter[str] = Counter()
        self.start = time.monotonic()
        self.live = sys.stderr.isatty()
        self.shown = -1

    def told(self, verdict: Verdict) -> None:
        self.ends[verdict.verdict] += 1
        done = self.ends.total()
        rest = (time.monotonic() - self.start) / done * (self.total - done) / 60
        line = (
            f"{done}/{self.total}: "
            + ", ".join(f"{self.ends[e]} {e}" for e in VERDICTS if self.ends[e])
            + f"; {rest:.0f} min left"
        )
        if verdict.verdict == SURVIVED:
            name = f"{verdict.symbol}: {verdict.operator}: {verdict.was}  ->  {verdict.becomes}"
            print(("\r\x1b[K" if self.live else "") + f"survived: {name}", file=sys.stderr, flush=True)
        if self.live:
            print(f"\r\x1b[K  {line}", end="", file=sys.stderr, flush=True)
        elif done * 50 // self.total != self.shown:
            self.shown = done * 50 // self.total
            print(f"  {line}", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
