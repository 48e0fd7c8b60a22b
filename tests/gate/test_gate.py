"""Opening and closing, the journal of a gate's life, and what another policy, tenant or crash leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import ConfigError, InDoubt, PolicyError, StoreError
from havocproof.gate import Denied, Gate, Performed
from havocproof.policy import Policy, loads_policy
from havocproof.ports.base import Effect
from havocproof.stores import SqliteStore, read, verify
from tests.gate import world
from tests.gate.world import NOON, READ, Clock, ScriptedPort, fetch, kinds, pay, spent


def test_a_gates_life_is_in_its_journal(policy: Policy, port: ScriptedPort, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Gate.open(policy, ports=[port], journal=path, tenant="acme", clock=clock) as gate:
        clock.now += 1
        session = gate.session(user="ada", run="r1", session="s1")
        session.perform(READ)
        noted = gate.head
    journal = list(read(path))
    assert [record.kind for record in journal] == ["opened", "policy", "session", "intent", "outcome", "closed"]
    assert [record.at_ms - NOON for record in journal] == [0, 0, 1, 1, 1, 1]
    opened, first, begun, *_ = (record.data for record in journal)
    assert (opened["strength"], opened["tenant"]) == ("embedded", "acme")
    assert first == {
        "name": "gate-tests",
        "version": "1",
        "digest": policy.digest,
        "tenant": "acme",
        "previous": None,
    }
    assert begun == {"session": "s1", "run": "r1", "user": "ada", "agent": "main", "tenant": "acme"}
    assert verify(path, noted).ok
    assert port.shut == 1


def test_reopening_says_the_policy_only_when_it_changed(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"

    def opened(loaded: Policy, tenant: str, amount: str) -> Gate:
        gate = Gate.open(loaded, ports=[ScriptedPort()], journal=path, tenant=tenant, clock=clock)
        assert gate.session().perform(pay(amount, f"k{amount[:3]}")).ok
        gate.close()
        return gate

    other = world.policy("owner: somebody else\n")
    assert opened(policy, "acme", "100.00 USD")
    assert opened(policy, "acme", "101.00 USD")
    assert opened(other, "acme", "102.00 USD")
    assert opened(other, "zeta", "103.00 USD")
    changes = [record.data for record in read(path) if record.kind == "policy"]
    assert [(change["digest"], change["tenant"]) for change in changes] == [
        (policy.digest, "acme"),
        (other.digest, "acme"),
        (other.digest, "zeta"),
    ]
    assert [change["previous"] for change in changes] == [
        None,
        {"digest": policy.digest, "tenant": "acme"},
        {"digest": other.digest, "tenant": "acme"},
    ]
    store = SqliteStore(path)
    with store.step(0) as step:
        totals = {key[2]: value for key, value in step.view.nums.items() if key[1] == "spend"}
    store.close()
    assert totals == {"acme": 30300, "zeta": 10300}, "carried over by the budget's name, for each tenant"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"policies": 1}, "does not know policies"),
        ({"ports": [ScriptedPort(), ScriptedPort()]}, "two ports serve"),
        ({"ports": [object()]}, "ports must be"),
        ({"ports": None}, "ports must be"),
        ({"tenant": ""}, "tenant"),
        ({"tenant": "a\nb"}, "tenant"),
        ({"tenant": "x" * 257}, "tenant"),
        ({"tenant": None}, "tenant"),
        ({"clock": 7}, "clock is not callable"),
        ({"policy": None}, "policy is no policy"),
        ({"policy": {"rules": {}}}, "policy is no policy"),
    ],
)
def test_wrong_use_is_a_config_error_and_opens_nothing(
    policy: Policy, tmp_path: Path, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        Gate.open(**{"policy": policy, "ports": [], "journal": tmp_path / "journal", **arguments})
    assert list(tmp_path.iterdir()) == []


def test_without_a_policy_there_is_no_gate(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        Gate.open(ports=[])  # type: ignore[call-arg]
    with pytest.raises(PolicyError):
        Gate.open(tmp_path / "none.yaml", ports=[])
    (tmp_path / "bad.yaml").write_text("havocproof: 1\n")
    with pytest.raises(PolicyError):
        Gate.open(str(tmp_path / "bad.yaml"), ports=[])


def test_a_policy_is_opened_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(world.POLICY)
    with Gate.open(tmp_path / "policy.yaml", ports=[ScriptedPort()]) as gate:
        assert gate.session().perform(READ).ok


@pytest.mark.parametrize("now", [-1, 1.5, True, "now", 10**15, None])
def test_a_clock_that_tells_no_time_denies(policy: Policy, port: ScriptedPort, now: Any) -> None:
    with pytest.raises(StoreError, match="clock"):
        Gate.open(policy, ports=[port], clock=lambda: now)
    clock = Clock()
    with Gate.open(policy, ports=[port], clock=clock) as gate:
        session = gate.session()
        clock.now = now
        with pytest.raises(StoreError, match="clock"):
            session.perform(READ)
        clock.now = NOON
        assert port.done == []


@pytest.mark.parametrize("field", ["user", "run", "session", "agent"])
@pytest.mark.parametrize("value", ["a\0", "x" * 300, 7, "\ud800"])
def test_sessions_have_plain_ids(gate: Gate, field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=field):
        gate.session(**{field: value})


def test_sessions_get_ids_of_their_own(gate: Gate) -> None:
    one, two = gate.session(), gate.session()
    assert len({one.id, two.id, one.run, two.run}) == 4


def test_two_gates_cannot_share_a_journal(policy: Policy, tmp_path: Path) -> None:
    with Gate.open(policy, ports=[], journal=tmp_path / "journal"), pytest.raises(StoreError, match="another gate"):
        Gate.open(policy, ports=[], journal=tmp_path / "journal")
    Gate.open(policy, ports=[], journal=tmp_path / "journal").close()


def test_a_closed_gate_refuses(policy: Policy, port: ScriptedPort) -> None:
    gate = Gate.open(policy, ports=[port])
    session = gate.session()
    gate.close()
    gate.close()
    assert port.shut == 1
    for use in (lambda: session.perform(READ), lambda: session.emit("x"), lambda: session.decide(READ), gate.session):
        with pytest.raises(ConfigError, match="closed"):
            use()
    assert port.prepared == []


def test_closing_waits_for_effects_under_way(
    policy: Policy, port: ScriptedPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate.open(policy, ports=[port], journal=tmp_path / "journal")
    session = gate.session()
    begun, go = port.waits()
    worker = threading.Thread(target=session.perform, args=(READ,))
    worker.start()
    assert begun.wait(30)
    waiting, wait_for = threading.Event(), gate._idle.wait_for

    def tell(ready: Callable[[], bool]) -> bool:
        waiting.set()
        return wait_for(ready)

    monkeypatch.setattr(gate._idle, "wait_for", tell)
    closers = [threading.Thread(target=gate.close) for _ in range(3)]
    for closer in closers:
        closer.start()
    assert waiting.wait(30)
    with pytest.raises(ConfigError, match="closed"):
        session.perform(READ)
    assert port.shut == 0
    go.set()
    for thread in (worker, *closers):
        thread.join()
    assert port.shut == 1
    assert [record.kind for record in read(tmp_path / "journal")][-2:] == ["outcome", "closed"]


def test_an_effect_cannot_close_its_own_gate_but_may_act(
    policy: Policy, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = ScriptedPort("lookup")
    with Gate.open(policy, ports=[port, inner]) as gate:
        session = gate.session()

        waiting, wait_for = threading.Event(), gate._idle.wait_for

        def tell(ready: Callable[[], bool]) -> bool:
            waiting.set()
            return wait_for(ready)

        monkeypatch.setattr(gate._idle, "wait_for", tell)
        closer = threading.Thread(target=gate.close)

        def script(prepared: world.Prepared, permit: Any) -> Any:
            permit.check()
            closer.start()
            assert waiting.wait(30)
            assert session.perform(READ).ok, "the gate closes, but this action is still under way"
            with pytest.raises(ConfigError, match="own"):
                gate.close()
            return Effect("both")

        inner.script = script
        outcome = session.perform(world.LOOK)
        closer.join()
        assert isinstance(outcome, Performed)
        assert kinds(gate) == ["intent", "intent", "outcome", "outcome"]


def test_a_gate_that_fails_to_open_leaves_the_journal_free(
    policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "_open", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Gate.open(policy, ports=[], journal=tmp_path / "journal")
    monkeypatch.undo()
    Gate.open(policy, ports=[], journal=tmp_path / "journal").close()


# ---- time ----


def test_the_clock_may_go_back_but_the_gate_does_not(gate: Gate, port: ScriptedPort, clock: Clock) -> None:
    session = gate.session(user="ada")
    clock.now = NOON + 86_400_000
    for _ in range(3):
        assert session.perform(fetch()).ok
    clock.now = NOON
    outcome = session.perform(fetch())
    assert isinstance(outcome, Denied), "yesterday's budget cannot be used again"
    assert outcome.denial.why == "Three fetches a day are enough."
    times = [record.at_ms for record in gate.store.records()]
    assert times == sorted(times)


def test_time_does_not_go_back_over_a_restart(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for later, ok in ((0, True), (-40 * 86_400_000, True), (-80 * 86_400_000, False)):
        clock.now = NOON + later
        with Gate.open(policy, ports=[ScriptedPort()], journal=path, clock=clock) as gate:
            assert gate.session().perform(pay("400.00 USD", f"k{-later}")).ok is ok


def test_an_action_that_crosses_the_end_of_a_month_counts_in_the_new_one(
    gate: Gate, port: ScriptedPort, clock: Clock
) -> None:
    def late(action: Any) -> Any:
        clock.now = world.MONTH_END + 1
        return action.parts()

    port.parts = late
    clock.now = world.MONTH_END - 1
    session = gate.session()
    assert session.perform(pay("400.00 USD")).ok
    with gate.store.step(0) as step:
        ((key, value),) = step.view.nums.items()
    assert key[-1] == 1_798_761_600_000, "2027-01-01"
    assert value == 40_000


def test_the_time_to_wait_is_rounded_up(gate: Gate, clock: Clock) -> None:
    clock.now = NOON + 1
    session = gate.session()
    assert session.perform(pay("500.00 USD", "k1")).ok
    assert session.perform(pay("500.00 USD", "k2")).ok
    outcome = session.perform(pay("0.01 USD", "k3"))
    assert isinstance(outcome, Denied)
    assert outcome.denial.facts["wait_s"] == (world.MONTH_END - NOON) // 1000


def test_after_a_lower_limit_nothing_is_left(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    lower = loads_policy(world.POLICY.replace("spend: {amount: 1000.00", "spend: {amount: 300.00"))
    for loaded, ok in ((policy, True), (lower, False)):
        with Gate.open(loaded, ports=[ScriptedPort()], journal=tmp_path / "journal", clock=clock) as gate:
            outcome = gate.session().perform(pay("400.00 USD", f"k{int(ok)}"))
            assert outcome.ok is ok
    assert isinstance(outcome, Denied)
    assert outcome.denial.facts["left"] == "0.00 USD"


# ---- crashes ----

CRASH = """
import os, sys
from pathlib import Path
from havocproof.gate import Gate
from tests.gate import world
port = world.ScriptedPort()
gate = Gate.open(world.policy(), ports=[port], journal=sys.argv[1], tenant="acme", clock=world.Clock())
session = gate.session()
session.perform(world.pay("100.00 USD", "first"))
def die(prepared, permit):
    permit.check()
    os._exit(9)
port.script = die
session.perform(world.pay("200.00 USD", "second"))
"""


def test_a_crash_during_an_effect_is_reported_as_in_doubt(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run([sys.executable, "-c", CRASH, path], env=environment, capture_output=True, text=True)
    assert died.returncode == 9, died.stderr
    report = verify(path)
    assert report.ok
    assert len(report.unfinished) == 1
    with Gate.open(policy, ports=[port := ScriptedPort()], journal=path, tenant="acme", clock=clock) as gate:
        (flight,) = gate.in_doubt
        assert flight.seq == report.unfinished[0]
        assert kinds(gate) == ["intent", "outcome", "intent", "in_doubt"]
        assert spent(gate, "spend") == 30000
        session = gate.session()
        again = session.perform(pay("200.00 USD", "second"))
        assert not again.ok
        assert port.done == [], "never silently repeated"
        over = session.perform(pay("500.00 USD", "third"))
        assert over.ok
        assert isinstance(session.perform(pay("201.00 USD", "fourth")), Denied), "its reservation stays"
        gate.resolve(flight.seq, happened=False)
        assert session.perform(pay("200.00 USD", "second")).ok
    assert verify(path).in_doubt == ()


def test_what_was_in_doubt_stays_so_over_restarts(policy: Policy, port: ScriptedPort, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    port.raises(InDoubt("no answer"))
    with Gate.open(policy, ports=[port], journal=path) as gate:
        gate.session().perform(pay("200.00 USD"))
    for _ in range(2):
        with Gate.open(policy, ports=[port], journal=path) as gate:
            assert len(gate.in_doubt) == 1
            assert spent(gate, "spend") == 20000
    assert sum(record.kind == "in_doubt" for record in read(path)) == 1
