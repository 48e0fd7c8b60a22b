"""Allowances and processes that end: nothing is lost, nothing is given twice, and what may have happened stays used."""

from __future__ import annotations

import pytest

from havocproof.gate import Gate, Terms, allowing, voting
from tests.gate.allowing import THREE, World, asked, pay, performed, world
from tests.gate.world import records

__all__ = ["world"]


def test_an_allowance_stands_after_a_crash_and_its_uses_too(world: World) -> None:
    gate = world.given(Terms(2, "30d", "3000.00 USD"))
    before = gate.allowances

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        gate.store.close()  # the process ends here: nothing more is written
        raise Crash

    world.gates.clear()
    gate.store.close()
    gate = world.open()
    assert gate.allowances == before
    world.port.script = crash  # type: ignore[assignment]
    with pytest.raises(Crash):
        gate.session(user="eve").perform(pay(key="a"))
    world.gates.clear()
    world.port.script = world.port.honest
    gate = world.open()
    (doubtful,) = gate.in_doubt
    assert gate.allowances[0].uses_left == 1, "it may have happened: its use stays used"
    assert performed(gate.session(user="eve"), pay(key="b"))
    assert not performed(gate.session(user="eve"), pay(key="c"))
    gate.resolve(doubtful.seq, happened=False)
    assert performed(gate.session(user="eve"), pay(key="d"))


def test_a_crash_between_the_last_vote_and_the_giving_loses_nothing_and_gives_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    gate = world.open()
    request = asked(gate.session(user="eve"), pay(key="first"))

    def crash(gate: Gate) -> None:
        gate.store.close()
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(voting, "give", crash)
        with pytest.raises(Crash):
            gate.approve(request, "bea", "controller", terms=THREE)
    world.gates.clear()
    gate = world.open()
    assert [each.uses_left for each in gate.allowances] == [3]
    gate = world.open()
    assert len(gate.allowances) == 1
    allowing.give(gate)
    assert [record.data["action"]["action"] for record in records(gate, "intent")] == ["approval.widen"]
