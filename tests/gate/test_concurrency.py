"""Several threads, one gate: no interleaving spends more than a budget, and no permit serves two effects."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError, PortError
from havocproof.gate import Gate, Performed
from havocproof.gate.permit import OnePermit
from havocproof.kernel.source import View
from havocproof.policy import Policy
from havocproof.ports.base import Effect, Permit
from havocproof.stores import verify
from tests.gate import world
from tests.gate.world import Clock, ScriptedPort, fetch, pay, spent


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work` gives in `count` threads that start at one moment."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        barrier.wait(30)
        results[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_threads_together_never_overspend(gate: Gate, port: ScriptedPort) -> None:
    """8 threads try to pay 150 each, 4 times: 4800 of 1000. While effects are under way, their reservations count."""
    sessions = [gate.session(user=f"u{number}") for number in range(8)]
    most: list[int] = []

    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        most.append(spent(gate, "spend"))
        return port.honest(prepared, permit)

    port.script = script
    outcomes = together(8, lambda n: [sessions[n].perform(pay("150.00 USD", f"k{n}-{i}")) for i in range(4)])
    performed = [outcome for batch in outcomes for outcome in batch if outcome.ok]
    assert len(performed) == len(port.done) == 6
    assert max(most) <= 100_000
    assert spent(gate, "spend") == 90_000


def test_reservations_count_while_their_effects_are_under_way(gate: Gate, port: ScriptedPort) -> None:
    begun, go = port.waits()
    session = gate.session()
    worker = threading.Thread(target=session.perform, args=(pay("500.00 USD", "slow"),))
    worker.start()
    assert begun.wait(30)
    port.script = port.honest
    assert session.perform(pay("400.00 USD", "quick")).ok, "effects run beside each other"
    assert not session.perform(pay("200.00 USD", "too-much")).ok
    go.set()
    worker.join()
    assert spent(gate, "spend") == 90_000


def test_without_the_stores_lock_they_would(policy: Policy, clock: Clock) -> None:
    """The guard off: two decisions on one view overspend, so the tests above are able to fail."""
    with Gate.open(policy, ports=[ScriptedPort()], clock=clock) as gate:
        session = gate.session()
        assert session.perform(pay("400.00 USD")).ok
        kernel, store = gate.kernel, gate.store
        parts = policy.parts(pay("500.00 USD"))
        with store.step(clock.now) as step:
            stale = View(dict(step.view.nums), {}, {})
        now, groups = clock.now, session.who.agent.uses
        month_end = gate.months.end(now)
        verdicts = [kernel.decide(parts, session.scopes, groups, month_end, now, now, stale) for _ in range(2)]
        assert all(verdict.is_Permitted for verdict in verdicts), "each alone has room"
        assert sum(row[1] for verdict in verdicts for row in world.listed(verdict)) + 40_000 > 100_000


def test_released_room_is_used_again_but_never_twice(gate: Gate, port: ScriptedPort) -> None:
    def script(prepared: world.Prepared, permit: Permit) -> Effect:
        if prepared.action.canonical()["args"]["idempotency_key"].endswith("1"):
            raise PortError("no")
        return port.honest(prepared, permit)

    port.script = script
    session = gate.session()
    together(6, lambda n: [session.perform(pay("200.00 USD", f"k{n}-{i}")) for i in range(4)])
    assert len(port.done) == 5
    assert spent(gate, "spend") == 100_000


def test_counts_are_exact_under_threads(gate: Gate) -> None:
    session = gate.session(user="ada")
    outcomes = together(6, lambda _: session.perform(fetch()))
    assert sum(isinstance(outcome, Performed) for outcome in outcomes) == 3


@pytest.mark.parametrize("threads", [2, 8])
def test_of_many_threads_one_passes_a_permit(threads: int) -> None:
    permit = OnePermit()

    def check(_: int) -> bool:
        try:
            permit.check()
        except ConfigError:
            return False
        return True

    assert sum(together(threads, check)) == 1
    assert permit.misused


def test_records_of_threads_form_one_chain(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Gate.open(policy, ports=[ScriptedPort()], journal=path, clock=Clock()) as gate:
        session = gate.session()
        together(4, lambda n: [session.perform(pay("1.00 USD", f"k{n}-{i}")) for i in range(10)])
        head = gate.head
    report = verify(path, head)
    assert report.ok
    assert report.records == 3 + 80 + 1
