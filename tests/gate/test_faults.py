"""A store that fails, at every statement of every step: before the effect nothing happens, after it nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import InDoubt, PortError, StoreError
from havocproof.gate import Gate
from havocproof.policy import Policy
from havocproof.stores import SqliteStore, verify
from tests.gate.world import READ, SECRET, Clock, ScriptedPort, kinds, pay, spent

# The statements of the store for a payment: `version pragma begin record cell permit commit` before it, with another
# `version` for the step that only looks: has anybody left a letter? After it the same, without `version`, and without
# the cell if nothing is given back.
BEFORE = 8
AFTER = 14
ENDS = {"performed": 14, "failed": 14, "doubtful": 13}


class Disk:
    """A real connection whose n-th statement from now fails, and all later ones if the fault stays."""

    def __init__(self, store: SqliteStore) -> None:
        assert store._connection is not None
        self.real = store._connection
        self.count = 0
        self.bad: range = range(0)
        store._connection = self  # type: ignore[assignment]

    def fail(self, at: int, *, stays: bool) -> None:
        self.count, self.bad = 0, range(at, 10**9 if stays else at + 1)

    def heal(self) -> None:
        self.bad = range(0)

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        self.count += 1
        if self.count in self.bad and statement != "ROLLBACK":
            raise sqlite3.OperationalError("disk I/O error")
        return self.real.execute(statement, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def opened(policy: Policy, port: ScriptedPort, path: Path) -> tuple[Gate, Disk]:
    gate = Gate.open(policy, ports=[port], journal=path, clock=Clock())
    assert isinstance(gate.store, SqliteStore)
    return gate, Disk(gate.store)


@pytest.mark.parametrize("at", range(1, BEFORE + 1))
@pytest.mark.parametrize("stays", [False, True])
def test_a_store_that_fails_before_the_effect(
    policy: Policy, port: ScriptedPort, path: Path, at: int, stays: bool
) -> None:
    gate, disk = opened(policy, port, path)
    session = gate.session()
    disk.fail(at, stays=stays)
    with pytest.raises(StoreError, match="Nothing was performed"):
        session.perform(pay("100.00 USD"))
    assert port.done == []
    assert port.closed == port.prepared
    disk.heal()
    assert spent(gate, "spend") == 0
    assert session.perform(pay("100.00 USD")).ok, "the next one works again"
    gate.close()
    verify(path).require()


@pytest.mark.parametrize(("end", "at"), [(end, at) for end, last in ENDS.items() for at in range(BEFORE + 1, last + 1)])
@pytest.mark.parametrize("stays", [False, True])
def test_a_store_that_fails_after_the_effect(
    policy: Policy, port: ScriptedPort, path: Path, at: int, stays: bool, end: str
) -> None:
    """Nothing more is performed; the reservation stays; a gate that opens the file again says what is in doubt."""
    gate, disk = opened(policy, port, path)
    session = gate.session()
    match end:
        case "performed":
            port.used(amount=5000)
        case "failed":
            port.raises(PortError("no"))
        case _:
            port.raises(InDoubt("no answer"), after=True)
    disk.fail(at, stays=stays)
    with pytest.raises(StoreError, match="could not be recorded") as caught:
        session.perform(pay("100.00 USD"))
    assert "intent 4" in caught.value.message
    done = list(port.done)
    assert len(done) == (end != "failed")
    disk.heal()
    port.script = port.honest
    for use in (lambda: session.perform(READ), lambda: session.perform(SECRET), gate.session):
        with pytest.raises(StoreError, match="the gate stopped"):
            use()
    assert port.done == done
    gate.close()
    verify(path).require()
    with Gate.open(policy, ports=[port], journal=path, clock=Clock()) as again:
        assert [flight.seq for flight in again.in_doubt] == [4]
        assert spent(again, "spend") == 10000
        assert not again.session().perform(pay("100.00 USD")).ok
        assert port.done == done


@pytest.mark.parametrize(("end", "statements"), ENDS.items())
def test_the_tests_above_meet_every_statement(
    policy: Policy, port: ScriptedPort, path: Path, end: str, statements: int
) -> None:
    gate, disk = opened(policy, port, path)
    session = gate.session()
    match end:
        case "performed":
            port.used(amount=5000)
        case "failed":
            port.raises(PortError("no"))
        case _:
            port.raises(InDoubt("no answer"))
    disk.fail(0, stays=False)
    session.perform(pay("100.00 USD"))
    assert disk.count == statements
    gate.close()


def test_a_denial_that_cannot_be_recorded_is_an_error_and_no_permit(
    policy: Policy, port: ScriptedPort, path: Path
) -> None:
    gate, disk = opened(policy, port, path)
    session = gate.session()
    disk.fail(1, stays=True)
    for action in (SECRET, pay("800.00 USD")):
        with pytest.raises(StoreError):
            session.perform(action)
    with pytest.raises(StoreError):
        session.emit("nonsense")
    disk.heal()
    assert (kinds(gate), gate.parked, session.denials, port.done) == ([], (), [], [])
    gate.close()


def test_a_kernel_that_fails_denies(policy: Policy, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate.open(policy, ports=[port])
    session = gate.session()

    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise AttributeError(name)

    monkeypatch.setattr(gate, "kernel", Broken())
    with pytest.raises(StoreError, match="rolled back"):
        session.perform(READ)
    assert port.prepared == []
    gate.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_an_interruption_that_cannot_be_recorded_stops_the_gate(
    policy: Policy, port: ScriptedPort, path: Path, error: BaseException
) -> None:
    gate, disk = opened(policy, port, path)
    session = gate.session()
    port.raises(error, after=True)
    disk.fail(BEFORE + 1, stays=True)
    with pytest.raises(type(error)):
        session.perform(pay("100.00 USD"))
    disk.heal()
    with pytest.raises(StoreError, match="the gate stopped"):
        session.perform(READ)
    gate.close()
    with Gate.open(policy, ports=[], journal=path, clock=Clock()) as again:
        assert len(again.in_doubt) == 1


@pytest.mark.parametrize("at", range(1, AFTER))
def test_an_interruption_at_any_statement_leaves_a_journal_that_adds_up(
    policy: Policy, port: ScriptedPort, path: Path, at: int
) -> None:
    gate, disk = opened(policy, port, path)
    session = gate.session()
    real, count = disk.real.execute, 0

    def execute(statement: str, values: Any = ()) -> sqlite3.Cursor:
        nonlocal count
        count += 1
        cursor = real(statement, values)
        if count == at:
            raise KeyboardInterrupt
        return cursor

    disk.execute = execute  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        session.perform(pay("100.00 USD"))
    disk.execute = real  # type: ignore[method-assign,assignment]
    happened = len(port.done) == 1
    assert happened is (at > BEFORE)
    assert spent(gate, "spend") == (10000 if happened else 0)
    settled = at == AFTER - 1
    assert len(gate.in_doubt) == (happened and not settled)
    assert all(flight.doubt for flight in gate.store.flights)
    gate.close()
    verify(path).require()


def test_an_interrupted_intent_is_not_taken_for_another_one(policy: Policy, port: ScriptedPort, path: Path) -> None:
    """The intent was rolled back, and another action's intent got its number before the interruption is recorded."""
    gate, disk = opened(policy, port, path)
    session = gate.session()
    real, other = disk.execute, pay("1.00 USD", "other")
    clock = gate.clock

    def execute(statement: str, values: Any = ()) -> sqlite3.Cursor:
        if statement == "COMMIT":
            disk.execute = real  # type: ignore[method-assign]
            gate.clock = act
            raise KeyboardInterrupt
        return real(statement, values)

    def act() -> int:
        gate.clock = clock
        port.raises(InDoubt("no answer"))
        assert not session.perform(other).ok
        return clock()

    disk.execute = execute  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        session.perform(pay("100.00 USD"))
    assert kinds(gate) == ["intent", "in_doubt"]
    assert [flight.digest for flight in gate.in_doubt] == [other.digest()]
    assert spent(gate, "spend") == 100
    gate.close()
