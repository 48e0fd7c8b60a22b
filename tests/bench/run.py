"""Measures decisions and prints them as a table: `make bench`.

Series: `verdict:<kind>` (typed action to verdict, n rules), `by-hand:<kind>` (the same decision in plain Python),
`construct:<kind>` (wire form to typed action), `budget:<what>` (n earlier events), `state:<what>` (see state.py),
`perform:<store>` (decide, reserve, journal, settle, with a port that does nothing), `load:<what>` (a policy of n rules:
the file, the kernel), `step:<case>` (a step of PocketFlow that emits nothing, see steps.py), `analysis:<what>` (the
analyzer, see analysis.py). All in one run on one machine: compare ratios, not digits.
"""

from __future__ import annotations

import argparse
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
import analysis
import state
import steps
import workload
from measuring import MONTH, NOW, SCOPES, Row, groups_of, measure

from havocproof.actions import Action, action_from_wire
from havocproof.gate import Gate
from havocproof.kernel import bridge
from havocproof.kernel.source import View
from havocproof.policy import Policy
from havocproof.ports import Effect

SIZES = (10, 100, 1_000, 10_000)
EVENTS = (10, 1_000, 100_000)


def verdicts(policy: Policy, rules: int, kinds: Iterable[str], seconds: float) -> Iterable[Row]:
    kernel, groups, view = policy.kernel, groups_of(policy), View({}, {}, {})

    def decide(action: Action) -> object:
        return kernel.decide(policy.parts(action), SCOPES, groups, MONTH, NOW, NOW, view)

    def decide_parts(parts: Any) -> object:
        return kernel.decide(parts, SCOPES, groups, MONTH, NOW, NOW, view)

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


def construction(seconds: float) -> Iterable[Row]:
    for kind in workload.MAKE:
        wires = [case.action.canonical() for case in workload.cases(kind, 100) if case.action is not None]
        yield (f"construct:{kind}", 1, *measure(action_from_wire, wires, seconds))


def budgets(seconds: float) -> Iterable[Row]:
    policy = workload.policy(100, budgets=True)
    kernel, groups, view = policy.kernel, groups_of(policy), View({}, {}, {})
    payments = [case.action for case in workload.cases("money.payment", 100) if case.permitted]
    events = 0
    for target in EVENTS:
        while events < target:  # each event spends under a run of its own, so that the counters grow with the events
            scopes = {**SCOPES, "run": f"r{events}"}
            parts = policy.parts(payments[events % len(payments)])  # type: ignore[arg-type]
            view.nums.update(bridge.writes(kernel.decide(parts, scopes, groups, MONTH, NOW, NOW, view)))
            events += 1
        call = lambda action: kernel.decide(policy.parts(action), SCOPES, groups, MONTH, NOW, NOW, view)  # noqa: E731
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


def performing(seconds: float) -> Iterable[Row]:
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


def loading(policies: dict[int, Policy]) -> Iterable[Row]:
    """Reading, checking and lowering the file, and building the kernel's tree: the median and the worst of three."""
    for rules in SIZES:
        files, kernels = list[float](), list[float]()
        for _ in range(3):
            begin = time.perf_counter()
            policies[rules] = workload.policy(rules)
            read = time.perf_counter()
            _ = policies[rules].kernel
            kernels.append((time.perf_counter() - read) * 1e6)
            files.append((read - begin) * 1e6)
        yield ("load:policy-file", rules, sorted(files)[1], max(files))
        yield ("load:kernel", rules, sorted(kernels)[1], max(kernels))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the JSON list is written")
    parser.add_argument("--seconds", type=float, default=0.4, help="time for one series and size (default: 0.4)")
    parser.add_argument("--only", default="", help="only series whose name begins with this")
    options = parser.parse_args()
    rows: list[Row] = []

    def take(found: Iterable[Row]) -> None:
        for row in found:
            rows.append(row)
            print(f"{row[0]:<47} {row[1]:>7} {row[2]:>10.2f} {row[3]:>10.2f}", flush=True)

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; microseconds")
    print(f"{'series':<47} {'n':>7} {'p50':>10} {'p99':>10}")
    wanted = lambda *names: any(name.startswith(options.only) or options.only.startswith(name) for name in names)  # noqa: E731
    policies: dict[int, Policy] = {}
    if wanted("load:"):
        take(loading(policies))
    if wanted("verdict:", "by-hand:"):
        for rules in SIZES:
            take(verdicts(policies.get(rules) or workload.policy(rules), rules, workload.RULES, options.seconds))
    if wanted("construct:"):
        take(construction(options.seconds))
    if wanted("budget:"):
        take(budgets(options.seconds))
    if wanted("state:"):
        take(state.events(EVENTS, options.seconds))
        take(state.counters(options.seconds))
    if wanted("perform:"):
        take(performing(options.seconds))
    if wanted("step:"):
        take(steps.steps(options.seconds))
    if wanted("analysis:"):
        take(analysis.series())
    options.out.parent.mkdir(parents=True, exist_ok=True)
    listed = [{"name": n, "n": size, "p50_us": round(p50, 3), "p99_us": round(p99, 3)} for n, size, p50, p99 in rows]
    options.out.write_text(json.dumps(listed, indent=1) + "\n")
    print(f"written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
