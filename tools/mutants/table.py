"""The committed tables: proofs/mutants.csv, one row a mutant, and proofs/mutants.json, the counts and the survivors."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants.mutant import KINDS, Mutant
from mutants.program import Program
from mutants.store import SURVIVED, VERDICTS, Key, Verdict, seal
from mutants.survivors import FILE as REASONS
from project import PROOFS, ToolError, render_json, write

ROWS = f"{PROOFS}/mutants.csv"
COUNTS = f"{PROOFS}/mutants.json"
HEADER = ("kind", "symbol", "operator", "was", "becomes", "nth", "verdict", "by", "seal")
REMEDY = "Run `make mutants` (needs Dafny), and commit what it writes"


@dataclass(frozen=True)
class Row:
    """A mutant's kind with the verdict on it."""

    kind: str
    verdict: Verdict


def rows(mutants: Iterable[Mutant], verdicts: Mapping[Key, Verdict]) -> list[Row]:
    """The rows of those mutants that were judged, in the order of the mutants."""
    return [Row(mutant.kind, verdicts[mutant.key]) for mutant in mutants if mutant.key in verdicts]


def render(table: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in table:
        v = row.verdict
        writer.writerow((row.kind, v.symbol, v.operator, v.was, v.becomes, v.nth, v.verdict, v.by, v.seal))
    return out.getvalue()


def parse(text: str) -> list[Row]:
    """The rows back from the file; ToolError names the line that is none."""
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or tuple(lines[0]) != HEADER:
        raise ToolError(f"{ROWS}:1: the first line must be {','.join(HEADER)}. {REMEDY}")
    table = []
    for number, fields in enumerate(lines[1:], 2):
        if (
            len(fields) != len(HEADER)
            or fields[0] not in KINDS
            or not fields[5].isdecimal()
            or fields[6] not in VERDICTS
        ):
            raise ToolError(f"{ROWS}:{number}: not a row of the table. {REMEDY}")
        kind, symbol, operator, was, becomes, nth, verdict, by, sealed = fields
        table.append(Row(kind, Verdict(symbol, operator, was, becomes, int(nth), verdict, by, sealed)))
    return table


def read(root: Path) -> list[Row]:
    path = root / ROWS
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else []


def tally(table: Iterable[Row], by: str) -> dict[str, Counter[str]]:
    """How many met which end, by kind, operator or module, in the order of the names."""
    found: dict[str, Counter[str]] = {}
    for row in table:
        module = row.verdict.symbol.split(".")[0]
        place = {"kind": row.kind, "operator": row.verdict.operator, "module": module}[by]
        found.setdefault(place, Counter())[row.verdict.verdict] += 1
    return dict(sorted(found.items()))


def _without_zeros(found: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {place: {end: count[end] for end in VERDICTS if count[end]} for place, count in found.items()}


def counts(table: Sequence[Row], reasons: Mapping[Key, str], untried: int) -> dict[str, object]:
    """How many mutants met which end: in all, and by kind, operator and module; and each survivor with its reason."""

    ends = Counter(row.verdict.verdict for row in table)
    survivors = [row.verdict for row in table if row.verdict.verdict == SURVIVED]
    return {
        "format": 1,
        "mutants": {end: ends[end] for end in VERDICTS} | {"untried": untried},
        "by_kind": _without_zeros(tally(table, "kind")),
        "by_operator": _without_zeros(tally(table, "operator")),
        "by_module": _without_zeros(tally(table, "module")),
        "survivors": [
            {
                "symbol": v.symbol,
                "operator": v.operator,
                "was": v.was,
                "becomes": v.becomes,
                "nth": v.nth,
                "reason": reasons.get(v.key, ""),
            }
            for v in survivors
        ],
    }


def put(root: Path, table: Sequence[Row], reasons: Mapping[Key, str], untried: int) -> None:
    write(root / ROWS, render(table))
    write(root / COUNTS, render_json(counts(table, reasons, untried)))


@dataclass(frozen=True)
class State:
    """How the table stands to the sources. fresh: rows that hold; stale: whose proofs have changed; untried: mutants
    without a row; gone: rows without a mutant. unexplained: survivors without a reason; idle: reasons of mutants that
    do not survive, or that are none."""

    fresh: list[Row]
    stale: list[Row]
    untried: list[Mutant]
    gone: list[Row]
    unexplained: list[Key]
    idle: list[Key]


def state(program: Program, mutants: Sequence[Mutant], table: Sequence[Row], reasons: Mapping[Key, str]) -> State:
    here = {mutant.key: mutant for mutant in mutants}
    fresh, stale, gone = [], [], []
    for row in table:
        mutant = here.get(row.verdict.key)
        if mutant is None:
            gone.append(row)
        elif row.verdict.seal == seal(mutant, row.verdict.verdict, row.verdict.by, program):
            fresh.append(row)
        else:
            stale.append(row)
    known = {row.verdict.key for row in table}
    waiting = here.keys() - known
    alive = [row.verdict.key for row in [*fresh, *stale] if row.verdict.verdict == SURVIVED]
    return State(
        fresh,
        stale,
        [mutant for mutant in mutants if mutant.key in waiting],
        gone,
        [key for key in alive if key not in reasons],
        [key for key in reasons if key not in alive and key not in waiting],
    )


def check(root: Path, program: Program, mutants: Sequence[Mutant], reasons: Mapping[Key, str]) -> State:
    """The state of the committed tables; ToolError where they disagree with each other, or a survivor has no reason."""
    table = read(root)
    if not table:
        raise ToolError(f"{ROWS} is missing. {REMEDY}")
    found = state(program, mutants, table, reasons)
    said = (root / COUNTS).read_text(encoding="utf-8") if (root / COUNTS).is_file() else ""
    untried = _said_untried(said)
    if said != render_json(counts(table, reasons, untried)):
        raise ToolError(f"{COUNTS} is not the sum of {ROWS} and {REASONS}. {REMEDY}")
    if found.unexplained:
        names = "".join(
            f"\n    {symbol}: {operator}: {was}  ->  {new}" for symbol, operator, was, new, _ in found.unexplained
        )
        raise ToolError(f"mutants that no proof notices, and {REASONS} gives no reason:{names}")
    if found.idle:
        names = "".join(f"\n    {symbol}: {operator}: {was}  ->  {new}" for symbol, operator, was, new, _ in found.idle)
        raise ToolError(f"{REASONS} has reasons for mutants that are no survivors:{names}\n  Remedy: take them out")
    return found


def _said_untried(text: str) -> int:
    try:
        return int(json.loads(text)["mutants"]["untried"])
    except (ValueError, KeyError, TypeError):
        return 0
