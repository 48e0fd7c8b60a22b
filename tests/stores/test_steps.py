"""A step is atomic in both stores: everything of it, or nothing; and time in it never goes back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from havocproof.errors import ConfigError, StoreError
from havocproof.stores import MemoryStore, Parked, SqliteStore, Store
from tests.stores.helpers import CHILD, GRANT, GRANT_KEY, ORDER, RECORD_KEY, intent, key, note, outcome


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "journal")
    yield opened
    opened.close()


def broken(store: Store, now: int, error: BaseException) -> None:
    """A step that has done everything and then fails."""
    with store.step(now) as step:
        step.append("denied", {"a": 1}, cells=[(key(), 99)], grants=[(GRANT_KEY, GRANT)])
        step.land(1)
        raise error


def test_a_step_becomes_true_as_a_whole(store: Store) -> None:
    record = intent(store, 5, {key(): 30})
    assert (record.seq, record.at_ms, record.kind) == (1, 5, "intent")
    assert store.head == record.head
    with store.step(6) as step:
        assert step.view.nums == {key(): 30}
        assert [flight.seq for flight in step.flights.values()] == [1]
        step.park(Parked("ask-1", 1, 100, {"why": "so"}))
    outcome(store, 7, 1, {key(): 10})
    assert store.flights == ()
    assert [parked.request for parked in store.parked] == ["ask-1"]
    with store.step(8) as step:
        assert step.view.nums == {key(): 20}
    assert [record.kind for record in store.records()] == ["intent", "outcome"]
    assert [record.seq for record in store.records(since=2)] == [2]


def test_a_record_changes_everything_that_a_state_holds(store: Store) -> None:
    with store.step(5) as step:
        step.append(
            "told",
            {"by": "host"},
            cells=[((2, "web", "s1", "", "", "", 0), 5)],
            records=[(RECORD_KEY, ORDER)],
            grants=[(GRANT_KEY, GRANT)],
            agents=[("child", CHILD)],
        )
        assert step.view.records == {}
        step.park(Parked("ask-1", 1, 100, {}))
    with store.step(6) as step:
        assert (step.seen, step.now) == (5, 6)
        assert step.view.nums == {(2, "web", "s1", "", "", "", 0): 5}
        assert step.view.records == {RECORD_KEY: ORDER}
        assert step.view.grants == {GRANT_KEY: GRANT}
        assert step.agents == store.agents == {"child": CHILD}
        taken = {"records": [(RECORD_KEY, None)], "grants": [(GRANT_KEY, None)], "agents": [("child", None)]}
        step.append("told", {}, **taken, forgets=["ask-1"])
    with store.step(7) as step:
        assert (step.view.records, step.view.grants, step.agents, step.parked) == ({}, {}, {}, {})


@pytest.mark.parametrize("error", [ValueError("x"), RuntimeError("kernel")])
def test_an_exception_in_a_step_is_a_store_error_and_leaves_nothing(store: Store, error: Exception) -> None:
    intent(store, 1, {key(): 1})
    before = store.head
    with pytest.raises(StoreError, match="rolled back"):
        broken(store, 2, error)
    assert store.head == before
    assert [flight.seq for flight in store.flights] == [1]
    with store.step(3) as step:
        assert step.view.nums == {key(): 1}


def test_our_own_errors_and_interruptions_pass_unchanged_and_leave_nothing(store: Store) -> None:
    intent(store, 1, {key(): 1})
    for error in (ConfigError("no"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            broken(store, 2, error)
    assert store.head.seq == 1


def test_a_body_that_is_not_json_is_refused(store: Store) -> None:
    for bad in ({"a": float("nan")}, {"a": {1, 2}}, {"a": b"x"}):
        with pytest.raises(StoreError, match="rolled back"), store.step(1) as step:
            step.append("denied", bad)
    assert store.head.seq == 0


def test_the_outcome_of_an_intent_that_is_not_in_flight_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="not in flight"), store.step(1) as step:
        step.land(4)


def test_time_never_goes_back(store: Store) -> None:
    times = []
    for now in (50, 20, 60, 0, 59):
        with store.step(now) as step:
            times.append(step.now)
    assert times == [50, 50, 60, 60, 60]
    assert note(store, 3).at_ms == 60


@pytest.mark.parametrize("now", [-1, 10**15, 1.5, True, "7", None])
def test_a_clock_that_gives_no_time_is_refused(store: Store, now: object) -> None:
    with pytest.raises(StoreError, match="clock"), store.step(now):  # type: ignore[arg-type]
        pass
    assert note(store, 3).at_ms == 3


def test_a_step_inside_a_step_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="under way"), store.step(1), store.step(1):
        pass
    assert note(store, 1).seq == 1


def test_steps_of_several_threads_do_not_lose_each_other(store: Store) -> None:
    def work() -> None:
        for _ in range(40):
            with store.step(1) as step:
                step.append("denied", {}, cells=[(key(), step.view.nums.get(key(), 0) + 1)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.head.seq == 160
    with store.step(1) as step:
        assert step.view.nums[key()] == 160


def test_without_the_lock_lost_updates_would_be_noticed_here(store: Store) -> None:
    """The test above is able to fail: two steps that overlap give one record number twice."""
    first, second = store.step(1), store.step(1)
    store._lock = _NoLock()  # type: ignore[assignment]
    one = first.__enter__()
    store._stepping = False
    two = second.__enter__()
    assert one.append("denied", {}).seq == two.append("denied", {}).seq == 1
    first.__exit__(None, None, None)
    if isinstance(store, SqliteStore):
        with pytest.raises(StoreError, match="only grows"):
            second.__exit__(None, None, None)
    else:
        second.__exit__(None, None, None)
        assert [record.seq for record in store.records()] == [1, 1]


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_closed_store_refuses(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"), store.step(1):
        pass


def test_a_forked_child_cannot_use_its_parents_store(store: Store) -> None:
    note(store, 1)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with store.step(2) as step:
                step.append("denied", {})
        except StoreError:
            store.close()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert note(store, 3).seq == 2
