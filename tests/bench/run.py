"""Measures decisions and prints them as a table: `make bench`.

Series: `verdict:<kind>` (typed action to verdict, n rules), `by-hand:<kind>` (the same decision in plain Python),
`construct:<kind>` (wire form to typed action), `budget:<what>` (n earlier events), `perform:<store>` (decide, reserve,
journal, settle, with a port that does nothing). All in one run on one machine: compare ratios, not digits.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import workload

from havocproof.actions import Action, action_from_wire
from havocproof.gate import Gate
from havocproof.kernel import bridge
from havocproof.policy import Policy
from havocproof.ports import Effect

SIZES = (10, 100, 1_000, 10_000)
EVENTS = (10, 1_000, 100_000)
SCOPES = {"": "", "tenant": "t", "user": "u", "session": "s", "run": "r"}
NOW, MONTH = 1_764_000_000_000, 1_764_547_200_000


def measure(call: Callable[[Any], object], inputs: list[Any], seconds: float) -> tuple[float, float]:
    """p50 and p99 of one call in microseconds, the clock's own cost taken off."""
    clock = time.perf_counter_ns
    empty = sorted(-(clock() - clock()) for _ in range(2_000))[1_000]
    for each in inputs[:50]:
        call(each)
    gc.collect()
    gc.disable()
    taken: list[int] = []
    stop = clock() + int(seconds * 1e9)
    try:
        while clock() < stop or len(taken) < 1_000:
            for each in inputs:
                begin = clock()
                call(each)
                taken.append(clock() - begin)
    finally:
        gc.enable()
    taken.sort()
    at = lambda share: max(0, taken[int(len(taken) * share)] - empty) / 1_000  # noqa: E731
    return at(0.50), at(0.99)


def verdicts(
    policy: Policy, rules: int, kinds: Iterable[str], seconds: float
) -> Iterable[tuple[str, int, float, float]]:
    kernel, cells = policy.kernel, dict[Any, int]()

    def decide(action: Action) -> object:
        return kernel.decide(policy.parts(action), SCOPES, MONTH, NOW, cells)

    def decide_parts(parts: Any) -> object:
        return kernel.decide(parts, SCOPES, MONTH, NOW, cells)

    for kind in kinds:
        cases = workload.cases(kind, rules)
        call: Callable[[Any], Any] = decide_parts if kind == "sql.read" else decide
        hand = workload.by_hand(kind, rules)
        inputs = [case.parts if case.action is None else case.action for case in cases]
        for case, given in zip(cases, inputs, strict=True):
            if call(given).is_Permitted != case.permitted or hand(given) != case.permitted:
                raise SystemExit(f"{kind}: the decisions do not agree on {given}")
        yield (f"verdict:{kind}", rules, *measure(call, inputs, seconds))
        yield (f"by-hand:{kind}", rules, *measure(hand, inputs, seconds / 2))


def construction(seconds: float) -> Iterable[tuple[str, int, float, float]]:
    for kind in workload.MAKE:
        wires = [case.action.canonical() for case in workload.cases(kind, 100) if case.action is not None]
        yield (f"construct:{kind}", 1, *measure(action_from_wire, wires, seconds))


def budgets(seconds: float) -> Iterable[tuple[str, int, float, float]]:
    policy = workload.policy(100, budgets=True)
    kernel, cells = policy.kernel, dict[Any, int]()
    payments = [case.action for case in workload.cases("money.payment", 100) if case.permitted]
    events = 0
    for target in EVENTS:
        while events < target:  # each event spends under a run of its own, so that the counters grow with the events
            scopes = {**SCOPES, "run": f"r{events}"}
            verdict = kernel.decide(policy.parts(payments[events % len(payments)]), scopes, MONTH, NOW, cells)  # type: ignore[arg-type]
            cells.update(bridge.writes(verdict))
            events += 1
        call = lambda action: kernel.decide(policy.parts(action), SCOPES, MONTH, NOW, cells)  # noqa: E731
        yield ("budget:3-budgets", target, *measure(call, payments, seconds))


class Nothing:
    """A port that does nothing, so that what is measured is the gate."""

    verbs = frozenset({"money.payment", "file.read"})

    def prepare(self, action: Action) -> Any:
        class Prepared:
            parts = action.parts()

            def perform(self, permit: Any) -> Effect:
                permit.check()
                return Effect(None, {})

            def close(self) -> None:
                """Nothing is held."""

        return Prepared()

    def close(self) -> None:
        """Nothing is held."""


def performing(seconds: float) -> Iterable[tuple[str, int, float, float]]:
    reads = [case.action for case in workload.cases("file.read", 100) if case.permitted]
    payments = [case.action for case in workload.cases("money.payment", 100) if case.permitted]
    with tempfile.TemporaryDirectory() as folder:
        for store, journal in (("memory", None), ("sqlite", Path(folder) / "run.db")):
            with Gate.open(workload.policy(100, budgets=True), ports=[Nothing()], journal=journal) as gate:
                session = gate.session(user="u")
                yield (f"perform:file.read:{store}", 1, *measure(session.perform, reads, seconds))
                if not session.perform(reads[0]).ok:  # type: ignore[arg-type]
                    raise SystemExit("the benchmark's read was not performed")
                yield (f"perform:money.payment:{store}", 1, *measure(session.perform, payments, seconds))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the JSON list is written")
    parser.add_argument("--seconds", type=float, default=0.4, help="time for one series and size (default: 0.4)")
    parser.add_argument("--only", default="", help="only series whose name begins with this")
    options = parser.parse_args()
    rows: list[tuple[str, int, float, float]] = []

    def take(found: Iterable[tuple[str, int, float, float]]) -> None:
        for row in found:
            rows.append(row)
            print(f"{row[0]:<30} {row[1]:>7} {row[2]:>9.2f} {row[3]:>9.2f}", flush=True)

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; microseconds")
    print(f"{'series':<30} {'n':>7} {'p50':>9} {'p99':>9}")
    wanted = lambda *names: any(name.startswith(options.only) or options.only.startswith(name) for name in names)  # noqa: E731
    if wanted("verdict:", "by-hand:", "load:"):
        for rules in SIZES:
            begin = time.perf_counter()
            policy = workload.policy(rules)
            read = time.perf_counter()
            _ = policy.kernel
            loaded = time.perf_counter()
            take([("load:policy-file", rules, (read - begin) * 1e6, (read - begin) * 1e6)])
            take([("load:kernel", rules, (loaded - read) * 1e6, (loaded - read) * 1e6)])
            take(verdicts(policy, rules, workload.RULES, options.seconds))
    if wanted("construct:"):
        take(construction(options.seconds))
    if wanted("budget:"):
        take(budgets(options.seconds))
    if wanted("perform:"):
        take(performing(options.seconds))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    listed = [{"name": n, "n": size, "p50_us": round(p50, 3), "p99_us": round(p99, 3)} for n, size, p50, p99 in rows]
    options.out.write_text(json.dumps(listed, indent=1) + "\n")
    print(f"written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
