"""Dropping what has ended changes no outcome, through the gate: the same work beside a gate that keeps everything."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.gate import Gate
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.world import NOON, Clock, ScriptedPort, pay, write

DAY = 86_400_000
HOUR = 3_600_000
POLICY = loads_policy("""
havocproof: 1
policy: windows
version: "1"
approvals:
  controller: {role: controller, people: 1, within: 1d}
rules:
  desk:
    - {id: notes, permit: file.write, where: {path: /desk/**}}
    - {id: small, permit: money.payment, where: {account: main, payee: any, amount: {max: 500.00 USD}}}
budgets:
  spend: {amount: 700.00 USD, of: money.payment, per: [tenant], every: 1d}
  month: {amount: 2000.00 USD, of: money.payment, per: [user], every: month}
  ever: {count: 9, of: money.payment, per: [tenant]}
  often: {count: 2, of: money.payment, per: [session], every: 1h, soft: {above: 1, needs: controller}}
  written: {bytes: 20 B, of: file.write, per: [session], every: 1h}
rates:
  slowly: {of: [file.write], burst: 3, every: 10m, per: [session]}
""")

STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, HOUR // 3, HOUR, DAY, 31 * DAY]),
        st.one_of(
            st.integers(1, 500).map(lambda dollars: f"{dollars}.00 USD"), st.text("x", min_size=1, max_size=12).map(str)
        ),
        st.sampled_from(["s1", "s2"]),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, again=st.integers(0, 40))
def test_dropped_cells_change_no_outcome(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, str]], again: int
) -> None:
    """The gate on a file is opened anew in the middle, so that it drops then, too. `many` looks after every step."""
    path = tmp_path_factory.mktemp("journal") / "journal"
    clock = Clock(NOON)
    with ExitStack() as stack:
        kept = stack.enter_context(opened(clock, None))
        kept.store.collects(lambda key, now: False)
        memory, file = stack.enter_context(opened(clock, None)), opened(clock, path)
        for at, (later, what, name) in enumerate(steps):
            clock.now += later
            if at == again:
                file.close()
                file = opened(clock, path)
            memory.store.collect(clock.now)
            action = pay(what, key=f"k{at}") if what[0] != "x" else write(what)
            seen = [
                gate.session(user="ada", run="r", session=name).perform(action).to_model()
                for gate in (kept, memory, file)
            ]
            assert all(masked(each) == masked(seen[0]) for each in seen)
        for gate in (memory, file):
            gate.store.collect(clock.now)
        assert memory.store.view.nums == file.store.view.nums
        for key, content in kept.store.view.nums.items():
            if POLICY.kernel.dead(key, clock.now):
                assert key not in memory.store.view.nums
            else:
                assert memory.store.view.nums[key] == content
        file.close()
    verify(path).require()


def opened(clock: Clock, journal: Path | None) -> Gate:
    return Gate.open(POLICY, ports=[ScriptedPort()], journal=journal, tenant="acme", clock=clock)


def masked(shown: dict[str, object]) -> dict[str, object]:
    """What the model is told, without the name of the request: that is of the journal it stands in."""
    return {name: value for name, value in shown.items() if name != "request"}


def test_a_gate_that_is_opened_drops_what_ended_meanwhile(tmp_path: Path, policy: Policy) -> None:
    path, clock = tmp_path / "journal", Clock(NOON)

    def open_again() -> Gate:
        return Gate.open(policy, ports=[ScriptedPort()], journal=path, tenant="acme", clock=clock)

    with open_again() as gate:
        assert gate.session(user="ada").perform(pay("100.00 USD")).ok
        assert [key[1] for key in gate.store.view.nums] == ["spend"]
    with open_again() as gate:
        assert [key[1] for key in gate.store.view.nums] == ["spend"]
    clock.now += 31 * DAY
    with open_again() as gate:
        assert gate.store.view.nums == {}
        assert [record.kind for record in gate.store.records()][-2:] == ["opened", "collected"]


def test_an_effect_under_way_ends_in_the_books_after_its_window_was_dropped(tmp_path: Path, policy: Policy) -> None:
    path, clock, port = tmp_path / "journal", Clock(NOON), ScriptedPort()
    with Gate.open(policy, ports=[port], journal=path, tenant="acme", clock=clock) as gate:
        honest = port.script

        def slow(prepared: object, permit: object) -> object:
            clock.now += 31 * DAY
            assert gate.store.collect(clock.now) == 1
            return honest(prepared, permit)  # type: ignore[arg-type]

        port.script = slow  # type: ignore[assignment]
        assert gate.session(user="ada").perform(pay("100.00 USD")).ok
        assert (gate.store.view.nums, gate.store.flights) == ({}, ())
    verify(path).require()
